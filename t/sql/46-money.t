# Budgets under 50 parallel sessions: at no commit is a limit passed by one
# micro-USD, and in the end every reservation has become a cost.

use strict;
use warnings;

use FindBin qw($Bin);
use lib $FindBin::Bin;

use Test::More;
use JSON::PP ();
use Sql;

use constant {
    USERS       => 5,
    SESSIONS    => 50,          # each the worker of one analysis
    GHOSTS      => 5,           # workers that do not know that they are lost
    ROUNDS      => 60,
};

my $json = JSON::PP->new->canonical->utf8;
my $owner = owner();
my $worker = worker();
my (@runs, @late, %states, %outcomes);

srand(7302);
drain($owner);


# Limits: of the day; of some users' day or month; of some analyses.  Amounts
# and limits are odd numbers, so that a fault of one would show.

my %caps = (day => 1_200_001, user_day => 200_003, user_month => 240_007,
            analysis => 25_001);

$worker->do("SELECT publish_model_settings('" . $json->encode({
    engine => 'openai', model => 'm', host => 'h', provider => 'p',
    price => undef, budgets => { day => $caps{day}, user => undef,
                                 analysis => undef } }) . "')");

# Every write of a budget is compared with its limit, every end of a call is
# written down, by the test's own triggers.

$owner->do(<<'SQL');
CREATE TABLE test_caps (scope text, key uuid, cap bigint);
CREATE TABLE test_faults (fault text);
CREATE TABLE test_costs (user_id uuid, analysis_id uuid, cost bigint);
GRANT ALL ON test_caps, test_faults, test_costs TO paperal_worker;

CREATE FUNCTION test_spending() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO test_faults
    SELECT NEW.scope || ' ' || NEW.spent + NEW.reserved || ' > ' || c.cap
      FROM test_caps c
     WHERE c.scope = NEW.scope AND (c.key IS NULL OR c.key = NEW.key)
       AND NEW.spent + NEW.reserved > c.cap;
    RETURN NULL;
END $$;

CREATE FUNCTION test_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state = 'sent' THEN
            INSERT INTO test_costs VALUES (OLD.user_id, OLD.analysis_id,
                                           OLD.reserved_micro_usd);
        END IF;
    ELSIF OLD.state = 'sent' AND NEW.state <> 'sent' THEN
        INSERT INTO test_costs VALUES (NEW.user_id, NEW.analysis_id,
                                       NEW.cost_micro_usd);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER test AFTER INSERT OR UPDATE ON llm_spending
    FOR EACH ROW EXECUTE FUNCTION test_spending();
CREATE TRIGGER test AFTER UPDATE OR DELETE ON model_calls
    FOR EACH ROW EXECUTE FUNCTION test_end();
GRANT EXECUTE ON FUNCTION test_spending, test_end TO paperal_worker;
DELETE FROM llm_spending;
SQL

END {
    $owner->do("DROP TRIGGER test ON llm_spending; DROP TRIGGER test ON"
        . " model_calls; DROP FUNCTION test_spending, test_end; DROP TABLE"
        . " test_caps, test_faults, test_costs; DELETE FROM model_settings;"
        . " DELETE FROM llm_spending") if $owner;
}

for my $n (1 .. USERS) {
    my $user = user();
    my $me = web($user);
    my ($column, $scope) = $n % 2 ? ('llm_budget_micro_usd', 'user_month')
                                  : ('llm_daily_budget_micro_usd',
                                     'user_day');

    $owner->do("UPDATE users SET $column = $caps{$scope} WHERE id ="
        . " '$user->{id}'; INSERT INTO test_caps VALUES ('$scope',"
        . " '$user->{id}', $caps{$scope})") if $n < USERS;

    for my $m (1 .. SESSIONS / USERS) {
        my $paper = paper($me, $user);
        my $max = $m % 3 ? '' : ", \"parameters\": {\"max_cost_micro_usd\":"
            . " $caps{analysis}}";
        my $id = $me->value("SELECT data->>'analysis_id' FROM start_analysis("
            . "'$user->{id}', '$paper', '{\"engine\": \"embedded\"$max}')");

        $owner->do("INSERT INTO test_caps VALUES ('analysis', '$id',"
            . " $caps{analysis})") if $max;
        extract_paper($worker, $paper);
        push @runs, { id => $id, paper => $paper, db => worker(),
                      open => [], n => 0 };
    }
}

$owner->do("INSERT INTO test_caps VALUES ('day', NULL, $caps{day})");
my @ghosts = map { { db => worker() } } 1 .. GHOSTS;


# Takes the job from whoever has it and begins again.

sub lease {
    my ($run) = @_;

    $owner->do("UPDATE jobs SET state = 'running', lease_owner = 'test',"
        . " lease_until = now() + interval '1 h', lease_epoch ="
        . " lease_epoch + 1 WHERE subject_id = '$run->{id}' AND finished_at"
        . " IS NULL");
    ($run->{job}) = $owner->rows("SELECT id || ', ' || lease_epoch FROM jobs"
        . " WHERE subject_id = '$run->{id}' AND finished_at IS NULL");
    $run->{begin} = 1;
}

sub settle_sql {
    my ($job, $call) = @_;
    my $dice = rand();

    return "SELECT settle_call($job, $call->{id}, '" . $json->encode(
        $dice < 0.15 ? { state => 'failed' }
        : $dice < 0.25 ? { state => 'lost' }
        : { state => 'settled', raw => '{}', cost_micro_usd =>
            $dice < 0.35 ? undef : $dice < 0.4 ? 10 * $call->{price}
            : int(rand($call->{price} + 1)) }) . "')";
}

# The next statement of a worker.

sub step {
    my ($run) = @_;

    if ($run->{begin}) {
        delete $run->{begin};
        return "SELECT 1 FROM begin_analysis($run->{job})";
    }

    if (@{$run->{open}} && (@{$run->{open}} == 4 || rand() < 0.45)) {
        return settle_sql($run->{job}, splice(@{$run->{open}},
            int rand @{$run->{open}}, 1));
    }

    my @stages = rand() < 0.7 ? ('risks')
        : ('market_opportunities', 'competition', 'swot');

    $run->{asked} = { price => 1 + int rand 6_000 };
    return "SELECT outcome, call_id, detail->>'scope' FROM open_call("
        . "$run->{job}, '" . $json->encode({ name => 'n', stages => \@stages,
            attempt => ++$run->{n}, input_hash => hash(), provider => 'p',
            host => 'h', model => 'm', request_sha256 => 'r', bytes => 1,
            reserve_micro_usd => $run->{asked}{price} }) . "')";
}

sub took {
    my ($run, $row) = @_;

    my $asked = delete $run->{asked} or return;
    my ($outcome, $id, $scope) = split /\t/, $row // "none\t\t";

    $outcomes{$outcome eq 'budget' ? $scope : $outcome}++;
    push @{$run->{open}}, { %$asked, id => $id } if $outcome eq 'sent';
}


lease($_) for @runs;

for my $round (1 .. ROUNDS) {
    my @alive = grep { $_->{job} } @runs;

    # Some lose their leases in the middle; what they have open is settled
    # by ghosts, beside the next run, which counts it as lost.

    for my $run (@alive) {
        next if rand() > 0.04;
        push @late, map { [$run->{job}, $_] } splice @{$run->{open}};
        lease($run);
    }

    my @others = map { [$ghosts[$_], $late[$_]] } grep { $_ < @late }
        0 .. $#ghosts;

    splice @late, 0, scalar @others;

    $_->[0]{db}->send(settle_sql(@{$_->[1]})) for @others;

    # One analysis fails, one is deleted with its calls, now and then.

    my ($failing, $deleted) = $round % 9 == 0 ? splice @alive, rand @alive, 1
        : $round % 20 == 0 ? (undef, splice @alive, rand @alive, 1) : ();

    if ($failing) {
        delete $failing->{begin};
        $failing->{db}->send("SELECT fail_job(" . delete($failing->{job})
                             . ", '{\"code\": \"X\", \"message\": \"m\"}')");
    } elsif ($deleted) {
        delete $deleted->{job};
        $owner->send($round == 20
            ? "DELETE FROM analyses WHERE id = '$deleted->{id}'"
            : "DELETE FROM papers WHERE id = '$deleted->{paper}'");
    }

    $_->{db}->send(step($_)) for @alive;
    took($_, $_->{db}->receive()) for @alive;
    $_->[0]{db}->receive() for @others;
    $failing->{db}->receive() if $failing;
    $owner->receive() if $deleted;

    push @{$states{$_->{state}}}, $_->{error}
        for map({ $_->{db} } @alive), map({ $_->[0]{db} } @others),
            $failing ? $failing->{db} : (), $deleted ? $owner : ();
}


# everything ends, one way or another

for my $run (grep { $_->{job} } @runs) {
    $worker->do(settle_sql($run->{job}, $_)) for rand() < 0.5
        ? splice @{$run->{open}} : ();
    $worker->do("SELECT fail_job($run->{job}, '{}')");
}

$worker->do(settle_sql(@$_)) for @late;

my ($ok) = map { scalar @$_ } delete $states{'00000'};

is_deeply(\%states, {}, "no deadlock, no error in $ok statements")
    or diag explain(\%states);

is(join("\n", $owner->rows('SELECT * FROM test_faults')), '',
   'no limit was passed at any write');
cmp_ok($outcomes{$_} // 0, '>', 0, "and it was reached: $_")
    for qw(sent analysis user_day user_month day);
note(explain(\%outcomes));

is($owner->value("SELECT count(*) FROM llm_spending WHERE reserved <> 0"), 0,
   'nothing is reserved any more');
is(join("\n", $owner->rows(<<'SQL')), '', 'what is spent is what calls cost');
SELECT s.scope, s.key, s.spent, c.cost FROM llm_spending s
  JOIN LATERAL (SELECT coalesce(sum(t.cost), 0) AS cost FROM test_costs t
                 WHERE s.scope = 'day' OR s.key IN (t.user_id, t.analysis_id))
       c ON c.cost <> s.spent
SQL
is(join("\n", $owner->rows(<<'SQL')), '', 'in analyses and stages too');
SELECT a.id, a.cost_micro_usd, s.cost, s.doubt, c.cost, c.lost
  FROM analyses a
  JOIN LATERAL (SELECT sum(cost_micro_usd) AS cost,
                       sum(in_doubt_micro_usd) AS doubt FROM analysis_stages
                 WHERE analysis_id = a.id) s ON true
  JOIN LATERAL (SELECT sum(cost_micro_usd) AS cost,
                       coalesce(sum(cost_micro_usd) FILTER (
                           WHERE state = 'lost'), 0) AS lost FROM model_calls
                 WHERE analysis_id = a.id) c ON true
 WHERE (a.cost_micro_usd, s.cost, s.doubt) <> (c.cost, c.cost, c.lost)
SQL
is($owner->value("SELECT count(*) FROM model_calls c FULL JOIN outbound o"
    . " ON o.call_id = c.id WHERE o.id IS NULL OR (c.id IS NULL AND"
    . " o.fate IS NULL)"), 0, 'every call is in the ledger');

done_testing();
