/*
 * The job queue as a slot sees it: the SQL functions of worker/sql/functions,
 * one C function each.  States move only there; the database's clock decides.
 *
 * Every call that writes for a job names (job id, lease epoch).  The answer
 * QUEUE_LOST means that the lease is gone: stop at once and write nothing
 * more for this job, somebody else has it.
 */

#ifndef WORKER_QUEUE_H
#define WORKER_QUEUE_H

#include <stddef.h>

#include "db.h"

#define QUEUE_UUID_LEN   36
#define QUEUE_KIND_LEN   31
#define QUEUE_RETRY_MS   20000      /* a fenced write outlives an outage */

typedef enum {
    QUEUE_OK = 0,
    QUEUE_EMPTY,        /* nothing to claim now */
    QUEUE_CANCELLED,    /* the user asked to cancel: end the job */
    QUEUE_LOST,         /* the lease is gone */
    QUEUE_DOWN,         /* no database */
    QUEUE_BACK,         /* this process ends: give the job back, uncounted */
    QUEUE_REFUSED,      /* the database does not take these values, ever */
    QUEUE_FAILED        /* an error of the database, or of the handler */
} queue_rc_e;

typedef struct {
    char  id[24];
    char  epoch[24];
    char  kind[QUEUE_KIND_LEN + 1];
    char  subject[QUEUE_UUID_LEN + 1];
} queue_job_t;

/* Claims the next job for owner: QUEUE_OK, QUEUE_EMPTY or QUEUE_DOWN. */
queue_rc_e queue_claim(db_t *db, const char *owner, queue_job_t *job);

/* Extends the lease: QUEUE_OK, QUEUE_CANCELLED, QUEUE_LOST or QUEUE_DOWN. */
queue_rc_e queue_heartbeat(db_t *db, const queue_job_t *job);

/* Gives the job back at once without counting it (SIGTERM). */
queue_rc_e queue_interrupt(db_t *db, const queue_job_t *job);

/* Ends the job as its user asked. */
queue_rc_e queue_cancel(db_t *db, const queue_job_t *job);

/* The handler failed; the queue tries again later, at most max_attempts. */
queue_rc_e queue_retry(db_t *db, const queue_job_t *job, const char *code,
    const char *message);

/* The handler failed for good; code and message are for the user. */
queue_rc_e queue_fail(db_t *db, const queue_job_t *job, const char *code,
    const char *message);

/*
 * Gives back the leases of a process that is known to be dead: 0, 1 when a
 * statement of its still holds one, which has to be tried again, or -1.
 */
int queue_release(db_t *db, const char *owner);

/*
 * Calls one fenced function "SELECT fn($1,$2,...)" that answers true or
 * false: QUEUE_OK, QUEUE_LOST, QUEUE_DOWN, QUEUE_REFUSED when the values are
 * to blame, or QUEUE_FAILED for another SQL error.  values[0] and values[1]
 * are filled in with the job's id and epoch; n counts them.
 */
queue_rc_e queue_call(db_t *db, const queue_job_t *job, const char *sql,
    int n, const char **values);

#endif /* WORKER_QUEUE_H */
