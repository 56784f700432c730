/*
 * The table of environment variables, and the parser of env files.
 */

#include "paperal_config.h"

#include <string.h>

#include "paperal_error.h"


#define SECRET  PAPERAL_CONFIG_SECRET
#define WEB     PAPERAL_CONFIG_WEB
#define WORKER  PAPERAL_CONFIG_WORKER
#define LOCAL   PAPERAL_CONFIG_LOCAL
#define BOTH    (WEB|WORKER)
#define ALL     (WEB|WORKER|LOCAL)

#define CONFIG_FILE_SUFFIX  "_FILE"


static const paperal_config_var_t  config_vars[] = {
    { "DB_HOST",                     ALL,            NULL },
    { "DB_PORT",                     ALL,            "5432" },
    { "DB_NAME",                     ALL,            "paperal" },
    { "DB_USER",                     ALL,            NULL },
    { "DB_PASSWORD",                 ALL|SECRET,     NULL },
    { "DB_SSLMODE",                  ALL,            "prefer" },
    { "DB_SSLROOTCERT",              WEB,
      "/etc/ssl/certs/ca-certificates.crt" },
    { "DB_MIGRATE_USER",             WORKER|LOCAL,   NULL },
    { "DB_MIGRATE_PASSWORD",         WORKER|LOCAL|SECRET, NULL },

    { "REDIS_HOST",                  ALL,            NULL },
    { "REDIS_PORT",                  ALL,            "6379" },
    { "REDIS_PASSWORD",              ALL|SECRET,     NULL },
    { "REDIS_TLS",                   ALL,            "off" },

    { "OPENAI_API_KEY",              BOTH|SECRET,    NULL },
    { "OPENAI_BASE_URL",             BOTH,           NULL },
    { "OPENAI_MODEL",                BOTH,           NULL },
    { "LLM_PROVIDER",                WORKER,         NULL },
    { "LLM_API_VERSION",             WORKER,         NULL },
    { "LLM_PROXY",                   WORKER|SECRET,  NULL },
    { "LLM_PRICES",                  WORKER,         NULL },
    { "LLM_CONTEXT_TOKENS",          WORKER,         NULL },
    { "LLM_PARALLEL",                WORKER,         "4" },
    { "LLM_TIMEOUT",                 WORKER,         "600" },
    { "LLM_IDLE_TIMEOUT",            WORKER,         "120" },
    { "LLM_ANALYSIS_BUDGET_MICRO_USD", WORKER,       NULL },
    { "LLM_USER_BUDGET_MICRO_USD",   WORKER,         NULL },
    { "LLM_DAILY_BUDGET_MICRO_USD",  WORKER,         NULL },

    { "STORAGE_TYPE",                ALL,            "local" },
    { "STORAGE_PATH",                ALL,            NULL },
    { "S3_BUCKET",                   BOTH,           NULL },
    { "S3_ENDPOINT",                 BOTH,           NULL },
    { "AWS_REGION",                  BOTH,           NULL },
    { "AWS_ACCESS_KEY_ID",           BOTH|SECRET,    NULL },
    { "AWS_SECRET_ACCESS_KEY",       BOTH|SECRET,    NULL },

    { "PUBLIC_URL",                  ALL,            NULL },
    { "SECRET_KEY",                  BOTH|SECRET,    NULL },
    { "TRUSTED_PROXIES",             WEB,            NULL },

    { "SMTP_URL",                    WORKER|SECRET,  NULL },
    { "SMTP_FROM",                   WORKER,         NULL },

    { "WORKER_SLOTS",                WORKER,         NULL },
    { "WEBHOOK_ALLOW_CIDRS",         BOTH,           NULL },
    { "LOG_LEVEL",                   ALL,            "info" },

    { "PAPERAL_PORT",                LOCAL,          "8000" },
    { "PAPERAL_VAR",                 LOCAL,          "var" },

    { NULL,                          0,              NULL }
};


const paperal_config_var_t *
paperal_config_vars(void)
{
    return config_vars;
}


const paperal_config_var_t *
paperal_config_find(const char *name, size_t len)
{
    const paperal_config_var_t  *var;

    for (var = config_vars; var->name != NULL; var++) {
        if (strlen(var->name) == len && memcmp(var->name, name, len) == 0) {
            return var;
        }
    }

    return NULL;
}


const paperal_config_var_t *
paperal_config_find_file(const char *name, size_t len)
{
    size_t                       suffix;
    const paperal_config_var_t  *var;

    suffix = strlen(CONFIG_FILE_SUFFIX);

    if (len <= suffix
        || memcmp(name + len - suffix, CONFIG_FILE_SUFFIX, suffix) != 0)
    {
        return NULL;
    }

    var = paperal_config_find(name, len - suffix);

    return var != NULL && var->flags & SECRET ? var : NULL;
}


size_t
paperal_config_trim(const char *s, size_t len)
{
    if (len > 0 && s[len - 1] == '\n') {
        len--;

        if (len > 0 && s[len - 1] == '\r') {
            len--;
        }
    }

    return len;
}


void
paperal_env_init(paperal_env_t *env, const char *text, size_t len)
{
    if (len == 0) {
        text = "";
    }

    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        len -= 3;
    }

    env->pos = text;
    env->end = text + len;
    env->name = text;
    env->name_len = 0;
    env->line = 0;
    env->pos_line = 1;
    env->error = NULL;
}


static int
env_fail(paperal_env_t *env, const char *error)
{
    env->error = error;
    env->pos = env->end;

    return PAPERAL_ERROR;
}


static int
env_is_blank(const paperal_env_t *env)
{
    return env->pos < env->end && (*env->pos == ' ' || *env->pos == '\t');
}


static void
env_skip_blanks(paperal_env_t *env)
{
    while (env_is_blank(env)) {
        env->pos++;
    }
}


/* At a line end or the end of the text. */
static int
env_is_eol(const paperal_env_t *env)
{
    return env->pos == env->end || *env->pos == '\n'
           || (*env->pos == '\r'
               && (env->end - env->pos == 1 || env->pos[1] == '\n'));
}


static void
env_skip_line(paperal_env_t *env)
{
    const char  *lf;

    lf = memchr(env->pos, '\n', (size_t) (env->end - env->pos));

    env->pos = lf != NULL ? lf + 1 : env->end;
    env->pos_line += lf != NULL;
}


static int
env_name(paperal_env_t *env)
{
    char         c;
    const char  *start;

    for (start = env->pos; env->pos < env->end; env->pos++) {
        c = *env->pos;

        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'
              || (c >= '0' && c <= '9' && env->pos > start)))
        {
            break;
        }
    }

    env->name = start;
    env->name_len = (size_t) (env->pos - start);

    if (env->name_len == 0) {
        return env_fail(env, "a name is expected");
    }

    if (env->name_len > PAPERAL_CONFIG_MAX_NAME) {
        return env_fail(env, "the name is too long");
    }

    return 1;
}


/* What stands behind "\" in double quotes; other pairs stay as they are. */
static void
env_escape(paperal_buf_t *value, char c)
{
    const char  *at;

    static const char  from[] = "nrt\"\\$";
    static const char  to[] = "\n\r\t\"\\$";

    at = c != '\0' ? strchr(from, c) : NULL;

    if (at != NULL) {
        paperal_buf_char(value, to[at - from]);

    } else {
        paperal_buf_char(value, '\\');
        paperal_buf_char(value, c);
    }
}


static int
env_quoted(paperal_env_t *env, paperal_buf_t *value)
{
    char  c, quote;

    for (quote = *env->pos++; env->pos < env->end; env->pos++) {
        c = *env->pos;

        if (c == quote) {
            env->pos++;
            env_skip_blanks(env);

            if (!env_is_eol(env) && *env->pos != '#') {
                return env_fail(env, "text behind the closing quote");
            }

            env_skip_line(env);
            return 1;
        }

        env->pos_line += c == '\n';

        if (c == '\\' && quote == '"' && env->end - env->pos > 1) {
            env->pos++;
            env->pos_line += *env->pos == '\n';
            env_escape(value, *env->pos);

        } else {
            paperal_buf_char(value, c);
        }
    }

    return env_fail(env, "the closing quote is missing");
}


static int
env_plain(paperal_env_t *env, paperal_buf_t *value)
{
    const char  *start, *end;

    start = env->pos;
    end = start;

    while (!env_is_eol(env)) {
        if (*env->pos == '#' && (env->pos == start || end < env->pos)) {
            break;
        }

        if (!env_is_blank(env)) {
            end = env->pos + 1;
        }

        env->pos++;
    }

    paperal_buf_bytes(value, start, (size_t) (end - start));
    env_skip_line(env);

    return 1;
}


/* "export" is a word of its own only in front of a name. */
static void
env_skip_export(paperal_env_t *env)
{
    if (env->end - env->pos > 7 && memcmp(env->pos, "export", 6) == 0
        && (env->pos[6] == ' ' || env->pos[6] == '\t'))
    {
        env->pos += 6;
        env_skip_blanks(env);
    }
}


static int
env_assignment(paperal_env_t *env, paperal_buf_t *value)
{
    int  rc;

    env_skip_export(env);

    if (env_name(env) != 1) {
        return PAPERAL_ERROR;
    }

    if (env->pos == env->end || *env->pos != '=') {
        return env_fail(env, "\"=\" is expected behind the name");
    }

    env->pos++;
    env_skip_blanks(env);

    rc = env->pos < env->end && (*env->pos == '"' || *env->pos == '\'')
         ? env_quoted(env, value) : env_plain(env, value);

    if (rc != 1) {
        return rc;
    }

    /* getenv() could not hand out such a value either */
    if (memchr(paperal_buf_cstr(value), '\0', value->len) != NULL) {
        return env_fail(env, "a zero byte in the value");
    }

    if (value->failed || value->len > PAPERAL_CONFIG_MAX_VALUE) {
        return env_fail(env, "the value is too long");
    }

    return 1;
}


int
paperal_env_next(paperal_env_t *env, paperal_buf_t *value)
{
    paperal_buf_clear(value);

    if (env->error != NULL) {
        return PAPERAL_ERROR;
    }

    for ( ;; ) {
        env_skip_blanks(env);

        if (env->pos == env->end) {
            return 0;
        }

        if (!env_is_eol(env) && *env->pos != '#') {
            break;
        }

        env_skip_line(env);
    }

    env->line = env->pos_line;

    return env_assignment(env, value);
}
