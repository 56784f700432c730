/*
 * Stages market_opportunities and competition: sectors whose words the paper
 * uses, and methods that its comparing sentences name.  No competitor is
 * stated that the text does not hold, and no market figure that no source of
 * the user's holds: the analyser has none of its own.
 */

#include "stages.h"

#include <string.h>

#include "alternatives.h"
#include "paperal_json.h"
#include "topics.h"


#define MARKET_MAX_DETAILS  1024
#define MARKET_MAX_SOURCE   65536


static bool market_application(engine_t *e, emit_t *em, const topic_t *t,
    bool only);
static const source_t *market_figure(const engine_t *e, const topic_t *t,
    bool only, cue_e cue);
static void market_quote(emit_t *em, const char *key, const source_t *source,
    cue_e cue);
static void market_source(emit_t *em, const source_t *source);
static void competition_alternative(emit_t *em, const alternative_t *a);


void
stage_market(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out)
{
    bool     sized;
    size_t   i, n, named;
    emit_t   em;
    topic_t  topics[TOPICS_MAX];

    (void) previous;

    emit_begin(&em, out, e->lang, &e->sources);
    n = topics_find(&e->view, &e->view.lex->sectors, topics);
    paperal_json_array(out, "potential_applications");
    sized = false;
    named = 0;

    for (i = 0; i < n; i++) {
        named += topics[i].vs != NULL;
    }

    for (i = 0; i < n; i++) {
        if (topics[i].vs != NULL
            && market_application(e, &em, &topics[i], named == 1))
        {
            sized = true;
        }
    }

    paperal_json_close(out);
    paperal_json_array(out, "claims");
    stage_claims(e, &em, CUE_APPLICATION, "application_hint", SELECT_MAX);
    paperal_json_close(out);

    if (named == 0) {
        emit_gap(&em, "potential_applications", "why.applications",
                 "ask.market_use");
    }

    if (!sized) {
        emit_gap(&em, "market_size", "why.market_size", "ask.market_size");
        emit_gap(&em, "growth_rate", "why.market_size", "ask.market_size");
    }

    emit_gap(&em, "target_customers", "why.market_customer",
             "ask.market_customer");

    if (e->sel.n[CUE_APPLICATION] == 0) {
        emit_ask(&em, lexicon_message(e->lang, "ask.market_use"));
    }

    emit_end(&em);
}


/* Returns whether a source states its market. */

static bool
market_application(engine_t *e, emit_t *em, const topic_t *t, bool only)
{
    char             memory[MARKET_MAX_DETAILS];
    size_t           i;
    paperal_buf_t    details;
    const source_t  *size, *growth;

    size = market_figure(e, t, only, CUE_MONEY);
    growth = size != NULL ? size : market_figure(e, t, only, CUE_GROWTH);

    paperal_buf_fixed(&details, memory, sizeof(memory));
    paperal_buf_str(&details, lexicon_message(e->lang, "market.details"));

    for (i = 0; i < t->nwords; i++) {
        paperal_buf_str(&details, i == 0 ? "" : ", ");
        paperal_buf_str(&details, t->words[i]);
    }

    paperal_json_open(em->out);
    paperal_json_strz(em->out, "name", t->topic->name[e->lang]);
    market_quote(em, "market_size", size, CUE_MONEY);
    market_quote(em, "growth_rate", growth, CUE_GROWTH);
    paperal_json_array(em->out, "target_customers");
    paperal_json_close(em->out);
    paperal_json_str(em->out, "details", details.data, details.len);
    paperal_json_strz(em->out, "sector", t->topic->id);
    paperal_json_strz(em->out, "market_size_basis",
                      growth == NULL ? "not_estimated" : "user_source");
    market_source(em, growth);
    paperal_json_strz(em->out, "basis", "inference");
    paperal_json_strz(em->out, "confidence", "low");
    emit_quote(em, t->vs);
    paperal_json_close(em->out);

    return growth != NULL;
}


/*
 * The source with a figure for an application: one that answers the question
 * for market figures, or answers none, and names the application.  An answer
 * need not name the only application that there is.
 */

static const source_t *
market_figure(const engine_t *e, const topic_t *t, bool only, cue_e cue)
{
    bool             answer;
    size_t           i, from, len;
    const source_t  *source;

    for (i = 0; i < e->sources.n; i++) {
        source = &e->sources.items[i];
        answer = source->question != NULL
                 && lexicon_same_text(source->question,
                           lexicon_message(e->lang, "ask.market_size"));

        if (source->question != NULL && !answer) {
            continue;
        }

        if (((answer && only) || topics_named(t, source->quote)
             || (source->title != NULL && topics_named(t, source->title)))
            && sources_figure(source, cue, &from, &len))
        {
            return source;
        }
    }

    return NULL;
}


/* A figure is quoted with its whole sentence, which says what it counts. */

static void
market_quote(emit_t *em, const char *key, const source_t *source, cue_e cue)
{
    size_t  from, len;

    if (source != NULL && sources_figure(source, cue, &from, &len)) {
        paperal_json_str(em->out, key, source->quote + from, len);

    } else {
        paperal_json_null(em->out, key);
    }
}


static void
market_source(emit_t *em, const source_t *source)
{
    size_t          i, n;
    paperal_buf_t   text;

    if (source == NULL) {
        paperal_json_null(em->out, "market_source");
        return;
    }

    const char *const  parts[] = { source->title, source->url, source->date };

    paperal_buf_init(&text, MARKET_MAX_SOURCE);
    n = 0;

    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (parts[i] != NULL) {
            paperal_buf_str(&text, n++ == 0 ? "" : ", ");
            paperal_buf_str(&text, parts[i]);
        }
    }

    if (n == 0) {
        paperal_buf_str(&text, lexicon_message(em->lang, "market.source"));
    }

    paperal_json_str(em->out, "market_source", text.data, text.len);
    paperal_buf_release(&text);
}


void
stage_competition(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out)
{
    size_t          i, n;
    emit_t          em;
    alternative_t   list[ALTERNATIVES_MAX];

    (void) previous;

    emit_begin(&em, out, e->lang, &e->sources);
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
