/*
 * Chooses claim sentences, see select.h.  All scores are integers; ties go to
 * the earlier kind and then to the earlier sentence.
 */

#include "select.h"

#include <stdlib.h>
#include <string.h>

#include "effect.h"


#define SELECT_MIN_SCORE    95
#define SELECT_WEAK_SCORE   60      /* where nothing reaches the minimum */
#define SELECT_MAX_WEAK     2
#define SELECT_CLEAR        14      /* strength of a cue of weight 7 */
#define SELECT_MAX_OVERLAP  60      /* per cent */


typedef struct {
    int                     score;
    int                     kind;
    size_t                  index;
    const view_sentence_t  *vs;
} candidate_t;


static int select_score(const view_t *v, const view_sentence_t *vs, int kind);
static int select_voice(const view_sentence_t *vs, int kind);
static void select_take(const view_t *v, const candidate_t *list, size_t n,
    int min, const size_t quota[CUE_CLAIMS], bool *used, selection_t *sel);
static void select_compared(const candidate_t *list, size_t n,
    selection_t *sel);
static bool select_is_work(int kind);
static bool select_is_prominent(const view_sentence_t *vs, int kind);
static bool select_is_late(const view_sentence_t *vs);
static int select_compare(const void *a, const void *b);
static bool select_repeats(const selection_t *sel, const view_sentence_t *vs);


static const size_t  select_quota[CUE_CLAIMS] = {
    2,      /* problem */
    2,      /* contribution */
    3,      /* method */
    5,      /* result */
    2,      /* novelty */
    4,      /* limitation */
    3,      /* future work */
    3,      /* application */
    4       /* comparison */
};


/* A weak sentence is better than none, but of these kinds only. */
static const bool  select_weak[CUE_CLAIMS] = {
    true, true, false, false, false, true, true, true, false
};


void
select_claims(view_t *v, bool others, selection_t *sel)
{
    int           kind, score;
    size_t        i, n, quota[CUE_CLAIMS];
    bool         *used;
    candidate_t  *list;

    list = region_array(&v->region, v->nquotable * CUE_CLAIMS,
                        sizeof(candidate_t));
    used = region_array(&v->region, v->n, sizeof(bool));
    n = 0;

    for (i = 0; i < v->n; i++) {
        if (!v->s[i].quotable) {
            continue;
        }

        for (kind = 0; kind < CUE_CLAIMS; kind++) {
            score = select_score(v, &v->s[i], kind);

            if (others && v->s[i].cue[CUE_OWN] == 0 && select_is_work(kind)) {
                score = 0;
            }

            if (score >= SELECT_MIN_SCORE
                || (score >= SELECT_WEAK_SCORE
                    && select_is_prominent(&v->s[i], kind)))
            {
                list[n++] = (candidate_t) { score, kind, i,
                                            &v->s[i] };
            }
        }
    }

    qsort(list, n, sizeof(candidate_t), select_compare);
    select_take(v, list, n, SELECT_MIN_SCORE, select_quota, used, sel);

    for (kind = 0; kind < CUE_CLAIMS; kind++) {
        quota[kind] = sel->n[kind] == 0 && select_weak[kind]
                      ? SELECT_MAX_WEAK : 0;
    }

    select_take(v, list, n, SELECT_WEAK_SCORE, quota, used, sel);
    select_compared(list, n, sel);
}


/*
 * A result that compares is the comparison where there is no other, unless it
 * is the only result.
 */

static void
select_compared(const candidate_t *list, size_t n, selection_t *sel)
{
    size_t              i, *results;
    select_item_t      *item;
    const candidate_t  *c;

    results = &sel->n[CUE_RESULT];

    for (c = list; c < list + n && c->score >= SELECT_MIN_SCORE; c++) {
        if (c->kind != CUE_COMPARISON || sel->n[CUE_COMPARISON] > 0
            || *results < 2)
        {
            continue;
        }

        for (i = 0; i < *results; i++) {
            item = &sel->item[CUE_RESULT][i];

            if (item->vs == c->vs) {
                sel->item[CUE_COMPARISON][0] =
                                          (select_item_t) { c->score, c->vs };
                sel->n[CUE_COMPARISON] = 1;
                memmove(item, item + 1,
                        (*results - i - 1) * sizeof(select_item_t));
                (*results)--;
                break;
            }
        }
    }
}


static void
select_take(const view_t *v, const candidate_t *list, size_t n, int min,
    const size_t quota[CUE_CLAIMS], bool *used, selection_t *sel)
{
    const candidate_t  *c;

    for (c = list; c < list + n && c->score >= min; c++) {
        if (used[c->index] || sel->n[c->kind] >= quota[c->kind]
            || select_repeats(sel, &v->s[c->index]))
        {
            continue;
        }

        used[c->index] = true;
        sel->item[c->kind][sel->n[c->kind]++] =
                              (select_item_t) { c->score, &v->s[c->index] };
    }
}


size_t
select_cue(const view_t *v, cue_e cue, const view_sentence_t **out,
    size_t max)
{
    size_t                  i, j, n;
    const view_sentence_t  *vs;

    n = 0;

    for (i = 0; i < v->n; i++) {
        vs = &v->s[i];

        if (!vs->quotable || vs->cue[cue] == 0
            || (vs->cue[CUE_BOILERPLATE] != 0 && cue != CUE_RELEASE)
            || (cue == CUE_EQUIPMENT
                && (!view_is_own(vs) || vs->cue[CUE_MODAL] != 0))
            || (cue == CUE_RELEASE && vs->cue[CUE_OWN] == 0)
            || vs->role == DOCUMENT_ROLE_RELATED_WORK
            || vs->role == DOCUMENT_ROLE_INTRODUCTION
            || vs->role == DOCUMENT_ROLE_BACKGROUND)
        {
            continue;
        }

        for (j = n; j > 0 && out[j - 1]->cue[cue] < vs->cue[cue]; j--) {
            if (j < max) {
                out[j] = out[j - 1];
            }
        }

        if (j < max) {
            out[j] = vs;
            n += n < max;
        }
    }

    return n;
}


static int
select_score(const view_t *v, const view_sentence_t *vs, int kind)
{
    int  score;

    if (vs->cue[kind] == 0 || vs->cue[CUE_BOILERPLATE] != 0) {
        return 0;
    }

    score = vs->cue[kind] * v->lex->prior[kind][vs->role];
    score = score * vs->length / 10;
    score = score * select_voice(vs, kind) / 100;

    if (vs->cue[CUE_WEAK] != 0) {
        score = score * 55 / 100;
    }

    if (kind == CUE_RESULT || kind == CUE_COMPARISON) {

        /* what befell the control group is no result of the work */

        if (score >= SELECT_WEAK_SCORE && effect_is_control(vs->s->text)) {
            return 0;
        }

        score = vs->cue[CUE_NUMBER] != 0 ? score * 14 / 10 : score;
        score = vs->cue[CUE_MODAL] != 0 ? score * 6 / 10 : score;
        score = vs->cue[CUE_FUTURE] != 0 ? score * 6 / 10 : score;
    }

    /* what is planned is no contribution, no method and nothing new */

    if ((kind == CUE_CONTRIBUTION || kind == CUE_METHOD
         || kind == CUE_NOVELTY) && vs->cue[CUE_FUTURE] != 0)
    {
        score /= 2;
    }

    return score;
}


/* Who speaks, in per cent: the authors of themselves, or of others. */

static int
select_voice(const view_sentence_t *vs, int kind)
{
    bool  own, cited;

    own = vs->cue[CUE_OWN] != 0;
    cited = vs->cue[CUE_CITED] != 0;

    if (kind == CUE_LIMITATION && vs->cue[CUE_OVERCOME] != 0) {
        return 25;
    }

    if (kind == CUE_PROBLEM) {
        return own && vs->cue[CUE_RESULT] != 0 ? 50 : cited ? 85 : 100;
    }

    /* "limited to ..." in a method section is not yet a limitation */

    if (kind == CUE_LIMITATION && !select_is_late(vs)
        && vs->role != DOCUMENT_ROLE_ABSTRACT)
    {
        return own ? 90 : vs->role == DOCUMENT_ROLE_OTHER && !cited ? 75 : 45;
    }

    if (kind == CUE_APPLICATION && !own && cited) {
        return 40;
    }

    if (own) {
        return cited ? 85 : 125;
    }

    return cited ? 30 : 85;
}


static bool
select_is_work(int kind)
{
    return kind == CUE_METHOD || kind == CUE_RESULT || kind == CUE_NOVELTY
           || kind == CUE_COMPARISON;
}


/*
 * A weak sentence has to stand where authors say what matters, and to say no
 * second thing that is more likely meant.
 */

static bool
select_is_prominent(const view_sentence_t *vs, int kind)
{
    if (kind == CUE_PROBLEM && (vs->cue[CUE_OWN] != 0
                                || vs->cue[CUE_RESULT] > vs->cue[kind]))
    {
        return false;
    }

    /* articles on software state their limits wherever they come up */

    if (kind == CUE_LIMITATION
        && (vs->role == DOCUMENT_ROLE_OTHER
            || vs->role == DOCUMENT_ROLE_RESULTS)
        && vs->cue[kind] >= SELECT_CLEAR && vs->cue[CUE_CITED] == 0)
    {
        return true;
    }

    return select_is_late(vs) || vs->role == DOCUMENT_ROLE_ABSTRACT
           || vs->role == DOCUMENT_ROLE_INTRODUCTION;
}


static bool
select_is_late(const view_sentence_t *vs)
{
    return vs->role == DOCUMENT_ROLE_DISCUSSION
           || vs->role == DOCUMENT_ROLE_CONCLUSION
           || vs->role == DOCUMENT_ROLE_LIMITATIONS
           || vs->role == DOCUMENT_ROLE_FUTURE_WORK;
}


static bool
select_repeats(const selection_t *sel, const view_sentence_t *vs)
{
    int     kind;
    size_t  i;

    for (kind = 0; kind < CUE_CLAIMS; kind++) {
        for (i = 0; i < sel->n[kind]; i++) {
            if (view_overlap(sel->item[kind][i].vs, vs)
                >= SELECT_MAX_OVERLAP)
            {
                return true;
            }
        }
    }

    return false;
}


static int
select_compare(const void *a, const void *b)
{
    const candidate_t  *x, *y;

    x = a;
    y = b;

    if (x->score != y->score) {
        return x->score > y->score ? -1 : 1;
    }

    if (x->kind != y->kind) {
        return x->kind < y->kind ? -1 : 1;
    }

    return x->index < y->index ? -1 : x->index > y->index;
}
