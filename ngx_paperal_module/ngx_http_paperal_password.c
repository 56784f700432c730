/*
 * Passwords.  A task works on copies of its own, which are wiped when the
 * request is freed: its client may leave while the thread runs.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_cookie.h"
#include "ngx_http_paperal_metrics.h"
#include "ngx_http_paperal_param.h"
#include "ngx_http_paperal_password.h"
#include "ngx_http_paperal_route.h"
#include "paperal_email.h"
#include "paperal_password.h"
#include "paperal_token.h"


typedef struct {
    ngx_http_request_t  *request;
    size_t               password_len;
    char                 password[PAPERAL_PASSWORD_MAX_LEN + 1];
    char                 hash[PAPERAL_PASSWORD_SIZE];   /* "": no account */
    int                  rc;         /* of the work in the thread */
    ngx_str_t            user_id;
    ngx_str_t            email;
    ngx_str_t            address;
} ngx_http_paperal_login_t;


static ngx_http_paperal_login_t *ngx_http_paperal_login(
    ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx);
static void ngx_http_paperal_wipe_login(void *data);
static ngx_int_t ngx_http_paperal_password_task(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_work_pt work);
static void ngx_http_paperal_hash_work(void *data, ngx_log_t *log);
static void ngx_http_paperal_verify_work(void *data, ngx_log_t *log);
static void ngx_http_paperal_password_done(void *data);
static void ngx_http_paperal_account_found(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_pg_reply_t *reply);
static ngx_int_t ngx_http_paperal_read_account(ngx_http_paperal_ctx_t *ctx,
    PGresult *res);
static void ngx_http_paperal_failure_noted(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_pg_reply_t *reply);
static ngx_int_t ngx_http_paperal_issue(ngx_http_paperal_ctx_t *ctx,
    paperal_token_e kind, const char *value, char token[PAPERAL_TOKEN_SIZE]);


static ngx_http_paperal_pg_statement_t  ngx_http_paperal_account_statement = {
    ngx_string("login_lookup"),
    ngx_string("SELECT user_id, password_hash, retry_after"
               " FROM login_lookup($1, $2)"),
    2, NGX_HTTP_PAPERAL_PG_FAST, 0
};

static ngx_http_paperal_pg_statement_t  ngx_http_paperal_failed_statement = {
    ngx_string("login_failed"),
    ngx_string("SELECT login_failed($1, $2)"),
    2, NGX_HTTP_PAPERAL_PG_FAST, 0
};


ngx_int_t
ngx_http_paperal_password_init(ngx_conf_t *cf)
{
    ngx_str_t                      name = ngx_string("paperal_password");
    ngx_http_paperal_main_conf_t  *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_paperal_module);

    pmcf->passwords.pool = ngx_thread_pool_add(cf, &name);
    pmcf->passwords.max = PAPERAL_MAX_PASSWORD_TASKS;

    if (pmcf->passwords.pool == NULL
        || ngx_http_paperal_pg_register(cf,
                                        &ngx_http_paperal_account_statement)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_paperal_pg_register(cf,
                                        &ngx_http_paperal_failed_statement);
}


const char *
ngx_http_paperal_check_password(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    char                *email, *password;
    cJSON               *item;
    paperal_password_e   code;

    if (!cJSON_IsString(in->json)) {
        return "must be a string";
    }

    item = cJSON_GetObjectItemCaseSensitive(ctx->json, "email");
    email = cJSON_IsString(item) ? item->valuestring : NULL;
    password = in->json->valuestring;

    code = paperal_password_check(password, ngx_strlen(password), email,
                                  email == NULL ? 0 : ngx_strlen(email));

    if (code != PAPERAL_PASSWORD_OK) {
        return paperal_password_reason(code);
    }

    ngx_str_set(value, "");

    return NULL;
}


/* The state of a login or registration, with the body's password. */

static ngx_http_paperal_login_t *
ngx_http_paperal_login(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    size_t                     len;
    const char                *password;
    ngx_pool_cleanup_t        *cln;
    ngx_http_paperal_login_t  *login;

    if (ctx->data != NULL) {
        return ctx->data;
    }

    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_http_paperal_login_t));
    if (cln == NULL) {
        return NULL;
    }

    cln->handler = ngx_http_paperal_wipe_login;
    login = cln->data;
    ngx_memzero(login, sizeof(ngx_http_paperal_login_t));

    password = cJSON_GetStringValue(
                  cJSON_GetObjectItemCaseSensitive(ctx->json, "password"));
    len = ngx_strlen(password);

    if (len > PAPERAL_PASSWORD_MAX_LEN) {
        return NULL;
    }

    login->request = r;
    login->password_len = len;
    ngx_memcpy(login->password, password, len);

    ctx->data = login;

    return login;
}


static void
ngx_http_paperal_wipe_login(void *data)
{
    paperal_secret_wipe(data, sizeof(ngx_http_paperal_login_t));
}


static ngx_int_t
ngx_http_paperal_password_task(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_work_pt work)
{
    ngx_int_t                      rc;
    ngx_http_paperal_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_paperal_module);

    ngx_http_paperal_stat(passwords);

    rc = ngx_http_paperal_task_run(r, &pmcf->passwords, work,
                                   ngx_http_paperal_password_done, ctx->data);

    if (rc == NGX_DECLINED) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVICE_UNAVAILABLE,
                                     "too many sign-ins at a time");
    }

    if (rc != NGX_OK) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    return NGX_AGAIN;
}


static void
ngx_http_paperal_password_done(void *data)
{
    ngx_int_t                 rc;
    ngx_str_t                 hash;
    ngx_http_request_t       *r;
    ngx_http_paperal_ctx_t   *ctx;
    ngx_http_paperal_login_t *login = data;

    r = login->request;
    ctx = ngx_http_get_module_ctx(r, ngx_http_paperal_module);
    rc = NGX_OK;

    if (login->rc == PAPERAL_ERROR) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "paperal: scrypt failed");
        rc = ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);

    } else if (login->email.len == 0) {
        hash.data = (u_char *) login->hash;
        hash.len = ngx_strlen(login->hash);
        ngx_http_paperal_set_value(ctx, "password_hash", &hash);
    }

    ngx_http_paperal_resume(r, rc);
}


static void
ngx_http_paperal_hash_work(void *data, ngx_log_t *log)
{
    ngx_http_paperal_login_t *login = data;

    login->rc = paperal_password_hash(login->hash, login->password,
                                      login->password_len);
}


static void
ngx_http_paperal_verify_work(void *data, ngx_log_t *log)
{
    ngx_http_paperal_login_t *login = data;

    if (login->hash[0] == '\0') {
        login->rc = paperal_password_verify_dummy(login->password,
                                                  login->password_len);
        return;
    }

    login->rc = paperal_password_verify(login->hash, ngx_strlen(login->hash),
                                        login->password, login->password_len);
}


ngx_int_t
ngx_http_paperal_hash_password(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    if (ngx_http_paperal_login(r, ctx) == NULL) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    return ngx_http_paperal_password_task(r, ctx, ngx_http_paperal_hash_work);
}


ngx_int_t
ngx_http_paperal_login_lookup(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    char                       email[PAPERAL_EMAIL_SIZE];
    size_t                     len;
    ngx_str_t                  values[2];
    const char                *sent;
    ngx_http_paperal_login_t  *login;

    login = ngx_http_paperal_login(r, ctx);
    if (login == NULL) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    sent = cJSON_GetStringValue(
                  cJSON_GetObjectItemCaseSensitive(ctx->json, "email"));
    len = paperal_email_normalize(email, sent, ngx_strlen(sent));

    login->email = ngx_http_paperal_copy(r->pool, email, len);
    (void) ngx_http_paperal_from_address(ctx, NULL, NULL, &login->address);

    values[0] = login->email;
    values[1] = login->address;

    return ngx_http_paperal_query(r, ctx, &ngx_http_paperal_account_statement,
                                  values, 2, ngx_http_paperal_account_found);
}


static void
ngx_http_paperal_account_found(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_pg_reply_t *reply)
{
    ngx_int_t  rc;

    rc = ngx_http_paperal_check_reply(ctx, reply);

    if (rc == NGX_OK) {
        rc = ngx_http_paperal_read_account(ctx, reply->res);
    }

    ngx_http_paperal_resume(r, rc);
}


static ngx_int_t
ngx_http_paperal_read_account(ngx_http_paperal_ctx_t *ctx, PGresult *res)
{
    ngx_int_t                  wait;
    ngx_str_t                  cell;
    ngx_http_paperal_login_t  *login;

    login = ctx->data;

    cell = ngx_http_paperal_column(res, 0, "retry_after");
    wait = ngx_atoi(cell.data, cell.len);

    if (wait > 0) {
        ctx->answer.retry_after = wait;
        return ngx_http_paperal_fail(ctx, PAPERAL_E_RATE_LIMIT_EXCEEDED,
                                     "too many failed sign-ins");
    }

    cell = ngx_http_paperal_column(res, 0, "password_hash");

    if (cell.len > 0 && cell.len < PAPERAL_PASSWORD_SIZE) {
        ngx_memcpy(login->hash, cell.data, cell.len);
    }

    cell = ngx_http_paperal_column(res, 0, "user_id");
    login->user_id = ngx_http_paperal_copy(ctx->request->pool, cell.data,
                                           cell.len);

    return NGX_OK;
}


ngx_int_t
ngx_http_paperal_login_verify(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    return ngx_http_paperal_password_task(r, ctx,
                                          ngx_http_paperal_verify_work);
}


ngx_int_t
ngx_http_paperal_login_outcome(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    ngx_str_t                  values[2];
    ngx_http_paperal_login_t  *login;

    login = ctx->data;

    if (login->rc == 1 && login->user_id.len) {
        ngx_http_paperal_set_value(ctx, "user_id", &login->user_id);
        return NGX_OK;
    }

    values[0] = login->email;
    values[1] = login->address;

    return ngx_http_paperal_query(r, ctx, &ngx_http_paperal_failed_statement,
                                  values, 2, ngx_http_paperal_failure_noted);
}


static void
ngx_http_paperal_failure_noted(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_pg_reply_t *reply)
{
    ngx_int_t  rc;

    rc = ngx_http_paperal_check_reply(ctx, reply);

    if (rc == NGX_OK) {
        rc = ngx_http_paperal_fail(ctx, PAPERAL_E_AUTH_INVALID_CREDENTIALS,
                                   "wrong e-mail address or password");
    }

    ngx_http_paperal_resume(r, rc);
}


static ngx_int_t
ngx_http_paperal_issue(ngx_http_paperal_ctx_t *ctx, paperal_token_e kind,
    const char *value, char token[PAPERAL_TOKEN_SIZE])
{
    ngx_str_t  hash;

    hash.len = PAPERAL_SHA256_HEX_LEN;
    hash.data = ngx_pnalloc(ctx->request->pool, PAPERAL_SHA256_HEX_SIZE);

    if (hash.data == NULL
        || paperal_token_generate(kind, token) != PAPERAL_OK
        || paperal_token_hash(token, PAPERAL_TOKEN_LEN, (char *) hash.data)
           != PAPERAL_OK)
    {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    ngx_http_paperal_set_value(ctx, value, &hash);

    return NGX_OK;
}


ngx_int_t
ngx_http_paperal_issue_pair(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    char        access[PAPERAL_TOKEN_SIZE], refresh[PAPERAL_TOKEN_SIZE];
    ngx_str_t  *members;

    static const char  format[] =
        "\"access_token\":\"%s\",\"refresh_token\":\"%s\",";

    members = &ctx->answer.members;
    members->data = ngx_pnalloc(r->pool,
                                sizeof(format) + 2 * PAPERAL_TOKEN_SIZE);

    if (members->data == NULL) {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    if (ngx_http_paperal_issue(ctx, PAPERAL_TOKEN_ACCESS, "access_hash",
                               access)
        != NGX_OK
        || ngx_http_paperal_issue(ctx, PAPERAL_TOKEN_REFRESH, "refresh_hash",
                                  refresh)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    members->len = ngx_sprintf(members->data, format, access, refresh)
                   - members->data;

    return NGX_OK;
}


ngx_int_t
ngx_http_paperal_issue_session(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    char        token[PAPERAL_TOKEN_SIZE];
    ngx_str_t  *remember;

    if (ngx_http_paperal_issue(ctx, PAPERAL_TOKEN_SESSION, "session_hash",
                               token)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    remember = ngx_http_paperal_get_value(ctx, "remember");

    return ngx_http_paperal_set_cookie(r, ctx, token,
                     remember != NULL && ngx_http_paperal_is(remember, "true"));
}
