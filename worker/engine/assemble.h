/*
 * From neutral outputs to results (Results of openapi.json): checks every
 * quote against the document, numbers evidence (e1..) and claims (c1..) in
 * the order of the stages, gives verdicts, adds score, quality and provenance,
 * and carries over what people decided about the claims of the last results.
 */

#ifndef ASSEMBLE_H
#define ASSEMBLE_H


#include "engine.h"


#define ASSEMBLE_MAX_WARNINGS  200     /* of what was removed */


/*
 * Appends the results to full (as with view=full) and to brief (without
 * "evidence" and every "claims").  A stage without an output is an error.
 *
 * A section may have "removed", a list of {field, text, reason}: what was
 * taken out of a model's answer.  It becomes quality.warnings.  kept is NULL
 * or what keep_merge() takes; it is merged behind result_sha256.
 *
 * Returns 0, or -1 with a text in err: an output that is missing or no JSON
 * object, too much evidence, a buffer that is full.
 */
int engine_assemble(const document_t *doc, const engine_options_t *opt,
    const engine_outputs_t *outputs, const engine_provenance_t *prov,
    const cJSON *kept, paperal_buf_t *full, paperal_buf_t *brief, char *err,
    size_t errlen);


#endif /* ASSEMBLE_H */
