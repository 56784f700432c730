/*
 * The stages that turn glyphs into a described document, in their order.
 */

#ifndef EXTRACT_PIPELINE_H
#define EXTRACT_PIPELINE_H


#include "doc.h"


/* After reader_read() (and ocr): fills everything else in doc. */
void pipeline_run(doc_t *doc);


#endif /* EXTRACT_PIPELINE_H */
