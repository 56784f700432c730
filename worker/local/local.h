/*
 * The local set-up: what its parts know of each other.
 *
 * "make run" starts build/paperal-local, which runs a whole Paperal on one
 * machine: a private PostgreSQL and Redis, nginx with the module, the worker.
 * It is not part of a deployment.  Reading order: main.c (the life of a run),
 * settings.h (what was asked for), state.h (where things lie), process.h (how
 * servers are started and stopped), then one file per server.
 */

#ifndef PAPERAL_LOCAL_LOCAL_H
#define PAPERAL_LOCAL_LOCAL_H

#include "process.h"
#include "users.h"

#define LOCAL_DATABASE     "paperal"
#define LOCAL_OWNER        "paperal_owner"
#define LOCAL_WEB          "paperal_web"
#define LOCAL_WORKER       "paperal_worker"

#define LOCAL_READY_MS     60000
#define LOCAL_RECOVERY_MS  300000    /* PostgreSQL after a crash */
#define LOCAL_POLL_MS      20


/* Strings live as long as the process; paths are absolute, without links. */
typedef struct {

    /* settings.h */
    char           *root;          /* the clone */
    char           *build;         /* where the programs were built */
    char           *var;           /* $PAPERAL_VAR */
    int             port;
    char          **command;       /* to run instead of waiting, or NULL */
    unsigned        scratch:1;     /* var is temporary and may lose data */
    unsigned        servers:1;     /* nginx and worker too */
    unsigned        own_postgres:1;
    unsigned        own_redis:1;

    /* state.h */
    users_t         users;
    char           *run;           /* pid files, lock, local.env */
    char           *logs;
    char           *state;         /* data, reachable for every user */
    char           *sockets;
    char           *programs;      /* paperal-worker, paperal-extract */
    char           *storage;

    /* external.h; NULL with a PostgreSQL of our own */
    char           *migrate_user;
    char           *migrate_password;
    char           *web_password;
    char           *worker_password;

    /* what programs are given; see settings_env() */
    char          **web_env;
    char          **worker_env;
    char          **migrate_env;
    char          **command_env;
    char          **plain_env;     /* for PostgreSQL and Redis */

    process_set_t   processes;

} local_t;


#endif /* PAPERAL_LOCAL_LOCAL_H */
