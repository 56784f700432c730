/*
 * UUIDs.
 */

#include "paperal_uuid.h"
#include "paperal_error.h"

#include "test.h"


#define ROUNDS  200


static void
test_check(void)
{
    char    out[PAPERAL_UUID_SIZE];
    size_t  i;

    static const struct {
        const char  *s;
        int          valid;
    } cases[] = {
        { "01234567-89ab-cdef-0123-456789abcdef", 1 },
        { "01234567-89AB-CDEF-0123-456789ABCDEF", 1 },
        { "00000000-0000-0000-0000-000000000000", 1 },
        { "", 0 },
        { "01234567-89ab-cdef-0123-456789abcde", 0 },
        { "01234567-89ab-cdef-0123-456789abcdef0", 0 },
        { "0123456789abcdef0123456789abcdef", 0 },
        { "{01234567-89ab-cdef-0123-456789abcde}", 0 },
        { "01234567-89ab-cdef-0123_456789abcdef", 0 },
        { "0123456-789ab-cdef-0123-456789abcdef", 0 },
        { "01234567-89ab-cdef-0123-456789abcdeg", 0 },
        { "01234567-89ab-cdef-0123-456789abcde-", 0 },
        { " 1234567-89ab-cdef-0123-456789abcdef", 0 },
        { "01234567-89ab-cdef-0123-456789abcd'-", 0 }
    };

    for (i = 0; i < test_count(cases); i++) {
        memcpy(out, "unchanged", 10);
        test_int(paperal_uuid_is_valid(cases[i].s, strlen(cases[i].s)),
                 cases[i].valid, "\"%s\"", cases[i].s);
        test_int(paperal_uuid_normalize(out, cases[i].s, strlen(cases[i].s)),
                 cases[i].valid ? PAPERAL_OK : PAPERAL_ERROR,
                 "its normal form");

        if (!cases[i].valid) {
            test_str(out, "unchanged", "is not written");
        }
    }

    paperal_uuid_normalize(out, cases[1].s, PAPERAL_UUID_LEN);
    test_str(out, cases[0].s, "letters become lower case");
}


static void
test_generate(void)
{
    int   i, j;
    char  all[ROUNDS][PAPERAL_UUID_SIZE];

    for (i = 0; i < ROUNDS; i++) {
        if (paperal_uuid_generate(all[i]) != PAPERAL_OK
            || !paperal_uuid_is_valid(all[i], strlen(all[i]))
            || all[i][14] != '4' || strchr("89ab", all[i][19]) == NULL)
        {
            break;
        }

        for (j = 0; j < i && strcmp(all[i], all[j]) != 0; j++) {
            /* void */
        }

        if (j < i) {
            break;
        }
    }

    test_int(i, ROUNDS, "%d different ones of version 4", ROUNDS);
}


int
main(void)
{
    test_check();
    test_generate();

    return test_done();
}
