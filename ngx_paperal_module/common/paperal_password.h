/*
 * Passwords: the rules for new ones, and scrypt (N = 2^15, r = 8, p = 3,
 * RFC 7914) in a string of its own parameters:
 *
 *     $scrypt$ln=15,r=8,p=3$<salt>$<hash>        base64 without padding
 *
 * Hashing and verifying take about 0.3 s and 32 MiB each: call them in a
 * thread pool.  They keep no state and may run in several threads.
 */

#ifndef PAPERAL_PASSWORD_H
#define PAPERAL_PASSWORD_H


#include <stddef.h>


#define PAPERAL_PASSWORD_MIN_CHARS  10
#define PAPERAL_PASSWORD_MAX_CHARS  128
#define PAPERAL_PASSWORD_MAX_LEN    512      /* bytes: 4 for each character */
#define PAPERAL_PASSWORD_SIZE       128      /* of a hash string, with '\0' */


typedef enum {
    PAPERAL_PASSWORD_OK = 0,
    PAPERAL_PASSWORD_NOT_TEXT,     /* not UTF-8, or with control characters */
    PAPERAL_PASSWORD_TOO_SHORT,
    PAPERAL_PASSWORD_TOO_LONG,
    PAPERAL_PASSWORD_COMMON,
    PAPERAL_PASSWORD_SIMPLE,       /* one repeated pattern, a sequence */
    PAPERAL_PASSWORD_LIKE_EMAIL    /* the address or its local part */
} paperal_password_e;


/*
 * Checks a new password by the rules; email may be NULL.  Letter case does
 * not matter to the last three rules.
 */
paperal_password_e paperal_password_check(const char *password, size_t len,
    const char *email, size_t email_len);

/* Why a password was refused, for people: "must have at least 10 ..." */
const char *paperal_password_reason(paperal_password_e code);

/*
 * Writes the '\0'-terminated hash string of a password (at most
 * PAPERAL_PASSWORD_MAX_LEN bytes; the rules are not applied) with a new salt.
 * PAPERAL_ERROR for a longer one, without memory or randomness.
 */
int paperal_password_hash(char out[PAPERAL_PASSWORD_SIZE],
    const char *password, size_t len);

/*
 * 1 if the password belongs to the hash string, 0 if not, PAPERAL_ERROR if
 * the string is malformed, asks for more than 64 MiB or other parameters out
 * of bounds (ln 10..20, r 1..32, p 1..16), or there is no memory.
 */
int paperal_password_verify(const char *hash, size_t hash_len,
    const char *password, size_t len);

/*
 * Costs as much as a verification and returns 0 (PAPERAL_ERROR without
 * memory): for unknown accounts.
 */
int paperal_password_verify_dummy(const char *password, size_t len);

/* 1 if the string was made with other parameters than today's. */
int paperal_password_is_outdated(const char *hash, size_t hash_len);


#endif /* PAPERAL_PASSWORD_H */
