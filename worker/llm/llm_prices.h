/*
 * What a model costs: a dated table of integers, embedded (prices.txt) or a
 * file of the operator's (LLM_PRICES).
 */

#ifndef LLM_PRICES_H
#define LLM_PRICES_H


#include <stddef.h>
#include <stdint.h>


#define LLM_PRICES_MAX       256
#define LLM_PRICES_MAX_FILE  65536

/* Micro-USD per million tokens; sizes in tokens, 0: not known. */
typedef struct {
    char     provider[32];
    char     model[64];
    int64_t  input;
    int64_t  cached;
    int64_t  output;
    int      context;
    int      max_output;
    char     date[11];         /* YYYY-MM-DD of the table */
} llm_price_t;


/*
 * Reads the table: of a file, or with NULL the embedded one.  Returns 0, or
 * -1 with one line of text in err; the table is then empty.
 */
int llm_prices_load(const char *path, char *err, size_t errlen);

/*
 * The row of a model: of that provider or of "*", with the longest name that
 * begins the model's.  NULL: no price is known.
 */
const llm_price_t *llm_price_find(const char *provider, const char *model);

/*
 * The price in micro-USD, rounded up.  cached tokens are part of input;
 * negative counts are 0.  At most INT64_MAX / 4.
 */
int64_t llm_cost(const llm_price_t *price, int64_t input, int64_t cached,
    int64_t output);


#endif /* LLM_PRICES_H */
