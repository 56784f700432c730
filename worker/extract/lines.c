/*
 * Builds the lines of each page from its glyphs.
 *
 * Words are runs of glyphs that poppler gave in one go.  Words of ordinary
 * size are put into rows by their middle; small ones (superscripts, accents
 * of formulas) then join the row that they overlap most.  A row becomes one
 * line per column, cut further where a gap is wide, because author blocks and
 * table cells stand side by side without being read across.
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "gutters.h"
#include "lines.h"
#include "str.h"


#define LINES_SPACE       0.17f      /* of the size: a gap that is a space */
#define LINES_SPLIT       1.60f      /* a gap that ends the line */
#define LINES_GUTTER      0.60f      /* of the usual width of the gutter */
#define LINES_SAME_ROW    0.34f      /* middles of one row differ by less */
#define LINES_SMALL       0.80f      /* of the row's size: a superscript */


typedef struct {
    float      middle;
    float      y0;
    float      y1;
    float      size;
    int        words;
} row_t;


typedef struct {
    doc_t     *doc;
    page_t    *page;
    word_t    *words;
    int        n_words;
    row_t     *rows;
    int        n_rows;
    int        cap_lines;
} lines_page_t;


static int
lines_by_x(const void *a, const void *b)
{
    const glyph_t  *g = a, *h = b;

    if (g->x0 != h->x0) {
        return g->x0 < h->x0 ? -1 : 1;
    }

    return g->x1 < h->x1 ? -1 : g->x1 > h->x1;
}


static int
words_by_middle(const void *a, const void *b)
{
    float          m, n;
    const word_t  *v = a, *w = b;

    m = v->y0 + v->y1;
    n = w->y0 + w->y1;

    if (m != n) {
        return m < n ? -1 : 1;
    }

    return v->first - w->first;
}


static int
words_by_row(const void *a, const void *b)
{
    const word_t  *v = a, *w = b;

    if (v->row != w->row) {
        return v->row - w->row;
    }

    if (v->x0 != w->x0) {
        return v->x0 < w->x0 ? -1 : 1;
    }

    return v->first - w->first;
}


static float
lines_typical_size(const lines_page_t *lp)
{
    int    i, best, size;
    int    count[64];

    memset(count, 0, sizeof(count));
    best = 10;

    for (i = 0; i < lp->n_words; i++) {
        size = (int) (lp->words[i].size + 0.5f);

        if (size > 0 && size < 64) {
            count[size] += lp->words[i].n;

            if (count[size] > count[best]) {
                best = size;
            }
        }
    }

    return (float) best;
}


static void
row_add(row_t *row, const word_t *w)
{
    if (row->words == 0) {
        row->y0 = w->y0;
        row->y1 = w->y1;
        row->size = w->size;
        row->middle = (w->y0 + w->y1) / 2;
    }

    row->y0 = fminf(row->y0, w->y0);
    row->y1 = fmaxf(row->y1, w->y1);
    row->size = fmaxf(row->size, w->size);
    row->words++;
}


/*
 * The row whose middle is near the word's and, among those, that has its
 * nearest neighbour: the rows of two columns may be out of step.
 */
static int
lines_row_of(const lines_page_t *lp, const word_t *w, float limit)
{
    int    i, best;
    float  d, least;

    best = -1;
    least = limit;

    for (i = lp->n_rows - 1; i >= 0 && i >= lp->n_rows - 12; i--) {
        d = fabsf(lp->rows[i].middle - (w->y0 + w->y1) / 2);

        if (d < least) {
            least = d;
            best = i;
        }
    }

    return best;
}


static void
lines_rows(lines_page_t *lp)
{
    int     i, row;
    float   typical;
    word_t  *w;

    typical = lines_typical_size(lp);
    qsort(lp->words, (size_t) lp->n_words, sizeof(word_t), words_by_middle);
    lp->rows = region_array(lp->doc->region, (size_t) lp->n_words + 1,
                            sizeof(row_t));

    for (i = 0; i < lp->n_words; i++) {
        w = &lp->words[i];

        if (w->small || w->size < typical * LINES_SMALL) {
            w->row = -1;
            continue;
        }

        row = lines_row_of(lp, w, LINES_SAME_ROW * fminf(w->size, typical));

        if (row < 0) {
            row = lp->n_rows++;
        }

        row_add(&lp->rows[row], w);
        w->row = row;
    }
}


/* Overlap of a small word with a larger one beside it, 0 if far away. */
static float
lines_attach_score(const word_t *w, const word_t *v)
{
    float  overlap, gap;

    if (v->row < 0 || v->size * LINES_SMALL < w->size) {
        return 0;
    }

    gap = fmaxf(v->x0 - w->x1, w->x0 - v->x1);

    if (gap > 1.0f * v->size) {
        return 0;
    }

    overlap = fminf(w->y1, v->y1) - fmaxf(w->y0, v->y0);

    return overlap - 0.1f * fmaxf(gap, 0);
}


/*
 * Small words: beside a larger one they belong to its row, elsewhere they
 * make rows of their own (footnotes, captions, references).
 */
static void
lines_small_words(lines_page_t *lp)
{
    int      i, j, row, near;
    float    score, best;
    word_t  *w, *v;

    for (i = 0; i < lp->n_words; i++) {
        w = &lp->words[i];

        if (w->row >= 0) {
            continue;
        }

        best = 0.25f * (w->y1 - w->y0);
        near = -1;

        for (j = i - 1; j >= 0 && j > i - 400; j--) {
            v = &lp->words[j];

            if (v->y0 + v->y1 < w->y0 + w->y1 - 4 * w->size) {
                break;
            }

            score = lines_attach_score(w, v);
            near = score > best ? v->row : near;
            best = fmaxf(score, best);
        }

        for (j = i + 1; j < lp->n_words && j < i + 400; j++) {
            v = &lp->words[j];

            if (v->y0 + v->y1 > w->y0 + w->y1 + 4 * w->size) {
                break;
            }

            score = lines_attach_score(w, v);
            near = score > best ? v->row : near;
            best = fmaxf(score, best);
        }

        w->row = near >= 0 ? -2 - near : -1;
    }

    for (i = 0; i < lp->n_words; i++) {
        w = &lp->words[i];

        if (w->row < -1) {
            w->row = -2 - w->row;
            lp->rows[w->row].words++;

        } else if (w->row == -1) {
            row = lines_row_of(lp, w, LINES_SAME_ROW * w->size);

            if (row < 0 || lp->rows[row].size > w->size / LINES_SMALL) {
                row = lp->n_rows++;
            }

            row_add(&lp->rows[row], w);
            w->row = row;
        }
    }
}


static void
lines_count(const doc_t *doc, line_t *line)
{
    int             i, best;
    int             style_n[8], styles[8];
    int             k, n;
    const style_t  *s;
    const glyph_t  *g;

    n = 0;
    best = 0;

    for (i = 0; i < line->n; i++) {
        g = &line->g[i];
        s = &doc->styles[g->style];

        if (str_is_letter(g->cp)) {
            line->letters++;
            line->upper += str_is_upper(g->cp);
            line->cjk += str_is_cjk(g->cp);
            line->bold += s->bold;
            line->italic += s->italic;
            line->mono += s->mono;

        } else if (g->cp >= '0' && g->cp <= '9') {
            line->digits++;
        }

        for (k = 0; k < n && styles[k] != g->style; k++) {
            /* void */
        }

        if (k == n && n < 8) {
            styles[n] = g->style;
            style_n[n++] = 0;
        }

        if (k < n) {
            style_n[k] += 1 + 3 * str_is_letter(g->cp);
            best = style_n[k] > style_n[best] ? k : best;
        }
    }

    line->style = styles[best];
    line->size = doc->styles[line->style].size;
}


void
lines_measure(doc_t *doc, line_t *line, glyph_t *g, int n)
{
    int    i;
    float  gap;

    qsort(g, (size_t) n, sizeof(glyph_t), lines_by_x);
    line->g = g;
    line->n = n;
    line->section = -1;
    line->x0 = g[0].x0;
    line->x1 = g[0].x1;
    line->y0 = g[0].y0;
    line->y1 = g[0].y1;
    lines_count(doc, line);

    for (i = 1; i < n; i++) {
        gap = g[i].x0 - line->x1;
        line->x1 = fmaxf(line->x1, g[i].x1);

        if (gap > LINES_SPACE * line->size) {
            g[i].space = 1;

        } else if (g[i].space && gap < 0.04f * line->size) {
            g[i].space = 0;
        }

        if (doc->styles[g[i].style].size >= line->size * LINES_SMALL) {
            line->y0 = fminf(line->y0, g[i].y0);
            line->y1 = fmaxf(line->y1, g[i].y1);
        }
    }

    g[0].space = 0;
    line->text = str_of_glyphs(doc->region, g, n);
    line->len = (int) strlen(line->text);
}


/* Copies the glyphs of words to one place and makes a line of them. */
static void
lines_emit(lines_page_t *lp, const word_t *words, int n)
{
    int       i, k, total;
    line_t   *line;
    glyph_t  *g;

    total = 0;

    for (i = 0; i < n; i++) {
        total += words[i].n;
    }

    g = region_array(lp->doc->region, (size_t) total, sizeof(glyph_t));
    k = 0;

    for (i = 0; i < n; i++) {
        memcpy(g + k, lp->page->glyphs + words[i].first,
               (size_t) words[i].n * sizeof(glyph_t));
        k += words[i].n;
    }

    lp->page->lines = region_grow(lp->doc->region, lp->page->lines,
                                  lp->page->n_lines, &lp->cap_lines,
                                  sizeof(line_t));
    line = &lp->page->lines[lp->page->n_lines++];
    memset(line, 0, sizeof(line_t));
    lines_measure(lp->doc, line, g, total);
    line->page = (int) (lp->page - lp->doc->pages);
    line->row = words[0].row;
}


/* A gap that is a gutter, and not the space of a line that spans it. */
static int
lines_gutter_between(const page_t *page, float x0, float x1)
{
    int  i;

    for (i = 0; i < page->n_gutters; i++) {
        if (page->gutters[i] > x0 && page->gutters[i] < x1
            && x1 - x0 > LINES_GUTTER * page->gutter_widths[i])
        {
            return 1;
        }
    }

    return 0;
}


/*
 * Takes words that lie on top of others (stamps, badges) out of a row, as
 * lines of their own; returns how many are left.
 */
static int
lines_lift_overlaps(lines_page_t *lp, word_t *w, int n)
{
    int    i, kept;
    float  common;

    for (i = 1, kept = 1; i < n; i++) {
        common = fminf(w[kept - 1].x1, w[i].x1) - w[i].x0;

        if (w[i].n >= 2 && w[kept - 1].n >= 2
            && common > 0.6f * fminf(w[i].x1 - w[i].x0,
                                     w[kept - 1].x1 - w[kept - 1].x0)
            && common > 0.4f * w[i].size)
        {
            lines_emit(lp, &w[i], 1);
            continue;
        }

        w[kept++] = w[i];
    }

    return kept;
}


static void
lines_cut_row(lines_page_t *lp, word_t *w, int n)
{
    int    i, from;
    float  end, gap, size;

    n = lines_lift_overlaps(lp, w, n);
    from = 0;
    end = w[0].x1;

    for (i = 1; i < n; i++) {
        gap = w[i].x0 - end;
        size = fmaxf(w[i].size, w[i - 1].size);

        if (gap > LINES_SPLIT * size
            || (gap > 0.55f * size
                && lines_gutter_between(lp->page, end, w[i].x0)))
        {
            lines_emit(lp, w + from, i - from);
            from = i;
        }

        end = fmaxf(end, w[i].x1);
    }

    lines_emit(lp, w + from, n - from);
}


static void
lines_page(doc_t *doc, page_t *page, unsigned short *usual)
{
    int           i, j;
    lines_page_t  lp;

    memset(&lp, 0, sizeof(lp));
    lp.doc = doc;
    lp.page = page;

    lp.words = region_array(doc->region, (size_t) page->n_glyphs + 1,
                            sizeof(word_t));
    lp.n_words = words_build(doc, page, lp.words);
    lines_rows(&lp);
    lines_small_words(&lp);
    qsort(lp.words, (size_t) lp.n_words, sizeof(word_t), words_by_row);
    gutters_find(page, lp.words, lp.n_words, usual);

    for (i = 0; i < lp.n_words; i = j) {
        for (j = i + 1; j < lp.n_words; j++) {
            if (lp.words[j].row != lp.words[i].row) {
                break;
            }
        }

        lines_cut_row(&lp, lp.words + i, j - i);
    }

    columns_order(page);
}


void
lines_build(doc_t *doc)
{
    int              i, k, n;
    unsigned short   usual[GUTTERS_MAX_WIDTH];

    memset(usual, 0, sizeof(usual));
    n = 0;

    for (i = 0; i < doc->n_pages; i++) {
        lines_page(doc, &doc->pages[i], usual);
        n += doc->pages[i].n_lines;
    }

    doc->lines = region_array(doc->region, (size_t) n + 1, sizeof(line_t *));
    n = 0;

    for (i = 0; i < doc->n_pages; i++) {
        for (k = 0; k < doc->pages[i].n_lines; k++) {
            doc->lines[n++] = &doc->pages[i].lines[k];
        }
    }

    doc->n_lines = n;
}
