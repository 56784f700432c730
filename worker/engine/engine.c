/*
 * The engine's entry: the table of stages, options, hashes, and the run of
 * everything at once.  Called by worker slots and by "paperal-worker
 * analyze-file".
 */

#include "engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assemble.h"
#include "paperal_error.h"
#include "paperal_json.h"
#include "stages.h"


#define ENGINE_SYNTHESIS  9      /* the first stage that reads claims only */


static void engine_hash_string(paperal_sha256_t *sha, const char *s);
static int engine_run_all(engine_t *e, const engine_provenance_t *prov,
    paperal_buf_t *full, paperal_buf_t *brief, char *err, size_t errlen);


const char *const  engine_stages[ENGINE_STAGES] = {
    "paper_profile", "technical_feasibility", "market_opportunities",
    "competition", "intellectual_property", "business_model",
    "implementation_path", "resource_requirements", "risks", "swot",
    "executive_summary"
};

static const stage_pt  engine_runs[ENGINE_STAGES] = {
    stage_profile, stage_feasibility, stage_market, stage_competition,
    stage_property, stage_business, stage_implementation, stage_resources,
    stage_risks, stage_swot, stage_summary
};


int
engine_stage_index(const char *stage)
{
    int  i;

    for (i = 0; i < ENGINE_STAGES; i++) {
        if (strcmp(engine_stages[i], stage) == 0) {
            return i;
        }
    }

    return -1;
}


const char *
engine_lexicon_version(void)
{
    return lexicon_get()->version;
}


engine_t *
engine_new(const document_t *doc, const engine_options_t *opt)
{
    engine_t  *e;

    e = calloc(1, sizeof(engine_t));
    if (e == NULL) {
        abort();
    }

    e->doc = doc;
    e->opt = opt;
    view_init(&e->view, doc);
    sources_read(opt->sources, &e->view.region, &e->sources);

    e->lang = e->view.lang;

    if (opt->language != NULL) {
        e->lang = strncmp(opt->language, "zh", 2) == 0 ? LEXICON_ZH
                                                       : LEXICON_EN;
    }

    e->type = trl_article_type(&e->view);
    trl_assess(&e->view, e->type, &e->trl);
    select_claims(&e->view, e->trl.gated, &e->sel);
    statements_find(&e->view, e->statements);
    mentions_find(&e->view, &e->names);

    return e;
}


void
engine_free(engine_t *e)
{
    if (e == NULL) {
        return;
    }

    view_free(&e->view);
    free(e);
}


int
engine_stage_run(engine_t *e, const char *stage,
    const engine_outputs_t *previous, paperal_buf_t *out)
{
    int  i;

    i = engine_stage_index(stage);
    if (i < 0) {
        return -1;
    }

    engine_runs[i](e, previous, out);

    return out->failed ? -1 : 0;
}


int
engine_input_sha256(const document_t *doc, const engine_options_t *opt,
    const char *stage, const engine_outputs_t *previous,
    char hex[PAPERAL_SHA256_HEX_SIZE])
{
    int               index;
    size_t            i;
    paperal_sha256_t  sha;

    index = engine_stage_index(stage);
    if (index < 0) {
        return -1;
    }

    paperal_sha256_init(&sha);
    engine_hash_string(&sha, stage);
    engine_hash_string(&sha, "embedded");
    engine_hash_string(&sha, ENGINE_VERSION);
    engine_hash_string(&sha, ENGINE_SCHEMA_VERSION);
    engine_hash_string(&sha, engine_lexicon_version());
    engine_hash_string(&sha, opt->language);
    engine_hash_string(&sha, opt->unpublished ? "unpublished" : "");
    engine_hash_string(&sha, doc->text_sha256);
    engine_hash_string(&sha, doc->extractor_version);
    engine_hash_string(&sha, doc->title);
    engine_hash_string(&sha, doc->language);
    engine_hash_string(&sha, doc->article_type);
    engine_hash_string(&sha, doc->doi);
    engine_hash_string(&sha, doc->arxiv_id);
    engine_hash_string(&sha, doc->publication);

    for (i = 0; i < doc->keywords.n; i++) {
        engine_hash_string(&sha, doc->keywords.items[i]);
    }

    sources_hash(opt->sources, &sha);

    /* the text says nothing about where its sections begin */

    for (i = 0; i < doc->nsections; i++) {
        engine_hash_string(&sha, doc->sections[i].title);
        engine_hash_string(&sha, document_role_name(doc->sections[i].role));
    }

    for (i = 0; index >= ENGINE_SYNTHESIS && i < (size_t) index; i++) {
        if (previous != NULL && previous->json[i] != NULL) {
            paperal_sha256_update(&sha, previous->json[i], previous->len[i]);
        }

        engine_hash_string(&sha, "");
    }

    return paperal_sha256_final_hex(&sha, hex) == PAPERAL_OK ? 0 : -1;
}


int
engine_statements(const document_t *doc, paperal_buf_t *out)
{
    view_t         view;
    size_t         i, k;
    statement_t    st[STATEMENTS];
    paperal_buf_t  text;

    view_init(&view, doc);
    statements_find(&view, st);
    paperal_buf_init(&text, STATEMENTS_MAX_TEXT + STATEMENTS_MAX_SENTENCES);
    paperal_json_open(out);

    for (i = 0; i < STATEMENTS; i++) {
        if (st[i].n == 0) {
            paperal_json_null(out, statement_names[i]);
            continue;
        }

        paperal_buf_clear(&text);

        for (k = 0; k < st[i].n; k++) {
            paperal_buf_str(&text, k == 0 || view.lang == LEXICON_ZH ? ""
                                                                     : " ");
            paperal_buf_bytes(&text, st[i].s[k]->text, st[i].s[k]->len);
        }

        paperal_json_object(out, statement_names[i]);
        paperal_json_str(out, "text", text.data, text.len);
        paperal_json_int(out, "page", st[i].s[0]->page);
        paperal_json_close(out);
    }

    paperal_json_close(out);
    paperal_buf_release(&text);
    view_free(&view);

    return out->failed ? -1 : 0;
}


int
engine_analyze_document(const char *json, size_t len,
    const engine_options_t *opt, paperal_buf_t *full, paperal_buf_t *brief,
    char *err, size_t errlen)
{
    int                   rc;
    engine_t             *e;
    document_t           *doc;
    engine_provenance_t   prov;

    doc = document_parse(json, len, err, errlen);
    if (doc == NULL) {
        return -1;
    }

    memset(&prov, 0, sizeof(prov));
    prov.engine = "embedded";
    prov.mode = "standard";

    e = engine_new(doc, opt);
    rc = engine_run_all(e, &prov, full, brief, err, errlen);
    engine_free(e);
    document_free(doc);

    return rc;
}


static int
engine_run_all(engine_t *e, const engine_provenance_t *prov,
    paperal_buf_t *full, paperal_buf_t *brief, char *err, size_t errlen)
{
    int                   rc;
    char                  hex[ENGINE_STAGES][PAPERAL_SHA256_HEX_SIZE];
    size_t                i, n;
    paperal_buf_t         out[ENGINE_STAGES];
    engine_outputs_t      outputs;
    engine_provenance_t   all;

    memset(&outputs, 0, sizeof(outputs));
    all = *prov;
    rc = 0;

    for (n = 0; n < ENGINE_STAGES && rc == 0; n++) {
        paperal_buf_init(&out[n], ENGINE_MAX_STAGE);
        rc = engine_input_sha256(e->doc, e->opt, engine_stages[n], &outputs,
                                 hex[n]);

        if (rc == 0) {
            rc = engine_stage_run(e, engine_stages[n], &outputs, &out[n]);
        }

        outputs.json[n] = out[n].data;
        outputs.len[n] = out[n].len;
        all.stages[n].attempt = 1;
        all.stages[n].input_sha256 = hex[n];
    }

    if (rc != 0) {
        (void) snprintf(err, errlen, "stage \"%s\" failed",
                        engine_stages[n - 1]);

    } else {
        rc = engine_assemble(e->doc, e->opt, &outputs, &all, NULL, full,
                             brief, err, errlen);
    }

    for (i = 0; i < n; i++) {
        paperal_buf_release(&out[i]);
    }

    return rc;
}


const char *
stage_confidence(const select_item_t *item)
{
    return item->score >= 220 ? "medium" : "low";
}


void
stage_claims(engine_t *e, emit_t *em, cue_e kind, const char *name,
    size_t max)
{
    size_t                i;
    const select_item_t  *item;

    for (i = 0; i < e->sel.n[kind] && i < max; i++) {
        item = &e->sel.item[kind][i];
        emit_claim(em, name, item->vs->s, stage_confidence(item));
    }
}


/* Absent and empty strings must differ. */

static void
engine_hash_string(paperal_sha256_t *sha, const char *s)
{
    if (s == NULL) {
        paperal_sha256_update(sha, "\n-", 2);
        return;
    }

    paperal_sha256_update(sha, "\n+", 2);
    paperal_sha256_update(sha, s, strlen(s));
}
