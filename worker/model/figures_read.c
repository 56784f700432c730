/*
 * Reads numbers, see figures_read.h: digits with their groups and decimals,
 * powers of ten, English words, Chinese numerals, and the scale behind them.
 */

#include "figures_read.h"

#include <stdio.h>
#include <string.h>

#include "paperal_fold.h"
#include "paperal_utf8.h"


#define FIGURES_MAX_WORDS  8      /* words of one number */
#define FIGURES_MAX_HAN    24     /* numerals of one number */
#define FIGURES_MAX_POWER  30
#define FIGURES_MAX_VALUE  10000000000ULL      /* of Chinese numerals */


static size_t figures_prefix(const figures_text_t *t, size_t i,
    const char *literal);
static uint32_t figures_digit(uint32_t cp);
static bool figures_is_digit(const figures_text_t *t, size_t i);
static size_t figures_run(const figures_text_t *t, size_t i);
static bool figures_numeric(const figures_text_t *t, size_t i,
    figures_number_t *n);
static bool figures_is_group(const figures_text_t *t, size_t i);
static size_t figures_power(const figures_text_t *t, size_t i,
    figures_number_t *n);
static bool figures_words(const figures_text_t *t, size_t i,
    figures_number_t *n);
static size_t figures_word(const figures_text_t *t, size_t i, int *value);
static bool figures_article(const figures_text_t *t, size_t i,
    figures_number_t *n);
static bool figures_han(const figures_text_t *t, size_t i,
    figures_number_t *n);
static int figures_numeral(uint32_t cp);
static void figures_scale(const figures_text_t *t, figures_number_t *n);
static void figures_set(figures_number_t *n, uint64_t value);
static void figures_normalise(figures_number_t *n);


static const struct {
    const char  *word;
    int          value;
} figures_word_list[] = {
    { "zero", 0 }, { "one", 1 }, { "two", 2 }, { "three", 3 }, { "four", 4 },
    { "five", 5 }, { "six", 6 }, { "seven", 7 }, { "eight", 8 },
    { "nine", 9 }, { "ten", 10 }, { "eleven", 11 }, { "twelve", 12 },
    { "thirteen", 13 }, { "fourteen", 14 }, { "fifteen", 15 },
    { "sixteen", 16 }, { "seventeen", 17 }, { "eighteen", 18 },
    { "nineteen", 19 }, { "twenty", 20 }, { "thirty", 30 }, { "forty", 40 },
    { "fifty", 50 }, { "sixty", 60 }, { "seventy", 70 }, { "eighty", 80 },
    { "ninety", 90 }, { NULL, 0 }
};

/* Longer ones first where one begins another. */
static const struct {
    const char  *word;
    int          exponent;
} figures_scales[] = {
    { "thousand", 3 }, { "million", 6 }, { "millions", 6 }, { "mn", 6 },
    { "mio", 6 }, { "mln", 6 }, { "billion", 9 }, { "billions", 9 },
    { "bn", 9 }, { "bln", 9 }, { "mrd", 9 }, { "trillion", 12 },
    { "trillions", 12 }, { "tn", 12 }, { "lakh", 5 }, { "crore", 7 },
    { "hundred", 2 }, { "万亿", 12 }, { "萬億", 12 }, { "千亿", 11 },
    { "千億", 11 }, { "百亿", 10 }, { "百億", 10 }, { "十亿", 9 },
    { "十億", 9 }, { "亿", 8 }, { "億", 8 }, { "千万", 7 }, { "千萬", 7 },
    { "百万", 6 }, { "百萬", 6 }, { "十万", 5 }, { "十萬", 5 }, { "万", 4 },
    { "萬", 4 }, { "千", 3 }, { "百", 2 }, { NULL, 0 }
};

static const struct {
    const char  *letter;
    int          exponent;
} figures_weak[] = {
    { "k", 3 }, { "m", 6 }, { "mm", 6 }, { "b", 9 }, { "t", 12 },
    { NULL, 0 }
};


void
figures_fold(region_t *region, const char *text, size_t len,
    figures_text_t *t)
{
    int                   cap;
    uint32_t              cp;
    paperal_fold_t        f;
    paperal_fold_char_t   c;

    t->n = 0;
    t->c = NULL;
    cap = 0;
    paperal_fold_init(&f, text, len);

    while (paperal_fold_next(&f, &c)) {
        if (c.kind == PAPERAL_FOLD_MARK || c.cp == PAPERAL_FOLD_SOFT_HYPHEN) {
            continue;
        }

        t->c = region_grow(region, t->c, (int) t->n, &cap,
                           sizeof(figures_char_t));
        t->c[t->n].cp = figures_digit(c.cp);
        t->c[t->n].start = c.start;
        t->c[t->n].end = c.end;
        t->c[t->n].super = false;
        t->c[t->n].upper = text[c.start] >= 'A' && text[c.start] <= 'Z';

        if (c.cp >= '0' && c.cp <= '9'
            && paperal_utf8_decode(text + c.start, len - c.start, &cp) > 0)
        {
            t->c[t->n].super = cp == 0xb2 || cp == 0xb3 || cp == 0xb9
                               || (cp >= 0x2070 && cp <= 0x2079);
        }

        t->n++;
    }

    for (len = 0; len < FIGURES_AHEAD; len++) {
        t->c = region_grow(region, t->c, (int) (t->n + len), &cap,
                           sizeof(figures_char_t));
        memset(&t->c[t->n + len], 0, sizeof(figures_char_t));
    }
}


/* Decimal digits of other scripts, which folding leaves alone. */

static uint32_t
figures_digit(uint32_t cp)
{
    size_t  i;

    static const uint32_t  zeros[] = {
        0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6,
        0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090,
        0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0,
        0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xaa50, 0xabf0
    };

    for (i = 0; cp >= 0x660 && i < sizeof(zeros) / sizeof(zeros[0]); i++) {
        if (cp >= zeros[i] && cp <= zeros[i] + 9) {
            return '0' + cp - zeros[i];
        }
    }

    return cp;
}


size_t
figures_at(const figures_text_t *t, size_t i, const char *literal)
{
    size_t  k;

    k = figures_prefix(t, i, literal);

    if (k > 0 && figures_is_letter(t, i + k) && t->c[i + k - 1].cp >= 'a'
        && t->c[i + k - 1].cp <= 'z')
    {
        return 0;
    }

    return k;
}


static size_t
figures_prefix(const figures_text_t *t, size_t i, const char *literal)
{
    size_t    k, n, len;
    uint32_t  cp;

    len = strlen(literal);
    cp = 0;

    for (k = 0; len > 0; k++) {
        n = paperal_utf8_decode(literal, len, &cp);

        if (i + k >= t->n || t->c[i + k].cp != cp) {
            return 0;
        }

        literal += n;
        len -= n;
    }

    return k;
}


bool
figures_is_letter(const figures_text_t *t, size_t i)
{
    uint32_t  cp;

    cp = i < t->n ? t->c[i].cp : 0;

    return (cp >= 'a' && cp <= 'z') || (cp >= 0xdf && cp < 0x600);
}


size_t
figures_skip(const figures_text_t *t, size_t i)
{
    while (i < t->n && t->c[i].cp == ' ') {
        i++;
    }

    return i;
}


bool
figures_number(const figures_text_t *t, size_t i, figures_number_t *n)
{
    memset(n, 0, sizeof(figures_number_t));

    if (i >= t->n) {
        return false;
    }

    if (!figures_numeric(t, i, n) && !figures_han(t, i, n)
        && !figures_words(t, i, n))
    {
        return false;
    }

    figures_scale(t, n);
    figures_normalise(n);

    return true;
}


static bool
figures_is_digit(const figures_text_t *t, size_t i)
{
    return i < t->n && t->c[i].cp >= '0' && t->c[i].cp <= '9'
           && !t->c[i].super;
}


static size_t
figures_run(const figures_text_t *t, size_t i)
{
    size_t  n;

    for (n = 0; figures_is_digit(t, i + n); n++) { /* void */ }

    return n;
}


static bool
figures_numeric(const figures_text_t *t, size_t i, figures_number_t *n)
{
    bool    decimals;
    size_t  len, from;

    if (!figures_is_digit(t, i)
        && (t->c[i].cp != '.' || !figures_is_digit(t, i + 1)
            || (i > 0 && figures_is_digit(t, i - 1))))
    {
        return false;
    }

    from = i;
    decimals = false;

    for (len = 0; ; i++) {
        if (figures_is_digit(t, i)) {
            if (len == FIGURES_MAX_DIGITS) {
                len = 0;                     /* equal to nothing */
                i += figures_run(t, i);
                break;
            }

            n->digits[len++] = (char) t->c[i].cp;
            n->exponent -= decimals;

        } else if (!decimals && figures_is_group(t, i)) {
            continue;

        } else if (!decimals && (t->c[i].cp == '.' || t->c[i].cp == 0xb7
                                 || (t->c[i].cp == ',' && i > from))
                   && figures_is_digit(t, i + 1))
        {
            decimals = true;

        } else {
            break;
        }
    }

    if (len == 0) {
        n->digits[len++] = '?';
    }

    n->digits[len] = '\0';
    n->year = len == 4 && i == from + 4
              && (memcmp(n->digits, "19", 2) == 0
                  || memcmp(n->digits, "20", 2) == 0);
    n->to = figures_power(t, i, n);

    return true;
}


/* A sign between groups of digits: 1,200 or 1'200 or 1 200 or 1,20,000. */

static bool
figures_is_group(const figures_text_t *t, size_t i)
{
    size_t    run;
    uint32_t  cp;

    cp = t->c[i].cp;
    run = figures_run(t, i + 1);

    if (cp != ',' && cp != '\'' && cp != ' ') {
        return false;
    }

    if (run == 3 && cp == ' ') {
        for (run = 0; run < i && figures_is_digit(t, i - 1 - run); run++) {
            /* void */
        }

        return run <= 3;
    }

    if (run == 3) {
        return true;
    }

    return cp == ',' && run == 2 && t->c[i + 3].cp == ','
           && figures_run(t, i + 4) >= 2;
}


/* "e9", "x 10^9", "^9" behind a number; returns the index behind it. */

static size_t
figures_power(const figures_text_t *t, size_t i, figures_number_t *n)
{
    int     power, sign;
    size_t  k;

    k = i;

    if (t->c[k].cp == 'e' && (figures_is_digit(t, k + 1)
                              || (t->c[k + 1].cp == '-'
                                  && figures_is_digit(t, k + 2))))
    {
        k++;

    } else if (t->c[k].cp == '^' || t->c[k].super) {
        if (strcmp(n->digits, "10") != 0 || n->exponent != 0) {
            return i;
        }

        (void) snprintf(n->digits, sizeof(n->digits), "1");
        k += t->c[k].cp == '^';

    } else {
        k = figures_skip(t, k);

        if (t->c[k].cp != 'x' && t->c[k].cp != 0xd7 && t->c[k].cp != '*'
            && t->c[k].cp != 0xb7)
        {
            return i;
        }

        k = figures_skip(t, k + 1);

        if (t->c[k].cp != '1' || t->c[k + 1].cp != '0'
            || (t->c[k + 2].cp != '^' && !t->c[k + 2].super))
        {
            return i;
        }

        k += 2 + (t->c[k + 2].cp == '^');
    }

    sign = t->c[k].cp == '-' ? -1 : 1;
    k += t->c[k].cp == '-';

    for (power = 0; t->c[k].cp >= '0' && t->c[k].cp <= '9' && k < t->n; k++) {
        power = power * 10 + (int) (t->c[k].cp - '0');

        if (power > FIGURES_MAX_POWER) {
            (void) snprintf(n->digits, sizeof(n->digits), "?");
            power = 0;
        }
    }

    n->exponent += sign * power;

    return k;
}


static bool
figures_words(const figures_text_t *t, size_t i, figures_number_t *n)
{
    int       v;
    size_t    len, words;
    uint64_t  value;

    if (i > 0 && figures_is_letter(t, i - 1)) {
        return false;
    }

    value = 0;

    for (words = 0; words < FIGURES_MAX_WORDS; words++) {
        len = figures_word(t, i, &v);

        if (len > 0) {
            value += (uint64_t) v;

        } else {
            len = figures_at(t, i, "hundred");

            if (len == 0 || words == 0) {
                break;
            }

            value *= 100;
        }

        n->to = i + len;
        i = n->to + (t->c[n->to].cp == ' ' || t->c[n->to].cp == '-');
        len = figures_prefix(t, i, "and ");

        if (len > 0 && value >= 100 && figures_word(t, i + len, &v) > 0) {
            i += len;
        }
    }

    figures_set(n, value);

    return words > 0 || figures_article(t, i, n);
}


/* A number's word, also in "tenfold". */

static size_t
figures_word(const figures_text_t *t, size_t i, int *value)
{
    size_t  k, len;

    for (k = 0; figures_word_list[k].word != NULL; k++) {
        len = figures_prefix(t, i, figures_word_list[k].word);

        if (len > 0 && (!figures_is_letter(t, i + len)
                        || figures_at(t, i + len, "fold") > 0))
        {
            *value = figures_word_list[k].value;
            return len;
        }
    }

    return 0;
}


/* "a million": an article is a number before a scale only. */

static bool
figures_article(const figures_text_t *t, size_t i, figures_number_t *n)
{
    n->to = i + figures_at(t, i, "a");

    if (n->to == i) {
        return false;
    }

    figures_set(n, 1);
    figures_scale(t, n);

    if (!n->scaled) {
        return false;
    }

    memset(n, 0, sizeof(figures_number_t));
    figures_set(n, 1);
    n->to = i + 1;

    return true;
}


/* Chinese numerals: digits in a row, or with ten, hundred, ... between. */

static bool
figures_han(const figures_text_t *t, size_t i, figures_number_t *n)
{
    int       v;
    bool      units;
    size_t    k;
    uint64_t  total, section, digit;

    total = 0;
    section = 0;
    digit = 0;
    units = false;

    for (k = 0; k < FIGURES_MAX_HAN; k++) {
        v = i + k < t->n ? figures_numeral(t->c[i + k].cp) : -1;

        if (v < 0 || (k == 0 && v > 10)) {
            break;
        }

        if (v < 10) {
            digit = units ? (uint64_t) v : digit * 10 + (uint64_t) v;
            digit %= FIGURES_MAX_VALUE;
            continue;
        }

        units = true;

        if (v < 10000) {
            section += (digit == 0 ? 1 : digit) * (uint64_t) v;
            section %= FIGURES_MAX_VALUE;

        } else {
            total = (total + section + digit) % FIGURES_MAX_VALUE
                    * (uint64_t) v;
            section = 0;
        }

        digit = 0;
    }

    n->han = true;
    n->to = i + k;
    figures_set(n, total + section + digit);

    return k > 0;
}


/* The value of a Chinese numeral; -1 if it is none. */

static int
figures_numeral(uint32_t cp)
{
    size_t  i;

    static const struct {
        uint32_t  cp;
        int       value;
    } list[] = {
        { 0x3007, 0 }, { 0x96f6, 0 }, { 0x4e00, 1 }, { 0x4e8c, 2 },
        { 0x4e24, 2 }, { 0x4e09, 3 }, { 0x56db, 4 }, { 0x4e94, 5 },
        { 0x516d, 6 }, { 0x4e03, 7 }, { 0x516b, 8 }, { 0x4e5d, 9 },
        { 0x5341, 10 }, { 0x767e, 100 }, { 0x5343, 1000 },
        { 0x4e07, 10000 }, { 0x842c, 10000 }, { 0x4ebf, 100000000 },
        { 0x5104, 100000000 }
    };

    for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        if (list[i].cp == cp) {
            return list[i].value;
        }
    }

    return -1;
}


static void
figures_scale(const figures_text_t *t, figures_number_t *n)
{
    size_t  i, k, len;

    i = figures_skip(t, n->to);
    i += t->c[i].cp == '-';

    for (k = 0; figures_scales[k].word != NULL; k++) {
        len = figures_at(t, i, figures_scales[k].word);

        if (len > 0) {
            n->scale = figures_scales[k].exponent;
            n->exponent += n->scale;
            n->to = i + len;
            n->scaled = true;
            n->year = false;
            return;
        }
    }

    for (k = 0; figures_weak[k].letter != NULL; k++) {
        len = figures_at(t, i, figures_weak[k].letter);

        if (len > 0) {
            n->weak = figures_weak[k].exponent;
            n->weak_to = i + len;
        }
    }
}


static void
figures_set(figures_number_t *n, uint64_t value)
{
    (void) snprintf(n->digits, sizeof(n->digits), "%llu",
                    (unsigned long long) value);
    n->exponent = 0;
}


/* Without zeros at both ends, so that equal values are equal. */

static void
figures_normalise(figures_number_t *n)
{
    size_t  len, zeros;

    zeros = strspn(n->digits, "0");
    len = strlen(n->digits) - zeros;
    memmove(n->digits, n->digits + zeros, len + 1);

    while (len > 0 && n->digits[len - 1] == '0') {
        n->digits[--len] = '\0';
        n->exponent++;
    }

    if (len == 0) {
        (void) snprintf(n->digits, sizeof(n->digits), "0");
        n->exponent = 0;
    }
}
