/*
 * What a line of authors says without its superscripts and marks.
 */

#ifndef EXTRACT_AUTHORLINE_H
#define EXTRACT_AUTHORLINE_H


#include "doc.h"


#define AUTHORS_LINE  2048      /* bytes of a flattened line */


/*
 * Writes the text of the first n glyphs of a line to out (AUTHORS_LINE
 * bytes), with '|' for separators and for superscripts and marks.
 */
void authors_flatten(const doc_t *doc, const line_t *line, int n, char *out);

/* The line begins with a mark or a superscript, as affiliations do. */
int authors_starts_with_mark(const doc_t *doc, const line_t *line);


#endif /* EXTRACT_AUTHORLINE_H */
