/*
 * Event streams.
 *
 * Life: open() sends the header and links the stream into the list of this
 * process; events go out as buffers whose structures are reused and whose bytes
 * are freed as soon as they are sent, so an idle stream holds none; whatever
 * ends a stream (close(), an error, "bye") marks it and posts the connection's
 * write event, whose handler finalizes the request: no caller finds its stream
 * gone beneath its feet.  The request's cleanup unlinks it.
 *
 * One timer serves all streams (pings and polls), and one fake connection that
 * nginx finds idle when the process leaves tells them to say "bye".
 */

#include "ngx_http_paperal_stream_output.h"

#include "ngx_http_paperal_guard.h"
#include "ngx_http_paperal_redis.h"


#define NGX_HTTP_PAPERAL_STREAM_TICK      1000         /* ms */
#define NGX_HTTP_PAPERAL_STREAM_MAX_NAME  64           /* of an event */


static void ngx_http_paperal_stream_take(ngx_http_request_t *r);
static ngx_http_paperal_stream_t *ngx_http_paperal_stream_create(
    ngx_http_request_t *r, ngx_http_paperal_stream_conf_t *conf);
static ngx_int_t ngx_http_paperal_stream_header(ngx_http_request_t *r);
static ngx_int_t ngx_http_paperal_stream_resync(ngx_http_paperal_stream_t *s);
static void ngx_http_paperal_stream_fail(ngx_http_paperal_stream_t *s);
static void ngx_http_paperal_stream_post(ngx_http_paperal_stream_t *s);
static void ngx_http_paperal_stream_write_handler(ngx_http_request_t *r);
static void ngx_http_paperal_stream_finalize(ngx_http_paperal_stream_t *s);
static void ngx_http_paperal_stream_cleanup(void *data);
static void ngx_http_paperal_stream_tick(ngx_event_t *ev);
static void ngx_http_paperal_stream_tend(ngx_http_paperal_stream_t *s,
    ngx_uint_t live);
static void ngx_http_paperal_stream_bye(ngx_http_paperal_stream_t *s);
static void ngx_http_paperal_stream_exiting(ngx_event_t *ev);
static void ngx_http_paperal_stream_unwatch(void);


static ngx_http_paperal_stream_stats_t   ngx_http_paperal_stream_own_stats;
ngx_http_paperal_stream_stats_t         *ngx_http_paperal_stream_stats =
                                          &ngx_http_paperal_stream_own_stats;

static ngx_queue_t        ngx_http_paperal_streams;
static ngx_queue_t       *ngx_http_paperal_stream_next;   /* of the tick */
static ngx_event_t        ngx_http_paperal_stream_timer;
static ngx_connection_t  *ngx_http_paperal_stream_watcher;
static ngx_connection_t   ngx_http_paperal_stream_ident;


ngx_int_t
ngx_http_paperal_stream_open(ngx_http_request_t *r,
    ngx_http_paperal_stream_conf_t *conf, ngx_http_paperal_stream_t **stream)
{
    ngx_int_t                   rc;
    ngx_http_paperal_stream_t  *s;

    s = ngx_http_paperal_stream_create(r, conf);
    if (s == NULL) {
        return NGX_ERROR;
    }

    if (conf->user != NULL
        && ngx_http_paperal_stream_users_take(conf->user,
                                          NGX_HTTP_PAPERAL_STREAM_MAX_PER_USER,
                                          &s->user)
           != NGX_OK)
    {
        return NGX_BUSY;
    }

    rc = ngx_http_paperal_stream_header(r);
    if (rc != NGX_OK) {
        return rc;
    }

    ngx_queue_insert_tail(&ngx_http_paperal_streams, &s->queue);

    /* "bye" is posted: the process must not leave before it has run */

    ngx_http_paperal_guard_hold();

    ngx_http_paperal_stream_stats->opened++;
    ngx_http_paperal_stream_stats->open++;

    if (!ngx_http_paperal_stream_timer.timer_set) {
        ngx_add_timer(&ngx_http_paperal_stream_timer,
                      NGX_HTTP_PAPERAL_STREAM_TICK);
    }

    ngx_http_paperal_stream_take(r);

    *stream = s;

    /* brings the header on its way too */

    if (ngx_http_paperal_stream_write(s, NULL, 0, NULL) != NGX_OK) {
        ngx_http_paperal_stream_fail(s);

    } else if (ngx_exiting) {
        ngx_http_paperal_stream_bye(s);
    }

    return NGX_OK;
}


/* Takes the events of the request's connection over. */

static void
ngx_http_paperal_stream_take(ngx_http_request_t *r)
{
    ngx_connection_t          *c;
    ngx_http_core_loc_conf_t  *clcf;

    c = r->connection;
    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    r->write_event_handler = ngx_http_paperal_stream_write_handler;

    if (!r->discard_body) {
        r->read_event_handler = ngx_http_test_reading;
    }

    /* of a client that has left already the read event may be over */

    ngx_post_event(c->read, &ngx_posted_events);

#if (NGX_HTTP_V2)
    if (r->stream) {
        return;
    }
#endif

    /* small events must not wait for the acknowledgment of others */

    if (clcf->tcp_nodelay && c->sockaddr->sa_family != AF_UNIX) {
        (void) ngx_tcp_nodelay(c);
    }
}


static ngx_http_paperal_stream_t *
ngx_http_paperal_stream_create(ngx_http_request_t *r,
    ngx_http_paperal_stream_conf_t *conf)
{
    ngx_pool_cleanup_t         *pool_cln;
    ngx_http_cleanup_t         *cln;
    ngx_http_paperal_stream_t  *s;

    cln = ngx_http_cleanup_add(r, 0);
    pool_cln = ngx_pool_cleanup_add(r->pool, 0);
    s = ngx_pcalloc(r->pool, sizeof(ngx_http_paperal_stream_t));

    if (cln == NULL || pool_cln == NULL || s == NULL) {
        return NULL;
    }

    s->request = r;
    s->conf = *conf;
    s->pinged = ngx_current_msec;
    s->polled = ngx_current_msec;

    ngx_queue_init(&s->queue);

    cln->handler = ngx_http_paperal_stream_cleanup;
    cln->data = s;

    /* HTTP/2 may still send frames of a request that was terminated */

    pool_cln->handler = ngx_http_paperal_stream_free;
    pool_cln->data = s;

    return s;
}


static ngx_int_t
ngx_http_paperal_stream_header(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = -1;

    ngx_str_set(&r->headers_out.content_type, "text/event-stream");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    /* gzip would hold events back: let it believe the client wants none */

    r->gzip_tested = 1;
    r->gzip_ok = 0;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK) {
        return NGX_ERROR;
    }

    return r->header_only ? NGX_DONE : NGX_OK;
}


ngx_int_t
ngx_http_paperal_stream_event(ngx_http_paperal_stream_t *stream,
    ngx_str_t *event, uint64_t id, ngx_str_t *data)
{
    ngx_int_t  rc;

    if (stream->closing) {
        return NGX_ERROR;
    }

    if (event->len > NGX_HTTP_PAPERAL_STREAM_MAX_NAME) {
        return NGX_ERROR;
    }

    if (stream->gap || data->len > NGX_HTTP_PAPERAL_STREAM_MAX_DATA
        || stream->pending + data->len > NGX_HTTP_PAPERAL_STREAM_MAX_PENDING)
    {
        ngx_http_paperal_stream_stats->dropped++;

        if (stream->busy != NULL) {
            stream->gap = 1;
            return NGX_AGAIN;
        }

        /* too large: only the client can ask for it otherwise */

        return (ngx_http_paperal_stream_resync(stream) == NGX_OK)
               ? NGX_AGAIN : NGX_ERROR;
    }

    ngx_http_paperal_stream_stats->events++;

    rc = ngx_http_paperal_stream_write(stream, event, id, data);

    if (rc != NGX_OK) {
        ngx_http_paperal_stream_fail(stream);
    }

    return rc;
}


static ngx_int_t
ngx_http_paperal_stream_resync(ngx_http_paperal_stream_t *s)
{
    static ngx_str_t  event = ngx_string("resync");
    static ngx_str_t  data = ngx_string("{}");

    s->gap = 0;

    ngx_http_paperal_stream_stats->resyncs++;

    if (ngx_http_paperal_stream_write(s, &event, 0, &data) != NGX_OK) {
        ngx_http_paperal_stream_fail(s);
        return NGX_ERROR;
    }

    return NGX_OK;
}


void
ngx_http_paperal_stream_close(ngx_http_paperal_stream_t *stream)
{
    if (stream->closing) {
        return;
    }

    stream->closing = 1;

    ngx_http_paperal_stream_post(stream);
}


static void
ngx_http_paperal_stream_fail(ngx_http_paperal_stream_t *s)
{
    s->closing = 1;
    s->failed = 1;

    ngx_http_paperal_stream_post(s);
}


static void
ngx_http_paperal_stream_post(ngx_http_paperal_stream_t *s)
{
    ngx_post_event(s->request->connection->write, &ngx_posted_events);
}


static void
ngx_http_paperal_stream_write_handler(ngx_http_request_t *r)
{
    ngx_event_t                *wev;
    ngx_http_cleanup_t         *cln;
    ngx_http_paperal_stream_t  *s;

    s = NULL;
    wev = r->connection->write;

    for (cln = r->cleanup; cln; cln = cln->next) {
        if (cln->handler == ngx_http_paperal_stream_cleanup) {
            s = cln->data;
            break;
        }
    }

    if (s == NULL) {
        return;
    }

    if (wev->timedout) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, NGX_ETIMEDOUT,
                      "client timed out");
        r->connection->timedout = 1;
        ngx_http_finalize_request(r, NGX_HTTP_REQUEST_TIME_OUT);
        return;
    }

    /* the client has taken something: its time begins anew */

    if (wev->timer_set && !wev->delayed) {
        ngx_del_timer(wev);
    }

    if (!s->failed) {

        if (ngx_http_paperal_stream_output(s, NULL) != NGX_OK) {
            s->closing = 1;
            s->failed = 1;
        }

        if (s->gap && !s->closing && s->busy == NULL
            && ngx_http_paperal_stream_resync(s) == NGX_OK
            && s->conf.on_resync != NULL)
        {
            s->conf.on_resync(s->conf.data);
        }
    }

    if (s->closing) {
        ngx_http_paperal_stream_finalize(s);
    }
}


/* nginx itself flushes what waits, bounded by send_timeout. */

static void
ngx_http_paperal_stream_finalize(ngx_http_paperal_stream_t *s)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = s->request;

    if (s->failed) {
        r->connection->error = 1;
        ngx_http_finalize_request(r, NGX_ERROR);
        return;
    }

    if (s->ended) {
        return;
    }

    s->ended = 1;

    rc = ngx_http_send_special(r, NGX_HTTP_LAST);

    ngx_http_finalize_request(r, rc);
}


static void
ngx_http_paperal_stream_cleanup(void *data)
{
    ngx_http_paperal_stream_t  *s;

    s = data;

    s->closing = 1;

    ngx_http_paperal_stream_users_give(s->user);
    s->user = NULL;

    if (&s->queue == ngx_http_paperal_stream_next) {
        ngx_http_paperal_stream_next = ngx_queue_next(&s->queue);
    }

    /* one that did not get as far as the list is its own queue */

    if (ngx_queue_next(&s->queue) != &s->queue) {
        ngx_queue_remove(&s->queue);
        ngx_queue_init(&s->queue);

        ngx_http_paperal_guard_release();

        ngx_http_paperal_stream_stats->open--;

        if (s->conf.on_close != NULL) {
            s->conf.on_close(s->conf.data);
        }
    }
}


/*
 * One timer for all: a stream that is due gets its ping or its poll.  Handlers
 * may end any stream, whose cleanup then moves "next".
 */

static void
ngx_http_paperal_stream_tick(ngx_event_t *ev)
{
    ngx_uint_t    live;
    ngx_queue_t  *q;

    live = ngx_http_paperal_redis_live();

    ngx_http_paperal_stream_next = ngx_queue_head(&ngx_http_paperal_streams);

    while (ngx_http_paperal_stream_next
           != ngx_queue_sentinel(&ngx_http_paperal_streams))
    {
        q = ngx_http_paperal_stream_next;
        ngx_http_paperal_stream_next = ngx_queue_next(q);

        ngx_http_paperal_stream_tend(
            ngx_queue_data(q, ngx_http_paperal_stream_t, queue), live);
    }

    ngx_http_paperal_stream_next = NULL;

    if (!ngx_queue_empty(&ngx_http_paperal_streams)) {
        ngx_add_timer(ev, NGX_HTTP_PAPERAL_STREAM_TICK);
    }
}


static void
ngx_http_paperal_stream_tend(ngx_http_paperal_stream_t *s, ngx_uint_t live)
{
    static ngx_str_t  ping = ngx_string("ping");

    if (s->closing) {
        return;
    }

    if (ngx_current_msec - s->pinged >= NGX_HTTP_PAPERAL_STREAM_PING) {
        s->pinged = ngx_current_msec;

        if (s->busy == NULL
            && ngx_http_paperal_stream_write(s, &ping, 0, NULL) != NGX_OK)
        {
            ngx_http_paperal_stream_fail(s);
            return;
        }
    }

    if (!live && s->conf.on_poll != NULL
        && ngx_current_msec - s->polled >= NGX_HTTP_PAPERAL_STREAM_POLL)
    {
        s->polled = ngx_current_msec;
        s->conf.on_poll(s->conf.data);
    }
}


static void
ngx_http_paperal_stream_bye(ngx_http_paperal_stream_t *s)
{
    static ngx_str_t  event = ngx_string("bye");
    static ngx_str_t  data = ngx_string("{}");

    if (s->closing) {
        return;
    }

    if (ngx_http_paperal_stream_write(s, &event, 0, &data) != NGX_OK) {
        ngx_http_paperal_stream_fail(s);
        return;
    }

    ngx_http_paperal_stream_close(s);
}


/* Called by nginx for an idle connection when the process leaves. */

static void
ngx_http_paperal_stream_exiting(ngx_event_t *ev)
{
    ngx_queue_t       *q;
    ngx_connection_t  *c;

    c = ev->data;

    if (!c->close) {
        return;
    }

    /* bye() posts: nothing leaves the list meanwhile */

    for (q = ngx_queue_head(&ngx_http_paperal_streams);
         q != ngx_queue_sentinel(&ngx_http_paperal_streams);
         q = ngx_queue_next(q))
    {
        ngx_http_paperal_stream_bye(
            ngx_queue_data(q, ngx_http_paperal_stream_t, queue));
    }

    ngx_http_paperal_stream_unwatch();
}


static void
ngx_http_paperal_stream_unwatch(void)
{
    ngx_connection_t  *c;

    c = ngx_http_paperal_stream_watcher;

    if (c == NULL) {
        return;
    }

    ngx_free_connection(c);

    c->fd = (ngx_socket_t) -1;
    c->idle = 0;

    ngx_http_paperal_stream_watcher = NULL;
}


ngx_int_t
ngx_http_paperal_stream_init_worker(ngx_cycle_t *cycle)
{
    ngx_event_t       *ev;
    ngx_connection_t  *c;

    ngx_queue_init(&ngx_http_paperal_streams);
    ngx_http_paperal_stream_next = NULL;
    ngx_http_paperal_stream_stats->open = 0;

    ngx_http_paperal_stream_ident.fd = (ngx_socket_t) -1;

    ev = &ngx_http_paperal_stream_timer;

    ngx_memzero(ev, sizeof(ngx_event_t));

    ev->handler = ngx_http_paperal_stream_tick;
    ev->data = &ngx_http_paperal_stream_ident;
    ev->log = cycle->log;
    ev->cancelable = 1;

    /* the descriptor is none: it only must not be -1, which means free */

    c = ngx_get_connection(0, cycle->log);
    if (c == NULL) {
        return NGX_ERROR;
    }

    c->fd = (ngx_socket_t) -2;
    c->idle = 1;
    c->read->handler = ngx_http_paperal_stream_exiting;
    c->read->log = cycle->log;

    ngx_http_paperal_stream_watcher = c;

    return NGX_OK;
}


void
ngx_http_paperal_stream_exit_worker(void)
{
    ngx_http_paperal_stream_unwatch();

    if (ngx_http_paperal_stream_timer.timer_set) {
        ngx_del_timer(&ngx_http_paperal_stream_timer);
    }
}
