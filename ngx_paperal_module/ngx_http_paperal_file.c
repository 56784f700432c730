/*
 * Files.  An object's name is its content's hash, so the hash is a strong
 * entity tag; ranges and conditions are nginx's own filters.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_file.h"
#include "ngx_http_paperal_respond.h"
#include "paperal_codec.h"
#include "paperal_storage.h"


#define PAPERAL_MAX_DISPOSITION  8192


static ngx_int_t ngx_http_paperal_open_object(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_str_t *hash, ngx_str_t *path,
    ngx_open_file_info_t *of);
static ngx_int_t ngx_http_paperal_file_headers(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_str_t *hash, ngx_str_t *name);
static ngx_int_t ngx_http_paperal_disposition(ngx_http_request_t *r,
    ngx_str_t *name, ngx_str_t *out);


ngx_int_t
ngx_http_paperal_file_init(ngx_conf_t *cf)
{
    ngx_http_paperal_main_conf_t  *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_paperal_module);

    if (pmcf->storage_path.len > NGX_MAX_PATH - 128) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the path of the storage is too long");
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_paperal_send_file(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    ngx_buf_t             *b;
    ngx_int_t              rc;
    ngx_str_t              hash, name, path;
    ngx_chain_t            out;
    ngx_open_file_info_t   of;

    hash = ngx_http_paperal_column(ctx->result, 0, "file_hash");
    name = ngx_http_paperal_column(ctx->result, 0, "filename");

    if (ngx_http_paperal_open_object(r, ctx, &hash, &path, &of) != NGX_OK) {
        return NGX_ERROR;
    }

    b = ngx_calloc_buf(r->pool);
    r->disable_not_modified = 0;

    if (b == NULL
        || (b->file = ngx_pcalloc(r->pool, sizeof(ngx_file_t))) == NULL
        || ngx_http_paperal_file_headers(r, ctx, &hash, &name) != NGX_OK)
    {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = of.size;
    r->allow_ranges = 1;

    ngx_http_paperal_drop_body(r, ctx);

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        ctx->sent = rc;
        return NGX_DONE;
    }

    ctx->answered = 1;

    b->file_last = of.size;
    b->in_file = b->file_last ? 1 : 0;
    b->last_buf = 1;
    b->last_in_chain = 1;
    b->file->fd = of.fd;
    b->file->name = path;
    b->file->log = r->connection->log;
    b->file->directio = of.is_directio;

    out.buf = b;
    out.next = NULL;

    ctx->sent = ngx_http_output_filter(r, &out);

    return NGX_DONE;
}


static ngx_int_t
ngx_http_paperal_open_object(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_str_t *hash, ngx_str_t *path,
    ngx_open_file_info_t *of)
{
    paperal_buf_t                  b;
    ngx_http_core_loc_conf_t      *clcf;
    ngx_http_paperal_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_paperal_module);
    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    paperal_buf_init(&b, NGX_MAX_PATH);
    paperal_storage_path(&b, (char *) pmcf->storage_path.data,
                         (char *) hash->data, hash->len);

    if (ngx_http_paperal_take(r->pool, &b, path) != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "paperal: no path for object \"%V\"", hash);
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    ngx_memzero(of, sizeof(ngx_open_file_info_t));

    of->read_ahead = clcf->read_ahead;
    of->directio = clcf->directio;
    of->valid = clcf->open_file_cache_valid;
    of->min_uses = clcf->open_file_cache_min_uses;
    of->errors = clcf->open_file_cache_errors;
    of->events = clcf->open_file_cache_events;

    if (ngx_open_cached_file(clcf->open_file_cache, path, of, r->pool)
        != NGX_OK || !of->is_file)
    {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, of->err,
                      "paperal: cannot read \"%V\"", path);
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_file_headers(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_str_t *hash, ngx_str_t *name)
{
    ngx_str_t   nosniff, *etag;

    ngx_str_set(&nosniff, "nosniff");

    etag = &ctx->answer.etag;
    etag->data = ngx_pnalloc(r->pool, hash->len + 2);

    if (etag->data == NULL
        || ngx_http_paperal_disposition(r, name, &ctx->answer.disposition)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    etag->len = ngx_sprintf(etag->data, "\"%V\"", hash) - etag->data;

    if (ngx_http_paperal_common_headers(r, ctx) != NGX_OK
        || ngx_http_paperal_add_header(r, "X-Content-Type-Options", &nosniff)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_set(&r->headers_out.content_type, "application/pdf");
    r->headers_out.content_type_len = r->headers_out.content_type.len;

    return NGX_OK;
}


/*
 * RFC 6266: an ASCII form for old clients, the real one by RFC 8187.
 */

static ngx_int_t
ngx_http_paperal_disposition(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *out)
{
    u_char          c;
    ngx_uint_t      i;
    paperal_buf_t   b;

    paperal_buf_init(&b, PAPERAL_MAX_DISPOSITION);
    paperal_buf_str(&b, "inline; filename=\"");

    for (i = 0; i < name->len; i++) {
        c = name->data[i];

        if ((c & 0xc0) == 0x80) {
            continue;
        }

        paperal_buf_char(&b, c < 0x20 || c > 0x7e || c == '"' || c == '\\'
                             || c == '%' ? '_' : (char) c);
    }

    paperal_buf_str(&b, "\"; filename*=UTF-8''");
    paperal_percent_encode(&b, (char *) name->data, name->len);

    return ngx_http_paperal_take(r->pool, &b, out);
}
