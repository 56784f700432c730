/*
 * Lines of authors as plain text: superscripts, digits and marks part names.
 */

#include <ctype.h>
#include <string.h>

#include <glib.h>

#include "paperal_utf8.h"

#include "authorline.h"
#include "str.h"


#define AUTHORLINE_GAP  0.8f     /* of the size: another block of names */


/* Digits, daggers, stars, envelopes: whatever no name is written with. */
static int
authors_is_mark(uint32_t cp)
{
    if (cp < 128) {
        return isdigit((int) cp)
               || (cp != 0 && strchr("*#[]{}$~^=+!?@", (int) cp) != NULL);
    }

    switch (g_unichar_type(cp)) {
    case G_UNICODE_MATH_SYMBOL:
    case G_UNICODE_OTHER_SYMBOL:
    case G_UNICODE_CURRENCY_SYMBOL:
    case G_UNICODE_OTHER_NUMBER:
    case G_UNICODE_PRIVATE_USE:
        return 1;

    default:
        return cp == 0x2020 || cp == 0x2021 || cp == 0xa7 || cp == 0xb6;
    }
}


static int
authors_is_separator(uint32_t cp)
{
    return cp == ',' || cp == ';' || cp == '&' || cp == 0xb7 || cp == 0x2022
           || cp == 0xff0c || cp == 0x3001 || cp == 0xff1b || cp == '|'
           || cp == '/' || cp == ':'
           || cp == '(' || cp == ')' || cp == 0xff08 || cp == 0xff09;
}


/* Glyphs of "1st" at the start of a line: blocks of authors may be counted. */
static int
authors_ordinal(const line_t *line)
{
    int                  i, k;
    static const char   *suffixes[] = { "st", "nd", "rd", "th", NULL };

    for (i = 0; i < line->n && i < 2 && line->g[i].cp >= '0'
                && line->g[i].cp <= '9'; i++)
    {
        /* void */
    }

    for (k = 0; i > 0 && i + 2 < line->n && suffixes[k] != NULL; k++) {
        if (line->g[i].cp == (uint32_t) suffixes[k][0]
            && line->g[i + 1].cp == (uint32_t) suffixes[k][1]
            && line->g[i + 2].space)
        {
            return i + 2;
        }
    }

    return 0;
}


void
authors_flatten(const doc_t *doc, const line_t *line, int n, char *out)
{
    int             i, raised;
    char           *p;
    float           size;
    const glyph_t  *g;

    p = out;

    for (i = authors_ordinal(line); i < n && p - out < AUTHORS_LINE - 8; i++)
    {
        g = &line->g[i];
        size = doc->styles[g->style].size;
        raised = size < 0.8f * line->size
                 && (g->y1 < line->y1 - 0.12f * line->size
                     || size < 0.7f * line->size)
                 && !(str_is_upper(g->cp) && size > 0.68f * line->size);

        if (g->space) {
            *p++ = i > 0 && g->x0 - g[-1].x1 > AUTHORLINE_GAP * line->size
                   ? '|' : ' ';
        }

        if (raised || authors_is_mark(g->cp) || authors_is_separator(g->cp)) {
            *p++ = '|';
            continue;
        }

        p += paperal_utf8_encode(g->cp, p);
    }

    *p = '\0';
}


int
authors_starts_with_mark(const doc_t *doc, const line_t *line)
{
    const glyph_t  *g;

    g = &line->g[0];

    if (authors_ordinal(line) > 0) {
        return 0;
    }

    return authors_is_mark(g->cp)
           || (doc->styles[g->style].size < 0.8f * line->size
               && line->n > 3 && !str_is_upper(g->cp));
}
