# Models and money: what is configured, estimates, budgets, usage, resume,
# replay.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use Paperal;

our $json = Paperal::bearer('ada') . "\nContent-Type: application/json";

# A model of 1 USD for a million tokens of input, 2 USD of output; every type
# of analysis is two calls of 1000 tokens beside the paper, whose 10,000
# tokens are 40,000 bytes.

our $model = <<'_EOC_';
SELECT publish_model_settings('{"engine": "openai", "provider": "openai",
 "host": "api.example.com", "model": "m1", "context_tokens": 128000,
 "price": {"input": 1000000, "cached": 100000, "output": 2000000,
           "date": "2026-01-15"},
 "budgets": {"analysis": null, "user": 5000000, "day": null},
 "plans": {"quick": [
   {"name": "first", "stages": ["paper_profile", "technical_feasibility"],
    "paper": true, "fixed_tokens": 1000, "max_output_tokens": 2001,
    "typical_output_tokens": 500},
   {"name": "risks", "stages": ["risks"], "paper": true,
    "fixed_tokens": 900, "claims_tokens": 100, "max_output_tokens": 1000,
    "typical_output_tokens": 500}],
  "standard": [], "deep": []}}');
INSERT INTO paper_documents (paper_id, workspace_id, document, structure,
                             text_sha256, extractor_version, tokens)
SELECT id, workspace_id, '{}', '{}', 'text', '1', 10000 FROM papers
 WHERE title IN ('First', 'Third');
INSERT INTO paper_texts (paper_id, workspace_id, body, head, words)
SELECT id, workspace_id, repeat('x', 40000), '', '' FROM papers
 WHERE title IN ('First', 'Third');
_EOC_

run_tests();

__DATA__

=== TEST 1: without a model
--- request
GET /api/v1/models
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 200
--- json
{"success": true, "data": {"engine": "embedded", "engines": ["embedded"], "provider": null, "host": null, "model": null,
 "context_tokens": null, "priced": true, "price_table_date": null,
 "plans": {"quick": {"calls": 0}, "standard": {"calls": 0}, "deep": {"calls": 0}}}}



=== TEST 2: with a model
--- sql eval: $::model
--- request
GET /api/v1/models
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 200
--- json
{"success": true, "data": {"engine": "openai", "engines": ["embedded", "openai"], "provider": "openai", "host": "api.example.com",
 "model": "m1", "context_tokens": 128000, "priced": true, "price_table_date": "2026-01-15",
 "plans": {"quick": {"calls": 2}, "standard": {"calls": 0}, "deep": {"calls": 0}}}}



=== TEST 3: an estimate, every number by hand
the first call 11000 tokens in, 250 to 2001 out; the second with 10000 of
them from the cache; reserved are 11000 + 3666 + 256 tokens
--- sql eval: $::model
--- request
POST /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001/analysis/estimate
{"analysis_type": "quick"}
--- more_headers eval: $::json
--- error_code: 200
--- json
{"success": true, "data": {"engine": "openai", "provider": "openai", "model": "m1", "stages": [
 {"name": "paper_profile", "input_tokens": 5500, "max_output_tokens": 1001, "low": 5750, "likely": 6000, "high": 9462},
 {"name": "technical_feasibility", "input_tokens": 5500, "max_output_tokens": 1000, "low": 5750, "likely": 6000, "high": 9462},
 {"name": "market_opportunities", "input_tokens": 0, "max_output_tokens": 0, "low": 0, "likely": 0, "high": 0},
 {"name": "competition", "input_tokens": 0, "max_output_tokens": 0, "low": 0, "likely": 0, "high": 0},
 {"name": "intellectual_property", "input_tokens": 0, "max_output_tokens": 0, "low": 0, "likely": 0, "high": 0},
 {"name": "business_model", "input_tokens": 0, "max_output_tokens": 0, "low": 0, "likely": 0, "high": 0},
 {"name": "implementation_path", "input_tokens": 0, "max_output_tokens": 0, "low": 0, "likely": 0, "high": 0},
 {"name": "resource_requirements", "input_tokens": 0, "max_output_tokens": 0, "low": 0, "likely": 0, "high": 0},
 {"name": "risks", "input_tokens": 11000, "max_output_tokens": 1000, "low": 2500, "likely": 12000, "high": 16922},
 {"name": "swot", "input_tokens": 0, "max_output_tokens": 0, "low": 0, "likely": 0, "high": 0},
 {"name": "executive_summary", "input_tokens": 0, "max_output_tokens": 0, "low": 0, "likely": 0, "high": 0}],
 "total": {"low": 14000, "likely": 24000, "high": 35846}, "price_table_date": "2026-01-15", "fits_budget": true, "budget": null,
 "outbound": {"host": "api.example.com", "bytes": 92000, "allowed": true}}}
--- after_sql
SELECT count(*) FROM analyses
=>
0



=== TEST 4: the embedded engine costs nothing and sends nothing
--- sql eval: $::model
--- request
POST /api/v1/papers/eeeeeeee-0000-4000-8000-000000000002/analysis/estimate
{"engine": "embedded"}
--- more_headers eval: $::json
--- error_code: 200
--- json
{"success": true, "data": {"engine": "embedded", "provider": null, "model": null, "stages": "~any",
 "total": {"low": 0, "likely": 0, "high": 0}, "price_table_date": null, "fits_budget": true, "budget": null, "outbound": null}}



=== TEST 5: a model nobody knows the price of, with a budget
--- sql eval
$::model . "UPDATE model_settings SET settings = (settings::jsonb || '{\"price\": null}')::json;"
--- request eval
my $p = '/api/v1/papers/' . Paperal::paper(1) . '/analysis';
[qq(POST $p/estimate\n{"analysis_type": "quick"}), qq(POST $p\n{"analysis_type": "quick"})]
--- more_headers eval: $::json
--- error_code eval
[200, 402]
--- json eval
['{"success": true, "data": {"...": 1, "total": {"low": null, "likely": null, "high": null}, "price_table_date": null, "fits_budget": false, "budget": null}}',
 '{"success": false, "error": {"code": "BUDGET_EXCEEDED", "message": "~any", "details": {"reason": "unpriced"}}}']



=== TEST 6: before the extraction, in the trash, of others, with nonsense
--- sql eval: $::model . "UPDATE papers SET deleted_at = now() WHERE title = 'Third';"
--- request eval
[map { 'POST /api/v1/papers/' . Paperal::paper($_->[0]) . "/analysis/estimate\n$_->[1]" }
 [2, '{}'], [3, '{}'], [4, '{}'], [1, '{"analysis_type": "slow"}']]
--- more_headers eval: $::json
--- error_code eval
[409, 409, 404, 422]
--- json eval
['{"success": false, "error": {"code": "CONFLICT", "message": "~re:not extracted", "details": {"status": "uploaded"}}}',
 '{"success": false, "error": {"code": "CONFLICT", "message": "~re:trash"}}',
 '{"success": false, "error": {"code": "RESOURCE_NOT_FOUND", "message": "not found"}}',
 '{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"analysis_type": "~any"}}}']



=== TEST 7: a start by the configured model
--- sql eval: $::model
--- request
POST /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001/analysis
{"analysis_type": "quick", "parameters": {"max_cost_micro_usd": 24000}}
--- more_headers eval: $::json
--- error_code: 202
--- after_sql
SELECT engine, model FROM analyses
=>
openai|m1



=== TEST 8: a likely cost that a budget cannot pay, by one micro-USD
--- sql eval
$::model . "INSERT INTO llm_spending (scope, key, period, spent, reserved) VALUES ('user_month', '" . Paperal::ada()
 . "', current_month(), 4000000, 976001);"
--- request eval
my $p = '/api/v1/papers/' . Paperal::paper(1) . '/analysis';
[qq(POST $p/estimate\n{"analysis_type": "quick"}), qq(POST $p\n{"analysis_type": "quick"}),
 qq(POST $p\n{"analysis_type": "quick", "parameters": {"max_cost_micro_usd": 23000}})]
--- more_headers eval: $::json
--- error_code eval
[200, 402, 402]
--- json eval
['{"success": true, "data": {"...": 1, "fits_budget": false, "budget": {"scope": "user_month", "needed": 24000, "remaining": 23999}}}',
 '{"success": false, "error": {"code": "BUDGET_EXCEEDED", "message": "~any", "details": {"scope": "user_month", "needed": 24000, "remaining": 23999,
  "reserved": 976001}}}',
 '{"success": false, "error": {"code": "BUDGET_EXCEEDED", "message": "~any", "details": {"scope": "analysis", "needed": 24000, "remaining": 23000,
  "reserved": 0}}}']
--- after_sql
SELECT count(*), (SELECT sum(analyses) FROM usage_months) FROM analyses
=>
0|



=== TEST 9: a confidential paper goes only where it may
--- sql eval
$::model . "UPDATE papers SET unpublished = true, llm_hosts = '{other.example.com}' WHERE title = 'First';
UPDATE papers SET unpublished = true, llm_hosts = '{API.example.com}' WHERE title = 'Third';"
--- request eval
my ($p, $q) = map { '/api/v1/papers/' . Paperal::paper($_) . '/analysis' } 1, 3;
[map { qq(POST $_->[0]\n{"analysis_type": "quick"$_->[1]}) } ["$p/estimate", ''], [$p, ''], [$p, ', "engine": "embedded"'], [$q, '']]
--- more_headers eval: $::json
--- error_code eval
[200, 409, 202, 202]
--- json eval
['{"success": true, "data": {"...": 1, "outbound": {"host": "api.example.com", "bytes": 92000, "allowed": false}}}',
 '{"success": false, "error": {"code": "CONFLICT", "message": "~any", "details": {"reason": "host_not_allowed", "host": "api.example.com"}}}',
 '{"...": 1, "success": true}', '{"...": 1, "success": true}']



=== TEST 10: without a model it cannot be asked for
--- request
POST /api/v1/papers/eeeeeeee-0000-4000-8000-000000000001/analysis
{"engine": "openai"}
--- more_headers eval: $::json
--- error_code: 422
--- json
{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"engine": "no language model is configured"}}}



=== TEST 11: what the month has used
--- sql eval
$::model . "INSERT INTO usage_months VALUES ('" . Paperal::ada() . "', current_month(), 3, 4);
INSERT INTO llm_spending (scope, key, period, spent, reserved) VALUES ('user_month', '" . Paperal::ada()
 . "', current_month(), 184200, 12000);"
--- request
GET /api/v1/users/me/usage
--- more_headers eval
[Paperal::bearer('ada')]
--- error_code: 200
--- json
{"success": true, "data": {"papers": {"used": 3, "limit": null}, "analyses": {"used": 4, "limit": null},
 "storage_bytes": {"used": 0, "limit": 536870912000}, "llm_micro_usd": {"spent": 184200, "reserved": 12000, "budget": 5000000}}}



=== TEST 12: of somebody new, on a plan with limits
--- request
GET /api/v1/users/me/usage
--- more_headers eval: Paperal::bearer('bob')
--- error_code: 200
--- json
{"success": true, "data": {"papers": {"used": 0, "limit": 20}, "analyses": {"used": 0, "limit": 20},
 "storage_bytes": {"used": 0, "limit": 1073741824}, "llm_micro_usd": {"spent": 0, "reserved": 0, "budget": null}}}



=== TEST 13: resumed behind its last finished stage
--- sql eval
Paperal::analyses() . "UPDATE analyses SET status = 'failed', completed_at = now(), cost_micro_usd = 7, progress = 15,
 error = '{\"code\": \"LLM_UNAVAILABLE\", \"message\": \"m\"}' WHERE status = 'pending';
INSERT INTO analysis_stages (analysis_id, workspace_id, position, name, weight, status, output, cost_micro_usd)
SELECT id, workspace_id, p, n, 15, s, o, 7 FROM analyses, (VALUES (2, 'technical_feasibility', 'completed', '{}'::json),
 (3, 'risks', 'failed', NULL), (4, 'swot', 'skipped', NULL)) v(p, n, s, o) WHERE status = 'failed';"
--- request
POST /api/v1/analysis/ffffffff-0000-4000-8000-000000000002/resume
{"max_cost_micro_usd": 900}
--- more_headers eval: $::json
--- error_code: 200
--- json
{"success": true, "data": {"...": 1, "status": "pending", "progress": 15, "error": null, "completed_at": null, "cost_micro_usd": 7,
 "parameters": {"max_cost_micro_usd": 900}, "stages": [
 {"...": 1, "name": "paper_profile", "status": "pending"}, {"...": 1, "name": "technical_feasibility", "status": "completed"},
 {"...": 1, "name": "risks", "status": "pending"}, {"...": 1, "name": "swot", "status": "pending"}]}}
--- after_sql
SELECT state, (SELECT count(*) FROM usage_months), (SELECT string_agg(type, ' ') FROM events WHERE subject_kind = 'analysis') FROM jobs
=>
queued|0|analysis.started



=== TEST 14: not resumed: running, completed, of others, with nonsense
--- sql eval: Paperal::analyses()
--- request eval
[map { 'POST /api/v1/analysis/' . Paperal::analysis($_->[0]) . "/resume\n$_->[1]" } [2, '{}'], [1, '{}'], [3, '{}'],
 [2, '{"max_cost_micro_usd": -1, "engine": "embedded"}']]
--- more_headers eval: $::json
--- error_code eval
[409, 409, 404, 422]
--- json eval
['{"success": false, "error": {"code": "CONFLICT", "message": "~any", "details": {"status": "pending"}}}',
 '{"success": false, "error": {"code": "CONFLICT", "message": "~any", "details": {"status": "completed"}}}',
 '{"success": false, "error": {"code": "RESOURCE_NOT_FOUND", "message": "not found"}}',
 '{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"max_cost_micro_usd": "~any", "engine": "is not known"}}}']



=== TEST 15: replayed
--- sql eval
$::model . Paperal::analyses() . "UPDATE analyses SET inputs = '{\"text_sha256\": \"text\"}', parameters = '{\"language\": \"zh\"}'
 WHERE status = 'completed';"
--- request
POST /api/v1/analysis/ffffffff-0000-4000-8000-000000000001/replay
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 202
--- json
{"success": true, "data": {"analysis_id": "~uuid", "paper_id": "eeeeeeee-0000-4000-8000-000000000001", "status": "pending",
 "created_at": "~time", "estimated_completion_time": "~time"}}
--- after_sql
SELECT a.replay_of, a.parameters, a.inputs->>'text_sha256', (SELECT count(*) FROM analysis_stages s WHERE s.analysis_id = a.id),
 (SELECT count(*) FROM usage_months), j.state FROM analyses a JOIN jobs j ON j.subject_id = a.id
=>
ffffffff-0000-4000-8000-000000000001|{"language": "zh"}|text|11|0|queued



=== TEST 16: not replayed: unfinished, of another text, of others
--- sql eval
$::model . Paperal::analyses() . "UPDATE analyses SET inputs = '{\"text_sha256\": \"other\"}';"
--- request eval
[map { 'POST /api/v1/analysis/' . Paperal::analysis($_) . '/replay' } 2, 1, 3]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[409, 409, 404]
--- json eval
['{"success": false, "error": {"code": "CONFLICT", "message": "~any", "details": {"status": "pending"}}}',
 '{"success": false, "error": {"code": "CONFLICT", "message": "~any", "details": {"reason": "text_changed"}}}',
 '{"success": false, "error": {"code": "RESOURCE_NOT_FOUND", "message": "not found"}}']



=== TEST 17: a viewer may ask for the price, but start nothing
--- sql eval: $::model
--- request eval
my $p = '/api/v1/papers/' . Paperal::paper(3) . '/analysis';
[qq(POST $p/estimate\n{"analysis_type": "quick"}), qq(POST $p\n{"analysis_type": "quick"})]
--- more_headers eval: Paperal::bearer('bob') . "\nContent-Type: application/json"
--- error_code eval
[200, 403]
