/*
 * The strict validator of untrusted JSON: one pass over the text with a bit
 * per level instead of recursion.  The keys of the open objects lie on one
 * stack; when an object closes, its part is searched for duplicates.
 */

#include "paperal_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "paperal_json_key.h"
#include "paperal_utf8.h"


#define CHECK_LOCAL_KEYS  64


typedef struct {
    const char            *text;
    const char            *pos;
    const char            *end;
    paperal_json_check_t  *result;

    unsigned               depth;
    uint32_t               arrays;     /* bit n: level n is an array */
    size_t                 base[PAPERAL_JSON_MAX_DEPTH];

    paperal_json_key_t    *keys;
    size_t                 count;
    size_t                 size;
    paperal_json_key_t     local[CHECK_LOCAL_KEYS];
} check_t;


/* What the grammar allows next; a step returns the following state. */
typedef enum {
    CHECK_VALUE,
    CHECK_FIRST_VALUE,         /* or "]" */
    CHECK_KEY,
    CHECK_FIRST_KEY,           /* or "}" */
    CHECK_NEXT,                /* "," or the closing bracket */
    CHECK_END,
    CHECK_FAILED
} check_state_e;


static const char  *const check_messages[] = {
    "",
    "the text is empty",
    "the text is too large",
    "the nesting is too deep",
    "the text ends too early",
    "syntax error",
    "bad number",
    "bad escape in a string",
    "invalid UTF-8",
    "control character in a string",
    "zero byte",
    "lone surrogate",
    "duplicate key",
    "unexpected text after the value",
    "out of memory"
};


static check_state_e check_value(check_t *c);
static check_state_e check_value_or_close(check_t *c);
static check_state_e check_member(check_t *c);
static check_state_e check_member_or_close(check_t *c);
static check_state_e check_next(check_t *c);
static check_state_e check_end(check_t *c);


/* indexed by check_state_e */
static check_state_e  (*const check_steps[])(check_t *c) = {
    check_value,
    check_value_or_close,
    check_member,
    check_member_or_close,
    check_next,
    check_end
};


static check_state_e
check_fail_at(check_t *c, paperal_json_code_e code, const char *at)
{
    c->result->code = code;
    c->result->offset = (size_t) (at - c->text);
    c->result->message = check_messages[code];

    return CHECK_FAILED;
}


/* At the end, and at a raw zero byte, the reason is always the same. */
static check_state_e
check_fail(check_t *c, paperal_json_code_e code)
{
    if (c->pos == c->end) {
        code = PAPERAL_JSON_TRUNCATED;

    } else if (*c->pos == '\0') {
        code = PAPERAL_JSON_NUL;
    }

    return check_fail_at(c, code, c->pos);
}


static void
check_space(check_t *c)
{
    while (c->pos < c->end
           && (*c->pos == ' ' || *c->pos == '\t'
               || *c->pos == '\n' || *c->pos == '\r'))
    {
        c->pos++;
    }
}


static check_state_e
check_after_value(const check_t *c)
{
    return c->depth > 0 ? CHECK_NEXT : CHECK_END;
}


static int
check_is_digit(const check_t *c)
{
    return c->pos < c->end && *c->pos >= '0' && *c->pos <= '9';
}


/*
 * Skips a string; *raw is what stands between its quotes.  Returns
 * CHECK_FAILED or any other state.
 */
static check_state_e
check_string(check_t *c, paperal_json_key_t *raw)
{
    size_t               n;
    uint32_t             cp;
    unsigned char        ch;
    paperal_json_code_e  code;

    raw->data = ++c->pos;

    while (c->pos < c->end) {
        ch = (unsigned char) *c->pos;

        if (ch == '"') {
            raw->len = (size_t) (c->pos - raw->data);
            c->pos++;
            return CHECK_NEXT;
        }

        if (ch == '\\') {
            n = paperal_json_escape(c->pos, c->end, &cp, &code);
            if (n == 0) {
                return check_fail_at(c, code, c->pos);
            }

        } else if (ch < 0x20) {
            return check_fail(c, PAPERAL_JSON_CONTROL);

        } else if (ch < 0x80) {
            n = 1;

        } else {
            n = paperal_utf8_decode(c->pos, (size_t) (c->end - c->pos), &cp);
            if (n == 0) {
                return check_fail(c, PAPERAL_JSON_BAD_UTF8);
            }
        }

        c->pos += n;
    }

    return check_fail(c, PAPERAL_JSON_TRUNCATED);
}


/* Notes a number that is not the same as a double. */
static void
check_exact(check_t *c, const char *start, size_t len, int integer)
{
    int        inexact;
    char       digits[PAPERAL_JSON_MAX_NUMBER + 1];
    long long  n;

    memcpy(digits, start, len);
    digits[len] = '\0';

    if (integer) {
        n = strtoll(digits, NULL, 10);       /* the nearest bound if outside */
        inexact = n > PAPERAL_JSON_MAX_INT || n < -PAPERAL_JSON_MAX_INT;

    } else {
        inexact = isinf(strtod(digits, NULL));
    }

    if (inexact && !c->result->inexact) {
        c->result->inexact = 1;
        c->result->inexact_offset = (size_t) (start - c->text);
    }
}


static check_state_e
check_digits(check_t *c)
{
    if (!check_is_digit(c)) {
        return check_fail(c, PAPERAL_JSON_BAD_NUMBER);
    }

    while (check_is_digit(c)) {
        c->pos++;
    }

    return CHECK_NEXT;
}


static check_state_e
check_number(check_t *c)
{
    int          integer;
    const char  *start;

    start = c->pos;
    integer = 1;

    if (*c->pos == '-') {
        c->pos++;
    }

    if (c->pos < c->end && *c->pos == '0') {
        c->pos++;

        if (check_is_digit(c)) {
            return check_fail(c, PAPERAL_JSON_BAD_NUMBER);
        }

    } else if (check_digits(c) == CHECK_FAILED) {
        return CHECK_FAILED;
    }

    if (c->pos < c->end && *c->pos == '.') {
        integer = 0;
        c->pos++;

        if (check_digits(c) == CHECK_FAILED) {
            return CHECK_FAILED;
        }
    }

    if (c->pos < c->end && (*c->pos | 0x20) == 'e') {
        integer = 0;
        c->pos++;

        if (c->pos < c->end && (*c->pos == '+' || *c->pos == '-')) {
            c->pos++;
        }

        if (check_digits(c) == CHECK_FAILED) {
            return CHECK_FAILED;
        }
    }

    if (c->pos - start > PAPERAL_JSON_MAX_NUMBER) {
        return check_fail_at(c, PAPERAL_JSON_BAD_NUMBER, start);
    }

    check_exact(c, start, (size_t) (c->pos - start), integer);

    return check_after_value(c);
}


static check_state_e
check_literal(check_t *c, const char *literal)
{
    for ( /* void */ ; *literal != '\0'; literal++, c->pos++) {
        if (c->pos == c->end || *c->pos != *literal) {
            return check_fail(c, PAPERAL_JSON_SYNTAX);
        }
    }

    return check_after_value(c);
}


static check_state_e
check_open(check_t *c, int array)
{
    uint32_t  top;

    if (c->depth == PAPERAL_JSON_MAX_DEPTH) {
        return check_fail(c, PAPERAL_JSON_TOO_DEEP);
    }

    top = (uint32_t) 1 << c->depth;
    c->base[c->depth] = c->count;
    c->depth++;
    c->pos++;

    if (array) {
        c->arrays |= top;
        return CHECK_FIRST_VALUE;
    }

    c->arrays &= ~top;
    return CHECK_FIRST_KEY;
}


static check_state_e
check_value(check_t *c)
{
    paperal_json_key_t  raw;

    if (c->pos == c->end) {
        return check_fail(c, PAPERAL_JSON_TRUNCATED);
    }

    switch (*c->pos) {

    case '{':
        return check_open(c, 0);

    case '[':
        return check_open(c, 1);

    case '"':
        return check_string(c, &raw) == CHECK_FAILED ? CHECK_FAILED
                                                     : check_after_value(c);

    case 't':
        return check_literal(c, "true");

    case 'f':
        return check_literal(c, "false");

    case 'n':
        return check_literal(c, "null");

    case '-':
    case '0': case '1': case '2': case '3': case '4':
    case '5': case '6': case '7': case '8': case '9':
        return check_number(c);

    default:
        return check_fail(c, PAPERAL_JSON_SYNTAX);
    }
}


static check_state_e
check_close(check_t *c)
{
    size_t       base;
    const char  *again;

    c->depth--;

    if (!(c->arrays & (uint32_t) 1 << c->depth)) {
        base = c->base[c->depth];
        again = paperal_json_duplicate(c->keys + base, c->count - base);

        if (again != NULL) {
            return check_fail_at(c, PAPERAL_JSON_DUPLICATE_KEY, again - 1);
        }

        c->count = base;
    }

    c->pos++;

    return check_after_value(c);
}


static check_state_e
check_value_or_close(check_t *c)
{
    if (c->pos < c->end && *c->pos == ']') {
        return check_close(c);
    }

    return check_value(c);
}


static check_state_e
check_push_key(check_t *c, const paperal_json_key_t *key)
{
    size_t               size;
    paperal_json_key_t  *keys;

    if (c->count == c->size) {
        size = c->size * 2;

        keys = realloc(c->keys == c->local ? NULL : c->keys,
                       size * sizeof(paperal_json_key_t));
        if (keys == NULL) {
            return check_fail_at(c, PAPERAL_JSON_NO_MEMORY, key->data - 1);
        }

        if (c->keys == c->local) {
            memcpy(keys, c->local, sizeof(c->local));
        }

        c->keys = keys;
        c->size = size;
    }

    c->keys[c->count++] = *key;

    return CHECK_NEXT;
}


static check_state_e
check_member(check_t *c)
{
    paperal_json_key_t  key;

    if (c->pos == c->end || *c->pos != '"') {
        return check_fail(c, PAPERAL_JSON_SYNTAX);
    }

    if (check_string(c, &key) == CHECK_FAILED
        || check_push_key(c, &key) == CHECK_FAILED)
    {
        return CHECK_FAILED;
    }

    check_space(c);

    if (c->pos == c->end || *c->pos != ':') {
        return check_fail(c, PAPERAL_JSON_SYNTAX);
    }

    c->pos++;

    return CHECK_VALUE;
}


static check_state_e
check_member_or_close(check_t *c)
{
    if (c->pos < c->end && *c->pos == '}') {
        return check_close(c);
    }

    return check_member(c);
}


static check_state_e
check_next(check_t *c)
{
    int  array;

    array = (c->arrays & (uint32_t) 1 << (c->depth - 1)) != 0;

    if (c->pos == c->end) {
        return check_fail(c, PAPERAL_JSON_TRUNCATED);
    }

    if (*c->pos == ',') {
        c->pos++;
        return array ? CHECK_VALUE : CHECK_KEY;
    }

    if (*c->pos == (array ? ']' : '}')) {
        return check_close(c);
    }

    return check_fail(c, PAPERAL_JSON_SYNTAX);
}


/* Reached in CHECK_END with bytes left. */
static check_state_e
check_end(check_t *c)
{
    return check_fail(c, PAPERAL_JSON_TRAILING);
}


int
paperal_json_check(const char *text, size_t len, size_t max,
    paperal_json_check_t *result)
{
    check_t        c;
    check_state_e  state;

    memset(result, 0, sizeof(paperal_json_check_t));

    if (len == 0) {
        text = "";             /* an empty body has no address to count from */
    }

    c.text = text;
    c.pos = text;
    c.end = text + len;
    c.result = result;
    c.depth = 0;
    c.arrays = 0;
    c.keys = c.local;
    c.count = 0;
    c.size = CHECK_LOCAL_KEYS;

    result->message = check_messages[PAPERAL_JSON_OK];

    if (len > max) {
        check_fail_at(&c, PAPERAL_JSON_TOO_LARGE, text + max);
        return result->code;
    }

    check_space(&c);

    if (c.pos == c.end) {
        check_fail_at(&c, PAPERAL_JSON_EMPTY, c.pos);
        return result->code;
    }

    state = CHECK_VALUE;

    do {
        state = check_steps[state](&c);
        check_space(&c);
    } while (state != CHECK_FAILED && !(state == CHECK_END && c.pos == c.end));

    if (c.keys != c.local) {
        free(c.keys);
    }

    return result->code;
}
