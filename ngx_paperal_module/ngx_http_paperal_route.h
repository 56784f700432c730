/*
 * The table of routes: put together and checked when the configuration is
 * read, searched for every request.
 */

#ifndef _NGX_HTTP_PAPERAL_ROUTE_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_ROUTE_H_INCLUDED_


#include "ngx_http_paperal.h"


/*
 * Checks every row, makes its endpoint and registers its statements.  The
 * first fault is logged as [emerg] with the row's name; then NGX_ERROR.
 */
ngx_int_t ngx_http_paperal_compile_routes(ngx_conf_t *cf,
    ngx_http_paperal_main_conf_t *pmcf);

/*
 * Step: finds the endpoint of the request; answers OPTIONS; fails with
 * RESOURCE_NOT_FOUND or METHOD_NOT_ALLOWED.
 */
ngx_int_t ngx_http_paperal_find_route(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);

/*
 * The name of the paperal_api location that the request belongs to, also one
 * that nginx refuses before it looks for locations; NULL: to none.
 */
ngx_str_t *ngx_http_paperal_prefix(ngx_http_request_t *r);

/* The value of "Allow" for the request's path; len 0: no such path. */
ngx_str_t ngx_http_paperal_allow(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);

/* The parameter of a row by name, its $n in *n (0: unbound); NULL: none. */
const ngx_http_paperal_param_t *ngx_http_paperal_find_param(
    const ngx_http_paperal_route_t *route, const char *name, ngx_uint_t *n);

/* Sets the $n of a context parameter; an unknown name is an alert. */
void ngx_http_paperal_set_value(ngx_http_paperal_ctx_t *ctx, const char *name,
    ngx_str_t *value);

/* The value bound to a parameter, or NULL. */
ngx_str_t *ngx_http_paperal_get_value(ngx_http_paperal_ctx_t *ctx,
    const char *name);


#endif /* _NGX_HTTP_PAPERAL_ROUTE_H_INCLUDED_ */
