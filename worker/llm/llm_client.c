/*
 * The client (llm.h): its options, its calls under way, and the wait that
 * moves them on.  One transfer, from its options to its outcome, is in
 * llm_call.c.
 */

#include "llm_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"


#define LLM_DEFAULT_CONNECT_MS  10000
#define LLM_DEFAULT_IDLE_MS     120000
#define LLM_DEFAULT_TOTAL_MS    600000
#define LLM_MAX_POLL_MS         60000


static void *llm_alloc(size_t size);
static char *llm_copy(const char *s);
static void llm_header(llm_client_t *c, const char *name, const char *value);
static void llm_client_headers(llm_client_t *c);
static int llm_client_poll(const llm_client_t *c, int timeout_ms);
static void llm_client_collect(llm_client_t *c);
static void llm_client_expire(llm_client_t *c);
static void llm_client_end(llm_client_t *c, llm_call_t *call, CURLcode rc);
static void llm_wipe(char *s);


llm_client_t *
llm_client_new(const llm_options_t *opt, char *err, size_t errlen)
{
    llm_client_t         *c;
    llm_address_t         address;
    const llm_profile_t  *profile;

    profile = NULL;

    if (opt->model == NULL || opt->model[0] == '\0') {
        snprintf(err, errlen, "no model is named");
        return NULL;
    }

    if (opt->provider != NULL) {
        profile = llm_profile_find(opt->provider);

        if (profile == NULL) {
            snprintf(err, errlen, "the provider \"%.32s\" is not known",
                     opt->provider);
            return NULL;
        }
    }

    if (opt->proxy != NULL && opt->proxy[0] != '\0'
        && !llm_proxy_is_valid(opt->proxy))
    {
        snprintf(err, errlen, "LLM_PROXY is no address of the form"
                 " http://host:port");
        return NULL;
    }

    if (llm_address(opt->base_url, opt->model, opt->api_version, &profile,
                    &address, err, errlen) != 0)
    {
        return NULL;
    }

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) {
        abort();
    }

    c = llm_alloc(sizeof(llm_client_t));
    c->address = address;
    c->profile = profile;
    c->caps = profile->caps;
    c->now = clock_ms;
    c->model = llm_copy(opt->model);
    c->proxy = llm_copy(opt->proxy);
    c->key = llm_copy(opt->api_key);
    c->connect_ms = opt->connect_ms > 0 ? opt->connect_ms
                                        : LLM_DEFAULT_CONNECT_MS;
    c->idle_ms = opt->idle_ms > 0 ? opt->idle_ms : LLM_DEFAULT_IDLE_MS;
    c->total_ms = opt->total_ms > 0 ? opt->total_ms : LLM_DEFAULT_TOTAL_MS;

    snprintf(c->parameters, sizeof(c->parameters), "{\"temperature\":0%s}",
             profile->caps.seed ? ",\"seed\":1" : "");

    c->multi = curl_multi_init();
    c->share = curl_share_init();

    if (c->multi == NULL || c->share == NULL) {
        abort();
    }

    (void) curl_share_setopt(c->share, CURLSHOPT_SHARE,
                             CURL_LOCK_DATA_SSL_SESSION);
    llm_client_headers(c);

    return c;
}


static void *
llm_alloc(size_t size)
{
    void  *p;

    p = calloc(1, size);
    if (p == NULL) {
        abort();
    }

    return p;
}


static char *
llm_copy(const char *s)
{
    char    *copy;
    size_t   len;

    if (s == NULL || s[0] == '\0') {
        return NULL;
    }

    len = strlen(s);
    copy = llm_alloc(len + 1);
    memcpy(copy, s, len);

    return copy;
}


static void
llm_client_headers(llm_client_t *c)
{
    char               *colon;
    char                line[128];

    llm_header(c, "Content-Type", "application/json");
    llm_header(c, "Accept", "text/event-stream, application/json");

    if (c->key != NULL) {
        if (c->profile->auth == LLM_AUTH_API_KEY) {
            llm_header(c, "api-key", c->key);

        } else {
            llm_header(c, "Authorization: Bearer", c->key);
        }
    }

    if (c->profile->headers != NULL) {
        snprintf(line, sizeof(line), "%s", c->profile->headers);
        colon = strchr(line, ':');
        *colon = '\0';
        llm_header(c, line, colon + 2);
    }

    /* none is sent when there is no value */

    llm_header(c, "Expect", "");
}


/* The list's strings are curl's own copies. */
static void
llm_header(llm_client_t *c, const char *name, const char *value)
{
    paperal_buf_t       line;
    struct curl_slist  *list;

    paperal_buf_init(&line, LLM_MAX_URL * 8);
    paperal_buf_str(&line, name);

    if (strchr(name, ':') == NULL) {
        paperal_buf_char(&line, ':');
    }

    if (value[0] != '\0') {
        paperal_buf_char(&line, ' ');
    }

    /* a line end inside a key would begin another header */

    paperal_buf_bytes(&line, value, strcspn(value, "\r\n"));

    list = line.failed ? NULL
           : curl_slist_append(c->headers, paperal_buf_cstr(&line));
    if (list == NULL) {
        abort();
    }

    c->headers = list;
    paperal_buf_wipe(&line);
}


void
llm_client_free(llm_client_t *c)
{
    size_t              i;
    struct curl_slist  *h;

    if (c == NULL) {
        return;
    }

    for (i = 0; i < LLM_MAX_CALLS; i++) {
        llm_call_free(c->calls[i]);
    }

    for (h = c->headers; h != NULL; h = h->next) {
        llm_wipe(h->data);
    }

    llm_wipe(c->key);
    llm_wipe(c->proxy);

    curl_slist_free_all(c->headers);
    (void) curl_multi_cleanup(c->multi);
    (void) curl_share_cleanup(c->share);

    free(c->key);
    free(c->proxy);
    free(c->model);
    free(c);
}


static void
llm_wipe(char *s)
{
    if (s != NULL) {
        explicit_bzero(s, strlen(s));
    }
}


const char *
llm_client_provider(const llm_client_t *c)
{
    return c->profile->name;
}


const char *
llm_client_host(const llm_client_t *c)
{
    return c->address.host;
}


const char *
llm_client_model(const llm_client_t *c)
{
    return c->model;
}


const char *
llm_client_parameters(const llm_client_t *c)
{
    return c->parameters;
}


llm_call_t *
llm_call_start(llm_client_t *c, const char *body, size_t len,
    int64_t expected, void *data)
{
    size_t       i;
    llm_call_t  *call;

    for (i = 0; i < LLM_MAX_CALLS && c->calls[i] != NULL; i++) { /* void */ }

    if (i == LLM_MAX_CALLS) {
        return NULL;
    }

    call = llm_call_new(c, body, len);
    call->expected = expected;
    call->data = data;
    call->under_way = true;
    c->calls[i] = call;

    if (c->breaker.until != 0) {
        call->probe = true;
        c->breaker.probing = 1;
    }

    if (curl_multi_add_handle(c->multi, call->easy) != CURLM_OK) {
        abort();
    }

    return call;
}


void
llm_call_free(llm_call_t *call)
{
    size_t         i;
    llm_client_t  *c;

    if (call == NULL) {
        return;
    }

    c = call->client;

    for (i = 0; i < LLM_MAX_CALLS; i++) {
        if (c->calls[i] == call) {
            c->calls[i] = NULL;
        }
    }

    if (call->probe) {
        c->breaker.probing = 0;
    }

    if (call->easy != NULL) {
        (void) curl_multi_remove_handle(c->multi, call->easy);
    }

    llm_call_release(call);
}


void *
llm_call_data(const llm_call_t *call)
{
    return call->data;
}


const llm_outcome_t *
llm_call_outcome(const llm_call_t *call)
{
    return &call->outcome;
}


int
llm_client_wait(llm_client_t *c, int fd, int timeout_ms)
{
    int                  running;
    struct curl_waitfd   extra;

    extra.fd = fd;
    extra.events = CURL_WAIT_POLLIN;
    extra.revents = 0;

    if (curl_multi_poll(c->multi, fd == -1 ? NULL : &extra, fd != -1,
                        llm_client_poll(c, timeout_ms), NULL) != CURLM_OK
        || curl_multi_perform(c->multi, &running) != CURLM_OK)
    {
        return -1;
    }

    llm_client_collect(c);
    llm_client_expire(c);

    return 0;
}


/* How long nothing has to be done unless something moves. */
static int
llm_client_poll(const llm_client_t *c, int timeout_ms)
{
    size_t   i;
    int64_t  now, wait, left;

    now = c->now();
    wait = timeout_ms < 0 || timeout_ms > LLM_MAX_POLL_MS ? LLM_MAX_POLL_MS
                                                          : timeout_ms;

    for (i = 0; i < LLM_MAX_CALLS; i++) {
        if (c->calls[i] == NULL) {
            continue;
        }

        left = c->calls[i]->under_way ? llm_call_wait(c->calls[i], now)
               : c->calls[i]->handed ? LLM_MAX_POLL_MS : 0;

        if (left < wait) {
            wait = left;
        }
    }

    return wait < 0 ? 0 : (int) wait;
}


/* Takes the transfers that curl has ended. */
static void
llm_client_collect(llm_client_t *c)
{
    int          left;
    CURLMsg     *msg;
    llm_call_t  *call;

    while ((msg = curl_multi_info_read(c->multi, &left)) != NULL) {
        call = NULL;

        if (msg->msg == CURLMSG_DONE
            && curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE,
                                 (char **) &call) == CURLE_OK
            && call != NULL)
        {
            llm_client_end(c, call, msg->data.result);
        }
    }
}


static void
llm_client_expire(llm_client_t *c)
{
    size_t   i;
    int64_t  now;

    now = c->now();

    for (i = 0; i < LLM_MAX_CALLS; i++) {
        if (c->calls[i] != NULL && c->calls[i]->under_way
            && llm_call_expired(c->calls[i], now))
        {
            llm_client_end(c, c->calls[i],
                           c->calls[i]->stop == LLM_STOP_READ
                           ? CURLE_OK : CURLE_OPERATION_TIMEDOUT);
        }
    }
}


static void
llm_client_end(llm_client_t *c, llm_call_t *call, CURLcode rc)
{
    llm_call_finish(call, rc);
    call->under_way = false;

    /* the connection goes now, not when the caller has read the answer */

    (void) curl_multi_remove_handle(c->multi, call->easy);
    curl_easy_cleanup(call->easy);
    call->easy = NULL;

    log_debug("a call of the model took %lld ms, first byte after %lld ms,"
              " HTTP %d", (long long) call->outcome.latency_ms,
              (long long) call->outcome.first_byte_ms,
              call->outcome.http_status);
}


llm_call_t *
llm_client_done(llm_client_t *c)
{
    size_t  i;

    for (i = 0; i < LLM_MAX_CALLS; i++) {
        if (c->calls[i] != NULL && !c->calls[i]->under_way
            && !c->calls[i]->handed)
        {
            c->calls[i]->handed = true;
            return c->calls[i];
        }
    }

    return NULL;
}
