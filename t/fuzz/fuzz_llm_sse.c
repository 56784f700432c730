/*
 * libFuzzer target: the answer of a model's server.  The first byte says how
 * the rest is split.  Whatever comes
 *
 *   - text, reason, counts and error are the same however it is split;
 *   - texts are valid UTF-8 without zero bytes, counts in their range;
 *   - an answer that is none has no reason to be used.
 *
 * Links: worker/llm/llm_sse.c worker/llm/llm_stream.c
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "llm_stream.h"
#include "paperal_utf8.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


typedef struct {
    llm_outcome_t   out;
    llm_stream_t    stream;
} run_t;


static void
run_open(run_t *run)
{
    memset(run, 0, sizeof(run_t));
    run->out.prompt_tokens = -1;
    run->out.cached_tokens = -1;
    run->out.completion_tokens = -1;
    llm_stream_init(&run->stream, &run->out);
}


static void
check_text(const char *s, size_t len)
{
    if (!paperal_utf8_is_valid(s, len) || memchr(s, '\0', len) != NULL) {
        abort();
    }
}


static void
check_count(int64_t n)
{
    if (n < -1 || n > LLM_MAX_TOKENS) {
        abort();
    }
}


static void
check_run(const run_t *run)
{
    const llm_outcome_t  *out;

    out = &run->out;

    check_text(paperal_buf_cstr(&run->stream.text), run->stream.text.len);
    check_text(out->message, strlen(out->message));
    check_text(out->model, strlen(out->model));
    check_text(out->response_id, strlen(out->response_id));
    check_text(out->fingerprint, strlen(out->fingerprint));
    check_text(out->finish_reason, strlen(out->finish_reason));
    check_count(out->prompt_tokens);
    check_count(out->cached_tokens);
    check_count(out->completion_tokens);

    if (run->stream.end == LLM_STREAM_BAD && run->stream.why == NULL) {
        abort();
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    run_t        whole, split;
    size_t       i, n, step;
    const char  *text;

    if (size < 2) {
        return 0;
    }

    step = (size_t) data[0] % 7 + 1;
    text = (const char *) data + 1;
    size--;

    run_open(&whole);
    (void) llm_stream_feed(&whole.stream, text, size);
    llm_stream_finish(&whole.stream);
    check_run(&whole);

    run_open(&split);

    for (i = 0; i < size; i += n) {
        n = size - i < step ? size - i : step;
        (void) llm_stream_feed(&split.stream, text + i, n);
    }

    llm_stream_finish(&split.stream);
    check_run(&split);

    if (whole.stream.end != split.stream.end
        || memcmp(&whole.out, &split.out, sizeof(llm_outcome_t)) != 0
        || whole.stream.text.len != split.stream.text.len
        || memcmp(paperal_buf_cstr(&whole.stream.text),
                  paperal_buf_cstr(&split.stream.text),
                  whole.stream.text.len) != 0)
    {
        abort();
    }

    llm_stream_release(&whole.stream);
    llm_stream_release(&split.stream);

    return 0;
}
