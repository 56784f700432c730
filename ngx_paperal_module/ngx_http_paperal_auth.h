/*
 * Who calls: bearer tokens, the session cookie with its CSRF check, and the
 * identity behind them.  The server knows credentials by their hash only.
 */

#ifndef _NGX_HTTP_PAPERAL_AUTH_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_AUTH_H_INCLUDED_


#include "ngx_http_paperal.h"


/* Registers the statement of the lookup, makes the script's digest. */
ngx_int_t ngx_http_paperal_auth_init(ngx_conf_t *cf);

/*
 * Step: finds the caller's identity and counts the request in the caller's
 * rate window, both in one round trip to Redis; without Redis the identity
 * comes from PostgreSQL and the next step counts.
 */
ngx_int_t ngx_http_paperal_authenticate(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);

/*
 * The token of "Authorization: Bearer".  NGX_DECLINED without that header;
 * fails for two of them or another scheme.
 */
ngx_int_t ngx_http_paperal_bearer(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_str_t *token);

/*
 * For streams: asks the database again whether the caller's credential is
 * still good.  The handler passes its reply to ..._result(), which says
 * NGX_OK, NGX_DECLINED (it is not) or NGX_ERROR (no answer).
 */
ngx_http_paperal_pg_op_t *ngx_http_paperal_recheck(
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_pg_handler_pt handler,
    void *data);
ngx_int_t ngx_http_paperal_recheck_result(ngx_http_paperal_pg_reply_t *reply);


#endif /* _NGX_HTTP_PAPERAL_AUTH_H_INCLUDED_ */
