/*
 * Names that a paper mentions and their roles, and the comparisons that no
 * locale may change.
 */

#include "test.h"

#include <locale.h>

#include "ascii.h"
#include "document.h"
#include "engine_paper.h"
#include "mentions.h"
#include "trl.h"


/* One sentence and the only name in it; NULL: none. */
static const struct {
    const char      *line;
    const char      *name;
    mention_e        kind;
    mention_role_e   role;
} mentions[] = {
    { "methods|The reagents were purchased from Fenwick Chemicals Ltd. and "
      "used as received.", "Fenwick Chemicals Ltd.", MENTION_ORGANISATION,
      MENTION_ROLE_SUPPLIER },
    { "conflict_of_interest|The first author holds stock of Northprobe Inc. "
      "since 2019.", "Northprobe Inc.", MENTION_ORGANISATION,
      MENTION_ROLE_INTEREST },
    { "funding|This work was supported in part by Golden Gate Corp. of the "
      "bay.", "Golden Gate Corp.", MENTION_ORGANISATION,
      MENTION_ROLE_FUNDER },
    { "introduction|The device of Acme Corp. is slow (Smith et al., 2019) "
      "and heavy.", NULL, MENTION_ORGANISATION, MENTION_ROLE_MENTIONED },
    { "related_work|The first such device came from Acme Corp. in the "
      "seventies.", NULL, MENTION_ORGANISATION, MENTION_ROLE_MENTIONED },
    { "funding|This work was supported by the Wheat Fund under grant no. 42 "
      "of the year.", "42", MENTION_GRANT, MENTION_ROLE_FUNDER },
    { "acknowledgements|The authors received funding from the council (EP/"
      "T022078/1) in Leeds.", "EP/T022078/1", MENTION_GRANT,
      MENTION_ROLE_FUNDER },
    { "results|The award 998877 was given to the best of all the runs.", NULL,
      MENTION_GRANT, MENTION_ROLE_FUNDER },
    { "discussion|The design is protected by patent US 10,123,456 B2 of the "
      "authors.", "US 10,123,456 B2", MENTION_PATENT,
      MENTION_ROLE_MENTIONED },
    { "discussion|The run US 10,123,456 was the longest of all the runs.",
      NULL, MENTION_PATENT, MENTION_ROLE_MENTIONED },
    { "results|The package is released under the MIT license for all of its "
      "users.", "MIT", MENTION_LICENCE, MENTION_ROLE_WORK },
    { "results|This article is distributed under the Creative Commons "
      "Attribution 4.0 license.", "Creative Commons Attribution 4.0",
      MENTION_LICENCE, MENTION_ROLE_ARTICLE },
    { "results|The students of MIT ran the package for one year in Boston.",
      NULL, MENTION_LICENCE, MENTION_ROLE_WORK },
    { "appendix|The reagents were purchased from Fenwick Chemicals Ltd. and "
      "used as received.", NULL, MENTION_ORGANISATION,
      MENTION_ROLE_SUPPLIER },
    { "methods|Acme Corp. London", NULL, MENTION_ORGANISATION,
      MENTION_ROLE_SUPPLIER }
};

/* What an abstract says of the article, and whether it is a review. */
static const struct {
    const char  *line;
    bool         review;
} reviews[] = {
    { "abstract|In this review, the response of plants to water is "
      "discussed.", true },
    { "abstract|This systematic review follows the usual guidelines.", true },
    { "abstract|This paper presents an overview board for pilots.", false },
    { "abstract|In this survey, we asked two hundred farmers.", false },
    { "results|In this review, the response of plants is discussed.", false },
    { "abstract|本文对小麦叶锈病检测研究进行了系统综述。", true },
    { "abstract|本文提出了一种小麦叶锈病检测方法。", false }
};


static document_t *
document(const char *line)
{
    char           err[256];
    paper_t        p;
    document_t    *doc;
    const char    *lines[] = { "title|A Title of Words", line, NULL };
    paperal_buf_t  json;

    memset(&p, 0, sizeof(p));
    p.title = "A Title of Words";
    p.language = (unsigned char) strchr(line, '|')[1] >= 0x80 ? "zh" : "en";
    p.type = "original_research";
    p.author = "Ann Author";
    p.affiliation = "College";
    p.lines = lines;
    paper_write(&p, &json);
    doc = document_parse(json.data, json.len, err, sizeof(err));
    paperal_buf_release(&json);

    return doc;
}


static void
test_mentions(void)
{
    size_t            i, k, n;
    view_t            view;
    mentions_t        found;
    document_t       *doc;
    const mention_t  *m;

    for (i = 0; i < test_count(mentions); i++) {
        doc = document(mentions[i].line);
        view_init(&view, doc);
        mentions_find(&view, &found);
        m = NULL;
        n = 0;

        for (k = 0; k < found.n; k++) {
            if (found.items[k].kind == mentions[i].kind) {
                m = &found.items[k];
                n++;
            }
        }

        test_int(n, mentions[i].name != NULL, "%s", mentions[i].line);

        if (m != NULL && mentions[i].name != NULL) {
            test_str(m->text, mentions[i].name, "the name");
            test_str(mention_role_key(m->role),
                     mention_role_key(mentions[i].role), "its role");
        }

        view_free(&view);
        document_free(doc);
    }
}


static void
test_reviews(void)
{
    size_t       i;
    view_t       view;
    document_t  *doc;

    for (i = 0; i < test_count(reviews); i++) {
        doc = document(reviews[i].line);
        view_init(&view, doc);
        test_str(trl_article_type(&view),
                 reviews[i].review ? "review" : "original_research", "%s",
                 reviews[i].line);
        view_free(&view);
        document_free(doc);
    }
}


static void
test_ascii(void)
{
    static const char  text[] = "A fIrst LINE of Istanbul";

    (void) setlocale(LC_ALL, "tr_TR.UTF-8");
    test_ok(ascii_same("TITLE", "title", 5), "case is folded");
    test_ok(!ascii_same("TITLE", "titles", 6), "the end counts");
    test_ok(ascii_same("a", "A", 9), "but nothing behind it");
    test_ok(!ascii_same("[", "{", 1), "marks are not letters");
    test_ok(ascii_find(text, "first") == text + 2, "finds an I");
    test_ok(ascii_find(text, "istanbul") == text + 16, "at the end");
    test_ok(ascii_find(text, "ankara") == NULL, "or not");
    test_ok(ascii_find("", "a") == NULL, "in nothing");
    (void) setlocale(LC_ALL, "C");
}


int
main(void)
{
    test_mentions();
    test_reviews();
    test_ascii();

    return test_done();
}
