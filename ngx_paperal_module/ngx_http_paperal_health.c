/*
 * Health.  Ready means: the database answers and has the schema that this
 * module was built for, and uploads can be stored.  Without Redis the service
 * works, so that is only "degraded".
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_health.h"
#include "ngx_http_paperal_respond.h"
#include "paperal_json.h"
#include "paperal_schema.h"
#include "paperal_storage.h"


static ngx_int_t ngx_http_paperal_say_healthy(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
static ngx_int_t ngx_http_paperal_ask_schema(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
static void ngx_http_paperal_schema_answered(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_pg_reply_t *reply);
static ngx_int_t ngx_http_paperal_ask_redis(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
static void ngx_http_paperal_redis_answered(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, redisReply *reply);
static ngx_int_t ngx_http_paperal_say_ready(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
static ngx_uint_t ngx_http_paperal_storage_is_ready(ngx_http_request_t *r);


typedef struct {
    unsigned    postgres:1;
    unsigned    schema:1;
    unsigned    redis:1;
} ngx_http_paperal_checks_t;


static ngx_http_paperal_pg_statement_t  ngx_http_paperal_schema_statement = {
    ngx_string("schema_version"),
    ngx_string("SELECT schema_version()"),
    0, NGX_HTTP_PAPERAL_PG_FAST, 0
};

static const ngx_http_paperal_step_pt  ngx_http_paperal_health_steps[] = {
    ngx_http_paperal_say_healthy,
    NULL
};

static const ngx_http_paperal_step_pt  ngx_http_paperal_ready_steps[] = {
    ngx_http_paperal_ask_schema,
    ngx_http_paperal_ask_redis,
    ngx_http_paperal_say_ready,
    NULL
};


ngx_int_t
ngx_http_paperal_health_init(ngx_conf_t *cf)
{
    return ngx_http_paperal_pg_register(cf,
                                        &ngx_http_paperal_schema_statement);
}


ngx_int_t
ngx_http_paperal_health_handler(ngx_http_request_t *r)
{
    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    return ngx_http_paperal_start(r, ngx_http_paperal_health_steps);
}


ngx_int_t
ngx_http_paperal_ready_handler(ngx_http_request_t *r)
{
    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    return ngx_http_paperal_start(r, ngx_http_paperal_ready_steps);
}


static ngx_int_t
ngx_http_paperal_say_healthy(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    ctx->answer.status = NGX_HTTP_OK;
    ngx_str_set(&ctx->answer.content_type, "application/json");
    ngx_str_set(&ctx->answer.data, "{\"status\":\"healthy\"}");

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_ask_schema(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    ctx->data = ngx_pcalloc(r->pool, sizeof(ngx_http_paperal_checks_t));
    if (ctx->data == NULL) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    return ngx_http_paperal_query(r, ctx, &ngx_http_paperal_schema_statement,
                                  NULL, 0, ngx_http_paperal_schema_answered);
}


static void
ngx_http_paperal_schema_answered(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_pg_reply_t *reply)
{
    ngx_str_t                   version;
    ngx_http_paperal_checks_t  *checks;

    checks = ctx->data;

    if (reply->status == NGX_HTTP_PAPERAL_PG_OK) {
        version = ngx_http_paperal_cell(reply->res, 0, 0);

        checks->postgres = 1;
        checks->schema = ngx_atoi(version.data, version.len)
                         == PAPERAL_SCHEMA_VERSION;

    } else if (reply->status == NGX_HTTP_PAPERAL_PG_SQL_ERROR) {
        /* it answers, but was not migrated */
        checks->postgres = 1;
    }

    ngx_http_paperal_resume(r, NGX_OK);
}


static ngx_int_t
ngx_http_paperal_ask_redis(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    ngx_int_t  rc;
    ngx_str_t  argv[1];

    ngx_str_set(&argv[0], "PING");

    rc = ngx_http_paperal_command(r, ctx, 1, argv,
                                  ngx_http_paperal_redis_answered);

    return rc == NGX_DECLINED ? NGX_OK : rc;
}


static void
ngx_http_paperal_redis_answered(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, redisReply *reply)
{
    ngx_http_paperal_checks_t  *checks;

    checks = ctx->data;
    checks->redis = reply != NULL && reply->type == REDIS_REPLY_STATUS;

    ngx_http_paperal_resume(r, NGX_OK);
}


static ngx_int_t
ngx_http_paperal_say_ready(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    ngx_uint_t                  storage, ready;
    paperal_buf_t               b;
    ngx_http_paperal_checks_t  *checks;

    checks = ctx->data;
    storage = ngx_http_paperal_storage_is_ready(r);
    ready = checks->postgres && checks->schema && storage;

    paperal_buf_init(&b, 1024);
    paperal_json_open(&b);
    paperal_json_strz(&b, "status", !ready ? "unavailable"
                                    : checks->redis ? "ready" : "degraded");
    paperal_json_object(&b, "checks");
    paperal_json_strz(&b, "postgres", checks->postgres ? "ok" : "failed");
    paperal_json_strz(&b, "redis", checks->redis ? "ok" : "degraded");
    paperal_json_strz(&b, "storage", storage ? "ok" : "failed");
    paperal_json_strz(&b, "schema", checks->schema ? "ok" : "failed");
    paperal_json_close(&b);
    paperal_json_close(&b);

    if (ngx_http_paperal_take(r->pool, &b, &ctx->answer.data) != NGX_OK) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    ctx->answer.status = ready ? NGX_HTTP_OK : NGX_HTTP_SERVICE_UNAVAILABLE;
    ngx_str_set(&ctx->answer.content_type, "application/json");

    return NGX_OK;
}


static ngx_uint_t
ngx_http_paperal_storage_is_ready(ngx_http_request_t *r)
{
    ngx_str_t                      path;
    paperal_buf_t                  b;
    ngx_http_paperal_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_paperal_module);

    if (pmcf->storage_path.len == 0) {
        return 0;
    }

    paperal_buf_init(&b, NGX_MAX_PATH);
    paperal_buf_bytes(&b, pmcf->storage_path.data, pmcf->storage_path.len);
    paperal_buf_str(&b, "/" PAPERAL_STORAGE_OBJECTS);

    return ngx_http_paperal_take(r->pool, &b, &path) == NGX_OK
           && access((char *) path.data, R_OK|W_OK|X_OK) == 0;
}
