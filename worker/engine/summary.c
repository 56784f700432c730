/*
 * LexRank and MMR in integers, see summary.h.  Long papers give only their
 * most telling sections to the graph, which keeps the work bounded.
 */

#include "summary.h"

#include <stdlib.h>

#include "rank.h"


#define SUMMARY_MIN_COSINE  (RANK_ONE / 10)
#define SUMMARY_LAMBDA      70              /* per cent */
#define SUMMARY_SAME        (RANK_ONE / 10 * 8)
#define SUMMARY_PLAIN       20              /* cue strength that doubles */
#define SUMMARY_MIN_NODES   3
#define SUMMARY_IDF_SCALE   16              /* precision of the quotient */


typedef struct {
    uint32_t  term;
    uint32_t  weight;
} summary_weight_t;

typedef struct {
    size_t                  n;
    uint64_t                norm;
    summary_weight_t       *weights;       /* sorted by term */
    const view_sentence_t  *vs;
} summary_node_t;


static int summary_gist(const view_sentence_t *vs);
static size_t summary_nodes(view_t *v, summary_node_t *nodes);
static void summary_vector(view_t *v, summary_node_t *node);
static uint32_t summary_cosine(const summary_node_t *a,
    const summary_node_t *b);
static int summary_by_term(const void *a, const void *b);
static size_t summary_choose(const summary_node_t *nodes, size_t n,
    const uint64_t *score, size_t *chosen);


size_t
summary_build(view_t *v, const view_sentence_t **out)
{
    int              prior;
    size_t           i, j, k, n, nchosen, chosen[SUMMARY_MAX];
    uint32_t         cosine, *rank;
    uint64_t        *score;
    rank_graph_t     graph;
    summary_node_t  *nodes;

    nodes = region_array(&v->region, SUMMARY_MAX_NODES, sizeof(summary_node_t));
    score = region_array(&v->region, SUMMARY_MAX_NODES, sizeof(uint64_t));
    n = summary_nodes(v, nodes);

    if (n < SUMMARY_MIN_NODES) {
        return 0;
    }

    rank_init(&graph, &v->region);

    for (i = 0; i < n; i++) {
        for (j = i + 1; j < n; j++) {
            cosine = summary_cosine(&nodes[i], &nodes[j]);

            if (cosine > SUMMARY_MIN_COSINE) {
                rank_edge(&graph, (uint32_t) i, (uint32_t) j, cosine);
            }
        }
    }

    rank = rank_run(&graph, n);

    for (i = 0; i < n; i++) {
        prior = v->lex->prior[CUE_CLAIMS][nodes[i].vs->role]
                * nodes[i].vs->length;

        if (nodes[i].vs->cue[CUE_WEAK] != 0) {
            prior /= 3;
        }

        if (nodes[i].vs->cue[CUE_OWN] != 0) {
            prior = prior * 12 / 10;
        }

        prior = prior * (SUMMARY_PLAIN + summary_gist(nodes[i].vs))
                / SUMMARY_PLAIN;

        score[i] = (uint64_t) rank[i] * (uint64_t) prior;
    }

    nchosen = summary_choose(nodes, n, score, chosen);

    /* into the order of the paper */

    k = 0;

    for (i = 0; i < n; i++) {
        for (j = 0; j < nchosen; j++) {
            if (chosen[j] == i) {
                out[k++] = nodes[i].vs;
            }
        }
    }

    return k;
}


/* How plainly a sentence says what the work gives, shows, or is new in. */

static int
summary_gist(const view_sentence_t *vs)
{
    int  gist;

    gist = vs->cue[CUE_CONTRIBUTION];
    gist = vs->cue[CUE_RESULT] > gist ? vs->cue[CUE_RESULT] : gist;
    gist = vs->cue[CUE_NOVELTY] > gist ? vs->cue[CUE_NOVELTY] : gist;

    return gist;
}


/* Two rounds: first the sections that sum up, then the rest until full. */

static size_t
summary_nodes(view_t *v, summary_node_t *nodes)
{
    int               prior, round;
    bool             *taken;
    size_t            i, n, m;
    view_sentence_t  *vs;

    taken = region_array(&v->region, v->n, sizeof(bool));
    m = 0;

    for (round = 0; round < 2; round++) {
        for (i = 0; i < v->n && m < SUMMARY_MAX_NODES; i++) {
            vs = &v->s[i];
            prior = v->lex->prior[CUE_CLAIMS][vs->role];

            if (vs->quotable && !taken[i] && prior > 0
                && vs->cue[CUE_BOILERPLATE] == 0
                && (round == 1 || prior > 8))
            {
                taken[i] = true;
                m++;
            }
        }
    }

    n = 0;

    for (i = 0; i < v->n; i++) {
        if (taken[i]) {
            nodes[n].vs = &v->s[i];
            summary_vector(v, &nodes[n]);
            n++;
        }
    }

    return n;
}


/* tf * idf, idf = log2(sentences / df) */

static void
summary_vector(view_t *v, summary_node_t *node)
{
    size_t             i, j;
    uint32_t           idf;
    const token_t     *tok;
    summary_weight_t  *w;

    w = region_array(&v->region, node->vs->ntokens, sizeof(summary_weight_t));

    for (i = 0; i < node->vs->ntokens; i++) {
        tok = &node->vs->tokens[i];

        if (tok->term != TERMS_NONE) {
            w[node->n].term = tok->term;
            w[node->n].weight = 1;
            node->n++;
        }
    }

    qsort(w, node->n, sizeof(summary_weight_t), summary_by_term);

    for (i = 0, j = 0; i < node->n; i++) {
        if (j > 0 && w[j - 1].term == w[i].term) {
            w[j - 1].weight++;

        } else {
            w[j++] = w[i];
        }
    }

    node->n = j;
    node->weights = w;

    for (i = 0; i < node->n; i++) {
        idf = rank_log2((uint32_t) v->nbody * SUMMARY_IDF_SCALE
                        / v->terms.terms[w[i].term].df);
        idf -= rank_log2(SUMMARY_IDF_SCALE);
        w[i].weight *= idf;
        node->norm += (uint64_t) w[i].weight * w[i].weight;
    }

    node->norm = rank_sqrt(node->norm);
}


static uint32_t
summary_cosine(const summary_node_t *a, const summary_node_t *b)
{
    size_t    i, j;
    uint64_t  dot;

    if (a->norm == 0 || b->norm == 0) {
        return 0;
    }

    dot = 0;
    i = 0;
    j = 0;

    while (i < a->n && j < b->n) {
        if (a->weights[i].term < b->weights[j].term) {
            i++;

        } else if (a->weights[i].term > b->weights[j].term) {
            j++;

        } else {
            dot += (uint64_t) a->weights[i++].weight * b->weights[j++].weight;
        }
    }

    return (uint32_t) (dot * RANK_ONE / (a->norm * b->norm));
}


static size_t
summary_choose(const summary_node_t *nodes, size_t n, const uint64_t *score,
    size_t *chosen)
{
    bool      used;
    size_t    i, j, k, best;
    int64_t   value, best_value;
    uint32_t  cosine, max;
    uint64_t  top;

    top = 1;

    for (i = 0; i < n; i++) {
        top = score[i] > top ? score[i] : top;
    }

    for (k = 0; k < SUMMARY_MAX && k < n / 2; k++) {
        best = n;
        best_value = 0;

        for (i = 0; i < n; i++) {
            used = false;
            max = 0;

            for (j = 0; j < k; j++) {
                used = used || chosen[j] == i;
                cosine = summary_cosine(&nodes[i], &nodes[chosen[j]]);
                max = cosine > max ? cosine : max;
            }

            value = (int64_t) (score[i] * SUMMARY_LAMBDA * 100 / top)
                    - (int64_t) max * (100 - SUMMARY_LAMBDA) * 100 / RANK_ONE;

            /* an abstract that the text repeats, word for word */

            used = used || max > SUMMARY_SAME;

            if (!used && (best == n || value > best_value)) {
                best = i;
                best_value = value;
            }
        }

        if (best == n) {
            break;
        }

        chosen[k] = best;
    }

    return k;
}


static int
summary_by_term(const void *a, const void *b)
{
    const summary_weight_t  *x, *y;

    x = a;
    y = b;

    return x->term < y->term ? -1 : x->term > y->term;
}
