/*
 * Which calls of a model an analysis makes, by its type.  The first call is
 * made alone, so that its prompt is in the provider's cache before the others
 * begin with the same bytes; the others are made as their needs are met.
 *
 *     quick     4 calls, several stages in one answer
 *     standard  11 calls, one for each stage
 *     deep      20 calls: each stage that reads the paper is read again with
 *               the verdicts on its quotes, and answered anew
 */

#ifndef PLAN_H
#define PLAN_H


#include <stddef.h>


#define PLAN_MAX_CALLS  24


typedef struct {
    const char  *name;        /* in the journal: "risks", "risks.review" */
    unsigned     stages;      /* bit n: fills engine_stages[n] */
    unsigned     needs;       /* bit n: engine_stages[n] must be there */
    unsigned     paper:1;     /* reads the paper, else claims only */
    unsigned     review:1;    /* reads the answer that it replaces */
    int          max_output_tokens;
    int          typical_output_tokens;
} plan_call_t;

typedef struct {
    const char         *type;
    size_t              n;
    const plan_call_t  *calls;
} plan_t;


/* The plan of "quick", "standard" or "deep"; NULL for another word. */
const plan_t *plan_find(const char *type);

/* The plans in this order, ended by a NULL type. */
const plan_t *plan_all(void);

/* True when no later call of the plan fills that stage. */
int plan_is_last(const plan_t *plan, size_t call, int stage);


#endif /* PLAN_H */
