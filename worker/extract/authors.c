/*
 * Authors: the lines between title and abstract that hold names.
 *
 * The style of the first line of names is learned; other lines of that style
 * are names too, also where blocks of name, institute and e-mail stand side
 * by side.  Superscripts, digits and marks part names and are dropped.
 */

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "authorline.h"
#include "front.h"
#include "names.h"
#include "roles.h"
#include "str.h"


#define AUTHORS_MAX_LINES  24


static const char *
authors_word_and(const char *p)
{
    if (str_starts_nocase(p, " and ") || str_starts(p, " und ")) {
        return p + 5;
    }

    return NULL;
}


/* Calls for each part of a flattened line; counts names and other text. */
typedef struct {
    char    *names[DOC_MAX_AUTHORS];
    int      n;
    int      others;
    int      other_letters;
} authors_found_t;


/* "张 伟": the gap is only there to make names equally wide. */
static char *
authors_without_spaces(char *name)
{
    char  *from, *to;

    for (from = name, to = name; *from != '\0'; from++) {
        if (*from != ' ') {
            *to++ = *from;
        }
    }

    *to = '\0';

    return name;
}


static void
authors_part(doc_t *doc, authors_found_t *found, const char *s, size_t len)
{
    char    *name;
    size_t   n;

    name = str_trim(doc->region, region_strndup(doc->region, s, len), "-'");
    n = strlen(name);

    /* a mark that recognition took for an apostrophe */
    if (n > 3 && strcmp(name + n - 3, "’") == 0) {
        name[n - 3] = '\0';
    }

    if (str_starts_nocase(name, "and ")) {
        name = str_trim(doc->region, name + 4, "");
    }

    if (str_starts_nocase(name, "by ")) {
        name = str_trim(doc->region, name + 3, "");
    }

    if (name[0] == '\0' || names_is_degree(name)
        || str_letters(name) < 2)
    {
        return;
    }

    if (names_is_cjk(name)) {
        name = authors_without_spaces(name);
    }

    if (names_is_name(name)) {
        if (found->n < DOC_MAX_AUTHORS) {
            found->names[found->n++] = name;
        }

        return;
    }

    found->others++;
    found->other_letters += str_letters(name);
}


static void
authors_split(doc_t *doc, const char *flat, authors_found_t *found)
{
    const char  *p, *from, *next;

    memset(found, 0, sizeof(authors_found_t));
    from = flat;

    for (p = flat; *p != '\0'; ) {
        next = (*p == '|') ? p + 1 : authors_word_and(p);

        if (next == NULL) {
            p++;
            continue;
        }

        authors_part(doc, found, from, (size_t) (p - from));
        from = next;
        p = next;
    }

    authors_part(doc, found, from, (size_t) (p - from));
}


static int
authors_has_mail(const char *text)
{
    const char  *p;

    p = strchr(text, '@');

    return p != NULL && isalnum((unsigned char) p[1])
           && strchr(p, '.') != NULL;
}


/* Never names, whatever the words look like. */
static int
authors_is_other_line(const doc_t *doc, const line_t *line)
{
    return authors_has_mail(line->text) || line->letters < 2
           || (authors_starts_with_mark(doc, line)
               && roles_is_affiliation(line->text));
}


static int
authors_same_style(const doc_t *doc, const line_t *a, const line_t *b)
{
    return fabsf(a->size - b->size) < 0.6f
           && doc->styles[a->style].bold == doc->styles[b->style].bold
           && doc->styles[a->style].italic == doc->styles[b->style].italic
           && doc->styles[a->style].mono == doc->styles[b->style].mono;
}


/* Last y of the region that may hold authors. */
static float
authors_bottom(const front_t *f)
{
    float  y;

    y = (float) f->doc->pages[f->page].height * 0.75f;

    if (f->abstract != NULL && f->abstract->page == f->page
        && f->abstract->y0 < y)
    {
        y = f->abstract->y0 - 1;
    }

    if (f->intro != NULL && f->intro->page == f->page && f->intro->y0 < y
        && f->intro->y0 > f->lines[f->title_end]->y1)
    {
        y = f->intro->y0 - 1;
    }

    return y;
}


static void
authors_keep(doc_t *doc, const authors_found_t *found)
{
    int  i;

    for (i = 0; i < found->n && doc->n_authors < DOC_MAX_AUTHORS; i++) {
        doc->authors[doc->n_authors++] = found->names[i];
    }
}


static void
authors_affiliation(front_t *f, line_t *line)
{
    doc_t  *doc;

    doc = f->doc;
    line->kind = LINE_AFFILIATION;
    f->affiliations++;

    if (!roles_is_affiliation(line->text)
        || strchr(line->text, '@') != NULL)
    {
        return;
    }

    if (doc->n_affiliations < DOC_MAX_AUTHORS) {
        doc->affiliations[doc->n_affiliations++] =
            str_trim(doc->region, line->text, "0123456789*,;.");
    }
}


static int
authors_plausible(const authors_found_t *found, const line_t *line)
{
    if (found->n < 2 && roles_is_affiliation(line->text)) {
        return 0;
    }

    return found->n > 0 && found->other_letters <= 8 + 4 * found->n;
}


/* A list of names that goes on in the next line of the page. */
static int
authors_goes_on(const front_t *f, int i, const char *flat)
{
    line_t      *line, *next;
    const char  *p;

    if (i + 1 >= f->n || (strchr(flat, '|') == NULL
                          && strstr(flat, " and ") == NULL))
    {
        return 0;
    }

    line = f->lines[i];
    next = f->lines[i + 1];

    if (next->kind != LINE_BODY || next->row == line->row
        || !authors_same_style(f->doc, line, next)
        || next->y0 - line->y1 > 0.8f * line->size
        || authors_is_other_line(f->doc, next)
        || authors_starts_with_mark(f->doc, next)
        || fminf(line->x1, next->x1) < fmaxf(line->x0, next->x0))
    {
        return 0;
    }

    /* a line that ends in the middle of nothing is a block, not a list */
    for (p = flat + strlen(flat); p > flat && p[-1] == ' '; p--) {
        /* void */
    }

    return line->x1 - line->x0 > 0.75f * (next->x1 - next->x0)
           && p > flat;
}


/* Do the glyphs before and after the comma k look different? */
static int
authors_is_break(const doc_t *doc, const line_t *line, int k)
{
    int             i, lower;
    const style_t  *a, *b;

    a = &doc->styles[line->g[k - 1].style];
    b = &doc->styles[line->g[k + 1].style];

    if (a->bold != b->bold || a->italic != b->italic) {
        return 1;
    }

    for (i = 0, lower = 0; i < k; i++) {
        lower += str_is_lower(line->g[i].cp);
    }

    return lower == 0 && line->upper < line->letters;
}


/* "ANN KELLER, University of ...": names, then in other type their place. */
static int
authors_before_place(doc_t *doc, const line_t *line, authors_found_t *found)
{
    int   k;
    char  flat[AUTHORS_LINE];

    if (!roles_is_affiliation(line->text)) {
        return 0;
    }

    for (k = 1; k + 1 < line->n; k++) {
        if (line->g[k].cp != ',' || !authors_is_break(doc, line, k)) {
            continue;
        }

        authors_flatten(doc, line, k, flat);
        authors_split(doc, flat, found);

        return found->n > 0 && found->others == 0
               && !roles_is_affiliation(flat);
    }

    return 0;
}


/* Takes line i, and those that its list of names runs on to; the last one. */
static int
authors_take(front_t *f, int i, authors_found_t *found)
{
    int     last, k;
    char    flat[AUTHORS_LINE];
    char   *text;
    doc_t  *doc;
    size_t  n;

    doc = f->doc;
    text = region_strdup(doc->region, "");

    for (last = i; /* void */; last++) {
        authors_flatten(doc, f->lines[last], f->lines[last]->n, flat);
        n = strlen(text);

        if (n > 0 && text[n - 1] == '-') {
            text = region_strdup(doc->region, text);
            text = str_join(doc->region, text, flat);

        } else {
            text = str_join(doc->region, text, flat);
        }

        if (last - i >= AUTHORS_MAX_LINES || !authors_goes_on(f, last, flat))
        {
            break;
        }
    }

    authors_split(doc, text, found);

    if (!authors_plausible(found, f->lines[i])
        && authors_before_place(doc, f->lines[i], found))
    {
        f->lines[i]->kind = LINE_AUTHOR;
        authors_keep(doc, found);
        return i;
    }

    if (!authors_plausible(found, f->lines[i])
        || (authors_starts_with_mark(doc, f->lines[i])
            && (found->n < 2 || found->others > 0)))
    {
        return -1;
    }

    for (k = i; k <= last; k++) {
        f->lines[k]->kind = LINE_AUTHOR;
    }

    authors_keep(doc, found);

    return last;
}


/* Running text ends the region of authors. */
static int
authors_is_prose(const doc_t *doc, const line_t *line)
{
    return str_words(line->text) >= 9 && line->letters > 45
           && !authors_starts_with_mark(doc, line)
           && !roles_is_affiliation(line->text)
           && strchr(line->text, '@') == NULL;
}


/* The second line of a subtitle is no name, whatever it looks like. */
static int
authors_continues_failed(const doc_t *doc, const line_t *failed,
    const line_t *line)
{
    return failed != NULL && authors_same_style(doc, failed, line)
           && line->y0 - failed->y1 < 0.6f * line->size
           && line->y0 > failed->y0;
}


/* Chinese papers repeat the names in Latin letters. */
static void
authors_one_script(doc_t *doc)
{
    int  i, n, cjk;

    cjk = 0;

    for (i = 0; i < doc->n_authors; i++) {
        cjk += names_is_cjk(doc->authors[i]);
    }

    if (cjk == 0 || !doc->cjk) {
        return;
    }

    for (i = 0, n = 0; i < doc->n_authors; i++) {
        if (names_is_cjk(doc->authors[i])) {
            doc->authors[n++] = doc->authors[i];
        }
    }

    doc->n_authors = n;
}


void
front_authors(front_t *f)
{
    int               i, last;
    float             bottom;
    doc_t            *doc;
    line_t           *line, *model, *failed;
    authors_found_t  *found;

    doc = f->doc;
    doc->authors = region_array(doc->region, DOC_MAX_AUTHORS, sizeof(char *));
    doc->affiliations = region_array(doc->region, DOC_MAX_AUTHORS,
                                     sizeof(char *));

    if (f->title < 0) {
        return;
    }

    found = region_alloc(doc->region, sizeof(authors_found_t));
    bottom = authors_bottom(f);
    model = NULL;
    failed = NULL;

    for (i = f->title_end + 1; i < f->n; i++) {
        line = f->lines[i];

        if (line->y0 > bottom || line->kind != LINE_BODY) {
            continue;
        }

        if (model == NULL || authors_same_style(doc, model, line)) {
            last = authors_is_other_line(doc, line)
                   || authors_continues_failed(doc, failed, line)
                   ? -1 : authors_take(f, i, found);

            if (last >= 0) {
                model = (model == NULL) ? line : model;
                i = last;
                continue;
            }
        }

        if (model != NULL && f->affiliations > 0 && authors_is_prose(doc, line)
            && line->column == model->column)
        {
            break;
        }

        if (roles_is_affiliation(line->text)
            || authors_starts_with_mark(doc, line)
            || authors_is_other_line(doc, line))
        {
            authors_affiliation(f, line);
            failed = NULL;

        } else if (model == NULL) {
            failed = line;
        }
    }

    authors_one_script(doc);

    doc->confidence.authors = doc->n_authors > 0 ? 0.8 : 0;
}
