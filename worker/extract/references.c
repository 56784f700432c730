/*
 * Finds the list below the heading "References" and cuts it into entries.
 */

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "lexicon.h"
#include "references.h"
#include "text.h"


#define REFERENCES_MAX_ROWS  40000


static int
references_heading(const doc_t *doc)
{
    int   i, found, exact;
    char  key[TEXT_MAX_SQUASH];

    found = -1;

    for (i = 0; i < doc->n_sections; i++) {
        if (doc->sections[i].role == ROLE_REFERENCES) {
            found = doc->sections[i].line;
        }
    }

    if (found >= 0) {
        return found;
    }

    /* a heading in the body's own style is no section */
    for (i = doc->n_lines - 1; i >= 0; i--) {
        if (doc->lines[i]->len < 40 && doc->lines[i]->kind == LINE_BODY) {
            text_squash(doc->lines[i]->text, key, sizeof(key));

            if (lexicon_role(key, &exact) == ROLE_REFERENCES && exact) {
                return i;
            }
        }
    }

    return -1;
}


static int
references_end(const doc_t *doc, int begin)
{
    int  i;

    for (i = 0; i < doc->n_sections; i++) {
        if (doc->sections[i].line > begin) {
            return doc->sections[i].line;
        }
    }

    return doc->n_lines;
}


/* Joins the lines of a row: a number and its entry may stand apart. */
static int
references_rows(doc_t *doc, int begin, int end, refrow_t *rows)
{
    int        i, n;
    line_t    *line;
    refrow_t  *row;

    n = 0;
    row = NULL;

    for (i = begin; i < end && n < REFERENCES_MAX_ROWS; i++) {
        line = doc->lines[i];

        if (line->kind != LINE_BODY && line->kind != LINE_FOOTNOTE
            && line->kind != LINE_TABLE)
        {
            continue;
        }

        line->kind = LINE_REFERENCE;

        if (i > begin && row != NULL && row->page == line->page
            && row->column == line->column
            && doc->lines[i - 1]->row == line->row
            && line->x0 > row->x1 - 2)
        {
            row->text = text_join(doc->arena, row->text, line->text);
            row->x1 = line->x1;
            continue;
        }

        row = &rows[n++];
        row->text = line->text;
        row->x0 = line->x0;
        row->x1 = line->x1;
        row->y0 = line->y0;
        row->y1 = line->y1;
        row->size = line->size;
        row->page = line->page;
        row->column = line->column;
        row->line = i;
    }

    return n;
}


/*
 * Text behind the list without a heading (biographies, addresses) is set
 * larger or starts after a page without entries; what is set larger ends it.
 */
static int
references_trim(const doc_t *doc, const refrow_t *rows, int n)
{
    int  i;

    for (i = 1; i < n; i++) {
        if (rows[i].size > rows[0].size * 1.35f
            && strlen(rows[i].text) > 6)
        {
            return i;
        }

        if (rows[i].page > rows[i - 1].page + 3) {
            return i;
        }
    }

    return doc->n_lines > 0 ? n : 0;
}


static void
references_add(doc_t *doc, char *raw)
{
    reference_t  *ref;

    raw = text_trim(doc->arena, raw, "");

    if (text_letters(raw) < 8 || doc->n_references >= DOC_MAX_REFERENCES) {
        return;
    }

    if (strlen(raw) > REFERENCES_MAX_RAW) {
        raw = arena_strndup(doc->arena, raw, REFERENCES_MAX_RAW);

        while (raw[0] != '\0'
               && (raw[strlen(raw) - 1] & 0x80) != 0)
        {
            raw[strlen(raw) - 1] = '\0';
        }
    }

    doc->references = arena_grow(doc->arena, doc->references,
                                 doc->n_references, &doc->cap_references,
                                 sizeof(reference_t));
    ref = &doc->references[doc->n_references++];
    memset(ref, 0, sizeof(reference_t));
    ref->raw = raw;
    references_parse(doc, ref);
}


void
references_find(doc_t *doc)
{
    int        i, n, begin;
    char      *raw;
    refrow_t  *rows;

    begin = references_heading(doc);

    if (begin < 0) {
        return;
    }

    doc->refs_begin = begin + 1;
    doc->refs_end = references_end(doc, begin);
    n = doc->refs_end - doc->refs_begin;
    rows = arena_array(doc->arena, (size_t) (n > 0 ? n : 1),
                       sizeof(refrow_t));
    n = references_rows(doc, doc->refs_begin, doc->refs_end, rows);
    n = references_trim(doc, rows, n);

    if (n == 0 || references_segment(doc, rows, n) == 0) {
        return;
    }

    raw = NULL;

    for (i = 0; i < n; i++) {
        if (rows[i].start) {
            if (raw != NULL) {
                references_add(doc, raw);
            }

            raw = rows[i].text;

        } else if (raw != NULL && strlen(raw) < 2 * REFERENCES_MAX_RAW) {
            raw = text_join(doc->arena, raw, rows[i].text);
        }
    }

    if (raw != NULL) {
        references_add(doc, raw);
    }
}
