/*
 * A small test harness that prints TAP, for "prove -e '' build/unit/...".
 * A test is one program: checks in main() (or in functions it calls), then
 * "return test_done();".  Every check has a name, printf-like, and returns
 * whether it held.  Include it once in a program.
 *
 *     test_ok(n > 0, "finds something in \"%s\"", text);
 *     test_int(n, 3, "finds three");
 *     test_str(s, "abc", "is lower case");
 *     test_mem(p, len, "a\0b", 3, "keeps zero bytes");
 *     return test_done();
 */

#ifndef TEST_H
#define TEST_H


#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


#define TEST_SHOWN  200            /* bytes of a value shown in a diagnosis */

#define TEST_FMT(n)  __attribute__((unused, format(printf, n, n + 1)))

#define test_count(array)  (sizeof(array) / sizeof((array)[0]))


static unsigned  test_run;
static unsigned  test_failed;


/* Prints a comment line. */
static void TEST_FMT(1)
test_diag(const char *fmt, ...)
{
    va_list  args;

    fputs("# ", stdout);
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    putchar('\n');
}


/* Line ends and "#" would break the line's meaning in TAP. */
static void
test_result(int holds, const char *fmt, va_list args)
{
    char   name[512];
    char  *p;

    vsnprintf(name, sizeof(name), fmt, args);

    for (p = name; *p != '\0'; p++) {
        if (*p == '\n' || *p == '\r' || *p == '#') {
            *p = '_';
        }
    }

    test_run++;

    if (holds == 0) {
        test_failed++;
    }

    printf("%sok %u - %s\n", holds ? "" : "not ", test_run, name);
    fflush(stdout);
}


static void __attribute__((unused))
test_show(const char *label, const char *s, size_t len)
{
    size_t  i;

    printf("# %s: ", label);

    if (s == NULL) {
        puts("NULL");
        return;
    }

    for (i = 0; i < len && i < TEST_SHOWN; i++) {
        if (s[i] >= ' ' && s[i] != 127 && s[i] != '\\') {
            putchar(s[i]);

        } else {
            printf("\\x%02x", (unsigned char) s[i]);
        }
    }

    printf(" (%zu bytes)\n", len);
}


static int TEST_FMT(2)
test_ok(int holds, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    test_result(holds != 0, fmt, args);
    va_end(args);

    return holds != 0;
}


static int TEST_FMT(3)
test_int(long long got, long long want, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    test_result(got == want, fmt, args);
    va_end(args);

    if (got != want) {
        test_diag("got: %lld, want: %lld", got, want);
    }

    return got == want;
}


static int __attribute__((unused, format(printf, 5, 6)))
test_mem(const void *got, size_t got_len, const void *want, size_t want_len,
    const char *fmt, ...)
{
    int      holds;
    va_list  args;

    holds = (got != NULL || got_len == 0) && got_len == want_len
            && (got_len == 0 || memcmp(got, want, got_len) == 0);

    va_start(args, fmt);
    test_result(holds, fmt, args);
    va_end(args);

    if (holds == 0) {
        test_show("got", got, got_len);
        test_show("want", want, want_len);
    }

    return holds;
}


/* Strings; NULL equals only NULL. */
static int TEST_FMT(3)
test_str(const char *got, const char *want, const char *fmt, ...)
{
    int      holds;
    va_list  args;

    holds = (got == NULL || want == NULL) ? got == want
                                          : strcmp(got, want) == 0;

    va_start(args, fmt);
    test_result(holds, fmt, args);
    va_end(args);

    if (holds == 0) {
        test_show("got", got, got ? strlen(got) : 0);
        test_show("want", want, want ? strlen(want) : 0);
    }

    return holds;
}


/* Ends the whole program as skipped; for what the machine cannot do. */
static void __attribute__((unused, noreturn))
test_skip_all(const char *why)
{
    printf("1..0 # SKIP %s\n", why);
    exit(0);
}


/* Prints the plan; the exit status of main(). */
static int __attribute__((unused))
test_done(void)
{
    printf("1..%u\n", test_run);

    return test_run == 0 || test_failed != 0;
}


#endif /* TEST_H */
