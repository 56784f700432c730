/*
 * Writes what was found.  "id" is empty here: the parent knows the file.
 */

#include <stdio.h>
#include <string.h>

#include "paperal_json.h"
#include "paperal_sha256.h"

#include "roles.h"
#include "output.h"
#include "sentences.h"


#define OUTPUT_POINTS  100       /* parts of a point that boxes keep */


static void
output_strings(paperal_buf_t *b, const char *key, char **list, int n)
{
    int  i;

    paperal_json_array(b, key);

    for (i = 0; i < n; i++) {
        paperal_json_strz(b, NULL, list[i]);
    }

    paperal_json_close(b);
}


/* Hundredths of a point, in the shortest form. */
static void
output_points(paperal_buf_t *b, const char *key, double value)
{
    char  text[32];
    long  n;

    n = (long) (value * OUTPUT_POINTS + (value < 0 ? -0.5 : 0.5));
    (void) snprintf(text, sizeof(text), "%s%ld.%02ld", n < 0 ? "-" : "",
                    (n < 0 ? -n : n) / OUTPUT_POINTS,
                    (n < 0 ? -n : n) % OUTPUT_POINTS);
    paperal_json_raw(b, key, text, strlen(text));
}


static void
output_sections(paperal_buf_t *b, const doc_t *doc)
{
    int               i;
    char              id[24];
    const section_t  *s;

    paperal_json_array(b, "sections");

    for (i = 0; i < doc->n_sections; i++) {
        s = &doc->sections[i];
        (void) snprintf(id, sizeof(id), "sec%d", i + 1);
        paperal_json_open(b);
        paperal_json_strz(b, "id", id);
        paperal_json_strz(b, "title", s->title);
        paperal_json_int(b, "level", s->level);
        paperal_json_strz(b, "role", roles_name(s->role));
        paperal_json_int(b, "page", s->page);
        paperal_json_close(b);
    }

    paperal_json_close(b);
}


static void
output_references(paperal_buf_t *b, const doc_t *doc)
{
    int                 i;
    const reference_t  *r;

    paperal_json_array(b, "references");

    for (i = 0; i < doc->n_references; i++) {
        r = &doc->references[i];
        paperal_json_open(b);
        paperal_json_int(b, "index", i + 1);
        paperal_json_strz(b, "raw", r->raw);
        paperal_json_strz(b, "title", r->title);
        output_strings(b, "authors", r->authors, r->n_authors);

        if (r->year > 0) {
            paperal_json_int(b, "year", r->year);

        } else {
            paperal_json_null(b, "year");
        }

        paperal_json_strz(b, "doi", r->doi);
        paperal_json_close(b);
    }

    paperal_json_close(b);
}


static void
output_confidence(paperal_buf_t *b, const doc_t *doc)
{
    paperal_json_object(b, "confidence");
    paperal_json_double(b, "title", doc->confidence.title);
    paperal_json_double(b, "authors", doc->confidence.authors);
    paperal_json_double(b, "abstract", doc->confidence.abstract);
    paperal_json_double(b, "doi", doc->confidence.doi);
    paperal_json_close(b);
}


static void
output_summary(paperal_buf_t *b, const doc_t *doc)
{
    int  i;

    paperal_json_strz(b, "title", doc->title);
    output_strings(b, "authors", doc->authors, doc->n_authors);
    paperal_json_strz(b, "abstract", doc->abstract);
    paperal_json_strz(b, "doi", doc->doi);
    output_sections(b, doc);
    output_references(b, doc);
    paperal_json_int(b, "pages", doc->total_pages);
    paperal_json_strz(b, "language", doc->language);
    paperal_json_strz(b, "arxiv_id", doc->arxiv_id);
    paperal_json_strz(b, "publication", doc->publication);
    paperal_json_strz(b, "publication_date", doc->publication_date);
    output_strings(b, "keywords", doc->keywords, doc->n_keywords);
    paperal_json_strz(b, "article_type", doc->article_type);
    output_confidence(b, doc);
    paperal_json_int(b, "columns", doc->columns);
    paperal_json_bool(b, "ocr", doc->ocr);
    paperal_json_array(b, "warnings");

    for (i = 0; i < doc->n_warnings; i++) {
        paperal_json_strz(b, NULL, doc->warnings[i]);
    }

    paperal_json_close(b);
}


static void
output_page_sizes(paperal_buf_t *b, const doc_t *doc)
{
    int  i;

    paperal_json_array(b, "page_sizes");

    for (i = 0; i < doc->n_pages; i++) {
        paperal_json_open(b);
        paperal_json_int(b, "number", i + 1);
        output_points(b, "width", doc->pages[i].width);
        output_points(b, "height", doc->pages[i].height);
        paperal_json_close(b);
    }

    paperal_json_close(b);
}


static void
output_boxes(paperal_buf_t *b, const sentence_t *s)
{
    int  i;

    paperal_json_array(b, "boxes");

    for (i = 0; i < s->n_boxes; i++) {
        paperal_json_open(b);
        paperal_json_int(b, "page", s->boxes[i].page);
        output_points(b, "x0", s->boxes[i].x0);
        output_points(b, "y0", s->boxes[i].y0);
        output_points(b, "x1", s->boxes[i].x1);
        output_points(b, "y1", s->boxes[i].y1);
        paperal_json_close(b);
    }

    paperal_json_close(b);
}


static void
output_sentences(paperal_buf_t *b, const sentences_t *list)
{
    int                i;
    char               id[24];
    const sentence_t  *s;

    paperal_json_array(b, "sentences");

    for (i = 0; i < list->n; i++) {
        s = &list->list[i];
        (void) snprintf(id, sizeof(id), list->n > 9999 ? "s%05d" : "s%04d",
                        i + 1);
        paperal_json_open(b);
        paperal_json_strz(b, "sid", id);

        if (s->section >= 0) {
            (void) snprintf(id, sizeof(id), "sec%d", s->section + 1);
            paperal_json_strz(b, "section_id", id);

        } else {
            paperal_json_null(b, "section_id");
        }

        paperal_json_int(b, "page", s->page);
        paperal_json_strz(b, "kind", s->kind);
        paperal_json_strz(b, "text", s->text);
        paperal_json_int(b, "start", s->start);
        paperal_json_int(b, "end", s->end);
        output_boxes(b, s);
        paperal_json_close(b);
    }

    paperal_json_close(b);
}


static void
output_captions(paperal_buf_t *b, const doc_t *doc, const char *key,
    int table)
{
    int               i;
    const caption_t  *c;

    paperal_json_array(b, key);

    for (i = 0; i < doc->n_captions; i++) {
        c = &doc->captions[i];

        if (c->table == table) {
            paperal_json_open(b);
            paperal_json_strz(b, "label", c->label);
            paperal_json_strz(b, "caption", c->caption);
            paperal_json_int(b, "page", c->page);
            paperal_json_close(b);
        }
    }

    paperal_json_close(b);
}


static void
output_full(paperal_buf_t *b, doc_t *doc)
{
    char          hex[PAPERAL_SHA256_HEX_SIZE];
    sentences_t  *list;

    list = sentences_build(doc);
    output_page_sizes(b, doc);
    output_sentences(b, list);
    output_captions(b, doc, "figures", 0);
    output_captions(b, doc, "tables", 1);
    output_strings(b, "affiliations", doc->affiliations,
                   doc->n_affiliations);

    if (paperal_sha256_hex(list->text, strlen(list->text), hex) == 0) {
        paperal_json_strz(b, "text_sha256", hex);

    } else {
        paperal_json_null(b, "text_sha256");
    }

    paperal_json_strz(b, "extractor_version", OUTPUT_VERSION);
}


void
output_document(paperal_buf_t *b, doc_t *doc, int full)
{
    paperal_json_open(b);
    paperal_json_strz(b, "id", "");
    output_summary(b, doc);

    if (full) {
        output_full(b, doc);
    }

    paperal_json_close(b);
}


void
output_error(paperal_buf_t *b, const char *code, const char *message)
{
    paperal_json_open(b);
    paperal_json_strz(b, "id", "");
    paperal_json_object(b, "error");
    paperal_json_strz(b, "code", code);
    paperal_json_strz(b, "message", message);
    paperal_json_close(b);
    paperal_json_close(b);
}
