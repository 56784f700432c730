# The Redis driver and event streams.

use strict;
use warnings;

use List::Util qw(max min);
use Test::More;
use Time::HiRes qw(time);

use Probe;

sub open_stream {
    my ($path, %opt) = @_;
    my $s = open_client($path, %opt);
    my $text = read_until($s, qr/event: live\ndata: \{\}\n\n/);
    like($text, qr/retry: 2000\n\n.*event: live/s, "$path is live");
    return $s;
}

start_nginx('');
until_ok('subscriptions are live', sub { stat_of('live') == 1 });


# ---- commands -----------------------------------------------------------------

is(get('/redis?1=SET&2=probe&3=v')->[1], 'OK', 'a status');
is(get('/redis?1=GET&2=probe')->[1], 'v', 'a string');
is(get('/redis?1=DEL&2=probe')->[1], '1', 'an integer');
is(get('/redis?1=GET&2=probe')->[1], 'nil', 'nil');
like(get('/redis?1=NONSENSE')->[1], qr/^ERR unknown/, 'an error is a reply');

my @r = get_all(map { "/redis?1=ECHO&2=$_" } 1 .. 200);
is_deeply([map { $_->[1] } @r], [1 .. 200], '200 at once, each its own reply');

redis('EVAL', 'redis.call("set","probe",string.rep("h",1048576))', 0);
is(length get('/redis?1=GET&2=probe')->[1], 1048576, '1 MiB');
redis('EVAL', 'redis.call("set","probe",string.rep("h",1048577))', 0);
is(get('/redis?1=GET&2=probe')->[1], 'lost', 'not a byte more');
until_ok('it connects again', sub { get('/redis?1=PING')->[0] == 200 });
redis('EVAL', 'for i=1,4097 do redis.call("rpush","probes",i) end', 0);
is(get('/redis?1=LRANGE&2=probes&3=1&4=-1')->[1], '4096 elements', 'a list');
is(get('/redis?1=LRANGE&2=probes&3=0&4=-1')->[1], 'lost', 'not one more');
until_ok('it connects again', sub { get('/redis?1=PING')->[0] == 200 });
redis('DEL', 'probe', 'probes');


# ---- streams ------------------------------------------------------------------

my $s = open_stream('/stream?ch=one');
redis('PUBLISH', 'one', '{"n":1}');
like(read_until($s, qr/"n":1/), qr/event: message\nid: 1\ndata: \{"n":1\}\n\n/,
     'a message is an event');

my $other = open_client('/stream?ch=one');
read_until($other, qr/retry/);
redis('PUBLISH', 'one', 'both');
like(read_until($_, qr/both/), qr/data: both/, 'two streams of a channel')
    for $s, $other;
is(stat_of('channels'), 1, 'which Redis knows once');

redis('PUBLISH', 'one', 'end');
like(read_until($_, qr/\r\n0\r\n\r\n/), qr/data: end\n\n\r\n0\r\n\r\n$/,
     'the server ends them') for $s, $other;
until_ok('and forgets them', sub { stat_of('streams') == 0
                                   && stat_of('channels') == 0 });

my @streams = map { open_client("/stream?ch=s$_&user=u") } 1 .. 16;
read_until($_, qr/retry/) for @streams;
is(get('/stream?user=u')->[0], 429, 'the 17th of a user is refused');
is(stat_of('streams'), 16, 'the others stay');
my $begin = time;
close $_ for @streams;
until_ok('16 clients leave', sub { stat_of('streams') == 0 });
cmp_ok(time - $begin, '<', 1, 'and are missed at once');

close open_client("/stream?ch=i$_") for 1 .. 50;
until_ok('50 that left at once too',
         sub { stat_of('streams') == 0 && stat_of('channels') == 0 });


# ---- a client that does not read ----------------------------------------------

$s = open_client('/stream?ch=slow', rcvbuf => 4096);
read_until($s, qr/live/);
until_ok('events are dropped', sub {
    redis('EVAL', 'for i=1,200 do redis.call("publish","slow",'
          . 'string.rep("z",8000)) end', 0);
    stat_of('dropped') > 0 }, 30);
my $text = read_until($s, qr/event: resync\ndata: \{\}\n\n/, 20);
is(() = $text =~ /event: resync/g, 1, 'one resync when it has caught up');
redis('PUBLISH', 'slow', 'after');
like(read_until($s, qr/after/), qr/data: after/, 'then events again');

redis('EVAL', 'redis.call("publish","slow",string.rep("z",40000))', 0);
like(read_until($s, qr/resync/), qr/event: resync/, 'too large: a resync');
close $s;


# ---- Redis dies ---------------------------------------------------------------

$s = open_stream('/stream?ch=two');
my $mark = log_mark();
kill KILL => server_pid('redis');
like(read_until($s, qr/event: live/, 30), qr/event: live/,
     'after a loss the stream is told of the gap');
redis('PUBLISH', 'two', 'again');
like(read_until($s, qr/again/), qr/data: again/, 'and gets messages');
until_ok('commands work', sub { get('/redis?1=PING')->[0] == 200 }, 30);
cmp_ok(scalar(log_lines($mark, qr/\[error\]/)), '<=', 1,
       'one error for the outage');


# ---- Redis hangs --------------------------------------------------------------

$mark = log_mark();
my $pid = server_pid('redis');
kill STOP => $pid;
@r = get_all(('/redis?1=PING') x 20);
is(scalar(grep { $_->[1] eq 'lost' } @r), 20, 'a command has a deadline');
cmp_ok(max(map { $_->[2] } @r), '<', 1.5, 'a short one');
is(get('/redis?1=PING')->[1], 'refused', 'then nobody waits');
like(read_until($s, qr/event: poll/, 30), qr/event: poll/,
     'a stream polls when the ping of its connection fails');
kill CONT => $pid;
until_ok('it goes on', sub { get('/redis?1=PING')->[0] == 200 }, 30);
is(scalar(log_lines($mark, qr/\[error\]/)), 1, 'one error for the outage');
close $s;


# ---- Redis wants a password ---------------------------------------------------

$mark = log_mark();
redis('CONFIG', 'SET', 'requirepass', 'secret');
my $auth = sub { my $c = IO::Socket::UNIX->new(Peer => $ENV{REDIS_HOST});
                 print $c "AUTH secret\r\n$_[0]\r\n"; $c->flush;
                 read_until($c, qr/\r\n.*\r\n/s, 5) };
$auth->('CLIENT KILL TYPE normal');
until_ok('commands are refused', sub { get('/redis?1=PING')->[0] == 503
                                       && log_lines($mark, qr/refused: NOAUTH/) });
$auth->('CONFIG SET requirepass ""');
until_ok('until it is put right', sub { get('/redis?1=PING')->[0] == 200 }, 30);

stop_nginx();
clean_log();
done_testing();
