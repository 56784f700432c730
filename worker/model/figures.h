/*
 * Finds the figures of a text that nobody may say without a source: amounts
 * of money, percentages, growth rates and multiples, in English and Chinese,
 * whatever they are written as: "1.2 billion dollars", "$1,200 million",
 * "USD 1.2bn"; "12亿元"; "10 %", "ten percent", "百分之十", "一成"; "3-fold",
 * "threefold", "3 times as fast", "3倍"; "5 to 10 %" is two.
 *
 * Each gets a value that is exact (decimal digits and an exponent), so equal
 * figures compare equal and a changed digit does not.
 */

#ifndef FIGURES_H
#define FIGURES_H


#include <stdbool.h>
#include <stddef.h>


#define FIGURES_MAX         128     /* of one text */
#define FIGURES_MAX_DIGITS  40
#define FIGURES_MAX_TEXT    65536   /* bytes that are read */


typedef enum {
    FIGURE_NONE = 0,
    FIGURE_PERCENT,
    FIGURE_MONEY,
    FIGURE_FOLD
} figure_kind_e;

typedef struct {
    figure_kind_e  kind;
    int            currency;     /* of money; 0: some */
    int            exponent;
    char           digits[FIGURES_MAX_DIGITS + 1];
    size_t         from;         /* bytes of the text, with its unit */
    size_t         to;
    bool           joined;       /* to the one before: a range */
} figure_t;

typedef struct {
    size_t     n;
    bool       overflow;         /* there are more, or text was not read */
    figure_t   list[FIGURES_MAX];
} figures_t;


/*
 * The figures of a text; with all set also the other numbers, as FIGURE_NONE.
 */
void figures_find(const char *text, size_t len, bool all, figures_t *f);

/* Whether two figures say the same. */
bool figures_equal(const figure_t *a, const figure_t *b);

/* Whether a list has that figure. */
bool figures_has(const figures_t *f, const figure_t *figure);


#endif /* FIGURES_H */
