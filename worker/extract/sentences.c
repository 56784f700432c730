/*
 * Builds sentences from lines.
 *
 * Lines of one kind that go on with each other make a paragraph; captions,
 * footnotes and running heads between them do not interrupt it.  Paragraphs
 * are cut at sentence ends; each character keeps its glyph, so that a
 * sentence knows its boxes.
 */

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "paperal_utf8.h"

#include "roles.h"
#include "sentences.h"
#include "splitter.h"
#include "str.h"


#define SENTENCES_MAX_BOXES   200
#define SENTENCES_WORD        64       /* letters before a hyphen */
#define SENTENCES_LABEL       14       /* characters */
#define SENTENCES_LOOK_AHEAD  160      /* lines of other kinds passed over */


typedef struct {
    doc_t        *doc;
    sentences_t  *out;
    item_t       *items;
    int           n;
    int           cap;
    uint8_t      *used;
} builder_t;


static const char *
sentences_kind(const doc_t *doc, const line_t *line)
{
    int  role;

    switch (line->kind) {
    case LINE_TITLE:
        return "title";

    case LINE_ABSTRACT:
        return "abstract";

    case LINE_AUTHOR:
    case LINE_AFFILIATION:
    case LINE_FRONT:
    case LINE_KEYWORDS:
        return "front";

    case LINE_HEADING:
        return "heading";

    case LINE_CAPTION:
        return "caption";

    case LINE_FOOTNOTE:
        return "footnote";

    case LINE_REFERENCE:
        return "reference";

    default:
        break;
    }

    role = line->section >= 0 ? doc->sections[line->section].role
                              : ROLE_OTHER;

    return role >= ROLE_ACKNOWLEDGEMENTS && role <= ROLE_ETHICS ? "back"
                                                                : "body";
}


static void
sentences_push(builder_t *b, uint32_t cp, const line_t *line, int glyph)
{
    item_t  *it;

    b->items = region_grow(b->doc->region, b->items, b->n, &b->cap,
                           sizeof(item_t));
    it = &b->items[b->n++];
    it->cp = cp;
    it->line = line;
    it->glyph = glyph;
}


static int
sentences_keeps_hyphen(const builder_t *b, const line_t *next)
{
    int     i, after;
    char    word[SENTENCES_WORD];
    size_t  n;

    n = 0;

    for (i = b->n - 1; i > 0 && b->items[i - 1].cp != ' '
                       && b->items[i - 1].cp < 128; i--)
    {
        /* void */
    }

    for ( /* void */ ; i < b->n - 1 && n < sizeof(word); i++) {
        word[n++] = (char) b->items[i].cp;
    }

    for (after = 0; after < next->n && str_is_letter(next->g[after].cp)
                    && (after == 0 || !next->g[after].space); after++)
    {
        /* void */
    }

    return str_keeps_hyphen(word, n, after);
}


/* Between two lines: nothing after a hyphen or between CJK, else a space. */
static void
sentences_join(builder_t *b, const line_t *line)
{
    uint32_t   first, last, before;

    if (b->n == 0) {
        return;
    }

    first = line->g[0].cp;
    last = b->items[b->n - 1].cp;
    before = b->n > 1 ? b->items[b->n - 2].cp : 0;

    if (str_is_dash(last) && str_is_letter(before)) {
        if (str_is_lower(first) && !sentences_keeps_hyphen(b, line)) {
            b->n--;
        }

        return;
    }

    if (str_is_cjk(first) && str_is_cjk(last)) {
        return;
    }

    sentences_push(b, ' ', b->items[b->n - 1].line, -1);
}


static void
sentences_line(builder_t *b, const line_t *line)
{
    int        i;
    char       text[4];
    uint32_t   cp, composed;
    uint32_t   last;

    sentences_join(b, line);

    for (i = line->skip; i < line->n; i++) {
        cp = line->g[i].cp;
        last = b->n > 0 ? b->items[b->n - 1].cp : 0;

        if (i > 0 && splitter_compose(last, cp, &composed)) {
            b->items[b->n - 1].cp = composed;
            continue;
        }

        if (i > 0 && line->g[i].space
            && !(str_is_cjk(last) && str_is_cjk(cp)))
        {
            sentences_push(b, ' ', line, -1);
        }

        /* no scalar value: it has no place in UTF-8 */
        if (paperal_utf8_encode(cp, text) > 0) {
            sentences_push(b, cp, line, i);
        }
    }
}


static void
sentences_box(sentence_t *s, const item_t *it)
{
    box_t          *box;
    const glyph_t  *g;

    if (it->glyph < 0) {
        return;
    }

    g = &it->line->g[it->glyph];
    box = s->n_boxes > 0 ? &s->boxes[s->n_boxes - 1] : NULL;

    if (box != NULL && box->page == it->line->page + 1
        && box->y0 == it->line->y0 && box->y1 == it->line->y1
        && g->x0 >= box->x0 - 1)
    {
        box->x1 = fmaxf(box->x1, g->x1);
        return;
    }

    if (s->n_boxes == SENTENCES_MAX_BOXES) {
        return;
    }

    box = &s->boxes[s->n_boxes++];
    box->page = it->line->page + 1;
    box->x0 = g->x0;
    box->x1 = g->x1;
    box->y0 = it->line->y0;
    box->y1 = it->line->y1;
}


/* The sentence of items [from, to), without white space at its ends. */
static void
sentences_emit(builder_t *b, int from, int to, const char *kind)
{
    int          i;
    char        *p;
    box_t        boxes[SENTENCES_MAX_BOXES];
    sentence_t  *s;

    while (from < to && b->items[from].cp == ' ') {
        from++;
    }

    while (to > from && b->items[to - 1].cp == ' ') {
        to--;
    }

    if (from == to || b->out->n >= SENTENCES_MAX) {
        return;
    }

    b->out->list = region_grow(b->doc->region, b->out->list, b->out->n,
                               &b->out->cap, sizeof(sentence_t));
    s = &b->out->list[b->out->n++];
    memset(s, 0, sizeof(sentence_t));
    s->kind = kind;
    s->section = b->items[from].line->section;
    s->page = b->items[from].line->page + 1;
    s->text = region_alloc(b->doc->region, (size_t) (to - from) * 4 + 1);
    s->boxes = boxes;
    p = s->text;

    for (i = from; i < to; i++) {
        p += paperal_utf8_encode(b->items[i].cp, p);
        sentences_box(s, &b->items[i]);
    }

    s->end = to - from;
    s->boxes = region_array(b->doc->region, (size_t) s->n_boxes,
                            sizeof(box_t));
    memcpy(s->boxes, boxes, (size_t) s->n_boxes * sizeof(box_t));
}


static void
sentences_flush(builder_t *b, const char *kind)
{
    int  from, to, whole;

    whole = strcmp(kind, "heading") == 0 || strcmp(kind, "title") == 0
            || strcmp(kind, "front") == 0;

    for (from = 0; from < b->n; from = to) {
        to = whole ? b->n : splitter_next(b->items, from, b->n);

        /* "Figure 5." belongs to what it introduces */
        if (to - from < SENTENCES_LABEL && strcmp(kind, "caption") == 0) {
            to = splitter_next(b->items, to, b->n);
        }

        if (to - from > SENTENCES_MAX_CHARS) {
            to = splitter_cut(b->items, from, from + SENTENCES_MAX_CHARS);
        }

        sentences_emit(b, from, to, kind);
    }

    b->n = 0;
}


static int
sentences_unfinished(const builder_t *b)
{
    uint32_t  cp;

    cp = b->n > 0 ? b->items[b->n - 1].cp : 0;

    return cp != '.' && cp != '?' && cp != '!' && cp != 0x3002
           && cp != 0xff01 && cp != 0xff1f && cp != ':';
}


/* Is b the next line of the paragraph that has a as its last line? */
static int
sentences_continues(const builder_t *bd, const line_t *a, const line_t *b)
{
    float  gap, column_right;

    if (a->kind != b->kind || a->section != b->section) {
        return 0;
    }

    if (a->kind == LINE_TITLE) {
        return 1;
    }

    if (a->page != b->page || a->column != b->column || b->y0 < a->y0) {
        return sentences_unfinished(bd) && b->page <= a->page + 1
               && a->kind != LINE_CAPTION && a->kind != LINE_HEADING;
    }

    if (a->row == b->row) {
        return b->x0 - a->x1 < 3 * a->size && a->kind != LINE_AUTHOR;
    }

    gap = b->y1 - a->y1;

    if (gap > bd->doc->body_leading * 1.45f && gap > a->size * 1.75f) {
        return 0;
    }

    if (a->kind == LINE_AFFILIATION || a->kind == LINE_AUTHOR
        || fabsf(a->size - b->size) > 0.2f * a->size)
    {
        return 0;
    }

    if (sentences_unfinished(bd)) {
        return 1;
    }

    column_right = fmaxf(a->x1, b->x1);

    return b->x0 - a->x0 < 0.7f * a->size
           && a->x1 > column_right - 6 * a->size;
}


static void
sentences_paragraph(builder_t *b, int i)
{
    int            k, passed;
    const line_t  *last, *line;

    last = b->doc->lines[i];
    b->used[i] = 1;
    sentences_line(b, last);

    for (k = i + 1, passed = 0;
         k < b->doc->n_lines && passed < SENTENCES_LOOK_AHEAD; k++)
    {
        line = b->doc->lines[k];

        if (b->used[k]) {
            continue;
        }

        if (line->kind != last->kind) {
            /* only what floats may lie inside of a paragraph */
            if (line->kind == LINE_HEADING || line->kind == LINE_REFERENCE
                || (line->kind == LINE_BODY && last->kind != LINE_TITLE))
            {
                break;
            }

            passed++;
            continue;
        }

        if (!sentences_continues(b, last, line)) {
            break;
        }

        b->used[k] = 1;
        sentences_line(b, line);
        last = line;
    }

    sentences_flush(b, sentences_kind(b->doc, b->doc->lines[i]));
}


/* Offsets, and the text they point into; references stay outside. */
static void
sentences_offsets(builder_t *b)
{
    int           i;
    char         *p;
    size_t        n, size;
    sentence_t   *s;
    sentences_t  *out;

    out = b->out;
    size = 1;

    for (i = 0; i < out->n; i++) {
        size += strlen(out->list[i].text) + 1;
    }

    out->text = region_alloc(b->doc->region, size);
    p = out->text;

    for (i = 0; i < out->n; i++) {
        s = &out->list[i];

        if (s->kind[0] == 'r') {
            continue;
        }

        if (p > out->text) {
            *p++ = '\n';
            out->chars++;
        }

        n = strlen(s->text);
        memcpy(p, s->text, n);
        p += n;
        s->start = out->chars;
        s->end += s->start;
        out->chars = s->end;
    }

    for (i = 0; i < out->n; i++) {
        if (out->list[i].kind[0] == 'r') {
            out->list[i].start = out->chars;
            out->list[i].end = out->chars;
        }
    }
}


sentences_t *
sentences_build(doc_t *doc)
{
    int         i;
    builder_t   b;

    memset(&b, 0, sizeof(b));
    b.doc = doc;
    b.out = region_alloc(doc->region, sizeof(sentences_t));
    b.used = region_alloc(doc->region, (size_t) doc->n_lines + 1);

    for (i = 0; i < doc->n_lines; i++) {
        if (b.used[i] || doc->lines[i]->kind == LINE_FURNITURE
            || doc->lines[i]->kind == LINE_TABLE || doc->lines[i]->n == 0)
        {
            continue;
        }

        sentences_paragraph(&b, i);
    }

    sentences_offsets(&b);

    return b.out;
}
