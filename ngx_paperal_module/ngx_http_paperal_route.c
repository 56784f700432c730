/*
 * Routes: the rows of api/ are checked and compiled once by "nginx -t" and at
 * every start and reload; a request is matched segment by segment on what
 * follows the location's own prefix.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_idempotency.h"
#include "ngx_http_paperal_respond.h"
#include "ngx_http_paperal_route.h"


#define PAPERAL_MAX_ALLOW  64


static ngx_int_t ngx_http_paperal_compile(ngx_conf_t *cf,
    ngx_array_t *endpoints, const ngx_http_paperal_route_t *route);
static const char *ngx_http_paperal_check_row(
    ngx_http_paperal_endpoint_t *e);
static const char *ngx_http_paperal_check_flags(
    const ngx_http_paperal_route_t *route);
static const char *ngx_http_paperal_split_path(
    ngx_http_paperal_endpoint_t *e);
static const char *ngx_http_paperal_check_params(
    ngx_http_paperal_endpoint_t *e);
static const char *ngx_http_paperal_check_path_params(
    ngx_http_paperal_endpoint_t *e);
static const char *ngx_http_paperal_check_sql(ngx_str_t *sql, ngx_uint_t n);
static ngx_int_t ngx_http_paperal_is_twin(ngx_http_paperal_endpoint_t *a,
    ngx_http_paperal_endpoint_t *b, ngx_uint_t names);
static ngx_int_t ngx_http_paperal_register(ngx_conf_t *cf,
    ngx_http_paperal_endpoint_t *e);
static ngx_int_t ngx_http_paperal_segments(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
static ngx_int_t ngx_http_paperal_match(ngx_http_paperal_endpoint_t *e,
    ngx_http_paperal_ctx_t *ctx);
static ngx_http_paperal_endpoint_t *ngx_http_paperal_find_path(
    ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx);


static ngx_http_paperal_route_t  *ngx_http_paperal_tables[] = {
    ngx_http_paperal_account_routes,
    ngx_http_paperal_paper_routes,
    ngx_http_paperal_analysis_routes,
    ngx_http_paperal_review_routes,
    ngx_http_paperal_question_routes,
    ngx_http_paperal_event_routes,
    NULL
};

static const struct {
    ngx_uint_t   method;
    ngx_str_t    name;
} ngx_http_paperal_methods[] = {
    { NGX_HTTP_GET,     ngx_string("GET, HEAD, ") },
    { NGX_HTTP_POST,    ngx_string("POST, ") },
    { NGX_HTTP_PUT,     ngx_string("PUT, ") },
    { NGX_HTTP_PATCH,   ngx_string("PATCH, ") },
    { NGX_HTTP_DELETE,  ngx_string("DELETE, ") },
    { 0,                ngx_null_string }
};


ngx_int_t
ngx_http_paperal_compile_routes(ngx_conf_t *cf,
    ngx_http_paperal_main_conf_t *pmcf)
{
    ngx_uint_t                       i;
    const ngx_http_paperal_route_t  *route;

    /* statements point into the elements: they must not move */

    if (ngx_array_init(&pmcf->endpoints, cf->pool, PAPERAL_MAX_ROUTES,
                       sizeof(ngx_http_paperal_endpoint_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; ngx_http_paperal_tables[i] != NULL; i++) {

        for (route = ngx_http_paperal_tables[i]; route->name.len; route++) {
            if (ngx_http_paperal_compile(cf, &pmcf->endpoints, route)
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_compile(ngx_conf_t *cf, ngx_array_t *endpoints,
    const ngx_http_paperal_route_t *route)
{
    ngx_uint_t                    i;
    const char                   *fault;
    ngx_http_paperal_endpoint_t  *e, *other;

    if (endpoints->nelts == PAPERAL_MAX_ROUTES) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "paperal: more than %d routes", PAPERAL_MAX_ROUTES);
        return NGX_ERROR;
    }

    e = ngx_array_push(endpoints);
    if (e == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(e, sizeof(ngx_http_paperal_endpoint_t));

    e->route = route;
    e->index = endpoints->nelts - 1;

    fault = ngx_http_paperal_check_row(e);
    other = endpoints->elts;

    for (i = 0; fault == NULL && i < e->index; i++) {

        if (other[i].route->name.len == route->name.len
            && ngx_strncmp(other[i].route->name.data, route->name.data,
                           route->name.len) == 0)
        {
            fault = "another row has this name";

        } else if (!ngx_http_paperal_is_twin(&other[i], e, 0)) {
            continue;

        } else if (other[i].route->method == route->method) {
            fault = "another row has this method and path";

        } else if (!ngx_http_paperal_is_twin(&other[i], e, 1)) {
            fault = "another row names the same path's parameters otherwise";
        }
    }

    if (fault != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "paperal: route \"%V\": %s", &route->name, fault);
        return NGX_ERROR;
    }

    return ngx_http_paperal_register(cf, e);
}


static const char *
ngx_http_paperal_check_row(ngx_http_paperal_endpoint_t *e)
{
    ngx_uint_t                       i;
    const char                      *fault;
    const ngx_http_paperal_route_t  *route;

    route = e->route;

    for (i = 0; ngx_http_paperal_methods[i].method; i++) {
        if (ngx_http_paperal_methods[i].method == route->method) {
            break;
        }
    }

    if (ngx_http_paperal_methods[i].method == 0) {
        return "unknown method";
    }

    fault = ngx_http_paperal_check_flags(route);

    if (fault == NULL) {
        fault = ngx_http_paperal_split_path(e);
    }

    if (fault == NULL) {
        fault = ngx_http_paperal_check_params(e);
    }

    if (fault == NULL && route->sql.len) {
        fault = ngx_http_paperal_check_sql((ngx_str_t *) &route->sql,
                                           e->nvalues);
    }

    return fault;
}


static const char *
ngx_http_paperal_check_flags(const ngx_http_paperal_route_t *route)
{
    ngx_uint_t  flags;

    flags = route->flags;

    if (!(flags & PAPERAL_PUBLIC) == !(flags & PAPERAL_USER)) {
        return "must be either public or for users";
    }

    if ((flags & PAPERAL_USER) && !(flags & (PAPERAL_READ|PAPERAL_WRITE))) {
        return "has no scope";
    }

    if ((flags & PAPERAL_READ) && (flags & PAPERAL_WRITE)) {
        return "has two scopes";
    }

    if ((flags & PAPERAL_ADMIN) && (flags & PAPERAL_PUBLIC)) {
        return "is public and for administrators";
    }

    if (flags & PAPERAL_IDEMPOTENT) {

        if (route->method != NGX_HTTP_POST) {
            return "is idempotent by a key but not a POST";
        }

        if (flags & PAPERAL_PUBLIC) {
            return "is idempotent by a key but has no user to keep it for";
        }
    }

    if ((flags & PAPERAL_ETAG) && route->method == NGX_HTTP_POST) {
        return "has an entity tag but is a POST";
    }

    if ((flags & PAPERAL_PAGED) && route->method != NGX_HTTP_GET) {
        return "is paged but not a GET";
    }

    if (route->sql.len == 0 && route->steps == NULL) {
        return "has neither SQL nor steps";
    }

    if (route->status < 200 || route->status > 299) {
        return "has no status of success";
    }

    return NULL;
}


static const char *
ngx_http_paperal_split_path(ngx_http_paperal_endpoint_t *e)
{
    u_char     *p, *last;
    ngx_str_t  *segment;

    p = e->route->path.data;
    last = p + e->route->path.len;

    if (p == last || *p != '/') {
        return "the path does not begin with \"/\"";
    }

    while (p < last) {

        if (e->nsegments == PAPERAL_MAX_SEGMENTS) {
            return "the path has too many segments";
        }

        segment = &e->segments[e->nsegments++];
        segment->data = ++p;

        while (p < last && *p != '/') {
            p++;
        }

        segment->len = p - segment->data;

        if (segment->len == 0) {
            return "the path has an empty segment";
        }

        if ((segment->data[0] == '{')
            != (segment->data[segment->len - 1] == '}')
            || (segment->data[0] == '{' && segment->len < 3))
        {
            return "the path has a malformed parameter";
        }

        e->nliterals += segment->data[0] != '{';
    }

    return NULL;
}


static const char *
ngx_http_paperal_check_params(ngx_http_paperal_endpoint_t *e)
{
    ngx_uint_t                       i, place, json, form;
    const ngx_http_paperal_param_t  *p, *params;

    params = e->route->params;
    e->nvalues = (e->route->flags & PAPERAL_USER) ? 1 : 0;
    json = 0;
    form = 0;

    for (p = params; p != NULL && p->name.len; p++) {

        if (e->nparams++ == PAPERAL_MAX_PARAMS) {
            return "has too many parameters";
        }

        place = p->flags & PAPERAL_PLACES;

        if (place == 0 || (place & (place - 1))) {
            return "a parameter has no place or several";
        }

        if (p->check == NULL && place != PAPERAL_IN_CONTEXT) {
            return "a parameter has no check";
        }

        if ((p->flags & PAPERAL_REQUIRED) && p->preset != NULL) {
            return "a parameter is required and has a default";
        }

        json |= place & PAPERAL_IN_BODY;
        form |= place & PAPERAL_IN_FORM;

        for (i = 0; i + 1 < e->nparams; i++) {
            if (params[i].name.len == p->name.len
                && ngx_strncmp(params[i].name.data, p->name.data,
                               p->name.len) == 0)
            {
                return "two parameters have the same name";
            }
        }

        if (!(p->flags & PAPERAL_UNBOUND)) {
            e->nvalues++;
        }
    }

    if (json && (e->route->method & (NGX_HTTP_GET|NGX_HTTP_DELETE))) {
        return "has body parameters but a method without a body";
    }

    if (form && !(e->route->flags & PAPERAL_OWN_BODY)) {
        return "has form parameters but does not read the body itself";
    }

    if (json && (e->route->flags & PAPERAL_OWN_BODY)) {
        return "has body parameters but reads the body itself";
    }

    return ngx_http_paperal_check_path_params(e);
}


/* Each {name} of the path is a path parameter, and the other way round. */

static const char *
ngx_http_paperal_check_path_params(ngx_http_paperal_endpoint_t *e)
{
    ngx_str_t                        name;
    ngx_uint_t                       i, found, declared;
    const ngx_http_paperal_param_t  *p;

    found = 0;
    declared = 0;

    for (p = e->route->params; p != NULL && p->name.len; p++) {
        declared += (p->flags & PAPERAL_IN_PATH) ? 1 : 0;
    }

    for (i = 0; i < e->nsegments; i++) {

        if (e->segments[i].data[0] != '{') {
            continue;
        }

        name.data = e->segments[i].data + 1;
        name.len = e->segments[i].len - 2;

        for (p = e->route->params; p != NULL && p->name.len; p++) {
            if ((p->flags & PAPERAL_IN_PATH)
                && p->name.len == name.len
                && ngx_strncmp(p->name.data, name.data, name.len) == 0)
            {
                found++;
                break;
            }
        }

        if (p == NULL || p->name.len == 0) {
            return "the path has a parameter that the row does not declare";
        }
    }

    return found == declared ? NULL
                             : "a path parameter is not part of the path";
}


/* The SQL must use exactly $1 .. $n: PostgreSQL finds no type for a gap. */

static const char *
ngx_http_paperal_check_sql(ngx_str_t *sql, ngx_uint_t n)
{
    u_char      *p, *last;
    uint64_t     used;
    ngx_uint_t   number;

    used = 0;
    p = sql->data;
    last = p + sql->len;

    while (p < last) {

        if (*p++ != '$') {
            continue;
        }

        number = 0;

        while (p < last && *p >= '0' && *p <= '9' && number < 100) {
            number = number * 10 + (*p++ - '0');
        }

        if (number == 0 || number > n) {
            return "the SQL uses a $n that is no parameter";
        }

        used |= (uint64_t) 1 << number;
    }

    for (number = 1; number <= n; number++) {
        if (!(used & ((uint64_t) 1 << number))) {
            return "a parameter is not used by the SQL";
        }
    }

    return NULL;
}


/* Whether two paths match the same requests; with names: are written alike. */

static ngx_int_t
ngx_http_paperal_is_twin(ngx_http_paperal_endpoint_t *a,
    ngx_http_paperal_endpoint_t *b, ngx_uint_t names)
{
    ngx_str_t   *s, *t;
    ngx_uint_t   i;

    if (a->nsegments != b->nsegments) {
        return 0;
    }

    for (i = 0; i < a->nsegments; i++) {
        s = &a->segments[i];
        t = &b->segments[i];

        if (!names && s->data[0] == '{' && t->data[0] == '{') {
            continue;
        }

        if (s->len != t->len || ngx_strncmp(s->data, t->data, s->len) != 0) {
            return 0;
        }
    }

    return 1;
}


static ngx_int_t
ngx_http_paperal_register(ngx_conf_t *cf, ngx_http_paperal_endpoint_t *e)
{
    const ngx_http_paperal_route_t  *route;

    route = e->route;

    if (route->sql.len == 0) {
        return NGX_OK;
    }

    e->statement.name = route->name;
    e->statement.text = route->sql;
    e->statement.nparams = e->nvalues;
    e->statement.lane = (route->flags & PAPERAL_SLOW)
                        ? NGX_HTTP_PAPERAL_PG_SLOW : NGX_HTTP_PAPERAL_PG_FAST;

    if (ngx_http_paperal_pg_register(cf, &e->statement) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!(route->flags & PAPERAL_IDEMPOTENT)) {
        return NGX_OK;
    }

    if (ngx_http_paperal_wrap(cf, e) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_paperal_pg_register(cf, &e->saving);
}


/*
 * A malformed request is refused before its location is looked for, or even
 * before its line is read to the end: then what there is of the path decides.
 */

ngx_str_t *
ngx_http_paperal_prefix(ngx_http_request_t *r)
{
    u_char                       *end;
    ngx_str_t                    *prefix, path;
    ngx_uint_t                    i;
    ngx_http_paperal_srv_conf_t  *pscf;
    ngx_http_paperal_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_paperal_module);

    if (plcf->api) {
        return &plcf->prefix;
    }

    path = r->uri;

    if (path.len == 0 && r->uri_start != NULL) {
        end = r->uri_end != NULL ? r->uri_end : r->header_in->last;

        path.data = r->uri_start;
        path.len = end - r->uri_start;
    }

    pscf = ngx_http_get_module_srv_conf(r, ngx_http_paperal_module);
    prefix = pscf->prefixes.elts;

    for (i = 0; i < pscf->prefixes.nelts; i++) {
        if (path.len >= prefix[i].len
            && ngx_strncmp(path.data, prefix[i].data, prefix[i].len) == 0)
        {
            return &prefix[i];
        }
    }

    return NULL;
}


/* Splits what follows the location's prefix; NGX_DECLINED: no route has it. */

static ngx_int_t
ngx_http_paperal_segments(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    u_char     *p, *last;
    ngx_str_t  *prefix;

    prefix = ngx_http_paperal_prefix(r);

    ctx->nsegments = 0;

    if (prefix == NULL || r->uri.len < prefix->len) {
        return NGX_DECLINED;
    }

    p = r->uri.data + prefix->len;
    last = r->uri.data + r->uri.len;

    for ( ;; ) {

        if (ctx->nsegments == PAPERAL_MAX_SEGMENTS) {
            return NGX_DECLINED;
        }

        ctx->segments[ctx->nsegments].data = p;

        while (p < last && *p != '/') {
            p++;
        }

        ctx->segments[ctx->nsegments].len =
                                   p - ctx->segments[ctx->nsegments].data;

        if (ctx->segments[ctx->nsegments++].len == 0) {
            return NGX_DECLINED;
        }

        if (p++ == last) {
            return NGX_OK;
        }
    }
}


static ngx_int_t
ngx_http_paperal_match(ngx_http_paperal_endpoint_t *e,
    ngx_http_paperal_ctx_t *ctx)
{
    ngx_str_t   *s;
    ngx_uint_t   i;

    if (e->nsegments != ctx->nsegments) {
        return 0;
    }

    for (i = 0; i < e->nsegments; i++) {
        s = &e->segments[i];

        if (s->data[0] == '{') {
            continue;
        }

        if (s->len != ctx->segments[i].len
            || ngx_strncmp(s->data, ctx->segments[i].data, s->len) != 0)
        {
            return 0;
        }
    }

    return 1;
}


/*
 * The row whose path is the most literal decides, so that "/papers/bulk" and
 * "/papers/{paper_id}" can stand in any order.
 */

static ngx_http_paperal_endpoint_t *
ngx_http_paperal_find_path(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    ngx_uint_t                     i;
    ngx_http_paperal_endpoint_t   *e, *best;
    ngx_http_paperal_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_paperal_module);

    if (ngx_http_paperal_segments(r, ctx) != NGX_OK) {
        return NULL;
    }

    e = pmcf->endpoints.elts;
    best = NULL;

    for (i = 0; i < pmcf->endpoints.nelts; i++) {
        if (ngx_http_paperal_match(&e[i], ctx)
            && (best == NULL || e[i].nliterals > best->nliterals))
        {
            best = &e[i];
        }
    }

    return best;
}


ngx_str_t
ngx_http_paperal_allow(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    u_char                        *p;
    ngx_str_t                      allow;
    ngx_uint_t                     i, methods, wanted;
    ngx_http_paperal_endpoint_t   *e, *path;
    ngx_http_paperal_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_paperal_module);

    ngx_str_null(&allow);

    path = ngx_http_paperal_find_path(r, ctx);
    if (path == NULL) {
        return allow;
    }

    allow.data = ngx_pnalloc(r->pool, PAPERAL_MAX_ALLOW);
    if (allow.data == NULL) {
        return allow;
    }

    wanted = r->method == NGX_HTTP_HEAD ? NGX_HTTP_GET : r->method;
    methods = 0;
    e = pmcf->endpoints.elts;

    for (i = 0; i < pmcf->endpoints.nelts; i++) {

        if (!ngx_http_paperal_is_twin(path, &e[i], 0)) {
            continue;
        }

        methods |= e[i].route->method;

        if (e[i].route->method == wanted) {
            ctx->endpoint = &e[i];
        }
    }

    p = allow.data;

    for (i = 0; ngx_http_paperal_methods[i].method; i++) {
        if (methods & ngx_http_paperal_methods[i].method) {
            p = ngx_cpymem(p, ngx_http_paperal_methods[i].name.data,
                           ngx_http_paperal_methods[i].name.len);
        }
    }

    p = ngx_cpymem(p, "OPTIONS", sizeof("OPTIONS") - 1);
    allow.len = p - allow.data;

    return allow;
}


ngx_int_t
ngx_http_paperal_find_route(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    ngx_str_t  allow;

    allow = ngx_http_paperal_allow(r, ctx);

    if (allow.len == 0) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_RESOURCE_NOT_FOUND, NULL);
    }

    if (r->method == NGX_HTTP_OPTIONS) {
        ctx->answer.status = NGX_HTTP_NO_CONTENT;
        ctx->answer.allow = allow;
        ctx->sent = ngx_http_paperal_respond(r, ctx);
        return NGX_DONE;
    }

    if (ctx->endpoint == NULL) {
        ctx->answer.allow = allow;
        return ngx_http_paperal_fail(ctx, PAPERAL_E_METHOD_NOT_ALLOWED, NULL);
    }

    ctx->answer.status = ctx->endpoint->route->status;

    return NGX_OK;
}


const ngx_http_paperal_param_t *
ngx_http_paperal_find_param(const ngx_http_paperal_route_t *route,
    const char *name, ngx_uint_t *n)
{
    ngx_uint_t                       next;
    const ngx_http_paperal_param_t  *p;

    next = (route->flags & PAPERAL_USER) ? 2 : 1;

    for (p = route->params; p != NULL && p->name.len; p++) {

        if (ngx_strcmp(p->name.data, name) == 0) {
            *n = (p->flags & PAPERAL_UNBOUND) ? 0 : next;
            return p;
        }

        if (!(p->flags & PAPERAL_UNBOUND)) {
            next++;
        }
    }

    *n = 0;

    return NULL;
}


void
ngx_http_paperal_set_value(ngx_http_paperal_ctx_t *ctx, const char *name,
    ngx_str_t *value)
{
    ngx_uint_t  n;

    (void) ngx_http_paperal_find_param(ctx->endpoint->route, name, &n);

    if (n == 0) {
        ngx_log_error(NGX_LOG_ALERT, ctx->request->connection->log, 0,
                      "paperal: route \"%V\" has no parameter \"%s\"",
                      &ctx->endpoint->route->name, name);
        return;
    }

    ctx->values[n - 1] = *value;
}


ngx_str_t *
ngx_http_paperal_get_value(ngx_http_paperal_ctx_t *ctx, const char *name)
{
    ngx_uint_t  n;

    (void) ngx_http_paperal_find_param(ctx->endpoint->route, name, &n);

    return n == 0 || ctx->values[n - 1].data == NULL ? NULL
                                                     : &ctx->values[n - 1];
}
