# What happens when clients, PostgreSQL or Redis go away in the middle.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use Paperal;

our $me = [Paperal::bearer('ada')];
our $json = [Paperal::bearer('ada'), 'Content-Type: application/json'];

# Another session that holds the row of a user for as long as the sub runs.

sub while_locked {
    my ($name, $code) = @_;

    open my $session, '|-', 'psql', '-X', '-q', '-h', $ENV{DB_HOST}, '-p', $ENV{DB_PORT} || 5432,
        '-U', $ENV{DB_MIGRATE_USER} || 'paperal_owner', '-d', $ENV{DB_NAME} || 'paperal', '-o', '/dev/null'
        or die "psql: $!";
    $session->autoflush(1);
    print $session "BEGIN; SELECT 1 FROM users WHERE name = '$name' FOR UPDATE;\n";

    Paperal::until_is(sub { Paperal::psql("SELECT count(*) FROM pg_stat_activity"
        . " WHERE state = 'idle in transaction' AND query LIKE '%FOR UPDATE%'") + 0 }, 1);

    $code->();

    print $session "COMMIT;\n";
    close $session;
}

# How many statements of the module wait for a lock.

sub waiting {
    return Paperal::psql("SELECT count(*) FROM pg_locks WHERE NOT granted") + 0;
}

sub metric {
    my $name = shift;
    my (undef, $text) = Paperal::http('GET', '/metrics');
    return $text =~ /^\Q$name\E (\S+)$/m ? $1 : 0;
}

run_tests();

__DATA__

=== TEST 1: connections to PostgreSQL are lost and come back
--- request
GET /api/v1/users/me
--- more_headers eval: Paperal::bearer('ada')
--- error_code: 200
--- script eval
sub {
    Paperal::psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'paperal_web'", 'postgres');
    my $seen = '';
    Test::More::is(Paperal::until_is(sub { my $s = Paperal::http('GET', '/api/v1/papers', $::me); $seen .= " $s"; $s }, 200),
                   200, "$_[0] - served again");
    Test::More::unlike($seen, qr/500|504/, "$_[0] - 503 at most:$seen");
}



=== TEST 2: a statement in flight is lost: 503, not a guess
--- request
GET /health
--- script eval
sub {
    my $name = shift;
    my $socket;
    main::while_locked('Ada', sub {
        $socket = Paperal::send_request('PATCH', '/api/v1/users/me', [@$::json, 'Connection: close'], '{"name": "New"}');
        Paperal::until_is(\&main::waiting, 1);
        Paperal::psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'paperal_web'", 'postgres');
        Test::More::like(Paperal::read_until($socket), qr{^HTTP/1.1 503 .*Retry-After: \d.*SERVICE_UNAVAILABLE}s, "$name - 503");
    });
}



=== TEST 3: a client that leaves during a statement
--- request
GET /health
--- script eval
sub {
    my $name = shift;
    main::while_locked('Ada', sub {
        my $socket = Paperal::send_request('PATCH', '/api/v1/users/me', $::json, '{"name": "New"}');
        Paperal::until_is(\&main::waiting, 1);
        close $socket;
        Test::More::is(Paperal::until_is(sub { main::metric('paperal_requests_total{route="update_me",status="aborted"}') }, 1),
                       1, "$name - noticed at once");
    });
    Test::More::is(scalar(Paperal::http('GET', '/api/v1/papers', $::me)), 200, "$name - others are served");
}



=== TEST 4: a client that leaves right after its request
--- request
GET /health
--- script eval
sub {
    my $name = shift;
    main::while_locked('Ada', sub {
        close Paperal::send_request('PATCH', '/api/v1/users/me', $::json, '{"name": "New"}') for 1 .. 20;
        Test::More::is(Paperal::until_is(sub { main::metric('paperal_requests_total{route="update_me",status="aborted"}') }, 20),
                       20, "$name - all noticed");
    });
}



=== TEST 5: a client that leaves while its password is verified
--- request
GET /health
--- script eval
sub {
    my $name = shift;
    for (1 .. 3) {
        my $s = Paperal::send_request('POST', '/api/v1/auth/token', ['Content-Type: application/json'],
                                      '{"email": "ada@example.org", "password": "a long phrase 77x"}');
        Paperal::until_is(sub { main::metric('paperal_passwords_total') >= $_ ? 1 : 0 }, 1);
        close $s;
    }
    Test::More::is(Paperal::until_is(sub { main::metric('paperal_requests_total{route="create_token",status="aborted"}') }, 3),
                   3, "$name - noticed");
}



=== TEST 6: Redis drops its connections
--- request
GET /api/v1/users/me
--- more_headers eval: Paperal::bearer('ada')
--- script eval
sub {
    Paperal::redis('CLIENT', 'KILL', 'TYPE', 'normal');
    my $name = shift;
    Test::More::is(scalar(Paperal::http('GET', '/api/v1/users/me', $::me)), 200, "$name - served at once") for 1 .. 3;
    Test::More::is(Paperal::until_is(sub { my (undef, $t) = Paperal::http('GET', '/health/ready'); $t =~ /"ready"/ ? 1 : 0 }, 1),
                   1, "$_[0] - Redis is back");
}



=== TEST 7: Redis forgets the script
--- request
GET /api/v1/users/me
--- more_headers eval: Paperal::bearer('ada')
--- script eval
sub {
    Paperal::redis('SCRIPT', 'FLUSH');
    my ($status, $text) = Paperal::http('GET', '/api/v1/users/me', $::me);
    Test::More::is($status, 200, "$_[0] - served");
    Test::More::like($text, qr/X-RateLimit-Remaining: 998/, "$_[0] - and counted");
}



=== TEST 8: Redis answers nonsense for a credential
--- request
GET /health
--- script eval
sub {
    my $key = 'paperal:cred:' . Digest::SHA::sha256_hex(Paperal::token('ada'));
    Paperal::redis('SET', $key, 'garbage');
    Test::More::is(scalar(Paperal::http('GET', '/api/v1/users/me', $::me)), 500, "$_[0] - no access by it");
    Paperal::redis('DEL', $key);
    Paperal::redis('LPUSH', $key, 'x');
    Test::More::is(scalar(Paperal::http('GET', '/api/v1/users/me', $::me)), 200, "$_[0] - the wrong type");
}



=== TEST 9: the credential cache cannot bring a revoked token back
--- request
GET /health
--- script eval
sub {
    my $key = 'paperal:cred:' . Digest::SHA::sha256_hex(Paperal::token('ada'));
    Test::More::is(scalar(Paperal::http('POST', '/api/v1/auth/revoke', $::me)), 204, "$_[0] - revoked");
    Paperal::psql("UPDATE tokens SET revoked_at = NULL");
    Test::More::is(scalar(Paperal::http('GET', '/api/v1/users/me', $::me)), 401, "$_[0] - stays revoked");
}



=== TEST 10: many at a time, with too few connections
--- http_config
paperal_database_connections 1 1;
paperal_database_queue 4;
paperal_database_depth 1;
--- request
GET /health
--- script eval
sub {
    my $name = shift;
    my @sockets;
    # from now on /metrics knows the jobs and does not wait behind the lock
    main::metric('paperal_db_queued{lane="fast"}');
    main::while_locked('Ada', sub {
        push @sockets, Paperal::send_request('PATCH', '/api/v1/users/me', [@$::json, 'Connection: close'], '{"name": "Ada"}') for 1 .. 30;
        Test::More::is(Paperal::until_is(sub { main::metric('paperal_db_queued{lane="fast"}') >= 3 ? 1 : 0 }, 1), 1, "$name - queued");
    });
    my %seen;
    $seen{(Paperal::read_until($_) =~ m{^HTTP/1.1 (\d+)})[0] // 'none'}++ for @sockets;
    Test::More::is(CORE::join(' ', sort grep { !/^(200|503)$/ } keys %seen), '', "$name - 200 or 503");
    Test::More::ok($seen{503} && $seen{200}, "$name - both");
}



=== TEST 11: the queue of passwords is full
--- request
GET /health
--- script eval
sub {
    my @sockets = map { Paperal::send_request('POST', '/api/v1/auth/token', ['Content-Type: application/json', 'Connection: close'],
        qq({"email": "nobody$_\@example.org", "password": "a long phrase 77x"})) } 1 .. 40;
    Test::More::is(scalar(Paperal::http('GET', '/api/v1/users/me', $::me)), 200, "$_[0] - others are served meanwhile");
    my $refused = 0;
    for (CORE::reverse @sockets) {
        my $text = Paperal::read_until($_, qr/\r\n\r\n\{.*\}/s);
        $refused++ if $text =~ m{^HTTP/1.1 503 .*Retry-After}s;
        last if $refused;
    }
    Test::More::ok($refused, "$_[0] - 503 with Retry-After");
}
--- timeout: 30
