/*
 * libFuzzer target: env files.  Names are identifiers, values strings within
 * their limit, and an assignment written back in quotes reads the same.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "paperal_config.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
check_again(const paperal_env_t *env, const paperal_buf_t *value)
{
    size_t          i;
    paperal_buf_t   text, again;
    paperal_env_t   other;

    paperal_buf_init(&text, 4 * PAPERAL_CONFIG_MAX_VALUE);
    paperal_buf_init(&again, PAPERAL_CONFIG_MAX_VALUE);

    paperal_buf_bytes(&text, env->name, env->name_len);
    paperal_buf_str(&text, "=\"");

    for (i = 0; i < value->len; i++) {
        if (strchr("\"\\", value->data[i]) != NULL) {
            paperal_buf_char(&text, '\\');
        }

        paperal_buf_char(&text, value->data[i]);
    }

    paperal_buf_str(&text, "\" # comment");
    paperal_env_init(&other, text.data, text.len);

    if (paperal_env_next(&other, &again) != 1 || again.len != value->len
        || memcmp(paperal_buf_cstr(&again), paperal_buf_cstr(value),
                  again.len) != 0
        || paperal_env_next(&other, &again) != 0)
    {
        abort();
    }

    paperal_buf_release(&text);
    paperal_buf_release(&again);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int             rc;
    size_t          i, line;
    paperal_env_t   env;
    paperal_buf_t   value;

    if (size > PAPERAL_CONFIG_MAX_FILE) {
        return 0;
    }

    line = 0;
    paperal_buf_init(&value, PAPERAL_CONFIG_MAX_VALUE);
    paperal_env_init(&env, (const char *) data, size);

    while ((rc = paperal_env_next(&env, &value)) == 1) {

        if (env.name_len == 0 || env.name_len > PAPERAL_CONFIG_MAX_NAME
            || value.failed || env.line <= line
            || strlen(paperal_buf_cstr(&value)) != value.len)
        {
            abort();
        }

        for (i = 0; i < env.name_len; i++) {
            if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                       "0123456789_", env.name[i]) == NULL)
            {
                abort();
            }
        }

        line = env.line;
        check_again(&env, &value);
    }

    if ((rc != 0) != (env.error != NULL)) {
        abort();
    }

    paperal_buf_release(&value);

    return 0;
}
