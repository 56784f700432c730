/*
 * UTF-8: decoding, validation, counting and cutting at code points, and the
 * cleaning of text that people or files hand in.  Lengths are bytes unless a
 * name says chars (code points).  Overlong forms, surrogates and anything
 * above U+10FFFF are invalid.
 */

#ifndef PAPERAL_UTF8_H
#define PAPERAL_UTF8_H


#include <stddef.h>
#include <stdint.h>

#include "paperal_buf.h"


#define PAPERAL_UTF8_REPLACEMENT  "\xef\xbf\xbd"                /* U+FFFD */


/*
 * Decodes the code point at s into *cp and returns its length 1..4; 0 if len
 * is 0 or the bytes are invalid or cut off (*cp is then unchanged).
 */
size_t paperal_utf8_decode(const char *s, size_t len, uint32_t *cp);

/*
 * Length of the invalid part at s to be replaced as one unit (Unicode's
 * "maximal subpart"): at least 1, at most 3; len must not be 0.
 */
size_t paperal_utf8_invalid(const char *s, size_t len);

/* Writes the 1..4 bytes of cp; 0 and nothing written if cp is no scalar. */
size_t paperal_utf8_encode(uint32_t cp, char out[4]);

/* Offset of the first invalid byte, or len if there is none. */
size_t paperal_utf8_check(const char *s, size_t len);

/* 1 if all of it is valid, 0 otherwise. */
int paperal_utf8_is_valid(const char *s, size_t len);

/* Number of code points; an invalid byte counts as one. */
size_t paperal_utf8_count(const char *s, size_t len);

/* Length of the first chars code points (len if there are fewer). */
size_t paperal_utf8_prefix(const char *s, size_t len, size_t chars);

/* The greatest length <= max that does not cut a code point. */
size_t paperal_utf8_clip(const char *s, size_t len, size_t max);

/* Appends s with each invalid part replaced by U+FFFD. */
void paperal_utf8_append(paperal_buf_t *b, const char *s, size_t len);


#define PAPERAL_TEXT_LINE   0      /* one line: tab and line ends are spaces */
#define PAPERAL_TEXT_LINES  1      /* keep '\n' and '\t'; CR LF becomes LF */

/*
 * Appends text from outside as it may be stored and shown: without C0 and C1
 * controls, NUL and DEL, invalid parts as U+FFFD, without white space at both
 * ends; PAPERAL_TEXT_LINE also makes one space of every run of white space.
 */
void paperal_text_clean(paperal_buf_t *b, const char *s, size_t len,
    int flags);

/*
 * The last component of a file name that may carry a path of either kind
 * ("C:\\papers\\a.pdf"): returns its start, its length in *base_len.
 */
const char *paperal_text_basename(const char *s, size_t len,
    size_t *base_len);

/* Compares with a '\0'-terminated string, ASCII letters without case. */
int paperal_text_equal_nocase(const char *s, size_t len, const char *with);


#endif /* PAPERAL_UTF8_H */
