/*
 * What paperal_lex.c asks about single words and characters; all folded.  Not
 * for its callers.
 */

#ifndef PAPERAL_LEX_WORDS_H
#define PAPERAL_LEX_WORDS_H


#include <stddef.h>
#include <stdint.h>


/* Stands between names in a citation: "et", "see", "von". */
int paperal_lex_is_citing(const char *s, size_t len);

/* Makes a date or a label of a year: "March", "Version". */
int paperal_lex_is_dating(const char *s, size_t len);

/* The sign that a character is, of several for one the same; 0 if none. */
uint32_t paperal_lex_sign(uint32_t cp);

/* Whether unfolded UTF-8 is the raised or the lowered minus. */
int paperal_lex_is_small_minus(const char *s, size_t len);


#endif /* PAPERAL_LEX_WORDS_H */
