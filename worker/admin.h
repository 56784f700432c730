/* The operator's commands that are neither the worker nor the migration. */

#ifndef WORKER_ADMIN_H
#define WORKER_ADMIN_H

#include "config.h"

/* Gives the role "admin" to the account of args[0]; the exit code. */
int admin_grant(const config_t *cfg, char **args);

/*
 * Reads args[0], one line of "paperal-extract --full" ("-" is stdin), and
 * prints the embedded engine's results of it; the exit code.  Needs no
 * database.
 */
int admin_analyze_file(const config_t *cfg, char **args);

#endif /* WORKER_ADMIN_H */
