/*
 * The private PostgreSQL: made, started, roles and database created.
 *
 * It listens on a unix socket only.  Who may connect as which role is decided
 * by the operating system's user (peer authentication): root, postgres and who
 * started us as any; www-data only as paperal_web, paperal only as
 * paperal_worker.  No password exists.
 */

#ifndef PAPERAL_LOCAL_POSTGRES_H
#define PAPERAL_LOCAL_POSTGRES_H

#include "local.h"


/*
 * Starts it and waits until it answers and has the roles and the database.
 * Returns 0, or -1 after a line on stderr or when the run is to stop.
 */
int postgres_start(local_t *local);

/* Stops what an earlier run left of it. */
int postgres_clear(const local_t *local);


#endif /* PAPERAL_LOCAL_POSTGRES_H */
