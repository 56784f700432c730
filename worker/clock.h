/* Monotonic time, jitter and bounded waits of the worker's processes. */

#ifndef WORKER_CLOCK_H
#define WORKER_CLOCK_H

#include <stdint.h>

/* Milliseconds of the monotonic clock. */
int64_t clock_ms(void);

/* A random number in 0..limit-1 (0 for limit < 2); not for secrets. */
int clock_jitter(int limit);

/* Sleeps at most ms milliseconds; a signal ends it early. */
void clock_sleep(int ms);

#endif /* WORKER_CLOCK_H */
