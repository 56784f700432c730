/*
 * Uploads: steps of POST /papers.
 *
 *     begin    media type, length, fields of the query, quota: before a byte
 *              of the body is read
 *     receive  nginx writes the body to a file in the storage's tmp/
 *     store    a thread parses, checks, hashes and links it into objects/
 *     bind     the fields of a form become parameters
 *     claim    the idempotency key, which needs the body's hash
 *     run      the row's SQL: the paper
 *
 * What is stored and has no paper, because the last step failed, is found by
 * the collection of unreferenced objects.
 */

#ifndef _NGX_HTTP_PAPERAL_UPLOAD_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_UPLOAD_H_INCLUDED_


#include "ngx_http_paperal.h"


#define PAPERAL_MAX_FORM_FIELDS  32
#define PAPERAL_MAX_FORM_TEXT    (64 * 1024) /* of all fields but the file */
#define PAPERAL_MAX_FILE_NAME    255         /* code points */
#define PAPERAL_MAX_FILE_TASKS   48          /* below the pool's max_queue */


/* Registers the statement, finds the thread pool. */
ngx_int_t ngx_http_paperal_upload_init(ngx_conf_t *cf);

/*
 * Lets nginx write the bodies of a location into the storage's tmp/, so that
 * storing is a link.
 */
ngx_int_t ngx_http_paperal_upload_path(ngx_conf_t *cf,
    ngx_http_core_loc_conf_t *clcf);

ngx_int_t ngx_http_paperal_upload_begin(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
ngx_int_t ngx_http_paperal_upload_receive(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
ngx_int_t ngx_http_paperal_upload_store(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
ngx_int_t ngx_http_paperal_upload_bind(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
ngx_int_t ngx_http_paperal_upload_claim(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);


#endif /* _NGX_HTTP_PAPERAL_UPLOAD_H_INCLUDED_ */
