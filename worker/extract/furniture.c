/*
 * Running heads are lines near the upper or lower edge whose letters, with
 * numbers left out, come back on other pages.
 */

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "furniture.h"
#include "lines.h"
#include "str.h"


#define FURNITURE_EDGE     0.115    /* of the page's height */
#define FURNITURE_PER_PAGE 8
#define FURNITURE_KEY      48
#define FURNITURE_MARGIN   5        /* fewer numbers are no margin */


typedef struct {
    char      key[FURNITURE_KEY];
    line_t   *line;
} edge_t;


static int
edges_by_key(const void *a, const void *b)
{
    int            rc;
    const edge_t  *e = a, *f = b;

    rc = strcmp(e->key, f->key);

    return rc != 0 ? rc : e->line->page - f->line->page;
}


/* Letters without digits: "Page 3 of 9" and "Page 4 of 9" are the same. */
static void
furniture_key(const line_t *line, char key[FURNITURE_KEY])
{
    char    squash[STR_MAX_SQUASH];
    size_t  i, n;

    str_squash(line->text, squash, sizeof(squash));
    n = 0;

    for (i = 0; squash[i] != '\0' && n < FURNITURE_KEY - 1; i++) {
        if (!isdigit((unsigned char) squash[i])) {
            key[n++] = squash[i];
        }
    }

    key[n] = '\0';
}


static int
furniture_is_page_number(const line_t *line)
{
    int          len;
    char         squash[STR_MAX_SQUASH];
    const char  *p;

    if (line->len > 24) {
        return 0;
    }

    str_squash(line->text, squash, sizeof(squash));
    p = squash;

    if (str_starts(p, "page")) {
        p += 4;

    } else if (str_starts(p, "第")) {
        p += strlen("第");
    }

    str_number(p, 6, &len);

    if (len == 0) {
        return strspn(squash, "ivxl") == strlen(squash) && squash[0] != '\0';
    }

    p += len;

    return *p == '\0' || str_starts(p, "of") || str_starts(p, "页")
           || str_starts(p, "/");
}


static int
furniture_at_edge(const doc_t *doc, const line_t *line)
{
    double  height;

    height = doc->pages[line->page].height;

    return line->y1 < height * FURNITURE_EDGE
           || line->y0 > height * (1 - FURNITURE_EDGE);
}


static void
furniture_repeated(edge_t *edges, int n, int n_pages)
{
    int  i, j, k, pages, need;

    need = n_pages >= 6 ? 3 : 2;

    for (i = 0; i < n; i = j) {
        pages = 1;

        for (j = i + 1; j < n && strcmp(edges[i].key, edges[j].key) == 0;
             j++)
        {
            pages += edges[j].line->page != edges[j - 1].line->page;
        }

        for (k = i; k < j; k++) {
            if ((pages >= need && edges[k].key[0] != '\0')
                || furniture_is_page_number(edges[k].line))
            {
                edges[k].line->kind = LINE_FURNITURE;
            }
        }
    }
}


/* Left or right of the text block, or between its columns. */
static int
furniture_in_margin(const page_t *page, float x0, float x1)
{
    int  i;

    for (i = 0; i < page->n_gutters; i++) {
        if (fabsf((x0 + x1) / 2 - page->gutters[i]) < 25) {
            return 1;
        }
    }

    return x1 < page->left + 30 || x0 > page->right - 30;
}


static int
furniture_is_margin_number(const page_t *page, const line_t *line)
{
    int  len;

    str_number(line->text, 5, &len);

    return len > 0 && len == line->len && line->kind != LINE_TITLE
           && furniture_in_margin(page, line->x0, line->x1);
}


/* Takes the numbers that stand close to their lines off them. */
static void
furniture_strip_margin(doc_t *doc, page_t *page, int style)
{
    int      i, k;
    line_t  *line, copy;

    for (i = 0; i < page->n_lines; i++) {
        line = &page->lines[i];

        for (k = 0; k < line->n && line->g[k].style == style
                    && line->g[k].cp >= '0' && line->g[k].cp <= '9'; k++)
        {
            /* void */
        }

        if (k == 0 || k >= line->n || k > 4
            || !furniture_in_margin(page, line->x0, line->x0))
        {
            continue;
        }

        copy = *line;
        memset(line, 0, sizeof(line_t));
        lines_measure(doc, line, copy.g + k, copy.n - k);
        line->page = copy.page;
        line->row = copy.row;
        line->column = copy.column;
        line->spanning = copy.spanning;
    }
}


/* A column of small numbers left or right of the text: line numbers. */
static void
furniture_margin(doc_t *doc, page_t *page)
{
    int  i, found, style;

    found = 0;
    style = -1;

    for (i = 0; i < page->n_lines; i++) {
        found += furniture_is_margin_number(page, &page->lines[i]);
    }

    if (found < FURNITURE_MARGIN) {
        return;
    }

    for (i = 0; i < page->n_lines; i++) {
        if (furniture_is_margin_number(page, &page->lines[i])) {
            page->lines[i].kind = LINE_FURNITURE;
            style = page->lines[i].style;
        }
    }

    furniture_strip_margin(doc, page, style);
}


void
furniture_mark(doc_t *doc)
{
    int      i, n;
    edge_t  *edges;
    line_t  *line;

    edges = region_array(doc->region, (size_t) doc->n_lines + 1,
                         sizeof(edge_t));
    n = 0;

    for (i = 0; i < doc->n_lines; i++) {
        line = doc->lines[i];

        if (furniture_at_edge(doc, line)) {
            furniture_key(line, edges[n].key);
            edges[n++].line = line;
        }
    }

    qsort(edges, (size_t) n, sizeof(edge_t), edges_by_key);
    furniture_repeated(edges, n, doc->n_pages);

    for (i = 0; i < doc->n_pages; i++) {
        furniture_margin(doc, &doc->pages[i]);
    }
}


static int
floats_ascending(const void *a, const void *b)
{
    float  x = *(const float *) a, y = *(const float *) b;

    return x < y ? -1 : x > y;
}


/* The median distance of neighbouring lines in the body style. */
static void
furniture_leading(doc_t *doc)
{
    int      i, n;
    float   *d, gap;
    line_t  *a, *b;

    d = region_array(doc->region, (size_t) doc->n_lines + 1, sizeof(float));
    n = 0;

    for (i = 1; i < doc->n_lines; i++) {
        a = doc->lines[i - 1];
        b = doc->lines[i];
        gap = b->y1 - a->y1;

        if (a->page == b->page && a->column == b->column
            && fabsf(b->size - doc->body_size) < 0.6f && gap > 0
            && gap < 4 * doc->body_size)
        {
            d[n++] = gap;
        }
    }

    qsort(d, (size_t) n, sizeof(float), floats_ascending);
    doc->body_leading = n > 0 ? d[n / 2] : doc->body_size * 1.2f;
}


static void
furniture_columns(doc_t *doc)
{
    int  i, two;

    two = 0;

    for (i = 0; i < doc->n_pages; i++) {
        two += doc->pages[i].n_gutters > 0;
    }

    doc->columns = two * 2 >= doc->n_pages ? 2 : 1;
}


void
furniture_body_style(doc_t *doc)
{
    int      i, best;
    long     letters, cjk, upright;
    int     *count;
    line_t  *line;

    count = region_array(doc->region, (size_t) doc->n_styles + 1, sizeof(int));
    letters = 0;
    cjk = 0;
    best = 0;

    for (i = 0; i < doc->n_lines; i++) {
        line = doc->lines[i];
        letters += line->letters;
        cjk += line->cjk;

        if (line->kind == LINE_BODY && line->letters >= 20) {
            count[line->style] += line->letters;
        }
    }

    upright = 0;

    for (i = 0; i < doc->n_styles; i++) {
        if (count[i] > upright && !doc->styles[i].mono) {
            upright = count[i];
            best = i;
        }
    }

    doc->body_style = best;
    doc->body_size = doc->styles[best].size;
    doc->cjk = cjk * 4 > letters;
    furniture_leading(doc);
    furniture_columns(doc);
}
