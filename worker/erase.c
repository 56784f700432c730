/*
 * See erase.h.  The rules are in worker/sql/functions/75-erasure.sql: a file
 * is named there when its last paper has gone.  An upload of the same bytes
 * since then has given the file a younger ctime, and wins.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "erase.h"
#include "log.h"
#include "paperal_buf.h"
#include "paperal_storage.h"

#define ERASE_MARGIN  2      /* seconds: whole ones, and two clocks */


static int erase_papers(db_t *db);
static int erase_files(db_t *db, const char *storage);
static int erase_file(const char *storage, const char *hash, double since);
static void erase_end(db_t *db, const char *hash, int deleted);


int
erase_run(db_t *db, const char *storage)
{
    return erase_papers(db) + erase_files(db, storage);
}


static int
erase_papers(db_t *db)
{
    int        n;
    PGresult  *res;

    res = db_exec(db, "SELECT paper_id FROM expire_papers()", 0, NULL);
    n = db_has_row(res) ? PQntuples(res) : 0;

    if (n != 0) {
        log_info("%d papers erased: their time was over", n);
    }

    PQclear(res);

    return n;
}


static int
erase_files(db_t *db, const char *storage)
{
    int          i, n, deleted, rc;
    PGresult    *res;
    const char  *hash;

    if (storage == NULL) {
        return 0;
    }

    res = db_exec(db, "SELECT file_hash, extract(epoch FROM since)"
                      " FROM take_object_deletions()", 0, NULL);
    n = db_has_row(res) ? PQntuples(res) : 0;

    for (i = 0, deleted = 0; i < n; i++) {
        hash = PQgetvalue(res, i, 0);
        rc = erase_file(storage, hash, strtod(PQgetvalue(res, i, 1), NULL));

        if (rc >= 0) {
            erase_end(db, hash, rc);
            deleted += rc;
        }
    }

    if (deleted != 0) {
        log_info("%d files deleted that no paper has", deleted);
    }

    PQclear(res);

    return deleted;
}


/* 1: it is gone; 0: it is younger than that; -1: not now. */
static int
erase_file(const char *storage, const char *hash, double since)
{
    char            path[ERASE_MAX_PATH];
    struct stat     st;
    paperal_buf_t   b;

    paperal_buf_fixed(&b, path, sizeof(path));
    paperal_storage_path(&b, storage, hash, strlen(hash));

    if (b.failed) {
        return -1;
    }

    if (lstat(path, &st) == -1) {
        return errno == ENOENT ? 1 : -1;
    }

    if ((double) st.st_ctim.tv_sec + ERASE_MARGIN >= since) {
        return 0;
    }

    if (unlink(path) == -1 && errno != ENOENT) {
        log_error("cannot delete the file \"%s\": %s", path,
                  strerror(errno));
        return -1;
    }

    return 1;
}


static void
erase_end(db_t *db, const char *hash, int deleted)
{
    const char  *values[2];

    values[0] = hash;
    values[1] = deleted ? "true" : "false";

    PQclear(db_exec(db, "SELECT end_object_deletion($1, $2::boolean)", 2,
                    values));
}
