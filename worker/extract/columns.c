/*
 * Reading order: bands between spanning lines, columns inside of bands.
 */

#include <math.h>
#include <stdlib.h>

#include "columns.h"


#define COLUMNS_CROSS  8.0f     /* points that a spanning line reaches over */


static int
columns_by_top(const void *a, const void *b)
{
    float          m, n;
    const line_t  *l = a, *k = b;

    m = l->y0 + l->y1;
    n = k->y0 + k->y1;

    if (l->row == k->row) {
        return l->x0 < k->x0 ? -1 : l->x0 > k->x0;
    }

    if (m != n) {
        return m < n ? -1 : 1;
    }

    return l->row - k->row;
}


static int
columns_by_column(const void *a, const void *b)
{
    const line_t  *l = a, *k = b;

    if (l->block != k->block) {
        return l->block < k->block ? -1 : 1;
    }

    if (l->column != k->column) {
        return l->column - k->column;
    }

    return columns_by_top(a, b);
}


static void
columns_assign(const page_t *page, line_t *line)
{
    int    i;
    float  middle;

    middle = (line->x0 + line->x1) / 2;

    for (i = 0; i < page->n_gutters; i++) {
        if (line->x0 < page->gutters[i] - COLUMNS_CROSS
            && line->x1 > page->gutters[i] + COLUMNS_CROSS)
        {
            line->spanning = 1;
        }

        line->column += middle > page->gutters[i];
    }
}


/* Size of most letters of a column between two heights. */
static float
columns_size(const page_t *page, int column, float from, float to)
{
    int            i, n, most;
    float          size;
    const line_t  *line;

    most = 0;
    size = 0;

    for (i = 0; i < page->n_lines; i++) {
        line = &page->lines[i];

        if (line->column != column || line->spanning || line->y0 < from
            || line->y1 > to)
        {
            continue;
        }

        n = line->letters * (line->size == size ? 2 : 1);

        if (n > most) {
            most = n;
            size = line->size;
        }
    }

    return size;
}


/*
 * Some journals start the references below both columns without a line
 * across.  The height of such a change: all lines above it are set in one
 * size, all below in a smaller one, in both columns.  0 if there is none.
 */
static float
columns_change(const page_t *page)
{
    int            i, k, crossed;
    float          y, above, below;
    const line_t  *line, *other;

    for (i = 0; i < page->n_lines && page->n_gutters == 1; i++) {
        line = &page->lines[i];

        if (line->spanning || line->column != 0
            || line->letters > 16 || line->letters < 6)
        {
            continue;
        }

        y = line->y0;
        crossed = 0;

        for (k = 0; k < page->n_lines && !crossed; k++) {
            other = &page->lines[k];
            crossed = k != i && other->y0 < y + 2 && other->y1 > y - 4
                      && other->row != line->row;
        }

        above = columns_size(page, 0, 50, y);
        below = columns_size(page, 0, line->y1, (float) page->height - 55);

        if (!crossed && above > below + 0.8f && below > 0
            && columns_size(page, 1, 50, y) == above
            && columns_size(page, 1, y, (float) page->height - 55) == below)
        {
            return y;
        }
    }

    return 0;
}


/*
 * Numbers the bands in line->block: it changes before a spanning line that
 * follows others and before others that follow a spanning line.
 */
static void
columns_bands(page_t *page)
{
    int      i, band, was;
    float    change;
    line_t  *line;

    band = 0;
    was = 0;
    change = columns_change(page);

    for (i = 0; i < page->n_lines; i++) {
        line = &page->lines[i];

        if (i > 0 && line->spanning != was && band < 255) {
            band++;
        }

        if (change > 0 && line->y0 >= change - 1 && band < 255) {
            band++;
            change = 0;
        }

        was = line->spanning;
        line->block = (uint8_t) band;

        if (line->spanning) {
            line->column = 0;
        }
    }
}


static void
columns_extent(page_t *page)
{
    int  i;

    page->left = (float) page->width;
    page->right = 0;

    for (i = 0; i < page->n_lines; i++) {
        if (page->lines[i].letters > 3) {
            page->left = fminf(page->left, page->lines[i].x0);
            page->right = fmaxf(page->right, page->lines[i].x1);
        }
    }
}


void
columns_order(page_t *page)
{
    int  i;

    if (page->n_lines == 0) {
        return;
    }

    for (i = 0; i < page->n_lines; i++) {
        columns_assign(page, &page->lines[i]);
    }

    qsort(page->lines, (size_t) page->n_lines, sizeof(line_t),
          columns_by_top);
    columns_bands(page);
    qsort(page->lines, (size_t) page->n_lines, sizeof(line_t),
          columns_by_column);
    columns_extent(page);

    for (i = 0; i < page->n_lines; i++) {
        page->lines[i].block = 0;
    }
}
