/*
 * Which sentences say what: the best sentences of each claim kind, by the
 * strength of their cues, the prior of their section and their fitness as a
 * quote.  A sentence is chosen for one kind only, near-repetitions are left
 * out.
 */

#ifndef SELECT_H
#define SELECT_H


#include "view.h"


#define SELECT_MAX  6


typedef struct {
    int                     score;
    const view_sentence_t  *vs;
} select_item_t;

typedef struct {
    size_t         n[CUE_CLAIMS];
    select_item_t  item[CUE_CLAIMS][SELECT_MAX];   /* best first */
} selection_t;


/*
 * others: the article reports the work of others (a review), so what it says
 * came out is a claim of its authors only where they say so themselves.
 */
void select_claims(view_t *v, bool others, selection_t *sel);

/*
 * The first sentences, at most max, of the body (own work or not) that carry
 * a cue of that kind outside introduction and related work, strongest cue
 * first; for the stages that look for one sort of fact.  Returns their number.
 */
size_t select_cue(const view_t *v, cue_e cue, const view_sentence_t **out,
    size_t max);


#endif /* SELECT_H */
