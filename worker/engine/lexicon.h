/*
 * The lexicons of the engine, parsed and compiled once for the process from
 * the files embedded at build time (worker/engine/lexicon/, whose comments
 * give each format).  Read-only afterwards.  A mistake in a lexicon is a
 * mistake of ours: the first use aborts with the file and the line.
 */

#ifndef LEXICON_H
#define LEXICON_H


#include <stdbool.h>
#include <stddef.h>

#include "region.h"
#include "cues.h"
#include "document.h"


#define LEXICON_MAX_CRITERIA  16
#define LEXICON_MAX_SUBJECT   1600     /* bytes of a sentence that are read */
#define LEXICON_LANGS         2


typedef enum {
    LEXICON_EN = 0,
    LEXICON_ZH
} lexicon_lang_e;

/* A compiled pattern (pcre2_code behind it). */
typedef struct lexicon_pattern_s  lexicon_pattern_t;

struct lexicon_pattern_s {
    int                 kind;          /* cue_e, document_role_e */
    int                 weight;
    void               *code;
    lexicon_pattern_t  *next;
};

typedef struct {
    bool                allow_modal;
    bool                need_number;
    bool                need_result;
    bool                need_summary;  /* said where authors sum up */
    int                 level;
    int                 cue;           /* cue_e that is a yes, or -1 */
    int                 cue_strength;
    const char         *id;
    const char         *label[LEXICON_LANGS];
    const char         *gap[LEXICON_LANGS];
    const char         *question[LEXICON_LANGS];
    lexicon_pattern_t  *yes[LEXICON_LANGS];
    lexicon_pattern_t  *no[LEXICON_LANGS];
    lexicon_pattern_t  *heading[LEXICON_LANGS];
} lexicon_criterion_t;

/* A sector or a field: its names and its terms, lower case. */
typedef struct {
    size_t        nterms;
    const char   *id;
    const char   *name[LEXICON_LANGS];
    const char  **terms;
} lexicon_topic_t;

typedef struct {
    size_t            n;
    lexicon_topic_t  *topics;
} lexicon_topics_t;

typedef enum {
    LEXICON_WORD_NONE = 0,
    LEXICON_WORD_STOP,
    LEXICON_WORD_GENERIC
} lexicon_word_e;

typedef struct {
    region_t             region;
    size_t               ncriteria;
    char                 version[32];       /* "1:" and a hash */
    const char          *rubric_version;    /* "trl-1" */
    lexicon_pattern_t   *cues[LEXICON_LANGS];
    lexicon_pattern_t   *sections;
    lexicon_pattern_t   *articles;          /* kind: index of the type */
    lexicon_pattern_t   *names[LEXICON_LANGS];   /* kind: mention_e */
    lexicon_pattern_t   *block[LEXICON_LANGS];   /* no answer at all */
    lexicon_criterion_t  criteria[LEXICON_MAX_CRITERIA];
    lexicon_topics_t     sectors;
    lexicon_topics_t     fields;
    /* 0..20 by row (claim kinds, then the summary) and role */
    int                  prior[CUE_CLAIMS + 1][DOCUMENT_ROLES];
    void                *words;             /* see lexicon_word() */
    const char          *zh_cut;            /* "的 了 ..." */
    const char          *zh_head;
    const char          *zh_edge;
    const char          *zh_stop;
} lexicon_t;


const lexicon_t *lexicon_get(void);

/* Whether an English word, lower case, is a stop or a generic word. */
lexicon_word_e lexicon_word(const lexicon_t *lex, const char *word,
    size_t len);

/* Whether a Chinese list of stop-zh.txt has that entry. */
bool lexicon_zh_has(const char *list, const char *word, size_t len);

/*
 * Whether the pattern matches the text (only LEXICON_MAX_SUBJECT bytes are
 * looked at); from and to, when not NULL, get the byte range of the match.
 */
bool lexicon_match(const lexicon_pattern_t *p, const char *text, size_t len,
    size_t *from, size_t *to);

/* Whether a cue of that kind and language matches the text. */
bool lexicon_has_cue(lexicon_lang_e lang, cue_e cue, const char *text,
    size_t len);

/* The same, with the byte range of the first pattern's match. */
bool lexicon_find_cue(lexicon_lang_e lang, cue_e cue, const char *text,
    size_t len, size_t *from, size_t *to);

/* The name of an article type from a pattern of articles. */
const char *lexicon_article(int kind);

/*
 * Whether two texts are equal, or one message or one question of the rubric
 * in two languages.
 */
bool lexicon_same_text(const char *a, const char *b);

/* The text of a message in a language; aborts for an unknown key. */
const char *lexicon_message(lexicon_lang_e lang, const char *key);


#endif /* LEXICON_H */
