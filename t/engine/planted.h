/*
 * Papers with planted facts: for a seed and a language a paper of about fifty
 * sentences in which some slots are filled with sentences that state a fact,
 * the others are left empty, and between them stands what papers are made of
 * otherwise, also sentences that sound like facts but are about the work of
 * others, or only possible.  The generator knows what it planted.
 *
 * Used by t/unit/test_engine_planted.c and by the campaign of this folder.
 */

#ifndef PLANTED_H
#define PLANTED_H


#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/engine_paper.h"


#define PLANT_MAX_LINES  96
#define PLANT_MAX_TEXT   512
#define PLANT_FORMS      7         /* sentences of a slot, at most */


typedef enum {
    PLANT_PROBLEM = 0,
    PLANT_CONTRIBUTION,
    PLANT_METHOD,
    PLANT_RESULT,
    PLANT_NOVELTY,
    PLANT_LIMITATION,
    PLANT_FUTURE,
    PLANT_APPLICATION,
    PLANT_COMPARISON,
    PLANT_FUNDING,
    PLANT_COI,
    PLANT_DATA,
    PLANT_CODE,
    PLANT_PATENT,
    PLANT_SUPPLIER,
    PLANT_SLOTS,
    PLANT_FILLER = PLANT_SLOTS
} plant_e;

typedef struct {
    const char  *thing;
    const char  *object;
    const char  *use;
    const char  *baseline;
} plant_topic_t;

typedef struct {
    const char  *name;
    const char  *role;             /* of the section it stands in */
    const char  *forms[2][PLANT_FORMS];      /* English, Chinese */
    const char  *odd[2][PLANT_FORMS];        /* in words nobody expects */
} plant_slot_t;

typedef struct {
    size_t        n;
    plant_e       slot[PLANT_MAX_LINES];
    bool          has[PLANT_SLOTS];
    char          text[PLANT_MAX_LINES][PLANT_MAX_TEXT];
    const char   *lines[PLANT_MAX_LINES + 1];
    char          title[PLANT_MAX_TEXT / 2];
    char          grant[32];
    char          value[32];       /* of the planted result */
    const char   *references[8];
    uint64_t      state;
    int           zh;
    bool          odd;             /* facts in unusual words */
    paper_t       paper;
} plant_t;


static const plant_topic_t  plant_topics[2][6] = { {
    { "graphene membrane", "brackish groundwater",
      "small desalination units on farms", "NF270" },
    { "spectral classifier", "leaf rust", "crop monitoring by farmers",
      "NDVI-Net" },
    { "charge controller", "lithium-ion cells",
      "battery packs of electric buses", "PID-7" },
    { "ultrasound probe", "arterial plaque", "screening in hospitals",
      "DopplerNet" },
    { "scheduling algorithm", "container terminals", "logistics in ports",
      "GreedyLPT" },
    { "speech codec", "telephone speech", "mobile networks", "OPUS2" }
}, {
    { "石墨烯膜", "苦咸水", "农村小型淡化装置", "NF270" },
    { "光谱分类器", "小麦叶锈病", "农业生产中的作物监测", "NDVI-Net" },
    { "充电控制器", "锂离子电池", "电动公交车的电池组", "PID-7" },
    { "超声探头", "动脉斑块", "医院的早期筛查", "DopplerNet" },
    { "调度算法", "集装箱码头", "港口物流", "GreedyLPT" },
    { "语音编码器", "电话语音", "移动通信网络", "OPUS2" }
} };

/* %T thing, %O object, %U use, %B baseline, %V value, %G grant number */
static const plant_slot_t  plant_slots[PLANT_SLOTS] = {
    { "problem", "abstract", { {
        "The treatment of %O remains a major challenge.",
        "However, existing methods for %O are slow, expensive and "
            "error-prone.",
        "There is still no reliable solution for %O.",
        "Current practice for %O suffers from high cost and poor accuracy.",
        "Despite decades of research, %O is still poorly understood.",
        "A key problem with %O is the lack of affordable equipment.", NULL
    }, {
        "%O的处理仍然面临成本高、效率低的问题。",
        "然而，现有%O方法难以满足实际需求，准确性不足。",
        "目前%O领域亟需一种可靠且低成本的解决方案。",
        "针对%O存在的精度低、成本高等问题，亟待研究。", NULL } },
      { { "Operators who deal with %O lose whole weeks to failed batches.",
        "Nobody who works with %O is happy with the tools of today.", NULL },
        { "处理%O的人员每年因设备失效损失数周时间。", NULL } } },
    { "contribution", "abstract", { {
        "In this paper we present a %T for %O.",
        "This work introduces a %T that is designed for %O.",
        "Here we report the design of a %T for %O.",
        "We propose a %T which handles %O at low cost.",
        "The aim of this study was to develop a %T for %O.",
        "This study describes the development of a %T for %O.", NULL
    }, {
        "本文提出了一种用于%O的%T。",
        "本研究设计并实现了一种面向%O的%T。",
        "为此，我们提出了一种新的%T用于%O。",
        "本文构建了一种适用于%O的%T。", NULL } },
      { { "What follows is the design of a %T that tolerates %O.",
        "Our answer to %O is a %T with two chambers.", NULL },
        { "下文给出一种能够适应%O的%T方案。", NULL } } },
    { "method", "methods", { {
        "We used a calibrated reference cell to measure the response of the "
            "%T.",
        "The %T was fabricated by layer-wise deposition and was measured with "
            "a spectrometer.",
        "All measurements were performed in triplicate with the %T at room "
            "temperature.",
        "We trained the model of the %T with gradient descent on recorded "
            "signals.",
        "Samples of %O were collected at regular intervals and were analysed "
            "with the %T.", NULL
    }, {
        "本文采用校准参考单元对%T的响应进行测量。",
        "实验采用光谱仪对%T的信号进行了分析。",
        "我们利用梯度下降算法训练%T的模型参数。", NULL } },
      { { "The %T hung in a bath of oil while a camera counted the bubbles.",
        "Twelve volunteers handled the %T for one hour each.", NULL },
        { "将%T置于油浴中，同时用摄像机记录气泡数量。", NULL } } },
    { "result", "results", { {
        "Our results show that the %T reaches an accuracy of %V %.",
        "We found that the %T reduced the error by %V % in all runs.",
        "The %T achieved a mean efficiency of %V % over the whole period.",
        "Energy demand decreased by %V % when the %T was used.",
        "The experiments demonstrate that the %T improves the yield by %V %.",
        "A reduction of the loss by %V % was observed with the %T.", NULL
    }, {
        "实验结果表明，%T的准确率达到%V%。",
        "结果显示，%T使误差降低了%V%。",
        "测试结果表明，采用%T后能耗下降了%V%。", NULL } },
      { { "With the %T in place, %V % of the runs ended without an alarm.",
        "Only %V % of the energy was lost in the %T.", NULL },
        { "装上%T之后，%V%的运行没有发生报警。", NULL } } },
    { "novelty", "introduction", { {
        "To the best of our knowledge, this is the first %T for %O.",
        "Unlike previous approaches, our %T works without calibration.",
        "For the first time, a %T is operated directly on %O.",
        "Our novel approach to %O combines two sensing principles.", NULL
    }, {
        "据我们所知，这是首次将%T用于%O的研究。",
        "与以往方法不同，本文的%T无需标定。",
        "本文首次将%T应用到%O中。", NULL } },
      { { "No %T of this kind has existed until now.",
        "Nothing comparable to our %T is on record.", NULL },
        { "此前从未有过这样的%T。", NULL } } },
    { "limitation", "discussion", { {
        "A limitation of this study is the small number of samples of %O.",
        "The evaluation was limited to a single site, so the findings may "
            "not generalize.",
        "The %T does not yet support operation below the freezing point.",
        "One drawback of the proposed %T is its sensitivity to humidity.",
        "The present results need to be confirmed with larger samples of "
            "%O.",
        "Currently, the %T only works with clean samples.",
        "These findings should be interpreted with caution because the "
            "sample was small."
    }, {
        "本研究存在一定的局限性，%O样本数量较少。",
        "%T的评估仅限于单一地点，这是本文的不足之处。",
        "本文方法未考虑低温条件下%T的性能。",
        "由于时间有限，本研究的样本量较小。", NULL } },
      { { "Nothing can be said about the behaviour of the %T in winter.",
        "Whether the %T survives salt water is an open matter.", NULL },
        { "%T在冬季的表现目前不得而知。", NULL } } },
    { "future_work", "conclusion", { {
        "Future work will extend the %T to other kinds of %O.",
        "In the future, we plan to test the %T for longer periods.",
        "Further research is needed to adapt the %T to cold climates.",
        "A next step is left for future work: the automatic calibration of "
            "the %T.", NULL
    }, {
        "未来研究将把%T扩展到其他类型的%O。",
        "下一步工作将进一步研究%T的长期稳定性。",
        "今后将继续改进%T的自动标定。", NULL } },
      { { "We will turn to other kinds of %O next.",
        "The %T still has to be taken out of the laboratory.", NULL },
        { "随后我们会转向其他类型的%O。", NULL } } },
    { "application_hint", "discussion", { {
        "The %T can be used for %U.",
        "Potential applications include %U.",
        "The low cost of the %T makes it suitable for %U.",
        "The %T could readily be deployed in %U.", NULL
    }, {
        "%T可广泛应用于%U。",
        "该%T在%U中具有良好的应用前景。",
        "%T适用于%U，具有较高的实用价值。", NULL } },
      { { "Buyers of the %T would be found in %U.",
        "We built the %T with %U in mind.", NULL },
        { "%T的买家主要来自%U。", NULL } } },
    { "comparison_to_prior_art", "results", { {
        "The %T outperforms the %B baseline on all test sets.",
        "Compared with %B, our %T is faster on every sample of %O.",
        "In a direct comparison with %B, our results were better than the "
            "baseline.",
        "Our %T was superior to %B in all of the experiments.", NULL
    }, {
        "与%B方法相比，本文%T的性能更优。",
        "本文%T的精度优于现有%B方法。",
        "对比实验中，%T的速度高于%B模型。", NULL } },
      { { "%B needed twice as long as the %T for the same sample.",
        "Where %B failed, the %T went on.", NULL },
        { "同样的样品，%B所需时间是%T的两倍。", NULL } } },
    { "funding", "funding", { {
        "This work was supported by the Northern Science Foundation under "
            "grant no. %G.",
        "The authors received funding from the Northern Science Foundation "
            "(grant number %G).", NULL
    }, {
        "本研究得到北方科学基金项目资助（编号：%G）。", NULL } }, { { NULL }, { NULL } } },
    { "conflict_of_interest", "conflict_of_interest", { {
        "The first author is a founder and shareholder of Northprobe Ltd.",
        "One of the authors is an employee of Northprobe Ltd and holds "
            "stock.", NULL
    }, {
        "第一作者为北探科技有限公司的股东，存在利益关系。", NULL } }, { { NULL }, { NULL } } },
    { "data", "data_availability", { {
        "All data are available at https://example.org/data/%G.",
        "The data sets of this study can be downloaded from an open "
            "archive at https://example.org/%G.", NULL
    }, {
        "本研究的数据可从https://example.org/data/%G获取。", NULL } }, { { NULL }, { NULL } } },
    { "code", "code_availability", { {
        "The source code is available at https://github.com/example/%G.",
        NULL
    }, {
        "源代码可在https://github.com/example/%G获取。", NULL } }, { { NULL }, { NULL } } },
    { "patent_mentioned", "discussion", { {
        "A patent application for the %T has been filed by the authors.",
        "The design of our %T is protected by patent US 10,%G,456 B2.", NULL
    }, {
        "本文的%T已申请发明专利。", NULL } }, { { NULL }, { NULL } } },
    { "supplier", "methods", { {
        "The photodiodes were purchased from Lumora Optics Inc. in Oslo.",
        "All reagents were obtained from Fenwick Chemicals Ltd. and were "
            "used as received.", NULL
    }, {
        "光电二极管购自北京光华电子有限公司。", NULL } }, { { NULL }, { NULL } } }
};

/* What is no fact of the work: role and sentence. */
static const struct {
    const char  *role;
    const char  *text[2];
} plant_fillers[] = {
    { "introduction", { "The study of %O has a long history in engineering.",
                        "%O的研究在工程领域由来已久。" } },
    { "introduction", { "Several groups have published measurements of %O "
                        "(Moreau et al., 2014).",
                        "多个课题组发表过%O的测量数据[3]。" } },
    { "introduction", { "Section 2 describes the materials and Section 3 the "
                        "measurements.",
                        "第二章介绍材料，第三章介绍测量过程。" } },
    { "related_work", { "Smith et al. showed that drones detect changes with "
                        "an accuracy of 80 %.",
                        "文献[5]的研究结果表明，无人机检测的准确率达到80%。" } },
    { "related_work", { "Their method has the limitation that it needs two "
                        "operators (Jones, 2011).",
                        "文献[6]的方法存在需要两名操作人员的局限性。" } },
    { "related_work", { "Garcia and Liu proposed a method for %O in 2009.",
                        "文献[7]于2009年提出了一种%O方法。" } },
    { "methods", { "The chamber has a volume of two litres and a glass "
                   "window.",
                   "实验腔体的容积为两升，并带有玻璃窗口。" } },
    { "methods", { "Temperature and pressure stayed at the values of the "
                   "room during the day.",
                   "白天的温度和压力保持在室内数值。" } },
    { "methods", { "The operator notes the serial number of each sample on "
                   "its label.",
                   "操作人员在标签上记录每个样品的序列号。" } },
    { "methods", { "Each sample rests for one hour before it enters the "
                   "chamber.",
                   "每个样品在进入腔体之前静置一小时。" } },
    { "results", { "The curves of both runs have the same shape and the same "
                   "slope.",
                   "两次运行的曲线形状和斜率一致。" } },
    { "results", { "The left panel belongs to the first day and the right "
                   "panel to the second day.",
                   "左侧面板对应第一天，右侧面板对应第二天。" } },
    { "results", { "Morning and evening samples lie close together in the "
                   "diagram.",
                   "早晚样品在图中的位置十分接近。" } },
    { "discussion", { "Humidity and dust belong to the daily life of any "
                      "outdoor device.",
                      "湿度和灰尘是户外设备日常环境的一部分。" } },
    { "discussion", { "The shape of the curve is that of a simple first "
                      "order system.",
                      "曲线的形状与简单的一阶系统相同。" } },
    { "conclusion", { "The first part of the text dealt with %O and the "
                      "second part with the %T.",
                      "文中第一部分讨论%O，第二部分讨论%T。" } }
};

static const char *const  plant_roles[] = {
    "abstract", "introduction", "related_work", "methods", "results",
    "discussion", "conclusion", "funding", "conflict_of_interest",
    "data_availability", "code_availability"
};


/* xorshift64*: the same papers everywhere. */
static unsigned
plant_random(plant_t *g, unsigned n)
{
    g->state ^= g->state >> 12;
    g->state ^= g->state << 25;
    g->state ^= g->state >> 27;

    return (unsigned) ((g->state * 2685821657736338717ull) >> 33) % n;
}


static void
plant_expand(plant_t *g, const plant_topic_t *topic, const char *form,
    char *out, size_t size)
{
    size_t       n;
    const char  *p, *put;

    n = strlen(out);

    for (p = form; *p != '\0' && n + 1 < size; p++) {
        put = p[0] != '%' ? NULL : p[1] == 'T' ? topic->thing
              : p[1] == 'O' ? topic->object : p[1] == 'U' ? topic->use
              : p[1] == 'B' ? topic->baseline : p[1] == 'V' ? g->value
              : p[1] == 'G' ? g->grant : NULL;

        if (put == NULL) {
            out[n++] = *p;
            out[n] = '\0';
            continue;
        }

        n += (size_t) snprintf(out + n, size - n, "%s", put);
        p++;
    }
}


static void
plant_line(plant_t *g, const plant_topic_t *topic, const char *role,
    plant_e slot, const char *form)
{
    if (g->n == PLANT_MAX_LINES) {
        abort();
    }

    snprintf(g->text[g->n], PLANT_MAX_TEXT, "%s|", role);
    plant_expand(g, topic, form, g->text[g->n], PLANT_MAX_TEXT);
    g->slot[g->n] = slot;
    g->lines[g->n] = g->text[g->n];
    g->n++;
}


/* The sentences of one section: planted ones among fillers. */
static void
plant_section(plant_t *g, const plant_topic_t *topic, const char *role)
{
    size_t               i, n;
    const plant_slot_t  *s;
    const char *const   *list;

    for (i = 0; i < sizeof(plant_fillers) / sizeof(plant_fillers[0]); i++) {
        if (strcmp(plant_fillers[i].role, role) == 0) {
            plant_line(g, topic, role, PLANT_FILLER,
                       plant_fillers[i].text[g->zh]);
        }
    }

    for (i = 0; i < PLANT_SLOTS; i++) {
        s = &plant_slots[i];

        if (strcmp(s->role, role) != 0 || !g->has[i]) {
            continue;
        }

        list = g->odd && s->odd[g->zh][0] != NULL ? s->odd[g->zh]
                                                  : s->forms[g->zh];

        for (n = 0; n < PLANT_FORMS && list[n] != NULL; n++) {
            /* count */
        }

        plant_line(g, topic, role, (plant_e) i,
                   list[plant_random(g, (unsigned) n)]);
    }
}


/* Makes the paper of a seed; g->paper points into g. */
static void __attribute__((unused))
plant_make(plant_t *g, unsigned seed, bool zh, bool odd)
{
    size_t               i;
    const plant_topic_t  *topic;

    memset(g, 0, sizeof(plant_t));
    g->state = 0x9e3779b97f4a7c15ull * (seed + 1);
    g->zh = zh;
    g->odd = odd;
    (void) plant_random(g, 2);
    topic = &plant_topics[zh][plant_random(g, 6)];
    snprintf(g->value, sizeof(g->value), "%u.%u", 11 + plant_random(g, 80),
             1 + plant_random(g, 9));
    snprintf(g->grant, sizeof(g->grant), "%u", 100 + plant_random(g, 900));

    for (i = 0; i < PLANT_SLOTS; i++) {
        g->has[i] = plant_random(g, 10) < 6;
    }

    snprintf(g->title, sizeof(g->title), zh ? "面向%s的%s" : "A %s for %s",
             zh ? topic->object : topic->thing,
             zh ? topic->thing : topic->object);
    snprintf(g->text[0], PLANT_MAX_TEXT, "title|%s", g->title);
    g->lines[0] = g->text[0];
    g->slot[0] = PLANT_FILLER;
    g->n = 1;

    for (i = 0; i < sizeof(plant_roles) / sizeof(plant_roles[0]); i++) {
        plant_section(g, topic, plant_roles[i]);
    }

    g->lines[g->n] = NULL;
    g->references[0] = "A. Moreau, Measurements, 2014.";
    g->references[1] = "B. Smith, Drones, 2013.";
    g->references[2] = "C. Garcia, Methods, 2009.";
    g->paper = (paper_t) {
        .title = g->title, .language = zh ? "zh" : "en",
        .type = "original_research", .author = "Ann Author",
        .affiliation = "Small College", .references = g->references,
        .lines = g->lines
    };
}


#endif /* PLANTED_H */
