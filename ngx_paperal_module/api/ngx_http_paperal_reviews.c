/*
 * Reviews: decisions on claims, ratings, the end of an analysis, and where a
 * result comes from.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_param.h"
#include "ngx_http_paperal_route.h"


#define PAPERAL_MAX_CLAIM_ID   8
#define PAPERAL_MAX_CLAIM_LEN  5000          /* code points */
#define PAPERAL_MAX_COMMENT    5000


static ngx_int_t ngx_http_paperal_choose_ledger(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);


static const char *const  ngx_http_paperal_decisions[] = {
    "accepted", "rejected", NULL
};

static const char *const  ngx_http_paperal_rated[] = {
    "paper_profile", "executive_summary", "technical_feasibility",
    "market_opportunities", "competition", "intellectual_property",
    "business_model", "implementation_path", "resource_requirements",
    "risks", "swot", "score", "provenance", "quality", NULL
};

static const char *const  ngx_http_paperal_ledger_formats[] = { "csv", NULL };


static const ngx_http_paperal_param_t  ngx_http_paperal_claim_params[] = {

    { ngx_string("analysis_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("claim_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_text, 1, PAPERAL_MAX_CLAIM_ID, NULL, NULL },
    { ngx_string("decision"),
      PAPERAL_IN_BODY|PAPERAL_UNBOUND|PAPERAL_NULLABLE,
      ngx_http_paperal_check_word, 0, 0, ngx_http_paperal_decisions, NULL },
    { ngx_string("text"), PAPERAL_IN_BODY|PAPERAL_UNBOUND|PAPERAL_NULLABLE,
      ngx_http_paperal_check_lines, 1, PAPERAL_MAX_CLAIM_LEN, NULL, NULL },
    { ngx_string("locked"), PAPERAL_IN_BODY|PAPERAL_UNBOUND,
      ngx_http_paperal_check_bool, 0, 0, NULL, NULL },
    { ngx_string("body"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_body, 0, 0, NULL, NULL },
    { ngx_string("If-Match"), PAPERAL_IN_HEADER,
      ngx_http_paperal_check_if_match, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_feedback_params[] = {

    { ngx_string("analysis_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("rating"), PAPERAL_IN_BODY|PAPERAL_REQUIRED|PAPERAL_UNBOUND,
      ngx_http_paperal_check_int, 1, 5, NULL, NULL },
    { ngx_string("section"), PAPERAL_IN_BODY|PAPERAL_UNBOUND|PAPERAL_NULLABLE,
      ngx_http_paperal_check_word, 0, 0, ngx_http_paperal_rated, NULL },
    { ngx_string("comment"), PAPERAL_IN_BODY|PAPERAL_UNBOUND|PAPERAL_NULLABLE,
      ngx_http_paperal_check_lines, 0, PAPERAL_MAX_COMMENT, NULL, NULL },
    { ngx_string("body"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_body, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_result_params[] = {

    { ngx_string("analysis_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_diff_params[] = {

    { ngx_string("analysis_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("other_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_ledger_params[] = {

    { ngx_string("paper_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("format"), PAPERAL_IN_QUERY,
      ngx_http_paperal_check_word, 0, 0, ngx_http_paperal_ledger_formats,
      NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};


static const ngx_http_paperal_step_pt  ngx_http_paperal_ledger_steps[] = {
    ngx_http_paperal_choose_ledger,
    ngx_http_paperal_run,
    NULL
};


ngx_http_paperal_route_t  ngx_http_paperal_review_routes[] = {

    { ngx_string("delete_analysis"),
      NGX_HTTP_DELETE, ngx_string("/analysis/{analysis_id}"),
      PAPERAL_USER|PAPERAL_WRITE,
      ngx_http_paperal_result_params,
      ngx_string("SELECT data, status FROM delete_analysis($1, $2)"),
      NGX_HTTP_NO_CONTENT, NULL },

    { ngx_string("update_claim"),
      NGX_HTTP_PATCH, ngx_string("/analysis/{analysis_id}/claims/{claim_id}"),
      PAPERAL_USER|PAPERAL_WRITE|PAPERAL_ETAG|PAPERAL_SLOW,
      ngx_http_paperal_claim_params,
      ngx_string("SELECT data FROM update_claim($1, $2, $3, $4, $5)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("create_feedback"),
      NGX_HTTP_POST, ngx_string("/analysis/{analysis_id}/feedback"),
      PAPERAL_USER|PAPERAL_WRITE|PAPERAL_IDEMPOTENT,
      ngx_http_paperal_feedback_params,
      ngx_string("SELECT data FROM create_feedback($1, $2, $3)"),
      NGX_HTTP_CREATED, NULL },

    { ngx_string("get_recipe"),
      NGX_HTTP_GET, ngx_string("/analysis/{analysis_id}/recipe"),
      PAPERAL_USER|PAPERAL_READ|PAPERAL_ETAG|PAPERAL_SLOW,
      ngx_http_paperal_result_params,
      ngx_string("SELECT data FROM get_recipe($1, $2)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("diff_analyses"),
      NGX_HTTP_GET, ngx_string("/analysis/{analysis_id}/diff/{other_id}"),
      PAPERAL_USER|PAPERAL_READ|PAPERAL_ETAG|PAPERAL_SLOW,
      ngx_http_paperal_diff_params,
      ngx_string("SELECT data FROM diff_analyses($1, $2, $3)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("list_outbound"),
      NGX_HTTP_GET, ngx_string("/papers/{paper_id}/outbound"),
      PAPERAL_USER|PAPERAL_READ|PAPERAL_SLOW,
      ngx_http_paperal_ledger_params,
      ngx_string("SELECT data::text FROM list_outbound($1, $2)"
                 " WHERE $3::text IS NULL"
                 " UNION ALL"
                 " SELECT data FROM list_outbound_csv($1, $2)"
                 " WHERE $3::text IS NOT NULL"),
      NGX_HTTP_OK, ngx_http_paperal_ledger_steps },

    { ngx_null_string, 0, ngx_null_string, 0, NULL, ngx_null_string, 0, NULL }
};


static ngx_int_t
ngx_http_paperal_choose_ledger(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx)
{
    if (ngx_http_paperal_get_value(ctx, "format") != NULL) {
        ngx_str_set(&ctx->answer.content_type, "text/csv; charset=utf-8");
        ngx_str_set(&ctx->answer.disposition,
                    "attachment; filename=\"outbound.csv\"");
    }

    return NGX_OK;
}
