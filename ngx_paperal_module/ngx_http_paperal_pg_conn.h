/*
 * Inside the PostgreSQL driver: the parts that its four files share.
 *
 *   ngx_http_paperal_pg.c          operations, lanes, the driver's life
 *   ngx_http_paperal_pg_connect.c  connections come to be: set-up, back-off
 *   ngx_http_paperal_pg_conn.c     connections that are: watch, cancel, lose
 *   ngx_http_paperal_pg_group.c    the pipeline: send groups, read results
 */

#ifndef _NGX_HTTP_PAPERAL_PG_CONN_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_PG_CONN_H_INCLUDED_


#include "ngx_http_paperal_pg.h"

#include <ngx_event.h>


/* prepare and execute, of the identity and of the statement */
#define NGX_HTTP_PAPERAL_PG_MAX_COMMANDS  4

/* a reply may be this late behind the server's own time limit */
#define NGX_HTTP_PAPERAL_PG_GRACE         2000


typedef enum {
    NGX_HTTP_PAPERAL_PG_CLOSED = 0,
    NGX_HTTP_PAPERAL_PG_CONNECTING,
    NGX_HTTP_PAPERAL_PG_SETUP,          /* first statement: settings, role */
    NGX_HTTP_PAPERAL_PG_READY,
    NGX_HTTP_PAPERAL_PG_CANCELING       /* slow lane: takes nothing new */
} ngx_http_paperal_pg_state_e;


typedef enum {
    NGX_HTTP_PAPERAL_PG_OP_QUEUED = 0,  /* in its lane's queue */
    NGX_HTTP_PAPERAL_PG_OP_SENT,        /* in its connection's queue */
    NGX_HTTP_PAPERAL_PG_OP_FAILED,      /* waits for the posted event */
    NGX_HTTP_PAPERAL_PG_OP_DONE         /* handler runs or has run */
} ngx_http_paperal_pg_op_state_e;


typedef struct ngx_http_paperal_pg_lane_s  ngx_http_paperal_pg_lane_t;


/* One allocation: the structure, the value pointers, the values' bytes. */
struct ngx_http_paperal_pg_op_s {
    ngx_queue_t                        queue;

    ngx_http_paperal_pg_statement_t   *st;
    ngx_http_paperal_pg_handler_pt     handler;    /* NULL: detached */
    void                              *data;
    void                              *conn;       /* while SENT */
    const char                       **values;     /* identity first */

    PGresult                          *res;        /* EXECUTE's, or error */
    ngx_msec_t                         started;
    ngx_msec_t                         deadline;   /* of the wait, then of the
                                                      answer */
    ngx_http_paperal_pg_op_state_e     state;
    ngx_http_paperal_pg_status_e       status;     /* while FAILED */

    /* what the group consists of: which answer comes next */
    u_char                             commands[
                                          NGX_HTTP_PAPERAL_PG_MAX_COMMANDS];
    u_char                             ncommands;
    u_char                             step;
    u_char                             failed;     /* step of the error + 1 */
    u_char                             generation; /* of st's prepared name */

    unsigned                           retried:1;
    unsigned                           after_cancel:1;
};


/* The first four members as in ngx_connection_t: nginx prints a timer's fd. */
typedef struct {
    ngx_connection_t                  *connection;
    PGconn                            *pg;
    ngx_http_paperal_pg_lane_t        *lane;
    ngx_socket_t                       ident;

    ngx_http_paperal_pg_state_e        state;
    ngx_event_t                        timer;      /* connect, then answers */
    ngx_queue_t                        ops;        /* sent, oldest first */
    ngx_uint_t                         nops;
    ngx_msec_t                         since;      /* READY */
    ngx_msec_t                         give_up;    /* CANCELING until then */

    u_char                            *generations; /* by statement, bit 7:
                                                       prepared */
    ngx_http_paperal_pg_op_t          *cancel;     /* on the fast lane */
    char                               pid[NGX_INT32_LEN + 1];

    unsigned                           broken:1;   /* to be closed by event */
    unsigned                           canceled:1; /* no statement since */
} ngx_http_paperal_pg_conn_t;


struct ngx_http_paperal_pg_lane_s {
    void                              *pad[3];
    ngx_socket_t                       ident;

    ngx_uint_t                         index;
    ngx_http_paperal_pg_conn_t        *conns;
    ngx_uint_t                         nconns;
    ngx_uint_t                         depth;

    ngx_queue_t                        queue;
    ngx_uint_t                         nqueued;
    ngx_uint_t                         max_queue;
    ngx_event_t                        timer;      /* of the oldest waiting */

    ngx_msec_t                         timeout;
};


/* One per process. */
typedef struct {
    void                              *pad[3];
    ngx_socket_t                       ident;

    ngx_http_paperal_driver_conf_t    *conf;
    ngx_log_t                         *log;

    ngx_http_paperal_pg_statement_t  **statements;
    ngx_uint_t                         nstatements;

    ngx_http_paperal_pg_lane_t         lanes[NGX_HTTP_PAPERAL_PG_LANES];

    ngx_queue_t                        failed;
    ngx_event_t                        post;       /* delivers "failed" */

    ngx_event_t                        backoff;    /* set: no connects */
    ngx_uint_t                         failures;
    ngx_uint_t                         connecting; /* 0 or 1 */
    ngx_msec_t                         outage;     /* when it began */

    unsigned                           out:1;      /* outage is logged */
    unsigned                           refused:1;  /* refusal is logged */
} ngx_http_paperal_pg_t;


extern ngx_http_paperal_pg_t  ngx_http_paperal_pg;

/* Statements of the driver itself, the first two of the table. */
extern ngx_http_paperal_pg_statement_t  ngx_http_paperal_pg_identity;
extern ngx_http_paperal_pg_statement_t  ngx_http_paperal_pg_canceler;


/* _pg.c */

/* Hands the lane's waiting operations to its connections. */
void ngx_http_paperal_pg_dispatch(ngx_http_paperal_pg_lane_t *lane);

/* Ends an operation without a result, by the posted event. */
void ngx_http_paperal_pg_fail(ngx_http_paperal_pg_op_t *op,
    ngx_http_paperal_pg_status_e status);

/* Fails all that waits in a lane. */
void ngx_http_paperal_pg_fail_queue(ngx_http_paperal_pg_lane_t *lane,
    ngx_http_paperal_pg_status_e status);

/* Puts an operation back to the head of its lane's queue. */
void ngx_http_paperal_pg_requeue(ngx_http_paperal_pg_op_t *op);

/* Calls the handler, if there is one, and frees the operation. */
void ngx_http_paperal_pg_deliver(ngx_http_paperal_pg_op_t *op,
    ngx_http_paperal_pg_status_e status);

void ngx_http_paperal_pg_free_op(ngx_http_paperal_pg_op_t *op);

/* Event handlers: of driver->post and of a lane's timer. */
void ngx_http_paperal_pg_post_handler(ngx_event_t *ev);
void ngx_http_paperal_pg_queue_handler(ngx_event_t *ev);


/* _pg_connect.c */

/* Opens what is needed, at most one connection at a time. */
void ngx_http_paperal_pg_connect_more(void);

/* The socket of a connection in state connecting, or setup, has an event. */
void ngx_http_paperal_pg_poll(ngx_http_paperal_pg_conn_t *pc);
void ngx_http_paperal_pg_setup_done(ngx_http_paperal_pg_conn_t *pc);

/* Closes it, backs off, and fails what waits in lanes without connections. */
void ngx_http_paperal_pg_connect_failed(ngx_http_paperal_pg_conn_t *pc,
    const char *reason);

/* No connects for a while. */
void ngx_http_paperal_pg_back_off(void);

/* Logs the first failure of an outage. */
void ngx_http_paperal_pg_report(const char *what, const char *reason);


/* _pg_conn.c */

/* The only writer of pc->state. */
void ngx_http_paperal_pg_set_state(ngx_http_paperal_pg_conn_t *pc,
    ngx_http_paperal_pg_state_e state);

/* Puts libpq's present socket under nginx's eyes, and away from them. */
ngx_int_t ngx_http_paperal_pg_watch(ngx_http_paperal_pg_conn_t *pc,
    ngx_uint_t write);
void ngx_http_paperal_pg_unwatch(ngx_http_paperal_pg_conn_t *pc);

/* Ends a connection without a word to its operations. */
void ngx_http_paperal_pg_close(ngx_http_paperal_pg_conn_t *pc);

/* The connection of the lane with the most room, NULL if there is none. */
ngx_http_paperal_pg_conn_t *ngx_http_paperal_pg_pick(
    ngx_http_paperal_pg_lane_t *lane);

/* Whether the lane has a connection that works. */
ngx_uint_t ngx_http_paperal_pg_connected(ngx_http_paperal_pg_lane_t *lane);

/* Marks a connection as lost; the posted event closes it. */
void ngx_http_paperal_pg_break(ngx_http_paperal_pg_conn_t *pc);

/* Stops the statement that runs on a connection of the slow lane. */
void ngx_http_paperal_pg_cancel(ngx_http_paperal_pg_conn_t *pc);

/* The connection has just answered its last statement. */
void ngx_http_paperal_pg_idle(ngx_http_paperal_pg_conn_t *pc);

void ngx_http_paperal_pg_conn_init(ngx_http_paperal_pg_conn_t *pc,
    ngx_http_paperal_pg_lane_t *lane);
void ngx_http_paperal_pg_conn_exit(ngx_http_paperal_pg_conn_t *pc);

/* Writes what libpq holds back, watching the socket while it is full. */
void ngx_http_paperal_pg_flush(ngx_http_paperal_pg_conn_t *pc);


/* _pg_group.c */

/* Sends an operation's group; on failure the connection is broken. */
void ngx_http_paperal_pg_send_group(ngx_http_paperal_pg_conn_t *pc,
    ngx_http_paperal_pg_op_t *op);

/* Reads what libpq has; handlers run from here. */
void ngx_http_paperal_pg_read_results(ngx_http_paperal_pg_conn_t *pc);


#endif /* _NGX_HTTP_PAPERAL_PG_CONN_H_INCLUDED_ */
