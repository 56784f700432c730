/*
 * The order of claims, see claims.h.
 */

#include "claims.h"


const char *const  claims_lists[CLAIMS_LISTS] = {
    "signals", "protectable_elements", "claims"
};


unsigned
claims_walk(cJSON *const *sections, size_t n, claims_visit_pt visit,
    void *data)
{
    cJSON     *list, *claim;
    size_t     i, k;
    unsigned   number;

    number = 0;

    for (i = 0; i < n; i++) {
        for (k = 0; k < CLAIMS_LISTS; k++) {
            list = cJSON_GetObjectItemCaseSensitive(sections[i],
                                                    claims_lists[k]);

            cJSON_ArrayForEach(claim, list) {
                if (!cJSON_IsObject(claim) || number == CLAIMS_MAX) {
                    continue;
                }

                number++;

                if (!visit(claim, number, i, data)) {
                    return number;
                }
            }
        }
    }

    return number;
}


const char *
claims_string(const cJSON *object, const char *key)
{
    const cJSON  *item;

    item = cJSON_GetObjectItemCaseSensitive(object, key);

    return cJSON_IsString(item) ? item->valuestring : "";
}
