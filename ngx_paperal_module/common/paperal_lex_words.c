/*
 * What words mean to the comparison of quotes, see paperal_lex.h: which may
 * differ and which may not be missing.  English folded, Chinese by character;
 * every table is in the order of bytes.
 */

#include "paperal_lex.h"

#include <string.h>

#include "paperal_lex_words.h"


#define words_count(array)  (sizeof(array) / sizeof((array)[0]))


/* so little but grammar that even an added one changes no statement */
static const char *const  words_stop[] = {
    "a", "also", "am", "an", "and", "are", "as", "at", "be", "been", "being",
    "did", "do", "does", "et", "had", "has", "have", "having", "he", "her",
    "here", "hers", "him", "his", "i", "in", "into", "is", "it", "its",
    "itself", "me", "my", "of", "on", "our", "ours", "she", "that", "the",
    "their", "theirs", "them", "themselves", "there", "these", "they", "this",
    "those", "us", "was", "we", "were", "which", "who", "whom", "you", "your",
    "个", "之", "也", "了", "他", "们", "個", "們", "其", "则", "即", "在",
    "地", "她", "它", "就", "得", "我", "所", "是", "本", "此", "的", "着",
    "等", "该", "这", "這", "那"
};

/* negations, comparisons, modal words, numbers, quantifiers, hedges */
static const char *const  words_kept[] = {
    "about", "above", "absence", "absent", "after", "against", "all", "almost",
    "any", "apparently", "appear", "appeared", "appears", "approx",
    "approximately", "arent", "around", "assume", "assumed", "assumes",
    "assuming", "barely", "before", "below", "best", "better", "billion",
    "both", "can", "cannot", "cant", "could", "couldnt", "decrease",
    "decreased", "decreases", "decreasing", "didnt", "doesnt", "dont",
    "double", "doubled", "down", "dozen", "each", "earlier", "eight", "eighty",
    "either", "eleven", "equal", "estimate", "estimated", "every", "exceed",
    "exceeded", "exceeds", "except", "excluded", "excluding", "expected",
    "fail", "failed", "failing", "fails", "failure", "false", "faster",
    "fastest", "few", "fewer", "fewest", "fifty", "five", "forty", "four",
    "greater", "greatest", "hadnt", "half", "halved", "hardly", "hasnt",
    "havent", "higher", "highest", "hundred", "hypothesize", "hypothesized",
    "if", "impossible", "increase", "increased", "increases", "increasing",
    "instead", "insufficient", "isnt", "lack", "lacked", "lacking", "lacks",
    "largely", "larger", "largest", "later", "least", "less", "likely",
    "limited", "longer", "lower", "lowest", "mainly", "marginally", "may",
    "might", "million", "minus", "more", "most", "mostly", "must", "mustnt",
    "nearly", "neednt", "negative", "neither", "never", "nine", "ninety", "no",
    "nobody", "non", "none", "nor", "not", "nothing", "nowhere",
    "occasionally", "often", "only", "ought", "outperform", "outperformed",
    "outperforms", "partial", "partially", "partly", "percent", "perhaps",
    "plus", "positive", "possible", "possibly", "potential", "potentially",
    "preliminary", "presumably", "probable", "probably", "quarter", "rarely",
    "rather", "reduce", "reduced", "reduces", "reducing", "reduction",
    "roughly", "scarcely", "seem", "seemed", "seems", "seldom", "seven",
    "seventy", "several", "shall", "shorter", "should", "shouldnt", "six",
    "sixty", "slightly", "slower", "slowest", "smaller", "smallest", "some",
    "sometimes", "stronger", "suggest", "suggested", "suggesting", "suggests",
    "ten", "than", "thirty", "thousand", "three", "thrice", "trillion",
    "triple", "twelve", "twenty", "twice", "two", "twofold", "unable",
    "uncertain", "unclear", "under", "unknown", "unless", "unlike", "unlikely",
    "until", "usually", "versus", "vs", "wasnt", "weaker", "werent", "will",
    "without", "wont", "worse", "worst", "would", "wouldnt", "zero", "一",
    "七", "万", "三", "上", "下", "不", "两", "九", "二", "五", "些", "亿",
    "仅", "优", "会", "似", "低", "倍", "僅", "億", "優", "全", "兩", "八",
    "六", "减", "几", "别", "前", "劣", "勿", "十", "千", "升", "半", "反",
    "只", "可", "各", "后", "否", "四", "均", "增", "多", "大", "失", "好",
    "如", "将", "將", "小", "少", "差", "幾", "应", "弱", "強", "强", "後",
    "必", "快", "慢", "應", "或", "无", "更", "最", "會", "未", "每", "比",
    "沒", "没", "減", "無", "疑", "百", "皆", "短", "約", "约", "缺", "能",
    "若", "莫", "萬", "被", "負", "负", "超", "較", "较", "近", "都", "長",
    "长", "降", "零", "非", "須", "须", "首", "高"
};

/* of them what denies or doubts: an ellipsis may not hide it */
static const char *const  words_denying[] = {
    "absence", "absent", "arent", "barely", "cannot", "cant", "could",
    "couldnt", "didnt", "doesnt", "dont", "except", "excluding", "fail",
    "failed", "failing", "fails", "hadnt", "hardly", "hasnt", "havent", "if",
    "impossible", "insufficient", "isnt", "lack", "lacked", "lacking", "lacks",
    "may", "might", "mustnt", "neednt", "neither", "never", "no", "nobody",
    "none", "nor", "not", "nothing", "nowhere", "only", "rarely", "scarcely",
    "seldom", "should", "shouldnt", "unable", "unless", "unlikely", "until",
    "wasnt", "werent", "without", "wont", "would", "wouldnt", "不", "仅", "僅",
    "勿", "否", "失", "无", "未", "沒", "没", "無", "缺", "若", "莫", "非"
};

/* stand between the names of a citation */
static const char *const  words_citing[] = {
    "a", "al", "alia", "also", "and", "as", "by", "cf", "da", "de", "del",
    "der", "di", "du", "e", "eds", "et", "forthcoming", "g", "i", "in",
    "inter", "la", "le", "p", "pp", "press", "references", "review",
    "reviewed", "see", "submitted", "ter", "therein", "van", "von", "y", "与",
    "参", "參", "及", "和", "等", "與", "見", "见"
};

/* before a year: no citation */
static const char *const  words_dating[] = {
    "after", "apr", "april", "aug", "august", "autumn", "before", "between",
    "dec", "december", "during", "eq", "equation", "feb", "february", "fig",
    "figure", "from", "in", "jan", "january", "jul", "july", "jun", "june",
    "mar", "march", "may", "nov", "november", "oct", "october", "phase",
    "section", "sep", "sept", "september", "since", "spring", "summer",
    "table", "until", "version", "windows", "winter", "year", "年", "日", "月",
    "至"
};


static int
words_find(const char *const *words, size_t n, const char *s, size_t len)
{
    int     order;
    size_t  low, high, mid;

    low = 0;
    high = n;

    while (low < high) {
        mid = low + (high - low) / 2;
        order = strncmp(words[mid], s, len);

        if (order == 0 && words[mid][len] == '\0') {
            return 1;
        }

        if (order < 0) {
            low = mid + 1;

        } else {
            high = mid;
        }
    }

    return 0;
}


unsigned
paperal_lex_meaning(const char *s, size_t len)
{
    if (words_find(words_denying, words_count(words_denying), s, len)) {
        return PAPERAL_LEX_KEPT | PAPERAL_LEX_DENIAL;
    }

    if (words_find(words_kept, words_count(words_kept), s, len)) {
        return PAPERAL_LEX_KEPT;
    }

    if (words_find(words_stop, words_count(words_stop), s, len)) {
        return PAPERAL_LEX_STOP;
    }

    return 0;
}


int
paperal_lex_is_citing(const char *s, size_t len)
{
    return words_find(words_citing, words_count(words_citing), s, len);
}


int
paperal_lex_is_dating(const char *s, size_t len)
{
    return words_find(words_dating, words_count(words_dating), s, len);
}
