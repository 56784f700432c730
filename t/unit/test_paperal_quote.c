/*
 * The quote matcher: its rules one by one, properties over generated papers,
 * and the perturbation table with its limits.
 */

#include <time.h>

#include "../quotes/papers.h"
#include "test.h"


#define PAPERS         6
#define CHINESE        4       /* from this one on */
#define SPEED_QUOTES   2000
#define SPEED_MAX_US   1000    /* 100 without sanitizers and neighbours */


typedef struct {
    const char              *quote;
    paperal_quote_status_e   status;
    const char              *match;
    const char              *what;
} rule_t;


static const char *const  rules_text[] = {
    "A Study of Things",
    "We found that the yield increased to 95.5% at 20 °C (p < 0.05) [3].",
    "The conversion was higher than in earlier work (Smith et al., 2019) and "
        "it may not reach the limit.",
    "A very long sen-",
    "Figure 1. The caption between the columns of a page.",
    "tence goes on over the end of the page and stops here.",
    "The state-of-the-art method is re-implemented in the new system.",
    "It was seen that the effect is real. ",
    "Not all of the samples were of this kind.",
    "该催化剂在有氧条件下的转化率为95.5%，明显高于对照组的结果。",
    "The same sentence stands here twice in this paper.",
    "The same sentence stands here twice in this paper.",
    "[9] Somebody, A book that nobody may quote from here, 1999.",
    "The drug did not in any of the groups reduce the rate of relapse.",
    "About 10⁵ cells gave 5 mW of power and 1,000 counts each hour.",
    "The accuracy ↑ of the first model ✓ was close to ∼0.05 units.",
    "It fell in some of the warm rooms to 40 units, and the fan stopped.",
    "The tank of plant 3 was filled with 12 litres of water at night.",
    "The tank of plant 4 was filled with 12 litres of water at night.",
    "In a dose of 10⁻³ grams the new salt had no effect on us.",
    "Box 6 was sent by train to the north on a cold day.",
    "Box 7 was sent by train to the far north on a cold day."
};


static paperal_quote_index_t *
rules_index(void)
{
    size_t                    i;
    paperal_quote_sentence_t  s[test_count(rules_text)];

    for (i = 0; i < test_count(rules_text); i++) {
        s[i].text = rules_text[i];
        s[i].len = strlen(rules_text[i]);
        s[i].place = i == 4 ? PAPERAL_QUOTE_ASIDE
                     : i == 12 ? PAPERAL_QUOTE_LEFT_OUT : PAPERAL_QUOTE_FLOW;
    }

    return paperal_quote_index_new(s, test_count(rules_text));
}


static const rule_t  rules[] = {
    { "We found that the yield increased to 95.5% at 20 °C (p < 0.05) [3].",
      PAPERAL_QUOTE_VERIFIED, "exact", "the sentence" },
    { "the yield increased to 95.5% at 20 °C", PAPERAL_QUOTE_VERIFIED,
      "exact", "a part" },
    { "THE YIELD INCREASED TO 95.5 % AT 20°C", PAPERAL_QUOTE_VERIFIED,
      "normalised", "case and spaces" },
    { "at 20 °C (p < 0.05) the conversion", PAPERAL_QUOTE_UNVERIFIED, "none",
      "two ends of sentences" },
    { "increased to 95.5% at 20 °C (p < 0.05). The conversion was higher",
      PAPERAL_QUOTE_VERIFIED, "citations_dropped", "over two sentences" },
    { "than in earlier work and it may not reach", PAPERAL_QUOTE_VERIFIED,
      "citations_dropped", "without (Smith et al., 2019)" },
    { "than in earlier work (Smith et al., 2018) and it may not reach",
      PAPERAL_QUOTE_UNVERIFIED, "none", "another year" },
    { "yield increased to 95.5% at 20 °C (p < 0.05) [4]",
      PAPERAL_QUOTE_UNVERIFIED, "none", "another reference" },
    { "than in earlier work and it may reach the limit",
      PAPERAL_QUOTE_UNVERIFIED, "none", "without its negation" },
    { "earlier work (Smith et al., 2019) and it not reach the limit",
      PAPERAL_QUOTE_UNVERIFIED, "none", "without its modal word" },
    { "We found the yield increased to 95.5% at 20 °C",
      PAPERAL_QUOTE_APPROXIMATE, "approximate", "without \"that\"" },
    { "We found that yields increased to 95.5% at 20 °C",
      PAPERAL_QUOTE_UNVERIFIED, "none", "another word" },
    { "the yield increased to 95.5% at the 20 °C",
      PAPERAL_QUOTE_APPROXIMATE, "approximate", "with \"the\"" },
    { "the yield increased to 95.6% at 20 °C", PAPERAL_QUOTE_UNVERIFIED,
      "none", "another digit" },
    { "the yield increased at 20 °C (p < 0.05)", PAPERAL_QUOTE_UNVERIFIED,
      "none", "without its number" },
    { "the yield increased to 95.5% at -20 °C", PAPERAL_QUOTE_UNVERIFIED,
      "none", "another sign" },
    { "A very long sentence goes on over the end of the page",
      PAPERAL_QUOTE_VERIFIED, "normalised", "over a page with a caption" },
    { "The state of the art method is reimplemented in the new sys-\ntem",
      PAPERAL_QUOTE_VERIFIED, "normalised", "hyphens" },
    { "We found that the yield … 20 °C (p < 0.05) [3].", PAPERAL_QUOTE_VERIFIED,
      "spliced", "an ellipsis" },
    { "We found that the yield [...] The conversion was higher than",
      PAPERAL_QUOTE_VERIFIED, "spliced", "an ellipsis over sentences" },
    { "The conversion was higher than ... we found that the yield",
      PAPERAL_QUOTE_UNVERIFIED, "none", "pieces in the wrong order" },
    { "We found that the yield … of the … stops here",
      PAPERAL_QUOTE_UNVERIFIED, "none", "a short piece" },
    { "It was seen that the effect is real not", PAPERAL_QUOTE_UNVERIFIED,
      "none", "\"not\" from the next sentence" },
    { "催化剂在有氧条件下的转化率为９５．５％", PAPERAL_QUOTE_VERIFIED,
      "normalised", "Chinese in full width" },
    { "催化剂在有氧条件下转化率为95.5%", PAPERAL_QUOTE_APPROXIMATE,
      "approximate", "Chinese without 的" },
    { "催化剂在有氧条件下的转化率不为95.5%", PAPERAL_QUOTE_UNVERIFIED, "none",
      "Chinese with 不" },
    { "明显低于对照组的结果转化率", PAPERAL_QUOTE_UNVERIFIED, "none",
      "Chinese 低 for 高" },
    { "有氧条件下", PAPERAL_QUOTE_UNVERIFIED, "none", "Chinese, too short" },
    { "that the yield increased", PAPERAL_QUOTE_UNVERIFIED, "none",
      "four words" },
    { "A book that nobody may quote from here", PAPERAL_QUOTE_UNVERIFIED,
      "none", "a reference" },
    { "", PAPERAL_QUOTE_UNVERIFIED, "none", "nothing" },

    { "The drug did … reduce the rate of relapse", PAPERAL_QUOTE_UNVERIFIED,
      "none", "a piece of three words" },
    { "that the effect is real … The drug did ... reduce the rate of relapse",
      PAPERAL_QUOTE_UNVERIFIED, "none", "three pieces, one short" },
    { "this kind. The drug did … reduce the rate of relapse",
      PAPERAL_QUOTE_UNVERIFIED, "none", "an ellipsis instead of \"not\"" },
    { "The drug did not … reduce the rate of relapse", PAPERAL_QUOTE_VERIFIED,
      "spliced", "the same with \"not\"" },
    { "about 10^5 cells gave 5 mW of power", PAPERAL_QUOTE_VERIFIED,
      "normalised", "a power without its raising" },
    { "about 105 cells gave 5 mW of power", PAPERAL_QUOTE_UNVERIFIED, "none",
      "105 for ten to the power of five" },
    { "in a dose of 10³ grams the new salt", PAPERAL_QUOTE_UNVERIFIED, "none",
      "without the minus of a power" },
    { "cells gave 5 mw of power", PAPERAL_QUOTE_VERIFIED, "normalised",
      "a unit in lower case" },
    { "cells gave 5 MW of power", PAPERAL_QUOTE_UNVERIFIED, "none",
      "mega for milli" },
    { "of power and 1000 counts each hour", PAPERAL_QUOTE_VERIFIED,
      "normalised", "a separator of thousands" },
    { "of power and 1 000 counts each hour", PAPERAL_QUOTE_UNVERIFIED, "none",
      "a number split by a space" },
    { "the first model ✓ was close to ~.05 units", PAPERAL_QUOTE_VERIFIED,
      "normalised", "a number without its zero" },
    { "The accuracy ↓ of the first model ✓ was close", PAPERAL_QUOTE_UNVERIFIED,
      "none", "another arrow" },
    { "of the first model ✗ was close to ∼0.05 units",
      PAPERAL_QUOTE_UNVERIFIED, "none", "a cross for a check mark" },
    { "of the first model ✓ was close to 0.05 units",
      PAPERAL_QUOTE_UNVERIFIED, "none", "without \"about\"" },
    { "It fell in of the warm rooms to 40 units", PAPERAL_QUOTE_UNVERIFIED,
      "none", "without \"some\"" },
    { "It fell in some of the warm rooms by 40 units",
      PAPERAL_QUOTE_UNVERIFIED, "none", "\"by\" for \"to\"" },
    { "to 40 units, and because the fan stopped", PAPERAL_QUOTE_UNVERIFIED,
      "none", "an invented cause" },
    { "It fell in some of all the warm rooms", PAPERAL_QUOTE_UNVERIFIED,
      "none", "an invented \"all\"" },
    { "the yi\xe2\x80\x8b" "eld incre\xc2\xad" "ased to 9\xe2\x81\xa0" "5.5% "
      "at 20 °C", PAPERAL_QUOTE_VERIFIED, "normalised",
      "invisible characters" },
    { "the y\xd1\x96" "eld increased to 95.5% at 20 °C",
      PAPERAL_QUOTE_UNVERIFIED, "none", "a Cyrillic letter" },
    { "the yield increased to \xe2\x80\xae" "5.59\xe2\x80\xac% at 20 °C",
      PAPERAL_QUOTE_UNVERIFIED, "none", "digits displayed backwards" },
    { "the yield increased to \xe2\x80\xae" "95.5\xe2\x80\xac% at 20 °C",
      PAPERAL_QUOTE_UNVERIFIED, "none", "the same by the right digits" },
    { "the new salt had n\xcc\xb6o effect on us", PAPERAL_QUOTE_UNVERIFIED,
      "none", "a negation struck out" },
    { "the new salt had effect on us", PAPERAL_QUOTE_UNVERIFIED, "none",
      "without \"no\"" }
};


static void
test_rules(const paperal_quote_index_t *index)
{
    size_t                  i;
    paperal_quote_result_t  r;

    for (i = 0; i < test_count(rules); i++) {
        test_int(paperal_quote_match(index, rules[i].quote,
                                     strlen(rules[i].quote),
                                     PAPERAL_QUOTE_NO_HINT, &r),
                 0, "rule: %s", rules[i].what);
        test_str(paperal_quote_status_name(r.status),
                 paperal_quote_status_name(rules[i].status), "status: %s",
                 rules[i].what);
        test_str(paperal_quote_match_name(r.match), rules[i].match,
                 "match: %s", rules[i].what);
    }
}


static void
test_places(const paperal_quote_index_t *index)
{
    const char              *quote;
    paperal_buf_t            b;
    paperal_quote_result_t   r;

    quote = "The same sentence stands here twice";
    (void) paperal_quote_match(index, quote, strlen(quote),
                               PAPERAL_QUOTE_NO_HINT, &r);
    test_ok(r.ambiguous && r.ranges[0].sentence == 10, "two hits, no hint");
    (void) paperal_quote_match(index, quote, strlen(quote), 11, &r);
    test_ok(!r.ambiguous && r.ranges[0].sentence == 11, "two hits, a hint");
    (void) paperal_quote_match(index, quote, strlen(quote), 2, &r);
    test_ok(r.ambiguous, "two hits, a hint elsewhere");

    quote = "The tank of plant 4 was filled with 12 litres of water";
    (void) paperal_quote_match(index, quote, strlen(quote),
                               PAPERAL_QUOTE_NO_HINT, &r);
    test_ok(r.status == PAPERAL_QUOTE_VERIFIED && r.ranges[0].sentence == 18,
            "of two that differ in a digit the one");
    (void) paperal_quote_match(index, quote, strlen(quote), 18, &r);
    test_int(r.status, PAPERAL_QUOTE_VERIFIED, "said to be from it");
    (void) paperal_quote_match(index, quote, strlen(quote), 17, &r);
    test_int(r.status, PAPERAL_QUOTE_UNVERIFIED, "said to be the other");
    (void) paperal_quote_match(index, quote, strlen(quote), 1, &r);
    test_int(r.status, PAPERAL_QUOTE_VERIFIED, "said to be from elsewhere");
    quote = "Box 7 was sent by train to the north on a cold day";
    (void) paperal_quote_match(index, quote, strlen(quote),
                               PAPERAL_QUOTE_NO_HINT, &r);
    test_int(r.status, PAPERAL_QUOTE_UNVERIFIED,
             "between two, without a digit or without a word");
    (void) paperal_quote_match(index, quote, strlen(quote), 21, &r);
    test_int(r.status, PAPERAL_QUOTE_APPROXIMATE, "the one is named");
    (void) paperal_quote_match(index, quote, strlen(quote), 20, &r);
    test_int(r.status, PAPERAL_QUOTE_UNVERIFIED, "the other is named");

    paperal_buf_init(&b, 4096);
    quote = "very long sentence goes on";
    (void) paperal_quote_match(index, quote, strlen(quote),
                               PAPERAL_QUOTE_NO_HINT, &r);
    test_int((long long) r.nranges, 2, "a range on each page");
    paperal_quote_source(index, &r, &b);
    test_str(paperal_buf_cstr(&b), "very long sen- tence goes on",
             "the paper's own words");
    paperal_buf_release(&b);

    quote = "在有氧条件下的转化率";
    (void) paperal_quote_match(index, quote, strlen(quote),
                               PAPERAL_QUOTE_NO_HINT, &r);
    test_int(r.ranges[0].start, 4, "starts in code points");
    test_int(r.ranges[0].end, 14, "ends in code points");
}


static void
test_fit(void)
{
    size_t  i;

    static const struct {
        const char  *text;
        int          fits;
    } texts[] = {
        { "", 0 }, { "None was declared here", 0 },
        { "None was declared here.", 0 }, { "None of them was declared", 1 },
        { "There was none [1, 2, 3].", 0 }, { "x = 5 %, y", 1 },
        { "作者声明没有任何利益冲", 1 }, { "作者声明没有冲突", 0 },
        { "作者声明没有利益冲。", 0 },
        { "None of them was \xe2\x80\xae declared", 0 }
    };

    for (i = 0; i < test_count(texts); i++) {
        test_int(paperal_quote_is_fit(texts[i].text,
                                         strlen(texts[i].text)),
                 texts[i].fits, "can be quoted: \"%s\"", texts[i].text);
    }
}


/* Whatever is cut from the paper's flow at words is verified, there. */
static void
test_property_parts(papers_t *papers)
{
    size_t                   i, k, from, bad;
    uint32_t                 at;
    perturb_t               *p;
    perturb_words_t          w;
    paperal_quote_result_t   r;

    bad = 0;
    p = &papers->random;

    for (i = 0; i < 1000; i++) {
        k = perturb_random(p, papers->paper.n);
        perturb_split(&w, papers->sentences[k].text,
                      papers->sentences[k].len);

        if (w.n < 12 || papers->sentences[k].place != PAPERAL_QUOTE_FLOW) {
            continue;
        }

        p->len = 0;
        from = perturb_random(p, 4);
        perturb_join(p, &w, from, w.n - perturb_random(p, 4));
        at = (uint32_t) (w.at[from] - papers->sentences[k].text);
        (void) paperal_quote_match(papers->paper.index, p->text, p->len,
                                   (uint32_t) k, &r);
        bad += r.status != PAPERAL_QUOTE_VERIFIED
               || r.ranges[0].sentence != k || r.ranges[0].start_byte > at
               || r.ranges[0].end > papers->sentences[k].len;
    }

    test_int((long long) bad, 0, "every part of a sentence is verified");
}


/* Bytes of any kind: no crash, ranges inside their sentences. */
static void
test_property_noise(papers_t *papers)
{
    size_t                   i, k, bad;
    perturb_t               *p;
    paperal_quote_result_t   r;

    bad = 0;
    p = &papers->random;

    for (i = 0; i < 3000; i++) {
        k = perturb_random(p, papers->paper.n);
        p->len = 0;
        perturb_put(p, papers->sentences[k].text, papers->sentences[k].len);
        p->text[perturb_random(p, p->len)] = (char) perturb_random(p, 256);
        p->text[perturb_random(p, p->len)] = (char) perturb_random(p, 256);
        (void) paperal_quote_match(papers->paper.index, p->text, p->len,
                                   PAPERAL_QUOTE_NO_HINT, &r);

        for (k = 0; k < r.nranges; k++) {
            bad += r.ranges[k].start_byte >= r.ranges[k].end_byte
                   || r.ranges[k].end_byte
                      > papers->sentences[r.ranges[k].sentence].len;
        }
    }

    test_int((long long) bad, 0, "ranges lie inside their sentences");
}


static void
test_limits(void)
{
    char                      *long_text;
    size_t                     i;
    clock_t                    start;
    paperal_quote_index_t     *index;
    paperal_quote_result_t     r;
    paperal_quote_sentence_t   s;

    long_text = malloc(400000);

    for (i = 0; i < 400000; i++) {
        long_text[i] = "the "[i % 4];
    }

    s = (paperal_quote_sentence_t) { long_text, 400000, PAPERAL_QUOTE_FLOW };
    index = paperal_quote_index_new(&s, 1);
    start = clock();
    (void) paperal_quote_match(index, long_text, 8000, 0, &r);
    test_int(r.status, PAPERAL_QUOTE_VERIFIED, "one word 2,000 times");
    long_text[8000 - 2] = 'x';
    (void) paperal_quote_match(index, long_text, 8000, 0, &r);
    (void) paperal_quote_match(index, long_text, 20000, 0, &r);
    test_int(r.status, PAPERAL_QUOTE_UNVERIFIED, "a quote over the maximum");
    test_ok((double) (clock() - start) / CLOCKS_PER_SEC < 2,
            "repetition ends at the step limit");
    paperal_quote_index_free(index);
    free(long_text);

    s.len = PAPERAL_QUOTE_MAX_SENTENCE + 1;
    test_ok(paperal_quote_index_new(&s, 1) == NULL, "a sentence too long");
    index = paperal_quote_index_new(NULL, 0);
    (void) paperal_quote_match(index, "in an empty paper nothing", 25, 0, &r);
    test_int(r.status, PAPERAL_QUOTE_UNVERIFIED, "an empty paper");
    paperal_quote_index_free(index);
    paperal_quote_index_free(NULL);
}


static void
test_table(papers_t *papers, perturb_hint_e hint)
{
    size_t                 i, k;
    perturb_t              p;
    perturb_counts_t       counts[PERTURB_KINDS];
    const perturb_kind_t  *kind;

    memset(counts, 0, sizeof(counts));
    p.random = 42;

    for (i = 0; i < PAPERS; i++) {
        k = i < CHINESE ? (i + 1) % CHINESE
                        : CHINESE + (i + 1) % (PAPERS - CHINESE);
        perturb_run(&papers[i].paper, &papers[k].paper, &p, hint, counts, 1);
    }

    for (k = 0; k < PERTURB_KINDS; k++) {
        kind = &perturb_kinds[k];
        test_ok(perturb_holds(kind, hint, &counts[k]),
                "%s, %s: of %zu verified %zu (%.2f %%), approximate %zu "
                "(%.2f %%)", kind->name, perturb_hint_names[hint],
                counts[k].tried, counts[k].verified,
                100. * (double) counts[k].verified
                / (double) (counts[k].tried + (counts[k].tried == 0)),
                counts[k].approximate,
                100. * (double) counts[k].approximate
                / (double) (counts[k].tried + (counts[k].tried == 0)));
    }
}


static void
test_speed(papers_t *papers)
{
    size_t                     i, k;
    double                     us;
    clock_t                    start;
    paperal_quote_result_t     r;
    paperal_quote_sentence_t  *s;

    start = clock();

    for (i = 0, k = 0; i < SPEED_QUOTES; i++) {
        s = &papers->sentences[i % papers->paper.n];
        (void) paperal_quote_match(papers->paper.index, s->text, s->len,
                                   PAPERAL_QUOTE_NO_HINT, &r);
        k += r.status == PAPERAL_QUOTE_VERIFIED;
    }

    us = 1e6 * (double) (clock() - start) / CLOCKS_PER_SEC / SPEED_QUOTES;
    test_diag("%.1f us a quote with sanitizers, %zu tokens", us,
              paperal_quote_index_tokens(papers->paper.index));
    test_ok(k > SPEED_QUOTES / 2 && us < SPEED_MAX_US, "speed of a quote");
}


int
main(void)
{
    size_t                  i;
    papers_t               *papers;
    paperal_quote_index_t  *index;

    index = rules_index();
    test_rules(index);
    test_places(index);
    test_fit();
    paperal_quote_index_free(index);
    test_limits();

    papers = calloc(PAPERS, sizeof(papers_t));

    for (i = 0; i < PAPERS; i++) {
        test_ok(papers_make(&papers[i], (unsigned) i, i >= CHINESE),
                "paper %zu", i);
    }

    test_table(papers, PERTURB_RIGHT);
    test_table(papers, PERTURB_UNNAMED);
    test_table(papers, PERTURB_WRONG);
    test_speed(&papers[0]);
    test_property_parts(&papers[0]);
    test_property_noise(&papers[1]);
    test_property_noise(&papers[CHINESE]);

    for (i = 0; i < PAPERS; i++) {
        perturb_close(&papers[i].paper);
    }

    free(papers);

    return test_done();
}
