/*
 * String helpers of the reader.
 */

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <glib.h>

#include "paperal_utf8.h"

#include "str.h"


#define STR_REPLACEMENT  0xfffd


int
str_is_han(uint32_t cp)
{
    return (cp >= 0x3400 && cp <= 0x9fff)
           || (cp >= 0xf900 && cp <= 0xfaff)
           || (cp >= 0x20000 && cp <= 0x2fa1f);
}


int
str_is_cjk(uint32_t cp)
{
    return str_is_han(cp)
           || (cp >= 0x2e80 && cp <= 0x33ff)
           || (cp >= 0xac00 && cp <= 0xd7af)
           || (cp >= 0xfe30 && cp <= 0xfe4f)
           || (cp >= 0xff00 && cp <= 0xffef);
}


int
str_is_letter(uint32_t cp)
{
    if (cp < 128) {
        return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
    }

    return g_unichar_isalpha(cp);
}


int
str_is_upper(uint32_t cp)
{
    if (cp < 128) {
        return cp >= 'A' && cp <= 'Z';
    }

    return g_unichar_isupper(cp);
}


int
str_is_lower(uint32_t cp)
{
    if (cp < 128) {
        return cp >= 'a' && cp <= 'z';
    }

    return g_unichar_islower(cp);
}


int
str_is_dash(uint32_t cp)
{
    return cp == '-' || cp == 0x2010 || cp == 0x2011 || cp == 0xad;
}


uint32_t
str_next(const char **s)
{
    size_t    n;
    uint32_t  cp;

    cp = (unsigned char) **s;

    if (cp == 0) {
        return 0;
    }

    n = 1;

    if (cp >= 0x80) {
        n = paperal_utf8_decode(*s, strnlen(*s, 4), &cp);
    }

    if (n == 0) {
        n = 1;
        cp = STR_REPLACEMENT;
    }

    *s += n;

    return cp;
}


char *
str_of_glyphs(region_t *a, const glyph_t *g, int n)
{
    int        i;
    char      *out, *p;
    gunichar   composed;
    uint32_t   cp, last;

    out = region_alloc(a, (size_t) n * 5 + 1);
    p = out;
    last = 0;

    for (i = 0; i < n; i++) {
        cp = g[i].cp;

        if (last != 0 && g_unichar_ismark(cp)
            && g_unichar_compose(last, cp, &composed))
        {
            do {
                p--;
            } while (((unsigned char) *p & 0xc0) == 0x80);

            cp = composed;

        } else if (g[i].space && last != 0
                   && !(str_is_cjk(last) && str_is_cjk(cp)))
        {
            *p++ = ' ';
        }

        p += paperal_utf8_encode(cp, p);
        last = cp;
    }

    *p = '\0';

    return out;
}


size_t
str_squash(const char *s, char *out, size_t size)
{
    char       buf[4];
    size_t     n, len;
    uint32_t   cp;

    len = 0;

    while ((cp = str_next(&s)) != 0) {
        if (cp < 128 ? !isalnum((int) cp) : !g_unichar_isalnum(cp)) {
            continue;
        }

        n = paperal_utf8_encode(cp < 128 ? (uint32_t) tolower((int) cp)
                                         : g_unichar_tolower(cp), buf);
        if (len + n >= size) {
            break;
        }

        memcpy(out + len, buf, n);
        len += n;
    }

    out[len] = '\0';

    return len;
}


int
str_letters(const char *s)
{
    int        n;
    uint32_t   cp;

    n = 0;

    while ((cp = str_next(&s)) != 0) {
        n += str_is_letter(cp);
    }

    return n;
}


int
str_words(const char *s)
{
    int        words, half, in;
    uint32_t   cp;

    words = 0;
    half = 0;
    in = 0;

    while ((cp = str_next(&s)) != 0) {
        if (str_is_cjk(cp)) {
            half++;
            in = 0;

        } else if (cp == ' ') {
            in = 0;

        } else if (!in) {
            words++;
            in = 1;
        }
    }

    return words + half / 2;
}


int
str_keeps_hyphen(const char *before, size_t len, int after)
{
    int                  i;
    static const char   *firsts[] = {
        "self", "well", "high", "low", "long", "short", "large", "small",
        "two", "three", "four", "cross", "half", "full", "single", "non",
        "multi", "semi", "pre", "post", "so", "user", "state", NULL
    };

    if (memchr(before, '-', len) != NULL) {
        return 1;
    }

    for (i = 0; firsts[i] != NULL && after >= 4; i++) {
        if (strlen(firsts[i]) == len
            && strncasecmp(before, firsts[i], len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


char *
str_join(region_t *a, const char *first, const char *second)
{
    int          cjk;
    char        *out;
    size_t       n, m, word;
    uint32_t     cp, last;
    const char  *p;

    n = strlen(first);
    m = strlen(second);
    out = region_alloc(a, n + m + 2);
    memcpy(out, first, n);

    p = second;
    cp = str_next(&p);

    if (n == 0 || m == 0) {
        memcpy(out + n, second, m);
        return out;
    }

    for (word = n; word > 0 && first[word - 1] != ' '; word--) {
        /* void */
    }

    if (n > word + 1 && first[n - 1] == '-' && str_is_lower(cp)
        && str_is_letter((unsigned char) first[n - 2])
        && !str_keeps_hyphen(first + word, n - 1 - word,
                             (int) strcspn(second, " -.,;:)")))
    {
        memcpy(out + n - 1, second, m);
        out[n - 1 + m] = '\0';
        return out;
    }

    last = 0;

    for (p = first; *p != '\0'; ) {
        last = str_next(&p);
    }

    cjk = str_is_cjk(cp) && str_is_cjk(last);

    if (!cjk && first[n - 1] != ' ' && first[n - 1] != '-') {
        out[n++] = ' ';
    }

    memcpy(out + n, second, m);

    return out;
}


char *
str_trim(region_t *a, const char *s, const char *set)
{
    size_t  n;

    while (*s != '\0' && (isspace((unsigned char) *s)
                          || strchr(set, *s) != NULL))
    {
        s++;
    }

    n = strlen(s);

    while (n > 0 && (isspace((unsigned char) s[n - 1])
                     || strchr(set, s[n - 1]) != NULL))
    {
        n--;
    }

    return region_strndup(a, s, n);
}


int
str_starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}


int
str_starts_nocase(const char *s, const char *prefix)
{
    return strncasecmp(s, prefix, strlen(prefix)) == 0;
}


const char *
str_find_nocase(const char *s, const char *needle)
{
    return strcasestr(s, needle);
}


int
str_number(const char *s, int max, int *len)
{
    int  n, value;

    value = 0;

    for (n = 0; n < max && isdigit((unsigned char) s[n]); n++) {
        value = value * 10 + (s[n] - '0');
    }

    *len = n;

    return value;
}
