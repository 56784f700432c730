/*
 * Files and folders of the local set-up; see files.h.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "text.h"


#define FILES_COPY_BUFFER  65536
#define FILES_MAX_FDS      16


static int files_sync_at(const char *src, const char *dst, int depth);
static int files_sync_folder(const char *src, const char *dst, int depth);
static int files_sync_names(DIR *dir, const char *src, const char *dst,
    int depth);
static int files_prune(const char *src, const char *dst);
static int files_copy(const char *src, const char *dst, const struct stat *st);
static int files_copy_bytes(int in, int out);
static int files_remove_entry(const char *path, const struct stat *st,
    int type, struct FTW *ftw);
static int files_give_entry(const char *path, const struct stat *st, int type,
    struct FTW *ftw);
static int files_failed(const char *what, const char *path);


/* nftw() has no argument for its callback */
static uid_t  files_give_uid;
static gid_t  files_give_gid;


int
files_folder(const char *path, mode_t mode, uid_t uid, gid_t gid)
{
    struct stat  st;

    if (mkdir(path, 0700) == -1 && errno != EEXIST) {
        return files_failed("make folder", path);
    }

    if (stat(path, &st) == -1) {
        return files_failed("use folder", path);
    }

    if (!S_ISDIR(st.st_mode)) {
        return text_error("\"%s\" is not a folder", path);
    }

    /* changing the owner clears the set-group-id bit, so the mode comes last */

    if (geteuid() == 0 && uid != FILES_KEEP
        && (st.st_uid != uid || st.st_gid != gid)
        && chown(path, uid, gid) == -1)
    {
        return files_failed("give away folder", path);
    }

    if (chmod(path, mode) == -1) {
        return files_failed("protect folder", path);
    }

    return 0;
}


int
files_parents(const char *path)
{
    int    rc;
    char  *copy, *p;

    copy = text_format("%s", path);
    rc = 0;

    for (p = strchr(copy + 1, '/'); rc == 0 && p != NULL;
         p = strchr(p + 1, '/'))
    {
        *p = '\0';

        if (mkdir(copy, 0755) == -1 && errno != EEXIST) {
            rc = files_failed("make folder", copy);
        }

        *p = '/';
    }

    if (rc == 0 && mkdir(copy, 0755) == -1 && errno != EEXIST) {
        rc = files_failed("make folder", copy);
    }

    free(copy);

    return rc;
}


int
files_write(const char *path, const char *text, mode_t mode, uid_t uid,
    gid_t gid)
{
    int     fd, rc;
    char   *tmp;
    size_t  len;

    rc = -1;
    len = strlen(text);
    tmp = text_format("%s.new", path);

    unlink(tmp);

    fd = open(tmp, O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0600);
    if (fd == -1) {
        files_failed("write", tmp);
        goto done;
    }

    if (write(fd, text, len) != (ssize_t) len
        || (geteuid() == 0 && uid != FILES_KEEP && fchown(fd, uid, gid) == -1)
        || fchmod(fd, mode) == -1
        || rename(tmp, path) == -1)
    {
        files_failed("write", path);
        goto done;
    }

    rc = 0;

done:

    if (fd != -1) {
        close(fd);
    }

    free(tmp);

    return rc;
}


char *
files_read(const char *path)
{
    FILE    *fp;
    char    *text;
    size_t   n;

    fp = fopen(path, "re");
    if (fp == NULL) {
        return NULL;
    }

    text = malloc(FILES_MAX_READ + 1);
    if (text == NULL) {
        abort();
    }

    n = fread(text, 1, FILES_MAX_READ, fp);
    text[n] = '\0';

    if (ferror(fp)) {
        free(text);
        text = NULL;
    }

    fclose(fp);

    return text;
}


int
files_link(const char *target, const char *path)
{
    int          rc;
    char        *tmp;
    struct stat  st;

    if (lstat(path, &st) == 0 && !S_ISLNK(st.st_mode)) {
        return text_error("\"%s\" is in the way of a link", path);
    }

    tmp = text_format("%s.new", path);
    rc = 0;

    unlink(tmp);

    if (symlink(target, tmp) == -1 || rename(tmp, path) == -1) {
        rc = files_failed("make link", path);
    }

    free(tmp);

    return rc;
}


int
files_sync(const char *src, const char *dst)
{
    int    rc;
    char  *real;

    real = realpath(src, NULL);
    if (real == NULL) {
        return files_failed("read", src);
    }

    rc = files_sync_at(real, dst, 0);
    free(real);

    return rc;
}


static int
files_sync_at(const char *src, const char *dst, int depth)
{
    struct stat  st, old;

    if (lstat(src, &st) == -1) {
        return files_failed("read", src);
    }

    if (S_ISDIR(st.st_mode)) {
        return files_sync_folder(src, dst, depth);
    }

    if (!S_ISREG(st.st_mode)) {
        return 0;
    }

    if (lstat(dst, &old) == 0) {
        if (S_ISREG(old.st_mode) && old.st_size == st.st_size
            && old.st_mtim.tv_sec == st.st_mtim.tv_sec
            && old.st_mtim.tv_nsec == st.st_mtim.tv_nsec)
        {
            return 0;
        }

        if (!S_ISREG(old.st_mode) && files_remove(dst) == -1) {
            return -1;
        }
    }

    return files_copy(src, dst, &st);
}


static int
files_sync_folder(const char *src, const char *dst, int depth)
{
    int           rc;
    DIR          *dir;
    struct stat   old;

    if (depth >= FILES_MAX_DEPTH) {
        return text_error("\"%s\" is nested too deeply", src);
    }

    if (lstat(dst, &old) == 0 && !S_ISDIR(old.st_mode)
        && files_remove(dst) == -1)
    {
        return -1;
    }

    if (files_folder(dst, 0755, FILES_KEEP, 0) == -1) {
        return -1;
    }

    dir = opendir(src);
    if (dir == NULL) {
        return files_failed("read", src);
    }

    rc = files_sync_names(dir, src, dst, depth);
    closedir(dir);

    return (rc == 0) ? files_prune(src, dst) : rc;
}


static int
files_sync_names(DIR *dir, const char *src, const char *dst, int depth)
{
    int             rc;
    char           *from, *to;
    struct dirent  *entry;

    rc = 0;

    while (rc == 0 && (entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0
            || strcmp(entry->d_name, "..") == 0)
        {
            continue;
        }

        from = text_format("%s/%s", src, entry->d_name);
        to = text_format("%s/%s", dst, entry->d_name);

        rc = files_sync_at(from, to, depth + 1);

        free(from);
        free(to);
    }

    return rc;
}


/* removes from dst what src does not have */

static int
files_prune(const char *src, const char *dst)
{
    int             rc;
    DIR            *dir;
    char           *from, *to;
    struct stat     st;
    struct dirent  *entry;

    dir = opendir(dst);
    if (dir == NULL) {
        return files_failed("read", dst);
    }

    rc = 0;

    while (rc == 0 && (entry = readdir(dir)) != NULL) {
        from = text_format("%s/%s", src, entry->d_name);
        to = text_format("%s/%s", dst, entry->d_name);

        if (lstat(from, &st) == -1 && errno == ENOENT) {
            rc = files_remove(to);
        }

        free(from);
        free(to);
    }

    closedir(dir);

    return rc;
}


/*
 * The copy appears under its name only when complete, and as a new file: a
 * program that is running cannot be written to.
 */

static int
files_copy(const char *src, const char *dst, const struct stat *st)
{
    int              in, out, rc;
    char            *tmp;
    struct timespec  times[2];

    rc = -1;
    out = -1;
    tmp = text_format("%s.new", dst);

    in = open(src, O_RDONLY|O_CLOEXEC);
    if (in == -1) {
        files_failed("read", src);
        goto done;
    }

    unlink(tmp);

    out = open(tmp, O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0600);
    if (out == -1) {
        files_failed("write", tmp);
        goto done;
    }

    times[0] = st->st_mtim;
    times[1] = st->st_mtim;

    if (files_copy_bytes(in, out) == -1
        || fchmod(out, (st->st_mode & S_IXUSR) ? 0755 : 0644) == -1
        || futimens(out, times) == -1
        || rename(tmp, dst) == -1)
    {
        files_failed("write", dst);
        unlink(tmp);
        goto done;
    }

    rc = 0;

done:

    if (in != -1) {
        close(in);
    }

    if (out != -1) {
        close(out);
    }

    free(tmp);

    return rc;
}


static int
files_copy_bytes(int in, int out)
{
    char     buf[FILES_COPY_BUFFER];
    ssize_t  n;

    for ( ;; ) {
        n = read(in, buf, sizeof(buf));

        if (n <= 0) {
            return (int) n;
        }

        if (write(out, buf, (size_t) n) != n) {
            return -1;
        }
    }
}


int
files_remove(const char *path)
{
    struct stat  st;

    if (lstat(path, &st) == -1) {
        return (errno == ENOENT) ? 0 : files_failed("remove", path);
    }

    if (nftw(path, files_remove_entry, FILES_MAX_FDS, FTW_DEPTH|FTW_PHYS)
        != 0)
    {
        return files_failed("remove", path);
    }

    return 0;
}


static int
files_remove_entry(const char *path, const struct stat *st, int type,
    struct FTW *ftw)
{
    (void) st;
    (void) type;
    (void) ftw;

    return remove(path);
}


int
files_give(const char *path, uid_t uid, gid_t gid)
{
    files_give_uid = uid;
    files_give_gid = gid;

    if (nftw(path, files_give_entry, FILES_MAX_FDS, FTW_PHYS) != 0) {
        return files_failed("give away", path);
    }

    return 0;
}


int
files_own(const char *path, mode_t mode, uid_t uid, gid_t gid)
{
    struct stat  st;

    if (geteuid() == 0 && stat(path, &st) == 0 && st.st_uid != uid
        && files_give(path, uid, gid) == -1)
    {
        return -1;
    }

    return files_folder(path, mode, uid, gid);
}


static int
files_give_entry(const char *path, const struct stat *st, int type,
    struct FTW *ftw)
{
    (void) st;
    (void) type;
    (void) ftw;

    return lchown(path, files_give_uid, files_give_gid);
}


static int
files_failed(const char *what, const char *path)
{
    return text_error("cannot %s \"%s\": %s", what, path, strerror(errno));
}
