/*
 * Thread tasks of requests.
 *
 * main->blocked keeps nginx from freeing the request while the thread works;
 * the guard keeps the process.  A request that was terminated meanwhile has run
 * its cleanups: ours marks the task, and completion then only lets nginx go on
 * with the termination.
 */

#include "ngx_http_paperal_task.h"

#include "ngx_http_paperal_guard.h"


typedef struct {
    ngx_http_request_t        *request;
    ngx_http_paperal_pool_t   *pool;
    ngx_http_paperal_work_pt   work;
    ngx_http_paperal_done_pt   done;
    void                      *data;
    unsigned                   abandoned:1;
} ngx_http_paperal_task_t;


static void ngx_http_paperal_task_thread(void *data, ngx_log_t *log);
static void ngx_http_paperal_task_complete(ngx_event_t *ev);
static void ngx_http_paperal_task_abandon(void *data);


ngx_int_t
ngx_http_paperal_task_run(ngx_http_request_t *r,
    ngx_http_paperal_pool_t *pool, ngx_http_paperal_work_pt work,
    ngx_http_paperal_done_pt done, void *data)
{
    ngx_thread_task_t        *task;
    ngx_http_cleanup_t       *cln;
    ngx_http_paperal_task_t  *t;

    if (pool->active >= pool->max) {
        return NGX_DECLINED;
    }

    task = ngx_thread_task_alloc(r->pool, sizeof(ngx_http_paperal_task_t));
    if (task == NULL) {
        return NGX_ERROR;
    }

    cln = ngx_http_cleanup_add(r->main, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    t = task->ctx;

    t->request = r;
    t->pool = pool;
    t->work = work;
    t->done = done;
    t->data = data;

    task->handler = ngx_http_paperal_task_thread;
    task->event.handler = ngx_http_paperal_task_complete;
    task->event.data = t;
    task->event.log = r->connection->log;

    if (ngx_thread_task_post(pool->pool, task) != NGX_OK) {
        return NGX_DECLINED;
    }

    cln->handler = ngx_http_paperal_task_abandon;
    cln->data = t;

    pool->active++;
    r->main->blocked++;
    ngx_http_paperal_guard_hold();

    return NGX_OK;
}


static void
ngx_http_paperal_task_thread(void *data, ngx_log_t *log)
{
    ngx_http_paperal_task_t  *t;

    t = data;

    t->work(t->data, log);
}


static void
ngx_http_paperal_task_complete(ngx_event_t *ev)
{
    ngx_connection_t         *c;
    ngx_http_request_t       *r;
    ngx_http_paperal_task_t  *t;

    t = ev->data;
    r = t->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    t->pool->active--;
    r->main->blocked--;
    ngx_http_paperal_guard_release();

    if (t->abandoned) {

        /* nginx waits in its finalizer, see ngx_http_terminate_request() */

        r->write_event_handler(r);

    } else {
        t->done(t->data);
    }

    ngx_http_run_posted_requests(c);
}


static void
ngx_http_paperal_task_abandon(void *data)
{
    ngx_http_paperal_task_t  *t;

    t = data;

    t->abandoned = 1;
}
