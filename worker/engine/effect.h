/*
 * Whether a sentence that reports a result reports an effect: one that was
 * denied ("no significant change", "failed to show"), or that of a control
 * group alone, is no strength of the work.
 */

#ifndef EFFECT_H
#define EFFECT_H


#include <stdbool.h>


/*
 * Whether a text, in any language of the lexicon, denies an effect.  What
 * denies a harm ("no significant loss") is good news and denies nothing.
 */
bool effect_is_denied(const char *text);

/* Whether a text speaks of a control group and of nothing else. */
bool effect_is_control(const char *text);

/* Whether a text can speak for the work: neither of the two. */
bool effect_counts(const char *text);


#endif /* EFFECT_H */
