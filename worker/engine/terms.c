/*
 * Tokens and terms, see terms.h.  The table grows by doubling inside the
 * region; old arrays stay there until the engine ends.
 */

#include "terms.h"

#include <string.h>

#include "paperal_utf8.h"


#define TERMS_FIRST_SIZE  1024


typedef struct {
    terms_t          *t;
    const lexicon_t  *lex;
    const char       *text;
    size_t            len;
    size_t            n;
    token_t          *tokens;
    uint32_t          sentence;
} tokenizer_t;


static void terms_grow(terms_t *t);
static uint32_t terms_hash(const char *key, size_t len);
static size_t tokenizer_word(tokenizer_t *tz, size_t pos);
static size_t tokenizer_han(tokenizer_t *tz, size_t pos, uint32_t cp);
static void tokenizer_add(tokenizer_t *tz, uint32_t term, size_t from,
    size_t to);
static size_t tokenizer_key(const char *word, size_t len, char *key,
    bool *lower);
static bool terms_is_word(uint32_t cp);


void
terms_init(terms_t *t, region_t *region)
{
    t->region = region;
    t->n = 0;
    t->size = TERMS_FIRST_SIZE;
    t->nslots = TERMS_FIRST_SIZE * 2;
    t->terms = region_array(region, t->size, sizeof(term_t));
    t->slots = region_array(region, t->nslots, sizeof(uint32_t));
}


uint32_t
terms_find(const terms_t *t, const char *key, size_t len)
{
    size_t         i;
    uint32_t       hash;
    const term_t  *term;

    hash = terms_hash(key, len);
    i = hash & (t->nslots - 1);

    while (t->slots[i] != 0) {
        term = &t->terms[t->slots[i] - 1];

        if (term->hash == hash && term->len == len
            && memcmp(term->key, key, len) == 0)
        {
            return t->slots[i] - 1;
        }

        i = (i + 1) & (t->nslots - 1);
    }

    return TERMS_NONE;
}


uint32_t
terms_find_word(const terms_t *t, const char *word, size_t len)
{
    bool  lower;
    char  key[TERMS_MAX_WORD];

    if (len == 0 || len >= sizeof(key)) {
        return TERMS_NONE;
    }

    return terms_find(t, key, tokenizer_key(word, len, key, &lower));
}


uint32_t
terms_intern(terms_t *t, const char *key, size_t len)
{
    size_t     i;
    term_t    *term;
    uint32_t   id;

    id = terms_find(t, key, len);
    if (id != TERMS_NONE || t->n == TERMS_MAX) {
        return id;
    }

    if (t->n == t->size) {
        terms_grow(t);
    }

    term = &t->terms[t->n];
    term->hash = terms_hash(key, len);
    term->len = (uint16_t) len;
    term->key = region_strndup(t->region, key, len);

    i = term->hash & (t->nslots - 1);

    while (t->slots[i] != 0) {
        i = (i + 1) & (t->nslots - 1);
    }

    t->slots[i] = (uint32_t) ++t->n;

    return (uint32_t) t->n - 1;
}


token_t *
terms_tokens(terms_t *t, const lexicon_t *lex, const char *text, size_t len,
    uint32_t sentence, size_t *n)
{
    size_t        pos, size;
    uint32_t      cp;
    tokenizer_t   tz;

    tz = (tokenizer_t) { t, lex, text, len, 0, NULL, sentence };

    /* one token a byte at most; sentences are short */
    tz.tokens = region_array(t->region, len + 1, sizeof(token_t));
    pos = 0;

    while (pos < len) {
        size = paperal_utf8_decode(text + pos, len - pos, &cp);

        if (size == 0) {
            pos++;

        } else if (terms_is_han(cp)) {
            pos = tokenizer_han(&tz, pos, cp);

        } else if (terms_is_word(cp)) {
            pos = tokenizer_word(&tz, pos);

        } else {
            pos += size;
        }
    }

    *n = tz.n;

    return tz.tokens;
}


bool
terms_is_han(uint32_t cp)
{
    return (cp >= 0x4e00 && cp <= 0x9fff) || (cp >= 0x3400 && cp <= 0x4dbf)
           || (cp >= 0x20000 && cp <= 0x3134f) || cp == 0x3007;
}


/* A word: letters and digits, with single hyphens and apostrophes inside. */

static size_t
tokenizer_word(tokenizer_t *tz, size_t pos)
{
    bool             lower, digit;
    char             key[TERMS_MAX_WORD];
    size_t           from, size, klen;
    uint32_t         cp, id;
    lexicon_word_e   kind;

    from = pos;
    digit = true;

    while (pos < tz->len) {
        size = paperal_utf8_decode(tz->text + pos, tz->len - pos, &cp);

        if (size == 0) {
            break;
        }

        if (terms_is_word(cp)) {
            digit = digit && cp >= '0' && cp <= '9';
            pos += size;
            continue;
        }

        if ((cp == '-' || cp == '\'' || cp == 0x2019 || cp == '.')
            && pos > from
            && paperal_utf8_decode(tz->text + pos + size,
                                   tz->len - pos - size, &cp) != 0
            && terms_is_word(cp)
            && (tz->text[pos] != '.' || (digit && cp <= '9')))
        {
            pos += size;
            continue;
        }

        break;
    }

    id = TERMS_NONE;

    if (!digit && pos - from < TERMS_MAX_WORD && pos - from > 1) {
        klen = tokenizer_key(tz->text + from, pos - from, key, &lower);
        kind = lexicon_word(tz->lex, key, klen);

        if (kind != LEXICON_WORD_STOP) {
            id = terms_intern(tz->t, key, klen);
        }

        if (id != TERMS_NONE) {
            tz->t->terms[id].generic = kind == LEXICON_WORD_GENERIC;
            tz->t->terms[id].lower |= lower;
        }
    }

    tokenizer_add(tz, id, from, pos);

    return pos;
}


/* A pair of Chinese characters, beginning at pos. */

static size_t
tokenizer_han(tokenizer_t *tz, size_t pos, uint32_t cp)
{
    size_t    first, second;
    uint32_t  id;

    first = paperal_utf8_decode(tz->text + pos, tz->len - pos, &cp);
    second = paperal_utf8_decode(tz->text + pos + first,
                                 tz->len - pos - first, &cp);

    if (second != 0 && terms_is_han(cp)) {
        id = terms_intern(tz->t, tz->text + pos, first + second);
        tokenizer_add(tz, id, pos, pos + first + second);
    }

    return pos + first;
}


static void
tokenizer_add(tokenizer_t *tz, uint32_t term, size_t from, size_t to)
{
    term_t   *t;
    token_t  *tok;

    tok = &tz->tokens[tz->n];
    tok->term = term;
    tok->from = (uint32_t) from;
    tok->to = (uint32_t) to;
    tok->joined = tz->n > 0 && tz->tokens[tz->n - 1].to + 1 == from
                  && tz->text[from - 1] == ' ';
    tz->n++;

    if (term == TERMS_NONE) {
        return;
    }

    t = &tz->t->terms[term];
    t->tf++;

    if (t->last != tz->sentence + 1) {
        t->last = tz->sentence + 1;
        t->df++;
    }
}


/*
 * ASCII letters to lower case; "ies" to "y", "es" after a sibilant and "s"
 * dropped.  Stemming more merges words that a reader keeps apart.
 */

static size_t
tokenizer_key(const char *word, size_t len, char *key, bool *lower)
{
    size_t  i;

    *lower = word[0] >= 'a' && word[0] <= 'z';

    for (i = 0; i < len; i++) {
        key[i] = (word[i] >= 'A' && word[i] <= 'Z') ? word[i] + 32 : word[i];
        *lower = *lower && key[i] == word[i];
    }

    if (len < 4 || memchr(key, '-', len) != NULL
        || key[len - 1] != 's' || key[len - 2] == 's'
        || key[len - 2] == 'u' || key[len - 2] == 'i')
    {
        return len;
    }

    if (len > 4 && memcmp(key + len - 3, "ies", 3) == 0) {
        key[len - 3] = 'y';
        return len - 2;
    }

    if (len > 5 && (memcmp(key + len - 4, "sses", 4) == 0
                    || memcmp(key + len - 4, "ches", 4) == 0
                    || memcmp(key + len - 4, "shes", 4) == 0
                    || memcmp(key + len - 3, "xes", 3) == 0))
    {
        return len - 2;
    }

    return len - 1;
}


static void
terms_grow(terms_t *t)
{
    size_t     i, j;
    term_t    *terms;
    uint32_t  *slots;

    terms = region_array(t->region, t->size * 2, sizeof(term_t));
    slots = region_array(t->region, t->nslots * 2, sizeof(uint32_t));
    memcpy(terms, t->terms, t->n * sizeof(term_t));

    t->size *= 2;
    t->nslots *= 2;
    t->terms = terms;
    t->slots = slots;

    for (i = 0; i < t->n; i++) {
        j = terms[i].hash & (t->nslots - 1);

        while (slots[j] != 0) {
            j = (j + 1) & (t->nslots - 1);
        }

        slots[j] = (uint32_t) i + 1;
    }
}


/* FNV-1a */

static uint32_t
terms_hash(const char *key, size_t len)
{
    size_t    i;
    uint32_t  h;

    h = 2166136261u;

    for (i = 0; i < len; i++) {
        h = (h ^ (unsigned char) key[i]) * 16777619u;
    }

    return h;
}


static bool
terms_is_word(uint32_t cp)
{
    if (cp < 0x80) {
        return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z')
               || (cp >= 'A' && cp <= 'Z');
    }

    /* Latin, Greek, Cyrillic letters; no punctuation, symbols, CJK */

    return cp >= 0xc0 && cp < 0x2000 && cp != 0xd7 && cp != 0xf7
           && !terms_is_han(cp);
}
