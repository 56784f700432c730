/*
 * See llm_error.h.  The rows were collected from the documents and error
 * texts of the providers in llm_profile.c; what no row knows is judged by
 * its status alone.
 */

#include "llm_error.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>


typedef enum {
    IN_CODE = 0,       /* the whole code or type, without case */
    IN_PARAM,          /* the whole parameter */
    IN_WORDS,          /* part of message, without case */
    IN_ALL             /* nothing is looked at but the status */
} llm_error_place_e;

typedef struct {
    int                 from;          /* statuses; 0, 0: any */
    int                 to;
    llm_error_place_e   place;
    const char         *text;
    llm_error_e         error;
} llm_error_row_t;


static int llm_error_matches(const llm_error_row_t *row,
    const llm_outcome_t *outcome);
static int llm_error_status(const llm_outcome_t *outcome);


static const llm_error_row_t  llm_error_rows[] = {

    /* money, whatever the status */

    { 0, 0,     IN_CODE,  "insufficient_quota",         LLM_ERROR_QUOTA },
    { 0, 0,     IN_CODE,  "billing_hard_limit_reached", LLM_ERROR_QUOTA },
    { 0, 0,     IN_CODE,  "billing_not_active",         LLM_ERROR_QUOTA },
    { 0, 0,     IN_CODE,  "insufficient_balance",       LLM_ERROR_QUOTA },
    { 0, 0,     IN_WORDS, "exceeded your current quota", LLM_ERROR_QUOTA },
    { 0, 0,     IN_WORDS, "insufficient balance",       LLM_ERROR_QUOTA },
    { 0, 0,     IN_WORDS, "insufficient credits",       LLM_ERROR_QUOTA },
    { 402, 402, IN_ALL,   NULL,                         LLM_ERROR_QUOTA },

    /* a server in trouble says so in many words: none of them matters */

    { 300, 399, IN_ALL,   NULL,                         LLM_ERROR_REDIRECT },
    { 401, 401, IN_ALL,   NULL,                         LLM_ERROR_KEY },
    { 407, 407, IN_ALL,   NULL,                         LLM_ERROR_BUSY },
    { 408, 409, IN_ALL,   NULL,                         LLM_ERROR_BUSY },
    { 413, 413, IN_ALL,   NULL,                         LLM_ERROR_CONTEXT },
    { 429, 429, IN_WORDS, "request too large",          LLM_ERROR_CONTEXT },
    { 429, 429, IN_ALL,   NULL,                         LLM_ERROR_RATE },

    /* the prompt */

    { 0, 0,     IN_CODE,  "context_length_exceeded",    LLM_ERROR_CONTEXT },
    { 0, 0,     IN_CODE,  "exceed_context_size_error",  LLM_ERROR_CONTEXT },
    { 0, 0,     IN_CODE,  "string_above_max_length",    LLM_ERROR_CONTEXT },
    { 0, 0,     IN_WORDS, "maximum context length",     LLM_ERROR_CONTEXT },
    { 0, 0,     IN_WORDS, "context length exceeded",    LLM_ERROR_CONTEXT },
    { 0, 0,     IN_WORDS, "context size",               LLM_ERROR_CONTEXT },
    { 0, 0,     IN_WORDS, "context window",             LLM_ERROR_CONTEXT },
    { 0, 0,     IN_WORDS, "prompt is too long",         LLM_ERROR_CONTEXT },
    { 0, 0,     IN_WORDS, "greater than the context",   LLM_ERROR_CONTEXT },
    { 0, 0,     IN_WORDS, "max_model_len",              LLM_ERROR_CONTEXT },

    { 0, 0,     IN_CODE,  "content_filter",             LLM_ERROR_FILTER },
    { 0, 0,     IN_CODE,  "content_policy_violation",   LLM_ERROR_FILTER },
    { 0, 0,     IN_CODE,  "ResponsibleAIPolicyViolation", LLM_ERROR_FILTER },
    { 0, 0,     IN_WORDS, "content management policy",  LLM_ERROR_FILTER },
    { 0, 0,     IN_WORDS, "Content Exists Risk",        LLM_ERROR_FILTER },
    { 403, 403, IN_WORDS, "moderation",                 LLM_ERROR_FILTER },
    { 403, 403, IN_WORDS, "flagged",                    LLM_ERROR_FILTER },

    /* the model */

    { 0, 0,     IN_CODE,  "model_not_found",            LLM_ERROR_MODEL },
    { 0, 0,     IN_CODE,  "DeploymentNotFound",         LLM_ERROR_MODEL },
    { 0, 0,     IN_CODE,  "invalid_model",              LLM_ERROR_MODEL },
    { 404, 404, IN_ALL,   NULL,                         LLM_ERROR_MODEL },
    { 400, 400, IN_WORDS, "model not exist",            LLM_ERROR_MODEL },
    { 400, 400, IN_WORDS, "not a valid model",          LLM_ERROR_MODEL },
    { 400, 400, IN_WORDS, "invalid model",              LLM_ERROR_MODEL },
    { 400, 400, IN_WORDS, "no models loaded",           LLM_ERROR_MODEL },
    { 400, 400, IN_PARAM, "model",                      LLM_ERROR_MODEL },

    /* a parameter: by its name, then by the words */

    { 400, 422, IN_PARAM, "max_tokens",                 LLM_ERROR_MAX_TOKENS },
    { 400, 422, IN_PARAM, "max_completion_tokens",      LLM_ERROR_MAX_TOKENS },
    { 400, 422, IN_PARAM, "temperature",                LLM_ERROR_TEMPERATURE },
    { 400, 422, IN_PARAM, "seed",                       LLM_ERROR_SEED },
    { 400, 422, IN_PARAM, "stream_options",             LLM_ERROR_USAGE },
    { 400, 422, IN_PARAM, "stream_options.include_usage", LLM_ERROR_USAGE },
    { 400, 422, IN_PARAM, "response_format",            LLM_ERROR_FORMAT },
    { 400, 422, IN_PARAM, "response_format.type",       LLM_ERROR_FORMAT },
    { 400, 422, IN_WORDS, "response_format",            LLM_ERROR_FORMAT },
    { 400, 422, IN_WORDS, "response format",            LLM_ERROR_FORMAT },
    { 400, 422, IN_WORDS, "json_schema",                LLM_ERROR_FORMAT },
    { 400, 422, IN_WORDS, "json schema",                LLM_ERROR_FORMAT },
    { 400, 422, IN_WORDS, "structured output",          LLM_ERROR_FORMAT },
    { 400, 422, IN_WORDS, "json_object",                LLM_ERROR_FORMAT },
    { 400, 422, IN_WORDS, "json mode",                  LLM_ERROR_FORMAT },
    { 400, 422, IN_WORDS, "grammar",                    LLM_ERROR_FORMAT },
    { 400, 422, IN_WORDS, "guided_json",                LLM_ERROR_FORMAT },
    { 400, 422, IN_WORDS, "stream_options",             LLM_ERROR_USAGE },
    { 400, 422, IN_WORDS, "include_usage",              LLM_ERROR_USAGE },
    { 400, 422, IN_WORDS, "max_completion_tokens",      LLM_ERROR_MAX_TOKENS },
    { 400, 422, IN_WORDS, "max_tokens",                 LLM_ERROR_MAX_TOKENS },
    { 400, 422, IN_WORDS, "temperature",                LLM_ERROR_TEMPERATURE },
    { 400, 422, IN_WORDS, "seed",                       LLM_ERROR_SEED },

    { 400, 403, IN_WORDS, "invalid api key",            LLM_ERROR_KEY },
    { 400, 403, IN_WORDS, "incorrect api key",          LLM_ERROR_KEY },
    { 403, 403, IN_ALL,   NULL,                         LLM_ERROR_KEY },
    { 400, 499, IN_ALL,   NULL,                         LLM_ERROR_REQUEST },
    { 500, 599, IN_ALL,   NULL,                         LLM_ERROR_BUSY },

    /* an error inside a stream that began with 200 */

    { 0, 0,     IN_CODE,  "rate_limit_exceeded",        LLM_ERROR_RATE },
    { 0, 0,     IN_CODE,  "rate_limit_error",           LLM_ERROR_RATE },
    { 0, 0,     IN_CODE,  "invalid_request_error",      LLM_ERROR_REQUEST },
    { 0, 0,     IN_CODE,  "BadRequestError",            LLM_ERROR_REQUEST },
    { 0, 0,     IN_CODE,  "invalid_api_key",            LLM_ERROR_KEY },
    { 0, 0,     IN_ALL,   NULL,                         LLM_ERROR_BUSY }
};

static const char *const  llm_error_codes[LLM_ERRORS] = {
    "LLM_UNAVAILABLE", "LLM_UNAUTHORIZED", "LLM_QUOTA", "LLM_RATE_LIMITED",
    "LLM_UNAVAILABLE", "LLM_MODEL_NOT_FOUND", "LLM_CONTEXT_EXCEEDED",
    "LLM_BAD_REQUEST", "LLM_BAD_REQUEST", "LLM_BAD_REQUEST",
    "LLM_BAD_REQUEST", "LLM_BAD_REQUEST", "LLM_REFUSED", "LLM_UNAVAILABLE",
    "LLM_BAD_REQUEST"
};


llm_error_e
llm_error_class(const llm_outcome_t *outcome)
{
    size_t  i, n;

    n = sizeof(llm_error_rows) / sizeof(llm_error_row_t);

    for (i = 0; i < n - 1; i++) {
        if (llm_error_matches(&llm_error_rows[i], outcome)) {
            break;
        }
    }

    return llm_error_rows[i].error;
}


static int
llm_error_matches(const llm_error_row_t *row, const llm_outcome_t *outcome)
{
    int  status;

    status = llm_error_status(outcome);

    if (row->from != 0 && (status < row->from || status > row->to)) {
        return 0;
    }

    switch (row->place) {

    case IN_CODE:
        return strcasecmp(outcome->code, row->text) == 0
               || strcasecmp(outcome->type, row->text) == 0;

    case IN_PARAM:
        return strcasecmp(outcome->param, row->text) == 0;

    case IN_WORDS:
        return strcasestr(outcome->message, row->text) != NULL;

    case IN_ALL:
        break;
    }

    return row->from != 0;
}


/* The status, or for an error inside a stream a code that is one. */
static int
llm_error_status(const llm_outcome_t *outcome)
{
    long   n;
    char  *end;

    if (outcome->http_status >= 300) {
        return outcome->http_status;
    }

    n = strtol(outcome->code, &end, 10);

    return *end == '\0' && n >= 300 && n <= 599 ? (int) n : 0;
}


const char *
llm_error_code(llm_error_e error)
{
    return llm_error_codes[error];
}
