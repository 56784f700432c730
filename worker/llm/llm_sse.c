/*
 * See llm_sse.h.  Whole lines are read where they lie; only the part of a
 * line that a chunk ends with is copied.
 */

#include "llm_sse.h"

#include <string.h>


#define LLM_SSE_MARK      "\xef\xbb\xbf"
#define LLM_SSE_MARK_LEN  3


static size_t llm_sse_mark(llm_sse_t *sse, const char *bytes, size_t len);
static const char *llm_sse_line_end(const char *p, const char *end);
static int llm_sse_line(llm_sse_t *sse, const char *line, size_t len);
static int llm_sse_dispatch(llm_sse_t *sse);


void
llm_sse_init(llm_sse_t *sse, llm_sse_event_pt event, void *ctx)
{
    memset(sse, 0, sizeof(llm_sse_t));
    paperal_buf_init(&sse->line, LLM_SSE_MAX_EVENT + 16);
    paperal_buf_init(&sse->data, LLM_SSE_MAX_EVENT);
    sse->event = event;
    sse->ctx = ctx;
}


void
llm_sse_release(llm_sse_t *sse)
{
    paperal_buf_release(&sse->line);
    paperal_buf_release(&sse->data);
}


int
llm_sse_feed(llm_sse_t *sse, const char *bytes, size_t len)
{
    int          rc;
    const char  *p, *eol, *end;

    p = bytes + llm_sse_mark(sse, bytes, len);
    end = bytes + len;

    while (p < end) {
        if (sse->cr && *p == '\n') {
            sse->cr = 0;
            p++;
            continue;
        }

        sse->cr = 0;
        eol = llm_sse_line_end(p, end);

        if (eol == NULL) {
            paperal_buf_bytes(&sse->line, p, (size_t) (end - p));
            return sse->line.failed ? -1 : 0;
        }

        sse->cr = *eol == '\r';

        if (sse->line.len == 0) {
            rc = llm_sse_line(sse, p, (size_t) (eol - p));

        } else {
            paperal_buf_bytes(&sse->line, p, (size_t) (eol - p));
            rc = sse->line.failed ? -1
                 : llm_sse_line(sse, sse->line.data, sse->line.len);
            paperal_buf_clear(&sse->line);
        }

        if (rc != 0) {
            return rc;
        }

        p = eol + 1;
    }

    return 0;
}


/*
 * The bytes to skip of a mark at the very start.  A mark that is split shows
 * only whole: what looked like one until then is put back.
 */
static size_t
llm_sse_mark(llm_sse_t *sse, const char *bytes, size_t len)
{
    size_t  n;

    for (n = 0; n < len && sse->offset < LLM_SSE_MARK_LEN; n++) {
        if (bytes[n] != LLM_SSE_MARK[sse->offset]) {
            paperal_buf_bytes(&sse->line, LLM_SSE_MARK, sse->offset);
            sse->offset = LLM_SSE_MARK_LEN;
            break;
        }

        sse->offset++;
    }

    return n;
}


static const char *
llm_sse_line_end(const char *p, const char *end)
{
    const char  *lf, *cr;

    lf = memchr(p, '\n', (size_t) (end - p));
    cr = memchr(p, '\r', (size_t) ((lf != NULL ? lf : end) - p));

    return cr != NULL ? cr : lf;
}


static int
llm_sse_line(llm_sse_t *sse, const char *line, size_t len)
{
    if (len == 0) {
        return llm_sse_dispatch(sse);
    }

    if (len < 4 || memcmp(line, "data", 4) != 0
        || (len > 4 && line[4] != ':'))
    {
        return 0;          /* a comment, or "event", "id", "retry" */
    }

    line += len > 4 ? 5 : 4;
    len -= len > 4 ? 5 : 4;

    if (len > 0 && *line == ' ') {
        line++;
        len--;
    }

    if (sse->has_data) {
        paperal_buf_char(&sse->data, '\n');
    }

    sse->has_data = 1;
    paperal_buf_bytes(&sse->data, line, len);

    return sse->data.failed ? -1 : 0;
}


static int
llm_sse_dispatch(llm_sse_t *sse)
{
    int  rc;

    if (!sse->has_data) {
        return 0;
    }

    rc = sse->event(sse->ctx, paperal_buf_cstr(&sse->data), sse->data.len);

    sse->has_data = 0;
    paperal_buf_clear(&sse->data);

    return rc;
}


int
llm_sse_end(llm_sse_t *sse)
{
    int  rc;

    rc = 0;

    if (sse->line.len > 0) {
        rc = llm_sse_line(sse, sse->line.data, sse->line.len);
        paperal_buf_clear(&sse->line);
    }

    return rc != 0 ? rc : llm_sse_dispatch(sse);
}
