/*
 * Asynchronous PostgreSQL: statements of many requests over few connections.
 *
 * Each worker process has two lanes.  "fast" pipelines up to pipeline_depth
 * statements on each of its connections; its statements have a proven bound.
 * "slow" runs one statement at a time per connection and can cancel it.  Every
 * statement is one pipeline group, that is one implicit transaction: the
 * set_config() of the caller's identity, the statement itself, a sync.
 *
 * An operation has two owners, the caller and the connection: the caller's
 * side ends with the call of its handler or with detach(), the connection's
 * when the last result was read.
 */

#ifndef _NGX_HTTP_PAPERAL_PG_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_PG_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include <libpq-fe.h>

#include "ngx_http_paperal_driver_conf.h"


#define NGX_HTTP_PAPERAL_PG_MAX_STATEMENTS  512
#define NGX_HTTP_PAPERAL_PG_MAX_PARAMS      32
#define NGX_HTTP_PAPERAL_PG_MAX_NAME        56       /* PostgreSQL has 63 */
#define NGX_HTTP_PAPERAL_PG_MAX_VALUES      (16 * 1024 * 1024)


typedef enum {
    NGX_HTTP_PAPERAL_PG_FAST = 0,
    NGX_HTTP_PAPERAL_PG_SLOW,
    NGX_HTTP_PAPERAL_PG_LANES
} ngx_http_paperal_pg_lane_e;


/*
 * Lives as long as the configuration.  name and text are '\0'-terminated
 * behind their length (ngx_string() is); name is at most
 * NGX_HTTP_PAPERAL_PG_MAX_NAME bytes and unique.
 */
typedef struct {
    ngx_str_t                     name;
    ngx_str_t                     text;
    ngx_uint_t                    nparams;
    ngx_uint_t                    lane;
    ngx_uint_t                    index;      /* set by register() */
} ngx_http_paperal_pg_statement_t;


typedef enum {
    NGX_HTTP_PAPERAL_PG_OK = 0,
    NGX_HTTP_PAPERAL_PG_SQL_ERROR,    /* the server refused: see sqlstate */
    NGX_HTTP_PAPERAL_PG_UNAVAILABLE,  /* no server; may have run if it was lost
                                         while the statement was in flight */
    NGX_HTTP_PAPERAL_PG_OVERLOADED,   /* not run: queue full or wait too long */
    NGX_HTTP_PAPERAL_PG_TIMEOUT       /* no answer in time, outcome unknown */
} ngx_http_paperal_pg_status_e;


typedef struct {
    ngx_http_paperal_pg_status_e  status;

    /*
     * With OK and SQL_ERROR the result.  The driver clears it behind the
     * handler unless the handler takes it by setting res to NULL.
     */
    PGresult                     *res;

    const char                   *sqlstate;   /* 5 characters, "" without */
    ngx_msec_t                    elapsed;    /* since send() */
} ngx_http_paperal_pg_reply_t;


typedef struct ngx_http_paperal_pg_op_s  ngx_http_paperal_pg_op_t;

typedef void (*ngx_http_paperal_pg_handler_pt)(void *data,
    ngx_http_paperal_pg_reply_t *reply);


/* Counters of one worker process; it is the only writer. */
typedef struct {
    ngx_atomic_t                  ok;
    ngx_atomic_t                  sql_errors;
    ngx_atomic_t                  unavailable;
    ngx_atomic_t                  overloaded;
    ngx_atomic_t                  timeouts;
    ngx_atomic_t                  retries;
    ngx_atomic_t                  cancels;
    ngx_atomic_t                  connects;
    ngx_atomic_t                  connect_failures;

    /* now, by lane */
    ngx_atomic_t                  connections[NGX_HTTP_PAPERAL_PG_LANES];
    ngx_atomic_t                  in_flight[NGX_HTTP_PAPERAL_PG_LANES];
    ngx_atomic_t                  queued[NGX_HTTP_PAPERAL_PG_LANES];
} ngx_http_paperal_pg_stats_t;

/*
 * Points to the process's own structure at first; the module may let it point
 * into shared memory (zeroed) before init_worker().
 */
extern ngx_http_paperal_pg_stats_t  *ngx_http_paperal_pg_stats;


/*
 * Begins the list of a configuration's statements, in conf; before anything is
 * registered, in create_main_conf.
 */
ngx_int_t ngx_http_paperal_pg_init_conf(ngx_conf_t *cf,
    ngx_http_paperal_driver_conf_t *conf);

/*
 * Makes a statement known, at configuration time.  NGX_ERROR, logged as
 * [emerg], if it breaks a limit or its name is taken.
 */
ngx_int_t ngx_http_paperal_pg_register(ngx_conf_t *cf,
    ngx_http_paperal_pg_statement_t *st);

/* conf must outlive the worker process.  Starts to connect. */
ngx_int_t ngx_http_paperal_pg_init_worker(ngx_cycle_t *cycle,
    ngx_http_paperal_driver_conf_t *conf);
void ngx_http_paperal_pg_exit_worker(void);

/* Whether a statement of the fast lane could be sent now. */
ngx_uint_t ngx_http_paperal_pg_ready(void);


/*
 * Whose rights a statement runs with: the values of "paperal.user_id" (uuid
 * or empty) and "paperal.workspaces" ("{uuid,...}" or "{}").
 */
typedef struct {
    ngx_str_t                     user_id;
    ngx_str_t                     workspaces;
} ngx_http_paperal_pg_identity_t;

/*
 * Sends or queues st with nvalues (= st->nparams) text values; data == NULL is
 * SQL NULL, and NUL bytes end a value.  Copies everything.  identity NULL means
 * nobody.
 *
 * The handler is called exactly once, never from within send() (failures that
 * are known at once come by a posted event), unless detach() came before.  It
 * may send again, and it may finalize requests: the driver touches nothing of
 * the caller's after it.  When it is called the operation is over: forget the
 * pointer, no detach().
 *
 * Returns NULL only without memory or when the values exceed MAX_VALUES.
 */
ngx_http_paperal_pg_op_t *ngx_http_paperal_pg_send(
    ngx_http_paperal_pg_statement_t *st,
    ngx_http_paperal_pg_identity_t *identity, const ngx_str_t *values,
    ngx_uint_t nvalues, ngx_http_paperal_pg_handler_pt handler, void *data);

/*
 * The caller goes away: its handler is never called, the pointer is void.  What
 * waits is dropped, a statement of the slow lane is canceled, one of the fast
 * lane runs out.
 */
void ngx_http_paperal_pg_detach(ngx_http_paperal_pg_op_t *op);


#endif /* _NGX_HTTP_PAPERAL_PG_H_INCLUDED_ */
