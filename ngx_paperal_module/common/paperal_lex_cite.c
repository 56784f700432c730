/*
 * Finds citation marks for paperal_lex_add(): "[3]", "[2, 5-7]", "[Lee19]",
 * "(Smith et al., 2019; Lee, 2020)", "[Smith, 2019]", "(2019)" behind a name,
 * and superscript numbers behind a word.  A mark may be missing in a quote,
 * so what could be a value is none: "(12)", "[0, 1]", "(March 2019)".
 */

#include "paperal_lex.h"

#include <stdlib.h>
#include <string.h>

#include "paperal_lex_words.h"


#define CITE_MAX_NUMBER   3     /* digits */
#define CITE_YEAR         4
#define CITE_MAX_KEY      8     /* letters of "[Lee19]" */
#define CITE_MIN_WORD     4     /* bytes before a superscript number */


/* What is written between brackets: characters open and close, tokens. */
typedef struct {
    const paperal_lex_t        *lex;
    const paperal_lex_token_t  *t;
    size_t                      n;
    size_t                      open;
    size_t                      close;
} cite_t;


static const char *
cite_text(const cite_t *c, size_t i)
{
    return c->lex->text.data + c->t[i].text;
}


static int
cite_is_digits(const char *s, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        if (s[i] < '0' || s[i] > '9') {
            return 0;
        }
    }

    return len > 0;
}


static int
cite_is_year(const cite_t *c, size_t i)
{
    const char  *s;

    s = cite_text(c, i);

    return c->t[i].flags & PAPERAL_LEX_NUMBER && c->t[i].len == CITE_YEAR
           && cite_is_digits(s, CITE_YEAR)
           && (memcmp(s, "18", 2) == 0 || memcmp(s, "19", 2) == 0
               || memcmp(s, "20", 2) == 0);
}


/* "3", "2, 5-7": whole numbers from 1, nothing else between the brackets. */
static int
cite_is_numeric(const cite_t *c)
{
    size_t       i;
    uint32_t     cp;
    const char  *s;

    for (i = c->open + 1; i < c->close; i++) {
        cp = c->lex->chars[i].cp;

        if (c->lex->chars[i].kind != PAPERAL_FOLD_DIGIT
            && c->lex->chars[i].kind != PAPERAL_FOLD_SPACE
            && cp != ',' && cp != ';' && cp != '-')
        {
            return 0;
        }
    }

    for (i = 0; i < c->n; i++) {
        s = cite_text(c, i);

        if (c->t[i].len > CITE_MAX_NUMBER || s[0] == '0'
            || !cite_is_digits(s, c->t[i].len))
        {
            return 0;
        }
    }

    return 1;
}


/* "Lee19", "ABC19a, Lee20": letters, two digits or a year, a letter. */
static int
cite_is_keys(const cite_t *c)
{
    size_t  i;

    for (i = 0; i < c->n; i++) {
        if (!(c->t[i].flags & PAPERAL_LEX_NAME)
            || c->t[i].len > CITE_MAX_KEY || i + 1 == c->n)
        {
            return 0;
        }

        i++;

        if (c->t[i].start > c->t[i - 1].end + 1
            || (c->t[i].len != 2 && !cite_is_year(c, i))
            || !cite_is_digits(cite_text(c, i), c->t[i].len))
        {
            return 0;
        }

        if (i + 1 < c->n && c->t[i + 1].len == 1
            && c->t[i + 1].start == c->t[i].end)
        {
            i++;
        }
    }

    return 1;
}


/* Whether the word i may stand among the names of a citation. */
static int
cite_is_name(const cite_t *c, size_t i)
{
    const char  *s;

    s = cite_text(c, i);

    if (c->t[i].flags & PAPERAL_LEX_KEPT
        || paperal_lex_is_dating(s, c->t[i].len))
    {
        return 0;
    }

    return c->t[i].flags & (PAPERAL_LEX_NAME | PAPERAL_LEX_CJK)
           || paperal_lex_is_citing(s, c->t[i].len);
}


/* Names and years: begins with a name, ends with a year or "2019a". */
static int
cite_is_author_year(const cite_t *c)
{
    int     year, named;
    size_t  i;

    year = 0;
    named = 0;

    for (i = 0; i < c->n; i++) {
        if (cite_is_year(c, i)) {
            if (!named) {
                return 0;
            }

            year = 1;

        } else if (c->t[i].flags & (PAPERAL_LEX_NUMBER | PAPERAL_LEX_SIGN)) {
            return 0;

        } else if (year && c->t[i].len == 1
                   && c->t[i].start == c->t[i - 1].end)
        {
            continue;

        } else if (cite_is_name(c, i)) {
            named |= (c->t[i].flags
                      & (PAPERAL_LEX_NAME | PAPERAL_LEX_CJK)) != 0;
            year = 0;

        } else {
            return 0;
        }
    }

    return year;
}


/* "(2019)" or "(2019a, 2020)" directly behind a name or "al." */
static int
cite_is_years(const cite_t *c, size_t first)
{
    size_t                      i;
    const char                 *s;
    const paperal_lex_token_t  *name;

    for (i = 0; i < c->n; i++) {
        if (!cite_is_year(c, i)
            && (i == 0 || c->t[i].len != 1
                || c->t[i].start != c->t[i - 1].end))
        {
            return 0;
        }
    }

    if (c->t == c->lex->tokens + first) {
        return 0;
    }

    name = c->t - 1;
    s = c->lex->text.data + name->text;

    return (name->flags & PAPERAL_LEX_NAME
            && !paperal_lex_is_dating(s, name->len))
           || (name->len == 2 && memcmp(s, "al", 2) == 0);
}


static void
cite_mark(paperal_lex_t *lex, size_t token, size_t n)
{
    size_t               i, max;
    paperal_lex_mark_t  *marks;

    if (lex->nmarks == lex->max_marks) {
        max = lex->max_marks == 0 ? 64 : lex->max_marks * 2;
        marks = realloc(lex->marks, max * sizeof(paperal_lex_mark_t));

        if (marks == NULL) {
            lex->failed = 1;
            return;
        }

        lex->marks = marks;
        lex->max_marks = max;
    }

    lex->marks[lex->nmarks].first = (uint32_t) token;
    lex->marks[lex->nmarks++].count = (uint32_t) n;

    for (i = 0; i < n; i++) {
        lex->tokens[token + i].mark = (uint32_t) lex->nmarks;
    }
}


/* The character that closes the bracket at i, or i if none is near. */
static size_t
cite_close(const paperal_lex_t *lex, size_t i)
{
    size_t    k;
    uint32_t  cp, want;

    want = lex->chars[i].cp == '[' ? ']' : ')';

    for (k = i + 1; k < lex->nchars && k - i <= PAPERAL_LEX_MAX_MARK; k++) {
        cp = lex->chars[k].cp;

        if (cp == want) {
            return k;
        }

        if (cp == '[' || cp == '(' || cp == ']' || cp == ')') {
            break;
        }
    }

    return i;
}


/*
 * Looks at what the bracket at character i encloses; token is the first one
 * behind it.
 */
static void
cite_bracket(paperal_lex_t *lex, size_t first, size_t token, size_t i)
{
    size_t  n;
    cite_t  c;

    c.lex = lex;
    c.t = lex->tokens + token;
    c.open = i;
    c.close = cite_close(lex, i);

    if (c.close == i) {
        return;
    }

    for (n = 0; token + n < lex->ntokens; n++) {
        if (lex->tokens[token + n].start >= lex->chars[c.close].start) {
            break;
        }
    }

    c.n = n;

    if (n == 0 || n > PAPERAL_LEX_MAX_MARK_TOKENS) {
        return;
    }

    if ((lex->chars[i].cp == '['
         && (cite_is_numeric(&c) || cite_is_keys(&c)))
        || cite_is_author_year(&c)
        || cite_is_years(&c, first))
    {
        cite_mark(lex, token, n);
    }
}


static void
cite_supers(paperal_lex_t *lex, size_t first)
{
    size_t                      i;
    const paperal_lex_token_t  *t;

    for (i = first + 1; i < lex->ntokens; i++) {
        t = &lex->tokens[i];

        if (t->flags & PAPERAL_LEX_SUPER && t->mark == 0
            && (t[-1].mark != 0
                || (t[-1].flags & PAPERAL_LEX_WORD
                    && t[-1].len >= CITE_MIN_WORD))
            && t->start <= t[-1].end + CITE_MAX_NUMBER)
        {
            cite_mark(lex, i, 1);
        }
    }
}


void
paperal_lex_cite(paperal_lex_t *lex, size_t first)
{
    size_t  i, token;

    token = first;

    for (i = 0; i < lex->nchars && !lex->failed; i++) {
        if (lex->chars[i].cp != '[' && lex->chars[i].cp != '(') {
            continue;
        }

        while (token < lex->ntokens
               && lex->tokens[token].start < lex->chars[i].end)
        {
            token++;
        }

        if (token < lex->ntokens) {
            cite_bracket(lex, first, token, i);
        }
    }

    cite_supers(lex, first);
}
