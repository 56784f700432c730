/*
 * What /metrics tells.  Each worker process has a slot of its own in shared
 * memory and is its only writer; a reader sums over the slots.  The slot of a
 * process that is gone is taken over with its counters.
 */

#ifndef _NGX_HTTP_PAPERAL_METRICS_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_METRICS_H_INCLUDED_


#include "ngx_http_paperal.h"
#include "ngx_http_paperal_limit.h"
#include "ngx_http_paperal_stream_users.h"


#define PAPERAL_MAX_WORKERS      64
#define PAPERAL_STATUS_CLASSES   5           /* 2xx .. 5xx, and: */
#define PAPERAL_CLASS_ABORTED    4           /* the client left */
#define PAPERAL_LATENCY_BUCKETS  12          /* the last one is +Inf */


typedef struct {
    ngx_atomic_t    classes[PAPERAL_STATUS_CLASSES];
    ngx_atomic_t    buckets[PAPERAL_LATENCY_BUCKETS];
    ngx_atomic_t    sum;                     /* ms */
} ngx_http_paperal_route_stats_t;

typedef struct {
    ngx_atomic_t                     pid;    /* 0: never used */

    ngx_http_paperal_pg_stats_t      pg;
    ngx_http_paperal_redis_stats_t   redis;
    ngx_http_paperal_stream_stats_t  streams;

    ngx_atomic_t                     uploads;
    ngx_atomic_t                     upload_bytes;
    ngx_atomic_t                     upload_failures;
    ngx_atomic_t                     rate_limited;
    ngx_atomic_t                     fallback;   /* counted without Redis */
    ngx_atomic_t                     replayed;   /* idempotent requests */
    ngx_atomic_t                     passwords;  /* hashed or verified */
    ngx_atomic_t                     db_buckets[PAPERAL_LATENCY_BUCKETS];
    ngx_atomic_t                     db_sum;     /* ms */

    /* the last one is for requests without a route */
    ngx_http_paperal_route_stats_t   routes[PAPERAL_MAX_ROUTES + 1];
} ngx_http_paperal_worker_stats_t;

typedef struct {
    ngx_http_paperal_limit_table_t   limits;
    ngx_http_paperal_stream_users_t  stream_users;
    ngx_http_paperal_worker_stats_t  workers[PAPERAL_MAX_WORKERS];
} ngx_http_paperal_shm_t;


/* This process's slot; one of its own while it has none in the zone. */
extern ngx_http_paperal_worker_stats_t  *ngx_http_paperal_stats;

#define ngx_http_paperal_stat(counter)  ngx_http_paperal_stats->counter++


/* Makes the zone; called when the configuration is read. */
ngx_int_t ngx_http_paperal_metrics_init(ngx_conf_t *cf,
    ngx_http_paperal_main_conf_t *pmcf);

/* Takes a slot; before the drivers start. */
void ngx_http_paperal_metrics_init_worker(ngx_http_paperal_main_conf_t *pmcf);

ngx_http_paperal_shm_t *ngx_http_paperal_shm(ngx_slab_pool_t **shpool);

/* Notes how long a statement took. */
void ngx_http_paperal_metrics_statement(ngx_msec_t elapsed);

/* Handler of the log phase: counts the request. */
ngx_int_t ngx_http_paperal_metrics_log(ngx_http_request_t *r);

/* Content handler of a paperal_metrics location. */
ngx_int_t ngx_http_paperal_metrics_handler(ngx_http_request_t *r);


#endif /* _NGX_HTTP_PAPERAL_METRICS_H_INCLUDED_ */
