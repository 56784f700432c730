# Analyses: start, run, results, cancel, quota.

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
my @stages = qw(paper_profile technical_feasibility market_opportunities
    competition intellectual_property business_model implementation_path
    resource_requirements risks swot executive_summary);

drain($owner);

sub start {
    my ($paper, $body) = @_;

    return $me->json_value("SELECT data FROM start_analysis('$user->{id}',"
        . " '$paper', " . ($body ? "'$body'" : 'NULL') . ')');
}

sub get {
    return $me->json_value("SELECT data FROM get_analysis('$user->{id}',"
                           . " '$_[0]')");
}

sub status {
    return $owner->value("SELECT status FROM papers WHERE id = '$_[0]'");
}

sub claim {
    return split /\t/, $worker->value("SELECT id, lease_epoch, kind,"
        . " subject_id FROM claim_job('{extract,analysis}', 'w', '60 s',"
        . " NULL)") // '';
}

sub call {
    my ($name, $id, $epoch, @rest) = @_;

    return $worker->value("SELECT $name(" . join(', ', $id, $epoch, @rest)
                          . ')');
}


# asked for before the extraction

my $paper = paper($me, $user);
my $started = start($paper, '{"analysis_type": "deep", "parameters":'
    . ' {"focus_areas": ["a"], "weights": {"readiness": 30}}}');

is_deeply([sort keys %$started], [sort qw(analysis_id paper_id status
    created_at estimated_completion_time)], 'an analysis is started');
is($started->{status}, 'pending', 'pending');
cmp_ok($started->{estimated_completion_time}, 'gt', $started->{created_at},
       'with an estimate');

my $id = $started->{analysis_id};
my $analysis = get($id);

is_deeply([sort keys %$analysis], [sort qw(id paper_id analysis_type engine
    model status progress current_stage stages parameters created_at
    started_at completed_at estimated_completion_time error cost_micro_usd
    feedback reserved_micro_usd replay_of)], 'the fields of the contract');
is_deeply([map { $_->{name} } @{$analysis->{stages}}], \@stages,
          'and its stages in order');
is_deeply([sort keys %{$analysis->{stages}[0]}], [sort qw(name status
    started_at completed_at reused cost_micro_usd in_doubt_micro_usd
    calls)], 'each as it is told');
is_deeply($analysis->{parameters}, { focus_areas => ['a'],
          weights => { readiness => 30 } }, 'parameters are kept');

is((claim())[2], 'extract', 'the extraction comes first');
is(scalar(claim()), 0, 'the analysis waits for it');
$owner->do("UPDATE jobs SET state = 'queued', lease_owner = NULL,"
    . " lease_until = NULL WHERE state = 'running'");
is(extract_paper($worker, $paper), 't', 'when that is done');

my ($job, $epoch, $kind, $subject) = claim();

is("$kind $subject", "analysis $id", 'the analysis is released');


# the run

my @run = split /\t/, $worker->value("SELECT analysis_id, paper_id,"
    . " analysis_type, engine, parameters->'focus_areas'->>0, text_sha256,"
    . " document->>'title', json_array_length(stages), created_at"
    . " FROM begin_analysis($job, $epoch)");

is_deeply(\@run, [$id, $paper, 'deep', 'embedded', 'a', 'aa', 'A title',
          11, $analysis->{created_at}], 'begin gives all that is needed');
is(get($id)->{status}, 'processing', 'processing');
is(status($paper), 'analyzing', 'the paper is analyzing');
is($me->error("SELECT * FROM get_results('$user->{id}', '$id', NULL)"),
   'CONFLICT', 'no results yet');
is_deeply(json($me->{detail}), { status => 'processing' }, 'it says why');

my @progress;

for my $stage (@stages) {
    is(call('begin_stage', $job, $epoch, "'$stage'"), 't', $stage)
        if @progress == 0;
    is(get($id)->{current_stage}, $stage, 'is current') if @progress == 0;
    call('complete_stage', $job, $epoch, "'$stage'", "'h'", "'{}'",
         'false');
    push @progress, get($id)->{progress};
}

is("@progress", '15 30 40 50 60 65 70 75 85 95 99',
   'each stage adds its share');
is(call('complete_stage', $job, $epoch + 1, "'swot'", "'h'", "'{}'",
        'false'), 'f', 'another epoch writes nothing');
like($worker->error("SELECT complete_stage($job, $epoch, 'x', 'h', '{}',"
    . " false)"), qr/unknown stage/, 'an unknown stage is a defect');

my $evidence = '{"id":"e1","quote":"=\"1\"","source_text":"s","status":'
    . '"verified","match":"exact","page_first":1,"page_last":2,"section":'
    . '"sec1","sid":"s0001","char_start":0,"char_end":1,"boxes":[],'
    . '"claim_ids":["c1","c2"],"ambiguous":false}';

is(call('complete_analysis', $job, $epoch,
        "'{\"a\": 1, \"evidence\": [$evidence]}'", "'{\"a\": 1}'", "'sha'"),
   't', 'completed');
is(call('complete_analysis', $job, $epoch, "'{}'", "'{}'", "'sha'"), 'f',
   'once');

my $done = get($id);

is("$done->{status} $done->{progress}", 'completed 100', 'progress is 100');
is($done->{current_stage}, undef, 'no stage is current');
is(status($paper), 'completed', 'the paper is completed');
is_deeply($me->json_value("SELECT paper_json(p)->'latest_analysis' FROM"
    . " papers p WHERE id = '$paper'"), { id => $id, status => 'completed',
    progress => 100 }, 'and shows its newest analysis');
is_deeply($me->json_value("SELECT data FROM get_results('$user->{id}',"
    . " '$id', NULL)"), { id => $id, paper_id => $paper,
    status => 'completed', created_at => $done->{created_at},
    completed_at => $done->{completed_at}, results => { a => 1 } },
    'results');
is($me->json_value("SELECT data FROM get_results('$user->{id}', '$id',"
    . " 'full')")->{results}{evidence}[0]{id}, 'e1', 'the full view');
is_deeply($me->json_value("SELECT data FROM get_evidence('$user->{id}',"
    . " '$id')"), [{ id => 'e1', quote => '="1"', source_text => 's',
    status => 'verified', match => 'exact', page_first => 1, page_last => 2,
    section => 'sec1', sid => 's0001', boxes => [],
    claim_ids => ['c1', 'c2'] }], 'evidence');
is(join("\n", $me->rows("SELECT data FROM get_evidence_csv('$user->{id}',"
    . " '$id')")), "id,status,match,page_first,page_last,section,sid,"
    . "claim_ids,quote,source_text\r\n\"e1\",\"verified\",\"exact\",\"1\","
    . "\"2\",\"sec1\",\"s0001\",\"c1 c2\",\"'=\"\"1\"\"\",\"s\"\r\n",
    'as a table, no cell a formula');


# failure of another analysis leaves the paper completed

my $second = start($paper)->{analysis_id};

($job, $epoch) = claim();
$worker->do("SELECT * FROM begin_analysis($job, $epoch)");
call('begin_stage', $job, $epoch, "'paper_profile'");
is(status($paper), 'analyzing', 'a second run');
is(call('fail_job', $job, $epoch, '\'{"code": "X", "message": "m"}\''),
   't', 'fails');
is(status($paper), 'completed', 'and the paper is completed again');
is_deeply(get($second)->{error}, { code => 'X', message => 'm' },
          'with its error');
is(join(' ', map { $_->{status} } @{get($second)->{stages}}),
   join(' ', 'failed', ('skipped') x 10), 'and its stages closed');


# resumed after a crash: finished stages are handed back

my $third = start($paper)->{analysis_id};

($job, $epoch) = claim();
$worker->do("SELECT * FROM begin_analysis($job, $epoch)");
call('complete_stage', $job, $epoch, "'paper_profile'", "'h1'",
     "'{\"o\":1}'", 'false');
call('begin_stage', $job, $epoch, "'swot'");
$worker->do("SELECT release_leases('w')");

my ($job2, $epoch2) = claim();

is($job2, $job, 'a lost analysis is claimed again');
cmp_ok($epoch2, '>', $epoch, 'under a new epoch');
is($worker->value("SELECT string_agg(concat_ws(':', s->>'name',"
    . " s->>'status', s->>'input_hash', s->>'output'), ' ') FROM"
    . " begin_analysis($job2, $epoch2), json_array_elements(stages) s"
    . " WHERE s->>'name' IN ('paper_profile', 'swot')"),
    'paper_profile:completed:h1:{"o":1} swot:pending',
    'with its finished stages; the open one starts again');

is(call($_->[0], $job, $epoch, @{$_->[1]}), 'f', "$_->[0] is fenced out")
    for ['begin_stage', ["'swot'"]],
        ['complete_stage', ["'swot'", "'h'", "'{}'", 'false']],
        ['complete_analysis', ["'{}'", "'{}'", "'x'"]],
        ['fail_job', ["'{}'"]], ['retry_job', ["'{}'", 'NULL']],
        ['interrupt_job', []], ['cancel_job', []],
        ['throttle_job', ["'1 s'"]];
is($worker->value("SELECT count(*) FROM heartbeat_job($job, $epoch,"
    . " '60 s')"), 0, 'and its heartbeat has no row');


# cancel

is($worker->value("SELECT cancel FROM heartbeat_job($job2, $epoch2,"
    . " '60 s')"), 'f', 'nobody has cancelled');
is(call('cancel_job', $job2, $epoch2), 'f',
   'a worker cannot cancel by itself');
is($me->json_value("SELECT data FROM cancel_analysis('$user->{id}',"
    . " '$third')")->{status}, 'processing', 'cancel of a running one');
is($worker->value("SELECT cancel FROM heartbeat_job($job2, $epoch2,"
    . " '60 s')"), 't', 'is told by the heartbeat');
is(call('cancel_job', $job2, $epoch2), 't', 'and ended by the worker');
is(get($third)->{status}, 'cancelled', 'cancelled');
is($me->error("SELECT * FROM cancel_analysis('$user->{id}', '$third')"),
   'CONFLICT', 'only once');

my $fourth = start($paper)->{analysis_id};

is($me->json_value("SELECT data FROM cancel_analysis('$user->{id}',"
    . " '$fourth')")->{status}, 'cancelled', 'a queued one ends at once');
is(scalar(claim()), 0, 'and is not claimed');

my $fifth = start($paper)->{analysis_id};

($job, $epoch) = claim();
$me->do("SELECT * FROM cancel_analysis('$user->{id}', '$fifth')");
is(call('interrupt_job', $job, $epoch), 't', 'a flagged job given back');
is(get($fifth)->{status}, 'cancelled', 'is cancelled, not queued');


# refused

my $sixth = start($paper)->{analysis_id};
my $other = user();
my $they = web($other);

is($they->value("SELECT count(*) FROM $_"), 0, 'not seen: ' . s/\(.*//sr)
    for "get_analysis('$other->{id}', '$sixth')",
        "get_results('$other->{id}', '$id', NULL)",
        "get_evidence('$other->{id}', '$id')",
        "get_evidence_csv('$other->{id}', '$id')",
        "analysis_state('$other->{id}', '$id')",
        "analysis_events_since('$other->{id}', '$id', 0, 100)";
is($they->error("SELECT * FROM cancel_analysis('$other->{id}', '$sixth')"),
   'RESOURCE_NOT_FOUND', 'not cancelled');
is($they->error("SELECT * FROM cancel_analysis('$other->{id}',"
    . " '@{[uuid()]}')"), 'RESOURCE_NOT_FOUND', 'like an unknown one');

for (['{"analysis_type": "fast"}', 'analysis_type'], ['{"x": 1}', 'x'],
     ['{"parameters": {"weights": {"luck": 1}}}', 'parameters.weights.luck'],
     ['{"parameters": {"weights": {"ip_room": 101}}}',
      'parameters.weights.ip_room'],
     ['{"parameters": {"max_cost_micro_usd": -1}}',
      'parameters.max_cost_micro_usd'])
{
    my ($body, $field) = @$_;

    $me->error("SELECT * FROM start_analysis('$user->{id}', '$paper',"
               . " '$body')");
    is_deeply([$me->{error}, keys %{json($me->{detail})}],
              ['VALIDATION_ERROR', $field], "refused: $body");
}

$me->do("SELECT * FROM delete_paper('$user->{id}', '$paper')");
is($me->error("SELECT * FROM start_analysis('$user->{id}', '$paper',"
    . " NULL)"), 'CONFLICT', 'a paper in the trash is not analysed');
is(get($sixth)->{status}, 'pending', 'but what was started goes on');
$me->do("SELECT * FROM restore_paper('$user->{id}', '$paper')");


# quota: 50 parallel starts, 20 allowed

my $basic = user('basic');
my $poor = web($basic);
my $mine = paper($poor, $basic);
my @dbs = map { web($basic) } 1 .. 50;

parallel($owner, [map { "SELECT * FROM start_analysis('$basic->{id}',"
    . " '$mine', NULL)" } @dbs], @dbs);
is(scalar(grep { $_->{error} eq 'QUOTA_EXCEEDED' } @dbs), 30,
   'of 50 parallel starts 30 are refused');
is($owner->value("SELECT count(*) FROM analyses WHERE user_id ="
    . " '$basic->{id}'"), 20, 'exactly 20 exist');
is($owner->value("SELECT analyses FROM usage_months WHERE user_id ="
    . " '$basic->{id}'"), 20, 'and are counted');

is($poor->error("SELECT * FROM create_paper('$basic->{id}', NULL,"
    . " '@{[hash()]}', 1, NULL, NULL, NULL, NULL, true, 'f')"),
    'QUOTA_EXCEEDED', 'an upload with analysis is refused whole');
is($owner->value("SELECT papers FROM usage_months WHERE user_id ="
    . " '$basic->{id}'"), 1, 'and its paper not counted');


# lists

is_deeply($me->json_value("SELECT json_build_array(total, data->0->>'id',"
    . " json_array_length(data)) FROM list_analyses('$user->{id}', NULL,"
    . " NULL, NULL, NULL, NULL, 1, 4)"), [6, $sixth, 4], 'newest first');
is($me->value("SELECT total FROM list_analyses('$user->{id}', '$_->[0]',"
    . " '$paper', 'embedded', '$user->{workspace}', '-status', 1, 20)"),
    $_->[1], "filter $_->[0]")
    for ['completed', 1], ['cancelled', 3], ['failed', 1], ['pending', 1];
is($me->error("SELECT * FROM list_analyses('$user->{id}', NULL, NULL, NULL,"
    . " '$other->{workspace}', NULL, 1, 20)"), 'RESOURCE_NOT_FOUND',
    'of a workspace of others');

done_testing();
