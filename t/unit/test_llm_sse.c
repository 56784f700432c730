/*
 * Server-sent events: all forms of line ends, split at every byte, and the
 * limits.
 */

#include "llm_sse.h"
#include "test.h"


typedef struct {
    const char  *name;
    const char  *bytes;
    const char  *events;       /* "[a][b]" */
} sse_case_t;


static const sse_case_t  cases[] = {
    { "LF", "data: a\n\ndata: b\n\n", "[a][b]" },
    { "CR LF", "data: a\r\n\r\ndata: b\r\n\r\n", "[a][b]" },
    { "CR", "data: a\r\rdata: b\r\r", "[a][b]" },
    { "all of them", "data: a\r\n\rdata: b\n\r\ndata: c\r\r\n", "[a][b][c]" },
    { "comments", ": x\n\n:\ndata: a\n: y\n\n", "[a]" },
    { "other fields", "event: e\nid: 1\nretry: 5\nfoo\ndata: a\n\n", "[a]" },
    { "no blank", "data:a\n\n", "[a]" },
    { "two blanks", "data:  a\n\n", "[ a]" },
    { "two lines", "data: a\ndata: b\n\n", "[a\nb]" },
    { "an empty line of data", "data\n\n", "[]" },
    { "two of them", "data:\ndata:\n\n", "[\n]" },
    { "a field that begins so", "database: a\n\n", "" },
    { "no data", "event: a\n\n\n\n", "" },
    { "the last not closed", "data: a\n\ndata: b\n", "[a][b]" },
    { "nor ended", "data: a\n\ndata: b", "[a][b]" },
    { "a mark", "\xef\xbb\xbf" "data: a\n\n", "[a]" },
    { "half a mark", "\xef\xbb" "data: a\n\ndata: b\n\n", "[b]" },
    { "a mark in the middle", "data: a\n\n\xef\xbb\xbf" "data: b\n\n", "[a]" },
    { "nothing", "", "" }
};


static char  seen[4096];


static int
event(void *ctx, const char *text, size_t len)
{
    (void) ctx;
    snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "[%.*s]",
             (int) len, text);

    return strcmp(text, "stop") == 0 ? 7 : 0;
}


static void
test_splits(const sse_case_t *t)
{
    size_t      i, j, len, same;
    llm_sse_t   sse;

    len = strlen(t->bytes);
    same = 0;

    /* three parts, split at each pair of places */

    for (i = 0; i <= len; i++) {
        for (j = i; j <= len; j++) {
            seen[0] = '\0';
            llm_sse_init(&sse, event, NULL);

            same += llm_sse_feed(&sse, t->bytes, i) == 0
                    && llm_sse_feed(&sse, t->bytes + i, j - i) == 0
                    && llm_sse_feed(&sse, t->bytes + j, len - j) == 0
                    && llm_sse_end(&sse) == 0
                    && strcmp(seen, t->events) == 0;
            llm_sse_release(&sse);
        }
    }

    if (!test_int((long long) same, (long long) ((len + 1) * (len + 2) / 2),
                  "%s: however it is split", t->name))
    {
        test_diag("last: \"%s\"", seen);
    }
}


static void
test_stop(void)
{
    llm_sse_t   sse;

    seen[0] = '\0';
    llm_sse_init(&sse, event, NULL);
    test_int(llm_sse_feed(&sse, "data: stop\n\ndata: b\n\n", 22), 7,
             "the event's function stops the parser");
    test_str(seen, "[stop]", "behind it nothing is read");
    llm_sse_release(&sse);

    llm_sse_init(&sse, event, NULL);
    test_int(llm_sse_feed(&sse, "data: stop", 10), 0, "an open event");
    test_int(llm_sse_end(&sse), 7, "stops at the end, too");
    llm_sse_release(&sse);
}


static void
test_limits(void)
{
    int         rc;
    char        line[4096];
    size_t      i;
    llm_sse_t   sse;

    memset(line, 'a', sizeof(line));
    memcpy(line, "data: ", 6);

    llm_sse_init(&sse, event, NULL);
    rc = 0;

    for (i = 0; i < 2 * LLM_SSE_MAX_EVENT / sizeof(line) && rc == 0; i++) {
        rc = llm_sse_feed(&sse, line, sizeof(line));
    }

    test_int(rc, -1, "a line without end");
    test_ok(i * sizeof(line) >= LLM_SSE_MAX_EVENT, "at the limit");
    llm_sse_release(&sse);

    line[sizeof(line) - 1] = '\n';
    llm_sse_init(&sse, event, NULL);
    rc = 0;

    for (i = 0; i < 2 * LLM_SSE_MAX_EVENT / sizeof(line) && rc == 0; i++) {
        rc = llm_sse_feed(&sse, line, sizeof(line));
    }

    test_int(rc, -1, "an event without end");
    llm_sse_release(&sse);
}


int
main(void)
{
    size_t  i;

    for (i = 0; i < test_count(cases); i++) {
        test_splits(&cases[i]);
    }

    test_stop();
    test_limits();

    return test_done();
}
