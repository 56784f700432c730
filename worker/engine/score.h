/*
 * The score: seven parts from 0 to 1 with weights, each with its reason and
 * its evidence.  It is computed from the assembled sections alone, so it is
 * the same for every engine, and nobody's name can enter it.
 *
 *     100 * max(0, sum(w * v) - w_obstacles * v_obstacles) / sum(w)
 *
 * over the first six parts, times the share of claims that are supported.  A
 * part that is unknown is null and counts as 0 in "low" and as 1 in "high"
 * (an unknown obstacle the other way round); "overall" is their middle, and
 * null when they are more than 40 apart, or when no claim is supported.
 * Results that deny an effect, and those of a control group alone, count for
 * nothing (effect.h).
 */

#ifndef SCORE_H
#define SCORE_H


#include <cjson/cJSON.h>

#include "engine.h"
#include "lexicon.h"


#define SCORE_FORMULA_VERSION  "3"
#define SCORE_MAX_WIDTH        400    /* tenths */
#define SCORE_UNKNOWN          (-1)


typedef enum {
    SCORE_READINESS = 0,
    SCORE_RESULT_STRENGTH,
    SCORE_DIFFERENTIATION,
    SCORE_APPLICATION_CLARITY,
    SCORE_REPRODUCIBILITY,
    SCORE_IP_ROOM,
    SCORE_OBSTACLES
} score_part_e;


/* The id of a part ("readiness"), n below ENGINE_PARTS. */
const char *score_part_name(int n);

/*
 * Adds "score" to results, whose sections have ids and verdicts already.
 * Unknown parts give an interval: "low" and "high" are numbers whatever is
 * unknown, so papers can be ranked by them; "overall", their middle, is null
 * when they are more than SCORE_MAX_WIDTH apart.  When the weights of all
 * parts but the penalty are zero there is nothing to rank by: all three are
 * null, and every part's reason says so.
 */
void score_add(cJSON *results, const engine_options_t *opt,
    lexicon_lang_e lang);


#endif /* SCORE_H */
