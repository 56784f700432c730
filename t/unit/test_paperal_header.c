/*
 * Header values with parameters.
 */

#include "paperal_header.h"
#include "paperal_error.h"

#include "test.h"


/*
 * The parameters of a value as "value|name=value|name="quoted"", with a "!"
 * at the end where it is malformed.
 */
static const char *
render(const char *s)
{
    int               rc;
    size_t            n;
    paperal_header_t  h;
    static char       out[400];

    paperal_header_init(&h, s, strlen(s));
    n = (size_t) snprintf(out, sizeof(out), "%.*s", (int) h.value_len,
                          h.value);

    while ((rc = paperal_header_next(&h)) == 1) {
        n += (size_t) snprintf(out + n, sizeof(out) - n, "|%.*s=%s%.*s",
                               (int) h.name_len, h.name,
                               h.quoted ? "Q:" : "", (int) h.value_len,
                               h.value);
    }

    snprintf(out + n, sizeof(out) - n, "%s", rc == 0 ? "" : "!");

    return out;
}


static void
test_parse(void)
{
    size_t  i;

    static const char  *cases[][2] = {
        { "", "" },
        { "form-data", "form-data" },
        { "  text/plain  ", "text/plain" },
        { "a;b=c", "a|b=c" },
        { "a; b=c; d=e", "a|b=c|d=e" },
        { "a ; b = c ;d= e f ", "a|b=c|d=e f" },
        { "a;", "a" },
        { "a; ;; b=c;", "a|b=c" },
        { "a; b=", "a|b=" },
        { "a; b=\"\"", "a|b=Q:" },
        { "a; b=\"c;d=e\"; f=g", "a|b=Q:c;d=e|f=g" },
        { "a; b=\"c\\\"d\"", "a|b=Q:c\\\"d" },
        { "a; b=\"c\\\\\"; d=e", "a|b=Q:c\\\\|d=e" },
        { "a; b=\"C:\\dir\\x\"", "a|b=Q:C:\\dir\\x" },
        { "a; b*=UTF-8''x", "a|b*=UTF-8''x" },
        { "a; b", "a!" },
        { "a; b; c=d", "a!" },
        { "a; =c", "a!" },
        { "a; b c=d", "a!" },
        { "a; b=\"c", "a!" },
        { "a; b=\"c\\\"", "a!" },
        { "a; b=\"", "a!" },
        { "a; b=\"c\"d", "a!" },
        { "a; b=c\"d\"", "a!" },
        { "a; b=\"c\" d=e", "a!" },
        { ";b=c", "|b=c" }
    };

    for (i = 0; i < test_count(cases); i++) {
        test_str(render(cases[i][0]), cases[i][1], "\"%s\"", cases[i][0]);
    }
}


static void
test_unescape(void)
{
    char    s[100];
    size_t  i, len;

    static const char  *cases[][2] = {
        { "plain", "plain" },
        { "a\\\"b", "a\"b" },
        { "a\\\\b", "a\\b" },
        { "C:\\dir\\x", "C:\\dir\\x" },
        { "a%22b", "a\"b" },
        { "a%0D%0Ab", "a\r\nb" },
        { "a%0d%0ab", "a\r\nb" },
        { "100%25", "100%25" },
        { "%e8%ae%ba", "%e8%ae%ba" },
        { "%2", "%2" },
        { "%", "%" },
        { "\\", "\\" },
        { "\\\\%22", "\\\"" },
        { "%2222", "\"22" }
    };

    for (i = 0; i < test_count(cases); i++) {
        len = strlen(cases[i][0]);
        memcpy(s, cases[i][0], len);
        len = paperal_header_unescape(s, len);
        test_mem(s, len, cases[i][1], strlen(cases[i][1]), "\"%s\"",
                 cases[i][0]);
    }
}


static void
test_extended(void)
{
    char    s[100];
    long    n;
    size_t  i, len;

    static const char  *cases[][2] = {
        { "UTF-8''a%20b", "a b" },
        { "utf-8'en'%e8%ae%ba.pdf", "\xe8\xae\xba.pdf" },
        { "UTF-8''", "" },
        { "UTF-8''a'b", "a'b" },
        { "ISO-8859-1''%e9", NULL },
        { "''a", NULL },
        { "UTF-8'a", NULL },
        { "UTF-8", NULL },
        { "", NULL },
        { "UTF-8''%e8%ae", NULL },
        { "UTF-8''%e", NULL },
        { "UTF-8''%00", NULL }
    };

    for (i = 0; i < test_count(cases); i++) {
        len = strlen(cases[i][0]);
        memcpy(s, cases[i][0], len);
        n = paperal_header_extended(s, len);

        if (cases[i][1] == NULL) {
            test_int(n, PAPERAL_ERROR, "\"%s\" is refused", cases[i][0]);

        } else if (test_ok(n >= 0, "\"%s\" is read", cases[i][0])) {
            test_mem(s, (size_t) n, cases[i][1], strlen(cases[i][1]),
                     "and gives the text");
        }
    }
}


static void
test_names(void)
{
    paperal_header_t  h;

    paperal_header_init(&h, "Form-Data; Name=x", 17);
    test_int(paperal_header_is_value(&h, "form-data"), 1,
             "the value without case");
    test_int(paperal_header_is_value(&h, "form"), 0, "not a part of it");
    paperal_header_next(&h);
    test_int(paperal_header_is_name(&h, "name"), 1, "the name without case");
    test_int(paperal_header_is_name(&h, "filename"), 0, "not another one");

    test_int(paperal_header_is_token("x-Y.z_1!", 8), 1, "a token");
    test_int(paperal_header_is_token("", 0), 0, "nothing is none");
    test_int(paperal_header_is_token("a b", 3), 0, "nor is a blank");
    test_int(paperal_header_is_token("a\0b", 3), 0, "nor a zero byte");
    test_int(paperal_header_is_token("a:b", 3), 0, "nor a colon");
    test_int(paperal_header_is_token("\xe8\xae\xba", 3), 0, "nor others");

    paperal_header_init(&h, NULL, 0);
    test_int(paperal_header_next(&h), 0, "no value has no parameters");
}


int
main(void)
{
    test_parse();
    test_unescape();
    test_extended();
    test_names();

    return test_done();
}
