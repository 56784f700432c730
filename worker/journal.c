/* See journal.h.  Used by the run of a model (model_run.c). */

#include <stdlib.h>
#include <string.h>

#include "journal.h"
#include "llm_tokens.h"
#include "log.h"
#include "paperal_json.h"
#include "paperal_sha256.h"


static void journal_call_json(const journal_call_t *call, const char *body,
    size_t len, paperal_buf_t *b);
static void journal_stages(const char *key, unsigned stages,
    paperal_buf_t *b);
static queue_rc_e journal_read(journal_call_t *call, const PGresult *res);
static void journal_copy(char *to, size_t size, const cJSON *object,
    const char *key);
static void journal_answer_json(journal_call_t *call,
    const llm_outcome_t *outcome, const llm_price_t *price, paperal_buf_t *b);
static int64_t journal_count(int64_t told, int64_t own);
static int64_t journal_output(const llm_outcome_t *outcome);
static void journal_make_meta(journal_call_t *call,
    const llm_outcome_t *outcome, int64_t cost);
static void journal_meta_string(cJSON *meta, const char *key,
    const char *value);


/*
 * The stages begin in the statement that opens their first call, and before
 * it: events are locked before money.  One that an earlier lease has completed
 * stays so: its answer comes from the journal.
 */
static const char  journal_open_sql[] =
    "SELECT o.outcome, o.call_id, o.raw, o.meta, o.detail"
    " FROM (SELECT coalesce(bool_and(begin_stage($1::bigint, $2::bigint, s)),"
    " true) AS held FROM json_array_elements_text($4::json->'stages') s"
    " WHERE NOT EXISTS (SELECT 1 FROM jobs j JOIN analysis_stages t"
    " ON t.analysis_id = j.subject_id WHERE j.id = $1::bigint"
    " AND t.name = s AND t.status = 'completed')) b,"
    " LATERAL open_call($1::bigint, $2::bigint,"
    " CASE WHEN b.held THEN $3::json END) o WHERE b.held";

static const struct {
    const char         *name;
    journal_outcome_e   outcome;
} journal_outcomes[] = {
    { "answered", JOURNAL_ANSWERED },
    { "sent", JOURNAL_SENT },
    { "truncated", JOURNAL_TRUNCATED },
    { "budget", JOURNAL_BUDGET },
    { "unpriced", JOURNAL_UNPRICED },
    { "cancelled", JOURNAL_CANCELLED },
    { "forbidden", JOURNAL_FORBIDDEN },
    { "missing", JOURNAL_MISSING },
    { NULL, JOURNAL_UNKNOWN }
};

/* By llm_result_e: its name, and the state that a call ends in. */
static const struct {
    const char  *name;
    const char  *state;
} journal_results[] = {
    { "answered", "settled" },
    { "truncated", "settled" },
    { "refused", "settled" },
    { "rejected", "failed" },
    { "unsent", "failed" },
    { "lost", "lost" }
};


const char *
journal_result(llm_result_e result)
{
    return journal_results[result].name;
}


void
journal_describe(journal_call_t *call, const char *name,
    const plan_call_t *plan, const model_prompt_t *prompt,
    const llm_client_t *client)
{
    snprintf(call->name, sizeof(call->name), "%s", name);
    call->plan = plan;
    call->prompt = prompt;
    call->client = client;
}


queue_rc_e
journal_open(slot_t *slot, journal_call_t *call, const char *body, size_t len)
{
    PGresult       *res;
    queue_rc_e      rc;
    const char     *values[4];
    paperal_buf_t   b, begin;

    paperal_buf_init(&b, JOURNAL_MAX_CALL);
    paperal_buf_init(&begin, JOURNAL_MAX_CALL);
    journal_call_json(call, body, len, &b);
    paperal_json_open(&begin);
    journal_stages("stages", call->begin, &begin);
    paperal_json_close(&begin);

    values[0] = slot->job.id;
    values[1] = slot->job.epoch;
    values[2] = paperal_buf_cstr(&b);
    values[3] = paperal_buf_cstr(&begin);

    res = b.failed || begin.failed ? NULL
          : db_exec_fenced(&slot->db, journal_open_sql, 4, values,
                           QUEUE_RETRY_MS);
    rc = b.failed || begin.failed ? QUEUE_FAILED : QUEUE_DOWN;
    paperal_buf_release(&b);
    paperal_buf_release(&begin);

    if (res == NULL) {
        return rc;
    }

    rc = PQresultStatus(res) != PGRES_TUPLES_OK ? QUEUE_FAILED
         : db_has_row(res) ? journal_read(call, res) : QUEUE_LOST;

    PQclear(res);

    return rc;
}


static void
journal_call_json(const journal_call_t *call, const char *body, size_t len,
    paperal_buf_t *b)
{
    char                   hex[PAPERAL_SHA256_HEX_SIZE];
    const model_prompt_t  *p;

    p = call->prompt;
    hex[0] = '\0';
    (void) paperal_sha256_hex(body, len, hex);

    paperal_json_open(b);
    paperal_json_strz(b, "name", call->name);
    journal_stages("stages", call->plan->stages, b);
    paperal_json_int(b, "attempt", call->attempt);
    paperal_json_strz(b, "input_hash", call->input_hash);
    paperal_json_strz(b, "provider", llm_client_provider(call->client));
    paperal_json_strz(b, "host", llm_client_host(call->client));
    paperal_json_strz(b, "model", llm_client_model(call->client));
    paperal_json_raw(b, "parameters", call->parameters,
                     strlen(call->parameters));
    paperal_json_strz(b, "prompt_id", p->prompt_id);
    paperal_json_strz(b, "prompt_version", p->prompt_version);
    paperal_json_strz(b, "prompt_sha256", p->prompt_sha256);
    paperal_json_strz(b, "request_sha256", hex);
    paperal_json_int(b, "bytes", (int64_t) len);
    paperal_json_int(b, "input_tokens", call->input_tokens);
    paperal_json_int(b, "max_output_tokens", call->max_output_tokens);
    paperal_json_bool(b, "accept_truncated", 1);

    if (call->reserve < 0) {
        paperal_json_null(b, "reserve_micro_usd");

    } else {
        paperal_json_int(b, "reserve_micro_usd", call->reserve);
    }

    paperal_json_close(b);
}


static void
journal_stages(const char *key, unsigned stages, paperal_buf_t *b)
{
    int  n;

    paperal_json_array(b, key);

    for (n = 0; n < ENGINE_STAGES; n++) {
        if (stages & 1u << n) {
            paperal_json_strz(b, NULL, engine_stages[n]);
        }
    }

    paperal_json_close(b);
}


static queue_rc_e
journal_read(journal_call_t *call, const PGresult *res)
{
    int          i;
    cJSON       *detail;
    const char  *outcome, *id, *raw, *text;

    outcome = db_value(res, "outcome");
    id = db_value(res, "call_id");
    raw = db_value(res, "raw");

    for (i = 0; journal_outcomes[i].name != NULL; i++) {
        if (outcome != NULL && strcmp(journal_outcomes[i].name, outcome) == 0)
        {
            break;
        }
    }

    call->outcome = journal_outcomes[i].outcome;
    snprintf(call->id, sizeof(call->id), "%s", id != NULL ? id : "");

    text = db_value(res, "detail");
    detail = text != NULL ? cJSON_Parse(text) : NULL;
    journal_copy(call->scope, sizeof(call->scope), detail, "scope");
    journal_copy(call->needed, sizeof(call->needed), detail, "needed");
    journal_copy(call->remaining, sizeof(call->remaining), detail,
                 "remaining");
    call->elsewhere = cJSON_IsFalse(
        cJSON_GetObjectItemCaseSensitive(detail, "own"));
    cJSON_Delete(detail);

    if (call->outcome != JOURNAL_ANSWERED) {
        return QUEUE_OK;
    }

    text = db_value(res, "meta");
    cJSON_Delete(call->meta);
    call->meta = text != NULL ? cJSON_Parse(text) : NULL;
    free(call->raw);
    call->raw = raw != NULL ? strdup(raw) : NULL;

    return call->raw != NULL ? QUEUE_OK : QUEUE_FAILED;
}


/* A string, or a whole number as text; "" when it is neither. */
static void
journal_copy(char *to, size_t size, const cJSON *object, const char *key)
{
    const cJSON  *item;

    item = cJSON_GetObjectItemCaseSensitive(object, key);
    to[0] = '\0';

    if (cJSON_IsString(item)) {
        snprintf(to, size, "%s", item->valuestring);

    } else if (cJSON_IsNumber(item)) {
        snprintf(to, size, "%.0f", item->valuedouble);
    }
}


queue_rc_e
journal_settle(slot_t *slot, journal_call_t *call,
    const llm_outcome_t *outcome, const llm_price_t *price)
{
    PGresult       *res;
    queue_rc_e      rc;
    const char     *held, *values[4];
    paperal_buf_t   b;

    paperal_buf_init(&b, JOURNAL_MAX_ANSWER);
    journal_answer_json(call, outcome, price, &b);

    values[0] = slot->job.id;
    values[1] = slot->job.epoch;
    values[2] = call->id;
    values[3] = paperal_buf_cstr(&b);

    rc = QUEUE_FAILED;
    res = b.failed ? NULL
          : db_exec_fenced(&slot->db,
                           "SELECT settle_call($1::bigint, $2::bigint,"
                           " $3::bigint, $4::json)", 4, values,
                           JOURNAL_SETTLE_MS);

    if (res == NULL) {
        rc = b.failed ? QUEUE_FAILED : QUEUE_DOWN;

    } else if (db_has_row(res)) {
        held = PQgetvalue(res, 0, 0);
        rc = *held == 't' ? QUEUE_OK : QUEUE_LOST;
    }

    PQclear(res);
    paperal_buf_release(&b);

    return rc;
}


static void
journal_answer_json(journal_call_t *call, const llm_outcome_t *outcome,
    const llm_price_t *price, paperal_buf_t *b)
{
    int64_t  in, cached, out, cost;
    bool     settled;

    settled = strcmp(journal_results[outcome->result].state, "settled") == 0;
    in = journal_count(outcome->prompt_tokens, call->input_tokens);
    cached = journal_count(outcome->cached_tokens, 0);
    out = journal_output(outcome);
    cost = settled && price != NULL ? llm_cost(price, in, cached, out) : 0;

    paperal_json_open(b);
    paperal_json_strz(b, "state", journal_results[outcome->result].state);
    paperal_json_bool(b, "usable", outcome->result == LLM_ANSWERED
                                   && !outcome->context_truncated);

    if (settled) {
        paperal_json_str(b, "raw", outcome->text, outcome->len);
        paperal_json_int(b, "prompt_tokens", in);
        paperal_json_int(b, "cached_tokens", cached);
        paperal_json_int(b, "completion_tokens", out);
        paperal_json_int(b, "cost_micro_usd", cost);
    }

    paperal_json_strz(b, "finish_reason", outcome->finish_reason);
    paperal_json_strz(b, "model_reported", outcome->model);
    paperal_json_strz(b, "response_id", outcome->response_id);
    paperal_json_strz(b, "system_fingerprint", outcome->fingerprint);
    paperal_json_int(b, "http_status", outcome->http_status);
    paperal_json_int(b, "latency_ms", outcome->latency_ms);
    paperal_json_strz(b, "code", outcome->code);
    paperal_json_strz(b, "message", outcome->message);
    paperal_json_close(b);

    journal_make_meta(call, outcome, cost);
}


/* What the server says, or our own count when it says nothing sensible. */
static int64_t
journal_count(int64_t told, int64_t own)
{
    return told >= 0 && told <= INT32_MAX ? told : own;
}


/* Counting a long answer takes time: only when nobody has told it. */
static int64_t
journal_output(const llm_outcome_t *outcome)
{
    int64_t  n;

    n = journal_count(outcome->completion_tokens, -1);

    return n >= 0 ? n : llm_tokens_count(outcome->text, outcome->len);
}


/* As in "stages" of the provenance ("Provenance" of openapi.json). */
static void
journal_make_meta(journal_call_t *call, const llm_outcome_t *outcome,
    int64_t cost)
{
    cJSON        *meta, *parameters, *item;
    size_t        i;
    const cJSON  *sampling;

    static const char *const  sampled[] = { "temperature", "seed" };

    cJSON_Delete(call->meta);
    meta = cJSON_CreateObject();
    call->meta = meta;

    journal_meta_string(meta, "prompt_id", call->prompt->prompt_id);
    journal_meta_string(meta, "prompt_version", call->prompt->prompt_version);
    journal_meta_string(meta, "prompt_sha256", call->prompt->prompt_sha256);
    journal_meta_string(meta, "model_requested",
                        llm_client_model(call->client));
    journal_meta_string(meta, "model_reported", outcome->model);
    journal_meta_string(meta, "system_fingerprint", outcome->fingerprint);
    journal_meta_string(meta, "response_id", outcome->response_id);
    journal_meta_string(meta, "finish_reason", outcome->finish_reason);

    cJSON_AddNumberToObject(meta, "input_tokens", (double)
        journal_count(outcome->prompt_tokens, call->input_tokens));
    cJSON_AddNumberToObject(meta, "cached_tokens", (double)
        journal_count(outcome->cached_tokens, 0));
    cJSON_AddNumberToObject(meta, "output_tokens",
                            (double) journal_output(outcome));
    cJSON_AddNumberToObject(meta, "cost_micro_usd", (double) cost);
    cJSON_AddNumberToObject(meta, "latency_ms",
                            (double) outcome->latency_ms);

    parameters = cJSON_Parse(call->parameters);
    sampling = cJSON_GetObjectItemCaseSensitive(parameters, "sampling");

    for (i = 0; i < sizeof(sampled) / sizeof(sampled[0]); i++) {
        item = cJSON_GetObjectItemCaseSensitive(sampling, sampled[i]);

        if (cJSON_IsNumber(item)) {
            cJSON_AddNumberToObject(meta, sampled[i], item->valuedouble);
        }
    }

    cJSON_Delete(parameters);
}


static void
journal_meta_string(cJSON *meta, const char *key, const char *value)
{
    if (value != NULL && *value != '\0') {
        cJSON_AddStringToObject(meta, key, value);
    }
}


queue_rc_e
journal_throttle(slot_t *slot, int ms)
{
    char         delay[16];
    const char  *values[3];

    snprintf(delay, sizeof(delay), "%d", ms);
    values[2] = delay;

    log_info("the provider asks to wait, the job is given back for %d ms",
             ms);

    return queue_call(&slot->db, &slot->job,
                      "SELECT throttle_job($1::bigint, $2::bigint,"
                      " $3::int * interval '1 ms')", 3, values);
}


cJSON *
journal_take_meta(journal_call_t *call)
{
    cJSON  *meta;

    meta = call->meta;
    call->meta = NULL;

    return meta;
}


void
journal_release(journal_call_t *call)
{
    free(call->raw);
    cJSON_Delete(call->meta);
    memset(call, 0, sizeof(journal_call_t));
}


queue_rc_e
journal_listen(slot_t *slot, bool on)
{
    if (slot->db.conn == NULL) {
        return on ? QUEUE_DOWN : QUEUE_OK;
    }

    if (db_run(&slot->db, on ? "LISTEN paperal_cancel"
                             : "UNLISTEN paperal_cancel") != 0)
    {
        return on ? QUEUE_DOWN : QUEUE_OK;
    }

    return QUEUE_OK;
}


int
journal_socket(const slot_t *slot)
{
    return slot->db.conn != NULL ? PQsocket(slot->db.conn) : -1;
}


/*
 * Without a connection nothing is heard, and after a new one neither: the
 * heartbeat tells it then.  New jobs that are announced here are found by the
 * next claim.
 */
bool
journal_is_cancelled(slot_t *slot)
{
    bool       cancelled;
    PGnotify  *notify;

    cancelled = false;

    if (slot->db.conn == NULL) {
        return false;
    }

    if (PQconsumeInput(slot->db.conn) == 0) {
        PQclear(db_exec(&slot->db, "SELECT 1", 0, NULL));
        return false;
    }

    while ((notify = PQnotifies(slot->db.conn)) != NULL) {
        if (strcmp(notify->relname, "paperal_cancel") == 0
            && strcmp(notify->extra, slot->job.id) == 0)
        {
            cancelled = true;
        }

        PQfreemem(notify);
    }

    return cancelled;
}
