/*
 * Where everything lies.
 *
 *     VAR/run/        pid files, the lock, local.env
 *     VAR/log/        what the programs print, access.log, error.log
 *     STATE/postgres  the data folder          (user postgres, 0700)
 *     STATE/redis     Redis's working folder   (user redis, 0700)
 *     STATE/nginx/    nginx's prefix: conf/, html, modules, logs, body/
 *     STATE/worker    the worker's working folder
 *     STATE/storage   uploaded files           (group paperal, 2770)
 *     SOCKETS/        postgres/ and redis/, a short path (107 bytes at most)
 *
 * STATE is VAR.  As root, when the unprivileged users cannot enter VAR (a
 * clone below /root), it is /var/lib/paperal/<hash>, with a link VAR/state, and
 * the programs and web files that they need are copied there too.
 */

#ifndef PAPERAL_LOCAL_STATE_H
#define PAPERAL_LOCAL_STATE_H

#include "local.h"


/*
 * Takes the lock and makes the folders.  A folder in use is one line on stderr
 * and -1, except that a run which is stopping is waited for.
 */
int state_prepare(local_t *local);

/* Tells a run that waits for the lock that this one will soon be over. */
void state_stopping(void);

/* Removes the sockets' folder, if made, and VAR if the run is temporary. */
void state_release(const local_t *local);


#endif /* PAPERAL_LOCAL_STATE_H */
