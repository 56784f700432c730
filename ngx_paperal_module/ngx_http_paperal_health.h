/*
 * /health: the process serves.  /health/ready: what it needs is there.
 */

#ifndef _NGX_HTTP_PAPERAL_HEALTH_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_HEALTH_H_INCLUDED_


#include "ngx_http_paperal.h"


/* Registers the statement. */
ngx_int_t ngx_http_paperal_health_init(ngx_conf_t *cf);

/* Content handlers of paperal_health and paperal_ready locations. */
ngx_int_t ngx_http_paperal_health_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_paperal_ready_handler(ngx_http_request_t *r);


#endif /* _NGX_HTTP_PAPERAL_HEALTH_H_INCLUDED_ */
