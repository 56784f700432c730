/*
 * See llm_tokens.h.  A text is cut into pieces by o200k_base's pattern; a
 * piece that is a token counts as one, of any other the two neighbours with
 * the lowest rank are merged until none can be.
 *
 * The file (worker/llm/ranks.mjs writes it), all numbers little-endian:
 *
 *     "PAPTOK1\n"  u32 tokens  u32 slots (a power of two)
 *     u32 slot[slots]           rank + 1 of a token with that hash, or 0
 *     u32 start[tokens + 1]     where a rank's bytes begin
 *     bytes
 */

#include "llm_tokens.h"

#define PCRE2_CODE_UNIT_WIDTH  8

#include <fcntl.h>
#include <pcre2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "paperal_utf8.h"


#define TOKENS_MAGIC      "PAPTOK1\n"
#define TOKENS_HEAD       16
#define TOKENS_MAX        (1u << 20)      /* tokens, slots */
#define TOKENS_PART       64              /* bytes, of a piece too long */
#define TOKENS_NONE       UINT32_MAX
#define TOKENS_FNV        2166136261u
#define TOKENS_FNV_PRIME  16777619u

/*
 * White space as the pattern's authors mean it, which is neither PCRE's nor
 * quite Unicode's.
 */
#define TOKENS_SPACE                                                          \
    "\\t\\n\\x{b}\\f\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}"         \
    "\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}"

#define TOKENS_UPPER  "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]"
#define TOKENS_LOWER  "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]"
#define TOKENS_SHORT                                                          \
    "(?:'(?:[sS]|[dD]|[mM]|[tT]|[lL][lL]|[vV][eE]|[rR][eE]))?"

#define TOKENS_PATTERN                                                        \
    "[^\\r\\n\\p{L}\\p{N}]?" TOKENS_UPPER "*" TOKENS_LOWER "+" TOKENS_SHORT   \
    "|[^\\r\\n\\p{L}\\p{N}]?" TOKENS_UPPER "+" TOKENS_LOWER "*" TOKENS_SHORT  \
    "|\\p{N}{1,3}"                                                            \
    "| ?[^" TOKENS_SPACE "\\p{L}\\p{N}]+[\\r\\n/]*"                           \
    "|[" TOKENS_SPACE "]*[\\r\\n]+"                                           \
    "|[" TOKENS_SPACE "]+(?![^" TOKENS_SPACE "])"                             \
    "|[" TOKENS_SPACE "]+"


typedef struct {
    const unsigned char  *map;         /* NULL: no file */
    size_t                size;
    uint32_t              tokens;
    uint32_t              slots;
    const unsigned char  *slot;
    const unsigned char  *start;
    const char           *bytes;
    size_t                bytes_len;
    pcre2_code           *pattern;
    pcre2_match_data     *match;
} tokens_t;


static int tokens_check(const unsigned char *map, size_t size);
static uint32_t tokens_u32(const unsigned char *p, size_t n);
static int tokens_compile(void);
static int64_t tokens_piece(const char *s, size_t len);
static int64_t tokens_merge(const char *s, size_t len);
static uint32_t tokens_pair(const char *s, const uint16_t *at, size_t i,
    size_t n);
static uint32_t tokens_rank(const char *s, size_t len);


static tokens_t  tokens;


int
llm_tokens_open(const char *path)
{
    int             fd;
    void           *map;
    struct stat     st;

    fd = open(path, O_RDONLY|O_CLOEXEC);
    if (fd == -1) {
        return -1;
    }

    if (fstat(fd, &st) != 0 || st.st_size < TOKENS_HEAD
        || st.st_size > INT32_MAX)
    {
        (void) close(fd);
        return -1;
    }

    map = mmap(NULL, (size_t) st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    (void) close(fd);

    if (map == MAP_FAILED) {
        return -1;
    }

    if (tokens_check(map, (size_t) st.st_size) != 0
        || (tokens.pattern == NULL && tokens_compile() != 0))
    {
        (void) munmap(map, (size_t) st.st_size);
        return -1;
    }

    if (tokens.map != NULL) {
        (void) munmap((void *) tokens.map, tokens.size);
    }

    tokens.map = map;
    tokens.size = (size_t) st.st_size;
    tokens.tokens = tokens_u32(map, 2);
    tokens.slots = tokens_u32(map, 3);
    tokens.slot = tokens.map + TOKENS_HEAD;
    tokens.start = tokens.slot + 4 * (size_t) tokens.slots;
    tokens.bytes = (const char *) tokens.start
                   + 4 * ((size_t) tokens.tokens + 1);
    tokens.bytes_len = tokens.size
                       - (size_t) (tokens.bytes - (const char *) tokens.map);

    return 0;
}


/* Only sizes: what is inside is looked at when it is used. */
static int
tokens_check(const unsigned char *map, size_t size)
{
    uint32_t  n, slots;
    size_t    head;

    if (memcmp(map, TOKENS_MAGIC, sizeof(TOKENS_MAGIC) - 1) != 0) {
        return -1;
    }

    n = tokens_u32(map, 2);
    slots = tokens_u32(map, 3);

    if (n == 0 || n > TOKENS_MAX || slots > TOKENS_MAX || slots <= n
        || (slots & (slots - 1)) != 0)
    {
        return -1;
    }

    head = TOKENS_HEAD + 4 * (size_t) slots + 4 * ((size_t) n + 1);

    return size < head ? -1 : 0;
}


static uint32_t
tokens_u32(const unsigned char *p, size_t n)
{
    p += 4 * n;

    return (uint32_t) p[0] | (uint32_t) p[1] << 8 | (uint32_t) p[2] << 16
           | (uint32_t) p[3] << 24;
}


static int
tokens_compile(void)
{
    int         error;
    PCRE2_SIZE  offset;

    tokens.pattern = pcre2_compile((PCRE2_SPTR) TOKENS_PATTERN,
                                   PCRE2_ZERO_TERMINATED,
                                   PCRE2_UTF|PCRE2_MATCH_INVALID_UTF,
                                   &error, &offset, NULL);
    if (tokens.pattern == NULL) {
        return -1;
    }

    /* without it matching is slower, that is all */

    (void) pcre2_jit_compile(tokens.pattern, PCRE2_JIT_COMPLETE);

    tokens.match = pcre2_match_data_create(1, NULL);
    if (tokens.match == NULL) {
        abort();
    }

    return 0;
}


const char *
llm_tokens_name(void)
{
    return tokens.map != NULL ? "o200k_base" : "bytes/3.3";
}


int64_t
llm_tokens_count(const char *text, size_t len)
{
    size_t       at, from, to;
    int64_t      n;
    PCRE2_SIZE  *match;

    if (tokens.map == NULL) {
        return (int64_t) ((len * 10 + 32) / 33);
    }

    n = 0;

    for (at = 0; at < len; at = to) {
        if (pcre2_match(tokens.pattern, (PCRE2_SPTR) text, len, at, 0,
                        tokens.match, NULL) < 0)
        {
            return n + (int64_t) (len - at);
        }

        match = pcre2_get_ovector_pointer(tokens.match);
        from = match[0];
        to = match[1];

        if (to <= at) {
            return n + (int64_t) (len - at);
        }

        /* bytes that are no UTF-8 match nothing */

        n += (int64_t) (from - at) + tokens_piece(text + from, to - from);
    }

    return n;
}


/*
 * Merging takes the square of the length.  A piece that nobody writes is cut
 * into short parts, which makes the count a little larger than it is.
 */
static int64_t
tokens_piece(const char *s, size_t len)
{
    size_t   part;
    int64_t  n;

    if (len <= LLM_TOKENS_MAX_PIECE) {
        return tokens_merge(s, len);
    }

    n = 0;

    while (len > 0) {
        part = paperal_utf8_clip(s, len, TOKENS_PART);
        part = part == 0 ? 1 : part;
        n += tokens_merge(s, part);
        s += part;
        len -= part;
    }

    return n;
}


static int64_t
tokens_merge(const char *s, size_t len)
{
    size_t    i, best, n;
    uint16_t  at[LLM_TOKENS_MAX_PIECE + 1];
    uint32_t  rank[LLM_TOKENS_MAX_PIECE + 1];

    if (len < 2 || tokens_rank(s, len) != TOKENS_NONE) {
        return len > 0;
    }

    /* part i is the bytes [at[i], at[i + 1]), rank[i] that of parts i, i+1 */

    n = len;

    for (i = 0; i <= n; i++) {
        at[i] = (uint16_t) i;
    }

    for (i = 0; i < n; i++) {
        rank[i] = tokens_pair(s, at, i, n);
    }

    for ( ;; ) {
        best = 0;

        for (i = 1; i + 1 < n; i++) {
            if (rank[i] < rank[best]) {
                best = i;
            }
        }

        if (n < 2 || rank[best] == TOKENS_NONE) {
            return (int64_t) n;
        }

        memmove(&at[best + 1], &at[best + 2],
                (n - best - 1) * sizeof(at[0]));
        memmove(&rank[best + 1], &rank[best + 2],
                (n - best - 2) * sizeof(rank[0]));
        n--;

        rank[best] = tokens_pair(s, at, best, n);

        if (best > 0) {
            rank[best - 1] = tokens_pair(s, at, best - 1, n);
        }
    }
}


/* Rank of what parts i and i + 1 of n make together. */
static uint32_t
tokens_pair(const char *s, const uint16_t *at, size_t i, size_t n)
{
    if (i + 2 > n) {
        return TOKENS_NONE;
    }

    return tokens_rank(s + at[i], (size_t) (at[i + 2] - at[i]));
}


static uint32_t
tokens_rank(const char *s, size_t len)
{
    size_t    i;
    uint32_t  hash, slot, rank, from, to, tries;

    hash = TOKENS_FNV;

    for (i = 0; i < len; i++) {
        hash = (hash ^ (unsigned char) s[i]) * TOKENS_FNV_PRIME;
    }

    slot = hash & (tokens.slots - 1);

    for (tries = 0; tries < tokens.slots; tries++) {
        rank = tokens_u32(tokens.slot, slot);

        if (rank == 0 || rank > tokens.tokens) {
            return TOKENS_NONE;
        }

        rank--;
        from = tokens_u32(tokens.start, rank);
        to = tokens_u32(tokens.start, (size_t) rank + 1);

        if (from <= to && to <= tokens.bytes_len && to - from == len
            && memcmp(tokens.bytes + from, s, len) == 0)
        {
            return rank;
        }

        slot = (slot + 1) & (tokens.slots - 1);
    }

    return TOKENS_NONE;
}
