/*
 * The worker's settings: environment variables of the deployment guide, each
 * secret also as NAME_FILE, then the files run/local.env and .env.local.
 *
 * A variable of the environment wins over the file that the local set-up
 * leaves for the commands of an administrator, which wins over .env.local.
 * All strings are owned by the config_t and live until config_release().
 */

#ifndef WORKER_CONFIG_H
#define WORKER_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#define CONFIG_MAX_FILE    65536    /* bytes of an .env or secret file */
#define CONFIG_MAX_SLOTS   64

typedef struct {
    char  *db_host;             /* host, or a directory of unix sockets */
    char  *db_port;
    char  *db_name;
    char  *db_user;
    char  *db_password;         /* NULL when none; wiped on release */
    char  *db_migrate_user;     /* falls back to db_user */
    char  *db_migrate_password;
    char  *db_sslmode;          /* NULL: libpq's default */
    char  *redis_host;          /* host or unix socket path; NULL: no Redis */
    char  *redis_password;
    char  *storage_path;
    char  *extract_path;        /* paperal-extract beside this executable */
    char  *tokens_path;         /* the ranks of the tokenizer beside it */
    char  *openai_api_key;      /* NULL when none; wiped on release */
    char  *openai_base_url;     /* NULL: OpenAI's own, if there is a key */
    char  *openai_model;        /* has a default with OpenAI's own address */
    char  *llm_provider;        /* NULL: known by the address */
    char  *llm_api_version;     /* Azure's */
    char  *llm_proxy;           /* NULL: none, whatever the environment says */
    char  *llm_prices;          /* a file; NULL: the embedded table */
    int    redis_port;
    int    slots;               /* WORKER_SLOTS, 1..CONFIG_MAX_SLOTS */
    int    lease;               /* seconds, WORKER_LEASE */
    int    heartbeat;           /* seconds, WORKER_HEARTBEAT, < lease */
    int    llm_context;         /* tokens, 0: as the price table says */
    int    llm_parallel;        /* calls of one analysis at once, 1..4 */
    int    llm_timeout;         /* seconds of one call */
    int    llm_idle_timeout;    /* seconds without a byte */
    int64_t  llm_daily_budget;      /* micro-USD; -1: none, as below */
    int64_t  llm_analysis_budget;   /* of one analysis */
    int64_t  llm_user_budget;       /* of a user, a month */
} config_t;

/*
 * Fills cfg.  Returns 0, or -1 with one line of text in err.  Nothing secret
 * ever stands in err.
 */
int config_load(config_t *cfg, char *err, size_t errlen);

void config_release(config_t *cfg);

/* True when a model is configured; without one the engine is embedded. */
int config_has_model(const config_t *cfg);

#endif /* WORKER_CONFIG_H */
