/*
 * Integer PageRank, see rank.h.  Values are fixed point with 16 bits behind
 * the point; sums are 64 bits wide, and the order of the edges is the order
 * in which they were added.
 */

#include "rank.h"

#include <string.h>


#define RANK_ROUNDS      30
#define RANK_DAMPING     55705        /* 0.85 */
#define RANK_FIRST_SIZE  1024


void
rank_init(rank_graph_t *g, region_t *region)
{
    g->region = region;
    g->n = 0;
    g->size = RANK_FIRST_SIZE;
    g->edges = region_array(region, g->size, sizeof(rank_edge_t));
}


void
rank_edge(rank_graph_t *g, uint32_t a, uint32_t b, uint32_t weight)
{
    rank_edge_t  *edges;

    if (g->n == g->size) {
        if (g->size >= RANK_MAX_EDGES) {
            return;
        }

        edges = region_array(g->region, g->size * 2, sizeof(rank_edge_t));
        memcpy(edges, g->edges, g->n * sizeof(rank_edge_t));
        g->edges = edges;
        g->size *= 2;
    }

    g->edges[g->n].a = a;
    g->edges[g->n].b = b;
    g->edges[g->n].weight = weight;
    g->n++;
}


uint32_t *
rank_run(const rank_graph_t *g, size_t nodes)
{
    int                 round;
    size_t              i;
    uint32_t           *value;
    uint64_t           *degree, *sum;
    const rank_edge_t  *e;

    value = region_array(g->region, nodes, sizeof(uint32_t));
    degree = region_array(g->region, nodes, sizeof(uint64_t));
    sum = region_array(g->region, nodes, sizeof(uint64_t));

    for (i = 0; i < nodes; i++) {
        value[i] = RANK_ONE;
    }

    for (i = 0; i < g->n; i++) {
        degree[g->edges[i].a] += g->edges[i].weight;
        degree[g->edges[i].b] += g->edges[i].weight;
    }

    for (round = 0; round < RANK_ROUNDS; round++) {
        memset(sum, 0, nodes * sizeof(uint64_t));

        for (i = 0; i < g->n; i++) {
            e = &g->edges[i];
            sum[e->a] += (uint64_t) value[e->b] * e->weight / degree[e->b];
            sum[e->b] += (uint64_t) value[e->a] * e->weight / degree[e->a];
        }

        for (i = 0; i < nodes; i++) {
            value[i] = (uint32_t) (RANK_ONE - RANK_DAMPING
                                   + sum[i] * RANK_DAMPING / RANK_ONE);
        }
    }

    return value;
}


uint32_t
rank_log2(uint32_t n)
{
    int       bit;
    uint32_t  whole, result;
    uint64_t  x;

    if (n < 2) {
        return 0;
    }

    whole = 31 - (uint32_t) __builtin_clz(n);
    result = whole << 8;

    /* x in [1, 2) with 31 bits behind the point; each square gives a bit */

    x = (uint64_t) n << (31 - whole);

    for (bit = 7; bit >= 0; bit--) {
        x = (x * x) >> 31;

        if (x >= (1ULL << 32)) {
            x >>= 1;
            result |= 1u << bit;
        }
    }

    return result;
}


uint64_t
rank_sqrt(uint64_t n)
{
    uint64_t  bit, root;

    root = 0;
    bit = 1ULL << 62;

    while (bit > n) {
        bit >>= 2;
    }

    while (bit != 0) {
        if (n >= root + bit) {
            n -= root + bit;
            root = (root >> 1) + bit;

        } else {
            root >>= 1;
        }

        bit >>= 2;
    }

    return root;
}
