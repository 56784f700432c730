/*
 * See paperal_lex.h.  A sentence is folded into an array of characters first:
 * whether a point, a hyphen or an apostrophe belongs to a token depends on
 * what stands behind it.
 */

#include "paperal_lex.h"

#include <stdlib.h>
#include <string.h>

#include "paperal_lex_words.h"
#include "paperal_utf8.h"


#define LEX_FIRST_SIZE   256
#define LEX_GROUP        3       /* digits behind a thousands separator */
#define LEX_DOTS         3       /* of an ellipsis */
#define LEX_FULL_STOP    0x3002  /* of Chinese */
#define LEX_MIDDLE_DOT   0xb7    /* a decimal point in some journals */
#define LEX_WIDE_ZERO    0xff10
#define LEX_MATH_DIGITS  0x1d7ce
#define LEX_UNIT         3       /* letters of a unit with m or M */


static size_t lex_word(paperal_lex_t *lex, size_t i);
static size_t lex_number(paperal_lex_t *lex, size_t i);
static size_t lex_single(paperal_lex_t *lex, size_t i, unsigned flags);
static size_t lex_other(paperal_lex_t *lex, size_t i);


/* Room for one more item; 0 when there is none. */
static int
lex_grow(void **items, size_t n, size_t *max, size_t size, size_t limit)
{
    void    *p;
    size_t   want;

    if (n < *max) {
        return 1;
    }

    want = *max == 0 ? LEX_FIRST_SIZE : *max * 2;
    want = want > limit ? limit : want;

    if (n >= want) {
        return 0;
    }

    p = realloc(*items, want * size);
    if (p == NULL) {
        return 0;
    }

    *items = p;
    *max = want;

    return 1;
}


void
paperal_lex_init(paperal_lex_t *lex)
{
    memset(lex, 0, sizeof(paperal_lex_t));
    paperal_buf_init(&lex->text, PAPERAL_LEX_MAX_BYTES);
}


void
paperal_lex_release(paperal_lex_t *lex)
{
    free(lex->tokens);
    free(lex->marks);
    free(lex->chars);
    paperal_buf_release(&lex->text);
    paperal_lex_init(lex);
}


void
paperal_lex_close(paperal_lex_t *lex)
{
    free(lex->chars);
    lex->chars = NULL;
    lex->nchars = 0;
    lex->max_chars = 0;
}


static void
lex_fold(paperal_lex_t *lex, const char *s, size_t len)
{
    void                 *chars;
    paperal_fold_t        f;
    paperal_fold_char_t   c;

    lex->nchars = 0;
    lex->source = s;
    paperal_fold_init(&f, s, len);

    while (paperal_fold_next(&f, &c)) {
        chars = lex->chars;

        if (!lex_grow(&chars, lex->nchars, &lex->max_chars,
                      sizeof(paperal_fold_char_t), PAPERAL_LEX_MAX_BYTES))
        {
            lex->failed = 1;
            return;
        }

        lex->chars = chars;
        lex->chars[lex->nchars++] = c;
    }
}


static int
lex_kind(const paperal_lex_t *lex, size_t i)
{
    return i < lex->nchars ? lex->chars[i].kind : PAPERAL_FOLD_OTHER;
}


static uint32_t
lex_char(const paperal_lex_t *lex, size_t i)
{
    return i < lex->nchars ? lex->chars[i].cp : 0;
}


static int
lex_is_alnum(const paperal_lex_t *lex, size_t i)
{
    return lex_kind(lex, i) == PAPERAL_FOLD_LETTER
           || lex_kind(lex, i) == PAPERAL_FOLD_DIGIT
           || lex_kind(lex, i) == PAPERAL_FOLD_MARK
           || lex_kind(lex, i) == PAPERAL_FOLD_CJK;
}


/* Begins a token with the character i; its text follows by lex_put(). */
static void
lex_open(paperal_lex_t *lex, size_t i, unsigned flags)
{
    void                 *tokens;
    paperal_lex_token_t  *t;

    tokens = lex->tokens;

    if (!lex_grow(&tokens, lex->ntokens, &lex->max_tokens,
                  sizeof(paperal_lex_token_t), PAPERAL_LEX_MAX_TOKENS))
    {
        lex->failed = 1;
        return;
    }

    lex->tokens = tokens;
    t = &lex->tokens[lex->ntokens++];
    memset(t, 0, sizeof(paperal_lex_token_t));

    if (lex->glue && flags & PAPERAL_LEX_WORD) {
        flags |= PAPERAL_LEX_GLUE;
    }

    if (lex->ellipsis) {
        flags |= PAPERAL_LEX_ELLIPSIS;
    }

    if (lex->period) {
        flags |= PAPERAL_LEX_PERIOD;
    }

    t->text = (uint32_t) lex->text.len;
    t->sentence = lex->sentence;
    t->flags = (uint16_t) flags;
    t->start = i < lex->nchars ? lex->chars[i].start : 0;
    t->end = t->start;
    lex->glue = 0;
    lex->ellipsis = 0;
    lex->period = 0;
}


/* Appends a character to the token that is open. */
static void
lex_put(paperal_lex_t *lex, size_t i)
{
    char                  utf8[4];
    size_t                n;
    paperal_lex_token_t  *t;

    if (lex->failed) {
        return;
    }

    n = paperal_utf8_encode(lex->chars[i].cp, utf8);
    paperal_buf_bytes(&lex->text, utf8, n);
    lex->failed = lex->text.failed;

    t = &lex->tokens[lex->ntokens - 1];
    t->len = (uint16_t) (lex->text.len - t->text);
    t->end = lex->chars[i].end;
}


static int
lex_is_full(const paperal_lex_t *lex)
{
    return lex->failed
           || lex->tokens[lex->ntokens - 1].len + 4 > PAPERAL_LEX_MAX_TOKEN;
}


static size_t
lex_accents(paperal_lex_t *lex, size_t i)
{
    for ( ; lex_kind(lex, i) == PAPERAL_FOLD_MARK; i++) {
        if (!lex_is_full(lex)) {
            lex_put(lex, i);
        }
    }

    return i;
}


static void
lex_shut(paperal_lex_t *lex)
{
    paperal_lex_token_t  *t;

    if (lex->failed) {
        return;
    }

    t = &lex->tokens[lex->ntokens - 1];

    t->flags |= t->flags & (PAPERAL_LEX_NUMBER | PAPERAL_LEX_SIGN)
                ? PAPERAL_LEX_KEPT
                : (uint16_t) paperal_lex_meaning(lex->text.data + t->text,
                                                 t->len);
}


/*
 * Whether the digit at i is written as one: not raised, lowered, in a circle,
 * or as part of a fraction.  Folding gave ASCII for all of them; digits of
 * other scripts fold to themselves.
 */
static int
lex_is_plain(const paperal_lex_t *lex, size_t i)
{
    uint32_t                    cp;
    const paperal_fold_char_t  *c;

    c = &lex->chars[i];

    if (c->end - c->start == 1
        || paperal_utf8_decode(lex->source + c->start, c->end - c->start,
                               &cp) == 0)
    {
        return 1;
    }

    return cp == c->cp || (cp >= LEX_WIDE_ZERO && cp < LEX_WIDE_ZERO + 10)
           || (cp >= LEX_MATH_DIGITS && cp < LEX_MATH_DIGITS + 50);
}


/* The digits U+00B2, U+00B3, U+00B9 and U+2070 to U+2079 in UTF-8. */
static int
lex_is_super(const char *s)
{
    return s[0] == '\xc2' || (s[0] == '\xe2' && s[1] == '\x81');
}


void
paperal_lex_add(paperal_lex_t *lex, uint32_t sentence, const char *s,
    size_t len)
{
    size_t  i, first;

    if (lex->failed) {
        return;
    }

    first = lex->ntokens;
    lex->sentence = sentence;
    lex->ellipsis = 0;
    lex_fold(lex, s, len);

    /* the capital of a name is looked up in the source */
    for (i = 0; i < lex->nchars && !lex->failed; /* void */) {
        switch (lex->chars[i].kind) {

        case PAPERAL_FOLD_LETTER:
            lex_open(lex, i, PAPERAL_LEX_WORD);

            if (!lex->failed
                && ((s[lex->chars[i].start] >= 'A'
                     && s[lex->chars[i].start] <= 'Z')
                    || (unsigned char) s[lex->chars[i].start] >= 0x80))
            {
                lex->tokens[lex->ntokens - 1].flags |= PAPERAL_LEX_NAME;
            }

            i = lex_word(lex, i);
            break;

        case PAPERAL_FOLD_DIGIT:
            lex_open(lex, i, lex_is_super(s + lex->chars[i].start)
                             ? PAPERAL_LEX_NUMBER | PAPERAL_LEX_SUPER
                             : PAPERAL_LEX_NUMBER);
            i = lex_number(lex, i);
            break;

        case PAPERAL_FOLD_CJK:
            i = lex_single(lex, i, PAPERAL_LEX_CJK);
            break;

        default:
            i = lex_other(lex, i);
        }
    }

    if (!lex->failed) {
        paperal_lex_cite(lex, first);
    }
}


/*
 * Whether the last word is a unit with m or M behind a number: folded, a
 * milliwatt is a megawatt.  What is written small is told from neither.
 */
static void
lex_unit(paperal_lex_t *lex)
{
    const char           *s;
    paperal_lex_token_t  *t;

    if (lex->failed || lex->ntokens < 2) {
        return;
    }

    t = &lex->tokens[lex->ntokens - 1];
    s = lex->source + t->start;

    if (t->len < 2 || t->len > LEX_UNIT || t->end - t->start != t->len
        || t[-1].sentence != t->sentence
        || !(t[-1].flags & PAPERAL_LEX_NUMBER))
    {
        return;
    }

    if (s[0] == 'M') {
        t->flags |= PAPERAL_LEX_MEGA;

    } else if (s[0] == 'm' && s[1] >= 'A' && s[1] <= 'Z') {
        t->flags |= PAPERAL_LEX_MILLI;
    }
}


/*
 * Letters, their accents, and apostrophes between letters, which are left
 * out.  Digits begin a token of their own: "CO2" is also "CO 2".
 */
static size_t
lex_word(paperal_lex_t *lex, size_t i)
{
    for ( ;; ) {
        if (lex_is_full(lex)) {
            break;
        }

        if (lex_kind(lex, i) == PAPERAL_FOLD_LETTER
            || lex_kind(lex, i) == PAPERAL_FOLD_MARK)
        {
            lex_put(lex, i++);

        } else if ((lex_char(lex, i) == '\''
                    || lex_char(lex, i) == PAPERAL_FOLD_SOFT_HYPHEN)
                   && lex_kind(lex, i + 1) == PAPERAL_FOLD_LETTER)
        {
            i++;

        } else {
            break;
        }
    }

    lex_shut(lex);
    lex_unit(lex);

    lex->glue = lex_char(lex, i) == '-'
                || lex_char(lex, i) == PAPERAL_FOLD_SOFT_HYPHEN;

    return i;
}


/* Whether a comma at i separates thousands of a number with n digits. */
static int
lex_is_group(const paperal_lex_t *lex, size_t i, size_t n)
{
    size_t  k;

    if (lex_char(lex, i) != ',' || n == 0 || n > LEX_GROUP) {
        return 0;
    }

    for (k = 1; k <= LEX_GROUP; k++) {
        if (lex_kind(lex, i + k) != PAPERAL_FOLD_DIGIT) {
            return 0;
        }
    }

    return lex_kind(lex, i + k) != PAPERAL_FOLD_DIGIT;
}


/* Digits with decimals; "1,000" is 1000 and ".5" (from lex_other) is 0.5. */
static size_t
lex_number(paperal_lex_t *lex, size_t i)
{
    int     plain;
    size_t  n;

    plain = lex_kind(lex, i) != PAPERAL_FOLD_DIGIT || lex_is_plain(lex, i);

    for (n = 0; !lex_is_full(lex); /* void */) {
        if (lex_kind(lex, i) == PAPERAL_FOLD_DIGIT) {
            if (lex_is_plain(lex, i) != plain) {
                break;
            }

            lex_put(lex, i++);
            n++;

        } else if (lex_is_group(lex, i, n)) {
            i++;
            n = 0;

        } else if ((lex_char(lex, i) == '.'
                    || lex_char(lex, i) == LEX_MIDDLE_DOT)
                   && lex_kind(lex, i + 1) == PAPERAL_FOLD_DIGIT)
        {
            lex->chars[i].cp = '.';
            lex_put(lex, i++);
            n = LEX_GROUP + 1;

        } else {
            break;
        }
    }

    i = lex_accents(lex, i);
    lex_shut(lex);

    return i;
}


static size_t
lex_single(paperal_lex_t *lex, size_t i, unsigned flags)
{
    lex_open(lex, i, flags);
    lex_put(lex, i);
    i = lex_accents(lex, i + 1);
    lex_shut(lex);

    return i;
}


/* The minus of a number, not the dash of a range or of a compound. */
static int
lex_is_minus(const paperal_lex_t *lex, size_t i)
{
    size_t                      next;
    const paperal_fold_char_t  *c;

    if (lex_char(lex, i) != '-') {
        return 0;
    }

    next = i + 1 + (lex_char(lex, i + 1) == '.');

    if (lex_kind(lex, next) != PAPERAL_FOLD_DIGIT) {
        return 0;
    }

    c = &lex->chars[i];

    return i == 0
           || paperal_lex_is_small_minus(lex->source + c->start,
                                         c->end - c->start)
           || (!lex_is_alnum(lex, i - 1) && c[-1].cp != '-'
               && c[-1].cp != ')' && c[-1].cp != ']');
}


/* Length of the ellipsis at i with its inner spaces, 0 if there is none. */
static size_t
lex_ellipsis(const paperal_lex_t *lex, size_t i)
{
    size_t  k, dots, end;

    dots = 0;
    end = i;

    for (k = i; k < lex->nchars; k++) {
        if (lex->chars[k].cp == '.') {
            dots++;
            end = k + 1;

        } else if (lex->chars[k].kind != PAPERAL_FOLD_SPACE) {
            break;
        }
    }

    return dots >= LEX_DOTS ? end - i : 0;
}


static size_t
lex_other(paperal_lex_t *lex, size_t i)
{
    size_t    n;
    uint32_t  cp;

    cp = lex->chars[i].cp;

    if (cp == '.' || cp == '!' || cp == '?' || cp == LEX_FULL_STOP) {
        lex->period = 1;
    }

    if (cp == '.') {
        n = lex_ellipsis(lex, i);

        if (n > 0) {
            lex->ellipsis = 1;
            return i + n;
        }

        if (lex_kind(lex, i + 1) == PAPERAL_FOLD_DIGIT
            && (i == 0 || (!lex_is_alnum(lex, i - 1)
                           && lex_char(lex, i - 1) != ')'
                           && lex_char(lex, i - 1) != ']')))
        {
            lex_open(lex, i, PAPERAL_LEX_NUMBER);
            paperal_buf_char(&lex->text, '0');

            return lex_number(lex, i);
        }
    }

    if (paperal_lex_sign(cp) != 0) {
        lex->chars[i].cp = paperal_lex_sign(cp);

        return lex_single(lex, i, PAPERAL_LEX_SIGN);
    }

    if (lex_is_minus(lex, i)) {
        return lex_single(lex, i, PAPERAL_LEX_SIGN);
    }

    /* between a hyphen and the rest of the word only white space may stand */
    if (lex->chars[i].kind != PAPERAL_FOLD_SPACE && cp != '-'
        && cp != PAPERAL_FOLD_SOFT_HYPHEN)
    {
        lex->glue = 0;
    }

    return i + 1;
}


void
paperal_lex_wall(paperal_lex_t *lex)
{
    lex->glue = 0;
    lex->ellipsis = 0;
    lex->period = 0;
    lex->nchars = 0;

    if (!lex->failed) {
        lex_open(lex, 0, PAPERAL_LEX_WALL);
    }
}
