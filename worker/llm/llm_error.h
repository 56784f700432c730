/*
 * What an error of a provider means.  A table of statuses, codes and words,
 * first match wins; servers agree on little more than the status.
 */

#ifndef LLM_ERROR_H
#define LLM_ERROR_H


#include "llm.h"


typedef enum {
    LLM_ERROR_NONE = 0,
    LLM_ERROR_KEY,
    LLM_ERROR_QUOTA,           /* no money left: asking again is no use */
    LLM_ERROR_RATE,
    LLM_ERROR_BUSY,            /* the server's trouble, may pass */
    LLM_ERROR_MODEL,           /* it does not know the model, or the path */
    LLM_ERROR_CONTEXT,         /* the prompt is too long */
    LLM_ERROR_MAX_TOKENS,      /* a parameter is not supported, as below */
    LLM_ERROR_TEMPERATURE,
    LLM_ERROR_SEED,
    LLM_ERROR_USAGE,
    LLM_ERROR_FORMAT,          /* response_format */
    LLM_ERROR_FILTER,
    LLM_ERROR_REDIRECT,
    LLM_ERROR_REQUEST,
    LLM_ERRORS
} llm_error_e;


/* Of an outcome LLM_REJECTED, or an error that came inside a stream. */
llm_error_e llm_error_class(const llm_outcome_t *outcome);

/* The code of an analysis that fails by it: "LLM_QUOTA", ... */
const char *llm_error_code(llm_error_e error);


#endif /* LLM_ERROR_H */
