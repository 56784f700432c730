/*
 * Requests per minute: the window's count comes with the identity from Redis,
 * or, without Redis, from a table in shared memory that only this server's
 * worker processes share.
 */

#ifndef _NGX_HTTP_PAPERAL_LIMIT_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_LIMIT_H_INCLUDED_


#include "ngx_http_paperal.h"


#define PAPERAL_BULK_FACTOR     10
#define PAPERAL_LIMIT_SLOTS     4096         /* a power of two */
#define PAPERAL_LIMIT_PROBES    8


typedef struct {
    uint64_t    key;
    uint32_t    minute;
    uint32_t    count;
} ngx_http_paperal_limit_slot_t;

/* Lies in the module's zone, under its mutex. */
typedef struct {
    ngx_http_paperal_limit_slot_t  slots[PAPERAL_LIMIT_SLOTS];
} ngx_http_paperal_limit_table_t;


/* Step: RATE_LIMIT_EXCEEDED if the window is used up. */
ngx_int_t ngx_http_paperal_limit(ngx_http_request_t *r,
    ngx_http_paperal_ctx_t *ctx);


#endif /* _NGX_HTTP_PAPERAL_LIMIT_H_INCLUDED_ */
