/*
 * libFuzzer target: the JSON validator.  What it accepts
 *
 *   - must be parsed whole by cJSON, the parser that runs behind it, and have
 *     no two equal keys in an object as cJSON decodes them;
 *   - must be valid UTF-8 without zero bytes;
 *   - must still be accepted with white space around it, and not with a
 *     second value behind it.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "paperal_json.h"
#include "paperal_utf8.h"


#define FUZZ_MAX  65536


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* Keys of an object as cJSON decodes them: a duplicate is a contradiction. */
static void
check_keys(const cJSON *item)
{
    const cJSON  *child, *other;

    cJSON_ArrayForEach(child, item) {
        if (cJSON_IsObject(item)) {
            for (other = child->next; other != NULL; other = other->next) {
                if (strcmp(child->string, other->string) == 0) {
                    abort();
                }
            }
        }

        check_keys(child);
    }
}


static void
check_padded(const char *text, size_t size)
{
    char                  *padded;
    paperal_json_check_t   check;

    padded = malloc(size + 5);
    memcpy(padded, " \n", 2);
    memcpy(padded + 2, text, size);
    memcpy(padded + 2 + size, "\r\t1", 3);

    if (paperal_json_check(padded, size + 4, FUZZ_MAX + 5, &check)
        != PAPERAL_JSON_OK)
    {
        abort();
    }

    if (paperal_json_check(padded, size + 5, FUZZ_MAX + 5, &check)
        != PAPERAL_JSON_TRAILING || check.offset != size + 4)
    {
        abort();
    }

    free(padded);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cJSON                 *json;
    const char            *text, *end;
    paperal_json_check_t   check;

    text = (const char *) data;

    if (paperal_json_check(text, size, FUZZ_MAX, &check) != PAPERAL_JSON_OK) {
        if (check.offset > size || check.message[0] == '\0') {
            abort();
        }

        return 0;
    }

    if (!paperal_utf8_is_valid(text, size)
        || memchr(text, '\0', size) != NULL)
    {
        abort();
    }

    json = cJSON_ParseWithLengthOpts(text, size, &end, 0);
    if (json == NULL) {
        abort();
    }

    for ( /* void */ ; end < text + size; end++) {
        if (strchr(" \t\r\n", *end) == NULL) {
            abort();
        }
    }

    check_keys(json);
    cJSON_Delete(json);

    check_padded(text, size);

    return 0;
}
