/*
 * Files of the source tree that are compiled into the programs.
 *
 * "make" writes each list as a C file (see worker/sql/embed.c): a program needs
 * no data folder beside it, and what runs is exactly what was built.
 *
 * A list is sorted by name in byte order and ends with an entry whose name is
 * NULL.  Names are base names ("0001-accounts.sql").  The texts are the files'
 * bytes, followed by a NUL that len does not count; they are constant and live
 * as long as the process.
 */

#ifndef PAPERAL_SQL_FILES_H
#define PAPERAL_SQL_FILES_H

#include <stddef.h>


typedef struct {
    const char  *name;
    const char  *text;
    size_t       len;
} sql_file_t;


/* worker/sql/migrations/: applied once each, in this order */
extern const sql_file_t  paperal_sql_migrations[];

/* worker/sql/functions/: created again at every migrate, in this order */
extern const sql_file_t  paperal_sql_functions[];

/* worker/engine/lexicon/: word lists of the embedded analyser */
extern const sql_file_t  paperal_lexicons[];

/* worker/prompts/: what a model is asked, see worker/model/texts.h */
extern const sql_file_t  paperal_prompts[];

/* worker/schemas/: what a model answers, one file for each stage */
extern const sql_file_t  paperal_schemas[];

/* worker/llm/prices.txt: what models cost, one file */
extern const sql_file_t  paperal_prices[];


#endif /* PAPERAL_SQL_FILES_H */
