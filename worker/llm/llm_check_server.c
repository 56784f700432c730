/*
 * What llm-check says of the server: whether it lists the model, how long a
 * prompt may be, what it costs.
 */

#include "llm_check_internal.h"

#include <inttypes.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "llm_tokens.h"
#include "paperal_json.h"


#define CHECK_MAX_LIST  (4 * 1024 * 1024)
#define CHECK_CONTEXT   8000       /* tokens of the long prompt, about */
#define CHECK_NEEDED    16000      /* of a paper's prompt and its answer */
#define CHECK_MICRO     1000000


static size_t check_list(char *bytes, size_t size, size_t n, void *data);
static int check_find_model(const paperal_buf_t *list, const char *model,
    int *n);
static void check_long_prompt(llm_check_t *ck, const char *name,
    int64_t counted);


/* Servers need not have such a list: nothing of it is an error. */
void
llm_check_models(llm_check_t *ck, const char *name)
{
    int             n, found;
    long            status;
    char            error[CURL_ERROR_SIZE] = "";
    CURL           *easy;
    CURLcode        rc;
    paperal_buf_t   list;

    paperal_buf_init(&list, CHECK_MAX_LIST);
    easy = llm_call_easy(ck->client, ck->client->address.models, error);
    status = 0;
    rc = CURLE_FAILED_INIT;

    if (curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, check_list) == CURLE_OK
        && curl_easy_setopt(easy, CURLOPT_WRITEDATA, &list) == CURLE_OK
        && curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 20000L) == CURLE_OK)
    {
        rc = curl_easy_perform(easy);
        (void) curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    }

    curl_easy_cleanup(easy);
    found = check_find_model(&list, ck->client->model, &n);

    if (rc != CURLE_OK) {
        llm_mask(ck->client, error);
        llm_say(ck, CHECK_NOTE, name, "no list: %s",
                error[0] != '\0' ? error : curl_easy_strerror(rc));

    } else if (status != 200 || n == 0) {
        llm_say(ck, CHECK_NOTE, name, "the server does not list its models"
                " (HTTP status %ld)", status);

    } else if (found) {
        llm_say(ck, CHECK_OK, name, "the model is one of the %d listed", n);

    } else {
        llm_say(ck, CHECK_NOTE, name, "the model is none of the %d listed",
                n);
    }

    paperal_buf_release(&list);
}


static size_t
check_list(char *bytes, size_t size, size_t n, void *data)
{
    paperal_buf_t  *list;

    list = data;
    paperal_buf_bytes(list, bytes, size * n);

    return list->failed ? 0 : size * n;
}


static int
check_find_model(const paperal_buf_t *list, const char *model, int *n)
{
    int                    found;
    cJSON                 *json;
    const char            *id;
    const cJSON           *entry;
    paperal_json_check_t   check;

    *n = 0;
    found = 0;

    if (paperal_json_check(paperal_buf_cstr(list), list->len, CHECK_MAX_LIST,
                           &check) != PAPERAL_JSON_OK)
    {
        return 0;
    }

    json = cJSON_ParseWithLength(list->data, list->len);

    cJSON_ArrayForEach(entry, cJSON_GetObjectItemCaseSensitive(json, "data"))
    {
        (*n)++;
        id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry,
                                                                   "id"));
        found = found || (id != NULL && strcmp(id, model) == 0);
    }

    cJSON_Delete(json);

    return found;
}


/*
 * Where the size is known, nothing has to be tried.  Where it is not, a long
 * prompt shows whether one is cut.
 */
void
llm_check_context(llm_check_t *ck, const char *name)
{
    int            i;
    int64_t        counted;
    paperal_buf_t  text;

    if (ck->cfg->llm_context == 0 && ck->price != NULL
        && ck->price->context > 0)
    {
        llm_say(ck, CHECK_OK, name, "%d tokens, says the price table",
                ck->price->context);
        return;
    }

    if (ck->calls == LLM_CHECK_MAX_CALLS) {
        llm_say(ck, CHECK_NOTE, name, "not tried");
        return;
    }

    paperal_buf_init(&text, CHECK_CONTEXT * 16);
    paperal_buf_str(&text, "The secret word is plum.\n");

    for (i = 1; i <= CHECK_CONTEXT / 16; i++) {
        paperal_buf_printf(&text, "Line %d says that nothing of interest"
                           " happened at station %d today.\n", i, i * 7);
    }

    paperal_buf_str(&text, "Answer with the secret word of the first line"
                    " alone.");
    counted = llm_tokens_count(paperal_buf_cstr(&text), text.len);

    if (llm_ask(ck, paperal_buf_cstr(&text), NULL) != 0) {
        llm_check_fail(ck, name);

    } else {
        check_long_prompt(ck, name, counted);
    }

    paperal_buf_release(&text);
}


static void
check_long_prompt(llm_check_t *ck, const char *name, int64_t counted)
{
    if (ck->outcome.context_truncated) {
        llm_say(ck, CHECK_BAD, name, "a prompt of about %" PRId64 " tokens"
                " is cut silently to %" PRId64 ": a paper needs about %d."
                "%s", counted, ck->outcome.prompt_tokens, CHECK_NEEDED,
                strcmp(ck->client->profile->name, "ollama") == 0
                ? " Start Ollama with OLLAMA_CONTEXT_LENGTH=32768."
                : " Start the server with a larger context.");

    } else if (strcasestr(ck->answer, "plum") == NULL) {
        llm_say(ck, CHECK_NOTE, name, "a prompt of about %" PRId64 " tokens"
                " is accepted, but its first line is not found in it: it"
                " may be cut, or the model is weak", counted);

    } else {
        llm_say(ck, CHECK_OK, name, "a prompt of about %" PRId64 " tokens is"
                " read whole%s", counted, ck->cfg->llm_context == 0
                ? "; say by LLM_CONTEXT_TOKENS how large it may be" : "");
    }
}


void
llm_check_price(llm_check_t *ck, const char *name)
{
    const llm_price_t  *p;

    p = ck->price;

    if (p == NULL) {
        llm_say(ck, CHECK_NOTE, name, "not known. Without a price no budget"
                " can be kept, and an analysis with one is refused: give a"
                " table by LLM_PRICES with the line \"%s %s INPUT CACHED"
                " OUTPUT CONTEXT MAX_OUTPUT\" (micro-USD per million"
                " tokens; the embedded table, worker/llm/prices.txt, shows"
                " the form)", ck->client->profile->name, ck->client->model);

    } else if (p->input == 0 && p->output == 0) {
        llm_say(ck, CHECK_OK, name, "none: a server of one's own (row \"%s"
                " %s\")", p->provider, p->model);

    } else {
        llm_say(ck, CHECK_OK, name, "USD per million tokens: %.3f in, %.3f"
                " cached, %.3f out, as of %s (row \"%s %s\")",
                (double) p->input / CHECK_MICRO,
                (double) p->cached / CHECK_MICRO,
                (double) p->output / CHECK_MICRO, p->date, p->provider,
                p->model);
    }
}
