/*
 * A PostgreSQL that is not ours; see external.h.
 */

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "external.h"
#include "files.h"
#include "paperal_config.h"
#include "text.h"


#define EXTERNAL_PASSWORD_BYTES  24
#define EXTERNAL_TIMEOUT         "10"


static char *external_secret(const char *name);
static const char *external_value(const char *name, const char *standard);
static int external_provide(local_t *local);
static PGconn *external_connect(const local_t *local, const char *database);
static int external_database(const local_t *local);
static int external_role(const local_t *local, PGconn *conn, const char *role,
    char **password);
static char *external_new_password(void);
static int external_create_role(PGconn *conn, const char *role,
    const char *password);
static int external_exists(PGconn *conn, const char *sql, const char *name);


int
external_prepare(local_t *local)
{
    char        *password, *migrate_password;
    const char  *user;

    password = external_secret("DB_PASSWORD");
    migrate_password = external_secret("DB_MIGRATE_PASSWORD");

    user = external_value("DB_USER", "");
    user = external_value("DB_MIGRATE_USER", user);

    local->web_password = password;
    local->worker_password = password;
    local->migrate_user = text_format("%s", user);
    local->migrate_password = (migrate_password != NULL) ? migrate_password
                                                         : password;

    unsetenv("DB_USER");
    unsetenv("DB_PASSWORD");
    unsetenv("DB_PASSWORD_FILE");
    unsetenv("DB_MIGRATE_USER");
    unsetenv("DB_MIGRATE_PASSWORD");
    unsetenv("DB_MIGRATE_PASSWORD_FILE");

    if (*user == '\0' || strcmp(user, LOCAL_WEB) == 0
        || strcmp(user, LOCAL_WORKER) == 0)
    {
        return text_error("with DB_HOST set, DB_USER or DB_MIGRATE_USER has to"
                          " be the owner of the database");
    }

    return external_provide(local);
}


/* NAME, or the text of the file that NAME_FILE names; NULL without both */

static char *
external_secret(const char *name)
{
    char        *file, *text;
    const char  *value;

    value = getenv(name);
    if (value != NULL && *value != '\0') {
        return text_format("%s", value);
    }

    file = text_format("%s_FILE", name);
    value = getenv(file);
    text = NULL;

    if (value != NULL && *value != '\0') {
        text = files_read(value);

        if (text == NULL) {
            text_error("cannot read the file of %s", file);

        } else {
            text[paperal_config_trim(text, strlen(text))] = '\0';
        }
    }

    free(file);

    return text;
}


static const char *
external_value(const char *name, const char *standard)
{
    const char  *value;

    value = getenv(name);

    return (value != NULL && *value != '\0') ? value : standard;
}


static int
external_provide(local_t *local)
{
    int      rc;
    PGconn  *conn;

    if (external_database(local) == -1) {
        return -1;
    }

    conn = external_connect(local, external_value("DB_NAME", LOCAL_DATABASE));

    if (PQstatus(conn) != CONNECTION_OK) {
        rc = text_error("%s", PQerrorMessage(conn));

    } else {
        rc = external_role(local, conn, LOCAL_WEB, &local->web_password);

        if (rc == 0) {
            rc = external_role(local, conn, LOCAL_WORKER,
                               &local->worker_password);
        }
    }

    PQfinish(conn);

    return rc;
}


static PGconn *
external_connect(const local_t *local, const char *database)
{
    const char *const  names[] = {
        "host", "port", "dbname", "user", "password", "sslmode",
        "connect_timeout", NULL
    };

    const char *const  values[] = {
        getenv("DB_HOST"), external_value("DB_PORT", "5432"), database,
        local->migrate_user, local->migrate_password,
        external_value("DB_SSLMODE", "prefer"), EXTERNAL_TIMEOUT, NULL
    };

    return PQconnectdbParams(names, values, 0);
}


/*
 * A server may have no database "postgres", or not for this user: then the
 * database itself has to exist, which the next connection tells.
 */

static int
external_database(const local_t *local)
{
    int          rc;
    char        *name, *sql;
    PGconn      *conn;
    PGresult    *result;
    const char  *database;

    database = external_value("DB_NAME", LOCAL_DATABASE);
    conn = external_connect(local, "postgres");
    rc = 0;

    if (PQstatus(conn) == CONNECTION_OK
        && !external_exists(conn, "SELECT 1 FROM pg_database"
                                  " WHERE datname = $1", database))
    {
        name = PQescapeIdentifier(conn, database, strlen(database));
        sql = text_format("CREATE DATABASE %s", name);
        result = PQexec(conn, sql);

        if (PQresultStatus(result) != PGRES_COMMAND_OK) {
            rc = text_error("%s", PQresultErrorMessage(result));
        }

        PQclear(result);
        PQfreemem(name);
        free(sql);
    }

    PQfinish(conn);

    return rc;
}


static int
external_role(const local_t *local, PGconn *conn, const char *role,
    char **password)
{
    int    rc;
    char  *path, *text;

    path = text_format("%s/%s.password", local->state, role);
    rc = 0;

    if (external_exists(conn, "SELECT 1 FROM pg_roles WHERE rolname = $1",
                        role))
    {
        text = files_read(path);
        *password = (text != NULL) ? text : *password;

    } else {
        *password = external_new_password();

        rc = files_write(path, *password, 0600, FILES_KEEP, 0);
        if (rc == 0) {
            rc = external_create_role(conn, role, *password);
        }
    }

    free(path);

    return rc;
}


static char *
external_new_password(void)
{
    int             i;
    char            hex[2 * EXTERNAL_PASSWORD_BYTES + 1];
    unsigned char   bytes[EXTERNAL_PASSWORD_BYTES];

    if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes)) {
        abort();
    }

    for (i = 0; i < EXTERNAL_PASSWORD_BYTES; i++) {
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    }

    return text_format("%s", hex);
}


/* the server gets only a verifier, so no log of statements has the password */

static int
external_create_role(PGconn *conn, const char *role, const char *password)
{
    int        rc;
    char      *sql, *verifier;
    PGresult  *result;

    verifier = PQencryptPasswordConn(conn, password, role, "scram-sha-256");
    if (verifier == NULL) {
        return text_error("%s", PQerrorMessage(conn));
    }

    sql = text_format("CREATE ROLE %s LOGIN NOSUPERUSER NOCREATEDB"
                      " NOCREATEROLE PASSWORD '%s'", role, verifier);
    result = PQexec(conn, sql);
    rc = 0;

    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        rc = text_error("the role %s is missing and cannot be created: %s",
                        role, PQresultErrorMessage(result));
    }

    PQclear(result);
    PQfreemem(verifier);
    free(sql);

    return rc;
}


static int
external_exists(PGconn *conn, const char *sql, const char *name)
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
