/*
 * Finds names by the patterns of names.txt, see names.h.
 */

#include "names.h"

#include <stdio.h>
#include <string.h>

#include "ascii.h"
#include "view_text.h"


#define NAMES_MIN_WORDS  5
#define NAMES_MIN_HAN    10


static bool names_can_quote(const view_sentence_t *vs);
static void names_sentence(const view_t *v, const view_sentence_t *vs,
    const lexicon_pattern_t *p, names_t *names);
static bool names_may(const view_sentence_t *vs, name_e kind);
static bool names_funds(const view_sentence_t *vs);
static name_role_e names_role(const view_sentence_t *vs, name_e kind);
static void names_add(names_t *names, const view_sentence_t *vs, name_e kind,
    const char *text, size_t len);


static const char *const  names_role_keys[] = {
    "name.mentioned", "name.supplier", "name.interest", "name.funder",
    "name.author", "name.work", "name.article"
};


const char *
name_role_key(name_role_e role)
{
    return names_role_keys[role];
}


void
names_find(const view_t *v, names_t *names)
{
    size_t                    i;
    const view_sentence_t    *vs;
    const lexicon_pattern_t  *p;

    names->n = 0;

    for (i = 0; i < v->n; i++) {
        vs = &v->s[i];

        if (vs->s->kind == DOCUMENT_KIND_REFERENCE
            || vs->s->kind == DOCUMENT_KIND_HEADING
            || vs->role == DOCUMENT_ROLE_REFERENCES
            || vs->role == DOCUMENT_ROLE_APPENDIX
            || view_has_cue(vs->s, CUE_INSTRUCTION)
            || !names_can_quote(vs))
        {
            continue;
        }

        for (p = v->lex->names[vs->lang]; p != NULL; p = p->next) {
            if (names_may(vs, (name_e) p->kind)) {
                names_sentence(v, vs, p, names);
            }
        }
    }
}


/* A line of an address alone is too short for a quote. */

static bool
names_can_quote(const view_sentence_t *vs)
{
    view_shape_t  shape;

    view_shape(vs->s->text, vs->s->len, &shape);

    return shape.words >= NAMES_MIN_WORDS || shape.han >= NAMES_MIN_HAN;
}


/* All matches of one pattern, from left to right. */

static void
names_sentence(const view_t *v, const view_sentence_t *vs,
    const lexicon_pattern_t *p, names_t *names)
{
    size_t       i, at, from, to;
    const char  *text;

    (void) v;
    text = vs->s->text;
    at = 0;

    for (i = 0; i < NAMES_MAX_SCAN && at < vs->s->len; i++) {
        if (!lexicon_match(p, text + at, vs->s->len - at, &from, &to)
            || to <= from)
        {
            return;
        }

        names_add(names, vs, (name_e) p->kind, text + at + from, to - from);
        at += to;
    }
}


/* Where a kind of name means something. */

static bool
names_may(const view_sentence_t *vs, name_e kind)
{
    const char  *text;

    text = vs->s->text;

    switch (kind) {

    case NAME_GRANT:
        return names_funds(vs);

    case NAME_LICENCE:
        return ascii_find(text, "licen") != NULL
               || ascii_find(text, "creative commons") != NULL
               || strstr(text, "\xe5\x8d\x8f\xe8\xae\xae") != NULL
               || strstr(text, "\xe8\xae\xb8\xe5\x8f\xaf") != NULL;

    case NAME_PATENT:
        return ascii_find(text, "patent") != NULL
               || strstr(text, "\xe4\xb8\x93\xe5\x88\xa9") != NULL;

    case NAME_PRODUCT:
        return vs->role == DOCUMENT_ROLE_METHODS
               || vs->role == DOCUMENT_ROLE_RESULTS
               || vs->cue[CUE_SUPPLIER] != 0 || vs->cue[CUE_EQUIPMENT] != 0;

    default:

        /* names of companies in an argument are names of cited works */

        return vs->role != DOCUMENT_ROLE_RELATED_WORK
               && (vs->cue[CUE_CITED] == 0 || vs->cue[CUE_SUPPLIER] != 0);
    }
}


static bool
names_funds(const view_sentence_t *vs)
{
    return vs->role == DOCUMENT_ROLE_FUNDING
           || ((vs->role == DOCUMENT_ROLE_ACKNOWLEDGEMENTS || !vs->body)
               && view_has_cue(vs->s, CUE_FUNDING))
           || vs->cue[CUE_FUNDING] != 0;
}


static name_role_e
names_role(const view_sentence_t *vs, name_e kind)
{
    if (kind == NAME_LICENCE) {
        return !vs->body || ascii_find(vs->s->text, "article") != NULL
               ? NAME_ROLE_ARTICLE : NAME_ROLE_WORK;
    }

    if (vs->role == DOCUMENT_ROLE_CONFLICT_OF_INTEREST
        || (!vs->body && view_has_cue(vs->s, CUE_COI)))
    {
        return NAME_ROLE_INTEREST;
    }

    if (names_funds(vs) || vs->role == DOCUMENT_ROLE_ACKNOWLEDGEMENTS) {
        return NAME_ROLE_FUNDER;
    }

    if (vs->s->kind == DOCUMENT_KIND_FRONT) {
        return NAME_ROLE_AUTHOR;
    }

    return vs->role == DOCUMENT_ROLE_METHODS || vs->cue[CUE_SUPPLIER] != 0
           || vs->cue[CUE_EQUIPMENT] != 0
           ? NAME_ROLE_SUPPLIER : NAME_ROLE_MENTIONED;
}


/* A name counts once, at its first place; a part of a longer one does not. */

static void
names_add(names_t *names, const view_sentence_t *vs, name_e kind,
    const char *text, size_t len)
{
    char     name[NAMES_MAX_TEXT];
    size_t   i, kinds;
    name_t  *item;

    while (len > 0 && strchr(" ,;:", text[len - 1]) != NULL) {
        len--;
    }

    if (len < 2 || len >= NAMES_MAX_TEXT || names->n == NAMES_MAX) {
        return;
    }

    (void) snprintf(name, sizeof(name), "%.*s", (int) len, text);
    kinds = 0;

    for (i = 0; i < names->n; i++) {
        item = &names->items[i];

        if (item->kind == kind) {
            kinds++;

            /* an article has one licence, whatever its spellings */

            if (strstr(item->text, name) != NULL
                || (kind == NAME_LICENCE && item->role == NAME_ROLE_ARTICLE
                    && item->s == vs->s))
            {
                return;
            }
        }
    }

    if (kinds == NAMES_MAX_KIND) {
        return;
    }

    item = &names->items[names->n++];
    memcpy(item->text, name, len + 1);
    item->kind = kind;
    item->role = names_role(vs, kind);
    item->s = vs->s;
}
