/*
 * The order in which the lines of a page are read.
 */

#ifndef EXTRACT_COLUMNS_H
#define EXTRACT_COLUMNS_H


#include "doc.h"


/*
 * Sorts page->lines into reading order and sets column and spanning.  Lines
 * that cross a gutter divide the page into bands; within a band the columns
 * are read one after the other, within a column rows from top to bottom.
 */
void columns_order(page_t *page);


#endif /* EXTRACT_COLUMNS_H */
