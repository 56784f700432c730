/*
 * Questions to the inventor, links to them for someone without an account, and
 * the sources that users add to a paper.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_param.h"
#include "ngx_http_paperal_route.h"
#include "paperal_token.h"


#define PAPERAL_MAX_QUESTION  2000           /* code points */
#define PAPERAL_MAX_ANSWER    10000
#define PAPERAL_MAX_ORIGIN    2000           /* of an answer */
#define PAPERAL_MAX_QUOTE     5000
#define PAPERAL_MAX_URL       2000


static const char *ngx_http_paperal_check_code(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);
static const char *ngx_http_paperal_check_url(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);
static ngx_int_t ngx_http_paperal_issue_code(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);
static ngx_int_t ngx_http_paperal_code_hash(ngx_pool_t *pool,
    const char *code, size_t len, ngx_str_t *hash);


static const char *const  ngx_http_paperal_asked[] = {
    "paper_profile", "executive_summary", "technical_feasibility",
    "market_opportunities", "competition", "intellectual_property",
    "business_model", "implementation_path", "resource_requirements",
    "risks", "swot", NULL
};


static const ngx_http_paperal_param_t  ngx_http_paperal_asking_params[] = {

    { ngx_string("analysis_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_question_params[] = {

    { ngx_string("analysis_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("question"),
      PAPERAL_IN_BODY|PAPERAL_REQUIRED|PAPERAL_UNBOUND,
      ngx_http_paperal_check_lines, 1, PAPERAL_MAX_QUESTION, NULL, NULL },
    { ngx_string("section"), PAPERAL_IN_BODY|PAPERAL_UNBOUND|PAPERAL_NULLABLE,
      ngx_http_paperal_check_word, 0, 0, ngx_http_paperal_asked, NULL },
    { ngx_string("body"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_body, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_answer_params[] = {

    { ngx_string("analysis_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("question_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("text"), PAPERAL_IN_BODY|PAPERAL_REQUIRED|PAPERAL_UNBOUND,
      ngx_http_paperal_check_lines, 0, PAPERAL_MAX_ANSWER, NULL, NULL },
    { ngx_string("source"), PAPERAL_IN_BODY|PAPERAL_UNBOUND|PAPERAL_NULLABLE,
      ngx_http_paperal_check_lines, 0, PAPERAL_MAX_ORIGIN, NULL, NULL },
    { ngx_string("body"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_body, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_link_params[] = {

    { ngx_string("analysis_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("expires_at"), PAPERAL_IN_BODY|PAPERAL_UNBOUND,
      ngx_http_paperal_check_time, 0, 0, NULL, NULL },
    { ngx_string("body"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_body, 0, 0, NULL, NULL },
    { ngx_string("code_hash"), PAPERAL_IN_CONTEXT, NULL, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_revoking_params[] = {

    { ngx_string("analysis_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("link_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_shared_params[] = {

    { ngx_string("code"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_code, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_reply_params[] = {

    { ngx_string("code"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_code, 0, 0, NULL, NULL },
    { ngx_string("question_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("text"), PAPERAL_IN_BODY|PAPERAL_REQUIRED|PAPERAL_UNBOUND,
      ngx_http_paperal_check_lines, 0, PAPERAL_MAX_ANSWER, NULL, NULL },
    { ngx_string("name"), PAPERAL_IN_BODY|PAPERAL_UNBOUND|PAPERAL_NULLABLE,
      ngx_http_paperal_check_text, 0, 200, NULL, NULL },
    { ngx_string("source"), PAPERAL_IN_BODY|PAPERAL_UNBOUND|PAPERAL_NULLABLE,
      ngx_http_paperal_check_lines, 0, PAPERAL_MAX_ORIGIN, NULL, NULL },
    { ngx_string("body"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_body, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_sources_params[] = {

    { ngx_string("paper_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_source_params[] = {

    { ngx_string("paper_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("title"), PAPERAL_IN_BODY|PAPERAL_REQUIRED|PAPERAL_UNBOUND,
      ngx_http_paperal_check_text, 1, 500, NULL, NULL },
    { ngx_string("url"), PAPERAL_IN_BODY|PAPERAL_UNBOUND|PAPERAL_NULLABLE,
      ngx_http_paperal_check_url, 1, PAPERAL_MAX_URL, NULL, NULL },
    { ngx_string("date"), PAPERAL_IN_BODY|PAPERAL_UNBOUND|PAPERAL_NULLABLE,
      ngx_http_paperal_check_date, 0, 0, NULL, NULL },
    { ngx_string("quote"), PAPERAL_IN_BODY|PAPERAL_REQUIRED|PAPERAL_UNBOUND,
      ngx_http_paperal_check_lines, 1, PAPERAL_MAX_QUOTE, NULL, NULL },
    { ngx_string("body"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_body, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_unsource_params[] = {

    { ngx_string("paper_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("source_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};


static const ngx_http_paperal_step_pt  ngx_http_paperal_link_steps[] = {
    ngx_http_paperal_issue_code,
    ngx_http_paperal_run,
    NULL
};


ngx_http_paperal_route_t  ngx_http_paperal_question_routes[] = {

    { ngx_string("list_questions"),
      NGX_HTTP_GET, ngx_string("/analysis/{analysis_id}/questions"),
      PAPERAL_USER|PAPERAL_READ,
      ngx_http_paperal_asking_params,
      ngx_string("SELECT data FROM list_questions($1, $2)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("create_question"),
      NGX_HTTP_POST, ngx_string("/analysis/{analysis_id}/questions"),
      PAPERAL_USER|PAPERAL_WRITE|PAPERAL_IDEMPOTENT,
      ngx_http_paperal_question_params,
      ngx_string("SELECT data FROM create_question($1, $2, $3)"),
      NGX_HTTP_CREATED, NULL },

    { ngx_string("answer_question"),
      NGX_HTTP_PUT,
      ngx_string("/analysis/{analysis_id}/questions/{question_id}/answer"),
      PAPERAL_USER|PAPERAL_WRITE,
      ngx_http_paperal_answer_params,
      ngx_string("SELECT data FROM answer_question($1, $2, $3, $4)"),
      NGX_HTTP_OK, NULL },

    /* no Idempotency-Key: the code is in no kept answer */

    { ngx_string("create_question_link"),
      NGX_HTTP_POST, ngx_string("/analysis/{analysis_id}/questions/link"),
      PAPERAL_USER|PAPERAL_WRITE,
      ngx_http_paperal_link_params,
      ngx_string("SELECT data FROM create_question_link($1, $2, $3, $4)"),
      NGX_HTTP_CREATED, ngx_http_paperal_link_steps },

    { ngx_string("list_question_links"),
      NGX_HTTP_GET, ngx_string("/analysis/{analysis_id}/questions/links"),
      PAPERAL_USER|PAPERAL_READ,
      ngx_http_paperal_asking_params,
      ngx_string("SELECT data FROM list_question_links($1, $2)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("delete_question_link"),
      NGX_HTTP_DELETE,
      ngx_string("/analysis/{analysis_id}/questions/links/{link_id}"),
      PAPERAL_USER|PAPERAL_WRITE,
      ngx_http_paperal_revoking_params,
      ngx_string("SELECT data, status"
                 " FROM delete_question_link($1, $2, $3)"),
      NGX_HTTP_NO_CONTENT, NULL },

    { ngx_string("get_shared_questions"),
      NGX_HTTP_GET, ngx_string("/questions/{code}"),
      PAPERAL_PUBLIC,
      ngx_http_paperal_shared_params,
      ngx_string("SELECT data FROM get_shared_questions($1)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("answer_shared_question"),
      NGX_HTTP_PUT, ngx_string("/questions/{code}/{question_id}/answer"),
      PAPERAL_PUBLIC,
      ngx_http_paperal_reply_params,
      ngx_string("SELECT data FROM answer_shared_question($1, $2, $3)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("list_sources"),
      NGX_HTTP_GET, ngx_string("/papers/{paper_id}/sources"),
      PAPERAL_USER|PAPERAL_READ,
      ngx_http_paperal_sources_params,
      ngx_string("SELECT data FROM list_sources($1, $2)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("create_source"),
      NGX_HTTP_POST, ngx_string("/papers/{paper_id}/sources"),
      PAPERAL_USER|PAPERAL_WRITE|PAPERAL_IDEMPOTENT,
      ngx_http_paperal_source_params,
      ngx_string("SELECT data FROM create_source($1, $2, $3)"),
      NGX_HTTP_CREATED, NULL },

    { ngx_string("delete_source"),
      NGX_HTTP_DELETE, ngx_string("/papers/{paper_id}/sources/{source_id}"),
      PAPERAL_USER|PAPERAL_WRITE,
      ngx_http_paperal_unsource_params,
      ngx_string("SELECT data, status FROM delete_source($1, $2, $3)"),
      NGX_HTTP_NO_CONTENT, NULL },

    { ngx_null_string, 0, ngx_null_string, 0, NULL, ngx_null_string, 0, NULL }
};


/* The database gets the hash of the code. */

static const char *
ngx_http_paperal_check_code(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    if (in->text.len != PAPERAL_CODE_SIZE - 1
        || ngx_http_paperal_code_hash(ctx->request->pool,
                                      (char *) in->text.data, in->text.len,
                                      value)
           != NGX_OK)
    {
        return "is no code";
    }

    return NULL;
}


static const char *
ngx_http_paperal_check_url(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    size_t       scheme;
    u_char      *host, *last, *c;
    const char  *reason;

    static const char  fault[] = "must be an http or https address";

    reason = ngx_http_paperal_check_text(ctx, p, in, value);
    if (reason != NULL) {
        return reason;
    }

    last = value->data + value->len;
    scheme = 0;

    if (value->len > 7
        && ngx_strncasecmp(value->data, (u_char *) "http://", 7) == 0)
    {
        scheme = 7;

    } else if (value->len > 8
               && ngx_strncasecmp(value->data, (u_char *) "https://", 8) == 0)
    {
        scheme = 8;
    }

    host = value->data + scheme;

    if (scheme == 0 || *host == '/' || *host == '?' || *host == '#') {
        return fault;
    }

    /* a source is shown to others: no user, no password in it */

    for (c = host; c < last && *c != '/' && *c != '?' && *c != '#'; c++) {
        if (*c == '@') {
            return fault;
        }
    }

    for (c = host; c < last; c++) {
        if (*c == ' ') {
            return fault;
        }
    }

    return NULL;
}


/* The code goes into the answer here, and nowhere else. */

static ngx_int_t
ngx_http_paperal_issue_code(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    char                           code[PAPERAL_CODE_SIZE];
    ngx_str_t                      hash, *members;
    ngx_http_paperal_main_conf_t  *pmcf;

    static const char  format[] = "\"code\":\"%s\",\"url\":\"%V/q/%s\",";

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_paperal_module);

    members = &ctx->answer.members;
    members->data = ngx_pnalloc(r->pool, sizeof(format)
                                + 2 * PAPERAL_CODE_SIZE
                                + pmcf->public_url.len);

    if (members->data == NULL
        || paperal_token_code(code) != PAPERAL_OK
        || ngx_http_paperal_code_hash(r->pool, code, PAPERAL_CODE_SIZE - 1,
                                      &hash)
           != NGX_OK)
    {
        return ngx_http_paperal_fail(ctx, PAPERAL_E_SERVER_ERROR, NULL);
    }

    ngx_http_paperal_set_value(ctx, "code_hash", &hash);

    members->len = ngx_sprintf(members->data, format, code,
                               &pmcf->public_url, code)
                   - members->data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_code_hash(ngx_pool_t *pool, const char *code, size_t len,
    ngx_str_t *hash)
{
    char  hex[PAPERAL_SHA256_HEX_SIZE];

    if (paperal_token_hash(code, len, hex) != PAPERAL_OK) {
        return NGX_ERROR;
    }

    *hash = ngx_http_paperal_copy(pool, hex, PAPERAL_SHA256_HEX_LEN);

    return hash->data == NULL ? NGX_ERROR : NGX_OK;
}
