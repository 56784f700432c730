/*
 * Inside of the view: what the letters of a sentence tell.
 */

#ifndef VIEW_TEXT_H
#define VIEW_TEXT_H


#include "view.h"


typedef struct {
    size_t     chars;
    size_t     letters;
    size_t     han;
    size_t     words;
    size_t     single;      /* words of one letter, but "a" and "I" */
    uint32_t   first;
    uint32_t   last;        /* last that is no quote or bracket */
} view_shape_t;


/* view_shape.c */

void view_shape(const char *text, size_t len, view_shape_t *shape);

/*
 * Begins like a sentence, ends like one, and is words rather than the remains
 * of a formula or a table.
 */
bool view_is_whole(const view_sentence_t *vs, const view_shape_t *shape);

/* How fit to be quoted, 0..10: too short says little, too long is no quote. */
uint8_t view_length(const view_sentence_t *vs, const view_shape_t *shape);

/* Chinese, or English and all the rest. */
lexicon_lang_e view_lang(const view_shape_t *shape);


/* view_label.c */

/*
 * In a structured abstract ("Results: ...") a label says what its sentences
 * are, up to the next one: strengthens their cues.
 */
void view_labels(view_t *v);


#endif /* VIEW_TEXT_H */
