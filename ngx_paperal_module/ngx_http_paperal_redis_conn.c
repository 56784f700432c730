/*
 * Redis driver: a connection.
 *
 *     closed -> connecting -> setup -> ready
 *        ^________|______________|_______/
 *
 * hiredis is the codec alone (_redis_codec.c); the socket is nginx's.
 */

#include "ngx_http_paperal_redis_conn.h"


#define NGX_HTTP_PAPERAL_REDIS_BACKOFF       50        /* ms */
#define NGX_HTTP_PAPERAL_REDIS_MAX_BACKOFF   5000
#define NGX_HTTP_PAPERAL_REDIS_INPUT         16384
#define NGX_HTTP_PAPERAL_REDIS_KEEP_OUTPUT   65536     /* kept when empty */
#define NGX_HTTP_PAPERAL_REDIS_MAX_REASON    128


static void ngx_http_paperal_redis_set_state(
    ngx_http_paperal_redis_conn_t *rc, ngx_http_paperal_redis_state_e state);
static ngx_int_t ngx_http_paperal_redis_open(
    ngx_http_paperal_redis_conn_t *rc);
static void ngx_http_paperal_redis_write_handler(ngx_event_t *wev);
static void ngx_http_paperal_redis_read_handler(ngx_event_t *rev);
static ngx_uint_t ngx_http_paperal_redis_leave(ngx_connection_t *c);
static void ngx_http_paperal_redis_setup(ngx_http_paperal_redis_conn_t *rc);
static void ngx_http_paperal_redis_ready(ngx_http_paperal_redis_conn_t *rc);
static void ngx_http_paperal_redis_flush_handler(ngx_event_t *ev);
static void ngx_http_paperal_redis_timer_handler(ngx_event_t *ev);
static void ngx_http_paperal_redis_retry_handler(ngx_event_t *ev);
static void ngx_http_paperal_redis_close(ngx_http_paperal_redis_conn_t *rc);


static const char  *ngx_http_paperal_redis_state_names[] = {
    "closed", "connecting", "setup", "ready"
};


/* The only writer of rc->state. */

static void
ngx_http_paperal_redis_set_state(ngx_http_paperal_redis_conn_t *rc,
    ngx_http_paperal_redis_state_e state)
{
    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, rc->log, 0,
                   "paperal redis %s: %s -> %s", rc->name,
                   ngx_http_paperal_redis_state_names[rc->state],
                   ngx_http_paperal_redis_state_names[state]);

    rc->state = state;
}


void
ngx_http_paperal_redis_connect(ngx_http_paperal_redis_conn_t *rc)
{
    if (rc->state != NGX_HTTP_PAPERAL_REDIS_CLOSED || rc->retry.timer_set) {
        return;
    }

    ngx_http_paperal_redis_stats->connects++;

    rc->err = 0;
    rc->broken = 0;
    rc->timer.cancelable = 0;

    ngx_add_timer(&rc->timer, rc->conf->redis_timeout);

    ngx_http_paperal_redis_set_state(rc, NGX_HTTP_PAPERAL_REDIS_CONNECTING);

    if (ngx_http_paperal_redis_open(rc) != NGX_OK) {

        /* never from within: the caller may be in the middle of something */

        rc->err = ngx_socket_errno;
        ngx_http_paperal_redis_break(rc);
    }
}


static ngx_int_t
ngx_http_paperal_redis_open(ngx_http_paperal_redis_conn_t *rc)
{
    ngx_socket_t       s;
    ngx_addr_t        *addr;
    ngx_connection_t  *c;

    addr = &rc->conf->redis_addr;

    /* ngx_get_connection() would write an alert */

    if (ngx_cycle->free_connection_n == 0) {
        return NGX_ERROR;
    }

    rc->reader = ngx_http_paperal_redis_create_reader();
    if (rc->reader == NULL) {
        return NGX_ERROR;
    }

    s = ngx_socket(addr->sockaddr->sa_family, SOCK_STREAM, 0);
    if (s == (ngx_socket_t) -1) {
        return NGX_ERROR;
    }

    c = ngx_get_connection(s, rc->log);

    if (c == NULL) {
        (void) ngx_close_socket(s);
        return NGX_ERROR;
    }

    rc->connection = c;

    c->data = rc;
    c->number = ngx_atomic_fetch_add(ngx_connection_counter, 1);
    c->idle = 1;
    c->log_error = NGX_ERROR_INFO;
    c->recv = ngx_recv;
    c->send = ngx_send;
    c->read->log = c->log;
    c->write->log = c->log;
    c->read->handler = ngx_http_paperal_redis_read_handler;
    c->write->handler = ngx_http_paperal_redis_write_handler;

    if (ngx_nonblocking(s) == -1) {
        return NGX_ERROR;
    }

    if (addr->sockaddr->sa_family != AF_UNIX && ngx_tcp_nodelay(c) != NGX_OK) {
        return NGX_ERROR;
    }

    if (connect(s, addr->sockaddr, addr->socklen) == -1
        && ngx_socket_errno != NGX_EINPROGRESS)
    {
        return NGX_ERROR;
    }

    /* the write event tells when it is connected */

    return ngx_add_conn(c);
}


static void
ngx_http_paperal_redis_write_handler(ngx_event_t *wev)
{
    int                             err;
    socklen_t                       len;
    ngx_connection_t               *c;
    ngx_http_paperal_redis_conn_t  *rc;

    c = wev->data;
    rc = c->data;

    if (rc->state == NGX_HTTP_PAPERAL_REDIS_CONNECTING) {

        err = 0;
        len = sizeof(int);

        if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, (void *) &err, &len)
            == -1)
        {
            err = ngx_socket_errno;
        }

        if (err) {
            rc->err = err;
            ngx_http_paperal_redis_lost(rc, "cannot connect");
            return;
        }

        ngx_http_paperal_redis_setup(rc);
        return;
    }

    ngx_http_paperal_redis_flush_handler(&rc->flush);
}


/*
 * The set-up has a buffer of its own: commands must not reach a server that
 * has refused the password or the database.
 */

static void
ngx_http_paperal_redis_setup(ngx_http_paperal_redis_conn_t *rc)
{
    size_t      len, size;
    u_char     *buf, *p;
    ssize_t     n;
    ngx_str_t  *password;

    password = &rc->conf->redis_password;
    size = password->len + 128 + NGX_INT_T_LEN;

    buf = malloc(size);
    if (buf == NULL) {
        ngx_http_paperal_redis_lost(rc, "no memory");
        return;
    }

    p = buf;
    rc->hellos = 1;

    if (password->len) {
        p = ngx_slprintf(p, buf + size, "*2" CRLF "$4" CRLF "AUTH" CRLF
                         "$%uz" CRLF "%V" CRLF, password->len, password);
        rc->hellos++;
    }

    if (rc->conf->redis_database) {
        p = ngx_slprintf(p, buf + size, "SELECT %ui" CRLF,
                         rc->conf->redis_database);
        rc->hellos++;
    }

    p = ngx_slprintf(p, buf + size, "PING" CRLF);

    ngx_http_paperal_redis_set_state(rc, NGX_HTTP_PAPERAL_REDIS_SETUP);

    /* a new socket takes so little at once */

    len = p - buf;
    n = rc->connection->send(rc->connection, buf, len);

    ngx_explicit_memzero(buf, size);
    free(buf);

    if (n != (ssize_t) len) {
        ngx_http_paperal_redis_lost(rc, "cannot send");
    }
}


/* The worker process leaves: the connection goes when nobody waits for it. */

static ngx_uint_t
ngx_http_paperal_redis_leave(ngx_connection_t *c)
{
    ngx_http_paperal_redis_conn_t  *rc;

    rc = c->data;
    c->close = 0;

    if (c->error) {
        ngx_http_paperal_redis_lost(rc, "worker shutdown");
        return 1;
    }

    if (rc->waiting) {
        return 0;
    }

    ngx_http_paperal_redis_close(rc);
    rc->on_lost();

    return 1;
}


static void
ngx_http_paperal_redis_read_handler(ngx_event_t *rev)
{
    ssize_t                         n;
    const char                     *reason;
    ngx_connection_t               *c;
    ngx_http_paperal_redis_conn_t  *rc;
    char                            buf[NGX_HTTP_PAPERAL_REDIS_INPUT];

    c = rev->data;
    rc = c->data;

    if (c->close && ngx_http_paperal_redis_leave(c)) {
        return;
    }

    if (rc->state < NGX_HTTP_PAPERAL_REDIS_SETUP) {
        return;
    }

    reason = "connection closed";

    for ( ;; ) {

        if (rc->broken) {
            break;
        }

        n = c->recv(c, (u_char *) buf, sizeof(buf));

        if (n == NGX_AGAIN) {
            if (ngx_handle_read_event(rev, 0) != NGX_OK) {
                break;
            }

            return;
        }

        if (n == 0 || n == NGX_ERROR) {
            break;
        }

        if (redisReaderFeed(rc->reader, buf, n) != REDIS_OK
            || ngx_http_paperal_redis_parse(rc, &reason) != NGX_OK)
        {
            break;
        }
    }

    ngx_http_paperal_redis_lost(rc, reason);
}


ngx_int_t
ngx_http_paperal_redis_reply(ngx_http_paperal_redis_conn_t *rc,
    redisReply *reply)
{
    if (rc->state == NGX_HTTP_PAPERAL_REDIS_READY) {
        rc->failures = 0;
        return rc->on_reply(reply);
    }

    if (reply->type == REDIS_REPLY_ERROR) {

        /* the server is there, but the operator must do something */

        if (!rc->refused) {
            rc->refused = 1;
            ngx_log_error(rc->level, rc->log, 0,
                          "paperal redis (%s) refused: %s", rc->name,
                          reply->str);
        }

        return NGX_ERROR;
    }

    if (--rc->hellos == 0) {
        ngx_http_paperal_redis_ready(rc);
    }

    return NGX_OK;
}


static void
ngx_http_paperal_redis_ready(ngx_http_paperal_redis_conn_t *rc)
{
    ngx_del_timer(&rc->timer);
    rc->timer.cancelable = 1;

    ngx_http_paperal_redis_set_state(rc, NGX_HTTP_PAPERAL_REDIS_READY);

    rc->refused = 0;

    if (rc->out_logged) {
        ngx_log_error(NGX_LOG_NOTICE, rc->log, 0,
                      "paperal redis (%s) is back after %M ms", rc->name,
                      ngx_current_msec - rc->outage);
        rc->out_logged = 0;
    }

    rc->on_ready();

    if (rc->out_len) {
        ngx_post_event(&rc->flush, &ngx_posted_events);
    }
}


/* Posted by the first command of a turn; also when the socket has room. */

static void
ngx_http_paperal_redis_flush_handler(ngx_event_t *ev)
{
    ssize_t                         n;
    ngx_connection_t               *c;
    ngx_http_paperal_redis_conn_t  *rc;

    rc = ev->data;
    c = rc->connection;

    if (rc->broken) {
        ngx_http_paperal_redis_lost(rc, "cannot connect");
        return;
    }

    if (rc->state != NGX_HTTP_PAPERAL_REDIS_READY) {
        return;
    }

    while (rc->out_len) {
        n = c->send(c, rc->out + rc->out_pos, rc->out_len);

        if (n == NGX_AGAIN) {
            if (ngx_handle_write_event(c->write, 0) != NGX_OK) {
                ngx_http_paperal_redis_lost(rc, "cannot send");
            }

            return;
        }

        if (n <= 0) {
            ngx_http_paperal_redis_lost(rc, "cannot send");
            return;
        }

        rc->out_pos += (size_t) n;
        rc->out_len -= (size_t) n;
    }

    rc->out_pos = 0;

    if (rc->out_size > NGX_HTTP_PAPERAL_REDIS_KEEP_OUTPUT) {
        free(rc->out);
        rc->out = NULL;
        rc->out_size = 0;
    }
}


void
ngx_http_paperal_redis_break(ngx_http_paperal_redis_conn_t *rc)
{
    rc->broken = 1;

    ngx_post_event(&rc->flush, &ngx_posted_events);
}


static void
ngx_http_paperal_redis_timer_handler(ngx_event_t *ev)
{
    ngx_http_paperal_redis_conn_t  *rc;

    rc = ev->data;

    if (rc->state == NGX_HTTP_PAPERAL_REDIS_READY) {
        rc->on_timer();
        return;
    }

    ngx_http_paperal_redis_lost(rc, "connect timed out");
}


static void
ngx_http_paperal_redis_retry_handler(ngx_event_t *ev)
{
    ngx_http_paperal_redis_conn_t  *rc;

    rc = ev->data;

    if (!ngx_exiting) {
        ngx_http_paperal_redis_connect(rc);
    }
}


/* One message for each outage; half of the back-off is jitter. */

void
ngx_http_paperal_redis_lost(ngx_http_paperal_redis_conn_t *rc,
    const char *reason)
{
    ngx_uint_t  ready, failures;
    ngx_msec_t  delay;

    if (!rc->out_logged) {
        rc->out_logged = 1;
        rc->outage = ngx_current_msec;

        ngx_log_error(rc->level, rc->log, rc->err, "paperal redis (%s): %*s",
                      rc->name,
                      ngx_min(ngx_strlen(reason),
                              NGX_HTTP_PAPERAL_REDIS_MAX_REASON),
                      reason);
    }

    ready = (rc->state == NGX_HTTP_PAPERAL_REDIS_READY);

    if (!ready) {
        ngx_http_paperal_redis_stats->connect_failures++;
    }

    ngx_http_paperal_redis_close(rc);

    rc->on_lost();

    failures = rc->failures++;

    /* one that worked until now may only have been closed: no waiting */

    if (ready && failures == 0 && !ngx_exiting) {
        ngx_http_paperal_redis_connect(rc);
        return;
    }

    delay = NGX_HTTP_PAPERAL_REDIS_BACKOFF << ngx_min(failures, 8);
    delay = ngx_min(delay, NGX_HTTP_PAPERAL_REDIS_MAX_BACKOFF);

    ngx_add_timer(&rc->retry, delay / 2 + ngx_random() % (delay / 2 + 1));
}


static void
ngx_http_paperal_redis_close(ngx_http_paperal_redis_conn_t *rc)
{
    if (rc->timer.timer_set) {
        ngx_del_timer(&rc->timer);
    }

    rc->timer.cancelable = 1;

    if (rc->flush.posted) {
        ngx_delete_posted_event(&rc->flush);
    }

    if (rc->connection != NULL) {
        ngx_close_connection(rc->connection);
        rc->connection = NULL;
    }

    if (rc->reader != NULL) {
        redisReaderFree(rc->reader);
        rc->reader = NULL;
    }

    free(rc->out);

    rc->out = NULL;
    rc->out_pos = 0;
    rc->out_len = 0;
    rc->out_size = 0;
    rc->broken = 0;

    ngx_http_paperal_redis_set_state(rc, NGX_HTTP_PAPERAL_REDIS_CLOSED);
}


void
ngx_http_paperal_redis_conn_init(ngx_http_paperal_redis_conn_t *rc,
    ngx_log_t *log, ngx_http_paperal_driver_conf_t *conf)
{
    rc->ident = (ngx_socket_t) -1;
    rc->log = log;
    rc->conf = conf;

    rc->timer.handler = ngx_http_paperal_redis_timer_handler;
    rc->timer.data = rc;
    rc->timer.log = log;
    rc->timer.cancelable = 1;

    rc->retry.handler = ngx_http_paperal_redis_retry_handler;
    rc->retry.data = rc;
    rc->retry.log = log;
    rc->retry.cancelable = 1;

    rc->flush.handler = ngx_http_paperal_redis_flush_handler;
    rc->flush.data = rc;
    rc->flush.log = log;
}


void
ngx_http_paperal_redis_conn_exit(ngx_http_paperal_redis_conn_t *rc)
{
    if (rc->log == NULL) {
        return;
    }

    ngx_http_paperal_redis_close(rc);

    if (rc->retry.timer_set) {
        ngx_del_timer(&rc->retry);
    }
}
