/*
 * Who runs what.
 *
 * Started as root, every server runs as a system user of its own; started by
 * anybody else, everything runs as that user and no name is looked up.
 */

#ifndef PAPERAL_LOCAL_USERS_H
#define PAPERAL_LOCAL_USERS_H

#include <sys/types.h>


typedef struct {
    const char  *name;
    uid_t        uid;
    gid_t        gid;
} user_t;

typedef struct {
    int     root;      /* 1 when privileges are to be dropped */
    user_t  self;      /* who started the supervisor */
    user_t  postgres;
    user_t  redis;
    user_t  web;       /* nginx workers: www-data in group paperal */
    user_t  worker;    /* paperal; made by users_find() when missing */
} users_t;


/* Fills users; -1 after a line on stderr when a user cannot be had. */
int users_find(users_t *users);

/* Becomes the user for good, with its groups; -1 when refused. */
int users_become(const user_t *user);

/*
 * Whether the user can use path: mode is R_OK, W_OK, X_OK as for access().
 * Asks the kernel, in a child that has become the user.
 */
int users_can(const user_t *user, const char *path, int mode);


#endif /* PAPERAL_LOCAL_USERS_H */
