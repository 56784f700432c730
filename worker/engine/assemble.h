/*
 * From neutral outputs to results (stored_results.schema.json): checks every
 * quote against the document, numbers evidence (e1..) and claims (c1..) in
 * the order of the stages, gives verdicts, and adds score, quality and
 * provenance.
 */

#ifndef ASSEMBLE_H
#define ASSEMBLE_H


#include "engine.h"


#define ASSEMBLE_MAX_EVIDENCE  4000


/*
 * Appends the results to full (as with view=full) and to brief (without
 * "evidence" and every "claims").  A stage without an output is an error.
 * Returns 0, or -1 with a text in err: an output that is missing or no JSON
 * object, too much evidence, a buffer that is full.
 */
int engine_assemble(const document_t *doc, const engine_options_t *opt,
    const engine_outputs_t *outputs, const engine_provenance_t *prov,
    paperal_buf_t *full, paperal_buf_t *brief, char *err, size_t errlen);


#endif /* ASSEMBLE_H */
