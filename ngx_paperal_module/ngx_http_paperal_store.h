/*
 * Storing a body: plain blocking code that runs in a thread and knows nothing
 * of nginx's requests.
 *
 * The source is a regular file with the body.  A raw body becomes the object
 * by a link; of a form the part "file" is copied out.  The object's file and
 * the folders that name it are synced before the call returns.  Whatever goes
 * wrong, no file of ours stays in tmp/.
 */

#ifndef _NGX_HTTP_PAPERAL_STORE_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_STORE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "paperal_buf.h"
#include "paperal_multipart.h"
#include "paperal_sha256.h"


#define PAPERAL_STORE_MAX_FIELDS  32
#define PAPERAL_STORE_MAX_NAME    1024       /* bytes of a file name */
#define PAPERAL_STORE_PIECE       65536      /* bytes read at a time */
#define PAPERAL_STORE_MAGIC       1024       /* "%PDF-" must begin in them */


typedef enum {
    PAPERAL_STORE_OK = 0,
    PAPERAL_STORE_MALFORMED,                 /* see "multipart" */
    PAPERAL_STORE_NO_FILE,                   /* the form has no part "file" */
    PAPERAL_STORE_TWO_FILES,
    PAPERAL_STORE_TOO_LARGE,
    PAPERAL_STORE_NOT_PDF,
    PAPERAL_STORE_TOO_MANY_FIELDS,
    PAPERAL_STORE_NO_SPACE,
    PAPERAL_STORE_FAILED                     /* see "err" */
} ngx_http_paperal_store_e;

/* A field of the form: places in "text". */
typedef struct {
    size_t                       name;
    size_t                       name_len;
    size_t                       value;
    size_t                       value_len;
} ngx_http_paperal_store_field_t;

typedef struct {
    /* in */
    const char                  *root;       /* of the storage */
    const char                  *source;     /* path of the body */
    const char                  *boundary;   /* NULL: a raw body */
    size_t                       boundary_len;
    size_t                       max_size;   /* of the file */

    /* out */
    ngx_http_paperal_store_e     result;
    paperal_multipart_e          multipart;
    ngx_err_t                    err;
    const char                  *failed;     /* what failed, static */
    uint64_t                     size;
    char                         hash[PAPERAL_SHA256_HEX_SIZE];
    char                         filename[PAPERAL_STORE_MAX_NAME];
    paperal_buf_t                text;       /* the caller's to release */
    ngx_uint_t                   nfields;
    ngx_http_paperal_store_field_t  fields[PAPERAL_STORE_MAX_FIELDS];

    /* while it runs */
    int                          in;
    int                          out;        /* copy of the part, -1: none */
    char                         temp[NGX_MAX_PATH];
    char                         magic[PAPERAL_STORE_MAGIC];
    size_t                       magic_len;
    paperal_sha256_t             sha;
    unsigned                     in_file:1;  /* inside the part "file" */
    unsigned                     seen:1;
    unsigned                     skip:1;
    paperal_multipart_t          parser;
} ngx_http_paperal_store_t;


/* Stores the body; the outcome is in store->result. */
void ngx_http_paperal_store(ngx_http_paperal_store_t *store);


#endif /* _NGX_HTTP_PAPERAL_STORE_H_INCLUDED_ */
