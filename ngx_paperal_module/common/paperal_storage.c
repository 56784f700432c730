/*
 * Names in the content-addressed storage.
 */

#include "paperal_storage.h"

#include <string.h>

#include "paperal_sha256.h"


void
paperal_storage_key(paperal_buf_t *buf, const char *digest, size_t len)
{
    if (!paperal_sha256_is_hex(digest, len)) {
        buf->failed = 1;
        return;
    }

    paperal_buf_printf(buf, PAPERAL_STORAGE_OBJECTS "/%.2s/%.2s/%.*s",
                       digest, digest + 2, (int) len, digest);
}


/* Appends "<root>/"; a bare root may not become the file system's. */
static void
storage_root(paperal_buf_t *buf, const char *root)
{
    size_t  len;

    len = strlen(root);

    if (len == 0) {
        buf->failed = 1;
        return;
    }

    paperal_buf_bytes(buf, root, len);

    if (root[len - 1] != '/') {
        paperal_buf_char(buf, '/');
    }
}


void
paperal_storage_path(paperal_buf_t *buf, const char *root,
    const char *digest, size_t len)
{
    size_t  start;

    start = buf->len;

    storage_root(buf, root);
    paperal_storage_key(buf, digest, len);

    if (buf->failed) {
        paperal_buf_truncate(buf, start);
    }
}


void
paperal_storage_folder(paperal_buf_t *buf, const char *root,
    const char *digest, size_t len)
{
    size_t  start;

    start = buf->len;

    paperal_storage_path(buf, root, digest, len);

    if (buf->len > start) {
        paperal_buf_truncate(buf, buf->len - PAPERAL_SHA256_HEX_LEN - 1);
    }
}
