/*
 * Names in the storage.
 */

#include "paperal_storage.h"

#include "test.h"


#define DIGEST  "ba7816bf8f01cfea414140de5dae2223"                            \
                "b00361a396177a9cb410ff61f20015ad"
#define KEY     "objects/ba/78/" DIGEST


static void
test_names(void)
{
    paperal_buf_t  b;

    paperal_buf_init(&b, 1000);

    paperal_storage_key(&b, DIGEST, 64);
    test_str(b.data, KEY, "a key");
    test_int((long long) b.len, PAPERAL_STORAGE_KEY_LEN, "has its length");

    paperal_buf_clear(&b);
    paperal_buf_str(&b, "x:");
    paperal_storage_path(&b, "/var/lib/paperal", DIGEST, 64);
    test_str(b.data, "x:/var/lib/paperal/" KEY, "a path is appended");

    paperal_buf_clear(&b);
    paperal_storage_path(&b, "storage/", DIGEST, 64);
    test_str(b.data, "storage/" KEY, "one slash is enough");

    paperal_buf_clear(&b);
    paperal_storage_folder(&b, "/s", DIGEST, 64);
    test_str(b.data, "/s/objects/ba/78", "the folder of it");
    test_ok(!b.failed, "nothing failed");

    paperal_buf_release(&b);
}


static void
test_refused(void)
{
    size_t         i;
    paperal_buf_t  b;

    static const char  *cases[] = {
        "", "ba78", "../../../../../../../../../../../../../../../etc/passwd",
        "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a/",
        DIGEST "0"
    };

    for (i = 0; i < test_count(cases); i++) {
        paperal_buf_init(&b, 1000);
        paperal_buf_str(&b, "kept");
        paperal_storage_key(&b, cases[i], strlen(cases[i]));
        test_ok(b.failed, "no key of \"%s\"", cases[i]);
        paperal_buf_clear(&b);
        paperal_buf_str(&b, "kept");
        paperal_storage_path(&b, "/s", cases[i], strlen(cases[i]));
        test_ok(b.failed, "no path either");
        test_str(b.data, "kept", "and nothing appended");
        paperal_storage_folder(&b, "/s", cases[i], strlen(cases[i]));
        test_str(b.data, "kept", "nor for a folder");
        paperal_buf_release(&b);
    }

    paperal_buf_init(&b, 1000);
    paperal_storage_path(&b, "", DIGEST, 64);
    test_ok(b.failed && b.len == 0, "no path without a root");
    paperal_buf_release(&b);

    paperal_buf_init(&b, PAPERAL_STORAGE_KEY_LEN - 1);
    paperal_storage_key(&b, DIGEST, 64);
    test_ok(b.failed && b.len == 0, "a full buffer fails");
    paperal_buf_release(&b);
}


int
main(void)
{
    test_names();
    test_refused();

    return test_done();
}
