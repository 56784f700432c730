/*
 * The signs that change a statement, see paperal_lex.h: comparisons, percent
 * and currency, operators, arrows ("accuracy up"), check marks and crosses.
 * Bullets, dots and asterisks are none, as they only decorate.
 */

#include "paperal_lex_words.h"

#include <string.h>


#define SIGNS_ABOUT  '~'

#define signs_count(array)  (sizeof(array) / sizeof((array)[0]))


/* Beyond ASCII, ascending. */
static const struct {
    uint32_t  first;
    uint32_t  last;
} signs_ranges[] = {
    { 0xa3, 0xa3 }, { 0xa5, 0xa5 }, { 0xac, 0xac }, { 0xb1, 0xb1 },
    { 0xd7, 0xd7 }, { 0xf7, 0xf7 }, { 0x2030, 0x2030 }, { 0x20ac, 0x20ac },
    { 0x2190, 0x21ff }, { 0x2200, 0x2214 }, { 0x221a, 0x22c4 },
    { 0x22c6, 0x22ff }, { 0x2705, 0x2705 }, { 0x2713, 0x2718 },
    { 0x274c, 0x274c }, { 0x27f0, 0x27ff }, { 0x2a00, 0x2aff }
};

/* Ways to write "about", which are one. */
static const uint32_t  signs_about[] = { 0x223c, 0x2243, 0x2245, 0x2248 };


uint32_t
paperal_lex_sign(uint32_t cp)
{
    size_t  i;

    if (cp < 0x80) {
        return cp == '%' || cp == '<' || cp == '>' || cp == '=' || cp == '$'
               || cp == SIGNS_ABOUT ? cp : 0;
    }

    for (i = 0; i < signs_count(signs_about); i++) {
        if (signs_about[i] == cp) {
            return SIGNS_ABOUT;
        }
    }

    for (i = 0; i < signs_count(signs_ranges); i++) {
        if (cp >= signs_ranges[i].first && cp <= signs_ranges[i].last) {
            return cp;
        }
    }

    return 0;
}


int
paperal_lex_is_small_minus(const char *s, size_t len)
{
    return len == 3 && (memcmp(s, "\xe2\x81\xbb", 3) == 0
                        || memcmp(s, "\xe2\x82\x8b", 3) == 0);
}
