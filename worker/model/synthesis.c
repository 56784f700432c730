/*
 * The last two stages rest on claims: ids that name none are dropped, and so
 * is a statement that has none left.  An item of the SWOT takes over the
 * quotes of the claims that it cites, so the assembler judges it by them.
 */

#include "parts.h"

#include <string.h>

#include "claims.h"


#define SYNTHESIS_MAX_EVIDENCE  4
#define SYNTHESIS_REASON        "without_claim"


typedef struct {
    int     facts;             /* supported claims, in full or partly */
    int     supported;
    int     external;
    int     inferred;          /* facts that are inferences */
    cJSON  *evidence;          /* to which quotes are added, or NULL */
} synthesis_t;


static void synthesis_swot(const claims_list_t *claims, cJSON *section);
static bool synthesis_item(const claims_list_t *claims, cJSON *item);
static void synthesis_summary(const claims_list_t *claims, cJSON *section);
static void synthesis_recommend(const claims_list_t *claims, cJSON *section);
static void synthesis_count(const listed_claim_t *claim, void *data);
static void synthesis_quotes(cJSON *to, const cJSON *claim);
static void synthesis_set(cJSON *object, const char *key, const char *value);


void
synthesis_write(int stage, const claims_list_t *claims, cJSON *section)
{
    if (stage == ENGINE_SWOT) {
        synthesis_swot(claims, section);

    } else if (stage == ENGINE_SUMMARY) {
        synthesis_summary(claims, section);
        synthesis_recommend(claims, section);
    }
}


void
synthesis_cited(const claims_list_t *claims, const cJSON *node,
    synthesis_visit_pt visit, void *data)
{
    const cJSON           *id;
    const listed_claim_t  *claim;

    cJSON_ArrayForEach(id, cJSON_GetObjectItemCaseSensitive(node,
                                                            "claim_ids"))
    {
        claim = cJSON_IsString(id) ? claims_list_find(claims,
                                                      id->valuestring) : NULL;

        if (claim != NULL) {
            visit(claim, data);
        }
    }
}


static void
synthesis_swot(const claims_list_t *claims, cJSON *section)
{
    cJSON  *list, *item, *next;

    list = cJSON_GetObjectItemCaseSensitive(section, "claims");

    for (item = list == NULL ? NULL : list->child; item != NULL; item = next)
    {
        next = item->next;

        if (!synthesis_item(claims, item)) {
            guard_removed(section, claims_string(item, "kind"),
                          claims_string(item, "text"), SYNTHESIS_REASON);
            cJSON_Delete(cJSON_DetachItemViaPointer(list, item));
        }
    }
}


/* What the cited claims allow to say of an item; false: nothing. */

static bool
synthesis_item(const claims_list_t *claims, cJSON *item)
{
    const char            *basis;
    const cJSON           *id;
    synthesis_t            sy;
    const listed_claim_t  *claim;

    memset(&sy, 0, sizeof(synthesis_t));
    cJSON_DeleteItemFromObjectCaseSensitive(item, "evidence");
    sy.evidence = parts_need(cJSON_AddArrayToObject(item, "evidence"));

    cJSON_ArrayForEach(id, cJSON_GetObjectItemCaseSensitive(item,
                                                            PARTS_CITED))
    {
        claim = claims_list_find(claims, id->valuestring);

        if (claim != NULL) {
            synthesis_count(claim, &sy);
        }
    }

    if (sy.facts == 0) {
        synthesis_set(item, "basis", "external");
        return sy.external > 0;
    }

    basis = claims_string(item, "basis");

    if (sy.inferred > 0 || sy.external > 0 || strcmp(basis, "paper") != 0) {
        synthesis_set(item, "basis", "inference");
    }

    return true;
}


static void
synthesis_summary(const claims_list_t *claims, cJSON *section)
{
    cJSON                 *list, *item, *next, *ids, *id, *after;
    const listed_claim_t  *claim;

    list = cJSON_GetObjectItemCaseSensitive(section, "paragraphs");

    for (item = list == NULL ? NULL : list->child; item != NULL; item = next)
    {
        next = item->next;
        ids = cJSON_GetObjectItemCaseSensitive(item, "claim_ids");

        for (id = ids == NULL ? NULL : ids->child; id != NULL; id = after) {
            after = id->next;
            claim = claims_list_find(claims, id->valuestring);

            if (claim == NULL || claim->verdict == PARTS_UNSUPPORTED) {
                cJSON_Delete(cJSON_DetachItemViaPointer(ids, id));
            }
        }

        if (ids == NULL || ids->child == NULL) {
            guard_removed(section, "paragraphs", claims_string(item, "text"),
                          SYNTHESIS_REASON);
            cJSON_Delete(cJSON_DetachItemViaPointer(list, item));
        }
    }
}


/* Nobody is told to go on without one supported claim. */

static void
synthesis_recommend(const claims_list_t *claims, cJSON *section)
{
    const char   *said;
    synthesis_t   sy;
    const cJSON  *item;

    memset(&sy, 0, sizeof(synthesis_t));

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(section,
                                                              "paragraphs"))
    {
        synthesis_cited(claims, item, synthesis_count, &sy);
    }

    said = claims_string(section, "recommendation");

    if (sy.supported == 0 && strncmp(said, "pursue", 6) == 0) {
        guard_removed(section, "recommendation", said, SYNTHESIS_REASON);
        synthesis_set(section, "recommendation", "insufficient_evidence");
    }

    if (sy.facts == 0 && sy.external == 0) {
        cJSON_ReplaceItemInObjectCaseSensitive(section, "one_line",
                                           parts_need(cJSON_CreateNull()));
    }
}


static void
synthesis_count(const listed_claim_t *claim, void *data)
{
    synthesis_t  *sy;

    sy = data;

    switch (claim->verdict) {

    case PARTS_UNSUPPORTED:
        return;

    case PARTS_EXTERNAL:
        sy->external++;
        return;

    case PARTS_SUPPORTED:
        sy->supported++;
        break;

    default:
        break;
    }

    sy->facts++;
    sy->inferred += strcmp(claims_string(claim->claim, "basis"), "paper")
                    != 0;

    if (sy->evidence != NULL) {
        synthesis_quotes(sy->evidence, claim->claim);
    }
}


static void
synthesis_quotes(cJSON *to, const cJSON *claim)
{
    const cJSON  *item;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(claim,
                                                              "evidence"))
    {
        if (cJSON_GetArraySize(to) < SYNTHESIS_MAX_EVIDENCE) {
            cJSON_AddItemToArray(to, parts_need(cJSON_Duplicate(item, true)));
        }
    }
}


static void
synthesis_set(cJSON *object, const char *key, const char *value)
{
    cJSON_ReplaceItemInObjectCaseSensitive(object, key,
                                     parts_need(cJSON_CreateString(value)));
}
