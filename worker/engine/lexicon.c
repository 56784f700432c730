/*
 * Loads the lexicons and looks things up in them, see lexicon.h.
 */

#include "lexicon.h"

#define PCRE2_CODE_UNIT_WIDTH  8

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lexicon_read.h"
#include "paperal_error.h"
#include "paperal_sha256.h"
#include "paperal_utf8.h"
#include "sql_files.h"


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


static void lexicon_load(void);
static void lexicon_read(const lexicon_file_t *file);
static void lexicon_hash(void);
static size_t lexicon_message_of(const char *text);
static size_t lexicon_slot(const char *s, size_t len, size_t slots);


static bool                  lexicon_ready;
static lexicon_t             lexicon;
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


bool
lexicon_has_cue(lexicon_lang_e lang, cue_e cue, const char *text, size_t len)
{
    return lexicon_find_cue(lang, cue, text, len, NULL, NULL);
}


bool
lexicon_find_cue(lexicon_lang_e lang, cue_e cue, const char *text,
    size_t len, size_t *from, size_t *to)
{
    const lexicon_pattern_t  *p;

    for (p = lexicon_get()->cues[lang]; p != NULL; p = p->next) {
        if (p->kind == (int) cue && lexicon_match(p, text, len, from, to)) {
            return true;
        }
    }

    return false;
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


bool
lexicon_same_text(const char *a, const char *b)
{
    size_t       i, j;
    const char  *question[LEXICON_LANGS];

    if (strcmp(a, b) == 0) {
        return true;
    }

    for (i = 0; i < lexicon_get()->ncriteria; i++) {
        memcpy(question, lexicon.criteria[i].question, sizeof(question));

        if ((strcmp(question[0], a) == 0 && strcmp(question[1], b) == 0)
            || (strcmp(question[0], b) == 0 && strcmp(question[1], a) == 0))
        {
            return true;
        }
    }

    i = lexicon_message_of(a);
    j = lexicon_message_of(b);

    return i < LEXICON_MSG_SLOTS && j < LEXICON_MSG_SLOTS
           && strcmp(lexicon_messages[i].key, lexicon_messages[j].key) == 0;
}


/* The slot of a message's text, LEXICON_MSG_SLOTS for none. */

static size_t
lexicon_message_of(const char *text)
{
    int     lang;
    size_t  i;

    for (i = 0; i < LEXICON_MSG_SLOTS; i++) {
        for (lang = 0; lang < LEXICON_LANGS; lang++) {
            if (lexicon_messages[i].text[lang] != NULL
                && strcmp(lexicon_messages[i].text[lang], text) == 0)
            {
                return i;
            }
        }
    }

    return LEXICON_MSG_SLOTS;
}


void
lexicon_add_word(lexicon_t *lex, const char *word, lexicon_word_e kind)
{
    size_t  i, len;

    len = strlen(word);

    if (lexicon_word(lex, word, len) != LEXICON_WORD_NONE) {
        return;
    }

    i = lexicon_slot(word, len, LEXICON_WORD_SLOTS);

    while (lexicon_words[i].text != NULL) {
        i = (i + 1) & (LEXICON_WORD_SLOTS - 1);
    }

    lexicon_words[i].text = region_strndup(&lex->region, word, len);
    lexicon_words[i].len = len;
    lexicon_words[i].kind = kind;
}


void
lexicon_add_message(lexicon_t *lex, const char *key, lexicon_lang_e lang,
    const char *text)
{
    size_t              i;
    lexicon_message_t  *m;

    i = lexicon_slot(key, strlen(key), LEXICON_MSG_SLOTS);

    while (lexicon_messages[i].key != NULL
           && strcmp(lexicon_messages[i].key, key) != 0)
    {
        i = (i + 1) & (LEXICON_MSG_SLOTS - 1);
    }

    m = &lexicon_messages[i];

    if (m->key == NULL) {
        m->key = region_strndup(&lex->region, key, strlen(key));
    }

    m->text[lang] = region_strndup(&lex->region, text, strlen(text));
}


static void
lexicon_load(void)
{
    pcre2_jit_stack       *stack;
    const lexicon_file_t  *file;

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

    for (file = lexicon_files; file->name != NULL; file++) {
        lexicon_read(file);
    }

    lexicon_hash();
}


static void
lexicon_read(const lexicon_file_t *file)
{
    size_t             n;
    const char        *p, *end;
    lexicon_line_t     line;
    const sql_file_t  *f;

    line.lex = &lexicon;
    line.file = file->name;
    line.line = 0;
    line.text[0] = '\0';

    for (f = paperal_lexicons; f->name != NULL; f++) {
        if (strcmp(f->name, file->name) == 0) {
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
        file->reader(&line);
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
