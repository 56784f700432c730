/*
 * The statements of the back matter: funding, conflict of interest, data and
 * code availability, from sections with such a heading, else from sentences
 * outside the argument that say so.
 */

#ifndef STATEMENTS_H
#define STATEMENTS_H


#include "view.h"


#define STATEMENTS_MAX_SENTENCES  6
#define STATEMENTS_MAX_TEXT       1500     /* bytes */


typedef enum {
    STATEMENT_FUNDING = 0,
    STATEMENT_COI,
    STATEMENT_DATA,
    STATEMENT_CODE,
    STATEMENTS
} statement_e;

/* Absent when n is 0. */
typedef struct {
    size_t                      n;
    const document_sentence_t  *s[STATEMENTS_MAX_SENTENCES];
} statement_t;


/* Keys in the order of the enum: "funding", ... */
extern const char *const  statement_names[STATEMENTS];

/*
 * The first sentence that states something, NULL when there is none: "the
 * authors declare no conflict of interest" states that there is nothing.
 */
const document_sentence_t *statements_says(const statement_t *st);

void statements_find(const view_t *v, statement_t st[STATEMENTS]);


#endif /* STATEMENTS_H */
