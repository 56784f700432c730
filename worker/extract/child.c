/*
 * What happens inside of the sandbox.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "paperal_buf.h"
#include "paperal_json.h"

#include "child.h"
#include "extract_child.h"
#include "hidden.h"
#include "ocr.h"
#include "output.h"
#include "pipeline.h"
#include "reader.h"
#include "sandbox.h"


static const struct {
    const char  *code;
    const char  *message;
} child_errors[] = {
    { "", "" },
    { "NOT_A_PDF", "the file is not a PDF" },
    { "PDF_ENCRYPTED", "the file needs a password" },
    { "PDF_DAMAGED", "the file is damaged and cannot be read" },
    { "PDF_TOO_COMPLEX", "the file has too many pages or characters" }
};


static int
child_write(const paperal_buf_t *b)
{
    size_t   sent;
    ssize_t  n;

    if (b->failed) {
        return 1;
    }

    for (sent = 0; sent < b->len; sent += (size_t) n) {
        n = write(STDOUT_FILENO, b->data + sent, b->len - sent);

        if (n < 0 && errno == EINTR) {
            n = 0;

        } else if (n <= 0) {
            return 1;
        }
    }

    return 0;
}


static void
child_needs_ocr(paperal_buf_t *b, const int *pages, int n)
{
    int  i;

    paperal_json_open(b);
    paperal_json_strz(b, "id", "");
    paperal_json_object(b, "error");
    paperal_json_strz(b, "code", "NO_TEXT_LAYER");
    paperal_json_strz(b, "message", "the file has no text that can be read");
    paperal_json_close(b);
    paperal_json_array(b, "ocr_pages");

    for (i = 0; i < n; i++) {
        paperal_json_int(b, NULL, pages[i]);
    }

    paperal_json_close(b);
    paperal_json_close(b);
}


static void
child_document(paperal_buf_t *b, doc_t *doc, int full, int words)
{
    int  n, glyphs;
    int  pages[OCR_MAX_PAGES];

    if (words) {
        glyphs = doc->text;
        ocr_read_words(doc, OCR_WORDS_FD);

        /* there is text, but no one can tell what it says */
        if (doc->letters == 0 && glyphs) {
            doc_warn(doc, "unreadable_text");
            output_document(b, doc, full);
            return;
        }

    } else {
        n = ocr_wanted(doc, pages);

        if (n > 0) {
            child_needs_ocr(b, pages, n);
            return;
        }
    }

    if (doc->letters == 0) {
        output_error(b, "NO_TEXT_LAYER",
                     "the file has no text that can be read");
        return;
    }

    pipeline_run(doc);
    output_document(b, doc, full);
}


/* Modules that libraries load on first use must come in before the filter. */
static void
child_warm_up(void)
{
    g_free(g_convert("\0a", 2, "UTF-8", "UTF-16BE", NULL, NULL, NULL));
    g_free(g_convert("a", 1, "UTF-8", "ISO-8859-1", NULL, NULL, NULL));
}


int
child_extract(int full, int words)
{
    int               found;
    doc_t            *doc;
    paperal_buf_t     b;
    reader_status_e   rc;
    PopplerDocument  *pdf;

    child_warm_up();

    if (sandbox_enter(SANDBOX_CPU_SECONDS) != 0) {
        return SANDBOX_EXIT;
    }

    paperal_buf_init(&b, OUTPUT_MAX);
    rc = reader_open(STDIN_FILENO, &pdf);

    if (rc == READER_OK) {
        doc = doc_new();
        found = hidden_scan(STDIN_FILENO);
        doc->invisible = (found & HIDDEN_INVISIBLE) != 0;
        rc = (found & HIDDEN_BOMB) ? READER_TOO_COMPLEX
                                   : reader_read(pdf, doc);
    }

    if (rc == READER_OK) {
        child_document(&b, doc, full, words);

    } else {
        output_error(&b, child_errors[rc].code, child_errors[rc].message);
    }

    paperal_buf_char(&b, '\n');

    return b.failed ? EXTRACT_CHILD_EXIT_FULL : child_write(&b);
}


int
child_ocr(int page)
{
    paperal_buf_t     b;
    PopplerDocument  *pdf;

    if (ocr_open() != 0 || sandbox_enter(SANDBOX_OCR_CPU_SECONDS) != 0) {
        return SANDBOX_EXIT;
    }

    paperal_buf_init(&b, OCR_MAX_WORDS_BYTES);

    if (reader_open(STDIN_FILENO, &pdf) == READER_OK) {
        ocr_page(pdf, page, &b);
    }

    return b.failed ? EXTRACT_CHILD_EXIT_FULL : child_write(&b);
}
