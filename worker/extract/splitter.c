/*
 * Sentence ends: a full stop, question or exclamation mark that is followed
 * by what can start a sentence and does not end an abbreviation.
 */

#include <string.h>

#include <glib.h>

#include "splitter.h"
#include "str.h"


#define SPLITTER_WORD  16


static const char  *splitter_abbreviations[] = {
    "al", "fig", "figs", "eq", "eqs", "eqn", "sec", "sect", "ref", "refs",
    "tab", "vs", "cf", "e.g", "i.e", "eg", "ie", "dr", "prof", "mr", "mrs",
    "ms", "st", "nos", "vol", "pp", "p", "approx", "resp", "ca", "inc",
    "ltd", "co", "ed", "eds", "etc", "viz", "ch", "app", "thm", "def", "lem",
    "prop", "cor", "alg", "spp", "sp", "var", "subsp", "jan", "feb", "mar",
    "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "dept",
    "univ", "max", "min", "avg", "std", "bzw", "vgl", "abb", "z.b", "d.h",
    "nr", "u.s", "u.k", "w.r.t", "a.k.a", "i.i.d", "s.t", "supp", "suppl",
    NULL
};


int
splitter_compose(uint32_t last, uint32_t mark, uint32_t *out)
{
    gunichar  c;

    if (last == 0 || mark < 0x300 || !g_unichar_ismark(mark)
        || !g_unichar_compose(last, mark, &c))
    {
        return 0;
    }

    *out = c;

    return 1;
}


static int
splitter_is_stop(uint32_t cp)
{
    return cp == '.' || cp == '?' || cp == '!';
}


static int
splitter_is_wide_stop(uint32_t cp)
{
    return cp == 0x3002 || cp == 0xff01 || cp == 0xff1f || cp == 0xff0e;
}


static int
splitter_is_closing(uint32_t cp)
{
    return cp == ')' || cp == ']' || cp == '"' || cp == '\'' || cp == 0x201d
           || cp == 0x2019 || cp == 0xff09 || cp == 0x300d || cp == 0x300f
           || cp == 0x300b;
}


/* The word before the stop at i, lower case, with inner stops. */
static int
splitter_word(const item_t *items, int from, int i, char out[SPLITTER_WORD])
{
    int        n, start;
    uint32_t   cp;

    start = i;

    while (start > from && i - start < SPLITTER_WORD) {
        cp = items[start - 1].cp;

        if (!(cp < 128 && str_is_letter(cp)) && cp != '.') {
            break;
        }

        start--;
    }

    for (n = 0; start + n < i && n < SPLITTER_WORD - 1; n++) {
        out[n] = g_ascii_tolower((char) items[start + n].cp);
    }

    out[n] = '\0';

    return n;
}


static int
splitter_is_abbreviation(const item_t *items, int from, int i, int next)
{
    int   k, n;
    char  word[SPLITTER_WORD];

    n = splitter_word(items, from, i, word);

    /* an initial: "J. Smith" */
    if (n == 1 && str_is_upper(items[i - 1].cp)) {
        return 1;
    }

    /* "No. 5", but "he said no." */
    if (strcmp(word, "no") == 0) {
        return items[next].cp >= '0' && items[next].cp <= '9';
    }

    for (k = 0; n > 0 && splitter_abbreviations[k] != NULL; k++) {
        if (strcmp(word, splitter_abbreviations[k]) == 0) {
            return 1;
        }
    }

    return 0;
}


static int
splitter_starts(const item_t *items, int i, int n)
{
    uint32_t  cp;

    if (i >= n) {
        return 1;
    }

    cp = items[i].cp;

    return !str_is_lower(cp) && cp != ',' && cp != ';' && cp != ')'
           && cp != '=' && cp != '.';
}


int
splitter_next(const item_t *items, int from, int n)
{
    int        i, end;
    uint32_t   cp;

    for (i = from; i < n; i++) {
        cp = items[i].cp;

        if (!splitter_is_stop(cp) && !splitter_is_wide_stop(cp)) {
            continue;
        }

        end = i + 1;

        while (end < n && (splitter_is_closing(items[end].cp)
                           || splitter_is_stop(items[end].cp)
                           || splitter_is_wide_stop(items[end].cp)))
        {
            end++;
        }

        if (splitter_is_wide_stop(cp)) {
            return end;
        }

        if (end == n) {
            return n;
        }

        if (items[end].cp != ' ' || !splitter_starts(items, end + 1, n)) {
            continue;
        }

        if (cp != '.' || end + 1 >= n
            || !splitter_is_abbreviation(items, from, i, end + 1))
        {
            return end;
        }
    }

    return n;
}


int
splitter_cut(const item_t *items, int from, int limit)
{
    int  i;

    for (i = limit; i > from + (limit - from) / 2; i--) {
        if (items[i].cp == ' ' || items[i].cp == 0xff1b
            || items[i].cp == 0xff0c)
        {
            return i + 1;
        }
    }

    return limit;
}
