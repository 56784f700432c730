/*
 * Computes the score, see score.h.  Values are hundredths, the score is
 * tenths; only the printed numbers are floating point.
 */

#include "score.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "claims.h"
#include "effect.h"


#define SCORE_MAX_EVIDENCE  6
#define SCORE_KEY           64


typedef struct {
    int           value;         /* hundredths, or SCORE_UNKNOWN */
    int           weight;
    bool          failed;        /* what would count denies its effect */
    size_t        n;
    const char   *evidence[SCORE_MAX_EVIDENCE];
} score_part_t;

typedef struct {
    bool           others;       /* a review: no results of its own */
    bool           weightless;   /* no part but the penalty counts */
    long           requiring;    /* claims that need support */
    long           supported;
    bool           llm;          /* a model has answered the rubric */
    bool           silent;       /* no word about code or data */
    bool           sectors;      /* uses only as words of sectors */
    const cJSON   *results;
    score_part_t   parts[ENGINE_PARTS];
} score_t;


static void score_readiness(score_t *sc);
static void score_results(score_t *sc);
static void score_differentiation(score_t *sc);
static void score_applications(score_t *sc);
static void score_reproducibility(score_t *sc);
static void score_obstacles(score_t *sc);
static int score_count(score_t *sc, score_part_e part, const char *section,
    const char *list, const char *kind, int *numbers);
static bool score_has_number(const char *text);
static void score_evidence(score_part_t *part, const cJSON *item);
static void score_share(score_t *sc);
static bool score_says_who(const char *kind);
static int score_tenths(const score_t *sc, bool high);
static void score_print(const score_t *sc, cJSON *score,
    lexicon_lang_e lang);
static void score_reason(const score_t *sc, size_t part, char *key,
    size_t size);
static cJSON *score_need(cJSON *item);
static void score_number(cJSON *object, const char *key, int n, double unit);


static const struct {
    const char  *id;
    int          weight;
} score_parts[ENGINE_PARTS] = {
    { "readiness", 20 },
    { "result_strength", 20 },
    { "differentiation", 15 },
    { "application_clarity", 15 },
    { "reproducibility", 10 },
    { "ip_room", 10 },
    { "obstacles", 10 }
};


const char *
score_part_name(int n)
{
    return score_parts[n].id;
}


void
score_add(cJSON *results, const engine_options_t *opt, lexicon_lang_e lang)
{
    int          low, high;
    cJSON       *score;
    size_t       i;
    score_t      sc;
    const char  *type;

    memset(&sc, 0, sizeof(score_t));
    sc.results = results;
    type = claims_string(cJSON_GetObjectItemCaseSensitive(results,
                                                          "paper_profile"),
                         "article_type");
    sc.others = strcmp(type, "review") == 0 || strcmp(type, "position") == 0;

    for (i = 0; i < ENGINE_PARTS; i++) {
        sc.parts[i].value = SCORE_UNKNOWN;
        sc.parts[i].weight = opt->weight_set[i] ? opt->weight[i]
                                                : score_parts[i].weight;
    }

    sc.weightless = true;

    for (i = 0; i < SCORE_OBSTACLES; i++) {
        sc.weightless = sc.weightless && sc.parts[i].weight == 0;
    }

    score_share(&sc);
    score_readiness(&sc);
    score_results(&sc);
    score_differentiation(&sc);
    score_applications(&sc);
    score_reproducibility(&sc);
    score_obstacles(&sc);

    low = sc.weightless ? SCORE_UNKNOWN
                        : score_tenths(&sc, false);
    high = sc.weightless ? SCORE_UNKNOWN
                         : score_tenths(&sc, true);

    score = score_need(cJSON_AddObjectToObject(results, "score"));
    score_number(score, "overall",
                 sc.weightless || sc.supported == 0
                 || high - low > SCORE_MAX_WIDTH
                 ? SCORE_UNKNOWN : (low + high) / 2, 10);
    (void) score_need(cJSON_AddStringToObject(score, "formula_version",
                                              SCORE_FORMULA_VERSION));
    (void) score_need(cJSON_AddStringToObject(score, "confidence", "low"));
    score_print(&sc, score, lang);
    score_number(score, "low", low, 10);
    score_number(score, "high", high, 10);
}


/* The level, or the middle of the range, out of nine. */

static void
score_readiness(score_t *sc)
{
    int           n;
    const cJSON  *trl, *level, *low, *high, *item;

    trl = cJSON_GetObjectItemCaseSensitive(
              cJSON_GetObjectItemCaseSensitive(sc->results,
                                               "technical_feasibility"),
              "trl");
    sc->llm = strcmp(claims_string(trl, "basis"), "rubric_llm") == 0;
    level = cJSON_GetObjectItemCaseSensitive(trl, "level");
    low = cJSON_GetObjectItemCaseSensitive(trl, "range_low");
    high = cJSON_GetObjectItemCaseSensitive(trl, "range_high");

    if (cJSON_IsNumber(level)) {
        n = level->valueint * 2;

    } else if (cJSON_IsNumber(low) && cJSON_IsNumber(high)) {
        n = low->valueint + high->valueint;

    } else {
        return;
    }

    sc->parts[SCORE_READINESS].value = (n * 100 + 9) / 18;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(trl, "answers"))
    {
        if (strcmp(claims_string(item, "answer"), "yes") == 0) {
            score_evidence(&sc->parts[SCORE_READINESS], item);
        }
    }
}


static void
score_results(score_t *sc)
{
    int  n, numbers;

    numbers = 0;
    n = score_count(sc, SCORE_RESULT_STRENGTH, "paper_profile", "claims",
                    "result", &numbers);

    if ((n > 0 || sc->parts[SCORE_RESULT_STRENGTH].failed) && !sc->others) {
        n = 10 * n + 10 * numbers;
        sc->parts[SCORE_RESULT_STRENGTH].value = n > 100 ? 100 : n;
    }
}


static void
score_differentiation(score_t *sc)
{
    int  claims, novel, names, n;

    claims = score_count(sc, SCORE_DIFFERENTIATION, "paper_profile",
                         "claims", "comparison_to_prior_art", NULL);
    names = score_count(sc, SCORE_DIFFERENTIATION, "competition",
                        "alternatives", NULL, NULL);
    novel = score_count(sc, SCORE_DIFFERENTIATION, "paper_profile", "claims",
                        "novelty", NULL);

    if ((claims + names > 0 || sc->parts[SCORE_DIFFERENTIATION].failed)
        && !sc->others)
    {
        n = 12 * claims + 10 * (names > 3 ? 3 : names) + 10 * novel;
        sc->parts[SCORE_DIFFERENTIATION].value = n > 100 ? 100 : n;
    }
}


static void
score_applications(score_t *sc)
{
    int  hints, sectors, n;

    hints = score_count(sc, SCORE_APPLICATION_CLARITY, "paper_profile",
                        "claims", "application_hint", NULL);
    sectors = score_count(sc, SCORE_APPLICATION_CLARITY,
                          "market_opportunities", "potential_applications",
                          NULL, NULL);

    if (hints + sectors > 0) {
        n = 20 * hints + 15 * (sectors > 2 ? 2 : sectors);
        sc->parts[SCORE_APPLICATION_CLARITY].value = n > 100 ? 100 : n;
        sc->sectors = hints == 0;
    }
}


/*
 * What a paper says of code and data is all that there is to know about it
 * here, so silence is a low value and no unknown one.
 */

static void
score_reproducibility(score_t *sc)
{
    int  statements, methods;

    statements = score_count(sc, SCORE_REPRODUCIBILITY,
                             "technical_feasibility", "claims",
                             "reproducibility", NULL);
    methods = score_count(sc, SCORE_REPRODUCIBILITY, "paper_profile",
                          "claims", "method", NULL);

    if (statements + methods > 0) {
        sc->silent = statements == 0;
        statements = statements > 2 ? 2 : statements;
        sc->parts[SCORE_REPRODUCIBILITY].value = 40 * statements
                                                 + (methods > 0 ? 20 : 0);
    }
}


static void
score_obstacles(score_t *sc)
{
    int  n;

    n = score_count(sc, SCORE_OBSTACLES, "paper_profile", "claims",
                    "limitation", NULL);

    if (n > 0) {
        sc->parts[SCORE_OBSTACLES].value = n > 4 ? 100 : 20 * n;
    }
}


/*
 * Counts supported items of a list, and those whose text has a number.  What
 * denies an effect is neither a strength nor a difference, and known to be
 * none: the part is then zero and not unknown.
 */

static int
score_count(score_t *sc, score_part_e part, const char *section,
    const char *list, const char *kind, int *numbers)
{
    int           n;
    const cJSON  *items, *item;

    items = cJSON_GetObjectItemCaseSensitive(
                cJSON_GetObjectItemCaseSensitive(sc->results, section), list);
    n = 0;

    cJSON_ArrayForEach(item, items) {
        if ((kind != NULL && strcmp(claims_string(item, "kind"), kind) != 0)
            || strcmp(claims_string(item, "verdict"), "supported") != 0)
        {
            continue;
        }

        if ((part == SCORE_RESULT_STRENGTH || part == SCORE_DIFFERENTIATION)
            && !(effect_counts(claims_string(item, "text"))
                 && effect_counts(claims_string(item, "how_it_differs"))))
        {
            sc->parts[part].failed = true;
            continue;
        }

        n++;
        score_evidence(&sc->parts[part], item);

        if (numbers != NULL
            && score_has_number(claims_string(item, "text")))
        {
            (*numbers)++;
        }
    }

    return n;
}


/* A measured value, not a year, a label or a citation: "12 %", "0.93". */

static bool
score_has_number(const char *text)
{
    const char  *p;

    for (p = text; *p != '\0'; p++) {
        if (!ascii_is_digit(*p)
            || (p > text && (ascii_is_letter(p[-1]) || ascii_is_digit(p[-1])
                             || strchr("[,-.", p[-1]) != NULL)))
        {
            continue;
        }

        p += strspn(p, "0123456789");

        if ((*p == '.' && ascii_is_digit(p[1])) || *p == '%'
            || (*p == ' ' && (p[1] == '%' || ascii_is_letter(p[1])))
            || (unsigned char) *p >= 0x80)
        {
            return true;
        }

        if (*p == '\0') {
            break;
        }
    }

    return false;
}


static void
score_evidence(score_part_t *part, const cJSON *item)
{
    size_t        i;
    const cJSON  *id;

    cJSON_ArrayForEach(id,
                       cJSON_GetObjectItemCaseSensitive(item, "evidence_ids"))
    {
        for (i = 0; i < part->n; i++) {
            if (strcmp(part->evidence[i], id->valuestring) == 0) {
                break;
            }
        }

        if (i == part->n && part->n < SCORE_MAX_EVIDENCE) {
            part->evidence[part->n++] = id->valuestring;
        }
    }
}


/*
 * How many claims need support and how many have it.  The last two stages
 * repeat others.  What says who paid, owns or delivers is left out: no name
 * may move the score.
 */

static void
score_share(score_t *sc)
{
    size_t        i, k;
    const char   *basis;
    const cJSON  *section, *item;

    for (i = 0; i < ENGINE_STAGES; i++) {
        if (strcmp(engine_stages[i], "swot") == 0) {
            return;
        }

        section = cJSON_GetObjectItemCaseSensitive(sc->results,
                                                   engine_stages[i]);

        for (k = 0; k < CLAIMS_LISTS; k++) {
            cJSON_ArrayForEach(item,
                               cJSON_GetObjectItemCaseSensitive(section,
                                                            claims_lists[k]))
            {
                basis = claims_string(item, "basis");

                if ((strcmp(basis, "paper") == 0
                     || strcmp(basis, "inference") == 0)
                    && !score_says_who(claims_string(item, "kind")))
                {
                    sc->requiring++;
                    sc->supported += strcmp(claims_string(item, "verdict"),
                                            "supported") == 0;
                }
            }
        }
    }
}


static bool
score_says_who(const char *kind)
{
    size_t  i;

    static const char *const  kinds[] = {
        "funding_obligation", "conflict_of_interest", "supplier", "partner",
        "named_organisation", "named_product", "patent_number",
        "licence_name", "grant_number"
    };

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(kind, kinds[i]) == 0) {
            return true;
        }
    }

    return false;
}


static int
score_tenths(const score_t *sc, bool high)
{
    int     i, value;
    long    sum, weights;

    sum = 0;
    weights = 0;

    for (i = 0; i < ENGINE_PARTS; i++) {
        value = sc->parts[i].value;

        if (i == SCORE_OBSTACLES) {
            value = value == SCORE_UNKNOWN ? (high ? 0 : 100) : value;
            sum -= (long) sc->parts[i].weight * value;
            continue;
        }

        value = value == SCORE_UNKNOWN ? (high ? 100 : 0) : value;
        sum += (long) sc->parts[i].weight * value;
        weights += sc->parts[i].weight;
    }

    if (sum <= 0 || weights == 0) {
        return 0;
    }

    /* without a claim the share of supported ones may be anything */

    if (sc->requiring == 0) {
        return high ? (int) (sum * 10 / weights) : 0;
    }

    return (int) (sum * 10 * sc->supported / (sc->requiring * weights));
}


static void
score_print(const score_t *sc, cJSON *score, lexicon_lang_e lang)
{
    int                   points;
    char                  key[SCORE_KEY];
    long                  weights;
    cJSON                *list, *item, *ids;
    size_t                i, k;
    const score_part_t   *part;

    list = score_need(cJSON_AddArrayToObject(score, "parts"));
    weights = 0;

    for (i = 0; i < SCORE_OBSTACLES; i++) {
        weights += sc->parts[i].weight;
    }

    for (i = 0; i < ENGINE_PARTS; i++) {
        part = &sc->parts[i];
        item = score_need(cJSON_CreateObject());
        cJSON_AddItemToArray(list, item);

        points = 0;

        if (part->value != SCORE_UNKNOWN && weights > 0) {
            points = (int) (10L * part->weight * part->value / weights);
        }

        (void) score_need(cJSON_AddStringToObject(item, "id",
                                                  score_parts[i].id));
        (void) snprintf(key, sizeof(key), "label.%s", score_parts[i].id);
        (void) score_need(cJSON_AddStringToObject(item, "label",
                                             lexicon_message(lang, key)));
        score_number(item, "value", part->value, 100);
        score_number(item, "weight", part->weight, 1);

        if (part->value == SCORE_UNKNOWN) {
            score_number(item, "points", SCORE_UNKNOWN, 1);

        } else {
            (void) score_need(cJSON_AddNumberToObject(item, "points",
                   (i == SCORE_OBSTACLES && points > 0 ? -points : points)
                   / 10.0));
        }

        score_reason(sc, i, key, sizeof(key));
        (void) score_need(cJSON_AddStringToObject(item, "reason",
                                             lexicon_message(lang, key)));
        ids = score_need(cJSON_AddArrayToObject(item, "evidence_ids"));

        for (k = 0; k < part->n; k++) {
            cJSON_AddItemToArray(ids,
                          score_need(cJSON_CreateString(part->evidence[k])));
        }
    }
}


/* The key of a part's reason. */

static void
score_reason(const score_t *sc, size_t part, char *key, size_t size)
{
    const char  *suffix;

    if (sc->weightless) {
        (void) snprintf(key, size, "score.weightless");
        return;
    }

    if (sc->others && part <= SCORE_DIFFERENTIATION) {
        (void) snprintf(key, size, "score.review");
        return;
    }

    suffix = sc->parts[part].value == SCORE_UNKNOWN ? "_null"
             : part == SCORE_READINESS && sc->llm ? "_llm"
             : part == SCORE_REPRODUCIBILITY && sc->silent ? "_silent"
             : part == SCORE_APPLICATION_CLARITY && sc->sectors ? "_sectors"
             : "";

    (void) snprintf(key, size, "score.%s%s", score_parts[part].id, suffix);
}


/* Null for SCORE_UNKNOWN. */

static void
score_number(cJSON *object, const char *key, int n, double unit)
{
    if (n == SCORE_UNKNOWN) {
        (void) score_need(cJSON_AddNullToObject(object, key));

    } else {
        (void) score_need(cJSON_AddNumberToObject(object, key, n / unit));
    }
}


static cJSON *
score_need(cJSON *item)
{
    if (item == NULL) {
        abort();
    }

    return item;
}
