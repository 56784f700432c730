# Erasure: what is left of a paper that was deleted for good.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use Paperal;

our $json = Paperal::bearer('ada') . "\nContent-Type: application/json";
our $paper = "/api/v1/papers/" . Paperal::paper(1);
our $hash = Digest::SHA::sha256_hex('paper1');

run_tests();

__DATA__

=== TEST 1: at once, from the library; the rows are gone, the tombstone stays
--- sql eval
Paperal::reviewed() . "INSERT INTO storage_usage (user_id, bytes) VALUES ('" . Paperal::ada() . "', 5000);"
--- request eval
["DELETE $::paper?permanent=true", "GET $::paper", "GET $::paper/outbound", "GET /api/v1/analysis/" . Paperal::analysis(1), "DELETE $::paper?permanent=true",
 "POST $::paper/restore"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[204, 404, 404, 404, 404, 404]
--- after_sql
SELECT paper_id, file_sha256 = encode(sha256('paper1'), 'hex'), reason, bytes FROM erasures;
SELECT (SELECT count(*) FROM papers), (SELECT count(*) FROM analyses), (SELECT count(*) FROM questions), (SELECT bytes FROM storage_usage);
SELECT file_hash = encode(sha256('paper1'), 'hex') FROM object_deletions; SELECT type, data::text FROM events
=>
eeeeeeee-0000-4000-8000-000000000001|t|user|1001
3|1|0|3999
t
paper.deleted|{"status" : "ready", "progress" : null, "error" : null}



=== TEST 2: from the trash too
--- request eval
["DELETE $::paper", "DELETE $::paper?permanent=true", "GET /api/v1/papers?deleted=true"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[204, 204, 200]
--- json eval
['', '', '{"success": true, "meta": "~any", "data": []}']



=== TEST 3: false is the trash, anything else is a mistake
--- request eval
["DELETE $::paper?permanent=maybe", "DELETE $::paper?permanent=false", "GET $::paper"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[422, 204, 200]
--- json eval
['', '', '{"success": true, "data": {"...": 1, "deleted_at": "~time"}}']



=== TEST 4: not somebody else's
--- request eval
["DELETE /api/v1/papers/" . Paperal::paper(4) . "?permanent=true", "DELETE /api/v1/papers/x?permanent=true", "DELETE /api/v1/papers/" . Paperal::paper(9) . "?permanent=true"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[404, 404, 404]
--- after_sql
SELECT count(*) FROM papers; SELECT count(*) FROM erasures
=>
4
0



=== TEST 5: not by a viewer
--- request eval
"DELETE /api/v1/papers/" . Paperal::paper(3) . "?permanent=true"
--- more_headers eval: Paperal::bearer('bob')
--- error_code: 403
--- json
{"success": false, "error": {"code": "AUTH_INSUFFICIENT_PERMISSIONS", "message": "~any", "details": {"role": "viewer"}}}
--- after_sql
SELECT count(*) FROM papers
=>
4



=== TEST 6: not with a key that only reads
--- request eval: "DELETE $::paper?permanent=true"
--- more_headers eval: "Authorization: Bearer " . Paperal::token('reads', 'pak_')
--- error_code: 403



=== TEST 7: kept answers of requests about the paper go with it
--- sql eval: Paperal::reviewed()
--- request eval
["POST $::paper/sources\n{\"title\": \"A secret title\", \"quote\": \"q\"}", "POST $::paper/analysis\n{\"analysis_type\": \"quick\"}",
 "POST /api/v1/analysis/" . Paperal::analysis(1) . "/questions\n{\"question\": \"A secret question?\"}", "POST /api/v1/papers/" . Paperal::paper(2) . "/analysis",
 "DELETE $::paper?permanent=true"]
--- more_headers eval
[map { "$::json\nIdempotency-Key: key-$_" } 1 .. 5]
--- error_code eval
[201, 202, 201, 202, 204]
--- after_sql
SELECT key FROM idempotency_keys; SELECT count(*) FROM jobs
=>
key-4
1



=== TEST 8: the same file of another user stays
--- sql
UPDATE papers SET file_hash = (SELECT file_hash FROM papers WHERE title = 'First') WHERE title = 'Fourth'
--- request eval: "DELETE $::paper?permanent=true"
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 204
--- after_sql
SELECT count(*) FROM take_object_deletions(); SELECT count(*) FROM object_deletions
=>
0
0



=== TEST 9: a browser hears of it
--- request
GET /health
--- script eval
sub {
    my $name = shift;
    my @ada = Paperal::bearer('ada');
    my $stream = Paperal::send_request('GET', '/api/v1/events', \@ada);
    my $channel = 'paperal:ws:aaaaaaaa-0000-4000-8000-0000000000aa';
    Paperal::until_is(sub { Paperal::subscribers($channel) ? 1 : 0 }, 1);
    Test::More::is(scalar Paperal::http('DELETE', "$main::paper?permanent=true", \@ada), 204, "$name - erased");
    Paperal::redis('PUBLISH', $channel, 'x');
    Test::More::like(Paperal::read_until($stream, qr/"progress"/), qr/event: update.*"type" : "paper", "id" : "eeeeeeee-0000-4000-8000-000000000001"/s, "$name - told");
}
