/*
 * PostgreSQL driver: its life, from the statements that a configuration
 * registers to the lanes of a process and their end.
 */

#include "ngx_http_paperal_pg_conn.h"


static ngx_int_t ngx_http_paperal_pg_init_lane(ngx_cycle_t *cycle,
    ngx_http_paperal_pg_lane_t *lane, ngx_uint_t index);
static void ngx_http_paperal_pg_exit_ops(ngx_queue_t *queue);


/*
 * Of the configuration that is being read.  It may yet fail, and then its pool
 * is gone: processes take the statements from their own configuration.
 */
static ngx_array_t                  *ngx_http_paperal_pg_statements;


ngx_int_t
ngx_http_paperal_pg_init_conf(ngx_conf_t *cf,
    ngx_http_paperal_driver_conf_t *conf)
{
    conf->statements = ngx_array_create(cf->pool, 64, sizeof(void *));
    if (conf->statements == NULL) {
        return NGX_ERROR;
    }

    ngx_http_paperal_pg_statements = conf->statements;

    if (ngx_http_paperal_pg_register(cf, &ngx_http_paperal_pg_identity)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_paperal_pg_register(cf, &ngx_http_paperal_pg_canceler);
}


ngx_int_t
ngx_http_paperal_pg_register(ngx_conf_t *cf,
    ngx_http_paperal_pg_statement_t *st)
{
    ngx_uint_t                         i;
    ngx_http_paperal_pg_statement_t  **slot;

    slot = ngx_http_paperal_pg_statements->elts;

    for (i = 0; i < ngx_http_paperal_pg_statements->nelts; i++) {
        if (slot[i]->name.len == st->name.len
            && ngx_memcmp(slot[i]->name.data, st->name.data, st->name.len)
               == 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "duplicate statement \"%V\"", &st->name);
            return NGX_ERROR;
        }
    }

    if (i == NGX_HTTP_PAPERAL_PG_MAX_STATEMENTS
        || st->name.len > NGX_HTTP_PAPERAL_PG_MAX_NAME
        || st->nparams > NGX_HTTP_PAPERAL_PG_MAX_PARAMS
        || st->lane >= NGX_HTTP_PAPERAL_PG_LANES)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "statement \"%V\" exceeds a limit", &st->name);
        return NGX_ERROR;
    }

    slot = ngx_array_push(ngx_http_paperal_pg_statements);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    *slot = st;
    st->index = i;

    return NGX_OK;
}


ngx_uint_t
ngx_http_paperal_pg_ready(void)
{
    return ngx_http_paperal_pg.conf != NULL
           && ngx_http_paperal_pg_connected(
                  &ngx_http_paperal_pg.lanes[NGX_HTTP_PAPERAL_PG_FAST]);
}


ngx_int_t
ngx_http_paperal_pg_init_worker(ngx_cycle_t *cycle,
    ngx_http_paperal_driver_conf_t *conf)
{
    ngx_uint_t              i;
    ngx_http_paperal_pg_t  *driver;

    /* reading the configuration took time that the timers must not see */

    ngx_time_update();

    /* nginx has initialized OpenSSL */

    PQinitOpenSSL(0, 0);

    driver = &ngx_http_paperal_pg;

    ngx_memzero(driver, sizeof(ngx_http_paperal_pg_t));

    driver->ident = (ngx_socket_t) -1;
    driver->conf = conf;
    driver->log = cycle->log;
    driver->statements = conf->statements->elts;
    driver->nstatements = conf->statements->nelts;

    ngx_queue_init(&driver->failed);

    driver->post.handler = ngx_http_paperal_pg_post_handler;
    driver->post.data = driver;
    driver->post.log = cycle->log;

    for (i = 0; i < NGX_HTTP_PAPERAL_PG_LANES; i++) {
        if (ngx_http_paperal_pg_init_lane(cycle, &driver->lanes[i], i)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    ngx_http_paperal_pg_connect_more();

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_pg_init_lane(ngx_cycle_t *cycle,
    ngx_http_paperal_pg_lane_t *lane, ngx_uint_t index)
{
    ngx_uint_t                       i;
    ngx_http_paperal_driver_conf_t  *conf;

    conf = ngx_http_paperal_pg.conf;

    if (index == NGX_HTTP_PAPERAL_PG_FAST) {
        lane->nconns = conf->fast_connections;
        lane->depth = conf->pipeline_depth;
        lane->max_queue = conf->fast_queue;
        lane->timeout = conf->fast_timeout;

    } else {
        lane->nconns = conf->slow_connections;
        lane->depth = 1;
        lane->max_queue = conf->slow_queue;
        lane->timeout = conf->slow_timeout;
    }

    lane->index = index;
    lane->ident = (ngx_socket_t) -1;

    ngx_queue_init(&lane->queue);

    lane->timer.handler = ngx_http_paperal_pg_queue_handler;
    lane->timer.data = lane;
    lane->timer.log = cycle->log;
    lane->timer.cancelable = 1;

    lane->conns = ngx_pcalloc(cycle->pool, lane->nconns
                              * sizeof(ngx_http_paperal_pg_conn_t));
    if (lane->conns == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < lane->nconns; i++) {
        lane->conns[i].generations = ngx_pcalloc(cycle->pool,
                                              ngx_http_paperal_pg.nstatements);
        if (lane->conns[i].generations == NULL) {
            return NGX_ERROR;
        }

        ngx_http_paperal_pg_conn_init(&lane->conns[i], lane);
    }

    ngx_http_paperal_pg_stats->connections[index] = 0;
    ngx_http_paperal_pg_stats->in_flight[index] = 0;
    ngx_http_paperal_pg_stats->queued[index] = 0;

    return NGX_OK;
}


static void
ngx_http_paperal_pg_exit_ops(ngx_queue_t *queue)
{
    ngx_queue_t  *q;

    while (!ngx_queue_empty(queue)) {
        q = ngx_queue_head(queue);
        ngx_queue_remove(q);

        ngx_http_paperal_pg_free_op(
            ngx_queue_data(q, ngx_http_paperal_pg_op_t, queue));
    }
}


void
ngx_http_paperal_pg_exit_worker(void)
{
    ngx_uint_t                   i, n;
    ngx_http_paperal_pg_lane_t  *lane;

    if (ngx_http_paperal_pg.conf == NULL) {
        return;
    }

    for (i = 0; i < NGX_HTTP_PAPERAL_PG_LANES; i++) {
        lane = &ngx_http_paperal_pg.lanes[i];

        for (n = 0; n < lane->nconns; n++) {
            ngx_http_paperal_pg_exit_ops(&lane->conns[n].ops);
            ngx_http_paperal_pg_conn_exit(&lane->conns[n]);
        }

        ngx_http_paperal_pg_exit_ops(&lane->queue);

        if (lane->timer.timer_set) {
            ngx_del_timer(&lane->timer);
        }
    }

    ngx_http_paperal_pg_exit_ops(&ngx_http_paperal_pg.failed);

    if (ngx_http_paperal_pg.backoff.timer_set) {
        ngx_del_timer(&ngx_http_paperal_pg.backoff);
    }

    if (ngx_http_paperal_pg.post.posted) {
        ngx_delete_posted_event(&ngx_http_paperal_pg.post);
    }

    ngx_http_paperal_pg.conf = NULL;
}
