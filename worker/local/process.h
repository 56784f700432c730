/*
 * The processes of the local set-up: started, watched, started again, stopped.
 *
 * One loop, process_step(), waits for signals; nothing runs beside it.  Each
 * process gets a session of its own, so that Ctrl-C in the terminal reaches
 * only the supervisor, and a parent-death signal, so that it stops by itself
 * when the supervisor is killed.  Output goes to LOGS/<name>.log, the process
 * id to RUN/<name>.pid.
 */

#ifndef PAPERAL_LOCAL_PROCESS_H
#define PAPERAL_LOCAL_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

#include "leftover.h"
#include "users.h"

/* four servers, and one process that runs to its end */
#define PROCESS_MAX          5

#define PROCESS_MAX_LOG      (10 * 1024 * 1024)

/* back-off between starts: doubles, and begins anew after a stable run */
#define PROCESS_MIN_DELAY    200
#define PROCESS_MAX_DELAY    10000
#define PROCESS_STABLE       30000

/* so many ends before it was ever ready mean that it cannot start */
#define PROCESS_MAX_FAILURES 4


typedef struct process_s  process_t;

/* what a process needs to be started; everything is owned by the caller */
typedef struct {
    const char         *name;
    char              **argv;      /* argv[0] is the program's path */
    char              **envp;
    const char         *folder;    /* working folder; NULL: stays here */
    const user_t       *user;      /* NULL: stays who we are */
    int                 death;     /* signal when we die; 0: none */
    int                 terminal;  /* keeps our session and descriptors */
    const stop_step_t  *stop;
    const char         *program;   /* base name in /proc, see leftover.h */

    /* runs before every start; -1 postpones it; may be NULL */
    int               (*prepare)(const process_t *p);
} process_spec_t;

struct process_s {
    process_spec_t  spec;
    pid_t           pid;        /* 0 when it does not run */
    int             wanted;     /* to be started again when it ends */
    int             failures;   /* ends since the last stable run */
    int             status;     /* of the last end, as waitpid() gives it */
    int64_t         started;
    int64_t         due;        /* when to start it again */
};

typedef struct {
    process_t    list[PROCESS_MAX];
    int          count;
    int          stops;         /* how many signals asked us to stop */
    const char  *logs;
    const char  *run;
} process_set_t;


/* Blocks the signals that process_step() takes; call before anything else. */
void process_init(process_set_t *set, const char *logs, const char *run);

/* Adds a process and starts it; NULL when it cannot be started at all. */
process_t *process_add(process_set_t *set, const process_spec_t *spec);

/*
 * Waits at most ms for a signal, reaps what ended and starts what is due.
 * Returns set->stops: not 0 means that the caller has to stop everything.
 */
int process_step(process_set_t *set, int ms);

/*
 * Runs a process to its end.  Returns its exit status, 128 + signal, or -1
 * when it could not be started or the supervisor is to stop; it has ended in
 * every case.
 */
int process_run(process_set_t *set, const process_spec_t *spec);

/*
 * Stops the named processes side by side (names ends with NULL; unknown ones
 * are skipped) by their steps, then whatever they left behind.
 */
void process_stop(process_set_t *set, const char *const *names);

/* 1 when it ended PROCESS_MAX_FAILURES times; says so on stderr. */
int process_given_up(const process_set_t *set, const process_t *p);


#endif /* PAPERAL_LOCAL_PROCESS_H */
