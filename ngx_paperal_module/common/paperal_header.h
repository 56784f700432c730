/*
 * Values of HTTP and MIME headers that carry parameters:
 *
 *     form-data; name="file"; filename="a b.pdf"; filename*=UTF-8''a%20b.pdf
 *
 *     paperal_header_init(&h, value, len);           the part before ";"
 *     while ((rc = paperal_header_next(&h)) == 1) {  a parameter at a time
 *         ... h.name, h.value ...
 *     }
 */

#ifndef PAPERAL_HEADER_H
#define PAPERAL_HEADER_H


#include <stddef.h>


typedef struct {
    const char  *pos;
    const char  *end;
    const char  *name;
    size_t       name_len;
    const char  *value;            /* without the quotes, escapes as sent */
    size_t       value_len;
    unsigned     quoted:1;
} paperal_header_t;


/* Starts; value is then what stands before the first ";", without blanks. */
void paperal_header_init(paperal_header_t *h, const char *s, size_t len);

/*
 * Goes to the next parameter: 1, or 0 at the end, or PAPERAL_ERROR where there
 * is no "=", no name, or no closing quote.  Empty parameters are skipped.
 */
int paperal_header_next(paperal_header_t *h);

/* 1 if the name, or the value, is the one given (lower case), without case. */
int paperal_header_is_name(const paperal_header_t *h, const char *name);
int paperal_header_is_value(const paperal_header_t *h, const char *value);

/*
 * Removes the escapes of a quoted value in place, as browsers and other
 * clients write them in forms: \" \\ %22 %0D %0A.  Any other "\" or "%"
 * stands for itself.  Returns the new length.
 */
size_t paperal_header_unescape(char *s, size_t len);

/*
 * Decodes an extended value (RFC 8187) in place: "UTF-8'en'%e2%82%ac".
 * Returns the new length, or PAPERAL_ERROR for another character set, wrong
 * escapes or invalid UTF-8.
 */
long paperal_header_extended(char *s, size_t len);

/* 1 if s is a token (RFC 9110): a header's or parameter's name. */
int paperal_header_is_token(const char *s, size_t len);


#endif /* PAPERAL_HEADER_H */
