/*
 * Counters in shared memory, and /metrics: Prometheus' text format, version
 * 0.0.4.  Jobs are counted by the database, at most every five seconds.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_metrics.h"
#include "ngx_http_paperal_respond.h"


#define PAPERAL_MAX_METRICS    (1024 * 1024)
#define PAPERAL_QUEUE_MAX_AGE  5             /* s */
#define PAPERAL_MAX_QUEUE_TEXT 4096


static ngx_int_t ngx_http_paperal_zone_init(ngx_shm_zone_t *zone, void *data);
static ngx_int_t ngx_http_paperal_take_slot(ngx_http_paperal_shm_t *shm);
static ngx_int_t ngx_http_paperal_ask_queue(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
static void ngx_http_paperal_queue_answered(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_pg_reply_t *reply);
static ngx_int_t ngx_http_paperal_write_metrics(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
static void ngx_http_paperal_write_counters(paperal_buf_t *b);
static uint64_t ngx_http_paperal_sum(size_t offset);
static void ngx_http_paperal_write_routes(paperal_buf_t *b,
    ngx_http_paperal_main_conf_t *pmcf);
static void ngx_http_paperal_write_histogram(paperal_buf_t *b,
    const char *name, const char *label, size_t len, size_t buckets,
    size_t sum);


/* A counter or gauge: an offset in ngx_http_paperal_worker_stats_t. */
typedef struct {
    const char  *name;                       /* with its labels */
    const char  *type;                       /* NULL: same family as above */
    const char  *help;
    size_t       offset;
} ngx_http_paperal_metric_t;

#define ngx_http_paperal_of(field)                                            \
    offsetof(ngx_http_paperal_worker_stats_t, field)


static const ngx_http_paperal_metric_t  ngx_http_paperal_metrics[] = {

    { "paperal_db_statements_total{outcome=\"ok\"}", "counter",
      "Statements by outcome.", ngx_http_paperal_of(pg.ok) },
    { "paperal_db_statements_total{outcome=\"error\"}", NULL, NULL,
      ngx_http_paperal_of(pg.sql_errors) },
    { "paperal_db_statements_total{outcome=\"unavailable\"}", NULL, NULL,
      ngx_http_paperal_of(pg.unavailable) },
    { "paperal_db_statements_total{outcome=\"overloaded\"}", NULL, NULL,
      ngx_http_paperal_of(pg.overloaded) },
    { "paperal_db_statements_total{outcome=\"timeout\"}", NULL, NULL,
      ngx_http_paperal_of(pg.timeouts) },
    { "paperal_db_retries_total", "counter", "Statements sent again.",
      ngx_http_paperal_of(pg.retries) },
    { "paperal_db_cancels_total", "counter", "Statements canceled.",
      ngx_http_paperal_of(pg.cancels) },
    { "paperal_db_connects_total{outcome=\"ok\"}", "counter",
      "Connections opened.", ngx_http_paperal_of(pg.connects) },
    { "paperal_db_connects_total{outcome=\"failed\"}", NULL, NULL,
      ngx_http_paperal_of(pg.connect_failures) },
    { "paperal_db_connections{lane=\"fast\"}", "gauge", "Connections now.",
      ngx_http_paperal_of(pg.connections[NGX_HTTP_PAPERAL_PG_FAST]) },
    { "paperal_db_connections{lane=\"slow\"}", NULL, NULL,
      ngx_http_paperal_of(pg.connections[NGX_HTTP_PAPERAL_PG_SLOW]) },
    { "paperal_db_in_flight{lane=\"fast\"}", "gauge",
      "Statements sent and not answered.",
      ngx_http_paperal_of(pg.in_flight[NGX_HTTP_PAPERAL_PG_FAST]) },
    { "paperal_db_in_flight{lane=\"slow\"}", NULL, NULL,
      ngx_http_paperal_of(pg.in_flight[NGX_HTTP_PAPERAL_PG_SLOW]) },
    { "paperal_db_queued{lane=\"fast\"}", "gauge",
      "Statements that wait for a connection.",
      ngx_http_paperal_of(pg.queued[NGX_HTTP_PAPERAL_PG_FAST]) },
    { "paperal_db_queued{lane=\"slow\"}", NULL, NULL,
      ngx_http_paperal_of(pg.queued[NGX_HTTP_PAPERAL_PG_SLOW]) },

    { "paperal_redis_commands_total", "counter", "Commands sent.",
      ngx_http_paperal_of(redis.commands) },
    { "paperal_redis_failures_total", "counter", "Commands without a reply.",
      ngx_http_paperal_of(redis.failures) },
    { "paperal_redis_refused_total", "counter",
      "Commands not sent because Redis was away.",
      ngx_http_paperal_of(redis.refused) },
    { "paperal_redis_connects_total{outcome=\"ok\"}", "counter",
      "Connections opened.", ngx_http_paperal_of(redis.connects) },
    { "paperal_redis_connects_total{outcome=\"failed\"}", NULL, NULL,
      ngx_http_paperal_of(redis.connect_failures) },
    { "paperal_redis_messages_total", "counter", "Messages received.",
      ngx_http_paperal_of(redis.messages) },
    { "paperal_redis_available", "gauge",
      "Worker processes that have Redis now.",
      ngx_http_paperal_of(redis.available) },
    { "paperal_redis_channels", "gauge", "Channels subscribed now.",
      ngx_http_paperal_of(redis.subscribed) },

    { "paperal_streams_opened_total", "counter", "Event streams opened.",
      ngx_http_paperal_of(streams.opened) },
    { "paperal_stream_events_total", "counter", "Events sent to streams.",
      ngx_http_paperal_of(streams.events) },
    { "paperal_stream_events_dropped_total", "counter",
      "Events dropped because a client read too slowly.",
      ngx_http_paperal_of(streams.dropped) },
    { "paperal_stream_resyncs_total", "counter", "Streams told to resync.",
      ngx_http_paperal_of(streams.resyncs) },
    { "paperal_streams", "gauge", "Event streams open now.",
      ngx_http_paperal_of(streams.open) },

    { "paperal_uploads_total", "counter", "Files stored.",
      ngx_http_paperal_of(uploads) },
    { "paperal_upload_bytes_total", "counter", "Bytes of files stored.",
      ngx_http_paperal_of(upload_bytes) },
    { "paperal_upload_failures_total", "counter",
      "Files refused or not stored.", ngx_http_paperal_of(upload_failures) },
    { "paperal_rate_limited_total", "counter",
      "Requests refused by the rate limit.",
      ngx_http_paperal_of(rate_limited) },
    { "paperal_fallback_total", "counter",
      "Requests counted in shared memory because Redis was away.",
      ngx_http_paperal_of(fallback) },
    { "paperal_idempotent_replays_total", "counter",
      "First answers given again.", ngx_http_paperal_of(replayed) },
    { "paperal_passwords_total", "counter", "Passwords hashed or verified.",
      ngx_http_paperal_of(passwords) },

    { NULL, NULL, NULL, 0 }
};

static const char  *ngx_http_paperal_classes[PAPERAL_STATUS_CLASSES] = {
    "2xx", "3xx", "4xx", "5xx", "aborted"
};

/* upper bounds in ms; the last bucket has none */

static const ngx_msec_t
    ngx_http_paperal_bounds[PAPERAL_LATENCY_BUCKETS - 1] = {
    1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 5000
};

static ngx_http_paperal_pg_statement_t  ngx_http_paperal_queue_statement = {
    ngx_string("queue_stats"),
    ngx_string("SELECT queue, state, count FROM queue_stats()"),
    0, NGX_HTTP_PAPERAL_PG_FAST, 0
};

static const ngx_http_paperal_step_pt  ngx_http_paperal_metrics_steps[] = {
    ngx_http_paperal_ask_queue,
    ngx_http_paperal_write_metrics,
    NULL
};


static ngx_shm_zone_t                   *ngx_http_paperal_zone;
static ngx_http_paperal_worker_stats_t   ngx_http_paperal_own_stats;

ngx_http_paperal_worker_stats_t  *ngx_http_paperal_stats =
                                                  &ngx_http_paperal_own_stats;

static u_char   ngx_http_paperal_queue_text[PAPERAL_MAX_QUEUE_TEXT];
static size_t   ngx_http_paperal_queue_len;
static time_t   ngx_http_paperal_queue_time;


ngx_int_t
ngx_http_paperal_metrics_init(ngx_conf_t *cf,
    ngx_http_paperal_main_conf_t *pmcf)
{
    ngx_str_t  name = ngx_string("paperal");

    if (pmcf->zone_size < sizeof(ngx_http_paperal_shm_t) + 16 * ngx_pagesize) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"paperal_zone\" must be at least %uzk",
                           (sizeof(ngx_http_paperal_shm_t)
                            + 17 * ngx_pagesize) / 1024);
        return NGX_ERROR;
    }

    pmcf->zone = ngx_shared_memory_add(cf, &name, pmcf->zone_size,
                                       &ngx_http_paperal_module);
    if (pmcf->zone == NULL) {
        return NGX_ERROR;
    }

    pmcf->zone->init = ngx_http_paperal_zone_init;
    pmcf->zone->data = pmcf;

    return ngx_http_paperal_pg_register(cf, &ngx_http_paperal_queue_statement);
}


static ngx_int_t
ngx_http_paperal_zone_init(ngx_shm_zone_t *zone, void *data)
{
    ngx_slab_pool_t  *shpool;

    shpool = (ngx_slab_pool_t *) zone->shm.addr;

    if (shpool->data == NULL) {
        shpool->data = ngx_slab_calloc(shpool, sizeof(ngx_http_paperal_shm_t));
    }

    return shpool->data == NULL ? NGX_ERROR : NGX_OK;
}


void
ngx_http_paperal_metrics_init_worker(ngx_http_paperal_main_conf_t *pmcf)
{
    ngx_int_t                rc;
    ngx_slab_pool_t         *shpool;
    ngx_http_paperal_shm_t  *shm;

    ngx_http_paperal_zone = pmcf->zone;
    shm = ngx_http_paperal_shm(&shpool);

    ngx_shmtx_lock(&shpool->mutex);

    rc = ngx_http_paperal_take_slot(shm);

    ngx_shmtx_unlock(&shpool->mutex);

    if (rc == NGX_OK) {
        ngx_http_paperal_stream_users_share(&shm->stream_users,
                                            &shpool->mutex,
                                            ngx_http_paperal_stats
                                            - shm->workers);

    } else {
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "paperal: more than %d worker processes, metrics and "
                      "stream limits leave this one out",
                      PAPERAL_MAX_WORKERS);
    }

    ngx_http_paperal_pg_stats = &ngx_http_paperal_stats->pg;
    ngx_http_paperal_redis_stats = &ngx_http_paperal_stats->redis;
    ngx_http_paperal_stream_stats = &ngx_http_paperal_stats->streams;
}


/* What a process had open is over with it; what it has counted stays. */

static ngx_int_t
ngx_http_paperal_take_slot(ngx_http_paperal_shm_t *shm)
{
    ngx_uint_t                        i;
    ngx_http_paperal_worker_stats_t  *w;

    for (i = 0; i < PAPERAL_MAX_WORKERS; i++) {
        w = &shm->workers[i];

        if (w->pid != 0 && w->pid != (ngx_atomic_uint_t) ngx_pid
            && (kill((ngx_pid_t) w->pid, 0) == 0 || ngx_errno != NGX_ESRCH))
        {
            continue;
        }

        w->pid = ngx_pid;

        ngx_memzero((void *) w->pg.connections, sizeof(w->pg.connections));
        ngx_memzero((void *) w->pg.in_flight, sizeof(w->pg.in_flight));
        ngx_memzero((void *) w->pg.queued, sizeof(w->pg.queued));
        w->redis.available = 0;
        w->redis.subscribed = 0;
        w->streams.open = 0;

        ngx_http_paperal_stats = w;

        return NGX_OK;
    }

    return NGX_ERROR;
}


ngx_http_paperal_shm_t *
ngx_http_paperal_shm(ngx_slab_pool_t **shpool)
{
    *shpool = (ngx_slab_pool_t *) ngx_http_paperal_zone->shm.addr;

    return (*shpool)->data;
}


static ngx_uint_t
ngx_http_paperal_bucket(ngx_msec_t ms)
{
    ngx_uint_t  i;

    for (i = 0; i < PAPERAL_LATENCY_BUCKETS - 1; i++) {
        if (ms <= ngx_http_paperal_bounds[i]) {
            break;
        }
    }

    return i;
}


void
ngx_http_paperal_metrics_statement(ngx_msec_t elapsed)
{
    ngx_http_paperal_stats->db_buckets[ngx_http_paperal_bucket(elapsed)]++;
    ngx_http_paperal_stats->db_sum += elapsed;
}


ngx_int_t
ngx_http_paperal_metrics_log(ngx_http_request_t *r)
{
    ngx_time_t                       *tp;
    ngx_uint_t                        status, class;
    ngx_msec_int_t                    ms;
    ngx_http_paperal_ctx_t           *ctx;
    ngx_http_paperal_route_stats_t   *stats;

    ctx = ngx_http_get_module_ctx(r, ngx_http_paperal_module);

    if (ctx == NULL || r != r->main) {
        return NGX_OK;
    }

    stats = &ngx_http_paperal_stats->routes[ctx->endpoint == NULL
                                            ? PAPERAL_MAX_ROUTES
                                            : ctx->endpoint->index];

    status = r->err_status ? r->err_status : r->headers_out.status;
    class = status >= 200 && status < 600 ? status / 100 - 2
                                          : PAPERAL_CLASS_ABORTED;

    if (status == NGX_HTTP_CLIENT_CLOSED_REQUEST) {
        class = PAPERAL_CLASS_ABORTED;
    }

    stats->classes[class]++;

    if (ctx->endpoint != NULL
        && (ctx->endpoint->route->flags & PAPERAL_ENDLESS)
        && status == NGX_HTTP_OK)
    {
        return NGX_OK;
    }

    tp = ngx_timeofday();
    ms = (ngx_msec_int_t) ((tp->sec - r->start_sec) * 1000
                           + (tp->msec - r->start_msec));
    ms = ngx_max(ms, 0);

    stats->buckets[ngx_http_paperal_bucket(ms)]++;
    stats->sum += ms;

    return NGX_OK;
}


ngx_int_t
ngx_http_paperal_metrics_handler(ngx_http_request_t *r)
{
    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    return ngx_http_paperal_start(r, ngx_http_paperal_metrics_steps);
}


static ngx_int_t
ngx_http_paperal_ask_queue(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    if (ngx_time() - ngx_http_paperal_queue_time < PAPERAL_QUEUE_MAX_AGE
        || !ngx_http_paperal_pg_ready())
    {
        return NGX_OK;
    }

    return ngx_http_paperal_query(r, ctx, &ngx_http_paperal_queue_statement,
                                  NULL, 0, ngx_http_paperal_queue_answered);
}


static void
ngx_http_paperal_queue_answered(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_pg_reply_t *reply)
{
    int            i;
    paperal_buf_t  b;

    if (reply->status == NGX_HTTP_PAPERAL_PG_OK) {

        paperal_buf_fixed(&b, (char *) ngx_http_paperal_queue_text,
                          PAPERAL_MAX_QUEUE_TEXT);

        for (i = 0; i < PQntuples(reply->res); i++) {
            paperal_buf_printf(&b,
                           "paperal_jobs{queue=\"%s\",state=\"%s\"} %s\n",
                           PQgetvalue(reply->res, i, 0),
                           PQgetvalue(reply->res, i, 1),
                           PQgetvalue(reply->res, i, 2));
        }

        ngx_http_paperal_queue_len = b.len;
        ngx_http_paperal_queue_time = ngx_time();

    } else {
        /* better none than old ones */
        ngx_http_paperal_queue_len = 0;
    }

    ngx_http_paperal_resume(r, NGX_OK);
}


static ngx_int_t
ngx_http_paperal_write_metrics(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    paperal_buf_t                  b;
    ngx_http_paperal_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_paperal_module);

    paperal_buf_init(&b, PAPERAL_MAX_METRICS);

    ngx_http_paperal_write_routes(&b, pmcf);
    ngx_http_paperal_write_counters(&b);

    paperal_buf_str(&b, "# HELP paperal_db_duration_seconds Time from a "
                        "statement's sending to its reply.\n"
                        "# TYPE paperal_db_duration_seconds histogram\n");
    ngx_http_paperal_write_histogram(&b, "paperal_db_duration_seconds", NULL,
                                     0, ngx_http_paperal_of(db_buckets),
                                     ngx_http_paperal_of(db_sum));

    if (ngx_http_paperal_queue_len) {
        paperal_buf_str(&b, "# HELP paperal_jobs Jobs by queue and state.\n"
                            "# TYPE paperal_jobs gauge\n");
        paperal_buf_bytes(&b, ngx_http_paperal_queue_text,
                          ngx_http_paperal_queue_len);
    }

    if (ngx_http_paperal_take(r->pool, &b, &ctx->answer.data) != NGX_OK) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    ctx->answer.status = NGX_HTTP_OK;
    ngx_str_set(&ctx->answer.content_type,
                "text/plain; version=0.0.4; charset=utf-8");

    return NGX_OK;
}


/* The sum of one counter over all slots, given by its place in a slot. */

static uint64_t
ngx_http_paperal_sum(size_t offset)
{
    uint64_t                 sum;
    ngx_uint_t               i;
    ngx_slab_pool_t         *shpool;
    ngx_http_paperal_shm_t  *shm;

    shm = ngx_http_paperal_shm(&shpool);
    sum = 0;

    for (i = 0; i < PAPERAL_MAX_WORKERS; i++) {
        if (shm->workers[i].pid != 0) {
            sum += *(ngx_atomic_t *) ((u_char *) &shm->workers[i] + offset);
        }
    }

    return sum;
}


static void
ngx_http_paperal_write_counters(paperal_buf_t *b)
{
    int                               len;
    const ngx_http_paperal_metric_t  *m;

    for (m = ngx_http_paperal_metrics; m->name != NULL; m++) {

        if (m->type != NULL) {
            len = (int) strcspn(m->name, "{");
            paperal_buf_printf(b, "# HELP %.*s %s\n# TYPE %.*s %s\n", len,
                               m->name, m->help, len, m->name, m->type);
        }

        paperal_buf_printf(b, "%s %llu\n", m->name,
                      (unsigned long long) ngx_http_paperal_sum(m->offset));
    }
}


static void
ngx_http_paperal_write_routes(paperal_buf_t *b,
    ngx_http_paperal_main_conf_t *pmcf)
{
    size_t                        offset;
    uint64_t                      n;
    ngx_str_t                     name;
    ngx_uint_t                    i, k, index;
    ngx_http_paperal_endpoint_t  *e;

    e = pmcf->endpoints.elts;

    paperal_buf_str(b, "# HELP paperal_requests_total Requests by route and "
                       "class of status.\n"
                       "# TYPE paperal_requests_total counter\n");

    for (i = 0; i <= pmcf->endpoints.nelts; i++) {

        for (k = 0; k < PAPERAL_STATUS_CLASSES; k++) {
            index = i < pmcf->endpoints.nelts ? i : PAPERAL_MAX_ROUTES;
            offset = ngx_http_paperal_of(routes)
                     + index * sizeof(ngx_http_paperal_route_stats_t)
                     + offsetof(ngx_http_paperal_route_stats_t, classes)
                     + k * sizeof(ngx_atomic_t);

            n = ngx_http_paperal_sum(offset);

            if (n == 0) {
                continue;
            }

            ngx_str_set(&name, "none");

            if (i < pmcf->endpoints.nelts) {
                name = e[i].route->name;
            }

            paperal_buf_printf(b, "paperal_requests_total{route=\"%.*s\","
                               "status=\"%s\"} %llu\n", (int) name.len,
                               name.data, ngx_http_paperal_classes[k],
                               (unsigned long long) n);
        }
    }

    paperal_buf_str(b, "# HELP paperal_request_duration_seconds Time from a "
                       "request's first byte to its end.\n"
                       "# TYPE paperal_request_duration_seconds histogram\n");

    for (i = 0; i < pmcf->endpoints.nelts; i++) {
        offset = ngx_http_paperal_of(routes)
                 + i * sizeof(ngx_http_paperal_route_stats_t);

        ngx_http_paperal_write_histogram(b,
                 "paperal_request_duration_seconds",
                 (char *) e[i].route->name.data, e[i].route->name.len,
                 offset + offsetof(ngx_http_paperal_route_stats_t, buckets),
                 offset + offsetof(ngx_http_paperal_route_stats_t, sum));
    }
}


static void
ngx_http_paperal_write_histogram(paperal_buf_t *b, const char *name,
    const char *label, size_t len, size_t buckets, size_t sum)
{
    char        labels[128];
    uint64_t    total, counts[PAPERAL_LATENCY_BUCKETS];
    ngx_uint_t  i;

    total = 0;

    for (i = 0; i < PAPERAL_LATENCY_BUCKETS; i++) {
        total += ngx_http_paperal_sum(buckets + i * sizeof(ngx_atomic_t));
        counts[i] = total;
    }

    if (total == 0 && label != NULL) {
        return;
    }

    labels[0] = '\0';

    if (label != NULL) {
        (void) snprintf(labels, sizeof(labels), "route=\"%.*s\"", (int) len,
                        label);
    }

    for (i = 0; i < PAPERAL_LATENCY_BUCKETS; i++) {
        paperal_buf_printf(b, "%s_bucket{%s%sle=\"", name, labels,
                           labels[0] ? "," : "");

        if (i < PAPERAL_LATENCY_BUCKETS - 1) {
            paperal_buf_double(b, ngx_http_paperal_bounds[i] / 1000.0);

        } else {
            paperal_buf_str(b, "+Inf");
        }

        paperal_buf_printf(b, "\"} %llu\n", (unsigned long long) counts[i]);
    }

    paperal_buf_printf(b, "%s_sum%s%s%s ", name, labels[0] ? "{" : "", labels,
                       labels[0] ? "}" : "");
    paperal_buf_double(b, ngx_http_paperal_sum(sum) / 1000.0);
    paperal_buf_printf(b, "\n%s_count%s%s%s %llu\n", name,
                       labels[0] ? "{" : "", labels, labels[0] ? "}" : "",
                       (unsigned long long) total);
}
