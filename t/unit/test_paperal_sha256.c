/*
 * SHA-256 (vectors of FIPS 180-2) and HMAC-SHA256 (RFC 4231).
 */

#include "paperal_sha256.h"
#include "paperal_codec.h"
#include "paperal_error.h"

#include "test.h"


#define EMPTY  "e3b0c44298fc1c149afbf4c8996fb924"                             \
               "27ae41e4649b934ca495991b7852b855"
#define ABC    "ba7816bf8f01cfea414140de5dae2223"                             \
               "b00361a396177a9cb410ff61f20015ad"
#define LONG   "248d6a61d20638b8e5c026930c3e6039"                             \
               "a33ce45964ff2167f6ecedd419db06c1"
#define MEGA   "cdc76e5c9914fb9281a1c7e284d73e67"                             \
               "f1809a48a497200e046d39ccc7112cd0"


static const char  two_blocks[] =
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";


static void
test_once(void)
{
    char  hex[PAPERAL_SHA256_HEX_SIZE];

    test_int(paperal_sha256_hex("", 0, hex), PAPERAL_OK, "nothing");
    test_str(hex, EMPTY, "has its digest");
    paperal_sha256_hex(NULL, 0, hex);
    test_str(hex, EMPTY, "without an address too");
    paperal_sha256_hex("abc", 3, hex);
    test_str(hex, ABC, "three bytes");
    paperal_sha256_hex(two_blocks, strlen(two_blocks), hex);
    test_str(hex, LONG, "two blocks");
}


static void
test_pieces(void)
{
    int               i, rc;
    char              a[1000], hex[PAPERAL_SHA256_HEX_SIZE];
    size_t            split, len;
    unsigned char     digest[PAPERAL_SHA256_LEN];
    paperal_sha256_t  sha;

    memset(a, 'a', sizeof(a));
    paperal_sha256_init(&sha);

    for (i = 0; i < 1000; i++) {
        paperal_sha256_update(&sha, a, sizeof(a));
    }

    test_int(paperal_sha256_final_hex(&sha, hex), PAPERAL_OK, "a million");
    test_str(hex, MEGA, "has its digest");

    len = strlen(two_blocks);

    for (split = 0; split <= len; split++) {
        paperal_sha256_init(&sha);
        paperal_sha256_update(&sha, two_blocks, split);
        paperal_sha256_update(&sha, two_blocks + split, len - split);
        rc = paperal_sha256_final(&sha, digest);
        paperal_hex_encode(hex, digest, sizeof(digest));

        if (rc != PAPERAL_OK || strcmp(hex, LONG) != 0) {
            break;
        }
    }

    test_int((long long) split, (long long) len + 1, "every split is equal");

    memset(digest, 7, sizeof(digest));
    test_int(paperal_sha256_final(&sha, digest), PAPERAL_ERROR,
             "a second final is refused");
    test_int(digest[0], 7, "and writes nothing");

    paperal_sha256_init(&sha);
    paperal_sha256_update(&sha, "x", 1);
    paperal_sha256_release(&sha);
    paperal_sha256_release(&sha);
    paperal_sha256_update(&sha, "x", 1);
    test_int(paperal_sha256_final_hex(&sha, hex), PAPERAL_ERROR,
             "a released sum has no digest");
}


static void
test_hmac(void)
{
    char           hex[PAPERAL_SHA256_HEX_SIZE], key[131];
    unsigned char  digest[PAPERAL_SHA256_LEN];

    paperal_hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28,
                        digest);
    paperal_hex_encode(hex, digest, sizeof(digest));
    test_str(hex, "5bdcc146bf60754e6a042426089575c7"
             "5a003f089d2739839dec58b964ec3843", "RFC 4231, case 2");

    memset(key, 0xaa, sizeof(key));
    paperal_hmac_sha256(key, sizeof(key), "Test Using Larger Than Block-Size "
                        "Key - Hash Key First", 54, digest);
    paperal_hex_encode(hex, digest, sizeof(digest));
    test_str(hex, "60e431591ee0b67f0d8a26aacbf5b77f"
             "8e0bc6213728c5140546040f0ee37f54", "RFC 4231, case 6");

    test_int(paperal_hmac_sha256(NULL, 0, "", 0, digest), PAPERAL_OK,
             "an empty key");
    paperal_hex_encode(hex, digest, sizeof(digest));
    test_str(hex, "b613679a0814d9ec772f95d778c35fc5"
             "ff1697c493715653c6c712144292c5ad", "has its digest");
}


static void
test_is_hex(void)
{
    char    s[66];
    size_t  i;

    test_int(paperal_sha256_is_hex(ABC, 64), 1, "a digest");
    test_int(paperal_sha256_is_hex(ABC, 63), 0, "too short");
    test_int(paperal_sha256_is_hex(ABC "0", 65), 0, "too long");
    test_int(paperal_sha256_is_hex("", 0), 0, "empty");

    for (i = 0; i < 64; i++) {
        memcpy(s, ABC, 64);
        s[i] = "AGg/:`@ .\n"[i % 10];

        if (paperal_sha256_is_hex(s, 64)) {
            break;
        }
    }

    test_int((long long) i, 64, "a foreign character anywhere is refused");
}


int
main(void)
{
    test_once();
    test_pieces();
    test_hmac();
    test_is_hex();

    return test_done();
}
