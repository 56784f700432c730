/*
 * The reader's stages on generated papers, in this process and without the
 * sandbox, so that the sanitizers see them.
 */

#include <fcntl.h>
#include <unistd.h>

#include "hidden.h"
#include "roles.h"
#include "pipeline.h"
#include "reader.h"
#include "sentences.h"

#include "test.h"


/* Fontconfig keeps what it loaded to draw a page. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}


static char  folder[] = "/tmp/paperal-pdfs-XXXXXX";


static int
open_pdf(const char *name)
{
    char  path[256];

    snprintf(path, sizeof(path), "%s/%s", folder, name);

    return open(path, O_RDONLY);
}


/* The document, or NULL and the reason in *status. */
static doc_t *
read_pdf(const char *name, reader_status_e *status)
{
    int               fd;
    doc_t            *doc;
    PopplerDocument  *pdf;

    fd = open_pdf(name);
    *status = reader_open(fd, &pdf);

    if (*status != READER_OK) {
        close(fd);
        return NULL;
    }

    doc = doc_new();
    doc->invisible = (hidden_scan(fd) & HIDDEN_INVISIBLE) != 0;
    *status = reader_read(pdf, doc);

    if (*status == READER_OK) {
        pipeline_run(doc);
    }

    g_object_unref(pdf);
    close(fd);

    return doc;
}


static int
has_role(const doc_t *doc, role_e role)
{
    int  i;

    for (i = 0; i < doc->n_sections; i++) {
        if (doc->sections[i].role == (int) role) {
            return 1;
        }
    }

    return 0;
}


static void
test_front(const doc_t *doc)
{
    test_str(doc->title, "Layered Graphene Oxide Membranes for Low-Pressure"
             " Desalination of Brackish Groundwater",
             "title, not the file name in the metadata");
    test_int(doc->n_authors, 4, "four authors");
    test_str(doc->authors[3], "Helena Duarte-Silva", "the last one");
    test_str(doc->doi, "10.5555/paperal.2024.0117", "its own DOI");
    test_ok(strncmp(doc->abstract, "Brackish groundwater is", 23) == 0,
            "the abstract starts behind its label");
    test_ok(strstr(doc->abstract, "remains to be shown.") != NULL
            && strstr(doc->abstract, "Keywords") == NULL,
            "and ends before the keywords");
    test_int(doc->n_keywords, 5, "five keywords");
    test_str(doc->keywords[1], "graphene oxide", "the second one");
    test_int(doc->n_affiliations, 2, "two affiliations");
    test_str(doc->language, "en", "language");
    test_int(doc->columns, 2, "columns");
    test_int(doc->total_pages, 12, "pages");
}


static void
test_body(const doc_t *doc)
{
    int  i;

    static const role_e  roles[] = {
        ROLE_INTRODUCTION, ROLE_RELATED_WORK, ROLE_METHODS, ROLE_RESULTS,
        ROLE_DISCUSSION, ROLE_LIMITATIONS, ROLE_CONCLUSION, ROLE_FUNDING,
        ROLE_CONFLICT, ROLE_DATA, ROLE_ACKNOWLEDGEMENTS, ROLE_REFERENCES
    };

    for (i = 0; i < (int) test_count(roles); i++) {
        test_ok(has_role(doc, roles[i]), "section of role %s",
                roles_name(roles[i]));
    }

    test_int(doc->n_sections, 19, "all headings and no other");
    test_int(doc->n_references, 11, "references");
    test_str(doc->references[3].title,
             "Water transport between graphene oxide sheets",
             "title of a reference");
    test_int(doc->references[3].year, 2015, "its year");
    test_str(doc->references[3].doi, "10.5555/lm.2015.0012", "its DOI");
    test_int(doc->n_captions, 10, "captions");
}


/* What every consumer of sentences relies upon. */
static void
test_sentences(doc_t *doc)
{
    int            i, k, outside, order, cut;
    box_t         *b;
    page_t        *p;
    sentence_t    *s;
    sentences_t   *list;

    list = sentences_build(doc);
    outside = 0;
    order = 0;
    cut = 0;

    for (i = 0; i < list->n; i++) {
        s = &list->list[i];
        cut += s->kind[0] != 'r' && s->end - s->start < 1;
        order += i > 0 && s->start < list->list[i - 1].end;

        for (k = 0; k < s->n_boxes; k++) {
            b = &s->boxes[k];
            p = &doc->pages[b->page - 1];
            outside += b->x0 < 0 || b->y0 < 0 || b->x1 > p->width
                       || b->y1 > p->height || b->x0 >= b->x1;
        }

        test_ok(s->n_boxes > 0, "sentence %d has boxes", i + 1);
    }

    test_int(outside, 0, "all boxes lie on their page");
    test_int(order, 0, "offsets ascend");
    test_int(cut, 0, "no sentence is empty");
    test_ok(strstr(list->text, "The lack of an affordable unit for a single"
            " village is therefore an open problem.") != NULL,
            "hyphenated words are whole again");
    test_ok(strstr(list->text, "\nAbstract\nBrackish groundwater") != NULL,
            "the abstract's label is a line of its own");
    test_ok(strstr(list->text, "K. Brandt") == NULL,
            "references are not in the text");
    test_ok(strstr(list->text, "Journal of Imaginary") == NULL,
            "running heads are not in the text");
}


static void
test_english(void)
{
    doc_t            *doc;
    reader_status_e   status;

    doc = read_pdf("two-column-en.pdf", &status);

    if (!test_ok(doc != NULL && status == READER_OK, "English paper")) {
        return;
    }

    test_front(doc);
    test_body(doc);
    test_sentences(doc);
    doc_free(doc);
}


static void
test_chinese(void)
{
    doc_t            *doc;
    reader_status_e   status;

    doc = read_pdf("paper-zh.pdf", &status);

    if (!test_ok(doc != NULL && status == READER_OK, "Chinese paper")) {
        return;
    }

    test_str(doc->title, "面向苦咸水淡化的低压氧化石墨烯复合膜研究", "title");
    test_int(doc->n_authors, 3, "authors");
    test_str(doc->authors[2], "欧阳建国", "a name of four characters");
    test_ok(strncmp(doc->abstract, "农村地区的苦咸水", 24) == 0, "abstract");
    test_int(doc->n_keywords, 4, "keywords");
    test_str(doc->language, "zh", "language");
    test_int(doc->n_references, 5, "references");
    test_ok(has_role(doc, ROLE_LIMITATIONS) && has_role(doc, ROLE_FUNDING)
            && has_role(doc, ROLE_CONFLICT), "statements");
    doc_free(doc);
}


static void
test_hidden(void)
{
    doc_t            *doc;
    sentences_t      *list;
    reader_status_e   status;

    doc = read_pdf("hidden-text.pdf", &status);

    if (!test_ok(doc != NULL && status == READER_OK, "hidden text")) {
        return;
    }

    list = sentences_build(doc);
    test_ok(strstr(list->text, "HIDDEN") == NULL,
            "white, tiny and invisible text is dropped");
    test_ok(strstr(list->text, "natural water.") != NULL,
            "visible text is not");
    test_ok(doc->n_warnings == 1
            && strcmp(doc->warnings[0], "hidden_text") == 0, "with a warning");
    doc_free(doc);
}


static void
test_refused(const char *name, reader_status_e expected)
{
    doc_t            *doc;
    reader_status_e   status;

    doc = read_pdf(name, &status);
    test_int(status, expected, "%s is refused for its reason", name);

    if (doc != NULL) {
        doc_free(doc);
    }
}


int
main(void)
{
    char  command[512];

    if (mkdtemp(folder) == NULL) {
        test_ok(0, "a folder for the files");
        return test_done();
    }

    snprintf(command, sizeof(command),
             "python3 t/pdf/make-pdfs %s two-column-en.pdf paper-zh.pdf"
             " hidden-text.pdf encrypted.pdf damaged.pdf empty.pdf"
             " not-a-pdf.pdf many-pages.pdf", folder);

    if (test_ok(system(command) == 0, "the files are made")) {
        test_english();
        test_chinese();
        test_hidden();
        test_refused("encrypted.pdf", READER_ENCRYPTED);
        test_refused("damaged.pdf", READER_DAMAGED);
        test_refused("empty.pdf", READER_NOT_A_PDF);
        test_refused("not-a-pdf.pdf", READER_NOT_A_PDF);
        test_refused("many-pages.pdf", READER_TOO_COMPLEX);
    }

    snprintf(command, sizeof(command), "rm -r %s", folder);
    test_ok(system(command) == 0, "the files are removed");

    return test_done();
}
