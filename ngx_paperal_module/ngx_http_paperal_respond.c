/*
 * The form of answers.  The data's text comes from PostgreSQL and is passed on
 * as it is, between constant bytes, from libpq's memory.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_error.h"
#include "ngx_http_paperal_respond.h"
#include "paperal_json.h"


#define PAPERAL_MAX_META          (64 * 1024)
#define PAPERAL_SIGN_IN_FAILURES  5          /* of an account, as in SQL */


static ngx_int_t ngx_http_paperal_make_etag(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
static ngx_uint_t ngx_http_paperal_is_unchanged(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
static ngx_int_t ngx_http_paperal_make_meta(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_str_t *meta);
static void ngx_http_paperal_pagination(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, paperal_buf_t *b);
static void ngx_http_paperal_page_link(ngx_http_request_t *r,
    paperal_buf_t *b, const char *key, int64_t page);
static ngx_chain_t **ngx_http_paperal_add_piece(ngx_http_request_t *r,
    ngx_chain_t **ll, u_char *data, size_t len, off_t *total);
static ngx_int_t ngx_http_paperal_add_etag(ngx_http_request_t *r,
    ngx_str_t *etag);
static ngx_int_t ngx_http_paperal_add_number(ngx_http_request_t *r,
    const char *name, int64_t n);
static ngx_int_t ngx_http_paperal_send(ngx_http_request_t *r,
    ngx_chain_t *out);


ngx_int_t
ngx_http_paperal_respond(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    off_t                       len;
    ngx_str_t                   meta;
    ngx_chain_t                *out, **ll;
    ngx_http_paperal_answer_t  *a;

    a = &ctx->answer;

    if (a->data.data == NULL && a->status != NGX_HTTP_NO_CONTENT) {
        (void) ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR,
                                     "the statement gave no data");
        return ngx_http_paperal_respond_error(r, ctx);
    }

    ngx_http_paperal_drop_body(r, ctx);

    if (ngx_http_paperal_make_etag(r, ctx) != NGX_OK
        || ngx_http_paperal_common_headers(r, ctx) != NGX_OK
        || ngx_http_paperal_make_meta(r, ctx, &meta) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->answered = 1;
    r->headers_out.status = a->status;

    if (a->status == NGX_HTTP_NO_CONTENT) {
        r->header_only = 1;
        return ngx_http_send_header(r);
    }

    if (a->etag.len && ngx_http_paperal_is_unchanged(r, ctx)) {
        r->headers_out.status = NGX_HTTP_NOT_MODIFIED;
        r->header_only = 1;
        return ngx_http_send_header(r);
    }

    len = 0;
    out = NULL;
    ll = &out;

    if (a->content_type.len) {
        r->headers_out.content_type = a->content_type;
        ll = ngx_http_paperal_add_piece(r, ll, a->data.data, a->data.len,
                                        &len);

    } else {
        ngx_str_set(&r->headers_out.content_type, "application/json");

        ll = ngx_http_paperal_add_piece(r, ll,
                    (u_char *) "{\"success\":true,\"data\":", 23, &len);

        if (a->members.len && a->data.len && a->data.data[0] == '{') {
            ll = ngx_http_paperal_add_piece(r, ll, (u_char *) "{", 1, &len);
            ll = ngx_http_paperal_add_piece(r, ll, a->members.data,
                                            a->members.len, &len);
            a->data.data++;
            a->data.len--;
        }

        ll = ngx_http_paperal_add_piece(r, ll, a->data.data, a->data.len,
                                        &len);
        ll = ngx_http_paperal_add_piece(r, ll, meta.data, meta.len, &len);
        ll = ngx_http_paperal_add_piece(r, ll, (u_char *) "}", 1, &len);
    }

    if (ll == NULL) {
        return NGX_ERROR;
    }

    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_length_n = len;

    return ngx_http_paperal_send(r, out);
}


static ngx_int_t
ngx_http_paperal_send(ngx_http_request_t *r, ngx_chain_t *out)
{
    ngx_int_t     rc;
    ngx_chain_t  *cl;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    for (cl = out; cl->next; cl = cl->next) { /* void */ }

    cl->buf->last_buf = 1;
    cl->buf->last_in_chain = 1;

    return ngx_http_output_filter(r, out);
}


ngx_int_t
ngx_http_paperal_respond_error(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    off_t         len;
    ngx_chain_t  *out;

    if (ctx->error == 0) {
        ctx->error = PAPERAL_E_SERVER_ERROR;
    }

    ngx_http_paperal_drop_body(r, ctx);

    out = ngx_http_paperal_error_body(r, ctx, &len);

    if (out == NULL || ngx_http_paperal_error_headers(r, ctx) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->answered = 1;

    r->headers_out.status = paperal_error_get(ctx->error)->status;
    r->headers_out.content_length_n = len;

    return ngx_http_paperal_send(r, out);
}


/*
 * A client that waits for "100 Continue" may or may not send its body after a
 * refusal: only a closed connection is unambiguous then.
 */

void
ngx_http_paperal_drop_body(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    if (ctx->body_read || r->request_body != NULL) {
        return;
    }

    if (r->headers_in.expect != NULL && !r->expect_tested) {
        r->expect_tested = 1;
        r->keepalive = 0;
    }

    if (ngx_http_discard_request_body(r) != NGX_OK) {
        r->keepalive = 0;
    }
}


/* The first half of the SHA-256 of the data's text, as SQL's etag() has it. */

static ngx_int_t
ngx_http_paperal_make_etag(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    char                        hex[PAPERAL_SHA256_HEX_SIZE];
    ngx_http_paperal_answer_t  *a;

    a = &ctx->answer;

    if (ctx->endpoint == NULL
        || !(ctx->endpoint->route->flags & PAPERAL_ETAG)
        || a->data.data == NULL || a->content_type.len)
    {
        return NGX_OK;
    }

    a->etag.data = ngx_pnalloc(r->pool, PAPERAL_ETAG_LEN + 2);

    if (a->etag.data == NULL
        || paperal_sha256_hex(a->data.data, a->data.len, hex) != PAPERAL_OK)
    {
        return NGX_ERROR;
    }

    a->etag.len = PAPERAL_ETAG_LEN + 2;
    a->etag.data[0] = '"';
    ngx_memcpy(a->etag.data + 1, hex, PAPERAL_ETAG_LEN);
    a->etag.data[PAPERAL_ETAG_LEN + 1] = '"';

    return NGX_OK;
}


/*
 * If-None-Match is compared weakly (RFC 9110, 13.1.2): it is enough to find
 * our quoted tag in the list.
 */

static ngx_uint_t
ngx_http_paperal_is_unchanged(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    ngx_str_t        *tag;
    ngx_table_elt_t  *h;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return 0;
    }

    h = r->headers_in.if_none_match;
    if (h == NULL) {
        return 0;
    }

    if (h->value.len == 1 && h->value.data[0] == '*') {
        return 1;
    }

    tag = &ctx->answer.etag;

    return ngx_strnstr(h->value.data, (char *) ngx_http_paperal_copy(r->pool,
                                          tag->data, tag->len).data,
                       h->value.len)
           != NULL;
}


static ngx_int_t
ngx_http_paperal_make_meta(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    ngx_str_t *meta)
{
    ngx_str_t      *more;
    paperal_buf_t   b;

    ngx_str_set(meta, "");
    more = &ctx->answer.meta;

    if (ctx->answer.total < 0 && more->len <= 2) {
        return NGX_OK;
    }

    paperal_buf_init(&b, PAPERAL_MAX_META + more->len);
    paperal_buf_str(&b, ",\"meta\":{");

    if (ctx->answer.total >= 0) {
        paperal_buf_str(&b, "\"pagination\":");
        ngx_http_paperal_pagination(r, ctx, &b);
    }

    if (more->len > 2) {
        /* the members of an object, without its braces */

        if (ctx->answer.total >= 0) {
            paperal_buf_char(&b, ',');
        }

        paperal_buf_bytes(&b, more->data + 1, more->len - 1);

    } else {
        paperal_buf_char(&b, '}');
    }

    return ngx_http_paperal_take(r->pool, &b, meta);
}


static void
ngx_http_paperal_pagination(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, paperal_buf_t *b)
{
    int64_t  total, pages, page, limit, count;

    total = ctx->answer.total;
    page = ctx->page;
    limit = ctx->limit;
    pages = (total + limit - 1) / limit;
    count = ngx_min(ngx_max(total - (page - 1) * limit, 0), limit);

    paperal_json_open(b);
    paperal_json_int(b, "total", total);
    paperal_json_int(b, "count", count);
    paperal_json_int(b, "per_page", limit);
    paperal_json_int(b, "current_page", page);
    paperal_json_int(b, "total_pages", pages);
    paperal_json_object(b, "links");
    ngx_http_paperal_page_link(r, b, "next", page < pages ? page + 1 : 0);
    ngx_http_paperal_page_link(r, b, "prev",
                               page > 1 && pages > 0 ? ngx_min(page - 1, pages)
                                                     : 0);
    paperal_json_close(b);
    paperal_json_close(b);
}


/* The request's own path and query with another page; page 0: null. */

static void
ngx_http_paperal_page_link(ngx_http_request_t *r, paperal_buf_t *b,
    const char *key, int64_t page)
{
    u_char         *p, *last, *end;
    ngx_str_t       path;
    paperal_buf_t   link;

    if (page == 0) {
        paperal_json_null(b, key);
        return;
    }

    paperal_buf_init(&link, PAPERAL_MAX_META);

    path = r->unparsed_uri;
    p = ngx_strlchr(path.data, path.data + path.len, '?');
    paperal_buf_bytes(&link, path.data,
                      (p == NULL ? path.data + path.len : p) - path.data);
    paperal_buf_char(&link, '?');

    p = r->args.data;
    last = p + r->args.len;

    for ( /* void */ ; p < last; p = end + 1) {

        end = ngx_strlchr(p, last, '&');
        if (end == NULL) {
            end = last;
        }

        if (end == p || (end - p >= 5 && ngx_strncmp(p, "page=", 5) == 0)) {
            continue;
        }

        paperal_buf_bytes(&link, p, end - p);
        paperal_buf_char(&link, '&');
    }

    paperal_buf_printf(&link, "page=%lld", (long long) page);

    if (link.failed) {
        b->failed = 1;
    }

    paperal_json_str(b, key, paperal_buf_cstr(&link), link.len);
    paperal_buf_release(&link);
}


static ngx_chain_t **
ngx_http_paperal_add_piece(ngx_http_request_t *r, ngx_chain_t **ll,
    u_char *data, size_t len, off_t *total)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    if (ll == NULL || len == 0) {
        return ll;
    }

    b = ngx_calloc_buf(r->pool);
    cl = ngx_alloc_chain_link(r->pool);

    if (b == NULL || cl == NULL) {
        return NULL;
    }

    b->pos = data;
    b->last = data + len;
    b->memory = 1;

    cl->buf = b;
    cl->next = NULL;
    *ll = cl;
    *total += len;

    return &cl->next;
}


ngx_int_t
ngx_http_paperal_add_header(ngx_http_request_t *r, const char *name,
    ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    h->hash = 1;
    h->key.data = (u_char *) name;
    h->key.len = ngx_strlen(name);
    h->value = *value;

    return NGX_OK;
}


/*
 * nginx knows a file's tag, for its range and condition filters.  That of an
 * object is kept from it: compression would weaken it.
 */

static ngx_int_t
ngx_http_paperal_add_etag(ngx_http_request_t *r, ngx_str_t *etag)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    h->hash = 1;
    ngx_str_set(&h->key, "ETag");
    h->value = *etag;

    if (!r->disable_not_modified) {
        r->headers_out.etag = h;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_add_number(ngx_http_request_t *r, const char *name, int64_t n)
{
    ngx_str_t  value;

    value.data = ngx_pnalloc(r->pool, NGX_INT64_LEN);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    value.len = ngx_sprintf(value.data, "%L", n) - value.data;

    return ngx_http_paperal_add_header(r, name, &value);
}


ngx_int_t
ngx_http_paperal_common_headers(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    int64_t                     left;
    ngx_int_t                   rc;
    ngx_str_t                   cache;
    ngx_http_paperal_answer_t  *a;

    a = &ctx->answer;

    if (ctx->headed) {
        return NGX_OK;
    }

    ctx->headed = 1;

    if (a->etag.len) {
        ngx_str_set(&cache, "private, no-cache");

    } else {
        ngx_str_set(&cache, "no-store");
    }

    rc = ngx_http_paperal_add_header(r, "X-Request-ID", &ctx->request_id)
         | ngx_http_paperal_add_header(r, "Cache-Control", &cache);

    if (a->etag.len) {
        rc |= ngx_http_paperal_add_etag(r, &a->etag);
    }

    if (a->cookie.len) {
        rc |= ngx_http_paperal_add_header(r, "Set-Cookie", &a->cookie);
    }

    if (a->allow.len) {
        rc |= ngx_http_paperal_add_header(r, "Allow", &a->allow);
    }

    if (a->disposition.len) {
        rc |= ngx_http_paperal_add_header(r, "Content-Disposition",
                                          &a->disposition);
    }

    if (a->replayed) {
        ngx_str_set(&cache, "true");
        rc |= ngx_http_paperal_add_header(r, "Idempotency-Replayed", &cache);
    }

    if (ctx->rate.limit) {
        left = (int64_t) ctx->rate.limit - (int64_t) ctx->rate.count;

        rc |= ngx_http_paperal_add_number(r, "X-RateLimit-Limit",
                                          ctx->rate.limit)
              | ngx_http_paperal_add_number(r, "X-RateLimit-Remaining",
                                            ngx_max(left, 0))
              | ngx_http_paperal_add_number(r, "X-RateLimit-Reset",
                                            ctx->rate.reset);
    }

    return rc == NGX_OK ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_http_paperal_error_headers(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    ngx_int_t  rc;
    ngx_str_t  challenge;

    ctx->answer.etag.len = 0;
    ctx->answer.disposition.len = 0;
    ctx->answer.cookie.len = 0;

    if ((ctx->error == PAPERAL_E_SERVICE_UNAVAILABLE
         || ctx->error == PAPERAL_E_RATE_LIMIT_EXCEEDED)
        && ctx->answer.retry_after == 0)
    {
        ctx->answer.retry_after = PAPERAL_RETRY_AFTER;
    }

    /* who signs in has no window of requests, but failures to use up */

    if (ctx->error == PAPERAL_E_RATE_LIMIT_EXCEEDED && ctx->rate.limit == 0) {
        ctx->rate.limit = PAPERAL_SIGN_IN_FAILURES;
        ctx->rate.count = PAPERAL_SIGN_IN_FAILURES;
        ctx->rate.reset = ngx_time() + ctx->answer.retry_after;
    }

    rc = ngx_http_paperal_common_headers(r, ctx);

    if (ctx->answer.retry_after) {
        rc |= ngx_http_paperal_add_number(r, "Retry-After",
                                          ctx->answer.retry_after);
    }

    if (paperal_error_get(ctx->error)->status == NGX_HTTP_UNAUTHORIZED) {

        if (ctx->error == PAPERAL_E_AUTH_REQUIRED) {
            ngx_str_set(&challenge, "Bearer");

        } else {
            ngx_str_set(&challenge, "Bearer error=\"invalid_token\"");
        }

        rc |= ngx_http_paperal_add_header(r, "WWW-Authenticate", &challenge);
    }

    ngx_str_set(&r->headers_out.content_type, "application/json");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;
    r->headers_out.charset.len = 0;

    return rc == NGX_OK ? NGX_OK : NGX_ERROR;
}
