/*
 * Captions start with a label and a number; they end where the type changes
 * or a gap opens.
 */

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "captions.h"
#include "str.h"


#define CAPTIONS_MAX        600
#define CAPTIONS_MAX_LINES  40


static const struct {
    const char  *word;
    int          table;
} captions_labels[] = {
    { "figure", 0 }, { "fig.", 0 }, { "fig", 0 }, { "scheme", 0 },
    { "table", 1 }, { "tab.", 1 }, { "listing", 0 }, { "algorithm", 1 },
    { "abbildung", 0 }, { "tabelle", 1 }, { "box", 1 },
    { "图", 0 }, { "表", 1 }, { "supplementary figure", 0 },
    { "supplementary table", 1 },
    { NULL, 0 }
};


/*
 * Length of "Figure 3", "Tab. IV", "图 2-1" at the start of text, 0 if it is
 * no label; what follows decides whether it starts a caption.
 */
static int
captions_label(const char *text, int *table)
{
    int     i;
    size_t  n, len;

    for (i = 0; captions_labels[i].word != NULL; i++) {
        if (!str_starts_nocase(text, captions_labels[i].word)) {
            continue;
        }

        n = strlen(captions_labels[i].word);
        n += strspn(text + n, " ");
        len = strspn(text + n, "0123456789");

        if (len == 0 && isupper((unsigned char) text[n])
            && isdigit((unsigned char) text[n + 1]))
        {
            len = 1 + strspn(text + n + 1, "0123456789.");
        }

        if (len == 0) {
            len = strspn(text + n, "IVX");
        }

        if (len == 0 || len > 4) {
            continue;
        }

        n += len;

        if ((text[n] == '.' || text[n] == '-')
            && isdigit((unsigned char) text[n + 1]))
        {
            n += 1 + strspn(text + n + 1, "0123456789");
        }

        *table = captions_labels[i].table;

        return (int) n;
    }

    return 0;
}


static int
captions_starts(const doc_t *doc, const line_t *line, int *table)
{
    int          n;
    const char  *p;

    n = captions_label(line->text, table);

    if (n == 0) {
        return 0;
    }

    p = line->text + n;

    if (*p == ':' || *p == '.' || *p == '|' || *p == '\0'
        || str_starts(p, "：") || str_starts(p, "．")
        || str_starts(p, " :") || str_starts(p, " |")
        || str_starts(p, ")"))
    {
        return *p == ')' ? 0 : n;
    }

    if (fabsf(line->size - doc->body_size) > 0.4f || line->cjk > 0
        || line->bold * 3 > line->letters)
    {
        return n;
    }

    return 0;
}


static int
captions_continue(const line_t *first, const line_t *last,
    const line_t *line)
{
    float  gap;

    gap = line->y0 - last->y1;

    return line->page == last->page && line->kind == LINE_BODY
           && line->column == last->column
           && line->spanning == last->spanning
           && fabsf(line->size - first->size) < 0.4f
           && gap < 0.55f * line->size && gap > -0.8f * line->size
           && line->letters >= 2 && line->y0 > last->y0;
}


static void
captions_add(doc_t *doc, const char *text, int label, int page, int table)
{
    caption_t  *c;

    if (doc->n_captions >= CAPTIONS_MAX) {
        return;
    }

    doc->captions = region_grow(doc->region, doc->captions, doc->n_captions,
                                &doc->cap_captions, sizeof(caption_t));
    c = &doc->captions[doc->n_captions++];
    c->label = str_trim(doc->region, region_strndup(doc->region, text,
                                                   (size_t) label), "");
    c->caption = str_trim(doc->region, text + label, ".:|");

    if (str_starts(c->caption, "：")) {
        c->caption = str_trim(doc->region, c->caption + 3, "");
    }

    c->page = page + 1;
    c->table = table;
}


void
captions_find(doc_t *doc)
{
    int      i, k, n, table;
    char    *text;
    line_t  *first, *last, *line;

    for (i = 0; i < doc->n_lines; i++) {
        first = doc->lines[i];

        if (first->kind != LINE_BODY) {
            continue;
        }

        n = captions_starts(doc, first, &table);

        if (n == 0) {
            continue;
        }

        text = first->text;
        first->kind = LINE_CAPTION;
        last = first;

        for (k = i + 1; k < doc->n_lines && k < i + CAPTIONS_MAX_LINES; k++) {
            line = doc->lines[k];

            if (!captions_continue(first, last, line)) {
                break;
            }

            line->kind = LINE_CAPTION;
            text = str_join(doc->region, text, line->text);
            last = line;
        }

        captions_add(doc, text, n, first->page, table);
    }
}


static int
captions_is_prose(const doc_t *doc, const line_t *line)
{
    return line->size > doc->body_size - 0.35f
           && (str_words(line->text) >= 5 || line->cjk >= 10);
}


/* The last few characters of a paragraph, which may be a number alone. */
static int
captions_ends_paragraph(const doc_t *doc, int i)
{
    line_t  *line, *prev;

    if (i == 0) {
        return 0;
    }

    line = doc->lines[i];
    prev = doc->lines[i - 1];

    return prev->page == line->page && prev->column == line->column
           && prev->row != line->row && captions_is_prose(doc, prev)
           && line->y1 - prev->y1 < doc->body_leading * 1.3f
           && fabsf(line->size - prev->size) < 0.4f
           && line->x0 <= prev->x0 + 1 && line->kind == prev->kind;
}


/* Cells: several lines of one row in one column, and small short labels. */
static int
captions_is_cell(const doc_t *doc, int i)
{
    int      n;
    line_t  *line, *other;

    line = doc->lines[i];
    n = str_words(line->text);

    if (line->letters < 2 && line->cjk == 0) {
        return 1;
    }

    if (line->size < doc->body_size - 0.7f && n <= 6) {
        return 1;
    }

    if (n > 8) {
        return 0;
    }

    other = i > 0 ? doc->lines[i - 1] : NULL;

    if (other != NULL && other->page == line->page && other->row == line->row
        && other->column == line->column && other->letters > 1)
    {
        return 1;
    }

    other = i + 1 < doc->n_lines ? doc->lines[i + 1] : NULL;

    return other != NULL && other->page == line->page
           && other->row == line->row && other->column == line->column
           && other->letters > 1;
}


/* Small type at the foot of a column is footnotes. */
static void
captions_footnotes(doc_t *doc, int begin, int end)
{
    int      i;
    line_t  *line;

    for (i = end - 1; i >= begin; i--) {
        line = doc->lines[i];

        if (line->kind == LINE_FURNITURE) {
            continue;
        }

        if (line->kind != LINE_BODY
            || line->size > doc->body_size - 0.7f
            || line->y0 < doc->pages[line->page].height * 0.4)
        {
            return;
        }

        line->kind = LINE_FOOTNOTE;
    }
}


void
captions_debris(doc_t *doc)
{
    int      i, begin;
    line_t  *line;

    begin = 0;

    for (i = 1; i <= doc->n_lines; i++) {
        if (i == doc->n_lines || doc->lines[i]->page != doc->lines[begin]->page
            || doc->lines[i]->column != doc->lines[begin]->column)
        {
            captions_footnotes(doc, begin, i);
            begin = i;
        }
    }

    for (i = 0; i < doc->n_lines; i++) {
        line = doc->lines[i];

        if (line->kind == LINE_BODY && !captions_is_prose(doc, line)
            && captions_is_cell(doc, i) && !captions_ends_paragraph(doc, i))
        {
            line->kind = LINE_TABLE;
        }
    }
}
