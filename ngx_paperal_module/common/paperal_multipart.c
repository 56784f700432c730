/*
 * The push parser of multipart/form-data.
 *
 * The delimiter is CR LF "--" boundary; its CR is the only one in it, so a
 * match that fails can start again only at the byte that broke it, and the
 * bytes held back from an earlier piece are a prefix of the delimiter itself.
 */

#include "paperal_multipart.h"

#include <string.h>

#include "paperal_header.h"
#include "paperal_multipart_part.h"


typedef enum {
    MULTIPART_PREAMBLE,        /* before the first boundary: ignored */
    MULTIPART_DATA,
    MULTIPART_AFTER,           /* behind a boundary: CR LF or "--" */
    MULTIPART_AFTER_DASH,
    MULTIPART_AFTER_PADDING,
    MULTIPART_AFTER_CR,
    MULTIPART_HEADERS,
    MULTIPART_EPILOGUE         /* behind the closing boundary: ignored */
} multipart_state_e;


static const char  *const multipart_messages[] = {
    "",
    "the body is not multipart/form-data",
    "the boundary is missing or not allowed",
    "a boundary is followed by other text",
    "a part has a malformed header",
    "the headers of a part are too large",
    "a part has no name",
    "the name of a part or file is too long",
    "a part has an unsupported transfer encoding",
    "there are too many parts",
    "the closing boundary is missing",
    "stopped"
};


static int
multipart_fail(paperal_multipart_t *m, paperal_multipart_e error)
{
    m->error = error;

    return 0;
}


/* What a callback returned: 1 to go on. */
static int
multipart_went(paperal_multipart_t *m, int rc)
{
    if (rc == 0) {
        return 1;
    }

    m->stopped = rc;

    return multipart_fail(m, PAPERAL_MULTIPART_STOPPED);
}


static int
multipart_emit(paperal_multipart_t *m, const char *p, size_t len)
{
    if (len == 0 || m->state != MULTIPART_DATA
        || m->handler->part_data == NULL)
    {
        return 1;
    }

    return multipart_went(m, m->handler->part_data(m->data, p, len));
}


/*
 * Passes on data up to a delimiter or the end of the piece; returns how much
 * of the piece is done with.  "held" bytes of a possible delimiter came with
 * earlier pieces, p[from] is the first byte not passed on yet.
 */
static size_t
multipart_data(paperal_multipart_t *m, const char *p, size_t len)
{
    size_t       i, from, held;
    const char  *cr;

    from = 0;
    held = m->matched;

    for (i = 0; i < len; /* void */ ) {

        if (m->matched == 0) {
            cr = memchr(p + i, '\r', len - i);
            i = cr != NULL ? (size_t) (cr - p) + 1 : len;
            m->matched = cr != NULL;
            continue;
        }

        if (p[i] == m->delimiter[m->matched]) {
            i++;

            if (++m->matched < m->delimiter_len) {
                continue;
            }

            m->matched = 0;
            m->unsent = 0;

            if (!multipart_emit(m, p + from,
                                i + held - m->delimiter_len - from))
            {
                return i;
            }

            m->state = MULTIPART_AFTER;
            m->padding = 0;

            return i;
        }

        if (!multipart_emit(m, m->delimiter + m->unsent, held - m->unsent)) {
            return i;
        }

        held = 0;
        m->unsent = 0;
        m->matched = 0;
    }

    multipart_emit(m, p + from, len + held - m->matched - from);

    return len;
}


/* The header block is complete, with the empty line at its end. */
static int
multipart_begin_part(paperal_multipart_t *m)
{
    paperal_multipart_part_t  part;

    if (!paperal_multipart_part(m, &part)) {
        return 0;
    }

    if (m->parts == PAPERAL_MULTIPART_MAX_PARTS) {
        return multipart_fail(m, PAPERAL_MULTIPART_TOO_MANY_PARTS);
    }

    m->parts++;
    m->in_part = 1;
    m->state = MULTIPART_DATA;

    /* the empty line's CR LF may begin the delimiter: a part without body */
    m->matched = 2;
    m->unsent = 2;

    return m->handler->part_begin == NULL
           || multipart_went(m, m->handler->part_begin(m->data, &part));
}


static size_t
multipart_headers(paperal_multipart_t *m, const char *p, size_t len)
{
    char    *h;
    size_t   i, n;

    h = m->headers;

    for (i = 0; i < len; i++) {

        if (m->headers_len == PAPERAL_MULTIPART_MAX_HEADERS) {
            multipart_fail(m, PAPERAL_MULTIPART_HEADERS_TOO_LARGE);
            return i;
        }

        n = m->headers_len++;
        h[n] = p[i];

        if (p[i] != '\n') {
            continue;
        }

        if (n == 0 || h[n - 1] != '\r') {
            multipart_fail(m, PAPERAL_MULTIPART_BAD_HEADER);
            return i;
        }

        if (n == 1 || (n > 2 && h[n - 2] == '\n')) {
            multipart_begin_part(m);
            return i + 1;
        }
    }

    return len;
}


static int
multipart_end_part(paperal_multipart_t *m)
{
    if (!m->in_part) {
        return 1;
    }

    m->in_part = 0;

    return m->handler->part_end == NULL
           || multipart_went(m, m->handler->part_end(m->data));
}


/* The bytes behind a boundary, one at a time. */
static int
multipart_after(paperal_multipart_t *m, char c)
{
    switch (m->state) {

    case MULTIPART_AFTER:
        if (c == '-') {
            m->state = MULTIPART_AFTER_DASH;
            return 1;
        }

        /* fall through */

    case MULTIPART_AFTER_PADDING:
        if (c == '\r') {
            m->state = MULTIPART_AFTER_CR;
            return 1;
        }

        if ((c == ' ' || c == '\t')
            && m->padding++ < PAPERAL_MULTIPART_MAX_PADDING)
        {
            m->state = MULTIPART_AFTER_PADDING;
            return 1;
        }

        break;

    case MULTIPART_AFTER_CR:
        if (c == '\n') {
            m->state = MULTIPART_HEADERS;
            m->headers_len = 0;
            return multipart_end_part(m);
        }

        break;

    default: /* MULTIPART_AFTER_DASH */
        if (c == '-') {
            m->state = MULTIPART_EPILOGUE;

            return multipart_end_part(m)
                   && (m->handler->end == NULL
                       || multipart_went(m, m->handler->end(m->data)));
        }
    }

    return multipart_fail(m, PAPERAL_MULTIPART_BAD_DELIMITER);
}


paperal_multipart_e
paperal_multipart_feed(paperal_multipart_t *m, const char *p, size_t len)
{
    size_t  n;

    for ( /* void */ ; len > 0 && m->error == PAPERAL_MULTIPART_OK;
          p += n, len -= n)
    {
        switch (m->state) {

        case MULTIPART_PREAMBLE:
        case MULTIPART_DATA:
            n = multipart_data(m, p, len);
            break;

        case MULTIPART_HEADERS:
            n = multipart_headers(m, p, len);
            break;

        case MULTIPART_EPILOGUE:
            n = len;
            break;

        default:
            multipart_after(m, *p);
            n = 1;
        }
    }

    return m->error;
}


paperal_multipart_e
paperal_multipart_finish(paperal_multipart_t *m)
{
    if (m->error == PAPERAL_MULTIPART_OK && m->state != MULTIPART_EPILOGUE) {
        m->error = PAPERAL_MULTIPART_TRUNCATED;
    }

    return m->error;
}


/* RFC 2046's characters of a boundary, which may not end with a blank. */
static int
multipart_is_boundary(const char *s, size_t len)
{
    size_t  i;
    char    c;

    if (len == 0 || len > PAPERAL_MULTIPART_MAX_BOUNDARY
        || s[len - 1] == ' ')
    {
        return 0;
    }

    for (i = 0; i < len; i++) {
        c = s[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c != '\0' && strchr("'()+_,-./:=? ", c) != NULL)))
        {
            return 0;
        }
    }

    return 1;
}


paperal_multipart_e
paperal_multipart_boundary(const char *type, size_t len,
    char boundary[PAPERAL_MULTIPART_BOUNDARY_SIZE], size_t *boundary_len)
{
    int               rc, found;
    paperal_header_t  h;

    found = 0;

    paperal_header_init(&h, type, len);

    if (!paperal_header_is_value(&h, "multipart/form-data")) {
        return PAPERAL_MULTIPART_NOT_FORM_DATA;
    }

    while ((rc = paperal_header_next(&h)) == 1) {

        if (!paperal_header_is_name(&h, "boundary")) {
            continue;
        }

        if (found++ || !multipart_is_boundary(h.value, h.value_len)) {
            return PAPERAL_MULTIPART_BAD_BOUNDARY;
        }

        memcpy(boundary, h.value, h.value_len);
        boundary[h.value_len] = '\0';
        *boundary_len = h.value_len;
    }

    return rc == 0 && found ? PAPERAL_MULTIPART_OK
                            : PAPERAL_MULTIPART_BAD_BOUNDARY;
}


paperal_multipart_e
paperal_multipart_init(paperal_multipart_t *m, const char *boundary,
    size_t len, const paperal_multipart_handler_t *handler, void *data)
{
    m->handler = handler;
    m->data = data;
    m->error = PAPERAL_MULTIPART_OK;
    m->stopped = 0;
    m->state = MULTIPART_PREAMBLE;
    m->parts = 0;
    m->in_part = 0;
    m->padding = 0;
    m->headers_len = 0;

    /* the first boundary may begin the body: as if its CR LF had come */
    m->matched = 2;
    m->unsent = 2;

    if (!multipart_is_boundary(boundary, len)) {
        m->error = PAPERAL_MULTIPART_BAD_BOUNDARY;
        return m->error;
    }

    memcpy(m->delimiter, "\r\n--", 4);
    memcpy(m->delimiter + 4, boundary, len);
    m->delimiter_len = len + 4;

    return PAPERAL_MULTIPART_OK;
}


const char *
paperal_multipart_message(paperal_multipart_e code)
{
    return multipart_messages[code];
}
