# Everything at once: web and worker sessions do what comes to their mind in
# parallel rounds, with leases lost and functions applied again in between.
# Then no statement has met a deadlock or an internal error, and the tables
# agree with each other.

use strict;
use warnings;

use FindBin qw($Bin);
use lib $FindBin::Bin;

use Test::More;
use Sql;

use constant ROUNDS => 150;

my $owner = owner();
my $migrator = { db => owner() };
my @users = map { user() } 1 .. 3;
my @web = map { my $u = $users[$_ % 3]; { db => web($u), user => $u } } 0 .. 8;
my @workers = map { { db => worker(), name => "together/$_" } } 0 .. 5;
my %papers = map { $_->{id} => [] } @users;
my %states;

drain($owner);
srand($ENV{SEED} || 7);

my $document = '{"id":"","title":"A title","authors":["B"],"sections":[],'
    . '"references":[],"pages":1,"sentences":[],"text_sha256":"aa",'
    . '"extractor_version":"1"}';


sub any { return $_[rand @_] }


# One statement of a user.

sub ask {
    my ($user) = @_;

    my $id = $user->{id};
    my $paper = any(@{$papers{$id}}) // uuid();
    my @calls = (
        "create_paper('$id', NULL, '@{[hash()]}', 5, 'f', NULL, NULL, NULL,"
            . ' ' . any('true', 'false') . ')',
        "create_paper('$id', NULL, '@{['0' x 63 . int rand 5]}', 5, 'f',"
            . ' NULL, NULL, NULL, true)',
        "start_analysis('$id', '$paper', NULL)",
        "start_analysis('$id', '$paper', NULL)",
        "update_paper('$id', '$paper', '{\"tags\": [\"a\"]}', NULL)",
        "delete_paper('$id', '$paper')",
        "restore_paper('$id', '$paper')",
        "list_papers('$id', NULL, NULL, NULL, 'title', NULL, NULL, 1, 20)",
        "cancel_analysis('$id', (SELECT id FROM analyses WHERE status IN"
            . " ('pending', 'processing') ORDER BY random() LIMIT 1))",
        "resume_analysis('$id', (SELECT id FROM analyses WHERE status IN"
            . " ('failed', 'cancelled') ORDER BY random() LIMIT 1), NULL)",
        "replay_analysis('$id', (SELECT id FROM analyses WHERE status ="
            . " 'completed' ORDER BY random() LIMIT 1))",
        "estimate_analysis('$id', '$paper', NULL)",
        "get_usage('$id')",
    );

    return 'SELECT * FROM ' . any(@calls);
}


# A call of a model is opened, or what is open is settled.

sub call {
    my ($job) = @_;

    return any("SELECT outcome FROM open_call($job, '{\"name\": \"n\","
        . " \"stages\": [\"swot\"], \"attempt\": 1, \"input_hash\":"
        . " \"@{[int rand 50]}\", \"provider\": \"p\", \"host\": \"h\","
        . " \"model\": \"m\", \"request_sha256\": \"@{[hash()]}\","
        . " \"bytes\": 1, \"reserve_micro_usd\": 9}')",
        "SELECT settle_call($job, c.id, '{\"state\": \""
        . any(qw(settled failed lost)) . "\", \"raw\": \"{}\"}') FROM"
        . " model_calls c WHERE c.state = 'sent' ORDER BY random() LIMIT 1");
}


# One step of a worker: claims when it has nothing, else goes on.

sub work {
    my ($w) = @_;

    if (!$w->{job}) {
        return any(('SELECT * FROM reap_jobs()') x 1, ("SELECT id,"
            . " lease_epoch, kind FROM claim_job('{extract,analysis}',"
            . " '$w->{name}', '60 s', 20)") x 5);
    }

    my $job = "$w->{job}, $w->{epoch}";
    my $step = $w->{step}++;

    return "SELECT release_leases('$w->{name}')" if rand() < 0.05;
    return "SELECT retry_job($job, '{}', '0 s')" if rand() < 0.03;
    return "SELECT cancel_job($job)" if rand() < 0.05;

    if ($w->{kind} eq 'extract') {
        return "SELECT * FROM begin_extraction($job)" if $step == 0;
        return rand() < 0.1
            ? "SELECT reject_extraction($job, 'PDF_DAMAGED', 'm')"
            : "SELECT complete_extraction($job, '$document', '{}', 'text')";
    }

    return "SELECT * FROM begin_analysis($job)" if $step == 0;

    if (rand() < 0.5) {
        $w->{step} = 1;
        return call($job);
    }

    return "SELECT complete_stage($job, 'swot', 'h', '{}', false)"
        if $step == 1;
    return "SELECT complete_analysis($job, '{}', '{}', 's')";
}


for my $round (1 .. ROUNDS) {
    if ($round % 10 == 1) {
        $papers{$_->{id}} = [$owner->rows("SELECT id FROM papers WHERE"
            . " user_id = '$_->{id}' ORDER BY random() LIMIT 10")]
            for @users;
        $owner->do("UPDATE jobs SET lease_until = now() - interval '1 s'"
            . " WHERE state = 'running' AND random() < 0.2");
    }

    $migrator->{db}->send($round % 15 ? 'SELECT 1' : Sql::functions());
    $_->{db}->send(ask($_->{user})) for @web;

    for my $w (@workers) {
        $w->{asked} = work($w);
        $w->{db}->send($w->{asked});
    }

    $_->{db}->receive() for $migrator, @web;

    for my $w (@workers) {
        my ($row) = $w->{db}->receive();

        if ($w->{asked} =~ /claim_job/) {
            @$w{qw(job epoch kind)} = split /\t/, $row // '';
            $w->{step} = 0;
        } elsif ($w->{asked} !~ /begin_|complete_stage|open_call|settle_call/
                 || !defined $row || $row eq 'f')
        {
            delete $w->{job};
        }
    }

    for my $s ($migrator, @web, @workers) {
        push @{$states{$s->{db}{state}}}, $s->{db}{error};
    }
}

# 40001 asks for the statement again, as the module does: a paper left the
# trash between the charge and the start of its analysis.

delete @states{qw(00000 PA001 40001)};
is_deeply(\%states, {}, 'no deadlock, no internal error in '
    . ROUNDS * (@web + @workers) . ' statements') or diag explain(\%states);


my $mine = "IN ('" . join("','", map { $_->{id} } @users) . "')";

cmp_ok($owner->value("SELECT count(*) FROM analyses WHERE user_id $mine AND"
    . " status = '$_'"), '>', 0, "some analyses are $_")
    for qw(completed failed cancelled);

my %rules = (
    'events are numbered without a gap' =>
        "SELECT subject_id FROM events GROUP BY 1 HAVING count(*) <>"
        . " max(seq) - min(seq) + 1",
    'a subject knows its last event' =>
        "SELECT s.id FROM (SELECT id, event_seq FROM papers UNION ALL SELECT"
        . " id, event_seq FROM analyses) s WHERE event_seq <> (SELECT"
        . " coalesce(max(seq), 0) FROM events WHERE subject_id = s.id)",
    'an ended job has an ended analysis, a live one a live' =>
        "SELECT j.id FROM jobs j JOIN analyses a ON a.id = j.subject_id"
        . " WHERE (j.finished_at IS NULL) <> (a.completed_at IS NULL) AND"
        . " j.id = (SELECT max(id) FROM jobs WHERE subject_id = a.id)",
    'waiting is for papers that are not read yet' =>
        "SELECT j.id FROM jobs j JOIN analyses a ON a.id = j.subject_id JOIN"
        . " papers p ON p.id = a.paper_id WHERE (j.state = 'waiting') <>"
        . " (p.status IN ('uploaded', 'extracting') AND j.finished_at IS"
        . " NULL)",
    'a paper is analyzing exactly while an analysis runs' =>
        "SELECT p.id FROM papers p WHERE (p.status = 'analyzing') <> EXISTS"
        . " (SELECT 1 FROM analyses a WHERE a.paper_id = p.id AND a.status ="
        . " 'processing')",
    'a paper is completed exactly with a result' =>
        "SELECT p.id FROM papers p WHERE (p.status = 'completed') <> (EXISTS"
        . " (SELECT 1 FROM analyses a WHERE a.paper_id = p.id AND a.status ="
        . " 'completed') AND NOT EXISTS (SELECT 1 FROM analyses a WHERE"
        . " a.paper_id = p.id AND a.status = 'processing'))",
    'a paper shows its newest analysis as it is' =>
        "SELECT p.id FROM papers p JOIN LATERAL (SELECT * FROM analyses a"
        . " WHERE a.paper_id = p.id ORDER BY created_at DESC LIMIT 1) a ON"
        . " true WHERE (p.latest_analysis, p.latest_status,"
        . " p.latest_progress) IS DISTINCT FROM (a.id, a.status, a.progress)",
    'papers are counted' =>
        "SELECT user_id FROM usage_months WHERE papers <> (SELECT count(*)"
        . " FROM papers p WHERE p.user_id = usage_months.user_id)",
    'a reservation belongs to a call under way' =>
        "SELECT user_id FROM llm_spending WHERE scope = 'user_month' AND"
        . " reserved <> (SELECT coalesce(sum(reserved_micro_usd), 0) FROM"
        . " model_calls c WHERE c.user_id = llm_spending.key AND state ="
        . " 'sent')",
    'what is spent is what calls cost' =>
        "SELECT user_id FROM llm_spending WHERE scope = 'user_month' AND"
        . " spent <> (SELECT coalesce(sum(cost_micro_usd), 0) FROM"
        . " model_calls c WHERE c.user_id = llm_spending.key)",
    'no call is under way for what has ended' =>
        "SELECT a.user_id FROM model_calls c JOIN analyses a ON a.id ="
        . " c.analysis_id WHERE c.state = 'sent' AND a.completed_at IS NOT"
        . " NULL",
    'bytes are counted' =>
        "SELECT user_id FROM storage_usage WHERE bytes <> (SELECT coalesce("
        . "sum(file_size), 0) FROM papers p WHERE p.user_id ="
        . " storage_usage.user_id)",
);

for my $name (sort keys %rules) {
    my ($sql) = $rules{$name};

    is(join(' ', $owner->rows("SELECT * FROM ($sql) v WHERE 1 = 1"
        . ($sql =~ /^SELECT user_id/ ? " AND user_id $mine" : "")
        . ($sql =~ /^SELECT p\.id/ ? " AND id IN (SELECT id FROM papers"
           . " WHERE user_id $mine)" : "")
        . ($sql =~ /^SELECT j\.id/ ? " AND id IN (SELECT id FROM jobs"
           . " WHERE user_id $mine)" : "")
        . ($sql =~ /^SELECT s(ubject_id|\.id)/ ? " AND EXISTS (SELECT 1 FROM"
           . " papers WHERE user_id $mine AND id = v."
           . ($1 eq '.id' ? 'id' : 'subject_id') . ")" : ""))), '', $name);
}

drain($owner);
done_testing();
