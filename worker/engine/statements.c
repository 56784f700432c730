/*
 * Finds statements, see statements.h.  Called by the worker after extraction
 * (they are shown with the paper) and by the stages.
 */

#include "statements.h"

#include <string.h>


#define STATEMENTS_HEADED  18      /* strength of a cue of weight 9 */


static const document_role_e  statement_roles[STATEMENTS] = {
    DOCUMENT_ROLE_FUNDING, DOCUMENT_ROLE_CONFLICT_OF_INTEREST,
    DOCUMENT_ROLE_DATA_AVAILABILITY, DOCUMENT_ROLE_CODE_AVAILABILITY
};

static const cue_e  statement_cues[STATEMENTS] = {
    CUE_FUNDING, CUE_COI, CUE_DATA, CUE_CODE
};

const char *const  statement_names[STATEMENTS] = {
    "funding", "conflict_of_interest", "data_availability",
    "code_availability"
};


static void statements_section(const view_t *v, statement_e kind,
    statement_t *st);
static void statements_cue(const view_t *v, statement_e kind,
    statement_t *st);
static bool statements_may_stand(const view_sentence_t *vs,
    statement_e kind);
static bool statements_add(statement_t *st, const document_sentence_t *s);


const document_sentence_t *
statements_says(const statement_t *st)
{
    bool    none;
    size_t  i;

    none = false;

    for (i = 0; i < st->n; i++) {
        if (view_has_cue(st->s[i], CUE_INTEREST)) {
            return st->s[i];
        }

        none = none || view_has_cue(st->s[i], CUE_NONE);
    }

    return none || st->n == 0 ? NULL : st->s[0];
}


void
statements_find(const view_t *v, statement_t st[STATEMENTS])
{
    int  kind;

    memset(st, 0, sizeof(statement_t) * STATEMENTS);

    for (kind = 0; kind < STATEMENTS; kind++) {
        statements_section(v, (statement_e) kind, &st[kind]);

        if (st[kind].n == 0) {
            statements_cue(v, (statement_e) kind, &st[kind]);
        }
    }
}


static void
statements_section(const view_t *v, statement_e kind, statement_t *st)
{
    size_t                  i;
    const view_sentence_t  *vs;

    for (i = 0; i < v->n; i++) {
        vs = &v->s[i];

        if (vs->role == statement_roles[kind]
            && vs->s->kind != DOCUMENT_KIND_HEADING
            && vs->s->kind != DOCUMENT_KIND_CAPTION
            && vs->s->kind != DOCUMENT_KIND_REFERENCE
            && !statements_add(st, vs->s))
        {
            return;
        }
    }
}


/*
 * The sentences after the first that match and follow it directly belong to
 * the same statement.
 */

static void
statements_cue(const view_t *v, statement_e kind, statement_t *st)
{
    bool                    has;
    size_t                  i, last;
    const view_sentence_t  *vs;

    last = 0;

    for (i = 0; i < v->n; i++) {
        vs = &v->s[i];

        if (!statements_may_stand(vs, kind)) {
            continue;
        }

        has = vs->quotable ? vs->cue[statement_cues[kind]] != 0
                           : view_has_cue(vs->s, statement_cues[kind]);

        if (!has || (st->n > 0 && i != last + 1)) {
            continue;
        }

        if (!statements_add(st, vs->s)) {
            return;
        }

        last = i;
    }
}


static bool
statements_may_stand(const view_sentence_t *vs, statement_e kind)
{
    switch (vs->s->kind) {

    case DOCUMENT_KIND_BACK:
    case DOCUMENT_KIND_FOOTNOTE:
    case DOCUMENT_KIND_FRONT:
        return true;

    case DOCUMENT_KIND_ABSTRACT:
        return kind == STATEMENT_CODE || kind == STATEMENT_DATA;

    case DOCUMENT_KIND_BODY:
        break;

    default:
        return false;
    }

    switch (vs->role) {

    case DOCUMENT_ROLE_ACKNOWLEDGEMENTS:
    case DOCUMENT_ROLE_ETHICS:
    case DOCUMENT_ROLE_AUTHOR_CONTRIBUTIONS:
    case DOCUMENT_ROLE_FUNDING:
    case DOCUMENT_ROLE_CONFLICT_OF_INTEREST:
    case DOCUMENT_ROLE_DATA_AVAILABILITY:
    case DOCUMENT_ROLE_CODE_AVAILABILITY:
        return true;

    case DOCUMENT_ROLE_RELATED_WORK:
    case DOCUMENT_ROLE_APPENDIX:
    case DOCUMENT_ROLE_REFERENCES:
        return false;

    default:

        /* a heading of its own on the same line */

        if (vs->cue[statement_cues[kind]] >= STATEMENTS_HEADED) {
            return true;
        }

        /* in the argument only a clear word of the authors counts */

        return vs->quotable && vs->cue[CUE_CITED] == 0
               && (kind == STATEMENT_CODE || kind == STATEMENT_DATA)
               && (vs->cue[CUE_OWN] != 0 || vs->cue[CUE_RELEASE] != 0);
    }
}


static bool
statements_add(statement_t *st, const document_sentence_t *s)
{
    size_t  i, len;

    len = s->len;

    for (i = 0; i < st->n; i++) {
        len += st->s[i]->len + 1;
    }

    if (st->n == STATEMENTS_MAX_SENTENCES || len > STATEMENTS_MAX_TEXT) {
        return false;
    }

    st->s[st->n++] = s;

    return true;
}
