/*
 * See paperal_fold.h.  Works in groups of one base and the accents behind it,
 * because only within a group the order of code points can change.
 */

#include "paperal_fold.h"

#include <string.h>

#include "paperal_fold_table.h"
#include "paperal_utf8.h"


/* the arithmetic of Hangul syllables, Unicode chapter 3.12 */
#define HANGUL_FIRST  0xac00
#define HANGUL_COUNT  11172
#define HANGUL_L      0x1100
#define HANGUL_V      0x1161
#define HANGUL_T      0x11a7
#define HANGUL_NV     21
#define HANGUL_NT     28

#define FOLD_INVALID  0xfffd


static const paperal_fold_run_t *
fold_run(uint32_t cp)
{
    size_t                     low, high, mid;
    const paperal_fold_run_t  *run;

    low = 0;
    high = paperal_fold_nruns;

    while (low < high) {
        mid = low + (high - low) / 2;

        if (paperal_fold_runs[mid].first <= cp) {
            low = mid + 1;

        } else {
            high = mid;
        }
    }

    if (low == 0) {
        return NULL;
    }

    run = &paperal_fold_runs[low - 1];

    if ((cp - run->first) % run->stride != 0
        || (cp - run->first) / run->stride >= run->count)
    {
        return NULL;
    }

    return run;
}


static const paperal_fold_many_t *
fold_many(uint32_t cp)
{
    size_t  low, high, mid;

    low = 0;
    high = paperal_fold_nmanies;

    while (low < high) {
        mid = low + (high - low) / 2;

        if (paperal_fold_manies[mid].cp == cp) {
            return &paperal_fold_manies[mid];
        }

        if (paperal_fold_manies[mid].cp < cp) {
            low = mid + 1;

        } else {
            high = mid;
        }
    }

    return NULL;
}


static void
fold_classify(paperal_fold_char_t *c)
{
    size_t  low, high, mid;

    low = 0;
    high = paperal_fold_nkinds;

    while (high - low > 1) {
        mid = low + (high - low) / 2;

        if (paperal_fold_kinds[mid].first <= c->cp) {
            low = mid;

        } else {
            high = mid;
        }
    }

    c->kind = paperal_fold_kinds[low].kind;
    c->combining = paperal_fold_kinds[low].combining;
}


static size_t
fold_hangul(uint32_t cp, uint32_t out[PAPERAL_FOLD_MANY])
{
    cp -= HANGUL_FIRST;
    out[0] = HANGUL_L + cp / (HANGUL_NV * HANGUL_NT);
    out[1] = HANGUL_V + cp / HANGUL_NT % HANGUL_NV;
    out[2] = HANGUL_T + cp % HANGUL_NT;

    return cp % HANGUL_NT == 0 ? 2 : 3;
}


/* The code points that cp folds to; returns how many, maybe 0. */
static size_t
fold_expand(uint32_t cp, uint32_t out[PAPERAL_FOLD_MANY])
{
    const paperal_fold_run_t   *run;
    const paperal_fold_many_t  *many;

    if (cp >= HANGUL_FIRST && cp < HANGUL_FIRST + HANGUL_COUNT) {
        return fold_hangul(cp, out);
    }

    many = fold_many(cp);

    if (many != NULL) {
        memcpy(out, paperal_fold_pool + many->offset,
               many->len * sizeof(uint32_t));
        return many->len;
    }

    run = fold_run(cp);
    out[0] = run == NULL ? cp : (uint32_t) ((int32_t) cp + run->delta);

    return 1;
}


/*
 * Folds the character at pos into the queue, if accents_only only when it
 * begins with an accent or is nothing.  Returns whether it was taken.
 */
static int
fold_take(paperal_fold_t *f, int accents_only)
{
    size_t                i, n, many;
    uint32_t              cp, out[PAPERAL_FOLD_MANY];
    paperal_fold_char_t  *c;

    n = paperal_utf8_decode(f->s + f->pos, f->len - f->pos, &cp);

    if (n == 0) {
        n = paperal_utf8_invalid(f->s + f->pos, f->len - f->pos);
        cp = FOLD_INVALID;
    }

    many = fold_expand(cp, out);

    for (i = 0; i < many; i++) {
        c = &f->queue[f->n + i];
        c->cp = out[i];
        c->start = (uint32_t) f->pos;
        c->end = (uint32_t) (f->pos + n);
        fold_classify(c);

        if (i == 0 && accents_only && c->combining == 0) {
            return 0;
        }
    }

    f->n += (unsigned) many;
    f->pos += n;

    return 1;
}


/* Puts the accents of each run into canonical order, a stable sort. */
static void
fold_order(paperal_fold_t *f)
{
    unsigned             i, k;
    paperal_fold_char_t  c;

    for (i = 1; i < f->n; i++) {
        c = f->queue[i];

        for (k = i; c.combining != 0 && k > 0; k--) {
            if (f->queue[k - 1].combining <= c.combining) {
                break;
            }

            f->queue[k] = f->queue[k - 1];
        }

        f->queue[k != i ? k : i] = c;
    }
}


void
paperal_fold_init(paperal_fold_t *f, const char *s, size_t len)
{
    f->s = s;
    f->len = len;
    f->pos = 0;
    f->n = 0;
    f->i = 0;
}


int
paperal_fold_next(paperal_fold_t *f, paperal_fold_char_t *c)
{
    while (f->i == f->n) {
        if (f->pos == f->len) {
            return 0;
        }

        f->n = 0;
        f->i = 0;
        (void) fold_take(f, 0);

        while (f->pos < f->len && (unsigned char) f->s[f->pos] >= 0x80
               && f->n + PAPERAL_FOLD_MANY <= PAPERAL_FOLD_QUEUE
               && fold_take(f, 1))
        {
            /* void */
        }

        fold_order(f);
    }

    *c = f->queue[f->i++];

    return 1;
}


void
paperal_fold_append(paperal_buf_t *b, const char *s, size_t len)
{
    char                 utf8[4];
    paperal_fold_t       f;
    paperal_fold_char_t  c;

    paperal_fold_init(&f, s, len);

    while (paperal_fold_next(&f, &c)) {
        if (c.cp != PAPERAL_FOLD_SOFT_HYPHEN) {
            paperal_buf_bytes(b, utf8, paperal_utf8_encode(c.cp, utf8));
        }
    }
}
