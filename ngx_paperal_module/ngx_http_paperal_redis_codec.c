/*
 * Redis driver: what goes over a connection.  Commands are formatted into its
 * output buffer, replies parsed from its input, both by hiredis and within
 * limits that are set here.
 */

#include "ngx_http_paperal_redis_conn.h"


static void *ngx_http_paperal_redis_create_string(const redisReadTask *task,
    char *str, size_t len);
static void *ngx_http_paperal_redis_create_array(const redisReadTask *task,
    int elements);
static ngx_int_t ngx_http_paperal_redis_reserve(
    ngx_http_paperal_redis_conn_t *rc, size_t size);


static redisReplyObjectFunctions   ngx_http_paperal_redis_functions;
static redisReplyObjectFunctions  *ngx_http_paperal_redis_defaults;


/* hiredis' own reader, with limits in front of what it allocates. */

redisReader *
ngx_http_paperal_redis_create_reader(void)
{
    redisReader  *reader;

    reader = redisReaderCreate();
    if (reader == NULL) {
        return NULL;
    }

    ngx_http_paperal_redis_defaults = reader->fn;
    ngx_http_paperal_redis_functions = *reader->fn;

    ngx_http_paperal_redis_functions.createString =
                                        ngx_http_paperal_redis_create_string;
    ngx_http_paperal_redis_functions.createArray =
                                        ngx_http_paperal_redis_create_array;

    reader->fn = &ngx_http_paperal_redis_functions;

    return reader;
}


static void *
ngx_http_paperal_redis_create_string(const redisReadTask *task, char *str,
    size_t len)
{
    if (len > NGX_HTTP_PAPERAL_REDIS_MAX_BULK) {
        return NULL;
    }

    return ngx_http_paperal_redis_defaults->createString(task, str, len);
}


static void *
ngx_http_paperal_redis_create_array(const redisReadTask *task, int elements)
{
    if (elements > NGX_HTTP_PAPERAL_REDIS_MAX_ELEMS) {
        return NULL;
    }

    return ngx_http_paperal_redis_defaults->createArray(task, elements);
}


ngx_int_t
ngx_http_paperal_redis_parse(ngx_http_paperal_redis_conn_t *rc,
    const char **reason)
{
    void       *reply;
    ngx_int_t   rc_reply;

    for ( ;; ) {
        reply = NULL;

        if (redisReaderGetReply(rc->reader, &reply) != REDIS_OK) {
            *reason = rc->reader->errstr;
            return NGX_ERROR;
        }

        if (reply == NULL) {
            break;
        }

        rc_reply = ngx_http_paperal_redis_reply(rc, reply);

        freeReplyObject(reply);

        if (rc_reply != NGX_OK || rc->broken) {
            *reason = (rc->state == NGX_HTTP_PAPERAL_REDIS_SETUP)
                      ? "set-up refused" : "unexpected reply";
            return NGX_ERROR;
        }
    }

    /* what is left belongs to one unfinished reply */

    if (rc->reader->len - rc->reader->pos
        > 2 * NGX_HTTP_PAPERAL_REDIS_MAX_BULK)
    {
        *reason = "reply too large";
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_paperal_redis_append(ngx_http_paperal_redis_conn_t *rc,
    ngx_uint_t argc, const ngx_str_t *argv)
{
    int          len;
    char        *cmd;
    size_t       lens[NGX_HTTP_PAPERAL_REDIS_MAX_ARGS], size;
    ngx_uint_t   i;
    const char  *args[NGX_HTTP_PAPERAL_REDIS_MAX_ARGS];

    if (argc == 0 || argc > NGX_HTTP_PAPERAL_REDIS_MAX_ARGS) {
        return NGX_ERROR;
    }

    size = 0;

    for (i = 0; i < argc; i++) {
        args[i] = (argv[i].len) ? (char *) argv[i].data : "";
        lens[i] = argv[i].len;
        size += lens[i];
    }

    if (size > NGX_HTTP_PAPERAL_REDIS_MAX_OUTPUT) {
        return NGX_ERROR;
    }

    len = redisFormatCommandArgv(&cmd, (int) argc, args, lens);
    if (len == -1) {
        return NGX_ERROR;
    }

    if (ngx_http_paperal_redis_reserve(rc, (size_t) len) != NGX_OK) {
        redisFreeCommand(cmd);
        return NGX_ERROR;
    }

    ngx_memcpy(rc->out + rc->out_pos + rc->out_len, cmd, (size_t) len);
    rc->out_len += (size_t) len;

    redisFreeCommand(cmd);

    if (rc->state == NGX_HTTP_PAPERAL_REDIS_READY) {
        ngx_post_event(&rc->flush, &ngx_posted_events);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_redis_reserve(ngx_http_paperal_redis_conn_t *rc, size_t size)
{
    u_char  *p;
    size_t   total;

    if (size > rc->out_size - rc->out_pos - rc->out_len && rc->out_pos) {
        ngx_memmove(rc->out, rc->out + rc->out_pos, rc->out_len);
        rc->out_pos = 0;
    }

    if (size <= rc->out_size - rc->out_pos - rc->out_len) {
        return NGX_OK;
    }

    if (rc->out_len + size > NGX_HTTP_PAPERAL_REDIS_MAX_OUTPUT) {
        return NGX_ERROR;
    }

    total = ngx_max(rc->out_size, 4096);

    while (total < rc->out_len + size) {
        total *= 2;
    }

    p = realloc(rc->out, total);
    if (p == NULL) {
        return NGX_ERROR;
    }

    rc->out = p;
    rc->out_size = total;

    return NGX_OK;
}
