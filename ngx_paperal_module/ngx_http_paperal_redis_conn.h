/*
 * Inside the Redis driver: a connection, used by the commands (_redis.c) and by
 * the subscriptions (_redis_sub.c).  It connects, authenticates, selects the
 * database, backs off, writes what was appended once per turn of the event
 * loop, and hands over the replies.
 */

#ifndef _NGX_HTTP_PAPERAL_REDIS_CONN_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_REDIS_CONN_H_INCLUDED_


#include "ngx_http_paperal_redis.h"

#include <ngx_event.h>


typedef enum {
    NGX_HTTP_PAPERAL_REDIS_CLOSED = 0,
    NGX_HTTP_PAPERAL_REDIS_CONNECTING,
    NGX_HTTP_PAPERAL_REDIS_SETUP,          /* AUTH, SELECT, PING */
    NGX_HTTP_PAPERAL_REDIS_READY
} ngx_http_paperal_redis_state_e;


typedef struct ngx_http_paperal_redis_conn_s  ngx_http_paperal_redis_conn_t;

struct ngx_http_paperal_redis_conn_s {
    ngx_connection_t                *connection;
    redisReader                     *reader;
    void                            *pad;
    ngx_socket_t                     ident;     /* as in ngx_connection_t */

    const char                      *name;      /* for messages */
    ngx_uint_t                       level;     /* of the outage message */
    ngx_log_t                       *log;
    ngx_http_paperal_driver_conf_t  *conf;

    /*
     * What the user of the connection does: the connection is ready; a reply
     * has come (valid during the call); the connection is gone, state CLOSED.
     */
    void                           (*on_ready)(void);
    ngx_int_t                      (*on_reply)(redisReply *reply);
    void                           (*on_lost)(void);
    void                           (*on_timer)(void);   /* while READY */

    ngx_http_paperal_redis_state_e   state;
    ngx_event_t                      timer;     /* connect, then the user's */
    ngx_event_t                      retry;     /* back-off */
    ngx_event_t                      flush;     /* posted */
    ngx_uint_t                       failures;  /* since the last reply */
    ngx_uint_t                       hellos;    /* replies of the set-up */
    ngx_uint_t                       waiting;   /* for replies, the user's */
    ngx_msec_t                       outage;
    ngx_err_t                        err;       /* of the last attempt */

    u_char                          *out;       /* malloc'ed */
    size_t                           out_pos;
    size_t                           out_len;
    size_t                           out_size;

    unsigned                         broken:1;  /* to be closed by event */
    unsigned                         out_logged:1;
    unsigned                         refused:1; /* refusal is logged */
};


void ngx_http_paperal_redis_conn_init(ngx_http_paperal_redis_conn_t *rc,
    ngx_log_t *log, ngx_http_paperal_driver_conf_t *conf);
void ngx_http_paperal_redis_conn_exit(ngx_http_paperal_redis_conn_t *rc);

/* Starts to connect, unless it is connected or backs off. */
void ngx_http_paperal_redis_connect(ngx_http_paperal_redis_conn_t *rc);

/* A reply has come; NGX_ERROR if the connection is of no use any more. */
ngx_int_t ngx_http_paperal_redis_reply(ngx_http_paperal_redis_conn_t *rc,
    redisReply *reply);

/* Gives the connection up, by a posted event. */
void ngx_http_paperal_redis_break(ngx_http_paperal_redis_conn_t *rc);

/* Gives it up at once; from timers only. */
void ngx_http_paperal_redis_lost(ngx_http_paperal_redis_conn_t *rc,
    const char *reason);


/* _redis_codec.c */

/* NULL without memory; freed by redisReaderFree(). */
redisReader *ngx_http_paperal_redis_create_reader(void);

/*
 * Hands on the replies that the reader has in full.  NGX_ERROR with a reason,
 * which the reader may own.
 */
ngx_int_t ngx_http_paperal_redis_parse(ngx_http_paperal_redis_conn_t *rc,
    const char **reason);

/*
 * Appends a command; it leaves at the end of this turn, or when the connection
 * is ready.  NGX_ERROR: too much output, no memory or a bad argument count.
 */
ngx_int_t ngx_http_paperal_redis_append(ngx_http_paperal_redis_conn_t *rc,
    ngx_uint_t argc, const ngx_str_t *argv);


/* _redis_sub.c */
void ngx_http_paperal_redis_sub_init(ngx_log_t *log,
    ngx_http_paperal_driver_conf_t *conf);
void ngx_http_paperal_redis_sub_exit(void);


#endif /* _NGX_HTTP_PAPERAL_REDIS_CONN_H_INCLUDED_ */
