/*
 * Work of a request in a thread of one of nginx's pools.
 */

#ifndef _NGX_HTTP_PAPERAL_TASK_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_TASK_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>
#include <ngx_thread_pool.h>


/*
 * A pool with a bound of its own, below nginx's max_queue, so that an overflow
 * is an answer and not a message in error.log.  One static structure per pool
 * and process.
 */
typedef struct {
    ngx_thread_pool_t  *pool;       /* ngx_thread_pool_add() at configuration */
    ngx_uint_t          max;        /* running and waiting tasks */
    ngx_uint_t          active;     /* now; the driver's */
} ngx_http_paperal_pool_t;

/* In a thread: must not touch the request, nginx's pools or its time. */
typedef void (*ngx_http_paperal_work_pt)(void *data, ngx_log_t *log);
typedef void (*ngx_http_paperal_done_pt)(void *data);


/*
 * Runs work(data) in a thread, then done(data) in the event loop if the request
 * still lives; done() resumes the request and may finalize it.  data must live
 * as long as the request's pool, which is kept until work() has returned, also
 * when the client leaves.  The request must be suspended (its count held).
 *
 * Returns NGX_OK, NGX_DECLINED when the pool is full (nothing will be called),
 * NGX_ERROR without memory.
 */
ngx_int_t ngx_http_paperal_task_run(ngx_http_request_t *r,
    ngx_http_paperal_pool_t *pool, ngx_http_paperal_work_pt work,
    ngx_http_paperal_done_pt done, void *data);


#endif /* _NGX_HTTP_PAPERAL_TASK_H_INCLUDED_ */
