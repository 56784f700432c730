/*
 * Key phrases: runs of words without stop words or punctuation between them,
 * scored by C-value (frequency, less what longer phrases explain, times the
 * logarithm of the length), the best place they stand in, the author's own
 * keywords, and for English the rank of their words in the co-occurrence
 * graph.  Chinese phrases are runs of 2 to 8 characters with varied
 * neighbours on both sides.
 */

#ifndef PHRASE_H
#define PHRASE_H


#include "view.h"


#define PHRASE_MAX       12
#define PHRASE_MAX_TEXT  128


typedef struct {
    int                     score;        /* thousandths of the best */
    const char             *text;
    const view_sentence_t  *vs;           /* a sentence with it, or NULL */
} phrase_t;


/* Writes at most PHRASE_MAX phrases to out, best first; returns how many. */
size_t phrase_build(view_t *v, phrase_t *out);


/* Shared by the two languages: phrase.c, phrase_zh.c. */

typedef struct {
    uint32_t                 freq;
    uint32_t                 alone;       /* English: as a whole run */
    int32_t                  noun;        /* votes of the word before */
    uint32_t                 nested;      /* sum of freq of longer ones */
    uint32_t                 longer;      /* number of longer ones */
    uint16_t                 words;       /* or characters */
    uint16_t                 place;       /* best place, in per cent */
    uint32_t                 terms[4];    /* English: the words */
    uint32_t                 left[3];     /* Chinese: neighbours seen */
    uint32_t                 right[3];
    const view_sentence_t   *vs;
    uint32_t                 from;        /* first occurrence in vs */
    uint32_t                 to;
    uint64_t                 score;
} phrase_candidate_t;

typedef struct {
    size_t               n;
    size_t               nslots;
    phrase_candidate_t  *list;
    uint32_t            *slots;
} phrase_table_t;


#define PHRASE_MAX_CANDIDATES  65536


void phrase_table_init(phrase_table_t *t, region_t *region);

/* Fills t; the English and the Chinese way. */
void phrase_collect_en(view_t *v, phrase_table_t *t);
void phrase_collect_zh(view_t *v, phrase_table_t *t);

/* How much a place counts, in per cent. */
uint16_t phrase_place(const view_sentence_t *vs);


#endif /* PHRASE_H */
