/*
 * A client for servers that speak OpenAI's Chat Completions.
 *
 * One client belongs to one process and one address.  It never blocks: calls
 * are started, llm_client_wait() moves all of them on, and finished ones are
 * handed out by llm_client_done().  It knows nothing of the database: the
 * caller journals a call before it starts it, settles it afterwards, and asks
 * llm_decide() what to do next.
 *
 * What a server supports is learned by trying: a refused parameter or answer
 * format is left out from then on, and the caller builds the body again.
 * Every byte that a server sends is hostile.
 */

#ifndef LLM_H
#define LLM_H


#include <stddef.h>
#include <stdint.h>

#include "llm_profile.h"
#include "paperal_buf.h"


#define LLM_MAX_BODY      (16 * 1024 * 1024)   /* bytes of a request */
#define LLM_MAX_ANSWER    (512 * 1024)         /* bytes of an answer's text */
#define LLM_MAX_STREAM    (32 * 1024 * 1024)   /* bytes received for it */
#define LLM_MAX_CALLS     8                    /* at once */
#define LLM_MAX_WAIT_MS   30000                /* of a Retry-After obeyed */
#define LLM_MAX_ATTEMPTS  5
#define LLM_NAME_SIZE     128
#define LLM_CODE_SIZE     64
#define LLM_MESSAGE_SIZE  256


typedef struct llm_client_s  llm_client_t;
typedef struct llm_call_s    llm_call_t;

/* The strings are copied.  Times of 0 take the defaults. */
typedef struct {
    const char  *base_url;       /* NULL: OpenAI's own */
    const char  *api_key;        /* NULL: none is sent */
    const char  *model;
    const char  *provider;       /* name of a profile; NULL: by the address */
    const char  *proxy;          /* NULL: none, whatever the environment */
    const char  *api_version;    /* Azure's; NULL: a default */
    int          connect_ms;
    int          idle_ms;        /* without a byte; for the first, thrice */
    int          total_ms;
} llm_options_t;

typedef struct {
    const char  *role;           /* "system", "user", "assistant" */
    const char  *text;
    size_t       len;
} llm_message_t;

typedef struct {
    const llm_message_t  *messages;
    size_t                n;
    const char           *schema_name;
    const char           *schema;      /* JSON text; NULL: free text */
    int                   max_output_tokens;
} llm_request_t;

typedef enum {
    LLM_ANSWERED = 0,
    LLM_TRUNCATED,     /* finish_reason "length" */
    LLM_REFUSED,       /* the model's refusal or the provider's filter */
    LLM_REJECTED,      /* an error instead of an answer: not billed */
    LLM_UNSENT,        /* no connection: nothing has left */
    LLM_LOST           /* has left, and the outcome is not known */
} llm_result_e;

/* Strings are UTF-8 without control characters; keys are masked in them. */
typedef struct {
    llm_result_e   result;
    int            http_status;                  /* 0: none */
    const char    *text;                         /* '\0'-terminated */
    size_t         len;
    char           finish_reason[32];
    char           model[LLM_NAME_SIZE];         /* as the server says */
    char           response_id[LLM_NAME_SIZE];
    char           fingerprint[LLM_NAME_SIZE];
    char           code[LLM_CODE_SIZE];          /* the server's error code */
    char           type[LLM_CODE_SIZE];          /* and its kind of error */
    char           param[LLM_CODE_SIZE];         /* what it complains of */
    char           message[LLM_MESSAGE_SIZE];    /* its words, or ours */
    int64_t        prompt_tokens;                /* -1: not told, as below */
    int64_t        cached_tokens;
    int64_t        completion_tokens;
    int64_t        latency_ms;
    int64_t        first_byte_ms;                /* -1: none came */
    int64_t        retry_after_ms;               /* -1: not asked for */
    unsigned       context_truncated:1;          /* prompt_tokens too few */
    llm_caps_t     caps;                         /* what the body was for */
} llm_outcome_t;

typedef enum {
    LLM_USE = 0,       /* the answer is complete */
    LLM_RETRY,         /* the same body again after delay_ms */
    LLM_ADAPTED,       /* the client has learned: build the body again */
    LLM_THROTTLED,     /* give the slot back for delay_ms */
    LLM_FAILED         /* for good, see code */
} llm_action_e;

typedef struct {
    llm_action_e   action;
    int            delay_ms;
    const char    *code;     /* of an analysis: "LLM_QUOTA", ... or NULL */
} llm_decision_t;


/*
 * Makes a client; NULL with one line of text in err: an address that is no
 * http(s) URL, an unknown provider.  Nothing is connected yet.
 */
llm_client_t *llm_client_new(const llm_options_t *opt, char *err,
    size_t errlen);

/* Aborts what is under way and wipes the key.  NULL is allowed. */
void llm_client_free(llm_client_t *c);

/* Name of the provider's profile, "host" or "host:port", the model's name. */
const char *llm_client_provider(const llm_client_t *c);
const char *llm_client_host(const llm_client_t *c);
const char *llm_client_model(const llm_client_t *c);

/*
 * What shapes an answer beside the messages, as a JSON object.  It enters the
 * hash of a stage's input, so it stays the same when the client learns.
 */
const char *llm_client_parameters(const llm_client_t *c);

/*
 * Appends the request's body for what the server is known to support now:
 * equal bytes for equal knowledge.  Returns 0, or -1 when out has failed.
 */
int llm_request_body(const llm_client_t *c, const llm_request_t *rq,
    paperal_buf_t *out);

/*
 * Milliseconds for which the circuit is open after repeated failures; 0 when
 * a call may be started.
 */
int llm_client_blocked_ms(const llm_client_t *c);

/*
 * Starts a call; body is copied.  expected is our own count of the prompt's
 * tokens (0: none), against which a silently cut prompt is seen.  Returns
 * NULL when LLM_MAX_CALLS are under way.
 */
llm_call_t *llm_call_start(llm_client_t *c, const char *body, size_t len,
    int64_t expected, void *data);

void *llm_call_data(const llm_call_t *call);

/* Valid for a call that llm_client_done() has handed out, until its free. */
const llm_outcome_t *llm_call_outcome(const llm_call_t *call);

/* Aborts the call when it is under way. */
void llm_call_free(llm_call_t *call);

/*
 * Waits for at most timeout_ms until something moves, or fd (-1: none) is
 * readable, and moves on.  Returns 0, or -1 on an internal error.
 */
int llm_client_wait(llm_client_t *c, int fd, int timeout_ms);

/* A call that has ended since, or NULL. */
llm_call_t *llm_client_done(llm_client_t *c);

/*
 * What to do after an outcome; attempt counts from 1.  May change what the
 * client sends from now on (LLM_ADAPTED) and opens or closes its circuit.
 */
llm_decision_t llm_decide(llm_client_t *c, const llm_outcome_t *outcome,
    int attempt);


#endif /* LLM_H */
