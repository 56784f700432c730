/*
 * Reads pages through poppler-glib: characters, their boxes and their fonts.
 * Poppler's order of text is not used beyond single words; its characters
 * come with one rectangle each, at the same index.
 *
 * What is dropped here: control characters, characters without a Unicode
 * value (counted), text smaller than 3 points (reported).  Text that cannot
 * be seen is hidden.c's business.
 */

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "paperal_utf8.h"

#include "hidden.h"
#include "reader.h"
#include "str.h"


#define READER_HEADER     1024     /* "%PDF-" lies within these bytes */
#define READER_MIN_SIZE   3.0f
#define READER_MAX_LIGATURE  8
#define READER_MAX_HEIGHT 1.6f     /* of the size */
#define READER_SCANT      200      /* glyphs: the page may be a picture */


typedef struct {
    doc_t     *doc;
    page_t    *page;
    int        cap;
    int        space;       /* white space came before the next glyph */
    int        tiny;
    int        white;
    double     width;
    double     height;
} reader_page_t;


static const char  *reader_bold_names[] = {
    "bold", "black", "heavy", "demi", "medi", "cmbx", "sfbx", "simhei",
    "-hei", "heiti", "cmb10", "cmssbx", "semibold", "nimbussanl-bol",
    "lmromandemi", "-bd", "bx", NULL
};

static const char  *reader_italic_names[] = {
    "italic", "oblique", "ital", "slant", "cmti", "cmsl", "sfti", "-it",
    "kaiti", "simkai", "obli", NULL
};

static const char  *reader_mono_names[] = {
    "mono", "courier", "cmtt", "sftt", "typewriter", "consol", "inconsolata",
    "lmtt", "lmmono", "txtt", "menlo", "code", "ectt", "zi4", "nimbusmon",
    "beramono", "letter gothic", "cmvtt", NULL
};

static const char  *reader_math_names[] = {
    "cmmi", "cmsy", "cmex", "msam", "msbm", "mathit", "math", "eufm", "rsfs",
    "stmary", "symbol", "esint", "mtmi", "mtsy", "txsy", "pxsy", "rmtmi",
    "cmbsy", "cmmib", NULL
};


static int
reader_name_has(const char *name, const char **list)
{
    int  i;

    for (i = 0; list[i] != NULL; i++) {
        if (str_find_nocase(name, list[i]) != NULL) {
            return 1;
        }
    }

    return 0;
}


int
reader_style(doc_t *doc, const char *font, float size, unsigned white,
    unsigned colored)
{
    int       i;
    style_t  *s;

    if (font == NULL) {
        font = "";
    }

    if (strlen(font) > 7 && font[6] == '+') {
        font += 7;
    }

    size = roundf(size * 10) / 10;

    for (i = doc->n_styles - 1; i >= 0; i--) {
        s = &doc->styles[i];

        if (s->size == size && s->white == white && s->colored == colored
            && strcmp(s->font, font) == 0)
        {
            return i;
        }
    }

    if (doc->n_styles >= DOC_MAX_STYLES) {
        return DOC_MAX_STYLES - 1;
    }

    doc->styles = region_grow(doc->region, doc->styles, doc->n_styles,
                              &doc->cap_styles, sizeof(style_t));
    s = &doc->styles[doc->n_styles];
    s->font = region_strdup(doc->region, font);
    s->size = size;
    s->white = white;
    s->colored = colored;
    s->bold = reader_name_has(font, reader_bold_names);
    s->italic = reader_name_has(font, reader_italic_names);
    s->mono = reader_name_has(font, reader_mono_names);
    s->math = reader_name_has(font, reader_math_names);

    return doc->n_styles++;
}


/*
 * Poppler takes a page tree that counts more pages than the file has objects
 * for damage; it is a bomb.
 */
static reader_status_e
reader_refused(int fd)
{
    int           len;
    void         *p;
    size_t        left;
    const char   *at;
    struct stat   st;

    if (fstat(fd, &st) != 0 || st.st_size < 16) {
        return READER_DAMAGED;
    }

    left = (size_t) st.st_size;
    p = mmap(NULL, left, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED) {
        return READER_DAMAGED;
    }

    len = 0;

    for (at = p; len < 5; left = (size_t) st.st_size
                                 - (size_t) (at - (const char *) p))
    {
        at = memmem(at, left, "/Count", 6);

        if (at == NULL || (const char *) p + st.st_size - at < 16) {
            break;
        }

        at += 6;
        at += *at == ' ';
        (void) str_number(at, 9, &len);
    }

    munmap(p, (size_t) st.st_size);

    return len >= 5 ? READER_TOO_COMPLEX : READER_DAMAGED;
}


reader_status_e
reader_open(int fd, PopplerDocument **pdf)
{
    int        copy;
    char       head[READER_HEADER];
    GError    *error;
    ssize_t    n;

    n = pread(fd, head, sizeof(head), 0);

    if (n < 5 || memmem(head, (size_t) n, "%PDF-", 5) == NULL) {
        return READER_NOT_A_PDF;
    }

    copy = dup(fd);
    if (copy == -1) {
        return READER_DAMAGED;
    }

    error = NULL;
    *pdf = poppler_document_new_from_fd(copy, NULL, &error);

    if (*pdf == NULL) {
        if (g_error_matches(error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED)) {
            return READER_ENCRYPTED;
        }

        return reader_refused(fd);
    }

    if (poppler_document_get_n_pages(*pdf) < 1) {
        return reader_refused(fd);
    }

    if (poppler_document_get_n_pages(*pdf) > DOC_MAX_PAGES) {
        return READER_TOO_COMPLEX;
    }

    return READER_OK;
}


/* Expands compatibility forms: ligatures, radicals, presentation forms. */
static int
reader_decompose(uint32_t cp, uint32_t out[READER_MAX_LIGATURE])
{
    int       n;
    gunichar  full[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
    gsize     i, len;

    out[0] = cp;

    if (!(cp >= 0xfb00 && cp <= 0xfb4f) && !(cp >= 0x2e80 && cp <= 0x2fdf)
        && !(cp >= 0xf900 && cp <= 0xfaff)
        && !(cp >= 0x1d400 && cp <= 0x1d7ff))
    {
        return 1;
    }

    len = g_unichar_fully_decompose(cp, TRUE, full,
                                    G_UNICHAR_MAX_DECOMPOSITION_LENGTH);
    n = 0;

    for (i = 0; i < len && n < READER_MAX_LIGATURE; i++) {
        out[n++] = full[i];
    }

    return n > 0 ? n : 1;
}


/* 0: drop it; otherwise the code point to keep. */
static uint32_t
reader_clean(doc_t *doc, uint32_t cp)
{
    if ((cp >= 0xe000 && cp <= 0xf8ff) || cp == 0xfffd
        || cp >= 0xf0000)
    {
        doc->unmapped++;
        return 0;
    }

    if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0)) {
        doc->unmapped++;
        return 0;
    }

    if (cp == 0x2010 || cp == 0x2011 || cp == 0xad) {
        return '-';
    }

    if ((cp >= 0x200b && cp <= 0x200f) || (cp >= 0x202a && cp <= 0x202e)
        || (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff)
    {
        return 0;
    }

    return cp;
}


static int
reader_is_space(uint32_t cp)
{
    return cp == ' ' || cp == '\n' || cp == '\t' || cp == '\r' || cp == 0xa0
           || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x202f || cp == 0x3000
           || cp == 0x205f;
}


static void
reader_push(reader_page_t *rp, uint32_t cp, const PopplerRectangle *box,
    int style, int part, int parts)
{
    float     step, size;
    glyph_t  *g;

    rp->page->glyphs = region_grow(rp->doc->region, rp->page->glyphs,
                                   rp->page->n_glyphs, &rp->cap,
                                   sizeof(glyph_t));
    g = &rp->page->glyphs[rp->page->n_glyphs++];
    step = (float) (box->x2 - box->x1) / (float) parts;
    g->x0 = (float) box->x1 + step * (float) part;
    g->x1 = g->x0 + step;
    g->y0 = (float) box->y1;
    g->y1 = (float) box->y2;
    size = rp->doc->styles[style].size;

    /* fonts that claim a descent of several lines tell their ascent right */
    if (g->y1 - g->y0 > READER_MAX_HEIGHT * size && g->x1 - g->x0 < 2 * size)
    {
        g->y1 = g->y0 + 1.2f * size;
    }

    g->cp = cp;
    g->style = (uint16_t) style;
    g->space = (uint8_t) rp->space;
    rp->space = 0;

    if (str_is_letter(cp)) {
        rp->doc->letters++;
        rp->doc->styles[style].count++;
    }
}


static void
reader_glyph(reader_page_t *rp, uint32_t cp, const PopplerRectangle *box,
    int style)
{
    int        i, n;
    uint32_t   parts[READER_MAX_LIGATURE];

    if (reader_is_space(cp)) {
        rp->space = 1;
        return;
    }

    cp = reader_clean(rp->doc, cp);
    if (cp == 0) {
        return;
    }

    if (rp->doc->styles[style].size < READER_MIN_SIZE) {
        rp->tiny += str_is_letter(cp);
        return;
    }

    if (box->x2 < -2 || box->y2 < -2 || box->x1 > rp->width + 2
        || box->y1 > rp->height + 2)
    {
        return;
    }

    rp->white += rp->doc->styles[style].white;
    n = reader_decompose(cp, parts);

    for (i = 0; i < n; i++) {
        reader_push(rp, parts[i], box, style, i, n);
    }
}


static int
reader_attribute_style(doc_t *doc, const PopplerTextAttributes *attr)
{
    unsigned  white, colored;

    white = attr->color.red > 0xf000 && attr->color.green > 0xf000
            && attr->color.blue > 0xf000;
    colored = attr->color.red > 0x3000 || attr->color.green > 0x3000
              || attr->color.blue > 0x3000;

    return reader_style(doc, attr->font_name, (float) attr->font_size,
                        white, colored && !white);
}


/*
 * Words that run up or down the page (stamps in the margin, axis labels):
 * their glyphs follow each other in y, not in x.
 */
static void
reader_mark_rotated(page_t *page)
{
    int       i, j, k;
    float     dx, dy;
    glyph_t  *g;

    g = page->glyphs;

    for (i = 0; i < page->n_glyphs; i = j) {
        for (j = i + 1; j < page->n_glyphs && !g[j].space; j++) {
            /* void */
        }

        if (j - i < 2) {
            /* a lone character follows its neighbours */
            g[i].rotated = i > 0 && g[i - 1].rotated
                           && fabsf(g[i].x0 - g[i - 1].x0) < 2.0f;
            continue;
        }

        dx = fabsf(g[j - 1].x0 - g[i].x0);
        dy = fabsf(g[j - 1].y0 - g[i].y0);

        for (k = i; k < j; k++) {
            g[k].rotated = dy > dx * 2 && dy > 2.0f;
        }
    }
}


/* The attributes' ranges are walked beside the characters. */
static void
reader_glyphs(reader_page_t *rp, const char *text, PopplerRectangle *boxes,
    guint n_boxes, GList *attributes)
{
    int                     style;
    guint                   i;
    GList                  *at;
    uint32_t                cp;
    PopplerTextAttributes  *attr;

    at = attributes;
    attr = (at != NULL) ? at->data : NULL;
    style = (attr != NULL) ? reader_attribute_style(rp->doc, attr)
                           : reader_style(rp->doc, "", 10.0f, 0, 0);

    for (i = 0; i < n_boxes && (cp = str_next(&text)) != 0; i++) {
        while (attr != NULL && (int) i > attr->end_index && at->next != NULL) {
            at = at->next;
            attr = at->data;
            style = reader_attribute_style(rp->doc, attr);
        }

        reader_glyph(rp, cp, &boxes[i], style);
    }
}


static void
reader_images(PopplerPage *pp, page_t *page)
{
    GList   *list, *it;
    double   area;

    list = poppler_page_get_image_mapping(pp);

    for (it = list; it != NULL; it = it->next) {
        PopplerImageMapping  *m = it->data;

        area = fabs((m->area.x2 - m->area.x1) * (m->area.y2 - m->area.y1));

        if (area > 0.6 * page->width * page->height) {
            page->image = 1;
        }
    }

    poppler_page_free_image_mapping(list);
}


static reader_status_e
reader_page(PopplerDocument *pdf, doc_t *doc, int index)
{
    char              *text;
    guint              n_boxes;
    GList             *attributes;
    PopplerPage       *pp;
    reader_page_t      rp;
    PopplerRectangle  *boxes;

    pp = poppler_document_get_page(pdf, index);
    if (pp == NULL) {
        return READER_OK;
    }

    memset(&rp, 0, sizeof(rp));
    rp.doc = doc;
    rp.page = &doc->pages[index];
    poppler_page_get_size(pp, &rp.page->width, &rp.page->height);
    rp.width = rp.page->width;
    rp.height = rp.page->height;
    boxes = NULL;
    n_boxes = 0;
    text = poppler_page_get_text(pp);

    if (text != NULL && poppler_page_get_text_layout(pp, &boxes, &n_boxes)) {
        if (n_boxes > DOC_MAX_PAGE_GLYPHS) {
            return READER_TOO_COMPLEX;
        }

        doc->text = doc->text || n_boxes > 0;
        attributes = poppler_page_get_text_attributes(pp);
        reader_glyphs(&rp, text, boxes, n_boxes, attributes);
        poppler_page_free_text_attributes(attributes);
    }

    if (rp.tiny > 0) {
        doc_warn(doc, "hidden_text");
    }

    if (rp.page->n_glyphs < READER_SCANT || rp.white > 0 || doc->invisible) {
        reader_images(pp, rp.page);
    }

    if ((rp.white > 0 || doc->invisible) && !rp.page->image) {
        hidden_drop(pp, doc, rp.page);
    }

    reader_mark_rotated(rp.page);
    g_free(boxes);
    g_free(text);
    g_object_unref(pp);

    return READER_OK;
}


/* A metadata string, clean and short, or NULL. */
static char *
reader_meta(doc_t *doc, char *value)
{
    char        *out, *p;
    uint32_t     cp;
    const char  *s;

    if (value == NULL || !g_utf8_validate(value, -1, NULL)) {
        g_free(value);
        return NULL;
    }

    out = region_alloc(doc->region, DOC_MAX_META + 8);
    p = out;

    for (s = value; p - out < DOC_MAX_META && (cp = str_next(&s)) != 0; ) {
        if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0)) {
            cp = ' ';
        }

        p += paperal_utf8_encode(cp, p);
    }

    g_free(value);
    out = str_trim(doc->region, out, "");

    return out[0] != '\0' ? out : NULL;
}


static void
reader_metadata(PopplerDocument *pdf, doc_t *doc)
{
    char       *text;
    GDateTime  *date;

    doc->meta_title = reader_meta(doc, poppler_document_get_title(pdf));
    doc->meta_author = reader_meta(doc, poppler_document_get_author(pdf));
    doc->meta_subject = reader_meta(doc, poppler_document_get_subject(pdf));
    date = poppler_document_get_creation_date_time(pdf);

    if (date != NULL) {
        text = g_date_time_format(date, "%Y-%m-%d");
        doc->meta_date = reader_meta(doc, text);
        g_date_time_unref(date);
    }
}


reader_status_e
reader_read(PopplerDocument *pdf, doc_t *doc)
{
    int              i;
    reader_status_e  rc;

    doc->total_pages = poppler_document_get_n_pages(pdf);
    doc->n_pages = doc->total_pages;

    if (doc->n_pages > DOC_MAX_READ) {
        doc->n_pages = DOC_MAX_READ;
        doc_warn(doc, "truncated");
    }

    doc->pages = region_array(doc->region, (size_t) doc->n_pages,
                              sizeof(page_t));
    reader_style(doc, "", 10.0f, 0, 0);
    reader_metadata(pdf, doc);

    for (i = 0; i < doc->n_pages; i++) {
        rc = reader_page(pdf, doc, i);
        if (rc != READER_OK) {
            return rc;
        }

        if (doc->letters > DOC_MAX_TEXT) {
            doc->n_pages = i + 1;
            doc_warn(doc, "truncated");
            break;
        }
    }

    return READER_OK;
}
