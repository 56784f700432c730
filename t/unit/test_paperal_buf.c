/*
 * The growing buffer.  The source is compiled into this program with an
 * allocator that fails on request (so that the library's is not linked).
 */

#include <stdlib.h>


static int   fail_after = -1;      /* allocations until one fails, -1: never */
static int   allocations;


static void *
torture_realloc(void *p, size_t size)
{
    allocations++;

    if (fail_after == 0) {
        return NULL;
    }

    if (fail_after > 0) {
        fail_after--;
    }

    return realloc(p, size);
}


#define realloc  torture_realloc
#include "paperal_buf.c"
#undef realloc

#include "test.h"


static void
test_append(void)
{
    paperal_buf_t  b;

    paperal_buf_init(&b, 1000);
    test_str(paperal_buf_cstr(&b), "", "an empty buffer is an empty string");
    test_ok(b.data == NULL, "and has no memory");

    paperal_buf_bytes(&b, NULL, 0);
    paperal_buf_bytes(&b, "a\0b", 3);
    paperal_buf_str(&b, "cd");
    paperal_buf_char(&b, '!');
    paperal_buf_u64(&b, UINT64_MAX);
    paperal_buf_char(&b, ' ');
    paperal_buf_u64(&b, 0);
    paperal_buf_i64(&b, INT64_MIN);
    paperal_buf_printf(&b, "<%s:%d>", "x", -7);

    test_mem(b.data, b.len, "a\0bcd!18446744073709551615 0"
             "-9223372036854775808<x:-7>", 54, "all kinds append");
    test_int(b.data[b.len], 0, "a zero byte follows");
    test_ok(!b.failed, "nothing failed");

    paperal_buf_truncate(&b, 100);
    test_int(b.len, 54, "truncate does not lengthen");
    paperal_buf_truncate(&b, 6);
    test_mem(b.data, b.len + 1, "a\0bcd!", 7, "truncate shortens");
    paperal_buf_consume(&b, 2);
    test_mem(b.data, b.len + 1, "bcd!", 5, "consume takes from the front");
    paperal_buf_consume(&b, 0);
    paperal_buf_consume(&b, 99);
    test_mem(b.data, b.len + 1, "", 1, "consume takes all at most");
    paperal_buf_consume(&b, 1);

    paperal_buf_release(&b);
    test_ok(b.data == NULL && b.size == 0, "release frees");
    paperal_buf_release(&b);
    paperal_buf_str(&b, "again");
    test_str(b.data, "again", "a released buffer is usable");
    paperal_buf_wipe(&b);
    test_ok(b.data == NULL, "wipe frees");
}


static void
test_maximum(void)
{
    char            exact[4096];
    size_t          i;
    paperal_buf_t   b;

    memset(exact, 'x', sizeof(exact));

    for (i = 250; i < 262; i++) {
        paperal_buf_init(&b, i);
        paperal_buf_bytes(&b, exact, i);
        test_ok(!b.failed && b.len == i, "%zu bytes fit into %zu", i, i);
        paperal_buf_char(&b, 'y');
        test_ok(b.failed && b.len == i, "one more does not");
        test_int(b.data[b.len], 0, "the content stays a string");
        paperal_buf_release(&b);
    }

    paperal_buf_init(&b, 10);
    paperal_buf_str(&b, "12345678");
    paperal_buf_str(&b, "toolong");
    paperal_buf_str(&b, "9");
    paperal_buf_u64(&b, 1);
    paperal_buf_printf(&b, "%d", 1);
    test_str(b.data, "12345678", "nothing is appended after a failure");
    test_ok(paperal_buf_steal(&b, NULL) == NULL, "a failure is not handed out");
    test_ok(paperal_buf_reserve(&b, 1) == NULL, "nor is room");

    paperal_buf_clear(&b);
    test_ok(!b.failed && b.len == 0, "clear forgets the failure");
    paperal_buf_printf(&b, "%s", "12345678901");
    test_ok(b.failed && b.len == 0, "printf appends all or nothing");
    test_str(b.data, "", "and leaves a string");
    paperal_buf_release(&b);

    paperal_buf_init(&b, 0);
    paperal_buf_str(&b, "");
    test_ok(!b.failed, "nothing fits into a maximum of 0");
    paperal_buf_char(&b, 'x');
    test_ok(b.failed, "anything else does not");
    paperal_buf_release(&b);

    paperal_buf_init(&b, SIZE_MAX);
    test_ok(paperal_buf_reserve(&b, SIZE_MAX) == NULL && b.failed,
            "sizes do not wrap around");
    paperal_buf_clear(&b);
    paperal_buf_str(&b, "x");
    test_ok(paperal_buf_reserve(&b, SIZE_MAX - 1) == NULL && b.failed,
            "nor when something is there");
    paperal_buf_release(&b);
}


static void
test_growth(void)
{
    int             n;
    paperal_buf_t   b;

    allocations = 0;
    paperal_buf_init(&b, 1000000);

    for (n = 0; n < 1000000; n++) {
        paperal_buf_char(&b, (char) ('a' + n % 26));
    }

    test_ok(!b.failed && b.len == 1000000, "a million single bytes");
    test_ok(allocations <= 14, "take few allocations (%d)", allocations);
    test_ok(b.size <= 1000001, "and never more memory than the maximum");

    for (n = 0; n < 1000000; n++) {
        if (b.data[n] != 'a' + n % 26) {
            break;
        }
    }

    test_int(n, 1000000, "all are what was appended");
    paperal_buf_release(&b);
}


static void
test_fixed(void)
{
    char            memory[8], *p;
    paperal_buf_t   b;

    paperal_buf_fixed(&b, memory, sizeof(memory));
    test_str(b.data, "", "a fixed buffer begins as a string");
    paperal_buf_str(&b, "1234567");
    test_ok(!b.failed && b.data == memory, "it holds size - 1 bytes");
    paperal_buf_char(&b, '8');
    test_ok(b.failed, "and no more");
    test_str(memory, "1234567", "what was there stays");
    test_ok(paperal_buf_steal(&b, NULL) == NULL, "it cannot be handed over");

    paperal_buf_release(&b);
    test_ok(b.data == memory && b.len == 0 && !b.failed,
            "release empties it only");
    paperal_buf_str(&b, "secret");
    paperal_buf_wipe(&b);
    test_mem(memory, 7, "\0\0\0\0\0\0\0", 7, "wipe overwrites it");

    p = paperal_buf_reserve(&b, 7);
    test_ok(p == memory, "room is reserved in place");
    memcpy(p, "abc", 3);
    paperal_buf_commit(&b, 3);
    test_str(b.data, "abc", "and counted in");
    paperal_buf_commit(&b, 0);

    paperal_buf_fixed(&b, memory, 0);
    test_ok(b.failed, "no memory is a failure");
    paperal_buf_str(&b, "x");
    paperal_buf_clear(&b);
    test_ok(b.failed, "that cannot be cleared");
    test_str(paperal_buf_cstr(&b), "", "and still a string");
}


static void
test_steal(void)
{
    char           *s;
    size_t          len;
    paperal_buf_t   b;

    paperal_buf_init(&b, 100);
    paperal_buf_str(&b, "mine");
    s = paperal_buf_steal(&b, &len);
    test_mem(s, len + 1, "mine", 5, "the content is handed over");
    test_ok(b.data == NULL && b.len == 0, "the buffer is empty");
    free(s);

    s = paperal_buf_steal(&b, NULL);
    test_str(s, "", "nothing is an empty string");
    free(s);
    paperal_buf_release(&b);
}


static void
test_double(void)
{
    size_t          i;
    double          back;
    paperal_buf_t   b;

    static const struct {
        double       n;
        const char  *text;
    } cases[] = {
        { 0.0, "0" }, { -0.0, "0" }, { 1.0, "1" }, { -1.5, "-1.5" },
        { 0.1, "0.1" }, { 0.1 + 0.2, "0.30000000000000004" },
        { 1.0 / 3.0, "0.3333333333333333" }, { 100.0, "100" },
        { 1e15, "1e+15" }, { 123456.789, "123456.789" },
        { 1e-7, "1e-07" }, { 1e21, "1e+21" }, { 5e-324, "5e-324" },
        { 2.2250738585072014e-308, "2.2250738585072014e-308" },
        { 1.7976931348623157e308, "1.7976931348623157e+308" },
        { 9007199254740993.0, "9007199254740992" },
        { 2.0 / 3.0, "0.6666666666666666" },
        { INFINITY, "null" }, { -INFINITY, "null" }, { NAN, "null" }
    };

    for (i = 0; i < test_count(cases); i++) {
        paperal_buf_init(&b, 100);
        paperal_buf_double(&b, cases[i].n);
        test_str(b.data, cases[i].text, "double %s", cases[i].text);

        if (isfinite(cases[i].n)) {
            back = strtod(b.data, NULL);
            test_ok(back == cases[i].n, "%s reads back", cases[i].text);
        }

        paperal_buf_release(&b);
    }
}


/* A small program of appends; how far it got shows in the content. */
static void
fill(paperal_buf_t *b)
{
    int  i;

    for (i = 0; i < 40; i++) {
        paperal_buf_printf(b, "line %d of a text that grows\n", i);
        paperal_buf_double(b, i / 3.0);
        paperal_buf_u64(b, 12345678901234567ULL);
    }
}


/* Each allocation fails in turn, until a run needs no more of them. */
static void
test_out_of_memory(void)
{
    int             n;
    size_t          len;
    paperal_buf_t   b, whole;

    paperal_buf_init(&whole, 100000);
    fill(&whole);

    for (n = 0; n < 100; n++) {
        paperal_buf_init(&b, 100000);
        fail_after = n;
        fill(&b);

        if (!b.failed) {
            break;
        }

        len = b.len;
        fail_after = -1;
        paperal_buf_str(&b, "memory is back");

        test_ok(b.failed && b.len == len && b.len < whole.len
                && memcmp(paperal_buf_cstr(&b), whole.data, len) == 0
                && paperal_buf_cstr(&b)[len] == '\0',
                "allocation %d fails: the content ends at an append", n);

        paperal_buf_clear(&b);
        paperal_buf_str(&b, "ok");
        test_str(b.data, "ok", "and the buffer recovers after clear");
        paperal_buf_release(&b);
    }

    fail_after = -1;
    test_ok(n >= 3, "several allocations were tried (%d)", n);
    test_mem(b.data, b.len, whole.data, whole.len, "the last run is whole");
    paperal_buf_release(&b);
    paperal_buf_release(&whole);

    fail_after = 0;
    test_ok(paperal_buf_steal(&b, NULL) == NULL && b.failed,
            "not even an empty string without memory");
    fail_after = -1;
    paperal_buf_release(&b);
}


int
main(void)
{
    test_append();
    test_maximum();
    test_growth();
    test_fixed();
    test_steal();
    test_double();
    test_out_of_memory();

    return test_done();
}
