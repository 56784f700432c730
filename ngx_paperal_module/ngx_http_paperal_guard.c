/*
 * The guard: see the header.  ngx_event_no_timers_left() looks at "cancelable"
 * when the worker wants to leave, so flipping that bit is all it takes; the
 * timer itself stays where it is.
 */

#include "ngx_http_paperal_guard.h"

#include <ngx_event.h>


#define NGX_HTTP_PAPERAL_GUARD_PERIOD  3600000


static void ngx_http_paperal_guard_handler(ngx_event_t *ev);


static ngx_uint_t        ngx_http_paperal_guard_holders;
static ngx_event_t       ngx_http_paperal_guard_event;
static ngx_connection_t  ngx_http_paperal_guard_ident;


void
ngx_http_paperal_guard_hold(void)
{
    ngx_http_paperal_guard_holders++;
    ngx_http_paperal_guard_event.cancelable = 0;
}


void
ngx_http_paperal_guard_release(void)
{
    if (ngx_http_paperal_guard_holders == 0) {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                      "paperal guard released without a hold");
        return;
    }

    if (--ngx_http_paperal_guard_holders == 0) {
        ngx_http_paperal_guard_event.cancelable = 1;
    }
}


ngx_uint_t
ngx_http_paperal_guard_count(void)
{
    return ngx_http_paperal_guard_holders;
}


static void
ngx_http_paperal_guard_handler(ngx_event_t *ev)
{
    ngx_add_timer(ev, NGX_HTTP_PAPERAL_GUARD_PERIOD);
}


void
ngx_http_paperal_guard_init_worker(ngx_cycle_t *cycle)
{
    ngx_event_t  *ev;

    /* nginx prints the descriptor of a timer's connection when it debugs */

    ngx_http_paperal_guard_ident.fd = (ngx_socket_t) -1;

    ev = &ngx_http_paperal_guard_event;

    ngx_memzero(ev, sizeof(ngx_event_t));

    ev->handler = ngx_http_paperal_guard_handler;
    ev->data = &ngx_http_paperal_guard_ident;
    ev->log = cycle->log;
    ev->cancelable = 1;

    ngx_http_paperal_guard_holders = 0;

    ngx_add_timer(ev, NGX_HTTP_PAPERAL_GUARD_PERIOD);
}


void
ngx_http_paperal_guard_exit_worker(void)
{
    if (ngx_http_paperal_guard_event.timer_set) {
        ngx_del_timer(&ngx_http_paperal_guard_event);
    }
}
