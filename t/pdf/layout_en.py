"""Sets paper_en in one or two columns with justified lines.

Column() collects lines, Pages() places them on pages; figures are boxes of
vector drawing with a caption below.
"""

import paper_en as paper
from pdfwriter import Canvas, Document, num, width

PAGE = (612, 792)
MARGIN, GUTTER = 58, 24
TOP, BOTTOM = 720, 78
SIZE, LEADING = 11.5, 17.5


def wrap(text, limit, font, size, indent=0.0):
    """Greedy lines of words; a word too long for a line is hyphenated."""
    lines, line, used = [], [], indent
    for word in text.split():
        w = width(word, font, size)
        gap = width(" ", font, size) if line else 0
        if line and used + gap + w > limit:
            head = hyphenate(word, limit - used - gap, font, size)
            if head:
                line.append(head + "-")
                word = word[len(head):]
                w = width(word, font, size)
            lines.append(line)
            line, used, gap = [], 0.0, 0
        line.append(word)
        used += gap + w
    lines.append(line)
    return lines


def hyphenate(word, room, font, size):
    """Splits long plain words after a vowel, so that readers must rejoin."""
    if len(word) < 10 or not word.isalpha():
        return ""
    for cut in range(len(word) - 4, 3, -1):
        if word[cut - 1] in "aeiou" and word[cut] not in "aeiou":
            if width(word[:cut] + "-", font, size) <= room:
                return word[:cut]
    return ""


class Pages:
    def __init__(self, columns, header):
        self.columns = columns
        self.header = header
        self.doc = Document()
        self.canvas = None
        self.column_width = ((PAGE[0] - 2 * MARGIN - GUTTER) / 2
                             if columns == 2 else PAGE[0] - 2 * MARGIN)
        self.top = TOP
        self.new_page()

    def new_page(self):
        if self.canvas:
            self.finish_page()
        self.canvas = Canvas()
        self.column, self.top = 0, TOP
        self.y = self.top
        n = len(self.doc.pages) + 1
        self.canvas.text(MARGIN, 756, self.header, "R", 8)
        self.canvas.text(PAGE[0] / 2 - 6, 40, str(n), "R", 9)

    def finish_page(self):
        self.doc.page(self.canvas, PAGE)

    def x(self):
        return MARGIN + self.column * (self.column_width + GUTTER)

    def room(self, height):
        """Moves to the next column or page when height does not fit."""
        if self.y - height >= BOTTOM:
            return
        self.column += 1
        self.y = self.top
        if self.column >= self.columns:
            self.new_page()

    def paragraph(self, text, font="R", size=SIZE, leading=LEADING,
                  indent=12.0, hang=0.0, justify=True, after=0.0):
        limit = self.column_width - hang
        lines = wrap(text, limit, font, size, indent)
        for n, words in enumerate(lines):
            self.room(leading)
            self.y -= leading
            shift = indent if n == 0 else hang
            spacing = 0.0
            if justify and n < len(lines) - 1 and len(words) > 1:
                room = self.column_width - shift
                spacing = ((room - width(" ".join(words), font, size))
                           / (len(words) - 1))
                spacing = max(0.0, min(spacing, size))
            self.canvas.text(self.x() + shift, self.y, " ".join(words), font,
                             size, spacing)
        self.y -= after

    def heading(self, level, number, title):
        size = 12.5 if level == 1 else 11
        self.room(size + 3 * LEADING)
        self.y -= 10
        self.paragraph((number + " " if number else "") + title, "B", size,
                       size + 3, 0.0, justify=False, after=3)

    def figure(self, caption, height=190):
        self.room(height + 4 * LEADING)
        self.y -= height + 8
        x, y, w = self.x(), self.y, self.column_width
        ops = ["q 0.8 w %s %s %s %s re S" % (
            num(x), num(y), num(w), num(height))]
        for k in range(1, 24):
            px = x + w * k / 24.0
            py = y + height * (0.75 - 0.015 * k + 0.05 * ((k * 7) % 5) / 5)
            ops.append("%s %s %s" % (num(px), num(py), "m" if k == 1 else "l"))
        self.canvas.raw(" ".join(ops) + " S Q")
        self.paragraph(caption, "R", 9, 11, 0.0, after=10)

    def table(self, caption, rows):
        self.room(len(rows) * 12 + 5 * LEADING)
        self.y -= 6
        self.paragraph(caption, "R", 9, 11, 0.0, after=4)
        for row in rows:
            self.y -= 12
            for k, cell in enumerate(row):
                self.canvas.text(self.x() + (0, 84, 130, 180)[k], self.y,
                                 cell, "R", 9)
        self.y -= 12

    def front(self):
        """Title, authors, affiliations and abstract over the full width."""
        c, middle = self.canvas, PAGE[0] / 2
        self.y -= 10
        for words in wrap(paper.TITLE, 420, "B", 18):
            line = " ".join(words)
            self.y -= 23
            c.text(middle - width(line, "B", 18) / 2, self.y, line, "B", 18)
        names = ["Maria Lindqvist", "Tomas Okafor", "Wei Zhang",
                 "Helena Duarte-Silva"]
        marks = ["1,*", "2", "1", "2"]
        total = sum(width(n, "R", 12) + 22 for n in names) - 10
        x, self.y = middle - total / 2, self.y - 26
        for k, (name, mark) in enumerate(zip(names, marks)):
            c.text(x, self.y, name, "R", 12)
            x += width(name, "R", 12)
            c.text(x, self.y + 4, mark, "R", 7)
            x += width(mark, "R", 7)
            if k < len(names) - 1:
                c.text(x, self.y, ",", "R", 12)
            x = x + 22 - width(mark, "R", 7)
        self.y -= 6
        for line in paper.AFFILIATIONS + [
                "* Corresponding author: m.lindqvist@northmoor.example"]:
            self.y -= 12
            c.text(middle - width(line, "R", 9) / 2, self.y, line, "R", 9)
        self.y -= 22
        c.text(MARGIN + 30, self.y, "Abstract", "B", 11)
        for words in wrap(paper.ABSTRACT, 444, "R", 10):
            self.y -= 12.5
            c.text(MARGIN + 30, self.y, " ".join(words), "R", 10)
        self.y -= 16
        c.text(MARGIN + 30, self.y, "Keywords: " + ", ".join(paper.KEYWORDS),
               "R", 10)
        self.y -= 12
        c.text(MARGIN + 30, self.y, "https://doi.org/" + paper.DOI, "R", 8)
        self.top = self.y - 14
        self.y = self.top

    def save(self, path, info=None):
        self.finish_page()
        self.doc.info = info
        self.doc.save(path)


def body(pages):
    for level, number, title, paragraphs in paper.sections():
        pages.heading(level, number, title)
        for k, text in enumerate(paragraphs):
            pages.paragraph(text, indent=0.0 if k == 0 else 12.0, after=2)
            if number == "4.3" and k < len(paper.SITES):
                pages.figure(paper.site_caption(k + 2, *paper.SITES[k]))
        if number == "4.1":
            pages.figure(paper.CAPTIONS["figure"], 150)
        if number == "4.2":
            pages.table(paper.CAPTIONS["table"], [
                ["Well", "Flux", "Rejection", "Energy"]] + [
                [s[0], "%.1f" % s[1], "%.1f" % s[2], "%.2f" % s[3]]
                for s in paper.SITES])


def references(pages):
    pages.heading(1, None, "References")
    for n, text in enumerate(paper.REFERENCES, 1):
        pages.paragraph("[%d] %s" % (n, text), "R", 9, 11.5, 0.0, 16.0,
                        after=2)


def two_column(path):
    pages = Pages(2, paper.JOURNAL)
    pages.front()
    body(pages)
    references(pages)
    pages.save(path, "/Title (lindqvist-final-v3.docx) /Producer (paperal)")
    return len(pages.doc.pages)
