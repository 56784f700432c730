/*
 * Event streams of the API: one analysis, or all that the caller sees.
 *
 * The database is the only source of events; what comes from Redis just says
 * when to look.  So events are complete, in order, and behind the caller's own
 * rights, and without Redis they only come later.
 */

#ifndef _NGX_HTTP_PAPERAL_EVENTS_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_EVENTS_H_INCLUDED_


#include "ngx_http_paperal.h"


#define PAPERAL_WATCH_TICK      15000        /* ms between safety looks */
#define PAPERAL_WATCH_BATCH     64           /* events of one look */
#define PAPERAL_WATCH_OVERLAP   64           /* ids that may commit late */
#define PAPERAL_MAX_CHANNELS    64           /* workspaces of one stream */


/* Registers the statements. */
ngx_int_t ngx_http_paperal_events_init(ngx_conf_t *cf);

/* Check: the header Last-Event-ID; what is no number is as if not sent. */
const char *ngx_http_paperal_check_event_id(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);

/* Steps before the state is read: subscribe. */
ngx_int_t ngx_http_paperal_watch_analysis(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
ngx_int_t ngx_http_paperal_watch_workspaces(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);

/* Steps after it: open the stream and begin. */
ngx_int_t ngx_http_paperal_stream_analysis(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
ngx_int_t ngx_http_paperal_stream_events(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);


#endif /* _NGX_HTTP_PAPERAL_EVENTS_H_INCLUDED_ */
