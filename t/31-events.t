# Event streams: order, resuming, the end, the rights, Redis lost.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use Paperal;

run_tests();

__DATA__

=== TEST 1: a finished analysis: its state, and done
--- sql eval: Paperal::analyses()
--- request
GET /api/v1/analysis/ffffffff-0000-4000-8000-000000000001/events
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 200
--- response_headers
Content-Type: text/event-stream
Cache-Control: no-store
--- response_body_like eval
qr/\A(retry: \d+\n\n)?event: progress\nid: 3\ndata: \{"status" : "completed", "progress" : 100, "current_stage" : null, "stages" : \[\{"name" : "paper_profile"[^\n]+\n\nevent: done\nid: 3\ndata: \{"status" : "completed", "error" : null\}\n\n\z/



=== TEST 2: what happens meanwhile comes in order, then done
--- sql eval: Paperal::analyses()
--- channel: paperal:analysis:ffffffff-0000-4000-8000-000000000002
--- during
UPDATE analyses SET status = 'processing', progress = 15, current_stage = 'x' WHERE analysis_type = 'quick' AND user_id = 'aaaaaaaa-0000-4000-8000-000000000001';
SELECT emit_analysis_event('ffffffff-0000-4000-8000-000000000002', 'analysis.progress');
UPDATE analyses SET progress = 30 WHERE id = 'ffffffff-0000-4000-8000-000000000002';
SELECT emit_analysis_event('ffffffff-0000-4000-8000-000000000002', 'analysis.progress');
SELECT end_analysis('ffffffff-0000-4000-8000-000000000002', 'cancelled', NULL);
--- request
GET /api/v1/analysis/ffffffff-0000-4000-8000-000000000002/events
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 200
--- response_body_like eval
qr/event: progress\nid: \d+\ndata: \{"status" : "(pending".*"progress" : 15.*|cancelled").*event: done\nid: 4\ndata: \{"status" : "cancelled", "error" : null\}\n\n\z/s
--- timeout: 20



=== TEST 3: resuming sends what is missing, once
--- sql eval
Paperal::analyses() . CORE::join '', map { "SELECT emit_analysis_event('" . Paperal::analysis(2) . "', 'analysis.progress');" } 1 .. 4
--- during
SELECT end_analysis('ffffffff-0000-4000-8000-000000000002', 'failed', '{"code": "NOT_A_PDF", "message": "m"}');
--- channel: paperal:analysis:ffffffff-0000-4000-8000-000000000002
--- request
GET /api/v1/analysis/ffffffff-0000-4000-8000-000000000002/events
--- more_headers eval
Paperal::bearer('ada') . "\nLast-Event-ID: 2"
--- error_code: 200
--- response_body_like eval
qr/\A(retry: \d+\n\n)?event: progress\nid: 3\n[^\n]+\n\nevent: progress\nid: 4\n[^\n]+\n\nevent: progress\nid: 5\n[^\n]+\n\nevent: progress\nid: 6\n[^\n]+\n\nevent: done\nid: 6\ndata: \{"status" : "failed", "error" : \{"code": "NOT_A_PDF", "message": "m"\}\}\n\n\z/
--- timeout: 20



=== TEST 4: resuming at the end gives only the end
--- sql eval: Paperal::analyses()
--- request
GET /api/v1/analysis/ffffffff-0000-4000-8000-000000000001/events
--- more_headers eval
Paperal::bearer('ada') . "\nLast-Event-ID: 3"
--- error_code: 200
--- response_body_like: event: done\nid: 3



=== TEST 5: an unknown analysis is 404, as JSON
--- request
GET /api/v1/analysis/ffffffff-0000-4000-8000-000000000099/events
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 404
--- response_headers
Content-Type: application/json



=== TEST 6: HEAD of a stream
--- sql eval: Paperal::analyses()
--- request
HEAD /api/v1/analysis/ffffffff-0000-4000-8000-000000000002/events
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 200
--- response_headers
Content-Type: text/event-stream



=== TEST 7: without Redis the database is polled
--- no_redis
--- sql eval: Paperal::analyses()
--- during
SELECT end_analysis('ffffffff-0000-4000-8000-000000000002', 'cancelled', NULL);
--- request
GET /api/v1/analysis/ffffffff-0000-4000-8000-000000000002/events
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 200
--- response_body_like: event: done\nid: 2\ndata: \{"status" : "cancelled"
--- timeout: 20



=== TEST 8: a client that leaves a stream
--- sql eval: Paperal::analyses()
--- request
GET /health
--- script eval
sub {
    my $name = shift;
    my $s = Paperal::send_request('GET', '/api/v1/analysis/' . Paperal::analysis(2) . '/events', [Paperal::bearer('ada')]);
    Paperal::read_until($s, qr/event: progress/);
    my $open = sub { my (undef, $t) = Paperal::http('GET', '/metrics'); $t =~ /^paperal_streams (\d+)/m ? $1 : '' };
    Test::More::is($open->(), 1, "$name - open");
    close $s;
    Test::More::is(Paperal::until_is($open, 0), 0, "$name - noticed");
    Test::More::is(Paperal::until_is(sub { Paperal::subscribers('paperal:analysis:' . Paperal::analysis(2)) }, 0), 0,
                   "$name - unsubscribed");
}



=== TEST 9: the caller's stream tells of papers and analyses, of own workspaces only
--- sql eval: Paperal::analyses()
--- request
GET /health
--- script eval
sub {
    my $s = Paperal::send_request('GET', '/api/v1/events', [Paperal::bearer('ada')]);
    Paperal::read_until($s, qr/\r\n\r\n/);
    Paperal::psql("SELECT emit_analysis_event('" . Paperal::analysis(3) . "', 'analysis.progress');"
        . "SELECT emit_analysis_event('" . Paperal::analysis(2) . "', 'analysis.progress');"
        . "SELECT emit_paper_event('" . Paperal::paper(3) . "', 'paper.updated');");
    Paperal::redis('PUBLISH', 'paperal:ws:dddddddd-0000-4000-8000-0000000000dd', 'x');
    my $text = Paperal::read_until($s, qr/"type" : "paper"[^\n]*\n\n/);
    my @ids = $text =~ /event: update\r?\nid: (\d+)\ndata: \{"type" : "(?:analysis|paper)", "id" : "[0-9a-f-]{36}", "status" : "\w+", "progress" : (?:\d+|null)\}/g;
    Test::More::is("@ids", "2 3", "$_[0] - ids") or Test::More::diag($text);
}



=== TEST 10: resuming the caller's stream
--- sql eval
Paperal::analyses() . CORE::join '', map { "SELECT emit_paper_event('" . Paperal::paper(1) . "', 'paper.updated');" } 1 .. 3
--- request
GET /health
--- script eval
sub {
    my $s = Paperal::send_request('GET', '/api/v1/events', [Paperal::bearer('ada'), 'Last-Event-ID: 1']);
    my $text = Paperal::read_until($s, qr/id: 3\n[^\n]+\n\n/);
    my @ids = $text =~ /id: (\d+)/g;
    Test::More::is("@ids", "2 3", "$_[0] - ids");
}



=== TEST 11: not more than 16 streams of one user
--- request
GET /health
--- script eval
sub {
    my @s = map { Paperal::send_request('GET', '/api/v1/events', [Paperal::bearer('ada')]) } 1 .. 16;
    Paperal::read_until($_, qr/\r\n\r\n/) for @s;
    my ($status, $text) = Paperal::http('GET', '/api/v1/events', [Paperal::bearer('ada')]);
    Test::More::is($status, 429, "$_[0] - the 17th");
    Test::More::like($text, qr/Retry-After: \d+.*RATE_LIMIT_EXCEEDED/s, "$_[0] - says when to come back");
    Test::More::is(scalar(Paperal::http('GET', '/api/v1/users/me', [Paperal::bearer('bob')])), 200, "$_[0] - others are served");
    close shift @s;
    Test::More::is(Paperal::until_is(sub {
        my $n = Paperal::send_request('GET', '/api/v1/events', [Paperal::bearer('ada')]);
        my $head = Paperal::read_until($n, qr/\r\n\r\n/);
        $head =~ m{^HTTP/1.1 (\d+)} ? $1 : 0 }, 200), 200, "$_[0] - when one has left");
}



=== TEST 12: a subscription that Redis lost is made again
--- sql eval: Paperal::analyses()
--- request
GET /health
--- script eval
sub {
    my $s = Paperal::send_request('GET', '/api/v1/analysis/' . Paperal::analysis(2) . '/events', [Paperal::bearer('ada')]);
    Paperal::read_until($s, qr/event: progress\n[^\n]+\n[^\n]+\n\n/);
    # the message of this change is lost; that the channel is live again tells
    Paperal::psql("SELECT end_analysis('" . Paperal::analysis(2) . "', 'cancelled', NULL)");
    Paperal::redis('CLIENT', 'KILL', 'TYPE', 'pubsub');
    Test::More::like(Paperal::read_until($s, qr/event: done[^\n]*\n[^\n]+\n[^\n]+\n\n/),
                     qr/event: done\nid: 2\ndata: \{"status" : "cancelled"/, "$_[0] - done");
}
