/*
 * Asynchronous Redis: one command connection and one subscribe connection per
 * worker process.  All commands of one turn of the event loop leave in one
 * write.  Redis may be lost at any time: whoever uses it has another way.
 */

#ifndef _NGX_HTTP_PAPERAL_REDIS_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_REDIS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include <hiredis/hiredis.h>

#include "ngx_http_paperal_driver_conf.h"


#define NGX_HTTP_PAPERAL_REDIS_MAX_ARGS     64
#define NGX_HTTP_PAPERAL_REDIS_MAX_BULK     (1024 * 1024)
#define NGX_HTTP_PAPERAL_REDIS_MAX_ELEMS    4096
#define NGX_HTTP_PAPERAL_REDIS_MAX_OUTPUT   (4 * 1024 * 1024)
#define NGX_HTTP_PAPERAL_REDIS_MAX_OPS      8192
#define NGX_HTTP_PAPERAL_REDIS_MAX_CHANNEL  128


typedef struct ngx_http_paperal_redis_op_s  ngx_http_paperal_redis_op_t;

/*
 * reply is NULL when Redis was lost or did not answer in time; otherwise it is
 * valid during the call (an error of Redis is a reply of REDIS_REPLY_ERROR).
 */
typedef void (*ngx_http_paperal_redis_handler_pt)(void *data,
    redisReply *reply);


/* Counters of one worker process; it is the only writer. */
typedef struct {
    ngx_atomic_t                        commands;
    ngx_atomic_t                        failures;    /* without a reply */
    ngx_atomic_t                        refused;     /* send() gave NULL */
    ngx_atomic_t                        connects;
    ngx_atomic_t                        connect_failures;
    ngx_atomic_t                        messages;    /* of subscriptions */
    ngx_atomic_t                        available;   /* now: 0 or 1 */
    ngx_atomic_t                        subscribed;  /* now: channels */
} ngx_http_paperal_redis_stats_t;

/* As ngx_http_paperal_pg_stats. */
extern ngx_http_paperal_redis_stats_t  *ngx_http_paperal_redis_stats;


ngx_int_t ngx_http_paperal_redis_init_worker(ngx_cycle_t *cycle,
    ngx_http_paperal_driver_conf_t *conf);
void ngx_http_paperal_redis_exit_worker(void);

/* Whether send() would take a command now. */
ngx_uint_t ngx_http_paperal_redis_available(void);

/* Whether subscriptions are live now: if not, poll the database. */
ngx_uint_t ngx_http_paperal_redis_live(void);

/*
 * Queues one command; copies its arguments.  The handler is called exactly
 * once, never from within send(), unless detach() came before; what is said at
 * ngx_http_paperal_pg_send() about handlers holds here too.  Replies come in
 * the order of the commands.
 *
 * Returns NULL when Redis is not available (breaker open, output full, no
 * memory): take the other way at once.
 */
ngx_http_paperal_redis_op_t *ngx_http_paperal_redis_send(ngx_uint_t argc,
    const ngx_str_t *argv, ngx_http_paperal_redis_handler_pt handler,
    void *data);

/* A command nobody waits for; NGX_DECLINED when Redis is not available. */
ngx_int_t ngx_http_paperal_redis_post(ngx_uint_t argc, const ngx_str_t *argv);

/* The caller goes away: its handler is never called, the pointer is void. */
void ngx_http_paperal_redis_detach(ngx_http_paperal_redis_op_t *op);


/*
 * A subscription; allocated by the caller, who sets channel, handler and data,
 * and stays put until unsubscribe().  Channels are counted: Redis knows each
 * one once.
 *
 * The handler gets each message, valid during the call.  A message with data
 * == NULL means that the channel has just become live, at first or again after
 * a loss: messages before it may be missing, read the database.  So subscribe
 * first, then read the state.
 */
typedef struct ngx_http_paperal_redis_sub_s  ngx_http_paperal_redis_sub_t;

typedef void (*ngx_http_paperal_redis_sub_pt)(void *data, ngx_str_t *message);

struct ngx_http_paperal_redis_sub_s {
    ngx_queue_t                         queue;      /* the driver's */
    void                               *node;       /* the driver's */

    ngx_str_t                           channel;
    ngx_http_paperal_redis_sub_pt       handler;
    void                               *data;
};

/*
 * NGX_OK also while Redis is away; NGX_ERROR without memory or when the name
 * is longer than MAX_CHANNEL.  The handler is not called from within; if the
 * channel is already live (see redis_sub_live()) no first signal follows.
 */
ngx_int_t ngx_http_paperal_redis_subscribe(ngx_http_paperal_redis_sub_t *sub);
void ngx_http_paperal_redis_unsubscribe(ngx_http_paperal_redis_sub_t *sub);

/* Whether messages of this channel arrive now. */
ngx_uint_t ngx_http_paperal_redis_sub_live(ngx_http_paperal_redis_sub_t *sub);


#endif /* _NGX_HTTP_PAPERAL_REDIS_H_INCLUDED_ */
