/*
 * The handler of "analysis" jobs: the stages, each with a checkpoint, then
 * the results.
 *
 * The embedded engine runs here, stage after stage; a language model's run is
 * in model_run.c.  A stage whose checkpoint has the same input hash is taken
 * as it is, so a job that comes back after a crash, a restart or a lost lease
 * repeats nothing that was finished.
 */

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "analysis.h"
#include "engine/assemble.h"
#include "engine/score.h"
#include "log.h"


static queue_rc_e analysis_begin(analysis_t *a);
static queue_rc_e analysis_prepare(analysis_t *a);
static cJSON *analysis_json(const analysis_t *a, const char *column);
static void analysis_options(analysis_t *a);
static queue_rc_e analysis_embedded(analysis_t *a);
static queue_rc_e analysis_stage(analysis_t *a, engine_t *e, int n);
static queue_rc_e analysis_finish(analysis_t *a);
static void analysis_release(analysis_t *a);


queue_rc_e
job_analysis(slot_t *slot)
{
    analysis_t   a;
    queue_rc_e   rc;
    const char  *engine;

    memset(&a, 0, sizeof(analysis_t));
    a.slot = slot;

    rc = analysis_begin(&a);

    if (rc == QUEUE_OK) {
        rc = analysis_prepare(&a);
    }

    if (rc == QUEUE_OK && a.error[0] == '\0') {
        engine = analysis_value(&a, "engine");

        rc = engine != NULL && strcmp(engine, "openai") == 0
             ? model_run(&a) : analysis_embedded(&a);
    }

    if (rc == QUEUE_OK && a.error[0] == '\0') {
        rc = analysis_finish(&a);
    }

    if (a.error[0] != '\0' && rc != QUEUE_LOST && rc != QUEUE_CANCELLED) {
        log_error("analysis of \"%s\" failed: %s: %s", slot->job.subject,
                  a.code, a.error);
        rc = queue_fail(&slot->db, &slot->job, a.code, a.error);
    }

    analysis_release(&a);

    return rc;
}


void
analysis_fail(analysis_t *a, const char *code, const char *fmt, ...)
{
    va_list  args;

    if (a->error[0] != '\0') {
        return;
    }

    snprintf(a->code, sizeof(a->code), "%s", code);

    va_start(args, fmt);
    vsnprintf(a->error, sizeof(a->error), fmt, args);
    va_end(args);
}


const char *
analysis_value(const analysis_t *a, const char *column)
{
    return db_value(a->row, column);
}


static queue_rc_e
analysis_begin(analysis_t *a)
{
    const char  *values[2];

    values[0] = a->slot->job.id;
    values[1] = a->slot->job.epoch;

    a->row = db_exec_fenced(&a->slot->db,
                            "SELECT * FROM begin_analysis($1::bigint,"
                            " $2::bigint)", 2, values, QUEUE_RETRY_MS);
    if (a->row == NULL) {
        return QUEUE_DOWN;
    }

    if (PQresultStatus(a->row) != PGRES_TUPLES_OK) {
        return QUEUE_FAILED;
    }

    return db_has_row(a->row) ? QUEUE_OK : QUEUE_LOST;
}


/* Parses what begin_analysis() gave. */
static queue_rc_e
analysis_prepare(analysis_t *a)
{
    char         err[ANALYSIS_MAX_TEXT];
    const char  *text;

    text = analysis_value(a, "document");

    if (text == NULL) {
        analysis_fail(a, "SERVER_ERROR", "the paper has no text");
        return QUEUE_OK;
    }

    a->doc = document_parse(text, strlen(text), err, sizeof(err));
    if (a->doc == NULL) {
        analysis_fail(a, "SERVER_ERROR", "%s", err);
        return QUEUE_OK;
    }

    a->parameters = analysis_json(a, "parameters");
    a->stages = analysis_json(a, "stages");
    a->sources = analysis_json(a, "sources");
    a->kept = analysis_json(a, "kept");

    analysis_options(a);

    a->provenance.engine = "embedded";
    a->provenance.mode = a->opt.unpublished ? "confidential" : "standard";
    a->provenance.paper_sha256 = analysis_value(a, "paper_sha256");
    a->provenance.created_at = analysis_value(a, "created_at");

    return QUEUE_OK;
}


/* A column of JSON; NULL when it is absent. */
static cJSON *
analysis_json(const analysis_t *a, const char *column)
{
    const char  *text;

    text = analysis_value(a, column);

    return text != NULL ? cJSON_Parse(text) : NULL;
}


/* The parameters have been checked by the API; what is absent is default. */
static void
analysis_options(analysis_t *a)
{
    int           i;
    const char   *unpublished;
    const cJSON  *weights, *weight;

    a->opt.language = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(a->parameters, "language"));

    a->opt.sources = a->sources;

    unpublished = analysis_value(a, "unpublished");
    a->opt.unpublished = unpublished != NULL && *unpublished == 't';

    weights = cJSON_GetObjectItemCaseSensitive(a->parameters, "weights");

    for (i = 0; i < ENGINE_PARTS; i++) {
        weight = cJSON_GetObjectItemCaseSensitive(weights,
                                                  score_part_name(i));
        if (cJSON_IsNumber(weight)) {
            a->opt.weight_set[i] = 1;
            a->opt.weight[i] = weight->valueint;
        }
    }
}


static queue_rc_e
analysis_embedded(analysis_t *a)
{
    int          n;
    engine_t    *e;
    queue_rc_e   rc;

    e = engine_new(a->doc, &a->opt);
    rc = QUEUE_OK;

    for (n = 0; rc == QUEUE_OK && n < ENGINE_STAGES; n++) {
        rc = slot_draining() ? QUEUE_BACK : analysis_stage(a, e, n);
    }

    engine_free(e);

    return rc;
}


static queue_rc_e
analysis_stage(analysis_t *a, engine_t *e, int n)
{
    queue_rc_e  rc;

    rc = slot_beat(a->slot);
    if (rc != QUEUE_OK) {
        return rc;
    }

    paperal_buf_init(&a->texts[n], ENGINE_MAX_STAGE);

    if (engine_input_sha256(a->doc, &a->opt, engine_stages[n], &a->outputs,
                            a->hashes[n]) != 0)
    {
        analysis_fail(a, "SERVER_ERROR", "stage \"%s\" has no input hash",
                      engine_stages[n]);
        return QUEUE_FAILED;
    }

    if (analysis_reuse(a, n) != 0) {
        rc = analysis_begin_stage(a, n);

        if (rc == QUEUE_OK
            && engine_stage_run(e, engine_stages[n], &a->outputs,
                                &a->texts[n]) != 0)
        {
            analysis_fail(a, "SERVER_ERROR", "stage \"%s\" failed",
                          engine_stages[n]);
            rc = QUEUE_FAILED;
        }

        if (rc == QUEUE_OK) {
            rc = analysis_end_stage(a, n, false);
        }
    }

    analysis_publish(a, n);

    return rc;
}


int
analysis_reuse(analysis_t *a, int n)
{
    char         *text;
    const char   *hash, *name, *status;
    const cJSON  *stage;

    cJSON_ArrayForEach(stage, a->stages) {
        name = cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(stage, "name"));
        status = cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(stage, "status"));
        hash = cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(stage, "input_hash"));

        if (name == NULL || strcmp(name, engine_stages[n]) != 0
            || status == NULL || strcmp(status, "completed") != 0
            || hash == NULL || strcmp(hash, a->hashes[n]) != 0)
        {
            continue;
        }

        text = cJSON_PrintUnformatted(
            cJSON_GetObjectItemCaseSensitive(stage, "output"));
        if (text == NULL) {
            return -1;
        }

        paperal_buf_clear(&a->texts[n]);
        paperal_buf_str(&a->texts[n], text);
        cJSON_free(text);

        return a->texts[n].failed ? -1 : 0;
    }

    return -1;
}


queue_rc_e
analysis_begin_stage(analysis_t *a, int n)
{
    const char  *values[3];

    values[2] = engine_stages[n];

    return queue_call(&a->slot->db, &a->slot->job,
                      "SELECT begin_stage($1::bigint, $2::bigint, $3)", 3,
                      values);
}


queue_rc_e
analysis_end_stage(analysis_t *a, int n, bool reused)
{
    const char  *values[6];

    values[2] = engine_stages[n];
    values[3] = a->hashes[n];
    values[4] = paperal_buf_cstr(&a->texts[n]);
    values[5] = reused ? "true" : "false";

    return queue_call(&a->slot->db, &a->slot->job,
                      "SELECT complete_stage($1::bigint, $2::bigint, $3, $4,"
                      " $5::json, $6::boolean)", 6, values);
}


void
analysis_publish(analysis_t *a, int n)
{
    a->outputs.json[n] = a->texts[n].data;
    a->outputs.len[n] = a->texts[n].len;

    a->provenance.stages[n].input_sha256 = a->hashes[n];
    a->provenance.stages[n].status = "completed";

    if (a->provenance.stages[n].attempt == 0) {
        a->provenance.stages[n].attempt = 1;
    }
}


static queue_rc_e
analysis_finish(analysis_t *a)
{
    char            err[ANALYSIS_MAX_TEXT];
    queue_rc_e      rc;
    const char     *values[4];
    paperal_buf_t   full, brief;

    rc = QUEUE_OK;
    paperal_buf_init(&full, ENGINE_MAX_RESULTS);
    paperal_buf_init(&brief, ENGINE_MAX_RESULTS);

    if (engine_assemble(a->doc, &a->opt, &a->outputs, &a->provenance,
                        a->kept, &full, &brief, err, sizeof(err)) != 0)
    {
        analysis_fail(a, "SERVER_ERROR", "%s", err);

    } else {
        values[2] = paperal_buf_cstr(&full);
        values[3] = paperal_buf_cstr(&brief);

        rc = queue_call(&a->slot->db, &a->slot->job,
                        "SELECT complete_analysis($1::bigint, $2::bigint,"
                        " $3::json, $4::json,"
                        " $3::json #>> '{provenance,result_sha256}')",
                        4, values);
    }

    paperal_buf_release(&full);
    paperal_buf_release(&brief);

    return rc;
}


static void
analysis_release(analysis_t *a)
{
    int  n;

    for (n = 0; n < ENGINE_STAGES; n++) {
        if (a->texts[n].max != 0) {
            paperal_buf_release(&a->texts[n]);
        }
    }

    for (n = 0; n < ANALYSIS_MAX_METAS; n++) {
        cJSON_Delete(a->metas[n]);
    }

    document_free(a->doc);
    cJSON_Delete(a->parameters);
    cJSON_Delete(a->stages);
    cJSON_Delete(a->sources);
    cJSON_Delete(a->kept);
    PQclear(a->row);
}
