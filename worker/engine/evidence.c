/*
 * The evidence of results, see evidence.h.
 */

#include "evidence.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "paperal_utf8.h"


#define EVIDENCE_ID  24


static void evidence_check(evidence_t *ev, evidence_item_t *item);
static const evidence_item_t *evidence_find(const evidence_t *ev,
    const char *id);
static cJSON *evidence_json(const evidence_t *ev, size_t i);
static void evidence_place(const evidence_t *ev, cJSON *o,
    const evidence_item_t *item);
static const char *evidence_section(const evidence_t *ev,
    const document_sentence_t *s);
static bool evidence_is_given(const evidence_t *ev,
    const evidence_item_t *item);
static void evidence_boxes(cJSON *list, size_t *left,
    const document_sentence_t *s, const paperal_quote_range_t *r);
static void evidence_box(cJSON *list, const document_box_t *box, double x0,
    double x1);
static void evidence_pages(const cJSON *boxes, int *first, int *last);
static void evidence_integer(cJSON *o, const char *key, size_t n);
static void evidence_string(cJSON *o, const char *key, const char *value);
static cJSON *evidence_need(cJSON *item);


void
evidence_init(evidence_t *ev, const document_t *doc)
{
    region_init(&ev->region, 0);
    ev->n = 0;
    ev->doc = doc;
    ev->quotes = quotes_new(doc);
    ev->items = region_array(&ev->region, EVIDENCE_MAX, sizeof(void *));
}


void
evidence_release(evidence_t *ev)
{
    quotes_free(ev->quotes);
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
    item->given = region_strdup(&ev->region, sid);
    item->quote = region_strdup(&ev->region, quote);
    evidence_check(ev, item);
    ev->items[ev->n++] = item;

    return (int) ev->n;
}


static void
evidence_check(evidence_t *ev, evidence_item_t *item)
{
    paperal_buf_t           b;
    paperal_quote_result_t  r;

    quotes_match(ev->quotes, item->given, item->quote, &r);
    item->status = r.status;
    item->match = r.match;
    item->ambiguous = r.ambiguous;
    item->nranges = r.nranges;

    if (r.nranges == 0) {
        return;
    }

    item->ranges = region_array(&ev->region, r.nranges,
                                sizeof(paperal_quote_range_t));
    memcpy(item->ranges, r.ranges,
           r.nranges * sizeof(paperal_quote_range_t));

    paperal_buf_init(&b, EVIDENCE_MAX_SOURCE);
    quotes_source(ev->quotes, &r, &b);
    item->source = b.failed ? NULL
                   : region_strdup(&ev->region, paperal_buf_cstr(&b));
    paperal_buf_release(&b);
}


static const evidence_item_t *
evidence_find(const evidence_t *ev, const char *id)
{
    size_t  n;

    n = id != NULL && id[0] == 'e' ? (size_t) strtoul(id + 1, NULL, 10) : 0;

    return n >= 1 && n <= ev->n ? ev->items[n - 1] : NULL;
}


paperal_quote_status_e
evidence_status(const evidence_t *ev, const char *id)
{
    const evidence_item_t  *item;

    item = evidence_find(ev, id);

    return item != NULL ? item->status : PAPERAL_QUOTE_UNVERIFIED;
}


const char *
evidence_sid(const evidence_t *ev, const char *id)
{
    const evidence_item_t  *item;

    item = evidence_find(ev, id);

    if (item == NULL) {
        return NULL;
    }

    return item->nranges > 0
           ? ev->doc->sentences[item->ranges[0].sentence].sid : item->given;
}


int
evidence_resolve(evidence_t *ev, cJSON *object)
{
    int     n;
    char    id[EVIDENCE_ID];
    cJSON  *evidence, *ids, *item;

    evidence = cJSON_DetachItemFromObjectCaseSensitive(object, "evidence");

    if (evidence == NULL) {
        return 0;
    }

    n = 1;
    ids = evidence_need(cJSON_AddArrayToObject(object, "evidence_ids"));

    cJSON_ArrayForEach(item, evidence) {
        n = evidence_number(ev, claims_string(item, "sid"),
                            claims_string(item, "quote"));
        if (n == 0) {
            break;
        }

        (void) snprintf(id, sizeof(id), "e%d", n);
        cJSON_AddItemToArray(ids, evidence_need(cJSON_CreateString(id)));
    }

    cJSON_Delete(evidence);

    return n > 0 ? 0 : -1;
}


const char *
evidence_verdict(const evidence_t *ev, const cJSON *object)
{
    const char              *basis;
    const cJSON             *ids, *id;
    paperal_quote_status_e   best, status;

    basis = claims_string(object, "basis");

    if (strcmp(basis, "external") == 0) {
        return "not_from_paper";
    }

    if (strcmp(basis, "computed") == 0) {
        return "computed";
    }

    best = PAPERAL_QUOTE_UNVERIFIED;
    ids = cJSON_GetObjectItemCaseSensitive(object, "evidence_ids");

    cJSON_ArrayForEach(id, ids) {
        status = evidence_status(ev, id->valuestring);
        best = status > best ? status : best;
    }

    if (best == PAPERAL_QUOTE_VERIFIED) {
        return "supported";
    }

    return best == PAPERAL_QUOTE_APPROXIMATE && strcmp(basis, "paper") == 0
           ? "partly_supported" : "unsupported";
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
        n += ev->items[i]->status == PAPERAL_QUOTE_VERIFIED;
    }

    return n;
}


void
evidence_set(const evidence_t *ev, cJSON *results)
{
    size_t  i;
    cJSON  *list;

    list = evidence_need(cJSON_CreateArray());

    for (i = 0; i < ev->n; i++) {
        cJSON_AddItemToArray(list, evidence_json(ev, i));
    }

    if (!cJSON_ReplaceItemInObjectCaseSensitive(results, "evidence", list)) {
        cJSON_AddItemToObject(results, "evidence", list);
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
    evidence_string(o, "source_text", item->source);
    evidence_string(o, "status", paperal_quote_status_name(item->status));
    evidence_string(o, "match", paperal_quote_match_name(item->match));
    evidence_place(ev, o, item);

    if (item->given[0] != '\0' && !evidence_is_given(ev, item)) {
        evidence_string(o, "model_sid", item->given);
    }

    (void) evidence_need(cJSON_AddBoolToObject(o, "numbers_checked",
                             item->status != PAPERAL_QUOTE_UNVERIFIED));
    (void) evidence_need(cJSON_AddBoolToObject(o, "ambiguous",
                                               item->ambiguous));
    claims = evidence_need(cJSON_AddArrayToObject(o, "claim_ids"));

    for (k = 0; k < item->nclaims; k++) {
        (void) snprintf(id, sizeof(id), "c%u", item->claims[k]);
        cJSON_AddItemToArray(claims, evidence_need(cJSON_CreateString(id)));
    }

    return o;
}


/* The place of the first range; offsets and boxes of them all. */

static void
evidence_place(const evidence_t *ev, cJSON *o, const evidence_item_t *item)
{
    int                           first, last;
    cJSON                        *boxes;
    size_t                        i, nboxes;
    const document_sentence_t    *s, *end;
    const paperal_quote_range_t  *r;

    if (item->nranges == 0) {
        evidence_string(o, "section", NULL);
        evidence_string(o, "sid", NULL);
        evidence_string(o, "page_first", NULL);
        evidence_string(o, "page_last", NULL);
        evidence_string(o, "char_start", NULL);
        evidence_string(o, "char_end", NULL);
        (void) evidence_need(cJSON_AddArrayToObject(o, "boxes"));
        return;
    }

    boxes = evidence_need(cJSON_CreateArray());
    nboxes = EVIDENCE_MAX_BOXES;

    for (i = 0; i < item->nranges; i++) {
        r = &item->ranges[i];
        evidence_boxes(boxes, &nboxes, &ev->doc->sentences[r->sentence], r);
    }

    s = &ev->doc->sentences[item->ranges[0].sentence];
    r = &item->ranges[item->nranges - 1];
    end = &ev->doc->sentences[r->sentence];
    first = s->page;
    last = end->page;
    evidence_pages(boxes, &first, &last);

    evidence_string(o, "section", evidence_section(ev, s));
    evidence_string(o, "sid", s->sid);
    evidence_integer(o, "page_first", (size_t) first);
    evidence_integer(o, "page_last", (size_t) last);
    evidence_integer(o, "char_start", s->start + item->ranges[0].start);
    evidence_integer(o, "char_end", end->start + r->end);
    cJSON_AddItemToObject(o, "boxes", boxes);
}


static const char *
evidence_section(const evidence_t *ev, const document_sentence_t *s)
{
    const char  *title;

    title = s->section >= 0 ? ev->doc->sections[s->section].title : "";

    if (title[0] != '\0') {
        return title;
    }

    return s->kind == DOCUMENT_KIND_ABSTRACT ? "Abstract" : NULL;
}


/* Whether one of the sentences found is the one that was given. */

static bool
evidence_is_given(const evidence_t *ev, const evidence_item_t *item)
{
    size_t  i;

    for (i = 0; i < item->nranges; i++) {
        if (strcmp(ev->doc->sentences[item->ranges[i].sentence].sid,
                   item->given) == 0)
        {
            return true;
        }
    }

    return false;
}


/*
 * Of a part of a sentence the boxes are cut in proportion to the characters:
 * the document has boxes for lines, not for letters.
 */

static void
evidence_boxes(cJSON *list, size_t *left, const document_sentence_t *s,
    const paperal_quote_range_t *r)
{
    size_t                 i;
    double                 total, from, to, pos, width, chars;
    const document_box_t  *box;

    total = 0;

    for (i = 0; i < s->nboxes; i++) {
        total += s->boxes[i].x1 - s->boxes[i].x0;
    }

    chars = (double) paperal_utf8_count(s->text, s->len);
    from = total * (double) r->start / chars;
    to = total * (double) r->end / chars;
    pos = 0;

    for (i = 0; i < s->nboxes && *left > 0; i++) {
        box = &s->boxes[i];
        width = box->x1 - box->x0;

        if (r->start_byte == 0 && r->end_byte == s->len) {
            (*left)--;
            evidence_box(list, box, box->x0, box->x1);

        } else if (pos + width > from && pos < to) {
            (*left)--;
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


/* The first and last page of boxes; unchanged if there are none. */

static void
evidence_pages(const cJSON *boxes, int *first, int *last)
{
    int           page;
    const cJSON  *box;

    cJSON_ArrayForEach(box, boxes) {
        page = cJSON_GetObjectItemCaseSensitive(box, "page")->valueint;
        *first = box == boxes->child || page < *first ? page : *first;
        *last = box == boxes->child || page > *last ? page : *last;
    }
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
