/*
 * Builds the view of a document, see view.h.  Order: roles of sections, then
 * for each sentence whether it counts, its tokens, its cues.
 */

#include "view.h"

#include <string.h>

#include "paperal_utf8.h"


#define VIEW_MIN_WORDS    6
#define VIEW_MAX_WORDS    70
#define VIEW_MIN_HAN      12
#define VIEW_MAX_HAN      180
#define VIEW_MAX_CHARS    520
#define VIEW_MAX_LEVELS   10
#define VIEW_MIN_QUOTE    12       /* bytes */
#define VIEW_HEADED       11       /* strength that a heading gives */


typedef struct {
    size_t     chars;
    size_t     letters;
    size_t     han;
    size_t     words;
    size_t     single;      /* words of one letter, but "a" and "I" */
    uint32_t   first;
    uint32_t   last;        /* last that is no quote or bracket */
} view_shape_t;


/* A label of a structured abstract and the kind of what follows it. */
typedef struct {
    const char  *label;
    cue_e        kind;
    uint8_t      strength;
} view_label_t;


static void view_roles(view_t *v);
static document_role_e view_heading_role(const lexicon_t *lex,
    const char *title);
static void view_sentence(view_t *v, size_t i);
static void view_cues(const view_t *v, view_sentence_t *vs);
static void view_labels(view_t *v);
static const view_label_t *view_label(const char *text, size_t *skip);
static void view_shape(const char *text, size_t len, view_shape_t *shape);
static bool view_is_whole(const view_sentence_t *vs,
    const view_shape_t *shape);
static uint8_t view_length(const view_sentence_t *vs,
    const view_shape_t *shape);
static size_t view_punctuation(const char *text, const char *p);
static bool view_is_body(document_role_e role, document_kind_e kind);


static const view_label_t  view_label_list[] = {
    { "background", CUE_PROBLEM, 10 },
    { "introduction", CUE_PROBLEM, 10 },
    { "context", CUE_PROBLEM, 10 },
    { "motivation", CUE_PROBLEM, 12 },
    { "aim", CUE_CONTRIBUTION, 16 },
    { "aims", CUE_CONTRIBUTION, 16 },
    { "objective", CUE_CONTRIBUTION, 16 },
    { "objectives", CUE_CONTRIBUTION, 16 },
    { "purpose", CUE_CONTRIBUTION, 16 },
    { "method", CUE_METHOD, 11 },
    { "methods", CUE_METHOD, 11 },
    { "materials and methods", CUE_METHOD, 11 },
    { "patients and methods", CUE_METHOD, 11 },
    { "design", CUE_METHOD, 10 },
    { "result", CUE_RESULT, 14 },
    { "results", CUE_RESULT, 14 },
    { "findings", CUE_RESULT, 14 },
    { "principal findings", CUE_RESULT, 14 },
    { "methodology/principal findings", CUE_RESULT, 12 },
    { "conclusion", CUE_RESULT, 13 },
    { "conclusions", CUE_RESULT, 13 },
    { "conclusions/significance", CUE_RESULT, 13 },
    { "interpretation", CUE_RESULT, 12 },
    { "limitations", CUE_LIMITATION, 18 },
    { "\xe7\x9b\xae\xe7\x9a\x84", CUE_CONTRIBUTION, 16 },
    { "\xe6\x96\xb9\xe6\xb3\x95", CUE_METHOD, 11 },
    { "\xe7\xbb\x93\xe6\x9e\x9c", CUE_RESULT, 14 },
    { "\xe7\xbb\x93\xe8\xae\xba", CUE_RESULT, 13 },
    { NULL, CUE_RESULT, 0 }
};


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


size_t
view_skip(const char *text)
{
    size_t  skip;

    (void) view_label(text, &skip);

    /* a sentence that is nothing but its label keeps it */

    return strlen(text + skip) < VIEW_MIN_QUOTE ? 0 : skip;
}


bool
view_has_cue(const view_t *v, const document_sentence_t *s, cue_e cue)
{
    view_shape_t              shape;
    lexicon_lang_e            lang;
    const lexicon_pattern_t  *p;

    view_shape(s->text, s->len, &shape);
    lang = shape.han * 4 > shape.letters ? LEXICON_ZH : LEXICON_EN;

    for (p = v->lex->cues[lang]; p != NULL; p = p->next) {
        if (p->kind == (int) cue
            && lexicon_match(p, s->text, s->len, NULL, NULL))
        {
            return true;
        }
    }

    return false;
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

    v->nbody++;
    view_shape(vs->s->text, vs->s->len, &shape);
    vs->lang = shape.han * 4 > shape.letters ? LEXICON_ZH : LEXICON_EN;
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

        if (w <= next[p->kind]
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

    /* below such a heading every sentence is meant */

    if (vs->role == DOCUMENT_ROLE_LIMITATIONS
        && vs->cue[CUE_LIMITATION] < VIEW_HEADED)
    {
        vs->cue[CUE_LIMITATION] = VIEW_HEADED;
    }

    if (vs->role == DOCUMENT_ROLE_FUTURE_WORK
        && vs->cue[CUE_FUTURE] < VIEW_HEADED)
    {
        vs->cue[CUE_FUTURE] = VIEW_HEADED;
    }
}


/*
 * In a structured abstract ("Results: ...") a label says what its sentences
 * are, up to the next one.
 */

static void
view_labels(view_t *v)
{
    size_t               i, skip;
    uint8_t             *cue;
    view_sentence_t     *vs;
    const view_label_t  *label, *now;

    now = NULL;

    for (i = 0; i < v->n; i++) {
        vs = &v->s[i];

        if (vs->s->kind != DOCUMENT_KIND_ABSTRACT) {
            continue;
        }

        label = view_label(vs->s->text, &skip);
        now = label == NULL ? now : label;

        if (now != NULL && vs->quotable) {
            cue = &vs->cue[now->kind];
            *cue = now->strength > *cue ? now->strength : *cue;
        }
    }
}


/* The label at the start; *skip: bytes up to what follows labels. */

static const view_label_t *
view_label(const char *text, size_t *skip)
{
    size_t               i, len;
    const char          *p;
    const view_label_t  *label;

    static const char *const  heads[] = {
        "abstract", "summary:", "\xe6\x91\x98\xe8\xa6\x81",
        "\xe6\x91\x98 \xe8\xa6\x81", "\xe2\x80\xa2"
    };

    p = text;

    for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        len = strlen(heads[i]);

        if (strncasecmp(p, heads[i], len) == 0
            && ((unsigned char) p[0] >= 0x80 || p[len - 1] == ':'
                || strchr(" .:-[", p[len]) != NULL))
        {
            p += len;
        }
    }

    *skip = view_punctuation(text, p);
    p = text + *skip;

    for (label = view_label_list; label->label != NULL; label++) {
        len = strlen(label->label);

        if (strncasecmp(p, label->label, len) == 0
            && (p[len] == ':' || p[len] == '.' || p[len] == ']'
                || strncmp(p + len, "\xef\xbc\x9a", 3) == 0
                || strncmp(p + len, "\xe3\x80\x91", 3) == 0))
        {
            *skip = view_punctuation(text, p + len);
            return label;
        }
    }

    return NULL;
}


/* Offset of the first byte behind p that is no space or mark. */

static size_t
view_punctuation(const char *text, const char *p)
{
    size_t  n;

    if (p == text && *p != '[' && (unsigned char) *p < 0x80) {
        return 0;
    }

    do {
        n = strspn(p, " .:[]*-");

        if (strncmp(p, "\xef\xbc\x9a", 3) == 0
            || strncmp(p, "\xe3\x80\x90", 3) == 0
            || strncmp(p, "\xe3\x80\x91", 3) == 0
            || strncmp(p, "\xe2\x80\x94", 3) == 0)
        {
            n = 3;
        }

        p += n;

    } while (n != 0);

    return (size_t) (p - text);
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


static void
view_shape(const char *text, size_t len, view_shape_t *shape)
{
    bool      in_word;
    size_t    pos, size, run;
    uint32_t  cp;

    memset(shape, 0, sizeof(view_shape_t));
    in_word = false;
    run = 0;

    for (pos = 0; pos < len; pos += size == 0 ? 1 : size) {
        size = paperal_utf8_decode(text + pos, len - pos, &cp);

        if (size == 0) {
            continue;
        }

        shape->chars++;

        if (shape->chars == 1) {
            shape->first = cp;
        }

        if (terms_is_han(cp)) {
            shape->han++;
            shape->letters++;
            in_word = false;

        } else if ((cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z')
                   || (cp >= 0xc0 && cp < 0x370))
        {
            shape->letters++;
            shape->words += !in_word;
            run = in_word ? run + 1 : 1;
            in_word = true;

        } else {
            shape->single += in_word && run == 1
                             && text[pos - 1] != 'a' && text[pos - 1] != 'A'
                             && text[pos - 1] != 'I';
            in_word = false;
        }

        if (cp != '"' && cp != ')' && cp != ']' && cp != '\'' && cp != ' '
            && cp != 0x201d && cp != 0x2019 && cp != 0xff09)
        {
            shape->last = cp;
        }
    }
}


/*
 * Whole: begins like a sentence, ends like one, and is words rather than the
 * remains of a formula or a table.
 */

static bool
view_is_whole(const view_sentence_t *vs, const view_shape_t *shape)
{
    uint32_t  c;

    c = shape->last;

    if (c != '.' && c != '!' && c != '?' && c != 0x3002 && c != 0xff01
        && c != 0xff1f && c != 0xff0e && c != 0xff1b)
    {
        return false;
    }

    if (shape->chars > VIEW_MAX_CHARS
        || shape->letters * 100 < shape->chars * 62)
    {
        return false;
    }

    if (vs->lang == LEXICON_ZH) {
        return shape->han >= VIEW_MIN_HAN && shape->han <= VIEW_MAX_HAN;
    }

    c = shape->first;

    if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '('
          || c == '"' || c == '\'' || c == 0x201c || c == 0x2018
          || c == 0x2022 || (c >= 0xc0 && c < 0x250)))
    {
        return false;
    }

    return shape->words >= VIEW_MIN_WORDS && shape->words <= VIEW_MAX_WORDS
           && shape->single * 6 <= shape->words;
}


/* Too short says little, too long is no quote. */

static uint8_t
view_length(const view_sentence_t *vs, const view_shape_t *shape)
{
    size_t  n;

    n = vs->lang == LEXICON_ZH ? shape->chars * 3 : shape->chars;

    if (n < 60) {
        return n < 45 ? 6 : 9;
    }

    if (n <= 260) {
        return 10;
    }

    return n <= 360 ? 8 : 6;
}
