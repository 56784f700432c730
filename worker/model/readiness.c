/*
 * Readiness by the rubric from a model's answers.  The model says yes, no or
 * unclear with quotes; here each quote is looked up, has to be a statement
 * about the authors' own work, in fact and not denied, and only then counts.
 * The level is computed by the same functions as the embedded engine's range.
 */

#include "parts.h"

#include <stdio.h>
#include <string.h>

#include "claims.h"
#include "texts.h"


#define READINESS_LEVEL   24
#define READINESS_REASON  500      /* code points */
#define READINESS_USES    3        /* criteria that one sentence may carry */


static const cJSON *readiness_find(const cJSON *answers, const char *id);
static bool readiness_is_everything(const cJSON *answers,
    const cJSON *answer);
static const char *readiness_answer(const model_t *m,
    const lexicon_criterion_t *c, const cJSON *answer, int cap,
    trl_answer_e *result, cJSON *kept);
static const char *readiness_yes(const model_t *m,
    const lexicon_criterion_t *c, const cJSON *item);
static const char *readiness_sentence(const lexicon_criterion_t *c,
    const view_sentence_t *vs);
static bool readiness_names_level(const char *text);
static bool readiness_is_own(const view_sentence_t *vs);
static bool readiness_has(const view_sentence_t *vs, cue_e cue);
static bool readiness_has_digit(const char *text);
static bool readiness_is_qualified(const lexicon_criterion_t *c,
    const view_sentence_t *vs);
static bool readiness_is_no(const model_t *m, const cJSON *item);
static void readiness_level(const trl_t *trl, cJSON *o, cJSON *section);
static void readiness_gap(const model_t *m, const trl_t *trl, cJSON *o);
static void readiness_string(cJSON *o, const char *key, const char *value);
static void readiness_number(cJSON *o, const char *key, int n);


static const char *const  readiness_names[] = { "unclear", "yes", "no" };


void
readiness_write(const model_t *m, const cJSON *answers, const char *type,
    cJSON *section)
{
    int                         cap;
    trl_t                       trl;
    cJSON                      *o, *list, *item, *kept, *unit;
    size_t                      i;
    const char                 *reason;
    const cJSON                *answer;
    const view_t               *v;
    const lexicon_criterion_t  *c;

    v = &m->engine->view;
    memset(&trl, 0, sizeof(trl_t));
    trl.gated = trl_is_gated(type);
    cap = trl_cap(type);
    o = parts_need(cJSON_CreateObject());
    list = parts_need(cJSON_CreateArray());

    for (i = 0; i < v->lex->ncriteria; i++) {
        c = &v->lex->criteria[i];
        answer = readiness_find(answers, c->id);
        kept = parts_need(cJSON_CreateArray());

        reason = trl.gated ? lexicon_message(m->lang, "trl.gated")
                 : readiness_is_everything(answers, answer)
                 ? texts_word(m->lang, "trl.everything")
                 : readiness_answer(m, c, answer, cap,
                                    &trl.answers[i].answer, kept);

        item = parts_need(cJSON_CreateObject());
        readiness_string(item, "criterion_id", c->id);
        readiness_number(item, "level", c->level);
        readiness_string(item, "answer",
                         readiness_names[trl.answers[i].answer]);
        cJSON_AddItemToObject(item, "reason",
                              answer_string(reason, READINESS_REASON));
        cJSON_AddItemToObject(item, "evidence", kept);
        cJSON_AddItemToArray(list, item);
    }

    trl_range(v, &trl);
    readiness_level(&trl, o, section);
    readiness_string(o, "basis", "rubric_llm");
    unit = cJSON_DetachItemFromObjectCaseSensitive(section,
                                                   "unit_of_assessment");
    cJSON_AddItemToObject(o, "unit_of_assessment",
                          unit != NULL ? unit
                          : parts_need(cJSON_CreateNull()));
    readiness_string(o, "rubric_version", v->lex->rubric_version);
    readiness_gap(m, &trl, o);
    cJSON_AddItemToObject(o, "answers", list);
    cJSON_AddItemToObject(section, "trl", o);
}


static const cJSON *
readiness_find(const cJSON *answers, const char *id)
{
    const cJSON  *answer;

    cJSON_ArrayForEach(answer, answers) {
        if (strcmp(claims_string(answer, "criterion_id"), id) == 0) {
            return answer;
        }
    }

    return NULL;
}


/*
 * A sentence that is said to show more than a few criteria shows none: it
 * speaks about the assessment, not about the work.
 */

static bool
readiness_is_everything(const cJSON *answers, const cJSON *answer)
{
    size_t        n;
    const char   *sid;
    const cJSON  *item, *other, *quote;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(answer,
                                                              "evidence"))
    {
        n = 0;
        sid = claims_string(item, "sid");

        cJSON_ArrayForEach(other, answers) {
            cJSON_ArrayForEach(quote,
                cJSON_GetObjectItemCaseSensitive(other, "evidence"))
            {
                if (strcmp(claims_string(quote, "sid"), sid) == 0) {
                    n++;
                    break;
                }
            }
        }

        if (n > READINESS_USES) {
            return true;
        }
    }

    return false;
}


/* Fills *result and the quotes that it rests on; returns the reason. */

static const char *
readiness_answer(const model_t *m, const lexicon_criterion_t *c,
    const cJSON *answer, int cap, trl_answer_e *result, cJSON *kept)
{
    bool          yes;
    const char   *why, *failed, *said;
    const cJSON  *item;

    *result = TRL_UNCLEAR;

    if (answer == NULL) {
        return texts_word(m->lang, "trl.missing");
    }

    said = claims_string(answer, "answer");
    yes = strcmp(said, "yes") == 0;

    if (strcmp(said, "unclear") == 0) {
        said = claims_string(answer, "reason");
        return said[0] != '\0' ? said : lexicon_message(m->lang,
                                                        "trl.unclear");
    }

    failed = "trl.noquote";

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(answer,
                                                              "evidence"))
    {
        why = yes ? readiness_yes(m, c, item)
              : readiness_is_no(m, item) ? NULL : "trl.noquote";

        if (why != NULL) {
            failed = strcmp(failed, "trl.noquote") == 0 ? why : failed;

        } else if (cJSON_GetArraySize(kept) < TRL_MAX_QUOTES) {
            cJSON_AddItemToArray(kept,
                                 parts_need(cJSON_Duplicate(item, true)));
        }
    }

    if (cJSON_GetArraySize(kept) == 0) {
        return texts_word(m->lang, failed);
    }

    if (yes && c->level > cap && c->level < 8) {
        cJSON_DeleteItemFromArray(kept, 1);
        cJSON_DeleteItemFromArray(kept, 0);
        return lexicon_message(m->lang, "trl.capped");
    }

    *result = yes ? TRL_YES : TRL_NO;
    said = claims_string(answer, "reason");

    return said[0] != '\0' ? said
           : lexicon_message(m->lang, yes ? "trl.yes" : "trl.no");
}


/* Why a quote does not allow a "yes": a key of words; NULL: it does. */

static const char *
readiness_yes(const model_t *m, const lexicon_criterion_t *c,
    const cJSON *item)
{
    size_t                   i;
    const char              *why;
    const view_sentence_t   *vs;
    paperal_quote_result_t   result;

    quotes_match(m->quotes, claims_string(item, "sid"),
                 claims_string(item, "quote"), &result);

    if (result.status != PAPERAL_QUOTE_VERIFIED) {
        return "trl.noquote";
    }

    for (i = 0; i < result.nranges; i++) {
        vs = &m->engine->view.s[result.ranges[i].sentence];
        why = readiness_sentence(c, vs);

        if (why != NULL) {
            return why;
        }

        if (c->level >= 8 && !readiness_is_qualified(c, vs)) {
            return "trl.qualified";
        }
    }

    if (c->need_number && !readiness_has_digit(claims_string(item, "quote")))
    {
        return "trl.number";
    }

    return NULL;
}


/*
 * The whole sentence is judged, not the part that is quoted: a quote can be
 * cut so that its "not" stays outside.
 */

static const char *
readiness_sentence(const lexicon_criterion_t *c, const view_sentence_t *vs)
{
    if (!readiness_is_own(vs)) {
        return "trl.notown";
    }

    if (readiness_names_level(vs->s->text)) {
        return "trl.named";
    }

    if (readiness_has(vs, CUE_NEGATION)) {
        return "trl.negated";
    }

    if (!c->allow_modal && readiness_has(vs, CUE_MODAL)) {
        return "trl.modal";
    }

    return NULL;
}


/* Who says how ready something is has shown nothing by it. */

static bool
readiness_names_level(const char *text)
{
    size_t  i;

    static const char *const  words[] = {
        "readiness level", "TRL", "成熟度", "就绪水平", NULL
    };

    for (i = 0; words[i] != NULL; i++) {
        if (strcasestr(text, words[i]) != NULL) {
            return true;
        }
    }

    return false;
}


/* Sentences that are not fit to be quoted as claims can be own work too. */

static bool
readiness_is_own(const view_sentence_t *vs)
{
    if (vs->quotable) {
        return view_is_own(vs);
    }

    return vs->body && vs->s->kind != DOCUMENT_KIND_TITLE
           && (vs->role == DOCUMENT_ROLE_ABSTRACT
               || vs->role == DOCUMENT_ROLE_METHODS
               || vs->role == DOCUMENT_ROLE_RESULTS
               || vs->role == DOCUMENT_ROLE_CONCLUSION)
           && !readiness_has(vs, CUE_CITED);
}


static bool
readiness_has(const view_sentence_t *vs, cue_e cue)
{
    return vs->quotable ? vs->cue[cue] != 0
           : lexicon_has_cue(vs->lang, cue, vs->s->text, vs->s->len);
}


static bool
readiness_has_digit(const char *text)
{
    return strpbrk(text, "0123456789") != NULL;
}


/* An approval, a number, or whoever uses or pays. */

static bool
readiness_is_qualified(const lexicon_criterion_t *c,
    const view_sentence_t *vs)
{
    size_t  i;

    static const char *const  words[] = {
        "customer", "client", "hospital", "compan", "licens", "sold",
        "purchas", "certif", "approv", "clear", "客户", "用户", "医院", "企业",
        "公司", "销售", "认证", "批准", "许可", NULL
    };

    if (trl_any(c->yes[vs->lang], vs) || readiness_has_digit(vs->s->text)) {
        return true;
    }

    for (i = 0; words[i] != NULL; i++) {
        if (strcasestr(vs->s->text, words[i]) != NULL) {
            return true;
        }
    }

    return false;
}


/* A "no" too has to be the paper's. */

static bool
readiness_is_no(const model_t *m, const cJSON *item)
{
    paperal_quote_result_t  result;

    quotes_match(m->quotes, claims_string(item, "sid"),
                 claims_string(item, "quote"), &result);

    return result.status == PAPERAL_QUOTE_VERIFIED
           && m->engine->view.s[result.ranges[0].sentence].body;
}


static void
readiness_level(const trl_t *trl, cJSON *o, cJSON *section)
{
    char    text[READINESS_LEVEL];
    cJSON  *score;

    readiness_number(o, "level", trl->high);
    readiness_number(o, "range_low", trl->low);
    readiness_number(o, "range_high", trl->high);
    readiness_string(o, "confidence",
                     trl->high == 0 || trl->high - trl->low > 2 ? "low"
                     : trl->high == trl->low ? "high" : "medium");

    /* ten is level 9, to a tenth */

    score = trl->high == 0 ? cJSON_CreateNull()
            : cJSON_CreateNumber((trl->high * 200 + 9) / 18 / 10.0);
    cJSON_AddItemToObject(section, "score", parts_need(score));

    if (trl->high == 0) {
        cJSON_AddItemToObject(section, "maturity_level",
                              parts_need(cJSON_CreateNull()));
        return;
    }

    if (trl->low == trl->high) {
        (void) snprintf(text, sizeof(text), "TRL %d", trl->high);

    } else {
        (void) snprintf(text, sizeof(text), "TRL %d\xe2\x80\x93%d", trl->low,
                        trl->high);
    }

    readiness_string(section, "maturity_level", text);
}


static void
readiness_gap(const model_t *m, const trl_t *trl, cJSON *o)
{
    cJSON                      *list;
    size_t                      i;
    const lexicon_t            *lex;
    const lexicon_criterion_t  *c;

    list = parts_need(cJSON_AddArrayToObject(o, "next_level_gap"));
    lex = m->engine->view.lex;

    for (i = 0; i < lex->ncriteria && !trl->gated; i++) {
        c = &lex->criteria[i];

        if (trl->answers[i].answer != TRL_YES && c->level <= trl->high + 1) {
            cJSON_AddItemToArray(list, parts_need(
                                     cJSON_CreateString(c->gap[m->lang])));
        }
    }
}


static void
readiness_string(cJSON *o, const char *key, const char *value)
{
    (void) parts_need(cJSON_AddStringToObject(o, key, value));
}


/* 0 gives null. */

static void
readiness_number(cJSON *o, const char *key, int n)
{
    cJSON_AddItemToObject(o, key, parts_need(n == 0 ? cJSON_CreateNull()
                                             : cJSON_CreateNumber(n)));
}
