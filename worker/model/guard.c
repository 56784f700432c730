/*
 * No number without a source.  A figure is allowed in a text when a verified
 * quote beside it holds the same figure, read from the paper's own sentence
 * and not from the model's copy, or when a source of users does.  Anything
 * else becomes the words "[figure not in the paper]" and a warning.
 */

#include "parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "texts.h"


#define GUARD_MAX_PASSES   4
#define GUARD_MAX_PATH     160
#define GUARD_MAX_REMOVED  200      /* reported, of a section */
#define GUARD_MAX_TEXT     300      /* bytes of a report */
#define GUARD_MAX_SOURCE   600      /* bytes of "market_source" */


typedef struct {
    int        n;
    int        cap;
    figure_t  *list;
} guard_figures_t;

typedef struct {
    const model_t        *m;
    const claims_list_t  *claims;
    cJSON                *section;
    region_t              region;
    guard_figures_t       sources;
} guard_t;

typedef struct {
    guard_t          *g;
    guard_figures_t  *figures;
} guard_collect_t;


static void guard_sources(guard_t *g);
static void guard_walk(guard_t *g, cJSON *node, const char *path,
    const guard_figures_t *allowed);
static void guard_object(guard_t *g, cJSON *node, const char *path,
    const guard_figures_t *allowed);
static void guard_evidence(guard_t *g, const cJSON *node,
    guard_figures_t *figures);
static void guard_quote(guard_t *g, const char *sid, const char *quote,
    guard_figures_t *figures);
static void guard_cited(const listed_claim_t *claim, void *data);
static void guard_add(guard_t *g, const figure_t *f,
    guard_figures_t *figures);
static bool guard_has(const guard_figures_t *figures, const figure_t *f);
static void guard_text(guard_t *g, cJSON *item, const char *path,
    const guard_figures_t *allowed);
static void guard_replace(cJSON *item, const char *text);
static bool guard_pass(guard_t *g, const char *text, const char *path,
    const guard_figures_t *allowed, paperal_buf_t *out);
static void guard_market(guard_t *g, cJSON *application, size_t n);
static bool guard_statement(guard_t *g, cJSON *application, const char *key,
    const char *const *words, cJSON **source);
static bool guard_in_paper(guard_t *g, const cJSON *application,
    const char *statement, const char *const *words);
static cJSON *guard_in_source(guard_t *g, const char *statement);
static bool guard_states(const char *text, size_t len, const figures_t *f);
static void guard_funding(guard_t *g, cJSON *range, size_t n);
static void guard_amount(guard_t *g, cJSON *range, size_t n,
    const char *key, const guard_figures_t *allowed);


/* A quote with one of these speaks of a market, or of its growth. */

static const char *const  guard_market_words[] = {
    "market", "sales", "revenue", "spend", "worth", "expenditure",
    "industry", "cost", "turnover", "demand", "市场", "销售", "规模", "产值",
    "收入", "支出", "需求", "行业", "费用", NULL
};

static const char *const  guard_growth_words[] = {
    "grow", "cagr", "annual", "per year", "increas", "expand", "rise",
    "增长", "增速", "年均", "提高", "扩大", NULL
};


void
guard_section(const model_t *m, const claims_list_t *claims, cJSON *section)
{
    size_t            n;
    cJSON            *item, *removed;
    guard_t           g;
    guard_figures_t   allowed;

    memset(&g, 0, sizeof(guard_t));
    memset(&allowed, 0, sizeof(guard_figures_t));
    g.m = m;
    g.claims = claims;
    g.section = section;
    region_init(&g.region, 0);
    guard_sources(&g);

    n = 0;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(section,
                                                   "potential_applications"))
    {
        guard_market(&g, item, n++);
    }

    n = 0;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(section,
                                                           "funding_ranges"))
    {
        guard_funding(&g, item, n++);
    }

    guard_evidence(&g, section, &allowed);
    removed = cJSON_DetachItemFromObjectCaseSensitive(section, "removed");
    cJSON_AddItemToObject(section, "removed",
                          removed != NULL ? removed
                          : parts_need(cJSON_CreateArray()));

    guard_walk(&g, section, "", &allowed);
    region_free(&g.region);
}


void
guard_removed(cJSON *section, const char *field, const char *text,
    const char *reason)
{
    cJSON  *list, *item;

    list = cJSON_GetObjectItemCaseSensitive(section, "removed");

    if (list == NULL) {
        list = parts_need(cJSON_AddArrayToObject(section, "removed"));
    }

    if (cJSON_GetArraySize(list) >= GUARD_MAX_REMOVED) {
        return;
    }

    item = parts_need(cJSON_CreateObject());
    (void) parts_need(cJSON_AddStringToObject(item, "field", field));
    cJSON_AddItemToObject(item, "text", answer_string(text, GUARD_MAX_TEXT));
    (void) parts_need(cJSON_AddStringToObject(item, "reason", reason));
    cJSON_AddItemToArray(list, item);
}


static void
guard_sources(guard_t *g)
{
    size_t           i, k;
    figures_t        f;
    const source_t  *s;

    for (i = 0; i < g->m->sources.n; i++) {
        s = &g->m->sources.items[i];
        figures_find(s->quote, strlen(s->quote), false, &f);

        for (k = 0; k < f.n; k++) {
            guard_add(g, &f.list[k], &g->sources);
        }
    }
}


/* The strings below node; an object with evidence of its own has its own. */

static void
guard_walk(guard_t *g, cJSON *node, const char *path,
    const guard_figures_t *allowed)
{
    char     below[GUARD_MAX_PATH];
    cJSON   *child;
    size_t   n;

    static const char *const  skip[] = {
        "evidence", PARTS_CITED, PARTS_USERS, "claim_ids", "removed",
        "keyphrases", "summary", "market_source"
    };

    n = 0;

    cJSON_ArrayForEach(child, node) {
        if (child->string == NULL) {
            (void) snprintf(below, sizeof(below), "%s[%zu]", path, n++);

        } else {
            for (n = 0; n < sizeof(skip) / sizeof(skip[0]); n++) {
                if (strcmp(child->string, skip[n]) == 0) {
                    break;
                }
            }

            if (n < sizeof(skip) / sizeof(skip[0])) {
                continue;
            }

            (void) snprintf(below, sizeof(below), "%s%s%s", path,
                            path[0] == '\0' ? "" : ".", child->string);
        }

        if (cJSON_IsString(child)) {
            guard_text(g, child, below, allowed);

        } else if (cJSON_IsObject(child)) {
            guard_object(g, child, below, allowed);

        } else if (cJSON_IsArray(child)) {
            guard_walk(g, child, below, allowed);
        }
    }
}


static void
guard_object(guard_t *g, cJSON *node, const char *path,
    const guard_figures_t *allowed)
{
    guard_figures_t  own;

    memset(&own, 0, sizeof(guard_figures_t));

    if (cJSON_HasObjectItem(node, "evidence")
        || cJSON_HasObjectItem(node, "claim_ids"))
    {
        guard_evidence(g, node, &own);
        allowed = &own;
    }

    guard_walk(g, node, path, allowed);
}


/* The figures of all evidence at and below node, and of cited claims. */

static void
guard_evidence(guard_t *g, const cJSON *node, guard_figures_t *figures)
{
    const cJSON      *child;
    guard_collect_t   c;

    if (cJSON_HasObjectItem(node, "quote")) {
        guard_quote(g, claims_string(node, "sid"),
                    claims_string(node, "quote"), figures);
        return;
    }

    if (cJSON_HasObjectItem(node, "claim_ids")) {
        c.g = g;
        c.figures = figures;
        synthesis_cited(g->claims, node, guard_cited, &c);
    }

    cJSON_ArrayForEach(child, node) {
        if (cJSON_IsObject(child) || cJSON_IsArray(child)) {
            guard_evidence(g, child, figures);
        }
    }
}


/* What the paper's sentence says inside of a verified quote. */

static void
guard_quote(guard_t *g, const char *sid, const char *quote,
    guard_figures_t *figures)
{
    size_t                       i, k;
    figures_t                    f;
    paperal_quote_result_t       result;
    const document_sentence_t   *s;
    const paperal_quote_range_t *range;

    quotes_match(g->m->quotes, sid, quote, &result);

    if (result.status != PAPERAL_QUOTE_VERIFIED) {
        return;
    }

    for (i = 0; i < result.nranges; i++) {
        range = &result.ranges[i];
        s = &g->m->doc->sentences[range->sentence];
        figures_find(s->text, s->len, false, &f);

        for (k = 0; k < f.n; k++) {
            if (f.list[k].from >= range->start_byte
                && f.list[k].to <= range->end_byte)
            {
                guard_add(g, &f.list[k], figures);
            }
        }
    }
}


static void
guard_cited(const listed_claim_t *claim, void *data)
{
    guard_collect_t  *c;

    c = data;

    if (claim->verdict == PARTS_SUPPORTED || claim->verdict == PARTS_PARTLY) {
        guard_evidence(c->g, claim->claim, c->figures);
    }
}


static void
guard_add(guard_t *g, const figure_t *f, guard_figures_t *figures)
{
    figures->list = region_grow(&g->region, figures->list, figures->n,
                                &figures->cap, sizeof(figure_t));
    figures->list[figures->n++] = *f;
}


static bool
guard_has(const guard_figures_t *figures, const figure_t *f)
{
    int  i;

    for (i = 0; i < figures->n; i++) {
        if (figures_equal(&figures->list[i], f)) {
            return true;
        }
    }

    return false;
}


/*
 * Until nothing is left to remove: a text that stays stubborn, because what
 * is left of it reads as a figure again, goes as a whole.
 */

static void
guard_text(guard_t *g, cJSON *item, const char *path,
    const guard_figures_t *allowed)
{
    int             pass;
    bool            changed;
    paperal_buf_t   out;

    changed = true;

    for (pass = 0; pass < GUARD_MAX_PASSES && changed; pass++) {
        paperal_buf_init(&out, ENGINE_MAX_STAGE);
        changed = guard_pass(g, item->valuestring, path, allowed, &out);

        if (changed) {
            guard_replace(item, paperal_buf_cstr(&out));
        }

        paperal_buf_release(&out);
    }

    if (changed) {
        guard_replace(item, texts_word(g->m->lang, "figure"));
    }
}


/* Or the text would stay as it is, with its figures. */

static void
guard_replace(cJSON *item, const char *text)
{
    if (cJSON_SetValuestring(item, text) == NULL) {
        abort();
    }
}


/* Writes the text without what may not be said; false: nothing to change. */

static bool
guard_pass(guard_t *g, const char *text, const char *path,
    const guard_figures_t *allowed, paperal_buf_t *out)
{
    bool        changed, last;
    char        words[GUARD_MAX_TEXT];
    size_t      i, at;
    figures_t   f;

    figures_find(text, strlen(text), false, &f);

    if (f.overflow) {
        guard_removed(g->section, path, text, "number_without_source");
        paperal_buf_str(out, texts_word(g->m->lang, "figure"));
        return true;
    }

    changed = false;
    last = false;
    at = 0;

    for (i = 0; i < f.n; i++) {
        if (guard_has(allowed, &f.list[i])
            || guard_has(&g->sources, &f.list[i]))
        {
            last = false;
            continue;
        }

        (void) snprintf(words, sizeof(words), "%.*s",
                        (int) (f.list[i].to - f.list[i].from),
                        text + f.list[i].from);
        guard_removed(g->section, path, words, "number_without_source");

        if (!last || !f.list[i].joined) {
            paperal_buf_bytes(out, text + at, f.list[i].from - at);
            paperal_buf_str(out, texts_word(g->m->lang, "figure"));
        }

        at = f.list[i].to;
        changed = true;
        last = true;
    }

    paperal_buf_str(out, text + at);

    return changed;
}


static void
guard_market(guard_t *g, cJSON *application, size_t n)
{
    bool         paper;
    char         path[GUARD_MAX_PATH];
    cJSON       *source, *item;
    size_t       i;
    const char  *statement;

    static const struct {
        const char         *key;
        const char *const  *words;
    } fields[] = {
        { "market_size", guard_market_words },
        { "growth_rate", guard_growth_words }
    };

    source = NULL;
    paper = false;

    for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        statement = claims_string(application, fields[i].key);

        if (statement[0] == '\0') {
            continue;
        }

        if (guard_statement(g, application, fields[i].key, fields[i].words,
                            &source))
        {
            paper |= source == NULL;
            continue;
        }

        (void) snprintf(path, sizeof(path), "potential_applications[%zu].%s",
                        n, fields[i].key);
        guard_removed(g->section, path, statement, "number_without_source");
        cJSON_ReplaceItemInObjectCaseSensitive(application, fields[i].key,
                                           parts_need(cJSON_CreateNull()));
    }

    item = cJSON_CreateString(source != NULL ? "user_source"
                              : paper ? "paper_quote" : "not_estimated");
    cJSON_ReplaceItemInObjectCaseSensitive(application, "market_size_basis",
                                           parts_need(item));
    cJSON_AddItemToObject(application, "market_source",
                          source != NULL ? source
                          : parts_need(cJSON_CreateNull()));
}


/* Whether a statement may stay; *source is set when it is from one. */

static bool
guard_statement(guard_t *g, cJSON *application, const char *key,
    const char *const *words, cJSON **source)
{
    cJSON       *found;
    const char  *statement;

    statement = claims_string(application, key);

    if (guard_in_paper(g, application, statement, words)) {
        return true;
    }

    found = guard_in_source(g, statement);

    if (found == NULL) {
        return false;
    }

    if (*source == NULL) {
        *source = found;

    } else {
        cJSON_Delete(found);
    }

    return true;
}


/* All its numbers in one verified quote that speaks of such things. */

static bool
guard_in_paper(guard_t *g, const cJSON *application, const char *statement,
    const char *const *words)
{
    size_t                   k;
    figures_t                f;
    const char              *quote;
    const cJSON             *item;
    paperal_quote_result_t   result;

    figures_find(statement, strlen(statement), true, &f);

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(application,
                                                              "evidence"))
    {
        quote = claims_string(item, "quote");
        quotes_match(g->m->quotes, claims_string(item, "sid"), quote,
                     &result);

        for (k = 0; words[k] != NULL; k++) {
            if (strcasestr(quote, words[k]) != NULL) {
                break;
            }
        }

        if (words[k] != NULL && result.status == PAPERAL_QUOTE_VERIFIED
            && guard_states(quote, strlen(quote), &f))
        {
            return true;
        }
    }

    return false;
}


/* The words for the source that has all its numbers, or NULL. */

static cJSON *
guard_in_source(guard_t *g, const char *statement)
{
    char             words[GUARD_MAX_SOURCE];
    size_t           i;
    figures_t        f;
    const source_t  *s;

    figures_find(statement, strlen(statement), true, &f);

    for (i = 0; i < g->m->sources.n; i++) {
        s = &g->m->sources.items[i];

        if (!guard_states(s->quote, strlen(s->quote), &f)) {
            continue;
        }

        (void) snprintf(words, sizeof(words), "%s%s%s%s%s",
                        s->title != NULL ? s->title
                        : s->question != NULL ? s->question : "",
                        s->date != NULL ? ", " : "",
                        s->date != NULL ? s->date : "",
                        s->url != NULL ? ", " : "",
                        s->url != NULL ? s->url : "");

        return answer_string(words, sizeof(words));
    }

    return NULL;
}


static bool
guard_states(const char *text, size_t len, const figures_t *f)
{
    size_t     i;
    figures_t  there;

    figures_find(text, len, true, &there);

    for (i = 0; i < f->n; i++) {
        if (!figures_has(&there, &f->list[i])) {
            return false;
        }
    }

    return f->n > 0 && !f->overflow;
}


static void
guard_funding(guard_t *g, cJSON *range, size_t n)
{
    guard_figures_t  allowed;

    memset(&allowed, 0, sizeof(guard_figures_t));
    guard_evidence(g, range, &allowed);
    guard_amount(g, range, n, "low_usd", &allowed);
    guard_amount(g, range, n, "high_usd", &allowed);
}


static void
guard_amount(guard_t *g, cJSON *range, size_t n, const char *key,
    const guard_figures_t *allowed)
{
    char           path[GUARD_MAX_PATH], text[GUARD_MAX_PATH];
    figures_t      f;
    const cJSON   *amount;

    amount = cJSON_GetObjectItemCaseSensitive(range, key);

    if (!cJSON_IsNumber(amount)) {
        return;
    }

    (void) snprintf(text, sizeof(text), "USD %d", amount->valueint);
    figures_find(text, strlen(text), false, &f);

    if (f.n == 1 && (guard_has(allowed, &f.list[0])
                     || guard_has(&g->sources, &f.list[0])))
    {
        return;
    }

    (void) snprintf(path, sizeof(path), "funding_ranges[%zu].%s", n, key);
    guard_removed(g->section, path, text, "number_without_source");
    cJSON_ReplaceItemInObjectCaseSensitive(range, key,
                                           parts_need(cJSON_CreateNull()));
}
