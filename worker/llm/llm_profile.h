/*
 * The providers that are known, in one table, and the address of a call made
 * from what the operator gave.
 *
 * A profile says only what differs between servers: where they are, how they
 * want the key, what they call a parameter, and what they are expected to
 * support at first.  The rest is learned (llm_decide.c).
 */

#ifndef LLM_PROFILE_H
#define LLM_PROFILE_H


#include <stddef.h>


#define LLM_MAX_URL          2048      /* bytes of an address */
#define LLM_HOST_SIZE        264       /* a name of 253, a port */
#define LLM_API_VERSION      "2024-10-21"


/*
 * How an answer is made to be JSON, from the best way down.  A server that
 * refuses one is asked by the next.
 */
typedef enum {
    LLM_RUNG_STRICT = 0,       /* json_schema, strict */
    LLM_RUNG_SCHEMA,           /* json_schema */
    LLM_RUNG_OBJECT,           /* json_object, the schema in the prompt */
    LLM_RUNG_FENCE,            /* the schema in the prompt, nothing else */
    LLM_RUNGS
} llm_rung_e;

/* What a server is believed to support. */
typedef struct {
    unsigned   rung:3;         /* llm_rung_e */
    unsigned   completion:1;   /* "max_completion_tokens", else "max_tokens" */
    unsigned   swapped:1;      /* the other name has been refused */
    unsigned   temperature:1;
    unsigned   seed:1;
    unsigned   usage:1;        /* stream_options.include_usage */
} llm_caps_t;

typedef enum {
    LLM_AUTH_BEARER = 0,       /* Authorization: Bearer KEY */
    LLM_AUTH_API_KEY           /* api-key: KEY */
} llm_auth_e;

typedef enum {
    LLM_PATH_PLAIN = 0,        /* BASE/chat/completions */
    LLM_PATH_AZURE             /* a deployment in the path, api-version */
} llm_path_e;

typedef struct {
    const char   *name;        /* as in LLM_PROVIDER and prices.txt */
    const char   *title;       /* for people */
    const char   *hosts;       /* "a.com .b.com": exact, or ends with */
    int           port;        /* of a server of one's own; 0: none */
    const char   *base;        /* path when the address has none */
    llm_path_e    path;
    llm_auth_e    auth;
    const char   *headers;     /* one more header line, or NULL */
    llm_caps_t    caps;
    unsigned      local:1;     /* run by oneself: free, may cut prompts */
} llm_profile_t;

typedef struct {
    char  host[LLM_HOST_SIZE];       /* "host" or "host:port" */
    char  call[LLM_MAX_URL];         /* of chat completions */
    char  models[LLM_MAX_URL];       /* of the list of models; "" unknown */
    int   secure;                    /* https */
    int   local;                     /* this machine or a private network */
} llm_address_t;


/* The profile of that name, or NULL. */
const llm_profile_t *llm_profile_find(const char *name);

/* All of them, ended by one without a name. */
const llm_profile_t *llm_profile_all(void);

/*
 * Takes an address apart and completes it.  base NULL: OpenAI's own, or the
 * profile's.  *profile may be given; when it is NULL it is found by the
 * address, "generic" at worst.  Returns 0, or -1 with one line of text in
 * err: no http(s) address, one with a user, a query or a fragment, too long.
 */
int llm_address(const char *base, const char *model, const char *api_version,
    const llm_profile_t **profile, llm_address_t *addr, char *err,
    size_t errlen);

/* Whether it is the address of a proxy: http, https or socks, or no scheme. */
int llm_proxy_is_valid(const char *proxy);


#endif /* LLM_PROFILE_H */
