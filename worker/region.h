/*
 * Bounded region: many small allocations, one owner, one free.
 *
 * A job (a document, an engine run) makes one region and everything that it
 * derives from its input lives there.  The region never moves or frees a
 * single allocation.  Memory comes from malloc() in blocks; when the system
 * has none left, or the region would pass its maximum, the process aborts:
 * a slot is one process with one job, and the queue gives the job to another.
 * Callers that read untrusted input check counts before they allocate, so
 * the maximum is reached only by a mistake of ours.
 */

#ifndef REGION_H
#define REGION_H


#include <stddef.h>


#define REGION_BLOCK_SIZE   (64 * 1024)
#define REGION_MAX_DEFAULT  (512UL * 1024 * 1024)


typedef struct region_block_s  region_block_t;

typedef struct {
    region_block_t  *last;
    size_t          used;    /* bytes taken from malloc() */
    size_t          max;     /* abort above it */
} region_t;


/* Makes an empty region that may take at most max bytes (0: the default). */
void region_init(region_t *a, size_t max);

/* Frees everything that was allocated; the region can be used again. */
void region_free(region_t *a);

/*
 * Returns size bytes, zeroed, aligned for any type; never NULL.  A size of 0
 * gives a valid pointer.
 */
void *region_alloc(region_t *a, size_t size);

/* The same for n items of the given size; aborts when n * size overflows. */
void *region_array(region_t *a, size_t n, size_t size);

/* Copies len bytes and adds a NUL.  src may be NULL when len is 0. */
char *region_strndup(region_t *a, const char *src, size_t len);


#endif /* REGION_H */
