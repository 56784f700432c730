/*
 * The perturbations that the quote matcher is measured with: true sentences
 * of a paper, changed in ways that must or must not pass.  Used by
 * t/unit/test_paperal_quote.c on papers of its own and by campaign.c on real
 * ones.  Nothing of the matcher's own folding or tokens is used here.
 */

#ifndef PERTURB_H
#define PERTURB_H


#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paperal_quote.h"


#define PERTURB_TEXT       8192
#define PERTURB_WORDS      400
#define PERTURB_MIN_WORDS  8       /* of a sentence that is used */
#define PERTURB_MIN_CJK    16

#define perturb_count(array)  (sizeof(array) / sizeof((array)[0]))


typedef struct {
    paperal_quote_sentence_t  *sentences;
    size_t                     n;
    paperal_quote_index_t     *index;
    char                      *flat;     /* all letters and digits, lower */
} perturb_paper_t;

/* Words of a sentence, or characters if it is Chinese. */
typedef struct {
    const char  *at[PERTURB_WORDS];
    size_t       len[PERTURB_WORDS];
    size_t       n;
    int          cjk;
} perturb_words_t;

typedef struct {
    uint64_t  random;
    char      text[PERTURB_TEXT];
    size_t    len;
} perturb_t;

/* Writes the changed sentence; 0 if the sentence has nothing to change. */
typedef int (*perturb_pt)(perturb_t *p, const char *s,
    const perturb_words_t *w);

typedef struct {
    const char  *name;
    perturb_pt   change;       /* NULL: needs a second sentence */
    int          foreign;      /* the second one is of another paper */
    double       min_verified;
    double       max_verified;
    double       min_approximate;
    double       max_approximate;
} perturb_kind_t;

typedef struct {
    size_t  tried;
    size_t  verified;
    size_t  approximate;
} perturb_counts_t;


static uint64_t
perturb_random(perturb_t *p, uint64_t below)
{
    p->random ^= p->random << 13;
    p->random ^= p->random >> 7;
    p->random ^= p->random << 17;

    return p->random % below;
}


static void
perturb_put(perturb_t *p, const char *s, size_t len)
{
    if (len < PERTURB_TEXT - p->len) {
        memcpy(p->text + p->len, s, len);
        p->len += len;
        p->text[p->len] = '\0';
    }
}


static void
perturb_puts(perturb_t *p, const char *s)
{
    perturb_put(p, s, strlen(s));
}


static int
perturb_is_cjk(const char *s)
{
    return (unsigned char) s[0] >= 0xe3 && (unsigned char) s[0] <= 0xe9;
}


static void
perturb_split(perturb_words_t *w, const char *s, size_t len)
{
    size_t  i, k, cjk;

    cjk = 0;

    for (i = 0; i < len; i++) {
        cjk += perturb_is_cjk(s + i) ? 3 : 0;
    }

    w->cjk = 2 * cjk > len;
    w->n = 0;

    for (i = 0; i < len && w->n < PERTURB_WORDS; i = k) {
        k = i + 1;

        if (s[i] == ' ') {
            continue;
        }

        while (k < len && (w->cjk ? (s[k] & 0xc0) == 0x80
                                    || (isalnum((unsigned char) s[k])
                                        && isalnum((unsigned char) s[k - 1]))
                                  : s[k] != ' '))
        {
            k++;
        }

        w->at[w->n] = s + i;
        w->len[w->n++] = k - i;
    }
}


/* Appends the words from .. to - 1. */
static void
perturb_join(perturb_t *p, const perturb_words_t *w, size_t from, size_t to)
{
    size_t  i;

    for (i = from; i < to; i++) {
        if (p->len > 0 && !w->cjk) {
            perturb_puts(p, " ");
        }

        perturb_put(p, w->at[i], w->len[i]);
    }
}


static int
perturb_is_letters(const perturb_words_t *w, size_t i)
{
    size_t  k;

    if (w->cjk) {
        return perturb_is_cjk(w->at[i])
               && memcmp(w->at[i], "\xe3\x80", 2) != 0;
    }

    for (k = 0; k < w->len[i]; k++) {
        if (!isalpha((unsigned char) w->at[i][k])) {
            return 0;
        }
    }

    return 1;
}


/* ---- what must pass ---------------------------------------------------- */

static int
perturb_exact(perturb_t *p, const char *s, const perturb_words_t *w)
{
    (void) w;
    perturb_puts(p, s);

    return 1;
}


/* The same characters in other clothes: ligatures, full width, curly. */
static int
perturb_folded(perturb_t *p, const char *s, const perturb_words_t *w)
{
    char    wide[4];
    size_t  i;

    (void) w;

    for (i = 0; s[i] != '\0'; i++) {
        if (s[i] == 'f' && s[i + 1] == 'i') {
            perturb_puts(p, "\xef\xac\x81");
            i++;

        } else if (s[i] == 'f' && s[i + 1] == 'l') {
            perturb_puts(p, "\xef\xac\x82");
            i++;

        } else if (s[i] == '\'') {
            perturb_puts(p, "\xe2\x80\x99");

        } else if (s[i] == '"') {
            perturb_puts(p, "\xe2\x80\x9d");

        } else if (s[i] == '-') {
            perturb_puts(p, "\xe2\x80\x91");

        } else if (s[i] == ' ' && i % 3 == 0) {
            perturb_puts(p, "\xc2\xa0");

        } else if (isdigit((unsigned char) s[i]) || s[i] == '%') {
            wide[0] = '\xef';
            wide[1] = '\xbc';
            wide[2] = (char) (s[i] - 0x20 + 0x80);
            perturb_put(p, wide, 3);

        } else if (isalpha((unsigned char) s[i]) && i % 5 == 0) {
            perturb_put(p, s + i, 1);
            perturb_puts(p, "\xe2\x80\x8b");

        } else {
            perturb_put(p, s + i, 1);
        }
    }

    return 1;
}


static int
perturb_lower(perturb_t *p, const char *s, const perturb_words_t *w)
{
    size_t  i;

    (void) w;
    perturb_puts(p, s);

    for (i = 0; i < p->len; i++) {
        p->text[i] = (char) tolower((unsigned char) p->text[i]);
    }

    while (p->len > 0 && p->text[p->len - 1] == '.') {
        p->text[--p->len] = '\0';
    }

    return 1;
}


/* The length of a citation mark at s: "[1, 2-4]", "(Lee et al., 2019)". */
static size_t
perturb_mark(const char *s)
{
    size_t  n, years;

    if (s[0] == '[' && s[1] >= '1' && s[1] <= '9') {
        n = strspn(s + 1, "0123456789,; -");
        return s[1 + n] == ']' && n < 30 && s[n] != '0' ? n + 2 : 0;
    }

    if (s[0] != '(' || !isupper((unsigned char) s[1])) {
        return 0;
    }

    n = strcspn(s, ")0123456789<>=%[");
    years = strspn(s + n, "0123456789");

    if (s[n + years] != ')' || years != 4 || n < 6 || n > 80
        || (memcmp(s + n, "19", 2) != 0 && memcmp(s + n, "20", 2) != 0)
        || memcmp(s + n - 2, ", ", 2) != 0 || strcspn(s, " ") >= n - 1)
    {
        return 0;
    }

    return memmem(s, n, "et al.", 6) != NULL ? n + years + 1 : 0;
}


static int
perturb_citations(perturb_t *p, const char *s, const perturb_words_t *w)
{
    int     found;
    size_t  i, n;

    (void) w;
    found = 0;

    for (i = 0; s[i] != '\0'; i++) {
        n = perturb_mark(s + i);

        if (n > 0) {
            found = 1;
            i += n - 1;

            if (p->len > 0 && p->text[p->len - 1] == ' ') {
                p->text[--p->len] = '\0';
            }

        } else {
            perturb_put(p, s + i, 1);
        }
    }

    return found;
}


static int
perturb_spliced(perturb_t *p, const char *s, const perturb_words_t *w)
{
    size_t  first, second;

    (void) s;
    first = w->n * 2 / 5;
    second = w->n - first;

    /* nobody cuts a number in two, and Chinese "words" are characters */
    while (w->cjk && second > first + 1 && !perturb_is_letters(w, second)) {
        second--;
    }

    while (w->cjk && first > 1 && !perturb_is_letters(w, first - 1)) {
        first--;
    }

    perturb_join(p, w, 0, first);
    perturb_puts(p, " \xe2\x80\xa6");
    perturb_join(p, w, second, w->n);

    return 1;
}


/* ---- what may pass as an approximation --------------------------------- */

static int
perturb_is_stop(const perturb_words_t *w, size_t i)
{
    size_t                    k;
    static const char *const  stop[] = {
        "the", "of", "and", "a", "in", "to", "is", "was", "for", "with",
        "that", "by", "on", "are", "were", "as", "an", "this", "we", "at",
        "from", "be", "have", "has", "our", "its", "these", "which",
        "的", "了", "在", "和", "与", "是", "对"
    };

    for (k = 0; k < perturb_count(stop); k++) {
        if (strlen(stop[k]) == w->len[i]
            && memcmp(stop[k], w->at[i], w->len[i]) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static int
perturb_two_stops(perturb_t *p, const char *s, const perturb_words_t *w)
{
    size_t  i, n, at[PERTURB_WORDS], one, two;

    (void) s;
    n = 0;

    for (i = 1; i + 1 < w->n; i++) {
        if (perturb_is_stop(w, i)) {
            at[n++] = i;
        }
    }

    if (n < 2) {
        return 0;
    }

    one = perturb_random(p, n - 1);
    two = one + 1 + perturb_random(p, n - one - 1);
    perturb_join(p, w, 0, at[one]);
    perturb_join(p, w, at[one] + 1, at[two]);
    perturb_join(p, w, at[two] + 1, w->n);

    return 1;
}


static int
perturb_one_word(perturb_t *p, const char *s, const perturb_words_t *w)
{
    size_t  i, tries;

    (void) s;

    for (tries = 0; tries < 20; tries++) {
        i = 1 + perturb_random(p, w->n - (w->cjk ? 4 : 2));

        if (perturb_is_letters(w, i)) {
            perturb_join(p, w, 0, i);
            perturb_join(p, w, i + 1, w->n);
            return 1;
        }
    }

    return 0;
}


#endif /* PERTURB_H */
