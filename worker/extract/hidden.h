/*
 * Text that a reader of the page cannot see.
 */

#ifndef EXTRACT_HIDDEN_H
#define EXTRACT_HIDDEN_H


#include <poppler.h>

#include "doc.h"


/*
 * Removes from page the words that leave no ink when the page is drawn: white
 * on white, painted over, or in the invisible render mode.  Drawing costs
 * time, so the caller does it only where white is set or where the file has
 * the invisible mode somewhere (hidden_scan()), and not for pages that are an
 * image: there it is a scan's text layer.
 */
void hidden_drop(PopplerPage *pp, doc_t *doc, page_t *page);

#define HIDDEN_INVISIBLE  0x1
#define HIDDEN_BOMB       0x2

/*
 * Looks into the streams of the file fd that may be page content, and returns
 * HIDDEN_INVISIBLE if one asks for the invisible render mode (or if that
 * cannot be known because streams are encrypted), and HIDDEN_BOMB if one
 * unpacks to so many times its size that it was made to exhaust its reader.
 */
int hidden_scan(int fd);


#endif /* EXTRACT_HIDDEN_H */
