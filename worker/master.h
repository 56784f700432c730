/*
 * The master of the worker: starts the slots and keeps them alive, gives back
 * the leases of those that died, reaps expired leases, passes events on to
 * Redis and prunes what has had its time.
 */

#ifndef WORKER_MASTER_H
#define WORKER_MASTER_H

#include "config.h"

#define MASTER_REAP_MS      10000
#define MASTER_ERASE_MS     60000
#define MASTER_PRUNE_MS     3600000
#define MASTER_DRAIN_MS     8000        /* then the slots are killed */
#define MASTER_RELEASE_MS   500         /* between tries to release leases */
#define MASTER_BACKOFF_MIN  200         /* ms between starts of a slot */
#define MASTER_BACKOFF_MAX  10000
#define MASTER_STABLE_MS    30000       /* this old: no back-off */

/*
 * Runs until SIGTERM or SIGINT, which it obeys within 12 seconds; the exit
 * code of the process.  No slot is started before the schema of the database
 * was seen to be this program's; another one ends the run with 1.
 */
int master_run(const config_t *cfg);

#endif /* WORKER_MASTER_H */
