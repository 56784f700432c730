/*
 * See llm_prices.h.  The table is read whole or not at all: a row that is
 * wrong might be the one that a budget hangs on.
 */

#include "llm_prices.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sql_files.h"


#define LLM_PRICES_FIELDS     7
#define LLM_PRICES_MAX_PRICE  1000000000000LL   /* a USD a token */
#define LLM_PRICES_MAX_COST   (INT64_MAX / 4)


static int prices_read(const char *path, char *text, size_t size, char *err,
    size_t errlen);
static int prices_line(char *line, char date[11]);
static int prices_date(const char *s);
static int prices_row(char **field, const char *date, llm_price_t *row);
static int prices_number(const char *s, int64_t max, int64_t *n);
static int prices_matches(const llm_price_t *row, const char *provider,
    const char *model);
static int prices_is_version(const char *s);


static llm_price_t  prices_rows[LLM_PRICES_MAX];
static size_t       prices_n;


int
llm_prices_load(const char *path, char *err, size_t errlen)
{
    int    number;
    char   date[11];
    char  *text, *line, *next;

    prices_n = 0;
    date[0] = '\0';

    text = malloc(LLM_PRICES_MAX_FILE);
    if (text == NULL) {
        abort();
    }

    if (prices_read(path, text, LLM_PRICES_MAX_FILE, err, errlen) != 0) {
        free(text);
        return -1;
    }

    number = 1;

    for (line = text; line != NULL; line = next) {
        next = strchr(line, '\n');

        if (next != NULL) {
            *next++ = '\0';
        }

        if (prices_line(line, date) != 0) {
            snprintf(err, errlen, "line %d of the price table is wrong",
                     number);
            prices_n = 0;
            break;
        }

        number++;
    }

    free(text);

    return prices_n == 0 ? -1 : 0;
}


static int
prices_read(const char *path, char *text, size_t size, char *err,
    size_t errlen)
{
    int      failed;
    FILE    *fp;
    size_t   len;

    if (path == NULL) {
        snprintf(text, size, "%s", paperal_prices[0].text);
        return 0;
    }

    fp = fopen(path, "re");
    if (fp == NULL) {
        snprintf(err, errlen, "the price table \"%.128s\" cannot be opened:"
                 " %s", path, strerror(errno));
        return -1;
    }

    len = fread(text, 1, size, fp);
    failed = ferror(fp);
    (void) fclose(fp);

    if (failed || len == size || memchr(text, '\0', len) != NULL) {
        snprintf(err, errlen, "the price table is no text of less than %zu"
                 " bytes", size);
        return -1;
    }

    text[len] = '\0';
    snprintf(err, errlen, "the price table has no rows");

    return 0;
}


/* A comment, "date YYYY-MM-DD", or a row. */
static int
prices_line(char *line, char date[11])
{
    char    *word;
    char    *field[LLM_PRICES_FIELDS + 1];
    size_t   n;

    line[strcspn(line, "#\r")] = '\0';
    n = 0;

    while (line != NULL && n <= LLM_PRICES_FIELDS) {
        word = strsep(&line, " \t");

        if (word[0] != '\0') {
            field[n++] = word;
        }
    }

    if (n == 0) {
        return 0;
    }

    if (n == 2 && strcmp(field[0], "date") == 0 && prices_date(field[1])) {
        memcpy(date, field[1], 11);
        return 0;
    }

    if (n != LLM_PRICES_FIELDS || date[0] == '\0'
        || prices_n == LLM_PRICES_MAX)
    {
        return -1;
    }

    return prices_row(field, date, &prices_rows[prices_n++]);
}


static int
prices_date(const char *s)
{
    size_t  i;

    for (i = 0; i < 10; i++) {
        if (i == 4 || i == 7 ? s[i] != '-' : s[i] < '0' || s[i] > '9') {
            return 0;
        }
    }

    return s[10] == '\0';
}


static int
prices_row(char **field, const char *date, llm_price_t *row)
{
    int64_t  context, output;

    memset(row, 0, sizeof(llm_price_t));

    if (strlen(field[0]) >= sizeof(row->provider)
        || strlen(field[1]) >= sizeof(row->model))
    {
        return -1;
    }

    memcpy(row->provider, field[0], strlen(field[0]));
    memcpy(row->model, field[1], strlen(field[1]));
    memcpy(row->date, date, sizeof(row->date));

    if (prices_number(field[2], LLM_PRICES_MAX_PRICE, &row->input) != 0
        || prices_number(field[3], LLM_PRICES_MAX_PRICE, &row->cached) != 0
        || prices_number(field[4], LLM_PRICES_MAX_PRICE, &row->output) != 0
        || prices_number(field[5], 100000000, &context) != 0
        || prices_number(field[6], 100000000, &output) != 0
        || row->cached > row->input)
    {
        return -1;
    }

    row->context = (int) context;
    row->max_output = (int) output;

    return 0;
}


static int
prices_number(const char *s, int64_t max, int64_t *n)
{
    char  *end;

    if (*s < '0' || *s > '9') {
        return -1;
    }

    errno = 0;
    *n = strtoll(s, &end, 10);

    return errno != 0 || *end != '\0' || *n > max ? -1 : 0;
}


const llm_price_t *
llm_price_find(const char *provider, const char *model)
{
    size_t              i;
    const llm_price_t  *row, *best;

    best = NULL;

    for (i = 0; i < prices_n; i++) {
        row = &prices_rows[i];

        if (prices_matches(row, provider, model)
            && (best == NULL || strlen(row->model) > strlen(best->model)))
        {
            best = row;
        }
    }

    return best;
}


/*
 * "gpt-4o" is the price of "gpt-4o-2024-08-06", but "gpt-5" is not that of
 * "gpt-5-pro": behind a name may stand only what dates it, unless the row
 * ends with an asterisk.
 */
static int
prices_matches(const llm_price_t *row, const char *provider,
    const char *model)
{
    size_t  len;

    if (strcasecmp(row->provider, provider) != 0
        && strcmp(row->provider, "*") != 0)
    {
        return 0;
    }

    len = strlen(row->model);

    if (row->model[len - 1] == '*') {
        return strncasecmp(row->model, model, len - 1) == 0;
    }

    return strncasecmp(row->model, model, len) == 0
           && (model[len] == '\0' || prices_is_version(model + len));
}


/* "-2024-08-06", "-0613", "-latest" */
static int
prices_is_version(const char *s)
{
    size_t  len;

    if (strcmp(s, "-latest") == 0) {
        return 1;
    }

    len = strspn(s, "-0123456789");

    return s[0] == '-' && s[len] == '\0' && len >= 5;
}


int64_t
llm_cost(const llm_price_t *price, int64_t input, int64_t cached,
    int64_t output)
{
    __int128  cost;

    input = input < 0 ? 0 : input;
    output = output < 0 ? 0 : output;
    cached = cached < 0 ? 0 : cached > input ? input : cached;

    cost = (__int128) (input - cached) * price->input
           + (__int128) cached * price->cached
           + (__int128) output * price->output;
    cost = (cost + 999999) / 1000000;

    return cost > LLM_PRICES_MAX_COST ? LLM_PRICES_MAX_COST : (int64_t) cost;
}
