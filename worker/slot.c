/*
 * The loop of a slot: claim, run, answer for the outcome, wait for a
 * notification.  Started by the master (master.c); the jobs are in
 * job_extract.c and job_analysis.c.
 */

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "settings.h"
#include "slot.h"

#define SLOT_MAX_TEXT    256
#define SLOT_MMAP_BYTES  65536      /* blocks from this size are given back */

typedef struct {
    const char  *kind;
    queue_rc_e (*run)(slot_t *slot);
} slot_handler_t;


static void slot_on_term(int signo);
static int slot_settle(slot_t *slot);
static void slot_work(slot_t *slot);
static void slot_end(slot_t *slot, queue_rc_e rc);
static int slot_is_woken(slot_t *slot);
static void slot_wait(slot_t *slot);


static const slot_handler_t  slot_handlers[] = {
    { "extract",  job_extract },
    { "analysis", job_analysis },
    { NULL,       NULL }
};


static volatile sig_atomic_t  slot_term;


int
slot_run(const config_t *cfg, const char *owner)
{
    char              err[SLOT_MAX_TEXT];
    slot_t            slot;
    sigset_t          none;
    struct sigaction  sa;

    memset(&slot, 0, sizeof(slot));
    slot.cfg = cfg;
    snprintf(slot.owner, sizeof(slot.owner), "%s", owner);

    memset(&sa, 0, sizeof(sa));
    sa.sa_handler = slot_on_term;
    sigaction(SIGTERM, &sa, NULL);
    sigaction(SIGINT, &sa, NULL);

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);

    (void) mallopt(M_MMAP_THRESHOLD, SLOT_MMAP_BYTES);

    /* changed since the master's start: later tries wait longer */

    if (settings_load(cfg, err, sizeof(err)) != 0) {
        log_error("%s", err);
        return 2;
    }

    db_init(&slot.db, cfg, "paperal-worker slot", "paperal_jobs");
    slot.db.ending = slot_draining;

    while (!slot_draining()) {
        if (db_connect(&slot.db) == 0 && slot_settle(&slot) == 0
            && queue_claim(&slot.db, slot.owner, &slot.job) == QUEUE_OK)
        {
            slot_work(&slot);
            continue;
        }

        slot_wait(&slot);
    }

    llm_client_free(slot.model);
    db_close(&slot.db);

    return slot.left ? SLOT_LEFT : 0;
}


static void
slot_on_term(int signo)
{
    (void) signo;

    slot_term = 1;
}


int
slot_draining(void)
{
    return slot_term;
}


/*
 * A job that was left when the database went away is given back as soon as it
 * is there again: nobody has to wait for the lease to run out, and nothing
 * was the job's fault.
 */
static int
slot_settle(slot_t *slot)
{
    queue_rc_e  rc;

    if (!slot->left) {
        return 0;
    }

    rc = queue_interrupt(&slot->db, &slot->job);

    if (rc == QUEUE_DOWN) {
        return -1;
    }

    log_info("job %s, left without a database, is %s", slot->job.id,
             rc == QUEUE_OK ? "given back" : "no longer this slot's");
    slot->left = 0;

    return 0;
}


/* Runs the claimed job and ends it in the queue according to its outcome. */
static void
slot_work(slot_t *slot)
{
    queue_rc_e             rc;
    const slot_handler_t  *h;

    log_set_job(strtoll(slot->job.id, NULL, 10));

    slot->beat_at = clock_ms() + (int64_t) slot->cfg->heartbeat * 1000;

    for (h = slot_handlers; h->kind != NULL; h++) {
        if (strcmp(h->kind, slot->job.kind) == 0) {
            break;
        }
    }

    if (h->kind == NULL) {
        log_error("no handler for jobs of kind \"%s\"", slot->job.kind);
        rc = queue_fail(&slot->db, &slot->job, "SERVER_ERROR",
                        "this worker does not know this kind of job");

    } else {
        rc = h->run(slot);
    }

    slot_end(slot, rc);
    log_set_job(0);

    /* papers are large: what they took goes back */

    (void) malloc_trim(0);
}


static void
slot_end(slot_t *slot, queue_rc_e rc)
{
    queue_rc_e  told;

    told = QUEUE_OK;

    switch (rc) {

    case QUEUE_CANCELLED:
        told = queue_cancel(&slot->db, &slot->job);
        log_info("job cancelled");
        break;

    case QUEUE_LOST:
        log_warn("the lease of the job was lost, nothing more is written");
        break;

    case QUEUE_BACK:
        told = queue_interrupt(&slot->db, &slot->job);
        log_info("job given back before the end of this process");
        break;

    case QUEUE_REFUSED:
        told = queue_fail(&slot->db, &slot->job, "SERVER_ERROR",
                          "the result could not be stored");
        log_error("the database does not take what the job made of it");
        break;

    case QUEUE_FAILED:
        told = queue_retry(&slot->db, &slot->job, "SERVER_ERROR",
                           "an internal error, the work is tried again");
        log_error("job failed, the queue tries again later");
        break;

    case QUEUE_DOWN:
        told = QUEUE_DOWN;
        log_warn("no database: the job is given back when it is there again");
        break;

    default:
        break;
    }

    slot->left = told == QUEUE_DOWN;
}


queue_rc_e
slot_beat(slot_t *slot)
{
    int64_t     now;
    queue_rc_e  rc;

    now = clock_ms();

    if (now < slot->beat_at) {
        return QUEUE_OK;
    }

    rc = queue_heartbeat(&slot->db, &slot->job);

    if (rc != QUEUE_DOWN) {
        slot->beat_at = now + (int64_t) slot->cfg->heartbeat * 1000;
        return rc;
    }

    /* without a database the lease runs on from the last heartbeat */

    if (now - slot->beat_at
        > (int64_t) (slot->cfg->lease - slot->cfg->heartbeat) * 1000)
    {
        return QUEUE_LOST;
    }

    return QUEUE_OK;
}


llm_client_t *
slot_model(slot_t *slot)
{
    char  err[SLOT_MAX_TEXT];

    if (slot->model == NULL) {
        slot->model = settings_client(slot->cfg, err, sizeof(err));

        if (slot->model == NULL) {
            log_error("the language model cannot be used: %s", err);
        }
    }

    return slot->model;
}


int
slot_beat_wait(const slot_t *slot)
{
    int64_t  left;

    left = slot->beat_at - clock_ms();

    return left < 1 ? 1 : (int) left;
}


/* Sleeps until a notification, SIGTERM, the next try to connect or the poll. */
static void
slot_wait(slot_t *slot)
{
    int              timeout;
    nfds_t           n;
    sigset_t         none, term;
    struct pollfd    pfd;
    struct timespec  ts;

    n = 0;
    timeout = db_wait(&slot->db);

    /* what came with the answer of a statement is not in the socket */

    if (slot_is_woken(slot)) {
        return;
    }

    if (slot->db.conn != NULL) {
        pfd.fd = PQsocket(slot->db.conn);
        pfd.events = POLLIN;
        n = 1;
        timeout = SLOT_POLL_MS - SLOT_POLL_MS / 10
                  + clock_jitter(SLOT_POLL_MS / 5);
    }

    /* SIGTERM between the test and the sleep must not be slept over */

    sigemptyset(&none);
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigaddset(&term, SIGINT);
    sigprocmask(SIG_BLOCK, &term, NULL);

    ts.tv_sec = timeout / 1000;
    ts.tv_nsec = (long) (timeout % 1000) * 1000000;

    if (!slot_draining()) {
        (void) ppoll(&pfd, n, &ts, &none);
    }

    sigprocmask(SIG_UNBLOCK, &term, NULL);

    if (slot->db.conn != NULL && PQconsumeInput(slot->db.conn) == 0) {
        /* the next statement finds the connection lost and says so */
        PQclear(db_exec(&slot->db, "SELECT 1", 0, NULL));
    }

    (void) slot_is_woken(slot);
}


/* Takes the notifications that have come; whether there were any. */
static int
slot_is_woken(slot_t *slot)
{
    int        n;
    PGnotify  *notify;

    n = 0;

    while (slot->db.conn != NULL
           && (notify = PQnotifies(slot->db.conn)) != NULL)
    {
        PQfreemem(notify);
        n++;
    }

    return n != 0;
}
