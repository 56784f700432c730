# Reviews: claims, ratings, the end of an analysis, recipes and differences.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use Paperal;

our $json = Paperal::bearer('ada') . "\nContent-Type: application/json";
our $bob = Paperal::bearer('bob') . "\nContent-Type: application/json";
our $one = "/api/v1/analysis/" . Paperal::analysis(1);

# The analyses of the seed, moved to the workspace where Bob is a viewer.

sub shared {
    return Paperal::reviewed() . "UPDATE papers SET workspace_id = 'dddddddd-0000-4000-8000-0000000000dd' WHERE title = 'First';"
        . "UPDATE analyses SET workspace_id = 'dddddddd-0000-4000-8000-0000000000dd';";
}

# A second result of the first paper.

sub rerun {
    return Paperal::reviewed() . <<'_EOC_';
UPDATE analyses a SET status = 'completed', completed_at = now(), progress = 100, result_sha256 = 'dd',
 results = replace(replace(b.results::text, 'It is hard.', 'It is very hard.'), '"low": 30', '"low": 35')::json,
 results_brief = b.results_brief
 FROM analyses b WHERE a.id = 'ffffffff-0000-4000-8000-000000000002' AND b.id = 'ffffffff-0000-4000-8000-000000000001';
_EOC_
}

run_tests();

__DATA__

=== TEST 1: a decision, with who and when
--- sql eval: Paperal::reviewed()
--- request eval
["PATCH $::one/claims/c1\n{\"decision\": \"accepted\"}", "GET $::one/results?view=full"]
--- more_headers eval: $::json
--- error_code eval
[200, 200]
--- response_headers_like eval
['ETag: "[0-9a-f]{32}"', '']
--- json eval
['{"success": true, "data": {"id": "c1", "kind": "result", "text": "It works.", "basis": "paper", "confidence": "high", "evidence_ids": ["e1"],
 "verdict": "supported", "decision": "accepted", "decided_by": "Ada", "decided_at": "~time", "locked": false}}',
 '{"success": true, "data": {"...": 1, "results": {"...": 1, "paper_profile": {"...": 1, "claims": [
   {"...": 1, "decision": "accepted", "decided_by": "Ada"}, {"...": 1, "decision": null}]}}}}']
--- after_sql
SELECT user_name, claim_id, old->>'decision', new->>'decision' FROM claim_changes; SELECT result_sha256 FROM analyses WHERE status = 'completed'
=>
Ada|c1||accepted
cc



=== TEST 2: a rejected claim leaves the lists and comes back
--- sql eval: Paperal::reviewed()
--- request eval
["PATCH $::one/claims/c1\n{\"decision\": \"rejected\"}", "GET $::one/results",
 "PATCH $::one/claims/c1\n{\"decision\": null}", "GET $::one/results"]
--- more_headers eval: $::json
--- error_code eval
[(200) x 4]
--- json eval
['', '{"success": true, "data": {"...": 1, "results": {"...": 1, "technical_feasibility": {"...": 1, "strengths": []},
  "swot": {"...": 1, "strengths": ["It is new."]}}}}',
 '{"success": true, "data": {"id": "c1", "kind": "result", "text": "It works.", "basis": "paper", "confidence": "high", "evidence_ids": ["e1"],
 "verdict": "supported", "decision": null, "locked": false}}',
 '{"success": true, "data": {"...": 1, "results": {"...": 1, "technical_feasibility": {"...": 1, "strengths": ["It works."]},
  "swot": {"...": 1, "strengths": ["It works.", "It is new."]}}}}']



=== TEST 3: the section's own claim decides over the one it was taken from
--- sql eval: Paperal::reviewed()
--- request eval
["PATCH $::one/claims/c4\n{\"decision\": \"accepted\"}", "PATCH $::one/claims/c1\n{\"decision\": \"rejected\"}", "GET $::one/results"]
--- more_headers eval: $::json
--- error_code eval
[(200) x 3]
--- json eval
['', '', '{"success": true, "data": {"...": 1, "results": {"...": 1, "technical_feasibility": {"...": 1, "strengths": []},
  "swot": {"...": 1, "strengths": ["It works.", "It is new."]}}}}']



=== TEST 4: an edit keeps the engine's words; typing them in again takes the edit back
--- sql eval: Paperal::reviewed()
--- request eval
["PATCH $::one/claims/c1\n{\"text\": \"It works on farms.\"}", "PATCH $::one/claims/c1\n{\"text\": \"It works everywhere.\"}",
 "GET $::one/results", "PATCH $::one/claims/c1\n{\"text\": \" It works. \"}", "GET $::one/results"]
--- more_headers eval: $::json
--- error_code eval
[(200) x 5]
--- json eval
['{"success": true, "data": {"...": 1, "text": "It works on farms.", "original_text": "It works.", "edited_by": "Ada"}}',
 '{"success": true, "data": {"...": 1, "text": "It works everywhere.", "original_text": "It works.", "edited_by": "Ada"}}',
 '{"success": true, "data": {"...": 1, "results": {"...": 1, "technical_feasibility": {"...": 1, "strengths": ["It works everywhere."]},
  "swot": {"...": 1, "strengths": ["It works everywhere.", "It is new."]}}}}',
 '{"success": true, "data": {"id": "c1", "kind": "result", "text": "It works.", "basis": "paper", "confidence": "high", "evidence_ids": ["e1"],
 "verdict": "supported", "decision": null, "locked": false}}',
 '{"success": true, "data": {"...": 1, "results": {"...": 1, "swot": {"...": 1, "strengths": ["It works.", "It is new."]}}}}']
--- after_sql
SELECT count(*) FROM claim_changes
=>
3



=== TEST 5: null takes an edit back too, and a lock stays
--- sql eval: Paperal::reviewed()
--- request eval
["PATCH $::one/claims/c2\n{\"text\": \"Harder.\", \"locked\": true}", "PATCH $::one/claims/c2\n{\"text\": null}"]
--- more_headers eval: $::json
--- error_code eval
[200, 200]
--- json eval
['{"success": true, "data": {"...": 1, "text": "Harder.", "locked": true}}',
 '{"success": true, "data": {"...": 1, "text": "It is hard.", "locked": true}}']



=== TEST 6: a claim that the brief result shows changes there as well
--- sql eval: Paperal::reviewed()
--- request eval
["PATCH $::one/claims/c3\n{\"text\": \"BSD licence.\"}", "GET $::one/results"]
--- more_headers eval: $::json
--- error_code eval
[200, 200]
--- json eval
['', '{"success": true, "data": {"...": 1, "results": {"...": 1, "intellectual_property": {"...": 1, "signals": [{"...": 1,
  "text": "BSD licence.", "original_text": "MIT licence."}]}, "paper_profile": {"questions": "~any"}}}}']



=== TEST 7: nothing new is no change
--- sql eval: Paperal::reviewed()
--- request eval
["PATCH $::one/claims/c1\n{}", "PATCH $::one/claims/c1\n{\"decision\": null, \"text\": \"It works.\", \"locked\": false}"]
--- more_headers eval: $::json
--- error_code eval
[200, 200]
--- after_sql
SELECT count(*) FROM claim_changes
=>
0



=== TEST 8: the tag of the results changes, and a stale one is refused
--- sql eval: Paperal::reviewed()
--- request eval
["PATCH $::one/claims/c1\n{\"locked\": true}", "PATCH $::one/claims/c2\n{\"locked\": true}"]
--- more_headers eval
["$::json\nIf-Match: {etag:SELECT analysis_results_json(a, false) FROM analyses a WHERE status = 'completed'}",
 "$::json\nIf-Match: {etag:SELECT analysis_results_json(a, false) FROM analyses a WHERE status = 'completed'}"]
--- error_code eval
[200, 412]
--- json eval
['', '{"success": false, "error": {"code": "PRECONDITION_FAILED", "message": "~any"}}']
--- after_sql
SELECT count(*) FROM claim_changes
=>
1



=== TEST 9: the tag of the whole results does as well
--- sql eval: Paperal::reviewed()
--- request eval
"PATCH $::one/claims/c1\n{\"locked\": true}"
--- more_headers eval
"$::json\nIf-Match: {etag:SELECT analysis_results_json(a, true) FROM analyses a WHERE status = 'completed'}"
--- error_code: 200



=== TEST 10: two claims at the same moment, both changes stay
--- sql eval: Paperal::reviewed()
--- request
GET /health
--- script eval
sub {
    my $name = shift;
    my @sockets = map { Paperal::send_request('PATCH', "$main::one/claims/c$_",
        ['Connection: close', split(/\n/, $main::json)], '{"decision": "accepted"}') } 1 .. 4;
    Test::More::like(Paperal::read_until($_), qr{^HTTP/1.1 200}, "$name - answered") for @sockets;
}
--- after_sql
SELECT count(*) FROM analyses a, result_claims(a.results::jsonb) c WHERE c.claim->>'decision' = 'accepted'; SELECT count(*) FROM claim_changes
=>
4
4



=== TEST 11: what is wrong with a change
--- sql eval: Paperal::reviewed()
--- request eval
["PATCH $::one/claims/c1\n{\"decision\": \"maybe\", \"text\": \" \", \"locked\": null, \"by\": 1}", "PATCH $::one/claims/c1\n[]",
 "PATCH $::one/claims/c1\n{\"text\": \"" . 'x' x 5001 . "\"}"]
--- more_headers eval: $::json
--- error_code eval
[(422) x 3]
--- json eval
['{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"decision": "is not one of the possible values",
 "text": "must not be empty", "locked": "must not be null", "by": "is not known"}}}', '', '']



=== TEST 12: claims that are not there, analyses that have no result, other people's
--- sql eval: Paperal::reviewed()
--- request eval
["PATCH $::one/claims/c99\n{}", "PATCH $::one/claims/%27\n{}", "PATCH $::one/claims/c123456789\n{}",
 "PATCH /api/v1/analysis/" . Paperal::analysis(2) . "/claims/c1\n{}",
 "PATCH /api/v1/analysis/" . Paperal::analysis(3) . "/claims/c1\n{}",
 "PATCH /api/v1/analysis/" . Paperal::analysis(9) . "/claims/c1\n{}"]
--- more_headers eval: $::json
--- error_code eval
[404, 404, 404, 409, 404, 404]



=== TEST 13: a viewer only looks
--- sql eval: main::shared()
--- request eval
["GET $::one/results", "PATCH $::one/claims/c1\n{\"decision\": \"accepted\"}", "DELETE $::one",
 "POST $::one/questions\n{\"question\": \"Why?\"}", "POST $::one/questions/link\n{}",
 "POST /api/v1/papers/" . Paperal::paper(1) . "/sources\n{\"title\": \"t\", \"quote\": \"q\"}",
 "DELETE /api/v1/papers/" . Paperal::paper(1) . "?permanent=true", "POST $::one/feedback\n{\"rating\": 1}"]
--- more_headers eval: $::bob
--- error_code eval
[200, (403) x 6, 201]
--- after_sql
SELECT (SELECT count(*) FROM claim_changes), (SELECT count(*) FROM questions), (SELECT count(*) FROM erasures)
=>
0|2|0



=== TEST 14: ratings: all are kept, the last one is shown
--- sql eval: Paperal::reviewed()
--- request eval
["POST $::one/feedback\n{\"rating\": 2, \"section\": \"risks\", \"comment\": \"Too short.\"}", "POST $::one/feedback\n{\"rating\": 5}", "GET $::one"]
--- more_headers eval: $::json
--- error_code eval
[201, 201, 200]
--- json eval
['{"success": true, "data": {"id": "~uuid", "analysis_id": "~uuid", "rating": 2, "section": "risks", "comment": "Too short.", "created_by": "Ada", "created_at": "~time"}}',
 '', '{"success": true, "data": {"...": 1, "feedback": {"...": 1, "rating": 5, "section": null, "comment": null}}}']
--- after_sql
SELECT string_agg(rating::text, ' ' ORDER BY created_at) FROM analysis_feedback
=>
2 5



=== TEST 15: ratings that are none
--- sql eval: Paperal::reviewed()
--- request eval
["POST $::one/feedback\n{}", "POST $::one/feedback\n{\"rating\": 6, \"section\": \"cover\", \"comment\": 1}",
 "POST $::one/feedback\n{\"rating\": 1.5}", "POST /api/v1/analysis/" . Paperal::analysis(2) . "/feedback\n{\"rating\": 1}",
 "POST /api/v1/analysis/" . Paperal::analysis(3) . "/feedback\n{\"rating\": 1}"]
--- more_headers eval: $::json
--- error_code eval
[422, 422, 422, 409, 404]
--- json eval
['{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"rating": "is required"}}}',
 '{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"rating": "must be from 1 to 5",
  "section": "is not one of the possible values", "comment": "must be a string"}}}', '', '', '']
--- after_sql
SELECT count(*) FROM analysis_feedback
=>
0



=== TEST 16: the same key rates once
--- sql eval: Paperal::reviewed()
--- request eval
[("POST $::one/feedback\n{\"rating\": 4}") x 2]
--- more_headers eval: "$::json\nIdempotency-Key: once"
--- error_code eval
[201, 201]
--- after_sql
SELECT count(*) FROM analysis_feedback
=>
1



=== TEST 17: the end of an analysis
--- sql eval: main::rerun()
--- request eval
my $p = "/api/v1/papers/" . Paperal::paper(1);
["GET $p", "DELETE /api/v1/analysis/" . Paperal::analysis(2), "GET $p", "GET /api/v1/analysis/" . Paperal::analysis(2), "DELETE $::one", "GET $p"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[200, 204, 200, 404, 204, 200]
--- json eval
['{"success": true, "data": {"...": 1, "latest_analysis": {"...": 1, "id": "ffffffff-0000-4000-8000-000000000002"}}}', '',
 '{"success": true, "data": {"...": 1, "latest_analysis": {"id": "ffffffff-0000-4000-8000-000000000001", "status": "completed", "progress": 100}}}',
 '', '', '{"success": true, "data": {"...": 1, "latest_analysis": null, "status": "ready"}}']



=== TEST 18: not while it goes on, nor somebody else's
--- sql eval: Paperal::reviewed()
--- request eval
["DELETE /api/v1/analysis/" . Paperal::analysis(2), "DELETE /api/v1/analysis/" . Paperal::analysis(3), "DELETE /api/v1/analysis/x",
 "DELETE /api/v1/analysis/" . Paperal::analysis(9)]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[409, 404, 404, 404]
--- json eval
['{"success": false, "error": {"code": "CONFLICT", "message": "cancel the analysis first", "details": {"status": "pending"}}}', ('') x 3]
--- after_sql
SELECT count(*) FROM analyses
=>
3



=== TEST 19: a recipe
--- sql eval: Paperal::reviewed()
--- request eval
["GET $::one/recipe", "GET /api/v1/analysis/" . Paperal::analysis(2) . "/recipe", "GET /api/v1/analysis/" . Paperal::analysis(3) . "/recipe"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[200, 409, 404]
--- response_headers_like eval
['ETag: "[0-9a-f]{32}"', '', '']
--- json eval
['{"success": true, "data": {"analysis_id": "ffffffff-0000-4000-8000-000000000001", "paper_id": "~uuid", "engine": "embedded", "engine_version": "1",
 "model": null, "analysis_type": "standard", "parameters": {}, "replay_of": null, "paper_sha256": null, "text_sha256": "aa", "extractor_version": null,
 "lexicon_version": null, "schema_version": null, "pipeline_sha256": null, "result_sha256": "cc", "sources": [],
 "stages": [{"name": "swot", "status": "completed", "attempt": 1, "input_sha256": "bb", "answer_sha256": null, "provider": null, "host": null}],
 "replayable": false, "reason": "text_changed"}}', '', '']



=== TEST 20: a difference and its mirror image
--- sql eval: main::rerun()
--- request eval
my $two = Paperal::analysis(2);
["GET $::one/diff/$two", "GET /api/v1/analysis/$two/diff/" . Paperal::analysis(1), "GET $::one/diff/" . Paperal::analysis(1)]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[200, 200, 200]
--- json eval
my $changed = '{"section": "paper_profile", "added": [], "removed": [], "same": 1, "changed": [{"left": {"...": 1, "text": "%s"}, "right": {"...": 1, "text": "%s"}}]}';
my $rest = '"sections": [%s, "~any", "~any", "~any", {"...": 1, "section": "intellectual_property", "same": 1}, "~any", "~any", "~any", "~any",
 {"section": "swot", "added": [], "removed": [], "changed": [], "same": 1}, "~any"]';
[sprintf('{"success": true, "data": {"left": {"...": 1, "id": "ffffffff-0000-4000-8000-000000000001", "result_sha256": "cc"},
 "right": {"...": 1, "analysis_type": "quick", "result_sha256": "dd"}, "same": false,
 "score": {"left": {"overall": null, "low": 30, "high": 50}, "right": {"overall": null, "low": 35, "high": 50},
  "parts": [{"id": "readiness", "left": 0.5, "right": 0.5}]}, "trl": "~any",
 "recipe": [{"field": "analysis_type", "left": "standard", "right": "quick"}], ' . $rest . '}}', sprintf $changed, 'It is hard.', 'It is very hard.'),
 sprintf('{"success": true, "data": {"...": 1, "recipe": [{"field": "analysis_type", "left": "quick", "right": "standard"}], ' . $rest . '}}',
  sprintf $changed, 'It is very hard.', 'It is hard.'),
 '{"success": true, "data": {"...": 1, "same": true, "recipe": []}}']



=== TEST 21: differences that there are none of
--- sql eval
main::rerun() . "UPDATE papers SET workspace_id = 'aaaaaaaa-0000-4000-8000-0000000000aa', user_id = '" . Paperal::ada() . "' WHERE title = 'Fourth';
UPDATE analyses SET workspace_id = 'aaaaaaaa-0000-4000-8000-0000000000aa' WHERE id = '" . Paperal::analysis(3) . "';
UPDATE analyses SET status = 'pending', results = NULL, completed_at = NULL WHERE id = '" . Paperal::analysis(2) . "'"
--- request eval
["GET $::one/diff/" . Paperal::analysis(3), "GET $::one/diff/" . Paperal::analysis(2), "GET /api/v1/analysis/" . Paperal::analysis(2) . "/diff/" . Paperal::analysis(1),
 "GET $::one/diff/" . Paperal::analysis(9), "GET $::one/diff/x"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[409, 409, 409, 404, 404]
--- json eval
['{"success": false, "error": {"code": "CONFLICT", "message": "the analyses are of two papers", "details": {"reason": "different_papers"}}}', ('') x 4]



=== TEST 22: what has left the house, as JSON and as CSV without formulas
--- sql eval
Paperal::reviewed() . "INSERT INTO outbound (workspace_id, paper_id, analysis_id, call_id, at, host, provider, model, call, stage, bytes, payload_sha256, fate)
VALUES ('aaaaaaaa-0000-4000-8000-0000000000aa', '" . Paperal::paper(1) . "', '" . Paperal::analysis(1) . "', 7, '2026-01-31T12:00:00Z', '=host', 'openai',
 'm \"1\"', 'risks.review', 'risks', 12, 'ee', 'lost')"
--- request eval
my $p = "/api/v1/papers/";
["GET $p" . Paperal::paper(1) . "/outbound", "GET $p" . Paperal::paper(1) . "/outbound?format=csv", "GET $p" . Paperal::paper(2) . "/outbound",
 "GET $p" . Paperal::paper(4) . "/outbound", "GET $p" . Paperal::paper(4) . "/outbound?format=csv", "GET $p" . Paperal::paper(1) . "/outbound?format=pdf"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[200, 200, 200, 404, 404, 422]
--- response_headers eval
['', 'Content-Type: text/csv; charset=utf-8', '', '', '', '']
--- json eval
['{"success": true, "data": [{"at": "2026-01-31T12:00:00.000Z", "host": "=host", "provider": "openai", "model": "m \\"1\\"", "bytes": 12, "payload_sha256": "ee",
 "stage": "risks", "call": "risks.review", "analysis_id": "ffffffff-0000-4000-8000-000000000001", "state": "lost", "cost_micro_usd": null}]}', '',
 '{"success": true, "data": []}', '', '', '']
--- response_body_like eval
['', qr/^at,host,provider,model,bytes,payload_sha256,stage,call,analysis_id,state,cost_micro_usd\r\n"2026-01-31T12:00:00.000Z","'=host","openai","m ""1""","12","ee","risks","risks.review","ffffffff-0000-4000-8000-000000000001","lost",""\r\n$/, '', '', '', '']
