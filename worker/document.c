/*
 * Reads the extractor's JSON into a document_t, see document.h.  Called by a
 * worker slot after the extract child has ended and again before an analysis
 * from the stored copy.  A failing helper writes the error once and sets
 * parser.failed; the others then do nothing, so the calls read as a list.
 */

#include "document.h"

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paperal_error.h"
#include "paperal_json.h"
#include "paperal_sha256.h"
#include "paperal_utf8.h"


#define DOCUMENT_MAX_COORD  1e6


typedef struct {
    char        *err;
    size_t       errlen;
    document_t  *doc;
    bool         failed;
} parser_t;


static void parser_fail(parser_t *ps, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static const char *parser_string(parser_t *ps, const cJSON *obj,
    const char *key, bool required);
static size_t parser_integer(parser_t *ps, const cJSON *obj, const char *key,
    size_t min, size_t max);
static const cJSON *parser_array(parser_t *ps, const cJSON *obj,
    const char *key, size_t max, size_t *n);
static void parser_names(parser_t *ps, const cJSON *obj, const char *key,
    document_names_t *names);
static void parser_document(parser_t *ps, const cJSON *root);
static void parser_sections(parser_t *ps, const cJSON *root);
static void parser_references(parser_t *ps, const cJSON *root);
static document_caption_t *parser_captions(parser_t *ps, const cJSON *root,
    const char *key, size_t *n);
static void parser_sentences(parser_t *ps, const cJSON *root);
static void parser_sentence(parser_t *ps, const cJSON *item, size_t i);
static void parser_boxes(parser_t *ps, const cJSON *item,
    document_sentence_t *s);
static int parser_section_index(parser_t *ps, const cJSON *item);
static int parser_enum(const char *name, const char *const *names, size_t n);
static void parser_offsets(parser_t *ps);


static const char *const  document_kinds[] = {
    "title", "abstract", "body", "caption", "footnote", "reference",
    "heading", "front", "back"
};

static const char *const  document_roles[DOCUMENT_ROLES] = {
    "other", "title", "abstract", "keywords", "introduction", "background",
    "related_work", "methods", "results", "discussion", "conclusion",
    "limitations", "future_work", "acknowledgements", "funding",
    "conflict_of_interest", "data_availability", "code_availability",
    "author_contributions", "ethics", "appendix", "references"
};

static const char *const  document_article_types[] = {
    "original_research", "review", "clinical_trial", "methods", "software",
    "dataset", "theory", "case_report", "position", "other"
};


document_t *
document_parse(const char *json, size_t len, char *err, size_t errlen)
{
    cJSON                 *root;
    parser_t               ps;
    const cJSON           *item;
    paperal_json_check_t   check;

    ps = (parser_t) { err, errlen, NULL, false };

    if (paperal_json_check(json, len, DOCUMENT_MAX_JSON, &check)
        != PAPERAL_JSON_OK)
    {
        parser_fail(&ps, "document is not valid JSON: %s at byte %zu",
                    check.message, check.offset);
        return NULL;
    }

    root = cJSON_ParseWithLength(json, len);
    if (root == NULL) {
        parser_fail(&ps, "document could not be parsed");
        return NULL;
    }

    item = cJSON_GetObjectItemCaseSensitive(root, "error");

    if (!cJSON_IsObject(root)) {
        parser_fail(&ps, "document is not an object");

    } else if (cJSON_IsObject(item)) {
        parser_fail(&ps, "document is an extraction error");

    } else {
        ps.doc = calloc(1, sizeof(document_t));
        if (ps.doc == NULL) {
            abort();
        }

        region_init(&ps.doc->region, 0);
        parser_document(&ps, root);
    }

    cJSON_Delete(root);

    if (ps.failed) {
        document_free(ps.doc);
        return NULL;
    }

    return ps.doc;
}


void
document_free(document_t *doc)
{
    if (doc == NULL) {
        return;
    }

    region_free(&doc->region);
    free(doc);
}


const document_sentence_t *
document_find(const document_t *doc, const char *sid)
{
    size_t  i, n;
    char   *end;

    if (sid == NULL || sid[0] != 's') {
        return NULL;
    }

    /* sids are numbered, so the number is nearly always the place */

    n = (size_t) strtoul(sid + 1, &end, 10);

    if (*end == '\0' && n >= 1 && n <= doc->nsentences
        && strcmp(doc->sentences[n - 1].sid, sid) == 0)
    {
        return &doc->sentences[n - 1];
    }

    for (i = 0; i < doc->nsentences; i++) {
        if (strcmp(doc->sentences[i].sid, sid) == 0) {
            return &doc->sentences[i];
        }
    }

    return NULL;
}


const char *
document_role_name(document_role_e role)
{
    return document_roles[role];
}


static void
parser_document(parser_t *ps, const cJSON *root)
{
    document_t  *doc;

    doc = ps->doc;

    doc->title = parser_string(ps, root, "title", false);
    doc->abstract = parser_string(ps, root, "abstract", false);
    doc->doi = parser_string(ps, root, "doi", false);
    doc->arxiv_id = parser_string(ps, root, "arxiv_id", false);
    doc->publication = parser_string(ps, root, "publication", false);
    doc->publication_date = parser_string(ps, root, "publication_date",
                                          false);
    doc->language = parser_string(ps, root, "language", false);
    doc->article_type = parser_string(ps, root, "article_type", false);
    doc->text_sha256 = parser_string(ps, root, "text_sha256", true);
    doc->extractor_version = parser_string(ps, root, "extractor_version",
                                           true);
    doc->pages = (int) parser_integer(ps, root, "pages", 1,
                                      DOCUMENT_MAX_PAGES);

    parser_names(ps, root, "authors", &doc->authors);
    parser_names(ps, root, "affiliations", &doc->affiliations);
    parser_names(ps, root, "keywords", &doc->keywords);
    parser_names(ps, root, "warnings", &doc->warnings);

    if (doc->article_type != NULL
        && parser_enum(doc->article_type, document_article_types,
                       sizeof(document_article_types)
                       / sizeof(document_article_types[0])) < 0)
    {
        parser_fail(ps, "article_type is unknown");
    }

    parser_sections(ps, root);
    parser_references(ps, root);
    doc->figures = parser_captions(ps, root, "figures", &doc->nfigures);
    doc->tables = parser_captions(ps, root, "tables", &doc->ntables);
    parser_sentences(ps, root);

    if (!ps->failed) {
        parser_offsets(ps);
    }
}


static void
parser_sections(parser_t *ps, const cJSON *root)
{
    int                  role;
    size_t               i, n;
    const char          *name;
    const cJSON         *list, *item;
    document_section_t  *sec;

    list = parser_array(ps, root, "sections", DOCUMENT_MAX_SECTIONS, &n);
    ps->doc->nsections = n;
    ps->doc->sections = region_array(&ps->doc->region, n,
                                     sizeof(document_section_t));
    i = 0;

    cJSON_ArrayForEach(item, list) {
        sec = &ps->doc->sections[i++];
        sec->id = parser_string(ps, item, "id", true);
        sec->title = parser_string(ps, item, "title", false);
        sec->level = (int) parser_integer(ps, item, "level", 1, 9);
        sec->page = (int) parser_integer(ps, item, "page", 1,
                                         (size_t) ps->doc->pages);
        name = parser_string(ps, item, "role", true);

        if (ps->failed) {
            return;
        }

        role = parser_enum(name, document_roles, DOCUMENT_ROLES);
        if (role < 0) {
            parser_fail(ps, "section %zu: role is unknown", i);
            return;
        }

        sec->role = (document_role_e) role;

        if (sec->title == NULL) {
            sec->title = "";
        }
    }
}


static void
parser_references(parser_t *ps, const cJSON *root)
{
    size_t                 i, n;
    const cJSON           *list, *item, *year;
    document_reference_t  *ref;

    list = parser_array(ps, root, "references", DOCUMENT_MAX_REFERENCES, &n);
    ps->doc->nreferences = n;
    ps->doc->references = region_array(&ps->doc->region, n,
                                       sizeof(document_reference_t));
    i = 0;

    cJSON_ArrayForEach(item, list) {
        ref = &ps->doc->references[i++];
        ref->raw = parser_string(ps, item, "raw", true);
        ref->title = parser_string(ps, item, "title", false);
        ref->doi = parser_string(ps, item, "doi", false);
        year = cJSON_GetObjectItemCaseSensitive(item, "year");

        if (year != NULL && !cJSON_IsNull(year)) {
            ref->year = (int) parser_integer(ps, item, "year", 0, 9999);
        }

        if (ps->failed) {
            return;
        }
    }
}


static document_caption_t *
parser_captions(parser_t *ps, const cJSON *root, const char *key, size_t *n)
{
    size_t               i;
    const cJSON         *list, *item;
    document_caption_t  *captions;

    list = parser_array(ps, root, key, DOCUMENT_MAX_CAPTIONS, n);
    captions = region_array(&ps->doc->region, *n, sizeof(document_caption_t));
    i = 0;

    cJSON_ArrayForEach(item, list) {
        captions[i].label = parser_string(ps, item, "label", false);
        captions[i].caption = parser_string(ps, item, "caption", false);
        captions[i].page = (int) parser_integer(ps, item, "page", 1,
                                                (size_t) ps->doc->pages);
        if (ps->failed) {
            break;
        }

        i++;
    }

    return captions;
}


static void
parser_sentences(parser_t *ps, const cJSON *root)
{
    size_t        i, n;
    const cJSON  *list, *item;

    list = parser_array(ps, root, "sentences", DOCUMENT_MAX_SENTENCES, &n);
    ps->doc->sentences = region_array(&ps->doc->region, n,
                                      sizeof(document_sentence_t));
    ps->doc->nsentences = n;
    i = 0;

    cJSON_ArrayForEach(item, list) {
        parser_sentence(ps, item, i++);

        if (ps->failed) {
            return;
        }
    }
}


static void
parser_sentence(parser_t *ps, const cJSON *item, size_t i)
{
    int                   kind;
    const char           *name;
    document_sentence_t  *s;

    s = &ps->doc->sentences[i];

    s->sid = parser_string(ps, item, "sid", true);
    s->text = parser_string(ps, item, "text", true);
    name = parser_string(ps, item, "kind", true);
    s->page = (int) parser_integer(ps, item, "page", 1,
                                   (size_t) ps->doc->pages);
    s->start = parser_integer(ps, item, "start", 0, DOCUMENT_MAX_JSON);
    s->end = parser_integer(ps, item, "end", 0, DOCUMENT_MAX_JSON);
    s->section = parser_section_index(ps, item);

    if (ps->failed) {
        return;
    }

    kind = parser_enum(name, document_kinds,
                       sizeof(document_kinds) / sizeof(document_kinds[0]));
    s->len = strlen(s->text);

    if (kind < 0) {
        parser_fail(ps, "sentence %zu: kind is unknown", i + 1);

    } else if (s->len > DOCUMENT_MAX_SENTENCE) {
        parser_fail(ps, "sentence %zu is too long", i + 1);

    } else if (s->sid[0] != 's'
               || strtoul(s->sid + 1, NULL, 10) != i + 1)
    {
        parser_fail(ps, "sentence %zu: sid is out of order", i + 1);

    } else {
        s->kind = (document_kind_e) kind;
        parser_boxes(ps, item, s);
    }
}


static void
parser_boxes(parser_t *ps, const cJSON *item, document_sentence_t *s)
{
    size_t           i;
    double          *to[4];
    const cJSON     *list, *box, *v;
    document_box_t  *b;

    static const char *const  names[] = { "x0", "y0", "x1", "y1" };

    list = parser_array(ps, item, "boxes", DOCUMENT_MAX_BOXES, &s->nboxes);
    s->boxes = region_array(&ps->doc->region, s->nboxes,
                            sizeof(document_box_t));
    b = s->boxes;

    cJSON_ArrayForEach(box, list) {
        b->page = (int) parser_integer(ps, box, "page", 1,
                                       (size_t) ps->doc->pages);
        to[0] = &b->x0;
        to[1] = &b->y0;
        to[2] = &b->x1;
        to[3] = &b->y1;

        for (i = 0; i < 4 && !ps->failed; i++) {
            v = cJSON_GetObjectItemCaseSensitive(box, names[i]);

            if (!cJSON_IsNumber(v)
                || !(v->valuedouble >= -DOCUMENT_MAX_COORD
                     && v->valuedouble <= DOCUMENT_MAX_COORD))
            {
                parser_fail(ps, "%s: a box is not four numbers", s->sid);
                break;
            }

            *to[i] = v->valuedouble;
        }

        if (ps->failed) {
            return;
        }

        b++;
    }
}


static int
parser_section_index(parser_t *ps, const cJSON *item)
{
    size_t       i;
    const char  *id;

    id = parser_string(ps, item, "section_id", false);
    if (id == NULL || ps->failed) {
        return -1;
    }

    for (i = 0; i < ps->doc->nsections; i++) {
        if (strcmp(ps->doc->sections[i].id, id) == 0) {
            return (int) i;
        }
    }

    parser_fail(ps, "section_id names no section");

    return -1;
}


/*
 * Everything that is quoted later is addressed by these offsets, so they are
 * recomputed, and the hash with them.
 */

static void
parser_offsets(parser_t *ps)
{
    char                  hex[PAPERAL_SHA256_HEX_SIZE];
    size_t                i, pos, count;
    paperal_sha256_t      sha;
    document_sentence_t  *s;

    pos = 0;
    count = 0;
    paperal_sha256_init(&sha);

    for (i = 0; i < ps->doc->nsentences; i++) {
        s = &ps->doc->sentences[i];

        if (s->kind == DOCUMENT_KIND_REFERENCE) {
            continue;
        }

        if (count++ != 0) {
            paperal_sha256_update(&sha, "\n", 1);
            pos++;
        }

        paperal_sha256_update(&sha, s->text, s->len);

        if (s->start != pos) {
            parser_fail(ps, "%s: start is %zu, not %zu", s->sid, s->start,
                        pos);
            break;
        }

        pos += paperal_utf8_count(s->text, s->len);

        if (s->end != pos) {
            parser_fail(ps, "%s: end is %zu, not %zu", s->sid, s->end, pos);
            break;
        }
    }

    if (paperal_sha256_final_hex(&sha, hex) != PAPERAL_OK) {
        parser_fail(ps, "sha-256 failed");

    } else if (strcmp(hex, ps->doc->text_sha256) != 0) {
        parser_fail(ps, "text_sha256 is not that of the sentences");
    }
}


static void
parser_names(parser_t *ps, const cJSON *obj, const char *key,
    document_names_t *names)
{
    size_t        i;
    const cJSON  *list, *item;

    item = cJSON_GetObjectItemCaseSensitive(obj, key);
    if (item == NULL || cJSON_IsNull(item)) {
        return;
    }

    list = parser_array(ps, obj, key, DOCUMENT_MAX_NAMES, &names->n);
    names->items = region_array(&ps->doc->region, names->n, sizeof(char *));
    i = 0;

    cJSON_ArrayForEach(item, list) {
        if (!cJSON_IsString(item)) {
            parser_fail(ps, "%s: not a string", key);
            names->n = i;
            return;
        }

        names->items[i++] = region_strndup(&ps->doc->region, item->valuestring,
                                           strlen(item->valuestring));
    }
}


static const cJSON *
parser_array(parser_t *ps, const cJSON *obj, const char *key, size_t max,
    size_t *n)
{
    const cJSON  *list;

    *n = 0;
    list = cJSON_GetObjectItemCaseSensitive(obj, key);

    if (!cJSON_IsArray(list)) {
        parser_fail(ps, "%s: missing or not an array", key);
        return NULL;
    }

    *n = (size_t) cJSON_GetArraySize(list);

    if (*n > max) {
        parser_fail(ps, "%s: more than %zu items", key, max);
        *n = 0;
        return NULL;
    }

    return list;
}


static const char *
parser_string(parser_t *ps, const cJSON *obj, const char *key, bool required)
{
    size_t        len;
    const cJSON  *item;

    item = cJSON_GetObjectItemCaseSensitive(obj, key);

    if (!required && (item == NULL || cJSON_IsNull(item))) {
        return NULL;
    }

    if (!cJSON_IsString(item)) {
        parser_fail(ps, "%s: missing or not a string", key);
        return NULL;
    }

    len = strlen(item->valuestring);

    if (len > DOCUMENT_MAX_STRING) {
        parser_fail(ps, "%s: too long", key);
        return NULL;
    }

    return region_strndup(&ps->doc->region, item->valuestring, len);
}


static size_t
parser_integer(parser_t *ps, const cJSON *obj, const char *key, size_t min,
    size_t max)
{
    double        v;
    const cJSON  *item;

    item = cJSON_GetObjectItemCaseSensitive(obj, key);
    v = cJSON_IsNumber(item) ? item->valuedouble : -1;

    if (!(v >= (double) min && v <= (double) max)
        || (double) (size_t) v != v)
    {
        parser_fail(ps, "%s: missing or not an integer of %zu..%zu", key,
                    min, max);
        return min;
    }

    return (size_t) v;
}


static int
parser_enum(const char *name, const char *const *names, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0) {
            return (int) i;
        }
    }

    return -1;
}


static void
parser_fail(parser_t *ps, const char *fmt, ...)
{
    va_list  ap;

    if (ps->failed) {
        return;
    }

    ps->failed = true;

    va_start(ap, fmt);
    (void) vsnprintf(ps->err, ps->errlen, fmt, ap);
    va_end(ap);
}
