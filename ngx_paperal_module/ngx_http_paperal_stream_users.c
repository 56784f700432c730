/*
 * The streams of each user: see the header.  A user's slots, one for each
 * process, lie within PROBES places of the key's own; nothing is ever moved.
 */

#include "ngx_http_paperal_stream_users.h"


static void ngx_http_paperal_stream_users_lock(void);
static void ngx_http_paperal_stream_users_unlock(void);


static ngx_http_paperal_stream_users_t   ngx_http_paperal_stream_own_users;
static ngx_http_paperal_stream_users_t  *ngx_http_paperal_stream_users =
                                          &ngx_http_paperal_stream_own_users;
static ngx_shmtx_t                      *ngx_http_paperal_stream_users_mutex;
static uint32_t                          ngx_http_paperal_stream_process;


void
ngx_http_paperal_stream_users_share(ngx_http_paperal_stream_users_t *table,
    ngx_shmtx_t *mutex, ngx_uint_t process)
{
    ngx_uint_t  i;

    ngx_http_paperal_stream_users = table;
    ngx_http_paperal_stream_users_mutex = mutex;
    ngx_http_paperal_stream_process = (uint32_t) process;

    ngx_http_paperal_stream_users_lock();

    for (i = 0; i < NGX_HTTP_PAPERAL_STREAM_USERS; i++) {
        if (table->slots[i].process == (uint32_t) process) {
            table->slots[i].count = 0;
        }
    }

    ngx_http_paperal_stream_users_unlock();
}


ngx_int_t
ngx_http_paperal_stream_users_take(ngx_str_t *user, ngx_uint_t max,
    ngx_http_paperal_stream_user_t **slot)
{
    uint64_t                         key;
    ngx_uint_t                       i, n;
    ngx_http_paperal_stream_user_t  *s, *own, *unused;

    key = ngx_murmur_hash2(user->data, user->len);
    key = (key << 32) | ngx_crc32_long(user->data, user->len);

    n = 0;
    own = NULL;
    unused = NULL;

    ngx_http_paperal_stream_users_lock();

    for (i = 0; i < NGX_HTTP_PAPERAL_STREAM_USER_PROBES; i++) {
        s = &ngx_http_paperal_stream_users->slots[
                            (key + i) & (NGX_HTTP_PAPERAL_STREAM_USERS - 1)];

        if (s->count == 0) {
            unused = unused == NULL ? s : unused;

        } else if (s->key == key) {
            n += s->count;

            if (s->process == ngx_http_paperal_stream_process) {
                own = s;
            }
        }
    }

    *slot = NULL;

    if (n < max) {
        *slot = own != NULL ? own : unused;
    }

    if (*slot != NULL) {
        (*slot)->key = key;
        (*slot)->process = ngx_http_paperal_stream_process;
        (*slot)->count++;
    }

    ngx_http_paperal_stream_users_unlock();

    return n < max ? NGX_OK : NGX_BUSY;
}


void
ngx_http_paperal_stream_users_give(ngx_http_paperal_stream_user_t *slot)
{
    if (slot == NULL) {
        return;
    }

    ngx_http_paperal_stream_users_lock();

    slot->count--;

    ngx_http_paperal_stream_users_unlock();
}


static void
ngx_http_paperal_stream_users_lock(void)
{
    if (ngx_http_paperal_stream_users_mutex != NULL) {
        ngx_shmtx_lock(ngx_http_paperal_stream_users_mutex);
    }
}


static void
ngx_http_paperal_stream_users_unlock(void)
{
    if (ngx_http_paperal_stream_users_mutex != NULL) {
        ngx_shmtx_unlock(ngx_http_paperal_stream_users_mutex);
    }
}
