/*
 * See llm_stream.h.  A chunk and a whole document have nearly one shape
 * ("delta" in the one, "message" in the other), so one reader takes both.
 */

#include "llm_stream.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paperal_json.h"
#include "paperal_utf8.h"


static size_t llm_stream_form(llm_stream_t *s, const char *bytes,
    size_t len);
static int llm_stream_event(void *ctx, const char *text, size_t len);
static int llm_stream_json(llm_stream_t *s, const char *text, size_t len);
static int llm_stream_chunk(llm_stream_t *s, const cJSON *chunk);
static int llm_stream_has_error(const cJSON *item);
static int llm_stream_is_error(const cJSON *chunk);
static int llm_stream_error(llm_stream_t *s, const cJSON *chunk);
static void llm_stream_names(llm_stream_t *s, const cJSON *chunk);
static int llm_stream_choice(llm_stream_t *s, const cJSON *choice);
static void llm_stream_content(llm_stream_t *s, const cJSON *content);
static void llm_stream_usage(llm_stream_t *s, const cJSON *usage);
static void llm_stream_count(const cJSON *from, const char *name,
    int64_t *count);
static void llm_stream_member(char *to, size_t size, const cJSON *from,
    const char *name);
static int llm_stream_bad(llm_stream_t *s, const char *why);


void
llm_stream_init(llm_stream_t *s, llm_outcome_t *out)
{
    memset(s, 0, sizeof(llm_stream_t));

    llm_sse_init(&s->sse, llm_stream_event, s);
    paperal_buf_init(&s->document, LLM_MAX_DOCUMENT);
    paperal_buf_init(&s->text, LLM_MAX_ANSWER);
    paperal_buf_init(&s->refusal, LLM_MAX_REFUSAL);
    s->out = out;
}


void
llm_stream_release(llm_stream_t *s)
{
    llm_sse_release(&s->sse);
    paperal_buf_release(&s->document);
    paperal_buf_release(&s->text);
    paperal_buf_release(&s->refusal);
}


llm_stream_end_e
llm_stream_feed(llm_stream_t *s, const char *bytes, size_t len)
{
    size_t  skip;

    if (s->end != LLM_STREAM_GOES_ON) {
        return s->end;
    }

    s->total += len;

    if (s->total > LLM_MAX_STREAM) {
        s->end = LLM_STREAM_TOO_LARGE;
        return s->end;
    }

    skip = s->form == LLM_STREAM_UNKNOWN ? llm_stream_form(s, bytes, len) : 0;
    bytes += skip;
    len -= skip;

    if (s->form == LLM_STREAM_DOCUMENT) {
        paperal_buf_bytes(&s->document, bytes, len);

        if (s->document.failed) {
            s->end = LLM_STREAM_TOO_LARGE;
        }

    } else if (s->form == LLM_STREAM_EVENTS
               && llm_sse_feed(&s->sse, bytes, len) == -1)
    {
        s->end = LLM_STREAM_TOO_LARGE;
    }

    return s->end;
}


/* The bytes of white space to leave out; what follows tells the form. */
static size_t
llm_stream_form(llm_stream_t *s, const char *bytes, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        if (bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\r'
            || bytes[i] == '\n')
        {
            continue;
        }

        s->form = bytes[i] == '{' || bytes[i] == '[' ? LLM_STREAM_DOCUMENT
                                                     : LLM_STREAM_EVENTS;
        break;
    }

    return i;
}


void
llm_stream_finish(llm_stream_t *s)
{
    if (s->end != LLM_STREAM_GOES_ON) {
        return;
    }

    if (s->form == LLM_STREAM_DOCUMENT) {
        (void) llm_stream_json(s, paperal_buf_cstr(&s->document),
                               s->document.len);

    } else if (llm_sse_end(&s->sse) == -1) {
        s->end = LLM_STREAM_TOO_LARGE;
    }
}


/* Returns 1 when the stream is to be read no further. */
static int
llm_stream_event(void *ctx, const char *text, size_t len)
{
    size_t         start;
    llm_stream_t  *s;

    s = ctx;
    start = strspn(text, " \t\n");

    if (start == len) {
        return 0;
    }

    if (strncmp(text + start, "[DONE]", 6) == 0) {
        s->end = LLM_STREAM_DONE;
        return 1;
    }

    return llm_stream_json(s, text + start, len - start);
}


static int
llm_stream_json(llm_stream_t *s, const char *text, size_t len)
{
    int                    rc;
    cJSON                 *json;
    const cJSON           *chunk;
    paperal_json_check_t   check;

    if (paperal_json_check(text, len, LLM_MAX_DOCUMENT, &check)
        != PAPERAL_JSON_OK)
    {
        return llm_stream_bad(s, check.message);
    }

    json = cJSON_ParseWithLength(text, len);
    if (json == NULL) {
        return llm_stream_bad(s, "the JSON cannot be parsed");
    }

    /* one server wraps its errors into an array */

    chunk = cJSON_IsArray(json) && json->child != NULL ? json->child : json;

    rc = cJSON_IsObject(chunk) ? llm_stream_chunk(s, chunk)
                               : llm_stream_bad(s, "is no JSON object");
    cJSON_Delete(json);

    return rc;
}


static int
llm_stream_chunk(llm_stream_t *s, const cJSON *chunk)
{
    const cJSON  *choices, *choice, *index;

    if (llm_stream_is_error(chunk)) {
        return llm_stream_error(s, chunk);
    }

    llm_stream_names(s, chunk);
    llm_stream_usage(s, cJSON_GetObjectItemCaseSensitive(chunk, "usage"));

    choices = cJSON_GetObjectItemCaseSensitive(chunk, "choices");

    if (!cJSON_IsArray(choices)) {
        return 0;
    }

    s->chunks++;

    cJSON_ArrayForEach(choice, choices) {
        index = cJSON_GetObjectItemCaseSensitive(choice, "index");

        if (cJSON_IsNumber(index) && index->valuedouble != 0.0) {
            continue;          /* one answer was asked for */
        }

        if (llm_stream_has_error(choice)) {
            return llm_stream_error(s, choice);
        }

        if (llm_stream_choice(s, choice) != 0) {
            return 1;
        }
    }

    return 0;
}


static int
llm_stream_has_error(const cJSON *item)
{
    const cJSON  *error;

    error = cJSON_GetObjectItemCaseSensitive(item, "error");

    return error != NULL && !cJSON_IsNull(error) && !cJSON_IsFalse(error);
}


static int
llm_stream_is_error(const cJSON *chunk)
{
    const char  *object;

    if (llm_stream_has_error(chunk)) {
        return 1;
    }

    object = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(chunk, "object"));

    if (object != NULL && strcmp(object, "error") == 0) {
        return 1;
    }

    return cJSON_GetObjectItemCaseSensitive(chunk, "choices") == NULL
           && (cJSON_GetObjectItemCaseSensitive(chunk, "detail") != NULL
               || (cJSON_GetObjectItemCaseSensitive(chunk, "message") != NULL
                   && cJSON_GetObjectItemCaseSensitive(chunk, "id")
                      == NULL));
}


/*
 * {"error": {"message", "type", "param", "code"}}, {"error": "text"},
 * {"object": "error", "message", ...}, {"detail": ...}, {"message": ...}
 */
static int
llm_stream_error(llm_stream_t *s, const cJSON *chunk)
{
    char           *text;
    const cJSON    *error, *detail;
    llm_outcome_t  *out;

    out = s->out;
    s->end = LLM_STREAM_ERROR;

    error = cJSON_GetObjectItemCaseSensitive(chunk, "error");
    detail = cJSON_GetObjectItemCaseSensitive(chunk, "detail");

    if (!cJSON_IsObject(error)) {
        error = cJSON_IsString(error) ? error
                : detail != NULL ? detail : chunk;
    }

    if (cJSON_IsString(error)) {
        llm_stream_copy(out->message, sizeof(out->message),
                        error->valuestring, strlen(error->valuestring));

    } else if (cJSON_IsArray(error)) {
        text = cJSON_PrintUnformatted(error);

        if (text != NULL) {
            llm_stream_copy(out->message, sizeof(out->message), text,
                            strlen(text));
            cJSON_free(text);
        }

    } else {
        llm_stream_member(out->message, sizeof(out->message), error,
                          "message");
        llm_stream_member(out->param, sizeof(out->param), error, "param");
        llm_stream_member(out->code, sizeof(out->code), error, "code");
        llm_stream_member(out->type, sizeof(out->type), error, "type");
    }

    return 1;
}


static void
llm_stream_names(llm_stream_t *s, const cJSON *chunk)
{
    llm_outcome_t  *out;

    out = s->out;

    if (out->response_id[0] == '\0') {
        llm_stream_member(out->response_id, sizeof(out->response_id), chunk,
                          "id");
    }

    if (out->model[0] == '\0') {
        llm_stream_member(out->model, sizeof(out->model), chunk, "model");
    }

    if (out->fingerprint[0] == '\0') {
        llm_stream_member(out->fingerprint, sizeof(out->fingerprint), chunk,
                          "system_fingerprint");
    }
}


static int
llm_stream_choice(llm_stream_t *s, const cJSON *choice)
{
    const cJSON  *message, *refusal;

    message = cJSON_GetObjectItemCaseSensitive(choice, "delta");

    if (!cJSON_IsObject(message)) {
        message = cJSON_GetObjectItemCaseSensitive(choice, "message");
    }

    if (cJSON_IsObject(message)) {
        llm_stream_content(s, cJSON_GetObjectItemCaseSensitive(message,
                                                               "content"));
        refusal = cJSON_GetObjectItemCaseSensitive(message, "refusal");

        if (cJSON_IsString(refusal)) {
            paperal_buf_str(&s->refusal, refusal->valuestring);
        }
    }

    llm_stream_member(s->out->finish_reason, sizeof(s->out->finish_reason),
                      choice, "finish_reason");

    if (s->text.failed) {
        s->end = LLM_STREAM_TOO_LARGE;
        return 1;
    }

    return 0;
}


/* A string, or parts of which those of text count. */
static void
llm_stream_content(llm_stream_t *s, const cJSON *content)
{
    const cJSON  *part, *text;

    if (cJSON_IsString(content)) {
        paperal_buf_str(&s->text, content->valuestring);
        return;
    }

    if (!cJSON_IsArray(content)) {
        return;
    }

    cJSON_ArrayForEach(part, content) {
        text = cJSON_GetObjectItemCaseSensitive(part, "text");

        if (cJSON_IsString(text)) {
            paperal_buf_str(&s->text, text->valuestring);
        }
    }
}


static void
llm_stream_usage(llm_stream_t *s, const cJSON *usage)
{
    llm_outcome_t  *out;

    if (!cJSON_IsObject(usage)) {
        return;
    }

    out = s->out;

    llm_stream_count(usage, "prompt_tokens", &out->prompt_tokens);
    llm_stream_count(usage, "completion_tokens", &out->completion_tokens);
    llm_stream_count(usage, "prompt_cache_hit_tokens", &out->cached_tokens);
    llm_stream_count(
        cJSON_GetObjectItemCaseSensitive(usage, "prompt_tokens_details"),
        "cached_tokens", &out->cached_tokens);

    if (out->cached_tokens > out->prompt_tokens) {
        out->cached_tokens = -1;
    }
}


/* Anything but a believable whole number leaves the count as it is. */
static void
llm_stream_count(const cJSON *from, const char *name, int64_t *count)
{
    double        n;
    const cJSON  *item;

    item = cJSON_GetObjectItemCaseSensitive(from, name);

    if (!cJSON_IsNumber(item)) {
        return;
    }

    n = item->valuedouble;

    if (n >= 0.0 && n <= (double) LLM_MAX_TOKENS && floor(n) == n) {
        *count = (int64_t) n;
    }
}


/* A string or a number as text; what is missing changes nothing. */
static void
llm_stream_member(char *to, size_t size, const cJSON *from, const char *name)
{
    char          number[32];
    const cJSON  *item;

    item = cJSON_GetObjectItemCaseSensitive(from, name);

    if (cJSON_IsString(item)) {
        llm_stream_copy(to, size, item->valuestring,
                        strlen(item->valuestring));

    } else if (cJSON_IsNumber(item)) {
        snprintf(number, sizeof(number), "%.17g", item->valuedouble);
        llm_stream_copy(to, size, number, strlen(number));
    }
}


void
llm_stream_copy(char *to, size_t size, const char *from, size_t len)
{
    paperal_buf_t  clean;

    /* what is cut off cannot matter: 4 bytes at most become one space */

    if (len > size * 4) {
        len = paperal_utf8_clip(from, len, size * 4);
    }

    paperal_buf_init(&clean, size * 16);
    paperal_text_clean(&clean, from, len, PAPERAL_TEXT_LINE);

    len = paperal_utf8_clip(paperal_buf_cstr(&clean), clean.len, size - 1);
    memcpy(to, paperal_buf_cstr(&clean), len);
    to[len] = '\0';

    paperal_buf_release(&clean);
}


static int
llm_stream_bad(llm_stream_t *s, const char *why)
{
    s->end = LLM_STREAM_BAD;
    s->why = why;

    return 1;
}
