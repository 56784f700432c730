/*
 * The neutral form's pieces, see emit.h.
 */

#include "emit.h"

#include <stdlib.h>
#include <string.h>

#include "paperal_json.h"
#include "paperal_quote.h"


#define EMIT_MAX_REASON  65536


static void emit_reason(emit_t *em, size_t i);


void
emit_begin(emit_t *em, paperal_buf_t *out, lexicon_lang_e lang,
    const sources_t *sources)
{
    em->out = out;
    em->lang = lang;
    em->sources = sources;
    em->nunknown = 0;
    em->nask = 0;

    paperal_json_open(out);
}


void
emit_gap(emit_t *em, const char *field, const char *why, const char *ask)
{
    if (em->nunknown == EMIT_MAX_GAPS) {
        abort();
    }

    em->field[em->nunknown] = field;
    em->why[em->nunknown] = lexicon_message(em->lang, why);
    em->answer[em->nunknown] = NULL;

    if (ask != NULL) {
        ask = lexicon_message(em->lang, ask);

        if (em->sources != NULL) {
            em->answer[em->nunknown] = sources_answer(em->sources, ask);
        }

        emit_ask(em, ask);
    }

    em->nunknown++;
}


void
emit_ask(emit_t *em, const char *text)
{
    size_t  i;

    if (em->sources != NULL && sources_answer(em->sources, text) != NULL) {
        return;
    }

    for (i = 0; i < em->nask; i++) {
        if (strcmp(em->ask[i], text) == 0) {
            return;
        }
    }

    if (em->nask == EMIT_MAX_GAPS) {
        abort();
    }

    em->ask[em->nask++] = text;
}


const char *
emit_text(const document_sentence_t *s)
{
    return s->text + view_skip(s->text);
}


/* Whether what is quoted of a sentence can be verified at all. */

static bool
emit_is_fit(const document_sentence_t *s)
{
    return paperal_quote_is_fit(emit_text(s), strlen(emit_text(s)));
}


void
emit_evidence(emit_t *em, const document_sentence_t *const *s, size_t n)
{
    size_t  i;

    paperal_json_array(em->out, "evidence");

    for (i = 0; i < n; i++) {
        if (!emit_is_fit(s[i])) {
            continue;
        }

        paperal_json_open(em->out);
        paperal_json_strz(em->out, "sid", s[i]->sid);
        paperal_json_strz(em->out, "quote", emit_text(s[i]));
        paperal_json_close(em->out);
    }

    paperal_json_close(em->out);
}


void
emit_quote(emit_t *em, const view_sentence_t *vs)
{
    emit_evidence(em, vs == NULL ? NULL : &vs->s, vs != NULL);
}


void
emit_claim(emit_t *em, const char *kind, const document_sentence_t *s,
    const char *confidence)
{
    if (!emit_is_fit(s)) {
        return;
    }

    paperal_json_open(em->out);
    paperal_json_strz(em->out, "kind", kind);
    paperal_json_strz(em->out, "text", emit_text(s));
    paperal_json_strz(em->out, "basis", "paper");
    paperal_json_strz(em->out, "confidence", confidence);
    emit_evidence(em, &s, 1);
    paperal_json_close(em->out);
}


void
emit_end(emit_t *em)
{
    size_t  i;

    paperal_json_array(em->out, "unknowns");

    for (i = 0; i < em->nunknown; i++) {
        paperal_json_open(em->out);
        paperal_json_strz(em->out, "field", em->field[i]);
        emit_reason(em, i);
        paperal_json_close(em->out);
    }

    paperal_json_close(em->out);
    paperal_json_array(em->out, "questions");

    for (i = 0; i < em->nask; i++) {
        paperal_json_strz(em->out, NULL, em->ask[i]);
    }

    paperal_json_close(em->out);
    paperal_json_close(em->out);
}


/* What the analyser lacks; and what a person said instead, and when. */

static void
emit_reason(emit_t *em, size_t i)
{
    paperal_buf_t    text;
    const source_t  *answer;

    answer = em->answer[i];

    if (answer == NULL) {
        paperal_json_strz(em->out, "reason", em->why[i]);
        return;
    }

    paperal_buf_init(&text, EMIT_MAX_REASON);
    paperal_buf_str(&text, em->why[i]);
    paperal_buf_str(&text, em->lang == LEXICON_ZH ? "" : " ");
    paperal_buf_str(&text, lexicon_message(em->lang, "why.answered"));
    paperal_buf_str(&text, answer->quote);

    if (answer->title != NULL) {
        paperal_buf_str(&text, " \xe2\x80\x94 ");
        paperal_buf_str(&text, answer->title);
    }

    if (answer->date != NULL) {
        paperal_buf_str(&text, ", ");
        paperal_buf_str(&text, answer->date);
    }

    paperal_json_strz(em->out, "reason",
                      text.failed ? em->why[i] : text.data);
    paperal_buf_release(&text);
}
