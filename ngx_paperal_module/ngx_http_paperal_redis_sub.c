/*
 * Redis driver: subscriptions.
 *
 * A channel lives from its first subscription until Redis has confirmed its
 * end.  "pending" counts the SUBSCRIBE and UNSUBSCRIBE commands on their way:
 * only when the last one is confirmed is it known whether the channel is live.
 * A ping every 10 s finds out when the connection is dead.
 */

#include "ngx_http_paperal_redis_conn.h"


#define NGX_HTTP_PAPERAL_REDIS_HEARTBEAT  10000      /* ms */


typedef struct {
    ngx_str_node_t   sn;
    ngx_queue_t      list;        /* of all channels */
    ngx_queue_t      subs;
    ngx_uint_t       nsubs;
    ngx_uint_t       pending;
    unsigned         live:1;
} ngx_http_paperal_redis_channel_t;


static ngx_http_paperal_redis_channel_t *ngx_http_paperal_redis_channel(
    ngx_str_t *name, ngx_uint_t create);
static void ngx_http_paperal_redis_free_channel(
    ngx_http_paperal_redis_channel_t *ch);
static void ngx_http_paperal_redis_command(
    ngx_http_paperal_redis_channel_t *ch, char *command);
static void ngx_http_paperal_redis_tell(ngx_http_paperal_redis_channel_t *ch,
    ngx_str_t *message);
static void ngx_http_paperal_redis_sub_ready(void);
static ngx_int_t ngx_http_paperal_redis_sub_reply(redisReply *reply);
static ngx_int_t ngx_http_paperal_redis_sub_confirmed(ngx_str_t *name);
static void ngx_http_paperal_redis_sub_lost(void);
static void ngx_http_paperal_redis_sub_timer(void);


static ngx_http_paperal_redis_conn_t  ngx_http_paperal_redis_subs;
static ngx_rbtree_t                   ngx_http_paperal_redis_tree;
static ngx_rbtree_node_t              ngx_http_paperal_redis_sentinel;
static ngx_queue_t                    ngx_http_paperal_redis_channels;
static ngx_uint_t                     ngx_http_paperal_redis_pinged;


ngx_uint_t
ngx_http_paperal_redis_live(void)
{
    return ngx_http_paperal_redis_subs.state == NGX_HTTP_PAPERAL_REDIS_READY
           && !ngx_http_paperal_redis_subs.broken;
}


ngx_uint_t
ngx_http_paperal_redis_sub_live(ngx_http_paperal_redis_sub_t *sub)
{
    ngx_http_paperal_redis_channel_t  *ch;

    ch = sub->node;

    return ch != NULL && ch->live;
}


ngx_int_t
ngx_http_paperal_redis_subscribe(ngx_http_paperal_redis_sub_t *sub)
{
    ngx_http_paperal_redis_channel_t  *ch;

    sub->node = NULL;

    if (sub->channel.len == 0
        || sub->channel.len > NGX_HTTP_PAPERAL_REDIS_MAX_CHANNEL
        || ngx_http_paperal_redis_subs.log == NULL)
    {
        return NGX_ERROR;
    }

    ch = ngx_http_paperal_redis_channel(&sub->channel, 1);
    if (ch == NULL) {
        return NGX_ERROR;
    }

    sub->node = ch;

    ngx_queue_insert_tail(&ch->subs, &sub->queue);

    if (ch->nsubs++ == 0) {
        ngx_http_paperal_redis_command(ch, "SUBSCRIBE");
    }

    ngx_http_paperal_redis_connect(&ngx_http_paperal_redis_subs);

    return NGX_OK;
}


void
ngx_http_paperal_redis_unsubscribe(ngx_http_paperal_redis_sub_t *sub)
{
    ngx_http_paperal_redis_channel_t  *ch;

    ch = sub->node;

    if (ch == NULL) {
        return;
    }

    sub->node = NULL;

    ngx_queue_remove(&sub->queue);

    if (--ch->nsubs) {
        return;
    }

    ch->live = 0;

    ngx_http_paperal_redis_command(ch, "UNSUBSCRIBE");

    /* while there is a connection the confirmation frees it */

    if (ngx_http_paperal_redis_subs.state != NGX_HTTP_PAPERAL_REDIS_READY) {
        ngx_http_paperal_redis_free_channel(ch);
    }
}


static ngx_http_paperal_redis_channel_t *
ngx_http_paperal_redis_channel(ngx_str_t *name, ngx_uint_t create)
{
    uint32_t                           hash;
    ngx_http_paperal_redis_channel_t  *ch;

    hash = ngx_crc32_short(name->data, name->len);

    ch = (ngx_http_paperal_redis_channel_t *)
         ngx_str_rbtree_lookup(&ngx_http_paperal_redis_tree, name, hash);

    if (ch != NULL || !create) {
        return ch;
    }

    ch = malloc(sizeof(ngx_http_paperal_redis_channel_t) + name->len);
    if (ch == NULL) {
        return NULL;
    }

    ngx_memzero(ch, sizeof(ngx_http_paperal_redis_channel_t));

    ch->sn.node.key = hash;
    ch->sn.str.len = name->len;
    ch->sn.str.data = (u_char *) (ch + 1);
    ngx_memcpy(ch->sn.str.data, name->data, name->len);

    ngx_queue_init(&ch->subs);

    ngx_rbtree_insert(&ngx_http_paperal_redis_tree, &ch->sn.node);
    ngx_queue_insert_tail(&ngx_http_paperal_redis_channels, &ch->list);

    ngx_http_paperal_redis_stats->subscribed++;

    return ch;
}


static void
ngx_http_paperal_redis_free_channel(ngx_http_paperal_redis_channel_t *ch)
{
    ngx_rbtree_delete(&ngx_http_paperal_redis_tree, &ch->sn.node);
    ngx_queue_remove(&ch->list);

    free(ch);

    ngx_http_paperal_redis_stats->subscribed--;
}


static void
ngx_http_paperal_redis_command(ngx_http_paperal_redis_channel_t *ch,
    char *command)
{
    ngx_str_t  argv[2];

    if (ngx_http_paperal_redis_subs.state != NGX_HTTP_PAPERAL_REDIS_READY) {
        return;
    }

    argv[0].data = (u_char *) command;
    argv[0].len = ngx_strlen(command);
    argv[1] = ch->sn.str;

    if (ngx_http_paperal_redis_append(&ngx_http_paperal_redis_subs, 2, argv)
        != NGX_OK)
    {
        ngx_http_paperal_redis_break(&ngx_http_paperal_redis_subs);
        return;
    }

    ch->pending++;
}


/* Handlers may unsubscribe anybody, so each one goes to the tail first. */

static void
ngx_http_paperal_redis_tell(ngx_http_paperal_redis_channel_t *ch,
    ngx_str_t *message)
{
    ngx_queue_t                   *q, batch;
    ngx_http_paperal_redis_sub_t  *sub;

    if (ngx_queue_empty(&ch->subs)) {
        return;
    }

    ngx_queue_init(&batch);
    ngx_queue_add(&batch, &ch->subs);
    ngx_queue_init(&ch->subs);

    while (!ngx_queue_empty(&batch)) {
        q = ngx_queue_head(&batch);
        ngx_queue_remove(q);
        ngx_queue_insert_tail(&ch->subs, q);

        sub = ngx_queue_data(q, ngx_http_paperal_redis_sub_t, queue);

        sub->handler(sub->data, message);
    }
}


static void
ngx_http_paperal_redis_sub_ready(void)
{
    ngx_queue_t                       *q;
    ngx_http_paperal_redis_channel_t  *ch;

    for (q = ngx_queue_head(&ngx_http_paperal_redis_channels);
         q != ngx_queue_sentinel(&ngx_http_paperal_redis_channels);
         q = ngx_queue_next(q))
    {
        ch = ngx_queue_data(q, ngx_http_paperal_redis_channel_t, list);

        ngx_http_paperal_redis_command(ch, "SUBSCRIBE");
    }

    ngx_http_paperal_redis_pinged = 0;
    ngx_add_timer(&ngx_http_paperal_redis_subs.timer,
                  NGX_HTTP_PAPERAL_REDIS_HEARTBEAT);
}


static ngx_int_t
ngx_http_paperal_redis_sub_reply(redisReply *reply)
{
    ngx_str_t                          name, message;
    redisReply                       **e;
    ngx_http_paperal_redis_channel_t  *ch;

    /* the answer to a ping while there is no channel */

    if (reply->type == REDIS_REPLY_STATUS) {
        ngx_http_paperal_redis_pinged = 0;
        return NGX_OK;
    }

    e = reply->element;

    if (reply->type != REDIS_REPLY_ARRAY || reply->elements < 2
        || e[0]->type != REDIS_REPLY_STRING || e[1]->type != REDIS_REPLY_STRING)
    {
        return NGX_ERROR;
    }

    name.data = (u_char *) e[1]->str;
    name.len = e[1]->len;

    if (ngx_strcmp(e[0]->str, "message") == 0) {

        if (reply->elements != 3 || e[2]->type != REDIS_REPLY_STRING) {
            return NGX_ERROR;
        }

        ngx_http_paperal_redis_stats->messages++;

        ch = ngx_http_paperal_redis_channel(&name, 0);

        if (ch != NULL && ch->live) {
            message.data = (u_char *) e[2]->str;
            message.len = e[2]->len;
            ngx_http_paperal_redis_tell(ch, &message);
        }

        return NGX_OK;
    }

    if (ngx_strcmp(e[0]->str, "pong") == 0) {
        ngx_http_paperal_redis_pinged = 0;
        return NGX_OK;
    }

    return ngx_http_paperal_redis_sub_confirmed(&name);
}


static ngx_int_t
ngx_http_paperal_redis_sub_confirmed(ngx_str_t *name)
{
    ngx_str_t                          gap;
    ngx_http_paperal_redis_channel_t  *ch;

    ch = ngx_http_paperal_redis_channel(name, 0);

    if (ch == NULL || ch->pending == 0) {
        return NGX_ERROR;
    }

    if (--ch->pending) {
        return NGX_OK;
    }

    if (ch->nsubs == 0) {
        ngx_http_paperal_redis_free_channel(ch);
        return NGX_OK;
    }

    ch->live = 1;

    ngx_str_null(&gap);
    ngx_http_paperal_redis_tell(ch, &gap);

    return NGX_OK;
}


static void
ngx_http_paperal_redis_sub_lost(void)
{
    ngx_queue_t                       *q, *next;
    ngx_http_paperal_redis_channel_t  *ch;

    for (q = ngx_queue_head(&ngx_http_paperal_redis_channels);
         q != ngx_queue_sentinel(&ngx_http_paperal_redis_channels);
         q = next)
    {
        next = ngx_queue_next(q);
        ch = ngx_queue_data(q, ngx_http_paperal_redis_channel_t, list);

        ch->live = 0;
        ch->pending = 0;

        if (ch->nsubs == 0) {
            ngx_http_paperal_redis_free_channel(ch);
        }
    }
}


static void
ngx_http_paperal_redis_sub_timer(void)
{
    ngx_http_paperal_redis_conn_t  *rc;
    static ngx_str_t                ping = ngx_string("PING");

    rc = &ngx_http_paperal_redis_subs;

    if (ngx_http_paperal_redis_pinged) {
        ngx_http_paperal_redis_lost(rc, "no answer to a ping");
        return;
    }

    ngx_http_paperal_redis_pinged = 1;
    ngx_add_timer(&rc->timer, NGX_HTTP_PAPERAL_REDIS_HEARTBEAT);

    if (ngx_http_paperal_redis_append(rc, 1, &ping) != NGX_OK) {
        ngx_http_paperal_redis_break(rc);
    }
}


void
ngx_http_paperal_redis_sub_init(ngx_log_t *log,
    ngx_http_paperal_driver_conf_t *conf)
{
    ngx_http_paperal_redis_conn_t  *rc;

    ngx_rbtree_init(&ngx_http_paperal_redis_tree,
                    &ngx_http_paperal_redis_sentinel,
                    ngx_str_rbtree_insert_value);
    ngx_queue_init(&ngx_http_paperal_redis_channels);

    ngx_http_paperal_redis_stats->subscribed = 0;

    rc = &ngx_http_paperal_redis_subs;

    ngx_memzero(rc, sizeof(ngx_http_paperal_redis_conn_t));

    rc->name = "subscriptions";
    rc->level = NGX_LOG_NOTICE;
    rc->on_ready = ngx_http_paperal_redis_sub_ready;
    rc->on_reply = ngx_http_paperal_redis_sub_reply;
    rc->on_lost = ngx_http_paperal_redis_sub_lost;
    rc->on_timer = ngx_http_paperal_redis_sub_timer;

    ngx_http_paperal_redis_conn_init(rc, log, conf);
    ngx_http_paperal_redis_connect(rc);
}


void
ngx_http_paperal_redis_sub_exit(void)
{
    ngx_http_paperal_redis_conn_exit(&ngx_http_paperal_redis_subs);
}
