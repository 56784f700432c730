/*
 * Opaque credentials: a prefix that tells the kind, and 32 random bytes in
 * base64url.  The server keeps only the SHA-256 of the whole string: with 256
 * random bits neither salt nor a slow hash adds anything.
 */

#ifndef PAPERAL_TOKEN_H
#define PAPERAL_TOKEN_H


#include <stddef.h>

#include "paperal_sha256.h"


#define PAPERAL_TOKEN_PREFIX_LEN  4
#define PAPERAL_TOKEN_RANDOM_LEN  43
#define PAPERAL_TOKEN_LEN         47
#define PAPERAL_TOKEN_SIZE        48         /* with the '\0' */
#define PAPERAL_TOKEN_SHOWN_LEN   12         /* kept readable of an API key */
#define PAPERAL_CODE_SIZE         44         /* 43 characters and the '\0' */


typedef enum {
    PAPERAL_TOKEN_NONE = 0,
    PAPERAL_TOKEN_ACCESS,          /* pat_ */
    PAPERAL_TOKEN_REFRESH,         /* prt_ */
    PAPERAL_TOKEN_SESSION,         /* pss_ */
    PAPERAL_TOKEN_API_KEY          /* pak_ */
} paperal_token_e;


/* A new token; PAPERAL_ERROR without randomness or for an unknown kind. */
int paperal_token_generate(paperal_token_e kind, char out[PAPERAL_TOKEN_SIZE]);

/* 43 random base64url characters without a prefix: links, invitations. */
int paperal_token_code(char out[PAPERAL_CODE_SIZE]);

/* The kind of a well-formed token, PAPERAL_TOKEN_NONE for anything else. */
paperal_token_e paperal_token_kind(const char *s, size_t len);

/* What is stored and looked up: the SHA-256 of the whole token, in hex. */
int paperal_token_hash(const char *s, size_t len,
    char hex[PAPERAL_SHA256_HEX_SIZE]);

/* 1 if equal, in a time that depends on the lengths only. */
int paperal_secret_equal(const void *a, size_t a_len, const void *b,
    size_t b_len);

/* Overwrites, which no compiler leaves out; p may be NULL if len is 0. */
void paperal_secret_wipe(void *p, size_t len);


#endif /* PAPERAL_TOKEN_H */
