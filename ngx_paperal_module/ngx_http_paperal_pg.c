/*
 * PostgreSQL driver: operations and the queues of the lanes.
 *
 * send() makes an operation and gives it to a connection of its lane or to the
 * lane's queue.  An operation ends by a result (read in _pg_group.c) or by
 * fail(): failed ones wait in one list until a posted event delivers them, so
 * that no handler runs inside send() or while a connection is taken apart.
 */

#include "ngx_http_paperal_pg_conn.h"

#include "ngx_http_paperal_guard.h"


static ngx_http_paperal_pg_op_t *ngx_http_paperal_pg_create_op(
    ngx_http_paperal_pg_statement_t *st,
    ngx_http_paperal_pg_identity_t *identity, const ngx_str_t *values,
    ngx_uint_t nvalues);
static void ngx_http_paperal_pg_enqueue(ngx_http_paperal_pg_lane_t *lane,
    ngx_http_paperal_pg_op_t *op);
static ngx_http_paperal_pg_op_t *ngx_http_paperal_pg_dequeue(
    ngx_http_paperal_pg_lane_t *lane);
static void ngx_http_paperal_pg_post(void);
static void ngx_http_paperal_pg_count(ngx_http_paperal_pg_status_e status);


ngx_http_paperal_pg_t  ngx_http_paperal_pg;

ngx_http_paperal_pg_statement_t  ngx_http_paperal_pg_identity = {
    ngx_string("paperal_identity"),
    ngx_string("SELECT set_config('paperal.user_id', $1, true),"
               " set_config('paperal.workspaces', $2, true)"),
    2, NGX_HTTP_PAPERAL_PG_FAST, 0
};

ngx_http_paperal_pg_statement_t  ngx_http_paperal_pg_canceler = {
    ngx_string("paperal_cancel"),
    ngx_string("SELECT pg_cancel_backend($1::int)"),
    1, NGX_HTTP_PAPERAL_PG_FAST, 0
};

static ngx_http_paperal_pg_stats_t   ngx_http_paperal_pg_own_stats;
ngx_http_paperal_pg_stats_t         *ngx_http_paperal_pg_stats =
                                          &ngx_http_paperal_pg_own_stats;


ngx_http_paperal_pg_op_t *
ngx_http_paperal_pg_send(ngx_http_paperal_pg_statement_t *st,
    ngx_http_paperal_pg_identity_t *identity, const ngx_str_t *values,
    ngx_uint_t nvalues, ngx_http_paperal_pg_handler_pt handler, void *data)
{
    ngx_http_paperal_pg_op_t    *op;
    ngx_http_paperal_pg_conn_t  *pc;
    ngx_http_paperal_pg_lane_t  *lane;

    if (nvalues != st->nparams || ngx_http_paperal_pg.conf == NULL) {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                      "statement \"%V\" sent with %ui values", &st->name,
                      nvalues);
        return NULL;
    }

    op = ngx_http_paperal_pg_create_op(st, identity, values, nvalues);
    if (op == NULL) {
        return NULL;
    }

    op->handler = handler;
    op->data = data;

    lane = &ngx_http_paperal_pg.lanes[st->lane];

    if (lane->nqueued == 0) {
        pc = ngx_http_paperal_pg_pick(lane);

        if (pc != NULL) {
            ngx_http_paperal_pg_send_group(pc, op);
            return op;
        }
    }

    if (ngx_http_paperal_pg.backoff.timer_set
        && !ngx_http_paperal_pg_connected(lane))
    {
        ngx_http_paperal_pg_fail(op, NGX_HTTP_PAPERAL_PG_UNAVAILABLE);

    } else if (lane->nqueued >= lane->max_queue) {
        ngx_http_paperal_pg_fail(op, NGX_HTTP_PAPERAL_PG_OVERLOADED);

    } else {
        op->deadline = op->started + lane->timeout;
        ngx_http_paperal_pg_enqueue(lane, op);
        ngx_http_paperal_pg_connect_more();
    }

    return op;
}


static ngx_http_paperal_pg_op_t *
ngx_http_paperal_pg_create_op(ngx_http_paperal_pg_statement_t *st,
    ngx_http_paperal_pg_identity_t *identity, const ngx_str_t *values,
    ngx_uint_t nvalues)
{
    u_char                    *p;
    size_t                     size;
    ngx_str_t                  all[NGX_HTTP_PAPERAL_PG_MAX_PARAMS + 2];
    ngx_uint_t                 i, n;
    ngx_http_paperal_pg_op_t  *op;

    if (identity != NULL) {
        all[0] = identity->user_id;
        all[1] = identity->workspaces;

    } else {
        ngx_str_set(&all[0], "");
        ngx_str_set(&all[1], "{}");
    }

    for (i = 0; i < nvalues; i++) {
        all[i + 2] = values[i];
    }

    n = nvalues + 2;
    size = sizeof(ngx_http_paperal_pg_op_t) + n * sizeof(char *);

    for (i = 0; i < n; i++) {
        size += all[i].len + 1;
    }

    if (size > NGX_HTTP_PAPERAL_PG_MAX_VALUES) {
        return NULL;
    }

    op = malloc(size);
    if (op == NULL) {
        return NULL;
    }

    ngx_memzero(op, sizeof(ngx_http_paperal_pg_op_t));

    op->st = st;
    op->started = ngx_current_msec;
    op->values = (const char **) (op + 1);

    p = (u_char *) (op->values + n);

    for (i = 0; i < n; i++) {

        if (all[i].data == NULL && i >= 2) {
            op->values[i] = NULL;
            continue;
        }

        op->values[i] = (char *) p;

        if (all[i].len) {
            p = ngx_cpymem(p, all[i].data, all[i].len);
        }

        *p++ = '\0';
    }

    return op;
}


void
ngx_http_paperal_pg_detach(ngx_http_paperal_pg_op_t *op)
{
    ngx_http_paperal_pg_conn_t  *pc;
    ngx_http_paperal_pg_lane_t  *lane;

    op->handler = NULL;

    switch (op->state) {

    case NGX_HTTP_PAPERAL_PG_OP_QUEUED:
        lane = &ngx_http_paperal_pg.lanes[op->st->lane];

        ngx_queue_remove(&op->queue);
        lane->nqueued--;
        lane->timer.cancelable = (lane->nqueued == 0);
        ngx_http_paperal_pg_stats->queued[lane->index] = lane->nqueued;

        ngx_http_paperal_pg_free_op(op);
        return;

    case NGX_HTTP_PAPERAL_PG_OP_SENT:
        pc = op->conn;

        if (pc->lane->index == NGX_HTTP_PAPERAL_PG_SLOW) {
            ngx_http_paperal_pg_cancel(pc);
        }

        return;

    case NGX_HTTP_PAPERAL_PG_OP_FAILED:
        ngx_queue_remove(&op->queue);
        ngx_http_paperal_pg_free_op(op);
        return;

    case NGX_HTTP_PAPERAL_PG_OP_DONE:
        return;
    }
}


static void
ngx_http_paperal_pg_enqueue(ngx_http_paperal_pg_lane_t *lane,
    ngx_http_paperal_pg_op_t *op)
{
    op->state = NGX_HTTP_PAPERAL_PG_OP_QUEUED;

    ngx_queue_insert_tail(&lane->queue, &op->queue);
    lane->nqueued++;
    ngx_http_paperal_pg_stats->queued[lane->index] = lane->nqueued;

    lane->timer.cancelable = 0;

    if (!lane->timer.timer_set) {
        ngx_add_timer(&lane->timer, lane->timeout);
    }
}


void
ngx_http_paperal_pg_requeue(ngx_http_paperal_pg_op_t *op)
{
    ngx_http_paperal_pg_lane_t  *lane;

    lane = &ngx_http_paperal_pg.lanes[op->st->lane];

    op->conn = NULL;
    op->deadline = ngx_current_msec + lane->timeout;

    ngx_http_paperal_pg_enqueue(lane, op);

    ngx_queue_remove(&op->queue);
    ngx_queue_insert_head(&lane->queue, &op->queue);

    ngx_http_paperal_pg_stats->retries++;
}


static ngx_http_paperal_pg_op_t *
ngx_http_paperal_pg_dequeue(ngx_http_paperal_pg_lane_t *lane)
{
    ngx_queue_t  *q;

    q = ngx_queue_head(&lane->queue);

    ngx_queue_remove(q);
    lane->nqueued--;
    ngx_http_paperal_pg_stats->queued[lane->index] = lane->nqueued;

    lane->timer.cancelable = (lane->nqueued == 0);

    return ngx_queue_data(q, ngx_http_paperal_pg_op_t, queue);
}


void
ngx_http_paperal_pg_dispatch(ngx_http_paperal_pg_lane_t *lane)
{
    ngx_http_paperal_pg_conn_t  *pc;

    while (lane->nqueued) {
        pc = ngx_http_paperal_pg_pick(lane);

        if (pc == NULL) {
            return;
        }

        ngx_http_paperal_pg_send_group(pc, ngx_http_paperal_pg_dequeue(lane));
    }
}


void
ngx_http_paperal_pg_fail(ngx_http_paperal_pg_op_t *op,
    ngx_http_paperal_pg_status_e status)
{
    op->conn = NULL;
    op->state = NGX_HTTP_PAPERAL_PG_OP_FAILED;
    op->status = status;

    ngx_queue_insert_tail(&ngx_http_paperal_pg.failed, &op->queue);

    ngx_http_paperal_pg_post();
}


/* A posted event alone does not keep the process from leaving. */

static void
ngx_http_paperal_pg_post(void)
{
    if (ngx_http_paperal_pg.post.posted) {
        return;
    }

    ngx_http_paperal_guard_hold();

    ngx_post_event(&ngx_http_paperal_pg.post, &ngx_posted_events);
}


void
ngx_http_paperal_pg_fail_queue(ngx_http_paperal_pg_lane_t *lane,
    ngx_http_paperal_pg_status_e status)
{
    while (lane->nqueued) {
        ngx_http_paperal_pg_fail(ngx_http_paperal_pg_dequeue(lane), status);
    }
}


static void
ngx_http_paperal_pg_count(ngx_http_paperal_pg_status_e status)
{
    switch (status) {

    case NGX_HTTP_PAPERAL_PG_OK:
        ngx_http_paperal_pg_stats->ok++;
        return;

    case NGX_HTTP_PAPERAL_PG_SQL_ERROR:
        ngx_http_paperal_pg_stats->sql_errors++;
        return;

    case NGX_HTTP_PAPERAL_PG_UNAVAILABLE:
        ngx_http_paperal_pg_stats->unavailable++;
        return;

    case NGX_HTTP_PAPERAL_PG_OVERLOADED:
        ngx_http_paperal_pg_stats->overloaded++;
        return;

    case NGX_HTTP_PAPERAL_PG_TIMEOUT:
        ngx_http_paperal_pg_stats->timeouts++;
        return;
    }
}


void
ngx_http_paperal_pg_deliver(ngx_http_paperal_pg_op_t *op,
    ngx_http_paperal_pg_status_e status)
{
    ngx_http_paperal_pg_reply_t     reply;
    ngx_http_paperal_pg_handler_pt  handler;

    ngx_http_paperal_pg_count(status);

    handler = op->handler;

    op->conn = NULL;
    op->handler = NULL;
    op->state = NGX_HTTP_PAPERAL_PG_OP_DONE;

    if (handler != NULL) {
        reply.status = status;
        reply.res = op->res;
        reply.sqlstate = PQresultErrorField(op->res, PG_DIAG_SQLSTATE);
        reply.elapsed = ngx_current_msec - op->started;

        if (reply.sqlstate == NULL) {
            reply.sqlstate = "";
        }

        op->res = NULL;

        handler(op->data, &reply);

        PQclear(reply.res);
    }

    ngx_http_paperal_pg_free_op(op);
}


void
ngx_http_paperal_pg_free_op(ngx_http_paperal_pg_op_t *op)
{
    PQclear(op->res);
    free(op);
}


void
ngx_http_paperal_pg_post_handler(ngx_event_t *ev)
{
    ngx_queue_t               *q, batch;
    ngx_http_paperal_pg_op_t  *op;

    /*
     * A handler that sends again while the database is away adds to the list;
     * detach() in a handler takes others out of the batch.
     */

    ngx_http_paperal_guard_release();

    if (ngx_queue_empty(&ngx_http_paperal_pg.failed)) {
        return;
    }

    ngx_queue_init(&batch);
    ngx_queue_add(&batch, &ngx_http_paperal_pg.failed);
    ngx_queue_init(&ngx_http_paperal_pg.failed);

    while (!ngx_queue_empty(&batch)) {
        q = ngx_queue_head(&batch);
        ngx_queue_remove(q);

        op = ngx_queue_data(q, ngx_http_paperal_pg_op_t, queue);

        ngx_http_paperal_pg_deliver(op, op->status);
    }
}


/* What waited for a connection all its time has not run: "overloaded". */

void
ngx_http_paperal_pg_queue_handler(ngx_event_t *ev)
{
    ngx_queue_t                 *q;
    ngx_msec_int_t               left;
    ngx_http_paperal_pg_op_t    *op;
    ngx_http_paperal_pg_lane_t  *lane;

    lane = ev->data;

    while (lane->nqueued) {
        q = ngx_queue_head(&lane->queue);
        op = ngx_queue_data(q, ngx_http_paperal_pg_op_t, queue);

        left = (ngx_msec_int_t) (op->deadline - ngx_current_msec);

        if (left > 0) {
            ngx_add_timer(ev, (ngx_msec_t) left);
            return;
        }

        ngx_http_paperal_pg_fail(ngx_http_paperal_pg_dequeue(lane),
                                 NGX_HTTP_PAPERAL_PG_OVERLOADED);
    }
}


