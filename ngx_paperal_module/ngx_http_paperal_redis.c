/*
 * Redis driver: commands.  Replies come in the order of the commands, so the
 * operations form one queue, whose head has the earliest deadline.  When a
 * deadline passes Redis hangs, for all alike: the connection is given up and
 * all that waits is told so.
 */

#include "ngx_http_paperal_redis_conn.h"

#include "ngx_http_paperal_guard.h"


struct ngx_http_paperal_redis_op_s {
    ngx_queue_t                         queue;
    ngx_http_paperal_redis_handler_pt   handler;    /* NULL: detached */
    void                               *data;
    ngx_msec_t                          deadline;
    unsigned                            failed:1;   /* not in rc's queue */
};


static void ngx_http_paperal_redis_arm(void);
static void ngx_http_paperal_redis_on_ready(void);
static ngx_int_t ngx_http_paperal_redis_on_reply(redisReply *reply);
static void ngx_http_paperal_redis_on_lost(void);
static void ngx_http_paperal_redis_on_timer(void);
static void ngx_http_paperal_redis_fail_handler(ngx_event_t *ev);
static void ngx_http_paperal_redis_finish(ngx_http_paperal_redis_op_t *op,
    redisReply *reply);
static void ngx_http_paperal_redis_free_ops(ngx_queue_t *queue);


static ngx_http_paperal_redis_stats_t   ngx_http_paperal_redis_own_stats;
ngx_http_paperal_redis_stats_t         *ngx_http_paperal_redis_stats =
                                            &ngx_http_paperal_redis_own_stats;

static ngx_http_paperal_redis_conn_t    ngx_http_paperal_redis_commands;
static ngx_queue_t                      ngx_http_paperal_redis_ops;
static ngx_queue_t                      ngx_http_paperal_redis_failed;
static ngx_event_t                      ngx_http_paperal_redis_fail_event;


ngx_uint_t
ngx_http_paperal_redis_available(void)
{
    ngx_http_paperal_redis_conn_t  *rc;

    rc = &ngx_http_paperal_redis_commands;

    if (rc->broken || rc->log == NULL) {
        return 0;
    }

    /*
     * Commands wait for the first attempt, and for the one that follows the
     * loss of a good connection, but for no other.
     */

    return rc->state == NGX_HTTP_PAPERAL_REDIS_READY
           || (rc->failures <= 1 && !rc->retry.timer_set);
}


ngx_http_paperal_redis_op_t *
ngx_http_paperal_redis_send(ngx_uint_t argc, const ngx_str_t *argv,
    ngx_http_paperal_redis_handler_pt handler, void *data)
{
    ngx_http_paperal_redis_op_t    *op;
    ngx_http_paperal_redis_conn_t  *rc;

    rc = &ngx_http_paperal_redis_commands;

    if (!ngx_http_paperal_redis_available()
        || rc->waiting >= NGX_HTTP_PAPERAL_REDIS_MAX_OPS)
    {
        ngx_http_paperal_redis_stats->refused++;
        return NULL;
    }

    op = malloc(sizeof(ngx_http_paperal_redis_op_t));
    if (op == NULL) {
        return NULL;
    }

    if (ngx_http_paperal_redis_append(rc, argc, argv) != NGX_OK) {
        ngx_http_paperal_redis_stats->refused++;
        free(op);
        return NULL;
    }

    op->handler = handler;
    op->data = data;
    op->deadline = ngx_current_msec + rc->conf->redis_timeout;
    op->failed = 0;

    ngx_queue_insert_tail(&ngx_http_paperal_redis_ops, &op->queue);
    ngx_http_paperal_redis_commands.waiting++;

    ngx_http_paperal_redis_stats->commands++;

    if (rc->state == NGX_HTTP_PAPERAL_REDIS_READY) {
        ngx_http_paperal_redis_arm();

    } else {
        ngx_http_paperal_redis_connect(rc);
    }

    return op;
}


ngx_int_t
ngx_http_paperal_redis_post(ngx_uint_t argc, const ngx_str_t *argv)
{
    return (ngx_http_paperal_redis_send(argc, argv, NULL, NULL) != NULL)
           ? NGX_OK : NGX_DECLINED;
}


void
ngx_http_paperal_redis_detach(ngx_http_paperal_redis_op_t *op)
{
    op->handler = NULL;

    if (op->failed) {
        ngx_queue_remove(&op->queue);
        free(op);
    }
}


/* The timer stays armed between commands; only its guard changes. */

static void
ngx_http_paperal_redis_arm(void)
{
    ngx_http_paperal_redis_conn_t  *rc;

    rc = &ngx_http_paperal_redis_commands;

    rc->timer.cancelable = 0;

    if (!rc->timer.timer_set) {
        ngx_add_timer(&rc->timer, rc->conf->redis_timeout);
    }
}


static void
ngx_http_paperal_redis_on_ready(void)
{
    ngx_http_paperal_redis_stats->available = 1;

    if (ngx_http_paperal_redis_commands.waiting) {
        ngx_http_paperal_redis_arm();
    }
}


static ngx_int_t
ngx_http_paperal_redis_on_reply(redisReply *reply)
{
    ngx_queue_t                  *q;
    ngx_http_paperal_redis_op_t  *op;

    if (ngx_queue_empty(&ngx_http_paperal_redis_ops)) {
        return NGX_ERROR;
    }

    q = ngx_queue_head(&ngx_http_paperal_redis_ops);
    ngx_queue_remove(q);
    ngx_http_paperal_redis_commands.waiting--;

    if (ngx_http_paperal_redis_commands.waiting == 0) {
        ngx_http_paperal_redis_commands.timer.cancelable = 1;
    }

    op = ngx_queue_data(q, ngx_http_paperal_redis_op_t, queue);

    ngx_http_paperal_redis_finish(op, reply);

    return NGX_OK;
}


static void
ngx_http_paperal_redis_on_lost(void)
{
    ngx_queue_t                  *q;
    ngx_http_paperal_redis_op_t  *op;

    ngx_http_paperal_redis_stats->available = 0;

    while (!ngx_queue_empty(&ngx_http_paperal_redis_ops)) {
        q = ngx_queue_head(&ngx_http_paperal_redis_ops);
        ngx_queue_remove(q);

        op = ngx_queue_data(q, ngx_http_paperal_redis_op_t, queue);
        op->failed = 1;

        ngx_queue_insert_tail(&ngx_http_paperal_redis_failed, q);
    }

    ngx_http_paperal_redis_commands.waiting = 0;

    if (!ngx_queue_empty(&ngx_http_paperal_redis_failed)
        && !ngx_http_paperal_redis_fail_event.posted)
    {
        /* a posted event alone does not keep the process from leaving */

        ngx_http_paperal_guard_hold();

        ngx_post_event(&ngx_http_paperal_redis_fail_event,
                       &ngx_posted_events);
    }
}


static void
ngx_http_paperal_redis_on_timer(void)
{
    ngx_queue_t                    *q;
    ngx_msec_int_t                  left;
    ngx_http_paperal_redis_op_t    *op;
    ngx_http_paperal_redis_conn_t  *rc;

    rc = &ngx_http_paperal_redis_commands;

    if (ngx_http_paperal_redis_commands.waiting == 0) {
        return;
    }

    q = ngx_queue_head(&ngx_http_paperal_redis_ops);
    op = ngx_queue_data(q, ngx_http_paperal_redis_op_t, queue);

    left = (ngx_msec_int_t) (op->deadline - ngx_current_msec);

    if (left > 0) {
        ngx_add_timer(&rc->timer, (ngx_msec_t) left);
        return;
    }

    /* it hangs: the next attempt is not for waiting either */

    rc->failures++;

    ngx_http_paperal_redis_lost(rc, "no answer in time");
}


static void
ngx_http_paperal_redis_fail_handler(ngx_event_t *ev)
{
    ngx_queue_t                  *q;
    ngx_http_paperal_redis_op_t  *op;

    ngx_http_paperal_guard_release();

    while (!ngx_queue_empty(&ngx_http_paperal_redis_failed)) {
        q = ngx_queue_head(&ngx_http_paperal_redis_failed);
        ngx_queue_remove(q);

        op = ngx_queue_data(q, ngx_http_paperal_redis_op_t, queue);
        op->failed = 0;

        ngx_http_paperal_redis_stats->failures++;

        ngx_http_paperal_redis_finish(op, NULL);
    }
}


static void
ngx_http_paperal_redis_finish(ngx_http_paperal_redis_op_t *op,
    redisReply *reply)
{
    ngx_http_paperal_redis_handler_pt  handler;

    handler = op->handler;
    op->handler = NULL;

    if (handler != NULL) {
        handler(op->data, reply);
    }

    free(op);
}


ngx_int_t
ngx_http_paperal_redis_init_worker(ngx_cycle_t *cycle,
    ngx_http_paperal_driver_conf_t *conf)
{
    ngx_event_t                    *ev;
    ngx_http_paperal_redis_conn_t  *rc;

    ngx_time_update();

    ngx_queue_init(&ngx_http_paperal_redis_ops);
    ngx_queue_init(&ngx_http_paperal_redis_failed);

    ngx_http_paperal_redis_stats->available = 0;

    ev = &ngx_http_paperal_redis_fail_event;

    ngx_memzero(ev, sizeof(ngx_event_t));

    ev->handler = ngx_http_paperal_redis_fail_handler;
    ev->log = cycle->log;

    rc = &ngx_http_paperal_redis_commands;

    ngx_memzero(rc, sizeof(ngx_http_paperal_redis_conn_t));

    rc->name = "commands";
    rc->level = NGX_LOG_ERR;
    rc->on_ready = ngx_http_paperal_redis_on_ready;
    rc->on_reply = ngx_http_paperal_redis_on_reply;
    rc->on_lost = ngx_http_paperal_redis_on_lost;
    rc->on_timer = ngx_http_paperal_redis_on_timer;

    ngx_http_paperal_redis_conn_init(rc, cycle->log, conf);
    ngx_http_paperal_redis_connect(rc);

    ngx_http_paperal_redis_sub_init(cycle->log, conf);

    return NGX_OK;
}


static void
ngx_http_paperal_redis_free_ops(ngx_queue_t *queue)
{
    ngx_queue_t  *q;

    while (!ngx_queue_empty(queue)) {
        q = ngx_queue_head(queue);
        ngx_queue_remove(q);

        free(ngx_queue_data(q, ngx_http_paperal_redis_op_t, queue));
    }
}


void
ngx_http_paperal_redis_exit_worker(void)
{
    if (ngx_http_paperal_redis_commands.log == NULL) {
        return;
    }

    ngx_http_paperal_redis_sub_exit();

    ngx_http_paperal_redis_conn_exit(&ngx_http_paperal_redis_commands);

    ngx_http_paperal_redis_free_ops(&ngx_http_paperal_redis_ops);
    ngx_http_paperal_redis_free_ops(&ngx_http_paperal_redis_failed);
}
