/*
 * RFC 8785: the numbers of its appendix B, the key order of its section
 * 3.2.3, and what the hash of results leaves out.
 */

#include "test.h"

#include <math.h>
#include <stdint.h>

#include "canonical.h"


static const struct {
    uint64_t     bits;
    const char  *text;
} numbers[] = {
    { 0x0000000000000000, "0" },
    { 0x8000000000000000, "0" },
    { 0x0000000000000001, "5e-324" },
    { 0x8000000000000001, "-5e-324" },
    { 0x7fefffffffffffff, "1.7976931348623157e+308" },
    { 0x4340000000000000, "9007199254740992" },
    { 0xc340000000000000, "-9007199254740992" },
    { 0x4430000000000000, "295147905179352830000" },
    { 0x44b52d02c7e14af5, "9.999999999999997e+22" },
    { 0x44b52d02c7e14af6, "1e+23" },
    { 0x44b52d02c7e14af7, "1.0000000000000001e+23" },
    { 0x444b1ae4d6e2ef4e, "999999999999999700000" },
    { 0x444b1ae4d6e2ef4f, "999999999999999900000" },
    { 0x444b1ae4d6e2ef50, "1e+21" },
    { 0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7" },
    { 0x3eb0c6f7a0b5ed8d, "0.000001" },
    { 0x41b3de4355555553, "333333333.3333332" },
    { 0x41b3de4355555554, "333333333.33333325" },
    { 0x41b3de4355555555, "333333333.3333333" },
    { 0xbecbf647612f3696, "-0.0000033333333333333333" },
    { 0x43143ff3c1cb0959, "1424953923781206.2" }
};

static const struct {
    const char  *json;
    const char  *canonical;
} objects[] = {
    { "{\"b\":1,\"a\":[true,null,\"x\"]}",
      "{\"a\":[true,null,\"x\"],\"b\":1}" },
    { "{\"\\u20ac\":1,\"\\r\":2,\"1\":3,\"\\u0080\":4,\"\\ud83d\\ude02\":5,"
      "\"\\u00f6\":6,\"\\ufb33\":7}",
      "{\"\\r\":2,\"1\":3,\"\xc2\x80\":4,\"\xc3\xb6\":6,\"\xe2\x82\xac\":1,"
      "\"\xf0\x9f\x98\x82\":5,\"\xef\xac\xb3\":7}" },
    { "\"\\u000f\\nA'\\u0042\\u0022\\u005c\\\\\\\"\\/\\u007f\"",
      "\"\\u000f\\nA'B\\\"\\\\\\\\\\\"/\x7f\"" },
    { "{\"a\":{},\"ab\":[],\"\":0.10}", "{\"\":0.1,\"a\":{},\"ab\":[]}" }
};


static void
hash_of(const char *json, char hex[PAPERAL_SHA256_HEX_SIZE])
{
    cJSON  *value;

    value = cJSON_Parse(json);
    test_int(canonical_results_sha256(value, hex), 0, "hashes %s", json);
    cJSON_Delete(value);
}


static void
test_hash(void)
{
    char  a[PAPERAL_SHA256_HEX_SIZE], b[PAPERAL_SHA256_HEX_SIZE];

    hash_of("{\"s\":{\"claims\":[{\"text\":\"old\",\"decision\":null,"
            "\"locked\":false}]},\"provenance\":{\"created_at\":\"1\"}}", a);
    hash_of("{\"provenance\":{\"created_at\":\"2\"},\"s\":{\"claims\":["
            "{\"decision\":\"accepted\",\"decided_by\":\"x\",\"locked\":true,"
            "\"original_text\":\"old\",\"text\":\"new\"}]}}", b);
    test_str(b, a, "edits, decisions, order and provenance change nothing");
    hash_of("{\"s\":{\"claims\":[{\"text\":\"other\"}]}}", b);
    test_ok(strcmp(a, b) != 0, "a text does");
}


int
main(void)
{
    size_t         i;
    cJSON         *value;
    double         d;
    paperal_buf_t  b;

    paperal_buf_init(&b, 4096);

    for (i = 0; i < test_count(numbers); i++) {
        paperal_buf_clear(&b);
        memcpy(&d, &numbers[i].bits, sizeof(d));
        canonical_number(&b, d);
        test_str(paperal_buf_cstr(&b), numbers[i].text, "number %zu", i);
    }

    paperal_buf_clear(&b);
    canonical_number(&b, NAN);
    test_ok(b.failed, "no form for what is no number");

    for (i = 0; i < test_count(objects); i++) {
        paperal_buf_clear(&b);
        value = cJSON_Parse(objects[i].json);
        canonical_write(&b, value);
        cJSON_Delete(value);
        test_str(paperal_buf_cstr(&b), objects[i].canonical, "value %zu", i);
    }

    paperal_buf_release(&b);
    test_hash();

    return test_done();
}
