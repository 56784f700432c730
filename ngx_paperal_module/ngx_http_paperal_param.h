/*
 * Parameters: from path, query, body, headers and context to the values of
 * $1, $2 ..., with all that is wrong named in one answer.
 */

#ifndef _NGX_HTTP_PAPERAL_PARAM_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_PARAM_H_INCLUDED_


#include "ngx_http_paperal.h"


/* Step: fills ctx->values. */
ngx_int_t ngx_http_paperal_bind_params(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);

/*
 * Applies a row's parameters of one place to n inputs with name and text: the
 * query, or the fields that a row's steps have found in a form.  Repeated and
 * unknown names and missing required ones are noted as details.
 */
void ngx_http_paperal_bind_fields(ngx_http_paperal_ctx_t *ctx,
    ngx_uint_t place, ngx_http_paperal_input_t *in, ngx_uint_t n);

/* Splits and decodes the query into at most PAPERAL_MAX_QUERY_ARGS inputs. */
ngx_int_t ngx_http_paperal_parse_query(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx, ngx_http_paperal_input_t *in, ngx_uint_t *n);

/* Notes what is wrong with the members of an object named prefix. */
void ngx_http_paperal_check_members(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *fields, cJSON *object, ngx_str_t *prefix);


/* Checks: see ngx_http_paperal_check_pt. */

/* Text of min..max code points without controls; empty text needs min 0. */
const char *ngx_http_paperal_check_text(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);

/* The same, line ends and tabs allowed. */
const char *ngx_http_paperal_check_lines(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);

/* One of the words in "of", an array ended by NULL. */
const char *ngx_http_paperal_check_word(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);

/* As check_word, with "-" in front allowed. */
const char *ngx_http_paperal_check_sort(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);

/* An integer min..max. */
const char *ngx_http_paperal_check_int(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);

const char *ngx_http_paperal_check_bool(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);

const char *ngx_http_paperal_check_uuid(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);

const char *ngx_http_paperal_check_email(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);

/* A time of RFC 3339. */
const char *ngx_http_paperal_check_time(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);

/* YYYY, YYYY-MM or YYYY-MM-DD. */
const char *ngx_http_paperal_check_date(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);

/*
 * At most max strings of at most min code points: an array, or, as text,
 * separated by commas.  The value is PostgreSQL's "{...}".
 */
const char *ngx_http_paperal_check_list(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);

/* An object; "of" is the table of its members, NULL: any. */
const char *ngx_http_paperal_check_object(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);

/* Context: the whole body as it was sent. */
const char *ngx_http_paperal_from_body(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);

/* Context: the client's address; NULL over a unix socket. */
const char *ngx_http_paperal_from_address(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);

/* Context: User-Agent, cleaned, at most max code points. */
const char *ngx_http_paperal_from_agent(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);

/* Context: the hash of the caller's credential. */
const char *ngx_http_paperal_from_credential(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);

/* Header If-Match: the tag without quotes; NULL for "*". */
const char *ngx_http_paperal_check_if_match(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value);


#endif /* _NGX_HTTP_PAPERAL_PARAM_H_INCLUDED_ */
