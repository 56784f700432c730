# Full-text search in English and Chinese, and its highlights.

use strict;
use warnings;
use utf8;

use Encode qw(encode_utf8);
use FindBin qw($Bin);
use lib $FindBin::Bin;

use Test::More;
use Sql;

my $owner = owner();
my $worker = worker();
my $user = user();
my $me = web($user);

drain($owner);
binmode(Test::More->builder->$_, ':utf8') for qw(output failure_output);

my %ids;

sub add {
    my ($name, %doc) = @_;

    my $id = paper($me, $user);

    extract_paper($worker, $id, %doc,
                  body => encode_utf8($doc{body} // ''));
    $ids{$id} = $name;
    return $id;
}

sub search {
    my ($text, $sort) = @_;

    $text = encode_utf8($text);
    my ($data, $total, $meta) = split /\t/, $me->value("SELECT * FROM"
        . " list_papers('$user->{id}', NULL, NULL, NULL, \$q\$$text\$q\$,"
        . " NULL, " . ($sort ? "'$sort'" : 'NULL') . ", 1, 20)");

    $meta = json($meta)->{search}{highlights};
    return (join(' ', map { $ids{$_->{id}} // '?' } @{json($data)}),
            { map { $ids{$_} => $meta->{$_} } keys %$meta });
}

sub marked {
    my ($h) = @_;

    return join('|', map { substr($h->{text}, $_->[0], $_->[1] - $_->[0]) }
                @{$h->{ranges}});
}

my $filler = 'Nothing of interest stands here. ' x 40;

add('battery', title => 'Graphene batteries for the grid',
    authors => ['Zoë Müller', 'Li Wei'], abstract => 'We study storage.',
    body => "Graphene batteries for the grid\n${filler}The capacities of"
            . " state-of-the-art Na/K-ATPase cells were measured at 3.5 V."
            . " $filler");
add('chinese', title => '石墨烯电池的研究', authors => ['王小明'],
    abstract => '本文研究了石墨烯电池的性能。',
    body => '本文研究了石墨烯电池的性能。' . '无关内容。' x 100
            . '钙钛矿太阳能电池效率达到百分之二十五。');
add('mixed', title => 'A survey', authors => ['Studi O'],
    abstract => 'Perovskite 钙钛矿 materials, ﬁrst efﬁcient studies.',
    body => "$filler Batteries are mentioned once.");

my ($found, $marks);


# English

($found) = search('batteries');
is($found, 'battery mixed', 'a title match stands before a body match');
($found) = search('battery');
is($found, 'battery mixed', 'another form of the word');
($found, $marks) = search('studying');
is($found, 'mixed battery', 'stemmed in abstract and authors');
is(marked($marks->{battery}), 'study', 'the word of the text is marked');
is($marks->{battery}{field}, 'abstract', 'with its field');
($found, $marks) = search('GRAPHENE grid');
is($found, 'battery', 'all the words, in any case');
is_deeply($marks->{battery}, { field => 'title',
    text => 'Graphene batteries for the grid',
    ranges => [[0, 8], [27, 31]] }, 'ranges are code points of the text');
($found) = search('graphene perovskite');
is($found, '', 'not one of them missing');
($found, $marks) = search('capacity');
is($found, 'battery', 'the body');
is(marked($marks->{battery}), 'capacities', 'is marked');
is($marks->{battery}{field}, 'body', 'as such');
cmp_ok(length($marks->{battery}{text}), '<=', 220, 'in a short piece');
like($marks->{battery}{text}, qr/^(here|stands|interest)\W.*\w\W?$/,
     'of whole words');

is((search($_))[0], 'battery', "found by \"$_\"")
    for 'state-of-the-art', 'ATPase', 'Na/K-ATPase', '3.5', 'muller',
        'Müller', 'ZOË', 'the of state';

is((search('first efficient'))[0], 'mixed', 'ligatures in the text');
is((search('  '))[0], '', 'an empty query finds nothing');
is((search("' & | ! :* <-> ( \\"))[0], '', 'nor do operators');
is((search("graphene' & ! grid:* \\"))[0], 'battery',
   'which are no syntax');
is((search('ws:' . $user->{workspace}))[0], '',
   'the lexeme of a workspace cannot be asked for');
is((search('batteries', 'upload_date'))[0], 'battery mixed', 'sorted');
is((search('batteries', '-upload_date'))[0], 'mixed battery', 'by date');
is((search('batteries', 'title'))[0], 'mixed battery', 'and by title');


# Chinese

($found, $marks) = search('石墨烯电池');
is($found, 'chinese', 'a Chinese phrase');
is(marked($marks->{chinese}), '石墨烯电池', 'is marked as one range');
is_deeply($marks->{chinese}{ranges}, [[0, 5]], 'in code points');
($found, $marks) = search('钙钛矿');
is($found, 'mixed chinese', 'in an abstract before a body');
is(marked($marks->{chinese}), '钙钛矿', 'marked in the body');
is(marked($marks->{mixed}), '钙钛矿', 'and in mixed text');
is((search('perovskite 钙钛矿'))[0], 'mixed', 'both scripts together');
is((search('研究'))[0], 'chinese', 'a word of two characters');
is((search('矿'))[0], 'mixed chinese', 'a single character');
is((search('电石'))[0], '', 'characters in another order');
is((search('王小明'))[0], 'chinese', 'an author');
is((search('，石墨烯。'))[0], 'chinese', 'punctuation does not matter');


# what changes the index

my ($id) = grep { $ids{$_} eq 'mixed' } keys %ids;

$me->do("SELECT * FROM update_paper('$user->{id}', '$id', '{\"title\":"
        . " \"Zeolites\"}', NULL)");
is((search('zeolite'))[0], 'mixed', 'a corrected title is found');
is((search('survey'))[0], '', 'the old one is not');
is((search('mentioned'))[0], 'mixed', 'the body is kept');
$me->do("SELECT * FROM delete_paper('$user->{id}', '$id')");
is((search('zeolite'))[0], '', 'the trash is not searched');

my $other = user();

is(web($other)->value("SELECT total FROM list_papers('$other->{id}', NULL,"
    . " NULL, NULL, 'graphene', NULL, NULL, 1, 20)"), 0,
    'nor are other people\'s papers');


# every bigram and character, and nothing else

is($owner->value(encode_utf8("SELECT array_to_string(ARRAY(SELECT unnest("
    . "search_grams('甲乙丙 丁 abc 戊己')) COLLATE \"C\" ORDER BY 1), ' ')")),
    encode_utf8(join(' ', sort(qw(甲 乙 丙 丁 戊 己 甲乙 乙丙 戊己)))),
    'the grams of a text');

done_testing();
