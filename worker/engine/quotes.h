/*
 * The quote matcher (paperal_quote.h) over a document: sentences are named by
 * their sid.  Used by the evidence of results, and by whoever has to know
 * before that what a quote of a model is worth.
 */

#ifndef QUOTES_H
#define QUOTES_H


#include "document.h"
#include "paperal_buf.h"
#include "paperal_quote.h"


typedef struct quotes_s  quotes_t;


/*
 * Indexes a document, which must outlive the quotes.  Captions and footnotes
 * stand aside of the flow, references are left out.  Never NULL; a document
 * that passes a limit of the matcher has no verified quote.  The caller frees
 * it with quotes_free().
 */
quotes_t *quotes_new(const document_t *doc);

/* Frees the index; NULL is allowed. */
void quotes_free(quotes_t *q);

/*
 * Looks a quote up.  sid is the sentence it is said to be from; "" and what
 * is no sentence of the document give no hint.  The ranges of the result
 * count the sentences of the document.
 */
void quotes_match(const quotes_t *q, const char *sid, const char *quote,
    paperal_quote_result_t *result);

/* The sentence where a result begins, NULL if it is unverified. */
const document_sentence_t *quotes_sentence(const quotes_t *q,
    const paperal_quote_result_t *result);

/* Appends the document's words of a result, see paperal_quote_source(). */
void quotes_source(const quotes_t *q, const paperal_quote_result_t *result,
    paperal_buf_t *b);


#endif /* QUOTES_H */
