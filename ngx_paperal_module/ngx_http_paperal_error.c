/*
 * The form of failures.
 *
 * nginx ends requests by itself too: 413 and 400 before a handler is found,
 * 408 while a body is read, 500 without memory.  Its error pages pass through
 * the filters here, which put the envelope in place of the HTML.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_error.h"
#include "ngx_http_paperal_respond.h"
#include "ngx_http_paperal_route.h"
#include "paperal_json.h"


#define PAPERAL_MAX_ERROR_BODY  (PAPERAL_MAX_DETAIL_LEN + 4096)


static ngx_int_t ngx_http_paperal_own_error(ngx_http_paperal_ctx_t *ctx,
    PGresult *res);
static ngx_int_t ngx_http_paperal_header_filter(ngx_http_request_t *r);
static ngx_int_t ngx_http_paperal_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);
static void ngx_http_paperal_forget_object(ngx_http_request_t *r);


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;
static ngx_http_output_body_filter_pt    ngx_http_next_body_filter;


/* SQLSTATE, or its class of two characters, to code; the first match counts. */

static const struct {
    const char  *sqlstate;
    int          code;
} ngx_http_paperal_sqlstates[] = {
    { "23505", PAPERAL_E_RESOURCE_ALREADY_EXISTS },
    { "57014", PAPERAL_E_GATEWAY_TIMEOUT },
    { "55P03", PAPERAL_E_SERVICE_UNAVAILABLE },    /* lock not available */
    { "25006", PAPERAL_E_SERVICE_UNAVAILABLE },    /* read-only: a standby */
    { "40",    PAPERAL_E_SERVICE_UNAVAILABLE },
    { "08",    PAPERAL_E_SERVICE_UNAVAILABLE },
    { "53",    PAPERAL_E_SERVICE_UNAVAILABLE },
    { "57",    PAPERAL_E_SERVICE_UNAVAILABLE },
    { NULL,    0 }
};


ngx_int_t
ngx_http_paperal_sql_error(ngx_http_paperal_ctx_t *ctx,
    ngx_http_paperal_pg_reply_t *reply)
{
    int          code;
    ngx_uint_t   i;
    const char  *s, *message;

    if (ngx_strncmp(reply->sqlstate, "PA", 2) == 0) {
        return ngx_http_paperal_own_error(ctx, reply->res);
    }

    code = PAPERAL_E_SERVER_ERROR;

    for (i = 0; ngx_http_paperal_sqlstates[i].sqlstate != NULL; i++) {
        s = ngx_http_paperal_sqlstates[i].sqlstate;

        if (ngx_strncmp(reply->sqlstate, s, ngx_strlen(s)) == 0) {
            code = ngx_http_paperal_sqlstates[i].code;
            break;
        }
    }

    if (code != PAPERAL_E_RESOURCE_ALREADY_EXISTS) {

        /* the primary message only: a detail may quote the row's values */

        message = PQresultErrorField(reply->res, PG_DIAG_MESSAGE_PRIMARY);

        ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                      "paperal: statement failed: %s: %s", reply->sqlstate,
                      message == NULL ? "no message" : message);
    }

    return ngx_http_paperal_fail(ctx, code, NULL);
}


/* An error raised by our own SQL: message, detail and hint carry the answer. */

static ngx_int_t
ngx_http_paperal_own_error(ngx_http_paperal_ctx_t *ctx, PGresult *res)
{
    int          code;
    ngx_str_t    s;
    const char  *name, *detail, *hint;

    name = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    detail = PQresultErrorField(res, PG_DIAG_MESSAGE_DETAIL);
    hint = PQresultErrorField(res, PG_DIAG_MESSAGE_HINT);

    code = name == NULL ? 0 : paperal_error_find(name, ngx_strlen(name));

    if (code == 0) {
        ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                      "paperal: the database raised an unknown error \"%s\"",
                      name == NULL ? "" : name);
        code = PAPERAL_E_SERVER_ERROR;
    }

    if (detail != NULL && detail[0] == '{') {
        ctx->details = ngx_http_paperal_copy(ctx->request->pool, detail,
                                             ngx_strlen(detail));
    }

    if (hint != NULL) {
        s = ngx_http_paperal_copy(ctx->request->pool, hint, ngx_strlen(hint));
        hint = (char *) s.data;
    }

    return ngx_http_paperal_fail(ctx, code, hint);
}


int
ngx_http_paperal_error_of_status(ngx_uint_t status)
{
    switch (status) {

    case NGX_HTTP_UNAUTHORIZED:
        return PAPERAL_E_AUTH_REQUIRED;

    case NGX_HTTP_FORBIDDEN:
        return PAPERAL_E_AUTH_INSUFFICIENT_PERMISSIONS;

    case NGX_HTTP_NOT_FOUND:
        return PAPERAL_E_RESOURCE_NOT_FOUND;

    case NGX_HTTP_NOT_ALLOWED:
        return PAPERAL_E_METHOD_NOT_ALLOWED;

    case NGX_HTTP_PRECONDITION_FAILED:
        return PAPERAL_E_PRECONDITION_FAILED;

    case NGX_HTTP_REQUEST_ENTITY_TOO_LARGE:
        return PAPERAL_E_PAYLOAD_TOO_LARGE;

    case NGX_HTTP_UNSUPPORTED_MEDIA_TYPE:
        return PAPERAL_E_UNSUPPORTED_MEDIA_TYPE;

    case NGX_HTTP_TOO_MANY_REQUESTS:
        return PAPERAL_E_RATE_LIMIT_EXCEEDED;

    case NGX_HTTP_NOT_IMPLEMENTED:             /* a transfer coding */
    case NGX_HTTP_VERSION_NOT_SUPPORTED:
        return PAPERAL_E_MALFORMED_REQUEST;

    case NGX_HTTP_BAD_GATEWAY:
    case NGX_HTTP_SERVICE_UNAVAILABLE:
    case NGX_HTTP_INSUFFICIENT_STORAGE:
        return PAPERAL_E_SERVICE_UNAVAILABLE;

    case NGX_HTTP_GATEWAY_TIME_OUT:
        return PAPERAL_E_GATEWAY_TIMEOUT;

    default:
        return status >= 400 && status < 500 ? PAPERAL_E_MALFORMED_REQUEST
                                             : PAPERAL_E_SERVER_ERROR;
    }
}


ngx_chain_t *
ngx_http_paperal_error_body(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    off_t *len)
{
    ngx_buf_t              *b;
    ngx_str_t               text;
    ngx_uint_t              level;
    ngx_chain_t            *cl;
    paperal_buf_t           body;
    const paperal_error_t  *error;

    error = paperal_error_get(ctx->error);

    level = error->status >= 500 ? NGX_LOG_ERR : NGX_LOG_INFO;

    ngx_log_error(level, r->connection->log, 0,
                  "paperal: %s%s%V, request id \"%V\"", error->name,
                  ctx->error_message.len ? ": " : "", &ctx->error_message,
                  &ctx->request_id);

    paperal_buf_init(&body, PAPERAL_MAX_ERROR_BODY);
    paperal_buf_str(&body, "{\"success\":false,\"error\":{\"code\":\"");
    paperal_buf_str(&body, error->name);
    paperal_buf_str(&body, "\",\"message\":");

    if (ctx->error_message.len && ctx->error != PAPERAL_E_SERVER_ERROR) {
        paperal_json_quote(&body, (char *) ctx->error_message.data,
                           ctx->error_message.len);

    } else {
        paperal_json_quote(&body, error->message, ngx_strlen(error->message));
    }

    if (ctx->details.len && ctx->error != PAPERAL_E_SERVER_ERROR) {
        paperal_buf_str(&body, ",\"details\":");
        paperal_buf_bytes(&body, ctx->details.data, ctx->details.len);
    }

    paperal_buf_str(&body, "}}");

    b = ngx_calloc_buf(r->pool);
    cl = ngx_alloc_chain_link(r->pool);

    if (ngx_http_paperal_take(r->pool, &body, &text) != NGX_OK
        || b == NULL || cl == NULL)
    {
        return NULL;
    }

    b->pos = text.data;
    b->last = text.data + text.len;
    b->memory = 1;
    b->last_buf = 1;
    b->last_in_chain = 1;

    cl->buf = b;
    cl->next = NULL;
    *len = text.len;

    return cl;
}


ngx_int_t
ngx_http_paperal_error_filters(ngx_conf_t *cf)
{
    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_paperal_header_filter;

    ngx_http_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_paperal_body_filter;

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_header_filter(ngx_http_request_t *r)
{
    off_t                    len;
    ngx_http_paperal_ctx_t  *ctx;

    if (r != r->main
        || r->headers_out.status < NGX_HTTP_BAD_REQUEST
        || ngx_http_paperal_prefix(r) == NULL)
    {
        return ngx_http_next_header_filter(r);
    }

    ctx = ngx_http_paperal_ctx(r);

    if (ctx == NULL || ctx->answered) {
        return ngx_http_next_header_filter(r);
    }

    ctx->error = ngx_http_paperal_error_of_status(r->headers_out.status);
    ctx->error_message.len = 0;
    ctx->details.len = 0;

    if (ctx->error == PAPERAL_E_METHOD_NOT_ALLOWED) {
        ctx->answer.allow = ngx_http_paperal_allow(r, ctx);
    }

    ctx->replacement = ngx_http_paperal_error_body(r, ctx, &len);

    if (ctx->replacement == NULL
        || ngx_http_paperal_error_headers(r, ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_clear_accept_ranges(r);
    ngx_http_clear_last_modified(r);
    ngx_http_clear_etag(r);
    ngx_http_clear_content_length(r);
    ngx_http_paperal_forget_object(r);

    /* 416 has no code of its own, but its status tells clients what to do */

    if (r->headers_out.status != NGX_HTTP_RANGE_NOT_SATISFIABLE) {
        r->headers_out.status = paperal_error_get(ctx->error)->status;
    }

    r->headers_out.status_line.len = 0;
    r->headers_out.content_length_n = len;

    return ngx_http_next_header_filter(r);
}


/* The header of a file was made when its conditions or ranges failed. */

static void
ngx_http_paperal_forget_object(ngx_http_request_t *r)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_out.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (ngx_http_paperal_is(&h[i].key, "Cache-Control")) {
                ngx_str_set(&h[i].value, "no-store");

            } else if (ngx_http_paperal_is(&h[i].key,
                                           "Content-Disposition"))
            {
                h[i].hash = 0;
            }
        }
    }
}


static ngx_int_t
ngx_http_paperal_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_chain_t             *cl;
    ngx_http_paperal_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_paperal_module);

    if (ctx == NULL || ctx->replacement == NULL || in == NULL) {
        return ngx_http_next_body_filter(r, in);
    }

    /* nginx's page is used up, ours goes out once */

    for (cl = in; cl; cl = cl->next) {
        cl->buf->pos = cl->buf->last;
        cl->buf->file_pos = cl->buf->file_last;
    }

    if (ctx->replaced) {
        return ngx_http_next_body_filter(r, NULL);
    }

    ctx->replaced = 1;

    return ngx_http_next_body_filter(r, ctx->replacement);
}
