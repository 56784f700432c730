/*
 * Comma-separated lists from forms and queries: tags, authors.
 */

#ifndef PAPERAL_LIST_H
#define PAPERAL_LIST_H


#include <stddef.h>

#include "paperal_buf.h"


typedef struct {
    const char  *data;         /* inside the text that was split */
    size_t       len;          /* never 0 */
} paperal_list_item_t;

typedef struct {
    paperal_list_item_t  *items;       /* the caller's */
    size_t                count;
    size_t                max;         /* items */
    size_t                max_chars;   /* code points of one item */
} paperal_list_t;

typedef enum {
    PAPERAL_LIST_OK = 0,
    PAPERAL_LIST_TOO_MANY,
    PAPERAL_LIST_TOO_LONG,         /* an item has more than max_chars */
    PAPERAL_LIST_NOT_TEXT          /* not UTF-8, or a control character */
} paperal_list_e;


/* An empty list over the caller's array of max items. */
void paperal_list_init(paperal_list_t *list, paperal_list_item_t *items,
    size_t max, size_t max_chars);

/*
 * Adds the items of s, separated by "," or the full-width U+FF0C, without
 * the white space around them; empty items and those that are in the list
 * already are left out.  May be called again for a repeated field.  On an
 * error the list keeps what it had before.
 */
paperal_list_e paperal_list_split(paperal_list_t *list, const char *s,
    size_t len);

/* Adds one item as it is (trimmed, commas included), by the same rules. */
paperal_list_e paperal_list_add(paperal_list_t *list, const char *s,
    size_t len);

/* Appends the list as a JSON array of strings. */
void paperal_list_json(const paperal_list_t *list, paperal_buf_t *b);


#endif /* PAPERAL_LIST_H */
