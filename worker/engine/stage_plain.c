/*
 * Stages business_model, implementation_path, resource_requirements and
 * risks: mostly what a paper cannot tell, said so, with the questions that
 * would fill it; equipment, suppliers and risks as quotes.
 */

#include "facts.h"

#include "paperal_json.h"


#define PLAIN_MAX  3


static void plain_empty(emit_t *em, const char *key);
static size_t plain_cue(engine_t *e, emit_t *em, cue_e cue,
    const char *kind);


void
stage_business(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out)
{
    emit_t  em;

    (void) previous;

    emit_begin(&em, out, e->lang, &e->sources);
    plain_empty(&em, "recommended_models");
    paperal_json_null(out, "recommended_index");
    paperal_json_null(out, "rationale");
    plain_empty(&em, "claims");
    emit_gap(&em, "recommended_models", "why.business",
             "ask.business_model");
    emit_gap(&em, "rationale", "why.business", "ask.business_value");
    emit_end(&em);
}


void
stage_implementation(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out)
{
    emit_t  em;

    (void) previous;

    emit_begin(&em, out, e->lang, &e->sources);
    paperal_json_object(out, "timeline");
    paperal_json_close(out);
    plain_empty(&em, "phases");
    plain_empty(&em, "critical_success_factors");
    paperal_json_array(out, "claims");
    stage_claims(e, &em, CUE_FUTURE, "future_work", PLAIN_MAX);
    paperal_json_close(out);
    emit_gap(&em, "timeline", "why.path", "ask.path_next");
    emit_gap(&em, "phases", "why.path", "ask.path_regulation");
    emit_gap(&em, "critical_success_factors", "why.path", NULL);

    if (e->sel.n[CUE_FUTURE] == 0) {
        emit_gap(&em, "future_work", "why.future_work", "ask.future_work");
    }

    emit_end(&em);
}


void
stage_resources(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out)
{
    size_t  n;
    emit_t  em;

    (void) previous;

    emit_begin(&em, out, e->lang, &e->sources);
    paperal_json_object(out, "funding");
    paperal_json_null(out, "seed");
    paperal_json_null(out, "series_a");
    paperal_json_close(out);
    plain_empty(&em, "funding_ranges");
    plain_empty(&em, "team");
    plain_empty(&em, "team_detail");
    paperal_json_array(out, "claims");
    n = plain_cue(e, &em, CUE_EQUIPMENT, "equipment");
    n += plain_cue(e, &em, CUE_SUPPLIER, "supplier");
    facts_names(e, &em, MENTION_ORGANISATION);
    facts_names(e, &em, MENTION_PRODUCT);
    paperal_json_close(out);
    plain_empty(&em, "partners");
    paperal_json_null(out, "details");
    emit_gap(&em, "funding", "why.funding", "ask.funding");
    emit_gap(&em, "funding_ranges", "why.funding", NULL);
    emit_gap(&em, "team", "why.team", "ask.resources");
    emit_gap(&em, "team_detail", "why.team", NULL);
    emit_gap(&em, "partners", "why.team", "ask.partners");
    emit_gap(&em, "details", "why.details", NULL);

    if (n == 0) {
        emit_gap(&em, "equipment", "why.equipment", NULL);
    }

    emit_end(&em);
}


/* "items" needs likelihood and impact, which no quote gives: claims only. */

void
stage_risks(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out)
{
    size_t  n;
    emit_t  em;

    (void) previous;

    emit_begin(&em, out, e->lang, &e->sources);
    plain_empty(&em, "items");
    paperal_json_array(out, "claims");
    stage_claims(e, &em, CUE_LIMITATION, "technical", SELECT_MAX);
    n = e->sel.n[CUE_LIMITATION];
    n += plain_cue(e, &em, CUE_REGULATORY, "regulatory");
    n += plain_cue(e, &em, CUE_ETHICAL, "ethical");
    paperal_json_close(out);
    emit_gap(&em, "items", "why.risk_items", "ask.risk");

    if (n == 0) {
        emit_gap(&em, "limitations", "why.risk_claims", "ask.limitation");
    }

    emit_end(&em);
}


static void
plain_empty(emit_t *em, const char *key)
{
    paperal_json_array(em->out, key);
    paperal_json_close(em->out);
}


static size_t
plain_cue(engine_t *e, emit_t *em, cue_e cue, const char *kind)
{
    size_t                  i, n;
    const view_sentence_t  *vs[PLAIN_MAX];

    n = select_cue(&e->view, cue, vs, PLAIN_MAX);

    for (i = 0; i < n; i++) {
        emit_claim(em, kind, vs[i]->s, "low");
    }

    return n;
}
