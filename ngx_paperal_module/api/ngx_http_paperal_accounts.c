/*
 * Accounts: registration, tokens and sessions, the caller's own profile.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_auth.h"
#include "ngx_http_paperal_cookie.h"
#include "ngx_http_paperal_param.h"
#include "ngx_http_paperal_password.h"
#include "ngx_http_paperal_route.h"
#include "paperal_token.h"


static const char *ngx_http_paperal_from_registration(
    ngx_http_paperal_ctx_t *ctx, const ngx_http_paperal_param_t *p,
    const ngx_http_paperal_input_t *in, ngx_str_t *value);
static const char *ngx_http_paperal_from_plan(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);
static const char *ngx_http_paperal_check_token(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);
static ngx_int_t ngx_http_paperal_find_refresh(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
static ngx_int_t ngx_http_paperal_clear_cookie(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);


static const char *const  ngx_http_paperal_languages[] = { "en", "zh", NULL };


static const ngx_http_paperal_param_t  ngx_http_paperal_register_params[] = {

    { ngx_string("email"), PAPERAL_IN_BODY|PAPERAL_REQUIRED,
      ngx_http_paperal_check_email, 0, 0, NULL, NULL },
    { ngx_string("password"), PAPERAL_IN_BODY|PAPERAL_REQUIRED|PAPERAL_UNBOUND,
      ngx_http_paperal_check_password, 0, 0, NULL, NULL },
    { ngx_string("password_hash"), PAPERAL_IN_CONTEXT, NULL, 0, 0, NULL, NULL },
    { ngx_string("name"), PAPERAL_IN_BODY|PAPERAL_REQUIRED,
      ngx_http_paperal_check_text, 1, 200, NULL, NULL },
    { ngx_string("organization"), PAPERAL_IN_BODY|PAPERAL_NULLABLE,
      ngx_http_paperal_check_text, 0, 200, NULL, NULL },
    { ngx_string("language"), PAPERAL_IN_BODY,
      ngx_http_paperal_check_word, 0, 0, ngx_http_paperal_languages, NULL },
    { ngx_string("plan"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_plan, 0, 0, NULL, NULL },
    { ngx_string("registration"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_registration, 0, 0, NULL, NULL },
    { ngx_string("access_hash"), PAPERAL_IN_CONTEXT, NULL, 0, 0, NULL, NULL },
    { ngx_string("refresh_hash"), PAPERAL_IN_CONTEXT, NULL, 0, 0, NULL, NULL },
    { ngx_string("address"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_address, 0, 0, NULL, NULL },
    { ngx_string("user_agent"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_agent, 0, 255, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_token_params[] = {

    { ngx_string("email"), PAPERAL_IN_BODY|PAPERAL_REQUIRED|PAPERAL_UNBOUND,
      ngx_http_paperal_check_email, 0, 0, NULL, NULL },
    { ngx_string("password"), PAPERAL_IN_BODY|PAPERAL_REQUIRED|PAPERAL_UNBOUND,
      ngx_http_paperal_check_lines, 1, 128, NULL, NULL },
    { ngx_string("user_id"), PAPERAL_IN_CONTEXT, NULL, 0, 0, NULL, NULL },
    { ngx_string("access_hash"), PAPERAL_IN_CONTEXT, NULL, 0, 0, NULL, NULL },
    { ngx_string("refresh_hash"), PAPERAL_IN_CONTEXT, NULL, 0, 0, NULL, NULL },
    { ngx_string("address"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_address, 0, 0, NULL, NULL },
    { ngx_string("user_agent"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_agent, 0, 255, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_session_params[] = {

    { ngx_string("email"), PAPERAL_IN_BODY|PAPERAL_REQUIRED|PAPERAL_UNBOUND,
      ngx_http_paperal_check_email, 0, 0, NULL, NULL },
    { ngx_string("password"), PAPERAL_IN_BODY|PAPERAL_REQUIRED|PAPERAL_UNBOUND,
      ngx_http_paperal_check_lines, 1, 128, NULL, NULL },
    { ngx_string("user_id"), PAPERAL_IN_CONTEXT, NULL, 0, 0, NULL, NULL },
    { ngx_string("session_hash"), PAPERAL_IN_CONTEXT, NULL, 0, 0, NULL, NULL },
    { ngx_string("remember"), PAPERAL_IN_BODY,
      ngx_http_paperal_check_bool, 0, 0, NULL, "false" },
    { ngx_string("address"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_address, 0, 0, NULL, NULL },
    { ngx_string("user_agent"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_agent, 0, 255, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_refresh_params[] = {

    { ngx_string("refresh_token"), PAPERAL_IN_BODY,
      ngx_http_paperal_check_token, 1, 256, NULL, NULL },
    { ngx_string("access_hash"), PAPERAL_IN_CONTEXT, NULL, 0, 0, NULL, NULL },
    { ngx_string("refresh_hash"), PAPERAL_IN_CONTEXT, NULL, 0, 0, NULL, NULL },
    { ngx_string("address"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_address, 0, 0, NULL, NULL },
    { ngx_string("user_agent"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_agent, 0, 255, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_revoke_params[] = {

    { ngx_string("credential"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_credential, 0, 0, NULL, NULL },
    { ngx_string("token"), PAPERAL_IN_BODY|PAPERAL_NULLABLE,
      ngx_http_paperal_check_token, 1, 256, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_logout_params[] = {

    { ngx_string("credential"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_credential, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_me_params[] = {

    { ngx_string("name"), PAPERAL_IN_BODY|PAPERAL_UNBOUND,
      ngx_http_paperal_check_text, 1, 200, NULL, NULL },
    { ngx_string("organization"),
      PAPERAL_IN_BODY|PAPERAL_UNBOUND|PAPERAL_NULLABLE,
      ngx_http_paperal_check_text, 0, 200, NULL, NULL },
    { ngx_string("title"), PAPERAL_IN_BODY|PAPERAL_UNBOUND|PAPERAL_NULLABLE,
      ngx_http_paperal_check_text, 0, 200, NULL, NULL },
    { ngx_string("language"), PAPERAL_IN_BODY|PAPERAL_UNBOUND,
      ngx_http_paperal_check_word, 0, 0, ngx_http_paperal_languages, NULL },
    { ngx_string("settings"), PAPERAL_IN_BODY|PAPERAL_UNBOUND,
      ngx_http_paperal_check_object, 0, 0, NULL, NULL },
    { ngx_string("body"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_body, 0, 0, NULL, NULL },
    { ngx_string("If-Match"), PAPERAL_IN_HEADER,
      ngx_http_paperal_check_if_match, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};


static const ngx_http_paperal_step_pt  ngx_http_paperal_register_steps[] = {
    ngx_http_paperal_hash_password,
    ngx_http_paperal_issue_pair,
    ngx_http_paperal_run,
    NULL
};

static const ngx_http_paperal_step_pt  ngx_http_paperal_token_steps[] = {
    ngx_http_paperal_login_lookup,
    ngx_http_paperal_login_verify,
    ngx_http_paperal_login_outcome,
    ngx_http_paperal_issue_pair,
    ngx_http_paperal_run,
    NULL
};

static const ngx_http_paperal_step_pt  ngx_http_paperal_session_steps[] = {
    ngx_http_paperal_login_lookup,
    ngx_http_paperal_login_verify,
    ngx_http_paperal_login_outcome,
    ngx_http_paperal_issue_session,
    ngx_http_paperal_run,
    NULL
};

static const ngx_http_paperal_step_pt  ngx_http_paperal_refresh_steps[] = {
    ngx_http_paperal_find_refresh,
    ngx_http_paperal_issue_pair,
    ngx_http_paperal_run,
    ngx_http_paperal_revoke,
    NULL
};

static const ngx_http_paperal_step_pt  ngx_http_paperal_logout_steps[] = {
    ngx_http_paperal_clear_cookie,
    ngx_http_paperal_run,
    ngx_http_paperal_revoke,
    NULL
};


ngx_http_paperal_route_t  ngx_http_paperal_account_routes[] = {

    { ngx_string("register_user"),
      NGX_HTTP_POST, ngx_string("/auth/register"),
      PAPERAL_PUBLIC|PAPERAL_SECRET,
      ngx_http_paperal_register_params,
      ngx_string("SELECT data FROM register_user($1, $2, $3, $4, $5, $6, $7,"
                 " $8, $9, $10, $11)"),
      NGX_HTTP_CREATED, ngx_http_paperal_register_steps },

    { ngx_string("create_token"),
      NGX_HTTP_POST, ngx_string("/auth/token"),
      PAPERAL_PUBLIC|PAPERAL_SECRET,
      ngx_http_paperal_token_params,
      ngx_string("SELECT data FROM login_succeeded($1, 'access', $2, $3,"
                 " false, $4, $5)"),
      NGX_HTTP_OK, ngx_http_paperal_token_steps },

    { ngx_string("refresh_token"),
      NGX_HTTP_POST, ngx_string("/auth/refresh"),
      PAPERAL_PUBLIC|PAPERAL_SECRET,
      ngx_http_paperal_refresh_params,
      ngx_string("SELECT data, cred, status, error"
                 " FROM refresh_tokens($1, $2, $3, $4, $5)"),
      NGX_HTTP_OK, ngx_http_paperal_refresh_steps },

    { ngx_string("revoke_token"),
      NGX_HTTP_POST, ngx_string("/auth/revoke"),
      PAPERAL_USER|PAPERAL_WRITE|PAPERAL_SECRET,
      ngx_http_paperal_revoke_params,
      ngx_string("SELECT data, cred, status FROM revoke_token($1, $2, $3)"),
      NGX_HTTP_NO_CONTENT, NULL },

    { ngx_string("create_session"),
      NGX_HTTP_POST, ngx_string("/auth/session"),
      PAPERAL_PUBLIC|PAPERAL_SECRET,
      ngx_http_paperal_session_params,
      ngx_string("SELECT data FROM login_succeeded($1, 'session', $2, NULL,"
                 " $3, $4, $5)"),
      NGX_HTTP_OK, ngx_http_paperal_session_steps },

    { ngx_string("delete_session"),
      NGX_HTTP_DELETE, ngx_string("/auth/session"),
      PAPERAL_USER|PAPERAL_WRITE,
      ngx_http_paperal_logout_params,
      ngx_string("SELECT data, cred, status FROM revoke_token($1, $2, NULL)"),
      NGX_HTTP_NO_CONTENT, ngx_http_paperal_logout_steps },

    { ngx_string("get_me"),
      NGX_HTTP_GET, ngx_string("/users/me"),
      PAPERAL_USER|PAPERAL_READ|PAPERAL_ETAG,
      NULL,
      ngx_string("SELECT data FROM get_me($1)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("get_usage"),
      NGX_HTTP_GET, ngx_string("/users/me/usage"),
      PAPERAL_USER|PAPERAL_READ,
      NULL,
      ngx_string("SELECT data FROM get_usage($1)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("update_me"),
      NGX_HTTP_PATCH, ngx_string("/users/me"),
      PAPERAL_USER|PAPERAL_WRITE|PAPERAL_ETAG,
      ngx_http_paperal_me_params,
      ngx_string("SELECT data FROM update_me($1, $2, $3)"),
      NGX_HTTP_OK, NULL },

    { ngx_null_string, 0, ngx_null_string, 0, NULL, ngx_null_string, 0, NULL }
};


static const char *
ngx_http_paperal_from_registration(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    ngx_http_paperal_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(ctx->request,
                                         ngx_http_paperal_module);
    *value = pmcf->registration;

    return NULL;
}


static const char *
ngx_http_paperal_from_plan(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    ngx_http_paperal_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(ctx->request,
                                         ngx_http_paperal_module);
    *value = pmcf->default_plan;

    return NULL;
}


/* The database gets the hash; what is no token matches none. */

static const char *
ngx_http_paperal_check_token(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    ngx_str_t    token;
    const char  *reason;

    reason = ngx_http_paperal_check_text(ctx, p, in, &token);
    if (reason != NULL) {
        return reason;
    }

    value->len = PAPERAL_SHA256_HEX_LEN;
    value->data = ngx_pnalloc(ctx->request->pool, PAPERAL_SHA256_HEX_SIZE);

    if (value->data == NULL
        || paperal_token_hash((char *) token.data, token.len,
                              (char *) value->data)
           != PAPERAL_OK)
    {
        return "is not readable";
    }

    return NULL;
}


/* The refresh token comes in the body or as the bearer's. */

static ngx_int_t
ngx_http_paperal_find_refresh(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    ngx_int_t                 rc;
    ngx_str_t                 token, hash;
    ngx_http_paperal_input_t  in;

    if (ngx_http_paperal_get_value(ctx, "refresh_token") != NULL) {
        return NGX_OK;
    }

    rc = ngx_http_paperal_bearer(r, ctx, &token);

    if (rc == NGX_DECLINED) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_AUTH_REQUIRED, NULL);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    in.json = NULL;
    in.text = token;

    if (ngx_http_paperal_check_token(ctx, &ngx_http_paperal_refresh_params[0],
                                     &in, &hash)
        != NULL)
    {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_AUTH_INVALID_CREDENTIALS,
                                     NULL);
    }

    ngx_http_paperal_set_value(ctx, "refresh_token", &hash);

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_clear_cookie(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    return ngx_http_paperal_set_cookie(r, ctx, NULL, 0);
}
