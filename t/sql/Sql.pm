# What the SQL tests share: a database, sessions, and small helpers.
#
# DB_HOST and DB_NAME name a migrated database with the roles paperal_owner
# (or DB_MIGRATE_USER), paperal_web and paperal_worker, used by nothing else
# meanwhile.  Without DB_HOST a private PostgreSQL is made in a temporary
# folder, from the files of worker/sql, and removed at the end.
#
# A session is one psql process.  Sessions run in parallel: send() returns at
# once, receive() waits for the answer.

package Sql;

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename qw(basename dirname);
use File::Temp qw(tempdir);
use IPC::Open2 qw(open2);
use JSON::PP ();

use constant {
    TIMEOUT  => 60,             # s, for one answer
    PGBIN    => '/usr/lib/postgresql/15/bin',
    MARK     => '--paperal-end--',
};

our $root = abs_path(dirname(__FILE__) . '/../..');

my $owner = $ENV{DB_MIGRATE_USER} || 'paperal_owner';
my (@sessions, $cluster, $private, $hashes);


sub run_as {
    my ($command) = @_;

    return $> == 0 ? "su postgres -s /bin/sh -c '$command'" : $command;
}


# The private server.  Durability is off: it lives for one run.

sub start_server {
    my $bin = -x PGBIN . '/initdb' ? PGBIN . '/' : '';

    $private = tempdir('paperal-sql-XXXXXX', TMPDIR => 1);
    chown((getpwnam('postgres'))[2, 3], $private) if $> == 0;
    chmod(0755, $private);

    system(run_as("${bin}initdb -D $private/data -E UTF8"
                  . ' --locale=C.UTF-8 -A trust -U postgres >/dev/null')) == 0
        or die "initdb failed\n";

    system(run_as("${bin}pg_ctl -D $private/data -l $private/log -w -o \"-F"
                  . " -c listen_addresses= -c max_connections=120"
                  . " -k $private\" start >/dev/null")) == 0
        or die "the private server does not start\n";

    $cluster = run_as("${bin}pg_ctl -D $private/data -m immediate -w stop"
                      . ' >/dev/null');

    $ENV{DB_HOST} = $private;
    $ENV{DB_NAME} = 'paperal';

    my $admin = Sql->new('postgres', 'postgres');

    $admin->do("CREATE ROLE $_ LOGIN")
        for ($owner, 'paperal_web', 'paperal_worker');
    $admin->do("CREATE DATABASE paperal OWNER $owner");

    my $db = Sql->new('postgres');

    $db->do("ALTER SCHEMA public OWNER TO $owner");

    migrate();
}


# The same steps as "paperal-worker migrate".

sub migrate {
    my $db = Sql->new($owner);

    $db->do('CREATE TABLE schema_migrations (version int PRIMARY KEY,'
            . ' name text NOT NULL, sha256 text NOT NULL,'
            . ' applied_at timestamptz NOT NULL DEFAULT now())');

    for my $file (sort glob "$root/worker/sql/migrations/*.sql") {
        my ($version) = basename($file) =~ /^(\d{4})-[a-z-]+\.sql$/
            or die "bad name of a migration: $file\n";

        $db->do("BEGIN;\n" . slurp($file) . "\nINSERT INTO schema_migrations"
                . " VALUES (${version}::int, '" . basename($file)
                . "', ''); COMMIT");
    }

    apply_functions($db);
}


sub apply_functions { $_[0]->do(functions()) }


sub functions {
    return "BEGIN;\n" . join("\n", map { slurp($_) }
        sort glob "$root/worker/sql/functions/*.sql") . "\nCOMMIT";
}


sub slurp {
    my ($path) = @_;

    open(my $in, '<:raw', $path) or die "$path: $!\n";
    local $/;
    return <$in>;
}


sub import {
    start_server() if !$ENV{DB_HOST} && !$private;
    $ENV{DB_NAME} ||= 'paperal';

    my $caller = caller;

    no strict 'refs';
    *{"${caller}::$_"} = \&{$_}
        for qw(owner web worker user paper hash uuid json extract_paper
               drain parallel idle);
}


END {
    my $status = $?;

    close_all();
    system($cluster) if $cluster;
    system('rm', '-rf', $private) if $private;
    $? = $status;
}


sub close_all {
    for my $s (grep { defined } @sessions) {
        close($s->{in});
        close($s->{out});
        waitpid($s->{pid}, 0);
    }

    @sessions = ();
}


# ---- sessions --------------------------------------------------------------

sub new {
    my ($class, $role, $db) = @_;

    # Its standard error is a file: what stands there of a statement is
    # complete when the mark behind the statement has been read.
    my $err = File::Temp->new();
    my $pid = open2(my $out, my $in, 'sh', '-c', 'exec psql "$@" 2>' . $err,
                    'psql', '-qAtX', '-F', "\t", '-h', $ENV{DB_HOST}, '-U',
                    $role, '-d', $db || $ENV{DB_NAME}, '-P', 'null=NULL');

    my $self = bless { pid => $pid, in => $in, out => $out, err => $err },
        $class;

    push @sessions, $self;
    binmode($in, ':raw');
    binmode($out, ':raw');
    $in->autoflush(1);
    print $in "\\o\n\\set VERBOSITY default\n\\set SHOW_CONTEXT never\n"
        . "SET client_min_messages = error;\n";

    return $self;
}


sub send {
    my ($self, $sql) = @_;

    my $in = $self->{in};

    print $in "$sql\n;\n\\echo ", MARK, " :SQLSTATE\n",
        "\\if :ERROR\n\\echo :LAST_ERROR_MESSAGE\n\\endif\n\\echo ", MARK,
        "\n";
    return $self;
}


sub receive {
    my ($self) = @_;

    my (@rows, $state, @message);
    my $out = $self->{out};

    local $SIG{ALRM} = sub { die "no answer within " . TIMEOUT . " s\n" };
    alarm(TIMEOUT);

    while (defined(my $line = <$out>)) {
        chomp $line;

        if (!defined $state) {
            if ($line =~ /^@{[MARK]} (.*)$/) {
                $state = $1;
            } else {
                push @rows, $line;
            }

        } elsif ($line eq MARK) {
            alarm(0);
            $self->{state} = $state;
            $self->outcome($state, @message);
            return @rows;

        } else {
            push @message, $line;
        }
    }

    alarm(0);
    die "psql ended\n";
}


# state, error and detail of what was sent.  The variables of psql tell the
# last of several statements; an error of another is on its standard error.

sub outcome {
    my ($self, $state, @message) = @_;

    my $said = substr(slurp($self->{err}), $self->{said} || 0);

    $self->{said} += length $said;
    ($self->{detail}) = $said =~ /^DETAIL:  (.*)$/m;
    @$self{qw(state error)} = ($state, "@message");

    if ($state eq '00000' && $said =~ /^(?:ERROR|FATAL):  (.*)$/m) {
        @$self{qw(state error)} = ('XXXXX', $1);
    }
}


# Rows as text, columns split by tabs; an error is fatal.

sub rows {
    my ($self, $sql) = @_;

    my @rows = $self->send($sql)->receive();

    die "$self->{state} $self->{error}\nin: " . substr($sql, 0, 2000) . "\n"
        if $self->{error};
    return @rows;
}


sub do { my ($self, $sql) = @_; $self->rows($sql); return 1 }


sub value {
    my ($self, $sql) = @_;

    my ($row) = $self->rows($sql);

    return $row;
}


sub json_value { my ($self, $sql) = @_; return json($self->value($sql)) }


# The message of the error that a statement ends with, '' without one.

sub error {
    my ($self, $sql) = @_;

    $self->send($sql)->receive();
    return $self->{error};
}


# ---- helpers ---------------------------------------------------------------

sub owner  { return Sql->new($owner) }
sub worker { return Sql->new('paperal_worker') }


# A web session with the identity of a user of user(), or without one.

sub web {
    my ($user) = @_;

    my $db = Sql->new('paperal_web');

    $db->do("SELECT set_config('paperal.user_id', '$user->{id}', false),"
            . " set_config('paperal.workspaces', '$user->{workspaces}',"
            . " false)") if $user;
    return $db;
}


sub hash { return sprintf('%08x%08x%048x', $$, ++$hashes, time) }


sub uuid {
    my $h = hash();

    return join('-', map { substr($h, $_->[0], $_->[1]) } [8, 8], [0, 4],
                [60, 4], [4, 4], [52, 12]);
}


sub json { return JSON::PP->new->utf8->decode($_[0]) }


# Registers a user: {id, email, workspaces, workspace, access, refresh}.

sub user {
    my ($plan) = @_;

    my $db = Sql->new('paperal_web');
    my %u = (access => hash(), refresh => hash());

    $plan ||= 'enterprise';
    $u{email} = "u$hashes.$$." . time . '@example.org';
    $u{id} = $db->value("SELECT data->'user'->>'id' FROM register_user("
        . "'$u{email}', 'scrypt', 'Ann', NULL, 'en', '$plan', 'open',"
        . " '$u{access}', '$u{refresh}', NULL, 'test')");
    $u{workspaces} = $db->value("SELECT workspaces FROM lookup_credential("
                                . "'$u{access}')");
    ($u{workspace}) = $u{workspaces} =~ /^\{(.*)\}$/;

    return \%u;
}


# Uploads a paper as the user: its id.

sub paper {
    my ($db, $user, $analyze) = @_;

    my $file = hash();

    return $db->value("SELECT data->>'id' FROM create_paper('$user->{id}',"
        . " NULL, '$file', 1000, NULL, NULL, NULL, false, "
        . ($analyze ? 'true' : 'false') . ", 'file.pdf')");
}


# Takes one paper through the extraction.

sub extract_paper {
    my ($worker, $paper, %doc) = @_;

    my ($job, $epoch) = split /\t/, $worker->value(
        "UPDATE jobs SET state = 'running', lease_owner = 'test',"
        . " lease_until = now() + interval '1 h', attempt = 1,"
        . " lease_epoch = lease_epoch + 1, started_at = now()"
        . " WHERE subject_id = '$paper' AND state = 'queued'"
        . " RETURNING id, lease_epoch");
    my %full = (id => '', title => 'A title', authors => [], pages => 1,
                abstract => undef, sections => [], references => [],
                sentences => [], text_sha256 => 'aa',
                extractor_version => '1', %doc);
    my $body = delete $full{body} // '';
    my $text = JSON::PP->new->utf8->canonical->encode(\%full);

    $worker->do("SELECT * FROM begin_extraction($job, $epoch)");
    return $worker->value("SELECT complete_extraction($job, $epoch,"
        . " \$j\$$text\$j\$, NULL, \$j\$$body\$j\$)");
}


# Ends every live job, so that a test of claims begins with an empty queue.

sub drain {
    my ($db) = @_;

    $db->do("UPDATE jobs SET state = 'cancelled', finished_at = now(),"
            . " lease_owner = NULL, lease_until = NULL"
            . " WHERE finished_at IS NULL");
}


# Runs one statement in each of n sessions at the same moment: an advisory
# lock of the owner holds them until all have arrived.

sub parallel {
    my ($gate, $statements, @dbs) = @_;

    $gate->do('SELECT pg_advisory_lock(99)');
    $dbs[$_]->send("SELECT pg_advisory_lock_shared(99);\n"
                   . $statements->[$_]) for 0 .. $#dbs;
    idle($gate, scalar @dbs);
    $gate->do('SELECT pg_advisory_unlock(99)');

    my @answers = map { my $db = $_; [grep { length } $db->receive()] } @dbs;

    for my $db (@dbs) {
        my @outcome = @$db{qw(state error detail)};

        $db->do('SELECT pg_advisory_unlock_shared(99)');
        @$db{qw(state error detail)} = @outcome;
    }

    return @answers;
}


# Waits until n sessions wait for a lock.

sub idle {
    my ($db, $n) = @_;

    for (1 .. 2000) {
        return if $db->value('SELECT count(*) FROM pg_locks'
                             . ' WHERE NOT granted') >= $n;
        select(undef, undef, undef, 0.01);
    }

    die "the sessions did not arrive\n";
}


1;
