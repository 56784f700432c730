/*
 * From glyphs to lines: words, the gutters of the page's columns, and rows cut
 * into lines at gutters and wide gaps, in reading order.
 */

#ifndef EXTRACT_LINES_H
#define EXTRACT_LINES_H


#include "doc.h"


typedef struct {
    float      x0;
    float      y0;
    float      x1;
    float      y1;
    float      size;
    int        first;       /* glyph of the page */
    int        n;
    int        row;
    int        small;       /* a superscript of the word beside it */
} word_t;


/*
 * Fills words (room for one per glyph of the page) in the file's order, and
 * tells superscripts from text; rotated glyphs stay out.  Returns how many.
 */
int words_build(doc_t *doc, const page_t *page, word_t *words);

/* Fills lines of every page, and doc->lines with all of them. */
void lines_build(doc_t *doc);

/*
 * Makes a line of n glyphs, which it sorts by x: text, sizes and counts.
 * For use on glyphs of one row.
 */
void lines_measure(doc_t *doc, line_t *line, glyph_t *g, int n);


#endif /* EXTRACT_LINES_H */
