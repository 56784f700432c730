/*
 * Header values with parameters.
 */

#include "paperal_header.h"

#include <string.h>

#include "paperal_buf.h"
#include "paperal_codec.h"
#include "paperal_error.h"
#include "paperal_utf8.h"


static int
header_is_blank(char c)
{
    return c == ' ' || c == '\t';
}


static void
header_skip_blanks(paperal_header_t *h)
{
    while (h->pos < h->end && header_is_blank(*h->pos)) {
        h->pos++;
    }
}


/* The bytes up to the next one of stops (or the end), without outer blanks. */
static size_t
header_until(paperal_header_t *h, const char *stops, const char **start)
{
    const char  *end;

    header_skip_blanks(h);
    *start = h->pos;

    while (h->pos < h->end
           && (*h->pos == '\0' || strchr(stops, *h->pos) == NULL))
    {
        h->pos++;
    }

    for (end = h->pos; end > *start && header_is_blank(end[-1]); end--) {
        /* void */
    }

    return (size_t) (end - *start);
}


void
paperal_header_init(paperal_header_t *h, const char *s, size_t len)
{
    if (len == 0) {
        s = "";
    }

    h->pos = s;
    h->end = s + len;
    h->name = s;
    h->name_len = 0;
    h->quoted = 0;
    h->value_len = header_until(h, ";", &h->value);
}


/*
 * Reads up to the closing quote; the opening one has been skipped.  A "\"
 * protects only what may need it: names of Windows' files are full of others.
 */
static int
header_quoted(paperal_header_t *h)
{
    h->quoted = 1;
    h->value = h->pos;

    for ( /* void */ ; h->pos < h->end; h->pos++) {
        if (*h->pos == '"') {
            h->value_len = (size_t) (h->pos - h->value);
            h->pos++;
            header_skip_blanks(h);

            return h->pos == h->end || *h->pos == ';' ? 1 : PAPERAL_ERROR;
        }

        if (*h->pos == '\\' && h->end - h->pos > 1
            && (h->pos[1] == '"' || h->pos[1] == '\\'))
        {
            h->pos++;
        }
    }

    return PAPERAL_ERROR;
}


int
paperal_header_next(paperal_header_t *h)
{
    while (h->pos < h->end && (*h->pos == ';' || header_is_blank(*h->pos))) {
        h->pos++;
    }

    if (h->pos == h->end) {
        return 0;
    }

    h->name_len = header_until(h, "=;", &h->name);

    if (!paperal_header_is_token(h->name, h->name_len)
        || h->pos == h->end || *h->pos != '=')
    {
        return PAPERAL_ERROR;
    }

    h->pos++;
    header_skip_blanks(h);

    if (h->pos < h->end && *h->pos == '"') {
        h->pos++;
        return header_quoted(h);
    }

    h->quoted = 0;
    h->value_len = header_until(h, ";\"", &h->value);

    return h->pos == h->end || *h->pos == ';' ? 1 : PAPERAL_ERROR;
}


int
paperal_header_is_name(const paperal_header_t *h, const char *name)
{
    return paperal_text_equal_nocase(h->name, h->name_len, name);
}


int
paperal_header_is_value(const paperal_header_t *h, const char *value)
{
    return paperal_text_equal_nocase(h->value, h->value_len, value);
}


size_t
paperal_header_unescape(char *s, size_t len)
{
    char    c;
    size_t  i, n;

    for (i = 0, n = 0; i < len; i++) {
        c = s[i];

        if (c == '\\' && i + 1 < len && (s[i + 1] == '"' || s[i + 1] == '\\'))
        {
            c = s[++i];

        } else if (c == '%' && len - i > 2) {
            if (memcmp(s + i, "%22", 3) == 0) {
                c = '"';

            } else if (paperal_text_equal_nocase(s + i, 3, "%0d")) {
                c = '\r';

            } else if (paperal_text_equal_nocase(s + i, 3, "%0a")) {
                c = '\n';
            }

            i += c != '%' ? 2 : 0;
        }

        s[n++] = c;
    }

    return n;
}


long
paperal_header_extended(char *s, size_t len)
{
    char           *text;
    size_t          charset;
    paperal_buf_t   b;

    text = memchr(s, '\'', len);
    if (text == NULL) {
        return PAPERAL_ERROR;
    }

    charset = (size_t) (text - s);
    text = memchr(text + 1, '\'', len - charset - 1);

    if (text == NULL || !paperal_text_equal_nocase(s, charset, "utf-8")) {
        return PAPERAL_ERROR;
    }

    text++;
    len -= (size_t) (text - s);

    /* decoded text is never longer, and writing never passes reading */
    paperal_buf_fixed(&b, s, (size_t) (text - s) + len);

    if (paperal_percent_decode(&b, text, len) != PAPERAL_OK
        || b.failed || !paperal_utf8_is_valid(s, b.len))
    {
        return PAPERAL_ERROR;
    }

    return (long) b.len;
}


int
paperal_header_is_token(const char *s, size_t len)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i < len; i++) {
        c = (unsigned char) s[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL)))
        {
            return 0;
        }
    }

    return len > 0;
}
