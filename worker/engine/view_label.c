/*
 * Labels that the extraction leaves at the start of a sentence, because they
 * stand on its line: "Abstract", "Results:", "Funding:", a bullet.  What
 * follows them is the sentence.
 */

#include "view_text.h"

#include <string.h>

#include "ascii.h"


#define VIEW_MIN_QUOTE    12       /* bytes */
#define VIEW_MAX_HEADING  64       /* bytes before the colon */
#define VIEW_MAX_BLANKS   5        /* of a heading */
#define VIEW_MAX_NUMBER   4        /* bytes with the bracket before it */


/* A label of a structured abstract and the kind of what follows it. */
typedef struct {
    const char  *label;
    cue_e        kind;
    uint8_t      strength;
} view_label_t;


static const view_label_t *view_label(const char *text, size_t *skip);
static size_t view_punctuation(const char *text, const char *p);
static size_t view_heading(const char *text);
static size_t view_glued(const char *text);
static size_t view_number(const char *text);


static const view_label_t  view_label_list[] = {
    { "background", CUE_PROBLEM, 10 },
    { "introduction", CUE_PROBLEM, 10 },
    { "context", CUE_PROBLEM, 10 },
    { "motivation", CUE_PROBLEM, 12 },
    { "aim", CUE_CONTRIBUTION, 16 },
    { "aims", CUE_CONTRIBUTION, 16 },
    { "objective", CUE_CONTRIBUTION, 16 },
    { "objectives", CUE_CONTRIBUTION, 16 },
    { "purpose", CUE_CONTRIBUTION, 16 },
    { "method", CUE_METHOD, 11 },
    { "methods", CUE_METHOD, 11 },
    { "materials and methods", CUE_METHOD, 11 },
    { "patients and methods", CUE_METHOD, 11 },
    { "design", CUE_METHOD, 10 },
    { "result", CUE_RESULT, 14 },
    { "results", CUE_RESULT, 14 },
    { "findings", CUE_RESULT, 14 },
    { "principal findings", CUE_RESULT, 14 },
    { "methodology/principal findings", CUE_RESULT, 12 },
    { "conclusion", CUE_RESULT, 13 },
    { "conclusions", CUE_RESULT, 13 },
    { "conclusions/significance", CUE_RESULT, 13 },
    { "interpretation", CUE_RESULT, 12 },
    { "limitations", CUE_LIMITATION, 18 },
    { "\xe7\x9b\xae\xe7\x9a\x84", CUE_CONTRIBUTION, 16 },
    { "\xe6\x96\xb9\xe6\xb3\x95", CUE_METHOD, 11 },
    { "\xe7\xbb\x93\xe6\x9e\x9c", CUE_RESULT, 14 },
    { "\xe7\xbb\x93\xe8\xae\xba", CUE_RESULT, 13 },
    { NULL, CUE_RESULT, 0 }
};


size_t
view_skip(const char *text)
{
    size_t  skip;

    (void) view_label(text, &skip);

    if (skip == 0) {
        skip = view_heading(text);
    }

    if (skip == 0) {
        skip = view_glued(text);
    }

    if (skip == 0) {
        skip = view_number(text);
    }

    /* a sentence that is nothing but its label keeps it */

    return strlen(text + skip) < VIEW_MIN_QUOTE ? 0 : skip;
}


void
view_labels(view_t *v)
{
    size_t               i, skip;
    uint8_t             *cue;
    view_sentence_t     *vs;
    const view_label_t  *label, *now;

    now = NULL;

    for (i = 0; i < v->n; i++) {
        vs = &v->s[i];

        if (vs->s->kind != DOCUMENT_KIND_ABSTRACT) {
            continue;
        }

        label = view_label(vs->s->text, &skip);
        now = label == NULL ? now : label;

        if (now != NULL && vs->quotable) {
            cue = &vs->cue[now->kind];
            *cue = now->strength > *cue ? now->strength : *cue;
        }
    }
}


/* "2) We show ...", the number of an item of a list. */

static size_t
view_number(const char *text)
{
    size_t  n;

    n = text[0] == '(';
    n += strspn(text + n, "0123456789");

    return n > 0 && n < VIEW_MAX_NUMBER && ascii_is_digit(text[n - 1])
           && text[n] == ')' && text[n + 1] == ' ' ? n + 2 : 0;
}


/* The label at the start; *skip: bytes up to what follows labels. */

static const view_label_t *
view_label(const char *text, size_t *skip)
{
    size_t               i, len;
    const char          *p;
    const view_label_t  *label;

    static const char *const  heads[] = {
        "abstract", "summary:", "\xe6\x91\x98\xe8\xa6\x81",
        "\xe6\x91\x98 \xe8\xa6\x81", "\xe2\x80\xa2"
    };

    p = text;

    for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        len = strlen(heads[i]);

        if (ascii_same(p, heads[i], len)
            && ((unsigned char) p[0] >= 0x80 || p[len - 1] == ':'
                || strchr(" .:-[", p[len]) != NULL))
        {
            p += len;
        }
    }

    *skip = view_punctuation(text, p);
    p = text + *skip;

    for (label = view_label_list; label->label != NULL; label++) {
        len = strlen(label->label);

        if (ascii_same(p, label->label, len)
            && (p[len] == ':' || p[len] == '.' || p[len] == ']'
                || strncmp(p + len, "\xef\xbc\x9a", 3) == 0
                || strncmp(p + len, "\xe3\x80\x91", 3) == 0))
        {
            *skip = view_punctuation(text, p + len);
            return label;
        }
    }

    return NULL;
}


/* Offset of the first byte behind p that is no space or mark. */

static size_t
view_punctuation(const char *text, const char *p)
{
    size_t  n;

    if (p == text && *p != '[' && (unsigned char) *p < 0x80) {
        return 0;
    }

    do {
        n = strspn(p, " .:[]*-");

        if (strncmp(p, "\xef\xbc\x9a", 3) == 0
            || strncmp(p, "\xe3\x80\x90", 3) == 0
            || strncmp(p, "\xe3\x80\x91", 3) == 0
            || strncmp(p, "\xe2\x80\x94", 3) == 0)
        {
            n = 3;
        }

        p += n;

    } while (n != 0);

    return (size_t) (p - text);
}


/* "Conflicts of interest: ...": the heading of a section and a colon. */

static size_t
view_heading(const char *text)
{
    size_t                    i, blanks, colon;
    const lexicon_pattern_t  *p;

    blanks = 0;

    for (i = 0; i < VIEW_MAX_HEADING; i++) {
        if (text[i] == '\0' || text[i] == '.') {
            return 0;
        }

        blanks += text[i] == ' ';
        colon = text[i] == ':' ? 1
                : strncmp(text + i, "\xef\xbc\x9a", 3) == 0 ? 3 : 0;

        if (colon != 0) {
            break;
        }
    }

    if (i == VIEW_MAX_HEADING || blanks > VIEW_MAX_BLANKS) {
        return 0;
    }

    for (p = lexicon_get()->sections; p != NULL; p = p->next) {
        if (lexicon_match(p, text, i, NULL, NULL)) {
            return view_punctuation(text, text + i);
        }
    }

    return 0;
}


/* "Introduction We ...": a heading that lost its line and its colon. */

static size_t
view_glued(const char *text)
{
    size_t       i, len;
    const char  *p;

    static const char *const  headings[] = {
        "Introduction ", "Background ", "Methods ", "Results ",
        "Discussion ", "Conclusion ", "Conclusions ", "Summary ", "Funding ",
        "Acknowledgements ", "Acknowledgments ", "Acknowledgment ",
        "Limitations "
    };

    static const char *const  words[] = {
        "We ", "The ", "This ", "These ", "In ", "Our ", "A ", "An ", "It ",
        "Here ", "To ", "Although ", "However, ", "There ", "For ", "On "
    };

    for (i = 0; i < sizeof(headings) / sizeof(headings[0]); i++) {
        len = strlen(headings[i]);

        if (ascii_same(text, headings[i], len)
            && ascii_is_upper(text[0]))
        {
            break;
        }
    }

    if (i == sizeof(headings) / sizeof(headings[0])) {
        return 0;
    }

    p = text + len;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strncmp(p, words[i], strlen(words[i])) == 0) {
            return len;
        }
    }

    return 0;
}
