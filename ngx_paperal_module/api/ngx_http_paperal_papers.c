/*
 * Papers: upload, library, file and structure.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_file.h"
#include "ngx_http_paperal_param.h"
#include "ngx_http_paperal_upload.h"


static const char *const  ngx_http_paperal_paper_states[] = {
    "uploaded", "extracting", "ready", "analyzing", "completed", "failed",
    NULL
};

static const char *const  ngx_http_paperal_paper_sorts[] = {
    "upload_date", "title", "status", NULL
};


static const ngx_http_paperal_param_t  ngx_http_paperal_upload_params[] = {

    { ngx_string("workspace_id"), PAPERAL_IN_FORM,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("file_hash"), PAPERAL_IN_CONTEXT, NULL, 0, 0, NULL, NULL },
    { ngx_string("file_size"), PAPERAL_IN_CONTEXT, NULL, 0, 0, NULL, NULL },
    { ngx_string("title"), PAPERAL_IN_FORM,
      ngx_http_paperal_check_text, 1, 500, NULL, NULL },
    { ngx_string("authors"), PAPERAL_IN_FORM|PAPERAL_REPEAT,
      ngx_http_paperal_check_list, 200, 256, NULL, NULL },
    { ngx_string("tags"), PAPERAL_IN_FORM|PAPERAL_REPEAT,
      ngx_http_paperal_check_list, 64, 50, NULL, NULL },
    { ngx_string("unpublished"), PAPERAL_IN_FORM,
      ngx_http_paperal_check_bool, 0, 0, NULL, "false" },
    { ngx_string("analyze"), PAPERAL_IN_FORM,
      ngx_http_paperal_check_bool, 0, 0, NULL, "false" },
    { ngx_string("filename"), PAPERAL_IN_CONTEXT, NULL, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_library_params[] = {

    { ngx_string("workspace_id"), PAPERAL_IN_QUERY,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("status"), PAPERAL_IN_QUERY,
      ngx_http_paperal_check_word, 0, 0, ngx_http_paperal_paper_states, NULL },
    { ngx_string("tags"), PAPERAL_IN_QUERY|PAPERAL_REPEAT,
      ngx_http_paperal_check_list, 64, 50, NULL, NULL },
    { ngx_string("search"), PAPERAL_IN_QUERY,
      ngx_http_paperal_check_text, 1, 500, NULL, NULL },
    { ngx_string("deleted"), PAPERAL_IN_QUERY,
      ngx_http_paperal_check_bool, 0, 0, NULL, "false" },
    { ngx_string("sort"), PAPERAL_IN_QUERY,
      ngx_http_paperal_check_sort, 0, 0, ngx_http_paperal_paper_sorts, NULL },
    { ngx_string("page"), PAPERAL_IN_QUERY,
      ngx_http_paperal_check_int, 1, 1000000, NULL, "1" },
    { ngx_string("limit"), PAPERAL_IN_QUERY,
      ngx_http_paperal_check_int, 1, 100, NULL, "20" },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_paper_params[] = {

    { ngx_string("paper_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_delete_params[] = {

    { ngx_string("paper_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("permanent"), PAPERAL_IN_QUERY,
      ngx_http_paperal_check_bool, 0, 0, NULL, "false" },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_metadata_fields[] = {

    { ngx_string("doi"), PAPERAL_IN_BODY|PAPERAL_NULLABLE,
      ngx_http_paperal_check_text, 0, 200, NULL, NULL },
    { ngx_string("publication"), PAPERAL_IN_BODY|PAPERAL_NULLABLE,
      ngx_http_paperal_check_text, 0, 500, NULL, NULL },
    { ngx_string("publication_date"), PAPERAL_IN_BODY|PAPERAL_NULLABLE,
      ngx_http_paperal_check_date, 0, 0, NULL, NULL },
    { ngx_string("abstract"), PAPERAL_IN_BODY|PAPERAL_NULLABLE,
      ngx_http_paperal_check_lines, 0, 20000, NULL, NULL },
    { ngx_string("keywords"), PAPERAL_IN_BODY,
      ngx_http_paperal_check_list, 200, 100, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};

static const ngx_http_paperal_param_t  ngx_http_paperal_edit_params[] = {

    { ngx_string("paper_id"), PAPERAL_IN_PATH,
      ngx_http_paperal_check_uuid, 0, 0, NULL, NULL },
    { ngx_string("title"), PAPERAL_IN_BODY|PAPERAL_UNBOUND,
      ngx_http_paperal_check_text, 1, 500, NULL, NULL },
    { ngx_string("authors"), PAPERAL_IN_BODY|PAPERAL_UNBOUND,
      ngx_http_paperal_check_list, 200, 256, NULL, NULL },
    { ngx_string("tags"), PAPERAL_IN_BODY|PAPERAL_UNBOUND,
      ngx_http_paperal_check_list, 64, 50, NULL, NULL },
    { ngx_string("metadata"), PAPERAL_IN_BODY|PAPERAL_UNBOUND,
      ngx_http_paperal_check_object, 0, 0, ngx_http_paperal_metadata_fields,
      NULL },
    { ngx_string("unpublished"), PAPERAL_IN_BODY|PAPERAL_UNBOUND,
      ngx_http_paperal_check_bool, 0, 0, NULL, NULL },
    { ngx_string("embargo_until"),
      PAPERAL_IN_BODY|PAPERAL_UNBOUND|PAPERAL_NULLABLE,
      ngx_http_paperal_check_time, 0, 0, NULL, NULL },
    { ngx_string("retention_days"),
      PAPERAL_IN_BODY|PAPERAL_UNBOUND|PAPERAL_NULLABLE,
      ngx_http_paperal_check_int, 1, 3650, NULL, NULL },
    { ngx_string("llm_hosts"),
      PAPERAL_IN_BODY|PAPERAL_UNBOUND|PAPERAL_NULLABLE,
      ngx_http_paperal_check_list, 253, 20, NULL, NULL },
    { ngx_string("body"), PAPERAL_IN_CONTEXT,
      ngx_http_paperal_from_body, 0, 0, NULL, NULL },
    { ngx_string("If-Match"), PAPERAL_IN_HEADER,
      ngx_http_paperal_check_if_match, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};


static const ngx_http_paperal_step_pt  ngx_http_paperal_upload_steps[] = {
    ngx_http_paperal_upload_begin,
    ngx_http_paperal_upload_receive,
    ngx_http_paperal_upload_store,
    ngx_http_paperal_upload_bind,
    ngx_http_paperal_upload_claim,
    ngx_http_paperal_run,
    NULL
};

static const ngx_http_paperal_step_pt  ngx_http_paperal_file_steps[] = {
    ngx_http_paperal_run,
    ngx_http_paperal_send_file,
    NULL
};


ngx_http_paperal_route_t  ngx_http_paperal_paper_routes[] = {

    { ngx_string("upload_paper"),
      NGX_HTTP_POST, ngx_string("/papers"),
      PAPERAL_USER|PAPERAL_WRITE|PAPERAL_BULK|PAPERAL_OWN_BODY
      |PAPERAL_IDEMPOTENT|PAPERAL_STATUS,
      ngx_http_paperal_upload_params,
      ngx_string("SELECT data, status FROM create_paper($1, $2, $3, $4, $5,"
                 " $6, $7, $8, $9, $10)"),
      NGX_HTTP_CREATED, ngx_http_paperal_upload_steps },

    { ngx_string("list_papers"),
      NGX_HTTP_GET, ngx_string("/papers"),
      PAPERAL_USER|PAPERAL_READ|PAPERAL_PAGED,
      ngx_http_paperal_library_params,
      ngx_string("SELECT data, total, meta FROM list_papers($1, $2, $3, $4,"
                 " $5, $6, $7, $8, $9)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("get_paper"),
      NGX_HTTP_GET, ngx_string("/papers/{paper_id}"),
      PAPERAL_USER|PAPERAL_READ|PAPERAL_ETAG,
      ngx_http_paperal_paper_params,
      ngx_string("SELECT paper_full_json(p) AS data FROM papers p"
                 " WHERE p.id = $2::uuid AND $1::uuid IS NOT NULL"),
      NGX_HTTP_OK, NULL },

    { ngx_string("update_paper"),
      NGX_HTTP_PATCH, ngx_string("/papers/{paper_id}"),
      PAPERAL_USER|PAPERAL_WRITE|PAPERAL_ETAG,
      ngx_http_paperal_edit_params,
      ngx_string("SELECT data FROM update_paper($1, $2, $3, $4)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("delete_paper"),
      NGX_HTTP_DELETE, ngx_string("/papers/{paper_id}"),
      PAPERAL_USER|PAPERAL_WRITE,
      ngx_http_paperal_delete_params,
      ngx_string("SELECT data, status FROM delete_paper($1, $2)"
                 " WHERE NOT $3::boolean"
                 " UNION ALL"
                 " SELECT data, status FROM erase_own_paper($1, $2)"
                 " WHERE $3::boolean"),
      NGX_HTTP_NO_CONTENT, NULL },

    { ngx_string("restore_paper"),
      NGX_HTTP_POST, ngx_string("/papers/{paper_id}/restore"),
      PAPERAL_USER|PAPERAL_WRITE|PAPERAL_IDEMPOTENT,
      ngx_http_paperal_paper_params,
      ngx_string("SELECT data FROM restore_paper($1, $2)"),
      NGX_HTTP_OK, NULL },

    { ngx_string("get_paper_file"),
      NGX_HTTP_GET, ngx_string("/papers/{paper_id}/file"),
      PAPERAL_USER|PAPERAL_READ|PAPERAL_BULK,
      ngx_http_paperal_paper_params,
      ngx_string("SELECT file_hash, filename FROM paper_file($1, $2)"),
      NGX_HTTP_OK, ngx_http_paperal_file_steps },

    { ngx_string("get_paper_structure"),
      NGX_HTTP_GET, ngx_string("/papers/{paper_id}/structure"),
      PAPERAL_USER|PAPERAL_READ|PAPERAL_ETAG|PAPERAL_SLOW,
      ngx_http_paperal_paper_params,
      ngx_string("SELECT data FROM get_paper_structure($1, $2)"),
      NGX_HTTP_OK, NULL },

    { ngx_null_string, 0, ngx_null_string, 0, NULL, ngx_null_string, 0, NULL }
};
