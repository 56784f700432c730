"""A small PDF 1.4 writer for test papers: base-14 fonts, no dependencies.

Bytes are deterministic: no dates, no random ids, objects in call order.
Units are PDF points, y grows upwards, as in the file format.
"""

import hashlib
import zlib

TIMES = [
    250, 333, 408, 500, 500, 833, 778, 333, 333, 333, 500, 564, 250, 333,
    250, 278, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 278, 278,
    564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333,
    389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944,
    722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444,
    333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389,
    278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541]

TIMES_BOLD = [
    250, 333, 555, 500, 500, 1000, 833, 333, 333, 333, 500, 570, 250, 333,
    250, 278, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 333, 333,
    570, 570, 570, 500, 930, 722, 667, 722, 722, 667, 611, 778, 778, 389,
    500, 778, 667, 944, 722, 778, 611, 778, 722, 556, 667, 722, 722, 1000,
    722, 722, 667, 333, 278, 333, 581, 500, 333, 500, 556, 444, 556, 444,
    333, 500, 556, 278, 333, 556, 278, 833, 556, 500, 556, 556, 444, 389,
    333, 556, 500, 722, 500, 500, 444, 394, 220, 394, 520]

FONTS = {"R": ("Times-Roman", TIMES), "B": ("Times-Bold", TIMES_BOLD)}


def width(text, font, size):
    """Width of ASCII text in points."""
    table = FONTS[font][1]
    return sum(table[ord(c) - 32] for c in text) * size / 1000.0


def escape(text):
    """A PDF literal string with its parentheses."""
    for c in "\\()":
        text = text.replace(c, "\\" + c)
    return "(" + text + ")"


def num(x):
    return ("%.2f" % x).rstrip("0").rstrip(".")


class Canvas:
    """The content stream of one page."""

    def __init__(self):
        self.ops = []

    def text(self, x, y, text, font="R", size=10, spacing=0.0):
        self.ops.append("BT /%s %s Tf %s Tw %s %s Td %s Tj ET" % (
            font, num(size), "%.4f" % spacing, num(x), num(y), escape(text)))

    def raw(self, ops):
        self.ops.append(ops)

    def data(self):
        return "\n".join(self.ops).encode("latin-1")


def rc4(key, data):
    s, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + s[i] + key[i % len(key)]) & 255
        s[i], s[j] = s[j], s[i]
    i = j = 0
    for byte in data:
        i = (i + 1) & 255
        j = (j + s[i]) & 255
        s[i], s[j] = s[j], s[i]
        out.append(byte ^ s[(s[i] + s[j]) & 255])
    return bytes(out)


PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E80"
                    "2F0CA9FE6453697A")


class Document:
    """Objects are added with add(); save() writes the file."""

    def __init__(self):
        self.objects = []
        self.pages = []
        self.info = None
        self.password = None
        self.pages_id = self.reserve()
        self.fonts = "/Font << %s >>" % " ".join(
            "/%s %d 0 R" % (k, self.add(
                "<< /Type /Font /Subtype /Type1 /BaseFont /%s"
                " /Encoding /WinAnsiEncoding >>" % v[0]))
            for k, v in sorted(FONTS.items()))

    def reserve(self):
        self.objects.append(None)
        return len(self.objects)

    def add(self, body, stream=None):
        self.objects.append((body, stream))
        return len(self.objects)

    def stream(self, data, extra="", compress=True):
        if compress:
            data = zlib.compress(data, 9)
            extra += " /Filter /FlateDecode"
        return self.add("<< %s /Length %d >>" % (extra, len(data)), data)

    def page(self, canvas, size=(612, 792), resources=""):
        data = canvas if isinstance(canvas, bytes) else canvas.data()
        content = self.stream(data)
        self.pages.append(self.add(
            "<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %s %s]"
            " /Resources << %s %s >> /Contents %d 0 R >>" % (
                self.pages_id, num(size[0]), num(size[1]), self.fonts,
                resources, content)))

    def encryption(self):
        """Standard handler, revision 2: RC4 with a 40-bit key."""
        file_id = hashlib.md5(b"paperal test paper").digest()
        user = (self.password.encode() + PAD)[:32]
        owner = rc4(hashlib.md5(user).digest()[:5], user)
        key = hashlib.md5(user + owner + (0xfffffffc).to_bytes(4, "little")
                          + file_id).digest()[:5]
        body = ("<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>"
                % (owner.hex(), rc4(key, PAD).hex()))
        return key, file_id, body

    def save(self, path):
        self.objects[self.pages_id - 1] = (
            "<< /Type /Pages /Count %d /Kids [%s] >>" % (
                len(self.pages),
                " ".join("%d 0 R" % p for p in self.pages)), None)
        root = self.add("<< /Type /Catalog /Pages %d 0 R >>" % self.pages_id)
        trailer = "/Root %d 0 R" % root
        if self.info:
            trailer += " /Info %d 0 R" % self.add("<< %s >>" % self.info)
        key = None
        if self.password:
            key, file_id, body = self.encryption()
            trailer += " /Encrypt %d 0 R /ID [<%s> <%s>]" % (
                self.add(body), file_id.hex(), file_id.hex())
        out, offsets = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
        for n, (body, data) in enumerate(self.objects, 1):
            offsets.append(len(out))
            out += b"%d 0 obj\n%s\n" % (n, body.encode("latin-1"))
            if data is not None:
                if key:
                    data = rc4(hashlib.md5(
                        key + n.to_bytes(3, "little") + b"\0\0"
                    ).digest()[:10], data)
                out += b"stream\n" + data + b"\nendstream\n"
            out += b"endobj\n"
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
        for offset in offsets:
            out += b"%010d 00000 n \n" % offset
        out += b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (
            len(offsets) + 1, trailer.encode(), start)
        with open(path, "wb") as f:
            f.write(out)
