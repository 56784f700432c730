/*
 * Bounded arena, see arena.h.  Blocks are chained, the newest first; a large
 * allocation gets a block of its own, put behind the newest so that the room
 * left there is not lost.
 */

#include "arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


#define ARENA_ALIGN  16


struct arena_block_s {
    arena_block_t  *next;
    size_t          size;
    size_t          pos;
    max_align_t     data[];
};


static void arena_abort(const char *why);
static arena_block_t *arena_block(arena_t *a, size_t size);


void
arena_init(arena_t *a, size_t max)
{
    a->last = NULL;
    a->used = 0;
    a->max = max == 0 ? ARENA_MAX_DEFAULT : max;
}


void
arena_free(arena_t *a)
{
    arena_block_t  *block, *next;

    for (block = a->last; block != NULL; block = next) {
        next = block->next;
        free(block);
    }

    a->last = NULL;
    a->used = 0;
}


void *
arena_alloc(arena_t *a, size_t size)
{
    void           *p;
    arena_block_t  *block;

    if (size > a->max) {
        arena_abort("arena: allocation above the maximum");
    }

    size = size == 0 ? ARENA_ALIGN
                     : (size + ARENA_ALIGN - 1) & ~(size_t) (ARENA_ALIGN - 1);
    block = a->last;

    if (size > ARENA_BLOCK_SIZE / 4) {
        block = arena_block(a, size);

    } else if (block == NULL || block->size - block->pos < size) {
        block = arena_block(a, ARENA_BLOCK_SIZE);
        block->next = a->last;
        a->last = block;
    }

    p = (char *) block->data + block->pos;
    block->pos += size;

    if (block != a->last) {
        if (a->last == NULL) {
            a->last = block;

        } else {
            block->next = a->last->next;
            a->last->next = block;
        }
    }

    return p;
}


void *
arena_array(arena_t *a, size_t n, size_t size)
{
    if (size != 0 && n > SIZE_MAX / size) {
        arena_abort("arena: array size overflows");
    }

    return arena_alloc(a, n * size);
}


char *
arena_strndup(arena_t *a, const char *src, size_t len)
{
    char  *p;

    p = arena_alloc(a, len + 1);

    if (len != 0) {
        memcpy(p, src, len);
    }

    return p;
}


static arena_block_t *
arena_block(arena_t *a, size_t size)
{
    arena_block_t  *block;

    if (a->used + size > a->max) {
        arena_abort("arena: maximum reached");
    }

    block = calloc(1, sizeof(arena_block_t) + size);
    if (block == NULL) {
        arena_abort("arena: out of memory");
    }

    block->size = size;
    a->used += size;

    return block;
}


static void
arena_abort(const char *why)
{
    (void) fprintf(stderr, "%s\n", why);
    abort();
}
