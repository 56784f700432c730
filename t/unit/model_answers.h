/*
 * A paper and what a model might answer about it, for the tests of the
 * adapter.  The answers are honest unless a test changes them.
 */

#ifndef MODEL_ANSWERS_H
#define MODEL_ANSWERS_H


#include "engine_paper.h"


static const char *const  answers_lines[] = {
    "title|A Hand-Held Sensor for Leaf Rust",
    "abstract|We present a hand-held sensor that finds leaf rust in wheat.",
    "abstract|The sensor found leaf rust with an accuracy of 93.5 % on 240 "
        "leaves.",
    "introduction|The market for crop sensors was worth 1.2 billion dollars "
        "in 2020 and grows by 8 % a year.",
    "introduction|Our colleagues tested a prototype of such a sensor in the "
        "field with farmers.",
    "methods|We calibrated the sensor head with two hundred wheat leaves.",
    "methods|The laser diode of the sensor head was bought from one supplier.",
    "results|The sensor head outperforms the NDVI baseline by 12.3 % on all "
        "benchmark data sets.",
    "results|The prototype was tested with farmers in a field of 3 hectares.",
    "results|We did not test whether the sensor works in the rain.",
    "results|The sensor could be deployed at all farms of the region in the "
        "future.",
    "discussion|A limitation of this study is the small number of wheat "
        "varieties.",
    "conclusion|We have shown that a hand-held sensor finds leaf rust.",
    "conclusion|Our sensor can be used for the monitoring of wheat by "
        "farmers.",
    "funding|A patent application on the sensor head has been filed.",
    NULL
};

static const paper_t  answers_paper = {
    .title = "A Hand-Held Sensor for Leaf Rust", .language = "en",
    .type = "original_research", .author = "Jane Example",
    .affiliation = "University of Examples", .lines = answers_lines
};


#define Q(sid, quote)  "{\"sid\": \"" sid "\", \"quote\": \"" quote "\"}"
#define CLAIM(kind, text, basis, quotes)                                      \
    "{\"kind\": \"" kind "\", \"text\": \"" text "\", \"basis\": \"" basis    \
    "\", \"confidence\": \"high\", \"evidence\": [" quotes "]}"

#define QUOTE_FINDS  Q("s0002", "We present a hand-held sensor that finds "   \
                       "leaf rust in wheat.")
#define QUOTE_93     Q("s0003", "found leaf rust with an accuracy of 93.5 "   \
                       "% on 240 leaves")
#define QUOTE_12     Q("s0008", "outperforms the NDVI baseline by 12.3 % on " \
                       "all benchmark data sets")
#define QUOTE_MARKET Q("s0004", "The market for crop sensors was worth 1.2 "  \
                       "billion dollars in 2020 and grows by 8 % a year")
#define QUOTE_FIELD  Q("s0009", "The prototype was tested with farmers in a " \
                       "field of 3 hectares")
#define QUOTE_LIMIT  Q("s0012", "the small number of wheat varieties")
#define QUOTE_FALSE  Q("s0003", "found leaf rust with an accuracy of 99.5 "   \
                       "% on 240 leaves")


static const char *const  answers_good[11] = {
    /* paper_profile */
    "{\"problem\": \"Leaf rust is found late.\", \"contribution\": "
    "\"A sensor that a farmer can hold.\", \"article_type\": "
    "\"original_research\", \"fields\": [\"agriculture\", \"optics\"], "
    "\"claims\": ["
    CLAIM("result", "The sensor is right in 93.5 % of cases.", "paper",
          QUOTE_93) ", "
    CLAIM("comparison_to_prior_art", "It beats NDVI by 12.3 percent.",
          "paper", QUOTE_12) ", "
    CLAIM("limitation", "Few varieties of wheat were tried.", "paper",
          QUOTE_LIMIT) ", "
    CLAIM("novelty", "It is new.", "external", "") "]}",

    /* technical_feasibility */
    "{\"unit_of_assessment\": \"the sensor head\", \"trl_answers\": ["
    "{\"criterion_id\": \"trl1.principle\", \"answer\": \"yes\", \"reason\":"
    " \"It is shown.\", \"evidence\": [" Q("s0013", "We have shown that a "
    "hand-held sensor finds leaf rust.") "]}, "
    "{\"criterion_id\": \"trl2.application\", \"answer\": \"yes\", "
    "\"reason\": \"A use is named.\", \"evidence\": [" Q("s0014",
    "Our sensor can be used for the monitoring of wheat by farmers.") "]}, "
    "{\"criterion_id\": \"trl3.poc\", \"answer\": \"yes\", \"reason\": "
    "\"A value.\", \"evidence\": [" QUOTE_93 "]}, "
    "{\"criterion_id\": \"trl4.lab\", \"answer\": \"yes\", \"reason\": "
    "\"A baseline.\", \"evidence\": [" QUOTE_12 "]}, "
    "{\"criterion_id\": \"trl5.relevant\", \"answer\": \"unclear\", "
    "\"reason\": \"Not said.\", \"evidence\": []}, "
    "{\"criterion_id\": \"trl9.in_use\", \"answer\": \"unclear\", "
    "\"reason\": \"\", \"evidence\": []}], \"claims\": ["
    CLAIM("strength", "It beats the baseline.", "paper", QUOTE_12) ", "
    CLAIM("challenge", "Rain was not tried.", "paper", Q("s0010",
          "We did not test whether the sensor works in the rain.")) ", "
    CLAIM("dependency", "One supplier.", "paper", Q("s0007",
          "The laser diode of the sensor head was bought from one supplier"))
    "], \"details\": \"Shown on leaves, not in the rain.\"}",

    /* market_opportunities */
    "{\"potential_applications\": [{\"name\": \"rust scouting\", "
    "\"sector\": \"agriculture\", \"problem_solved\": \"late detection\", "
    "\"target_customers\": [\"farmers\"], \"value_proposition\": "
    "\"rust is found early\", \"entry_barriers\": [\"price\"], "
    "\"market_size_statement\": \"$1.2 billion (2020)\", "
    "\"market_size_basis\": \"paper_quote\", \"growth_rate_statement\": "
    "\"8 % a year\", \"basis\": \"inference\", \"confidence\": \"low\", "
    "\"details\": \"Scouting takes time.\", \"evidence\": [" QUOTE_MARKET
    ", " QUOTE_FINDS "]}], \"unknowns\": [\"Who pays first?\"]}",

    /* competition */
    "{\"alternatives\": [{\"name\": \"NDVI\", \"kind\": \"prior_method\", "
    "\"how_it_differs\": \"It is 12.3 % behind.\", \"advantage_for\": "
    "\"paper\", \"basis\": \"paper\", \"confidence\": \"high\", "
    "\"evidence\": [" QUOTE_12 "]}], \"differentiation\": \"12.3 % ahead "
    "of NDVI.\", \"unknowns\": [\"no drones compared\"]}",

    /* intellectual_property */
    "{\"signals\": [" CLAIM("patent_pending", "An application is filed.",
    "paper", Q("s0015", "A patent application on the sensor head has been "
    "filed.")) "], \"protectable_elements\": [{\"form\": \"patent\", "
    "\"text\": \"The sensor head.\", \"basis\": \"inference\", "
    "\"confidence\": \"low\", \"evidence\": [" QUOTE_FINDS "]}], "
    "\"disclosure_risk\": \"unknown\", \"questions_for_counsel\": "
    "[\"When was it filed?\"], \"disclaimer\": \"\"}",

    /* business_model */
    "{\"recommended_models\": [{\"type\": \"licence\", "
    "\"value_proposition\": \"A maker of sensors gets the head.\", "
    "\"customer_segments\": [\"makers\"], \"revenue_streams\": "
    "[\"royalties\"], \"cost_drivers\": [\"calibration\"], "
    "\"key_partners\": [\"a maker\"], \"fits_when\": \"the head is "
    "protected\", \"fails_when\": \"it is not\", \"basis\": \"inference\", "
    "\"confidence\": \"low\", \"details\": \"Small device.\", "
    "\"evidence\": [" QUOTE_FINDS "]}], \"recommended_index\": 0, "
    "\"rationale\": \"It is one part.\"}",

    /* implementation_path */
    "{\"phases\": [{\"name\": \"Test in the rain\", "
    "\"duration_months_min\": 3, \"duration_months_max\": 6, "
    "\"entry_trl\": 4, \"exit_trl\": 5, \"key_activities\": [\"measure "
    "wet leaves\"], \"milestones\": [\"accuracy on wet leaves\"], "
    "\"go_no_go\": \"no signal on wet leaves\", \"resources\": \"a field\", "
    "\"basis\": \"inference\", \"confidence\": \"medium\", \"evidence\": ["
    Q("s0010", "We did not test whether the sensor works in the rain.")
    "]}], \"critical_success_factors\": [\"works when wet\"]}",

    /* resource_requirements */
    "{\"funding_ranges\": [{\"stage\": \"seed\", \"low_usd\": null, "
    "\"high_usd\": null, \"rationale\": \"Field tests drive the cost.\", "
    "\"basis\": \"inference\", \"confidence\": \"low\", \"evidence\": ["
    QUOTE_FIELD "]}], \"team\": [{\"role\": \"optical engineer\", "
    "\"count\": 2, \"skills\": [\"lasers\"], \"timing\": \"from the "
    "start\"}], \"equipment_and_infrastructure\": [{\"text\": \"A laser "
    "diode.\", \"basis\": \"paper\", \"confidence\": \"high\", "
    "\"evidence\": [" Q("s0007", "The laser diode of the sensor head was "
    "bought from one supplier.") "]}], \"partners\": [\"farms\"], "
    "\"details\": \"Leaves are easily had.\"}",

    /* risks */
    "{\"items\": [{\"category\": \"technical\", \"text\": \"It may fail on "
    "wet leaves.\", \"likelihood\": \"medium\", \"impact\": \"high\", "
    "\"mitigation\": \"Measure wet leaves.\", \"basis\": \"inference\", "
    "\"confidence\": \"medium\", \"evidence\": [" Q("s0010", "We did not "
    "test whether the sensor works in the rain.") "]}]}",

    /* swot: c1.. are the claims of the answers above */
    "{\"items\": [{\"quadrant\": \"strength\", \"text\": \"It is right in "
    "93.5 % of cases.\", \"basis\": \"paper\", \"confidence\": \"high\", "
    "\"evidence\": [{\"sid\": \"c1\", \"quote\": \"\"}]}, "
    "{\"quadrant\": \"threat\", \"text\": \"Others may do the same.\", "
    "\"basis\": \"external\", \"confidence\": \"low\", \"evidence\": "
    "[{\"sid\": \"c4\", \"quote\": \"\"}]}]}",

    /* executive_summary */
    "{\"one_line\": \"A sensor for leaf rust, right in 93.5 % of cases.\", "
    "\"paragraphs\": [{\"text\": \"It is right in 93.5 % of cases.\", "
    "\"claim_ids\": [\"c1\", \"c2\"]}], \"recommendation\": "
    "\"pursue_with_conditions\", \"conditions\": [\"a test in the rain\"], "
    "\"open_questions\": [\"Does it work in the rain?\"]}"
};


#endif /* MODEL_ANSWERS_H */
