/*
 * PostgreSQL driver: the pipeline.
 *
 * An operation's group is, up to its sync, one implicit transaction:
 *
 *     [prepare identity] execute identity [prepare st] execute st  sync
 *
 * Each command has exactly one result; the error of one skips the rest of its
 * group.  Statements are prepared when a connection first needs them.  When the
 * server has lost one (26000) or its plan is out of date (0A000), or when a
 * transaction lost against another (40001, 40P01), nothing has happened and the
 * group is sent once more.
 */

#include "ngx_http_paperal_pg_conn.h"


#define NGX_HTTP_PAPERAL_PG_PREPARED    0x80    /* in generations[] */
#define NGX_HTTP_PAPERAL_PG_GENERATION  0x7f


enum {
    NGX_HTTP_PAPERAL_PG_PREPARE_IDENTITY = 0,
    NGX_HTTP_PAPERAL_PG_EXECUTE_IDENTITY,
    NGX_HTTP_PAPERAL_PG_PREPARE,
    NGX_HTTP_PAPERAL_PG_EXECUTE
};


static ngx_int_t ngx_http_paperal_pg_send_statement(
    ngx_http_paperal_pg_conn_t *pc, ngx_http_paperal_pg_op_t *op,
    ngx_http_paperal_pg_statement_t *st, const char **values);
static void ngx_http_paperal_pg_prepared_name(
    ngx_http_paperal_pg_statement_t *st, ngx_uint_t generation, char *name);
static ngx_int_t ngx_http_paperal_pg_result(ngx_http_paperal_pg_conn_t *pc,
    PGresult *res);
static void ngx_http_paperal_pg_complete(ngx_http_paperal_pg_conn_t *pc,
    ngx_http_paperal_pg_op_t *op);
static ngx_http_paperal_pg_status_e ngx_http_paperal_pg_status(
    ngx_http_paperal_pg_op_t *op);
static ngx_uint_t ngx_http_paperal_pg_retry(ngx_http_paperal_pg_conn_t *pc,
    ngx_http_paperal_pg_op_t *op);
static void ngx_http_paperal_pg_forget(ngx_http_paperal_pg_conn_t *pc,
    ngx_http_paperal_pg_op_t *op, ngx_uint_t rename);


void
ngx_http_paperal_pg_send_group(ngx_http_paperal_pg_conn_t *pc,
    ngx_http_paperal_pg_op_t *op)
{
    op->conn = pc;
    op->state = NGX_HTTP_PAPERAL_PG_OP_SENT;
    op->deadline = ngx_current_msec + pc->lane->timeout
                   + NGX_HTTP_PAPERAL_PG_GRACE;
    op->ncommands = 0;
    op->step = 0;
    op->failed = 0;
    op->after_cancel = pc->canceled;

    pc->canceled = 0;

    ngx_queue_insert_tail(&pc->ops, &op->queue);
    pc->nops++;
    pc->connection->idle = 0;
    ngx_http_paperal_pg_stats->in_flight[pc->lane->index]++;

    pc->timer.cancelable = 0;

    if (!pc->timer.timer_set) {
        ngx_add_timer(&pc->timer,
                      pc->lane->timeout + NGX_HTTP_PAPERAL_PG_GRACE);
    }

    if (ngx_http_paperal_pg_send_statement(pc, op,
                                           &ngx_http_paperal_pg_identity,
                                           op->values)
        != NGX_OK
        || ngx_http_paperal_pg_send_statement(pc, op, op->st, op->values + 2)
           != NGX_OK
        || PQpipelineSync(pc->pg) == 0)
    {
        ngx_http_paperal_pg_break(pc);
        return;
    }

    ngx_http_paperal_pg_flush(pc);
}


static ngx_int_t
ngx_http_paperal_pg_send_statement(ngx_http_paperal_pg_conn_t *pc,
    ngx_http_paperal_pg_op_t *op, ngx_http_paperal_pg_statement_t *st,
    const char **values)
{
    u_char     *generation;
    ngx_uint_t  own;
    char        name[NGX_HTTP_PAPERAL_PG_MAX_NAME + 8];

    own = (st != &ngx_http_paperal_pg_identity);
    generation = &pc->generations[st->index];

    ngx_http_paperal_pg_prepared_name(st, *generation
                                          & NGX_HTTP_PAPERAL_PG_GENERATION,
                                      name);

    if ((*generation & NGX_HTTP_PAPERAL_PG_PREPARED) == 0) {

        if (PQsendPrepare(pc->pg, name, (char *) st->text.data, 0, NULL)
            == 0)
        {
            return NGX_ERROR;
        }

        op->commands[op->ncommands++] = own
                                        ? NGX_HTTP_PAPERAL_PG_PREPARE
                                        : NGX_HTTP_PAPERAL_PG_PREPARE_IDENTITY;

        /* right for what is sent behind this; taken back if it fails */

        *generation |= NGX_HTTP_PAPERAL_PG_PREPARED;
    }

    if (own) {
        op->generation = *generation;
    }

    if (PQsendQueryPrepared(pc->pg, name, (int) st->nparams, values, NULL,
                            NULL, 0)
        == 0)
    {
        return NGX_ERROR;
    }

    op->commands[op->ncommands++] = own
                                    ? NGX_HTTP_PAPERAL_PG_EXECUTE
                                    : NGX_HTTP_PAPERAL_PG_EXECUTE_IDENTITY;

    return NGX_OK;
}


/*
 * libpq 15 cannot close a prepared statement inside a pipeline, so one whose
 * plan went out of date is prepared anew under its next name.
 */

static void
ngx_http_paperal_pg_prepared_name(ngx_http_paperal_pg_statement_t *st,
    ngx_uint_t generation, char *name)
{
    u_char  *p;

    p = ngx_cpymem(name, st->name.data, st->name.len);

    if (generation) {
        p = ngx_sprintf(p, ".%ui", generation);
    }

    *p = '\0';
}


void
ngx_http_paperal_pg_read_results(ngx_http_paperal_pg_conn_t *pc)
{
    PGresult    *res;
    ngx_uint_t   nulls;

    nulls = 0;

    /* NULL ends the results of each command, two in a row end them all */

    while (!pc->broken && nulls < 2 && !PQisBusy(pc->pg)) {

        res = PQgetResult(pc->pg);

        if (res == NULL) {
            nulls++;
            continue;
        }

        nulls = 0;

        if (ngx_http_paperal_pg_result(pc, res) != NGX_OK) {
            ngx_http_paperal_pg_break(pc);
            return;
        }
    }

    if (!pc->broken && pc->nops == 0) {
        ngx_http_paperal_pg_idle(pc);
    }
}


/* Takes res.  NGX_ERROR: nothing was expected, or something else was. */

static ngx_int_t
ngx_http_paperal_pg_result(ngx_http_paperal_pg_conn_t *pc, PGresult *res)
{
    ngx_queue_t               *q;
    ngx_http_paperal_pg_op_t  *op;

    if (ngx_queue_empty(&pc->ops)) {
        PQclear(res);
        return NGX_ERROR;
    }

    q = ngx_queue_head(&pc->ops);
    op = ngx_queue_data(q, ngx_http_paperal_pg_op_t, queue);

    switch (PQresultStatus(res)) {

    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:

        if (op->step >= op->ncommands) {
            break;
        }

        if (op->commands[op->step++] == NGX_HTTP_PAPERAL_PG_EXECUTE) {
            op->res = res;
            return NGX_OK;
        }

        PQclear(res);
        return NGX_OK;

    case PGRES_FATAL_ERROR:

        /* also of the commit, behind the statement's own result */

        PQclear(op->res);
        op->res = res;
        op->failed = op->step + 1;
        return NGX_OK;

    case PGRES_PIPELINE_ABORTED:
        PQclear(res);
        return NGX_OK;

    case PGRES_PIPELINE_SYNC:
        PQclear(res);

        if (op->failed == 0 && op->step != op->ncommands) {
            return NGX_ERROR;
        }

        ngx_http_paperal_pg_complete(pc, op);
        return NGX_OK;

    default:
        break;
    }

    PQclear(res);
    return NGX_ERROR;
}


static void
ngx_http_paperal_pg_complete(ngx_http_paperal_pg_conn_t *pc,
    ngx_http_paperal_pg_op_t *op)
{
    ngx_queue_remove(&op->queue);
    pc->nops--;
    pc->timer.cancelable = (pc->nops == 0);
    ngx_http_paperal_pg_stats->in_flight[pc->lane->index]--;

    if (op->failed && ngx_http_paperal_pg_retry(pc, op)) {
        PQclear(op->res);
        op->res = NULL;

        ngx_http_paperal_pg_requeue(op);
        return;
    }

    /*
     * The next in line leaves before the handler runs: a handler may write a
     * whole response, and the server could work meanwhile.
     */

    if (pc->lane->nqueued) {
        ngx_http_paperal_pg_dispatch(pc->lane);
    }

    ngx_http_paperal_pg_deliver(op, ngx_http_paperal_pg_status(op));
}


static ngx_http_paperal_pg_status_e
ngx_http_paperal_pg_status(ngx_http_paperal_pg_op_t *op)
{
    const char  *sqlstate;

    if (op->failed == 0) {
        return NGX_HTTP_PAPERAL_PG_OK;
    }

    sqlstate = PQresultErrorField(op->res, PG_DIAG_SQLSTATE);

    /* the server goes down, or libpq itself speaks */

    if (sqlstate == NULL || ngx_strncmp(sqlstate, "57P", 3) == 0
        || ngx_strncmp(sqlstate, "08", 2) == 0)
    {
        return NGX_HTTP_PAPERAL_PG_UNAVAILABLE;
    }

    return NGX_HTTP_PAPERAL_PG_SQL_ERROR;
}


/* Whether an operation that failed shall be sent once more. */

static ngx_uint_t
ngx_http_paperal_pg_retry(ngx_http_paperal_pg_conn_t *pc,
    ngx_http_paperal_pg_op_t *op)
{
    u_char       command;
    const char  *sqlstate;

    sqlstate = PQresultErrorField(op->res, PG_DIAG_SQLSTATE);

    if (sqlstate == NULL) {
        return 0;
    }

    /* failed at the commit: behind the last command */

    command = (op->failed > op->ncommands)
              ? NGX_HTTP_PAPERAL_PG_EXECUTE : op->commands[op->failed - 1];

    if (command == NGX_HTTP_PAPERAL_PG_PREPARE
        || command == NGX_HTTP_PAPERAL_PG_PREPARE_IDENTITY)
    {
        /* 42P05: a pooler kept the name of another client */

        ngx_http_paperal_pg_forget(pc, op,
                                   ngx_strcmp(sqlstate, "42P05") == 0);

        if (ngx_strcmp(sqlstate, "42P05") != 0) {
            return 0;
        }

    } else if (ngx_strcmp(sqlstate, "26000") == 0) {
        ngx_http_paperal_pg_forget(pc, op, 0);

    } else if (ngx_strcmp(sqlstate, "0A000") == 0) {
        ngx_http_paperal_pg_forget(pc, op, 1);

    } else if (ngx_strcmp(sqlstate, "57014") == 0) {

        /* the cancel was for the statement before this one */

        if (!op->after_cancel) {
            return 0;
        }

    } else if (ngx_strcmp(sqlstate, "40001") != 0
               && ngx_strcmp(sqlstate, "40P01") != 0)
    {
        return 0;
    }

    if (op->retried || op->handler == NULL) {
        return 0;
    }

    op->retried = 1;

    return 1;
}


/*
 * Makes a connection prepare the statement that failed anew, with "rename"
 * under its next name, unless another operation has already seen to that.
 */

static void
ngx_http_paperal_pg_forget(ngx_http_paperal_pg_conn_t *pc,
    ngx_http_paperal_pg_op_t *op, ngx_uint_t rename)
{
    u_char      command, *generation;
    ngx_uint_t  next;

    command = op->commands[ngx_min(op->failed, op->ncommands) - 1];

    if (command <= NGX_HTTP_PAPERAL_PG_EXECUTE_IDENTITY) {
        generation = &pc->generations[ngx_http_paperal_pg_identity.index];

    } else {
        generation = &pc->generations[op->st->index];

        if (((*generation ^ op->generation) & NGX_HTTP_PAPERAL_PG_GENERATION)
            != 0)
        {
            return;
        }
    }

    next = *generation & NGX_HTTP_PAPERAL_PG_GENERATION;

    if (rename) {
        next++;

        if (next > NGX_HTTP_PAPERAL_PG_GENERATION) {
            ngx_http_paperal_pg_break(pc);
            return;
        }
    }

    *generation = (u_char) next;
}
