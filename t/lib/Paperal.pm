package Paperal;

# What the Test::Nginx suites share.  Every block
#
#   - starts with the same database and an empty Redis: see seed() for the
#     accounts, papers and analyses, whose ids and tokens are fixed;
#   - runs nginx with the locations below unless it has a "config" of its own;
#   - fails when error.log has an [alert], [crit] or [emerg], or a line of a
#     sanitizer.
#
# Sections of our own:
#
#   sql           statements of the owner, run before the block
#   json          the response's body as JSON; "~uuid", "~time", "~any" and
#                 "~re:..." match.  With several requests a Perl array.
#   after_sql     a query and, below a line "=>", its expected output, polled
#                 until it is there or five seconds are over
#   more_headers  may have {etag:QUERY}, the tag of what the query gives
#   no_redis      nginx finds no Redis
#   during        statements run while the request is under way, as soon as
#                 somebody has subscribed to "channel", to which a message is
#                 then published; at once without "channel"
#   script        a sub that is called when the requests are done, while nginx
#                 still runs: see http(), stream() and until_is()
#   storage       names below the storage, one a line, polled in the same way

use strict;
use warnings;

use Test::Nginx::Socket;
use Test::More;
use Digest::SHA qw(sha256_hex);
use File::Find qw(find);
use File::Path qw(remove_tree make_path);
use IO::Socket::INET;
use IO::Socket::UNIX;
use JSON::PP;
use POSIX ();
use Time::HiRes qw(sleep time);

use base 'Exporter';

our @EXPORT = qw(bearer token ada bob paper analysis json_body psql redis
                 etag_of storage_path http send_request read_until until_is
                 subscribers nginx_pid);

my $storage = $ENV{STORAGE_PATH};
my $json = JSON::PP->new->canonical->allow_nonref->utf8;

# A token is its prefix and 43 characters.

sub token {
    my ($name, $prefix) = @_;
    return ($prefix || 'pat_') . substr($name . ('0' x 43), 0, 43);
}

sub bearer { return "Authorization: Bearer " . token(@_) }

sub ada { return "aaaaaaaa-0000-4000-8000-000000000001" }
sub bob { return "bbbbbbbb-0000-4000-8000-000000000002" }
sub paper { return sprintf "eeeeeeee-0000-4000-8000-%012d", shift }
sub analysis { return sprintf "ffffffff-0000-4000-8000-%012d", shift }

sub json_body {
    my ($method, $path, $value) = @_;
    return "$method $path\n" . (ref $value ? $json->encode($value) : $value);
}

sub storage_path { return $storage }

# psql in one process for each call: 10 ms.

sub psql {
    my ($sql, $user) = @_;

    local $ENV{PGOPTIONS} = '-c client_min_messages=warning';

    my $pid = open my $out, '-|';
    die "fork: $!" unless defined $pid;

    if ($pid == 0) {
        open STDERR, '>&', \*STDOUT;
        open my $in, '|-', 'psql', '-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1',
            '-h', $ENV{DB_HOST}, '-p', $ENV{DB_PORT} || 5432,
            '-U', $user || $ENV{DB_MIGRATE_USER} || 'paperal_owner',
            '-d', $ENV{DB_NAME} || 'paperal' or POSIX::_exit(2);
        print $in $sql;
        close $in or POSIX::_exit(1);
        POSIX::_exit(0);
    }

    my $text = do { local $/; <$out> };
    close $out or die "psql failed: $text\n$sql";

    return $text // '';
}

# One command of Redis' protocol; the raw reply.

sub redis {
    my $socket = IO::Socket::UNIX->new(Peer => $ENV{REDIS_HOST})
        or die "redis: $!";

    print $socket "*", scalar(@_), "\r\n",
        map { "\$" . length($_) . "\r\n$_\r\n" } @_;

    my $reply = <$socket>;
    $reply =~ s/\r\n//;

    return $reply;
}

# A client of our own: a request as it goes over the wire ...

sub send_request {
    my ($method, $path, $headers, $body) = @_;

    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
        PeerPort => $ENV{TEST_NGINX_CLIENT_PORT} || 1984)
        or die "connect: $!";

    print $socket "$method $path HTTP/1.1\r\nHost: localhost\r\n",
        (map { "$_\r\n" } @{$headers || []}),
        defined $body ? "Content-Length: " . length($body) . "\r\n" : '',
        "\r\n", $body // '';
    $socket->flush;

    return $socket;
}

# ... and what has come, once it matches, or all until the end or 5 s.

sub read_until {
    my ($socket, $pattern) = @_;
    my $end = time + 5;
    my $text = '';

    while (time < $end && !(defined $pattern && $text =~ $pattern)) {
        my $set = '';
        vec($set, fileno($socket), 1) = 1;
        next unless select($set, undef, undef, 0.1);
        last unless sysread($socket, $text, 65536, length $text);
    }

    return $text;
}

sub http {
    my ($method, $path, $headers, $body) = @_;

    my $socket = send_request($method, $path,
        ['Connection: close', @{$headers || []}], $body);
    my $text = read_until($socket);
    my ($status) = $text =~ m{^HTTP/1.1 (\d+)};

    return wantarray ? ($status // 0, $text) : $status // 0;
}

sub nginx_pid {
    open my $file, '<', "$ENV{TEST_NGINX_SERVROOT}/logs/nginx.pid" or return;
    my $pid = <$file>;
    chomp $pid;
    return $pid;
}

# How many have subscribed to a channel.

sub subscribers {
    my $channel = shift;
    my $socket = IO::Socket::UNIX->new(Peer => $ENV{REDIS_HOST})
        or die "redis: $!";

    print $socket "*3\r\n\$6\r\nPUBSUB\r\n\$6\r\nNUMSUB\r\n\$",
        length($channel), "\r\n$channel\r\n";

    while (my $line = <$socket>) {
        return $1 if $line =~ /^:(\d+)/;
    }
}

sub start_during {
    my ($sql, $channel) = @_;

    my $pid = fork;
    die "fork: $!" unless defined $pid;
    return if $pid;

    eval {
        if (defined $channel) {
            until_is(sub { subscribers($channel) ? 1 : 0 }, 1);
        }

        psql($sql);
        redis('PUBLISH', $channel, 'x') if defined $channel;
    };

    warn $@ if $@;
    POSIX::_exit(0);
}

sub etag_of {
    my $sql = shift;
    my $text = psql($sql);
    chomp $text;
    return substr sha256_hex($text), 0, 32;
}

my $seed = do { local $/; <DATA> };

sub seed {
    my $sql = $seed;

    $sql =~ s/\{hash:(\w+):(\w+)\}/sha256_hex(token($1, $2))/ge;
    psql($sql);
    redis('FLUSHALL');

    for my $folder (qw(objects tmp)) {
        remove_tree("$storage/$folder", { keep_root => 1 });
        make_path("$storage/$folder");
    }
}

# A finished analysis of the first paper (see DATA), and one that waits.

sub analyses {
    return <<'_EOC_';
INSERT INTO analyses (id, workspace_id, user_id, paper_id, analysis_type,
                      engine, status, progress, created_at, completed_at,
                      results, results_brief, event_seq)
VALUES
 ('ffffffff-0000-4000-8000-000000000001',
  'aaaaaaaa-0000-4000-8000-0000000000aa',
  'aaaaaaaa-0000-4000-8000-000000000001',
  'eeeeeeee-0000-4000-8000-000000000001', 'standard', 'embedded',
  'completed', 100, '2026-01-31T12:00:00Z', '2026-01-31T12:01:00Z',
  '{"brief": false, "evidence": [{"id": "e1", "quote": "=a, \"b\"",
    "source_text": "t", "status": "verified", "match": "exact", "page_first": 1,
    "page_last": 2, "section": "sec1", "sid": "s0001", "boxes": [],
    "claim_ids": ["c1", "c2"]}]}', '{"brief": true}', 3),
 ('ffffffff-0000-4000-8000-000000000002',
  'aaaaaaaa-0000-4000-8000-0000000000aa',
  'aaaaaaaa-0000-4000-8000-000000000001',
  'eeeeeeee-0000-4000-8000-000000000001', 'quick', 'embedded',
  'pending', 0, '2026-01-31T13:00:00Z', NULL, NULL, NULL, 1),
 ('ffffffff-0000-4000-8000-000000000003',
  'bbbbbbbb-0000-4000-8000-0000000000bb',
  'bbbbbbbb-0000-4000-8000-000000000002',
  'eeeeeeee-0000-4000-8000-000000000004', 'quick', 'embedded',
  'pending', 0, '2026-01-31T13:00:00Z', NULL, NULL, NULL, 1);

INSERT INTO analysis_stages (analysis_id, workspace_id, position, name,
                             weight, status, output)
SELECT id, workspace_id, 1, 'paper_profile', 15,
       CASE status WHEN 'completed' THEN status ELSE 'pending' END, '{}'
  FROM analyses;
_EOC_
}

sub main_config {
    return <<'_EOC_';
thread_pool paperal_files threads=2 max_queue=64;
thread_pool paperal_password threads=2 max_queue=32;
_EOC_
}

sub config {
    return <<'_EOC_';
    location /api/v1/ {
        paperal_api;
    }

    location = /health {
        paperal_health;
    }

    location = /health/ready {
        paperal_ready;
    }

    location = /metrics {
        paperal_metrics;
    }
_EOC_
}

# Waits until a value is the expected one; returns the last value.

# What analyses() makes, with claims in the finished one: c1 and c4 say the
# same, c2 stands in no list, c3 in a list that the brief result has too.

sub reviewed {
    my $section = '"paper_profile": {"questions": ["Does it last?", "Who'
        . ' pays?"]%s}, "intellectual_property": {"signals": [{"id": "c3",'
        . ' "kind": "licence", "text": "MIT licence.", "basis": "paper",'
        . ' "confidence": "high", "evidence_ids": [], "verdict":'
        . ' "supported", "decision": null, "locked": false}], "questions":'
        . ' []}, "technical_feasibility": {"strengths": ["It works."],'
        . ' "challenges": []}, "swot": {"strengths": ["It works.", "It is'
        . ' new."], "weaknesses": [], "opportunities": [], "threats": []%s},'
        . ' "executive_summary": {"open_questions": ["does it last"]}';
    my $claim = '{"id": "%s", "kind": "%s", "text": "%s", "basis": "paper",'
        . ' "confidence": "high", "evidence_ids": ["e1"], "verdict":'
        . ' "supported", "decision": null, "locked": false}';
    my $profile = ', "claims": [' . sprintf($claim, 'c1', 'result',
        'It works.') . ', ' . sprintf($claim, 'c2', 'problem', 'It is hard.')
        . ']';
    my $swot = ', "claims": [' . sprintf($claim, 'c4', 'strength',
        'It works.') . ']';
    my $full = '{' . sprintf($section, $profile, $swot) . ', "provenance":'
        . ' {"engine_version": "1", "text_sha256": "aa", "stages":'
        . ' [{"name": "swot", "status": "completed", "attempt": 1,'
        . ' "input_sha256": "bb"}]}, "score": {"overall": null, "low": 30,'
        . ' "high": 50, "parts": [{"id": "readiness", "value": 0.5}]},'
        . ' "evidence": [{"id": "e1", "sid": "s0001", "quote": "works"}]}';
    my $brief = '{' . sprintf($section, '', '') . '}';

    return analyses() . "SET ROLE paperal_owner; UPDATE analyses SET results"
        . " = '$full', results_brief = '$brief', result_sha256 = 'cc' WHERE"
        . " status = 'completed'; SELECT store_questions(id, results) FROM"
        . " analyses WHERE status = 'completed';";
}

sub until_is {
    my ($get, $expected) = @_;
    my $end = time + 5;
    my $value;

    while (1) {
        $value = $get->();
        last if $value eq $expected || time > $end;
        sleep 0.02;
    }

    return $value;
}

sub listing {
    my @names;

    find(sub { push @names, substr($File::Find::name, length($storage) + 1)
                   if -f $_ }, $storage);

    return join "\n", sort @names;
}

sub matches {
    my ($got, $expected, $path) = @_;

    if (ref $expected eq 'HASH') {
        return "$path: not an object" unless ref $got eq 'HASH';

        for my $key (grep { $_ ne '...' } sort keys %$expected) {
            return "$path.$key: missing" unless exists $got->{$key};
            my $fault = matches($got->{$key}, $expected->{$key},
                                "$path.$key");
            return $fault if $fault;
        }

        for my $key (sort keys %$got) {
            return "$path.$key: not expected"
                unless exists $expected->{$key} || exists $expected->{'...'};
        }

        return;
    }

    if (ref $expected eq 'ARRAY') {
        return "$path: not an array" unless ref $got eq 'ARRAY';
        return "$path: has " . @$got . " items" if @$got != @$expected;

        for my $i (0 .. $#$expected) {
            my $fault = matches($got->[$i], $expected->[$i], "$path\[$i]");
            return $fault if $fault;
        }

        return;
    }

    my $text = defined $got ? (ref $got && !JSON::PP::is_bool($got)
                               ? $json->encode($got) : "$got") : 'null';

    if (defined $expected && !ref $expected) {
        return if $expected eq '~any';

        return $text =~ /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
            ? undef : "$path: $text is no UUID" if $expected eq '~uuid';

        return $text =~ /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
            ? undef : "$path: $text is no time" if $expected eq '~time';

        return $text =~ /$1/ ? undef : "$path: $text does not match $1"
            if $expected =~ /^~re:(.*)/s;
    }

    return if $json->encode($got) eq $json->encode($expected);
    return "$path: is " . $json->encode($got);
}

add_block_preprocessor(sub {
    my $block = shift;
    my $name = $block->name;

    seed();
    psql($block->sql) if defined $block->sql;

    my $main = main_config() . ($block->main_config // '');
    $block->set_value('main_config', $main);

    my $http = $block->http_config // '';
    $http = "paperal_redis host=/nonexistent/redis;\n$http"
        if defined $block->no_redis;
    $block->set_value('http_config', $http);

    # the tag of what a query says, which is not known before seed()

    if (defined $block->more_headers) {
        my $headers = $block->more_headers;
        s/\{etag:(.*?)\}/'"' . etag_of($1) . '"'/gse
            for ref $headers ? @$headers : $headers;
        $block->set_value('more_headers', $headers);
    }

    $block->set_value('config', config()) unless defined $block->config;
    $block->set_value('request', 'GET /health')
        unless defined $block->request || defined $block->raw_request
            || defined $block->pipelined_requests;

    my $bad = $block->no_error_log // '';
    my @bad = ref $bad ? @$bad : grep { length } split /\n/, $bad;
    push @bad, '[alert]', '[crit]' , '[emerg]', 'AddressSanitizer',
        'runtime error:'
        unless defined $block->may_log;
    $block->set_value('no_error_log', join "\n", @bad) if @bad;

    $block->set_value('timeout', 10) unless defined $block->timeout;

    start_during($block->during, $block->channel) if defined $block->during;
});

add_response_body_check(sub {
    my ($block, $body, $index, $repeated, $dry_run) = @_;
    my $name = $block->name;

    return if $dry_run;

    if (defined $block->json) {
        my $expected = $block->json;
        $expected = $expected->[$index] if ref $expected;

        if (defined $expected && length $expected) {
            my $value = eval { $json->decode($expected) };
            die "$name - expected JSON: $@" if $@;
            my $got = eval { $json->decode($body // '') };
            my $fault = defined $got || ($body // '') =~ /^null/
                ? matches($got, $value, '$') : "no JSON: " . ($body // '');

            ok(!$fault, "$name - json $index")
                or diag("$fault\nbody: " . ($body // ''));
        }
    }

    my $requests = ref $block->request ? scalar @{$block->request} : 1;
    return if $index + 1 < $requests;

    $block->script->($name) if defined $block->script;

    if (defined $block->after_sql) {
        my ($sql, $expected) = split /^=>\n?/m, $block->after_sql;
        $expected //= '';
        s/\s+\z// for $expected;

        my $got = until_is(sub { my $v = psql($sql); $v =~ s/\s+\z//; $v },
                           $expected);
        is($got, $expected, "$name - after_sql");
    }

    if (defined $block->storage) {
        my $expected = $block->storage;
        s/\s+\z// for $expected;
        is(until_is(\&listing, $expected), $expected, "$name - storage");
    }
});

no_long_string();

1;

__DATA__
TRUNCATE users, workspaces, papers, analyses, events, jobs, tokens,
    login_throttles, idempotency_keys, object_deletions RESTART IDENTITY CASCADE;

-- what a block may have changed, in case it did not come to its end

DELETE FROM schema_migrations WHERE version = 9999;
DELETE FROM model_settings;
UPDATE plans SET requests_per_minute = 60, monthly_papers = 20
 WHERE code = 'basic';
DROP TRIGGER IF EXISTS test ON users;
DROP TRIGGER IF EXISTS test ON papers;

INSERT INTO users (id, email, password_hash, name, plan, role, is_active,
                   created_at)
VALUES
 ('aaaaaaaa-0000-4000-8000-000000000001', 'ada@example.org',
  '$scrypt$ln=15,r=8,p=3$MDEyMzQ1Njc4OWFiY2RlZg$GiaSlA42s5N1BYiGXq+8CUuwEXT59tMFUE1fU/NZHiY',
  'Ada', 'enterprise', 'user', true, '2026-01-31T12:00:00Z'),
 ('bbbbbbbb-0000-4000-8000-000000000002', 'bob@example.org', 'none',
  'Bob', 'basic', 'user', true, '2026-01-31T12:00:00Z'),
 ('cccccccc-0000-4000-8000-000000000003', 'off@example.org',
  '$scrypt$ln=15,r=8,p=3$MDEyMzQ1Njc4OWFiY2RlZg$GiaSlA42s5N1BYiGXq+8CUuwEXT59tMFUE1fU/NZHiY',
  'Off', 'basic', 'user', false, '2026-01-31T12:00:00Z');

INSERT INTO workspaces (id, name, kind, owner_id) VALUES
 ('aaaaaaaa-0000-4000-8000-0000000000aa', 'Ada', 'personal',
  'aaaaaaaa-0000-4000-8000-000000000001'),
 ('bbbbbbbb-0000-4000-8000-0000000000bb', 'Bob', 'personal',
  'bbbbbbbb-0000-4000-8000-000000000002'),
 ('dddddddd-0000-4000-8000-0000000000dd', 'Team', 'team',
  'aaaaaaaa-0000-4000-8000-000000000001');

INSERT INTO workspace_members (workspace_id, user_id, role) VALUES
 ('aaaaaaaa-0000-4000-8000-0000000000aa',
  'aaaaaaaa-0000-4000-8000-000000000001', 'owner'),
 ('bbbbbbbb-0000-4000-8000-0000000000bb',
  'bbbbbbbb-0000-4000-8000-000000000002', 'owner'),
 ('dddddddd-0000-4000-8000-0000000000dd',
  'aaaaaaaa-0000-4000-8000-000000000001', 'owner'),
 ('dddddddd-0000-4000-8000-0000000000dd',
  'bbbbbbbb-0000-4000-8000-000000000002', 'viewer');

INSERT INTO tokens (hash, user_id, kind, family, created_at, expires_at,
                    revoked_at, scopes)
SELECT decode(h, 'hex'), u::uuid, k, f::uuid, now() - interval '2 hours',
       now() + e::interval, r::timestamptz, s::text[]
  FROM (VALUES
 ('{hash:ada:pat_}', 'aaaaaaaa-0000-4000-8000-000000000001', 'access',
  '11111111-0000-4000-8000-000000000001', '1 hour', NULL, NULL),
 ('{hash:ada:prt_}', 'aaaaaaaa-0000-4000-8000-000000000001', 'refresh',
  '11111111-0000-4000-8000-000000000001', '1 hour', NULL, NULL),
 ('{hash:ada:pss_}', 'aaaaaaaa-0000-4000-8000-000000000001', 'session',
  '11111111-0000-4000-8000-000000000002', '1 hour', NULL, NULL),
 ('{hash:bob:pat_}', 'bbbbbbbb-0000-4000-8000-000000000002', 'access',
  '11111111-0000-4000-8000-000000000003', '1 hour', NULL, NULL),
 ('{hash:off:pat_}', 'cccccccc-0000-4000-8000-000000000003', 'access',
  '11111111-0000-4000-8000-000000000004', '1 hour', NULL, NULL),
 ('{hash:old:pat_}', 'aaaaaaaa-0000-4000-8000-000000000001', 'access',
  '11111111-0000-4000-8000-000000000005', '-1 hour', NULL, NULL),
 ('{hash:gone:pat_}', 'aaaaaaaa-0000-4000-8000-000000000001', 'access',
  '11111111-0000-4000-8000-000000000006', '1 hour', '2026-01-31', NULL),
 ('{hash:reads:pak_}', 'aaaaaaaa-0000-4000-8000-000000000001', 'api_key',
  '11111111-0000-4000-8000-000000000007', '1 hour', NULL, '{read}')
 ) AS t(h, u, k, f, e, r, s);

INSERT INTO papers (id, workspace_id, user_id, title, file_name, file_size,
                    file_hash, status, upload_date)
SELECT ('eeeeeeee-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
       w::uuid, u::uuid, t, t || '.pdf', 1000 + n,
       encode(sha256(convert_to('paper' || n, 'UTF8')), 'hex'), s,
       '2026-01-31T12:00:00Z'::timestamptz + n * interval '1 minute'
  FROM (VALUES
   (1, 'aaaaaaaa-0000-4000-8000-0000000000aa',
       'aaaaaaaa-0000-4000-8000-000000000001', 'First', 'ready'),
   (2, 'aaaaaaaa-0000-4000-8000-0000000000aa',
       'aaaaaaaa-0000-4000-8000-000000000001', 'Second', 'uploaded'),
   (3, 'dddddddd-0000-4000-8000-0000000000dd',
       'aaaaaaaa-0000-4000-8000-000000000001', 'Third', 'ready'),
   (4, 'bbbbbbbb-0000-4000-8000-0000000000bb',
       'bbbbbbbb-0000-4000-8000-000000000002', 'Fourth', 'ready')
  ) AS p(n, w, u, t, s);
