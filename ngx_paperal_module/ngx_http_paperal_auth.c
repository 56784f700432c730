/*
 * Authentication.  The identity behind a credential is cached in Redis for a
 * minute as one line of text:
 *
 *     user|kind|role|plan|rpm|expires|active|scopes|{workspace,...}|role,...
 *
 * A revoked credential is overwritten by "-", which lives longer than a line
 * does; a line is only written where there is none: so a lookup that began
 * before the revocation cannot bring it back.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_auth.h"
#include "ngx_http_paperal_cookie.h"
#include "paperal_token.h"

#include <openssl/sha.h>


#define PAPERAL_CREDENTIAL_FIELDS  10
#define PAPERAL_MAX_CREDENTIAL     65536


static ngx_int_t ngx_http_paperal_find_credential(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_str_t *token);
static ngx_int_t ngx_http_paperal_ask_cache(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_uint_t whole);
static void ngx_http_paperal_cache_answered(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, redisReply *reply);
static ngx_int_t ngx_http_paperal_lookup(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
static void ngx_http_paperal_looked_up(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_pg_reply_t *reply);
static ngx_int_t ngx_http_paperal_credential_line(ngx_http_paperal_ctx_t *ctx,
    PGresult *res);
static ngx_int_t ngx_http_paperal_read_identity(ngx_http_paperal_ctx_t *ctx);
static ngx_int_t ngx_http_paperal_authorize(ngx_http_paperal_ctx_t *ctx);


static ngx_http_paperal_pg_statement_t  ngx_http_paperal_lookup_statement = {
    ngx_string("lookup_credential"),
    ngx_string("SELECT user_id, kind, role, plan, requests_per_minute,"
               " expires_at, is_active::int, scopes, workspaces, roles"
               " FROM lookup_credential($1)"),
    1, NGX_HTTP_PAPERAL_PG_FAST, 0
};

/*
 * KEYS[1] the credential, ARGV[1] the rate class, ARGV[2] the line to write if
 * there is none.  {''}: there is none; {'-'}: revoked; else line, count, end
 * of the window by Redis' clock, which all servers share.
 */
static ngx_str_t  ngx_http_paperal_script = ngx_string(
    "local line = redis.call('GET', KEYS[1])\n"
    "if not line then\n"
    "  line = ARGV[2]\n"
    "  if line == '' then return {''} end\n"
    "  redis.call('SET', KEYS[1], line, 'EX', 60)\n"
    "end\n"
    "if line == '-' then return {'-'} end\n"
    "local minute = math.floor(redis.call('TIME')[1] / 60)\n"
    "local key = 'paperal:rl:' .. string.match(line, '^[^|]*') .. ':'\n"
    "            .. ARGV[1] .. ':' .. minute\n"
    "local count = redis.call('INCR', key)\n"
    "if count == 1 then redis.call('EXPIRE', key, 120) end\n"
    "return {line, count, (minute + 1) * 60}\n"
);

static u_char  ngx_http_paperal_script_digest[2 * SHA_DIGEST_LENGTH];


ngx_int_t
ngx_http_paperal_auth_init(ngx_conf_t *cf)
{
    u_char  digest[SHA_DIGEST_LENGTH];

    SHA1(ngx_http_paperal_script.data, ngx_http_paperal_script.len, digest);
    ngx_hex_dump(ngx_http_paperal_script_digest, digest, SHA_DIGEST_LENGTH);

    return ngx_http_paperal_pg_register(cf,
                                        &ngx_http_paperal_lookup_statement);
}


ngx_int_t
ngx_http_paperal_authenticate(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    ngx_int_t  rc;
    ngx_str_t  token;

    if (ctx->endpoint->route->flags & PAPERAL_PUBLIC) {
        return NGX_OK;
    }

    rc = ngx_http_paperal_find_credential(r, ctx, &token);
    if (rc != NGX_OK) {
        return rc;
    }

    if (paperal_token_hash((char *) token.data, token.len,
                           (char *) ctx->credential)
        != PAPERAL_OK)
    {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    ngx_str_set(&ctx->credential_text, "");

    rc = ngx_http_paperal_ask_cache(r, ctx, 0);

    return rc == NGX_DECLINED ? ngx_http_paperal_lookup(r, ctx) : rc;
}


static ngx_int_t
ngx_http_paperal_find_credential(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_str_t *token)
{
    ngx_int_t        rc;
    paperal_token_e  kind;

    rc = ngx_http_paperal_bearer(r, ctx, token);
    if (rc == NGX_ERROR) {
        return rc;
    }

    if (rc == NGX_DECLINED) {

        if (ngx_http_paperal_find_cookie(r, token) != NGX_OK) {
            return ngx_http_paperal_fail(ctx, PAPERAL_E_AUTH_REQUIRED, NULL);
        }

        ctx->cookie = 1;
    }

    kind = paperal_token_kind((char *) token->data, token->len);

    if (ctx->cookie ? kind != PAPERAL_TOKEN_SESSION
                    : kind != PAPERAL_TOKEN_ACCESS
                      && kind != PAPERAL_TOKEN_API_KEY)
    {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_AUTH_INVALID_CREDENTIALS,
                                     NULL);
    }

    if (ctx->cookie
        && !(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))
        && !ngx_http_paperal_is_same_origin(r))
    {
        ngx_str_set(&ctx->details, "{\"reason\":\"csrf\"}");
        return ngx_http_paperal_fail(ctx,
                                     PAPERAL_E_AUTH_INSUFFICIENT_PERMISSIONS,
                                     "the request comes from another site");
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_paperal_bearer(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    ngx_str_t *token)
{
    ngx_uint_t        i, n;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h, *found;

    found = NULL;
    n = 0;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].key.len == sizeof("Authorization") - 1
                && ngx_strncasecmp(h[i].key.data, (u_char *) "Authorization",
                                   h[i].key.len)
                   == 0)
            {
                found = &h[i];
                n++;
            }
        }
    }

    if (n == 0) {
        return NGX_DECLINED;
    }

    if (n > 1) {
        /* a proxy in front may have looked at the other one */
        return ngx_http_paperal_fail(ctx, PAPERAL_E_MALFORMED_REQUEST,
                                     "more than one Authorization header");
    }

    if (found->value.len <= sizeof("Bearer ") - 1
        || ngx_strncasecmp(found->value.data, (u_char *) "Bearer ",
                           sizeof("Bearer ") - 1)
           != 0)
    {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_AUTH_INVALID_CREDENTIALS,
                                     NULL);
    }

    token->data = found->value.data + sizeof("Bearer ") - 1;
    token->len = found->value.len - (sizeof("Bearer ") - 1);

    return NGX_OK;
}


/* whole: send the script itself, which Redis has forgotten or never seen. */

static ngx_int_t
ngx_http_paperal_ask_cache(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    ngx_uint_t whole)
{
    u_char     key[sizeof("paperal:cred:") - 1 + PAPERAL_SHA256_HEX_SIZE];
    ngx_str_t  argv[6];

    if (whole) {
        ngx_str_set(&argv[0], "EVAL");
        argv[1] = ngx_http_paperal_script;

    } else {
        ngx_str_set(&argv[0], "EVALSHA");
        argv[1].data = ngx_http_paperal_script_digest;
        argv[1].len = sizeof(ngx_http_paperal_script_digest);
    }

    ngx_str_set(&argv[2], "1");

    argv[3].data = key;
    argv[3].len = ngx_sprintf(key, "paperal:cred:%s", ctx->credential) - key;

    if (ctx->endpoint->route->flags & PAPERAL_BULK) {
        ngx_str_set(&argv[4], "bulk");

    } else {
        ngx_str_set(&argv[4], "api");
    }

    argv[5] = ctx->credential_text;

    return ngx_http_paperal_command(r, ctx, 6, argv,
                                    ngx_http_paperal_cache_answered);
}


static void
ngx_http_paperal_cache_answered(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, redisReply *reply)
{
    ngx_int_t    rc;
    redisReply  *line;

    if (reply != NULL && reply->type == REDIS_REPLY_ERROR
        && ngx_strncmp(reply->str, "NOSCRIPT", sizeof("NOSCRIPT") - 1) == 0)
    {
        rc = ngx_http_paperal_ask_cache(r, ctx, 1);
        goto declined;
    }

    if (reply == NULL || reply->type != REDIS_REPLY_ARRAY
        || reply->elements == 0
        || reply->element[0]->type != REDIS_REPLY_STRING)
    {
        rc = NGX_DECLINED;
        goto declined;
    }

    line = reply->element[0];

    if (line->len == 0) {
        rc = ngx_http_paperal_lookup(r, ctx);
        goto done;
    }

    if (line->len == 1 && line->str[0] == '-') {
        rc = ngx_http_paperal_fail(ctx, PAPERAL_E_AUTH_INVALID_CREDENTIALS,
                                   NULL);
        goto done;
    }

    ctx->credential_text = ngx_http_paperal_copy(r->pool, line->str,
                                                 line->len);
    rc = ngx_http_paperal_read_identity(ctx);

    if (rc == NGX_OK && reply->elements == 3) {
        ctx->rate.count = reply->element[1]->integer;
        ctx->rate.reset = reply->element[2]->integer;
    }

declined:

    if (rc == NGX_DECLINED) {
        /* no Redis: what the database has said already is enough */

        rc = ctx->credential_text.len ? ngx_http_paperal_read_identity(ctx)
                                      : ngx_http_paperal_lookup(r, ctx);
    }

done:

    if (rc != NGX_AGAIN) {
        ngx_http_paperal_resume(r, rc);
    }
}


static ngx_int_t
ngx_http_paperal_lookup(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    ngx_str_t  hash;

    hash.data = ctx->credential;
    hash.len = PAPERAL_SHA256_HEX_LEN;

    return ngx_http_paperal_query(r, ctx, &ngx_http_paperal_lookup_statement,
                                  &hash, 1, ngx_http_paperal_looked_up);
}


static void
ngx_http_paperal_looked_up(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    ngx_http_paperal_pg_reply_t *reply)
{
    ngx_int_t  rc;

    rc = ngx_http_paperal_check_reply(ctx, reply);

    if (rc == NGX_OK && PQntuples(reply->res) == 0) {
        rc = ngx_http_paperal_fail(ctx, PAPERAL_E_AUTH_INVALID_CREDENTIALS,
                                   NULL);
    }

    if (rc == NGX_OK) {
        rc = ngx_http_paperal_credential_line(ctx, reply->res);
    }

    if (rc == NGX_OK) {
        rc = ngx_http_paperal_ask_cache(r, ctx, 0);

        if (rc == NGX_DECLINED) {
            rc = ngx_http_paperal_read_identity(ctx);
        }
    }

    if (rc != NGX_AGAIN) {
        ngx_http_paperal_resume(r, rc);
    }
}


static ngx_int_t
ngx_http_paperal_credential_line(ngx_http_paperal_ctx_t *ctx, PGresult *res)
{
    int            i;
    ngx_str_t      cell;
    paperal_buf_t  b;

    paperal_buf_init(&b, PAPERAL_MAX_CREDENTIAL);

    for (i = 0; i < PAPERAL_CREDENTIAL_FIELDS; i++) {
        cell = ngx_http_paperal_cell(res, 0, i);

        if (i) {
            paperal_buf_char(&b, '|');
        }

        paperal_buf_bytes(&b, cell.data, cell.len);
    }

    if (ngx_http_paperal_take(ctx->request->pool, &b, &ctx->credential_text)
        != NGX_OK)
    {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_read_identity(ngx_http_paperal_ctx_t *ctx)
{
    u_char                       *p, *last;
    ngx_int_t                     rpm;
    ngx_str_t                     field[PAPERAL_CREDENTIAL_FIELDS];
    ngx_uint_t                    i;
    ngx_http_paperal_identity_t  *id;

    p = ctx->credential_text.data;
    last = p + ctx->credential_text.len;

    for (i = 0; i < PAPERAL_CREDENTIAL_FIELDS && p != NULL; i++) {
        field[i].data = p;
        p = ngx_strlchr(p, last, '|');
        field[i].len = (p == NULL ? last : p++) - field[i].data;
    }

    if (i < PAPERAL_CREDENTIAL_FIELDS) {
        ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                      "paperal: a cached credential has %ui fields", i);
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    id = &ctx->identity;
    rpm = ngx_atoi(field[4].data, field[4].len);

    id->user_id = field[0];
    id->kind = field[1];
    id->role = field[2];
    id->plan = field[3];
    id->rpm = rpm > 0 ? (ngx_uint_t) rpm : 0;
    id->expires = ngx_atotm(field[5].data, field[5].len);
    id->active = ngx_http_paperal_is(&field[6], "1");
    id->scopes = field[7];
    id->workspaces = field[8];
    id->roles = field[9];

    return ngx_http_paperal_authorize(ctx);
}


static ngx_int_t
ngx_http_paperal_authorize(ngx_http_paperal_ctx_t *ctx)
{
    u_char                       *scope;
    ngx_uint_t                    flags;
    ngx_http_paperal_identity_t  *id;

    id = &ctx->identity;
    flags = ctx->endpoint->route->flags;

    /* a credential without an end has no number there */

    if (id->expires != NGX_ERROR && id->expires <= ngx_time()) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_AUTH_TOKEN_EXPIRED, NULL);
    }

    if (!id->active) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_ACCOUNT_DISABLED, NULL);
    }

    if ((flags & PAPERAL_ADMIN)
        && !ngx_http_paperal_is(&id->role, "admin"))
    {
        return ngx_http_paperal_fail(ctx,
                                     PAPERAL_E_AUTH_INSUFFICIENT_PERMISSIONS,
                                     NULL);
    }

    if (!ngx_http_paperal_is(&id->kind, "api_key")) {
        return NGX_OK;
    }

    scope = (u_char *) ((flags & PAPERAL_ADMIN) ? "admin"
                        : (flags & PAPERAL_WRITE) ? "write" : "read");

    if (!ngx_http_paperal_in_list(&id->scopes, (char *) scope)) {
        return ngx_http_paperal_fail(ctx,
                                     PAPERAL_E_AUTH_INSUFFICIENT_PERMISSIONS,
                                     "the key lacks the scope");
    }

    return NGX_OK;
}


ngx_http_paperal_pg_op_t *
ngx_http_paperal_recheck(ngx_http_paperal_ctx_t *ctx,
    ngx_http_paperal_pg_handler_pt handler, void *data)
{
    ngx_str_t  hash;

    hash.data = ctx->credential;
    hash.len = PAPERAL_SHA256_HEX_LEN;

    return ngx_http_paperal_pg_send(&ngx_http_paperal_lookup_statement, NULL,
                                    &hash, 1, handler, data);
}


ngx_int_t
ngx_http_paperal_recheck_result(ngx_http_paperal_pg_reply_t *reply)
{
    time_t     expires;
    ngx_str_t  cell;

    if (reply->status != NGX_HTTP_PAPERAL_PG_OK) {
        return NGX_ERROR;
    }

    if (PQntuples(reply->res) == 0) {
        return NGX_DECLINED;
    }

    cell = ngx_http_paperal_column(reply->res, 0, "expires_at");
    expires = ngx_atotm(cell.data, cell.len);
    cell = ngx_http_paperal_column(reply->res, 0, "is_active");

    if ((expires != NGX_ERROR && expires <= ngx_time())
        || cell.len != 1 || cell.data[0] != '1')
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}
