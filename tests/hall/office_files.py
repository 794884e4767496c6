"""Office files as programs write them, and as somebody would who means harm."""

import io
import zipfile
from collections.abc import Mapping

MAIN = "application/vnd.openxmlformats-officedocument.{}.main+xml"
TYPES = '<?xml version="1.0"?><Types><Override PartName="/main.xml" ContentType="{}"/></Types>'


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, part in parts.items():
            made.writestr(name, part)
    return file.getvalue()


def office(kind: str, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """`kind`: the main part's content type."""
    return packed({"[Content_Types].xml": TYPES.format(kind), "main.xml": "<a/>", **(parts or {})})


def a_docx(parts: Mapping[str, str | bytes] | None = None) -> bytes:
    return office(MAIN.format("wordprocessingml.document"), parts)


def an_xlsx(parts: Mapping[str, str | bytes] | None = None) -> bytes:
    return office(MAIN.format("spreadsheetml.sheet"), parts)
