/*
 * The quotes of a document, see quotes.h.
 */

#include "quotes.h"

#include <stdlib.h>
#include <string.h>


struct quotes_s {
    const document_t       *doc;
    paperal_quote_index_t  *index;       /* NULL: over a limit */
};


static paperal_quote_place_e quotes_place(document_kind_e kind);
static void *quotes_need(void *p);


quotes_t *
quotes_new(const document_t *doc)
{
    size_t                     i;
    quotes_t                  *q;
    paperal_quote_sentence_t  *list;

    q = quotes_need(calloc(1, sizeof(quotes_t)));
    list = quotes_need(calloc(doc->nsentences + 1,
                              sizeof(paperal_quote_sentence_t)));

    for (i = 0; i < doc->nsentences; i++) {
        list[i].text = doc->sentences[i].text;
        list[i].len = doc->sentences[i].len;
        list[i].place = quotes_place(doc->sentences[i].kind);
    }

    q->doc = doc;
    q->index = paperal_quote_index_new(list, doc->nsentences);
    free(list);

    return q;
}


void
quotes_free(quotes_t *q)
{
    if (q == NULL) {
        return;
    }

    paperal_quote_index_free(q->index);
    free(q);
}


void
quotes_match(const quotes_t *q, const char *sid, const char *quote,
    paperal_quote_result_t *result)
{
    uint32_t                    hint;
    const document_sentence_t  *s;

    s = sid[0] != '\0' ? document_find(q->doc, sid) : NULL;
    hint = s != NULL ? (uint32_t) (s - q->doc->sentences)
                     : PAPERAL_QUOTE_NO_HINT;

    if (q->index == NULL) {
        memset(result, 0, sizeof(paperal_quote_result_t));
        return;
    }

    if (paperal_quote_match(q->index, quote, strlen(quote), hint, result)
        != 0)
    {
        abort();
    }
}


const document_sentence_t *
quotes_sentence(const quotes_t *q, const paperal_quote_result_t *result)
{
    return result->nranges == 0
           ? NULL : &q->doc->sentences[result->ranges[0].sentence];
}


void
quotes_source(const quotes_t *q, const paperal_quote_result_t *result,
    paperal_buf_t *b)
{
    if (q->index != NULL) {
        paperal_quote_source(q->index, result, b);
    }
}


static paperal_quote_place_e
quotes_place(document_kind_e kind)
{
    switch (kind) {

    case DOCUMENT_KIND_CAPTION:
    case DOCUMENT_KIND_FOOTNOTE:
        return PAPERAL_QUOTE_ASIDE;

    case DOCUMENT_KIND_REFERENCE:
        return PAPERAL_QUOTE_LEFT_OUT;

    default:
        return PAPERAL_QUOTE_FLOW;
    }
}


static void *
quotes_need(void *p)
{
    if (p == NULL) {
        abort();
    }

    return p;
}
