/*
 * Key phrases: the choice, see phrase.h.  phrase_en.c and phrase_zh.c find
 * the candidates.
 */

#include "phrase.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "paperal_utf8.h"
#include "rank.h"


static int phrase_compare(const void *a, const void *b);
static uint64_t phrase_cvalue(const phrase_candidate_t *c,
    lexicon_lang_e lang);
static bool phrase_is_keyword(const view_t *v, const char *text);
static const char *phrase_text(view_t *v, const phrase_candidate_t *c);
static const view_sentence_t *phrase_quote(const view_t *v,
    const char *text, const view_sentence_t *first);
static bool phrase_inside(const char *a, const char *b);


size_t
phrase_build(view_t *v, phrase_t *out)
{
    size_t               i, j, n;
    const char          *text;
    phrase_table_t       t;
    phrase_candidate_t  *c;

    phrase_table_init(&t, &v->region);

    if (v->lang == LEXICON_ZH) {
        phrase_collect_zh(v, &t);

    } else {
        phrase_collect_en(v, &t);
    }

    for (i = 0; i < t.n; i++) {
        c = &t.list[i];
        c->score = phrase_cvalue(c, v->lang) * c->place * (c->score + 1);

        if (c->score != 0 && v->doc->keywords.n != 0
            && phrase_is_keyword(v, phrase_text(v, c)))
        {
            c->score *= 2;
        }
    }

    qsort(t.list, t.n, sizeof(phrase_candidate_t), phrase_compare);
    n = 0;

    for (i = 0; i < t.n && n < PHRASE_MAX && t.list[i].score != 0; i++) {
        text = phrase_text(v, &t.list[i]);

        for (j = 0; j < n; j++) {
            if (phrase_inside(text, out[j].text)
                || phrase_inside(out[j].text, text))
            {
                break;
            }
        }

        if (j < n) {
            continue;
        }

        out[n].text = text;
        out[n].vs = phrase_quote(v, text, t.list[i].vs);
        out[n].score = (int) (t.list[i].score * 1000 / t.list[0].score);
        n++;
    }

    return n;
}


void
phrase_table_init(phrase_table_t *t, region_t *region)
{
    t->n = 0;
    t->nslots = PHRASE_MAX_CANDIDATES * 2;
    t->list = region_array(region, PHRASE_MAX_CANDIDATES,
                           sizeof(phrase_candidate_t));
    t->slots = region_array(region, t->nslots, sizeof(uint32_t));
}


uint16_t
phrase_place(const view_sentence_t *vs)
{
    switch (vs->role) {

    case DOCUMENT_ROLE_TITLE:
        return 220;

    case DOCUMENT_ROLE_ABSTRACT:
        return 170;

    case DOCUMENT_ROLE_CONCLUSION:
        return 130;

    case DOCUMENT_ROLE_RELATED_WORK:
        return 60;

    default:
        return 100;
    }
}


/* log2(words + 1) * (freq - mean freq of the longer ones) */

static uint64_t
phrase_cvalue(const phrase_candidate_t *c, lexicon_lang_e lang)
{
    uint64_t  freq;

    freq = (uint64_t) c->freq * 100;

    if (c->longer != 0) {
        freq -= (uint64_t) c->nested * 100 / c->longer < freq
                ? (uint64_t) c->nested * 100 / c->longer : freq;
    }

    /* two Chinese characters are a word */

    return freq * (lang == LEXICON_ZH ? rank_log2(c->words)
                                      : rank_log2(c->words + 1u)) / 256;
}


static int
phrase_compare(const void *a, const void *b)
{
    const phrase_candidate_t  *x, *y;

    x = a;
    y = b;

    if (x->score != y->score) {
        return x->score > y->score ? -1 : 1;
    }

    /* the earlier one in the text; addresses grow with the sentences */

    if (x->vs != y->vs) {
        return x->vs < y->vs ? -1 : 1;
    }

    if (x->from != y->from) {
        return x->from < y->from ? -1 : 1;
    }

    return x->to > y->to ? -1 : x->to < y->to;
}


static bool
phrase_is_keyword(const view_t *v, const char *text)
{
    size_t  i;

    for (i = 0; i < v->doc->keywords.n; i++) {
        if (ascii_same(v->doc->keywords.items[i], text, strlen(text) + 1)) {
            return true;
        }
    }

    return false;
}


/*
 * The words as printed first, in lower case where the paper has them so
 * anywhere (a sentence's first word), as printed otherwise ("Bayesian").
 */

static const char *
phrase_text(view_t *v, const phrase_candidate_t *c)
{
    char            text[PHRASE_MAX_TEXT];
    size_t          i, k, len;
    const char     *src;
    const token_t  *tok;

    src = c->vs->s->text + c->from;
    len = c->to - c->from;

    if (len >= sizeof(text)) {
        len = paperal_utf8_clip(src, len, sizeof(text) - 1);
    }

    memcpy(text, src, len);

    for (i = 0; i < c->vs->ntokens && v->lang == LEXICON_EN; i++) {
        tok = &c->vs->tokens[i];

        if (tok->from >= c->from && tok->to <= c->to
            && tok->from - c->from < len && tok->term != TERMS_NONE
            && v->terms.terms[tok->term].lower)
        {
            for (k = tok->from - c->from; k < tok->to - c->from && k < len;
                 k++)
            {
                if (text[k] >= 'A' && text[k] <= 'Z') {
                    text[k] = (char) (text[k] + 32);
                }
            }
        }
    }

    return region_strndup(&v->region, text, len);
}


/* The first quotable sentence with the phrase, one of the abstract if any. */

static const view_sentence_t *
phrase_quote(const view_t *v, const char *text, const view_sentence_t *first)
{
    size_t                  i;
    const view_sentence_t  *vs, *found;

    if (first->quotable && first->role == DOCUMENT_ROLE_ABSTRACT) {
        return first;
    }

    found = NULL;

    for (i = 0; i < v->n; i++) {
        vs = &v->s[i];

        if (!vs->quotable || (found != NULL
                              && vs->role != DOCUMENT_ROLE_ABSTRACT)
            || ascii_find(vs->s->text, text) == NULL)
        {
            continue;
        }

        if (vs->role == DOCUMENT_ROLE_ABSTRACT) {
            return vs;
        }

        found = vs;
    }

    return found;
}


static bool
phrase_inside(const char *a, const char *b)
{
    return ascii_find(b, a) != NULL;
}
