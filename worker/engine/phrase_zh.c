/*
 * Chinese candidates: runs of 2 to 8 characters between characters that only
 * join words.  A run counts as a phrase when different characters stand on
 * both sides of it and no longer run explains nearly all of its occurrences.
 */

#include "phrase.h"

#include <string.h>

#include "paperal_utf8.h"


#define PHRASE_ZH_MIN      2
#define PHRASE_ZH_MAX      8
#define PHRASE_ZH_RUN      64       /* characters of a run */
#define PHRASE_ZH_FREQ     3
#define PHRASE_ZH_BORDER   UINT32_MAX


typedef struct {
    size_t     n;
    uint32_t   cp[PHRASE_ZH_RUN];
    uint32_t   at[PHRASE_ZH_RUN + 1];       /* byte offsets */
} phrase_zh_run_t;


static void phrase_zh_sentence(const view_t *v, phrase_table_t *t,
    const view_sentence_t *vs);
static void phrase_zh_run(phrase_table_t *t, const view_sentence_t *vs,
    const phrase_zh_run_t *run);
static phrase_candidate_t *phrase_zh_find(phrase_table_t *t,
    const char *text, size_t len, bool add);
static void phrase_zh_neighbour(uint32_t *seen, uint32_t cp);
static void phrase_zh_nest(phrase_table_t *t);
static void phrase_zh_filter(const view_t *v, phrase_table_t *t);
static bool phrase_zh_edges(const view_t *v, const phrase_candidate_t *c);


void
phrase_collect_zh(view_t *v, phrase_table_t *t)
{
    size_t  i;

    for (i = 0; i < v->n; i++) {
        if (v->s[i].body && v->s[i].lang == LEXICON_ZH) {
            phrase_zh_sentence(v, t, &v->s[i]);
        }
    }

    phrase_zh_nest(t);
    phrase_zh_filter(v, t);
}


static void
phrase_zh_sentence(const view_t *v, phrase_table_t *t,
    const view_sentence_t *vs)
{
    size_t           pos, size;
    uint32_t         cp;
    const char      *text;
    phrase_zh_run_t  run;

    text = vs->s->text;
    run.n = 0;

    for (pos = 0; pos < vs->s->len; pos += size == 0 ? 1 : size) {
        size = paperal_utf8_decode(text + pos, vs->s->len - pos, &cp);

        if (size != 0 && terms_is_han(cp) && run.n < PHRASE_ZH_RUN
            && !lexicon_zh_has(v->lex->zh_cut, text + pos, size))
        {
            run.cp[run.n] = cp;
            run.at[run.n++] = (uint32_t) pos;
            run.at[run.n] = (uint32_t) (pos + size);
            continue;
        }

        phrase_zh_run(t, vs, &run);
        run.n = 0;
    }

    phrase_zh_run(t, vs, &run);
}


static void
phrase_zh_run(phrase_table_t *t, const view_sentence_t *vs,
    const phrase_zh_run_t *run)
{
    size_t               i, n;
    uint16_t             place;
    phrase_candidate_t  *c;

    place = phrase_place(vs);

    for (i = 0; i + PHRASE_ZH_MIN <= run->n; i++) {
        for (n = PHRASE_ZH_MIN; n <= PHRASE_ZH_MAX && i + n <= run->n; n++) {
            c = phrase_zh_find(t, vs->s->text + run->at[i],
                               run->at[i + n] - run->at[i], true);
            if (c == NULL) {
                return;
            }

            if (c->vs == NULL) {
                c->vs = vs;
                c->from = run->at[i];
                c->to = run->at[i + n];
                c->words = (uint16_t) n;
            }

            c->freq++;
            c->place = place > c->place ? place : c->place;
            phrase_zh_neighbour(c->left, i == 0 ? PHRASE_ZH_BORDER
                                                : run->cp[i - 1]);
            phrase_zh_neighbour(c->right, i + n == run->n
                                          ? PHRASE_ZH_BORDER
                                          : run->cp[i + n]);
        }
    }
}


/*
 * terms[] keeps a hash and the length here; the text itself decides, so a
 * candidate that has just been added needs its place set by the caller.
 */

static phrase_candidate_t *
phrase_zh_find(phrase_table_t *t, const char *text, size_t len, bool add)
{
    size_t               i;
    uint32_t             h;
    phrase_candidate_t  *c;

    h = 2166136261u;

    for (i = 0; i < len; i++) {
        h = (h ^ (unsigned char) text[i]) * 16777619u;
    }

    i = (h ^ (h >> 16)) & (t->nslots - 1);

    while (t->slots[i] != 0) {
        c = &t->list[t->slots[i] - 1];

        if (c->terms[0] == h && c->to - c->from == len
            && memcmp(c->vs->s->text + c->from, text, len) == 0)
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
    c->terms[0] = h;

    return c;
}


/* A border counts as a new neighbour every time. */

static void
phrase_zh_neighbour(uint32_t *seen, uint32_t cp)
{
    size_t  i;

    for (i = 0; i < 3; i++) {
        if (seen[i] == 0) {
            seen[i] = cp;
            return;
        }

        if (seen[i] == cp && cp != PHRASE_ZH_BORDER) {
            return;
        }
    }
}


static void
phrase_zh_nest(phrase_table_t *t)
{
    size_t                   i, k, first;
    const char              *text;
    phrase_candidate_t      *inner;
    const phrase_candidate_t  *c;

    for (i = 0; i < t->n; i++) {
        c = &t->list[i];

        if (c->words <= PHRASE_ZH_MIN || c->freq < 2) {
            continue;
        }

        /* without its first and without its last character */

        text = c->vs->s->text;
        first = paperal_utf8_prefix(text + c->from, c->to - c->from, 1);

        for (k = 0; k < 2; k++) {
            inner = k == 0
                    ? phrase_zh_find(t, text + c->from + first,
                                     c->to - c->from - first, false)
                    : phrase_zh_find(t, text + c->from,
                                     paperal_utf8_prefix(text + c->from,
                                                         c->to - c->from,
                                                         c->words - 1u),
                                     false);

            if (inner != NULL && c->freq > inner->nested) {
                inner->nested = c->freq;
                inner->longer = 1;
            }
        }
    }
}


static void
phrase_zh_filter(const view_t *v, phrase_table_t *t)
{
    phrase_candidate_t  *c;

    for (c = t->list; c < t->list + t->n; c++) {
        if (c->freq < PHRASE_ZH_FREQ || c->left[1] == 0 || c->right[1] == 0
            || c->nested * 4 > c->freq * 3
            || lexicon_zh_has(v->lex->zh_stop, c->vs->s->text + c->from,
                              c->to - c->from)
            || phrase_zh_edges(v, c))
        {
            c->freq = 0;
        }

        /* pairs are mostly plain words; a topic is longer */

        c->score = c->words == 2 ? 0 : c->words == 3 ? 1 : 2;
        c->freq = c->words == 2 ? c->freq / 2 : c->freq;
    }
}


static bool
phrase_zh_edges(const view_t *v, const phrase_candidate_t *c)
{
    size_t       first, rest;
    const char  *text;

    text = c->vs->s->text + c->from;
    first = paperal_utf8_prefix(text, c->to - c->from, 1);
    rest = paperal_utf8_prefix(text, c->to - c->from, c->words - 1u);

    return lexicon_zh_has(v->lex->zh_edge, text, first)
           || lexicon_zh_has(v->lex->zh_head, text, first)
           || lexicon_zh_has(v->lex->zh_edge, text + rest,
                             c->to - c->from - rest);
}
