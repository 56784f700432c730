/*
 * Strings of the reader: UTF-8, '\0'-terminated, in the document's arena.
 * Classification of code points, building text from glyphs, and the forms
 * that comparisons use.
 */

#ifndef EXTRACT_TEXT_H
#define EXTRACT_TEXT_H


#include <stddef.h>
#include <stdint.h>

#include "doc.h"


#define TEXT_MAX_SQUASH  256


/* Han, kana, hangul and full-width forms. */
int text_is_cjk(uint32_t cp);
int text_is_han(uint32_t cp);
int text_is_letter(uint32_t cp);
int text_is_upper(uint32_t cp);
int text_is_lower(uint32_t cp);
int text_is_dash(uint32_t cp);

/* The code point at *s, which moves behind it; 0 at the end. */
uint32_t text_next(const char **s);

/* Bytes that cp takes in UTF-8, written to out. */
size_t text_put(char out[4], uint32_t cp);

/*
 * The text of glyphs, with single spaces where glyph.space says so, but none
 * between two CJK characters; combining marks are composed.
 */
char *text_of_glyphs(arena_t *a, const glyph_t *g, int n);

/*
 * Letters and digits of s in lower case, nothing else, at most size - 1
 * bytes: "I NTRODUCTION" and "Introduction" become the same.  Returns length.
 */
size_t text_squash(const char *s, char *out, size_t size);

/* Letters in s. */
int text_letters(const char *s);

/* Number of words, where a CJK character counts as half a word. */
int text_words(const char *s);

/* Joins a and b with a space, or at a hyphen without either. */
char *text_join(arena_t *a, const char *first, const char *second);

/* A copy without white space and the given ASCII characters at both ends. */
char *text_trim(arena_t *a, const char *s, const char *set);

int text_starts(const char *s, const char *prefix);
int text_starts_nocase(const char *s, const char *prefix);

/* Position of an ASCII needle without case, or NULL. */
const char *text_find_nocase(const char *s, const char *needle);

/* Number at s (decimal, at most max digits); its length in *len, 0 if none. */
int text_number(const char *s, int max, int *len);


#endif /* EXTRACT_TEXT_H */
