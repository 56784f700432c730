/*
 * Stage intellectual_property: what the paper says about patents, licences,
 * releases, funding and interests.  Whether anything can be protected is not
 * answered.
 */

#include "facts.h"

#include "paperal_json.h"


#define PROPERTY_MAX  2


static void property_signals(engine_t *e, emit_t *em);
static size_t property_cue(engine_t *e, emit_t *em, cue_e cue,
    const char *kind);
static bool property_names(const engine_t *e);
static const char *property_disclosure(const engine_t *e);


static const char *const  property_counsel[] = {
    "ask.counsel_priority", "ask.counsel_owner", "ask.counsel_third"
};


void
stage_property(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out)
{
    size_t  i;
    emit_t  em;

    (void) previous;

    emit_begin(&em, out, e->lang, &e->sources);
    property_signals(e, &em);
    paperal_json_array(out, "protectable_elements");
    paperal_json_close(out);
    paperal_json_strz(out, "disclosure_risk", property_disclosure(e));
    paperal_json_array(out, "questions_for_counsel");

    for (i = 0; i < sizeof(property_counsel) / sizeof(char *); i++) {
        paperal_json_strz(out, NULL,
                          lexicon_message(e->lang, property_counsel[i]));
    }

    paperal_json_close(out);
    paperal_json_strz(out, "disclaimer",
                      lexicon_message(e->lang, "ip.disclaimer"));
    paperal_json_array(out, "claims");
    facts_names(e, &em, MENTION_PATENT);
    facts_names(e, &em, MENTION_LICENCE);
    facts_names(e, &em, MENTION_GRANT);
    paperal_json_close(out);
    emit_gap(&em, "protectable_elements", "why.protectable", "ask.ip_plan");
    emit_end(&em);
}


static void
property_signals(engine_t *e, emit_t *em)
{
    size_t                      n;
    const document_sentence_t  *s;

    paperal_json_array(em->out, "signals");

    n = property_cue(e, em, CUE_PATENT, "patent_mentioned");
    n += property_cue(e, em, CUE_LICENCE, "licence");

    /* code that has to be asked for is not released */

    s = statements_says(&e->statements[STATEMENT_CODE]);

    if (s != NULL && !view_has_cue(s, CUE_ONREQUEST)) {
        emit_claim(em, "open_source_release", s, "low");
        n++;

    } else if (s == NULL) {
        n += property_cue(e, em, CUE_RELEASE, "open_source_release");
    }

    s = statements_says(&e->statements[STATEMENT_FUNDING]);

    if (s != NULL) {
        emit_claim(em, "funding_obligation", s, "low");
        n++;
    }

    s = statements_says(&e->statements[STATEMENT_COI]);

    if (s != NULL) {
        emit_claim(em, "conflict_of_interest", s, "medium");
        n++;
    }

    paperal_json_close(em->out);

    if (n == 0) {
        emit_gap(em, "signals", property_names(e) ? "why.ip_named"
                                                  : "why.ip_signals", NULL);
    }
}


static size_t
property_cue(engine_t *e, emit_t *em, cue_e cue, const char *kind)
{
    size_t                  i, n;
    const view_sentence_t  *vs[PROPERTY_MAX];

    n = select_cue(&e->view, cue, vs, PROPERTY_MAX);

    for (i = 0; i < n; i++) {
        emit_claim(em, kind, vs[i]->s, "low");
    }

    return n;
}


/* Whether the claims of the section name a patent, a licence or a grant. */

static bool
property_names(const engine_t *e)
{
    size_t  i;

    for (i = 0; i < e->names.n; i++) {
        if (e->names.items[i].kind == MENTION_PATENT
            || e->names.items[i].kind == MENTION_LICENCE
            || e->names.items[i].kind == MENTION_GRANT)
        {
            return true;
        }
    }

    return false;
}


/* From the metadata alone; the authors' own account is for counsel. */

static const char *
property_disclosure(const engine_t *e)
{
    if (e->opt->unpublished) {
        return "unpublished";
    }

    if (e->doc->doi != NULL || e->doc->publication != NULL) {
        return "published";
    }

    return e->doc->arxiv_id != NULL ? "preprint" : "unknown";
}
