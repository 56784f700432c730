/*
 * The checks that parameter tables name: each looks at one input, text or
 * JSON, and makes the text of its $n.
 */

#include "ngx_http_paperal.h"
#include "ngx_http_paperal_cookie.h"
#include "ngx_http_paperal_param.h"
#include "paperal_email.h"
#include "paperal_list.h"
#include "paperal_time.h"
#include "paperal_utf8.h"
#include "paperal_uuid.h"


#define PAPERAL_MAX_ITEMS       256
#define PAPERAL_MAX_ARRAY_TEXT  (256 * 1024)


static const char *ngx_http_paperal_text(const ngx_http_paperal_input_t *in,
    ngx_str_t *text);
static const char *ngx_http_paperal_check_chars(
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_uint_t lines, ngx_str_t *value);
static const char *ngx_http_paperal_range(ngx_http_paperal_ctx_t *ctx,
    const char *format, int64_t min, int64_t max);
static const char *ngx_http_paperal_fill_list(paperal_list_t *list,
    const ngx_http_paperal_input_t *in);
static void ngx_http_paperal_array_text(const paperal_list_t *list,
    paperal_buf_t *b);


/* The text of an input, which as JSON must be a string. */

static const char *
ngx_http_paperal_text(const ngx_http_paperal_input_t *in, ngx_str_t *text)
{
    if (in->json == NULL) {
        *text = in->text;
        return NULL;
    }

    if (!cJSON_IsString(in->json)) {
        return "must be a string";
    }

    text->data = (u_char *) in->json->valuestring;
    text->len = ngx_strlen(text->data);

    return NULL;
}


const char *
ngx_http_paperal_check_text(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    return ngx_http_paperal_check_chars(p, in, 0, value);
}


const char *
ngx_http_paperal_check_lines(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    return ngx_http_paperal_check_chars(p, in, 1, value);
}


static const char *
ngx_http_paperal_check_chars(const ngx_http_paperal_param_t *p,
    const ngx_http_paperal_input_t *in, ngx_uint_t lines, ngx_str_t *value)
{
    size_t       chars;
    u_char       c;
    ngx_str_t    text;
    ngx_uint_t   i, blank;
    const char  *reason;

    reason = ngx_http_paperal_text(in, &text);
    if (reason != NULL) {
        return reason;
    }

    if (!paperal_utf8_is_valid((char *) text.data, text.len)) {
        return "must be UTF-8";
    }

    blank = 1;

    for (i = 0; i < text.len; i++) {
        c = text.data[i];

        if (c == 0x7f
            || (c < 0x20
                && !(lines && (c == '\n' || c == '\t' || c == '\r'))))
        {
            return "must not contain control characters";
        }

        blank &= c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    if (blank && p->min > 0) {
        return "must not be empty";
    }

    chars = paperal_utf8_count((char *) text.data, text.len);

    if (chars < (size_t) p->min) {
        return "is too short";
    }

    if (chars > (size_t) p->max) {
        return "is too long";
    }

    *value = text;

    return NULL;
}


const char *
ngx_http_paperal_check_word(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    ngx_str_t           text;
    const char         *reason;
    const char *const  *word;

    reason = ngx_http_paperal_text(in, &text);
    if (reason != NULL) {
        return reason;
    }

    for (word = p->of; *word != NULL; word++) {
        if (ngx_strlen(*word) == text.len
            && ngx_strncmp(*word, text.data, text.len) == 0)
        {
            *value = text;
            return NULL;
        }
    }

    return "is not one of the possible values";
}


const char *
ngx_http_paperal_check_sort(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    const char                *reason;
    ngx_http_paperal_input_t   field;

    field = *in;

    if (field.text.len && field.text.data[0] == '-') {
        field.text.data++;
        field.text.len--;
    }

    reason = ngx_http_paperal_check_word(ctx, p, &field, value);

    if (reason == NULL) {
        *value = in->text;
    }

    return reason;
}


const char *
ngx_http_paperal_check_int(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    double      n;
    u_char     *text;
    ngx_int_t   number;
    ngx_uint_t  negative;

    if (in->json != NULL) {

        n = in->json->valuedouble;

        if (!cJSON_IsNumber(in->json) || n != (double) (int64_t) n) {
            return "must be an integer";
        }

        number = (ngx_int_t) n;

    } else {
        negative = in->text.len && in->text.data[0] == '-';
        number = ngx_atoi(in->text.data + negative, in->text.len - negative);

        if (number == NGX_ERROR) {
            return "must be an integer";
        }

        number = negative ? -number : number;
    }

    if (number < p->min || number > p->max) {
        return ngx_http_paperal_range(ctx, "must be from %L to %L", p->min,
                                      p->max);
    }

    text = ngx_pnalloc(ctx->request->pool, NGX_INT64_LEN + 1);
    if (text == NULL) {
        return "is not readable";
    }

    value->data = text;
    value->len = ngx_sprintf(text, "%i", number) - text;

    return NULL;
}


static const char *
ngx_http_paperal_range(ngx_http_paperal_ctx_t *ctx, const char *format,
    int64_t min, int64_t max)
{
    u_char  *p;

    p = ngx_pnalloc(ctx->request->pool,
                    ngx_strlen(format) + 2 * NGX_INT64_LEN + 1);
    if (p == NULL) {
        return "is out of range";
    }

    *ngx_sprintf(p, format, min, max) = '\0';

    return (char *) p;
}


const char *
ngx_http_paperal_check_bool(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    if (in->json != NULL
        ? cJSON_IsTrue(in->json)
        : in->text.len == 4 && ngx_strncmp(in->text.data, "true", 4) == 0)
    {
        ngx_str_set(value, "true");
        return NULL;
    }

    if (in->json != NULL
        ? cJSON_IsFalse(in->json)
        : in->text.len == 5 && ngx_strncmp(in->text.data, "false", 5) == 0)
    {
        ngx_str_set(value, "false");
        return NULL;
    }

    return "must be true or false";
}


const char *
ngx_http_paperal_check_uuid(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    char         uuid[PAPERAL_UUID_SIZE];
    ngx_str_t    text;
    const char  *reason;

    reason = ngx_http_paperal_text(in, &text);
    if (reason != NULL) {
        return reason;
    }

    if (paperal_uuid_normalize(uuid, (char *) text.data, text.len)
        != PAPERAL_OK)
    {
        return "must be a UUID";
    }

    *value = ngx_http_paperal_copy(ctx->request->pool, uuid,
                                   PAPERAL_UUID_LEN);

    return NULL;
}


const char *
ngx_http_paperal_check_email(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    char         email[PAPERAL_EMAIL_SIZE];
    size_t       len;
    ngx_str_t    text;
    const char  *reason;

    reason = ngx_http_paperal_text(in, &text);
    if (reason != NULL) {
        return reason;
    }

    len = paperal_email_normalize(email, (char *) text.data, text.len);
    if (len == 0) {
        return "must be an e-mail address";
    }

    *value = ngx_http_paperal_copy(ctx->request->pool, email, len);

    return NULL;
}


const char *
ngx_http_paperal_check_time(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    int64_t      usec;
    ngx_str_t    text;
    const char  *reason;

    reason = ngx_http_paperal_text(in, &text);
    if (reason != NULL) {
        return reason;
    }

    if (paperal_time_parse((char *) text.data, text.len, &usec)
        != PAPERAL_OK)
    {
        return "must be a time such as 2026-01-31T12:00:00Z";
    }

    *value = text;

    return NULL;
}


const char *
ngx_http_paperal_check_date(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    ngx_str_t    text;
    const char  *reason;

    reason = ngx_http_paperal_text(in, &text);
    if (reason != NULL) {
        return reason;
    }

    if (!paperal_date_is_valid((char *) text.data, text.len)) {
        return "must be YYYY, YYYY-MM or YYYY-MM-DD";
    }

    *value = text;

    return NULL;
}


const char *
ngx_http_paperal_check_list(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    const char           *reason;
    paperal_buf_t         b;
    paperal_list_t        list;
    paperal_list_item_t   items[PAPERAL_MAX_ITEMS];

    paperal_list_init(&list, items, ngx_min(p->max, PAPERAL_MAX_ITEMS),
                      p->min);

    reason = ngx_http_paperal_fill_list(&list, in);
    if (reason != NULL) {
        return reason;
    }

    paperal_buf_init(&b, PAPERAL_MAX_ARRAY_TEXT);
    ngx_http_paperal_array_text(&list, &b);

    if (ngx_http_paperal_take(ctx->request->pool, &b, value) != NGX_OK) {
        return "is too long";
    }

    return NULL;
}


static const char *
ngx_http_paperal_fill_list(paperal_list_t *list,
    const ngx_http_paperal_input_t *in)
{
    cJSON           *item;
    paperal_list_e   rc;

    rc = PAPERAL_LIST_OK;

    if (in->json == NULL) {
        rc = paperal_list_split(list, (char *) in->text.data, in->text.len);

    } else {

        if (!cJSON_IsArray(in->json)) {
            return "must be an array of strings";
        }

        cJSON_ArrayForEach(item, in->json) {

            if (!cJSON_IsString(item)) {
                return "must be an array of strings";
            }

            rc = paperal_list_add(list, item->valuestring,
                                  ngx_strlen(item->valuestring));
            if (rc != PAPERAL_LIST_OK) {
                break;
            }
        }
    }

    switch (rc) {

    case PAPERAL_LIST_TOO_MANY:
        return "has too many items";

    case PAPERAL_LIST_TOO_LONG:
        return "has an item that is too long";

    case PAPERAL_LIST_NOT_TEXT:
        return "has an item that is no text";

    default:
        return NULL;
    }
}


/* PostgreSQL's text form of an array: every item quoted. */

static void
ngx_http_paperal_array_text(const paperal_list_t *list, paperal_buf_t *b)
{
    char    c;
    size_t  i, k;

    paperal_buf_char(b, '{');

    for (i = 0; i < list->count; i++) {
        paperal_buf_str(b, i ? ",\"" : "\"");

        for (k = 0; k < list->items[i].len; k++) {
            c = list->items[i].data[k];

            if (c == '"' || c == '\\') {
                paperal_buf_char(b, '\\');
            }

            paperal_buf_char(b, c);
        }

        paperal_buf_char(b, '"');
    }

    paperal_buf_char(b, '}');
}


const char *
ngx_http_paperal_check_object(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    ngx_str_t   prefix;
    ngx_uint_t  noted;

    if (!cJSON_IsObject(in->json)) {
        return "must be an object";
    }

    ngx_str_set(value, "");

    if (p->of == NULL) {
        return ctx->body.len > PAPERAL_MAX_SETTINGS ? "is too large" : NULL;
    }

    prefix = in->name;
    noted = ctx->nnoted;

    ngx_http_paperal_check_members(ctx, p->of, in->json, &prefix);

    return ctx->nnoted == noted ? NULL : ngx_http_paperal_noted;
}


const char *
ngx_http_paperal_from_body(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    *value = ctx->body;
    return NULL;
}


const char *
ngx_http_paperal_from_address(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    *value = ngx_http_paperal_address(ctx->request);

    if (value->len == 0 || ngx_strncmp(value->data, "unix:", 5) == 0) {
        ngx_str_null(value);
    }

    return NULL;
}


const char *
ngx_http_paperal_from_agent(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    ngx_str_t        *agent;
    paperal_buf_t     b;
    ngx_table_elt_t  *h;

    h = ctx->request->headers_in.user_agent;
    if (h == NULL) {
        return NULL;
    }

    agent = &h->value;

    paperal_buf_init(&b, 3 * agent->len + 1);
    paperal_text_clean(&b, (char *) agent->data, agent->len,
                       PAPERAL_TEXT_LINE);
    paperal_buf_truncate(&b, paperal_utf8_prefix(paperal_buf_cstr(&b), b.len,
                                                 p->max));

    (void) ngx_http_paperal_take(ctx->request->pool, &b, value);

    return NULL;
}


const char *
ngx_http_paperal_from_credential(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    value->data = ctx->credential;
    value->len = PAPERAL_SHA256_HEX_LEN;

    return NULL;
}


const char *
ngx_http_paperal_check_if_match(ngx_http_paperal_ctx_t *ctx,
    const ngx_http_paperal_param_t *p, const ngx_http_paperal_input_t *in,
    ngx_str_t *value)
{
    ngx_str_t  tag;

    tag = in->text;

    if (tag.len == 1 && tag.data[0] == '*') {
        return NULL;
    }

    /* compression by a proxy weakens a tag; the object is the same */

    if (tag.len > 2 && tag.data[0] == 'W' && tag.data[1] == '/') {
        tag.data += 2;
        tag.len -= 2;
    }

    if (tag.len < 2 || tag.data[0] != '"' || tag.data[tag.len - 1] != '"'
        || ngx_strlchr(tag.data + 1, tag.data + tag.len - 1, '"') != NULL
        || !paperal_utf8_is_valid((char *) tag.data, tag.len))
    {
        return "must be one entity tag";
    }

    value->data = tag.data + 1;
    value->len = tag.len - 2;

    return NULL;
}
