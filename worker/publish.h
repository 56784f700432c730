/*
 * Live events: what the database announces on its channel "paperal_events"
 * goes to the Redis channels that the event streams of nginx subscribe to,
 * "paperal:ws:<workspace>" and "paperal:analysis:<id>".
 *
 * Redis may be lost at any time: an event that cannot be published is
 * dropped, the streams read it from the database.
 */

#ifndef WORKER_PUBLISH_H
#define WORKER_PUBLISH_H

#include <stddef.h>
#include <stdint.h>
#include <hiredis/hiredis.h>

#include "config.h"

#define PUBLISH_TIMEOUT_MS   500
#define PUBLISH_BACKOFF_MIN  200        /* ms */
#define PUBLISH_BACKOFF_MAX  10000      /* ms */
#define PUBLISH_MAX_PENDING  512        /* commands */

typedef struct {
    redisContext    *redis;
    const config_t  *cfg;
    int64_t          retry_at;
    int              backoff;
    int              pending;           /* commands without an answer yet */
    unsigned         down:1;
} publish_t;

void publish_init(publish_t *p, const config_t *cfg);
void publish_close(publish_t *p);

/*
 * Takes one payload {"workspace_id","kind","id",…} of the database, to be sent
 * by publish_flush(), or now when PUBLISH_MAX_PENDING are waiting.
 */
void publish_event(publish_t *p, const char *payload);

/*
 * Sends what was taken in one go and waits for the answers, at most
 * PUBLISH_TIMEOUT_MS: a Redis that is silent costs that once, and is then left
 * alone for the back-off, which only an answer resets.
 */
void publish_flush(publish_t *p);

#endif /* WORKER_PUBLISH_H */
