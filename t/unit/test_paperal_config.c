/*
 * The table of variables, and env files.
 */

#include "paperal_config.h"
#include "paperal_error.h"

#include "test.h"


/*
 * The assignments of a text as "NAME=<value>@line;...", and "!line" at the end
 * where it is malformed.
 */
static const char *
render(const char *s, size_t len)
{
    int             rc;
    static char     out[1000];
    paperal_env_t   env;
    paperal_buf_t   value, text;

    paperal_buf_init(&value, PAPERAL_CONFIG_MAX_VALUE);
    paperal_buf_fixed(&text, out, sizeof(out));
    paperal_env_init(&env, s, len);

    while ((rc = paperal_env_next(&env, &value)) == 1) {
        paperal_buf_printf(&text, "%.*s=<%s>@%zu;", (int) env.name_len,
                           env.name, paperal_buf_cstr(&value), env.line);
    }

    if (rc != 0) {
        paperal_buf_printf(&text, "!%zu", env.line);
        test_ok(env.error != NULL, "an error has a text");
        test_int(paperal_env_next(&env, &value), PAPERAL_ERROR,
                 "and is final");
    }

    paperal_buf_release(&value);

    return out;
}


static void
test_env(void)
{
    size_t  i;

    static const char  *cases[][2] = {
        { "", "" },
        { "\n\n \t\n# x\n  # y", "" },
        { "A=b", "A=<b>@1;" },
        { "A=b\nC=d\n", "A=<b>@1;C=<d>@2;" },
        { "A=b\r\nC=d\r\n", "A=<b>@1;C=<d>@2;" },
        { "\xef\xbb\xbf" "A=b", "A=<b>@1;" },
        { "  A=  b c  ", "A=<b c>@1;" },
        { "A=\n", "A=<>@1;" },
        { "A=", "A=<>@1;" },
        { "A=\"\"", "A=<>@1;" },
        { "export A=b", "A=<b>@1;" },
        { "export\tA=b", "A=<b>@1;" },
        { "export=b", "export=<b>@1;" },
        { "exported=b", "exported=<b>@1;" },
        { "_a1=b", "_a1=<b>@1;" },
        { "A=b # c", "A=<b>@1;" },
        { "A=b#c", "A=<b#c>@1;" },
        { "A=#c", "A=<>@1;" },
        { "A= # c\nB=1", "A=<>@1;B=<1>@2;" },
        { "A=postgres://u:p@h/d?x=1#y", "A=<postgres://u:p@h/d?x=1#y>@1;" },
        { "A=a\"b'c", "A=<a\"b'c>@1;" },
        { "A=$B${C}`d`", "A=<$B${C}`d`>@1;" },
        { "A='x # y'", "A=<x # y>@1;" },
        { "A='a\\nb\"c'", "A=<a\\nb\"c>@1;" },
        { "A='a\nb'\nC=d", "A=<a\nb>@1;C=<d>@3;" },
        { "A=\"a\\nb\\t\\\"\\\\\\$c\\x\"", "A=<a\nb\t\"\\$c\\x>@1;" },
        { "A=\"a\nb\" # c\nC=d", "A=<a\nb>@1;C=<d>@3;" },
        { "A=\"a\\\nb\"\nC=d", "A=<a\\\nb>@1;C=<d>@3;" },
        { "A='b' # c", "A=<b>@1;" },
        { "A='b'#c", "A=<b>@1;" },
        { "A=b\nA=c", "A=<b>@1;A=<c>@2;" },
        { "A=\xe8\xae\xba", "A=<\xe8\xae\xba>@1;" },
        { "A=b\rc", "A=<b\rc>@1;" },
        { "A=b\r", "A=<b>@1;" },

        { "A", "!1" },
        { "A=1\nB", "A=<1>@1;!2" },
        { "A =b", "!1" },
        { "=b", "!1" },
        { "1A=b", "!1" },
        { "A-B=c", "!1" },
        { "A.B=c", "!1" },
        { "export", "!1" },
        { "export A", "!1" },
        { "\nA='b", "!2" },
        { "A=\"b", "!1" },
        { "A=\"b\\\"", "!1" },
        { "A=\"b\\", "!1" },
        { "A='b'c", "!1" },
        { "A=1\nB='x\ny", "A=<1>@1;!2" }
    };

    for (i = 0; i < test_count(cases); i++) {
        test_str(render(cases[i][0], strlen(cases[i][0])), cases[i][1],
                 "env file \"%s\"", cases[i][0]);
    }

    test_str(render("A=b\0c", 5), "!1", "a zero byte in a value");
    test_str(render("A='b\0'", 6), "!1", "in a quoted one");
    test_str(render("\0A=b", 4), "!1", "in front of a name");
    test_str(render(NULL, 0), "", "no text");
}


static void
test_limits(void)
{
    char            text[PAPERAL_CONFIG_MAX_VALUE + 100];
    paperal_env_t   env;
    paperal_buf_t   value;

    paperal_buf_init(&value, PAPERAL_CONFIG_MAX_VALUE);

    memset(text, 'x', sizeof(text));
    memcpy(text, "A=", 2);
    paperal_env_init(&env, text, PAPERAL_CONFIG_MAX_VALUE + 2);
    test_int(paperal_env_next(&env, &value), 1, "the longest value");
    test_int((long long) value.len, PAPERAL_CONFIG_MAX_VALUE, "is whole");

    paperal_env_init(&env, text, PAPERAL_CONFIG_MAX_VALUE + 3);
    test_int(paperal_env_next(&env, &value), PAPERAL_ERROR, "one more byte");

    memset(text, 'A', 100);
    text[PAPERAL_CONFIG_MAX_NAME] = '=';
    paperal_env_init(&env, text, 100);
    test_int(paperal_env_next(&env, &value), 1, "the longest name");

    text[PAPERAL_CONFIG_MAX_NAME] = 'A';
    text[PAPERAL_CONFIG_MAX_NAME + 1] = '=';
    paperal_env_init(&env, text, 100);
    test_int(paperal_env_next(&env, &value), PAPERAL_ERROR, "a longer one");

    paperal_buf_release(&value);
}


static void
test_table(void)
{
    size_t                       i, n;
    const paperal_config_var_t  *var;

    static const char  *guide[] = {
        "DB_HOST", "DB_PORT", "DB_NAME", "DB_USER", "DB_PASSWORD",
        "REDIS_HOST", "REDIS_PORT", "REDIS_PASSWORD", "OPENAI_API_KEY",
        "OPENAI_BASE_URL", "OPENAI_MODEL", "STORAGE_TYPE", "STORAGE_PATH",
        "S3_BUCKET", "S3_ENDPOINT", "AWS_REGION", "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY", "LOG_LEVEL", "DB_SSLMODE", "REDIS_TLS",
        "PUBLIC_URL", "SECRET_KEY", "SMTP_URL", "SMTP_FROM",
        "TRUSTED_PROXIES", "WORKER_SLOTS", "LLM_DAILY_BUDGET_MICRO_USD",
        "WEBHOOK_ALLOW_CIDRS", "DB_MIGRATE_USER", "DB_MIGRATE_PASSWORD"
    };
    static const char  *secrets[] = {
        "DB_PASSWORD", "DB_MIGRATE_PASSWORD", "REDIS_PASSWORD",
        "OPENAI_API_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
        "SECRET_KEY", "SMTP_URL", "LLM_PROXY"
    };

    for (i = 0; i < test_count(guide); i++) {
        var = paperal_config_find(guide[i], strlen(guide[i]));
        test_ok(var != NULL && strcmp(var->name, guide[i]) == 0,
                "%s is there", guide[i]);
    }

    for (var = paperal_config_vars(), n = 0; var->name != NULL; var++) {
        n += (var->flags & PAPERAL_CONFIG_SECRET) != 0;

        if (strlen(var->name) > PAPERAL_CONFIG_MAX_NAME
            || !(var->flags & ~(unsigned) PAPERAL_CONFIG_SECRET)
            || (var->flags & PAPERAL_CONFIG_SECRET && var->value != NULL))
        {
            test_ok(0, "%s has a reader, and no secret a default",
                    var->name);
        }
    }

    test_int((long long) n, test_count(secrets), "no other secrets");

    for (i = 0; i < test_count(secrets); i++) {
        var = paperal_config_find(secrets[i], strlen(secrets[i]));
        test_ok(var != NULL && var->flags & PAPERAL_CONFIG_SECRET,
                "%s is secret", secrets[i]);
    }

    var = paperal_config_find_file("DB_PASSWORD_FILE", 16);
    test_str(var != NULL ? var->name : NULL, "DB_PASSWORD",
             "a secret may lie in a file");
    test_ok(paperal_config_find_file("DB_HOST_FILE", 12) == NULL,
            "nothing else may");
    test_ok(paperal_config_find_file("DB_PASSWORD", 11) == NULL,
            "the name itself is no file");
    test_ok(paperal_config_find_file("_FILE", 5) == NULL, "nor is nothing");
    test_ok(paperal_config_find("PATH", 4) == NULL, "others are not ours");
    test_ok(paperal_config_find("DB_HOS", 6) == NULL, "nor are prefixes");
}


static void
test_trim(void)
{
    test_int((long long) paperal_config_trim("x\n", 2), 1, "one LF");
    test_int((long long) paperal_config_trim("x\r\n", 3), 1, "one CR LF");
    test_int((long long) paperal_config_trim("x\n\n", 3), 2, "only one");
    test_int((long long) paperal_config_trim("x ", 2), 2, "blanks stay");
    test_int((long long) paperal_config_trim("x\r", 2), 2, "so does a CR");
    test_int((long long) paperal_config_trim("\n", 1), 0, "nothing else");
    test_int((long long) paperal_config_trim("", 0), 0, "nothing");
}


int
main(void)
{
    test_env();
    test_limits();
    test_table();
    test_trim();

    return test_done();
}
