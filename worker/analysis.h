/*
 * A running analysis, shared by the job's handler (job_analysis.c) and the
 * run by a language model (model_run.c).
 */

#ifndef WORKER_ANALYSIS_H
#define WORKER_ANALYSIS_H

#include <stdbool.h>
#include <cjson/cJSON.h>

#include "document.h"
#include "engine/engine.h"
#include "paperal_buf.h"
#include "paperal_sha256.h"
#include "slot.h"

#define ANALYSIS_MAX_TEXT  512      /* bytes of an error's message */
#define ANALYSIS_MAX_CODE  64
#define ANALYSIS_MAX_METAS 24       /* calls of a model */

typedef struct {
    slot_t               *slot;
    PGresult             *row;          /* of begin_analysis() */
    cJSON                *parameters;
    cJSON                *stages;       /* what is checkpointed */
    cJSON                *sources;      /* of users; NULL: none */
    cJSON                *kept;         /* claims people worked on; or NULL */
    document_t           *doc;
    engine_options_t      opt;
    engine_outputs_t      outputs;
    engine_provenance_t   provenance;
    cJSON                *metas[ANALYSIS_MAX_METAS];  /* of the calls */
    paperal_buf_t         texts[ENGINE_STAGES];
    char                  hashes[ENGINE_STAGES][PAPERAL_SHA256_HEX_SIZE];
    char                  code[ANALYSIS_MAX_CODE];
    char                  error[ANALYSIS_MAX_TEXT];
} analysis_t;

/*
 * Notes why the analysis ends as failed: a code and the user's words.  The
 * first one stays.
 */
void analysis_fail(analysis_t *a, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* A column of begin_analysis() as text, or NULL. */
const char *analysis_value(const analysis_t *a, const char *column);

/*
 * 0 when stage n has a checkpoint of the input a->hashes[n]: its output is
 * then in a->texts[n].  Else -1.
 */
int analysis_reuse(analysis_t *a, int n);

/* Tells that stage n begins. */
queue_rc_e analysis_begin_stage(analysis_t *a, int n);

/* Writes the checkpoint of stage n, whose output is in a->texts[n]. */
queue_rc_e analysis_end_stage(analysis_t *a, int n, bool reused);

/* Makes a->texts[n] the output that later stages read. */
void analysis_publish(analysis_t *a, int n);

/*
 * Runs all stages by the configured model; when it returns QUEUE_OK without
 * a->error, every stage has its output.  See model_run.c.
 */
queue_rc_e model_run(analysis_t *a);

#endif /* WORKER_ANALYSIS_H */
