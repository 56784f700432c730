/*
 * Section headings.
 */

#ifndef EXTRACT_HEADINGS_H
#define EXTRACT_HEADINGS_H


#include "doc.h"


/*
 * Finds the headings, marks their lines LINE_HEADING and fills doc->sections;
 * every line below gets the index of its section.
 */
void headings_find(doc_t *doc);

/*
 * Length of the number that a heading starts with ("2.1 ", "IV. ", "A.",
 * "第三章", "一、"), 0 if there is none; its depth (1 for "2", 2 for "2.1") in
 * *depth and its last value in *value (0 where it has no order).
 */
int headings_number(const char *text, int *depth, int *value);


#endif /* EXTRACT_HEADINGS_H */
