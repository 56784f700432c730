/*
 * Idempotency-Key: the first answer to a POST is kept for a day and given
 * again for the same key, caller and body.
 */

#ifndef _NGX_HTTP_PAPERAL_IDEMPOTENCY_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_IDEMPOTENCY_H_INCLUDED_


#include "ngx_http_paperal.h"


#define PAPERAL_IDEMPOTENCY_RETRY  100       /* ms between two looks */
#define PAPERAL_IDEMPOTENCY_WAIT   30000     /* ms for the first to finish */


/* Registers the statements. */
ngx_int_t ngx_http_paperal_idempotency_init(ngx_conf_t *cf);

/*
 * Makes e->saving of e->statement: the row's SQL, and idempotency_save() in
 * the same transaction.  Its last three values are user, key and status.
 */
ngx_int_t ngx_http_paperal_wrap(ngx_conf_t *cf,
    ngx_http_paperal_endpoint_t *e);

/*
 * Step: claims the request's key, if it has one and its row honors them; gives
 * the first answer again; waits while the first request is under way.
 */
ngx_int_t ngx_http_paperal_idempotency(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);

/*
 * The same for rows that read the body themselves, which give its SHA-256 in
 * hex when they know it; call it in a step that does nothing else.
 */
ngx_int_t ngx_http_paperal_claim(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, const char *hash);

/* Gives the claim back before an error answer: NGX_AGAIN or NGX_ERROR. */
ngx_int_t ngx_http_paperal_abandon(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);

/* The client left with the claim held and the work not begun. */
void ngx_http_paperal_left(ngx_http_paperal_ctx_t *ctx);


#endif /* _NGX_HTTP_PAPERAL_IDEMPOTENCY_H_INCLUDED_ */
