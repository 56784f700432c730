/*
 * What people decided about claims survives the next analysis of the paper:
 * acceptance, rejection, lock and edits are carried from the last results to
 * the new ones.
 */

#ifndef KEEP_H
#define KEEP_H


#include <cjson/cJSON.h>

#include "evidence.h"


#define KEEP_MAX         1000    /* claims that are carried */
#define KEEP_MAX_GRAMS   1024    /* of a claim's text, compared */
#define KEEP_SIMILARITY  800     /* per mille: nearly the same text */


/*
 * Merges kept into results.  kept is NULL or an array of
 *
 *     {section, list, kind, text, original_text, basis, confidence,
 *      decision, locked, edited_by, decided_by, decided_at,
 *      evidence: [{sid, quote}]}
 *
 * A kept claim finds its successor in the same list of the same section: of
 * those of the same kind whose first evidence is the same sentence, and of
 * those whose text is nearly the same, the most similar.  The successor takes
 * over the decision and the lock, and of an edited one the text; what the
 * engine wrote stays in "original_text".  An edited or locked claim that
 * finds none is appended with a new id and evidence that is checked anew, a
 * mere decision is dropped.
 *
 * New evidence is numbered in ev; evidence_set() then has to be repeated.
 * Returns 0, or -1 when there is too much evidence.
 */
int keep_merge(cJSON *results, const cJSON *kept, evidence_t *ev);


#endif /* KEEP_H */
