/*
 * The drivers' settings: directive, environment, file of NAME_FILE, default.
 * Runs when the configuration is read, in the master process.
 */

#include "ngx_http_paperal_driver_conf.h"

#include "paperal_config.h"


#define NGX_HTTP_PAPERAL_MAX_ADDRS  4


static ngx_int_t ngx_http_paperal_env_file(ngx_conf_t *cf, char *name,
    char *path, ngx_str_t *value);
static ngx_int_t ngx_http_paperal_env_copy(ngx_conf_t *cf, const char *src,
    size_t len, ngx_str_t *value);
static ngx_int_t ngx_http_paperal_conf_strings(ngx_conf_t *cf,
    ngx_http_paperal_driver_conf_t *conf);
static ngx_int_t ngx_http_paperal_conf_port(ngx_conf_t *cf, char *name,
    ngx_str_t *port);
static ngx_int_t ngx_http_paperal_conf_resolve(ngx_conf_t *cf, char *name,
    ngx_str_t *host, ngx_str_t *port, ngx_url_t *u);
static ngx_int_t ngx_http_paperal_conf_ssl(ngx_conf_t *cf,
    ngx_http_paperal_driver_conf_t *conf);
static ngx_int_t ngx_http_paperal_conf_database(ngx_conf_t *cf,
    ngx_http_paperal_driver_conf_t *conf);
static ngx_int_t ngx_http_paperal_conf_redis(ngx_conf_t *cf,
    ngx_http_paperal_driver_conf_t *conf);


ngx_int_t
ngx_http_paperal_env(ngx_conf_t *cf, char *name, ngx_str_t *value)
{
    u_char                      *last;
    const char                  *text;
    const paperal_config_var_t  *var;
    char                         file[PAPERAL_CONFIG_MAX_NAME + 8];

    ngx_str_null(value);

    text = getenv(name);

    if (text != NULL && *text != '\0') {
        return ngx_http_paperal_env_copy(cf, text, ngx_strlen(text), value);
    }

    var = paperal_config_find(name, ngx_strlen(name));
    if (var == NULL) {
        return NGX_OK;
    }

    if (var->flags & PAPERAL_CONFIG_SECRET) {
        last = ngx_snprintf((u_char *) file, sizeof(file) - 1, "%s_FILE",
                            name);
        *last = '\0';

        text = getenv(file);

        if (text != NULL && *text != '\0') {
            return ngx_http_paperal_env_file(cf, file, (char *) text, value);
        }
    }

    if (var->value == NULL) {
        return NGX_OK;
    }

    return ngx_http_paperal_env_copy(cf, var->value, ngx_strlen(var->value),
                                     value);
}


static ngx_int_t
ngx_http_paperal_env_file(ngx_conf_t *cf, char *name, char *path,
    ngx_str_t *value)
{
    int        fd;
    size_t     len;
    ssize_t    n;
    ngx_int_t  rc;
    char       buf[PAPERAL_CONFIG_MAX_VALUE + 1];

    fd = open(path, O_RDONLY|O_CLOEXEC);

    if (fd == -1) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "cannot open \"%s\", the file of %s", path, name);
        return NGX_ERROR;
    }

    for (len = 0; len < sizeof(buf); len += n) {
        n = read(fd, buf + len, sizeof(buf) - len);

        if (n <= 0) {
            break;
        }
    }

    if (close(fd) == -1 || n == -1) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "cannot read \"%s\", the file of %s", path, name);
        return NGX_ERROR;
    }

    if (len == sizeof(buf)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%s\", the file of %s, is too large", path, name);
        return NGX_ERROR;
    }

    rc = ngx_http_paperal_env_copy(cf, buf, paperal_config_trim(buf, len),
                                   value);

    ngx_explicit_memzero(buf, sizeof(buf));

    return rc;
}


static ngx_int_t
ngx_http_paperal_env_copy(ngx_conf_t *cf, const char *src, size_t len,
    ngx_str_t *value)
{
    value->data = ngx_pnalloc(cf->pool, len + 1);
    if (value->data == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_cpymem(value->data, src, len);
    value->data[len] = '\0';
    value->len = len;

    return NGX_OK;
}


void
ngx_http_paperal_driver_conf_init(ngx_http_paperal_driver_conf_t *conf)
{
    ngx_memzero(conf, sizeof(ngx_http_paperal_driver_conf_t));

    conf->fast_connections = NGX_CONF_UNSET_UINT;
    conf->slow_connections = NGX_CONF_UNSET_UINT;
    conf->pipeline_depth = NGX_CONF_UNSET_UINT;
    conf->fast_queue = NGX_CONF_UNSET_UINT;
    conf->slow_queue = NGX_CONF_UNSET_UINT;
    conf->connect_timeout = NGX_CONF_UNSET_MSEC;
    conf->fast_timeout = NGX_CONF_UNSET_MSEC;
    conf->slow_timeout = NGX_CONF_UNSET_MSEC;
    conf->redis_database = NGX_CONF_UNSET_UINT;
    conf->redis_timeout = NGX_CONF_UNSET_MSEC;
}


char *
ngx_http_paperal_driver_conf_merge(ngx_conf_t *cf,
    ngx_http_paperal_driver_conf_t *conf)
{
    ngx_conf_init_uint_value(conf->fast_connections, 2);
    ngx_conf_init_uint_value(conf->slow_connections, 2);
    ngx_conf_init_uint_value(conf->pipeline_depth, 16);
    ngx_conf_init_uint_value(conf->fast_queue, 1024);
    ngx_conf_init_uint_value(conf->slow_queue, 64);
    ngx_conf_init_msec_value(conf->connect_timeout, 3000);
    ngx_conf_init_msec_value(conf->fast_timeout, 5000);
    ngx_conf_init_msec_value(conf->slow_timeout, 60000);
    ngx_conf_init_uint_value(conf->redis_database, 0);
    ngx_conf_init_msec_value(conf->redis_timeout, 500);

    if (conf->fast_connections == 0 || conf->slow_connections == 0
        || conf->pipeline_depth == 0)
    {
        return "needs at least one database connection per lane and depth 1";
    }

    if (ngx_http_paperal_conf_strings(cf, conf) != NGX_OK
        || ngx_http_paperal_conf_database(cf, conf) != NGX_OK
        || ngx_http_paperal_conf_redis(cf, conf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_paperal_conf_strings(ngx_conf_t *cf,
    ngx_http_paperal_driver_conf_t *conf)
{
    ngx_str_t   value;
    ngx_uint_t  i;

    struct {
        char       *name;
        ngx_str_t  *value;
        char       *fallback;
    } vars[] = {
        { "DB_HOST",        &conf->db_host,        "127.0.0.1" },
        { "DB_PORT",        &conf->db_port,        "5432" },
        { "DB_NAME",        &conf->db_name,        "paperal" },
        { "DB_USER",        &conf->db_user,        "paperal_web" },
        { "DB_PASSWORD",    &conf->db_password,    "" },
        { "DB_SSLMODE",     &conf->db_sslmode,     "prefer" },
        { "DB_SSLROOTCERT", &conf->db_sslrootcert,
          "/etc/ssl/certs/ca-certificates.crt" },
        { "REDIS_HOST",     &conf->redis_host,     "127.0.0.1" },
        { "REDIS_PORT",     &conf->redis_port,     "6379" },
        { "REDIS_PASSWORD", &conf->redis_password, "" }
    };

    for (i = 0; i < sizeof(vars) / sizeof(vars[0]); i++) {

        if (vars[i].value->data != NULL) {
            continue;
        }

        if (ngx_http_paperal_env(cf, vars[i].name, &value) != NGX_OK) {
            return NGX_ERROR;
        }

        if (value.data == NULL
            && ngx_http_paperal_env_copy(cf, vars[i].fallback,
                                         ngx_strlen(vars[i].fallback), &value)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        *vars[i].value = value;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_conf_port(ngx_conf_t *cf, char *name, ngx_str_t *port)
{
    ngx_int_t  n;

    n = ngx_atoi(port->data, port->len);

    if (n < 1 || n > 65535) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid port \"%V\" for %s",
                           port, name);
        return NGX_ERROR;
    }

    return n;
}


static ngx_int_t
ngx_http_paperal_conf_resolve(ngx_conf_t *cf, char *name, ngx_str_t *host,
    ngx_str_t *port, ngx_url_t *u)
{
    ngx_int_t   n;
    ngx_uint_t  i, colons;

    n = ngx_http_paperal_conf_port(cf, name, port);
    if (n == NGX_ERROR) {
        return NGX_ERROR;
    }

    ngx_memzero(u, sizeof(ngx_url_t));

    u->default_port = (in_port_t) n;

    for (colons = 0, i = 0; i < host->len; i++) {
        colons += (host->data[i] == ':');
    }

    u->url.data = ngx_pnalloc(cf->pool, host->len + sizeof("unix:"));
    if (u->url.data == NULL) {
        return NGX_ERROR;
    }

    /* the port is a variable of its own, and IPv6 addresses may come bare */

    if (host->len && host->data[0] == '/') {
        u->url.len = ngx_sprintf(u->url.data, "unix:%V%Z", host)
                     - u->url.data - 1;

    } else if (colons > 1 && host->data[0] != '[') {
        u->url.len = ngx_sprintf(u->url.data, "[%V]", host) - u->url.data;

    } else if (colons == 1 || ngx_strlchr(host->data, host->data + host->len,
                                          '/'))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "%s \"%V\" is more than a host name", name, host);
        return NGX_ERROR;

    } else {
        u->url = *host;
    }

    if (ngx_parse_url(cf->pool, u) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s in %s \"%V\"",
                           u->err ? u->err : "error", name, host);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_conf_ssl(ngx_conf_t *cf,
    ngx_http_paperal_driver_conf_t *conf)
{
    ngx_uint_t  i;

    static char  *modes[] = {
        "disable", "allow", "prefer", "require", "verify-ca", "verify-full"
    };

    for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (ngx_strcmp(conf->db_sslmode.data, modes[i]) == 0) {
            break;
        }
    }

    if (i == sizeof(modes) / sizeof(modes[0])) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid DB_SSLMODE \"%V\"",
                           &conf->db_sslmode);
        return NGX_ERROR;
    }

    /* given one, libpq would verify with "require" too */

    if (ngx_strncmp(conf->db_sslmode.data, "verify-", 7) != 0) {
        ngx_str_set(&conf->db_sslrootcert, "");
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_conf_database(ngx_conf_t *cf,
    ngx_http_paperal_driver_conf_t *conf)
{
    u_char      *hosts, *addrs;
    size_t       len;
    ngx_url_t    u;
    ngx_str_t    addr;
    ngx_uint_t   i, n;
    u_char       text[NGX_SOCKADDR_STRLEN];

    if (ngx_http_paperal_conf_ssl(cf, conf) != NGX_OK) {
        return NGX_ERROR;
    }

    conf->db_hosts = conf->db_host;
    ngx_str_set(&conf->db_hostaddrs, "");

    /* the name of the socket in the folder ends with the port */

    if (conf->db_host.len && conf->db_host.data[0] == '/') {
        return (ngx_http_paperal_conf_port(cf, "DB_HOST", &conf->db_port)
                == NGX_ERROR) ? NGX_ERROR : NGX_OK;
    }

    if (ngx_http_paperal_conf_resolve(cf, "DB_HOST", &conf->db_host,
                                      &conf->db_port, &u)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* libpq tries the addresses of these two lists of equal length in turn */

    n = ngx_min(u.naddrs, NGX_HTTP_PAPERAL_MAX_ADDRS);
    len = n * (conf->db_host.len + 1);

    hosts = ngx_pnalloc(cf->pool, len);
    addrs = ngx_pnalloc(cf->pool, n * (NGX_SOCKADDR_STRLEN + 1));

    if (hosts == NULL || addrs == NULL) {
        return NGX_ERROR;
    }

    conf->db_hosts.data = hosts;
    conf->db_hostaddrs.data = addrs;

    for (i = 0; i < n; i++) {
        addr.data = text;
        addr.len = ngx_sock_ntop(u.addrs[i].sockaddr, u.addrs[i].socklen,
                                 text, NGX_SOCKADDR_STRLEN, 0);

        /* nginx writes IPv6 addresses in brackets, libpq wants none */

        if (addr.len > 2 && addr.data[0] == '[') {
            addr.data++;
            addr.len -= 2;
        }

        hosts = ngx_sprintf(hosts, "%V,", &conf->db_host);
        addrs = ngx_sprintf(addrs, "%V,", &addr);
    }

    *--hosts = '\0';
    *--addrs = '\0';

    conf->db_hosts.len = hosts - conf->db_hosts.data;
    conf->db_hostaddrs.len = addrs - conf->db_hostaddrs.data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_paperal_conf_redis(ngx_conf_t *cf,
    ngx_http_paperal_driver_conf_t *conf)
{
    ngx_url_t  u;
    ngx_str_t  tls;

    if (ngx_http_paperal_env(cf, "REDIS_TLS", &tls) != NGX_OK) {
        return NGX_ERROR;
    }

    /* rather refuse than send the password in the clear */

    if (tls.len && ngx_strcmp(tls.data, "0") != 0
        && ngx_strcmp(tls.data, "off") != 0
        && ngx_strcmp(tls.data, "false") != 0)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "REDIS_TLS is not supported by the module");
        return NGX_ERROR;
    }

    if (ngx_http_paperal_conf_resolve(cf, "REDIS_HOST", &conf->redis_host,
                                      &conf->redis_port, &u)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    conf->redis_addr = u.addrs[0];

    return NGX_OK;
}
