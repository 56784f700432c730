/*
 * The sandboxed side of paperal-extract.
 *
 * Each mode reads the PDF on descriptor 0 (a regular file), writes to
 * descriptor 1 and returns the exit status.  worker/extract_child.h is the
 * other side.
 */

#ifndef EXTRACT_CHILD_MODES_H
#define EXTRACT_CHILD_MODES_H


/*
 * Writes the document's JSON line.  Where the text layer is missing, and no
 * words are given, the line is a NO_TEXT_LAYER error with a member
 * "ocr_pages", the pages to be recognised (from 1).  With words, descriptor 3
 * holds what child_ocr() wrote for those pages.
 */
int child_extract(int full, int words);

/* Recognises one page (from 1) and writes its words, see ocr.h. */
int child_ocr(int page);


#endif /* EXTRACT_CHILD_MODES_H */
