/*
 * Between the paper and a language model: writes the prompts, and makes of an
 * answer the neutral outputs of engine.h.  No network, no database; equal
 * input gives equal bytes.
 *
 * A model writes text, enums, sentence ids and quotes.  Whether a quote
 * stands in the paper, the level of readiness, and which numbers may be said
 * is decided here and in the assembler, never by the model.
 */

#ifndef MODEL_H
#define MODEL_H


#include <cjson/cJSON.h>
#include <stdbool.h>

#include "engine.h"
#include "plan.h"


#define MODEL_MAX_MESSAGES  4
#define MODEL_MAX_PROMPT    (8 * 1024 * 1024)    /* bytes of a message */
#define MODEL_MAX_ANSWER    (2 * 1024 * 1024)


typedef struct model_s  model_t;

/* Everything is borrowed and must outlive the model_t. */
typedef struct {
    const engine_options_t  *engine;
    const char              *industry_context;   /* or NULL */
    const cJSON             *focus_areas;        /* strings, or NULL */
    const cJSON             *sources;            /* of users, or NULL */
    int64_t                  max_paper_tokens;   /* 0: no limit */
} model_options_t;

typedef struct {
    const char     *role;
    paperal_buf_t   text;
} model_message_t;

typedef struct {
    size_t            n;
    model_message_t   messages[MODEL_MAX_MESSAGES];
    const char       *schema_name;
    const char       *schema;              /* JSON text, static */
    const char       *prompt_id;
    const char       *prompt_version;
    char              prompt_sha256[PAPERAL_SHA256_HEX_SIZE];
    int               max_output_tokens;
} model_prompt_t;


/* Never NULL; the caller frees it. */
model_t *model_new(const document_t *doc, const model_options_t *opt);
void model_free(model_t *m);

void model_prompt_init(model_prompt_t *p);
void model_prompt_release(model_prompt_t *p);

/*
 * Writes the prompt of a call: a fixed system message, and one of the user
 * with the paper, the users' sources and, last, the task.  The bytes up to
 * the task are the same in all calls of an analysis.  outputs are the neutral
 * outputs so far; a review reads those of its own stages (none: an empty
 * answer).  Returns 0, or -1 when a limit is exceeded.
 */
int model_prompt(model_t *m, const plan_call_t *call,
    const engine_outputs_t *outputs, model_prompt_t *p);

/*
 * The same prompt with the answer and what is wrong with it, asked again.
 * errors are lines as model_check() writes them.
 */
int model_repair_prompt(const model_prompt_t *first, const char *answer,
    size_t len, const char *errors, model_prompt_t *p);

/*
 * The hash of everything that an answer depends on: call, prompt version,
 * schema, provider, model, parameters, every byte of every message.
 */
int model_input_sha256(const model_prompt_t *p, const char *call,
    const char *provider, const char *model, const char *parameters,
    char hex[PAPERAL_SHA256_HEX_SIZE]);

/*
 * 0 when an answer holds JSON that the call's schema allows; -1 with lines
 * for the repair round in errors.
 */
int model_check(model_t *m, const plan_call_t *call, const char *answer,
    size_t len, paperal_buf_t *errors);

/*
 * Writes the neutral output of each stage of the call from an answer that
 * model_check() accepts; out[n] is initialised by the caller for these
 * stages.  previous are the outputs that the call's prompt has seen.
 * Returns 0, or -1 when a buffer has failed or the answer is no such JSON.
 */
int model_outputs(model_t *m, const plan_call_t *call, const char *answer,
    size_t len, const engine_outputs_t *previous,
    paperal_buf_t out[ENGINE_STAGES]);

/*
 * Writes the output of a stage that the model gave no usable answer for:
 * empty, with the reason and the questions that remain.  Returns 0, or -1.
 */
int model_degrade(model_t *m, int stage, paperal_buf_t *out);

/* Version of prompts and adapters, for the provenance: "model-1". */
const char *model_version(void);


#endif /* MODEL_H */
