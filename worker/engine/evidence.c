/*
 * Looks quotes up in the document, see evidence.h.  Here a quote is verified
 * only when it stands in its sentence byte for byte, which is what extraction
 * gives; anything else is unverified.
 */

#include "evidence.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paperal_utf8.h"


#define EVIDENCE_ID          24
#define EVIDENCE_MIN_QUOTE   4       /* bytes; less identifies nothing */


static void evidence_check(evidence_t *ev, evidence_item_t *item);
static cJSON *evidence_json(const evidence_t *ev, size_t i);
static void evidence_place(const evidence_t *ev, cJSON *o,
    const evidence_item_t *item);
static void evidence_boxes(cJSON *o, const evidence_item_t *item);
static void evidence_box(cJSON *list, const document_box_t *box, double x0,
    double x1);
static void evidence_integer(cJSON *o, const char *key, size_t n);
static void evidence_string(cJSON *o, const char *key, const char *value);
static cJSON *evidence_need(cJSON *item);


static const char *const  evidence_status_names[] = {
    "unverified", "approximate", "verified"
};

static const char *const  evidence_match_names[] = {
    "none", "approximate", "exact"
};


void
evidence_init(evidence_t *ev, const document_t *doc)
{
    region_init(&ev->region, 0);
    ev->n = 0;
    ev->doc = doc;
    ev->items = region_array(&ev->region, EVIDENCE_MAX, sizeof(void *));
}


void
evidence_release(evidence_t *ev)
{
    region_free(&ev->region);
}


int
evidence_number(evidence_t *ev, const char *sid, const char *quote)
{
    size_t            i;
    evidence_item_t  *item;

    for (i = 0; i < ev->n; i++) {
        if (strcmp(ev->items[i]->given, sid) == 0
            && strcmp(ev->items[i]->quote, quote) == 0)
        {
            return (int) i + 1;
        }
    }

    if (ev->n == EVIDENCE_MAX) {
        return 0;
    }

    item = region_alloc(&ev->region, sizeof(evidence_item_t));
    item->given = region_strndup(&ev->region, sid, strlen(sid));
    item->quote = region_strndup(&ev->region, quote, strlen(quote));
    evidence_check(ev, item);
    ev->items[ev->n++] = item;

    return (int) ev->n;
}


evidence_status_e
evidence_status(const evidence_t *ev, const char *id)
{
    size_t  n;

    n = id[0] == 'e' ? (size_t) strtoul(id + 1, NULL, 10) : 0;

    return n >= 1 && n <= ev->n ? ev->items[n - 1]->status
                                : EVIDENCE_UNVERIFIED;
}


void
evidence_claim(evidence_t *ev, const cJSON *ids, unsigned claim)
{
    size_t            n;
    const cJSON      *id;
    evidence_item_t  *item;

    cJSON_ArrayForEach(id, ids) {
        n = (size_t) strtoul(id->valuestring + 1, NULL, 10);
        item = ev->items[n - 1];

        if (item->nclaims < EVIDENCE_MAX_CLAIMS
            && (item->nclaims == 0
                || item->claims[item->nclaims - 1] != claim))
        {
            item->claims[item->nclaims++] = claim;
        }
    }
}


size_t
evidence_verified(const evidence_t *ev)
{
    size_t  i, n;

    n = 0;

    for (i = 0; i < ev->n; i++) {
        n += ev->items[i]->status == EVIDENCE_VERIFIED;
    }

    return n;
}


void
evidence_add(const evidence_t *ev, cJSON *results)
{
    size_t  i;
    cJSON  *list;

    list = evidence_need(cJSON_AddArrayToObject(results, "evidence"));

    for (i = 0; i < ev->n; i++) {
        cJSON_AddItemToArray(list, evidence_json(ev, i));
    }
}


static void
evidence_check(evidence_t *ev, evidence_item_t *item)
{
    const char                 *at;
    const document_sentence_t  *s;

    item->status = EVIDENCE_UNVERIFIED;
    item->len = strlen(item->quote);
    s = document_find(ev->doc, item->given);

    if (s == NULL || s->kind == DOCUMENT_KIND_REFERENCE
        || item->len < EVIDENCE_MIN_QUOTE)
    {
        return;
    }

    at = strstr(s->text, item->quote);

    if (at != NULL) {
        item->s = s;
        item->from = (size_t) (at - s->text);
        item->status = EVIDENCE_VERIFIED;
    }
}


static cJSON *
evidence_json(const evidence_t *ev, size_t i)
{
    char                    id[EVIDENCE_ID];
    cJSON                  *o, *claims;
    size_t                  k;
    const evidence_item_t  *item;

    item = ev->items[i];
    o = evidence_need(cJSON_CreateObject());

    (void) snprintf(id, sizeof(id), "e%zu", i + 1);
    evidence_string(o, "id", id);
    evidence_string(o, "quote", item->quote);
    evidence_string(o, "source_text", item->s == NULL ? NULL : item->s->text);
    evidence_string(o, "status", evidence_status_names[item->status]);
    evidence_string(o, "match", evidence_match_names[item->status]);
    evidence_place(ev, o, item);
    claims = evidence_need(cJSON_AddArrayToObject(o, "claim_ids"));

    for (k = 0; k < item->nclaims; k++) {
        (void) snprintf(id, sizeof(id), "c%u", item->claims[k]);
        cJSON_AddItemToArray(claims, evidence_need(cJSON_CreateString(id)));
    }

    return o;
}


static void
evidence_place(const evidence_t *ev, cJSON *o, const evidence_item_t *item)
{
    int                         first, last;
    size_t                      i, start;
    const char                 *section;
    const document_sentence_t  *s;

    s = item->s;

    if (s == NULL) {
        evidence_string(o, "section", NULL);
        evidence_string(o, "sid", NULL);
        (void) evidence_need(cJSON_AddNullToObject(o, "page_first"));
        (void) evidence_need(cJSON_AddNullToObject(o, "page_last"));
        (void) evidence_need(cJSON_AddNullToObject(o, "char_start"));
        (void) evidence_need(cJSON_AddNullToObject(o, "char_end"));
        (void) evidence_need(cJSON_AddArrayToObject(o, "boxes"));
        return;
    }

    first = s->page;
    last = s->page;

    for (i = 0; i < s->nboxes; i++) {
        first = s->boxes[i].page < first ? s->boxes[i].page : first;
        last = s->boxes[i].page > last ? s->boxes[i].page : last;
    }

    section = s->section >= 0 ? ev->doc->sections[s->section].title : "";

    if (section[0] == '\0') {
        section = s->kind == DOCUMENT_KIND_ABSTRACT ? "Abstract" : NULL;
    }

    evidence_string(o, "section", section);
    evidence_string(o, "sid", s->sid);
    evidence_integer(o, "page_first", (size_t) first);
    evidence_integer(o, "page_last", (size_t) last);
    start = s->start + paperal_utf8_count(s->text, item->from);
    evidence_integer(o, "char_start", start);
    evidence_integer(o, "char_end",
                     start + paperal_utf8_count(s->text + item->from,
                                                item->len));
    evidence_boxes(o, item);
}


/*
 * Of a part of a sentence the boxes are cut in proportion to the characters:
 * the document has boxes for lines, not for letters.
 */

static void
evidence_boxes(cJSON *o, const evidence_item_t *item)
{
    cJSON                 *list;
    size_t                 i;
    double                 total, from, to, pos, width, chars;
    const document_box_t  *box;

    list = evidence_need(cJSON_AddArrayToObject(o, "boxes"));
    total = 0;

    for (i = 0; i < item->s->nboxes; i++) {
        total += item->s->boxes[i].x1 - item->s->boxes[i].x0;
    }

    chars = (double) paperal_utf8_count(item->s->text, item->s->len);
    from = total * (double) paperal_utf8_count(item->s->text, item->from)
           / chars;
    to = total * (double) paperal_utf8_count(item->s->text,
                                             item->from + item->len) / chars;
    pos = 0;

    for (i = 0; i < item->s->nboxes; i++) {
        box = &item->s->boxes[i];
        width = box->x1 - box->x0;

        if (item->len == item->s->len) {
            evidence_box(list, box, box->x0, box->x1);

        } else if (pos + width > from && pos < to) {
            evidence_box(list, box,
                         from > pos ? box->x0 + from - pos : box->x0,
                         to < pos + width ? box->x0 + to - pos : box->x1);
        }

        pos += width;
    }
}


static void
evidence_box(cJSON *list, const document_box_t *box, double x0, double x1)
{
    cJSON  *o;

    o = evidence_need(cJSON_CreateObject());
    cJSON_AddItemToArray(list, o);
    evidence_integer(o, "page", (size_t) box->page);
    (void) evidence_need(cJSON_AddNumberToObject(o, "x0",
                                                 round(x0 * 100) / 100));
    (void) evidence_need(cJSON_AddNumberToObject(o, "y0",
                                             round(box->y0 * 100) / 100));
    (void) evidence_need(cJSON_AddNumberToObject(o, "x1",
                                                 round(x1 * 100) / 100));
    (void) evidence_need(cJSON_AddNumberToObject(o, "y1",
                                             round(box->y1 * 100) / 100));
}


static void
evidence_integer(cJSON *o, const char *key, size_t n)
{
    (void) evidence_need(cJSON_AddNumberToObject(o, key, (double) n));
}


/* NULL gives null. */

static void
evidence_string(cJSON *o, const char *key, const char *value)
{
    if (value == NULL) {
        (void) evidence_need(cJSON_AddNullToObject(o, key));

    } else {
        (void) evidence_need(cJSON_AddStringToObject(o, key, value));
    }
}


static cJSON *
evidence_need(cJSON *item)
{
    if (item == NULL) {
        abort();
    }

    return item;
}
