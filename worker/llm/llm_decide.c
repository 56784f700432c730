/*
 * What to do after an outcome: try again, learn, wait, or give up; and the
 * circuit that keeps a server in trouble from being asked by everybody.
 *
 * A capability changes in one direction only, so learning ends: a call is
 * built again only when something has changed since its body was made.
 */

#include "llm_internal.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "llm_error.h"
#include "log.h"


#define LLM_LOST_ATTEMPTS     3
#define LLM_THROTTLE_MS       60000
#define LLM_MAX_THROTTLE_MS   (6 * 3600 * 1000)
#define LLM_BREAKER_FAILURES  5
#define LLM_BREAKER_MS        5000
#define LLM_BREAKER_MAX_MS    60000
#define LLM_PROBE_MS          500
#define LLM_MASK_MIN          6        /* bytes of a key that tell it */


static llm_decision_t llm_decision(llm_action_e action, int delay_ms,
    const char *code);
static llm_decision_t llm_decide_error(llm_client_t *c,
    const llm_outcome_t *outcome, int attempt);
static llm_decision_t llm_decide_lost(const llm_outcome_t *outcome,
    int attempt);
static llm_decision_t llm_decide_rate(llm_client_t *c,
    const llm_outcome_t *outcome, int attempt);
static llm_decision_t llm_decide_busy(const llm_outcome_t *outcome,
    int attempt);
static int llm_delay(const llm_outcome_t *outcome, int attempt);
static bool llm_is_ours(const llm_outcome_t *outcome, const char *what);
static bool llm_is_failure(const llm_outcome_t *outcome);
static bool llm_learn(llm_client_t *c, const llm_outcome_t *outcome,
    llm_error_e error);
static bool llm_caps_differ(llm_caps_t a, llm_caps_t b, llm_error_e error);
static bool llm_caps_change(llm_caps_t *caps, llm_error_e error);


static const int  llm_delays[LLM_MAX_ATTEMPTS] = {
    500, 2000, 8000, 20000, 20000
};


llm_decision_t
llm_decide(llm_client_t *c, const llm_outcome_t *outcome, int attempt)
{
    llm_breaker_note(c, llm_is_failure(outcome));

    switch (outcome->result) {

    case LLM_ANSWERED:
        if (outcome->context_truncated) {
            return llm_decision(LLM_FAILED, 0, "LLM_CONTEXT_TRUNCATED");
        }

        return llm_decision(LLM_USE, 0, NULL);

    case LLM_TRUNCATED:
        return llm_decision(LLM_FAILED, 0, outcome->context_truncated
                            ? "LLM_CONTEXT_TRUNCATED" : "LLM_TRUNCATED");

    case LLM_REFUSED:
        return llm_decision(LLM_FAILED, 0, "LLM_REFUSED");

    case LLM_REJECTED:
        return llm_decide_error(c, outcome, attempt);

    case LLM_UNSENT:
        if (llm_is_ours(outcome, "certificate")) {
            return llm_decision(LLM_FAILED, 0, "LLM_UNAVAILABLE");
        }

        return llm_decide_busy(outcome, attempt);

    case LLM_LOST:
        break;
    }

    if (llm_is_ours(outcome, "")) {
        return llm_decide_lost(outcome, attempt);
    }

    /* an error that came when a part of the answer was there */

    return llm_decide_error(c, outcome, attempt < LLM_LOST_ATTEMPTS
                            ? attempt : LLM_MAX_ATTEMPTS);
}


static llm_decision_t
llm_decision(llm_action_e action, int delay_ms, const char *code)
{
    llm_decision_t  d;

    d.action = action;
    d.delay_ms = delay_ms;
    d.code = code;

    return d;
}


static llm_decision_t
llm_decide_error(llm_client_t *c, const llm_outcome_t *outcome, int attempt)
{
    llm_error_e  error;

    error = llm_error_class(outcome);

    if (error == LLM_ERROR_RATE) {
        return llm_decide_rate(c, outcome, attempt);
    }

    if (error == LLM_ERROR_BUSY) {
        return llm_decide_busy(outcome, attempt);
    }

    if (llm_learn(c, outcome, error)) {
        return llm_decision(LLM_ADAPTED, 0, NULL);
    }

    return llm_decision(LLM_FAILED, 0, llm_error_code(error));
}


/* May have been worked on and billed: fewer attempts. */
static llm_decision_t
llm_decide_lost(const llm_outcome_t *outcome, int attempt)
{
    if (llm_is_ours(outcome, "no_answer")
        || (attempt > 1 && (llm_is_ours(outcome, "bad_json")
                            || llm_is_ours(outcome, "too_large"))))
    {
        return llm_decision(LLM_FAILED, 0, "LLM_BAD_ANSWER");
    }

    if (attempt >= LLM_LOST_ATTEMPTS) {
        return llm_decision(LLM_FAILED, 0, "LLM_UNAVAILABLE");
    }

    return llm_decision(LLM_RETRY, llm_delay(outcome, attempt), NULL);
}


/*
 * A wait that is asked for holds back all calls.  A long one, or too many of
 * them, gives the slot to somebody else.
 */
static llm_decision_t
llm_decide_rate(llm_client_t *c, const llm_outcome_t *outcome, int attempt)
{
    int      delay;
    int64_t  asked, until;

    asked = outcome->retry_after_ms;

    if (asked > LLM_MAX_THROTTLE_MS) {
        return llm_decision(LLM_FAILED, 0, "LLM_RATE_LIMITED");
    }

    if (asked > LLM_MAX_WAIT_MS) {
        return llm_decision(LLM_THROTTLED,
                            (int) asked + clock_jitter(1000),
                            "LLM_RATE_LIMITED");
    }

    if (attempt >= LLM_MAX_ATTEMPTS) {
        return llm_decision(LLM_THROTTLED,
                            LLM_THROTTLE_MS + clock_jitter(LLM_THROTTLE_MS),
                            "LLM_RATE_LIMITED");
    }

    delay = llm_delay(outcome, attempt);
    until = c->now() + delay;

    if (until > c->breaker.held) {
        c->breaker.held = until;
    }

    return llm_decision(LLM_RETRY, delay, NULL);
}


static llm_decision_t
llm_decide_busy(const llm_outcome_t *outcome, int attempt)
{
    if (outcome->retry_after_ms > LLM_MAX_THROTTLE_MS
        || attempt >= LLM_MAX_ATTEMPTS)
    {
        return llm_decision(LLM_FAILED, 0, "LLM_UNAVAILABLE");
    }

    if (outcome->retry_after_ms > LLM_MAX_WAIT_MS) {
        return llm_decision(LLM_THROTTLED, (int) outcome->retry_after_ms
                            + clock_jitter(1000), "LLM_UNAVAILABLE");
    }

    return llm_decision(LLM_RETRY, llm_delay(outcome, attempt), NULL);
}


/* What the server asks for and a little more, or a growing time +- 25 %. */
static int
llm_delay(const llm_outcome_t *outcome, int attempt)
{
    int  base;

    if (outcome->retry_after_ms >= 0) {
        return (int) outcome->retry_after_ms + clock_jitter(250);
    }

    attempt = attempt < 1 ? 1 : attempt;
    base = llm_delays[attempt > LLM_MAX_ATTEMPTS ? LLM_MAX_ATTEMPTS - 1
                                                 : attempt - 1];

    return base - base / 4 + clock_jitter(base / 2);
}


/* Whether the code is the client's own, of that kind ("": any). */
static bool
llm_is_ours(const llm_outcome_t *outcome, const char *what)
{
    return strncmp(outcome->code, "client_", 7) == 0
           && (what[0] == '\0' || strcmp(outcome->code + 7, what) == 0);
}


/* The server cannot be reached or does not do its work. */
static bool
llm_is_failure(const llm_outcome_t *outcome)
{
    switch (outcome->result) {

    case LLM_UNSENT:
    case LLM_LOST:
        return true;

    case LLM_REJECTED:
        return llm_error_class(outcome) == LLM_ERROR_BUSY;

    default:
        return false;
    }
}


static bool
llm_learn(llm_client_t *c, const llm_outcome_t *outcome, llm_error_e error)
{
    if (llm_caps_differ(outcome->caps, c->caps, error)) {
        return true;           /* another call has learned it meanwhile */
    }

    if (!llm_caps_change(&c->caps, error)) {
        return false;
    }

    log_info("the model's server does not support a parameter and is asked"
             " without it: %s", outcome->message);

    return true;
}


static bool
llm_caps_differ(llm_caps_t a, llm_caps_t b, llm_error_e error)
{
    switch (error) {

    case LLM_ERROR_MAX_TOKENS:
        return a.completion != b.completion;

    case LLM_ERROR_TEMPERATURE:
        return a.temperature != b.temperature;

    case LLM_ERROR_SEED:
        return a.seed != b.seed;

    case LLM_ERROR_USAGE:
        return a.usage != b.usage;

    case LLM_ERROR_FORMAT:
        return a.rung != b.rung;

    default:
        return false;
    }
}


/* Gives up what an error complains of; false when that is done already. */
static bool
llm_caps_change(llm_caps_t *caps, llm_error_e error)
{
    llm_caps_t  before;

    before = *caps;

    switch (error) {

    case LLM_ERROR_MAX_TOKENS:
        if (!caps->swapped) {
            caps->swapped = 1;
            caps->completion = !caps->completion;
        }

        break;

    case LLM_ERROR_TEMPERATURE:
        caps->temperature = 0;
        break;

    case LLM_ERROR_SEED:
        caps->seed = 0;
        break;

    case LLM_ERROR_USAGE:
        caps->usage = 0;
        break;

    case LLM_ERROR_FORMAT:
        if (caps->rung < LLM_RUNG_FENCE) {
            caps->rung++;
        }

        break;

    default:
        break;
    }

    return llm_caps_differ(before, *caps, error);
}


int
llm_client_blocked_ms(const llm_client_t *c)
{
    int64_t  now, wait;

    now = c->now();
    wait = c->breaker.until > now ? c->breaker.until - now : 0;

    if (c->breaker.until != 0 && wait == 0 && c->breaker.probing) {
        wait = LLM_PROBE_MS;
    }

    if (c->breaker.held - now > wait) {
        wait = c->breaker.held - now;
    }

    return (int) wait;
}


void
llm_breaker_note(llm_client_t *c, bool failed)
{
    int             shift;
    int64_t         wait;
    llm_breaker_t  *b;

    b = &c->breaker;
    b->probing = 0;

    if (!failed) {
        b->failures = 0;
        b->until = 0;
        return;
    }

    b->failures++;

    if (b->failures < LLM_BREAKER_FAILURES) {
        return;
    }

    shift = (int) (b->failures - LLM_BREAKER_FAILURES);
    wait = shift > 4 ? LLM_BREAKER_MAX_MS : LLM_BREAKER_MS << shift;
    wait = wait > LLM_BREAKER_MAX_MS ? LLM_BREAKER_MAX_MS : wait;

    b->until = c->now() + wait + clock_jitter((int) wait / 4);

    log_warn("the model's server has failed %u times, no calls for %lld ms",
             b->failures, (long long) wait);
}


/*
 * Every run of LLM_MASK_MIN bytes or more that is in the key, too, becomes
 * asterisks: some providers repeat the key in what they say.
 */
void
llm_mask(const llm_client_t *c, char *text)
{
    size_t       i, n;
    const char  *k;

    if (c->key == NULL) {
        return;
    }

    for (i = 0; text[i] != '\0'; i++) {
        for (k = c->key; *k != '\0'; k++) {
            for (n = 0; k[n] != '\0' && k[n] == text[i + n]; n++) {
                /* void */
            }

            if (n >= LLM_MASK_MIN || (n > 2 && k[n] == '\0' && k == c->key)) {
                memset(text + i, '*', n);
                i += n - 1;
                break;
            }
        }
    }
}
