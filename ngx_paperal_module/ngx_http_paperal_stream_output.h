/*
 * The inside of an event stream, shared by its two files: its life is in
 * _stream.c, its output in _stream_output.c.
 */

#ifndef _NGX_HTTP_PAPERAL_STREAM_OUTPUT_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_STREAM_OUTPUT_H_INCLUDED_


#include "ngx_http_paperal_stream.h"
#include "ngx_http_paperal_stream_users.h"


struct ngx_http_paperal_stream_s {
    ngx_queue_t                      queue;
    ngx_http_request_t              *request;
    ngx_http_paperal_stream_conf_t   conf;
    ngx_http_paperal_stream_user_t  *user;        /* counted there */

    ngx_chain_t                     *free;
    ngx_chain_t                     *busy;
    size_t                           pending;     /* bytes in busy */

    ngx_msec_t                       pinged;
    ngx_msec_t                       polled;

    unsigned                         gap:1;       /* a resync is owed */
    unsigned                         closing:1;   /* say no more */
    unsigned                         failed:1;    /* and flush nothing */
    unsigned                         ended:1;     /* last buffer is sent */
};


/*
 * Sends an event; event NULL: the first bytes of a stream; data NULL: a ping.
 * Texts are copied.  NGX_ERROR without memory or when the connection is broken.
 */
ngx_int_t ngx_http_paperal_stream_write(ngx_http_paperal_stream_t *s,
    ngx_str_t *event, uint64_t id, ngx_str_t *data);

/*
 * Sends a chain of the stream's buffers, or with NULL what waits, and arms the
 * time limit while something does.  NGX_ERROR only if the connection is broken.
 */
ngx_int_t ngx_http_paperal_stream_output(ngx_http_paperal_stream_t *s,
    ngx_chain_t *out);

/* Pool cleanup: frees the bytes that were not sent. */
void ngx_http_paperal_stream_free(void *data);


#endif /* _NGX_HTTP_PAPERAL_STREAM_OUTPUT_H_INCLUDED_ */
