/*
 * What words mean to the comparison of quotes, see paperal_lex.h: which may
 * differ and which may not be missing.  English folded, Chinese by character;
 * every table is in the order of bytes.
 */

#include "paperal_lex.h"

#include <string.h>

#include "paperal_lex_words.h"


#define words_count(array)  (sizeof(array) / sizeof((array)[0]))


/* little but grammar */
static const char *const  words_stop[] = {
    "a", "about", "all", "also", "although", "am", "among", "an", "and",
    "any", "are", "as", "at", "be", "because", "been", "being", "both", "by",
    "did", "do", "does", "done", "during", "each", "else", "et", "for",
    "from", "further", "had", "has", "have", "having", "he", "hence", "her",
    "here", "hers", "him", "his", "how", "i", "in", "into", "is", "it", "its",
    "itself", "just", "me", "my", "namely", "of", "off", "on", "once", "or",
    "other", "our", "ours", "own", "same", "she", "since", "so", "some",
    "such", "that", "the", "their", "theirs", "them", "themselves", "then",
    "there", "thereby", "therefore", "these", "they", "this", "those",
    "though", "through", "thus", "to", "too", "toward", "towards", "upon",
    "us", "very", "was", "we", "were", "what", "when", "where", "whereas",
    "whereby", "which", "while", "who", "whom", "whose", "why", "with",
    "within", "you", "your", "与", "且", "个", "为", "之", "也", "了", "于", "从",
    "他", "以", "们", "使", "個", "們", "其", "则", "到", "即", "又", "及", "和", "在",
    "地", "她", "它", "对", "對", "就", "并", "得", "我", "所", "把", "於", "是", "本",
    "此", "為", "用", "由", "的", "着", "等", "而", "與", "该", "还", "这", "這", "那", "都"
};

/* negations, comparisons, modal words, numbers */
static const char *const  words_kept[] = {
    "above", "absence", "absent", "after", "arent", "barely", "before",
    "below", "best", "better", "billion", "can", "cannot", "cant", "could",
    "couldnt", "decrease", "decreased", "decreases", "decreasing", "didnt",
    "doesnt", "dont", "double", "doubled", "down", "dozen", "earlier",
    "eight", "eighty", "eleven", "equal", "exceed", "exceeded", "exceeds",
    "except", "excluded", "excluding", "fail", "failed", "failing", "fails",
    "failure", "faster", "fastest", "few", "fewer", "fewest", "fifty", "five",
    "forty", "four", "greater", "greatest", "hadnt", "half", "hardly",
    "hasnt", "havent", "higher", "highest", "hundred", "if", "increase",
    "increased", "increases", "increasing", "isnt", "lack", "lacked",
    "lacking", "lacks", "larger", "largest", "later", "least", "less",
    "longer", "lower", "lowest", "may", "might", "million", "more", "most",
    "must", "mustnt", "neednt", "neither", "never", "nine", "ninety", "no",
    "nobody", "non", "none", "nor", "not", "nothing", "nowhere", "only",
    "ought", "outperform", "outperformed", "outperforms", "percent",
    "quarter", "rarely", "scarcely", "seldom", "seven", "seventy", "shall",
    "shorter", "should", "shouldnt", "six", "sixty", "slower", "slowest",
    "smaller", "smallest", "stronger", "ten", "than", "thirty", "thousand",
    "three", "thrice", "trillion", "triple", "twelve", "twenty", "twice",
    "two", "unable", "under", "unless", "unlike", "versus", "vs", "wasnt",
    "weaker", "werent", "will", "without", "wont", "worse", "worst", "would",
    "wouldnt", "zero", "一", "七", "万", "三", "上", "下", "不", "两", "九", "二", "五",
    "亿", "仅", "优", "会", "低", "倍", "僅", "億", "優", "兩", "八", "六", "减", "别",
    "前", "劣", "勿", "十", "千", "升", "半", "只", "可", "后", "否", "四", "增", "多",
    "大", "失", "好", "如", "将", "將", "小", "少", "差", "应", "弱", "強", "强", "後",
    "必", "快", "慢", "應", "或", "无", "更", "最", "會", "未", "比", "沒", "没", "減",
    "無", "百", "短", "缺", "能", "若", "莫", "萬", "被", "超", "較", "较", "長", "长",
    "降", "零", "非", "須", "须", "首", "高"
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
