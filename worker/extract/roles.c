/*
 * The lists.  Keys are squashed (str_squash()): no spaces, lower case.
 */

#include <ctype.h>
#include <string.h>

#include "roles.h"
#include "str.h"


typedef struct {
    const char      *key;
    role_e   role;
} roles_entry_t;


static const char  *roles_names[ROLE_MAX] = {
    "other", "title", "abstract", "keywords", "introduction", "background",
    "related_work", "methods", "results", "discussion", "conclusion",
    "limitations", "future_work", "acknowledgements", "funding",
    "conflict_of_interest", "data_availability", "code_availability",
    "author_contributions", "ethics", "appendix", "references"
};

/* Whole headings. */
static const roles_entry_t  roles_exact[] = {
    { "abstract", ROLE_ABSTRACT },
    { "摘要", ROLE_ABSTRACT },
    { "中文摘要", ROLE_ABSTRACT },
    { "zusammenfassung", ROLE_ABSTRACT },
    { "keywords", ROLE_KEYWORDS },
    { "关键词", ROLE_KEYWORDS },
    { "introduction", ROLE_INTRODUCTION },
    { "introductionandbackground", ROLE_INTRODUCTION },
    { "introductionandmotivation", ROLE_INTRODUCTION },
    { "引言", ROLE_INTRODUCTION },
    { "绪论", ROLE_INTRODUCTION },
    { "前言", ROLE_INTRODUCTION },
    { "导论", ROLE_INTRODUCTION },
    { "einleitung", ROLE_INTRODUCTION },
    { "background", ROLE_BACKGROUND },
    { "preliminaries", ROLE_BACKGROUND },
    { "motivation", ROLE_BACKGROUND },
    { "statementofneed", ROLE_BACKGROUND },
    { "研究背景", ROLE_BACKGROUND },
    { "背景", ROLE_BACKGROUND },
    { "relatedwork", ROLE_RELATED_WORK },
    { "relatedworks", ROLE_RELATED_WORK },
    { "relatedresearch", ROLE_RELATED_WORK },
    { "priorwork", ROLE_RELATED_WORK },
    { "previouswork", ROLE_RELATED_WORK },
    { "literaturereview", ROLE_RELATED_WORK },
    { "stateoftheart", ROLE_RELATED_WORK },
    { "backgroundandrelatedwork", ROLE_RELATED_WORK },
    { "相关工作", ROLE_RELATED_WORK },
    { "文献综述", ROLE_RELATED_WORK },
    { "国内外研究现状", ROLE_RELATED_WORK },
    { "methods", ROLE_METHODS },
    { "method", ROLE_METHODS },
    { "methodology", ROLE_METHODS },
    { "materialsandmethods", ROLE_METHODS },
    { "materialandmethods", ROLE_METHODS },
    { "methodsandmaterials", ROLE_METHODS },
    { "patientsandmethods", ROLE_METHODS },
    { "subjectsandmethods", ROLE_METHODS },
    { "experimental", ROLE_METHODS },
    { "experimentalsetup", ROLE_METHODS },
    { "experimentalsection", ROLE_METHODS },
    { "experimentaldesign", ROLE_METHODS },
    { "studydesign", ROLE_METHODS },
    { "statisticalanalysis", ROLE_METHODS },
    { "implementation", ROLE_METHODS },
    { "方法", ROLE_METHODS },
    { "研究方法", ROLE_METHODS },
    { "材料与方法", ROLE_METHODS },
    { "资料与方法", ROLE_METHODS },
    { "实验方法", ROLE_METHODS },
    { "研究设计", ROLE_METHODS },
    { "results", ROLE_RESULTS },
    { "result", ROLE_RESULTS },
    { "experiments", ROLE_RESULTS },
    { "experimentalresults", ROLE_RESULTS },
    { "evaluation", ROLE_RESULTS },
    { "findings", ROLE_RESULTS },
    { "resultsanddiscussion", ROLE_RESULTS },
    { "resultsanddiscussions", ROLE_RESULTS },
    { "numericalexperiments", ROLE_RESULTS },
    { "结果", ROLE_RESULTS },
    { "实验结果", ROLE_RESULTS },
    { "结果与分析", ROLE_RESULTS },
    { "结果与讨论", ROLE_RESULTS },
    { "实证结果", ROLE_RESULTS },
    { "discussion", ROLE_DISCUSSION },
    { "discussions", ROLE_DISCUSSION },
    { "generaldiscussion", ROLE_DISCUSSION },
    { "讨论", ROLE_DISCUSSION },
    { "conclusion", ROLE_CONCLUSION },
    { "conclusions", ROLE_CONCLUSION },
    { "concludingremarks", ROLE_CONCLUSION },
    { "discussionandconclusion", ROLE_CONCLUSION },
    { "discussionandconclusions", ROLE_CONCLUSION },
    { "conclusionandfuturework", ROLE_CONCLUSION },
    { "conclusionsandfuturework", ROLE_CONCLUSION },
    { "conclusionandoutlook", ROLE_CONCLUSION },
    { "conclusionsandoutlook", ROLE_CONCLUSION },
    { "summaryandconclusions", ROLE_CONCLUSION },
    { "summaryandoutlook", ROLE_CONCLUSION },
    { "summaryanddiscussion", ROLE_CONCLUSION },
    { "summary", ROLE_CONCLUSION },
    { "结论", ROLE_CONCLUSION },
    { "结语", ROLE_CONCLUSION },
    { "总结", ROLE_CONCLUSION },
    { "总结与展望", ROLE_CONCLUSION },
    { "结论与展望", ROLE_CONCLUSION },
    { "结论与建议", ROLE_CONCLUSION },
    { "limitations", ROLE_LIMITATIONS },
    { "limitation", ROLE_LIMITATIONS },
    { "studylimitations", ROLE_LIMITATIONS },
    { "threatstovalidity", ROLE_LIMITATIONS },
    { "strengthsandlimitations", ROLE_LIMITATIONS },
    { "局限性", ROLE_LIMITATIONS },
    { "研究局限", ROLE_LIMITATIONS },
    { "局限性与展望", ROLE_LIMITATIONS },
    { "不足与展望", ROLE_LIMITATIONS },
    { "futurework", ROLE_FUTURE_WORK },
    { "futuredirections", ROLE_FUTURE_WORK },
    { "futureresearch", ROLE_FUTURE_WORK },
    { "futuredevelopment", ROLE_FUTURE_WORK },
    { "outlook", ROLE_FUTURE_WORK },
    { "展望", ROLE_FUTURE_WORK },
    { "未来工作", ROLE_FUTURE_WORK },
    { "acknowledgements", ROLE_ACKNOWLEDGEMENTS },
    { "acknowledgments", ROLE_ACKNOWLEDGEMENTS },
    { "acknowledgement", ROLE_ACKNOWLEDGEMENTS },
    { "acknowledgment", ROLE_ACKNOWLEDGEMENTS },
    { "致谢", ROLE_ACKNOWLEDGEMENTS },
    { "funding", ROLE_FUNDING },
    { "fundinginformation", ROLE_FUNDING },
    { "fundingstatement", ROLE_FUNDING },
    { "financialsupport", ROLE_FUNDING },
    { "sourceofsupport", ROLE_FUNDING },
    { "financialsupportandsponsorship", ROLE_FUNDING },
    { "基金项目", ROLE_FUNDING },
    { "资助", ROLE_FUNDING },
    { "conflictofinterest", ROLE_CONFLICT },
    { "conflictsofinterest", ROLE_CONFLICT },
    { "conflictofinterests", ROLE_CONFLICT },
    { "conflictofintereststatement", ROLE_CONFLICT },
    { "conflictofintereststatements", ROLE_CONFLICT },
    { "declarationofcompetinginterest", ROLE_CONFLICT },
    { "declarationofinterest", ROLE_CONFLICT },
    { "competinginterests", ROLE_CONFLICT },
    { "competinginterest", ROLE_CONFLICT },
    { "disclosure", ROLE_CONFLICT },
    { "disclosures", ROLE_CONFLICT },
    { "declarations", ROLE_OTHER },
    { "利益冲突", ROLE_CONFLICT },
    { "利益冲突声明", ROLE_CONFLICT },
    { "dataavailability", ROLE_DATA },
    { "dataavailabilitystatement", ROLE_DATA },
    { "availabilityofdataandmaterials", ROLE_DATA },
    { "availabilityofdataandmaterial", ROLE_DATA },
    { "dataaccessibility", ROLE_DATA },
    { "dataandcodeavailability", ROLE_DATA },
    { "数据可用性", ROLE_DATA },
    { "数据可用性声明", ROLE_DATA },
    { "codeavailability", ROLE_CODE },
    { "softwareavailability", ROLE_CODE },
    { "availability", ROLE_CODE },
    { "代码可用性", ROLE_CODE },
    { "authorcontributions", ROLE_CONTRIBUTIONS },
    { "authorscontributions", ROLE_CONTRIBUTIONS },
    { "authorcontribution", ROLE_CONTRIBUTIONS },
    { "authorscontribution", ROLE_CONTRIBUTIONS },
    { "contributions", ROLE_CONTRIBUTIONS },
    { "作者贡献", ROLE_CONTRIBUTIONS },
    { "ethics", ROLE_ETHICS },
    { "ethicsstatement", ROLE_ETHICS },
    { "ethicalapproval", ROLE_ETHICS },
    { "ethicsapproval", ROLE_ETHICS },
    { "ethicsapprovalandconsenttoparticipate", ROLE_ETHICS },
    { "consentforpublication", ROLE_ETHICS },
    { "伦理声明", ROLE_ETHICS },
    { "appendix", ROLE_APPENDIX },
    { "appendices", ROLE_APPENDIX },
    { "supplementarymaterial", ROLE_APPENDIX },
    { "supplementaryinformation", ROLE_APPENDIX },
    { "supportinginformation", ROLE_APPENDIX },
    { "additionalfiles", ROLE_APPENDIX },
    { "附录", ROLE_APPENDIX },
    { "references", ROLE_REFERENCES },
    { "reference", ROLE_REFERENCES },
    { "bibliography", ROLE_REFERENCES },
    { "literaturecited", ROLE_REFERENCES },
    { "referencescited", ROLE_REFERENCES },
    { "worksccited", ROLE_REFERENCES },
    { "literature", ROLE_REFERENCES },
    { "literatur", ROLE_REFERENCES },
    { "literaturverzeichnis", ROLE_REFERENCES },
    { "notesandreferences", ROLE_REFERENCES },
    { "参考文献", ROLE_REFERENCES },
    { "主要参考文献", ROLE_REFERENCES },
    { NULL, ROLE_OTHER }
};

/* Words inside of headings, the first that fits decides. */
static const roles_entry_t  roles_parts[] = {
    { "acknowledg", ROLE_ACKNOWLEDGEMENTS },
    { "conflictofinterest", ROLE_CONFLICT },
    { "competinginterest", ROLE_CONFLICT },
    { "利益冲突", ROLE_CONFLICT },
    { "dataavailab", ROLE_DATA },
    { "codeavailab", ROLE_CODE },
    { "authorcontribution", ROLE_CONTRIBUTIONS },
    { "limitation", ROLE_LIMITATIONS },
    { "threatstovalidity", ROLE_LIMITATIONS },
    { "局限", ROLE_LIMITATIONS },
    { "conclusion", ROLE_CONCLUSION },
    { "concluding", ROLE_CONCLUSION },
    { "结论", ROLE_CONCLUSION },
    { "总结", ROLE_CONCLUSION },
    { "futurework", ROLE_FUTURE_WORK },
    { "futuredirection", ROLE_FUTURE_WORK },
    { "展望", ROLE_FUTURE_WORK },
    { "relatedwork", ROLE_RELATED_WORK },
    { "literaturereview", ROLE_RELATED_WORK },
    { "相关工作", ROLE_RELATED_WORK },
    { "文献综述", ROLE_RELATED_WORK },
    { "研究现状", ROLE_RELATED_WORK },
    { "funding", ROLE_FUNDING },
    { "ethic", ROLE_ETHICS },
    { "introduction", ROLE_INTRODUCTION },
    { "引言", ROLE_INTRODUCTION },
    { "discussion", ROLE_DISCUSSION },
    { "讨论", ROLE_DISCUSSION },
    { "experimentalresult", ROLE_RESULTS },
    { "results", ROLE_RESULTS },
    { "evaluation", ROLE_RESULTS },
    { "experiments", ROLE_RESULTS },
    { "结果", ROLE_RESULTS },
    { "实证分析", ROLE_RESULTS },
    { "实验", ROLE_RESULTS },
    { "background", ROLE_BACKGROUND },
    { "preliminar", ROLE_BACKGROUND },
    { "背景", ROLE_BACKGROUND },
    { "method", ROLE_METHODS },
    { "materials", ROLE_METHODS },
    { "experimentalsetup", ROLE_METHODS },
    { "dataset", ROLE_METHODS },
    { "方法", ROLE_METHODS },
    { "模型", ROLE_METHODS },
    { "appendix", ROLE_APPENDIX },
    { "supplementa", ROLE_APPENDIX },
    { "附录", ROLE_APPENDIX },
    { NULL, ROLE_OTHER }
};

static const char  *roles_labels[] = {
    "researcharticle", "originalarticle", "originalresearch",
    "originalpaper", "originalresearcharticle", "article", "review",
    "reviewarticle", "letter", "shortcommunication", "briefcommunication",
    "casereport", "corrigendum", "erratum", "correction", "editorial",
    "openaccess", "paper", "researchpaper", "fulllengtharticle",
    "communication", "perspective", "technicalnote", "shortreport",
    "originalresearchpaper", "originalinvestigation", "researchnote",
    "systematicreview", "metaanalysis", "preprint", "manuscript", "commentary",
    "本科生毕业设计", "硕士学位论文", "博士学位论文", "本科毕业论文",
    "学位论文", "研究论文", "综述", "原创论文", "毕业设计", "毕业论文",
    "submittedtojournal", "draftversion", "acceptedmanuscript", "regularpaper",
    "researchhighlight", "methodology", "software", "database", "protocol",
    "openaccessarticle", "freearticle", "articleinpress", "minireview",
    NULL
};

static const char  *roles_banners[] = {
    "journal of", "proceedings of", "issn", "http://",
    "https://", "www.", "doi:", "doi.org", "arxiv:", "volume ", "vol.",
    "copyright", "©", "received:", "received ", "accepted", "published",
    "creative commons", "license", "open access", "available online",
    "contents lists", "sciencedirect", "elsevier", "preprint",
    "submitted to", "typeset using", "draft version", "journal homepage",
    "citation:", "cite this", "学报", "收稿日期", "corresponding author",
    "e-mail", "email", "editor", "international conference", "(20", NULL
};

static const char  *roles_affiliations[] = {
    "universit", "department", "dept.", "institut", "school of", "college",
    "laborator", "faculty", "center for", "centre for", "hospital", "academy",
    "research group", "inc.", "ltd", "gmbh", "corporation", "company",
    "division of", "national ", "research cent", "foundation", "école",
    "ecole", "polytech", "politec", "technische", "hochschule", "ministry",
    "council", "observatory", "laboratoire", "clinic", "cnrs", "inria",
    "google", "microsoft", "deepmind", "independent researcher",
    "independent research", "p.o. box", "avenue", "street", "大学", "学院",
    "研究所", "研究院", "实验室", "有限公司", "医院", "独立研究", "中心",
    "省", "邮编", "united states", "united kingdom", NULL
};

/* Whole words only: "France" is in "Francesco". */
static const char  *roles_countries[] = {
    "usa", "uk", "germany", "france", "china", "india", "japan", "canada",
    "australia", "sweden", "switzerland", "netherlands", "italy", "spain",
    "iran", "brazil", "austria", "belgium", "denmark", "finland", "norway",
    "poland", "portugal", "russia", "singapore", "taiwan", "korea", "turkey",
    "israel", "mexico", "indonesia", "malaysia", "thailand", "pakistan",
    "egypt", "greece", "ireland", "hungary", "vietnam", "argentina", NULL
};


const char *
roles_name(role_e role)
{
    return roles_names[role < ROLE_MAX ? role : ROLE_OTHER];
}


role_e
roles_find(const char *title, int *exact)
{
    int   i;
    char  key[STR_MAX_SQUASH];

    str_squash(title, key, sizeof(key));
    *exact = 1;

    for (i = 0; roles_exact[i].key != NULL; i++) {
        if (strcmp(key, roles_exact[i].key) == 0) {
            return roles_exact[i].role;
        }
    }

    *exact = 0;

    for (i = 0; roles_parts[i].key != NULL; i++) {
        if (strstr(key, roles_parts[i].key) != NULL) {
            return roles_parts[i].role;
        }
    }

    return ROLE_OTHER;
}


int
roles_is_label(const char *text)
{
    int   i;
    char  key[STR_MAX_SQUASH];

    str_squash(text, key, sizeof(key));

    for (i = 0; roles_labels[i] != NULL; i++) {
        if (strcmp(key, roles_labels[i]) == 0) {
            return 1;
        }
    }

    return 0;
}


static int
roles_has(const char *text, const char **list)
{
    int  i;

    for (i = 0; list[i] != NULL; i++) {
        if (str_find_nocase(text, list[i]) != NULL) {
            return 1;
        }
    }

    return 0;
}


int
roles_is_banner(const char *text)
{
    return roles_has(text, roles_banners);
}


static int
roles_has_word(const char *text, const char **list)
{
    int          i;
    size_t       n;
    const char  *p;

    for (i = 0; list[i] != NULL; i++) {
        n = strlen(list[i]);

        for (p = str_find_nocase(text, list[i]); p != NULL;
             p = str_find_nocase(p + 1, list[i]))
        {
            if ((p == text || !isalpha((unsigned char) p[-1]))
                && !isalpha((unsigned char) p[n]))
            {
                return 1;
            }
        }
    }

    return 0;
}


int
roles_is_affiliation(const char *text)
{
    return roles_has(text, roles_affiliations)
           || roles_has_word(text, roles_countries);
}
