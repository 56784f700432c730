/*
 * What people added to a paper: answers of the inventors to questions, and
 * sources with their quotes.  An array of objects
 *
 *     {"id", "title", "url", "date", "quote", "question"}
 *
 * of strings or nulls; "question" is the text of the question that the quote
 * answers.  Everything else in it is ignored, and so is its order and "id":
 * equal contents give equal results.
 *
 * They are no words of the paper: no claim is supported by them, no readiness
 * and no score reads them.  They only end questions and state market figures.
 */

#ifndef SOURCES_H
#define SOURCES_H


#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "lexicon.h"
#include "paperal_sha256.h"
#include "region.h"


#define SOURCES_MAX         500       /* more are ignored */
#define SOURCES_MAX_TEXT    8192      /* bytes of a quote that are read */
#define SOURCES_MAX_FIGURE  600       /* bytes of a figure's sentence */


typedef struct {
    const char  *title;               /* NULL: none; so the others */
    const char  *url;
    const char  *date;
    const char  *quote;               /* never NULL */
    const char  *question;
    char         hash[PAPERAL_SHA256_HEX_SIZE];
} source_t;

typedef struct {
    size_t     n;
    source_t  *items;                 /* in the order of their hashes */
} sources_t;


/*
 * Reads the array, NULL for none; items live in the region and keep pointing
 * into the array.  Without a quote a source is ignored.
 */
void sources_read(const cJSON *array, region_t *region, sources_t *sources);

/* Adds to a hash what sources_read() found: nothing for no source. */
void sources_hash(const cJSON *array, paperal_sha256_t *sha);

/* The answer to a question in whatever language it was asked, or NULL. */
const source_t *sources_answer(const sources_t *sources,
    const char *question);

/*
 * The first sentence of a quote with a sum of money (CUE_MONEY) or a rate of
 * growth (CUE_GROWTH): its byte range.  false when there is none, or when it
 * is longer than SOURCES_MAX_FIGURE.
 */
bool sources_figure(const source_t *source, cue_e cue, size_t *from,
    size_t *len);


#endif /* SOURCES_H */
