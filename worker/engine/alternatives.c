/*
 * Finds named alternatives, see alternatives.h.  Only names that look like
 * names are taken (two capitals, or letters with digits), right after words
 * that compare; a name in the title is the authors' own.
 */

#include "alternatives.h"

#include <stdio.h>
#include <string.h>

#include "ascii.h"


#define ALTERNATIVES_REACH  4      /* words after the comparing word */
#define ALTERNATIVES_OWN    12     /* every such sentence: the own subject */


static void alternatives_sentence(const view_t *v, const view_sentence_t *vs,
    alternative_t *list, size_t *n);
static const char *alternatives_after(const char *text);
static bool alternatives_is_name(const view_t *v, const char *text,
    const char *word, size_t len);
static bool alternatives_is_own(const view_t *v, const char *name);
static void alternatives_add(const view_sentence_t *vs, const char *word,
    size_t len, alternative_t *list, size_t *n);


static const char *const  alternatives_words[] = {
    "outperforms ", "outperform ", "outperformed ", "surpasses ",
    "surpassed ", "superior to ", "better than ", "faster than ",
    "higher than ", "lower than ", "slower than ", "worse than ",
    "compared to ", "compared with ", "comparison to ", "comparison with ",
    "compared against ", "comparable to ", "baselines ", "baseline ",
    "versus ", "vs. ", "vs ", "alternatives to ", "alternative to ",
    "\xe4\xbc\x98\xe4\xba\x8e",                    /* better than */
    "\xe7\x9b\xb8\xe8\xbe\x83\xe4\xba\x8e",        /* compared with */
    "\xe5\xaf\xb9\xe6\xaf\x94"                     /* against */
};


size_t
alternatives_find(const view_t *v, alternative_t *list)
{
    size_t                  i, n;
    const view_sentence_t  *vs;

    n = 0;

    for (i = 0; i < v->n; i++) {
        vs = &v->s[i];

        if (vs->quotable && vs->cue[CUE_COMPARISON] != 0
            && vs->cue[CUE_BOILERPLATE] == 0 && vs->cue[CUE_CITED] == 0
            && vs->role != DOCUMENT_ROLE_RELATED_WORK
            && vs->role != DOCUMENT_ROLE_BACKGROUND)
        {
            alternatives_sentence(v, vs, list, &n);
        }
    }

    return n;
}


static void
alternatives_sentence(const view_t *v, const view_sentence_t *vs,
    alternative_t *list, size_t *n)
{
    size_t       len;
    unsigned     words;
    const char  *p;

    p = alternatives_after(vs->s->text);

    for (words = 0; p != NULL && words < ALTERNATIVES_REACH; words++) {
        p += strspn(p, " (");
        len = strcspn(p, " ,;:()");

        while (len > 0 && strchr(".'\"", p[len - 1]) != NULL) {
            len--;
        }

        if (len == 0) {
            return;
        }

        if (alternatives_is_name(v, vs->s->text, p, len)) {
            alternatives_add(vs, p, len, list, n);
            return;
        }

        /* a comma or bracket ends the reach of the comparing word */

        if (p[len] != ' ') {
            return;
        }

        p += len;
    }
}


static const char *
alternatives_after(const char *text)
{
    size_t       i;
    const char  *p, *first;

    first = NULL;

    for (i = 0; i < sizeof(alternatives_words) / sizeof(char *); i++) {
        p = strstr(text, alternatives_words[i]);

        if (p != NULL && (first == NULL || p < first)) {
            first = p + strlen(alternatives_words[i]);
        }
    }

    return first;
}


static bool
alternatives_is_name(const view_t *v, const char *text, const char *word,
    size_t len)
{
    size_t  i, capitals, digits, letters;
    char    name[ALTERNATIVES_MAX_NAME];

    static const char *const  no_names[] = {
        "Fig", "Table", "Section", "GPU", "CPU", "RMSE", "MAE", "MSE", "AUC",
        "SNR", "PSNR", "BLEU", "ROC", "USD", "II", "III", "IV", "2D", "3D",
        "1D", "DNA", "RNA", "US", "USA", "UK", "EU", "CI", "SD", "SE", "OR",
        "IR", "HR", "RR", "MIC", "MFC", "IC50", "LD50", "AIC", "BIC", "PBS",
        "pH", "NO", "RN",
        "HR", "RR", "CSV", "PDF", "API", "R2"
    };

    if (len < 2 || len >= sizeof(name)) {
        return false;
    }

    memcpy(name, word, len);
    name[len] = '\0';

    if ((v->doc->title != NULL && ascii_find(v->doc->title, name) != NULL)
        || alternatives_is_own(v, name))
    {
        return false;
    }

    for (i = 0; i < sizeof(no_names) / sizeof(no_names[0]); i++) {
        if (strcmp(name, no_names[i]) == 0) {
            return false;
        }
    }

    /* small capitals fall apart: "S AMPLE" */

    if (word - 2 >= text && word[-1] == ' ' && ascii_is_upper(word[-2])
        && (word - 2 == text || word[-3] == ' '))
    {
        return false;
    }

    capitals = digits = letters = 0;

    for (i = 0; i < len; i++) {
        if ((unsigned char) name[i] >= 0x80 || strchr("=<>%$\\^_/", name[i]))
        {
            return false;
        }

        capitals += ascii_is_upper(name[i]) != 0;
        letters += ascii_is_letter(name[i]) != 0;
        digits += ascii_is_digit(name[i]) != 0;
    }

    return ascii_is_upper(name[0]) && letters >= 2
           && (capitals >= 2 || (digits > 0 && letters >= 3));
}


/*
 * What a paper names all the time, already in its abstract, is its own
 * subject, not what it is compared with.
 */

static bool
alternatives_is_own(const view_t *v, const char *name)
{
    bool    early;
    size_t  i, n;

    early = false;
    n = 0;

    for (i = 0; i < v->n; i++) {
        if (v->s[i].body && strstr(v->s[i].s->text, name) != NULL) {
            early = early || v->s[i].role == DOCUMENT_ROLE_ABSTRACT;
            n++;
        }
    }

    return early && n * ALTERNATIVES_OWN > v->nbody;
}


static void
alternatives_add(const view_sentence_t *vs, const char *word, size_t len,
    alternative_t *list, size_t *n)
{
    size_t  i;

    for (i = 0; i < *n; i++) {
        if (strlen(list[i].name) == len
            && memcmp(list[i].name, word, len) == 0)
        {
            list[i].times++;
            return;
        }
    }

    if (*n == ALTERNATIVES_MAX) {
        return;
    }

    (void) snprintf(list[*n].name, ALTERNATIVES_MAX_NAME, "%.*s", (int) len,
                    word);
    list[*n].times = 1;
    list[*n].vs = vs;
    (*n)++;
}
