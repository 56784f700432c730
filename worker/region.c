/*
 * Bounded region, see region.h.  Blocks are chained, the newest first; a large
 * allocation gets a block of its own, put behind the newest so that the room
 * left there is not lost.
 */

#include "region.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>


#define REGION_ALIGN  16
#define REGION_GROW   16     /* elements of a new array */


struct region_block_s {
    region_block_t  *next;
    size_t           size;
    size_t           pos;
    max_align_t      data[];
};


static void region_full(const region_t *a, const char *why);
static region_block_t *region_block(region_t *a, size_t size);


void
region_init(region_t *a, size_t max)
{
    a->last = NULL;
    a->used = 0;
    a->max = max == 0 ? REGION_MAX_DEFAULT : max;
    a->status = 0;
}


void
region_init_exit(region_t *a, size_t max, int status)
{
    region_init(a, max);
    a->status = status;
}


void
region_free(region_t *a)
{
    region_block_t  *block, *next;

    for (block = a->last; block != NULL; block = next) {
        next = block->next;
        free(block);
    }

    a->last = NULL;
    a->used = 0;
}


void *
region_alloc(region_t *a, size_t size)
{
    void            *p;
    region_block_t  *block;

    if (size > a->max) {
        region_full(a, "region: allocation above the maximum");
    }

    size = size == 0 ? REGION_ALIGN
                     : (size + REGION_ALIGN - 1) & ~(size_t) (REGION_ALIGN - 1);
    block = a->last;

    if (size > REGION_BLOCK_SIZE / 4) {
        block = region_block(a, size);

    } else if (block == NULL || block->size - block->pos < size) {
        block = region_block(a, REGION_BLOCK_SIZE);
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
region_array(region_t *a, size_t n, size_t size)
{
    if (size != 0 && n > SIZE_MAX / size) {
        region_full(a, "region: array size overflows");
    }

    return region_alloc(a, n * size);
}


char *
region_strndup(region_t *a, const char *src, size_t len)
{
    char  *p;

    p = region_alloc(a, len + 1);

    if (len != 0) {
        memcpy(p, src, len);
    }

    return p;
}


char *
region_strdup(region_t *a, const char *src)
{
    return region_strndup(a, src, strlen(src));
}


void *
region_grow(region_t *a, void *data, int n, int *cap, size_t size)
{
    int    next;
    void  *p;

    if (n < *cap) {
        return data;
    }

    next = *cap == 0 ? REGION_GROW : *cap * 2;
    p = region_array(a, (size_t) next, size);

    if (n > 0) {
        memcpy(p, data, (size_t) n * size);
    }

    *cap = next;

    return p;
}


static region_block_t *
region_block(region_t *a, size_t size)
{
    region_block_t  *block;

    if (a->used + size > a->max) {
        region_full(a, "region: maximum reached");
    }

    block = calloc(1, sizeof(region_block_t) + size);
    if (block == NULL) {
        region_full(a, "region: out of memory");
    }

    block->size = size;
    a->used += size;

    return block;
}


static void
region_full(const region_t *a, const char *why)
{
    if (a->status != 0) {
        _exit(a->status);
    }

    (void) fprintf(stderr, "%s\n", why);
    abort();
}
