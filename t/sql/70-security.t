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

my @tables = $owner->rows("SELECT c.relname FROM pg_class c JOIN pg_attribute"
    . " a ON a.attrelid = c.oid AND a.attname = 'workspace_id' WHERE"
    . " c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
    . " ORDER BY 1");

is("@tables", 'analyses analysis_stages events jobs paper_documents'
    . ' paper_texts papers workspace_members', 'what belongs to a workspace');

is(join(' ', $owner->rows("SELECT relname FROM pg_class WHERE relnamespace ="
    . " 'public'::regnamespace AND relkind = 'r' AND NOT relrowsecurity"
    . " ORDER BY 1")), 'plans schema_migrations',
    'row-level security is on everywhere but in what has no owner');


# rows of another identity; the two tables that the web may not read at all
# are opened for a moment, to try their policies too

my @closed = qw(jobs paper_texts);
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
        . ' paper_documents:SELECT papers:SELECT plans:SELECT'
        . ' workspace_members:SELECT workspaces:SELECT',
    paperal_worker => 'analyses:SELECT,UPDATE analysis_stages:SELECT,UPDATE'
        . ' events:INSERT,SELECT jobs:SELECT,UPDATE'
        . ' paper_documents:INSERT,SELECT,UPDATE'
        . ' paper_texts:INSERT,SELECT,UPDATE papers:SELECT,UPDATE'
        . ' plans:SELECT workspace_members:SELECT workspaces:SELECT',
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
    . " 'public'::regnamespace AND a.grantee IN ("
    . "'paperal_web'::regrole, 'paperal_worker'::regrole) ORDER BY 1")),
    'users.id users.language users.plan', 'columns of the worker');

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
        'SELECT prune_events()', 'CREATE TABLE t (a int)'],
    'the worker' => [$worker, 'SELECT password_hash FROM users',
        'SELECT email FROM users', 'SELECT * FROM tokens',
        "UPDATE users SET plan = 'enterprise'", 'DELETE FROM papers',
        'DELETE FROM jobs', 'SELECT * FROM usage_months',
        "SELECT * FROM login_lookup('a', 'b')",
        "SELECT * FROM lookup_credential('$user->{access}')",
        "SELECT * FROM register_user('a', 'b', 'c', NULL, NULL, NULL,"
        . " 'open', 'aa', 'bb', NULL, NULL)",
        "SELECT * FROM delete_paper('$user->{id}', '$paper')",
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
    . " ORDER BY 1")), 'cancel_analysis create_paper delete_paper'
    . ' idempotency_abandon idempotency_begin idempotency_save login_failed'
    . ' login_succeeded raise_error refresh_tokens register_user'
    . ' restore_paper revoke_token start_analysis update_me update_paper',
    'what the web can change is this list');

done_testing();
