/*
 * The keywords: one label, then words up to a change of type or a gap.
 */

#include <math.h>
#include <string.h>

#include "front.h"
#include "str.h"


#define KEYWORDS_MAX       32
#define KEYWORDS_MAX_TEXT  1200


static void
keywords_add(doc_t *doc, const char *s, size_t len)
{
    char  *word;

    word = str_trim(doc->region, region_strndup(doc->region, s, len), ".");

    if (word[0] == '\0' || strlen(word) > 100
        || doc->n_keywords >= KEYWORDS_MAX)
    {
        return;
    }

    doc->keywords[doc->n_keywords++] = word;
}


/* The strongest separator that text has, so that weaker ones may be inside. */
static const char **
keywords_separators(const char *text)
{
    int                  i;
    static const char   *semicolons[] = { ";", "；", NULL };
    static const char   *dots[] = { "·", "•", "|", NULL };
    static const char   *commas[] = { ",", "，", "、", "—", NULL };
    static const char   *dashes[] = { " – ", " - ", " — ", NULL };

    for (i = 0; semicolons[i] != NULL; i++) {
        if (strstr(text, semicolons[i]) != NULL) {
            return semicolons;
        }
    }

    for (i = 0; dots[i] != NULL; i++) {
        if (strstr(text, dots[i]) != NULL) {
            return dots;
        }
    }

    for (i = 0; dashes[i] != NULL; i++) {
        if (strstr(text, dashes[i]) != NULL && strchr(text, ',') == NULL) {
            return dashes;
        }
    }

    return commas;
}


static size_t
keywords_separator(const char *p, const char **list)
{
    int  i;

    for (i = 0; list[i] != NULL; i++) {
        if (str_starts(p, list[i])) {
            return strlen(list[i]);
        }
    }

    return 0;
}


static void
keywords_split(doc_t *doc, const char *text)
{
    size_t        n;
    const char   *p, *from;
    const char  **list;

    from = text;
    list = keywords_separators(text);

    for (p = text; *p != '\0'; ) {
        n = keywords_separator(p, list);

        if (n == 0) {
            p++;
            continue;
        }

        keywords_add(doc, from, (size_t) (p - from));
        p += n;
        from = p;
    }

    keywords_add(doc, from, (size_t) (p - from));
}


/* Codes of a classification follow the keywords of many journals. */
static int
keywords_is_code(const char *text)
{
    int                  i;
    static const char   *labels[] = {
        "中图分类号", "文献标识码", "文章编号", "CLC number", "PACS", "JEL ",
        "MSC", "Mathematics Subject Class", "Document code", "AMS subject",
        NULL
    };

    for (i = 0; labels[i] != NULL; i++) {
        if (str_starts_nocase(text, labels[i])) {
            return 1;
        }
    }

    return 0;
}


/* Lines that go on below a keywords line. */
static int
keywords_continue(const line_t *first, const line_t *last, const line_t *line,
    int lines)
{
    return line->page == last->page && line->column == last->column
           && (line->kind == LINE_BODY || line->kind == LINE_FRONT)
           && line->y0 - last->y1 < 0.55f * first->size + (lines == 0) * 8
           && line->y0 > last->y0
           && fabsf(line->size - last->size) < 0.3f
           && !front_is_numbered_heading(line)
           && !keywords_is_code(line->text)
           && (lines == 0 || (line->bold * 2 > line->letters)
              == (last->bold * 2 > last->letters))
           && lines < 6;
}


/*
 * Index of the line with the label, -1 if there is none.  The authors' own
 * words are better than those of a classification.
 */
static int
keywords_find(const front_t *f)
{
    int      i, n, found;
    doc_t   *doc;
    line_t  *line;

    doc = f->doc;
    found = -1;

    for (i = 0; i < doc->n_lines; i++) {
        line = doc->lines[i];

        if (line->page > f->page + 1) {
            break;
        }

        n = front_keywords_label(line->text);

        if (n > 0 && (line->kind == LINE_BODY || line->kind == LINE_FRONT)
            && (n < line->len || line->letters < 16))
        {
            if (!str_starts_nocase(line->text, "CCS")) {
                return i;
            }

            found = found < 0 ? i : found;
        }
    }

    return found;
}


void
front_keywords(front_t *f)
{
    int      i, lines, note, list;
    char    *text;
    doc_t   *doc;
    line_t  *line, *last;

    doc = f->doc;
    doc->keywords = region_array(doc->region, KEYWORDS_MAX, sizeof(char *));
    i = keywords_find(f);

    if (i < 0) {
        return;
    }

    line = doc->lines[i];
    text = region_strdup(doc->region,
                         line->text + front_keywords_label(line->text));
    note = line->kind == LINE_FRONT;
    line->kind = LINE_KEYWORDS;
    last = line;
    lines = text[0] != '\0';
    list = note && lines == 0;

    for (i++; i < doc->n_lines; i++) {
        line = doc->lines[i];

        if (note != (line->kind == LINE_FRONT) && line->page == last->page) {
            continue;
        }

        if (!keywords_continue(last, last, line, lines)
            && !(lines == 0 && line->page == last->page
                 && line->y0 - last->y1 < 12))
        {
            break;
        }

        line->kind = LINE_KEYWORDS;
        text = str_join(doc->region, text, line->text);

        /* one on each line of a narrow column */
        if (list && strpbrk(text, ",;") == NULL) {
            text = str_join(doc->region, text, "|");
        }

        last = line;
        lines++;

        if (strlen(text) > KEYWORDS_MAX_TEXT) {
            break;
        }
    }

    keywords_split(doc, text);
}
