/*
 * What a cue of the lexicon can say about a sentence, and how cues are
 * matched.  The names in the lexicon files are those of cue_name().
 */

#ifndef CUES_H
#define CUES_H


/* The claim kinds come first: they index selections and priors. */
typedef enum {
    CUE_PROBLEM = 0,
    CUE_CONTRIBUTION,
    CUE_METHOD,
    CUE_RESULT,
    CUE_NOVELTY,
    CUE_LIMITATION,
    CUE_FUTURE,
    CUE_APPLICATION,
    CUE_COMPARISON,
    CUE_CLAIMS,                       /* number of claim kinds */
    CUE_OWN = CUE_CLAIMS,
    CUE_CITED,
    CUE_NEGATION,
    CUE_MODAL,
    CUE_PAST,
    CUE_BOILERPLATE,
    CUE_WEAK,
    CUE_NUMBER,
    CUE_EQUIPMENT,
    CUE_SUPPLIER,
    CUE_PATENT,
    CUE_LICENCE,
    CUE_RELEASE,
    CUE_THIRDPARTY,
    CUE_REGULATORY,
    CUE_ETHICAL,
    CUE_DATARISK,
    CUE_FUNDING,
    CUE_COI,
    CUE_DATA,
    CUE_CODE,
    CUE_OVERCOME,                     /* a limit that is no more */
    CUE_ASKED,                        /* from here: matched when asked for */
    CUE_NONE = CUE_ASKED,
    CUE_INTEREST,
    CUE_ONREQUEST,
    CUE_RESTRICTIVE,
    CUE_INSTRUCTION,
    CUE_REVIEW,
    CUE_MONEY,
    CUE_GROWTH,
    CUE_DENIED,                       /* an effect */
    CUE_SPARED,                       /* a harm that is denied */
    CUE_CONTROL,                      /* only a control group is spoken of */
    CUES
} cue_e;


#endif /* CUES_H */
