/*
 * Reads what people added, see sources.h.
 */

#include "sources.h"

#include <stdlib.h>
#include <string.h>

#include "paperal_error.h"


static const char *sources_string(const cJSON *source, const char *key);
static bool sources_one(const cJSON *item, source_t *source);
static int sources_compare(const void *a, const void *b);
static bool sources_ends(const char *text, size_t i, size_t *next);


void
sources_read(const cJSON *array, region_t *region, sources_t *sources)
{
    size_t        n;
    const cJSON  *item;

    n = (size_t) cJSON_GetArraySize(array);
    n = n > SOURCES_MAX ? SOURCES_MAX : n;
    sources->n = 0;
    sources->items = region_array(region, n, sizeof(source_t));

    cJSON_ArrayForEach(item, array) {
        if (sources->n < n
            && sources_one(item, &sources->items[sources->n]))
        {
            sources->n++;
        }
    }

    qsort(sources->items, sources->n, sizeof(source_t), sources_compare);
}


void
sources_hash(const cJSON *array, paperal_sha256_t *sha)
{
    size_t     i;
    region_t   region;
    sources_t  sources;

    region_init(&region, 0);
    sources_read(array, &region, &sources);

    for (i = 0; i < sources.n; i++) {
        paperal_sha256_update(sha, "\nsource ", 8);
        paperal_sha256_update(sha, sources.items[i].hash,
                              strlen(sources.items[i].hash));
    }

    region_free(&region);
}


const source_t *
sources_answer(const sources_t *sources, const char *question)
{
    size_t  i;

    for (i = 0; i < sources->n; i++) {
        if (sources->items[i].question != NULL
            && lexicon_same_text(sources->items[i].question, question))
        {
            return &sources->items[i];
        }
    }

    return NULL;
}


bool
sources_figure(const source_t *source, cue_e cue, size_t *from, size_t *len)
{
    bool         found;
    size_t       i, next, start, end, size;
    const char  *text;

    text = source->quote;
    size = strnlen(text, SOURCES_MAX_TEXT);
    start = 0;

    for (i = 0; i <= size; i = next) {
        next = i + 1;

        if (i < size && !sources_ends(text, i, &next)) {
            continue;
        }

        end = i < size ? next : size;
        start += strspn(text + start, " \n\t");
        found = end > start && end - start <= SOURCES_MAX_FIGURE
                && (lexicon_has_cue(LEXICON_EN, cue, text + start,
                                    end - start)
                    || lexicon_has_cue(LEXICON_ZH, cue, text + start,
                                       end - start));

        if (found) {
            *from = start;
            *len = end - start;
            return true;
        }

        start = end;
    }

    return false;
}


/* Whether a sentence ends with the byte at i; *next is behind its end. */

static bool
sources_ends(const char *text, size_t i, size_t *next)
{
    if (text[i] == '\n') {
        return true;
    }

    if (strncmp(text + i, "\xe3\x80\x82", 3) == 0) {
        *next = i + 3;
        return true;
    }

    return strchr(".!?", text[i]) != NULL
           && (text[i + 1] == ' ' || text[i + 1] == '\n');
}


static bool
sources_one(const cJSON *item, source_t *source)
{
    size_t            i;
    const char       *value;
    paperal_sha256_t  sha;

    const char *const  values[] = {
        source->title = sources_string(item, "title"),
        source->url = sources_string(item, "url"),
        source->date = sources_string(item, "date"),
        source->quote = sources_string(item, "quote"),
        source->question = sources_string(item, "question")
    };

    if (source->quote == NULL) {
        return false;
    }

    paperal_sha256_init(&sha);

    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        value = values[i] == NULL ? "" : values[i];
        paperal_sha256_update(&sha, value, strlen(value) + 1);
    }

    return paperal_sha256_final_hex(&sha, source->hash) == PAPERAL_OK;
}


/* NULL for what is missing, empty or no string. */

static const char *
sources_string(const cJSON *source, const char *key)
{
    const cJSON  *item;

    item = cJSON_GetObjectItemCaseSensitive(source, key);

    return cJSON_IsString(item) && item->valuestring[0] != '\0'
           ? item->valuestring : NULL;
}


static int
sources_compare(const void *a, const void *b)
{
    return strcmp(((const source_t *) a)->hash,
                  ((const source_t *) b)->hash);
}
