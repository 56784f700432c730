/*
 * The price table: the embedded one, an operator's, wrong ones, and costs to
 * the last micro-USD.
 */

#include <unistd.h>

#include "llm_prices.h"
#include "llm_profile.h"
#include "test.h"


static char  path[] = "/tmp/test_llm_prices.XXXXXX";


static int
load(const char *text)
{
    char   err[256];
    FILE  *fp;

    fp = fopen(path, "w");
    (void) fwrite(text, 1, strlen(text), fp);
    (void) fclose(fp);
    err[0] = '\0';

    if (llm_prices_load(path, err, sizeof(err)) == 0) {
        return 0;
    }

    test_ok(err[0] != '\0', "says why: %s", err);

    return -1;
}


static void
test_found(const char *provider, const char *model, const char *row)
{
    const llm_price_t  *p;

    p = llm_price_find(provider, model);
    test_str(p != NULL ? p->model : NULL, row, "%s %s", provider, model);
}


static void
test_embedded(void)
{
    char                  err[256];
    const llm_price_t    *p;
    const llm_profile_t  *profile;

    test_int(llm_prices_load(NULL, err, sizeof(err)), 0, "the embedded table");

    test_found("openai", "gpt-4o", "gpt-4o");
    test_found("openai", "gpt-4o-2024-08-06", "gpt-4o");
    test_found("openai", "gpt-4o-2024-05-13", "gpt-4o-2024-05-13");
    test_found("openai", "gpt-4o-mini-2024-07-18", "gpt-4o-mini");
    test_found("openai", "GPT-4.1", "gpt-4.1");
    test_found("openai", "gpt-5-latest", "gpt-5");
    test_found("openai", "gpt-4o-realtime-preview", NULL);
    test_found("openai", "gpt-4", NULL);
    test_found("openai", "gpt-5-turbo", NULL);
    test_found("openai", "gpt-5-1", NULL);
    test_found("openai", "", NULL);
    test_found("openrouter", "openai/gpt-4o", "openai/gpt-4o");
    test_found("openrouter", "gpt-4o", NULL);
    test_found("generic", "gpt-4o", NULL);
    test_found("ollama", "llama3.1:70b", "*");

    p = llm_price_find("openai", "gpt-4o");
    test_int(p->input, 2500000, "2.50 USD");
    test_int(p->cached, 1250000, "1.25 USD");
    test_int(p->output, 10000000, "10.00 USD");
    test_int(p->context, 128000, "its context");
    test_int(p->max_output, 16384, "its longest answer");
    test_int((long long) strlen(p->date), 10, "of %s", p->date);

    for (profile = llm_profile_all(); profile->name != NULL; profile++) {
        p = llm_price_find(profile->name, "any-name");
        test_ok((p != NULL && p->input == 0 && p->output == 0)
                == (profile->local != 0), "\"%s\" is %s", profile->name,
                profile->local ? "free" : "not free");
    }
}


static void
test_costs(void)
{
    llm_price_t  p = { .input = 2500000, .cached = 1250000,
                       .output = 10000000 };
    llm_price_t  dear = { .input = INT64_MAX / 2, .output = INT64_MAX / 2 };
    llm_price_t  cheap = { .input = 1, .cached = 1, .output = 1 };

    test_int(llm_cost(&p, 1000000, 0, 0), 2500000, "a million in");
    test_int(llm_cost(&p, 1000000, 400000, 0), 2000000, "a part cached");
    test_int(llm_cost(&p, 0, 0, 1), 10, "one out");
    test_int(llm_cost(&p, 1, 0, 0), 3, "2.5 is 3");
    test_int(llm_cost(&p, 1, 1, 0), 2, "1.25 is 2");
    test_int(llm_cost(&cheap, 1, 0, 0), 1, "a millionth is 1");
    test_int(llm_cost(&cheap, 1000000, 0, 0), 1, "and so is one");
    test_int(llm_cost(&cheap, 0, 0, 0), 0, "nothing costs nothing");
    test_int(llm_cost(&p, -5, -5, -5), 0, "less than nothing, too");
    test_int(llm_cost(&p, 10, 999, 0), 13, "no more is cached than sent");
    test_int(llm_cost(&dear, INT64_MAX, 0, INT64_MAX), INT64_MAX / 4,
             "at most");
}


static void
test_files(void)
{
    size_t  i;

    static const char *const  wrong[] = {
        "", "# nothing\n", "date 2026-01-01\n",
        "a b 1 1 1 0 0\n",                        /* no date */
        "date 2026-1-1\na b 1 1 1 0 0\n",
        "date 2026-01-01\na b 1 1 1 0\n",
        "date 2026-01-01\na b 1 1 1 0 0 0\n",
        "date 2026-01-01\na b -1 1 1 0 0\n",
        "date 2026-01-01\na b 1.5 1 1 0 0\n",
        "date 2026-01-01\na b 1 2 1 0 0\n",       /* cached is dearer */
        "date 2026-01-01\na b 99999999999999999999 1 1 0 0\n",
        "date 2026-01-01\na b 1 1 1 0 0\na c x 1 1 0 0\n"
    };

    test_int(load("# mine\r\ndate 2026-02-03\r\n\r\n"
                  "generic\tmy-model  7 7 7 1000 100 # cheap\r\n"
                  "*  shared*  8 8 8 0 0\n* * 9 9 9 0 0"), 0, "an own table");
    test_found("generic", "my-model", "my-model");
    test_found("openai", "my-model", "*");
    test_found("openai", "shared-model", "shared*");
    test_str(llm_price_find("x", "y")->date, "2026-02-03", "its date");

    for (i = 0; i < test_count(wrong); i++) {
        test_int(load(wrong[i]), -1, "a wrong table %zu", i);
        test_ok(llm_price_find("a", "b") == NULL, "gives no price");
    }
}


int
main(void)
{
    char  err[256];
    int   fd;

    fd = mkstemp(path);
    (void) close(fd);

    test_embedded();
    test_costs();
    test_files();

    (void) unlink(path);
    test_int(llm_prices_load(path, err, sizeof(err)), -1, "no file: %s", err);

    return test_done();
}
