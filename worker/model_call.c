/*
 * The life of one call of a model: prompt, journal, transfer, books, answer,
 * at most one repair round, the outputs of its stages.  See model_run.h; its
 * states change in model_call_set() alone.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "model_run.h"
#include "settings.h"

#define CALL_MAX_ERRORS    4096     /* bytes of what is wrong with an answer */
#define CALL_MAX_THROTTLE  1800000  /* ms */


static int call_prompt(model_run_t *run, model_call_t *call);
static void call_parameters(model_run_t *run, model_call_t *call);
static queue_rc_e call_send(model_run_t *run, model_call_t *call,
    const paperal_buf_t *body);
static void call_refused(model_run_t *run, const journal_call_t *call);
static void call_decide(model_run_t *run, model_call_t *call,
    const llm_outcome_t *outcome);
static void call_fail(model_run_t *run, const char *code, const char *message);
static bool call_lengthen(model_run_t *run, model_call_t *call);
static queue_rc_e call_repair(model_run_t *run, model_call_t *call,
    const char *text, size_t len, const char *errors);
static queue_rc_e call_fill(model_run_t *run, model_call_t *call,
    const char *text, size_t len);
static queue_rc_e call_finish_stage(model_run_t *run, model_call_t *call,
    int n, paperal_buf_t *out);


static const char *const  call_states[] = {
    "waiting", "paused", "sent", "answered", "done"
};


/* Why an analysis failed, for whoever started it. */
static const struct {
    const char  *code;
    const char  *words;
} call_words[] = {
    { "LLM_UNAUTHORIZED",      "the provider refuses the key" },
    { "LLM_QUOTA",             "the account at the provider has no credit"
                               " left" },
    { "LLM_RATE_LIMITED",      "the provider asks for fewer calls" },
    { "LLM_UNAVAILABLE",       "the provider cannot be reached or does not"
                               " answer" },
    { "LLM_MODEL_NOT_FOUND",   "the provider does not know the model" },
    { "LLM_BAD_REQUEST",       "the provider does not accept the request" },
    { "LLM_REFUSED",           "the model refuses to answer" },
    { "LLM_TRUNCATED",         "the model's answer is longer than it may"
                               " be" },
    { "LLM_CONTEXT_EXCEEDED",  "the paper is too long for the model" },
    { "LLM_CONTEXT_TRUNCATED", "the provider has cut the paper silently; the"
                               " model's context is too small" },
    { "LLM_BAD_ANSWER",        "what the provider sends cannot be read" },
    { NULL, NULL }
};


queue_rc_e
model_call_start(model_run_t *run, model_call_t *call)
{
    int             blocked;
    queue_rc_e      rc;
    paperal_buf_t   body;

    blocked = llm_client_blocked_ms(run->client);

    if (blocked > 0) {
        call->at = clock_ms() + blocked;
        model_call_set(run, call, CALL_PAUSED);
        return QUEUE_OK;
    }

    paperal_buf_init(&body, LLM_MAX_BODY);

    if (call_prompt(run, call) != 0
        || settings_body(run->client, call->repair ? &call->repaired
                                                   : &call->prompt,
                         call->max_output, &body) != 0)
    {
        analysis_fail(run->a, "LLM_CONTEXT_EXCEEDED", "the prompt is larger"
                      " than a request may be; sources and answers count"
                      " too");
        rc = QUEUE_OK;

    } else if (run->replayer == NULL
               && call->tokens > settings_context(run->a->slot->cfg,
                                                  run->price))
    {
        analysis_fail(run->a, "LLM_CONTEXT_EXCEEDED", "the prompt has %lld"
                      " tokens, more than the model reads; sources and"
                      " answers count too", (long long) call->tokens);
        rc = QUEUE_OK;

    } else {
        rc = call_send(run, call, &body);
    }

    paperal_buf_release(&body);

    return rc;
}


/* Writes the prompt once, and what the journal has to know of it. */
static int
call_prompt(model_run_t *run, model_call_t *call)
{
    char             name[JOURNAL_MAX_NAME];
    model_prompt_t  *p;

    if (!call->prompted
        && model_prompt(run->model, call->plan, &run->a->outputs,
                        &call->prompt) != 0)
    {
        return -1;
    }

    call->prompted = 1;
    p = call->repair ? &call->repaired : &call->prompt;

    snprintf(name, sizeof(name), "%s%s", call->plan->name,
             call->repair ? ".repair" : "");
    call_parameters(run, call);

    call->tokens = settings_prompt_tokens(p);
    journal_describe(&call->journal, name, call->plan, p, run->client);
    call->journal.attempt = call->tries + 1;
    call->journal.parameters = paperal_buf_cstr(&call->parameters);
    call->journal.input_tokens = call->tokens;
    call->journal.max_output_tokens = call->max_output;
    call->journal.reserve = run->price == NULL ? -1
        : llm_cost(run->price, settings_tokens_bound(call->tokens), 0,
                   call->max_output);

    return model_input_sha256(p, name, llm_client_provider(run->client),
                              llm_client_model(run->client),
                              call->journal.parameters,
                              call->journal.input_hash);
}


/* Equal parameters, equal answers: what the client has learned is not here. */
static void
call_parameters(model_run_t *run, model_call_t *call)
{
    paperal_buf_clear(&call->parameters);
    paperal_buf_str(&call->parameters, "{\"max_output_tokens\":");
    paperal_buf_i64(&call->parameters, call->max_output);
    paperal_buf_str(&call->parameters, ",\"sampling\":");
    paperal_buf_str(&call->parameters, llm_client_parameters(run->client));
    paperal_buf_char(&call->parameters, '}');
}


/* Journals the call and sends it, or takes the answer that is there. */
static queue_rc_e
call_send(model_run_t *run, model_call_t *call, const paperal_buf_t *body)
{
    size_t      i;
    queue_rc_e  rc;

    call->journal.begin = call->plan->stages & ~run->begun;
    run->begun |= call->plan->stages;

    rc = journal_open(run->a->slot, &call->journal, body->data, body->len);
    if (rc != QUEUE_OK) {
        return rc;
    }

    switch (call->journal.outcome) {

    case JOURNAL_ANSWERED:
        return model_call_answer(run, call, call->journal.raw,
                          strlen(call->journal.raw));

    case JOURNAL_SENT:
        break;

    case JOURNAL_TRUNCATED:

        if (!call_lengthen(run, call)) {
            call_fail(run, "LLM_TRUNCATED", "");
        }

        return QUEUE_OK;

    case JOURNAL_CANCELLED:
        return QUEUE_CANCELLED;

    default:
        call_refused(run, &call->journal);
        return QUEUE_OK;
    }

    call->tries++;
    call->transfer = llm_call_start(run->client, body->data, body->len,
                                    call->tokens, call);

    if (call->transfer == NULL) {
        i = (size_t) (call - run->calls);
        log_error("call %zu cannot be started", i);
        return QUEUE_FAILED;
    }

    model_call_set(run, call, CALL_SENT);

    /* on its way before the next one is prepared */

    return llm_client_wait(run->client, -1, 0) == 0 ? QUEUE_OK
                                                    : QUEUE_FAILED;
}


/* The journal does not let the call through: the analysis ends. */
static void
call_refused(model_run_t *run, const journal_call_t *call)
{
    analysis_t  *a;

    a = run->a;

    switch (call->outcome) {

    case JOURNAL_BUDGET:
        analysis_fail(a, "BUDGET_EXCEEDED", "the next call may cost %s"
                      " micro-USD, and the budget of %s has %s left",
                      call->needed, call->scope, call->remaining);
        break;

    case JOURNAL_UNPRICED:
        analysis_fail(a, "BUDGET_EXCEEDED", "no price is known for the model,"
                      " so a budget cannot be kept");
        break;

    case JOURNAL_FORBIDDEN:
        analysis_fail(a, "LLM_HOST_NOT_ALLOWED", "the paper is confidential"
                      " and may not be sent to \"%s\"",
                      llm_client_host(run->client));
        break;

    case JOURNAL_MISSING:
        analysis_fail(a, "CONFLICT", "stored answers are missing, the"
                      " analysis cannot be replayed");
        break;

    default:
        analysis_fail(a, "SERVER_ERROR", "the call could not be journalled");
        break;
    }
}


/* A transfer has ended: the books first, then what it means. */
queue_rc_e
model_call_end(model_run_t *run, model_call_t *call)
{
    queue_rc_e            rc;
    const llm_outcome_t  *outcome;

    outcome = llm_call_outcome(call->transfer);
    rc = journal_settle(run->a->slot, &call->journal, outcome, run->price);

    call_decide(run, call, outcome);
    llm_call_free(call->transfer);
    call->transfer = NULL;

    return rc;
}


static void
call_decide(model_run_t *run, model_call_t *call, const llm_outcome_t *outcome)
{
    llm_decision_t  d;

    run->under_way--;
    call->attempt++;
    d = llm_decide(run->client, outcome, call->attempt);

    log_info("model call \"%s\" ended: %s, HTTP %d, %lld ms, %s",
             call->journal.name, journal_result(outcome->result),
             outcome->http_status, (long long) outcome->latency_ms,
             outcome->message[0] != '\0' ? outcome->message : "no message");

    switch (d.action) {

    case LLM_USE:
        call->text = strndup(outcome->text, outcome->len);

        if (call->text == NULL) {
            abort();
        }

        model_call_set(run, call, CALL_ANSWERED);
        return;

    case LLM_ADAPTED:
    case LLM_RETRY:
        call->at = clock_ms() + (d.action == LLM_RETRY ? d.delay_ms : 0);
        model_call_set(run, call, CALL_PAUSED);
        return;

    case LLM_THROTTLED:
        run->throttle_ms = d.delay_ms > CALL_MAX_THROTTLE ? CALL_MAX_THROTTLE
                                                         : d.delay_ms;
        model_call_set(run, call, CALL_WAITING);
        return;

    case LLM_FAILED:
        break;
    }

    if (outcome->result == LLM_TRUNCATED && call_lengthen(run, call)) {
        return;
    }

    model_call_set(run, call, CALL_WAITING);
    call_fail(run, d.code != NULL ? d.code : "LLM_UNAVAILABLE",
             outcome->message);
}


/* Ends the analysis with our words for the code, and the provider's. */
static void
call_fail(model_run_t *run, const char *code, const char *message)
{
    int  i;

    for (i = 0; call_words[i].code != NULL; i++) {
        if (strcmp(call_words[i].code, code) == 0) {
            analysis_fail(run->a, code, "%s%s%s", call_words[i].words,
                          message[0] != '\0' ? ": " : "", message);
            return;
        }
    }

    analysis_fail(run->a, code, "%s", message);
}


/* An answer that was cut is asked for once more, with twice the room. */
static bool
call_lengthen(model_run_t *run, model_call_t *call)
{
    int  max;

    if (call->longer) {
        return false;
    }

    max = call->max_output * 2;

    if (run->price != NULL && run->price->max_output > 0
        && max > run->price->max_output)
    {
        max = run->price->max_output;
    }

    if (max <= call->max_output) {
        return false;
    }

    call->longer = 1;
    call->attempt = 0;
    call->max_output = max;
    call->at = clock_ms();
    model_call_set(run, call, CALL_PAUSED);

    return true;
}


queue_rc_e
model_call_answer(model_run_t *run, model_call_t *call, const char *text,
    size_t len)
{
    queue_rc_e     rc;
    paperal_buf_t  errors;

    paperal_buf_init(&errors, CALL_MAX_ERRORS);

    if (model_check(run->model, call->plan, text, len, &errors) == 0) {
        rc = call_fill(run, call, text, len);

    } else if (!call->repair) {
        rc = call_repair(run, call, text, len, paperal_buf_cstr(&errors));

    } else {
        log_warn("the answer to \"%s\" is still invalid, its stages stay"
                 " empty", call->journal.name);
        rc = call_fill(run, call, NULL, 0);
    }

    paperal_buf_release(&errors);

    return rc;
}


/* One more round, as a call of its own with an input of its own. */
static queue_rc_e
call_repair(model_run_t *run, model_call_t *call, const char *text,
    size_t len, const char *errors)
{
    log_info("the answer to \"%s\" is invalid and asked for again",
             call->journal.name);

    call->repair = 1;
    call->attempt = 0;
    call->at = 0;
    run->a->provenance.schema_repairs++;

    if (model_repair_prompt(&call->prompt, text, len, errors,
                            &call->repaired) != 0)
    {
        return call_fill(run, call, NULL, 0);
    }

    model_call_set(run, call, CALL_PAUSED);

    return QUEUE_OK;
}


/* text NULL: there is no usable answer. */
static queue_rc_e
call_fill(model_run_t *run, model_call_t *call, const char *text, size_t len)
{
    int             n, rc;
    queue_rc_e      done;
    paperal_buf_t   out[ENGINE_STAGES];

    for (n = 0; n < ENGINE_STAGES; n++) {
        paperal_buf_init(&out[n], ENGINE_MAX_STAGE);
    }

    rc = text == NULL ? -1
         : model_outputs(run->model, call->plan, text, len, &run->a->outputs,
                         out);
    done = QUEUE_OK;
    run->metas[call - run->calls] = journal_take_meta(&call->journal);

    for (n = 0; n < ENGINE_STAGES && done == QUEUE_OK; n++) {
        if (!(call->plan->stages & 1u << n)) {
            continue;
        }

        /* what a review cannot improve stays as it was */

        if (rc != 0 && call->plan->review) {
            paperal_buf_clear(&out[n]);
            paperal_buf_bytes(&out[n], run->a->texts[n].data,
                              run->a->texts[n].len);

        } else if (rc != 0) {
            paperal_buf_clear(&out[n]);
            (void) model_degrade(run->model, n, &out[n]);
        }

        done = call_finish_stage(run, call, n, &out[n]);
    }

    for (n = 0; n < ENGINE_STAGES; n++) {
        paperal_buf_release(&out[n]);
    }

    if (done == QUEUE_OK) {
        model_call_set(run, call, CALL_DONE);
    }

    return done;
}


static queue_rc_e
call_finish_stage(model_run_t *run, model_call_t *call, int n,
    paperal_buf_t *out)
{
    size_t                  i;
    queue_rc_e              rc;
    analysis_t             *a;
    engine_stage_record_t  *record;

    a = run->a;
    i = (size_t) (call - run->calls);
    rc = QUEUE_OK;

    if (out->failed) {
        analysis_fail(a, "SERVER_ERROR", "stage \"%s\" is too large",
                      engine_stages[n]);
        return QUEUE_FAILED;
    }

    if (a->texts[n].max == 0) {
        paperal_buf_init(&a->texts[n], ENGINE_MAX_STAGE);
    }

    memcpy(a->hashes[n], call->journal.input_hash, sizeof(a->hashes[n]));

    record = &a->provenance.stages[n];
    record->attempt = call->tries > 0 ? call->tries : 1;
    record->call = run->metas[i];

    if (!plan_is_last(run->plan, i, n) || analysis_reuse(a, n) != 0) {
        paperal_buf_clear(&a->texts[n]);
        paperal_buf_bytes(&a->texts[n], out->data, out->len);

        if (plan_is_last(run->plan, i, n)) {
            rc = analysis_end_stage(a, n, call->journal.elsewhere);
        }
    }

    analysis_publish(a, n);
    run->have |= 1u << n;

    if (plan_is_last(run->plan, i, n)) {
        run->final |= 1u << n;
    }

    return rc;
}


void
model_call_set(model_run_t *run, model_call_t *call, call_state_e state)
{
    log_debug("model call \"%s\": %s -> %s", call->plan->name,
              call_states[call->state], call_states[state]);

    if (state == CALL_SENT) {
        run->under_way++;
    }

    call->state = state;
}
