/*
 * Stage technical_feasibility: the readiness range of the rubric, strengths
 * and challenges as quotes, what the work depends on.
 */

#include "facts.h"

#include <stdio.h>

#include "effect.h"
#include "paperal_json.h"


#define FEASIBILITY_MAX       3
#define FEASIBILITY_LEVEL     24


/* Strengths and challenges, in the order in which they are shown. */
typedef struct {
    size_t                n;
    const select_item_t  *items[3 * SELECT_MAX];
} feasibility_list_t;


static void feasibility_split(const engine_t *e,
    feasibility_list_t *strengths, feasibility_list_t *challenges);
static void feasibility_strings(emit_t *em, const char *key,
    const feasibility_list_t *list);
static void feasibility_list(emit_t *em, const char *kind,
    const feasibility_list_t *list);
static void feasibility_level(const trl_t *trl, char *text, size_t size);
static void feasibility_trl(engine_t *e, emit_t *em);
static void feasibility_answers(engine_t *e, emit_t *em);
static void feasibility_gap(engine_t *e, emit_t *em);
static void feasibility_claims(engine_t *e, emit_t *em,
    const feasibility_list_t *strengths,
    const feasibility_list_t *challenges);
static void feasibility_unknowns(engine_t *e, emit_t *em, size_t strengths,
    size_t challenges);


static const char *const  feasibility_answer_names[] = {
    "unclear", "yes", "no"
};


void
stage_feasibility(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out)
{
    char                level[FEASIBILITY_LEVEL];
    emit_t              em;
    feasibility_list_t  strengths, challenges;

    (void) previous;

    feasibility_split(e, &strengths, &challenges);
    feasibility_level(&e->trl, level, sizeof(level));
    emit_begin(&em, out, e->lang, &e->sources);

    paperal_json_null(out, "score");
    paperal_json_strz(out, "maturity_level",
                      level[0] == '\0' ? NULL : level);
    feasibility_strings(&em, "strengths", &strengths);
    feasibility_strings(&em, "challenges", &challenges);
    paperal_json_null(out, "details");
    feasibility_trl(e, &em);
    feasibility_claims(e, &em, &strengths, &challenges);
    feasibility_unknowns(e, &em, strengths.n, challenges.n);
    emit_end(&em);
}


/* A result that denies an effect is a challenge. */

static void
feasibility_split(const engine_t *e, feasibility_list_t *strengths,
    feasibility_list_t *challenges)
{
    size_t                i, k;
    const select_item_t  *item;

    static const cue_e  kinds[] = { CUE_RESULT, CUE_COMPARISON };

    strengths->n = 0;
    challenges->n = 0;

    for (i = 0; i < e->sel.n[CUE_LIMITATION] && i < FEASIBILITY_MAX; i++) {
        challenges->items[challenges->n++] = &e->sel.item[CUE_LIMITATION][i];
    }

    for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        for (i = 0; i < e->sel.n[kinds[k]]; i++) {
            item = &e->sel.item[kinds[k]][i];

            if (effect_is_denied(emit_text(item->vs->s))) {
                challenges->items[challenges->n++] = item;

            } else if (kinds[k] == CUE_RESULT
                       && strengths->n < FEASIBILITY_MAX)
            {
                strengths->items[strengths->n++] = item;
            }
        }
    }
}


static void
feasibility_strings(emit_t *em, const char *key,
    const feasibility_list_t *list)
{
    size_t  i;

    paperal_json_array(em->out, key);

    for (i = 0; i < list->n; i++) {
        paperal_json_strz(em->out, NULL, emit_text(list->items[i]->vs->s));
    }

    paperal_json_close(em->out);
}


static void
feasibility_list(emit_t *em, const char *kind,
    const feasibility_list_t *list)
{
    size_t  i;

    for (i = 0; i < list->n; i++) {
        emit_claim(em, kind, list->items[i]->vs->s,
                   stage_confidence(list->items[i]));
    }
}


static void
feasibility_level(const trl_t *trl, char *text, size_t size)
{
    text[0] = '\0';

    if (trl->high == 0) {
        return;
    }

    if (trl->low == trl->high) {
        (void) snprintf(text, size, "TRL %d", trl->high);

    } else {
        (void) snprintf(text, size, "TRL %d\xe2\x80\x93%d", trl->low,
                        trl->high);
    }
}


static void
feasibility_trl(engine_t *e, emit_t *em)
{
    paperal_json_object(em->out, "trl");
    paperal_json_null(em->out, "level");

    if (e->trl.high == 0) {
        paperal_json_null(em->out, "range_low");
        paperal_json_null(em->out, "range_high");

    } else {
        paperal_json_int(em->out, "range_low", e->trl.low);
        paperal_json_int(em->out, "range_high", e->trl.high);
    }

    paperal_json_strz(em->out, "basis", "rubric_cues");
    paperal_json_strz(em->out, "unit_of_assessment", e->doc->title);
    paperal_json_strz(em->out, "rubric_version",
                      e->view.lex->rubric_version);
    feasibility_gap(e, em);
    feasibility_answers(e, em);
    paperal_json_strz(em->out, "confidence", "low");
    paperal_json_close(em->out);
}


/* What is open up to and including the next level. */

static void
feasibility_gap(engine_t *e, emit_t *em)
{
    size_t                      i;
    const lexicon_criterion_t  *c;

    paperal_json_array(em->out, "next_level_gap");

    for (i = 0; i < e->view.lex->ncriteria && !e->trl.gated; i++) {
        c = &e->view.lex->criteria[i];

        if (e->trl.answers[i].answer != TRL_YES
            && c->level <= e->trl.high + 1)
        {
            paperal_json_strz(em->out, NULL, c->gap[e->lang]);
            emit_ask(em, c->question[e->lang]);
        }
    }

    paperal_json_close(em->out);
}


static void
feasibility_answers(engine_t *e, emit_t *em)
{
    size_t                      i, k;
    const trl_answer_t         *a;
    const lexicon_criterion_t  *c;
    const document_sentence_t  *s[TRL_MAX_QUOTES];

    paperal_json_array(em->out, "answers");

    for (i = 0; i < e->view.lex->ncriteria; i++) {
        c = &e->view.lex->criteria[i];
        a = &e->trl.answers[i];

        for (k = 0; k < a->n; k++) {
            s[k] = a->vs[k]->s;
        }

        paperal_json_open(em->out);
        paperal_json_strz(em->out, "criterion_id", c->id);
        paperal_json_int(em->out, "level", c->level);
        paperal_json_strz(em->out, "answer",
                          feasibility_answer_names[a->answer]);
        paperal_json_strz(em->out, "reason",
                          lexicon_message(e->lang, a->reason));
        emit_evidence(em, s, a->n);
        paperal_json_close(em->out);

        /* every unclear criterion is a question to the inventor */

        if (a->answer == TRL_UNCLEAR && !e->trl.gated) {
            emit_ask(em, c->question[e->lang]);
        }
    }

    paperal_json_close(em->out);
}


static void
feasibility_claims(engine_t *e, emit_t *em,
    const feasibility_list_t *strengths, const feasibility_list_t *challenges)
{
    int                         kind;
    size_t                      i, n;
    const view_sentence_t      *vs[FEASIBILITY_MAX];
    const document_sentence_t  *s, *last;

    paperal_json_array(em->out, "claims");
    feasibility_list(em, "strength", strengths);
    feasibility_list(em, "challenge", challenges);
    facts_numbers(e, em);

    n = select_cue(&e->view, CUE_THIRDPARTY, vs, 2);

    for (i = 0; i < n; i++) {
        emit_claim(em, "dependency", vs[i]->s, "low");
    }

    /* one sentence about both is one claim */

    last = NULL;

    for (kind = STATEMENT_DATA; kind <= STATEMENT_CODE; kind++) {
        s = statements_says(&e->statements[kind]);

        if (s != NULL && s != last) {
            last = s;
            emit_claim(em, "reproducibility", s,
                       view_has_cue(s, CUE_ONREQUEST) ? "low" : "medium");
        }
    }

    paperal_json_close(em->out);
}


static void
feasibility_unknowns(engine_t *e, emit_t *em, size_t strengths,
    size_t challenges)
{
    const char  *why;

    emit_gap(em, "score", "why.score", NULL);
    emit_gap(em, "details", "why.details", NULL);

    why = e->trl.gated ? "why.trl_gate"
          : e->trl.nown == 0 ? "why.trl_sentences"
          : e->trl.high == 0 ? "why.trl_none" : "why.trl_level";
    emit_gap(em, "trl.level", why, NULL);

    if (e->trl.high == 0) {
        emit_gap(em, "maturity_level", why, NULL);

    } else if (e->trl.low < e->trl.high) {
        emit_gap(em, "trl.range_low", "why.trl_wide", NULL);
    }

    if (e->doc->title == NULL) {
        emit_gap(em, "trl.unit_of_assessment", "why.unit", NULL);
    }

    if (strengths == 0) {
        emit_gap(em, "strengths", e->sel.n[CUE_RESULT] == 0 ? "why.result"
                                                            : "why.denied",
                 "ask.result");
    }

    if (challenges == 0) {
        emit_gap(em, "challenges", "why.limitation", "ask.limitation");
    }

    if (e->statements[STATEMENT_DATA].n == 0) {
        emit_gap(em, "data_availability", "why.data", "ask.data");
    }

    if (e->statements[STATEMENT_CODE].n == 0) {
        emit_gap(em, "code_availability", "why.code", "ask.code");
    }
}
