/*
 * The multipart parser.  Every body of the table is fed whole, byte by byte,
 * and cut in two at every position: the callbacks must tell the same each
 * time.
 */

#include "paperal_multipart.h"

#include "paperal_buf.h"

#include "test.h"


#define LOG_MAX   20000
#define BOUNDARY  "XX"

#define PART(headers, data)  "--XX\r\n" headers "\r\n" data "\r\n"
#define NAMED(name)          "Content-Disposition: form-data; name=" name "\r\n"
#define LAST                 "--XX--\r\n"


typedef struct {
    paperal_buf_t   text;
    int             stop_at;       /* callbacks until one stops, -1: never */
} record_t;


static int
record(record_t *r)
{
    if (r->stop_at == 0) {
        return 17;
    }

    if (r->stop_at > 0) {
        r->stop_at--;
    }

    return 0;
}


static int
on_begin(void *data, const paperal_multipart_part_t *part)
{
    record_t  *r = data;

    paperal_buf_printf(&r->text, "[%s|%s|%s:", part->name,
                       part->filename != NULL ? part->filename : "-",
                       part->content_type != NULL ? part->content_type : "-");
    return record(r);
}


/* Pieces of data are joined, so that their cuts do not show. */
static int
on_data(void *data, const char *p, size_t len)
{
    record_t  *r = data;

    if (len == 0) {
        paperal_buf_str(&r->text, "(empty data)");
    }

    paperal_buf_bytes(&r->text, p, len);

    return r->stop_at >= 0 ? record(r) : 0;
}


static int
on_end_part(void *data)
{
    record_t  *r = data;

    paperal_buf_char(&r->text, ']');

    return record(r);
}


static int
on_end(void *data)
{
    record_t  *r = data;

    paperal_buf_char(&r->text, '.');

    return record(r);
}


static const paperal_multipart_handler_t  handler = {
    on_begin, on_data, on_end_part, on_end
};


/*
 * Feeds a body in pieces: the first of "first" bytes, the others of "step".
 * Each piece is a copy of its exact size, so that a read beyond it is seen.
 */
static paperal_multipart_e
feed(record_t *r, const char *body, size_t len, size_t first, size_t step)
{
    char                 *piece;
    size_t                n;
    paperal_multipart_t  *m;
    paperal_multipart_e   rc;

    m = malloc(sizeof(paperal_multipart_t));
    memset(m, 0xa5, sizeof(paperal_multipart_t));
    paperal_multipart_init(m, BOUNDARY, strlen(BOUNDARY), &handler, r);

    for (n = first; len > 0; n = step) {
        if (n > len) {
            n = len;
        }

        piece = malloc(n > 0 ? n : 1);
        memcpy(piece, body, n);
        paperal_multipart_feed(m, piece, n);
        free(piece);

        body += n;
        len -= n;
    }

    rc = paperal_multipart_finish(m);

    if (rc == PAPERAL_MULTIPART_STOPPED && m->stopped != 17) {
        test_ok(0, "the callback's value is kept");
    }

    free(m);

    return rc;
}


static void
check_body(const char *body, size_t len, int code, const char *want,
    const char *name)
{
    int        rc;
    size_t     cut;
    record_t   r;

    r.stop_at = -1;
    paperal_buf_init(&r.text, LOG_MAX);

    rc = feed(&r, body, len, len, 1);
    test_int(rc, code, "%s", name);
    test_str(paperal_buf_cstr(&r.text), want, "%s: callbacks", name);

    for (cut = 0; cut <= len; cut++) {
        paperal_buf_clear(&r.text);
        rc = feed(&r, body, len, cut, cut == 0 ? 1 : len);

        if (rc != code || strcmp(paperal_buf_cstr(&r.text), want) != 0) {
            test_diag("cut at %zu: %d %s", cut, rc,
                      paperal_buf_cstr(&r.text));
            break;
        }
    }

    test_int((long long) cut, (long long) len + 1, "%s: any cut is the same",
             name);
    paperal_buf_release(&r.text);
}


typedef struct {
    const char  *name;
    const char  *body;
    int          code;
    const char  *want;
} case_t;


static const case_t  bodies[] = {
    { "a field", PART(NAMED("\"a\""), "value") LAST,
      PAPERAL_MULTIPART_OK, "[a|-|-:value]." },
    { "no parts", LAST, PAPERAL_MULTIPART_OK, "." },
    { "a file",
      PART("Content-Disposition: form-data; name=\"file\"; "
           "filename=\"a b.pdf\"\r\nContent-Type: application/pdf\r\n",
           "%PDF-1.7\r\n%%EOF\r\n") LAST,
      PAPERAL_MULTIPART_OK,
      "[file|a b.pdf|application/pdf:%PDF-1.7\r\n%%EOF\r\n]." },
    { "several parts",
      PART(NAMED("\"a\""), "1") PART(NAMED("\"b\""), "2")
      PART(NAMED("\"a\""), "3") LAST,
      PAPERAL_MULTIPART_OK, "[a|-|-:1][b|-|-:2][a|-|-:3]." },
    { "an empty value", PART(NAMED("\"a\""), "") LAST,
      PAPERAL_MULTIPART_OK, "[a|-|-:]." },
    { "a part without body", "--XX\r\n" NAMED("a") "\r\n--XX--",
      PAPERAL_MULTIPART_OK, "[a|-|-:]." },
    { "no line end at the end", PART(NAMED("a"), "x") "--XX--",
      PAPERAL_MULTIPART_OK, "[a|-|-:x]." },
    { "an epilogue", PART(NAMED("a"), "x") "--XX--\r\nbye\r\n--XX\r\n",
      PAPERAL_MULTIPART_OK, "[a|-|-:x]." },
    { "a preamble", "hello\r\n" PART(NAMED("a"), "x") LAST,
      PAPERAL_MULTIPART_OK, "[a|-|-:x]." },
    { "a line end in front", "\r\n" PART(NAMED("a"), "x") LAST,
      PAPERAL_MULTIPART_OK, "[a|-|-:x]." },
    { "blanks behind boundaries",
      "--XX \t \r\n" NAMED("a") "\r\nx\r\n--XX \r\n" NAMED("b")
      "\r\ny\r\n" LAST,
      PAPERAL_MULTIPART_OK, "[a|-|-:x][b|-|-:y]." },

    /* data that look like the boundary */
    { "beginnings of it",
      PART(NAMED("a"), "\r\r\n\r\n-\r\n--\r\n--X\r\n--Y\r\n-X\r--XX\n--XX")
      LAST, PAPERAL_MULTIPART_OK,
      "[a|-|-:\r\r\n\r\n-\r\n--\r\n--X\r\n--Y\r\n-X\r--XX\n--XX]." },
    { "a beginning before the real one",
      PART(NAMED("a"), "x\r\n--X") LAST, PAPERAL_MULTIPART_OK,
      "[a|-|-:x\r\n--X]." },
    { "a CR before it", PART(NAMED("a"), "x\r") LAST,
      PAPERAL_MULTIPART_OK, "[a|-|-:x\r]." },
    { "a line end before it", PART(NAMED("a"), "\r\n") LAST,
      PAPERAL_MULTIPART_OK, "[a|-|-:\r\n]." },
    { "dashes at the start", PART(NAMED("a"), "--X") LAST,
      PAPERAL_MULTIPART_OK, "[a|-|-:--X]." },
    { "a dash at the start", PART(NAMED("a"), "-") LAST,
      PAPERAL_MULTIPART_OK, "[a|-|-:-]." },
    { "one that is longer", PART(NAMED("a"), "x\r\n--XXX") LAST,
      PAPERAL_MULTIPART_BAD_DELIMITER, "[a|-|-:x" },
    { "another boundary", "--YY\r\n" NAMED("a") "\r\nx\r\n--YY--\r\n",
      PAPERAL_MULTIPART_TRUNCATED, "" },

    /* ends too early */
    { "nothing", "", PAPERAL_MULTIPART_TRUNCATED, "" },
    { "half a boundary", "--X", PAPERAL_MULTIPART_TRUNCATED, "" },
    { "only a boundary", "--XX\r\n", PAPERAL_MULTIPART_TRUNCATED, "" },
    { "an end in the headers", "--XX\r\n" NAMED("a"),
      PAPERAL_MULTIPART_TRUNCATED, "" },
    { "an end in the data", "--XX\r\n" NAMED("a") "\r\nxyz",
      PAPERAL_MULTIPART_TRUNCATED, "[a|-|-:xyz" },
    { "an end in a boundary", "--XX\r\n" NAMED("a") "\r\nxyz\r\n--X",
      PAPERAL_MULTIPART_TRUNCATED, "[a|-|-:xyz" },
    { "one dash missing", "--XX\r\n" NAMED("a") "\r\nxyz\r\n--XX-",
      PAPERAL_MULTIPART_TRUNCATED, "[a|-|-:xyz" },
    { "no closing boundary", "--XX\r\n" NAMED("a") "\r\nxyz\r\n--XX\r\n",
      PAPERAL_MULTIPART_TRUNCATED, "[a|-|-:xyz]" },

    /* boundary lines */
    { "a bare LF behind it", "--XX\n" NAMED("a") "\r\nx\r\n" LAST,
      PAPERAL_MULTIPART_BAD_DELIMITER, "" },
    { "a bare CR behind it", "--XX\rx", PAPERAL_MULTIPART_BAD_DELIMITER, "" },
    { "a dash and another", "--XX-x", PAPERAL_MULTIPART_BAD_DELIMITER, "" },
    { "a dash behind a blank", "--XX --",
      PAPERAL_MULTIPART_BAD_DELIMITER, "" },

    /* headers */
    { "no headers", "--XX\r\n\r\nx\r\n" LAST,
      PAPERAL_MULTIPART_NO_NAME, "" },
    { "another header only", PART("X-A: b\r\n", "x") LAST,
      PAPERAL_MULTIPART_NO_NAME, "" },
    { "no name", PART("Content-Disposition: form-data\r\n", "x") LAST,
      PAPERAL_MULTIPART_NO_NAME, "" },
    { "an empty name", PART(NAMED("\"\""), "x") LAST,
      PAPERAL_MULTIPART_NO_NAME, "" },
    { "two names", PART(NAMED("a; name=b"), "x") LAST,
      PAPERAL_MULTIPART_BAD_HEADER, "" },
    { "two dispositions", PART(NAMED("a") NAMED("b"), "x") LAST,
      PAPERAL_MULTIPART_BAD_HEADER, "" },
    { "two file names", PART(NAMED("a; filename=b; filename=c"), "x") LAST,
      PAPERAL_MULTIPART_BAD_HEADER, "" },
    { "two types", PART(NAMED("a") "Content-Type: b\r\nContent-Type: c\r\n",
                        "x") LAST,
      PAPERAL_MULTIPART_BAD_HEADER, "" },
    { "an attachment",
      PART("Content-Disposition: attachment; name=a\r\n", "x") LAST,
      PAPERAL_MULTIPART_BAD_HEADER, "" },
    { "no colon", PART("Content-Disposition\r\n", "x") LAST,
      PAPERAL_MULTIPART_BAD_HEADER, "" },
    { "a blank before the colon", PART("X-A : b\r\n" NAMED("a"), "x") LAST,
      PAPERAL_MULTIPART_BAD_HEADER, "" },
    { "no header name", PART(": b\r\n" NAMED("a"), "x") LAST,
      PAPERAL_MULTIPART_BAD_HEADER, "" },
    { "a folded line", PART("X-A: b\r\n c\r\n" NAMED("a"), "x") LAST,
      PAPERAL_MULTIPART_BAD_HEADER, "" },
    { "a bare LF", "--XX\r\nX-A: b\n" NAMED("a") "\r\nx\r\n" LAST,
      PAPERAL_MULTIPART_BAD_HEADER, "" },
    { "an LF at the start", "--XX\r\n\n", PAPERAL_MULTIPART_BAD_HEADER, "" },
    { "a bare CR", PART("X-A: b\rc\r\n" NAMED("a"), "x") LAST,
      PAPERAL_MULTIPART_BAD_HEADER, "" },
    { "a control character", PART("X-A: b\x01\r\n" NAMED("a"), "x") LAST,
      PAPERAL_MULTIPART_BAD_HEADER, "" },
    { "an open quote", PART(NAMED("\"a"), "x") LAST,
      PAPERAL_MULTIPART_BAD_HEADER, "" },
    { "any case and order of headers",
      PART("content-TYPE:text/plain; charset=utf-8 \r\n"
           "CONTENT-disposition:FORM-DATA;NAME=a;x=y\r\nX-A:\r\n", "v") LAST,
      PAPERAL_MULTIPART_OK, "[a|-|text/plain; charset=utf-8:v]." },
    { "binary encoding",
      PART(NAMED("a") "Content-Transfer-Encoding: BINARY\r\n", "v") LAST,
      PAPERAL_MULTIPART_OK, "[a|-|-:v]." },
    { "base64 encoding",
      PART(NAMED("a") "Content-Transfer-Encoding: base64\r\n", "eA==") LAST,
      PAPERAL_MULTIPART_BAD_ENCODING, "" },

    /* names */
    { "an empty file name", PART(NAMED("a; filename=\"\""), "") LAST,
      PAPERAL_MULTIPART_OK, "[a||-:]." },
    { "raw UTF-8",
      PART(NAMED("a; filename=\"\xe8\xae\xba\xe6\x96\x87.pdf\""), "x") LAST,
      PAPERAL_MULTIPART_OK, "[a|\xe8\xae\xba\xe6\x96\x87.pdf|-:x]." },
    { "browsers' escapes",
      PART(NAMED("a; filename=\"%22a%0D%0Ab%22 100%25.pdf\""), "x") LAST,
      PAPERAL_MULTIPART_OK, "[a|\"a b\" 100%25.pdf|-:x]." },
    { "quoted pairs",
      PART(NAMED("a; filename=\"x\\\"y\\\\z\""), "x") LAST,
      PAPERAL_MULTIPART_OK, "[a|x\"y\\z|-:x]." },
    { "a path of Windows",
      PART(NAMED("a; filename=\"C:\\dir\\x.pdf\""), "x") LAST,
      PAPERAL_MULTIPART_OK, "[a|C:\\dir\\x.pdf|-:x]." },
    { "a semicolon in quotes",
      PART(NAMED("\"a;b\"; filename=\"c;name=d\""), "x") LAST,
      PAPERAL_MULTIPART_OK, "[a;b|c;name=d|-:x]." },
    { "no quotes", PART(NAMED("a; filename=x y.pdf"), "x") LAST,
      PAPERAL_MULTIPART_OK, "[a|x y.pdf|-:x]." },
    { "latin 1", PART(NAMED("a; filename=\"caf\xe9.pdf\""), "x") LAST,
      PAPERAL_MULTIPART_OK, "[a|caf\xef\xbf\xbd.pdf|-:x]." },
    { "an extended name",
      PART(NAMED("a; filename*=UTF-8''%e8%ae%ba%22.pdf"), "x") LAST,
      PAPERAL_MULTIPART_OK, "[a|\xe8\xae\xba\".pdf|-:x]." },
    { "an extended name behind a plain one",
      PART(NAMED("a; filename=\"x.pdf\"; filename*=utf-8'zh'%e8%ae%ba"), "x")
      LAST, PAPERAL_MULTIPART_OK, "[a|\xe8\xae\xba|-:x]." },
    { "an extended name before a plain one",
      PART(NAMED("a; filename*=utf-8''%e8%ae%ba; filename=\"x.pdf\""), "x")
      LAST, PAPERAL_MULTIPART_OK, "[a|\xe8\xae\xba|-:x]." },
    { "an extended name in another charset",
      PART(NAMED("a; filename*=iso-8859-1''caf%e9"), "x") LAST,
      PAPERAL_MULTIPART_BAD_HEADER, "" }
};


static void
test_bodies(void)
{
    size_t  i;

    for (i = 0; i < test_count(bodies); i++) {
        check_body(bodies[i].body, strlen(bodies[i].body), bodies[i].code,
                   bodies[i].want, bodies[i].name);
    }
}


/* Data with every byte value, zero included, pass unchanged. */
static void
test_binary(void)
{
    char           data[1024];
    size_t         i, step;
    record_t       r;
    paperal_buf_t  body, want;

    for (i = 0; i < sizeof(data); i++) {
        data[i] = (char) (i * 7 + i / 256);
    }

    paperal_buf_init(&body, 10000);
    paperal_buf_init(&want, 10000);
    paperal_buf_str(&body, "--XX\r\n" NAMED("a") "\r\n");
    paperal_buf_bytes(&body, data, sizeof(data));
    paperal_buf_str(&body, "\r\n" LAST);
    paperal_buf_str(&want, "[a|-|-:");
    paperal_buf_bytes(&want, data, sizeof(data));
    paperal_buf_str(&want, "].");

    r.stop_at = -1;
    paperal_buf_init(&r.text, LOG_MAX);

    for (step = 1; step <= body.len; step++) {
        paperal_buf_clear(&r.text);

        if (feed(&r, body.data, body.len, step, step) != PAPERAL_MULTIPART_OK
            || r.text.len != want.len
            || memcmp(r.text.data, want.data, want.len) != 0)
        {
            break;
        }
    }

    test_int((long long) step, (long long) body.len + 1,
             "binary data in pieces of any size");

    paperal_buf_release(&r.text);
    paperal_buf_release(&body);
    paperal_buf_release(&want);
}


/* A body of one part whose header block is made by the caller. */
static int
part_code(const char *prefix, char fill, size_t n, const char *suffix)
{
    int            rc;
    size_t         i;
    record_t       r;
    paperal_buf_t  body;

    r.stop_at = -1;
    paperal_buf_init(&r.text, LOG_MAX);
    paperal_buf_init(&body, LOG_MAX);
    paperal_buf_str(&body, prefix);

    for (i = 0; i < n; i++) {
        paperal_buf_char(&body, fill);
    }

    paperal_buf_str(&body, suffix);

    rc = feed(&r, body.data, body.len, body.len, 1);

    if (feed(&r, body.data, body.len, 1, 1) != (paperal_multipart_e) rc) {
        rc = -1;
    }

    paperal_buf_release(&body);
    paperal_buf_release(&r.text);

    return rc;
}


static void
test_limits(void)
{
    size_t  i, used;

    static const char  big[] = "--XX\r\n" NAMED("a") "X: ";
    static const char  rest[] = "\r\n\r\nx\r\n" LAST;

    test_int(part_code("--XX\r\n" "Content-Disposition: form-data; name=\"",
                       'n', 255, "\"\r\n\r\nx\r\n" LAST),
             PAPERAL_MULTIPART_OK, "a name of 255 bytes");
    test_int(part_code("--XX\r\n" "Content-Disposition: form-data; name=\"",
                       'n', 256, "\"\r\n\r\nx\r\n" LAST),
             PAPERAL_MULTIPART_NAME_TOO_LONG, "one of 256");
    test_int(part_code("--XX\r\n" "Content-Disposition: form-data; name=a; "
                       "filename=\"", 'f', 255, "\"\r\n\r\nx\r\n" LAST),
             PAPERAL_MULTIPART_OK, "a file name of 255 characters");
    test_int(part_code("--XX\r\n" "Content-Disposition: form-data; name=a; "
                       "filename=\"", 'f', 256, "\"\r\n\r\nx\r\n" LAST),
             PAPERAL_MULTIPART_NAME_TOO_LONG, "one of 256");
    test_int(part_code("--XX\r\n" "Content-Disposition: form-data; name=a; "
                       "filename=\"", '\xff', 2000, "\"\r\n\r\nx\r\n" LAST),
             PAPERAL_MULTIPART_NAME_TOO_LONG, "one of 2000 invalid bytes");
    test_int(part_code("--XX\r\n" NAMED("a") "Content-Type: ", 't', 255,
                       rest), PAPERAL_MULTIPART_OK, "a type of 255 bytes");
    test_int(part_code("--XX\r\n" NAMED("a") "Content-Type: ", 't', 256,
                       rest), PAPERAL_MULTIPART_BAD_HEADER, "one of 256");

    used = strlen(big) - strlen("--XX\r\n") + 4;
    test_int(part_code(big, 'h', PAPERAL_MULTIPART_MAX_HEADERS - used, rest),
             PAPERAL_MULTIPART_OK, "headers of 8 KiB");
    test_int(part_code(big, 'h', PAPERAL_MULTIPART_MAX_HEADERS - used + 1,
                       rest), PAPERAL_MULTIPART_HEADERS_TOO_LARGE,
             "one byte more");
    test_int(part_code("--XX\r\n", 'h', 10000, ""),
             PAPERAL_MULTIPART_HEADERS_TOO_LARGE, "headers without an end");

    test_int(part_code("--XX", ' ', 64, "\r\n" NAMED("a") "\r\nx\r\n" LAST),
             PAPERAL_MULTIPART_OK, "64 blanks behind a boundary");
    test_int(part_code("--XX", ' ', 65, "\r\n" NAMED("a") "\r\nx\r\n" LAST),
             PAPERAL_MULTIPART_BAD_DELIMITER, "65 of them");

    for (i = PAPERAL_MULTIPART_MAX_PARTS; i < 34; i++) {
        size_t         n;
        record_t       r;
        paperal_buf_t  body;

        r.stop_at = -1;
        paperal_buf_init(&r.text, LOG_MAX);
        paperal_buf_init(&body, LOG_MAX);

        for (n = 0; n < i; n++) {
            paperal_buf_str(&body, PART(NAMED("a"), "x"));
        }

        paperal_buf_str(&body, LAST);
        test_int(feed(&r, body.data, body.len, body.len, 1),
                 i > PAPERAL_MULTIPART_MAX_PARTS
                 ? PAPERAL_MULTIPART_TOO_MANY_PARTS : PAPERAL_MULTIPART_OK,
                 "%zu parts", i);
        paperal_buf_release(&body);
        paperal_buf_release(&r.text);
    }
}


/* Each callback in turn stops the parser; nothing is called after it. */
static void
test_stop(void)
{
    int        i;
    size_t     len;
    record_t   r;

    static const char  body[] = PART(NAMED("a"), "x") PART(NAMED("b"), "y")
                                LAST;
    static const char  *want[] = {
        "[a|-|-:", "[a|-|-:x", "[a|-|-:x]", "[a|-|-:x][b|-|-:",
        "[a|-|-:x][b|-|-:y", "[a|-|-:x][b|-|-:y]", "[a|-|-:x][b|-|-:y]."
    };

    len = strlen(body);

    for (i = 0; i < (int) test_count(want); i++) {
        r.stop_at = i;
        paperal_buf_init(&r.text, LOG_MAX);
        test_int(feed(&r, body, len, len, 1), PAPERAL_MULTIPART_STOPPED,
                 "callback %d stops", i);
        test_str(r.text.data, want[i], "nothing follows");
        paperal_buf_release(&r.text);
    }
}


/* Without callbacks the parser only checks. */
static void
test_no_callbacks(void)
{
    paperal_multipart_t                 m;
    static const char                   body[] = PART(NAMED("a"), "x") LAST;
    static const paperal_multipart_handler_t  none;

    paperal_multipart_init(&m, "XX", 2, &none, NULL);
    test_int(paperal_multipart_feed(&m, body, strlen(body)),
             PAPERAL_MULTIPART_OK, "no callbacks are needed");
    test_int(paperal_multipart_finish(&m), PAPERAL_MULTIPART_OK,
             "to check a body");
    test_int(m.parts, 1, "and count its parts");

    paperal_multipart_init(&m, "XX", 2, &none, NULL);
    test_int(paperal_multipart_finish(&m), PAPERAL_MULTIPART_TRUNCATED,
             "no body is an error");
    test_int(paperal_multipart_feed(&m, body, strlen(body)),
             PAPERAL_MULTIPART_TRUNCATED, "and final");
}


static void
test_boundary(void)
{
    int     rc;
    char    boundary[PAPERAL_MULTIPART_BOUNDARY_SIZE];
    size_t  i, len;

    static const struct {
        const char  *type;
        int          code;
        const char  *boundary;
    } cases[] = {
        { "multipart/form-data; boundary=abc", PAPERAL_MULTIPART_OK, "abc" },
        { "Multipart/Form-Data;BOUNDARY=AbC", PAPERAL_MULTIPART_OK, "AbC" },
        { "multipart/form-data; boundary=\"a b:c\"",
          PAPERAL_MULTIPART_OK, "a b:c" },
        { "multipart/form-data; charset=utf-8; boundary=abc ; x=y",
          PAPERAL_MULTIPART_OK, "abc" },
        { "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu",
          PAPERAL_MULTIPART_OK, "----WebKitFormBoundary7MA4YWxkTrZu" },
        { "multipart/form-data; boundary=0123456789012345678901234567890123"
          "456789012345678901234567890123456789", PAPERAL_MULTIPART_OK,
          "01234567890123456789012345678901234567890123456789012345678901234"
          "56789" },

        { "", PAPERAL_MULTIPART_NOT_FORM_DATA, NULL },
        { "application/json", PAPERAL_MULTIPART_NOT_FORM_DATA, NULL },
        { "multipart/mixed; boundary=abc",
          PAPERAL_MULTIPART_NOT_FORM_DATA, NULL },
        { "multipart/form-data-x; boundary=abc",
          PAPERAL_MULTIPART_NOT_FORM_DATA, NULL },
        { "multipart/form-data", PAPERAL_MULTIPART_BAD_BOUNDARY, NULL },
        { "multipart/form-data; boundary=",
          PAPERAL_MULTIPART_BAD_BOUNDARY, NULL },
        { "multipart/form-data; boundary=\"\"",
          PAPERAL_MULTIPART_BAD_BOUNDARY, NULL },
        { "multipart/form-data; boundary=\"abc",
          PAPERAL_MULTIPART_BAD_BOUNDARY, NULL },
        { "multipart/form-data; boundary=\"abc \"",
          PAPERAL_MULTIPART_BAD_BOUNDARY, NULL },
        { "multipart/form-data; boundary=a@b",
          PAPERAL_MULTIPART_BAD_BOUNDARY, NULL },
        { "multipart/form-data; boundary=a\xe9",
          PAPERAL_MULTIPART_BAD_BOUNDARY, NULL },
        { "multipart/form-data; boundary=a; boundary=b",
          PAPERAL_MULTIPART_BAD_BOUNDARY, NULL },
        { "multipart/form-data; boundary=a; x",
          PAPERAL_MULTIPART_BAD_BOUNDARY, NULL },
        { "multipart/form-data; boundary=0123456789012345678901234567890123"
          "4567890123456789012345678901234567890",
          PAPERAL_MULTIPART_BAD_BOUNDARY, NULL }
    };

    for (i = 0; i < test_count(cases); i++) {
        rc = paperal_multipart_boundary(cases[i].type, strlen(cases[i].type),
                                        boundary, &len);
        test_int(rc, cases[i].code, "\"%s\"", cases[i].type);
        test_ok((paperal_multipart_message((paperal_multipart_e) rc)[0]
                 == '\0') == (rc == PAPERAL_MULTIPART_OK), "its message");

        if (rc == PAPERAL_MULTIPART_OK) {
            test_str(boundary, cases[i].boundary, "its boundary");
            test_int((long long) len, (long long) strlen(boundary),
                     "and length");
        }
    }
}


static void
test_bad_init(void)
{
    size_t               i;
    paperal_multipart_t  m;

    static const char  *boundaries[] = { "", " ", "a ", "a\r\nb", "a\"b" };

    for (i = 0; i < test_count(boundaries); i++) {
        test_int(paperal_multipart_init(&m, boundaries[i],
                                        strlen(boundaries[i]), &handler,
                                        NULL),
                 PAPERAL_MULTIPART_BAD_BOUNDARY, "boundary \"%s\"",
                 boundaries[i]);
        test_int(paperal_multipart_feed(&m, "--", 2),
                 PAPERAL_MULTIPART_BAD_BOUNDARY, "is refused for good");
    }
}


int
main(void)
{
    test_bodies();
    test_binary();
    test_limits();
    test_stop();
    test_no_callbacks();
    test_boundary();
    test_bad_init();

    return test_done();
}
