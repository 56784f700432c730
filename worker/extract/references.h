/*
 * The list of references: its lines, its entries, and their parts.
 */

#ifndef EXTRACT_REFERENCES_H
#define EXTRACT_REFERENCES_H


#include "doc.h"


#define REFERENCES_MAX_RAW  3000      /* bytes of one entry */


/* One row of the list: the lines that stand side by side in one column. */
typedef struct {
    char    *text;
    float    x0;
    float    x1;
    float    y0;
    float    y1;
    float    size;
    int      page;
    int      column;
    int      line;           /* first line in doc->lines */
    int      start;          /* an entry starts here */
} refrow_t;


/* Fills doc->references and marks their lines LINE_REFERENCE. */
void references_find(doc_t *doc);

/* Decides where entries start; returns how many do. */
int references_segment(doc_t *doc, refrow_t *rows, int n);

/* Splits ref->raw into title, authors, year and DOI. */
void references_parse(doc_t *doc, reference_t *ref);


#endif /* EXTRACT_REFERENCES_H */
