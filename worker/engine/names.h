/*
 * Names that a paper mentions: organisations, products, patents, licences and
 * numbers of grants, each as it is written, with the sentence it stands in
 * and the role that this place gives it.  The references are not read.
 *
 * Names say who, so nothing here may enter the score.
 */

#ifndef NAMES_H
#define NAMES_H


#include "view.h"


#define NAMES_MAX       40        /* of one paper */
#define NAMES_MAX_KIND  8         /* of one kind */
#define NAMES_MAX_TEXT  96        /* bytes with the NUL */
#define NAMES_MAX_SCAN  8         /* names looked for in one sentence */


/* In the order of the words of names.txt. */
typedef enum {
    NAME_ORGANISATION = 0,
    NAME_PRODUCT,
    NAME_PATENT,
    NAME_LICENCE,
    NAME_GRANT,
    NAMES_KINDS
} name_e;

/* In the order of name_role_key(). */
typedef enum {
    NAME_ROLE_MENTIONED = 0,
    NAME_ROLE_SUPPLIER,           /* of what the methods use */
    NAME_ROLE_INTEREST,           /* in a statement of interests */
    NAME_ROLE_FUNDER,
    NAME_ROLE_AUTHOR,             /* in the front matter */
    NAME_ROLE_WORK,               /* of the work itself: a licence */
    NAME_ROLE_ARTICLE             /* of the printed article */
} name_role_e;

typedef struct {
    char                        text[NAMES_MAX_TEXT];
    name_e                      kind;
    name_role_e                 role;
    const document_sentence_t  *s;
} name_t;

typedef struct {
    size_t  n;
    name_t  items[NAMES_MAX];     /* in the order of the paper */
} names_t;


void names_find(const view_t *v, names_t *names);

/* The key of a role's message ("name.supplier"). */
const char *name_role_key(name_role_e role);


#endif /* NAMES_H */
