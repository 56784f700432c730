/*
 * Finds names by the patterns of names.txt, see mentions.h.
 */

#include "mentions.h"

#include <stdio.h>
#include <string.h>

#include "ascii.h"
#include "view_text.h"


#define MENTIONS_MIN_WORDS  5
#define MENTIONS_MIN_HAN    10


static bool mentions_can_quote(const view_sentence_t *vs);
static void mentions_sentence(const view_sentence_t *vs,
    const lexicon_pattern_t *p, mentions_t *names);
static bool mentions_may(const view_sentence_t *vs, mention_e kind);
static bool mentions_funds(const view_sentence_t *vs);
static mention_role_e mentions_role(const view_sentence_t *vs, mention_e kind);
static void mentions_add(mentions_t *names, const view_sentence_t *vs,
    mention_e kind, const char *text, size_t len);


static const char *const  mentions_role_keys[] = {
    "name.mentioned", "name.supplier", "name.interest", "name.funder",
    "name.author", "name.work", "name.article"
};


const char *
mention_role_key(mention_role_e role)
{
    return mentions_role_keys[role];
}


void
mentions_find(const view_t *v, mentions_t *names)
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
            || !mentions_can_quote(vs))
        {
            continue;
        }

        for (p = v->lex->names[vs->lang]; p != NULL; p = p->next) {
            if (mentions_may(vs, (mention_e) p->kind)) {
                mentions_sentence(vs, p, names);
            }
        }
    }
}


/* A line of an address alone is too short for a quote. */

static bool
mentions_can_quote(const view_sentence_t *vs)
{
    view_shape_t  shape;

    view_shape(vs->s->text, vs->s->len, &shape);

    return shape.words >= MENTIONS_MIN_WORDS || shape.han >= MENTIONS_MIN_HAN;
}


/* All matches of one pattern, from left to right. */

static void
mentions_sentence(const view_sentence_t *vs, const lexicon_pattern_t *p,
    mentions_t *names)
{
    size_t       i, at, from, to;
    const char  *text;

    text = vs->s->text;
    at = 0;

    for (i = 0; i < MENTIONS_MAX_SCAN && at < vs->s->len; i++) {
        if (!lexicon_match(p, text + at, vs->s->len - at, &from, &to)
            || to <= from)
        {
            return;
        }

        mentions_add(names, vs, (mention_e) p->kind, text + at + from,
                     to - from);
        at += to;
    }
}


/* Where a kind of name means something. */

static bool
mentions_may(const view_sentence_t *vs, mention_e kind)
{
    const char  *text;

    text = vs->s->text;

    switch (kind) {

    case MENTION_GRANT:
        return mentions_funds(vs);

    case MENTION_LICENCE:
        return ascii_find(text, "licen") != NULL
               || ascii_find(text, "creative commons") != NULL
               || strstr(text, "\xe5\x8d\x8f\xe8\xae\xae") != NULL
               || strstr(text, "\xe8\xae\xb8\xe5\x8f\xaf") != NULL;

    case MENTION_PATENT:
        return ascii_find(text, "patent") != NULL
               || strstr(text, "\xe4\xb8\x93\xe5\x88\xa9") != NULL;

    case MENTION_PRODUCT:
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
mentions_funds(const view_sentence_t *vs)
{
    return vs->role == DOCUMENT_ROLE_FUNDING
           || ((vs->role == DOCUMENT_ROLE_ACKNOWLEDGEMENTS || !vs->body)
               && view_has_cue(vs->s, CUE_FUNDING))
           || vs->cue[CUE_FUNDING] != 0;
}


static mention_role_e
mentions_role(const view_sentence_t *vs, mention_e kind)
{
    if (kind == MENTION_LICENCE) {
        return !vs->body || ascii_find(vs->s->text, "article") != NULL
               ? MENTION_ROLE_ARTICLE : MENTION_ROLE_WORK;
    }

    if (vs->role == DOCUMENT_ROLE_CONFLICT_OF_INTEREST
        || (!vs->body && view_has_cue(vs->s, CUE_COI)))
    {
        return MENTION_ROLE_INTEREST;
    }

    if (mentions_funds(vs) || vs->role == DOCUMENT_ROLE_ACKNOWLEDGEMENTS) {
        return MENTION_ROLE_FUNDER;
    }

    if (vs->s->kind == DOCUMENT_KIND_FRONT) {
        return MENTION_ROLE_AUTHOR;
    }

    return vs->role == DOCUMENT_ROLE_METHODS || vs->cue[CUE_SUPPLIER] != 0
           || vs->cue[CUE_EQUIPMENT] != 0
           ? MENTION_ROLE_SUPPLIER : MENTION_ROLE_MENTIONED;
}


/* A name counts once, at its first place; a part of a longer one does not. */

static void
mentions_add(mentions_t *names, const view_sentence_t *vs, mention_e kind,
    const char *text, size_t len)
{
    char        name[MENTIONS_MAX_TEXT];
    size_t      i, kinds;
    mention_t  *item;

    while (len > 0 && strchr(" ,;:", text[len - 1]) != NULL) {
        len--;
    }

    if (len < 2 || len >= MENTIONS_MAX_TEXT || names->n == MENTIONS_MAX) {
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
                || (kind == MENTION_LICENCE && item->s == vs->s
                    && item->role == MENTION_ROLE_ARTICLE))
            {
                return;
            }
        }
    }

    if (kinds == MENTIONS_MAX_KIND) {
        return;
    }

    item = &names->items[names->n++];
    memcpy(item->text, name, len + 1);
    item->kind = kind;
    item->role = mentions_role(vs, kind);
    item->s = vs->s;
}
