/*
 * libFuzzer target: the multipart parser.  The first two bytes choose where a
 * body is cut; fed whole and in pieces it must give the same callbacks and
 * the same end.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "paperal_buf.h"
#include "paperal_multipart.h"
#include "paperal_utf8.h"


#define FUZZ_MAX  65536


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
add_text(paperal_buf_t *log, const char *s, size_t max)
{
    size_t  i, len;

    if (s == NULL) {
        paperal_buf_str(log, "|-");
        return;
    }

    len = strlen(s);

    if (!paperal_utf8_is_valid(s, len) || len > max) {
        abort();
    }

    for (i = 0; i < len; i++) {
        if ((unsigned char) s[i] < 0x20 || s[i] == 0x7f) {
            abort();
        }
    }

    paperal_buf_char(log, '|');
    paperal_buf_str(log, s);
}


static int
on_begin(void *data, const paperal_multipart_part_t *part)
{
    if (part->name == NULL || part->name[0] == '\0') {
        abort();
    }

    paperal_buf_char(data, '[');
    add_text(data, part->name, PAPERAL_MULTIPART_MAX_NAME);
    add_text(data, part->filename, 4 * PAPERAL_MULTIPART_MAX_FILENAME);
    add_text(data, part->content_type, PAPERAL_MULTIPART_MAX_TYPE);

    return 0;
}


static int
on_data(void *data, const char *p, size_t len)
{
    paperal_buf_bytes(data, p, len);

    return 0;
}


static int
on_end_part(void *data)
{
    paperal_buf_char(data, ']');

    return 0;
}


static int
on_end(void *data)
{
    paperal_buf_char(data, '.');

    return 0;
}


static const paperal_multipart_handler_t  handler = {
    on_begin, on_data, on_end_part, on_end
};


static paperal_multipart_e
feed(paperal_buf_t *log, const char *body, size_t len, size_t step)
{
    char                 *piece;
    size_t                n;
    paperal_multipart_t   m;
    paperal_multipart_e   rc;

    paperal_buf_init(log, 4 * FUZZ_MAX);
    paperal_multipart_init(&m, "XX", 2, &handler, log);

    for ( /* void */ ; len > 0; body += n, len -= n) {
        n = step < len ? step : len;

        piece = malloc(n);
        memcpy(piece, body, n);
        paperal_multipart_feed(&m, piece, n);
        free(piece);
    }

    rc = paperal_multipart_finish(&m);

    if (paperal_multipart_message(rc)[0] == '\0'
        && rc != PAPERAL_MULTIPART_OK)
    {
        abort();
    }

    return rc;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char                  boundary[PAPERAL_MULTIPART_BOUNDARY_SIZE];
    size_t                n, step;
    const char           *body;
    paperal_buf_t         whole, pieces;
    paperal_multipart_e   rc;

    if (size < 2 || size > FUZZ_MAX) {
        return 0;
    }

    step = 1 + (data[0] | data[1] << 8) % size;
    body = (const char *) data + 2;
    size -= 2;

    rc = feed(&whole, body, size, size);

    if (feed(&pieces, body, size, step) != rc || whole.failed
        || whole.len != pieces.len
        || (whole.len > 0 && memcmp(whole.data, pieces.data, whole.len) != 0))
    {
        abort();
    }

    paperal_buf_release(&whole);
    paperal_buf_release(&pieces);

    if (paperal_multipart_boundary(body, size, boundary, &n)
        == PAPERAL_MULTIPART_OK
        && (n == 0 || n > PAPERAL_MULTIPART_MAX_BOUNDARY
            || strlen(boundary) != n))
    {
        abort();
    }

    return 0;
}
