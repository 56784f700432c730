/*
 * Prints the table of planted facts for N papers in each language:
 *
 *     campaign [N]
 *
 * and how long all stages take for a document of paperal-extract:
 *
 *     campaign -t FILE
 */

#include "measure.h"

#include <time.h>


#define CAMPAIGN_RUNS  21


static int campaign_time(const char *path);
static int campaign_compare(const void *a, const void *b);


int
main(int argc, char **argv)
{
    int        zh, odd;
    unsigned   seed, n;
    plant_t   *g;
    measure_t  m;

    if (argc == 3 && strcmp(argv[1], "-t") == 0) {
        return campaign_time(argv[2]);
    }

    n = argc > 1 ? (unsigned) strtoul(argv[1], NULL, 10) : 200;
    g = malloc(sizeof(plant_t));

    if (g == NULL) {
        return 1;
    }

    for (odd = 0; odd < 2; odd++) {
        for (zh = 0; zh < 2; zh++) {
            memset(&m, 0, sizeof(m));

            for (seed = 0; seed < n; seed++) {
                plant_make(g, seed, zh, odd);
                measure_paper(g, &m);
            }

            printf("%u papers in %s%s\n", m.papers,
                   zh ? "Chinese" : "English",
                   odd ? ", in unusual words" : "");
            measure_print(&m, "  ");
        }
    }

    free(g);

    return 0;
}


static int
campaign_time(const char *path)
{
    int                i;
    char               err[256];
    FILE              *f;
    long               ms[CAMPAIGN_RUNS];
    ssize_t            len;
    size_t             size;
    char              *line;
    paperal_buf_t      full, brief;
    struct timespec    from, to;
    engine_options_t   opt;

    line = NULL;
    size = 0;
    f = fopen(path, "r");
    len = f == NULL ? -1 : getline(&line, &size, f);

    if (len <= 0) {
        fprintf(stderr, "campaign: cannot read %s\n", path);
        return 1;
    }

    memset(&opt, 0, sizeof(opt));

    for (i = 0; i < CAMPAIGN_RUNS; i++) {
        paperal_buf_init(&full, ENGINE_MAX_RESULTS);
        paperal_buf_init(&brief, ENGINE_MAX_RESULTS);
        clock_gettime(CLOCK_MONOTONIC, &from);

        if (engine_analyze_document(line, (size_t) len, &opt, &full, &brief,
                                    err, sizeof(err)) != 0)
        {
            fprintf(stderr, "campaign: %s: %s\n", path, err);
            return 1;
        }

        clock_gettime(CLOCK_MONOTONIC, &to);
        ms[i] = (to.tv_sec - from.tv_sec) * 1000
                + (to.tv_nsec - from.tv_nsec) / 1000000;
        paperal_buf_release(&full);
        paperal_buf_release(&brief);
    }

    /* the first run also reads the lexicons */

    printf("all stages, first run %ld ms", ms[0]);
    qsort(ms, CAMPAIGN_RUNS, sizeof(long), campaign_compare);
    printf(", median of %d %ld ms\n", CAMPAIGN_RUNS, ms[CAMPAIGN_RUNS / 2]);
    fclose(f);
    free(line);

    return 0;
}


static int
campaign_compare(const void *a, const void *b)
{
    const long  *x, *y;

    x = a;
    y = b;

    return *x < *y ? -1 : *x > *y;
}
