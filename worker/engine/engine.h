/*
 * The embedded analysis engine: quotes from a paper, put in order.
 *
 * It works in eleven stages, in the order of engine_stages[].  A stage writes
 * its section of the results in a neutral form: the section's object as in
 * Results of openapi.json, except that every place with evidence carries
 *
 *     "evidence": [{"sid": "s0012", "quote": "..."}]
 *
 * instead of "evidence_ids", that claims are only {kind, text, basis,
 * confidence, evidence}, and that nothing has an id or a verdict.  Whoever
 * writes that form (a stage here, or an adapter of a model's answer), the
 * assembler (assemble.h) checks the quotes, numbers claims and evidence and
 * gives the verdicts: no stage can assert that a quote is verified.
 *
 * Everything is computed in integers and in a fixed order, so equal input
 * gives equal bytes, on any machine.  Names of authors, affiliations and
 * funders are never read by anything that enters the score.
 */

#ifndef ENGINE_H
#define ENGINE_H


#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "document.h"
#include "paperal_buf.h"
#include "paperal_sha256.h"


#define ENGINE_VERSION         "embedded-4"
#define ENGINE_SCHEMA_VERSION  "1.0"
#define ENGINE_PARTS           7
#define ENGINE_MAX_STAGE       (1024 * 1024)       /* bytes of one output */
#define ENGINE_MAX_RESULTS     (8 * 1024 * 1024)
#define ENGINE_VERSION_LEN     64


typedef struct engine_s  engine_t;

/* Indices of engine_stages[]. */
enum {
    ENGINE_PROFILE = 0,
    ENGINE_FEASIBILITY,
    ENGINE_MARKET,
    ENGINE_COMPETITION,
    ENGINE_PROPERTY,
    ENGINE_BUSINESS,
    ENGINE_PATH,
    ENGINE_RESOURCES,
    ENGINE_RISKS,
    ENGINE_SWOT,               /* the first that reads claims, not the paper */
    ENGINE_SUMMARY,
    ENGINE_STAGES
};

/* Zeroed options with weight_set false mean: all defaults. */
typedef struct {
    const char  *language;               /* "en", "zh"; NULL: the paper's */
    const cJSON *sources;                /* see sources.h; NULL: none */
    bool         unpublished;
    bool         weight_set[ENGINE_PARTS];
    int          weight[ENGINE_PARTS];   /* 0..100, order of score.h */
} engine_options_t;

/* The outputs of stages, in the order of engine_stages[]; NULL: none. */
typedef struct {
    const char  *json[ENGINE_STAGES];
    size_t       len[ENGINE_STAGES];
} engine_outputs_t;

/*
 * What is known about a stage's run.  call is an object whose members are
 * copied to the provenance: prompt_id, prompt_version, prompt_sha256,
 * model_requested, model_reported, system_fingerprint, seed, temperature,
 * input_tokens, cached_tokens, output_tokens, cost_micro_usd, latency_ms,
 * response_id, finish_reason.
 */
typedef struct {
    int          attempt;
    const char  *status;                 /* completed, reused, ... */
    const char  *input_sha256;
    const cJSON *call;                   /* of a model; NULL: embedded */
} engine_stage_record_t;

typedef struct {
    const char             *engine;          /* "embedded" or "openai" */
    const char             *engine_version;  /* NULL: ENGINE_VERSION */
    const char             *mode;            /* standard, ... */
    const char             *paper_sha256;
    const char             *created_at;      /* RFC 3339 */
    int                     schema_repairs;  /* answers asked for again */
    engine_stage_record_t   stages[ENGINE_STAGES];
} engine_provenance_t;


/* Names of the stages, in order. */
extern const char *const  engine_stages[ENGINE_STAGES];


/* Index of a stage's name, or -1. */
int engine_stage_index(const char *stage);

/* Version of all lexicons and the rubric: "1:" and 16 hex digits of a hash. */
const char *engine_lexicon_version(void);

/*
 * Prepares the analysis of a document.  doc and opt must outlive the engine.
 * Never NULL; the caller frees it with engine_free().  The work of all stages
 * on one engine is shared, so running them on one is faster; the bytes are
 * the same on a fresh one.
 */
engine_t *engine_new(const document_t *doc, const engine_options_t *opt);
void engine_free(engine_t *e);

/*
 * Appends the neutral output of one stage to out (initialised by the caller,
 * maximum at least ENGINE_MAX_STAGE).  "swot" and "executive_summary" read
 * the claims of previous; the other stages ignore it, and it may be NULL.
 * Returns 0, or -1 for an unknown stage or when out has failed.
 */
int engine_stage_run(engine_t *e, const char *stage,
    const engine_outputs_t *previous, paperal_buf_t *out);

/*
 * Writes the hash of everything a stage's output depends on: stage, engine
 * and lexicon versions, the options that matter to it, the document's text
 * and metadata that are read, and for the last two stages the outputs before.
 * Equal hashes mean equal output.  Returns 0, or -1.
 */
int engine_input_sha256(const document_t *doc, const engine_options_t *opt,
    const char *stage, const engine_outputs_t *previous,
    char hex[PAPERAL_SHA256_HEX_SIZE]);

/*
 * Appends the paper's statements of the back matter as an object
 * {funding, conflict_of_interest, data_availability, code_availability},
 * each null or {"text": s, "page": n}.  Independent of options.
 * Returns 0, or -1 when out has failed.
 */
int engine_statements(const document_t *doc, paperal_buf_t *out);

/*
 * Everything at once: parses the document, runs all stages, assembles.
 * created_at and paper_sha256 of the provenance are empty strings.
 * Returns 0, or -1 with a text in err.
 */
int engine_analyze_document(const char *json, size_t len,
    const engine_options_t *opt, paperal_buf_t *full, paperal_buf_t *brief,
    char *err, size_t errlen);


#endif /* ENGINE_H */
