/*
 * The numbers of headings.
 */

#include <ctype.h>
#include <string.h>

#include "headings.h"
#include "str.h"


static const char  *numbers_han[] = {
    "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", NULL
};


/* Space or CJK text must follow, and then a letter. */
static int
numbers_end(const char *text, int n)
{
    int          space;
    uint32_t     cp;
    const char  *p;

    space = (int) strspn(text + n, " |");
    p = text + n + space;
    cp = str_next(&p);

    if (space == 0 && !str_is_cjk(cp) && text[n - 1] != '.'
        && text[n - 1] != ')')
    {
        return 0;
    }

    return str_is_letter(cp) ? n + space : 0;
}


static int
numbers_decimal(const char *text, int *depth, int *value)
{
    int  n, len;

    *value = str_number(text, 2, &len);
    *depth = 1;

    if (len == 0 || isdigit((unsigned char) text[len])) {
        return 0;
    }

    for (n = len; text[n] == '.' && isdigit((unsigned char) text[n + 1]); ) {
        *value = str_number(text + n + 1, 2, &len);
        n += 1 + len;
        *depth += 1;

        if (isdigit((unsigned char) text[n])) {
            return 0;
        }
    }

    if (text[n] == '.' || text[n] == ')') {
        n++;
    }

    if (str_starts(text + n, "、") || str_starts(text + n, "．")) {
        n += 3;
    }

    return numbers_end(text, n);
}


static int
numbers_roman(const char *text, int *depth, int *value)
{
    int                  i, n;
    static const char   *romans[] = {
        "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI",
        "XII", "XIII", "XIV", "XV", NULL
    };

    n = (int) strspn(text, "IVX");

    if (n == 0 || n > 5 || (text[n] != '.' && text[n] != ' ')) {
        return 0;
    }

    if (text[n] == ' ' && n < 2) {
        return 0;
    }

    for (i = 0; romans[i] != NULL; i++) {
        if ((int) strlen(romans[i]) == n && strncmp(text, romans[i],
                                                    (size_t) n) == 0)
        {
            *depth = 1;
            *value = i + 1;

            return numbers_end(text, n + (text[n] == '.'));
        }
    }

    return 0;
}


/* "A. Data", "A.1 Proof", "Appendix B: Tables" */
static int
numbers_letter(const char *text, int *depth, int *value)
{
    int  n, len;

    n = 0;

    if (str_starts_nocase(text, "appendix ")) {
        n = 9;
    }

    if (!isupper((unsigned char) text[n])
        || isalpha((unsigned char) text[n + 1]))
    {
        return 0;
    }

    *value = text[n] - 'A' + 1;
    *depth = (n > 0) ? 1 : 2;
    n++;

    while (text[n] == '.' && isdigit((unsigned char) text[n + 1])) {
        *value = str_number(text + n + 1, 2, &len);
        *depth = 2;
        n += 1 + len;
    }

    /* "A.M. Keller" is a name */
    if (text[n] == '.' || text[n] == ':') {
        return text[n + 1] == ' ' ? numbers_end(text, n + 1) : 0;
    }

    return (n > 2) ? numbers_end(text, n) : 0;
}


/* "一、", "（二）", "第三章", "第2节" */
static int
numbers_chinese(const char *text, int *depth, int *value)
{
    int          i, len, ordinal, bracket;
    const char  *p;

    p = text;
    ordinal = str_starts(p, "第");
    bracket = str_starts(p, "（");
    p += (ordinal || bracket) ? 3 : 0;
    *value = str_number(p, 2, &len);
    p += len;

    for (i = 0; len == 0 && numbers_han[i] != NULL; i++) {
        if (str_starts(p, numbers_han[i])) {
            *value = i + 1;
            p += 3;

            if (i == 9 || str_starts(p, "十")) {
                *value = 0;
            }

            break;
        }
    }

    if (p == text || (len == 0 && *value == 0 && numbers_han[i] == NULL)) {
        return 0;
    }

    *depth = bracket ? 2 : 1;

    if (ordinal && (str_starts(p, "章") || str_starts(p, "部分"))) {
        return (int) (p - text) + 3;
    }

    if (ordinal && str_starts(p, "节")) {
        *depth = 2;
        return (int) (p - text) + 3;
    }

    if ((bracket && str_starts(p, "）"))
        || (!bracket && !ordinal && len == 0 && str_starts(p, "、")))
    {
        return (int) (p - text) + 3;
    }

    return 0;
}


int
headings_number(const char *text, int *depth, int *value)
{
    int  n;

    n = numbers_decimal(text, depth, value);
    n = n ? n : numbers_roman(text, depth, value);
    n = n ? n : numbers_letter(text, depth, value);
    n = n ? n : numbers_chinese(text, depth, value);

    if (n == 0) {
        *depth = 0;
        *value = 0;
    }

    return n;
}
