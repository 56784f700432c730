/*
 * Where PostgreSQL and Redis are and how the drivers use them.
 *
 * The structure is part of the module's main configuration, whose directives
 * may set any member; what no directive has set comes from the environment
 * (NAME, or for secrets also the file named by NAME_FILE), then from the
 * default.  Names are resolved here, when the configuration is read, so that
 * nothing resolves names in the event loop.  "nginx -s reload" reads files
 * and resolves again.
 */

#ifndef _NGX_HTTP_PAPERAL_DRIVER_CONF_H_INCLUDED_
#define _NGX_HTTP_PAPERAL_DRIVER_CONF_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct {
    ngx_str_t            db_host;       /* DB_HOST; leading '/': a folder */
    ngx_str_t            db_port;       /* DB_PORT */
    ngx_str_t            db_name;       /* DB_NAME */
    ngx_str_t            db_user;       /* DB_USER */
    ngx_str_t            db_password;   /* DB_PASSWORD[_FILE], never logged */
    ngx_str_t            db_sslmode;    /* DB_SSLMODE */
    ngx_str_t            db_sslrootcert; /* DB_SSLROOTCERT, for verify-... */

    /* set by merge: what libpq gets; '\0'-terminated like the others */
    ngx_str_t            db_hosts;      /* db_host, repeated per address */
    ngx_str_t            db_hostaddrs;  /* comma list, empty for a folder */

    ngx_uint_t           fast_connections;   /* of one worker process, 2 */
    ngx_uint_t           slow_connections;   /* 2 */
    ngx_uint_t           pipeline_depth;     /* of a fast connection, 16 */
    ngx_uint_t           fast_queue;         /* waiting statements, 1024 */
    ngx_uint_t           slow_queue;         /* 64 */

    ngx_msec_t           connect_timeout;    /* 3 s */
    ngx_msec_t           fast_timeout;       /* of a statement, 5 s */
    ngx_msec_t           slow_timeout;       /* 60 s */

    ngx_str_t            redis_host;      /* REDIS_HOST; leading '/': socket */
    ngx_str_t            redis_port;      /* REDIS_PORT */
    ngx_str_t            redis_password;  /* REDIS_PASSWORD[_FILE] */
    ngx_uint_t           redis_database;  /* for SELECT, 0 */
    ngx_msec_t           redis_timeout;   /* of a command, 500 ms */

    ngx_addr_t           redis_addr;      /* set by merge */

    ngx_array_t         *statements;      /* ngx_http_paperal_pg_init_conf() */
} ngx_http_paperal_driver_conf_t;


/* Marks every member as not set. */
void ngx_http_paperal_driver_conf_init(ngx_http_paperal_driver_conf_t *conf);

/*
 * Fills what is not set, checks and resolves.  Called from the module's
 * init_main_conf.  Errors are logged as [emerg] with the variable's name, never
 * its value if it is secret.
 */
char *ngx_http_paperal_driver_conf_merge(ngx_conf_t *cf,
    ngx_http_paperal_driver_conf_t *conf);

/*
 * The value of a variable of common/paperal_config.h: environment, file of
 * NAME_FILE (secrets only), default.  *value is allocated from cf->pool and
 * '\0'-terminated (not counted in len); data is NULL when there is none.
 * Returns NGX_ERROR, logged, when a file cannot be read or is too large.
 */
ngx_int_t ngx_http_paperal_env(ngx_conf_t *cf, char *name, ngx_str_t *value);


#endif /* _NGX_HTTP_PAPERAL_DRIVER_CONF_H_INCLUDED_ */
