# What the tests of model calls share: a model, a running analysis, calls.

package Calls;

use strict;
use warnings;

use JSON::PP ();
use Sql;

my $json = JSON::PP->new->canonical->utf8;
my ($owner, $worker);


sub import {
    my $caller = caller;

    ($owner, $worker) = (owner(), worker());

    no strict 'refs';
    *{"${caller}::$_"} = \&{$_} for qw(settings start run open_call settle);
}


# A model of 1 USD for a million tokens of input, 2 USD of output.

sub settings {
    my (%more) = @_;

    my $text = $json->encode({ engine => 'openai', provider => 'openai',
        host => 'api.example.com', model => 'm1', context_tokens => 100000,
        price => { input => 1000000, cached => 100000, output => 2000000,
                   date => '2026-01-01' },
        budgets => { analysis => undef, user => undef, day => undef },
        plans => { map { $_ => [{ name => 'all', stages => ['swot'],
            paper => \1, fixed_tokens => 10, max_output_tokens => 100,
            typical_output_tokens => 50 }] } qw(quick standard deep) },
        %more });

    $worker->do("SELECT publish_model_settings('$text')");
}


# Starts an analysis that a worker runs: {id, job => "id, epoch"}.

sub start {
    my ($me, $user, $paper, $body) = @_;

    my $id = $me->value("SELECT data->>'analysis_id' FROM start_analysis("
        . "'$user->{id}', '$paper', " . ($body ? "'$body'" : 'NULL') . ')');

    return { id => $id, run($id) };
}


# Gives the job to a worker, whoever has it: (job => "id, epoch").

sub run {
    my ($id) = @_;

    my $job = $owner->value("UPDATE jobs SET state = 'running', lease_owner ="
        . " 'test', lease_until = now() + interval '1 h', attempt = 1,"
        . " lease_epoch = lease_epoch + 1 WHERE subject_id = '$id' AND"
        . " finished_at IS NULL RETURNING id || ', ' || lease_epoch");

    $worker->do("SELECT * FROM begin_analysis($job)");
    return (job => $job);
}


# The row of open_call(), undef when there is none.

sub open_call {
    my ($run, %call) = @_;

    my $text = $json->encode({ name => 'risks', stages => ['risks'],
        attempt => 1, input_hash => hash(), provider => 'openai',
        host => 'api.example.com', model => 'm1',
        parameters => { sampling => { seed => 1, temperature => 0 } },
        prompt_id => 'risks', prompt_version => '1', prompt_sha256 => 'p',
        request_sha256 => 'r', bytes => 1234, input_tokens => 100,
        max_output_tokens => 50, reserve_micro_usd => 1000, %call });
    my ($row) = $worker->rows("SELECT row_to_json(o) FROM open_call("
        . "$run->{job}, '$text') o");

    return $row ? json($row) : undef;
}


sub settle {
    my ($run, $call, %answer) = @_;

    my $text = $json->encode({ state => 'settled', raw => '{"a": 1}',
        finish_reason => 'stop', model_reported => 'm1-2026',
        response_id => 'x', prompt_tokens => 90, cached_tokens => 10,
        completion_tokens => 20, cost_micro_usd => 300, latency_ms => 5,
        http_status => 200, %answer });

    $text =~ s/'/''/g;
    return $worker->value("SELECT settle_call($run->{job}, $call->{call_id},"
        . " '$text')");
}


1;
