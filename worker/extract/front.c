/*
 * Reads the front matter of the first page that has text.
 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "front.h"
#include "roles.h"
#include "str.h"


static const char  *front_abstract_labels[] = {
    "abstract", "摘要", "内容摘要", "zusammenfassung", "résumé",
    "executive summary", NULL
};

static const char  *front_keywords_labels[] = {
    "keywords and phrases", "key words and phrases",
    "additional keywords and phrases", "additional key words and phrases",
    "author keywords", "keywords", "key words", "key-words", "keyword",
    "index terms", "关键词",
    "关键字", "ccs concepts", "schlüsselwörter", "subject terms", NULL
};


static int
front_lines_by_top(const void *a, const void *b)
{
    const line_t  *l = *(line_t * const *) a, *k = *(line_t * const *) b;

    if ((l->kind == LINE_FRONT) != (k->kind == LINE_FRONT)) {
        return l->kind == LINE_FRONT ? 1 : -1;
    }

    if (l->row == k->row) {
        return l->x0 < k->x0 ? -1 : l->x0 > k->x0;
    }

    if (l->y0 + l->y1 != k->y0 + k->y1) {
        return l->y0 + l->y1 < k->y0 + k->y1 ? -1 : 1;
    }

    return l->row - k->row;
}


/*
 * Matches label at the start of text without regard to case and to spaces
 * between its letters ("摘 要", "A BSTRACT"); returns bytes of text used.
 */
static int
front_match(const char *text, const char *label)
{
    const char  *p;

    p = text;

    while (*label != '\0') {
        if (*p == ' ' && *label != ' ' && p != text) {
            p++;
            continue;
        }

        if (*label == ' ') {
            label++;
            continue;
        }

        if (tolower((unsigned char) *p) != (unsigned char) *label) {
            return 0;
        }

        p++;
        label++;
    }

    return (int) (p - text);
}


/* Label, then its punctuation; letters that follow must be a new word. */
static int
front_label(const char *text, const char **labels)
{
    int       i, n, sep;
    char      next;

    for (i = 0; labels[i] != NULL; i++) {
        n = front_match(text, labels[i]);
        if (n == 0) {
            continue;
        }

        next = text[n];

        if (next == '\0') {
            return n;
        }

        if (text[n] == ' ') {
            n++;
        }

        sep = (int) strspn(text + n, ".:-—–| ");

        while (str_starts(text + n + sep, "：")
               || str_starts(text + n + sep, "—")
               || str_starts(text + n + sep, "–")
               || str_starts(text + n + sep, "】"))
        {
            sep += 3;
            sep += (int) strspn(text + n + sep, " ");
        }

        if (sep > 0 || next == ' ' || (unsigned char) labels[i][0] > 127) {
            return n + sep;
        }
    }

    return 0;
}


int
front_abstract_label(const char *text)
{
    int  n;

    if (str_starts(text, "【") || str_starts(text, "〔")) {
        n = front_abstract_label(text + 3);
        return n > 0 ? n + 3 : 0;
    }

    n = front_label(text, front_abstract_labels);

    /* "Abstract syntax trees ..." is no label; "Abstract We show" is one */
    if (n > 0 && str_is_lower((unsigned char) text[n])
        && text[n - 1] == ' ' && strchr(".:-|", text[n - 2]) == NULL
        && (unsigned char) text[0] < 128)
    {
        return 0;
    }

    return n;
}


int
front_keywords_label(const char *text)
{
    int  n;

    if (str_starts(text, "【")) {
        n = front_keywords_label(text + 3);
        return n > 0 ? n + 3 : 0;
    }

    return front_label(text, front_keywords_labels);
}


static void
front_collect(front_t *f)
{
    int      i;
    page_t  *page;

    page = &f->doc->pages[f->page];

    for (i = 0; i < page->n_lines && f->n < FRONT_MAX_LINES; i++) {
        f->lines[f->n++] = &page->lines[i];
    }

    qsort(f->lines, (size_t) f->n, sizeof(line_t *), front_lines_by_top);
    front_side_notes(f);

    /* notes come last: they stand between no two lines of the text */
    qsort(f->lines, (size_t) f->n, sizeof(line_t *), front_lines_by_top);
}


/* A body heading such as "1 Introduction" ends the front matter. */
static int
front_is_intro(const line_t *line)
{
    int          exact;
    const char  *p;

    if (line->len > 60) {
        return 0;
    }

    p = line->text;

    while (isdigit((unsigned char) *p) || *p == '.' || *p == ' '
           || *p == 'I')
    {
        if (*p == 'I' && p[1] != '.' && p[1] != ' ' && p[1] != 'I') {
            break;
        }

        p++;
    }

    return roles_find(p, &exact) == ROLE_INTRODUCTION && exact;
}


static void
front_landmarks(front_t *f)
{
    int      i, k;
    doc_t   *doc;
    line_t  *line;

    doc = f->doc;

    for (i = 0; i < doc->n_lines; i++) {
        line = doc->lines[i];

        if (line->page > f->page + 2) {
            break;
        }

        if (line->kind == LINE_FURNITURE) {
            continue;
        }

        k = front_abstract_label(line->text);

        if (f->abstract == NULL && k > 0
            && (k < line->len || line->letters < 24))
        {
            f->abstract = line;
        }

        if (f->intro == NULL && front_is_intro(line)) {
            f->intro = line;
        }
    }
}


/* "Summary" as a heading of the first page serves as an abstract. */
static void
front_summary(front_t *f)
{
    int   i;
    char  key[STR_MAX_SQUASH];

    for (i = 0; i < f->n && f->abstract == NULL; i++) {
        str_squash(f->lines[i]->text, key, sizeof(key));

        if (strcmp(key, "summary") == 0 || strcmp(key, "1summary") == 0) {
            f->abstract = f->lines[i];
            f->summary = 1;
        }
    }
}


/* The first page that has more than a few words. */
static int
front_page(const doc_t *doc)
{
    int  i, k, letters;

    for (i = 0; i < doc->n_pages && i < 5; i++) {
        letters = 0;

        for (k = 0; k < doc->pages[i].n_lines; k++) {
            letters += doc->pages[i].lines[k].letters;
        }

        if (letters >= 20) {
            return i;
        }
    }

    return 0;
}


/* Banners, labels and dates around the title are no body text. */
static void
front_mark_rest(front_t *f)
{
    int      i;
    float    title, bottom;
    line_t  *line;

    if (f->title < 0) {
        return;
    }

    title = f->lines[f->title]->y0;
    bottom = title;

    if (f->abstract != NULL && f->abstract->page == f->page
        && f->abstract->y0 > title)
    {
        bottom = f->abstract->y0;
    }

    for (i = 0; i < f->n; i++) {
        line = f->lines[i];

        if (line->kind == LINE_BODY && line->y1 < bottom + 1
            && (line->y1 <= title || str_words(line->text) < 12))
        {
            line->kind = LINE_FRONT;
        }
    }
}


front_t *
front_read(doc_t *doc)
{
    front_t  *f;

    if (doc->n_lines == 0) {
        return NULL;
    }

    f = region_alloc(doc->region, sizeof(front_t));
    f->doc = doc;
    f->title = -1;
    f->title_end = -1;

    f->page = front_page(doc);
    front_collect(f);
    front_landmarks(f);
    front_summary(f);
    front_title(f);
    front_authors(f);
    front_abstract(f);
    front_keywords(f);
    front_mark_rest(f);

    return f;
}
