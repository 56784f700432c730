/*
 * Uploads: see the header for the steps.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_body.h"
#include "ngx_http_paperal_idempotency.h"
#include "ngx_http_paperal_metrics.h"
#include "ngx_http_paperal_param.h"
#include "ngx_http_paperal_route.h"
#include "ngx_http_paperal_store.h"
#include "ngx_http_paperal_upload.h"
#include "paperal_codec.h"
#include "paperal_storage.h"
#include "paperal_utf8.h"


#define PAPERAL_DEFAULT_NAME  "document.pdf"


typedef struct {
    ngx_http_request_t          *request;
    char                         boundary[PAPERAL_MULTIPART_BOUNDARY_SIZE];
    ngx_str_t                    filename;
    ngx_uint_t                   done;       /* stored: not a failure */
    ngx_http_paperal_store_t     store;
} ngx_http_paperal_upload_t;


static void ngx_http_paperal_upload_free(void *data);
static ngx_int_t ngx_http_paperal_upload_media(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_upload_t *up);
static ngx_int_t ngx_http_paperal_upload_name(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_upload_t *up);
static void ngx_http_paperal_upload_prepared(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_pg_reply_t *reply);
static void ngx_http_paperal_upload_work(void *data, ngx_log_t *log);
static void ngx_http_paperal_upload_stored(void *data);
static ngx_int_t ngx_http_paperal_upload_outcome(ngx_http_paperal_ctx_t *ctx,
    ngx_http_paperal_store_t *st);


static ngx_http_paperal_pg_statement_t  ngx_http_paperal_prepare_statement = {
    ngx_string("prepare_upload"),
    ngx_string("SELECT CASE WHEN $4::text IS NULL"
               " OR NOT idempotency_answered($1, $4)"
               " THEN (SELECT data FROM prepare_upload($1, $2, $3)) END"),
    4, NGX_HTTP_PAPERAL_PG_FAST, 0
};


ngx_int_t
ngx_http_paperal_upload_init(ngx_conf_t *cf)
{
    ngx_str_t                      name = ngx_string("paperal_files");
    ngx_http_paperal_main_conf_t  *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_paperal_module);

    pmcf->files.pool = ngx_thread_pool_add(cf, &name);
    pmcf->files.max = PAPERAL_MAX_FILE_TASKS;

    if (pmcf->files.pool == NULL) {
        return NGX_ERROR;
    }

    return ngx_http_paperal_pg_register(cf,
                                        &ngx_http_paperal_prepare_statement);
}


/*
 * The folder is not nginx's (ngx_add_path()): that would give it to another
 * owner.  Whoever makes the storage makes it.
 */

ngx_int_t
ngx_http_paperal_upload_path(ngx_conf_t *cf, ngx_http_core_loc_conf_t *clcf)
{
    ngx_path_t                    *path;
    paperal_buf_t                  b;
    ngx_http_paperal_main_conf_t  *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_paperal_module);

    if (pmcf->storage_path.len == 0) {
        return NGX_OK;
    }

    path = ngx_pcalloc(cf->pool, sizeof(ngx_path_t));
    if (path == NULL) {
        return NGX_ERROR;
    }

    paperal_buf_init(&b, NGX_MAX_PATH);
    paperal_buf_bytes(&b, pmcf->storage_path.data, pmcf->storage_path.len);
    paperal_buf_str(&b, "/" PAPERAL_STORAGE_TMP);

    if (ngx_http_paperal_take(cf->pool, &b, &path->name) != NGX_OK) {
        return NGX_ERROR;
    }

    clcf->client_body_temp_path = path;

    return NGX_OK;
}


ngx_int_t
ngx_http_paperal_upload_begin(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    ngx_str_t                   v[4], *workspace;
    ngx_pool_cleanup_t         *cln;
    ngx_http_paperal_upload_t  *up;

    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_http_paperal_upload_t));
    if (cln == NULL) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    up = cln->data;
    ngx_memzero(up, sizeof(ngx_http_paperal_upload_t));

    up->request = r;
    ctx->data = up;
    cln->handler = ngx_http_paperal_upload_free;

    if (ngx_http_paperal_upload_media(r, ctx, up) != NGX_OK) {
        return NGX_ERROR;
    }

    v[0] = ctx->identity.user_id;
    ngx_str_null(&v[1]);

    workspace = ngx_http_paperal_get_value(ctx, "workspace_id");
    if (workspace != NULL) {
        v[1] = *workspace;
    }

    v[2].data = ngx_pnalloc(r->pool, NGX_OFF_T_LEN);
    if (v[2].data == NULL) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    v[2].len = ngx_sprintf(v[2].data, "%O",
                           ngx_max(r->headers_in.content_length_n, 0))
               - v[2].data;

    /* an upload that is answered already needs no room */

    ngx_str_null(&v[3]);

    if (ctx->idempotency_key.len) {
        v[3] = ctx->idempotency_key;
    }

    return ngx_http_paperal_query(r, ctx, &ngx_http_paperal_prepare_statement,
                                  v, 4, ngx_http_paperal_upload_prepared);
}


static void
ngx_http_paperal_upload_free(void *data)
{
    ngx_http_paperal_upload_t *up = data;

    paperal_buf_release(&up->store.text);

    if (!up->done) {
        ngx_http_paperal_stat(upload_failures);
    }
}


/* Everything that can be said before the body comes. */

static ngx_int_t
ngx_http_paperal_upload_media(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_upload_t *up)
{
    ngx_str_t                    *type;
    ngx_uint_t                    n;
    ngx_http_paperal_input_t      in[PAPERAL_MAX_QUERY_ARGS];
    ngx_http_paperal_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_paperal_module);
    up->store.max_size = plcf->upload_max_size;

    if (ngx_http_paperal_parse_query(r, ctx, in, &n) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_http_paperal_is_type(r, "application/pdf")) {

        if (r->headers_in.content_length_n > (off_t) plcf->upload_max_size) {
            return ngx_http_paperal_fail(ctx, PAPERAL_E_PAYLOAD_TOO_LARGE,
                                         NULL);
        }

        ngx_http_paperal_bind_fields(ctx, PAPERAL_IN_FORM, in, n);

        return ngx_http_paperal_upload_name(r, ctx, up);
    }

    if (!ngx_http_paperal_is_type(r, "multipart/form-data")) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_UNSUPPORTED_MEDIA_TYPE,
                                     "the body must be application/pdf or "
                                     "multipart/form-data");
    }

    /* the fields come in the form */

    ngx_http_paperal_bind_fields(ctx, PAPERAL_IN_QUERY, in, n);

    if (ngx_http_paperal_validated(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    type = &r->headers_in.content_type->value;
    up->store.multipart = paperal_multipart_boundary((char *) type->data,
                                     type->len, up->boundary,
                                     &up->store.boundary_len);
    up->store.boundary = up->boundary;

    if (up->store.multipart != PAPERAL_MULTIPART_OK) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_MALFORMED_REQUEST,
                             paperal_multipart_message(up->store.multipart));
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_upload_name(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_upload_t *up)
{
    int               rc;
    paperal_buf_t     b;
    ngx_table_elt_t  *h;

    h = ngx_http_paperal_header(r, "X-Paperal-Filename");

    if (h != NULL) {
        paperal_buf_fixed(&b, up->store.filename, sizeof(up->store.filename));
        rc = paperal_percent_decode(&b, (char *) h->value.data, h->value.len);

        if (b.failed) {
            ngx_http_paperal_detail(ctx, &h->key, "is too long");

        } else if (rc != PAPERAL_OK || !paperal_utf8_is_valid(b.data, b.len)) {
            ngx_http_paperal_detail(ctx, &h->key,
                                    "must be percent-encoded UTF-8");
        }
    }

    return ngx_http_paperal_validated(ctx);
}


static void
ngx_http_paperal_upload_prepared(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_pg_reply_t *reply)
{
    ngx_http_paperal_resume(r, ngx_http_paperal_check_reply(ctx, reply));
}


ngx_int_t
ngx_http_paperal_upload_receive(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    /* "persistent": without it the file would have no name to link */

    r->request_body_in_file_only = 1;
    r->request_body_in_persistent_file = 1;
    r->request_body_in_clean_file = 1;
    r->request_body_file_group_access = 1;
    r->request_body_file_log_level = 0;

    return ngx_http_paperal_receive(r, ctx);
}


ngx_int_t
ngx_http_paperal_upload_store(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    ngx_int_t                      rc;
    ngx_http_paperal_upload_t     *up;
    ngx_http_paperal_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_paperal_module);
    up = ctx->data;

    if (r->request_body == NULL || r->request_body->temp_file == NULL) {

        /* no byte came: a form without parts, a file without content */

        if (up->store.boundary != NULL) {
            return ngx_http_paperal_fail(ctx, PAPERAL_E_MALFORMED_REQUEST,
                       paperal_multipart_message(PAPERAL_MULTIPART_TRUNCATED));
        }

        up->store.result = PAPERAL_STORE_NOT_PDF;
        return ngx_http_paperal_upload_outcome(ctx, &up->store);
    }

    up->store.root = (char *) pmcf->storage_path.data;
    up->store.source = (char *) r->request_body->temp_file->file.name.data;

    rc = ngx_http_paperal_task_run(r, &pmcf->files,
                                   ngx_http_paperal_upload_work,
                                   ngx_http_paperal_upload_stored, up);

    if (rc == NGX_OK) {
        return NGX_AGAIN;
    }

    return ngx_http_paperal_fail(ctx, rc == NGX_DECLINED
                                      ? PAPERAL_E_SERVICE_UNAVAILABLE
                                      : PAPERAL_E_SERVER_ERROR, NULL);
}


static void
ngx_http_paperal_upload_work(void *data, ngx_log_t *log)
{
    ngx_http_paperal_upload_t *up = data;

    ngx_http_paperal_store(&up->store);
}


static void
ngx_http_paperal_upload_stored(void *data)
{
    ngx_http_paperal_ctx_t    *ctx;
    ngx_http_paperal_upload_t *up = data;

    ctx = ngx_http_get_module_ctx(up->request, ngx_http_paperal_module);

    ngx_http_paperal_resume(up->request,
                           ngx_http_paperal_upload_outcome(ctx, &up->store));
}


static ngx_int_t
ngx_http_paperal_upload_outcome(ngx_http_paperal_ctx_t *ctx,
    ngx_http_paperal_store_t *st)
{
    ngx_str_t  file = ngx_string("file");

    switch (st->result) {

    case PAPERAL_STORE_OK:
    case PAPERAL_STORE_NO_FILE:
        return NGX_OK;

    case PAPERAL_STORE_MALFORMED:
        return ngx_http_paperal_fail(ctx, PAPERAL_E_MALFORMED_REQUEST,
                                     paperal_multipart_message(st->multipart));

    case PAPERAL_STORE_TWO_FILES:
        ngx_http_paperal_detail(ctx, &file, "must not be repeated");
        return ngx_http_paperal_validated(ctx);

    case PAPERAL_STORE_TOO_LARGE:
        return ngx_http_paperal_fail(ctx, PAPERAL_E_PAYLOAD_TOO_LARGE, NULL);

    case PAPERAL_STORE_NOT_PDF:
        return ngx_http_paperal_fail(ctx, PAPERAL_E_UNSUPPORTED_MEDIA_TYPE,
                                     "the file is not a PDF document");

    case PAPERAL_STORE_TOO_MANY_FIELDS:
        return ngx_http_paperal_fail(ctx, PAPERAL_E_VALIDATION_ERROR,
                                     "the form has too many fields");

    default:
        ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, st->err,
                      "paperal: an upload could not be stored: %s failed",
                      st->failed);

        return ngx_http_paperal_fail(ctx,
                                     st->result == PAPERAL_STORE_NO_SPACE
                                         ? PAPERAL_E_SERVICE_UNAVAILABLE
                                         : PAPERAL_E_SERVER_ERROR,
                                     NULL);
    }
}


ngx_int_t
ngx_http_paperal_upload_bind(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    size_t                           len;
    u_char                          *p;
    ngx_str_t                        hash, size;
    ngx_str_t                        file = ngx_string("file");
    ngx_uint_t                       i;
    const char                      *base;
    paperal_buf_t                    b;
    ngx_http_paperal_input_t         in[PAPERAL_STORE_MAX_FIELDS];
    ngx_http_paperal_store_t        *st;
    ngx_http_paperal_upload_t       *up;
    ngx_http_paperal_store_field_t  *field;

    up = ctx->data;
    st = &up->store;

    for (i = 0; i < st->nfields; i++) {
        field = &st->fields[i];
        p = (u_char *) st->text.data;

        in[i].json = NULL;
        in[i].name.data = p + field->name;
        in[i].name.len = field->name_len;
        in[i].text.data = p + field->value;
        in[i].text.len = field->value_len;
    }

    if (st->boundary != NULL) {
        ngx_http_paperal_bind_fields(ctx, PAPERAL_IN_FORM, in, st->nfields);
    }

    if (st->result == PAPERAL_STORE_NO_FILE) {
        ngx_http_paperal_detail(ctx, &file, "is required");
        return ngx_http_paperal_validated(ctx);
    }

    base = paperal_text_basename(st->filename, ngx_strlen(st->filename), &len);

    paperal_buf_init(&b, 4 * PAPERAL_STORE_MAX_NAME);
    paperal_text_clean(&b, base, len, PAPERAL_TEXT_LINE);
    paperal_buf_truncate(&b, paperal_utf8_prefix(paperal_buf_cstr(&b), b.len,
                                                 PAPERAL_MAX_FILE_NAME));

    if (b.len == 0) {
        paperal_buf_str(&b, PAPERAL_DEFAULT_NAME);
    }

    size.data = ngx_pnalloc(r->pool, NGX_INT64_LEN);

    if (size.data == NULL
        || ngx_http_paperal_take(r->pool, &b, &up->filename) != NGX_OK)
    {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    size.len = ngx_sprintf(size.data, "%uL", st->size) - size.data;
    hash.data = (u_char *) st->hash;
    hash.len = PAPERAL_SHA256_HEX_LEN;

    ngx_http_paperal_set_value(ctx, "file_hash", &hash);
    ngx_http_paperal_set_value(ctx, "file_size", &size);
    ngx_http_paperal_set_value(ctx, "filename", &up->filename);

    return ngx_http_paperal_validated(ctx);
}


/* The file and the fields: the boundary of a form differs each time. */

ngx_int_t
ngx_http_paperal_upload_claim(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    char                        hex[PAPERAL_SHA256_HEX_SIZE];
    ngx_uint_t                  i;
    paperal_sha256_t            sha;
    ngx_http_paperal_upload_t  *up;

    up = ctx->data;
    up->done = 1;

    ngx_http_paperal_stat(uploads);
    ngx_http_paperal_stats->upload_bytes += up->store.size;

    paperal_sha256_init(&sha);

    for (i = 0; i < ctx->endpoint->nvalues; i++) {
        paperal_sha256_update(&sha, ctx->values[i].data, ctx->values[i].len);
        paperal_sha256_update(&sha, "", 1);
    }

    if (paperal_sha256_final_hex(&sha, hex) != PAPERAL_OK) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    return ngx_http_paperal_claim(r, ctx, hex);
}
