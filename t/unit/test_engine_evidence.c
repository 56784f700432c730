/*
 * Evidence of results: quotes over columns, pages and captions with a box for
 * each line, what the sid that was given says, and what the verdicts are.
 */

#include "test.h"

#include <cjson/cJSON.h>

#include "evidence.h"
#include "paperal_json.h"
#include "paperal_sha256.h"
#include "paperal_utf8.h"


#define JSON_MAX  (1024 * 1024)


typedef struct {
    const char  *kind;
    const char  *text;
    int          page[2];        /* of its two lines; 0: no line */
    int          column[2];
} line_t;


static const line_t  lines[] = {
    { "title", "A Paper in Two Columns", { 1, 0 }, { 0, 0 } },
    { "abstract", "The alloy was stable for 300 hours at 650 °C in air.",
      { 1, 1 }, { 0, 1 } },
    { "body", "The first column ends here and the second one goes on with "
      "the same sen-", { 1, 1 }, { 1, 1 } },
    { "caption", "Figure 1. The oven stands between the two halves of it.",
      { 1, 0 }, { 1, 0 } },
    { "footnote", "1 The oven was lent by the institute of physics.",
      { 1, 0 }, { 1, 0 } },
    { "body", "tence on the next page, where it comes to its end.", { 2, 0 },
      { 0, 0 } },
    { "body", "The loss of mass in run 7 was 0.12 mg after 300 hours.",
      { 2, 2 }, { 0, 0 } },
    { "body", "The loss of mass in run 8 was 0.12 mg after 300 hours.",
      { 2, 0 }, { 0, 0 } },
    { "body", "此合金在空气中于六百五十度下稳定了三百小时，未见氧化。", { 2, 3 },
      { 1, 0 } },
    { "reference", "R. One, A book about the alloys of the future, 2001.",
      { 3, 0 }, { 0, 0 } }
};


static void
write_boxes(paperal_buf_t *b, const line_t *line, size_t i)
{
    int     k;
    double  x;

    paperal_json_array(b, "boxes");

    for (k = 0; k < 2 && line->page[k] != 0; k++) {
        x = line->column[k] == 0 ? 50 : 320;
        paperal_json_open(b);
        paperal_json_int(b, "page", line->page[k]);
        paperal_json_double(b, "x0", x);
        paperal_json_double(b, "y0", 100 + 30 * (double) i + 12 * k);
        paperal_json_double(b, "x1", x + 200);
        paperal_json_double(b, "y1", 110 + 30 * (double) i + 12 * k);
        paperal_json_close(b);
    }

    paperal_json_close(b);
}


static void
write_sentences(paperal_buf_t *b, char hex[65])
{
    char              sid[16];
    int               flows;
    size_t            i, pos;
    paperal_sha256_t  sha;

    paperal_sha256_init(&sha);
    paperal_json_array(b, "sentences");
    pos = 0;

    for (i = 0; i < test_count(lines); i++) {
        flows = strcmp(lines[i].kind, "reference") != 0;

        if (i > 0 && flows) {
            paperal_sha256_update(&sha, "\n", 1);
            pos++;
        }

        snprintf(sid, sizeof(sid), "s%04zu", i + 1);
        paperal_json_open(b);
        paperal_json_strz(b, "sid", sid);

        if (strcmp(lines[i].kind, "body") == 0) {
            paperal_json_strz(b, "section_id", "sec1");

        } else {
            paperal_json_null(b, "section_id");
        }

        paperal_json_int(b, "page", lines[i].page[0]);
        paperal_json_strz(b, "kind", lines[i].kind);
        paperal_json_strz(b, "text", lines[i].text);
        paperal_json_int(b, "start", flows ? (int) pos : 0);

        if (flows) {
            paperal_sha256_update(&sha, lines[i].text,
                                  strlen(lines[i].text));
            pos += paperal_utf8_count(lines[i].text, strlen(lines[i].text));
        }

        paperal_json_int(b, "end", flows ? (int) pos : 0);
        write_boxes(b, &lines[i], i);
        paperal_json_close(b);
    }

    paperal_json_close(b);
    paperal_sha256_final_hex(&sha, hex);
}


static document_t *
make_document(void)
{
    char           hex[65], err[256];
    size_t         i;
    document_t    *doc;
    paperal_buf_t  b;

    static const char *const  empty[] = {
        "authors", "affiliations", "references", "keywords", "warnings",
        "figures", "tables"
    };

    paperal_buf_init(&b, JSON_MAX);
    paperal_json_open(&b);
    paperal_json_strz(&b, "id", "");
    paperal_json_strz(&b, "title", lines[0].text);
    paperal_json_null(&b, "abstract");
    paperal_json_null(&b, "doi");

    for (i = 0; i < test_count(empty); i++) {
        paperal_json_array(&b, empty[i]);
        paperal_json_close(&b);
    }

    paperal_json_array(&b, "sections");
    paperal_json_open(&b);
    paperal_json_strz(&b, "id", "sec1");
    paperal_json_strz(&b, "title", "2 Results");
    paperal_json_int(&b, "level", 1);
    paperal_json_strz(&b, "role", "results");
    paperal_json_int(&b, "page", 1);
    paperal_json_close(&b);
    paperal_json_close(&b);
    paperal_json_int(&b, "pages", 3);
    paperal_json_strz(&b, "language", "en");
    paperal_json_null(&b, "article_type");
    write_sentences(&b, hex);
    paperal_json_strz(&b, "text_sha256", hex);
    paperal_json_strz(&b, "extractor_version", "1");
    paperal_json_close(&b);

    doc = document_parse(b.data, b.len, err, sizeof(err));
    test_ok(doc != NULL, "the document: %s", doc == NULL ? err : "parsed");
    paperal_buf_release(&b);

    return doc;
}


/* One evidence item of a quote as the results have it. */
static cJSON *
look_up(const document_t *doc, const char *sid, const char *quote)
{
    cJSON       *results, *item;
    evidence_t   ev;

    evidence_init(&ev, doc);
    test_int(evidence_number(&ev, sid, quote), 1, "the first");
    results = cJSON_CreateObject();
    evidence_set(&ev, results);
    item = cJSON_DetachItemFromArray(
               cJSON_GetObjectItemCaseSensitive(results, "evidence"), 0);
    cJSON_Delete(results);
    evidence_release(&ev);

    return item;
}


/* The item without its boxes as compact JSON is want. */
static void
check(const document_t *doc, const char *sid, const char *quote,
    const char *boxes, const char *want, const char *what)
{
    char   *json;
    cJSON  *item, *list;

    item = look_up(doc, sid, quote);
    cJSON_DeleteItemFromObjectCaseSensitive(item, "quote");
    list = cJSON_DetachItemFromObjectCaseSensitive(item, "boxes");
    json = cJSON_PrintUnformatted(item);
    test_str(json, want, "%s", what);
    cJSON_free(json);
    json = cJSON_PrintUnformatted(list);
    test_str(json, boxes, "%s: boxes", what);
    cJSON_free(json);
    cJSON_Delete(list);
    cJSON_Delete(item);
}


static void
test_places(const document_t *doc)
{
    check(doc, "s0002", lines[1].text,
          "[{\"page\":1,\"x0\":50,\"y0\":130,\"x1\":250,\"y1\":140},"
          "{\"page\":1,\"x0\":320,\"y0\":142,\"x1\":520,\"y1\":152}]",
          "{\"id\":\"e1\",\"source_text\":\"The alloy was stable for 300 "
          "hours at 650 °C in air.\",\"status\":\"verified\",\"match\":"
          "\"exact\",\"section\":\"Abstract\",\"sid\":\"s0002\","
          "\"page_first\":1,\"page_last\":1,\"char_start\":23,"
          "\"char_end\":75,\"numbers_checked\":true,\"ambiguous\":false,"
          "\"claim_ids\":[]}", "a sentence over two columns");

    check(doc, "s0003", "goes on with the same sentence on the next page",
          "[{\"page\":1,\"x0\":375.56,\"y0\":172,\"x1\":520,\"y1\":182},"
          "{\"page\":2,\"x0\":50,\"y0\":250,\"x1\":138,\"y1\":260}]",
          "{\"id\":\"e1\",\"source_text\":\"goes on with the same sen- tence "
          "on the next page\",\"status\":\"verified\",\"match\":"
          "\"normalised\",\"section\":\"2 Results\",\"sid\":\"s0003\","
          "\"page_first\":1,\"page_last\":2,\"char_start\":122,"
          "\"char_end\":276,\"numbers_checked\":true,\"ambiguous\":false,"
          "\"claim_ids\":[]}",
          "over a page, a caption and a footnote in between");

    check(doc, "s0009", "在空气中于六百五十度下稳定",
          "[{\"page\":2,\"x0\":364.44,\"y0\":340,\"x1\":520,\"y1\":350},"
          "{\"page\":3,\"x0\":50,\"y0\":352,\"x1\":87.04,\"y1\":362}]",
          "{\"id\":\"e1\",\"source_text\":\"在空气中于六百五十度下稳定\","
          "\"status\":\"verified\",\"match\":\"exact\",\"section\":"
          "\"2 Results\",\"sid\":\"s0009\",\"page_first\":2,\"page_last\":3,"
          "\"char_start\":418,\"char_end\":431,\"numbers_checked\":true,"
          "\"ambiguous\":false,\"claim_ids\":[]}",
          "Chinese over a page");

    check(doc, "", "The alloy was stable for … the same sentence on the next "
          "page", "[{\"page\":1,\"x0\":50,\"y0\":130,\"x1\":234.62,"
          "\"y1\":140},{\"page\":1,\"x0\":447.78,\"y0\":172,\"x1\":520,"
          "\"y1\":182},{\"page\":2,\"x0\":50,\"y0\":250,\"x1\":138,"
          "\"y1\":260}]", "{\"id\":\"e1\",\"source_text\":\"The alloy was "
          "stable for ... the same sen- tence on the next page\",\"status\":"
          "\"verified\",\"match\":\"spliced\",\"section\":\"Abstract\","
          "\"sid\":\"s0002\",\"page_first\":1,\"page_last\":2,"
          "\"char_start\":23,\"char_end\":276,\"numbers_checked\":true,"
          "\"ambiguous\":false,\"claim_ids\":[]}", "in two pieces");
}


/* A member as text for a quote from a sid. */
static void
check_member(const document_t *doc, const char *sid, const char *quote,
    const char *key, const char *want, const char *what)
{
    char   *json;
    cJSON  *item;

    item = look_up(doc, sid, quote);
    json = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(item,
                                                                   key));
    test_str(json == NULL ? "absent" : json, want, "%s", what);
    cJSON_free(json);
    cJSON_Delete(item);
}


static void
test_sids(const document_t *doc)
{
    const char  *twice, *seven;

    twice = "was 0.12 mg after 300 hours";
    seven = "The loss of mass in run 7 was 0.12 mg";

    check_member(doc, "s0002", twice, "ambiguous", "true",
                 "two places, a third sentence named");
    check_member(doc, "s0002", twice, "model_sid", "\"s0002\"",
                 "what was named stays to be seen");
    check_member(doc, "s0008", twice, "ambiguous", "false", "one is named");
    check_member(doc, "s0008", twice, "sid", "\"s0008\"", "and taken");
    check_member(doc, "s0008", twice, "model_sid", "absent",
                 "then there is nothing to say");
    check_member(doc, "", seven, "model_sid", "absent", "none was named");
    check_member(doc, "s9999", seven, "status", "\"verified\"",
                 "one is named that is none");
    check_member(doc, "s0008", seven, "status", "\"unverified\"",
                 "from the sentence that has another number");
    check_member(doc, "s0008", seven, "sid", "null", "it is nowhere then");
    check_member(doc, "s0008", seven, "numbers_checked", "false",
                 "its numbers were not found");
    check_member(doc, "s0006", "the same sentence on the next page", "sid",
                 "\"s0003\"", "begins before the sentence named");
    check_member(doc, "s0006", "the same sentence on the next page",
                 "model_sid", "absent", "but it has a part in it");
    check_member(doc, "s0010", "A book about the alloys of the future",
                 "status", "\"unverified\"", "a reference proves nothing");
    check_member(doc, "s0002", "stable for 300 hours", "status",
                 "\"unverified\"", "four tokens are no quote");
    check_member(doc, "s0002", "alloy stable for 300 hours at 650 °C", "match",
                 "\"approximate\"", "a word is missing");
}


static void
test_verdicts(const document_t *doc)
{
    cJSON       *claim;
    size_t       i;
    evidence_t   ev;

    static const struct {
        const char  *json;
        const char  *verdict;
    } claims[] = {
        { "{\"basis\":\"paper\",\"evidence\":[{\"sid\":\"s0002\",\"quote\":"
          "\"The alloy was stable for 400 hours\"},{\"sid\":\"s0002\","
          "\"quote\":\"The alloy was stable for 300 hours\"}]}",
          "supported" },
        { "{\"basis\":\"paper\",\"evidence\":[{\"sid\":\"s0002\",\"quote\":"
          "\"The alloy stable for 300 hours at 650 °C\"}]}",
          "partly_supported" },
        { "{\"basis\":\"inference\",\"evidence\":[{\"sid\":\"s0002\","
          "\"quote\":\"The alloy stable for 300 hours at 650 °C\"}]}",
          "unsupported" },
        { "{\"basis\":\"inference\",\"evidence\":[{\"sid\":\"\",\"quote\":"
          "\"The alloy was stable for 300 hours\"}]}", "supported" },
        { "{\"basis\":\"paper\",\"evidence\":[]}", "unsupported" },
        { "{\"basis\":\"paper\"}", "unsupported" },
        { "{\"basis\":\"paper\",\"evidence\":[{\"sid\":4},null,7]}",
          "unsupported" },
        { "{\"basis\":\"external\",\"evidence\":[{\"sid\":\"s0002\","
          "\"quote\":\"The alloy was stable for 300 hours\"}]}",
          "not_from_paper" },
        { "{\"basis\":\"computed\",\"evidence\":[]}", "computed" },
        { "{\"evidence\":[]}", "unsupported" }
    };

    evidence_init(&ev, doc);

    for (i = 0; i < test_count(claims); i++) {
        claim = cJSON_Parse(claims[i].json);
        test_int(evidence_resolve(&ev, claim), 0, "resolved");
        test_str(evidence_verdict(&ev, claim), claims[i].verdict,
                 "verdict of %s", claims[i].json);
        cJSON_Delete(claim);
    }

    test_int((long long) ev.n, 5, "each pair of sid and quote once");
    test_int((long long) evidence_verified(&ev), 2, "two of them verified");
    test_str(evidence_sid(&ev, "e4"), "s0002", "found without a sid");
    test_ok(evidence_sid(&ev, "e6") == NULL && evidence_sid(&ev, NULL) == NULL
            && evidence_sid(&ev, "c1") == NULL, "no sid of no evidence");
    test_int(evidence_status(&ev, "e0"), PAPERAL_QUOTE_UNVERIFIED, "e0");
    evidence_release(&ev);
}


static void
test_limits(const document_t *doc)
{
    char        quote[32];
    cJSON      *claim;
    int         i;
    evidence_t  ev;

    evidence_init(&ev, doc);

    for (i = 0; i < EVIDENCE_MAX; i++) {
        snprintf(quote, sizeof(quote), "quote %d", i);

        if (evidence_number(&ev, "", quote) != i + 1) {
            break;
        }
    }

    test_int(i, EVIDENCE_MAX, "so many quotes");
    test_int(evidence_number(&ev, "", "one more"), 0, "and no more");
    test_int(evidence_number(&ev, "", "quote 7"), 8, "but known ones");
    claim = cJSON_Parse("{\"evidence\":[{\"sid\":\"\",\"quote\":\"more\"}]}");
    test_int(evidence_resolve(&ev, claim), -1, "which a claim is told");
    cJSON_Delete(claim);
    evidence_release(&ev);
}


int
main(void)
{
    document_t  *doc;

    doc = make_document();

    if (doc != NULL) {
        test_places(doc);
        test_sids(doc);
        test_verdicts(doc);
        test_limits(doc);
        document_free(doc);
    }

    return test_done();
}
