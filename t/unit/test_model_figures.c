/*
 * Figures: what counts as one, that equal ones are equal however they are
 * written, and that different ones never are.
 */

#include "test.h"

#include "figures.h"


static void
describe(const char *text, char *out, size_t size)
{
    size_t      i, n;
    figures_t   f;

    static const char *const  kinds[] = { "-", "%", "$", "x" };

    figures_find(text, strlen(text), false, &f);
    out[0] = '\0';

    for (i = 0; i < f.n; i++) {
        n = strlen(out);
        snprintf(out + n, size - n, "%s%s%se%d", i == 0 ? "" : " ",
                 kinds[f.list[i].kind], f.list[i].digits,
                 f.list[i].exponent);
    }
}


static void
test_found(void)
{
    char    got[512];
    size_t  i;

    static const struct {
        const char  *text;
        const char  *want;
    } cases[] = {
        { "", "" },
        { "It took 12 samples in 2020 and 3 people.", "" },
        { "an accuracy of 93.5 %", "%935e-1" },
        { "an accuracy of 93.50%", "%935e-1" },
        { "ten percent", "%1e1" },
        { "twenty-five per cent", "%25e0" },
        { "one hundred and five percent", "%105e0" },
        { "about 12 percentage points", "%12e0" },
        { "the 95th percentile of 40 runs", "" },
        { "5 to 10 %", "%5e0 %1e1" },
        { "5\xe2\x80\x93" "10%", "%5e0 %1e1" },
        { "between 5% and 10%", "%5e0 %1e1" },
        { "5, 10 and 20 %", "%5e0 %1e1 %2e1" },
        { "in 2020, 10 % of them", "%1e1" },
        { "0.5 % and .5 %", "%5e-1 %5e-1" },
        { "\xef\xbc\x91\xef\xbc\x90\xef\xbc\x85", "%1e1" },
        { "\xd9\xa1\xd9\xa0\xd9\xaa", "%1e1" },
        { "25 bps", "%25e-2" },
        { "3\xe2\x80\xb0", "%3e-1" },
        { "$5", "$5e0" },
        { "$ 1,200 million", "$12e8" },
        { "1.2 billion dollars", "$12e8" },
        { "USD 1.2bn", "$12e8" },
        { "US$1.2B", "$12e8" },
        { "1.2 billion US dollars", "$12e8" },
        { "a billion dollars", "$1e9" },
        { "two million euros", "$2e6" },
        { "\xe2\x82\xac" "5m", "$5e6" },
        { "5m away", "" },
        { "$5-10 million", "$5e6 $1e7" },
        { "$5 million to $10 million", "$5e6 $1e7" },
        { "5 to 10 million euros", "$5e6 $1e7" },
        { "$1.2e9", "$12e8" },
        { "1.2 x 10^9 dollars", "$12e8" },
        { "10\xe2\x81\xb9 dollars", "$1e9" },
        { "1 200 000 EUR", "$12e5" },
        { "1'200'000 CHF", "$12e5" },
        { "12,00,000 rupees", "$12e5" },
        { "five pounds of flour", "" },
        { "5 million pounds", "$5e6" },
        { "she won 5 won games", "" },
        { "\xe5\xb8\x82\xe5\x9c\xba\xe8\xa7\x84\xe6\xa8\xa1" "12"
          "\xe4\xba\xbf\xe5\x85\x83", "$12e8" },              /* 12 yi yuan */
        { "\xe7\x99\xbe\xe5\x88\x86\xe4\xb9\x8b\xe5\x8d\x81",
          "%1e1" },                                    /* bai fen zhi shi */
        { "\xe7\x99\xbe\xe5\x88\x86\xe4\xb9\x8b" "10.5", "%105e-1" },
        { "\xe4\xb8\x89\xe6\x88\x90", "%3e1" },               /* san cheng */
        { "\xe4\xb8\x89\xe6\x88\x90\xe5\x91\x98", "" },     /* san chengyuan */
        { "\xe4\xb8\x89\xe5\x85\x83\xe6\x9d\x90\xe6\x96\x99", "" },
        { "\xe4\xb8\x80\xe7\x99\xbe\xe4\xba\x8c\xe5\x8d\x81\xe4\xba\xbf"
          "\xe7\xbe\x8e\xe5\x85\x83", "$12e9" },     /* 120 yi mei yuan */
        { "3\xe5\x80\x8d", "x3e0" },                           /* 3 bei */
        { "\xe5\xb9\xb4\xe5\xa2\x9e\xe9\x95\xbf\xe7\x8e\x87\xe4\xb8\xba"
          "12", "%12e0" },
        { "threefold", "x3e0" },
        { "3-fold", "x3e0" },
        { "a 3x speedup", "x3e0" },
        { "3x3 kernels and 3 \xc3\x97 3 cm", "" },
        { "10-fold cross-validation", "" },
        { "measured 5 times", "" },
        { "5 times faster", "x5e0" },
        { "by a factor of 3", "x3e0" },
        { "a CAGR of 12", "%12e0" },
        { "a growth rate of about 12.5", "%125e-1" },
        { "CAGR: 12 %", "%12e0" },
        { "cells were grown at 37 \xc2\xb0" "C", "" },
        { "U+0031 0x41 H2O s0012 CO2", "" },
        { "1234567890123456789012345678901234567890123 %", "%?e0" }
    };

    for (i = 0; i < test_count(cases); i++) {
        describe(cases[i].text, got, sizeof(got));
        test_str(got, cases[i].want, "%s", cases[i].text);
    }
}


static void
test_equal(void)
{
    size_t     i;
    figures_t  a, b;

    static const struct {
        const char  *a;
        const char  *b;
        bool         equal;
    } cases[] = {
        { "1.2 billion dollars", "$1,200 million", true },
        { "$1.2bn", "USD 1,200,000,000", true },
        { "10 %", "ten percent", true },
        { "10 percent", "\xe7\x99\xbe\xe5\x88\x86\xe4\xb9\x8b\xe5\x8d\x81",
          true },
        { "CAGR of 10", "10 %", true },
        { "3-fold", "threefold", true },
        { "12\xe4\xba\xbf\xe5\x85\x83", "RMB 1.2 billion", true },
        { "\xc2\xa5" "100", "100 yen", true },
        { "\xc2\xa5" "100", "100 yuan", true },
        { "$5", "\xe2\x82\xac" "5", false },
        { "$5", "5 %", false },
        { "5 %", "50 %", false },
        { "5 %", "0.5 %", false },
        { "$5 million", "$5 billion", false },
        { "5 cents", "5 dollars", false },
        { "1.5 %", "1,5 %", true },
        { "1,500 %", "1.500 %", false },
        { "1234567890123456789012345678901234567890123 %",
          "1234567890123456789012345678901234567890123 %", false }
    };

    for (i = 0; i < test_count(cases); i++) {
        figures_find(cases[i].a, strlen(cases[i].a), false, &a);
        figures_find(cases[i].b, strlen(cases[i].b), false, &b);
        test_ok(a.n == 1 && b.n == 1
                && figures_equal(&a.list[0], &b.list[0]) == cases[i].equal
                && figures_equal(&b.list[0], &a.list[0]) == cases[i].equal,
                "%s %s %s", cases[i].a, cases[i].equal ? "is" : "is not",
                cases[i].b);
    }
}


static void
test_limits(void)
{
    char        text[FIGURES_MAX_TEXT + 8];
    size_t      i;
    figures_t   f;

    for (i = 0; i + 3 < sizeof(text); i += 3) {
        memcpy(text + i, "1% ", 3);
    }

    figures_find(text, 3 * FIGURES_MAX, false, &f);
    test_ok(f.n == FIGURES_MAX && !f.overflow, "as many as there may be");
    figures_find(text, 3 * FIGURES_MAX + 3, false, &f);
    test_ok(f.overflow, "and too many");
    figures_find(text, FIGURES_MAX_TEXT + 1, false, &f);
    test_ok(f.n == 0 && f.overflow, "a text that is too long");
    figures_find("12 of 2020 for 5 %", 18, true, &f);
    test_int((long long) f.n, 3, "all numbers");
}


int
main(void)
{
    test_found();
    test_equal();
    test_limits();

    return test_done();
}
