/*
 * Inside of figures.h: what stands before and behind a number and makes it a
 * figure.
 */

#ifndef FIGURES_UNITS_H
#define FIGURES_UNITS_H


#include "figures_read.h"


enum {
    CURRENCY_SOME = 0, CURRENCY_USD, CURRENCY_EUR, CURRENCY_GBP,
    CURRENCY_CNY, CURRENCY_JPY, CURRENCY_YEN_SIGN, CURRENCY_KRW,
    CURRENCY_INR, CURRENCY_CHF, CURRENCY_HKD, CURRENCY_TWD, CURRENCY_AUD,
    CURRENCY_CAD, CURRENCY_SGD, CURRENCY_CENT, CURRENCY_SEK, CURRENCY_DKK,
    CURRENCY_NOK, CURRENCY_BRL, CURRENCY_RUB, CURRENCY_OTHER
};

typedef struct {
    const char     *text;
    figure_kind_e   kind;
    int             currency;
    int             shift;
} figures_unit_t;


/* Both end with a NULL text; longer texts stand before their beginnings. */
extern const figures_unit_t  figures_prefixes[];
extern const figures_unit_t  figures_suffixes[];


/*
 * Whether a suffix that was found means a unit there: some words mean
 * something else as well.  i is behind it, n is the number before it.
 */
bool figures_is_unit(const figures_text_t *t, size_t i,
    const figures_unit_t *unit, const figures_number_t *n);


#endif /* FIGURES_UNITS_H */
