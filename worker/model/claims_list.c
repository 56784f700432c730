/*
 * The claims that the last two stages see, and what their quotes are worth
 * before the assembler says so.
 */

#include "parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "clean.h"


static bool claims_list_add(cJSON *claim, unsigned number, size_t stage,
    void *data);


static const char *const  claims_list_verdicts[] = {
    "unsupported", "partly_supported", "supported", "not_from_paper"
};


/* stages: how many of the first stages count. */

void
claims_list_open(const model_t *m, const engine_outputs_t *outputs,
    int stages, claims_list_t *list)
{
    int     i;
    size_t  n;

    memset(list, 0, sizeof(claims_list_t));

    for (i = 0; i < stages && outputs != NULL; i++) {
        if (outputs->json[i] != NULL) {
            list->sections[i] = cJSON_ParseWithLength(outputs->json[i],
                                                      outputs->len[i]);
        }
    }

    list->items = calloc(CLAIMS_MAX, sizeof(listed_claim_t));
    if (list->items == NULL) {
        abort();
    }

    (void) claims_walk(list->sections, ENGINE_STAGES, claims_list_add, list);

    for (n = 0; n < list->n; n++) {
        list->items[n].verdict = parts_verdict(m, list->items[n].claim);
    }
}


static bool
claims_list_add(cJSON *claim, unsigned number, size_t stage, void *data)
{
    claims_list_t  *list;

    list = data;
    list->items[number - 1].stage = stage;
    list->items[number - 1].claim = claim;
    list->n = number;

    return true;
}


void
claims_list_close(claims_list_t *list)
{
    size_t  i;

    for (i = 0; i < ENGINE_STAGES; i++) {
        cJSON_Delete(list->sections[i]);
    }

    free(list->items);
    memset(list, 0, sizeof(claims_list_t));
}


const listed_claim_t *
claims_list_find(const claims_list_t *list, const char *id)
{
    char           *end;
    unsigned long   n;

    if (list == NULL || id[0] != 'c' || id[1] < '1' || id[1] > '9') {
        return NULL;
    }

    n = strtoul(id + 1, &end, 10);

    return *end == '\0' && n <= list->n ? &list->items[n - 1] : NULL;
}


void
claims_list_write(const claims_list_t *list, paperal_buf_t *b)
{
    size_t                 i;
    const cJSON           *item, *gaps, *feasibility;
    const char            *text;
    const listed_claim_t  *c;

    feasibility = list->sections[ENGINE_FEASIBILITY];
    gaps = cJSON_GetObjectItemCaseSensitive(
               cJSON_GetObjectItemCaseSensitive(feasibility, "trl"),
               "next_level_gap");
    text = claims_string(feasibility, "maturity_level");
    paperal_buf_printf(b, "readiness, computed from quotes: %s\n",
                       text[0] == '\0' ? "unknown" : text);

    cJSON_ArrayForEach(item, gaps) {
        if (cJSON_IsString(item)) {
            paperal_buf_str(b, "missing for the next level: ");
            clean_data(b, item->valuestring, strlen(item->valuestring));
            paperal_buf_char(b, '\n');
        }
    }

    for (i = 0; i < list->n; i++) {
        c = &list->items[i];
        text = claims_string(c->claim, "text");
        paperal_buf_printf(b, "c%zu [%s] %s, %s: ", i + 1,
                           claims_list_verdicts[c->verdict],
                           engine_stages[c->stage],
                           claims_string(c->claim, "kind"));
        clean_data(b, text, strlen(text));
        paperal_buf_char(b, '\n');
    }
}


parts_verdict_e
parts_verdict(const model_t *m, const cJSON *object)
{
    const char              *basis;
    const cJSON             *item;
    parts_verdict_e          best;
    paperal_quote_result_t   result;

    basis = claims_string(object, "basis");

    if (strcmp(basis, "external") == 0) {
        return PARTS_EXTERNAL;
    }

    best = PARTS_UNSUPPORTED;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(object,
                                                              "evidence"))
    {
        quotes_match(m->quotes, claims_string(item, "sid"),
                     claims_string(item, "quote"), &result);

        if (result.status == PAPERAL_QUOTE_VERIFIED) {
            return PARTS_SUPPORTED;
        }

        if (result.status == PAPERAL_QUOTE_APPROXIMATE
            && strcmp(basis, "paper") == 0)
        {
            best = PARTS_PARTLY;
        }
    }

    return best;
}
