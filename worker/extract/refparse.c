/*
 * The parts of one reference: year, DOI, authors and title, by the marks
 * that citation styles leave.
 */

#include <ctype.h>
#include <string.h>

#include "front.h"
#include "references.h"
#include "str.h"


#define REFPARSE_MAX_AUTHORS  60
#define REFPARSE_MAX_DOI      160


/* Behind the number or label. */
static const char *
refparse_body(const char *raw)
{
    size_t       n;
    const char  *p;

    p = raw;

    if (*p == '[' || *p == '(') {
        n = strcspn(p, "])");

        if (p[n] != '\0' && n < 40) {
            p += n + 1;
        }

    } else {
        n = strspn(p, "0123456789");

        if (n > 0 && n < 4 && (p[n] == '.' || p[n] == ' ' || p[n] == ')')) {
            p += n + 1;
        }
    }

    return p + strspn(p, " .");
}


static const char *
refparse_year(const char *body, int *year)
{
    int          len, value;
    const char  *p, *found;

    found = NULL;
    *year = 0;

    for (p = body; *p != '\0'; p++) {
        if (!isdigit((unsigned char) *p)
            || (p > body && (isalnum((unsigned char) p[-1])
                             || strchr("./-:", p[-1]) != NULL)))
        {
            continue;
        }

        value = str_number(p, 5, &len);

        if (len == 4 && value >= 1700 && value <= 2050
            && p[4] != '-' && strncmp(p + 4, "–", 3) != 0)
        {
            *year = value;
            found = p;

            if (p > body && p[-1] == '(') {
                return p;
            }
        }

        p += len > 0 ? len - 1 : 0;
    }

    return found;
}


static void
refparse_doi(doc_t *doc, reference_t *ref)
{
    size_t       n;
    const char  *p;

    p = strstr(ref->raw, "10.");

    while (p != NULL && (!isdigit((unsigned char) p[3])
                         || !isdigit((unsigned char) p[6])))
    {
        p = strstr(p + 3, "10.");
    }

    if (p == NULL) {
        return;
    }

    n = strcspn(p, " \"<>{}|\\^");
    n = n > REFPARSE_MAX_DOI ? REFPARSE_MAX_DOI : n;

    while (n > 0 && strchr(".,;:)]", p[n - 1]) != NULL) {
        n--;
    }

    if (n > 7 && memchr(p, '/', n) != NULL) {
        ref->doi = region_strndup(doc->region, p, n);
    }
}


/* "Metushaj A. Epidemiology of ...": the initial ends the authors. */
static int
refparse_title_follows(const char *p)
{
    int                  i;
    size_t               n;
    static const char   *links[] = {
        "and ", "et ", "von ", "van ", "de ", "der ", "& ", "und ", NULL
    };

    n = strcspn(p, " ");

    if (!isupper((unsigned char) p[0]) || n < 3 || p[n] == '\0'
        || strchr(",.;:", p[n - 1]) != NULL)
    {
        return 0;
    }

    p += n + 1;

    for (i = 0; links[i] != NULL; i++) {
        if (str_starts(p, links[i])) {
            return 0;
        }
    }

    return islower((unsigned char) p[0]);
}


/* Is the mark at q, in text from p, the end of a part? */
static int
refparse_ends(const char *p, const char *q)
{
    int  initial;

    if (q == p || (q[1] != ' ' && q[1] != '\0')) {
        return 0;
    }

    initial = isupper((unsigned char) q[-1])
              && (q - p < 2 || !islower((unsigned char) q[-2]));

    switch (*q) {
    case '?':
    case '!':
        return 1;

    case ':':
        /* "Tikkanen I: Cardiomyocyte ..." */
        return initial && q - p > 4;

    case '.':
        if (q - p > 5 && strncmp(q - 5, "et al", 5) == 0) {
            return q[1] == ' ' && !isdigit((unsigned char) q[2])
                   && q[2] != '(';
        }

        return !initial || (q - p > 2 && isupper((unsigned char) q[-2]))
               || refparse_title_follows(q + 2 - (q[1] == '\0'));

    default:
        return 0;
    }
}


/* The mark that ends the first part of p, or the end of p. */
static const char *
refparse_stop(const char *p)
{
    const char  *q;

    for (q = p; *q != '\0' && !refparse_ends(p, q); q++) {
        /* void */
    }

    return q;
}


static char *
refparse_quoted(doc_t *doc, const char *body)
{
    size_t       n;
    const char  *p, *end;

    p = strstr(body, "“");
    end = p ? strstr(p, "”") : NULL;
    n = 3;

    if (p == NULL) {
        p = strchr(body, '"');
        end = p ? strchr(p + 1, '"') : NULL;
        n = 1;
    }

    if (p == NULL || end == NULL || end - p < 12) {
        return NULL;
    }

    return str_trim(doc->region, region_strndup(doc->region, p + n,
                                 (size_t) (end - p) - n), ",.");
}


static int
refparse_is_initials(const char *s)
{
    int  letters;

    letters = 0;

    for ( /* void */ ; *s != '\0'; s++) {
        letters += isalpha((unsigned char) *s) != 0;

        if (islower((unsigned char) *s) && letters > 1) {
            return 0;
        }
    }

    return letters >= 1 && letters <= 4;
}


static void
refparse_add_initials(doc_t *doc, char **name, const char *initials)
{
    char    *out;
    size_t   n, m;

    n = strlen(*name);
    m = strlen(initials);
    out = region_alloc(doc->region, n + m + 3);
    memcpy(out, *name, n);
    memcpy(out + n, ", ", 2);
    memcpy(out + n + 2, initials, m);
    *name = out;
}


/* "Family, I., Family, I. & Family, I." and "I. Family, I. Family". */
static void
refparse_authors(doc_t *doc, reference_t *ref, const char *s, size_t len)
{
    char    *part, *text, *p, *next;
    size_t   n;

    if (len < 3 || len > 1500) {
        return;
    }

    text = region_strndup(doc->region, s, len);
    ref->authors = region_array(doc->region, REFPARSE_MAX_AUTHORS,
                                sizeof(char *));

    while ((p = strstr(text, " and ")) != NULL
           || (p = strstr(text, " & ")) != NULL)
    {
        n = p[1] == '&' ? 3 : 5;
        memset(p, ' ', n);
        p[0] = ',';
    }

    for (p = text; p != NULL && ref->n_authors < REFPARSE_MAX_AUTHORS;
         p = next)
    {
        next = strchr(p, ',');

        if (next != NULL) {
            *next++ = '\0';
        }

        part = str_trim(doc->region, p, ";:(");

        if (part[0] == '\0' || str_starts_nocase(part, "et al")) {
            continue;
        }

        if (refparse_is_initials(part) && ref->n_authors > 0
            && strchr(ref->authors[ref->n_authors - 1], ',') == NULL)
        {
            refparse_add_initials(doc, &ref->authors[ref->n_authors - 1],
                                  part);
            continue;
        }

        if (str_letters(part) >= 2 && str_words(part) <= 6) {
            ref->authors[ref->n_authors++] = part;
        }
    }
}


static char *
refparse_title(doc_t *doc, const char *from)
{
    char        *title;
    const char  *end;

    from += strspn(from, " .,:;)");
    end = refparse_stop(from);

    if (end - from < 8) {
        return NULL;
    }

    title = region_strndup(doc->region, from, (size_t) (end - from));
    title = str_trim(doc->region, title, ".,");

    return title;
}


static void
refparse_chinese(doc_t *doc, reference_t *ref, const char *body)
{
    const char  *stop, *type;

    type = strchr(body, '[');
    stop = strstr(body, ". ");
    stop = stop ? stop : strstr(body, "．");
    stop = stop ? stop : strchr(body, '.');

    if (stop == NULL || type == NULL || stop > type) {
        return;
    }

    refparse_authors(doc, ref, body, (size_t) (stop - body));
    stop += str_starts(stop, "．") ? 3 : 1;
    ref->title = str_trim(doc->region, region_strndup(doc->region, stop,
                                       (size_t) (type - stop)), ".");
}


void
references_parse(doc_t *doc, reference_t *ref)
{
    const char  *body, *year, *stop;

    body = refparse_body(ref->raw);
    year = refparse_year(body, &ref->year);
    refparse_doi(doc, ref);

    if (strstr(body, "[J]") != NULL || strstr(body, "[M]") != NULL
        || strstr(body, "[C]") != NULL || strstr(body, "[D]") != NULL)
    {
        refparse_chinese(doc, ref, body);
    }

    if (ref->title != NULL) {
        return;
    }

    ref->title = refparse_quoted(doc, body);
    stop = refparse_stop(body);

    /* author-year: "Family I (2019). Title." or "Family, I., 2019. Title" */
    if (year != NULL && year - body < 400 && stop >= year - 3
        && (year[4] == ')' || year[4] == '.' || year[4] == ','
            || year[5] == ')' || year[5] == '.')
        && year - body < (long) strlen(body) / 2 + 40
        && strlen(year) > 20)
    {
        refparse_authors(doc, ref, body, (size_t) (year - body));

        if (ref->title == NULL) {
            ref->title = refparse_title(doc, year + 4
                                        + (isalpha((unsigned char) year[4])
                                           != 0));
        }

        return;
    }

    if (ref->title != NULL) {
        stop = strstr(body, "“");
        stop = stop ? stop : strchr(body, '"');
    }

    if (stop == NULL || *stop == '\0') {
        return;
    }

    refparse_authors(doc, ref, body, (size_t) (stop - body));

    if (ref->title == NULL) {
        ref->title = refparse_title(doc, stop + 1);
    }
}
