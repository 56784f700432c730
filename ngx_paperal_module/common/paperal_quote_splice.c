/*
 * Quotes with ellipses: each piece is looked up by itself, then places are
 * chosen that are in order, near enough, and hide nothing.
 */

#include "paperal_quote_index.h"


/* Cuts the quote at its ellipses; 0 if there is none or a piece is short. */
static int
quote_cut(quote_t *q)
{
    long    i;
    size_t  k, need;

    q->npieces = 1;
    q->pieces[0] = q->side;

    for (i = q->side.low + 1; i < q->side.high; i++) {
        if (!(q->lex.tokens[i].flags & PAPERAL_LEX_ELLIPSIS)) {
            continue;
        }

        if (q->npieces == PAPERAL_QUOTE_MAX_PIECES) {
            return 0;
        }

        q->pieces[q->npieces - 1].high = i;
        q->pieces[q->npieces] = q->side;
        q->pieces[q->npieces++].low = i;
    }

    for (k = 0; k < q->npieces; k++) {
        if (quote_size(&q->pieces[k], PAPERAL_QUOTE_MIN_PIECE,
                       PAPERAL_QUOTE_MIN_CJK_PIECE, &need) < need)
        {
            return 0;
        }
    }

    return q->npieces > 1;
}


static int
quote_is_walled(const quote_t *q, size_t first, size_t last)
{
    size_t  i;

    for (i = first; i < last; i++) {
        if (q->paper.lex->tokens[i].flags & PAPERAL_LEX_WALL) {
            return 1;
        }
    }

    return 0;
}


/*
 * Whether what is left out between two pieces of one sentence denies or
 * doubts: "did ... reduce" is no quote of "did not in any case reduce".
 */
static int
quote_hides(const quote_t *q, size_t last, size_t first)
{
    size_t                      i;
    const paperal_lex_token_t  *t;

    t = q->paper.lex->tokens;

    if (t[last].sentence != t[first].sentence) {
        return 0;
    }

    for (i = last + 1; i < first; i++) {
        if (t[i].flags & PAPERAL_LEX_DENIAL) {
            return 1;
        }
    }

    return 0;
}


/*
 * Puts the pieces in order behind the first one's hit: each at its earliest
 * place, which leaves the most room for the next.  Returns 1, 0 if there is
 * none, or -1 if what is left out denies or doubts.
 */
static int
quote_chain(const quote_t *q, size_t start,
    const quote_hit_t *chain[PAPERAL_QUOTE_MAX_PIECES])
{
    size_t              i, k;
    const quote_hit_t  *hit;

    chain[0] = &q->hits[0].items[start];

    for (k = 1; k < q->npieces; k++) {
        chain[k] = NULL;

        for (i = 0; i < q->hits[k].n && chain[k] == NULL; i++) {
            hit = &q->hits[k].items[i];

            if (hit->first > chain[k - 1]->last) {
                chain[k] = hit;
            }
        }

        if (chain[k] == NULL
            || chain[k]->last - chain[0]->first >= PAPERAL_QUOTE_SPLICE_SPAN)
        {
            return 0;
        }

        if (quote_hides(q, chain[k - 1]->last, chain[k]->first)) {
            return -1;
        }
    }

    return !quote_is_walled(q, chain[0]->first, chain[k - 1]->last);
}


static int
quote_chain_touches(const quote_t *q,
    const quote_hit_t *chain[PAPERAL_QUOTE_MAX_PIECES])
{
    size_t  k;

    for (k = 0; k < q->npieces; k++) {
        if (quote_touches(q, chain[k]->first, chain[k]->last)) {
            return 1;
        }
    }

    return 0;
}


int
quote_splice(quote_t *q)
{
    int                 rc, hinted;
    size_t              i, k, n, best;
    const quote_hit_t  *chain[PAPERAL_QUOTE_MAX_PIECES];

    if (!quote_cut(q)) {
        return 0;
    }

    for (k = 0; k < q->npieces; k++) {
        quote_find(q, &q->pieces[k], QUOTE_CITATIONS, &q->hits[k]);

        if (q->hits[k].n == 0) {
            return 0;
        }
    }

    n = 0;
    best = 0;
    hinted = 0;

    for (i = 0; i < q->hits[0].n; i++) {
        rc = quote_chain(q, i, chain);

        /* then the words are there twice, and once denied: no support */
        if (rc < 0) {
            return 0;
        }

        if (rc == 0 || hinted) {
            continue;
        }

        hinted = q->hint != PAPERAL_QUOTE_NO_HINT
                 && quote_chain_touches(q, chain);

        if (n++ == 0 || hinted) {
            best = i;
        }
    }

    if (n == 0) {
        return 0;
    }

    (void) quote_chain(q, best, chain);

    for (k = 0; k < q->npieces; k++) {
        if (!quote_ranges(q, chain[k]->first, chain[k]->last, (uint32_t) k)) {
            return 0;
        }
    }

    q->result->ambiguous = n > 1 && !hinted;
    q->result->status = PAPERAL_QUOTE_VERIFIED;
    q->result->match = PAPERAL_QUOTE_SPLICED;

    return 1;
}
