/*
 * Stages market_opportunities and competition: sectors whose words the paper
 * uses, and methods that its comparing sentences name.  No market figure and
 * no competitor is stated that the text does not hold.
 */

#include "stages.h"

#include <string.h>

#include "alternatives.h"
#include "paperal_json.h"
#include "topics.h"


#define MARKET_MAX_DETAILS  1024


static void market_application(engine_t *e, emit_t *em, const topic_t *t);
static void competition_alternative(emit_t *em, const alternative_t *a);


void
stage_market(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out)
{
    size_t   i, n;
    emit_t   em;
    topic_t  topics[TOPICS_MAX];

    (void) previous;

    emit_begin(&em, out, e->lang);
    n = topics_find(&e->view, &e->view.lex->sectors, topics);
    paperal_json_array(out, "potential_applications");

    for (i = 0; i < n; i++) {
        if (topics[i].vs != NULL) {
            market_application(e, &em, &topics[i]);
        }
    }

    paperal_json_close(out);
    paperal_json_array(out, "claims");
    stage_claims(e, &em, CUE_APPLICATION, "application_hint", SELECT_MAX);
    paperal_json_close(out);

    if (n == 0) {
        emit_gap(&em, "potential_applications", "why.applications",
                 "ask.market_use");
    }

    emit_gap(&em, "market_size", "why.market_size", "ask.market_size");
    emit_gap(&em, "growth_rate", "why.market_size", "ask.market_size");
    emit_gap(&em, "target_customers", "why.market_size",
             "ask.market_customer");

    if (e->sel.n[CUE_APPLICATION] == 0) {
        emit_ask(&em, lexicon_message(e->lang, "ask.market_use"));
    }

    emit_end(&em);
}


static void
market_application(engine_t *e, emit_t *em, const topic_t *t)
{
    char            memory[MARKET_MAX_DETAILS];
    size_t          i;
    paperal_buf_t   details;

    paperal_buf_fixed(&details, memory, sizeof(memory));
    paperal_buf_str(&details, lexicon_message(e->lang, "market.details"));

    for (i = 0; i < t->nwords; i++) {
        paperal_buf_str(&details, i == 0 ? "" : ", ");
        paperal_buf_str(&details, t->words[i]);
    }

    paperal_json_open(em->out);
    paperal_json_strz(em->out, "name", t->topic->name[e->lang]);
    paperal_json_null(em->out, "market_size");
    paperal_json_null(em->out, "growth_rate");
    paperal_json_array(em->out, "target_customers");
    paperal_json_close(em->out);
    paperal_json_str(em->out, "details", details.data, details.len);
    paperal_json_strz(em->out, "sector", t->topic->id);
    paperal_json_strz(em->out, "market_size_basis", "not_estimated");
    paperal_json_null(em->out, "market_source");
    paperal_json_strz(em->out, "basis", "inference");
    paperal_json_strz(em->out, "confidence", "low");
    emit_quote(em, t->vs);
    paperal_json_close(em->out);
}


void
stage_competition(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out)
{
    size_t          i, n;
    emit_t          em;
    alternative_t   list[ALTERNATIVES_MAX];

    (void) previous;

    emit_begin(&em, out, e->lang);
    n = alternatives_find(&e->view, list);
    paperal_json_array(out, "alternatives");

    for (i = 0; i < n; i++) {
        competition_alternative(&em, &list[i]);
    }

    paperal_json_close(out);
    paperal_json_strz(out, "differentiation",
                      e->sel.n[CUE_COMPARISON] == 0 ? NULL
                      : emit_text(e->sel.item[CUE_COMPARISON][0].vs->s));
    paperal_json_array(out, "claims");
    stage_claims(e, &em, CUE_COMPARISON, "comparison_to_prior_art",
                 SELECT_MAX);
    stage_claims(e, &em, CUE_NOVELTY, "novelty", SELECT_MAX);
    paperal_json_close(out);

    if (n == 0) {
        emit_gap(&em, "alternatives", "why.alternatives", NULL);
    }

    if (e->sel.n[CUE_COMPARISON] == 0) {
        emit_gap(&em, "differentiation", "why.differentiation", NULL);
    }

    emit_ask(&em, lexicon_message(e->lang, "ask.competition"));
    emit_end(&em);
}


static void
competition_alternative(emit_t *em, const alternative_t *a)
{
    paperal_json_open(em->out);
    paperal_json_strz(em->out, "name", a->name);
    paperal_json_strz(em->out, "kind", "prior_method");
    paperal_json_strz(em->out, "how_it_differs", emit_text(a->vs->s));
    paperal_json_strz(em->out, "advantage_for", "unclear");
    paperal_json_strz(em->out, "basis", "paper");
    paperal_json_strz(em->out, "confidence", "low");
    emit_quote(em, a->vs);
    paperal_json_close(em->out);
}
