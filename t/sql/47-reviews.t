# Claims, questions, sources and the difference of two results.

use strict;
use warnings;

use FindBin qw($Bin);
use lib $FindBin::Bin;

use JSON::PP ();
use Test::More;
use Time::HiRes qw(time);
use Sql;

my $owner = owner();
my $worker = worker();
my $user = user();
my $me = web($user);
my $encoder = JSON::PP->new->utf8->canonical;

drain($owner);


# A result with the claims given as [section, list, kind, text, sid].

sub result {
    my ($claims, %more) = @_;

    my (%results, @evidence);

    for my $section (qw(paper_profile technical_feasibility
            market_opportunities competition intellectual_property
            business_model implementation_path resource_requirements risks
            swot executive_summary))
    {
        $results{$section} = { claims => [], questions => [] };
    }

    $results{swot}{$_} = [] for qw(strengths weaknesses opportunities threats);
    $results{technical_feasibility}{$_} = [] for qw(strengths challenges);
    $results{executive_summary}{open_questions} = [];

    my $n = 0;

    for my $claim (@$claims) {
        my ($section, $list, $kind, $text, $sid) = @$claim;

        $n++;
        push @evidence, { id => "e$n", sid => $sid, quote => $text }
            if defined $sid;
        push @{$results{$section}{$list}}, { id => "c$n", kind => $kind,
            text => $text, basis => 'paper', confidence => 'high',
            verdict => 'supported', decision => undef,
            locked => JSON::PP::false,
            evidence_ids => [defined $sid ? "e$n" : ()] };
    }

    return { %results, evidence => \@evidence, %more };
}


# Ends a running analysis of the paper with a result.

sub complete {
    my ($paper, $result) = @_;

    my $id = $me->value("SELECT data->>'analysis_id' FROM start_analysis("
        . "'$user->{id}', '$paper', NULL)");
    my ($job, $epoch) = split /\t/, $worker->value("SELECT id, lease_epoch"
        . " FROM claim_job('{analysis}', 'w', '60 s', NULL)");
    my $text = $encoder->encode($result);

    $worker->do("SELECT * FROM begin_analysis($job, $epoch)");
    is($worker->value("SELECT complete_analysis($job, $epoch, \$j\$$text\$j\$,"
        . " \$j\$$text\$j\$, 'hash')"), 't', 'a result is stored');

    return $id;
}


sub patch {
    my ($id, $claim, $body) = @_;

    return json($me->value("SELECT data FROM update_claim('$user->{id}',"
        . " '$id', '$claim', \$j\$$body\$j\$, NULL)"));
}


sub kept {
    my ($paper) = @_;

    my $next = $me->value("SELECT data->>'analysis_id' FROM start_analysis("
        . "'$user->{id}', '$paper', NULL)");
    my $kept = json($worker->value("SELECT kept_claims('$paper', '$next')"));

    $me->do("SELECT * FROM cancel_analysis('$user->{id}', '$next')");
    return $kept;
}


# questions

my $paper = paper($me, $user);

extract_paper($worker, $paper);

my $first = result([
    ['paper_profile', 'claims', 'result', 'It works.', 's0001'],
    ['paper_profile', 'claims', 'limitation', 'It is slow.', 's0002'],
    ['intellectual_property', 'signals', 'licence', 'MIT.', 's0003'],
    ['swot', 'claims', 'strength', 'It works.', 's0001']]);

$first->{swot}{strengths} = ['It works.'];
$first->{technical_feasibility}{strengths} = ['It works.'];
$first->{technical_feasibility}{challenges} = ['It is slow.'];
$first->{paper_profile}{questions} = ['Who  pays?', "\x{8c01}\x{ff1f}"];
$first->{risks}{questions} = ['who pays', ' ', 'How long?'];
$first->{executive_summary}{open_questions} = ['WHO PAYS?!', 'When?'];

my $one = complete($paper, $first);

is(join('|', $owner->rows("SELECT section || ':' || question FROM questions"
    . " WHERE analysis_id = '$one' ORDER BY position")),
    "paper_profile:Who  pays?|paper_profile:\xe8\xb0\x81\xef\xbc\x9f"
    . '|risks:How long?|executive_summary:When?',
    'each question once, where it is asked first');

is($worker->value("SELECT store_questions('$one', '"
    . $encoder->encode($first) . "')"), 0, 'and only once');
is($worker->value("SELECT store_questions('$one', '{}')"), 0,
   'a result without questions has none');

my ($who) = $owner->rows("SELECT id FROM questions WHERE analysis_id ="
    . " '$one' ORDER BY position LIMIT 1");

is($worker->value("SELECT analysis_sources_json('$paper')"), '[]',
   'no sources yet');

$me->do("SELECT * FROM answer_question('$user->{id}', '$one', '$who',"
    . " '{\"text\": \"The state.\", \"source\": \"https://example.org/a\"}')");
$me->do("SELECT * FROM create_source('$user->{id}', '$paper', '{\"title\":"
    . " \"Report\", \"date\": \"2025\", \"quote\": \"Big.\"}')");

my $sources = json($worker->value("SELECT analysis_sources_json('$paper')"));

is_deeply([map { my %s = %$_; delete $s{id}; \%s } @$sources], [
    { title => 'Report', url => undef, date => '2025', quote => 'Big.',
      question => undef },
    { title => 'Ann', url => 'https://example.org/a', quote => 'The state.',
      date => $sources->[1]{date}, question => 'Who  pays?' }],
    'sources of users, then answers with their questions');
like($sources->[1]{date}, qr/^\d{4}-\d\d-\d\d$/, 'the day of the answer');


# decisions, and what the next run is told of them

is_deeply(kept($paper), [], 'nothing said, nothing kept');

patch($one, 'c1', '{"text": "It works well.", "decision": "accepted"}');
patch($one, 'c2', '{"decision": "rejected"}');
patch($one, 'c3', '{"locked": true}');

my $results = $me->json_value("SELECT results FROM analyses WHERE id ="
    . " '$one'");

is_deeply([$results->{swot}{strengths},
           @{$results->{technical_feasibility}}{qw(strengths challenges)}],
    [['It works well.'], ['It works well.'], []], 'the lists follow');

my $kept = kept($paper);

is_deeply([map { [@$_{qw(section list kind text original_text decision)},
                  $_->{locked} ? 1 : 0, $_->{decided_by}, $_->{edited_by},
                  $_->{evidence}] } @$kept],
    [['paper_profile', 'claims', 'result', 'It works well.', 'It works.',
      'accepted', 0, 'Ann', 'Ann',
      [{ sid => 's0001', quote => 'It works.' }]],
     ['paper_profile', 'claims', 'limitation', 'It is slow.', undef,
      'rejected', 0, 'Ann', undef,
      [{ sid => 's0002', quote => 'It is slow.' }]],
     ['intellectual_property', 'signals', 'licence', 'MIT.', undef, undef, 1,
      undef, undef, [{ sid => 's0003', quote => 'MIT.' }]]],
    'what was said is kept, with the quotes');


# a result that took decisions over: its lists follow from the beginning

$first->{paper_profile}{claims}[1]{decision} = 'rejected';

my $two = complete($paper, $first);

is($me->value("SELECT results->'technical_feasibility'->>'challenges' FROM"
    . " analyses WHERE id = '$two'"), '[]', 'the lists of the next result');
patch($two, 'c2', '{"decision": null}');
is($me->value("SELECT results_brief->'technical_feasibility'->>'challenges'"
    . " FROM analyses WHERE id = '$two'"), '["It is slow."]',
    'and the entry comes back');

is(join('|', $me->rows("SELECT q->'answer'->>'text', q->'answer'->>'carried'"
    . " FROM list_questions('$user->{id}', '$two') l,"
    . " json_array_elements(l.data) q")), "The state.\ttrue|NULL\tNULL"
    . "|NULL\tNULL|NULL\tNULL", 'the answer stands under the same question');


# The difference of two results of the paper, as [added, removed, changed,
# same] of a section.

sub diff {
    my ($left, $right) = @_;

    return json($me->value("SELECT data FROM diff_analyses('$user->{id}',"
        . " '$left', '$right')"));
}


sub section {
    my ($diff, $name) = @_;

    my ($s) = grep { $_->{section} eq $name } @{$diff->{sections}};

    return [[map { $_->{text} } @{$s->{added}}],
            [map { $_->{text} } @{$s->{removed}}],
            [map { [map { $_->{text} } @$_{qw(left right)}] }
             @{$s->{changed}}], $s->{same}];
}


my $long = 'the sensor reaches an error of two percent in wet soil';
my $left = complete($paper, result([
    ['risks', 'claims', 'a', 'By its sentence.', 's0001'],
    ['risks', 'claims', 'a', 'Another of the sentence.', 's0001'],
    ['risks', 'claims', 'a', 'Of another kind.', 's0002'],
    ['risks', 'claims', 'a', 'Equal text, of no sentence', undef],
    ['risks', 'claims', 'b', "Nearly equal: $long after rain", undef],
    ['risks', 'claims', 'b', 'Only on the left side.', 's0009'],
    ['swot', 'claims', 'a', "\x{8fd9}\x{9879}\x{6280}\x{672f}\x{9002}\x{7528}"
        . "\x{4e8e}\x{519c}\x{7530}\x{76d1}\x{6d4b}", undef]]));
my $right = complete($paper, result([
    ['risks', 'claims', 'a', 'Another of the sentence.', 's0001'],
    ['risks', 'claims', 'a', 'Said otherwise.', 's0001'],
    ['risks', 'claims', 'c', 'Quite different.', 's0002'],
    ['risks', 'claims', 'a', 'equal text of no sentence!', undef],
    ['risks', 'claims', 'b', "Nearly equal: $long after frost", undef],
    ['risks', 'claims', 'b', 'What stands on the right.', 's0008'],
    ['swot', 'claims', 'a', "\x{8be5}\x{9879}\x{6280}\x{672f}\x{9002}\x{7528}"
        . "\x{4e8e}\x{519c}\x{7530}\x{76d1}\x{6d4b}", undef]]));

is_deeply(section(diff($left, $right), 'risks'),
    [['Quite different.', 'What stands on the right.'],
     ['Of another kind.', 'Only on the left side.'],
     [['By its sentence.', 'Said otherwise.'],
      ['Equal text, of no sentence', 'equal text of no sentence!'],
      ["Nearly equal: $long after rain", "Nearly equal: $long after frost"]],
     1], 'claims find each other by sentence, text and nearly equal text');
is(scalar @{section(diff($left, $right), 'swot')->[2]}, 1, 'in Chinese too');


# The mirror image of a difference.

sub mirror {
    my ($d) = @_;

    my %m = (%$d, left => $d->{right}, right => $d->{left});
    my $swap = sub { return { %{$_[0]}, left => $_[0]{right},
                              right => $_[0]{left} } };

    $m{$_} = $swap->($d->{$_}) for qw(score trl);
    $m{score}{parts} = [map { $swap->($_) } @{$d->{score}{parts}}];
    $m{trl}{answers} = [map { $swap->($_) } @{$d->{trl}{answers}}];
    $m{recipe} = [map { $swap->($_) } @{$d->{recipe}}];
    $m{sections} = [map { { %$_, added => $_->{removed},
        removed => $_->{added},
        changed => [map { $swap->($_) } @{$_->{changed}}] } }
        @{$d->{sections}}];

    return \%m;
}


is_deeply(mirror(diff($left, $right)), diff($right, $left),
          'the other way round it is the mirror image');
is_deeply(section(diff($left, $left), 'risks'), [[], [], [], 6],
          'nothing differs from itself');


# Two large results: of 4000 claims 2800 have their sentence, 400 their text,
# 400 nearly their text; 400 are alone.

sub large {
    my ($side) = @_;

    my @sections = qw(paper_profile technical_feasibility competition risks);
    my @words = qw(soil sensor error field model water plant signal cost
        energy method sample range noise market device patent data test
        farm);
    my $seed = 7;
    my @claims;

    for my $i (1 .. 4000) {
        my @text = map { $seed = ($seed * 1103515245 + 12345) % 2147483648;
                         $words[($seed >> 16) % @words] } 1 .. 16;
        my $group = $i % 10;

        $text[7] = "w$i";
        $text[12] = $side if $group >= 7 && $group < 9 && $group != 7;
        @text = map { "$side$_" } @text if $group == 9;
        push @claims, [$sections[$i % 4], 'claims', 'k', "@text",
            $group < 7 ? sprintf('s%05d', $i) : undef];
    }

    return result(\@claims);
}


my ($big, $bigger) = (complete($paper, large('x')),
                      complete($paper, large('y')));

# The best of five times, in ms: of the processor where this machine runs the
# server, since what else it does is no matter of ours.

sub best {
    my ($sql) = @_;

    my $pid = $me->value('SELECT pg_backend_pid()');
    my $clock = sub {
        my $stat = eval { Sql::slurp("/proc/$pid/stat") } // '';

        return $stat =~ /^\d+ \(postgres\) \S(?: \S+){10} (\d+) (\d+)/
            ? ($1 + $2) * 10 : time * 1000;
    };
    my @times;

    for (1 .. 5) {
        my $start = $clock->();

        $me->do(ref $sql ? $sql->($_) : $sql);
        push @times, $clock->() - $start;
    }

    return (sort { $a <=> $b } @times)[0];
}


my $d = diff($big, $bigger);
my $ms = best("SELECT length(data::text) FROM diff_analyses('$user->{id}',"
    . " '$big', '$bigger')");
my %count;

for my $s (@{$d->{sections}}) {
    $count{$_} += @{$s->{$_}} for qw(added removed changed);
    $count{same} += $s->{same};
}

is_deeply(\%count, { added => 400, removed => 400, changed => 400,
                     same => 3200 }, '4000 claims a side find each other');
is_deeply(mirror($d), diff($bigger, $big), 'mirrored as well');
cmp_ok($ms, '<', 300, sprintf('in %.0f ms', $ms));

$ms = best(sub { "SELECT data FROM update_claim('$user->{id}', '$big',"
    . " 'c$_[0]00', '{\"decision\": \"accepted\"}', NULL)" });
cmp_ok($ms, '<', 300, sprintf('a decision among 4000 claims in %.0f ms', $ms));

done_testing();
