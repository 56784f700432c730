/*
 * Copies an answer's fields into a neutral section, by tables: one for each
 * stage, and one for each kind of item.  Nothing else of an answer is looked
 * at.  A field of a wrong type is as if it were not there; an item without
 * its necessary field, and one that says what an earlier one has said, is
 * left out; texts are cleaned and cut, lists end at their maximum.
 */

#include "parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "clean.h"


#define ANSWER_NAME       200       /* code points */
#define ANSWER_LINE       500
#define ANSWER_TEXT       1200
#define ANSWER_LONG       3000
#define ANSWER_QUOTE      4000      /* bytes; a longer quote is none */
#define ANSWER_SID        16
#define ANSWER_CLAIMS     32
#define ANSWER_ITEMS      16
#define ANSWER_STRINGS    12
#define ANSWER_EVIDENCE   5
#define ANSWER_MAX_YEARS  600       /* months */


typedef enum {
    FIELD_TEXT = 0,            /* "" when there is none */
    FIELD_TEXT_NULL,           /* null when there is none */
    FIELD_ENUM,                /* the first value when it is another */
    FIELD_INT,                 /* null when out of range */
    FIELD_STRINGS,
    FIELD_ITEMS,
    FIELD_IDS,                 /* strings, not texts */
    FIELD_EVIDENCE
} field_type_e;

typedef struct field_s  field_t;

struct field_s {
    const char          *from;
    const char          *to;         /* NULL: the same */
    field_type_e         type;
    bool                 need;       /* no item without it */
    int                  max;        /* code points, items, value */
    const char *const   *values;
    const field_t       *items;
};

/* One answer in work: the bytes that may still be copied. */
typedef struct {
    size_t  budget;
} answer_t;


static void answer_fields(answer_t *a, const field_t *f, const cJSON *from,
    cJSON *to);
static void answer_field(answer_t *a, const field_t *f, const cJSON *value,
    cJSON *to);
static cJSON *answer_text(answer_t *a, const cJSON *value, size_t max);
static const char *answer_enum(const field_t *f, const cJSON *value);
static void answer_strings(answer_t *a, const field_t *f, const cJSON *value,
    cJSON *list);
static bool answer_has_string(const cJSON *list, const char *text);
static void answer_items(answer_t *a, const field_t *f, const cJSON *value,
    cJSON *list);
static bool answer_is_whole(const field_t *f, const cJSON *item);
static bool answer_has_item(const field_t *f, const cJSON *list,
    const cJSON *item);
static void answer_evidence(answer_t *a, const cJSON *value, cJSON *to);
static bool answer_is_id(const char *s, char letter);
static bool answer_has_quote(const cJSON *list, const char *quote);


#define VALUES(...)  (const char *const []) { __VA_ARGS__, NULL }
#define END          { NULL, NULL, FIELD_TEXT, false, 0, NULL, NULL }

#define BASIS        { "basis", NULL, FIELD_ENUM, false, 0, basis, NULL }
#define CONFIDENCE                                                            \
    { "confidence", NULL, FIELD_ENUM, false, 0, levels, NULL }
#define EVIDENCE                                                              \
    { "evidence", NULL, FIELD_EVIDENCE, false, 0, NULL, NULL }

#define TEXT(name, max)                                                       \
    { name, NULL, FIELD_TEXT, false, max, NULL, NULL }
#define NEED(name, max)                                                       \
    { name, NULL, FIELD_TEXT, true, max, NULL, NULL }
#define NULLABLE(name, max)                                                   \
    { name, NULL, FIELD_TEXT_NULL, false, max, NULL, NULL }
#define ENUM(name, values)                                                    \
    { name, NULL, FIELD_ENUM, true, 0, values, NULL }
#define OPEN(name, values)                                                    \
    { name, NULL, FIELD_ENUM, false, 0, values, NULL }
#define NUMBER(name, max)                                                     \
    { name, NULL, FIELD_INT, false, max, NULL, NULL }
#define STRINGS(name)                                                         \
    { name, NULL, FIELD_STRINGS, false, ANSWER_STRINGS, NULL, NULL }
#define ITEMS(name, max, fields)                                              \
    { name, NULL, FIELD_ITEMS, false, max, NULL, fields }


static const char *const  basis[] = { "paper", "inference", "external",
                                      NULL };
static const char *const  levels[] = { "low", "medium", "high", NULL };

static const char *const  article_types[] = {
    "other", "original_research", "review", "clinical_trial", "methods",
    "software", "dataset", "theory", "case_report", "position", NULL
};

static const field_t  profile_claims[] = {
    ENUM("kind", VALUES("problem", "method", "result", "novelty",
                        "limitation", "future_work", "application_hint",
                        "comparison_to_prior_art")),
    NEED("text", ANSWER_TEXT), BASIS, CONFIDENCE, EVIDENCE, END
};

static const field_t  feasibility_claims[] = {
    ENUM("kind", VALUES("strength", "challenge", "scalability",
                        "compatibility", "dependency", "reproducibility")),
    NEED("text", ANSWER_TEXT), BASIS, CONFIDENCE, EVIDENCE, END
};

static const field_t  trl_answers[] = {
    NEED("criterion_id", ANSWER_NAME),
    OPEN("answer", VALUES("unclear", "yes", "no")),
    TEXT("reason", ANSWER_LINE), EVIDENCE, END
};

static const field_t  applications[] = {
    NEED("name", ANSWER_NAME), TEXT("sector", ANSWER_NAME),
    TEXT("problem_solved", ANSWER_TEXT), STRINGS("target_customers"),
    TEXT("value_proposition", ANSWER_TEXT), STRINGS("entry_barriers"),
    { "market_size_statement", "market_size", FIELD_TEXT_NULL, false,
      ANSWER_LINE, NULL, NULL },
    { "growth_rate_statement", "growth_rate", FIELD_TEXT_NULL, false,
      ANSWER_LINE, NULL, NULL },
    OPEN("market_size_basis", VALUES("not_estimated", "paper_quote",
                                     "user_source")),
    BASIS, CONFIDENCE, TEXT("details", ANSWER_LONG), EVIDENCE, END
};

static const field_t  alternatives[] = {
    NEED("name", ANSWER_NAME),
    OPEN("kind", VALUES("other", "prior_method", "product", "company",
                        "status_quo")),
    TEXT("how_it_differs", ANSWER_TEXT),
    OPEN("advantage_for", VALUES("unclear", "paper", "alternative")),
    BASIS, CONFIDENCE, EVIDENCE, END
};

static const field_t  signals[] = {
    ENUM("kind", VALUES("patent_mentioned", "patent_pending", "licence",
                        "open_source_release", "dataset_licence",
                        "prior_public_disclosure", "funding_obligation",
                        "third_party_material", "conflict_of_interest",
                        "trade_secret")),
    NEED("text", ANSWER_TEXT), BASIS, CONFIDENCE, EVIDENCE, END
};

static const field_t  elements[] = {
    { "form", "kind", FIELD_ENUM, true, 0,
      VALUES("patent", "copyright", "database_right", "trade_secret",
             "design", "know_how"), NULL },
    NEED("text", ANSWER_TEXT), BASIS, CONFIDENCE, EVIDENCE, END
};

static const field_t  models[] = {
    ENUM("type", VALUES("licence", "spin_out", "saas", "product", "service",
                        "consulting", "open_core", "data_licensing",
                        "joint_development", "other")),
    NEED("value_proposition", ANSWER_TEXT), STRINGS("customer_segments"),
    STRINGS("revenue_streams"), STRINGS("cost_drivers"),
    STRINGS("key_partners"), TEXT("fits_when", ANSWER_TEXT),
    TEXT("fails_when", ANSWER_TEXT), BASIS, CONFIDENCE,
    TEXT("details", ANSWER_LONG), EVIDENCE, END
};

static const field_t  phases[] = {
    NEED("name", ANSWER_NAME),
    NUMBER("duration_months_min", ANSWER_MAX_YEARS),
    NUMBER("duration_months_max", ANSWER_MAX_YEARS),
    NUMBER("entry_trl", 9), NUMBER("exit_trl", 9),
    STRINGS("key_activities"), STRINGS("milestones"),
    TEXT("go_no_go", ANSWER_TEXT), TEXT("resources", ANSWER_TEXT),
    BASIS, CONFIDENCE, EVIDENCE, END
};

static const field_t  ranges[] = {
    ENUM("stage", VALUES("proof_of_concept", "seed", "series_a", "grant")),
    NUMBER("low_usd", 2000000000), NUMBER("high_usd", 2000000000),
    TEXT("rationale", ANSWER_TEXT), BASIS, CONFIDENCE, EVIDENCE, END
};

static const field_t  team[] = {
    NEED("role", ANSWER_NAME), NUMBER("count", 1000), STRINGS("skills"),
    TEXT("timing", ANSWER_LINE), END
};

static const field_t  equipment[] = {
    NEED("text", ANSWER_TEXT), BASIS, CONFIDENCE, EVIDENCE, END
};

static const field_t  risks[] = {
    ENUM("category", VALUES("technical", "market", "regulatory", "ip",
                            "financial", "team", "ethical", "data",
                            "supply")),
    NEED("text", ANSWER_TEXT), OPEN("likelihood", levels),
    OPEN("impact", levels), TEXT("mitigation", ANSWER_TEXT),
    BASIS, CONFIDENCE, EVIDENCE, END
};

static const field_t  swot_items[] = {
    { "quadrant", "kind", FIELD_ENUM, true, 0,
      VALUES("strength", "weakness", "opportunity", "threat"), NULL },
    NEED("text", ANSWER_TEXT), BASIS, CONFIDENCE, EVIDENCE, END
};

static const field_t  paragraphs[] = {
    NEED("text", ANSWER_LONG),
    { "claim_ids", NULL, FIELD_IDS, false, ANSWER_CLAIMS, NULL, NULL }, END
};

/* The sections, in the order of engine_stages[]. */

static const field_t  section_profile[] = {
    NULLABLE("problem", ANSWER_TEXT), NULLABLE("contribution", ANSWER_TEXT),
    OPEN("article_type", article_types), STRINGS("fields"),
    ITEMS("claims", ANSWER_CLAIMS, profile_claims), END
};

static const field_t  section_feasibility[] = {
    NULLABLE("details", ANSWER_LONG),
    NULLABLE("unit_of_assessment", ANSWER_LINE),
    ITEMS("trl_answers", 2 * LEXICON_MAX_CRITERIA, trl_answers),
    ITEMS("claims", ANSWER_CLAIMS, feasibility_claims), END
};

static const field_t  section_market[] = {
    ITEMS("potential_applications", ANSWER_ITEMS, applications),
    STRINGS("unknowns"), END
};

static const field_t  section_competition[] = {
    ITEMS("alternatives", ANSWER_ITEMS, alternatives),
    NULLABLE("differentiation", ANSWER_TEXT), STRINGS("unknowns"), END
};

static const field_t  section_property[] = {
    ITEMS("signals", ANSWER_CLAIMS, signals),
    ITEMS("protectable_elements", ANSWER_ITEMS, elements),
    OPEN("disclosure_risk", VALUES("unknown", "published", "preprint",
                                   "unpublished")),
    STRINGS("questions_for_counsel"), END
};

static const field_t  section_business[] = {
    ITEMS("recommended_models", ANSWER_ITEMS, models),
    NUMBER("recommended_index", ANSWER_ITEMS),
    NULLABLE("rationale", ANSWER_TEXT), END
};

static const field_t  section_path[] = {
    ITEMS("phases", ANSWER_ITEMS, phases),
    STRINGS("critical_success_factors"), END
};

static const field_t  section_resources[] = {
    ITEMS("funding_ranges", ANSWER_ITEMS, ranges),
    { "team", "team_detail", FIELD_ITEMS, false, ANSWER_ITEMS, NULL, team },
    { "equipment_and_infrastructure", "claims", FIELD_ITEMS, false,
      ANSWER_ITEMS, NULL, equipment },
    STRINGS("partners"), NULLABLE("details", ANSWER_LONG), END
};

static const field_t  section_risks[] = {
    ITEMS("items", ANSWER_ITEMS, risks), END
};

static const field_t  section_swot[] = {
    { "items", "claims", FIELD_ITEMS, false, ANSWER_CLAIMS, NULL,
      swot_items }, END
};

static const field_t  section_summary[] = {
    NULLABLE("one_line", ANSWER_LINE), ITEMS("paragraphs", 8, paragraphs),
    OPEN("recommendation", VALUES("insufficient_evidence", "pursue",
                                  "pursue_with_conditions", "hold_for_data",
                                  "do_not_pursue")),
    STRINGS("conditions"), STRINGS("open_questions"), END
};

static const field_t *const  sections[ENGINE_STAGES] = {
    section_profile, section_feasibility, section_market,
    section_competition, section_property, section_business, section_path,
    section_resources, section_risks, section_swot, section_summary
};


cJSON *
answer_copy(int stage, const cJSON *answer)
{
    cJSON     *section;
    answer_t   a;

    a.budget = PARTS_MAX_BUDGET;
    section = parts_need(cJSON_CreateObject());
    answer_fields(&a, sections[stage], answer, section);

    return section;
}


/* Takes out what is between the files of the adapter only. */

void
answer_strip(cJSON *section)
{
    cJSON  *child;

    if (cJSON_IsObject(section)) {
        cJSON_DeleteItemFromObjectCaseSensitive(section, PARTS_CITED);
        cJSON_DeleteItemFromObjectCaseSensitive(section, PARTS_USERS);
    }

    cJSON_ArrayForEach(child, section) {
        if (cJSON_IsObject(child) || cJSON_IsArray(child)) {
            answer_strip(child);
        }
    }
}


cJSON *
answer_string(const char *s, size_t max)
{
    cJSON          *string;
    paperal_buf_t   b;

    paperal_buf_init(&b, 4 * strlen(s) + 4);
    clean_line(&b, s, strlen(s), max);
    string = parts_need(cJSON_CreateString(paperal_buf_cstr(&b)));
    paperal_buf_release(&b);

    return string;
}


static void
answer_fields(answer_t *a, const field_t *f, const cJSON *from, cJSON *to)
{
    for (; f->from != NULL; f++) {
        answer_field(a, f, cJSON_GetObjectItemCaseSensitive(from, f->from),
                     to);
    }
}


static void
answer_field(answer_t *a, const field_t *f, const cJSON *value, cJSON *to)
{
    cJSON       *item;
    const char  *key;

    key = f->to != NULL ? f->to : f->from;

    switch (f->type) {

    case FIELD_TEXT:
    case FIELD_TEXT_NULL:
        item = answer_text(a, value, (size_t) f->max);

        if (item->valuestring[0] == '\0' && f->type == FIELD_TEXT_NULL) {
            cJSON_Delete(item);
            item = parts_need(cJSON_CreateNull());
        }

        break;

    case FIELD_ENUM:
        item = parts_need(cJSON_CreateString(answer_enum(f, value)));
        break;

    case FIELD_INT:
        item = parts_need(cJSON_IsNumber(value) && value->valuedouble >= 0
                          && value->valuedouble <= f->max
                          ? cJSON_CreateNumber((int) value->valuedouble)
                          : cJSON_CreateNull());
        break;

    case FIELD_EVIDENCE:
        answer_evidence(a, value, to);
        return;

    default:
        item = parts_need(cJSON_CreateArray());

        if (f->type == FIELD_ITEMS) {
            answer_items(a, f, value, item);

        } else {
            answer_strings(a, f, value, item);
        }
    }

    cJSON_AddItemToObject(to, key, item);
}


/* Never NULL; empty too when the answer is longer than it may be. */

static cJSON *
answer_text(answer_t *a, const cJSON *value, size_t max)
{
    size_t   len;
    cJSON   *item;

    if (!cJSON_IsString(value)) {
        return parts_need(cJSON_CreateString(""));
    }

    item = answer_string(value->valuestring, max);
    len = strlen(item->valuestring);

    if (len > a->budget) {
        cJSON_Delete(item);
        return parts_need(cJSON_CreateString(""));
    }

    a->budget -= len;

    return item;
}


/* Necessary enums have no value for others: then "". */

static const char *
answer_enum(const field_t *f, const cJSON *value)
{
    size_t  i;

    for (i = 0; f->values[i] != NULL && cJSON_IsString(value); i++) {
        if (strcmp(f->values[i], value->valuestring) == 0) {
            return f->values[i];
        }
    }

    return f->need ? "" : f->values[0];
}


static void
answer_strings(answer_t *a, const field_t *f, const cJSON *value,
    cJSON *list)
{
    cJSON        *item;
    const cJSON  *from;

    if (!cJSON_IsArray(value)) {
        return;
    }

    cJSON_ArrayForEach(from, value) {
        if (cJSON_GetArraySize(list) == f->max) {
            return;
        }

        item = answer_text(a, from, ANSWER_LINE);

        if (item->valuestring[0] == '\0'
            || answer_has_string(list, item->valuestring))
        {
            cJSON_Delete(item);
            continue;
        }

        cJSON_AddItemToArray(list, item);
    }
}


static bool
answer_has_string(const cJSON *list, const char *text)
{
    const cJSON  *item;

    cJSON_ArrayForEach(item, list) {
        if (strcasecmp(item->valuestring, text) == 0) {
            return true;
        }
    }

    return false;
}


static void
answer_items(answer_t *a, const field_t *f, const cJSON *value, cJSON *list)
{
    cJSON        *item;
    const cJSON  *from;

    if (!cJSON_IsArray(value)) {
        return;
    }

    cJSON_ArrayForEach(from, value) {
        if (cJSON_GetArraySize(list) == f->max) {
            return;
        }

        item = parts_need(cJSON_CreateObject());
        answer_fields(a, f->items, from, item);

        if (!answer_is_whole(f->items, item)
            || answer_has_item(f->items, list, item))
        {
            cJSON_Delete(item);
            continue;
        }

        cJSON_AddItemToArray(list, item);
    }
}


static bool
answer_is_whole(const field_t *f, const cJSON *item)
{
    for (; f->from != NULL; f++) {
        if (f->need && claims_string(item, f->to != NULL ? f->to : f->from)[0]
                       == '\0')
        {
            return false;
        }
    }

    return true;
}


/* Whether an item with the same necessary fields is there already. */

static bool
answer_has_item(const field_t *f, const cJSON *list, const cJSON *item)
{
    const char     *key;
    const cJSON    *other;
    const field_t  *n;

    cJSON_ArrayForEach(other, list) {
        for (n = f; n->from != NULL; n++) {
            key = n->to != NULL ? n->to : n->from;

            if (n->need && strcasecmp(claims_string(other, key),
                                      claims_string(item, key)) != 0)
            {
                break;
            }
        }

        if (n->from == NULL) {
            return true;
        }
    }

    return false;
}


static void
answer_evidence(answer_t *a, const cJSON *value, cJSON *to)
{
    cJSON        *list, *cited, *users, *item, *quote, *sid;
    const cJSON  *from;

    list = parts_need(cJSON_AddArrayToObject(to, "evidence"));
    cited = parts_need(cJSON_AddArrayToObject(to, PARTS_CITED));
    users = parts_need(cJSON_AddArrayToObject(to, PARTS_USERS));

    if (!cJSON_IsArray(value)) {
        return;
    }

    cJSON_ArrayForEach(from, value) {
        if (cJSON_GetArraySize(list) == ANSWER_EVIDENCE
            || cJSON_GetArraySize(cited) == ANSWER_STRINGS
            || cJSON_GetArraySize(users) == ANSWER_STRINGS)
        {
            return;
        }

        sid = answer_string(claims_string(from, "sid"), ANSWER_SID);

        if (answer_is_id(sid->valuestring, 'c')) {
            cJSON_AddItemToArray(cited, sid);
            continue;
        }

        if (answer_is_id(sid->valuestring, 'u')) {
            cJSON_AddItemToArray(users, sid);
            continue;
        }

        quote = answer_text(a, cJSON_GetObjectItemCaseSensitive(from,
                                                                "quote"),
                            ANSWER_QUOTE + 1);

        if (quote->valuestring[0] == '\0'
            || strlen(quote->valuestring) > ANSWER_QUOTE
            || answer_has_quote(list, quote->valuestring))
        {
            cJSON_Delete(quote);
            cJSON_Delete(sid);
            continue;
        }

        item = parts_need(cJSON_CreateObject());
        cJSON_AddItemToObject(item, "sid", sid);
        cJSON_AddItemToObject(item, "quote", quote);
        cJSON_AddItemToArray(list, item);
    }
}


static bool
answer_is_id(const char *s, char letter)
{
    if (s[0] != letter || s[1] == '\0') {
        return false;
    }

    for (s++; *s != '\0'; s++) {
        if (!isdigit((unsigned char) *s)) {
            return false;
        }
    }

    return true;
}


static bool
answer_has_quote(const cJSON *list, const char *quote)
{
    const cJSON  *item;

    cJSON_ArrayForEach(item, list) {
        if (strcmp(claims_string(item, "quote"), quote) == 0) {
            return true;
        }
    }

    return false;
}
