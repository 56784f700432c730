/*
 * Words: runs of glyphs that poppler gave in one go.
 */

#include <math.h>

#include "lines.h"


#define WORDS_WORD_BREAK  0.30f      /* a jump inside of poppler's word */
#define WORDS_SMALL       0.80f      /* of the neighbour: a superscript */


static int
words_continue(const doc_t *doc, const glyph_t *a, const glyph_t *b)
{
    float  size, gap, ratio;

    if (b->space || a->rotated != b->rotated) {
        return 0;
    }

    size = doc->styles[b->style].size;
    gap = b->x0 - a->x1;
    ratio = size / doc->styles[a->style].size;

    if (ratio < WORDS_SMALL || ratio > 1 / WORDS_SMALL) {
        return 0;
    }

    return gap < WORDS_WORD_BREAK * size && gap > -0.5f * size - 1.0f
           && fabsf((b->y0 + b->y1) - (a->y0 + a->y1)) < 0.5f * size;
}


/*
 * Words that follow each other in the file, touch, and differ in size: the
 * smaller one is a mark of the larger one, even if other text is as small.
 */
static void
words_mark_small(word_t *v, word_t *w)
{
    word_t  *small, *large;

    small = v->size < w->size ? v : w;
    large = v->size < w->size ? w : v;

    if (small->size < large->size * WORDS_SMALL
        && fmaxf(w->x0 - v->x1, v->x0 - w->x1) < 0.45f * large->size
        && fminf(v->y1, w->y1) - fmaxf(v->y0, w->y0)
           > 0.3f * (small->y1 - small->y0)
        && small->n <= 12)
    {
        small->small = 1;
    }
}


int
words_build(doc_t *doc, const page_t *page, word_t *words)
{
    int        i, j, k, n;
    word_t    *w;
    glyph_t   *g;

    g = page->glyphs;
    n = 0;

    for (i = 0; i < page->n_glyphs; i = j) {
        j = i + 1;

        while (j < page->n_glyphs
               && words_continue(doc, &g[j - 1], &g[j]))
        {
            j++;
        }

        if (g[i].rotated) {
            continue;
        }

        w = &words[n++];
        w->first = i;
        w->n = j - i;
        w->x0 = g[i].x0;
        w->x1 = g[i].x1;
        w->y0 = g[i].y0;
        w->y1 = g[i].y1;
        w->size = doc->styles[g[i].style].size;

        for (k = i + 1; k < j; k++) {
            w->x0 = fminf(w->x0, g[k].x0);
            w->x1 = fmaxf(w->x1, g[k].x1);
            w->y0 = fminf(w->y0, g[k].y0);
            w->y1 = fmaxf(w->y1, g[k].y1);
        }

        if (n > 1) {
            words_mark_small(w - 1, w);
        }
    }

    return n;
}
