/*
 * The evidence of results: quotes that were looked up in the document, each
 * pair of sentence and quote once, numbered from 1.
 */

#ifndef EVIDENCE_H
#define EVIDENCE_H


#include <cjson/cJSON.h>

#include "region.h"
#include "document.h"


#define EVIDENCE_MAX         4000
#define EVIDENCE_MAX_CLAIMS  64      /* claims of one piece of evidence */


/* Ascending: a statement is as good as its best evidence. */
typedef enum {
    EVIDENCE_UNVERIFIED = 0,
    EVIDENCE_APPROXIMATE,
    EVIDENCE_VERIFIED
} evidence_status_e;

typedef struct {
    size_t                      from;     /* bytes of the sentence */
    size_t                      len;
    size_t                      nclaims;
    unsigned                    claims[EVIDENCE_MAX_CLAIMS];
    const char                 *quote;
    const char                 *given;    /* the sid that was given */
    const document_sentence_t  *s;        /* NULL: not found */
    evidence_status_e           status;
} evidence_item_t;

typedef struct {
    size_t             n;
    region_t           region;
    evidence_item_t  **items;
    const document_t  *doc;
} evidence_t;


void evidence_init(evidence_t *ev, const document_t *doc);
void evidence_release(evidence_t *ev);

/*
 * The number of a quote from a sentence, looked up and checked when new; 0
 * when there are EVIDENCE_MAX already.
 */
int evidence_number(evidence_t *ev, const char *sid, const char *quote);

/* The status of "e12"; unverified for an id that is none. */
evidence_status_e evidence_status(const evidence_t *ev, const char *id);

/* Notes that a claim rests on these ids (an array of strings). */
void evidence_claim(evidence_t *ev, const cJSON *ids, unsigned claim);

/* How many are verified. */
size_t evidence_verified(const evidence_t *ev);

/* Adds the list "evidence" to results. */
void evidence_add(const evidence_t *ev, cJSON *results);


#endif /* EVIDENCE_H */
