/*
 * Keeps a worker process alive while something is in flight.
 *
 * A worker that shuts down gracefully ("nginx -s reload", "-s quit") leaves as
 * soon as no timer is left that is not cancelable; that a request waits for a
 * thread or a reply does not hold it.  Whatever is in flight therefore holds
 * the guard: one far timer per process, cancelable while nobody holds it.
 * Holding and releasing cost an increment.
 */

#ifndef _NGX_HTTP_PAPERAL_GUARD_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_GUARD_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* Called once, when the worker process starts, before the drivers' own. */
void ngx_http_paperal_guard_init_worker(ngx_cycle_t *cycle);

/* When the worker process exits. */
void ngx_http_paperal_guard_exit_worker(void);

/* Every hold needs its release; both may be called from any event handler. */
void ngx_http_paperal_guard_hold(void);
void ngx_http_paperal_guard_release(void);

/* How many hold it now. */
ngx_uint_t ngx_http_paperal_guard_count(void);


#endif /* _NGX_HTTP_PAPERAL_GUARD_H_INCLUDED_ */
