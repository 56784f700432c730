/* See log.h.  A line is built in a fixed buffer and written at once. */

#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "paperal_buf.h"
#include "paperal_json.h"

#define LOG_MAX_TEXT  (LOG_MAX_LINE / 2)


static void log_hide(char *text);


static const char *const  log_names[] = { "error", "warn", "info", "debug" };


static log_level_e   log_level = LOG_LEVEL_INFO;
static long long     log_job;
static char          log_process[32] = "main";
static const char   *log_secrets[LOG_MAX_SECRETS];
static unsigned      log_nsecrets;


void
log_set_level(const char *name)
{
    unsigned  i;

    for (i = 0; name != NULL && i < sizeof(log_names) / sizeof(char *); i++) {
        if (strcmp(name, log_names[i]) == 0) {
            log_level = (log_level_e) i;
        }
    }
}


void
log_set_process(const char *name)
{
    snprintf(log_process, sizeof(log_process), "%s", name);
}


void
log_set_job(long long id)
{
    log_job = id;
}


void
log_redact(const char *secret)
{
    if (secret != NULL && strlen(secret) >= 4
        && log_nsecrets < LOG_MAX_SECRETS)
    {
        log_secrets[log_nsecrets++] = secret;
    }
}


void
log_write(log_level_e level, const char *fmt, ...)
{
    char             text[LOG_MAX_TEXT], line[LOG_MAX_LINE], stamp[40];
    time_t           sec;
    va_list          args;
    struct tm        tm;
    paperal_buf_t    b;
    struct timespec  ts;

    if (level > log_level) {
        return;
    }

    va_start(args, fmt);
    (void) vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    log_hide(text);

    clock_gettime(CLOCK_REALTIME, &ts);
    sec = ts.tv_sec;
    gmtime_r(&sec, &tm);
    (void) strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &tm);

    paperal_buf_fixed(&b, line, sizeof(line));

    paperal_json_open(&b);
    paperal_json_strz(&b, "time", stamp);
    paperal_json_strz(&b, "level", log_names[level]);
    paperal_json_strz(&b, "process", log_process);

    if (log_job != 0) {
        paperal_json_int(&b, "job", log_job);
    }

    paperal_json_strz(&b, "message", text);
    paperal_json_close(&b);
    paperal_buf_char(&b, '\n');

    if (b.failed) {
        return;     /* control characters by the thousand: nothing to read */
    }

    if (write(STDERR_FILENO, b.data, b.len) < 0) {
        return;     /* nobody is left to be told */
    }
}


static void
log_hide(char *text)
{
    char      *p;
    size_t     len;
    unsigned   i;

    for (i = 0; i < log_nsecrets; i++) {
        len = strlen(log_secrets[i]);

        for (p = strstr(text, log_secrets[i]);
             p != NULL;
             p = strstr(p, log_secrets[i]))
        {
            memmove(p + 3, p + len, strlen(p + len) + 1);
            memcpy(p, "***", 3);
            p += 3;
        }
    }
}
