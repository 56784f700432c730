/*
 * English candidates: n-grams of up to four words inside a run without stop
 * words, numbers and punctuation.  There is no part-of-speech tagger; endings
 * of adverbs, adjectives and participles stand in for it at the edges.
 */

#include "phrase.h"

#include <string.h>

#include "ascii.h"
#include "rank.h"


#define PHRASE_MAX_WORDS    4
#define PHRASE_MIN_SINGLE   4       /* occurrences of a single word */
#define PHRASE_WINDOW       3
#define PHRASE_MAX_BOOST    8       /* times the mean rank, in quarters */


static void phrase_run(view_t *v, phrase_table_t *t,
    const view_sentence_t *vs, size_t from, size_t to);
static int phrase_vote(const view_sentence_t *vs, size_t i);
static phrase_candidate_t *phrase_find(phrase_table_t *t,
    const uint32_t *terms, size_t words, bool add);
static void phrase_nest(phrase_table_t *t);
static void phrase_filter(view_t *v, phrase_table_t *t);
static void phrase_rank(view_t *v, phrase_table_t *t);
static bool phrase_is_noun(const term_t *term);
static bool phrase_may_begin(const term_t *term);
static bool phrase_ends(const term_t *term, const char *end);
static bool phrase_is_acronym(const phrase_candidate_t *c);


void
phrase_collect_en(view_t *v, phrase_table_t *t)
{
    size_t                  i, j, from;
    const view_sentence_t  *vs;

    for (i = 0; i < v->n; i++) {
        vs = &v->s[i];

        if (!vs->body || vs->lang != LEXICON_EN
            || vs->cue[CUE_BOILERPLATE] != 0)
        {
            continue;
        }

        for (from = 0, j = 0; j <= vs->ntokens; j++) {
            if (j < vs->ntokens && vs->tokens[j].term != TERMS_NONE
                && (j == from || vs->tokens[j].joined))
            {
                continue;
            }

            phrase_run(v, t, vs, from, j);
            from = j;

            if (j < vs->ntokens && vs->tokens[j].term == TERMS_NONE) {
                from = j + 1;
            }
        }
    }

    phrase_nest(t);
    phrase_filter(v, t);
    phrase_rank(v, t);
}


static void
phrase_run(view_t *v, phrase_table_t *t, const view_sentence_t *vs,
    size_t from, size_t to)
{
    size_t               i, k, words;
    uint16_t             place;
    uint32_t             terms[PHRASE_MAX_WORDS];
    phrase_candidate_t  *c;

    (void) v;

    for (i = from; i < to; i++) {
        for (words = 1; words <= PHRASE_MAX_WORDS && i + words <= to; words++)
        {
            for (k = 0; k < words; k++) {
                terms[k] = vs->tokens[i + k].term;
            }

            c = phrase_find(t, terms, words, true);
            if (c == NULL) {
                return;
            }

            if (c->freq++ == 0) {
                c->vs = vs;
                c->from = vs->tokens[i].from;
                c->to = vs->tokens[i + words - 1].to;
            }

            c->alone += words == to - from;
            c->noun += phrase_vote(vs, i);
            place = phrase_place(vs);
            c->place = place > c->place ? place : c->place;
        }
    }
}


/*
 * What the word before says: "the ..." announces a noun, "to ..." or "is ..."
 * a verb or an adjective.
 */

static int
phrase_vote(const view_sentence_t *vs, size_t i)
{
    size_t          k, len;
    const char     *word;
    const token_t  *before;

    static const char *const  nouns[] = {
        "the", "a", "an", "this", "these", "those", "each", "every", "our",
        "its", "their", "of", "in", "for", "with", "by", "on", "from", "no",
        "between", "into", "such", "any", "all", "some", "different",
        "various", "several", "two", "three"
    };

    static const char *const  others[] = {
        "to", "we", "can", "will", "is", "are", "be", "been", "being", "not",
        "was", "were", "more", "very", "which", "that", "they", "it", "you",
        "must", "may", "should", "could", "does", "do", "most", "less",
        "highly", "both", "fully", "i", "who", "also", "often", "when"
    };

    if (i == 0 || !vs->tokens[i].joined) {
        return 0;
    }

    before = &vs->tokens[i - 1];
    word = vs->s->text + before->from;
    len = before->to - before->from;

    for (k = 0; k < sizeof(nouns) / sizeof(nouns[0]); k++) {
        if (strlen(nouns[k]) == len && ascii_same(nouns[k], word, len))
        {
            return 1;
        }
    }

    for (k = 0; k < sizeof(others) / sizeof(others[0]); k++) {
        if (strlen(others[k]) == len
            && ascii_same(others[k], word, len))
        {
            return -1;
        }
    }

    return 0;
}


static phrase_candidate_t *
phrase_find(phrase_table_t *t, const uint32_t *terms, size_t words, bool add)
{
    size_t               i, k;
    uint32_t             h;
    phrase_candidate_t  *c;

    h = 2166136261u;

    for (k = 0; k < words; k++) {
        h = (h ^ terms[k]) * 16777619u;
        h ^= h >> 15;
    }

    i = h & (t->nslots - 1);

    while (t->slots[i] != 0) {
        c = &t->list[t->slots[i] - 1];

        if (c->words == words
            && memcmp(c->terms, terms, words * sizeof(uint32_t)) == 0)
        {
            return c;
        }

        i = (i + 1) & (t->nslots - 1);
    }

    if (!add || t->n == PHRASE_MAX_CANDIDATES) {
        return NULL;
    }

    c = &t->list[t->n++];
    t->slots[i] = (uint32_t) t->n;
    c->words = (uint16_t) words;
    memcpy(c->terms, terms, words * sizeof(uint32_t));

    return c;
}


/* What a longer phrase explains is taken from the shorter ones inside it. */

static void
phrase_nest(phrase_table_t *t)
{
    size_t               i, k, words;
    phrase_candidate_t  *c, *inner;

    for (i = 0; i < t->n; i++) {
        c = &t->list[i];

        if (c->freq < 2) {
            continue;
        }

        for (words = 1; words < c->words; words++) {
            for (k = 0; k + words <= c->words; k++) {
                inner = phrase_find(t, c->terms + k, words, false);

                if (inner != NULL) {
                    inner->nested += c->freq;
                    inner->longer++;
                }
            }
        }
    }
}


/* What is no noun phrase by its looks gets frequency 0, and so no score. */

static void
phrase_filter(view_t *v, phrase_table_t *t)
{
    size_t               i;
    const term_t        *first, *last;
    phrase_candidate_t  *c;

    for (i = 0; i < t->n; i++) {
        c = &t->list[i];
        first = &v->terms.terms[c->terms[0]];
        last = &v->terms.terms[c->terms[c->words - 1]];

        if (c->freq < 2 || !phrase_is_noun(last) || !phrase_may_begin(first)
            || (c->words == 1 && last->generic)
            || (c->words == 2 && first->generic && last->generic))
        {
            c->freq = 0;
            continue;
        }

        if (c->noun < 0) {
            c->freq = 0;
            continue;
        }

        /* a single word must stand for more than phrases it is part of */

        if (c->words == 1 && !phrase_is_acronym(c)) {
            c->freq = c->noun * 3 < (int32_t) c->alone
                      || c->alone < PHRASE_MIN_SINGLE ? 0 : c->alone / 2;
            c->nested = 0;
            c->longer = 0;
        }
    }
}


/* TextRank of the words; a phrase gets the mean over its words. */

static void
phrase_rank(view_t *v, phrase_table_t *t)
{
    size_t                  i, j, k, w;
    uint32_t               *rank;
    uint64_t                sum;
    rank_graph_t            graph;
    const view_sentence_t  *vs;

    rank_init(&graph, &v->region);

    for (i = 0; i < v->n; i++) {
        vs = &v->s[i];

        if (!vs->quotable || vs->lang != LEXICON_EN) {
            continue;
        }

        for (j = 0; j < vs->ntokens; j++) {
            if (vs->tokens[j].term == TERMS_NONE) {
                continue;
            }

            for (k = j + 1, w = 0; k < vs->ntokens && w < PHRASE_WINDOW; k++)
            {
                w++;

                if (vs->tokens[k].term != TERMS_NONE
                    && vs->tokens[k].term != vs->tokens[j].term)
                {
                    rank_edge(&graph, vs->tokens[j].term,
                              vs->tokens[k].term, 1);
                }
            }
        }
    }

    rank = rank_run(&graph, v->terms.n);

    for (i = 0; i < t->n; i++) {
        sum = 0;

        for (k = 0; k < t->list[i].words; k++) {
            sum += rank[t->list[i].terms[k]];
        }

        /* in quarters of the mean; the root keeps common words in place */

        sum = rank_sqrt(sum * 16 / t->list[i].words * RANK_ONE) / RANK_ONE;
        t->list[i].score = sum > PHRASE_MAX_BOOST ? PHRASE_MAX_BOOST : sum;
    }
}


static bool
phrase_is_noun(const term_t *term)
{
    size_t                    i;
    static const char *const  ends[] = {
        "ly", "ous", "ful", "ible", "able", "ical", "less", "ated", "ized",
        "ised", "ting", "sing", "ring", "ying", "wise", "tive", "mic", "tic",
        "nal", "ral", "ted", "led", "red", "sed", "ned", "ved", "ced",
        "ding", "lar", "ary"
    };

    static const char *const  nouns[] = {
        "objective", "narrative", "alternative", "derivative", "initiative",
        "variable", "table", "setting", "clustering", "testing", "computing",
        "routing", "filtering", "monitoring", "engineering", "manufacturing",
        "processing", "sensing", "forecasting", "scheduling", "signal",
        "terminal", "spring", "string", "ring", "spiral", "mineral",
        "journal", "canal", "diagonal", "seed", "logic", "statistic",
        "plastic", "arithmetic", "heuristic", "characteristic", "diagnostic",
        "magnetic", "critic", "traffic", "dynamic", "polar", "dollar",
        "library", "boundary", "dictionary", "summary", "vocabulary",
        "embedding", "coding", "encoding", "funding", "binding", "fiber",
        "printing", "modeling", "meeting", "marketing", "casting", "lighting",
        "mapping", "family", "assembly", "anomaly", "supply", "butterfly",
        "economic", "topic", "metric", "fabric", "clinic", "epidemic",
        "pandemic", "robotic", "genetic", "kinetic", "semantic", "hospital",
        "pillar", "radar", "sugar", "scholar", "salary", "rating", "wing"
    };

    for (i = 0; i < sizeof(nouns) / sizeof(nouns[0]); i++) {
        if (strcmp(term->key, nouns[i]) == 0) {
            return true;
        }
    }

    for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        if (phrase_ends(term, ends[i])) {
            return false;
        }
    }

    return term->len > 2;
}


static bool
phrase_may_begin(const term_t *term)
{
    return term->len > 1
           && (!phrase_ends(term, "ly") || strcmp(term->key, "family") == 0
               || strcmp(term->key, "assembly") == 0);
}


static bool
phrase_ends(const term_t *term, const char *end)
{
    size_t  n;

    n = strlen(end);

    return term->len > n + 1
           && memcmp(term->key + term->len - n, end, n) == 0;
}


/* At least two capitals: "LQR", "mRNA", "PyTorch". */

static bool
phrase_is_acronym(const phrase_candidate_t *c)
{
    size_t  i, capitals;

    capitals = 0;

    for (i = c->from; i < c->to; i++) {
        capitals += c->vs->s->text[i] >= 'A' && c->vs->s->text[i] <= 'Z';
    }

    return capitals >= 2;
}
