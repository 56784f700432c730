/*
 * The run of an analysis by a language model: the calls of its plan, at most
 * LLM_PARALLEL at once, each journalled before it is sent and its answer
 * stored before it is read (model_call.c).
 *
 * A failure that ends the analysis starts nothing more, but waits for what is
 * under way: it is paid for, and a later run finds the answers in the
 * journal.  A cancel, a lost lease and the end of this process abort at once.
 */

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "model_run.h"
#include "settings.h"

#define RUN_MAX_WAIT_MS   60000
#define RUN_DRAIN_MS      4000     /* for calls under way at SIGTERM */


static queue_rc_e run_open(model_run_t *run);
static queue_rc_e run_loop(model_run_t *run);
static queue_rc_e run_take(model_run_t *run);
static bool run_is_over(const model_run_t *run);
static queue_rc_e run_start_all(model_run_t *run);
static bool run_has_place(const model_run_t *run);
static bool run_may_start(const model_run_t *run, const model_call_t *call);
static int run_timeout(const model_run_t *run);
static void run_close(model_run_t *run);


queue_rc_e
model_run(analysis_t *a)
{
    model_run_t       *run;
    queue_rc_e   rc;

    run = calloc(1, sizeof(model_run_t));
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
run_open(model_run_t *run)
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
run_loop(model_run_t *run)
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
run_take(model_run_t *run)
{
    size_t       i;
    queue_rc_e   rc;
    llm_call_t  *transfer;

    while ((transfer = llm_client_done(run->client)) != NULL) {
        rc = model_call_end(run, llm_call_data(transfer));

        if (rc != QUEUE_OK) {
            return rc;
        }
    }

    rc = run_start_all(run);

    for (i = 0; rc == QUEUE_OK && i < run->plan->n; i++) {
        if (run->calls[i].state == CALL_ANSWERED) {
            rc = model_call_answer(run, &run->calls[i], run->calls[i].text,
                            strlen(run->calls[i].text));
            free(run->calls[i].text);
            run->calls[i].text = NULL;
        }
    }

    return rc;
}


/* Nothing is under way, and nothing will be. */
static bool
run_is_over(const model_run_t *run)
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


/* Again from the first when a stored answer may have met others' needs. */
static queue_rc_e
run_start_all(model_run_t *run)
{
    bool        again;
    size_t      i;
    queue_rc_e  rc;

    do {
        again = false;

        for (i = 0; i < run->plan->n && !again; i++) {
            if (!run_may_start(run, &run->calls[i])) {
                continue;
            }

            rc = model_call_start(run, &run->calls[i]);
            if (rc != QUEUE_OK) {
                return rc;
            }

            again = run->calls[i].state == CALL_DONE;
        }

    } while (again);

    return QUEUE_OK;
}


/* Whether a call may be started at all. */
static bool
run_has_place(const model_run_t *run)
{
    return run->a->error[0] == '\0' && run->throttle_ms == 0
           && run->drain_until == 0 && !slot_draining()
           && run->under_way < (size_t) run->a->slot->cfg->llm_parallel;
}


static bool
run_may_start(const model_run_t *run, const model_call_t *call)
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


/* Until something has to be done without any event. */
static int
run_timeout(const model_run_t *run)
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


/* Transfers that are still under way are aborted; the journal knows them. */
static void
run_close(model_run_t *run)
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
    settings_forget();
    free(run);
}
