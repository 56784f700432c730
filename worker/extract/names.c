/*
 * What a person's name looks like.
 */

#include <ctype.h>
#include <string.h>

#include "names.h"
#include "roles.h"
#include "str.h"


#define NAMES_MAX        80      /* bytes */
#define NAMES_MAX_WORDS  6


static const char  *names_particles[] = {
    "de", "van", "von", "der", "den", "la", "le", "bin", "al", "el", "di",
    "da", "dos", "do", "del", "della", "du", "ter", "ten", "zu", "zur", "y",
    "e", "of", "ibn", "af", "av", "vom", "das", "des", "mc", "st", "los",
    NULL
};

static const char  *names_degrees[] = {
    "md", "phd", "msc", "bsc", "ma", "mph", "dds", "dmd", "mds", "bds",
    "rn", "dvm", "pharmd", "frcs", "mbbs", "jr", "sr", "ii", "iii", "ms",
    "bs", "ba", "drph", "member", "ieee", "fellow", "seniormember",
    "studentmember", "prof", "dr", "faculty", "graduatestudentmember", NULL
};

static const char  *names_stop_words[] = {
    "the", "abstract", "introduction", "version", "package", "article",
    "received", "accepted", "published", "january", "february", "march",
    "july", "september", "october", "november", "december", "university",
    "department", "institute", "school", "journal", "keywords", "software",
    "summary", "contact", "editor", "editors", "reviewers", "submitted",
    "license", "review", "repository", "archive", "authors",
    "using", "open", "research", "original", "volume", "email", "equal",
    "contribution", "contributions", "corresponding", "draft",
    "laboratory", "college", "group", "team", "model", "data", "analysis",
    "vignette", "preprint", "this", "our", "collaboration", "science",
    "sciences", "technology", "engineering", "heading", "faculty",
    "universitas", "universidad", "physics", "mathematics", "statistics",
    "biology", "chemistry", "medicine", "computer", "applied", "central",
    NULL
};


static int
names_in(const char *word, const char **list)
{
    int   i;
    char  key[STR_MAX_SQUASH];

    str_squash(word, key, sizeof(key));

    for (i = 0; list[i] != NULL; i++) {
        if (strcmp(key, list[i]) == 0) {
            return 1;
        }
    }

    return 0;
}


/* Two to four Han characters, perhaps with a gap or a middle dot. */
int
names_is_cjk(const char *name)
{
    int        han, other;
    uint32_t   cp;

    han = 0;
    other = 0;

    while ((cp = str_next(&name)) != 0) {
        han += str_is_han(cp);
        other += !str_is_han(cp) && cp != ' ' && cp != 0xb7;
    }

    return other == 0 && han >= 2 && han <= 5;
}


static int
names_is_word(const char *word)
{
    uint32_t     cp;
    const char  *p;

    p = word;
    cp = str_next(&p);

    if (!str_is_letter(cp)) {
        return 0;
    }

    for (p = word; (cp = str_next(&p)) != 0; ) {
        if (!str_is_letter(cp) && cp != '.' && cp != '-' && cp != '\''
            && cp != 0x2019 && cp != 0x2018 && cp != 0x2013 && cp != 0x2010
            && cp != '`' && cp != 0xb4
            && !(cp >= 0x300 && cp < 0x370))
        {
            return 0;
        }
    }

    return 1;
}


/* Words of a name: capitals or particles, at least one with two letters. */
int
names_is_name(const char *name)
{
    int          words, capitals, full;
    char         word[NAMES_MAX];
    size_t       n;
    uint32_t     cp;
    const char  *p, *q;

    if (names_is_cjk(name)) {
        return !roles_is_affiliation(name);
    }

    words = 0;
    capitals = 0;
    full = 0;

    for (p = name; *p != '\0'; p += n) {
        p += strspn(p, " ");
        n = strcspn(p, " ");

        if (n == 0 || n >= sizeof(word)) {
            break;
        }

        memcpy(word, p, n);
        word[n] = '\0';
        q = word;
        cp = str_next(&q);
        words++;

        if (!names_is_word(word)
            || names_in(word, names_stop_words))
        {
            return 0;
        }

        capitals += str_is_upper(cp) || (cp > 0x2e80);
        full += str_letters(word) >= 2 && str_is_upper(cp);

        if (!str_is_upper(cp) && cp < 0x2e80
            && !names_in(word, names_particles)
            && strchr(word, '-') == NULL && strchr(word, '\'') == NULL)
        {
            return 0;
        }
    }

    return words >= 2 && words <= NAMES_MAX_WORDS && capitals >= 2
           && full >= 1 && strlen(name) < NAMES_MAX;
}


int
names_is_degree(const char *word)
{
    return names_in(word, names_degrees);
}
