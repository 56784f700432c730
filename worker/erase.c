/*
 * See erase.h.  The rules are in worker/sql/functions/75-erasure.sql: a file
 * is named there when its last paper has gone.  An upload of the same bytes
 * since then has made the file younger, and wins.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "erase.h"
#include "log.h"
#include "paperal_buf.h"
#include "paperal_storage.h"

#define ERASE_MAX_PAPERS  50     /* a round */
#define ERASE_MARGIN      2      /* seconds: whole ones, and two clocks */


static int erase_papers(db_t *db);
static int erase_files(db_t *db, const char *storage);
static int erase_file(const char *storage, const char *hash, double since);
static void erase_end(db_t *db, const char *hash, int deleted);


int
erase_run(db_t *db, const char *storage)
{
    return erase_papers(db) + erase_files(db, storage);
}


/* One paper is one transaction: it locks all that belongs to the paper. */
static int
erase_papers(db_t *db)
{
    int        n, found;
    PGresult  *res;

    for (n = 0, found = 1; found && n < ERASE_MAX_PAPERS; n += found) {
        res = db_exec(db, "SELECT paper_id FROM expire_papers()", 0, NULL);
        found = db_has_row(res);
        PQclear(res);
    }

    if (n != 0) {
        log_info("%d papers erased: their time was over", n);
    }

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


/*
 * 1: it is gone; 0: it is younger than that; -1: not now.  Out of the way
 * first, then looked at: an upload of the same bytes that comes between makes
 * a new file, and one that came just before has touched this.
 */
static int
erase_file(const char *storage, const char *hash, double since)
{
    char            path[ERASE_MAX_PATH], gone[ERASE_MAX_PATH];
    struct stat     st;
    paperal_buf_t   b, to;

    paperal_buf_fixed(&b, path, sizeof(path));
    paperal_storage_path(&b, storage, hash, strlen(hash));
    paperal_buf_fixed(&to, gone, sizeof(gone));
    paperal_buf_printf(&to, "%s/" PAPERAL_STORAGE_TMP "/%s.gone", storage,
                       hash);

    if (b.failed || to.failed) {
        return -1;
    }

    if (rename(path, gone) == -1) {
        if (errno == ENOENT) {
            (void) unlink(gone);      /* a round that was cut short */
            return 1;
        }

        log_error("cannot move the file \"%s\": %s", path, strerror(errno));
        return -1;
    }

    if (lstat(gone, &st) == -1) {
        return -1;
    }

    if ((double) st.st_mtim.tv_sec + ERASE_MARGIN >= since) {
        if (rename(gone, path) == -1) {
            log_error("cannot move the file \"%s\" back: %s", path,
                      strerror(errno));
            return -1;
        }

        return 0;
    }

    if (unlink(gone) == -1) {
        log_error("cannot delete the file \"%s\": %s", gone,
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
