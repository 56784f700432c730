/*
 * The private PostgreSQL; see postgres.h.
 */

#include <dirent.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "postgres.h"
#include "text.h"


#define POSTGRES_VERSIONS   "/usr/lib/postgresql"
#define POSTGRES_SUPERUSER  "postgres"
#define POSTGRES_MAX_ARGS   32


static int postgres_find(void);
static int postgres_init(local_t *local);
static int postgres_configure(const local_t *local);
static char *postgres_ident(const local_t *local);
static int postgres_prepare(const process_t *p);
static int postgres_wait(local_t *local, const process_t *p);
static PGconn *postgres_connect(void);
static int postgres_roles(void);
static int postgres_exec(PGconn *conn, const char *sql);
static int postgres_exists(PGconn *conn, const char *sql, const char *name);


/* appended to postgresql.conf once: from then on it is the operator's */
static const char  postgres_settings[] =
    "\n# Paperal's local set-up\n"
    "max_connections = 60\n"
    "shared_buffers = 128MB\n"
    "max_wal_size = 512MB\n"
    "wal_compression = on\n"
    "jit = off\n"
    "timezone = 'UTC'\n"
    "log_timezone = 'UTC'\n"
    "log_line_prefix = '%m [%p] %q%u@%d '\n";

static const char  postgres_hba[] =
    "# written at every start by paperal-local\n"
    "local all all peer map=paperal\n";

static const stop_step_t  postgres_stop[] = {
    { SIGINT,  4000 },
    { SIGQUIT, 2000 },
    { SIGKILL, 1000 },
    { 0,       0 }
};

static char  *postgres_bin;      /* folder of its programs */
static char  *postgres_data;
static char  *postgres_sockets;


int
postgres_start(local_t *local)
{
    int              n;
    char            *args[POSTGRES_MAX_ARGS], **argv;
    process_t       *p;
    process_spec_t   spec;

    postgres_sockets = text_format("%s/postgres", local->sockets);

    if (postgres_find() == -1
        || postgres_init(local) == -1
        || postgres_configure(local) == -1)
    {
        return -1;
    }

    n = 0;
    args[n++] = text_format("%s/postgres", postgres_bin);
    args[n++] = "-D";
    args[n++] = postgres_data;
    args[n++] = "-c";
    args[n++] = "listen_addresses=";
    args[n++] = "-c";
    args[n++] = text_format("unix_socket_directories=%s", postgres_sockets);
    args[n++] = "-c";
    args[n++] = "port=5432";

    if (local->scratch) {
        args[n++] = "-c";
        args[n++] = "fsync=off";
        args[n++] = "-c";
        args[n++] = "shared_buffers=32MB";
        args[n++] = "-c";
        args[n++] = "max_connections=120";
    }

    args[n++] = NULL;

    /* it is started again as long as we run */

    argv = malloc((size_t) n * sizeof(char *));
    if (argv == NULL) {
        abort();
    }

    memcpy(argv, args, (size_t) n * sizeof(char *));

    memset(&spec, 0, sizeof(spec));
    spec.name = "postgres";
    spec.program = "postgres";
    spec.argv = argv;
    spec.envp = local->plain_env;
    spec.folder = postgres_data;
    spec.user = &local->users.postgres;
    spec.death = SIGINT;
    spec.stop = postgres_stop;
    spec.prepare = postgres_prepare;

    p = process_add(&local->processes, &spec);
    if (p == NULL || postgres_wait(local, p) == -1) {
        return -1;
    }

    return postgres_roles();
}


int
postgres_clear(const local_t *local)
{
    postgres_data = text_format("%s/postgres", local->state);

    return leftover_stop("postgres", postgres_data, postgres_stop);
}


/* the programs of the data folder's version, or else of the newest one */

static int
postgres_find(void)
{
    long            version, best;
    DIR            *dir;
    char           *path, *text;
    struct dirent  *entry;

    path = text_format("%s/PG_VERSION", postgres_data);
    text = files_read(path);
    best = (text == NULL) ? 0 : strtol(text, NULL, 10);

    free(text);
    free(path);

    dir = (best == 0) ? opendir(POSTGRES_VERSIONS) : NULL;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        version = strtol(entry->d_name, NULL, 10);
        path = text_format("%s/%s/bin/postgres", POSTGRES_VERSIONS,
                           entry->d_name);

        if (version > best && access(path, X_OK) == 0) {
            best = version;
        }

        free(path);
    }

    if (dir != NULL) {
        closedir(dir);
    }

    postgres_bin = text_format("%s/%ld/bin", POSTGRES_VERSIONS, best);

    if (best == 0 || access(postgres_bin, X_OK) == -1) {
        return text_error("PostgreSQL %ld is missing: run \"make deps\"",
                          best);
    }

    return 0;
}


/* made beside its place: one that was interrupted leaves nothing behind */

static int
postgres_init(local_t *local)
{
    int              rc;
    char            *path, *conf, *text, *longer;
    process_spec_t   spec;
    const user_t    *user;
    struct stat      st;

    user = &local->users.postgres;

    if (stat(postgres_data, &st) == 0) {
        return (local->users.root && st.st_uid != user->uid)
               ? files_give(postgres_data, user->uid, user->gid) : 0;
    }

    path = text_format("%s/postgres.new", local->state);

    if (files_remove(path) == -1
        || files_folder(path, 0700, user->uid, user->gid) == -1)
    {
        return -1;
    }

    memset(&spec, 0, sizeof(spec));
    spec.name = "initdb";
    spec.argv = (char *[]) {
        text_format("%s/initdb", postgres_bin), "-D", path, "--username",
        POSTGRES_SUPERUSER, "--auth=peer", "--encoding=UTF8",
        "--locale=C.UTF-8", "--data-checksums", "--no-instructions",
        local->scratch ? "--no-sync" : NULL, NULL
    };
    spec.envp = local->plain_env;
    spec.folder = path;
    spec.user = user;
    spec.death = SIGTERM;
    spec.stop = postgres_stop;

    rc = process_run(&local->processes, &spec);
    if (rc != 0) {
        return (rc == -1) ? -1
               : text_error("initdb failed; see \"%s/initdb.log\"",
                            local->logs);
    }

    conf = text_format("%s/postgresql.conf", path);
    text = files_read(conf);
    longer = text_format("%s%s", text == NULL ? "" : text, postgres_settings);
    rc = files_write(conf, longer, 0600, user->uid, user->gid);

    free(text);
    free(longer);
    free(conf);

    if (rc == 0 && rename(path, postgres_data) == -1) {
        rc = text_error("cannot make the folder \"%s\"", postgres_data);
    }

    free(path);

    return rc;
}


static int
postgres_configure(const local_t *local)
{
    int            rc;
    char          *path, *text;
    const user_t  *user;

    user = &local->users.postgres;

    path = text_format("%s/pg_hba.conf", postgres_data);
    rc = files_write(path, postgres_hba, 0600, user->uid, user->gid);
    free(path);

    if (rc == 0) {
        path = text_format("%s/pg_ident.conf", postgres_data);
        text = postgres_ident(local);
        rc = files_write(path, text, 0600, user->uid, user->gid);
        free(text);
        free(path);
    }

    return rc;
}


static char *
postgres_ident(const local_t *local)
{
    size_t          i, j;
    char           *text, *longer;
    const char     *who[3];
    const users_t  *users;

    static const char *const  roles[] = {
        POSTGRES_SUPERUSER, LOCAL_OWNER, LOCAL_WEB, LOCAL_WORKER
    };

    users = &local->users;
    who[0] = users->self.name;
    who[1] = users->root ? users->postgres.name : NULL;
    who[2] = NULL;

    text = text_format("# written at every start by paperal-local\n");

    for (i = 0; who[i] != NULL; i++) {
        for (j = 0; j < sizeof(roles) / sizeof(roles[0]); j++) {
            longer = text_format("%spaperal \"%s\" %s\n", text, who[i],
                                 roles[j]);
            free(text);
            text = longer;
        }
    }

    if (users->root) {
        longer = text_format("%spaperal \"%s\" %s\npaperal \"%s\" %s\n", text,
                             users->web.name, LOCAL_WEB, users->worker.name,
                             LOCAL_WORKER);
        free(text);
        text = longer;
    }

    return text;
}


/*
 * The process id in a lock file may by now be somebody else's, and PostgreSQL
 * would refuse to start.  No process works in the data folder any more, so the
 * files are of the past.
 */

static int
postgres_prepare(const process_t *p)
{
    char  *path;

    if (leftover_stop(p->spec.program, p->spec.folder, postgres_stop) == -1) {
        return -1;
    }

    path = text_format("%s/postmaster.pid", p->spec.folder);
    unlink(path);
    free(path);

    path = text_format("%s/.s.PGSQL.5432.lock", postgres_sockets);
    unlink(path);
    free(path);

    return 0;
}


static int
postgres_wait(local_t *local, const process_t *p)
{
    PGPing   ping;
    int64_t  deadline;

    const char *const  names[] = { "host", "port", "dbname", "user",
                                   "connect_timeout", NULL };
    const char        *values[] = { NULL, "5432", "postgres",
                                    POSTGRES_SUPERUSER, "2", NULL };

    values[0] = postgres_sockets;
    deadline = text_now_ms() + LOCAL_RECOVERY_MS;

    do {
        ping = PQpingParams(names, values, 0);

        if (ping == PQPING_OK) {
            break;
        }

        if (process_step(&local->processes, LOCAL_POLL_MS) != 0
            || process_given_up(&local->processes, p))
        {
            break;
        }

    } while (text_now_ms() < deadline);

    return (ping == PQPING_OK) ? 0 : -1;
}


static PGconn *
postgres_connect(void)
{
    PGconn  *conn;

    const char *const  names[] = { "host", "port", "dbname", "user", NULL };
    const char        *values[] = { NULL, "5432", "postgres",
                                    POSTGRES_SUPERUSER, NULL };

    values[0] = postgres_sockets;
    conn = PQconnectdbParams(names, values, 0);

    if (PQstatus(conn) != CONNECTION_OK) {
        text_error("%s", PQerrorMessage(conn));
        PQfinish(conn);

        return NULL;
    }

    return conn;
}


static int
postgres_roles(void)
{
    int      i, rc;
    char    *sql;
    PGconn  *conn;

    static const char *const  roles[] = {
        LOCAL_OWNER, LOCAL_WEB, LOCAL_WORKER, NULL
    };

    conn = postgres_connect();
    if (conn == NULL) {
        return -1;
    }

    rc = 0;

    for (i = 0; rc == 0 && roles[i] != NULL; i++) {
        if (postgres_exists(conn, "SELECT 1 FROM pg_roles WHERE rolname = $1",
                            roles[i]))
        {
            continue;
        }

        sql = text_format("CREATE ROLE %s LOGIN NOSUPERUSER NOCREATEDB"
                          " NOCREATEROLE", roles[i]);
        rc = postgres_exec(conn, sql);
        free(sql);
    }

    if (rc == 0
        && !postgres_exists(conn, "SELECT 1 FROM pg_database"
                                  " WHERE datname = $1", LOCAL_DATABASE))
    {
        rc = postgres_exec(conn, "CREATE DATABASE " LOCAL_DATABASE
                                 " OWNER " LOCAL_OWNER);
    }

    if (rc == 0) {
        rc = postgres_exec(conn, "REVOKE ALL ON DATABASE " LOCAL_DATABASE
                                 " FROM PUBLIC;"
                                 "GRANT CONNECT ON DATABASE " LOCAL_DATABASE
                                 " TO " LOCAL_WEB ", " LOCAL_WORKER);
    }

    PQfinish(conn);

    return rc;
}


static int
postgres_exec(PGconn *conn, const char *sql)
{
    int        rc;
    PGresult  *result;

    result = PQexec(conn, sql);
    rc = 0;

    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        rc = text_error("%s", PQerrorMessage(conn));
    }

    PQclear(result);

    return rc;
}


static int
postgres_exists(PGconn *conn, const char *sql, const char *name)
{
    int                exists;
    PGresult          *result;
    const char *const  values[] = { name };

    result = PQexecParams(conn, sql, 1, NULL, values, NULL, NULL, 0);
    exists = PQresultStatus(result) == PGRES_TUPLES_OK
             && PQntuples(result) == 1;

    PQclear(result);

    return exists;
}
