/*
 * The insides of llm-check, shared by llm_check.c (the calls of a model) and
 * llm_check_server.c (what is known or found out of its server).
 */

#ifndef LLM_CHECK_INTERNAL_H
#define LLM_CHECK_INTERNAL_H


#include <stdbool.h>

#include "llm_check.h"
#include "llm_internal.h"
#include "llm_prices.h"


#define CHECK_WORDS_SIZE  1024     /* bytes kept of an answer */


/* CHECK_BAD: no analysis can be made. */
typedef enum {
    CHECK_OK = 0,
    CHECK_NOTE,
    CHECK_BAD
} check_level_e;

typedef struct {
    llm_client_t        *client;
    const config_t      *cfg;
    const llm_price_t   *price;
    int                  calls;
    bool                 unpriced;       /* a call's tokens are not known */
    bool                 bad;
    int64_t              cost;           /* micro-USD */
    char                 answer[CHECK_WORDS_SIZE];
    llm_outcome_t        outcome;        /* its text is answer */
    llm_decision_t       decision;
    llm_caps_t           before;         /* what was sent at first */
} llm_check_t;


/*
 * Asks the model; schema NULL: for free text.  What the server refuses is
 * learned and tried again.  0 when it has answered; ck->outcome and
 * ck->decision say how it went.
 */
int llm_ask(llm_check_t *ck, const char *text, const char *schema);

/* Says in words why the last call failed. */
void llm_check_fail(llm_check_t *ck, const char *name);

/* A line of the report.  ck may be NULL where level is not CHECK_BAD. */
void llm_say(llm_check_t *ck, check_level_e level, const char *name,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Rows of the report. */
void llm_check_models(llm_check_t *ck, const char *name);
void llm_check_context(llm_check_t *ck, const char *name);
void llm_check_price(llm_check_t *ck, const char *name);


#endif /* LLM_CHECK_INTERNAL_H */
