/*
 * Finds lines that may be headings: short, wordy, followed by text, and set
 * apart by their look, a number, a known word or white space.
 */

#include <math.h>
#include <string.h>

#include "candidates.h"
#include "headings.h"
#include "roles.h"
#include "str.h"


#define HEADINGS_MAX_LINES  4        /* lines of one heading */
#define HEADINGS_MAX_CHARS  180
#define HEADINGS_MAX_WORDS  22


static int
headings_is_upper(const line_t *line)
{
    return line->upper * 10 > line->letters * 8 && line->cjk == 0
           && line->letters > 3;
}


int
headings_is_bold(const line_t *line)
{
    return line->bold * 10 > line->letters * 7;
}


/* Not the look of running text: larger, bold, capitals, another face. */
static int
headings_distinct(const doc_t *doc, const line_t *line)
{
    const style_t  *body, *style;

    body = &doc->styles[doc->body_style];
    style = &doc->styles[line->style];

    return line->size > doc->body_size * 1.06f
           || (headings_is_bold(line) && !body->bold)
           || headings_is_upper(line)
           || (line->italic * 10 > line->letters * 8 && !body->italic)
           || (style->colored && !body->colored)
           || (line->size > doc->body_size - 0.3f
               && strcmp(style->font, body->font) != 0 && !style->math
               && !style->mono);
}


static int
headings_above(const doc_t *doc, int i)
{
    line_t  *line, *prev;

    line = doc->lines[i];

    for (i--; i >= 0; i--) {
        prev = doc->lines[i];

        if (prev->kind != LINE_FURNITURE) {
            break;
        }
    }

    if (i < 0 || prev->page != line->page || prev->column != line->column
        || prev->y0 > line->y0)
    {
        return 1;
    }

    return line->y1 - prev->y1 > doc->body_leading * 1.12f
           || prev->kind == LINE_HEADING;
}


/*
 * A short line of its own between paragraphs, at the column's edge: some
 * journals set subheadings so, in the body's own type.
 */
static int
headings_alone(const doc_t *doc, int i)
{
    line_t      *line, *next;
    uint32_t     cp;
    const char  *p;

    line = doc->lines[i];

    if (i + 1 >= doc->n_lines || i == 0 || str_words(line->text) > 10) {
        return 0;
    }

    next = doc->lines[i + 1];
    p = line->text;
    cp = str_next(&p);

    return str_is_upper(cp) && line->letters >= 8
           && line->digits * 5 < line->letters
           && line->style == doc->body_style
           && next->style == doc->body_style
           && next->page == line->page && next->column == line->column
           && next->y1 - line->y1 > doc->body_leading * 1.3f
           && next->y1 - line->y1 < doc->body_leading * 3.0f
           && fabsf(next->x0 - line->x0) < 2.0f && next->letters > 25
           && next->x1 - line->x1 > 2 * line->size
           && strpbrk(line->text, ".;:=()[]") == NULL;
}


/* Letters must be most of it: no formulas, cells or labels. */
static int
headings_is_wordy(const line_t *line)
{
    int          others;
    uint32_t     cp;
    const char  *p;

    others = 0;

    for (p = line->text; (cp = str_next(&p)) != 0; ) {
        others += cp != ' ' && cp != '.' && cp != '-' && cp != ':'
                  && cp != ',';
    }

    return (line->letters >= 3 || line->cjk >= 2)
           && line->letters * 10 >= others * 6;
}


static int
headings_last_char_ok(const char *text, int number)
{
    size_t  n;
    char    c;

    n = strlen(text);
    c = text[n - 1];

    if (str_starts(text + (n >= 3 ? n - 3 : 0), "。")
        || str_starts(text + (n >= 3 ? n - 3 : 0), "；")
        || str_starts(text + (n >= 3 ? n - 3 : 0), "，"))
    {
        return 0;
    }

    return c != ',' && c != ';' && (c != '.' || number > 0 || n < 40);
}


static int
headings_usable(const doc_t *doc, const line_t *line)
{
    const style_t  *style;

    style = &doc->styles[line->style];

    return line->kind == LINE_BODY && line->len < HEADINGS_MAX_CHARS
           && !style->math && line->mono * 2 <= line->letters
           && line->size > doc->body_size * 0.7f
           && headings_is_wordy(line)
           && str_words(line->text) <= HEADINGS_MAX_WORDS;
}


/* A line that ends a heading's first line: same look, close below. */
static int
headings_joins(const doc_t *doc, const line_t *a, const line_t *b)
{
    int  depth, value;

    return a->page == b->page && a->column == b->column
           && b->kind == LINE_BODY
           && fabsf(a->size - b->size) < 0.3f
           && headings_is_bold(a) == headings_is_bold(b)
           && (a->italic * 2 > a->letters) == (b->italic * 2 > b->letters)
           && headings_is_upper(a) == headings_is_upper(b)
           && headings_distinct(doc, b)
           && b->y1 - a->y1 < a->size * 1.65f && b->y0 > a->y0
           && b->letters > 0
           && headings_number(b->text, &depth, &value) == 0;
}


/* Is there running text below, in its own or another column? */
static int
headings_followed(const doc_t *doc, int last)
{
    int      i, seen;
    line_t  *line, *next;

    line = doc->lines[last];

    for (i = last + 1, seen = 0; i < doc->n_lines && seen < 4; i++) {
        next = doc->lines[i];

        if (next->kind == LINE_FURNITURE) {
            continue;
        }

        seen++;

        if (next->page > line->page + 1) {
            return 0;
        }

        if (next->letters >= 18 || next->cjk >= 8) {
            return 1;
        }
    }

    return 0;
}


static int
headings_look(headings_t *h, const cand_t *c)
{
    int            i;
    look_t        *look;
    const line_t  *line;
    const style_t  *a, *b;

    line = h->doc->lines[c->line];
    a = &h->doc->styles[line->style];

    for (i = 0; i < h->n_looks; i++) {
        look = &h->looks[i];
        b = &h->doc->styles[look->style];

        if (strcmp(a->font, b->font) == 0 && fabsf(a->size - b->size) < 0.3f
            && look->upper == c->upper && a->colored == b->colored)
        {
            return i;
        }
    }

    if (h->n_looks == HEADINGS_MAX_LOOKS) {
        return -1;
    }

    look = &h->looks[h->n_looks];
    look->style = line->style;
    look->upper = c->upper;

    return h->n_looks++;
}


int
headings_candidate(headings_t *h, int i)
{
    int      exact;
    cand_t   c;
    doc_t   *doc;
    line_t  *line;

    doc = h->doc;
    line = doc->lines[i];

    if (!headings_usable(doc, line)) {
        return i;
    }

    memset(&c, 0, sizeof(c));
    c.line = i;
    c.last = i;
    c.number = headings_number(line->text, &c.depth, &c.value);
    c.distinct = headings_distinct(doc, line);
    c.upper = headings_is_upper(line);
    c.text = line->text;

    while (c.distinct && c.last - i + 1 < HEADINGS_MAX_LINES
           && c.last + 1 < doc->n_lines
           && headings_joins(doc, doc->lines[c.last],
                             doc->lines[c.last + 1]))
    {
        c.last++;
        c.text = str_join(doc->region, c.text, doc->lines[c.last]->text);
    }

    c.role = roles_find(c.text + c.number, &exact);
    c.known = exact;
    c.apart = headings_above(doc, i);
    c.alone = !c.distinct && c.apart && headings_alone(doc, i);

    if ((!c.distinct && !c.known && c.number == 0 && !c.alone)
        || strlen(c.text) > HEADINGS_MAX_CHARS
        || !headings_last_char_ok(c.text, c.number)
        || !headings_followed(doc, c.last))
    {
        return c.last;
    }

    c.look = headings_look(h, &c);
    h->cands = region_grow(doc->region, h->cands, h->n, &h->cap,
                           sizeof(cand_t));
    h->cands[h->n++] = c;

    return c.last;
}
