/*
 * The JSON writer, whose output the validator must accept.
 */

#include "paperal_json.h"

#include <math.h>

#include "test.h"


/* Ends a document: compares it, and runs the validator over it. */
static void
expect(paperal_buf_t *b, const char *want, const char *name)
{
    paperal_json_check_t  check;

    test_ok(!b->failed && b->json_depth == 0, "%s: is complete", name);
    test_str(b->data, want, "%s", name);
    test_int(paperal_json_check(b->data, b->len, b->len, &check),
             PAPERAL_JSON_OK, "%s: is valid", name);

    paperal_buf_release(b);
}


static void
test_shapes(void)
{
    paperal_buf_t  b;

    paperal_buf_init(&b, 1000);
    paperal_json_open(&b);
    paperal_json_close(&b);
    expect(&b, "{}", "an empty object");

    paperal_json_array(&b, NULL);
    paperal_json_close(&b);
    expect(&b, "[]", "an empty array");

    paperal_json_int(&b, NULL, -5);
    expect(&b, "-5", "a number alone");

    paperal_json_open(&b);
    paperal_json_strz(&b, "s", "x");
    paperal_json_str(&b, "n", "abc", 2);
    paperal_json_strz(&b, "null", NULL);
    paperal_json_int(&b, "i", INT64_MIN);
    paperal_json_bool(&b, "t", 5);
    paperal_json_bool(&b, "f", 0);
    paperal_json_null(&b, "z");
    paperal_json_double(&b, "d", 0.5);
    paperal_json_double(&b, "inf", INFINITY);
    paperal_json_raw(&b, "r", "[1,2]", 5);
    paperal_json_raw(&b, "none", NULL, 0);
    paperal_json_close(&b);
    expect(&b, "{\"s\":\"x\",\"n\":\"ab\",\"null\":null,"
           "\"i\":-9223372036854775808,\"t\":true,\"f\":false,\"z\":null,"
           "\"d\":0.5,\"inf\":null,\"r\":[1,2],\"none\":null}",
           "every kind of member");

    paperal_json_open(&b);
    paperal_json_array(&b, "a");
    paperal_json_open(&b);
    paperal_json_object(&b, "o");
    paperal_json_close(&b);
    paperal_json_array(&b, "e");
    paperal_json_close(&b);
    paperal_json_close(&b);
    paperal_json_int(&b, NULL, 1);
    paperal_json_array(&b, NULL);
    paperal_json_null(&b, NULL);
    paperal_json_close(&b);
    paperal_json_close(&b);
    paperal_json_int(&b, "after", 2);
    paperal_json_close(&b);
    expect(&b, "{\"a\":[{\"o\":{},\"e\":[]},1,[null]],\"after\":2}",
           "nesting keeps commas apart");

    paperal_json_array(&b, NULL);
    paperal_json_array(&b, NULL);
    paperal_json_close(&b);
    paperal_json_open(&b);
    paperal_json_int(&b, "k", 1);
    paperal_json_close(&b);
    paperal_json_array(&b, NULL);
    paperal_json_close(&b);
    paperal_json_close(&b);
    expect(&b, "[[],{\"k\":1},[]]", "levels forget what they were");

    paperal_json_open(&b);
    paperal_json_int(&b, "a\"\\\n", 1);
    paperal_json_close(&b);
    expect(&b, "{\"a\\\"\\\\\\n\":1}", "keys are escaped");
}


static void
test_prefix(void)
{
    paperal_buf_t  b;

    paperal_buf_init(&b, 1000);
    paperal_buf_str(&b, "data: ");
    paperal_json_open(&b);
    paperal_json_int(&b, "a", 1);
    paperal_json_close(&b);
    paperal_buf_str(&b, "\n\ndata: ");
    paperal_json_open(&b);
    paperal_json_close(&b);
    test_str(b.data, "data: {\"a\":1}\n\ndata: {}",
             "values may follow other text");
    paperal_buf_release(&b);
}


static void
test_strings(void)
{
    size_t         i;
    paperal_buf_t  b;

    static const struct {
        const char  *name;
        const char  *s;
        size_t       len;
        const char  *want;
    } cases[] = {
        { "empty", "", 0, "\"\"" },
        { "quotes", "a\"b\\c/", 6, "\"a\\\"b\\\\c/\"" },
        { "short escapes", "\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\"" },
        { "controls", "\x01\x1f\x7f", 3, "\"\\u0001\\u001f\x7f\"" },
        { "zero byte", "a\0b", 3, "\"a\xef\xbf\xbd" "b\"" },
        { "text", "\xe8\xae\xba\xe6\x96\x87 \xc3\xa9 \xf0\x9f\x93\x84", 14,
          "\"\xe8\xae\xba\xe6\x96\x87 \xc3\xa9 \xf0\x9f\x93\x84\"" },
        { "stray continuation", "a\x80z", 3, "\"a\xef\xbf\xbdz\"" },
        { "cut sequence", "\xe8\xae", 2, "\"\xef\xbf\xbd\"" },
        { "overlong", "\xc0\xaf", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
        { "surrogate", "\xed\xa0\x80", 3,
          "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
        { "latin 1", "caf\xe9\"", 5, "\"caf\xef\xbf\xbd\\\"\"" }
    };

    for (i = 0; i < test_count(cases); i++) {
        paperal_buf_init(&b, 1000);
        paperal_json_str(&b, NULL, cases[i].s, cases[i].len);
        expect(&b, cases[i].want, cases[i].name);
    }
}


static void
test_misuse(void)
{
    int            i;
    paperal_buf_t  b;

    paperal_buf_init(&b, 1000);

    paperal_json_close(&b);
    test_ok(b.failed, "closing what is not open fails");
    paperal_buf_clear(&b);

    paperal_json_open(&b);
    paperal_json_int(&b, NULL, 1);
    test_ok(b.failed, "a member without a key fails");
    test_str(b.data, "{", "and appends nothing");
    paperal_buf_clear(&b);

    paperal_json_array(&b, NULL);
    paperal_json_int(&b, "k", 1);
    test_ok(b.failed, "an element with a key fails");
    paperal_buf_clear(&b);

    paperal_json_strz(&b, "k", "v");
    test_ok(b.failed, "a key outside of an object fails");
    paperal_buf_clear(&b);

    for (i = 0; i < PAPERAL_JSON_MAX_DEPTH; i++) {
        paperal_json_array(&b, NULL);
    }

    test_ok(!b.failed, "%d levels are possible", i);
    paperal_json_open(&b);
    test_ok(b.failed, "one more fails");
    paperal_buf_clear(&b);

    for (i = 0; i < PAPERAL_JSON_MAX_DEPTH; i++) {
        paperal_json_array(&b, NULL);
    }

    for (i = 0; i < PAPERAL_JSON_MAX_DEPTH; i++) {
        paperal_json_close(&b);
    }

    test_ok(!b.failed && b.len == 64, "all of them close");
    paperal_buf_release(&b);
}


/* A document that does not fit fails, whatever the maximum. */
static void
test_full(void)
{
    size_t         max, whole;
    paperal_buf_t  b;

    for (max = 0, whole = SIZE_MAX; max < 200; max++) {
        paperal_buf_init(&b, max);
        paperal_json_open(&b);
        paperal_json_strz(&b, "key", "a\nb\xff");
        paperal_json_array(&b, "list");
        paperal_json_int(&b, NULL, 12345);
        paperal_json_double(&b, NULL, 0.25);
        paperal_json_close(&b);
        paperal_json_close(&b);

        if (!b.failed && whole == SIZE_MAX) {
            whole = b.len;
        }

        if (b.failed != (max < whole)) {
            break;
        }

        paperal_buf_release(&b);
    }

    test_int(max, 200, "fails for every maximum below %zu", whole);
}


int
main(void)
{
    test_shapes();
    test_prefix();
    test_strings();
    test_misuse();
    test_full();

    return test_done();
}
