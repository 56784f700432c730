# "nginx -s reload" with everything in flight: nothing is cut, nobody stays.

use strict;
use warnings;

use Test::More;
use Time::HiRes qw(time);

use Probe;

start_nginx('');
until_ok('subscriptions are live', sub { stat_of('live') == 1 });

sub gone {
    my %now = map { $_ => 1 } workers();
    return %now && !grep { $now{$_} } @_;
}

my @old = workers();
my $stream = open_client('/stream?ch=r');
read_until($stream, qr/event: live/);

my %inflight = ('a slow statement' => '/sleep?a=1.2',
                'a fast statement' => '/nap?a=1',
                'a thread task'    => '/task?ms=1200');
my @names = sort keys %inflight;
my @clients = map { open_client($inflight{$_}) } @names;
until_ok('everything is in flight',
         sub { stat_of('slow') =~ /^\d 1 0/ && stat_of('fast') =~ /^\d 1 0/ });

reload_nginx();
like(read_until($stream, qr/\r\n0\r\n\r\n/),
     qr/event: bye\ndata: \{\}\n\n\r\n0\r\n\r\n$/, 'the stream says bye');

my @r = finish(@clients);
is($r[$_][1], 'slept', "$names[$_] has its answer") for 0 .. $#names;
until_ok('the old worker is gone', sub { gone(@old) });
is(get('/echo?a=1')->[1], '1', 'the new one serves');

# nothing but idle streams

@old = workers();
my @streams = map { open_client("/stream?ch=i$_") } 1 .. 30;
read_until($_, qr/event: live/) for @streams;
reload_nginx();
is(scalar(grep { read_until($_, qr/\r\n0\r\n\r\n/) =~ /event: bye/ } @streams),
   30, 'idle streams say bye');
until_ok('the old worker is gone', sub { gone(@old) });

# clients that have left hold nobody

@old = workers();
@clients = map { open_client($_) } '/sleep?a=30', '/task?ms=500';
until_ok('they run', sub { stat_of('slow') =~ /^\d 1 0/
                           && stat_of('guard') == 1 });
reload_nginx();
close $_ for @clients;
my $begin = time;
until_ok('the old worker is gone', sub { gone(@old) });
cmp_ok(time - $begin, '<', 5, 'long before the statement would have ended');

# a task whose client left before it ended

@old = workers();
close open_client('/task?ms=300');
until_ok('it ends', sub { stat_of('guard') == 0 });

for (1 .. 3) {
    @old = workers();
    reload_nginx();
    until_ok('an idle worker leaves at once', sub { gone(@old) }, 5);
}

# the servers are away

@old = workers();
kill STOP => server_pid('redis');
@clients = (open_client('/redis?1=PING'));
reload_nginx();
@r = finish(@clients);
is($r[0][1], 'lost', 'a command is answered while both leave');
kill CONT => server_pid('redis');
until_ok('the old worker is gone', sub { gone(@old) });
until_ok('the new one serves', sub { get('/redis?1=PING')->[0] == 200 }, 30);

stop_nginx();
clean_log();
done_testing();
