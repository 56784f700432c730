/*
 * Counts, headline numbers and names as claims, see facts.h.
 */

#include "facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "effect.h"
#include "paperal_json.h"


#define FACTS_TEXT        512
#define FACTS_MIN_CLAUSE  16        /* bytes; a shorter one is not a clause */
#define FACTS_RECENT      5         /* years */
#define FACTS_MIN_DATED   3         /* references */
#define FACTS_MIN_YEAR    1800
#define FACTS_MAX_YEAR    2200


static void facts_computed(emit_t *em, const char *kind, const char *text);
static void facts_references(engine_t *e, emit_t *em);
static int facts_compare(const void *a, const void *b);
static int facts_weight(const view_sentence_t *vs);
static void facts_number(emit_t *em, const view_sentence_t *vs);
static void facts_clause(const char *text, size_t from, size_t to,
    size_t *start, size_t *len);
static size_t facts_separator(const char *text);


static const char *const  facts_name_kinds[MENTIONS_KINDS] = {
    "named_organisation", "named_product", "patent_number", "licence_name",
    "grant_number"
};


void
facts_counts(engine_t *e, emit_t *em)
{
    char  text[FACTS_TEXT];

    (void) snprintf(text, sizeof(text),
                    lexicon_message(e->lang, "fact.counts"), e->doc->pages,
                    e->view.nbody, e->doc->nfigures, e->doc->ntables,
                    e->doc->nreferences);
    facts_computed(em, "counts", text);
    facts_references(e, em);
}


/* How old the literature is that the work rests on. */

static void
facts_references(engine_t *e, emit_t *em)
{
    int     *years, newest, year;
    char     text[FACTS_TEXT];
    size_t   i, n, recent;

    years = region_array(&e->view.region, e->doc->nreferences, sizeof(int));
    n = 0;

    for (i = 0; i < e->doc->nreferences; i++) {
        year = e->doc->references[i].year;

        if (year >= FACTS_MIN_YEAR && year <= FACTS_MAX_YEAR) {
            years[n++] = year;
        }
    }

    if (n < FACTS_MIN_DATED) {
        emit_gap(em, "reference_recency", "why.references", NULL);
        return;
    }

    qsort(years, n, sizeof(int), facts_compare);
    newest = years[n - 1];
    recent = 0;

    for (i = 0; i < n; i++) {
        recent += years[i] > newest - FACTS_RECENT;
    }

    (void) snprintf(text, sizeof(text),
                    lexicon_message(e->lang, "fact.references"), n, years[0],
                    newest, years[n / 2], recent, newest - FACTS_RECENT + 1,
                    newest);
    facts_computed(em, "reference_recency", text);
}


static void
facts_computed(emit_t *em, const char *kind, const char *text)
{
    paperal_json_open(em->out);
    paperal_json_strz(em->out, "kind", kind);
    paperal_json_strz(em->out, "text", text);
    paperal_json_strz(em->out, "basis", "computed");
    paperal_json_strz(em->out, "confidence", "high");
    emit_evidence(em, NULL, 0);
    paperal_json_close(em->out);
}


static int
facts_compare(const void *a, const void *b)
{
    return *(const int *) a - *(const int *) b;
}


void
facts_numbers(engine_t *e, emit_t *em)
{
    size_t                  i, j, n;
    const view_sentence_t  *vs, *best[FACTS_MAX_NUMBERS];

    n = 0;

    for (i = 0; i < e->view.n && !e->trl.gated; i++) {
        vs = &e->view.s[i];

        if (facts_weight(vs) == 0 || !effect_counts(vs->s->text)) {
            continue;
        }

        for (j = n; j > 0 && facts_weight(best[j - 1]) < facts_weight(vs);
             j--)
        {
            if (j < FACTS_MAX_NUMBERS) {
                best[j] = best[j - 1];
            }
        }

        if (j < FACTS_MAX_NUMBERS) {
            best[j] = vs;
            n += n < FACTS_MAX_NUMBERS;
        }
    }

    for (i = 0; i < n; i++) {
        facts_number(em, best[i]);
    }
}


/* 0: no headline.  A value of one's own results, best in the abstract. */

static int
facts_weight(const view_sentence_t *vs)
{
    if (!view_is_own(vs) || vs->cue[CUE_NUMBER] < 10
        || vs->cue[CUE_RESULT] < 12 || vs->cue[CUE_MODAL] != 0
        || vs->cue[CUE_WEAK] != 0 || vs->cue[CUE_EQUIPMENT] != 0)
    {
        return 0;
    }

    return vs->cue[CUE_RESULT] + (vs->role == DOCUMENT_ROLE_ABSTRACT ? 12
                                  : vs->role == DOCUMENT_ROLE_CONCLUSION ? 8
                                  : vs->role == DOCUMENT_ROLE_RESULTS ? 4
                                  : 0);
}


static void
facts_number(emit_t *em, const view_sentence_t *vs)
{
    size_t                      from, to, start, len;
    const char                 *text;
    const document_sentence_t  *s;

    s = vs->s;
    text = emit_text(s);

    if (!lexicon_find_cue(vs->lang, CUE_NUMBER, text, strlen(text), &from,
                          &to))
    {
        return;
    }

    facts_clause(text, from, to, &start, &len);

    /* "at 60 min" is no result without the rest of the sentence */

    if (!lexicon_has_cue(vs->lang, CUE_RESULT, text + start, len)) {
        start = 0;
        len = strlen(text);
    }

    paperal_json_open(em->out);
    paperal_json_strz(em->out, "kind", "headline_number");
    paperal_json_str(em->out, "text", text + start, len);
    paperal_json_strz(em->out, "basis", "paper");
    paperal_json_strz(em->out, "confidence", "medium");
    emit_evidence(em, &s, 1);
    paperal_json_close(em->out);
}


/* The part of a sentence between two commas or the like, around a number. */

static void
facts_clause(const char *text, size_t from, size_t to, size_t *start,
    size_t *len)
{
    size_t  i, n, end;

    *start = 0;

    for (i = 0; i < from; i++) {
        n = facts_separator(text + i);

        if (n > 0) {
            *start = i + n;
        }
    }

    end = strlen(text);

    for (i = to; text[i] != '\0'; i++) {
        if (facts_separator(text + i) > 0) {
            end = i;
            break;
        }
    }

    *start += strspn(text + *start, " ");

    if (end < *start + FACTS_MIN_CLAUSE) {
        *start = 0;
        end = strlen(text);
    }

    *len = end - *start;
}


static size_t
facts_separator(const char *text)
{
    if ((*text == ',' || *text == ';' || *text == ':') && text[1] == ' ') {
        return 2;
    }

    return strncmp(text, "\xef\xbc\x8c", 3) == 0
           || strncmp(text, "\xef\xbc\x9b", 3) == 0 ? 3 : 0;
}


void
facts_names(engine_t *e, emit_t *em, mention_e kind)
{
    char              text[FACTS_TEXT];
    size_t            i;
    const mention_t  *name;

    for (i = 0; i < e->names.n; i++) {
        name = &e->names.items[i];

        if (name->kind != kind) {
            continue;
        }

        (void) snprintf(text, sizeof(text),
                        lexicon_message(e->lang, "fact.name"), name->text,
                        lexicon_message(e->lang, mention_role_key(name->role)));
        paperal_json_open(em->out);
        paperal_json_strz(em->out, "kind", facts_name_kinds[kind]);
        paperal_json_strz(em->out, "text", text);
        paperal_json_strz(em->out, "basis", "paper");
        paperal_json_strz(em->out, "confidence", "low");
        emit_evidence(em, &name->s, 1);
        paperal_json_close(em->out);
    }
}
