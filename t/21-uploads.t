# Uploads: forms, raw bodies, refusals, quotas, clients that leave, and what is
# left on the disk.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use Paperal;
use Digest::SHA qw(sha256_hex);

our $pdf = "%PDF-1.4\nbody \0 of a paper\n%%EOF";
our $hash = sha256_hex($pdf);
our $object = sprintf "objects/%s/%s/%s", substr($hash, 0, 2), substr($hash, 2, 2), $hash;

sub form {
    my $body = '';

    while (@_) {
        my ($head, $value) = splice @_, 0, 2;
        $body .= "--b\r\nContent-Disposition: form-data; $head\r\n\r\n$value\r\n";
    }

    return "POST /api/v1/papers\n$body--b--\r\n";
}

our $form = Paperal::bearer('ada') . "\nContent-Type: multipart/form-data; boundary=b";
our $raw = Paperal::bearer('ada') . "\nContent-Type: application/pdf";

run_tests();

__DATA__

=== TEST 1: a form
--- request eval
main::form('name="tags"', 'a, b', 'name="file"; filename="C:\\papers\\A paper.pdf"', $::pdf,
           'name="title"', 'My title', 'name="authors"', 'A. One', 'name="authors"', 'B. Two',
           'name="unpublished"', 'true')
--- more_headers eval: $::form
--- error_code: 201
--- json
{"success": true, "data": {"...": 1, "id": "~uuid", "title": "My title", "authors": ["A. One", "B. Two"], "tags": ["a", "b"],
 "status": "uploaded", "unpublished": true, "workspace_id": "aaaaaaaa-0000-4000-8000-0000000000aa"}}
--- storage eval: $::object
--- after_sql
SELECT file_name, (SELECT state FROM jobs) FROM papers WHERE title = 'My title'
=>
A paper.pdf|queued



=== TEST 2: a raw body; fields in the query, the name in a header
--- request eval
"POST /api/v1/papers?tags=x&tags=y&analyze=true\n$::pdf"
--- more_headers eval
$::raw . "\nX-Paperal-Filename: %E8%AE%BA%E6%96%87.pdf"
--- error_code: 201
--- response_body_like eval
"\"title\" : \"\xe8\xae\xba\xe6\x96\x87\\.pdf\".*\"tags\" : \\[\"x\",\"y\"\\]"
--- storage eval: $::object
--- after_sql
SELECT count(*) FROM analyses
=>
1



=== TEST 3: without a name
--- request eval
"POST /api/v1/papers\n$::pdf"
--- more_headers eval: $::raw
--- error_code: 201
--- json
{"success": true, "data": {"...": 1, "title": "document.pdf"}}



=== TEST 4: the same bytes again are the same paper
--- request eval
[main::form('name="file"; filename="a.pdf"', $::pdf), "POST /api/v1/papers\n$::pdf"]
--- more_headers eval
[$::form, $::raw]
--- error_code eval
[201, 200]
--- json eval
['', '{"success": true, "data": {"...": 1, "duplicate": true, "title": "a.pdf"}}']
--- storage eval: $::object
--- after_sql
SELECT count(*) FROM papers WHERE title = 'a.pdf'
=>
1



=== TEST 5: it comes out of the trash
--- sql eval
"UPDATE papers SET deleted_at = now(), file_hash = '$::hash' WHERE title = 'First'"
--- request eval
"POST /api/v1/papers\n$::pdf"
--- more_headers eval: $::raw
--- error_code: 200
--- json
{"success": true, "data": {"...": 1, "duplicate": true, "title": "First", "deleted_at": null}}



=== TEST 6: no PDF
--- request eval
[main::form('name="file"; filename="a.pdf"', 'GIF89a'), "POST /api/v1/papers\nGIF89a",
 "POST /api/v1/papers", main::form('name="file"; filename="a.pdf"', ''),
 "POST /api/v1/papers\n" . 'x' x 1020 . '%PDF-1.4']
--- more_headers eval
[$::form, $::raw, $::raw, $::form, $::raw]
--- error_code eval
[(415) x 5]
--- json eval
[('{"success": false, "error": {"code": "UNSUPPORTED_MEDIA_TYPE", "message": "the file is not a PDF document"}}') x 5]
--- storage:
--- after_sql
SELECT count(*) FROM papers
=>
4



=== TEST 7: the mark may stand anywhere in the first 1024 bytes
--- request eval
"POST /api/v1/papers\n" . 'x' x 1019 . '%PDF-1.4'
--- more_headers eval: $::raw
--- error_code: 201



=== TEST 8: another media type
--- request
POST /api/v1/papers
{}
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/json"
--- error_code: 415
--- json
{"success": false, "error": {"code": "UNSUPPORTED_MEDIA_TYPE", "message": "the body must be application/pdf or multipart/form-data"}}
--- storage:



=== TEST 9: a form without the file, with other faults
--- request eval
main::form('name="title"', ' ', 'name="colour"', 'red', 'name="unpublished"', 'perhaps')
--- more_headers eval: $::form
--- error_code: 422
--- json
{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"title": "must not be empty",
 "colour": "is not known", "unpublished": "must be true or false", "file": "is required"}}}
--- storage:



=== TEST 10: two files
--- request eval
main::form('name="file"; filename="a.pdf"', $::pdf, 'name="file"; filename="b.pdf"', $::pdf)
--- more_headers eval: $::form
--- error_code: 422
--- json
{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"file": "must not be repeated"}}}
--- storage:



=== TEST 11: broken forms
--- request eval
["POST /api/v1/papers\n--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n$::pdf", "POST /api/v1/papers",
 "POST /api/v1/papers\n--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", "POST /api/v1/papers\nnothing"]
--- more_headers eval: $::form
--- error_code eval
[(400) x 4]
--- storage:



=== TEST 12: no boundary
--- request
POST /api/v1/papers
x
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: multipart/form-data"
--- error_code: 400



=== TEST 13: query parameters of a form are unknown
--- request eval
my $f = main::form('name="file"', $::pdf); $f =~ s/papers/papers?title=x/; $f
--- more_headers eval: $::form
--- error_code: 422
--- storage:



=== TEST 14: over the limit, by length and in chunks, raw and as a form
--- config
    location /api/v1/ {
        paperal_api;
        paperal_upload_max_size 1k;
    }
--- request eval
["POST /api/v1/papers\n" . $::pdf . 'x' x 2000, main::form('name="file"', $::pdf . 'x' x 2000),
 "POST /api/v1/papers\n" . $::pdf . 'x' x (1024 - length $::pdf)]
--- more_headers eval
[$::raw, $::form, $::raw]
--- error_code eval
[413, 413, 201]



=== TEST 15: a chunked body
--- raw_request eval
"POST /api/v1/papers HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" . CORE::join("\r\n", split /\n/, $::raw)
. "\r\nTransfer-Encoding: chunked\r\n\r\n" . sprintf("%x\r\n%s\r\n0\r\n\r\n", length $::pdf, $::pdf)
--- error_code: 201
--- storage eval: $::object



=== TEST 16: too long in chunks: nothing stays
--- config
    location /api/v1/ {
        paperal_api;
        paperal_upload_max_size 1k;
    }
--- raw_request eval
"POST /api/v1/papers HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" . CORE::join("\r\n", split /\n/, $::raw)
. "\r\nTransfer-Encoding: chunked\r\n\r\n" . sprintf("%x\r\n%s\r\n0\r\n\r\n", 100000, "x" x 100000)
--- error_code: 413
--- response_headers
Content-Type: application/json
--- storage:



=== TEST 17: without a credential nothing is read, no 100 is sent
--- raw_request eval
"POST /api/v1/papers HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\n"
. "Content-Type: application/pdf\r\nContent-Length: 1000000\r\n\r\n"
--- error_code: 401
--- json
{"success": false, "error": {"code": "AUTH_REQUIRED", "message": "~any"}}
--- storage:



=== TEST 18: with a used up quota neither
--- sql
INSERT INTO usage_months (user_id, month, papers)
 VALUES ('bbbbbbbb-0000-4000-8000-000000000002', current_month(), 20);
--- raw_request eval
"POST /api/v1/papers HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\n"
. Paperal::bearer('bob') . "\r\nContent-Type: application/pdf\r\nContent-Length: 1000000\r\n\r\n"
--- error_code: 402
--- json
{"success": false, "error": {"code": "QUOTA_EXCEEDED", "message": "~any", "details": "~any"}}
--- storage:



=== TEST 19: Expect: 100-continue
--- raw_request eval
"POST /api/v1/papers HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\n"
. CORE::join("\r\n", split /\n/, $::raw) . "\r\nContent-Length: " . length($::pdf) . "\r\n\r\n$::pdf"
--- ignore_response
--- storage eval: $::object



=== TEST 20: a client that leaves while it sends
--- raw_request eval
"POST /api/v1/papers HTTP/1.1\r\nHost: localhost\r\n" . CORE::join("\r\n", split /\n/, $::raw)
. "\r\nContent-Length: 1000000\r\n\r\n$::pdf" . 'x' x 100000
--- timeout: 0.2
--- abort
--- ignore_response
--- storage:
--- after_sql
SELECT count(*) FROM papers
=>
4



=== TEST 21: a viewer's workspace
--- request eval
"POST /api/v1/papers?workspace_id=dddddddd-0000-4000-8000-0000000000dd\n$::pdf"
--- more_headers eval
Paperal::bearer('bob') . "\nContent-Type: application/pdf"
--- error_code: 403
--- storage:



=== TEST 22: a workspace of others
--- request eval
main::form('name="workspace_id"', 'aaaaaaaa-0000-4000-8000-0000000000aa', 'name="file"', $::pdf)
--- more_headers eval
Paperal::bearer('bob') . "\nContent-Type: multipart/form-data; boundary=b"
--- error_code: 404
--- after_sql
SELECT count(*) FROM papers
=>
4



=== TEST 23: a name that is none, one without an end
--- request eval
[("POST /api/v1/papers\n$::pdf") x 2]
--- more_headers eval
[map { "$::raw\nX-Paperal-Filename: $_" } '%ff%', 'a' x 5000]
--- error_code eval
[422, 422]
--- json eval
[map { '{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"X-Paperal-Filename": "'
       . $_ . '"}}}' } 'must be percent-encoded UTF-8', 'is too long']
--- storage:



=== TEST 24: the storage cannot be written
--- http_config
paperal_storage_path /proc/paperal;
--- request eval
"POST /api/v1/papers\n$::pdf"
--- more_headers eval: $::raw
--- error_code: 500
--- response_headers
Content-Type: application/json
--- may_log



=== TEST 25: the same key and file give the first answer again
--- request eval
[(main::form('name="file"; filename="a.pdf"', $::pdf)) x 2,
 main::form('name="file"; filename="a.pdf"', "$::pdf\n"), main::form('name="file"; filename="a.pdf"', $::pdf, 'name="title"', 'x')]
--- more_headers eval
$::form . "\nIdempotency-Key: upload-1"
--- error_code eval
[201, 201, 409, 409]
--- response_headers eval
['!Idempotency-Replayed', 'Idempotency-Replayed: true', '', '']



=== TEST 26: also when the first one has used up the quota
--- sql
INSERT INTO usage_months (user_id, month, papers)
 VALUES ('bbbbbbbb-0000-4000-8000-000000000002', current_month(), 19);
--- request eval
[("POST /api/v1/papers\n$::pdf") x 2, ("POST /api/v1/papers\n$::pdf x") x 2]
--- more_headers eval
[(Paperal::bearer('bob') . "\nContent-Type: application/pdf\nIdempotency-Key: last") x 3,
 Paperal::bearer('bob') . "\nContent-Type: application/pdf\nIdempotency-Key: next"]
--- error_code eval
[201, 201, 409, 402]
--- response_headers eval
['!Idempotency-Replayed', 'Idempotency-Replayed: true', '', '']



=== TEST 27: the file of the paper
--- request eval
["POST /api/v1/papers\n$::pdf", "GET /api/v1/papers/" . Paperal::paper(1) . "/file",
 "GET /api/v1/papers/" . Paperal::paper(1) . "/file", "GET /api/v1/papers/" . Paperal::paper(1) . "/file",
 "GET /api/v1/papers/" . Paperal::paper(1) . "/file", "HEAD /api/v1/papers/" . Paperal::paper(1) . "/file"]
--- sql eval
"UPDATE papers SET file_hash = '$::hash', file_name = 'a \"quoted\" \xc3\xa4.pdf' WHERE title = 'First'"
--- more_headers eval
[$::raw, map { Paperal::bearer('ada') . $_ } "", "\nRange: bytes=0-4", "\nRange: bytes=9999-",
 "\nIf-None-Match: \"$::hash\"", ""]
--- error_code eval
[200, 200, 206, 416, 304, 200]
--- response_body_like eval
['duplicate', '^' . quotemeta($::pdf) . '$', '^%PDF-$', 'MALFORMED_REQUEST', '^$', '^$']
--- response_headers eval
['', "Content-Type: application/pdf\nETag: \"$::hash\"\nCache-Control: private, no-cache\nX-Content-Type-Options: nosniff\n"
 . "Accept-Ranges: bytes\nContent-Disposition: inline; filename=\"a _quoted_ _.pdf\"; filename*=UTF-8''a%20%22quoted%22%20%C3%A4.pdf",
 'Content-Range: bytes 0-4/' . length $::pdf,
 "Content-Type: application/json\nCache-Control: no-store\n!ETag\n!Content-Disposition", "ETag: \"$::hash\"", 'Content-Length: ' . length $::pdf]



=== TEST 28: the file is gone from the disk
--- request
GET /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001/file
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 500
--- json
{"success": false, "error": {"code": "SERVER_ERROR", "message": "internal error"}}
--- error_log
cannot read
