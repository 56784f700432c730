/*
 * Event streams (text/event-stream) over a request.
 *
 * A stream sends ": ping" every 15 s, and an event "bye" when the worker
 * process quits.  A client that reads too slowly loses events: once what waits
 * for it exceeds MAX_PENDING, events are dropped, and when it has caught up it
 * gets one event "resync", upon which a client reads the state anew.
 */

#ifndef _NGX_HTTP_PAPERAL_STREAM_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_STREAM_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


#define NGX_HTTP_PAPERAL_STREAM_PING         15000       /* ms */
#define NGX_HTTP_PAPERAL_STREAM_POLL         2000        /* ms */
#define NGX_HTTP_PAPERAL_STREAM_MAX_PENDING  65536       /* bytes unsent */
#define NGX_HTTP_PAPERAL_STREAM_MAX_DATA     32768       /* of one event */
#define NGX_HTTP_PAPERAL_STREAM_MAX_PER_USER 16


typedef struct ngx_http_paperal_stream_s  ngx_http_paperal_stream_t;

typedef void (*ngx_http_paperal_stream_pt)(void *data);

/* What the opener gives; copied.  user NULL: not counted. */
typedef struct {
    ngx_str_t                   *user;

    /*
     * on_poll: every STREAM_POLL while Redis subscriptions are not live: read
     * the database.  on_resync: the client has caught up and got a "resync",
     * the events until now may be missing.  on_close: the stream is over, for
     * whatever reason; called once, when the request is freed; unsubscribe
     * here.  Each may be NULL.
     */
    ngx_http_paperal_stream_pt   on_poll;
    ngx_http_paperal_stream_pt   on_resync;
    ngx_http_paperal_stream_pt   on_close;
    void                        *data;
} ngx_http_paperal_stream_conf_t;


/* Counters of one worker process; it is the only writer. */
typedef struct {
    ngx_atomic_t                 opened;
    ngx_atomic_t                 events;
    ngx_atomic_t                 dropped;
    ngx_atomic_t                 resyncs;
    ngx_atomic_t                 open;       /* now */
} ngx_http_paperal_stream_stats_t;

/* As ngx_http_paperal_pg_stats. */
extern ngx_http_paperal_stream_stats_t  *ngx_http_paperal_stream_stats;


ngx_int_t ngx_http_paperal_stream_init_worker(ngx_cycle_t *cycle);
void ngx_http_paperal_stream_exit_worker(void);

/*
 * Sends the header (status 200; the caller has added its own header lines) and
 * begins the stream.  The request must be suspended: main->count held once for
 * the stream, which finalizes the request at its end.  From now on the stream
 * owns the request's read and write handlers.
 *
 * Returns NGX_OK; NGX_BUSY when the user has MAX_PER_USER streams (nothing was
 * sent); NGX_DONE for HEAD (the header was sent); NGX_ERROR without memory or
 * when the header could not be sent.  In the latter three cases the caller
 * finalizes, and on_close is not called.
 */
ngx_int_t ngx_http_paperal_stream_open(ngx_http_request_t *r,
    ngx_http_paperal_stream_conf_t *conf, ngx_http_paperal_stream_t **stream);

/*
 * Sends one event.  id 0 sends no id line; data is one line.  Never frees the
 * request: a failure ends it by a posted event.
 *
 * Returns NGX_OK; NGX_AGAIN when the event was dropped: the client is too slow
 * and gets a resync when it has caught up, or the event exceeds MAX_DATA and a
 * resync took its place; NGX_ERROR when the stream is over.
 */
ngx_int_t ngx_http_paperal_stream_event(ngx_http_paperal_stream_t *stream,
    ngx_str_t *event, uint64_t id, ngx_str_t *data);

/* Ends the stream behind what waits, by a posted event. */
void ngx_http_paperal_stream_close(ngx_http_paperal_stream_t *stream);


#endif /* _NGX_HTTP_PAPERAL_STREAM_H_INCLUDED_ */
