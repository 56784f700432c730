/*
 * Opaque credentials.
 */

#include "paperal_token.h"
#include "paperal_error.h"

#include "test.h"


#define SAMPLE  "pat_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


static void
test_generate(void)
{
    int     kind;
    char    token[PAPERAL_TOKEN_SIZE], again[PAPERAL_TOKEN_SIZE];

    static const char  *prefixes[] = { "", "pat_", "prt_", "pss_", "pak_" };

    for (kind = PAPERAL_TOKEN_ACCESS; kind <= PAPERAL_TOKEN_API_KEY; kind++) {
        test_int(paperal_token_generate((paperal_token_e) kind, token),
                 PAPERAL_OK, "a token of kind %d", kind);
        test_int((long long) strlen(token), PAPERAL_TOKEN_LEN,
                 "has its length");
        test_mem(token, 4, prefixes[kind], 4, "and prefix");
        test_int(paperal_token_kind(token, strlen(token)), kind,
                 "is recognized");

        paperal_token_generate((paperal_token_e) kind, again);
        test_ok(strcmp(token, again) != 0, "another one differs");
    }

    test_int(paperal_token_generate(PAPERAL_TOKEN_NONE, token),
             PAPERAL_ERROR, "no kind, no token");
    test_int(paperal_token_generate((paperal_token_e) 5, token),
             PAPERAL_ERROR, "an unknown kind neither");

    test_int(paperal_token_code(token), PAPERAL_OK, "a code");
    test_int((long long) strlen(token), PAPERAL_CODE_SIZE - 1,
             "has its length");
    test_int((long long) strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
             "abcdefghijklmnopqrstuvwxyz0123456789-_"),
             PAPERAL_CODE_SIZE - 1, "and only its characters");
}


static void
test_kind(void)
{
    size_t  i;

    static const struct {
        const char  *s;
        int          kind;
    } cases[] = {
        { SAMPLE, PAPERAL_TOKEN_ACCESS },
        { "", PAPERAL_TOKEN_NONE },
        { "pat_", PAPERAL_TOKEN_NONE },
        { SAMPLE "A", PAPERAL_TOKEN_NONE },
        { "PAT_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
          PAPERAL_TOKEN_NONE },
        { "pxt_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
          PAPERAL_TOKEN_NONE },
        { "pat_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+",
          PAPERAL_TOKEN_NONE },
        { "pat_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9",
          PAPERAL_TOKEN_NONE },
        { "pat_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh'",
          PAPERAL_TOKEN_NONE }
    };

    for (i = 0; i < test_count(cases); i++) {
        test_int(paperal_token_kind(cases[i].s, strlen(cases[i].s)),
                 cases[i].kind, "kind of \"%s\"", cases[i].s);
    }
}


static void
test_hash(void)
{
    char  hex[PAPERAL_SHA256_HEX_SIZE];

    test_int(paperal_token_hash("abc", 3, hex), PAPERAL_OK, "a hash");
    test_str(hex, "ba7816bf8f01cfea414140de5dae2223"
             "b00361a396177a9cb410ff61f20015ad", "is SHA-256 of all of it");
}


static void
test_secrets(void)
{
    char  secret[8] = "secret!";

    test_int(paperal_secret_equal("abc", 3, "abc", 3), 1, "equal");
    test_int(paperal_secret_equal("abc", 3, "abd", 3), 0, "another byte");
    test_int(paperal_secret_equal("abc", 3, "abc", 2), 0, "another length");
    test_int(paperal_secret_equal("a\0b", 3, "a\0c", 3), 0, "after a zero");
    test_int(paperal_secret_equal(NULL, 0, NULL, 0), 1, "nothing");

    paperal_secret_wipe(secret, sizeof(secret));
    test_mem(secret, 8, "\0\0\0\0\0\0\0\0", 8, "wiped");
    paperal_secret_wipe(NULL, 0);
}


int
main(void)
{
    test_generate();
    test_kind();
    test_hash();
    test_secrets();

    return test_done();
}
