/*
 * The growing buffer.  All growth goes through buf_room(), the only place
 * that allocates and one of two that set "failed".
 */

#include "paperal_buf.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>


#define BUF_FIRST_SIZE   256
#define BUF_NUMBER_SIZE  32
#define BUF_DIGITS       15        /* digits any double keeps (DBL_DIG) */
#define BUF_MAX_DIGITS   17        /* digits that tell any two apart */


static int buf_room(paperal_buf_t *b, size_t n);


void
paperal_buf_init(paperal_buf_t *b, size_t max)
{
    memset(b, 0, sizeof(paperal_buf_t));

    /* there is always room for the '\0' in what size can count */
    b->max = max < SIZE_MAX ? max : SIZE_MAX - 1;
}


void
paperal_buf_fixed(paperal_buf_t *b, char *memory, size_t size)
{
    memset(b, 0, sizeof(paperal_buf_t));
    b->fixed = 1;

    if (size == 0) {
        b->failed = 1;
        return;
    }

    b->data = memory;
    b->data[0] = '\0';
    b->size = size;
    b->max = size - 1;
}


void
paperal_buf_release(paperal_buf_t *b)
{
    if (!b->fixed) {
        free(b->data);
        b->data = NULL;
        b->size = 0;
    }

    paperal_buf_clear(b);
}


void
paperal_buf_wipe(paperal_buf_t *b)
{
    if (b->data != NULL) {
        OPENSSL_cleanse(b->data, b->size);
    }

    paperal_buf_release(b);
}


void
paperal_buf_clear(paperal_buf_t *b)
{
    b->len = 0;
    b->failed = b->fixed && b->size == 0;
    b->json_depth = 0;
    b->json_arrays = 0;
    b->json_members = 0;

    if (b->data != NULL) {
        b->data[0] = '\0';
    }
}


void
paperal_buf_truncate(paperal_buf_t *b, size_t len)
{
    if (len < b->len) {
        b->len = len;
        b->data[len] = '\0';
    }
}


void
paperal_buf_consume(paperal_buf_t *b, size_t n)
{
    if (n == 0 || b->len == 0) {
        return;
    }

    if (n > b->len) {
        n = b->len;
    }

    b->len -= n;
    memmove(b->data, b->data + n, b->len + 1);
}


const char *
paperal_buf_cstr(const paperal_buf_t *b)
{
    return b->data != NULL ? b->data : "";
}


char *
paperal_buf_steal(paperal_buf_t *b, size_t *len)
{
    char  *data;

    if (b->fixed || !buf_room(b, 0)) {
        return NULL;
    }

    data = b->data;

    if (len != NULL) {
        *len = b->len;
    }

    b->data = NULL;
    b->size = 0;
    paperal_buf_clear(b);

    return data;
}


char *
paperal_buf_reserve(paperal_buf_t *b, size_t n)
{
    return buf_room(b, n) ? b->data + b->len : NULL;
}


void
paperal_buf_commit(paperal_buf_t *b, size_t n)
{
    /* more than was reserved: an error of the caller, not of the input */
    if (n > 0 && n >= b->size - b->len) {
        abort();
    }

    if (n > 0) {
        b->len += n;
        b->data[b->len] = '\0';
    }
}


void
paperal_buf_bytes(paperal_buf_t *b, const void *data, size_t n)
{
    if (n == 0 || !buf_room(b, n)) {
        return;
    }

    memcpy(b->data + b->len, data, n);
    b->len += n;
    b->data[b->len] = '\0';
}


void
paperal_buf_str(paperal_buf_t *b, const char *s)
{
    paperal_buf_bytes(b, s, strlen(s));
}


void
paperal_buf_char(paperal_buf_t *b, char c)
{
    paperal_buf_bytes(b, &c, 1);
}


void
paperal_buf_u64(paperal_buf_t *b, uint64_t n)
{
    char    digits[BUF_NUMBER_SIZE];
    size_t  i;

    i = sizeof(digits);

    do {
        digits[--i] = (char) ('0' + n % 10);
        n /= 10;
    } while (n > 0);

    paperal_buf_bytes(b, digits + i, sizeof(digits) - i);
}


void
paperal_buf_i64(paperal_buf_t *b, int64_t n)
{
    char  digits[BUF_NUMBER_SIZE];
    int   len;

    len = snprintf(digits, sizeof(digits), "%" PRId64, n);

    paperal_buf_bytes(b, digits, (size_t) len);
}


void
paperal_buf_double(paperal_buf_t *b, double n)
{
    int   i, len, precision;
    char  digits[BUF_NUMBER_SIZE];

    if (!isfinite(n)) {
        paperal_buf_str(b, "null");
        return;
    }

    if (n == 0) {
        paperal_buf_char(b, '0');
        return;
    }

    /* a subnormal number is told from its neighbours by fewer digits */
    precision = fabs(n) < DBL_MIN ? 1 : BUF_DIGITS;

    for ( ;; ) {
        len = snprintf(digits, sizeof(digits), "%.*g", precision, n);

        if (precision == BUF_MAX_DIGITS || strtod(digits, NULL) == n) {
            break;
        }

        precision++;
    }

    for (i = 0; i < len; i++) {
        if (strchr("0123456789+-e.", digits[i]) == NULL) {
            digits[i] = '.';
        }
    }

    paperal_buf_bytes(b, digits, (size_t) len);
}


void
paperal_buf_printf(paperal_buf_t *b, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    paperal_buf_vprintf(b, fmt, args);
    va_end(args);
}


void
paperal_buf_vprintf(paperal_buf_t *b, const char *fmt, va_list args)
{
    int      n;
    size_t   avail;
    va_list  again;

    if (!buf_room(b, 0)) {
        return;
    }

    va_copy(again, args);

    avail = b->size - b->len;
    n = vsnprintf(b->data + b->len, avail, fmt, args);

    if (n >= 0 && (size_t) n >= avail && buf_room(b, (size_t) n)) {
        avail = b->size - b->len;
        n = vsnprintf(b->data + b->len, avail, fmt, again);
    }

    va_end(again);

    if (n < 0 || b->failed) {
        b->failed = 1;
        b->data[b->len] = '\0';
        return;
    }

    b->len += (size_t) n;
}


/*
 * Makes room for n more bytes and a '\0'; returns 0, with "failed" set, where
 * that is impossible.
 */
static int
buf_room(paperal_buf_t *b, size_t n)
{
    char    *data;
    size_t   size, need;

    if (b->failed) {
        return 0;
    }

    if (n > b->max - b->len) {
        b->failed = 1;
        return 0;
    }

    need = b->len + n + 1;

    if (need <= b->size) {
        return 1;
    }

    size = b->size < BUF_FIRST_SIZE ? BUF_FIRST_SIZE
           : b->size <= b->max / 2 ? b->size * 2
           : b->max + 1;

    if (size < need) {
        size = need;
    }

    if (size > b->max) {
        size = b->max + 1;
    }

    data = realloc(b->data, size);
    if (data == NULL) {
        b->failed = 1;
        return 0;
    }

    b->data = data;
    b->size = size;
    b->data[b->len] = '\0';

    return 1;
}
