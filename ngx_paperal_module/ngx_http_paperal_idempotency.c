/*
 * Idempotent requests.  The claim is a row; the answer is stored by the very
 * statement that does the work, so that either both happened or neither.  A
 * request that fails gives its claim back, and the next one runs again.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_idempotency.h"
#include "ngx_http_paperal_metrics.h"
#include "ngx_http_paperal_respond.h"


#define PAPERAL_MAX_ROUTE_TEXT  1024


static void ngx_http_paperal_begin(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
static void ngx_http_paperal_begun(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_pg_reply_t *reply);
static ngx_int_t ngx_http_paperal_replay(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_pg_reply_t *reply);
static ngx_int_t ngx_http_paperal_wait(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
static void ngx_http_paperal_waited(ngx_event_t *ev);
static void ngx_http_paperal_abandoned(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_pg_reply_t *reply);
static void ngx_http_paperal_forget(void *data,
    ngx_http_paperal_pg_reply_t *reply);


static ngx_http_paperal_pg_statement_t  ngx_http_paperal_begin_statement = {
    ngx_string("idempotency_begin"),
    ngx_string("SELECT outcome, status, body"
               " FROM idempotency_begin($1, $2, $3, $4)"),
    4, NGX_HTTP_PAPERAL_PG_FAST, 0
};

static ngx_http_paperal_pg_statement_t  ngx_http_paperal_abandon_statement = {
    ngx_string("idempotency_abandon"),
    ngx_string("SELECT idempotency_abandon($1, $2)"),
    2, NGX_HTTP_PAPERAL_PG_FAST, 0
};


ngx_int_t
ngx_http_paperal_idempotency_init(ngx_conf_t *cf)
{
    if (ngx_http_paperal_pg_register(cf, &ngx_http_paperal_begin_statement)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_paperal_pg_register(cf,
                                        &ngx_http_paperal_abandon_statement);
}


ngx_int_t
ngx_http_paperal_wrap(ngx_conf_t *cf, ngx_http_paperal_endpoint_t *e)
{
    size_t       len;
    ngx_str_t   *text;
    const char  *status;

    static const char  format[] =
        "WITH r AS MATERIALIZED (%V)"
        " SELECT r.*, idempotency_save($%ui, $%ui, %s$%ui::int%s,"
        " r.data::text) AS saved FROM r%Z";

    status = (e->route->flags & PAPERAL_STATUS) ? "coalesce(r.status, " : "";
    text = &e->saving.text;
    len = sizeof(format) + e->route->sql.len + 128;

    text->data = ngx_pnalloc(cf->pool, len);
    e->saving.name.data = ngx_pnalloc(cf->pool, e->route->name.len
                                                + sizeof("_once"));

    if (text->data == NULL || e->saving.name.data == NULL) {
        return NGX_ERROR;
    }

    text->len = ngx_snprintf(text->data, len, format, &e->route->sql,
                             e->nvalues + 1, e->nvalues + 2, status,
                             e->nvalues + 3, status[0] ? ")" : "")
                - text->data - 1;

    e->saving.name.len = ngx_sprintf(e->saving.name.data, "%V_once%Z",
                                     &e->route->name)
                         - e->saving.name.data - 1;
    e->saving.nparams = e->nvalues + 3;
    e->saving.lane = e->statement.lane;

    return NGX_OK;
}


ngx_int_t
ngx_http_paperal_idempotency(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    char              hash[PAPERAL_SHA256_HEX_SIZE];
    ngx_uint_t        i;
    ngx_table_elt_t  *h;

    if (!(ctx->endpoint->route->flags & PAPERAL_IDEMPOTENT)) {
        return NGX_OK;
    }

    h = ngx_http_paperal_header(r, "Idempotency-Key");
    if (h == NULL) {
        return NGX_OK;
    }

    for (i = 0; i < h->value.len; i++) {
        if (h->value.data[i] < 0x21 || h->value.data[i] > 0x7e) {
            break;
        }
    }

    if (i < h->value.len || i == 0 || i > PAPERAL_MAX_IDEMPOTENCY_KEY) {
        ngx_http_paperal_detail(ctx, &h->key,
                                "must be 1 to 255 visible ASCII characters");
        return ngx_http_paperal_validated(ctx);
    }

    ctx->idempotency_key = h->value;

    if (ctx->endpoint->route->flags & PAPERAL_OWN_BODY) {
        return NGX_OK;
    }

    if (paperal_sha256_hex(ctx->body.data, ctx->body.len, hash)
        != PAPERAL_OK)
    {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    return ngx_http_paperal_claim(r, ctx, hash);
}


ngx_int_t
ngx_http_paperal_claim(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    const char *hash)
{
    u_char     *p;
    size_t      len;
    ngx_str_t  *route;

    if (ctx->idempotency_key.len == 0) {
        return NGX_OK;
    }

    ngx_memcpy(ctx->idempotency_hash, hash, PAPERAL_SHA256_HEX_SIZE);

    /* the same key for another object is another request */

    route = &ctx->idempotency_route;
    len = ngx_min(r->unparsed_uri.len, PAPERAL_MAX_ROUTE_TEXT);

    p = ngx_pnalloc(r->pool, ctx->endpoint->route->name.len + 1 + len);
    if (p == NULL) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    route->data = p;
    p = ngx_cpymem(p, ctx->endpoint->route->name.data,
                   ctx->endpoint->route->name.len);
    *p++ = ' ';
    p = ngx_cpymem(p, r->unparsed_uri.data, len);
    route->len = p - route->data;

    ctx->idempotency_deadline = ngx_current_msec + PAPERAL_IDEMPOTENCY_WAIT;

    ngx_http_paperal_begin(r, ctx);

    return ctx->error ? NGX_ERROR : NGX_AGAIN;
}


static void
ngx_http_paperal_begin(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    ngx_str_t  v[4];

    v[0] = ctx->identity.user_id;
    v[1] = ctx->idempotency_key;
    v[2] = ctx->idempotency_route;
    v[3].data = ctx->idempotency_hash;
    v[3].len = PAPERAL_SHA256_HEX_LEN;

    (void) ngx_http_paperal_query(r, ctx, &ngx_http_paperal_begin_statement,
                                  v, 4, ngx_http_paperal_begun);
}


static void
ngx_http_paperal_begun(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    ngx_http_paperal_pg_reply_t *reply)
{
    ngx_int_t  rc;
    ngx_str_t  outcome;

    rc = ngx_http_paperal_check_reply(ctx, reply);

    if (rc == NGX_OK) {
        outcome = ngx_http_paperal_column(reply->res, 0, "outcome");

        if (ngx_http_paperal_is(&outcome, "run")) {
            ctx->claimed = 1;

        } else if (ngx_http_paperal_is(&outcome, "replay")) {
            rc = ngx_http_paperal_replay(r, ctx, reply);

        } else if (ngx_http_paperal_is(&outcome, "busy")) {
            rc = ngx_http_paperal_wait(r, ctx);

        } else {
            rc = ngx_http_paperal_fail(ctx, PAPERAL_E_IDEMPOTENCY_KEY_REUSED,
                                       NULL);
        }
    }

    if (rc != NGX_AGAIN) {
        ngx_http_paperal_resume(r, rc);
    }
}


static ngx_int_t
ngx_http_paperal_replay(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    ngx_http_paperal_pg_reply_t *reply)
{
    ngx_str_t  status;

    (void) ngx_http_paperal_keep(r, reply);

    status = ngx_http_paperal_column(ctx->result, 0, "status");

    ctx->answer.status = ngx_atoi(status.data, status.len);
    ctx->answer.data = ngx_http_paperal_column(ctx->result, 0, "body");
    ctx->answer.replayed = 1;

    ngx_http_paperal_stat(replayed);

    ctx->sent = ngx_http_paperal_respond(r, ctx);

    return NGX_DONE;
}


/* The first request is under way: its answer is ours. */

static ngx_int_t
ngx_http_paperal_wait(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    ngx_event_t  *ev;

    if ((ngx_msec_int_t) (ctx->idempotency_deadline - ngx_current_msec) <= 0) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_CONFLICT,
                     "a request with this idempotency key is under way");
    }

    ev = &ctx->idempotency_retry;

    ev->handler = ngx_http_paperal_waited;
    ev->data = r;
    ev->log = r->connection->log;

    ngx_add_timer(ev, PAPERAL_IDEMPOTENCY_RETRY);

    return NGX_AGAIN;
}


static void
ngx_http_paperal_waited(ngx_event_t *ev)
{
    ngx_http_request_t *r = ev->data;

    ngx_http_paperal_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_paperal_module);

    ngx_http_paperal_begin(r, ctx);

    if (ctx->error) {
        ngx_http_paperal_resume(r, NGX_ERROR);
    }
}


ngx_int_t
ngx_http_paperal_abandon(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    int        error;
    ngx_int_t  rc;
    ngx_str_t  v[2];

    ctx->claimed = 0;
    error = ctx->error;

    v[0] = ctx->identity.user_id;
    v[1] = ctx->idempotency_key;

    rc = ngx_http_paperal_query(r, ctx, &ngx_http_paperal_abandon_statement,
                                v, 2, ngx_http_paperal_abandoned);

    ctx->error = error;

    return rc;
}


static void
ngx_http_paperal_abandoned(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    ngx_http_paperal_pg_reply_t *reply)
{
    if (reply->status != NGX_HTTP_PAPERAL_PG_OK) {
        ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                      "paperal: an idempotency key stays claimed for a "
                      "minute");
    }

    ngx_http_paperal_resume(r, NGX_ERROR);
}


void
ngx_http_paperal_left(ngx_http_paperal_ctx_t *ctx)
{
    ngx_str_t                       v[2];
    ngx_http_paperal_pg_identity_t  identity;

    ctx->claimed = 0;

    identity.user_id = ctx->identity.user_id;
    identity.workspaces = ctx->identity.workspaces;
    v[0] = ctx->identity.user_id;
    v[1] = ctx->idempotency_key;

    (void) ngx_http_paperal_pg_send(&ngx_http_paperal_abandon_statement,
                                    &identity, v, 2, ngx_http_paperal_forget,
                                    NULL);
}


static void
ngx_http_paperal_forget(void *data, ngx_http_paperal_pg_reply_t *reply)
{
    /* void */
}
