/*
 * The plans, see plan.h.
 *
 * Tokens of an answer and what an analysis costs: typical_output_tokens is
 * the middle of what such an answer needs, max_output_tokens what is reserved
 * for it.  An input is the system's text (1,000 tokens), the task (200 to
 * 600, of "quick" 600 to 1,000), the schema (150 to 400, of "quick" 330 to
 * 1,220) and, where "paper" is set, the paper (10,000, middle of 300 papers).
 * For a model at 0.40 USD a million tokens of input, 0.10 of cached and 1.60
 * of output, that is typically
 *
 *     quick     4 calls    44,000 in (22,000 cached)   14,300 out   0.03 USD
 *     standard  11 calls  115,000 in (88,000 cached)   17,900 out   0.05 USD
 *     deep      20 calls  236,000 in (187,000 cached)  33,600 out   0.09 USD
 */

#include "plan.h"

#include <string.h>

#include "engine.h"


#define PLAN_PROFILE      (1u << ENGINE_PROFILE)
#define PLAN_FEASIBILITY  (1u << ENGINE_FEASIBILITY)
#define PLAN_MARKET       (1u << ENGINE_MARKET)
#define PLAN_COMPETITION  (1u << ENGINE_COMPETITION)
#define PLAN_PROPERTY     (1u << ENGINE_PROPERTY)
#define PLAN_BUSINESS     (1u << ENGINE_BUSINESS)
#define PLAN_PATH         (1u << ENGINE_PATH)
#define PLAN_RESOURCES    (1u << ENGINE_RESOURCES)
#define PLAN_RISKS        (1u << ENGINE_RISKS)
#define PLAN_SWOT         (1u << ENGINE_SWOT)
#define PLAN_SUMMARY      (1u << ENGINE_SUMMARY)

/* the stages that read the paper */
#define PLAN_READING      ((1u << ENGINE_SWOT) - 1)


/* name, stages, needs, paper, review, most and typical tokens of an answer */

static const plan_call_t  plan_quick[] = {
    { "profile_and_feasibility", PLAN_PROFILE|PLAN_FEASIBILITY,
      0, 1, 0, 9000, 4200 },
    { "market_and_property", PLAN_MARKET|PLAN_COMPETITION|PLAN_PROPERTY,
      PLAN_PROFILE, 1, 0, 8000, 3600 },
    { "way_and_risks",
      PLAN_BUSINESS|PLAN_PATH|PLAN_RESOURCES|PLAN_RISKS,
      PLAN_PROFILE, 1, 0, 10000, 4600 },
    { "swot_and_summary", PLAN_SWOT|PLAN_SUMMARY,
      PLAN_READING, 0, 0, 4500, 1900 }
};


#define PLAN_ALL_STAGES                                                       \
    { "paper_profile", PLAN_PROFILE, 0, 1, 0, 5000, 2400 },                   \
    { "technical_feasibility", PLAN_FEASIBILITY,                              \
      PLAN_PROFILE, 1, 0, 5000, 2200 },                                       \
    { "market_opportunities", PLAN_MARKET, PLAN_PROFILE, 1, 0, 4500, 1900 },  \
    { "competition", PLAN_COMPETITION, PLAN_PROFILE, 1, 0, 4000, 1500 },      \
    { "intellectual_property", PLAN_PROPERTY,                                 \
      PLAN_PROFILE, 1, 0, 4000, 1300 },                                       \
    { "business_model", PLAN_BUSINESS, PLAN_PROFILE, 1, 0, 4000, 1400 },      \
    { "implementation_path", PLAN_PATH, PLAN_PROFILE, 1, 0, 4500, 1700 },     \
    { "resource_requirements", PLAN_RESOURCES,                                \
      PLAN_PROFILE, 1, 0, 4500, 1500 },                                       \
    { "risks", PLAN_RISKS, PLAN_PROFILE, 1, 0, 4500, 1800 }


#define PLAN_SYNTHESES                                                        \
    { "swot", PLAN_SWOT, PLAN_READING, 0, 0, 3500, 1200 },                    \
    { "executive_summary", PLAN_SUMMARY,                                      \
      PLAN_READING|PLAN_SWOT, 0, 0, 3000, 1000 }


static const plan_call_t  plan_standard[] = {
    PLAN_ALL_STAGES,
    PLAN_SYNTHESES
};

static const plan_call_t  plan_deep[] = {
    PLAN_ALL_STAGES,
    { "paper_profile.review", PLAN_PROFILE, PLAN_PROFILE, 1, 1, 5000, 2400 },
    { "technical_feasibility.review", PLAN_FEASIBILITY,
      PLAN_FEASIBILITY, 1, 1, 5000, 2200 },
    { "market_opportunities.review", PLAN_MARKET,
      PLAN_MARKET, 1, 1, 4500, 1900 },
    { "competition.review", PLAN_COMPETITION,
      PLAN_COMPETITION, 1, 1, 4000, 1500 },
    { "intellectual_property.review", PLAN_PROPERTY,
      PLAN_PROPERTY, 1, 1, 4000, 1300 },
    { "business_model.review", PLAN_BUSINESS,
      PLAN_BUSINESS, 1, 1, 4000, 1400 },
    { "implementation_path.review", PLAN_PATH, PLAN_PATH, 1, 1, 4500, 1700 },
    { "resource_requirements.review", PLAN_RESOURCES,
      PLAN_RESOURCES, 1, 1, 4500, 1500 },
    { "risks.review", PLAN_RISKS, PLAN_RISKS, 1, 1, 4500, 1800 },
    PLAN_SYNTHESES
};

#define plan_count(calls)  (sizeof(calls) / sizeof(calls[0]))

static const plan_t  plans[] = {
    { "quick", plan_count(plan_quick), plan_quick },
    { "standard", plan_count(plan_standard), plan_standard },
    { "deep", plan_count(plan_deep), plan_deep },
    { NULL, 0, NULL }
};


const plan_t *
plan_find(const char *type)
{
    const plan_t  *p;

    for (p = plans; p->type != NULL; p++) {
        if (strcmp(p->type, type) == 0) {
            return p;
        }
    }

    return NULL;
}


const plan_t *
plan_all(void)
{
    return plans;
}


int
plan_is_last(const plan_t *plan, size_t call, int stage)
{
    size_t  i;

    for (i = call + 1; i < plan->n; i++) {
        if (plan->calls[i].stages & (1u << stage)) {
            return 0;
        }
    }

    return 1;
}
