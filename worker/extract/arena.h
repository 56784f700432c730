/*
 * Memory of one document: blocks that are only ever freed together.
 *
 * The reader is a process per document, so there is one arena, and running
 * out of it (ARENA_MAX or malloc) ends the process with ARENA_EXIT, which the
 * parent reports as PDF_TOO_COMPLEX.  Callers therefore never test for NULL.
 */

#ifndef EXTRACT_ARENA_H
#define EXTRACT_ARENA_H


#include <stddef.h>


#define ARENA_MAX    ((size_t) 600 * 1024 * 1024)
#define ARENA_EXIT   12


typedef struct arena_s  arena_t;


arena_t *arena_new(void);
void arena_free(arena_t *a);

/* Zeroed memory, aligned for any type. */
void *arena_alloc(arena_t *a, size_t size);

/* count * size bytes, zeroed; an overflowing product ends the process. */
void *arena_array(arena_t *a, size_t count, size_t size);

/* A '\0'-terminated copy of len bytes. */
char *arena_strndup(arena_t *a, const char *s, size_t len);
char *arena_strdup(arena_t *a, const char *s);

/*
 * Growing array: returns data with room for one element more than n, moved to
 * twice the size where needed.  *cap is the number of elements it holds.
 */
void *arena_grow(arena_t *a, void *data, int n, int *cap, size_t size);


#endif /* EXTRACT_ARENA_H */
