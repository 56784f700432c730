/*
 * Small papers for the tests of the document parser and the engine: adds
 * sentences one by one and writes what "paperal-extract --full" would say of
 * them, with offsets, boxes and hash in order.  A sentence is "role|text"; a
 * new role opens a section of that name.
 */

#ifndef ENGINE_PAPER_H
#define ENGINE_PAPER_H


#include <stdio.h>
#include <string.h>

#include "paperal_buf.h"
#include "paperal_json.h"
#include "paperal_sha256.h"
#include "paperal_utf8.h"


#define PAPER_MAX  (4 * 1024 * 1024)


typedef struct {
    const char          *title;
    const char          *language;
    const char          *type;          /* article type or NULL */
    const char          *author;
    const char          *affiliation;
    const char *const   *references;    /* NULL-terminated, or NULL */
    const char *const   *lines;         /* NULL-terminated "role|text" */
    const char *const   *more;          /* further lines, or NULL */
} paper_t;


static const char *
paper_text(const char *line, char *role, size_t size)
{
    const char  *bar;

    bar = strchr(line, '|');
    snprintf(role, size, "%.*s", (int) (bar - line), line);

    return bar + 1;
}


static const char *
paper_line(const paper_t *p, size_t i)
{
    size_t  n;

    for (n = 0; p->lines[n] != NULL; n++) {
        if (n == i) {
            return p->lines[n];
        }
    }

    return p->more == NULL ? NULL : p->more[i - n];
}


static void
paper_sections(const paper_t *p, paperal_buf_t *b)
{
    char         role[64], last[64], id[32];
    size_t       i, n;
    const char  *line;

    paperal_json_array(b, "sections");
    last[0] = '\0';
    n = 0;

    for (i = 0; (line = paper_line(p, i)) != NULL; i++) {
        (void) paper_text(line, role, sizeof(role));

        if (strcmp(role, last) == 0 || strcmp(role, "title") == 0
            || strcmp(role, "abstract") == 0)
        {
            continue;
        }

        snprintf(last, sizeof(last), "%s", role);
        snprintf(id, sizeof(id), "sec%zu", ++n);
        paperal_json_open(b);
        paperal_json_strz(b, "id", id);
        paperal_json_strz(b, "title", role);
        paperal_json_int(b, "level", 1);
        paperal_json_strz(b, "role", role);
        paperal_json_int(b, "page", 1);
        paperal_json_close(b);
    }

    paperal_json_close(b);
}


/* A box for each half: every sentence is two lines of print. */
static void
paper_boxes(paperal_buf_t *b, size_t i)
{
    int  k;

    paperal_json_array(b, "boxes");

    for (k = 0; k < 2; k++) {
        paperal_json_open(b);
        paperal_json_int(b, "page", 1 + (int) (i / 40));
        paperal_json_double(b, "x0", 72);
        paperal_json_double(b, "y0", 72.5 + 24.0 * (double) (i % 40) + 12 * k);
        paperal_json_double(b, "x1", 372);
        paperal_json_double(b, "y1", 82.5 + 24.0 * (double) (i % 40) + 12 * k);
        paperal_json_close(b);
    }

    paperal_json_close(b);
}


static void
paper_sentences(const paper_t *p, paperal_buf_t *b, char hex[65])
{
    char              role[64], last[64], id[32];
    size_t            i, n, pos;
    const char       *line, *text;
    paperal_sha256_t  sha;

    paperal_json_array(b, "sentences");
    paperal_sha256_init(&sha);
    last[0] = '\0';
    n = 0;
    pos = 0;

    for (i = 0; (line = paper_line(p, i)) != NULL; i++) {
        text = paper_text(line, role, sizeof(role));
        paperal_json_open(b);
        snprintf(id, sizeof(id), "s%04zu", i + 1);
        paperal_json_strz(b, "sid", id);

        if (strcmp(role, "title") == 0 || strcmp(role, "abstract") == 0) {
            paperal_json_null(b, "section_id");
            paperal_json_strz(b, "kind", role);

        } else {
            n += strcmp(role, last) != 0;
            snprintf(last, sizeof(last), "%s", role);
            snprintf(id, sizeof(id), "sec%zu", n);
            paperal_json_strz(b, "section_id", id);
            paperal_json_strz(b, "kind", "body");
        }

        if (i > 0) {
            paperal_sha256_update(&sha, "\n", 1);
            pos++;
        }

        paperal_sha256_update(&sha, text, strlen(text));
        paperal_json_int(b, "page", 1 + (int) (i / 40));
        paperal_json_strz(b, "text", text);
        paperal_json_int(b, "start", (int) pos);
        pos += paperal_utf8_count(text, strlen(text));
        paperal_json_int(b, "end", (int) pos);
        paper_boxes(b, i);
        paperal_json_close(b);
    }

    paperal_json_close(b);
    paperal_sha256_final_hex(&sha, hex);
}


/* Writes the paper's JSON to b, which is initialised here. */
static void __attribute__((unused))
paper_write(const paper_t *p, paperal_buf_t *b)
{
    char    hex[65];
    size_t  i;

    paperal_buf_init(b, PAPER_MAX);
    paperal_json_open(b);
    paperal_json_strz(b, "id", "");
    paperal_json_strz(b, "title", p->title);
    paperal_json_array(b, "authors");
    paperal_json_strz(b, NULL, p->author);
    paperal_json_close(b);
    paperal_json_array(b, "affiliations");
    paperal_json_strz(b, NULL, p->affiliation);
    paperal_json_close(b);
    paperal_json_null(b, "abstract");
    paperal_json_null(b, "doi");
    paper_sections(p, b);
    paperal_json_array(b, "references");

    for (i = 0; p->references != NULL && p->references[i] != NULL; i++) {
        paperal_json_open(b);
        paperal_json_int(b, "index", (int) i + 1);
        paperal_json_strz(b, "raw", p->references[i]);
        paperal_json_null(b, "title");
        paperal_json_int(b, "year", 2001 + (int) i);
        paperal_json_close(b);
    }

    paperal_json_close(b);
    paperal_json_int(b, "pages", 12);
    paperal_json_strz(b, "language", p->language);
    paperal_json_strz(b, "article_type", p->type);
    paperal_json_array(b, "keywords");
    paperal_json_close(b);
    paperal_json_array(b, "warnings");
    paperal_json_close(b);
    paper_sentences(p, b, hex);
    paperal_json_array(b, "figures");
    paperal_json_close(b);
    paperal_json_array(b, "tables");
    paperal_json_close(b);
    paperal_json_strz(b, "text_sha256", hex);
    paperal_json_strz(b, "extractor_version", "1");
    paperal_json_close(b);
}


#endif /* ENGINE_PAPER_H */
