/*
 * Words of a text as small numbers, in the order of their first appearance.
 *
 * English words are lower-cased and lose a plural "s"; Chinese text becomes
 * overlapping pairs of characters.  Numbers, stop words and punctuation are
 * kept as tokens without a term, because they separate phrases.
 */

#ifndef TERMS_H
#define TERMS_H


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "region.h"
#include "lexicon.h"


#define TERMS_NONE      UINT32_MAX
#define TERMS_MAX       (1u << 20)
#define TERMS_MAX_WORD  64          /* bytes; longer words get no term */


typedef struct {
    uint32_t   hash;
    uint32_t   df;          /* sentences with it */
    uint32_t   tf;
    uint32_t   last;        /* last sentence counted in df, plus 1 */
    uint16_t   len;
    bool       generic;
    bool       lower;       /* seen in lower case */
    const char *key;        /* region, NUL-terminated */
} term_t;

typedef struct {
    region_t  *region;
    size_t     n;
    size_t     size;
    size_t     nslots;      /* power of 2 */
    term_t    *terms;
    uint32_t  *slots;       /* index + 1, 0: free */
} terms_t;

typedef struct {
    uint32_t   term;        /* TERMS_NONE: a separator */
    uint32_t   from;        /* byte range in the text */
    uint32_t   to;
    bool       joined;      /* only a space lies between it and the last */
} token_t;


void terms_init(terms_t *t, region_t *region);

/* The number of a key, made if new; TERMS_NONE when the table is full. */
uint32_t terms_intern(terms_t *t, const char *key, size_t len);

/* The number of a key, or TERMS_NONE. */
uint32_t terms_find(const terms_t *t, const char *key, size_t len);

/* The same for an English word in any form ("Robots"). */
uint32_t terms_find_word(const terms_t *t, const char *word, size_t len);

/*
 * Cuts text into tokens, counts tf, and df once for the sentence number;
 * returns an array of *n tokens in the region.
 */
token_t *terms_tokens(terms_t *t, const lexicon_t *lex, const char *text,
    size_t len, uint32_t sentence, size_t *n);

/* Whether a code point is a Chinese character. */
bool terms_is_han(uint32_t cp);


#endif /* TERMS_H */
