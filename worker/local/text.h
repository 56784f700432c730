/*
 * Strings, messages and small names of the local supervisor.
 *
 * Strings that text_format() and text_hash() return belong to the caller and
 * are made once per setting, never per event; running out of memory ends the
 * process, because nothing can be supervised without it.
 */

#ifndef PAPERAL_LOCAL_TEXT_H
#define PAPERAL_LOCAL_TEXT_H

#include <stddef.h>
#include <stdint.h>


/* printf into a new string; never NULL; free() releases it */
char *text_format(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* one line "paperal: ..." on stderr; returns -1, so that callers can fail */
int text_error(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* the first digits (at most 64) of the SHA-256 of s, in hexadecimal */
char *text_hash(const char *s, size_t digits);

/* s as one word of a POSIX shell, in single quotes where it needs them */
char *text_shell_word(const char *s);

/* milliseconds of a clock that never jumps */
int64_t text_now_ms(void);


#endif /* PAPERAL_LOCAL_TEXT_H */
