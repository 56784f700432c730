/*
 * The handler of "analysis" jobs: the stages of the embedded engine, each
 * with a checkpoint, then the results.
 *
 * A stage whose checkpoint has the same input hash is taken as it is, so a
 * job that comes back after a crash, a restart or a lost lease repeats
 * nothing that was finished.
 */

#include <stdlib.h>
#include <string.h>
#include <cjson/cJSON.h>

#include "document.h"
#include "engine/assemble.h"
#include "engine/engine.h"
#include "engine/score.h"
#include "log.h"
#include "paperal_buf.h"
#include "paperal_sha256.h"
#include "slot.h"

#define ANALYSIS_MAX_TEXT  256


typedef struct {
    slot_t               *slot;
    PGresult             *row;          /* of begin_analysis() */
    cJSON                *parameters;
    cJSON                *stages;       /* what is checkpointed */
    document_t           *doc;
    engine_t             *engine;
    engine_options_t      opt;
    engine_outputs_t      outputs;
    engine_provenance_t   provenance;
    paperal_buf_t         texts[ENGINE_STAGES];
    char                  hashes[ENGINE_STAGES][PAPERAL_SHA256_HEX_SIZE];
    char                  error[ANALYSIS_MAX_TEXT];
} analysis_t;


static queue_rc_e analysis_begin(analysis_t *a);
static queue_rc_e analysis_prepare(analysis_t *a);
static void analysis_options(analysis_t *a);
static queue_rc_e analysis_stage(analysis_t *a, int n);
static int analysis_reuse(analysis_t *a, int n);
static queue_rc_e analysis_run_stage(analysis_t *a, int n);
static queue_rc_e analysis_finish(analysis_t *a);
static void analysis_release(analysis_t *a);


queue_rc_e
job_analysis(slot_t *slot)
{
    int          n;
    analysis_t   a;
    queue_rc_e   rc;

    memset(&a, 0, sizeof(analysis_t));
    a.slot = slot;

    rc = analysis_begin(&a);

    if (rc == QUEUE_OK) {
        rc = analysis_prepare(&a);
    }

    for (n = 0; rc == QUEUE_OK && n < ENGINE_STAGES; n++) {
        rc = slot_draining() ? QUEUE_BACK : analysis_stage(&a, n);
    }

    if (rc == QUEUE_OK) {
        rc = analysis_finish(&a);
    }

    if (a.error[0] != '\0') {
        log_error("analysis of \"%s\" failed: %s", slot->job.subject, a.error);
        rc = queue_fail(&slot->db, &slot->job, "SERVER_ERROR", a.error);
    }

    analysis_release(&a);

    return rc;
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


/* Parses what begin_analysis() gave and makes the engine. */
static queue_rc_e
analysis_prepare(analysis_t *a)
{
    const char  *text;

    text = db_value(a->row, "document");

    if (text == NULL) {
        snprintf(a->error, sizeof(a->error), "the paper has no text");
        return QUEUE_FAILED;
    }

    a->doc = document_parse(text, strlen(text), a->error, sizeof(a->error));
    if (a->doc == NULL) {
        return QUEUE_FAILED;
    }

    text = db_value(a->row, "parameters");
    a->parameters = text != NULL ? cJSON_Parse(text) : NULL;

    text = db_value(a->row, "stages");
    a->stages = text != NULL ? cJSON_Parse(text) : NULL;

    analysis_options(a);

    a->engine = engine_new(a->doc, &a->opt);

    a->provenance.engine = "embedded";
    a->provenance.mode = a->opt.unpublished ? "confidential" : "standard";
    a->provenance.paper_sha256 = db_value(a->row, "paper_sha256");
    a->provenance.created_at = db_value(a->row, "created_at");

    return QUEUE_OK;
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

    unpublished = db_value(a->row, "unpublished");
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
analysis_stage(analysis_t *a, int n)
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
        snprintf(a->error, sizeof(a->error), "stage \"%s\" has no input hash",
                 engine_stages[n]);
        return QUEUE_FAILED;
    }

    a->provenance.stages[n].attempt = 1;
    a->provenance.stages[n].input_sha256 = a->hashes[n];
    a->provenance.stages[n].status = "completed";

    if (analysis_reuse(a, n) != 0) {
        rc = analysis_run_stage(a, n);
    }

    a->outputs.json[n] = a->texts[n].data;
    a->outputs.len[n] = a->texts[n].len;

    return rc;
}


/* 0 when the stage's checkpoint is of the same input: its output is used. */
static int
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

        paperal_buf_str(&a->texts[n], text);
        cJSON_free(text);

        if (a->texts[n].failed) {
            paperal_buf_clear(&a->texts[n]);
            return -1;
        }

        return 0;
    }

    return -1;
}


static queue_rc_e
analysis_run_stage(analysis_t *a, int n)
{
    queue_rc_e   rc;
    const char  *values[6];

    values[2] = engine_stages[n];

    rc = queue_call(&a->slot->db, &a->slot->job,
                    "SELECT begin_stage($1::bigint, $2::bigint, $3)", 3,
                    values);
    if (rc != QUEUE_OK) {
        return rc;
    }

    if (engine_stage_run(a->engine, engine_stages[n], &a->outputs,
                         &a->texts[n]) != 0)
    {
        snprintf(a->error, sizeof(a->error), "stage \"%s\" failed",
                 engine_stages[n]);
        return QUEUE_FAILED;
    }

    values[2] = engine_stages[n];
    values[3] = a->hashes[n];
    values[4] = paperal_buf_cstr(&a->texts[n]);
    values[5] = "false";

    return queue_call(&a->slot->db, &a->slot->job,
                      "SELECT complete_stage($1::bigint, $2::bigint, $3, $4,"
                      " $5::json, $6::boolean)", 6, values);
}


static queue_rc_e
analysis_finish(analysis_t *a)
{
    queue_rc_e      rc;
    const char     *values[4];
    paperal_buf_t   full, brief;

    paperal_buf_init(&full, ENGINE_MAX_RESULTS);
    paperal_buf_init(&brief, ENGINE_MAX_RESULTS);

    if (engine_assemble(a->doc, &a->opt, &a->outputs, &a->provenance, NULL,
                        &full, &brief, a->error, sizeof(a->error)) != 0)
    {
        rc = QUEUE_OK;      /* the error's text ends the job */

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

    if (a->engine != NULL) {
        engine_free(a->engine);
    }

    document_free(a->doc);
    cJSON_Delete(a->parameters);
    cJSON_Delete(a->stages);
    PQclear(a->row);
}
