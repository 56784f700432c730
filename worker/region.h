/*
 * Bounded region: many small allocations, one owner, one free.
 *
 * A job (a document, an engine run) makes one region and everything that it
 * derives from its input lives there.  The region never moves or frees a
 * single allocation.  Memory comes from malloc() in blocks; when the system
 * has none left, or the region would pass its maximum, the process ends:
 * callers never test for NULL.  How it ends is the region's policy:
 *
 * - it aborts (region_init()) where counts are checked before allocation, so
 *   that only a mistake of ours reaches the maximum.  A slot is one process
 *   with one job, and the queue gives the job to another;
 * - it exits with a status (region_init_exit()) where the input alone decides
 *   how much is needed: the process that reads a PDF, whose parent knows the
 *   status.
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
    size_t          max;     /* the process ends above it */
    int             status;  /* to exit with, 0: abort */
} region_t;


/* Makes an empty region that may take at most max bytes (0: the default). */
void region_init(region_t *a, size_t max);

/* The same; the process exits with status (not 0) when the region is full. */
void region_init_exit(region_t *a, size_t max, int status);

/* Frees everything that was allocated; the region can be used again. */
void region_free(region_t *a);

/*
 * Returns size bytes, zeroed, aligned for any type; never NULL.  A size of 0
 * gives a valid pointer.
 */
void *region_alloc(region_t *a, size_t size);

/* The same for n items of the given size; n * size may not overflow. */
void *region_array(region_t *a, size_t n, size_t size);

/* Copies len bytes and adds a NUL.  src may be NULL when len is 0. */
char *region_strndup(region_t *a, const char *src, size_t len);

/* Copies a NUL-terminated string. */
char *region_strdup(region_t *a, const char *src);

/*
 * Growing array: returns data with room for one element more than n, moved to
 * twice the size where needed.  *cap is the number of elements it holds; it
 * starts at 0 with data NULL.
 */
void *region_grow(region_t *a, void *data, int n, int *cap, size_t size);


#endif /* REGION_H */
