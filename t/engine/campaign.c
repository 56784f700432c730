/*
 * Prints the table of planted facts for N papers in each language:
 *
 *     campaign [N]
 */

#include "measure.h"


int
main(int argc, char **argv)
{
    int        zh, odd;
    unsigned   seed, n;
    plant_t   *g;
    measure_t  m;

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
