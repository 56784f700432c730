# Events: order without gaps, notifications, streams.

use strict;
use warnings;

use FindBin qw($Bin);
use lib $FindBin::Bin;

use Test::More;
use Sql;

my $owner = owner();
my $worker = worker();
my $user = user();
my $me = web($user);

drain($owner);

my $first = $me->value('SELECT latest_event_id()');
my $listen = worker();

$listen->do('LISTEN paperal_events');


# one life

my $paper = paper($me, $user, 1);

extract_paper($worker, $paper);

my ($job, $epoch, $id) = split /\t/, $worker->value("SELECT id, lease_epoch,"
    . " subject_id FROM claim_job('{analysis}', 'w', '60 s', NULL)");

$worker->do("SELECT * FROM begin_analysis($job, $epoch)");
$worker->do("SELECT begin_stage($job, $epoch, 'swot')");
$worker->do("SELECT complete_stage($job, $epoch, 'swot', 'h', '{}', true)");
$worker->do("SELECT complete_analysis($job, $epoch, '{}', '{}', 's')");

is(join(' ', $me->rows("SELECT type FROM workspace_events_since("
    . "'$user->{id}', $first, 100)")), 'paper.uploaded analysis.started'
    . ' paper.extracting paper.extracted analysis.progress paper.updated'
    . ' analysis.progress analysis.progress analysis.completed'
    . ' paper.updated', 'the events of a paper and its analysis');

is(join(' ', $me->rows("SELECT concat_ws(':', seq, type) FROM"
    . " analysis_events_since('$user->{id}', '$id', 2, 2)")),
    '3:analysis.progress 4:analysis.progress', 'resumed behind a number');

my @state = split /\t/, $me->value("SELECT seq, status, data FROM"
    . " analysis_state('$user->{id}', '$id')");

is("@state[0, 1]", '5 completed', 'the present state');
is_deeply([sort keys %{json($state[2])}], [sort qw(status progress
    current_stage stages reserved_micro_usd error)], 'with its fields');

is_deeply($me->json_value("SELECT data FROM workspace_events_since("
    . "'$user->{id}', $first, 100) WHERE type = 'paper.extracted'"),
    { status => 'ready', progress => 0, error => undef },
    'an event of a paper');

my @notes = map { /with payload "(\{.*\})"/ ? json($1) : () }
    $listen->rows('SELECT 1');

is(scalar(@notes), 10, 'each is notified');
is_deeply([map { $_->{event_id} } @notes],
          [sort { $a <=> $b } map { $_->{event_id} } @notes], 'in order');
is_deeply([sort keys %{$notes[0]}], [sort qw(workspace_id kind id seq
    event_id type data)], 'with its fields');

$owner->do("SELECT emit_event('$user->{workspace}', 'paper', '$paper',"
    . " 'paper.updated', json_build_object('x', repeat('y', 7000)))");

my ($big) = map { /with payload "(\{.*\})"/ ? json($1) : () }
    $listen->rows('SELECT 1');

is(exists $big->{data} ? 1 : 0, 0, 'data too long to notify are left out');


# gap-free under parallel writers

my @dbs = map { web($user) } 1 .. 16;

for my $round (1 .. 3) {
    parallel($owner, [map { "SELECT 1 FROM update_paper('$user->{id}',"
        . " '$paper', '{\"tags\": [\"t$_\"]}', NULL)" } 1 .. 16], @dbs);
}

is($owner->value("SELECT concat_ws(' ', count(*), min(seq), max(seq),"
    . " count(DISTINCT seq)) FROM events WHERE subject_id = '$paper'"),
    '54 1 54 54', '48 parallel changes: numbers without a gap');
is($owner->value("SELECT event_seq FROM papers WHERE id = '$paper'"), 54,
   'and the paper knows the last');

is($me->error("SELECT * FROM update_paper('$user->{id}', '$paper',"
    . " '{\"title\": \"\"}', NULL)"), 'VALIDATION_ERROR',
    'a refused change');
is($owner->value("SELECT event_seq FROM papers WHERE id = '$paper'"), 54,
   'uses no number');


# ids are in the order of the commits: an event is not seen before one with a
# smaller id

my $slow = web($user);

$slow->do('BEGIN');
$slow->do("SELECT * FROM update_paper('$user->{id}', '$paper', '{\"tags\":"
          . " []}', NULL)");

my $before = $me->value('SELECT latest_event_id()');
my $fast = web($user);

$fast->send("SELECT data->>'id' FROM create_paper('$user->{id}', NULL,"
    . " '@{[hash()]}', 1, 'x', NULL, NULL, NULL, NULL)");
idle($owner, 1);
is($me->value('SELECT latest_event_id()'), $before,
   'a later event waits for an earlier transaction');
$slow->do('COMMIT');
$fast->receive();
is(join(' ', $me->rows("SELECT type FROM workspace_events_since("
    . "'$user->{id}', $before, 10)")), 'paper.updated paper.uploaded',
    'and both are then seen in order');


# others, and old events

my $stranger = user();

is(web($stranger)->value("SELECT count(*) FROM workspace_events_since("
    . "'$stranger->{id}', 0, 1000)"), 0, 'nobody sees events of others');
$owner->do("UPDATE events SET at = now() - interval '7 days 1 s' WHERE"
    . " subject_id = '$paper' AND seq <= 10");
cmp_ok($worker->value('SELECT prune_events()'), '>=', 10,
       'events are kept for seven days');
is($owner->value("SELECT min(seq) FROM events WHERE subject_id ="
    . " '$paper'"), 11, 'and no longer');

done_testing();
