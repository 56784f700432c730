/*
 * For 11-rows.t: the directive "paperal_test_row FAULT" breaks a row of the
 * route table before the module checks it.  Built by the test.
 */

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_paperal.h"


static char *ngx_paperal_break_row(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


static ngx_command_t  ngx_paperal_rows_commands[] = {

    { ngx_string("paperal_test_row"),
      NGX_MAIN_CONF|NGX_DIRECT_CONF|NGX_CONF_TAKE1,
      ngx_paperal_break_row,
      0,
      0,
      NULL },

      ngx_null_command
};

static ngx_core_module_t  ngx_paperal_rows_module_ctx = {
    ngx_string("paperal_rows"),
    NULL,
    NULL
};

ngx_module_t  ngx_paperal_rows_module = {
    NGX_MODULE_V1,
    &ngx_paperal_rows_module_ctx,
    ngx_paperal_rows_commands,
    NGX_CORE_MODULE,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NGX_MODULE_V1_PADDING
};

ngx_module_t  *ngx_modules[] = { &ngx_paperal_rows_module, NULL };
char  *ngx_module_names[] = { "ngx_paperal_rows_module", NULL };
char  *ngx_module_order[] = { NULL };


static ngx_http_paperal_param_t  ngx_paperal_rows_params[] = {
    { ngx_string("x"), PAPERAL_IN_QUERY, NULL, 0, 0, NULL, NULL },
    { ngx_string("x"), PAPERAL_IN_CONTEXT, NULL, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};


static ngx_http_paperal_route_t *
ngx_paperal_row(const char *name)
{
    ngx_http_paperal_route_t  *row;

    for (row = ngx_http_paperal_account_routes;
         ngx_strcmp(row->name.data, name) != 0;
         row++)
    {
        /* void */
    }

    return row;
}


static char *
ngx_paperal_break_row(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                 *value;
    const char                *fault;
    ngx_http_paperal_route_t  *me, *session;

    value = cf->args->elts;
    fault = (char *) value[1].data;
    me = ngx_paperal_row("get_me");
    session = ngx_paperal_row("create_session");

    if (ngx_strcmp(fault, "none") == 0) {
        return NGX_CONF_OK;

    } else if (ngx_strcmp(fault, "number") == 0) {
        ngx_str_set(&me->sql, "SELECT data FROM get_me($2)");

    } else if (ngx_strcmp(fault, "unused") == 0) {
        ngx_str_set(&me->sql, "SELECT 1 AS data");

    } else if (ngx_strcmp(fault, "nothing") == 0) {
        me->sql.len = 0;

    } else if (ngx_strcmp(fault, "name") == 0) {
        me->name = session->name;

    } else if (ngx_strcmp(fault, "path") == 0) {
        me->path = session->path;
        me->method = session->method;
        me->flags &= ~PAPERAL_ETAG;

    } else if (ngx_strcmp(fault, "parameter") == 0) {
        ngx_str_set(&me->path, "/users/{user_id}");

    } else if (ngx_strcmp(fault, "brace") == 0) {
        ngx_str_set(&me->path, "/users/{user_id");

    } else if (ngx_strcmp(fault, "segment") == 0) {
        ngx_str_set(&me->path, "/users//me");

    } else if (ngx_strcmp(fault, "slash") == 0) {
        ngx_str_set(&me->path, "users/me");

    } else if (ngx_strcmp(fault, "method") == 0) {
        me->method = NGX_HTTP_TRACE;

    } else if (ngx_strcmp(fault, "who") == 0) {
        me->flags |= PAPERAL_PUBLIC;

    } else if (ngx_strcmp(fault, "scope") == 0) {
        me->flags &= ~PAPERAL_READ;

    } else if (ngx_strcmp(fault, "idempotent-get") == 0) {
        me->flags |= PAPERAL_IDEMPOTENT;

    } else if (ngx_strcmp(fault, "idempotent-public") == 0) {
        session->flags |= PAPERAL_IDEMPOTENT;

    } else if (ngx_strcmp(fault, "status") == 0) {
        me->status = 302;

    } else if (ngx_strcmp(fault, "check") == 0) {
        me->params = ngx_paperal_rows_params;

    } else if (ngx_strcmp(fault, "twice") == 0) {
        ngx_paperal_rows_params[0].flags = PAPERAL_IN_CONTEXT;
        me->params = ngx_paperal_rows_params;

    } else if (ngx_strcmp(fault, "body") == 0) {
        me->params = session->params;

    } else {
        return "knows no such fault";
    }

    return NGX_CONF_OK;
}
