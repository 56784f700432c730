/*
 * Where the entries of a reference list start: at their numbers or labels;
 * without those at hanging indents, or after wider gaps, or where a line of
 * text looks like the first of an entry.
 */

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "references.h"
#include "str.h"


typedef enum {
    REFMARK_BRACKET = 0,     /* [12] */
    REFMARK_DOT,             /* 12. */
    REFMARK_PAREN,           /* (12) or 12) */
    REFMARK_PLAIN,           /* 12 Name */
    REFMARK_MAX
} refmark_e;


/* The number at the start of text in the given form, 0 if it is not there. */
static int
refsegment_number(const char *text, refmark_e form)
{
    int          len, value;
    const char  *p;

    p = text;

    if (form == REFMARK_BRACKET) {
        if (str_starts(p, "［") || str_starts(p, "〔")) {
            p += 3;

        } else if (*p++ != '[') {
            return 0;
        }

    } else if (form == REFMARK_PAREN && *p == '(') {
        p++;
    }

    p += strspn(p, " ");
    value = str_number(p, 4, &len);

    if (len == 0 || len > 3 || value == 0) {
        return 0;
    }

    p += len;
    p += strspn(p, " ") * (form == REFMARK_BRACKET);

    switch (form) {
    case REFMARK_BRACKET:
        return *p == ']' || str_starts(p, "］") || str_starts(p, "〕")
               ? value : 0;

    case REFMARK_DOT:
        return (*p == '.' && !isdigit((unsigned char) p[1]))
               || str_starts(p, "．") ? value : 0;

    case REFMARK_PAREN:
        return *p == ')' ? value : 0;

    default:
        return *p == ' ' && (isupper((unsigned char) p[1])
                             || (unsigned char) p[1] > 127) ? value : 0;
    }
}


/* Marks the rows whose number is the next one; returns how many. */
static int
refsegment_numbered(refrow_t *rows, int n, refmark_e form)
{
    int  i, next, value, count;

    next = 0;
    count = 0;

    for (i = 0; i < n; i++) {
        value = refsegment_number(rows[i].text, form);
        rows[i].start = value > 0
                        && (next == 0 ? value <= 2 || i == 0
                                      : value == next || value == next + 1);

        if (rows[i].start) {
            next = value + 1;
            count++;
        }
    }

    return count;
}


/* "[ABC+12]" */
static int
refsegment_labelled(refrow_t *rows, int n)
{
    int          i, count;
    size_t       len;
    const char  *p;

    count = 0;

    for (i = 0; i < n; i++) {
        p = rows[i].text;
        rows[i].start = 0;

        if (*p == '[' && isalpha((unsigned char) p[1])) {
            len = strcspn(p, "]");
            rows[i].start = p[len] == ']' && len < 40;
            count += rows[i].start;
        }
    }

    return count;
}


static int
refsegment_cmp(const void *a, const void *b)
{
    float  x = *(const float *) a, y = *(const float *) b;

    return x < y ? -1 : x > y;
}


/* The value that one of part of n values stays below; none if n is 0. */
static float
refsegment_usual(float *values, int n, int part, float none)
{
    if (n == 0) {
        return none;
    }

    qsort(values, (size_t) n, sizeof(float), refsegment_cmp);

    return values[n / part];
}


/*
 * The left edge of the column that row i is in: the smallest x0 of its page
 * and column that at least two rows share.
 */
static float
refsegment_left(const refrow_t *rows, int n, int i)
{
    int    k, j, same;
    float  left;

    left = rows[i].x0;

    for (k = i; k >= 0 && rows[k].page == rows[i].page; k--) {
        if (rows[k].column == rows[i].column && rows[k].x0 < left) {
            left = rows[k].x0;
        }
    }

    for (k = i; k < n && rows[k].page == rows[i].page; k++) {
        if (rows[k].column != rows[i].column || rows[k].x0 >= left - 1) {
            continue;
        }

        for (j = i, same = 0; j < n && rows[j].page == rows[i].page; j++) {
            same += rows[j].column == rows[i].column
                    && fabsf(rows[j].x0 - rows[k].x0) < 1.5f;
        }

        left = same >= 2 ? rows[k].x0 : left;
    }

    return left;
}


/*
 * Hanging indents.  A column may hold the rest of one entry only, so the
 * left edges of all columns must agree about the depth of the indent.
 */
static int
refsegment_hanging(region_t *region, refrow_t *rows, int n)
{
    int     i, count, indented;
    float   left, depth;
    float  *depths;

    depths = region_array(region, (size_t) n, sizeof(float));
    indented = 0;

    for (i = 0; i < n; i++) {
        left = refsegment_left(rows, n, i);
        depth = rows[i].x0 - left;
        rows[i].start = depth < 2.5f;

        if (depth >= 4 && depth < 60) {
            depths[indented++] = depth;
        }
    }

    count = 0;
    depth = refsegment_usual(depths, indented, 2, 0);

    for (i = 0; i < n; i++) {
        count += rows[i].start;
    }

    if (indented * 10 < n * 3 || count == 0 || depth < 4
        || count * 12 < indented)
    {
        return 0;
    }

    return count;
}


static int
refsegment_gaps(region_t *region, refrow_t *rows, int n)
{
    int     i, k, count;
    float   gap, usual;
    float  *gaps;

    gaps = region_array(region, (size_t) n, sizeof(float));
    k = 0;

    for (i = 1; i < n; i++) {
        if (rows[i].page == rows[i - 1].page
            && rows[i].column == rows[i - 1].column)
        {
            gaps[k++] = rows[i].y1 - rows[i - 1].y1;
        }
    }

    usual = refsegment_usual(gaps, k, 4, 12);
    count = 1;
    rows[0].start = 1;

    for (i = 1; i < n; i++) {
        gap = rows[i].y1 - rows[i - 1].y1;

        if (rows[i].page != rows[i - 1].page
            || rows[i].column != rows[i - 1].column)
        {
            /* decided by the last line's end */
            rows[i].start = strchr(".)]", rows[i - 1].text[
                                   strlen(rows[i - 1].text) - 1]) != NULL;

        } else {
            rows[i].start = gap > usual * 1.22f;
        }

        count += rows[i].start;
    }

    return count * 5 > n ? count : 0;
}


/* The last resort: a line after a full stop that starts with a name. */
static int
refsegment_text(refrow_t *rows, int n)
{
    int          i, count;
    size_t       len;
    const char  *comma;

    count = 0;

    for (i = 0; i < n; i++) {
        len = i > 0 ? strlen(rows[i - 1].text) : 0;
        comma = strpbrk(rows[i].text, ",.");
        rows[i].start = i == 0
                        || (rows[i - 1].text[len - 1] == '.'
                            && isupper((unsigned char) rows[i].text[0])
                            && comma != NULL && comma - rows[i].text < 40);
        count += rows[i].start;
    }

    return count;
}


int
references_segment(doc_t *doc, refrow_t *rows, int n)
{
    int  i, count, best, form;

    best = 0;
    form = 0;

    for (i = 0; i < REFMARK_MAX; i++) {
        count = refsegment_numbered(rows, n, (refmark_e) i);

        if (count > best) {
            best = count;
            form = i;
        }
    }

    if (best >= 2 && (best * 9 >= n || best >= 8)
        && (form != REFMARK_PLAIN || best * 6 >= n))
    {
        return refsegment_numbered(rows, n, (refmark_e) form);
    }

    count = refsegment_labelled(rows, n);

    if (count >= 2 && count * 9 >= n) {
        return count;
    }

    count = refsegment_hanging(doc->region, rows, n);
    count = count ? count : refsegment_gaps(doc->region, rows, n);

    return count ? count : refsegment_text(rows, n);
}
