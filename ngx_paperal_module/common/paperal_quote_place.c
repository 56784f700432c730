/*
 * From tokens of the paper to ranges of its sentences.
 */

#include "paperal_quote_index.h"

#include <string.h>

#include "paperal_utf8.h"


int
quote_ranges(quote_t *q, size_t first, size_t last, uint32_t piece)
{
    size_t                           i, end;
    paperal_quote_range_t           *r;
    const paperal_lex_token_t       *t;
    const paperal_quote_sentence_t  *s;

    t = q->paper.lex->tokens;

    for (i = first; i <= last; i = end + 1) {
        for (end = i; end < last; end++) {
            if (t[end + 1].sentence != t[i].sentence) {
                break;
            }
        }

        if (q->result->nranges == PAPERAL_QUOTE_MAX_RANGES) {
            return 0;
        }

        s = &q->index->sentences[t[i].sentence];
        r = &q->result->ranges[q->result->nranges++];
        r->sentence = t[i].sentence;
        r->piece = piece;
        r->start_byte = t[i].start;
        r->end_byte = t[end].end;

        if (i == 0 || t[i - 1].sentence != t[i].sentence
            || t[i - 1].flags & PAPERAL_LEX_WALL)
        {
            r->start_byte = 0;
        }

        /* a wall follows the last token of all */
        if (t[end + 1].sentence != t[i].sentence
            || t[end + 1].flags & PAPERAL_LEX_WALL)
        {
            r->end_byte = (uint32_t) s->len;
        }
    }

    return 1;
}


void
quote_count_chars(quote_t *q)
{
    size_t                  i;
    const char             *text;
    paperal_quote_range_t  *r;

    for (i = 0; i < q->result->nranges; i++) {
        r = &q->result->ranges[i];
        text = q->index->sentences[r->sentence].text;
        r->start = (uint32_t) paperal_utf8_count(text, r->start_byte);
        r->end = r->start
                 + (uint32_t) paperal_utf8_count(text + r->start_byte,
                                                 r->end_byte - r->start_byte);
    }
}


int
quote_is_exact(quote_t *q, size_t first)
{
    size_t                           i, at, pos, n;
    uint32_t                         start, end;
    paperal_quote_range_t           *r;
    const paperal_quote_sentence_t  *s;

    pos = 0;
    start = q->lex.tokens[0].start;
    end = 0;

    if (q->paper.lex->tokens[first].start < start) {
        return 0;
    }

    start = q->paper.lex->tokens[first].start - start;

    for (i = 0; i < q->result->nranges; i++) {
        r = &q->result->ranges[i];
        s = &q->index->sentences[r->sentence];
        at = i == 0 ? start : 0;
        n = i + 1 < q->result->nranges ? s->len - at : q->len - pos;

        if (n > s->len - at || n > q->len - pos
            || memcmp(q->quote + pos, s->text + at, n) != 0)
        {
            return 0;
        }

        pos += n;
        end = (uint32_t) (at + n);

        if (i + 1 < q->result->nranges
            && (pos == q->len || q->quote[pos++] != ' '))
        {
            return 0;
        }
    }

    q->result->ranges[0].start_byte = start;
    q->result->ranges[i - 1].end_byte = end;

    return 1;
}
