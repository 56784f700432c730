# Papers: upload, quota, duplicates, corrections, trash, roles.

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

sub create_sql {
    my ($u, $file, %p) = @_;

    my @q = map { defined $_ ? "'$_'" : 'NULL' }
        @p{qw(workspace title authors tags filename)};

    return "SELECT * FROM create_paper('$u->{id}', $q[0], '$file', "
        . ($p{size} || 1000) . ", $q[1], $q[2], $q[3], NULL, "
        . ($p{analyze} ? 'true' : 'NULL') . ", $q[4])";
}

sub create { my $s = shift; return split /\t/, $s->value(create_sql(@_)) }

sub get {
    my ($id) = @_;

    return $me->json_value("SELECT paper_full_json(p) FROM papers p"
                           . " WHERE p.id = '$id'");
}


# upload

is($me->json_value("SELECT data FROM prepare_upload('$user->{id}', NULL,"
    . " 10)")->{workspace_id}, $user->{workspace},
    'the personal workspace is the default');

my $file = hash();
my ($data, $status) = create($me, $user, $file, filename => 'x.pdf',
                             tags => '{b, a,b," "}');
my $paper = json($data);
my $id = $paper->{id};

is($status, 201, 'an upload');
is_deeply([sort keys %$paper], [sort qw(id workspace_id title authors
    upload_date file_size file_hash page_count status error tags unpublished
    embargo_until deleted_at latest_analysis retention_days llm_hosts metadata
    statements file_url)], 'has the fields of the single object');
is_deeply([@$paper{qw(title status file_hash file_size file_url)}],
          ['x.pdf', 'uploaded', $file, 1000, "/api/v1/papers/$id/file"],
          'the title is the file\'s name');
is_deeply($paper->{tags}, ['b', 'a'], 'tags are trimmed and unique');
is_deeply($paper->{metadata}{edited}, [], 'nothing is edited');
is_deeply([sort keys %{$paper->{metadata}}], [sort qw(doi arxiv_id publication
    publication_date abstract keywords language article_type confidence
    edited)], 'metadata');
is_deeply($paper, get($id), 'the answer is what GET shows');
is($owner->value("SELECT state || queue FROM jobs WHERE subject_id ="
    . " '$id'"), 'queuedextract', 'an extraction is queued');


# duplicates

($data, $status) = create($me, $user, $file, filename => 'y.pdf');
is($status, 200, 'the same bytes again are a success');
is_deeply(json($data), { %{get($id)}, duplicate => JSON::PP::true },
          'with the existing paper');
is($owner->value("SELECT papers FROM usage_months WHERE user_id ="
    . " '$user->{id}'"), 1, 'and cost no quota');
is($me->value("SELECT status FROM delete_paper('$user->{id}', '$id')"), 204,
   'delete');
ok(get($id)->{deleted_at}, 'moves to the trash, still readable');
($data) = create($me, $user, $file);
is(json($data)->{deleted_at}, undef, 'a new upload takes it out again');

my @dbs = map { web($user) } 1 .. 10;

$file = hash();

my @answers = map { [split /\t/, $_->[-1]] } parallel($owner,
    [map { create_sql($user, $file, filename => 'p.pdf') } @dbs], @dbs);

is(join(' ', sort map { $_->[1] } @answers), join(' ', (200) x 9, 201),
   'the same file ten times at once is one paper');
is($owner->value("SELECT papers FROM usage_months WHERE user_id ="
    . " '$user->{id}'"), 2, 'and one of the quota');
is($owner->value("SELECT bytes FROM storage_usage WHERE user_id ="
    . " '$user->{id}'"), 2000, 'and of the storage');


# a plan without papers, and a month without uploads

$owner->do("INSERT INTO plans SELECT (json_populate_record(p, "
    . "'{\"code\": \"none\", \"monthly_papers\": 0}')).* FROM plans p"
    . " WHERE code = 'basic'");

my $none = user('none');

is(web($none)->error("SELECT * FROM prepare_upload('$none->{id}', NULL, 10)"),
   'QUOTA_EXCEEDED', 'a plan may have no papers at all');


# quota: 50 parallel uploads, 20 allowed

my $basic = user('basic');

@dbs = map { web($basic) } 1 .. 50;
parallel($owner, [map { create_sql($basic, hash(), filename => 'q.pdf') }
                  @dbs], @dbs);
is(scalar(grep { $_->{error} eq 'QUOTA_EXCEEDED' } @dbs), 30,
   'of 50 parallel uploads 30 are refused');
is($owner->value("SELECT count(*) FROM papers WHERE user_id ="
    . " '$basic->{id}'"), 20, 'and exactly 20 stored');
is($owner->value("SELECT papers FROM usage_months WHERE user_id ="
    . " '$basic->{id}'"), 20, 'and counted');

my $poor = web($basic);

is($poor->error("SELECT * FROM prepare_upload('$basic->{id}', NULL, 1)"),
   'QUOTA_EXCEEDED', 'the next is refused before its body');
is_deeply(json($poor->{detail}), { quota => 'papers', limit => 20 },
          'and told why');
is($owner->value("SELECT count(*) FROM jobs WHERE user_id ="
    . " '$basic->{id}'"), 20, 'a refused upload leaves no job');

my $big = user('basic');
my $bigweb = web($big);

is($bigweb->error("SELECT * FROM prepare_upload('$big->{id}', NULL,"
    . " 1073741825)"), 'QUOTA_EXCEEDED', 'storage');
create($bigweb, $big, hash(), filename => 'a', size => 1073741000);
is($bigweb->error(create_sql($big, hash(), filename => 'b', size => 1000)),
   'QUOTA_EXCEEDED', 'storage is checked with the insert too');
is($owner->value("SELECT papers FROM usage_months WHERE user_id ="
    . " '$big->{id}'"), 1, 'a refused upload is not counted');


# extraction and corrections

my $pid = json((create($me, $user, hash(), filename => 'd.pdf'))[0])->{id};

is($me->error("SELECT * FROM get_paper_structure('$user->{id}', '$pid')"),
   'CONFLICT', 'no structure before the extraction');

my %doc = (title => 'Extracted', authors => ['A', 'B'], abstract => 'Abs',
    doi => '10.1/x', keywords => ['k'], language => 'en', pages => 7,
    arxiv_id => '1234.5', confidence => { title => 0.5 },
    page_sizes => [{ number => 1, width => 1, height => 2 }],
    sentences => [{ sid => 's0001', section_id => undef, page => 1,
                    kind => 'body', text => 'T', start => 0, end => 1,
                    boxes => [] }]);

is(extract_paper($worker, $pid, %doc), 't', 'extraction');

my $p = get($pid);

is_deeply([@$p{qw(title status page_count)}, $p->{metadata}{doi},
          $p->{metadata}{confidence}{title}], ['Extracted', 'ready', 7,
          '10.1/x', 0.5], 'fills the metadata');
is_deeply($me->json_value("SELECT data FROM get_paper_structure("
    . "'$user->{id}', '$pid')"), {
        pages => [{ number => 1, width => 1, height => 2 }], sections => [],
        sentences => [{ sid => 's0001', section_id => undef, page => 1,
                        text => 'T', boxes => [] }],
        references => [], figures => [], tables => [] }, 'structure');

my $patched = $me->json_value("SELECT data FROM update_paper('$user->{id}',"
    . " '$pid', '{\"title\": \"Mine\", \"metadata\": {\"doi\": null,"
    . " \"keywords\": [\"z\"]}, \"retention_days\": 30, \"llm_hosts\":"
    . " [\"h\"], \"embargo_until\": \"2030-01-31T12:00:00+01:00\"}', NULL)");

is_deeply($patched, get($pid), 'PATCH answers what GET shows');
is_deeply($patched->{metadata}{edited}, ['doi', 'keywords', 'title'],
          'corrections are listed');
is($patched->{embargo_until}, '2030-01-31T11:00:00.000Z', 'times are UTC');
$owner->do("INSERT INTO jobs (queue, kind, subject_id, user_id,"
    . " workspace_id) VALUES ('extract', 'extract', '$pid', '$user->{id}',"
    . " '$user->{workspace}')");
extract_paper($worker, $pid, %doc, authors => ['C']);
$p = get($pid);
is_deeply([$p->{title}, $p->{metadata}{doi}, $p->{metadata}{keywords},
          $p->{authors}], ['Mine', undef, ['z'], ['C']],
          'and survive an extraction');

my $given = json((create($me, $user, hash(), title => 'Said',
    authors => '{X}', filename => 'g.pdf'))[0])->{id};

extract_paper($worker, $given, %doc);
$p = get($given);
is_deeply([$p->{title}, $p->{authors}, $p->{metadata}{edited}],
          ['Said', ['X'], ['authors', 'title']],
          'so do title and authors given with the upload');
is($me->value("SELECT filename || title FROM paper_file('$user->{id}',"
    . " '$given')"), 'g.pdfSaid', 'the file keeps its name');

for (['{"title": " "}', 'title'], ['{"title": null}', 'title'],
     ['{"status": "ready"}', 'status'], ['{"tags": "x"}', 'tags'],
     ['{"tags": [1]}', 'tags'], ['{"tags": [""]}', 'tags'],
     ['{"unpublished": 1}', 'unpublished'],
     ['{"retention_days": 0}', 'retention_days'],
     ['{"retention_days": 1.5}', 'retention_days'],
     ['{"embargo_until": "tomorrow"}', 'embargo_until'],
     ['{"embargo_until": "2030-02-30T00:00:00Z"}', 'embargo_until'],
     ['{"metadata": []}', 'metadata'],
     ['{"metadata": {"language": "en"}}', 'metadata.language'],
     ['{"metadata": {"publication_date": "2020-13"}}',
      'metadata.publication_date'])
{
    my ($patch, $field) = @$_;

    $me->error("SELECT * FROM update_paper('$user->{id}', '$pid', '$patch',"
               . " NULL)");
    is_deeply([$me->{error}, keys %{json($me->{detail})}],
              ['VALIDATION_ERROR', $field], "refused: $patch");
}

is($me->error("SELECT * FROM update_paper('$user->{id}', '$pid', '[]',"
    . " NULL)"), 'VALIDATION_ERROR', 'refused: an array');

my $etag = $me->value("SELECT etag(paper_full_json(p)) FROM papers p WHERE"
    . " p.id = '$pid'");

is($me->error("SELECT * FROM update_paper('$user->{id}', '$pid',"
    . " '{\"tags\": [\"n\"]}', '$etag')"), '', 'If-Match passes');
is($me->error("SELECT * FROM update_paper('$user->{id}', '$pid',"
    . " '{\"tags\": [\"m\"]}', '$etag')"), 'PRECONDITION_FAILED', 'once');


# a file that cannot be read

my $bad = json((create($me, $user, hash(), filename => 'bad',
                       analyze => 1))[0])->{id};
my $job = $owner->value("UPDATE jobs SET state = 'running', lease_owner ="
    . " 'x', lease_until = now() + interval '1 h', lease_epoch = 1 WHERE"
    . " subject_id = '$bad' RETURNING id");

is($worker->value("SELECT reject_extraction($job, 1, 'PDF_ENCRYPTED',"
    . " 'has a password')"), 't', 'a rejected file');
is_deeply([@{get($bad)}{qw(status error)}], ['failed',
          { code => 'PDF_ENCRYPTED', message => 'has a password' }],
          'fails the paper with the reason');
is_deeply($owner->json_value("SELECT json_build_array(status, error) FROM"
    . " analyses WHERE paper_id = '$bad'"), ['failed',
    { code => 'PDF_ENCRYPTED', message => 'has a password' }],
    'and the analysis that waited for it');
is($me->value("SELECT data->>'status' FROM start_analysis('$user->{id}',"
    . " '$bad', NULL)"), 'failed', 'a later analysis fails at once');
is($owner->value("SELECT analyses FROM usage_months WHERE user_id ="
    . " '$user->{id}'"), 1, 'and costs no quota');
is($worker->value("SELECT reject_extraction($job, 1, 'X', 'x')"), 'f',
   'an ended job is not ended again');


# other people's papers, and roles

my $other = user();
my $they = web($other);

is($they->value("SELECT count(*) FROM papers WHERE id = '$pid'"), 0,
   'another user does not see the paper');

for my $call ("update_paper('$other->{id}', '$pid', '{\"title\": \"x\"}',"
              . " NULL)", "delete_paper('$other->{id}', '$pid')",
              "restore_paper('$other->{id}', '$pid')",
              "start_analysis('$other->{id}', '$pid', NULL)",
              "create_paper('$other->{id}', '$user->{workspace}',"
              . " '@{[hash()]}', 1, 't', NULL, NULL, NULL, NULL)",
              "prepare_upload('$other->{id}', '$user->{workspace}', 1)",
              "list_papers('$other->{id}', '$user->{workspace}', NULL,"
              . " NULL, NULL, NULL, NULL, 1, 20)",
              "delete_paper('$other->{id}', '@{[uuid()]}')")
{
    is($they->error("SELECT * FROM $call"), 'RESOURCE_NOT_FOUND',
       'not found: ' . $call =~ s/\(.*//sr);
}

is($they->value("SELECT count(*) FROM paper_file('$other->{id}', '$pid')"),
   0, 'nor its file');
is($they->value("SELECT count(*) FROM get_paper_structure('$other->{id}',"
    . " '$pid')"), 0, 'nor its structure');

my %member = (viewer => user(), editor => user());

for my $role (keys %member) {
    $owner->do("INSERT INTO workspace_members (workspace_id, user_id, role)"
        . " VALUES ('$user->{workspace}', '$member{$role}{id}', '$role')");
    $member{$role}{workspaces} = $owner->value("SELECT workspaces FROM"
        . " lookup_credential('$member{$role}{access}')");
}

my ($viewer, $editor) = map { web($_) } @member{qw(viewer editor)};

is($viewer->value("SELECT count(*) FROM papers WHERE id = '$pid'"), 1,
   'a viewer reads');

for my $call ("update_paper('%s', '$pid', '{\"tags\": []}', NULL)",
              "delete_paper('%s', '$pid')", "restore_paper('%s', '$pid')",
              "start_analysis('%s', '$pid', NULL)",
              "prepare_upload('%s', '$user->{workspace}', 1)",
              "create_paper('%s', '$user->{workspace}', '@{[hash()]}', 1,"
              . " 't', NULL, NULL, NULL, NULL)")
{
    my $name = $call =~ s/\(.*//sr;

    is($viewer->error('SELECT * FROM '
        . sprintf($call, $member{viewer}{id})),
       'AUTH_INSUFFICIENT_PERMISSIONS', "a viewer may not $name");
    is($editor->error('SELECT * FROM '
        . sprintf($call, $member{editor}{id})), '', "an editor may");
}

my $shared = hash();

create($editor, $member{editor}, $shared, filename => 's',
       workspace => $user->{workspace});
$owner->do("UPDATE papers SET deleted_at = now() WHERE file_hash ="
    . " '$shared'");
$owner->do("UPDATE workspace_members SET role = 'viewer' WHERE user_id ="
    . " '$member{editor}{id}' AND workspace_id = '$user->{workspace}'");
ok(json((create($editor, $member{editor}, $shared))[0])->{deleted_at},
   'a viewer\'s duplicate stays in the trash');
$owner->do("DELETE FROM workspace_members WHERE user_id ="
    . " '$member{editor}{id}' AND workspace_id = '$user->{workspace}'");
is($editor->error(create_sql($member{editor}, $shared)), 'CONFLICT',
   'one in a workspace that was left is not shown');

is($owner->value("SELECT count(*) FROM usage_months WHERE user_id ="
    . " '$member{editor}{id}'"), 0,
   'work in a workspace counts on its owner\'s plan');


# lists

my $many = user();
my $list = web($many);
my @ids = map { paper($list, $many) } 1 .. 5;

$list->do("SELECT * FROM update_paper('$many->{id}', '$ids[$_]',"
    . " '{\"title\": \"@{[chr(101 - $_)]}\", \"tags\": [\"t\", \"n$_\"]}',"
    . " NULL)") for 0 .. 4;
$list->do("SELECT * FROM delete_paper('$many->{id}', '$ids[4]')");

sub list {
    my ($args, $as) = @_;

    my ($data, $total, $meta) = split /\t/, ($as || $list)->value(
        "SELECT * FROM list_papers('$many->{id}', $args)");
    my %at = map { $ids[$_] => $_ } 0 .. 4;

    return join(' ', (map { $at{$_->{id}} // '?' } @{json($data)}),
                "of $total");
}

is(list('NULL, NULL, NULL, NULL, NULL, NULL, 1, 20'), '3 2 1 0 of 4',
   'newest first, without the trash');
is(list('NULL, NULL, NULL, NULL, true, NULL, 1, 20'), '4 of 1', 'the trash');
is(list("NULL, NULL, NULL, NULL, NULL, '$_->[0]', 1, 20"), "$_->[1] of 4",
   "sort $_->[0]") for ['upload_date', '0 1 2 3'], ['title', '3 2 1 0'],
   ['-title', '0 1 2 3'], ['-upload_date', '3 2 1 0'],
   ['status', '3 2 1 0'];
is(list('NULL, NULL, NULL, NULL, NULL, NULL, 2, 3'), '0 of 4',
   'the second page');
is(list('NULL, NULL, NULL, NULL, NULL, NULL, 3, 3'), 'of 4',
   'a page behind the end is empty');
is(list("NULL, NULL, '{t,n2}', NULL, NULL, NULL, 1, 20"), '2 of 1',
   'all of the tags');
is(list("NULL, 'ready', NULL, NULL, NULL, NULL, 1, 20"), 'of 0', 'status');
is(list("'$many->{workspace}', 'uploaded', NULL, NULL, NULL, '-status', 1,"
    . " 2"), '3 2 of 4', 'workspace, status, sort and limit together');
is_deeply([sort keys %{$list->json_value("SELECT data->0 FROM list_papers("
    . "'$many->{id}', NULL, NULL, NULL, NULL, NULL, NULL, 1, 1)")}],
    [sort qw(id workspace_id title authors upload_date file_size file_hash
    page_count status error tags unpublished embargo_until deleted_at
    latest_analysis)], 'a list has the short objects');

done_testing();
