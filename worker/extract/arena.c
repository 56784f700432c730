/*
 * The arena of a document: a list of blocks, the newest one being filled.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"


#define ARENA_BLOCK  ((size_t) 256 * 1024)
#define ARENA_ALIGN  ((size_t) 16)


typedef struct arena_block_s  arena_block_t;

struct arena_block_s {
    arena_block_t  *next;
    size_t          used;
    size_t          size;
    size_t          pad;
};

struct arena_s {
    arena_block_t  *blocks;
    size_t          total;
};


static void
arena_exhausted(void)
{
    _exit(ARENA_EXIT);
}


arena_t *
arena_new(void)
{
    arena_t  *a;

    a = calloc(1, sizeof(arena_t));
    if (a == NULL) {
        arena_exhausted();
    }

    return a;
}


void
arena_free(arena_t *a)
{
    arena_block_t  *b, *next;

    for (b = a->blocks; b != NULL; b = next) {
        next = b->next;
        free(b);
    }

    free(a);
}


static arena_block_t *
arena_block(arena_t *a, size_t size)
{
    arena_block_t  *b;

    if (size < ARENA_BLOCK) {
        size = ARENA_BLOCK;
    }

    if (a->total + size > ARENA_MAX) {
        arena_exhausted();
    }

    b = calloc(1, sizeof(arena_block_t) + size);
    if (b == NULL) {
        arena_exhausted();
    }

    b->size = size;
    b->next = a->blocks;
    a->blocks = b;
    a->total += size;

    return b;
}


void *
arena_alloc(arena_t *a, size_t size)
{
    void           *p;
    arena_block_t  *b;

    if (size > ARENA_MAX) {
        arena_exhausted();
    }

    size = (size + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);
    b = a->blocks;

    if (b == NULL || b->size - b->used < size) {
        b = arena_block(a, size);
    }

    p = (char *) (b + 1) + b->used;
    b->used += size;

    return p;
}


void *
arena_array(arena_t *a, size_t count, size_t size)
{
    if (size != 0 && count > ARENA_MAX / size) {
        arena_exhausted();
    }

    return arena_alloc(a, count * size);
}


char *
arena_strndup(arena_t *a, const char *s, size_t len)
{
    char  *p;

    p = arena_alloc(a, len + 1);
    memcpy(p, s, len);

    return p;
}


char *
arena_strdup(arena_t *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}


void *
arena_grow(arena_t *a, void *data, int n, int *cap, size_t size)
{
    int    next;
    void  *p;

    if (n < *cap) {
        return data;
    }

    next = (*cap == 0) ? 16 : *cap * 2;
    p = arena_array(a, (size_t) next, size);

    if (n > 0) {
        memcpy(p, data, (size_t) n * size);
    }

    *cap = next;

    return p;
}
