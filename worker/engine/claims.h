/*
 * The claims of neutral outputs, in the one order in which they are numbered:
 * stages in order, in each its claim lists in order, in each its claims.
 */

#ifndef CLAIMS_H
#define CLAIMS_H


#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>


#define CLAIMS_MAX   4000
#define CLAIMS_LISTS 3


/* Keys of the claim lists of a section, in order. */
extern const char *const  claims_lists[CLAIMS_LISTS];


/*
 * Called with each claim object, its number from 1, and the stage's index.
 * Returning false ends the walk.
 */
typedef bool (*claims_visit_pt)(cJSON *claim, unsigned number, size_t stage,
    void *data);

/* Walks sections (NULL entries are skipped); returns the number visited. */
unsigned claims_walk(cJSON *const *sections, size_t n, claims_visit_pt visit,
    void *data);

/* A string member, or "". */
const char *claims_string(const cJSON *object, const char *key);


#endif /* CLAIMS_H */
