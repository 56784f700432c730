/*
 * Questions to servers; see probe.h.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "probe.h"


#define PROBE_TIMEOUT_S  2


static void probe_address(int port, struct sockaddr_in *sin);
static int probe_ask(int fd, const char *question, char *answer, size_t size);


int
probe_port(int port)
{
    int                  fd, on, err;
    socklen_t            len;
    struct sockaddr_in   sin;

    fd = socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, 0);
    if (fd == -1) {
        return -1;
    }

    /* as nginx does: connections of an earlier run do not count */

    on = 1;
    len = sizeof(sin);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));

    probe_address(port, &sin);

    if (bind(fd, (struct sockaddr *) &sin, sizeof(sin)) == -1
        || listen(fd, 1) == -1
        || getsockname(fd, (struct sockaddr *) &sin, &len) == -1)
    {
        err = errno;
        close(fd);
        errno = err;

        return -1;
    }

    close(fd);

    return ntohs(sin.sin_port);
}


int
probe_redis(const char *path)
{
    int                 fd, ok;
    char                answer[64];
    struct sockaddr_un  sun;

    memset(&sun, 0, sizeof(sun));
    sun.sun_family = AF_UNIX;

    if (strlen(path) >= sizeof(sun.sun_path)) {
        return 0;
    }

    memcpy(sun.sun_path, path, strlen(path) + 1);

    fd = socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0);
    if (fd == -1) {
        return 0;
    }

    ok = connect(fd, (struct sockaddr *) &sun, sizeof(sun)) == 0
         && probe_ask(fd, "PING\r\n", answer, sizeof(answer)) == 0
         && strncmp(answer, "+PONG", 5) == 0;

    close(fd);

    return ok;
}


int
probe_http(int port, const char *path)
{
    int                  fd, status;
    char                 question[256], answer[64];
    struct sockaddr_in   sin;

    fd = socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, 0);
    if (fd == -1) {
        return 0;
    }

    probe_address(port, &sin);
    snprintf(question, sizeof(question),
             "GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n", path);

    status = 0;

    if (connect(fd, (struct sockaddr *) &sin, sizeof(sin)) == 0
        && probe_ask(fd, question, answer, sizeof(answer)) == 0
        && strncmp(answer, "HTTP/1.", 7) == 0 && strlen(answer) > 9)
    {
        status = (int) strtol(answer + 9, NULL, 10);
    }

    close(fd);

    return status;
}


static void
probe_address(int port, struct sockaddr_in *sin)
{
    memset(sin, 0, sizeof(*sin));
    sin->sin_family = AF_INET;
    sin->sin_port = htons((unsigned short) port);
    sin->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}


/* the first bytes of the answer: both servers send their status in one piece */

static int
probe_ask(int fd, const char *question, char *answer, size_t size)
{
    ssize_t               n;
    const struct timeval  limit = { PROBE_TIMEOUT_S, 0 };

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));

    n = send(fd, question, strlen(question), MSG_NOSIGNAL);
    if (n != (ssize_t) strlen(question)) {
        return -1;
    }

    n = recv(fd, answer, size - 1, 0);
    if (n <= 0) {
        return -1;
    }

    answer[n] = '\0';

    return 0;
}
