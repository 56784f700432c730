/*
 * Folding of text for comparison: Unicode compatibility decomposition and
 * full case folding, canonical order of accents, one form for dashes, quotes
 * and comparisons, nothing for what is invisible.  Two texts fold to the same
 * exactly when their NFKC forms are equal but for case and these signs.
 *
 * Decomposed on purpose: a composed form says the same and needs one more
 * table.
 */

#ifndef PAPERAL_FOLD_H
#define PAPERAL_FOLD_H


#include <stddef.h>
#include <stdint.h>

#include "paperal_buf.h"


#define PAPERAL_FOLD_QUEUE        64   /* code points around one base */
#define PAPERAL_FOLD_MANY         18   /* the longest fold of one code point */
#define PAPERAL_FOLD_SOFT_HYPHEN  0xad


/* In the order of paperal_fold_table.py. */
typedef enum {
    PAPERAL_FOLD_OTHER = 0,
    PAPERAL_FOLD_LETTER,
    PAPERAL_FOLD_DIGIT,
    PAPERAL_FOLD_MARK,         /* combining */
    PAPERAL_FOLD_CJK,          /* Han, kana, bopomofo */
    PAPERAL_FOLD_SPACE
} paperal_fold_kind_e;

/* A folded code point and the bytes of the source that it came from. */
typedef struct {
    uint32_t  cp;
    uint32_t  start;
    uint32_t  end;
    uint8_t   kind;            /* paperal_fold_kind_e */
    uint8_t   combining;       /* canonical combining class */
} paperal_fold_char_t;

typedef struct {
    const char           *s;
    size_t                len;
    size_t                pos;
    unsigned              n;
    unsigned              i;
    paperal_fold_char_t   queue[PAPERAL_FOLD_QUEUE];
} paperal_fold_t;


/* Begins to fold s, at most UINT32_MAX bytes, which must stay. */
void paperal_fold_init(paperal_fold_t *f, const char *s, size_t len);

/*
 * The next folded code point: 1, or 0 at the end.  Invalid parts are U+FFFD;
 * a soft hyphen is kept, for whoever joins words.  Sequences of more accents
 * than the queue holds are ordered in pieces.
 */
int paperal_fold_next(paperal_fold_t *f, paperal_fold_char_t *c);

/* Appends the fold of s without soft hyphens. */
void paperal_fold_append(paperal_buf_t *b, const char *s, size_t len);


#endif /* PAPERAL_FOLD_H */
