/*
 * The perturbation table over real papers: reads the lines of
 * "paperal-extract --full" from standard input, prints the table and the time
 * a quote takes.  Exits with 1 if a limit is passed.  See run.
 */

#include <stdio.h>
#include <time.h>

#include <cjson/cJSON.h>

#include "perturb_run.h"


#define CAMPAIGN_MAX_PAPERS  2000
#define CAMPAIGN_ROUNDS      3


static int  campaign_show;


static paperal_quote_place_e
campaign_place(const char *kind)
{
    if (strcmp(kind, "reference") == 0) {
        return PAPERAL_QUOTE_LEFT_OUT;
    }

    return strcmp(kind, "caption") == 0 || strcmp(kind, "footnote") == 0
           ? PAPERAL_QUOTE_ASIDE : PAPERAL_QUOTE_FLOW;
}


/* The paper of a line; its texts live as long as the process. */
static int
campaign_read(const char *line, perturb_paper_t *paper)
{
    cJSON        *root;
    const cJSON  *list, *item;

    root = cJSON_Parse(line);
    list = cJSON_GetObjectItemCaseSensitive(root, "sentences");

    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) == 0) {
        cJSON_Delete(root);
        return 0;
    }

    paper->sentences = calloc((size_t) cJSON_GetArraySize(list),
                              sizeof(paperal_quote_sentence_t));
    paper->n = 0;

    if (paper->sentences == NULL) {
        abort();
    }

    cJSON_ArrayForEach(item, list) {
        paper->sentences[paper->n].text =
            cJSON_GetObjectItemCaseSensitive(item, "text")->valuestring;
        paper->sentences[paper->n].len =
            strlen(paper->sentences[paper->n].text);
        paper->sentences[paper->n].place = campaign_place(
            cJSON_GetObjectItemCaseSensitive(item, "kind")->valuestring);
        paper->n++;
    }

    return perturb_open(paper);
}


static double
campaign_clock(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);

    return (double) ts.tv_sec + (double) ts.tv_nsec / 1e9;
}


static int
campaign_table(perturb_hint_e hint, const perturb_counts_t counts[])
{
    int                    failed;
    size_t                 k;
    const perturb_kind_t  *kind;

    failed = 0;
    printf("%s:\n", perturb_hint_names[hint]);

    for (k = 0; k < PERTURB_KINDS; k++) {
        kind = &perturb_kinds[k];
        printf("  %-28s tried %6zu  verified %6zu %6.2f %%  approximate %6zu "
               "%6.2f %%  %s\n", kind->name, counts[k].tried,
               counts[k].verified,
               100. * (double) counts[k].verified
               / (double) (counts[k].tried + (counts[k].tried == 0)),
               counts[k].approximate,
               100. * (double) counts[k].approximate
               / (double) (counts[k].tried + (counts[k].tried == 0)),
               perturb_holds(kind, hint, &counts[k]) ? "ok" : "FAILED");
        failed |= !perturb_holds(kind, hint, &counts[k]);
    }

    return failed;
}


/* All papers, CAMPAIGN_ROUNDS times with other random numbers. */
static int
campaign_run(const perturb_paper_t *papers, size_t n, perturb_hint_e hint)
{
    size_t             i, round;
    perturb_t          p;
    perturb_counts_t   counts[PERTURB_KINDS];

    memset(counts, 0, sizeof(counts));
    p.random = 0x9e3779b97f4a7c15ull;

    for (round = 0; round < CAMPAIGN_ROUNDS; round++) {
        for (i = 0; i < n; i++) {
            perturb_run(&papers[i], &papers[(i + 1) % n], &p, hint, counts,
                        campaign_show);
        }
    }

    return campaign_table(hint, counts);
}


/* The time of a quote: every usable sentence of every paper, as it is. */
static void
campaign_speed(const perturb_paper_t *papers, size_t n)
{
    size_t                   i, k, m, quotes, tokens;
    double                   start, spent, slowest, all;
    perturb_words_t          w;
    paperal_quote_result_t   r;

    quotes = 0;
    tokens = 0;
    slowest = 0;
    all = 0;

    for (i = 0; i < n; i++) {
        m = 0;
        start = campaign_clock();

        for (k = 0; k < papers[i].n; k++) {
            if (perturb_is_usable(&papers[i].sentences[k], &w)) {
                (void) paperal_quote_match(papers[i].index,
                                           papers[i].sentences[k].text,
                                           papers[i].sentences[k].len,
                                           PAPERAL_QUOTE_NO_HINT, &r);
                m++;
            }
        }

        spent = campaign_clock() - start;
        all += spent;
        quotes += m;
        tokens += paperal_quote_index_tokens(papers[i].index);

        if (m > 0 && spent / (double) m > slowest) {
            slowest = spent / (double) m;
        }
    }

    printf("%zu papers, %zu tokens: %.1f us a quote, %.1f us in the slowest "
           "paper\n", n, tokens, 1e6 * all / (double) (quotes + (quotes == 0)),
           1e6 * slowest);
}


int
main(int argc, char **argv)
{
    int     failed;
    char   *line;
    size_t  size, n;

    static perturb_paper_t  papers[CAMPAIGN_MAX_PAPERS];

    line = NULL;
    size = 0;
    n = 0;
    campaign_show = argc > 1 ? argv[1][0] - '0' : 1;

    while (n < CAMPAIGN_MAX_PAPERS && getline(&line, &size, stdin) > 0) {
        n += (size_t) campaign_read(line, &papers[n]);
    }

    if (n == 0) {
        fprintf(stderr, "no paper\n");
        return 1;
    }

    failed = campaign_run(papers, n, PERTURB_RIGHT);
    failed |= campaign_run(papers, n, PERTURB_UNNAMED);
    failed |= campaign_run(papers, n, PERTURB_WRONG);
    campaign_speed(papers, n);

    return failed;
}
