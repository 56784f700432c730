/*
 * Strings, messages and small names of the local supervisor; see text.h.
 */

#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "text.h"


char *
text_format(const char *format, ...)
{
    int       n;
    char     *s;
    va_list   args;

    va_start(args, format);
    n = vasprintf(&s, format, args);
    va_end(args);

    if (n < 0) {
        abort();
    }

    return s;
}


int
text_error(const char *format, ...)
{
    int       n;
    char     *s, *p;
    va_list   args;

    va_start(args, format);
    n = vasprintf(&s, format, args);
    va_end(args);

    if (n < 0) {
        abort();
    }

    /* what libpq says has several lines and a line end of its own */

    while (n > 0 && (s[n - 1] == '\n' || s[n - 1] == ' ')) {
        s[--n] = '\0';
    }

    for (p = s; *p != '\0'; p++) {
        if (*p == '\n' || *p == '\t') {
            *p = ' ';
        }
    }

    fflush(stdout);
    fprintf(stderr, "paperal: %s\n", s);
    free(s);

    return -1;
}


char *
text_hash(const char *s, size_t digits)
{
    char           *hex;
    size_t          i;
    unsigned int    len;
    unsigned char   md[EVP_MAX_MD_SIZE];

    if (EVP_Digest(s, strlen(s), md, &len, EVP_sha256(), NULL) != 1) {
        abort();
    }

    hex = malloc(2 * (size_t) len + 1);
    if (hex == NULL) {
        abort();
    }

    for (i = 0; i < len; i++) {
        snprintf(hex + 2 * i, 3, "%02x", md[i]);
    }

    if (digits < 2 * (size_t) len) {
        hex[digits] = '\0';
    }

    return hex;
}


char *
text_shell_word(const char *s)
{
    char        *word, *p;
    const char  *plain;

    plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
            "0123456789_./-+:@%,=";

    if (*s != '\0' && strspn(s, plain) == strlen(s)) {
        return text_format("%s", s);
    }

    /* a quote grows to four bytes */

    word = malloc(4 * strlen(s) + 3);
    if (word == NULL) {
        abort();
    }

    p = word;
    *p++ = '\'';

    for ( /* void */ ; *s != '\0'; s++) {
        if (*s == '\'') {
            memcpy(p, "'\\''", 4);
            p += 4;

        } else {
            *p++ = *s;
        }
    }

    *p++ = '\'';
    *p = '\0';

    return word;
}


int64_t
text_now_ms(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (int64_t) ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}
