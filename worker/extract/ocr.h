/*
 * Recognising the text of pages that have none, with tesseract, which is
 * loaded at run time (no link flags).
 *
 * The words of a page travel as lines of text:
 *
 *     P page width height                       (points)
 *     W x0 y0 x1 y1 size word                   (hundredths of a point)
 */

#ifndef EXTRACT_OCR_H
#define EXTRACT_OCR_H


#include <poppler.h>

#include "paperal_buf.h"

#include "doc.h"


#define OCR_MAX_PAGES        40
#define OCR_WORDS_FD         3
#define OCR_MAX_WORDS_BYTES  (2 * 1024 * 1024)


/*
 * Pages (from 1) whose text layer is missing or useless, if the document has
 * to be recognised; returns their number, 0 if the text layer will do.
 */
int ocr_wanted(const doc_t *doc, int pages[OCR_MAX_PAGES]);

/* Loads the language models; before the sandbox.  0, or -1 without models. */
int ocr_open(void);

/* Draws and recognises a page and appends its words to b. */
void ocr_page(PopplerDocument *pdf, int page, paperal_buf_t *b);

/* Replaces the glyphs of the pages that fd has words of. */
void ocr_read_words(doc_t *doc, int fd);


#endif /* EXTRACT_OCR_H */
