/*
 * The body of a request (llm.h): the same bytes for the same messages and the
 * same knowledge of the server, so that it can be hashed and compared.
 *
 * Where the server does not take a schema as a parameter, the schema's text
 * follows the last message of the user; what stands before it stays as it is,
 * and so does its place in the provider's cache.
 */

#include "llm_internal.h"

#include <string.h>

#include "paperal_json.h"


#define LLM_SEED  1


static void llm_request_messages(paperal_buf_t *b, const llm_client_t *c,
    const llm_request_t *rq);
static void llm_request_message(paperal_buf_t *b, const llm_message_t *m,
    const char *tail, const char *schema);
static void llm_request_format(paperal_buf_t *b, const llm_client_t *c,
    const llm_request_t *rq);


static const char *const  llm_request_tails[LLM_RUNGS] = {
    NULL,
    NULL,
    "\n\nAnswer with one JSON object that satisfies this JSON schema, and with"
    " nothing else:\n",
    "\n\nAnswer with one JSON object inside a ```json fence, and with nothing"
    " else. It must satisfy this JSON schema:\n"
};


int
llm_request_body(const llm_client_t *c, const llm_request_t *rq,
    paperal_buf_t *out)
{
    paperal_json_open(out);
    paperal_json_strz(out, "model", c->model);
    llm_request_messages(out, c, rq);

    if (rq->max_output_tokens > 0) {
        paperal_json_int(out, c->caps.completion ? "max_completion_tokens"
                                                 : "max_tokens",
                         rq->max_output_tokens);
    }

    if (c->caps.temperature) {
        paperal_json_int(out, "temperature", 0);
    }

    if (c->caps.seed) {
        paperal_json_int(out, "seed", LLM_SEED);
    }

    if (rq->schema != NULL) {
        llm_request_format(out, c, rq);
    }

    paperal_json_bool(out, "stream", 1);

    if (c->caps.usage) {
        paperal_json_object(out, "stream_options");
        paperal_json_bool(out, "include_usage", 1);
        paperal_json_close(out);
    }

    paperal_json_close(out);

    return out->failed ? -1 : 0;
}


static void
llm_request_messages(paperal_buf_t *b, const llm_client_t *c,
    const llm_request_t *rq)
{
    size_t       i, last;
    const char  *tail;

    tail = rq->schema != NULL ? llm_request_tails[c->caps.rung] : NULL;
    last = 0;

    for (i = 0; i < rq->n; i++) {
        if (strcmp(rq->messages[i].role, "user") == 0) {
            last = i;
        }
    }

    paperal_json_array(b, "messages");

    for (i = 0; i < rq->n; i++) {
        llm_request_message(b, &rq->messages[i], i == last ? tail : NULL,
                            rq->schema);
    }

    paperal_json_close(b);
}


static void
llm_request_message(paperal_buf_t *b, const llm_message_t *m,
    const char *tail, const char *schema)
{
    paperal_buf_t  text;

    paperal_json_open(b);
    paperal_json_strz(b, "role", m->role);

    if (tail == NULL) {
        paperal_json_str(b, "content", m->text, m->len);

    } else {
        paperal_buf_init(&text, LLM_MAX_BODY);
        paperal_buf_bytes(&text, m->text, m->len);
        paperal_buf_str(&text, tail);
        paperal_buf_str(&text, schema);

        if (text.failed) {
            b->failed = 1;
        }

        paperal_json_str(b, "content", paperal_buf_cstr(&text), text.len);
        paperal_buf_wipe(&text);
    }

    paperal_json_close(b);
}


static void
llm_request_format(paperal_buf_t *b, const llm_client_t *c,
    const llm_request_t *rq)
{
    if (c->caps.rung == LLM_RUNG_FENCE) {
        return;
    }

    paperal_json_object(b, "response_format");

    if (c->caps.rung == LLM_RUNG_OBJECT) {
        paperal_json_strz(b, "type", "json_object");
        paperal_json_close(b);
        return;
    }

    paperal_json_strz(b, "type", "json_schema");
    paperal_json_object(b, "json_schema");
    paperal_json_strz(b, "name", rq->schema_name);
    paperal_json_bool(b, "strict", c->caps.rung == LLM_RUNG_STRICT);
    paperal_json_raw(b, "schema", rq->schema, strlen(rq->schema));
    paperal_json_close(b);
    paperal_json_close(b);
}
