/*
 * Names that a paper mentions: organisations, products, patents, licences and
 * numbers of grants, each as it is written, with the sentence it stands in
 * and the role that this place gives it.  The references are not read.
 *
 * Names say who, so nothing here may enter the score.
 */

#ifndef MENTIONS_H
#define MENTIONS_H


#include "view.h"


#define MENTIONS_MAX       40        /* of one paper */
#define MENTIONS_MAX_KIND  8         /* of one kind */
#define MENTIONS_MAX_TEXT  96        /* bytes with the NUL */
#define MENTIONS_MAX_SCAN  8         /* names looked for in one sentence */


/* In the order of the words of names.txt. */
typedef enum {
    MENTION_ORGANISATION = 0,
    MENTION_PRODUCT,
    MENTION_PATENT,
    MENTION_LICENCE,
    MENTION_GRANT,
    MENTIONS_KINDS
} mention_e;

/* In the order of mention_role_key(). */
typedef enum {
    MENTION_ROLE_MENTIONED = 0,
    MENTION_ROLE_SUPPLIER,           /* of what the methods use */
    MENTION_ROLE_INTEREST,           /* in a statement of interests */
    MENTION_ROLE_FUNDER,
    MENTION_ROLE_AUTHOR,             /* in the front matter */
    MENTION_ROLE_WORK,               /* of the work itself: a licence */
    MENTION_ROLE_ARTICLE             /* of the printed article */
} mention_role_e;

typedef struct {
    char                        text[MENTIONS_MAX_TEXT];
    mention_e                      kind;
    mention_role_e                 role;
    const document_sentence_t  *s;
} mention_t;

typedef struct {
    size_t  n;
    mention_t  items[MENTIONS_MAX];     /* in the order of the paper */
} mentions_t;


void mentions_find(const view_t *v, mentions_t *names);

/* The key of a role's message ("name.supplier"). */
const char *mention_role_key(mention_role_e role);


#endif /* MENTIONS_H */
