# The published contract and the route table say the same.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use Paperal;
use JSON::PP;

# operationId => "METHOD path", of openapi.json.

sub published {
    open my $file, '<', 'html/public/openapi.json' or die "openapi.json: $!";
    my $api = JSON::PP->new->utf8->decode(do { local $/; <$file> });
    my %routes;

    for my $path (keys %{$api->{paths}}) {
        for my $method (qw(get post put patch delete)) {
            my $operation = $api->{paths}{$path}{$method} or next;
            $routes{$operation->{operationId}} = uc($method) . " $path";
        }
    }

    return \%routes;
}

# The same of the rows in api/.

sub rows {
    my %routes;

    for my $name (glob 'ngx_paperal_module/api/*.c') {
        open my $file, '<', $name or die "$name: $!";
        my $text = do { local $/; <$file> };

        $routes{$1} = "$2 $3" while $text =~ /\{ ngx_string\("(\w+)"\),\s+NGX_HTTP_(\w+),\s+ngx_string\("([^"]+)"\)/g;
    }

    return \%routes;
}

run_tests();

__DATA__

=== TEST 1: every published operation is a row, every row is published
--- request
GET /health
--- script eval
sub {
    Test::More::is_deeply(main::rows(), main::published(), "$_[0] - the same routes");
}



=== TEST 2: the server allows what is published
--- request
GET /health
--- script eval
sub {
    my $name = shift;
    my %methods;

    for my $route (values %{main::published()}) {
        my ($method, $path) = split / /, $route;
        $path =~ s/\{\w+\}/Paperal::paper(1)/ge;
        $methods{$path}{$method} = 1;
        $methods{$path}{HEAD} = 1 if $method eq 'GET';
        $methods{$path}{OPTIONS} = 1;
    }

    for my $path (sort keys %methods) {
        my ($status, $text) = Paperal::http('OPTIONS', "/api/v1$path");
        my ($allow) = $text =~ /^Allow: ([^\r]+)/m;
        Test::More::is(CORE::join(' ', sort split /, /, $allow // ''), CORE::join(' ', sort keys %{$methods{$path}}), "$name - $path");
    }
}



=== TEST 3: every route but the public ones wants a credential, before anything else
--- request
GET /health
--- script eval
sub {
    my $name = shift;
    my %public = map { $_ => 1 } qw(register_user create_token create_session get_shared_questions answer_shared_question);
    my $routes = main::published();

    for my $id (sort grep { !$public{$_} } keys %$routes) {
        my ($method, $path) = split / /, $routes->{$id};
        $path =~ s/\{\w+\}/x/g;
        my ($status, $text) = Paperal::http($method, "/api/v1$path?unknown=1");
        my $expected = $id eq 'refresh_token' ? 422 : 401;
        Test::More::is($status, $expected, "$name - $id");
        Test::More::like($text, qr/"code":"AUTH_REQUIRED"/, "$name - $id says why") if $expected == 401;
    }
}
