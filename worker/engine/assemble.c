/*
 * Assembles results, see assemble.h.  The neutral trees are changed in place:
 * each "evidence" becomes "evidence_ids", claims and items get what the
 * server alone decides.  No word of a stage about its own quotes is believed.
 */

#include "assemble.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canonical.h"
#include "claims.h"
#include "evidence.h"
#include "keep.h"
#include "lexicon.h"
#include "paperal_error.h"
#include "paperal_utf8.h"
#include "score.h"


#define ASSEMBLE_MAX_DEPTH  12
#define ASSEMBLE_ID         16
#define ASSEMBLE_WARNING    1024    /* bytes */


typedef struct {
    bool                         failed;
    unsigned                     requiring;
    unsigned                     supported;
    unsigned                     unsupported;
    unsigned                     total;
    cJSON                       *results;
    cJSON                       *warnings;
    cJSON                       *sections[ENGINE_STAGES];
    evidence_t                   ev;
    const document_t            *doc;
    const engine_options_t      *opt;
    const engine_provenance_t   *prov;
} assemble_t;


static bool assemble_parse(assemble_t *as, const engine_outputs_t *outputs,
    char *err, size_t errlen);
static void assemble_resolve(assemble_t *as, cJSON *node, int depth);
static bool assemble_claim(cJSON *claim, unsigned number, size_t stage,
    void *data);
static void assemble_items(assemble_t *as);
static void assemble_removed(assemble_t *as);
static void assemble_warning(assemble_t *as, size_t stage,
    const cJSON *removed);
static void assemble_quality(assemble_t *as);
static cJSON *assemble_sections_found(const assemble_t *as);
static cJSON *assemble_ratio(size_t part, size_t whole);
static void assemble_provenance(assemble_t *as);
static cJSON *assemble_stage(const assemble_t *as, size_t i);
static const char *assemble_version(const assemble_t *as);
static int assemble_pipeline(const assemble_t *as,
    char hex[PAPERAL_SHA256_HEX_SIZE]);
static void assemble_hash_member(paperal_sha256_t *sha, const cJSON *call,
    const char *key);
static void assemble_string(cJSON *object, const char *key,
    const char *value);
static cJSON *assemble_need(cJSON *item);
static bool assemble_is_claims(const cJSON *member, int depth);
static lexicon_lang_e assemble_lang(const assemble_t *as);


/* Lists whose items carry a verdict beside the claims. */
static const struct {
    const char  *section;
    const char  *list;
} assemble_verdicts[] = {
    { "market_opportunities", "potential_applications" },
    { "competition", "alternatives" },
    { "business_model", "recommended_models" },
    { "implementation_path", "phases" },
    { "resource_requirements", "funding_ranges" },
    { "risks", "items" }
};


/* What a call of a model tells about a stage. */
static const char *const  assemble_call_members[] = {
    "prompt_id", "prompt_version", "prompt_sha256", "model_requested",
    "model_reported", "system_fingerprint", "seed", "temperature",
    "input_tokens", "cached_tokens", "output_tokens", "cost_micro_usd",
    "latency_ms", "response_id", "finish_reason"
};

/* What of it enters the hash of the pipeline. */
static const char *const  assemble_call_hashed[] = {
    "prompt_id", "prompt_version", "prompt_sha256", "model_requested", "seed",
    "temperature"
};


int
engine_assemble(const document_t *doc, const engine_options_t *opt,
    const engine_outputs_t *outputs, const engine_provenance_t *prov,
    const cJSON *kept, paperal_buf_t *full, paperal_buf_t *brief, char *err,
    size_t errlen)
{
    int         rc;
    size_t      i;
    assemble_t  as;

    memset(&as, 0, sizeof(assemble_t));
    as.doc = doc;
    as.opt = opt;
    as.prov = prov;
    as.results = assemble_need(cJSON_CreateObject());
    as.warnings = assemble_need(cJSON_CreateArray());
    evidence_init(&as.ev, doc);
    rc = -1;

    if (!assemble_parse(&as, outputs, err, errlen)) {
        goto done;
    }

    assemble_removed(&as);

    for (i = 0; i < ENGINE_STAGES; i++) {
        assemble_resolve(&as, as.sections[i], 0);
    }

    as.total = claims_walk(as.sections, ENGINE_STAGES, assemble_claim, &as);
    assemble_items(&as);
    score_add(as.results, opt, assemble_lang(&as));
    evidence_set(&as.ev, as.results);
    assemble_quality(&as);
    assemble_provenance(&as);

    /* the hash has been taken: it says what the engine did, not people */
    as.failed |= keep_merge(as.results, kept, &as.ev) != 0;
    evidence_set(&as.ev, as.results);

    if (as.failed) {
        (void) snprintf(err, errlen, "results exceed a limit");
        goto done;
    }

    canonical_print(full, as.results, NULL);
    canonical_print(brief, as.results, assemble_is_claims);

    if (full->failed || brief->failed) {
        (void) snprintf(err, errlen, "results are too large");
        goto done;
    }

    rc = 0;

done:

    evidence_release(&as.ev);
    cJSON_Delete(as.results);
    cJSON_Delete(as.warnings);

    return rc;
}


static bool
assemble_parse(assemble_t *as, const engine_outputs_t *outputs, char *err,
    size_t errlen)
{
    size_t  i;
    cJSON  *section;

    for (i = 0; i < ENGINE_STAGES; i++) {
        section = outputs->json[i] == NULL ? NULL
                  : cJSON_ParseWithLength(outputs->json[i], outputs->len[i]);

        if (!cJSON_IsObject(section)) {
            (void) snprintf(err, errlen, "stage \"%s\" has no output",
                            engine_stages[i]);
            cJSON_Delete(section);
            return false;
        }

        as->sections[i] = section;
        cJSON_AddItemToObject(as->results, engine_stages[i], section);
    }

    return true;
}


/* Turns every "evidence" below node into "evidence_ids". */

static void
assemble_resolve(assemble_t *as, cJSON *node, int depth)
{
    cJSON  *child;

    if (depth > ASSEMBLE_MAX_DEPTH) {
        as->failed = true;
        return;
    }

    if (cJSON_IsObject(node)) {
        as->failed |= evidence_resolve(&as->ev, node) != 0;
    }

    cJSON_ArrayForEach(child, node) {
        if (cJSON_IsObject(child) || cJSON_IsArray(child)) {
            assemble_resolve(as, child, depth + 1);
        }
    }
}


static bool
assemble_claim(cJSON *claim, unsigned number, size_t stage, void *data)
{
    char         id[ASSEMBLE_ID];
    const char  *verdict, *basis;
    assemble_t  *as;

    (void) stage;
    as = data;
    (void) snprintf(id, sizeof(id), "c%u", number);

    verdict = evidence_verdict(&as->ev, claim);
    basis = claims_string(claim, "basis");
    evidence_claim(&as->ev,
                   cJSON_GetObjectItemCaseSensitive(claim, "evidence_ids"),
                   number);

    if (strcmp(basis, "paper") == 0 || strcmp(basis, "inference") == 0) {
        as->requiring++;
        as->supported += strcmp(verdict, "supported") == 0;
        as->unsupported += strcmp(verdict, "unsupported") == 0;
    }

    cJSON_InsertItemInArray(claim, 0, assemble_need(cJSON_CreateString(id)));
    claim->child->string = strdup("id");
    assemble_string(claim, "verdict", verdict);
    (void) assemble_need(cJSON_AddNullToObject(claim, "decision"));
    (void) assemble_need(cJSON_AddFalseToObject(claim, "locked"));

    return true;
}


static void
assemble_items(assemble_t *as)
{
    size_t  i;
    cJSON  *list, *item;

    for (i = 0; i < sizeof(assemble_verdicts) / sizeof(assemble_verdicts[0]);
         i++)
    {
        list = cJSON_GetObjectItemCaseSensitive(
                   cJSON_GetObjectItemCaseSensitive(as->results,
                                                assemble_verdicts[i].section),
                   assemble_verdicts[i].list);

        cJSON_ArrayForEach(item, list) {
            assemble_string(item, "verdict", evidence_verdict(&as->ev, item));
        }
    }
}


/*
 * Moves what an adapter has taken out of a model's answer from the sections
 * to the warnings.
 */

static void
assemble_removed(assemble_t *as)
{
    cJSON        *removed;
    size_t        i;
    const cJSON  *item;

    for (i = 0; i < ENGINE_STAGES; i++) {
        removed = cJSON_DetachItemFromObjectCaseSensitive(as->sections[i],
                                                          "removed");

        cJSON_ArrayForEach(item, removed) {
            assemble_warning(as, i, item);
        }

        cJSON_Delete(removed);
    }
}


static void
assemble_warning(assemble_t *as, size_t stage, const cJSON *removed)
{
    char         line[ASSEMBLE_WARNING];
    const char  *reason, *message;

    if (cJSON_GetArraySize(as->warnings) >= ASSEMBLE_MAX_WARNINGS) {
        return;
    }

    reason = claims_string(removed, "reason");
    message = strcmp(reason, "number_without_source") == 0
              ? "warn.number_without_source"
              : strcmp(reason, "paper_cut") == 0 ? "warn.paper_cut"
                                                 : "warn.removed";

    if (snprintf(line, sizeof(line), "%s %s.%s: %s",
                 lexicon_message(assemble_lang(as), message),
                 engine_stages[stage], claims_string(removed, "field"),
                 claims_string(removed, "text")) >= (int) sizeof(line))
    {
        /* not in the middle of a character */
        line[paperal_utf8_clip(line, sizeof(line) - 1, sizeof(line) - 4)]
            = '\0';
    }

    cJSON_AddItemToArray(as->warnings,
                         assemble_need(cJSON_CreateString(line)));
}


static void
assemble_quality(assemble_t *as)
{
    cJSON   *q;
    size_t   i;

    q = assemble_need(cJSON_AddObjectToObject(as->results, "quality"));

    (void) cJSON_AddNumberToObject(q, "claims_total", as->total);
    (void) cJSON_AddNumberToObject(q, "claims_requiring_evidence",
                                   as->requiring);
    (void) cJSON_AddNumberToObject(q, "claims_supported", as->supported);
    (void) cJSON_AddItemToObject(q, "evidence_precision",
                                 assemble_ratio(evidence_verified(&as->ev),
                                                as->ev.n));
    (void) cJSON_AddItemToObject(q, "evidence_coverage",
                                 assemble_ratio(as->supported,
                                                as->requiring));
    (void) cJSON_AddNumberToObject(q, "unsupported_claims", as->unsupported);
    cJSON_AddItemToObject(q, "sections_found", assemble_sections_found(as));
    (void) cJSON_AddNumberToObject(q, "schema_repairs",
                                   as->prov->schema_repairs);

    for (i = 0; i < as->doc->warnings.n; i++) {
        cJSON_AddItemToArray(as->warnings, assemble_need(
                             cJSON_CreateString(as->doc->warnings.items[i])));
    }

    cJSON_AddItemToObject(q, "warnings", as->warnings);
    as->warnings = NULL;
}


static cJSON *
assemble_sections_found(const assemble_t *as)
{
    int      role;
    bool     found[DOCUMENT_ROLES];
    cJSON   *list;
    size_t   i;

    memset(found, 0, sizeof(found));

    for (i = 0; i < as->doc->nsections; i++) {
        found[as->doc->sections[i].role] = true;
    }

    list = assemble_need(cJSON_CreateArray());

    for (role = DOCUMENT_ROLE_TITLE; role < DOCUMENT_ROLES; role++) {
        if (found[role]) {
            cJSON_AddItemToArray(list, assemble_need(cJSON_CreateString(
                             document_role_name((document_role_e) role))));
        }
    }

    return list;
}


/* Three decimals, rounded down; null of nothing. */

static cJSON *
assemble_ratio(size_t part, size_t whole)
{
    return assemble_need(whole == 0 ? cJSON_CreateNull()
               : cJSON_CreateNumber((double) (part * 1000 / whole) / 1000.0));
}


static void
assemble_provenance(assemble_t *as)
{
    char     hex[PAPERAL_SHA256_HEX_SIZE];
    cJSON   *p, *list;
    size_t   i;

    p = assemble_need(cJSON_AddObjectToObject(as->results, "provenance"));

    assemble_string(p, "schema_version", ENGINE_SCHEMA_VERSION);
    assemble_string(p, "engine", as->prov->engine);
    assemble_string(p, "engine_version", assemble_version(as));
    assemble_string(p, "mode", as->prov->mode);
    assemble_string(p, "paper_sha256", as->prov->paper_sha256);
    assemble_string(p, "text_sha256", as->doc->text_sha256);

    if (assemble_pipeline(as, hex) != 0) {
        as->failed = true;
        return;
    }

    assemble_string(p, "pipeline_sha256", hex);

    if (canonical_results_sha256(as->results, hex) != 0) {
        as->failed = true;
        return;
    }

    assemble_string(p, "result_sha256", hex);
    assemble_string(p, "created_at", as->prov->created_at);
    assemble_string(p, "lexicon_version", engine_lexicon_version());
    list = assemble_need(cJSON_AddArrayToObject(p, "stages"));

    for (i = 0; i < ENGINE_STAGES; i++) {
        cJSON_AddItemToArray(list, assemble_stage(as, i));
    }
}


static cJSON *
assemble_stage(const assemble_t *as, size_t i)
{
    cJSON                        *o;
    size_t                        k;
    const cJSON                  *member;
    const engine_stage_record_t  *st;

    st = &as->prov->stages[i];
    o = assemble_need(cJSON_CreateObject());

    assemble_string(o, "name", engine_stages[i]);
    assemble_string(o, "status",
                    st->status == NULL ? "completed" : st->status);
    (void) cJSON_AddNumberToObject(o, "attempt", st->attempt);
    assemble_string(o, "input_sha256", st->input_sha256);

    for (k = 0; k < sizeof(assemble_call_members)
                    / sizeof(assemble_call_members[0]); k++)
    {
        member = cJSON_GetObjectItemCaseSensitive(st->call,
                                                  assemble_call_members[k]);

        if (member != NULL) {
            cJSON_AddItemToObject(o, assemble_call_members[k],
                                  assemble_need(cJSON_Duplicate(member, 0)));
        }
    }

    return o;
}


static const char *
assemble_version(const assemble_t *as)
{
    return as->prov->engine_version != NULL ? as->prov->engine_version
                                            : ENGINE_VERSION;
}


/* Everything that stands between a text and its results, but the text. */

static int
assemble_pipeline(const assemble_t *as, char hex[PAPERAL_SHA256_HEX_SIZE])
{
    int               rc;
    size_t            i, k;
    char              line[512];
    paperal_sha256_t  sha;

    paperal_sha256_init(&sha);
    (void) snprintf(line, sizeof(line), "%s\n%s\n%s\n%s\n%s\n%s\n%d\n",
                    as->prov->engine, assemble_version(as),
                    ENGINE_SCHEMA_VERSION, engine_lexicon_version(),
                    SCORE_FORMULA_VERSION,
                    as->opt->language == NULL ? "" : as->opt->language,
                    as->opt->unpublished);
    paperal_sha256_update(&sha, line, strlen(line));

    for (i = 0; i < ENGINE_PARTS; i++) {
        (void) snprintf(line, sizeof(line), "%d\n",
                        as->opt->weight_set[i] ? as->opt->weight[i] : -1);
        paperal_sha256_update(&sha, line, strlen(line));
    }

    for (i = 0; i < ENGINE_STAGES; i++) {
        for (k = 0; k < sizeof(assemble_call_hashed)
                        / sizeof(assemble_call_hashed[0]); k++)
        {
            assemble_hash_member(&sha, as->prov->stages[i].call,
                                 assemble_call_hashed[k]);
        }
    }

    rc = paperal_sha256_final_hex(&sha, hex);

    return rc == PAPERAL_OK ? 0 : -1;
}


/* Nothing for a stage that no model took part in. */

static void
assemble_hash_member(paperal_sha256_t *sha, const cJSON *call,
    const char *key)
{
    char          number[CANONICAL_NUMBER_LEN];
    const char   *text;
    const cJSON  *member;

    if (call == NULL) {
        return;
    }

    member = cJSON_GetObjectItemCaseSensitive(call, key);
    text = cJSON_IsString(member) ? member->valuestring : "null";

    if (cJSON_IsNumber(member)) {
        (void) snprintf(number, sizeof(number), "%.17g",
                        member->valuedouble);
        text = number;
    }

    paperal_sha256_update(sha, text, strlen(text));
    paperal_sha256_update(sha, "\n", 1);
}


static lexicon_lang_e
assemble_lang(const assemble_t *as)
{
    const char  *lang;

    lang = as->opt->language != NULL ? as->opt->language : as->doc->language;

    return lang != NULL && strncmp(lang, "zh", 2) == 0 ? LEXICON_ZH
                                                       : LEXICON_EN;
}


/* Replaces the member if a stage has dared to write it. */

static void
assemble_string(cJSON *object, const char *key, const char *value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, key);
    (void) assemble_need(cJSON_AddStringToObject(object, key,
                                                 value == NULL ? "" : value));
}


static bool
assemble_is_claims(const cJSON *member, int depth)
{
    return strcmp(member->string, "claims") == 0
           || (depth == 0 && strcmp(member->string, "evidence") == 0);
}


static cJSON *
assemble_need(cJSON *item)
{
    if (item == NULL) {
        abort();
    }

    return item;
}
