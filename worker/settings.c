/* See settings.h.  Called by the master, the slots and llm-check. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "llm_tokens.h"
#include "log.h"
#include "paperal_json.h"
#include "settings.h"

#define SETTINGS_MAX_TASK    14000   /* tokens of a task, its answer, spare */
#define SETTINGS_MIN_SHARED  4096    /* bytes */
#define SETTINGS_SMALL       16000   /* tokens of a context */


static void settings_json(const config_t *cfg, paperal_buf_t *b);
static void settings_price(const llm_price_t *price, paperal_buf_t *b);
static void settings_budgets(const config_t *cfg, paperal_buf_t *b);
static void settings_money(paperal_buf_t *b, const char *key, int64_t n);
static void settings_plans(paperal_buf_t *b);
static void settings_call(const plan_call_t *call, paperal_buf_t *b);
static int64_t settings_fixed(const document_t *doc, const plan_call_t *call);
static document_t *settings_nothing(void);
static int64_t settings_tokens(const char *text, size_t len);
static size_t settings_seam(const paperal_buf_t *last, const char *text,
    size_t len);


/* The last long text, and the tokens of what the next ones share with it. */
static struct {
    paperal_buf_t  text;
    size_t         known;         /* bytes that are counted */
    int64_t        tokens;        /* of these */
} settings_last;


/* The smallest document there is: what remains of a prompt is fixed. */
static const char  settings_empty[] =
    "{\"id\":\"\",\"title\":null,\"authors\":null,\"abstract\":null,"
    "\"doi\":null,\"sections\":[],\"references\":[],\"pages\":1,"
    "\"language\":\"en\",\"arxiv_id\":null,\"publication\":null,"
    "\"publication_date\":null,\"keywords\":[],\"article_type\":null,"
    "\"confidence\":{},\"columns\":1,\"ocr\":false,\"warnings\":[],"
    "\"page_sizes\":[{\"number\":1,\"width\":595,\"height\":842}],"
    "\"sentences\":[{\"sid\":\"s0001\",\"section_id\":null,\"page\":1,"
    "\"kind\":\"body\",\"text\":\"-\",\"start\":0,\"end\":1,\"boxes\":[]}],"
    "\"figures\":[],\"tables\":[],\"affiliations\":[],"
    "\"text_sha256\":\"3973e022e93220f9212c18d0d0c543ae"
    "7c309e46640da93a4a0314de999f5112\",\"extractor_version\":\"1\"}";


int
settings_load(const config_t *cfg, char *err, size_t errlen)
{
    if (llm_prices_load(cfg->llm_prices, err, errlen) != 0) {
        return -1;
    }

    if (cfg->tokens_path == NULL || llm_tokens_open(cfg->tokens_path) != 0) {
        log_warn("the tokenizer's ranks are missing, tokens are estimated");
    }

    return 0;
}


llm_client_t *
settings_client(const config_t *cfg, char *err, size_t errlen)
{
    llm_options_t  opt;

    if (!config_has_model(cfg)) {
        snprintf(err, errlen, "no language model is configured");
        return NULL;
    }

    memset(&opt, 0, sizeof(opt));
    opt.base_url = cfg->openai_base_url;
    opt.api_key = cfg->openai_api_key;
    opt.model = cfg->openai_model;
    opt.provider = cfg->llm_provider;
    opt.proxy = cfg->llm_proxy;
    opt.api_version = cfg->llm_api_version;
    opt.idle_ms = cfg->llm_idle_timeout * 1000;
    opt.total_ms = cfg->llm_timeout * 1000;

    return llm_client_new(&opt, err, errlen);
}


/* What it would send is never sent: a replay has all its answers. */
llm_client_t *
settings_replayer(void)
{
    char           err[LLM_MESSAGE_SIZE];
    llm_options_t  opt;

    memset(&opt, 0, sizeof(opt));
    opt.model = "replay";

    return llm_client_new(&opt, err, sizeof(err));
}


int
settings_publish(db_t *db, const config_t *cfg)
{
    int             rc;
    PGresult       *res;
    const char     *values[1];
    paperal_buf_t   b;

    paperal_buf_init(&b, SETTINGS_MAX_JSON);
    settings_json(cfg, &b);

    values[0] = paperal_buf_cstr(&b);
    res = b.failed ? NULL
          : db_exec(db, "SELECT publish_model_settings($1::json)", 1, values);
    rc = res != NULL && PQresultStatus(res) == PGRES_TUPLES_OK ? 0 : -1;

    PQclear(res);
    paperal_buf_release(&b);

    return rc;
}


static void
settings_json(const config_t *cfg, paperal_buf_t *b)
{
    char                err[LLM_MESSAGE_SIZE];
    llm_client_t       *client;
    const llm_price_t  *price;

    client = settings_client(cfg, err, sizeof(err));
    price = NULL;

    if (client == NULL && config_has_model(cfg)) {
        log_error("the language model cannot be used: %s", err);
    }

    paperal_json_open(b);
    paperal_json_strz(b, "engine", client != NULL ? "openai" : "embedded");

    if (client != NULL) {
        price = llm_price_find(llm_client_provider(client),
                               llm_client_model(client));
        paperal_json_strz(b, "provider", llm_client_provider(client));
        paperal_json_strz(b, "host", llm_client_host(client));
        paperal_json_strz(b, "model", llm_client_model(client));
        paperal_json_int(b, "context_tokens", settings_context(cfg, price));
        paperal_json_strz(b, "tokenizer", llm_tokens_name());
        paperal_json_int(b, "parallel", cfg->llm_parallel);
        settings_price(price, b);
        settings_plans(b);

        if (settings_context(cfg, price) < SETTINGS_SMALL) {
            log_warn("a context of %d tokens is too small for a paper and an"
                     " answer: papers are cut, calls may be refused",
                     settings_context(cfg, price));
        }
    }

    settings_budgets(cfg, b);
    paperal_json_close(b);

    llm_client_free(client);
}


int
settings_context(const config_t *cfg, const llm_price_t *price)
{
    return cfg->llm_context > 0 ? cfg->llm_context
           : price != NULL && price->context > 0 ? price->context
                                                 : SETTINGS_CONTEXT;
}


static void
settings_price(const llm_price_t *price, paperal_buf_t *b)
{
    if (price == NULL) {
        paperal_json_null(b, "price");
        return;
    }

    paperal_json_object(b, "price");
    paperal_json_int(b, "input", price->input);
    paperal_json_int(b, "cached", price->cached);
    paperal_json_int(b, "output", price->output);
    paperal_json_strz(b, "date", price->date);
    paperal_json_close(b);
}


static void
settings_budgets(const config_t *cfg, paperal_buf_t *b)
{
    paperal_json_object(b, "budgets");
    settings_money(b, "analysis", cfg->llm_analysis_budget);
    settings_money(b, "user", cfg->llm_user_budget);
    settings_money(b, "day", cfg->llm_daily_budget);
    paperal_json_close(b);
}


static void
settings_money(paperal_buf_t *b, const char *key, int64_t n)
{
    if (n < 0) {
        paperal_json_null(b, key);

    } else {
        paperal_json_int(b, key, n);
    }
}


static void
settings_plans(paperal_buf_t *b)
{
    size_t         i;
    const plan_t  *plan;

    paperal_json_object(b, "plans");

    for (plan = plan_all(); plan->type != NULL; plan++) {
        paperal_json_array(b, plan->type);

        for (i = 0; i < plan->n; i++) {
            settings_call(&plan->calls[i], b);
        }

        paperal_json_close(b);
    }

    paperal_json_close(b);
}


/* claims_tokens: what claims and answers add to a prompt, as experience. */
static void
settings_call(const plan_call_t *call, paperal_buf_t *b)
{
    int          n;
    document_t  *doc;

    doc = settings_nothing();

    paperal_json_open(b);
    paperal_json_strz(b, "name", call->name);
    paperal_json_array(b, "stages");

    for (n = 0; n < ENGINE_STAGES; n++) {
        if (call->stages & 1u << n) {
            paperal_json_strz(b, NULL, engine_stages[n]);
        }
    }

    paperal_json_close(b);
    paperal_json_bool(b, "paper", call->paper);
    paperal_json_int(b, "fixed_tokens", settings_fixed(doc, call));
    paperal_json_int(b, "claims_tokens", call->review
        ? call->typical_output_tokens
        : call->paper ? 0 : SETTINGS_CLAIMS);
    paperal_json_int(b, "max_output_tokens", call->max_output_tokens);
    paperal_json_int(b, "typical_output_tokens",
                     call->typical_output_tokens);
    paperal_json_close(b);

    document_free(doc);
}


static int64_t
settings_fixed(const document_t *doc, const plan_call_t *call)
{
    int64_t           tokens;
    model_t          *m;
    model_prompt_t    p;
    model_options_t   opt;
    engine_options_t  engine;
    engine_outputs_t  outputs;

    memset(&opt, 0, sizeof(opt));
    memset(&engine, 0, sizeof(engine));
    memset(&outputs, 0, sizeof(outputs));
    opt.engine = &engine;

    m = model_new(doc, &opt);
    model_prompt_init(&p);
    tokens = model_prompt(m, call, &outputs, &p) == 0
             ? settings_prompt_tokens(&p) : 0;
    model_prompt_release(&p);
    model_free(m);

    return tokens;
}


static document_t *
settings_nothing(void)
{
    char         err[LLM_MESSAGE_SIZE];
    document_t  *doc;

    doc = document_parse(settings_empty, sizeof(settings_empty) - 1, err,
                         sizeof(err));
    if (doc == NULL) {
        log_error("impossible: the empty document is refused: %s", err);
        abort();
    }

    return doc;
}


int
settings_body(const llm_client_t *client, const model_prompt_t *prompt,
    int max_output, paperal_buf_t *out)
{
    size_t         i;
    llm_request_t  rq;
    llm_message_t  messages[MODEL_MAX_MESSAGES];

    for (i = 0; i < prompt->n; i++) {
        messages[i].role = prompt->messages[i].role;
        messages[i].text = prompt->messages[i].text.data;
        messages[i].len = prompt->messages[i].text.len;
    }

    rq.messages = messages;
    rq.n = prompt->n;
    rq.schema_name = prompt->schema_name;
    rq.schema = prompt->schema;
    rq.max_output_tokens = max_output;

    return llm_request_body(client, &rq, out);
}


int64_t
settings_prompt_tokens(const model_prompt_t *prompt)
{
    size_t   i;
    int64_t  n;

    n = prompt->schema == NULL ? 0
        : llm_tokens_count(prompt->schema, strlen(prompt->schema));

    for (i = 0; i < prompt->n; i++) {
        n += settings_tokens(prompt->messages[i].text.data,
                             prompt->messages[i].text.len);
    }

    return n;
}


/*
 * The paper is the same in all prompts of an analysis and by far their
 * longest part: its tokens are counted once.  A token over the seam may be
 * counted as two.
 */
static int64_t
settings_tokens(const char *text, size_t len)
{
    size_t  seam;

    if (len < SETTINGS_MIN_SHARED) {
        return llm_tokens_count(text, len);
    }

    seam = settings_seam(&settings_last.text, text, len);

    if (seam < SETTINGS_MIN_SHARED) {
        settings_forget();
        paperal_buf_init(&settings_last.text, MODEL_MAX_PROMPT);
        paperal_buf_bytes(&settings_last.text, text, len);

        return llm_tokens_count(text, len);
    }

    if (settings_last.known < SETTINGS_MIN_SHARED
        || settings_last.known > seam)
    {
        settings_last.known = seam;
        settings_last.tokens = llm_tokens_count(text, seam);
    }

    return settings_last.tokens
           + llm_tokens_count(text + settings_last.known,
                              len - settings_last.known);
}


void
settings_forget(void)
{
    paperal_buf_wipe(&settings_last.text);
    memset(&settings_last, 0, sizeof(settings_last));
}


/* How many bytes are the same, up to the end of a line. */
static size_t
settings_seam(const paperal_buf_t *last, const char *text, size_t len)
{
    size_t  i, n;

    n = last->len < len ? last->len : len;

    for (i = 0; i < n && last->data[i] == text[i]; i++) {
        /* count */
    }

    while (i > 0 && text[i - 1] != '\n') {
        i--;
    }

    return i;
}


/* Other tokenizers need up to a third more; the frame of a chat, a few. */
int64_t
settings_tokens_bound(int64_t tokens)
{
    return tokens + tokens / 3 + 256;
}


int64_t
settings_paper_limit(const config_t *cfg, const llm_price_t *price)
{
    int64_t  context;

    context = settings_context(cfg, price);

    return context > 2 * SETTINGS_MAX_TASK ? context - SETTINGS_MAX_TASK
                                           : context / 2;
}


int64_t
settings_paper_tokens(const document_t *doc)
{
    int64_t             all;
    document_t         *nothing;
    model_t            *m;
    model_prompt_t      p;
    model_options_t     opt;
    engine_options_t    engine;
    engine_outputs_t    outputs;
    const plan_call_t  *call;

    memset(&opt, 0, sizeof(opt));
    memset(&engine, 0, sizeof(engine));
    memset(&outputs, 0, sizeof(outputs));
    opt.engine = &engine;

    call = &plan_find("standard")->calls[0];
    nothing = settings_nothing();
    m = model_new(doc, &opt);
    model_prompt_init(&p);
    all = model_prompt(m, call, &outputs, &p) == 0
          ? settings_prompt_tokens(&p) - settings_fixed(nothing, call) : 0;

    model_prompt_release(&p);
    model_free(m);
    document_free(nothing);
    settings_forget();

    return all > 0 ? all : 0;
}
