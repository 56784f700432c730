/*
 * E-mail addresses, checked for what mail systems deliver to in practice:
 * a dot-atom of at most 64 characters, one "@", and a domain name of at least
 * two labels; ASCII only (an international domain in its xn-- form), no
 * quoted local parts, comments or address literals; at most 254 characters.
 */

#ifndef PAPERAL_EMAIL_H
#define PAPERAL_EMAIL_H


#include <stddef.h>


#define PAPERAL_EMAIL_MAX   254
#define PAPERAL_EMAIL_SIZE  255              /* with the '\0' */


/* 1 if s is an address as above. */
int paperal_email_is_valid(const char *s, size_t len);

/*
 * Writes the form that accounts are found by: all letters in lower case.
 * Returns its length, or 0 (and writes nothing) if s is no address.
 */
size_t paperal_email_normalize(char out[PAPERAL_EMAIL_SIZE], const char *s,
    size_t len);


#endif /* PAPERAL_EMAIL_H */
