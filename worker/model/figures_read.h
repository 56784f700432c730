/*
 * Inside of figures.h: a folded text, and the numbers in it.
 */

#ifndef FIGURES_READ_H
#define FIGURES_READ_H


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "figures.h"
#include "region.h"


#define FIGURES_AHEAD  32      /* zeros behind a text, for looking ahead */


typedef struct {
    bool      super;           /* written as a superscript */
    bool      upper;           /* an ASCII capital */
    uint32_t  cp;              /* folded; digits of any script as ASCII */
    uint32_t  start;           /* bytes of the source */
    uint32_t  end;
} figures_char_t;

typedef struct {
    size_t           n;
    figures_char_t  *c;        /* n, and FIGURES_AHEAD zeros */
} figures_text_t;

typedef struct {
    bool    han;               /* in Chinese numerals */
    bool    scaled;            /* with thousand, million, ... */
    bool    year;              /* may be one: 1900 to 2100 */
    int     scale;             /* exponent of its scale */
    int     weak;              /* exponent of a letter like "m" or 0 ... */
    size_t  weak_to;           /* ... that counts beside a currency only */
    size_t  to;                /* index behind it, scale included */
    int     exponent;
    char    digits[FIGURES_MAX_DIGITS + 1];
} figures_number_t;


/* Folds a text into region. */
void figures_fold(region_t *region, const char *text, size_t len,
    figures_text_t *t);

/*
 * How many characters the literal (folded UTF-8) takes at i; 0 if it does not
 * stand there, or ends in a letter and a letter follows.
 */
size_t figures_at(const figures_text_t *t, size_t i, const char *literal);

/* Whether a Latin letter stands at i. */
bool figures_is_letter(const figures_text_t *t, size_t i);

/* The index of the first character from i on that is no space. */
size_t figures_skip(const figures_text_t *t, size_t i);

/* Reads the number that begins at i, in digits or words. */
bool figures_number(const figures_text_t *t, size_t i, figures_number_t *n);


#endif /* FIGURES_READ_H */
