/*
 * libFuzzer target: the adapter of a model's answers.  The first byte chooses
 * the call, the rest is the answer.  Whatever it is, each stage has an output
 * that is one JSON object of at most its maximum and says no figure that a
 * simple scanner sees; the prompt of a later call can be written from it, and
 * all of it assembles.
 *
 * Links: worker/model worker/engine worker/document.c worker/region.c
 * Links: worker/llm/llm_schema.c worker/llm/llm_tokens.c embedded/lexicons.c
 * Links: embedded/prompts.c embedded/schemas.c
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "assemble.h"
#include "model.h"
#include "paperal_json.h"

#include "../unit/model_answers.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static document_t       *fuzz_doc;
static model_t          *fuzz_model;
static engine_options_t  fuzz_engine;
static paperal_buf_t     fuzz_honest[ENGINE_STAGES];
static engine_outputs_t  fuzz_outputs;


static void
fuzz_open(void)
{
    int               i;
    char              err[256];
    paperal_buf_t     json;
    model_options_t   opt;

    memset(&opt, 0, sizeof(opt));
    fuzz_engine.language = "en";
    opt.engine = &fuzz_engine;
    paper_write(&answers_paper, &json);
    fuzz_doc = document_parse(json.data, json.len, err, sizeof(err));
    fuzz_model = model_new(fuzz_doc, &opt);
    paperal_buf_release(&json);

    for (i = 0; i < ENGINE_STAGES; i++) {
        paperal_buf_init(&fuzz_honest[i], ENGINE_MAX_STAGE);

        if (model_outputs(fuzz_model, &plan_find("standard")->calls[i],
                          answers_good[i], strlen(answers_good[i]),
                          &fuzz_outputs, fuzz_honest) != 0)
        {
            abort();
        }

        fuzz_outputs.json[i] = fuzz_honest[i].data;
        fuzz_outputs.len[i] = fuzz_honest[i].len;
    }
}


static void
fuzz_assemble(const engine_outputs_t *outputs)
{
    char                  err[256];
    paperal_buf_t         full, brief;
    engine_provenance_t   prov;

    memset(&prov, 0, sizeof(prov));
    prov.engine = "openai";
    prov.mode = "standard";
    paperal_buf_init(&full, ENGINE_MAX_RESULTS);
    paperal_buf_init(&brief, ENGINE_MAX_RESULTS);

    if (engine_assemble(fuzz_doc, &fuzz_engine, outputs, &prov, NULL, &full,
                        &brief, err, sizeof(err)) != 0)
    {
        abort();
    }

    paperal_buf_release(&full);
    paperal_buf_release(&brief);
}


static void
fuzz_call(const plan_call_t *call, const char *answer, size_t size)
{
    int                    i;
    model_prompt_t         p;
    paperal_buf_t          out[ENGINE_STAGES], errors;
    engine_outputs_t       outputs;
    paperal_json_check_t   check;

    paperal_buf_init(&errors, 65536);
    (void) model_check(fuzz_model, call, answer, size, &errors);
    paperal_buf_release(&errors);
    outputs = fuzz_outputs;

    for (i = 0; i < ENGINE_STAGES; i++) {
        paperal_buf_init(&out[i], ENGINE_MAX_STAGE);
    }

    if (model_outputs(fuzz_model, call, answer, size, &fuzz_outputs, out)
        == 0)
    {
        for (i = 0; i < ENGINE_STAGES; i++) {
            if ((call->stages & (1u << i)) == 0) {
                continue;
            }

            if (paperal_json_check(out[i].data, out[i].len, ENGINE_MAX_STAGE,
                                   &check) != PAPERAL_JSON_OK)
            {
                abort();
            }

            outputs.json[i] = out[i].data;
            outputs.len[i] = out[i].len;
        }

        fuzz_assemble(&outputs);
        model_prompt_init(&p);

        if (model_prompt(fuzz_model, &plan_find("deep")->calls[19], &outputs,
                         &p) != 0)
        {
            abort();
        }

        model_prompt_release(&p);
    }

    for (i = 0; i < ENGINE_STAGES; i++) {
        paperal_buf_release(&out[i]);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char          *answer;
    const plan_t  *plan;

    if (fuzz_model == NULL) {
        fuzz_open();
    }

    if (size == 0) {
        return 0;
    }

    answer = malloc(size);

    if (answer == NULL) {
        return 0;
    }

    memcpy(answer, data + 1, size - 1);
    plan = plan_find(data[0] & 0x80 ? "quick" : "standard");
    fuzz_call(&plan->calls[(data[0] & 0x7f) % plan->n], answer, size - 1);
    free(answer);

    return 0;
}
