/*
 * The step that binds parameters.  It goes on after the first fault, so that
 * one answer names them all; ids in the path that are none are 404, like ids
 * that nobody has.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_param.h"
#include "ngx_http_paperal_route.h"
#include "paperal_codec.h"


#define PAPERAL_MAX_ARGS_LEN  16384


const char  ngx_http_paperal_noted[] = "";


static ngx_int_t ngx_http_paperal_decode(ngx_http_paperal_ctx_t *ctx,
    u_char *p, u_char *last, ngx_str_t *out);
static ngx_http_paperal_input_t *ngx_http_paperal_find_input(
    ngx_http_paperal_input_t *in, ngx_uint_t n, const ngx_str_t *name);
static void ngx_http_paperal_join(ngx_http_paperal_ctx_t *ctx,
    ngx_http_paperal_input_t *first, ngx_http_paperal_input_t *last);
static ngx_int_t ngx_http_paperal_bind_path(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, ngx_str_t *value);
static void ngx_http_paperal_bind_header(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, ngx_str_t *value);
static void ngx_http_paperal_bind_json(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, cJSON *object, ngx_str_t *prefix,
    ngx_str_t *value);
static void ngx_http_paperal_unknown_members(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *fields, cJSON *object, ngx_str_t *prefix);
static void ngx_http_paperal_apply(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, ngx_http_paperal_input_t *in,
    ngx_str_t *value);
static void ngx_http_paperal_preset(const ngx_http_paperal_param_t *p,
    ngx_str_t *value);
static void ngx_http_paperal_note_paging(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, ngx_str_t *value);
static void ngx_http_paperal_member_name(ngx_http_paperal_ctx_t *ctx,
    ngx_str_t *prefix, const char *member, size_t len, ngx_str_t *out);


ngx_int_t
ngx_http_paperal_bind_params(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    ngx_str_t                       *value, unbound, empty;
    ngx_uint_t                       n, nargs;
    ngx_http_paperal_input_t        *args;
    const ngx_http_paperal_param_t  *p;

    args = ngx_palloc(r->pool,
                      PAPERAL_MAX_QUERY_ARGS * sizeof(*args));
    if (args == NULL) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    if (ngx_http_paperal_parse_query(r, ctx, args, &nargs) != NGX_OK) {
        return NGX_ERROR;
    }

    n = 0;
    ngx_str_null(&empty);
    ctx->page = 1;
    ctx->limit = PAPERAL_PAGE_LIMIT;

    if (ctx->endpoint->route->flags & PAPERAL_USER) {
        ctx->values[n++] = ctx->identity.user_id;
    }

    for (p = ctx->endpoint->route->params; p != NULL && p->name.len; p++) {

        value = (p->flags & PAPERAL_UNBOUND) ? &unbound : &ctx->values[n++];
        ngx_http_paperal_preset(p, value);

        switch (p->flags & PAPERAL_PLACES) {

        case PAPERAL_IN_PATH:
            if (ngx_http_paperal_bind_path(ctx, p, value) != NGX_OK) {
                return NGX_ERROR;
            }

            break;

        case PAPERAL_IN_HEADER:
            ngx_http_paperal_bind_header(ctx, p, value);
            break;

        case PAPERAL_IN_BODY:
            ngx_http_paperal_bind_json(ctx, p, ctx->json, &empty, value);
            break;

        case PAPERAL_IN_CONTEXT:
            if (p->check != NULL) {
                (void) p->check(ctx, p, NULL, value);
            }

            break;
        }
    }

    if (ctx->json != NULL) {
        ngx_http_paperal_unknown_members(ctx, ctx->endpoint->route->params,
                                         ctx->json, &empty);
    }

    if (!(ctx->endpoint->route->flags & PAPERAL_OWN_BODY)) {
        ngx_http_paperal_bind_fields(ctx, PAPERAL_IN_QUERY, args, nargs);
    }

    return ngx_http_paperal_validated(ctx);
}


/* Splits the query; what is not percent-encoded UTF-8 is found by checks. */

ngx_int_t
ngx_http_paperal_parse_query(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_input_t *in, ngx_uint_t *n)
{
    u_char  *p, *last, *end, *eq;

    *n = 0;

    if (r->args.len > PAPERAL_MAX_ARGS_LEN) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_MALFORMED_REQUEST,
                                     "the query is too long");
    }

    p = r->args.data;
    last = p + r->args.len;

    for ( /* void */ ; p < last; p = end + 1) {

        end = ngx_strlchr(p, last, '&');
        if (end == NULL) {
            end = last;
        }

        if (end == p) {
            continue;
        }

        if (*n == PAPERAL_MAX_QUERY_ARGS) {
            return ngx_http_paperal_fail(ctx, PAPERAL_E_MALFORMED_REQUEST,
                                         "too many query parameters");
        }

        eq = ngx_strlchr(p, end, '=');
        in[*n].json = NULL;

        if (ngx_http_paperal_decode(ctx, p, eq ? eq : end, &in[*n].name)
            != NGX_OK
            || ngx_http_paperal_decode(ctx, eq ? eq + 1 : end, end,
                                       &in[*n].text)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        (*n)++;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_decode(ngx_http_paperal_ctx_t *ctx, u_char *p, u_char *last,
    ngx_str_t *out)
{
    int            rc;
    paperal_buf_t  b;

    paperal_buf_init(&b, PAPERAL_MAX_ARGS_LEN);

    rc = paperal_form_decode(&b, (char *) p, last - p);

    if (ngx_http_paperal_take(ctx->request->pool, &b, out) != NGX_OK) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    if (rc != PAPERAL_OK) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_MALFORMED_REQUEST,
                                     "the query is not percent-encoded");
    }

    return NGX_OK;
}


void
ngx_http_paperal_bind_fields(ngx_http_paperal_ctx_t *ctx, ngx_uint_t place,
    ngx_http_paperal_input_t *in, ngx_uint_t n)
{
    ngx_str_t                        unbound;
    ngx_uint_t                       i, number;
    ngx_http_paperal_input_t        *found;
    const ngx_http_paperal_param_t  *p;

    for (p = ctx->endpoint->route->params; p != NULL && p->name.len; p++) {

        if (!(p->flags & place)) {
            continue;
        }

        found = ngx_http_paperal_find_input(in, n, &p->name);

        if (found != NULL && (p->flags & PAPERAL_REPEAT)) {
            ngx_http_paperal_join(ctx, found, &in[n]);
        }

        if (found != NULL) {
            (void) ngx_http_paperal_find_param(ctx->endpoint->route,
                                               (char *) p->name.data, &number);

            ngx_http_paperal_apply(ctx, p, found,
                               number ? &ctx->values[number - 1] : &unbound);

        } else if (p->flags & PAPERAL_REQUIRED) {
            ngx_http_paperal_detail(ctx, (ngx_str_t *) &p->name,
                                    "is required");
        }
    }

    for (i = 0; i < n; i++) {

        found = ngx_http_paperal_find_input(in, i, &in[i].name);

        p = ngx_http_paperal_find_param(ctx->endpoint->route,
                                        (char *) in[i].name.data, &number);

        if (p == NULL || !(p->flags & place)) {

            if (found == NULL) {
                ngx_http_paperal_detail(ctx, &in[i].name, "is not known");
            }

        } else if (found != NULL && !(p->flags & PAPERAL_REPEAT)
                   && ngx_http_paperal_find_input(found + 1,
                                  &in[i] - found - 1, &in[i].name)
                      == NULL)
        {
            ngx_http_paperal_detail(ctx, &in[i].name, "must not be repeated");
        }
    }
}


/* Adds the texts of the inputs of the same name up to last. */

static void
ngx_http_paperal_join(ngx_http_paperal_ctx_t *ctx,
    ngx_http_paperal_input_t *first, ngx_http_paperal_input_t *last)
{
    paperal_buf_t              b;
    ngx_http_paperal_input_t  *in;

    paperal_buf_init(&b, PAPERAL_MAX_JSON_BODY);
    paperal_buf_bytes(&b, first->text.data, first->text.len);

    for (in = first + 1; in < last; in++) {
        if (in->name.len == first->name.len
            && ngx_strncmp(in->name.data, first->name.data, in->name.len) == 0)
        {
            paperal_buf_char(&b, ',');
            paperal_buf_bytes(&b, in->text.data, in->text.len);
        }
    }

    (void) ngx_http_paperal_take(ctx->request->pool, &b, &first->text);
}


/* The first of n inputs that has the name. */

static ngx_http_paperal_input_t *
ngx_http_paperal_find_input(ngx_http_paperal_input_t *in, ngx_uint_t n,
    const ngx_str_t *name)
{
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        if (in[i].name.len == name->len
            && ngx_strncmp(in[i].name.data, name->data, name->len) == 0)
        {
            return &in[i];
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_paperal_bind_path(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, ngx_str_t *value)
{
    ngx_str_t                 *segment;
    ngx_uint_t                 i;
    ngx_http_paperal_input_t   in;

    in.name = p->name;
    in.json = NULL;

    for (i = 0; i < ctx->endpoint->nsegments; i++) {
        segment = &ctx->endpoint->segments[i];

        if (segment->data[0] == '{'
            && segment->len == p->name.len + 2
            && ngx_strncmp(segment->data + 1, p->name.data, p->name.len) == 0)
        {
            in.text = ngx_http_paperal_copy(ctx->request->pool,
                                            ctx->segments[i].data,
                                            ctx->segments[i].len);
            if (in.text.data == NULL) {
                return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR,
                                             NULL);
            }

            if (p->check(ctx, p, &in, value) == NULL) {
                return NGX_OK;
            }
        }
    }

    return ngx_http_paperal_fail(ctx, PAPERAL_E_RESOURCE_NOT_FOUND, NULL);
}


static void
ngx_http_paperal_bind_header(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, ngx_str_t *value)
{
    ngx_table_elt_t           *h;
    ngx_http_paperal_input_t   in;

    h = ngx_http_paperal_header(ctx->request, (char *) p->name.data);

    if (h != NULL) {
        in.name = p->name;
        in.text = h->value;
        in.json = NULL;

        ngx_http_paperal_apply(ctx, p, &in, value);

    } else if (p->flags & PAPERAL_REQUIRED) {
        ngx_http_paperal_detail(ctx, (ngx_str_t *) &p->name, "is required");
    }
}


void
ngx_http_paperal_check_members(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *fields, cJSON *object, ngx_str_t *prefix)
{
    ngx_str_t                        value;
    const ngx_http_paperal_param_t  *p;

    for (p = fields; p->name.len; p++) {
        ngx_http_paperal_bind_json(ctx, p, object, prefix, &value);
    }

    ngx_http_paperal_unknown_members(ctx, fields, object, prefix);
}


static void
ngx_http_paperal_bind_json(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, cJSON *object, ngx_str_t *prefix,
    ngx_str_t *value)
{
    ngx_http_paperal_input_t  in;

    ngx_http_paperal_member_name(ctx, prefix, (char *) p->name.data,
                                 p->name.len, &in.name);
    ngx_str_null(&in.text);

    in.json = cJSON_GetObjectItemCaseSensitive(object,
                                               (char *) p->name.data);

    if (in.json == NULL) {
        if (p->flags & PAPERAL_REQUIRED) {
            ngx_http_paperal_detail(ctx, &in.name, "is required");
        }

        return;
    }

    if (!cJSON_IsNull(in.json)) {
        ngx_http_paperal_apply(ctx, p, &in, value);
        return;
    }

    if (p->flags & PAPERAL_NULLABLE) {
        ngx_str_null(value);
        return;
    }

    ngx_http_paperal_detail(ctx, &in.name, "must not be null");
}


static void
ngx_http_paperal_unknown_members(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *fields, cJSON *object, ngx_str_t *prefix)
{
    cJSON                           *item;
    ngx_str_t                        name;
    const ngx_http_paperal_param_t  *p;

    cJSON_ArrayForEach(item, object) {

        for (p = fields; p != NULL && p->name.len; p++) {

            /* members of the body are told apart from other parameters */

            if ((p->flags & PAPERAL_IN_BODY)
                && ngx_strcmp(p->name.data, item->string) == 0)
            {
                break;
            }
        }

        if (p == NULL || p->name.len == 0) {
            ngx_http_paperal_member_name(ctx, prefix, item->string,
                                         ngx_strlen(item->string), &name);
            ngx_http_paperal_detail(ctx, &name, "is not known");
        }
    }
}


static void
ngx_http_paperal_apply(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    const char  *reason;

    reason = p->check(ctx, p, in, value);

    if (reason == NULL) {
        ngx_http_paperal_note_paging(ctx, p, value);

    } else if (reason != ngx_http_paperal_noted) {
        ngx_http_paperal_detail(ctx, &in->name, reason);
    }
}


static void
ngx_http_paperal_preset(const ngx_http_paperal_param_t *p, ngx_str_t *value)
{
    value->data = (u_char *) p->preset;
    value->len = p->preset == NULL ? 0 : ngx_strlen(p->preset);
}


/* The pagination of the answer needs the two numbers. */

static void
ngx_http_paperal_note_paging(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, ngx_str_t *value)
{
    if (!(ctx->endpoint->route->flags & PAPERAL_PAGED)
        || !(p->flags & PAPERAL_IN_QUERY))
    {
        return;
    }

    if (ngx_strcmp(p->name.data, "page") == 0) {
        ctx->page = ngx_atoi(value->data, value->len);

    } else if (ngx_strcmp(p->name.data, "limit") == 0) {
        ctx->limit = ngx_atoi(value->data, value->len);
    }
}


static void
ngx_http_paperal_member_name(ngx_http_paperal_ctx_t *ctx, ngx_str_t *prefix,
    const char *member, size_t len, ngx_str_t *out)
{
    u_char  *p;

    out->data = (u_char *) member;
    out->len = len;

    if (prefix->len == 0) {
        return;
    }

    p = ngx_pnalloc(ctx->request->pool, prefix->len + 1 + len);
    if (p == NULL) {
        return;
    }

    out->data = p;
    p = ngx_cpymem(p, prefix->data, prefix->len);
    *p++ = '.';
    p = ngx_cpymem(p, member, len);
    out->len = p - out->data;
}
