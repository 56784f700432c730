/* See migrate.h.  Run by "paperal-worker migrate" as the owner. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db.h"
#include "log.h"
#include "migrate.h"
#include "paperal_sha256.h"
#include "sql_files.h"


static int migrate_all(db_t *db);
static int migrate_check(db_t *db, int *applied);
static int migrate_apply(db_t *db, int version, const sql_file_t *file);
static int migrate_functions(db_t *db);


static const char  migrate_table[] =
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    " version int PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL,"
    " applied_at timestamptz NOT NULL DEFAULT clock_timestamp())";


int
migrate_run(const config_t *cfg)
{
    int   rc;
    db_t  db;

    db_init(&db, cfg, "paperal-worker migrate", NULL);
    db.migrate = 1;

    if (db_connect(&db) != 0) {
        return 1;
    }

    rc = db_run(&db, "SET client_min_messages = warning");

    if (rc == 0) {
        rc = db_run(&db, "SELECT pg_advisory_lock(" MIGRATE_LOCK ")");
    }

    if (rc == 0) {
        rc = migrate_all(&db);
    }

    if (rc != 0 && db.conn != NULL && *PQerrorMessage(db.conn) != '\0') {
        log_error("the migration ended: %s", PQerrorMessage(db.conn));
    }

    db_close(&db);      /* the lock goes with the session */

    return rc == 0 ? 0 : 1;
}


static int
migrate_all(db_t *db)
{
    int                version, applied;
    const sql_file_t  *file;

    if (db_run(db, migrate_table) != 0) {
        log_error("cannot create the table of migrations: %s",
                  PQerrorMessage(db->conn));
        return -1;
    }

    if (migrate_check(db, &applied) != 0) {
        return -1;
    }

    version = 0;

    for (file = paperal_sql_migrations; file->name != NULL; file++) {
        version++;

        if (version > applied && migrate_apply(db, version, file) != 0) {
            return -1;
        }
    }

    if (migrate_functions(db) != 0) {
        return -1;
    }

    log_info("the database has schema version %d", version);

    return 0;
}


/* Compares what was applied with what this program holds. */
static int
migrate_check(db_t *db, int *applied)
{
    int                i, n, rc;
    char               sha[PAPERAL_SHA256_HEX_SIZE];
    PGresult          *res;
    const sql_file_t  *file;

    res = db_exec(db, "SELECT version, sha256 FROM schema_migrations"
                      " ORDER BY version", 0, NULL);

    if (res == NULL || PQresultStatus(res) != PGRES_TUPLES_OK) {
        PQclear(res);
        return -1;
    }

    rc = 0;
    n = PQntuples(res);
    file = paperal_sql_migrations;

    for (i = 0; i < n && rc == 0; i++, file++) {
        if (file->name == NULL) {
            log_error("the database is of a newer release: it has schema"
                      " version %s, this program knows %d",
                      PQgetvalue(res, n - 1, 0), i);
            rc = -1;
            break;
        }

        if (paperal_sha256_hex(file->text, file->len, sha) != 0
            || strcmp(sha, PQgetvalue(res, i, 1)) != 0)
        {
            log_error("migration \"%s\" was applied with another text",
                      file->name);
            rc = -1;
        }
    }

    PQclear(res);
    *applied = n;

    return rc;
}


/* One file in a transaction of its own, recorded with it. */
static int
migrate_apply(db_t *db, int version, const sql_file_t *file)
{
    char         number[16], sha[PAPERAL_SHA256_HEX_SIZE];
    PGresult    *res;
    const char  *values[3];

    snprintf(number, sizeof(number), "%d", version);

    if (paperal_sha256_hex(file->text, file->len, sha) != 0) {
        return -1;
    }

    values[0] = number;
    values[1] = file->name;
    values[2] = sha;

    if (db_run(db, "BEGIN") != 0 || db_run(db, file->text) != 0) {
        log_error("migration \"%s\" failed: %s", file->name,
                  PQerrorMessage(db->conn));
        return -1;
    }

    res = db_exec(db, "INSERT INTO schema_migrations (version, name, sha256)"
                      " VALUES ($1::int, $2, $3)", 3, values);

    if (res == NULL || PQresultStatus(res) != PGRES_COMMAND_OK) {
        PQclear(res);
        return -1;
    }

    PQclear(res);

    if (db_run(db, "COMMIT") != 0) {
        log_error("migration \"%s\" failed: %s", file->name,
                  PQerrorMessage(db->conn));
        return -1;
    }

    log_info("migration \"%s\" applied", file->name);

    return 0;
}


static int
migrate_functions(db_t *db)
{
    const sql_file_t  *file;

    if (db_run(db, "BEGIN") != 0) {
        return -1;
    }

    for (file = paperal_sql_functions; file->name != NULL; file++) {
        if (db_run(db, file->text) != 0) {
            log_error("functions \"%s\" failed: %s", file->name,
                      PQerrorMessage(db->conn));
            return -1;
        }
    }

    return db_run(db, "COMMIT");
}
