/*
 * The data of a prompt: the paper, what users added, what the readers look
 * for.  The paper is one sentence a line behind its id; references, authors
 * and affiliations are left out, so nobody's name can weigh, and so are
 * sentences that speak to a program instead of a reader.
 *
 * No line of data can end its block: line ends, directions and invisible
 * characters are taken out, two "<" or ">" never stand side by side, and the
 * key of the delimiters is a hash of all that stands between them.
 *
 * A paper that is too long loses, in this order and only as far as needed:
 * the back matter and appendices, captions and footnotes, the middle of its
 * longest sections.  Title and abstract always stay.
 */

#include "parts.h"

#include <stdlib.h>
#include <string.h>

#include "clean.h"
#include "llm/llm_tokens.h"
#include "paperal_utf8.h"


#define BLOCKS_MAX_PAPER    MODEL_MAX_PROMPT
#define BLOCKS_MAX_CONTEXT  (512 * 1024)
#define BLOCKS_MAX_FOCUS    20
#define BLOCKS_MAX_SOURCE   4000        /* code points */
#define BLOCKS_LINE         4           /* tokens of an id, about */


/* Why a line is in the prompt, in the order of being dropped. */
typedef enum {
    LINE_NONE = 0,             /* never in it */
    LINE_BACK,
    LINE_ASIDE,
    LINE_BODY,
    LINE_HEAD
} line_e;

typedef struct {
    line_e   kind;
    bool     out;
    size_t   section;
    int64_t  tokens;
} line_t;


static void blocks_key(model_t *m);
static line_e blocks_kind(const model_t *m, size_t i);
static void blocks_cut(const model_t *m, line_t *lines);
static int64_t blocks_total(const line_t *lines, size_t n);
static void blocks_sections(line_t *lines, size_t n, size_t nsections,
    int64_t room);
static int64_t blocks_capped(const int64_t *sizes, size_t n, int64_t cap);
static void blocks_shorten(line_t *lines, size_t n, size_t section,
    int64_t cap);
static void blocks_lines(model_t *m, const line_t *lines);
static void blocks_gap(model_t *m, size_t *gap);
static void blocks_sources(model_t *m);
static void blocks_context(model_t *m);
static void blocks_field(paperal_buf_t *b, const char *before,
    const char *text);


void
blocks_write(model_t *m)
{
    size_t   i, n;
    line_t  *lines;

    n = m->doc->nsentences;
    lines = region_array(&m->region, n, sizeof(line_t));

    for (i = 0; i < n; i++) {
        lines[i].kind = blocks_kind(m, i);
        lines[i].out = lines[i].kind == LINE_NONE;
        lines[i].section = (size_t) (m->doc->sentences[i].section + 1);
    }

    if (m->opt.max_paper_tokens > 0) {
        blocks_cut(m, lines);
    }

    blocks_key(m);
    paperal_buf_init(&m->paper, BLOCKS_MAX_PAPER);
    blocks_open(m, &m->paper, "PAPER");
    blocks_lines(m, lines);
    blocks_close(m, &m->paper, "PAPER");
    paperal_buf_init(&m->context, BLOCKS_MAX_CONTEXT);
    blocks_sources(m);
    blocks_context(m);
}


void
blocks_open(const model_t *m, paperal_buf_t *b, const char *name)
{
    paperal_buf_str(b, "<<<");
    paperal_buf_str(b, name);
    paperal_buf_char(b, ' ');
    paperal_buf_str(b, m->key);
    paperal_buf_char(b, '\n');
}


void
blocks_close(const model_t *m, paperal_buf_t *b, const char *name)
{
    paperal_buf_str(b, m->key);
    paperal_buf_char(b, ' ');
    paperal_buf_str(b, name);
    paperal_buf_str(b, ">>>\n\n");
}


const source_t *
blocks_source(const model_t *m, const char *sid)
{
    char           *end;
    unsigned long   n;

    if (sid[0] != 'u' || sid[1] < '1' || sid[1] > '9') {
        return NULL;
    }

    n = strtoul(sid + 1, &end, 10);

    return *end == '\0' && n <= m->sources.n ? &m->sources.items[n - 1]
                                             : NULL;
}


/* Nobody can write a text that holds a hash of itself. */

static void
blocks_key(model_t *m)
{
    char              hex[PAPERAL_SHA256_HEX_SIZE];
    size_t            i;
    const cJSON      *focus;
    paperal_sha256_t  sha;

    paperal_sha256_init(&sha);
    paperal_sha256_update(&sha, m->doc->text_sha256,
                          strlen(m->doc->text_sha256));

    for (i = 0; i < m->sources.n; i++) {
        paperal_sha256_update(&sha, m->sources.items[i].hash,
                              strlen(m->sources.items[i].hash));
    }

    if (m->opt.industry_context != NULL) {
        paperal_sha256_update(&sha, m->opt.industry_context,
                              strlen(m->opt.industry_context));
    }

    cJSON_ArrayForEach(focus, m->opt.focus_areas) {
        if (cJSON_IsString(focus)) {
            paperal_sha256_update(&sha, focus->valuestring,
                                  strlen(focus->valuestring) + 1);
        }
    }

    if (paperal_sha256_final_hex(&sha, hex) != 0) {
        abort();
    }

    memcpy(m->key, hex, sizeof(m->key) - 1);
    m->key[sizeof(m->key) - 1] = '\0';
}


static line_e
blocks_kind(const model_t *m, size_t i)
{
    document_role_e             role;
    const view_sentence_t      *vs;
    const document_sentence_t  *s;

    vs = &m->engine->view.s[i];
    s = vs->s;
    role = vs->role;

    if (s->kind == DOCUMENT_KIND_REFERENCE || s->kind == DOCUMENT_KIND_FRONT
        || role == DOCUMENT_ROLE_REFERENCES
        || role == DOCUMENT_ROLE_AUTHOR_CONTRIBUTIONS
        || s->len == 0
        || lexicon_has_cue(vs->lang, CUE_INSTRUCTION, s->text, s->len))
    {
        return LINE_NONE;
    }

    switch (s->kind) {

    case DOCUMENT_KIND_TITLE:
    case DOCUMENT_KIND_ABSTRACT:
        return LINE_HEAD;

    case DOCUMENT_KIND_CAPTION:
    case DOCUMENT_KIND_FOOTNOTE:
        return LINE_ASIDE;

    case DOCUMENT_KIND_BACK:
        return LINE_BACK;

    default:
        return role >= DOCUMENT_ROLE_ACKNOWLEDGEMENTS ? LINE_BACK : LINE_BODY;
    }
}


static void
blocks_cut(const model_t *m, line_t *lines)
{
    int      kind;
    size_t   i, n;
    int64_t  room;

    n = m->doc->nsentences;
    room = m->opt.max_paper_tokens;

    for (i = 0; i < n; i++) {
        lines[i].tokens = BLOCKS_LINE
                          + llm_tokens_count(m->doc->sentences[i].text,
                                             m->doc->sentences[i].len);
    }

    for (kind = LINE_BACK; kind <= LINE_ASIDE; kind++) {
        if (blocks_total(lines, n) <= room) {
            return;
        }

        for (i = 0; i < n; i++) {
            lines[i].out |= (int) lines[i].kind == kind;
        }
    }

    blocks_sections(lines, n, m->doc->nsections + 1, room);
}


static int64_t
blocks_total(const line_t *lines, size_t n)
{
    size_t   i;
    int64_t  total;

    total = 0;

    for (i = 0; i < n; i++) {
        total += lines[i].out ? 0 : lines[i].tokens;
    }

    return total;
}


/* The greatest number of tokens a section that leaves room for all. */

static void
blocks_sections(line_t *lines, size_t n, size_t nsections, int64_t room)
{
    size_t    i;
    int64_t  *sizes, low, high, cap;

    if (blocks_total(lines, n) <= room) {
        return;
    }

    sizes = calloc(nsections, sizeof(int64_t));
    if (sizes == NULL) {
        abort();
    }

    for (i = 0; i < n; i++) {
        if (lines[i].out) {
            continue;
        }

        if (lines[i].kind == LINE_HEAD) {
            room -= lines[i].tokens;

        } else {
            sizes[lines[i].section] += lines[i].tokens;
        }
    }

    low = 0;
    high = room > 0 ? room : 0;

    while (low < high) {
        cap = (low + high + 1) / 2;

        if (blocks_capped(sizes, nsections, cap) <= room) {
            low = cap;

        } else {
            high = cap - 1;
        }
    }

    for (i = 0; i < nsections; i++) {
        if (sizes[i] > low) {
            blocks_shorten(lines, n, i, low);
        }
    }

    free(sizes);
}


static int64_t
blocks_capped(const int64_t *sizes, size_t n, int64_t cap)
{
    size_t   i;
    int64_t  total;

    total = 0;

    for (i = 0; i < n; i++) {
        total += sizes[i] < cap ? sizes[i] : cap;
    }

    return total;
}


/* Keeps the first three fifths of cap from the front, the rest from behind. */

static void
blocks_shorten(line_t *lines, size_t n, size_t section, int64_t cap)
{
    size_t   i;
    int64_t  front, behind;

    front = cap * 3 / 5;
    behind = cap - front;

    for (i = n; i > 0; i--) {
        if (lines[i - 1].kind == LINE_BODY
            && lines[i - 1].section == section)
        {
            behind -= lines[i - 1].tokens;
            lines[i - 1].out = behind < 0;
        }
    }

    for (i = 0; i < n && front > 0; i++) {
        if (lines[i].kind == LINE_BODY && lines[i].section == section) {
            front -= lines[i].tokens;
            lines[i].out = lines[i].out && front < 0;
        }
    }
}


static void
blocks_lines(model_t *m, const line_t *lines)
{
    size_t                      i, gap;
    const document_sentence_t  *s;

    static const char *const  marks[] = {
        "[title] ", "[abstract] ", "", "[caption] ", "[footnote] ", "",
        "[heading] ", "", "[back] "
    };

    gap = 0;

    for (i = 0; i < m->doc->nsentences; i++) {
        s = &m->doc->sentences[i];

        if (lines[i].out) {
            gap += lines[i].kind != LINE_NONE;
            continue;
        }

        blocks_gap(m, &gap);
        paperal_buf_str(&m->paper, s->sid);
        paperal_buf_char(&m->paper, ' ');
        paperal_buf_str(&m->paper, lines[i].kind == LINE_BACK
                                   && s->kind == DOCUMENT_KIND_BODY
                                   ? "[back] " : marks[s->kind]);
        clean_data(&m->paper, s->text, s->len);
        paperal_buf_char(&m->paper, '\n');
    }

    blocks_gap(m, &gap);
}


static void
blocks_gap(model_t *m, size_t *gap)
{
    if (*gap > 0) {
        paperal_buf_printf(&m->paper, "(%zu lines left out)\n", *gap);
        m->left_out += *gap;
        *gap = 0;
    }
}


static void
blocks_sources(model_t *m)
{
    size_t           i;
    paperal_buf_t   *b;
    const source_t  *s;

    b = &m->context;
    blocks_open(m, b, "SOURCES");

    for (i = 0; i < m->sources.n; i++) {
        s = &m->sources.items[i];
        paperal_buf_printf(b, "u%zu", i + 1);
        blocks_field(b, " question: ", s->question);
        blocks_field(b, " title: ", s->title);
        blocks_field(b, " date: ", s->date);
        blocks_field(b, " address: ", s->url);
        blocks_field(b, s->question == NULL ? " text: " : " answer: ",
                     s->quote);
        paperal_buf_char(b, '\n');
    }

    blocks_close(m, b, "SOURCES");
}


static void
blocks_context(model_t *m)
{
    int             n;
    const cJSON    *focus;
    paperal_buf_t  *b;

    b = &m->context;
    n = 0;
    blocks_open(m, b, "CONTEXT");

    if (m->opt.industry_context != NULL && m->opt.industry_context[0] != '\0')
    {
        blocks_field(b, "industry: ", m->opt.industry_context);
        paperal_buf_char(b, '\n');
    }

    cJSON_ArrayForEach(focus, m->opt.focus_areas) {
        if (cJSON_IsString(focus) && n < BLOCKS_MAX_FOCUS) {
            blocks_field(b, "focus: ", focus->valuestring);
            paperal_buf_char(b, '\n');
            n++;
        }
    }

    blocks_close(m, b, "CONTEXT");
}


static void
blocks_field(paperal_buf_t *b, const char *before, const char *text)
{
    size_t  len;

    if (text == NULL || text[0] == '\0') {
        return;
    }

    len = paperal_utf8_prefix(text, strlen(text), BLOCKS_MAX_SOURCE);
    paperal_buf_str(b, before);
    clean_data(b, text, len);
}
