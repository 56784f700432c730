/*
 * PostgreSQL driver: connections that are there.
 *
 *     closed -> connecting -> setup -> ready <-> canceling
 *        ^______________________________________/
 *
 * libpq owns the socket; nginx only watches it, level-triggered, because one
 * PQconsumeInput() per event need not read all there is.
 */

#include "ngx_http_paperal_pg_conn.h"


#define NGX_HTTP_PAPERAL_PG_STABLE        1000      /* ms: a good connection */
#define NGX_HTTP_PAPERAL_PG_CANCEL_AGAIN  100
#define NGX_HTTP_PAPERAL_PG_CANCEL_WAIT   5000


static void ngx_http_paperal_pg_event_handler(ngx_event_t *ev);
static void ngx_http_paperal_pg_read(ngx_http_paperal_pg_conn_t *pc);
static void ngx_http_paperal_pg_send_cancel(ngx_http_paperal_pg_conn_t *pc);
static void ngx_http_paperal_pg_canceled(void *data,
    ngx_http_paperal_pg_reply_t *reply);
static void ngx_http_paperal_pg_timer_handler(ngx_event_t *ev);
static void ngx_http_paperal_pg_lost(ngx_http_paperal_pg_conn_t *pc,
    const char *reason);


static const char  *ngx_http_paperal_pg_state_names[] = {
    "closed", "connecting", "setup", "ready", "canceling"
};


/* The only writer of pc->state. */

void
ngx_http_paperal_pg_set_state(ngx_http_paperal_pg_conn_t *pc,
    ngx_http_paperal_pg_state_e state)
{
    ngx_uint_t  lane, was, is;

    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, ngx_http_paperal_pg.log, 0,
                   "paperal pg %p: %s -> %s", pc,
                   ngx_http_paperal_pg_state_names[pc->state],
                   ngx_http_paperal_pg_state_names[state]);

    lane = pc->lane->index;
    was = (pc->state >= NGX_HTTP_PAPERAL_PG_READY);
    is = (state >= NGX_HTTP_PAPERAL_PG_READY);

    if (pc->state == NGX_HTTP_PAPERAL_PG_CLOSED
        && state != NGX_HTTP_PAPERAL_PG_CLOSED)
    {
        ngx_http_paperal_pg.connecting = 1;
    }

    if (pc->state != NGX_HTTP_PAPERAL_PG_CLOSED
        && !was && (is || state == NGX_HTTP_PAPERAL_PG_CLOSED))
    {
        ngx_http_paperal_pg.connecting = 0;
    }

    if (is && !was) {
        ngx_http_paperal_pg_stats->connections[lane]++;

    } else if (was && !is) {
        ngx_http_paperal_pg_stats->connections[lane]--;
    }

    pc->state = state;
}


ngx_uint_t
ngx_http_paperal_pg_connected(ngx_http_paperal_pg_lane_t *lane)
{
    ngx_uint_t  i;

    for (i = 0; i < lane->nconns; i++) {
        if (lane->conns[i].state >= NGX_HTTP_PAPERAL_PG_READY
            && !lane->conns[i].broken)
        {
            return 1;
        }
    }

    return 0;
}


ngx_http_paperal_pg_conn_t *
ngx_http_paperal_pg_pick(ngx_http_paperal_pg_lane_t *lane)
{
    ngx_uint_t                   i;
    ngx_http_paperal_pg_conn_t  *pc, *best;

    best = NULL;

    for (i = 0; i < lane->nconns; i++) {
        pc = &lane->conns[i];

        if (pc->state == NGX_HTTP_PAPERAL_PG_READY && !pc->broken
            && pc->nops < lane->depth
            && (best == NULL || pc->nops < best->nops))
        {
            best = pc;
        }
    }

    return best;
}


/* Puts libpq's present socket under nginx's eyes. */

ngx_int_t
ngx_http_paperal_pg_watch(ngx_http_paperal_pg_conn_t *pc, ngx_uint_t write)
{
    ngx_connection_t  *c;

    /* ngx_get_connection() would write an alert */

    if (PQsocket(pc->pg) < 0 || ngx_cycle->free_connection_n == 0) {
        return NGX_ERROR;
    }

    c = ngx_get_connection(PQsocket(pc->pg), ngx_http_paperal_pg.log);
    if (c == NULL) {
        return NGX_ERROR;
    }

    c->data = pc;
    c->number = ngx_atomic_fetch_add(ngx_connection_counter, 1);
    c->read->log = c->log;
    c->write->log = c->log;
    c->read->handler = ngx_http_paperal_pg_event_handler;
    c->write->handler = ngx_http_paperal_pg_event_handler;

    /* until it is ready nothing depends on it but the lane's queue */

    c->idle = 1;

    pc->connection = c;

    if (ngx_add_event(c->read, NGX_READ_EVENT, NGX_LEVEL_EVENT) != NGX_OK) {
        return NGX_ERROR;
    }

    if (write
        && ngx_add_event(c->write, NGX_WRITE_EVENT, NGX_LEVEL_EVENT) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* The opposite; the socket stays libpq's, and may be gone already. */

void
ngx_http_paperal_pg_unwatch(ngx_http_paperal_pg_conn_t *pc)
{
    ngx_uint_t         flags;
    ngx_connection_t  *c;

    c = pc->connection;

    if (c == NULL) {
        return;
    }

    flags = (PQsocket(pc->pg) == c->fd) ? 0 : NGX_CLOSE_EVENT;

    if (c->write->active) {
        (void) ngx_del_event(c->write, NGX_WRITE_EVENT, flags);
    }

    if (c->read->active) {
        (void) ngx_del_event(c->read, NGX_READ_EVENT, flags);
    }

    if (c->read->posted) {
        ngx_delete_posted_event(c->read);
    }

    if (c->write->posted) {
        ngx_delete_posted_event(c->write);
    }

    c->read->closed = 1;
    c->write->closed = 1;

    ngx_free_connection(c);

    c->fd = (ngx_socket_t) -1;
    c->idle = 0;

    pc->connection = NULL;
}


static void
ngx_http_paperal_pg_event_handler(ngx_event_t *ev)
{
    ngx_connection_t            *c;
    ngx_http_paperal_pg_conn_t  *pc;

    c = ev->data;
    pc = c->data;

    if (c->close) {

        /* the worker leaves: an idle connection goes, at the end any goes */

        c->close = 0;

        if (c->idle && pc->lane->nqueued == 0) {
            ngx_http_paperal_pg_close(pc);
            ngx_http_paperal_pg_connect_more();
            return;
        }

        if (c->error) {
            ngx_http_paperal_pg_lost(pc, "worker shutdown");
            return;
        }
    }

    switch (pc->state) {

    case NGX_HTTP_PAPERAL_PG_CONNECTING:
        ngx_http_paperal_pg_poll(pc);
        return;

    case NGX_HTTP_PAPERAL_PG_SETUP:
        ngx_http_paperal_pg_setup_done(pc);
        return;

    default:
        ngx_http_paperal_pg_read(pc);
        return;
    }
}


static void
ngx_http_paperal_pg_read(ngx_http_paperal_pg_conn_t *pc)
{
    if (pc->broken || PQconsumeInput(pc->pg) == 0) {
        ngx_http_paperal_pg_lost(pc, PQerrorMessage(pc->pg));
        return;
    }

    ngx_http_paperal_pg_read_results(pc);

    /* gone if the worker leaves and the last statement is answered */

    if (pc->pg == NULL) {
        return;
    }

    if (pc->broken) {
        ngx_http_paperal_pg_lost(pc, PQerrorMessage(pc->pg));
        return;
    }

    ngx_http_paperal_pg_flush(pc);

    if (pc->lane->nqueued) {
        ngx_http_paperal_pg_dispatch(pc->lane);
    }
}


void
ngx_http_paperal_pg_flush(ngx_http_paperal_pg_conn_t *pc)
{
    int                rc;
    ngx_event_t       *wev;
    ngx_connection_t  *c;

    c = pc->connection;
    wev = c->write;
    rc = PQflush(pc->pg);

    if (rc == -1) {
        ngx_http_paperal_pg_break(pc);
        return;
    }

    if (rc == 1 && !wev->active) {
        if (ngx_add_event(wev, NGX_WRITE_EVENT, NGX_LEVEL_EVENT) != NGX_OK) {
            ngx_http_paperal_pg_break(pc);
        }

    } else if (rc == 0 && wev->active) {
        if (ngx_del_event(wev, NGX_WRITE_EVENT, NGX_LEVEL_EVENT) != NGX_OK) {
            ngx_http_paperal_pg_break(pc);
        }
    }

    /*
     * libpq reads when it cannot write; what it has read then makes no event
     * any more.
     */

    if (rc == 0 && pc->nops > 1 && !PQisBusy(pc->pg)) {
        ngx_post_event(c->read, &ngx_posted_events);
    }
}


void
ngx_http_paperal_pg_break(ngx_http_paperal_pg_conn_t *pc)
{
    pc->broken = 1;

    ngx_post_event(pc->connection->read, &ngx_posted_events);
}


void
ngx_http_paperal_pg_idle(ngx_http_paperal_pg_conn_t *pc)
{
    if (pc->state == NGX_HTTP_PAPERAL_PG_CANCELING) {

        if (pc->cancel != NULL) {
            return;
        }

        ngx_http_paperal_pg_set_state(pc, NGX_HTTP_PAPERAL_PG_READY);
        ngx_http_paperal_pg_dispatch(pc->lane);

        if (pc->nops) {
            return;
        }
    }

    pc->connection->idle = 1;

    if (ngx_exiting && pc->lane->nqueued == 0) {
        ngx_http_paperal_pg_close(pc);
    }
}


/*
 * The request to cancel goes over the fast lane as a statement: PQcancel()
 * would block.  Until both it and the canceled statement have been answered
 * the connection takes nothing, so that the cancel cannot hit another.
 */

void
ngx_http_paperal_pg_cancel(ngx_http_paperal_pg_conn_t *pc)
{
    if (pc->state != NGX_HTTP_PAPERAL_PG_READY || pc->broken) {
        return;
    }

    ngx_http_paperal_pg_set_state(pc, NGX_HTTP_PAPERAL_PG_CANCELING);
    ngx_http_paperal_pg_stats->cancels++;

    pc->canceled = 1;
    pc->give_up = ngx_current_msec + NGX_HTTP_PAPERAL_PG_CANCEL_WAIT;

    ngx_http_paperal_pg_send_cancel(pc);
}


/*
 * Repeated until the statement ends: the server ignores a cancel that comes
 * before it has begun with the statement.
 */

static void
ngx_http_paperal_pg_send_cancel(ngx_http_paperal_pg_conn_t *pc)
{
    ngx_str_t  pid;

    pid.data = (u_char *) pc->pid;
    pid.len = ngx_strlen(pc->pid);

    pc->cancel = ngx_http_paperal_pg_send(&ngx_http_paperal_pg_canceler, NULL,
                                          &pid, 1,
                                          ngx_http_paperal_pg_canceled, pc);

    if (pc->cancel == NULL) {
        ngx_http_paperal_pg_break(pc);
        return;
    }

    ngx_add_timer(&pc->timer, NGX_HTTP_PAPERAL_PG_CANCEL_AGAIN);
}


static void
ngx_http_paperal_pg_canceled(void *data, ngx_http_paperal_pg_reply_t *reply)
{
    ngx_http_paperal_pg_conn_t  *pc;

    pc = data;
    pc->cancel = NULL;

    /* without an answer the server sees the closed connection and stops */

    if (reply->status != NGX_HTTP_PAPERAL_PG_OK) {
        ngx_http_paperal_pg_break(pc);
        return;
    }

    if (pc->nops == 0 && !pc->broken) {
        ngx_http_paperal_pg_idle(pc);
    }
}


static void
ngx_http_paperal_pg_timer_handler(ngx_event_t *ev)
{
    ngx_queue_t                 *q;
    ngx_msec_int_t               left;
    ngx_http_paperal_pg_op_t    *op;
    ngx_http_paperal_pg_conn_t  *pc;

    pc = ev->data;

    if (pc->state <= NGX_HTTP_PAPERAL_PG_SETUP) {
        ngx_http_paperal_pg_connect_failed(pc, "timed out");
        return;
    }

    if (pc->state == NGX_HTTP_PAPERAL_PG_CANCELING) {

        if ((ngx_msec_int_t) (pc->give_up - ngx_current_msec) <= 0) {
            ngx_http_paperal_pg_lost(pc, "no answer to a cancel");

        } else if (pc->cancel == NULL) {
            ngx_http_paperal_pg_send_cancel(pc);

        } else {
            ngx_add_timer(ev, NGX_HTTP_PAPERAL_PG_CANCEL_AGAIN);
        }

        return;
    }

    if (pc->nops == 0) {
        return;
    }

    q = ngx_queue_head(&pc->ops);
    op = ngx_queue_data(q, ngx_http_paperal_pg_op_t, queue);

    left = (ngx_msec_int_t) (op->deadline - ngx_current_msec);

    if (left > 0) {
        ngx_add_timer(ev, (ngx_msec_t) left);
        return;
    }

    ngx_http_paperal_pg_lost(pc, "no answer in time");
}


static void
ngx_http_paperal_pg_lost(ngx_http_paperal_pg_conn_t *pc, const char *reason)
{
    ngx_queue_t                   *q, ops;
    ngx_uint_t                     stable;
    ngx_http_paperal_pg_op_t      *op;
    ngx_http_paperal_pg_status_e   status;

    if (pc->nops && pc->state != NGX_HTTP_PAPERAL_PG_CANCELING) {
        ngx_http_paperal_pg_report("connection lost", reason);

    } else {
        ngx_log_error(NGX_LOG_NOTICE, ngx_http_paperal_pg.log, 0,
                      "paperal database: idle connection lost");
    }

    stable = (ngx_current_msec - pc->since >= NGX_HTTP_PAPERAL_PG_STABLE);

    ngx_queue_init(&ops);

    while (!ngx_queue_empty(&pc->ops)) {
        q = ngx_queue_head(&pc->ops);
        ngx_queue_remove(q);

        op = ngx_queue_data(q, ngx_http_paperal_pg_op_t, queue);

        PQclear(op->res);
        op->res = NULL;

        status = ((ngx_msec_int_t) (op->deadline - ngx_current_msec) <= 0)
                 ? NGX_HTTP_PAPERAL_PG_TIMEOUT
                 : NGX_HTTP_PAPERAL_PG_UNAVAILABLE;

        ngx_http_paperal_pg_fail(op, status);

        ngx_http_paperal_pg_stats->in_flight[pc->lane->index]--;
    }

    pc->nops = 0;

    ngx_http_paperal_pg_close(pc);

    if (!stable && !ngx_http_paperal_pg.backoff.timer_set) {
        ngx_http_paperal_pg_back_off();
    }

    ngx_http_paperal_pg_connect_more();
}


void
ngx_http_paperal_pg_close(ngx_http_paperal_pg_conn_t *pc)
{
    if (pc->timer.timer_set) {
        ngx_del_timer(&pc->timer);
    }

    pc->timer.cancelable = 1;

    ngx_http_paperal_pg_unwatch(pc);

    PQfinish(pc->pg);
    pc->pg = NULL;
    pc->broken = 0;

    if (pc->cancel != NULL) {
        ngx_http_paperal_pg_detach(pc->cancel);
        pc->cancel = NULL;
    }

    ngx_http_paperal_pg_set_state(pc, NGX_HTTP_PAPERAL_PG_CLOSED);
}


void
ngx_http_paperal_pg_conn_init(ngx_http_paperal_pg_conn_t *pc,
    ngx_http_paperal_pg_lane_t *lane)
{
    pc->lane = lane;
    pc->ident = (ngx_socket_t) -1;

    ngx_queue_init(&pc->ops);

    pc->timer.handler = ngx_http_paperal_pg_timer_handler;
    pc->timer.data = pc;
    pc->timer.log = ngx_http_paperal_pg.log;
    pc->timer.cancelable = 1;
}


void
ngx_http_paperal_pg_conn_exit(ngx_http_paperal_pg_conn_t *pc)
{
    pc->nops = 0;
    pc->cancel = NULL;

    if (pc->state != NGX_HTTP_PAPERAL_PG_CLOSED) {
        ngx_http_paperal_pg_close(pc);
    }
}
