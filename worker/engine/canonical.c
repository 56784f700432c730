/*
 * Canonical JSON, see canonical.h.  Nothing here knows the engine.
 */

#include "canonical.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paperal_error.h"
#include "paperal_utf8.h"


#define CANONICAL_MAX_BYTES  (32 * 1024 * 1024)
#define CANONICAL_DIGITS     17


typedef struct {
    bool                sort;
    bool                hash;       /* leave out what people did */
    canonical_skip_pt   skip;
    paperal_buf_t      *b;
} canonical_t;


static void canonical_value(canonical_t *c, const cJSON *value, int depth);
static void canonical_object(canonical_t *c, const cJSON *value, int depth);
static bool canonical_is_left_out(const canonical_t *c, const cJSON *member,
    int depth);
static const cJSON *canonical_original(const canonical_t *c,
    const cJSON *object, const cJSON *member);
static void canonical_string(paperal_buf_t *b, const char *s);
static int canonical_compare(const void *a, const void *b);
static uint32_t canonical_unit(uint32_t cp);
static void canonical_digits(paperal_buf_t *b, const char *digits, int n,
    int point);


void
canonical_write(paperal_buf_t *b, const cJSON *value)
{
    canonical_t  c;

    c = (canonical_t) { true, false, NULL, b };
    canonical_value(&c, value, 0);
}


void
canonical_print(paperal_buf_t *b, const cJSON *value, canonical_skip_pt skip)
{
    canonical_t  c;

    c = (canonical_t) { false, false, skip, b };
    canonical_value(&c, value, 0);
}


int
canonical_results_sha256(const cJSON *results,
    char hex[PAPERAL_SHA256_HEX_SIZE])
{
    int            rc;
    canonical_t    c;
    paperal_buf_t  b;

    paperal_buf_init(&b, CANONICAL_MAX_BYTES);
    c = (canonical_t) { true, true, NULL, &b };
    canonical_value(&c, results, 0);
    rc = -1;

    if (!b.failed && paperal_sha256_hex(b.data, b.len, hex) == PAPERAL_OK) {
        rc = 0;
    }

    paperal_buf_release(&b);

    return rc;
}


/*
 * ECMAScript: the shortest digits that read back as the same number; plain
 * up to 21 digits before and 6 zeros behind the point, else an exponent.
 */

void
canonical_number(paperal_buf_t *b, double value)
{
    int    n, precision, exponent;
    char   text[CANONICAL_NUMBER_LEN], digits[CANONICAL_NUMBER_LEN], *p;

    if (!isfinite(value)) {
        b->failed = 1;
        return;
    }

    if (value == 0) {
        paperal_buf_char(b, '0');
        return;
    }

    if (value < 0) {
        paperal_buf_char(b, '-');
        value = -value;
    }

    for (precision = 0; precision < CANONICAL_DIGITS; precision++) {
        (void) snprintf(text, sizeof(text), "%.*e", precision, value);

        if (strtod(text, NULL) == value) {
            break;
        }
    }

    /* "d.ddde+xx"; what stands for the point depends on the locale */

    n = 0;

    for (p = text; *p != 'e'; p++) {
        if (*p >= '0' && *p <= '9') {
            digits[n++] = *p;
        }
    }

    exponent = (int) strtol(p + 1, NULL, 10);

    while (n > 1 && digits[n - 1] == '0') {
        n--;
    }

    canonical_digits(b, digits, n, exponent + 1);
}


/* value = 0.digits * 10^point */

static void
canonical_digits(paperal_buf_t *b, const char *digits, int n, int point)
{
    int  i;

    if (point >= n && point <= 21) {
        paperal_buf_bytes(b, digits, (size_t) n);

        for (i = n; i < point; i++) {
            paperal_buf_char(b, '0');
        }

    } else if (point > 0 && point <= 21) {
        paperal_buf_bytes(b, digits, (size_t) point);
        paperal_buf_char(b, '.');
        paperal_buf_bytes(b, digits + point, (size_t) (n - point));

    } else if (point > -6 && point <= 0) {
        paperal_buf_str(b, "0.");

        for (i = point; i < 0; i++) {
            paperal_buf_char(b, '0');
        }

        paperal_buf_bytes(b, digits, (size_t) n);

    } else {
        paperal_buf_char(b, digits[0]);

        if (n > 1) {
            paperal_buf_char(b, '.');
            paperal_buf_bytes(b, digits + 1, (size_t) (n - 1));
        }

        paperal_buf_str(b, point - 1 < 0 ? "e-" : "e+");
        paperal_buf_u64(b, (uint64_t) abs(point - 1));
    }
}


static void
canonical_value(canonical_t *c, const cJSON *value, int depth)
{
    bool          first;
    const cJSON  *item;

    if (depth > CANONICAL_MAX_DEPTH) {
        c->b->failed = 1;

    } else if (cJSON_IsObject(value)) {
        canonical_object(c, value, depth);

    } else if (cJSON_IsArray(value)) {
        first = true;
        paperal_buf_char(c->b, '[');

        cJSON_ArrayForEach(item, value) {
            if (!first) {
                paperal_buf_char(c->b, ',');
            }

            first = false;
            canonical_value(c, item, depth + 1);
        }

        paperal_buf_char(c->b, ']');

    } else if (cJSON_IsString(value)) {
        canonical_string(c->b, value->valuestring);

    } else if (cJSON_IsNumber(value)) {
        canonical_number(c->b, value->valuedouble);

    } else if (cJSON_IsBool(value)) {
        paperal_buf_str(c->b, cJSON_IsTrue(value) ? "true" : "false");

    } else {
        paperal_buf_str(c->b, "null");
    }
}


static void
canonical_object(canonical_t *c, const cJSON *value, int depth)
{
    size_t         i, n;
    const cJSON   *item, **members;

    n = (size_t) cJSON_GetArraySize(value);

    if (n > CANONICAL_MAX_KEYS) {
        c->b->failed = 1;
        return;
    }

    members = calloc(n + 1, sizeof(cJSON *));
    if (members == NULL) {
        abort();
    }

    n = 0;

    cJSON_ArrayForEach(item, value) {
        if (!canonical_is_left_out(c, item, depth)) {
            members[n++] = item;
        }
    }

    if (c->sort) {
        qsort(members, n, sizeof(cJSON *), canonical_compare);
    }

    paperal_buf_char(c->b, '{');

    for (i = 0; i < n; i++) {
        if (i > 0) {
            paperal_buf_char(c->b, ',');
        }

        canonical_string(c->b, members[i]->string);
        paperal_buf_char(c->b, ':');
        canonical_value(c, canonical_original(c, value, members[i]),
                        depth + 1);
    }

    paperal_buf_char(c->b, '}');
    free(members);
}


static bool
canonical_is_left_out(const canonical_t *c, const cJSON *member, int depth)
{
    size_t  i;

    static const char *const  edits[] = {
        "edited_by", "locked", "decision", "decided_by", "decided_at",
        "original_text"
    };

    if (c->skip != NULL && c->skip(member, depth)) {
        return true;
    }

    if (!c->hash) {
        return false;
    }

    if (depth == 0 && strcmp(member->string, "provenance") == 0) {
        return true;
    }

    for (i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
        if (strcmp(member->string, edits[i]) == 0) {
            return true;
        }
    }

    return false;
}


static const cJSON *
canonical_original(const canonical_t *c, const cJSON *object,
    const cJSON *member)
{
    const cJSON  *original;

    if (c->hash && strcmp(member->string, "text") == 0) {
        original = cJSON_GetObjectItemCaseSensitive(object, "original_text");

        if (cJSON_IsString(original)) {
            return original;
        }
    }

    return member;
}


static void
canonical_string(paperal_buf_t *b, const char *s)
{
    size_t       n;
    const char  *p, *escape;

    static const char  named[] = "\b\t\n\f\r\"\\";
    static const char  letters[] = "btnfr\"\\";

    paperal_buf_char(b, '"');

    for (p = s; *p != '\0'; p += n) {
        for (n = 0; (unsigned char) p[n] >= 0x20 && p[n] != '"'
                    && p[n] != '\\'; n++)
        {
            /* the plain part */
        }

        paperal_buf_bytes(b, p, n);

        if (p[n] == '\0') {
            break;
        }

        escape = strchr(named, p[n]);

        if (escape != NULL) {
            paperal_buf_char(b, '\\');
            paperal_buf_char(b, letters[escape - named]);

        } else {
            paperal_buf_printf(b, "\\u%04x", (unsigned char) p[n]);
        }

        n++;
    }

    paperal_buf_char(b, '"');
}


static int
canonical_compare(const void *a, const void *b)
{
    size_t        na, nb;
    uint32_t      ca, cb;
    const char   *x, *y;

    x = (*(const cJSON *const *) a)->string;
    y = (*(const cJSON *const *) b)->string;

    while (*x != '\0' && *y != '\0') {
        na = paperal_utf8_decode(x, strlen(x), &ca);
        nb = paperal_utf8_decode(y, strlen(y), &cb);

        if (na == 0 || nb == 0) {
            break;
        }

        if (ca != cb) {
            ca = canonical_unit(ca);
            cb = canonical_unit(cb);

            return ca < cb ? -1 : 1;
        }

        x += na;
        y += nb;
    }

    return strcmp(x, y);
}


/* Surrogates sort below U+E000 .. U+FFFF; among themselves as they are. */

static uint32_t
canonical_unit(uint32_t cp)
{
    if (cp >= 0x10000) {
        return cp - 0x10000 + 0xd800;
    }

    return cp >= 0xe000 ? cp + 0x200000 : cp;
}
