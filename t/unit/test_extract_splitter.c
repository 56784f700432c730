/*
 * worker/extract/splitter.c: where sentences end.
 */

#include <string.h>

#include "splitter.h"
#include "str.h"

#include "test.h"


#define MAX_ITEMS  512


static const struct {
    const char  *text;
    int          sentences;
} cases[] = {
    { "One sentence.", 1 },
    { "One. Two.", 2 },
    { "We follow Smith et al. and others.", 1 },
    { "See Fig. 3 and Eq. 2. Then go on.", 2 },
    { "By J. Smith. Next one.", 2 },
    { "It costs 3.5 euro. That is cheap.", 2 },
    { "E.g. this, i.e. that.", 1 },
    { "Is it so? It is! Yes.", 3 },
    { "He said \"no.\" Then he left.", 2 },
    { "(See above.) We go on.", 2 },
    { "它很便宜。它很好！是吗？", 3 },
    { "The value of p was 0.05. lower case goes on", 1 },
    { "No end at all", 1 },
};


static int
count_sentences(const char *text)
{
    int        n, from, count;
    item_t     items[MAX_ITEMS];
    uint32_t   cp;

    memset(items, 0, sizeof(items));
    n = 0;

    while (n < MAX_ITEMS && (cp = str_next(&text)) != 0) {
        items[n++].cp = cp;
    }

    count = 0;

    for (from = 0; from < n; count++) {
        from = splitter_next(items, from, n);

        while (from < n && items[from].cp == ' ') {
            from++;
        }
    }

    return count;
}


int
main(void)
{
    size_t     i;
    uint32_t   composed;

    for (i = 0; i < test_count(cases); i++) {
        test_int(count_sentences(cases[i].text), cases[i].sentences,
                 "sentences of \"%s\"", cases[i].text);
    }

    test_int(splitter_compose('e', 0x301, &composed), 1, "an accent joins");
    test_int((long) composed, 0xe9, "its letter");
    test_int(splitter_compose('e', 'x', &composed), 0, "a letter does not");

    return test_done();
}
