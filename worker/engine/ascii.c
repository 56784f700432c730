/*
 * Comparisons but for the case of ASCII letters, see ascii.h.
 */

#include "ascii.h"

#include <string.h>


static char ascii_lower(char c);


bool
ascii_same(const char *a, const char *b, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (ascii_lower(a[i]) != ascii_lower(b[i])) {
            return false;
        }

        if (a[i] == '\0') {
            return true;
        }
    }

    return true;
}


const char *
ascii_find(const char *text, const char *needle)
{
    size_t       len;
    const char  *p;
    const char   first[] = { needle[0],
                             ascii_is_letter(needle[0])
                             ? (char) (needle[0] ^ 0x20) : needle[0], '\0' };

    len = strlen(needle);

    for (p = text; (p = strpbrk(p, first)) != NULL; p++) {
        if (ascii_same(p, needle, len)) {
            return p;
        }
    }

    return NULL;
}


static char
ascii_lower(char c)
{
    return ascii_is_upper(c) ? (char) (c | 0x20) : c;
}
