/*
 * The parts of the engine by themselves: integer functions, ranking, terms,
 * lexicons, and the rubric on single sentences.
 */

#include "test.h"

#include "document.h"
#include "engine_paper.h"
#include "lexicon.h"
#include "rank.h"
#include "sql_files.h"
#include "terms.h"
#include "topics.h"
#include "trl.h"
#include "view.h"


/* One sentence, and the criterion it must or must not answer. */
static const struct {
    const char  *line;
    int          level;
    int          answer;
} rubric[] = {
    { "abstract|We show that the reaction is faster with silver.", 1,
      TRL_YES },
    { "introduction|We show that the reaction is faster with silver.", 1,
      TRL_UNCLEAR },
    { "related_work|Smith et al. showed that the reaction is faster.", 1,
      TRL_UNCLEAR },
    { "results|We did not show that the reaction is faster with silver.", 1,
      TRL_UNCLEAR },
    { "abstract|The film can be used for coating of turbine blades.", 2,
      TRL_YES },
    { "results|Our sensor reached an accuracy of 93.5 % in the tests.", 3,
      TRL_YES },
    { "results|Our sensor reached a good accuracy in all of the tests.", 3,
      TRL_UNCLEAR },
    { "results|Our method outperforms the baseline on all data sets.", 4,
      TRL_YES },
    { "results|Our method could outperform the baseline on all data.", 4,
      TRL_UNCLEAR },
    { "methods|We recorded data in field tests on three farms in 2019.", 5,
      TRL_YES },
    { "discussion|Our method was not yet tested in the field by anybody.", 5,
      TRL_NO },
    { "discussion|Our system could be deployed at hospitals in the city.", 7,
      TRL_UNCLEAR },
    { "results|Our system was deployed at two hospitals in the city.", 7,
      TRL_YES },
    { "results|The drug was in a phase II trial (Smith et al., 2019).", 7,
      TRL_UNCLEAR },
    { "abstract|\xe5\xae\x9e\xe9\xaa\x8c\xe7\xbb\x93\xe6\x9e\x9c\xe8\xa1\xa8"
      "\xe6\x98\x8e\xef\xbc\x8c\xe8\xaf\xa5\xe6\x96\xb9\xe6\xb3\x95\xe6\x9c"
      "\x89\xe6\x95\x88\xe9\x99\x8d\xe4\xbd\x8e\xe4\xba\x86\xe8\xaf\xaf\xe5"
      "\xb7\xae\xe3\x80\x82", 1, TRL_YES }
};


static void
test_integers(void)
{
    size_t     i;
    uint64_t   n;
    unsigned   wrong;

    test_int(rank_log2(1), 0, "log2 of 1");
    test_int(rank_log2(2), 256, "log2 of 2");
    test_int(rank_log2(3), 405, "log2 of 3 is 1.58");
    test_int(rank_log2(1u << 31), 31 * 256, "log2 of a large number");
    wrong = 0;

    for (i = 1, n = 1; i < 63; i++, n = n * 2 + 1) {
        wrong += rank_sqrt(n) * rank_sqrt(n) > n
                 || (rank_sqrt(n) + 1) * (rank_sqrt(n) + 1) <= n;
    }

    test_int(wrong, 0, "square roots are rounded down");
}


static void
test_rank(void)
{
    region_t       a;
    uint32_t      *rank;
    rank_graph_t   g;

    region_init(&a, 0);
    rank_init(&g, &a);
    rank_edge(&g, 0, 1, 5);
    rank_edge(&g, 0, 2, 5);
    rank_edge(&g, 0, 3, 5);
    rank = rank_run(&g, 5);
    test_ok(rank[0] > rank[1], "the center of a star ranks first");
    test_ok(rank[1] == rank[2] && rank[2] == rank[3], "its rays are equal");
    test_ok(rank[4] < rank[1], "a node without edges ranks last");
    region_free(&a);
}


static void
test_terms(void)
{
    size_t           n;
    region_t         a;
    terms_t          t;
    token_t         *tok;
    const char      *text;
    const lexicon_t *lex;

    region_init(&a, 0);
    terms_init(&t, &a);
    lex = lexicon_get();
    text = "The Robots of 2019 use k-means; robot batteries matter.";
    tok = terms_tokens(&t, lex, text, strlen(text), 0, &n);
    test_int((long long) n, 9, "tokens of a sentence");
    test_ok(tok[0].term == TERMS_NONE, "a stop word is no term");
    test_ok(tok[1].term == tok[6].term, "a plural is its singular");
    test_ok(tok[3].term == TERMS_NONE, "a number is no term");
    test_str(t.terms[tok[5].term].key, "k-means", "a hyphen joins");
    test_ok(tok[5].joined && !tok[6].joined, "punctuation separates");
    test_str(t.terms[tok[7].term].key, "battery", "\"ies\" becomes \"y\"");

    text = "\xe5\x9b\xba\xe6\xba\xb6\xe8\xbd\xaf";
    tok = terms_tokens(&t, lex, text, strlen(text), 1, &n);
    test_int((long long) n, 2, "three characters are two pairs");
    region_free(&a);
}


/* Every message in both languages, every topic with its names. */
static void
test_lexicons(void)
{
    char               key[128];
    size_t             n;
    unsigned           messages, incomplete;
    const char        *p;
    const lexicon_t   *lex;
    const sql_file_t  *f;

    for (f = paperal_lexicons; strcmp(f->name, "messages.txt") != 0; f++) {
        /* it is there, or the lexicon would not have loaded */
    }

    messages = 0;
    incomplete = 0;

    for (p = f->text; p != NULL && *p != '\0'; p = strchr(p, '\n')) {
        p += strspn(p, "\n");
        n = strcspn(p, " \n");

        if (*p == '#' || n == 0 || n >= sizeof(key)) {
            continue;
        }

        snprintf(key, sizeof(key), "%.*s", (int) n, p);
        messages++;
        incomplete += strlen(lexicon_message(LEXICON_EN, key)) < 5
                      || strlen(lexicon_message(LEXICON_ZH, key)) < 5;
    }

    test_ok(messages > 150, "%u messages", messages);
    test_int(incomplete, 0, "each in both languages");

    lex = lexicon_get();
    test_int((long long) lex->ncriteria, 9, "nine criteria");
    test_str(lex->criteria[8].id, "trl9.in_use", "the last one");
    test_ok(lex->sectors.n >= 25, "%zu sectors", lex->sectors.n);
    test_int(strncmp(lex->version, "1:", 2), 0, "version %s", lex->version);
}


static void
test_rubric(void)
{
    char            err[256];
    trl_t           trl;
    size_t          i;
    view_t          view;
    paper_t         paper;
    document_t     *doc;
    const char     *lines[2];
    paperal_buf_t   b;

    for (i = 0; i < test_count(rubric); i++) {
        lines[0] = rubric[i].line;
        lines[1] = NULL;
        paper = (paper_t) {
            .title = "T", .language = "en", .type = "original_research",
            .author = "A", .affiliation = "B", .lines = lines
        };

        paper_write(&paper, &b);
        doc = document_parse(b.data, b.len, err, sizeof(err));
        view_init(&view, doc);
        trl_assess(&view, "original_research", &trl);
        test_int(trl.answers[rubric[i].level - 1].answer, rubric[i].answer,
                 "level %d: %s", rubric[i].level, rubric[i].line);
        trl_assess(&view, "review", &trl);
        test_ok(trl.gated && trl.high == 0, "a review has no level");
        view_free(&view);
        document_free(doc);
        paperal_buf_release(&b);
    }
}


int
main(void)
{
    test_integers();
    test_rank();
    test_terms();
    test_lexicons();
    test_rubric();

    return test_done();
}
