/*
 * The time that the quote matcher takes for a quote of a paper of about
 * 10,000 tokens: for sentences as they are, for such with an ellipsis, with a
 * word left out, with a digit altered (nothing is found then, which takes
 * longest).  Prints "<tokens> <us> <us> <us> <us>".  Called by bench.py.
 */

#include <time.h>

#include "../quotes/papers.h"


#define QUOTES_ROUNDS  20


static double
quotes_time(papers_t *p, perturb_pt change)
{
    size_t                           i, n, round;
    double                           spent;
    perturb_t                        quote;
    perturb_words_t                  w;
    struct timespec                  from, to;
    paperal_quote_result_t           r;
    const paperal_quote_sentence_t  *s;

    quote.random = 42;
    spent = 0;
    n = 0;

    for (round = 0; round < QUOTES_ROUNDS; round++) {
        for (i = 0; i < p->paper.n; i++) {
            s = &p->sentences[i];
            quote.len = 0;

            if (!perturb_is_usable(s, &w) || !change(&quote, s->text, &w)) {
                continue;
            }

            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
            (void) paperal_quote_match(p->paper.index, quote.text, quote.len,
                                       PAPERAL_QUOTE_NO_HINT, &r);
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
            spent += (double) (to.tv_sec - from.tv_sec) * 1e6
                     + (double) (to.tv_nsec - from.tv_nsec) / 1e3;
            n++;
        }
    }

    return n == 0 ? 0 : spent / (double) n;
}


int
main(void)
{
    papers_t  *p;

    p = calloc(1, sizeof(papers_t));

    if (p == NULL || !papers_make(p, 0, 0)) {
        return 1;
    }

    printf("%zu %.1f %.1f %.1f %.1f\n",
           paperal_quote_index_tokens(p->paper.index),
           quotes_time(p, perturb_exact), quotes_time(p, perturb_spliced),
           quotes_time(p, perturb_one_word), quotes_time(p, perturb_digit));
    perturb_close(&p->paper);
    free(p);

    return 0;
}
