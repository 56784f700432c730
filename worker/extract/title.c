/*
 * The title: the block of lines of one size on the first page that looks most
 * like one.  Size decides; words, position and the metadata title are votes,
 * because banners may be larger and metadata titles are often file names.
 */

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "front.h"
#include "roles.h"
#include "str.h"


#define TITLE_MAX_LINES   8
#define TITLE_MAX_CHARS   400
#define TITLE_MIN_LETTERS 4


typedef struct {
    int      first;
    int      last;
    char    *text;
    double   score;
} title_block_t;


static int
title_usable(const front_t *f, const line_t *line)
{
    if (line->kind != LINE_BODY || line->letters < 1) {
        return 0;
    }

    if (f->abstract != NULL && f->abstract->page == f->page
        && line->y0 >= f->abstract->y0 - 1 && f->abstract != line)
    {
        return 0;
    }

    return !roles_is_label(line->text)
           && front_abstract_label(line->text) == 0;
}


/* Does line b go on with the block that ends with a? */
static int
title_continues(const front_t *f, const line_t *a, const line_t *b)
{
    float  gap;

    gap = b->y0 - a->y1;

    if (fabsf(a->size - b->size) > 0.11f * a->size || !title_usable(f, b)) {
        return 0;
    }

    if (gap > (a->style == b->style ? 1.15f : 0.95f) * a->size
        || gap < -0.8f * a->size)
    {
        return 0;
    }

    if ((a->bold * 2 > a->letters) != (b->bold * 2 > b->letters)
        && a->letters > 3 && b->letters > 3
        && f->doc->styles[a->style].mono == f->doc->styles[b->style].mono)
    {
        return 0;
    }

    return fminf(a->x1, b->x1) - fmaxf(a->x0, b->x0) > -4 * a->size;
}


static double
title_words_score(const char *text)
{
    int  words;

    words = str_words(text);

    if (words <= 1) {
        return -3.0;
    }

    if (words == 2) {
        return -1.2;
    }

    if (words <= 3) {
        return -0.3;
    }

    return words <= 30 ? 0.4 : -1.5;
}


static int
title_same(const char *a, const char *b)
{
    char  x[STR_MAX_SQUASH], y[STR_MAX_SQUASH];

    str_squash(a, x, sizeof(x));
    str_squash(b, y, sizeof(y));

    return x[0] != '\0' && strcmp(x, y) == 0;
}


/*
 * A journal's name stands alone in large type and again in the line that
 * tells volume and year.
 */
static int
title_is_journal(const front_t *f, const title_block_t *b)
{
    int     i;
    char    name[STR_MAX_SQUASH], line[STR_MAX_SQUASH];
    size_t  n;

    n = str_squash(b->text, name, sizeof(name));

    for (i = 0; i < f->n; i++) {
        if (i >= b->first && i <= b->last) {
            continue;
        }

        str_squash(f->lines[i]->text, line, sizeof(line));

        if (n >= 8 && strncmp(name, line, n) == 0
            && isdigit((unsigned char) line[n]) && f->lines[i]->digits >= 3)
        {
            return 1;
        }
    }

    return 0;
}


static void
title_score(const front_t *f, title_block_t *b)
{
    double   height;
    doc_t   *doc;
    line_t  *line;

    doc = f->doc;
    line = f->lines[b->first];
    height = doc->pages[f->page].height;
    b->score = 4.0 * (double) (line->size / doc->body_size);
    b->score += title_words_score(b->text);

    if (roles_is_banner(b->text)) {
        b->score -= 3.0;
    }

    if (title_is_journal(f, b)) {
        b->score -= 4.0;
    }

    if (line->bold * 2 > line->letters) {
        b->score += 0.6;
    }

    if (doc->meta_title != NULL && title_same(doc->meta_title, b->text)) {
        b->score += 3.0;
    }

    if (line->y0 > height * 0.5) {
        b->score -= 3.0;
    }

    if (b->last - b->first >= TITLE_MAX_LINES - 1
        || strlen(b->text) > TITLE_MAX_CHARS)
    {
        b->score -= 4.0;
    }

    if (doc->cjk && strstr(b->text, "题目") != NULL) {
        b->score += 2.0;
    }

    if (doc->cjk != (line->cjk * 3 > line->letters)) {
        b->score -= 2.0;
    }
}


static char *
title_text(const front_t *f, int first, int last)
{
    int    i;
    char  *text;

    text = region_strdup(f->doc->region, "");

    for (i = first; i <= last; i++) {
        text = str_join(f->doc->region, text, f->lines[i]->text);
    }

    return text;
}


/* Marks of footnotes at the end of a title. */
static char *
title_clean(doc_t *doc, char *text)
{
    size_t  n;

    text = str_trim(doc->region, text, "*");

    if (str_starts(text, "题目：") || str_starts(text, "题 目：")) {
        text = strstr(text, "：") + strlen("：");
    }

    for (n = strlen(text); n > 3; n = strlen(text)) {
        if (strcmp(text + n - 3, "∗") == 0 || strcmp(text + n - 3, "†") == 0
            || strcmp(text + n - 3, "‡") == 0)
        {
            text[n - 3] = '\0';
            text = str_trim(doc->region, text, "");
            continue;
        }

        break;
    }

    return text;
}


static title_block_t
title_best(const front_t *f)
{
    int            i, last;
    line_t        *line;
    title_block_t  b, best;

    memset(&best, 0, sizeof(best));
    best.first = -1;

    for (i = 0; i < f->n; i = last + 1) {
        line = f->lines[i];
        last = i;

        if (!title_usable(f, line)) {
            continue;
        }

        while (last + 1 < f->n
               && title_continues(f, f->lines[last], f->lines[last + 1]))
        {
            last++;
        }

        b.first = i;
        b.last = last;
        b.text = title_text(f, i, last);

        if (str_letters(b.text) < TITLE_MIN_LETTERS) {
            continue;
        }

        title_score(f, &b);

        if (best.first < 0 || b.score > best.score + 0.001) {
            best = b;
        }
    }

    return best;
}


void
front_title(front_t *f)
{
    int            i;
    doc_t         *doc;
    title_block_t  best;

    doc = f->doc;
    best = title_best(f);

    if (best.first < 0) {
        doc->title = doc->meta_title;
        doc->confidence.title = doc->meta_title != NULL ? 0.3 : 0;
        return;
    }

    f->title = best.first;
    f->title_end = best.last;
    doc->title = title_clean(doc, best.text);
    doc->confidence.title = best.score > 6 ? 0.9 : 0.6;

    if (doc->meta_title != NULL && title_same(doc->meta_title, doc->title)) {
        doc->confidence.title = 0.99;
    }

    for (i = best.first; i <= best.last; i++) {
        f->lines[i]->kind = LINE_TITLE;
    }
}
