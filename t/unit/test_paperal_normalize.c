/*
 * Folding and tokens of the quote matcher.
 */

#include "paperal_fold.h"
#include "paperal_lex.h"

#include "test.h"


typedef struct {
    const char  *from;
    const char  *want;
    const char  *what;
} pair_t;


static void
test_fold(void)
{
    size_t         i;
    paperal_buf_t  b;

    static const pair_t  pairs[] = {
        { "Plain ASCII, 12%", "plain ascii, 12%", "ASCII without case" },
        { "eﬃcient ﬂow ﬁt", "efficient flow fit", "ligatures" },
        { "ＡＢＣ１２％", "abc12%", "full width" },
        { "ｶﾞ", "カ\u3099", "half width with a sound mark" },
        { "10² H₂O ½", "102 h2o 1\u20442", "raised, lowered, fractions" },
        { "Ⅳ ⅷ ℃ ㎏ ™", "iv viii °c kg tm", "compatibility letters" },
        { "\u2018a\u2019 \u201cb\u201d", "'a' \"b\"", "curly quotes" },
        { "a\u2010b\u2013c\u2014d\u2212e", "a-b-c-d-e", "dashes" },
        { "a\u00adb\u200bc\ufeff", "abc", "what is invisible" },
        { "é", "e\u0301", "a composed accent" },
        { "e\u0301", "e\u0301", "a decomposed accent" },
        { "a\u0301\u0323", "a\u0323\u0301", "canonical order" },
        { "ΣΊΣΥΦΟΣ ς", "σι\u0301συφοσ σ", "Greek without case" },
        { "ЖЁ", "же\u0308", "Cyrillic without case" },
        { "Straße ẞ", "strasse ss", "full case folding" },
        { "µΩ", "μω", "micro and ohm" },
        { "\u2264 \u2265", "<= >=", "comparisons" },
        { "\U0001d400\U0001d7d9", "a1", "mathematical letters" },
        { "豈", "豈", "CJK compatibility" },
        { "한글", "\u1112\u1161\u11ab\u1100\u1173\u11af", "Hangul" },
        { "\u00a0", " ", "no-break space" },
        { "a\xff\xfe" "b", "a\ufffd\ufffdb", "invalid bytes" },
        { "", "", "nothing" }
    };

    for (i = 0; i < test_count(pairs); i++) {
        paperal_buf_init(&b, 4096);
        paperal_fold_append(&b, pairs[i].from, strlen(pairs[i].from));
        test_str(paperal_buf_cstr(&b), pairs[i].want, "folds %s",
                 pairs[i].what);
        paperal_buf_release(&b);
    }
}


/* Folding what is folded changes nothing; every code point. */
static void
test_idempotent(void)
{
    char           s[4];
    size_t         n, bad;
    uint32_t       cp;
    paperal_buf_t  once, twice;

    bad = 0;
    paperal_buf_init(&once, 256);
    paperal_buf_init(&twice, 256);

    for (cp = 1; cp < 0x110000; cp++) {
        if (cp >= 0xd800 && cp < 0xe000) {
            continue;
        }

        n = 0;

        if (cp < 0x80) {
            s[n++] = (char) cp;

        } else if (cp < 0x800) {
            s[n++] = (char) (0xc0 | cp >> 6);

        } else if (cp < 0x10000) {
            s[n++] = (char) (0xe0 | cp >> 12);
            s[n++] = (char) (0x80 | (cp >> 6 & 0x3f));

        } else {
            s[n++] = (char) (0xf0 | cp >> 18);
            s[n++] = (char) (0x80 | (cp >> 12 & 0x3f));
            s[n++] = (char) (0x80 | (cp >> 6 & 0x3f));
        }

        if (cp >= 0x80) {
            s[n++] = (char) (0x80 | (cp & 0x3f));
        }

        paperal_buf_clear(&once);
        paperal_buf_clear(&twice);
        paperal_fold_append(&once, s, n);
        paperal_fold_append(&twice, paperal_buf_cstr(&once), once.len);
        bad += once.len != twice.len
               || memcmp(paperal_buf_cstr(&once), paperal_buf_cstr(&twice),
                         once.len) != 0;
    }

    test_int((long long) bad, 0, "folding twice is folding once");
    paperal_buf_release(&once);
    paperal_buf_release(&twice);
}


/* Tokens with "|" between, "+" before a joined one, <> around a mark. */
static void
test_tokens(void)
{
    size_t                i, k;
    paperal_buf_t         b;
    paperal_lex_t         lex;
    paperal_lex_token_t  *t;

    static const pair_t  pairs[] = {
        { "The well-known repre-\nsentation", "the|well|+known|repre|"
          "+sentation", "hyphens" },
        { "repre\u00adsent", "represent", "soft hyphens" },
        { "don't Smith\u2019s", "dont|smiths", "apostrophes" },
        { "1,000 3.14 .5 0·5 1.2.3", "1000|3.14|0.5|0.5|1.2.3", "numbers" },
        { "CO2 10mg -5 3-5 a-b", "co|2|10|mg|-|5|3|5|a|+b", "signs" },
        { "p<0.05, ±2%=$3 €4 ≤5", "p|<|0.05|±|2|%|=|$|3|€|4|<|=|5",
          "comparisons" },
        { "转化率为９５％。", "转|化|率|为|95|%", "Chinese" },
        { "was [1] or [2, 4-6] or", "was|<1>|or|<2|<4|<6>|or",
          "numeric marks" },
        { "seen (Lee et al., 2019a; Fu, 2020).",
          "seen|<lee|<et|<al|<2019|<a|<fu|<2020>", "author-year marks" },
        { "Lee et al. (2019) and [Lee19]", "lee|et|al|<2019>|and|<lee|<19>",
          "years behind names, keys" },
        { "10\u2075 10\u207b\u00b3 1\u00bd \uff11\uff12",
          "10|5|10|-|3|1|1|2|12", "raised digits apart" },
        { "\u2191 \u2713 \u223c5 \u22486 2\u00d7 \u00aca \u2209 \u2022 *",
          "\u2191|\u2713|~|5|~|6|2|\u00d7|\u00ac|a|\u2208\u0338",
          "arrows, operators, no bullets" },
        { "models\u00b9\u00b2 of cm\u00b2", "models|<12>|of|cm|2",
          "raised marks" },
        { "in [0, 1] (12) (March 2019) (n = 3)",
          "in|0|1|12|march|2019|n|=|3", "values are no marks" },
        { "(Not Lee, 2019)", "not|lee|2019", "a negation in no mark" }
    };

    for (i = 0; i < test_count(pairs); i++) {
        paperal_buf_init(&b, 4096);
        paperal_lex_init(&lex);
        paperal_lex_add(&lex, 0, pairs[i].from, strlen(pairs[i].from));

        for (k = 0; k < lex.ntokens; k++) {
            t = &lex.tokens[k];
            paperal_buf_str(&b, k > 0 ? "|" : "");
            paperal_buf_str(&b, t->flags & PAPERAL_LEX_GLUE ? "+" : "");
            paperal_buf_str(&b, t->mark != 0 ? "<" : "");
            paperal_buf_bytes(&b, lex.text.data + t->text, t->len);
            paperal_buf_str(&b, t->mark != 0
                                && (k + 1 == lex.ntokens
                                    || t[1].mark != t->mark) ? ">" : "");
        }

        test_str(paperal_buf_cstr(&b), pairs[i].want, "tokens: %s",
                 pairs[i].what);
        paperal_lex_release(&lex);
        paperal_buf_release(&b);
    }
}


int
main(void)
{
    test_fold();
    test_idempotent();
    test_tokens();

    return test_done();
}
