/*
 * paperal-worker: the long work of Paperal and the commands of its operator.
 * main() finds the command in a table; "slot" is for the master only.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "admin.h"
#include "config.h"
#include "llm_check.h"
#include "llm_prices.h"
#include "log.h"
#include "master.h"
#include "migrate.h"
#include "slot.h"


typedef struct {
    const char  *name;
    const char  *sub;           /* second word, or NULL */
    const char  *arguments;     /* as the usage shows them */
    const char  *help;          /* NULL: not shown */
    int          nargs;
    int        (*run)(const config_t *cfg, char **args);
} main_command_t;


static int main_run(const config_t *cfg, char **args);
static int main_slot(const config_t *cfg, char **args);
static int main_migrate(const config_t *cfg, char **args);
static const main_command_t *main_find(int argc, char **argv);
static int main_usage(FILE *out);
static void main_harden(void);


static const main_command_t  main_commands[] = {
    { "run",     NULL,    "",      "work on the queue until SIGTERM", 0,
      main_run },
    { "slot",    NULL,    "OWNER", NULL, 1, main_slot },
    { "migrate", NULL,    "",      "bring the database to this release's"
      " schema", 0, main_migrate },
    { "llm-check", NULL, "",     "try the configured model and say what works",
      0, llm_check_run },
    { "admin",   "grant", "EMAIL", "make an account an administrator", 1,
      admin_grant },
    { "analyze-file", NULL, "FILE", "analyse the output of paperal-extract"
      " --full by the embedded engine", 1, admin_analyze_file },
    { NULL, NULL, NULL, NULL, 0, NULL }
};


int
main(int argc, char **argv)
{
    int                    rc;
    char                   err[256];
    config_t               cfg;
    const main_command_t  *command;

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        return main_usage(stdout);
    }

    command = main_find(argc, argv);
    if (command == NULL) {
        return main_usage(stderr);
    }

    main_harden();
    log_set_level(getenv("LOG_LEVEL"));

    if (config_load(&cfg, err, sizeof(err)) != 0) {
        fprintf(stderr, "paperal-worker: %s\n", err);
        return 2;
    }

    rc = command->run(&cfg, argv + argc - command->nargs);

    config_release(&cfg);

    return rc;
}


static const main_command_t *
main_find(int argc, char **argv)
{
    int                    words;
    const main_command_t  *c;

    for (c = main_commands; c->name != NULL; c++) {
        words = c->sub != NULL ? 2 : 1;

        if (argc == 1 + words + c->nargs && strcmp(argv[1], c->name) == 0
            && (c->sub == NULL || strcmp(argv[2], c->sub) == 0))
        {
            return c;
        }
    }

    return NULL;
}


static int
main_usage(FILE *out)
{
    char                   words[64];
    const main_command_t  *c;

    fprintf(out, "usage: paperal-worker COMMAND\n\n");

    for (c = main_commands; c->name != NULL; c++) {
        if (c->help != NULL) {
            snprintf(words, sizeof(words), "%s%s%s %s", c->name,
                     c->sub != NULL ? " " : "", c->sub != NULL ? c->sub : "",
                     c->arguments);
            fprintf(out, "  %-20s  %s\n", words, c->help);
        }
    }

    fprintf(out, "\nSettings are environment variables (see .env.example);"
                 " .env.local is read too.\n");

    return out == stdout ? 0 : 2;
}


/* Papers and secrets are in memory: no core files, no ptrace by equals. */
static void
main_harden(void)
{
    struct rlimit  none = { 0, 0 };

    (void) setrlimit(RLIMIT_CORE, &none);
    (void) prctl(PR_SET_DUMPABLE, 0);
}


static int
main_run(const config_t *cfg, char **args)
{
    (void) args;

    log_set_process("master");

    return master_run(cfg);
}


static int
main_slot(const config_t *cfg, char **args)
{
    int          i;
    char         name[32];
    const char  *number, *end;

    /* OWNER is host/pid/number/generation: the log shows the number */

    number = args[0];

    for (i = 0; i < 2 && number != NULL; i++) {
        number = strchr(number, '/');
        number = number != NULL ? number + 1 : NULL;
    }

    end = number != NULL ? strchr(number, '/') : NULL;

    if (end == NULL) {
        return main_usage(stderr);
    }

    snprintf(name, sizeof(name), "slot %.*s", (int) (end - number), number);
    log_set_process(name);

    return slot_run(cfg, args[0]);
}


static int
main_migrate(const config_t *cfg, char **args)
{
    char  err[256];

    (void) args;

    log_set_process("migrate");

    /* it comes first: what the workers would refuse is said here and once */

    if (llm_prices_load(cfg->llm_prices, err, sizeof(err)) != 0) {
        fprintf(stderr, "paperal-worker: LLM_PRICES: %s\n", err);
        return 2;
    }

    return migrate_run(cfg);
}
