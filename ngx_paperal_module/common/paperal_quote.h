/*
 * Decides whether a quote stands in a paper.
 *
 *     verified      a contiguous run of the paper's tokens, with a full stop
 *                   where a sentence ends; or that but for citation marks
 *                   that the quote lacks, or numbers in brackets that it adds
 *                   (both have one: they must be equal); or pieces
 *                   around "..." that are such runs, of at least
 *                   PAPERAL_QUOTE_MIN_PIECE tokens, in order and within
 *                   PAPERAL_QUOTE_SPLICE_SPAN tokens
 *     approximate   the quote lacks at most PAPERAL_QUOTE_MAX_SKIPPED tokens
 *                   of the paper, none a number, a sign, a negation, a
 *                   comparison, a quantifier or a modal word, and adds at
 *                   most PAPERAL_QUOTE_MAX_INSERTED stop words, none of them
 *                   moved or in the place of another word
 *     unverified    anything else, and what is too short or too long
 *
 * Both sides are folded and cut into tokens (paperal_lex.h), so neither
 * punctuation nor case, ligatures, hyphens at line ends count.  Word overlap
 * is not used anywhere: one altered digit or an inserted "not" is unverified.
 *
 * Against quotes that are made to deceive: what an ellipsis leaves out of a
 * sentence may not deny or doubt (PAPERAL_LEX_DENIAL); a quote with controls
 * that reorder what is displayed is unverified; letters of another script
 * that look alike are other letters, while invisible ones are none; a number
 * is the same only in the same writing but for its thousands separators and a
 * zero before the point ("1 000" is not 1000).  A quote may begin behind a
 * "no", being a contiguous run: whoever shows it shows its sentence too.
 *
 * A paper is indexed once; a quote then costs its own length plus the
 * occurrences of its rarest word, with PAPERAL_QUOTE_MAX_STEPS as the maximum.
 */

#ifndef PAPERAL_QUOTE_H
#define PAPERAL_QUOTE_H


#include <stddef.h>
#include <stdint.h>

#include "paperal_buf.h"


#define PAPERAL_QUOTE_MAX_SENTENCES  100000
#define PAPERAL_QUOTE_MAX_SENTENCE   1048576   /* bytes */
#define PAPERAL_QUOTE_MAX_BYTES      16384     /* of a quote */
#define PAPERAL_QUOTE_MAX_TOKENS     2048      /* of a quote */
#define PAPERAL_QUOTE_MAX_PIECES     8         /* of a spliced quote */
#define PAPERAL_QUOTE_MAX_RANGES     48        /* of one match */
#define PAPERAL_QUOTE_MAX_HITS       64        /* looked at for one quote */
#define PAPERAL_QUOTE_MAX_STEPS      200000    /* tokens compared, a quote */

#define PAPERAL_QUOTE_MIN_TOKENS     5         /* citation marks not counted */
#define PAPERAL_QUOTE_MIN_CJK        10        /* if most tokens are CJK */
#define PAPERAL_QUOTE_MIN_PIECE      4
#define PAPERAL_QUOTE_MIN_CJK_PIECE  8
#define PAPERAL_QUOTE_SPLICE_SPAN    400
#define PAPERAL_QUOTE_MAX_SKIPPED    3
#define PAPERAL_QUOTE_MAX_INSERTED   2
#define PAPERAL_QUOTE_MAX_DIFFERENT  4         /* skipped and inserted */

#define PAPERAL_QUOTE_NO_HINT        UINT32_MAX


typedef enum {
    PAPERAL_QUOTE_UNVERIFIED = 0,
    PAPERAL_QUOTE_APPROXIMATE,
    PAPERAL_QUOTE_VERIFIED
} paperal_quote_status_e;

typedef enum {
    PAPERAL_QUOTE_NONE = 0,
    PAPERAL_QUOTE_NEARLY,              /* "approximate" */
    PAPERAL_QUOTE_SPLICED,
    PAPERAL_QUOTE_CITATIONS_DROPPED,
    PAPERAL_QUOTE_NORMALISED,
    PAPERAL_QUOTE_EXACT                /* code point by code point */
} paperal_quote_match_e;

/* Where a sentence stands in the order of reading. */
typedef enum {
    PAPERAL_QUOTE_FLOW = 0,    /* follows the last one of the flow */
    PAPERAL_QUOTE_ASIDE,       /* caption, footnote: interrupts the flow */
    PAPERAL_QUOTE_LEFT_OUT     /* a reference: no quote matches it */
} paperal_quote_place_e;

/* A sentence to be indexed; the text is borrowed until the index is freed. */
typedef struct {
    const char             *text;
    size_t                  len;       /* bytes */
    paperal_quote_place_e   place;
} paperal_quote_sentence_t;

/* Part of one sentence, in code points of its text, end exclusive. */
typedef struct {
    uint32_t  sentence;        /* index into the sentences given */
    uint32_t  start;
    uint32_t  end;
    uint32_t  start_byte;      /* the same in bytes */
    uint32_t  end_byte;
    uint32_t  piece;           /* of a spliced quote, from 0 */
} paperal_quote_range_t;

typedef struct {
    paperal_quote_status_e   status;
    paperal_quote_match_e    match;
    unsigned                 ambiguous:1;  /* several hits, none preferred */
    unsigned                 skipped;      /* tokens of the paper left out */
    unsigned                 inserted;     /* stop words added */
    size_t                   nranges;      /* 0 if unverified */
    paperal_quote_range_t    ranges[PAPERAL_QUOTE_MAX_RANGES];
} paperal_quote_result_t;

typedef struct paperal_quote_index_s  paperal_quote_index_t;


/*
 * Indexes a paper: sentences in the order of reading.  The array itself may
 * go, the texts must stay.  Returns an index that the caller frees, or NULL:
 * no memory, or over a limit of above or of paperal_lex.h.  Uses about 60
 * bytes for each token.  The index never changes afterwards, so threads may
 * share it.
 */
paperal_quote_index_t *paperal_quote_index_new(
    const paperal_quote_sentence_t *sentences, size_t n);

/* Frees the index; NULL is allowed. */
void paperal_quote_index_free(paperal_quote_index_t *index);

/* The number of tokens, for statistics. */
size_t paperal_quote_index_tokens(const paperal_quote_index_t *index);

/*
 * Whether a text can be a quote at all: it has tokens enough and not too many,
 * and no controls that reorder it.  Else it is unverified wherever it stands.
 */
int paperal_quote_is_fit(const char *s, size_t len);

/*
 * Looks a quote up.  hint is the index of the sentence it is said to be from,
 * or PAPERAL_QUOTE_NO_HINT: of several hits the one that touches it is taken,
 * else the first with result->ambiguous set.  An approximation has to be from
 * the sentence of a hint.  A verified quote may be from elsewhere, unless the
 * sentence of the hint reads the same but for a number, a negation or the
 * like; so may an approximation without a hint, and a quote with a citation
 * mark that the paper lacks there, unless any place as near does.
 * Returns 0, or -1 without memory (the result is then unverified).
 */
int paperal_quote_match(const paperal_quote_index_t *index, const char *quote,
    size_t len, uint32_t hint, paperal_quote_result_t *result);

/*
 * Appends the paper's words of a result: its ranges, with a space between
 * sentences and " ... " between the pieces of a spliced quote.
 */
void paperal_quote_source(const paperal_quote_index_t *index,
    const paperal_quote_result_t *result, paperal_buf_t *b);

/* "verified", "approximate", "unverified". */
const char *paperal_quote_status_name(paperal_quote_status_e status);

/* "exact", "normalised", "citations_dropped", "spliced", ... "none". */
const char *paperal_quote_match_name(paperal_quote_match_e match);


#endif /* PAPERAL_QUOTE_H */
