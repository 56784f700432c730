/*
 * The quote matcher against brute force: papers of a dozen words, so that
 * everything nearly stands somewhere, and quotes cut from them and damaged.
 * A quote must be verified exactly when its words stand in the paper one
 * behind the other; an approximation must keep its rules, whatever place the
 * matcher has found.
 */

#include "paperal_quote.h"

#include "test.h"


#define ORACLE_PAPERS     400
#define ORACLE_QUOTES     60
#define ORACLE_SENTENCES  12
#define ORACLE_WORDS      200     /* of a paper */
#define ORACLE_QUOTE      24      /* words of a quote */
#define ORACLE_TEXT       512
#define ORACLE_MIN        5


typedef struct {
    unsigned  word;               /* index into words */
    int       stop;               /* a full stop before it */
} token_t;

typedef struct {
    char                      text[ORACLE_SENTENCES][ORACLE_TEXT];
    paperal_quote_sentence_t  sentences[ORACLE_SENTENCES];
    size_t                    n;
    token_t                   tokens[ORACLE_WORDS];
    uint64_t                  random;
} oracle_t;


static const struct {
    const char  *text;
    char         kind;            /* s: stop word, k: kept, else a word */
} words[] = {
    { "the", 's' }, { "of", 's' }, { "was", 's' }, { "not", 'k' },
    { "5", 'k' }, { "7.5", 'k' }, { "more", 'k' }, { "all", 'k' },
    { "alloy", 'w' }, { "glass", 'w' }, { "paper", 'w' }, { "stone", 'w' }
};


static unsigned
oracle_random(oracle_t *o, unsigned below)
{
    o->random ^= o->random << 13;
    o->random ^= o->random >> 7;
    o->random ^= o->random << 17;

    return (unsigned) (o->random >> 11) % below;
}


static void
oracle_paper(oracle_t *o)
{
    size_t  i, k, len, n;

    o->n = 0;

    for (i = 0; i < ORACLE_SENTENCES; i++) {
        len = 0;
        n = 4 + oracle_random(o, 10);

        for (k = 0; k < n; k++) {
            o->tokens[o->n].word = oracle_random(o, test_count(words));
            o->tokens[o->n].stop = i > 0 && k == 0;
            len += (size_t) snprintf(o->text[i] + len, ORACLE_TEXT - len,
                                     "%s%s", k > 0 ? " " : "",
                                     words[o->tokens[o->n++].word].text);
        }

        (void) snprintf(o->text[i] + len, ORACLE_TEXT - len, ".");
        o->sentences[i].text = o->text[i];
        o->sentences[i].len = len + 1;
        o->sentences[i].place = PAPERAL_QUOTE_FLOW;
    }
}


/* Part of the paper with up to four words lost, added, replaced, swapped. */
static size_t
oracle_quote(oracle_t *o, token_t quote[ORACLE_QUOTE + 8])
{
    size_t    at, n, i, hurt;
    token_t   t;

    n = 4 + oracle_random(o, ORACLE_QUOTE - 8);
    at = oracle_random(o, (unsigned) (o->n - n));
    memcpy(quote, o->tokens + at, n * sizeof(token_t));
    quote[0].stop = 0;

    for (hurt = oracle_random(o, 5); hurt > 0; hurt--) {
        i = oracle_random(o, (unsigned) n - 1);

        switch (oracle_random(o, 5)) {

        case 0:
            memmove(quote + i, quote + i + 1, (--n - i) * sizeof(token_t));
            break;

        case 1:
            memmove(quote + i + 1, quote + i, (n++ - i) * sizeof(token_t));
            quote[i].word = oracle_random(o, test_count(words));
            quote[i].stop = 0;
            break;

        case 2:
            quote[i].word = oracle_random(o, test_count(words));
            break;

        case 3:
            t = quote[i];
            quote[i] = quote[i + 1];
            quote[i + 1] = t;
            break;

        default:
            quote[i + 1].stop ^= 1;
        }
    }

    return n;
}


static size_t
oracle_write(const token_t quote[], size_t n, char text[ORACLE_TEXT])
{
    size_t  i, len;

    for (i = 0, len = 0; i < n; i++) {
        len += (size_t) snprintf(text + len, ORACLE_TEXT - len, "%s%s",
                                 i == 0 ? "" : quote[i].stop ? ". " : " ",
                                 words[quote[i].word].text);
    }

    return len;
}


/* Whether the whole quote stands at the paper's word at. */
static int
oracle_stands(const oracle_t *o, const token_t quote[], size_t n, size_t at)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (at + i == o->n || o->tokens[at + i].word != quote[i].word
            || (i > 0 && o->tokens[at + i].stop && !quote[i].stop))
        {
            return 0;
        }
    }

    return 1;
}


/*
 * Whether the quote from i on can be read from the paper's j on with so many
 * words left to skip and to add; every way is tried.
 */
static int
oracle_reads(const oracle_t *o, const token_t quote[], size_t n, size_t i,
    size_t j, int skip, int add)
{
    if (i == n) {
        return 1;
    }

    if (add > 0 && words[quote[i].word].kind == 's'
        && oracle_reads(o, quote, n, i + 1, j, skip, add - 1))
    {
        return 1;
    }

    if (j == o->n) {
        return 0;
    }

    if (o->tokens[j].word == quote[i].word
        && oracle_reads(o, quote, n, i + 1, j + 1, skip, add))
    {
        return 1;
    }

    return skip > 0 && words[o->tokens[j].word].kind != 'k'
           && oracle_reads(o, quote, n, i, j + 1, skip - 1, add);
}


static int
oracle_is_verified(const oracle_t *o, const token_t quote[], size_t n)
{
    size_t  at;

    for (at = 0; n >= ORACLE_MIN && at < o->n; at++) {
        if (oracle_stands(o, quote, n, at)) {
            return 1;
        }
    }

    return 0;
}


static int
oracle_is_near(const oracle_t *o, const token_t quote[], size_t n)
{
    size_t  at;

    for (at = 0; at < o->n; at++) {
        if (oracle_reads(o, quote, n, 0, at, PAPERAL_QUOTE_MAX_SKIPPED,
                         PAPERAL_QUOTE_MAX_INSERTED))
        {
            return 1;
        }
    }

    return 0;
}


int
main(void)
{
    char                     text[ORACLE_TEXT];
    size_t                   i, k, n, len, wrong, lost, far, verified, near;
    token_t                  quote[ORACLE_QUOTE + 8];
    oracle_t                *o;
    uint32_t                 hint;
    paperal_quote_index_t   *index;
    paperal_quote_result_t   r;

    o = calloc(1, sizeof(oracle_t));
    o->random = 0x9e3779b97f4a7c15ull;
    wrong = 0;
    lost = 0;
    far = 0;
    verified = 0;
    near = 0;

    for (i = 0; i < ORACLE_PAPERS; i++) {
        oracle_paper(o);
        index = paperal_quote_index_new(o->sentences, ORACLE_SENTENCES);

        for (k = 0; k < ORACLE_QUOTES; k++) {
            n = oracle_quote(o, quote);
            len = oracle_write(quote, n, text);
            hint = k % 2 == 0 ? PAPERAL_QUOTE_NO_HINT
                              : oracle_random(o, ORACLE_SENTENCES);
            (void) paperal_quote_match(index, text, len, hint, &r);

            if (r.status == PAPERAL_QUOTE_VERIFIED) {
                verified++;
                wrong += !oracle_is_verified(o, quote, n);

            } else if (hint == PAPERAL_QUOTE_NO_HINT) {
                lost += oracle_is_verified(o, quote, n);
            }

            if (r.status == PAPERAL_QUOTE_APPROXIMATE) {
                near++;
                far += !oracle_is_near(o, quote, n);
            }
        }

        paperal_quote_index_free(index);
    }

    test_ok(verified > 1000 && near > 100,
            "%zu verified, %zu approximate quotes to look at", verified,
            near);
    test_int((long long) wrong, 0, "nothing is verified that is not there");
    test_int((long long) lost, 0, "everything that is there is verified");
    test_int((long long) far, 0, "approximations keep their rules");
    free(o);

    return test_done();
}
