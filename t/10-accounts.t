# Registration, tokens, sessions, CSRF, the caller's profile.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use Paperal;

run_tests();

__DATA__

=== TEST 1: registration answers with the account and a pair of tokens
--- request
POST /api/v1/auth/register
{"email": "New@Example.org", "password": "a long phrase 77x", "name": "New", "language": "zh"}
--- more_headers
Content-Type: application/json
--- error_code: 201
--- json
{"success": true, "data": {"access_token": "~re:^pat_[A-Za-z0-9_-]{43}$",
 "refresh_token": "~re:^prt_[A-Za-z0-9_-]{43}$", "token_type": "Bearer", "expires_in": 3600,
 "user": {"id": "~uuid", "email": "new@example.org", "name": "New", "organization": null, "title": null,
  "role": "user", "language": "zh", "email_verified": false, "created_at": "~time", "settings": {},
  "subscription": {"plan": "basic", "status": "active", "expires_at": null}}}}
--- response_headers
Cache-Control: no-store
--- after_sql
SELECT count(*), min(left(password_hash, 22)) FROM users WHERE email = 'new@example.org'
=>
1|$scrypt$ln=15,r=8,p=3$



=== TEST 2: the plan of new accounts is the operator's
--- http_config
paperal_default_plan professional;
--- request
POST /api/v1/auth/register
{"email": "new@example.org", "password": "a long phrase 77x", "name": "New"}
--- more_headers
Content-Type: application/json
--- error_code: 201
--- after_sql
SELECT plan FROM users WHERE email = 'new@example.org'
=>
professional



=== TEST 3: every bad field is named
--- request
POST /api/v1/auth/register
{"email": "new", "password": "short", "name": "", "language": "de", "x": {"y": 1}}
--- more_headers
Content-Type: application/json
--- error_code: 422
--- json
{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "the request is not valid", "details": {
 "email": "must be an e-mail address", "password": "~re:at least 10", "name": "must not be empty",
 "language": "is not one of the possible values", "x": "is not known"}}}
--- after_sql
SELECT count(*) FROM users
=>
3



=== TEST 4: wrong types and null
--- request
POST /api/v1/auth/register
{"email": 1, "password": ["a long phrase 77x"], "name": null}
--- more_headers
Content-Type: application/json
--- error_code: 422
--- json
{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "the request is not valid", "details": {
 "email": "must be a string", "password": "must be a string", "name": "must not be null"}}}



=== TEST 5: an empty body lacks every required field
--- request
POST /api/v1/auth/register
--- error_code: 422
--- json
{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "the request is not valid", "details": {
 "email": "is required", "password": "is required", "name": "is required"}}}



=== TEST 6: a common password is refused
--- request
POST /api/v1/auth/register
{"email": "new@example.org", "password": "1234567890", "name": "New"}
--- more_headers
Content-Type: application/json
--- error_code: 422
--- json
{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"password": "~any"}}}



=== TEST 7: a taken address is 409, whatever its case
--- request
POST /api/v1/auth/register
{"email": "ADA@example.org", "password": "a long phrase 77x", "name": "New"}
--- more_headers
Content-Type: application/json
--- error_code: 409
--- json
{"success": false, "error": {"code": "RESOURCE_ALREADY_EXISTS", "message": "~any", "details": {"email": "taken"}}}



=== TEST 8: closed registration
--- http_config
paperal_registration closed;
--- request
POST /api/v1/auth/register
{"email": "new@example.org", "password": "a long phrase 77x", "name": "New"}
--- more_headers
Content-Type: application/json
--- error_code: 403
--- json
{"success": false, "error": {"code": "AUTH_INSUFFICIENT_PERMISSIONS", "message": "~any", "details": {"registration": "closed"}}}



=== TEST 9: a pair for the right password
--- request
POST /api/v1/auth/token
{"email": "ada@example.org", "password": "a long phrase 77x"}
--- more_headers
Content-Type: application/json
--- error_code: 200
--- json
{"success": true, "data": {"access_token": "~re:^pat_", "refresh_token": "~re:^prt_", "token_type": "Bearer",
 "expires_in": 3600, "user": {"...": 1, "email": "ada@example.org"}}}
--- no_error_log
a long phrase
pat_



=== TEST 10: a wrong password
--- request
POST /api/v1/auth/token
{"email": "ada@example.org", "password": "another phrase 77x"}
--- more_headers
Content-Type: application/json
--- error_code: 401
--- json
{"success": false, "error": {"code": "AUTH_INVALID_CREDENTIALS", "message": "wrong e-mail address or password"}}
--- response_headers_like
WWW-Authenticate: Bearer.*
--- no_error_log
another phrase



=== TEST 11: an unknown account gets the same answer
--- request
POST /api/v1/auth/token
{"email": "nobody@example.org", "password": "another phrase 77x"}
--- more_headers
Content-Type: application/json
--- error_code: 401
--- json
{"success": false, "error": {"code": "AUTH_INVALID_CREDENTIALS", "message": "wrong e-mail address or password"}}



=== TEST 12: after five failures the account waits
--- request eval
[map { Paperal::json_body('POST', '/api/v1/auth/token',
        {email => 'ada@example.org', password => 'wrong wrong wrong'}) } 1 .. 6]
--- more_headers
Content-Type: application/json
--- error_code eval
[401, 401, 401, 401, 401, 429]
--- json eval
[('') x 5, '{"success": false, "error": {"code": "RATE_LIMIT_EXCEEDED", "message": "too many failed sign-ins"}}']
--- timeout: 20



=== TEST 13: throttling says when to come back, also with the right password
--- sql
SELECT login_failed('ada@example.org', '10.0.0.1') FROM generate_series(1, 8);
--- request
POST /api/v1/auth/token
{"email": "ada@example.org", "password": "a long phrase 77x"}
--- more_headers
Content-Type: application/json
--- error_code: 429
--- response_headers
X-RateLimit-Limit: 5
X-RateLimit-Remaining: 0
--- response_headers_like
Retry-After: [1-9]\d*
X-RateLimit-Reset: [1-9]\d{9}



=== TEST 14: a disabled account
--- request
POST /api/v1/auth/token
{"email": "off@example.org", "password": "a long phrase 77x"}
--- more_headers
Content-Type: application/json
--- error_code: 403
--- json
{"success": false, "error": {"code": "ACCOUNT_DISABLED", "message": "~any"}}



=== TEST 15: a refresh token gives a new pair, once; its reuse ends the family
--- request eval
["POST /api/v1/auth/refresh", "POST /api/v1/auth/refresh", "GET /api/v1/users/me"]
--- more_headers eval
[Paperal::bearer('ada', 'prt_'), Paperal::bearer('ada', 'prt_'), Paperal::bearer('ada')]
--- error_code eval
[200, 401, 401]
--- json eval
['{"success": true, "data": {"access_token": "~re:^pat_", "refresh_token": "~re:^prt_", "token_type": "Bearer", "expires_in": 3600, "user": {"...": 1}}}',
 '{"success": false, "error": {"code": "AUTH_INVALID_CREDENTIALS", "message": "~any"}}',
 '{"success": false, "error": {"code": "AUTH_INVALID_CREDENTIALS", "message": "~any"}}']
--- after_sql
SELECT count(*) FROM tokens WHERE family = '11111111-0000-4000-8000-000000000001' AND revoked_at IS NULL
=>
0



=== TEST 16: a cached access token ends with its family, too
--- request eval
["GET /api/v1/users/me", "POST /api/v1/auth/refresh", "GET /api/v1/users/me",
 "POST /api/v1/auth/refresh", "GET /api/v1/users/me"]
--- more_headers eval
[Paperal::bearer('ada'), Paperal::bearer('ada', 'prt_'), Paperal::bearer('ada'),
 Paperal::bearer('ada', 'prt_'), Paperal::bearer('ada')]
--- error_code eval
[200, 200, 200, 401, 401]



=== TEST 17: the refresh token in the body
--- request eval
Paperal::json_body('POST', '/api/v1/auth/refresh', {refresh_token => Paperal::token('ada', 'prt_')})
--- more_headers
Content-Type: application/json
--- error_code: 200



=== TEST 18: refresh without a token
--- request
POST /api/v1/auth/refresh
--- error_code: 401
--- json
{"success": false, "error": {"code": "AUTH_REQUIRED", "message": "~any"}}



=== TEST 19: an access token does not refresh
--- request
POST /api/v1/auth/refresh
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 401
--- json
{"success": false, "error": {"code": "AUTH_INVALID_CREDENTIALS", "message": "~any"}}



=== TEST 20: revoking ends the token at once
--- request eval
["GET /api/v1/users/me", "POST /api/v1/auth/revoke", "GET /api/v1/users/me", "POST /api/v1/auth/refresh"]
--- more_headers eval
[Paperal::bearer('ada'), Paperal::bearer('ada'), Paperal::bearer('ada'), Paperal::bearer('ada', 'prt_')]
--- error_code eval
[200, 204, 401, 401]



=== TEST 21: somebody else's token stays
--- request eval
[Paperal::json_body('POST', '/api/v1/auth/revoke', {token => Paperal::token('bob')}), "GET /api/v1/users/me"]
--- more_headers eval
[Paperal::bearer('ada') . "\nContent-Type: application/json", Paperal::bearer('bob')]
--- error_code eval
[204, 200]



=== TEST 22: a session is a cookie
--- request
POST /api/v1/auth/session
{"email": "ada@example.org", "password": "a long phrase 77x", "remember": true}
--- more_headers
Content-Type: application/json
--- error_code: 200
--- json
{"success": true, "data": {"user": {"...": 1, "email": "ada@example.org"}}}
--- response_headers_like
Set-Cookie: paperal_session=pss_[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000



=== TEST 23: behind a trusted proxy with https the cookie is a host's own
--- http_config
paperal_trusted_proxies 127.0.0.1;
--- request
POST /api/v1/auth/session
{"email": "ada@example.org", "password": "a long phrase 77x"}
--- more_headers
Content-Type: application/json
X-Forwarded-Proto: https
--- error_code: 200
--- response_headers_like
Set-Cookie: __Host-paperal_session=pss_[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax; Secure



=== TEST 24: an untrusted client cannot pretend https
--- request
POST /api/v1/auth/session
{"email": "ada@example.org", "password": "a long phrase 77x"}
--- more_headers
Content-Type: application/json
X-Forwarded-Proto: https
--- error_code: 200
--- response_headers_like
Set-Cookie: paperal_session=pss_[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax



=== TEST 25: a failed sign-in sets no cookie
--- request
POST /api/v1/auth/session
{"email": "ada@example.org", "password": "another phrase 77x"}
--- more_headers
Content-Type: application/json
--- error_code: 401
--- raw_response_headers_unlike: Set-Cookie



=== TEST 26: reading with the cookie needs no proof of origin
--- request
GET /api/v1/users/me
--- more_headers eval: "Cookie: a=b; paperal_session=" . Paperal::token('ada', 'pss_')
--- error_code: 200



=== TEST 27: changing with the cookie does
--- request
DELETE /api/v1/auth/session
--- more_headers eval: "Cookie: paperal_session=" . Paperal::token('ada', 'pss_')
--- error_code: 403
--- json
{"success": false, "error": {"code": "AUTH_INSUFFICIENT_PERMISSIONS", "message": "~any", "details": {"reason": "csrf"}}}



=== TEST 28: another site's request
--- request
DELETE /api/v1/auth/session
--- more_headers eval
"Cookie: paperal_session=" . Paperal::token('ada', 'pss_') . "\nSec-Fetch-Site: cross-site\nOrigin: http://localhost"
--- error_code: 403



=== TEST 29: a sibling host's request
--- request
DELETE /api/v1/auth/session
--- more_headers eval
"Cookie: paperal_session=" . Paperal::token('ada', 'pss_') . "\nSec-Fetch-Site: same-site"
--- error_code: 403



=== TEST 30: the same origin by Sec-Fetch-Site; the session ends
--- request eval
["DELETE /api/v1/auth/session", "GET /api/v1/users/me"]
--- more_headers eval
[("Cookie: paperal_session=" . Paperal::token('ada', 'pss_') . "\nSec-Fetch-Site: same-origin") x 2]
--- error_code eval
[204, 401]
--- response_headers_like eval
["Set-Cookie: paperal_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0", ""]



=== TEST 31: the same origin by Origin
--- request
DELETE /api/v1/auth/session
--- more_headers eval
"Cookie: paperal_session=" . Paperal::token('ada', 'pss_') . "\nOrigin: http://localhost"
--- error_code: 204



=== TEST 32: another port is another origin
--- request
DELETE /api/v1/auth/session
--- more_headers eval
"Cookie: paperal_session=" . Paperal::token('ada', 'pss_') . "\nOrigin: http://localhost:81"
--- error_code: 403



=== TEST 33: the public URL is an own origin
--- http_config
paperal_public_url https://paperal.example.org/;
--- request
DELETE /api/v1/auth/session
--- more_headers eval
"Cookie: paperal_session=" . Paperal::token('ada', 'pss_') . "\nOrigin: https://paperal.example.org"
--- error_code: 204



=== TEST 34: a bearer ignores the cookie
--- request
GET /api/v1/users/me
--- more_headers eval
Paperal::bearer('bob') . "\nCookie: paperal_session=" . Paperal::token('ada', 'pss_')
--- error_code: 200
--- json
{"success": true, "data": {"...": 1, "email": "bob@example.org"}}



=== TEST 35: no credential
--- request
GET /api/v1/users/me
--- error_code: 401
--- json
{"success": false, "error": {"code": "AUTH_REQUIRED", "message": "authentication is required"}}
--- response_headers
WWW-Authenticate: Bearer



=== TEST 36: a token that was never given out
--- request
GET /api/v1/users/me
--- more_headers eval: Paperal::bearer('never')
--- error_code: 401
--- json
{"success": false, "error": {"code": "AUTH_INVALID_CREDENTIALS", "message": "~any"}}



=== TEST 37: a revoked one
--- request
GET /api/v1/users/me
--- more_headers eval: Paperal::bearer('gone')
--- error_code: 401
--- json
{"success": false, "error": {"code": "AUTH_INVALID_CREDENTIALS", "message": "~any"}}



=== TEST 38: an expired one
--- request
GET /api/v1/users/me
--- more_headers eval: Paperal::bearer('old')
--- error_code: 401
--- json
{"success": false, "error": {"code": "AUTH_TOKEN_EXPIRED", "message": "the token has expired"}}



=== TEST 39: a disabled account's
--- request
GET /api/v1/users/me
--- more_headers eval: Paperal::bearer('off')
--- error_code: 403
--- json
{"success": false, "error": {"code": "ACCOUNT_DISABLED", "message": "~any"}}



=== TEST 40: refresh and session tokens are no bearer tokens
--- request eval
["GET /api/v1/users/me", "GET /api/v1/users/me"]
--- more_headers eval
[Paperal::bearer('ada', 'prt_'), Paperal::bearer('ada', 'pss_')]
--- error_code eval
[401, 401]



=== TEST 41: an API key without the scope
--- request eval
["GET /api/v1/users/me", Paperal::json_body('PATCH', '/api/v1/users/me', {name => 'X'})]
--- more_headers eval
[Paperal::bearer('reads', 'pak_'), Paperal::bearer('reads', 'pak_') . "\nContent-Type: application/json"]
--- error_code eval
[200, 403]



=== TEST 42: a second Authorization header
--- raw_request eval
"GET /api/v1/users/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
. Paperal::bearer('ada') . "\r\n" . Paperal::bearer('bob') . "\r\n\r\n"
--- error_code: 400
--- json
{"success": false, "error": {"code": "MALFORMED_REQUEST", "message": "~any"}}



=== TEST 43: another scheme
--- request
GET /api/v1/users/me
--- more_headers
Authorization: Basic YTpi
--- error_code: 401
--- json
{"success": false, "error": {"code": "AUTH_INVALID_CREDENTIALS", "message": "~any"}}



=== TEST 44: the profile has a tag; the same tag is 304
--- request eval
["GET /api/v1/users/me", "GET /api/v1/users/me", "GET /api/v1/users/me"]
--- more_headers eval
my $tag = "{etag:SELECT user_json(u) FROM users u WHERE name = 'Ada'}";
[map { Paperal::bearer('ada') . $_ } "", "\nIf-None-Match: \"x\", W/$tag", "\nIf-None-Match: \"x\""]
--- error_code eval
[200, 304, 200]
--- response_headers_like eval
["ETag: \"[0-9a-f]{32}\"\nCache-Control: private, no-cache", "ETag: \"[0-9a-f]{32}\"", ""]



=== TEST 45: changing the profile
--- request
PATCH /api/v1/users/me
{"title": "Prof.", "organization": null, "settings": {"theme": "dark"}}
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/json; charset=utf-8"
--- error_code: 200
--- json
{"success": true, "data": {"...": 1, "title": "Prof.", "organization": null, "settings": {"theme": "dark"}}}



=== TEST 46: with a stale tag nothing changes
--- request
PATCH /api/v1/users/me
{"title": "Prof."}
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/json\nIf-Match: \"00000000000000000000000000000000\""
--- error_code: 412
--- json
{"success": false, "error": {"code": "PRECONDITION_FAILED", "message": "~any"}}
--- after_sql
SELECT count(*) FROM users WHERE title IS NOT NULL
=>
0



=== TEST 47: with the right tag it does
--- request
PATCH /api/v1/users/me
{"title": "Prof."}
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/json\nIf-Match: "
. "{etag:SELECT user_json(u) FROM users u WHERE name = 'Ada'}"
--- error_code: 200



=== TEST 48: a malformed tag
--- request
PATCH /api/v1/users/me
{"title": "Prof."}
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/json\nIf-Match: x"
--- error_code: 422
--- json
{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"If-Match": "must be one entity tag"}}}
