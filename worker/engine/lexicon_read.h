/*
 * Inside of the lexicons: the readers of the files and what they share.  A
 * reader gets the lines of its file one by one, without comments and empty
 * ones, and may cut them up.
 */

#ifndef LEXICON_READ_H
#define LEXICON_READ_H


#include "lexicon.h"


#define LEXICON_MAX_LINE  8192


typedef struct {
    lexicon_t   *lex;
    const char  *file;
    int          line;
    char         text[LEXICON_MAX_LINE];
} lexicon_line_t;

typedef void (*lexicon_reader_pt)(lexicon_line_t *line);

typedef struct {
    const char         *name;       /* of the embedded file */
    lexicon_reader_pt   reader;
} lexicon_file_t;


/* lexicon_files.c: in the order in which they are read; the last is NULL */
extern const lexicon_file_t  lexicon_files[];

/* lexicon.c: entries of its tables; a word or text that is there stays */
void lexicon_add_word(lexicon_t *lex, const char *word, lexicon_word_e kind);
void lexicon_add_message(lexicon_t *lex, const char *key,
    lexicon_lang_e lang, const char *text);

/* lexicon_line.c: all end the process when the line is wrong */
void lexicon_fail(const lexicon_line_t *line, const char *why)
    __attribute__((noreturn));

/* Cuts the next word off *p, which is left at the word after it. */
char *lexicon_next(char **p);

/* The number behind a name. */
int lexicon_cue(const lexicon_line_t *line, const char *name);
int lexicon_role(const lexicon_line_t *line, const char *name);
int lexicon_article_type(const lexicon_line_t *line, const char *name);
lexicon_lang_e lexicon_lang(const lexicon_line_t *line, const char *name);

/* Compiles a pattern and puts it at the end of the list. */
lexicon_pattern_t *lexicon_compile(lexicon_line_t *line,
    lexicon_pattern_t **list, const char *pattern);


#endif /* LEXICON_READ_H */
