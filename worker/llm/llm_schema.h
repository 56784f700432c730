/*
 * Finds the JSON in a model's answer and holds it against the schema that was
 * asked for.
 */

#ifndef LLM_SCHEMA_H
#define LLM_SCHEMA_H


#include <cjson/cJSON.h>
#include <stddef.h>

#include "paperal_buf.h"


#define LLM_SCHEMA_MAX_ERRORS  20
#define LLM_SCHEMA_MAX_DEPTH   24


/*
 * The outermost JSON object in a text that may have prose or a fence around
 * it: bytes [*start, *end).  Returns 0, or -1 when there is no complete one
 * that paperal_json_check() accepts.
 */
int llm_json_find(const char *text, size_t len, size_t *start, size_t *end);

/*
 * Checks a value against a schema: type (also lists of types), properties,
 * required, additionalProperties: false, items, enum.  Other keywords are
 * ignored.  Appends a line for each error to errors (at most
 * LLM_SCHEMA_MAX_ERRORS), e.g. "claims[2].kind: not one of the allowed
 * values".  Returns the number of errors found.
 */
int llm_schema_check(const cJSON *schema, const cJSON *value,
    paperal_buf_t *errors);


#endif /* LLM_SCHEMA_H */
