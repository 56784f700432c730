package Probe;

# An nginx with the module and the drivers' test module (t/module), and what the
# driver tests do to it and to its servers: concurrent requests, clients that
# leave, signals.  Runs inside t/run-nginx-tests, whose databases start again
# when they die.

use strict;
use warnings;

use Exporter 'import';
use File::Basename qw(dirname);
use File::Path qw(make_path);
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use Socket qw(SOL_SOCKET SO_RCVBUF);
use Test::More;
use Time::HiRes qw(sleep time);

our @EXPORT = qw(start_nginx stop_nginx reload_nginx workers get get_all
    get_raw finish open_client read_until stat_of until_ok psql backends
    server_pid redis log_mark log_lines clean_log);

my $root = dirname(dirname(dirname(__FILE__)));
my $folder = "$ENV{TEST_NGINX_SERVROOT}-probe";
my $build = $ENV{BUILD} || "$root/build";
my $port = $ENV{TEST_NGINX_CLIENT_PORT} || 1984;
my $nginx = $ENV{TEST_NGINX_BINARY} || 'nginx';


sub start_nginx {
    my ($main) = @_;

    system("$root/t/module/build", "$build/t-module") == 0
        or BAIL_OUT('cannot build the test module');

    make_path("$folder/logs");

    my $user = $> == 0 ? 'user root;' : '';

    open my $conf, '>', "$folder/nginx.conf" or die "nginx.conf: $!";
    print $conf <<"END";
load_module $ENV{TEST_NGINX_LOAD_MODULES};
load_module $build/t-module/ngx_http_paperal_probe_module.so;
$user
worker_processes 1;
error_log $folder/error.log info;
pid $folder/nginx.pid;
thread_pool paperal_files threads=2 max_queue=64;
thread_pool paperal_password threads=2 max_queue=32;
events { worker_connections 1024; }
http {
    access_log off;
    client_body_temp_path $folder/body;
    proxy_temp_path $folder/proxy;
    fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi;
    scgi_temp_path $folder/scgi;
    $main
    server {
        listen 127.0.0.1:$port;
        location /api/  { paperal_api; }
        location /echo  { probe_sql fast 1 "SELECT \$1::text"; }
        location /two   { probe_sql fast 2 "SELECT coalesce(\$1, 'null')
                                          || coalesce(\$2, 'null')"; }
        location /big   { probe_sql fast 1 "SELECT repeat('y', \$1::int)"; }
        location /none  { probe_sql fast 0 "SELECT 1 WHERE false"; }
        location /zero  { probe_sql fast 0 "SELECT 1/0"; }
        location /who   { probe_sql fast 0
            "SELECT current_setting('paperal.user_id') || '|'
                 || current_setting('paperal.workspaces')"; }
        location /star  { probe_sql fast 0 "SELECT * FROM probe"; }
        location /nap   { probe_sql fast 1
                          "SELECT 'slept' FROM pg_sleep(\$1::float)"; }
        location /sleep { probe_sql slow 1
                          "SELECT 'slept' FROM pg_sleep(\$1::float)"; }
        location /redis  { probe_redis; }
        location /task   { probe_task; }
        location /stream { probe_stream; }
        location /stats  { probe_stats; }
    }
}
END
    close $conf;

    # the runtimes of a sanitizer build must be there from the start

    local $ENV{LD_PRELOAD} = $ENV{TEST_NGINX_LD_PRELOAD}
        if $ENV{TEST_NGINX_LD_PRELOAD};

    system($nginx, '-p', $folder, '-c', "$folder/nginx.conf") == 0
        or BAIL_OUT('nginx does not start');

    until_ok('nginx is ready', sub { stat_of('ready') == 1 })
        or BAIL_OUT('the database driver is not ready');
}


sub master { return slurp("$folder/nginx.pid") + 0 }

sub stop_nginx {
    my $pid = master();
    kill QUIT => $pid;
    until_ok('nginx ends', sub { !kill 0 => $pid });
}

sub reload_nginx { kill HUP => master() }

sub workers {
    my $pid = master();
    return split ' ', slurp("/proc/$pid/task/$pid/children");
}

sub slurp {
    my ($file) = @_;
    open my $in, '<', $file or return '';
    local $/;
    my $text = <$in>;
    return defined $text ? $text : '';
}


# Sends a request and keeps the connection, to be read or left.

sub open_client {
    my ($path, %opt) = @_;

    my $s = IO::Socket::INET->new(Proto => 'tcp', Blocking => 1,
        $opt{rcvbuf} ? (Sockopts => [[SO_RCVBUF, $opt{rcvbuf}]]) : (),
        PeerAddr => "127.0.0.1:$port") or die "connect: $!";

    $s->autoflush(1);
    print $s "GET $path HTTP/1.1\r\nHost: localhost\r\n"
        . ($opt{keep} ? '' : "Connection: close\r\n") . "\r\n";
    return $s;
}

# What comes until a pattern matches, the end, or the deadline.

sub read_until {
    my ($s, $pattern, $seconds) = @_;
    my $end = time + ($seconds || 10);
    my $text = '';
    my $select = IO::Select->new($s);

    while ($text !~ $pattern && time < $end) {
        next if !$select->can_read(0.1);
        last if !sysread($s, $text, 65536, length $text);
    }

    return $text;
}

# All requests at once; [status, body, seconds] of each, status 0: no answer.

sub get_all {
    return finish(map { open_client($_) } @_);
}

sub finish {
    my @s = @_;
    my $begin = time;
    my $select = IO::Select->new(@s);
    my (%text, %took);

    while ($select->count && time < $begin + 30) {
        for my $s ($select->can_read(0.5)) {
            $text{$s} = '' if !defined $text{$s};

            if (!sysread($s, $text{$s}, 65536, length $text{$s})) {
                $took{$s} = time - $begin;
                $select->remove($s);
            }
        }
    }

    return map {
        my $t = defined $text{$_} ? $text{$_} : '';
        my ($head, $body) = split /\r\n\r\n/, $t, 2;
        [$t =~ m{^HTTP/1.1 (\d+)} ? $1 : 0, $body, $took{$_} || 99]
    } @s;
}

sub get {
    my ($path) = @_;
    my ($r) = get_all($path);
    return $r;
}

# A value of /stats, or the list "connections in-flight queued" of a lane.

sub stat_of {
    my ($name) = @_;
    my $r = get('/stats');
    return ($r->[1] || '') =~ /^\Q$name\E (.*)$/m ? $1 : -1;
}

# Waits for a state: an assertion with a deadline.

sub until_ok {
    my ($what, $code, $seconds) = @_;
    my $begin = time;

    while (time < $begin + ($seconds || 15)) {
        if (eval { $code->() }) {
            return pass($what);
        }
        sleep 0.02;
    }

    return fail("$what: not within the deadline");
}


sub psql {
    my ($sql) = @_;
    open my $out, '-|', 'psql', '-h', $ENV{DB_HOST}, '-p', $ENV{DB_PORT},
        '-U', 'postgres', '-Atqc', $sql, $ENV{DB_NAME} or die "psql: $!";
    local $/;
    my $text = <$out>;
    close $out;
    chomp $text if defined $text;
    return defined $text ? $text : '';
}

sub backends {
    return split ' ', psql("SELECT pid FROM pg_stat_activity"
        . " WHERE usename = 'paperal_web'");
}

sub server_pid {
    my ($name) = @_;
    return slurp("$ENV{PAPERAL_VAR}/run/$name.pid") + 0;
}

# One command without blanks in its arguments; the reply's first bytes.

sub redis {
    my $s = IO::Socket::UNIX->new(Peer => $ENV{REDIS_HOST}) or return '';
    my $command = '*' . @_ . "\r\n";
    $command .= '$' . length($_) . "\r\n$_\r\n" for @_;
    print $s $command;
    $s->flush;
    return read_until($s, qr/\r\n/, 5);
}


sub log_mark { return length slurp("$folder/error.log") }

sub log_lines {
    my ($mark, $pattern) = @_;
    return grep { /$pattern/ } split /\n/,
        substr slurp("$folder/error.log"), $mark;
}

# What no outage may cause.

sub clean_log {
    my @bad = grep { /\[(alert|crit|emerg)\]|Sanitizer|runtime error/ }
        split /\n/, slurp("$folder/error.log");
    is("@bad", '', 'no alert and no sanitizer line in error.log');
}

1;
