/*
 * Extractive summary: LexRank over the quotable sentences (cosine of TF-IDF
 * above 0.1), weighted by section, chosen by maximal marginal relevance and
 * given in the order of the paper.
 */

#ifndef SUMMARY_H
#define SUMMARY_H


#include "view.h"


#define SUMMARY_MAX        5
#define SUMMARY_MAX_NODES  400


/* Writes the chosen sentences to out (SUMMARY_MAX); returns their number. */
size_t summary_build(view_t *v, const view_sentence_t **out);


#endif /* SUMMARY_H */
