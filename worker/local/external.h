/*
 * A PostgreSQL that is not ours: DB_HOST is set.
 *
 * The programs connect as the roles paperal_web and paperal_worker there too,
 * because rights and row policies are granted to these names.  DB_USER (or
 * DB_MIGRATE_USER) with DB_PASSWORD is who migrates; if that user may, missing
 * roles and a missing database are created, and the passwords of created roles
 * are kept in the state folder.  Roles that exist already are expected to have
 * DB_PASSWORD.
 */

#ifndef PAPERAL_LOCAL_EXTERNAL_H
#define PAPERAL_LOCAL_EXTERNAL_H

#include "local.h"


/*
 * Fills migrate_user and the passwords of local, and takes them out of the
 * environment.  Returns 0, or -1 after a line on stderr.
 */
int external_prepare(local_t *local);


#endif /* PAPERAL_LOCAL_EXTERNAL_H */
