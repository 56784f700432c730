/*
 * UUIDs: check, normal form, generation.
 */

#include "paperal_uuid.h"

#include <string.h>

#include <openssl/rand.h>

#include "paperal_codec.h"
#include "paperal_error.h"


int
paperal_uuid_normalize(char out[PAPERAL_UUID_SIZE], const char *s, size_t len)
{
    char    c, lower[PAPERAL_UUID_SIZE];
    size_t  i;

    if (len != PAPERAL_UUID_LEN) {
        return PAPERAL_ERROR;
    }

    for (i = 0; i < len; i++) {
        c = s[i];

        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (c != '-') {
                return PAPERAL_ERROR;
            }

        } else if (c >= 'A' && c <= 'F') {
            c = (char) (c | 0x20);

        } else if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            return PAPERAL_ERROR;
        }

        lower[i] = c;
    }

    lower[len] = '\0';
    memcpy(out, lower, sizeof(lower));

    return PAPERAL_OK;
}


int
paperal_uuid_is_valid(const char *s, size_t len)
{
    char  out[PAPERAL_UUID_SIZE];

    return paperal_uuid_normalize(out, s, len) == PAPERAL_OK;
}


int
paperal_uuid_generate(char out[PAPERAL_UUID_SIZE])
{
    char           hex[33];
    size_t         i, n;
    unsigned char  bytes[16];

    if (RAND_bytes(bytes, sizeof(bytes)) != 1) {
        return PAPERAL_ERROR;
    }

    bytes[6] = (bytes[6] & 0x0f) | 0x40;         /* version 4 */
    bytes[8] = (bytes[8] & 0x3f) | 0x80;         /* variant of RFC 4122 */

    paperal_hex_encode(hex, bytes, sizeof(bytes));

    for (i = 0, n = 0; i < 32; i++) {
        if (i == 8 || i == 12 || i == 16 || i == 20) {
            out[n++] = '-';
        }

        out[n++] = hex[i];
    }

    out[n] = '\0';

    return PAPERAL_OK;
}
