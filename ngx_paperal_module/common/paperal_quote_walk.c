/*
 * Compares a quote with a paper token by token from one place on, forwards or
 * backwards.  What may differ is decided here; see paperal_quote.h.
 */

#include "paperal_quote_index.h"

#include <string.h>


#define WALK_MAX_JOINED  6     /* parts of a word with hyphens */


/* Both sides and the place on each. */
typedef struct {
    const quote_side_t  *q;
    const quote_side_t  *p;
    long                 i;
    long                 j;
    int                  dir;
} walk_t;


static int
walk_inside(const quote_side_t *side, long i)
{
    return i >= side->low && i < side->high;
}


static const paperal_lex_token_t *
walk_token(const quote_side_t *side, long i)
{
    return &side->lex->tokens[i];
}


/*
 * Whether the tokens i and j of the sides are there and the same.  A unit may
 * be written small, but never with the other prefix.
 */
static int
walk_same(const walk_t *w, long i, long j)
{
    unsigned  q, p;

    if (!walk_inside(w->q, i) || !walk_inside(w->p, j)
        || w->q->ids[i] != w->p->ids[j] || w->q->ids[i] == QUOTE_UNKNOWN)
    {
        return 0;
    }

    q = walk_token(w->q, i)->flags;
    p = walk_token(w->p, j)->flags;

    return !((q & PAPERAL_LEX_MEGA && !(p & PAPERAL_LEX_MEGA))
             || (q & PAPERAL_LEX_MILLI && p & PAPERAL_LEX_MEGA));
}


/*
 * The number of tokens of the citation mark that begins at i (ends there, if
 * dir is -1), 0 if none does.
 */
static long
walk_mark(const quote_side_t *side, long i, int dir)
{
    const paperal_lex_mark_t  *mark;

    if (!walk_inside(side, i) || walk_token(side, i)->mark == 0) {
        return 0;
    }

    mark = &side->lex->marks[walk_token(side, i)->mark - 1];

    if (dir > 0 ? mark->first != (uint32_t) i
                : mark->first + mark->count - 1 != (uint32_t) i)
    {
        return 0;
    }

    return (long) mark->count;
}


static int
walk_mark_is_numbers(const quote_side_t *side, long i)
{
    long                       k;
    const paperal_lex_mark_t  *mark;

    mark = &side->lex->marks[walk_token(side, i)->mark - 1];

    for (k = mark->first; k < (long) (mark->first + mark->count); k++) {
        if (!(walk_token(side, k)->flags & PAPERAL_LEX_NUMBER)) {
            return 0;
        }
    }

    return 1;
}


/* Whether n tokens from both places on are the same. */
static int
walk_run(const walk_t *w, long n)
{
    long  k;

    for (k = 0; k < n; k++) {
        if (!walk_same(w, w->i + k * w->dir, w->j + k * w->dir)) {
            return 0;
        }
    }

    return 1;
}


/*
 * A mark that only one side has: may its tokens be read as plain ones?  "12
 * patients" for "[3] 12 patients" must not spend the 12 on the mark, so what
 * follows has to fit as well.
 */
static int
walk_literal(const walk_t *w, long n)
{
    long  i, j;

    if (!walk_run(w, n)) {
        return 0;
    }

    i = w->i + n * w->dir;
    j = w->j + n * w->dir;

    return !walk_inside(w->q, i) || walk_same(w, i, j)
           || walk_mark(w->q, i, w->dir) > 0
           || walk_mark(w->p, j, w->dir) > 0;
}


/*
 * A mark that only the quote has: numbers, where the paper's text may have
 * lost raised ones, but not where the paper has a value that the quote might
 * have turned into a mark.
 */
static int
walk_may_add_mark(const walk_t *w)
{
    return walk_token(w->q, w->i)->flags & PAPERAL_LEX_NUMBER
           && !(walk_inside(w->p, w->j)
                && walk_token(w->p, w->j)->flags & PAPERAL_LEX_NUMBER)
           && walk_mark_is_numbers(w->q, w->i);
}


/*
 * Passes the citation marks at the place.  Where both sides have one they
 * must be equal but in a rival.  Returns 1 if it moved, 0 if there is no mark,
 * -1 if they differ.
 */
static int
walk_pass_marks(walk_t *w, quote_walk_t *sum, quote_mode_e mode)
{
    long  n, m;

    n = walk_mark(w->q, w->i, w->dir);
    m = walk_mark(w->p, w->j, w->dir);

    if (n == 0 && m == 0) {
        return 0;
    }

    if (n > 0 && m > 0) {
        if (n != m || !walk_run(w, n)) {
            if (mode != QUOTE_RIVAL || sum->changed == QUOTE_CHANGED) {
                return -1;
            }

            sum->changed++;
            w->i += n * w->dir;
            w->j += m * w->dir;

            return 1;
        }

    } else if (!walk_literal(w, n > 0 ? n : m)) {
        if (n > 0 && !walk_may_add_mark(w)) {
            return -1;
        }

        sum->marks++;
        sum->added += n > 0;
        w->i += n * w->dir;
        w->j += m * w->dir;

        return 1;
    }

    n = n > 0 ? n : m;
    sum->matched += (size_t) n;
    w->i += n * w->dir;
    w->j += n * w->dir;

    return 1;
}


/*
 * The length of n words joined by hyphens from i on, 0 if they are not; *s is
 * their text, which lies in one piece.
 */
static size_t
walk_joined(const quote_side_t *side, long i, long n, int dir,
    const char **s)
{
    long                        k, first, last;
    const paperal_lex_token_t  *t;

    first = dir > 0 ? i : i - n + 1;
    last = first + n - 1;

    if (!walk_inside(side, first) || !walk_inside(side, last)) {
        return 0;
    }

    for (k = first; k <= last; k++) {
        t = walk_token(side, k);

        if (!(t->flags & PAPERAL_LEX_WORD)
            || (k > first && !(t->flags & PAPERAL_LEX_GLUE)))
        {
            return 0;
        }
    }

    *s = side->lex->text.data + walk_token(side, first)->text;

    return walk_token(side, last)->text + walk_token(side, last)->len
           - walk_token(side, first)->text;
}


/* Passes a word that is cut by hyphens differently, "re-form" and "reform". */
static int
walk_pass_joined(walk_t *w, quote_walk_t *sum)
{
    long         a, b;
    size_t       n, m;
    const char  *s, *t;

    a = 1;
    b = 1;
    s = NULL;
    t = NULL;

    while (a <= WALK_MAX_JOINED && b <= WALK_MAX_JOINED) {
        n = walk_joined(w->q, w->i, a, w->dir, &s);
        m = walk_joined(w->p, w->j, b, w->dir, &t);

        if (n == 0 || m == 0) {
            return 0;
        }

        if (n == m) {
            /* a word that is the same has been refused for another reason */
            if ((a == 1 && b == 1) || memcmp(s, t, n) != 0) {
                return 0;
            }

            w->i += a * w->dir;
            w->j += b * w->dir;
            sum->matched += (size_t) a;

            return 1;
        }

        if (n < m) {
            a++;

        } else {
            b++;
        }
    }

    return 0;
}


/* Whether a sentence that has a full stop ends before the paper's token j. */
static int
walk_is_end(const quote_side_t *paper, long j)
{
    return walk_inside(paper, j) && j > paper->low
           && walk_token(paper, j)->flags & PAPERAL_LEX_PERIOD
           && walk_token(paper, j)->sentence
              != walk_token(paper, j - 1)->sentence;
}


/*
 * Whether the step to the place leaves a sentence of the paper where the
 * quote has no full stop: "was seen not" is no quote of "was seen. Not all".
 */
static int
walk_runs_on(const walk_t *w)
{
    long  i, j;

    i = w->dir > 0 ? w->i : w->i + 1;
    j = w->dir > 0 ? w->j : w->j + 1;

    return i > w->q->low && walk_inside(w->q, i) && walk_is_end(w->p, j)
           && !(walk_token(w->q, i)->flags & PAPERAL_LEX_PERIOD);
}


/*
 * Whether n tokens of the paper may be left out from the place on; never
 * across the end of a sentence.
 */
static int
walk_may_skip(const walk_t *w, long n)
{
    long      k;
    unsigned  flags;

    for (k = 0; k < n; k++) {
        if (!walk_inside(w->p, w->j + k * w->dir)) {
            return 0;
        }

        flags = walk_token(w->p, w->j + k * w->dir)->flags;

        if (flags & (PAPERAL_LEX_KEPT | PAPERAL_LEX_WALL)
            || walk_is_end(w->p, w->dir > 0 ? w->j + k + 1 : w->j - k))
        {
            return 0;
        }
    }

    return 1;
}


/* Whether n tokens of the quote may be its own from the place on. */
static int
walk_may_insert(const walk_t *w, long n)
{
    long  k;

    for (k = 0; k < n; k++) {
        if (!walk_inside(w->q, w->i + k * w->dir)
            || !(walk_token(w->q, w->i + k * w->dir)->flags
                 & PAPERAL_LEX_STOP))
        {
            return 0;
        }
    }

    return 1;
}


/*
 * Counts a difference.  A word that is skipped here and inserted there was
 * moved, which may carry a negation to another place: 0 then.
 */
static int
walk_count_difference(const walk_t *w, quote_walk_t *sum, long skip,
    long insert)
{
    long    k;
    size_t  i, j;

    for (k = 0; k < skip; k++) {
        sum->skipped_ids[sum->skipped++] = w->p->ids[w->j + k * w->dir];
    }

    for (k = 0; k < insert; k++) {
        sum->inserted_ids[sum->inserted++] = w->q->ids[w->i + k * w->dir];
    }

    for (i = 0; i < sum->skipped; i++) {
        for (j = 0; j < sum->inserted; j++) {
            if (sum->skipped_ids[i] == sum->inserted_ids[j]) {
                return 0;
            }
        }
    }

    return 1;
}


/* Whether the paper's sentence ends before the place. */
static int
walk_is_edge(const walk_t *w)
{
    return !walk_inside(w->p, w->j) || !walk_inside(w->p, w->j - w->dir)
           || walk_token(w->p, w->j)->sentence
              != walk_token(w->p, w->j - w->dir)->sentence;
}


/*
 * Whether both sides agree behind what was inserted or skipped.  At its ends
 * a quote may add words only where the sentence ends as well: "there is
 * effect" is no quote of "there is no effect".
 */
static int
walk_agrees(const walk_t *w, long insert, long skip)
{
    long  i;

    i = w->i + insert * w->dir;

    if (walk_inside(w->q, i)) {
        return walk_same(w, i, w->j + skip * w->dir);
    }

    return skip == 0 && walk_is_edge(w);
}


/*
 * Passes a difference that an approximation may have, the smallest first:
 * skipped tokens of the paper or inserted ones of the quote behind which both
 * agree again.  Not both, for that is another word: "by" for "to".
 */
static int
walk_pass_difference(walk_t *w, quote_walk_t *sum)
{
    long  most, n, insert, skip;

    most = PAPERAL_QUOTE_MAX_DIFFERENT
           - (long) (sum->skipped + sum->inserted);

    for (n = 1; n <= most; n++) {
        for (insert = 0; insert <= n; insert += n) {
            skip = n - insert;

            if (sum->skipped + skip > PAPERAL_QUOTE_MAX_SKIPPED
                || sum->inserted + insert > PAPERAL_QUOTE_MAX_INSERTED
                || !walk_may_skip(w, skip) || !walk_may_insert(w, insert)
                || !walk_agrees(w, insert, skip))
            {
                continue;
            }

            if (!walk_count_difference(w, sum, skip, insert)) {
                return 0;
            }

            w->i += insert * w->dir;
            w->j += skip * w->dir;

            return 1;
        }
    }

    return 0;
}


/*
 * Passes what makes a rival: a number, a negation, a comparison that only one
 * side has, or that is another one.
 */
static int
walk_pass_change(walk_t *w, quote_walk_t *sum)
{
    int  quote, paper;

    quote = walk_inside(w->q, w->i)
            && walk_token(w->q, w->i)->flags & PAPERAL_LEX_KEPT;
    paper = walk_inside(w->p, w->j)
            && walk_token(w->p, w->j)->flags & PAPERAL_LEX_KEPT;

    if (sum->changed == QUOTE_CHANGED || !(quote || paper)) {
        return 0;
    }

    if (quote && walk_agrees(w, 1, 0)) {
        paper = 0;

    } else if (paper && walk_same(w, w->i, w->j + w->dir)) {
        quote = 0;

    } else if (!(quote && paper)) {
        return 0;
    }

    sum->changed++;
    w->i += quote * w->dir;
    w->j += paper * w->dir;

    return 1;
}


/* Passes a token that is not the same on both sides, as the mode allows. */
static int
walk_pass_other(walk_t *w, quote_walk_t *sum, quote_mode_e mode)
{
    if (walk_pass_joined(w, sum)) {
        return 1;
    }

    if (mode == QUOTE_RIVAL && walk_pass_change(w, sum)) {
        return 1;
    }

    return mode >= QUOTE_LOOSE && walk_pass_difference(w, sum);
}


int
quote_walk(quote_walk_t *sum, const quote_side_t *quote, long i,
    const quote_side_t *paper, long j, int dir, quote_mode_e mode,
    size_t *last)
{
    int     rc;
    long    matched;
    walk_t  w;

    w = (walk_t) { quote, paper, i, j, dir };
    matched = -1;

    while (walk_inside(quote, w.i)) {
        if (sum->steps == 0) {
            return 0;
        }

        sum->steps--;

        if (walk_runs_on(&w)) {
            return 0;
        }

        rc = mode == QUOTE_VERBATIM ? 0 : walk_pass_marks(&w, sum, mode);

        if (rc < 0) {
            return 0;
        }

        if (rc == 0) {
            if (walk_same(&w, w.i, w.j)) {
                w.i += dir;
                w.j += dir;
                sum->matched++;

            } else if (!walk_pass_other(&w, sum, mode)) {
                return 0;
            }
        }

        matched = w.j - dir;
    }

    if (matched >= 0) {
        *last = (size_t) matched;
    }

    return 1;
}
