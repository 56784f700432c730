/*
 * What was asked for: arguments, environment, .env.local; see settings.h.
 */

#include <ctype.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "files.h"
#include "paperal_buf.h"
#include "paperal_config.h"
#include "settings.h"
#include "text.h"


#define SETTINGS_PORT     8000
#define SETTINGS_MAX_ENV  512
#define SETTINGS_MAX_SET  32


/* variables of one program over those that everybody has */
typedef struct {
    char  *set[SETTINGS_MAX_SET];
    int    count;
} settings_vars_t;


static int settings_arguments(local_t *local, int argc, char **argv);
static int settings_follow_parent(void);
static int settings_usage(void);
static int settings_env_file(const char *path);
static void settings_forget(const local_t *local);
static int settings_var(local_t *local);
static int settings_port(local_t *local);
static void settings_common(const local_t *local, settings_vars_t *vars);
static void settings_role(settings_vars_t *vars, const char *role,
    const char *password);
static void settings_add(settings_vars_t *vars, const char *name,
    const char *value);
static char **settings_merge(const settings_vars_t *vars, int private);
static int settings_is_dropped(const char *variable, int private);
static void settings_hide(settings_vars_t *vars);
static int settings_write_env(const local_t *local, settings_vars_t vars);
static char *settings_quote(const char *text, const char *variable);
static int settings_is_set(const char *name);


extern char  **environ;


int
settings_read(local_t *local, int argc, char **argv)
{
    char  *path;

    if (settings_arguments(local, argc, argv) == -1) {
        return -1;
    }

    path = text_format("%s/.env.local", local->root);

    if (!local->scratch && settings_env_file(path) == -1) {
        return -1;
    }

    free(path);

    local->own_postgres = local->scratch || !settings_is_set("DB_HOST");
    local->own_redis = local->scratch || !settings_is_set("REDIS_HOST");

    settings_forget(local);

    if (settings_var(local) == -1) {
        return -1;
    }

    return settings_port(local);
}


static int
settings_arguments(local_t *local, int argc, char **argv)
{
    int          c, follow;
    char         self[PATH_MAX], *slash;
    ssize_t      n;
    const char  *root;

    static const struct option  options[] = {
        { "root",          required_argument, NULL, 'r' },
        { "follow-parent", no_argument,       NULL, 'f' },
        { "scratch",       no_argument,       NULL, 's' },
        { "databases",     no_argument,       NULL, 'd' },
        { "help",          no_argument,       NULL, 'h' },
        { NULL,            0,                 NULL, 0 }
    };

    root = ".";
    follow = 0;
    local->servers = 1;

    while ((c = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
        switch (c) {

        case 'r':
            root = optarg;
            break;

        case 'f':
            follow = 1;
            break;

        case 's':
            local->scratch = 1;
            break;

        case 'd':
            local->servers = 0;
            break;

        default:
            return settings_usage();
        }
    }

    if (optind < argc) {
        local->command = argv + optind;
    }

    if (follow && settings_follow_parent() == -1) {
        return -1;
    }

    local->root = realpath(root, NULL);

    n = readlink("/proc/self/exe", self, sizeof(self) - 1);

    if (local->root == NULL || n == -1) {
        return text_error("cannot find \"%s\"", root);
    }

    self[n] = '\0';
    slash = strrchr(self, '/');
    *slash = '\0';
    local->build = text_format("%s", self);

    return 0;
}


/*
 * A killed make must not leave its run behind: the next one could not start.
 */

static int
settings_follow_parent(void)
{
    pid_t  parent;

    parent = getppid();
    prctl(PR_SET_PDEATHSIG, SIGTERM);

    return (getppid() == parent) ? 0 : -1;
}


static int
settings_usage(void)
{
    fprintf(stderr,
            "usage: paperal-local [--root CLONE] [--follow-parent]\n"
            "       paperal-local [--root CLONE] --scratch [--databases]"
            " COMMAND...\n"
            "\n"
            "Runs Paperal on this machine until SIGINT or SIGTERM.  With"
            " --scratch it runs\n"
            "COMMAND beside a temporary one, or with --databases only beside"
            " its PostgreSQL\n"
            "and Redis, and ends with the command's status.\n"
            "\n"
            "PAPERAL_PORT  the port on 127.0.0.1 (8000; 0: a free one)\n"
            "PAPERAL_VAR   the data folder (var in the clone)\n");

    return -1;
}


/* every program reads this file in the same way: see common/paperal_config.h */

static int
settings_env_file(const char *path)
{
    int             rc;
    char           *text, *name;
    paperal_buf_t   value;
    paperal_env_t   env;

    text = files_read(path);
    if (text == NULL) {
        if (access(path, F_OK) == 0) {
            return text_error("cannot read \"%s\"", path);
        }

        return 0;
    }

    paperal_buf_init(&value, PAPERAL_CONFIG_MAX_VALUE);
    paperal_env_init(&env, text, strlen(text));

    while ((rc = paperal_env_next(&env, &value)) == 1) {
        name = text_format("%.*s", (int) env.name_len, env.name);
        setenv(name, paperal_buf_cstr(&value), 0);
        free(name);
    }

    if (rc != 0) {
        rc = text_error("line %zu of \"%s\": %s", env.line, path, env.error);
    }

    paperal_buf_wipe(&value);
    explicit_bzero(text, strlen(text));
    free(text);

    return rc;
}


/*
 * Settings of another server must not leak into one of our own, nor those of
 * the user's account into a temporary set-up.
 */

static void
settings_forget(const local_t *local)
{
    int  i;

    static const char *const  postgres[] = {
        "DB_HOST", "DB_PORT", "DB_NAME", "DB_USER", "DB_PASSWORD",
        "DB_PASSWORD_FILE", "DB_MIGRATE_USER", "DB_MIGRATE_PASSWORD",
        "DB_MIGRATE_PASSWORD_FILE", "DB_SSLMODE", "PGHOST", "PGPORT",
        "PGUSER", "PGDATABASE", "PGPASSWORD", "PGOPTIONS", "PGSERVICE",
        "PGSSLMODE", "PGDATA", NULL
    };

    static const char *const  redis[] = {
        "REDIS_HOST", "REDIS_PORT", "REDIS_PASSWORD", "REDIS_PASSWORD_FILE",
        "REDIS_TLS", NULL
    };

    static const char *const  account[] = {
        "OPENAI_API_KEY", "OPENAI_API_KEY_FILE", "OPENAI_BASE_URL",
        "OPENAI_MODEL", "LLM_PROXY", "LLM_PROXY_FILE", "STORAGE_TYPE",
        "STORAGE_PATH", "PUBLIC_URL", "SECRET_KEY", "SECRET_KEY_FILE",
        "SMTP_URL", NULL
    };

    for (i = 0; local->own_postgres && postgres[i] != NULL; i++) {
        unsetenv(postgres[i]);
    }

    for (i = 0; local->own_redis && redis[i] != NULL; i++) {
        unsetenv(redis[i]);
    }

    for (i = 0; local->scratch && account[i] != NULL; i++) {
        unsetenv(account[i]);
    }
}


static int
settings_var(local_t *local)
{
    char        *path;
    const char  *tmp, *value;

    if (local->scratch) {
        tmp = settings_is_set("TMPDIR") ? getenv("TMPDIR") : "/tmp";
        path = text_format("%s/paperal-XXXXXX", tmp);

        if (mkdtemp(path) == NULL
            || files_folder(path, 0755, FILES_KEEP, 0) == -1)
        {
            return text_error("cannot make a folder in \"%s\"", tmp);
        }

        local->var = realpath(path, NULL);
        free(path);

        return (local->var == NULL) ? -1 : 0;
    }

    value = settings_is_set("PAPERAL_VAR") ? getenv("PAPERAL_VAR") : "var";

    path = (*value == '/') ? text_format("%s", value)
                           : text_format("%s/%s", local->root, value);

    if (files_parents(path) == -1) {
        return -1;
    }

    local->var = realpath(path, NULL);
    free(path);

    if (local->var == NULL || access(local->var, W_OK|X_OK) == -1) {
        return text_error("the folder \"%s\" cannot be written to", value);
    }

    return 0;
}


static int
settings_port(local_t *local)
{
    char        *end;
    long         port;
    const char  *value;

    if (!settings_is_set("PAPERAL_PORT")) {
        local->port = local->scratch ? 0 : SETTINGS_PORT;
        return 0;
    }

    value = getenv("PAPERAL_PORT");
    port = strtol(value, &end, 10);

    if (!isdigit((unsigned char) *value) || *end != '\0' || port > 65535) {
        return text_error("PAPERAL_PORT=%s is not a port number", value);
    }

    local->port = (int) port;

    return 0;
}


int
settings_env(local_t *local)
{
    settings_vars_t  common, vars, plain;

    memset(&common, 0, sizeof(common));
    settings_common(local, &common);

    vars = common;
    settings_role(&vars, LOCAL_WEB, local->web_password);
    settings_hide(&vars);
    local->web_env = settings_merge(&vars, 0);

    if (local->servers) {
        settings_add(&vars, "PAPERAL_URL",
                     text_format("http://127.0.0.1:%d", local->port));
    }

    settings_add(&vars, "DB_MIGRATE_USER", LOCAL_OWNER);
    local->command_env = settings_merge(&vars, 0);

    vars = common;
    settings_role(&vars, LOCAL_WORKER, local->worker_password);
    local->worker_env = settings_merge(&vars, 0);

    settings_add(&vars, "DB_MIGRATE_USER",
                 local->own_postgres ? LOCAL_OWNER : local->migrate_user);

    if (local->migrate_password != NULL) {
        settings_add(&vars, "DB_MIGRATE_PASSWORD", local->migrate_password);
    }

    if (settings_write_env(local, vars) == -1) {
        return -1;
    }

    local->migrate_env = settings_merge(&vars, 0);

    memset(&plain, 0, sizeof(plain));
    settings_add(&plain, "LC_ALL", "C.UTF-8");
    local->plain_env = settings_merge(&plain, 1);

    return 0;
}


/* nginx calls no model: what it does not know it cannot tell. */

static void
settings_hide(settings_vars_t *vars)
{
    size_t  i;

    static const char *const  hidden[] = {
        "OPENAI_API_KEY", "OPENAI_API_KEY_FILE", "LLM_PROXY",
        "LLM_PROXY_FILE"
    };

    for (i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
        if (settings_is_set(hidden[i])) {
            settings_add(vars, hidden[i], text_format("%s", ""));
        }
    }
}


static void
settings_role(settings_vars_t *vars, const char *role, const char *password)
{
    settings_add(vars, "DB_USER", role);

    if (password != NULL) {
        settings_add(vars, "DB_PASSWORD", password);
    }
}


static void
settings_common(const local_t *local, settings_vars_t *vars)
{
    if (local->own_postgres) {
        settings_add(vars, "DB_HOST",
                     text_format("%s/postgres", local->sockets));
        settings_add(vars, "DB_PORT", "5432");
        settings_add(vars, "DB_NAME", LOCAL_DATABASE);
    }

    if (local->own_redis) {
        settings_add(vars, "REDIS_HOST",
                     text_format("%s/redis/redis.sock", local->sockets));
    }

    settings_add(vars, "STORAGE_PATH", local->storage);
    settings_add(vars, "PAPERAL_VAR", local->var);

    if (!settings_is_set("PUBLIC_URL")) {
        settings_add(vars, "PUBLIC_URL",
                     text_format("http://127.0.0.1:%d", local->port));
    }

    if (!settings_is_set("SECRET_KEY") && !settings_is_set("SECRET_KEY_FILE")) {
        settings_add(vars, "SECRET_KEY_FILE",
                     text_format("%s/secret_key", local->state));
    }
}


static void
settings_add(settings_vars_t *vars, const char *name, const char *value)
{
    if (vars->count == SETTINGS_MAX_SET) {
        abort();
    }

    vars->set[vars->count++] = text_format("%s=%s", name, value);
}


/*
 * The variables, then what our environment has beyond them.  A private
 * environment gets nothing of it that could be a secret.
 */

static char **
settings_merge(const settings_vars_t *vars, int private)
{
    int      i, n, known;
    char   **env, **e;
    size_t   len;

    env = calloc(SETTINGS_MAX_ENV + 1, sizeof(char *));
    if (env == NULL) {
        abort();
    }

    for (n = 0; n < vars->count; n++) {
        env[n] = vars->set[n];
    }

    for (e = environ; *e != NULL && n < SETTINGS_MAX_ENV; e++) {
        len = strcspn(*e, "=") + 1;
        known = settings_is_dropped(*e, private);

        for (i = 0; i < vars->count && !known; i++) {
            known = (strncmp(*e, vars->set[i], len) == 0);
        }

        if (!known) {
            env[n++] = *e;
        }
    }

    return env;
}


/* a run of make below us must not think that it is part of this one */

static int
settings_is_dropped(const char *variable, int private)
{
    int  i;

    static const char *const   make[] = { "MAKE", "MFLAGS", NULL };
    static const char *const   plain[] = { "PATH=", "TZ=", NULL };

    for (i = 0; make[i] != NULL; i++) {
        if (strncmp(variable, make[i], strlen(make[i])) == 0) {
            return 1;
        }
    }

    for (i = 0; private && plain[i] != NULL; i++) {
        if (strncmp(variable, plain[i], strlen(plain[i])) == 0) {
            return 0;
        }
    }

    return private;
}


/*
 * Our own servers know no passwords.  Those of other ones make the file secret.
 */

static int
settings_write_env(const local_t *local, settings_vars_t vars)
{
    int     i, rc;
    char   *path, *text, *longer;
    mode_t  mode;

    static const char *const  theirs[] = {
        "DB_HOST", "DB_PORT", "DB_NAME", "DB_SSLMODE", "REDIS_HOST",
        "REDIS_PORT", "REDIS_PASSWORD", "REDIS_TLS", NULL
    };

    for (i = 0; theirs[i] != NULL; i++) {
        if (settings_is_set(theirs[i])) {
            settings_add(&vars, theirs[i], getenv(theirs[i]));
        }
    }

    mode = (local->own_postgres && local->own_redis) ? 0644 : 0600;

    text = text_format("# made by paperal-local for paperal-worker admin\n");

    for (i = 0; i < vars.count; i++) {
        longer = settings_quote(text, vars.set[i]);
        free(text);
        text = longer;
    }

    path = text_format("%s/local.env", local->run);
    rc = files_write(path, text, mode, FILES_KEEP, 0);

    free(path);
    free(text);

    return rc;
}


/* text and a line NAME="value" of an env file behind it */

static char *
settings_quote(const char *text, const char *variable)
{
    char        *line;
    const char  *p;
    FILE        *fp;
    size_t       len;

    fp = open_memstream(&line, &len);
    if (fp == NULL) {
        abort();
    }

    p = strchr(variable, '=') + 1;
    fprintf(fp, "%s%.*s\"", text, (int) (p - variable), variable);

    for ( /* void */ ; *p != '\0'; p++) {
        if (strchr("\"\\$", *p) != NULL) {
            fputc('\\', fp);
        }

        fputc(*p, fp);
    }

    fputs("\"\n", fp);

    if (fclose(fp) != 0) {
        abort();
    }

    return line;
}


static int
settings_is_set(const char *name)
{
    const char  *value;

    value = getenv(name);

    return value != NULL && *value != '\0';
}
