/*
 * What can be counted in a paper, and its headline numbers.  Counted facts
 * are claims with the basis "computed": they need no quote, since the server
 * itself has counted.
 */

#ifndef FACTS_H
#define FACTS_H


#include "stages.h"


#define FACTS_MAX_NUMBERS  5


/* Writes the counts of the document and the age of its references. */
void facts_counts(engine_t *e, emit_t *em);

/*
 * Writes the measured values of the paper's own results as claims of kind
 * "headline_number": the clause with number and unit, quoted.
 */
void facts_numbers(engine_t *e, emit_t *em);

/*
 * Writes the names of one kind as claims "named_organisation", ...: the name
 * and its role, with the sentence it stands in as evidence.
 */
void facts_names(engine_t *e, emit_t *em, mention_e kind);


#endif /* FACTS_H */
