/*
 * Hex, base64, base64url and percent-encoding.  Decoders are strict: one
 * accepted form per value, no white space, nothing skipped.  Those that append
 * to a buffer append nothing when they refuse; a full buffer is seen in its
 * "failed".
 */

#ifndef PAPERAL_CODEC_H
#define PAPERAL_CODEC_H


#include <stddef.h>

#include "paperal_buf.h"


/* Writes 2 * len lower-case digits and a '\0' to out. */
void paperal_hex_encode(char *out, const void *data, size_t len);

/*
 * Reads len digits of either case into len / 2 bytes at out.  PAPERAL_ERROR
 * if len is odd, more than 2 * size, or a digit is none.
 */
int paperal_hex_decode(void *out, size_t size, const char *s, size_t len);

/* Appends base64 with padding (RFC 4648, section 4). */
void paperal_base64_encode(paperal_buf_t *b, const void *data, size_t len);

/* Appends base64url without padding (section 5). */
void paperal_base64url_encode(paperal_buf_t *b, const void *data, size_t len);

/*
 * Append the decoded bytes; PAPERAL_ERROR for a foreign character, wrong
 * length or padding, or unused bits that are not zero.
 */
int paperal_base64_decode(paperal_buf_t *b, const char *s, size_t len);
int paperal_base64url_decode(paperal_buf_t *b, const char *s, size_t len);

/*
 * Appends s with "%XX" decoded; PAPERAL_ERROR for an incomplete or wrong
 * escape, and for one of a zero byte.  "+" stays what it is.
 */
int paperal_percent_decode(paperal_buf_t *b, const char *s, size_t len);

/* The same, with "+" for a space, as in the query of a form. */
int paperal_form_decode(paperal_buf_t *b, const char *s, size_t len);

/* Appends s with all but RFC 3986's unreserved characters as "%XX". */
void paperal_percent_encode(paperal_buf_t *b, const char *s, size_t len);


#endif /* PAPERAL_CODEC_H */
