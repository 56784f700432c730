/*
 * Processes that an earlier run left behind; see leftover.h.
 */

#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "leftover.h"
#include "text.h"


#define LEFTOVER_POLL_NS  20000000


static int leftover_matches(const char *pid, const char *program,
    const char *folder);
static int leftover_read_link(const char *pid, const char *name, char *buf,
    size_t size);


int
leftover_signal(const char *program, const char *folder, int signal)
{
    int             n;
    DIR            *proc;
    pid_t           pid;
    struct dirent  *entry;

    proc = opendir("/proc");
    if (proc == NULL) {
        return 0;
    }

    n = 0;

    while ((entry = readdir(proc)) != NULL) {
        pid = (pid_t) strtol(entry->d_name, NULL, 10);

        if (pid <= 1 || pid == getpid()
            || !leftover_matches(entry->d_name, program, folder))
        {
            continue;
        }

        n++;

        if (signal != 0) {
            kill(pid, signal);
        }
    }

    closedir(proc);

    return n;
}


int
leftover_stop(const char *program, const char *folder,
    const stop_step_t *steps)
{
    int64_t                deadline;
    const struct timespec  pause = { 0, LEFTOVER_POLL_NS };

    for ( /* void */ ; steps->ms != 0; steps++) {
        if (leftover_signal(program, folder, steps->signal) == 0) {
            return 0;
        }

        deadline = text_now_ms() + steps->ms;

        while (text_now_ms() < deadline) {
            nanosleep(&pause, NULL);

            if (leftover_signal(program, folder, 0) == 0) {
                return 0;
            }
        }
    }

    return text_error("cannot stop a %s of an earlier run in \"%s\"",
                      program, folder);
}


static int
leftover_matches(const char *pid, const char *program, const char *folder)
{
    char         buf[PATH_MAX], *end;
    const char  *base;

    if (leftover_read_link(pid, "cwd", buf, sizeof(buf)) == -1
        || strcmp(buf, folder) != 0
        || leftover_read_link(pid, "exe", buf, sizeof(buf)) == -1)
    {
        return 0;
    }

    end = strstr(buf, " (deleted)");
    if (end != NULL) {
        *end = '\0';
    }

    base = strrchr(buf, '/');
    base = (base == NULL) ? buf : base + 1;

    return strcmp(base, program) == 0;
}


static int
leftover_read_link(const char *pid, const char *name, char *buf, size_t size)
{
    char     path[64];
    ssize_t  n;

    snprintf(path, sizeof(path), "/proc/%s/%s", pid, name);

    n = readlink(path, buf, size - 1);
    if (n == -1) {
        return -1;
    }

    buf[n] = '\0';

    return 0;
}
