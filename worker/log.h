/*
 * The worker's log: one JSON object a line on stderr,
 * {"time","level","process","job","message"}.
 *
 * Callers never pass secrets or text of a paper; as a second lock, the values
 * registered with log_redact() are replaced by "***" wherever they appear.
 * A line is at most LOG_MAX_LINE bytes; the rest is cut.
 */

#ifndef WORKER_LOG_H
#define WORKER_LOG_H

#include <stdio.h>

#define LOG_MAX_LINE     4096
#define LOG_MAX_SECRETS  8

typedef enum {
    LOG_LEVEL_ERROR = 0,
    LOG_LEVEL_WARN,
    LOG_LEVEL_INFO,
    LOG_LEVEL_DEBUG
} log_level_e;

/* "error", "warn", "info" or "debug"; anything else leaves info. */
void log_set_level(const char *name);

/* Name of this process in every line, e.g. "master", "slot 2".  Copied. */
void log_set_process(const char *name);

/* Id of the job at hand, 0 for none. */
void log_set_job(long long id);

/* The string must outlive the process's logging; values < 4 bytes are not
 * registered, they would blank ordinary words. */
void log_redact(const char *secret);

void log_write(log_level_e level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#define log_error(...)  log_write(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warn(...)   log_write(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(...)   log_write(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)  log_write(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif /* WORKER_LOG_H */
