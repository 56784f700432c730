# The checks of the route table: nginx does not start with a broken row.

use lib 't/lib';
use File::Temp qw(tempdir);
use File::Basename qw(dirname);

BEGIN {
    my $so = $ENV{TEST_NGINX_LOAD_MODULES};
    my $dir = dirname($so);
    my ($config) = map { glob } "$dir/*/ngx_auto_config.h", "$dir/../*/ngx_auto_config.h"
        or die "no ngx_auto_config.h near $so";
    my $source = $ENV{NGINX_SRC} || '/usr/share/nginx/src';
    our $work = tempdir(CLEANUP => 1);
    my $libpq = `pg_config --includedir`;
    chomp $libpq;

    system('gcc', '-shared', '-fPIC', '-g', '-I', dirname($config), '-I', $libpq,
           (map { ('-I', "$source/src/$_") } qw(core event event/modules os/unix http http/modules http/v2)),
           (map { ('-I', $_) } qw(ngx_paperal_module ngx_paperal_module/common)),
           '-o', "$work/rows.so", 't/rows/ngx_paperal_rows_module.c') == 0
        or die "the test's module does not build";

    $ENV{TEST_NGINX_LOAD_MODULES} = "$so $work/rows.so";
}

use Test::Nginx::Socket 'no_plan';
use Paperal;

run_tests();

__DATA__

=== TEST 1: no fault
--- main_config
paperal_test_row none;
--- request
GET /health
--- error_code: 200



=== TEST 2: a $n that is no parameter
--- main_config
paperal_test_row number;
--- must_die
--- may_log
--- error_log
the SQL uses a $n that is no parameter



=== TEST 3: a parameter that the SQL does not use
--- main_config
paperal_test_row unused;
--- must_die
--- may_log
--- error_log
a parameter is not used by the SQL



=== TEST 4: neither SQL nor steps
--- main_config
paperal_test_row nothing;
--- must_die
--- may_log
--- error_log
has neither SQL nor steps



=== TEST 5: two rows of one name
--- main_config
paperal_test_row name;
--- must_die
--- may_log
--- error_log
another row has this name



=== TEST 6: two rows of one method and path
--- main_config
paperal_test_row path;
--- must_die
--- may_log
--- error_log
another row has this method and path



=== TEST 7: a path parameter that is not declared
--- main_config
paperal_test_row parameter;
--- must_die
--- may_log
--- error_log
the path has a parameter that the row does not declare



=== TEST 8: a brace without its partner
--- main_config
paperal_test_row brace;
--- must_die
--- may_log
--- error_log
the path has a malformed parameter



=== TEST 9: an empty segment
--- main_config
paperal_test_row segment;
--- must_die
--- may_log
--- error_log
the path has an empty segment



=== TEST 10: a path without a slash
--- main_config
paperal_test_row slash;
--- must_die
--- may_log
--- error_log
the path does not begin with "/"



=== TEST 11: a method that no route may have
--- main_config
paperal_test_row method;
--- must_die
--- may_log
--- error_log
unknown method



=== TEST 12: public and for users
--- main_config
paperal_test_row who;
--- must_die
--- may_log
--- error_log
must be either public or for users



=== TEST 13: no scope
--- main_config
paperal_test_row scope;
--- must_die
--- may_log
--- error_log
has no scope



=== TEST 14: a GET with a key
--- main_config
paperal_test_row idempotent-get;
--- must_die
--- may_log
--- error_log
is idempotent by a key but not a POST



=== TEST 15: a key without a user
--- main_config
paperal_test_row idempotent-public;
--- must_die
--- may_log
--- error_log
is idempotent by a key but has no user to keep it for



=== TEST 16: a redirection
--- main_config
paperal_test_row status;
--- must_die
--- may_log
--- error_log
has no status of success



=== TEST 17: a parameter without a check
--- main_config
paperal_test_row check;
--- must_die
--- may_log
--- error_log
a parameter has no check



=== TEST 18: two parameters of one name
--- main_config
paperal_test_row twice;
--- must_die
--- may_log
--- error_log
two parameters have the same name



=== TEST 19: a GET with a body
--- main_config
paperal_test_row body;
--- must_die
--- may_log
--- error_log
has body parameters but a method without a body
