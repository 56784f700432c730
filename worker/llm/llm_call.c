/*
 * One transfer: its options, what moves in it, when its time is over, and
 * what its end means.
 *
 * A call is sent once.  curl would send a request again by itself when a
 * connection that it kept turns out to be closed, and the first one may have
 * been worked on: so no connection is used twice.
 */

#include "llm_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "llm_tokens.h"


#define LLM_MAX_RETRY_AFTER   86400000.0   /* ms, of a header */
#define LLM_MIN_EXPECTED      500          /* tokens, to see a cut prompt */
#define LLM_CUT_COUNTED       60           /* percent of our own count */
#define LLM_CUT_ESTIMATED     45


typedef struct {
    const char    *reason;
    llm_result_e   result;
} llm_reason_t;

typedef struct {
    CURLcode       rc;
    const char    *code;
    const char    *words;
} llm_failure_t;


static void llm_set(CURL *easy, CURLoption option, long value);
static void llm_set_ptr(CURL *easy, CURLoption option, const void *value);
static size_t llm_call_header(char *line, size_t size, size_t n, void *data);
static void llm_call_retry_after(llm_call_t *call, const char *value,
    size_t len, bool is_ms);
static size_t llm_call_write(char *bytes, size_t size, size_t n, void *data);
static int llm_call_progress(void *data, curl_off_t dltotal,
    curl_off_t dlnow, curl_off_t ultotal, curl_off_t ulnow);
static bool llm_call_has_left(const llm_call_t *call);
static void llm_call_failed(llm_call_t *call, CURLcode rc);
static void llm_call_ended(llm_call_t *call, CURLcode rc);
static void llm_call_answered(llm_call_t *call);
static void llm_call_say(llm_call_t *call, const char *code,
    const char *words, const char *more);


static const llm_reason_t  llm_reasons[] = {
    { "stop",           LLM_ANSWERED },
    { "length",         LLM_TRUNCATED },
    { "max_tokens",     LLM_TRUNCATED },
    { "model_length",   LLM_TRUNCATED },
    { "content_filter", LLM_REFUSED },
    { "safety",         LLM_REFUSED },
    { "refusal",        LLM_REFUSED },
    { "recitation",     LLM_REFUSED },
    { "error",          LLM_LOST },
    { "abort",          LLM_LOST },
    { "insufficient_system_resource", LLM_LOST },
    { NULL,             LLM_ANSWERED }     /* "eos", "end_turn", ... */
};

static const llm_failure_t  llm_failures[] = {
    { CURLE_COULDNT_RESOLVE_HOST,  "client_resolve",
      "the server's name cannot be resolved" },
    { CURLE_COULDNT_RESOLVE_PROXY, "client_resolve",
      "the proxy's name cannot be resolved" },
    { CURLE_COULDNT_CONNECT,       "client_connect",
      "no connection to the server" },
    { CURLE_PEER_FAILED_VERIFICATION, "client_certificate",
      "the server's certificate is not trusted" },
    { CURLE_SSL_CACERT_BADFILE,    "client_certificate",
      "the list of trusted certificates cannot be read" },
    { CURLE_SSL_CONNECT_ERROR,     "client_tls",
      "no TLS connection to the server" },
    { CURLE_OPERATION_TIMEDOUT,    "client_timeout",
      "the server has not answered in time" },
    { CURLE_GOT_NOTHING,           "client_cut",
      "the server has closed the connection without an answer" },
    { CURLE_OK,                    "client_cut",
      "the connection has been cut" }
};


llm_call_t *
llm_call_new(llm_client_t *c, const char *body, size_t len)
{
    llm_call_t  *call;

    call = calloc(1, sizeof(llm_call_t));
    if (call == NULL) {
        abort();
    }

    call->body = malloc(len + 1);
    if (call->body == NULL) {
        abort();
    }

    memcpy(call->body, body, len);
    call->body[len] = '\0';

    call->client = c;
    call->started = c->now();
    call->last = call->started;
    call->outcome.prompt_tokens = -1;
    call->outcome.cached_tokens = -1;
    call->outcome.completion_tokens = -1;
    call->outcome.first_byte_ms = -1;
    call->outcome.retry_after_ms = -1;
    call->outcome.caps = c->caps;
    llm_stream_init(&call->stream, &call->outcome);

    call->easy = llm_call_easy(c, c->address.call, call->error);
    llm_set(call->easy, CURLOPT_POST, 1);
    llm_set_ptr(call->easy, CURLOPT_POSTFIELDS, call->body);
    llm_set_ptr(call->easy, CURLOPT_PRIVATE, call);
    llm_set_ptr(call->easy, CURLOPT_HEADERDATA, call);
    llm_set_ptr(call->easy, CURLOPT_WRITEDATA, call);
    llm_set_ptr(call->easy, CURLOPT_XFERINFODATA, call);
    llm_set(call->easy, CURLOPT_NOPROGRESS, 0);

    if (curl_easy_setopt(call->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t) len) != CURLE_OK
        || curl_easy_setopt(call->easy, CURLOPT_HEADERFUNCTION,
                            llm_call_header) != CURLE_OK
        || curl_easy_setopt(call->easy, CURLOPT_WRITEFUNCTION,
                            llm_call_write) != CURLE_OK
        || curl_easy_setopt(call->easy, CURLOPT_XFERINFOFUNCTION,
                            llm_call_progress) != CURLE_OK)
    {
        abort();
    }

    return call;
}


void
llm_call_release(llm_call_t *call)
{
    if (call->easy != NULL) {
        curl_easy_cleanup(call->easy);
    }

    llm_stream_release(&call->stream);
    free(call->body);
    free(call);
}


CURL *
llm_call_easy(const llm_client_t *c, const char *url, char *error)
{
    CURL  *easy;

    easy = curl_easy_init();
    if (easy == NULL) {
        abort();
    }

    llm_set_ptr(easy, CURLOPT_URL, url);
    llm_set_ptr(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    llm_set_ptr(easy, CURLOPT_HTTPHEADER, c->headers);
    llm_set_ptr(easy, CURLOPT_SHARE, c->share);
    llm_set_ptr(easy, CURLOPT_ERRORBUFFER, error);
    llm_set_ptr(easy, CURLOPT_USERAGENT, "paperal/1");

    /* an empty string is no proxy, and none of the environment's */

    llm_set_ptr(easy, CURLOPT_PROXY, c->proxy != NULL ? c->proxy : "");
    llm_set_ptr(easy, CURLOPT_NOPROXY, "");

    llm_set(easy, CURLOPT_NOSIGNAL, 1);
    llm_set(easy, CURLOPT_QUICK_EXIT, 1);
    llm_set(easy, CURLOPT_FOLLOWLOCATION, 0);
    llm_set(easy, CURLOPT_FRESH_CONNECT, 1);
    llm_set(easy, CURLOPT_FORBID_REUSE, 1);
    llm_set(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    llm_set(easy, CURLOPT_TCP_KEEPALIVE, 1);
    llm_set(easy, CURLOPT_CONNECTTIMEOUT_MS, c->connect_ms);
    llm_set(easy, CURLOPT_SSL_VERIFYPEER, 1);
    llm_set(easy, CURLOPT_SSL_VERIFYHOST, 2);
    llm_set(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);

    return easy;
}


static void
llm_set(CURL *easy, CURLoption option, long value)
{
    if (curl_easy_setopt(easy, option, value) != CURLE_OK) {
        abort();
    }
}


static void
llm_set_ptr(CURL *easy, CURLoption option, const void *value)
{
    if (curl_easy_setopt(easy, option, value) != CURLE_OK) {
        abort();
    }
}


static size_t
llm_call_header(char *line, size_t size, size_t n, void *data)
{
    size_t       len, name;
    llm_call_t  *call;

    len = size * n;
    call = data;
    call->last = call->client->now();
    call->header_bytes += len;

    if (call->header_bytes > LLM_MAX_HEADERS) {
        call->stop = LLM_STOP_HEADERS;
        return 0;
    }

    name = 0;

    while (name < len && line[name] != ':') {
        name++;
    }

    if (len > 5 && strncasecmp(line, "HTTP/", 5) == 0) {
        call->outcome.retry_after_ms = -1;

    } else if (name == len) {
        return len;            /* no colon: nothing stands behind it */

    } else if (name == 14 && strncasecmp(line, "retry-after-ms", 14) == 0) {
        llm_call_retry_after(call, line + 15, len - 15, true);

    } else if (name == 11 && strncasecmp(line, "retry-after", 11) == 0
               && call->outcome.retry_after_ms == -1)
    {
        llm_call_retry_after(call, line + 12, len - 12, false);

    } else if (name == 12 && strncasecmp(line, "x-request-id", 12) == 0) {
        llm_stream_copy(call->request_id, sizeof(call->request_id),
                        line + 13, len - 13);
    }

    return len;
}


/* Milliseconds, seconds (of which there may be parts), or a date. */
static void
llm_call_retry_after(llm_call_t *call, const char *value, size_t len,
    bool is_ms)
{
    char     text[64];
    char    *end;
    double   ms;
    time_t   at;

    llm_stream_copy(text, sizeof(text), value, len);
    ms = strtod(text, &end);

    if (end == text || *end != '\0') {
        at = curl_getdate(text, NULL);

        if (at == -1 || is_ms) {
            return;
        }

        ms = difftime(at, time(NULL)) * 1000;

    } else if (!is_ms) {
        ms *= 1000;
    }

    if (ms >= 0 && ms <= LLM_MAX_RETRY_AFTER) {
        call->outcome.retry_after_ms = (int64_t) ms;

    } else if (ms > LLM_MAX_RETRY_AFTER) {
        call->outcome.retry_after_ms = (int64_t) LLM_MAX_RETRY_AFTER;
    }
}


static size_t
llm_call_write(char *bytes, size_t size, size_t n, void *data)
{
    size_t             len;
    long               status;
    int64_t            now;
    llm_call_t        *call;
    llm_stream_end_e   end;

    len = size * n;
    call = data;
    now = call->client->now();
    call->last = now;

    if (call->outcome.first_byte_ms == -1) {
        call->outcome.first_byte_ms = now - call->started;
    }

    end = llm_stream_feed(&call->stream, bytes, len);
    status = 0;
    (void) curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);

    if (end == LLM_STREAM_DONE) {
        if (call->until == 0 || call->until > now + LLM_LINGER_DONE_MS) {
            call->until = now + LLM_LINGER_DONE_MS;
        }

        return len;
    }

    if (end != LLM_STREAM_GOES_ON
        || (status >= 300 && call->stream.total > LLM_MAX_ERROR_BODY))
    {
        call->stop = LLM_STOP_READ;
        return 0;
    }

    if (call->outcome.finish_reason[0] != '\0' && call->until == 0) {
        call->until = now + LLM_LINGER_MS;
    }

    return len;
}


static int
llm_call_progress(void *data, curl_off_t dltotal, curl_off_t dlnow,
    curl_off_t ultotal, curl_off_t ulnow)
{
    llm_call_t  *call;

    (void) dltotal;
    (void) dlnow;
    (void) ultotal;

    call = data;

    if (ulnow != call->sent) {
        call->sent = ulnow;
        call->last = call->client->now();
    }

    return 0;
}


int64_t
llm_call_wait(const llm_call_t *call, int64_t now)
{
    int64_t  at;

    at = call->last + (call->outcome.first_byte_ms == -1
                       ? (int64_t) call->client->idle_ms * LLM_FIRST_IDLES
                       : call->client->idle_ms);

    if (call->started + call->client->total_ms < at) {
        at = call->started + call->client->total_ms;
    }

    if (call->until != 0 && call->until < at) {
        at = call->until;
    }

    return at - now;
}


bool
llm_call_expired(llm_call_t *call, int64_t now)
{
    if (llm_call_wait(call, now) > 0) {
        return false;
    }

    call->stop = call->until != 0 && now >= call->until ? LLM_STOP_READ
                 : now - call->started >= call->client->total_ms
                 ? LLM_STOP_TOTAL : LLM_STOP_IDLE;

    return true;
}


void
llm_call_finish(llm_call_t *call, CURLcode rc)
{
    long            status;
    llm_outcome_t  *out;

    out = &call->outcome;
    status = 0;

    (void) curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
    llm_stream_finish(&call->stream);

    out->http_status = status >= 200 && status <= 599 ? (int) status : 0;
    out->latency_ms = call->client->now() - call->started;
    out->text = paperal_buf_cstr(&call->stream.text);
    out->len = call->stream.text.len;

    if (out->http_status == 0) {
        llm_call_failed(call, rc);

    } else if (out->http_status >= 300) {
        out->result = LLM_REJECTED;

    } else if (call->stream.end == LLM_STREAM_ERROR) {

        /* what was written until then may have to be paid for */

        out->result = out->len > 0 ? LLM_LOST : LLM_REJECTED;

    } else if (out->finish_reason[0] != '\0'
               && call->stream.end != LLM_STREAM_BAD
               && call->stream.end != LLM_STREAM_TOO_LARGE)
    {
        llm_call_answered(call);

    } else {
        out->result = LLM_LOST;
        llm_call_ended(call, rc);
    }

    if (out->response_id[0] == '\0') {
        memcpy(out->response_id, call->request_id, sizeof(out->response_id));
    }

    if (out->result == LLM_REJECTED && out->message[0] == '\0') {
        snprintf(out->message, sizeof(out->message), "HTTP status %d",
                 out->http_status);
    }

    llm_mask(call->client, out->message);
    llm_mask(call->client, out->code);
    llm_mask(call->client, out->type);
    llm_mask(call->client, out->param);
    llm_mask(call->client, out->response_id);
    llm_mask(call->client, out->model);
    llm_mask(call->client, out->fingerprint);
}


/* There is no answer at all. */
static void
llm_call_failed(llm_call_t *call, CURLcode rc)
{
    size_t  i;

    call->outcome.result = llm_call_has_left(call) ? LLM_LOST : LLM_UNSENT;

    if (call->stop == LLM_STOP_HEADERS) {
        llm_call_say(call, "client_too_large",
                     "the server's headers are too large", NULL);
        return;
    }

    for (i = 0; llm_failures[i].rc != CURLE_OK; i++) {
        if (llm_failures[i].rc == rc) {
            break;
        }
    }

    llm_call_say(call, llm_failures[i].code, llm_failures[i].words,
                 call->error);
}


/*
 * A proxy's tunnel counts as a request for curl, but its time of transfer
 * begins only behind it.
 */
static bool
llm_call_has_left(const llm_call_t *call)
{
    long        bytes;
    curl_off_t  begun;

    bytes = 0;
    begun = 0;

    (void) curl_easy_getinfo(call->easy, CURLINFO_REQUEST_SIZE, &bytes);
    (void) curl_easy_getinfo(call->easy, CURLINFO_PRETRANSFER_TIME_T,
                             &begun);

    return bytes > 0 && begun > 0;
}


/* The answer began, but is none. */
static void
llm_call_ended(llm_call_t *call, CURLcode rc)
{
    if (call->stream.end == LLM_STREAM_TOO_LARGE) {
        llm_call_say(call, "client_too_large", "the answer is too large",
                     NULL);

    } else if (call->stop == LLM_STOP_IDLE) {
        llm_call_say(call, "client_idle", "the answer has stopped coming",
                     NULL);

    } else if (call->stop == LLM_STOP_TOTAL) {
        llm_call_say(call, "client_timeout", "the answer takes too long",
                     NULL);

    } else if (rc != CURLE_OK && call->stop == LLM_STOP_NONE) {
        llm_call_say(call, "client_cut", "the connection has been cut",
                     call->error);

    } else if (call->stream.end == LLM_STREAM_BAD) {
        llm_call_say(call, "client_bad_json", "the answer is no JSON",
                     call->stream.why);

    } else if (call->stream.chunks == 0) {
        llm_call_say(call, "client_no_answer", "the server answers with"
                     " something else than a chat completion", NULL);

    } else {
        llm_call_say(call, "client_cut", "the answer ends without a reason",
                     NULL);
    }
}


static void
llm_call_answered(llm_call_t *call)
{
    size_t          i;
    int64_t         percent;
    llm_outcome_t  *out;

    out = &call->outcome;

    for (i = 0; llm_reasons[i].reason != NULL; i++) {
        if (strcasecmp(llm_reasons[i].reason, out->finish_reason) == 0) {
            break;
        }
    }

    out->result = llm_reasons[i].result;

    if (out->result == LLM_ANSWERED && call->stream.refusal.len > 0
        && out->len == 0)
    {
        out->result = LLM_REFUSED;
    }

    if (out->result == LLM_REFUSED) {
        llm_stream_copy(out->message, sizeof(out->message),
                        paperal_buf_cstr(&call->stream.refusal),
                        call->stream.refusal.len);

        if (out->message[0] == '\0') {
            llm_call_say(call, "content_filter", "the provider's filter has"
                         " stopped the answer", NULL);
        }

    } else if (out->result == LLM_LOST) {
        llm_call_say(call, "client_cut", "the server gave up its answer",
                     out->finish_reason);
    }

    percent = strcmp(llm_tokens_name(), "o200k_base") == 0
              ? LLM_CUT_COUNTED : LLM_CUT_ESTIMATED;

    out->context_truncated = call->expected >= LLM_MIN_EXPECTED
        && out->prompt_tokens >= 0
        && out->prompt_tokens * 100 < call->expected * percent;
}


static void
llm_call_say(llm_call_t *call, const char *code, const char *words,
    const char *more)
{
    char            text[LLM_MESSAGE_SIZE * 2];
    llm_outcome_t  *out;

    out = &call->outcome;

    snprintf(text, sizeof(text), "%s%s%s", words,
             more != NULL && more[0] != '\0' ? ": " : "",
             more != NULL ? more : "");

    llm_stream_copy(out->message, sizeof(out->message), text, strlen(text));
    snprintf(out->code, sizeof(out->code), "%s", code);
}
