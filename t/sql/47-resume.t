# Resume and replay of analyses by a model, the refusals of open_call(), and
# what a start is refused for.

use strict;
use warnings;

use FindBin qw($Bin);
use lib $FindBin::Bin;

use Test::More;
use Calls;
use Sql;

my $owner = owner();
my $worker = worker();
my $user = user();
my $me = web($user);

drain($owner);
settings();


sub analysis {
    return $me->json_value("SELECT data FROM get_analysis('$user->{id}',"
                           . " '$_[0]{id}')");
}

sub action {
    my ($name, $run, @rest) = @_;

    return "SELECT data FROM $name('$user->{id}', '$run->{id}'"
        . join('', map { ", $_" } @rest) . ')';
}

sub complete {
    my ($run) = @_;

    $worker->do("SELECT complete_analysis($run->{job}, '{}', '{}', 's')");
}

sub stages {
    return join(' ', map { $_->{status} eq 'pending' ? ()
        : "$_->{name}:$_->{status}" } @{analysis(@_)->{stages}});
}


# a failed analysis goes on

my $paper = paper($me, $user);

extract_paper($worker, $paper, body => 'x' x 330);

my $run = start($me, $user, $paper, '{"parameters": {"max_cost_micro_usd":'
    . ' 2000, "language": "zh"}}');
my $paid = open_call($run, input_hash => 'one', stages => ['paper_profile']);

settle($run, $paid);
$worker->do("SELECT complete_stage($run->{job}, 'paper_profile', 'h', '{}',"
    . ' false)');

my $short = open_call($run, reserve_micro_usd => 1701);

is($short->{outcome}, 'budget', 'a call that the budget cannot pay');
is_deeply($short->{detail}, { scope => 'analysis', needed => 1701,
    remaining => 1700, reserved => 0 }, 'by one micro-USD');
is($owner->value("SELECT count(*) FROM model_calls WHERE analysis_id ="
    . " '$run->{id}'"), 1, 'is not in the journal');

$worker->do("SELECT fail_job($run->{job}, '{\"code\": \"BUDGET_EXCEEDED\","
    . " \"message\": \"m\"}')");
is(analysis($run)->{status}, 'failed', 'the analysis fails');
is($me->error(action('replay_analysis', $run)), 'CONFLICT',
   'it cannot be replayed');

my $used = $owner->value("SELECT analyses FROM usage_months WHERE user_id ="
    . " '$user->{id}'");
my $resumed = $me->json_value(action('resume_analysis', $run,
    "'{\"max_cost_micro_usd\": null}'"));

is("$resumed->{status} $resumed->{progress} $resumed->{cost_micro_usd}",
   'pending 15 300', 'resumed, with what it has and has cost');
is_deeply($resumed->{parameters}, { language => 'zh' }, 'without the limit');
is(stages($run), 'paper_profile:completed', 'behind its last stage');
is($owner->value("SELECT analyses FROM usage_months WHERE user_id ="
    . " '$user->{id}'"), $used, 'at no quota');
is($me->error(action('resume_analysis', $run, 'NULL')), 'CONFLICT',
   'it is resumed once');

%$run = (%$run, run($run->{id}));
is(open_call($run, input_hash => 'one')->{outcome}, 'answered',
   'what was paid is not paid again');


# an answer that was cut

my $cut = open_call($run, input_hash => 'cut', name => 'swot',
                    stages => ['swot']);

settle($run, $cut, finish_reason => 'length', usable => \0);
is(open_call($run, input_hash => 'cut', name => 'swot',
             accept_truncated => \1)->{outcome}, 'truncated',
   'this job knows that the answer was cut');

my $long = open_call($run, input_hash => 'long', name => 'swot',
                     stages => ['swot'], max_output_tokens => 100);

settle($run, $long);
$worker->do("SELECT fail_job($run->{job}, '{}')");
$me->do(action('resume_analysis', $run, 'NULL'));
%$run = (%$run, run($run->{id}));
is(open_call($run, input_hash => 'cut', name => 'swot',
             accept_truncated => \1)->{outcome}, 'truncated',
   'a later one too, since a longer answer is there');
is(open_call($run, input_hash => 'cut', name => 'swot',
             attempt => 9)->{outcome}, 'sent',
   'who does not ask for it sends again');


# a replay

complete($run);
is($me->error(action('resume_analysis', $run, 'NULL')), 'CONFLICT',
   'a completed analysis is not resumed');

my $source = $owner->value("SELECT inputs::text FROM analyses WHERE id ="
    . " '$run->{id}'");

my $replay = { id => $me->json_value(action('replay_analysis', $run))
    ->{analysis_id} };

is(analysis($replay)->{replay_of}, $run->{id}, 'a replay knows its original');
%$replay = (%$replay, run($replay->{id}));
is($owner->value("SELECT inputs::text FROM analyses WHERE id ="
    . " '$replay->{id}'"), $source, 'and has its inputs');
is(open_call($replay, input_hash => 'one')->{outcome}, 'answered',
   'it is answered by the original');
is(open_call($replay, input_hash => 'cut', accept_truncated => \1)->{outcome},
   'truncated', 'as that was');
is(open_call($replay, input_hash => 'today')->{outcome}, 'answered',
   'by its name, whatever would be asked today');
is(open_call($replay, name => 'unheard of')->{outcome}, 'missing',
   'or not at all');

my $stranger = start($me, $user, $paper);

settle($stranger, open_call($stranger, input_hash => 'other'));
is(open_call($replay, input_hash => 'other', name => 'unheard of')
   ->{outcome}, 'missing', 'and by nobody else');
is($owner->value("SELECT count(*), sum(cost_micro_usd) FROM outbound o RIGHT"
    . " JOIN model_calls c ON c.id = o.call_id WHERE c.analysis_id ="
    . " '$replay->{id}' AND o.id IS NULL"), "3\t0",
    'nothing is sent, nothing costs');
complete($replay);

my $second = { id => $me->json_value(action('replay_analysis', $replay))
    ->{analysis_id} };

%$second = (%$second, run($second->{id}));
$owner->do("DELETE FROM analyses WHERE id = '$run->{id}'");
is(open_call($second, input_hash => 'one')->{outcome}, 'answered',
   'a replay of a replay does not need the original');
is(open_call($second, name => 'unheard of')->{outcome}, 'missing',
   'and sends nothing');

$owner->do("UPDATE paper_documents SET text_sha256 = 'new' WHERE paper_id ="
    . " '$paper'");
is($me->error(action('replay_analysis', $replay)), 'CONFLICT',
   'a paper of another text cannot be replayed');


# confidential papers

$me->do("SELECT * FROM update_paper('$user->{id}', '$paper',"
    . " '{\"unpublished\": true, \"llm_hosts\": [\"other.example.com\"]}',"
    . ' NULL)');

my $secret = open_call($stranger);

is($secret->{outcome}, 'forbidden',
   'a confidential paper is not sent to any host');
is(open_call($stranger, input_hash => 'other')->{outcome}, 'answered',
   'stored answers leave nothing');
is(open_call($stranger, host => 'OTHER.example.com:8443')->{outcome}, 'sent',
   'an allowed host, on any port');
is($me->error("SELECT * FROM start_analysis('$user->{id}', '$paper', NULL)"),
   'CONFLICT', 'nor is an analysis started');
is($me->value("SELECT status FROM create_paper('$user->{id}', NULL, '"
    . hash() . "', 1, NULL, NULL, NULL, true, true, 'a.pdf')"), 201,
   'an upload with an analysis');
is($owner->value("SELECT engine FROM analyses ORDER BY created_at DESC"
    . ' LIMIT 1'), 'embedded', 'stays in the house');


# a model that nobody knows the price of

my $other = paper($me, $user);

extract_paper($worker, $other, body => 'x' x 330);
settings(price => undef);

my $free = start($me, $user, $other);
my $priceless = open_call($free, reserve_micro_usd => undef);

is($priceless->{outcome}, 'sent', 'without a budget it is used');
settle($free, $priceless, cost_micro_usd => undef);
is(analysis($free)->{cost_micro_usd}, 0, 'and nothing is known of its cost');

for my $scope (qw(day user analysis)) {
    settings(price => undef, budgets => { $scope => 5 });
    is(open_call($free, reserve_micro_usd => undef)->{outcome}, 'unpriced',
       "not with a budget: $scope");
}

settings(price => undef);
$owner->do("UPDATE users SET llm_daily_budget_micro_usd = 0 WHERE id ="
    . " '$user->{id}'");
is(open_call($free, reserve_micro_usd => undef)->{outcome}, 'unpriced',
   'not with a budget of nothing');
is(open_call($free, reserve_micro_usd => 0)->{outcome}, 'sent',
   'which pays for what is free');
is($me->error("SELECT * FROM start_analysis('$user->{id}', '$other', NULL)"),
   'BUDGET_EXCEEDED', 'and starts nothing');


# old answers

$owner->do("UPDATE model_calls SET ended_at = now() - interval '401 days'"
    . " WHERE analysis_id = '$replay->{id}'");
cmp_ok($worker->value('SELECT prune_answers()'), '>', 1,
       'old answers are dropped');
is($owner->value("SELECT count(*) FROM model_calls WHERE analysis_id ="
    . " '$replay->{id}' AND (raw IS NOT NULL OR usable OR raw_sha256 IS"
    . " NULL)"), 0, 'their hashes stay');

drain($owner);
$owner->do('DELETE FROM model_settings');
done_testing();
