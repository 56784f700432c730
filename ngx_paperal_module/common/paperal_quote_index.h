/*
 * What the files of the quote matcher share: paperal_quote.c decides, _find.c
 * looks for places, _walk.c compares at one place, _splice.c puts pieces in
 * order, _place.c says where a place is in the sentences, _index.c has the
 * paper.  Not for their callers.
 */

#ifndef PAPERAL_QUOTE_INDEX_H
#define PAPERAL_QUOTE_INDEX_H


#include "paperal_lex.h"
#include "paperal_quote.h"


#define QUOTE_UNKNOWN  UINT32_MAX      /* the id of a word not in the paper */
#define QUOTE_CHANGED  2               /* tokens that differ in a rival */


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
    QUOTE_LOOSE,               /* tokens may be, by the rules */
    QUOTE_RIVAL                /* and what carries the meaning differs */
} quote_mode_e;

/* How far a walk came; sums over both directions. */
typedef struct {
    size_t    steps;           /* left to take */
    unsigned  marks;           /* missing on one side */
    unsigned  added;           /* of them those of the quote */
    unsigned  skipped;
    unsigned  inserted;
    unsigned  changed;         /* of a rival */
    uint32_t  skipped_ids[PAPERAL_QUOTE_MAX_SKIPPED];
    uint32_t  inserted_ids[PAPERAL_QUOTE_MAX_INSERTED];
    size_t    matched;         /* tokens of the quote */
} quote_walk_t;


/* A place where the quote, or a piece of it, stands. */
typedef struct {
    size_t    first;                /* tokens of the paper, inclusive */
    size_t    last;
    unsigned  marks;
    unsigned  added;
    unsigned  skipped;
    unsigned  inserted;
    unsigned  changed;
} quote_hit_t;

typedef struct {
    size_t       n;
    quote_hit_t  items[PAPERAL_QUOTE_MAX_HITS];
} quote_hits_t;

/* A quote that is being looked up. */
typedef struct {
    const paperal_quote_index_t  *index;
    paperal_quote_result_t       *result;
    const char                   *quote;      /* without space around it */
    size_t                        len;
    uint32_t                      hint;
    size_t                        steps;
    size_t                        npieces;
    paperal_lex_t                 lex;
    quote_side_t                  side;
    quote_side_t                  paper;
    quote_side_t                  pieces[PAPERAL_QUOTE_MAX_PIECES];
    quote_hits_t                  hits[PAPERAL_QUOTE_MAX_PIECES];
    uint32_t                      ids[PAPERAL_QUOTE_MAX_TOKENS];
} quote_t;


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

/*
 * The tokens of a piece that count, and in *need how many it has to have:
 * words or, where most of them are CJK, characters.
 */
size_t quote_size(const quote_side_t *side, size_t words, size_t characters,
    size_t *need);

/* All places of a piece, in the order of the paper. */
void quote_find(quote_t *q, const quote_side_t *side, quote_mode_e mode,
    quote_hits_t *hits);

/*
 * Whether a place reads like the quote but for a number, a negation or the
 * like, and in all differs in at most so many tokens; named: only in the
 * sentence of the hint.
 */
int quote_has_rival(quote_t *q, unsigned most, int named);

/* Whether a sentence is named that the paper has. */
int quote_is_hinted(const quote_t *q);

/* Whether tokens of the paper are in the sentence of the hint. */
int quote_touches(const quote_t *q, size_t first, size_t last);

/*
 * Adds the paper's tokens first .. last to the result as ranges, one for each
 * sentence; a whole sentence includes the signs around its tokens.  0 if
 * there are too many.
 */
int quote_ranges(quote_t *q, size_t first, size_t last, uint32_t piece);

/*
 * Whether the quote is the paper's text byte for byte, sentences separated by
 * a space, from the token first on; then the ranges are made just that.
 */
int quote_is_exact(quote_t *q, size_t first);

/* Sets the ranges' offsets in code points from those in bytes. */
void quote_count_chars(quote_t *q);

/* Looks the quote up in pieces around ellipses; whether that was found. */
int quote_splice(quote_t *q);


#endif /* PAPERAL_QUOTE_INDEX_H */
