/*
 * What was asked for: arguments, environment, .env.local.
 */

#ifndef PAPERAL_LOCAL_SETTINGS_H
#define PAPERAL_LOCAL_SETTINGS_H

#include "local.h"


/*
 * Fills the settings' part of local.  Variables of .env.local are put into the
 * environment where they are missing: what is set outside wins.  Returns 0, or
 * -1 after one line on stderr.
 */
int settings_read(local_t *local, int argc, char **argv);

/*
 * Makes the environments of the programs, once state and storage are known,
 * and writes $PAPERAL_VAR/run/local.env for "paperal-worker admin".
 */
int settings_env(local_t *local);


#endif /* PAPERAL_LOCAL_SETTINGS_H */
