# Plans and times with 20,000 papers: policies must not cost an index.

use strict;
use warnings;

use FindBin qw($Bin);
use lib $FindBin::Bin;

use List::Util qw(min);
use Test::More;
use Sql;

use constant PAPERS => 20000;

my $owner = owner();
my $user = user();
my $few = user();
my $me = web($user);


# Half of the papers are one user's.  Words are drawn so that some are in all
# papers, some in every hundredth, one in a single one.

my $seed = paper($me, $user);

paper(web($few), $few);

$owner->do(<<"SQL");
INSERT INTO papers (workspace_id, user_id, title, file_name, file_size,
    file_hash, status, authors, tags, abstract, upload_date)
SELECT w.id, w.owner_id, 'Paper ' || n, n || '.pdf', 1000,
    encode(sha256((w.id || ':' || n)::bytea), 'hex'), 'ready',
    ARRAY['Author ' || n % 500], ARRAY['tag' || n % 50],
    'We study topic' || n % 100 || ' of materials.',
    now() - n * interval '1 minute'
  FROM workspaces w, generate_series(1, @{[PAPERS / 2]}) n
 WHERE w.owner_id IN ('$user->{id}', '@{[user()->{id}]}');

INSERT INTO paper_texts (paper_id, workspace_id, body, head, body_words,
    words)
SELECT p.id, p.workspace_id, b.body, search_field(p.title, 'A'),
       search_body(b.body), search_field(p.title, 'A')
       || search_body(b.body)
       || array_to_tsvector(ARRAY[workspace_lexeme(p.workspace_id)])
  FROM papers p, LATERAL (SELECT p.abstract || ' common words '
       || p.title || CASE p.title WHEN 'Paper 4711'
                          THEN ' singular 石墨烯电池' ELSE '' END AS body) b
 WHERE p.abstract LIKE 'We study topic%'
ON CONFLICT DO NOTHING;

ANALYZE papers; ANALYZE paper_texts; ANALYZE workspace_members;
SQL

my $id = $owner->value("SELECT id FROM papers WHERE user_id ="
    . " '$user->{id}' AND title = 'Paper 100'");


# The least time of ten runs, without the planning, in ms.

sub measure {
    my ($db, $sql) = @_;

    return min map {
        my ($plan) = join("\n", $db->rows("EXPLAIN (ANALYZE, TIMING OFF)"
                                          . " $sql"));
        $plan =~ /Execution Time: ([\d.]+) ms/ ? $1 : die $plan;
    } 1 .. 10;
}

sub under {
    my ($db, $sql, $limit, $name) = @_;

    my $ms = measure($db, $sql);

    cmp_ok($ms, '<', $limit, "$name: $ms ms");
}

sub shown_plan { return join("\n", $_[0]->rows("EXPLAIN (VERBOSE) $_[1]")) }


# one paper

my $get = "SELECT paper_full_json(p) AS data FROM papers p"
    . " WHERE p.id = '$id'";
my $plan = shown_plan($me, $get);

like($plan, qr/Index Scan using papers_pkey/, 'get_paper uses the key');
like($plan, qr/InitPlan/, 'the identity is evaluated once');
unlike($plan, qr/paper_(full|latest|metadata)_json|rfc3339/,
       'and the shape is inlined');
under($me, $get, 0.1, 'get_paper');


# a page of the library

my $args = "'$user->{id}', NULL, NULL";

under($me, "SELECT * FROM list_papers($args, NULL, NULL, NULL, NULL, 1, 20)",
      15, 'a page of 10,000');
under(web($few), "SELECT * FROM list_papers('$few->{id}', NULL, NULL, NULL,"
      . " NULL, NULL, NULL, 1, 20)", 1, 'a page of a small library');
under($me, "SELECT * FROM list_papers($args, '{tag7}', NULL, NULL, '-title',"
      . " 1, 20)", 30, 'a tag, sorted by title');


# the search

under($me, "SELECT * FROM list_papers($args, NULL, '$_->[0]', NULL, NULL, 1,"
      . " 20)", $_->[1], "search for $_->[2]")
    for ['singular', 5, 'a word of one paper'],
        ['石墨烯', 5, 'a Chinese word of one paper'],
        ['topic7', 20, 'a word of 100 papers'],
        ['common', 150, 'a word of all'];
under(web($few), "SELECT * FROM list_papers('$few->{id}', NULL, NULL, NULL,"
      . " 'common', NULL, NULL, 1, 20)", 3,
      'search of a small library beside a large one');

is($me->value("SELECT total FROM list_papers($args, NULL, 'topic7', NULL,"
    . " NULL, 1, 20)"), 100, 'finds them all');


# the queue with a long tail: 20,000 waiting jobs of one user

drain($owner);
$owner->do("INSERT INTO jobs (queue, kind, subject_id, user_id,"
    . " workspace_id) SELECT 'extract', 'extract', id, user_id,"
    . " workspace_id FROM papers WHERE abstract LIKE 'We study topic%'");
$owner->do('ANALYZE jobs');
under(worker(), "SELECT * FROM claim_job('{extract,analysis}', 'w', '60 s',"
      . " NULL)", 5, 'a claim among 20,000 jobs');
drain($owner);

# a call of a model among 20,000 stored answers

my $asks = paper($me, $user, 1);

extract_paper(worker(), $asks);

my ($run, $job, $epoch) = split /\t/, worker()->value("SELECT subject_id, id,"
    . " lease_epoch FROM claim_job('{analysis}', 'w', '1 h', NULL)");

worker()->do("SELECT 1 FROM begin_analysis($job, $epoch)");
$owner->do(<<"SQL");
INSERT INTO analyses (workspace_id, user_id, paper_id, analysis_type, engine)
SELECT workspace_id, user_id, id, 'quick', 'openai' FROM papers
 WHERE abstract LIKE 'We study topic%' LIMIT @{[PAPERS / 20]};
INSERT INTO model_calls (workspace_id, user_id, paper_id, analysis_id,
    job_id, lease_epoch, name, stages, attempt, state, usable, input_hash,
    provider, host, model, request_sha256, bytes, day, reserved_micro_usd,
    raw, ended_at)
SELECT a.workspace_id, a.user_id, a.paper_id, a.id, 0, 0, 'n', '{risks}', 1,
    'settled', true, 'hash ' || n, 'p', 'h', 'm', 'r', 1, '2026-01-01', 0,
    '{}', now()
  FROM analyses a, generate_series(1, 20) n
 WHERE a.engine = 'openai' OR a.id = '$run';
ANALYZE model_calls;
SQL

my $call = '{"name": "n", "stages": ["risks"], "attempt": 1, "input_hash":'
    . ' "%s", "provider": "p", "host": "h", "model": "m", "request_sha256":'
    . ' "r", "bytes": 1, "reserve_micro_usd": 1}';

under(worker(), sprintf("SELECT * FROM open_call($job, $epoch, '$call')",
                        $_->[0]), 2, $_->[1])
    for ['hash 7', 'an answer of the journal'], ['new', 'a new call'];
drain($owner);

$owner->do("DELETE FROM users WHERE id IN (SELECT user_id FROM papers"
    . " WHERE file_name = '7.pdf')");

done_testing();
