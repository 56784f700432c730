/*
 * The run of an analysis by a language model: the calls of its plan, at most
 * LLM_PARALLEL at once, each journalled before it is sent and its answer
 * stored before it is read.
 *
 * A call goes through the states below, only by run_set().  A failure that
 * ends the analysis starts nothing more, but waits for what is under way: it
 * is paid for, and a later run finds the answers in the journal.  A cancel, a
 * lost lease and the end of this process abort at once.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis.h"
#include "clock.h"
#include "journal.h"
#include "llm.h"
#include "llm_prices.h"
#include "log.h"
#include "model.h"
#include "settings.h"

#define RUN_MAX_ERRORS    4096     /* bytes of what is wrong with an answer */
#define RUN_MAX_WAIT_MS   60000
#define RUN_DRAIN_MS      4000    /* for calls under way at SIGTERM */
#define RUN_MAX_THROTTLE  1800000


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
} run_call_t;

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
    run_call_t          calls[PLAN_MAX_CALLS];
    cJSON              *metas[PLAN_MAX_CALLS];
} run_t;


static queue_rc_e run_open(run_t *run);
static queue_rc_e run_loop(run_t *run);
static queue_rc_e run_take(run_t *run);
static bool run_is_over(const run_t *run);
static queue_rc_e run_start_all(run_t *run);
static bool run_has_place(const run_t *run);
static bool run_may_start(const run_t *run, const run_call_t *call);
static queue_rc_e run_start(run_t *run, run_call_t *call);
static int run_prompt(run_t *run, run_call_t *call);
static void run_parameters(run_t *run, run_call_t *call);
static queue_rc_e run_send(run_t *run, run_call_t *call,
    const paperal_buf_t *body);
static void run_refused(run_t *run, const journal_call_t *call);
static int run_timeout(const run_t *run);
static queue_rc_e run_ended(run_t *run, run_call_t *call);
static void run_decide(run_t *run, run_call_t *call,
    const llm_outcome_t *outcome);
static void run_fail(run_t *run, const char *code, const char *message);
static bool run_lengthen(run_t *run, run_call_t *call);
static queue_rc_e run_answer(run_t *run, run_call_t *call, const char *text,
    size_t len);
static queue_rc_e run_repair(run_t *run, run_call_t *call, const char *text,
    size_t len, const char *errors);
static queue_rc_e run_fill(run_t *run, run_call_t *call, const char *text,
    size_t len);
static queue_rc_e run_finish_stage(run_t *run, run_call_t *call, int n,
    paperal_buf_t *out);
static void run_set(run_t *run, run_call_t *call, call_state_e state);
static void run_close(run_t *run);


static const char *const  run_states[] = {
    "waiting", "paused", "sent", "answered", "done"
};


/* Why an analysis failed, for whoever started it. */
static const struct {
    const char  *code;
    const char  *words;
} run_words[] = {
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
model_run(analysis_t *a)
{
    run_t       *run;
    queue_rc_e   rc;

    run = calloc(1, sizeof(run_t));
    if (run == NULL) {
        abort();
    }

    run->a = a;
    rc = run_open(run);

    if (rc == QUEUE_OK && a->error[0] == '\0') {
        rc = run_loop(run);
    }

    if (rc == QUEUE_OK && run->throttle_ms != 0 && a->error[0] == '\0') {
        rc = journal_throttle(a->slot, run->throttle_ms);
    }

    run_close(run);

    return rc;
}


static queue_rc_e
run_open(run_t *run)
{
    size_t          i;
    analysis_t     *a;
    const char     *type;
    const cJSON    *parameters;
    const config_t *cfg;

    a = run->a;
    cfg = a->slot->cfg;
    parameters = a->parameters;

    if (analysis_value(a, "replay_of") != NULL) {
        run->replayer = settings_replayer();
        run->client = run->replayer;

    } else {
        run->client = slot_model(a->slot);
    }

    if (run->client == NULL) {
        analysis_fail(a, "LLM_UNAVAILABLE", "this worker has no model that it"
                      " can use");
        return QUEUE_OK;
    }

    type = analysis_value(a, "analysis_type");
    run->plan = plan_find(type != NULL ? type : "");

    if (run->plan == NULL) {
        analysis_fail(a, "SERVER_ERROR", "the type of the analysis is not"
                      " known");
        return QUEUE_OK;
    }

    run->price = llm_price_find(llm_client_provider(run->client),
                                llm_client_model(run->client));

    run->opt.engine = &a->opt;
    run->opt.industry_context = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(parameters, "industry_context"));
    run->opt.focus_areas = cJSON_GetObjectItemCaseSensitive(parameters,
                                                            "focus_areas");
    run->opt.sources = a->sources;
    run->opt.max_paper_tokens = run->replayer != NULL ? 0
        : settings_paper_limit(cfg, run->price);
    run->model = model_new(a->doc, &run->opt);

    a->provenance.engine = "openai";
    a->provenance.engine_version = model_version();

    for (i = 0; i < run->plan->n; i++) {
        run->calls[i].plan = &run->plan->calls[i];
        run->calls[i].max_output = run->plan->calls[i].max_output_tokens;
        model_prompt_init(&run->calls[i].prompt);
        model_prompt_init(&run->calls[i].repaired);
        paperal_buf_init(&run->calls[i].parameters, LLM_MESSAGE_SIZE * 2);
    }

    return journal_listen(a->slot, true);
}


static queue_rc_e
run_loop(run_t *run)
{
    queue_rc_e  rc;

    for ( ;; ) {
        rc = run_start_all(run);

        if (rc != QUEUE_OK || run_is_over(run)) {
            return rc;
        }

        if (llm_client_wait(run->client, journal_socket(run->a->slot),
                            run_timeout(run)) != 0)
        {
            log_error("the transfers of the model cannot be waited for");
            return QUEUE_FAILED;
        }

        rc = run_take(run);

        if (rc != QUEUE_OK) {
            return rc;
        }

        rc = journal_is_cancelled(run->a->slot) ? QUEUE_CANCELLED
                                                : slot_beat(run->a->slot);
        if (rc != QUEUE_OK) {
            return rc;
        }

        if (slot_draining() && run->drain_until == 0) {
            run->drain_until = clock_ms() + RUN_DRAIN_MS;
        }

        if (run->drain_until != 0
            && (run->under_way == 0 || clock_ms() >= run->drain_until))
        {
            return QUEUE_BACK;
        }
    }
}


/*
 * What has ended: the books of all first, then calls in the places that are
 * free now, and only then the answers, which take time.
 */
static queue_rc_e
run_take(run_t *run)
{
    size_t       i;
    queue_rc_e   rc;
    llm_call_t  *transfer;

    while ((transfer = llm_client_done(run->client)) != NULL) {
        rc = run_ended(run, llm_call_data(transfer));

        if (rc != QUEUE_OK) {
            return rc;
        }
    }

    rc = run_start_all(run);

    for (i = 0; rc == QUEUE_OK && i < run->plan->n; i++) {
        if (run->calls[i].state == CALL_ANSWERED) {
            rc = run_answer(run, &run->calls[i], run->calls[i].text,
                            strlen(run->calls[i].text));
            free(run->calls[i].text);
            run->calls[i].text = NULL;
        }
    }

    return rc;
}


/* Nothing is under way, and nothing will be. */
static bool
run_is_over(const run_t *run)
{
    size_t  i;

    if (run->under_way != 0) {
        return false;
    }

    if (run->a->error[0] != '\0' || run->throttle_ms != 0) {
        return true;
    }

    for (i = 0; i < run->plan->n; i++) {
        if (run->calls[i].state != CALL_DONE) {
            return false;
        }
    }

    return true;
}


static queue_rc_e
run_start_all(run_t *run)
{
    size_t       i;
    queue_rc_e   rc;

    for (i = 0; i < run->plan->n; i++) {
        if (!run_may_start(run, &run->calls[i])) {
            continue;
        }

        rc = run_start(run, &run->calls[i]);
        if (rc != QUEUE_OK) {
            return rc;
        }

        /* an answer from the journal may have met the needs of others */

        if (run->calls[i].state == CALL_DONE) {
            i = (size_t) -1;
        }
    }

    return QUEUE_OK;
}


/* Whether a call may be started at all. */
static bool
run_has_place(const run_t *run)
{
    return run->a->error[0] == '\0' && run->throttle_ms == 0
           && run->drain_until == 0 && !slot_draining()
           && run->under_way < (size_t) run->a->slot->cfg->llm_parallel;
}


static bool
run_may_start(const run_t *run, const run_call_t *call)
{
    unsigned  needs;

    if (!run_has_place(run)) {
        return false;
    }

    if (call->state == CALL_PAUSED) {
        return clock_ms() >= call->at;
    }

    if (call->state != CALL_WAITING) {
        return false;
    }

    /* what reads claims reads the final ones */

    needs = call->plan->needs;

    return (needs & ~(call->plan->paper ? run->have : run->final)) == 0;
}


static queue_rc_e
run_start(run_t *run, run_call_t *call)
{
    int             blocked;
    queue_rc_e      rc;
    paperal_buf_t   body;

    blocked = llm_client_blocked_ms(run->client);

    if (blocked > 0) {
        call->at = clock_ms() + blocked;
        run_set(run, call, CALL_PAUSED);
        return QUEUE_OK;
    }

    paperal_buf_init(&body, LLM_MAX_BODY);

    if (run_prompt(run, call) != 0
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
        rc = run_send(run, call, &body);
    }

    paperal_buf_release(&body);

    return rc;
}


/* Writes the prompt once, and what the journal has to know of it. */
static int
run_prompt(run_t *run, run_call_t *call)
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
    run_parameters(run, call);

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
run_parameters(run_t *run, run_call_t *call)
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
run_send(run_t *run, run_call_t *call, const paperal_buf_t *body)
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
        return run_answer(run, call, call->journal.raw,
                          strlen(call->journal.raw));

    case JOURNAL_SENT:
        break;

    case JOURNAL_TRUNCATED:

        if (!run_lengthen(run, call)) {
            run_fail(run, "LLM_TRUNCATED", "");
        }

        return QUEUE_OK;

    case JOURNAL_CANCELLED:
        return QUEUE_CANCELLED;

    default:
        run_refused(run, &call->journal);
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

    run_set(run, call, CALL_SENT);

    /* on its way before the next one is prepared */

    return llm_client_wait(run->client, -1, 0) == 0 ? QUEUE_OK
                                                    : QUEUE_FAILED;
}


/* The journal does not let the call through: the analysis ends. */
static void
run_refused(run_t *run, const journal_call_t *call)
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


/* Until something has to be done without any event. */
static int
run_timeout(const run_t *run)
{
    bool     place;
    size_t   i;
    int64_t  now, wait;

    now = clock_ms();
    wait = slot_beat_wait(run->a->slot);

    /* a pause that is over waits for a place, not for a time */

    place = run_has_place(run);

    for (i = 0; i < run->plan->n; i++) {
        if (place && run->calls[i].state == CALL_PAUSED
            && run->calls[i].at - now < wait)
        {
            wait = run->calls[i].at - now;
        }
    }

    if (run->drain_until != 0 && run->drain_until - now < wait) {
        wait = run->drain_until - now;
    }

    wait = wait < 1 ? 1 : wait;

    return wait > RUN_MAX_WAIT_MS ? RUN_MAX_WAIT_MS : (int) wait;
}


/* A transfer has ended: the books first, then what it means. */
static queue_rc_e
run_ended(run_t *run, run_call_t *call)
{
    queue_rc_e            rc;
    const llm_outcome_t  *outcome;

    outcome = llm_call_outcome(call->transfer);
    rc = journal_settle(run->a->slot, &call->journal, outcome, run->price);

    run_decide(run, call, outcome);
    llm_call_free(call->transfer);
    call->transfer = NULL;

    return rc;
}


static void
run_decide(run_t *run, run_call_t *call, const llm_outcome_t *outcome)
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

        run_set(run, call, CALL_ANSWERED);
        return;

    case LLM_ADAPTED:
    case LLM_RETRY:
        call->at = clock_ms() + (d.action == LLM_RETRY ? d.delay_ms : 0);
        run_set(run, call, CALL_PAUSED);
        return;

    case LLM_THROTTLED:
        run->throttle_ms = d.delay_ms > RUN_MAX_THROTTLE ? RUN_MAX_THROTTLE
                                                         : d.delay_ms;
        run_set(run, call, CALL_WAITING);
        return;

    case LLM_FAILED:
        break;
    }

    if (outcome->result == LLM_TRUNCATED && run_lengthen(run, call)) {
        return;
    }

    run_set(run, call, CALL_WAITING);
    run_fail(run, d.code != NULL ? d.code : "LLM_UNAVAILABLE",
             outcome->message);
}


/* Ends the analysis with our words for the code, and the provider's. */
static void
run_fail(run_t *run, const char *code, const char *message)
{
    int  i;

    for (i = 0; run_words[i].code != NULL; i++) {
        if (strcmp(run_words[i].code, code) == 0) {
            analysis_fail(run->a, code, "%s%s%s", run_words[i].words,
                          message[0] != '\0' ? ": " : "", message);
            return;
        }
    }

    analysis_fail(run->a, code, "%s", message);
}


/* An answer that was cut is asked for once more, with twice the room. */
static bool
run_lengthen(run_t *run, run_call_t *call)
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
    run_set(run, call, CALL_PAUSED);

    return true;
}


static queue_rc_e
run_answer(run_t *run, run_call_t *call, const char *text, size_t len)
{
    queue_rc_e     rc;
    paperal_buf_t  errors;

    paperal_buf_init(&errors, RUN_MAX_ERRORS);

    if (model_check(run->model, call->plan, text, len, &errors) == 0) {
        rc = run_fill(run, call, text, len);

    } else if (!call->repair) {
        rc = run_repair(run, call, text, len, paperal_buf_cstr(&errors));

    } else {
        log_warn("the answer to \"%s\" is still invalid, its stages stay"
                 " empty", call->journal.name);
        rc = run_fill(run, call, NULL, 0);
    }

    paperal_buf_release(&errors);

    return rc;
}


/* One more round, as a call of its own with an input of its own. */
static queue_rc_e
run_repair(run_t *run, run_call_t *call, const char *text, size_t len,
    const char *errors)
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
        return run_fill(run, call, NULL, 0);
    }

    run_set(run, call, CALL_PAUSED);

    return QUEUE_OK;
}


/* text NULL: there is no usable answer. */
static queue_rc_e
run_fill(run_t *run, run_call_t *call, const char *text, size_t len)
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

        done = run_finish_stage(run, call, n, &out[n]);
    }

    for (n = 0; n < ENGINE_STAGES; n++) {
        paperal_buf_release(&out[n]);
    }

    if (done == QUEUE_OK) {
        run_set(run, call, CALL_DONE);
    }

    return done;
}


static queue_rc_e
run_finish_stage(run_t *run, run_call_t *call, int n, paperal_buf_t *out)
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


/* The only writer of call->state. */
static void
run_set(run_t *run, run_call_t *call, call_state_e state)
{
    log_debug("model call \"%s\": %s -> %s", call->plan->name,
              run_states[call->state], run_states[state]);

    if (state == CALL_SENT) {
        run->under_way++;
    }

    call->state = state;
}


/* Transfers that are still under way are aborted; the journal knows them. */
static void
run_close(run_t *run)
{
    int     n;
    size_t  i;

    for (i = 0; run->plan != NULL && i < run->plan->n; i++) {
        if (run->calls[i].transfer != NULL) {
            llm_call_free(run->calls[i].transfer);
        }

        free(run->calls[i].text);
        journal_release(&run->calls[i].journal);
        model_prompt_release(&run->calls[i].prompt);
        model_prompt_release(&run->calls[i].repaired);
        paperal_buf_release(&run->calls[i].parameters);
    }

    (void) journal_listen(run->a->slot, false);

    /* the provenance of the results points into these */

    for (i = 0, n = 0; i < PLAN_MAX_CALLS; i++) {
        if (run->metas[i] != NULL && n < ANALYSIS_MAX_METAS) {
            run->a->metas[n++] = run->metas[i];
        }
    }

    model_free(run->model);
    llm_client_free(run->replayer);
    free(run);
}
