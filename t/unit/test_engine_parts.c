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
    { "discussion|The prototype was demonstrated in its operational "
      "environment.", 7, TRL_YES },
    { "abstract|Eight prototype modules were operated for 180 days at eight "
      "wells of the county.", 6, TRL_YES },
    { "results|The unit needed 41% less energy than reverse osmosis does.", 4,
      TRL_YES },
    { "methods|The models were tuned by 5-fold cross validation of accuracy "
      "in all cases.", 3, TRL_UNCLEAR },
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


/* What follows a label or a heading that was left on the line. */
static const struct {
    const char  *text;
    const char  *rest;
} labels[] = {
    { "Abstract Water is scarce in many places.",
      "Water is scarce in many places." },
    { "Results: We found nothing new here.", "We found nothing new here." },
    { "Conflicts of Interest: The author is a founder.",
      "The author is a founder." },
    { "Funding: This work was paid by nobody.",
      "This work was paid by nobody." },
    { "Introduction We study membranes of all sorts.",
      "We study membranes of all sorts." },
    { "Results of the trial were good in all respects.",
      "Results of the trial were good in all respects." },
    { "There are two ways: one is short and one is long.",
      "There are two ways: one is short and one is long." },
    { "摘要：农村地区缺乏低成本设备。", "农村地区缺乏低成本设备。" },
    { "利益冲突：作者声明没有利益冲突。", "作者声明没有利益冲突。" }
};


/* What a statement says: nothing, something, or "ask us". */
static const struct {
    const char      *text;
    lexicon_lang_e   lang;
    bool             none;
    bool             interest;
    bool             request;
} statements[] = {
    { "The authors declare no conflict of interest.", LEXICON_EN, true,
      false, false },
    { "The research was conducted in the absence of any commercial or "
      "financial relationships.", LEXICON_EN, true, false, false },
    { "The other authors declare no competing interests.", LEXICON_EN, true,
      true, false },
    { "A. B. is an employee of Example Ltd.", LEXICON_EN, false, true,
      false },
    { "This research did not receive any specific grant.", LEXICON_EN, true,
      false, false },
    { "This work was supported by a grant of the council.", LEXICON_EN,
      false, false, false },
    { "Code is available on request.", LEXICON_EN, false, false, true },
    { "Code is available at https://example.org/code.", LEXICON_EN, false,
      false, false },
    { "所有作者声明不存在利益冲突。", LEXICON_ZH, true, false, false },
    { "第一作者是某公司股东。", LEXICON_ZH, false, true, false },
    { "本研究受国家基金资助。", LEXICON_ZH, false, false, false }
};


static void
test_labels(void)
{
    size_t  i;

    for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        test_str(labels[i].text + view_skip(labels[i].text), labels[i].rest,
                 "\"%s\" begins after its label", labels[i].text);
    }
}


static void
test_statements(void)
{
    bool        none, interest, request;
    size_t      i, len;

    for (i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
        len = strlen(statements[i].text);
        none = lexicon_has_cue(statements[i].lang, CUE_NONE,
                               statements[i].text, len);
        interest = lexicon_has_cue(statements[i].lang, CUE_INTEREST,
                                   statements[i].text, len);
        request = lexicon_has_cue(statements[i].lang, CUE_ONREQUEST,
                                  statements[i].text, len);

        test_ok(none == statements[i].none
                && interest == statements[i].interest
                && request == statements[i].request,
                "\"%s\" is understood", statements[i].text);
    }
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
    test_labels();
    test_statements();
    test_lexicons();
    test_rubric();

    return test_done();
}
