/*
 * Locations that use the drivers of the module directly, for their tests:
 *
 *     probe_sql fast|slow N "SELECT ... $1 ..."    N values: ?a=...&b=...
 *     probe_redis                                  ?1=GET&2=key
 *     probe_task                                   ?ms=100
 *     probe_stream                                 ?ch=channel&user=name
 *     probe_stats
 *
 * It has no driver of its own: it is loaded behind the module and finds its
 * symbols there.
 */

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_paperal_guard.h"
#include "ngx_http_paperal_pg.h"
#include "ngx_http_paperal_redis.h"
#include "ngx_http_paperal_stream.h"
#include "ngx_http_paperal_task.h"


#define NGX_HTTP_PAPERAL_PROBE_MAX_ARGS  4
#define NGX_HTTP_PAPERAL_PROBE_MAX_TEXT  1024
#define NGX_HTTP_PAPERAL_PROBE_TASKS     4


typedef struct {
    ngx_http_paperal_pg_statement_t  *st;
} ngx_http_paperal_probe_loc_conf_t;


typedef struct {
    ngx_http_request_t               *request;
    ngx_http_paperal_pg_op_t         *pg;
    ngx_http_paperal_redis_op_t      *redis;
    ngx_http_paperal_stream_t        *stream;
    ngx_http_paperal_redis_sub_t      sub;
    ngx_msec_t                        ms;
    uint64_t                          seq;
} ngx_http_paperal_probe_ctx_t;


static ngx_int_t ngx_http_paperal_probe_sql(ngx_http_request_t *r);
static ngx_int_t ngx_http_paperal_probe_redis(ngx_http_request_t *r);
static ngx_int_t ngx_http_paperal_probe_task(ngx_http_request_t *r);
static ngx_int_t ngx_http_paperal_probe_stream(ngx_http_request_t *r);
static ngx_int_t ngx_http_paperal_probe_stats(ngx_http_request_t *r);
static char *ngx_http_paperal_probe_set_sql(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_paperal_probe_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static void *ngx_http_paperal_probe_create_loc_conf(ngx_conf_t *cf);
static ngx_int_t ngx_http_paperal_probe_preconfiguration(ngx_conf_t *cf);


static ngx_uint_t               ngx_http_paperal_probe_statements;
static ngx_http_paperal_pool_t  ngx_http_paperal_probe_pool;


static ngx_command_t  ngx_http_paperal_probe_commands[] = {

    { ngx_string("probe_sql"),
      NGX_HTTP_LOC_CONF|NGX_CONF_TAKE3,
      ngx_http_paperal_probe_set_sql,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("probe_redis"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_paperal_probe_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      ngx_http_paperal_probe_redis },

    { ngx_string("probe_task"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_paperal_probe_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      ngx_http_paperal_probe_task },

    { ngx_string("probe_stream"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_paperal_probe_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      ngx_http_paperal_probe_stream },

    { ngx_string("probe_stats"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_paperal_probe_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      ngx_http_paperal_probe_stats },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_paperal_probe_module_ctx = {
    ngx_http_paperal_probe_preconfiguration, /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_paperal_probe_create_loc_conf, /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_paperal_probe_module = {
    NGX_MODULE_V1,
    &ngx_http_paperal_probe_module_ctx,    /* module context */
    ngx_http_paperal_probe_commands,       /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static void
ngx_http_paperal_probe_cleanup(void *data)
{
    ngx_http_paperal_probe_ctx_t  *ctx;

    ctx = data;

    if (ctx->pg != NULL) {
        ngx_http_paperal_pg_detach(ctx->pg);
    }

    if (ctx->redis != NULL) {
        ngx_http_paperal_redis_detach(ctx->redis);
    }
}


/* Suspends the request as the module's pipeline does. */

static ngx_http_paperal_probe_ctx_t *
ngx_http_paperal_probe_suspend(ngx_http_request_t *r)
{
    ngx_http_cleanup_t            *cln;
    ngx_http_paperal_probe_ctx_t  *ctx;

    if (ngx_http_discard_request_body(r) != NGX_OK) {
        return NULL;
    }

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_http_paperal_probe_ctx_t));
    cln = ngx_http_cleanup_add(r, 0);

    if (ctx == NULL || cln == NULL) {
        return NULL;
    }

    ctx->request = r;
    cln->handler = ngx_http_paperal_probe_cleanup;
    cln->data = ctx;

    r->main->count++;
    r->read_event_handler = ngx_http_test_reading;
    ngx_post_event(r->connection->read, &ngx_posted_events);

    return ctx;
}


static void
ngx_http_paperal_probe_answer(ngx_http_request_t *r, ngx_uint_t status,
    char *text, size_t len)
{
    ngx_int_t          rc;
    ngx_buf_t         *b;
    ngx_chain_t        out;
    ngx_connection_t  *c;

    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    r->headers_out.status = status;
    r->headers_out.content_length_n = (off_t) len;
    ngx_str_set(&r->headers_out.content_type, "text/plain");
    r->headers_out.content_type_len = r->headers_out.content_type.len;

    b = ngx_create_temp_buf(r->pool, len + 1);

    if (b == NULL) {
        ngx_http_finalize_request(r, NGX_ERROR);
        ngx_http_run_posted_requests(c);
        return;
    }

    b->last = ngx_cpymem(b->pos, text, len);
    b->last_buf = 1;
    b->last_in_chain = 1;

    if (len == 0) {
        b->temporary = 0;
    }

    out.buf = b;
    out.next = NULL;

    rc = ngx_http_send_header(r);

    if (rc == NGX_OK) {
        rc = ngx_http_output_filter(r, &out);
    }

    ngx_http_finalize_request(r, rc);
    ngx_http_run_posted_requests(c);
}


static void
ngx_http_paperal_probe_say(ngx_http_request_t *r, ngx_uint_t status,
    char *text)
{
    ngx_http_paperal_probe_answer(r, status, text, ngx_strlen(text));
}


static void
ngx_http_paperal_probe_pg_done(void *data, ngx_http_paperal_pg_reply_t *reply)
{
    u_char                        *last;
    ngx_http_paperal_probe_ctx_t  *ctx;
    u_char                         text[64];

    static char        *names[] = {
        "ok", "sql_error", "unavailable", "overloaded", "timeout"
    };
    static ngx_uint_t   statuses[] = { 200, 400, 503, 503, 504 };

    ctx = data;
    ctx->pg = NULL;

    if (reply->status != NGX_HTTP_PAPERAL_PG_OK) {
        last = ngx_snprintf(text, sizeof(text), "%s %s",
                            names[reply->status], reply->sqlstate);
        ngx_http_paperal_probe_answer(ctx->request, statuses[reply->status],
                                      (char *) text, last - text);
        return;
    }

    if (PQntuples(reply->res) == 0) {
        ngx_http_paperal_probe_say(ctx->request, 404, "no row");
        return;
    }

    ngx_http_paperal_probe_answer(ctx->request, 200,
                                  PQgetvalue(reply->res, 0, 0),
                                  (size_t) PQgetlength(reply->res, 0, 0));
}


static ngx_int_t
ngx_http_paperal_probe_sql(ngx_http_request_t *r)
{
    u_char                              name;
    ngx_str_t                           values[26];
    ngx_uint_t                          i;
    ngx_http_paperal_probe_ctx_t       *ctx;
    ngx_http_paperal_probe_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_paperal_probe_module);

    ctx = ngx_http_paperal_probe_suspend(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < plcf->st->nparams; i++) {
        name = (u_char) ('a' + i);

        if (ngx_http_arg(r, &name, 1, &values[i]) != NGX_OK) {
            ngx_str_null(&values[i]);
        }
    }

    ctx->pg = ngx_http_paperal_pg_send(plcf->st, NULL, values,
                                       plcf->st->nparams,
                                       ngx_http_paperal_probe_pg_done, ctx);
    if (ctx->pg == NULL) {
        ngx_http_paperal_probe_say(r, 500, "not sent");
    }

    return NGX_DONE;
}


static void
ngx_http_paperal_probe_redis_done(void *data, redisReply *reply)
{
    u_char                        *last;
    ngx_http_paperal_probe_ctx_t  *ctx;
    u_char                         text[64];

    ctx = data;
    ctx->redis = NULL;

    if (reply == NULL) {
        ngx_http_paperal_probe_say(ctx->request, 503, "lost");
        return;
    }

    switch (reply->type) {

    case REDIS_REPLY_INTEGER:
        last = ngx_sprintf(text, "%L", (int64_t) reply->integer);
        break;

    case REDIS_REPLY_ARRAY:
        last = ngx_sprintf(text, "%uz elements", reply->elements);
        break;

    case REDIS_REPLY_NIL:
        last = ngx_sprintf(text, "nil");
        break;

    default:
        ngx_http_paperal_probe_answer(ctx->request,
                                      reply->type == REDIS_REPLY_ERROR ? 400
                                                                       : 200,
                                      reply->str, reply->len);
        return;
    }

    ngx_http_paperal_probe_answer(ctx->request, 200, (char *) text,
                                  last - text);
}


static ngx_int_t
ngx_http_paperal_probe_redis(ngx_http_request_t *r)
{
    u_char                         name;
    ngx_str_t                      argv[NGX_HTTP_PAPERAL_PROBE_MAX_ARGS];
    ngx_uint_t                     n;
    ngx_http_paperal_probe_ctx_t  *ctx;

    ctx = ngx_http_paperal_probe_suspend(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    for (n = 0; n < NGX_HTTP_PAPERAL_PROBE_MAX_ARGS; n++) {
        name = (u_char) ('1' + n);

        if (ngx_http_arg(r, &name, 1, &argv[n]) != NGX_OK) {
            break;
        }
    }

    ctx->redis = ngx_http_paperal_redis_send(n, argv,
                                       ngx_http_paperal_probe_redis_done, ctx);
    if (ctx->redis == NULL) {
        ngx_http_paperal_probe_say(r, 503, "refused");
    }

    return NGX_DONE;
}


static void
ngx_http_paperal_probe_work(void *data, ngx_log_t *log)
{
    ngx_http_paperal_probe_ctx_t  *ctx;

    ctx = data;

    (void) usleep((useconds_t) ctx->ms * 1000);
}


static void
ngx_http_paperal_probe_work_done(void *data)
{
    ngx_http_paperal_probe_ctx_t  *ctx;

    ctx = data;

    ngx_http_paperal_probe_say(ctx->request, 200, "slept");
}


static ngx_int_t
ngx_http_paperal_probe_task(ngx_http_request_t *r)
{
    ngx_int_t                      rc;
    ngx_str_t                      value;
    ngx_http_paperal_probe_ctx_t  *ctx;

    ctx = ngx_http_paperal_probe_suspend(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_arg(r, (u_char *) "ms", 2, &value) == NGX_OK) {
        ctx->ms = (ngx_msec_t) ngx_atoi(value.data, value.len);
    }

    rc = ngx_http_paperal_task_run(r, &ngx_http_paperal_probe_pool,
                                   ngx_http_paperal_probe_work,
                                   ngx_http_paperal_probe_work_done, ctx);
    if (rc != NGX_OK) {
        ngx_http_paperal_probe_say(r, 503, "full");
    }

    return NGX_DONE;
}


static void
ngx_http_paperal_probe_message(void *data, ngx_str_t *message)
{
    ngx_http_paperal_probe_ctx_t  *ctx;

    static ngx_str_t  live = ngx_string("live");
    static ngx_str_t  event = ngx_string("message");
    static ngx_str_t  empty = ngx_string("{}");

    ctx = data;

    if (message->data == NULL) {
        (void) ngx_http_paperal_stream_event(ctx->stream, &live, 0, &empty);
        return;
    }

    (void) ngx_http_paperal_stream_event(ctx->stream, &event, ++ctx->seq,
                                         message);

    if (message->len == 3 && ngx_strncmp(message->data, "end", 3) == 0) {
        ngx_http_paperal_stream_close(ctx->stream);
    }
}


static void
ngx_http_paperal_probe_poll(void *data)
{
    ngx_http_paperal_probe_ctx_t  *ctx;

    static ngx_str_t  event = ngx_string("poll");
    static ngx_str_t  empty = ngx_string("{}");

    ctx = data;

    (void) ngx_http_paperal_stream_event(ctx->stream, &event, 0, &empty);
}


static void
ngx_http_paperal_probe_closed(void *data)
{
    ngx_http_paperal_probe_ctx_t  *ctx;

    ctx = data;

    ngx_http_paperal_redis_unsubscribe(&ctx->sub);
}


static ngx_int_t
ngx_http_paperal_probe_stream(ngx_http_request_t *r)
{
    ngx_int_t                        rc;
    ngx_str_t                        user;
    ngx_http_paperal_probe_ctx_t    *ctx;
    ngx_http_paperal_stream_conf_t   conf;

    ctx = ngx_http_paperal_probe_suspend(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(&conf, sizeof(ngx_http_paperal_stream_conf_t));

    if (ngx_http_arg(r, (u_char *) "user", 4, &user) == NGX_OK) {
        conf.user = &user;
    }

    conf.on_poll = ngx_http_paperal_probe_poll;
    conf.on_close = ngx_http_paperal_probe_closed;
    conf.data = ctx;

    rc = ngx_http_paperal_stream_open(r, &conf, &ctx->stream);

    if (rc == NGX_BUSY) {
        ngx_http_paperal_probe_say(r, 429, "too many");
        return NGX_DONE;
    }

    if (rc != NGX_OK) {
        ngx_http_finalize_request(r, rc == NGX_DONE ? NGX_OK : NGX_ERROR);
        return NGX_DONE;
    }

    if (ngx_http_arg(r, (u_char *) "ch", 2, &ctx->sub.channel) != NGX_OK) {
        ngx_str_set(&ctx->sub.channel, "probe");
    }

    ctx->sub.handler = ngx_http_paperal_probe_message;
    ctx->sub.data = ctx;

    if (ngx_http_paperal_redis_subscribe(&ctx->sub) != NGX_OK) {
        ngx_http_paperal_stream_close(ctx->stream);
    }

    return NGX_DONE;
}


/* One "name value" a line. */

static ngx_int_t
ngx_http_paperal_probe_stats(ngx_http_request_t *r)
{
    u_char                           *last;
    ngx_http_paperal_pg_stats_t      *pg;
    ngx_http_paperal_redis_stats_t   *redis;
    ngx_http_paperal_stream_stats_t  *streams;
    u_char                            text[NGX_HTTP_PAPERAL_PROBE_MAX_TEXT];

    pg = ngx_http_paperal_pg_stats;
    redis = ngx_http_paperal_redis_stats;
    streams = ngx_http_paperal_stream_stats;

    if (ngx_http_paperal_probe_suspend(r) == NULL) {
        return NGX_ERROR;
    }

    last = ngx_snprintf(text, sizeof(text),
                        "fast %uA %uA %uA\nslow %uA %uA %uA\n"
                        "retries %uA\ncancels %uA\nready %ui\nguard %ui\n"
                        "available %ui\nlive %ui\nchannels %uA\n"
                        "streams %uA\ndropped %uA\nresyncs %uA\npid %P\n",
                        pg->connections[0], pg->in_flight[0], pg->queued[0],
                        pg->connections[1], pg->in_flight[1], pg->queued[1],
                        pg->retries, pg->cancels, ngx_http_paperal_pg_ready(),
                        ngx_http_paperal_guard_count(),
                        ngx_http_paperal_redis_available(),
                        ngx_http_paperal_redis_live(), redis->subscribed,
                        streams->open, streams->dropped, streams->resyncs,
                        ngx_pid);

    ngx_http_paperal_probe_answer(r, 200, (char *) text, last - text);

    return NGX_DONE;
}


static char *
ngx_http_paperal_probe_set_sql(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_paperal_probe_loc_conf_t  *plcf = conf;

    ngx_str_t                        *value;
    ngx_http_core_loc_conf_t         *clcf;
    ngx_http_paperal_pg_statement_t  *st;

    value = cf->args->elts;

    st = ngx_pcalloc(cf->pool, sizeof(ngx_http_paperal_pg_statement_t));
    if (st == NULL) {
        return NGX_CONF_ERROR;
    }

    st->name.data = ngx_pcalloc(cf->pool, sizeof("probe_") + NGX_INT_T_LEN);
    if (st->name.data == NULL) {
        return NGX_CONF_ERROR;
    }

    st->name.len = ngx_sprintf(st->name.data, "probe_%ui",
                               ngx_http_paperal_probe_statements++)
                   - st->name.data;
    st->text = value[3];
    st->nparams = (ngx_uint_t) ngx_atoi(value[2].data, value[2].len);
    st->lane = (value[1].data[0] == 's') ? NGX_HTTP_PAPERAL_PG_SLOW
                                         : NGX_HTTP_PAPERAL_PG_FAST;

    if (ngx_http_paperal_pg_register(cf, st) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    plcf->st = st;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_paperal_probe_sql;

    return NGX_CONF_OK;
}


static char *
ngx_http_paperal_probe_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = (ngx_http_handler_pt) cmd->post;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_paperal_probe_preconfiguration(ngx_conf_t *cf)
{
    static ngx_str_t  name = ngx_string("default");

    ngx_http_paperal_probe_statements = 0;
    ngx_http_paperal_probe_pool.max = NGX_HTTP_PAPERAL_PROBE_TASKS;
    ngx_http_paperal_probe_pool.pool = ngx_thread_pool_add(cf, &name);

    return (ngx_http_paperal_probe_pool.pool != NULL) ? NGX_OK : NGX_ERROR;
}


static void *
ngx_http_paperal_probe_create_loc_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_paperal_probe_loc_conf_t));
}
