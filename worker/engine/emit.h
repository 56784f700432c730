/*
 * Writing the neutral form: claims with their quotes, and what is missing.
 * Gaps are gathered while a stage writes and put at its end, each question
 * once.
 */

#ifndef EMIT_H
#define EMIT_H


#include "paperal_buf.h"
#include "sources.h"
#include "view.h"


#define EMIT_MAX_GAPS  40


typedef struct {
    paperal_buf_t   *out;
    lexicon_lang_e   lang;
    const sources_t  *sources;           /* answers, or NULL */
    size_t           nunknown;
    size_t           nask;
    const char      *field[EMIT_MAX_GAPS];
    const char      *why[EMIT_MAX_GAPS];
    const source_t  *answer[EMIT_MAX_GAPS];   /* of the unknown, or NULL */
    const char      *ask[EMIT_MAX_GAPS];
} emit_t;


/* Opens the section object.  What sources answer is not asked again. */
void emit_begin(emit_t *em, paperal_buf_t *out, lexicon_lang_e lang,
    const sources_t *sources);

/*
 * Adds an unknown field with its reason, and, if ask is not NULL, a question:
 * keys of messages.  Where a source answers the question, the field stays
 * unknown to the analyser, and the answer is quoted in the reason.
 */
void emit_gap(emit_t *em, const char *field, const char *why,
    const char *ask);

/* Adds a question: a text that lives as long as the engine. */
void emit_ask(emit_t *em, const char *text);

/* What is quoted of a sentence: all of it but a label at its start. */
const char *emit_text(const document_sentence_t *s);

/*
 * "evidence": the sentences, verbatim; without those that are too short to be
 * a quote, which would never be verified.
 */
void emit_evidence(emit_t *em, const document_sentence_t *const *s,
    size_t n);

/* The same for one; NULL gives an empty list. */
void emit_quote(emit_t *em, const view_sentence_t *vs);

/*
 * A claim whose text is its quote, into the array that is open; nothing if
 * the sentence is too short to be a quote.
 */
void emit_claim(emit_t *em, const char *kind, const document_sentence_t *s,
    const char *confidence);

/* Writes "unknowns" and "questions" and closes the section. */
void emit_end(emit_t *em);


#endif /* EMIT_H */
