/* See clock.h.  The only place of the worker that asks for the time. */

#include <poll.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "clock.h"


int64_t
clock_ms(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (int64_t) ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


int
clock_jitter(int limit)
{
    uint32_t  n;

    if (limit < 2) {
        return 0;
    }

    if (getrandom(&n, sizeof(n), GRND_NONBLOCK) != (ssize_t) sizeof(n)) {
        n = (uint32_t) clock_ms();
    }

    return (int) (n % (uint32_t) limit);
}


void
clock_sleep(int ms)
{
    (void) poll(NULL, 0, ms);
}
