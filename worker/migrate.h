/*
 * Migrations: append-only files that are part of this program, applied once
 * each and in order, under an advisory lock; then the functions, created
 * again in one transaction.
 */

#ifndef WORKER_MIGRATE_H
#define WORKER_MIGRATE_H

#include "config.h"

/* Arbitrary, the same for all releases: one migration at a time. */
#define MIGRATE_LOCK  "7301000"

/*
 * Brings the database to this program's schema.  Returns the exit code: 0, or
 * 1 with the reason in the log.  A database of a newer release, or one in
 * which an applied migration's text was another, is left alone.
 */
int migrate_run(const config_t *cfg);

#endif /* WORKER_MIGRATE_H */
