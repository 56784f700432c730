/*
 * A document as the stages see it: each sentence with its effective role,
 * what the cues say about it, and whether it can be quoted at all.
 *
 * Only sentences of the abstract and the body count.  What is in an appendix,
 * in the back or front matter, a caption, a heading or a reference is never
 * quoted as a claim and changes no weight, so an unrelated appendix leaves
 * the results alone.
 */

#ifndef VIEW_H
#define VIEW_H


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "region.h"
#include "cues.h"
#include "document.h"
#include "lexicon.h"
#include "terms.h"


#define VIEW_MAX_SENTENCES  6000     /* of body and abstract; more are cut */


typedef struct {
    const document_sentence_t  *s;
    document_role_e             role;
    lexicon_lang_e              lang;
    bool                        body;       /* abstract or body of the work */
    bool                        quotable;   /* and a whole, clean sentence */
    uint8_t                     cue[CUES];  /* strength, 2 a weight point */
    uint8_t                     length;     /* 0..10, how fit to be quoted */
    size_t                      ntokens;
    token_t                    *tokens;     /* of body sentences */
} view_sentence_t;

typedef struct {
    region_t          region;
    const document_t  *doc;
    const lexicon_t   *lex;
    lexicon_lang_e    lang;       /* of the paper */
    bool              truncated;
    size_t            n;          /* one for each of the document's */
    size_t            nbody;
    size_t            nquotable;
    view_sentence_t  *s;
    document_role_e  *roles;      /* effective, one for each section */
    terms_t           terms;
} view_t;


/* Builds the view; doc must outlive it.  Free with view_free(). */
void view_init(view_t *v, const document_t *doc);
void view_free(view_t *v);

/* Whether a sentence speaks of the authors' own work (for the rubric). */
bool view_is_own(const view_sentence_t *vs);

/* Similarity of two sentences' terms, 0..100 (Jaccard). */
int view_overlap(const view_sentence_t *a, const view_sentence_t *b);

/*
 * Bytes at the start of a sentence that are a label and no part of it
 * ("Abstract", "Results:", a bullet); a quote begins after them.
 */
size_t view_skip(const char *text);

/* Whether any sentence, of the body or not, carries a cue. */
bool view_has_cue(const document_sentence_t *s, cue_e cue);


#endif /* VIEW_H */
