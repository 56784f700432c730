/*
 * Letters and digits of ASCII whatever the locale of the process says: in a
 * Turkish one strcasecmp() finds "title" and "TITLE" different, and results
 * would depend on the machine.
 */

#ifndef ASCII_H
#define ASCII_H


#include <stdbool.h>
#include <stddef.h>


static inline bool
ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}


static inline bool
ascii_is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}


static inline bool
ascii_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || ascii_is_upper(c);
}


/* Whether n bytes of both are equal but for the case of letters. */
bool ascii_same(const char *a, const char *b, size_t n);

/* The first place of a needle (not empty) but for case, or NULL. */
const char *ascii_find(const char *text, const char *needle);


#endif /* ASCII_H */
