/* worker/config.c: which source of a setting wins, and what is refused. */

#include <fcntl.h>
#include <unistd.h>
#include <sys/stat.h>

#include "config.h"
#include "test.h"


static char  folder[] = "/tmp/paperal-test-config-XXXXXX";


static void
put(const char *name, const char *text)
{
    int  fd;

    fd = open(name, O_WRONLY|O_CREAT|O_TRUNC, 0600);

    if (fd == -1 || write(fd, text, strlen(text)) != (ssize_t) strlen(text)) {
        perror(name);
        exit(2);
    }

    close(fd);
}


static void
clear(void)
{
    static const char *const  names[] = {
        "DB_HOST", "DB_USER", "DB_PASSWORD", "DB_PASSWORD_FILE",
        "DB_MIGRATE_USER", "REDIS_HOST", "REDIS_PORT", "WORKER_SLOTS",
        "WORKER_LEASE", "WORKER_HEARTBEAT", "STORAGE_PATH",
        "OPENAI_API_KEY", "OPENAI_API_KEY_FILE", "OPENAI_MODEL",
        "OPENAI_BASE_URL", "LLM_PROVIDER"
    };
    unsigned                  i;

    for (i = 0; i < test_count(names); i++) {
        unsetenv(names[i]);
    }

    (void) unlink(".env.local");
}


static void
test_sources(void)
{
    char      err[256], path[128];
    config_t  cfg;

    clear();
    put(".env.local", "DB_HOST=from-file\nWORKER_SLOTS=7\n"
                      "DB_PASSWORD='a secret'\n");
    setenv("DB_HOST", "/from/environment", 1);

    test_int(config_load(&cfg, err, sizeof(err)), 0, "loads");
    test_str(cfg.db_host, "/from/environment", "the environment wins");
    test_int(cfg.slots, 7, ".env.local is read");
    test_str(cfg.db_password, "a secret", "also for secrets");
    config_release(&cfg);
    test_str(cfg.db_password, NULL, "release forgets");

    clear();
    put("secret", "from a file\n");
    snprintf(path, sizeof(path), "%s/secret", folder);
    setenv("DB_HOST", "h", 1);
    setenv("DB_USER", "u", 1);
    setenv("DB_PASSWORD_FILE", path, 1);

    test_int(config_load(&cfg, err, sizeof(err)), 0, "loads");
    test_str(cfg.db_password, "from a file", "a secret's file, trimmed");
    test_str(cfg.db_migrate_user, "u", "migrations fall back to the user");
    test_str(cfg.db_migrate_password, "from a file", "and its password");
    config_release(&cfg);

    clear();
    put(".env.local", "DB_PASSWORD=from-file\n");
    setenv("DB_HOST", "h", 1);
    setenv("DB_PASSWORD", "", 1);

    test_int(config_load(&cfg, err, sizeof(err)), 0, "loads");
    test_str(cfg.db_password, NULL, "empty in the environment means none");
    config_release(&cfg);
}


static void
test_local_env(void)
{
    char      err[256];
    config_t  cfg;

    clear();
    (void) mkdir("run", 0700);
    put("run/local.env", "DB_HOST=/left/by/local\nDB_MIGRATE_USER=owner\n");
    setenv("PAPERAL_VAR", folder, 1);

    test_int(config_load(&cfg, err, sizeof(err)), 0, "loads");
    test_str(cfg.db_host, "/left/by/local", "run/local.env is read");
    test_str(cfg.db_migrate_user, "owner", "with the owner");
    config_release(&cfg);

    put(".env.local", "DB_HOST=given\nDB_NAME=given\n");
    test_int(config_load(&cfg, err, sizeof(err)), 0, "loads");
    test_str(cfg.db_host, "/left/by/local", "it wins over .env.local");
    test_str(cfg.db_name, "given", "which fills what it lacks");
    config_release(&cfg);

    setenv("DB_HOST", "other", 1);
    test_int(config_load(&cfg, err, sizeof(err)), 0, "loads");
    test_str(cfg.db_host, "other", "but not when DB_HOST is set");
    test_ok(cfg.db_migrate_user == NULL
            || strcmp(cfg.db_migrate_user, "owner") != 0,
            "nor anything else of it");
    config_release(&cfg);
    unsetenv("PAPERAL_VAR");
}


static void
test_refused(void)
{
    char      err[256];
    unsigned  i;
    config_t  cfg;

    static const struct {
        const char  *name;
        const char  *value;
    } bad[] = {
        { "WORKER_SLOTS", "0" }, { "WORKER_SLOTS", "65" },
        { "WORKER_SLOTS", "two" }, { "WORKER_SLOTS", "2x" },
        { "REDIS_PORT", "70000" }, { "WORKER_LEASE", "-1" },
        { "WORKER_HEARTBEAT", "31" },
        { "DB_PASSWORD_FILE", "/nonexistent/secret" },
    };

    for (i = 0; i < test_count(bad); i++) {
        clear();
        setenv("DB_HOST", "h", 1);
        setenv(bad[i].name, bad[i].value, 1);
        err[0] = '\0';

        test_int(config_load(&cfg, err, sizeof(err)), -1, "%s=%s is refused",
                 bad[i].name, bad[i].value);
        test_ok(strstr(err, bad[i].name) != NULL, "naming it: %s", err);
        test_str(cfg.db_host, NULL, "nothing stays allocated");
    }

    clear();
    setenv("DB_HOST", "h", 1);
    put(".env.local", "DB_PASSWORD=\"never ends\nX=very-secret\n");
    test_int(config_load(&cfg, err, sizeof(err)), -1,
             "a damaged .env.local is refused");
    test_ok(strstr(err, "very-secret") == NULL, "without telling its text");
}


/* What would become a header, or a line of a log, of its own. */
static void
test_model(void)
{
    char      err[256], path[128];
    unsigned  i;
    config_t  cfg;

    static const struct {
        const char  *text;
        const char  *key;        /* NULL: refused */
    } keys[] = {
        { "sk-secret-1\n",                   "sk-secret-1" },
        { "sk-secret-1\r\n",                 "sk-secret-1" },
        { "",                                NULL },
        { "\n",                              NULL },
        { "sk-secret-1\r\nX-Evil: 1\r\n",    NULL },
        { "sk-secret-1\n\n",                 NULL },
        { "sk-secret-1 ",                    NULL },
        { "sk-secret-\x01",                  NULL },
        { "\xef\xbb\xbfsk-secret-1",         NULL }
    };

    static const char *const  names[] = {
        "a\nb", "a\x1b[31m", "\xff\xfe",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    };

    snprintf(path, sizeof(path), "%s/secret", folder);

    for (i = 0; i < test_count(keys); i++) {
        clear();
        setenv("DB_HOST", "h", 1);
        setenv("OPENAI_API_KEY_FILE", path, 1);
        put("secret", keys[i].text);

        test_int(config_load(&cfg, err, sizeof(err)),
                 keys[i].key != NULL ? 0 : -1, "key %u", i);
        test_str(cfg.openai_api_key, keys[i].key, "its text");
        test_ok(strstr(err, "secret") == NULL && strchr(err, '\n') == NULL,
                "the line is one and does not tell it: %s", err);
        config_release(&cfg);
    }

    for (i = 0; i < test_count(names) * 2; i++) {
        clear();
        setenv("DB_HOST", "h", 1);
        setenv("OPENAI_API_KEY", "sk-secret-1", 1);
        setenv(i % 2 ? "LLM_PROVIDER" : "OPENAI_MODEL", names[i / 2], 1);

        test_int(config_load(&cfg, err, sizeof(err)), -1, "name %u", i);
        test_ok(strstr(err, i % 2 ? "LLM_PROVIDER" : "OPENAI_MODEL") == err
                && strchr(err, '\n') == NULL, "is named: %s", err);
    }

    clear();
    setenv("DB_HOST", "h", 1);
    setenv("OPENAI_API_KEY", "sk-secret-1", 1);
    setenv("OPENAI_MODEL", "vendor/a \"\xe6\xa8\xa1\xe5\x9e\x8b\":8b", 1);
    test_int(config_load(&cfg, err, sizeof(err)), 0, "any other name loads");
    config_release(&cfg);
}


int
main(void)
{
    if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
        perror(folder);
        return 2;
    }

    test_sources();
    test_local_env();
    test_refused();
    test_model();

    clear();
    (void) unlink("secret");
    (void) unlink("run/local.env");
    (void) rmdir("run");
    (void) chdir("/");
    (void) rmdir(folder);

    return test_done();
}
