/*
 * The JSON Canonicalization Scheme (RFC 8785) over cJSON trees: keys sorted by
 * UTF-16 code units, the shortest strings, numbers as ECMAScript prints them.
 */

#ifndef CANONICAL_H
#define CANONICAL_H


#include <cjson/cJSON.h>
#include <stdbool.h>

#include "paperal_buf.h"
#include "paperal_sha256.h"


#define CANONICAL_MAX_DEPTH   64
#define CANONICAL_MAX_KEYS    4096     /* of one object */
#define CANONICAL_NUMBER_LEN  32


/* Appends the canonical form; fails by failing b (depth, keys, NaN). */
void canonical_write(paperal_buf_t *b, const cJSON *value);

/* Appends a number as ECMAScript's Number.prototype.toString() does. */
void canonical_number(paperal_buf_t *b, double value);

/*
 * Appends value in the order it has, strings and numbers in canonical form.
 * Object members for which skip (may be NULL) returns true are left out;
 * depth is 0 for the members of value itself.
 */
typedef bool (*canonical_skip_pt)(const cJSON *member, int depth);

void canonical_print(paperal_buf_t *b, const cJSON *value,
    canonical_skip_pt skip);

/*
 * The hash of results: of their canonical form without "provenance" and
 * without what people have edited and decided (a claim's edited_by, locked,
 * decision, decided_by, decided_at; its text counts as it was before edits).
 * Returns 0, or -1.
 */
int canonical_results_sha256(const cJSON *results,
    char hex[PAPERAL_SHA256_HEX_SIZE]);


#endif /* CANONICAL_H */
