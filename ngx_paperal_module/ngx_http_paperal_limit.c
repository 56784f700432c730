/*
 * The rate limit.  A caller has two windows: one for the API and one, ten
 * times as large, for files, events and what else a page loads in bulk.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_limit.h"
#include "ngx_http_paperal_metrics.h"


static void ngx_http_paperal_count_here(ngx_http_paperal_ctx_t *ctx);
static ngx_http_paperal_limit_slot_t *ngx_http_paperal_limit_slot(
    ngx_http_paperal_limit_table_t *table, uint64_t key, uint32_t minute);


ngx_int_t
ngx_http_paperal_limit(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    ngx_http_paperal_rate_t  *rate;

    rate = &ctx->rate;

    if ((ctx->endpoint->route->flags & PAPERAL_PUBLIC)
        || ctx->identity.rpm == 0)
    {
        return NGX_OK;
    }

    if (rate->count == 0) {
        ngx_http_paperal_count_here(ctx);
    }

    rate->limit = ctx->identity.rpm;

    if (ctx->endpoint->route->flags & PAPERAL_BULK) {
        rate->limit *= PAPERAL_BULK_FACTOR;
    }

    if (rate->count <= rate->limit) {
        return NGX_OK;
    }

    ngx_http_paperal_stat(rate_limited);

    ctx->answer.retry_after = ngx_max(rate->reset - ngx_time(), 1);

    return ngx_http_paperal_fail(ctx, PAPERAL_E_RATE_LIMIT_EXCEEDED, NULL);
}


static void
ngx_http_paperal_count_here(ngx_http_paperal_ctx_t *ctx)
{
    uint32_t                        minute;
    uint64_t                        key;
    ngx_str_t                      *id;
    ngx_slab_pool_t                *shpool;
    ngx_http_paperal_shm_t         *shm;
    ngx_http_paperal_limit_slot_t  *slot;

    ngx_http_paperal_stat(fallback);

    minute = ngx_time() / 60;
    id = &ctx->identity.user_id;

    key = ngx_murmur_hash2(id->data, id->len);
    key = (key << 32) | ngx_crc32_long(id->data, id->len);

    if (ctx->endpoint->route->flags & PAPERAL_BULK) {
        key = ~key;
    }

    shm = ngx_http_paperal_shm(&shpool);

    ngx_shmtx_lock(&shpool->mutex);

    slot = ngx_http_paperal_limit_slot(&shm->limits, key, minute);
    ctx->rate.count = ++slot->count;

    ngx_shmtx_unlock(&shpool->mutex);

    ctx->rate.reset = ((time_t) minute + 1) * 60;
}


/*
 * The caller's slot, or the one to take over: of a window that is over, or,
 * when all are in use, the one with the least requests.
 */

static ngx_http_paperal_limit_slot_t *
ngx_http_paperal_limit_slot(ngx_http_paperal_limit_table_t *table,
    uint64_t key, uint32_t minute)
{
    ngx_uint_t                      i;
    ngx_http_paperal_limit_slot_t  *slot, *victim;

    victim = NULL;

    for (i = 0; i < PAPERAL_LIMIT_PROBES; i++) {
        slot = &table->slots[(key + i) & (PAPERAL_LIMIT_SLOTS - 1)];

        if (slot->key == key && slot->minute == minute) {
            return slot;
        }

        if (victim == NULL
            || (victim->minute == minute
                && (slot->minute != minute || slot->count < victim->count)))
        {
            victim = slot;
        }
    }

    victim->key = key;
    victim->minute = minute;
    victim->count = 0;

    return victim;
}
