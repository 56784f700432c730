/*
 * Technology readiness by the rubric: each criterion is answered with quotes
 * about the authors' own work.  The embedded engine gives a range, never a
 * level.
 */

#ifndef TRL_H
#define TRL_H


#include "view.h"


#define TRL_MAX_QUOTES  2


typedef enum {
    TRL_UNCLEAR = 0,
    TRL_YES,
    TRL_NO
} trl_answer_e;

typedef struct {
    trl_answer_e            answer;
    const char             *reason;        /* key of a message */
    size_t                  n;
    const view_sentence_t  *vs[TRL_MAX_QUOTES];
} trl_answer_t;

typedef struct {
    bool          gated;     /* review or position paper: nothing asked */
    size_t        nown;      /* sentences about own work */
    int           low;       /* 0: no range */
    int           high;
    trl_answer_t  answers[LEXICON_MAX_CRITERIA];   /* as in the rubric */
} trl_t;


/* type: article type or NULL. */
void trl_assess(const view_t *v, const char *type, trl_t *trl);

/*
 * The article's type: what the title says about reviews and position papers
 * first, then the document's own type, then the rest of the title; NULL.
 */
const char *trl_article_type(const view_t *v);

/*
 * The parts of trl_assess(), for answers that a model gives: whether articles
 * of a type are asked at all; the highest level below 8 that they can show;
 * whether one of the patterns matches a sentence; and low and high from the
 * answers.
 */
bool trl_is_gated(const char *type);
int trl_cap(const char *type);
bool trl_any(const lexicon_pattern_t *p, const view_sentence_t *vs);
void trl_range(const view_t *v, trl_t *trl);


#endif /* TRL_H */
