"""QR codes: SVG for pages, PNG in a data address for what cannot show SVG."""

from io import BytesIO

import segno

SCALE = 5  # pixels a module


def svg(text: str) -> str:
    """An `<svg>` element to stand in a page, without styles of its own."""
    drawing: str = segno.make(text, error="m").svg_inline(omitsize=True, svgclass="qr", lineclass=None)
    return drawing


def png_address(text: str) -> str:
    """A `data:image/png;base64,…` address."""
    address: str = segno.make(text, error="m").png_data_uri(scale=SCALE)
    return address


def svg_file(text: str) -> bytes:
    """A file of its own."""
    drawn = BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", scale=SCALE, svgns=True)
    return drawn.getvalue()
