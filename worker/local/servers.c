/*
 * Redis, nginx and the worker of the local set-up; see servers.h.
 */

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "probe.h"
#include "servers.h"
#include "text.h"


#define SERVERS_NGINX       "/usr/sbin/nginx"
#define SERVERS_REDIS       "/usr/bin/redis-server"
#define SERVERS_RELEASE_MS  2000
#define SERVERS_PORT_MS     1000    /* how long a busy port is asked for */
#define SERVERS_TAIL_BYTES  2000


static char *servers_program(const char *path);
static char *servers_folder(const local_t *local, const char *name);
static int servers_link_or_copy(const local_t *local, const char *src,
    const char *check, char **path, const char *name);
static int servers_configure_nginx(const local_t *local);
static process_t *servers_start_nginx(local_t *local);
static char *servers_nginx_prefix(const local_t *local);
static process_t *servers_start_worker(local_t *local);
static int servers_prepare_nginx(const process_t *p);
static int servers_prepare_worker(const process_t *p);
static int servers_wait(local_t *local, const process_t *nginx,
    const process_t *worker);
static void servers_print_tail(const local_t *local, const char *name);


/*
 * Together with the databases' steps (postgres.c) the worst case stays below
 * 15 seconds: nginx and the worker stop first and side by side.
 */

static const stop_step_t  servers_stop_nginx[] = {
    { SIGQUIT, 4000 },
    { SIGTERM, 1500 },
    { SIGKILL, 1000 },
    { 0,       0 }
};

static const stop_step_t  servers_stop_worker[] = {
    { SIGTERM, 5500 },
    { SIGKILL, 1000 },
    { 0,       0 }
};

static const stop_step_t  servers_stop_redis[] = {
    { SIGTERM, 3000 },
    { SIGKILL, 1000 },
    { 0,       0 }
};

static const stop_step_t  servers_stop_orphans[] = {
    { SIGTERM, 1000 },
    { SIGKILL, 1000 },
    { 0,       0 }
};

/* nginx's orphans hold it; see servers_prepare_nginx() */
static int  servers_port;


int
servers_clear(const local_t *local)
{
    int    rc;
    char  *folder, *program;

    folder = servers_folder(local, "nginx");
    rc = leftover_stop("nginx", folder, servers_stop_orphans);
    free(folder);

    if (rc == 0) {
        folder = servers_folder(local, "worker");
        rc = leftover_stop("paperal-worker", folder, servers_stop_worker);
        free(folder);
    }

    if (rc == 0) {
        folder = servers_folder(local, "redis");
        program = servers_program(SERVERS_REDIS);
        rc = leftover_stop(program, folder, servers_stop_redis);
        free(program);
        free(folder);
    }

    return rc;
}


/*
 * A process killed a moment ago may still be giving its sockets back when
 * nothing else shows it any more: the port is asked for a little longer.
 */

int
servers_check_port(local_t *local)
{
    int                    port;
    int64_t                deadline;
    const struct timespec  pause = { 0, 20000000 };

    deadline = text_now_ms() + SERVERS_PORT_MS;

    for ( ;; ) {
        port = probe_port(local->port);

        if (port != -1 || errno != EADDRINUSE || text_now_ms() >= deadline) {
            break;
        }

        nanosleep(&pause, NULL);
    }

    if (port == -1) {
        return text_error(errno == EADDRINUSE
                          ? "port %d is in use: set PAPERAL_PORT to another"
                            " one"
                          : "port %d cannot be used: set PAPERAL_PORT to"
                            " another one", local->port);
    }

    local->port = port;

    return 0;
}


int
servers_start_redis(local_t *local)
{
    int               n, i;
    char             *socket, **argv;
    int64_t           deadline;
    process_t        *p;
    process_spec_t    spec;

    /* it may be lost at any time, so nothing of it goes to disk */

    const char *const  args[] = {
        SERVERS_REDIS, "--port", "0", "--unixsocketperm", "770", "--save", "",
        "--appendonly", "no", "--maxmemory", "128mb", "--maxmemory-policy",
        "allkeys-lru", "--dir", ".", "--unixsocket"
    };

    n = (int) (sizeof(args) / sizeof(args[0]));
    socket = text_format("%s/redis/redis.sock", local->sockets);

    argv = calloc((size_t) n + 2, sizeof(char *));
    if (argv == NULL) {
        abort();
    }

    for (i = 0; i < n; i++) {
        argv[i] = text_format("%s", args[i]);
    }

    argv[n] = socket;

    memset(&spec, 0, sizeof(spec));
    spec.name = "redis";
    spec.program = servers_program(SERVERS_REDIS);
    spec.argv = argv;
    spec.envp = local->plain_env;
    spec.folder = servers_folder(local, "redis");
    spec.user = &local->users.redis;
    spec.death = SIGTERM;
    spec.stop = servers_stop_redis;

    p = process_add(&local->processes, &spec);
    if (p == NULL) {
        return -1;
    }

    deadline = text_now_ms() + LOCAL_READY_MS;

    while (!probe_redis(socket)) {
        if (process_step(&local->processes, LOCAL_POLL_MS) != 0
            || process_given_up(&local->processes, p))
        {
            return -1;
        }

        if (text_now_ms() > deadline) {
            return text_error("redis does not answer; see \"%s/redis.log\"",
                              local->logs);
        }
    }

    return 0;
}


/* the base name that /proc shows: Debian's redis-server is a link */

static char *
servers_program(const char *path)
{
    char  *real, *name;

    real = realpath(path, NULL);
    name = text_format("%s", strrchr(real == NULL ? path : real, '/') + 1);
    free(real);

    return name;
}


static char *
servers_folder(const local_t *local, const char *name)
{
    return text_format("%s/%s", local->state, name);
}


int
servers_install(local_t *local)
{
    int    rc;
    char  *html, *index, *link, *nginx, *web, *worker;

    worker = text_format("%s/paperal-worker", local->build);

    if (access(worker, X_OK) == -1) {
        return text_error("\"%s\" is missing: run \"make build\"", worker);
    }

    rc = servers_link_or_copy(local, local->build, worker, &local->programs,
                              "bin");
    free(worker);

    if (rc == -1 || !local->servers) {
        return rc;
    }

    html = text_format("%s/html/dist", local->root);
    index = text_format("%s/index.html", html);

    if (access(index, R_OK) == -1) {
        return text_error("\"%s\" is missing: run \"make build\"", index);
    }

    rc = servers_link_or_copy(local, html, index, &web, "html");
    if (rc == -1) {
        return -1;
    }

    nginx = servers_folder(local, "nginx");
    link = text_format("%s/html", nginx);
    rc = files_link(web, link);
    free(link);

    link = text_format("%s/modules", nginx);
    rc = (rc == 0) ? files_link(local->build, link) : rc;
    free(link);

    link = text_format("%s/logs", nginx);
    rc = (rc == 0) ? files_link(local->logs, link) : rc;
    free(link);

    free(nginx);
    free(index);

    return (rc == 0) ? servers_configure_nginx(local) : rc;
}


/*
 * Sets *path to src, or to a copy of it below the state when the users who
 * need it cannot reach the file "check" in it.
 */

static int
servers_link_or_copy(const local_t *local, const char *src, const char *check,
    char **path, const char *name)
{
    int            i, rc;
    char          *from, *to;
    const users_t *users;

    /* of the build folder only what others run or read */

    static const char *const  programs[] = {
        "paperal-worker", "paperal-extract", "o200k_base.bin", NULL
    };

    users = &local->users;

    if (!users->root
        || (users_can(&users->worker, src, X_OK)
            && users_can(&users->postgres, src, X_OK)
            && users_can(&users->web, src, R_OK|X_OK)
            && users_can(&users->web, check, R_OK)))
    {
        *path = text_format("%s", src);
        return 0;
    }

    *path = servers_folder(local, name);

    if (src != local->build) {
        return files_sync(src, *path);
    }

    rc = files_folder(*path, 0755, FILES_KEEP, 0);

    for (i = 0; rc == 0 && programs[i] != NULL; i++) {
        from = text_format("%s/%s", src, programs[i]);
        to = text_format("%s/%s", *path, programs[i]);

        rc = files_sync(from, to);

        free(from);
        free(to);
    }

    return rc;
}


/* the repository's own files; only the address is of this machine */

static int
servers_configure_nginx(const local_t *local)
{
    int    rc;
    char  *from, *path, *text, *to;

    from = text_format("%s/conf", local->root);
    to = text_format("%s/nginx/conf", local->state);
    path = text_format("%s/listen.conf", to);
    text = text_format("# written at every start by paperal-local\n"
                       "listen 127.0.0.1:%d;\n", local->port);

    rc = files_sync(from, to);

    if (rc == 0) {
        rc = files_write(path, text, 0644, FILES_KEEP, 0);
    }

    free(from);
    free(to);
    free(path);
    free(text);

    return rc;
}


int
servers_migrate(local_t *local)
{
    int             rc;
    process_spec_t  spec;

    memset(&spec, 0, sizeof(spec));
    spec.name = "migrate";
    spec.argv = (char *[]) {
        text_format("%s/paperal-worker", local->programs), "migrate", NULL
    };
    spec.envp = local->migrate_env;
    spec.folder = local->state;
    spec.user = local->own_postgres ? &local->users.postgres
                                    : &local->users.worker;
    spec.death = SIGTERM;
    spec.stop = servers_stop_worker;

    rc = process_run(&local->processes, &spec);

    if (rc > 0) {
        servers_print_tail(local, "migrate");
        return text_error("the database could not be migrated; see"
                          " \"%s/migrate.log\"", local->logs);
    }

    return rc;
}


int
servers_start(local_t *local)
{
    process_t  *nginx, *worker;

    worker = servers_start_worker(local);
    if (worker == NULL) {
        return -1;
    }

    nginx = servers_start_nginx(local);
    if (nginx == NULL) {
        return -1;
    }

    return servers_wait(local, nginx, worker);
}


static process_t *
servers_start_nginx(local_t *local)
{
    char            **argv, *global;
    process_spec_t    spec;
    const users_t    *users;

    users = &local->users;
    servers_port = local->port;

    argv = calloc(8, sizeof(char *));
    if (argv == NULL) {
        abort();
    }

    global = users->root
             ? text_format("daemon off; pid nginx.pid; user %s %s;",
                           users->web.name, users->worker.name)
             : text_format("daemon off; pid nginx.pid;");

    argv[0] = SERVERS_NGINX;
    argv[1] = "-p";
    argv[2] = servers_nginx_prefix(local);
    argv[3] = "-c";
    argv[4] = "conf/nginx.conf";
    argv[5] = "-g";
    argv[6] = global;

    memset(&spec, 0, sizeof(spec));
    spec.name = "nginx";
    spec.program = "nginx";
    spec.argv = argv;
    spec.envp = local->web_env;
    spec.folder = servers_folder(local, "nginx");
    spec.death = SIGTERM;
    spec.stop = servers_stop_nginx;
    spec.prepare = servers_prepare_nginx;

    return process_add(&local->processes, &spec);
}


/* in a path nginx would take $name for a variable; it starts in the folder */

static char *
servers_nginx_prefix(const local_t *local)
{
    return (strchr(local->state, '$') == NULL)
           ? text_format("%s/nginx/", local->state) : text_format("./");
}


static process_t *
servers_start_worker(local_t *local)
{
    char            **argv;
    process_spec_t    spec;

    argv = calloc(3, sizeof(char *));
    if (argv == NULL) {
        abort();
    }

    argv[0] = text_format("%s/paperal-worker", local->programs);
    argv[1] = "run";

    memset(&spec, 0, sizeof(spec));
    spec.name = "worker";
    spec.program = "paperal-worker";
    spec.argv = argv;
    spec.envp = local->worker_env;
    spec.folder = servers_folder(local, "worker");
    spec.user = &local->users.worker;
    spec.death = SIGTERM;
    spec.stop = servers_stop_worker;
    spec.prepare = servers_prepare_worker;

    return process_add(&local->processes, &spec);
}


/*
 * The workers of a master that was killed live on and keep the port.  They may
 * finish their requests, but not for long.
 */

static int
servers_prepare_nginx(const process_t *p)
{
    int64_t                deadline;
    const struct timespec  pause = { 0, 20000000 };

    if (leftover_signal(p->spec.program, p->spec.folder, SIGQUIT) == 0) {
        return 0;
    }

    deadline = text_now_ms() + SERVERS_RELEASE_MS;

    while (text_now_ms() < deadline) {
        if (probe_port(servers_port) != -1) {
            return 0;
        }

        nanosleep(&pause, NULL);
    }

    return leftover_stop(p->spec.program, p->spec.folder,
                         servers_stop_orphans);
}


/* slots of a killed master: their leases are given back by the new one */

static int
servers_prepare_worker(const process_t *p)
{
    return leftover_stop(p->spec.program, p->spec.folder,
                         servers_stop_orphans);
}


static int
servers_wait(local_t *local, const process_t *nginx, const process_t *worker)
{
    int      status;
    int64_t  deadline;

    deadline = text_now_ms() + LOCAL_READY_MS;
    status = 0;

    while (text_now_ms() < deadline) {
        if (process_step(&local->processes, LOCAL_POLL_MS) != 0) {
            return -1;
        }

        if (process_given_up(&local->processes, nginx)) {
            servers_print_tail(local, "nginx");
            return -1;
        }

        if (process_given_up(&local->processes, worker)) {
            servers_print_tail(local, "worker");
            return -1;
        }

        if (nginx->pid == 0 || worker->pid == 0) {
            continue;
        }

        status = probe_http(local->port, "/health/ready");

        if (status == 200) {
            return 0;
        }
    }

    return text_error("/health/ready is still %d after %d s; see the logs in"
                      " \"%s\"", status, LOCAL_READY_MS / 1000, local->logs);
}


static void
servers_print_tail(const local_t *local, const char *name)
{
    char    *path, *text, *p;
    size_t   len;

    path = text_format("%s/%s.log", local->logs, name);
    text = files_read(path);
    free(path);

    if (text == NULL) {
        return;
    }

    len = strlen(text);
    p = text;

    if (len > SERVERS_TAIL_BYTES) {
        p = strchr(text + len - SERVERS_TAIL_BYTES, '\n');
        p = (p == NULL) ? text : p + 1;
    }

    fputs(p, stderr);
    free(text);
}
