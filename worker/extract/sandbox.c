/*
 * Limits and the system call filter.
 *
 * What fontconfig tries on its way to a font (writing a cache) is refused
 * with an error; everything else that is not on the list ends the process.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <seccomp.h>

#include "sandbox.h"


static const int  sandbox_allowed[] = {
    SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(lseek),
    SCMP_SYS(close), SCMP_SYS(dup), SCMP_SYS(fstat), SCMP_SYS(newfstatat),
    SCMP_SYS(statx), SCMP_SYS(fstatfs), SCMP_SYS(getdents64),
    SCMP_SYS(fadvise64), SCMP_SYS(munmap), SCMP_SYS(mremap),
    SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(futex),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(getpid), SCMP_SYS(gettid),
    SCMP_SYS(tgkill), SCMP_SYS(getrandom), SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday), SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(uname), SCMP_SYS(sysinfo),
    SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
    SCMP_SYS(getegid), SCMP_SYS(getrusage), SCMP_SYS(exit),
    SCMP_SYS(exit_group)
};

/* Refused with EACCES, because libraries try them and go on without. */
static const int  sandbox_refused[] = {
    SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
    SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat), SCMP_SYS(unlink), SCMP_SYS(unlinkat),
    SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(rename), SCMP_SYS(chmod),
    SCMP_SYS(ioctl), SCMP_SYS(getcwd), SCMP_SYS(statfs),
    SCMP_SYS(sched_setaffinity), SCMP_SYS(utimensat)
};


static int
sandbox_limit(int what, rlim_t soft, rlim_t hard)
{
    struct rlimit  limit;

    limit.rlim_cur = soft;
    limit.rlim_max = hard;

    return setrlimit(what, &limit);
}


static int
sandbox_limits(unsigned long cpu_seconds)
{
    return sandbox_limit(RLIMIT_CPU, cpu_seconds, cpu_seconds + 4) == 0
           && sandbox_limit(RLIMIT_AS, SANDBOX_MEMORY, SANDBOX_MEMORY) == 0
           && sandbox_limit(RLIMIT_NOFILE, SANDBOX_FILES, SANDBOX_FILES) == 0
           && sandbox_limit(RLIMIT_NPROC, 0, 0) == 0
           && sandbox_limit(RLIMIT_FSIZE, 0, 0) == 0
           && sandbox_limit(RLIMIT_CORE, 0, 0) == 0 ? 0 : -1;
}


static int
sandbox_rules(scmp_filter_ctx ctx)
{
    int       fd, rc;
    unsigned  i, n;

    rc = 0;
    n = sizeof(sandbox_allowed) / sizeof(sandbox_allowed[0]);

    for (i = 0; i < n; i++) {
        rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, sandbox_allowed[i], 0);
    }

    n = sizeof(sandbox_refused) / sizeof(sandbox_refused[0]);

    for (i = 0; i < n; i++) {
        rc |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES),
                               sandbox_refused[i], 0);
    }

    for (fd = 1; fd <= 2; fd++) {
        rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
                               SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t) fd));
    }

    /* reading is opening with O_RDONLY and without O_CREAT or O_TRUNC */
    rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                           SCMP_A2(SCMP_CMP_MASKED_EQ,
                                   O_ACCMODE|O_CREAT|O_TRUNC|O_APPEND, 0));
    rc |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 1,
                           SCMP_A2(SCMP_CMP_MASKED_EQ, O_WRONLY, O_WRONLY));
    rc |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 1,
                           SCMP_A2(SCMP_CMP_MASKED_EQ, O_RDWR, O_RDWR));

    /* memory may be mapped, but never as code */
    rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                           SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                           SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                           SCMP_A1(SCMP_CMP_LE, F_SETFL));
    rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                           SCMP_A1(SCMP_CMP_EQ, F_DUPFD_CLOEXEC));

    /* asking for limits, not setting them */
    rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
                           SCMP_A2(SCMP_CMP_EQ, 0));

    return rc;
}


static int
sandbox_filter(void)
{
    int               rc;
    scmp_filter_ctx   ctx;

    ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (ctx == NULL) {
        return -1;
    }

    rc = sandbox_rules(ctx);
    rc = rc == 0 ? seccomp_load(ctx) : rc;
    seccomp_release(ctx);

    return rc == 0 ? 0 : -1;
}


int
sandbox_enter(unsigned long cpu_seconds)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0
        || prctl(PR_SET_DUMPABLE, 0) != 0
        || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
        || sandbox_limits(cpu_seconds) != 0)
    {
        return -1;
    }

    return sandbox_filter();
}
