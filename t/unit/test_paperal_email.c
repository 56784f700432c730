/*
 * E-mail addresses.
 */

#include "paperal_email.h"

#include "test.h"


static void
test_table(void)
{
    char    out[PAPERAL_EMAIL_SIZE];
    size_t  i, len;

    static const struct {
        const char  *s;
        const char  *normal;   /* NULL: no address */
    } cases[] = {
        { "a@b.co", "a@b.co" },
        { "Ada.Lovelace@Example.ORG", "ada.lovelace@example.org" },
        { "x+tag@sub.domain.example", "x+tag@sub.domain.example" },
        { "!#$%&'*+/=?^_`{|}~-@example.com",
          "!#$%&'*+/=?^_`{|}~-@example.com" },
        { "li@xn--fiqs8s.cn", "li@xn--fiqs8s.cn" },
        { "a@1and1.com", "a@1and1.com" },
        { "a@b-c.d-e.fg", "a@b-c.d-e.fg" },

        { "", NULL },
        { "a", NULL },
        { "@", NULL },
        { "a@", NULL },
        { "@b.co", NULL },
        { "a@b", NULL },
        { "a@@b.co", NULL },
        { "a@b@c.co", NULL },
        { ".a@b.co", NULL },
        { "a.@b.co", NULL },
        { "a..b@b.co", NULL },
        { "a b@b.co", NULL },
        { " a@b.co", NULL },
        { "a@b.co ", NULL },
        { "a@b.co\n", NULL },
        { "a@.b.co", NULL },
        { "a@b.co.", NULL },
        { "a@b..co", NULL },
        { "a@-b.co", NULL },
        { "a@b-.co", NULL },
        { "a@b_c.co", NULL },
        { "a@127.0.0.1", NULL },
        { "a@[127.0.0.1]", NULL },
        { "\"a b\"@b.co", NULL },
        { "a(c)@b.co", NULL },
        { "Ada <a@b.co>", NULL },
        { "a,b@c.co", NULL },
        { "a@b.co,c@d.co", NULL },
        { "\xe8\xae\xba@b.co", NULL },
        { "a@\xe8\xae\xba.cn", NULL }
    };

    for (i = 0; i < test_count(cases); i++) {
        memcpy(out, "same", 5);
        len = paperal_email_normalize(out, cases[i].s, strlen(cases[i].s));

        test_int(paperal_email_is_valid(cases[i].s, strlen(cases[i].s)),
                 cases[i].normal != NULL, "\"%s\"", cases[i].s);
        test_str(out, cases[i].normal ? cases[i].normal : "same",
                 "its normal form");
        test_int((long long) len,
                 cases[i].normal ? (long long) strlen(out) : 0,
                 "and length");
    }

    test_int(paperal_email_is_valid("a\0b@c.co", 8), 0, "a zero byte");
    test_int(paperal_email_is_valid("a@b.co\0", 7), 0, "one at the end");
}


/* "xxx@yyy.yyy.co" of a local part and a domain of these lengths. */
static int
sized(size_t local, size_t label, size_t labels)
{
    char    s[1000];
    size_t  i, len;

    memset(s, 'x', local);
    len = local;
    s[len++] = '@';

    for (i = 0; i < labels; i++) {
        memset(s + len, 'y', label);
        len += label;
        s[len++] = '.';
    }

    memcpy(s + len, "co", 2);

    return paperal_email_is_valid(s, len + 2);
}


static void
test_lengths(void)
{
    test_int(sized(64, 63, 1), 1, "the longest local part");
    test_int(sized(65, 10, 1), 0, "one more");
    test_int(sized(1, 64, 1), 0, "a label of 64");
    test_int(sized(59, 63, 3), 1, "254 characters");
    test_int(sized(60, 63, 3), 0, "255 characters");
}


int
main(void)
{
    test_table();
    test_lengths();

    return test_done();
}
