/*
 * The folder of uploaded files, and the key of the service.
 *
 * nginx's workers write into the folder and the worker reads it: both belong to
 * the group paperal, which every new file takes from its folder.
 */

#ifndef PAPERAL_LOCAL_STORAGE_H
#define PAPERAL_LOCAL_STORAGE_H

#include "local.h"


/*
 * Sets local->storage from STORAGE_PATH or the state folder, makes the folders
 * "objects" and "tmp" in it, and makes a key if there is none yet.  Returns 0,
 * or -1 after a line on stderr.
 */
int storage_prepare(local_t *local);


#endif /* PAPERAL_LOCAL_STORAGE_H */
