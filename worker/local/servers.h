/*
 * Redis, nginx and the worker of the local set-up.
 *
 * All functions return 0, or -1 after a line on stderr or when the run is to
 * stop.
 */

#ifndef PAPERAL_LOCAL_SERVERS_H
#define PAPERAL_LOCAL_SERVERS_H

#include "local.h"


/* Stops what an earlier run left of the three. */
int servers_clear(const local_t *local);

/*
 * Makes sure that the port is free, or finds a free one for port 0.  A port in
 * use is one line on stderr.
 */
int servers_check_port(local_t *local);

/* Starts Redis on its unix socket and waits until it answers. */
int servers_start_redis(local_t *local);

/* Copies what unprivileged users need to run and to serve. */
int servers_install(local_t *local);

/* Applies the migrations: "paperal-worker migrate" as the database's owner. */
int servers_migrate(local_t *local);

/* Starts nginx and the worker and waits until /health/ready is 200. */
int servers_start(local_t *local);


#endif /* PAPERAL_LOCAL_SERVERS_H */
