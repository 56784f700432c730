/*
 * Hex, base64 and percent-encoding.
 */

#include "paperal_codec.h"

#include <string.h>

#include "paperal_error.h"


#define BASE64_BLOCK  192          /* bytes encoded between two appends */


static const char  base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static const char  base64url_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static const char  hex_digits[] = "0123456789abcdef";


static int
hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c = (char) (c | 0x20);

    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}


void
paperal_hex_encode(char *out, const void *data, size_t len)
{
    size_t                i;
    const unsigned char  *p;

    p = data;

    for (i = 0; i < len; i++) {
        *out++ = hex_digits[p[i] >> 4];
        *out++ = hex_digits[p[i] & 0xf];
    }

    *out = '\0';
}


int
paperal_hex_decode(void *out, size_t size, const char *s, size_t len)
{
    int             high, low;
    size_t          i;
    unsigned char  *p;

    if (len % 2 != 0 || len / 2 > size) {
        return PAPERAL_ERROR;
    }

    p = out;

    for (i = 0; i < len; i += 2) {
        high = hex_value(s[i]);
        low = hex_value(s[i + 1]);

        if (high < 0 || low < 0) {
            return PAPERAL_ERROR;
        }

        *p++ = (unsigned char) (high << 4 | low);
    }

    return PAPERAL_OK;
}


/*
 * Encodes 1..3 bytes into 2..4 digits at out, which always has room for 4;
 * returns how many.
 */
static size_t
base64_group(char *out, const unsigned char *p, size_t len,
    const char *digits)
{
    unsigned  bits;

    bits = (unsigned) p[0] << 16;
    bits |= len > 1 ? (unsigned) p[1] << 8 : 0;
    bits |= len > 2 ? p[2] : 0;

    out[0] = digits[bits >> 18];
    out[1] = digits[bits >> 12 & 63];
    out[2] = digits[bits >> 6 & 63];
    out[3] = digits[bits & 63];

    return len < 3 ? len + 1 : 4;
}


static void
base64_encode(paperal_buf_t *b, const unsigned char *p, size_t len,
    const char *digits, int padding)
{
    char    out[BASE64_BLOCK / 3 * 4];
    size_t  n, start;

    start = b->len;

    while (len > 0) {
        for (n = 0; n < sizeof(out) && len > 0; /* void */ ) {
            n += base64_group(out + n, p, len < 3 ? len : 3, digits);
            p += len < 3 ? len : 3;
            len -= len < 3 ? len : 3;
        }

        paperal_buf_bytes(b, out, n);
    }

    while (padding && !b->failed && (b->len - start) % 4 != 0) {
        paperal_buf_char(b, '=');
    }
}


void
paperal_base64_encode(paperal_buf_t *b, const void *data, size_t len)
{
    base64_encode(b, data, len, base64_digits, 1);
}


void
paperal_base64url_encode(paperal_buf_t *b, const void *data, size_t len)
{
    base64_encode(b, data, len, base64url_digits, 0);
}


/* Decodes digits without padding. */
static int
base64_decode(paperal_buf_t *b, const char *s, size_t len, const char *digits)
{
    size_t       i, start;
    unsigned     bits, pending;
    const char  *digit;

    start = b->len;
    bits = 0;
    pending = 0;

    for (i = 0; i < len; i++) {
        digit = s[i] != '\0' ? strchr(digits, s[i]) : NULL;
        if (digit == NULL) {
            paperal_buf_truncate(b, start);
            return PAPERAL_ERROR;
        }

        bits = (bits << 6 | (unsigned) (digit - digits)) & 0xffff;
        pending += 6;

        if (pending >= 8) {
            pending -= 8;
            paperal_buf_char(b, (char) (bits >> pending & 0xff));
        }
    }

    /* 6 pending bits are a digit too many, others must be zero */
    if (pending == 6 || (bits & ((1u << pending) - 1)) != 0) {
        paperal_buf_truncate(b, start);
        return PAPERAL_ERROR;
    }

    return PAPERAL_OK;
}


int
paperal_base64_decode(paperal_buf_t *b, const char *s, size_t len)
{
    if (len % 4 != 0) {
        return PAPERAL_ERROR;
    }

    if (len > 0 && s[len - 1] == '=') {
        len -= s[len - 2] == '=' ? 2 : 1;
    }

    return base64_decode(b, s, len, base64_digits);
}


int
paperal_base64url_decode(paperal_buf_t *b, const char *s, size_t len)
{
    return base64_decode(b, s, len, base64url_digits);
}


static int
percent_decode(paperal_buf_t *b, const char *s, size_t len, int plus)
{
    int     high, low;
    char    c;
    size_t  i, start;

    start = b->len;

    for (i = 0; i < len; i++) {
        c = s[i];

        if (c == '+' && plus) {
            c = ' ';

        } else if (c == '%') {
            high = len - i > 2 ? hex_value(s[i + 1]) : -1;
            low = len - i > 2 ? hex_value(s[i + 2]) : -1;

            if (high < 0 || low < 0 || high + low == 0) {
                paperal_buf_truncate(b, start);
                return PAPERAL_ERROR;
            }

            c = (char) (high << 4 | low);
            i += 2;
        }

        paperal_buf_char(b, c);
    }

    return PAPERAL_OK;
}


int
paperal_percent_decode(paperal_buf_t *b, const char *s, size_t len)
{
    return percent_decode(b, s, len, 0);
}


int
paperal_form_decode(paperal_buf_t *b, const char *s, size_t len)
{
    return percent_decode(b, s, len, 1);
}


void
paperal_percent_encode(paperal_buf_t *b, const char *s, size_t len)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i < len; i++) {
        c = (unsigned char) s[i];

        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')
            || (c >= 'a' && c <= 'z') || (c != '\0' && strchr("-._~", c)))
        {
            paperal_buf_char(b, (char) c);

        } else {
            paperal_buf_printf(b, "%%%02X", c);
        }
    }
}
