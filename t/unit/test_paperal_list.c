/*
 * Comma-separated lists.
 */

#include "paperal_list.h"

#include "test.h"


#define ITEMS  4
#define CHARS  5

#define LUN  "\xe8\xae\xba"
#define WEN  "\xe6\x96\x87"


static void
test_split(void)
{
    size_t               i;
    paperal_buf_t        b;
    paperal_list_t       list;
    paperal_list_item_t  items[ITEMS];

    static const struct {
        const char  *s;
        int          rc;
        const char  *json;
    } cases[] = {
        { "a,b,c", PAPERAL_LIST_OK, "[\"a\",\"b\",\"c\"]" },
        { "", PAPERAL_LIST_OK, "[]" },
        { " , ,,\t", PAPERAL_LIST_OK, "[]" },
        { " a b , c ", PAPERAL_LIST_OK, "[\"a b\",\"c\"]" },
        { "a,b,a,A", PAPERAL_LIST_OK, "[\"a\",\"b\",\"A\"]" },
        { LUN "\xef\xbc\x8c" WEN, PAPERAL_LIST_OK,
          "[\"" LUN "\",\"" WEN "\"]" },
        { "\xe3\x80\x80" LUN "\xc2\xa0,x", PAPERAL_LIST_OK,
          "[\"" LUN "\",\"x\"]" },
        { "a\"b\\", PAPERAL_LIST_OK, "[\"a\\\"b\\\\\"]" },
        { "12345," LUN LUN LUN LUN LUN, PAPERAL_LIST_OK,
          "[\"12345\",\"" LUN LUN LUN LUN LUN "\"]" },
        { "a,123456", PAPERAL_LIST_TOO_LONG, "[]" },
        { LUN LUN LUN LUN LUN LUN, PAPERAL_LIST_TOO_LONG, "[]" },
        { "1,2,3,4", PAPERAL_LIST_OK, "[\"1\",\"2\",\"3\",\"4\"]" },
        { "1,2,3,4,", PAPERAL_LIST_OK, "[\"1\",\"2\",\"3\",\"4\"]" },
        { "1,2,3,4,1", PAPERAL_LIST_OK, "[\"1\",\"2\",\"3\",\"4\"]" },
        { "1,2,3,4,5", PAPERAL_LIST_TOO_MANY, "[]" },
        { "a,\xff", PAPERAL_LIST_NOT_TEXT, "[]" },
        { "a,b\x01", PAPERAL_LIST_NOT_TEXT, "[]" },
        { "a\xc2\x85", PAPERAL_LIST_NOT_TEXT, "[]" }
    };

    for (i = 0; i < test_count(cases); i++) {
        paperal_buf_init(&b, 200);
        paperal_list_init(&list, items, ITEMS, CHARS);

        test_int(paperal_list_split(&list, cases[i].s, strlen(cases[i].s)),
                 cases[i].rc, "\"%s\"", cases[i].s);
        paperal_list_json(&list, &b);
        test_str(b.data, cases[i].json, "its items");
        paperal_buf_release(&b);
    }
}


static void
test_repeated(void)
{
    paperal_buf_t        b;
    paperal_list_t       list;
    paperal_list_item_t  items[ITEMS];

    paperal_buf_init(&b, 200);
    paperal_list_init(&list, items, ITEMS, CHARS);

    paperal_list_split(&list, "a,b", 3);
    test_int(paperal_list_split(&list, "b,c", 3), PAPERAL_LIST_OK,
             "a repeated field is added");
    test_int(paperal_list_split(&list, "d,e", 3), PAPERAL_LIST_TOO_MANY,
             "until the list is full");
    test_int(paperal_list_add(&list, " x, y ", 6), PAPERAL_LIST_OK,
             "an item may hold a comma");
    test_int(paperal_list_add(&list, "a", 1), PAPERAL_LIST_OK,
             "one that is there needs no room");
    test_int(paperal_list_add(&list, "z", 1), PAPERAL_LIST_TOO_MANY,
             "another one does");
    test_int(paperal_list_add(&list, "  ", 2), PAPERAL_LIST_OK,
             "an empty one is no item");

    paperal_list_json(&list, &b);
    test_str(b.data, "[\"a\",\"b\",\"c\",\"x, y\"]", "the items");
    paperal_buf_release(&b);

    paperal_list_init(&list, items, 0, CHARS);
    test_int(paperal_list_split(&list, "a", 1), PAPERAL_LIST_TOO_MANY,
             "a list without room");
    test_int(paperal_list_split(&list, NULL, 0), PAPERAL_LIST_OK,
             "and without text");
}


int
main(void)
{
    test_split();
    test_repeated();

    return test_done();
}
