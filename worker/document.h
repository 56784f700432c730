/*
 * A read paper: what paperal-extract --full says about a PDF, in memory.
 *
 * The extractor is a child that has touched untrusted bytes, so its output
 * is untrusted as well: document_parse() checks every type, count, order and
 * range, and refuses with a text instead of repairing.  A document never
 * changes after it was parsed; everything in it belongs to its region.
 *
 * Strings are NUL-terminated UTF-8 without NUL inside; an absent string is
 * NULL, an absent list is empty.  Offsets count Unicode code points of the
 * document text: all sentence texts but those of references, in order,
 * joined by one "\n".  Pages count from 1.
 */

#ifndef DOCUMENT_H
#define DOCUMENT_H


#include <stddef.h>

#include "region.h"


#define DOCUMENT_MAX_JSON        (32 * 1024 * 1024)
#define DOCUMENT_MAX_SENTENCES   60000
#define DOCUMENT_MAX_SECTIONS    2000
#define DOCUMENT_MAX_REFERENCES  5000
#define DOCUMENT_MAX_CAPTIONS    2000
#define DOCUMENT_MAX_NAMES       4000
#define DOCUMENT_MAX_BOXES       2000     /* of one sentence */
#define DOCUMENT_MAX_PAGES       10000
#define DOCUMENT_MAX_SENTENCE    65536    /* bytes */
#define DOCUMENT_MAX_STRING      262144   /* bytes, any other string */


typedef enum {
    DOCUMENT_KIND_TITLE = 0,
    DOCUMENT_KIND_ABSTRACT,
    DOCUMENT_KIND_BODY,
    DOCUMENT_KIND_CAPTION,
    DOCUMENT_KIND_FOOTNOTE,
    DOCUMENT_KIND_REFERENCE,
    DOCUMENT_KIND_HEADING,
    DOCUMENT_KIND_FRONT,
    DOCUMENT_KIND_BACK
} document_kind_e;

/* In the order of document_role_name()'s table. */
typedef enum {
    DOCUMENT_ROLE_OTHER = 0,
    DOCUMENT_ROLE_TITLE,
    DOCUMENT_ROLE_ABSTRACT,
    DOCUMENT_ROLE_KEYWORDS,
    DOCUMENT_ROLE_INTRODUCTION,
    DOCUMENT_ROLE_BACKGROUND,
    DOCUMENT_ROLE_RELATED_WORK,
    DOCUMENT_ROLE_METHODS,
    DOCUMENT_ROLE_RESULTS,
    DOCUMENT_ROLE_DISCUSSION,
    DOCUMENT_ROLE_CONCLUSION,
    DOCUMENT_ROLE_LIMITATIONS,
    DOCUMENT_ROLE_FUTURE_WORK,
    DOCUMENT_ROLE_ACKNOWLEDGEMENTS,
    DOCUMENT_ROLE_FUNDING,
    DOCUMENT_ROLE_CONFLICT_OF_INTEREST,
    DOCUMENT_ROLE_DATA_AVAILABILITY,
    DOCUMENT_ROLE_CODE_AVAILABILITY,
    DOCUMENT_ROLE_AUTHOR_CONTRIBUTIONS,
    DOCUMENT_ROLE_ETHICS,
    DOCUMENT_ROLE_APPENDIX,
    DOCUMENT_ROLE_REFERENCES,
    DOCUMENT_ROLES
} document_role_e;

/* PDF points, origin at the top left of the page as displayed. */
typedef struct {
    int     page;
    double  x0;
    double  y0;
    double  x1;
    double  y1;
} document_box_t;

typedef struct {
    int              level;      /* 1..4 */
    int              page;
    const char      *id;
    const char      *title;      /* may be empty, never NULL */
    document_role_e  role;
} document_section_t;

typedef struct {
    int              page;
    int              section;    /* index into sections, -1: none */
    size_t           start;      /* code points, end exclusive */
    size_t           end;
    size_t           len;        /* bytes of text */
    size_t           nboxes;
    const char      *sid;
    const char      *text;
    document_box_t  *boxes;      /* one for each line of print */
    document_kind_e  kind;
} document_sentence_t;

typedef struct {
    int          year;           /* 0: unknown */
    const char  *raw;
    const char  *title;
    const char  *doi;
} document_reference_t;

typedef struct {
    int          page;
    const char  *label;
    const char  *caption;
} document_caption_t;

typedef struct {
    size_t        n;
    const char  **items;
} document_names_t;

typedef struct {
    region_t               region;
    int                    pages;
    size_t                 nsections;
    size_t                 nsentences;
    size_t                 nreferences;
    size_t                 nfigures;
    size_t                 ntables;
    const char            *title;
    const char            *abstract;
    const char            *doi;
    const char            *arxiv_id;
    const char            *publication;
    const char            *publication_date;
    const char            *language;        /* ISO 639-1 */
    const char            *article_type;
    const char            *text_sha256;     /* 64 hex digits */
    const char            *extractor_version;
    document_names_t       authors;
    document_names_t       affiliations;
    document_names_t       keywords;
    document_names_t       warnings;
    document_section_t    *sections;
    document_sentence_t   *sentences;
    document_reference_t  *references;
    document_caption_t    *figures;
    document_caption_t    *tables;
} document_t;


/*
 * Parses one line of paperal-extract --full.  Returns a document that the
 * caller frees with document_free(), or NULL with a text in err (errlen > 0,
 * always NUL-terminated): not JSON, an {"error"} object, a missing or wrong
 * field, a limit of above, sids out of order, offsets that do not fit the
 * texts, a text_sha256 that is not that of the texts.
 */
document_t *document_parse(const char *json, size_t len, char *err,
    size_t errlen);

/* Frees the document; NULL is allowed. */
void document_free(document_t *doc);

/* Returns the sentence of that sid, or NULL. */
const document_sentence_t *document_find(const document_t *doc,
    const char *sid);

/* The contract's name of a role ("methods"). */
const char *document_role_name(document_role_e role);


#endif /* DOCUMENT_H */
