# "nginx -s reload" and quit with work in flight: nothing is lost, no [alert].

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use Paperal;
use Digest::SHA qw(sha256_hex);

master_on();
workers(2);

our $me = [Paperal::bearer('ada')];
our $pdf = "%PDF-1.4\n" . 'x' x 50000;

sub workers_of {
    my $pid = shift;
    open my $file, '<', "/proc/$pid/task/$pid/children" or return '';
    my $children = <$file> // '';
    return CORE::join(' ', sort split ' ', $children);
}

# Reloads and waits until two new processes have come.

sub reload {
    my $pid = Paperal::nginx_pid();
    my %old = map { $_ => 1 } split ' ', workers_of($pid);
    kill HUP => $pid;
    Paperal::until_is(sub { scalar grep { !$old{$_} } split ' ', workers_of($pid) }, 2);
    return keys %old;
}

run_tests();

__DATA__

=== TEST 1: a stream says bye, and its process ends
--- sql eval: Paperal::analyses()
--- request
GET /health
--- script eval
sub {
    my $name = shift;
    my $s = Paperal::send_request('GET', '/api/v1/analysis/' . Paperal::analysis(2) . '/events', $::me);
    Paperal::read_until($s, qr/event: progress/);
    my @old = main::reload();
    Test::More::like(Paperal::read_until($s), qr/event: bye\n/, "$name - bye");
    Test::More::is(Paperal::until_is(sub { scalar grep { -d "/proc/$_" } @old }, 0), 0, "$name - the old processes are gone");
    Test::More::is(scalar(Paperal::http('GET', '/api/v1/users/me', $::me)), 200, "$name - the new ones serve");
}



=== TEST 2: an upload in flight is stored
--- request
GET /health
--- script eval
sub {
    my $name = shift;
    my $s = Paperal::send_request('POST', '/api/v1/papers', [@$::me, 'Content-Type: application/pdf', 'Connection: close',
                                  'Content-Length: ' . length $::pdf]);
    print $s substr($::pdf, 0, 30000);
    $s->flush;
    main::reload();
    print $s substr($::pdf, 30000);
    $s->flush;
    my $text = Paperal::read_until($s);
    Test::More::like($text, qr{^HTTP/1.1 201 }, "$name - 201");
    my $hash = Digest::SHA::sha256_hex($::pdf);
    Test::More::like($text, qr/"file_hash" : "$hash"/, "$name - with its bytes");
}



=== TEST 3: a statement in flight is answered
--- request
GET /health
--- script eval
sub {
    my $name = shift;
    open my $session, '|-', 'psql', '-X', '-q', '-h', $ENV{DB_HOST}, '-p', $ENV{DB_PORT} || 5432,
        '-U', $ENV{DB_MIGRATE_USER} || 'paperal_owner', '-d', $ENV{DB_NAME} || 'paperal', '-o', '/dev/null';
    $session->autoflush(1);
    print $session "BEGIN; SELECT 1 FROM users WHERE name = 'Ada' FOR UPDATE;\n";
    Paperal::until_is(sub { Paperal::psql("SELECT count(*) FROM pg_stat_activity"
        . " WHERE state = 'idle in transaction' AND query LIKE '%FOR UPDATE%'") + 0 }, 1);
    my $s = Paperal::send_request('PATCH', '/api/v1/users/me', [@$::me, 'Content-Type: application/json', 'Connection: close'], '{"name": "New"}');
    Paperal::until_is(sub { Paperal::psql("SELECT count(*) FROM pg_locks WHERE NOT granted") + 0 }, 1);
    main::reload();
    print $session "COMMIT;\n";
    Test::More::like(Paperal::read_until($s), qr{^HTTP/1.1 200 .*"name" : "New"}s, "$name - 200");
    close $session;
}



=== TEST 4: a password in flight is verified
--- request
GET /health
--- script eval
sub {
    my $name = shift;
    my $s = Paperal::send_request('POST', '/api/v1/auth/token', ['Content-Type: application/json', 'Connection: close'],
                                  '{"email": "ada@example.org", "password": "a long phrase 77x"}');
    Paperal::until_is(sub { my (undef, $t) = Paperal::http('GET', '/metrics'); $t =~ /^paperal_passwords_total (\d+)/m ? $1 : 0 }, 1);
    main::reload();
    Test::More::like(Paperal::read_until($s), qr{^HTTP/1.1 200 .*pat_}s, "$name - 200");
}



=== TEST 5: metrics add up over the processes and survive a reload
--- request
GET /health
--- script eval
sub {
    my $name = shift;
    Paperal::http('GET', '/api/v1/users/me', $::me) for 1 .. 20;
    main::reload();
    Paperal::http('GET', '/api/v1/users/me', $::me) for 1 .. 20;
    my (undef, $text) = Paperal::http('GET', '/metrics');
    my ($n) = $text =~ /^paperal_requests_total\{route="get_me",status="2xx"\} (\d+)$/m;
    Test::More::is($n, 40, "$name - 40 requests");
}



=== TEST 6: without Redis the processes share one count
--- no_redis
--- request
GET /health
--- script eval
sub {
    my $name = shift;
    my @left = map { my (undef, $t) = Paperal::http('GET', '/api/v1/users/me', [Paperal::bearer('bob')]); $t =~ /X-RateLimit-Remaining: (\d+)/ ? $1 : -1 } 1 .. 20;
    my %seen;
    $seen{$_}++ for @left;
    Test::More::is(scalar(grep { $seen{$_} > 1 } keys %seen) > 1 ? 'repeated' : 'one count', 'one count', "$name - @left");
}



=== TEST 7: after a reload that fails, a process that dies is replaced
--- may_log
--- request
GET /health
--- script eval
sub {
    my $name = shift;
    my $taken = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1') or die "listen: $!";
    my $file = "$ENV{TEST_NGINX_SERVROOT}/conf/nginx.conf";
    open my $in, '<', $file or die "$file: $!";
    my $conf = do { local $/; <$in> };
    my $port = $taken->sockport;
    $conf =~ s/^(\s*listen\s.*)$/$1\n listen 127.0.0.1:$port;/m or die 'no listen';
    open my $out, '>', $file or die "$file: $!";
    print $out $conf;
    close $out;

    kill HUP => Paperal::nginx_pid();
    my $log = "$ENV{TEST_NGINX_SERVROOT}/logs/error.log";
    Test::More::is(Paperal::until_is(sub { open my $l, '<', $log; scalar grep { /still could not bind/ } <$l> }, 1),
                   1, "$name - refused");

    my @old = split ' ', main::workers_of(Paperal::nginx_pid());
    kill KILL => @old;
    Paperal::until_is(sub { my %now = map { $_ => 1 } split ' ', main::workers_of(Paperal::nginx_pid());
                            scalar grep { $now{$_} } @old }, 0);
    Test::More::is(Paperal::until_is(sub { scalar Paperal::http('GET', '/api/v1/users/me', $::me) }, 200),
                   200, "$name - served");

    open my $l, '<', $log;
    Test::More::unlike(CORE::join('', <$l>), qr/exited on signal (?!9\b)/, "$name - by processes that live");
}



=== TEST 8: the processes share one count of a user's streams
--- request
GET /health
--- script eval
sub {
    my $name = shift;
    my @s = map { Paperal::send_request('GET', '/api/v1/events', $::me) } 1 .. 24;
    my %seen;
    $seen{(Paperal::read_until($_, qr/\r\n\r\n/) =~ m{^HTTP/1.1 (\d+)})[0]}++ for @s;
    Test::More::is_deeply(\%seen, { 200 => 16, 429 => 8 }, "$name - 16 of 24");
    kill KILL => split ' ', main::workers_of(Paperal::nginx_pid());
    Paperal::until_is(sub { scalar Paperal::http('GET', '/health') }, 200);
    @s = map { Paperal::send_request('GET', '/api/v1/events', $::me) } 1 .. 16;
    Test::More::is(scalar(grep { Paperal::read_until($_, qr/\r\n\r\n/) =~ m{^HTTP/1.1 200 } } @s), 16,
                   "$name - what a killed process had is forgotten");
}
--- may_log
