# What every route has in common: paths, methods, bodies, parameters, headers.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use Paperal;

run_tests();

__DATA__

=== TEST 1: an unknown path below the prefix
--- request
GET /api/v1/nothing/here
--- error_code: 404
--- response_headers
Content-Type: application/json
Cache-Control: no-store
--- response_headers_like
X-Request-ID: [0-9a-f]{32}
--- json
{"success": false, "error": {"code": "RESOURCE_NOT_FOUND", "message": "not found"}}



=== TEST 2: a slash at the end, an empty segment, the prefix itself
--- request eval
["GET /api/v1/papers/", "GET /api/v1/", "GET /api/v1/a/b/c/d/e/f/g/h/i/j"]
--- error_code eval
[404, 404, 404]



=== TEST 3: a wrong method names the right ones
--- request
PUT /api/v1/papers
--- error_code: 405
--- response_headers
Allow: GET, HEAD, POST, OPTIONS
--- json
{"success": false, "error": {"code": "METHOD_NOT_ALLOWED", "message": "the method is not allowed"}}



=== TEST 4: OPTIONS needs no credential
--- request
OPTIONS /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001
--- error_code: 204
--- response_headers
Allow: GET, HEAD, PATCH, DELETE, OPTIONS
--- response_body:



=== TEST 5: TRACE, which nginx refuses by itself
--- request
TRACE /api/v1/papers
--- error_code: 405
--- response_headers
Content-Type: application/json
Allow: GET, HEAD, POST, OPTIONS



=== TEST 6: HEAD is GET without the body
--- request
HEAD /api/v1/users/me
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 200
--- response_body:
--- response_headers_like
ETag: "[0-9a-f]{32}"
Content-Length: \d{3}



=== TEST 7: another prefix
--- config
    location /v1/ {
        paperal_api;
    }
--- request eval
["GET /v1/users/me", "GET /v1/papers?limit=1"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[200, 200]
--- json eval
["", '{"success": true, "data": "~any", "meta": {"pagination": {"total": 3, "count": 1, "per_page": 1, "current_page": 1, "total_pages": 3, "links": {"next": "/v1/papers?limit=1&page=2", "prev": null}}}}']



=== TEST 8: an inbound request id is kept
--- request
GET /api/v1/nothing
--- more_headers
X-Request-ID: abc.DEF_123-9
--- error_code: 404
--- response_headers
X-Request-ID: abc.DEF_123-9
--- error_log
request id "abc.DEF_123-9"
--- log_level: info



=== TEST 9: one that is too short or has other characters is not
--- request eval
["GET /api/v1/nothing", "GET /api/v1/nothing", "GET /api/v1/nothing"]
--- more_headers eval
["X-Request-ID: short", "X-Request-ID: abcdefgh ijk", "X-Request-ID: " . "a" x 129]
--- error_code eval
[404, 404, 404]
--- response_headers_like eval
[("X-Request-ID: [0-9a-f]{32}") x 3]



=== TEST 10: not JSON
--- request
PATCH /api/v1/users/me
{"name": "x"
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/json"
--- error_code: 400
--- json
{"success": false, "error": {"code": "MALFORMED_REQUEST", "message": "~any"}}



=== TEST 11: trailing bytes, a duplicate key, NUL, a lone surrogate, invalid UTF-8, too deep
--- request eval
[map { "PATCH /api/v1/users/me\n$_" } '{"name": "x"} x', '{"name": "x", "n\u0061me": "y"}',
 '{"name": "x\u0000"}', '{"name": "\ud800"}', "{\"name\": \"\xff\"}",
 '{"settings": ' . '[' x 40 . ']' x 40 . '}']
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/json"
--- error_code eval
[400, 400, 400, 400, 400, 400]
--- after_sql
SELECT count(*) FROM users WHERE name = 'Ada'
=>
1



=== TEST 12: an array is not an object
--- request
PATCH /api/v1/users/me
[1]
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/json"
--- error_code: 422



=== TEST 13: another media type
--- request
PATCH /api/v1/users/me
name=x
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/x-www-form-urlencoded"
--- error_code: 415
--- json
{"success": false, "error": {"code": "UNSUPPORTED_MEDIA_TYPE", "message": "the body must be application/json"}}



=== TEST 14: no media type
--- request
PATCH /api/v1/users/me
{}
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 415



=== TEST 15: more than 1 MiB of JSON
--- request eval
"PATCH /api/v1/users/me\n" . '{"name": "' . 'x' x (1024 * 1024) . '"}'
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/json"
--- error_code: 413
--- json
{"success": false, "error": {"code": "PAYLOAD_TOO_LARGE", "message": "the request body is too large"}}



=== TEST 16: the same in chunks
--- raw_request eval
"PATCH /api/v1/users/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
. Paperal::bearer('ada') . "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
. sprintf("%x\r\n", 1100000) . "x" x 1100000 . "\r\n0\r\n\r\n"
--- error_code: 413
--- json
{"success": false, "error": {"code": "PAYLOAD_TOO_LARGE", "message": "~any"}}



=== TEST 17: a body in small chunks
--- raw_request eval
["PATCH /api/v1/users/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
 . Paperal::bearer('ada') . "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
 "5\r\n{\"nam\r\n", "9\r\ne\": \"Ad B\r\n", "2\r\n\"}\r\n0\r\n\r\n"]
--- raw_request_middle_delay: 0.05
--- error_code: 200
--- after_sql
SELECT name FROM users WHERE email = 'ada@example.org'
=>
Ad B



=== TEST 18: over the limit of the location, before a credential is looked at
--- request eval
"POST /api/v1/papers\n" . "x" x 200000
--- config
    location /api/v1/ {
        paperal_api;
        paperal_upload_max_size 100k;
    }
--- error_code: 413
--- response_headers
Content-Type: application/json
--- json
{"success": false, "error": {"code": "PAYLOAD_TOO_LARGE", "message": "~any"}}



=== TEST 19: nginx's own 400 before the location is known
--- raw_request eval
"GET /api/v1/papers HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"
--- error_code: 400
--- response_headers
Content-Type: application/json
--- json
{"success": false, "error": {"code": "MALFORMED_REQUEST", "message": "~any"}}



=== TEST 20: an error outside of the prefix stays nginx's
--- request
GET /elsewhere
--- error_code: 404
--- response_body_like: <html>



=== TEST 21: an unknown query parameter
--- request
GET /api/v1/papers?colour=red&limit=0&page=x&sort=size&status=lost&deleted=yes&workspace_id=1
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 422
--- json
{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {
 "colour": "is not known", "limit": "must be from 1 to 100", "page": "must be an integer",
 "sort": "is not one of the possible values", "status": "is not one of the possible values",
 "deleted": "must be true or false", "workspace_id": "must be a UUID"}}}



=== TEST 22: a repeated one
--- request
GET /api/v1/papers?page=1&page=2&page=3
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 422
--- json
{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"page": "must not be repeated"}}}



=== TEST 23: a query on a route that has none
--- request
GET /api/v1/users/me?verbose=1
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 422



=== TEST 24: percent-encoding that is none
--- request
GET /api/v1/papers?search=%zz
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 400



=== TEST 25: invalid UTF-8 and NUL in a query
--- request eval
["GET /api/v1/papers?search=%ff", "GET /api/v1/papers?search=a%00b"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[422, 400]



=== TEST 26: an unknown field's name is escaped
--- request
PATCH /api/v1/users/me
{"a\"b\\c\n": 1}
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/json"
--- error_code: 422
--- json
{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"a\"b\\c\n": "is not known"}}}



=== TEST 27: very many unknown fields
--- request eval
Paperal::json_body('PATCH', '/api/v1/users/me', {map { ("field$_" x 40) => 1 } 1 .. 300})
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/json"
--- error_code: 422
--- response_body_like: ^\{"success":false,"error":\{"code":"VALIDATION_ERROR".*\}\}\}$



=== TEST 28: paging names the next and the previous page, with the other arguments
--- request
GET /api/v1/papers?sort=title&page=2&limit=1
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 200
--- json
{"success": true, "data": [{"...": 1, "title": "Second"}], "meta": {"pagination": {"total": 3, "count": 1, "per_page": 1,
 "current_page": 2, "total_pages": 3, "links": {"next": "/api/v1/papers?sort=title&limit=1&page=3",
 "prev": "/api/v1/papers?sort=title&limit=1&page=1"}}}}



=== TEST 29: behind the last page
--- request
GET /api/v1/papers?page=9
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 200
--- json
{"success": true, "data": [], "meta": {"pagination": {"total": 3, "count": 0, "per_page": 20,
 "current_page": 9, "total_pages": 1, "links": {"next": null, "prev": "/api/v1/papers?page=1"}}}}



=== TEST 30: authenticated answers tell the rate
--- request eval
["GET /api/v1/users/me", "GET /api/v1/users/me", "GET /api/v1/nothing"]
--- more_headers eval: Paperal::bearer('bob')
--- error_code eval
[200, 200, 404]
--- response_headers_like eval
["X-RateLimit-Limit: 60\nX-RateLimit-Remaining: 59\nX-RateLimit-Reset: \\d{10}",
 "X-RateLimit-Limit: 60\nX-RateLimit-Remaining: 5[89]\nX-RateLimit-Reset: \\d{10}", ""]



=== TEST 31: over the rate
--- sql
UPDATE plans SET requests_per_minute = 2 WHERE code = 'basic';
--- request eval
[("GET /api/v1/users/me") x 6]
--- more_headers eval: Paperal::bearer('bob')
--- error_code_like eval
['200', '200|429', '.', '.', '.', '429']



=== TEST 32: files and events have a rate of their own
--- request
GET /api/v1/papers/eeeeeeee-0000-4000-8000-000000000099/file
--- more_headers eval: Paperal::bearer('bob')
--- error_code: 404
--- response_headers
X-RateLimit-Limit: 600



=== TEST 33: without Redis the database knows the caller, shared memory counts
--- no_redis
--- request eval
["GET /api/v1/users/me", "GET /api/v1/users/me"]
--- more_headers eval: Paperal::bearer('bob')
--- error_code eval
[200, 200]
--- response_headers_like eval
["X-RateLimit-Remaining: 59", "X-RateLimit-Remaining: 5[89]"]



=== TEST 34: health
--- request
GET /health
--- error_code: 200
--- response_body chomp
{"status":"healthy"}
--- response_headers
Content-Type: application/json



=== TEST 35: ready
--- request
GET /health/ready
--- error_code: 200
--- json
{"status": "ready", "checks": {"postgres": "ok", "redis": "ok", "storage": "ok", "schema": "ok"}}



=== TEST 36: without Redis it is degraded, and ready
--- no_redis
--- request
GET /health/ready
--- error_code: 200
--- json
{"status": "degraded", "checks": {"postgres": "ok", "redis": "degraded", "storage": "ok", "schema": "ok"}}



=== TEST 37: without a database it is not
--- http_config
paperal_database host=/nonexistent;
--- request eval
["GET /health/ready", "GET /health"]
--- error_code eval
[503, 200]
--- json eval
['{"status": "unavailable", "checks": {"postgres": "failed", "redis": "ok", "storage": "ok", "schema": "failed"}}', '']



=== TEST 38: without a database the API says when to come back
--- http_config
paperal_database host=/nonexistent;
--- request
GET /api/v1/users/me
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 503
--- json
{"success": false, "error": {"code": "SERVICE_UNAVAILABLE", "message": "~any"}}
--- response_headers_like
Retry-After: \d+



=== TEST 39: without a storage it is not ready
--- http_config
paperal_storage_path /nonexistent;
--- request
GET /health/ready
--- error_code: 503
--- json
{"status": "unavailable", "checks": {"postgres": "ok", "redis": "ok", "storage": "failed", "schema": "ok"}}



=== TEST 40: another schema is not ready
--- sql
INSERT INTO schema_migrations (version, name, sha256)
 SELECT 9999, 'x', sha256 FROM schema_migrations LIMIT 1;
--- request
GET /health/ready
--- error_code: 503
--- json
{"status": "unavailable", "checks": {"postgres": "ok", "redis": "ok", "storage": "ok", "schema": "failed"}}



=== TEST 41: metrics count the request before
--- request eval
["GET /api/v1/users/me", "GET /api/v1/nothing", "GET /metrics"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[200, 404, 200]
--- response_body_like eval
['.', '.', '(?s)paperal_requests_total\{route="get_me",status="2xx"\} 1\n.*paperal_requests_total\{route="none",status="4xx"\} 1\n.*paperal_db_connections\{lane="fast"\} [12]\n']
--- response_headers_like eval
['', '', 'Content-Type: text/plain; version=0\.0\.4; charset=utf-8']



=== TEST 42: log variables
--- http_config
log_format paperal '$paperal_route|$paperal_user|$paperal_error|$paperal_request_id|$paperal_db_time';
access_log logs/error.log paperal;
--- request
GET /api/v1/papers?x=1
--- more_headers eval
Paperal::bearer('ada') . "\nX-Request-ID: request-0001"
--- error_code: 422
--- error_log
list_papers|aaaaaaaa-0000-4000-8000-000000000001|VALIDATION_ERROR|request-0001|0.0



=== TEST 43: a statement over its time limit
--- http_config
paperal_database_timeout 300ms;
--- sql
CREATE OR REPLACE FUNCTION public.test_slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(2); RETURN NEW; END $$;
CREATE OR REPLACE TRIGGER test BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION test_slow();
--- request
PATCH /api/v1/users/me
{"name": "Slow"}
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/json"
--- error_code: 504
--- json
{"success": false, "error": {"code": "GATEWAY_TIMEOUT", "message": "~any"}}
--- after_sql
SELECT name FROM users WHERE email = 'ada@example.org'
=>
Ada



=== TEST 44: the cause of a 500 is in the log only
--- sql
CREATE OR REPLACE FUNCTION public.test_bad() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'secret cause'; END $$;
CREATE OR REPLACE TRIGGER test BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION test_bad();
--- request
PATCH /api/v1/users/me
{"name": "Bad"}
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/json"
--- error_code: 500
--- json
{"success": false, "error": {"code": "SERVER_ERROR", "message": "internal error"}}
--- error_log
secret cause



=== TEST 45: paperal_api belongs into a prefix location
--- config
    location = /api {
        paperal_api;
    }
--- must_die
--- error_log
must be in a prefix location whose name ends with "/"
--- may_log



=== TEST 46: a plan that does not exist
--- http_config
paperal_default_plan golden;
--- must_die
--- error_log
invalid value "golden"
--- may_log



=== TEST 47: nginx's own 400 and 414 before the path is read to its end
--- raw_request eval
["GET /api/v1/papers/%00 HTTP/1.1\r\nHost: a\r\n\r\n", "GET /api/v1/papers?limit= 5 HTTP/1.1\r\nHost: a\r\n\r\n",
 "GET /api/v1/papers?search=" . ('a' x 40000) . " HTTP/1.1\r\nHost: a\r\n\r\n"]
--- error_code eval
[400, 400, 400]
--- response_headers eval
[("Content-Type: application/json\nCache-Control: no-store") x 3]
--- response_headers_like eval
[('X-Request-ID: [0-9a-f]{32}') x 3]
--- json eval
[('{"success": false, "error": {"code": "MALFORMED_REQUEST", "message": "~any"}}') x 3]



=== TEST 48: a transfer coding that nobody has is the client's fault
--- raw_request eval
"POST /api/v1/auth/token HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"
--- error_code: 400
--- json
{"success": false, "error": {"code": "MALFORMED_REQUEST", "message": "~any"}}



=== TEST 49: a storage of another type is refused, not replaced
--- request
GET /health
--- script eval
sub {
    my $root = $ENV{TEST_NGINX_SERVROOT};
    local $ENV{LD_PRELOAD} = $ENV{TEST_NGINX_LD_PRELOAD} // '';
    my $text = `STORAGE_TYPE=s3 $ENV{TEST_NGINX_BINARY} -t -p $root/ -c conf/nginx.conf -g 'error_log stderr;' 2>&1`;
    Test::More::like($text, qr/\[emerg\] \d+#\d+: STORAGE_TYPE "s3" is not supported/, "$_[0] - nginx -t");
}
