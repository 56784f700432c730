/*
 * Password hashes (the vectors of RFC 7914, section 12, in our form: the
 * first 32 of their 64 bytes) and the rules.
 */

#include "paperal_password.h"
#include "paperal_error.h"

#include "test.h"


#define VECTOR_1  "$scrypt$ln=10,r=8,p=16$TmFDbA$"                            \
                  "/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI"
#define VECTOR_2  "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$"                \
                  "cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI"


static void
test_vectors(void)
{
    test_int(paperal_password_verify(VECTOR_1, strlen(VECTOR_1),
                                     "password", 8), 1, "RFC 7914, vector 2");
    test_int(paperal_password_verify(VECTOR_1, strlen(VECTOR_1),
                                     "passwore", 8), 0, "another password");
    test_int(paperal_password_verify(VECTOR_1, strlen(VECTOR_1), "", 0), 0,
             "no password");
    test_int(paperal_password_verify(VECTOR_2, strlen(VECTOR_2),
                                     "pleaseletmein", 13), 1,
             "RFC 7914, vector 3");
    test_int(paperal_password_is_outdated(VECTOR_2, strlen(VECTOR_2)), 1,
             "its parameters are not ours");
}


static void
test_hash(void)
{
    char  hash[PAPERAL_PASSWORD_SIZE], again[PAPERAL_PASSWORD_SIZE];
    char  longest[PAPERAL_PASSWORD_MAX_LEN + 1];

    memset(longest, 'x', sizeof(longest));

    test_int(paperal_password_hash(hash, "pass\0word", 9), PAPERAL_OK,
             "a password is hashed");
    test_mem(hash, 22, "$scrypt$ln=15,r=8,p=3$", 22, "in its form");
    test_int(paperal_password_verify(hash, strlen(hash), "pass\0word", 9), 1,
             "and verified");
    test_int(paperal_password_verify(hash, strlen(hash), "pass\0work", 9), 0,
             "behind a zero byte too");
    test_int(paperal_password_is_outdated(hash, strlen(hash)), 0,
             "with today's parameters");

    paperal_password_hash(again, "pass\0word", 9);
    test_ok(strcmp(hash, again) != 0, "each time with another salt");

    test_int(paperal_password_hash(hash, longest, sizeof(longest)),
             PAPERAL_ERROR, "too long a password is not hashed");
    test_int(paperal_password_verify(hash, strlen(hash), longest,
                                     sizeof(longest)), 0,
             "nor does it fit any");
    test_int(paperal_password_verify_dummy("password", 8), 0,
             "nothing fits an unknown account");
    test_int(paperal_password_verify_dummy(longest, sizeof(longest)), 0,
             "whatever is tried");
}


static void
test_malformed(void)
{
    size_t  i;

    static const char  *cases[] = {
        "", "$", "password", "$scrypt$", "$scrypt$ln=15,r=8,p=3",
        "$scrypt$ln=15,r=8,p=3$", "$scrypt$ln=15,r=8,p=3$TmFDbA$",
        "$scrypt$ln=15,r=8,p=3$TmFDbA",
        "$bcrypt$ln=10,r=8,p=16$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2"
            "Y0s3MWI",
        "$scrypt$ln=9,r=8,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0"
            "s3MWI",
        "$scrypt$ln=21,r=8,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y"
            "0s3MWI",
        "$scrypt$ln=20,r=8,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y"
            "0s3MWI",
        "$scrypt$ln=10,r=33,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2"
            "Y0s3MWI",
        "$scrypt$ln=10,r=8,p=17$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2"
            "Y0s3MWI",
        "$scrypt$ln=10,r=0,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y"
            "0s3MWI",
        "$scrypt$ln=010,r=8,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2"
            "Y0s3MWI",
        "$scrypt$ln=99999999999999999999,r=8,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp"
            "/nxq18vII3gw53N2Y0s3MWI",
        "$scrypt$ln=-10,r=8,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2"
            "Y0s3MWI",
        "$scrypt$r=8,ln=10,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y"
            "0s3MWI",
        "$scrypt$ln=10,r=8,p=1$TmF*bA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y"
            "0s3MWI",
        "$scrypt$ln=10,r=8,p=1$TmFDb$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0"
            "s3MWI",
        "$scrypt$ln=10,r=8,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y"
            "0s3MW",
        "$scrypt$ln=10,r=8,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y"
            "0s3MWI=",
        "$scrypt$ln=10,r=8,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y"
            "0s3MWI$",
        "$scrypt$ln=10,r=8,p=1$TmFDbA==$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N"
            "2Y0s3MWI"
    };

    for (i = 0; i < test_count(cases); i++) {
        test_int(paperal_password_verify(cases[i], strlen(cases[i]),
                                         "password", 8), PAPERAL_ERROR,
                 "\"%s\" is refused", cases[i]);
        test_int(paperal_password_is_outdated(cases[i], strlen(cases[i])), 1,
                 "and outdated");
    }
}


static void
test_rules(void)
{
    size_t       i;
    const char  *email;

    static const struct {
        const char  *password;
        int          code;
    } cases[] = {
        { "correct horse battery staple", PAPERAL_PASSWORD_OK },
        { "Tr0ub4dor&3", PAPERAL_PASSWORD_OK },
        { "          x", PAPERAL_PASSWORD_OK },
        { "\xe8\xae\xba\xe6\x96\x87\xe5\x88\x86\xe6\x9e\x90\xe7\xb3\xbb"
          "\xe7\xbb\x9f\xe5\xaf\x86\xe7\xa0\x81\xe4\xb8\x80\xe4\xba\x8c",
          PAPERAL_PASSWORD_OK },

        { "", PAPERAL_PASSWORD_TOO_SHORT },
        { "Tr0ub4d0r", PAPERAL_PASSWORD_TOO_SHORT },
        { "\xe8\xae\xba\xe6\x96\x87\xe5\x88\x86\xe6\x9e\x90",
          PAPERAL_PASSWORD_TOO_SHORT },
        { "valid\xff" "length", PAPERAL_PASSWORD_NOT_TEXT },
        { "with\ncontrol", PAPERAL_PASSWORD_NOT_TEXT },
        { "with\xc2\x85 this", PAPERAL_PASSWORD_NOT_TEXT },

        { "1234567890", PAPERAL_PASSWORD_COMMON },
        { "password123", PAPERAL_PASSWORD_COMMON },
        { "PassWord123", PAPERAL_PASSWORD_COMMON },
        { "qwertyuiop", PAPERAL_PASSWORD_COMMON },
        { "!@#$%^&*()", PAPERAL_PASSWORD_COMMON },
        { "zzzzzzzzzz", PAPERAL_PASSWORD_COMMON },
        { "zz123456789", PAPERAL_PASSWORD_COMMON },
        { "administrator", PAPERAL_PASSWORD_COMMON },
        { "password1234x", PAPERAL_PASSWORD_OK },

        { "bbbbbbbbbbbbbbb", PAPERAL_PASSWORD_SIMPLE },
        { "xyxyxyxyxyx", PAPERAL_PASSWORD_SIMPLE },
        { "AbcdaBcdabCd", PAPERAL_PASSWORD_SIMPLE },
        { "abcdeabcdeabcde", PAPERAL_PASSWORD_OK },
        { "klmnopqrst", PAPERAL_PASSWORD_SIMPLE },
        { "zyxwvutsrqp", PAPERAL_PASSWORD_SIMPLE },
        { "klmnopqrsu", PAPERAL_PASSWORD_OK },

        { "Ada.Lovelace@example.org", PAPERAL_PASSWORD_LIKE_EMAIL },
        { "ada.LOVELACE", PAPERAL_PASSWORD_LIKE_EMAIL },
        { "ada.lovelacf", PAPERAL_PASSWORD_OK },
        { "ada.lovelace1", PAPERAL_PASSWORD_OK }
    };

    email = "ada.lovelace@Example.org";

    for (i = 0; i < test_count(cases); i++) {
        test_int(paperal_password_check(cases[i].password,
                                        strlen(cases[i].password), email,
                                        strlen(email)),
                 cases[i].code, "\"%s\"", cases[i].password);
        test_ok((paperal_password_reason(
                     (paperal_password_e) cases[i].code)[0] == '\0')
                == (cases[i].code == PAPERAL_PASSWORD_OK), "has its reason");
    }

    test_int(paperal_password_check("ada.lovelace", 12, NULL, 0),
             PAPERAL_PASSWORD_OK, "without an address nothing is like it");
    test_int(paperal_password_check("zero\0inside", 11, NULL, 0),
             PAPERAL_PASSWORD_NOT_TEXT, "a zero byte is no text");
}


static void
test_lengths(void)
{
    int   i;
    char  s[PAPERAL_PASSWORD_MAX_LEN + 1];

    for (i = 0; i < 129; i++) {
        s[i] = (char) ('a' + i * i % 23);
    }

    test_int(paperal_password_check(s, 10, NULL, 0), PAPERAL_PASSWORD_OK,
             "10 characters");
    test_int(paperal_password_check(s, 128, NULL, 0), PAPERAL_PASSWORD_OK,
             "128 characters");
    test_int(paperal_password_check(s, 129, NULL, 0),
             PAPERAL_PASSWORD_TOO_LONG, "129 characters");

    for (i = 0; i < 128; i++) {
        memcpy(s + 4 * i, "\xf0\x9f\x93", 3);
        s[4 * i + 3] = (char) (0x80 + i * i % 23);
    }

    test_int(paperal_password_check(s, 512, NULL, 0), PAPERAL_PASSWORD_OK,
             "128 characters of four bytes");
    s[512] = 'x';
    test_int(paperal_password_check(s, 513, NULL, 0),
             PAPERAL_PASSWORD_TOO_LONG, "and one more");
}


int
main(void)
{
    test_vectors();
    test_hash();
    test_malformed();
    test_rules();
    test_lengths();

    return test_done();
}
