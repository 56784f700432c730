/*
 * A growing byte buffer with a mandatory maximum and a sticky failure.
 *
 * Append as often as needed without looking at results, then test "failed"
 * once.  An append that would pass the maximum, or for which there is no
 * memory, adds nothing, sets "failed" and makes all later appends do nothing:
 * the content stays what it was before the first append that did not fit.
 *
 * After a successful append data[len] is '\0' (not counted in len); content
 * may hold zero bytes of its own.  Before the first one data is NULL (use
 * paperal_buf_cstr() where a string is wanted in any case).
 *
 *     paperal_buf_t  b;
 *
 *     paperal_buf_init(&b, PAPERAL_MAX_WEBHOOK_BODY);
 *     paperal_buf_str(&b, "hello ");
 *     paperal_buf_u64(&b, 42);
 *     if (b.failed) { ... }
 *     paperal_buf_release(&b);
 *
 * Memory comes from malloc(); paperal_buf_fixed() works on the caller's.
 */

#ifndef PAPERAL_BUF_H
#define PAPERAL_BUF_H


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>


typedef struct {
    char      *data;
    size_t     len;            /* bytes of content */
    size_t     size;           /* bytes of memory behind data */
    size_t     max;            /* len never exceeds it */
    unsigned   failed:1;       /* sticky until paperal_buf_clear() */
    unsigned   fixed:1;        /* data belongs to the caller */

    /* the state of paperal_json.h's writer */
    unsigned   json_depth;     /* objects and arrays open */
    uint32_t   json_arrays;    /* bit n: level n is an array */
    uint32_t   json_members;   /* bit n: level n has a member already */
} paperal_buf_t;


/* An empty buffer for at most max bytes; allocates nothing yet. */
void paperal_buf_init(paperal_buf_t *b, size_t max);

/*
 * An empty buffer in the caller's memory for at most size - 1 bytes; never
 * allocates.  A size of 0 gives a buffer that has failed already.
 */
void paperal_buf_fixed(paperal_buf_t *b, char *memory, size_t size);

/*
 * Frees the memory (not a fixed buffer's) and leaves an empty buffer with the
 * same maximum, ready for use.  Harmless when repeated.
 */
void paperal_buf_release(paperal_buf_t *b);

/* As release, but overwrites the memory first: for secrets. */
void paperal_buf_wipe(paperal_buf_t *b);

/* Empties the buffer and forgets a failure; keeps the memory. */
void paperal_buf_clear(paperal_buf_t *b);

/* Shortens the content to len bytes; a len that is not shorter does nothing. */
void paperal_buf_truncate(paperal_buf_t *b, size_t len);

/* Removes n bytes (at most all) from the front. */
void paperal_buf_consume(paperal_buf_t *b, size_t n);

/* The content as a string, "" while there is no memory; valid until changed. */
const char *paperal_buf_cstr(const paperal_buf_t *b);

/*
 * Hands the content over: a '\0'-terminated string that the caller free()s,
 * its length in *len (may be NULL).  The buffer becomes empty.  NULL after a
 * failure, without memory, or when the buffer is fixed; the buffer is then
 * unchanged.
 */
char *paperal_buf_steal(paperal_buf_t *b, size_t *len);

/*
 * Room for n more bytes behind the content, to be filled by the caller and
 * then counted in with paperal_buf_commit() (n not above what was reserved).
 * NULL, and "failed", if there is none.
 */
char *paperal_buf_reserve(paperal_buf_t *b, size_t n);
void paperal_buf_commit(paperal_buf_t *b, size_t n);


/* Appends n bytes; data may be NULL when n is 0 and may not lie inside b. */
void paperal_buf_bytes(paperal_buf_t *b, const void *data, size_t n);

/* Appends a '\0'-terminated string. */
void paperal_buf_str(paperal_buf_t *b, const char *s);

void paperal_buf_char(paperal_buf_t *b, char c);

/* Appends a number in decimal. */
void paperal_buf_u64(paperal_buf_t *b, uint64_t n);
void paperal_buf_i64(paperal_buf_t *b, int64_t n);

/*
 * Appends the shortest decimal that reads back as the same double, in JSON's
 * syntax whatever the locale.  Zero loses its sign; what is not finite
 * becomes "null".
 */
void paperal_buf_double(paperal_buf_t *b, double n);

/*
 * Appends formatted text, whole or (with "failed") not at all.  Not for
 * doubles, whose form depends on the locale.
 */
void paperal_buf_printf(paperal_buf_t *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void paperal_buf_vprintf(paperal_buf_t *b, const char *fmt, va_list args)
    __attribute__((format(printf, 2, 0)));


#endif /* PAPERAL_BUF_H */
