/*
 * Failures: from SQLSTATE to a code of the contract, from nginx's own error
 * pages to the envelope.
 */

#ifndef _NGX_HTTP_PAPERAL_ERROR_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_ERROR_H_INCLUDED_


#include "ngx_http_paperal.h"


#define PAPERAL_RETRY_AFTER  2               /* s; of 503 */


/* Fails with what a statement's error means; logs what is not the caller's. */
ngx_int_t ngx_http_paperal_sql_error(ngx_http_paperal_ctx_t *ctx,
    ngx_http_paperal_pg_reply_t *reply);

/* The code of the contract for a status that nginx has chosen itself. */
int ngx_http_paperal_error_of_status(ngx_uint_t status);

/*
 * The body of an error answer; NULL without memory.  Logs the error once: to
 * the client's account as [info], to ours as [error].
 */
ngx_chain_t *ngx_http_paperal_error_body(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, off_t *len);

/*
 * Header and body filters that give nginx's own errors under a paperal_api
 * location the form of the contract.  Installed after configuration.
 */
ngx_int_t ngx_http_paperal_error_filters(ngx_conf_t *cf);


#endif /* _NGX_HTTP_PAPERAL_ERROR_H_INCLUDED_ */
