/*
 * libFuzzer target: the JSON writer, driven by the input as a little program.
 * Whatever it writes without failing must pass the validator, and its strings
 * must be what cleaning the input's bytes gives.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "paperal_json.h"
#include "paperal_utf8.h"


#define FUZZ_MAX  65536


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* One string: cJSON must read back the bytes with U+FFFD for what is bad. */
static void
check_string(const char *s, size_t len)
{
    cJSON                 *json;
    size_t                 i;
    paperal_buf_t          out, want;
    paperal_json_check_t   check;

    paperal_buf_init(&out, 8 * FUZZ_MAX);
    paperal_buf_init(&want, 8 * FUZZ_MAX);

    paperal_json_str(&out, NULL, s, len);

    for (i = 0; i < len; i++) {
        if (s[i] == '\0') {
            paperal_utf8_append(&want, s, i);
            paperal_buf_str(&want, PAPERAL_UTF8_REPLACEMENT);
            s += i + 1;
            len -= i + 1;
            i = (size_t) -1;
        }
    }

    paperal_utf8_append(&want, s, len);

    if (paperal_json_check(out.data, out.len, out.len, &check)
        != PAPERAL_JSON_OK)
    {
        abort();
    }

    json = cJSON_ParseWithLength(out.data, out.len);

    if (json == NULL
        || strcmp(json->valuestring, paperal_buf_cstr(&want)) != 0)
    {
        abort();
    }

    cJSON_Delete(json);
    paperal_buf_release(&out);
    paperal_buf_release(&want);
}


/* Opens, closes and values by the bytes; keys are numbered, so they differ. */
static void
check_program(const uint8_t *data, size_t size)
{
    int64_t                n;
    size_t                 i;
    char                   number[24];
    const char            *key;
    double                 d;
    paperal_buf_t          b;
    paperal_json_check_t   check;

    paperal_buf_init(&b, FUZZ_MAX);
    paperal_json_open(&b);

    for (i = 0; i < size && b.json_depth > 0; i++) {
        snprintf(number, sizeof(number), "%zu\"\n", i);
        key = b.json_arrays >> (b.json_depth - 1) & 1 ? NULL : number;
        n = 0;
        memcpy(&n, data, size < sizeof(n) ? size : sizeof(n));
        memcpy(&d, &n, sizeof(d));

        switch (data[i] % 8) {
        case 0: paperal_json_object(&b, key); break;
        case 1: paperal_json_array(&b, key); break;
        case 2: case 3: paperal_json_close(&b); break;
        case 4: paperal_json_double(&b, key, d * data[i]); break;
        case 5: paperal_json_int(&b, key, n); break;
        case 6: paperal_json_bool(&b, key, data[i] & 16); break;
        case 7: paperal_json_raw(&b, key, "[{}]", data[i] & 16 ? 4 : 0); break;
        }
    }

    while (b.json_depth > 0 && !b.failed) {
        paperal_json_close(&b);
    }

    if (!b.failed
        && paperal_json_check(b.data, b.len, b.len, &check)
           != PAPERAL_JSON_OK
        && check.code != PAPERAL_JSON_TOO_DEEP)      /* by the raw values */
    {
        abort();
    }

    paperal_buf_release(&b);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > FUZZ_MAX) {
        return 0;
    }

    check_string((const char *) data, size);
    check_program(data, size);

    return 0;
}
