/*
 * The master of the worker: starts the slots and keeps them alive, gives back
 * the leases of those that died, reaps expired leases, passes events on to
 * Redis and prunes what has had its time.
 */

#ifndef WORKER_MASTER_H
#define WORKER_MASTER_H

#include "config.h"

#define MASTER_REAP_MS      10000
#define MASTER_PRUNE_MS     3600000
#define MASTER_DRAIN_MS     12000       /* then the slots are killed */
#define MASTER_BACKOFF_MIN  200         /* ms between starts of a slot */
#define MASTER_BACKOFF_MAX  10000
#define MASTER_STABLE_MS    30000       /* a slot this old resets its back-off */

/* Runs until SIGTERM or SIGINT; the exit code of the process. */
int master_run(const config_t *cfg);

#endif /* WORKER_MASTER_H */
