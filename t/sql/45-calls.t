# The journal of model calls: open, settle, reuse, loss, ledger.

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


sub call_row {
    return join(' ', split /\t/, $owner->value("SELECT state, usable,"
        . " reserved_micro_usd, cost_micro_usd, raw FROM model_calls"
        . " WHERE id = $_[0]{call_id}"));
}

# scope: spent/reserved, of the user and the analysis.

sub money {
    my ($run) = @_;

    return join(' ', $owner->rows("SELECT scope || ' ' || spent || '/' ||"
        . " reserved FROM llm_spending WHERE key IN ('$user->{id}',"
        . " '$run->{id}') ORDER BY 1"));
}

sub all_money {
    my ($spent, $reserved, $of_analysis) = @_;
    my $of_user = "$spent/$reserved";

    return "analysis " . ($of_analysis // $of_user) . " user_day $of_user"
        . " user_month $of_user";
}

sub stage {
    my ($run, $name) = @_;

    my $analysis = $me->json_value("SELECT data FROM get_analysis("
        . "'$user->{id}', '$run->{id}')");
    my ($stage) = grep { $_->{name} eq $name } @{$analysis->{stages}};

    return "$stage->{cost_micro_usd} $stage->{in_doubt_micro_usd}"
        . " $stage->{calls}";
}

# What the analysis and its last event say of calls under way.

sub reserved {
    my ($run) = @_;

    my ($shown, $told) = map { $me->json_value("SELECT data FROM $_("
        . "'$user->{id}', '$run->{id}')")->{reserved_micro_usd} }
        qw(get_analysis analysis_state);

    return "$shown $told";
}

# The last row of the paper's ledger, state and cost, and the end of its CSV.

sub ledger {
    my ($paper) = @_;

    my $row = $me->json_value("SELECT data FROM list_outbound("
        . "'$user->{id}', '$paper')")->[-1];
    my $end = $me->value("SELECT (regexp_match(data, '(\"[^,]*\",\"[^,]*\")"
        . "\r\n\$'))[1] FROM list_outbound_csv('$user->{id}', '$paper')");

    return "$row->{state} " . ($row->{cost_micro_usd} // 'null') . " $end";
}


# one call

my $paper = paper($me, $user);

extract_paper($worker, $paper, body => 'x' x 330);

my $a = start($me, $user, $paper);
my $hash = hash();
my $call = open_call($a, input_hash => $hash);

is($call->{outcome}, 'sent', 'a new call is sent');
is($owner->value("SELECT model FROM analyses WHERE id = '$a->{id}'"), 'm1',
   'the analysis names the model that is asked');
is(money($a), all_money(0, 1000), 'its price is reserved in every budget');
is(stage($a, 'risks'), '0 0 1', 'the stage counts it');
is(reserved($a), '1000 1000', 'and the analysis says so');
is(ledger($paper), 'sent null "sent",""', 'what it costs is not known yet');
is($owner->value("SELECT host, bytes, payload_sha256, stage, call, model,"
    . " paper_id = '$paper', analysis_id = '$a->{id}' FROM outbound WHERE"
    . " call_id = $call->{call_id}"),
    "api.example.com\t1234\tr\trisks\trisks\tm1\tt\tt", 'the ledger has it');
is(open_call($a, input_hash => $hash)->{call_id}, $call->{call_id},
   'asked again, it is the same call');
is(money($a), all_money(0, 1000), 'reserved once');

is(settle($a, $call), 't', 'it is settled');
is(call_row($call), 'settled t 1000 300 {"a": 1}', 'with its answer');
is(reserved($a), '0 0', 'and nothing is reserved');
is(ledger($paper), 'settled 300 "settled","300"', 'the ledger has the cost');
is(money($a), all_money(300, 0), 'the cost takes the reservation\'s place');
is(stage($a, 'risks'), '300 0 1', 'the stage shows it');
is(settle($a, $call, cost_micro_usd => 900), 't', 'settled again');
is(money($a), all_money(300, 0), 'changes nothing');

my $again = open_call($a, input_hash => $hash);

is("$again->{outcome} $again->{raw}", 'answered {"a": 1}',
   'the same input is answered from the journal');
is_deeply($again->{meta}, { prompt_id => 'risks', prompt_version => '1',
    prompt_sha256 => 'p', model_requested => 'm1',
    model_reported => 'm1-2026', system_fingerprint => undef, seed => 1,
    temperature => 0, input_tokens => 90, cached_tokens => 10,
    output_tokens => 20, cost_micro_usd => 300, latency_ms => 5,
    response_id => 'x', finish_reason => 'stop' }, 'with its provenance');


# how calls end

my $failed = open_call($a);

is(settle($a, $failed, state => 'failed', raw => undef, http_status => 500,
          code => 'server_error'), 't', 'a call fails');
is(call_row($failed), 'failed f 1000 0 NULL', 'and costs nothing');

my $lost = open_call($a);

settle($a, $lost, state => 'lost');
is(call_row($lost), 'lost f 1000 1000 {"a": 1}', 'a lost one costs what was'
   . ' reserved');
is(stage($a, 'risks'), '1300 1000 3', 'which is in doubt');

my $truncated = open_call($a, input_hash => 'cut');

settle($a, $truncated, usable => \0);
is(call_row($truncated), 'settled f 1000 300 {"a": 1}',
   'an answer that cannot be used costs too');
is(open_call($a, input_hash => 'cut')->{outcome}, 'sent',
   'and is not taken again');

my $greedy = open_call($a);

settle($a, $greedy, cost_micro_usd => 5000);
is($owner->value("SELECT cost_micro_usd, claimed_micro_usd FROM model_calls"
    . " WHERE id = $greedy->{call_id}"), "1000\t5000",
    'a cost never exceeds what was reserved, the claim is kept');

my $vague = open_call($a);

settle($a, $vague, cost_micro_usd => undef, prompt_tokens => undef);
is(call_row($vague), 'settled t 1000 1000 {"a": 1}',
   'usage that nobody knows counts as reserved');

my $merged = open_call($a, stages => [qw(market_opportunities competition
    intellectual_property)], reserve_micro_usd => 100);

settle($a, $merged, cost_micro_usd => 100);
is(join(', ', map { stage($a, $_) } qw(market_opportunities competition
    intellectual_property)), '34 0 1, 33 0 1, 33 0 1',
    'a merged call is shared, the remainder to the first');

my $null = open_call($a);
my $answer = '{"state": "settled", "raw": "a\\\\u0000b\\u0000c\\\\\\u0000",'
    . ' "cost_micro_usd": 1}';

is($worker->value("SELECT settle_call($a->{job}, $null->{call_id},"
    . " '$answer')"), 't', 'an answer with U+0000 is settled');
is($owner->value("SELECT raw = E'a\\\\u0000b' || chr(65533) || 'c' ||"
    . " E'\\\\' || chr(65533), cost_micro_usd FROM model_calls WHERE id ="
    . " $null->{call_id}"), "t\t1", 'without it');
like($worker->error("SELECT settle_call($a->{job}, $null->{call_id},"
    . " '{\"state\": \"sent\"}')"), qr/cannot end/, 'it ends as what it can');


# a lease goes

my $open = open_call($a);
my $late = open_call($a);
my $before = money($a);
my %old = %$a;

$owner->do("UPDATE jobs SET state = 'queued', lease_owner = NULL,"
    . " lease_until = NULL WHERE id = split_part('$a->{job}', ',', 1)::int");
is(settle(\%old, $late, cost_micro_usd => 7), 'f',
   'a settlement after the lease');
is(call_row($late), 'settled t 1000 7 {"a": 1}', 'is booked all the same');
is(open_call(\%old), undef, 'but nothing is opened');

%$a = (%$a, run($a->{id}));
is(call_row($open), 'lost f 1000 1000 NULL',
   'the next run counts the open call as lost');
is(settle(\%old, $open), 'f', 'its late settlement');
is(call_row($open), 'lost f 1000 1000 NULL', 'changes nothing');
is($owner->value("SELECT sum(cost_micro_usd) FROM model_calls WHERE"
    . " analysis_id = '$a->{id}'"), $me->json_value("SELECT data FROM"
    . " get_analysis('$user->{id}', '$a->{id}')")->{cost_micro_usd},
    'the analysis costs the sum of its calls');


# reuse by another analysis of the paper, and not of another paper

my $b = start($me, $user, $paper);
my $reused = open_call($b, input_hash => $hash);

is("$reused->{outcome} $reused->{meta}{cost_micro_usd}", 'answered 0',
   'another analysis of the paper has the answer, at no cost');
is($owner->value("SELECT count(*) FROM outbound WHERE analysis_id ="
    . " '$b->{id}'"), 0, 'nothing left the house');
is($worker->value("SELECT complete_stage($b->{job}, 'risks', 'h', '{}',"
    . ' false)'), 't', 'its stage');
is($owner->value("SELECT reused, cost_micro_usd FROM analysis_stages WHERE"
    . " analysis_id = '$b->{id}' AND name = 'risks'"), "t\t0", 'is reused');

my $copy = paper($me, $user);

extract_paper($worker, $copy);

my $c = start($me, $user, $copy);

is(open_call($c, input_hash => $hash)->{outcome}, 'sent',
   'another paper pays for its own');


# no call any more

$me->do("SELECT * FROM cancel_analysis('$user->{id}', '$b->{id}')");
is(open_call($b)->{outcome}, 'cancelled', 'none opens after a cancel');
is($worker->value("SELECT cancel_job($b->{job})"), 't', 'which ends the job');
is(open_call($b), undef, 'nor after the end');

$me->do("SELECT * FROM delete_paper('$user->{id}', '$copy')");
is(open_call($c)->{outcome}, 'cancelled', 'nor for a paper in the trash');
is($worker->value("SELECT cancel_job($c->{job})"), 't',
   'whose analysis is cancelled');
is($owner->value("SELECT string_agg(state, ' ') FROM model_calls WHERE"
    . " analysis_id = '$c->{id}'"), 'lost', 'with the call under way');


# what goes with an analysis

my $under_way = open_call($a);

$owner->do("DELETE FROM analyses WHERE id = '$a->{id}'");
is($owner->value("SELECT count(*) FROM model_calls WHERE analysis_id ="
    . " '$a->{id}'"), 0, 'answers are deleted with their analysis');
is($owner->value("SELECT fate FROM outbound WHERE call_id ="
    . " $under_way->{call_id}"), 'lost', 'the ledger keeps how they ended');
is($owner->value("SELECT fate FROM outbound WHERE call_id ="
    . " $failed->{call_id}"), 'failed', 'each');
is(ledger($paper), 'lost null "lost",""', 'without their cost');
is($owner->value("SELECT sum(reserved) FROM llm_spending"), 0,
   'nothing stays reserved');
is($owner->value("SELECT count(*) FROM llm_spending WHERE key ="
    . " '$a->{id}'"), 0, 'its budget is gone');
is(open_call({ %$a }), undef, 'and no call opens');

$owner->do("DELETE FROM papers WHERE id = '$paper'");
is($owner->value("SELECT count(*) FROM outbound WHERE paper_id = '$paper'"),
   0, 'the ledger goes with the paper');

drain($owner);
$owner->do('DELETE FROM model_settings');
done_testing();
