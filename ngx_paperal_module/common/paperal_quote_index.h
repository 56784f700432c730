/*
 * What paperal_quote.c, paperal_quote_index.c and paperal_quote_walk.c share.
 * Not for their callers.
 */

#ifndef PAPERAL_QUOTE_INDEX_H
#define PAPERAL_QUOTE_INDEX_H


#include "paperal_lex.h"
#include "paperal_quote.h"


#define QUOTE_UNKNOWN  UINT32_MAX      /* the id of a word not in the paper */


/* The tokens low .. high - 1 of a text and the number of each one's word. */
typedef struct {
    const paperal_lex_t  *lex;
    const uint32_t       *ids;
    long                  low;
    long                  high;
} quote_side_t;

struct paperal_quote_index_s {
    paperal_lex_t               lex;
    size_t                      nsentences;
    paperal_quote_sentence_t   *sentences;
    uint32_t                   *ids;        /* of each token */
    size_t                      nwords;
    uint32_t                   *first;      /* nwords + 1 into positions */
    uint32_t                   *positions;  /* tokens of each word, in order */
    uint32_t                   *slots;      /* hash table: 1 + id, 0 empty */
    uint32_t                   *samples;    /* a token of each word */
    size_t                      mask;
    uint64_t                    key;
};

typedef enum {
    QUOTE_VERBATIM = 0,        /* tokens and nothing else */
    QUOTE_CITATIONS,           /* marks may be missing on one side */
    QUOTE_LOOSE                /* tokens may be, by the rules */
} quote_mode_e;

/* How far a walk came; sums over both directions. */
typedef struct {
    size_t    steps;           /* left to take */
    unsigned  marks;           /* missing on one side */
    unsigned  skipped;
    unsigned  inserted;
    uint32_t  skipped_ids[PAPERAL_QUOTE_MAX_SKIPPED];
    uint32_t  inserted_ids[PAPERAL_QUOTE_MAX_INSERTED];
    size_t    matched;         /* tokens of the quote */
} quote_walk_t;


/* The number of a word, QUOTE_UNKNOWN if the paper does not have it. */
uint32_t quote_index_find(const paperal_quote_index_t *index, const char *s,
    size_t len);

/*
 * Compares the quote's tokens i.. up to (not including) its end with the
 * paper's from j on, both in steps of dir (1 or -1).  Returns 1 and in *last
 * the paper's last token that matched (unchanged if the quote had none left),
 * or 0.
 */
int quote_walk(quote_walk_t *w, const quote_side_t *quote, long i,
    const quote_side_t *paper, long j, int dir, quote_mode_e mode,
    size_t *last);


#endif /* PAPERAL_QUOTE_INDEX_H */
