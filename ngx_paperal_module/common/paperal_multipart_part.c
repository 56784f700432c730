/*
 * The headers of a part of multipart/form-data: Content-Disposition with the
 * names, Content-Type, and what is to be refused.
 */

#include "paperal_multipart_part.h"

#include <string.h>

#include "paperal_buf.h"
#include "paperal_header.h"
#include "paperal_utf8.h"


#define PART_NAME      0x01
#define PART_FILENAME  0x02
#define PART_EXTENDED  0x04


static int
part_fail(paperal_multipart_t *m, paperal_multipart_e error)
{
    m->error = error;

    return 0;
}


/*
 * Decodes a name in place and copies it as clean text; 0 with m->error set
 * where it does not fit.
 */
static int
part_text(paperal_multipart_t *m, paperal_header_t *h, char *out,
    size_t size)
{
    char           *raw;
    size_t          len;
    paperal_buf_t   b;

    raw = m->headers + (h->value - m->headers);
    len = h->quoted ? paperal_header_unescape(raw, h->value_len)
                    : h->value_len;

    paperal_buf_fixed(&b, out, size);
    paperal_text_clean(&b, raw, len, PAPERAL_TEXT_LINE);

    return b.failed ? part_fail(m, PAPERAL_MULTIPART_NAME_TOO_LONG) : 1;
}


static int
part_filename(paperal_multipart_t *m, paperal_header_t *h)
{
    if (!part_text(m, h, m->filename, sizeof(m->filename))) {
        return 0;
    }

    if (paperal_utf8_count(m->filename, strlen(m->filename))
        > PAPERAL_MULTIPART_MAX_FILENAME)
    {
        return part_fail(m, PAPERAL_MULTIPART_NAME_TOO_LONG);
    }

    return 1;
}


/*
 * One parameter of Content-Disposition; each may come once.  "filename*" wins
 * over "filename", wherever it stands.
 */
static int
part_parameter(paperal_multipart_t *m, paperal_header_t *h,
    unsigned *seen, paperal_multipart_part_t *part)
{
    long      n;
    unsigned  parameter;

    parameter = paperal_header_is_name(h, "name") ? PART_NAME
                : paperal_header_is_name(h, "filename") ? PART_FILENAME
                : paperal_header_is_name(h, "filename*") ? PART_EXTENDED
                : 0;

    if (*seen & parameter) {
        return part_fail(m, PAPERAL_MULTIPART_BAD_HEADER);
    }

    *seen |= parameter;

    switch (parameter) {

    case PART_NAME:
        part->name = m->name;
        return part_text(m, h, m->name, sizeof(m->name));

    case PART_FILENAME:
        part->filename = m->filename;
        return *seen & PART_EXTENDED || part_filename(m, h);

    case PART_EXTENDED:
        n = paperal_header_extended(m->headers + (h->value - m->headers),
                                    h->value_len);
        if (n < 0) {
            return part_fail(m, PAPERAL_MULTIPART_BAD_HEADER);
        }

        h->value_len = (size_t) n;
        h->quoted = 0;
        part->filename = m->filename;

        return part_filename(m, h);

    default:
        return 1;
    }
}


static int
part_disposition(paperal_multipart_t *m, const char *value, size_t len,
    paperal_multipart_part_t *part)
{
    int               rc;
    unsigned          seen;
    paperal_header_t  h;

    seen = 0;

    paperal_header_init(&h, value, len);

    if (part->name != NULL || !paperal_header_is_value(&h, "form-data")) {
        return part_fail(m, PAPERAL_MULTIPART_BAD_HEADER);
    }

    while ((rc = paperal_header_next(&h)) == 1) {
        if (!part_parameter(m, &h, &seen, part)) {
            return 0;
        }
    }

    if (rc != 0) {
        return part_fail(m, PAPERAL_MULTIPART_BAD_HEADER);
    }

    if (part->name == NULL || part->name[0] == '\0') {
        return part_fail(m, PAPERAL_MULTIPART_NO_NAME);
    }

    return 1;
}


/* Content-Type: kept as it is, without blanks at its ends. */
static int
part_type(paperal_multipart_t *m, const char *value, size_t len,
    paperal_multipart_part_t *part)
{
    paperal_buf_t  b;

    if (part->content_type != NULL) {
        return part_fail(m, PAPERAL_MULTIPART_BAD_HEADER);
    }

    paperal_buf_fixed(&b, m->type, sizeof(m->type));
    paperal_text_clean(&b, value, len, PAPERAL_TEXT_LINE);

    if (b.failed) {
        return part_fail(m, PAPERAL_MULTIPART_BAD_HEADER);
    }

    part->content_type = m->type;

    return 1;
}


/* RFC 7578 deprecates it; only what means "as it is" can be honored. */
static int
part_encoding(paperal_multipart_t *m, const char *value, size_t len)
{
    paperal_header_t  h;

    paperal_header_init(&h, value, len);

    if (paperal_header_is_value(&h, "binary")
        || paperal_header_is_value(&h, "7bit")
        || paperal_header_is_value(&h, "8bit"))
    {
        return 1;
    }

    return part_fail(m, PAPERAL_MULTIPART_BAD_ENCODING);
}


/* One header without its line end; headers of no interest are checked too. */
static int
part_header(paperal_multipart_t *m, char *line, size_t len,
    paperal_multipart_part_t *part)
{
    char    *colon;
    size_t   i, n;

    for (i = 0; i < len; i++) {
        if (((unsigned char) line[i] < 0x20 && line[i] != '\t')
            || line[i] == 0x7f)
        {
            return part_fail(m, PAPERAL_MULTIPART_BAD_HEADER);
        }
    }

    colon = memchr(line, ':', len);
    n = colon != NULL ? (size_t) (colon - line) : 0;

    if (!paperal_header_is_token(line, n)) {
        return part_fail(m, PAPERAL_MULTIPART_BAD_HEADER);
    }

    colon++;
    len -= n + 1;

    if (paperal_text_equal_nocase(line, n, "content-disposition")) {
        return part_disposition(m, colon, len, part);
    }

    if (paperal_text_equal_nocase(line, n, "content-type")) {
        return part_type(m, colon, len, part);
    }

    if (paperal_text_equal_nocase(line, n, "content-transfer-encoding")) {
        return part_encoding(m, colon, len);
    }

    return 1;
}


int
paperal_multipart_part(paperal_multipart_t *m, paperal_multipart_part_t *part)
{
    char  *p, *end, *cr;

    memset(part, 0, sizeof(*part));

    p = m->headers;
    end = m->headers + m->headers_len - 2;

    while (p < end) {
        /* every LF in the block follows a CR: the parser saw to it */
        cr = (char *) memchr(p, '\n', (size_t) (end - p)) - 1;

        if (!part_header(m, p, (size_t) (cr - p), part)) {
            return 0;
        }

        p = cr + 2;
    }

    return part->name != NULL || part_fail(m, PAPERAL_MULTIPART_NO_NAME);
}
