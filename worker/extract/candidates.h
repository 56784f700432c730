/*
 * Lines that may be headings, and the looks they have: what headings.c
 * decides about.
 */

#ifndef EXTRACT_CANDIDATES_H
#define EXTRACT_CANDIDATES_H


#include "doc.h"


#define HEADINGS_MAX_LOOKS  32


typedef struct {
    int      line;          /* first and last line */
    int      last;
    char    *text;
    int      number;        /* bytes of number */
    int      depth;
    int      value;
    int      role;
    int      known;
    int      upper;
    int      distinct;      /* does not look like the body */
    int      apart;         /* white space above */
    int      alone;         /* white space above and below */
    int      sure;
    int      accepted;
    int      look;
} cand_t;


typedef struct {
    int      style;
    int      upper;
    int      numbered;      /* candidates with a number */
    int      sure;
    int      count;
    int      distinct;
    int      level;
} look_t;


typedef struct {
    doc_t    *doc;
    cand_t   *cands;
    int       n;
    int       cap;
    look_t    looks[HEADINGS_MAX_LOOKS];
    int       n_looks;
} headings_t;


/*
 * Looks at line i of the document: adds a candidate to h if the line may be a
 * heading.  Returns the last line it has used, i where there is no other.
 */
int headings_candidate(headings_t *h, int i);

/* Most of the line's letters are bold. */
int headings_is_bold(const line_t *line);


#endif /* EXTRACT_CANDIDATES_H */
