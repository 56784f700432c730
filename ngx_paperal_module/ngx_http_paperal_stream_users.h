/*
 * How many event streams each user has, over all worker processes: a table in
 * shared memory.  Its content is hashes and counts, so that a process that was
 * killed leaves nothing behind that its successor cannot clear.
 */

#ifndef _NGX_HTTP_PAPERAL_STREAM_USERS_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_STREAM_USERS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_HTTP_PAPERAL_STREAM_USERS        4096       /* a power of two */
#define NGX_HTTP_PAPERAL_STREAM_USER_PROBES  32


/* The streams of one user in one process. */
typedef struct {
    uint64_t                             key;
    uint32_t                             process;
    uint32_t                             count;     /* 0: free */
} ngx_http_paperal_stream_user_t;

typedef struct {
    ngx_http_paperal_stream_user_t  slots[NGX_HTTP_PAPERAL_STREAM_USERS];
} ngx_http_paperal_stream_users_t;


/*
 * Lets the process use a zeroed table in shared memory, under the mutex, with
 * a number of its own: what an earlier process with that number had open is
 * forgotten.  Without this call the table is the process's own.
 */
void ngx_http_paperal_stream_users_share(
    ngx_http_paperal_stream_users_t *table, ngx_shmtx_t *mutex,
    ngx_uint_t process);

/*
 * Counts one stream more.  NGX_OK and the slot to give back, NULL when the
 * table is too full to count it; NGX_BUSY when the user has max.
 */
ngx_int_t ngx_http_paperal_stream_users_take(ngx_str_t *user, ngx_uint_t max,
    ngx_http_paperal_stream_user_t **slot);

/* One stream less; slot may be NULL. */
void ngx_http_paperal_stream_users_give(ngx_http_paperal_stream_user_t *slot);


#endif /* _NGX_HTTP_PAPERAL_STREAM_USERS_H_INCLUDED_ */
