# The schema as a whole: version, constraints, functions.

use strict;
use warnings;

use FindBin qw($Bin);
use lib $FindBin::Bin;

use Test::More;
use Sql;

my $owner = owner();


# version

my ($constant) = Sql::slurp(
    "$Sql::root/ngx_paperal_module/common/paperal_schema.h")
    =~ /^#define PAPERAL_SCHEMA_VERSION +(\d+)$/m;
my @files = sort map { m|/(\d{4})-[^/]*$| } glob
    "$Sql::root/worker/sql/migrations/*.sql";

is_deeply([map { $_ + 0 } @files], [1 .. @files],
          'migrations are numbered without a gap');
is($constant, @files, 'the compiled version is the last migration');
is(web()->value('SELECT schema_version()'), @files, 'and the database\'s');


# functions can be applied again, in a database that is in use

is(eval { Sql::apply_functions($owner); 1 }, 1,
   'functions are applied again without a change') or diag($@);


# rules of the house, checked in the catalog

is(join(' ', $owner->rows("SELECT conname FROM pg_constraint c JOIN pg_class"
    . " t ON t.oid = c.conrelid WHERE t.relnamespace = 'public'::regnamespace"
    . " AND t.relname <> 'schema_migrations'"
    . " AND conname !~ ('^' || t.relname || '_')")), '',
    'constraints have names of their tables');

is(join(' ', $owner->rows("SELECT t.relname || '.' || c.conname FROM"
    . " pg_constraint c JOIN pg_class t ON t.oid = c.conrelid WHERE"
    . " c.contype = 'f' AND t.relnamespace = 'public'::regnamespace AND NOT"
    . " EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND"
    . " i.indkey[0] = c.conkey[1]) AND c.conname NOT IN ('users_plan_fkey',"
    . " 'jobs_user_fkey', 'jobs_workspace_fkey', 'papers_workspace_fkey',"
    . " 'tokens_user_fkey')")), '', 'foreign keys have an index');

is(join(' ', $owner->rows("SELECT proname FROM pg_proc WHERE pronamespace ="
    . " 'public'::regnamespace AND prosecdef AND NOT coalesce(proconfig,"
    . " '{}') @> '{\"search_path=public, pg_temp\"}'")), '',
    'every SECURITY DEFINER function has its search_path');

is(join(' ', $owner->rows("SELECT proname FROM pg_proc, unnest(proacl) a"
    . " WHERE pronamespace = 'public'::regnamespace AND"
    . " a::text LIKE '=%' UNION SELECT proname FROM pg_proc WHERE"
    . " pronamespace = 'public'::regnamespace AND proacl IS NULL")), '',
    'no function is open to PUBLIC');

done_testing();
