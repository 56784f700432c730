/*
 * People's decisions on claims, see keep.h.  Called once by the assembler,
 * behind the hash of the results, so that the hash says what the engine did.
 */

#include "keep.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "engine.h"
#include "paperal_lex.h"


#define KEEP_ID          16
#define KEEP_HASH        0x100000001b3ull
#define KEEP_SAME_PLACE  1001    /* above any similarity of texts */


/* Hashes of neighbouring tokens, ascending, each once. */
typedef struct {
    size_t    n;
    uint64_t  grams[KEEP_MAX_GRAMS];
} keep_text_t;

typedef struct {
    cJSON       *results;
    evidence_t  *ev;
    unsigned     last;                /* the highest claim number */
    size_t       ntaken;
    cJSON       *taken[KEEP_MAX];     /* successors so far */
} keep_t;


static unsigned keep_last(cJSON *results);
static int keep_one(keep_t *k, const cJSON *item);
static cJSON *keep_list(const keep_t *k, const cJSON *item);
static cJSON *keep_successor(const keep_t *k, const cJSON *item,
    const cJSON *list);
static bool keep_is_taken(const keep_t *k, const cJSON *claim);
static bool keep_same_place(const keep_t *k, const cJSON *item,
    const cJSON *claim);
static const char *keep_original(const cJSON *item);
static bool keep_is_edited(const cJSON *item);
static void keep_decide(cJSON *claim, const cJSON *item);
static int keep_append(keep_t *k, const cJSON *item, cJSON *list);
static void keep_copy(cJSON *claim, const cJSON *item, const char *key);
static void keep_read(keep_text_t *t, const char *text);
static int keep_compare(const void *one, const void *two);
static unsigned keep_similarity(const keep_text_t *a, const keep_text_t *b);
static void keep_set(cJSON *object, const char *key, cJSON *value);
static void *keep_need(void *p);


int
keep_merge(cJSON *results, const cJSON *kept, evidence_t *ev)
{
    int           rc;
    keep_t       *k;
    const cJSON  *item;

    if (!cJSON_IsArray(kept) || kept->child == NULL) {
        return 0;
    }

    k = keep_need(calloc(1, sizeof(keep_t)));
    k->results = results;
    k->ev = ev;
    k->last = keep_last(results);
    rc = 0;

    cJSON_ArrayForEach(item, kept) {
        if (rc == 0 && k->ntaken < KEEP_MAX) {
            rc = keep_one(k, item);
        }
    }

    free(k);

    return rc;
}


static bool
keep_count(cJSON *claim, unsigned number, size_t stage, void *data)
{
    unsigned     n;
    const char  *id;

    (void) number;
    (void) stage;
    id = claims_string(claim, "id");
    n = id[0] == 'c' ? (unsigned) strtoul(id + 1, NULL, 10) : 0;

    if (n > *(unsigned *) data) {
        *(unsigned *) data = n;
    }

    return true;
}


static unsigned
keep_last(cJSON *results)
{
    cJSON     *sections[ENGINE_STAGES];
    size_t     i;
    unsigned   last;

    last = 0;

    for (i = 0; i < ENGINE_STAGES; i++) {
        sections[i] = cJSON_GetObjectItemCaseSensitive(results,
                                                       engine_stages[i]);
    }

    (void) claims_walk(sections, ENGINE_STAGES, keep_count, &last);

    return last;
}


static int
keep_one(keep_t *k, const cJSON *item)
{
    cJSON  *list, *claim;

    list = keep_list(k, item);

    if (list == NULL) {
        return 0;
    }

    claim = keep_successor(k, item, list);

    if (claim != NULL) {
        keep_decide(claim, item);
        k->taken[k->ntaken++] = claim;
        return 0;
    }

    if (keep_is_edited(item)
        || cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(item, "locked")))
    {
        return keep_append(k, item, list);
    }

    return 0;
}


/* The list that the claim was in; NULL if results have no such section. */

static cJSON *
keep_list(const keep_t *k, const cJSON *item)
{
    int          stage;
    cJSON       *section, *list;
    size_t       i;
    const char  *name;

    name = claims_string(item, "list");
    stage = engine_stage_index(claims_string(item, "section"));

    if (stage < 0) {
        return NULL;
    }

    section = cJSON_GetObjectItemCaseSensitive(k->results,
                                               engine_stages[stage]);

    for (i = 0; i < CLAIMS_LISTS; i++) {
        list = cJSON_GetObjectItemCaseSensitive(section, claims_lists[i]);

        if (strcmp(claims_lists[i], name) == 0 && cJSON_IsArray(list)) {
            return list;
        }
    }

    return NULL;
}


static cJSON *
keep_successor(const keep_t *k, const cJSON *item, const cJSON *list)
{
    cJSON        *claim, *best;
    unsigned      similar, most;
    keep_text_t   old, new;

    keep_read(&old, keep_original(item));
    best = NULL;
    most = KEEP_SIMILARITY - 1;

    cJSON_ArrayForEach(claim, list) {
        if (keep_is_taken(k, claim)) {
            continue;
        }

        keep_read(&new, claims_string(claim, "text"));
        similar = keep_similarity(&old, &new);

        if (keep_same_place(k, item, claim)) {
            similar += KEEP_SAME_PLACE;
        }

        if (similar > most) {
            most = similar;
            best = claim;
        }
    }

    return best;
}


static bool
keep_is_taken(const keep_t *k, const cJSON *claim)
{
    size_t  i;

    for (i = 0; i < k->ntaken; i++) {
        if (k->taken[i] == claim) {
            return true;
        }
    }

    return false;
}


/* Whether kind and the sentence of the first evidence are the same. */

static bool
keep_same_place(const keep_t *k, const cJSON *item, const cJSON *claim)
{
    const char   *old, *new;
    const cJSON  *ids;

    if (strcmp(claims_string(item, "kind"), claims_string(claim, "kind"))
        != 0)
    {
        return false;
    }

    ids = cJSON_GetObjectItemCaseSensitive(claim, "evidence_ids");
    new = evidence_sid(k->ev, cJSON_GetStringValue(cJSON_GetArrayItem(ids,
                                                                      0)));
    old = claims_string(cJSON_GetArrayItem(
              cJSON_GetObjectItemCaseSensitive(item, "evidence"), 0), "sid");

    return new != NULL && old[0] != '\0' && strcmp(old, new) == 0;
}


/* What the engine had written. */

static const char *
keep_original(const cJSON *item)
{
    const char  *text;

    text = claims_string(item, "original_text");

    return text[0] != '\0' ? text : claims_string(item, "text");
}


static bool
keep_is_edited(const cJSON *item)
{
    return claims_string(item, "original_text")[0] != '\0'
           && strcmp(claims_string(item, "original_text"),
                     claims_string(item, "text")) != 0;
}


static void
keep_decide(cJSON *claim, const cJSON *item)
{
    char  *old;

    keep_copy(claim, item, "decision");
    keep_copy(claim, item, "locked");
    keep_copy(claim, item, "edited_by");
    keep_copy(claim, item, "decided_by");
    keep_copy(claim, item, "decided_at");

    if (!keep_is_edited(item)) {
        return;
    }

    old = keep_need(strdup(claims_string(claim, "text")));
    keep_copy(claim, item, "text");
    keep_set(claim, "original_text", cJSON_CreateString(old));
    free(old);
}


static int
keep_append(keep_t *k, const cJSON *item, cJSON *list)
{
    char    id[KEEP_ID];
    cJSON  *claim, *evidence;

    claim = keep_need(cJSON_CreateObject());
    cJSON_AddItemToArray(list, claim);
    k->taken[k->ntaken++] = claim;

    (void) snprintf(id, sizeof(id), "c%u", ++k->last);
    keep_set(claim, "id", cJSON_CreateString(id));
    keep_copy(claim, item, "kind");
    keep_copy(claim, item, "text");
    keep_copy(claim, item, "basis");
    keep_copy(claim, item, "confidence");

    evidence = cJSON_GetObjectItemCaseSensitive(item, "evidence");
    cJSON_AddItemToObject(claim, "evidence", cJSON_IsArray(evidence)
                          ? keep_need(cJSON_Duplicate(evidence, 1))
                          : keep_need(cJSON_CreateArray()));

    if (evidence_resolve(k->ev, claim) != 0) {
        return -1;
    }

    evidence_claim(k->ev,
                   cJSON_GetObjectItemCaseSensitive(claim, "evidence_ids"),
                   k->last);
    keep_set(claim, "verdict",
             cJSON_CreateString(evidence_verdict(k->ev, claim)));
    keep_copy(claim, item, "decision");
    keep_copy(claim, item, "locked");
    keep_copy(claim, item, "edited_by");
    keep_copy(claim, item, "decided_by");
    keep_copy(claim, item, "decided_at");
    keep_copy(claim, item, "original_text");

    return 0;
}


/* A member that the kept claim does not have stays as it is. */

static void
keep_copy(cJSON *claim, const cJSON *item, const char *key)
{
    const cJSON  *value;

    value = cJSON_GetObjectItemCaseSensitive(item, key);

    if (value != NULL) {
        keep_set(claim, key, cJSON_Duplicate(value, 1));
    }
}


static void
keep_set(cJSON *object, const char *key, cJSON *value)
{
    (void) keep_need(value);

    if (!cJSON_ReplaceItemInObjectCaseSensitive(object, key, value)) {
        cJSON_AddItemToObject(object, key, value);
    }
}


/* ---- similarity of texts ------------------------------------------------ */

static void
keep_read(keep_text_t *t, const char *text)
{
    size_t                      i, k, n;
    uint64_t                    h;
    paperal_lex_t               lex;
    const paperal_lex_token_t  *token;

    paperal_lex_init(&lex);
    paperal_lex_add(&lex, 0, text, strlen(text));
    t->n = 0;

    /* a text of one token is its own neighbour */
    n = lex.ntokens > 1 ? lex.ntokens - 1 : lex.ntokens;

    for (i = 0; i < n && t->n < KEEP_MAX_GRAMS; i++) {
        token = &lex.tokens[i];
        h = 0;

        for (k = 0; k < token->len; k++) {
            h = (h ^ (unsigned char) lex.text.data[token->text + k])
                * KEEP_HASH + 1;
        }

        h = h * KEEP_HASH + 1;

        if (i + 1 < lex.ntokens) {
            token++;

            for (k = 0; k < token->len; k++) {
                h = (h ^ (unsigned char) lex.text.data[token->text + k])
                    * KEEP_HASH + 1;
            }
        }

        t->grams[t->n++] = h;
    }

    qsort(t->grams, t->n, sizeof(uint64_t), keep_compare);
    paperal_lex_release(&lex);

    for (i = 0, k = 0; i < t->n; i++) {
        if (k == 0 || t->grams[i] != t->grams[k - 1]) {
            t->grams[k++] = t->grams[i];
        }
    }

    t->n = k;
}


static int
keep_compare(const void *one, const void *two)
{
    uint64_t  a, b;

    a = *(const uint64_t *) one;
    b = *(const uint64_t *) two;

    return a < b ? -1 : a > b;
}


/* Jaccard's index in per mille. */

static unsigned
keep_similarity(const keep_text_t *a, const keep_text_t *b)
{
    size_t  i, k, both;

    both = 0;

    for (i = 0, k = 0; i < a->n && k < b->n; /* void */) {
        if (a->grams[i] == b->grams[k]) {
            both++;
            i++;
            k++;

        } else if (a->grams[i] < b->grams[k]) {
            i++;

        } else {
            k++;
        }
    }

    return both == 0 ? 0 : (unsigned) (both * 1000 / (a->n + b->n - both));
}


static void *
keep_need(void *p)
{
    if (p == NULL) {
        abort();
    }

    return p;
}
