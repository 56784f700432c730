/*
 * Papers for the perturbation table, written by a small grammar: numbers with
 * units, both styles of citations, comparisons, ligatures, and sentences that
 * a page or column break cut in two with captions in between.  The same seed
 * gives the same paper.
 */

#ifndef PAPERS_H
#define PAPERS_H


#include <stdarg.h>

#include "perturb_run.h"


#define PAPERS_SENTENCES  260
#define PAPERS_TEXT       1024
#define PAPERS_CUT        9       /* every such sentence is cut in two */

#define papers_pick(p, list)  (list)[perturb_random(p, perturb_count(list))]


typedef struct {
    perturb_paper_t           paper;
    perturb_t                 random;
    paperal_quote_sentence_t  sentences[3 * PAPERS_SENTENCES];
    char                      text[PAPERS_SENTENCES][PAPERS_TEXT];
} papers_t;


static const char *const  papers_subjects[] = {
    "the catalyst", "our prototype sensor", "the ﬁltered membrane",
    "a convolutional network", "the treated cohort", "the graphene electrode",
    "this scheduling policy", "the enzyme variant", "the optical cavity",
    "a hybrid solver", "the reﬂective coating", "the vaccine candidate"
};

static const char *const  papers_verbs[] = {
    "increased", "decreased", "improved", "reached", "preserved",
    "stabilized", "modulated", "exceeded", "matched", "recovered"
};

static const char *const  papers_objects[] = {
    "the conversion of glucose", "the detection limit of arsenic",
    "the power density of the stack", "the accuracy of the segmentation",
    "the median progression-free survival", "the fatigue life of the joint",
    "the latency of the pipeline", "the yield of the reaction",
    "the adhesion to titanium", "the recall of rare events",
    "the sensitivity at low doses", "the half-life of the complex"
};

static const char *const  papers_places[] = {
    "in the presence of oxygen", "on a held-out data set",
    "at the end of the trial", "under simulated sunlight",
    "in a flow of dry nitrogen", "for all of the patients",
    "with a load of the grid", "across the range of temperatures",
    "in samples from the river", "on the public benchmark",
    "after the third cycle", "during the winter campaign"
};

static const char *const  papers_reasons[] = {
    "because the pores of the support remained open",
    "which we attribute to the state-of-the-art alignment",
    "as was predicted by the model of diffusion",
    "and the effect was higher in older devices",
    "so that the cost of the process is lower",
    "although the mechanism of the decay is unclear",
    "while the noise of the amplifier stayed constant",
    "although the loss of the seal was not seen in any of the tests",
    "and there was no sign of wear on the surface of the parts",
    "and this is consistent with a \xe2\x80\x9cshared\xe2\x80\x9d pathway"
};

static const char *const  papers_units[] = {
    "mg", "kW", "nm", "hours", "%", "µM", "°C", "epochs"
};

static const char *const  papers_names[] = {
    "Okafor", "Lindqvist", "Tanaka", "Moreau", "Petrov", "Silva"
};

static const char *const  papers_zh_subjects[] = {
    "该催化剂", "我们研制的样机", "改性后的薄膜", "卷积神经网络",
    "治疗组患者", "石墨烯电极", "所提出的调度算法", "光学谐振腔"
};

static const char *const  papers_zh_verbs[] = {
    "显著提高了", "明显降低了", "稳定维持了", "成功恢复了", "有效增加了"
};

static const char *const  papers_zh_objects[] = {
    "葡萄糖的转化率", "砷离子的检测灵敏度", "电堆的功率密度",
    "图像分割的准确率", "焊接接头的疲劳寿命", "系统响应的延迟",
    "反应产物的收率", "钛基体上的附着力"
};

static const char *const  papers_zh_places[] = {
    "在有氧气存在的条件下", "在公开的测试集上", "在临床试验结束时",
    "在模拟太阳光的照射下", "在干燥氮气的气氛中", "对全部的受试者",
    "在河流采集的水样中", "经过循环测试的过程"
};


static size_t
papers_write(char *to, const char *fmt, ...)
{
    int      n;
    va_list  args;

    va_start(args, fmt);
    n = vsnprintf(to, PAPERS_TEXT, fmt, args);
    va_end(args);

    return n < 0 ? 0 : n >= PAPERS_TEXT ? PAPERS_TEXT - 1 : (size_t) n;
}


static size_t
papers_english(perturb_t *p, char *to, unsigned paper)
{
    char      mark[128];
    unsigned  n;

    n = (unsigned) perturb_random(p, 90) + 1;

    switch (perturb_random(p, 4)) {

    case 0:
        (void) papers_write(mark, " [%u]", n);
        break;

    case 1:
        (void) papers_write(mark, " [%u, %u-%u]", n, n + 2, n + 5);
        break;

    case 2:
        (void) papers_write(mark, " (%s et al., %u)",
                            papers_pick(p, papers_names), 1990 + n % 30);
        break;

    default:
        mark[0] = '\0';
    }

    return papers_write(to, "In series %c-%u, %s %s %s %s by %u.%u %s%s, %s "
                        "(p < 0.0%u, run %c).", 'A' + (char) paper,
                        (unsigned) perturb_random(p, 4000),
                        papers_pick(p, papers_subjects),
                        papers_pick(p, papers_verbs),
                        papers_pick(p, papers_objects),
                        papers_pick(p, papers_places), n,
                        (unsigned) perturb_random(p, 10),
                        papers_pick(p, papers_units), mark,
                        papers_pick(p, papers_reasons),
                        (unsigned) perturb_random(p, 9) + 1,
                        'A' + (char) paper);
}


static size_t
papers_chinese(perturb_t *p, char *to, unsigned paper)
{
    char  mark[32];

    mark[0] = '\0';

    if (perturb_random(p, 2) == 0) {
        (void) papers_write(mark, "[%u]",
                            (unsigned) perturb_random(p, 60) + 1);
    }

    if (perturb_random(p, 4) == 0) {
        return papers_write(to, "实验%c%u表明，%s%s%s%s%s，但第%c组%s并未"
                            "出现明显的变化。", 'A' + (char) paper,
                            (unsigned) perturb_random(p, 4000),
                            papers_pick(p, papers_zh_places),
                            papers_pick(p, papers_zh_subjects),
                            papers_pick(p, papers_zh_verbs),
                            papers_pick(p, papers_zh_objects), mark,
                            'A' + (char) paper,
                            papers_pick(p, papers_zh_objects));
    }

    return papers_write(to, "实验%c%u表明，%s%s%s%s%s，幅度为%u.%u%%，"
                        "并且与第%c组%s的结果是一致的。", 'A' + (char) paper,
                        (unsigned) perturb_random(p, 4000),
                        papers_pick(p, papers_zh_places),
                        papers_pick(p, papers_zh_subjects),
                        papers_pick(p, papers_zh_verbs),
                        papers_pick(p, papers_zh_objects), mark,
                        (unsigned) perturb_random(p, 90) + 1,
                        (unsigned) perturb_random(p, 10),
                        'A' + (char) paper,
                        papers_pick(p, papers_zh_objects));
}


static void
papers_add(papers_t *paper, const char *s, size_t len,
    paperal_quote_place_e place)
{
    paperal_quote_sentence_t  *sentence;

    sentence = &paper->sentences[paper->paper.n++];
    sentence->text = s;
    sentence->len = len;
    sentence->place = place;
}


/* Writes a paper and indexes it; 0 without memory. */
static int
papers_make(papers_t *paper, unsigned number, int chinese)
{
    char    *s;
    size_t   i, len, cut;

    memset(paper, 0, sizeof(papers_t));
    paper->random.random = 0x9e3779b97f4a7c15ull * (number + 1);
    paper->paper.sentences = paper->sentences;

    for (i = 0; i < PAPERS_SENTENCES; i++) {
        s = paper->text[i];
        len = chinese ? papers_chinese(&paper->random, s, number)
                      : papers_english(&paper->random, s, number);

        /* the cut is behind a space or a whole character */
        cut = i % PAPERS_CUT == 0 ? len / 2 : len;

        while (cut < len && (chinese ? (s[cut] & 0xc0) == 0x80
                                     : s[cut - 1] != ' '))
        {
            cut++;
        }

        papers_add(paper, s, cut, PAPERAL_QUOTE_FLOW);

        if (cut < len) {
            papers_add(paper, "Figure: what interrupts the text here.", 38,
                       PAPERAL_QUOTE_ASIDE);
            papers_add(paper, s + cut, len - cut, PAPERAL_QUOTE_FLOW);
        }
    }

    return perturb_open(&paper->paper);
}


#endif /* PAPERS_H */
