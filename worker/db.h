/*
 * One libpq connection of a worker process, made again with back-off when it
 * is lost.  All calls block the calling process, which has one job and
 * nothing else to do; each is bounded by the server's statement_timeout, and
 * by DB_SILENCE for a server that does not answer at all.  Once the process
 * is told to end, no call lasts longer than DB_HURRY.
 */

#ifndef WORKER_DB_H
#define WORKER_DB_H

#include <stdint.h>
#include <libpq-fe.h>

#include "config.h"

#define DB_MAX_PARAMS          12
#define DB_STATEMENT_TIMEOUT   "60000"      /* ms */
#define DB_CONNECT_TIMEOUT     "5"          /* s */
#define DB_BACKOFF_MIN         100          /* ms */
#define DB_BACKOFF_MAX         5000         /* ms */
#define DB_SILENCE             75000        /* ms, above the statement's */
#define DB_HURRY               3000         /* ms */
#define DB_POLL                200          /* ms, to see that it is told */

typedef struct {
    PGconn          *conn;
    const config_t  *cfg;
    const char      *channel;       /* LISTEN on it, NULL for none */
    const char      *application;   /* application_name */
    int            (*ending)(void); /* is the process told to end; or NULL */
    int64_t          retry_at;      /* monotonic ms of the next attempt */
    int              backoff;       /* ms */
    unsigned         down:1;        /* an outage has been logged */
    unsigned         migrate:1;     /* connect as DB_MIGRATE_USER */
} db_t;

void db_init(db_t *db, const config_t *cfg, const char *application,
    const char *channel);
void db_close(db_t *db);

/*
 * Returns 0 when connected.  Else tries once if the back-off allows it;
 * -1 when there is no connection now.  Refuses a superuser (logged, -1)
 * unless db->migrate is set: row-level security would not bind it.
 */
int db_connect(db_t *db);

/* Milliseconds until db_connect() may try again, 0 when connected. */
int db_wait(const db_t *db);

/*
 * Runs one statement with text parameters.  The caller clears the result.
 * NULL: the connection is lost and nothing is known of the outcome.  A
 * result of PGRES_FATAL_ERROR has been logged with its SQLSTATE.
 */
PGresult *db_exec(db_t *db, const char *sql, int n, const char *const *values);

/*
 * Statements of the set-up and of migrations, on a connection that is there;
 * only the server bounds their time.  0, or -1 with the server's words in
 * PQerrorMessage().
 */
int db_run(db_t *db, const char *sql);

/*
 * Like db_exec(), but a lost connection is made again and the statement
 * repeated, for at most limit milliseconds and not once the process is told
 * to end.  Only for statements that are fenced by a lease epoch: repeated
 * after a commit, they change nothing.
 */
PGresult *db_exec_fenced(db_t *db, const char *sql, int n,
    const char *const *values, int limit);

/*
 * True when the database refused the values themselves (too large, not
 * representable): the same statement will never succeed.
 */
int db_is_refusal(const PGresult *res);

/* True when res is a set of at least one row. */
int db_has_row(const PGresult *res);

/* Value of a column by name in row 0, NULL for SQL NULL or no column. */
const char *db_value(const PGresult *res, const char *column);

#endif /* WORKER_DB_H */
