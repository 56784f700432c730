/*
 * What stands between the paragraphs: captions of figures and tables, the
 * cells and labels inside of them, and footnotes.
 */

#ifndef EXTRACT_CAPTIONS_H
#define EXTRACT_CAPTIONS_H


#include "doc.h"


/* Marks LINE_CAPTION and fills doc->captions; before headings_find(). */
void captions_find(doc_t *doc);

/* Marks LINE_TABLE and LINE_FOOTNOTE; after references_find(). */
void captions_debris(doc_t *doc);


#endif /* EXTRACT_CAPTIONS_H */
