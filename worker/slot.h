/*
 * A slot: one single-threaded process of the worker that takes one job after
 * the other from the queue.  It crashes alone: the master gives its lease
 * back and starts another.
 */

#ifndef WORKER_SLOT_H
#define WORKER_SLOT_H

#include <signal.h>

#include "config.h"
#include "db.h"
#include "llm.h"
#include "queue.h"

#define SLOT_MAX_OWNER  96
#define SLOT_LEFT       3           /* exit code */
#define SLOT_POLL_MS    5000        /* backs up LISTEN/NOTIFY */

typedef struct {
    const config_t  *cfg;
    char             owner[SLOT_MAX_OWNER];
    db_t             db;
    llm_client_t    *model;         /* made when it is needed first */
    queue_job_t      job;
    int64_t          beat_at;       /* monotonic ms of the next heartbeat */
    unsigned         left:1;        /* job was left without a database */
} slot_t;

/*
 * Never returns before SIGTERM; the exit code for the process: 0, or
 * SLOT_LEFT when a job could not be given back.
 */
int slot_run(const config_t *cfg, const char *owner);

/* True once SIGTERM has been received: end the job at the next checkpoint. */
int slot_draining(void);

/*
 * Sends the heartbeat when it is due.  QUEUE_OK: go on.  QUEUE_DOWN is
 * reported only when the lease must be assumed lost.
 */
queue_rc_e slot_beat(slot_t *slot);

/* The client of the configured model; NULL when there is none (logged). */
llm_client_t *slot_model(slot_t *slot);

/* Milliseconds until slot_beat() is due, at least 1. */
int slot_beat_wait(const slot_t *slot);

/* The handlers of the two kinds of job; what they return ends the job. */
queue_rc_e job_extract(slot_t *slot);
queue_rc_e job_analysis(slot_t *slot);

#endif /* WORKER_SLOT_H */
