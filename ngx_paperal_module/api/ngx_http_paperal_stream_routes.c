/*
 * The caller's own stream of changes.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_events.h"


static const ngx_http_paperal_param_t  ngx_http_paperal_stream_params[] = {

    { ngx_string("Last-Event-ID"), PAPERAL_IN_HEADER|PAPERAL_UNBOUND,
      ngx_http_paperal_check_event_id, 0, 0, NULL, NULL },
    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};


static const ngx_http_paperal_step_pt  ngx_http_paperal_stream_steps[] = {
    ngx_http_paperal_watch_workspaces,
    ngx_http_paperal_run,
    ngx_http_paperal_stream_events,
    NULL
};


ngx_http_paperal_route_t  ngx_http_paperal_event_routes[] = {

    { ngx_string("stream_events"),
      NGX_HTTP_GET, ngx_string("/events"),
      PAPERAL_USER|PAPERAL_READ|PAPERAL_BULK|PAPERAL_ENDLESS,
      ngx_http_paperal_stream_params,
      ngx_string("SELECT latest_event_id() AS seq WHERE $1::uuid IS NOT NULL"),
      NGX_HTTP_OK, ngx_http_paperal_stream_steps },

    { ngx_null_string, 0, ngx_null_string, 0, NULL, ngx_null_string, 0, NULL }
};
