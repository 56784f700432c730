/*
 * Variables for access logs: see the source.
 */

#ifndef _NGX_HTTP_PAPERAL_VARIABLES_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_VARIABLES_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* Called before the configuration is read. */
ngx_int_t ngx_http_paperal_add_variables(ngx_conf_t *cf);


#endif /* _NGX_HTTP_PAPERAL_VARIABLES_H_INCLUDED_ */
