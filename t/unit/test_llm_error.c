/*
 * Errors as the providers send them, and what each means for an analysis.
 */

#include "llm_error.h"
#include "test.h"


typedef struct {
    int          status;
    const char  *code;
    const char  *type;
    const char  *param;
    const char  *message;
    llm_error_e  error;
} error_case_t;


static const error_case_t  cases[] = {
    { 401, "invalid_api_key", "", "", "Incorrect API key provided",
      LLM_ERROR_KEY },
    { 403, "", "", "", "Country, region, or territory not supported",
      LLM_ERROR_KEY },
    { 403, "403", "", "", "Your chosen model requires moderation",
      LLM_ERROR_FILTER },
    { 400, "", "", "", "Invalid API key format", LLM_ERROR_KEY },
    { 402, "invalid_request_error", "unknown_error", "",
      "Insufficient Balance", LLM_ERROR_QUOTA },
    { 429, "insufficient_quota", "insufficient_quota", "",
      "You exceeded your current quota", LLM_ERROR_QUOTA },
    { 429, "", "insufficient_quota", "", "", LLM_ERROR_QUOTA },
    { 403, "", "", "", "Insufficient credits", LLM_ERROR_QUOTA },
    { 429, "rate_limit_exceeded", "tokens", "", "Rate limit reached",
      LLM_ERROR_RATE },
    { 429, "rate_limit_exceeded", "tokens", "", "Request too large for"
      " gpt-4o on tokens per min", LLM_ERROR_CONTEXT },
    { 429, "", "", "", "", LLM_ERROR_RATE },
    { 200, "429", "", "", "Provider returned error", LLM_ERROR_RATE },
    { 200, "rate_limit_exceeded", "", "", "", LLM_ERROR_RATE },
    { 408, "", "", "", "", LLM_ERROR_BUSY },
    { 409, "", "", "", "", LLM_ERROR_BUSY },
    { 500, "", "", "", "", LLM_ERROR_BUSY },
    { 503, "503", "unavailable_error", "", "Loading model", LLM_ERROR_BUSY },
    { 529, "", "", "", "", LLM_ERROR_BUSY },
    { 200, "", "", "", "something went wrong", LLM_ERROR_BUSY },
    { 200, "502", "", "", "", LLM_ERROR_BUSY },
    { 302, "", "", "", "", LLM_ERROR_REDIRECT },
    { 404, "model_not_found", "", "model", "The model `x` does not exist",
      LLM_ERROR_MODEL },
    { 404, "DeploymentNotFound", "", "", "The API deployment",
      LLM_ERROR_MODEL },
    { 404, "", "api_error", "", "model \"x\" not found, try pulling it",
      LLM_ERROR_MODEL },
    { 400, "", "", "", "Model Not Exist", LLM_ERROR_MODEL },
    { 400, "400", "", "", "x is not a valid model ID", LLM_ERROR_MODEL },
    { 400, "context_length_exceeded", "", "messages", "This model's maximum"
      " context length is 128000 tokens", LLM_ERROR_CONTEXT },
    { 400, "400", "BadRequestError", "", "This model's maximum context length"
      " is 8192 tokens. However, you requested 9000 tokens. Please reduce"
      " max_tokens", LLM_ERROR_CONTEXT },
    { 400, "400", "exceed_context_size_error", "", "the request exceeds the"
      " available context size", LLM_ERROR_CONTEXT },
    { 413, "", "", "", "", LLM_ERROR_CONTEXT },
    { 400, "unsupported_parameter", "invalid_request_error", "max_tokens",
      "Unsupported parameter: 'max_tokens' is not supported with this model."
      " Use 'max_completion_tokens' instead.", LLM_ERROR_MAX_TOKENS },
    { 400, "", "", "", "Unrecognized request argument supplied:"
      " max_completion_tokens", LLM_ERROR_MAX_TOKENS },
    { 400, "unsupported_value", "", "temperature", "Unsupported value:"
      " 'temperature' does not support 0 with this model.",
      LLM_ERROR_TEMPERATURE },
    { 422, "", "", "", "[{\"loc\":[\"body\",\"seed\"],\"msg\":\"Extra inputs"
      " are not permitted\"}]", LLM_ERROR_SEED },
    { 400, "", "", "stream_options", "Unknown parameter", LLM_ERROR_USAGE },
    { 422, "", "", "", "stream_options: extra fields not permitted",
      LLM_ERROR_USAGE },
    { 400, "", "", "", "'response_format.type' must be 'json_schema' or"
      " 'text'", LLM_ERROR_FORMAT },
    { 400, "", "", "", "This response_format type is unavailable now",
      LLM_ERROR_FORMAT },
    { 400, "", "", "response_format", "Invalid schema for response_format",
      LLM_ERROR_FORMAT },
    { 400, "", "", "", "Failed to initialize samplers: failed to parse"
      " grammar", LLM_ERROR_FORMAT },
    { 400, "content_filter", "", "prompt", "The response was filtered",
      LLM_ERROR_FILTER },
    { 400, "", "", "", "Content Exists Risk", LLM_ERROR_FILTER },
    { 400, "", "invalid_request_error", "", "Something else",
      LLM_ERROR_REQUEST },
    { 422, "", "", "", "", LLM_ERROR_REQUEST },
    { 418, "", "", "", "", LLM_ERROR_REQUEST },
    { 200, "", "invalid_request_error", "", "no", LLM_ERROR_REQUEST },
    { 500, "", "", "", "temperature sensor of the rack", LLM_ERROR_BUSY },
    { 429, "", "", "", "json_schema is slow today", LLM_ERROR_RATE }
};


int
main(void)
{
    size_t          i;
    llm_outcome_t   out;

    for (i = 0; i < test_count(cases); i++) {
        memset(&out, 0, sizeof(out));
        out.http_status = cases[i].status;
        snprintf(out.code, sizeof(out.code), "%s", cases[i].code);
        snprintf(out.type, sizeof(out.type), "%s", cases[i].type);
        snprintf(out.param, sizeof(out.param), "%s", cases[i].param);
        snprintf(out.message, sizeof(out.message), "%s", cases[i].message);

        test_int(llm_error_class(&out), cases[i].error, "%d %s %s",
                 cases[i].status, cases[i].code, cases[i].message);
    }

    for (i = 0; i < LLM_ERRORS; i++) {
        test_ok(strncmp(llm_error_code((llm_error_e) i), "LLM_", 4) == 0,
                "class %zu has a code", i);
    }

    return test_done();
}
