/*
 * The assembler around a model: what people decided is carried over behind
 * the hash of the results, calls reach the provenance, what was removed
 * becomes a warning.
 */

#include "test.h"

#include <cjson/cJSON.h>

#include "assemble.h"
#include "canonical.h"
#include "engine_paper.h"
#include "keep.h"


#define EMPTY  "{\"claims\":[],\"unknowns\":[],\"questions\":[]}"

#define CLAIM(kind, text, sid, quote)                                        \
    "{\"kind\":\"" kind "\",\"text\":\"" text "\",\"basis\":\"paper\","      \
    "\"confidence\":\"high\",\"evidence\":[{\"sid\":\"" sid "\","          \
    "\"quote\":\"" quote "\"}]}"

#define KEPT(kind, text, more, sid)                                          \
    "{\"section\":\"risks\",\"list\":\"claims\",\"kind\":\"" kind "\","      \
    "\"text\":\"" text "\",\"basis\":\"paper\",\"confidence\":\"low\","      \
    "\"evidence\":[{\"sid\":\"" sid "\",\"quote\":\"" SLOW "\"}]," more "}"

#define SLOW  "The pump was slow in all of the tests."
#define NOISY                                                                 \
    "It may be too loud for a garden at night when the wind is weak and "
#define LOUD  "The pump was loud in most of the tests."


static const char *const  lines[] = {
    "title|A Pump for Small Gardens", "abstract|We built a pump of clay.",
    "results|" SLOW, "results|" LOUD, NULL
};

static const paper_t  paper = {
    .title = "A Pump for Small Gardens", .language = "en",
    .type = "original_research", .author = "A", .affiliation = "B",
    .lines = lines
};

static const char  risks[] =
    "{\"claims\":["
    CLAIM("technical", "It is slow.", "s0003", SLOW) ","
    CLAIM("technical", NOISY "all the windows are open.", "s0004", LOUD)
    "],\"items\":[],\"unknowns\":[],\"questions\":[],\"removed\":["
    "{\"field\":\"items[0].text\",\"text\":\"USD 4 billion\","
    "\"reason\":\"number_without_source\"},{\"field\":\"claims\","
    "\"text\":\"it is quiet\",\"reason\":\"other\"}]}";


/* Results with risks and what was kept; NULL when it fails. */
static cJSON *
assemble(const document_t *doc, const char *kept, const char *language,
    const engine_provenance_t *prov)
{
    int               rc;
    char              err[256];
    cJSON            *list, *results;
    size_t            i;
    paperal_buf_t     full, brief;
    engine_options_t  opt;
    engine_outputs_t  outputs;

    memset(&opt, 0, sizeof(opt));
    opt.language = language;

    for (i = 0; i < ENGINE_STAGES; i++) {
        outputs.json[i] = strcmp(engine_stages[i], "risks") == 0 ? risks
                                                                 : EMPTY;
        outputs.len[i] = strlen(outputs.json[i]);
    }

    list = kept == NULL ? NULL : cJSON_Parse(kept);
    test_ok(kept == NULL || list != NULL, "kept is JSON");
    paperal_buf_init(&full, ENGINE_MAX_RESULTS);
    paperal_buf_init(&brief, ENGINE_MAX_RESULTS);
    rc = engine_assemble(doc, &opt, &outputs, prov, list, &full, &brief, err,
                         sizeof(err));
    test_int(rc, 0, "assembles");
    results = rc != 0 ? NULL : cJSON_ParseWithLength(full.data, full.len);
    paperal_buf_release(&full);
    paperal_buf_release(&brief);
    cJSON_Delete(list);

    return results;
}


static void
json_is(const cJSON *item, const char *want, const char *what)
{
    char  *json;

    json = cJSON_PrintUnformatted(item);
    test_str(json == NULL ? "absent" : json, want, "%s", what);
    cJSON_free(json);
}


static const cJSON *
get(const cJSON *results, const char *section, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(
               cJSON_GetObjectItemCaseSensitive(results, section), key);
}


static const char *
hash_of(const cJSON *results)
{
    return get(results, "provenance", "result_sha256")->valuestring;
}


static void
test_carried(const document_t *doc, const engine_provenance_t *prov)
{
    char   hex[PAPERAL_SHA256_HEX_SIZE];
    cJSON *plain, *kept;

    static const char  decided[] = "["
        /* another wording, the same kind and sentence */
        KEPT("technical", "Slowness was seen.",
             "\"decision\":\"accepted\",\"locked\":true,\"edited_by\":null,"
             "\"decided_by\":\"Ann\",\"decided_at\":\"2026-01-01T00:00:00Z\"",
             "s0003") ","
        /* nearly the same wording, edited */
        KEPT("market", "Loud at night.",
             "\"original_text\":\"" NOISY "the windows are open.\","
             "\"decision\":null,\"locked\":false,"
             "\"edited_by\":\"Bob\"", "s0001") "]";

    plain = assemble(doc, NULL, NULL, prov);
    kept = assemble(doc, decided, NULL, prov);

    json_is(get(kept, "risks", "claims")->child,
            "{\"id\":\"c1\",\"kind\":\"technical\",\"text\":\"It is slow.\","
            "\"basis\":\"paper\",\"confidence\":\"high\",\"evidence_ids\":"
            "[\"e1\"],\"verdict\":\"supported\",\"decision\":\"accepted\","
            "\"locked\":true,\"edited_by\":null,\"decided_by\":\"Ann\","
            "\"decided_at\":\"2026-01-01T00:00:00Z\"}",
            "a decision and a lock, but no words");
    json_is(get(kept, "risks", "claims")->child->next,
            "{\"id\":\"c2\",\"kind\":\"technical\",\"text\":\"Loud at "
            "night.\",\"basis\":\"paper\",\"confidence\":\"high\","
            "\"evidence_ids\":[\"e2\"],\"verdict\":\"supported\","
            "\"decision\":null,\"locked\":false,\"edited_by\":\"Bob\","
            "\"original_text\":\"" NOISY "all the windows are open.\"}",
            "an edit, with the new words as the original");
    test_int(cJSON_GetArraySize(get(kept, "risks", "claims")), 2,
             "nothing is appended");
    test_str(hash_of(kept), hash_of(plain), "the hash is the engine's");
    test_int(canonical_results_sha256(kept, hex), 0, "hash again");
    test_str(hex, hash_of(plain), "and can be taken of what was edited");

    cJSON_Delete(plain);
    cJSON_Delete(kept);
}


static void
test_appended(const document_t *doc, const engine_provenance_t *prov)
{
    cJSON  *plain, *kept;

    static const char  unmatched[] = "["
        KEPT("regulatory", "Clay needs a permit.",
             "\"original_text\":\"Clay is fine.\",\"decision\":null,"
             "\"locked\":false,\"edited_by\":\"Bob\"", "s0003") ","
        KEPT("legal", "A lock without a successor stays.",
             "\"decision\":\"rejected\",\"locked\":true", "s0004") ","
        KEPT("legal", "A mere decision goes with its claim.",
             "\"decision\":\"rejected\",\"locked\":false", "s0004") ","
        "{\"section\":\"magic\",\"list\":\"claims\",\"locked\":true},"
        "{\"section\":\"risks\",\"list\":\"items\",\"locked\":true},"
        "{\"section\":\"swot\",\"list\":\"signals\",\"locked\":true},7]";

    plain = assemble(doc, NULL, NULL, prov);
    kept = assemble(doc, unmatched, NULL, prov);

    test_int(cJSON_GetArraySize(get(kept, "risks", "claims")), 4,
             "edited and locked claims are appended");
    json_is(cJSON_GetArrayItem(get(kept, "risks", "claims"), 2),
            "{\"id\":\"c3\",\"kind\":\"regulatory\",\"text\":\"Clay needs a "
            "permit.\",\"basis\":\"paper\",\"confidence\":\"low\","
            "\"evidence_ids\":[\"e1\"],\"verdict\":\"supported\","
            "\"decision\":null,\"locked\":false,\"edited_by\":\"Bob\","
            "\"original_text\":\"Clay is fine.\"}",
            "an edited one with its evidence checked anew");
    json_is(cJSON_GetArrayItem(get(kept, "risks", "claims"), 3),
            "{\"id\":\"c4\",\"kind\":\"legal\",\"text\":\"A lock without a "
            "successor stays.\",\"basis\":\"paper\",\"confidence\":\"low\","
            "\"evidence_ids\":[\"e3\"],\"verdict\":\"supported\","
            "\"decision\":\"rejected\",\"locked\":true}",
            "a locked one from another sentence");
    json_is(cJSON_GetObjectItemCaseSensitive(
                cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(
                                       kept, "evidence"), 0), "claim_ids"),
            "[\"c1\",\"c3\"]", "their evidence names them");
    json_is(cJSON_GetObjectItemCaseSensitive(
                cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(
                                       kept, "evidence"), 2), "model_sid"),
            "\"s0004\"", "and new evidence is in the list");
    test_str(hash_of(kept), hash_of(plain), "the hash is the engine's");
    json_is(get(kept, "quality", "claims_total"), "2", "and the counts are");

    cJSON_Delete(plain);
    cJSON_Delete(kept);
}


static void
test_warnings(const document_t *doc, const engine_provenance_t *prov)
{
    cJSON  *r;

    r = assemble(doc, NULL, NULL, prov);
    json_is(get(r, "quality", "warnings"),
            "[\"A number that no verified quote and no source has was "
            "removed from risks.items[0].text: USD 4 billion\","
            "\"A statement without support was removed from risks.claims: "
            "it is quiet\"]", "what was removed is told");
    test_ok(get(r, "risks", "removed") == NULL, "and not in the section");
    cJSON_Delete(r);

    r = assemble(doc, NULL, "zh", prov);
    test_str(get(r, "quality", "warnings")->child->valuestring,
             "已删除没有经核实的引文或来源支持的数字： risks.items[0].text: USD 4 billion",
             "in Chinese");
    cJSON_Delete(r);
}


static void
test_provenance(const document_t *doc, engine_provenance_t prov)
{
    cJSON  *r, *other, *call;

    call = cJSON_Parse("{\"prompt_id\":\"risks\",\"prompt_version\":\"1\","
                       "\"prompt_sha256\":\"ab\",\"model_requested\":\"m\","
                       "\"model_reported\":\"m-1\",\"seed\":1,"
                       "\"temperature\":0,\"input_tokens\":12,"
                       "\"cost_micro_usd\":34,\"finish_reason\":\"stop\","
                       "\"response_id\":null,\"raw\":\"secret\"}");
    r = assemble(doc, NULL, NULL, &prov);
    json_is(cJSON_GetArrayItem(get(r, "provenance", "stages"), 8),
            "{\"name\":\"risks\",\"status\":\"completed\",\"attempt\":2,"
            "\"input_sha256\":\"cd\"}", "a stage without a call");
    json_is(get(r, "provenance", "engine_version"), "\"" ENGINE_VERSION "\"",
            "the embedded engine's version");
    json_is(get(r, "quality", "schema_repairs"), "3", "repairs are counted");

    prov.stages[8].call = call;
    prov.engine_version = "openai-1";
    other = assemble(doc, NULL, NULL, &prov);
    json_is(cJSON_GetArrayItem(get(other, "provenance", "stages"), 8),
            "{\"name\":\"risks\",\"status\":\"completed\",\"attempt\":2,"
            "\"input_sha256\":\"cd\",\"prompt_id\":\"risks\","
            "\"prompt_version\":\"1\",\"prompt_sha256\":\"ab\","
            "\"model_requested\":\"m\",\"model_reported\":\"m-1\","
            "\"seed\":1,\"temperature\":0,\"input_tokens\":12,"
            "\"cost_micro_usd\":34,\"response_id\":null,"
            "\"finish_reason\":\"stop\"}", "a call, of it what is known");
    json_is(get(other, "provenance", "engine_version"), "\"openai-1\"",
            "the version that was given");
    test_str(hash_of(other), hash_of(r), "results do not depend on it");
    test_ok(strcmp(get(other, "provenance", "pipeline_sha256")->valuestring,
                   get(r, "provenance", "pipeline_sha256")->valuestring) != 0,
            "but the pipeline is another");
    cJSON_Delete(r);

    r = assemble(doc, NULL, NULL, &prov);
    cJSON_SetNumberValue(cJSON_GetObjectItemCaseSensitive(call,
                                                          "cost_micro_usd"),
                         35);
    cJSON_Delete(other);
    other = assemble(doc, NULL, NULL, &prov);
    test_str(get(other, "provenance", "pipeline_sha256")->valuestring,
             get(r, "provenance", "pipeline_sha256")->valuestring,
             "a cost does not change the pipeline");

    cJSON_Delete(r);
    cJSON_Delete(other);
    cJSON_Delete(call);
}


int
main(void)
{
    char                 err[256];
    document_t          *doc;
    paperal_buf_t        json;
    engine_provenance_t  prov;

    memset(&prov, 0, sizeof(prov));
    prov.engine = "openai";
    prov.mode = "standard";
    prov.schema_repairs = 3;
    prov.stages[8].attempt = 2;
    prov.stages[8].input_sha256 = "cd";

    paper_write(&paper, &json);
    doc = document_parse(json.data, json.len, err, sizeof(err));
    paperal_buf_release(&json);

    test_carried(doc, &prov);
    test_appended(doc, &prov);
    test_warnings(doc, &prov);
    test_provenance(doc, prov);
    document_free(doc);

    return test_done();
}
