/*
 * Hex, base64 and percent-encoding; the vectors of RFC 4648, section 10.
 */

#include "paperal_codec.h"
#include "paperal_error.h"

#include "test.h"


static void
test_hex(void)
{
    char    out[9];
    size_t  i;

    static const struct {
        const char  *s;
        int          rc;
    } cases[] = {
        { "00ff7fA5", PAPERAL_OK }, { "", PAPERAL_OK },
        { "0", PAPERAL_ERROR }, { "0g", PAPERAL_ERROR },
        { "g0", PAPERAL_ERROR }, { " 0", PAPERAL_ERROR },
        { "0x", PAPERAL_ERROR }, { "00112233ff", PAPERAL_ERROR },
        { "@a", PAPERAL_ERROR }, { "a`", PAPERAL_ERROR }
    };

    paperal_hex_encode(out, "\0\xff\x7f\xa5", 4);
    test_str(out, "00ff7fa5", "hex is lower case");
    paperal_hex_encode(out, "", 0);
    test_str(out, "", "hex of nothing");

    for (i = 0; i < test_count(cases); i++) {
        test_int(paperal_hex_decode(out, 4, cases[i].s, strlen(cases[i].s)),
                 cases[i].rc, "hex of \"%s\"", cases[i].s);
    }

    paperal_hex_decode(out, 4, "00ff7fA5", 8);
    test_mem(out, 4, "\0\xff\x7f\xa5", 4, "both cases are read");
}


static void
test_base64(void)
{
    size_t         i;
    paperal_buf_t  b;

    static const char  *vectors[][3] = {
        { "", "", "" },
        { "f", "Zg==", "Zg" },
        { "fo", "Zm8=", "Zm8" },
        { "foo", "Zm9v", "Zm9v" },
        { "foob", "Zm9vYg==", "Zm9vYg" },
        { "fooba", "Zm9vYmE=", "Zm9vYmE" },
        { "foobar", "Zm9vYmFy", "Zm9vYmFy" },
        { "\xfb\xff\xfe", "+//+", "-__-" }
    };

    for (i = 0; i < test_count(vectors); i++) {
        paperal_buf_init(&b, 100);
        paperal_buf_char(&b, '>');
        paperal_base64_encode(&b, vectors[i][0], strlen(vectors[i][0]));
        test_str(b.data + 1, vectors[i][1], "base64 vector %zu", i);

        paperal_buf_clear(&b);
        paperal_base64url_encode(&b, vectors[i][0], strlen(vectors[i][0]));
        test_str(paperal_buf_cstr(&b), vectors[i][2], "base64url vector %zu",
                 i);

        paperal_buf_clear(&b);
        test_int(paperal_base64_decode(&b, vectors[i][1],
                                       strlen(vectors[i][1])),
                 PAPERAL_OK, "base64 vector %zu is read", i);
        test_str(paperal_buf_cstr(&b), vectors[i][0], "and gives the bytes");

        paperal_buf_clear(&b);
        test_int(paperal_base64url_decode(&b, vectors[i][2],
                                          strlen(vectors[i][2])),
                 PAPERAL_OK, "base64url vector %zu is read", i);
        test_str(paperal_buf_cstr(&b), vectors[i][0], "and gives the bytes");
        paperal_buf_release(&b);
    }
}


static void
test_base64_errors(void)
{
    size_t         i, len;
    paperal_buf_t  b;

    static const char  *standard[] = {
        "Zg", "Zg=", "Z===", "====", "Zg==Zg==", "Zm9v\n", "Zm 9", "Zm9-",
        "Zh==", "Zm9=", "=Zm9", "Zm9vZ"
    };
    static const char  *url[] = {
        "Z", "A", "Zm9vA", "Zg==", "Zm9v+", "Zm9v/", "Zh", "Zm9", "Zm9vY",
        "Zm 9"
    };

    paperal_buf_init(&b, 100);
    paperal_buf_str(&b, "kept");

    for (i = 0; i < test_count(standard); i++) {
        len = strlen(standard[i]);
        test_int(paperal_base64_decode(&b, standard[i], len), PAPERAL_ERROR,
                 "base64 \"%s\" is refused", standard[i]);
    }

    for (i = 0; i < test_count(url); i++) {
        len = strlen(url[i]);
        test_int(paperal_base64url_decode(&b, url[i], len), PAPERAL_ERROR,
                 "base64url \"%s\" is refused", url[i]);
    }

    test_int(paperal_base64_decode(&b, "Zm\0v", 4), PAPERAL_ERROR,
             "a zero byte is refused");
    test_str(b.data, "kept", "nothing was appended");
    paperal_buf_release(&b);
}


/* Every length up to some blocks, there and back; and not enough room. */
static void
test_round_trip(void)
{
    char           data[600];
    size_t         i, len;
    paperal_buf_t  text, back, little;

    for (i = 0; i < sizeof(data); i++) {
        data[i] = (char) (i * 37 + i / 256);
    }

    for (len = 0; len < sizeof(data); len++) {
        paperal_buf_init(&text, 1000);
        paperal_buf_init(&back, 1000);
        paperal_buf_init(&little, len > 0 ? (len + 2) / 3 * 4 - 1 : 0);

        paperal_base64_encode(&text, data, len);
        paperal_base64_decode(&back, text.data, text.len);
        paperal_base64_encode(&little, data, len);

        if (back.len != len || text.len != (len + 2) / 3 * 4
            || (len > 0 && memcmp(back.data, data, len) != 0)
            || little.failed != (len > 0))
        {
            break;
        }

        paperal_buf_release(&text);
        paperal_buf_release(&back);
        paperal_buf_release(&little);
    }

    test_int((long long) len, sizeof(data), "every length survives");
}


static void
test_percent(void)
{
    size_t         i, len;
    paperal_buf_t  b;

    static const struct {
        const char  *s;
        const char  *plain;    /* NULL: refused */
        const char  *form;
    } cases[] = {
        { "abc", "abc", "abc" },
        { "a+b", "a+b", "a b" },
        { "a%2Bb%2b", "a+b+", "a+b+" },
        { "%e8%ae%ba.pdf", "\xe8\xae\xba.pdf", "\xe8\xae\xba.pdf" },
        { "100%", NULL, NULL },
        { "%2", NULL, NULL },
        { "%zz", NULL, NULL },
        { "%2g", NULL, NULL },
        { "x%00y", NULL, NULL },
        { "%%41", NULL, NULL },
        { "%25%32%35", "%25", "%25" }
    };

    for (i = 0; i < test_count(cases); i++) {
        len = strlen(cases[i].s);

        paperal_buf_init(&b, 100);
        test_int(paperal_percent_decode(&b, cases[i].s, len),
                 cases[i].plain ? PAPERAL_OK : PAPERAL_ERROR,
                 "percent of \"%s\"", cases[i].s);
        test_str(paperal_buf_cstr(&b), cases[i].plain ? cases[i].plain : "",
                 "gives the text or nothing");

        paperal_buf_clear(&b);
        test_int(paperal_form_decode(&b, cases[i].s, len),
                 cases[i].form ? PAPERAL_OK : PAPERAL_ERROR,
                 "form of \"%s\"", cases[i].s);
        test_str(paperal_buf_cstr(&b), cases[i].form ? cases[i].form : "",
                 "gives the text or nothing");
        paperal_buf_release(&b);
    }

    paperal_buf_init(&b, 100);
    paperal_percent_encode(&b, "aZ9-._~ /\0%\xe8+", 13);
    test_str(b.data, "aZ9-._~%20%2F%00%25%E8%2B", "encoding");
    paperal_buf_release(&b);
}


int
main(void)
{
    test_hex();
    test_base64();
    test_base64_errors();
    test_round_trip();
    test_percent();

    return test_done();
}
