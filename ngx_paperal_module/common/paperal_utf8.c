/*
 * UTF-8 by the table of well-formed sequences in the Unicode Standard
 * (chapter 3, table 3-7): after the first byte only the second one's range
 * varies.
 */

#include "paperal_utf8.h"

#include <string.h>


#define CP_FULLWIDTH_SPACE  0x3000
#define CP_NO_BREAK_SPACE   0x00a0


/*
 * Length of the sequence that c begins, 0 if it begins none; the range of the
 * second byte.
 */
static size_t
utf8_lead(unsigned char c, unsigned char *low, unsigned char *high)
{
    *low = 0x80;
    *high = 0xbf;

    if (c < 0x80) {
        return 1;
    }

    if (c < 0xc2 || c > 0xf4) {
        return 0;
    }

    switch (c) {
    case 0xe0: *low = 0xa0; break;
    case 0xed: *high = 0x9f; break;
    case 0xf0: *low = 0x90; break;
    case 0xf4: *high = 0x8f; break;
    }

    return c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}


/* Number of bytes at s that belong together; *whole tells if all are there. */
static size_t
utf8_span(const unsigned char *s, size_t len, int *whole)
{
    size_t         i, n;
    unsigned char  low, high;

    *whole = 0;

    n = utf8_lead(s[0], &low, &high);
    if (n == 0) {
        return 1;
    }

    for (i = 1; i < n; i++) {
        if (i == len || s[i] < low || s[i] > high) {
            return i;
        }

        low = 0x80;
        high = 0xbf;
    }

    *whole = 1;

    return n;
}


size_t
paperal_utf8_decode(const char *s, size_t len, uint32_t *cp)
{
    int                   whole;
    size_t                i, n;
    uint32_t              c;
    const unsigned char  *p;

    if (len == 0) {
        return 0;
    }

    p = (const unsigned char *) s;

    if (p[0] < 0x80) {
        *cp = p[0];
        return 1;
    }

    n = utf8_span(p, len, &whole);
    if (!whole) {
        return 0;
    }

    c = p[0] & (0x7f >> n);

    for (i = 1; i < n; i++) {
        c = c << 6 | (p[i] & 0x3f);
    }

    *cp = c;

    return n;
}


size_t
paperal_utf8_invalid(const char *s, size_t len)
{
    int  whole;

    return utf8_span((const unsigned char *) s, len, &whole);
}


size_t
paperal_utf8_encode(uint32_t cp, char out[4])
{
    if (cp < 0x80) {
        out[0] = (char) cp;
        return 1;
    }

    if (cp < 0x800) {
        out[0] = (char) (0xc0 | cp >> 6);
        out[1] = (char) (0x80 | (cp & 0x3f));
        return 2;
    }

    if ((cp >= 0xd800 && cp <= 0xdfff) || cp > 0x10ffff) {
        return 0;
    }

    if (cp < 0x10000) {
        out[0] = (char) (0xe0 | cp >> 12);
        out[1] = (char) (0x80 | (cp >> 6 & 0x3f));
        out[2] = (char) (0x80 | (cp & 0x3f));
        return 3;
    }

    out[0] = (char) (0xf0 | cp >> 18);
    out[1] = (char) (0x80 | (cp >> 12 & 0x3f));
    out[2] = (char) (0x80 | (cp >> 6 & 0x3f));
    out[3] = (char) (0x80 | (cp & 0x3f));

    return 4;
}


size_t
paperal_utf8_check(const char *s, size_t len)
{
    size_t    i, n;
    uint32_t  cp;

    for (i = 0; i < len; i += n) {
        n = paperal_utf8_decode(s + i, len - i, &cp);
        if (n == 0) {
            return i;
        }
    }

    return len;
}


int
paperal_utf8_is_valid(const char *s, size_t len)
{
    return paperal_utf8_check(s, len) == len;
}


size_t
paperal_utf8_count(const char *s, size_t len)
{
    size_t    i, n, count;
    uint32_t  cp;

    for (i = 0, count = 0; i < len; i += n, count++) {
        n = paperal_utf8_decode(s + i, len - i, &cp);
        if (n == 0) {
            n = 1;
        }
    }

    return count;
}


size_t
paperal_utf8_prefix(const char *s, size_t len, size_t chars)
{
    size_t    i, n;
    uint32_t  cp;

    for (i = 0; i < len && chars > 0; i += n, chars--) {
        n = paperal_utf8_decode(s + i, len - i, &cp);
        if (n == 0) {
            n = 1;
        }
    }

    return i;
}


size_t
paperal_utf8_clip(const char *s, size_t len, size_t max)
{
    size_t    i;
    uint32_t  cp;

    if (len <= max) {
        return len;
    }

    /* a sequence that the cut would split begins at most 3 bytes before it */
    for (i = max; i > 0 && max - i < 3; i--) {
        if (((unsigned char) s[i] & 0xc0) != 0x80) {
            break;
        }
    }

    if (i < max && i + paperal_utf8_decode(s + i, len - i, &cp) > max) {
        return i;
    }

    return max;
}


void
paperal_utf8_append(paperal_buf_t *b, const char *s, size_t len)
{
    size_t  n;

    for ( ;; ) {
        n = paperal_utf8_check(s, len);
        paperal_buf_bytes(b, s, n);

        if (n == len) {
            return;
        }

        paperal_buf_str(b, PAPERAL_UTF8_REPLACEMENT);

        n += paperal_utf8_invalid(s + n, len - n);
        s += n;
        len -= n;
    }
}


static int
text_is_space(uint32_t cp)
{
    return cp == ' ' || (cp >= '\t' && cp <= '\r')
           || cp == CP_NO_BREAK_SPACE || cp == CP_FULLWIDTH_SPACE
           || cp == 0x85 || cp == 0x2028 || cp == 0x2029;
}


static int
text_is_control(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0);
}


/*
 * What stands for white space in text of several lines: a line end, a tab or
 * the character itself.
 */
static void
text_space(paperal_buf_t *b, const char *s, size_t n, uint32_t cp)
{
    if (cp == '\n' || cp == '\t') {
        paperal_buf_char(b, (char) cp);

    } else if (cp == '\r' || cp == 0x85 || cp == 0x2028 || cp == 0x2029) {
        paperal_buf_char(b, '\n');

    } else if (!text_is_control(cp)) {
        paperal_buf_bytes(b, s, n);
    }
}


void
paperal_text_clean(paperal_buf_t *b, const char *s, size_t len, int flags)
{
    int       space;
    size_t    i, n, start, end;
    uint32_t  cp;

    start = b->len;
    end = b->len;              /* behind the last character not a space */
    space = 0;

    for (i = 0; i < len; i += n) {
        n = paperal_utf8_decode(s + i, len - i, &cp);

        if (n > 0 && text_is_space(cp)) {
            if (cp == '\r' && i + 1 < len && s[i + 1] == '\n') {
                continue;
            }

            if (b->len > start && flags & PAPERAL_TEXT_LINES) {
                text_space(b, s + i, n, cp);
            }

            space = 1;
            continue;
        }

        if (n > 0 && text_is_control(cp)) {
            continue;
        }

        if (space && b->len > start && !(flags & PAPERAL_TEXT_LINES)) {
            paperal_buf_char(b, ' ');
        }

        space = 0;

        if (n == 0) {
            n = paperal_utf8_invalid(s + i, len - i);
            paperal_buf_str(b, PAPERAL_UTF8_REPLACEMENT);

        } else {
            paperal_buf_bytes(b, s + i, n);
        }

        end = b->len;
    }

    paperal_buf_truncate(b, end);
}


const char *
paperal_text_basename(const char *s, size_t len, size_t *base_len)
{
    size_t  i;

    for (i = len; i > 0; i--) {
        if (s[i - 1] == '/' || s[i - 1] == '\\') {
            break;
        }
    }

    *base_len = len - i;

    return s + i;
}


static char
ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
}


int
paperal_text_equal_nocase(const char *s, size_t len, const char *with)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        if (with[i] == '\0' || ascii_lower(s[i]) != ascii_lower(with[i])) {
            return 0;
        }
    }

    return with[len] == '\0';
}
