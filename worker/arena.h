/*
 * Bounded arena: many small allocations, one owner, one free.
 *
 * A job (a document, an engine run) makes one arena and everything that it
 * derives from its input lives there.  The arena never moves or frees a
 * single allocation.  Memory comes from malloc() in blocks; when the system
 * has none left, or the arena would pass its maximum, the process aborts:
 * a slot is one process with one job, and the queue gives the job to another.
 * Callers that read untrusted input check counts before they allocate, so
 * the maximum is reached only by a mistake of ours.
 */

#ifndef ARENA_H
#define ARENA_H


#include <stddef.h>


#define ARENA_BLOCK_SIZE   (64 * 1024)
#define ARENA_MAX_DEFAULT  (512UL * 1024 * 1024)


typedef struct arena_block_s  arena_block_t;

typedef struct {
    arena_block_t  *last;
    size_t          used;    /* bytes taken from malloc() */
    size_t          max;     /* abort above it */
} arena_t;


/* Makes an empty arena that may take at most max bytes (0: the default). */
void arena_init(arena_t *a, size_t max);

/* Frees everything that was allocated; the arena can be used again. */
void arena_free(arena_t *a);

/*
 * Returns size bytes, zeroed, aligned for any type; never NULL.  A size of 0
 * gives a valid pointer.
 */
void *arena_alloc(arena_t *a, size_t size);

/* The same for n items of the given size; aborts when n * size overflows. */
void *arena_array(arena_t *a, size_t n, size_t size);

/* Copies len bytes and adds a NUL.  src may be NULL when len is 0. */
char *arena_strndup(arena_t *a, const char *src, size_t len);


#endif /* ARENA_H */
