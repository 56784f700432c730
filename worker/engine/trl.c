/*
 * The rubric applied to cues, see trl.h.  A "yes" needs a sentence about own
 * work without negation and, but for "could be used for", without modality;
 * the two best sentences are kept, those of the abstract and results first.
 */

#include "trl.h"

#include <string.h>


#define TRL_RESULT  8       /* strength of a result at all */
#define TRL_STRONG  14      /* and of a clear one */


/* Articles of a type cannot show more than this, whatever their words. */
static const struct {
    const char  *type;
    int          cap;
} trl_caps[] = {
    { "theory", 3 },
    { "dataset", 4 },
    { NULL, 7 }
};


static bool trl_is_review(const view_t *v);
static void trl_criterion(const view_t *v, const lexicon_criterion_t *c,
    trl_answer_t *a);
static bool trl_is_yes(const view_t *v, const lexicon_criterion_t *c,
    const view_sentence_t *vs);
static bool trl_is_summary(const view_sentence_t *vs);
static bool trl_is_headed(const view_t *v, const lexicon_criterion_t *c,
    const view_sentence_t *vs);
static int trl_weight(const view_sentence_t *vs);
static void trl_keep(trl_answer_t *a, const view_sentence_t *vs);


void
trl_assess(const view_t *v, const char *type, trl_t *trl)
{
    int                         cap;
    size_t                      i;
    trl_answer_t               *a;
    const lexicon_criterion_t  *c;

    memset(trl, 0, sizeof(trl_t));

    trl->gated = trl_is_gated(type);
    cap = trl_cap(type);

    for (i = 0; i < v->n; i++) {
        trl->nown += view_is_own(&v->s[i]);
    }

    for (i = 0; i < v->lex->ncriteria; i++) {
        c = &v->lex->criteria[i];
        a = &trl->answers[i];

        if (trl->gated) {
            a->reason = "trl.gated";
            continue;
        }

        trl_criterion(v, c, a);

        if (a->answer == TRL_YES && c->level > cap && c->level < 8) {
            a->answer = TRL_UNCLEAR;
            a->reason = "trl.capped";
            a->n = 0;
        }
    }

    trl_range(v, trl);
}


const char *
trl_article_type(const view_t *v)
{
    const char               *type, *title;
    const lexicon_pattern_t  *p;

    if (trl_is_review(v)) {
        return "review";
    }

    title = v->doc->title;

    for (p = v->lex->articles; p != NULL && title != NULL; p = p->next) {
        type = lexicon_article(p->kind);

        if ((strcmp(type, "review") == 0 || strcmp(type, "position") == 0
             || v->doc->article_type == NULL)
            && lexicon_match(p, title, strlen(title), NULL, NULL))
        {
            return type;
        }
    }

    return v->doc->article_type;
}


/*
 * "In this review, ...": what the abstract, or the introduction, says of the
 * paper outweighs what its title leaves open.
 */

static bool
trl_is_review(const view_t *v)
{
    size_t                  i;
    const view_sentence_t  *vs;

    for (i = 0; i < v->n; i++) {
        vs = &v->s[i];

        if (vs->body && (vs->role == DOCUMENT_ROLE_ABSTRACT
                         || vs->role == DOCUMENT_ROLE_INTRODUCTION)
            && lexicon_has_cue(vs->lang, CUE_REVIEW, vs->s->text,
                               vs->s->len))
        {
            return true;
        }
    }

    return false;
}


bool
trl_is_gated(const char *type)
{
    return type != NULL && (strcmp(type, "review") == 0
                            || strcmp(type, "position") == 0);
}


int
trl_cap(const char *type)
{
    size_t  i;

    for (i = 0; trl_caps[i].type != NULL; i++) {
        if (type != NULL && strcmp(trl_caps[i].type, type) == 0) {
            break;
        }
    }

    return trl_caps[i].cap;
}


static void
trl_criterion(const view_t *v, const lexicon_criterion_t *c, trl_answer_t *a)
{
    size_t                  i;
    const view_sentence_t  *vs, *no;

    no = NULL;

    for (i = 0; i < v->n; i++) {
        vs = &v->s[i];

        if (!view_is_own(vs) || trl_any(v->lex->block[vs->lang], vs)) {
            continue;
        }

        if (no == NULL && trl_any(c->no[vs->lang], vs)) {
            no = vs;

        } else if (trl_is_yes(v, c, vs)) {
            trl_keep(a, vs);
        }
    }

    if (a->n > 0) {
        a->answer = TRL_YES;
        a->reason = "trl.yes";

    } else if (no != NULL) {
        a->answer = TRL_NO;
        a->reason = "trl.no";
        a->vs[0] = no;
        a->n = 1;

    } else {
        a->reason = "trl.unclear";
    }
}


static bool
trl_is_yes(const view_t *v, const lexicon_criterion_t *c,
    const view_sentence_t *vs)
{
    if (vs->cue[CUE_NEGATION] != 0
        || (vs->cue[CUE_MODAL] != 0 && !c->allow_modal)
        || (c->need_number && (vs->cue[CUE_NUMBER] == 0
                               || vs->cue[CUE_EQUIPMENT] != 0))
        || (c->need_summary && !trl_is_summary(vs))
        || (c->need_result && vs->cue[CUE_RESULT] < TRL_RESULT))
    {
        return false;
    }

    if (c->cue >= 0 && vs->cue[c->cue] >= c->cue_strength) {
        return true;
    }

    return trl_any(c->yes[vs->lang], vs) || trl_is_headed(v, c, vs);
}


/* Where authors say what their work is for, not what a function is for. */

static bool
trl_is_summary(const view_sentence_t *vs)
{
    return vs->role == DOCUMENT_ROLE_ABSTRACT
           || vs->role == DOCUMENT_ROLE_DISCUSSION
           || vs->role == DOCUMENT_ROLE_CONCLUSION
           || vs->role == DOCUMENT_ROLE_FUTURE_WORK;
}


/* A measured result below a heading like "Field trial". */

static bool
trl_is_headed(const view_t *v, const lexicon_criterion_t *c,
    const view_sentence_t *vs)
{
    const char               *title;
    const lexicon_pattern_t  *p;

    if (vs->s->section < 0 || vs->cue[CUE_NUMBER] == 0
        || vs->cue[CUE_RESULT] < TRL_RESULT)
    {
        return false;
    }

    title = v->doc->sections[vs->s->section].title;

    for (p = c->heading[vs->lang]; p != NULL; p = p->next) {
        if (lexicon_match(p, title, strlen(title), NULL, NULL)) {
            return true;
        }
    }

    return false;
}


bool
trl_any(const lexicon_pattern_t *p, const view_sentence_t *vs)
{
    for (; p != NULL; p = p->next) {
        if (lexicon_match(p, vs->s->text, vs->s->len, NULL, NULL)) {
            return true;
        }
    }

    return false;
}


static void
trl_keep(trl_answer_t *a, const view_sentence_t *vs)
{
    size_t  i, j;

    for (i = 0; i < a->n; i++) {
        if (trl_weight(vs) > trl_weight(a->vs[i])) {
            break;
        }
    }

    if (i == TRL_MAX_QUOTES) {
        return;
    }

    a->n += a->n < TRL_MAX_QUOTES;

    for (j = a->n - 1; j > i; j--) {
        a->vs[j] = a->vs[j - 1];
    }

    a->vs[i] = vs;
}


static int
trl_weight(const view_sentence_t *vs)
{
    int  w;

    switch (vs->role) {

    case DOCUMENT_ROLE_ABSTRACT:
    case DOCUMENT_ROLE_RESULTS:
        w = 4;
        break;

    case DOCUMENT_ROLE_CONCLUSION:
    case DOCUMENT_ROLE_DISCUSSION:
        w = 3;
        break;

    default:
        w = 1;
    }

    return w * 2 + (vs->cue[CUE_NUMBER] != 0) + (vs->cue[CUE_OWN] != 0)
           + 2 * (vs->cue[CUE_RESULT] >= TRL_STRONG)
           - 2 * (vs->cue[CUE_WEAK] != 0);
}


/*
 * High: the highest yes without an explicit no below it.  Low: the end of the
 * unbroken run of yes from the first criterion, at least 1.
 */

void
trl_range(const view_t *v, trl_t *trl)
{
    bool    unbroken;
    size_t  i;

    unbroken = true;

    for (i = 0; i < v->lex->ncriteria; i++) {
        if (trl->answers[i].answer == TRL_NO) {
            break;
        }

        if (trl->answers[i].answer == TRL_YES) {
            trl->high = v->lex->criteria[i].level;

            if (unbroken) {
                trl->low = trl->high;
            }

        } else {
            unbroken = false;
        }
    }

    if (trl->high > 0 && trl->low == 0) {
        trl->low = 1;
    }
}
