/* See admin.h.  Commands for a person: plain words on stdout and stderr. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin.h"
#include "db.h"
#include "document.h"
#include "engine/engine.h"
#include "paperal_buf.h"

#define ADMIN_READ_SIZE    65536
#define ADMIN_MAX_RESULT   (32 * 1024 * 1024)


static int admin_read(const char *path, paperal_buf_t *b);


int
admin_grant(const config_t *cfg, char **args)
{
    int          rc;
    db_t         db;
    PGresult    *res;
    const char  *values[1];

    db_init(&db, cfg, "paperal-worker admin", NULL);
    db.migrate = 1;

    values[0] = args[0];
    res = db_exec(&db, "SELECT grant_admin($1)", 1, values);

    if (!db_has_row(res)) {
        fprintf(stderr, "paperal-worker: cannot ask the database; is Paperal"
                        " running, and is this user allowed to?\n");
        rc = 1;

    } else if (*PQgetvalue(res, 0, 0) == 't') {
        printf("%s is an administrator now\n", args[0]);
        rc = 0;

    } else {
        fprintf(stderr, "paperal-worker: there is no account of \"%s\";"
                        " register it first\n", args[0]);
        rc = 1;
    }

    PQclear(res);
    db_close(&db);

    return rc;
}


int
admin_analyze_file(const config_t *cfg, char **args)
{
    int               rc;
    char              err[256];
    paperal_buf_t     json, full, brief;
    engine_options_t  opt;

    (void) cfg;

    rc = 1;
    paperal_buf_init(&json, DOCUMENT_MAX_JSON);
    paperal_buf_init(&full, ADMIN_MAX_RESULT);
    paperal_buf_init(&brief, ADMIN_MAX_RESULT);
    memset(&opt, 0, sizeof(engine_options_t));

    if (admin_read(args[0], &json) != 0) {
        goto done;
    }

    if (engine_analyze_document(json.data, json.len, &opt, &full, &brief, err,
                                sizeof(err)) != 0)
    {
        fprintf(stderr, "paperal-worker: %s: %s\n", args[0], err);
        goto done;
    }

    printf("%s\n", paperal_buf_cstr(&full));
    rc = 0;

done:

    paperal_buf_release(&json);
    paperal_buf_release(&full);
    paperal_buf_release(&brief);

    return rc;
}


static int
admin_read(const char *path, paperal_buf_t *b)
{
    int       fd;
    char     *room;
    ssize_t   n;

    fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY);

    if (fd == -1) {
        fprintf(stderr, "paperal-worker: %s: %s\n", path, strerror(errno));
        return -1;
    }

    do {
        room = paperal_buf_reserve(b, ADMIN_READ_SIZE);
        n = room == NULL ? -1 : read(fd, room, ADMIN_READ_SIZE);

        if (n > 0) {
            paperal_buf_commit(b, (size_t) n);
        }

    } while (n > 0);

    if (fd != STDIN_FILENO) {
        close(fd);
    }

    if (n < 0) {
        fprintf(stderr, "paperal-worker: %s: cannot be read, or is above"
                        " %d MiB\n", path, DOCUMENT_MAX_JSON / 1048576);
        return -1;
    }

    return 0;
}
