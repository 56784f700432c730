/*
 * Finds gutters by votes.  Every row is cut into runs at gaps of about one
 * letter's height; two neighbouring runs that are both as wide as running
 * text vote for each x between them.  So do runs that are alone in their rows
 * and nearly side by side: headings shift the lines of one column against
 * those of the other by a part of a line.  Tables do not vote: their
 * cells are narrow.  A strip where many rows agree and few words lie is a
 * gutter.
 */

#include <math.h>
#include <string.h>

#include "gutters.h"


#define GUTTERS_MIN_GAP    0.75f     /* of the text size */
#define GUTTERS_MIN_RUN    0.14f     /* of the page's width */
#define GUTTERS_MIN_VOTES  5
#define GUTTERS_MIN_GLYPHS 9         /* of a run */
#define GUTTERS_MAX_APART  1.2f      /* line heights between middles */
#define GUTTERS_MAX_WHITE  0.08f     /* of the page's width: no short line */
#define GUTTERS_MAX_LONE   2048      /* rows of one run that are looked at */


typedef struct {
    float      x0;
    float      y0;
    float      x1;
    float      y1;
    int        glyphs;
} run_t;


typedef struct {
    unsigned short   votes[GUTTERS_MAX_WIDTH];
    unsigned short   cover[GUTTERS_MAX_WIDTH];
    int              width;
    float            min;            /* width of running text */
    run_t            lone[GUTTERS_MAX_LONE];
    int              n_lone;
} gutters_ballot_t;


static void
gutters_add(unsigned short *at, int width, float from, float to)
{
    int  x, end;

    x = (int) ceilf(from);
    end = (int) floorf(to);

    if (x < 0) {
        x = 0;
    }

    for ( /* void */ ; x <= end && x < width; x++) {
        at[x]++;
    }
}


static int
gutters_is_text(const run_t *run, const gutters_ballot_t *b)
{
    return run->glyphs >= GUTTERS_MIN_GLYPHS && run->x1 - run->x0 > b->min;
}


/* Takes the words of a run from w[*i] on; *i is behind them afterwards. */
static run_t
gutters_run(const word_t *w, int n, int *i)
{
    run_t  run;

    memset(&run, 0, sizeof(run));

    for ( /* void */ ; *i < n; (*i)++) {
        if (run.glyphs > 0
            && w[*i].x0 - run.x1 >= GUTTERS_MIN_GAP * w[*i].size)
        {
            break;
        }

        if (run.glyphs == 0) {
            run.x0 = w[*i].x0;
            run.y0 = w[*i].y0;
            run.x1 = w[*i].x1;
            run.y1 = w[*i].y1;
        }

        run.x1 = fmaxf(run.x1, w[*i].x1);
        run.y0 = fminf(run.y0, w[*i].y0);
        run.y1 = fmaxf(run.y1, w[*i].y1);
        run.glyphs += w[*i].n;
    }

    return run;
}


static void
gutters_row(const word_t *w, int n, gutters_ballot_t *b)
{
    int    i, runs;
    run_t  run, last;

    i = 0;
    runs = 0;
    memset(&last, 0, sizeof(last));

    while (i < n) {
        run = gutters_run(w, n, &i);
        runs++;

        gutters_add(b->cover, b->width, run.x0, run.x1);

        if (gutters_is_text(&last, b) && gutters_is_text(&run, b)) {
            gutters_add(b->votes, b->width, last.x1 + 0.5f, run.x0 - 0.5f);
        }

        last = run;
    }

    if (runs == 1 && gutters_is_text(&last, b)
        && b->n_lone < GUTTERS_MAX_LONE)
    {
        b->lone[b->n_lone++] = last;
    }
}


/* The votes of rows of one run: each with the next row beside it. */
static void
gutters_lone(const page_t *page, gutters_ballot_t *b)
{
    int           i;
    float         apart, height;
    const run_t  *m, *n, *left, *right;

    for (i = 0; i + 1 < b->n_lone; i++) {
        m = &b->lone[i];
        n = &b->lone[i + 1];

        apart = fabsf(m->y0 + m->y1 - n->y0 - n->y1) / 2;
        height = fminf(m->y1 - m->y0, n->y1 - n->y0);
        left = m->x0 < n->x0 ? m : n;
        right = m->x0 < n->x0 ? n : m;

        if (apart <= GUTTERS_MAX_APART * height && left->x1 < right->x0
            && right->x0 - left->x1 < (float) page->width * GUTTERS_MAX_WHITE)
        {
            gutters_add(b->votes, b->width, left->x1 + 0.5f,
                        right->x0 - 0.5f);
        }
    }
}


/*
 * Middle of the best strip outside of what is taken, and the width that all
 * its votes share; 0 if there is none.
 */
static float
gutters_best(const page_t *page, const gutters_ballot_t *b,
    const unsigned short *usual, float *width)
{
    int  x, k, best, from, to, need, near;

    best = 0;
    from = 0;
    to = 0;

    for (x = (int) (page->width * 0.12); x < (int) (page->width * 0.88); x++) {
        if (x >= b->width) {
            break;
        }

        near = 0;

        for (k = 0; k < page->n_gutters; k++) {
            near = near || fabsf(page->gutters[k] - (float) x)
                           < (float) page->width * 0.15f;
        }

        need = usual[x] >= 3 ? 1 : GUTTERS_MIN_VOTES;

        if (near || b->votes[x] < need
            || b->votes[x] * 4 < b->cover[x])
        {
            continue;
        }

        if (b->votes[x] > best) {
            best = b->votes[x];
            from = x;
            to = x;

        } else if (b->votes[x] == best && x == to + 1) {
            to = x;
        }
    }

    *width = (float) (to - from + 1);

    return (float) (from + to) / 2;
}


static void
gutters_insert(page_t *page, float x, float width)
{
    int  i;

    for (i = page->n_gutters; i > 0 && page->gutters[i - 1] > x; i--) {
        page->gutters[i] = page->gutters[i - 1];
        page->gutter_widths[i] = page->gutter_widths[i - 1];
    }

    page->gutters[i] = x;
    page->gutter_widths[i] = width;
    page->n_gutters++;
}


void
gutters_find(page_t *page, const word_t *words, int n,
    unsigned short usual[GUTTERS_MAX_WIDTH])
{
    int                i, j, k;
    float              x, width;
    gutters_ballot_t   b;

    memset(&b, 0, sizeof(b));
    b.width = (int) page->width;
    b.min = (float) page->width * GUTTERS_MIN_RUN;

    if (b.width >= GUTTERS_MAX_WIDTH) {
        return;
    }

    for (i = 0; i < n; i = j) {
        for (j = i + 1; j < n && words[j].row == words[i].row; j++) {
            /* void */
        }

        gutters_row(words + i, j - i, &b);
    }

    gutters_lone(page, &b);

    for (k = 0; k < DOC_MAX_GUTTERS; k++) {
        x = gutters_best(page, &b, usual, &width);
        if (x < 1) {
            break;
        }

        gutters_insert(page, x, width);

        for (i = (int) x - 2; i <= (int) x + 2; i++) {
            usual[i]++;
        }
    }
}
