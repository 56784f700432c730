/*
 * libFuzzer target: UTF-8, text cleaning, and the decoders of small formats,
 * by the laws that hold between them.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "paperal_codec.h"
#include "paperal_email.h"
#include "paperal_error.h"
#include "paperal_header.h"
#include "paperal_list.h"
#include "paperal_password.h"
#include "paperal_time.h"
#include "paperal_utf8.h"


#define FUZZ_MAX   4096
#define FUZZ_LIST  16


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
must(int holds)
{
    if (!holds) {
        abort();
    }
}


static void
check_cuts(const char *s, size_t size)
{
    size_t  i, n, valid;

    valid = paperal_utf8_check(s, size);
    must(valid <= size && paperal_utf8_is_valid(s, valid));

    for (i = 0; i <= size && i < 64; i++) {
        n = paperal_utf8_clip(s, size, i);
        must(n <= i && i - n <= 3);
        must(paperal_utf8_is_valid(s, n) || n > valid);

        n = paperal_utf8_prefix(s, size, i);
        must(n <= size && paperal_utf8_count(s, n) <= i);
    }
}


static void
check_clean(const char *s, size_t size, int flags)
{
    paperal_buf_t  once, twice;

    paperal_buf_init(&once, 3 * FUZZ_MAX);
    paperal_buf_init(&twice, 3 * FUZZ_MAX);

    paperal_utf8_append(&once, s, size);
    must(!once.failed && paperal_utf8_is_valid(once.data, once.len));

    paperal_buf_clear(&once);
    paperal_text_clean(&once, s, size, flags);
    paperal_text_clean(&twice, once.data, once.len, flags);

    must(!once.failed && paperal_utf8_is_valid(once.data, once.len));
    must(strlen(paperal_buf_cstr(&once)) == once.len);
    must(once.len == twice.len
         && strcmp(paperal_buf_cstr(&once), paperal_buf_cstr(&twice)) == 0);

    paperal_buf_release(&once);
    paperal_buf_release(&twice);
}


static void
check_codecs(const char *s, size_t size)
{
    paperal_buf_t  text, back;

    paperal_buf_init(&text, 3 * FUZZ_MAX);
    paperal_buf_init(&back, 3 * FUZZ_MAX);

    paperal_base64url_encode(&text, s, size);
    must(paperal_base64url_decode(&back, paperal_buf_cstr(&text), text.len)
         == PAPERAL_OK);
    must(back.len == size && (size == 0 || !memcmp(back.data, s, size)));

    /* what is accepted is the only form of its value */
    paperal_buf_clear(&back);
    paperal_buf_clear(&text);

    if (paperal_base64_decode(&back, s, size) == PAPERAL_OK) {
        paperal_base64_encode(&text, back.data, back.len);
        must(text.len == size && (size == 0 || !memcmp(text.data, s, size)));
    }

    paperal_buf_clear(&back);
    paperal_buf_clear(&text);

    if (memchr(s, '\0', size) == NULL) {
        paperal_percent_encode(&text, s, size);
        must(paperal_percent_decode(&back, paperal_buf_cstr(&text), text.len)
             == PAPERAL_OK);
        must(back.len == size && (size == 0 || !memcmp(back.data, s, size)));
    }

    paperal_buf_release(&text);
    paperal_buf_release(&back);
}


static void
check_formats(const char *s, size_t size)
{
    int                  rc;
    char                 email[PAPERAL_EMAIL_SIZE], time[PAPERAL_TIME_SIZE];
    int64_t              usec, again;
    size_t               n;
    paperal_list_t       list;
    paperal_header_t     header;
    paperal_list_item_t  items[FUZZ_LIST];

    n = paperal_email_normalize(email, s, size);
    must(n == 0 || (n == size && paperal_email_is_valid(email, n)));

    if (paperal_time_parse(s, size, &usec) == PAPERAL_OK) {
        n = paperal_time_format(time, usec);
        must(n > 0 && paperal_time_parse(time, n, &again) == PAPERAL_OK
             && again == usec);
    }

    paperal_date_is_valid(s, size);

    paperal_list_init(&list, items, FUZZ_LIST, 20);
    paperal_list_split(&list, s, size);

    for (n = 0; n < list.count; n++) {
        must(list.items[n].len > 0 && list.items[n].data >= s
             && list.items[n].data + list.items[n].len <= s + size
             && paperal_utf8_count(list.items[n].data, list.items[n].len)
                <= 20);
    }

    paperal_header_init(&header, s, size);

    while ((rc = paperal_header_next(&header)) == 1) {
        must(header.name_len > 0 && header.value >= s
             && header.value + header.value_len <= s + size);
    }

    must(paperal_password_check(s, size, s, size)
         <= PAPERAL_PASSWORD_LIKE_EMAIL);

    /* a hash string of the input's making would cost time: only bad ones */
    if (size > 0 && s[0] != '$') {
        must(paperal_password_verify(s, size, "x", 1) == PAPERAL_ERROR);
    }

    paperal_password_is_outdated(s, size);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char  *s;

    if (size > FUZZ_MAX) {
        return 0;
    }

    s = (const char *) data;

    check_cuts(s, size);
    check_clean(s, size, PAPERAL_TEXT_LINE);
    check_clean(s, size, PAPERAL_TEXT_LINES);
    check_codecs(s, size);
    check_formats(s, size);

    return 0;
}
