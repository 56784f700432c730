/*
 * Analyses: estimate, start, watch, read, cancel, resume, replay.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_events.h"
#include "ngx_http_paperal_param.h"
#include "ngx_http_paperal_route.h"


static ngx_int_t ngx_http_paperal_choose_csv(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);


static const char *const  ngx_http_paperal_types[] = {
    "quick", "standard", "deep", NULL
};

static const char *const  ngx_http_paperal_engines[] = {
    "embedded", "openai", NULL
};

static const char *const  ngx_http_paperal_analysis_states[] = {
    "pending", "processing", "completed", "failed", "cancelled", NULL
};

static const char *const  ngx_http_paperal_analysis_sorts[] = {
    "created_at", "status", NULL
};

static const char *const  ngx_http_paperal_languages[] = { "en", "zh", NULL };
static const char *const  ngx_http_paperal_views[] = { "full", NULL };
static const char *const  ngx_http_paperal_formats[] = { "csv", NULL };


#define ngx_http_paperal_weight(name)                                         \
    { ngx_string(name), PAPERAL_IN_BODY, ngx_http_paperal_check_int, 0, 100,  \
      NULL, NULL }

static const ngx_http_paperal_param_t  ngx_http_paperal_weight_fields[] = {
    ngx_http_paperal_weight("readiness"),
    ngx_http_paperal_weight("result_strength"),
    ngx_http_paperal_weight("differentiation"),
    ngx_http_paperal_weight("application_clarity"),
    ngx_http_paperal_weight("reproducibility"),
    ngx_http_paperal_weight("ip_room"),
    ngx_http_paperal_weight("obstacles"),
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_setting_fields[] = {

    { ngx_string("focus_areas"), PAPERAL_IN_BODY,
      ngx_http_paperal_check_list, 200, 20, NULL, NULL },
    { ngx_string("industry_context"), PAPERAL_IN_BODY|PAPERAL_NULLABLE,
      ngx_http_paperal_check_lines, 0, 2000, NULL, NULL },
    { ngx_string("language"), PAPERAL_IN_BODY,
      ngx_http_paperal_check_word, 0, 0, ngx_http_paperal_languages, NULL },
    { ngx_string("weights"), PAPERAL_IN_BODY,
      ngx_http_paperal_check_object, 0, 0, ngx_http_paperal_weight_fields,
      NULL },
    { ngx_string("max_cost_micro_usd"), PAPERAL_IN_BODY|PAPERAL_NULLABLE,
      ngx_http_paperal_check_int, 0, 1000000000000LL, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_start_params[] = {

    { ngx_string("paper_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("analysis_type"), PAPERAL_IN_BODY|PAPERAL_UNBOUND,
      ngx_http_paperal_check_word, 0, 0, ngx_http_paperal_types, NULL },
    { ngx_string("engine"), PAPERAL_IN_BODY|PAPERAL_UNBOUND,
      ngx_http_paperal_check_word, 0, 0, ngx_http_paperal_engines, NULL },
    { ngx_string("parameters"), PAPERAL_IN_BODY|PAPERAL_UNBOUND,
      ngx_http_paperal_check_object, 0, 0, ngx_http_paperal_setting_fields,
      NULL },
    { ngx_string("body"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_body, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_analyses_params[] = {

    { ngx_string("status"), PAPERAL_IN_QUERY,
      ngx_http_paperal_check_word, 0, 0, ngx_http_paperal_analysis_states,
      NULL },
    { ngx_string("paper_id"), PAPERAL_IN_QUERY,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("engine"), PAPERAL_IN_QUERY,
      ngx_http_paperal_check_word, 0, 0, ngx_http_paperal_engines, NULL },
    { ngx_string("workspace_id"), PAPERAL_IN_QUERY,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("sort"), PAPERAL_IN_QUERY,
      ngx_http_paperal_check_sort, 0, 0, ngx_http_paperal_analysis_sorts,
      NULL },
    { ngx_string("page"), PAPERAL_IN_QUERY,
      ngx_http_paperal_check_int, 1, 1000000, NULL, "1" },
    { ngx_string("limit"), PAPERAL_IN_QUERY,
      ngx_http_paperal_check_int, 1, 100, NULL, "20" },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_analysis_params[] = {

    { ngx_string("analysis_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_resume_params[] = {

    { ngx_string("analysis_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("max_cost_micro_usd"),
      PAPERAL_IN_BODY|PAPERAL_NULLABLE|PAPERAL_UNBOUND,
      ngx_http_paperal_check_int, 0, 1000000000000LL, NULL, NULL },
    { ngx_string("body"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_body, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_watch_params[] = {

    { ngx_string("analysis_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("Last-Event-ID"), PAPERAL_IN_HEADER|PAPERAL_UNBOUND,
      ngx_http_paperal_check_event_id, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_results_params[] = {

    { ngx_string("analysis_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("view"), PAPERAL_IN_QUERY,
      ngx_http_paperal_check_word, 0, 0, ngx_http_paperal_views, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_evidence_params[] = {

    { ngx_string("analysis_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("format"), PAPERAL_IN_QUERY,
      ngx_http_paperal_check_word, 0, 0, ngx_http_paperal_formats, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};


static const ngx_http_paperal_step_pt  ngx_http_paperal_evidence_steps[] = {
    ngx_http_paperal_choose_csv,
    ngx_http_paperal_run,
    NULL
};

static const ngx_http_paperal_step_pt  ngx_http_paperal_watch_steps[] = {
    ngx_http_paperal_watch_analysis,
    ngx_http_paperal_run,
    ngx_http_paperal_stream_analysis,
    NULL
};


ngx_http_paperal_route_t  ngx_http_paperal_analysis_routes[] = {

    { ngx_string("get_models"),
      NGX_HTTP_GET, ngx_string("/models"),
      PAPERAL_USER|PAPERAL_READ,
      NULL,
      ngx_string("SELECT data FROM get_model_settings($1)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("estimate_analysis"),
      NGX_HTTP_POST, ngx_string("/papers/{paper_id}/analysis/estimate"),
      PAPERAL_USER|PAPERAL_READ,
      ngx_http_paperal_start_params,
      ngx_string("SELECT data FROM estimate_analysis($1, $2, $3)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("start_analysis"),
      NGX_HTTP_POST, ngx_string("/papers/{paper_id}/analysis"),
      PAPERAL_USER|PAPERAL_WRITE|PAPERAL_IDEMPOTENT,
      ngx_http_paperal_start_params,
      ngx_string("SELECT data FROM start_analysis($1, $2, $3)"),
      NGX_HTTP_ACCEPTED, NULL },

    { ngx_string("list_analyses"),
      NGX_HTTP_GET, ngx_string("/analysis"),
      PAPERAL_USER|PAPERAL_READ|PAPERAL_PAGED,
      ngx_http_paperal_analyses_params,
      ngx_string("SELECT data, total FROM list_analyses($1, $2, $3, $4, $5,"
                 " $6, $7, $8)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("get_analysis"),
      NGX_HTTP_GET, ngx_string("/analysis/{analysis_id}"),
      PAPERAL_USER|PAPERAL_READ|PAPERAL_ETAG,
      ngx_http_paperal_analysis_params,
      ngx_string("SELECT data FROM get_analysis($1, $2)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("stream_analysis"),
      NGX_HTTP_GET, ngx_string("/analysis/{analysis_id}/events"),
      PAPERAL_USER|PAPERAL_READ|PAPERAL_BULK|PAPERAL_ENDLESS,
      ngx_http_paperal_watch_params,
      ngx_string("SELECT seq, (status IN ('completed', 'failed',"
                 " 'cancelled'))::int AS ended,"
                 " json_build_object('status', data->'status', 'progress',"
                 " data->'progress', 'current_stage',"
                 " data->'current_stage', 'stages', data->'stages')"
                 " AS data,"
                 " json_build_object('status', data->'status', 'error',"
                 " data->'error') AS done"
                 " FROM analysis_state($1, $2)"),
      NGX_HTTP_OK, ngx_http_paperal_watch_steps },

    { ngx_string("get_results"),
      NGX_HTTP_GET, ngx_string("/analysis/{analysis_id}/results"),
      PAPERAL_USER|PAPERAL_READ|PAPERAL_ETAG|PAPERAL_SLOW,
      ngx_http_paperal_results_params,
      ngx_string("SELECT data FROM get_results($1, $2, $3)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("get_evidence"),
      NGX_HTTP_GET, ngx_string("/analysis/{analysis_id}/evidence"),
      PAPERAL_USER|PAPERAL_READ|PAPERAL_SLOW,
      ngx_http_paperal_evidence_params,
      ngx_string("SELECT data::text FROM get_evidence($1, $2)"
                 " WHERE $3::text IS NULL"
                 " UNION ALL"
                 " SELECT data FROM get_evidence_csv($1, $2)"
                 " WHERE $3::text IS NOT NULL"),
      NGX_HTTP_OK, ngx_http_paperal_evidence_steps },

    { ngx_string("cancel_analysis"),
      NGX_HTTP_POST, ngx_string("/analysis/{analysis_id}/cancel"),
      PAPERAL_USER|PAPERAL_WRITE|PAPERAL_IDEMPOTENT,
      ngx_http_paperal_analysis_params,
      ngx_string("SELECT data FROM cancel_analysis($1, $2)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("resume_analysis"),
      NGX_HTTP_POST, ngx_string("/analysis/{analysis_id}/resume"),
      PAPERAL_USER|PAPERAL_WRITE|PAPERAL_IDEMPOTENT,
      ngx_http_paperal_resume_params,
      ngx_string("SELECT data FROM resume_analysis($1, $2, $3)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("replay_analysis"),
      NGX_HTTP_POST, ngx_string("/analysis/{analysis_id}/replay"),
      PAPERAL_USER|PAPERAL_WRITE|PAPERAL_IDEMPOTENT,
      ngx_http_paperal_analysis_params,
      ngx_string("SELECT data FROM replay_analysis($1, $2)"),
      NGX_HTTP_ACCEPTED, NULL },

    { ngx_null_string, 0, ngx_null_string, 0, NULL, ngx_null_string, 0, NULL }
};


static ngx_int_t
ngx_http_paperal_choose_csv(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx)
{
    if (ngx_http_paperal_get_value(ctx, "format") != NULL) {
        ngx_str_set(&ctx->answer.content_type, "text/csv; charset=utf-8");
        ngx_str_set(&ctx->answer.disposition,
                    "attachment; filename=\"evidence.csv\"");
    }

    return NGX_OK;
}
