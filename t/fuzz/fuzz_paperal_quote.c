/*
 * libFuzzer target: the quote matcher.  The input is lines: the last one is
 * the quote, the others are the paper's sentences, those that begin with "^"
 * captions.  Whatever it finds must lie inside the sentences, and every line
 * long enough must be found in its own paper.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "paperal_quote.h"


#define FUZZ_MAX_LINES  64


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
check_result(const paperal_quote_index_t *index,
    const paperal_quote_sentence_t *s, size_t n,
    const paperal_quote_result_t *r)
{
    size_t         i;
    paperal_buf_t  b;

    if ((r->status == PAPERAL_QUOTE_UNVERIFIED) != (r->nranges == 0)
        || (r->status == PAPERAL_QUOTE_UNVERIFIED)
           != (r->match == PAPERAL_QUOTE_NONE)
        || r->skipped > PAPERAL_QUOTE_MAX_SKIPPED
        || r->inserted > PAPERAL_QUOTE_MAX_INSERTED)
    {
        abort();
    }

    for (i = 0; i < r->nranges; i++) {
        if (r->ranges[i].sentence >= n
            || r->ranges[i].start_byte >= r->ranges[i].end_byte
            || r->ranges[i].end_byte > s[r->ranges[i].sentence].len
            || r->ranges[i].start > r->ranges[i].end)
        {
            abort();
        }
    }

    paperal_buf_init(&b, 1 << 20);
    paperal_quote_source(index, r, &b);
    paperal_buf_release(&b);
}


static size_t
read_lines(const char *p, size_t size, paperal_quote_sentence_t s[])
{
    size_t       n;
    const char  *end;

    for (n = 0; n < FUZZ_MAX_LINES && size > 0; n++) {
        end = memchr(p, '\n', size);
        s[n].place = p[0] == '^' ? PAPERAL_QUOTE_ASIDE : PAPERAL_QUOTE_FLOW;
        s[n].text = p;
        s[n].len = end == NULL ? size : (size_t) (end - p);
        p += s[n].len + (end != NULL);
        size -= s[n].len + (end != NULL);
    }

    return n;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t                     n, i;
    paperal_quote_index_t     *index;
    paperal_quote_result_t     r, again;
    paperal_quote_sentence_t   s[FUZZ_MAX_LINES];

    n = read_lines((const char *) data, size, s);

    if (n == 0) {
        return 0;
    }

    index = paperal_quote_index_new(s, n - 1);

    if (index == NULL) {
        return 0;
    }

    (void) paperal_quote_match(index, s[n - 1].text, s[n - 1].len, 0, &r);
    check_result(index, s, n - 1, &r);
    (void) paperal_quote_match(index, s[n - 1].text, s[n - 1].len,
                               PAPERAL_QUOTE_NO_HINT, &again);

    /* naming a sentence may refuse a verified quote, but never make one */
    if (r.status == PAPERAL_QUOTE_VERIFIED
        && again.status != PAPERAL_QUOTE_VERIFIED)
    {
        abort();
    }

    for (i = 0; i + 1 < n; i++) {
        (void) paperal_quote_match(index, s[i].text, s[i].len,
                                   PAPERAL_QUOTE_NO_HINT, &r);
        check_result(index, s, n - 1, &r);
        (void) paperal_quote_match(index, s[i].text, s[i].len, (uint32_t) i,
                                   &again);

        if (again.status < r.status) {
            abort();
        }
    }

    paperal_quote_index_free(index);

    return 0;
}
