# Questions to the inventor, links to them, and sources of users.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use Paperal;
use JSON::PP ();

our $json = Paperal::bearer('ada') . "\nContent-Type: application/json";
our $one = "/api/v1/analysis/" . Paperal::analysis(1);
our $paper = "/api/v1/papers/" . Paperal::paper(1);

# The seed with fixed ids of the two questions, and links of known codes.

our $first = 'abababab-0000-4000-8000-000000000001';
our $second = 'abababab-0000-4000-8000-000000000002';

sub code { return substr($_[0] . '-' . 'x' x 43, 0, 43) }

sub asked {
    return Paperal::reviewed() . "UPDATE questions SET id = ('abababab-0000-4000-8000-00000000000' || position)::uuid;"
        . join '', map { my ($code, $end, $revoked) = @$_;
            "INSERT INTO question_links (workspace_id, paper_id, analysis_id, code_hash, expires_at, revoked_at)"
            . " SELECT workspace_id, paper_id, id, sha256('" . code($code) . "'), now() + interval '$end', $revoked"
            . " FROM analyses WHERE id = '" . Paperal::analysis(1) . "';" }
            (['good', '1 day', 'NULL'], ['old', '-1 second', 'NULL'], ['revoked', '1 day', 'now()']);
}

run_tests();

__DATA__

=== TEST 1: each question once, without an answer
--- sql eval: main::asked()
--- request eval: "GET $::one/questions"
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 200
--- json
{"success": true, "data": [
 {"id": "abababab-0000-4000-8000-000000000001", "section": "paper_profile", "question": "Does it last?", "answer": null, "created_at": "~time"},
 {"id": "abababab-0000-4000-8000-000000000002", "section": "paper_profile", "question": "Who pays?", "answer": null, "created_at": "~time"}]}



=== TEST 2: an answer, another one, none again
--- sql eval: main::asked()
--- request eval
my $a = "PUT $::one/questions/$::first/answer\n";
[$a . '{"text": "Ten years.\nAt least.", "source": "field log"}', $a . '{"text": "Five."}', "GET $::one/questions", $a . '{"text": " "}', "GET $::one/questions"]
--- more_headers eval: $::json
--- error_code eval
[(200) x 5]
--- json eval
my $q = '{"id": "abababab-0000-4000-8000-000000000001", "section": "paper_profile", "question": "Does it last?", "created_at": "~time", "answer": %s}';
[sprintf("{\"success\": true, \"data\": $q}", '{"text": "Ten years.\nAt least.", "source": "field log", "answered_by": "Ada", "answered_at": "~time", "carried": false}'),
 '', sprintf("{\"success\": true, \"data\": [$q, \"~any\"]}", '{"text": "Five.", "source": null, "answered_by": "Ada", "answered_at": "~time", "carried": false}'),
 sprintf("{\"success\": true, \"data\": $q}", 'null'), sprintf("{\"success\": true, \"data\": [$q, \"~any\"]}", 'null')]
--- after_sql
SELECT count(*) FROM question_answers
=>
0



=== TEST 3: answers that are none
--- sql eval: main::asked()
--- request eval
my $a = "PUT $::one/questions";
["$a/$::first/answer\n{}", "$a/$::first/answer\n{\"text\": null, \"source\": 1, \"name\": \"x\"}", "$a/$::first/answer\n{\"text\": \"" . 'x' x 10001 . "\"}",
 "$a/" . Paperal::paper(1) . "/answer\n{\"text\": \"x\"}", "$a/x/answer\n{\"text\": \"x\"}",
 "PUT /api/v1/analysis/" . Paperal::analysis(2) . "/questions/$::first/answer\n{\"text\": \"x\"}",
 "PUT /api/v1/analysis/" . Paperal::analysis(3) . "/questions/$::first/answer\n{\"text\": \"x\"}"]
--- more_headers eval: $::json
--- error_code eval
[422, 422, 422, 404, 404, 404, 404]
--- json eval
['{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"text": "is required"}}}',
 '{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"text": "must not be null", "source": "must be a string", "name": "is not known"}}}',
 ('') x 5]
--- after_sql
SELECT count(*) FROM question_answers
=>
0



=== TEST 4: a question of one's own
--- sql eval: main::asked()
--- request eval
["POST $::one/questions\n{\"question\": \" Is it sold? \", \"section\": \"market_opportunities\"}", "POST $::one/questions\n{\"question\": \"is it SOLD\"}",
 "POST $::one/questions\n{\"question\": \"who pays\"}", "GET $::one/questions"]
--- more_headers eval: $::json
--- error_code eval
[201, 409, 409, 200]
--- json eval
['{"success": true, "data": {"id": "~uuid", "section": "market_opportunities", "question": "Is it sold?", "answer": null, "created_at": "~time"}}',
 '{"success": false, "error": {"code": "RESOURCE_ALREADY_EXISTS", "message": "the question is asked already", "details": {"question": "exists"}}}', '',
 '{"success": true, "data": ["~any", "~any", {"...": 1, "question": "Is it sold?"}]}']



=== TEST 5: questions that are none
--- sql eval: main::asked()
--- request eval
["POST $::one/questions\n{}", "POST $::one/questions\n{\"question\": \"?!\"}", "POST $::one/questions\n{\"question\": \"a\", \"section\": \"score\"}",
 "POST $::one/questions\n{\"question\": \"" . 'x' x 2001 . "\"}", "POST /api/v1/analysis/" . Paperal::analysis(3) . "/questions\n{\"question\": \"Why?\"}",
 "GET /api/v1/analysis/" . Paperal::analysis(3) . "/questions"]
--- more_headers eval: $::json
--- error_code eval
[422, 422, 422, 422, 404, 404]
--- json eval
['{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"question": "is required"}}}',
 '{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"question": "has no words"}}}', ('') x 4]
--- after_sql
SELECT count(*) FROM questions
=>
2



=== TEST 6: an answer stands again under the same question of the next analysis
--- sql eval
main::asked() . "INSERT INTO question_answers (workspace_id, paper_id, norm, question, answer, answered_by)
SELECT workspace_id, paper_id, norm, question, 'Five.', 'Ada' FROM questions WHERE position = 1;
INSERT INTO questions (workspace_id, paper_id, analysis_id, position, question, norm, section)
SELECT workspace_id, paper_id, '" . Paperal::analysis(2) . "', 1, 'does it last', question_norm('does it last'), 'risks' FROM questions WHERE position = 1"
--- request eval: "GET /api/v1/analysis/" . Paperal::analysis(2) . "/questions"
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 200
--- json
{"success": true, "data": [{"id": "~uuid", "section": "risks", "question": "does it last", "created_at": "~time",
 "answer": {"text": "Five.", "source": null, "answered_by": "Ada", "answered_at": "~time", "carried": true}}]}



=== TEST 7: a link: the code is shown once, its hash is kept
--- sql eval: Paperal::reviewed()
--- request eval
["POST $::one/questions/link", "GET $::one/questions/links"]
--- more_headers eval: Paperal::bearer('ada')
--- error_code eval
[201, 200]
--- json eval
['{"success": true, "data": {"code": "~re:^[A-Za-z0-9_-]{43}$", "url": "~re:/q/[A-Za-z0-9_-]{43}$", "link_id": "~uuid", "analysis_id": "~uuid",
 "created_at": "~time", "expires_at": "~time", "revoked_at": null}}',
 '{"success": true, "data": [{"link_id": "~uuid", "analysis_id": "~uuid", "created_at": "~time", "expires_at": "~time", "revoked_at": null}]}']
--- after_sql
SELECT octet_length(code_hash), round(extract(epoch FROM expires_at - created_at) / 86400) FROM question_links
=>
32|30



=== TEST 8: through the link and back: read, answer, revoke
--- sql eval: Paperal::reviewed()
--- request
GET /health
--- script eval
sub {
    my $name = shift;
    my @ada = split /\n/, $main::json;
    my $decode = sub { my ($status, $text) = @_; $text =~ s/.*?\r\n\r\n//s; ($status, JSON::PP::decode_json($text || '{}')->{data}) };
    my ($status, $link) = $decode->(Paperal::http('POST', "$main::one/questions/link", \@ada, '{}'));
    my $shared = "/api/v1/questions/$link->{code}";

    my ($code, $view) = $decode->(Paperal::http('GET', $shared));
    Test::More::is($code, 200, "$name - read without an account");
    Test::More::is(CORE::join(' ', sort keys %$view), 'expires_at paper_title questions', "$name - the title and the questions");
    Test::More::is($view->{paper_title}, 'First', "$name - title");

    my ($answered, $question) = $decode->(Paperal::http('PUT', "$shared/$view->{questions}[0]{id}/answer", ['Content-Type: application/json'],
        '{"text": "Ten years.", "name": "Inventor", "source": "https://example.org/"}'));
    Test::More::is("$answered $question->{answer}{text} $question->{answer}{answered_by}", '200 Ten years. Inventor', "$name - answered by the name given");

    Test::More::is(scalar Paperal::http('DELETE', "$main::one/questions/links/$link->{link_id}", \@ada), 204, "$name - revoked");
    Test::More::is(scalar Paperal::http('DELETE', "$main::one/questions/links/$link->{link_id}", \@ada), 204, "$name - revoked again");
    Test::More::is(scalar Paperal::http('GET', $shared), 410, "$name - gone");
}
--- after_sql
SELECT answered_by, source, user_id IS NULL, link_id IS NOT NULL FROM question_answers
=>
Inventor|https://example.org/|t|t



=== TEST 9: links that are over, and codes that are none
--- sql eval: main::asked()
--- request eval
my $q = "/api/v1/questions/";
["GET $q" . main::code('good'), "GET $q" . main::code('old'), "GET $q" . main::code('revoked'), "GET $q" . main::code('none'), "GET ${q}short", "GET $q" . main::code('good') . "?x=1",
 "PUT $q" . main::code('old') . "/$::first/answer\n{\"text\": \"x\"}", "PUT $q" . main::code('none') . "/$::first/answer\n{\"text\": \"x\"}"]
--- more_headers
Content-Type: application/json
--- error_code eval
[200, 410, 410, 404, 404, 422, 410, 404]
--- json eval
['', ('{"success": false, "error": {"code": "RESOURCE_GONE", "message": "the link is no longer valid"}}') x 2,
 ('{"success": false, "error": {"code": "RESOURCE_NOT_FOUND", "message": "not found"}}') x 2, '', '', '']



=== TEST 10: answers through a link, without a name, of another analysis, wrong
--- sql eval
main::asked() . "INSERT INTO questions (id, workspace_id, paper_id, analysis_id, position, question, norm)
SELECT 'abababab-0000-4000-8000-000000000009', workspace_id, paper_id, '" . Paperal::analysis(2) . "', 1, 'Other?', 'other' FROM questions WHERE position = 1"
--- request eval
my $q = "PUT /api/v1/questions/" . main::code('good');
["$q/$::first/answer\n{\"text\": \"Yes.\"}", "$q/abababab-0000-4000-8000-000000000009/answer\n{\"text\": \"x\"}", "$q/$::first/answer\n{\"text\": 1, \"name\": 2}",
 "$q/$::first/answer\n{\"name\": \"x\"}", "$q/$::first/answer\n{\"text\": \"\"}"]
--- more_headers
Content-Type: application/json
--- error_code eval
[200, 404, 422, 422, 200]
--- json eval
['{"success": true, "data": {"...": 1, "answer": {"text": "Yes.", "source": null, "answered_by": null, "answered_at": "~time", "carried": false}}}', '',
 '{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"text": "must be a string", "name": "must be a string"}}}', '',
 '{"success": true, "data": {"...": 1, "answer": null}}']



=== TEST 11: nothing about an unpublished paper, or one in the trash, goes by a link
--- sql eval: main::asked()
--- request eval
my $q = "GET /api/v1/questions/" . main::code('good');
["PATCH $::paper\n{\"unpublished\": true}", "POST $::one/questions/link\n{}", $q, "PATCH $::paper\n{\"unpublished\": false}", $q, "DELETE $::paper", $q,
 "POST $::one/questions/link\n{}"]
--- more_headers eval: $::json
--- error_code eval
[200, 409, 410, 200, 200, 204, 410, 409]
--- json eval
['', '{"success": false, "error": {"code": "CONFLICT", "message": "the paper is not published", "details": {"reason": "unpublished"}}}', ('') x 5,
 '{"success": false, "error": {"code": "CONFLICT", "message": "the paper is in the trash", "details": {"reason": "deleted"}}}']



=== TEST 12: how long a link may live
--- sql eval: Paperal::reviewed()
--- request eval
my $l = "POST $::one/questions/link\n";
[map { $l . "{\"expires_at\": \"$_\"}" } POSIX::strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time + 179 * 86400)),
 POSIX::strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time + 181 * 86400)), '2020-01-01T00:00:00Z', 'soon']
--- more_headers eval: $::json
--- error_code eval
[201, 422, 422, 422]
--- json eval
['', ('{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"expires_at": "must lie within the next 180 days"}}}') x 2,
 '{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"expires_at": "~any"}}}']
--- after_sql
SELECT count(*) FROM question_links
=>
1



=== TEST 13: links of others
--- sql eval: main::asked()
--- request eval
my $a = "/api/v1/analysis/" . Paperal::analysis(3) . "/questions";
["POST $a/link\n{}", "GET $a/links", "DELETE $a/links/$::first", "DELETE $::one/questions/links/$::first", "DELETE $::one/questions/links/x"]
--- more_headers eval: $::json
--- error_code eval
[(404) x 5]



=== TEST 14: sources: add, list, take away
--- request eval
["POST $::paper/sources\n" . '{"title": " Report ", "url": "HTTPS://example.org/r?x=1", "date": "2025-06", "quote": "The market\nis big."}',
 "POST $::paper/sources\n{\"title\": \"b\", \"quote\": \"c\"}", "GET $::paper/sources"]
--- more_headers eval: $::json
--- error_code eval
[201, 201, 200]
--- json eval
my $s = '{"id": "~uuid", "title": "Report", "url": "HTTPS://example.org/r?x=1", "date": "2025-06", "quote": "The market\nis big.", "created_at": "~time", "created_by": "Ada"}';
["{\"success\": true, \"data\": $s}", '{"success": true, "data": {"...": 1, "url": null, "date": null}}', "{\"success\": true, \"data\": [$s, \"~any\"]}"]
--- script eval
sub {
    my $name = shift;
    my $id = Paperal::psql("SELECT id FROM paper_sources WHERE title = 'b'");
    chomp $id;
    my @ada = Paperal::bearer('ada');
    Test::More::is(scalar Paperal::http('DELETE', "$main::paper/sources/$id", \@ada), 204, "$name - taken away");
    Test::More::is(scalar Paperal::http('DELETE', "$main::paper/sources/$id", \@ada), 404, "$name - once");
    Test::More::is(scalar Paperal::http('DELETE', '/api/v1/papers/' . Paperal::paper(2) . "/sources/$id", \@ada), 404, "$name - of its paper");
}
--- after_sql
SELECT title FROM paper_sources
=>
Report



=== TEST 15: sources that are none
--- request eval
my $s = "POST $::paper/sources\n";
["$s\{}", $s . '{"title": "", "url": "ftp://example.org/", "date": "2025-13", "quote": 1, "page": 2}', $s . '{"title": "a", "quote": "b", "url": "javascript:alert(1)"}',
 $s . '{"title": "a", "quote": "b", "url": "http:///x"}', $s . '{"title": "a", "quote": "b", "url": "https://a b"}', $s . '{"title": "a", "quote": "b", "url": "https://ada:secret@example.org/"}', $s . '{"title": "a", "quote": "' . 'x' x 5001 . '"}']
--- more_headers eval: $::json
--- error_code eval
[(422) x 7]
--- json eval
['{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"title": "is required", "quote": "is required"}}}',
 '{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"title": "must not be empty", "url": "must be an http or https address",
  "date": "must be YYYY, YYYY-MM or YYYY-MM-DD", "quote": "must be a string", "page": "is not known"}}}',
 ('{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "~any", "details": {"url": "must be an http or https address"}}}') x 4, '']
--- after_sql
SELECT count(*) FROM paper_sources
=>
0



=== TEST 16: sources of others' papers
--- request eval
my $p = "/api/v1/papers/" . Paperal::paper(4) . "/sources";
["GET $p", "POST $p\n{\"title\": \"a\", \"quote\": \"b\"}", "DELETE $p/$::first", "GET /api/v1/papers/x/sources"]
--- more_headers eval: $::json
--- error_code eval
[(404) x 4]



=== TEST 17: a viewer reads
--- sql eval
main::asked() . "UPDATE papers SET workspace_id = 'dddddddd-0000-4000-8000-0000000000dd' WHERE title = 'First';
UPDATE analyses SET workspace_id = 'dddddddd-0000-4000-8000-0000000000dd'; UPDATE questions SET workspace_id = 'dddddddd-0000-4000-8000-0000000000dd'"
--- request eval
["GET $::one/questions", "GET $::one/questions/links", "GET $::paper/sources", "PUT $::one/questions/$::first/answer\n{\"text\": \"x\"}", "DELETE $::paper/sources/$::first",
 "DELETE $::one/questions/links/$::first"]
--- more_headers eval
Paperal::bearer('bob') . "\nContent-Type: application/json"
--- error_code eval
[200, 200, 200, 403, 403, 403]
