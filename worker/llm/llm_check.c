/*
 * See llm_check.h.  The checks are a table, each with at most a call or two;
 * a refused parameter is learned as in an analysis, and its line says so.
 * After the first check that leaves nothing to try, the rest is left out.
 */

#include "llm_check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "llm_check_internal.h"
#include "llm_prices.h"
#include "llm_schema.h"
#include "llm_tokens.h"


#define CHECK_OUTPUT        2000      /* tokens: some think before they say */
#define CHECK_TIME_MS       120000

#define CHECK_SCHEMA                                                          \
    "{\"type\":\"object\",\"properties\":{\"fruit\":{\"type\":\"string\","    \
    "\"enum\":[\"plum\",\"pear\"]},\"count\":{\"type\":\"integer\"}},"        \
    "\"required\":[\"fruit\",\"count\"],\"additionalProperties\":false}"


typedef struct {
    const char      *name;
    void           (*run)(llm_check_t *ck, const char *name);
} check_row_t;


static int check_open(llm_check_t *ck);
static void check_address(llm_check_t *ck, const char *name);
static void check_answer(llm_check_t *ck, const char *name);
static void check_parameters(llm_check_t *ck);
static void check_parameter(const char *name, bool asked, bool taken,
    const char *what);
static void check_usage(llm_check_t *ck, const char *name);
static void check_schema(llm_check_t *ck, const char *name);
static void check_object(llm_check_t *ck, const char *name);
static void check_cost(llm_check_t *ck, const char *text);
static int check_valid(const llm_check_t *ck);


static const check_row_t  check_rows[] = {
    { "address",       check_address },
    { "models",        llm_check_models },
    { "answer",        check_answer },
    { "usage",         check_usage },
    { "JSON schema",   check_schema },
    { "JSON mode",     check_object },
    { "context",       llm_check_context },
    { "price",         llm_check_price },
    { NULL,            NULL }
};

static const char *const  check_levels[] = { "ok  ", "note", "BAD " };

/* What an operator can do about the end of an analysis. */
static const struct {
    const char  *code;
    const char  *words;
} check_words[] = {
    { "LLM_UNAUTHORIZED",     "The key is refused: check OPENAI_API_KEY." },
    { "LLM_QUOTA",            "The account has no credit left." },
    { "LLM_RATE_LIMITED",     "The server asks for fewer calls: try later." },
    { "LLM_MODEL_NOT_FOUND",  "The server does not know this model or this"
      " path: check OPENAI_MODEL and OPENAI_BASE_URL." },
    { "LLM_BAD_REQUEST",      "The server does not accept the request." },
    { "LLM_BAD_ANSWER",       "This is no Chat Completions server: check"
      " OPENAI_BASE_URL, which mostly ends in /v1." },
    { "LLM_REFUSED",          "The model refuses a harmless question." },
    { "LLM_TRUNCATED",        "The model needs more than 2000 tokens to"
      " answer a word." },
    { "LLM_CONTEXT_EXCEEDED", "The model's context is too small." },
    { NULL,                   "The server cannot be reached or does not"
      " answer: check OPENAI_BASE_URL, LLM_PROXY and the network." }
};

static const char *const  check_rungs[LLM_RUNGS] = {
    "json_schema, strict", "json_schema", "json_object",
    "the schema in the prompt"
};


int
llm_check_run(const config_t *cfg, char **args)
{
    int                 calls;
    llm_check_t         ck;
    const check_row_t  *row;

    (void) args;

    if (!config_has_model(cfg)) {
        printf("No model is configured: the embedded analyser is the engine.\n"
               "Set OPENAI_API_KEY, or OPENAI_BASE_URL and OPENAI_MODEL (see"
               " .env.example).\n");
        return 1;
    }

    memset(&ck, 0, sizeof(ck));
    ck.cfg = cfg;

    if (check_open(&ck) != 0) {
        return 1;
    }

    for (row = check_rows; row->name != NULL && !ck.bad; row++) {
        row->run(&ck, row->name);
    }

    calls = ck.calls;
    llm_client_free(ck.client);

    printf("\n%d small call%s", calls, calls == 1 ? "" : "s");

    if (ck.price == NULL || ck.unpriced) {
        printf("; what they cost is not known here");

    } else {
        printf(" for %" PRId64 " micro-USD", ck.cost);
    }

    printf(".\n%s\n", ck.bad ? "Analyses cannot be made with this model."
                             : "Analyses can be made with this model.");
    (void) fflush(stdout);

    return ck.bad ? 1 : 0;
}


static int
check_open(llm_check_t *ck)
{
    char             err[256];
    llm_options_t    opt;
    const config_t  *cfg;

    cfg = ck->cfg;
    memset(&opt, 0, sizeof(opt));

    opt.base_url = cfg->openai_base_url;
    opt.api_key = cfg->openai_api_key;
    opt.model = cfg->openai_model;
    opt.provider = cfg->llm_provider;
    opt.proxy = cfg->llm_proxy;
    opt.api_version = cfg->llm_api_version;
    opt.total_ms = CHECK_TIME_MS;

    ck->client = llm_client_new(&opt, err, sizeof(err));

    if (ck->client == NULL) {
        printf("BAD   %s\n", err);
        return -1;
    }

    (void) llm_tokens_open(cfg->tokens_path);

    if (llm_prices_load(cfg->llm_prices, err, sizeof(err)) != 0) {
        printf("BAD   %s\n", err);
        llm_client_free(ck->client);
        return -1;
    }

    ck->price = llm_price_find(llm_client_provider(ck->client),
                               llm_client_model(ck->client));

    return 0;
}


static void
check_address(llm_check_t *ck, const char *name)
{
    llm_client_t  *c;

    c = ck->client;

    llm_say(ck, CHECK_OK, name, "\"%s\" at %s, taken for %s (%s)%s",
            c->model, c->address.host, c->profile->title, c->profile->name,
            c->proxy != NULL ? ", through the proxy of LLM_PROXY" : "");

    if (!c->address.secure && !c->address.local) {
        llm_say(ck, CHECK_NOTE, "", "http:// to another network: papers and"
                " the key can be read on the way. Use https://.");
    }

    if (c->key == NULL && !c->address.local) {
        llm_say(ck, CHECK_NOTE, "", "There is no key (OPENAI_API_KEY).");
    }
}


static void
check_answer(llm_check_t *ck, const char *name)
{
    ck->before = ck->client->caps;

    if (llm_ask(ck, "Answer with the one word: plum", NULL) != 0) {
        llm_check_fail(ck, name);
        return;
    }

    llm_say(ck, CHECK_OK, name, "first byte after %" PRId64 " ms, all after"
            " %" PRId64 " ms%s%s%s", ck->outcome.first_byte_ms,
            ck->outcome.latency_ms,
            ck->outcome.model[0] != '\0' ? "; it calls itself \"" : "",
            ck->outcome.model, ck->outcome.model[0] != '\0' ? "\"" : "");
    check_parameters(ck);
}


static void
check_parameters(llm_check_t *ck)
{
    llm_caps_t  now;

    now = ck->client->caps;

    check_parameter("temperature", ck->before.temperature, now.temperature,
                    "answers vary from call to call");
    check_parameter("seed", ck->before.seed, now.seed,
                    "answers vary a little more");
    check_parameter("stream usage", ck->before.usage, now.usage,
                    "what a call costs is counted here");

    if (ck->before.completion != now.completion) {
        llm_say(ck, CHECK_OK, now.completion ? "max_completion_tokens"
                                             : "max_tokens",
                "is what the limit of an answer is called here");
    }
}


static void
check_parameter(const char *name, bool asked, bool taken, const char *what)
{
    if (asked && taken) {
        llm_say(NULL, CHECK_OK, name, "accepted");

    } else if (asked) {
        llm_say(NULL, CHECK_NOTE, name, "refused, so it is left out: %s",
                what);
    }
}


static void
check_usage(llm_check_t *ck, const char *name)
{
    if (ck->outcome.prompt_tokens >= 0 && ck->outcome.completion_tokens >= 0)
    {
        llm_say(ck, CHECK_OK, name, "the server counts: %" PRId64 " tokens"
                " in, %" PRId64 " out", ck->outcome.prompt_tokens,
                ck->outcome.completion_tokens);
        return;
    }

    llm_say(ck, CHECK_NOTE, name, "the server does not say what it counts:"
            " costs are counted here (%s), and a prompt that it cuts is not"
            " noticed", llm_tokens_name());
}


/* From the best rung down until one is accepted. */
static void
check_schema(llm_check_t *ck, const char *name)
{
    unsigned  first, rung;

    first = ck->client->caps.rung;

    if (llm_ask(ck, "Name a fruit, plum or pear, and a count from 1 to 9.",
                CHECK_SCHEMA) != 0)
    {
        llm_check_fail(ck, name);
        return;
    }

    rung = ck->client->caps.rung;

    if (rung != first) {
        llm_say(ck, CHECK_NOTE, name, "\"%s\" is refused; Paperal asks by"
                " \"%s\"", check_rungs[first], check_rungs[rung]);
    }

    if (check_valid(ck) == 0) {
        llm_say(ck, CHECK_OK, name, "an answer asked for by \"%s\" satisfies"
                " its schema", check_rungs[rung]);
        return;
    }

    llm_say(ck, CHECK_NOTE, name, "the server accepts \"%s\" and answers"
            " with something else. Paperal checks every answer and asks"
            " once more; a stage that fails twice stays empty.",
            check_rungs[rung]);
}


/* What an answer looks like when a schema cannot be asked for. */
static void
check_object(llm_check_t *ck, const char *name)
{
    llm_caps_t  caps;

    caps = ck->client->caps;

    if (caps.rung >= LLM_RUNG_OBJECT || ck->calls + 2 > LLM_CHECK_MAX_CALLS) {
        return;
    }

    ck->client->caps.rung = LLM_RUNG_OBJECT;

    if (llm_ask(ck, "Name a fruit, plum or pear, and a count from 1 to 9.",
                CHECK_SCHEMA) != 0
        || ck->client->caps.rung != LLM_RUNG_OBJECT)
    {
        llm_say(ck, CHECK_NOTE, name, "not accepted; it is not needed here");

    } else {
        llm_say(ck, CHECK_OK, name, "accepted%s; it is not needed here",
                check_valid(ck) == 0 ? ", and the schema is satisfied" : "");
    }

    ck->client->caps = caps;
}


/* 0: answered.  What the server refuses is learned and tried again. */
int
llm_ask(llm_check_t *ck, const char *text, const char *schema)
{
    llm_call_t     *call;
    paperal_buf_t   body;
    llm_request_t   rq;
    llm_message_t   messages[2];

    messages[0].role = "system";
    messages[0].text = "You test a connection. Answer as briefly as you can.";
    messages[0].len = strlen(messages[0].text);
    messages[1].role = "user";
    messages[1].text = text;
    messages[1].len = strlen(text);

    rq.messages = messages;
    rq.n = 2;
    rq.schema_name = "paperal_check_v1";
    rq.schema = schema;
    rq.max_output_tokens = CHECK_OUTPUT;

    do {
        if (ck->calls == LLM_CHECK_MAX_CALLS) {
            return -1;
        }

        paperal_buf_init(&body, LLM_MAX_BODY);
        (void) llm_request_body(ck->client, &rq, &body);
        call = llm_call_start(ck->client, body.data, body.len,
                              llm_tokens_count(text, strlen(text)), ck);
        ck->calls++;
        paperal_buf_release(&body);

        while (llm_client_done(ck->client) == NULL) {
            if (llm_client_wait(ck->client, -1, 1000) != 0) {
                abort();
            }
        }

        ck->outcome = *llm_call_outcome(call);
        snprintf(ck->answer, sizeof(ck->answer), "%s", ck->outcome.text);
        ck->outcome.text = ck->answer;
        ck->decision = llm_decide(ck->client, &ck->outcome, 1);
        check_cost(ck, text);
        llm_call_free(call);
    } while (ck->decision.action == LLM_ADAPTED);

    return ck->outcome.result == LLM_ANSWERED ? 0 : -1;
}


static void
check_cost(llm_check_t *ck, const char *text)
{
    int64_t               in, out;
    const llm_outcome_t  *o;

    o = &ck->outcome;

    if (o->result == LLM_REJECTED || o->result == LLM_UNSENT) {
        return;
    }

    in = o->prompt_tokens >= 0 ? o->prompt_tokens
         : llm_tokens_count(text, strlen(text));
    out = o->completion_tokens >= 0 ? o->completion_tokens
          : llm_tokens_count(ck->answer, strlen(ck->answer));

    ck->unpriced = ck->unpriced || o->result == LLM_LOST;

    if (ck->price != NULL) {
        ck->cost += llm_cost(ck->price, in, o->cached_tokens, out);
    }
}


static int
check_valid(const llm_check_t *ck)
{
    int             errors;
    cJSON          *schema, *value;
    size_t          start, end;
    paperal_buf_t   lines;

    if (llm_json_find(ck->answer, strlen(ck->answer), &start, &end) != 0) {
        return -1;
    }

    paperal_buf_init(&lines, CHECK_WORDS_SIZE);
    schema = cJSON_Parse(CHECK_SCHEMA);
    value = cJSON_ParseWithLength(ck->answer + start, end - start);
    errors = value == NULL ? 1 : llm_schema_check(schema, value, &lines);

    cJSON_Delete(schema);
    cJSON_Delete(value);
    paperal_buf_release(&lines);

    return errors == 0 ? 0 : -1;
}


void
llm_check_fail(llm_check_t *ck, const char *name)
{
    size_t       i;
    const char  *code, *words;

    code = ck->decision.code != NULL ? ck->decision.code : "";

    if (ck->outcome.http_status == 429 && code[0] == '\0') {
        code = "LLM_RATE_LIMITED";
    }

    for (i = 0; check_words[i].code != NULL; i++) {
        if (strcmp(check_words[i].code, code) == 0) {
            break;
        }
    }

    words = check_words[i].words;

    if (ck->outcome.http_status >= 300 && ck->outcome.http_status <= 399) {
        words = "The server sends to another address: give that one by"
                " OPENAI_BASE_URL.";

    } else if (ck->outcome.http_status != 0 && check_words[i].code == NULL) {
        words = "The server is reached, but does not do its work.";
    }

    llm_say(ck, CHECK_BAD, name, "%s (%s%s%s)", words,
            ck->outcome.message[0] != '\0' ? ck->outcome.message
                                           : "no message",
            ck->outcome.code[0] != '\0' ? "; code " : "",
            ck->outcome.code);
}


void
llm_say(llm_check_t *ck, check_level_e level, const char *name,
    const char *fmt, ...)
{
    va_list  args;

    if (level == CHECK_BAD) {
        ck->bad = true;
    }

    printf("%s  %-12s  ", check_levels[level], name);
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    putchar('\n');
}
