/*
 * JSON found in prose, and values held against schemas.
 */

#include <cjson/cJSON.h>

#include "llm_schema.h"
#include "test.h"


static void
test_find(const char *text, const char *want)
{
    int     rc;
    char    got[512];
    size_t  start, end;

    rc = llm_json_find(text, strlen(text), &start, &end);
    snprintf(got, sizeof(got), "%.*s", rc == 0 ? (int) (end - start) : 0,
             text + start);

    test_int(rc, want != NULL ? 0 : -1, "in \"%s\"", text);
    test_str(got, want != NULL ? want : "", "is found");
}


static void
test_finds(void)
{
    char    *deep;
    size_t   start, end;

    test_find("{\"a\":1}", "{\"a\":1}");
    test_find(" \n{}\n", "{}");
    test_find("```json\n{\"a\":1}\n```", "{\"a\":1}");
    test_find("Here {it} is: {\"a\":{\"b\":\"}{\"}} as asked.",
              "{\"a\":{\"b\":\"}{\"}}");
    test_find("{\"a\":\"\\\"}\"}", "{\"a\":\"\\\"}\"}");
    test_find("{} or {\"a\":1} or {\"a\":2}", "{\"a\":2}");
    test_find("<think>{\"draft\":\"long long\"}</think>{\"a\":1}",
              "{\"a\":1}");
    test_find("say \"{\" and {\"a\":1}", "{\"a\":1}");
    test_find("{\"a\":1", NULL);
    test_find("{\"a\":1,}", NULL);
    test_find("{\"a\":1,\"a\":2}", NULL);
    test_find("{\"a\":\"\\u0000\"}", NULL);
    test_find("[1,2]", NULL);
    test_find("no JSON at all", NULL);
    test_find("", NULL);
    test_find("}{", NULL);

    deep = malloc(1000000);
    memset(deep, '{', 1000000);
    test_int(llm_json_find(deep, 1000000, &start, &end), -1,
             "a million brackets");
    free(deep);
}


static void
test_value(const char *schema, const char *value, int n, const char *want)
{
    cJSON          *s, *v;
    paperal_buf_t   errors;

    s = cJSON_Parse(schema);
    v = cJSON_Parse(value);
    paperal_buf_init(&errors, 65536);

    test_int(llm_schema_check(s, v, &errors), n, "%s by %s", value, schema);
    test_str(paperal_buf_cstr(&errors), want, "the lines");

    paperal_buf_release(&errors);
    cJSON_Delete(s);
    cJSON_Delete(v);
}


static void
test_values(void)
{
    test_value("{\"type\":\"string\"}", "\"a\"", 0, "");
    test_value("{\"type\":\"string\"}", "1", 1,
               "the answer: must be string\n");
    test_value("{\"type\":[\"string\",\"null\"]}", "null", 0, "");
    test_value("{\"type\":[\"string\",\"null\"]}", "true", 1,
               "the answer: must be string or null\n");
    test_value("{\"type\":\"integer\"}", "3", 0, "");
    test_value("{\"type\":\"integer\"}", "3.5", 1,
               "the answer: must be integer\n");
    test_value("{\"type\":\"number\"}", "3.5", 0, "");
    test_value("{\"type\":\"boolean\"}", "false", 0, "");
    test_value("{\"enum\":[\"a\",1,null]}", "1", 0, "");
    test_value("{\"enum\":[\"a\",1,null]}", "null", 0, "");
    test_value("{\"enum\":[\"a\",1]}", "\"A\"", 1,
               "the answer: not one of the allowed values\n");
    test_value("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":"
               "\"array\",\"items\":{\"type\":\"object\",\"properties\":"
               "{\"k\":{\"enum\":[\"x\"]}},\"required\":[\"k\"],"
               "\"additionalProperties\":false}}},\"required\":[\"a\",\"b\"],"
               "\"additionalProperties\":false}",
               "{\"a\":[{\"k\":\"x\"},{\"k\":\"y\",\"z\":1},{},7],\"c\":1}", 6,
               "b: is missing\n"
               "a[1].k: not one of the allowed values\n"
               "a[1].z: is not allowed\n"
               "a[2].k: is missing\n"
               "a[3]: must be object\n"
               "c: is not allowed\n");
    test_value("{\"type\":\"object\"}", "{\"more\":1}", 0, "");
    test_value("{\"minLength\":5,\"pattern\":\"x\"}", "\"\"", 0, "");
    test_value("true", "1", 0, "");
}


static void
test_limits(void)
{
    int             i;
    char            key[300];
    cJSON          *s, *v, *inner;
    paperal_buf_t   errors, text;

    /* a schema that contains itself as often as the value does */

    paperal_buf_init(&text, 65536);

    for (i = 0; i < 40; i++) {
        paperal_buf_str(&text, "{\"items\":");
    }

    paperal_buf_str(&text, "{}");

    for (i = 0; i < 40; i++) {
        paperal_buf_char(&text, '}');
    }

    s = cJSON_Parse(paperal_buf_cstr(&text));
    paperal_buf_clear(&text);

    for (i = 0; i < 40; i++) {
        paperal_buf_char(&text, '[');
    }

    for (i = 0; i < 40; i++) {
        paperal_buf_char(&text, ']');
    }

    v = cJSON_Parse(paperal_buf_cstr(&text));
    paperal_buf_release(&text);
    paperal_buf_init(&errors, 65536);
    test_int(llm_schema_check(s, v, &errors), 1, "40 levels");
    test_ok(strstr(paperal_buf_cstr(&errors), "nested too deeply") != NULL,
            "are too many");
    cJSON_Delete(s);
    cJSON_Delete(v);
    paperal_buf_release(&errors);

    s = cJSON_Parse("{\"additionalProperties\":false}");
    v = cJSON_CreateObject();
    memset(key, 'k', sizeof(key));

    for (i = 0; i < 50; i++) {
        snprintf(key + 250, 40, "%d", i);
        inner = cJSON_CreateNull();
        cJSON_AddItemToObject(v, key, inner);
    }

    paperal_buf_init(&errors, 65536);
    test_int(llm_schema_check(s, v, &errors), 50, "all errors are counted");
    test_int((long long) errors.len, LLM_SCHEMA_MAX_ERRORS
             * (64 + (long long) strlen(": is not allowed\n")),
             "20 are told, with short names");
    cJSON_Delete(s);
    cJSON_Delete(v);
    paperal_buf_release(&errors);
}


int
main(void)
{
    test_finds();
    test_values();
    test_limits();

    return test_done();
}
