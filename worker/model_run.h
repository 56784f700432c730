/*
 * Inside of the run of an analysis by a model: model_run.c decides which call
 * is next, model_call.c is the life of one call.
 */

#ifndef WORKER_MODEL_RUN_H
#define WORKER_MODEL_RUN_H

#include "analysis.h"
#include "journal.h"
#include "llm.h"
#include "llm_prices.h"
#include "model.h"

typedef enum {
    CALL_WAITING = 0,     /* for its needs, or for a place */
    CALL_PAUSED,          /* before it is tried again */
    CALL_SENT,
    CALL_ANSWERED,        /* and to be read */
    CALL_DONE
} call_state_e;

typedef struct {
    call_state_e         state;
    int                  attempt;        /* of the same body, from 1 */
    int                  tries;          /* bodies, adapted ones included */
    int                  max_output;
    unsigned             prompted:1;
    unsigned             repair:1;
    unsigned             longer:1;       /* asked for more output once */
    int64_t              at;             /* of CALL_PAUSED */
    int64_t              tokens;         /* of the prompt, our count */
    const plan_call_t   *plan;
    char                *text;           /* of CALL_ANSWERED */
    llm_call_t          *transfer;
    journal_call_t       journal;
    model_prompt_t       prompt;
    model_prompt_t       repaired;
    paperal_buf_t        parameters;
} model_call_t;

typedef struct {
    analysis_t         *a;
    llm_client_t       *client;
    llm_client_t       *replayer;        /* of a replay: never sends */
    const llm_price_t  *price;
    model_t            *model;
    model_options_t     opt;
    const plan_t       *plan;
    size_t              under_way;
    unsigned            have;            /* bit n: stage n has an output */
    unsigned            final;           /* bit n: and no call will change it */
    unsigned            begun;
    int                 throttle_ms;
    int64_t             drain_until;
    model_call_t          calls[PLAN_MAX_CALLS];
    cJSON              *metas[PLAN_MAX_CALLS];
} model_run_t;


/*
 * Journals the call and sends it, or takes the answer that is stored.  A
 * reason to end the analysis is left in run->a.
 */
queue_rc_e model_call_start(model_run_t *run, model_call_t *call);

/*
 * A transfer has ended: settles it in the books and decides what it means.
 * An answer that is to be read is left in call->text (CALL_ANSWERED).
 */
queue_rc_e model_call_end(model_run_t *run, model_call_t *call);

/* Reads an answer: its stages are filled, or it is asked for once more. */
queue_rc_e model_call_answer(model_run_t *run, model_call_t *call,
    const char *text, size_t len);

/* The only writer of call->state. */
void model_call_set(model_run_t *run, model_call_t *call,
    call_state_e state);

#endif /* WORKER_MODEL_RUN_H */
