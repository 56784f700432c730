/*
 * What stored results have and an answer has not: texts put together from
 * fields, and a claim for each item of a list, so that people can decide on
 * it and the last stages can cite it.
 */

#include "parts.h"

#include <stdio.h>
#include <string.h>

#include "claims.h"
#include "paperal_utf8.h"
#include "texts.h"


#define SHAPES_MAX_TEXT  8192
#define SHAPES_AMOUNT    80
#define SHAPES_DASH      "\xe2\x80\x93"


typedef void (*shape_pt)(const model_t *m, cJSON *section);


static void shapes_profile(const model_t *m, cJSON *section);
static void shapes_feasibility(const model_t *m, cJSON *section);
static void shapes_market(const model_t *m, cJSON *section);
static void shapes_competition(const model_t *m, cJSON *section);
static void shapes_property(const model_t *m, cJSON *section);
static void shapes_business(const model_t *m, cJSON *section);
static void shapes_path(const model_t *m, cJSON *section);
static void shapes_resources(const model_t *m, cJSON *section);
static void shapes_risks(const model_t *m, cJSON *section);
static void shapes_swot(const model_t *m, cJSON *section);
static void shapes_summary(const model_t *m, cJSON *section);
static void shapes_facts(const model_t *m, cJSON *section, const char *kind,
    const char *key);
static cJSON *shapes_list(cJSON *section, const char *key);
static void shapes_claims(const model_t *m, cJSON *section, const char *list,
    const char *kind, const char *kind_key, const char *const *keys);
static void shapes_text(paperal_buf_t *b, const cJSON *item,
    const char *const *keys, const char *colon);
static void shapes_duration(const model_t *m, cJSON *phase);
static void shapes_amount(cJSON *funding, const char *key,
    const cJSON *ranges);
static void shapes_set(cJSON *object, const char *key, const char *value);


static const shape_pt  shapes[ENGINE_STAGES] = {
    shapes_profile, shapes_feasibility, shapes_market, shapes_competition,
    shapes_property, shapes_business, shapes_path, shapes_resources,
    shapes_risks, shapes_swot, shapes_summary
};


void
shapes_write(const model_t *m, int stage, cJSON *section)
{
    shapes[stage](m, section);
    (void) shapes_list(section, "claims");
}


bool
shapes_is_fact(const model_t *m, const cJSON *object)
{
    parts_verdict_e  verdict;

    verdict = parts_verdict(m, object);

    return verdict == PARTS_SUPPORTED || verdict == PARTS_PARTLY;
}


/*
 * Key phrases and summary are the embedded engine's, which takes them from the
 * text; so is the type of the article where it knows it.
 */

static void
shapes_profile(const model_t *m, cJSON *section)
{
    cJSON   *item;
    size_t   i;

    static const char *const  keys[] = { "keyphrases", "summary" };

    if (m->engine->type != NULL) {
        shapes_set(section, "article_type", m->engine->type);
    }

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        item = cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(m->extract,
                                                                keys[i]),
                               true);
        cJSON_AddItemToObject(section, keys[i],
                              item != NULL ? item
                              : parts_need(cJSON_CreateArray()));
    }
}


static void
shapes_feasibility(const model_t *m, cJSON *section)
{
    shapes_facts(m, section, "strength", "strengths");
    shapes_facts(m, section, "challenge", "challenges");
}


static void
shapes_market(const model_t *m, cJSON *section)
{
    static const char *const  keys[] = { "name", "value_proposition", NULL };

    shapes_claims(m, section, "potential_applications", "application", NULL,
                  keys);
}


static void
shapes_competition(const model_t *m, cJSON *section)
{
    static const char *const  keys[] = { "name", "how_it_differs", NULL };

    shapes_claims(m, section, "alternatives", NULL, "kind", keys);
}


/* What is known from the document itself is not asked of a model. */

static void
shapes_property(const model_t *m, cJSON *section)
{
    shapes_set(section, "disclaimer",
               lexicon_message(m->lang, "ip.disclaimer"));

    if (m->opt.engine->unpublished) {
        shapes_set(section, "disclosure_risk", "unpublished");

    } else if (m->doc->doi != NULL || m->doc->publication != NULL) {
        shapes_set(section, "disclosure_risk", "published");

    } else if (m->doc->arxiv_id != NULL) {
        shapes_set(section, "disclosure_risk", "preprint");
    }
}


static void
shapes_business(const model_t *m, cJSON *section)
{
    int           n;
    const cJSON  *index;

    static const char *const  keys[] = { "value_proposition", NULL };

    n = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(section,
                                                     "recommended_models"));
    index = cJSON_GetObjectItemCaseSensitive(section, "recommended_index");

    if (!cJSON_IsNumber(index) || index->valueint >= n) {
        cJSON_ReplaceItemInObjectCaseSensitive(section, "recommended_index",
                                           parts_need(cJSON_CreateNull()));
    }

    shapes_claims(m, section, "recommended_models", NULL, "type", keys);
}


static void
shapes_path(const model_t *m, cJSON *section)
{
    cJSON        *timeline, *phase, *step, *copy;
    size_t        i;
    const char   *name;

    static const char *const  keys[] = {
        "duration", "key_activities", "resources"
    };
    static const char *const  texts[] = { "name", "key_activities", NULL };

    timeline = parts_need(cJSON_AddObjectToObject(section, "timeline"));

    cJSON_ArrayForEach(phase, cJSON_GetObjectItemCaseSensitive(section,
                                                               "phases"))
    {
        shapes_duration(m, phase);
        name = claims_string(phase, "name");

        if (cJSON_HasObjectItem(timeline, name)) {
            continue;
        }

        step = parts_need(cJSON_AddObjectToObject(timeline, name));

        for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
            copy = cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(phase,
                                                                    keys[i]),
                                   true);
            cJSON_AddItemToObject(step, keys[i], parts_need(copy));
        }
    }

    shapes_claims(m, section, "phases", "phase", NULL, texts);
}


static void
shapes_resources(const model_t *m, cJSON *section)
{
    char          text[SHAPES_MAX_TEXT];
    cJSON        *funding, *team, *item;
    const cJSON  *ranges, *count;

    static const char *const  keys[] = { "rationale", NULL };

    cJSON_ArrayForEach(item, shapes_list(section, "claims")) {
        shapes_set(item, "kind", "equipment");
    }

    ranges = cJSON_GetObjectItemCaseSensitive(section, "funding_ranges");
    funding = parts_need(cJSON_AddObjectToObject(section, "funding"));
    shapes_amount(funding, "seed", ranges);
    shapes_amount(funding, "series_a", ranges);
    shapes_claims(m, section, "funding_ranges", "funding", NULL, keys);

    team = parts_need(cJSON_AddArrayToObject(section, "team"));

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(section,
                                                              "team_detail"))
    {
        count = cJSON_GetObjectItemCaseSensitive(item, "count");

        if (cJSON_IsNumber(count) && count->valueint > 1) {
            (void) snprintf(text, sizeof(text), "%d \xc3\x97 %s",
                            count->valueint, claims_string(item, "role"));

        } else {
            (void) snprintf(text, sizeof(text), "%s",
                            claims_string(item, "role"));
        }

        cJSON_AddItemToArray(team, parts_need(cJSON_CreateString(text)));
    }
}


static void
shapes_risks(const model_t *m, cJSON *section)
{
    static const char *const  keys[] = { "text", NULL };

    shapes_claims(m, section, "items", NULL, "category", keys);
}


static void
shapes_swot(const model_t *m, cJSON *section)
{
    shapes_facts(m, section, "strength", "strengths");
    shapes_facts(m, section, "weakness", "weaknesses");
    shapes_facts(m, section, "opportunity", "opportunities");
    shapes_facts(m, section, "threat", "threats");
}


static void
shapes_summary(const model_t *m, cJSON *section)
{
    (void) m;
    (void) section;
}


/*
 * Such lists carry no verdict beside their texts, so only what the paper
 * supports stands in them; the rest is among the claims, marked.
 */

static void
shapes_facts(const model_t *m, cJSON *section, const char *kind,
    const char *key)
{
    cJSON        *list;
    const cJSON  *claim;

    list = shapes_list(section, key);

    cJSON_ArrayForEach(claim, cJSON_GetObjectItemCaseSensitive(section,
                                                               "claims"))
    {
        if (strcmp(claims_string(claim, "kind"), kind) == 0
            && shapes_is_fact(m, claim))
        {
            cJSON_AddItemToArray(list, parts_need(
                     cJSON_CreateString(claims_string(claim, "text"))));
        }
    }
}


/* The list of that key, made when it is missing. */

static cJSON *
shapes_list(cJSON *section, const char *key)
{
    cJSON  *list;

    list = cJSON_GetObjectItemCaseSensitive(section, key);

    return list != NULL ? list
           : parts_need(cJSON_AddArrayToObject(section, key));
}


/* A claim for each item, whose kind is one of its fields or the same. */

static void
shapes_claims(const model_t *m, cJSON *section, const char *list,
    const char *kind, const char *kind_key, const char *const *keys)
{
    cJSON          *claims, *claim;
    const cJSON    *item;
    paperal_buf_t   text;

    claims = shapes_list(section, "claims");
    paperal_buf_init(&text, SHAPES_MAX_TEXT);

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(section, list))
    {
        paperal_buf_clear(&text);
        shapes_text(&text, item, keys,
                    m->lang == LEXICON_ZH ? "\xef\xbc\x9a" : ": ");

        if (text.len == 0) {
            continue;
        }

        claim = parts_need(cJSON_CreateObject());
        (void) cJSON_AddStringToObject(claim, "kind", kind != NULL ? kind
                                       : claims_string(item, kind_key));
        (void) cJSON_AddStringToObject(claim, "text",
                                       paperal_buf_cstr(&text));
        (void) cJSON_AddStringToObject(claim, "basis",
                                       claims_string(item, "basis"));
        (void) cJSON_AddStringToObject(claim, "confidence",
                                       claims_string(item, "confidence"));
        cJSON_AddItemToObject(claim, "evidence", parts_need(cJSON_Duplicate(
            cJSON_GetObjectItemCaseSensitive(item, "evidence"), true)));
        cJSON_AddItemToArray(claims, claim);
    }

    paperal_buf_release(&text);
}


/* The fields one behind the other: "name: first; second". */

static void
shapes_text(paperal_buf_t *b, const cJSON *item, const char *const *keys,
    const char *colon)
{
    size_t        i;
    const char   *text;
    const cJSON  *field, *one;

    for (i = 0; keys[i] != NULL; i++) {
        field = cJSON_GetObjectItemCaseSensitive(item, keys[i]);
        text = cJSON_IsString(field) ? field->valuestring : "";

        if (text[0] != '\0') {
            paperal_buf_str(b, b->len > 0 ? colon : "");
            paperal_buf_str(b, text);
        }

        for (one = cJSON_IsArray(field) ? field->child : NULL; one != NULL;
             one = one->next)
        {
            paperal_buf_str(b, one != field->child ? "; "
                               : b->len > 0 ? colon : "");
            paperal_buf_str(b, one->valuestring);
        }
    }
}


/* "6-12 months"; null when the phase has no time or not a possible one. */

static void
shapes_duration(const model_t *m, cJSON *phase)
{
    char          text[SHAPES_AMOUNT];
    const char   *unit;
    const cJSON  *low, *high;

    low = cJSON_GetObjectItemCaseSensitive(phase, "duration_months_min");
    high = cJSON_GetObjectItemCaseSensitive(phase, "duration_months_max");
    unit = texts_word(m->lang, "months");

    if (!cJSON_IsNumber(low) || !cJSON_IsNumber(high)
        || low->valueint > high->valueint || high->valueint == 0)
    {
        cJSON_AddItemToObject(phase, "duration",
                              parts_need(cJSON_CreateNull()));
        return;
    }

    if (low->valueint == high->valueint) {
        (void) snprintf(text, sizeof(text), "%d %s", low->valueint, unit);

    } else {
        (void) snprintf(text, sizeof(text), "%d" SHAPES_DASH "%d %s",
                        low->valueint, high->valueint, unit);
    }

    (void) parts_need(cJSON_AddStringToObject(phase, "duration", text));
}


/* "USD 500000-1000000" of the range for that stage. */

static void
shapes_amount(cJSON *funding, const char *key, const cJSON *ranges)
{
    char          text[SHAPES_AMOUNT];
    const cJSON  *range, *low, *high;

    text[0] = '\0';

    cJSON_ArrayForEach(range, ranges) {
        if (strcmp(claims_string(range, "stage"), key) != 0) {
            continue;
        }

        low = cJSON_GetObjectItemCaseSensitive(range, "low_usd");
        high = cJSON_GetObjectItemCaseSensitive(range, "high_usd");

        if (cJSON_IsNumber(low) && cJSON_IsNumber(high)
            && low->valueint != high->valueint)
        {
            (void) snprintf(text, sizeof(text), "USD %d" SHAPES_DASH "%d",
                            low->valueint, high->valueint);

        } else if (cJSON_IsNumber(low) || cJSON_IsNumber(high)) {
            (void) snprintf(text, sizeof(text), "USD %d",
                            (cJSON_IsNumber(low) ? low : high)->valueint);
        }
    }

    cJSON_AddItemToObject(funding, key, parts_need(
        text[0] == '\0' ? cJSON_CreateNull() : cJSON_CreateString(text)));
}


static void
shapes_set(cJSON *object, const char *key, const char *value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, key);
    (void) parts_need(cJSON_AddStringToObject(object, key, value));
}
