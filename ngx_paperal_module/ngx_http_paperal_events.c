/*
 * A watch is what a stream knows: its subscriptions, the last event sent, and
 * the one statement that may be in flight.  Whatever wakes it only notes that
 * it is dirty; when a look is over, a dirty watch looks again.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_auth.h"
#include "ngx_http_paperal_events.h"
#include "ngx_http_paperal_respond.h"
#include "ngx_http_paperal_route.h"
#include "paperal_uuid.h"


#define PAPERAL_MAX_CHANNEL_NAME  64


typedef struct {
    ngx_http_request_t             *request;
    ngx_http_paperal_ctx_t         *ctx;
    ngx_http_paperal_stream_t      *stream;  /* NULL: not open or closed */
    ngx_http_paperal_pg_op_t       *op;
    ngx_event_t                     tick;
    uint64_t                        last;    /* id of the last event sent */
    uint64_t                        floor;   /* nothing up to it is sent */
    uint64_t                        resume;  /* Last-Event-ID */
    uint64_t                        sent[PAPERAL_WATCH_OVERLAP];
    ngx_uint_t                      nsent;
    ngx_uint_t                      nsubs;
    ngx_http_paperal_redis_sub_t   *subs;
    u_char                         *names;
    unsigned                        analysis:1;
    unsigned                        resumed:1;
    unsigned                        dirty:1;
    unsigned                        stale:1; /* look at the state, too */
} ngx_http_paperal_watch_t;


static ngx_http_paperal_watch_t *ngx_http_paperal_watch(
    ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx, ngx_uint_t nsubs);
static ngx_int_t ngx_http_paperal_subscribe(ngx_http_paperal_watch_t *watch,
    const char *prefix, u_char *id, size_t len);
static void ngx_http_paperal_unwatch(void *data);
static ngx_int_t ngx_http_paperal_open(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_watch_t *watch);
static void ngx_http_paperal_message(void *data, ngx_str_t *message);
static void ngx_http_paperal_poll(void *data);
static void ngx_http_paperal_resync(void *data);
static void ngx_http_paperal_tick(ngx_event_t *ev);
static void ngx_http_paperal_rechecked(void *data,
    ngx_http_paperal_pg_reply_t *reply);
static void ngx_http_paperal_look(ngx_http_paperal_watch_t *watch);
static void ngx_http_paperal_looked(void *data,
    ngx_http_paperal_pg_reply_t *reply);
static void ngx_http_paperal_state_looked(void *data,
    ngx_http_paperal_pg_reply_t *reply);
static void ngx_http_paperal_send_state(ngx_http_paperal_watch_t *watch,
    PGresult *res);
static void ngx_http_paperal_send_analysis_event(
    ngx_http_paperal_watch_t *watch, PGresult *res, int row);
static void ngx_http_paperal_send_update(ngx_http_paperal_watch_t *watch,
    PGresult *res, int row);
static void ngx_http_paperal_emit(ngx_http_paperal_watch_t *watch,
    const char *event, uint64_t id, ngx_str_t *data);
static void ngx_http_paperal_finish(ngx_http_paperal_watch_t *watch);


static ngx_http_paperal_pg_statement_t  ngx_http_paperal_since_statement = {
    ngx_string("analysis_events_since"),
    ngx_string("SELECT seq, (type IN ('analysis.completed',"
               " 'analysis.failed', 'analysis.cancelled'))::int AS ended,"
               " json_build_object('status', data->'status', 'progress',"
               " data->'progress', 'current_stage', data->'current_stage',"
               " 'stages', data->'stages') AS data,"
               " json_build_object('status', data->'status', 'error',"
               " data->'error') AS done"
               " FROM analysis_events_since($1, $2, $3, $4)"),
    4, NGX_HTTP_PAPERAL_PG_FAST, 0
};

static ngx_http_paperal_pg_statement_t  ngx_http_paperal_updates_statement = {
    ngx_string("workspace_events_since"),
    ngx_string("SELECT event_id AS seq, json_build_object('type', kind,"
               " 'id', id, 'status', data->'status',"
               " 'progress', data->'progress') AS data"
               " FROM workspace_events_since($1, $2, $3)"),
    3, NGX_HTTP_PAPERAL_PG_FAST, 0
};


ngx_int_t
ngx_http_paperal_events_init(ngx_conf_t *cf)
{
    if (ngx_http_paperal_pg_register(cf, &ngx_http_paperal_since_statement)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_paperal_pg_register(cf,
                                        &ngx_http_paperal_updates_statement);
}


const char *
ngx_http_paperal_check_event_id(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    return NULL;
}


static ngx_http_paperal_watch_t *
ngx_http_paperal_watch(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    ngx_uint_t nsubs)
{
    ngx_int_t                  id;
    ngx_table_elt_t           *h;
    ngx_http_cleanup_t        *cln;
    ngx_http_paperal_watch_t  *watch;

    watch = ngx_pcalloc(r->pool, sizeof(ngx_http_paperal_watch_t));
    cln = ngx_http_cleanup_add(r, 0);

    if (watch == NULL || cln == NULL) {
        return NULL;
    }

    watch->subs = ngx_pcalloc(r->pool, nsubs
                                       * sizeof(ngx_http_paperal_redis_sub_t));
    watch->names = ngx_pnalloc(r->pool, nsubs * PAPERAL_MAX_CHANNEL_NAME);

    if (watch->subs == NULL || watch->names == NULL) {
        return NULL;
    }

    watch->request = r;
    watch->ctx = ctx;

    h = ngx_http_paperal_header(r, "Last-Event-ID");

    if (h != NULL) {
        id = ngx_atoi(h->value.data, h->value.len);

        if (id > 0) {
            watch->resume = id;
            watch->resumed = 1;
        }
    }

    cln->handler = ngx_http_paperal_unwatch;
    cln->data = watch;

    ctx->data = watch;

    return watch;
}


static ngx_int_t
ngx_http_paperal_subscribe(ngx_http_paperal_watch_t *watch, const char *prefix,
    u_char *id, size_t len)
{
    ngx_http_paperal_redis_sub_t  *sub;

    sub = &watch->subs[watch->nsubs];

    sub->channel.data = watch->names + watch->nsubs * PAPERAL_MAX_CHANNEL_NAME;
    sub->channel.len = ngx_snprintf(sub->channel.data,
                                    PAPERAL_MAX_CHANNEL_NAME, "%s%*s", prefix,
                                    len, id)
                       - sub->channel.data;
    sub->handler = ngx_http_paperal_message;
    sub->data = watch;

    if (ngx_http_paperal_redis_subscribe(sub) != NGX_OK) {
        return NGX_ERROR;
    }

    watch->nsubs++;

    return NGX_OK;
}


static void
ngx_http_paperal_unwatch(void *data)
{
    ngx_http_paperal_watch_t *watch = data;

    watch->stream = NULL;

    while (watch->nsubs) {
        ngx_http_paperal_redis_unsubscribe(&watch->subs[--watch->nsubs]);
    }

    if (watch->op != NULL) {
        ngx_http_paperal_pg_detach(watch->op);
        watch->op = NULL;
    }

    if (watch->tick.timer_set) {
        ngx_del_timer(&watch->tick);
    }
}


ngx_int_t
ngx_http_paperal_watch_analysis(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    ngx_str_t                 *id;
    ngx_http_paperal_watch_t  *watch;

    watch = ngx_http_paperal_watch(r, ctx, 1);
    if (watch == NULL) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    watch->analysis = 1;
    id = ngx_http_paperal_get_value(ctx, "analysis_id");

    if (ngx_http_paperal_subscribe(watch, "paperal:analysis:", id->data,
                                   id->len)
        != NGX_OK)
    {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_paperal_watch_workspaces(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    u_char                    *p, *last;
    ngx_str_t                 *list;
    ngx_http_paperal_watch_t  *watch;

    watch = ngx_http_paperal_watch(r, ctx, PAPERAL_MAX_CHANNELS);
    if (watch == NULL) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    list = &ctx->identity.workspaces;
    last = list->data + list->len;

    /* "{uuid,uuid}": what does not fit is seen at the next tick */

    for (p = list->data + 1;
         p + PAPERAL_UUID_LEN < last && watch->nsubs < PAPERAL_MAX_CHANNELS;
         p += PAPERAL_UUID_LEN + 1)
    {
        if (ngx_http_paperal_subscribe(watch, "paperal:ws:", p,
                                       PAPERAL_UUID_LEN)
            != NGX_OK)
        {
            return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_open(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    ngx_http_paperal_watch_t *watch)
{
    ngx_int_t                       rc;
    ngx_http_paperal_stream_conf_t  conf;

    ngx_memzero(&conf, sizeof(ngx_http_paperal_stream_conf_t));

    conf.user = &ctx->identity.user_id;
    conf.on_poll = ngx_http_paperal_poll;
    conf.on_resync = ngx_http_paperal_resync;
    conf.data = watch;

    if (ngx_http_paperal_common_headers(r, ctx) != NGX_OK) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    rc = ngx_http_paperal_stream_open(r, &conf, &watch->stream);

    if (rc == NGX_BUSY) {
        ctx->answer.retry_after = PAPERAL_WATCH_TICK / 1000;
        return ngx_http_paperal_fail(ctx, PAPERAL_E_RATE_LIMIT_EXCEEDED,
                                     "too many event streams");
    }

    if (rc != NGX_OK) {
        /* NGX_DONE: it was a HEAD */
        ctx->sent = rc == NGX_DONE ? NGX_OK : NGX_ERROR;
        return NGX_DONE;
    }

    ctx->answered = 1;
    ctx->streaming = 1;

    watch->tick.handler = ngx_http_paperal_tick;
    watch->tick.data = watch;
    watch->tick.log = r->connection->log;
    watch->tick.cancelable = 1;

    ngx_add_timer(&watch->tick, PAPERAL_WATCH_TICK);

    return NGX_OK;
}


ngx_int_t
ngx_http_paperal_stream_analysis(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    ngx_int_t                  rc;
    ngx_str_t                  seq;
    ngx_http_paperal_watch_t  *watch;

    watch = ctx->data;

    rc = ngx_http_paperal_open(r, ctx, watch);
    if (rc != NGX_OK) {
        return rc;
    }

    seq = ngx_http_paperal_column(ctx->result, 0, "seq");

    if (watch->resumed
        && watch->resume < (uint64_t) ngx_atoi(seq.data, seq.len))
    {
        watch->last = watch->resume;
        ngx_http_paperal_look(watch);
        return NGX_AGAIN;
    }

    /* "last" is 0: the state is sent even if nothing has happened yet */

    ngx_http_paperal_send_state(watch, ctx->result);

    if (watch->dirty) {
        ngx_http_paperal_look(watch);
    }

    return NGX_AGAIN;
}


ngx_int_t
ngx_http_paperal_stream_events(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    ngx_int_t                  rc;
    ngx_str_t                  seq;
    ngx_http_paperal_watch_t  *watch;

    watch = ctx->data;

    rc = ngx_http_paperal_open(r, ctx, watch);
    if (rc != NGX_OK) {
        return rc;
    }

    seq = ngx_http_paperal_column(ctx->result, 0, "seq");

    watch->last = (uint64_t) ngx_atoi(seq.data, seq.len);

    if (watch->resumed && watch->resume < watch->last) {
        watch->last = watch->resume;
        watch->dirty = 1;
    }

    watch->floor = watch->last;

    if (watch->dirty) {
        ngx_http_paperal_look(watch);
    }

    return NGX_AGAIN;
}


/* The message itself is not looked at: it may be old, or one of several. */

static void
ngx_http_paperal_message(void *data, ngx_str_t *message)
{
    ngx_http_paperal_watch_t *watch = data;

    watch->dirty = 1;

    if (watch->stream != NULL && watch->op == NULL) {
        ngx_http_paperal_look(watch);
    }
}


static void
ngx_http_paperal_poll(void *data)
{
    ngx_http_paperal_message(data, NULL);
}


static void
ngx_http_paperal_resync(void *data)
{
    ngx_http_paperal_watch_t *watch = data;

    watch->stale = 1;

    ngx_http_paperal_message(data, NULL);
}


/*
 * Every 15 s: is the credential still good, and has anything been missed?
 * While another statement is in flight the next tick will do.
 */

static void
ngx_http_paperal_tick(ngx_event_t *ev)
{
    ngx_http_paperal_watch_t *watch = ev->data;

    if (watch->stream == NULL) {
        return;
    }

    ngx_add_timer(&watch->tick, PAPERAL_WATCH_TICK);

    if (watch->op == NULL) {
        watch->op = ngx_http_paperal_recheck(watch->ctx,
                                             ngx_http_paperal_rechecked,
                                             watch);
    }
}


static void
ngx_http_paperal_rechecked(void *data, ngx_http_paperal_pg_reply_t *reply)
{
    ngx_int_t                 rc;
    ngx_str_t                 workspaces, bye;
    ngx_http_paperal_watch_t *watch = data;

    watch->op = NULL;

    if (watch->stream == NULL) {
        return;
    }

    rc = ngx_http_paperal_recheck_result(reply);

    if (rc == NGX_OK) {
        workspaces = ngx_http_paperal_column(reply->res, 0, "workspaces");

        if (workspaces.len != watch->ctx->identity.workspaces.len
            || ngx_strncmp(workspaces.data,
                           watch->ctx->identity.workspaces.data,
                           workspaces.len)
               != 0)
        {
            rc = NGX_DECLINED;
        }
    }

    if (rc == NGX_DECLINED) {
        /* the client comes back as who it is now, or not */

        ngx_str_set(&bye, "{}");
        ngx_http_paperal_emit(watch, "bye", 0, &bye);
        ngx_http_paperal_finish(watch);
        return;
    }

    watch->dirty = 1;
    watch->stale = 1;

    ngx_http_paperal_look(watch);
}


static void
ngx_http_paperal_look(ngx_http_paperal_watch_t *watch)
{
    u_char                           *p;
    uint64_t                          from;
    ngx_str_t                         v[4];
    ngx_uint_t                        n;
    ngx_http_paperal_ctx_t           *ctx;
    ngx_http_paperal_pg_identity_t    identity;
    ngx_http_paperal_pg_statement_t  *st;

    u_char  number[NGX_INT64_LEN], limit[NGX_INT64_LEN];

    ctx = watch->ctx;
    identity.user_id = ctx->identity.user_id;
    identity.workspaces = ctx->identity.workspaces;

    watch->dirty = 0;
    n = 0;
    v[n++] = ctx->identity.user_id;

    if (watch->analysis) {
        v[n++] = *ngx_http_paperal_get_value(ctx, "analysis_id");
    }

    if (watch->analysis && watch->stale) {
        watch->stale = 0;
        watch->op = ngx_http_paperal_pg_send(&ctx->endpoint->statement,
                                             &identity, v, n,
                                             ngx_http_paperal_state_looked,
                                             watch);
        return;
    }

    /*
     * The ids of all the caller's events are given out before they commit:
     * one that comes late is found by looking back a little.
     */

    from = watch->last;

    if (!watch->analysis) {
        from = from > PAPERAL_WATCH_OVERLAP ? from - PAPERAL_WATCH_OVERLAP : 0;
        from = ngx_max(from, watch->floor);
    }

    p = ngx_sprintf(number, "%uL", from);
    v[n].data = number;
    v[n++].len = p - number;

    p = ngx_sprintf(limit, "%d", PAPERAL_WATCH_BATCH + PAPERAL_WATCH_OVERLAP);
    v[n].data = limit;
    v[n++].len = p - limit;

    st = watch->analysis ? &ngx_http_paperal_since_statement
                         : &ngx_http_paperal_updates_statement;

    watch->op = ngx_http_paperal_pg_send(st, &identity, v, n,
                                         ngx_http_paperal_looked, watch);
}


static void
ngx_http_paperal_looked(void *data, ngx_http_paperal_pg_reply_t *reply)
{
    int                       i, n;
    ngx_http_paperal_watch_t *watch = data;

    watch->op = NULL;

    if (reply->status != NGX_HTTP_PAPERAL_PG_OK) {
        /* the next tick, poll or message looks again */
        return;
    }

    n = PQntuples(reply->res);

    for (i = 0; i < n && watch->stream != NULL; i++) {

        if (watch->analysis) {
            ngx_http_paperal_send_analysis_event(watch, reply->res, i);

        } else {
            ngx_http_paperal_send_update(watch, reply->res, i);
        }
    }

    if (watch->stream != NULL
        && (watch->dirty
            || n == PAPERAL_WATCH_BATCH + PAPERAL_WATCH_OVERLAP))
    {
        ngx_http_paperal_look(watch);
    }
}


static void
ngx_http_paperal_state_looked(void *data, ngx_http_paperal_pg_reply_t *reply)
{
    ngx_http_paperal_watch_t *watch = data;

    watch->op = NULL;

    if (watch->stream == NULL || reply->status != NGX_HTTP_PAPERAL_PG_OK) {
        return;
    }

    if (PQntuples(reply->res) == 0) {
        /* it was deleted, or is not the caller's any more */
        ngx_http_paperal_finish(watch);
        return;
    }

    ngx_http_paperal_send_state(watch, reply->res);

    if (watch->stream != NULL && watch->dirty) {
        ngx_http_paperal_look(watch);
    }
}


/* The state as an event, if it is newer than what was sent. */

static void
ngx_http_paperal_send_state(ngx_http_paperal_watch_t *watch, PGresult *res)
{
    uint64_t   seq;
    ngx_str_t  cell, data;

    cell = ngx_http_paperal_column(res, 0, "seq");
    seq = (uint64_t) ngx_atoi(cell.data, cell.len);

    if (seq > watch->last || watch->last == 0) {
        data = ngx_http_paperal_column(res, 0, "data");
        ngx_http_paperal_emit(watch, "progress", seq, &data);
        watch->last = seq;
    }

    cell = ngx_http_paperal_column(res, 0, "ended");

    if (ngx_http_paperal_is(&cell, "1")) {
        data = ngx_http_paperal_column(res, 0, "done");
        ngx_http_paperal_emit(watch, "done", seq, &data);
        ngx_http_paperal_finish(watch);
    }
}


static void
ngx_http_paperal_send_analysis_event(ngx_http_paperal_watch_t *watch,
    PGresult *res, int row)
{
    uint64_t   seq;
    ngx_str_t  cell, data;

    cell = ngx_http_paperal_column(res, row, "seq");
    seq = (uint64_t) ngx_atoi(cell.data, cell.len);

    data = ngx_http_paperal_column(res, row, "data");
    ngx_http_paperal_emit(watch, "progress", seq, &data);
    watch->last = seq;

    cell = ngx_http_paperal_column(res, row, "ended");

    if (ngx_http_paperal_is(&cell, "1")) {
        data = ngx_http_paperal_column(res, row, "done");
        ngx_http_paperal_emit(watch, "done", seq, &data);
        ngx_http_paperal_finish(watch);
    }
}


static void
ngx_http_paperal_send_update(ngx_http_paperal_watch_t *watch, PGresult *res,
    int row)
{
    uint64_t    id;
    ngx_str_t   cell, data;
    ngx_uint_t  i;

    cell = ngx_http_paperal_column(res, row, "seq");
    id = (uint64_t) ngx_atoi(cell.data, cell.len);

    for (i = 0; i < PAPERAL_WATCH_OVERLAP; i++) {
        if (watch->sent[i] == id) {
            return;
        }
    }

    watch->sent[watch->nsent++ % PAPERAL_WATCH_OVERLAP] = id;
    watch->last = ngx_max(watch->last, id);

    data = ngx_http_paperal_column(res, row, "data");
    ngx_http_paperal_emit(watch, "update", id, &data);
}


static void
ngx_http_paperal_emit(ngx_http_paperal_watch_t *watch, const char *event,
    uint64_t id, ngx_str_t *data)
{
    ngx_str_t  name;

    if (watch->stream == NULL) {
        return;
    }

    name.data = (u_char *) event;
    name.len = ngx_strlen(event);

    if (ngx_http_paperal_stream_event(watch->stream, &name, id, data)
        == NGX_ERROR)
    {
        watch->stream = NULL;
    }
}


static void
ngx_http_paperal_finish(ngx_http_paperal_watch_t *watch)
{
    if (watch->stream != NULL) {
        ngx_http_paperal_stream_close(watch->stream);
        watch->stream = NULL;
    }
}
