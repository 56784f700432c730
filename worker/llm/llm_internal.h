/*
 * The client's insides, shared by its files (llm_client.c, llm_call.c,
 * llm_request.c, llm_decide.c, llm_check.c) and its tests.
 */

#ifndef LLM_INTERNAL_H
#define LLM_INTERNAL_H


#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "llm.h"
#include "llm_profile.h"
#include "llm_stream.h"


#define LLM_MAX_HEADERS     (256 * 1024)  /* bytes of an answer's headers */
#define LLM_MAX_ERROR_BODY  65536         /* bytes of an error's body */
#define LLM_FIRST_IDLES     3             /* idle times, for the first byte */
#define LLM_LINGER_MS       5000          /* for what follows the reason */
#define LLM_LINGER_DONE_MS  100           /* for the end after [DONE] */


/* Why a transfer ends that curl did not end. */
typedef enum {
    LLM_STOP_NONE = 0,
    LLM_STOP_READ,             /* all that is wanted has been read */
    LLM_STOP_HEADERS,          /* too many */
    LLM_STOP_IDLE,
    LLM_STOP_TOTAL
} llm_stop_e;

typedef struct {
    unsigned   failures;       /* one after the other */
    unsigned   probing:1;      /* one call finds out whether it is better */
    int64_t    until;          /* closed to calls till then; 0: open */
    int64_t    held;           /* held back by a Retry-After till then */
} llm_breaker_t;

struct llm_client_s {
    CURLM                *multi;
    CURLSH               *share;         /* TLS sessions */
    struct curl_slist    *headers;       /* with the key; wiped */
    const llm_profile_t  *profile;
    char                 *model;
    char                 *proxy;
    char                 *key;           /* to mask it; wiped */
    char                  parameters[64];
    int                   connect_ms;
    int                   idle_ms;
    int                   total_ms;
    llm_address_t         address;
    llm_caps_t            caps;
    llm_breaker_t         breaker;
    int64_t             (*now)(void);    /* the tests have another clock */
    llm_call_t           *calls[LLM_MAX_CALLS];
};

struct llm_call_s {
    llm_client_t   *client;
    CURL           *easy;
    char           *body;
    void           *data;
    int64_t         expected;
    int64_t         started;
    int64_t         last;          /* when the last byte moved */
    int64_t         until;         /* it is complete, waits no longer; 0 */
    curl_off_t      sent;          /* bytes of the body */
    size_t          header_bytes;
    llm_stop_e      stop;
    bool            under_way;
    bool            handed;        /* out by llm_client_done() */
    bool            probe;
    char            request_id[LLM_NAME_SIZE];
    char            error[CURL_ERROR_SIZE];
    llm_stream_t    stream;
    llm_outcome_t   outcome;
};


/*
 * A transfer with everything set that all of them share: no redirects, no
 * signals, no environment, verified certificates.  error is a buffer of
 * CURL_ERROR_SIZE bytes.
 */
CURL *llm_call_easy(const llm_client_t *c, const char *url, char *error);

/* A transfer that is not added to the client's yet. */
llm_call_t *llm_call_new(llm_client_t *c, const char *body, size_t len);

void llm_call_release(llm_call_t *call);

/* Sets the outcome of a transfer that has ended. */
void llm_call_finish(llm_call_t *call, CURLcode rc);

/* Milliseconds until the call has to be looked at again. */
int64_t llm_call_wait(const llm_call_t *call, int64_t now);

/* True when its time is over: call->stop says which. */
bool llm_call_expired(llm_call_t *call, int64_t now);

/* Masks in text what could be the key or a part of it. */
void llm_mask(const llm_client_t *c, char *text);

/* Tells the breaker how a call has ended. */
void llm_breaker_note(llm_client_t *c, bool failed);


#endif /* LLM_INTERNAL_H */
