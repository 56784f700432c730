/*
 * The validator of untrusted JSON: a table of texts, the limits, and the cost
 * of hostile keys.  The source is compiled into this program with an allocator
 * that fails on request (so that the library's is not linked).
 */

#include <stdlib.h>
#include <time.h>


static int  fail_after = -1;       /* allocations until one fails, -1: never */


static void *
torture_realloc(void *p, size_t size)
{
    if (fail_after == 0) {
        return NULL;
    }

    if (fail_after > 0) {
        fail_after--;
    }

    return realloc(p, size);
}


#define realloc  torture_realloc
#include "paperal_json_check.c"
#undef realloc

#include "test.h"


#define LARGE        (1024 * 1024)
#define MAX_SECONDS  5         /* generous: sanitizers, a busy machine */


typedef struct {
    const char  *text;
    int          code;
    size_t       offset;
} case_t;


static const case_t  cases[] = {
    /* values */
    { "{}", PAPERAL_JSON_OK, 0 },
    { "[]", PAPERAL_JSON_OK, 0 },
    { "null", PAPERAL_JSON_OK, 0 },
    { "true", PAPERAL_JSON_OK, 0 },
    { "false", PAPERAL_JSON_OK, 0 },
    { "\"\"", PAPERAL_JSON_OK, 0 },
    { "0", PAPERAL_JSON_OK, 0 },
    { " \t\r\n{ \"a\" : [ 1 , 2 ] , \"b\" : { } } \n", PAPERAL_JSON_OK, 0 },
    { "[[],{},[[]],{\"a\":{}}]", PAPERAL_JSON_OK, 0 },

    /* structure */
    { "", PAPERAL_JSON_EMPTY, 0 },
    { " \n ", PAPERAL_JSON_EMPTY, 3 },
    { "{", PAPERAL_JSON_TRUNCATED, 1 },
    { "[", PAPERAL_JSON_TRUNCATED, 1 },
    { "[1", PAPERAL_JSON_TRUNCATED, 2 },
    { "[1,", PAPERAL_JSON_TRUNCATED, 3 },
    { "{\"a\"", PAPERAL_JSON_TRUNCATED, 4 },
    { "{\"a\":", PAPERAL_JSON_TRUNCATED, 5 },
    { "{\"a\":1", PAPERAL_JSON_TRUNCATED, 6 },
    { "{\"a\":1,", PAPERAL_JSON_TRUNCATED, 7 },
    { "{\"a", PAPERAL_JSON_TRUNCATED, 3 },
    { "tru", PAPERAL_JSON_TRUNCATED, 3 },
    { "}", PAPERAL_JSON_SYNTAX, 0 },
    { "]", PAPERAL_JSON_SYNTAX, 0 },
    { ",", PAPERAL_JSON_SYNTAX, 0 },
    { "[1,]", PAPERAL_JSON_SYNTAX, 3 },
    { "[,1]", PAPERAL_JSON_SYNTAX, 1 },
    { "[1 2]", PAPERAL_JSON_SYNTAX, 3 },
    { "[1}", PAPERAL_JSON_SYNTAX, 2 },
    { "{\"a\":1]", PAPERAL_JSON_SYNTAX, 6 },
    { "{\"a\":1,}", PAPERAL_JSON_SYNTAX, 7 },
    { "{\"a\" 1}", PAPERAL_JSON_SYNTAX, 5 },
    { "{\"a\"}", PAPERAL_JSON_SYNTAX, 4 },
    { "{\"a\":}", PAPERAL_JSON_SYNTAX, 5 },
    { "{a:1}", PAPERAL_JSON_SYNTAX, 1 },
    { "{'a':1}", PAPERAL_JSON_SYNTAX, 1 },
    { "{1:1}", PAPERAL_JSON_SYNTAX, 1 },
    { "True", PAPERAL_JSON_SYNTAX, 0 },
    { "nul1", PAPERAL_JSON_SYNTAX, 3 },
    { "NaN", PAPERAL_JSON_SYNTAX, 0 },
    { "// x\n1", PAPERAL_JSON_SYNTAX, 0 },
    { "\xef\xbb\xbf{}", PAPERAL_JSON_SYNTAX, 0 },
    { "\f1", PAPERAL_JSON_SYNTAX, 0 },
    { "{} {}", PAPERAL_JSON_TRAILING, 3 },
    { "{}x", PAPERAL_JSON_TRAILING, 2 },
    { "1 2", PAPERAL_JSON_TRAILING, 2 },
    { "[]]", PAPERAL_JSON_TRAILING, 2 },
    { "nullnull", PAPERAL_JSON_TRAILING, 4 },

    /* numbers */
    { "[-0,1,-1,10,0.5,-0.5,1e5,1E+5,1e-5,1.25e10]", PAPERAL_JSON_OK, 0 },
    { "01", PAPERAL_JSON_BAD_NUMBER, 1 },
    { "-", PAPERAL_JSON_TRUNCATED, 1 },
    { "[-]", PAPERAL_JSON_BAD_NUMBER, 2 },
    { "-a", PAPERAL_JSON_BAD_NUMBER, 1 },
    { "+1", PAPERAL_JSON_SYNTAX, 0 },
    { ".5", PAPERAL_JSON_SYNTAX, 0 },
    { "[1.]", PAPERAL_JSON_BAD_NUMBER, 3 },
    { "[1.e5]", PAPERAL_JSON_BAD_NUMBER, 3 },
    { "[1e]", PAPERAL_JSON_BAD_NUMBER, 3 },
    { "[1e+]", PAPERAL_JSON_BAD_NUMBER, 4 },
    { "[0x10]", PAPERAL_JSON_SYNTAX, 2 },
    { "[-Infinity]", PAPERAL_JSON_BAD_NUMBER, 2 },
    { "123456789012345678901234567890123456789012345678901234567890123",
      PAPERAL_JSON_OK, 0 },
    { "[1234567890123456789012345678901234567890123456789012345678901234]",
      PAPERAL_JSON_BAD_NUMBER, 1 },

    /* strings */
    { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\ude00\"",
      PAPERAL_JSON_OK, 0 },
    { "\"\xe8\xae\xba\xe6\x96\x87 \xf0\x9f\x93\x84 \x7f\"",
      PAPERAL_JSON_OK, 0 },
    { "\"abc", PAPERAL_JSON_TRUNCATED, 4 },
    { "\"\\x\"", PAPERAL_JSON_BAD_ESCAPE, 1 },
    { "\"\\", PAPERAL_JSON_BAD_ESCAPE, 1 },
    { "\"\\u12g4\"", PAPERAL_JSON_BAD_ESCAPE, 1 },
    { "\"\\u123\"", PAPERAL_JSON_BAD_ESCAPE, 1 },
    { "\"\\U0041\"", PAPERAL_JSON_BAD_ESCAPE, 1 },
    { "\"a\nb\"", PAPERAL_JSON_CONTROL, 2 },
    { "\"a\tb\"", PAPERAL_JSON_CONTROL, 2 },
    { "\"\x1f\"", PAPERAL_JSON_CONTROL, 1 },
    { "\"\\u0000\"", PAPERAL_JSON_NUL, 1 },
    { "{\"\\u0000\":1}", PAPERAL_JSON_NUL, 2 },
    { "\"\\ud800\"", PAPERAL_JSON_SURROGATE, 1 },
    { "\"\\udc00\"", PAPERAL_JSON_SURROGATE, 1 },
    { "\"\\ud800x\\udc00\"", PAPERAL_JSON_SURROGATE, 1 },
    { "\"\\ud800\\u0041\"", PAPERAL_JSON_SURROGATE, 1 },
    { "\"\\ud800\\ud800\"", PAPERAL_JSON_SURROGATE, 1 },
    { "\"\\ud800\\n00000\"", PAPERAL_JSON_SURROGATE, 1 },
    { "\"\\udc00\\udc00\"", PAPERAL_JSON_SURROGATE, 1 },
    { "\"a\xff\"", PAPERAL_JSON_BAD_UTF8, 2 },
    { "\"\x80\"", PAPERAL_JSON_BAD_UTF8, 1 },
    { "\"\xc0\xaf\"", PAPERAL_JSON_BAD_UTF8, 1 },
    { "\"\xed\xa0\x80\"", PAPERAL_JSON_BAD_UTF8, 1 },
    { "\"\xf4\x90\x80\x80\"", PAPERAL_JSON_BAD_UTF8, 1 },
    { "\"\xe8\xae\"", PAPERAL_JSON_BAD_UTF8, 1 },
    { "{\"a\xff\":1}", PAPERAL_JSON_BAD_UTF8, 3 },

    /* keys */
    { "{\"a\":1,\"b\":2,\"A\":3,\"\":4,\"aa\":5}", PAPERAL_JSON_OK, 0 },
    { "[{\"a\":1},{\"a\":2}]", PAPERAL_JSON_OK, 0 },
    { "{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":1,\"b\":2}}",
      PAPERAL_JSON_OK, 0 },
    { "{\"a\":1,\"a\":2}", PAPERAL_JSON_DUPLICATE_KEY, 7 },
    { "{\"\":1,\"\":2}", PAPERAL_JSON_DUPLICATE_KEY, 6 },
    { "{\"b\":1,\"a\":1,\"b\":1,\"a\":1}", PAPERAL_JSON_DUPLICATE_KEY, 13 },
    { "{\"a\":1,\"\\u0061\":2}", PAPERAL_JSON_DUPLICATE_KEY, 7 },
    { "{\"\\/\":1,\"/\":2}", PAPERAL_JSON_DUPLICATE_KEY, 8 },
    { "{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":2}",
      PAPERAL_JSON_DUPLICATE_KEY, 10 },
    { "{\"a\":{\"b\":1,\"b\":2}}", PAPERAL_JSON_DUPLICATE_KEY, 12 },
    { "{\"a\":{\"b\":1},\"c\":[{\"d\":1}],\"a\":2}",
      PAPERAL_JSON_DUPLICATE_KEY, 27 }
};


static void
test_table(void)
{
    char                 *copy;
    size_t                i, len;
    paperal_json_check_t  check;

    for (i = 0; i < test_count(cases); i++) {
        len = strlen(cases[i].text);

        /* memory of exactly this length: a byte too far is seen */
        copy = malloc(len + 1);
        copy = realloc(copy, len > 0 ? len : 1);
        memcpy(copy, cases[i].text, len);

        paperal_json_check(copy, len, len, &check);

        test_int(check.code, cases[i].code, "code of %s", cases[i].text);
        test_int((long long) check.offset, (long long) cases[i].offset,
                 "offset of %s", cases[i].text);
        test_ok((check.message[0] == '\0') == (check.code == 0),
                "message of %s", cases[i].text);

        free(copy);
    }
}


/* Every prefix of a valid document is an error, and none reads too far. */
static void
test_prefixes(void)
{
    char                 *copy;
    size_t                len, whole;
    paperal_json_check_t  check;

    static const char  text[] =
        "{\"a\":[1,-2.5e3,true,false,null,\"\\u00e9\\ud83d\\ude00\","
        "\"\xe8\xae\xba\"],\"b\":{\"c\":{}}}";

    whole = sizeof(text) - 1;

    for (len = 1; len < whole; len++) {
        copy = malloc(len);
        memcpy(copy, text, len);

        if (paperal_json_check(copy, len, len, &check) == PAPERAL_JSON_OK
            || check.offset > len)
        {
            test_diag("accepted at %zu", len);
            free(copy);
            break;
        }

        free(copy);
    }

    test_int((long long) len, (long long) whole, "every prefix is refused");
}


static void
test_zero_bytes(void)
{
    paperal_json_check_t  check;

    test_int(paperal_json_check("\"a\0b\"", 5, 5, &check), PAPERAL_JSON_NUL,
             "a zero byte in a string");
    test_int(paperal_json_check("1\0", 2, 2, &check), PAPERAL_JSON_NUL,
             "a zero byte behind the value");
    test_int(paperal_json_check("\0", 1, 1, &check), PAPERAL_JSON_NUL,
             "a zero byte alone");
    test_int(paperal_json_check(NULL, 0, 0, &check), PAPERAL_JSON_EMPTY,
             "no text at all");
    test_int(paperal_json_check("{}  ", 4, 3, &check),
             PAPERAL_JSON_TOO_LARGE, "a text above the maximum");
    test_int((long long) check.offset, 3, "its offset is the maximum");
}


static void
test_inexact(void)
{
    size_t                i;
    paperal_json_check_t  check;

    static const struct {
        const char  *text;
        int          inexact;
        size_t       offset;
    } numbers[] = {
        { "9007199254740992", 0, 0 },
        { "-9007199254740992", 0, 0 },
        { "9007199254740993", 1, 0 },
        { "-9007199254740993", 1, 0 },
        { "[1,9223372036854775807]", 1, 3 },
        { "-9223372036854775808", 1, 0 },
        { "18446744073709551616", 1, 0 },
        { "[1,2,1e400,99999999999999999999]", 1, 5 },
        { "-1e400", 1, 0 },
        { "1e308", 0, 0 },
        { "1e-400", 0, 0 },
        { "0.1", 0, 0 },
        { "{\"a\":12345678901234567890}", 1, 5 }
    };

    for (i = 0; i < test_count(numbers); i++) {
        test_int(paperal_json_check(numbers[i].text, strlen(numbers[i].text),
                                    100, &check),
                 PAPERAL_JSON_OK, "%s is well-formed", numbers[i].text);
        test_ok(check.inexact == (unsigned) numbers[i].inexact
                && check.inexact_offset == numbers[i].offset,
                "%s is %sexact", numbers[i].text,
                numbers[i].inexact ? "in" : "");
    }
}


static void
test_depth(void)
{
    char                  text[200];
    size_t                n;
    paperal_json_check_t  check;

    for (n = 31; n <= 34; n++) {
        memset(text, '[', n);
        memset(text + n, ']', n);
        test_int(paperal_json_check(text, 2 * n, 200, &check),
                 n <= 32 ? PAPERAL_JSON_OK : PAPERAL_JSON_TOO_DEEP,
                 "%zu levels", n);
    }

    test_int((long long) check.offset, 32, "the 33rd bracket is reported");

    memset(text, '[', sizeof(text));
    test_int(paperal_json_check(text, sizeof(text), 200, &check),
             PAPERAL_JSON_TOO_DEEP, "brackets without an end");
}


/*
 * Checks a document and returns its code; the time is bounded by far less
 * than what a quadratic comparison of its keys would take.
 */
static int
timed(const char *text, size_t len, const char *name)
{
    clock_t               start;
    double                seconds;
    paperal_json_check_t  check;

    start = clock();
    paperal_json_check(text, len, len, &check);
    seconds = (double) (clock() - start) / CLOCKS_PER_SEC;

    test_ok(seconds < MAX_SECONDS, "%s: %.0f ms", name, seconds * 1000);

    return check.code;
}


static void
test_cost(void)
{
    char    *text;
    size_t   len, n;

    text = malloc(LARGE + 100);

    for (n = 0, len = 1; len < LARGE - 100; n++) {
        len += (size_t) snprintf(text + len, 100, "%s\"%zx\":1",
                                 n > 0 ? "," : "", n);
    }

    text[0] = '{';
    text[len++] = '}';
    test_diag("%zu different keys", n);
    test_int(timed(text, len, "1 MiB of short keys"), PAPERAL_JSON_OK,
             "are all accepted");

    memcpy(text + len - 1, ",\"a0\":1}", 8);
    test_int(timed(text, len + 7, "the same and one again"),
             PAPERAL_JSON_DUPLICATE_KEY, "is found");

    for (n = 0, len = 1; len < LARGE - 1100; n++) {
        text[len - 1] = n > 0 ? ',' : '{';
        text[len] = '"';
        memset(text + len + 1, 'k', 1000);
        len += 1001;
        len += (size_t) snprintf(text + len, 90, "%06zx\":1", n) + 1;
    }

    text[len - 1] = '}';
    test_int(timed(text, len, "long keys that differ at their ends"),
             PAPERAL_JSON_OK, "are all accepted");

    for (n = 0, len = 0; len < LARGE - 100; n++) {
        len += (size_t) snprintf(text + len, 100, "%s\"\":1",
                                 n > 0 ? "," : "{");
    }

    text[len++] = '}';
    test_int(timed(text, len, "1 MiB of equal keys"),
             PAPERAL_JSON_DUPLICATE_KEY, "is refused");

    memset(text, '[', LARGE);
    test_int(timed(text, LARGE, "1 MiB of brackets"), PAPERAL_JSON_TOO_DEEP,
             "is refused");

    text[0] = '"';
    memset(text + 1, 'x', LARGE - 2);
    text[LARGE - 1] = '"';
    test_int(timed(text, LARGE, "a string of 1 MiB"), PAPERAL_JSON_OK,
             "is accepted");

    free(text);
}


/* More than the keys held without an allocation, in a nested object. */
static void
test_many_keys(void)
{
    char                  text[4096];
    size_t                i, len, n;
    paperal_json_check_t  check;

    for (n = 60; n <= 140; n += 4) {
        len = (size_t) snprintf(text, 40, "{\"out\":1,\"in\":{");

        for (i = 0; i < n; i++) {
            len += (size_t) snprintf(text + len, 20, "\"k%zu\":%zu,", i, i);
        }

        len += (size_t) snprintf(text + len, 40, "\"k%zu\":0},\"last\":1}", n);

        test_int(paperal_json_check(text, len, 4096, &check),
                 PAPERAL_JSON_OK, "%zu keys in an inner object", n + 1);

        memcpy(text + len - 9, "\"out\"", 5);
        len = len - 9 + 5;
        memcpy(text + len, ":1}", 3);
        test_int(paperal_json_check(text, len + 3, 4096, &check),
                 PAPERAL_JSON_DUPLICATE_KEY, "and a duplicate around it");
    }
}


/* Each allocation fails in turn; without a leak, as the sanitizer knows. */
static void
test_out_of_memory(void)
{
    int                   n;
    char                  text[16384];
    size_t                i, len;
    paperal_json_check_t  check;

    for (i = 0, len = 0; i < 1000; i++) {
        len += (size_t) snprintf(text + len, 20, "%s\"%zu\":1",
                                 i > 0 ? "," : "{", i);
    }

    text[len++] = '}';

    for (n = 0; n < 100; n++) {
        fail_after = n;

        if (paperal_json_check(text, len, len, &check) == PAPERAL_JSON_OK) {
            break;
        }

        test_ok(check.code == PAPERAL_JSON_NO_MEMORY
                && text[check.offset] == '"',
                "allocation %d fails at a key", n);
    }

    test_int(n, 4, "after four of them 1000 keys fit");

    fail_after = 0;
    test_int(paperal_json_check("{\"a\":1,\"b\":2}", 13, 100, &check),
             PAPERAL_JSON_OK, "few keys need no memory");
    fail_after = -1;
}


int
main(void)
{
    test_table();
    test_prefixes();
    test_zero_bytes();
    test_inexact();
    test_depth();
    test_cost();
    test_many_keys();
    test_out_of_memory();

    return test_done();
}
