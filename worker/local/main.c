/*
 * paperal-local: a whole Paperal on one machine, until it is told to stop.
 *
 * "make run" becomes this program.  The life of a run: read the settings, take
 * the folder, stop what a killed run left, start PostgreSQL and Redis, migrate,
 * start nginx and the worker, say that it is ready, keep everything running,
 * and on SIGINT or SIGTERM stop it in the opposite order.
 */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "external.h"
#include "local.h"
#include "postgres.h"
#include "servers.h"
#include "settings.h"
#include "state.h"
#include "text.h"


#define MAIN_IDLE_MS  60000


static int main_start(local_t *local);
static void main_ready(const local_t *local);
static int main_command(local_t *local);
static void main_stop(local_t *local);


static const stop_step_t  main_stop_command[] = {
    { SIGTERM, 5000 },
    { SIGKILL, 1000 },
    { 0,       0 }
};


int
main(int argc, char **argv)
{
    int             rc;
    static local_t  local;

    if (settings_read(&local, argc, argv) == -1) {
        return 2;
    }

    if (state_prepare(&local) == -1) {
        state_release(&local);
        return 1;
    }

    process_init(&local.processes, local.logs, local.run);
    rc = 1;

    if (main_start(&local) == 0) {

        if (local.command != NULL) {
            rc = main_command(&local);

        } else {
            main_ready(&local);
            rc = 0;

            while (process_step(&local.processes, MAIN_IDLE_MS) == 0) {
                /* void */
            }
        }

    } else if (local.processes.stops != 0) {
        rc = 0;
    }

    main_stop(&local);

    return rc;
}


static int
main_start(local_t *local)
{
    if (postgres_clear(local) == -1
        || servers_clear(local) == -1
        || (local->servers && servers_check_port(local) == -1)
        || (!local->own_postgres && external_prepare(local) == -1)
        || settings_env(local) == -1
        || servers_install(local) == -1
        || (local->own_postgres && postgres_start(local) == -1)
        || (local->own_redis && servers_start_redis(local) == -1)
        || servers_migrate(local) == -1
        || (local->servers && servers_start(local) == -1))
    {
        return -1;
    }

    return 0;
}


static void
main_ready(const local_t *local)
{
    char        *prefix, *standard, *word;
    const char  *base;

    standard = text_format("%s/var", local->root);
    word = text_shell_word(local->var);
    prefix = (strcmp(local->var, standard) == 0)
             ? text_format("%s", "") : text_format("PAPERAL_VAR=%s ", word);

    /* below the clone the programs have their usual short name */

    base = local->build;

    if (strncmp(base, local->root, strlen(local->root)) == 0
        && base[strlen(local->root)] == '/')
    {
        base += strlen(local->root) + 1;
    }

    printf("Paperal is ready at http://127.0.0.1:%d\n"
           "To make the first account an admin, register it there, then:\n"
           "    %s%s/paperal-worker admin grant EMAIL\n",
           local->port, prefix, base);
    fflush(stdout);

    free(standard);
    free(prefix);
    free(word);
}


static int
main_command(local_t *local)
{
    process_spec_t  spec;

    memset(&spec, 0, sizeof(spec));
    spec.name = "command";
    spec.argv = local->command;
    spec.envp = local->command_env;
    spec.death = SIGTERM;
    spec.terminal = 1;
    spec.stop = main_stop_command;

    return process_run(&local->processes, &spec);
}


static void
main_stop(local_t *local)
{
    static const char *const  first[] = { "nginx", "worker", NULL };
    static const char *const  last[] = { "redis", "postgres", NULL };

    state_stopping();

    process_stop(&local->processes, first);
    process_stop(&local->processes, last);

    state_release(local);
}
