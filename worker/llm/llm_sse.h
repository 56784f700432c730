/*
 * Server-sent events, as a stream of bytes that may be split anywhere.
 *
 * Lines end with LF, CR LF or CR; comments and unknown fields are skipped; a
 * byte order mark at the start, too.  The lines of an event's data are joined
 * by LF.  An event that is not closed by an empty line is still handed out by
 * llm_sse_end(): some servers forget the last one.
 */

#ifndef LLM_SSE_H
#define LLM_SSE_H


#include <stddef.h>

#include "paperal_buf.h"


#define LLM_SSE_MAX_EVENT  (2 * 1024 * 1024)   /* bytes of its data */


/*
 * An event with data.  A return value other than 0 stops the parser, which
 * returns it.
 */
typedef int (*llm_sse_event_pt)(void *ctx, const char *text, size_t len);

typedef struct {
    paperal_buf_t      line;        /* what is there of an unfinished line */
    paperal_buf_t      data;
    llm_sse_event_pt   event;
    void              *ctx;
    size_t             offset;      /* bytes taken, up to the mark's length */
    unsigned           cr:1;        /* an LF that follows belongs to the CR */
    unsigned           has_data:1;  /* data may be an empty string */
} llm_sse_t;


void llm_sse_init(llm_sse_t *sse, llm_sse_event_pt event, void *ctx);
void llm_sse_release(llm_sse_t *sse);

/*
 * Takes the next bytes.  0; -1 when a line or an event is larger than
 * LLM_SSE_MAX_EVENT; or what an event's function has returned.
 */
int llm_sse_feed(llm_sse_t *sse, const char *bytes, size_t len);

/* The stream has ended; returns as llm_sse_feed(). */
int llm_sse_end(llm_sse_t *sse);


#endif /* LLM_SSE_H */
