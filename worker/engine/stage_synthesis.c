/*
 * Stages swot and executive_summary: they see only what the stages before
 * have claimed, never the paper, and add no statement of their own.
 */

#include "stages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "effect.h"
#include "paperal_json.h"


#define SYNTHESIS_MAX            5     /* of a quadrant */
#define SYNTHESIS_MAX_WEAK       14    /* of weaknesses: none is hidden */
#define SYNTHESIS_MAX_PARAGRAPH  4     /* claims of a paragraph */
#define SYNTHESIS_MAX_TEXT       8192
#define SYNTHESIS_MAX_OPEN       8


typedef struct {
    cJSON  *sections[ENGINE_STAGES];
} synthesis_t;

typedef struct {
    const char  *quadrant;     /* key of the section */
    const char  *kind;         /* of the claim made here */
    const char  *stage;
    const char  *list;
    const char  *from;         /* kind of the claim taken; NULL: any */
    const char  *text;         /* key of its text */
} synthesis_rule_t;

typedef struct {
    const char     *stage;
    const char     *kinds[2];
    unsigned        n;
    unsigned        ids[SYNTHESIS_MAX_PARAGRAPH];
    bool            spaced;
    paperal_buf_t  *text;
} synthesis_paragraph_t;


static void synthesis_open(synthesis_t *sy, const engine_outputs_t *previous);
static void synthesis_close(synthesis_t *sy);
static void swot_quadrant(const synthesis_t *sy, emit_t *em, const char *key,
    bool claims, size_t *n);
static bool swot_takes(const synthesis_rule_t *rule, const cJSON *item);
static void swot_claim(emit_t *em, const synthesis_rule_t *rule,
    const cJSON *from);
static void summary_paragraphs(engine_t *e, const synthesis_t *sy,
    emit_t *em);
static bool summary_collect(cJSON *claim, unsigned number, size_t stage,
    void *data);
static void summary_questions(const synthesis_t *sy, emit_t *em);
static bool summary_has_kind(const synthesis_t *sy, const char *kind);


static const synthesis_rule_t  swot_rules[] = {
    { "strengths", "strength", "paper_profile", "claims", "result", "text" },
    { "strengths", "strength", "paper_profile", "claims", "novelty",
      "text" },
    { "weaknesses", "weakness", "paper_profile", "claims", "limitation",
      "text" },
    { "weaknesses", "weakness", "paper_profile", "claims", "result",
      "text" },
    { "weaknesses", "weakness", "paper_profile", "claims",
      "comparison_to_prior_art", "text" },
    { "opportunities", "opportunity", "paper_profile", "claims",
      "application_hint", "text" },
    { "opportunities", "opportunity", "paper_profile", "claims",
      "future_work", "text" },
    { "threats", "threat", "competition", "alternatives", NULL,
      "how_it_differs" },
    { "threats", "threat", "intellectual_property", "signals",
      "conflict_of_interest", "text" },
    { "threats", "threat", "intellectual_property", "signals", "licence",
      "text" }
};

static const char *const  swot_keys[] = {
    "strengths", "weaknesses", "opportunities", "threats"
};

static const char *const  swot_why[] = {
    "why.strengths", "why.weaknesses", "why.opportunities", "why.threats"
};


void
stage_swot(engine_t *e, const engine_outputs_t *previous, paperal_buf_t *out)
{
    size_t        i, n;
    emit_t        em;
    synthesis_t   sy;

    synthesis_open(&sy, previous);
    emit_begin(&em, out, e->lang, &e->sources);

    for (i = 0; i < 4; i++) {
        paperal_json_array(out, swot_keys[i]);
        swot_quadrant(&sy, &em, swot_keys[i], false, &n);
        paperal_json_close(out);

        if (n == 0) {
            emit_gap(&em, swot_keys[i], swot_why[i], NULL);
        }
    }

    paperal_json_array(out, "claims");

    for (i = 0; i < 4; i++) {
        swot_quadrant(&sy, &em, swot_keys[i], true, &n);
    }

    paperal_json_close(out);
    emit_ask(&em, lexicon_message(e->lang, "ask.risk"));
    emit_end(&em);
    synthesis_close(&sy);
}


void
stage_summary(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out)
{
    emit_t        em;
    const cJSON  *line;
    synthesis_t   sy;

    synthesis_open(&sy, previous);
    emit_begin(&em, out, e->lang, &e->sources);

    line = cJSON_GetObjectItemCaseSensitive(sy.sections[ENGINE_PROFILE],
                                            "contribution");
    paperal_json_strz(out, "one_line",
                      cJSON_IsString(line) ? line->valuestring : NULL);

    if (!cJSON_IsString(line)) {
        emit_gap(&em, "one_line", "why.one_line", "ask.contribution");
    }

    summary_paragraphs(e, &sy, &em);
    paperal_json_strz(out, "recommendation",
                      summary_has_kind(&sy, "result") && !e->trl.gated
                      ? "hold_for_data" : "insufficient_evidence");
    paperal_json_array(out, "conditions");
    paperal_json_close(out);
    summary_questions(&sy, &em);
    paperal_json_array(out, "claims");
    paperal_json_close(out);
    emit_gap(&em, "recommendation", "why.recommendation", NULL);
    emit_end(&em);
    synthesis_close(&sy);
}


/* A stage without an output is an empty section. */

static void
synthesis_open(synthesis_t *sy, const engine_outputs_t *previous)
{
    size_t  i;

    memset(sy, 0, sizeof(synthesis_t));

    for (i = 0; previous != NULL && i < ENGINE_STAGES; i++) {
        if (previous->json[i] != NULL) {
            sy->sections[i] = cJSON_ParseWithLength(previous->json[i],
                                                    previous->len[i]);
        }
    }
}


static void
synthesis_close(synthesis_t *sy)
{
    size_t  i;

    for (i = 0; i < ENGINE_STAGES; i++) {
        cJSON_Delete(sy->sections[i]);
    }
}


/* The texts of a quadrant, or the claims behind them. */

static void
swot_quadrant(const synthesis_t *sy, emit_t *em, const char *key,
    bool claims, size_t *n)
{
    size_t                   i, max;
    const cJSON             *list, *item;
    const synthesis_rule_t  *rule;

    *n = 0;
    max = strcmp(key, "weaknesses") == 0 ? SYNTHESIS_MAX_WEAK : SYNTHESIS_MAX;

    for (i = 0; i < sizeof(swot_rules) / sizeof(swot_rules[0]); i++) {
        rule = &swot_rules[i];

        if (strcmp(rule->quadrant, key) != 0) {
            continue;
        }

        list = cJSON_GetObjectItemCaseSensitive(
                       sy->sections[engine_stage_index(rule->stage)],
                       rule->list);

        cJSON_ArrayForEach(item, list) {
            if (*n == max || !swot_takes(rule, item)) {
                continue;
            }

            (*n)++;

            if (claims) {
                swot_claim(em, rule, item);

            } else {
                paperal_json_strz(em->out, NULL,
                                  claims_string(item, rule->text));
            }
        }
    }
}


static bool
swot_takes(const synthesis_rule_t *rule, const cJSON *item)
{
    int          lang;
    const char  *text;

    if (rule->from == NULL) {
        return true;
    }

    if (strcmp(claims_string(item, "kind"), rule->from) != 0) {
        return false;
    }

    text = claims_string(item, rule->text);

    /* a denied effect is a weakness and no strength */

    if (strcmp(rule->from, "result") == 0
        || strcmp(rule->from, "comparison_to_prior_art") == 0)
    {
        return strcmp(rule->quadrant, "weaknesses") == 0
               ? effect_is_denied(text) : effect_counts(text);
    }

    if (strcmp(rule->from, "licence") != 0) {
        return true;
    }

    /* a licence threatens only where it binds whoever builds on the work */

    for (lang = 0; lang < LEXICON_LANGS; lang++) {
        if (lexicon_has_cue((lexicon_lang_e) lang, CUE_RESTRICTIVE, text,
                            strlen(text)))
        {
            return true;
        }
    }

    return false;
}


static void
swot_claim(emit_t *em, const synthesis_rule_t *rule, const cJSON *from)
{
    const cJSON  *list, *item;

    paperal_json_open(em->out);
    paperal_json_strz(em->out, "kind", rule->kind);
    paperal_json_strz(em->out, "text", claims_string(from, rule->text));
    paperal_json_strz(em->out, "basis", claims_string(from, "basis"));
    paperal_json_strz(em->out, "confidence",
                      claims_string(from, "confidence"));
    paperal_json_array(em->out, "evidence");
    list = cJSON_GetObjectItemCaseSensitive(from, "evidence");

    cJSON_ArrayForEach(item, list) {
        paperal_json_open(em->out);
        paperal_json_strz(em->out, "sid", claims_string(item, "sid"));
        paperal_json_strz(em->out, "quote", claims_string(item, "quote"));
        paperal_json_close(em->out);
    }

    paperal_json_close(em->out);
    paperal_json_close(em->out);
}


/* Problem and contribution; results; limits: quotes one after the other. */

static void
summary_paragraphs(engine_t *e, const synthesis_t *sy, emit_t *em)
{
    char                    id[16];
    size_t                  i, k, n;
    paperal_buf_t           text;
    synthesis_paragraph_t   p;

    static const char *const  kinds[][2] = {
        { "problem", "contribution" },
        { "result", NULL },
        { "limitation", NULL }
    };

    paperal_buf_init(&text, SYNTHESIS_MAX_TEXT);
    paperal_json_array(em->out, "paragraphs");
    n = 0;

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        paperal_buf_clear(&text);
        p = (synthesis_paragraph_t) {
            .stage = "paper_profile", .kinds = { kinds[i][0], kinds[i][1] },
            .spaced = e->view.lang == LEXICON_EN, .text = &text
        };

        (void) claims_walk(sy->sections, ENGINE_STAGES, summary_collect, &p);

        if (p.n == 0 || text.failed) {
            continue;
        }

        n++;
        paperal_json_open(em->out);
        paperal_json_str(em->out, "text", text.data, text.len);
        paperal_json_array(em->out, "claim_ids");

        for (k = 0; k < p.n; k++) {
            (void) snprintf(id, sizeof(id), "c%u", p.ids[k]);
            paperal_json_strz(em->out, NULL, id);
        }

        paperal_json_close(em->out);
        paperal_json_close(em->out);
    }

    paperal_json_close(em->out);
    paperal_buf_release(&text);

    if (n == 0) {
        emit_gap(em, "paragraphs", "why.paragraphs", NULL);
    }
}


static bool
summary_collect(cJSON *claim, unsigned number, size_t stage, void *data)
{
    const char             *kind;
    synthesis_paragraph_t  *p;

    p = data;
    kind = claims_string(claim, "kind");

    if (strcmp(engine_stages[stage], p->stage) != 0) {
        return false;
    }

    if (strcmp(kind, p->kinds[0]) != 0
        && (p->kinds[1] == NULL || strcmp(kind, p->kinds[1]) != 0))
    {
        return true;
    }

    if (p->n == SYNTHESIS_MAX_PARAGRAPH) {
        return false;
    }

    if (p->n > 0 && p->spaced) {
        paperal_buf_char(p->text, ' ');
    }

    paperal_buf_str(p->text, claims_string(claim, "text"));
    p->ids[p->n++] = number;

    return true;
}


/* The first question of each stage, then the second, until enough. */

static void
summary_questions(const synthesis_t *sy, emit_t *em)
{
    int           round;
    size_t        i, k, n;
    const cJSON  *item;
    const char   *asked[SYNTHESIS_MAX_OPEN];

    paperal_json_array(em->out, "open_questions");
    n = 0;

    for (round = 0; round < 2; round++) {
        for (i = 0; i < ENGINE_STAGES && n < SYNTHESIS_MAX_OPEN; i++) {
            item = cJSON_GetArrayItem(
                       cJSON_GetObjectItemCaseSensitive(sy->sections[i],
                                                        "questions"), round);
            if (!cJSON_IsString(item)) {
                continue;
            }

            for (k = 0; k < n; k++) {
                if (strcmp(asked[k], item->valuestring) == 0) {
                    break;
                }
            }

            if (k == n) {
                asked[n++] = item->valuestring;
                paperal_json_strz(em->out, NULL, item->valuestring);
            }
        }
    }

    paperal_json_close(em->out);
}


static bool
summary_has_kind(const synthesis_t *sy, const char *kind)
{
    const cJSON  *list, *item;

    list = cJSON_GetObjectItemCaseSensitive(sy->sections[ENGINE_PROFILE], "claims");

    cJSON_ArrayForEach(item, list) {
        if (strcmp(claims_string(item, "kind"), kind) == 0) {
            return true;
        }
    }

    return false;
}
