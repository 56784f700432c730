/*
 * See llm_schema.h.  The depth of a value is bounded by the checker that ran
 * before it was parsed, and here once more.
 */

#include "llm_schema.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "paperal_json.h"


#define LLM_JSON_MAX_STARTS  64        /* "{" that are tried */
#define LLM_SCHEMA_MAX_PATH  256
#define LLM_SCHEMA_MAX_KEY   64        /* bytes of a key that are shown */


typedef struct {
    int             n;
    paperal_buf_t  *errors;
    paperal_buf_t   path;
    char            memory[LLM_SCHEMA_MAX_PATH];
} schema_check_t;


static size_t llm_json_close(const char *text, size_t len, size_t start);
static void schema_value(schema_check_t *c, const cJSON *schema,
    const cJSON *value, int depth);
static bool schema_type(schema_check_t *c, const cJSON *schema,
    const cJSON *value);
static bool schema_is(const cJSON *type, const cJSON *value);
static bool schema_enum(schema_check_t *c, const cJSON *schema,
    const cJSON *value);
static void schema_object(schema_check_t *c, const cJSON *schema,
    const cJSON *value, int depth);
static void schema_required(schema_check_t *c, const cJSON *schema,
    const cJSON *value);
static void schema_array(schema_check_t *c, const cJSON *schema,
    const cJSON *value, int depth);
static void schema_down(schema_check_t *c, const char *key);
static void schema_error(schema_check_t *c, const char *what);


int
llm_json_find(const char *text, size_t len, size_t *start, size_t *end)
{
    int                    tries;
    size_t                 i, close;
    const char            *think;
    paperal_json_check_t   check;

    *start = 0;
    *end = 0;
    i = 0;
    think = memmem(text, len, "</think>", 8);

    /* what a model thinks aloud may hold drafts */

    if (think != NULL) {
        i = (size_t) (think - text) + 8;
    }

    for (tries = 0; i < len && tries < LLM_JSON_MAX_STARTS; i++) {
        if (text[i] != '{') {
            continue;
        }

        tries++;
        close = llm_json_close(text, len, i);

        if (close == 0
            || paperal_json_check(text + i, close - i, len, &check)
               != PAPERAL_JSON_OK)
        {
            continue;
        }

        if (close - i >= *end - *start) {
            *start = i;
            *end = close;
        }

        i = close - 1;
    }

    return *end == 0 ? -1 : 0;
}


/* Behind the bracket that closes the one at start; 0: none does. */
static size_t
llm_json_close(const char *text, size_t len, size_t start)
{
    bool    quoted;
    size_t  i, depth;

    depth = 0;
    quoted = false;

    for (i = start; i < len; i++) {
        if (quoted) {
            if (text[i] == '\\') {
                i++;

            } else if (text[i] == '"') {
                quoted = false;
            }

        } else if (text[i] == '"') {
            quoted = true;

        } else if (text[i] == '{') {
            depth++;

        } else if (text[i] == '}' && --depth == 0) {
            return i + 1;
        }
    }

    return 0;
}


int
llm_schema_check(const cJSON *schema, const cJSON *value,
    paperal_buf_t *errors)
{
    schema_check_t  c;

    c.n = 0;
    c.errors = errors;
    paperal_buf_fixed(&c.path, c.memory, sizeof(c.memory));

    schema_value(&c, schema, value, 0);

    return c.n;
}


static void
schema_value(schema_check_t *c, const cJSON *schema, const cJSON *value,
    int depth)
{
    if (depth == LLM_SCHEMA_MAX_DEPTH) {
        schema_error(c, "nested too deeply");
        return;
    }

    if (!cJSON_IsObject(schema) || !schema_type(c, schema, value)
        || !schema_enum(c, schema, value))
    {
        return;
    }

    if (cJSON_IsObject(value)) {
        schema_object(c, schema, value, depth);

    } else if (cJSON_IsArray(value)) {
        schema_array(c, schema, value, depth);
    }
}


static bool
schema_type(schema_check_t *c, const cJSON *schema, const cJSON *value)
{
    char          text[LLM_SCHEMA_MAX_PATH];
    const cJSON  *type, *one;
    paperal_buf_t b;

    type = cJSON_GetObjectItemCaseSensitive(schema, "type");

    if (type == NULL || schema_is(type, value)) {
        return true;
    }

    paperal_buf_fixed(&b, text, sizeof(text));
    paperal_buf_str(&b, "must be ");

    if (cJSON_IsString(type)) {
        paperal_buf_str(&b, type->valuestring);
    }

    cJSON_ArrayForEach(one, type) {
        if (cJSON_IsString(one)) {
            paperal_buf_str(&b, one->prev != NULL && one != type->child
                            ? " or " : "");
            paperal_buf_str(&b, one->valuestring);
        }
    }

    schema_error(c, paperal_buf_cstr(&b));

    return false;
}


static bool
schema_is(const cJSON *type, const cJSON *value)
{
    const char   *name;
    const cJSON  *one;

    if (cJSON_IsArray(type)) {
        cJSON_ArrayForEach(one, type) {
            if (cJSON_IsString(one) && schema_is(one, value)) {
                return true;
            }
        }

        return false;
    }

    name = cJSON_GetStringValue(type);

    if (name == NULL) {
        return true;
    }

    return (strcmp(name, "string") == 0 && cJSON_IsString(value))
           || (strcmp(name, "number") == 0 && cJSON_IsNumber(value))
           || (strcmp(name, "integer") == 0 && cJSON_IsNumber(value)
               && floor(value->valuedouble) == value->valuedouble)
           || (strcmp(name, "boolean") == 0 && cJSON_IsBool(value))
           || (strcmp(name, "null") == 0 && cJSON_IsNull(value))
           || (strcmp(name, "array") == 0 && cJSON_IsArray(value))
           || (strcmp(name, "object") == 0 && cJSON_IsObject(value));
}


static bool
schema_enum(schema_check_t *c, const cJSON *schema, const cJSON *value)
{
    const cJSON  *list, *one;

    list = cJSON_GetObjectItemCaseSensitive(schema, "enum");

    if (!cJSON_IsArray(list)) {
        return true;
    }

    cJSON_ArrayForEach(one, list) {
        if (cJSON_Compare(one, value, 1)) {
            return true;
        }
    }

    schema_error(c, "not one of the allowed values");

    return false;
}


static void
schema_object(schema_check_t *c, const cJSON *schema, const cJSON *value,
    int depth)
{
    size_t        len;
    const cJSON  *properties, *property, *member;

    properties = cJSON_GetObjectItemCaseSensitive(schema, "properties");
    schema_required(c, schema, value);

    cJSON_ArrayForEach(member, value) {
        len = c->path.len;
        schema_down(c, member->string);

        property = cJSON_GetObjectItemCaseSensitive(properties,
                                                    member->string);

        if (property != NULL) {
            schema_value(c, property, member, depth + 1);

        } else if (cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(schema,
                                                 "additionalProperties")))
        {
            schema_error(c, "is not allowed");
        }

        paperal_buf_truncate(&c->path, len);
    }
}


static void
schema_required(schema_check_t *c, const cJSON *schema, const cJSON *value)
{
    size_t        len;
    const cJSON  *name;

    cJSON_ArrayForEach(name, cJSON_GetObjectItemCaseSensitive(schema,
                                                              "required"))
    {
        if (cJSON_IsString(name)
            && cJSON_GetObjectItemCaseSensitive(value, name->valuestring)
               == NULL)
        {
            len = c->path.len;
            schema_down(c, name->valuestring);
            schema_error(c, "is missing");
            paperal_buf_truncate(&c->path, len);
        }
    }
}


static void
schema_array(schema_check_t *c, const cJSON *schema, const cJSON *value,
    int depth)
{
    char          index[24];
    size_t        n, len;
    const cJSON  *items, *item;
    paperal_buf_t b;

    items = cJSON_GetObjectItemCaseSensitive(schema, "items");

    if (!cJSON_IsObject(items)) {
        return;
    }

    n = 0;

    cJSON_ArrayForEach(item, value) {
        paperal_buf_fixed(&b, index, sizeof(index));
        paperal_buf_printf(&b, "[%zu]", n++);

        len = c->path.len;
        paperal_buf_str(&c->path, index);
        schema_value(c, items, item, depth + 1);
        paperal_buf_truncate(&c->path, len);
    }
}


/* The path is shown only: one that is too long ends early. */
static void
schema_down(schema_check_t *c, const char *key)
{
    char           text[LLM_SCHEMA_MAX_KEY + 8];
    paperal_buf_t  b;

    paperal_buf_fixed(&b, text, sizeof(text));
    paperal_buf_printf(&b, "%s%.*s", c->path.len > 0 ? "." : "",
                       LLM_SCHEMA_MAX_KEY, key);
    paperal_buf_str(&c->path, paperal_buf_cstr(&b));
}


static void
schema_error(schema_check_t *c, const char *what)
{
    c->n++;

    if (c->n > LLM_SCHEMA_MAX_ERRORS) {
        return;
    }

    paperal_buf_str(c->errors, c->path.len > 0 ? paperal_buf_cstr(&c->path)
                                               : "the answer");
    paperal_buf_str(c->errors, ": ");
    paperal_buf_str(c->errors, what);
    paperal_buf_char(c->errors, '\n');
}
