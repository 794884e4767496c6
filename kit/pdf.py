"""A page of Chinese text as a PDF, in a font every reader brings along (STSong-Light, Adobe's GB1 collection).

No font is put in, so a page is about a kilobyte; what is missing from a phone's own font is shown in one like it.
"""

from collections.abc import Sequence
from unicodedata import east_asian_width

WIDTH, HEIGHT, MARGIN = 595, 842, 64  # A4, in points
SIZE, LEADING, TITLE_SIZE = 12, 22, 16
ACROSS = (WIDTH - 2 * MARGIN) * 2 // SIZE  # half-width signs in a line


def page(lines: Sequence[str]) -> bytes:
    """One A4 page; the first line is its title, long ones are broken. What does not fit the page is left off."""
    broken = [part for line in lines for part in _broken(line)]
    shown = broken[: (HEIGHT - 2 * MARGIN) // LEADING]
    text = [f"BT /F {TITLE_SIZE} Tf {MARGIN} {HEIGHT - MARGIN} Td {LEADING} TL"]
    text += [f"<{line.encode('utf-16-be').hex()}> Tj T*" for line in shown]
    text.insert(2, f"/F {SIZE} Tf")
    stream = ("\n".join([*text, "ET"])).encode()
    font = "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [6 0 R] >>"
    inner = (
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500 814 939 500]"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor 7 0 R >>"
    )
    described = (
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
        " /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
    )
    return _file(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents 4 0 R"
        " /Resources << /Font << /F 5 0 R >> >> >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        font.encode(),
        inner.encode(),
        described.encode(),
    )


def _broken(line: str) -> list[str]:
    parts, across = [""], 0
    for sign in line:
        wide = 2 if east_asian_width(sign) in "WFA" else 1
        if across + wide > ACROSS:
            parts, across = [*parts, ""], 0
        parts[-1], across = parts[-1] + sign, across + wide
    return parts


def _file(*objects: bytes) -> bytes:
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (count, rows, trailer)
