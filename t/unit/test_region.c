/*
 * The region: zeroed, aligned, apart from each other, empty after free.
 */

#include "test.h"

#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "region.h"


/* Status of a process that asks for more than its region may hold. */
static int
full_status(int status)
{
    int       rc;
    pid_t     pid;
    region_t  a;

    pid = fork();

    if (pid == 0) {
        region_init_exit(&a, 1000000, status);

        for ( ;; ) {
            (void) region_alloc(&a, 100000);
        }
    }

    if (pid < 0 || waitpid(pid, &rc, 0) != pid || !WIFEXITED(rc)) {
        return -1;
    }

    return WEXITSTATUS(rc);
}


static void
test_grow(void)
{
    int       i, n, cap, sum, *list;
    region_t  a;

    region_init(&a, 0);
    list = NULL;
    cap = 0;
    sum = 0;

    for (n = 0; n < 1000; n++) {
        list = region_grow(&a, list, n, &cap, sizeof(int));
        list[n] = n;
    }

    for (i = 0; i < n; i++) {
        sum += list[i] == i;
    }

    test_int(sum, 1000, "a growing array keeps its elements");
    test_ok(cap >= 1000 && cap < 2048, "and doubles its room");
    region_free(&a);
}


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
    test_str(region_strdup(&a, "ab"), "ab", "copies a whole string");
    region_free(&a);
    test_grow();
    test_int(full_status(12), 12, "a full one ends with its status");

    return test_done();
}
