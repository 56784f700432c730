/*
 * The abstract.
 *
 * A labelled abstract runs from its label to the keywords or the next
 * heading.  Without a label it is the block of running text between the
 * authors and the first heading, if that is set off from the body.
 */

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "front.h"
#include "roles.h"
#include "str.h"


#define ABSTRACT_MAX       8000      /* bytes */
#define ABSTRACT_MIN       150       /* letters, without a label */
#define ABSTRACT_MAX_LINES 120


static int
abstract_index(const doc_t *doc, const line_t *line)
{
    int  i;

    for (i = 0; i < doc->n_lines; i++) {
        if (doc->lines[i] == line) {
            return i;
        }
    }

    return -1;
}


static int
abstract_is_bold(const line_t *line)
{
    return line->bold * 2 > line->letters;
}


/* "1 Introduction", "I. INTRODUCTION", "2.1 Data": not "12 patients were". */
int
front_is_numbered_heading(const line_t *line)
{
    int          len;
    const char  *p;

    p = line->text;
    str_number(p, 2, &len);

    if (len == 0) {
        len = (int) strspn(p, "IVX");

        if (len == 0 || p[len] != '.') {
            return 0;
        }
    }

    p += len + (int) strspn(p + len, ".");

    if (*p != ' ' || line->len > 70) {
        return 0;
    }

    p += strspn(p, " |");

    return isupper((unsigned char) *p) || (unsigned char) *p > 0xe2;
}


/* Heads inside of structured abstracts. */
static int
abstract_is_part(const char *text)
{
    int                  i, n;
    char                 key[STR_MAX_SQUASH];
    static const char   *parts[] = {
        "background", "objective", "objectives", "aim", "aims", "purpose",
        "methods", "method", "results", "result", "conclusion",
        "conclusions", "materialsandmethods", "findings", "interpretation",
        "design", "setting", "context", "motivation", "significance",
        "introduction", "studydesign", "backgroundandpurpose",
        "settingsanddesign", "statisticalanalysisused", "trialregistration",
        NULL
    };

    str_squash(text, key, sizeof(key));

    for (i = 0; parts[i] != NULL; i++) {
        n = (int) strlen(parts[i]);

        if (strncmp(key, parts[i], (size_t) n) == 0) {
            return key[n] == '\0' ? 1 : strchr(text, ':') != NULL;
        }
    }

    return 0;
}


static int
abstract_ends(const doc_t *doc, const line_t *line, const line_t *first,
    const line_t *last)
{
    int    exact;
    float  gap;

    if (front_keywords_label(line->text) > 0 || line->kind == LINE_TITLE) {
        return 1;
    }

    if (front_is_numbered_heading(line)
        && (abstract_is_bold(line) || line->size > first->size + 0.4f
            || line->upper * 2 > line->letters
            || fabsf(line->x0 - first->x0) > 40))
    {
        return 1;
    }

    if (roles_find(line->text, &exact) == ROLE_INTRODUCTION && exact
        && (!abstract_is_part(line->text)
            || line->size > first->size + 0.4f))
    {
        return 1;
    }

    if (str_starts_nocase(line->text, "PACS")
        || str_starts_nocase(line->text, "JEL ")
        || str_starts_nocase(line->text, "MSC")
        || str_starts_nocase(line->text, "1998 ACM")
        || str_starts(line->text, "©") || str_starts(line->text, "►")
        || str_find_nocase(line->text, "cite this article") != NULL)
    {
        return 1;
    }

    if (line->page != last->page) {
        return fabsf(line->size - first->size) > 0.3f;
    }

    gap = line->y0 - last->y1;

    if (line->column == last->column && gap > 2.6f * first->size
        && !abstract_is_part(line->text))
    {
        return 1;
    }

    /* a new column: it must go on at the same size */
    if (line->column != last->column || gap < -first->size * 2) {
        return fabsf(line->size - first->size) > 0.3f
               || abstract_is_bold(line) != abstract_is_bold(first);
    }

    return fabsf(line->size - first->size) > 0.12f * first->size
           && line->letters > 12 && gap > 0.35f * first->size
           && !(doc->cjk && line->cjk == 0);
}


/* Article history and the like in a narrow column left of the abstract. */
static int
abstract_is_beside(const line_t *label, const line_t *first,
    const line_t *line)
{
    return line->page == label->page && line->x1 < label->x0 - 4
           && line->y1 > label->y0 - 20
           && line->x1 - line->x0 < 140
           && (first == NULL || line->x1 < first->x0 - 4);
}


/* "Methods" alone on its line. */
static int
abstract_is_head(const line_t *line)
{
    return line->len < 30 && abstract_is_bold(line)
           && abstract_is_part(line->text);
}


/* Glyphs in the first bytes of text: spaces have none. */
static uint8_t
abstract_label_glyphs(const char *text, int bytes)
{
    int          n;
    uint32_t     cp;
    const char  *p;

    n = 0;

    for (p = text; p < text + bytes && (cp = str_next(&p)) != 0; ) {
        n += cp != ' ';
    }

    return (uint8_t) (n < 64 ? n : 0);
}


static void
abstract_take(doc_t *doc, int from, int skip)
{
    int      i, n, parts;
    char    *text;
    line_t  *line, *first, *last;

    text = region_strdup(doc->region, "");
    parts = 0;
    first = NULL;
    last = NULL;
    n = 0;

    for (i = from; i < doc->n_lines && n < ABSTRACT_MAX_LINES; i++) {
        line = doc->lines[i];

        if (line->kind == LINE_FURNITURE || line->kind == LINE_AUTHOR
            || line->kind == LINE_FRONT
            || abstract_is_beside(doc->lines[from], first, line))
        {
            continue;
        }

        if (first != NULL
            && (abstract_ends(doc, line, first, last)
                || (!parts && abstract_is_head(line))))
        {
            break;
        }

        if (i == from && skip >= line->len) {
            line->kind = LINE_HEADING;
            last = line;
            continue;
        }

        if (i == from) {
            line->skip = abstract_label_glyphs(line->text, skip);
        }

        if (first == NULL && last != NULL
            && front_keywords_label(line->text) > 0)
        {
            break;
        }

        parts = parts || (first == NULL && abstract_is_head(line));
        first = (first == NULL) ? line : first;
        last = line;
        line->kind = LINE_ABSTRACT;
        text = str_join(doc->region, text,
                         line->text + (i == from ? skip : 0));
        n++;

        if (strlen(text) > ABSTRACT_MAX) {
            break;
        }
    }

    text = str_trim(doc->region, text, "");
    doc->abstract = text[0] != '\0' ? text : NULL;
    doc->confidence.abstract = text[0] != '\0' ? 0.9 : 0;
}


/* A line of running text: as wide as others around and mostly letters. */
static int
abstract_is_prose(const line_t *line)
{
    return line->kind == LINE_BODY && line->letters >= 25
           && !roles_is_affiliation(line->text)
           && strchr(line->text, '@') == NULL
           && str_words(line->text) >= 5;
}


/*
 * Without a label: the first block of prose below the authors that ends
 * before a heading and is followed by more text.
 */
static void
abstract_unlabelled(front_t *f)
{
    int      i, n, from, letters;
    doc_t   *doc;
    line_t  *line;

    doc = f->doc;
    from = -1;
    letters = 0;

    for (i = 0, n = 0; i < doc->n_lines; i++) {
        line = doc->lines[i];

        if (line->page != f->page || (f->intro != NULL && line == f->intro)
            || n > 60)
        {
            break;
        }

        if (line->y0 < f->lines[f->title_end]->y1
            || line->kind == LINE_FURNITURE || line->kind == LINE_FRONT)
        {
            continue;
        }

        if (from < 0 && abstract_is_prose(line)) {
            from = i;
        }

        if (from >= 0) {
            if ((n >= 4 && line->letters > 20
                 && abstract_is_bold(doc->lines[from])
                    != abstract_is_bold(line))
                || front_is_numbered_heading(line)
                || (line->size > doc->lines[from]->size * 1.15f
                    && line->letters > 3))
            {
                break;
            }

            letters += line->letters;
            n++;
        }
    }

    if (from >= 0 && letters > ABSTRACT_MIN
        && (f->intro != NULL || n < 40)
        && (fabsf(doc->lines[from]->size - doc->body_size) > 0.3f
            || abstract_is_bold(doc->lines[from])
            || doc->lines[from]->x0 > doc->pages[f->page].left + 12))
    {
        abstract_take(doc, from, 0);
        doc->confidence.abstract = 0.5;
    }
}


void
front_abstract(front_t *f)
{
    int     i;
    doc_t  *doc;

    doc = f->doc;

    if (f->abstract != NULL) {
        i = abstract_index(doc, f->abstract);

        if (f->summary) {
            abstract_take(doc, i, f->abstract->len);
            f->abstract->kind = LINE_BODY;
            doc->confidence.abstract = 0.6;
            return;
        }

        abstract_take(doc, i, front_abstract_label(f->abstract->text));
        return;
    }

    if (f->title >= 0) {
        abstract_unlabelled(f);
    }
}
