/*
 * The extractor's output is untrusted: what fits is read exactly, everything
 * else is refused with a reason.
 */

#include "test.h"

#include "document.h"
#include "engine_paper.h"


static const char *const  lines[] = {
    "title|A Small Paper",
    "abstract|We show that it works.",
    "methods|The caf\xc3\xa9 was measured in \xe4\xb8\xad\xe6\x96\x87.",
    "results|It is 12 % faster.",
    NULL
};

static const char *const  references[] = { "A. Person. Title. 2001.", NULL };

static const paper_t  paper = {
    .title = "A Small Paper", .language = "en", .type = "methods",
    .author = "A", .affiliation = "B", .references = references,
    .lines = lines
};


/* What replaces what in a good document, and what is then said. */
static const struct {
    const char  *from;
    const char  *to;
    const char  *error;
} bad[] = {
    { "{", "[", "document is not valid JSON" },
    { "\"kind\":\"title\"", "\"kind\":\"poem\"", "kind is unknown" },
    { "\"role\":\"methods\"", "\"role\":\"magic\"", "role is unknown" },
    { "\"sid\":\"s0002\"", "\"sid\":\"s0009\"", "sid is out of order" },
    { "\"start\":14", "\"start\":15", "start is 15, not 14" },
    { "\"end\":13", "\"end\":12", "end is 12, not 13" },
    { "We show", "He show", "text_sha256" },
    { "\"page\":1,\"text\"", "\"page\":0,\"text\"", "not an integer" },
    { "\"page\":1,\"text\"", "\"page\":99,\"text\"", "not an integer" },
    { "\"x0\":72", "\"x0\":\"a\"", "four numbers" },
    { "\"x0\":72", "\"x0\":1e9", "four numbers" },
    { "\"section_id\":\"sec1\"", "\"section_id\":\"sec7\"", "no section" },
    { "\"article_type\":\"methods\"", "\"article_type\":\"essay\"",
      "article_type" },
    { "\"authors\":[\"A\"]", "\"authors\":[1]", "authors: not a string" },
    { "\"references\":[", "\"refs\":[", "references: missing" },
    { "\"pages\":12", "\"pages\":1.5", "not an integer" },
    { "\"title\":\"A Small Paper\"", "\"title\":7", "not a string" },
    { "\"year\":2001", "\"year\":\"MMI\"", "not an integer" },
    { "\"id\":\"sec1\"", "\"id\":null", "id: missing" },
    { "\"text_sha256\"", "\"text_sha\"", "text_sha256: missing" }
};


static document_t *
parse_changed(const paperal_buf_t *good, const char *from, const char *to,
    char *err, size_t errlen)
{
    const char     *at;
    document_t     *doc;
    paperal_buf_t   b;

    at = strstr(good->data, from);
    if (at == NULL) {
        snprintf(err, errlen, "nothing to change");
        return NULL;
    }

    paperal_buf_init(&b, PAPER_MAX);
    paperal_buf_bytes(&b, good->data, (size_t) (at - good->data));
    paperal_buf_str(&b, to);
    paperal_buf_str(&b, at + strlen(from));
    doc = document_parse(b.data, b.len, err, errlen);
    paperal_buf_release(&b);

    return doc;
}


static void
test_good(const paperal_buf_t *good)
{
    char                        err[256];
    document_t                 *doc;
    const document_sentence_t  *s;

    doc = document_parse(good->data, good->len, err, sizeof(err));

    if (!test_ok(doc != NULL, "reads a good document")) {
        test_diag("%s", err);
        return;
    }

    test_int((long long) doc->nsentences, 4, "four sentences");
    test_int((long long) doc->nsections, 2, "two sections");
    test_str(doc->sections[1].title, "results", "title of a section");
    test_int(doc->references[0].year, 2001, "year of a reference");
    test_str(doc->authors.items[0], "A", "author");

    s = document_find(doc, "s0003");
    test_ok(s == &doc->sentences[2], "finds a sentence by its sid");
    test_int(s->section, 0, "section of a sentence");
    test_int(s->kind, DOCUMENT_KIND_BODY, "kind of a sentence");
    test_int((long long) (s->end - s->start), 28, "counts code points");
    test_int((long long) s->nboxes, 2, "two boxes");
    test_ok(s->boxes[1].y1 == 142.5, "coordinates of a box");
    test_ok(document_find(doc, "s0009") == NULL, "no such sid");
    test_ok(document_find(doc, "") == NULL, "no sid at all");
    test_str(document_role_name(DOCUMENT_ROLE_REFERENCES), "references",
             "the last role has its name");
    document_free(doc);
}


int
main(void)
{
    char            err[256];
    size_t          i;
    document_t     *doc;
    paperal_buf_t   good;

    paper_write(&paper, &good);
    test_good(&good);

    for (i = 0; i < test_count(bad); i++) {
        err[0] = '\0';
        doc = parse_changed(&good, bad[i].from, bad[i].to, err, sizeof(err));
        test_ok(doc == NULL && strstr(err, bad[i].error) != NULL,
                "refuses %s: \"%s\"", bad[i].to, err);
        document_free(doc);
    }

    doc = document_parse(good.data, good.len / 2, err, sizeof(err));
    test_ok(doc == NULL, "refuses half a document");
    doc = document_parse("7", 1, err, sizeof(err));
    test_ok(doc == NULL && strcmp(err, "document is not an object") == 0,
            "refuses what is no object");
    doc = document_parse("{\"id\":\"\",\"error\":{\"code\":\"X\"}}", 30, err,
                         sizeof(err));
    test_ok(doc == NULL, "refuses an extraction error");
    document_free(NULL);
    paperal_buf_release(&good);

    return test_done();
}
