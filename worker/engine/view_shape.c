/*
 * Counts the letters of a sentence, see view_text.h.
 */

#include "view_text.h"

#include <string.h>

#include "paperal_utf8.h"


#define VIEW_MIN_WORDS    6
#define VIEW_MAX_WORDS    70
#define VIEW_MIN_HAN      12
#define VIEW_MAX_HAN      180
#define VIEW_MAX_CHARS    520


void
view_shape(const char *text, size_t len, view_shape_t *shape)
{
    bool      in_word;
    size_t    pos, size, run;
    uint32_t  cp;

    memset(shape, 0, sizeof(view_shape_t));
    in_word = false;
    run = 0;

    for (pos = 0; pos < len; pos += size == 0 ? 1 : size) {
        size = paperal_utf8_decode(text + pos, len - pos, &cp);

        if (size == 0) {
            continue;
        }

        shape->chars++;

        if (shape->chars == 1) {
            shape->first = cp;
        }

        if (terms_is_han(cp)) {
            shape->han++;
            shape->letters++;
            in_word = false;

        } else if ((cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z')
                   || (cp >= 0xc0 && cp < 0x370))
        {
            shape->letters++;
            shape->words += !in_word;
            run = in_word ? run + 1 : 1;
            in_word = true;

        } else {
            shape->single += in_word && run == 1
                             && text[pos - 1] != 'a' && text[pos - 1] != 'A'
                             && text[pos - 1] != 'I';
            in_word = false;
        }

        if (cp != '"' && cp != ')' && cp != ']' && cp != '\'' && cp != ' '
            && cp != 0x201d && cp != 0x2019 && cp != 0xff09)
        {
            shape->last = cp;
        }
    }
}


bool
view_is_whole(const view_sentence_t *vs, const view_shape_t *shape)
{
    uint32_t  c;

    c = shape->last;

    if (c != '.' && c != '!' && c != '?' && c != 0x3002 && c != 0xff01
        && c != 0xff1f && c != 0xff0e && c != 0xff1b)
    {
        return false;
    }

    if (shape->chars > VIEW_MAX_CHARS
        || shape->letters * 100 < shape->chars * 62)
    {
        return false;
    }

    if (vs->lang == LEXICON_ZH) {
        return shape->han >= VIEW_MIN_HAN && shape->han <= VIEW_MAX_HAN;
    }

    c = shape->first;

    if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '('
          || c == '"' || c == '\'' || c == 0x201c || c == 0x2018
          || c == 0x2022 || (c >= 0xc0 && c < 0x250)))
    {
        return false;
    }

    return shape->words >= VIEW_MIN_WORDS && shape->words <= VIEW_MAX_WORDS
           && shape->single * 6 <= shape->words;
}


uint8_t
view_length(const view_sentence_t *vs, const view_shape_t *shape)
{
    size_t  n;

    n = vs->lang == LEXICON_ZH ? shape->chars * 3 : shape->chars;

    if (n < 60) {
        return n < 45 ? 6 : 9;
    }

    if (n <= 260) {
        return 10;
    }

    return n <= 360 ? 8 : 6;
}


lexicon_lang_e
view_lang(const view_shape_t *shape)
{
    return shape->han * 4 > shape->letters ? LEXICON_ZH : LEXICON_EN;
}
