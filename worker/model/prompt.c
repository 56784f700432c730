/*
 * The prompts, see model.h.
 *
 *     system   the fixed text, in the language of the answer
 *     user     PAPER (or CLAIMS), SOURCES, CONTEXT, ANSWER (of a review), TASK
 *
 * All up to ANSWER has the same bytes in all calls that read the paper, so a
 * provider's prefix cache pays for it once.
 */

#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "clean.h"
#include "paperal_error.h"
#include "paperal_utf8.h"
#include "parts.h"
#include "texts.h"


#define PROMPT_MAX_SYSTEM  (64 * 1024)
#define PROMPT_LENGTH      24
#define PROMPT_MAX_RUBRIC  (16 * 1024)
#define PROMPT_MAX_ANSWER  (256 * 1024)     /* of one to be repaired */


static void prompt_system(const model_t *m, paperal_sha256_t *sha,
    paperal_buf_t *b);
static void prompt_claims(const model_t *m, const plan_call_t *call,
    const engine_outputs_t *outputs, paperal_buf_t *b);
static int prompt_answer(const model_t *m, const plan_call_t *call,
    const engine_outputs_t *outputs, paperal_buf_t *b);
static void prompt_judge(const model_t *m, cJSON *node);
static void prompt_task(const model_t *m, const plan_call_t *call,
    paperal_sha256_t *sha, model_prompt_t *p);
static void prompt_stage(const model_t *m, int stage,
    const texts_prompt_t *text, paperal_buf_t *b);
static int prompt_first(unsigned stages);
static void prompt_hash(paperal_sha256_t *sha, const char *s, size_t len);


void
model_prompt_init(model_prompt_t *p)
{
    size_t  i;

    memset(p, 0, sizeof(model_prompt_t));

    for (i = 0; i < MODEL_MAX_MESSAGES; i++) {
        paperal_buf_init(&p->messages[i].text, MODEL_MAX_PROMPT);
    }
}


void
model_prompt_release(model_prompt_t *p)
{
    size_t  i;

    for (i = 0; i < MODEL_MAX_MESSAGES; i++) {
        paperal_buf_release(&p->messages[i].text);
    }

    p->n = 0;
}


int
model_prompt(model_t *m, const plan_call_t *call,
    const engine_outputs_t *outputs, model_prompt_t *p)
{
    paperal_buf_t          *b;
    paperal_sha256_t        sha;
    const texts_schema_t   *schema;

    paperal_sha256_init(&sha);
    p->n = 2;
    p->messages[0].role = "system";
    p->messages[1].role = "user";
    prompt_system(m, &sha, &p->messages[0].text);
    b = &p->messages[1].text;

    if (call->paper) {
        paperal_buf_bytes(b, m->paper.data, m->paper.len);

    } else {
        prompt_claims(m, call, outputs, b);
    }

    paperal_buf_bytes(b, m->context.data, m->context.len);

    if (call->review && prompt_answer(m, call, outputs, b) != 0) {
        paperal_sha256_release(&sha);
        return -1;
    }

    prompt_task(m, call, &sha, p);
    schema = texts_schema(call->stages);
    p->schema_name = schema->name;
    p->schema = schema->text;
    p->max_output_tokens = call->max_output_tokens;

    if (paperal_sha256_final_hex(&sha, p->prompt_sha256) != PAPERAL_OK) {
        return -1;
    }

    return p->messages[0].text.failed || b->failed || m->paper.failed
           || m->context.failed ? -1 : 0;
}


int
model_repair_prompt(const model_prompt_t *first, const char *answer,
    size_t len, const char *errors, model_prompt_t *p)
{
    size_t  i;

    if (first->n + 2 > MODEL_MAX_MESSAGES) {
        return -1;
    }

    for (i = 0; i < first->n; i++) {
        p->messages[i].role = first->messages[i].role;
        paperal_buf_bytes(&p->messages[i].text, first->messages[i].text.data,
                          first->messages[i].text.len);
    }

    if (len > PROMPT_MAX_ANSWER) {
        len = paperal_utf8_clip(answer, len, PROMPT_MAX_ANSWER);
    }

    p->n = first->n + 2;
    p->messages[i].role = "assistant";
    paperal_utf8_append(&p->messages[i].text, answer, len);
    p->messages[i + 1].role = "user";
    texts_append(&p->messages[i + 1].text, texts_prompt("repair"), "errors",
                 errors);

    p->schema_name = first->schema_name;
    p->schema = first->schema;
    p->prompt_id = first->prompt_id;
    p->prompt_version = first->prompt_version;
    p->max_output_tokens = first->max_output_tokens;
    memcpy(p->prompt_sha256, first->prompt_sha256, sizeof(p->prompt_sha256));

    for (i = 0; i < p->n; i++) {
        if (p->messages[i].text.failed) {
            return -1;
        }
    }

    return 0;
}


int
model_input_sha256(const model_prompt_t *p, const char *call,
    const char *provider, const char *model, const char *parameters,
    char hex[PAPERAL_SHA256_HEX_SIZE])
{
    size_t            i;
    paperal_sha256_t  sha;

    paperal_sha256_init(&sha);
    prompt_hash(&sha, call, strlen(call));
    prompt_hash(&sha, p->prompt_id, strlen(p->prompt_id));
    prompt_hash(&sha, p->prompt_version, strlen(p->prompt_version));
    prompt_hash(&sha, p->prompt_sha256, strlen(p->prompt_sha256));
    prompt_hash(&sha, p->schema_name, strlen(p->schema_name));
    prompt_hash(&sha, p->schema, strlen(p->schema));
    prompt_hash(&sha, provider, strlen(provider));
    prompt_hash(&sha, model, strlen(model));
    prompt_hash(&sha, parameters, strlen(parameters));

    for (i = 0; i < p->n; i++) {
        prompt_hash(&sha, p->messages[i].role, strlen(p->messages[i].role));
        prompt_hash(&sha, p->messages[i].text.data,
                    p->messages[i].text.len);
    }

    return paperal_sha256_final_hex(&sha, hex) == PAPERAL_OK ? 0 : -1;
}


static void
prompt_system(const model_t *m, paperal_sha256_t *sha, paperal_buf_t *b)
{
    const texts_prompt_t  *text;

    text = texts_prompt("system");
    prompt_hash(sha, text->file, text->size);
    texts_append(b, text, "language",
                 m->lang == LEXICON_ZH
                 ? "Simplified Chinese (\xe7\xae\x80\xe4\xbd\x93"
                   "\xe4\xb8\xad\xe6\x96\x87)" : "English");
}


/* The claims of the stages before the first one that the call fills. */

static void
prompt_claims(const model_t *m, const plan_call_t *call,
    const engine_outputs_t *outputs, paperal_buf_t *b)
{
    claims_list_t  list;

    claims_list_open(m, outputs, prompt_first(call->stages), &list);
    blocks_open(m, b, "CLAIMS");
    claims_list_write(&list, b);
    blocks_close(m, b, "CLAIMS");
    claims_list_close(&list);
}


/* The answer that a review looks at, with what became of its quotes. */

static int
prompt_answer(const model_t *m, const plan_call_t *call,
    const engine_outputs_t *outputs, paperal_buf_t *b)
{
    int      stage;
    char    *text;
    cJSON   *section;
    size_t   i;

    static const char *const  derived[] = {
        "unknowns", "questions", "removed", "keyphrases", "summary", "score",
        "maturity_level", "strengths", "challenges", "timeline", "funding",
        "disclaimer"
    };

    stage = prompt_first(call->stages);

    section = outputs == NULL || outputs->json[stage] == NULL ? NULL
              : cJSON_ParseWithLength(outputs->json[stage],
                                      outputs->len[stage]);

    if (section == NULL) {
        section = parts_need(cJSON_CreateObject());
    }

    for (i = 0; i < sizeof(derived) / sizeof(derived[0]); i++) {
        cJSON_DeleteItemFromObjectCaseSensitive(section, derived[i]);
    }

    /* claims that only repeat items */

    if (cJSON_GetArraySize(section) > 1 && stage > ENGINE_FEASIBILITY
        && stage != ENGINE_PROPERTY && stage != ENGINE_RESOURCES)
    {
        cJSON_DeleteItemFromObjectCaseSensitive(section, "claims");
    }

    prompt_judge(m, section);
    text = cJSON_PrintUnformatted(section);
    cJSON_Delete(section);

    if (text == NULL) {
        return -1;
    }

    blocks_open(m, b, "ANSWER");
    clean_data(b, text, strlen(text));
    paperal_buf_char(b, '\n');
    blocks_close(m, b, "ANSWER");
    cJSON_free(text);

    return 0;
}


static void
prompt_judge(const model_t *m, cJSON *node)
{
    cJSON                      *child;
    paperal_quote_result_t      result;
    const document_sentence_t  *s;

    if (cJSON_HasObjectItem(node, "quote")) {
        quotes_match(m->quotes, claims_string(node, "sid"),
                     claims_string(node, "quote"), &result);
        s = quotes_sentence(m->quotes, &result);
        (void) cJSON_AddStringToObject(node, "found",
                                  paperal_quote_status_name(result.status));

        if (s != NULL) {
            (void) cJSON_AddStringToObject(node, "at", s->sid);
        }

        return;
    }

    cJSON_ArrayForEach(child, node) {
        if (cJSON_IsObject(child) || cJSON_IsArray(child)) {
            prompt_judge(m, child);
        }
    }
}


static void
prompt_task(const model_t *m, const plan_call_t *call, paperal_sha256_t *sha,
    model_prompt_t *p)
{
    int                    stage;
    bool                   several;
    paperal_buf_t         *b;
    const texts_prompt_t  *text;

    b = &p->messages[1].text;
    several = (call->stages & (call->stages - 1)) != 0;
    p->prompt_id = call->name;
    blocks_open(m, b, "TASK");

    if (call->review || several) {
        text = texts_prompt(call->review ? "review" : "combined");
        prompt_hash(sha, text->file, text->size);
        texts_append(b, text, NULL, NULL);
        p->prompt_version = text->version;
    }

    for (stage = 0; stage < ENGINE_STAGES; stage++) {
        if ((call->stages & (1u << stage)) == 0) {
            continue;
        }

        if (several) {
            paperal_buf_printf(b, "\nTask %s\n", engine_stages[stage]);
        }

        text = texts_prompt(engine_stages[stage]);
        prompt_hash(sha, text->file, text->size);
        prompt_stage(m, stage, text, b);

        if (!call->review && !several) {
            p->prompt_version = text->version;
        }
    }

    blocks_close(m, b, "TASK");
}


static void
prompt_stage(const model_t *m, int stage, const texts_prompt_t *text,
    paperal_buf_t *b)
{
    size_t            i;
    paperal_buf_t     rubric;
    const lexicon_t  *lex;

    if (stage != ENGINE_FEASIBILITY) {
        texts_append(b, text, NULL, NULL);
        return;
    }

    lex = m->engine->view.lex;
    paperal_buf_init(&rubric, PROMPT_MAX_RUBRIC);

    for (i = 0; i < lex->ncriteria; i++) {
        paperal_buf_printf(&rubric, "%s  %s: %s", i == 0 ? "" : "\n",
                           lex->criteria[i].id,
                           lex->criteria[i].label[LEXICON_EN]);
    }

    texts_append(b, text, "rubric", paperal_buf_cstr(&rubric));
    paperal_buf_release(&rubric);
}


static int
prompt_first(unsigned stages)
{
    int  stage;

    for (stage = 0; (stages & (1u << stage)) == 0; stage++) { /* void */ }

    return stage;
}


/* With its length, so that no two lists of strings give the same bytes. */

static void
prompt_hash(paperal_sha256_t *sha, const char *s, size_t len)
{
    char  n[PROMPT_LENGTH];

    (void) snprintf(n, sizeof(n), "%zu:", len);
    paperal_sha256_update(sha, n, strlen(n));
    paperal_sha256_update(sha, s, len);
}
