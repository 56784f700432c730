/* See queue.h.  A table of nothing: each function is one statement. */

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "paperal_buf.h"
#include "paperal_json.h"
#include "queue.h"

#define QUEUE_MAX_ERROR  2048


static queue_rc_e queue_error(db_t *db, const queue_job_t *job,
    const char *sql, const char *code, const char *message);


queue_rc_e
queue_claim(db_t *db, const char *owner, queue_job_t *job)
{
    char         lease[16];
    PGresult    *res;
    queue_rc_e   rc;
    const char  *values[2];

    snprintf(lease, sizeof(lease), "%d", db->cfg->lease);

    values[0] = owner;
    values[1] = lease;

    res = db_exec(db,
                  "SELECT id, lease_epoch, kind, subject_id FROM claim_job("
                  "ARRAY['extract','analysis'], $1, $2::int * interval '1 s',"
                  " 1024)",
                  2, values);

    rc = res == NULL ? QUEUE_DOWN : QUEUE_EMPTY;

    if (db_has_row(res)) {
        snprintf(job->id, sizeof(job->id), "%s", db_value(res, "id"));
        snprintf(job->epoch, sizeof(job->epoch), "%s",
                 db_value(res, "lease_epoch"));
        snprintf(job->kind, sizeof(job->kind), "%s", db_value(res, "kind"));
        snprintf(job->subject, sizeof(job->subject), "%s",
                 db_value(res, "subject_id"));
        rc = QUEUE_OK;
    }

    PQclear(res);

    return rc;
}


queue_rc_e
queue_heartbeat(db_t *db, const queue_job_t *job)
{
    char         lease[16];
    PGresult    *res;
    queue_rc_e   rc;
    const char  *cancel, *values[3];

    snprintf(lease, sizeof(lease), "%d", db->cfg->lease);

    values[0] = job->id;
    values[1] = job->epoch;
    values[2] = lease;

    res = db_exec(db,
                  "SELECT cancel FROM heartbeat_job($1::bigint, $2::bigint,"
                  " $3::int * interval '1 s')",
                  3, values);

    if (res == NULL) {
        return QUEUE_DOWN;
    }

    rc = QUEUE_LOST;

    if (db_has_row(res)) {
        cancel = db_value(res, "cancel");
        rc = cancel != NULL && *cancel == 't' ? QUEUE_CANCELLED : QUEUE_OK;
    }

    PQclear(res);

    return rc;
}


queue_rc_e
queue_call(db_t *db, const queue_job_t *job, const char *sql, int n,
    const char **values)
{
    PGresult    *res;
    queue_rc_e   rc;
    const char  *done;

    values[0] = job->id;
    values[1] = job->epoch;

    res = db_exec_fenced(db, sql, n, values, QUEUE_RETRY_MS);

    if (res == NULL) {
        return QUEUE_DOWN;
    }

    rc = QUEUE_LOST;

    if (PQresultStatus(res) == PGRES_FATAL_ERROR) {
        rc = db_is_refusal(res) ? QUEUE_REFUSED : QUEUE_FAILED;

    } else if (db_has_row(res) && !PQgetisnull(res, 0, 0)) {
        done = PQgetvalue(res, 0, 0);
        rc = *done == 'f' ? QUEUE_LOST : QUEUE_OK;
    }

    PQclear(res);

    return rc;
}


queue_rc_e
queue_interrupt(db_t *db, const queue_job_t *job)
{
    const char  *values[2];

    return queue_call(db, job, "SELECT interrupt_job($1::bigint, $2::bigint)",
                      2, values);
}


queue_rc_e
queue_cancel(db_t *db, const queue_job_t *job)
{
    const char  *values[2];

    return queue_call(db, job, "SELECT cancel_job($1::bigint, $2::bigint)",
                      2, values);
}


queue_rc_e
queue_retry(db_t *db, const queue_job_t *job, const char *code,
    const char *message)
{
    return queue_error(db, job,
                       "SELECT retry_job($1::bigint, $2::bigint, $3::json,"
                       " NULL)", code, message);
}


queue_rc_e
queue_fail(db_t *db, const queue_job_t *job, const char *code,
    const char *message)
{
    return queue_error(db, job,
                       "SELECT fail_job($1::bigint, $2::bigint, $3::json)",
                       code, message);
}


static queue_rc_e
queue_error(db_t *db, const queue_job_t *job, const char *sql,
    const char *code, const char *message)
{
    queue_rc_e     rc;
    const char    *values[3];
    paperal_buf_t  b;

    paperal_buf_init(&b, QUEUE_MAX_ERROR);

    paperal_json_open(&b);
    paperal_json_strz(&b, "code", code);
    paperal_json_strz(&b, "message", message);
    paperal_json_close(&b);

    values[2] = paperal_buf_cstr(&b);

    rc = queue_call(db, job, sql, 3, values);

    paperal_buf_release(&b);

    return rc;
}


int
queue_release(db_t *db, const char *owner)
{
    int          rc;
    PGresult    *res;
    const char  *values[1];

    values[0] = owner;

    res = db_exec(db, "SELECT release_leases($1)", 1, values);

    if (res == NULL) {
        return -1;
    }

    PQclear(res);

    res = db_exec(db, "SELECT 1 FROM jobs WHERE state = 'running'"
                      " AND lease_owner = $1 LIMIT 1", 1, values);

    rc = res == NULL ? -1 : db_has_row(res);

    PQclear(res);

    return rc;
}
