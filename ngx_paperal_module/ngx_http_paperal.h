/*
 * The core types of the module: a route (a row of a table), its parameters,
 * the steps that a request goes through, and the request's context.
 *
 * A request is carried by one array of steps after the other: first the common
 * ones (ngx_http_paperal_step.c), then the row's own, or "run the row's SQL".
 * A step returns
 *
 *     NGX_OK      done, on to the next one
 *     NGX_AGAIN   suspended: a callback calls ngx_http_paperal_resume()
 *     NGX_ERROR   failed: ngx_http_paperal_fail() has noted the code
 *     NGX_DONE    the answer was sent by the step itself, ctx->sent is what
 *                 ngx_http_finalize_request() gets
 *
 * Everything here belongs to the request's pool unless stated otherwise.
 */

#ifndef _NGX_HTTP_PAPERAL_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>
#include <cjson/cJSON.h>
#include <libpq-fe.h>

#include "paperal_buf.h"
#include "paperal_error.h"
#include "paperal_sha256.h"
#include "ngx_http_paperal_pg.h"
#include "ngx_http_paperal_redis.h"
#include "ngx_http_paperal_stream.h"
#include "ngx_http_paperal_task.h"


#define PAPERAL_MAX_ROUTES        96
#define PAPERAL_MAX_SEGMENTS      8          /* of a path */
#define PAPERAL_MAX_PARAMS        24         /* of a row, nested not counted */
#define PAPERAL_MAX_VALUES        (PAPERAL_MAX_PARAMS + 4)
#define PAPERAL_MAX_QUERY_ARGS    32
#define PAPERAL_MAX_DETAILS       32         /* fields named in one answer */
#define PAPERAL_MAX_DETAIL_LEN    8192
#define PAPERAL_PAGE_LIMIT        20         /* per page unless asked */
#define PAPERAL_MAX_JSON_BODY     (1024 * 1024)
#define PAPERAL_MAX_SETTINGS      (16 * 1024)
#define PAPERAL_MAX_RESULT        (64 * 1024 * 1024)
#define PAPERAL_MAX_IDEMPOTENCY_KEY  255
#define PAPERAL_MIN_REQUEST_ID    8
#define PAPERAL_MAX_REQUEST_ID    128
#define PAPERAL_ETAG_LEN          32         /* without the quotes */
#define PAPERAL_UPLOAD_OVERHEAD   (64 * 1024)    /* of a multipart body */


/* flags of a row: who */

#define PAPERAL_PUBLIC       0x0001          /* no credential is looked at */
#define PAPERAL_USER         0x0002
#define PAPERAL_ADMIN        0x0004          /* with PAPERAL_USER */

/* scope that an API key needs */

#define PAPERAL_READ         0x0008
#define PAPERAL_WRITE        0x0010

/* how */

#define PAPERAL_BULK         0x0020          /* 10 times the plan's rate */
#define PAPERAL_SLOW         0x0040          /* slow lane of the database */
#define PAPERAL_IDEMPOTENT   0x0080          /* honors Idempotency-Key */
#define PAPERAL_ETAG         0x0100
#define PAPERAL_PAGED        0x0200          /* SQL has "total" */
#define PAPERAL_OWN_BODY     0x0400          /* the row's steps read the body */
#define PAPERAL_STATUS       0x0800          /* SQL has "status" */
#define PAPERAL_ENDLESS      0x1000          /* an event stream */
#define PAPERAL_SECRET       0x2000          /* the body is wiped after use */


/* place of a parameter, and its flags */

#define PAPERAL_IN_PATH      0x0001
#define PAPERAL_IN_QUERY     0x0002
#define PAPERAL_IN_BODY      0x0004
#define PAPERAL_IN_HEADER    0x0008
#define PAPERAL_IN_CONTEXT   0x0010          /* made by the module */
#define PAPERAL_IN_FORM      0x0020          /* bound by the row's own steps */
#define PAPERAL_PLACES       0x003f

#define PAPERAL_REQUIRED     0x0100
#define PAPERAL_NULLABLE     0x0200          /* JSON null is a value */
#define PAPERAL_UNBOUND      0x0400          /* checked, but no $n */
#define PAPERAL_REPEAT       0x0800          /* query, form: joined by "," */


typedef struct ngx_http_paperal_ctx_s    ngx_http_paperal_ctx_t;
typedef struct ngx_http_paperal_param_s  ngx_http_paperal_param_t;

typedef ngx_int_t (*ngx_http_paperal_step_pt)(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);


/* What a check looks at: the text of a query, path or header, or JSON. */
typedef struct {
    ngx_str_t    name;         /* for details: "metadata.doi" */
    ngx_str_t    text;         /* where json is NULL */
    cJSON       *json;
} ngx_http_paperal_input_t;

/*
 * Checks an input and makes the text of its $n (allocated as needed).  Returns
 * NULL, or the reason, a static text for "details".  A check that has noted
 * its reasons itself (ngx_http_paperal_detail()) returns
 * ngx_http_paperal_noted.  For PAPERAL_IN_CONTEXT the input is NULL.
 */
typedef const char *(*ngx_http_paperal_check_pt)(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);

/*
 * A parameter.  Those without PAPERAL_UNBOUND are $1, $2 ... in their order,
 * behind the caller's id, which is $1 of a row with PAPERAL_USER.  A context
 * parameter without a check is set by a step (ngx_http_paperal_set_value()).
 */
struct ngx_http_paperal_param_s {
    ngx_str_t                         name;
    ngx_uint_t                        flags;
    ngx_http_paperal_check_pt         check;
    int64_t                           min;       /* value, code points, items */
    int64_t                           max;
    const void                       *of;        /* words, fields, see check */
    const char                       *preset;    /* default, NULL: SQL NULL */
};

/* A row.  The name is also the statement's, the metric's and the log's. */
typedef struct {
    ngx_str_t                         name;
    ngx_uint_t                        method;
    ngx_str_t                         path;      /* "/papers/{paper_id}" */
    ngx_uint_t                        flags;
    const ngx_http_paperal_param_t   *params;    /* NULL: none */
    ngx_str_t                         sql;
    ngx_uint_t                        status;    /* of success */
    const ngx_http_paperal_step_pt   *steps;     /* NULL: run the SQL */
} ngx_http_paperal_route_t;

/* A row with what was made of it at configuration time. */
typedef struct {
    const ngx_http_paperal_route_t   *route;
    ngx_uint_t                        index;     /* place in metrics */
    ngx_uint_t                        nparams;
    ngx_uint_t                        nvalues;   /* $n of the SQL */
    ngx_uint_t                        nliterals; /* segments without "{" */
    ngx_uint_t                        nsegments;
    ngx_str_t                         segments[PAPERAL_MAX_SEGMENTS];
    ngx_http_paperal_pg_statement_t   statement;
    ngx_http_paperal_pg_statement_t   saving;    /* with idempotency_save() */
} ngx_http_paperal_endpoint_t;


/* The caller; all strings empty for a public route. */
typedef struct {
    ngx_str_t     user_id;
    ngx_str_t     kind;            /* access session api_key */
    ngx_str_t     role;            /* user admin */
    ngx_str_t     plan;
    ngx_str_t     scopes;          /* comma-separated, of an API key */
    ngx_str_t     workspaces;      /* "{uuid,...}" */
    ngx_str_t     roles;           /* comma-separated, in the same order */
    ngx_uint_t    rpm;
    time_t        expires;
    unsigned      active:1;
} ngx_http_paperal_identity_t;

/* State of the fixed window that the caller's request fell into. */
typedef struct {
    ngx_uint_t    limit;           /* 0: not limited, no headers */
    ngx_uint_t    count;
    time_t        reset;           /* seconds since the epoch */
} ngx_http_paperal_rate_t;

/* The answer under construction. */
typedef struct {
    ngx_uint_t    status;
    ngx_str_t     data;            /* JSON; data == NULL: no body */
    ngx_str_t     members;         /* "\"a\":1," put before data's first one */
    ngx_str_t     meta;            /* JSON object or empty */
    ngx_str_t     etag;            /* with its quotes */
    ngx_str_t     cookie;
    ngx_str_t     allow;
    ngx_str_t     content_type;    /* empty: JSON in its envelope */
    ngx_str_t     disposition;
    int64_t       total;           /* -1: not paged */
    time_t        retry_after;     /* 0: none */
    unsigned      replayed:1;
} ngx_http_paperal_answer_t;

struct ngx_http_paperal_ctx_s {
    ngx_http_request_t               *request;
    const ngx_http_paperal_step_pt   *steps;
    ngx_uint_t                        step;      /* the one that is running */
    ngx_int_t                         sent;      /* see NGX_DONE above */

    ngx_http_paperal_endpoint_t      *endpoint;  /* NULL: no such route */
    ngx_str_t                         segments[PAPERAL_MAX_SEGMENTS];
    ngx_uint_t                        nsegments;
    ngx_str_t                         request_id;

    ngx_http_paperal_identity_t       identity;
    ngx_http_paperal_rate_t           rate;
    u_char                            credential[PAPERAL_SHA256_HEX_SIZE];
    ngx_str_t                         credential_text;   /* as cached */

    ngx_str_t                         body;
    cJSON                            *json;
    ngx_str_t                         values[PAPERAL_MAX_VALUES];
    ngx_uint_t                        page;
    ngx_uint_t                        limit;

    ngx_str_t                         idempotency_key;
    ngx_str_t                         idempotency_route;
    u_char                            idempotency_hash[PAPERAL_SHA256_HEX_SIZE];
    ngx_event_t                       idempotency_retry;
    ngx_msec_t                        idempotency_deadline;

    ngx_http_paperal_pg_op_t         *pg;        /* in flight */
    ngx_http_paperal_redis_op_t      *redis;
    PGresult                         *result;    /* of the row's SQL */
    ngx_msec_t                        db_time;
    void                            (*reply)(ngx_http_request_t *r,
                                         ngx_http_paperal_ctx_t *ctx,
                                         ngx_http_paperal_pg_reply_t *reply);
    void                            (*redis_reply)(ngx_http_request_t *r,
                                         ngx_http_paperal_ctx_t *ctx,
                                         redisReply *reply);

    ngx_http_paperal_answer_t         answer;
    int                               error;     /* PAPERAL_E_..., 0: none */
    int                               late_error;    /* after committed work */
    ngx_str_t                         error_message; /* empty: default */
    ngx_str_t                         details;   /* JSON object or empty */
    paperal_buf_t                     noted;     /* of details, in the pool */
    ngx_uint_t                        nnoted;
    ngx_chain_t                      *replacement;   /* of nginx's error page */

    void                             *data;      /* of the row's steps */

    unsigned                          cookie:1;  /* the credential was one */
    unsigned                          claimed:1; /* idempotency key is ours */
    unsigned                          suspended:1;
    unsigned                          reading:1;
    unsigned                          body_read:1;
    unsigned                          answered:1;    /* header made by us */
    unsigned                          replaced:1;
    unsigned                          headed:1;      /* common headers */
    unsigned                          streaming:1;   /* the stream owns it */
};


/* Main configuration; what the drivers need is in their own structures. */
typedef struct {
    ngx_array_t                       endpoints; /* ..._endpoint_t */
    ngx_str_t                         storage_path;
    ngx_str_t                         registration;
    ngx_str_t                         default_plan;
    ngx_str_t                         public_url;
    ngx_array_t                      *trusted_proxies;   /* ngx_cidr_t */
    size_t                            zone_size;
    ngx_shm_zone_t                   *zone;
    ngx_http_paperal_pool_t           files;     /* thread pools */
    ngx_http_paperal_pool_t           passwords;
    ngx_uint_t                        enabled;   /* some location uses it */
    ngx_http_paperal_driver_conf_t    drivers;
} ngx_http_paperal_main_conf_t;

typedef struct {
    ngx_flag_t                        api;
    ngx_str_t                         prefix;    /* the location's name */
    size_t                            upload_max_size;
} ngx_http_paperal_loc_conf_t;

typedef struct {
    ngx_array_t                       prefixes;  /* ngx_str_t, of locations */
} ngx_http_paperal_srv_conf_t;


extern ngx_module_t                   ngx_http_paperal_module;
extern const char                     ngx_http_paperal_noted[];

extern ngx_http_paperal_route_t       ngx_http_paperal_account_routes[];
extern ngx_http_paperal_route_t       ngx_http_paperal_paper_routes[];
extern ngx_http_paperal_route_t       ngx_http_paperal_analysis_routes[];
extern ngx_http_paperal_route_t       ngx_http_paperal_review_routes[];
extern ngx_http_paperal_route_t       ngx_http_paperal_question_routes[];
extern ngx_http_paperal_route_t       ngx_http_paperal_event_routes[];


/* _step.c */

/* The request's context, made if there is none; NULL without memory. */
ngx_http_paperal_ctx_t *ngx_http_paperal_ctx(ngx_http_request_t *r);

/* Content handler of a paperal_api location. */
ngx_int_t ngx_http_paperal_handler(ngx_http_request_t *r);

/* Starts a request that goes through other steps; returns NGX_DONE. */
ngx_int_t ngx_http_paperal_start(ngx_http_request_t *r,
    const ngx_http_paperal_step_pt *steps);

/*
 * Goes on with the steps after the one that was suspended ended with rc; ends
 * the request when the last one is done or one fails.  The request may be gone
 * afterwards: touch neither r nor ctx.
 */
void ngx_http_paperal_resume(ngx_http_request_t *r, ngx_int_t rc);

/*
 * Notes why the request fails and returns NGX_ERROR.  message is static or in
 * the pool; NULL: the code's own.
 */
ngx_int_t ngx_http_paperal_fail(ngx_http_paperal_ctx_t *ctx, int code,
    const char *message);

/* Notes that a field is bad; the name is any bytes, the reason plain text. */
void ngx_http_paperal_detail(ngx_http_paperal_ctx_t *ctx, ngx_str_t *name,
    const char *reason);

/* NGX_OK, or fails with VALIDATION_ERROR if a detail was noted. */
ngx_int_t ngx_http_paperal_validated(ngx_http_paperal_ctx_t *ctx);

/* A copy of bytes in the pool, ended by '\0'; data is NULL without memory. */
ngx_str_t ngx_http_paperal_copy(ngx_pool_t *pool, const void *data,
    size_t len);

/* The content of a common buffer in the pool; releases the buffer. */
ngx_int_t ngx_http_paperal_take(ngx_pool_t *pool, paperal_buf_t *b,
    ngx_str_t *out);


/* Whether the text is the word. */
ngx_uint_t ngx_http_paperal_is(const ngx_str_t *s, const char *word);

/* The first header line of a name (in any case), NULL if there is none. */
ngx_table_elt_t *ngx_http_paperal_header(ngx_http_request_t *r,
    const char *name);


/* _run.c */

/* Step: runs the row's SQL with ctx->values and reads its columns. */
ngx_int_t ngx_http_paperal_run(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);

/* Step: drops the cached credentials that the statement has revoked. */
ngx_int_t ngx_http_paperal_revoke(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);

/*
 * Sends a statement for the request and returns NGX_AGAIN, or fails.  reply is
 * called once, unless the client leaves before.
 */
ngx_int_t ngx_http_paperal_query(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_pg_statement_t *st,
    const ngx_str_t *values, ngx_uint_t n,
    void (*reply)(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    ngx_http_paperal_pg_reply_t *reply));

/*
 * NGX_OK if the reply carries rows or none; otherwise fails with the contract's
 * code for what happened, and logs it.
 */
ngx_int_t ngx_http_paperal_check_reply(ngx_http_paperal_ctx_t *ctx,
    ngx_http_paperal_pg_reply_t *reply);

/* Makes a result live as long as the request; takes it from the reply. */
ngx_int_t ngx_http_paperal_keep(ngx_http_request_t *r,
    ngx_http_paperal_pg_reply_t *reply);

/* A column by name of a row; data is NULL for SQL NULL or no such column. */
ngx_str_t ngx_http_paperal_column(PGresult *res, int row, const char *name);

/* The same by number. */
ngx_str_t ngx_http_paperal_cell(PGresult *res, int row, int column);

/* Sends a Redis command; NGX_AGAIN, or NGX_DECLINED: fall back at once. */
ngx_int_t ngx_http_paperal_command(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_uint_t argc, const ngx_str_t *argv,
    void (*reply)(ngx_http_request_t *r, ngx_http_paperal_ctx_t *ctx,
    redisReply *reply));


#endif /* _NGX_HTTP_PAPERAL_H_INCLUDED_ */
