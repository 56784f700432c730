/*
 * What an event stream sends: the text of events, and buffers whose structures
 * are reused and whose bytes are freed as soon as they are sent.
 */

#include "ngx_http_paperal_stream_output.h"


static ngx_buf_t *ngx_http_paperal_stream_format(ngx_str_t *event,
    uint64_t id, ngx_str_t *data, ngx_buf_t *b);
static void ngx_http_paperal_stream_release(ngx_http_paperal_stream_t *s);
static ngx_int_t ngx_http_paperal_stream_wait(ngx_http_paperal_stream_t *s);


static u_char  ngx_http_paperal_stream_tag;


/* event NULL: the first bytes of a stream; data NULL: a ping. */

static ngx_buf_t *
ngx_http_paperal_stream_format(ngx_str_t *event, uint64_t id,
    ngx_str_t *data, ngx_buf_t *b)
{
    size_t  size;

    size = sizeof("event: \nid: \ndata: \n\n") + NGX_INT64_LEN;

    if (event != NULL && data != NULL) {
        size += event->len + data->len;
    }

    b->start = malloc(size);
    if (b->start == NULL) {
        return NULL;
    }

    b->pos = b->start;
    b->end = b->start + size;

    if (event == NULL) {
        b->last = ngx_cpymem(b->pos, "retry: 2000\n\n",
                             sizeof("retry: 2000\n\n") - 1);

    } else if (data == NULL) {
        b->last = ngx_cpymem(b->pos, ": ping\n\n", sizeof(": ping\n\n") - 1);

    } else {
        b->last = ngx_sprintf(b->pos, "event: %V\n", event);

        if (id) {
            b->last = ngx_sprintf(b->last, "id: %uL\n", id);
        }

        b->last = ngx_sprintf(b->last, "data: %V\n\n", data);
    }

    b->memory = 0;
    b->temporary = 1;
    b->flush = 1;
    b->last_buf = 0;

    return b;
}


ngx_int_t
ngx_http_paperal_stream_write(ngx_http_paperal_stream_t *s, ngx_str_t *event,
    uint64_t id, ngx_str_t *data)
{
    ngx_chain_t  *cl;

    cl = ngx_chain_get_free_buf(s->request->pool, &s->free);
    if (cl == NULL) {
        return NGX_ERROR;
    }

    cl->buf->tag = (ngx_buf_tag_t) &ngx_http_paperal_stream_tag;

    if (ngx_http_paperal_stream_format(event, id, data, cl->buf) == NULL) {
        cl->next = s->free;
        s->free = cl;
        return NGX_ERROR;
    }

    s->pending += ngx_buf_size(cl->buf);

    return ngx_http_paperal_stream_output(s, cl);
}


/* out NULL: what waits.  NGX_ERROR only if the connection is broken. */

ngx_int_t
ngx_http_paperal_stream_output(ngx_http_paperal_stream_t *s,
    ngx_chain_t *out)
{
    ngx_int_t            rc;
    ngx_chain_t         *cl, **ll;
    ngx_http_request_t  *r;

    r = s->request;

    rc = ngx_http_output_filter(r, out);

    /* ours, in order, whatever the filters did with their own links */

    for (ll = &s->busy; *ll; ll = &(*ll)->next) { /* void */ }

    for (cl = out; cl; cl = cl->next) {
        *ll = cl;
        ll = &cl->next;
    }

    ngx_http_paperal_stream_release(s);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    return ngx_http_paperal_stream_wait(s);
}


static void
ngx_http_paperal_stream_release(ngx_http_paperal_stream_t *s)
{
    ngx_chain_t  *cl;

    while (s->busy && ngx_buf_size(s->busy->buf) == 0) {
        cl = s->busy;
        s->busy = cl->next;

        s->pending -= cl->buf->last - cl->buf->start;

        free(cl->buf->start);

        cl->buf->start = NULL;
        cl->buf->pos = NULL;
        cl->buf->last = NULL;
        cl->buf->end = NULL;

        cl->next = s->free;
        s->free = cl;
    }
}


/* Waits for the client to take what is buffered, if there is something. */

static ngx_int_t
ngx_http_paperal_stream_wait(ngx_http_paperal_stream_t *s)
{
    ngx_event_t               *wev;
    ngx_http_request_t        *r;
    ngx_http_core_loc_conf_t  *clcf;

    r = s->request;
    wev = r->connection->write;

    if (s->busy == NULL && !r->buffered && !r->connection->buffered) {

        if (wev->timer_set && !wev->delayed) {
            ngx_del_timer(wev);
        }

        return NGX_OK;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    /* from the last byte that went: a client that takes none times out */

    if (!wev->timer_set) {
        ngx_add_timer(wev, clcf->send_timeout);
    }

    return ngx_handle_write_event(wev, clcf->send_lowat);
}


void
ngx_http_paperal_stream_free(void *data)
{
    ngx_chain_t                *cl;
    ngx_http_paperal_stream_t  *s;

    s = data;

    for (cl = s->busy; cl; cl = cl->next) {
        free(cl->buf->start);
    }
}
