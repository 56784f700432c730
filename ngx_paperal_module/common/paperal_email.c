/*
 * E-mail addresses.
 */

#include "paperal_email.h"

#include <string.h>


#define EMAIL_MAX_LOCAL  64
#define EMAIL_MAX_LABEL  63


static int
email_is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
           || (c >= 'A' && c <= 'Z');
}


/* RFC 5322's dot-atom: its characters, no dot at an end or after another. */
static int
email_is_local(const char *s, size_t len)
{
    size_t  i;

    if (len == 0 || len > EMAIL_MAX_LOCAL
        || s[0] == '.' || s[len - 1] == '.')
    {
        return 0;
    }

    for (i = 0; i < len; i++) {
        if (s[i] == '.' && s[i + 1] == '.') {
            return 0;
        }

        if (!email_is_alnum(s[i])
            && (s[i] == '\0' || strchr(".!#$%&'*+/=?^_`{|}~-", s[i]) == NULL))
        {
            return 0;
        }
    }

    return 1;
}


static int
email_is_label(const char *s, size_t len)
{
    size_t  i;

    if (len == 0 || len > EMAIL_MAX_LABEL
        || s[0] == '-' || s[len - 1] == '-')
    {
        return 0;
    }

    for (i = 0; i < len; i++) {
        if (!email_is_alnum(s[i]) && s[i] != '-') {
            return 0;
        }
    }

    return 1;
}


static int
email_is_domain(const char *s, size_t len)
{
    size_t       labels, n;
    const char  *dot;

    for (labels = 1; ; labels++) {
        dot = memchr(s, '.', len);
        n = dot != NULL ? (size_t) (dot - s) : len;

        if (!email_is_label(s, n)) {
            return 0;
        }

        if (dot == NULL) {
            break;
        }

        s += n + 1;
        len -= n + 1;
    }

    /* a last label that begins with a digit would be an address, not a name */
    return labels > 1 && !(s[0] >= '0' && s[0] <= '9');
}


int
paperal_email_is_valid(const char *s, size_t len)
{
    size_t       local;
    const char  *at;

    if (len == 0 || len > PAPERAL_EMAIL_MAX) {
        return 0;
    }

    at = memchr(s, '@', len);
    if (at == NULL) {
        return 0;
    }

    local = (size_t) (at - s);

    return email_is_local(s, local)
           && email_is_domain(at + 1, len - local - 1);
}


size_t
paperal_email_normalize(char out[PAPERAL_EMAIL_SIZE], const char *s,
    size_t len)
{
    size_t  i;

    if (!paperal_email_is_valid(s, len)) {
        return 0;
    }

    for (i = 0; i < len; i++) {
        out[i] = s[i] >= 'A' && s[i] <= 'Z' ? (char) (s[i] | 0x20) : s[i];
    }

    out[len] = '\0';

    return len;
}
