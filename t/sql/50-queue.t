# The queue: claims, fairness, leases, back-off, poison jobs.

use strict;
use warnings;

use FindBin qw($Bin);
use lib $FindBin::Bin;

use Test::More;
use Sql;

my $owner = owner();
my $worker = worker();
my ($ann, $bob) = (user(), user());
my %web;

drain($owner);

sub job {
    my ($user, %set) = @_;

    my $paper = paper($web{$user->{id}} ||= web($user), $user);

    return $owner->value('UPDATE jobs SET priority = '
        . ($set{priority} || 100)
        . " WHERE subject_id = '$paper' RETURNING id");
}

sub claim_sql {
    my ($name, $global) = @_;

    return "SELECT id, lease_epoch, user_id, attempt, lost FROM claim_job("
        . "'{extract,analysis}', '$name', '60 s', " . ($global // 'NULL') . ')';
}

sub claim { return split /\t/, $worker->value(claim_sql(@_)) // '' }

sub field {
    my ($id, $what) = @_;

    return $owner->value("SELECT $what FROM jobs WHERE id = $id");
}

sub ready { $owner->do("UPDATE jobs SET run_at = now() WHERE id = $_[0]") }


# a claim

my $job = job($ann);
my ($id, $epoch, $user, $attempt, $lost) = claim('host:1/0');

is_deeply([$id, $epoch, $user, $attempt, $lost], [$job, 1, $ann->{id}, 1, 0],
          'a claim');
is(field($id, 'state || lease_owner'), 'runninghost:1/0', 'is a lease');
cmp_ok(abs(field($id, 'extract(epoch FROM lease_until - now())') - 60), '<',
       5, 'of the asked length');
is(scalar(claim('w')), 0, 'nothing else is there');


# a lease lost, by the master's word or by time

is($worker->value("SELECT release_leases('host:1')"), 1,
   'the leases of a dead process');
is(field($id, 'state || lost || attempt'), 'queued10',
   'are lost, which is no attempt');
is($worker->value("SELECT release_leases('host:')"), 0,
   'a part of a name is no owner');
(undef, $epoch) = claim('host:1/0');
is($epoch, 2, 'the first loss is made good at once');
is($worker->value('SELECT count(*) FROM reap_jobs()'), 0,
   'a lease that holds is not reaped');
$owner->do("UPDATE jobs SET lease_until = now() - interval '1 s'"
           . " WHERE id = $id");
is($worker->value('SELECT concat_ws(\' \', state, lost) FROM reap_jobs()'),
   'queued 2', 'one that ran out is');
cmp_ok(field($id, 'run_at'), 'gt', field($id, 'now()'), 'with a pause');
is(scalar(claim('w')), 0, 'before which it is not claimed');
ready($id);
claim('w');
is($worker->value("SELECT release_leases('w')"), 1, 'the third time');
is(field($id, 'state || lost'), 'dead3', 'it is poison');
is($owner->value("SELECT status || (error->>'code') FROM papers p JOIN jobs"
    . " j ON j.subject_id = p.id WHERE j.id = $id"),
    'failedEXTRACTION_CRASHED', 'and its paper fails');


# errors of the handler: back-off, then the end

$job = job($ann);

my @delays;

for (1 .. 5) {
    ($id, $epoch) = claim('w');
    $worker->value("SELECT retry_job($id, $epoch, '{\"code\": \"E$_\"}',"
                   . " NULL)");
    push @delays, field($id, 'extract(epoch FROM run_at - now())')
        if $_ < 5;
    ready($id) if $_ < 5;
}

for (0 .. 3) {
    my $full = 15 * 2 ** $_;

    cmp_ok($delays[$_], '<=', $full, "the pause is at most $full s");
    cmp_ok($delays[$_], '>=', 0.7 * $full, 'with a little jitter');
}

is(field($id, "state || attempt || (last_error->>'code')"), 'failed5E5',
   'after five attempts the job has failed');

$job = job($ann);
($id, $epoch) = claim('w');
$owner->do("UPDATE jobs SET attempt = 40, max_attempts = 50"
           . " WHERE id = $id");
$worker->do("SELECT retry_job($id, $epoch, '{}', NULL)");
cmp_ok(field($id, 'extract(epoch FROM run_at - now())'), '<=', 1800,
       'no pause is longer than half an hour');
ready($id);
($id, $epoch) = claim('w');
$worker->do("SELECT retry_job($id, $epoch, '{}', '7 s')");
cmp_ok(abs(field($id, 'extract(epoch FROM run_at - now())') - 7), '<', 1,
       'a given delay is taken');


# what does not count

ready($id);
($id, $epoch) = claim('w');
$owner->do("UPDATE jobs SET attempt = 1 WHERE id = $id");
is($worker->value("SELECT interrupt_job($id, $epoch)"), 't',
   'the worker is stopped');
is(field($id, "state || attempt || lost || (run_at <= now())"),
   'queued00true', 'the job is back at once and nothing is counted');
($id, $epoch) = claim('w');
is($worker->value("SELECT throttle_job($id, $epoch, '40 s')"), 't',
   'a rate limit');
is(field($id, "state || attempt || throttled"), 'queued01',
   'is counted apart');
drain($owner);


# limits and fairness

job($ann) for 1 .. 6;
job($bob) for 1 .. 2;

my %got;

$got{(claim('w'))[2]}++ for 1 .. 4;
is($got{$bob->{id}}, 2, 'two users with the same plan take turns');
is(scalar(claim('w', 4)), 0, 'the limit of the queue');
isnt(scalar(claim('w', 5)), 0, 'is exact');
drain($owner);

my ($basic, $pro) = (user('basic'), user('professional'));

job($basic) for 1 .. 4;
job($pro) for 1 .. 8;
%got = ();
$got{(claim('w'))[2]}++ for 1 .. 5;
is("$got{$basic->{id}} $got{$pro->{id}}", '1 4',
   'a plan of weight 4 gets four for one');
claim('w');
is(scalar(claim('w')), 0, 'and nobody more than the plan lets run');
drain($owner);

my $low = job($ann);
my $high = job($ann, priority => 10);

is((claim('w'))[0], $high, 'priority');
drain($owner);


# parallel claims: every job once

my @jobs = map { job($_ % 2 ? $ann : $bob) } 1 .. 12;
my @dbs = map { worker() } 1 .. 20;
my @answers = grep { defined } map { (split /\t/, $_->[-1] // '')[0] }
    parallel($owner, [map { claim_sql("p$_") } 1 .. 20], @dbs);

is(join(' ', sort { $a <=> $b } grep { length } @answers),
   join(' ', sort { $a <=> $b } @jobs),
   '20 claims of 12 jobs: each exactly once');

drain($owner);
@jobs = map { job($ann) } 1 .. 10;
@answers = grep { length } map { (split /\t/, $_->[-1] // '')[0] // '' }
    parallel($owner, [map { claim_sql("p$_", 3) } 1 .. 20], @dbs);
is(scalar(@answers), 3, 'and never more than the limit of the queue');


# a checkpoint forgives losses

drain($owner);

my $paper = paper(web($ann), $ann, 1);

extract_paper($worker, $paper);
($id, $epoch) = claim('w');
$owner->do("UPDATE jobs SET lost = 2 WHERE id = $id");
$worker->do("SELECT * FROM begin_analysis($id, $epoch)");
$worker->do("SELECT complete_stage($id, $epoch, 'swot', 'h', '{}', false)");
is(field($id, 'lost'), 0, 'losses since the last checkpoint count');

for (1 .. 3) {
    $worker->do("SELECT release_leases('w')");
    last if field($id, 'state') eq 'dead';
    ready($id);
    claim('w');
}

is($owner->value("SELECT status || (error->>'code') FROM analyses WHERE"
    . " paper_id = '$paper'"), 'failedANALYSIS_CRASHED',
    'a poisoned analysis fails');
is($owner->value("SELECT status FROM papers WHERE id = '$paper'"), 'ready',
   'its paper is ready again');


# waking, and figures

my $listen = worker();

$listen->do('LISTEN paperal_jobs');
$paper = paper(web($ann), $ann);
like(join("\n", $listen->rows('SELECT 1')),
     qr/"paperal_jobs" with payload "extract"/,
     'a new job wakes the workers');
is(web()->value("SELECT count FROM queue_stats() WHERE queue = 'extract'"
    . " AND state = 'queued'"), 1, 'the web sees the depth of the queue');

done_testing();
