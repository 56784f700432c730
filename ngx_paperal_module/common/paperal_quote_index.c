/*
 * The index of a paper's tokens: each distinct word has a number and the list
 * of its positions.  The hash is keyed with the paper's own text, so that a
 * paper cannot be written to make its words collide.
 */

#include "paperal_quote_index.h"

#include <stdlib.h>
#include <string.h>


#define HASH_OFFSET  0xcbf29ce484222325ull
#define HASH_PRIME   0x100000001b3ull
#define HASH_MIX     0x9e3779b97f4a7c15ull


static uint64_t
index_hash(uint64_t key, const char *s, size_t len)
{
    size_t    i;
    uint64_t  h;

    h = key;

    for (i = 0; i < len; i++) {
        h = (h ^ (unsigned char) s[i]) * HASH_PRIME;
        h ^= h >> 29;
    }

    h = (h ^ key) * HASH_MIX;

    return h ^ h >> 32;
}


/* The slot of a word, or the empty one where it would be. */
static size_t
index_slot(const paperal_quote_index_t *index, const char *s, size_t len)
{
    size_t                      i;
    const paperal_lex_token_t  *t;

    i = index_hash(index->key, s, len) & index->mask;

    for ( ; index->slots[i] != 0; i = (i + 1) & index->mask) {
        t = &index->lex.tokens[index->samples[index->slots[i] - 1]];

        if (t->len == len && memcmp(index->lex.text.data + t->text, s, len)
                             == 0)
        {
            break;
        }
    }

    return i;
}


uint32_t
quote_index_find(const paperal_quote_index_t *index, const char *s,
    size_t len)
{
    /* slots hold 1 + id: an empty one gives QUOTE_UNKNOWN */
    return index->slots[index_slot(index, s, len)] - 1;
}


/* Adds the sentences of one place, asides with a wall around each group. */
static void
index_place(paperal_quote_index_t *index, paperal_quote_place_e place)
{
    size_t                           i, last;
    const paperal_quote_sentence_t  *s;

    last = 0;

    for (i = 0; i < index->nsentences; i++) {
        s = &index->sentences[i];

        if (s->place != place) {
            continue;
        }

        if (place == PAPERAL_QUOTE_ASIDE && last != i) {
            paperal_lex_wall(&index->lex);
        }

        paperal_lex_add(&index->lex, (uint32_t) i, s->text, s->len);
        last = i + 1;
    }

    paperal_lex_wall(&index->lex);
}


/* Numbers the words in the order of their first occurrence. */
static void
index_number(paperal_quote_index_t *index)
{
    size_t                      i, slot;
    const char                 *s;
    const paperal_lex_token_t  *t;

    for (i = 0; i < index->lex.ntokens; i++) {
        t = &index->lex.tokens[i];

        if (t->flags & PAPERAL_LEX_WALL) {
            index->ids[i] = QUOTE_UNKNOWN;
            continue;
        }

        s = index->lex.text.data + t->text;
        slot = index_slot(index, s, t->len);

        if (index->slots[slot] == 0) {
            index->samples[index->nwords] = (uint32_t) i;
            index->slots[slot] = (uint32_t) ++index->nwords;
        }

        index->ids[i] = index->slots[slot] - 1;
    }
}


/* Lists the positions of each word by counting. */
static void
index_list(paperal_quote_index_t *index)
{
    size_t    i;
    uint32_t  id;

    for (i = 0; i < index->lex.ntokens; i++) {
        if (index->ids[i] != QUOTE_UNKNOWN) {
            index->first[index->ids[i] + 1]++;
        }
    }

    for (i = 1; i <= index->nwords; i++) {
        index->first[i] += index->first[i - 1];
    }

    for (i = index->lex.ntokens; i > 0; i--) {
        id = index->ids[i - 1];

        if (id != QUOTE_UNKNOWN) {
            index->positions[--index->first[id + 1]] = (uint32_t) (i - 1);
        }
    }

    /* each start moved down into its predecessor's place */
    memmove(index->first, index->first + 1,
            index->nwords * sizeof(uint32_t));
    index->first[index->nwords] = 0;

    for (i = 0; i < index->lex.ntokens; i++) {
        index->first[index->nwords] += index->ids[i] != QUOTE_UNKNOWN;
    }
}


static int
index_build(paperal_quote_index_t *index)
{
    size_t  n, slots;

    index_place(index, PAPERAL_QUOTE_FLOW);
    index_place(index, PAPERAL_QUOTE_ASIDE);
    paperal_lex_close(&index->lex);

    if (index->lex.failed) {
        return -1;
    }

    n = index->lex.ntokens;

    for (slots = 16; slots < 2 * n; slots *= 2) {
        /* void */
    }

    index->mask = slots - 1;
    index->key = index_hash(HASH_OFFSET,
                            paperal_buf_cstr(&index->lex.text),
                            index->lex.text.len);
    index->slots = calloc(slots, sizeof(uint32_t));
    index->ids = malloc(n * sizeof(uint32_t));
    index->samples = malloc(n * sizeof(uint32_t));
    index->first = calloc(n + 2, sizeof(uint32_t));
    index->positions = malloc(n * sizeof(uint32_t));

    if (index->slots == NULL || index->ids == NULL || index->samples == NULL
        || index->first == NULL || index->positions == NULL)
    {
        return -1;
    }

    index_number(index);
    index_list(index);

    return 0;
}


paperal_quote_index_t *
paperal_quote_index_new(const paperal_quote_sentence_t *sentences, size_t n)
{
    size_t                  i;
    paperal_quote_index_t  *index;

    if (n > PAPERAL_QUOTE_MAX_SENTENCES) {
        return NULL;
    }

    for (i = 0; i < n; i++) {
        if (sentences[i].len > PAPERAL_QUOTE_MAX_SENTENCE) {
            return NULL;
        }
    }

    index = calloc(1, sizeof(paperal_quote_index_t));
    if (index == NULL) {
        return NULL;
    }

    paperal_lex_init(&index->lex);
    index->sentences = calloc(n + 1, sizeof(paperal_quote_sentence_t));

    if (index->sentences != NULL) {
        index->nsentences = n;

        for (i = 0; i < n; i++) {
            index->sentences[i] = sentences[i];
        }

        if (index_build(index) == 0) {
            return index;
        }
    }

    paperal_quote_index_free(index);

    return NULL;
}


void
paperal_quote_index_free(paperal_quote_index_t *index)
{
    if (index == NULL) {
        return;
    }

    paperal_lex_release(&index->lex);
    free(index->sentences);
    free(index->slots);
    free(index->ids);
    free(index->samples);
    free(index->first);
    free(index->positions);
    free(index);
}


size_t
paperal_quote_index_tokens(const paperal_quote_index_t *index)
{
    return index->lex.ntokens;
}
