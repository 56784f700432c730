/*
 * Who runs what; see users.h.
 */

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "text.h"
#include "users.h"


#define USERS_WORKER  "paperal"


static int users_lookup(user_t *user, const char *name);
static int users_create_worker(void);


int
users_find(users_t *users)
{
    struct group   *group;
    struct passwd  *self;

    memset(users, 0, sizeof(*users));

    users->root = (geteuid() == 0);
    users->self.uid = geteuid();
    users->self.gid = getegid();

    self = getpwuid(users->self.uid);
    users->self.name = (self == NULL) ? NULL : strdup(self->pw_name);

    if (users->self.name == NULL) {
        return text_error("user id %u has no name: PostgreSQL needs one",
                          (unsigned) users->self.uid);
    }

    if (!users->root) {
        users->postgres = users->self;
        users->redis = users->self;
        users->web = users->self;
        users->worker = users->self;

        return 0;
    }

    if (users_lookup(&users->postgres, "postgres") == -1
        || users_lookup(&users->redis, "redis") == -1
        || users_lookup(&users->web, "www-data") == -1)
    {
        return text_error("a system user is missing: run \"make deps\"");
    }

    if (users_lookup(&users->worker, USERS_WORKER) == -1
        && (users_create_worker() == -1
            || users_lookup(&users->worker, USERS_WORKER) == -1))
    {
        return text_error("cannot create the system user \"%s\"",
                          USERS_WORKER);
    }

    /* the storage is shared through this group */

    group = getgrnam(USERS_WORKER);
    if (group == NULL) {
        return text_error("the group \"%s\" is missing", USERS_WORKER);
    }

    users->worker.gid = group->gr_gid;
    users->web.gid = group->gr_gid;

    return 0;
}


int
users_become(const user_t *user)
{
    if (geteuid() != 0) {
        return 0;
    }

    if (initgroups(user->name, user->gid) == -1
        || setresgid(user->gid, user->gid, user->gid) == -1
        || setresuid(user->uid, user->uid, user->uid) == -1)
    {
        return -1;
    }

    return 0;
}


int
users_can(const user_t *user, const char *path, int mode)
{
    int    status;
    pid_t  pid;

    pid = fork();

    if (pid == 0) {
        _exit(users_become(user) == 0 && access(path, mode) == 0 ? 0 : 1);
    }

    if (pid == -1) {
        return 0;
    }

    while (waitpid(pid, &status, 0) == -1) {
        if (errno != EINTR) {
            return 0;
        }
    }

    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}


static int
users_lookup(user_t *user, const char *name)
{
    struct passwd  *pw;

    pw = getpwnam(name);
    if (pw == NULL) {
        return -1;
    }

    user->name = name;
    user->uid = pw->pw_uid;
    user->gid = pw->pw_gid;

    return 0;
}


static int
users_create_worker(void)
{
    int    status;
    pid_t  pid;

    pid = fork();

    if (pid == 0) {
        execl("/usr/sbin/useradd", "useradd", "--system", "--user-group",
              "--no-create-home", "--home-dir", "/nonexistent", "--shell",
              "/usr/sbin/nologin", USERS_WORKER, (char *) NULL);
        _exit(127);
    }

    if (pid == -1 || waitpid(pid, &status, 0) == -1) {
        return -1;
    }

    return (WIFEXITED(status) && WEXITSTATUS(status) == 0) ? 0 : -1;
}
