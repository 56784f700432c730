# Erasure: nothing of a paper's text is in the database afterwards.

use strict;
use warnings;

use FindBin qw($Bin);
use lib $FindBin::Bin;

use JSON::PP ();
use Test::More;
use Sql;

my $owner = owner();
my $worker = worker();
my $user = user();
my $me = web($user);
my $encoder = JSON::PP->new->utf8->canonical;

drain($owner);


# What a paper says here, in every table that can hold words of it.

my @secrets = ('Secretin rises in fluorescent marmots',
    'Beneath permafrost marmots glow', 'What do the marmots eat',
    'The marmots eat lichen', 'Handbook of marmots', 'Marmots are a market',
    'Marmotology unreviewed');


# A paper with everything that can be made of one; its id.

sub whole {
    my ($file) = @_;

    my $paper = $me->value("SELECT data->>'id' FROM create_paper("
        . "'$user->{id}', NULL, '$file', 1000, '$secrets[0]', NULL,"
        . " '{marmots}', false, false, 'marmots.pdf')");

    extract_paper($worker, $paper, title => $secrets[0],
        abstract => $secrets[1], body => "$secrets[0]\n$secrets[1]",
        sentences => [{ sid => 's0001', text => $secrets[1] }]);

    my $body = "'{\"parameters\": {\"industry_context\": \"$secrets[6]\"}}'";

    $me->do("SELECT * FROM idempotency_begin('$user->{id}', 'k-$paper',"
        . " 'start_analysis /api/v1/papers/$paper/analysis', 'x')");

    my $id = $me->value("SELECT data->>'analysis_id' FROM start_analysis("
        . "'$user->{id}', '$paper', $body)");

    $me->do("SELECT idempotency_save('$user->{id}', 'k-$paper', 202,"
        . " '{\"analysis_id\": \"$id\", \"title\": \"$secrets[0]\"}')");

    my ($job, $epoch) = split /\t/, $worker->value("SELECT id, lease_epoch"
        . " FROM claim_job('{analysis}', 'w', '60 s', NULL)");
    my $result = $encoder->encode({ paper_profile => {
        questions => [$secrets[2]], claims => [{ id => 'c1', kind => 'result',
            text => $secrets[1], decision => undef, evidence_ids => ['e1'],
            locked => JSON::PP::false }] },
        evidence => [{ id => 'e1', sid => 's0001', quote => $secrets[1] }] });

    $worker->do("SELECT * FROM begin_analysis($job, $epoch)");
    $worker->do("SELECT complete_stage($job, $epoch, 'paper_profile', 'h',"
        . " '$result', false)");
    $owner->do("INSERT INTO model_calls (workspace_id, paper_id, user_id,"
        . " analysis_id, job_id, lease_epoch, name, stages, attempt, state,"
        . " ended_at, raw, usable, input_hash, provider, host, model,"
        . " request_sha256, bytes, day, reserved_micro_usd) SELECT"
        . " workspace_id, paper_id, user_id, id, $job, $epoch, 'risks',"
        . " '{risks}', 1, 'settled', now(), '$secrets[1]', true, 'h', 'p',"
        . " 'h', 'm', 's', 1, now(), 0 FROM analyses WHERE id = '$id'");
    $worker->do("SELECT complete_analysis($job, $epoch, '$result', '$result',"
        . " 'hash')");
    $me->do("SELECT * FROM update_claim('$user->{id}', '$id', 'c1',"
        . " '{\"text\": \"$secrets[1], a lot\"}', NULL)");
    $me->do("SELECT * FROM answer_question('$user->{id}', '$id', (SELECT id"
        . " FROM questions WHERE analysis_id = '$id'), '{\"text\":"
        . " \"$secrets[3]\"}')");
    $me->do("SELECT * FROM create_source('$user->{id}', '$paper',"
        . " '{\"title\": \"$secrets[4]\", \"quote\": \"$secrets[5]\"}')");
    $me->do("SELECT * FROM create_feedback('$user->{id}', '$id',"
        . " '{\"rating\": 1, \"comment\": \"$secrets[6]\"}')");
    $me->do("SELECT * FROM create_question_link('$user->{id}', '$id', '{}',"
        . " '@{[hash()]}')");

    return ($paper, $id);
}


# All data of the database, as its owner dumps it.

sub dump_data {
    my $role = $ENV{DB_MIGRATE_USER} || 'paperal_owner';
    my $dump = `pg_dump --data-only -h $ENV{DB_HOST} -U $role $ENV{DB_NAME}`;

    die "pg_dump failed\n" if $? || $dump !~ /database dump complete/;
    return $dump;
}


sub secrets_in {
    my ($text) = @_;

    return scalar grep { index($text, $_) >= 0 } @secrets;
}


# at once

my $file = hash();
my ($paper, $analysis) = whole($file);
my $used = $owner->value("SELECT bytes FROM storage_usage WHERE user_id ="
    . " '$user->{id}'");

like(dump_data(), qr/\Q$_\E/, "it is in the database: $_") for @secrets;

is($me->value("SELECT status FROM erase_own_paper('$user->{id}', '$paper')"),
   204, 'erased');

my $dump = dump_data();

is(secrets_in($dump), 0, 'no word of it is left');
unlike($dump, qr/marmot/i, 'nor any other');
unlike($dump, qr/\Q$analysis\E/, 'nor the analysis');

is($owner->value("SELECT reason, file_sha256, bytes FROM erasures WHERE"
    . " paper_id = '$paper'"), "user\t$file\t1000", 'the tombstone');
cmp_ok($owner->value("SELECT rows FROM erasures WHERE paper_id = '$paper'"),
       '>=', 25, 'counts the rows');
is($owner->value("SELECT bytes FROM storage_usage WHERE user_id ="
    . " '$user->{id}'"), $used - 1000, 'the storage is given back');
is($owner->value("SELECT papers FROM usage_months WHERE user_id ="
    . " '$user->{id}'"), 1, 'what a month has used stays used');
is($owner->value("SELECT count(*) FROM analyses WHERE paper_id = '$paper'"),
   0, 'no analysis is left');


# the worker's timer

is($worker->value('SELECT count(*) FROM expire_papers()'), 0,
   'nothing to expire');

my ($trash) = whole(hash());
my ($kept) = whole(hash());
my ($retained) = whole(hash());
my ($later) = whole(hash());

$owner->do("UPDATE papers SET deleted_at = now() - interval '31 days' WHERE"
    . " id = '$trash'");
$owner->do("UPDATE papers SET deleted_at = now() - interval '29 days' WHERE"
    . " id = '$kept'");
$owner->do("UPDATE papers SET retention_days = 10, upload_date = now() -"
    . " interval '11 days' WHERE id = '$retained'");
$owner->do("UPDATE papers SET retention_days = 10, upload_date = now() -"
    . " interval '9 days' WHERE id = '$later'");

is_deeply([map { $worker->value('SELECT paper_id FROM expire_papers()') }
           1 .. 2], [$trash, $retained], 'trash and retention, by their time');
is(join(' ', $owner->rows('SELECT reason FROM erasures WHERE reason <>'
    . " 'user' ORDER BY 1")), 'retention trash', 'each for its reason');
is($worker->value('SELECT count(*) FROM expire_papers()'), 0, 'once');
is($owner->value("SELECT count(*) FROM papers WHERE id IN ('$kept',"
    . " '$later')"), 2, 'the others stay');


# what was restored in time stays

is($worker->value("SELECT erase_paper('$kept', 'trash')"), 'f',
   'not before its time');
$owner->do("UPDATE papers SET deleted_at = NULL WHERE id = '$kept'");
is($worker->value("SELECT erase_paper('$kept', 'trash')"), 'f',
   'nor what was restored');


# work that runs loses its lease

my $busy = paper($me, $user, 1);

extract_paper($worker, $busy);

my ($job, $epoch) = split /\t/, $worker->value("SELECT id, lease_epoch FROM"
    . " claim_job('{analysis}', 'w', '60 s', NULL)");

$worker->do("SELECT * FROM begin_analysis($job, $epoch)");
$me->do("SELECT * FROM erase_own_paper('$user->{id}', '$busy')");
is($worker->value("SELECT count(*) FROM heartbeat_job($job, $epoch, '1 s')"),
   0, 'the lease is lost');
is($worker->value("SELECT complete_analysis($job, $epoch, '{}', '{}', 'h')"),
   'f', 'and nothing is stored any more');


# The file: an upload of the same bytes wins, before and after.

$owner->do('DELETE FROM object_deletions');

my $again = paper($me, $user);
my $bytes = $owner->value("SELECT file_hash FROM papers WHERE id ="
    . " '$again'");

$me->do("SELECT * FROM erase_own_paper('$user->{id}', '$again')");
is($worker->value('SELECT count(*) FROM take_object_deletions()'), 0,
   'not before every upload under way has its row');
$owner->do("UPDATE object_deletions SET since = now() - interval '3 min'");
is($worker->value('SELECT file_hash FROM take_object_deletions()'), $bytes,
   'then the worker is told');
is($worker->value('SELECT count(*) FROM take_object_deletions()'), 1,
   'again, when it did not end the work');

$worker->do("SELECT end_object_deletion('$bytes', false)");
is($worker->value('SELECT count(*) FROM take_object_deletions()'), 0,
   'a young file waits again');

$owner->do("UPDATE object_deletions SET since = now() - interval '3 min'");
$me->do("SELECT * FROM create_paper('$user->{id}', NULL, '$bytes', 1000,"
    . " NULL, NULL, NULL, false, false, 'again.pdf')");
is($worker->value('SELECT count(*) FROM take_object_deletions()'), 0,
   'a file with a paper is not deleted');
is($owner->value('SELECT count(*) FROM object_deletions'), 0,
   'and not queued any more');

$me->do("SELECT * FROM erase_own_paper('$user->{id}', (SELECT id FROM papers"
    . " WHERE file_hash = '$bytes'))");
$worker->do("SELECT end_object_deletion('$bytes', true)");
is($owner->value('SELECT count(*) FROM object_deletions'), 0,
   'a deleted file is done');


# Two erasures of one paper, and one beside a change, at the same moment.

my $both = paper($me, $user);
my @dbs = (web($user), web($user), web($user));
my @answers = Sql::parallel($owner, [
    "SELECT status FROM erase_own_paper('$user->{id}', '$both')",
    "SELECT status FROM erase_own_paper('$user->{id}', '$both')",
    "SELECT 'patched' FROM update_paper('$user->{id}', '$both',"
    . " '{\"title\": \"x\"}', NULL)"], @dbs);

is(scalar(grep { join('', @$_) eq '204' } @answers), 1, 'one of them does it');
is($owner->value("SELECT count(*) FROM papers WHERE id = '$both'"), 0,
   'and it is gone');
is(join(' ', grep { !/^(?:00000|PA001)$/ } map { $_->{state} } @dbs), '',
   'without a deadlock');

done_testing();
