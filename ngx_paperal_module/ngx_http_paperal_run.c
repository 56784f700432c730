/*
 * Running statements: the row's own SQL and those of steps, their replies, and
 * the Redis commands that go with them.
 *
 * A result's columns are known by name: data, total, meta, status, cred,
 * error.  The text of "data" goes to the client from libpq's own memory.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_error.h"
#include "ngx_http_paperal_metrics.h"


#define PAPERAL_MAX_REVOKED  1000            /* credentials of one answer */


static void ngx_http_paperal_replied(void *data,
    ngx_http_paperal_pg_reply_t *reply);
static void ngx_http_paperal_ran(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_pg_reply_t *reply);
static ngx_int_t ngx_http_paperal_read_row(ngx_http_paperal_ctx_t *ctx);
static void ngx_http_paperal_redis_replied(void *data, redisReply *reply);
static void ngx_http_paperal_revoked(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, redisReply *reply);


ngx_int_t
ngx_http_paperal_query(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    ngx_http_paperal_pg_statement_t *st, const ngx_str_t *values, ngx_uint_t n,
    void (*reply)(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    ngx_http_paperal_pg_reply_t *reply))
{
    ngx_http_paperal_pg_identity_t  identity;

    identity.user_id = ctx->identity.user_id;
    identity.workspaces = ctx->identity.workspaces;

    ctx->reply = reply;
    ctx->pg = ngx_http_paperal_pg_send(st,
                                identity.user_id.len ? &identity : NULL,
                                values, n, ngx_http_paperal_replied, r);

    if (ctx->pg == NULL) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    return NGX_AGAIN;
}


static void
ngx_http_paperal_replied(void *data, ngx_http_paperal_pg_reply_t *reply)
{
    ngx_http_request_t *r = data;

    ngx_http_paperal_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_paperal_module);

    ngx_http_set_log_request(r->connection->log, r);

    ctx->pg = NULL;
    ctx->db_time += reply->elapsed;

    ngx_http_paperal_metrics_statement(reply->elapsed);

    ctx->reply(r, ctx, reply);
}


ngx_int_t
ngx_http_paperal_check_reply(ngx_http_paperal_ctx_t *ctx,
    ngx_http_paperal_pg_reply_t *reply)
{
    switch (reply->status) {

    case NGX_HTTP_PAPERAL_PG_OK:

        if (PQresultStatus(reply->res) == PGRES_TUPLES_OK
            || PQresultStatus(reply->res) == PGRES_COMMAND_OK)
        {
            return NGX_OK;
        }

        ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                      "paperal: unexpected result \"%s\"",
                      PQresStatus(PQresultStatus(reply->res)));

        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);

    case NGX_HTTP_PAPERAL_PG_SQL_ERROR:
        return ngx_http_paperal_sql_error(ctx, reply);

    case NGX_HTTP_PAPERAL_PG_TIMEOUT:
        return ngx_http_paperal_fail(ctx, PAPERAL_E_GATEWAY_TIMEOUT, NULL);

    default:
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVICE_UNAVAILABLE, NULL);
    }
}


ngx_int_t
ngx_http_paperal_keep(ngx_http_request_t *r,
    ngx_http_paperal_pg_reply_t *reply)
{
    ngx_http_paperal_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_paperal_module);

    if (ctx->result != NULL) {
        PQclear(ctx->result);
    }

    /* the context's cleanup clears it */

    ctx->result = reply->res;
    reply->res = NULL;

    return NGX_OK;
}


ngx_str_t
ngx_http_paperal_column(PGresult *res, int row, const char *name)
{
    return ngx_http_paperal_cell(res, row, PQfnumber(res, name));
}


ngx_str_t
ngx_http_paperal_cell(PGresult *res, int row, int column)
{
    ngx_str_t  s;

    ngx_str_null(&s);

    if (column >= 0 && column < PQnfields(res) && row < PQntuples(res)
        && !PQgetisnull(res, row, column))
    {
        s.data = (u_char *) PQgetvalue(res, row, column);
        s.len = PQgetlength(res, row, column);
    }

    return s;
}


ngx_int_t
ngx_http_paperal_run(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    ngx_str_t                        *v;
    ngx_http_paperal_pg_statement_t  *st;

    st = &ctx->endpoint->statement;

    if (ctx->claimed) {
        st = &ctx->endpoint->saving;

        v = &ctx->values[ctx->endpoint->nvalues];
        v[0] = ctx->identity.user_id;
        v[1] = ctx->idempotency_key;
        v[2].data = ngx_pnalloc(r->pool, NGX_INT_T_LEN);

        if (v[2].data == NULL) {
            return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
        }

        v[2].len = ngx_sprintf(v[2].data, "%ui", ctx->answer.status)
                   - v[2].data;
    }

    return ngx_http_paperal_query(r, ctx, st, ctx->values, st->nparams,
                                  ngx_http_paperal_ran);
}


static void
ngx_http_paperal_ran(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    ngx_http_paperal_pg_reply_t *reply)
{
    ngx_int_t  rc;

    rc = ngx_http_paperal_check_reply(ctx, reply);

    if (rc == NGX_OK && PQntuples(reply->res) == 0) {
        rc = ngx_http_paperal_fail(ctx, PAPERAL_E_RESOURCE_NOT_FOUND, NULL);
    }

    if (rc == NGX_OK) {
        (void) ngx_http_paperal_keep(r, reply);
        rc = ngx_http_paperal_read_row(ctx);
    }

    if (rc == NGX_OK) {
        /* the claim and the work were one transaction */
        ctx->claimed = 0;
    }

    ngx_http_paperal_resume(r, rc);
}


static ngx_int_t
ngx_http_paperal_read_row(ngx_http_paperal_ctx_t *ctx)
{
    ngx_str_t   cell;
    PGresult   *res;

    res = ctx->result;

    ctx->answer.data = ngx_http_paperal_column(res, 0, "data");
    ctx->answer.meta = ngx_http_paperal_column(res, 0, "meta");

    cell = ngx_http_paperal_column(res, 0, "total");
    if (cell.data != NULL) {
        ctx->answer.total = ngx_atoi(cell.data, cell.len);
    }

    cell = ngx_http_paperal_column(res, 0, "status");
    if (cell.data != NULL) {
        ctx->answer.status = ngx_atoi(cell.data, cell.len);
    }

    cell = ngx_http_paperal_column(res, 0, "error");
    if (cell.data != NULL) {
        ctx->late_error = paperal_error_find((char *) cell.data, cell.len);
    }

    if (ctx->answer.data.len > PAPERAL_MAX_RESULT) {
        ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                      "paperal: result of %uz bytes", ctx->answer.data.len);
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_paperal_command(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    ngx_uint_t argc, const ngx_str_t *argv,
    void (*reply)(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    redisReply *reply))
{
    ctx->redis_reply = reply;
    ctx->redis = ngx_http_paperal_redis_send(argc, argv,
                                             ngx_http_paperal_redis_replied,
                                             r);

    return ctx->redis == NULL ? NGX_DECLINED : NGX_AGAIN;
}


static void
ngx_http_paperal_redis_replied(void *data, redisReply *reply)
{
    ngx_http_request_t *r = data;

    ngx_http_paperal_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_paperal_module);

    ngx_http_set_log_request(r->connection->log, r);

    ctx->redis = NULL;
    ctx->redis_reply(r, ctx, reply);
}


/*
 * Writes a tombstone over each cached credential: see _auth.c.  Replies come
 * in the order of the commands, so only the last one is waited for.
 */

ngx_int_t
ngx_http_paperal_revoke(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    u_char      key[sizeof("paperal:cred:") - 1 + PAPERAL_SHA256_HEX_LEN];
    u_char     *p, *last;
    ngx_int_t   rc;
    ngx_str_t   cred, argv[5];
    ngx_uint_t  n;

    ngx_str_null(&cred);

    if (ctx->result != NULL) {
        cred = ngx_http_paperal_column(ctx->result, 0, "cred");
    }

    rc = NGX_OK;
    p = cred.data;
    last = p + cred.len;

    ngx_str_set(&argv[0], "SET");
    ngx_str_set(&argv[2], "-");
    ngx_str_set(&argv[3], "EX");
    ngx_str_set(&argv[4], "120");

    for (n = 0; last - p >= PAPERAL_SHA256_HEX_LEN; n++) {

        argv[1].data = key;
        argv[1].len = ngx_sprintf(key, "paperal:cred:%*s",
                                  (size_t) PAPERAL_SHA256_HEX_LEN, p) - key;

        p += PAPERAL_SHA256_HEX_LEN + 1;

        if (last - p >= PAPERAL_SHA256_HEX_LEN && n < PAPERAL_MAX_REVOKED) {
            (void) ngx_http_paperal_redis_post(5, argv);
            continue;
        }

        rc = ngx_http_paperal_command(r, ctx, 5, argv,
                                      ngx_http_paperal_revoked);
        break;
    }

    if (rc == NGX_AGAIN) {
        return rc;
    }

    return ctx->late_error ? ngx_http_paperal_fail(ctx, ctx->late_error, NULL)
                           : NGX_OK;
}


static void
ngx_http_paperal_revoked(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    redisReply *reply)
{
    ngx_int_t  rc;

    if (reply == NULL || reply->type == REDIS_REPLY_ERROR) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "paperal: a revoked credential could not be removed "
                      "from the cache, it ends within a minute");
    }

    rc = ctx->late_error ? ngx_http_paperal_fail(ctx, ctx->late_error, NULL)
                         : NGX_OK;

    ngx_http_paperal_resume(r, rc);
}
