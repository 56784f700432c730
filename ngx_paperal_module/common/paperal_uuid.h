/*
 * UUIDs in their canonical form, 8-4-4-4-12 hex digits.  Any version and
 * variant is accepted, as PostgreSQL does.
 */

#ifndef PAPERAL_UUID_H
#define PAPERAL_UUID_H


#include <stddef.h>


#define PAPERAL_UUID_LEN   36
#define PAPERAL_UUID_SIZE  37                /* with the '\0' */


/* 1 if s is a UUID, in either case. */
int paperal_uuid_is_valid(const char *s, size_t len);

/*
 * Writes s in lower case; PAPERAL_ERROR, and out unchanged, if it is none.
 */
int paperal_uuid_normalize(char out[PAPERAL_UUID_SIZE], const char *s,
    size_t len);

/* A random (version 4) UUID; PAPERAL_ERROR without randomness. */
int paperal_uuid_generate(char out[PAPERAL_UUID_SIZE]);


#endif /* PAPERAL_UUID_H */
