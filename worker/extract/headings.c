/*
 * Finds headings by learning how this document sets them.
 *
 * First the sure ones: known words ("Methods"), and numbers that count up.
 * Their looks (font, size, capitals, numbered or not) are the document's
 * heading looks.  Then every short line with such a look that is followed by
 * body text is a heading.  Looks of numbered headings that are the body's own
 * need the number.
 */

#include <math.h>
#include <string.h>

#include "candidates.h"
#include "headings.h"
#include "roles.h"
#include "str.h"


/*
 * Sure: a known word that stands apart, and numbers of the first level in
 * their order with a look of their own.
 */
static void
headings_sure(headings_t *h)
{
    int      i, next;
    cand_t  *c;
    look_t  *look;

    next = 1;

    for (i = 0; i < h->n; i++) {
        c = &h->cands[i];

        if (c->look < 0) {
            continue;
        }

        look = &h->looks[c->look];
        look->count++;
        look->distinct += c->distinct;
        look->numbered += c->number > 0;

        if (c->known && (c->distinct || c->apart)
            && (c->number > 0 || c->distinct))
        {
            c->sure = 1;
        }

        if (c->depth == 1 && c->value == next && c->distinct && c->apart) {
            c->sure = 1;
        }

        if (c->depth == 1 && c->sure && c->value >= next) {
            next = c->value + 1;
        }

        look->sure += c->sure;
    }
}


static int
headings_accept_number(const cand_t *c, const int *path)
{
    if (c->number == 0 || c->depth < 1 || c->depth > 4) {
        return 0;
    }

    /* the next of its level: 2.3 after 2.2 or after 2.2.x; 2.1 after 2 */
    return c->value == path[c->depth] + 1
           || (c->value == path[c->depth] + 2 && c->distinct);
}


static void
headings_decide(headings_t *h)
{
    int      i, k;
    int      path[6];
    cand_t  *c;
    look_t  *look;

    memset(path, 0, sizeof(path));

    for (i = 0; i < h->n; i++) {
        c = &h->cands[i];

        if (c->look < 0) {
            continue;
        }

        look = &h->looks[c->look];
        c->accepted = c->sure
                      || (look->sure > 0 && c->distinct && c->apart
                          && (c->number > 0
                              || look->numbered * 3 < look->count * 2))
                      || (headings_accept_number(c, path) && c->apart
                          && (c->distinct || c->depth > 1)
                          && str_words(c->text) <= 14);

        if (c->accepted && c->number > 0) {
            path[c->depth] = c->value;

            for (k = c->depth + 1; k < 6; k++) {
                path[k] = 0;
            }
        }
    }
}


/*
 * Looks without a sure one are those of subheadings when they are distinct,
 * come back, and stand apart each time.
 */
static void
headings_more_looks(headings_t *h)
{
    int      i, k, apart, count, first;
    cand_t  *c;

    first = -1;

    for (i = 0; i < h->n && first < 0; i++) {
        first = h->cands[i].accepted ? i : -1;
    }

    for (k = 0; k < h->n_looks && first >= 0; k++) {
        if (h->looks[k].sure > 0) {
            continue;
        }

        apart = 0;
        count = 0;

        for (i = first; i < h->n; i++) {
            c = &h->cands[i];

            if (c->look == k && c->distinct && !c->number) {
                count++;
                apart += c->apart && c->last - c->line < 2
                         && str_words(c->text) <= 12
                         && headings_is_bold(h->doc->lines[c->line]);
            }
        }

        if (count < 2 || apart * 10 < count * 8) {
            continue;
        }

        for (i = first; i < h->n; i++) {
            c = &h->cands[i];
            c->accepted = c->accepted || (c->look == k && c->apart
                                          && c->distinct);
        }
    }
}


/* Lines that stand alone are headings where the document makes it a habit. */
static void
headings_alone_ones(headings_t *h)
{
    int  i, n;

    n = 0;

    for (i = 0; i < h->n; i++) {
        n += h->cands[i].alone;
    }

    for (i = 0; i < h->n && n >= 3; i++) {
        h->cands[i].accepted = h->cands[i].accepted || h->cands[i].alone;
    }
}


static int
headings_level(const headings_t *h, const cand_t *c)
{
    int    i, level;
    float  size, other;

    if (c->number > 0 && c->depth > 0) {
        return c->depth;
    }

    if (c->known && c->role != ROLE_METHODS && c->role != ROLE_BACKGROUND
        && c->sure)
    {
        return 1;
    }

    level = 1;
    size = h->doc->lines[c->line]->size;

    for (i = 0; i < h->n_looks; i++) {
        other = h->doc->styles[h->looks[i].style].size;

        if (h->looks[i].sure > 0 && i != c->look && other > size + 0.3f) {
            level = 2;
        }
    }

    if (h->looks[c->look].sure == 0) {
        level = 2;
    }

    return level;
}


static void
headings_emit(headings_t *h, const cand_t *c)
{
    int         i;
    doc_t      *doc;
    section_t  *s;

    doc = h->doc;

    if (doc->n_sections >= DOC_MAX_SECTIONS) {
        return;
    }

    doc->sections = region_grow(doc->region, doc->sections, doc->n_sections,
                                &doc->cap_sections, sizeof(section_t));
    s = &doc->sections[doc->n_sections++];
    s->title = str_trim(doc->region, c->text, "");
    s->level = headings_level(h, c);
    s->level = s->level > 4 ? 4 : s->level;
    s->role = c->role;
    s->page = doc->lines[c->line]->page + 1;
    s->line = c->line;

    for (i = c->line; i <= c->last; i++) {
        doc->lines[i]->kind = LINE_HEADING;
    }
}


static void
headings_assign(doc_t *doc)
{
    int  i, k;

    k = -1;

    for (i = 0; i < doc->n_lines; i++) {
        while (k + 1 < doc->n_sections && doc->sections[k + 1].line <= i) {
            k++;
        }

        doc->lines[i]->section = k;
    }
}


/* A part without a role of its own has its parent's. */
static void
headings_roles(doc_t *doc)
{
    int         i;
    int         role[6];
    section_t  *s;

    memset(role, 0, sizeof(role));

    for (i = 0; i < doc->n_sections; i++) {
        s = &doc->sections[i];

        if (s->level > 1 && s->role == ROLE_OTHER
            && role[s->level - 1] != ROLE_REFERENCES
            && role[s->level - 1] != ROLE_ABSTRACT
            && role[s->level - 1] != ROLE_KEYWORDS)
        {
            s->role = role[s->level - 1];
        }

        role[s->level] = s->role;
    }
}


void
headings_find(doc_t *doc)
{
    int          i;
    headings_t  *h;

    h = region_alloc(doc->region, sizeof(headings_t));
    h->doc = doc;

    for (i = 0; i < doc->n_lines; i++) {
        i = headings_candidate(h, i);
    }

    headings_sure(h);
    headings_decide(h);
    headings_more_looks(h);
    headings_alone_ones(h);

    for (i = 0; i < h->n; i++) {
        if (h->cands[i].accepted) {
            headings_emit(h, &h->cands[i]);
        }
    }

    headings_roles(doc);
    headings_assign(doc);
}
