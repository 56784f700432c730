/*
 * Storing a body in the content-addressed store.
 */

#include "ngx_http_paperal_store.h"
#include "ngx_http_paperal_upload.h"
#include "paperal_codec.h"
#include "paperal_error.h"
#include "paperal_storage.h"

#include <openssl/rand.h>


static int ngx_http_paperal_store_fail(ngx_http_paperal_store_t *st,
    const char *what);
static int ngx_http_paperal_store_source(ngx_http_paperal_store_t *st);
static int ngx_http_paperal_store_bytes(ngx_http_paperal_store_t *st,
    const char *p, size_t len);
static int ngx_http_paperal_store_part(void *data,
    const paperal_multipart_part_t *part);
static int ngx_http_paperal_store_data(void *data, const char *p, size_t len);
static int ngx_http_paperal_store_part_end(void *data);
static int ngx_http_paperal_store_temp(ngx_http_paperal_store_t *st);
static int ngx_http_paperal_store_check(ngx_http_paperal_store_t *st);
static int ngx_http_paperal_store_publish(ngx_http_paperal_store_t *st);
static int ngx_http_paperal_store_folders(ngx_http_paperal_store_t *st,
    char *folder, size_t size);
static int ngx_http_paperal_store_sync_folder(ngx_http_paperal_store_t *st,
    const char *path);


static const paperal_multipart_handler_t  ngx_http_paperal_store_handler = {
    ngx_http_paperal_store_part,
    ngx_http_paperal_store_data,
    ngx_http_paperal_store_part_end,
    NULL
};


void
ngx_http_paperal_store(ngx_http_paperal_store_t *st)
{
    st->result = PAPERAL_STORE_OK;
    st->out = -1;
    st->temp[0] = '\0';

    paperal_buf_init(&st->text, PAPERAL_MAX_FORM_TEXT);
    paperal_sha256_init(&st->sha);

    st->in = open(st->source, O_RDONLY|O_CLOEXEC);

    if (st->in == -1) {
        (void) ngx_http_paperal_store_fail(st, "open");

    } else if (ngx_http_paperal_store_source(st) == 0
               && ngx_http_paperal_store_check(st) == 0)
    {
        (void) ngx_http_paperal_store_publish(st);
    }

    paperal_sha256_release(&st->sha);

    if (st->in != -1) {
        (void) close(st->in);
    }

    if (st->out != -1) {
        (void) close(st->out);
    }

    if (st->temp[0] != '\0') {
        (void) unlink(st->temp);
    }
}


static int
ngx_http_paperal_store_fail(ngx_http_paperal_store_t *st, const char *what)
{
    st->err = ngx_errno;
    st->failed = what;
    st->result = st->err == ENOSPC || st->err == EDQUOT
                 ? PAPERAL_STORE_NO_SPACE : PAPERAL_STORE_FAILED;

    return -1;
}


static int
ngx_http_paperal_store_source(ngx_http_paperal_store_t *st)
{
    char     piece[PAPERAL_STORE_PIECE];
    ssize_t  n;

    if (st->boundary != NULL) {
        (void) paperal_multipart_init(&st->parser, st->boundary,
                                      st->boundary_len,
                                      &ngx_http_paperal_store_handler, st);
    }

    for ( ;; ) {
        n = read(st->in, piece, sizeof(piece));

        if (n == -1 && ngx_errno == EINTR) {
            continue;
        }

        if (n == -1) {
            return ngx_http_paperal_store_fail(st, "read");
        }

        if (n == 0) {
            break;
        }

        if (st->boundary == NULL) {
            if (ngx_http_paperal_store_bytes(st, piece, n) != 0) {
                return -1;
            }

            continue;
        }

        st->multipart = paperal_multipart_feed(&st->parser, piece, n);

        if (st->multipart != PAPERAL_MULTIPART_OK) {
            break;
        }
    }

    if (st->boundary != NULL && st->multipart == PAPERAL_MULTIPART_OK) {
        st->multipart = paperal_multipart_finish(&st->parser);
    }

    if (st->multipart != PAPERAL_MULTIPART_OK
        && st->result == PAPERAL_STORE_OK)
    {
        st->result = PAPERAL_STORE_MALFORMED;
    }

    return st->result == PAPERAL_STORE_OK ? 0 : -1;
}


/* Bytes of the file itself. */

static int
ngx_http_paperal_store_bytes(ngx_http_paperal_store_t *st, const char *p,
    size_t len)
{
    size_t   n;
    ssize_t  written;

    st->size += len;

    if (st->size > st->max_size) {
        st->result = PAPERAL_STORE_TOO_LARGE;
        return -1;
    }

    n = ngx_min(len, sizeof(st->magic) - st->magic_len);
    ngx_memcpy(st->magic + st->magic_len, p, n);
    st->magic_len += n;

    paperal_sha256_update(&st->sha, p, len);

    while (st->out != -1 && len > 0) {
        written = write(st->out, p, len);

        if (written == -1) {
            if (ngx_errno == EINTR) {
                continue;
            }

            return ngx_http_paperal_store_fail(st, "write");
        }

        p += written;
        len -= written;
    }

    return 0;
}


static int
ngx_http_paperal_store_part(void *data, const paperal_multipart_part_t *part)
{
    ngx_http_paperal_store_t *st = data;

    ngx_http_paperal_store_field_t  *field;

    if (ngx_strcmp(part->name, "file") == 0) {

        if (st->seen) {
            st->result = PAPERAL_STORE_TWO_FILES;
            return -1;
        }

        st->seen = 1;
        st->in_file = 1;

        if (part->filename != NULL) {
            ngx_cpystrn((u_char *) st->filename, (u_char *) part->filename,
                        sizeof(st->filename));
        }

        return ngx_http_paperal_store_temp(st);
    }

    if (st->nfields == PAPERAL_STORE_MAX_FIELDS) {
        st->result = PAPERAL_STORE_TOO_MANY_FIELDS;
        return -1;
    }

    field = &st->fields[st->nfields++];

    field->name = st->text.len;
    field->name_len = ngx_strlen(part->name);
    paperal_buf_str(&st->text, part->name);
    paperal_buf_char(&st->text, '\0');
    field->value = st->text.len;

    return 0;
}


static int
ngx_http_paperal_store_data(void *data, const char *p, size_t len)
{
    ngx_http_paperal_store_t *st = data;

    if (st->in_file) {
        return ngx_http_paperal_store_bytes(st, p, len);
    }

    paperal_buf_bytes(&st->text, p, len);

    if (st->text.failed) {
        st->result = PAPERAL_STORE_TOO_MANY_FIELDS;
        return -1;
    }

    return 0;
}


static int
ngx_http_paperal_store_part_end(void *data)
{
    ngx_http_paperal_store_t *st = data;

    ngx_http_paperal_store_field_t  *field;

    if (st->in_file) {
        st->in_file = 0;
        return 0;
    }

    field = &st->fields[st->nfields - 1];
    field->value_len = st->text.len - field->value;
    paperal_buf_char(&st->text, '\0');

    return 0;
}


/* A file of our own for the part, since the form's file has more in it. */

static int
ngx_http_paperal_store_temp(ngx_http_paperal_store_t *st)
{
    char           name[33];
    u_char         random[16];
    paperal_buf_t  b;

    if (RAND_bytes(random, sizeof(random)) != 1) {
        return ngx_http_paperal_store_fail(st, "random");
    }

    paperal_hex_encode(name, random, sizeof(random));

    paperal_buf_fixed(&b, st->temp, sizeof(st->temp));
    paperal_buf_str(&b, st->root);
    paperal_buf_str(&b, "/" PAPERAL_STORAGE_TMP "/part-");
    paperal_buf_str(&b, name);

    if (b.failed) {
        st->temp[0] = '\0';
        ngx_set_errno(ENAMETOOLONG);
        return ngx_http_paperal_store_fail(st, "path");
    }

    st->out = open(st->temp, O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0640);

    if (st->out == -1) {
        st->temp[0] = '\0';
        return ngx_http_paperal_store_fail(st, "create");
    }

    return 0;
}


static int
ngx_http_paperal_store_check(ngx_http_paperal_store_t *st)
{
    if (st->boundary != NULL && !st->seen) {
        st->result = PAPERAL_STORE_NO_FILE;
        return -1;
    }

    if (memmem(st->magic, st->magic_len, "%PDF-", 5) == NULL) {
        st->result = PAPERAL_STORE_NOT_PDF;
        return -1;
    }

    if (paperal_sha256_final_hex(&st->sha, st->hash) != PAPERAL_OK) {
        ngx_set_errno(ENOMEM);
        return ngx_http_paperal_store_fail(st, "hash");
    }

    return 0;
}


/*
 * File first, then its name, then the folders: a name that is there after a
 * crash has its content.
 */

static int
ngx_http_paperal_store_publish(ngx_http_paperal_store_t *st)
{
    int            fd;
    char           folder[NGX_MAX_PATH], path[NGX_MAX_PATH];
    const char    *source;
    paperal_buf_t  b;

    fd = st->out != -1 ? st->out : st->in;
    source = st->out != -1 ? st->temp : st->source;

    if (fchmod(fd, 0640) == -1) {
        return ngx_http_paperal_store_fail(st, "chmod");
    }

    if (fsync(fd) == -1) {
        return ngx_http_paperal_store_fail(st, "fsync");
    }

    if (ngx_http_paperal_store_folders(st, folder, sizeof(folder)) != 0) {
        return -1;
    }

    paperal_buf_fixed(&b, path, sizeof(path));
    paperal_storage_path(&b, st->root, st->hash, PAPERAL_SHA256_HEX_LEN);

    if (b.failed) {
        ngx_set_errno(ENAMETOOLONG);
        return ngx_http_paperal_store_fail(st, "path");
    }

    if (link(source, path) == -1) {

        if (ngx_errno != EEXIST) {
            return ngx_http_paperal_store_fail(st, "link");
        }

        /*
         * the same bytes: make it young, so that no collection takes it;
         * one that has just been taken away is made again
         */

        if (utimensat(AT_FDCWD, path, NULL, 0) == -1 && ngx_errno != EPERM
            && ngx_errno != EACCES
            && (ngx_errno != ENOENT || link(source, path) == -1))
        {
            return ngx_http_paperal_store_fail(st, "touch");
        }
    }

    return ngx_http_paperal_store_sync_folder(st, folder);
}


/*
 * Makes "objects/ab/cd" and syncs the names of both levels, also where they
 * were there: whoever made them may not have come so far.
 */

static int
ngx_http_paperal_store_folders(ngx_http_paperal_store_t *st, char *folder,
    size_t size)
{
    int            level;
    char          *slash;
    paperal_buf_t  b;

    paperal_buf_fixed(&b, folder, size);
    paperal_storage_folder(&b, st->root, st->hash, PAPERAL_SHA256_HEX_LEN);

    if (b.failed) {
        ngx_set_errno(ENAMETOOLONG);
        return ngx_http_paperal_store_fail(st, "path");
    }

    /* the last two names are "ab" and "cd" */

    slash = folder + b.len - 3;
    *slash = '\0';

    for (level = 0; level < 2; level++) {

        if (mkdir(folder, 02770) == -1 && ngx_errno != EEXIST) {
            return ngx_http_paperal_store_fail(st, "mkdir");
        }

        slash = strrchr(folder, '/');
        *slash = '\0';

        if (ngx_http_paperal_store_sync_folder(st, folder) != 0) {
            return -1;
        }

        *slash = '/';
        folder[strlen(folder)] = level == 0 ? '/' : '\0';
    }

    return 0;
}


static int
ngx_http_paperal_store_sync_folder(ngx_http_paperal_store_t *st,
    const char *path)
{
    int  fd, rc;

    fd = open(path, O_RDONLY|O_DIRECTORY|O_CLOEXEC);
    if (fd == -1) {
        return ngx_http_paperal_store_fail(st, "open folder");
    }

    rc = fsync(fd);
    (void) close(fd);

    return rc == -1 ? ngx_http_paperal_store_fail(st, "fsync folder") : 0;
}
