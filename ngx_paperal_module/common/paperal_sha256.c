/*
 * SHA-256 and HMAC-SHA256 over OpenSSL.
 */

#include "paperal_sha256.h"

#include <limits.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "paperal_codec.h"
#include "paperal_error.h"


int
paperal_sha256(const void *data, size_t len,
    unsigned char digest[PAPERAL_SHA256_LEN])
{
    return EVP_Digest(data, len, digest, NULL, EVP_sha256(), NULL) == 1
           ? PAPERAL_OK : PAPERAL_ERROR;
}


int
paperal_sha256_hex(const void *data, size_t len,
    char hex[PAPERAL_SHA256_HEX_SIZE])
{
    unsigned char  digest[PAPERAL_SHA256_LEN];

    if (paperal_sha256(data, len, digest) != PAPERAL_OK) {
        return PAPERAL_ERROR;
    }

    paperal_hex_encode(hex, digest, sizeof(digest));

    return PAPERAL_OK;
}


void
paperal_sha256_init(paperal_sha256_t *sha)
{
    sha->md = EVP_MD_CTX_new();
    sha->failed = sha->md == NULL
                  || EVP_DigestInit_ex(sha->md, EVP_sha256(), NULL) != 1;
}


void
paperal_sha256_update(paperal_sha256_t *sha, const void *data, size_t len)
{
    if (!sha->failed && len > 0
        && EVP_DigestUpdate(sha->md, data, len) != 1)
    {
        sha->failed = 1;
    }
}


int
paperal_sha256_final(paperal_sha256_t *sha,
    unsigned char digest[PAPERAL_SHA256_LEN])
{
    int  rc;

    rc = PAPERAL_ERROR;

    if (sha->md != NULL && !sha->failed
        && EVP_DigestFinal_ex(sha->md, digest, NULL) == 1)
    {
        rc = PAPERAL_OK;
    }

    paperal_sha256_release(sha);

    return rc;
}


int
paperal_sha256_final_hex(paperal_sha256_t *sha,
    char hex[PAPERAL_SHA256_HEX_SIZE])
{
    unsigned char  digest[PAPERAL_SHA256_LEN];

    if (paperal_sha256_final(sha, digest) != PAPERAL_OK) {
        return PAPERAL_ERROR;
    }

    paperal_hex_encode(hex, digest, sizeof(digest));

    return PAPERAL_OK;
}


void
paperal_sha256_release(paperal_sha256_t *sha)
{
    EVP_MD_CTX_free(sha->md);
    sha->md = NULL;
    sha->failed = 1;
}


int
paperal_hmac_sha256(const void *key, size_t key_len, const void *data,
    size_t len, unsigned char digest[PAPERAL_SHA256_LEN])
{
    if (key_len > INT_MAX) {
        return PAPERAL_ERROR;
    }

    /* OpenSSL takes a NULL key for "the one before" */
    return HMAC(EVP_sha256(), key_len > 0 ? key : "", (int) key_len, data,
                len, digest, NULL) != NULL
           ? PAPERAL_OK : PAPERAL_ERROR;
}


int
paperal_sha256_is_hex(const char *s, size_t len)
{
    size_t  i;

    if (len != PAPERAL_SHA256_HEX_LEN) {
        return 0;
    }

    for (i = 0; i < len; i++) {
        if (!((s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'f'))) {
            return 0;
        }
    }

    return 1;
}
