/*
 * Names in the content-addressed storage, the same on disk and in S3.
 */

#ifndef PAPERAL_STORAGE_H
#define PAPERAL_STORAGE_H


#include <stddef.h>

#include "paperal_buf.h"


#define PAPERAL_STORAGE_OBJECTS  "objects"
#define PAPERAL_STORAGE_TMP      "tmp"
#define PAPERAL_STORAGE_KEY_LEN  78          /* objects/ab/cd/<sha256> */


/*
 * Appends the object key of a file ("objects/ab/cd/<sha256>") to buf.  The
 * digest is 64 lower-case hex digits (see paperal_sha256_is_hex()); nothing
 * else of the caller's input reaches the key: any other text sets
 * buf->failed and appends nothing.
 */
void paperal_storage_key(paperal_buf_t *buf, const char *digest, size_t len);

/*
 * Appends the path of the object under root ("/var/lib/paperal" or with a "/"
 * at its end).  Fails as above, and for an empty root.
 */
void paperal_storage_path(paperal_buf_t *buf, const char *root,
    const char *digest, size_t len);

/* Appends only its folder ("<root>/objects/ab/cd"), to be created. */
void paperal_storage_folder(paperal_buf_t *buf, const char *root,
    const char *digest, size_t len);


#endif /* PAPERAL_STORAGE_H */
