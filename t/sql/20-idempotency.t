# Idempotency keys: claim, replay, reuse, and all of it in parallel.

use strict;
use warnings;

use FindBin qw($Bin);
use lib $FindBin::Bin;

use Test::More;
use Sql;

my $owner = owner();
my $user = user();
my $db = web($user);

sub begin_sql {
    my ($key, $body, $route) = @_;

    $route ||= 'upload_paper';
    return "SELECT concat_ws(' ', outcome, status, body) FROM"
        . " idempotency_begin('$user->{id}', '$key', '$route', '$body')";
}

sub save {
    my ($key, $data) = @_;

    return $db->value("SELECT idempotency_save('$user->{id}', '$key', 201,"
                      . " '$data')");
}

sub age {
    my ($key, $interval) = @_;

    $owner->do("UPDATE idempotency_keys SET created_at = now() -"
        . " interval '$interval' WHERE user_id = '$user->{id}'"
        . " AND key = '$key'");
}


is($db->value(begin_sql('a', 'b1')), 'run', 'a new key runs');
is($db->value(begin_sql('a', 'b1')), 'busy', 'in progress');
is($db->value(begin_sql('a', 'b2')), 'reused', 'with another body');
is($db->value(begin_sql('a', 'b1', 'start_analysis')), 'reused',
   'on another route');
is(save('a', '{"id" : 1}'), 't', 'the answer is kept');
is($db->value(begin_sql('a', 'b1')), 'replay 201 {"id" : 1}',
   'and given again');
is(save('a', 'other'), 'f', 'the first answer stays');
is($db->value(begin_sql('a', 'b2')), 'reused', 'another body after it');

my $other = user();

is(web($other)->value("SELECT outcome FROM idempotency_begin("
    . "'$other->{id}', 'a', 'upload_paper', 'b1')"), 'run',
    'another user\'s key is another key');

is($db->value(begin_sql('c', 'b1')), 'run', 'a request that fails');
is($db->value("SELECT idempotency_abandon('$user->{id}', 'c')"), 't',
   'gives its claim up');
is($db->value(begin_sql('c', 'b1')), 'run', 'so that a retry runs');
is($db->value("SELECT idempotency_abandon('$user->{id}', 'a')"), 'f',
   'an answered key is not given up');

age('c', '61 s');
is($db->value(begin_sql('c', 'b2')), 'reused',
   'a stale claim is not taken over for another body');
is($db->value(begin_sql('c', 'b1')), 'run', 'but by the same request');
is($db->value(begin_sql('c', 'b1')), 'busy', 'once');

age('a', '24 h 1 s');
is($db->value(begin_sql('a', 'b3')), 'run', 'a key is free after a day');

age('a', '25 h');
worker()->do('SELECT prune_idempotency()');
is($owner->value("SELECT string_agg(key, ' ') FROM idempotency_keys WHERE"
    . " user_id = '$user->{id}'"), 'c', 'old keys are removed');


# twenty requests with the same key at the same moment

my @dbs = map { web($user) } 1 .. 20;
my @answers = map { $_->[-1] } parallel($owner, [map { begin_sql('p', 'b') }
                                                 @dbs], @dbs);

is(scalar(grep { $_ eq 'run' } @answers), 1, 'of 20 parallel, one runs');
is(scalar(grep { $_ eq 'busy' } @answers), 19, 'the others wait');
save('p', '{}');
is(join(' ', map { $_->[-1] } parallel($owner, [map { begin_sql('p', 'b') }
    @dbs[0 .. 2]], @dbs[0 .. 2])), join(' ', ('replay 201 {}') x 3),
    'and then all replay');


# the statement as the module wraps it: work and answer in one transaction

my $file = hash();

$db->do(begin_sql('w', 'b'));
$db->do("WITH r AS MATERIALIZED (SELECT * FROM create_paper('$user->{id}',"
    . " NULL, '$file', 10, NULL, NULL, NULL, false, false, 'f.pdf'))"
    . " SELECT r.*, idempotency_save('$user->{id}', 'w',"
    . " coalesce(r.status, 201), r.data::text) FROM r");
is($db->value("SELECT r.body::json->>'id' FROM idempotency_begin("
    . "'$user->{id}', 'w', 'upload_paper', 'b') r"),
   $owner->value("SELECT id FROM papers WHERE file_hash = '$file'"),
   'the stored answer is the paper that was created');

done_testing();
