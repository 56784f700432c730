/*
 * The perturbations that change what a sentence says, none of which may pass,
 * and the table of all kinds with their limits.
 */

#ifndef PERTURB_FALSE_H
#define PERTURB_FALSE_H


#include "perturb.h"


static int
perturb_digit(perturb_t *p, const char *s, const perturb_words_t *w)
{
    size_t  i, n, at[PERTURB_WORDS];

    (void) w;
    n = 0;
    perturb_puts(p, s);

    for (i = 0; i < p->len && n < PERTURB_WORDS; i++) {
        if (isdigit((unsigned char) p->text[i])) {
            at[n++] = i;
        }
    }

    if (n == 0) {
        return 0;
    }

    i = at[perturb_random(p, n)];
    p->text[i] = (char) ('0' + (p->text[i] - '0' + 1 + perturb_random(p, 9))
                               % 10);

    return 1;
}


static int
perturb_not(perturb_t *p, const char *s, const perturb_words_t *w)
{
    size_t  i;

    (void) s;
    i = 1 + perturb_random(p, w->n - 1);
    perturb_join(p, w, 0, i);
    perturb_puts(p, w->cjk ? "不" : " not");
    perturb_join(p, w, i, w->n);

    return 1;
}


static int
perturb_opposite(perturb_t *p, const char *s, const perturb_words_t *w)
{
    size_t       i, len;
    const char  *at, *from, *to;

    static const char *const  pairs[][2] = {
        { "increase", "decrease" }, { "higher", "lower" },
        { "improve", "worsen" }, { "greater", "smaller" },
        { "more ", "less " }, { "positive", "negative" },
        { "增加", "减少" }, { "提高", "降低" }, { "高于", "低于" }
    };

    (void) w;

    for (i = 0; i < 2 * perturb_count(pairs); i++) {
        from = pairs[i / 2][i % 2];
        to = pairs[i / 2][1 - i % 2];
        len = strlen(from);
        at = strstr(s, from);

        if (at != NULL) {
            perturb_put(p, s, (size_t) (at - s));
            perturb_puts(p, to);
            perturb_puts(p, at + len);
            return 1;
        }
    }

    return 0;
}


/* Two words with digits that are not the same; 0 if there are none. */
static int
perturb_swapped(perturb_t *p, const char *s, const perturb_words_t *w)
{
    size_t  i, k, one, two;

    (void) s;
    one = w->n;
    two = w->n;

    for (i = 0; i < w->n; i++) {
        for (k = 0; k < w->len[i] && !isdigit((unsigned char) w->at[i][k]);
             k++)
        {
            /* void */
        }

        if (k == w->len[i] || !isdigit((unsigned char) w->at[i][0])) {
            continue;
        }

        if (one == w->n) {
            one = i;

        } else if (w->len[i] != w->len[one]
                   || memcmp(w->at[i], w->at[one], w->len[i]) != 0)
        {
            two = i;
        }
    }

    if (two == w->n) {
        return 0;
    }

    perturb_join(p, w, 0, one);
    perturb_join(p, w, two, two + 1);
    perturb_join(p, w, one + 1, two);
    perturb_join(p, w, one, one + 1);
    perturb_join(p, w, two + 1, w->n);

    return 1;
}


/* "3.14" becomes "31.4". */
static int
perturb_point(perturb_t *p, const char *s, const perturb_words_t *w)
{
    size_t  i;

    (void) w;
    perturb_puts(p, s);

    for (i = 1; i + 2 < p->len; i++) {
        if (p->text[i] == '.' && isdigit((unsigned char) p->text[i - 1])
            && isdigit((unsigned char) p->text[i + 1])
            && isdigit((unsigned char) p->text[i + 2]))
        {
            p->text[i] = p->text[i + 1];
            p->text[i + 1] = '.';
            return 1;
        }
    }

    return 0;
}


static int
perturb_sign(perturb_t *p, const char *s, const perturb_words_t *w)
{
    size_t  i;

    (void) w;
    perturb_puts(p, s);

    for (i = 0; i < p->len; i++) {
        if (p->text[i] == '<' || p->text[i] == '>') {
            p->text[i] = (char) ('<' + '>' - p->text[i]);
            return 1;
        }
    }

    return 0;
}


/* The index of a "not" or the like inside the sentence, 0 if there is none. */
static size_t
perturb_negation(const perturb_words_t *w)
{
    size_t                    i, k;
    static const char *const  no[] = {
        "not", "no", "never", "without", "cannot", "neither", "may", "不",
        "未", "无"
    };

    for (i = 1; i + 2 < w->n; i++) {
        for (k = 0; k < perturb_count(no); k++) {
            if (w->len[i] == strlen(no[k])
                && memcmp(w->at[i], no[k], w->len[i]) == 0)
            {
                return i;
            }
        }
    }

    return 0;
}


static int
perturb_denied(perturb_t *p, const char *s, const perturb_words_t *w)
{
    size_t  i;

    (void) s;
    i = perturb_negation(w);

    if (i == 0) {
        return 0;
    }

    perturb_join(p, w, 0, i);
    perturb_join(p, w, i + 1, w->n);

    return 1;
}


/* An ellipsis in its place. */
static int
perturb_hidden(perturb_t *p, const char *s, const perturb_words_t *w)
{
    size_t  i;

    (void) s;
    i = perturb_negation(w);

    if (i == 0) {
        return 0;
    }

    perturb_join(p, w, 0, i);
    perturb_puts(p, " ...");
    perturb_join(p, w, i + 1, w->n);

    return 1;
}


static const perturb_kind_t  perturb_kinds[] = {
    { "exact", perturb_exact, 0, .999, 1, 0, 1 },
    { "unicode folded", perturb_folded, 0, .999, 1, 0, 1 },
    { "lower case, no full stop", perturb_lower, 0, .999, 1, 0, 1 },
    { "citation marks dropped", perturb_citations, 0, .999, 1, 0, 1 },
    { "spliced with an ellipsis", perturb_spliced, 0, .86, 1, 0, 1 },
    { "two stop words dropped", perturb_two_stops, 0, 0, .02, .9, 1 },
    { "one word dropped", perturb_one_word, 0, 0, .02, .9, 1 },
    { "a digit altered", perturb_digit, 0, 0, 0, 0, 0 },
    { "\"not\" inserted", perturb_not, 0, 0, 0, 0, 0 },
    { "increase for decrease", perturb_opposite, 0, 0, 0, 0, 0 },
    { "two numbers swapped", perturb_swapped, 0, 0, 0, 0, 0 },
    { "a decimal point moved", perturb_point, 0, 0, 0, 0, 0 },
    { "< for >", perturb_sign, 0, 0, 0, 0, 0 },
    { "a negation dropped", perturb_denied, 0, 0, 0, 0, 0 },
    { "an ellipsis for a negation", perturb_hidden, 0, 0, 0, 0, 0 },
    { "sentence of another paper", NULL, 1, 0, 0, 0, 0 },
    { "halves of two sentences", NULL, 0, 0, 0, 0, 0 }
};

#define PERTURB_KINDS  perturb_count(perturb_kinds)


#endif /* PERTURB_FALSE_H */
