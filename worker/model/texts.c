/*
 * Reads the embedded prompts and schemas, see texts.h.
 */

#include "texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "plan.h"
#include "sql_files.h"


#define TEXTS_MAX_NAME     64
#define TEXTS_MAX_PROMPTS  32
#define TEXTS_MAX_SCHEMAS  16
#define TEXTS_MAX_WORDS    96


typedef struct {
    const char      *key;
    size_t           keylen;
    lexicon_lang_e   lang;
    char            *text;
} texts_word_t;

typedef struct {
    unsigned         stages;
    char             name[TEXTS_MAX_NAME];
    texts_schema_t   schema;
} texts_entry_t;


static const sql_file_t *texts_file(const sql_file_t *files, const char *id,
    const char *suffix);
static void texts_head(const char *id, const sql_file_t *file,
    texts_prompt_t *prompt);
static void texts_fail(const char *what, const char *name);
static void texts_load_words(void);
static void texts_load_word(const char *line, size_t len);
static cJSON *texts_stage_schema(int stage, char *name, size_t size);
static cJSON *texts_merge(unsigned stages);
static void texts_merged_name(unsigned stages, char *name, size_t size);


static texts_prompt_t  texts_prompts[TEXTS_MAX_PROMPTS];
static size_t          texts_nprompts;
static texts_word_t    texts_words[TEXTS_MAX_WORDS];
static size_t          texts_nwords;
static texts_entry_t   texts_schemas[TEXTS_MAX_SCHEMAS];
static size_t          texts_nschemas;


const texts_prompt_t *
texts_prompt(const char *id)
{
    size_t             i;
    texts_prompt_t    *prompt;
    const sql_file_t  *file;

    for (i = 0; i < texts_nprompts; i++) {
        if (strcmp(texts_prompts[i].id, id) == 0) {
            return &texts_prompts[i];
        }
    }

    if (texts_nprompts == TEXTS_MAX_PROMPTS) {
        texts_fail("too many", "prompts");
    }

    file = texts_file(paperal_prompts, id, ".txt");
    prompt = &texts_prompts[texts_nprompts++];
    texts_head(id, file, prompt);

    return prompt;
}


static void
texts_head(const char *id, const sql_file_t *file, texts_prompt_t *prompt)
{
    size_t       len;
    const char  *p, *version;

    len = strlen(id);
    version = strstr(file->text, "\nversion ");
    p = strstr(file->text, "\n\n");

    if (version == NULL || p == NULL || version > p
        || strncmp(file->text, "id ", 3) != 0
        || strncmp(file->text + 3, id, len) != 0)
    {
        texts_fail("bad head of prompt", id);
    }

    version += strlen("\nversion ");
    (void) snprintf(prompt->version, sizeof(prompt->version), "%.*s",
                    (int) strcspn(version, "\n"), version);

    prompt->id = strndup(file->text + 3, len);
    prompt->file = file->text;
    prompt->size = file->len;
    prompt->text = p + 2;
    prompt->len = file->len - (size_t) (prompt->text - file->text);

    if (prompt->id == NULL) {
        abort();
    }
}


void
texts_append(paperal_buf_t *b, const texts_prompt_t *prompt,
    const char *name, const char *value)
{
    char         mark[TEXTS_MAX_NAME];
    const char  *p, *at;

    p = prompt->text;

    if (name != NULL) {
        (void) snprintf(mark, sizeof(mark), "{%s}", name);
        at = strstr(p, mark);

        if (at == NULL) {
            texts_fail("no place in a prompt for", name);
        }

        paperal_buf_bytes(b, p, (size_t) (at - p));
        paperal_buf_str(b, value);
        p = at + strlen(mark);
    }

    paperal_buf_bytes(b, p, (size_t) (prompt->text + prompt->len - p));
}


const char *
texts_word(lexicon_lang_e lang, const char *key)
{
    size_t  i;

    if (texts_nwords == 0) {
        texts_load_words();
    }

    for (i = 0; i < texts_nwords; i++) {
        if (texts_words[i].lang == lang
            && texts_words[i].keylen == strlen(key)
            && strncmp(texts_words[i].key, key, strlen(key)) == 0)
        {
            return texts_words[i].text;
        }
    }

    texts_fail("no word", key);

    return NULL;
}


const texts_schema_t *
texts_schema(unsigned stages)
{
    int             stage;
    size_t          i;
    texts_entry_t  *e;

    for (i = 0; i < texts_nschemas; i++) {
        if (texts_schemas[i].stages == stages) {
            return &texts_schemas[i].schema;
        }
    }

    if (texts_nschemas == TEXTS_MAX_SCHEMAS || stages == 0
        || stages >= (1u << ENGINE_STAGES))
    {
        texts_fail("too many", "schemas");
    }

    e = &texts_schemas[texts_nschemas];
    e->stages = stages;

    if ((stages & (stages - 1)) == 0) {
        for (stage = 0; stages != (1u << stage); stage++) { /* void */ }

        e->schema.json = texts_stage_schema(stage, e->name, sizeof(e->name));

    } else {
        e->schema.json = texts_merge(stages);
        texts_merged_name(stages, e->name, sizeof(e->name));
    }

    e->schema.name = e->name;
    e->schema.text = cJSON_PrintUnformatted(e->schema.json);

    if (e->schema.text == NULL) {
        texts_fail("no memory for schema", e->name);
    }

    texts_nschemas++;

    return &e->schema;
}


static const sql_file_t *
texts_file(const sql_file_t *files, const char *id, const char *suffix)
{
    size_t  len;

    len = strlen(id);

    for (; files->name != NULL; files++) {
        if (strncmp(files->name, id, len) == 0
            && strcmp(files->name + len, suffix) == 0)
        {
            return files;
        }
    }

    texts_fail("no file", id);

    return NULL;
}


static void
texts_fail(const char *what, const char *name)
{
    fprintf(stderr, "%s \"%s\"\n", what, name);
    abort();
}


static void
texts_load_words(void)
{
    const char  *p, *end;

    p = texts_prompt("words")->text;

    for (; *p != '\0'; p = *end == '\0' ? end : end + 1) {
        end = p + strcspn(p, "\n");

        if (end > p) {
            texts_load_word(p, (size_t) (end - p));
        }
    }
}


static void
texts_load_word(const char *line, size_t len)
{
    size_t         key, lang;
    texts_word_t  *w;

    key = strcspn(line, " ");
    lang = key + 1 + strcspn(line + key + 1, " ");

    if (lang + 1 >= len || texts_nwords == TEXTS_MAX_WORDS) {
        texts_fail("bad line of words", line);
    }

    w = &texts_words[texts_nwords++];
    w->key = line;
    w->keylen = key;
    w->lang = strncmp(line + key + 1, "zh", 2) == 0 ? LEXICON_ZH
                                                    : LEXICON_EN;
    w->text = strndup(line + lang + 1, len - lang - 1);

    if (w->text == NULL) {
        abort();
    }
}


static cJSON *
texts_stage_schema(int stage, char *name, size_t size)
{
    cJSON             *all, *schema, *item;
    const sql_file_t  *file;

    file = texts_file(paperal_schemas, engine_stages[stage], ".json");
    all = cJSON_ParseWithLength(file->text, file->len);
    item = cJSON_GetObjectItemCaseSensitive(all, "name");
    schema = cJSON_DetachItemFromObjectCaseSensitive(all, "schema");

    if (!cJSON_IsString(item) || !cJSON_IsObject(schema)) {
        texts_fail("bad schema of", engine_stages[stage]);
    }

    if (name != NULL) {
        (void) snprintf(name, size, "%s", item->valuestring);
    }

    cJSON_Delete(all);

    return schema;
}


static cJSON *
texts_merge(unsigned stages)
{
    int     stage;
    char    key[2 * TEXTS_MAX_NAME];
    cJSON  *merged, *schema, *from, *to, *required, *item;

    merged = cJSON_CreateObject();
    (void) cJSON_AddStringToObject(merged, "type", "object");
    to = cJSON_AddObjectToObject(merged, "properties");
    required = cJSON_AddArrayToObject(merged, "required");
    (void) cJSON_AddFalseToObject(merged, "additionalProperties");

    for (stage = 0; stage < ENGINE_STAGES; stage++) {
        if ((stages & (1u << stage)) == 0) {
            continue;
        }

        schema = texts_stage_schema(stage, NULL, 0);
        from = cJSON_GetObjectItemCaseSensitive(schema, "properties");

        while (from != NULL && from->child != NULL) {
            item = cJSON_DetachItemViaPointer(from, from->child);
            (void) snprintf(key, sizeof(key), "%s__%s", engine_stages[stage],
                            item->string);
            cJSON_AddItemToObject(to, key, item);
            cJSON_AddItemToArray(required, cJSON_CreateString(key));
        }

        cJSON_Delete(schema);
    }

    return merged;
}


static void
texts_merged_name(unsigned stages, char *name, size_t size)
{
    size_t         i;
    const plan_t  *quick;

    quick = plan_find("quick");

    for (i = 0; i < quick->n && quick->calls[i].stages != stages; i++) {
        /* void */
    }

    (void) snprintf(name, size, "paperal_quick_%zu_v1", i + 1);
}
