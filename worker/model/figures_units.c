/*
 * Units of figures, see figures_units.h.
 */

#include "figures_units.h"

#include <string.h>


static bool figures_follows(const figures_text_t *t, size_t i,
    const char *const *words);


/* Signs and words before a number; longer ones first. */
const figures_unit_t  figures_prefixes[] = {
    { "百分之", FIGURE_PERCENT, 0, 0 }, { "千分之", FIGURE_PERCENT, 0, -1 },
    { "factor of ", FIGURE_FOLD, 0, 0 },
    { "us$", FIGURE_MONEY, CURRENCY_USD, 0 },
    { "hk$", FIGURE_MONEY, CURRENCY_HKD, 0 },
    { "nt$", FIGURE_MONEY, CURRENCY_TWD, 0 },
    { "a$", FIGURE_MONEY, CURRENCY_AUD, 0 },
    { "au$", FIGURE_MONEY, CURRENCY_AUD, 0 },
    { "c$", FIGURE_MONEY, CURRENCY_CAD, 0 },
    { "ca$", FIGURE_MONEY, CURRENCY_CAD, 0 },
    { "s$", FIGURE_MONEY, CURRENCY_SGD, 0 },
    { "r$", FIGURE_MONEY, CURRENCY_BRL, 0 },
    { "usd", FIGURE_MONEY, CURRENCY_USD, 0 },
    { "eur", FIGURE_MONEY, CURRENCY_EUR, 0 },
    { "gbp", FIGURE_MONEY, CURRENCY_GBP, 0 },
    { "cny", FIGURE_MONEY, CURRENCY_CNY, 0 },
    { "rmb", FIGURE_MONEY, CURRENCY_CNY, 0 },
    { "人民币", FIGURE_MONEY, CURRENCY_CNY, 0 },
    { "美元", FIGURE_MONEY, CURRENCY_USD, 0 },
    { "jpy", FIGURE_MONEY, CURRENCY_JPY, 0 },
    { "krw", FIGURE_MONEY, CURRENCY_KRW, 0 },
    { "inr", FIGURE_MONEY, CURRENCY_INR, 0 },
    { "rs.", FIGURE_MONEY, CURRENCY_INR, 0 },
    { "chf", FIGURE_MONEY, CURRENCY_CHF, 0 },
    { "hkd", FIGURE_MONEY, CURRENCY_HKD, 0 },
    { "twd", FIGURE_MONEY, CURRENCY_TWD, 0 },
    { "aud", FIGURE_MONEY, CURRENCY_AUD, 0 },
    { "cad", FIGURE_MONEY, CURRENCY_CAD, 0 },
    { "sgd", FIGURE_MONEY, CURRENCY_SGD, 0 },
    { "sek", FIGURE_MONEY, CURRENCY_SEK, 0 },
    { "dkk", FIGURE_MONEY, CURRENCY_DKK, 0 },
    { "nok", FIGURE_MONEY, CURRENCY_NOK, 0 },
    { "brl", FIGURE_MONEY, CURRENCY_BRL, 0 },
    { "rub", FIGURE_MONEY, CURRENCY_RUB, 0 },
    { "$", FIGURE_MONEY, CURRENCY_USD, 0 },
    { "€", FIGURE_MONEY, CURRENCY_EUR, 0 },
    { "£", FIGURE_MONEY, CURRENCY_GBP, 0 },
    { "¥", FIGURE_MONEY, CURRENCY_YEN_SIGN, 0 },
    { "₩", FIGURE_MONEY, CURRENCY_KRW, 0 },
    { "₹", FIGURE_MONEY, CURRENCY_INR, 0 },
    { NULL, FIGURE_NONE, 0, 0 }
};

/* And behind it. */
const figures_unit_t  figures_suffixes[] = {
    { "%", FIGURE_PERCENT, 0, 0 }, { "٪", FIGURE_PERCENT, 0, 0 },
    { "‰", FIGURE_PERCENT, 0, -1 },
    { "percentage points", FIGURE_PERCENT, 0, 0 },
    { "percentage point", FIGURE_PERCENT, 0, 0 },
    { "percent", FIGURE_PERCENT, 0, 0 },
    { "per cent", FIGURE_PERCENT, 0, 0 },
    { "per-cent", FIGURE_PERCENT, 0, 0 },
    { "per mille", FIGURE_PERCENT, 0, -1 },
    { "pct", FIGURE_PERCENT, 0, 0 },
    { "basis points", FIGURE_PERCENT, 0, -2 },
    { "basis point", FIGURE_PERCENT, 0, -2 },
    { "bps", FIGURE_PERCENT, 0, -2 },
    { "个百分点", FIGURE_PERCENT, 0, 0 },
    { "個百分點", FIGURE_PERCENT, 0, 0 },
    { "成", FIGURE_PERCENT, 0, 1 },
    { "fold", FIGURE_FOLD, 0, 0 }, { "times", FIGURE_FOLD, 0, 0 },
    { "x", FIGURE_FOLD, 0, 0 }, { "×", FIGURE_FOLD, 0, 0 },
    { "倍", FIGURE_FOLD, 0, 0 },
    { "us dollars", FIGURE_MONEY, CURRENCY_USD, 0 },
    { "u.s. dollars", FIGURE_MONEY, CURRENCY_USD, 0 },
    { "hong kong dollars", FIGURE_MONEY, CURRENCY_HKD, 0 },
    { "australian dollars", FIGURE_MONEY, CURRENCY_AUD, 0 },
    { "canadian dollars", FIGURE_MONEY, CURRENCY_CAD, 0 },
    { "dollars", FIGURE_MONEY, CURRENCY_USD, 0 },
    { "dollar", FIGURE_MONEY, CURRENCY_USD, 0 },
    { "us$", FIGURE_MONEY, CURRENCY_USD, 0 },
    { "usd", FIGURE_MONEY, CURRENCY_USD, 0 },
    { "$", FIGURE_MONEY, CURRENCY_USD, 0 },
    { "美元", FIGURE_MONEY, CURRENCY_USD, 0 },
    { "美圆", FIGURE_MONEY, CURRENCY_USD, 0 },
    { "美金", FIGURE_MONEY, CURRENCY_USD, 0 },
    { "euros", FIGURE_MONEY, CURRENCY_EUR, 0 },
    { "euro", FIGURE_MONEY, CURRENCY_EUR, 0 },
    { "eur", FIGURE_MONEY, CURRENCY_EUR, 0 },
    { "€", FIGURE_MONEY, CURRENCY_EUR, 0 },
    { "欧元", FIGURE_MONEY, CURRENCY_EUR, 0 },
    { "歐元", FIGURE_MONEY, CURRENCY_EUR, 0 },
    { "pounds sterling", FIGURE_MONEY, CURRENCY_GBP, 0 },
    { "british pounds", FIGURE_MONEY, CURRENCY_GBP, 0 },
    { "pounds", FIGURE_MONEY, CURRENCY_GBP, 0 },
    { "pound", FIGURE_MONEY, CURRENCY_GBP, 0 },
    { "gbp", FIGURE_MONEY, CURRENCY_GBP, 0 },
    { "£", FIGURE_MONEY, CURRENCY_GBP, 0 },
    { "英镑", FIGURE_MONEY, CURRENCY_GBP, 0 },
    { "yuan", FIGURE_MONEY, CURRENCY_CNY, 0 },
    { "renminbi", FIGURE_MONEY, CURRENCY_CNY, 0 },
    { "rmb", FIGURE_MONEY, CURRENCY_CNY, 0 },
    { "cny", FIGURE_MONEY, CURRENCY_CNY, 0 },
    { "人民币", FIGURE_MONEY, CURRENCY_CNY, 0 },
    { "元人民币", FIGURE_MONEY, CURRENCY_CNY, 0 },
    { "块钱", FIGURE_MONEY, CURRENCY_CNY, 0 },
    { "元", FIGURE_MONEY, CURRENCY_CNY, 0 },
    { "圆", FIGURE_MONEY, CURRENCY_CNY, 0 },
    { "yen", FIGURE_MONEY, CURRENCY_JPY, 0 },
    { "jpy", FIGURE_MONEY, CURRENCY_JPY, 0 },
    { "日元", FIGURE_MONEY, CURRENCY_JPY, 0 },
    { "日圆", FIGURE_MONEY, CURRENCY_JPY, 0 },
    { "¥", FIGURE_MONEY, CURRENCY_YEN_SIGN, 0 },
    { "won", FIGURE_MONEY, CURRENCY_KRW, 0 },
    { "krw", FIGURE_MONEY, CURRENCY_KRW, 0 },
    { "韩元", FIGURE_MONEY, CURRENCY_KRW, 0 },
    { "rupees", FIGURE_MONEY, CURRENCY_INR, 0 },
    { "inr", FIGURE_MONEY, CURRENCY_INR, 0 },
    { "₹", FIGURE_MONEY, CURRENCY_INR, 0 },
    { "卢比", FIGURE_MONEY, CURRENCY_INR, 0 },
    { "swiss francs", FIGURE_MONEY, CURRENCY_CHF, 0 },
    { "francs", FIGURE_MONEY, CURRENCY_CHF, 0 },
    { "chf", FIGURE_MONEY, CURRENCY_CHF, 0 },
    { "法郎", FIGURE_MONEY, CURRENCY_CHF, 0 },
    { "hkd", FIGURE_MONEY, CURRENCY_HKD, 0 },
    { "港元", FIGURE_MONEY, CURRENCY_HKD, 0 },
    { "港币", FIGURE_MONEY, CURRENCY_HKD, 0 },
    { "twd", FIGURE_MONEY, CURRENCY_TWD, 0 },
    { "aud", FIGURE_MONEY, CURRENCY_AUD, 0 },
    { "澳元", FIGURE_MONEY, CURRENCY_AUD, 0 },
    { "cad", FIGURE_MONEY, CURRENCY_CAD, 0 },
    { "加元", FIGURE_MONEY, CURRENCY_CAD, 0 },
    { "sgd", FIGURE_MONEY, CURRENCY_SGD, 0 },
    { "新元", FIGURE_MONEY, CURRENCY_SGD, 0 },
    { "cents", FIGURE_MONEY, CURRENCY_CENT, 0 },
    { "cent", FIGURE_MONEY, CURRENCY_CENT, 0 },
    { "¢", FIGURE_MONEY, CURRENCY_CENT, 0 },
    { "美分", FIGURE_MONEY, CURRENCY_CENT, 0 },
    { "sek", FIGURE_MONEY, CURRENCY_SEK, 0 },
    { "dkk", FIGURE_MONEY, CURRENCY_DKK, 0 },
    { "nok", FIGURE_MONEY, CURRENCY_NOK, 0 },
    { "brl", FIGURE_MONEY, CURRENCY_BRL, 0 },
    { "rub", FIGURE_MONEY, CURRENCY_RUB, 0 },
    { "rubles", FIGURE_MONEY, CURRENCY_RUB, 0 },
    { "roubles", FIGURE_MONEY, CURRENCY_RUB, 0 },
    { "卢布", FIGURE_MONEY, CURRENCY_RUB, 0 },
    { NULL, FIGURE_NONE, 0, 0 }
};


bool
figures_is_unit(const figures_text_t *t, size_t i, const figures_unit_t *unit,
    const figures_number_t *n)
{
    static const char *const  more[] = {
        "more", "less", "fewer", "as", "faster", "slower", "higher", "lower",
        "larger", "smaller", "greater", "better", "cheaper", "longer",
        "shorter", "the", "that", "its", "stronger", "weaker", "bigger", NULL
    };
    static const char *const  folds[] = {
        "cross", "cross-validation", "validation", "cv", "cross-validated",
        NULL
    };
    static const char *const  people[] = {
        "员", "功", "为", "果", "立", "熟", "本", "分", "不", "像", "型", "长",
        NULL
    };
    static const char *const  things[] = {
        "素", "组", "件", "体", "材", "锂", "电", "正", "前", "共", "合", "催",
        "分", "结", "线", "网", "模", "关", "对", "方", "函", "语", "高", NULL
    };

    if (strcmp(unit->text, "times") == 0) {
        return figures_follows(t, i, more);
    }

    if (strcmp(unit->text, "x") == 0 || strcmp(unit->text, "×") == 0) {
        i = figures_skip(t, i);
        return t->c[i].cp < '0' || t->c[i].cp > '9';
    }

    if (strcmp(unit->text, "fold") == 0) {
        return !figures_follows(t, i, folds);
    }

    if (strcmp(unit->text, "成") == 0) {
        return n->han && !figures_follows(t, i, people);
    }

    if (strcmp(unit->text, "元") == 0 || strcmp(unit->text, "圆") == 0) {
        return !figures_follows(t, i, things)
               && (!n->han || n->scaled || n->exponent > 0
                   || strlen(n->digits) > 1);
    }

    if (strncmp(unit->text, "pound", 5) == 0 || strcmp(unit->text, "won") == 0)
    {
        return n->scaled || strstr(unit->text, "sterling") != NULL;
    }

    return true;
}


static bool
figures_follows(const figures_text_t *t, size_t i, const char *const *words)
{
    size_t  k;

    i = figures_skip(t, i);
    i += t->c[i].cp == '-';

    for (k = 0; words[k] != NULL; k++) {
        if (figures_at(t, i, words[k]) > 0) {
            return true;
        }
    }

    return false;
}
