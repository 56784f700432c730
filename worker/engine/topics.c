/*
 * Counts topic words, see topics.h.  A word counts more in the title, in the
 * abstract and in a sentence that speaks of a use; no word alone can carry a
 * topic unless it stands in the title.
 */

#include "topics.h"

#include <string.h>

#include "ascii.h"


#define TOPICS_MIN_POINTS  10
#define TOPICS_MIN_SHARE   40        /* per cent of the best */
#define TOPICS_MAX_WORD    14        /* points of one word */
#define TOPICS_PROMINENT   2         /* points of the best sentence */


static void topics_score(const view_t *v, const lexicon_topic_t *topic,
    topic_t *out);
static void topics_keep(topic_t *out, const char *word);
static int topics_word(const view_t *v, const char *word,
    const view_sentence_t **best, int *best_points);
static bool topics_occurs(const view_t *v, const char *word);
static bool topics_in(const char *text, const char *word, size_t len);
static int topics_witness(const view_sentence_t *vs);
static int topics_place(const view_sentence_t *vs);


size_t
topics_find(const view_t *v, const lexicon_topics_t *topics, topic_t *out)
{
    size_t   i, j, n;
    topic_t  t;

    n = 0;

    for (i = 0; i < topics->n; i++) {
        topics_score(v, &topics->topics[i], &t);

        if (t.points < TOPICS_MIN_POINTS) {
            continue;
        }

        for (j = n; j > 0 && out[j - 1].points < t.points; j--) {
            if (j < TOPICS_MAX) {
                out[j] = out[j - 1];
            }
        }

        if (j < TOPICS_MAX) {
            out[j] = t;
            n += n < TOPICS_MAX;
        }
    }

    while (n > 1
           && out[n - 1].points * 100 < out[0].points * TOPICS_MIN_SHARE)
    {
        n--;
    }

    return n;
}


bool
topics_named(const topic_t *topic, const char *text)
{
    size_t       i;
    const char  *name;

    for (i = 0; i < LEXICON_LANGS; i++) {
        name = topic->topic->name[i];

        if (topics_in(text, name, strlen(name))) {
            return true;
        }
    }

    for (i = 0; i < topic->nwords; i++) {
        if (topics_in(text, topic->words[i], strlen(topic->words[i]))) {
            return true;
        }
    }

    return false;
}


/*
 * Some words ("?bridges") mean something else too often: they count beside a
 * plain word only.  A topic that no prominent place names is an example.
 */

static void
topics_score(const view_t *v, const lexicon_topic_t *topic, topic_t *out)
{
    int          points, best_points, doubtful;
    size_t       i;
    const char  *word;

    memset(out, 0, sizeof(topic_t));
    out->topic = topic;
    best_points = 0;
    doubtful = 0;

    for (i = 0; i < topic->nterms; i++) {
        word = topic->terms[i];
        word += *word == '?';

        if (!topics_occurs(v, word)) {
            continue;
        }

        points = topics_word(v, word, &out->vs, &best_points);

        if (points == 0) {
            continue;
        }

        points = points > TOPICS_MAX_WORD ? TOPICS_MAX_WORD : points;

        if (word > topic->terms[i]) {
            doubtful += points;

        } else {
            out->points += points;
        }

        topics_keep(out, word);
    }

    out->points = out->points == 0 ? 0 : out->points + doubtful;

    /* one word is a mention, not a topic */

    if (best_points < TOPICS_PROMINENT
        || (out->nwords < 2 && out->points < TOPICS_MAX_WORD))
    {
        out->points = 0;
    }
}


/* "robot" and "robots" are one word. */

static void
topics_keep(topic_t *out, const char *word)
{
    size_t       i, len, last;
    const char  *kept;

    len = strlen(word);

    for (i = 0; i < out->nwords; i++) {
        kept = out->words[i];
        last = strlen(kept);

        if (strncmp(kept, word, last < len ? last : len) == 0
            && (len > last ? len - last : last - len) < 2)
        {
            return;
        }
    }

    if (out->nwords < TOPICS_MAX_WORDS) {
        out->words[out->nwords++] = word;
    }
}


static int
topics_word(const view_t *v, const char *word, const view_sentence_t **best,
    int *best_points)
{
    int                     points, p;
    size_t                  i, len;
    const view_sentence_t  *vs;

    len = strlen(word);
    points = 0;

    for (i = 0; i < v->n; i++) {
        vs = &v->s[i];

        if (!vs->body || vs->role == DOCUMENT_ROLE_RELATED_WORK
            || vs->cue[CUE_BOILERPLATE] != 0
            || !topics_in(vs->s->text, word, len))
        {
            continue;
        }

        p = topics_place(vs);
        points += p;

        if (p > *best_points) {
            *best_points = p;
        }

        if (vs->quotable
            && (*best == NULL || topics_witness(vs) > topics_witness(*best)))
        {
            *best = vs;
        }
    }

    return points;
}


/* Whether the word's first part occurs in the paper at all: a fast no. */

static bool
topics_occurs(const view_t *v, const char *word)
{
    size_t  len;

    if ((unsigned char) word[0] >= 0x80) {
        return v->lang == LEXICON_ZH;
    }

    len = strcspn(word, " ");

    return lexicon_word(v->lex, word, len) == LEXICON_WORD_STOP
           || terms_find_word(&v->terms, word, len) != TERMS_NONE;
}


static bool
topics_in(const char *text, const char *word, size_t len)
{
    const char     *p;
    unsigned char   before, after;

    for (p = text; (p = ascii_find(p, word)) != NULL; p++) {
        if ((unsigned char) word[0] >= 0x80) {
            return true;
        }

        before = p == text ? ' ' : (unsigned char) p[-1];
        after = (unsigned char) p[len];

        if (!((before | 32) >= 'a' && (before | 32) <= 'z')
            && !((after | 32) >= 'a' && (after | 32) <= 'z')
            && before != '-' && after != '-')
        {
            return true;
        }
    }

    return false;
}


/* What others say of the field is a poor witness. */

static int
topics_witness(const view_sentence_t *vs)
{
    return 2 * topics_place(vs) - 3 * (vs->cue[CUE_CITED] != 0);
}


static int
topics_place(const view_sentence_t *vs)
{
    int  points;

    switch (vs->role) {

    case DOCUMENT_ROLE_TITLE:
        return 14;

    case DOCUMENT_ROLE_ABSTRACT:
        points = 4;
        break;

    case DOCUMENT_ROLE_CONCLUSION:
    case DOCUMENT_ROLE_DISCUSSION:
    case DOCUMENT_ROLE_INTRODUCTION:
        points = 2;
        break;

    default:
        points = 1;
    }

    return vs->cue[CUE_APPLICATION] != 0 ? points + 3 : points;
}
