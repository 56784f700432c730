/*
 * Tokens of a paper and of a quote, for comparison: words, numbers with their
 * decimals, the signs that change a statement (of comparison, of currency,
 * arrows, operators, check marks), CJK by character; all folded
 * (paperal_fold.h), everything else only separates.  Used by paperal_quote.h.
 *
 * What folding would confuse stays apart: a raised digit begins a number of
 * its own, so 10 to the power of 5 is no 105, and a unit's m and M are told
 * from each other where both are written as units are.
 *
 * Citation marks are found here as well, because they need the brackets.
 */

#ifndef PAPERAL_LEX_H
#define PAPERAL_LEX_H


#include <stddef.h>
#include <stdint.h>

#include "paperal_buf.h"
#include "paperal_fold.h"


#define PAPERAL_LEX_MAX_TOKENS   4000000
#define PAPERAL_LEX_MAX_BYTES    (64 * 1024 * 1024)   /* of folded text */
#define PAPERAL_LEX_MAX_TOKEN    256     /* bytes; what is longer is cut up */
#define PAPERAL_LEX_MAX_MARK     400     /* characters of a citation mark */
#define PAPERAL_LEX_MAX_MARK_TOKENS  80

/* what a token is */
#define PAPERAL_LEX_WORD         0x0001
#define PAPERAL_LEX_NUMBER       0x0002
#define PAPERAL_LEX_SIGN         0x0004  /* one of "% < > = - $ ..." */
#define PAPERAL_LEX_CJK          0x0008
#define PAPERAL_LEX_WALL         0x0010  /* matches nothing */

/* what stood before it, how it was written */
#define PAPERAL_LEX_GLUE         0x0020  /* a hyphen joins it to the last one */
#define PAPERAL_LEX_ELLIPSIS     0x0040  /* behind an ellipsis */
#define PAPERAL_LEX_PERIOD       0x0800  /* behind the end of a sentence */
#define PAPERAL_LEX_NAME         0x0080  /* begins with a capital */
#define PAPERAL_LEX_SUPER        0x0100  /* a superscript number */

/* what it means */
#define PAPERAL_LEX_STOP         0x0200  /* may differ in an approximation */
#define PAPERAL_LEX_KEPT         0x0400  /* must not be missing in one */
#define PAPERAL_LEX_DENIAL       0x4000  /* "not", "without", "may" */
#define PAPERAL_LEX_MILLI        0x1000  /* "mW" behind a number */
#define PAPERAL_LEX_MEGA         0x2000  /* "MW" behind a number */


typedef struct {
    uint32_t  text;            /* offset into lex.text */
    uint32_t  sentence;
    uint32_t  start;           /* bytes of the sentence's text */
    uint32_t  end;
    uint32_t  mark;            /* 1 + index into marks, 0: in none */
    uint16_t  len;
    uint16_t  flags;
} paperal_lex_token_t;

/* Tokens first .. first + count - 1 are one citation mark. */
typedef struct {
    uint32_t  first;
    uint32_t  count;
} paperal_lex_mark_t;

typedef struct {
    paperal_lex_token_t  *tokens;
    paperal_lex_mark_t   *marks;
    paperal_fold_char_t  *chars;       /* of the text in work */
    size_t                ntokens;
    size_t                nmarks;
    size_t                nchars;
    size_t                max_tokens;
    size_t                max_marks;
    size_t                max_chars;
    const char           *source;      /* the text in work */
    paperal_buf_t         text;        /* the tokens' texts, one by one */
    uint32_t              sentence;
    unsigned              glue:1;      /* a word and a hyphen came last */
    unsigned              ellipsis:1;
    unsigned              period:1;
    unsigned              failed:1;    /* sticky: no memory or a limit */
} paperal_lex_t;


/* Empty; nothing allocated yet. */
void paperal_lex_init(paperal_lex_t *lex);

/* Frees the memory; harmless when repeated. */
void paperal_lex_release(paperal_lex_t *lex);

/*
 * Appends the tokens of one sentence.  A hyphen at its end joins its last
 * word with the next sentence's first.  Sets lex->failed when out of memory
 * or over a limit; later calls then do nothing.
 */
void paperal_lex_add(paperal_lex_t *lex, uint32_t sentence, const char *s,
    size_t len);

/* Appends a token that matches nothing and forgets a hyphen before it. */
void paperal_lex_wall(paperal_lex_t *lex);

/* Frees what only paperal_lex_add() needs. */
void paperal_lex_close(paperal_lex_t *lex);

/*
 * Finds the citation marks among the tokens from first on, which the
 * characters in lex->chars gave.
 */
void paperal_lex_cite(paperal_lex_t *lex, size_t first);

/* PAPERAL_LEX_STOP, _KEPT, _KEPT | _DENIAL or 0 for a folded word. */
unsigned paperal_lex_meaning(const char *s, size_t len);


#endif /* PAPERAL_LEX_H */
