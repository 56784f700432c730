/*
 * The environment variables that both programs read, and a parser of the
 * text of an env file (".env.local").  Reading the environment and files is
 * the callers' part; the order of precedence is a directive of nginx.conf,
 * the environment, the env file, the default.
 */

#ifndef PAPERAL_CONFIG_H
#define PAPERAL_CONFIG_H


#include <stddef.h>

#include "paperal_buf.h"


#define PAPERAL_CONFIG_MAX_FILE   65536      /* bytes of an env file */
#define PAPERAL_CONFIG_MAX_NAME   64
#define PAPERAL_CONFIG_MAX_VALUE  8192       /* also of a NAME_FILE's content */

#define PAPERAL_CONFIG_SECRET     0x01       /* also read from NAME_FILE */
#define PAPERAL_CONFIG_WEB        0x02       /* the module reads it */
#define PAPERAL_CONFIG_WORKER     0x04       /* the worker reads it */
#define PAPERAL_CONFIG_LOCAL      0x08       /* the local set-up reads it */


typedef struct {
    const char  *name;
    unsigned     flags;            /* PAPERAL_CONFIG_... */
    const char  *value;            /* default, NULL: none */
} paperal_config_var_t;


/* The table in the order of the manual; ends with a NULL name. */
const paperal_config_var_t *paperal_config_vars(void);

/* The entry of a name, NULL if it is not one of ours. */
const paperal_config_var_t *paperal_config_find(const char *name, size_t len);

/*
 * The entry whose "<NAME>_FILE" this name is; NULL if it is none, or if the
 * variable is not secret.
 */
const paperal_config_var_t *paperal_config_find_file(const char *name,
    size_t len);

/*
 * Length of a secret file's content without the line end that editors put
 * behind it (one LF or CR LF).
 */
size_t paperal_config_trim(const char *s, size_t len);


/*
 * An env file, one assignment at a time:
 *
 *     # comment
 *     export NAME=plain value          # comment after a blank
 *     NAME='taken as it is'
 *     NAME="with \n \r \t \" \\ \$ escapes"
 *
 * Names are [A-Za-z_][A-Za-z0-9_]*.  A plain value ends at a line end or
 * " #" and loses its outer blanks; quoted ones may span lines; nothing is
 * expanded.  LF and CR LF end lines; a byte order mark at the start is
 * skipped.
 */
typedef struct {
    const char  *pos;
    const char  *end;
    size_t       pos_line;         /* of pos, from 1 */
    const char  *name;             /* of the last assignment, inside the text */
    size_t       name_len;
    size_t       line;             /* where it begins, from 1 */
    const char  *error;            /* what is wrong, static, or NULL */
} paperal_env_t;

void paperal_env_init(paperal_env_t *env, const char *text, size_t len);

/*
 * Goes to the next assignment and puts its value, '\0'-terminated, into
 * *value (cleared before).  Returns 1, or 0 at the end, or PAPERAL_ERROR with
 * env->error and env->line set; it goes no further after that.
 */
int paperal_env_next(paperal_env_t *env, paperal_buf_t *value);


#endif /* PAPERAL_CONFIG_H */
