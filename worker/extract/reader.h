/*
 * From a PDF file to glyphs: the only file, with ocr.c and hidden.c, that
 * calls poppler.
 */

#ifndef EXTRACT_READER_H
#define EXTRACT_READER_H


#include <poppler.h>

#include "doc.h"


typedef enum {
    READER_OK = 0,
    READER_NOT_A_PDF,
    READER_ENCRYPTED,
    READER_DAMAGED,
    READER_TOO_COMPLEX
} reader_status_e;


/*
 * Opens the regular file fd, which stays the caller's.  On READER_OK the
 * caller unrefs *pdf.
 */
reader_status_e reader_open(int fd, PopplerDocument **pdf);

/* Fills doc->pages with glyphs, the counts of letters, and metadata. */
reader_status_e reader_read(PopplerDocument *pdf, doc_t *doc);

/* Index of a style, added if new; font may carry a subset prefix. */
int reader_style(doc_t *doc, const char *font, float size, unsigned white,
    unsigned colored);


#endif /* EXTRACT_READER_H */
