# Papers: library, reading, editing, trash; who may see what.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use Paperal;

run_tests();

__DATA__

=== TEST 1: the library of all the caller's workspaces
--- request
GET /api/v1/papers?sort=title
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 200
--- json
{"success": true, "data": [
 {"id": "~uuid", "workspace_id": "~uuid", "title": "First", "authors": [], "upload_date": "2026-01-31T12:01:00.000Z",
  "file_size": 1001, "file_hash": "~re:^[0-9a-f]{64}$", "page_count": null, "status": "ready", "error": null, "tags": [],
  "unpublished": false, "embargo_until": null, "deleted_at": null, "latest_analysis": null},
 {"...": 1, "title": "Second"}, {"...": 1, "title": "Third"}],
 "meta": {"pagination": {"total": 3, "count": 3, "per_page": 20, "current_page": 1, "total_pages": 1,
 "links": {"next": null, "prev": null}}}}



=== TEST 2: filters
--- sql
UPDATE papers SET tags = '{a,b}' WHERE title = 'First';
UPDATE papers SET tags = '{a}' WHERE title = 'Second';
UPDATE papers SET deleted_at = now() WHERE title = 'Third';
--- request eval
["GET /api/v1/papers?tags=a,b", "GET /api/v1/papers?tags=a&tags=b", "GET /api/v1/papers?status=uploaded",
 "GET /api/v1/papers?deleted=true", "GET /api/v1/papers?workspace_id=dddddddd-0000-4000-8000-0000000000DD",
 "GET /api/v1/papers?sort=-title"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[(200) x 6]
--- json eval
[map { '{"success": true, "meta": "~any", "data": [' . CORE::join(',', map { qq({"...": 1, "title": "$_"}) } @$_) . ']}' }
 ['First'], ['First'], ['Second'], ['Third'], [], ['Second', 'First']]



=== TEST 3: a paper, with its tag
--- request
GET /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 200
--- response_headers_like
ETag: "[0-9a-f]{32}"
Cache-Control: private, no-cache
--- json
{"success": true, "data": {"...": 1, "title": "First", "file_url": "/api/v1/papers/eeeeeeee-0000-4000-8000-000000000001/file",
 "metadata": {"doi": null, "arxiv_id": null, "publication": null, "publication_date": null, "abstract": null, "keywords": [],
  "language": null, "article_type": null, "confidence": {}, "edited": []},
 "statements": {"funding": null, "conflict_of_interest": null, "data_availability": null, "code_availability": null}}}



=== TEST 4: unchanged
--- request
GET /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001
--- more_headers eval
Paperal::bearer('ada') . "\nIf-None-Match: "
. "{etag:SELECT paper_full_json(p) FROM papers p WHERE title = 'First'}"
--- error_code: 304
--- response_body:



=== TEST 5: somebody else's paper, an unknown one and no id at all look the same
--- request eval
[map { "GET /api/v1/papers/$_" } Paperal::paper(4), Paperal::paper(99), "x"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[404, 404, 404]
--- json eval
[('{"success": false, "error": {"code": "RESOURCE_NOT_FOUND", "message": "not found"}}') x 3]



=== TEST 6: nor can somebody else's be changed, deleted, restored, read, analyzed
--- request eval
my $p = "/api/v1/papers/" . Paperal::paper(4);
["PATCH $p\n{\"title\": \"x\"}", "DELETE $p", "POST $p/restore", "GET $p/file", "GET $p/structure", "POST $p/analysis"]
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/json"
--- error_code eval
[(404) x 6]
--- after_sql
SELECT title, deleted_at IS NULL FROM papers WHERE title = 'Fourth'
=>
Fourth|t



=== TEST 7: a viewer reads and may not write
--- request eval
my $p = "/api/v1/papers/" . Paperal::paper(3);
["GET $p", "PATCH $p\n{\"title\": \"x\"}", "DELETE $p", "POST $p/analysis"]
--- more_headers eval
Paperal::bearer('bob') . "\nContent-Type: application/json"
--- error_code eval
[200, 403, 403, 403]



=== TEST 8: editing; corrected fields are listed
--- request
PATCH /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001
{"title": "Better", "tags": ["x", "y, z"], "authors": ["A. B"], "unpublished": true, "retention_days": 30,
 "metadata": {"doi": "10.1000/x", "publication_date": "2025-02", "keywords": ["k"], "abstract": "a\nb"}}
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/json"
--- error_code: 200
--- response_headers_like
ETag: "[0-9a-f]{32}"
--- json
{"success": true, "data": {"...": 1, "title": "Better", "tags": ["x", "y, z"], "authors": ["A. B"], "unpublished": true,
 "retention_days": 30, "metadata": {"...": 1, "doi": "10.1000/x", "publication_date": "2025-02", "keywords": ["k"],
 "abstract": "a\nb", "edited": "~any"}}}



=== TEST 9: every bad field, nested ones by their path
--- request
PATCH /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001
{"title": " ", "tags": "x", "authors": [1], "retention_days": 0, "embargo_until": "tomorrow", "status": "ready",
 "metadata": {"doi": 1, "publication_date": "2025-13", "pages": 3}}
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/json"
--- error_code: 422
--- json
{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {
 "title": "must not be empty", "tags": "must be an array of strings", "authors": "must be an array of strings",
 "retention_days": "must be from 1 to 3650", "embargo_until": "must be a time such as 2026-01-31T12:00:00Z",
 "status": "is not known", "metadata.doi": "must be a string", "metadata.publication_date": "must be YYYY, YYYY-MM or YYYY-MM-DD",
 "metadata.pages": "is not known"}}}



=== TEST 10: with a stale tag
--- request
PATCH /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001
{"title": "Better"}
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/json\nIf-Match: \"abc\""
--- error_code: 412
--- after_sql
SELECT count(*) FROM papers WHERE title = 'Better'
=>
0



=== TEST 11: with the right one
--- request
PATCH /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001
{"title": "Better"}
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/json\nIf-Match: "
. "{etag:SELECT paper_full_json(p) FROM papers p WHERE title = 'First'}"
--- error_code: 200



=== TEST 12: into the trash and back
--- request eval
my $p = "/api/v1/papers/" . Paperal::paper(1);
["DELETE $p", "GET $p", "GET /api/v1/papers?sort=title&limit=1", "POST $p/restore", "GET /api/v1/papers?sort=title&limit=1"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[204, 200, 200, 200, 200]
--- json eval
['', '{"success": true, "data": {"...": 1, "deleted_at": "~time"}}',
 '{"success": true, "data": [{"...": 1, "title": "Second"}], "meta": "~any"}',
 '{"success": true, "data": {"...": 1, "deleted_at": null}}',
 '{"success": true, "data": [{"...": 1, "title": "First"}], "meta": "~any"}']



=== TEST 13: a body where none belongs
--- request
POST /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001/restore
{"now": true}
--- more_headers eval
Paperal::bearer('ada') . "\nContent-Type: application/json"
--- error_code: 422
--- json
{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"now": "is not known"}}}



=== TEST 14: no structure before the extraction
--- request
GET /api/v1/papers/eeeeeeee-0000-4000-8000-000000000002/structure
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 409
--- json
{"success": false, "error": {"code": "CONFLICT", "message": "~any", "details": {"status": "uploaded"}}}



=== TEST 15: an id in capitals is the same id
--- request
GET /api/v1/papers/EEEEEEEE-0000-4000-8000-000000000001
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 200



=== TEST 16: an unknown parameter of DELETE
--- request
DELETE /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001?force=1
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 422
--- after_sql
SELECT count(*) FROM papers WHERE deleted_at IS NOT NULL
=>
0
