/*
 * The client against a server in this process: every outcome, streams split
 * at every byte, time limits on the test's clock, what is in a request, and
 * that nothing is sent twice.
 */

#include "llm_server.h"
#include "test.h"


#define HEAD    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
#define BEGIN   "data: {\"id\":\"c1\",\"model\":\"gpt-4o-2024-08-06\"," \
                "\"system_fingerprint\":\"fp_1\",\"choices\":[{\"index\":0," \
                "\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n"
#define WORD(w) "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":" \
                "{\"content\":\"" w "\"},\"finish_reason\":null}]}\n\n"
#define REASON(r)                                                             \
                "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{}," \
                "\"finish_reason\":\"" r "\"}]}\n\n"
#define USAGE   "data: {\"id\":\"c1\",\"choices\":[],\"usage\":" \
                "{\"prompt_tokens\":9000,\"completion_tokens\":5," \
                "\"prompt_tokens_details\":{\"cached_tokens\":8000}}}\n\n"
#define DONE    "data: [DONE]\n\n"
#define OK      HEAD BEGIN WORD("Hello") ": ping\n\n" WORD(" \\ud83d\\ude00") \
                REASON("stop") USAGE DONE
#define ERROR(status, headers, body)                                          \
                "HTTP/1.1 " status "\r\nContent-Type: application/json\r\n" \
                headers "\r\n" body


typedef struct {
    const char    *name;
    const char    *answer;
    serve_end_e    end;
    llm_result_e   result;
    int            status;
    const char    *text;
    const char    *code;
    llm_action_e   action;
    const char    *decision;        /* code of the analysis, or NULL */
} case_t;


static const case_t  cases[] = {
    { "a whole stream", OK, SERVE_CLOSE, LLM_ANSWERED, 200,
      "Hello \xf0\x9f\x98\x80", "", LLM_USE, NULL },
    { "no [DONE]", HEAD BEGIN WORD("a") REASON("stop"), SERVE_CLOSE,
      LLM_ANSWERED, 200, "a", "", LLM_USE, NULL },
    { "reset behind the reason", HEAD BEGIN WORD("a") REASON("stop"),
      SERVE_RESET, LLM_ANSWERED, 200, "a", "", LLM_USE, NULL },
    { "the last event is not closed", HEAD BEGIN WORD("a")
      "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":"
      "\"stop\"}]}", SERVE_CLOSE, LLM_ANSWERED, 200, "a", "", LLM_USE,
      NULL },
    { "length", HEAD BEGIN WORD("a") REASON("length") USAGE DONE,
      SERVE_CLOSE, LLM_TRUNCATED, 200, "a", "", LLM_FAILED,
      "LLM_TRUNCATED" },
    { "a filter", HEAD BEGIN WORD("a") REASON("content_filter") DONE,
      SERVE_CLOSE, LLM_REFUSED, 200, "a", "content_filter", LLM_FAILED,
      "LLM_REFUSED" },
    { "a refusal", HEAD BEGIN "data: {\"choices\":[{\"delta\":{\"refusal\":"
      "\"I will not\"}}]}\n\n" REASON("stop") DONE, SERVE_CLOSE, LLM_REFUSED,
      200, "", "", LLM_FAILED, "LLM_REFUSED" },
    { "no reason", HEAD BEGIN WORD("a") DONE, SERVE_CLOSE, LLM_LOST, 200,
      "a", "client_cut", LLM_RETRY, NULL },
    { "cut in the stream", HEAD BEGIN WORD("a") "data: {\"cho", SERVE_RESET,
      LLM_LOST, 200, "a", "client_cut", LLM_RETRY, NULL },
    { "cut in a chunked body", "HTTP/1.1 200 OK\r\nTransfer-Encoding:"
      " chunked\r\n\r\n10\r\ndata: {}", SERVE_CLOSE, LLM_LOST, 200, "",
      "client_cut", LLM_RETRY, NULL },
    { "closed without an answer", "", SERVE_CLOSE, LLM_LOST, 0, "",
      "client_cut", LLM_RETRY, NULL },
    { "reset without an answer", "", SERVE_RESET, LLM_LOST, 0, "",
      "client_cut", LLM_RETRY, NULL },
    { "one JSON document", ERROR("200 OK", "", "\n{\"id\":\"c2\",\"choices\":"
      "[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"all\"},"
      "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,"
      "\"completion_tokens\":1}}"), SERVE_CLOSE, LLM_ANSWERED, 200, "all",
      "", LLM_USE, NULL },
    { "an error at the start of a stream", HEAD "data: {\"error\":{\"message\":"
      "\"overloaded\",\"type\":\"server_error\",\"code\":\"busy\"}}\n\n",
      SERVE_HOLD, LLM_REJECTED, 200, "", "busy", LLM_RETRY, NULL },
    { "an error inside a stream", HEAD BEGIN WORD("a") "event: error\ndata:"
      " {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n",
      SERVE_HOLD, LLM_LOST, 200, "a", "503", LLM_RETRY, NULL },
    { "no JSON in an event", HEAD BEGIN "data: {nonsense}\n\n", SERVE_HOLD,
      LLM_LOST, 200, "", "client_bad_json", LLM_RETRY, NULL },
    { "another page", "HTTP/1.1 200 OK\r\n\r\n<html>sign in</html>",
      SERVE_CLOSE, LLM_LOST, 200, "", "client_no_answer", LLM_FAILED,
      "LLM_BAD_ANSWER" },
    { "other JSON", "HTTP/1.1 200 OK\r\n\r\n{\"status\":\"ok\"}",
      SERVE_CLOSE, LLM_LOST, 200, "", "client_no_answer", LLM_FAILED,
      "LLM_BAD_ANSWER" },
    { "no HTTP", "SSH-2.0-OpenSSH_9.2\r\n", SERVE_CLOSE, LLM_LOST, 0, "",
      "client_cut", LLM_RETRY, NULL },
    { "500", ERROR("500 Oops", "", "<html>"), SERVE_CLOSE, LLM_REJECTED,
      500, "", "", LLM_RETRY, NULL },
    { "429", ERROR("429 Slow", "", "{\"error\":{\"message\":\"slow\",\"type\":"
      "\"tokens\",\"code\":\"rate_limit_exceeded\"}}"), SERVE_CLOSE,
      LLM_REJECTED, 429, "", "rate_limit_exceeded", LLM_RETRY, NULL },
    { "429 for a minute", ERROR("429 Slow", "Retry-After: 60\r\n", "{}"),
      SERVE_CLOSE, LLM_REJECTED, 429, "", "", LLM_THROTTLED,
      "LLM_RATE_LIMITED" },
    { "429 for a day", ERROR("429 Slow", "Retry-After: 999999999\r\n", "{}"),
      SERVE_CLOSE, LLM_REJECTED, 429, "", "", LLM_FAILED,
      "LLM_RATE_LIMITED" },
    { "no money", ERROR("429 Slow", "Retry-After: 1\r\n", "{\"error\":"
      "{\"message\":\"You exceeded your current quota\",\"code\":"
      "\"insufficient_quota\"}}"), SERVE_CLOSE, LLM_REJECTED, 429, "",
      "insufficient_quota", LLM_FAILED, "LLM_QUOTA" },
    { "401", ERROR("401 No", "", "{\"error\":{\"message\":\"bad key\",\"code\":"
      "\"invalid_api_key\"}}"), SERVE_CLOSE, LLM_REJECTED, 401, "",
      "invalid_api_key", LLM_FAILED, "LLM_UNAUTHORIZED" },
    { "404", ERROR("404 No", "", "{\"error\":{\"message\":\"no such model\","
      "\"code\":\"model_not_found\"}}"), SERVE_CLOSE, LLM_REJECTED, 404, "",
      "model_not_found", LLM_FAILED, "LLM_MODEL_NOT_FOUND" },
    { "a redirect", "HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:1/\r\n"
      "Content-Length: 0\r\n\r\n", SERVE_CLOSE, LLM_REJECTED, 307, "", "",
      LLM_FAILED, "LLM_UNAVAILABLE" },
    { "too long", ERROR("400 Bad", "", "{\"error\":{\"message\":\"This model's"
      " maximum context length is 8192 tokens\",\"code\":"
      "\"context_length_exceeded\"}}"), SERVE_CLOSE, LLM_REJECTED, 400, "",
      "context_length_exceeded", LLM_FAILED, "LLM_CONTEXT_EXCEEDED" },
    { "another parameter", ERROR("400 Bad", "", "{\"error\":{\"message\":"
      "\"Unsupported parameter\",\"param\":\"max_completion_tokens\"}}"),
      SERVE_CLOSE, LLM_REJECTED, 400, "", "", LLM_ADAPTED, NULL }
};


static void
test_case(serve_t *s, const case_t *t, size_t split)
{
    llm_call_t           *call;
    llm_client_t         *c;
    llm_decision_t        d;
    const llm_outcome_t  *out;

    c = serve_client(s, "openai");
    s->requests = 0;
    serve_answer(s, t->answer, strlen(t->answer), split, t->end);

    call = llm_call_start(c, "{}", 2, 0, (void *) t);
    test_ok(serve_until_done(s, c) == call, "%s, split %zu", t->name, split);

    out = llm_call_outcome(call);
    test_int(out->result, t->result, "%s: the result", t->name);
    test_int(out->http_status, t->status, "%s: the status", t->name);
    test_str(out->text, t->text, "%s: the text", t->name);
    test_str(out->code, t->code, "%s: the code", t->name);
    test_int(s->requests, 1, "%s: sent once", t->name);

    d = llm_decide(c, out, 1);
    test_int(d.action, t->action, "%s: what to do", t->name);
    test_str(d.code, t->decision, "%s: the analysis' code", t->name);

    llm_call_free(call);
    llm_client_free(c);
}


static void
test_outcomes(serve_t *s)
{
    size_t  i;

    for (i = 0; i < test_count(cases); i++) {
        test_case(s, &cases[i], 1 << 20);
        test_case(s, &cases[i], 1);
    }
}


/* Two pieces, split at each byte of the stream. */
static void
test_splits(serve_t *s)
{
    size_t                 i, same;
    llm_call_t            *call;
    llm_client_t          *c;
    const llm_outcome_t   *out;

    c = serve_client(s, "openai");
    same = 0;

    for (i = sizeof(HEAD); i < sizeof(OK) - 1; i++) {
        serve_answer(s, OK, sizeof(OK) - 1, i, SERVE_CLOSE);
        call = llm_call_start(c, "{}", 2, 0, NULL);

        if (serve_until_done(s, c) != call) {
            break;
        }

        out = llm_call_outcome(call);
        same += out->result == LLM_ANSWERED && out->prompt_tokens == 9000
                && strcmp(out->text, "Hello \xf0\x9f\x98\x80") == 0;
        llm_call_free(call);
    }

    test_int((long long) same, (long long) (sizeof(OK) - 1 - sizeof(HEAD)),
             "the answer is the same wherever the stream is split");
    llm_client_free(c);
}


static void
test_fields(serve_t *s)
{
    llm_call_t           *call;
    llm_client_t         *c;
    const llm_outcome_t  *out;

    c = serve_client(s, NULL);
    test_str(llm_client_provider(c), "generic", "an unknown server");
    serve_answer(s, OK, sizeof(OK) - 1, 100, SERVE_HOLD);

    call = llm_call_start(c, "{\"a\":1}", 7, 20001, &c);
    test_ok(llm_call_data(call) == &c, "the caller's pointer");

    /* the server keeps the connection: [DONE] is the end all the same */

    while (s->conns[0].fd == -1 || s->conns[0].sent < s->answer_len) {
        (void) serve_step(s);
        (void) llm_client_wait(c, s->epoll, 10);
    }

    while (call->until == 0 || call->until > serve_now + LLM_LINGER_DONE_MS) {
        (void) llm_client_wait(c, -1, 10);
    }

    test_ok(llm_client_done(c) == NULL, "the end is waited for a moment");
    serve_now += LLM_LINGER_DONE_MS;
    test_ok(serve_until_done(s, c) == call, "and not longer");

    out = llm_call_outcome(call);
    test_str(out->finish_reason, "stop", "the reason");
    test_str(out->model, "gpt-4o-2024-08-06", "the model's name");
    test_str(out->response_id, "c1", "the answer's id");
    test_str(out->fingerprint, "fp_1", "the fingerprint");
    test_int(out->prompt_tokens, 9000, "tokens of the prompt");
    test_int(out->cached_tokens, 8000, "of these cached");
    test_int(out->completion_tokens, 5, "tokens of the answer");
    test_int(out->retry_after_ms, -1, "no Retry-After");
    test_int(out->latency_ms, LLM_LINGER_DONE_MS, "the time it took");
    test_int(out->context_truncated, 1, "9000 of 20001 tokens were read");
    test_str(llm_decide(c, out, 1).code, "LLM_CONTEXT_TRUNCATED",
             "a cut prompt is an error");

    llm_call_free(call);
    llm_client_free(c);
}


static void
test_request(serve_t *s)
{
    llm_call_t    *call;
    llm_client_t  *c;

    c = serve_client(s, "openai");
    serve_answer(s, OK, sizeof(OK) - 1, 1 << 20, SERVE_CLOSE);
    call = llm_call_start(c, "{\"model\":1}", 11, 0, NULL);
    (void) serve_until_done(s, c);
    llm_call_free(call);
    llm_client_free(c);

    test_ok(strncmp(s->request, "POST /v1/chat/completions HTTP/1.1\r\n", 36)
            == 0, "the request line");
    test_ok(strstr(s->request, "\r\nAuthorization: Bearer"
                   " sk-test-canary-0123456789\r\n") != NULL, "the key");
    test_ok(strstr(s->request, "\r\nContent-Type: application/json\r\n")
            != NULL, "the type of the body");
    test_ok(strcasestr(s->request, "\r\nExpect:") == NULL,
            "the body is not asked for");
    test_ok(strcasestr(s->request, "\r\nAccept-Encoding:") == NULL,
            "nothing is compressed");
    test_str(strstr(s->request, "\r\n\r\n") + 4, "{\"model\":1}",
             "the body");
}


/* Azure has a header of its own; without a key there is none. */
static void
test_keys(serve_t *s)
{
    char           url[64], err[256];
    llm_call_t    *call;
    llm_client_t  *c;
    llm_options_t  opt;

    c = serve_client(s, "azure");
    serve_answer(s, OK, sizeof(OK) - 1, 1 << 20, SERVE_CLOSE);
    call = llm_call_start(c, "{}", 2, 0, NULL);
    (void) serve_until_done(s, c);
    llm_client_free(c);

    test_ok(strstr(s->request, "\r\napi-key: sk-test-canary-0123456789\r\n")
            != NULL, "Azure's header");
    test_ok(strcasestr(s->request, "\r\nauthorization:") == NULL,
            "and no other");
    test_ok(call != NULL, "a call is freed with its client");

    memset(&opt, 0, sizeof(opt));
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", s->port);
    opt.base_url = url;
    opt.model = "m";
    c = llm_client_new(&opt, err, sizeof(err));
    serve_answer(s, OK, sizeof(OK) - 1, 1 << 20, SERVE_CLOSE);
    call = llm_call_start(c, "{}", 2, 0, NULL);
    (void) serve_until_done(s, c);
    test_ok(strcasestr(s->request, "\r\nauthorization:") == NULL,
            "without a key nothing is authorised");
    llm_client_free(c);
}


/* No byte for the idle time, and a total that a trickle cannot extend. */
static void
test_times(serve_t *s)
{
    int            i;
    llm_call_t    *call;
    llm_client_t  *c;

    c = serve_client(s, "openai");
    serve_answer(s, HEAD BEGIN, sizeof(HEAD BEGIN) - 1, 1 << 20, SERVE_HOLD);
    call = llm_call_start(c, "{}", 2, 0, NULL);

    while (call->stream.chunks == 0) {
        (void) serve_step(s);
        (void) llm_client_wait(c, s->epoll, 10);
    }

    serve_now += c->idle_ms - 1;
    (void) llm_client_wait(c, -1, 0);
    test_ok(llm_client_done(c) == NULL, "not yet idle for too long");
    serve_now += 1;
    test_ok(serve_until_done(s, c) == call, "idle for too long");
    test_int(llm_call_outcome(call)->result, LLM_LOST, "the answer is lost");
    test_str(llm_call_outcome(call)->code, "client_idle", "it has stopped");
    llm_call_free(call);

    /* a prompt that is being read may take longer than a pause */

    serve_answer(s, "", 0, 1, SERVE_HOLD);
    call = llm_call_start(c, "{}", 2, 0, NULL);
    (void) serve_step(s);

    for (i = 0; i < 20; i++) {
        (void) llm_client_wait(c, s->epoll, 10);
        (void) serve_step(s);
    }

    serve_now += 3 * c->idle_ms - 1;
    (void) llm_client_wait(c, -1, 0);
    test_ok(llm_client_done(c) == NULL, "the first byte has more time");
    serve_now += 1;
    test_ok(serve_until_done(s, c) == call, "but not for ever");
    test_int(llm_call_outcome(call)->result, LLM_LOST, "the request has left");
    test_str(llm_call_outcome(call)->code, "client_timeout", "no answer");
    llm_call_free(call);

    serve_answer(s, HEAD ": comments that go on and on\n", sizeof(HEAD) + 28,
                 1, SERVE_HOLD);
    call = llm_call_start(c, "{}", 2, 0, NULL);

    for (i = 0; i < 70 && call->under_way; i++) {
        (void) serve_step(s);
        (void) llm_client_wait(c, s->epoll, 10);
        serve_now += 1000;
    }

    test_ok(serve_until_done(s, c) == call, "a trickle ends");
    test_str(llm_call_outcome(call)->code, "client_timeout",
             "at the total time");
    llm_call_free(call);
    llm_client_free(c);
}


static void
test_unsent(void)
{
    char                  err[256];
    llm_call_t           *call;
    llm_client_t         *c;
    llm_options_t         opt;
    const llm_outcome_t  *out;

    memset(&opt, 0, sizeof(opt));
    opt.base_url = "http://127.0.0.1:1/v1";
    opt.model = "m";
    c = llm_client_new(&opt, err, sizeof(err));
    call = llm_call_start(c, "{}", 2, 0, NULL);

    while (llm_client_done(c) == NULL) {
        (void) llm_client_wait(c, -1, 1000);
    }

    out = llm_call_outcome(call);
    test_int(out->result, LLM_UNSENT, "a closed port: nothing has left");
    test_str(out->code, "client_connect", "no connection");
    test_int(llm_decide(c, out, 1).action, LLM_RETRY, "is tried again");
    test_str(llm_decide(c, out, LLM_MAX_ATTEMPTS).code, "LLM_UNAVAILABLE",
             "but not for ever");
    llm_call_free(call);
    llm_client_free(c);
}


/* A handshake that fails: nothing of the request has left. */
static void
test_tls(serve_t *s)
{
    char                  url[64], err[256];
    llm_call_t           *call;
    llm_client_t         *c;
    llm_options_t         opt;

    snprintf(url, sizeof(url), "https://127.0.0.1:%d/v1", s->port);
    memset(&opt, 0, sizeof(opt));
    opt.base_url = url;
    opt.model = "m";
    opt.api_key = "sk-test-canary-0123456789";
    c = llm_client_new(&opt, err, sizeof(err));
    c->now = serve_clock;
    serve_answer(s, "", 0, 1, SERVE_HOLD);
    s->request_len = 0;
    call = llm_call_start(c, "{}", 2, 0, NULL);

    while (s->request_len == 0) {
        (void) serve_step(s);
        (void) llm_client_wait(c, s->epoll, 10);
    }

    serve_answer(s, "", 0, 1, SERVE_CLOSE);
    test_ok(serve_until_done(s, c) == call, "no TLS there");
    test_int(llm_call_outcome(call)->result, LLM_UNSENT, "nothing has left");
    test_str(llm_call_outcome(call)->code, "client_tls", "by its code");
    test_ok(memmem(s->request, s->request_len, "canary", 6) == NULL,
            "and no key");
    llm_call_free(call);
    llm_client_free(c);
}


/* A proxy that refuses: the request never reached the server. */
static void
test_proxy(serve_t *s)
{
    char                  proxy[64], err[256];
    llm_call_t           *call;
    llm_client_t         *c;
    llm_options_t         opt;
    const llm_outcome_t  *out;

    snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d", s->port);
    memset(&opt, 0, sizeof(opt));
    opt.base_url = "https://model.invalid/v1";
    opt.model = "m";
    opt.api_key = "sk-test-canary-0123456789";
    opt.proxy = proxy;

    c = llm_client_new(&opt, err, sizeof(err));
    serve_answer(s, "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", 38,
                 1 << 20, SERVE_CLOSE);
    call = llm_call_start(c, "{}", 2, 0, NULL);
    test_ok(serve_until_done(s, c) == call, "a proxy refuses");
    out = llm_call_outcome(call);
    test_int(out->result, LLM_UNSENT, "nothing has left");
    test_ok(strncmp(s->request, "CONNECT model.invalid:443 ", 26) == 0,
            "the proxy was asked");
    test_ok(strstr(s->request, "canary") == NULL, "without the key");
    llm_call_free(call);
    llm_client_free(c);
}


/* The environment's proxies are not used, and the key is said nowhere. */
static void
test_secrets(serve_t *s)
{
    llm_call_t           *call;
    llm_client_t         *c;
    const char           *text;
    const llm_outcome_t  *out;

    (void) setenv("http_proxy", "http://127.0.0.1:1", 1);
    (void) setenv("all_proxy", "http://127.0.0.1:1", 1);

    text = ERROR("401 No", "x-request-id: r-canary-0123\r\n",
                 "{\"error\":{\"message\":\"Incorrect API key provided:"
                 " sk-test-******6789, sk-test-canary-0123456789."
                 " Authorization: Bearer sk-test-canary-0123456789\","
                 "\"code\":\"sk-test-canary-0123456789\"}}");

    c = serve_client(s, "openai");
    serve_answer(s, text, strlen(text), 1 << 20, SERVE_CLOSE);
    call = llm_call_start(c, "{}", 2, 0, NULL);
    test_ok(serve_until_done(s, c) == call,
            "proxies of the environment are not used");

    out = llm_call_outcome(call);
    test_int(out->http_status, 401, "the server itself has answered");
    test_ok(strstr(out->message, "canary") == NULL
            && strstr(out->message, "sk-tes") == NULL,
            "no part of the key in the message");
    test_ok(strncmp(out->message, "Incorrect API key", 17) == 0,
            "the rest is there");
    test_ok(strstr(out->code, "canary") == NULL, "nor in the code");
    test_ok(strstr(out->response_id, "canary") == NULL, "nor in the id");
    llm_call_free(call);
    llm_client_free(c);

    (void) unsetenv("http_proxy");
    (void) unsetenv("all_proxy");
}


/* 40 MB of comments, of an answer, of an event, of headers. */
static void
test_sizes(serve_t *s)
{
    char        *big, *end;
    size_t       i, len;
    llm_call_t  *call;
    llm_client_t *c;

    static const char *const  fills[] = {
        ": comment\n", WORD("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        "data: x"
    };

    len = 40 * 1000 * 1000;
    big = malloc(len);

    for (i = 0; i < test_count(fills); i++) {
        c = serve_client(s, "openai");
        end = big + snprintf(big, 1000, "%s%s", HEAD, BEGIN);

        while (end + 300 < big + len) {
            end += snprintf(end, 300, "%s", fills[i]);
        }

        serve_answer(s, big, (size_t) (end - big), 1 << 20, SERVE_CLOSE);
        call = llm_call_start(c, "{}", 2, 0, NULL);
        test_ok(serve_until_done(s, c) == call, "40 MB of \"%.10s\"",
                fills[i]);
        test_str(llm_call_outcome(call)->code, "client_too_large",
                 "are too many");
        test_ok(llm_call_outcome(call)->len <= LLM_MAX_ANSWER,
                "the text has its maximum");
        test_int(llm_decide(c, llm_call_outcome(call), 1).action, LLM_RETRY,
                 "are asked for again");
        test_str(llm_decide(c, llm_call_outcome(call), 2).code,
                 "LLM_BAD_ANSWER", "but only once");
        llm_call_free(call);
        llm_client_free(c);
    }

    c = serve_client(s, "openai");
    end = big + snprintf(big, 1000, "HTTP/1.1 200 OK\r\n");

    while (end + 300 < big + 2000000) {
        end += snprintf(end, 300, "X-Fill: %0200d\r\n", 1);
    }

    serve_answer(s, big, (size_t) (end - big), 1 << 20, SERVE_CLOSE);
    call = llm_call_start(c, "{}", 2, 0, NULL);
    test_ok(serve_until_done(s, c) == call, "2 MB of headers");
    test_int(llm_call_outcome(call)->result, LLM_LOST, "are too many");
    llm_call_free(call);
    llm_client_free(c);
    free(big);
}


static void
test_many(serve_t *s)
{
    size_t         i, done;
    llm_call_t    *call;
    llm_client_t  *c;

    c = serve_client(s, "openai");
    serve_answer(s, OK, sizeof(OK) - 1, 50, SERVE_CLOSE);
    s->requests = 0;

    for (i = 0; i < LLM_MAX_CALLS; i++) {
        test_ok(llm_call_start(c, "{}", 2, 0, NULL) != NULL, "call %zu", i);
    }

    test_ok(llm_call_start(c, "{}", 2, 0, NULL) == NULL, "and no more");

    for (done = 0; done < LLM_MAX_CALLS; done++) {
        call = serve_until_done(s, c);

        if (call == NULL
            || llm_call_outcome(call)->result != LLM_ANSWERED)
        {
            break;
        }

        llm_call_free(call);
    }

    test_int((long long) done, LLM_MAX_CALLS, "all at once are answered");

    serve_answer(s, HEAD BEGIN, sizeof(HEAD BEGIN) - 1, 50, SERVE_HOLD);
    call = llm_call_start(c, "{}", 2, 0, NULL);
    (void) serve_step(s);
    (void) llm_client_wait(c, s->epoll, 10);
    llm_call_free(call);
    test_ok(llm_client_done(c) == NULL, "one that is aborted is gone");
    llm_client_free(c);
}


int
main(void)
{
    serve_t  s;

    serve_open(&s);
    test_request(&s);
    test_keys(&s);
    test_fields(&s);
    test_outcomes(&s);
    test_splits(&s);
    test_times(&s);
    test_unsent();
    test_tls(&s);
    test_proxy(&s);
    test_secrets(&s);
    test_many(&s);
    test_sizes(&s);
    serve_close(&s);

    return test_done();
}
