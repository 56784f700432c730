# Analyses: start, list, read, results, evidence, cancel.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use Paperal;

our $json = Paperal::bearer('ada') . "\nContent-Type: application/json";

run_tests();

__DATA__

=== TEST 1: a body is not needed
--- request
POST /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001/analysis
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 202
--- json
{"success": true, "data": {"analysis_id": "~uuid", "paper_id": "eeeeeeee-0000-4000-8000-000000000001", "status": "pending",
 "created_at": "~time", "estimated_completion_time": "~time"}}
--- after_sql
SELECT analysis_type, engine, (SELECT count(*) FROM analysis_stages), (SELECT state FROM jobs) FROM analyses
=>
standard|embedded|11|queued



=== TEST 2: with everything
--- request
POST /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001/analysis
{"analysis_type": "deep", "engine": "embedded", "parameters": {"focus_areas": ["a"], "industry_context": "b\nc", "language": "zh",
 "weights": {"readiness": 30, "obstacles": 0}, "max_cost_micro_usd": 1000000}}
--- more_headers eval: $::json
--- error_code: 202
--- after_sql
SELECT analysis_type, parameters->'weights'->>'readiness' FROM analyses
=>
deep|30



=== TEST 3: before the extraction it waits
--- request
POST /api/v1/papers/eeeeeeee-0000-4000-8000-000000000002/analysis
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 202
--- after_sql
SELECT state FROM jobs
=>
waiting



=== TEST 4: every bad field
--- request
POST /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001/analysis
{"analysis_type": "slow", "engine": 1, "model": "x", "parameters": {"language": "de", "weights": {"readiness": 101, "luck": 1, "ip_room": 1.5},
 "focus_areas": "a", "max_cost_micro_usd": -1}}
--- more_headers eval: $::json
--- error_code: 422
--- json
{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {
 "analysis_type": "is not one of the possible values", "engine": "must be a string", "model": "is not known",
 "parameters.language": "is not one of the possible values", "parameters.weights.readiness": "must be from 0 to 100",
 "parameters.weights.luck": "is not known", "parameters.weights.ip_room": "must be an integer",
 "parameters.focus_areas": "must be an array of strings", "parameters.max_cost_micro_usd": "must be from 0 to 1000000000000"}}}



=== TEST 5: numbers that no integer holds
--- request
POST /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001/analysis
{"parameters": {"max_cost_micro_usd": 1e400}}
--- more_headers eval: $::json
--- error_code: 422



=== TEST 6: of a paper in the trash
--- sql
UPDATE papers SET deleted_at = now() WHERE title = 'First';
--- request
POST /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001/analysis
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 409
--- json
{"success": false, "error": {"code": "CONFLICT", "message": "~any"}}



=== TEST 7: with the month's analyses used up
--- sql
INSERT INTO usage_months (user_id, month, analyses)
 VALUES ('bbbbbbbb-0000-4000-8000-000000000002', current_month(), 20);
--- request
POST /api/v1/papers/eeeeeeee-0000-4000-8000-000000000004/analysis
--- more_headers eval: Paperal::bearer('bob')
--- error_code: 402
--- json
{"success": false, "error": {"code": "QUOTA_EXCEEDED", "message": "~any", "details": "~any"}}



=== TEST 8: the list and its filters
--- sql eval: Paperal::analyses()
--- request eval
["GET /api/v1/analysis", "GET /api/v1/analysis?status=completed", "GET /api/v1/analysis?sort=created_at&limit=1",
 "GET /api/v1/analysis?paper_id=" . Paperal::paper(2), "GET /api/v1/analysis?engine=openai"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[(200) x 5]
--- json eval
[map { '{"success": true, "meta": "~any", "data": [' . CORE::join(',', map { qq({"...": 1, "analysis_type": "$_"}) } @$_) . ']}' }
 ['quick', 'standard'], ['standard'], ['standard'], [], []]



=== TEST 9: one analysis
--- sql eval: Paperal::analyses()
--- request
GET /api/v1/analysis/ffffffff-0000-4000-8000-000000000001
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 200
--- response_headers_like
ETag: "[0-9a-f]{32}"
--- json
{"success": true, "data": {"id": "ffffffff-0000-4000-8000-000000000001", "paper_id": "~uuid", "analysis_type": "standard",
 "engine": "embedded", "model": null, "status": "completed", "progress": 100, "current_stage": null,
 "stages": [{"name": "paper_profile", "status": "completed", "started_at": null, "completed_at": null, "reused": false, "cost_micro_usd": 0,
  "in_doubt_micro_usd": 0, "calls": 0}],
 "parameters": {}, "created_at": "~time", "started_at": null, "completed_at": "~time", "estimated_completion_time": null,
 "error": null, "cost_micro_usd": 0, "reserved_micro_usd": 0, "feedback": null, "replay_of": null}}



=== TEST 10: somebody else's, on every route
--- sql eval: Paperal::analyses()
--- request eval
my $a = "/api/v1/analysis/" . Paperal::analysis(3);
["GET $a", "GET $a/results", "GET $a/evidence", "GET $a/evidence?format=csv", "GET $a/events", "POST $a/cancel"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[(404) x 6]
--- json eval
[('{"success": false, "error": {"code": "RESOURCE_NOT_FOUND", "message": "not found"}}') x 6]
--- after_sql
SELECT status FROM analyses WHERE id = 'ffffffff-0000-4000-8000-000000000003'
=>
pending



=== TEST 11: results, brief and full
--- sql eval: Paperal::analyses()
--- request eval
my $a = "/api/v1/analysis/" . Paperal::analysis(1);
["GET $a/results", "GET $a/results?view=full", "GET $a/results?view=half"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[200, 200, 422]
--- json eval
['{"success": true, "data": {"id": "~uuid", "paper_id": "~uuid", "status": "completed", "created_at": "~time", "completed_at": "~time", "results": {"brief": true}}}',
 '{"success": true, "data": {"...": 1, "results": {"...": 1, "brief": false}}}', '']



=== TEST 12: not before the end
--- sql eval: Paperal::analyses()
--- request eval
my $a = "/api/v1/analysis/" . Paperal::analysis(2);
["GET $a/results", "GET $a/evidence", "GET $a/evidence?format=csv"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[(409) x 3]
--- json eval
[('{"success": false, "error": {"code": "CONFLICT", "message": "~any", "details": {"status": "pending"}}}') x 3]



=== TEST 13: evidence
--- sql eval: Paperal::analyses()
--- request
GET /api/v1/analysis/ffffffff-0000-4000-8000-000000000001/evidence
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 200
--- response_headers
Content-Type: application/json
--- json
{"success": true, "data": [{"id": "e1", "quote": "=a, \"b\"", "source_text": "t", "status": "verified", "match": "exact",
 "page_first": 1, "page_last": 2, "section": "sec1", "sid": "s0001", "boxes": [], "claim_ids": ["c1", "c2"]}]}



=== TEST 14: as CSV, with no formula in it
--- sql eval: Paperal::analyses()
--- request
GET /api/v1/analysis/ffffffff-0000-4000-8000-000000000001/evidence?format=csv
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 200
--- response_headers
Content-Type: text/csv; charset=utf-8
Content-Disposition: attachment; filename="evidence.csv"
Cache-Control: no-store
--- response_body eval
qq{id,status,match,page_first,page_last,section,sid,claim_ids,quote,source_text\r\n}
. qq{"e1","verified","exact","1","2","sec1","s0001","c1 c2","'=a, ""b""","t"\r\n}



=== TEST 15: cancel, once
--- sql eval: Paperal::analyses()
--- request eval
my $a = "/api/v1/analysis/" . Paperal::analysis(2);
["POST $a/cancel", "POST $a/cancel"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[200, 409]
--- json eval
['{"success": true, "data": {"...": 1, "status": "cancelled"}}',
 '{"success": false, "error": {"code": "CONFLICT", "message": "~any", "details": {"status": "cancelled"}}}']



=== TEST 16: the same key starts one analysis
--- request eval
my $p = "POST /api/v1/papers/" . Paperal::paper(1) . "/analysis";
["$p\n{}", "$p\n{}", "$p\n{\"analysis_type\": \"quick\"}", "POST /api/v1/papers/" . Paperal::paper(2) . "/analysis\n{}"]
--- more_headers eval
$::json . "\nIdempotency-Key: key-1"
--- error_code eval
[202, 202, 409, 409]
--- response_headers eval
['!Idempotency-Replayed', 'Idempotency-Replayed: true', '', '']
--- json eval
['', '{"success": true, "data": {"...": 1, "status": "pending"}}',
 ('{"success": false, "error": {"code": "IDEMPOTENCY_KEY_REUSED", "message": "~any"}}') x 2]
--- after_sql
SELECT count(*) FROM analyses
=>
1



=== TEST 17: another user's same key is another key
--- request eval
["POST /api/v1/papers/" . Paperal::paper(1) . "/analysis", "POST /api/v1/papers/" . Paperal::paper(4) . "/analysis"]
--- more_headers eval
[Paperal::bearer('ada') . "\nIdempotency-Key: key-1", Paperal::bearer('bob') . "\nIdempotency-Key: key-1"]
--- error_code eval
[202, 202]



=== TEST 18: a failed request gives its key back
--- request eval
my $p = "/api/v1/papers/" . Paperal::paper(1);
["DELETE $p", "POST $p/analysis", "POST $p/restore", "POST $p/analysis"]
--- more_headers eval
my $k = Paperal::bearer('ada') . "\nIdempotency-Key: key";
[$k, "$k-1", "$k-2", "$k-1"]
--- error_code eval
[204, 409, 200, 202]



=== TEST 19: keys that are none
--- request eval
[("POST /api/v1/papers/" . Paperal::paper(1) . "/analysis") x 2]
--- more_headers eval
[Paperal::bearer('ada') . "\nIdempotency-Key: a b", Paperal::bearer('ada') . "\nIdempotency-Key: " . 'x' x 256]
--- error_code eval
[422, 422]
--- json eval
[('{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"Idempotency-Key": "must be 1 to 255 visible ASCII characters"}}}') x 2]
--- after_sql
SELECT count(*) FROM analyses
=>
0



=== TEST 20: while the first request is under way, the second waits for its answer
--- sql
SET ROLE paperal_owner;
INSERT INTO idempotency_keys (user_id, key, route, body_sha256, created_at)
VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'key-1',
 'start_analysis /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001/analysis', encode(sha256('{}'), 'hex'), now());
--- during
SELECT pg_sleep(0.3);
UPDATE idempotency_keys SET status = 202, body = '{"first": true}';
--- request
POST /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001/analysis
--- more_headers eval
Paperal::bearer('ada') . "\nIdempotency-Key: key-1"
--- error_code: 202
--- response_headers
Idempotency-Replayed: true
--- json
{"success": true, "data": {"first": true}}
