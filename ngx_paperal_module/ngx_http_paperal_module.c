/*
 * The module: its directives, its place in nginx's phases and filters, and the
 * start and end of a worker process.
 *
 * Reading order: ngx_http_paperal.h (types), _step.c (how a request goes),
 * _route.c and api/ (what it asks for), _auth.c, _param.c, _run.c, _respond.c.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_auth.h"
#include "ngx_http_paperal_error.h"
#include "ngx_http_paperal_events.h"
#include "ngx_http_paperal_file.h"
#include "ngx_http_paperal_guard.h"
#include "ngx_http_paperal_health.h"
#include "ngx_http_paperal_idempotency.h"
#include "ngx_http_paperal_metrics.h"
#include "ngx_http_paperal_password.h"
#include "ngx_http_paperal_route.h"
#include "ngx_http_paperal_upload.h"
#include "ngx_http_paperal_variables.h"


#define PAPERAL_ZONE_SIZE        (4 * 1024 * 1024)
#define PAPERAL_UPLOAD_MAX_SIZE  (50 * 1024 * 1024)


static void *ngx_http_paperal_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_paperal_init_main_conf(ngx_conf_t *cf, void *conf);
static ngx_int_t ngx_http_paperal_init_features(ngx_conf_t *cf,
    ngx_http_paperal_main_conf_t *pmcf);
static ngx_int_t ngx_http_paperal_init_proxies(ngx_conf_t *cf,
    ngx_http_paperal_main_conf_t *pmcf);
static void *ngx_http_paperal_create_srv_conf(ngx_conf_t *cf);
static void *ngx_http_paperal_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_paperal_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
static ngx_int_t ngx_http_paperal_postconfiguration(ngx_conf_t *cf);
static char *ngx_http_paperal_api(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_paperal_content(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_paperal_server(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_paperal_connections(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_paperal_number(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_paperal_choice(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_paperal_proxies(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static ngx_int_t ngx_http_paperal_add_proxy(ngx_conf_t *cf,
    ngx_http_paperal_main_conf_t *pmcf, ngx_str_t *text);
static ngx_int_t ngx_http_paperal_init_worker(ngx_cycle_t *cycle);
static void ngx_http_paperal_exit_worker(ngx_cycle_t *cycle);


static const char  *ngx_http_paperal_registrations[] = {
    "open", "invite", "closed", NULL
};

static const char  *ngx_http_paperal_plans[] = {
    "basic", "professional", "enterprise", NULL
};


static ngx_command_t  ngx_http_paperal_commands[] = {

    { ngx_string("paperal_api"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_paperal_api,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      ngx_http_paperal_handler },

    { ngx_string("paperal_health"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_paperal_content,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      ngx_http_paperal_health_handler },

    { ngx_string("paperal_ready"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_paperal_content,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      ngx_http_paperal_ready_handler },

    { ngx_string("paperal_metrics"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_paperal_content,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      ngx_http_paperal_metrics_handler },

    { ngx_string("paperal_upload_max_size"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_paperal_loc_conf_t, upload_max_size),
      NULL },

    { ngx_string("paperal_database"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_ANY,
      ngx_http_paperal_server,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      "db" },

    { ngx_string("paperal_redis"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_ANY,
      ngx_http_paperal_server,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      "redis" },

    { ngx_string("paperal_database_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_paperal_main_conf_t, drivers.fast_timeout),
      NULL },

    { ngx_string("paperal_database_slow_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_paperal_main_conf_t, drivers.slow_timeout),
      NULL },

    { ngx_string("paperal_database_connect_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_paperal_main_conf_t, drivers.connect_timeout),
      NULL },

    { ngx_string("paperal_database_connections"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE2,
      ngx_http_paperal_connections,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("paperal_database_depth"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_paperal_number,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_paperal_main_conf_t, drivers.pipeline_depth),
      NULL },

    { ngx_string("paperal_database_queue"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_paperal_number,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_paperal_main_conf_t, drivers.fast_queue),
      NULL },

    { ngx_string("paperal_redis_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_paperal_main_conf_t, drivers.redis_timeout),
      NULL },

    { ngx_string("paperal_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_paperal_main_conf_t, zone_size),
      NULL },

    { ngx_string("paperal_storage_path"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_paperal_main_conf_t, storage_path),
      NULL },

    { ngx_string("paperal_public_url"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_paperal_main_conf_t, public_url),
      NULL },

    { ngx_string("paperal_registration"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_paperal_choice,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_paperal_main_conf_t, registration),
      ngx_http_paperal_registrations },

    { ngx_string("paperal_default_plan"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_paperal_choice,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_paperal_main_conf_t, default_plan),
      ngx_http_paperal_plans },

    { ngx_string("paperal_trusted_proxies"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_paperal_proxies,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_paperal_module_ctx = {
    ngx_http_paperal_add_variables,        /* preconfiguration */
    ngx_http_paperal_postconfiguration,    /* postconfiguration */

    ngx_http_paperal_create_main_conf,     /* create main configuration */
    ngx_http_paperal_init_main_conf,       /* init main configuration */

    ngx_http_paperal_create_srv_conf,      /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_paperal_create_loc_conf,      /* create location configuration */
    ngx_http_paperal_merge_loc_conf        /* merge location configuration */
};


ngx_module_t  ngx_http_paperal_module = {
    NGX_MODULE_V1,
    &ngx_http_paperal_module_ctx,          /* module context */
    ngx_http_paperal_commands,             /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ngx_http_paperal_init_worker,          /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_paperal_exit_worker,          /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static void *
ngx_http_paperal_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_paperal_main_conf_t  *pmcf;

    pmcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_paperal_main_conf_t));
    if (pmcf == NULL) {
        return NULL;
    }

    pmcf->zone_size = NGX_CONF_UNSET_SIZE;
    ngx_http_paperal_driver_conf_init(&pmcf->drivers);

    if (ngx_http_paperal_pg_init_conf(cf, &pmcf->drivers) != NGX_OK) {
        return NULL;
    }

    return pmcf;
}


/* A configuration without one of our locations needs no database. */

static char *
ngx_http_paperal_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_http_paperal_main_conf_t *pmcf = conf;

    ngx_str_t  type;

    ngx_conf_init_size_value(pmcf->zone_size, PAPERAL_ZONE_SIZE);

    if (!pmcf->enabled) {
        return NGX_CONF_OK;
    }

    if (pmcf->registration.len == 0) {
        ngx_str_set(&pmcf->registration, "open");
    }

    if (pmcf->default_plan.len == 0) {
        ngx_str_set(&pmcf->default_plan, "basic");
    }

    if (ngx_http_paperal_env(cf, "STORAGE_TYPE", &type) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    /* rather refuse than store elsewhere than where it is looked for */

    if (!ngx_http_paperal_is(&type, "local")) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "STORAGE_TYPE \"%V\" is not supported", &type);
        return NGX_CONF_ERROR;
    }

    if (pmcf->storage_path.len == 0
        && ngx_http_paperal_env(cf, "STORAGE_PATH", &pmcf->storage_path)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (pmcf->public_url.len == 0
        && ngx_http_paperal_env(cf, "PUBLIC_URL", &pmcf->public_url)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (pmcf->storage_path.data == NULL) {
        /* then nothing can be stored or read, and readiness says so */
        ngx_str_set(&pmcf->storage_path, "");
    }

    /* an origin has no slash at its end */

    if (pmcf->public_url.len
        && pmcf->public_url.data[pmcf->public_url.len - 1] == '/')
    {
        pmcf->public_url.len--;
    }

    if (ngx_http_paperal_init_proxies(cf, pmcf) != NGX_OK
        || ngx_http_paperal_driver_conf_merge(cf, &pmcf->drivers)
           != NGX_CONF_OK
        || ngx_http_paperal_init_features(cf, pmcf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_paperal_init_features(ngx_conf_t *cf,
    ngx_http_paperal_main_conf_t *pmcf)
{
    ngx_uint_t  i;

    static ngx_int_t (*features[])(ngx_conf_t *cf) = {
        ngx_http_paperal_auth_init,
        ngx_http_paperal_idempotency_init,
        ngx_http_paperal_password_init,
        ngx_http_paperal_upload_init,
        ngx_http_paperal_file_init,
        ngx_http_paperal_events_init,
        ngx_http_paperal_health_init,
        NULL
    };

    if (ngx_http_paperal_compile_routes(cf, pmcf) != NGX_OK
        || ngx_http_paperal_metrics_init(cf, pmcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; features[i] != NULL; i++) {
        if (features[i](cf) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_init_proxies(ngx_conf_t *cf,
    ngx_http_paperal_main_conf_t *pmcf)
{
    u_char     *p, *last;
    ngx_str_t   list, item;

    if (pmcf->trusted_proxies != NULL) {
        return NGX_OK;
    }

    if (ngx_http_paperal_env(cf, "TRUSTED_PROXIES", &list) != NGX_OK) {
        return NGX_ERROR;
    }

    p = list.data;
    last = list.data + list.len;

    while (p < last) {
        item.data = p;

        while (p < last && *p != ',' && *p != ' ') {
            p++;
        }

        item.len = p++ - item.data;

        if (item.len
            && ngx_http_paperal_add_proxy(cf, pmcf, &item) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_add_proxy(ngx_conf_t *cf, ngx_http_paperal_main_conf_t *pmcf,
    ngx_str_t *text)
{
    ngx_int_t    rc;
    ngx_cidr_t  *cidr;

    if (pmcf->trusted_proxies == NULL) {
        pmcf->trusted_proxies = ngx_array_create(cf->pool, 4,
                                                 sizeof(ngx_cidr_t));
        if (pmcf->trusted_proxies == NULL) {
            return NGX_ERROR;
        }
    }

    cidr = ngx_array_push(pmcf->trusted_proxies);
    if (cidr == NULL) {
        return NGX_ERROR;
    }

#if (NGX_HAVE_UNIX_DOMAIN)

    if (ngx_http_paperal_is(text, "unix:")) {
        cidr->family = AF_UNIX;
        return NGX_OK;
    }

#endif

    rc = ngx_ptocidr(text, cidr);

    if (rc == NGX_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid trusted proxy \"%V\"", text);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static void *
ngx_http_paperal_create_srv_conf(ngx_conf_t *cf)
{
    ngx_http_paperal_srv_conf_t  *pscf;

    pscf = ngx_pcalloc(cf->pool, sizeof(ngx_http_paperal_srv_conf_t));

    if (pscf == NULL
        || ngx_array_init(&pscf->prefixes, cf->pool, 2, sizeof(ngx_str_t))
           != NGX_OK)
    {
        return NULL;
    }

    return pscf;
}


static void *
ngx_http_paperal_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_paperal_loc_conf_t  *plcf;

    plcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_paperal_loc_conf_t));
    if (plcf == NULL) {
        return NULL;
    }

    plcf->upload_max_size = NGX_CONF_UNSET_SIZE;

    return plcf;
}


/*
 * nginx checks a body's length before it calls us: in our locations the limit
 * is that of uploads; JSON has its own, see _body.c.
 */

static char *
ngx_http_paperal_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_paperal_loc_conf_t *prev = parent;
    ngx_http_paperal_loc_conf_t *conf = child;

    ngx_http_core_loc_conf_t  *clcf;

    ngx_conf_merge_size_value(conf->upload_max_size, prev->upload_max_size,
                              PAPERAL_UPLOAD_MAX_SIZE);

    if (conf->api) {
        clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
        clcf->client_max_body_size = conf->upload_max_size
                                     + PAPERAL_UPLOAD_OVERHEAD;

        if (ngx_http_paperal_upload_path(cf, clcf) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_paperal_postconfiguration(ngx_conf_t *cf)
{
    ngx_http_handler_pt           *h;
    ngx_http_core_main_conf_t     *cmcf;
    ngx_http_paperal_main_conf_t  *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_paperal_module);

    if (!pmcf->enabled) {
        return NGX_OK;
    }

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_LOG_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_paperal_metrics_log;

    return ngx_http_paperal_error_filters(cf);
}


static char *
ngx_http_paperal_api(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_paperal_loc_conf_t *plcf = conf;

    ngx_str_t                    *prefix;
    ngx_http_core_loc_conf_t     *clcf;
    ngx_http_paperal_srv_conf_t  *pscf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->exact_match || clcf->named || clcf->noname
#if (NGX_PCRE)
        || clcf->regex
#endif
        || clcf->name.len == 0 || clcf->name.data[clcf->name.len - 1] != '/')
    {
        return "must be in a prefix location whose name ends with \"/\"";
    }

    if (plcf->api) {
        return "is duplicate";
    }

    plcf->api = 1;
    plcf->prefix = clcf->name;

    pscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_paperal_module);

    prefix = ngx_array_push(&pscf->prefixes);
    if (prefix == NULL) {
        return NGX_CONF_ERROR;
    }

    *prefix = clcf->name;

    return ngx_http_paperal_content(cf, cmd, conf);
}


static char *
ngx_http_paperal_content(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_core_loc_conf_t      *clcf;
    ngx_http_paperal_main_conf_t  *pmcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = (ngx_http_handler_pt) cmd->post;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_paperal_module);
    pmcf->enabled = 1;

    return NGX_CONF_OK;
}


/* "paperal_database host=... port=...", and the same of "paperal_redis". */

static char *
ngx_http_paperal_server(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_paperal_main_conf_t *pmcf = conf;

    u_char      *eq;
    ngx_str_t   *value, *to;
    ngx_uint_t   i, k, redis;

    const struct {
        const char  *name;
        ngx_str_t   *to;
        ngx_uint_t   redis;
    } settings[] = {
        { "host=",     &pmcf->drivers.db_host,        0 },
        { "port=",     &pmcf->drivers.db_port,        0 },
        { "name=",     &pmcf->drivers.db_name,        0 },
        { "user=",     &pmcf->drivers.db_user,        0 },
        { "sslmode=",  &pmcf->drivers.db_sslmode,     0 },
        { "host=",     &pmcf->drivers.redis_host,     1 },
        { "port=",     &pmcf->drivers.redis_port,     1 },
        { NULL,        NULL,                          0 }
    };

    redis = ngx_strcmp(cmd->post, "redis") == 0;
    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        to = NULL;
        eq = (u_char *) ngx_strchr(value[i].data, '=');

        for (k = 0; eq != NULL && settings[k].name != NULL; k++) {
            if (settings[k].redis == redis
                && ngx_strncmp(value[i].data, settings[k].name,
                               ngx_strlen(settings[k].name))
                   == 0)
            {
                to = settings[k].to;
            }
        }

        if (to == NULL) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid parameter \"%V\"", &value[i]);
            return NGX_CONF_ERROR;
        }

        to->data = eq + 1;
        to->len = value[i].data + value[i].len - to->data;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_paperal_connections(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_paperal_main_conf_t *pmcf = conf;

    ngx_int_t   fast, slow;
    ngx_str_t  *value;

    value = cf->args->elts;
    fast = ngx_atoi(value[1].data, value[1].len);
    slow = ngx_atoi(value[2].data, value[2].len);

    if (fast < 1 || fast > 64 || slow < 1 || slow > 64) {
        return "needs two numbers from 1 to 64";
    }

    pmcf->drivers.fast_connections = fast;
    pmcf->drivers.slow_connections = slow;

    return NGX_CONF_OK;
}


static char *
ngx_http_paperal_number(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char *p = conf;

    ngx_int_t   n;
    ngx_str_t  *value;

    value = cf->args->elts;
    n = ngx_atoi(value[1].data, value[1].len);

    if (n < 1 || n > 65536) {
        return "needs a number from 1 to 65536";
    }

    *(ngx_uint_t *) (p + cmd->offset) = n;

    return NGX_CONF_OK;
}


static char *
ngx_http_paperal_choice(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char *p = conf;

    ngx_str_t    *value;
    const char  **word;

    value = cf->args->elts;

    for (word = cmd->post; *word != NULL; word++) {
        if (ngx_http_paperal_is(&value[1], *word)) {
            *(ngx_str_t *) (p + cmd->offset) = value[1];
            return NGX_CONF_OK;
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid value \"%V\"",
                       &value[1]);

    return NGX_CONF_ERROR;
}


static char *
ngx_http_paperal_proxies(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_paperal_main_conf_t *pmcf = conf;

    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        if (ngx_http_paperal_add_proxy(cf, pmcf, &value[i]) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_paperal_init_worker(ngx_cycle_t *cycle)
{
    ngx_http_paperal_main_conf_t  *pmcf;

    if (ngx_process != NGX_PROCESS_WORKER
        && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    pmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_paperal_module);

    if (pmcf == NULL || !pmcf->enabled) {
        return NGX_OK;
    }

    ngx_http_paperal_metrics_init_worker(pmcf);
    ngx_http_paperal_guard_init_worker(cycle);

    if (ngx_http_paperal_pg_init_worker(cycle, &pmcf->drivers) != NGX_OK
        || ngx_http_paperal_redis_init_worker(cycle, &pmcf->drivers) != NGX_OK
        || ngx_http_paperal_stream_init_worker(cycle) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static void
ngx_http_paperal_exit_worker(ngx_cycle_t *cycle)
{
    ngx_http_paperal_main_conf_t  *pmcf;

    pmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_paperal_module);

    if (pmcf == NULL || !pmcf->enabled) {
        return;
    }

    ngx_http_paperal_stream_exit_worker();
    ngx_http_paperal_redis_exit_worker();
    ngx_http_paperal_pg_exit_worker();
    ngx_http_paperal_guard_exit_worker();
}
