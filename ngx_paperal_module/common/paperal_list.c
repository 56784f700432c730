/*
 * Comma-separated lists.
 */

#include "paperal_list.h"

#include <string.h>

#include "paperal_json.h"
#include "paperal_utf8.h"


#define LIST_COMMA  0xff0c         /* the full-width comma of Chinese text */


void
paperal_list_init(paperal_list_t *list, paperal_list_item_t *items,
    size_t max, size_t max_chars)
{
    list->items = items;
    list->count = 0;
    list->max = max;
    list->max_chars = max_chars;
}


/* White space that may surround an item; tab and line ends included. */
static int
list_is_space(uint32_t cp)
{
    return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0xa0
           || cp == 0x3000;
}


/*
 * The first item of s up to a separator: puts it, trimmed, into *item.
 * Returns how many bytes it takes with the separator, 0 if it is no text.
 */
static size_t
list_cut(const char *s, size_t len, int commas, paperal_list_item_t *item)
{
    size_t    i, n, end;
    uint32_t  cp;

    item->data = s;
    item->len = 0;
    end = 0;

    for (i = 0; i < len; i += n) {
        n = paperal_utf8_decode(s + i, len - i, &cp);

        if (n == 0) {
            return 0;
        }

        if (commas && (cp == ',' || cp == LIST_COMMA)) {
            return i + n;
        }

        if (list_is_space(cp)) {
            continue;
        }

        if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0)) {
            return 0;
        }

        if (end == 0) {
            item->data = s + i;
        }

        end = i + n;
        item->len = (size_t) (s + end - item->data);
    }

    return len;
}


static int
list_has(const paperal_list_t *list, const paperal_list_item_t *item)
{
    size_t  i;

    for (i = 0; i < list->count; i++) {
        if (list->items[i].len == item->len
            && memcmp(list->items[i].data, item->data, item->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static paperal_list_e
list_split(paperal_list_t *list, const char *s, size_t len, int commas)
{
    size_t               n, before;
    paperal_list_e       rc;
    paperal_list_item_t  item;

    before = list->count;
    rc = PAPERAL_LIST_OK;

    for ( /* void */ ; len > 0; s += n, len -= n) {
        n = list_cut(s, len, commas, &item);

        if (n == 0) {
            rc = PAPERAL_LIST_NOT_TEXT;
            break;
        }

        if (item.len == 0 || list_has(list, &item)) {
            continue;
        }

        if (paperal_utf8_count(item.data, item.len) > list->max_chars) {
            rc = PAPERAL_LIST_TOO_LONG;
            break;
        }

        if (list->count == list->max) {
            rc = PAPERAL_LIST_TOO_MANY;
            break;
        }

        list->items[list->count++] = item;
    }

    if (rc != PAPERAL_LIST_OK) {
        list->count = before;
    }

    return rc;
}


paperal_list_e
paperal_list_split(paperal_list_t *list, const char *s, size_t len)
{
    return list_split(list, s, len, 1);
}


paperal_list_e
paperal_list_add(paperal_list_t *list, const char *s, size_t len)
{
    return list_split(list, s, len, 0);
}


void
paperal_list_json(const paperal_list_t *list, paperal_buf_t *b)
{
    size_t  i;

    paperal_buf_char(b, '[');

    for (i = 0; i < list->count; i++) {
        if (i > 0) {
            paperal_buf_char(b, ',');
        }

        paperal_json_quote(b, list->items[i].data, list->items[i].len);
    }

    paperal_buf_char(b, ']');
}
