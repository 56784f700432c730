/*
 * The evidence of results: quotes that were looked up in the document, each
 * pair of sentence and quote once, numbered from 1.  Whether a quote stands
 * in the document, and where, only paperal_quote.h says.
 */

#ifndef EVIDENCE_H
#define EVIDENCE_H


#include <cjson/cJSON.h>

#include "document.h"
#include "paperal_quote.h"
#include "quotes.h"
#include "region.h"


#define EVIDENCE_MAX         4000
#define EVIDENCE_MAX_CLAIMS  64      /* claims of one piece of evidence */
#define EVIDENCE_MAX_BOXES   200
#define EVIDENCE_MAX_SOURCE  65536   /* bytes; a longer one is left out */


typedef struct {
    size_t                   nclaims;
    size_t                   nranges;    /* 0: not found */
    unsigned                 claims[EVIDENCE_MAX_CLAIMS];
    unsigned                 ambiguous:1;
    const char              *quote;
    const char              *given;      /* the sid that was given */
    const char              *source;     /* the document's words or NULL */
    paperal_quote_range_t   *ranges;
    paperal_quote_match_e    match;
    paperal_quote_status_e   status;
} evidence_item_t;

typedef struct {
    size_t             n;
    region_t           region;
    quotes_t          *quotes;
    evidence_item_t  **items;
    const document_t  *doc;
} evidence_t;


/* Empty evidence of a document, which must outlive it. */
void evidence_init(evidence_t *ev, const document_t *doc);
void evidence_release(evidence_t *ev);

/*
 * The number of a quote from a sentence ("": none is named), looked up and
 * checked when new; 0 when there are EVIDENCE_MAX already.
 */
int evidence_number(evidence_t *ev, const char *sid, const char *quote);

/* The status of "e12"; unverified for an id that is none. */
paperal_quote_status_e evidence_status(const evidence_t *ev, const char *id);

/*
 * The sid of the sentence where "e12" was found; where it was not, the one
 * that was given.  NULL for an id that is none.
 */
const char *evidence_sid(const evidence_t *ev, const char *id);

/*
 * Replaces "evidence", a list of {sid, quote}, by "evidence_ids" in an object
 * that has it.  0, or -1 when there are EVIDENCE_MAX already.
 */
int evidence_resolve(evidence_t *ev, cJSON *object);

/*
 * The verdict that an object's "basis" and "evidence_ids" allow: "supported",
 * "partly_supported", "unsupported", "not_from_paper", "computed".
 */
const char *evidence_verdict(const evidence_t *ev, const cJSON *object);

/* Notes that a claim rests on these ids (an array of strings). */
void evidence_claim(evidence_t *ev, const cJSON *ids, unsigned claim);

/* How many are verified. */
size_t evidence_verified(const evidence_t *ev);

/* Sets the list "evidence" of results; one that is there is replaced. */
void evidence_set(const evidence_t *ev, cJSON *results);


#endif /* EVIDENCE_H */
