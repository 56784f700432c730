/*
 * Builds the view of a document, see view.h.  Order: roles of sections, then
 * for each sentence whether it counts, its tokens, its cues.
 */

#include "view.h"

#include <string.h>

#include "paperal_utf8.h"
#include "view_text.h"


#define VIEW_MAX_LEVELS   10
#define VIEW_HEADED       11       /* strength that a heading gives */
#define VIEW_PLANNED      14       /* strength of a word about plans */


static void view_roles(view_t *v);
static document_role_e view_heading_role(const lexicon_t *lex,
    const char *title);
static void view_sentence(view_t *v, size_t i);
static void view_cues(const view_t *v, view_sentence_t *vs);
static void view_headed(view_sentence_t *vs);
static bool view_is_body(document_role_e role, document_kind_e kind);


void
view_init(view_t *v, const document_t *doc)
{
    size_t  i;

    memset(v, 0, sizeof(view_t));
    region_init(&v->region, 0);

    v->doc = doc;
    v->lex = lexicon_get();
    v->n = doc->nsentences;
    v->lang = doc->language != NULL && strncmp(doc->language, "zh", 2) == 0
              ? LEXICON_ZH : LEXICON_EN;
    v->s = region_array(&v->region, v->n, sizeof(view_sentence_t));

    terms_init(&v->terms, &v->region);
    view_roles(v);

    for (i = 0; i < v->n; i++) {
        view_sentence(v, i);
    }

    view_labels(v);
}


void
view_free(view_t *v)
{
    region_free(&v->region);
}


bool
view_is_own(const view_sentence_t *vs)
{
    if (!vs->quotable || vs->cue[CUE_BOILERPLATE] != 0) {
        return false;
    }

    switch (vs->role) {

    case DOCUMENT_ROLE_INTRODUCTION:
    case DOCUMENT_ROLE_BACKGROUND:
    case DOCUMENT_ROLE_RELATED_WORK:
        return false;

    case DOCUMENT_ROLE_ABSTRACT:
    case DOCUMENT_ROLE_METHODS:
    case DOCUMENT_ROLE_RESULTS:
    case DOCUMENT_ROLE_CONCLUSION:
        return vs->cue[CUE_CITED] == 0 || vs->cue[CUE_OWN] != 0;

    default:
        return vs->cue[CUE_OWN] != 0 && vs->cue[CUE_CITED] == 0;
    }
}


int
view_overlap(const view_sentence_t *a, const view_sentence_t *b)
{
    size_t    i, j, na, nb, both;
    uint32_t  term;

    na = nb = both = 0;

    for (i = 0; i < b->ntokens; i++) {
        nb += b->tokens[i].term != TERMS_NONE;
    }

    for (i = 0; i < a->ntokens; i++) {
        term = a->tokens[i].term;
        if (term == TERMS_NONE) {
            continue;
        }

        na++;

        for (j = 0; j < b->ntokens; j++) {
            if (b->tokens[j].term == term) {
                both++;
                break;
            }
        }
    }

    if (na + nb == 0) {
        return 0;
    }

    return (int) (both * 100 / (na + nb - both));
}


bool
view_has_cue(const document_sentence_t *s, cue_e cue)
{
    view_shape_t  shape;

    view_shape(s->text, s->len, &shape);

    return lexicon_has_cue(view_lang(&shape), cue, s->text, s->len);
}


/*
 * A section without a role of its own gets one from its heading, or that of
 * the section above it ("3.2 Ridge detection" below "3 Methods").
 */

static void
view_roles(view_t *v)
{
    int                        level;
    size_t                     i;
    document_role_e            role, above[VIEW_MAX_LEVELS];
    const document_section_t  *sec;

    memset(above, 0, sizeof(above));
    v->roles = region_array(&v->region, v->doc->nsections,
                            sizeof(document_role_e));

    for (i = 0; i < v->doc->nsections; i++) {
        sec = &v->doc->sections[i];
        role = sec->role;

        if (role == DOCUMENT_ROLE_OTHER) {
            role = view_heading_role(v->lex, sec->title);
        }

        level = sec->level < VIEW_MAX_LEVELS ? sec->level
                                             : VIEW_MAX_LEVELS - 1;

        /* what stands below an appendix is appendix whatever its title */

        if (level > 1 && (role == DOCUMENT_ROLE_OTHER
                          || above[level - 1] == DOCUMENT_ROLE_APPENDIX))
        {
            role = above[level - 1];
        }

        v->roles[i] = role;

        for (; level < VIEW_MAX_LEVELS; level++) {
            above[level] = role;
        }
    }
}


static document_role_e
view_heading_role(const lexicon_t *lex, const char *title)
{
    const lexicon_pattern_t  *p;

    /* numbering: "3.2 ", "IV. ", "第三章 ", "一、" */

    title += strspn(title, "0123456789. \t");

    if (strncmp(title, "\xe7\xac\xac", 3) == 0 && strchr(title, ' ') != NULL)
    {
        title = strchr(title, ' ') + 1;
    }

    if (strspn(title, "IVX") > 0 && title[strspn(title, "IVX")] == '.') {
        title += strspn(title, "IVX") + 1;
    }

    title += strspn(title, " \t");

    if (strncmp(title + 3, "\xe3\x80\x81", strlen(title) > 6 ? 3 : 0) == 0
        && strlen(title) > 6)
    {
        title += 6;
    }

    for (p = lex->sections; p != NULL; p = p->next) {
        if (lexicon_match(p, title, strlen(title), NULL, NULL)) {
            return (document_role_e) p->kind;
        }
    }

    return DOCUMENT_ROLE_OTHER;
}


static void
view_sentence(view_t *v, size_t i)
{
    view_shape_t      shape;
    view_sentence_t  *vs;

    vs = &v->s[i];
    vs->s = &v->doc->sentences[i];
    vs->role = DOCUMENT_ROLE_OTHER;

    if (vs->s->section >= 0) {
        vs->role = v->roles[vs->s->section];
    }

    if (vs->s->kind == DOCUMENT_KIND_ABSTRACT) {
        vs->role = DOCUMENT_ROLE_ABSTRACT;

    } else if (vs->s->kind == DOCUMENT_KIND_TITLE) {
        vs->role = DOCUMENT_ROLE_TITLE;
    }

    vs->lang = v->lang;
    vs->body = view_is_body(vs->role, vs->s->kind);

    if (!vs->body) {
        return;
    }

    if (v->nbody == VIEW_MAX_SENTENCES) {
        vs->body = false;
        v->truncated = true;
        return;
    }

    view_shape(vs->s->text, vs->s->len, &shape);
    vs->lang = view_lang(&shape);

    if (lexicon_has_cue(vs->lang, CUE_INSTRUCTION, vs->s->text, vs->s->len)) {
        vs->body = false;
        return;
    }

    v->nbody++;
    vs->tokens = terms_tokens(&v->terms, v->lex, vs->s->text, vs->s->len,
                              (uint32_t) i, &vs->ntokens);

    if (vs->s->kind == DOCUMENT_KIND_TITLE
        || !view_is_whole(vs, &shape))
    {
        return;
    }

    vs->quotable = true;
    vs->length = view_length(vs, &shape);
    v->nquotable++;
    view_cues(v, vs);
}


/* The strongest match of a kind in full, the second strongest for a half. */

static void
view_cues(const view_t *v, view_sentence_t *vs)
{
    uint8_t                   best[CUES], next[CUES], w;
    size_t                    i;
    const lexicon_pattern_t  *p;

    memset(best, 0, sizeof(best));
    memset(next, 0, sizeof(next));

    for (p = v->lex->cues[vs->lang]; p != NULL; p = p->next) {
        w = (uint8_t) p->weight;

        /* a weaker match cannot change anything any more */

        if (p->kind >= CUE_ASKED || w <= next[p->kind]
            || !lexicon_match(p, vs->s->text, vs->s->len, NULL, NULL))
        {
            continue;
        }

        if (w > best[p->kind]) {
            next[p->kind] = best[p->kind];
            best[p->kind] = w;

        } else {
            next[p->kind] = w;
        }
    }

    for (i = 0; i < CUES; i++) {
        vs->cue[i] = (uint8_t) (2 * best[i] + next[i]);
    }

    view_headed(vs);
}


/*
 * Below such a heading every sentence is meant, but what is planned is no
 * limitation, and what is plainly the case is no plan.
 */

static void
view_headed(view_sentence_t *vs)
{
    if (vs->role == DOCUMENT_ROLE_LIMITATIONS
        && vs->cue[CUE_LIMITATION] < VIEW_HEADED
        && vs->cue[CUE_FUTURE] < VIEW_PLANNED)
    {
        vs->cue[CUE_LIMITATION] = VIEW_HEADED;
    }

    if (vs->role == DOCUMENT_ROLE_FUTURE_WORK
        && vs->cue[CUE_FUTURE] < VIEW_HEADED && vs->cue[CUE_MODAL] != 0)
    {
        vs->cue[CUE_FUTURE] = VIEW_HEADED;
    }
}


static bool
view_is_body(document_role_e role, document_kind_e kind)
{
    if (kind != DOCUMENT_KIND_TITLE && kind != DOCUMENT_KIND_ABSTRACT
        && kind != DOCUMENT_KIND_BODY)
    {
        return false;
    }

    switch (role) {

    case DOCUMENT_ROLE_KEYWORDS:
    case DOCUMENT_ROLE_ACKNOWLEDGEMENTS:
    case DOCUMENT_ROLE_FUNDING:
    case DOCUMENT_ROLE_CONFLICT_OF_INTEREST:
    case DOCUMENT_ROLE_DATA_AVAILABILITY:
    case DOCUMENT_ROLE_CODE_AVAILABILITY:
    case DOCUMENT_ROLE_AUTHOR_CONTRIBUTIONS:
    case DOCUMENT_ROLE_ETHICS:
    case DOCUMENT_ROLE_APPENDIX:
    case DOCUMENT_ROLE_REFERENCES:
        return false;

    default:
        return true;
    }
}
