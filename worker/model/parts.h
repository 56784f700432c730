/*
 * Inside of the adapter: the model_t, and what its files do for each other.
 */

#ifndef PARTS_H
#define PARTS_H


#include <cjson/cJSON.h>
#include <stdbool.h>

#include "figures.h"
#include "model.h"
#include "quotes.h"
#include "sources.h"
#include "stages.h"


#define PARTS_MAX_KEY     17         /* of the blocks, with its NUL */
#define PARTS_MAX_BUDGET  (ENGINE_MAX_STAGE / 3)


struct model_s {
    const document_t  *doc;
    model_options_t    opt;
    lexicon_lang_e     lang;         /* of the answers */
    region_t           region;
    engine_t          *engine;       /* roles, cues, article type, gate */
    quotes_t          *quotes;
    sources_t          sources;      /* u1, u2, ... */
    size_t             left_out;     /* sentences, for lack of room */
    cJSON             *extract;      /* the engine's profile; NULL: not yet */
    char               key[PARTS_MAX_KEY];
    paperal_buf_t      paper;        /* the block, with its delimiters */
    paperal_buf_t      context;      /* SOURCES and CONTEXT */
};

/* What the evidence of a statement is worth, as the assembler will say. */
typedef enum {
    PARTS_UNSUPPORTED = 0,
    PARTS_PARTLY,
    PARTS_SUPPORTED,
    PARTS_EXTERNAL
} parts_verdict_e;


/* blocks.c: writes m->key, m->paper and m->context. */
void blocks_write(model_t *m);

/* Opens and closes a block of data. */
void blocks_open(const model_t *m, paperal_buf_t *b, const char *name);
void blocks_close(const model_t *m, paperal_buf_t *b, const char *name);

/* The source that an id of evidence names ("u2"), or NULL. */
const source_t *blocks_source(const model_t *m, const char *sid);


/* claims_list.c: the claims of the first stages' outputs, numbered. */
typedef struct {
    size_t           stage;
    parts_verdict_e  verdict;
    cJSON           *claim;          /* in the sections */
} listed_claim_t;

typedef struct {
    size_t            n;
    listed_claim_t   *items;         /* items[0] is c1 */
    cJSON            *sections[ENGINE_STAGES];
} claims_list_t;

void claims_list_open(const model_t *m, const engine_outputs_t *outputs,
    int stages, claims_list_t *list);
void claims_list_close(claims_list_t *list);

/* The claim of an id ("c12"), NULL if there is none. */
const listed_claim_t *claims_list_find(const claims_list_t *list,
    const char *id);

/* Appends them, one a line. */
void claims_list_write(const claims_list_t *list, paperal_buf_t *b);

/* The verdict of a neutral object with basis and evidence. */
parts_verdict_e parts_verdict(const model_t *m, const cJSON *object);


/*
 * answer.c: the fields of a neutral section that are copied from an answer, a
 * tree of the stage's schema; it may be anything, NULL too.  Evidence that
 * names claims or sources instead of sentences goes into PARTS_CITED and
 * PARTS_USERS, lists that answer_strip() takes out in the end.
 */
#define PARTS_CITED  "cited"
#define PARTS_USERS  "users"

cJSON *answer_copy(int stage, const cJSON *answer);
void answer_strip(cJSON *section);

/* A string as clean text of at most max code points. */
cJSON *answer_string(const char *s, size_t max);


/*
 * guard.c: removes from all texts of a section the figures that stand in no
 * verified quote of the same item (of the section, for its own texts; of the
 * claims that are cited) and in no source of users; sets market figures and
 * funding to null likewise.  What was removed is listed in "removed".
 */
void guard_section(const model_t *m, const claims_list_t *claims,
    cJSON *section);

/* Notes that something was taken out. */
void guard_removed(cJSON *section, const char *field, const char *text,
    const char *reason);


/* readiness.c: writes "trl", "maturity_level" and "score". */
void readiness_write(const model_t *m, const cJSON *answers,
    const char *type, cJSON *section);


/* synthesis.c: what swot and executive_summary may cite. */
void synthesis_write(int stage, const claims_list_t *claims, cJSON *section);

/* The claims that a summary may rest on: its paragraphs', or a paragraph's. */
typedef void (*synthesis_visit_pt)(const listed_claim_t *claim, void *data);

void synthesis_cited(const claims_list_t *claims, const cJSON *node,
    synthesis_visit_pt visit, void *data);


/*
 * shapes.c: what a section has beyond its copied fields; after the guard, so
 * that what is derived is guarded too.
 */
void shapes_write(const model_t *m, int stage, cJSON *section);

/* Whether a neutral object is at least partly supported. */
bool shapes_is_fact(const model_t *m, const cJSON *object);


/* gaps.c: adds "unknowns" and "questions" for what is empty. */
void gaps_write(const model_t *m, int stage, bool usable, cJSON *section);


/* Ends the process when there is no memory; else returns item. */
cJSON *parts_need(cJSON *item);


#endif /* PARTS_H */
