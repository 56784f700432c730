/*
 * What the first page says about the publication: DOI, arXiv id, date and
 * journal; and the language.
 *
 * A DOI counts only near the edges of the first pages, in the front matter,
 * or behind "doi"; the first one found elsewhere is often another work's.
 */

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "front.h"
#include "roles.h"
#include "str.h"


#define IDENTIFY_MAX_DOI  160
#define IDENTIFY_LINES    400
#define IDENTIFY_CITATION 8      /* lines of a citation above its DOI */


typedef struct {
    char    doi[IDENTIFY_MAX_DOI];
    int     score;
} identify_doi_t;


static const char  *identify_months[] = {
    "january", "february", "march", "april", "may", "june", "july",
    "august", "september", "october", "november", "december", NULL
};


/* Reads a DOI at p into out; returns its length, 0 if there is none. */
static size_t
identify_doi_at(const char *p, char out[IDENTIFY_MAX_DOI])
{
    size_t  n, digits;

    if (!str_starts(p, "10.")) {
        return 0;
    }

    digits = strspn(p + 3, "0123456789");

    if (digits < 4 || digits > 9 || (p[3 + digits] != '/'
                                     && p[3 + digits] != '.'))
    {
        return 0;
    }

    for (n = 0; p[n] != '\0' && n < IDENTIFY_MAX_DOI - 1; n++) {
        if (isspace((unsigned char) p[n]) || strchr("\"<>{}|\\^[]", p[n])
            || (unsigned char) p[n] > 127)
        {
            break;
        }

        out[n] = p[n];
    }

    while (n > 0 && strchr(".,;:)'*", out[n - 1]) != NULL
           && !(out[n - 1] == ')' && memchr(out, '(', n) != NULL))
    {
        n--;
    }

    out[n] = '\0';

    return strchr(out, '/') != NULL && n > digits + 5 ? n : 0;
}


/* "Please cite this article as: ...", up to a few lines above line. */
static int
identify_is_citation(const front_t *f, int index)
{
    int            i, n;
    const line_t  *line, *above;

    line = f->doc->lines[index];

    for (i = index, n = 0; i >= 0 && n < IDENTIFY_CITATION; i--, n++) {
        above = f->doc->lines[i];

        if (above->page != line->page || above->x0 > line->x1
            || above->x1 < line->x0)
        {
            continue;
        }

        if (str_find_nocase(above->text, "cite this") != NULL
            || str_find_nocase(above->text, "to cite") != NULL
            || str_starts_nocase(above->text, "citation"))
        {
            return 1;
        }
    }

    return 0;
}


static int
identify_doi_score(const front_t *f, int index, const char *at)
{
    int          score;
    double       height, y;
    size_t       before;
    line_t      *line;
    const char  *p;

    line = f->doc->lines[index];
    height = f->doc->pages[line->page].height;
    y = (line->y0 + line->y1) / 2;
    before = (size_t) (at - line->text);
    p = before > 20 ? at - 20 : line->text;
    score = 0;

    if (str_find_nocase(p, "doi") != NULL
        && str_find_nocase(p, "doi") < at)
    {
        score += 2;
    }

    if (y < height * 0.13 || y > height * 0.87
        || line->kind == LINE_FURNITURE)
    {
        score += 2;
    }

    if (f->abstract != NULL && f->abstract->page == line->page
        && line->y0 < f->abstract->y0)
    {
        score += 1;
    }

    if (line->len < 80 && before < 30) {
        score += 1;
    }

    if (line->page != f->page) {
        score -= 2;
    }

    if (strstr(at, "zenodo") != NULL || strstr(at, "figshare") != NULL
        || strstr(at, "10.5281") == at)
    {
        score -= 6;
    }

    if (identify_is_citation(f, index)) {
        score += 2;

    } else if (line->kind == LINE_ABSTRACT) {
        score -= 2;
    }

    return score;
}


/* A DOI that the line's end cuts goes on in the next one. */
static void
identify_doi_whole(const front_t *f, int index, const char *end,
    char doi[IDENTIFY_MAX_DOI])
{
    size_t       n;
    const char  *p;
    line_t      *line, *next;

    line = f->doc->lines[index];
    n = strlen(doi);

    if (*end != '\0' || index + 1 >= f->doc->n_lines || n == 0) {
        return;
    }

    next = f->doc->lines[index + 1];

    if (next->page != line->page || (doi[n - 1] != '/' && doi[n - 1] != '-'
                                     && doi[n - 1] != '_'))
    {
        return;
    }

    for (p = next->text; n < IDENTIFY_MAX_DOI - 1
                         && (isalnum((unsigned char) *p)
                             || strchr("./-_()", *p)) && *p != '\0'; p++)
    {
        doi[n++] = *p;
    }

    while (n > 0 && doi[n - 1] == '.') {
        n--;
    }

    doi[n] = '\0';
}


static void
identify_doi(front_t *f)
{
    int             i, score;
    char            doi[IDENTIFY_MAX_DOI];
    doc_t          *doc;
    size_t          n;
    line_t         *line;
    const char     *p;
    identify_doi_t  best;

    doc = f->doc;
    memset(&best, 0, sizeof(best));
    best.score = 1;

    for (i = 0; i < doc->n_lines && i < IDENTIFY_LINES; i++) {
        line = doc->lines[i];

        if (line->page > f->page + 1) {
            break;
        }

        if (line->kind == LINE_REFERENCE) {
            continue;
        }

        for (p = strstr(line->text, "10."); p != NULL;
             p = strstr(p + 3, "10."))
        {
            n = identify_doi_at(p, doi);
            if (n == 0) {
                continue;
            }

            identify_doi_whole(f, i, p + n, doi);
            score = identify_doi_score(f, i, p);

            if (score > best.score) {
                best.score = score;
                memcpy(best.doi, doi, sizeof(doi));
            }
        }
    }

    if (best.doi[0] != '\0') {
        doc->doi = region_strdup(doc->region, best.doi);
        doc->confidence.doi = best.score >= 4 ? 0.95 : 0.7;
    }
}


/* The glyphs of the stamp in the margin, which stand in file order. */
static void
identify_arxiv(front_t *f)
{
    int          i, n;
    char         text[256];
    char        *p, *end;
    page_t      *page;

    page = &f->doc->pages[f->page];
    n = 0;

    for (i = 0; i < page->n_glyphs && n < 250; i++) {
        if (page->glyphs[i].rotated && page->glyphs[i].cp < 128) {
            if (page->glyphs[i].space) {
                text[n++] = ' ';
            }

            text[n++] = (char) page->glyphs[i].cp;
        }
    }

    text[n] = '\0';
    p = strstr(text, "arXiv:");

    for (i = 0; p == NULL && i < f->n; i++) {
        p = strstr(f->lines[i]->text, "arXiv:");

        if (p != NULL && f->lines[i]->y0 > 90
            && f->lines[i]->y0 < page->height - 90)
        {
            p = NULL;
        }
    }

    if (p == NULL) {
        return;
    }

    p += strlen("arXiv:");
    p += strspn(p, " ");
    n = (int) strspn(p, "0123456789./abcdefghijklmnopqrstuvwxyz-");
    end = memchr(p, 'v', (size_t) n);
    n = (end != NULL) ? (int) (end - p) : n;

    if (n >= 9 && n < 24) {
        f->doc->arxiv_id = region_strndup(f->doc->region, p, (size_t) n);
    }
}


/* Day or month names around a year: "12 March 2024", "March 12, 2024". */
static char *
identify_date_in(doc_t *doc, const char *text)
{
    int          m, day, year, len;
    char         out[16];
    const char  *p, *q;

    /* "Received: ... / Published: 14 June 2022" */
    p = str_find_nocase(text, "publish");
    text = p != NULL && strpbrk(p, "0123456789") != NULL ? p : text;

    for (m = 0; identify_months[m] != NULL; m++) {
        p = str_find_nocase(text, identify_months[m]);
        if (p == NULL) {
            continue;
        }

        day = 0;

        if (p - text >= 3 && p[-1] == ' ' && isdigit((unsigned char) p[-2])) {
            q = p - 2;
            q -= q > text && isdigit((unsigned char) q[-1]);
            day = str_number(q, 2, &len);
        }

        p += strlen(identify_months[m]);
        p += strspn(p, " ,.");

        if (day == 0) {
            day = str_number(p, 4, &len);

            if (day > 31 || len > 2) {
                day = 0;
                len = 0;
            }

            p += len;
            p += strspn(p, " ,.stndrh");
        }

        year = str_number(p, 4, &len);

        if (len != 4 || year < 1900 || year > 2100) {
            continue;
        }

        if (day > 0 && day <= 31) {
            (void) snprintf(out, sizeof(out), "%04d-%02d-%02d", year, m + 1,
                            day);

        } else {
            (void) snprintf(out, sizeof(out), "%04d-%02d", year, m + 1);
        }

        return region_strdup(doc->region, out);
    }

    return NULL;
}


static char *
identify_year_in(doc_t *doc, const char *text)
{
    int          year, len;
    char         out[8];
    const char  *p;

    for (p = text; *p != '\0'; p++) {
        if (!isdigit((unsigned char) *p)
            || (p > text && (isdigit((unsigned char) p[-1])
                             || p[-1] == '.' || p[-1] == '/')))
        {
            continue;
        }

        year = str_number(p, 4, &len);

        if (len == 4 && year >= 1950 && year <= 2050
            && !isdigit((unsigned char) p[4]))
        {
            (void) snprintf(out, sizeof(out), "%d", year);
            return region_strdup(doc->region, out);
        }
    }

    return NULL;
}


/* Dates of the manuscript's way, which are not that of publication. */
static int
identify_is_history(const char *text)
{
    return str_find_nocase(text, "publish") == NULL
           && (str_find_nocase(text, "received") != NULL
               || str_find_nocase(text, "accepted") != NULL
               || str_find_nocase(text, "revised") != NULL
               || str_find_nocase(text, "submitted") != NULL);
}


static void
identify_date(front_t *f)
{
    int      i, pass;
    char    *date;
    doc_t   *doc;
    line_t  *line;

    doc = f->doc;

    for (pass = 0; pass < 2 && doc->publication_date == NULL; pass++) {
        for (i = 0; i < f->n; i++) {
            line = f->lines[i];

            if (line->kind == LINE_ABSTRACT || line->len > 200
                || identify_is_history(line->text)
                || (line->kind == LINE_BODY && pass == 0
                    && str_words(line->text) > 14
                    && str_find_nocase(line->text, "publish") == NULL)
                || (pass == 1 && line->kind != LINE_FURNITURE
                    && line->y0 > 90
                    && line->y1 < doc->pages[f->page].height - 80))
            {
                continue;
            }

            date = pass == 0 ? identify_date_in(doc, line->text)
                             : identify_year_in(doc, line->text);

            if (date != NULL && (doc->publication_date == NULL
                || str_find_nocase(line->text, "publish") != NULL))
            {
                doc->publication_date = date;
            }
        }
    }
}


static void
identify_publication(front_t *f)
{
    int          i;
    doc_t       *doc;
    line_t      *line;
    const char  *p;

    doc = f->doc;

    for (i = 0; i < f->n; i++) {
        line = f->lines[i];

        if (line->len > 200 || line->kind == LINE_ABSTRACT
            || line->kind == LINE_TITLE
            || (line->y0 > doc->pages[f->page].height * 0.25
                && line->y1 < doc->pages[f->page].height * 0.88))
        {
            continue;
        }

        p = str_find_nocase(line->text, "journal of");
        p = p ? p : str_find_nocase(line->text, "proceedings of");
        p = p ? p : str_find_nocase(line->text, "transactions on");
        p = p ? p : str_find_nocase(line->text, "conference on");
        p = p ? p : strstr(line->text, "学报");
        p = p ? p : strstr(line->text, " Journal");

        if (p != NULL) {
            doc->publication = str_trim(doc->region, line->text, " .,;|");
            return;
        }
    }
}


/* Stop words of a few languages; Chinese is known by its script. */
static void
identify_language(doc_t *doc)
{
    int          i, k, best, words;
    int          count[6];
    line_t      *line;
    const char  *p;
    static const struct {
        const char  *code;
        const char  *words[6];
    } languages[] = {
        { "en", { " the ", " of ", " and ", " is ", " with ", NULL } },
        { "de", { " der ", " und ", " die ", " nicht ", " eine ", NULL } },
        { "fr", { " les ", " des ", " est ", " dans ", " une ", NULL } },
        { "es", { " los ", " las ", " para ", " una ", " que ", NULL } },
        { "pt", { " dos ", " para ", " uma ", " não ", " com ", NULL } },
        { "it", { " della ", " che ", " per ", " di ", " una ", NULL } },
    };

    memset(count, 0, sizeof(count));
    best = 0;
    words = 0;

    if (doc->cjk) {
        doc->language = "zh";
        return;
    }

    for (i = 0; i < doc->n_lines && i < 3000; i++) {
        line = doc->lines[i];

        for (k = 0; k < 6 * 5; k++) {
            p = str_find_nocase(line->text, languages[k / 5].words[k % 5]);
            count[k / 5] += p != NULL;
            words += p != NULL;
        }
    }

    for (k = 1; k < 6; k++) {
        best = count[k] > count[best] ? k : best;
    }

    doc->language = words > 0 ? languages[best].code : NULL;
}


static void
identify_type(doc_t *doc)
{
    int          i;
    const char  *t;
    static const struct {
        const char  *word;
        const char  *type;
    } words[] = {
        { "systematic review", "review" },
        { "a review", "review" },
        { "survey", "review" },
        { "overview of", "review" },
        { "meta-analysis", "review" },
        { "综述", "review" },
        { "clinical trial", "clinical_trial" },
        { "randomized", "clinical_trial" },
        { "randomised", "clinical_trial" },
        { "case report", "case_report" },
        { "dataset", "dataset" },
        { "package", "software" },
        { "software", "software" },
        { "toolbox", "software" },
        { "library for", "software" },
        { "position paper", "position" },
        { "perspective", "position" },
        { NULL, NULL }
    };

    t = doc->title;

    for (i = 0; t != NULL && words[i].word != NULL; i++) {
        if (str_find_nocase(t, words[i].word) != NULL) {
            doc->article_type = words[i].type;
            return;
        }
    }

    if (doc->abstract != NULL) {
        doc->article_type = "original_research";
    }
}


void
front_identify(front_t *f)
{
    identify_doi(f);
    identify_arxiv(f);
    identify_date(f);
    identify_publication(f);
    identify_language(f->doc);
    identify_type(f->doc);
}
