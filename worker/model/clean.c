/*
 * Cleans text, see clean.h.
 */

#include "clean.h"

#include <stdbool.h>
#include <stdint.h>

#include "paperal_utf8.h"


static bool clean_is_invisible(uint32_t cp);


/* First and last of each range. */
static const uint32_t  clean_invisible[][2] = {
    { 0x00ad, 0x00ad }, { 0x034f, 0x034f }, { 0x061c, 0x061c },
    { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f },
    { 0x200b, 0x200f }, { 0x202a, 0x202e }, { 0x2060, 0x206f },
    { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
    { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0x1bca0, 0x1bca3 },
    { 0xe0000, 0xe0fff }
};


void
clean_line(paperal_buf_t *b, const char *s, size_t len, size_t max)
{
    size_t         i, n, start;
    uint32_t       cp;
    paperal_buf_t  visible;

    paperal_buf_init(&visible, len + 1);

    for (i = 0; i < len; i += n) {
        n = paperal_utf8_decode(s + i, len - i, &cp);

        if (n == 0) {
            n = 1;
            paperal_buf_bytes(&visible, s + i, 1);

        } else if (cp == 0x2028 || cp == 0x2029 || cp == 0x85) {
            paperal_buf_char(&visible, ' ');

        } else if (!clean_is_invisible(cp)) {
            paperal_buf_bytes(&visible, s + i, n);
        }
    }

    start = b->len;
    paperal_text_clean(b, visible.data, visible.len, PAPERAL_TEXT_LINE);
    b->failed |= visible.failed;

    if (!b->failed && b->len > start) {
        n = paperal_utf8_prefix(b->data + start, b->len - start, max);
        paperal_buf_truncate(b, start + n);
    }

    paperal_buf_release(&visible);
}


void
clean_data(paperal_buf_t *b, const char *s, size_t len)
{
    size_t         i;
    paperal_buf_t  line;

    paperal_buf_init(&line, 4 * len + 4);
    clean_line(&line, s, len, len);

    for (i = 0; i < line.len; i++) {
        paperal_buf_char(b, line.data[i]);

        if ((line.data[i] == '<' || line.data[i] == '>')
            && i + 1 < line.len && line.data[i + 1] == line.data[i])
        {
            paperal_buf_char(b, ' ');
        }
    }

    b->failed |= line.failed;
    paperal_buf_release(&line);
}


static bool
clean_is_invisible(uint32_t cp)
{
    size_t  i;

    for (i = 0; i < sizeof(clean_invisible) / sizeof(clean_invisible[0]);
         i++)
    {
        if (cp >= clean_invisible[i][0] && cp <= clean_invisible[i][1]) {
            return true;
        }
    }

    return false;
}
