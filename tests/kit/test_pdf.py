"""One page of Chinese text: a PDF whose table of places is right, and whose lines fit."""

import re

from kit import pdf


def text_of(page: bytes) -> list[str]:
    return [bytes.fromhex(found.decode()).decode("utf-16-be") for found in re.findall(rb"<([0-9a-f]+)> Tj", page)]


def test_page_holds_its_lines_in_order() -> None:
    assert text_of(pdf.page(["标题", "□ 身份证（原件，1份）", "Abc"])) == ["标题", "□ 身份证（原件，1份）", "Abc"]


def test_long_line_is_broken_and_what_does_not_fit_the_page_is_left_off() -> None:
    lines = text_of(pdf.page(["字" * 100, *(["行"] * 100)]))
    assert "".join(lines[:3]) == "字" * 100
    assert len(lines) == (pdf.HEIGHT - 2 * pdf.MARGIN) // pdf.LEADING


def test_every_object_stands_where_the_table_says() -> None:
    page = pdf.page(["一", "二"])
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF", page)[1])  # type: ignore[index]
    assert page[start:].startswith(b"xref\n0 8\n")
    places = [int(place) for place in re.findall(rb"^(\d{10}) 00000 n ", page[start:], re.M)]
    assert [page[place:].split(b"\n")[0] for place in places] == [b"%d 0 obj" % n for n in range(1, 8)]
    length = int(re.search(rb"/Length (\d+)", page)[1])  # type: ignore[index]
    assert page[page.index(b"stream\n") + 7 :][length:].startswith(b"\nendstream")
