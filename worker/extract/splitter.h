/*
 * Where sentences end.
 */

#ifndef EXTRACT_SPLITTER_H
#define EXTRACT_SPLITTER_H


#include "doc.h"


/* A character of a paragraph and the glyph it came from. */
typedef struct {
    uint32_t       cp;
    const line_t  *line;
    int            glyph;    /* of the line, -1 for a space */
} item_t;


/* Index behind the sentence that starts at from; at most n. */
int splitter_next(const item_t *items, int from, int n);

/* The best place to cut an overlong sentence in [from, limit]. */
int splitter_cut(const item_t *items, int from, int limit);

/* Composes a letter and a combining mark; 0 if they do not compose. */
int splitter_compose(uint32_t last, uint32_t mark, uint32_t *out);


#endif /* EXTRACT_SPLITTER_H */
