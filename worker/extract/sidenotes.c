/*
 * Notes beside the front matter: a narrow column of small type at the left
 * edge of the first page that holds history, citation, licence and the like.
 * Its lines stand between those of title, authors and abstract when lines are
 * taken from top to bottom, and belong to none of them.
 */

#include <math.h>

#include "front.h"


#define SIDENOTES_MIN    6         /* lines */
#define SIDENOTES_WIDTH  0.33f     /* of the page, at most */
#define SIDENOTES_SIZE   0.93f     /* of what stands beside, at most */
#define SIDENOTES_GAP    6.0f      /* points between notes and text */


/* Notes that end left of x, and their vertical extent. */
typedef struct {
    float  x;
    float  top;
    float  bottom;
    int    n;
} sidenotes_t;


static int
sidenotes_is_left(const line_t *line, float x)
{
    return line->kind == LINE_BODY && line->x1 < x - SIDENOTES_GAP;
}


/*
 * Takes the notes left of x from the line start on, as long as no line
 * crosses x.  Lines are ordered from top to bottom.
 */
static void
sidenotes_measure(const front_t *f, int start, float x, sidenotes_t *notes)
{
    int            i, beside;
    float          size, text;
    const line_t  *line;

    notes->x = x;
    notes->n = 0;
    notes->top = f->lines[start]->y0;
    notes->bottom = notes->top;
    beside = 0;
    text = 0;
    size = f->lines[start]->size;

    for (i = start; i < f->n; i++) {
        line = f->lines[i];

        if (line->kind != LINE_BODY) {
            continue;
        }

        if (sidenotes_is_left(line, x)) {
            notes->n += line->size < size + 1.5f;
            notes->bottom = fmaxf(notes->bottom, line->y1);
            continue;
        }

        if (line->x0 < x - SIDENOTES_GAP) {
            break;
        }

        if (fabsf(line->x0 - x) < 1.5f) {
            text = line->y1;
            beside += size < SIDENOTES_SIZE * line->size;
        }
    }

    /* what stands below the text may be the first heading of the body */
    notes->bottom = fminf(notes->bottom, text);

    if (beside < SIDENOTES_MIN) {
        notes->n = 0;
    }
}


/* The best column of notes that begins with a line at the left edge. */
static sidenotes_t
sidenotes_find(const front_t *f)
{
    int            i, k;
    float          width;
    sidenotes_t    notes, best;
    const line_t  *line;

    best.n = 0;
    width = (float) f->doc->pages[f->page].width;

    for (i = 0; i < f->n; i++) {
        line = f->lines[i];

        if (!sidenotes_is_left(line, width * SIDENOTES_WIDTH)) {
            continue;
        }

        /* the text's edge: that of one of the next lines beside */
        for (k = i > 2 ? i - 2 : 0; k < f->n && k < i + 12; k++) {
            if (f->lines[k]->x0 < line->x1 + SIDENOTES_GAP
                || f->lines[k]->x0 > width * (SIDENOTES_WIDTH + 0.05f))
            {
                continue;
            }

            sidenotes_measure(f, i, f->lines[k]->x0, &notes);

            if (notes.n > best.n) {
                best = notes;
            }
        }
    }

    return best;
}


void
front_side_notes(front_t *f)
{
    int           i;
    line_t       *line, *last;
    sidenotes_t   notes;

    notes = sidenotes_find(f);

    if (notes.n < SIDENOTES_MIN) {
        return;
    }

    last = NULL;

    for (i = 0; i < f->n; i++) {
        line = f->lines[i];

        if (!sidenotes_is_left(line, notes.x) || line->y0 < notes.top - 1) {
            continue;
        }

        /* notes that are longer than the text go on without a gap */
        if (line->y0 <= notes.bottom
            || (last != NULL && line->y0 - last->y1 < 0.8f * last->size
                && fabsf(line->size - last->size) < 0.3f))
        {
            line->kind = LINE_FRONT;
            last = line;
        }
    }
}
