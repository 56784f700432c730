/*
 * The region: zeroed, aligned, apart from each other, empty after free.
 */

#include "test.h"

#include <stdint.h>

#include "region.h"


int
main(void)
{
    char     *p, *last;
    size_t    i, size, zero, apart;
    region_t  a;

    region_init(&a, 0);
    last = NULL;
    zero = 0;
    apart = 0;

    for (i = 0; i < 3000; i++) {
        size = i % 7 == 0 ? 40000 : i % 97;
        p = region_alloc(&a, size);
        zero += size == 0 || (p[0] == 0 && p[size - 1] == 0);
        apart += p != last && (uintptr_t) p % 16 == 0;
        memset(p, 0xff, size);
        last = p;
    }

    test_int((long long) zero, 3000, "memory is zeroed");
    test_int((long long) apart, 3000, "memory is aligned and new");
    test_str(region_strndup(&a, "abcdef", 3), "abc", "copies a string");
    test_str(region_strndup(&a, NULL, 0), "", "copies nothing");
    test_ok(a.used > 40000 * 428, "counts what it took");
    region_free(&a);
    test_int((long long) a.used, 0, "is empty after free");
    p = region_array(&a, 10, 100);
    test_ok(p[999] == 0, "works again after free");
    region_free(&a);

    return test_done();
}
