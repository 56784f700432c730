/*
 * Variables for access logs: $paperal_route, $paperal_user, $paperal_error,
 * $paperal_db_time (seconds) and $paperal_request_id.  "-" is nginx's own for
 * those that are not found.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_variables.h"


static ngx_int_t ngx_http_paperal_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_paperal_db_time_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


typedef enum {
    PAPERAL_V_ROUTE = 0,
    PAPERAL_V_USER,
    PAPERAL_V_ERROR,
    PAPERAL_V_REQUEST_ID
} ngx_http_paperal_variable_e;


static ngx_http_variable_t  ngx_http_paperal_variables[] = {

    { ngx_string("paperal_route"), NULL, ngx_http_paperal_variable,
      PAPERAL_V_ROUTE, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("paperal_user"), NULL, ngx_http_paperal_variable,
      PAPERAL_V_USER, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("paperal_error"), NULL, ngx_http_paperal_variable,
      PAPERAL_V_ERROR, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("paperal_request_id"), NULL, ngx_http_paperal_variable,
      PAPERAL_V_REQUEST_ID, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("paperal_db_time"), NULL, ngx_http_paperal_db_time_variable,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


ngx_int_t
ngx_http_paperal_add_variables(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var, *v;

    for (v = ngx_http_paperal_variables; v->name.len; v++) {
        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_variable(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_str_t                value;
    ngx_http_paperal_ctx_t  *ctx;

    ngx_str_null(&value);
    ctx = ngx_http_get_module_ctx(r->main, ngx_http_paperal_module);

    if (ctx != NULL) {

        switch (data) {

        case PAPERAL_V_ROUTE:
            if (ctx->endpoint != NULL) {
                value = ctx->endpoint->route->name;
            }

            break;

        case PAPERAL_V_USER:
            value = ctx->identity.user_id;
            break;

        case PAPERAL_V_ERROR:
            if (ctx->error != 0) {
                value.data = (u_char *) paperal_error_get(ctx->error)->name;
                value.len = ngx_strlen(value.data);
            }

            break;

        default:
            value = ctx->request_id;
        }
    }

    if (value.len == 0) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->valid = 1;
    v->no_cacheable = 1;
    v->not_found = 0;
    v->len = value.len;
    v->data = value.data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_db_time_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_paperal_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r->main, ngx_http_paperal_module);

    if (ctx == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->data = ngx_pnalloc(r->pool, NGX_TIME_T_LEN + 4);
    if (v->data == NULL) {
        return NGX_ERROR;
    }

    v->valid = 1;
    v->no_cacheable = 1;
    v->not_found = 0;
    v->len = ngx_sprintf(v->data, "%T.%03M", (time_t) (ctx->db_time / 1000),
                         ctx->db_time % 1000)
             - v->data;

    return NGX_OK;
}
