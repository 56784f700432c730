/*
 * The white strips between the columns of a page.
 */

#ifndef EXTRACT_GUTTERS_H
#define EXTRACT_GUTTERS_H


#include "lines.h"


/*
 * Sets page->gutters (middles, ascending) from words that carry their row:
 * sorted by row, then x0.  usual holds votes of the pages before (one per
 * point of x, may be updated), so that a page with little text follows them.
 */
#define GUTTERS_MAX_WIDTH  2048

void gutters_find(page_t *page, const word_t *words, int n,
    unsigned short usual[GUTTERS_MAX_WIDTH]);


#endif /* EXTRACT_GUTTERS_H */
