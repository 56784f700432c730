/*
 * What the reader knows of a document, from glyphs up to sections.
 *
 * The stages fill it in this order: reader (pages, glyphs), lines (lines of
 * each page), columns (their reading order), furniture (running heads, line
 * numbers), styles (body style), front (title, authors, abstract ...),
 * headings, references, captions, sentences; output prints it.  Everything
 * lives in doc->region.
 *
 * Coordinates are PDF points from the top left corner of the page as shown.
 */

#ifndef EXTRACT_DOC_H
#define EXTRACT_DOC_H


#include <stdint.h>

#include "region.h"


#define DOC_MAX_MEMORY       ((size_t) 600 * 1024 * 1024)
#define DOC_MAX_PAGES        500     /* more: PDF_TOO_COMPLEX */
#define DOC_MAX_READ         300     /* more: the rest is not read */
#define DOC_MAX_PAGE_GLYPHS  200000
#define DOC_MAX_TEXT         (8 * 1024 * 1024)
#define DOC_MAX_META         1024
#define DOC_MAX_STYLES       4096
#define DOC_MAX_GUTTERS      3
#define DOC_MAX_WARNINGS     16
#define DOC_MAX_AUTHORS      400
#define DOC_MAX_REFERENCES   3000
#define DOC_MAX_SECTIONS     1000


typedef struct {
    float      x0;
    float      y0;
    float      x1;
    float      y1;
    uint32_t   cp;
    uint16_t   style;
    uint8_t    space;        /* a space precedes it in its line */
    uint8_t    rotated;
} glyph_t;


typedef struct {
    char      *font;         /* without the subset's prefix */
    float      size;
    int        count;        /* letters set in it */
    unsigned   bold:1;
    unsigned   italic:1;
    unsigned   mono:1;
    unsigned   white:1;
    unsigned   math:1;
    unsigned   colored:1;
} style_t;


/* What a line is; set once by the stage that recognises it. */
typedef enum {
    LINE_BODY = 0,
    LINE_FURNITURE,          /* running head, page number, margin number */
    LINE_TITLE,
    LINE_AUTHOR,
    LINE_AFFILIATION,
    LINE_FRONT,              /* other front matter */
    LINE_ABSTRACT,
    LINE_KEYWORDS,
    LINE_HEADING,
    LINE_CAPTION,
    LINE_TABLE,              /* cells and figure labels */
    LINE_FOOTNOTE,
    LINE_REFERENCE,
    LINE_BACK
} line_kind_e;


typedef struct {
    float        x0;
    float        y0;
    float        x1;
    float        y1;
    float        size;       /* of most of its letters */
    glyph_t     *g;
    int          n;
    char        *text;       /* UTF-8, single spaces */
    int          len;
    int          page;       /* from 0 */
    int          row;        /* lines side by side share it */
    int          column;
    int          letters;
    int          digits;
    int          cjk;
    int          upper;
    int          style;      /* of most of its letters */
    int          bold;       /* letters set in bold */
    int          italic;
    int          mono;
    int          section;    /* index of its section or -1 */
    line_kind_e  kind;
    uint8_t      spanning;   /* crosses a gutter */
    uint8_t      block;      /* a paragraph or block starts here */
    uint8_t      skip;       /* leading glyphs that belong to a run-in head */
} line_t;


typedef struct {
    double       width;
    double       height;
    glyph_t     *glyphs;
    int          n_glyphs;
    line_t      *lines;      /* in reading order once columns has run */
    int          n_lines;
    float        gutters[DOC_MAX_GUTTERS];
    float        gutter_widths[DOC_MAX_GUTTERS];
    int          n_gutters;
    float        left;       /* text block */
    float        right;
    unsigned     image:1;    /* an image covers most of it */
    unsigned     ocr:1;
} page_t;


typedef struct {
    char        *title;      /* with its number */
    int          level;
    int          role;       /* role_e */
    int          page;
    int          line;       /* index in doc->lines */
} section_t;


typedef struct {
    char        *raw;
    char        *title;
    char       **authors;
    int          n_authors;
    int          year;
    char        *doi;
} reference_t;


typedef struct {
    char        *label;
    char        *caption;
    int          page;
    int          table;
} caption_t;


typedef struct {
    double       title;
    double       authors;
    double       abstract;
    double       doi;
} confidence_t;


typedef struct {
    region_t      *region;
    page_t        *pages;
    int            n_pages;       /* read */
    int            total_pages;
    style_t       *styles;
    int            n_styles;
    int            cap_styles;

    line_t       **lines;         /* of all pages in reading order */
    int            n_lines;
    int            body_style;
    float          body_size;
    float          body_leading;

    char          *meta_title;
    char          *meta_author;
    char          *meta_subject;
    char          *meta_date;     /* YYYY-MM-DD */

    char          *title;
    char         **authors;
    int            n_authors;
    char          *abstract;
    char          *doi;
    char          *arxiv_id;
    char          *publication;
    char          *publication_date;
    char         **keywords;
    int            n_keywords;
    char         **affiliations;
    int            n_affiliations;
    const char    *language;
    const char    *article_type;
    confidence_t   confidence;

    section_t     *sections;
    int            n_sections;
    int            cap_sections;
    reference_t   *references;
    int            n_references;
    int            cap_references;
    caption_t     *captions;
    int            n_captions;
    int            cap_captions;

    const char    *warnings[DOC_MAX_WARNINGS];
    int            n_warnings;
    long           letters;
    long           unmapped;
    int            cjk;           /* the main script is Chinese */
    int            columns;
    int            ocr;
    int            invisible;     /* the file may hold invisible text */
    int            text;          /* some page shows characters */
    int            front_end;     /* first line after the front matter */
    int            refs_begin;    /* lines of the reference list, or -1 */
    int            refs_end;
} doc_t;


/*
 * An empty document with its region; a region that is full ends the process
 * with EXTRACT_CHILD_EXIT_FULL.
 */
doc_t *doc_new(void);

/* Frees the document and everything in its region. */
void doc_free(doc_t *doc);

/* Notes a warning once; more than DOC_MAX_WARNINGS are dropped. */
void doc_warn(doc_t *doc, const char *warning);


#endif /* EXTRACT_DOC_H */
