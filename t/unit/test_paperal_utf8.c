/*
 * UTF-8 and the cleaning of text.
 */

#include "paperal_utf8.h"

#include "test.h"


#define FFFD  PAPERAL_UTF8_REPLACEMENT


static void
test_decode(void)
{
    size_t    i, n;
    uint32_t  cp;

    static const struct {
        const char  *bytes;
        size_t       len;
        size_t       n;        /* 0: invalid */
        uint32_t     cp;
        size_t       invalid;  /* the maximal subpart */
    } cases[] = {
        { "A", 1, 1, 'A', 0 },
        { "\0", 1, 1, 0, 0 },
        { "\x7f", 1, 1, 0x7f, 0 },
        { "\xc2\x80", 2, 2, 0x80, 0 },
        { "\xdf\xbf", 2, 2, 0x7ff, 0 },
        { "\xe0\xa0\x80", 3, 3, 0x800, 0 },
        { "\xed\x9f\xbf", 3, 3, 0xd7ff, 0 },
        { "\xee\x80\x80", 3, 3, 0xe000, 0 },
        { "\xef\xbf\xbf", 3, 3, 0xffff, 0 },
        { "\xf0\x90\x80\x80", 4, 4, 0x10000, 0 },
        { "\xf4\x8f\xbf\xbf", 4, 4, 0x10ffff, 0 },
        { "\x80", 1, 0, 0, 1 },
        { "\xbf\xbf", 2, 0, 0, 1 },
        { "\xc0\x80", 2, 0, 0, 1 },
        { "\xc1\xbf", 2, 0, 0, 1 },
        { "\xc2", 1, 0, 0, 1 },
        { "\xc2\x41", 2, 0, 0, 1 },
        { "\xe0\x9f\xbf", 3, 0, 0, 1 },
        { "\xe8\xae", 2, 0, 0, 2 },
        { "\xe8\xae\x41", 3, 0, 0, 2 },
        { "\xed\xa0\x80", 3, 0, 0, 1 },
        { "\xed\xbf\xbf", 3, 0, 0, 1 },
        { "\xf0\x8f\xbf\xbf", 4, 0, 0, 1 },
        { "\xf0\x9f\x93", 3, 0, 0, 3 },
        { "\xf0\x9f\x93\x41", 4, 0, 0, 3 },
        { "\xf4\x90\x80\x80", 4, 0, 0, 1 },
        { "\xf5\x80\x80\x80", 4, 0, 0, 1 },
        { "\xff", 1, 0, 0, 1 }
    };

    for (i = 0; i < test_count(cases); i++) {
        cp = 0xdead;
        n = paperal_utf8_decode(cases[i].bytes, cases[i].len, &cp);

        test_int((long long) n, (long long) cases[i].n, "length of case %zu",
                 i);
        test_int(cp, n > 0 ? cases[i].cp : 0xdead, "code point of case %zu",
                 i);

        if (n == 0) {
            test_int((long long) paperal_utf8_invalid(cases[i].bytes,
                                                      cases[i].len),
                     (long long) cases[i].invalid, "invalid part of case %zu",
                     i);
        }
    }

    test_int((long long) paperal_utf8_decode("", 0, &cp), 0, "no bytes");
}


/* All scalars, there and back; and all that are none. */
static void
test_every_scalar(void)
{
    char      bytes[4];
    size_t    n;
    uint32_t  cp, back;

    for (cp = 0; cp < 0x110010; cp++) {
        n = paperal_utf8_encode(cp, bytes);

        if ((cp >= 0xd800 && cp <= 0xdfff) || cp > 0x10ffff) {
            if (n != 0) {
                break;
            }

            continue;
        }

        if (n == 0 || paperal_utf8_decode(bytes, n, &back) != n || back != cp
            || (n > 1 && paperal_utf8_decode(bytes, n - 1, &back) != 0))
        {
            break;
        }
    }

    test_int(cp, 0x110010, "every scalar survives, nothing else is encoded");
}


/* Two bytes decide nearly everything: compare with a plain reading of it. */
static void
test_every_pair(void)
{
    int            a, b, want;
    unsigned char  s[2];

    for (a = 0; a < 256; a++) {
        for (b = 0; b < 256; b++) {
            s[0] = (unsigned char) a;
            s[1] = (unsigned char) b;
            want = a < 0x80 ? (b < 0x80 ? 2 : 1)
                   : a >= 0xc2 && a <= 0xdf && b >= 0x80 && b <= 0xbf ? 2 : 0;

            if (paperal_utf8_check((char *) s, 2) != (size_t) want) {
                test_diag("%02x %02x", a, b);
                test_ok(0, "check of two bytes");
                return;
            }
        }
    }

    test_ok(1, "check of every two bytes");
}


static void
test_cut(void)
{
    size_t       i;

    static const char  s[] = "a\xc3\xa9\xe8\xae\xba\xf0\x9f\x93\x84z";
    static const struct {
        size_t  max;
        size_t  clip;
    } clips[] = {
        { 0, 0 }, { 1, 1 }, { 2, 1 }, { 3, 3 }, { 4, 3 }, { 5, 3 }, { 6, 6 },
        { 7, 6 }, { 8, 6 }, { 9, 6 }, { 10, 10 }, { 11, 11 }, { 99, 11 }
    };
    static const size_t  prefixes[] = { 0, 1, 3, 6, 10, 11, 11 };

    for (i = 0; i < test_count(clips); i++) {
        test_int((long long) paperal_utf8_clip(s, 11, clips[i].max),
                 (long long) clips[i].clip, "clip to %zu", clips[i].max);
    }

    for (i = 0; i < test_count(prefixes); i++) {
        test_int((long long) paperal_utf8_prefix(s, 11, i),
                 (long long) prefixes[i], "prefix of %zu characters", i);
    }

    test_int((long long) paperal_utf8_count(s, 11), 5, "count");
    test_int((long long) paperal_utf8_count("\xff\xe8\xae", 3), 3,
             "each invalid byte counts");
    test_int((long long) paperal_utf8_clip("\x80\x80\x80\x80\x80", 5, 4), 4,
             "stray bytes are cut anywhere");
    test_int((long long) paperal_utf8_clip("\xe8\xae\xe8\xae", 4, 3), 3,
             "so are cut sequences");
    test_int(paperal_utf8_is_valid(s, 11), 1, "the whole is valid");
    test_int(paperal_utf8_is_valid(s, 10), 1, "so is a whole beginning");
    test_int(paperal_utf8_is_valid(s, 9), 0, "a cut one is not");
    test_int(paperal_utf8_is_valid(NULL, 0), 1, "nothing is valid");
}


static void
test_append(void)
{
    size_t         i;
    paperal_buf_t  b;

    static const char  *cases[][2] = {
        { "plain", "plain" },
        { "\xff", FFFD },
        { "a\xe8\xae", "a" FFFD },
        { "\xe8\xae\xe8\xae\xba", FFFD "\xe8\xae\xba" },
        { "\xf0\x9f\x93z\xc0\xaf", FFFD "z" FFFD FFFD },
        { "\xed\xa0\x80!", FFFD FFFD FFFD "!" }
    };

    for (i = 0; i < test_count(cases); i++) {
        paperal_buf_init(&b, 100);
        paperal_utf8_append(&b, cases[i][0], strlen(cases[i][0]));
        test_str(b.data, cases[i][1], "append replaces in case %zu", i);
        paperal_buf_release(&b);
    }
}


static void
test_clean(void)
{
    size_t         i;
    paperal_buf_t  b;

    static const struct {
        const char  *text;
        size_t       len;
        const char  *line;
        const char  *lines;
    } cases[] = {
        { "plain", 5, "plain", "plain" },
        { "", 0, "", "" },
        { "  \t\r\n ", 6, "", "" },
        { " a  b\t c \n", 10, "a b c", "a  b\t c" },
        { "a\0b", 3, "ab", "ab" },
        { "a\x01\x02\x1f\x7f\xc2\x80\xc2\x9f" "b", 10, "ab", "ab" },
        { "a\r\nb\rc\nd", 8, "a b c d", "a\nb\nc\nd" },
        { "a\n\n\nb\n\n", 7, "a b", "a\n\n\nb" },
        { "a\v\fb", 4, "a b", "ab" },
        { "\xe3\x80\x80\xe8\xae\xba\xc2\xa0\xe6\x96\x87\xe3\x80\x80", 14,
          "\xe8\xae\xba \xe6\x96\x87", "\xe8\xae\xba\xc2\xa0\xe6\x96\x87" },
        { "a\xe2\x80\xa8" "b\xc2\x85" "c", 8, "a b c", "a\nb\nc" },
        { "caf\xe9 \xff", 6, "caf" FFFD " " FFFD, "caf" FFFD " " FFFD },
        { "\x01 \x02 x", 5, "x", "x" },
        { "a \x01 b", 5, "a b", "a  b" },
        { "x\r", 2, "x", "x" }
    };

    for (i = 0; i < test_count(cases); i++) {
        paperal_buf_init(&b, 100);
        paperal_buf_str(&b, "> ");
        paperal_text_clean(&b, cases[i].text, cases[i].len,
                           PAPERAL_TEXT_LINE);
        test_str(b.data + 2, cases[i].line, "one line of case %zu", i);

        paperal_buf_clear(&b);
        paperal_text_clean(&b, cases[i].text, cases[i].len,
                           PAPERAL_TEXT_LINES);
        test_str(paperal_buf_cstr(&b), cases[i].lines, "lines of case %zu",
                 i);
        paperal_buf_release(&b);
    }
}


static void
test_basename(void)
{
    size_t       i, len;
    const char  *s;

    static const char  *cases[][2] = {
        { "a.pdf", "a.pdf" },
        { "C:\\papers\\a b.pdf", "a b.pdf" },
        { "/tmp/../etc/passwd", "passwd" },
        { "..\\..\\x", "x" },
        { "dir/", "" },
        { "", "" },
        { "/", "" }
    };

    for (i = 0; i < test_count(cases); i++) {
        s = paperal_text_basename(cases[i][0], strlen(cases[i][0]), &len);
        test_mem(s, len, cases[i][1], strlen(cases[i][1]),
                 "base name of \"%s\"", cases[i][0]);
    }
}


static void
test_nocase(void)
{
    size_t  i;

    static const struct {
        const char  *s;
        const char  *with;
        int          equal;
    } cases[] = {
        { "Content-Type", "content-type", 1 },
        { "", "", 1 },
        { "a", "", 0 },
        { "", "a", 0 },
        { "abc", "abcd", 0 },
        { "abcd", "abc", 0 },
        { "[", "{", 0 },
        { "@", "`", 0 }
    };

    for (i = 0; i < test_count(cases); i++) {
        test_int(paperal_text_equal_nocase(cases[i].s, strlen(cases[i].s),
                                           cases[i].with),
                 cases[i].equal, "\"%s\" and \"%s\"", cases[i].s,
                 cases[i].with);
    }

    test_int(paperal_text_equal_nocase("a\0", 2, "a"), 0,
             "a zero byte does not end the text");
}


int
main(void)
{
    test_decode();
    test_every_scalar();
    test_every_pair();
    test_cut();
    test_append();
    test_clean();
    test_basename();
    test_nocase();

    return test_done();
}
