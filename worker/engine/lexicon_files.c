/*
 * The readers of the lexicon files, see lexicon_read.h; each file's comments
 * give its format.
 */

#include "lexicon_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mentions.h"


#define LEXICON_MAX_TERMS   128
#define LEXICON_MAX_TOPICS  64


static void lexicon_read_cues_en(lexicon_line_t *line);
static void lexicon_read_cues_zh(lexicon_line_t *line);
static void lexicon_read_cue(lexicon_line_t *line, lexicon_lang_e lang);
static void lexicon_read_prior(lexicon_line_t *line);
static void lexicon_read_section(lexicon_line_t *line);
static void lexicon_read_article(lexicon_line_t *line);
static void lexicon_read_trl(lexicon_line_t *line);
static void lexicon_read_criterion(lexicon_line_t *line,
    lexicon_criterion_t *c, const char *word, char *p);
static void lexicon_read_sector(lexicon_line_t *line);
static void lexicon_read_field(lexicon_line_t *line);
static void lexicon_read_topic(lexicon_line_t *line,
    lexicon_topics_t *topics);
static void lexicon_read_name(lexicon_line_t *line);
static void lexicon_read_stop_en(lexicon_line_t *line);
static void lexicon_read_stop_zh(lexicon_line_t *line);
static void lexicon_read_message(lexicon_line_t *line);


const lexicon_file_t  lexicon_files[] = {
    { "cues-en.txt", lexicon_read_cues_en },
    { "cues-zh.txt", lexicon_read_cues_zh },
    { "priors.txt", lexicon_read_prior },
    { "sections.txt", lexicon_read_section },
    { "articles.txt", lexicon_read_article },
    { "trl-1.txt", lexicon_read_trl },
    { "domains.txt", lexicon_read_sector },
    { "fields.txt", lexicon_read_field },
    { "names.txt", lexicon_read_name },
    { "stop-en.txt", lexicon_read_stop_en },
    { "stop-zh.txt", lexicon_read_stop_zh },
    { "messages.txt", lexicon_read_message },
    { NULL, NULL }
};

static const char *const  lexicon_name_kinds[MENTIONS_KINDS] = {
    "organisation", "product", "patent", "licence", "grant"
};

static int     lexicon_columns[DOCUMENT_ROLES];
static size_t  lexicon_ncolumns;


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

    cue = lexicon_compile(line, &line->lex->cues[lang], p);
    cue->kind = kind;
    cue->weight = weight[0] - '0';
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

    row = strcmp(name, "summary") == 0 ? CUE_CLAIMS : lexicon_cue(line, name);

    if (row > CUE_CLAIMS) {
        lexicon_fail(line, "unknown row");
    }

    for (i = 0; i < lexicon_ncolumns; i++) {
        if (*p == '\0') {
            lexicon_fail(line, "too few columns");
        }

        line->lex->prior[row][lexicon_columns[i]] =
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
    pattern = lexicon_compile(line, &line->lex->sections, p);
    pattern->kind = lexicon_role(line, role);
}


static void
lexicon_read_article(lexicon_line_t *line)
{
    int    kind;
    char  *p;

    p = line->text;
    kind = lexicon_article_type(line, lexicon_next(&p));
    lexicon_compile(line, &line->lex->articles, p)->kind = kind;
}


static void
lexicon_read_trl(lexicon_line_t *line)
{
    char                 *p, *word;
    lexicon_t            *lex;
    lexicon_criterion_t  *c;

    lex = line->lex;
    lex->rubric_version = "trl-1";
    p = line->text;
    word = lexicon_next(&p);

    if (strcmp(word, "criterion") == 0) {
        if (lex->ncriteria == LEXICON_MAX_CRITERIA) {
            lexicon_fail(line, "too many criteria");
        }

        c = &lex->criteria[lex->ncriteria++];
        word = lexicon_next(&p);
        c->id = region_strndup(&lex->region, word, strlen(word));
        c->level = (int) strtol(p, NULL, 10);
        c->cue = -1;
        return;
    }

    if (strcmp(word, "block") == 0) {
        word = lexicon_next(&p);
        (void) lexicon_compile(line, &lex->block[lexicon_lang(line, word)],
                               p);
        return;
    }

    if (lex->ncriteria == 0) {
        lexicon_fail(line, "no criterion yet");
    }

    c = &lex->criteria[lex->ncriteria - 1];

    if (strcmp(word, "allow") == 0) {
        c->allow_modal |= strcmp(p, "modal") == 0;

    } else if (strcmp(word, "need") == 0) {
        c->need_number |= strcmp(p, "number") == 0;
        c->need_summary |= strcmp(p, "summary") == 0;
        c->need_result |= strcmp(p, "result") == 0;

    } else if (strcmp(word, "cue") == 0) {
        c->cue = lexicon_cue(line, lexicon_next(&p));
        c->cue_strength = (int) strtol(p, NULL, 10);

    } else {
        lexicon_read_criterion(line, c, word, p);
    }
}


/* The words of a criterion that have a language. */

static void
lexicon_read_criterion(lexicon_line_t *line, lexicon_criterion_t *c,
    const char *word, char *p)
{
    size_t          i;
    lexicon_lang_e  lang;

    const struct {
        const char          *word;
        lexicon_pattern_t  **patterns;
        const char         **text;
    } words[] = {
        { "yes", c->yes, NULL },
        { "no", c->no, NULL },
        { "heading", c->heading, NULL },
        { "label", NULL, c->label },
        { "gap", NULL, c->gap },
        { "question", NULL, c->question }
    };

    lang = lexicon_lang(line, lexicon_next(&p));

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(words[i].word, word) != 0) {
            continue;
        }

        if (words[i].patterns != NULL) {
            (void) lexicon_compile(line, &words[i].patterns[lang], p);

        } else {
            words[i].text[lang] = region_strndup(&line->lex->region, p,
                                                 strlen(p));
        }

        return;
    }

    lexicon_fail(line, "unknown word");
}


static void
lexicon_read_sector(lexicon_line_t *line)
{
    lexicon_read_topic(line, &line->lex->sectors);
}


static void
lexicon_read_field(lexicon_line_t *line)
{
    lexicon_read_topic(line, &line->lex->fields);
}


/* id | English name | Chinese name | term, term, ... */

static void
lexicon_read_topic(lexicon_line_t *line, lexicon_topics_t *topics)
{
    char             *p, *end, *parts[4];
    size_t            i;
    lexicon_topic_t  *t;

    if (topics->topics == NULL) {
        topics->topics = region_array(&line->lex->region, LEXICON_MAX_TOPICS,
                                      sizeof(lexicon_topic_t));
    }

    if (topics->n == LEXICON_MAX_TOPICS) {
        lexicon_fail(line, "too many topics");
    }

    p = region_strndup(&line->lex->region, line->text, strlen(line->text));

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
    t->terms = region_array(&line->lex->region, LEXICON_MAX_TERMS,
                            sizeof(char *));

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
lexicon_read_name(lexicon_line_t *line)
{
    int                 kind;
    char               *p, *name, text[LEXICON_MAX_LINE + 8];
    lexicon_lang_e      lang;
    lexicon_pattern_t  *pattern;

    p = line->text;
    name = lexicon_next(&p);

    for (kind = 0; kind < MENTIONS_KINDS; kind++) {
        if (strcmp(name, lexicon_name_kinds[kind]) == 0) {
            break;
        }
    }

    if (kind == MENTIONS_KINDS) {
        lexicon_fail(line, "unknown kind");
    }

    lang = lexicon_lang(line, lexicon_next(&p));
    (void) snprintf(text, sizeof(text), "(?-i)%s", p);
    pattern = lexicon_compile(line, &line->lex->names[lang], text);
    pattern->kind = kind;
}


static void
lexicon_read_stop_en(lexicon_line_t *line)
{
    char            *p, *word;
    lexicon_word_e   kind;

    p = line->text;
    word = lexicon_next(&p);
    kind = strcmp(word, "stop") == 0 ? LEXICON_WORD_STOP
                                     : LEXICON_WORD_GENERIC;

    while (*p != '\0') {
        lexicon_add_word(line->lex, lexicon_next(&p), kind);
    }
}


/* Lines of one list are put together. */

static void
lexicon_read_stop_zh(lexicon_line_t *line)
{
    char         *p, *word, *copy;
    size_t        i, size;
    lexicon_t    *lex;
    const char  **list, *old;

    lex = line->lex;

    const struct {
        const char   *word;
        const char  **list;
    } lists[] = {
        { "cut", &lex->zh_cut },
        { "head", &lex->zh_head },
        { "edge", &lex->zh_edge },
        { "stop", &lex->zh_stop }
    };

    p = line->text;
    word = lexicon_next(&p);

    for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        if (strcmp(lists[i].word, word) == 0) {
            list = lists[i].list;
            old = *list == NULL ? "" : *list;
            size = strlen(old) + strlen(p) + 2;
            copy = region_alloc(&lex->region, size);
            (void) snprintf(copy, size, "%s%s%s", old,
                            *list == NULL ? "" : " ", p);
            *list = copy;
            return;
        }
    }

    lexicon_fail(line, "unknown list");
}


static void
lexicon_read_message(lexicon_line_t *line)
{
    char            *p, *key;
    lexicon_lang_e   lang;

    p = line->text;
    key = lexicon_next(&p);
    lang = lexicon_lang(line, lexicon_next(&p));
    lexicon_add_message(line->lex, key, lang, p);
}
