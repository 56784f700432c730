/*
 * What follows an outcome: attempts and their delays, learning, which ends,
 * and the circuit breaker on the test's clock.
 */

#include "llm_server.h"
#include "test.h"


static llm_client_t *
client(const char *provider)
{
    char           err[256];
    llm_options_t  opt;
    llm_client_t  *c;

    memset(&opt, 0, sizeof(opt));
    opt.base_url = "http://127.0.0.1:1/v1";
    opt.model = "m";
    opt.provider = provider;
    c = llm_client_new(&opt, err, sizeof(err));

    if (c == NULL) {
        fprintf(stderr, "%s\n", err);
        exit(2);
    }

    c->now = serve_clock;

    return c;
}


static llm_outcome_t
outcome(const llm_client_t *c, llm_result_e result, int status,
    const char *code)
{
    llm_outcome_t  out;

    memset(&out, 0, sizeof(out));
    out.result = result;
    out.http_status = status;
    out.retry_after_ms = -1;
    out.caps = c->caps;
    snprintf(out.code, sizeof(out.code), "%s", code);

    return out;
}


static void
test_attempts(void)
{
    int             i;
    llm_client_t   *c;
    llm_outcome_t   out;
    llm_decision_t  d;

    static const int  least[] = { 375, 1500, 6000, 15000 };
    static const int  most[] = { 625, 2500, 10000, 25000 };

    c = client(NULL);
    out = outcome(c, LLM_REJECTED, 503, "");

    for (i = 1; i < LLM_MAX_ATTEMPTS; i++) {
        d = llm_decide(c, &out, i);
        test_int(d.action, LLM_RETRY, "503, attempt %d", i);
        test_ok(d.delay_ms >= least[i - 1] && d.delay_ms <= most[i - 1],
                "after %d ms", d.delay_ms);
    }

    d = llm_decide(c, &out, LLM_MAX_ATTEMPTS);
    test_int(d.action, LLM_FAILED, "503, the last attempt");
    test_str(d.code, "LLM_UNAVAILABLE", "the code");

    out = outcome(c, LLM_LOST, 200, "client_cut");
    test_int(llm_decide(c, &out, 2).action, LLM_RETRY, "cut twice");
    test_int(llm_decide(c, &out, 3).action, LLM_FAILED, "three times");
    out = outcome(c, LLM_LOST, 200, "503");
    test_int(llm_decide(c, &out, 2).action, LLM_RETRY, "an error inside");
    test_int(llm_decide(c, &out, 3).action, LLM_FAILED, "three times");
    out = outcome(c, LLM_LOST, 200, "insufficient_quota");
    test_str(llm_decide(c, &out, 1).code, "LLM_QUOTA", "money, inside");
    out = outcome(c, LLM_UNSENT, 0, "client_resolve");
    test_int(llm_decide(c, &out, 4).action, LLM_RETRY, "not resolved");
    out = outcome(c, LLM_UNSENT, 0, "client_certificate");
    test_int(llm_decide(c, &out, 1).action, LLM_FAILED,
             "an untrusted certificate stays so");
    llm_client_free(c);
}


static void
test_retry_after(void)
{
    llm_client_t   *c;
    llm_outcome_t   out;
    llm_decision_t  d;

    c = client(NULL);
    out = outcome(c, LLM_REJECTED, 429, "");

    out.retry_after_ms = 4000;
    d = llm_decide(c, &out, 1);
    test_int(d.action, LLM_RETRY, "4 s are waited for");
    test_ok(d.delay_ms >= 4000 && d.delay_ms <= 4250, "%d ms", d.delay_ms);
    test_int(llm_client_blocked_ms(c), d.delay_ms, "by all calls");
    serve_now += d.delay_ms;
    test_int(llm_client_blocked_ms(c), 0, "and not longer");

    out.retry_after_ms = LLM_MAX_WAIT_MS;
    test_int(llm_decide(c, &out, 1).action, LLM_RETRY, "30 s, too");
    out.retry_after_ms = LLM_MAX_WAIT_MS + 1;
    d = llm_decide(c, &out, 1);
    test_int(d.action, LLM_THROTTLED, "more gives the slot back");
    test_ok(d.delay_ms > LLM_MAX_WAIT_MS && d.delay_ms < LLM_MAX_WAIT_MS
            + 1100, "for %d ms", d.delay_ms);
    out.retry_after_ms = 86400000;
    d = llm_decide(c, &out, 1);
    test_int(d.action, LLM_FAILED, "a day is too long");
    test_str(d.code, "LLM_RATE_LIMITED", "the code");
    out.retry_after_ms = -1;
    test_int(llm_decide(c, &out, LLM_MAX_ATTEMPTS).action, LLM_THROTTLED,
             "too many attempts give it back, too");
    out.http_status = 503;
    out.retry_after_ms = 60000;
    test_int(llm_decide(c, &out, 1).action, LLM_THROTTLED, "503 for a minute");
    llm_client_free(c);
}


/* Four calls were under way when the first one learned. */
static void
test_learning(void)
{
    int             i;
    llm_client_t   *c;
    llm_outcome_t   out;

    c = client("openai");
    out = outcome(c, LLM_REJECTED, 400, "");
    snprintf(out.param, sizeof(out.param), "max_completion_tokens");

    for (i = 0; i < 4; i++) {
        test_int(llm_decide(c, &out, 1).action, LLM_ADAPTED, "call %d", i);
        test_int(c->caps.completion, 0, "is asked by max_tokens then");
    }

    out.caps = c->caps;
    snprintf(out.param, sizeof(out.param), "max_tokens");
    test_str(llm_decide(c, &out, 1).code, "LLM_BAD_REQUEST",
             "it is not swapped back");
    test_int(c->caps.completion, 0, "but stays");

    snprintf(out.param, sizeof(out.param), "temperature");
    test_int(llm_decide(c, &out, 1).action, LLM_ADAPTED, "temperature");
    out.caps = c->caps;
    test_int(llm_decide(c, &out, 1).action, LLM_FAILED, "only once");
    snprintf(out.param, sizeof(out.param), "seed");
    test_int(llm_decide(c, &out, 1).action, LLM_ADAPTED, "seed");
    snprintf(out.param, sizeof(out.param), "stream_options");
    test_int(llm_decide(c, &out, 1).action, LLM_ADAPTED, "usage");
    snprintf(out.param, sizeof(out.param), "response_format");

    for (i = LLM_RUNG_SCHEMA; i < LLM_RUNGS; i++) {
        out.caps = c->caps;
        test_int(llm_decide(c, &out, 1).action, LLM_ADAPTED, "rung %d", i);
        test_int(c->caps.rung, i, "is the next");
    }

    out.caps = c->caps;
    test_str(llm_decide(c, &out, 1).code, "LLM_BAD_REQUEST",
             "below the last there is none");
    test_str(llm_client_parameters(c), "{\"temperature\":0,\"seed\":1}",
             "the hash has not changed");
    llm_client_free(c);
}


static void
test_breaker(void)
{
    int             i, blocked;
    llm_call_t     *call;
    llm_client_t   *c;
    llm_outcome_t   bad, good, refused;

    c = client(NULL);
    bad = outcome(c, LLM_UNSENT, 0, "client_connect");
    good = outcome(c, LLM_ANSWERED, 200, "");
    refused = outcome(c, LLM_REJECTED, 400, "");

    for (i = 0; i < 4; i++) {
        (void) llm_decide(c, &bad, 1);
    }

    test_int(llm_client_blocked_ms(c), 0, "four failures");
    (void) llm_decide(c, &refused, 1);
    (void) llm_decide(c, &bad, 1);
    test_int(llm_client_blocked_ms(c), 0, "an answer of any kind forgets");

    for (i = 0; i < 4; i++) {
        (void) llm_decide(c, &bad, 1);
    }

    blocked = llm_client_blocked_ms(c);
    test_ok(blocked >= 5000 && blocked <= 6250, "the fifth opens it: %d ms",
            blocked);

    serve_now += blocked;
    test_int(llm_client_blocked_ms(c), 0, "one may try");
    call = llm_call_start(c, "{}", 2, 0, NULL);
    test_ok(llm_client_blocked_ms(c) > 0, "the others wait for it");
    (void) llm_decide(c, &bad, 1);
    llm_call_free(call);
    blocked = llm_client_blocked_ms(c);
    test_ok(blocked >= 10000 && blocked <= 12500, "twice as long: %d ms",
            blocked);

    for (i = 0; i < 20; i++) {
        (void) llm_decide(c, &bad, 1);
    }

    blocked = llm_client_blocked_ms(c);
    test_ok(blocked >= 60000 && blocked <= 75000, "at most: %d ms", blocked);

    serve_now += blocked;
    call = llm_call_start(c, "{}", 2, 0, NULL);
    llm_call_free(call);
    test_int(llm_client_blocked_ms(c), 0, "a probe that is given up");
    (void) llm_decide(c, &good, 1);
    (void) llm_decide(c, &bad, 1);
    test_int(llm_client_blocked_ms(c), 0, "an answer closes it");
    llm_client_free(c);
}


static void
test_retry_headers(void)
{
    size_t         i;
    char           text[512], date[64];
    serve_t        s;
    time_t         at;
    struct tm      tm;
    llm_call_t    *call;
    llm_client_t  *c;

    static const struct {
        const char  *headers;
        int64_t      least;
        int64_t      most;
    } cases[] = {
        { "Retry-After: 7\r\n", 7000, 7000 },
        { "retry-after: 0.25\r\n", 250, 250 },
        { "Retry-After: 7\r\nRetry-After-Ms: 40\r\n", 40, 40 },
        { "retry-after-ms: 40.7\r\nretry-after: 7\r\n", 40, 40 },
        { "Retry-After: soon\r\n", -1, -1 },
        { "Retry-After: -5\r\n", -1, -1 },
        { "Retry-After: nan\r\n", -1, -1 },
        { "Retry-After: 1e400\r\n", 86400000, 86400000 },
        { "Retry-After:\r\n", -1, -1 },
        { "retry-after-ms: 7 seconds\r\n", -1, -1 },
        { "Retry-After: %s\r\n", 55000, 60000 }
    };

    serve_open(&s);
    c = serve_client(&s, NULL);

    for (i = 0; i < test_count(cases); i++) {
        at = time(NULL) + 60;
        gmtime_r(&at, &tm);
        (void) strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm);

        snprintf(text, sizeof(text), "HTTP/1.1 429 Slow\r\n");
        snprintf(text + strlen(text), sizeof(text) - strlen(text),
                 cases[i].headers, date);
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "\r\n{}");

        serve_answer(&s, text, strlen(text), 1 << 20, SERVE_CLOSE);
        call = llm_call_start(c, "{}", 2, 0, NULL);

        if (test_ok(serve_until_done(&s, c) == call, "%s", cases[i].headers)) {
            test_ok(llm_call_outcome(call)->retry_after_ms >= cases[i].least
                    && llm_call_outcome(call)->retry_after_ms <= cases[i].most,
                    "is %lld ms", (long long)
                    llm_call_outcome(call)->retry_after_ms);
        }

        llm_call_free(call);
    }

    llm_client_free(c);
    serve_close(&s);
}


int
main(void)
{
    test_attempts();
    test_retry_after();
    test_learning();
    test_breaker();
    test_retry_headers();

    return test_done();
}
