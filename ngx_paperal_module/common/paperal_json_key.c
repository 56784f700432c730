/*
 * Keys and escapes of JSON text.
 */

#include "paperal_json_key.h"

#include <stdlib.h>
#include <string.h>

#include "paperal_utf8.h"


/* Four hex digits at p as a number, or -1. */
static int32_t
key_hex4(const char *p, const char *end)
{
    int      i;
    char     ch;
    int32_t  n;

    for (i = 0, n = 0; i < 4; i++, p++) {
        if (p == end) {
            return -1;
        }

        ch = *p;

        if (ch >= '0' && ch <= '9') {
            n = n * 16 + (ch - '0');

        } else if ((ch | 0x20) >= 'a' && (ch | 0x20) <= 'f') {
            n = n * 16 + ((ch | 0x20) - 'a') + 10;

        } else {
            return -1;
        }
    }

    return n;
}


size_t
paperal_json_escape(const char *p, const char *end, uint32_t *cp,
    paperal_json_code_e *code)
{
    int32_t      high, low;
    const char  *at;

    static const char  from[] = "\"\\/bfnrt";
    static const char  to[] = "\"\\/\b\f\n\r\t";

    *code = PAPERAL_JSON_BAD_ESCAPE;

    if (end - p < 2) {
        return 0;
    }

    if (p[1] != 'u') {
        at = p[1] != '\0' ? strchr(from, p[1]) : NULL;
        if (at == NULL) {
            return 0;
        }

        *cp = (unsigned char) to[at - from];
        return 2;
    }

    high = key_hex4(p + 2, end);
    if (high < 0) {
        return 0;
    }

    if (high < 0xd800 || high > 0xdfff) {
        *code = PAPERAL_JSON_NUL;
        *cp = (uint32_t) high;
        return high == 0 ? 0 : 6;
    }

    *code = PAPERAL_JSON_SURROGATE;

    if (high > 0xdbff || end - p < 12 || p[6] != '\\' || p[7] != 'u') {
        return 0;
    }

    low = key_hex4(p + 8, end);
    if (low < 0xdc00 || low > 0xdfff) {
        return 0;
    }

    *cp = 0x10000 + ((uint32_t) (high - 0xd800) << 10)
          + (uint32_t) (low - 0xdc00);

    return 12;
}


/* The next code point of a key that is known to be well-formed. */
static uint32_t
key_next(const paperal_json_key_t *key, size_t *offset)
{
    size_t               n;
    uint32_t             cp;
    const char          *p;
    paperal_json_code_e  code;

    cp = 0;
    p = key->data + *offset;
    n = key->len - *offset;

    *offset += *p == '\\' ? paperal_json_escape(p, p + n, &cp, &code)
                          : paperal_utf8_decode(p, n, &cp);
    return cp;
}


static int
key_compare(const paperal_json_key_t *a, const paperal_json_key_t *b)
{
    size_t    i, j;
    uint32_t  x, y;

    for (i = 0, j = 0; i < a->len && j < b->len; /* void */ ) {
        x = key_next(a, &i);
        y = key_next(b, &j);

        if (x != y) {
            return x < y ? -1 : 1;
        }
    }

    return (i < a->len) - (j < b->len);
}


/* Equal keys stay in the order of the text: the second one is reported. */
static int
key_order(const void *one, const void *two)
{
    int                 rc;
    const paperal_json_key_t  *a, *b;

    a = one;
    b = two;
    rc = key_compare(a, b);

    return rc != 0 ? rc : (a->data > b->data) - (a->data < b->data);
}


const char *
paperal_json_duplicate(paperal_json_key_t *keys, size_t n)
{
    size_t       i;
    const char  *first;

    if (n < 2) {
        return NULL;
    }

    qsort(keys, n, sizeof(paperal_json_key_t), key_order);

    first = NULL;

    for (i = 1; i < n; i++) {
        if ((first == NULL || keys[i].data < first)
            && key_compare(&keys[i - 1], &keys[i]) == 0)
        {
            first = keys[i].data;
        }
    }

    return first;
}
