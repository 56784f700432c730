/*
 * Strings of the reader: UTF-8, '\0'-terminated, in the document's region.
 * Classification of code points, building text from glyphs, and the forms
 * that comparisons use.
 */

#ifndef EXTRACT_STR_H
#define EXTRACT_STR_H


#include <stddef.h>
#include <stdint.h>

#include "doc.h"


#define STR_MAX_SQUASH  256


/* Han, kana, hangul and full-width forms. */
int str_is_cjk(uint32_t cp);
int str_is_han(uint32_t cp);
int str_is_letter(uint32_t cp);
int str_is_upper(uint32_t cp);
int str_is_lower(uint32_t cp);
int str_is_dash(uint32_t cp);

/*
 * The code point at *s, which moves behind it; 0 at the end, U+FFFD for a byte
 * that belongs to none.
 */
uint32_t str_next(const char **s);

/*
 * The text of glyphs, with single spaces where glyph.space says so, but none
 * between two CJK characters; combining marks are composed.
 */
char *str_of_glyphs(region_t *a, const glyph_t *g, int n);

/*
 * Letters and digits of s in lower case, nothing else, at most size - 1
 * bytes: "I NTRODUCTION" and "Introduction" become the same.  Returns length.
 */
size_t str_squash(const char *s, char *out, size_t size);

/* Letters in s. */
int str_letters(const char *s);

/* Number of words, where a CJK character counts as half a word. */
int str_words(const char *s);

/*
 * Whether the hyphen at a line's end belongs to the word: before is what
 * stands in front of it (len bytes, to the last space), after the number of
 * letters that follow on the next line.
 */
int str_keeps_hyphen(const char *before, size_t len, int after);

/* Joins a and b with a space, or at a hyphen without either. */
char *str_join(region_t *a, const char *first, const char *second);

/* A copy without white space and the given ASCII characters at both ends. */
char *str_trim(region_t *a, const char *s, const char *set);

int str_starts(const char *s, const char *prefix);
int str_starts_nocase(const char *s, const char *prefix);

/* Position of an ASCII needle without case, or NULL. */
const char *str_find_nocase(const char *s, const char *needle);

/* Number at s (decimal, at most max digits); its length in *len, 0 if none. */
int str_number(const char *s, int max, int *len);


#endif /* EXTRACT_STR_H */
