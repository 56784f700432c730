/*
 * Cookies, origins and addresses.  X-Forwarded-* counts only when the
 * connection comes from a trusted proxy.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_cookie.h"


static ngx_uint_t ngx_http_paperal_is_trusted(ngx_http_request_t *r);
static ngx_uint_t ngx_http_paperal_is_origin(ngx_str_t *origin,
    const char *scheme, ngx_str_t *host);


ngx_int_t
ngx_http_paperal_find_cookie(ngx_http_request_t *r, ngx_str_t *token)
{
    ngx_str_t  secure = ngx_string(PAPERAL_COOKIE_SECURE);
    ngx_str_t  plain = ngx_string(PAPERAL_COOKIE_PLAIN);

    if (ngx_http_parse_multi_header_lines(&r->headers_in.cookies, &secure,
                                          token)
        != NGX_DECLINED)
    {
        return NGX_OK;
    }

    /* by HTTPS only the prefixed one is proof against other hosts' cookies */

    if (ngx_http_paperal_is_https(r)
        || ngx_http_parse_multi_header_lines(&r->headers_in.cookies, &plain,
                                             token)
           == NGX_DECLINED)
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


ngx_uint_t
ngx_http_paperal_is_same_origin(ngx_http_request_t *r)
{
    ngx_str_t                     *host;
    const char                    *scheme;
    ngx_table_elt_t               *h;
    ngx_http_paperal_main_conf_t  *pmcf;

    h = ngx_http_paperal_header(r, "Sec-Fetch-Site");
    if (h != NULL) {
        return ngx_http_paperal_is(&h->value, "same-origin");
    }

    h = ngx_http_paperal_header(r, "Origin");
    if (h == NULL) {
        return 0;
    }

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_paperal_module);

    if (pmcf->public_url.len
        && ngx_http_paperal_is_origin(&h->value, "", &pmcf->public_url))
    {
        return 1;
    }

    if (r->headers_in.host != NULL) {
        host = &r->headers_in.host->value;

    } else {
        host = &r->headers_in.server;
    }

    scheme = ngx_http_paperal_is_https(r) ? "https://" : "http://";

    return host->len != 0
           && ngx_http_paperal_is_origin(&h->value, scheme, host);
}


static ngx_uint_t
ngx_http_paperal_is_origin(ngx_str_t *origin, const char *scheme,
    ngx_str_t *host)
{
    size_t  len;

    len = ngx_strlen(scheme);

    return origin->len == len + host->len
           && ngx_strncasecmp(origin->data, (u_char *) scheme, len) == 0
           && ngx_strncasecmp(origin->data + len, host->data, host->len) == 0;
}


static ngx_uint_t
ngx_http_paperal_is_trusted(ngx_http_request_t *r)
{
    ngx_http_paperal_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_paperal_module);

    return pmcf->trusted_proxies != NULL
           && ngx_cidr_match(r->connection->sockaddr, pmcf->trusted_proxies)
              == NGX_OK;
}


ngx_uint_t
ngx_http_paperal_is_https(ngx_http_request_t *r)
{
    ngx_table_elt_t  *h;

#if (NGX_HTTP_SSL)

    if (r->connection->ssl) {
        return 1;
    }

#endif

    if (!ngx_http_paperal_is_trusted(r)) {
        return 0;
    }

    h = ngx_http_paperal_header(r, "X-Forwarded-Proto");

    return h != NULL && h->value.len == sizeof("https") - 1
           && ngx_strncasecmp(h->value.data, (u_char *) "https",
                              h->value.len)
              == 0;
}


ngx_str_t
ngx_http_paperal_address(ngx_http_request_t *r)
{
    u_char                         text[NGX_SOCKADDR_STRLEN];
    size_t                         len;
    ngx_addr_t                     addr;
    ngx_http_paperal_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_paperal_module);

    if (pmcf->trusted_proxies == NULL) {
        return r->connection->addr_text;
    }

    addr.sockaddr = r->connection->sockaddr;
    addr.socklen = r->connection->socklen;

    (void) ngx_http_get_forwarded_addr(r, &addr,
                                       &r->headers_in.x_forwarded_for, NULL,
                                       pmcf->trusted_proxies, 1);

    len = ngx_sock_ntop(addr.sockaddr, addr.socklen, text, sizeof(text), 0);

    return ngx_http_paperal_copy(r->pool, text, len);
}


ngx_int_t
ngx_http_paperal_set_cookie(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    const char *token, ngx_uint_t remember)
{
    ngx_uint_t     https;
    paperal_buf_t  b;

    https = ngx_http_paperal_is_https(r);

    paperal_buf_init(&b, 512);
    paperal_buf_str(&b, https ? PAPERAL_COOKIE_SECURE : PAPERAL_COOKIE_PLAIN);
    paperal_buf_char(&b, '=');
    paperal_buf_str(&b, token == NULL ? "" : token);
    paperal_buf_str(&b, "; Path=/; HttpOnly; SameSite=Lax");

    if (https) {
        paperal_buf_str(&b, "; Secure");
    }

    if (token == NULL) {
        paperal_buf_str(&b, "; Max-Age=0");

    } else if (remember) {
        paperal_buf_printf(&b, "; Max-Age=%d", PAPERAL_COOKIE_AGE);
    }

    if (ngx_http_paperal_take(r->pool, &b, &ctx->answer.cookie) != NGX_OK) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    return NGX_OK;
}


ngx_uint_t
ngx_http_paperal_in_list(ngx_str_t *list, const char *word)
{
    u_char  *p, *last, *start;
    size_t   len;

    len = ngx_strlen(word);
    start = list->data;
    last = list->data + list->len;

    for (p = start; p <= last; p++) {

        if (p < last && *p != ',' && *p != '{' && *p != '}') {
            continue;
        }

        if ((size_t) (p - start) == len && len != 0
            && ngx_strncmp(start, word, len) == 0)
        {
            return 1;
        }

        start = p + 1;
    }

    return 0;
}
