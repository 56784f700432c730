/*
 * Ranking by random walk on a graph, in integers so that every machine gets
 * the same numbers, and the integer functions that go with it.
 */

#ifndef RANK_H
#define RANK_H


#include <stddef.h>
#include <stdint.h>

#include "region.h"


#define RANK_ONE       (1u << 16)
#define RANK_MAX_EDGES (1u << 21)


/* An undirected graph as a growing list of edges; weights above 0. */
typedef struct {
    uint32_t  a;
    uint32_t  b;
    uint32_t  weight;
} rank_edge_t;

typedef struct {
    region_t     *region;
    size_t        n;
    size_t        size;
    rank_edge_t  *edges;
} rank_graph_t;


void rank_init(rank_graph_t *g, region_t *region);

/* Adds an edge; more than RANK_MAX_EDGES are dropped. */
void rank_edge(rank_graph_t *g, uint32_t a, uint32_t b, uint32_t weight);

/*
 * PageRank with damping 0.85, 30 rounds: an array of nodes values whose mean
 * is about RANK_ONE.
 */
uint32_t *rank_run(const rank_graph_t *g, size_t nodes);

/* log2(n) in 1/256, rounded down; 0 for n below 2. */
uint32_t rank_log2(uint32_t n);

/* Square root, rounded down. */
uint64_t rank_sqrt(uint64_t n);


#endif /* RANK_H */
