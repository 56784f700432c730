/*
 * Reads the environment, NAME_FILE secrets, .env.local and the local set-up's
 * file into a config_t.  The names, their defaults and which of them are
 * secret stand in common/paperal_config.c, the same table as the module's.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <openssl/crypto.h>

#include "config.h"
#include "log.h"
#include "paperal_config.h"
#include "paperal_utf8.h"

#define CONFIG_MAX_PATH   4096
#define CONFIG_MAX_NAME   128                  /* bytes of a model's name */
#define CONFIG_MAX_KEY    4096
#define CONFIG_MODEL      "gpt-4.1-mini"
#define CONFIG_MAX_MONEY  1000000000000000LL   /* a thousand million USD */


typedef struct {
    const char  *text;          /* of a file, NUL-terminated, or NULL */
    size_t       len;
} config_file_t;

typedef struct {
    config_file_t   files[2];   /* run/local.env, then .env.local */
    char           *err;
    size_t          errlen;
    int             failed;
} config_reader_t;


static char *config_read_file(const char *path, size_t *len);
static void config_open_files(config_reader_t *rd, char *texts[2]);
static char *config_get(config_reader_t *rd, const char *name);
static int config_int(config_reader_t *rd, const char *name, int min, int max,
    int value);
static int64_t config_money(config_reader_t *rd, const char *name);
static void config_model(config_t *cfg, config_reader_t *rd);
static void config_key(config_reader_t *rd, const char *key);
static void config_name(config_reader_t *rd, const char *name,
    const char *value);
static char *config_beside(const char *name);


int
config_load(config_t *cfg, char *err, size_t errlen)
{
    int               i;
    char             *texts[2] = { NULL, NULL };
    config_reader_t   rd;

    memset(cfg, 0, sizeof(config_t));
    memset(&rd, 0, sizeof(config_reader_t));
    rd.err = err;
    rd.errlen = errlen;
    err[0] = '\0';

    config_open_files(&rd, texts);

    cfg->db_host = config_get(&rd, "DB_HOST");
    cfg->db_port = config_get(&rd, "DB_PORT");
    cfg->db_name = config_get(&rd, "DB_NAME");
    cfg->db_user = config_get(&rd, "DB_USER");
    cfg->db_password = config_get(&rd, "DB_PASSWORD");
    cfg->db_migrate_user = config_get(&rd, "DB_MIGRATE_USER");
    cfg->db_migrate_password = config_get(&rd, "DB_MIGRATE_PASSWORD");
    cfg->db_sslmode = config_get(&rd, "DB_SSLMODE");
    cfg->redis_host = config_get(&rd, "REDIS_HOST");
    cfg->redis_password = config_get(&rd, "REDIS_PASSWORD");
    cfg->redis_port = config_int(&rd, "REDIS_PORT", 1, 65535, 6379);
    cfg->storage_path = config_get(&rd, "STORAGE_PATH");
    cfg->slots = config_int(&rd, "WORKER_SLOTS", 1, CONFIG_MAX_SLOTS, 2);
    cfg->lease = config_int(&rd, "WORKER_LEASE", 2, 3600, 60);
    cfg->heartbeat = config_int(&rd, "WORKER_HEARTBEAT", 1, 1200, 10);
    cfg->extract_path = config_beside("paperal-extract");
    cfg->tokens_path = config_beside("o200k_base.bin");

    config_model(cfg, &rd);

    if (cfg->db_migrate_user == NULL && cfg->db_user != NULL) {
        cfg->db_migrate_user = strdup(cfg->db_user);

        if (cfg->db_password != NULL && cfg->db_migrate_password == NULL) {
            cfg->db_migrate_password = strdup(cfg->db_password);
        }
    }

    log_redact(cfg->db_password);
    log_redact(cfg->db_migrate_password);
    log_redact(cfg->redis_password);
    log_redact(cfg->openai_api_key);
    log_redact(cfg->llm_proxy);

    for (i = 0; i < 2; i++) {
        if (texts[i] != NULL) {
            OPENSSL_cleanse(texts[i], rd.files[i].len);
            free(texts[i]);
        }
    }

    if (!rd.failed && cfg->heartbeat * 2 > cfg->lease) {
        snprintf(err, errlen, "WORKER_HEARTBEAT must be at most half of"
                 " WORKER_LEASE");
        rd.failed = 1;
    }

    if (rd.failed) {
        config_release(cfg);
        return -1;
    }

    return 0;
}


void
config_release(config_t *cfg)
{
    unsigned  i;
    char    **strings[] = {
        &cfg->db_host, &cfg->db_port, &cfg->db_name, &cfg->db_user,
        &cfg->db_password, &cfg->db_migrate_user, &cfg->db_migrate_password,
        &cfg->db_sslmode, &cfg->redis_host, &cfg->redis_password,
        &cfg->storage_path, &cfg->extract_path, &cfg->tokens_path,
        &cfg->openai_api_key, &cfg->openai_base_url, &cfg->openai_model,
        &cfg->llm_provider, &cfg->llm_api_version, &cfg->llm_proxy,
        &cfg->llm_prices
    };

    for (i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
        if (*strings[i] != NULL) {
            OPENSSL_cleanse(*strings[i], strlen(*strings[i]));
            free(*strings[i]);
            *strings[i] = NULL;
        }
    }
}


/* The whole file, NUL-terminated; NULL when there is none or it is too big. */
static char *
config_read_file(const char *path, size_t *len)
{
    int       fd;
    char     *text;
    ssize_t   n;

    fd = open(path, O_RDONLY|O_CLOEXEC);
    if (fd == -1) {
        return NULL;
    }

    text = malloc(CONFIG_MAX_FILE + 1);
    n = text == NULL ? -1 : read(fd, text, CONFIG_MAX_FILE + 1);

    close(fd);

    if (n < 0 || n > CONFIG_MAX_FILE) {
        free(text);
        errno = EFBIG;
        return NULL;
    }

    text[n] = '\0';
    *len = (size_t) n;

    return text;
}


static void
config_open_files(config_reader_t *rd, char *texts[2])
{
    char         path[CONFIG_MAX_PATH], *var;
    const char  *set;

    texts[1] = config_read_file(".env.local", &rd->files[1].len);
    rd->files[1].text = texts[1];

    if (getenv("DB_HOST") != NULL) {
        return;
    }

    set = getenv("PAPERAL_VAR");
    var = set != NULL && *set != '\0' ? strdup(set) : config_beside("../var");

    if (var == NULL) {
        return;
    }

    snprintf(path, sizeof(path), "%s/run/local.env", var);
    free(var);

    /* made from .env.local: there DB_USER migrates, here it is the worker's */

    texts[0] = config_read_file(path, &rd->files[0].len);
    rd->files[0].text = texts[0];
}


static void
config_fail(config_reader_t *rd, const char *name, const char *what)
{
    if (!rd->failed) {
        snprintf(rd->err, rd->errlen, "%s: %s", name, what);
        rd->failed = 1;
    }
}


/* The value of a NAME_FILE variable: the file's content, trimmed. */
static char *
config_get_file(config_reader_t *rd, const char *name)
{
    char         var[PAPERAL_CONFIG_MAX_NAME + 8], *text;
    size_t       len;
    const char  *path;

    snprintf(var, sizeof(var), "%s_FILE", name);

    path = getenv(var);
    if (path == NULL || *path == '\0') {
        return NULL;
    }

    text = config_read_file(path, &len);
    if (text == NULL) {
        config_fail(rd, var, "cannot read the file that it names");
        return NULL;
    }

    text[paperal_config_trim(text, len)] = '\0';

    return text;
}


static char *
config_get_env_file(config_reader_t *rd, const config_file_t *file,
    const char *name)
{
    int             rc;
    char           *value;
    paperal_buf_t   b;
    paperal_env_t   env;

    if (file->text == NULL) {
        return NULL;
    }

    value = NULL;
    paperal_buf_init(&b, PAPERAL_CONFIG_MAX_VALUE);
    paperal_env_init(&env, file->text, file->len);

    while ((rc = paperal_env_next(&env, &b)) == 1) {
        if (strlen(name) == env.name_len
            && memcmp(name, env.name, env.name_len) == 0)
        {
            free(value);
            value = strdup(paperal_buf_cstr(&b));
        }
    }

    if (rc != 0) {
        config_fail(rd, "run/local.env or .env.local",
                    env.error != NULL ? env.error : "cannot be read");
    }

    paperal_buf_wipe(&b);

    return value;
}


/* Environment, NAME_FILE, files, default; an empty value counts as absent. */
static char *
config_get(config_reader_t *rd, const char *name)
{
    int                          i;
    char                        *value;
    const char                  *set;
    const paperal_config_var_t  *var;

    set = getenv(name);
    if (set != NULL) {
        return *set != '\0' ? strdup(set) : NULL;
    }

    var = paperal_config_find(name, strlen(name));

    if (var != NULL && (var->flags & PAPERAL_CONFIG_SECRET)) {
        value = config_get_file(rd, name);
        if (value != NULL || rd->failed) {
            return value;
        }
    }

    for (i = 0; i < 2; i++) {
        value = config_get_env_file(rd, &rd->files[i], name);
        if (value != NULL) {
            return value;
        }
    }

    return var != NULL && var->value != NULL ? strdup(var->value) : NULL;
}


static int
config_int(config_reader_t *rd, const char *name, int min, int max, int value)
{
    char  *text, *end;
    long   n;

    text = config_get(rd, name);
    if (text == NULL) {
        return value;
    }

    errno = 0;
    n = strtol(text, &end, 10);

    if (errno != 0 || end == text || *end != '\0' || n < min || n > max) {
        config_fail(rd, name, "not a number in its range");
        n = value;
    }

    free(text);

    return (int) n;
}


/* An amount in micro-USD, -1 when there is none. */
static int64_t
config_money(config_reader_t *rd, const char *name)
{
    char     *text, *end;
    int64_t   n;

    text = config_get(rd, name);
    if (text == NULL) {
        return -1;
    }

    errno = 0;
    n = strtoll(text, &end, 10);

    if (errno != 0 || end == text || *end != '\0' || n < 0
        || n > CONFIG_MAX_MONEY)
    {
        config_fail(rd, name, "not a number of micro-USD");
    }

    free(text);

    return n;
}


/* Nobody but OpenAI has a model that everybody has. */
static void
config_model(config_t *cfg, config_reader_t *rd)
{
    cfg->openai_api_key = config_get(rd, "OPENAI_API_KEY");
    cfg->openai_base_url = config_get(rd, "OPENAI_BASE_URL");
    cfg->openai_model = config_get(rd, "OPENAI_MODEL");
    cfg->llm_provider = config_get(rd, "LLM_PROVIDER");
    cfg->llm_api_version = config_get(rd, "LLM_API_VERSION");
    cfg->llm_proxy = config_get(rd, "LLM_PROXY");
    cfg->llm_prices = config_get(rd, "LLM_PRICES");
    cfg->llm_context = config_int(rd, "LLM_CONTEXT_TOKENS", 2048, 10000000,
                                  0);
    cfg->llm_parallel = config_int(rd, "LLM_PARALLEL", 1, 4, 4);
    cfg->llm_timeout = config_int(rd, "LLM_TIMEOUT", 1, 7200, 600);
    cfg->llm_idle_timeout = config_int(rd, "LLM_IDLE_TIMEOUT", 1, 3600, 120);
    cfg->llm_daily_budget = config_money(rd, "LLM_DAILY_BUDGET_MICRO_USD");
    cfg->llm_analysis_budget = config_money(rd,
                                            "LLM_ANALYSIS_BUDGET_MICRO_USD");
    cfg->llm_user_budget = config_money(rd, "LLM_USER_BUDGET_MICRO_USD");

    if (cfg->openai_model == NULL && cfg->openai_base_url != NULL) {
        config_fail(rd, "OPENAI_MODEL", "is needed with OPENAI_BASE_URL");

    } else if (cfg->openai_model == NULL && cfg->openai_api_key != NULL) {
        cfg->openai_model = strdup(CONFIG_MODEL);
    }

    config_key(rd, cfg->openai_api_key);
    config_name(rd, "OPENAI_MODEL", cfg->openai_model);
    config_name(rd, "LLM_PROVIDER", cfg->llm_provider);
}


/*
 * A key becomes a line of a header: a file with more than the key in it must
 * not become another one, and is no key that a provider knows.
 */
static void
config_key(config_reader_t *rd, const char *key)
{
    size_t  n;

    if (key == NULL) {
        return;
    }

    for (n = 0; key[n] > ' ' && key[n] < 0x7f; n++) { /* void */ }

    if (n == 0 && key[n] == '\0') {
        config_fail(rd, "OPENAI_API_KEY", "the file has no key in it");

    } else if (key[n] != '\0' || n > CONFIG_MAX_KEY) {
        config_fail(rd, "OPENAI_API_KEY", "has blanks, line ends or other"
                    " characters that no key has, or is too long");
    }
}


/* A name stands in requests, in the database and in logs. */
static void
config_name(config_reader_t *rd, const char *name, const char *value)
{
    size_t  n;

    if (value == NULL) {
        return;
    }

    for (n = 0; (unsigned char) value[n] >= ' ' && value[n] != 0x7f; n++) {
        /* void */
    }

    if (value[n] != '\0' || n > CONFIG_MAX_NAME
        || !paperal_utf8_is_valid(value, n))
    {
        config_fail(rd, name, "is no name: it is too long, or has line ends"
                    " or control characters");
    }
}


int
config_has_model(const config_t *cfg)
{
    return cfg->openai_model != NULL
           && (cfg->openai_api_key != NULL || cfg->openai_base_url != NULL);
}


/* A path beside this executable; NULL when /proc cannot tell. */
static char *
config_beside(const char *name)
{
    char      path[CONFIG_MAX_PATH], *slash, *out;
    size_t    size;
    ssize_t   n;

    n = readlink("/proc/self/exe", path, sizeof(path) - 1);
    if (n <= 0) {
        return NULL;
    }

    path[n] = '\0';

    slash = strrchr(path, '/');
    if (slash == NULL) {
        return NULL;
    }

    *slash = '\0';
    size = strlen(path) + strlen(name) + 2;

    out = malloc(size);
    if (out != NULL) {
        snprintf(out, size, "%s/%s", path, name);
    }

    return out;
}
