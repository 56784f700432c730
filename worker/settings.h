/*
 * What this worker's model is: made from the configuration, told to the web
 * through the database ("model_settings"), so that it can estimate and refuse
 * without knowing anything of models.
 */

#ifndef WORKER_SETTINGS_H
#define WORKER_SETTINGS_H

#include <stdint.h>

#include "config.h"
#include "db.h"
#include "document.h"
#include "llm.h"
#include "llm_prices.h"
#include "model.h"

#define SETTINGS_MAX_JSON   65536
#define SETTINGS_CLAIMS     5000     /* tokens of an analysis' claims */
#define SETTINGS_CONTEXT    128000   /* tokens, where nobody knows better */

/*
 * Reads the price table and the tokenizer's ranks.  Returns 0, or -1 with one
 * line of text in err: a price table of the operator's that is wrong.
 */
int settings_load(const config_t *cfg, char *err, size_t errlen);

/* A client for the configured model; NULL, with text in err if it is wrong. */
llm_client_t *settings_client(const config_t *cfg, char *err, size_t errlen);

/*
 * A client for replays, which need no model: it stands for whichever answered
 * then.  The caller frees it.
 */
llm_client_t *settings_replayer(void);

/* Publishes the settings; 0, or -1 when the database does not take them. */
int settings_publish(db_t *db, const config_t *cfg);

/* Appends the body of a prompt's request; 0 or -1. */
int settings_body(const llm_client_t *client, const model_prompt_t *prompt,
    int max_output, paperal_buf_t *out);

/*
 * Tokens of all messages and the schema.  The last long text is kept until
 * settings_forget(), so that what prompts share is counted once.
 */
int64_t settings_prompt_tokens(const model_prompt_t *prompt);
void settings_forget(void);

/*
 * An upper bound of what a provider may count for that many tokens of ours:
 * reservations must never be too small.
 */
int64_t settings_tokens_bound(int64_t tokens);

/* Tokens that the model reads, as far as anybody knows. */
int settings_context(const config_t *cfg, const llm_price_t *price);

/* Tokens of the paper that fit beside the longest task; 0: no limit known. */
int64_t settings_paper_limit(const config_t *cfg, const llm_price_t *price);

/* Tokens of a paper as prompts show it. */
int64_t settings_paper_tokens(const document_t *doc);

#endif /* WORKER_SETTINGS_H */
