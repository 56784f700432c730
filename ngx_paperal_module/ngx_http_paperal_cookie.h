/*
 * The session cookie, where a request comes from, and who sent it: what the
 * headers of browsers and proxies say and when to believe them.
 */

#ifndef _NGX_HTTP_PAPERAL_COOKIE_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_COOKIE_H_INCLUDED_


#include "ngx_http_paperal.h"


#define PAPERAL_COOKIE_SECURE  "__Host-paperal_session"
#define PAPERAL_COOKIE_PLAIN   "paperal_session"
#define PAPERAL_COOKIE_AGE     2592000       /* s; of a remembered session */


/* The session token of the request's cookie, or NGX_DECLINED. */
ngx_int_t ngx_http_paperal_find_cookie(ngx_http_request_t *r,
    ngx_str_t *token);

/* The CSRF check of a request with the cookie and an unsafe method. */
ngx_uint_t ngx_http_paperal_is_same_origin(ngx_http_request_t *r);

/* Whether the client reached the server (or a trusted proxy) by HTTPS. */
ngx_uint_t ngx_http_paperal_is_https(ngx_http_request_t *r);

/* The client's address behind trusted proxies, as text in the pool. */
ngx_str_t ngx_http_paperal_address(ngx_http_request_t *r);

/*
 * Makes "Set-Cookie" for a session token; NULL makes the one that removes the
 * cookie.  remember: it outlives the browser.
 */
ngx_int_t ngx_http_paperal_set_cookie(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, const char *token, ngx_uint_t remember);

/* Whether a comma-separated list has the word; "{a,b}" is one too. */
ngx_uint_t ngx_http_paperal_in_list(ngx_str_t *list, const char *word);


#endif /* _NGX_HTTP_PAPERAL_COOKIE_H_INCLUDED_ */
