/*
 * Runs the engine over planted papers and counts, for each slot, what it
 * found of what was planted and what it said where nothing was.
 */

#ifndef MEASURE_H
#define MEASURE_H


#include <cjson/cJSON.h>

#include "engine.h"
#include "planted.h"


typedef struct {
    unsigned  planted;       /* papers with the fact */
    unsigned  found;         /* of these, with a claim that quotes it */
    unsigned  claims;        /* of the slot's kind */
    unsigned  right;         /* of these, quoting what was planted for it */
    unsigned  holes;         /* papers without the fact */
    unsigned  silent;        /* of these, without such a claim */
} measure_slot_t;

typedef struct {
    unsigned        papers;
    unsigned        values;        /* planted numbers */
    unsigned        values_found;
    unsigned        grants;
    unsigned        grants_found;
    measure_slot_t  slots[PLANT_SLOTS];
} measure_t;


/* Section, list and kind of the claims of a slot. */
static const char *const  measure_claims[PLANT_SLOTS][3] = {
    { "paper_profile", "claims", "problem" },
    { "paper_profile", "claims", "contribution" },
    { "paper_profile", "claims", "method" },
    { "paper_profile", "claims", "result" },
    { "paper_profile", "claims", "novelty" },
    { "paper_profile", "claims", "limitation" },
    { "paper_profile", "claims", "future_work" },
    { "paper_profile", "claims", "application_hint" },
    { "paper_profile", "claims", "comparison_to_prior_art" },
    { "intellectual_property", "signals", "funding_obligation" },
    { "intellectual_property", "signals", "conflict_of_interest" },
    { "technical_feasibility", "claims", "reproducibility" },
    { "technical_feasibility", "claims", "reproducibility" },
    { "intellectual_property", "signals", "patent_mentioned" },
    { "resource_requirements", "claims", "supplier" }
};


static const cJSON *
measure_get(const cJSON *o, const char *a, const char *b)
{
    o = cJSON_GetObjectItemCaseSensitive(o, a);

    return b == NULL ? o : cJSON_GetObjectItemCaseSensitive(o, b);
}


static const char *
measure_string(const cJSON *o, const char *key)
{
    o = cJSON_GetObjectItemCaseSensitive(o, key);

    return cJSON_IsString(o) ? o->valuestring : "";
}


/* The results of a paper as text, which the caller releases. */
static bool
measure_run(const paper_t *p, const engine_options_t *opt, paperal_buf_t *full)
{
    int               rc;
    char              err[256];
    paperal_buf_t     json, brief;
    engine_options_t  none;

    memset(&none, 0, sizeof(none));
    paper_write(p, &json);
    paperal_buf_init(full, ENGINE_MAX_RESULTS);
    paperal_buf_init(&brief, ENGINE_MAX_RESULTS);
    rc = engine_analyze_document(json.data, json.len,
                                 opt == NULL ? &none : opt, full, &brief,
                                 err, sizeof(err));

    if (rc != 0) {
        printf("# %s: %s\n", p->title, err);
    }

    paperal_buf_release(&json);
    paperal_buf_release(&brief);

    return rc == 0;
}


/* The line that a claim's first evidence quotes, -1: none. */
static int
measure_line(const cJSON *results, const cJSON *claim)
{
    const char   *id;
    const cJSON  *item, *ids;

    ids = measure_get(claim, "evidence_ids", NULL);

    if (cJSON_GetArraySize(ids) == 0) {
        return -1;
    }

    id = ids->child->valuestring;

    cJSON_ArrayForEach(item, measure_get(results, "evidence", NULL)) {
        if (strcmp(measure_string(item, "id"), id) == 0) {
            return (int) strtol(measure_string(item, "sid") + 1, NULL, 10)
                   - 1;
        }
    }

    return -1;
}


/* data and code share a kind: either is right for both */
static bool
measure_same(plant_e a, plant_e b)
{
    return a == b || (a == PLANT_DATA && b == PLANT_CODE)
           || (a == PLANT_CODE && b == PLANT_DATA);
}


static void
measure_slot(const plant_t *g, const cJSON *results, plant_e slot,
    measure_slot_t *m)
{
    int          line;
    bool         found;
    unsigned     claims;
    const cJSON  *item;

    found = false;
    claims = 0;

    cJSON_ArrayForEach(item, measure_get(results, measure_claims[slot][0],
                                         measure_claims[slot][1]))
    {
        if (strcmp(measure_string(item, "kind"), measure_claims[slot][2])
            != 0)
        {
            continue;
        }

        line = measure_line(results, item);
        claims++;

        if (line >= 0 && (size_t) line < g->n) {
            found = found || g->slot[line] == slot;
            m->right += measure_same(g->slot[line], slot);
        }
    }

    m->claims += claims;
    m->planted += g->has[slot];
    m->found += g->has[slot] && found;

    if (!g->has[slot] && !(slot == PLANT_DATA && g->has[PLANT_CODE])
        && !(slot == PLANT_CODE && g->has[PLANT_DATA]))
    {
        m->holes++;
        m->silent += claims == 0;
    }
}


static bool
measure_names(const cJSON *results, const char *section, const char *kind,
    const char *text)
{
    const cJSON  *item;

    cJSON_ArrayForEach(item, measure_get(results, section, "claims")) {
        if (strcmp(measure_string(item, "kind"), kind) == 0
            && strstr(measure_string(item, "text"), text) != NULL)
        {
            return true;
        }
    }

    return false;
}


static void __attribute__((unused))
measure_paper(const plant_t *g, measure_t *m)
{
    int             slot;
    cJSON          *results;
    paperal_buf_t   full;

    if (!measure_run(&g->paper, NULL, &full)) {
        paperal_buf_release(&full);
        return;
    }

    results = cJSON_ParseWithLength(full.data, full.len);
    m->papers++;

    for (slot = 0; slot < PLANT_SLOTS; slot++) {
        measure_slot(g, results, (plant_e) slot, &m->slots[slot]);
    }

    if (g->has[PLANT_RESULT]) {
        m->values++;
        m->values_found += measure_names(results, "technical_feasibility",
                                         "headline_number", g->value);
    }

    if (g->has[PLANT_FUNDING]) {
        m->grants++;
        m->grants_found += measure_names(results, "intellectual_property",
                                         "grant_number", g->grant);
    }

    cJSON_Delete(results);
    paperal_buf_release(&full);
}


static void __attribute__((unused))
measure_print(const measure_t *m, const char *prefix)
{
    int                    i;
    const measure_slot_t  *s;

    printf("%s%-24s %8s %8s %10s %9s\n", prefix, "slot", "planted", "recall",
           "precision", "silence");

    for (i = 0; i < PLANT_SLOTS; i++) {
        s = &m->slots[i];
        printf("%s%-24s %8u %7.1f%% %9.1f%% %8.1f%%\n", prefix,
               plant_slots[i].name, s->planted,
               s->planted == 0 ? 100.0 : 100.0 * s->found / s->planted,
               s->claims == 0 ? 100.0 : 100.0 * s->right / s->claims,
               s->holes == 0 ? 100.0 : 100.0 * s->silent / s->holes);
    }

    printf("%s%-24s %8u %7.1f%%\n", prefix, "headline number", m->values,
           m->values == 0 ? 100.0 : 100.0 * m->values_found / m->values);
    printf("%s%-24s %8u %7.1f%%\n", prefix, "grant number", m->grants,
           m->grants == 0 ? 100.0 : 100.0 * m->grants_found / m->grants);
}


#endif /* MEASURE_H */
