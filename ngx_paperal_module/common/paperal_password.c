/*
 * scrypt password hashes.  (The rules for new passwords are in
 * paperal_password_rules.c.)
 */

#include "paperal_password.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "paperal_buf.h"
#include "paperal_codec.h"
#include "paperal_error.h"


#define SCRYPT_LN        15
#define SCRYPT_R         8
#define SCRYPT_P         3

#define SCRYPT_MIN_LN    10
#define SCRYPT_MAX_LN    20
#define SCRYPT_MAX_R     32
#define SCRYPT_MAX_P     16
#define SCRYPT_MAX_MEM   (64 * 1024 * 1024)
#define SCRYPT_OVERHEAD  (1024 * 1024)       /* beside the 128 * N * r bytes */

#define SCRYPT_SALT_LEN  16
#define SCRYPT_HASH_LEN  32
#define SCRYPT_MAX_SALT  64


typedef struct {
    unsigned       ln;                       /* N = 2^ln */
    unsigned       r;
    unsigned       p;
    size_t         salt_len;
    unsigned char  salt[SCRYPT_MAX_SALT + 1];
    unsigned char  hash[SCRYPT_HASH_LEN + 1];
} scrypt_t;


/* Derives SCRYPT_HASH_LEN bytes of a password by the parameters and salt. */
static int
scrypt_derive(const scrypt_t *s, const char *password, size_t len,
    unsigned char *out)
{
    uint64_t  memory;

    memory = (uint64_t) 128 * s->r << s->ln;

    return EVP_PBE_scrypt(len > 0 ? password : "", len,
                          s->salt, s->salt_len, (uint64_t) 1 << s->ln,
                          s->r, s->p, memory + SCRYPT_OVERHEAD, out,
                          SCRYPT_HASH_LEN) == 1
           ? PAPERAL_OK : PAPERAL_ERROR;
}


/* Base64 without padding is base64 with it and a few characters less. */
static void
scrypt_append(paperal_buf_t *b, const unsigned char *data, size_t len)
{
    paperal_buf_char(b, '$');
    paperal_base64_encode(b, data, len);

    while (b->len > 0 && b->data[b->len - 1] == '=') {
        paperal_buf_truncate(b, b->len - 1);
    }
}


int
paperal_password_hash(char out[PAPERAL_PASSWORD_SIZE], const char *password,
    size_t len)
{
    int            rc;
    scrypt_t       s;
    paperal_buf_t  b;

    if (len > PAPERAL_PASSWORD_MAX_LEN) {
        return PAPERAL_ERROR;
    }

    s.ln = SCRYPT_LN;
    s.r = SCRYPT_R;
    s.p = SCRYPT_P;
    s.salt_len = SCRYPT_SALT_LEN;

    if (RAND_bytes(s.salt, SCRYPT_SALT_LEN) != 1
        || scrypt_derive(&s, password, len, s.hash) != PAPERAL_OK)
    {
        return PAPERAL_ERROR;
    }

    paperal_buf_fixed(&b, out, PAPERAL_PASSWORD_SIZE);
    paperal_buf_printf(&b, "$scrypt$ln=%u,r=%u,p=%u", s.ln, s.r, s.p);
    scrypt_append(&b, s.salt, s.salt_len);
    scrypt_append(&b, s.hash, SCRYPT_HASH_LEN);

    rc = b.failed ? PAPERAL_ERROR : PAPERAL_OK;

    OPENSSL_cleanse(&s, sizeof(s));

    return rc;
}


/* Skips a literal text at *pos; 0 if something else stands there. */
static int
scrypt_skip(const char **pos, const char *end, const char *text)
{
    size_t  len;

    len = strlen(text);

    if ((size_t) (end - *pos) < len || memcmp(*pos, text, len) != 0) {
        return 0;
    }

    *pos += len;

    return 1;
}


/* Reads "<text><number>" with a number of 1..max without leading zeros. */
static int
scrypt_number(const char **pos, const char *end, const char *text,
    unsigned max, unsigned *number)
{
    unsigned  n;

    if (!scrypt_skip(pos, end, text)) {
        return 0;
    }

    for (n = 0; *pos < end && **pos >= '0' && **pos <= '9'; (*pos)++) {
        n = n * 10 + (unsigned) (**pos - '0');

        if (n == 0 || n > max) {
            return 0;
        }
    }

    *number = n;

    return n > 0;
}


/*
 * Decodes "$<base64>" up to the next "$" or the end into at most size - 1
 * bytes; returns how many, 0 on an error.
 */
static size_t
scrypt_base64(const char **pos, const char *end, unsigned char *out,
    size_t size)
{
    char           padded[128];
    size_t         len;
    const char    *stop;
    paperal_buf_t  in, b;

    if (!scrypt_skip(pos, end, "$")) {
        return 0;
    }

    stop = memchr(*pos, '$', (size_t) (end - *pos));
    len = (size_t) ((stop != NULL ? stop : end) - *pos);

    paperal_buf_fixed(&in, padded, sizeof(padded));
    paperal_buf_bytes(&in, *pos, len);

    while (!in.failed && in.len % 4 != 0) {
        paperal_buf_char(&in, '=');
    }

    paperal_buf_fixed(&b, (char *) out, size);

    if (in.failed || memchr(*pos, '=', len) != NULL
        || paperal_base64_decode(&b, in.data, in.len) != PAPERAL_OK
        || b.failed)
    {
        return 0;
    }

    *pos += len;

    return b.len;
}


static int
scrypt_parse(scrypt_t *s, const char *hash, size_t len)
{
    const char  *pos, *end;

    if (len >= PAPERAL_PASSWORD_SIZE) {
        return PAPERAL_ERROR;
    }

    pos = hash;
    end = hash + len;

    if (!scrypt_skip(&pos, end, "$scrypt$")
        || !scrypt_number(&pos, end, "ln=", SCRYPT_MAX_LN, &s->ln)
        || !scrypt_number(&pos, end, ",r=", SCRYPT_MAX_R, &s->r)
        || !scrypt_number(&pos, end, ",p=", SCRYPT_MAX_P, &s->p)
        || s->ln < SCRYPT_MIN_LN
        || (uint64_t) 128 * s->r << s->ln > SCRYPT_MAX_MEM)
    {
        return PAPERAL_ERROR;
    }

    s->salt_len = scrypt_base64(&pos, end, s->salt, sizeof(s->salt));

    if (s->salt_len == 0
        || scrypt_base64(&pos, end, s->hash, sizeof(s->hash))
           != SCRYPT_HASH_LEN
        || pos != end)
    {
        return PAPERAL_ERROR;
    }

    return PAPERAL_OK;
}


int
paperal_password_verify(const char *hash, size_t hash_len,
    const char *password, size_t len)
{
    int            rc;
    scrypt_t       s;
    unsigned char  derived[SCRYPT_HASH_LEN];

    rc = scrypt_parse(&s, hash, hash_len);

    /* too long was never accepted; it need not cost anything */
    if (rc == PAPERAL_OK && len > PAPERAL_PASSWORD_MAX_LEN) {
        return 0;
    }

    if (rc == PAPERAL_OK) {
        rc = scrypt_derive(&s, password, len, derived);
    }

    if (rc == PAPERAL_OK) {
        rc = CRYPTO_memcmp(s.hash, derived, SCRYPT_HASH_LEN) == 0;
    }

    OPENSSL_cleanse(&s, sizeof(s));
    OPENSSL_cleanse(derived, sizeof(derived));

    return rc;
}


int
paperal_password_verify_dummy(const char *password, size_t len)
{
    int       rc;
    scrypt_t  s;

    if (len > PAPERAL_PASSWORD_MAX_LEN) {
        return 0;
    }

    s.ln = SCRYPT_LN;
    s.r = SCRYPT_R;
    s.p = SCRYPT_P;
    s.salt_len = SCRYPT_SALT_LEN;
    memset(s.salt, 0, sizeof(s.salt));

    rc = scrypt_derive(&s, password, len, s.hash);

    OPENSSL_cleanse(&s, sizeof(s));

    return rc == PAPERAL_OK ? 0 : PAPERAL_ERROR;
}


int
paperal_password_is_outdated(const char *hash, size_t hash_len)
{
    scrypt_t  s;

    return scrypt_parse(&s, hash, hash_len) != PAPERAL_OK
           || s.ln != SCRYPT_LN || s.r != SCRYPT_R || s.p != SCRYPT_P;
}
