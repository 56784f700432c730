/*
 * Tesseract, through its C interface, one page per process.
 */

#include <dlfcn.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cairo.h>
#include <tesseract/capi.h>

#include "ocr.h"
#include "reader.h"
#include "str.h"


#define OCR_MIN_LETTERS   50        /* a page */
#define OCR_UNMAPPED      5         /* one in so many is too many */
#define OCR_DPI           200
#define OCR_LONG_SIDE     2400.0    /* pixels at most */
#define OCR_MIN_CONF      30.0f
#define OCR_MAX_LINE      4096
#define OCR_SAME_SIZE     1.16f
#define OCR_LIBRARY       "libtesseract.so.5"
#define OCR_LANGUAGES     "eng+chi_sim"


/*
 * Tesseract is loaded only where a page must be recognised: it brings some
 * forty libraries along, whose loading would cost every other file 10 ms.
 */
typedef struct {
    __typeof__(TessBaseAPICreate)                     *create;
    __typeof__(TessBaseAPIInit3)                      *init;
    __typeof__(TessBaseAPISetPageSegMode)             *set_mode;
    __typeof__(TessBaseAPISetImage)                   *set_image;
    __typeof__(TessBaseAPISetSourceResolution)        *set_resolution;
    __typeof__(TessBaseAPIRecognize)                  *recognize;
    __typeof__(TessBaseAPIGetIterator)                *iterator;
    __typeof__(TessResultIteratorDelete)              *iterator_free;
    __typeof__(TessResultIteratorNext)                *next;
    __typeof__(TessResultIteratorGetPageIterator)     *page_iterator;
    __typeof__(TessResultIteratorGetUTF8Text)         *utf8_text;
    __typeof__(TessResultIteratorConfidence)          *confidence;
    __typeof__(TessResultIteratorWordFontAttributes)  *font;
    __typeof__(TessPageIteratorBoundingBox)           *box;
    __typeof__(TessDeleteText)                        *free_text;
} ocr_library_t;


static const char  *ocr_symbols[] = {
    "TessBaseAPICreate", "TessBaseAPIInit3", "TessBaseAPISetPageSegMode",
    "TessBaseAPISetImage", "TessBaseAPISetSourceResolution",
    "TessBaseAPIRecognize", "TessBaseAPIGetIterator",
    "TessResultIteratorDelete", "TessResultIteratorNext",
    "TessResultIteratorGetPageIterator", "TessResultIteratorGetUTF8Text",
    "TessResultIteratorConfidence", "TessResultIteratorWordFontAttributes",
    "TessPageIteratorBoundingBox", "TessDeleteText", NULL
};

static ocr_library_t   tess;
static TessBaseAPI    *ocr_api;


static int
ocr_page_letters(const page_t *page)
{
    int  i, n;

    n = 0;

    for (i = 0; i < page->n_glyphs; i++) {
        n += str_is_letter(page->glyphs[i].cp);
    }

    return n;
}


int
ocr_wanted(const doc_t *doc, int pages[OCR_MAX_PAGES])
{
    int   i, n, poor, images;
    long  mapped;

    mapped = doc->letters + doc->unmapped;
    poor = doc->unmapped * OCR_UNMAPPED > mapped && doc->unmapped > 20;
    images = 0;

    for (i = 0; i < doc->n_pages; i++) {
        images += doc->pages[i].image;
    }

    /* little text is enough where no picture could hold more */
    if (!poor && doc->letters > 0
        && (images == 0
            || doc->letters >= (long) OCR_MIN_LETTERS * doc->n_pages))
    {
        return 0;
    }

    for (i = 0, n = 0; i < doc->n_pages && n < OCR_MAX_PAGES; i++) {
        if (poor || ocr_page_letters(&doc->pages[i]) < OCR_MIN_LETTERS) {
            pages[n++] = i + 1;
        }
    }

    return n;
}


static int
ocr_load(void)
{
    int    i;
    void  *library, *symbol;
    char  *slots;

    library = dlopen(OCR_LIBRARY, RTLD_NOW);
    if (library == NULL) {
        return -1;
    }

    slots = (char *) &tess;

    for (i = 0; ocr_symbols[i] != NULL; i++) {
        symbol = dlsym(library, ocr_symbols[i]);
        if (symbol == NULL) {
            return -1;
        }

        memcpy(slots + (size_t) i * sizeof(symbol), &symbol, sizeof(symbol));
    }

    return 0;
}


int
ocr_open(void)
{
    if (ocr_load() != 0) {
        return -1;
    }

    ocr_api = tess.create();

    if (ocr_api == NULL || tess.init(ocr_api, NULL, OCR_LANGUAGES) != 0) {
        return -1;
    }

    tess.set_mode(ocr_api, PSM_AUTO);

    return 0;
}


/* Grey samples of the page; the caller frees them. */
static unsigned char *
ocr_draw(PopplerPage *pp, double scale, int width, int height)
{
    int               x, y, stride;
    cairo_t          *cr;
    unsigned char    *grey, *data;
    cairo_surface_t  *surface;

    surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);

    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
        cairo_surface_destroy(surface);
        return NULL;
    }

    cr = cairo_create(surface);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_scale(cr, scale, scale);
    poppler_page_render(pp, cr);
    cairo_destroy(cr);
    cairo_surface_flush(surface);

    grey = malloc((size_t) width * (size_t) height);
    data = cairo_image_surface_get_data(surface);
    stride = cairo_image_surface_get_stride(surface);

    for (y = 0; grey != NULL && y < height; y++) {
        for (x = 0; x < width; x++) {
            unsigned char  *p = data + (size_t) y * (size_t) stride
                                + (size_t) x * 4;

            grey[(size_t) y * (size_t) width + (size_t) x] =
                (unsigned char) ((p[0] * 29 + p[1] * 150 + p[2] * 77) >> 8);
        }
    }

    cairo_surface_destroy(surface);

    return grey;
}


/*
 * Tesseract's size of the row it found the word in (x-height and extenders);
 * the row's box would depend on which letters it happens to have.
 */
static int
ocr_size(TessResultIterator *it, int height, double scale)
{
    int   points;
    BOOL  flag[6];

    points = 0;
    (void) tess.font(it, &flag[0], &flag[1],
                                                &flag[2], &flag[3],
                                                &flag[4], &flag[5],
                                                &points, &height);

    return points > 0 ? points * 100 : (int) (height * 90 / scale);
}


static void
ocr_word(paperal_buf_t *b, const char *word, const int box[4], int size,
    const int row[4], double scale)
{
    double  k;

    k = 100 / scale;
    paperal_buf_printf(b, "W %d %d %d %d %d ", (int) (box[0] * k),
                       (int) (row[1] * k), (int) (box[2] * k),
                       (int) (row[3] * k), size);
    paperal_buf_str(b, word);
    paperal_buf_char(b, '\n');
}


static void
ocr_words(TessResultIterator *it, double scale, paperal_buf_t *b)
{
    int                box[4], row[4];
    char              *word;
    TessPageIterator  *at;

    do {
        at = tess.page_iterator(it);

        word = tess.utf8_text(it, RIL_WORD);

        if (word != NULL
            && tess.confidence(it, RIL_WORD) > OCR_MIN_CONF
            && tess.box(at, RIL_WORD, &box[0], &box[1],
                                           &box[2], &box[3])
            && tess.box(at, RIL_TEXTLINE, &row[0],
                                           &row[1], &row[2], &row[3]))
        {
            ocr_word(b, word, box, ocr_size(it, row[3] - row[1], scale),
                     row, scale);
        }

        tess.free_text(word);

    } while (tess.next(it, RIL_WORD));
}


void
ocr_page(PopplerDocument *pdf, int page, paperal_buf_t *b)
{
    int                  width, height;
    double               w, h, scale;
    PopplerPage         *pp;
    unsigned char       *grey;
    TessResultIterator  *it;

    pp = poppler_document_get_page(pdf, page - 1);
    if (pp == NULL) {
        return;
    }

    poppler_page_get_size(pp, &w, &h);
    scale = fmin(OCR_DPI / 72.0, OCR_LONG_SIDE / fmax(fmax(w, h), 1));

    width = (int) (w * scale);
    height = (int) (h * scale);

    if (width < 8 || height < 8) {
        return;
    }

    paperal_buf_printf(b, "P %d %d %d\n", page, (int) w, (int) h);
    grey = ocr_draw(pp, scale, width, height);

    if (grey == NULL) {
        return;
    }

    tess.set_image(ocr_api, grey, width, height, 1, width);
    tess.set_resolution(ocr_api, (int) (scale * 72));

    if (tess.recognize(ocr_api, NULL) == 0) {
        it = tess.iterator(ocr_api);

        if (it != NULL) {
            ocr_words(it, scale, b);
            tess.iterator_free(it);
        }
    }

    free(grey);
}


/* The glyphs of a word share its width evenly. */
static void
ocr_add_word(doc_t *doc, page_t *page, int *cap, const int at[5],
    const char *word)
{
    int          i, n, style;
    float        x0, x1, step;
    glyph_t     *g;
    uint32_t     cp;
    const char  *p;

    for (p = word, n = 0; str_next(&p) != 0; n++) {
        /* void */
    }

    if (n == 0) {
        return;
    }

    style = reader_style(doc, "OCR", (float) (at[4] / 50) / 2, 0, 0);
    x0 = (float) at[0] / 100;
    x1 = (float) at[2] / 100;

    /* boxes of Chinese words overlap; the order of words is right */
    if (page->n_glyphs > 0) {
        g = &page->glyphs[page->n_glyphs - 1];

        if (g->y0 == (float) at[1] / 100 && g->y1 == (float) at[3] / 100
            && x0 < g->x1)
        {
            x0 = g->x1;
            x1 = fmaxf(x1, x0 + 1);
        }
    }

    step = (x1 - x0) / (float) n;

    for (i = 0; (cp = str_next(&word)) != 0; i++) {
        page->glyphs = region_grow(doc->region, page->glyphs, page->n_glyphs,
                                   cap, sizeof(glyph_t));
        g = &page->glyphs[page->n_glyphs++];
        memset(g, 0, sizeof(glyph_t));
        g->x0 = x0 + step * (float) i;
        g->x1 = g->x0 + step;
        g->y0 = (float) at[1] / 100;
        g->y1 = (float) at[3] / 100;
        g->cp = cp;
        g->style = (uint16_t) style;
        g->space = i == 0;
        doc->letters += str_is_letter(cp);
    }
}


static int
ocr_floats(const void *a, const void *b)
{
    float  x = *(const float *) a, y = *(const float *) b;

    return x < y ? -1 : x > y;
}


/*
 * Sizes of recognised rows vary by a tenth: sizes near each other become one,
 * so that styles mean something.
 */
static void
ocr_level_sizes(doc_t *doc, page_t *page)
{
    int       i, from, n;
    float     size;
    float    *sizes, *level;
    glyph_t  *g;

    n = page->n_glyphs;
    sizes = region_array(doc->region, (size_t) n + 1, sizeof(float));
    level = region_array(doc->region, (size_t) n + 1, sizeof(float));

    for (i = 0; i < n; i++) {
        sizes[i] = doc->styles[page->glyphs[i].style].size;
    }

    qsort(sizes, (size_t) n, sizeof(float), ocr_floats);

    for (i = 0, from = 0; i < n; i++) {
        from = sizes[i] > sizes[from] * OCR_SAME_SIZE ? i : from;
        level[i] = sizes[from];
    }

    for (i = 0; i < n; i++) {
        g = &page->glyphs[i];
        size = doc->styles[g->style].size;
        from = (int) ((float *) bsearch(&size, sizes, (size_t) n,
                                        sizeof(float), ocr_floats) - sizes);
        g->style = (uint16_t) reader_style(doc, "OCR", level[from], 0, 0);
        doc->styles[g->style].count++;
    }
}


static void
ocr_parse_line(doc_t *doc, const char *s, page_t **page, int *cap)
{
    int    n, used;
    int    at[5];
    float  w, h;

    if (sscanf(s, "P %d %f %f", &n, &w, &h) == 3) {
        *page = NULL;

        if (n >= 1 && n <= doc->n_pages) {
            *page = &doc->pages[n - 1];
            doc->letters -= ocr_page_letters(*page);
            (*page)->n_glyphs = 0;
            (*page)->ocr = 1;
            *cap = 0;
            doc->ocr = 1;
        }

        return;
    }

    if (*page != NULL
        && sscanf(s, "W %d %d %d %d %d %n", &at[0], &at[1], &at[2], &at[3],
                  &at[4], &used) == 5
        && at[4] > 300 && at[4] < 20000
        && (*page)->n_glyphs < DOC_MAX_PAGE_GLYPHS)
    {
        ocr_add_word(doc, *page, cap, at, s + used);
    }
}


void
ocr_read_words(doc_t *doc, int fd)
{
    int      i, cap;
    char     line[OCR_MAX_LINE];
    FILE    *f;
    page_t  *page;

    f = fdopen(fd, "r");
    if (f == NULL) {
        return;
    }

    page = NULL;
    cap = 0;

    while (fgets(line, sizeof(line), f) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        ocr_parse_line(doc, line, &page, &cap);
    }

    for (i = 0; i < doc->n_pages; i++) {
        if (doc->pages[i].ocr) {
            ocr_level_sizes(doc, &doc->pages[i]);
        }
    }

    doc_warn(doc, "ocr");
    (void) fclose(f);
}
