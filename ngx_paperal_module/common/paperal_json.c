/*
 * The JSON writer.  Its state lies in the buffer: the depth, and for each
 * level one bit "is an array" and one bit "has a member".  (The validator is
 * in paperal_json_check.c.)
 */

#include "paperal_json.h"

#include <string.h>

#include "paperal_utf8.h"


#define JSON_TOP(b)  ((uint32_t) 1 << ((b)->json_depth - 1))


/*
 * What stands before a value: comma and key.  Returns 0 where no value, or
 * not one with (or without) a key, may stand.
 */
static int
json_begin(paperal_buf_t *b, const char *key)
{
    int       in_object;
    uint32_t  top;

    if (b->failed) {
        return 0;
    }

    in_object = b->json_depth > 0 && !(b->json_arrays & JSON_TOP(b));

    if (in_object != (key != NULL)) {
        b->failed = 1;
        return 0;
    }

    if (b->json_depth > 0) {
        top = JSON_TOP(b);

        if (b->json_members & top) {
            paperal_buf_char(b, ',');
        }

        b->json_members |= top;
    }

    if (key != NULL) {
        paperal_json_quote(b, key, strlen(key));
        paperal_buf_char(b, ':');
    }

    return !b->failed;
}


static void
json_push(paperal_buf_t *b, const char *key, int array)
{
    if (!json_begin(b, key)) {
        return;
    }

    if (b->json_depth == PAPERAL_JSON_MAX_DEPTH) {
        b->failed = 1;
        return;
    }

    b->json_depth++;
    b->json_members &= ~JSON_TOP(b);

    if (array) {
        b->json_arrays |= JSON_TOP(b);

    } else {
        b->json_arrays &= ~JSON_TOP(b);
    }

    paperal_buf_char(b, array ? '[' : '{');
}


void
paperal_json_open(paperal_buf_t *b)
{
    json_push(b, NULL, 0);
}


void
paperal_json_object(paperal_buf_t *b, const char *key)
{
    json_push(b, key, 0);
}


void
paperal_json_array(paperal_buf_t *b, const char *key)
{
    json_push(b, key, 1);
}


void
paperal_json_close(paperal_buf_t *b)
{
    if (b->json_depth == 0) {
        b->failed = 1;
        return;
    }

    paperal_buf_char(b, b->json_arrays & JSON_TOP(b) ? ']' : '}');

    b->json_depth--;
}


void
paperal_json_str(paperal_buf_t *b, const char *key, const char *s, size_t len)
{
    if (s == NULL) {
        paperal_json_null(b, key);

    } else if (json_begin(b, key)) {
        paperal_json_quote(b, s, len);
    }
}


void
paperal_json_strz(paperal_buf_t *b, const char *key, const char *s)
{
    paperal_json_str(b, key, s, s != NULL ? strlen(s) : 0);
}


void
paperal_json_int(paperal_buf_t *b, const char *key, int64_t n)
{
    if (json_begin(b, key)) {
        paperal_buf_i64(b, n);
    }
}


void
paperal_json_bool(paperal_buf_t *b, const char *key, int value)
{
    if (json_begin(b, key)) {
        paperal_buf_str(b, value ? "true" : "false");
    }
}


void
paperal_json_null(paperal_buf_t *b, const char *key)
{
    if (json_begin(b, key)) {
        paperal_buf_str(b, "null");
    }
}


void
paperal_json_double(paperal_buf_t *b, const char *key, double n)
{
    if (json_begin(b, key)) {
        paperal_buf_double(b, n);
    }
}


void
paperal_json_raw(paperal_buf_t *b, const char *key, const char *json,
    size_t len)
{
    if (len == 0) {
        paperal_json_null(b, key);

    } else if (json_begin(b, key)) {
        paperal_buf_bytes(b, json, len);
    }
}


/* Appends the escape of a byte that may not stand in a string as it is. */
static void
json_escape(paperal_buf_t *b, unsigned char c)
{
    const char  *p;

    static const char  from[] = "\"\\\b\f\n\r\t";
    static const char  to[] = "\"\\bfnrt";

    if (c == '\0') {
        paperal_buf_str(b, PAPERAL_UTF8_REPLACEMENT);
        return;
    }

    p = strchr(from, c);

    if (p != NULL) {
        paperal_buf_char(b, '\\');
        paperal_buf_char(b, to[p - from]);

    } else {
        paperal_buf_printf(b, "\\u%04x", c);
    }
}


void
paperal_json_quote(paperal_buf_t *b, const char *s, size_t len)
{
    size_t         i, n, start;
    uint32_t       cp;
    unsigned char  c;

    paperal_buf_char(b, '"');

    /* bytes from start to i are written together */
    for (i = 0, start = 0; i < len; i += n) {
        c = (unsigned char) s[i];
        n = 1;

        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            continue;
        }

        if (c >= 0x80) {
            n = paperal_utf8_decode(s + i, len - i, &cp);
            if (n > 0) {
                continue;
            }

            n = paperal_utf8_invalid(s + i, len - i);
        }

        paperal_buf_bytes(b, s + start, i - start);
        start = i + n;

        if (c >= 0x80) {
            paperal_buf_str(b, PAPERAL_UTF8_REPLACEMENT);

        } else {
            json_escape(b, c);
        }
    }

    paperal_buf_bytes(b, s + start, len - start);
    paperal_buf_char(b, '"');
}
