/*
 * From a PDF to results, in this process: what is hidden in a file is
 * reported and changes nothing, and neither do other bytes of the same page.
 */

#include <fcntl.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "hidden.h"
#include "output.h"
#include "pipeline.h"
#include "reader.h"

#include "engine.h"

#include "test.h"


/* Fontconfig keeps what it loaded to draw a page. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}


static char  folder[] = "/tmp/paperal-pdfs-XXXXXX";


/* The results of a file, which the caller deletes; NULL: it failed. */
static cJSON *
analyze(const char *name)
{
    int                fd;
    char               path[256], err[256];
    cJSON             *results;
    doc_t             *doc;
    paperal_buf_t      line, full, brief;
    PopplerDocument   *pdf;
    engine_options_t   opt;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    fd = open(path, O_RDONLY);

    if (!test_ok(reader_open(fd, &pdf) == READER_OK, "opens %s", name)) {
        close(fd);
        return NULL;
    }

    doc = doc_new();
    doc->invisible = (hidden_scan(fd) & HIDDEN_INVISIBLE) != 0;
    test_int(reader_read(pdf, doc), READER_OK, "reads it");
    pipeline_run(doc);
    paperal_buf_init(&line, OUTPUT_MAX);
    output_document(&line, doc, 1);
    doc_free(doc);
    g_object_unref(pdf);
    close(fd);

    memset(&opt, 0, sizeof(opt));
    paperal_buf_init(&full, ENGINE_MAX_RESULTS);
    paperal_buf_init(&brief, ENGINE_MAX_RESULTS);
    err[0] = '\0';
    test_int(engine_analyze_document(line.data, line.len, &opt, &full, &brief,
                                     err, sizeof(err)), 0, "analyses it %s",
             err);
    results = cJSON_ParseWithLength(full.data, full.len);
    paperal_buf_release(&line);
    paperal_buf_release(&full);
    paperal_buf_release(&brief);

    return results;
}


static void
test_same(const cJSON *a, const cJSON *b, const char *key, const char *what)
{
    char  *x, *y;

    x = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(a, key));
    y = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(b, key));
    test_str(y, x, "%s: %s", what, key);
    cJSON_free(x);
    cJSON_free(y);
}


static const char *
provenance(const cJSON *r, const char *key)
{
    r = cJSON_GetObjectItemCaseSensitive(r, "provenance");
    r = cJSON_GetObjectItemCaseSensitive(r, key);

    return cJSON_IsString(r) ? r->valuestring : NULL;
}


static void
test_files(void)
{
    size_t        i;
    cJSON        *plain, *hidden, *resaved;
    const cJSON  *warnings;

    static const char *const  keys[] = {
        "paper_profile", "technical_feasibility", "risks", "swot",
        "executive_summary", "score", "evidence"
    };

    plain = analyze("one-page-en.pdf");
    hidden = analyze("hidden-text.pdf");
    resaved = analyze("resaved.pdf");
    warnings = cJSON_GetObjectItemCaseSensitive(
                   cJSON_GetObjectItemCaseSensitive(hidden, "quality"),
                   "warnings");
    test_int(cJSON_GetArraySize(warnings), 1, "hidden text is a warning");
    test_str(warnings == NULL || warnings->child == NULL ? NULL
             : warnings->child->valuestring, "hidden_text", "of that name");

    for (i = 0; i < test_count(keys); i++) {
        test_same(plain, hidden, keys[i], "hidden text changes nothing");
    }

    test_str(provenance(hidden, "text_sha256"),
             provenance(plain, "text_sha256"), "the text is the same");
    test_str(provenance(resaved, "text_sha256"),
             provenance(plain, "text_sha256"),
             "a file saved again has the same text");
    test_str(provenance(resaved, "result_sha256"),
             provenance(plain, "result_sha256"), "and the same result");
    cJSON_Delete(plain);
    cJSON_Delete(hidden);
    cJSON_Delete(resaved);
}


int
main(void)
{
    char  command[512];

    if (mkdtemp(folder) == NULL) {
        test_ok(0, "a folder for the files");
        return test_done();
    }

    snprintf(command, sizeof(command), "python3 t/pdf/make-pdfs %s"
             " one-page-en.pdf hidden-text.pdf resaved.pdf", folder);

    if (test_ok(system(command) == 0, "the files are made")) {
        test_files();
    }

    snprintf(command, sizeof(command), "rm -r %s", folder);
    test_ok(system(command) == 0, "the files are removed");

    return test_done();
}
