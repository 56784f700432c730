/*
 * The perturbation table over real papers: reads the lines of
 * "paperal-extract --full" from standard input, prints the table and the time
 * a quote takes.  Exits with 1 if a limit is passed.  See run.
 */

#include <stdio.h>
#include <time.h>

#include <cjson/cJSON.h>

#include "perturb.h"


#define CAMPAIGN_MAX_PAPERS  2000


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

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (double) ts.tv_sec + (double) ts.tv_nsec / 1e9;
}


static int
campaign_table(const perturb_counts_t counts[])
{
    int                    failed;
    size_t                 k;
    const perturb_kind_t  *kind;

    failed = 0;

    for (k = 0; k < PERTURB_KINDS; k++) {
        kind = &perturb_kinds[k];
        printf("%-28s tried %6zu  verified %6zu %6.2f %%  approximate %6zu "
               "%6.2f %%  %s\n", kind->name, counts[k].tried,
               counts[k].verified,
               100. * (double) counts[k].verified
               / (double) (counts[k].tried + (counts[k].tried == 0)),
               counts[k].approximate,
               100. * (double) counts[k].approximate
               / (double) (counts[k].tried + (counts[k].tried == 0)),
               perturb_holds(kind, &counts[k]) ? "ok" : "FAILED");
        failed |= !perturb_holds(kind, &counts[k]);
    }

    return failed;
}


int
main(int argc, char **argv)
{
    char              *line;
    double             start, spent, slowest;
    size_t             size, n, i, k, quotes, tokens;
    perturb_t          p;
    perturb_counts_t   counts[PERTURB_KINDS], before, *c;

    static perturb_paper_t  papers[CAMPAIGN_MAX_PAPERS];

    line = NULL;
    size = 0;
    n = 0;
    tokens = 0;
    campaign_show = argc > 1 ? argv[1][0] - '0' : 1;
    memset(counts, 0, sizeof(counts));
    p.random = 0x9e3779b97f4a7c15ull;

    while (n < CAMPAIGN_MAX_PAPERS && getline(&line, &size, stdin) > 0) {
        n += (size_t) campaign_read(line, &papers[n]);
    }

    quotes = 0;
    slowest = 0;
    spent = 0;

    for (i = 0; i < n; i++) {
        tokens += paperal_quote_index_tokens(papers[i].index);
        memcpy(&before, &counts[0], sizeof(before));
        start = campaign_clock();
        perturb_run(&papers[i], &papers[(i + 1) % n], &p, counts,
                    campaign_show);
        start = campaign_clock() - start;
        spent += start;

        c = &counts[0];
        k = c->tried - before.tried;

        if (k > 0 && start / (double) (k * PERTURB_KINDS) > slowest) {
            slowest = start / (double) (k * PERTURB_KINDS);
        }
    }

    for (k = 0; k < PERTURB_KINDS; k++) {
        quotes += counts[k].tried;
    }

    printf("%zu papers, %zu tokens, %zu quotes; %.2f us a quote with making "
           "it, %.2f us in the slowest paper\n", n, tokens, quotes,
           1e6 * spent / (double) (quotes + (quotes == 0)), 1e6 * slowest);

    return campaign_table(counts) || n == 0;
}
