/*
 * The folder of uploaded files, and the key of the service; see storage.h.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "files.h"
#include "storage.h"
#include "text.h"


#define STORAGE_SECRET_BYTES  32


static int storage_choose(local_t *local);
static int storage_folders(local_t *local);
static int storage_secret(const local_t *local);


int
storage_prepare(local_t *local)
{
    if (storage_choose(local) == -1) {
        return -1;
    }

    return storage_secret(local);
}


/*
 * STORAGE_PATH is the user's choice, relative to the clone.  One that the
 * servers cannot enter becomes a link to the storage of the state.
 */

static int
storage_choose(local_t *local)
{
    char         c, *path;
    const char  *value;

    value = getenv("STORAGE_PATH");

    if (value == NULL || *value == '\0') {
        local->storage = text_format("%s/storage", local->state);
        return storage_folders(local);
    }

    path = (*value == '/') ? text_format("%s", value)
                           : text_format("%s/%s", local->root, value);

    /* a link that an earlier run has made; one to removed data goes */

    local->storage = realpath(path, NULL);

    if (local->storage == NULL && readlink(path, &c, 1) == 1) {
        unlink(path);
    }

    if (local->storage == NULL && files_parents(path) == 0) {
        local->storage = realpath(path, NULL);
    }

    if (local->storage == NULL) {
        return text_error("cannot use STORAGE_PATH=%s", value);
    }

    if (local->users.root
        && (!users_can(&local->users.web, local->storage, X_OK)
            || !users_can(&local->users.worker, local->storage, X_OK)))
    {
        if (rmdir(local->storage) == -1) {
            return text_error("STORAGE_PATH=%s cannot be entered by the users"
                              " www-data and paperal", value);
        }

        local->storage = text_format("%s/storage", local->state);

        if (files_link(local->storage, path) == -1) {
            return -1;
        }
    }

    free(path);

    return storage_folders(local);
}


static int
storage_folders(local_t *local)
{
    int            i, rc;
    char          *path;
    const user_t  *user;

    static const char *const  names[] = { "", "/objects", "/tmp", NULL };

    user = &local->users.worker;
    rc = 0;

    for (i = 0; rc == 0 && names[i] != NULL; i++) {
        path = text_format("%s%s", local->storage, names[i]);
        rc = files_own(path, 02770, user->uid, user->gid);
        free(path);
    }

    return rc;
}


/* what signs cookies and cursors, unless the user has set a key */

static int
storage_secret(const local_t *local)
{
    int             i, rc;
    char           *path, hex[2 * STORAGE_SECRET_BYTES + 1];
    gid_t           gid;
    unsigned char   bytes[STORAGE_SECRET_BYTES];

    path = text_format("%s/secret_key", local->state);
    rc = 0;

    if (access(path, F_OK) == -1) {
        if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes)) {
            abort();
        }

        for (i = 0; i < STORAGE_SECRET_BYTES; i++) {
            snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
        }

        gid = local->users.worker.gid;
        rc = files_write(path, hex, 0640, local->users.self.uid, gid);

        explicit_bzero(bytes, sizeof(bytes));
        explicit_bzero(hex, sizeof(hex));
    }

    free(path);

    return rc;
}
