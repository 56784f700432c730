/*
 * See master.h.  One poll loop over the database's socket, a signalfd and the
 * nearest of the timers.  A slot is this program executed again ("slot
 * OWNER"), so that it shares nothing with the master but its environment.
 */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "clock.h"
#include "erase.h"
#include "log.h"
#include "master.h"
#include "publish.h"
#include "queue.h"
#include "settings.h"
#include "slot.h"
#include "sql_files.h"


typedef struct {
    pid_t            pid;               /* 0: not running */
    char             owner[SLOT_MAX_OWNER];
    int              backoff;
    int64_t          started_at;
    int64_t          start_at;          /* when to start it again */
    int64_t          release_at;
    int64_t          release_end;       /* then the lease has run out */
    unsigned         release:1;         /* its leases wait to be given back */
} master_slot_t;

typedef struct {
    const config_t  *cfg;
    db_t             db;
    publish_t        publish;
    master_slot_t    slots[CONFIG_MAX_SLOTS];
    int              signal_fd;
    unsigned         generation;        /* of the owners' names */
    int64_t          reap_at;
    int64_t          prune_at;
    int64_t          erase_at;
    int64_t          drain_until;       /* 0: not draining */
    unsigned         checked:1;         /* the schema is this program's */
    unsigned         published:1;       /* the model's settings */
    unsigned         failed:1;          /* it is another one's */
} master_t;

typedef struct {
    const char  *sql;
    const char  *what;
} master_chore_t;


static int master_ending(void);
static int master_signals(master_t *m);
static int master_check_schema(master_t *m);
static void master_turn(master_t *m);
static void master_work(master_t *m);
static void master_kill(master_t *m);
static void master_start_slots(master_t *m);
static void master_slot_exec(const char *owner, pid_t master);
static void master_collect(master_t *m);
static void master_release(master_t *m);
static void master_read_signals(master_t *m);
static void master_drain(master_t *m);
static void master_events(master_t *m);
static void master_chores(master_t *m, const master_chore_t *chore);
static int master_timeout(const master_t *m);
static int master_running(const master_t *m);


static const master_chore_t  master_reaps[] = {
    { "SELECT * FROM reap_jobs()", "expired leases given back" },
    { NULL, NULL }
};


static const master_chore_t  master_prunes[] = {
    { "SELECT 1 WHERE prune_events() > 0", NULL },
    { "SELECT 1 WHERE prune_idempotency() > 0", NULL },
    { "SELECT 1 WHERE prune_tokens() > 0", NULL },
    { "SELECT 1 WHERE prune_answers() > 0", NULL },
    { NULL, NULL }
};


int
master_run(const config_t *cfg)
{
    char             err[LLM_MESSAGE_SIZE];
    static master_t  m;

    if (settings_load(cfg, err, sizeof(err)) != 0) {
        log_error("%s", err);
        return 2;
    }

    m.cfg = cfg;
    m.prune_at = clock_ms() + MASTER_PRUNE_MS;

    db_init(&m.db, cfg, "paperal-worker master", "paperal_events");
    m.db.ending = master_ending;
    publish_init(&m.publish, cfg);

    if (master_signals(&m) != 0) {
        return 1;
    }

    log_info("started with %d slots", cfg->slots);

    for ( ;; ) {
        if (m.drain_until != 0 && master_running(&m) == 0) {
            break;
        }

        master_turn(&m);
    }

    master_release(&m);
    db_close(&m.db);
    publish_close(&m.publish);

    log_info("stopped");

    return m.failed ? 1 : 0;
}


/* A signal to end that waits in the signalfd: seen during a statement. */
static int
master_ending(void)
{
    sigset_t  set;

    return sigpending(&set) == 0
           && (sigismember(&set, SIGTERM) == 1
               || sigismember(&set, SIGINT) == 1
               || sigismember(&set, SIGQUIT) == 1);
}


static int
master_signals(master_t *m)
{
    sigset_t  set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGQUIT);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);

    signal(SIGPIPE, SIG_IGN);

    m->signal_fd = signalfd(-1, &set, SFD_NONBLOCK|SFD_CLOEXEC);

    if (m->signal_fd == -1) {
        log_error("signalfd() failed: %s", strerror(errno));
        return -1;
    }

    return 0;
}


/* Connects; -1 only when the database's schema is not this program's. */
static int
master_check_schema(master_t *m)
{
    long         have, want;
    PGresult    *res;

    if (m->db.conn != NULL || m->drain_until != 0
        || db_connect(&m->db) != 0)
    {
        return 0;
    }

    for (want = 0; paperal_sql_migrations[want].name != NULL; want++) {
        /* count */
    }

    res = db_exec(&m->db, "SELECT schema_version()", 0, NULL);

    if (res == NULL) {
        return 0;
    }

    have = db_has_row(res) ? strtol(PQgetvalue(res, 0, 0), NULL, 10) : -1;
    PQclear(res);

    m->checked = have == want;

    if (!m->checked) {
        log_error("the database has schema version %ld, this program needs"
                  " %ld: run \"paperal-worker migrate\" of the same release",
                  have, want);
        return -1;
    }

    return 0;
}


static void
master_turn(master_t *m)
{
    nfds_t         n;
    struct pollfd  fds[2];

    fds[0].fd = m->signal_fd;
    fds[0].events = POLLIN;
    n = 1;

    if (m->db.conn != NULL) {
        fds[1].fd = PQsocket(m->db.conn);
        fds[1].events = POLLIN;
        n = 2;
    }

    (void) poll(fds, n, master_timeout(m));

    master_read_signals(m);
    master_collect(m);

    if (master_check_schema(m) != 0) {
        m->failed = 1;
        master_drain(m);
    }

    master_release(m);

    if (m->drain_until == 0) {
        master_work(m);

    } else if (clock_ms() >= m->drain_until) {
        master_kill(m);
    }

    /* last: statements bring notifications with their answers */

    master_events(m);
}


static void
master_work(master_t *m)
{
    if (m->checked && !m->published) {
        m->published = settings_publish(&m->db, m->cfg) == 0;
    }

    if (m->checked && m->published) {
        master_start_slots(m);
    }

    if (clock_ms() >= m->reap_at) {
        m->reap_at = clock_ms() + MASTER_REAP_MS;
        master_chores(m, master_reaps);
    }

    if (m->checked && clock_ms() >= m->erase_at) {
        m->erase_at = clock_ms() + MASTER_ERASE_MS;
        (void) erase_run(&m->db, m->cfg->storage_path);
    }

    if (clock_ms() >= m->prune_at) {
        m->prune_at = clock_ms() + MASTER_PRUNE_MS;
        master_chores(m, master_prunes);
    }
}


static void
master_kill(master_t *m)
{
    int  i;

    log_warn("slots did not end in time and are killed");
    m->drain_until = clock_ms() + MASTER_DRAIN_MS;

    for (i = 0; i < m->cfg->slots; i++) {
        if (m->slots[i].pid != 0) {
            (void) kill(m->slots[i].pid, SIGKILL);
        }
    }
}


static int
master_timeout(const master_t *m)
{
    int                    i;
    int64_t                next;
    const master_slot_t   *slot;

    next = m->drain_until != 0 ? m->drain_until : m->reap_at;

    if (m->db.conn == NULL && m->db.retry_at < next) {
        next = m->db.retry_at;
    }

    for (i = 0; m->checked && m->drain_until == 0 && i < m->cfg->slots; i++) {
        slot = &m->slots[i];

        if (slot->release && slot->release_at < next) {
            next = slot->release_at;

        } else if (slot->pid == 0 && !slot->release && slot->start_at < next) {
            next = slot->start_at;
        }
    }

    next -= clock_ms();

    return next < 1 ? 1 : (int) next;
}


static int
master_running(const master_t *m)
{
    int  i, n;

    n = 0;

    for (i = 0; i < m->cfg->slots; i++) {
        n += m->slots[i].pid != 0;
    }

    return n;
}


static void
master_start_slots(master_t *m)
{
    int             i;
    char            host[65];
    pid_t           pid;
    int64_t         now;
    master_slot_t  *slot;

    now = clock_ms();
    pid = getpid();

    for (i = 0; i < m->cfg->slots; i++) {
        slot = &m->slots[i];

        if (slot->pid != 0 || slot->release || slot->start_at > now) {
            continue;
        }

        memset(host, 0, sizeof(host));
        (void) gethostname(host, sizeof(host) - 1);
        snprintf(slot->owner, sizeof(slot->owner), "%s/%d/%d/%u", host,
                 (int) pid, i, ++m->generation);

        slot->started_at = now;
        slot->pid = fork();

        if (slot->pid == 0) {
            master_slot_exec(slot->owner, pid);
        }

        if (slot->pid == -1) {
            log_error("fork() failed: %s", strerror(errno));
            slot->pid = 0;
            slot->start_at = now + MASTER_BACKOFF_MAX;
        }
    }
}


/* In the child: becomes a slot or ends. */
static void
master_slot_exec(const char *owner, pid_t master)
{
    sigset_t  none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);

    /* a slot without its master gives its job back and ends */
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != master) {
        _exit(1);
    }

    execl("/proc/self/exe", "paperal-worker", "slot", owner, (char *) NULL);

    _exit(127);
}


static void
master_collect(master_t *m)
{
    int             i, status;
    pid_t           pid;
    master_slot_t  *slot;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (i = 0; i < m->cfg->slots && m->slots[i].pid != pid; i++) {
            /* find it */
        }

        if (i == m->cfg->slots) {
            continue;
        }

        slot = &m->slots[i];
        slot->pid = 0;

        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
            slot->start_at = clock_ms();
            continue;
        }

        slot->release = 1;
        slot->release_at = clock_ms();
        slot->release_end = clock_ms() + (int64_t) m->cfg->lease * 1000;
        slot->start_at = clock_ms();

        if (WIFEXITED(status) && WEXITSTATUS(status) == SLOT_LEFT) {
            continue;
        }

        if (clock_ms() - slot->started_at > MASTER_STABLE_MS) {
            slot->backoff = 0;
        }

        slot->backoff = slot->backoff == 0 ? MASTER_BACKOFF_MIN
                                           : slot->backoff * 2;
        if (slot->backoff > MASTER_BACKOFF_MAX) {
            slot->backoff = MASTER_BACKOFF_MAX;
        }

        slot->start_at = clock_ms() + slot->backoff;

        log_error("slot %d ended by %s %d, starting it again in %d ms", i,
                  WIFSIGNALED(status) ? "signal" : "status",
                  WIFSIGNALED(status) ? WTERMSIG(status)
                                      : WEXITSTATUS(status),
                  slot->backoff);
    }
}


/*
 * A statement of the dead process may still hold the job, and the database
 * may be away; at the latest the lease runs out by itself.
 */
static void
master_release(master_t *m)
{
    int             i;
    int64_t         now;
    master_slot_t  *slot;

    now = clock_ms();

    for (i = 0; i < m->cfg->slots; i++) {
        slot = &m->slots[i];

        if (!slot->release || slot->release_at > now) {
            continue;
        }

        if (now > slot->release_end
            || (m->db.conn != NULL
                && queue_release(&m->db, slot->owner) == 0))
        {
            slot->release = 0;
            continue;
        }

        slot->release_at = now + MASTER_RELEASE_MS;
    }
}


static void
master_read_signals(master_t *m)
{
    struct signalfd_siginfo  info;

    while (read(m->signal_fd, &info, sizeof(info)) == (ssize_t) sizeof(info)) {
        if (info.ssi_signo != SIGCHLD) {
            master_drain(m);
        }
    }
}


static void
master_drain(master_t *m)
{
    int  i;

    if (m->drain_until != 0) {
        return;
    }

    log_info("stopping, the slots end at their next checkpoint");

    m->drain_until = clock_ms() + MASTER_DRAIN_MS;

    for (i = 0; i < m->cfg->slots; i++) {
        if (m->slots[i].pid != 0) {
            (void) kill(m->slots[i].pid, SIGTERM);
        }
    }
}


static void
master_events(master_t *m)
{
    PGnotify  *notify;

    if (m->db.conn == NULL) {
        return;
    }

    if (PQconsumeInput(m->db.conn) == 0) {
        /* the next statement finds the connection lost and says so */
        PQclear(db_exec(&m->db, "SELECT 1", 0, NULL));
        return;
    }

    while ((notify = PQnotifies(m->db.conn)) != NULL) {
        publish_event(&m->publish, notify->extra);
        PQfreemem(notify);
    }

    publish_flush(&m->publish);
}


static void
master_chores(master_t *m, const master_chore_t *chore)
{
    PGresult  *res;

    for (/* void */; chore->sql != NULL && m->db.conn != NULL; chore++) {
        res = db_exec(&m->db, chore->sql, 0, NULL);

        if (chore->what != NULL && db_has_row(res)) {
            log_warn("%d %s", PQntuples(res), chore->what);
        }

        PQclear(res);
    }
}
