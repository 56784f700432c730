/*
 * What a server sends as the answer to one call: events of chunks, or one
 * JSON document where a stream was asked for, or an error in either form.
 *
 * The form is told by the first byte, not by a header: an event stream never
 * begins with a bracket.  Nothing of an answer is believed: texts are capped,
 * counts of tokens outside of 0..LLM_MAX_TOKENS are none, JSON is checked
 * before it is parsed.
 */

#ifndef LLM_STREAM_H
#define LLM_STREAM_H


#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

#include "llm.h"
#include "llm_sse.h"
#include "paperal_buf.h"


#define LLM_MAX_TOKENS    100000000        /* of a count that is believed */
#define LLM_MAX_DOCUMENT  (8 * 1024 * 1024)
#define LLM_MAX_REFUSAL   4096


typedef enum {
    LLM_STREAM_UNKNOWN = 0,     /* only white space yet */
    LLM_STREAM_EVENTS,
    LLM_STREAM_DOCUMENT
} llm_stream_form_e;

/* Why a stream is read no further. */
typedef enum {
    LLM_STREAM_GOES_ON = 0,
    LLM_STREAM_DONE,            /* [DONE] */
    LLM_STREAM_ERROR,           /* an error object */
    LLM_STREAM_BAD,             /* not what it should be, see why */
    LLM_STREAM_TOO_LARGE
} llm_stream_end_e;

typedef struct {
    llm_stream_form_e   form;
    llm_stream_end_e    end;
    const char         *why;            /* of LLM_STREAM_BAD, static */
    size_t              total;          /* bytes received */
    size_t              chunks;         /* objects understood */
    llm_sse_t           sse;
    paperal_buf_t       document;
    paperal_buf_t       text;
    paperal_buf_t       refusal;
    llm_outcome_t      *out;            /* names, counts, code, message */
} llm_stream_t;


/* The strings and counts that a server gives are written to out. */
void llm_stream_init(llm_stream_t *s, llm_outcome_t *out);
void llm_stream_release(llm_stream_t *s);

/* Takes the next bytes; returns s->end: anything but 0 asks for no more. */
llm_stream_end_e llm_stream_feed(llm_stream_t *s, const char *bytes,
    size_t len);

/* No more bytes will come. */
void llm_stream_finish(llm_stream_t *s);

/*
 * Copies a text for people: one line, valid UTF-8, cut at a code point to
 * size - 1 bytes.
 */
void llm_stream_copy(char *to, size_t size, const char *from, size_t len);


#endif /* LLM_STREAM_H */
