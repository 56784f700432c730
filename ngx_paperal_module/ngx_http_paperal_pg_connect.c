/*
 * PostgreSQL driver: how a connection comes to be, or not.
 *
 * While connecting libpq may change the socket under the same number, so it is
 * unwatched around every PQconnectPoll().  One connect runs at a time; after a
 * failure the next waits for the back-off, during which a lane without
 * connections fails fast.  The first statement sets the session's limits and
 * makes sure that the role is one that row-level security binds.
 */

#include "ngx_http_paperal_pg_conn.h"


#define NGX_HTTP_PAPERAL_PG_MIN_VERSION   140000
#define NGX_HTTP_PAPERAL_PG_BACKOFF       100       /* ms, doubled each time */
#define NGX_HTTP_PAPERAL_PG_MAX_BACKOFF   5000
#define NGX_HTTP_PAPERAL_PG_CHECK         "2000"    /* ms, of a gone client */
#define NGX_HTTP_PAPERAL_PG_MAX_REASON    256


static ngx_int_t ngx_http_paperal_pg_wanted(ngx_http_paperal_pg_lane_t *lane);
static void ngx_http_paperal_pg_connect(ngx_http_paperal_pg_conn_t *pc);
static PGconn *ngx_http_paperal_pg_start(void);
static void ngx_http_paperal_pg_notice(void *data, const PGresult *res);
static void ngx_http_paperal_pg_setup(ngx_http_paperal_pg_conn_t *pc);
static const char *ngx_http_paperal_pg_accept(ngx_http_paperal_pg_conn_t *pc,
    PGresult *res);
static void ngx_http_paperal_pg_backoff_handler(ngx_event_t *ev);
static void ngx_http_paperal_pg_refuse(const char *reason);


void
ngx_http_paperal_pg_connect_more(void)
{
    ngx_int_t                    n;
    ngx_uint_t                   i;
    ngx_http_paperal_pg_lane_t  *lane;

    for (i = 0; i < NGX_HTTP_PAPERAL_PG_LANES; i++) {

        if (ngx_http_paperal_pg.connecting
            || ngx_http_paperal_pg.backoff.timer_set)
        {
            return;
        }

        lane = &ngx_http_paperal_pg.lanes[i];
        n = ngx_http_paperal_pg_wanted(lane);

        if (n >= 0) {
            ngx_http_paperal_pg_connect(&lane->conns[n]);
        }
    }
}


/*
 * Which connection of a lane to open now, -1: none.  The fast lane keeps all of
 * its connections open, the slow lane opens them when statements wait.  So does
 * the fast lane of a process that is leaving.
 */

static ngx_int_t
ngx_http_paperal_pg_wanted(ngx_http_paperal_pg_lane_t *lane)
{
    ngx_uint_t  i;

    if ((lane->index == NGX_HTTP_PAPERAL_PG_SLOW || ngx_exiting)
        && lane->nqueued == 0)
    {
        return -1;
    }

    for (i = 0; i < lane->nconns; i++) {
        if (lane->conns[i].state == NGX_HTTP_PAPERAL_PG_CLOSED) {
            return (ngx_int_t) i;
        }
    }

    return -1;
}


static void
ngx_http_paperal_pg_connect(ngx_http_paperal_pg_conn_t *pc)
{
    ngx_http_paperal_pg_set_state(pc, NGX_HTTP_PAPERAL_PG_CONNECTING);

    ngx_http_paperal_pg_stats->connects++;

    pc->broken = 0;
    pc->canceled = 0;
    pc->pid[0] = '\0';
    pc->timer.cancelable = 0;

    ngx_memzero(pc->generations, ngx_http_paperal_pg.nstatements);

    ngx_add_timer(&pc->timer, ngx_http_paperal_pg.conf->connect_timeout);

    pc->pg = ngx_http_paperal_pg_start();

    if (pc->pg == NULL) {
        ngx_http_paperal_pg_connect_failed(pc, "no memory");
        return;
    }

    if (PQstatus(pc->pg) == CONNECTION_BAD) {
        ngx_http_paperal_pg_connect_failed(pc, PQerrorMessage(pc->pg));
        return;
    }

    PQsetNoticeReceiver(pc->pg, ngx_http_paperal_pg_notice, NULL);

    if (ngx_http_paperal_pg_watch(pc, 1) != NGX_OK) {
        ngx_http_paperal_pg_connect_failed(pc, "no connections left");
    }
}


static PGconn *
ngx_http_paperal_pg_start(void)
{
    ngx_http_paperal_driver_conf_t  *conf;

    conf = ngx_http_paperal_pg.conf;

    /*
     * Nothing here may look for more than is given: no password file (its
     * folder does not exist), no Kerberos, no name lookups.
     */

    const char *const  keywords[] = {
        "host", "hostaddr", "port", "dbname", "user", "password", "sslmode",
        "sslrootcert",
        "application_name", "client_encoding", "gssencmode", "passfile",
        "keepalives_idle", "keepalives_interval", "keepalives_count",
        "tcp_user_timeout", NULL
    };

    const char *const  values[] = {
        (char *) conf->db_hosts.data, (char *) conf->db_hostaddrs.data,
        (char *) conf->db_port.data, (char *) conf->db_name.data,
        (char *) conf->db_user.data, (char *) conf->db_password.data,
        (char *) conf->db_sslmode.data, (char *) conf->db_sslrootcert.data,
        "paperal-web", "UTF8", "disable", "/dev/null/none",
        "30", "10", "3",
        "30000", NULL
    };

    return PQconnectStartParams(keywords, values, 0);
}


static void
ngx_http_paperal_pg_notice(void *data, const PGresult *res)
{
    ngx_log_error(NGX_LOG_INFO, ngx_http_paperal_pg.log, 0,
                  "paperal database notice: %s",
                  PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY));
}


void
ngx_http_paperal_pg_poll(ngx_http_paperal_pg_conn_t *pc)
{
    PostgresPollingStatusType  status;

    ngx_http_paperal_pg_unwatch(pc);

    status = PQconnectPoll(pc->pg);

    switch (status) {

    case PGRES_POLLING_READING:
    case PGRES_POLLING_WRITING:

        if (ngx_http_paperal_pg_watch(pc, status == PGRES_POLLING_WRITING)
            != NGX_OK)
        {
            ngx_http_paperal_pg_connect_failed(pc, "no connections left");
        }

        return;

    case PGRES_POLLING_OK:
        ngx_http_paperal_pg_setup(pc);
        return;

    default:
        ngx_http_paperal_pg_connect_failed(pc, PQerrorMessage(pc->pg));
        return;
    }
}


/* The first statement: limits of the session, and who we are. */

static void
ngx_http_paperal_pg_setup(ngx_http_paperal_pg_conn_t *pc)
{
    u_char      *p;
    char         timeout[NGX_INT64_LEN + 1];
    const char  *values[2];

    static const char  sql[] =
        "SELECT pg_backend_pid(), rolbypassrls OR rolsuper,"
        " set_config('statement_timeout', $1, false),"
        " set_config('client_connection_check_interval', $2, false),"
        " set_config('idle_in_transaction_session_timeout', '60s', false)"
        " FROM pg_roles WHERE rolname = current_user";

    if (PQserverVersion(pc->pg) < NGX_HTTP_PAPERAL_PG_MIN_VERSION) {
        ngx_http_paperal_pg_refuse("the server is older than version 14");
        ngx_http_paperal_pg_connect_failed(pc, "session refused");
        return;
    }

    p = ngx_sprintf((u_char *) timeout, "%M", pc->lane->timeout);
    *p = '\0';

    /* a client that is gone is noticed only where a statement may be long */

    values[0] = timeout;
    values[1] = (pc->lane->index == NGX_HTTP_PAPERAL_PG_SLOW)
                ? NGX_HTTP_PAPERAL_PG_CHECK : "0";

    ngx_http_paperal_pg_set_state(pc, NGX_HTTP_PAPERAL_PG_SETUP);

    if (PQsetnonblocking(pc->pg, 1) != 0
        || PQsendQueryParams(pc->pg, sql, 2, NULL, values, NULL, NULL, 0) == 0
        || PQflush(pc->pg) == -1)
    {
        ngx_http_paperal_pg_connect_failed(pc, PQerrorMessage(pc->pg));
        return;
    }

    if (ngx_http_paperal_pg_watch(pc, 0) != NGX_OK) {
        ngx_http_paperal_pg_connect_failed(pc, "no connections left");
    }
}


void
ngx_http_paperal_pg_setup_done(ngx_http_paperal_pg_conn_t *pc)
{
    PGresult    *res;
    const char  *reason;

    if (PQconsumeInput(pc->pg) == 0) {
        ngx_http_paperal_pg_connect_failed(pc, PQerrorMessage(pc->pg));
        return;
    }

    do {
        if (PQisBusy(pc->pg)) {
            return;
        }

        res = PQgetResult(pc->pg);
        reason = (res != NULL) ? ngx_http_paperal_pg_accept(pc, res) : NULL;
        PQclear(res);

        if (reason != NULL) {
            ngx_http_paperal_pg_connect_failed(pc, reason);
            return;
        }

    } while (res != NULL);

    if (pc->pid[0] == '\0' || PQtransactionStatus(pc->pg) != PQTRANS_IDLE
        || PQenterPipelineMode(pc->pg) == 0)
    {
        ngx_http_paperal_pg_connect_failed(pc, "unexpected answer");
        return;
    }

    ngx_del_timer(&pc->timer);

    pc->since = ngx_current_msec;
    pc->timer.cancelable = 1;

    ngx_http_paperal_pg_set_state(pc, NGX_HTTP_PAPERAL_PG_READY);

    ngx_http_paperal_pg.failures = 0;

    ngx_http_paperal_pg.refused = 0;

    if (ngx_http_paperal_pg.out) {
        ngx_log_error(NGX_LOG_NOTICE, ngx_http_paperal_pg.log, 0,
                      "paperal database is back after %M ms",
                      ngx_current_msec - ngx_http_paperal_pg.outage);
        ngx_http_paperal_pg.out = 0;
    }

    ngx_http_paperal_pg_dispatch(pc->lane);
    ngx_http_paperal_pg_connect_more();
}


/* Why the session must not be used; NULL: it may. */

static const char *
ngx_http_paperal_pg_accept(ngx_http_paperal_pg_conn_t *pc, PGresult *res)
{
    const char  *value;

    if (PQresultStatus(res) != PGRES_TUPLES_OK || PQntuples(res) != 1) {
        return PQerrorMessage(pc->pg);
    }

    value = PQparameterStatus(pc->pg, "is_superuser");

    if (value == NULL || ngx_strcmp(value, "off") != 0
        || PQgetvalue(res, 0, 1)[0] != 'f')
    {
        ngx_http_paperal_pg_refuse("the role is a superuser or bypasses"
                                   " row-level security");
        return "session refused";
    }

    (void) ngx_cpystrn((u_char *) pc->pid, (u_char *) PQgetvalue(res, 0, 0),
                       sizeof(pc->pid));

    return NULL;
}


void
ngx_http_paperal_pg_connect_failed(ngx_http_paperal_pg_conn_t *pc,
    const char *reason)
{
    ngx_uint_t                   i;
    ngx_http_paperal_pg_lane_t  *lane;

    ngx_http_paperal_pg_stats->connect_failures++;

    ngx_http_paperal_pg_report("cannot connect", reason);

    ngx_http_paperal_pg_close(pc);
    ngx_http_paperal_pg_back_off();

    for (i = 0; i < NGX_HTTP_PAPERAL_PG_LANES; i++) {
        lane = &ngx_http_paperal_pg.lanes[i];

        if (!ngx_http_paperal_pg_connected(lane)) {
            ngx_http_paperal_pg_fail_queue(lane,
                                           NGX_HTTP_PAPERAL_PG_UNAVAILABLE);
        }
    }
}


void
ngx_http_paperal_pg_back_off(void)
{
    ngx_msec_t    delay;
    ngx_event_t  *ev;

    delay = NGX_HTTP_PAPERAL_PG_BACKOFF
            << ngx_min(ngx_http_paperal_pg.failures, 10);
    delay = ngx_min(delay, NGX_HTTP_PAPERAL_PG_MAX_BACKOFF);

    ngx_http_paperal_pg.failures++;

    ev = &ngx_http_paperal_pg.backoff;

    ev->handler = ngx_http_paperal_pg_backoff_handler;
    ev->data = &ngx_http_paperal_pg;
    ev->log = ngx_http_paperal_pg.log;
    ev->cancelable = 1;

    /* half of it is jitter: the workers must not come all at once */

    ngx_add_timer(ev, delay / 2 + ngx_random() % (delay / 2 + 1));
}


static void
ngx_http_paperal_pg_backoff_handler(ngx_event_t *ev)
{
    ngx_http_paperal_pg_connect_more();
}


/* One error for each outage, not for each request or attempt. */

void
ngx_http_paperal_pg_report(const char *what, const char *reason)
{
    size_t  len;

    if (ngx_http_paperal_pg.out) {
        return;
    }

    ngx_http_paperal_pg.out = 1;
    ngx_http_paperal_pg.outage = ngx_current_msec;

    /* libpq's messages have several lines: the first says it */

    len = strcspn(reason, "\n");
    len = ngx_min(len, NGX_HTTP_PAPERAL_PG_MAX_REASON);

    ngx_log_error(NGX_LOG_ERR, ngx_http_paperal_pg.log, 0,
                  "paperal database: %s: %*s", what, len, reason);
}


/* The server is there, but the operator must do something. */

static void
ngx_http_paperal_pg_refuse(const char *reason)
{
    if (ngx_http_paperal_pg.refused) {
        return;
    }

    ngx_http_paperal_pg.refused = 1;

    ngx_log_error(NGX_LOG_ERR, ngx_http_paperal_pg.log, 0,
                  "paperal database refused: %s", reason);
}
