/*
 * Delivery of stored files.
 */

#ifndef _NGX_HTTP_PAPERAL_FILE_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_FILE_H_INCLUDED_


#include "ngx_http_paperal.h"


ngx_int_t ngx_http_paperal_file_init(ngx_conf_t *cf);

/*
 * Step behind run(), whose row has "file_hash" and "filename": sends the
 * object, with Range, ETag and a file name.
 */
ngx_int_t ngx_http_paperal_send_file(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);


#endif /* _NGX_HTTP_PAPERAL_FILE_H_INCLUDED_ */
