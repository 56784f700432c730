/*
 * Where everything lies; see state.h.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "state.h"
#include "storage.h"
#include "text.h"


#define STATE_SYSTEM_FOLDER  "/var/lib/paperal"
#define STATE_LOCK_WAIT_MS   20000
#define STATE_LOCK_GRACE_MS  500


static int state_lock(local_t *local);
static int state_lock_file(const char *path, const char *what);
static int state_lock_wait(int fd, const char *what);
static int state_choose(local_t *local);
static int state_elsewhere(local_t *local);
static int state_move(const local_t *local);
static int state_reachable(const local_t *local, const char *path);
static int state_linked(local_t *local);
static int state_set_aside(const local_t *local, const char *path);
static int state_sockets(local_t *local);
static char *state_sockets_base(const local_t *local);
static int state_folders(local_t *local);


/* its descriptor stays open as long as the process lives */
static int  state_lock_fd = -1;


int
state_prepare(local_t *local)
{
    umask(0022);

    local->run = text_format("%s/run", local->var);

    if (files_folder(local->run, 0755, FILES_KEEP, 0) == -1
        || state_lock(local) == -1
        || users_find(&local->users) == -1
        || state_choose(local) == -1
        || state_sockets(local) == -1
        || state_folders(local) == -1
        || storage_prepare(local) == -1)
    {
        return -1;
    }

    return 0;
}


void
state_stopping(void)
{
    if (state_lock_fd != -1) {
        dprintf(state_lock_fd, "stopping\n");
    }
}


void
state_release(const local_t *local)
{
    if (local->sockets != NULL) {
        files_remove(local->sockets);
    }

    if (local->scratch && local->var != NULL) {
        if (local->state != NULL && strcmp(local->state, local->var) != 0) {
            files_remove(local->state);
        }

        files_remove(local->var);
    }
}


static int
state_lock(local_t *local)
{
    int    fd, i;
    char  *path;

    static const char *const  names[] = {
        "postgres", "redis", "nginx", "worker", NULL
    };

    path = text_format("%s/lock", local->run);
    fd = state_lock_file(path, local->var);
    free(path);

    if (fd == -1) {
        return -1;
    }

    state_lock_fd = fd;

    if (ftruncate(fd, 0) == -1
        || dprintf(fd, "%d\n", (int) getpid()) < 0)
    {
        return text_error("cannot write in \"%s\": %s", local->run,
                          strerror(errno));
    }

    /* process ids of a run that was killed mean nothing any more */

    for (i = 0; names[i] != NULL; i++) {
        path = text_format("%s/%s.pid", local->run, names[i]);
        unlink(path);
        free(path);
    }

    return 0;
}


static int
state_lock_file(const char *path, const char *what)
{
    int  fd;

    fd = open(path, O_RDWR|O_CREAT|O_APPEND|O_CLOEXEC|O_NOFOLLOW, 0644);
    if (fd == -1) {
        return text_error("cannot use the folder \"%s\": %s", what,
                          strerror(errno));
    }

    if (flock(fd, LOCK_EX|LOCK_NB) == -1 && state_lock_wait(fd, what) == -1) {
        close(fd);
        return -1;
    }

    return fd;
}


/*
 * Whoever holds it is running or says that it is stopping; right after its make
 * was killed it may not have come to say so.
 */

static int
state_lock_wait(int fd, const char *what)
{
    char                   text[64];
    ssize_t                n;
    int64_t                since, waited;
    const struct timespec  pause = { 0, 50000000 };

    since = text_now_ms();

    do {
        n = pread(fd, text, sizeof(text) - 1, 0);
        text[n > 0 ? n : 0] = '\0';

        nanosleep(&pause, NULL);

        if (flock(fd, LOCK_EX|LOCK_NB) == 0) {
            return 0;
        }

        waited = text_now_ms() - since;

    } while (waited < STATE_LOCK_GRACE_MS
             || (waited < STATE_LOCK_WAIT_MS
                 && strstr(text, "stopping") != NULL));

    text[strcspn(text, "\n")] = '\0';

    return text_error("the folder \"%s\" is in use by process %s: stop it, or"
                      " set PAPERAL_VAR to another folder", what, text);
}


static int
state_choose(local_t *local)
{
    int           linked;
    char         *link;
    struct stat   st;

    link = text_format("%s/state", local->var);
    linked = (lstat(link, &st) == 0 && S_ISLNK(st.st_mode));
    free(link);

    if (linked && !local->users.root) {
        return text_error("the data of \"%s\" are root's: run as root, or set"
                          " PAPERAL_VAR to another folder", local->var);
    }

    if (!linked
        && (!local->users.root || state_reachable(local, local->var)))
    {
        local->state = local->var;
        local->logs = text_format("%s/log", local->var);

        return files_folder(local->logs, 0755, FILES_KEEP, 0);
    }

    return state_elsewhere(local);
}


static int
state_elsewhere(local_t *local)
{
    int    rc;
    char  *link, *path;

    if (state_linked(local) == -1) {
        return -1;
    }

    /* one more lock: a copied VAR would lead to the same state */

    path = text_format("%s/lock", local->state);
    rc = state_lock_file(path, local->state);
    free(path);

    if (rc == -1 || state_move(local) == -1) {
        return -1;
    }

    /* nginx's workers open their logs again when told to: logs go there too */

    local->logs = text_format("%s/log", local->state);
    link = text_format("%s/log", local->var);

    rc = files_folder(local->logs, 0755, FILES_KEEP, 0);

    if (rc == 0) {
        rc = files_link(local->logs, link);
    }

    free(link);

    return rc;
}


/* what a run as another user, or before a chmod, left in VAR itself */

static int
state_move(const local_t *local)
{
    int          i;
    char        *from, *to;
    struct stat  st;

    static const char *const  names[] = {
        "postgres", "storage", "secret_key", "log", NULL
    };

    for (i = 0; names[i] != NULL; i++) {
        from = text_format("%s/%s", local->var, names[i]);
        to = text_format("%s/%s", local->state, names[i]);

        if (lstat(from, &st) == 0 && !S_ISLNK(st.st_mode)
            && rename(from, to) == -1)
        {
            return text_error("move \"%s\" to \"%s\": %s", from, to,
                              strerror(errno));
        }

        free(from);
        free(to);
    }

    return 0;
}


static int
state_reachable(const local_t *local, const char *path)
{
    return users_can(&local->users.postgres, path, X_OK)
           && users_can(&local->users.redis, path, X_OK)
           && users_can(&local->users.web, path, X_OK)
           && users_can(&local->users.worker, path, X_OK);
}


/* an existing link is followed: a moved VAR finds its data */

static int
state_linked(local_t *local)
{
    char  *hash, *link, *path;

    link = text_format("%s/state", local->var);
    path = realpath(link, NULL);

    if (path == NULL) {
        hash = text_hash(local->var, 16);
        path = text_format("%s/%s", STATE_SYSTEM_FOLDER, hash);
        free(hash);

        if (state_set_aside(local, path) == -1
            || files_parents(path) == -1 || files_link(path, link) == -1)
        {
            return -1;
        }
    }

    free(link);

    if (!state_reachable(local, path)) {
        return text_error("\"%s\" cannot be entered by the users postgres,"
                          " redis, www-data and paperal", path);
    }

    local->state = path;

    return 0;
}


/*
 * The data of a VAR of the same name that was removed: a new one begins
 * without data, and nothing is deleted that nobody asked to delete.
 */

static int
state_set_aside(const local_t *local, const char *path)
{
    int    rc;
    char  *data, *old;

    data = text_format("%s/postgres", path);
    old = text_format("%s.%lld", path, (long long) time(NULL));
    rc = 0;

    if (access(data, F_OK) == 0) {
        rc = rename(path, old);

        if (rc == 0) {
            text_error("the data of an earlier \"%s\" were kept in \"%s\"",
                       local->var, old);

        } else {
            rc = text_error("cannot move \"%s\": %s", path, strerror(errno));
        }
    }

    free(data);
    free(old);

    return rc;
}


static int
state_sockets(local_t *local)
{
    char         *path;
    mode_t        mode;
    struct stat   st;

    local->sockets = state_sockets_base(local);
    mode = local->users.root ? 0755 : 0700;

    if (mkdir(local->sockets, mode) == -1 && errno != EEXIST) {
        return text_error("cannot make the folder \"%s\": %s", local->sockets,
                          strerror(errno));
    }

    /* in /tmp somebody else could have made it first */

    if (lstat(local->sockets, &st) == -1 || !S_ISDIR(st.st_mode)
        || st.st_uid != geteuid() || (st.st_mode & 0022) != 0)
    {
        text_error("\"%s\" belongs to somebody else", local->sockets);
        local->sockets = NULL;

        return -1;
    }

    path = text_format("%s/postgres", local->sockets);

    if (files_folder(path, 0750, local->users.postgres.uid,
                     local->users.worker.gid) == -1)
    {
        return -1;
    }

    free(path);

    /* Redis's socket takes the folder's group */

    path = text_format("%s/redis", local->sockets);

    if (files_folder(path, 02750, local->users.redis.uid,
                     local->users.worker.gid) == -1)
    {
        return -1;
    }

    free(path);

    return 0;
}


static char *
state_sockets_base(const local_t *local)
{
    char               *hash, *path;
    const char         *base;
    struct stat         st;
    struct sockaddr_un  sun;

    hash = text_hash(local->var, 8);

    if (local->users.root) {
        path = text_format("/run/paperal-%s", hash);
        free(hash);

        return path;
    }

    base = getenv("XDG_RUNTIME_DIR");

    if (base == NULL || *base != '/' || stat(base, &st) == -1
        || st.st_uid != geteuid() || strpbrk(base, " \"',\\") != NULL
        || strlen(base) + sizeof("/paperal-4294967295-12345678/postgres"
                                 "/.s.PGSQL.5432.lock")
           > sizeof(sun.sun_path))
    {
        base = "/tmp";
    }

    path = text_format("%s/paperal-%u-%s", base, (unsigned) geteuid(), hash);
    free(hash);

    return path;
}


static int
state_folders(local_t *local)
{
    int             rc;
    char           *path;
    const users_t  *users;

    users = &local->users;

    path = text_format("%s/redis", local->state);
    rc = files_own(path, 0700, users->redis.uid, users->redis.gid);
    free(path);

    if (rc == -1) {
        return -1;
    }

    path = text_format("%s/worker", local->state);
    rc = files_own(path, 0750, users->worker.uid, users->worker.gid);
    free(path);

    if (rc == -1) {
        return -1;
    }

    path = text_format("%s/nginx", local->state);
    rc = files_folder(path, 0755, FILES_KEEP, 0);
    free(path);

    return rc;
}
