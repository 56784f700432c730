/*
 * See paperal_quote.h.  A quote is found from its rarest word: at each of that
 * word's places in the paper the rest is compared in both directions, first
 * verbatim, then without citation marks, in pieces around ellipses, and last
 * by the rules of an approximation.
 */

#include "paperal_quote.h"

#include <stdlib.h>
#include <string.h>

#include "paperal_quote_index.h"
#include "paperal_utf8.h"


#define QUOTE_SEEDS    3            /* words that are tried, rarest first */
#define QUOTE_UNUSABLE UINT64_MAX

/* added to a word's number of places: a worse seed than any count */
#define QUOTE_RANK_STOP   (1ull << 40)
#define QUOTE_RANK_GLUED  (1ull << 41)


/* A place where the quote, or a piece of it, stands. */
typedef struct {
    size_t    first;                /* tokens of the paper, inclusive */
    size_t    last;
    unsigned  marks;
    unsigned  skipped;
    unsigned  inserted;
} quote_hit_t;

typedef struct {
    size_t       n;
    quote_hit_t  items[PAPERAL_QUOTE_MAX_HITS];
} quote_hits_t;

typedef struct {
    const paperal_quote_index_t  *index;
    paperal_quote_result_t       *result;
    const char                   *quote;      /* without space around it */
    size_t                        len;
    uint32_t                      hint;
    size_t                        steps;
    size_t                        npieces;
    paperal_lex_t                 lex;
    quote_side_t                  side;
    quote_side_t                  paper;
    quote_side_t                  pieces[PAPERAL_QUOTE_MAX_PIECES];
    quote_hits_t                  hits[PAPERAL_QUOTE_MAX_PIECES];
    uint32_t                      ids[PAPERAL_QUOTE_MAX_TOKENS];
} quote_t;


/* ---- seeds ------------------------------------------------------------- */

static uint64_t
quote_rank(const quote_t *q, const quote_side_t *side, long i)
{
    uint32_t                    id;
    uint64_t                    rank;
    const paperal_lex_token_t  *t;

    id = side->ids[i];
    t = &side->lex->tokens[i];

    if (id == QUOTE_UNKNOWN || t->mark != 0) {
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
quote_seeds(const quote_t *q, const quote_side_t *side,
    long seeds[QUOTE_SEEDS])
{
    long      i;
    size_t    k, n;
    uint64_t  rank, ranks[QUOTE_SEEDS];

    n = 0;

    for (i = side->low; i < side->high; i++) {
        rank = quote_rank(q, side, i);

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


/* ---- hits -------------------------------------------------------------- */

/* The tokens of a piece that count, and how many a piece has to have. */
static size_t
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
    hit->skipped = w.skipped;
    hit->inserted = w.inserted;

    if (mode != QUOTE_LOOSE) {
        return 1;
    }

    (void) quote_size(side, PAPERAL_QUOTE_MIN_TOKENS, PAPERAL_QUOTE_MIN_CJK,
                      &need);

    return w.matched >= need;
}


/* All places of a piece, in the order of the paper. */
static void
quote_find(quote_t *q, const quote_side_t *side, quote_mode_e mode,
    quote_hits_t *hits)
{
    long         seeds[QUOTE_SEEDS];
    size_t       i, k, n;
    uint32_t     id;
    quote_hit_t  hit;

    hits->n = 0;
    n = quote_seeds(q, side, seeds);

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


/* Whether a hit touches the sentence that the quote is said to be from. */
static int
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


/* ---- ranges ------------------------------------------------------------ */

/*
 * Adds the paper's tokens first .. last as ranges, one for each sentence; a
 * whole sentence includes the signs around its tokens.  0 if there are too
 * many.
 */
static int
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


static void
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


/*
 * Whether the quote is the paper's text byte for byte, sentences separated by
 * a space; then the ranges are narrowed or widened to just that.
 */
static int
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


static int
quote_accept(quote_t *q, const quote_hits_t *hits)
{
    const quote_hit_t       *hit;
    paperal_quote_result_t  *r;

    r = q->result;
    hit = quote_choose(q, hits);

    if (hit->skipped + hit->inserted > 0
        && q->hint < q->index->nsentences
        && !quote_touches(q, hit->first, hit->last))
    {
        return 0;
    }

    if (!quote_ranges(q, hit->first, hit->last, 0)) {
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


/* ---- pieces ------------------------------------------------------------ */

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
 * Puts the pieces in order behind the first one's hit: each at its earliest
 * place, which leaves the most room for the next.
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

        if (chain[k] == NULL || chain[k]->last - chain[0]->first
                                >= PAPERAL_QUOTE_SPLICE_SPAN)
        {
            return 0;
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


static int
quote_splice(quote_t *q)
{
    int                 hinted;
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

    for (i = 0; i < q->hits[0].n && !hinted; i++) {
        if (!quote_chain(q, i, chain)) {
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


/* ---- the whole --------------------------------------------------------- */

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

    if (len > PAPERAL_QUOTE_MAX_BYTES) {
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
