#!/usr/bin/perl
#
# What "make run" promises: one line when it is ready, data that survive, no
# process that does.  Runs in the root of a built clone; everything it starts
# has its data in a temporary folder and a free port.
#
#     make test-local        (BUILD=... prove t/local/)

use strict;
use warnings;

use Cwd qw(abs_path getcwd);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use POSIX qw(:sys_wait_h setsid);
use Test::More;
use Time::HiRes qw(sleep time);

my $ROOT = getcwd();
my $BUILD = $ENV{BUILD} // 'build';
my $LOCAL = abs_path("$BUILD/paperal-local");
my @NAMES = qw(postgres redis nginx worker);
my $IS_ROOT = $> == 0;

delete @ENV{qw(DB_HOST REDIS_HOST DB_USER DB_PASSWORD STORAGE_PATH MAKEFLAGS
               MAKELEVEL MFLAGS PAPERAL_VAR PAPERAL_PORT)};

my $tmp = tempdir(CLEANUP => 1);
chmod 0755, $tmp;

my %running;
my $started = 0;


# ---- helpers ---------------------------------------------------------------

sub slurp {
    my ($path) = @_;

    open my $fh, '<', $path or return '';
    local $/;
    return <$fh> // '';
}

# checks every 20 ms until the condition holds or the deadline has passed

sub wait_until {
    my ($seconds, $check) = @_;
    my $deadline = time + $seconds;

    while (time < $deadline) {
        return 1 if $check->();
        sleep 0.02;
    }

    return 0;
}

sub free_port {
    my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1');
    return $s->sockport;
}

# starts a command in a session of its own: like a terminal's foreground job

sub start {
    my (%o) = @_;
    my $n = ++$started;
    my %run = (out => "$tmp/out.$n", err => "$tmp/err.$n",
               port => $o{env}{PAPERAL_PORT}, var => $o{env}{PAPERAL_VAR},
               started => time);

    my $pid = fork // die "fork: $!";

    if ($pid == 0) {
        setsid();
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', $run{out};
        open STDERR, '>', $run{err};
        %ENV = (%ENV, %{$o{env} // {}});
        exec(@{$o{command}}) or POSIX::_exit(127);
    }

    $run{pid} = $pid;
    $running{$pid} = \%run;

    return \%run;
}

sub ended {
    my ($run) = @_;

    return 1 if defined $run->{status};

    if (waitpid($run->{pid}, WNOHANG) == $run->{pid}) {
        $run->{status} = $?;
        delete $running{$run->{pid}};
        return 1;
    }

    return 0;
}

sub wait_ready {
    my ($run) = @_;

    wait_until(90, sub {
        return slurp($run->{out}) =~ /^Paperal is ready/m || ended($run);
    });

    my $line = "Paperal is ready at http://127.0.0.1:$run->{port}";
    my $ok = slurp($run->{out}) =~ /^\Q$line\E$/m;

    diag(slurp($run->{out}), slurp($run->{err})) unless $ok;
    $run->{ready} = time - $run->{started};

    return $ok;
}

sub http_status {
    my ($port, $path) = @_;
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port,
                                  Timeout => 5) or return 0;

    print $s "GET $path HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n";
    my $line = <$s> // '';

    return $line =~ m{^HTTP/1\.\d (\d+)} ? $1 : 0;
}

sub pid_of {
    my ($run, $name) = @_;
    my $pid = slurp("$run->{var}/run/$name.pid");

    return $pid =~ /^(\d+)$/ ? $1 : 0;
}

sub alive {
    my ($pid) = @_;
    my $stat = slurp("/proc/$pid/stat");

    return $stat ne '' && $stat !~ /\) Z /;
}

# every process that works below the run's folder, wherever its state lies

sub processes {
    my ($run) = @_;
    my $var = abs_path($run->{var}) // return ();
    my $state = abs_path("$var/state") // $var;
    my @pids;

    for my $dir (glob '/proc/[0-9]*') {
        my $cwd = readlink("$dir/cwd") // next;
        my $pid = substr $dir, 6;

        push @pids, $pid
            if $cwd =~ m{^(?:\Q$var\E|\Q$state\E)/} && alive($pid);
    }

    return @pids;
}

sub stop {
    my ($run, $signal, $target) = @_;
    my $since = time;

    kill $signal, $target // $run->{pid};
    wait_until(20, sub { ended($run) && !processes($run) });

    return time - $since;
}

sub psql {
    my ($run, $sql) = @_;
    my ($host) = slurp("$run->{var}/run/local.env") =~ /^DB_HOST="(.*)"$/m;

    open my $fh, '-|', 'psql', '-h', $host, '-U', 'paperal_owner', '-d',
        'paperal', '-XqAtc', $sql or die "psql: $!";
    my $out = join '', <$fh>;
    close $fh;
    chomp $out;

    return $out;
}

sub owner_of {
    my ($pid) = @_;
    my ($uid) = slurp("/proc/$pid/status") =~ /^Uid:\s+(\d+)/m;

    return defined $uid ? scalar getpwuid($uid) : '';
}

sub env_for {
    my ($name) = @_;

    return { PAPERAL_VAR => "$tmp/$name", PAPERAL_PORT => free_port() };
}

sub local_command {
    my ($env, @more) = @_;

    return (env => $env, command => [@more, $LOCAL, '--root', $ROOT]);
}

# stops what a failed test left, by the process id that start() got

END {
    my $status = $?;

    for my $run (values %running) {
        next if defined $run->{status};
        kill 'TERM', $run->{pid};
        wait_until(20, sub { ended($run) });
    }

    $? = $status;
}


# ---- through make ----------------------------------------------------------

my $env = env_for('var');
my @make = ('make', '--no-print-directory', "BUILD=$BUILD", 'run');
my $run = start(env => $env, command => \@make);

ok(wait_ready($run), 'make run says that it is ready');
is(http_status($run->{port}, '/health/ready'), 200, 'and it is');
like(slurp($run->{out}),
     qr/^Paperal is ready .+\n.* admin.*\n.*paperal-worker admin grant EMAIL$/m,
     'then how to make an admin');
is(http_status($run->{port}, '/'), 200, 'the web application is served');

ok(alive(pid_of($run, $_)), "$_ runs under its pid file") for @NAMES;

is(psql($run, 'SHOW listen_addresses'), '', 'PostgreSQL is not on TCP');
is(psql($run, 'SHOW fsync'), 'on', 'and keeps what it has accepted');

my ($socket) = slurp("$run->{var}/run/local.env") =~ /^REDIS_HOST="(.*)"$/m;
is(`redis-cli -s '$socket' config get port | tail -n 1`, "0\n",
   'Redis is not on TCP');

SKIP: {
    skip 'only root has privileges to drop', 4 unless $IS_ROOT;

    is(owner_of(pid_of($run, 'postgres')), 'postgres', 'postgres drops root');
    is(owner_of(pid_of($run, 'redis')), 'redis', 'redis drops root');
    is(owner_of(pid_of($run, 'worker')), 'paperal', 'the worker drops root');

    my ($child) = split ' ', slurp('/proc/' . pid_of($run, 'nginx') . '/task/'
                                   . pid_of($run, 'nginx') . '/children');
    is(owner_of($child), 'www-data', 'nginx workers drop root');
}

psql($run, 'CREATE TABLE survivor AS SELECT 42 AS answer');

# ---- a folder or a port in use

my $other = start(local_command({ %$env, PAPERAL_PORT => free_port() }));
ok(wait_until(10, sub { ended($other) }), 'a folder in use ends the run');
isnt($other->{status}, 0, 'with a status that is not zero');
like(slurp($other->{err}), qr/\Apaperal: the folder [^\n]+ is in use[^\n]*\n\z/,
     'and one line');

$other = start(local_command({ %$env, PAPERAL_VAR => "$tmp/var2" }));
ok(wait_until(10, sub { ended($other) }), 'a port in use ends the run');
isnt($other->{status}, 0, 'with a status that is not zero');
like(slurp($other->{err}), qr/\Apaperal: port $run->{port} is in use[^\n]*\n\z/,
     'and one line');

# ---- side by side, in a folder with blanks and a long name

my $second = start(local_command(env_for('a folder with $ign\'s/' . 'x' x 90)));
ok(wait_ready($second), 'a second instance of the clone is ready');
is(http_status($_->{port}, '/health/ready'), 200, 'both answer')
    for $run, $second;
cmp_ok(stop($second, 'INT'), '<', 15, 'it stops within 15 s');
is(http_status($run->{port}, '/health/ready'), 200, 'the first one stays');

# ---- a process that dies

for my $name (@NAMES) {
    my $old = pid_of($run, $name);

    kill 'KILL', $old;
    ok(wait_until(20, sub {
           my $pid = pid_of($run, $name);
           return $pid && $pid != $old && alive($pid)
                  && http_status($run->{port}, '/health/ready') == 200;
       }), "$name is started again");
}

is(psql($run, 'SELECT answer FROM survivor'), 42, 'nothing was lost');

# ---- stopping and starting

my @pids = processes($run);
cmp_ok(stop($run, 'TERM'), '<', 15, 'SIGTERM to make stops it within 15 s');
is(scalar(grep { alive($_) } @pids), 0, 'and all that it had started');
is(scalar(grep { pid_of($run, $_) } @NAMES), 0, 'no pid file is left');

$run = start(env => $env, command => \@make);
ok(wait_ready($run), 'a second make run is ready');
cmp_ok($run->{ready}, '<', 10, 'in seconds');
is(psql($run, 'SELECT answer FROM survivor'), 42, 'and finds its data');

cmp_ok(stop($run, 'INT', -$run->{pid}), '<', 15,
       'Ctrl-C in the terminal stops it within 15 s');

# ---- SIGKILL

$run = start(local_command($env));
ok(wait_ready($run), 'it runs');
kill 'KILL', $run->{pid};
ok(wait_until(15, sub { ended($run) && !processes($run) }),
   'when the supervisor is killed, its processes stop by themselves');

$run = start(local_command($env));
ok(wait_ready($run), 'it starts after SIGKILL');
@pids = processes($run);
kill 'KILL', $run->{pid}, @pids;
wait_until(10, sub { ended($run) && !processes($run) });

$run = start(local_command($env));
ok(wait_ready($run), 'it starts after SIGKILL to every process');

my $nginx = pid_of($run, 'nginx');
kill 'KILL', $run->{pid}, $nginx;
wait_until(10, sub { ended($run) });

$run = start(env => $env, command => \@make);
ok(wait_ready($run), 'it starts while nginx workers of a dead master live');
is(psql($run, 'SELECT answer FROM survivor'), 42, 'and finds its data');

kill 'KILL', $run->{pid};
wait_until(10, sub { ended($run) });

$run = start(local_command($env));
ok(wait_ready($run), 'it starts at once after SIGKILL to make');
stop($run, 'TERM');

# ---- .env.local

my $clone = "$tmp/clone";
mkdir $clone;
symlink "$ROOT/$_", "$clone/$_" for qw(conf html);

my $port = free_port();
open my $fh, '>', "$clone/.env.local" or die $!;
print $fh "# a comment\nPAPERAL_PORT='$port'\nPAPERAL_VAR=data\n";
close $fh;

$run = start(env => {}, command => [$LOCAL, '--root', $clone]);
@$run{qw(port var)} = ($port, "$clone/data");
ok(wait_ready($run), '.env.local is read');
stop($run, 'TERM');

$env = { PAPERAL_PORT => free_port() };
$run = start(env => $env, command => [$LOCAL, '--root', $clone]);
$run->{var} = "$clone/data";
ok(wait_ready($run), 'the environment wins over it');
stop($run, 'TERM');

# ---- users

SKIP: {
    skip 'only root can become others', 6 unless $IS_ROOT;

    my $closed = "$tmp/closed";
    mkdir $closed, 0700;

    $env = env_for('closed/var');
    $run = start(local_command($env));
    ok(wait_ready($run), 'root runs it in a folder that others cannot enter');

    my $state = readlink "$env->{PAPERAL_VAR}/state";
    like($state, qr{^/var/lib/paperal/[0-9a-f]{16}$}, 'its state is outside');
    psql($run, 'CREATE TABLE survivor AS SELECT 42 AS answer');
    stop($run, 'TERM');

    $run = start(local_command($env));
    ok(wait_ready($run), 'again');
    is(psql($run, 'SELECT answer FROM survivor'), 42, 'with its data');
    stop($run, 'TERM');
    system 'rm', '-rf', $state if $state =~ m{^/var/lib/paperal/};

    my @nobody = qw(setpriv --reuid=nobody --regid=nogroup --clear-groups);

    skip 'the clone lies where others cannot enter', 2
        if system @nobody, 'test', '-x', $LOCAL, '-a', '-r',
                  "$ROOT/html/dist/index.html";

    my $open = "$tmp/open";
    mkdir $open;
    chown +(getpwnam 'nobody')[2, 3], $open;

    $env = env_for('open/var');
    $run = start(local_command($env, @nobody));
    ok(wait_ready($run), 'an unprivileged user runs it without root');
    is(owner_of(pid_of($run, 'nginx')), 'nobody', 'all of it');
    stop($run, 'TERM');
}

# ---- a command beside temporary servers

my $status = system $LOCAL, '--root', $ROOT, '--scratch', '--databases', 'sh',
    '-c', 'psql -h "$DB_HOST" -U "$DB_USER" -d "$DB_NAME" -c "SELECT 1"'
          . ' >/dev/null && exit 7';
is($status >> 8, 7, 'the status of a command beside databases');

done_testing();
