/*
 * What people add to a paper: answers end questions, sources state market
 * figures, and neither moves a verdict, the readiness or the score.
 */

#include "test.h"

#include "sources.h"
#include "../engine/measure.h"


#define MARKET  "Which market figures, with source and date, do you rely on?"


static const char *const  lines[] = {
    "title|Fast Detection of Leaf Rust with a Hand-Held Sensor",
    "abstract|In this paper we present a hand-held sensor for leaf rust.",
    "abstract|Our results show that rust on crops is found with an accuracy "
        "of 93.5 %.",
    "discussion|Our sensor can be used for monitoring of crops by farmers in "
        "agriculture.",
    "conclusion|We have shown that farmers find leaf rust with the sensor.",
    NULL
};

static const paper_t  wheat = {
    .title = "Fast Detection of Leaf Rust with a Hand-Held Sensor",
    .language = "en", .type = "original_research", .author = "Ann Author",
    .affiliation = "Small College", .lines = lines
};

/* Sources and what they make of the market of "agriculture". */
static const struct {
    const char  *what;
    const char  *sources;
    const char  *size;
    const char  *growth;
    const char  *from;
} markets[] = {
    { "no source, no figure", "[]", NULL, NULL, NULL },
    { "an answer with a sum",
      "[{\"title\":\"Ann Author\",\"date\":\"2026-01-02\",\"quote\":\"We "
      "asked around. The sensors sell for 2.5 billion USD a year.\","
      "\"question\":\"" MARKET "\"}]",
      "The sensors sell for 2.5 billion USD a year.", NULL,
      "Ann Author, 2026-01-02" },
    { "an answer in Chinese to the question in Chinese",
      "[{\"quote\":\"市场规模为12亿元，年均增长8%。\",\"question\":"
      "\"你们依据哪些市场数据？请注明来源和日期。\"}]",
      "市场规模为12亿元，年均增长8%。", "市场规模为12亿元，年均增长8%。",
      "A source without title, address and date" },
    { "a source that names the application",
      "[{\"title\":\"Report\",\"url\":\"https://example.org/r\",\"quote\":"
      "\"Crop sensors are liked. The market for crops grows by 7 % a year "
      "to $ 3 billion.\"}]",
      "The market for crops grows by 7 % a year to $ 3 billion.",
      "The market for crops grows by 7 % a year to $ 3 billion.",
      "Report, https://example.org/r" },
    { "a source about something else",
      "[{\"title\":\"Toys\",\"quote\":\"Toys sell for $ 3 billion.\"}]",
      NULL, NULL, NULL },
    { "an answer to another question",
      "[{\"quote\":\"Crops sell for $ 3 billion.\",\"question\":\"What could "
      "make this fail technically, legally or in the market?\"}]",
      NULL, NULL, NULL },
    { "a source without a figure",
      "[{\"title\":\"Report\",\"quote\":\"The market for crops is huge, and "
      "12 of 30 farmers like it.\"}]", NULL, NULL, NULL },
    { "a rate alone",
      "[{\"title\":\"Crops\",\"quote\":\"Demand has a CAGR of 7.1 %.\"}]",
      NULL, "Demand has a CAGR of 7.1 %.", "Crops" },
    { "no array", "{\"quote\":\"Crops sell for $ 3 billion.\"}", NULL, NULL,
      NULL },
    { "what is no source",
      "[1, null, {\"quote\":5}, {\"title\":\"Crops\"}, {\"quote\":\"\"}]",
      NULL, NULL, NULL }
};


static cJSON *
analyze(const char *sources)
{
    cJSON             *array, *r;
    paperal_buf_t      full;
    engine_options_t   opt;

    memset(&opt, 0, sizeof(opt));
    array = sources == NULL ? NULL : cJSON_Parse(sources);
    opt.sources = array;
    r = measure_run(&wheat, &opt, &full)
        ? cJSON_ParseWithLength(full.data, full.len) : NULL;
    cJSON_Delete(array);
    paperal_buf_release(&full);

    return r;
}


static const char *
null_string(const cJSON *o, const char *key)
{
    o = measure_get(o, key, NULL);

    return cJSON_IsString(o) ? o->valuestring : NULL;
}


static bool
asked(const cJSON *r, const char *section, const char *question)
{
    const cJSON  *item;

    cJSON_ArrayForEach(item, measure_get(r, section, "questions")) {
        if (strcmp(item->valuestring, question) == 0) {
            return true;
        }
    }

    return false;
}


static void
test_markets(void)
{
    cJSON        *r;
    size_t        i;
    const char   *what;
    const cJSON  *item;

    for (i = 0; i < test_count(markets); i++) {
        what = markets[i].what;
        r = analyze(markets[i].sources);
        item = measure_get(r, "market_opportunities",
                           "potential_applications")->child;
        test_str(null_string(item, "sector"), "agriculture", "%s", what);
        test_str(null_string(item, "market_size"), markets[i].size,
                 "%s: size", what);
        test_str(null_string(item, "growth_rate"), markets[i].growth,
                 "%s: growth", what);
        test_str(null_string(item, "market_source"), markets[i].from,
                 "%s: source", what);
        test_str(null_string(item, "market_size_basis"),
                 markets[i].from == NULL ? "not_estimated" : "user_source",
                 "%s: basis", what);
        cJSON_Delete(r);
    }
}


static void
test_answers(void)
{
    char         *x, *y;
    cJSON        *r, *s;
    const cJSON  *item;
    const char   *reason;

    static const char  question[] =
        "Under which conditions does it fail or has it not been tested?";

    r = analyze(NULL);
    test_ok(asked(r, "paper_profile", question)
            && asked(r, "technical_feasibility", question)
            && asked(r, "risks", question), "asks for limits");
    s = analyze("[{\"title\":\"Ann Author\",\"date\":\"2026-01-02\","
                "\"quote\":\"It fails in rain.\",\"question\":\"Under which "
                "conditions does it fail or has it not been tested?\"}]");
    test_ok(!asked(s, "paper_profile", question)
            && !asked(s, "technical_feasibility", question)
            && !asked(s, "risks", question), "but not once it is answered");
    reason = NULL;

    cJSON_ArrayForEach(item, measure_get(s, "paper_profile", "unknowns")) {
        if (strcmp(measure_string(item, "field"), "limitation") == 0) {
            reason = measure_string(item, "reason");
        }
    }

    test_ok(reason != NULL
            && strstr(reason, "A person answered: It fails in rain. \xe2\x80"
                      "\x94 Ann Author, 2026-01-02") != NULL,
            "the answer stands where the paper is silent");
    x = cJSON_PrintUnformatted(measure_get(r, "score", NULL));
    y = cJSON_PrintUnformatted(measure_get(s, "score", NULL));
    test_str(y, x, "and moves no score");
    cJSON_free(x);
    cJSON_free(y);
    cJSON_Delete(r);
    cJSON_Delete(s);
}


/* Order and id do not enter the hash, the contents do. */
static void
test_hash(void)
{
    int               i;
    char              hex[5][65], err[256];
    cJSON            *array;
    document_t       *doc;
    paperal_buf_t     json;
    engine_options_t  opt;

    static const char *const  sources[] = {
        NULL, "[]",
        "[{\"id\":\"1\",\"quote\":\"a\"},{\"id\":\"2\",\"quote\":\"b\"}]",
        "[{\"id\":\"9\",\"quote\":\"b\"},{\"id\":\"8\",\"quote\":\"a\"}]",
        "[{\"id\":\"1\",\"quote\":\"a\"},{\"id\":\"2\",\"quote\":\"c\"}]"
    };

    paper_write(&wheat, &json);
    doc = document_parse(json.data, json.len, err, sizeof(err));

    for (i = 0; i < 5; i++) {
        memset(&opt, 0, sizeof(opt));
        array = sources[i] == NULL ? NULL : cJSON_Parse(sources[i]);
        opt.sources = array;
        test_int(engine_input_sha256(doc, &opt, "risks", NULL, hex[i]), 0,
                 "hash %d", i);
        cJSON_Delete(array);
    }

    test_str(hex[1], hex[0], "no source is no source");
    test_ok(strcmp(hex[2], hex[0]) != 0, "a source matters");
    test_str(hex[3], hex[2], "its place and its id do not");
    test_ok(strcmp(hex[4], hex[2]) != 0, "its words do");
    document_free(doc);
    paperal_buf_release(&json);
}


static void
test_weights(void)
{
    int                i;
    cJSON             *r;
    paperal_buf_t      full;
    const cJSON       *score;
    engine_options_t   opt;

    memset(&opt, 0, sizeof(opt));

    for (i = 0; i < ENGINE_PARTS; i++) {
        opt.weight_set[i] = true;
    }

    opt.weight[ENGINE_PARTS - 1] = 10;
    test_ok(measure_run(&wheat, &opt, &full), "only the penalty has weight");
    r = cJSON_ParseWithLength(full.data, full.len);
    score = measure_get(r, "score", NULL);
    test_ok(cJSON_IsNull(measure_get(score, "overall", NULL))
            && cJSON_IsNull(measure_get(score, "low", NULL))
            && cJSON_IsNull(measure_get(score, "high", NULL)),
            "then there is no score");
    test_str(null_string(measure_get(score, "parts", NULL)->child, "reason"),
             "Every weight but the penalty's is zero, so there is no score.",
             "and the reason says so");
    cJSON_Delete(r);
    paperal_buf_release(&full);
}


int
main(void)
{
    test_markets();
    test_answers();
    test_hash();
    test_weights();

    return test_done();
}
