/*
 * worker/extract/str.c and numbers.c: the forms that comparisons use, and
 * the numbers of headings.
 */

#include <stdint.h>

#include "headings.h"
#include "str.h"

#include "test.h"


static void
test_squash(void)
{
    char  out[STR_MAX_SQUASH], tiny[4];

    str_squash("I NTRODUCTION", out, sizeof(out));
    test_str(out, "introduction", "small caps lose their gap");
    str_squash("摘 要：", out, sizeof(out));
    test_str(out, "摘要", "Chinese letters stay, punctuation goes");
    str_squash("Ärger-10", out, sizeof(out));
    test_str(out, "ärger10", "letters beyond ASCII are lowered");
    test_int((long) str_squash("摘要", tiny, sizeof(tiny)), 3,
             "no character is cut in two");
}


static void
test_join(void)
{
    region_t  region, *a;

    a = &region;
    region_init(a, 0);
    test_str(str_join(a, "desali-", "nation"), "desalination",
             "a hyphen at the line's end goes");
    test_str(str_join(a, "Smith-", "Jones"), "Smith-Jones",
             "one before a capital stays");
    test_str(str_join(a, "a state-of-", "the-art unit"),
             "a state-of-the-art unit", "one of several stays");
    test_str(str_join(a, "a self-", "made unit"), "a self-made unit",
             "so does that of a compound");
    test_str(str_join(a, "high-", "er"), "higher", "but not of an ending");
    test_str(str_join(a, "two", "words"), "two words", "words get a space");
    test_str(str_join(a, "淡化", "设备"), "淡化设备", "Chinese gets none");
    test_str(str_join(a, "", "x"), "x", "nothing before");
    test_str(str_join(a, "5-", "fold"), "5-fold", "a number keeps it");
    region_free(a);
}


static void
test_counts(void)
{
    int  len;

    test_int(str_words("a title of five words"), 5, "words");
    test_int(str_words("低压复合膜研究"), 3, "two characters are a word");
    test_int(str_letters("a1 b2é"), 3, "letters");
    test_int(str_number("0042x", 3, &len), 4, "at most three digits");
    test_int(len, 3, "which are counted");
}


static const struct {
    const char  *text;
    int          bytes;
    int          depth;
    int          value;
} headings[] = {
    { "1 Introduction", 2, 1, 1 },
    { "2. Methods", 3, 1, 2 },
    { "3.12 Data", 5, 2, 12 },
    { "4.1.2. Cells", 7, 3, 2 },
    { "IV. RESULTS", 4, 1, 4 },
    { "VIII Conclusions", 5, 1, 8 },
    { "B. Proofs", 3, 2, 2 },
    { "Appendix A: Tables", 12, 1, 1 },
    { "一、引言", 6, 1, 1 },
    { "第三章 方法", 9, 1, 3 },
    { "（二）数据", 9, 2, 2 },
    { "1引言", 1, 1, 1 },
    { "Introduction", 0, 0, 0 },
    { "2019 was dry", 0, 0, 0 },
    { "I think so", 0, 0, 0 },
    { "12 %", 0, 0, 0 },
    { "A lone article", 0, 0, 0 },
    { "A.M.K. wrote it.", 0, 0, 0 },
    { "", 0, 0, 0 },
};


static void
test_numbers(void)
{
    int       depth, value;
    size_t    i;

    for (i = 0; i < test_count(headings); i++) {
        test_int(headings_number(headings[i].text, &depth, &value),
                 headings[i].bytes, "number of \"%s\"", headings[i].text);
        test_int(depth, headings[i].depth, "its depth");
        test_int(value, headings[i].value, "its value");
    }
}


int
main(void)
{
    test_squash();
    test_join();
    test_counts();
    test_numbers();

    return test_done();
}
