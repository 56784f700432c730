/*
 * JSON: a writer that appends to a paperal_buf_t, and a strict validator to
 * run over untrusted text before a lenient parser sees it.
 *
 * The writer puts commas by itself:
 *
 *     paperal_json_open(&b);
 *     paperal_json_strz(&b, "type", "progress");
 *     paperal_json_array(&b, "values");
 *     paperal_json_int(&b, NULL, 1);
 *     paperal_json_int(&b, NULL, 2);
 *     paperal_json_close(&b);
 *     paperal_json_close(&b);          {"type":"progress","values":[1,2]}
 *
 * Inside an object every value needs a key (a '\0'-terminated string, escaped
 * like any other), inside an array and outside of both it must be NULL.  A
 * misuse (that rule, more than PAPERAL_JSON_MAX_DEPTH levels, a close too
 * many) sets b->failed, so one test at the end covers it.  Text already in the
 * buffer is left alone: a value may follow "data: ".
 */

#ifndef PAPERAL_JSON_H
#define PAPERAL_JSON_H


#include <stddef.h>
#include <stdint.h>

#include "paperal_buf.h"


#define PAPERAL_JSON_MAX_DEPTH   32
#define PAPERAL_JSON_MAX_NUMBER  63          /* characters; cJSON's limit */
#define PAPERAL_JSON_MAX_INT     9007199254740992LL              /* 2^53 */


/* Opens an object without a key: the document, or an element of an array. */
void paperal_json_open(paperal_buf_t *b);

/* Opens an object or an array, as the value of key. */
void paperal_json_object(paperal_buf_t *b, const char *key);
void paperal_json_array(paperal_buf_t *b, const char *key);

/* Closes the innermost object or array. */
void paperal_json_close(paperal_buf_t *b);

/*
 * A string of len bytes of UTF-8.  Each maximal invalid part, and each zero
 * byte (which PostgreSQL cannot store), becomes U+FFFD.  NULL gives null.
 */
void paperal_json_str(paperal_buf_t *b, const char *key, const char *s,
    size_t len);

/* The same for a '\0'-terminated string or NULL. */
void paperal_json_strz(paperal_buf_t *b, const char *key, const char *s);

void paperal_json_int(paperal_buf_t *b, const char *key, int64_t n);
void paperal_json_bool(paperal_buf_t *b, const char *key, int value);
void paperal_json_null(paperal_buf_t *b, const char *key);

/* As paperal_buf_double(): null for what is not finite. */
void paperal_json_double(paperal_buf_t *b, const char *key, double n);

/* A value that is JSON already, copied as it is; a len of 0 gives null. */
void paperal_json_raw(paperal_buf_t *b, const char *key, const char *json,
    size_t len);

/*
 * Appends only the quoted and escaped string, without key and comma: for
 * places where the writer's state is not used.
 */
void paperal_json_quote(paperal_buf_t *b, const char *s, size_t len);


typedef enum {
    PAPERAL_JSON_OK = 0,
    PAPERAL_JSON_EMPTY,            /* nothing but white space */
    PAPERAL_JSON_TOO_LARGE,        /* longer than max */
    PAPERAL_JSON_TOO_DEEP,         /* more than PAPERAL_JSON_MAX_DEPTH */
    PAPERAL_JSON_TRUNCATED,        /* ends inside a value */
    PAPERAL_JSON_SYNTAX,
    PAPERAL_JSON_BAD_NUMBER,       /* also: above PAPERAL_JSON_MAX_NUMBER */
    PAPERAL_JSON_BAD_ESCAPE,
    PAPERAL_JSON_BAD_UTF8,
    PAPERAL_JSON_CONTROL,          /* a raw control character in a string */
    PAPERAL_JSON_NUL,              /* a zero byte, raw or as \u0000 */
    PAPERAL_JSON_SURROGATE,        /* a lone surrogate */
    PAPERAL_JSON_DUPLICATE_KEY,    /* compared after unescaping */
    PAPERAL_JSON_TRAILING,         /* bytes after the value */
    PAPERAL_JSON_NO_MEMORY
} paperal_json_code_e;

typedef struct {
    paperal_json_code_e   code;
    size_t                offset;          /* of the offending byte */
    const char           *message;         /* static, lower case, no period */
    unsigned              inexact:1;       /* see below */
    size_t                inexact_offset;  /* of the first such number */
} paperal_json_check_t;


/*
 * Checks that text is exactly one JSON value (RFC 8259) of at most max bytes
 * that means the same to every parser: see the codes above.  Returns
 * result->code and fills *result.
 *
 * Numbers that a double cannot hold are no error but set "inexact": integers
 * outside of +-PAPERAL_JSON_MAX_INT, and what overflows to infinity.
 *
 * Time is O(len * log(len)) at worst, the stack is small and constant; memory
 * (16 bytes per key of the objects open at a time) is allocated only where
 * more than 64 keys are open, and freed before returning.
 */
int paperal_json_check(const char *text, size_t len, size_t max,
    paperal_json_check_t *result);


#endif /* PAPERAL_JSON_H */
