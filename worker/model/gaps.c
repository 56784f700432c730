/*
 * What a section leaves open: a reason for each empty field, and the question
 * to the inventor that would fill it, unless somebody has answered it.
 */

#include "parts.h"

#include <string.h>

#include "claims.h"
#include "paperal_utf8.h"
#include "texts.h"


#define GAPS_MAX_UNKNOWN    24
#define GAPS_MAX_QUESTIONS  24
#define GAPS_LETTERS        60     /* that tell in which language they are */


typedef struct {
    int          stage;
    const char  *field;        /* a key, "kind" of claims, "list.key" */
    const char  *why;          /* key of words */
    const char  *ask;          /* key of messages, or NULL */
} gap_t;


static bool gaps_is_open(const cJSON *section, const char *field);
static bool gaps_is_empty(const cJSON *value);
static bool gaps_has_kind(const cJSON *claims, const char *kind);
static void gaps_unknown(cJSON *list, const char *field, const char *reason);
static void gaps_ask(const model_t *m, cJSON *list, const char *question);
static void gaps_said(const model_t *m, const cJSON *said, cJSON *unknowns,
    cJSON *questions);
static void gaps_criteria(const model_t *m, const cJSON *trl,
    cJSON *unknowns, cJSON *questions);
static bool gaps_is_question(const char *text);
static void gaps_letters(const cJSON *node, size_t *all, size_t *han);
static void gaps_count(const char *s, size_t *all, size_t *han);


static const gap_t  gaps[] = {
    { ENGINE_PROFILE, "problem", "why.missing", "ask.problem" },
    { ENGINE_PROFILE, "contribution", "why.missing", "ask.contribution" },
    { ENGINE_PROFILE, "claims.method", "why.missing", "ask.method" },
    { ENGINE_PROFILE, "claims.result", "why.missing", "ask.result" },
    { ENGINE_PROFILE, "claims.novelty", "why.missing", "ask.novelty" },
    { ENGINE_PROFILE, "claims.limitation", "why.missing", "ask.limitation" },
    { ENGINE_PROFILE, "claims.future_work", "why.missing", "ask.future_work" },
    { ENGINE_PROFILE, "claims.application_hint", "why.missing",
      "ask.market_use" },
    { ENGINE_PROFILE, "claims.comparison_to_prior_art", "why.missing",
      "ask.competition" },
    { ENGINE_FEASIBILITY, "details", "why.missing", NULL },
    { ENGINE_FEASIBILITY, "strengths", "why.missing", "ask.result" },
    { ENGINE_FEASIBILITY, "challenges", "why.missing", "ask.limitation" },
    { ENGINE_FEASIBILITY, "claims.reproducibility", "why.missing",
      "ask.data" },
    { ENGINE_MARKET, "potential_applications", "why.missing",
      "ask.market_use" },
    { ENGINE_MARKET, "potential_applications.market_size", "why.market",
      "ask.market_size" },
    { ENGINE_MARKET, "potential_applications.growth_rate", "why.market",
      "ask.market_size" },
    { ENGINE_MARKET, "potential_applications.target_customers", "why.missing",
      "ask.market_customer" },
    { ENGINE_COMPETITION, "alternatives", "why.missing", "ask.competition" },
    { ENGINE_COMPETITION, "differentiation", "why.missing",
      "ask.competition" },
    { ENGINE_PROPERTY, "signals", "why.missing", NULL },
    { ENGINE_PROPERTY, "protectable_elements", "why.missing", "ask.ip_plan" },
    { ENGINE_BUSINESS, "recommended_models", "why.missing",
      "ask.business_model" },
    { ENGINE_BUSINESS, "rationale", "why.missing", "ask.business_value" },
    { ENGINE_PATH, "phases", "why.missing", "ask.path_next" },
    { ENGINE_PATH, "phases.duration", "why.missing", "ask.path_next" },
    { ENGINE_PATH, "critical_success_factors", "why.missing",
      "ask.path_regulation" },
    { ENGINE_RESOURCES, "funding_ranges.low_usd", "why.amounts", NULL },
    { ENGINE_RESOURCES, "team", "why.missing", "ask.resources" },
    { ENGINE_RESOURCES, "claims", "why.missing", "ask.resources" },
    { ENGINE_RESOURCES, "partners", "why.missing", "ask.partners" },
    { ENGINE_RESOURCES, "details", "why.missing", NULL },
    { ENGINE_RISKS, "items", "why.missing", "ask.risk" },
    { ENGINE_SWOT, "strengths", "why.claims", NULL },
    { ENGINE_SWOT, "weaknesses", "why.claims", NULL },
    { ENGINE_SWOT, "opportunities", "why.claims", NULL },
    { ENGINE_SWOT, "threats", "why.claims", "ask.risk" },
    { ENGINE_SUMMARY, "one_line", "why.claims", "ask.contribution" },
    { ENGINE_SUMMARY, "paragraphs", "why.claims", NULL },
    { -1, NULL, NULL, NULL }
};


/* usable false: there was no answer, and that is the reason of all. */

void
gaps_write(const model_t *m, int stage, bool usable, cJSON *section)
{
    cJSON        *said, *unknowns, *questions;
    size_t        all, han;
    const gap_t  *g;
    const char   *why;

    all = 0;
    han = 0;
    gaps_letters(section, &all, &han);
    said = cJSON_DetachItemFromObjectCaseSensitive(section, "unknowns");
    unknowns = parts_need(cJSON_AddArrayToObject(section, "unknowns"));
    questions = parts_need(cJSON_AddArrayToObject(section, "questions"));

    if (stage == ENGINE_PROFILE && m->left_out > 0) {
        gaps_unknown(unknowns, "text", texts_word(m->lang, "why.cut"));
    }

    if (all > GAPS_LETTERS && (han * 10 > all) != (m->lang == LEXICON_ZH)) {
        gaps_unknown(unknowns, "language",
                     texts_word(m->lang, "why.language"));
    }

    if (stage == ENGINE_FEASIBILITY) {
        gaps_criteria(m, cJSON_GetObjectItemCaseSensitive(section, "trl"),
                      unknowns, questions);
    }

    for (g = gaps; g->field != NULL; g++) {
        if (g->stage != stage || !gaps_is_open(section, g->field)) {
            continue;
        }

        why = usable ? g->why : "why.unusable";
        gaps_unknown(unknowns, g->field, texts_word(m->lang, why));

        if (g->ask != NULL) {
            gaps_ask(m, questions, lexicon_message(m->lang, g->ask));
        }
    }

    gaps_said(m, said, unknowns, questions);
    cJSON_Delete(said);

    if (stage == ENGINE_SUMMARY) {
        gaps_said(m, cJSON_GetObjectItemCaseSensitive(section,
                                                      "open_questions"),
                  NULL, questions);
    }
}


/* "list.key": no item of the list has it; "claims.kind": none is of it. */

static bool
gaps_is_open(const cJSON *section, const char *field)
{
    char          name[64];
    size_t        len;
    const cJSON  *list, *item;

    len = strcspn(field, ".");
    memcpy(name, field, len);
    name[len] = '\0';
    list = cJSON_GetObjectItemCaseSensitive(section, name);

    if (field[len] == '\0') {
        return gaps_is_empty(list);
    }

    field += len + 1;

    if (strcmp(name, "claims") == 0) {
        return !gaps_has_kind(list, field);
    }

    cJSON_ArrayForEach(item, list) {
        if (!gaps_is_empty(cJSON_GetObjectItemCaseSensitive(item, field))) {
            return false;
        }
    }

    return true;
}


static bool
gaps_is_empty(const cJSON *value)
{
    return value == NULL || cJSON_IsNull(value)
           || (cJSON_IsArray(value) && value->child == NULL)
           || (cJSON_IsString(value) && value->valuestring[0] == '\0');
}


static bool
gaps_has_kind(const cJSON *claims, const char *kind)
{
    const cJSON  *claim;

    cJSON_ArrayForEach(claim, claims) {
        if (strcmp(claims_string(claim, "kind"), kind) == 0) {
            return true;
        }
    }

    return false;
}


static void
gaps_unknown(cJSON *list, const char *field, const char *reason)
{
    cJSON  *item;

    if (list == NULL || cJSON_GetArraySize(list) >= GAPS_MAX_UNKNOWN) {
        return;
    }

    item = parts_need(cJSON_CreateObject());

    if (field == NULL) {
        (void) parts_need(cJSON_AddNullToObject(item, "field"));

    } else {
        (void) parts_need(cJSON_AddStringToObject(item, "field", field));
    }

    (void) parts_need(cJSON_AddStringToObject(item, "reason", reason));
    cJSON_AddItemToArray(list, item);
}


static void
gaps_ask(const model_t *m, cJSON *list, const char *question)
{
    const cJSON  *item;

    if (cJSON_GetArraySize(list) >= GAPS_MAX_QUESTIONS
        || sources_answer(&m->sources, question) != NULL)
    {
        return;
    }

    cJSON_ArrayForEach(item, list) {
        if (strcmp(item->valuestring, question) == 0) {
            return;
        }
    }

    cJSON_AddItemToArray(list, parts_need(cJSON_CreateString(question)));
}


/* What the model says is unknown; what it asks becomes a question. */

static void
gaps_said(const model_t *m, const cJSON *said, cJSON *unknowns,
    cJSON *questions)
{
    const cJSON  *item;

    cJSON_ArrayForEach(item, said) {
        if (!cJSON_IsString(item)) {
            continue;
        }

        gaps_unknown(unknowns, NULL, item->valuestring);

        if (gaps_is_question(item->valuestring)) {
            gaps_ask(m, questions, item->valuestring);
        }
    }
}


/* Every criterion that is unclear is a question to the inventor. */

static void
gaps_criteria(const model_t *m, const cJSON *trl, cJSON *unknowns,
    cJSON *questions)
{
    size_t            i;
    const cJSON      *answer, *list;
    const lexicon_t  *lex;

    if (cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(trl, "level"))) {
        /* known */

    } else if (trl_is_gated(m->engine->type)) {
        gaps_unknown(unknowns, "trl.level",
                     lexicon_message(m->lang, "why.trl_gate"));

    } else {
        gaps_unknown(unknowns, "trl.level",
                     texts_word(m->lang, "why.trl_none"));
    }

    lex = m->engine->view.lex;
    list = cJSON_GetObjectItemCaseSensitive(trl, "answers");
    i = 0;

    cJSON_ArrayForEach(answer, list) {
        if (!trl_is_gated(m->engine->type)
            && strcmp(claims_string(answer, "answer"), "unclear") == 0)
        {
            gaps_ask(m, questions, lex->criteria[i].question[m->lang]);
        }

        i++;
    }
}


static bool
gaps_is_question(const char *text)
{
    size_t  len;

    len = strlen(text);

    return len > 3 && (text[len - 1] == '?'
                       || strcmp(text + len - 3, "\xef\xbc\x9f") == 0);
}


/* Counts the letters of the texts that the model itself has written. */

static void
gaps_letters(const cJSON *node, size_t *all, size_t *han)
{
    size_t        i;
    const cJSON  *child;

    static const char *const  written[] = {
        "text", "details", "problem", "contribution", "how_it_differs",
        "value_proposition", "rationale", "differentiation", "one_line"
    };

    cJSON_ArrayForEach(child, node) {
        if (cJSON_IsArray(child) || cJSON_IsObject(child)) {
            if (child->string == NULL || strcmp(child->string, "summary") != 0)
            {
                gaps_letters(child, all, han);
            }

            continue;
        }

        for (i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
            if (cJSON_IsString(child) && child->string != NULL
                && strcmp(child->string, written[i]) == 0)
            {
                gaps_count(child->valuestring, all, han);
            }
        }
    }
}


static void
gaps_count(const char *s, size_t *all, size_t *han)
{
    size_t    n, len;
    uint32_t  cp;

    for (len = strlen(s); len > 0; s += n, len -= n) {
        n = paperal_utf8_decode(s, len, &cp);

        if (n == 0) {
            return;
        }

        *han += cp >= 0x4e00 && cp <= 0x9fff;
        *all += cp > ' ';
    }
}
