/*
 * The adapter: from an answer to the neutral outputs of its stages, see
 * model.h.  Each stage goes through the same steps:
 *
 *     answer_copy()       the fields that the schema has, cleaned
 *     model_users()       evidence that names a source of users
 *     synthesis_write()   what the last two stages may cite
 *     readiness_write()   the rubric
 *     guard_section()     figures without a source
 *     shapes_write()      what is derived from the fields
 *     gaps_write()        what is open
 */

#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canonical.h"
#include "claims.h"
#include "llm/llm_schema.h"
#include "parts.h"
#include "texts.h"


#define MODEL_MAX_COUNT  24
#define MODEL_MAX_DEPTH  24


static void model_extract(model_t *m);
static cJSON *model_parse(const char *answer, size_t len,
    paperal_buf_t *errors);
static void model_prune(cJSON *value, const cJSON *schema, int depth);
static cJSON *model_split(cJSON *answer, unsigned stages, int stage);
static cJSON *model_section(const model_t *m, int stage, cJSON *answer,
    const claims_list_t *claims, const char *type);
static const char *model_article_type(const model_t *m,
    const engine_outputs_t *previous, cJSON **profile);
static void model_users(cJSON *node);


model_t *
model_new(const document_t *doc, const model_options_t *opt)
{
    model_t      *m;
    const cJSON  *sources;

    m = calloc(1, sizeof(model_t));
    if (m == NULL) {
        abort();
    }

    m->doc = doc;
    m->opt = *opt;
    region_init(&m->region, 0);
    m->engine = engine_new(doc, opt->engine);
    m->lang = m->engine->lang;
    m->quotes = quotes_new(doc);
    sources = opt->sources != NULL ? opt->sources : opt->engine->sources;
    sources_read(sources, &m->region, &m->sources);
    blocks_write(m);

    return m;
}


void
model_free(model_t *m)
{
    if (m == NULL) {
        return;
    }

    cJSON_Delete(m->extract);
    paperal_buf_release(&m->paper);
    paperal_buf_release(&m->context);
    quotes_free(m->quotes);
    engine_free(m->engine);
    region_free(&m->region);
    free(m);
}


const char *
model_version(void)
{
    return "model-1";
}


int
model_check(model_t *m, const plan_call_t *call, const char *answer,
    size_t len, paperal_buf_t *errors)
{
    int                    n;
    cJSON                 *json;
    const texts_schema_t  *schema;

    (void) m;
    json = model_parse(answer, len, errors);

    if (json == NULL) {
        return -1;
    }

    /* what is too much is not asked for again: it is not looked at */

    schema = texts_schema(call->stages);
    model_prune(json, schema->json, 0);
    n = llm_schema_check(schema->json, json, errors);
    cJSON_Delete(json);

    return n == 0 ? 0 : -1;
}


int
model_outputs(model_t *m, const plan_call_t *call, const char *answer,
    size_t len, const engine_outputs_t *previous,
    paperal_buf_t out[ENGINE_STAGES])
{
    int             rc, stage, first;
    cJSON          *json, *part, *section, *profile;
    const char     *type;
    claims_list_t   claims;

    json = model_parse(answer, len, NULL);

    if (json == NULL) {
        return -1;
    }

    for (first = 0; (call->stages & (1u << first)) == 0; first++) {
        /* void */
    }

    rc = 0;
    profile = NULL;
    model_extract(m);
    type = model_article_type(m, previous, &profile);
    memset(&claims, 0, sizeof(claims_list_t));

    if (first >= ENGINE_SWOT) {
        claims_list_open(m, previous, first, &claims);
    }

    for (stage = first; stage < ENGINE_STAGES && rc == 0; stage++) {
        if ((call->stages & (1u << stage)) == 0) {
            continue;
        }

        part = model_split(json, call->stages, stage);
        section = model_section(m, stage, part, &claims, type);
        canonical_print(&out[stage], section, NULL);
        rc = out[stage].failed ? -1 : 0;

        if (stage == ENGINE_PROFILE) {
            cJSON_Delete(profile);
            profile = section;
            type = claims_string(profile, "article_type");

        } else {
            cJSON_Delete(section);
        }

        if (part != json) {
            cJSON_Delete(part);
        }
    }

    if (first >= ENGINE_SWOT) {
        claims_list_close(&claims);
    }

    cJSON_Delete(profile);
    cJSON_Delete(json);

    return rc;
}


int
model_degrade(model_t *m, int stage, paperal_buf_t *out)
{
    cJSON          *section;
    claims_list_t   claims;

    memset(&claims, 0, sizeof(claims_list_t));
    model_extract(m);
    section = model_section(m, stage, NULL, &claims, m->engine->type);
    canonical_print(out, section, NULL);
    cJSON_Delete(section);

    return out->failed ? -1 : 0;
}


/* Once: the work of the engine's stages stays in its region. */

static void
model_extract(model_t *m)
{
    paperal_buf_t  b;

    if (m->extract != NULL) {
        return;
    }

    paperal_buf_init(&b, ENGINE_MAX_STAGE);

    if (engine_stage_run(m->engine, engine_stages[0], NULL, &b) == 0) {
        m->extract = cJSON_ParseWithLength(b.data, b.len);
    }

    paperal_buf_release(&b);
}


/* errors may be NULL. */

static cJSON *
model_parse(const char *answer, size_t len, paperal_buf_t *errors)
{
    cJSON   *json;
    size_t   start, end;

    json = NULL;

    if (len <= MODEL_MAX_ANSWER
        && llm_json_find(answer, len, &start, &end) == 0)
    {
        json = cJSON_ParseWithLength(answer + start, end - start);
    }

    if (cJSON_IsObject(json)) {
        return json;
    }

    cJSON_Delete(json);

    if (errors != NULL) {
        paperal_buf_str(errors, "there is no complete JSON object\n");
    }

    return NULL;
}


/* Takes out the members that the schema does not know. */

static void
model_prune(cJSON *value, const cJSON *schema, int depth)
{
    cJSON        *child, *next;
    const cJSON  *known, *items;

    if (depth > MODEL_MAX_DEPTH) {
        return;
    }

    known = cJSON_GetObjectItemCaseSensitive(schema, "properties");
    items = cJSON_GetObjectItemCaseSensitive(schema, "items");

    for (child = value == NULL ? NULL : value->child; child != NULL;
         child = next)
    {
        next = child->next;

        if (cJSON_IsArray(value)) {
            model_prune(child, items, depth + 1);

        } else if (known == NULL) {
            continue;

        } else if (cJSON_GetObjectItemCaseSensitive(known, child->string)
                   == NULL)
        {
            cJSON_Delete(cJSON_DetachItemViaPointer(value, child));

        } else {
            model_prune(child,
                        cJSON_GetObjectItemCaseSensitive(known,
                                                         child->string),
                        depth + 1);
        }
    }
}


/* The answer to one stage: all of it, or its "stage__" members. */

static cJSON *
model_split(cJSON *answer, unsigned stages, int stage)
{
    char    *name;
    cJSON   *part, *child, *next;
    size_t   len;

    if ((stages & (stages - 1)) == 0) {
        return answer;
    }

    part = parts_need(cJSON_CreateObject());
    len = strlen(engine_stages[stage]);

    for (child = answer->child; child != NULL; child = next) {
        next = child->next;

        if (strncmp(child->string, engine_stages[stage], len) == 0
            && strncmp(child->string + len, "__", 2) == 0)
        {
            name = strdup(child->string + len + 2);

            if (name == NULL) {
                abort();
            }

            cJSON_AddItemToObject(part, name,
                                  cJSON_DetachItemViaPointer(answer, child));
            free(name);
        }
    }

    return part;
}


/* answer NULL: there is none that can be used. */

static cJSON *
model_section(const model_t *m, int stage, cJSON *answer,
    const claims_list_t *claims, const char *type)
{
    char    text[MODEL_MAX_COUNT];
    cJSON  *section, *answers;

    section = answer_copy(stage, answer);

    if (stage == ENGINE_PROFILE && m->left_out > 0) {
        (void) snprintf(text, sizeof(text), "%zu", m->left_out);
        guard_removed(section, "text", text, "paper_cut");
    }

    model_users(section);
    synthesis_write(stage, claims, section);

    if (stage == ENGINE_FEASIBILITY) {
        answers = cJSON_DetachItemFromObjectCaseSensitive(section,
                                                          "trl_answers");
        readiness_write(m, answers, type, section);
        cJSON_Delete(answers);
    }

    guard_section(m, claims, section);
    shapes_write(m, stage, section);
    gaps_write(m, stage, answer != NULL, section);
    answer_strip(section);

    if (answer == NULL && stage == ENGINE_PROFILE) {
        cJSON_ReplaceItemInObjectCaseSensitive(section, "article_type",
            parts_need(m->engine->type == NULL ? cJSON_CreateNull()
                       : cJSON_CreateString(m->engine->type)));
    }

    return section;
}


/* What the server knows, else what the profile says; NULL. */

static const char *
model_article_type(const model_t *m, const engine_outputs_t *previous,
    cJSON **profile)
{
    const char  *type;

    if (m->engine->type != NULL) {
        return m->engine->type;
    }

    if (previous == NULL || previous->json[ENGINE_PROFILE] == NULL) {
        return NULL;
    }

    *profile = cJSON_ParseWithLength(previous->json[ENGINE_PROFILE],
                                     previous->len[ENGINE_PROFILE]);
    type = claims_string(*profile, "article_type");

    return type[0] == '\0' ? NULL : type;
}


/*
 * What people told us is no word of the paper: a statement that rests on it
 * alone is external.
 */

static void
model_users(cJSON *node)
{
    cJSON        *child;
    const cJSON  *users, *evidence;

    users = cJSON_GetObjectItemCaseSensitive(node, PARTS_USERS);
    evidence = cJSON_GetObjectItemCaseSensitive(node, "evidence");

    if (users != NULL && users->child != NULL && evidence != NULL
        && evidence->child == NULL && cJSON_HasObjectItem(node, "basis"))
    {
        cJSON_ReplaceItemInObjectCaseSensitive(node, "basis",
                            parts_need(cJSON_CreateString("external")));
    }

    cJSON_ArrayForEach(child, node) {
        if (cJSON_IsObject(child) || cJSON_IsArray(child)) {
            model_users(child);
        }
    }
}


cJSON *
parts_need(cJSON *item)
{
    if (item == NULL) {
        abort();
    }

    return item;
}
