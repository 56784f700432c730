/*
 * libpq for a worker process: connect with back-off, run, notice a lost
 * connection.  Used by the master, the slots and the administration commands.
 */

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "db.h"
#include "log.h"

#define DB_MAX_KEYWORDS  14


static int db_set_up(db_t *db);
static int db_send(db_t *db, const char *sql, int n,
    const char *const *values);
static PGresult *db_answer(db_t *db);
static int db_poll(db_t *db, short events, int64_t *end);
static int db_failed(db_t *db, const char *what);


void
db_init(db_t *db, const config_t *cfg, const char *application,
    const char *channel)
{
    memset(db, 0, sizeof(db_t));

    db->cfg = cfg;
    db->application = application;
    db->channel = channel;
}


void
db_close(db_t *db)
{
    if (db->conn != NULL) {
        PQfinish(db->conn);
        db->conn = NULL;
    }
}


int
db_wait(const db_t *db)
{
    int64_t  left;

    if (db->conn != NULL) {
        return 0;
    }

    left = db->retry_at - clock_ms();

    return left > 0 ? (int) left : 0;
}


static void
db_keyword(const char **keys, const char **values, int *n, const char *key,
    const char *value)
{
    if (value == NULL || *value == '\0') {
        return;
    }

    keys[*n] = key;
    values[*n] = value;
    (*n)++;
}


int
db_connect(db_t *db)
{
    int              n;
    const char      *keys[DB_MAX_KEYWORDS], *values[DB_MAX_KEYWORDS];
    const config_t  *cfg;

    if (db->conn != NULL && PQstatus(db->conn) == CONNECTION_OK) {
        return 0;
    }

    if (db->retry_at > clock_ms()) {
        return -1;
    }

    db_close(db);

    cfg = db->cfg;
    n = 0;

    db_keyword(keys, values, &n, "host", cfg->db_host);
    db_keyword(keys, values, &n, "port", cfg->db_port);
    db_keyword(keys, values, &n, "dbname", cfg->db_name);
    db_keyword(keys, values, &n, "user",
               db->migrate ? cfg->db_migrate_user : cfg->db_user);
    db_keyword(keys, values, &n, "password",
               db->migrate ? cfg->db_migrate_password : cfg->db_password);
    db_keyword(keys, values, &n, "sslmode", cfg->db_sslmode);
    db_keyword(keys, values, &n, "application_name", db->application);
    db_keyword(keys, values, &n, "connect_timeout", DB_CONNECT_TIMEOUT);
    db_keyword(keys, values, &n, "tcp_user_timeout", "15000");
    db_keyword(keys, values, &n, "keepalives_idle", "30");
    db_keyword(keys, values, &n, "client_encoding", "UTF8");

    keys[n] = NULL;
    values[n] = NULL;

    db->conn = PQconnectdbParams(keys, values, 0);

    if (PQstatus(db->conn) != CONNECTION_OK) {
        return db_failed(db, "cannot connect to the database");
    }

    if (db_set_up(db) != 0) {
        return db_failed(db, "cannot set up the database connection");
    }

    if (db->down) {
        log_info("database connection is back");
    }

    db->down = 0;
    db->backoff = 0;

    return 0;
}


static int
db_set_up(db_t *db)
{
    char         sql[96];
    const char  *super;

    super = PQparameterStatus(db->conn, "is_superuser");

    if (!db->migrate && super != NULL && strcmp(super, "on") == 0) {
        if (!db->down) {
            log_error("refusing to work as a superuser of the database, whom"
                      " row-level security does not bind");
        }

        return -1;
    }

    if (!db->migrate
        && db_run(db, "SET statement_timeout = " DB_STATEMENT_TIMEOUT) != 0)
    {
        return -1;
    }

    if (db->channel == NULL) {
        return 0;
    }

    snprintf(sql, sizeof(sql), "LISTEN %s", db->channel);

    return db_run(db, sql);
}


/* Logs the first failure of an outage and sets the time of the next try. */
static int
db_failed(db_t *db, const char *what)
{
    char  *p, text[256];

    if (!db->down) {
        snprintf(text, sizeof(text), "%s",
                 db->conn ? PQerrorMessage(db->conn) : "");

        for (p = text; *p != '\0'; p++) {
            if (*p == '\n') {
                *p = ' ';
            }
        }

        log_error("%s: %s", what, text);
    }

    db_close(db);

    db->backoff = db->backoff == 0 ? DB_BACKOFF_MIN : db->backoff * 2;

    if (db->backoff > DB_BACKOFF_MAX) {
        db->backoff = DB_BACKOFF_MAX;
    }

    db->retry_at = clock_ms() + db->backoff / 2
                   + clock_jitter(db->backoff / 2 + 1);
    db->down = 1;

    return -1;
}


PGresult *
db_exec(db_t *db, const char *sql, int n, const char *const *values)
{
    PGresult        *res;
    ExecStatusType   status;

    if (db_connect(db) != 0) {
        return NULL;
    }

    res = db_send(db, sql, n, values) == 0 ? db_answer(db) : NULL;

    if (res == NULL || PQstatus(db->conn) != CONNECTION_OK) {
        PQclear(res);
        (void) db_failed(db, "the database connection was lost");
        return NULL;
    }

    status = PQresultStatus(res);

    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        log_error("statement failed: SQLSTATE %s: %s: \"%.60s\"",
                  PQresultErrorField(res, PG_DIAG_SQLSTATE) != NULL
                  ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : "-----",
                  PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) != NULL
                  ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : "",
                  sql);
    }

    return res;
}


/* Without blocking: a server that is stopped takes no large statement. */
static int
db_send(db_t *db, const char *sql, int n, const char *const *values)
{
    int      rc;
    int64_t  end;

    if (PQsetnonblocking(db->conn, 1) != 0
        || PQsendQueryParams(db->conn, sql, n, NULL, values, NULL, NULL, 0)
           == 0)
    {
        return -1;
    }

    end = clock_ms() + DB_SILENCE;

    while ((rc = PQflush(db->conn)) == 1) {
        if (db_poll(db, POLLIN|POLLOUT, &end) != 0
            || PQconsumeInput(db->conn) == 0)
        {
            return -1;
        }
    }

    return rc;
}


/* The last result, as of PQexec(); NULL when there is none in time. */
static PGresult *
db_answer(db_t *db)
{
    int64_t    end;
    PGresult  *res, *last;

    end = clock_ms() + DB_SILENCE;
    last = NULL;

    for ( ;; ) {
        while (PQisBusy(db->conn)) {
            if (db_poll(db, POLLIN, &end) != 0
                || PQconsumeInput(db->conn) == 0)
            {
                PQclear(last);
                return NULL;
            }
        }

        res = PQgetResult(db->conn);

        if (res == NULL) {
            (void) PQsetnonblocking(db->conn, 0);
            return last;
        }

        PQclear(last);
        last = res;
    }
}


/* Waits a little for the server; -1 when it is too late for its answer. */
static int
db_poll(db_t *db, short events, int64_t *end)
{
    int64_t        now, left;
    struct pollfd  pfd;

    now = clock_ms();

    if (db->ending != NULL && db->ending() && *end > now + DB_HURRY) {
        *end = now + DB_HURRY;
    }

    left = *end - now;

    if (left <= 0) {
        return -1;
    }

    pfd.fd = PQsocket(db->conn);
    pfd.events = events;
    (void) poll(&pfd, 1, left > DB_POLL ? DB_POLL : (int) left);

    return 0;
}


int
db_run(db_t *db, const char *sql)
{
    int        rc;
    PGresult  *res;

    res = PQexec(db->conn, sql);
    rc = PQresultStatus(res) == PGRES_COMMAND_OK
         || PQresultStatus(res) == PGRES_TUPLES_OK ? 0 : -1;

    PQclear(res);

    return rc;
}


PGresult *
db_exec_fenced(db_t *db, const char *sql, int n, const char *const *values,
    int limit)
{
    int64_t    end;
    PGresult  *res;

    end = clock_ms() + limit;

    for ( ;; ) {
        res = db_exec(db, sql, n, values);

        if (res != NULL || clock_ms() + db_wait(db) >= end
            || (db->ending != NULL && db->ending()))
        {
            return res;
        }

        clock_sleep(db_wait(db) > DB_POLL ? DB_POLL : db_wait(db) + 1);
    }
}


int
db_is_refusal(const PGresult *res)
{
    const char  *state;

    if (res == NULL || PQresultStatus(res) != PGRES_FATAL_ERROR) {
        return 0;
    }

    /* data exceptions and limits of the program */

    state = PQresultErrorField(res, PG_DIAG_SQLSTATE);

    return state != NULL
           && (strncmp(state, "22", 2) == 0 || strncmp(state, "54", 2) == 0);
}


int
db_has_row(const PGresult *res)
{
    return res != NULL && PQresultStatus(res) == PGRES_TUPLES_OK
           && PQntuples(res) > 0;
}


const char *
db_value(const PGresult *res, const char *column)
{
    int  n;

    n = PQfnumber(res, column);

    if (n < 0 || PQntuples(res) == 0 || PQgetisnull(res, 0, n)) {
        return NULL;
    }

    return PQgetvalue(res, 0, n);
}
