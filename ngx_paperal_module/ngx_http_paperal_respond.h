/*
 * Answers: headers, the envelope around the data, entity tags, pagination.
 */

#ifndef _NGX_HTTP_PAPERAL_RESPOND_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_RESPOND_H_INCLUDED_


#include "ngx_http_paperal.h"


/* Sends ctx->answer; returns what ngx_http_finalize_request() gets. */
ngx_int_t ngx_http_paperal_respond(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);

/* Sends ctx->error in the same way. */
ngx_int_t ngx_http_paperal_respond_error(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);

/* Adds a header line; the value must live as long as the request. */
ngx_int_t ngx_http_paperal_add_header(ngx_http_request_t *r, const char *name,
    ngx_str_t *value);

/*
 * The headers of every answer: X-Request-ID, Cache-Control, X-RateLimit-...,
 * Set-Cookie, Allow.  Adds them once, however often it is called.
 */
ngx_int_t ngx_http_paperal_common_headers(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);

/* The same and those of an error, Retry-After too; sets the content type. */
ngx_int_t ngx_http_paperal_error_headers(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);

/*
 * Reads what the client still sends, or closes the connection behind the
 * answer when that cannot be told from a next request.
 */
void ngx_http_paperal_drop_body(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);


#endif /* _NGX_HTTP_PAPERAL_RESPOND_H_INCLUDED_ */
