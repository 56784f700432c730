/*
 * Finds text without ink.  Poppler does not tell the render mode of a glyph
 * or what lies below it, so the page is drawn small and each word's place is
 * looked at: a word that can be read has both light and dark in it.
 */

#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cairo.h>

#include "hidden.h"


#define HIDDEN_SCALE      1.5        /* pixels per point */
#define HIDDEN_MAX_SIDE   4000       /* pixels */
#define HIDDEN_CONTRAST   10         /* of 255 */
#define HIDDEN_MAX_STREAM (4 * 1024 * 1024)
#define HIDDEN_MAX_TOTAL  (96 * 1024 * 1024)
#define HIDDEN_BOMB_RATIO 100        /* and at least HIDDEN_MAX_STREAM */
#define HIDDEN_DICT       400        /* bytes looked at before a stream */


typedef struct {
    unsigned char    *data;
    int               width;
    int               height;
    int               stride;
    double            scale;
    cairo_surface_t  *surface;
} hidden_picture_t;


static int
hidden_draw(PopplerPage *pp, page_t *page, hidden_picture_t *pic)
{
    cairo_t  *cr;

    pic->scale = HIDDEN_SCALE;
    pic->width = (int) (page->width * pic->scale) + 1;
    pic->height = (int) (page->height * pic->scale) + 1;

    if (pic->width > HIDDEN_MAX_SIDE || pic->height > HIDDEN_MAX_SIDE) {
        return -1;
    }

    pic->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, pic->width,
                                              pic->height);
    if (cairo_surface_status(pic->surface) != CAIRO_STATUS_SUCCESS) {
        cairo_surface_destroy(pic->surface);
        return -1;
    }

    cr = cairo_create(pic->surface);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_scale(cr, pic->scale, pic->scale);
    poppler_page_render(pp, cr);
    cairo_destroy(cr);
    cairo_surface_flush(pic->surface);
    pic->data = cairo_image_surface_get_data(pic->surface);
    pic->stride = cairo_image_surface_get_stride(pic->surface);

    return 0;
}


static int
hidden_clip(double v, int max)
{
    if (v < 0) {
        return 0;
    }

    return v > max ? max : (int) v;
}


/* Difference between the lightest and the darkest pixel of a box. */
static int
hidden_contrast(const hidden_picture_t *pic, const glyph_t *g)
{
    int                   x, y, x1, y1, v, min, max, c;
    const unsigned char  *p;

    min = 255 * 3;
    max = 0;
    x1 = hidden_clip(ceil(g->x1 * pic->scale), pic->width - 1);
    y1 = hidden_clip(ceil(g->y1 * pic->scale), pic->height - 1);

    for (y = hidden_clip(g->y0 * pic->scale, pic->height - 1); y <= y1; y++) {
        x = hidden_clip(g->x0 * pic->scale, pic->width - 1);
        p = pic->data + (size_t) y * (size_t) pic->stride + (size_t) x * 4;

        for ( /* void */ ; x <= x1; x++, p += 4) {
            v = 0;

            for (c = 0; c < 3; c++) {
                v += p[c];
            }

            min = v < min ? v : min;
            max = v > max ? v : max;
        }
    }

    return (max - min) / 3;
}


void
hidden_drop(PopplerPage *pp, doc_t *doc, page_t *page)
{
    int               i, j, k, n, seen;
    glyph_t          *g;
    hidden_picture_t  pic;

    if (page->n_glyphs == 0 || hidden_draw(pp, page, &pic) != 0) {
        return;
    }

    g = page->glyphs;
    n = 0;

    for (i = 0; i < page->n_glyphs; i = j) {
        seen = hidden_contrast(&pic, &g[i]) > HIDDEN_CONTRAST;

        for (j = i + 1; j < page->n_glyphs && !g[j].space; j++) {
            seen = seen || hidden_contrast(&pic, &g[j]) > HIDDEN_CONTRAST;
        }

        if (!seen) {
            doc_warn(doc, "hidden_text");
            continue;
        }

        for (k = i; k < j; k++) {
            g[n++] = g[k];
        }
    }

    page->n_glyphs = n;
    cairo_surface_destroy(pic.surface);
}


static int
hidden_stream(const unsigned char *p, size_t len, unsigned char *out,
    size_t *total)
{
    int        found;
    z_stream   z;
    size_t     got;

    if (len < 8) {
        return 0;
    }

    if ((p[0] & 0x0f) != 8 || ((unsigned) p[0] << 8 | p[1]) % 31 != 0) {
        return memmem(p, len < 65536 ? len : 65536, "3 Tr", 4) != NULL
               ? HIDDEN_INVISIBLE : 0;
    }

    memset(&z, 0, sizeof(z));
    z.next_in = (Bytef *) p;
    z.avail_in = (uInt) (len > 0x40000000 ? 0x40000000 : len);
    z.next_out = out;
    z.avail_out = HIDDEN_MAX_STREAM;

    if (inflateInit(&z) != Z_OK) {
        return 0;
    }

    found = 0;
    (void) inflate(&z, Z_FINISH);
    got = HIDDEN_MAX_STREAM - z.avail_out;

    if (z.avail_out == 0 && z.total_in < got / HIDDEN_BOMB_RATIO) {
        found = HIDDEN_BOMB;
    }

    inflateEnd(&z);
    *total += got;

    if (memmem(out, got, "3 Tr", 4) != NULL) {
        found |= HIDDEN_INVISIBLE;
    }

    return found;
}


/* Images and fonts cannot hold text operators. */
static int
hidden_is_content(const unsigned char *begin, const unsigned char *stream)
{
    size_t                n;
    const unsigned char  *dict, *p;

    n = (size_t) (stream - begin);
    n = n < HIDDEN_DICT ? n : HIDDEN_DICT;
    dict = stream - n;

    while ((p = memmem(dict, n, "endobj", 6)) != NULL) {
        n -= (size_t) (p + 6 - dict);
        dict = p + 6;
    }

    return memmem(dict, n, "/Image", 6) == NULL
           && memmem(dict, n, "/Length1", 8) == NULL
           && memmem(dict, n, "/Type1C", 7) == NULL
           && memmem(dict, n, "/CIDFontType0C", 14) == NULL
           && memmem(dict, n, "/ObjStm", 7) == NULL
           && memmem(dict, n, "/XRef", 5) == NULL;
}


static int
hidden_scan_bytes(const unsigned char *begin, size_t size)
{
    int                   found;
    size_t                left, total;
    unsigned char        *out;
    const unsigned char  *p, *end;

    out = g_malloc(HIDDEN_MAX_STREAM);
    end = begin + size;
    total = 0;
    found = 0;

    if (memmem(begin, size, "/Encrypt", 8) != NULL) {
        found = HIDDEN_INVISIBLE;
    }

    for (p = begin; total < HIDDEN_MAX_TOTAL; ) {
        left = (size_t) (end - p);
        p = memmem(p, left, "stream", 6);

        if (p == NULL) {
            break;
        }

        p += 6;

        if (p - begin >= 9 && memcmp(p - 9, "end", 3) == 0) {
            continue;
        }

        while (p < end && (*p == '\r' || *p == '\n')) {
            p++;
        }

        if (hidden_is_content(begin, p)) {
            found |= hidden_stream(p, (size_t) (end - p), out, &total);
        }
    }

    g_free(out);

    return found;
}


int
hidden_scan(int fd)
{
    int           found;
    void         *p;
    struct stat   st;

    if (fstat(fd, &st) != 0 || st.st_size < 8) {
        return 0;
    }

    p = mmap(NULL, (size_t) st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED) {
        return 0;
    }

    found = hidden_scan_bytes(p, (size_t) st.st_size);
    munmap(p, (size_t) st.st_size);

    return found;
}
