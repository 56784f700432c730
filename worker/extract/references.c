/*
 * Finds the list below the heading "References" and cuts it into entries.
 */

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "roles.h"
#include "references.h"
#include "str.h"


#define REFERENCES_MAX_ROWS   40000
#define REFERENCES_MAX_PAUSE  60       /* lines between parts of a list */


static int
references_has_year(const char *text)
{
    int          len, year;
    const char  *p;

    for (p = text; *p != '\0'; p++) {
        year = str_number(p, 5, &len);

        if (len == 4 && year > 1900 && year < 2050) {
            return 1;
        }

        p += len > 0 ? len - 1 : 0;
    }

    return 0;
}


/* The number of "[12] " or "(12) ", 0 if text starts otherwise. */
static int
references_bracketed(const char *text)
{
    int  len, value;

    if (*text != '[' && *text != '(') {
        return 0;
    }

    value = str_number(text + 1, 3, &len);

    return len > 0 && text[len + 1] == (*text == '[' ? ']' : ')') ? value : 0;
}


/* "[1] ", "1. Name" or "Family, I.": what an entry may start with. */
static int
references_looks_like_entry(const char *text)
{
    int          len;
    size_t       n;
    const char  *p;

    if (references_bracketed(text) > 0) {
        return 1;
    }

    p = text;
    (void) str_number(p, 3, &len);
    p += len > 0 && p[len] == '.' && p[len + 1] == ' ' ? len + 2 : 0;
    n = strcspn(p, " ,");

    return isupper((unsigned char) p[0]) && n > 1 && n < 30 && p[n] == ','
           && p[n + 1] == ' ' && isupper((unsigned char) p[n + 2])
           && (p[n + 3] == '.' || p[n + 3] == ',' || p[n + 3] == ' ');
}


/*
 * A list without a heading: the first line behind which entries and years
 * come thick.  Returns the index before it, -1 if there is none.
 */
static int
references_unheaded(const doc_t *doc)
{
    int      i, k, entries, years, rows;
    line_t  *line;

    for (i = doc->n_lines / 3; i < doc->n_lines; i++) {
        line = doc->lines[i];

        if ((line->kind != LINE_BODY && line->kind != LINE_FOOTNOTE)
            || !references_looks_like_entry(line->text)
            || references_bracketed(line->text) > 1)
        {
            continue;
        }

        entries = 0;
        years = 0;
        rows = 0;

        for (k = i; k < doc->n_lines && rows < 24; k++) {
            if (doc->lines[k]->kind == LINE_HEADING) {
                break;
            }

            rows += doc->lines[k]->kind != LINE_FURNITURE;
            entries += references_looks_like_entry(doc->lines[k]->text);
            years += references_has_year(doc->lines[k]->text);
        }

        if (entries >= 3 && years >= 3 && rows >= 6 && years * 5 >= rows) {
            return i - 1;
        }
    }

    return -1;
}


static int
references_heading(const doc_t *doc)
{
    int  i, found, exact;

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
        if (doc->lines[i]->len < 40 && doc->lines[i]->kind == LINE_BODY
            && roles_find(doc->lines[i]->text, &exact) == ROLE_REFERENCES
            && exact)
        {
            return i;
        }
    }

    return references_unheaded(doc);
}


/* A bold line of a table inside of the list: entries go on below it. */
static int
references_go_on(const doc_t *doc, int line)
{
    int  i, rows, years;

    rows = 0;
    years = 0;

    for (i = line + 1; i < doc->n_lines && rows < 40; i++) {
        if (doc->lines[i]->kind == LINE_BODY) {
            rows++;
            years += references_has_year(doc->lines[i]->text);
        }
    }

    return rows > 8 && years * 4 >= rows;
}


/*
 * A numbered list at the foot of the page: the text of the next column stands
 * between its parts.  Does its next number come soon after the heading?
 */
static int
references_counts_on(const doc_t *doc, int begin, int heading)
{
    int  i, next;

    for (i = begin + 1, next = 1; i < heading; i++) {
        next += references_bracketed(doc->lines[i]->text) == next;
    }

    for (i = heading; next > 1 && i < doc->n_lines
                      && i < heading + REFERENCES_MAX_PAUSE; i++)
    {
        if (references_bracketed(doc->lines[i]->text) == next) {
            return 1;
        }
    }

    return 0;
}


static int
references_end(const doc_t *doc, int begin)
{
    int               i;
    const section_t  *s;

    for (i = 0; i < doc->n_sections; i++) {
        s = &doc->sections[i];

        if (s->line > begin && (s->role != ROLE_OTHER
                                || !references_go_on(doc, s->line))
            && !references_counts_on(doc, begin, s->line))
        {
            return s->line;
        }
    }

    return doc->n_lines;
}


/* Joins the lines of a row: a number and its entry may stand apart. */
static int
references_rows(doc_t *doc, int begin, int end, refrow_t *rows)
{
    int        i, n, next, pause;
    line_t    *line;
    refrow_t  *row;

    n = 0;
    next = 1;
    pause = 0;
    row = NULL;

    for (i = begin; i < end && n < REFERENCES_MAX_ROWS; i++) {
        line = doc->lines[i];

        if (references_bracketed(line->text) == next) {
            pause = 0;
            next++;

        } else if (next > 1 && (line->kind == LINE_HEADING
                                || (line->kind == LINE_BODY && row != NULL
                                    && line->size > rows[0].size * 1.06f)))
        {
            pause = references_counts_on(doc, begin - 1, i);
        }

        if (pause) {
            continue;
        }

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
            row->text = str_join(doc->region, row->text, line->text);
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


/* Addresses, biographies and dates that stand below a list. */
static int
references_is_after(const char *text)
{
    int                  i, exact;
    char                 key[STR_MAX_SQUASH];
    size_t               len;
    static const char   *words[] = {
        "affiliation", "affiliations", "authoraffiliation",
        "authoraffiliations", "biographies", "biography",
        "abouttheauthors", "abouttheauthor", "authorinformation",
        "作者简介", "correspondingauthor", NULL
    };

    str_squash(text, key, sizeof(key));

    for (i = 0; words[i] != NULL; i++) {
        if (strcmp(key, words[i]) == 0) {
            return 1;
        }
    }

    len = strcspn(text, ":");

    if (text[len] == ':' && len > 4 && len < 60) {
        memcpy(key, text, len);
        key[len] = '\0';

        return roles_find(key, &exact) >= ROLE_ACKNOWLEDGEMENTS;
    }

    return str_starts(key, "received20") || str_starts(text, "Copyright ©")
           || str_starts_nocase(text, "publisher’s note")
           || str_starts(key, "作者简介")
           || str_starts(key, "收稿日期");
}


/* Postal and e-mail addresses behind the last entry. */
static int
references_addresses(const refrow_t *rows, int n)
{
    int  i, last, mail;

    last = 0;
    mail = 0;

    for (i = 0; i < n; i++) {
        if (references_has_year(rows[i].text)) {
            last = i;
            mail = 0;
        }

        mail += strchr(rows[i].text, '@') != NULL;
    }

    if (mail == 0) {
        return n;
    }

    for (i = last + 1; i < n; i++) {
        if (rows[i].y1 - rows[i - 1].y1 > 1.7f * rows[i].size
            || rows[i].page != rows[i - 1].page)
        {
            return i;
        }
    }

    return n;
}


/*
 * Text behind the list without a heading is set larger, or starts after a
 * page without entries, or tells what it is.
 */
static int
references_trim(const refrow_t *rows, int n)
{
    int  i;

    for (i = 1; i < n; i++) {
        if (references_is_after(rows[i].text)) {
            return i;
        }

        if (rows[i].size > rows[0].size * 1.35f
            && strlen(rows[i].text) > 6)
        {
            return i;
        }

        if (rows[i].page > rows[i - 1].page + 3) {
            return i;
        }
    }

    return references_addresses(rows, n);
}


/* Entries of a list by author and year that have no year are no entries. */
static void
references_filter(doc_t *doc)
{
    int           i, n, years;
    reference_t  *r;

    years = 0;
    n = doc->n_references;

    for (i = 0; i < n; i++) {
        r = &doc->references[i];
        years += r->year > 0;

        if (r->raw[0] == '[' || isdigit((unsigned char) r->raw[0])) {
            return;
        }
    }

    if (n < 10 || years * 5 < n * 4) {
        return;
    }

    for (i = 0, n = 0; i < doc->n_references; i++) {
        r = &doc->references[i];

        if (r->year > 0 || strstr(r->raw, "n.d.") != NULL
            || strstr(r->raw, "press") != NULL
            || strstr(r->raw, "http") != NULL
            || strstr(r->raw, "www") != NULL
            || strstr(r->raw, "doi") != NULL
            || str_find_nocase(r->raw, "arxiv") != NULL
            || str_find_nocase(r->raw, "forthcoming") != NULL)
        {
            doc->references[n++] = *r;
        }
    }

    doc->n_references = n;
}


static void
references_add(doc_t *doc, char *raw)
{
    reference_t  *ref;

    raw = str_trim(doc->region, raw, "");

    if (str_letters(raw) < 8 || doc->n_references >= DOC_MAX_REFERENCES) {
        return;
    }

    if (strlen(raw) > REFERENCES_MAX_RAW) {
        raw = region_strndup(doc->region, raw, REFERENCES_MAX_RAW);

        while (raw[0] != '\0'
               && (raw[strlen(raw) - 1] & 0x80) != 0)
        {
            raw[strlen(raw) - 1] = '\0';
        }
    }

    doc->references = region_grow(doc->region, doc->references,
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
    rows = region_array(doc->region, (size_t) (n > 0 ? n : 1),
                        sizeof(refrow_t));
    n = references_rows(doc, doc->refs_begin, doc->refs_end, rows);
    n = references_trim(rows, n);

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
            raw = str_join(doc->region, raw, rows[i].text);
        }
    }

    if (raw != NULL) {
        references_add(doc, raw);
    }

    references_filter(doc);
}
