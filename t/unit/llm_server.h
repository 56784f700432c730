/*
 * A server in the test's own process and thread, for the client's tests: one
 * connection at a time gets one scripted answer.  It moves on between the
 * client's waits, so nothing races and nothing sleeps.
 *
 *     serve_answer(&s, bytes, len, split, end);
 *     ... llm_call_start() ...
 *     call = serve_until_done(&s, c);
 */

#ifndef LLM_SERVER_H
#define LLM_SERVER_H


#include <arpa/inet.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "llm_internal.h"


#define SERVE_MAX_REQUEST  (1 << 20)
#define SERVE_MAX_ROUNDS   200000
#define SERVE_CONNS        8


typedef enum {
    SERVE_CLOSE = 0,       /* after the last byte */
    SERVE_RESET,
    SERVE_HOLD             /* keep the connection open, say nothing more */
} serve_end_e;

typedef struct {
    int         fd;
    bool        answered;
    size_t      sent;
    size_t      len;
} serve_conn_t;

typedef struct {
    int            listener;
    int            epoll;
    int            port;
    int            requests;
    const char    *answer;
    size_t         answer_len;
    size_t         split;          /* bytes written at once */
    serve_end_e    end;
    serve_conn_t   conns[SERVE_CONNS];
    size_t         request_len;
    char          *request;        /* the last one, head and body */
} serve_t;


static int64_t  serve_now = 1000000;


static int64_t __attribute__((unused))
serve_clock(void)
{
    return serve_now;
}


static void __attribute__((unused))
serve_open(serve_t *s)
{
    size_t              i;
    socklen_t           len;
    struct epoll_event  ev;
    struct sockaddr_in  addr;

    memset(s, 0, sizeof(serve_t));
    memset(&addr, 0, sizeof(addr));
    addr.sin_family = AF_INET;
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    len = sizeof(addr);

    s->listener = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK|SOCK_CLOEXEC, 0);
    s->epoll = epoll_create1(EPOLL_CLOEXEC);
    s->request = malloc(SERVE_MAX_REQUEST + 1);

    if (s->listener == -1 || s->epoll == -1 || s->request == NULL
        || bind(s->listener, (struct sockaddr *) &addr, len) != 0
        || listen(s->listener, 16) != 0
        || getsockname(s->listener, (struct sockaddr *) &addr, &len) != 0)
    {
        perror("test server");
        exit(2);
    }

    s->port = ntohs(addr.sin_port);

    for (i = 0; i < SERVE_CONNS; i++) {
        s->conns[i].fd = -1;
    }

    ev.events = EPOLLIN;
    ev.data.fd = s->listener;
    (void) epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->listener, &ev);
}


static void __attribute__((unused))
serve_drop(serve_conn_t *conn, bool reset)
{
    struct linger  now = { 1, 0 };

    if (conn->fd == -1) {
        return;
    }

    if (reset) {
        (void) setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &now,
                          sizeof(now));
    }

    (void) close(conn->fd);
    conn->fd = -1;
}


static void __attribute__((unused))
serve_close(serve_t *s)
{
    size_t  i;

    for (i = 0; i < SERVE_CONNS; i++) {
        serve_drop(&s->conns[i], false);
    }

    (void) close(s->listener);
    (void) close(s->epoll);
    free(s->request);
}


static void __attribute__((unused))
serve_answer(serve_t *s, const char *answer, size_t len, size_t split,
    serve_end_e end)
{
    size_t  i;

    for (i = 0; i < SERVE_CONNS; i++) {
        serve_drop(&s->conns[i], false);
    }

    s->answer = answer;
    s->answer_len = len;
    s->split = split;
    s->end = end;
}


static void
serve_accept(serve_t *s)
{
    int                 fd;
    size_t              i;
    struct epoll_event  ev;

    fd = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK|SOCK_CLOEXEC);

    for (i = 0; fd != -1 && i < SERVE_CONNS; i++) {
        if (s->conns[i].fd == -1) {
            memset(&s->conns[i], 0, sizeof(serve_conn_t));
            s->conns[i].fd = fd;
            ev.events = EPOLLIN|EPOLLRDHUP;
            ev.data.fd = fd;
            (void) epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &ev);
            return;
        }
    }

    if (fd != -1) {
        (void) close(fd);
    }
}


/* Reads what is there; the answer begins when the request is whole. */
static void
serve_read(serve_t *s, serve_conn_t *conn)
{
    long      want;
    char     *end, *length;
    ssize_t   n;

    if (conn->len == 0) {
        s->request_len = 0;
    }

    n = recv(conn->fd, s->request + s->request_len,
             SERVE_MAX_REQUEST - s->request_len, 0);

    if (n <= 0) {
        if (n == 0) {
            serve_drop(conn, false);
        }

        return;
    }

    s->request_len += (size_t) n;
    conn->len += (size_t) n;
    s->request[s->request_len] = '\0';

    end = strstr(s->request, "\r\n\r\n");
    length = strcasestr(s->request, "content-length:");

    if (end == NULL) {
        return;
    }

    want = length != NULL ? strtol(length + 15, NULL, 10) : 0;

    if (s->request_len >= (size_t) (end + 4 - s->request) + (size_t) want) {
        conn->answered = true;
        s->requests++;
    }
}


static void
serve_write(serve_t *s, serve_conn_t *conn)
{
    size_t   len;
    ssize_t  n;

    len = s->answer_len - conn->sent;
    len = len > s->split ? s->split : len;
    n = len > 0 ? send(conn->fd, s->answer + conn->sent, len, MSG_NOSIGNAL)
                : 0;

    if (n > 0) {
        conn->sent += (size_t) n;
    }

    if (conn->sent == s->answer_len && s->end != SERVE_HOLD) {
        serve_drop(conn, s->end == SERVE_RESET);
    }
}


/* Moves on once; true when there is more to write. */
static bool
serve_step(serve_t *s)
{
    bool           more;
    size_t         i;
    serve_conn_t  *conn;

    more = false;
    serve_accept(s);

    for (i = 0; i < SERVE_CONNS; i++) {
        conn = &s->conns[i];

        if (conn->fd != -1 && !conn->answered) {
            serve_read(s, conn);
        }

        if (conn->fd != -1 && conn->answered) {
            serve_write(s, conn);
            more = more || (conn->fd != -1 && conn->sent < s->answer_len);
        }
    }

    return more;
}


/* The next call that has ended; NULL after too many rounds without one. */
static __attribute__((unused)) llm_call_t *
serve_until_done(serve_t *s, llm_client_t *c)
{
    int          round;
    bool         more;
    llm_call_t  *call;

    for (round = 0; round < SERVE_MAX_ROUNDS; round++) {
        more = serve_step(s);

        if (llm_client_wait(c, s->epoll, more ? 0 : 50) != 0) {
            return NULL;
        }

        call = llm_client_done(c);

        if (call != NULL) {
            return call;
        }
    }

    return NULL;
}


/* A client of this server, on the test's clock. */
static __attribute__((unused)) llm_client_t *
serve_client(const serve_t *s, const char *provider)
{
    char           url[64], err[256];
    llm_client_t  *c;
    llm_options_t  opt;

    snprintf(url, sizeof(url), "http://127.0.0.1:%d/v1", s->port);
    memset(&opt, 0, sizeof(opt));
    opt.base_url = url;
    opt.api_key = "sk-test-canary-0123456789";
    opt.model = "gpt-4o";
    opt.provider = provider;
    opt.idle_ms = 2000;
    opt.total_ms = 60000;

    c = llm_client_new(&opt, err, sizeof(err));

    if (c == NULL) {
        fprintf(stderr, "test client: %s\n", err);
        exit(2);
    }

    c->now = serve_clock;

    return c;
}


#endif /* LLM_SERVER_H */
