/*
 * Bodies of requests: what stands in them at each rung and for each provider,
 * and that they are the same bytes every time.
 */

#include <cjson/cJSON.h>

#include "llm_internal.h"
#include "paperal_json.h"
#include "test.h"


#define SCHEMA  "{\"type\":\"object\",\"properties\":{}}"


static const llm_message_t  messages[] = {
    { "system", "You read papers.", 16 },
    { "user", "s0001 \"A\" \xe4\xb8\xad\n", 14 },
    { "assistant", "{}", 2 },
    { "user", "Again.", 6 }
};


static llm_client_t *
client(const char *provider)
{
    char           err[256];
    llm_options_t  opt;
    llm_client_t  *c;

    memset(&opt, 0, sizeof(opt));
    opt.base_url = "https://model.example/v1";
    opt.model = "m-1";
    opt.provider = provider;

    c = llm_client_new(&opt, err, sizeof(err));

    if (c == NULL) {
        fprintf(stderr, "%s\n", err);
        exit(2);
    }

    return c;
}


static char *
body(const llm_client_t *c, size_t n, const char *schema)
{
    llm_request_t          rq;
    paperal_buf_t          b;
    paperal_json_check_t   check;

    rq.messages = messages;
    rq.n = n;
    rq.schema_name = "paperal_x_v1";
    rq.schema = schema;
    rq.max_output_tokens = 700;

    paperal_buf_init(&b, 65536);
    test_int(llm_request_body(c, &rq, &b), 0, "a body");
    test_int(paperal_json_check(b.data, b.len, 65536, &check),
             PAPERAL_JSON_OK, "is JSON");

    return paperal_buf_steal(&b, NULL);
}


static void
test_body(llm_client_t *c, llm_rung_e rung, size_t n, const char *schema,
    const char *want)
{
    char  *got;

    c->caps.rung = rung & 7;
    got = body(c, n, schema);
    test_str(got, want, "rung %d", (int) rung);
    free(got);
}


static void
test_rungs(void)
{
    llm_client_t  *c;

    c = client("openai");

    test_body(c, LLM_RUNG_STRICT, 2, SCHEMA,
        "{\"model\":\"m-1\",\"messages\":[{\"role\":\"system\",\"content\":"
        "\"You read papers.\"},{\"role\":\"user\",\"content\":\"s0001 \\\"A\\\""
        " \xe4\xb8\xad\\n\"}],\"max_completion_tokens\":700,\"temperature\":0,"
        "\"seed\":1,\"response_format\":{\"type\":\"json_schema\","
        "\"json_schema\":{\"name\":\"paperal_x_v1\",\"strict\":true,"
        "\"schema\":" SCHEMA "}},\"stream\":true,\"stream_options\":"
        "{\"include_usage\":true}}");

    test_body(c, LLM_RUNG_SCHEMA, 1, SCHEMA,
        "{\"model\":\"m-1\",\"messages\":[{\"role\":\"system\",\"content\":"
        "\"You read papers.\"}],\"max_completion_tokens\":700,"
        "\"temperature\":0,\"seed\":1,\"response_format\":{\"type\":"
        "\"json_schema\",\"json_schema\":{\"name\":\"paperal_x_v1\","
        "\"strict\":false,\"schema\":" SCHEMA "}},\"stream\":true,"
        "\"stream_options\":{\"include_usage\":true}}");

    test_body(c, LLM_RUNG_OBJECT, 4, SCHEMA,
        "{\"model\":\"m-1\",\"messages\":[{\"role\":\"system\",\"content\":"
        "\"You read papers.\"},{\"role\":\"user\",\"content\":\"s0001 \\\"A\\\""
        " \xe4\xb8\xad\\n\"},{\"role\":\"assistant\",\"content\":\"{}\"},"
        "{\"role\":\"user\",\"content\":\"Again.\\n\\nAnswer with one JSON"
        " object that satisfies this JSON schema, and with nothing else:\\n"
        "{\\\"type\\\":\\\"object\\\",\\\"properties\\\":{}}\"}],"
        "\"max_completion_tokens\":700,\"temperature\":0,\"seed\":1,"
        "\"response_format\":{\"type\":\"json_object\"},\"stream\":true,"
        "\"stream_options\":{\"include_usage\":true}}");

    test_body(c, LLM_RUNG_FENCE, 1, NULL,
        "{\"model\":\"m-1\",\"messages\":[{\"role\":\"system\",\"content\":"
        "\"You read papers.\"}],\"max_completion_tokens\":700,"
        "\"temperature\":0,\"seed\":1,\"stream\":true,"
        "\"stream_options\":{\"include_usage\":true}}");

    c->caps.temperature = 0;
    c->caps.seed = 0;
    c->caps.usage = 0;
    c->caps.completion = 0;

    test_body(c, LLM_RUNG_FENCE, 1, SCHEMA,
        "{\"model\":\"m-1\",\"messages\":[{\"role\":\"system\",\"content\":"
        "\"You read papers.\\n\\nAnswer with one JSON object inside a ```json"
        " fence, and with nothing else. It must satisfy this JSON schema:\\n"
        "{\\\"type\\\":\\\"object\\\",\\\"properties\\\":{}}\"}],"
        "\"max_tokens\":700,\"stream\":true}");

    test_str(llm_client_parameters(c), "{\"temperature\":0,\"seed\":1}",
             "what the hash sees stays the same");
    llm_client_free(c);
}


static void
test_providers(void)
{
    char                 *one, *two;
    llm_client_t         *c;
    const llm_profile_t  *p;

    for (p = llm_profile_all(); p->name != NULL; p++) {
        c = client(p->name);
        one = body(c, 2, SCHEMA);
        two = body(c, 2, SCHEMA);

        test_str(one, two, "%s: equal bytes", p->name);
        test_ok((strstr(one, "max_completion_tokens") != NULL)
                == (strcmp(p->name, "openai") == 0
                    || strcmp(p->name, "azure") == 0),
                "%s: the limit's name", p->name);
        test_ok((strstr(llm_client_parameters(c), "seed") != NULL)
                == (strstr(one, "\"seed\":1") != NULL),
                "%s: the parameters are what is sent", p->name);

        free(one);
        free(two);
        llm_client_free(c);
    }
}


static void
test_limits(void)
{
    char           err[256];
    llm_client_t  *c;
    llm_options_t  opt;
    llm_request_t  rq;
    paperal_buf_t  b;

    memset(&rq, 0, sizeof(rq));
    rq.messages = messages;
    rq.n = 4;
    c = client("generic");
    paperal_buf_init(&b, 100);
    test_int(llm_request_body(c, &rq, &b), -1, "a body that is too large");
    paperal_buf_release(&b);
    llm_client_free(c);

    memset(&opt, 0, sizeof(opt));
    test_ok(llm_client_new(&opt, err, sizeof(err)) == NULL, "no model: %s",
            err);
    opt.model = "m";
    opt.provider = "nobody";
    test_ok(llm_client_new(&opt, err, sizeof(err)) == NULL,
            "no such provider: %s", err);
}


int
main(void)
{
    test_rungs();
    test_providers();
    test_limits();

    return test_done();
}
