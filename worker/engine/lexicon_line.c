/*
 * Pieces of a line of a lexicon, see lexicon_read.h.
 */

#include "lexicon_read.h"

#define PCRE2_CODE_UNIT_WIDTH  8

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


static const char *const  lexicon_cue_names[CUES] = {
    "problem", "contribution", "method", "result", "novelty", "limitation",
    "future", "application", "comparison", "own", "cited", "negation",
    "modal", "past", "boilerplate", "weak", "number", "equipment",
    "supplier", "patent", "licence", "release", "thirdparty", "regulatory",
    "ethical", "datarisk", "funding", "coi", "data", "code", "overcome",
    "none", "interest", "onrequest", "restrictive", "instruction",
    "review", "money", "growth", "denied", "spared", "control"
};

static const char *const  lexicon_article_names[] = {
    "original_research", "review", "clinical_trial", "methods", "software",
    "dataset", "theory", "case_report", "position", "other"
};


void
lexicon_fail(const lexicon_line_t *line, const char *why)
{
    (void) fprintf(stderr, "lexicon: %s:%d: %s\n", line->file, line->line,
                   why);
    abort();
}


char *
lexicon_next(char **p)
{
    char  *word;

    word = *p + strspn(*p, " ");
    *p = word + strcspn(word, " ");

    if (**p != '\0') {
        **p = '\0';
        (*p)++;
        *p += strspn(*p, " ");
    }

    return word;
}


int
lexicon_cue(const lexicon_line_t *line, const char *name)
{
    int  kind;

    for (kind = 0; kind < CUES; kind++) {
        if (strcmp(lexicon_cue_names[kind], name) == 0) {
            return kind;
        }
    }

    lexicon_fail(line, "unknown kind");
}


int
lexicon_role(const lexicon_line_t *line, const char *name)
{
    int  role;

    for (role = 0; role < DOCUMENT_ROLES; role++) {
        if (strcmp(document_role_name((document_role_e) role), name) == 0) {
            return role;
        }
    }

    lexicon_fail(line, "unknown role");
}


int
lexicon_article_type(const lexicon_line_t *line, const char *name)
{
    int  kind, n;

    n = (int) (sizeof(lexicon_article_names)
               / sizeof(lexicon_article_names[0]));

    for (kind = 0; kind < n; kind++) {
        if (strcmp(lexicon_article_names[kind], name) == 0) {
            return kind;
        }
    }

    lexicon_fail(line, "unknown article type");
}


const char *
lexicon_article(int kind)
{
    return lexicon_article_names[kind];
}


lexicon_lang_e
lexicon_lang(const lexicon_line_t *line, const char *name)
{
    if (strcmp(name, "en") == 0) {
        return LEXICON_EN;
    }

    if (strcmp(name, "zh") == 0) {
        return LEXICON_ZH;
    }

    lexicon_fail(line, "unknown language");
}


lexicon_pattern_t *
lexicon_compile(lexicon_line_t *line, lexicon_pattern_t **list,
    const char *pattern)
{
    int                 err;
    PCRE2_SIZE          at;
    pcre2_code         *code;
    lexicon_pattern_t  *p, **tail;

    code = pcre2_compile((PCRE2_SPTR) pattern, PCRE2_ZERO_TERMINATED,
                         PCRE2_UTF | PCRE2_CASELESS | PCRE2_DOTALL, &err, &at,
                         NULL);
    if (code == NULL) {
        lexicon_fail(line, "pattern does not compile");
    }

    /* without JIT the interpreter gives the same matches, slower */
    (void) pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);

    p = region_alloc(&line->lex->region, sizeof(lexicon_pattern_t));
    p->code = code;

    for (tail = list; *tail != NULL; tail = &(*tail)->next) {
        /* find the end: the order of the file is kept */
    }

    *tail = p;

    return p;
}
