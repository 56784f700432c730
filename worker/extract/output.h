/*
 * The JSON line of a document.
 */

#ifndef EXTRACT_OUTPUT_H
#define EXTRACT_OUTPUT_H


#include "paperal_buf.h"

#include "doc.h"


#define OUTPUT_MAX      (30 * 1024 * 1024)
#define OUTPUT_VERSION  "1"


/* Appends the object (and no line feed); with full also the sentences. */
void output_document(paperal_buf_t *b, doc_t *doc, int full);

/* The object of a failure. */
void output_error(paperal_buf_t *b, const char *code, const char *message);


#endif /* EXTRACT_OUTPUT_H */
