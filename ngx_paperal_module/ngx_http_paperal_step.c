/*
 * The pipeline of a request: its context, the common steps, and the one place
 * that goes on with a request or ends it.
 *
 * A suspended request holds one count of r->main; whoever resumes it does so
 * through ngx_http_paperal_resume().  When the client leaves, nginx frees the
 * request: the cleanup below takes our side off whatever is in flight.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_auth.h"
#include "ngx_http_paperal_body.h"
#include "ngx_http_paperal_error.h"
#include "ngx_http_paperal_idempotency.h"
#include "ngx_http_paperal_limit.h"
#include "ngx_http_paperal_metrics.h"
#include "ngx_http_paperal_param.h"
#include "ngx_http_paperal_respond.h"
#include "ngx_http_paperal_route.h"
#include "paperal_codec.h"
#include "paperal_json.h"
#include "paperal_token.h"

#include <openssl/rand.h>


static ngx_int_t ngx_http_paperal_request_id(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
static void ngx_http_paperal_suspend(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
static void ngx_http_paperal_leave(void *data);
static void ngx_http_paperal_free(void *data);
static ngx_int_t ngx_http_paperal_own_steps(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);


static const ngx_http_paperal_step_pt  ngx_http_paperal_common_steps[] = {
    ngx_http_paperal_find_route,
    ngx_http_paperal_authenticate,
    ngx_http_paperal_limit,
    ngx_http_paperal_read_body,
    ngx_http_paperal_bind_params,
    ngx_http_paperal_idempotency,
    ngx_http_paperal_own_steps,
    NULL
};

static const ngx_http_paperal_step_pt  ngx_http_paperal_sql_steps[] = {
    ngx_http_paperal_run,
    ngx_http_paperal_revoke,
    NULL
};


ngx_http_paperal_ctx_t *
ngx_http_paperal_ctx(ngx_http_request_t *r)
{
    ngx_http_cleanup_t      *leave;
    ngx_pool_cleanup_t      *cln;
    ngx_http_paperal_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_paperal_module);
    if (ctx != NULL) {
        return ctx;
    }

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_http_paperal_ctx_t));
    cln = ngx_pool_cleanup_add(r->pool, 0);
    leave = ngx_http_cleanup_add(r, 0);

    if (ctx == NULL || cln == NULL || leave == NULL) {
        return NULL;
    }

    ctx->request = r;
    ctx->answer.total = -1;

    leave->handler = ngx_http_paperal_leave;
    leave->data = ctx;
    cln->handler = ngx_http_paperal_free;
    cln->data = ctx;

    if (ngx_http_paperal_request_id(r, ctx) != NGX_OK) {
        return NULL;
    }

    ngx_http_set_ctx(r, ctx, ngx_http_paperal_module);

    return ctx;
}


/* An inbound id is kept if it is harmless in a log and a header. */

static ngx_int_t
ngx_http_paperal_request_id(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    u_char            c, random[16];
    ngx_str_t        *in;
    ngx_uint_t        i;
    ngx_table_elt_t  *h;

    h = ngx_http_paperal_header(r, "X-Request-ID");

    if (h != NULL
        && h->value.len >= PAPERAL_MIN_REQUEST_ID
        && h->value.len <= PAPERAL_MAX_REQUEST_ID)
    {
        in = &h->value;

        for (i = 0; i < in->len; i++) {
            c = in->data[i];

            if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
                  || (c >= '0' && c <= '9')
                  || c == '.' || c == '_' || c == '-'))
            {
                break;
            }
        }

        if (i == in->len) {
            ctx->request_id = *in;
            return NGX_OK;
        }
    }

    ctx->request_id.data = ngx_pnalloc(r->pool, 2 * sizeof(random) + 1);
    if (ctx->request_id.data == NULL
        || RAND_bytes(random, sizeof(random)) != 1)
    {
        return NGX_ERROR;
    }

    paperal_hex_encode((char *) ctx->request_id.data, random, sizeof(random));
    ctx->request_id.len = 2 * sizeof(random);

    return NGX_OK;
}


ngx_int_t
ngx_http_paperal_handler(ngx_http_request_t *r)
{
    return ngx_http_paperal_start(r, ngx_http_paperal_common_steps);
}


ngx_int_t
ngx_http_paperal_start(ngx_http_request_t *r,
    const ngx_http_paperal_step_pt *steps)
{
    ngx_http_paperal_ctx_t  *ctx;

    ctx = ngx_http_paperal_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->steps != NULL) {
        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "paperal: the request was started twice");
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->steps = steps;
    ctx->step = (ngx_uint_t) -1;

    /* preconditions are ours: nginx sees the object only after the change */

    r->disable_not_modified = 1;

    /* one count for the steps, one for the phase engine's NGX_DONE */

    r->main->count++;

    ngx_http_paperal_resume(r, NGX_OK);

    return NGX_DONE;
}


void
ngx_http_paperal_resume(ngx_http_request_t *r, ngx_int_t rc)
{
    ngx_connection_t        *c;
    ngx_http_paperal_ctx_t  *ctx;

    c = r->connection;
    ctx = ngx_http_get_module_ctx(r, ngx_http_paperal_module);

    ngx_http_set_log_request(c->log, r);

    ctx->suspended = 0;

    while (rc == NGX_OK && ctx->steps[++ctx->step] != NULL) {
        rc = ctx->steps[ctx->step](r, ctx);
    }

    if (rc == NGX_ERROR && ctx->claimed) {
        rc = ngx_http_paperal_abandon(r, ctx);
    }

    if (rc == NGX_AGAIN) {
        ngx_http_paperal_suspend(r, ctx);
        return;
    }

    if (rc == NGX_OK && ctx->error == 0) {
        ctx->sent = ngx_http_paperal_respond(r, ctx);

    } else if (rc != NGX_DONE) {
        ctx->sent = ngx_http_paperal_respond_error(r, ctx);
    }

    ngx_http_finalize_request(r, ctx->sent);
    ngx_http_run_posted_requests(c);
}


/*
 * While suspended, the end of the connection must be noticed: the read event
 * is posted again, because what has come before we looked is not announced a
 * second time.
 */

static void
ngx_http_paperal_suspend(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    ngx_event_t  *rev;

    ctx->suspended = 1;

    if (ctx->reading || ctx->streaming
        || r->read_event_handler == ngx_http_test_reading)
    {
        return;
    }

    rev = r->connection->read;
    r->read_event_handler = ngx_http_test_reading;

    if (rev->ready) {
        ngx_post_event(rev, &ngx_posted_events);
        return;
    }

    if (ngx_handle_read_event(rev, 0) != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "paperal: cannot watch the client's connection");
    }
}


/* The request ends, with or without an answer: nothing may call it any more. */

static void
ngx_http_paperal_leave(void *data)
{
    ngx_http_paperal_ctx_t *ctx = data;

    /*
     * A statement in flight may be the one that stores the answer: then the
     * claim is left to it, or to time.
     */

    if (ctx->claimed && ctx->pg == NULL) {
        ngx_http_paperal_left(ctx);
    }

    if (ctx->pg != NULL) {
        ngx_http_paperal_pg_detach(ctx->pg);
        ctx->pg = NULL;
    }

    if (ctx->redis != NULL) {
        ngx_http_paperal_redis_detach(ctx->redis);
        ctx->redis = NULL;
    }

    if (ctx->idempotency_retry.timer_set) {
        ngx_del_timer(&ctx->idempotency_retry);
    }
}


static void
ngx_http_paperal_free(void *data)
{
    ngx_http_paperal_ctx_t *ctx = data;

    cJSON  *item;

    if (ctx->endpoint != NULL
        && (ctx->endpoint->route->flags & PAPERAL_SECRET))
    {
        paperal_secret_wipe(ctx->body.data, ctx->body.len);

        cJSON_ArrayForEach(item, ctx->json) {
            if (cJSON_IsString(item)) {
                paperal_secret_wipe(item->valuestring,
                                    ngx_strlen(item->valuestring));
            }
        }
    }

    cJSON_Delete(ctx->json);

    if (ctx->result != NULL) {
        PQclear(ctx->result);
    }
}


/* The last of the common steps: goes over to the row's. */

static ngx_int_t
ngx_http_paperal_own_steps(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    ctx->steps = ctx->endpoint->route->steps;

    if (ctx->steps == NULL) {
        ctx->steps = ngx_http_paperal_sql_steps;
    }

    ctx->step = (ngx_uint_t) -1;

    return NGX_OK;
}


ngx_int_t
ngx_http_paperal_fail(ngx_http_paperal_ctx_t *ctx, int code,
    const char *message)
{
    if (ctx->error != 0) {
        return NGX_ERROR;
    }

    ctx->error = code;

    if (message != NULL) {
        ctx->error_message.data = (u_char *) message;
        ctx->error_message.len = ngx_strlen(message);
    }

    return NGX_ERROR;
}


void
ngx_http_paperal_detail(ngx_http_paperal_ctx_t *ctx, ngx_str_t *name,
    const char *reason)
{
    char           *p;
    paperal_buf_t  *b;

    b = &ctx->noted;

    if (ctx->nnoted++ >= PAPERAL_MAX_DETAILS) {
        return;
    }

    if (b->data == NULL) {
        p = ngx_palloc(ctx->request->pool, PAPERAL_MAX_DETAIL_LEN);
        if (p == NULL) {
            return;
        }

        paperal_buf_fixed(b, p, PAPERAL_MAX_DETAIL_LEN);
    }

    if (b->len + 6 * name->len + ngx_strlen(reason) + 16 > b->max) {
        return;
    }

    paperal_buf_char(b, b->len ? ',' : '{');
    paperal_json_quote(b, (char *) name->data, name->len);
    paperal_buf_str(b, ":\"");
    paperal_buf_str(b, reason);
    paperal_buf_char(b, '"');
}


ngx_int_t
ngx_http_paperal_validated(ngx_http_paperal_ctx_t *ctx)
{
    if (ctx->nnoted == 0) {
        return NGX_OK;
    }

    if (ctx->noted.len) {
        paperal_buf_char(&ctx->noted, '}');
        ctx->details.data = (u_char *) ctx->noted.data;
        ctx->details.len = ctx->noted.len;
    }

    return ngx_http_paperal_fail(ctx, PAPERAL_E_VALIDATION_ERROR, NULL);
}


ngx_str_t
ngx_http_paperal_copy(ngx_pool_t *pool, const void *data, size_t len)
{
    ngx_str_t  s;

    s.len = 0;
    s.data = ngx_pnalloc(pool, len + 1);

    if (s.data != NULL) {

        if (len) {
            ngx_memcpy(s.data, data, len);
        }

        s.data[len] = '\0';
        s.len = len;
    }

    return s;
}


ngx_int_t
ngx_http_paperal_take(ngx_pool_t *pool, paperal_buf_t *b, ngx_str_t *out)
{
    ngx_int_t  rc;

    rc = NGX_ERROR;

    if (!b->failed) {
        *out = ngx_http_paperal_copy(pool, paperal_buf_cstr(b), b->len);
        rc = out->data == NULL ? NGX_ERROR : NGX_OK;
    }

    paperal_buf_release(b);

    return rc;
}


ngx_table_elt_t *
ngx_http_paperal_header(ngx_http_request_t *r, const char *name)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    part = &r->headers_in.headers.part;
    h = part->elts;

    for (i = 0; /* void */; i++) {

        if (i >= part->nelts) {
            if (part->next == NULL) {
                return NULL;
            }

            part = part->next;
            h = part->elts;
            i = 0;
        }

        if (h[i].key.len == ngx_strlen(name)
            && ngx_strncasecmp(h[i].key.data, (u_char *) name, h[i].key.len)
               == 0)
        {
            return &h[i];
        }
    }
}


ngx_uint_t
ngx_http_paperal_is(const ngx_str_t *s, const char *word)
{
    size_t  len;

    len = ngx_strlen(word);

    return s->len == len && ngx_strncmp(s->data, word, len) == 0;
}
