/*
 * The sentences of a document, in reading order, with their places.
 */

#ifndef EXTRACT_SENTENCES_H
#define EXTRACT_SENTENCES_H


#include "doc.h"


#define SENTENCES_MAX        60000
#define SENTENCES_MAX_CHARS  2000      /* code points; longer ones are cut */


typedef struct {
    float        x0;
    float        y0;
    float        x1;
    float        y1;
    int          page;       /* from 1 */
} box_t;


typedef struct {
    char        *text;
    const char  *kind;       /* as in the output */
    box_t       *boxes;      /* one per line of text */
    int          n_boxes;
    int          section;    /* index or -1 */
    int          page;       /* from 1 */
    long         start;      /* code points into the document's text */
    long         end;
} sentence_t;


typedef struct {
    sentence_t  *list;
    int          n;
    int          cap;
    char        *text;       /* all but references, joined by line feeds */
    long         chars;
} sentences_t;


/* After all other stages; the result lies in doc->region. */
sentences_t *sentences_build(doc_t *doc);


#endif /* EXTRACT_SENTENCES_H */
