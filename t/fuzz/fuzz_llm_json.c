/*
 * libFuzzer target: JSON found in a model's answer, and a value held against
 * a schema.  What is found
 *
 *   - lies inside the text, begins and ends with its brackets, and is what
 *     the strict checker accepts and cJSON parses;
 *   - is found again in itself, whole;
 *   - satisfies the empty schema, whatever it is, and is a schema that does
 *     no harm to another value.
 *
 * Links: worker/llm/llm_schema.c
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "llm_schema.h"
#include "paperal_json.h"
#include "paperal_utf8.h"


#define FUZZ_MAX  65536

#define FUZZ_SCHEMA                                                           \
    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\","         \
    "\"items\":{\"type\":[\"string\",\"null\"],\"enum\":[\"x\",null]}},"      \
    "\"b\":{\"type\":\"integer\"}},\"required\":[\"a\"],"                     \
    "\"additionalProperties\":false}"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static int
errors_of(const cJSON *schema, const cJSON *value)
{
    int             n;
    paperal_buf_t   lines;

    paperal_buf_init(&lines, FUZZ_MAX);
    n = llm_schema_check(schema, value, &lines);

    if ((n == 0) != (lines.len == 0)
        || !paperal_utf8_is_valid(paperal_buf_cstr(&lines), lines.len))
    {
        abort();
    }

    paperal_buf_release(&lines);

    return n;
}


static void
check_value(const char *text, size_t len)
{
    cJSON  *value, *schema, *empty;

    value = cJSON_ParseWithLength(text, len);
    schema = cJSON_Parse(FUZZ_SCHEMA);
    empty = cJSON_CreateObject();

    if (value == NULL || errors_of(empty, value) != 0) {
        abort();
    }

    (void) errors_of(schema, value);
    (void) errors_of(value, schema);
    (void) errors_of(value, value);

    cJSON_Delete(value);
    cJSON_Delete(schema);
    cJSON_Delete(empty);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t                 start, end, from, to;
    const char            *text;
    paperal_json_check_t   check;

    text = (const char *) data;

    if (size > FUZZ_MAX || llm_json_find(text, size, &start, &end) != 0) {
        return 0;
    }

    if (start >= end || end > size || text[start] != '{'
        || text[end - 1] != '}'
        || paperal_json_check(text + start, end - start, FUZZ_MAX, &check)
           != PAPERAL_JSON_OK)
    {
        abort();
    }

    check_value(text + start, end - start);

    /* a string inside may say that it has finished thinking */

    if (memmem(text + start, end - start, "</think>", 8) == NULL
        && (llm_json_find(text + start, end - start, &from, &to) != 0
            || from != 0 || to != end - start))
    {
        abort();
    }

    return 0;
}
