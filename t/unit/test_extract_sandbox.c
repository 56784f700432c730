/*
 * worker/extract/sandbox.c: what a process behind the walls can still do.
 * Each attempt is made by a process of its own, with bare system calls.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox.h"

#include "test.h"


#define WALLS_FAILED  99


typedef enum {
    TRY_SOCKET = 0,
    TRY_FORK,
    TRY_EXEC,
    TRY_KILL,
    TRY_PTRACE,
    TRY_CODE,
    TRY_WRITE_FILE,
    TRY_CREATE,
    TRY_OTHER_DESCRIPTOR,
    TRY_READ_FILE,
    TRY_WRITE_OUTPUT
} attempt_e;


static const struct {
    attempt_e    attempt;
    const char  *name;
    int          sig;         /* that must end it, 0 for none */
    int          status;      /* otherwise */
} attempts[] = {
    { TRY_SOCKET, "open a socket", SIGSYS, 0 },
    { TRY_FORK, "fork", SIGSYS, 0 },
    { TRY_EXEC, "execute a program", SIGSYS, 0 },
    { TRY_KILL, "signal its parent", SIGSYS, 0 },
    { TRY_PTRACE, "trace", SIGSYS, 0 },
    { TRY_CODE, "map memory as code", SIGSYS, 0 },
    { TRY_OTHER_DESCRIPTOR, "write to another descriptor", SIGSYS, 0 },
    { TRY_WRITE_FILE, "open a file for writing", 0, EACCES },
    { TRY_CREATE, "create a file", SIGSYS, 0 },
    { TRY_READ_FILE, "read a file", 0, 0 },
    { TRY_WRITE_OUTPUT, "write its output", 0, 0 },
};


static void
child_try(attempt_e attempt)
{
    long         rc;
    char        *argv[] = { "true", NULL };
    static char  page[4096];

    rc = 0;

    switch (attempt) {
    case TRY_SOCKET:
        rc = syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
        break;

    case TRY_FORK:
        rc = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
        break;

    case TRY_EXEC:
        rc = syscall(SYS_execve, "/bin/true", argv, NULL);
        break;

    case TRY_KILL:
        rc = syscall(SYS_kill, getppid(), 0);
        break;

    case TRY_PTRACE:
        rc = syscall(SYS_ptrace, 0, 0, 0, 0);
        break;

    case TRY_CODE:
        rc = syscall(SYS_mmap, 0, 4096, PROT_READ|PROT_EXEC,
                     MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);
        break;

    case TRY_WRITE_FILE:
        rc = syscall(SYS_openat, AT_FDCWD, "/dev/null", O_WRONLY, 0);
        break;

    case TRY_CREATE:
        rc = syscall(SYS_openat, AT_FDCWD, "/tmp/paperal-x",
                     O_RDONLY|O_CREAT, 0600);
        break;

    case TRY_OTHER_DESCRIPTOR:
        rc = syscall(SYS_write, 7, page, 1);
        break;

    case TRY_READ_FILE:
        rc = syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY, 0);
        break;

    case TRY_WRITE_OUTPUT:
        rc = syscall(SYS_write, 1, "output\n", 7);
        break;

    default:
        break;
    }

    syscall(SYS_exit_group, rc == -1 ? errno : 0);
}


static void
test_attempt(size_t i)
{
    int    status = 0;
    int    output[2];
    pid_t  pid;

    if (!test_ok(pipe(output) == 0, "%s: a pipe", attempts[i].name)) {
        return;
    }

    fflush(stdout);
    pid = fork();

    if (pid == 0) {
        if (dup2(output[1], 1) != 1 || sandbox_enter(5) != 0) {
            _exit(WALLS_FAILED);
        }

        child_try(attempts[i].attempt);
    }

    test_ok(pid > 0 && waitpid(pid, &status, 0) == pid, "%s: a process",
            attempts[i].name);
    close(output[0]);
    close(output[1]);

    test_int(WIFSIGNALED(status) ? WTERMSIG(status) : 0, attempts[i].sig,
             "%s: signal", attempts[i].name);

    if (attempts[i].sig == 0) {
        test_int(WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                 attempts[i].status, "%s: result", attempts[i].name);
    }
}


/* The processor time's end comes as SIGXCPU. */
static void
test_time(void)
{
    int    status;
    pid_t  pid;

    fflush(stdout);
    pid = fork();

    if (pid == 0) {
        if (sandbox_enter(1) != 0) {
            _exit(WALLS_FAILED);
        }

        for ( ;; ) {
            /* void */
        }
    }

    test_ok(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status)
            && WTERMSIG(status) == SIGXCPU, "an endless loop is ended");
}


int
main(void)
{
    size_t  i;

    for (i = 0; i < test_count(attempts); i++) {
        test_attempt(i);
    }

    test_time();

    return test_done();
}
