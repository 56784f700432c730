# Accounts, tokens, sessions and the login throttle.

use strict;
use warnings;

use FindBin qw($Bin);
use lib $FindBin::Bin;

use Test::More;
use Sql;

my $owner = owner();
my $db = web();
my $user = user();
my $me = web($user);


# registration

like($db->error("SELECT * FROM register_user('" . uc($user->{email})
    . "', 'x', 'B', NULL, NULL, NULL, 'open', '@{[hash()]}', '@{[hash()]}',"
    . " NULL, NULL)"), qr/RESOURCE_ALREADY_EXISTS/,
    'an e-mail is taken whatever its case');

is($db->{state}, 'PA001', 'errors of the contract have the class PA');

like($db->error("SELECT * FROM register_user('n\@x.org', 'x', 'B', NULL,"
    . " NULL, NULL, '$_', '@{[hash()]}', '@{[hash()]}', NULL, NULL)"),
    qr/AUTH_INSUFFICIENT_PERMISSIONS/, "registration is $_")
    for qw(closed invite);

is($owner->value("SELECT count(*) FROM users WHERE email = 'n\@x.org'"), 0,
   'a refused registration leaves nothing');

is($owner->value("SELECT w.kind || m.role FROM workspaces w JOIN"
    . " workspace_members m ON m.workspace_id = w.id"
    . " WHERE w.owner_id = '$user->{id}'"), 'personalowner',
   'a new account owns its personal workspace');


# credentials

my @cred = split /\t/, $db->value(
    "SELECT * FROM lookup_credential('$user->{access}')");

is_deeply([@cred[0 .. 4]], [$user->{id}, 'access', 'user', 'enterprise',
          1000], 'an access token is a credential');
cmp_ok(abs($cred[5] - time - 3600), '<', 5, 'for one hour');
is_deeply([@cred[6 .. 9]], ['t', 'NULL', "{$user->{workspace}}", 'owner'],
          'with the workspaces and roles of its user');
is($db->value("SELECT count(*) FROM lookup_credential('$user->{refresh}')"),
   0, 'a refresh token is no credential of a request');
is($db->value("SELECT count(*) FROM lookup_credential('@{[hash()]}')"), 0,
   'nor is an unknown one');


# users/me

my $self = $me->json_value("SELECT data FROM get_me('$user->{id}')");

is_deeply([sort keys %$self], [sort qw(id email name organization title role
    language email_verified created_at settings subscription)],
    'the user has the fields of the contract');
is_deeply($self->{subscription}, { plan => 'enterprise', status => 'active',
          expires_at => undef }, 'with the subscription');
like($self->{created_at}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
     'times are RFC 3339 in UTC');

my $new = $me->json_value("SELECT data FROM update_me('$user->{id}',"
    . " '{\"name\": \"Bo\", \"language\": \"zh\", \"organization\": \"X\","
    . " \"settings\": {\"theme\": \"dark\", \"n\": 1}}', NULL)");

is("$new->{name} $new->{language} $new->{organization}", 'Bo zh X',
   'PATCH changes the given fields');

$new = $me->json_value("SELECT data FROM update_me('$user->{id}',"
    . " '{\"settings\": {\"n\": null, \"m\": 2}}', NULL)");
is_deeply($new->{settings}, { theme => 'dark', m => 2 },
          'settings are merged, null removes one');
is($new->{name}, 'Bo', 'and leaves the others');

my $etag = $me->value("SELECT etag(data) FROM get_me('$user->{id}')");

like($etag, qr/^[0-9a-f]{32}$/, 'the entity tag is 32 hex digits');
is($me->error("SELECT * FROM update_me('$user->{id}', '{\"title\": \"T\"}',"
    . " '$etag')"), '', 'If-Match of the present object passes');
is($me->error("SELECT * FROM update_me('$user->{id}', '{\"title\": \"U\"}',"
    . " '$etag')"), 'PRECONDITION_FAILED', 'a stale one does not');

for (['{"name": ""}', 'name'], ['{"name": null}', 'name'],
     ['{"name": 5}', 'name'], ['{"language": "fr"}', 'language'],
     ['{"role": "admin"}', 'role'], ['{"settings": []}', 'settings'],
     ['{"title": "' . 'x' x 201 . '"}', 'title'])
{
    my ($patch, $field) = @$_;

    is($me->error("SELECT * FROM update_me('$user->{id}', '$patch', NULL)"),
       'VALIDATION_ERROR', "refused: " . substr($patch, 0, 30));
}

like($me->error("SELECT * FROM get_me('@{[uuid()]}')"),
     qr/is not the identity/, 'another id than the identity is a defect');


# login

sub lookup {
    return split /\t/, $db->value("SELECT * FROM login_lookup('$_[0]', "
        . (defined $_[1] ? "'$_[1]'" : 'NULL') . ')');
}

sub failed {
    $db->do("SELECT login_failed('$_[0]', "
            . (defined $_[1] ? "'$_[1]'" : 'NULL') . ')');
}

sub login {
    my ($kind, $remember) = @_;

    my ($hash, $refresh) = (hash(), hash());
    my $data = $db->json_value("SELECT data FROM login_succeeded("
        . "'$user->{id}', '$kind', '$hash', '$refresh', "
        . ($remember ? 'true' : 'NULL') . ", '192.0.2.9', 'test')");

    return ($data, $hash, $refresh);
}

is_deeply([lookup(uc $user->{email}, '192.0.2.1')],
          [$user->{id}, 'scrypt', 0, 't'], 'login_lookup finds the account');
is_deeply([lookup('nobody@example.org', '192.0.2.1')],
          ['NULL', 'NULL', 0, 'NULL'], 'and answers a row for nobody');

my ($data, $hash, $refresh) = login('access');

is_deeply([sort keys %$data], [qw(expires_in token_type user)],
          'a login answers user, token_type and expires_in');
is("$data->{token_type} $data->{expires_in}", 'Bearer 3600', 'as it is');

my ($session, $cookie) = login('session');

is_deeply([keys %$session], ['user'], 'a session answers the user');
cmp_ok(abs((split /\t/, $db->value("SELECT * FROM lookup_credential("
    . "'$cookie')"))[5] - time - 86400), '<', 5, 'for a day');
(undef, $cookie) = login('session', 1);
cmp_ok(abs((split /\t/, $db->value("SELECT * FROM lookup_credential("
    . "'$cookie')"))[5] - time - 30 * 86400), '<', 5, 'remembered for 30');


# the throttle of an account, known or not

for my $email (user()->{email}, "nobody.$$." . time . '@example.org') {
    failed($email, undef) for 1 .. 4;
    is((lookup($email))[2], 0, 'four failures: no wait');

    my @waits;

    for (1 .. 12) {
        failed($email, undef);
        push @waits, (lookup($email))[2];
    }

    is("@waits", '1 2 4 8 16 32 64 128 256 512 900 900',
       'then 1, 2, 4 … 900 s');
    $owner->do("DELETE FROM login_throttles WHERE kind = 'address'");
}

my $victim = user();

failed($victim->{email}, undef) for 1 .. 5;
like($db->error("SELECT * FROM login_succeeded('$victim->{id}', 'access',"
    . " '@{[hash()]}', '@{[hash()]}', false, NULL, NULL)"),
    qr/RATE_LIMIT_EXCEEDED/, 'parallel guesses are held back as well');
$owner->do("UPDATE login_throttles SET locked_until = now() WHERE kind ="
    . " 'email' AND key = '$victim->{email}'");
is($db->error("SELECT * FROM login_succeeded('$victim->{id}', 'access',"
    . " '@{[hash()]}', '@{[hash()]}', false, NULL, NULL)"), '',
    'the right password after the wait');
failed($victim->{email}, undef);
is((lookup($victim->{email}))[2], 0, 'clears the failures');

failed($victim->{email}, undef) for 1 .. 3;
$owner->do("UPDATE login_throttles SET last_failed_at = now() - interval"
    . " '61 min' WHERE kind = 'email' AND key = '$victim->{email}'");
failed($victim->{email}, undef) for 1 .. 4;
is((lookup($victim->{email}))[2], 0, 'an hour of rest forgets them');


# the throttle of an address

failed("x$_\@example.org", '2001:db8:0:1::' . $_) for 1 .. 19;
is((lookup('y@example.org', '2001:db8:0:1::ffff'))[2], 0, '19 of a /64');
failed('x20@example.org', '2001:db8:0:1:ffff::1');
cmp_ok((lookup('y@example.org', '2001:db8:0:1::ffff'))[2], '>', 50,
       '20 a minute of one IPv6 /64 are enough');
is((lookup('y@example.org', '2001:db8:0:2::1'))[2], 0,
   'another /64 is not concerned');
is($owner->value("SELECT throttle_address('::ffff:192.0.2.1')"),
   '192.0.2.1', 'a mapped IPv4 address counts as IPv4');
is($owner->value("SELECT throttle_address('unix:')"), 'unix:',
   'what is no address is taken as it is');
$owner->do("UPDATE login_throttles SET since = now() - interval '61 s'"
    . " WHERE kind = 'address'");
is((lookup('y@example.org', '2001:db8:0:1::ffff'))[2], 0,
   'the minute passes');


# rotation

sub rotate {
    my ($old, $access, $refresh) = @_;

    return split /\t/, $db->value("SELECT data IS NULL, cred, status, error"
        . " FROM refresh_tokens('$old', '$access', '$refresh', NULL, NULL)");
}

my ($access2, $refresh2) = (hash(), hash());

is_deeply([rotate($refresh, $access2, $refresh2)],
          ['f', 'NULL', 200, 'NULL'], 'a refresh token gives a new pair');
is($db->value("SELECT user_id FROM lookup_credential('$access2')"),
   $user->{id}, 'whose access token works');

my ($access3, $refresh3) = (hash(), hash());
my @reuse = rotate($refresh, $access3, $refresh3);

is_deeply([@reuse[0, 2, 3]], ['t', 401, 'AUTH_INVALID_CREDENTIALS'],
          'the old one again is refused');
is(join(',', sort split /,/, $reuse[1]), join(',', sort $hash, $access2),
   'and names the credentials of the family');
is($db->value("SELECT count(*) FROM lookup_credential('$access2')"), 0,
   'which are revoked at once');
is((rotate($refresh2, hash(), hash()))[3], 'AUTH_INVALID_CREDENTIALS',
   'with the newest refresh token');
is($db->value("SELECT count(*) FROM lookup_credential('$access3')"), 0,
   'and nothing was issued');
like($db->error("SELECT * FROM refresh_tokens('@{[hash()]}', '@{[hash()]}',"
    . " '@{[hash()]}', NULL, NULL)"), qr/AUTH_INVALID_CREDENTIALS/,
    'an unknown token');
like($db->error("SELECT * FROM refresh_tokens('$user->{access}',"
    . " '@{[hash()]}', '@{[hash()]}', NULL, NULL)"),
    qr/AUTH_INVALID_CREDENTIALS/, 'an access token is no refresh token');

$owner->do("UPDATE tokens SET expires_at = now() WHERE hash ="
    . " decode('$user->{refresh}', 'hex')");
is($db->error("SELECT * FROM refresh_tokens('$user->{refresh}',"
    . " '@{[hash()]}', '@{[hash()]}', NULL, NULL)"), 'AUTH_TOKEN_EXPIRED',
    'an expired one');

# two at the same moment: one wins, the family ends

my ($d, $h, $r) = login('access');
my @two = (web(), web());
my @answers = parallel($owner, [map { "SELECT coalesce(error, 'ok') FROM"
    . " refresh_tokens('$r', '@{[hash()]}', '@{[hash()]}', NULL, NULL)" }
    @two], @two);

is(join(' ', sort map { $_->[-1] } @answers),
   'AUTH_INVALID_CREDENTIALS ok', 'a refresh token works once in parallel');


# revocation

($d, $h, $r) = login('access');

my $other = user();

is(web($other)->value("SELECT cred FROM revoke_token('$other->{id}',"
    . " '$other->{access}', '$h')"), 'NULL',
   'somebody else\'s token is left alone');
is($db->value("SELECT count(*) FROM lookup_credential('$h')"), 1,
   'and works on');
is($me->value("SELECT cred || status FROM revoke_token('$user->{id}',"
    . " '$user->{access}', '$r')"), "${h}204",
   'revoking a refresh token ends its access token');
is($me->value("SELECT cred FROM revoke_token('$user->{id}',"
    . " '$cookie', NULL)"), $cookie, 'the default is the caller\'s own');
is($me->value("SELECT status FROM revoke_token('$user->{id}',"
    . " '$user->{access}', '@{[hash()]}')"), 204,
   'an unknown token is no error');


# a disabled account

$owner->do("UPDATE users SET is_active = false WHERE id = '$other->{id}'");
is($db->value("SELECT is_active FROM lookup_credential("
    . "'$other->{access}')"), 'f', 'a disabled account is told');
like($db->error("SELECT * FROM $_"), qr/ACCOUNT_DISABLED/, "no new tokens")
    for "login_succeeded('$other->{id}', 'access', '@{[hash()]}',"
        . " '@{[hash()]}', false, NULL, NULL)",
        "refresh_tokens('$other->{refresh}', '@{[hash()]}', '@{[hash()]}',"
        . " NULL, NULL)";


# admin and pruning

is(worker()->value("SELECT grant_admin('" . uc($user->{email}) . "')"), 't',
   'grant_admin');
is($me->json_value("SELECT data FROM get_me('$user->{id}')")->{role},
   'admin', 'makes an admin');
is(worker()->value("SELECT grant_admin('nobody\@example.org')"), 'f',
   'of an account that exists');

$owner->do("UPDATE tokens SET expires_at = now() - interval '25 h'"
    . " WHERE hash = decode('$user->{access}', 'hex')");
cmp_ok(worker()->value('SELECT prune_tokens()'), '>=', 1, 'old tokens go');
is($owner->value("SELECT count(*) FROM tokens WHERE hash ="
    . " decode('$user->{access}', 'hex')"), 0, 'really');

done_testing();
