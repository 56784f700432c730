/*
 * Loads the lexicons, see lexicon.h.  Each file has a reader that gets its
 * lines one by one; comments and empty lines are taken out before.
 */

#include "lexicon.h"

#define PCRE2_CODE_UNIT_WIDTH  8

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paperal_error.h"
#include "paperal_sha256.h"
#include "paperal_utf8.h"
#include "sql_files.h"


#define LEXICON_MAX_LINE      8192
#define LEXICON_MAX_TERMS     128
#define LEXICON_MAX_TOPICS    64
#define LEXICON_WORD_SLOTS    4096     /* power of 2 */
#define LEXICON_MSG_SLOTS     1024     /* power of 2 */
#define LEXICON_MATCH_LIMIT   200000
#define LEXICON_JIT_STACK     (512 * 1024)


typedef struct {
    const char      *text;
    size_t           len;
    lexicon_word_e   kind;
} lexicon_entry_t;

typedef struct {
    const char  *key;
    const char  *text[LEXICON_LANGS];
} lexicon_message_t;

typedef struct {
    const char  *file;
    int          line;
    char         text[LEXICON_MAX_LINE];
} lexicon_line_t;

typedef void (*lexicon_reader_pt)(lexicon_line_t *line);


static void lexicon_load(void);
static void lexicon_read(const char *name, lexicon_reader_pt reader);
static void lexicon_hash(void);
static void lexicon_fail(const lexicon_line_t *line, const char *why)
    __attribute__((noreturn));
static char *lexicon_next(char **p);
static void lexicon_read_cues_en(lexicon_line_t *line);
static void lexicon_read_cues_zh(lexicon_line_t *line);
static void lexicon_read_cue(lexicon_line_t *line, lexicon_lang_e lang);
static int lexicon_cue(const lexicon_line_t *line, const char *name);
static void lexicon_read_prior(lexicon_line_t *line);
static void lexicon_read_section(lexicon_line_t *line);
static void lexicon_read_article(lexicon_line_t *line);
static void lexicon_read_trl(lexicon_line_t *line);
static void lexicon_read_sector(lexicon_line_t *line);
static void lexicon_read_field(lexicon_line_t *line);
static void lexicon_read_topic(lexicon_line_t *line,
    lexicon_topics_t *topics);
static void lexicon_read_stop_en(lexicon_line_t *line);
static void lexicon_read_stop_zh(lexicon_line_t *line);
static void lexicon_read_message(lexicon_line_t *line);
static lexicon_pattern_t *lexicon_compile(lexicon_line_t *line,
    lexicon_pattern_t **list, const char *pattern);
static int lexicon_role(const lexicon_line_t *line, const char *name);
static size_t lexicon_slot(const char *s, size_t len, size_t slots);
static lexicon_lang_e lexicon_lang(const lexicon_line_t *line,
    const char *name);


static const char *const  lexicon_cue_names[CUES] = {
    "problem", "contribution", "method", "result", "novelty", "limitation",
    "future", "application", "comparison", "own", "cited", "negation",
    "modal", "past", "boilerplate", "weak", "number", "equipment",
    "supplier", "patent", "licence", "release", "thirdparty", "regulatory",
    "ethical", "datarisk", "funding", "coi", "data", "code"
};

static const char *const  lexicon_article_names[] = {
    "original_research", "review", "clinical_trial", "methods", "software",
    "dataset", "theory", "case_report", "position", "other"
};

static const struct {
    const char         *name;
    lexicon_reader_pt   reader;
} lexicon_files[] = {
    { "cues-en.txt", lexicon_read_cues_en },
    { "cues-zh.txt", lexicon_read_cues_zh },
    { "priors.txt", lexicon_read_prior },
    { "sections.txt", lexicon_read_section },
    { "articles.txt", lexicon_read_article },
    { "trl-1.txt", lexicon_read_trl },
    { "domains.txt", lexicon_read_sector },
    { "fields.txt", lexicon_read_field },
    { "stop-en.txt", lexicon_read_stop_en },
    { "stop-zh.txt", lexicon_read_stop_zh },
    { "messages.txt", lexicon_read_message }
};

static bool                  lexicon_ready;
static lexicon_t             lexicon;
static int                   lexicon_columns[DOCUMENT_ROLES];
static size_t                lexicon_ncolumns;
static lexicon_entry_t       lexicon_words[LEXICON_WORD_SLOTS];
static lexicon_message_t     lexicon_messages[LEXICON_MSG_SLOTS];
static pcre2_match_data     *lexicon_match_data;
static pcre2_match_context  *lexicon_match_context;


const lexicon_t *
lexicon_get(void)
{
    if (!lexicon_ready) {
        lexicon_load();
        lexicon_ready = true;
    }

    return &lexicon;
}


lexicon_word_e
lexicon_word(const lexicon_t *lex, const char *word, size_t len)
{
    size_t                  i;
    const lexicon_entry_t  *slots;

    slots = lex->words;
    i = lexicon_slot(word, len, LEXICON_WORD_SLOTS);

    while (slots[i].text != NULL) {
        if (slots[i].len == len && memcmp(slots[i].text, word, len) == 0) {
            return slots[i].kind;
        }

        i = (i + 1) & (LEXICON_WORD_SLOTS - 1);
    }

    return LEXICON_WORD_NONE;
}


bool
lexicon_zh_has(const char *list, const char *word, size_t len)
{
    const char  *p, *end;

    for (p = list; *p != '\0'; p = *end == '\0' ? end : end + 1) {
        end = strchr(p, ' ');
        if (end == NULL) {
            end = p + strlen(p);
        }

        if ((size_t) (end - p) == len && memcmp(p, word, len) == 0) {
            return true;
        }
    }

    return false;
}


bool
lexicon_match(const lexicon_pattern_t *p, const char *text, size_t len,
    size_t *from, size_t *to)
{
    int          rc;
    PCRE2_SIZE  *range;

    if (len > LEXICON_MAX_SUBJECT) {
        len = paperal_utf8_clip(text, len, LEXICON_MAX_SUBJECT);
    }

    rc = pcre2_match(p->code, (PCRE2_SPTR) text, len, 0, PCRE2_NO_UTF_CHECK,
                     lexicon_match_data, lexicon_match_context);
    if (rc < 0) {
        return false;
    }

    range = pcre2_get_ovector_pointer(lexicon_match_data);

    if (from != NULL) {
        *from = range[0];
    }

    if (to != NULL) {
        *to = range[1];
    }

    return true;
}


const char *
lexicon_article(int kind)
{
    return lexicon_article_names[kind];
}


const char *
lexicon_message(lexicon_lang_e lang, const char *key)
{
    size_t  i;

    (void) lexicon_get();
    i = lexicon_slot(key, strlen(key), LEXICON_MSG_SLOTS);

    while (lexicon_messages[i].key != NULL) {
        if (strcmp(lexicon_messages[i].key, key) == 0
            && lexicon_messages[i].text[lang] != NULL)
        {
            return lexicon_messages[i].text[lang];
        }

        i = (i + 1) & (LEXICON_MSG_SLOTS - 1);
    }

    (void) fprintf(stderr, "lexicon: no message \"%s\"\n", key);
    abort();
}


static void
lexicon_load(void)
{
    size_t             i;
    pcre2_jit_stack   *stack;

    region_init(&lexicon.region, 0);
    lexicon.words = lexicon_words;

    lexicon_match_data = pcre2_match_data_create(1, NULL);
    lexicon_match_context = pcre2_match_context_create(NULL);
    stack = pcre2_jit_stack_create(32 * 1024, LEXICON_JIT_STACK, NULL);

    if (lexicon_match_data == NULL || lexicon_match_context == NULL) {
        abort();
    }

    (void) pcre2_set_match_limit(lexicon_match_context, LEXICON_MATCH_LIMIT);

    if (stack != NULL) {
        pcre2_jit_stack_assign(lexicon_match_context, NULL, stack);
    }

    for (i = 0; i < sizeof(lexicon_files) / sizeof(lexicon_files[0]); i++) {
        lexicon_read(lexicon_files[i].name, lexicon_files[i].reader);
    }

    lexicon_hash();
}


static void
lexicon_read(const char *name, lexicon_reader_pt reader)
{
    size_t             n;
    const char        *p, *end;
    lexicon_line_t     line;
    const sql_file_t  *f;

    line.file = name;
    line.line = 0;
    line.text[0] = '\0';

    for (f = paperal_lexicons; f->name != NULL; f++) {
        if (strcmp(f->name, name) == 0) {
            break;
        }
    }

    if (f->name == NULL) {
        lexicon_fail(&line, "not embedded");
    }

    for (p = f->text; *p != '\0'; p = *end == '\0' ? end : end + 1) {
        end = strchr(p, '\n');
        if (end == NULL) {
            end = p + strlen(p);
        }

        n = (size_t) (end - p);
        line.line++;

        if (n == 0 || p[0] == '#') {
            continue;
        }

        if (n >= sizeof(line.text)) {
            lexicon_fail(&line, "line too long");
        }

        memcpy(line.text, p, n);
        line.text[n] = '\0';
        reader(&line);
    }
}


/* The files' order in the embedded list is that of their names. */

static void
lexicon_hash(void)
{
    char               hex[PAPERAL_SHA256_HEX_SIZE];
    paperal_sha256_t   sha;
    const sql_file_t  *f;

    paperal_sha256_init(&sha);

    for (f = paperal_lexicons; f->name != NULL; f++) {
        paperal_sha256_update(&sha, f->name, strlen(f->name) + 1);
        paperal_sha256_update(&sha, f->text, f->len);
    }

    if (paperal_sha256_final_hex(&sha, hex) != PAPERAL_OK) {
        abort();
    }

    (void) snprintf(lexicon.version, sizeof(lexicon.version), "1:%.16s", hex);
}


static void
lexicon_read_cues_en(lexicon_line_t *line)
{
    lexicon_read_cue(line, LEXICON_EN);
}


static void
lexicon_read_cues_zh(lexicon_line_t *line)
{
    lexicon_read_cue(line, LEXICON_ZH);
}


static void
lexicon_read_cue(lexicon_line_t *line, lexicon_lang_e lang)
{
    int                 kind;
    char               *p, *name, *weight;
    lexicon_pattern_t  *cue;

    p = line->text;
    name = lexicon_next(&p);
    weight = lexicon_next(&p);

    kind = lexicon_cue(line, name);

    if (weight[0] < '1' || weight[0] > '9') {
        lexicon_fail(line, "weight is not 1..9");
    }

    cue = lexicon_compile(line, &lexicon.cues[lang], p);
    cue->kind = kind;
    cue->weight = weight[0] - '0';
}


static int
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


static void
lexicon_read_prior(lexicon_line_t *line)
{
    int      row;
    char    *p, *name;
    size_t   i;

    p = line->text;
    name = lexicon_next(&p);

    if (strcmp(name, "columns") == 0) {
        while (*p != '\0' && lexicon_ncolumns < DOCUMENT_ROLES) {
            lexicon_columns[lexicon_ncolumns++] =
                                         lexicon_role(line, lexicon_next(&p));
        }

        return;
    }

    for (row = 0; row < CUE_CLAIMS; row++) {
        if (strcmp(lexicon_cue_names[row], name) == 0) {
            break;
        }
    }

    if (row == CUE_CLAIMS && strcmp(name, "summary") != 0) {
        lexicon_fail(line, "unknown row");
    }

    for (i = 0; i < lexicon_ncolumns; i++) {
        if (*p == '\0') {
            lexicon_fail(line, "too few columns");
        }

        lexicon.prior[row][lexicon_columns[i]] =
                                     (int) strtol(lexicon_next(&p), NULL, 10);
    }
}


static void
lexicon_read_section(lexicon_line_t *line)
{
    char               *p, *role;
    lexicon_pattern_t  *pattern;

    p = line->text;
    role = lexicon_next(&p);
    pattern = lexicon_compile(line, &lexicon.sections, p);
    pattern->kind = lexicon_role(line, role);
}


static void
lexicon_read_article(lexicon_line_t *line)
{
    int                 kind, n;
    char               *p, *name;
    lexicon_pattern_t  *pattern;

    p = line->text;
    name = lexicon_next(&p);
    n = (int) (sizeof(lexicon_article_names)
               / sizeof(lexicon_article_names[0]));

    for (kind = 0; kind < n; kind++) {
        if (strcmp(lexicon_article_names[kind], name) == 0) {
            pattern = lexicon_compile(line, &lexicon.articles, p);
            pattern->kind = kind;
            return;
        }
    }

    lexicon_fail(line, "unknown article type");
}


static void
lexicon_read_trl(lexicon_line_t *line)
{
    char                 *p, *word;
    lexicon_lang_e        lang;
    lexicon_criterion_t  *c;

    lexicon.rubric_version = "trl-1";
    p = line->text;
    word = lexicon_next(&p);

    if (strcmp(word, "criterion") == 0) {
        if (lexicon.ncriteria == LEXICON_MAX_CRITERIA) {
            lexicon_fail(line, "too many criteria");
        }

        c = &lexicon.criteria[lexicon.ncriteria++];
        word = lexicon_next(&p);
        c->id = region_strndup(&lexicon.region, word, strlen(word));
        c->level = (int) strtol(p, NULL, 10);
        c->cue = -1;
        return;
    }

    if (lexicon.ncriteria == 0) {
        lexicon_fail(line, "no criterion yet");
    }

    c = &lexicon.criteria[lexicon.ncriteria - 1];

    if (strcmp(word, "allow") == 0 || strcmp(word, "need") == 0) {
        c->allow_modal |= strcmp(p, "modal") == 0;
        c->need_number |= strcmp(p, "number") == 0;
        return;
    }

    if (strcmp(word, "cue") == 0) {
        c->cue = lexicon_cue(line, lexicon_next(&p));
        c->cue_strength = (int) strtol(p, NULL, 10);
        return;
    }

    lang = lexicon_lang(line, lexicon_next(&p));

    if (strcmp(word, "yes") == 0) {
        (void) lexicon_compile(line, &c->yes[lang], p);

    } else if (strcmp(word, "no") == 0) {
        (void) lexicon_compile(line, &c->no[lang], p);

    } else if (strcmp(word, "label") == 0) {
        c->label[lang] = region_strndup(&lexicon.region, p, strlen(p));

    } else if (strcmp(word, "gap") == 0) {
        c->gap[lang] = region_strndup(&lexicon.region, p, strlen(p));

    } else if (strcmp(word, "question") == 0) {
        c->question[lang] = region_strndup(&lexicon.region, p, strlen(p));

    } else {
        lexicon_fail(line, "unknown word");
    }
}


static void
lexicon_read_sector(lexicon_line_t *line)
{
    lexicon_read_topic(line, &lexicon.sectors);
}


static void
lexicon_read_field(lexicon_line_t *line)
{
    lexicon_read_topic(line, &lexicon.fields);
}


/* id | English name | Chinese name | term, term, ... */

static void
lexicon_read_topic(lexicon_line_t *line, lexicon_topics_t *topics)
{
    char             *p, *end, *parts[4];
    size_t            i;
    lexicon_topic_t  *t;

    if (topics->topics == NULL) {
        topics->topics = region_array(&lexicon.region, LEXICON_MAX_TOPICS,
                                      sizeof(lexicon_topic_t));
    }

    if (topics->n == LEXICON_MAX_TOPICS) {
        lexicon_fail(line, "too many topics");
    }

    p = region_strndup(&lexicon.region, line->text, strlen(line->text));

    for (i = 0; i < 4; i++) {
        parts[i] = p;
        end = strstr(p, " | ");

        if (i < 3) {
            if (end == NULL) {
                lexicon_fail(line, "four parts expected");
            }

            *end = '\0';
            p = end + 3;
        }
    }

    t = &topics->topics[topics->n++];
    t->id = parts[0];
    t->name[LEXICON_EN] = parts[1];
    t->name[LEXICON_ZH] = parts[2];
    t->terms = region_array(&lexicon.region, LEXICON_MAX_TERMS, sizeof(char *));

    for (p = parts[3]; p != NULL; p = end == NULL ? NULL : end + 2) {
        if (t->nterms == LEXICON_MAX_TERMS) {
            lexicon_fail(line, "too many terms");
        }

        t->terms[t->nterms++] = p;
        end = strstr(p, ", ");

        if (end != NULL) {
            *end = '\0';
        }
    }
}


static void
lexicon_read_stop_en(lexicon_line_t *line)
{
    char            *p, *word;
    size_t           i, len;
    lexicon_word_e   kind;

    p = line->text;
    word = lexicon_next(&p);
    kind = strcmp(word, "stop") == 0 ? LEXICON_WORD_STOP
                                     : LEXICON_WORD_GENERIC;

    while (*p != '\0') {
        word = lexicon_next(&p);
        len = strlen(word);

        if (lexicon_word(&lexicon, word, len) != LEXICON_WORD_NONE) {
            continue;
        }

        i = lexicon_slot(word, len, LEXICON_WORD_SLOTS);

        while (lexicon_words[i].text != NULL) {
            i = (i + 1) & (LEXICON_WORD_SLOTS - 1);
        }

        lexicon_words[i].text = region_strndup(&lexicon.region, word, len);
        lexicon_words[i].len = len;
        lexicon_words[i].kind = kind;
    }
}


static void
lexicon_read_stop_zh(lexicon_line_t *line)
{
    char        *p, *word;
    const char  *copy;

    p = line->text;
    word = lexicon_next(&p);
    copy = region_strndup(&lexicon.region, p, strlen(p));

    if (strcmp(word, "cut") == 0) {
        lexicon.zh_cut = copy;

    } else if (strcmp(word, "edge") == 0) {
        lexicon.zh_edge = copy;

    } else if (strcmp(word, "stop") == 0) {
        lexicon.zh_stop = copy;

    } else {
        lexicon_fail(line, "unknown list");
    }
}


static void
lexicon_read_message(lexicon_line_t *line)
{
    char               *p, *key;
    size_t              i;
    lexicon_lang_e      lang;
    lexicon_message_t  *m;

    p = line->text;
    key = lexicon_next(&p);
    lang = lexicon_lang(line, lexicon_next(&p));
    i = lexicon_slot(key, strlen(key), LEXICON_MSG_SLOTS);

    while (lexicon_messages[i].key != NULL
           && strcmp(lexicon_messages[i].key, key) != 0)
    {
        i = (i + 1) & (LEXICON_MSG_SLOTS - 1);
    }

    m = &lexicon_messages[i];

    if (m->key == NULL) {
        m->key = region_strndup(&lexicon.region, key, strlen(key));
    }

    m->text[lang] = region_strndup(&lexicon.region, p, strlen(p));
}


static lexicon_pattern_t *
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

    p = region_alloc(&lexicon.region, sizeof(lexicon_pattern_t));
    p->code = code;

    for (tail = list; *tail != NULL; tail = &(*tail)->next) {
        /* find the end: the order of the file is kept */
    }

    *tail = p;

    return p;
}


static int
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


static lexicon_lang_e
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


/* Cuts the next word off *p, which is left at the word after it. */

static char *
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


/* FNV-1a */

static size_t
lexicon_slot(const char *s, size_t len, size_t slots)
{
    size_t    i;
    unsigned  h;

    h = 2166136261u;

    for (i = 0; i < len; i++) {
        h = (h ^ (unsigned char) s[i]) * 16777619u;
    }

    return h & (slots - 1);
}


static void
lexicon_fail(const lexicon_line_t *line, const char *why)
{
    (void) fprintf(stderr, "lexicon: %s:%d: %s\n", line->file, line->line,
                   why);
    abort();
}
