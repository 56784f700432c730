/*
 * The front matter: title, authors and their affiliations, abstract,
 * keywords, and what a first page says about its publication.
 */

#ifndef EXTRACT_FRONT_H
#define EXTRACT_FRONT_H


#include "doc.h"


#define FRONT_MAX_LINES  400


/* The first page with text, its lines from top to bottom. */
typedef struct {
    doc_t     *doc;
    int        page;
    line_t    *lines[FRONT_MAX_LINES];
    int        n;
    int        title;        /* first and last line of the title, -1 */
    int        title_end;
    line_t    *abstract;     /* line with the label, or NULL */
    int        affiliations; /* lines of them */
    int        summary;      /* that label is a heading "Summary" */
    line_t    *intro;        /* first heading of the body, or NULL */
} front_t;


/* Title, authors, abstract and keywords; NULL if there is no text. */
front_t *front_read(doc_t *doc);

/* DOI, dates, publication, language, type: when references are known. */
void front_identify(front_t *f);

/* front_read()'s parts, in their order. */
void front_side_notes(front_t *f);      /* makes them LINE_FRONT */
void front_title(front_t *f);
void front_authors(front_t *f);
void front_abstract(front_t *f);
void front_keywords(front_t *f);

/* Length of an abstract's label at the start of text, 0 if there is none. */
int front_abstract_label(const char *text);

/* A line such as "2.1 Data" or "IV. RESULTS". */
int front_is_numbered_heading(const line_t *line);

/* The same as for an abstract's label, for keywords. */
int front_keywords_label(const char *text);


#endif /* EXTRACT_FRONT_H */
