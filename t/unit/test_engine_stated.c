/*
 * What papers state in words that are easily missed is not reported as
 * missing, and the score says who has rated and when there is nothing to rate.
 */

#include "test.h"

#include <string.h>

#include "../engine/measure.h"
#include "score.h"


static const char *const  stated[] = {
    "title|Curcuma and the Heart",
    "abstract|In this paper we present an extract for the heart.",
    "results|We found that the extract reduced cell death by 31.5 %.",
    "discussion|The mechanism of the extract is far from clear presently.",
    "discussion|Whether this holds in patients remains to be defined by "
        "controlled studies.",
    "discussion|We need to further investigate the role of oxidants in the "
        "injury.",
    "discussion|The present results could unravel a new therapeutic approach "
        "for heart disease.",
    "acknowledgements|The authors acknowledge the financial assistance from "
        "the Ministry of Forests.",
    "acknowledgements|The tools are under the MIT licence.",
    NULL
};

static const char *const  stated_zh[] = {
    "title|心脏提取物",
    "abstract|本文提出了一种用于心脏的提取物。",
    "results|结果显示，提取物使细胞死亡减少了31.5%。",
    "methods|本文的分析脚本已上传至GitHub平台的项目仓库。",
    NULL
};

/* A result of a model, its verdict and the basis of the readiness. */
#define RATED(verdict, basis)                                                \
    "{\"paper_profile\":{\"claims\":[{\"kind\":\"result\",\"text\":\"It "    \
    "gained 12 % in speed.\",\"basis\":\"paper\",\"verdict\":\"" verdict     \
    "\",\"evidence_ids\":[]}]},\"technical_feasibility\":{\"claims\":[],"    \
    "\"trl\":{\"level\":4,\"range_low\":4,\"range_high\":4,\"basis\":\""    \
    basis "\",\"answers\":[]}}}"


static cJSON *
results_of(const char *const *lines, const char *language)
{
    cJSON          *r;
    paper_t         p;
    paperal_buf_t   full;

    p = (paper_t) {
        .title = strchr(lines[0], '|') + 1, .language = language,
        .type = "original_research", .author = "A", .affiliation = "B",
        .lines = lines
    };
    r = measure_run(&p, NULL, &full)
        ? cJSON_ParseWithLength(full.data, full.len) : NULL;
    paperal_buf_release(&full);

    return r;
}


static bool
has_signal(const cJSON *r, const char *kind)
{
    const cJSON  *item;

    cJSON_ArrayForEach(item, measure_get(measure_get(r,
                                 "intellectual_property", NULL), "signals",
                                         NULL))
    {
        if (strcmp(measure_string(item, "kind"), kind) == 0) {
            return true;
        }
    }

    return false;
}


static void
test_stated(void)
{
    cJSON  *r;

    r = results_of(stated, "en");
    test_ok(measure_names(r, "paper_profile", "limitation", "far from clear"),
            "far from clear is a limit");
    test_ok(measure_names(r, "paper_profile", "limitation",
                          "remains to be defined"),
            "so is what remains to be defined");
    test_ok(measure_names(r, "paper_profile", "future_work",
                          "further investigate"),
            "what has to be investigated is a next step");
    test_ok(measure_names(r, "paper_profile", "application_hint", "unravel"),
            "a new therapeutic approach is a use");
    test_ok(has_signal(r, "funding_obligation"), "assistance is funding");
    cJSON_Delete(r);

    r = results_of(stated_zh, "zh");
    test_ok(has_signal(r, "open_source_release"),
            "scripts on GitHub are code");
    cJSON_Delete(r);
}


/* The reason for the empty list of signals, or "". */
static const char *
signals_reason(const cJSON *r)
{
    const cJSON  *item;

    cJSON_ArrayForEach(item, measure_get(r, "intellectual_property",
                                         "unknowns"))
    {
        if (strcmp(measure_string(item, "field"), "signals") == 0) {
            return measure_string(item, "reason");
        }
    }

    return "";
}


static void
test_property(void)
{
    cJSON       *r;
    const char  *lines[] = { stated[0], stated[1], stated[8], NULL };

    r = results_of(lines, "en");
    test_ok(measure_names(r, "intellectual_property", "licence_name", "MIT"),
            "a licence is named");
    test_ok(strncmp(signals_reason(r), "Only the names", 14) == 0,
            "so it is not said that there is none: %s", signals_reason(r));
    cJSON_Delete(r);

    lines[2] = NULL;
    r = results_of(lines, "en");
    test_ok(strstr(signals_reason(r), "mentions no patent") != NULL,
            "without one it is said");
    cJSON_Delete(r);
}


static cJSON *
rated(const char *json, lexicon_lang_e lang)
{
    cJSON             *r;
    engine_options_t   opt;

    memset(&opt, 0, sizeof(opt));
    r = cJSON_Parse(json);
    score_add(r, &opt, lang);

    return r;
}


static const char *
readiness_reason(const cJSON *r)
{
    return measure_string(measure_get(r, "score", "parts")->child, "reason");
}


static void
test_score(void)
{
    cJSON  *r;

    r = rated(RATED("unsupported", "rubric_llm"), LEXICON_EN);
    test_ok(cJSON_IsNull(measure_get(r, "score", "overall")),
            "no supported claim, no overall score");
    test_ok(cJSON_IsNumber(measure_get(r, "score", "low"))
            && cJSON_IsNumber(measure_get(r, "score", "high")),
            "low and high stay numbers");
    test_ok(strstr(readiness_reason(r), "model") != NULL
            && strstr(readiness_reason(r), "cues") == NULL,
            "a model's readiness is called so: %s", readiness_reason(r));
    cJSON_Delete(r);

    r = rated(RATED("supported", "rubric_llm"), LEXICON_ZH);
    test_ok(strstr(readiness_reason(r), "模型") != NULL,
            "in Chinese, too: %s", readiness_reason(r));
    cJSON_Delete(r);

    r = rated(RATED("supported", "rubric_cues"), LEXICON_EN);
    test_ok(strstr(readiness_reason(r), "cues") != NULL,
            "cues are cues: %s", readiness_reason(r));
    cJSON_Delete(r);
}


int
main(void)
{
    test_stated();
    test_property();
    test_score();

    return test_done();
}
