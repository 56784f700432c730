"""Sets paper_zh with cairo and pango, and draws the picture of a page.

The libraries are called through ctypes; they and fonts-noto-cjk are among
the product's own packages, since its reports are set with them.
"""

import ctypes

import paper_zh as paper
from pdfwriter import Canvas, Document

PAGE = (595.0, 842.0)
MARGIN, GUTTER = 56.0, 22.0
TOP, BOTTOM = 70.0, 780.0
FAMILY = "Noto Serif CJK SC"

D, P, I = ctypes.c_double, ctypes.c_void_p, ctypes.c_int
CALLS = {
    "libcairo.so.2": {
        "cairo_pdf_surface_create": (P, [ctypes.c_char_p, D, D]),
        "cairo_pdf_surface_set_metadata": (None, [P, I, ctypes.c_char_p]),
        "cairo_image_surface_create": (P, [I, I, I]),
        "cairo_image_surface_get_data": (P, [P]),
        "cairo_image_surface_get_stride": (I, [P]),
        "cairo_surface_flush": (None, [P]),
        "cairo_surface_finish": (None, [P]),
        "cairo_surface_destroy": (None, [P]),
        "cairo_create": (P, [P]),
        "cairo_destroy": (None, [P]),
        "cairo_show_page": (None, [P]),
        "cairo_move_to": (None, [P, D, D]),
        "cairo_scale": (None, [P, D, D]),
        "cairo_paint": (None, [P]),
        "cairo_set_source_rgb": (None, [P, D, D, D]),
    },
    "libpango-1.0.so.0": {
        "pango_font_description_from_string": (P, [ctypes.c_char_p]),
        "pango_font_description_free": (None, [P]),
        "pango_layout_set_font_description": (None, [P, P]),
        "pango_layout_set_width": (None, [P, I]),
        "pango_layout_set_indent": (None, [P, I]),
        "pango_layout_set_justify": (None, [P, I]),
        "pango_layout_set_text": (None, [P, ctypes.c_char_p, I]),
        "pango_layout_get_line_count": (I, [P]),
        "pango_layout_get_line_readonly": (P, [P, I]),
        "pango_layout_get_size": (None, [P, P, P]),
        "pango_layout_line_get_extents": (None, [P, P, P]),
    },
    "libpangocairo-1.0.so.0": {
        "pango_cairo_create_layout": (P, [P]),
        "pango_cairo_show_layout_line": (None, [P, P]),
    },
    "libgobject-2.0.so.0": {"g_object_unref": (None, [P])},
}
SCALE = 1024
META_CREATE_DATE = 5
FORMAT_RGB24 = 1


class Library:
    """The C functions above as attributes."""

    def __init__(self):
        for name, functions in CALLS.items():
            lib = ctypes.CDLL(name)
            for function, (result, arguments) in functions.items():
                f = getattr(lib, function)
                f.restype, f.argtypes = result, arguments
                setattr(self, function, f)


class Setter:
    """Lines of text on a cairo context, in one or two columns."""

    def __init__(self, lib, context, new_page):
        self.lib, self.context, self.new_page = lib, context, new_page
        self.columns, self.column, self.top = 1, 0, TOP
        self.y = TOP

    def width(self):
        whole = PAGE[0] - 2 * MARGIN
        return (whole - GUTTER) / 2 if self.columns == 2 else whole

    def two_columns(self):
        self.columns, self.column, self.top = 2, 0, self.y

    def room(self, height):
        if self.y + height <= BOTTOM:
            return
        self.column += 1
        if self.column >= self.columns:
            self.column, self.top = 0, TOP
            self.new_page()
        self.y = self.top

    def paragraph(self, text, size=10.5, bold=False, center=False, indent=0.0,
                  after=2.0):
        lib, leading = self.lib, size * 1.55
        layout = lib.pango_cairo_create_layout(self.context)
        font = lib.pango_font_description_from_string(
            ("%s %s%gpx" % (FAMILY, "Bold " if bold else "", size)).encode())
        data = text.encode()
        lib.pango_layout_set_font_description(layout, font)
        lib.pango_layout_set_width(layout, int(self.width() * SCALE))
        lib.pango_layout_set_indent(layout, int(indent * SCALE))
        lib.pango_layout_set_justify(layout, 0 if center else 1)
        lib.pango_layout_set_text(layout, data, len(data))
        for n in range(lib.pango_layout_get_line_count(layout)):
            line = lib.pango_layout_get_line_readonly(layout, n)
            self.room(leading)
            self.y += leading
            x = MARGIN + self.column * (self.width() + GUTTER)
            if center:
                box = (ctypes.c_int * 4)()
                lib.pango_layout_line_get_extents(line, None, box)
                x += (self.width() - box[2] / SCALE) / 2
            elif n == 0:
                x += indent
            lib.cairo_move_to(self.context, x, self.y)
            lib.pango_cairo_show_layout_line(self.context, line)
        self.y += after
        lib.pango_font_description_free(font)
        lib.g_object_unref(layout)


def set_paper(page):
    page.paragraph(paper.TITLE, 19, True, True, after=8)
    page.paragraph("，".join(paper.AUTHORS), 12, False, True, after=4)
    page.paragraph(paper.AFFILIATION, 9, False, True, after=10)
    page.paragraph("摘要：" + paper.ABSTRACT, 9.5, after=4)
    page.paragraph("关键词：" + "；".join(paper.KEYWORDS), 9.5, after=14)
    page.two_columns()
    for title, paragraphs in paper.SECTIONS:
        level1 = "." not in title.split(" ")[0]
        page.room(50)
        page.y += 6
        page.paragraph(title, 12.5 if level1 else 11, True, after=3)
        for text in paragraphs:
            page.paragraph(text, 10.5, indent=21.0)
    page.room(50)
    page.y += 6
    page.paragraph("参考文献", 12.5, True, after=3)
    for text in paper.REFERENCES:
        page.paragraph(text, 9, after=1)


def paper_zh(path):
    lib = Library()
    surface = lib.cairo_pdf_surface_create(path.encode(), *PAGE)
    lib.cairo_pdf_surface_set_metadata(surface, META_CREATE_DATE,
                                       b"2024-01-01T00:00:00Z")
    context = lib.cairo_create(surface)
    set_paper(Setter(lib, context, lambda: lib.cairo_show_page(context)))
    lib.cairo_show_page(context)
    lib.cairo_destroy(context)
    lib.cairo_surface_finish(surface)
    lib.cairo_surface_destroy(surface)


def picture(lib, scale, draw):
    """Grey samples of one page drawn by draw(Setter)."""
    w, h = int(PAGE[0] * scale), int(PAGE[1] * scale)
    surface = lib.cairo_image_surface_create(FORMAT_RGB24, w, h)
    context = lib.cairo_create(surface)
    lib.cairo_set_source_rgb(context, 1, 1, 1)
    lib.cairo_paint(context)
    lib.cairo_set_source_rgb(context, 0, 0, 0)
    lib.cairo_scale(context, scale, scale)
    draw(Setter(lib, context, lambda: None))
    lib.cairo_surface_flush(surface)
    stride = lib.cairo_image_surface_get_stride(surface)
    data = ctypes.string_at(lib.cairo_image_surface_get_data(surface),
                            stride * h)
    grey = b"".join(data[y * stride:y * stride + 4 * w:4] for y in range(h))
    lib.cairo_destroy(context)
    lib.cairo_surface_destroy(surface)
    return w, h, grey


def scanned_page(page):
    page.paragraph("Scanned Notes on Low-Pressure Desalination", 20, True,
                   True, after=8)
    page.paragraph("Maria Lindqvist and Tomas Okafor", 12, False, True,
                   after=14)
    page.paragraph("Abstract", 13, True)
    page.paragraph(
        "Brackish groundwater is the only source of drinking water for many"
        " rural settlements. This scanned page has no text layer, so that its"
        " words can only be read by recognising their shapes. The membrane"
        " rejected ninety-six percent of the salt.", 12, after=10)
    page.paragraph("1 Introduction", 14, True)
    page.paragraph(
        "Small desalination units are expensive to run and foul quickly. We"
        " propose a membrane that works at low pressure and test it in the"
        " field.", 12)


def image_only(path):
    w, h, grey = picture(Library(), 200 / 72.0, scanned_page)
    doc, c = Document(), Canvas()
    image = doc.stream(grey, "/Type /XObject /Subtype /Image /Width %d"
                       " /Height %d /ColorSpace /DeviceGray"
                       " /BitsPerComponent 8" % (w, h))
    c.raw("q %g 0 0 %g 0 0 cm /I Do Q" % PAGE)
    doc.page(c, PAGE, "/XObject << /I %d 0 R >>" % image)
    doc.save(path)
