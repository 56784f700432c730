/*
 * Which topics of a lexicon (sectors, research fields) a paper's own words
 * name, and where.
 */

#ifndef TOPICS_H
#define TOPICS_H


#include "view.h"


#define TOPICS_MAX        3
#define TOPICS_MAX_WORDS  6


typedef struct {
    int                      points;
    size_t                   nwords;
    const char              *words[TOPICS_MAX_WORDS];  /* as in the lexicon */
    const lexicon_topic_t   *topic;
    const view_sentence_t   *vs;        /* quotable, with a word; or NULL */
} topic_t;


/* Writes at most TOPICS_MAX topics, best first; returns their number. */
size_t topics_find(const view_t *v, const lexicon_topics_t *topics,
    topic_t *out);

/* Whether a text of somebody else's names the topic or one of its words. */
bool topics_named(const topic_t *topic, const char *text);


#endif /* TOPICS_H */
