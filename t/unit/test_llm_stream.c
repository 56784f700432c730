/*
 * Answers of all shapes: usage in its own or the last chunk, parts of text,
 * refusals, errors of every server's form, numbers and bytes that lie.
 */

#include "llm_stream.h"
#include "test.h"


#define CHUNK(s)   "data: " s "\n\n"
#define DELTA(s)   CHUNK("{\"choices\":[{\"delta\":{\"content\":" s "}}]}")
#define STOP       CHUNK("{\"choices\":[{\"delta\":{},\"finish_reason\":" \
                         "\"stop\"}]}")


static llm_outcome_t  out;
static llm_stream_t   stream;


static void
read_answer(const char *bytes, size_t len)
{
    memset(&out, 0, sizeof(out));
    out.prompt_tokens = -1;
    out.cached_tokens = -1;
    out.completion_tokens = -1;

    llm_stream_release(&stream);
    llm_stream_init(&stream, &out);
    (void) llm_stream_feed(&stream, bytes, len);
    llm_stream_finish(&stream);
}


static void
answer(const char *bytes)
{
    read_answer(bytes, strlen(bytes));
}


static void
test_text(void)
{
    answer(DELTA("\"a\"") DELTA("\"b\"") STOP CHUNK("[DONE]") DELTA("\"c\""));
    test_str(paperal_buf_cstr(&stream.text), "ab", "text of the chunks");
    test_int(stream.end, LLM_STREAM_DONE, "[DONE] is the end");
    test_str(out.finish_reason, "stop", "the reason");

    answer(DELTA("null") DELTA("[{\"type\":\"text\",\"text\":\"a\"},"
           "{\"type\":\"image\"},{\"text\":\"b\"}]"));
    test_str(paperal_buf_cstr(&stream.text), "ab", "text in parts");

    answer(CHUNK("{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"no\"}},"
           "{\"index\":0,\"delta\":{\"content\":\"yes\"}}]}"));
    test_str(paperal_buf_cstr(&stream.text), "yes", "only the first choice");

    answer(CHUNK("{\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\","
           "\"content\":\"a\"}}]}"));
    test_str(paperal_buf_cstr(&stream.text), "a", "not what it thinks");

    answer(CHUNK("{\"choices\":[{\"delta\":{\"refusal\":\"I \"}}]}")
           CHUNK("{\"choices\":[{\"delta\":{\"refusal\":\"will not\"}}]}"));
    test_str(paperal_buf_cstr(&stream.refusal), "I will not", "a refusal");

    answer(" \r\n{\"choices\":[{\"message\":{\"content\":\"whole\"},"
           "\"finish_reason\":\"length\"}]}");
    test_int(stream.form, LLM_STREAM_DOCUMENT, "a document");
    test_str(paperal_buf_cstr(&stream.text), "whole", "its text");
    test_str(out.finish_reason, "length", "its reason");
}


static void
test_usage(const char *usage, int64_t in, int64_t cached, int64_t written)
{
    char  text[512];

    snprintf(text, sizeof(text), "data: {\"choices\":[],\"usage\":%s}\n\n",
             usage);
    answer(text);

    test_int(out.prompt_tokens, in, "%s: prompt", usage);
    test_int(out.cached_tokens, cached, "%s: cached", usage);
    test_int(out.completion_tokens, written, "%s: answer", usage);
}


static void
test_usages(void)
{
    test_usage("{\"prompt_tokens\":10,\"completion_tokens\":2}", 10, -1, 2);
    test_usage("{\"prompt_tokens\":10,\"completion_tokens\":2,"
               "\"prompt_tokens_details\":{\"cached_tokens\":8}}", 10, 8, 2);
    test_usage("{\"prompt_tokens\":10,\"completion_tokens\":2,"
               "\"prompt_cache_hit_tokens\":8}", 10, 8, 2);
    test_usage("{\"prompt_tokens\":10,\"prompt_cache_hit_tokens\":11}",
               10, -1, -1);
    test_usage("{\"prompt_tokens\":-1,\"completion_tokens\":-5}", -1, -1, -1);
    test_usage("{\"prompt_tokens\":1e308,\"completion_tokens\":1e999}",
               -1, -1, -1);
    test_usage("{\"prompt_tokens\":1.5,\"completion_tokens\":\"7\"}",
               -1, -1, -1);
    test_usage("{\"prompt_tokens\":100000001,\"completion_tokens\":100000000}",
               -1, -1, 100000000);
    test_usage("null", -1, -1, -1);
    test_usage("[1,2]", -1, -1, -1);
    test_usage("{\"prompt_tokens_details\":7}", -1, -1, -1);
}


static void
test_error(const char *text, const char *message, const char *code,
    const char *type, const char *param)
{
    answer(text);

    test_int(stream.end, LLM_STREAM_ERROR, "an error: %s", text);
    test_str(out.message, message, "its message");
    test_str(out.code, code, "its code");
    test_str(out.type, type, "its type");
    test_str(out.param, param, "its parameter");
}


static void
test_errors(void)
{
    test_error("{\"error\":{\"message\":\"m\",\"type\":\"t\",\"param\":\"p\","
               "\"code\":\"c\"}}", "m", "c", "t", "p");
    test_error("{\"error\":\"just words\"}", "just words", "", "", "");
    test_error("{\"error\":{\"code\":429,\"message\":\"slow\"}}", "slow",
               "429", "", "");
    test_error("{\"object\":\"error\",\"message\":\"m\",\"type\":\"t\","
               "\"param\":null,\"code\":400}", "m", "400", "t", "");
    test_error("{\"detail\":\"Not Found\"}", "Not Found", "", "", "");
    test_error("{\"detail\":[{\"loc\":[\"body\",\"seed\"],\"msg\":\"no\"}]}",
               "[{\"loc\":[\"body\",\"seed\"],\"msg\":\"no\"}]", "", "", "");
    test_error("{\"message\":\"no route\"}", "no route", "", "", "");
    test_error("[{\"error\":{\"code\":400,\"message\":\"m\",\"status\":"
               "\"INVALID\"}}]", "m", "400", "", "");
    test_error("data: {\"error\":{\"message\":\"m\"}}\n\n", "m", "", "", "");
    test_error("data: {\"choices\":[{\"error\":{\"message\":\"m\","
               "\"code\":502},\"finish_reason\":\"error\"}]}\n\n", "m",
               "502", "", "");
    test_error("{\"error\":{\"message\":\"two\\nlines\\u0007 and\\ttabs\"}}",
               "two lines and tabs", "", "", "");

    answer(CHUNK("{\"error\":null,\"choices\":[{\"delta\":{\"content\":"
           "\"a\"}}]}"));
    test_int(stream.end, LLM_STREAM_GOES_ON, "no error is none");
    test_str(paperal_buf_cstr(&stream.text), "a", "but an answer");
}


/* Nothing of this may pass for an answer. */
static void
test_bad(void)
{
    char    deep[40000];
    size_t  i;

    static const char *const  bad[] = {
        CHUNK("{"), CHUNK("{}{}"), CHUNK("\"text\""), CHUNK("nonsense"),
        "{\"choices\":[", "[]", "[1]",
        DELTA("\"\xff\xfe\""), DELTA("\"a\\u0000b\""),
        DELTA("\"\\ud83d\""), DELTA("\"a\x01\""),
        CHUNK("{\"choices\":[],\"choices\":[]}"),
        CHUNK("{\"a\":1e}")
    };

    for (i = 0; i < test_count(bad); i++) {
        answer(bad[i]);
        test_int(stream.end, LLM_STREAM_BAD, "bad JSON %zu", i);
        test_ok(stream.why != NULL && stream.text.len == 0,
                "with a reason and without text");
    }

    read_answer("data: {\"choices\":[]}\0\n\n", 25);
    test_int(stream.end, LLM_STREAM_BAD, "a zero byte in an event");
    read_answer("\0data: {}\n\n", 11);
    test_int(stream.end, LLM_STREAM_GOES_ON, "a zero byte at the start");

    memset(deep, '[', sizeof(deep));
    memcpy(deep, "data: {\"choices\":", 17);
    read_answer(deep, sizeof(deep));
    test_int(stream.end, LLM_STREAM_BAD, "40,000 brackets");
    memset(deep, '[', 17);
    read_answer(deep, sizeof(deep));
    test_int(stream.end, LLM_STREAM_BAD, "in a document");
}


static void
test_wrong_types(void)
{
    size_t  i;

    static const char *const  odd[] = {
        "{\"choices\":{}}", "{\"choices\":[null,1,\"a\",[],{}]}",
        "{\"choices\":[{\"delta\":[]}]}",
        "{\"choices\":[{\"delta\":{\"content\":{\"a\":1}}}]}",
        "{\"choices\":[{\"delta\":{\"content\":[1,null,{\"text\":2}]}}]}",
        "{\"choices\":[{\"finish_reason\":{}}]}",
        "{\"id\":[],\"model\":{},\"system_fingerprint\":true,\"choices\":[]}",
        "{\"usage\":7}", "{}"
    };

    for (i = 0; i < test_count(odd); i++) {
        answer(odd[i]);
        test_ok(stream.end == LLM_STREAM_GOES_ON && stream.text.len == 0
                && out.finish_reason[0] == '\0',
                "of other types, nothing is taken: %s", odd[i]);
    }
}


static void
test_copy(void)
{
    char  to[9];

    llm_stream_copy(to, sizeof(to), "abc\xe4\xb8\xad\xe6\x96\x87", 9);
    test_str(to, "abc\xe4\xb8\xad", "cut at a code point");
    llm_stream_copy(to, sizeof(to), " a\r\n\x1b[31m\xff ", 11);
    test_str(to, "a [31m", "no controls, and no half character");
    llm_stream_copy(to, sizeof(to), "", 0);
    test_str(to, "", "nothing");
}


int
main(void)
{
    llm_stream_init(&stream, &out);

    test_text();
    test_usages();
    test_errors();
    test_bad();
    test_wrong_types();
    test_copy();
    llm_stream_release(&stream);

    return test_done();
}
