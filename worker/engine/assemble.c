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
#include "lexicon.h"
#include "paperal_error.h"
#include "score.h"


#define ASSEMBLE_MAX_DEPTH  12
#define ASSEMBLE_ID         16


typedef struct {
    bool                         failed;
    unsigned                     requiring;
    unsigned                     supported;
    unsigned                     unsupported;
    unsigned                     total;
    cJSON                       *results;
    cJSON                       *sections[ENGINE_STAGES];
    evidence_t                   ev;
    const document_t            *doc;
    const engine_options_t      *opt;
    const engine_provenance_t   *prov;
} assemble_t;


static bool assemble_parse(assemble_t *as, const engine_outputs_t *outputs,
    char *err, size_t errlen);
static void assemble_resolve(assemble_t *as, cJSON *node, int depth);
static void assemble_ids(assemble_t *as, cJSON *object, cJSON *evidence);
static bool assemble_claim(cJSON *claim, unsigned number, size_t stage,
    void *data);
static void assemble_items(assemble_t *as);
static const char *assemble_verdict(assemble_t *as, const cJSON *object);
static void assemble_quality(assemble_t *as);
static void assemble_provenance(assemble_t *as);
static int assemble_pipeline(const assemble_t *as,
    char hex[PAPERAL_SHA256_HEX_SIZE]);
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


int
engine_assemble(const document_t *doc, const engine_options_t *opt,
    const engine_outputs_t *outputs, const engine_provenance_t *prov,
    paperal_buf_t *full, paperal_buf_t *brief, char *err, size_t errlen)
{
    int         rc;
    size_t      i;
    assemble_t  as;

    memset(&as, 0, sizeof(assemble_t));
    as.doc = doc;
    as.opt = opt;
    as.prov = prov;
    as.results = assemble_need(cJSON_CreateObject());
    evidence_init(&as.ev, doc);
    rc = -1;

    if (!assemble_parse(&as, outputs, err, errlen)) {
        goto done;
    }

    for (i = 0; i < ENGINE_STAGES; i++) {
        assemble_resolve(&as, as.sections[i], 0);
    }

    as.total = claims_walk(as.sections, ENGINE_STAGES, assemble_claim, &as);
    assemble_items(&as);
    score_add(as.results, opt, assemble_lang(&as), as.supported,
              as.requiring);
    evidence_add(&as.ev, as.results);
    assemble_quality(&as);
    assemble_provenance(&as);

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
    cJSON  *child, *evidence;

    if (depth > ASSEMBLE_MAX_DEPTH) {
        as->failed = true;
        return;
    }

    if (cJSON_IsObject(node)) {
        evidence = cJSON_DetachItemFromObjectCaseSensitive(node, "evidence");

        if (evidence != NULL) {
            assemble_ids(as, node, evidence);
            cJSON_Delete(evidence);
        }
    }

    cJSON_ArrayForEach(child, node) {
        if (cJSON_IsObject(child) || cJSON_IsArray(child)) {
            assemble_resolve(as, child, depth + 1);
        }
    }
}


static void
assemble_ids(assemble_t *as, cJSON *object, cJSON *evidence)
{
    int     n;
    char    id[ASSEMBLE_ID];
    cJSON  *ids, *item;

    ids = assemble_need(cJSON_AddArrayToObject(object, "evidence_ids"));

    cJSON_ArrayForEach(item, evidence) {
        n = evidence_number(&as->ev, claims_string(item, "sid"),
                            claims_string(item, "quote"));
        if (n == 0) {
            as->failed = true;
            return;
        }

        (void) snprintf(id, sizeof(id), "e%d", n);
        cJSON_AddItemToArray(ids, assemble_need(cJSON_CreateString(id)));
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

    verdict = assemble_verdict(as, claim);
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
            assemble_string(item, "verdict", assemble_verdict(as, item));
        }
    }
}


/* What the checked evidence allows to say of a statement. */

static const char *
assemble_verdict(assemble_t *as, const cJSON *object)
{
    const char        *basis;
    const cJSON       *ids, *id;
    evidence_status_e  best, status;

    basis = claims_string(object, "basis");

    if (strcmp(basis, "external") == 0) {
        return "not_from_paper";
    }

    if (strcmp(basis, "computed") == 0) {
        return "computed";
    }

    best = EVIDENCE_UNVERIFIED;
    ids = cJSON_GetObjectItemCaseSensitive(object, "evidence_ids");

    cJSON_ArrayForEach(id, ids) {
        status = evidence_status(&as->ev, id->valuestring);
        best = status > best ? status : best;
    }

    if (best == EVIDENCE_VERIFIED) {
        return "supported";
    }

    return best == EVIDENCE_APPROXIMATE && strcmp(basis, "paper") == 0
           ? "partly_supported" : "unsupported";
}


static void
assemble_quality(assemble_t *as)
{
    int      role;
    bool     found[DOCUMENT_ROLES];
    cJSON   *q, *list;
    size_t   i, n, verified;

    q = assemble_need(cJSON_AddObjectToObject(as->results, "quality"));
    n = as->ev.n;
    verified = evidence_verified(&as->ev);

    (void) cJSON_AddNumberToObject(q, "claims_total", as->total);
    (void) cJSON_AddNumberToObject(q, "claims_requiring_evidence",
                                   as->requiring);
    (void) cJSON_AddNumberToObject(q, "claims_supported", as->supported);
    (void) cJSON_AddItemToObject(q, "evidence_precision", n == 0
        ? cJSON_CreateNull()
        : cJSON_CreateNumber((double) (verified * 1000 / n) / 1000.0));
    (void) cJSON_AddItemToObject(q, "evidence_coverage", as->requiring == 0
        ? cJSON_CreateNull()
        : cJSON_CreateNumber(as->supported * 1000 / as->requiring / 1000.0));
    (void) cJSON_AddNumberToObject(q, "unsupported_claims", as->unsupported);

    memset(found, 0, sizeof(found));

    for (i = 0; i < as->doc->nsections; i++) {
        found[as->doc->sections[i].role] = true;
    }

    list = assemble_need(cJSON_AddArrayToObject(q, "sections_found"));

    for (role = DOCUMENT_ROLE_TITLE; role < DOCUMENT_ROLES; role++) {
        if (found[role]) {
            cJSON_AddItemToArray(list, assemble_need(cJSON_CreateString(
                             document_role_name((document_role_e) role))));
        }
    }

    (void) cJSON_AddNumberToObject(q, "schema_repairs", 0);
    list = assemble_need(cJSON_AddArrayToObject(q, "warnings"));

    for (i = 0; i < as->doc->warnings.n; i++) {
        cJSON_AddItemToArray(list, assemble_need(
                             cJSON_CreateString(as->doc->warnings.items[i])));
    }
}


static void
assemble_provenance(assemble_t *as)
{
    char                          hex[PAPERAL_SHA256_HEX_SIZE];
    cJSON                        *p, *list, *item;
    size_t                        i;
    const engine_stage_record_t  *st;

    p = assemble_need(cJSON_AddObjectToObject(as->results, "provenance"));

    assemble_string(p, "schema_version", ENGINE_SCHEMA_VERSION);
    assemble_string(p, "engine", as->prov->engine);
    assemble_string(p, "engine_version", ENGINE_VERSION);
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
        st = &as->prov->stages[i];
        item = assemble_need(cJSON_CreateObject());
        cJSON_AddItemToArray(list, item);
        assemble_string(item, "name", engine_stages[i]);
        assemble_string(item, "status",
                        st->status == NULL ? "completed" : st->status);
        (void) cJSON_AddNumberToObject(item, "attempt", st->attempt);
        assemble_string(item, "input_sha256", st->input_sha256);
    }
}


/* Everything that stands between a text and its results, but the text. */

static int
assemble_pipeline(const assemble_t *as, char hex[PAPERAL_SHA256_HEX_SIZE])
{
    int               rc;
    size_t            i;
    char              line[256];
    paperal_sha256_t  sha;

    paperal_sha256_init(&sha);
    (void) snprintf(line, sizeof(line), "%s\n%s\n%s\n%s\n%s\n%s\n%d\n",
                    as->prov->engine, ENGINE_VERSION, ENGINE_SCHEMA_VERSION,
                    engine_lexicon_version(), SCORE_FORMULA_VERSION,
                    as->opt->language == NULL ? "" : as->opt->language,
                    as->opt->unpublished);
    paperal_sha256_update(&sha, line, strlen(line));

    for (i = 0; i < ENGINE_PARTS; i++) {
        (void) snprintf(line, sizeof(line), "%d\n",
                        as->opt->weight_set[i] ? as->opt->weight[i] : -1);
        paperal_sha256_update(&sha, line, strlen(line));
    }

    rc = paperal_sha256_final_hex(&sha, hex);

    return rc == PAPERAL_OK ? 0 : -1;
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
