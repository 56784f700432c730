/*
 * The journal of a model's calls: what was sent, what came back, what it
 * costs (worker/sql/functions/86-calls.sql).
 *
 * journal_open() is the only way to a call: it reserves the money, writes the
 * call and the outbound ledger, or hands out the stored answer of an equal
 * input.  journal_settle() stores the answer before anybody reads it.
 */

#ifndef WORKER_JOURNAL_H
#define WORKER_JOURNAL_H

#include <stdbool.h>
#include <cjson/cJSON.h>

#include "llm.h"
#include "llm_prices.h"
#include "model.h"
#include "slot.h"

#define JOURNAL_MAX_NAME   64
#define JOURNAL_MAX_CALL   16384          /* bytes of a call's description */
#define JOURNAL_MAX_ANSWER (8 * 1024 * 1024)
#define JOURNAL_SETTLE_MS  45000          /* a paid answer outlives an outage */

typedef enum {
    JOURNAL_ANSWERED = 0,   /* raw and meta of an earlier call */
    JOURNAL_SENT,           /* send it now */
    JOURNAL_TRUNCATED,      /* the stored answer was cut at this length */
    JOURNAL_BUDGET,         /* scope, needed and remaining say why not */
    JOURNAL_UNPRICED,
    JOURNAL_CANCELLED,
    JOURNAL_FORBIDDEN,      /* confidential, and the host is not allowed */
    JOURNAL_MISSING,        /* a replay, and no answer is stored */
    JOURNAL_UNKNOWN
} journal_outcome_e;

/* Zeroed at first; journal_release() frees what the functions allocate. */
typedef struct {
    journal_outcome_e       outcome;
    char                    name[JOURNAL_MAX_NAME];
    char                    id[24];
    char                    input_hash[PAPERAL_SHA256_HEX_SIZE];
    unsigned                begin;          /* stages that begin by it */
    int                     attempt;
    int                     max_output_tokens;
    int64_t                 input_tokens;
    int64_t                 reserve;        /* micro-USD; -1: no price */
    const char             *parameters;     /* JSON, borrowed */
    const plan_call_t      *plan;
    const model_prompt_t   *prompt;
    const llm_client_t     *client;
    bool                    elsewhere;      /* answered in another analysis */
    char                   *raw;
    cJSON                  *meta;           /* members of a stage's record */
    char                    scope[32];
    char                    needed[24];
    char                    remaining[24];
} journal_call_t;

/* Sets what does not change between the attempts of a call. */
void journal_describe(journal_call_t *call, const char *name,
    const plan_call_t *plan, const model_prompt_t *prompt,
    const llm_client_t *client);

/* QUEUE_OK: call->outcome says what to do.  body is what would be sent. */
queue_rc_e journal_open(slot_t *slot, journal_call_t *call, const char *body,
    size_t len);

/*
 * Settles a call that was sent.  price NULL: it costs nothing.  QUEUE_LOST:
 * the books are right, but the job is no longer this slot's.
 */
queue_rc_e journal_settle(slot_t *slot, journal_call_t *call,
    const llm_outcome_t *outcome, const llm_price_t *price);

/* Gives the job back for ms milliseconds; no error of the job. */
queue_rc_e journal_throttle(slot_t *slot, int ms);

/* What is known of the call that was answered; the caller owns it. */
cJSON *journal_take_meta(journal_call_t *call);

void journal_release(journal_call_t *call);

/* Name of a result for the log. */
const char *journal_result(llm_result_e result);

/* Listens to cancellations, or no longer. */
queue_rc_e journal_listen(slot_t *slot, bool on);

/* The descriptor on which a cancellation arrives, -1 for none. */
int journal_socket(const slot_t *slot);

/* True when the notification of this job's cancellation has come. */
bool journal_is_cancelled(slot_t *slot);

#endif /* WORKER_JOURNAL_H */
