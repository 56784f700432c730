/*
 * See paperal_quote.h.  A quote is looked for verbatim first, then without
 * citation marks, in pieces around ellipses, and last by the rules of an
 * approximation.
 */

#include "paperal_quote.h"

#include <stdlib.h>
#include <string.h>

#include "paperal_quote_index.h"


/* The hit to take: with the hint, else with the least differences. */
static const quote_hit_t *
quote_choose(quote_t *q, const quote_hits_t *hits)
{
    size_t              i;
    unsigned            differ, least;
    const quote_hit_t  *hit, *best, *hinted;

    best = NULL;
    hinted = NULL;
    least = 0;

    for (i = 0; i < hits->n; i++) {
        hit = &hits->items[i];
        differ = hit->marks + hit->skipped + hit->inserted;

        if (best == NULL || differ < least) {
            best = hit;
            least = differ;
        }

        if (hinted == NULL && q->hint != PAPERAL_QUOTE_NO_HINT
            && quote_touches(q, hit->first, hit->last))
        {
            hinted = hit;
        }
    }

    q->result->ambiguous = hits->n > 1 && hinted == NULL;

    return hinted != NULL ? hinted : best;
}


/*
 * Whether the quote means that place.  An approximation has to be from the
 * sentence that is named.  Else neither that sentence may read like the quote
 * but for a number, a negation or the like, nor, if the quote differs in
 * other ways, any place as near as this one: of two captions that differ in a
 * digit an altered one is nearly the other.
 */
static int
quote_is_meant(quote_t *q, const quote_hit_t *hit)
{
    unsigned  loose, differ;

    loose = hit->skipped + hit->inserted;
    differ = loose + hit->added;

    if (!quote_is_hinted(q)) {
        return differ == 0 || !quote_has_rival(q, differ, 0);
    }

    if (quote_touches(q, hit->first, hit->last)) {
        return 1;
    }

    return loose == 0 && !quote_has_rival(q, QUOTE_CHANGED, 1)
           && (differ == 0 || !quote_has_rival(q, differ, 0));
}


static int
quote_accept(quote_t *q, const quote_hits_t *hits)
{
    const quote_hit_t       *hit;
    paperal_quote_result_t  *r;

    r = q->result;
    hit = quote_choose(q, hits);

    if (!quote_is_meant(q, hit) || !quote_ranges(q, hit->first, hit->last, 0)) {
        return 0;
    }

    r->skipped = hit->skipped;
    r->inserted = hit->inserted;
    r->status = PAPERAL_QUOTE_VERIFIED;

    if (hit->skipped > 0 || hit->inserted > 0) {
        r->status = PAPERAL_QUOTE_APPROXIMATE;
        r->match = PAPERAL_QUOTE_NEARLY;

    } else if (hit->marks > 0) {
        r->match = PAPERAL_QUOTE_CITATIONS_DROPPED;

    } else {
        r->match = quote_is_exact(q, hit->first) ? PAPERAL_QUOTE_EXACT
                                                 : PAPERAL_QUOTE_NORMALISED;
    }

    return 1;
}


static void
quote_decide(quote_t *q)
{
    quote_mode_e  mode;

    for (mode = QUOTE_VERBATIM; mode <= QUOTE_LOOSE; mode++) {
        quote_find(q, &q->side, mode, &q->hits[0]);

        if (q->hits[0].n > 0) {
            (void) quote_accept(q, &q->hits[0]);
            return;
        }

        if (mode == QUOTE_CITATIONS && quote_splice(q)) {
            return;
        }
    }
}


/* Tokens and their numbers; 0 if the quote is too short or too long. */
static int
quote_read(quote_t *q)
{
    size_t                      i, need;
    const paperal_lex_token_t  *t;

    paperal_lex_add(&q->lex, 0, q->quote, q->len);

    if (q->lex.failed || q->lex.ntokens == 0
        || q->lex.ntokens > PAPERAL_QUOTE_MAX_TOKENS)
    {
        return 0;
    }

    for (i = 0; i < q->lex.ntokens; i++) {
        t = &q->lex.tokens[i];
        q->ids[i] = quote_index_find(q->index, q->lex.text.data + t->text,
                                     t->len);
    }

    q->side = (quote_side_t) { &q->lex, q->ids, 0, (long) q->lex.ntokens };
    q->paper = (quote_side_t) { &q->index->lex, q->index->ids, 0,
                                (long) q->index->lex.ntokens };

    return quote_size(&q->side, PAPERAL_QUOTE_MIN_TOKENS,
                      PAPERAL_QUOTE_MIN_CJK, &need) >= need;
}


static void
quote_trim(quote_t *q)
{
    while (q->len > 0 && strchr(" \t\r\n", q->quote[0]) != NULL) {
        q->quote++;
        q->len--;
    }

    while (q->len > 0 && strchr(" \t\r\n", q->quote[q->len - 1]) != NULL) {
        q->len--;
    }
}


/*
 * Whether the text has one of U+202A to U+202E or U+2066 to U+2069, which
 * make a number be displayed backwards.
 */
static int
quote_reorders(const char *s, size_t len)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i + 2 < len; i++) {
        if ((unsigned char) s[i] != 0xe2) {
            continue;
        }

        c = (unsigned char) s[i + 2];

        if ((s[i + 1] == '\x80' && c >= 0xaa && c <= 0xae)
            || (s[i + 1] == '\x81' && c >= 0xa6 && c <= 0xa9))
        {
            return 1;
        }
    }

    return 0;
}


static void
quote_reset(paperal_quote_result_t *r)
{
    r->status = PAPERAL_QUOTE_UNVERIFIED;
    r->match = PAPERAL_QUOTE_NONE;
    r->ambiguous = 0;
    r->skipped = 0;
    r->inserted = 0;
    r->nranges = 0;
}


int
paperal_quote_match(const paperal_quote_index_t *index, const char *quote,
    size_t len, uint32_t hint, paperal_quote_result_t *result)
{
    int       rc;
    quote_t  *q;

    quote_reset(result);

    if (len > PAPERAL_QUOTE_MAX_BYTES || quote_reorders(quote, len)) {
        return 0;
    }

    q = malloc(sizeof(quote_t));
    if (q == NULL) {
        return -1;
    }

    q->index = index;
    q->result = result;
    q->quote = quote;
    q->len = len;
    q->hint = hint;
    q->steps = PAPERAL_QUOTE_MAX_STEPS;
    paperal_lex_init(&q->lex);
    quote_trim(q);

    if (quote_read(q)) {
        quote_decide(q);

        if (result->status == PAPERAL_QUOTE_UNVERIFIED) {
            quote_reset(result);
        }

        quote_count_chars(q);
    }

    rc = q->lex.failed ? -1 : 0;
    paperal_lex_release(&q->lex);
    free(q);

    return rc;
}


int
paperal_quote_is_fit(const char *s, size_t len)
{
    int            fits;
    size_t         need;
    paperal_lex_t  lex;
    quote_side_t   side;

    if (len > PAPERAL_QUOTE_MAX_BYTES || quote_reorders(s, len)) {
        return 0;
    }

    paperal_lex_init(&lex);
    paperal_lex_add(&lex, 0, s, len);
    side = (quote_side_t) { &lex, NULL, 0, (long) lex.ntokens };
    fits = !lex.failed && lex.ntokens <= PAPERAL_QUOTE_MAX_TOKENS
           && quote_size(&side, PAPERAL_QUOTE_MIN_TOKENS,
                         PAPERAL_QUOTE_MIN_CJK, &need) >= need;
    paperal_lex_release(&lex);

    return fits;
}


void
paperal_quote_source(const paperal_quote_index_t *index,
    const paperal_quote_result_t *result, paperal_buf_t *b)
{
    size_t                        i;
    const paperal_quote_range_t  *r;

    for (i = 0; i < result->nranges; i++) {
        r = &result->ranges[i];

        if (i > 0) {
            paperal_buf_str(b, r->piece != r[-1].piece ? " ... " : " ");
        }

        paperal_buf_bytes(b, index->sentences[r->sentence].text
                             + r->start_byte,
                          r->end_byte - r->start_byte);
    }
}


const char *
paperal_quote_status_name(paperal_quote_status_e status)
{
    static const char *const  names[] = {
        "unverified", "approximate", "verified"
    };

    return names[status];
}


const char *
paperal_quote_match_name(paperal_quote_match_e match)
{
    static const char *const  names[] = {
        "none", "approximate", "spliced", "citations_dropped", "normalised",
        "exact"
    };

    return names[match];
}
