/*
 * Finds the places of a quote, or of a piece of one, from its rarest words: at
 * each of such a word's places in the paper the rest is compared in both
 * directions.
 */

#include "paperal_quote_index.h"

#include <string.h>


#define QUOTE_SEEDS    3            /* words that are tried, rarest first */
#define QUOTE_UNUSABLE UINT64_MAX

/* added to a word's number of places: a worse seed than any count */
#define QUOTE_RANK_STOP   (1ull << 40)
#define QUOTE_RANK_GLUED  (1ull << 41)


static uint64_t
quote_rank(const quote_t *q, const quote_side_t *side, quote_mode_e mode,
    long i)
{
    uint32_t                    id;
    uint64_t                    rank;
    const paperal_lex_token_t  *t;

    id = side->ids[i];
    t = &side->lex->tokens[i];

    if (id == QUOTE_UNKNOWN || t->mark != 0
        || (mode == QUOTE_RIVAL && t->flags & PAPERAL_LEX_KEPT))
    {
        return QUOTE_UNUSABLE;
    }

    rank = q->index->first[id + 1] - q->index->first[id];

    if (t->flags & PAPERAL_LEX_STOP) {
        rank += QUOTE_RANK_STOP;
    }

    if (t->flags & PAPERAL_LEX_GLUE
        || (i + 1 < side->high && t[1].flags & PAPERAL_LEX_GLUE))
    {
        rank += QUOTE_RANK_GLUED;
    }

    return rank;
}


/* The best seeds of a piece, best first; returns how many. */
static size_t
quote_seeds(const quote_t *q, const quote_side_t *side, quote_mode_e mode,
    long seeds[QUOTE_SEEDS])
{
    long      i;
    size_t    k, n;
    uint64_t  rank, ranks[QUOTE_SEEDS];

    n = 0;

    for (i = side->low; i < side->high; i++) {
        rank = quote_rank(q, side, mode, i);

        if (rank == QUOTE_UNUSABLE
            || (n == QUOTE_SEEDS && rank >= ranks[n - 1]))
        {
            continue;
        }

        n += n < QUOTE_SEEDS;

        for (k = n - 1; k > 0 && ranks[k - 1] > rank; k--) {
            ranks[k] = ranks[k - 1];
            seeds[k] = seeds[k - 1];
        }

        ranks[k] = rank;
        seeds[k] = i;
    }

    return n;
}


size_t
quote_size(const quote_side_t *side, size_t words, size_t characters,
    size_t *need)
{
    long                        i;
    size_t                      n, cjk;
    const paperal_lex_token_t  *t;

    n = 0;
    cjk = 0;

    for (i = side->low; i < side->high; i++) {
        t = &side->lex->tokens[i];

        if (t->mark == 0) {
            n++;
            cjk += (t->flags & PAPERAL_LEX_CJK) != 0;
        }
    }

    *need = 2 * cjk > n ? characters : words;

    return n;
}


/* Compares at one place: the token seed of the piece with the paper's at. */
static int
quote_try(quote_t *q, const quote_side_t *side, long seed, size_t at,
    quote_mode_e mode, quote_hit_t *hit)
{
    size_t        need;
    quote_walk_t  w;

    memset(&w, 0, sizeof(quote_walk_t));
    w.steps = q->steps;
    hit->first = at;
    hit->last = at;

    if (w.steps > 0) {
        w.steps--;
    }

    if (!quote_walk(&w, side, seed, &q->paper, (long) at, 1, mode, &hit->last)
        || !quote_walk(&w, side, seed - 1, &q->paper, (long) at - 1, -1, mode,
                       &hit->first))
    {
        q->steps = w.steps;
        return 0;
    }

    q->steps = w.steps;
    hit->marks = w.marks;
    hit->added = w.added;
    hit->skipped = w.skipped;
    hit->inserted = w.inserted;
    hit->changed = w.changed;

    if (mode < QUOTE_LOOSE) {
        return 1;
    }

    (void) quote_size(side, PAPERAL_QUOTE_MIN_TOKENS, PAPERAL_QUOTE_MIN_CJK,
                      &need);

    return w.matched >= need;
}


void
quote_find(quote_t *q, const quote_side_t *side, quote_mode_e mode,
    quote_hits_t *hits)
{
    long         seeds[QUOTE_SEEDS];
    size_t       i, k, n;
    uint32_t     id;
    quote_hit_t  hit;

    hits->n = 0;
    n = quote_seeds(q, side, mode, seeds);

    for (i = 0; i < n && hits->n == 0; i++) {
        id = side->ids[seeds[i]];

        for (k = q->index->first[id]; k < q->index->first[id + 1]; k++) {
            if (q->steps == 0 || hits->n == PAPERAL_QUOTE_MAX_HITS) {
                return;
            }

            if (quote_try(q, side, seeds[i], q->index->positions[k], mode,
                          &hit))
            {
                hits->items[hits->n++] = hit;
            }
        }
    }
}


int
quote_touches(const quote_t *q, size_t first, size_t last)
{
    size_t  i;

    for (i = first; i <= last; i++) {
        if (q->paper.lex->tokens[i].sentence == q->hint) {
            return 1;
        }
    }

    return 0;
}


int
quote_is_hinted(const quote_t *q)
{
    return q->hint < q->index->nsentences;
}


int
quote_has_rival(quote_t *q, unsigned most, int named)
{
    long         seeds[QUOTE_SEEDS];
    size_t       i, k, n;
    uint32_t     id;
    quote_hit_t  hit;

    n = quote_seeds(q, &q->side, QUOTE_RIVAL, seeds);

    for (i = 0; i < n; i++) {
        id = q->side.ids[seeds[i]];

        for (k = q->index->first[id]; k < q->index->first[id + 1]; k++) {
            if (q->steps == 0) {
                return 0;
            }

            if (quote_try(q, &q->side, seeds[i], q->index->positions[k],
                          QUOTE_RIVAL, &hit)
                && hit.changed > 0
                && hit.changed + hit.skipped + hit.inserted <= most
                && (!named || quote_touches(q, hit.first, hit.last)))
            {
                return 1;
            }
        }
    }

    return 0;
}
