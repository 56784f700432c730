/*
 * Words around citations, for paperal_lex_cite(); all folded.
 */

#ifndef PAPERAL_LEX_WORDS_H
#define PAPERAL_LEX_WORDS_H


#include <stddef.h>


/* Stands between names in a citation: "et", "see", "von". */
int paperal_lex_is_citing(const char *s, size_t len);

/* Makes a date or a label of a year: "March", "Version". */
int paperal_lex_is_dating(const char *s, size_t len);


#endif /* PAPERAL_LEX_WORDS_H */
