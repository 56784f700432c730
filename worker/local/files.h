/*
 * Files and folders of the local set-up.
 *
 * All functions return 0, or -1 after one line on stderr that names the path
 * and the reason, unless said otherwise.  Owners are changed only when the
 * process is root; FILES_KEEP leaves an owner as it is.
 */

#ifndef PAPERAL_LOCAL_FILES_H
#define PAPERAL_LOCAL_FILES_H

#include <sys/types.h>

#define FILES_KEEP       ((uid_t) -1)
#define FILES_MAX_DEPTH  16
#define FILES_MAX_READ   (1024 * 1024)


/* Makes the folder if it is missing; it gets exactly this mode and owner. */
int files_folder(const char *path, mode_t mode, uid_t uid, gid_t gid);

/* Makes the missing folders of a path, the last one included, mode 0755. */
int files_parents(const char *path);

/* Replaces a file in one step: readers see the old or the new text. */
int files_write(const char *path, const char *text, mode_t mode, uid_t uid,
    gid_t gid);

/*
 * The whole text of a file of at most FILES_MAX_READ bytes, ended by a NUL;
 * the caller frees it.  NULL, silently, if it cannot be read.
 */
char *files_read(const char *path);

/* Makes path a symbolic link to target, replacing another link. */
int files_link(const char *target, const char *path);

/*
 * Makes dst a copy of the file or folder src.  Files of equal size and time
 * are not written again; what src has no more is removed.  Only regular files
 * and folders are copied; both become readable to everybody, and executable
 * where they are so for their owner.
 */
int files_sync(const char *src, const char *dst);

/* Removes a file or a folder with all it contains; a missing one is fine. */
int files_remove(const char *path);

/*
 * As files_folder(), for a folder that is all of one user's.  If it belongs to
 * another one, an earlier run was started by somebody else: then everything in
 * it changes hands.
 */
int files_own(const char *path, mode_t mode, uid_t uid, gid_t gid);

/* Gives a whole tree to uid and gid; symbolic links are not followed. */
int files_give(const char *path, uid_t uid, gid_t gid);


#endif /* PAPERAL_LOCAL_FILES_H */
