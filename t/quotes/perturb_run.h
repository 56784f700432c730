/*
 * Runs the perturbations of perturb.h and perturb_false.h over a paper and
 * counts what passes: with the sentence that a quote is from, without a
 * sentence, and with a wrong one.
 */

#ifndef PERTURB_RUN_H
#define PERTURB_RUN_H


#include "perturb_false.h"


typedef enum {
    PERTURB_RIGHT = 0,
    PERTURB_UNNAMED,
    PERTURB_WRONG,
    PERTURB_HINTS
} perturb_hint_e;

static const char *const  perturb_hint_names[PERTURB_HINTS] = {
    "with the right sentence", "without a sentence", "with a wrong sentence"
};


/* Appends letters and digits only, in lower case; returns the new end. */
static char *
perturb_flatten(char *to, const char *s, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        if (isalnum((unsigned char) s[i]) || (unsigned char) s[i] >= 0x80) {
            *to++ = (char) tolower((unsigned char) s[i]);
        }
    }

    *to = '\0';

    return to;
}


/* Indexes the paper; 0 without memory. */
static int
perturb_open(perturb_paper_t *paper)
{
    char    *to;
    size_t   i, total;

    total = 1;

    for (i = 0; i < paper->n; i++) {
        total += paper->sentences[i].len;
    }

    paper->index = paperal_quote_index_new(paper->sentences, paper->n);
    paper->flat = malloc(total);

    if (paper->index == NULL || paper->flat == NULL) {
        return 0;
    }

    to = paper->flat;
    *to = '\0';

    for (i = 0; i < paper->n; i++) {
        to = perturb_flatten(to, paper->sentences[i].text,
                             paper->sentences[i].len);
    }

    return 1;
}


static void __attribute__((unused))
perturb_close(perturb_paper_t *paper)
{
    paperal_quote_index_free(paper->index);
    free(paper->flat);
}


/* Whether what was made stands in the paper after all, letter by letter. */
static int
perturb_is_true(const perturb_paper_t *paper, const perturb_t *p)
{
    char  flat[PERTURB_TEXT];

    (void) perturb_flatten(flat, p->text, p->len);

    return strstr(paper->flat, flat) != NULL;
}


/*
 * Whether it is a sentence: words enough, most of them of letters, and no
 * ellipsis of its own, as the lines of a table of contents have.
 */
static int
perturb_is_usable(const paperal_quote_sentence_t *s, perturb_words_t *w)
{
    size_t  i, letters;

    if (s->place == PAPERAL_QUOTE_LEFT_OUT || s->len >= PERTURB_TEXT / 4
        || strstr(s->text, ". .") != NULL || strstr(s->text, "...") != NULL
        || strstr(s->text, "\xe2\x80\xa6") != NULL)
    {
        return 0;
    }

    perturb_split(w, s->text, s->len);

    for (i = 0, letters = 0; i < w->n; i++) {
        letters += perturb_is_letters(w, i) != 0;
    }

    return w->n < PERTURB_WORDS && 2 * letters > w->n
           && letters >= (size_t) (w->cjk ? PERTURB_MIN_CJK
                                          : PERTURB_MIN_WORDS);
}


/* Whether the words from .. to - 1 stand in the paper only once. */
static int
perturb_is_unique(const perturb_paper_t *paper, const perturb_words_t *w,
    size_t from, size_t to)
{
    char        flat[PERTURB_TEXT], *end;
    size_t      i;
    const char *at;

    end = flat;

    for (i = from; i < to; i++) {
        end = perturb_flatten(end, w->at[i], w->len[i]);
    }

    at = strstr(paper->flat, flat);

    return at != NULL && strstr(at + 1, flat) == NULL;
}


/* The first half of one sentence and the second half of another. */
static void
perturb_halves(perturb_t *p, const perturb_words_t *one,
    const perturb_words_t *two)
{
    perturb_join(p, one, 0, one->n / 2);
    perturb_join(p, two, two->n / 2, two->n);
}


/* Makes the quote of a kind; 0 if the sentence i does not give one. */
static int
perturb_make(perturb_t *p, const perturb_kind_t *kind,
    const perturb_paper_t *paper, const perturb_paper_t *other, size_t i)
{
    size_t                           k;
    perturb_words_t                  w, second;
    const paperal_quote_sentence_t  *s;

    p->len = 0;
    p->text[0] = '\0';
    s = &paper->sentences[i];

    if (!perturb_is_usable(s, &w)) {
        return 0;
    }

    if (kind->change != NULL) {
        return kind->change(p, s->text, &w)
               && (kind->max_verified == 1 || kind->change == perturb_point
                   || kind->change == perturb_sign
                   || !perturb_is_true(paper, p));
    }

    if (kind->foreign) {
        perturb_puts(p, s->text);
        return !perturb_is_true(other, p);
    }

    k = perturb_random(p, paper->n);

    if (k == i || !perturb_is_usable(&paper->sentences[k], &second)) {
        return 0;
    }

    perturb_halves(p, &w, &second);

    return perturb_is_unique(paper, &w, 1, w.n / 2 - 1)
           && perturb_is_unique(paper, &second, second.n / 2 + 1, second.n - 1)
           && !perturb_is_true(paper, p);
}


static void __attribute__((unused))
perturb_show(const perturb_kind_t *kind, const perturb_t *p,
    const paperal_quote_result_t *r)
{
    printf("# %s, %s: %s\n", kind->name,
           paperal_quote_status_name(r->status), p->text);
}


/* Whether it is one of the few, or of all that the kind's limits are for. */
static int
perturb_is_odd(const perturb_kind_t *kind, const paperal_quote_result_t *r,
    int all)
{
    if (r->status == PAPERAL_QUOTE_VERIFIED) {
        return kind->max_verified < .5;
    }

    if (r->status == PAPERAL_QUOTE_APPROXIMATE && kind->max_approximate == 0) {
        return 1;
    }

    return kind->min_verified > (all ? 0 : .99)
           || (kind->min_approximate > 0 && all
               && r->status == PAPERAL_QUOTE_UNVERIFIED);
}


/*
 * Runs every kind on every sentence of the paper; of the negative ones those
 * that pass are shown.
 */
static void
perturb_run(const perturb_paper_t *paper, const perturb_paper_t *other,
    perturb_t *p, perturb_hint_e hint, perturb_counts_t counts[], int show)
{
    size_t                   i, k;
    uint32_t                 named;
    paperal_quote_result_t   r;
    const perturb_kind_t    *kind;

    for (k = 0; k < PERTURB_KINDS; k++) {
        kind = &perturb_kinds[k];

        for (i = 0; i < paper->n; i++) {
            if (!perturb_make(p, kind, paper, other, i)) {
                continue;
            }

            named = hint == PERTURB_UNNAMED ? PAPERAL_QUOTE_NO_HINT
                    : hint == PERTURB_RIGHT ? (uint32_t) i
                    : (uint32_t) perturb_random(p, paper->n);
            (void) paperal_quote_match(kind->foreign ? other->index
                                                     : paper->index,
                                       p->text, p->len, named, &r);
            counts[k].tried++;
            counts[k].verified += r.status == PAPERAL_QUOTE_VERIFIED;
            counts[k].approximate += r.status == PAPERAL_QUOTE_APPROXIMATE;

            if (show > 0 && perturb_is_odd(kind, &r, show > 1)) {
                perturb_show(kind, p, &r);
            }
        }
    }
}


/*
 * Whether the counts keep the kind's limits; nothing tried does not.  With a
 * wrong sentence only what must not pass counts.
 */
static int
perturb_holds(const perturb_kind_t *kind, perturb_hint_e hint,
    const perturb_counts_t *c)
{
    double  verified, approximate;

    if (c->tried == 0) {
        return 0;
    }

    verified = (double) c->verified / (double) c->tried;
    approximate = (double) c->approximate / (double) c->tried;

    if (verified > kind->max_verified || approximate > kind->max_approximate)
    {
        return 0;
    }

    return hint == PERTURB_WRONG
           || (verified >= kind->min_verified
               && approximate >= kind->min_approximate);
}


#endif /* PERTURB_RUN_H */
