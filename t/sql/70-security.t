# Least privilege and row-level security, asked of the catalog and tried out
# in every table.

use strict;
use warnings;

use FindBin qw($Bin);
use lib $FindBin::Bin;

use Test::More;
use Sql;

my $owner = owner();
my $worker = worker();
my ($user, $other) = (user(), user());
my $me = web($user);

drain($owner);


# something of the user in every table of a workspace

my $paper = paper($me, $user, 1);

extract_paper($worker, $paper);

my ($job, $epoch) = split /\t/, $worker->value("SELECT id, lease_epoch"
    . " FROM claim_job('{analysis}', 'w', '60 s', NULL)");

$worker->do("SELECT * FROM begin_analysis($job, $epoch)");

my $analysis = $owner->value("SELECT id FROM analyses WHERE paper_id ="
    . " '$paper'");
my $in = "'$user->{workspace}', '$paper'";

$owner->do("INSERT INTO claim_changes (workspace_id, paper_id, analysis_id,"
    . " claim_id, user_name, old, new) VALUES ($in, '$analysis', 'c1', 'A',"
    . " '{}', '{}')");
$owner->do("INSERT INTO questions (workspace_id, paper_id, analysis_id,"
    . " position, question, norm) VALUES ($in, '$analysis', 1, 'Q?', 'q')");
$owner->do("INSERT INTO question_answers (workspace_id, paper_id, norm,"
    . " question, answer) VALUES ($in, 'q', 'Q?', 'A')");
$owner->do("INSERT INTO question_links (workspace_id, paper_id, analysis_id,"
    . " code_hash, expires_at) VALUES ($in, '$analysis', sha256('x'),"
    . " now())");
$owner->do("INSERT INTO paper_sources (workspace_id, paper_id, title, quote,"
    . " created_by) VALUES ($in, 'T', 'Q', 'A')");
$owner->do("INSERT INTO analysis_feedback (workspace_id, analysis_id, rating)"
    . " VALUES ('$user->{workspace}', '$analysis', 1)");
$owner->do("INSERT INTO erasures (workspace_id, paper_id, file_sha256,"
    . " reason, rows, bytes) VALUES ('$user->{workspace}', '@{[uuid()]}',"
    . " 'x', 'user', 1, 1)");
$owner->do("INSERT INTO model_calls (workspace_id, paper_id, user_id,"
    . " analysis_id, job_id, lease_epoch, name, stages, attempt, input_hash,"
    . " provider, host, model, request_sha256, bytes, day,"
    . " reserved_micro_usd) VALUES ($in, '$user->{id}', '$analysis', $job,"
    . " $epoch, 'risks', '{risks}', 1, 'h', 'p', 'h', 'm', 's', 1, now(),"
    . " 0)");
$owner->do("INSERT INTO outbound (workspace_id, paper_id, analysis_id,"
    . " call_id, host, provider, model, call, stage, bytes, payload_sha256)"
    . " VALUES ($in, '$analysis', 1, 'h', 'p', 'm', 'risks', 'risks', 1,"
    . " 's')");

my @tables = $owner->rows("SELECT c.relname FROM pg_class c JOIN pg_attribute"
    . " a ON a.attrelid = c.oid AND a.attname = 'workspace_id' WHERE"
    . " c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
    . " ORDER BY 1");

is("@tables", 'analyses analysis_feedback analysis_stages claim_changes'
    . ' erasures events jobs model_calls outbound paper_documents'
    . ' paper_sources paper_texts papers question_answers question_links'
    . ' questions workspace_members', 'what belongs to a workspace');

is(join(' ', $owner->rows("SELECT relname FROM pg_class WHERE relnamespace ="
    . " 'public'::regnamespace AND relkind = 'r' AND NOT relrowsecurity"
    . " ORDER BY 1")), 'plans schema_migrations',
    'row-level security is on everywhere but in what has no owner');


# rows of another identity; the tables that the web may not read at all are
# opened for a moment, to try their policies too

my @closed = qw(jobs paper_texts analysis_feedback claim_changes erasures
                question_links);
my %as = (own => $me, others => web($other), nobody => web());

$owner->do("GRANT SELECT ON $_ TO paperal_web") for @closed;

for my $table (@tables, 'workspaces') {
    my $column = $table eq 'workspaces' ? 'id' : 'workspace_id';
    my $sql = "SELECT count(*) FROM $table WHERE $column ="
        . " '$user->{workspace}'";

    cmp_ok($me->value($sql), '>', 0, "$table: one's own rows are seen");
    is($as{others}->value($sql), 0, 'those of others are not');
    is($as{nobody}->value("SELECT count(*) FROM $table"), 0,
       'without an identity nothing is');
    is($owner->value("SELECT count(*) FROM pg_policy WHERE polrelid ="
        . " '$table'::regclass AND polroles = ARRAY['paperal_web'::regrole"
        . "::oid] AND polcmd = '*' AND polwithcheck IS NULL"), 1,
        'one policy, for reading and writing');
}

$owner->do("REVOKE SELECT ON $_ FROM paperal_web") for @closed;


# what the web may touch

my %expected = (
    paperal_web => 'analyses:SELECT analysis_stages:SELECT events:SELECT'
        . ' outbound:SELECT paper_documents:SELECT paper_sources:SELECT'
        . ' papers:SELECT plans:SELECT question_answers:SELECT'
        . ' questions:SELECT workspace_members:SELECT workspaces:SELECT',
    paperal_worker => 'analyses:SELECT,UPDATE analysis_stages:SELECT,UPDATE'
        . ' events:INSERT,SELECT jobs:SELECT,UPDATE'
        . ' llm_spending:INSERT,SELECT,UPDATE'
        . ' model_calls:INSERT,SELECT,UPDATE'
        . ' model_settings:INSERT,SELECT,UPDATE outbound:INSERT,SELECT'
        . ' paper_documents:INSERT,SELECT,UPDATE paper_sources:SELECT'
        . ' paper_texts:INSERT,SELECT,UPDATE papers:SELECT,UPDATE'
        . ' plans:SELECT question_answers:SELECT questions:INSERT,SELECT'
        . ' workspace_members:SELECT workspaces:SELECT',
);

for my $role (sort keys %expected) {
    is(join(' ', $owner->rows("SELECT c.relname || ':' || string_agg("
        . "a.privilege_type, ',' ORDER BY a.privilege_type) FROM pg_class c,"
        . " aclexplode(c.relacl) a WHERE c.relnamespace ="
        . " 'public'::regnamespace AND c.relkind = 'r' AND a.grantee ="
        . " '$role'::regrole GROUP BY c.relname ORDER BY 1")),
        $expected{$role}, "tables of $role");
}

is(join(' ', $owner->rows("SELECT c.relname || '.' || t.attname FROM"
    . " pg_attribute t JOIN pg_class c ON c.oid = t.attrelid,"
    . " aclexplode(t.attacl) a WHERE c.relnamespace ="
    . " 'public'::regnamespace AND a.grantee = 'paperal_worker'::regrole"
    . " ORDER BY 1")), 'users.id users.language users.llm_budget_micro_usd'
    . ' users.llm_daily_budget_micro_usd users.plan',
    'columns of the worker');

is(join(' ', $owner->rows("SELECT c.relname || '.' || t.attname FROM"
    . " pg_attribute t JOIN pg_class c ON c.oid = t.attrelid WHERE"
    . " c.relname IN (SELECT r.relname FROM pg_class r JOIN pg_attribute b"
    . " ON b.attrelid = r.oid, aclexplode(b.attacl) a WHERE a.grantee ="
    . " 'paperal_web'::regrole) AND t.attnum > 0 AND NOT"
    . " has_column_privilege('paperal_web', c.oid, t.attnum, 'SELECT')"
    . " ORDER BY 1")), 'model_calls.day model_calls.job_id'
    . ' model_calls.lease_epoch model_calls.message model_calls.raw',
    'columns that the web does not see');

my %denied = (
    'the web' => [$me, 'SELECT password_hash FROM users',
        'SELECT * FROM tokens', 'SELECT * FROM paper_texts',
        'SELECT * FROM idempotency_keys', 'SELECT * FROM usage_months',
        'SELECT * FROM login_throttles', 'SELECT * FROM jobs',
        "UPDATE papers SET title = 'x'", 'DELETE FROM events',
        "INSERT INTO plans VALUES ('x', 1, 1, 1)", 'TRUNCATE papers',
        "SELECT issue_token('$user->{id}', 'access', '$user->{id}',"
        . " '@{[hash()]}', false, NULL, NULL)",
        "SELECT * FROM claim_job('{extract}', 'w', '1 s', NULL)",
        "SELECT complete_extraction(1, 1, '{}', '{}', '')",
        "SELECT grant_admin('$user->{email}')",
        "SELECT charge_paper('$user->{id}', 1)",
        "SELECT fail_paper('$paper', 'X', 'x')",
        "SELECT lock_paper('$user->{id}', '$paper')",
        'SELECT prune_events()', 'SELECT raw FROM model_calls',
        'SELECT * FROM claim_changes', 'SELECT * FROM question_links',
        'SELECT * FROM erasures', 'DELETE FROM outbound',
        "UPDATE questions SET question = 'x'", 'SELECT * FROM expire_papers()',
        "SELECT erase_paper('$paper', 'user')",
        'SELECT * FROM take_object_deletions()', 'CREATE TABLE t (a int)'],
    'the worker' => [$worker, 'SELECT password_hash FROM users',
        'SELECT email FROM users', 'SELECT * FROM tokens',
        "UPDATE users SET plan = 'enterprise'", 'DELETE FROM papers',
        'DELETE FROM jobs', 'SELECT * FROM usage_months',
        "SELECT * FROM login_lookup('a', 'b')",
        "SELECT * FROM lookup_credential('$user->{access}')",
        "SELECT * FROM register_user('a', 'b', 'c', NULL, NULL, NULL,"
        . " 'open', 'aa', 'bb', NULL, NULL)",
        "SELECT * FROM delete_paper('$user->{id}', '$paper')",
        "SELECT * FROM erase_own_paper('$user->{id}', '$paper')",
        'DELETE FROM outbound', 'UPDATE outbound SET bytes = 0',
        'DELETE FROM claim_changes', "UPDATE questions SET question = 'x'",
        'CREATE TABLE t (a int)'],
);

for my $who (sort keys %denied) {
    my ($db, @statements) = @{$denied{$who}};

    for my $sql (@statements) {
        $db->error($sql);
        is($db->{state}, '42501', "denied to $who: " . substr($sql, 0, 50));
    }
}

is(join(' ', $owner->rows("SELECT rolname FROM pg_roles WHERE rolname LIKE"
    . " 'paperal_w%' AND (rolsuper OR rolbypassrls OR rolcreaterole OR"
    . " rolcreatedb)")), '', 'the roles are plain ones');


# what may be executed

is(join(' ', $owner->rows("SELECT DISTINCT p.proname FROM pg_proc p,"
    . " aclexplode(p.proacl) a WHERE p.pronamespace ="
    . " 'public'::regnamespace AND a.grantee = 'paperal_web'::regrole AND"
    . " p.provolatile = 'v' AND p.prorettype <> 'trigger'::regtype"
    . " ORDER BY 1")), 'answer_question answer_shared_question'
    . ' cancel_analysis create_feedback create_paper create_question'
    . ' create_question_link create_source delete_analysis delete_paper'
    . ' delete_question_link delete_source erase_own_paper'
    . ' estimate_analysis get_model_settings get_usage'
    . ' idempotency_abandon idempotency_begin idempotency_save login_failed'
    . ' login_succeeded raise_error refresh_tokens register_user'
    . ' replay_analysis restore_paper resume_analysis revoke_token'
    . ' start_analysis update_claim update_me update_paper',
    'what the web can change is this list');

done_testing();
