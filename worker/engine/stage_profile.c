/*
 * Stage paper_profile: what the paper is about, in its own sentences.
 */

#include "facts.h"

#include "paperal_json.h"
#include "phrase.h"
#include "summary.h"
#include "topics.h"


static void profile_fields(engine_t *e, emit_t *em);
static void profile_keyphrases(engine_t *e, emit_t *em);
static void profile_summary(engine_t *e, emit_t *em);
static void profile_claims(engine_t *e, emit_t *em);
static const document_sentence_t *profile_first(const engine_t *e,
    const cue_e *kinds, size_t n);


/* In the order of cue_e; the names are those of the model's stage. */
static const struct {
    const char  *name;
    const char  *why;
    const char  *ask;
} profile_kinds[CUE_CLAIMS] = {
    { "problem", "why.problem", "ask.problem" },
    { "contribution", "why.contribution", "ask.contribution" },
    { "method", "why.method", "ask.method" },
    { "result", "why.result", "ask.result" },
    { "novelty", "why.novelty", "ask.novelty" },
    { "limitation", "why.limitation", "ask.limitation" },
    { "future_work", "why.future_work", "ask.future_work" },
    { "application_hint", "why.applications", "ask.market_use" },
    { "comparison_to_prior_art", "why.comparison", "ask.competition" }
};


void
stage_profile(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out)
{
    emit_t                      em;
    const document_sentence_t  *s;

    static const cue_e  problem[] = { CUE_PROBLEM };
    static const cue_e  contribution[] = { CUE_CONTRIBUTION, CUE_NOVELTY };

    (void) previous;

    emit_begin(&em, out, e->lang, &e->sources);

    s = profile_first(e, problem, 1);
    paperal_json_strz(out, "problem", s == NULL ? NULL : emit_text(s));
    s = profile_first(e, contribution, 2);
    paperal_json_strz(out, "contribution", s == NULL ? NULL : emit_text(s));
    paperal_json_strz(out, "article_type", e->type);

    if (e->type == NULL) {
        emit_gap(&em, "article_type", "why.article_type", NULL);
    }

    if (e->view.truncated) {
        emit_gap(&em, "text", "why.truncated", NULL);
    }

    profile_fields(e, &em);
    profile_keyphrases(e, &em);
    profile_summary(e, &em);
    profile_claims(e, &em);
    emit_end(&em);
}


static void
profile_fields(engine_t *e, emit_t *em)
{
    size_t   i, n;
    topic_t  topics[TOPICS_MAX];

    n = topics_find(&e->view, &e->view.lex->fields, topics);
    paperal_json_array(em->out, "fields");

    for (i = 0; i < n; i++) {
        paperal_json_strz(em->out, NULL, topics[i].topic->name[e->lang]);
    }

    paperal_json_close(em->out);

    if (n == 0) {
        emit_gap(em, "fields", "why.fields", NULL);
    }
}


static void
profile_keyphrases(engine_t *e, emit_t *em)
{
    size_t    i, n;
    phrase_t  phrases[PHRASE_MAX];

    n = phrase_build(&e->view, phrases);
    paperal_json_array(em->out, "keyphrases");

    for (i = 0; i < n; i++) {
        paperal_json_open(em->out);
        paperal_json_strz(em->out, "text", phrases[i].text);
        paperal_json_double(em->out, "score", phrases[i].score / 1000.0);
        emit_quote(em, phrases[i].vs);
        paperal_json_close(em->out);
    }

    paperal_json_close(em->out);

    if (n == 0) {
        emit_gap(em, "keyphrases", "why.keyphrases", NULL);
    }
}


static void
profile_summary(engine_t *e, emit_t *em)
{
    size_t                  i, n;
    const view_sentence_t  *vs[SUMMARY_MAX];

    n = summary_build(&e->view, vs);
    paperal_json_array(em->out, "summary");

    for (i = 0; i < n; i++) {
        paperal_json_open(em->out);
        paperal_json_strz(em->out, "text", emit_text(vs[i]->s));
        emit_quote(em, vs[i]);
        paperal_json_close(em->out);
    }

    paperal_json_close(em->out);

    if (n == 0) {
        emit_gap(em, "summary", "why.summary", NULL);
    }
}


static void
profile_claims(engine_t *e, emit_t *em)
{
    int  kind;

    paperal_json_array(em->out, "claims");

    for (kind = 0; kind < CUE_CLAIMS; kind++) {
        stage_claims(e, em, (cue_e) kind, profile_kinds[kind].name,
                     SELECT_MAX);

        if (e->sel.n[kind] == 0) {
            emit_gap(em, profile_kinds[kind].name, profile_kinds[kind].why,
                     profile_kinds[kind].ask);
        }
    }

    facts_counts(e, em);
    paperal_json_close(em->out);
}


static const document_sentence_t *
profile_first(const engine_t *e, const cue_e *kinds, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (e->sel.n[kinds[i]] > 0) {
            return e->sel.item[kinds[i]][0].vs->s;
        }
    }

    return NULL;
}
