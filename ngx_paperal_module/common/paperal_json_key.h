/*
 * Keys and escapes of JSON text: internal to the validator.
 */

#ifndef PAPERAL_JSON_KEY_H
#define PAPERAL_JSON_KEY_H


#include <stddef.h>
#include <stdint.h>

#include "paperal_json.h"


typedef struct {
    const char  *data;         /* between the quotes, escapes as they are */
    size_t       len;
} paperal_json_key_t;


/*
 * Decodes the escape at p (its backslash) into *cp.  Returns its length, 12
 * for a surrogate pair, or 0 with the reason in *code.
 */
size_t paperal_json_escape(const char *p, const char *end, uint32_t *cp,
    paperal_json_code_e *code);

/*
 * Looks for two keys of an object that are equal once unescaped; all must be
 * well-formed.  Sorts them.  Returns the data of the first key of the text
 * that repeats an earlier one, or NULL.
 *
 * By sorting no choice of keys costs more than O(n log n) comparisons, and no
 * hash is there to be attacked.
 */
const char *paperal_json_duplicate(paperal_json_key_t *keys, size_t n);


#endif /* PAPERAL_JSON_KEY_H */
