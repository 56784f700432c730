/*
 * Denied effects, see effect.h.  The words are in the lexicon; what they
 * match is looked for outside of the parts that deny a harm.
 */

#include "effect.h"

#include <stddef.h>
#include <string.h>

#include "lexicon.h"


#define EFFECT_MAX_SPARED  16    /* denied harms of a text */


static bool effect_denied_in(lexicon_lang_e lang, const char *text);


bool
effect_is_denied(const char *text)
{
    int  lang;

    for (lang = 0; lang < LEXICON_LANGS; lang++) {
        if (effect_denied_in((lexicon_lang_e) lang, text)) {
            return true;
        }
    }

    return false;
}


bool
effect_is_control(const char *text)
{
    int  lang;

    for (lang = 0; lang < LEXICON_LANGS; lang++) {
        if (lexicon_has_cue((lexicon_lang_e) lang, CUE_CONTROL, text,
                            strlen(text)))
        {
            return true;
        }
    }

    return false;
}


bool
effect_counts(const char *text)
{
    return !effect_is_denied(text) && !effect_is_control(text);
}


static bool
effect_denied_in(lexicon_lang_e lang, const char *text)
{
    int     n;
    size_t  from, to, len;

    len = strlen(text);

    if (!lexicon_has_cue(lang, CUE_DENIED, text, len)) {
        return false;
    }

    for (n = 0; n < EFFECT_MAX_SPARED; n++) {
        if (!lexicon_find_cue(lang, CUE_SPARED, text, len, &from, &to)
            || to == 0)
        {
            break;
        }

        if (lexicon_has_cue(lang, CUE_DENIED, text, from)) {
            return true;
        }

        text += to;
        len -= to;
    }

    return lexicon_has_cue(lang, CUE_DENIED, text, len);
}
