/*
 * SHA-256 over OpenSSL's EVP: in one call, or in pieces.
 *
 *     paperal_sha256_t  sha;
 *
 *     paperal_sha256_init(&sha);
 *     paperal_sha256_update(&sha, data, len);        as often as needed
 *     rc = paperal_sha256_final_hex(&sha, hex);      or paperal_sha256_final()
 *
 * A failure (OpenSSL out of memory) sticks and is returned by the final call,
 * which also frees; paperal_sha256_release() is for a sum that is given up.
 */

#ifndef PAPERAL_SHA256_H
#define PAPERAL_SHA256_H


#include <stddef.h>


#define PAPERAL_SHA256_LEN       32
#define PAPERAL_SHA256_HEX_LEN   64
#define PAPERAL_SHA256_HEX_SIZE  65          /* with the '\0' */


typedef struct {
    void      *md;             /* EVP_MD_CTX, NULL after final or release */
    unsigned   failed:1;
} paperal_sha256_t;


/* All return PAPERAL_OK or PAPERAL_ERROR; on an error nothing is written. */
int paperal_sha256(const void *data, size_t len,
    unsigned char digest[PAPERAL_SHA256_LEN]);
int paperal_sha256_hex(const void *data, size_t len,
    char hex[PAPERAL_SHA256_HEX_SIZE]);

void paperal_sha256_init(paperal_sha256_t *sha);
void paperal_sha256_update(paperal_sha256_t *sha, const void *data,
    size_t len);
int paperal_sha256_final(paperal_sha256_t *sha,
    unsigned char digest[PAPERAL_SHA256_LEN]);
int paperal_sha256_final_hex(paperal_sha256_t *sha,
    char hex[PAPERAL_SHA256_HEX_SIZE]);
void paperal_sha256_release(paperal_sha256_t *sha);

/* HMAC-SHA256 (RFC 2104); the key may be of any length. */
int paperal_hmac_sha256(const void *key, size_t key_len, const void *data,
    size_t len, unsigned char digest[PAPERAL_SHA256_LEN]);

/* 1 if s is 64 lower-case hex digits: the only form used in keys and rows. */
int paperal_sha256_is_hex(const char *s, size_t len);


#endif /* PAPERAL_SHA256_H */
