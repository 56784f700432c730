/*
 * The handler of "extract" jobs: opens the stored file, lets the sandboxed
 * child read it, checks what the child says and writes it to the paper.
 *
 * A file that cannot be read is no failure of the job: the paper gets its
 * code and the user's words.  What is tried again are our own troubles: no
 * file (a storage that is away), no process, no memory.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <cjson/cJSON.h>

#include "document.h"
#include "engine/engine.h"
#include "extract_child.h"
#include "log.h"
#include "paperal_buf.h"
#include "paperal_storage.h"
#include "paperal_utf8.h"
#include "settings.h"
#include "slot.h"

#define EXTRACT_MAX_PATH       4096
#define EXTRACT_MAX_BODY       (16 * 1024 * 1024)
#define EXTRACT_MAX_STATEMENTS (256 * 1024)
#define EXTRACT_MAX_MESSAGE    256
#define EXTRACT_POLL_MS        500      /* how late a SIGTERM is seen */


static int extract_open(slot_t *slot, queue_rc_e *rc);
static queue_rc_e extract_wait(slot_t *slot, extract_child_t *child);
static queue_rc_e extract_store(slot_t *slot, const char *json, size_t len);
static queue_rc_e extract_reject(slot_t *slot, const char *json, size_t len,
    const char *code);
static void extract_body(const document_t *doc, paperal_buf_t *b);


queue_rc_e
job_extract(slot_t *slot)
{
    int               fd;
    size_t            len;
    queue_rc_e        rc;
    const char       *json, *code;
    extract_child_t  *child;

    fd = extract_open(slot, &rc);
    if (fd == -1) {
        return rc;
    }

    /* a program that is missing is no fault of the file */

    if (slot->cfg->extract_path == NULL
        || access(slot->cfg->extract_path, X_OK) == -1)
    {
        log_error("cannot use the reader \"%s\": %s",
                  slot->cfg->extract_path != NULL ? slot->cfg->extract_path
                                                  : "(no path)",
                  strerror(errno));
        close(fd);
        return QUEUE_FAILED;
    }

    child = extract_child_start(slot->cfg->extract_path, fd,
                                EXTRACT_CHILD_FULL|EXTRACT_CHILD_OCR);
    if (child == NULL) {
        log_error("cannot start \"%s\": %s", slot->cfg->extract_path,
                  strerror(errno));
        close(fd);
        return QUEUE_FAILED;
    }

    rc = extract_wait(slot, child);

    if (rc == QUEUE_OK) {
        json = extract_child_result(child, &len);
        code = extract_child_error(child);

        rc = code != NULL ? extract_reject(slot, json, len, code)
                          : extract_store(slot, json, len);
    }

    extract_child_free(child);
    close(fd);

    return rc;
}


/* The paper's file, or -1 with the job's outcome in *rc. */
static int
extract_open(slot_t *slot, queue_rc_e *rc)
{
    int             fd;
    char            path[EXTRACT_MAX_PATH];
    PGresult       *res;
    const char     *hash, *values[2];
    struct stat     st;
    paperal_buf_t   b;

    values[0] = slot->job.id;
    values[1] = slot->job.epoch;

    res = db_exec_fenced(&slot->db,
                         "SELECT file_hash FROM begin_extraction($1::bigint,"
                         " $2::bigint)", 2, values, QUEUE_RETRY_MS);

    if (!db_has_row(res)) {
        *rc = res == NULL ? QUEUE_DOWN
              : PQresultStatus(res) == PGRES_TUPLES_OK ? QUEUE_LOST
              : QUEUE_FAILED;
        PQclear(res);
        return -1;
    }

    hash = db_value(res, "file_hash");

    paperal_buf_fixed(&b, path, sizeof(path));
    paperal_storage_path(&b, slot->cfg->storage_path != NULL
                             ? slot->cfg->storage_path : "",
                         hash != NULL ? hash : "",
                         hash != NULL ? strlen(hash) : 0);

    PQclear(res);

    errno = EINVAL;
    fd = b.failed ? -1 : open(path, O_RDONLY|O_CLOEXEC|O_NOFOLLOW|O_NONBLOCK);

    if (fd != -1 && (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))) {
        close(fd);
        errno = EINVAL;
        fd = -1;
    }

    if (fd == -1) {
        log_error("cannot open the stored file \"%s\": %s",
                  b.failed ? "(no path)" : path, strerror(errno));
        *rc = QUEUE_FAILED;
    }

    return fd;
}


/* Until the child is done, the lease lost, a cancel, or SIGTERM. */
static queue_rc_e
extract_wait(slot_t *slot, extract_child_t *child)
{
    int            timeout;
    queue_rc_e     rc;
    struct pollfd  pfd;

    while (extract_child_advance(child) == EXTRACT_CHILD_AGAIN) {

        if (slot_draining()) {
            return QUEUE_BACK;
        }

        rc = slot_beat(slot);
        if (rc != QUEUE_OK) {
            return rc;
        }

        timeout = extract_child_timeout(child);

        if (slot_beat_wait(slot) < timeout) {
            timeout = slot_beat_wait(slot);
        }

        if (timeout > EXTRACT_POLL_MS) {
            timeout = EXTRACT_POLL_MS;
        }

        pfd.fd = extract_child_fd(child);
        pfd.events = POLLIN;

        (void) poll(&pfd, 1, timeout);
    }

    return QUEUE_OK;
}


static queue_rc_e
extract_reject(slot_t *slot, const char *json, size_t len, const char *code)
{
    char         message[EXTRACT_MAX_MESSAGE];
    cJSON       *object;
    size_t       n;
    queue_rc_e   rc;
    const char  *text, *values[4];

    object = cJSON_ParseWithLength(json, len);
    text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(object, "error"), "message"));

    if (text == NULL || !paperal_utf8_is_valid(text, strlen(text))) {
        text = "the file could not be read";
    }

    n = paperal_utf8_clip(text, strlen(text), sizeof(message) - 1);
    memcpy(message, text, n);
    message[n] = '\0';

    cJSON_Delete(object);

    log_info("paper \"%s\" cannot be read: %s", slot->job.subject, code);

    values[2] = code;
    values[3] = message;

    rc = queue_call(&slot->db, &slot->job,
                    "SELECT reject_extraction($1::bigint, $2::bigint, $3, $4)",
                    4, values);

    return rc;
}


static queue_rc_e
extract_store(slot_t *slot, const char *json, size_t len)
{
    char            err[EXTRACT_MAX_MESSAGE], tokens[24];
    document_t     *doc;
    queue_rc_e      rc;
    const char     *values[6];
    paperal_buf_t   body, statements, text;

    doc = document_parse(json, len, err, sizeof(err));

    if (doc == NULL) {
        /* the child has touched hostile bytes: it is not believed */
        log_error("the reader's answer is refused: %s", err);
        return extract_reject(slot, "", 0, "EXTRACTION_CRASHED");
    }

    paperal_buf_init(&body, EXTRACT_MAX_BODY);
    paperal_buf_init(&statements, EXTRACT_MAX_STATEMENTS);
    paperal_buf_init(&text, EXTRACT_CHILD_MAX_OUTPUT + 1);

    extract_body(doc, &body);
    paperal_buf_bytes(&text, json, len);

    if (engine_statements(doc, &statements) != 0 || body.failed
        || text.failed)
    {
        log_error("the paper's text does not fit its buffers");
        rc = extract_reject(slot, "", 0, "PDF_TOO_COMPLEX");

    } else {
        values[2] = paperal_buf_cstr(&text);
        values[3] = paperal_buf_cstr(&statements);
        values[4] = paperal_buf_cstr(&body);
        values[5] = tokens;
        snprintf(tokens, sizeof(tokens), "%lld",
                 (long long) settings_paper_tokens(doc));

        rc = queue_call(&slot->db, &slot->job,
                        "SELECT complete_extraction($1::bigint, $2::bigint,"
                        " $3::json, $4::json, $5, $6::int)", 6, values);
    }

    if (rc == QUEUE_REFUSED) {
        log_error("the database does not take the reader's answer");
        rc = extract_reject(slot, "", 0, "PDF_TOO_COMPLEX");
    }

    paperal_buf_release(&body);
    paperal_buf_release(&statements);
    paperal_buf_release(&text);
    document_free(doc);

    return rc;
}


/* The text that is searched: every sentence that is no reference. */
static void
extract_body(const document_t *doc, paperal_buf_t *b)
{
    size_t  i;

    for (i = 0; i < doc->nsentences; i++) {
        if (doc->sentences[i].kind == DOCUMENT_KIND_REFERENCE) {
            continue;
        }

        if (b->len != 0) {
            paperal_buf_char(b, '\n');
        }

        paperal_buf_bytes(b, doc->sentences[i].text, doc->sentences[i].len);
    }
}
