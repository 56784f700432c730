/*
 * Inside of the engine: what the stages share, and the stages themselves.
 * Each writes its whole section in the neutral form of engine.h.
 */

#ifndef STAGES_H
#define STAGES_H


#include "emit.h"
#include "engine.h"
#include "mentions.h"
#include "select.h"
#include "statements.h"
#include "trl.h"
#include "view.h"


struct engine_s {
    view_t                   view;
    trl_t                    trl;
    selection_t              sel;
    statement_t              statements[STATEMENTS];
    sources_t                sources;
    mentions_t               names;
    const char              *type;        /* article type or NULL */
    lexicon_lang_e           lang;        /* of reasons and questions */
    const document_t        *doc;
    const engine_options_t  *opt;
};

typedef void (*stage_pt)(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out);


/* Confidence of a selected claim: "medium" for a strong cue, else "low". */
const char *stage_confidence(const select_item_t *item);

/* Writes the selected sentences of a kind as claims of that name. */
void stage_claims(engine_t *e, emit_t *em, cue_e kind, const char *name,
    size_t max);

void stage_profile(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out);
void stage_feasibility(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out);
void stage_market(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out);
void stage_competition(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out);
void stage_property(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out);
void stage_business(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out);
void stage_implementation(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out);
void stage_resources(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out);
void stage_risks(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out);
void stage_swot(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out);
void stage_summary(engine_t *e, const engine_outputs_t *previous,
    paperal_buf_t *out);


#endif /* STAGES_H */
