/*
 * Bodies.  nginx reads them; what arrives here is in memory or in a temporary
 * file.  cJSON sees the text only after the strict check has passed, since it
 * cuts strings at "\u0000", takes invalid UTF-8 and ignores trailing bytes.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_body.h"
#include "paperal_json.h"


static ngx_int_t ngx_http_paperal_check_body(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
static void ngx_http_paperal_received(ngx_http_request_t *r);
static ngx_int_t ngx_http_paperal_copy_body(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
static ngx_int_t ngx_http_paperal_parse(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);


/*
 * The step is entered twice: to start reading, and through the flag body_read
 * when the body is there.
 */

ngx_int_t
ngx_http_paperal_read_body(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    ngx_int_t  rc;

    if ((ctx->endpoint->route->flags & PAPERAL_OWN_BODY)
        || !(r->method & (NGX_HTTP_POST|NGX_HTTP_PUT|NGX_HTTP_PATCH)))
    {
        return NGX_OK;
    }

    if (!ctx->body_read) {

        rc = ngx_http_paperal_check_body(r, ctx);
        if (rc != NGX_OK) {
            return rc;
        }

        /* let the callback come back to this step */

        ctx->step--;
        rc = ngx_http_paperal_receive(r, ctx);

        if (rc != NGX_OK) {
            return rc;
        }

        ctx->step++;
    }

    rc = ngx_http_paperal_copy_body(r, ctx);

    return rc == NGX_OK ? ngx_http_paperal_parse(r, ctx) : rc;
}


static ngx_int_t
ngx_http_paperal_check_body(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    if (r->headers_in.content_length_n > PAPERAL_MAX_JSON_BODY) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_PAYLOAD_TOO_LARGE, NULL);
    }

    if (ngx_http_paperal_has_body(r)
        && !ngx_http_paperal_is_type(r, "application/json"))
    {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_UNSUPPORTED_MEDIA_TYPE,
                                     "the body must be application/json");
    }

    return NGX_OK;
}


ngx_uint_t
ngx_http_paperal_has_body(ngx_http_request_t *r)
{
    return r->headers_in.content_length_n > 0 || r->headers_in.chunked;
}


ngx_uint_t
ngx_http_paperal_is_type(ngx_http_request_t *r, const char *type)
{
    size_t      len;
    ngx_str_t  *value;

    if (r->headers_in.content_type == NULL) {
        return 0;
    }

    value = &r->headers_in.content_type->value;
    len = ngx_strlen(type);

    if (value->len < len
        || ngx_strncasecmp(value->data, (u_char *) type, len) != 0)
    {
        return 0;
    }

    return value->len == len || value->data[len] == ';'
           || value->data[len] == ' ' || value->data[len] == '\t';
}


/*
 * nginx takes a count of its own for the time of reading and drops it when it
 * ends the request itself (timeout, 413, a client that left): ours is lent to
 * it meanwhile.
 */

ngx_int_t
ngx_http_paperal_receive(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    ngx_int_t  rc;

    ctx->reading = 1;
    r->main->count--;

    rc = ngx_http_read_client_request_body(r, ngx_http_paperal_received);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        r->main->count++;
        ctx->reading = 0;

        return ngx_http_paperal_fail(ctx,
                   rc == NGX_HTTP_REQUEST_ENTITY_TOO_LARGE
                       ? PAPERAL_E_PAYLOAD_TOO_LARGE
                   : rc == NGX_HTTP_BAD_REQUEST
                       ? PAPERAL_E_MALFORMED_REQUEST : PAPERAL_E_SERVER_ERROR,
                   NULL);
    }

    if (ctx->body_read) {
        ctx->reading = 0;
        return NGX_OK;
    }

    ctx->suspended = 1;

    return NGX_AGAIN;
}


static void
ngx_http_paperal_received(ngx_http_request_t *r)
{
    ngx_http_paperal_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_paperal_module);

    ctx->body_read = 1;

    if (ctx->suspended) {
        ctx->reading = 0;
        ngx_http_paperal_resume(r, NGX_OK);
    }
}


static ngx_int_t
ngx_http_paperal_copy_body(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    off_t         len;
    u_char       *p;
    ssize_t       n;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    len = 0;

    if (r->request_body == NULL) {
        return NGX_OK;
    }

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        len += ngx_buf_size(cl->buf);
    }

    if (len > PAPERAL_MAX_JSON_BODY) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_PAYLOAD_TOO_LARGE, NULL);
    }

    ctx->body.data = ngx_pnalloc(r->pool, len + 1);
    if (ctx->body.data == NULL) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    p = ctx->body.data;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        b = cl->buf;

        if (ngx_buf_size(b) == 0) {
            continue;
        }

        if (!b->in_file) {
            p = ngx_cpymem(p, b->pos, b->last - b->pos);

            if (ctx->endpoint->route->flags & PAPERAL_SECRET) {
                ngx_explicit_memzero(b->pos, b->last - b->pos);
            }

            continue;
        }

        n = ngx_read_file(b->file, p, b->file_last - b->file_pos, b->file_pos);

        if (n != b->file_last - b->file_pos) {
            return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
        }

        p += n;
    }

    *p = '\0';
    ctx->body.len = p - ctx->body.data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_parse(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    int                   code;
    paperal_json_check_t  check;

    if (ctx->body.len == 0) {
        ngx_str_set(&ctx->body, "{}");
        ctx->body = ngx_http_paperal_copy(r->pool, ctx->body.data,
                                          ctx->body.len);
    }

    code = paperal_json_check((char *) ctx->body.data, ctx->body.len,
                              PAPERAL_MAX_JSON_BODY, &check);

    if (code == PAPERAL_JSON_NO_MEMORY) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    if (code != PAPERAL_JSON_OK) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_MALFORMED_REQUEST,
                                     check.message);
    }

    /* the context's cleanup frees it */

    ctx->json = cJSON_ParseWithLength((char *) ctx->body.data, ctx->body.len);

    if (ctx->json == NULL) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    if (!cJSON_IsObject(ctx->json)) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_VALIDATION_ERROR,
                                     "the body must be an object");
    }

    return NGX_OK;
}
