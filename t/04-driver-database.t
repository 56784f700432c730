# The PostgreSQL driver: lanes, sizes, limits, and servers that die or hang.

use strict;
use warnings;

use List::Util qw(max);
use Test::More;
use Time::HiRes qw(time);

use Probe;

sub count { my %n; $n{$_->[0]}++ for @_; return \%n }

start_nginx('paperal_database_connections 2 2; paperal_database_depth 4;
             paperal_database_queue 250; paperal_database_timeout 2s;');


# ---- statements ---------------------------------------------------------------

is(get('/echo?a=x')->[1], 'x', 'a value comes back');
is(get('/two?a=x')->[1], 'xnull', 'a missing value is NULL');
is(get('/two?a=&b=')->[1], '', 'an empty value is empty, not NULL');
is(get('/none')->[0], 404, 'no row');
is(get('/zero')->[1], 'sql_error 22012', 'an error has its SQLSTATE');
is(get('/who')->[1], '|{}', 'without identity the settings are empty');
is(get('/sleep?a=0')->[1], 'slept', 'the slow lane answers');

my @r = get_all(map { "/echo?a=$_" } 1 .. 200);
is_deeply([map { $_->[1] } @r], [1 .. 200], '200 at once, each its own answer');
cmp_ok(scalar backends(), '<=', 3, 'over two connections and the slow one');

my @sizes = (1, 8000, 16000, 16384, 60000, 65536, 1000000);
@r = get_all(map { "/big?a=$_" } (@sizes) x 4);
is_deeply([map { length $_->[1] } @r], [(@sizes) x 4], 'replies up to 1 MB');


# ---- lanes --------------------------------------------------------------------

my $slow = open_client('/sleep?a=1');
until_ok('a slow statement runs', sub { stat_of('slow') =~ /^\d 1 0/ });
cmp_ok(get('/echo?a=1')->[2], '<', 0.5, 'the fast lane does not wait for it');
is((finish($slow))[0][1], 'slept', 'it ends');

@r = get_all(('/nap?a=0.005') x 400);
is(count(@r)->{200} + count(@r)->{503}, 400, 'a full queue answers all');
cmp_ok(count(@r)->{503}, '>', 0, 'some with "overloaded"');
is(scalar(grep { $_->[0] == 503 && $_->[1] ne 'overloaded ' } @r), 0,
   'and nothing else');

is(get('/nap?a=3')->[1], 'sql_error 57014', 'the server ends a long statement');


# ---- clients that leave -------------------------------------------------------

my $cancels = stat_of('cancels');
my $s = open_client('/sleep?a=30');
until_ok('a slow statement runs', sub { stat_of('slow') =~ /^\d 1 0/ });
close $s;
until_ok('it is canceled when its client leaves',
         sub { stat_of('slow') =~ /^\d 0 0/ }, 3);
is(stat_of('cancels'), $cancels + 1, 'by one cancel');
is(get('/sleep?a=0')->[1], 'slept', 'the lane works on');

my @busy = map { open_client('/sleep?a=30') } 1 .. 2;
my @waiting = map { open_client('/sleep?a=30') } 1 .. 5;
until_ok('two run and five wait', sub { stat_of('slow') eq '2 2 5' });
close $_ for @waiting;
until_ok('who leaves the queue is gone', sub { stat_of('slow') eq '2 2 0' });
close $_ for @busy;
until_ok('and the others', sub { stat_of('slow') eq '2 0 0' });

for my $path (('/echo?a=1', '/nap?a=0.05', '/sleep?a=0.2', '/big?a=200000',
               '/redis?1=PING', '/task?ms=5') x 20)
{
    close open_client($path);
}
until_ok('120 immediate disconnects leave nothing',
         sub { stat_of('fast') eq '2 0 0' && stat_of('slow') eq '2 0 0'
               && stat_of('guard') eq '0' });

# a cancel that comes too late must not hit the next statement

my $hit = 0;

for my $i (1 .. 30) {
    my $c = open_client('/sleep?a=0.02');
    select undef, undef, undef, 0.018 + ($i % 10) / 2000;
    close $c;
    $hit += grep { $_->[0] != 200 } get_all(('/sleep?a=0.005') x 2);
}
is($hit, 0, '30 cancels in a race hit nobody else');


# ---- prepared statements ------------------------------------------------------

psql('DROP TABLE IF EXISTS probe; CREATE TABLE probe (a int);'
     . ' INSERT INTO probe VALUES (1); GRANT SELECT ON probe TO paperal_web');
is(get('/star')->[1], '1', 'a statement is prepared');
get_all(('/star') x 20);
psql("ALTER TABLE probe ALTER a TYPE text USING 'new'");
@r = get_all(('/star') x 20);
is(scalar(grep { $_->[1] eq 'new' } @r), 20, 'prepared anew when out of date');
cmp_ok(stat_of('retries'), '>', 0, 'by sending it once more');
psql('DROP TABLE probe');
is(get('/star')->[1], 'sql_error 42P01', 'a real error is one');


# ---- the server dies ----------------------------------------------------------

my $mark = log_mark();
my @inflight = map { open_client($_) } ('/nap?a=1.5') x 2, ('/echo?a=1') x 20,
    ('/sleep?a=20') x 2;
until_ok('statements are in flight', sub { stat_of('slow') eq '2 2 0' });
kill KILL => server_pid('postgres'), backends();
@r = finish(@inflight);
is(scalar(grep { $_->[0] != 200 && $_->[0] != 503 } @r), 0,
   'killed in a pipeline: each has an answer');
cmp_ok(count(@r)->{503}, '>=', 2, 'those in flight "unavailable"');
until_ok('it is back', sub { get('/echo?a=1')->[0] == 200 }, 30);
is(get('/sleep?a=0')->[0], 200, 'the slow lane too');
cmp_ok(scalar(log_lines($mark, qr/\[error\]/)), '<=', 1,
       'one error for the outage');


# ---- the server hangs ---------------------------------------------------------

$mark = log_mark();
my @stopped = (server_pid('postgres'), backends());
kill STOP => $_ for @stopped;
@r = get_all(('/echo?a=1') x 20);
is(scalar(grep { $_->[0] == 504 || $_->[0] == 503 } @r), 20,
   'a server that hangs is a timeout');
cmp_ok(max(map { $_->[2] } @r), '<', 9, 'in bounded time');
until_ok('then it fails fast', sub { get('/echo?a=1')->[2] < 0.1 });
kill CONT => $_ for @stopped;
until_ok('it goes on', sub { get('/echo?a=1')->[0] == 200 }, 30);
is(scalar(log_lines($mark, qr/\[error\]/)), 1, 'one error for the outage');


# ---- roles --------------------------------------------------------------------

$mark = log_mark();
psql('ALTER ROLE paperal_web BYPASSRLS');
psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
     . " WHERE usename = 'paperal_web'");
until_ok('a role without row-level security is refused',
         sub { get('/echo?a=1')->[0] == 503
               && log_lines($mark, qr/refused: the role/) });
psql('ALTER ROLE paperal_web NOBYPASSRLS');
until_ok('until it is put right', sub { get('/echo?a=1')->[0] == 200 }, 30);

stop_nginx();
clean_log();
done_testing();
