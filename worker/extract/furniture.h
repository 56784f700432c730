/*
 * What belongs to the pages and not to the text: running heads and feet, page
 * numbers, numbered margins; and the style that most of the text is set in.
 */

#ifndef EXTRACT_FURNITURE_H
#define EXTRACT_FURNITURE_H


#include "doc.h"


/* Marks such lines LINE_FURNITURE. */
void furniture_mark(doc_t *doc);

/* Sets body_style, body_size, body_leading, columns and cjk. */
void furniture_body_style(doc_t *doc);


#endif /* EXTRACT_FURNITURE_H */
