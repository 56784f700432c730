/*
 * Passwords and what they are exchanged for: steps of the account routes.
 *
 * Hashing runs in the thread pool "paperal_password"; when its queue is full
 * the answer is 503.
 */

#ifndef _NGX_HTTP_PAPERAL_PASSWORD_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_PASSWORD_H_INCLUDED_


#include "ngx_http_paperal.h"


#define PAPERAL_MAX_PASSWORD_TASKS  24       /* below the pool's max_queue */


/* Registers the statements, finds the thread pool. */
ngx_int_t ngx_http_paperal_password_init(ngx_conf_t *cf);

/* Check: a new password, by the rules; looks at the body's "email" too. */
const char *ngx_http_paperal_check_password(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);

/* Step: hashes the body's "password" into the value "password_hash". */
ngx_int_t ngx_http_paperal_hash_password(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);

/*
 * Steps of a login, in this order: finds the account of the body's "email",
 * refuses while it is throttled; verifies the password, at the same cost
 * without an account; notes a failure, or sets the value "user_id".
 */
ngx_int_t ngx_http_paperal_login_lookup(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
ngx_int_t ngx_http_paperal_login_verify(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
ngx_int_t ngx_http_paperal_login_outcome(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);

/*
 * Steps that make new tokens: their hashes become the values "access_hash" and
 * "refresh_hash", or "session_hash"; they themselves go into the answer.
 */
ngx_int_t ngx_http_paperal_issue_pair(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
ngx_int_t ngx_http_paperal_issue_session(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);


#endif /* _NGX_HTTP_PAPERAL_PASSWORD_H_INCLUDED_ */
