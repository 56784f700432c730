/*
 * The processes of the local set-up; see process.h.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "process.h"
#include "text.h"


#define PROCESS_TICK  50


static int process_start(process_set_t *set, process_t *p);
static void process_child(const process_spec_t *spec, int log, pid_t parent);
static int process_open_log(const process_set_t *set, const char *name);
static void process_write_pid(const process_set_t *set, const process_t *p);
static int process_wait_ms(const process_set_t *set, int ms);
static void process_reap(process_set_t *set);
static void process_ended(process_set_t *set, process_t *p, int status);
static void process_start_due(process_set_t *set);
static void process_stop_one(const process_set_t *set, process_t *p,
    const stop_step_t **step, int64_t *since);
static const char *process_describe(int status, char *buf, size_t size);
static int process_is_named(const process_t *p, const char *const *names);
static process_t *process_by_pid(process_set_t *set, pid_t pid);


static sigset_t  process_signals;


void
process_init(process_set_t *set, const char *logs, const char *run)
{
    memset(set, 0, sizeof(*set));

    set->logs = logs;
    set->run = run;

    sigemptyset(&process_signals);
    sigaddset(&process_signals, SIGCHLD);
    sigaddset(&process_signals, SIGTERM);
    sigaddset(&process_signals, SIGINT);
    sigaddset(&process_signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &process_signals, NULL);

    /* what a killed server leaves becomes our child: no zombie stays */

    prctl(PR_SET_CHILD_SUBREAPER, 1);
}


process_t *
process_add(process_set_t *set, const process_spec_t *spec)
{
    process_t  *p;

    if (set->count == PROCESS_MAX) {
        abort();
    }

    p = &set->list[set->count];

    memset(p, 0, sizeof(*p));
    p->spec = *spec;
    p->wanted = 1;

    if (process_start(set, p) == -1) {
        return NULL;
    }

    set->count++;

    return p;
}


int
process_step(process_set_t *set, int ms)
{
    int              signal;
    struct timespec  ts;

    ms = process_wait_ms(set, ms);

    ts.tv_sec = ms / 1000;
    ts.tv_nsec = (long) (ms % 1000) * 1000000;

    signal = sigtimedwait(&process_signals, NULL, &ts);

    if (signal == SIGTERM || signal == SIGINT || signal == SIGHUP) {
        set->stops++;
    }

    process_reap(set);

    if (set->stops == 0) {
        process_start_due(set);
    }

    return set->stops;
}


int
process_run(process_set_t *set, const process_spec_t *spec)
{
    int                 status;
    int64_t             since;
    process_t          *p;
    const stop_step_t  *step;

    p = process_add(set, spec);
    if (p == NULL) {
        return -1;
    }

    p->wanted = 0;
    step = NULL;
    since = 0;

    while (p->pid != 0) {
        if (process_step(set, PROCESS_TICK) != 0) {
            process_stop_one(set, p, &step, &since);
        }
    }

    /* it was added last, so it goes without a trace */

    set->count--;
    status = p->status;

    if (set->stops != 0) {
        return -1;
    }

    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}


void
process_stop(process_set_t *set, const char *const *names)
{
    int                 i, left;
    int64_t             since[PROCESS_MAX];
    process_t          *p;
    const stop_step_t  *steps[PROCESS_MAX];

    memset(steps, 0, sizeof(steps));

    for (i = 0; i < set->count; i++) {
        if (process_is_named(&set->list[i], names)) {
            set->list[i].wanted = 0;
        }
    }

    do {
        left = 0;

        for (i = 0; i < set->count; i++) {
            p = &set->list[i];

            if (p->pid != 0 && process_is_named(p, names)) {
                process_stop_one(set, p, &steps[i], &since[i]);
                left++;
            }
        }

        if (left != 0) {
            process_step(set, PROCESS_TICK);
        }

    } while (left != 0);

    for (i = 0; i < set->count; i++) {
        p = &set->list[i];

        if (process_is_named(p, names) && p->spec.program != NULL) {
            leftover_stop(p->spec.program, p->spec.folder,
                          (stop_step_t[]) { { SIGKILL, 1000 }, { 0, 0 } });
        }
    }
}


int
process_given_up(const process_set_t *set, const process_t *p)
{
    if (p->failures < PROCESS_MAX_FAILURES) {
        return 0;
    }

    text_error("%s does not start; see \"%s/%s.log\"", p->spec.name,
               set->logs, p->spec.name);

    return 1;
}


static int
process_start(process_set_t *set, process_t *p)
{
    int     log;
    pid_t   pid, parent;

    if (p->spec.prepare != NULL && p->spec.prepare(p) == -1) {
        return -1;
    }

    log = -1;

    if (!p->spec.terminal) {
        log = process_open_log(set, p->spec.name);
        if (log == -1) {
            return -1;
        }
    }

    fflush(stdout);
    fflush(stderr);

    parent = getpid();
    pid = fork();

    if (pid == 0) {
        process_child(&p->spec, log, parent);
    }

    if (log != -1) {
        close(log);
    }

    if (pid == -1) {
        return text_error("cannot start %s: %s", p->spec.name,
                          strerror(errno));
    }

    p->pid = pid;
    p->started = text_now_ms();

    process_write_pid(set, p);

    return 0;
}


/* never returns */

static void
process_child(const process_spec_t *spec, int log, pid_t parent)
{
    int  null;

    if (!spec->terminal) {
        setsid();

        null = open("/dev/null", O_RDONLY);

        if (null == -1 || dup2(null, STDIN_FILENO) == -1
            || dup2(log, STDOUT_FILENO) == -1
            || dup2(log, STDERR_FILENO) == -1)
        {
            _exit(127);
        }

        /* storage and sockets are for the owner and the group */

        umask(0027);
    }

    if (spec->user != NULL && users_become(spec->user) == -1) {
        dprintf(STDERR_FILENO, "cannot become user %s: %s\n",
                spec->user->name, strerror(errno));
        _exit(127);
    }

    /* after the change of user, which would have cleared it */

    if (spec->death != 0) {
        prctl(PR_SET_PDEATHSIG, spec->death);

        if (getppid() != parent) {
            _exit(127);
        }
    }

    if (spec->folder != NULL && chdir(spec->folder) == -1) {
        dprintf(STDERR_FILENO, "cannot enter %s: %s\n", spec->folder,
                strerror(errno));
        _exit(127);
    }

    sigprocmask(SIG_UNBLOCK, &process_signals, NULL);

    execvpe(spec->argv[0], spec->argv, spec->envp);

    dprintf(STDERR_FILENO, "cannot run %s: %s\n", spec->argv[0],
            strerror(errno));
    _exit(127);
}


/* a log that has grown too long becomes <name>.log.1 */

static int
process_open_log(const process_set_t *set, const char *name)
{
    int          fd;
    char        *path, *old;
    struct stat  st;

    path = text_format("%s/%s.log", set->logs, name);

    if (stat(path, &st) == 0 && st.st_size > PROCESS_MAX_LOG) {
        old = text_format("%s.1", path);
        rename(path, old);
        free(old);
    }

    fd = open(path, O_WRONLY|O_CREAT|O_APPEND|O_CLOEXEC|O_NOFOLLOW, 0640);
    if (fd == -1) {
        text_error("cannot write \"%s\": %s", path, strerror(errno));
    }

    free(path);

    return fd;
}


/* an ended process has no file: nobody signals a number that was reused */

static void
process_write_pid(const process_set_t *set, const process_t *p)
{
    char  *path, *text;

    if (p->spec.program == NULL) {
        return;
    }

    path = text_format("%s/%s.pid", set->run, p->spec.name);

    if (p->pid == 0) {
        unlink(path);

    } else {
        text = text_format("%d\n", (int) p->pid);
        files_write(path, text, 0644, FILES_KEEP, 0);
        free(text);
    }

    free(path);
}


/* ms, or less if a process is due earlier */

static int
process_wait_ms(const process_set_t *set, int ms)
{
    int               i;
    int64_t           now, left;
    const process_t  *p;

    if (set->stops != 0) {
        return ms;
    }

    now = text_now_ms();

    for (i = 0; i < set->count; i++) {
        p = &set->list[i];

        if (p->pid != 0 || !p->wanted) {
            continue;
        }

        left = (p->due > now) ? p->due - now : 0;

        if (left < ms) {
            ms = (int) left;
        }
    }

    return ms;
}


static void
process_reap(process_set_t *set)
{
    int         status;
    pid_t       pid;
    process_t  *p;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        p = process_by_pid(set, pid);

        if (p != NULL) {
            process_ended(set, p, status);
        }
    }
}


static void
process_ended(process_set_t *set, process_t *p, int status)
{
    int      delay;
    char     buf[64];
    int64_t  now;

    now = text_now_ms();

    p->pid = 0;
    p->status = status;
    process_write_pid(set, p);

    if (!p->wanted || set->stops != 0) {
        return;
    }

    if (now - p->started >= PROCESS_STABLE) {
        p->failures = 0;
    }

    delay = PROCESS_MAX_DELAY;

    if (p->failures < 6) {
        delay = PROCESS_MIN_DELAY << p->failures;

        if (delay > PROCESS_MAX_DELAY) {
            delay = PROCESS_MAX_DELAY;
        }
    }

    p->failures++;
    p->due = now + delay;

    text_error("%s %s; starting it again in %d.%d s", p->spec.name,
               process_describe(status, buf, sizeof(buf)), delay / 1000,
               delay % 1000 / 100);
}


static void
process_start_due(process_set_t *set)
{
    int         i;
    int64_t     now;
    process_t  *p;

    now = text_now_ms();

    for (i = 0; i < set->count; i++) {
        p = &set->list[i];

        if (p->pid == 0 && p->wanted && p->due <= now
            && process_start(set, p) == -1)
        {
            p->due = now + PROCESS_MAX_DELAY;
        }
    }
}


/*
 * Sends the next signal when the time of the last one is over.  A second
 * request to stop means hurry: then every step gets a tenth of its time.
 */

static void
process_stop_one(const process_set_t *set, process_t *p,
    const stop_step_t **step, int64_t *since)
{
    int      ms;
    int64_t  now;

    now = text_now_ms();

    if (*step == NULL) {
        *step = p->spec.stop;

    } else {
        ms = (set->stops > 1) ? (*step)->ms / 10 : (*step)->ms;

        if (now - *since < ms || (*step)[1].ms == 0) {
            return;
        }

        (*step)++;
    }

    kill(p->pid, (*step)->signal);
    *since = now;
}


static const char *
process_describe(int status, char *buf, size_t size)
{
    if (WIFSIGNALED(status)) {
        snprintf(buf, size, "was killed by signal %d", WTERMSIG(status));

    } else {
        snprintf(buf, size, "ended with status %d", WEXITSTATUS(status));
    }

    return buf;
}


static int
process_is_named(const process_t *p, const char *const *names)
{
    for ( /* void */ ; *names != NULL; names++) {
        if (strcmp(p->spec.name, *names) == 0) {
            return 1;
        }
    }

    return 0;
}


static process_t *
process_by_pid(process_set_t *set, pid_t pid)
{
    int  i;

    for (i = 0; i < set->count; i++) {
        if (set->list[i].pid == pid) {
            return &set->list[i];
        }
    }

    return NULL;
}
