/*
 * Opaque credentials.
 */

#include "paperal_token.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "paperal_codec.h"
#include "paperal_error.h"


#define TOKEN_BYTES  32


/* indexed by paperal_token_e */
static const char  *const token_prefixes[] = {
    NULL, "pat_", "prt_", "pss_", "pak_"
};

#define TOKEN_KINDS  (sizeof(token_prefixes) / sizeof(token_prefixes[0]))


int
paperal_token_code(char out[PAPERAL_CODE_SIZE])
{
    int            rc;
    paperal_buf_t  b;
    unsigned char  bytes[TOKEN_BYTES];

    if (RAND_bytes(bytes, sizeof(bytes)) != 1) {
        return PAPERAL_ERROR;
    }

    paperal_buf_fixed(&b, out, PAPERAL_CODE_SIZE);
    paperal_base64url_encode(&b, bytes, sizeof(bytes));
    rc = b.failed ? PAPERAL_ERROR : PAPERAL_OK;

    OPENSSL_cleanse(bytes, sizeof(bytes));

    return rc;
}


int
paperal_token_generate(paperal_token_e kind, char out[PAPERAL_TOKEN_SIZE])
{
    if (kind <= PAPERAL_TOKEN_NONE || (size_t) kind >= TOKEN_KINDS
        || paperal_token_code(out + PAPERAL_TOKEN_PREFIX_LEN) != PAPERAL_OK)
    {
        return PAPERAL_ERROR;
    }

    memcpy(out, token_prefixes[kind], PAPERAL_TOKEN_PREFIX_LEN);

    return PAPERAL_OK;
}


paperal_token_e
paperal_token_kind(const char *s, size_t len)
{
    char           bytes[TOKEN_BYTES + 1];
    size_t         kind;
    paperal_buf_t  b;

    if (len != PAPERAL_TOKEN_LEN) {
        return PAPERAL_TOKEN_NONE;
    }

    for (kind = 1; kind < TOKEN_KINDS; kind++) {
        if (memcmp(s, token_prefixes[kind], PAPERAL_TOKEN_PREFIX_LEN) == 0) {
            break;
        }
    }

    paperal_buf_fixed(&b, bytes, sizeof(bytes));

    if (kind == TOKEN_KINDS
        || paperal_base64url_decode(&b, s + PAPERAL_TOKEN_PREFIX_LEN,
                                    PAPERAL_TOKEN_RANDOM_LEN)
           != PAPERAL_OK)
    {
        kind = PAPERAL_TOKEN_NONE;
    }

    paperal_buf_wipe(&b);

    return (paperal_token_e) kind;
}


int
paperal_token_hash(const char *s, size_t len,
    char hex[PAPERAL_SHA256_HEX_SIZE])
{
    return paperal_sha256_hex(s, len, hex);
}


int
paperal_secret_equal(const void *a, size_t a_len, const void *b, size_t b_len)
{
    return a_len == b_len && (a_len == 0 || CRYPTO_memcmp(a, b, a_len) == 0);
}


void
paperal_secret_wipe(void *p, size_t len)
{
    if (len > 0) {
        OPENSSL_cleanse(p, len);
    }
}
