/*
 * JSON bodies: read, checked strictly, parsed.
 */

#ifndef _NGX_HTTP_PAPERAL_BODY_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_BODY_H_INCLUDED_


#include "ngx_http_paperal.h"


/*
 * Step: reads the body of POST, PUT and PATCH into ctx->body (an empty one
 * becomes "{}") and ctx->json, which is an object.  Rows that read the body
 * themselves and methods without one pass.
 */
ngx_int_t ngx_http_paperal_read_body(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);

/*
 * Lets nginx read the body (ctx->reading meanwhile) and goes on with resume();
 * NGX_OK if it was there already.  Call it in a step that does nothing else.
 */
ngx_int_t ngx_http_paperal_receive(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);

/* Whether the request announces a body that is not empty. */
ngx_uint_t ngx_http_paperal_has_body(ngx_http_request_t *r);

/* Whether the media type of the request is this one; parameters are ignored. */
ngx_uint_t ngx_http_paperal_is_type(ngx_http_request_t *r, const char *type);


#endif /* _NGX_HTTP_PAPERAL_BODY_H_INCLUDED_ */
