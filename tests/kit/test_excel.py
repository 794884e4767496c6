"""Spreadsheets: what a person sees in a cell is what is read, and nothing written becomes a formula."""

import warnings
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kit import excel

BOOK = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
RISKY = ["=1+1", '=HYPERLINK("http://evil.example","点我")', "+86 421", "-5", "@SUM(A1)", "\t=1", "#N/A", "0012", "1-2"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "表格.xlsx"


def by_hand(path: Path, *rows: list[Any], name: str = "表") -> None:
    """A file as another program would leave it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    book.save(path)


def with_sheet_xml(path: Path, rows: str) -> None:
    """The same with the XML of its one sheet written out."""
    by_hand(path, ["甲"])
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    parts["xl/worksheets/sheet1.xml"] = f"{BOOK}{rows}</sheetData></worksheet>".encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (date(2026, 1, 31), "2026-01-31"),
        (datetime.fromisoformat("2026-01-31 09:30"), "2026-01-31 09:30:00"),
        (3.0, "3"),
        (3, "3"),
        (0.1 + 0.2, "0.3"),
        (1.5, "1.5"),
        (True, "是"),
        (False, "否"),
        ("  前后有空 \u3000", "前后有空"),
        ("两行\r\n的字_x000D_", "两行\n的字"),
        ("002", "002"),
    ],
)
def test_cell_is_read_as_a_person_sees_it(path: Path, value: Any, seen: str) -> None:
    by_hand(path, ["甲"], [value])
    assert excel.read(path) == {"表": [excel.Row(2, {"甲": seen})]}


def test_rows_keep_the_numbers_of_the_sheet(path: Path) -> None:
    by_hand(path, [], ["甲", " 乙 ", None], [], ["一", None, "没有列名"], [None, "  "], [None, "二"])
    rows = excel.read(path)["表"]
    assert rows == [excel.Row(4, {"甲": "一", "乙": ""}), excel.Row(6, {"甲": "", "乙": "二"})]


def test_formula_is_read_by_its_last_result(path: Path) -> None:
    header = '<row r="1"><c r="A1" t="inlineStr"><is><t>合计</t></is></c></row>'
    with_sheet_xml(path, header + '<row r="2"><c r="A2"><f>10+20</f><v>30</v></c></row>')
    assert [row.cells for row in excel.read(path)["表"]] == [{"合计": "30"}]


def test_sheet_with_nothing_in_it_has_no_rows(path: Path) -> None:
    by_hand(path)
    assert excel.read(path) == {"表": []}


@pytest.mark.parametrize(
    "content", [b"", b"not a sheet", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 with a password", b"PK\x03\x04 broken"]
)
def test_what_is_no_sheet_is_refused_in_words(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(excel.NotASheet, match="另存为"):
        excel.read(path)


def test_sheet_cut_short_is_refused(path: Path) -> None:
    by_hand(path, ["甲"], *(["字" * 100] for _ in range(100)))
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(excel.NotASheet):
        excel.read(path)


def test_another_kind_of_zip_is_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("word/document.xml", "<a/>")
    with pytest.raises(excel.NotASheet):
        excel.read(path)


def test_file_over_20_mb_is_too_large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(excel.MOST_BYTES + 1)
    with pytest.raises(excel.TooLarge, match="20MB"):
        excel.read(path)


def test_small_file_that_unpacks_to_a_huge_one_is_too_large(path: Path) -> None:
    by_hand(path, ["甲"])
    zeros = bytes(1024 * 1024)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as file,
        file.open("xl/media/a.bin", "w") as part,
    ):
        for _ in range(excel.MOST_UNPACKED // len(zeros)):
            part.write(zeros)
    assert path.stat().st_size < excel.MOST_BYTES
    with pytest.raises(excel.TooLarge):
        excel.read(path)


@pytest.mark.parametrize(("count", "is_too_large"), [(1000, False), (excel.MOST_ROWS, True)])
def test_more_than_200_000_rows_are_too_large(path: Path, count: int, is_too_large: bool) -> None:
    with_sheet_xml(path, "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, count + 3)))
    if is_too_large:
        with pytest.raises(excel.TooLarge):
            excel.read(path)
    else:
        assert len(excel.read(path)["表"]) == count + 1


def test_row_far_below_the_last_of_any_sheet_is_refused(path: Path) -> None:
    row = '<row r="{n}"><c r="A{n}"><v>1</v></c></row>'
    with_sheet_xml(path, row.format(n=1) + row.format(n=10**12))
    with pytest.raises(excel.TooLarge):
        excel.read(path)


@pytest.mark.parametrize("text", RISKY)
def test_written_text_never_becomes_a_formula(path: Path, text: str) -> None:
    excel.write(path, {"表": [{"甲": text}]})
    cell = openpyxl.load_workbook(path)["表"]["A2"]
    assert (cell.data_type, cell.value, cell.number_format) == ("s", text, "@")
    assert cell.quotePrefix == text.startswith(excel.RISKY)  # or editing the cell would make a formula of it
    with zipfile.ZipFile(path) as file:
        assert b"<f>" not in file.read("xl/worksheets/sheet1.xml")
    assert excel.read(path)["表"][0].cells["甲"] == text.strip()


def test_written_sheet_is_fit_to_work_on(path: Path) -> None:
    excel.write(
        path,
        {"一": [{"甲": "字" * 200, "乙": "1"}, {"丙": "两\n行"}], "二": []},
        headers={"二": ["丁"]},
        widths={"乙": 30},
    )
    book = openpyxl.load_workbook(path)
    sheet = book["一"]
    assert [cell.value for cell in sheet[1]] == ["甲", "乙", "丙"]
    assert all(cell.font.bold for cell in sheet[1]) and not sheet["A2"].font.bold
    assert sheet.freeze_panes == "A2"
    assert sheet["A2"].alignment.wrap_text
    assert sheet.column_dimensions["B"].number_format == "@"  # what is typed below stays text as well
    assert [sheet.column_dimensions[name].width for name in "ABC"] == [excel.WIDEST, 30, excel.NARROWEST]
    assert [cell.value for cell in book["二"][1]] == ["丁"]
    assert [row.cells for row in excel.read(path)["一"]] == [
        {"甲": "字" * 200, "乙": "1", "丙": ""},
        {"甲": "", "乙": "", "丙": "两\n行"},
    ]


def test_written_text_loses_only_what_no_sheet_can_hold(path: Path) -> None:
    excel.write(path, {"表": [{"甲": "a\x00b\x1f\ufffe\r\nc😀"}]})
    assert excel.read(path)["表"][0].cells == {"甲": "ab\nc😀"}


def test_text_longer_than_a_cell_is_refused_and_the_old_file_stays(path: Path) -> None:
    excel.write(path, {"表": [{"甲": "旧"}]})
    with warnings.catch_warnings(), pytest.raises(excel.TextTooLong, match="32767"):
        warnings.simplefilter("error")
        excel.write(path, {"表": [{"甲": "新" * 32768}]})
    assert excel.read(path)["表"][0].cells == {"甲": "旧"}
    assert list(path.parent.iterdir()) == [path]
