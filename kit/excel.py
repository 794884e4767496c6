"""Tables of text in .xlsx files: read as a person sees them, written so that a person can go on with them.

Reading and writing take a while (about a second for ten thousand rows): call them in a thread from a loop.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl

from kit.columns import width
from kit.errors import Problem

xl: Any = openpyxl  # it has no types: nothing outside this file sees it
MOST_BYTES, MOST_UNPACKED, MOST_ROWS, MOST_COLUMNS = 20 * 1024 * 1024, 400 * 1024 * 1024, 200_000, 200
LAST_ROW = 1_048_576  # of any sheet; a made-up file may claim more
LONGEST_CELL = 32_767  # what a cell holds; openpyxl cuts off the rest without a word
NARROWEST, WIDEST = 8, 60  # columns, in half-width characters
AS_TEXT, TOP = (
    "@",
    xl.styles.Alignment(wrap_text=True, vertical="top"),
)  # “1-2” typed in a cell stays what it is, and so does “=1”
RISKY = ("=", "+", "-", "@", "\t")  # would be taken for a formula once somebody edits the cell
UNPRINTABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML cannot hold these


class NotASheet(Problem):
    status = 415
    code = "not_a_sheet"
    sentence = (
        "这个文件打不开：可能加了密码、坏了，或者不是 Excel 表格。请在 Excel 或 WPS 里去掉密码，另存为“.xlsx”再试。"
    )


class TooLarge(Problem):
    status = 413
    code = "sheet_too_large"
    sentence = "这个文件太大了：最多20MB，每张表最多20万行、200列。请分成几个文件，一个一个来。"


class TextTooLong(Problem):
    code = "cell_text_too_long"
    sentence = "“{start}…”有{length}个字，一个格子最多装32767个字，请先改短。"


@dataclass(frozen=True, slots=True)
class Row:
    """`number` as the sheet counts, from 1. `cells` has every header of the sheet, "" where the cell is empty."""

    number: int
    cells: dict[str, str]


def read(path: Path) -> dict[str, list[Row]]:
    """The rows of each sheet, in the order of the file; the first row with anything in it holds the headers.

    Cells are text: dates ISO, numbers as Excel shows them, true and false 是 and 否, formulas by their last result.
    Wholly empty rows are left out, and so is what stands in a column without a header. Raises NotASheet, TooLarge.
    """
    try:
        return _sheets(path)
    except (Problem, MemoryError):
        raise
    except Exception as error:  # a broken file trips the zip, the XML or openpyxl, each with errors of its own
        raise NotASheet() from error


def _sheets(path: Path) -> dict[str, list[Row]]:
    if path.stat().st_size > MOST_BYTES:
        raise TooLarge()
    with path.open("rb") as file:
        with zipfile.ZipFile(file) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise TooLarge()
        book = xl.load_workbook(file, read_only=True, data_only=True)
        try:
            return {sheet.title: list(_rows(sheet)) for sheet in book.worksheets}
        finally:
            book.close()


def _rows(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()  # some programs write a size that is not so
    top, headers = 0, [""]
    for number, values in _filled(sheet, None):
        top, headers = number, [_shown(value) for value in values]
        break
    while headers and not headers[-1]:
        headers.pop()
    if len(headers) > MOST_COLUMNS:
        raise TooLarge()
    kept = 0
    for number, values in _filled(sheet, len(headers)) if headers else ():
        if number == top:
            continue
        cells: dict[str, str] = {}
        for header, value in zip(headers, values, strict=False):
            if header and not cells.get(header):  # of two columns with one name, the first that says something
                cells[header] = _shown(value)
        if any(cells.values()):
            kept += 1
            if kept > MOST_ROWS:
                raise TooLarge()
            yield Row(number, {header: cells.get(header, "") for header in headers if header})


def _filled(sheet: Any, columns: int | None) -> Iterator[tuple[int, Sequence[Any]]]:
    for number, values in enumerate(sheet.iter_rows(max_col=columns, values_only=True), start=1):
        if number > LAST_ROW:
            raise TooLarge()
        if any(_shown(value) for value in values):
            yield number, values


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, datetime):
        is_day = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if is_day else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("_x000D_", "").replace("\r\n", "\n").strip()


def write(
    path: Path,
    sheets: Mapping[str, Sequence[Mapping[str, str]]],
    *,
    headers: Mapping[str, Sequence[str]] | None = None,
    widths: Mapping[str, float] | None = None,
) -> None:
    """Writes sheets of rows (header → text), all of it as text; the file is there whole or not at all.

    `headers` says a sheet's columns and their order, which are otherwise those of its rows; `widths` the width of a
    column by its header, in half-width characters, otherwise taken from what is in it. Raises TextTooLong.
    """
    told = {
        name: [{key: _writable(text) for key, text in row.items()} for row in rows] for name, rows in sheets.items()
    }
    book = xl.Workbook(write_only=True)
    for name, rows in told.items():
        titles = list((headers or {}).get(name) or dict.fromkeys(title for row in rows for title in row))
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for position, title in enumerate(titles, start=1):
            wide = (widths or {}).get(title) or _width([title, *(row.get(title, "") for row in rows)])
            column = sheet.column_dimensions[xl.utils.get_column_letter(position)]
            column.width, column.number_format, column.alignment = wide, AS_TEXT, TOP  # of what is written here later
        sheet.append([_cell(sheet, title, bold=True) for title in titles])
        for row in rows:
            sheet.append([_cell(sheet, row[title]) if row.get(title) else None for title in titles])
    with in_place_of(path) as beside:
        book.save(beside)


def packed(sheets: Mapping[str, Sequence[Mapping[str, str]]]) -> bytes:
    """The file that `write` would write. Raises TextTooLong."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sheets.xlsx"
        write(path, sheets)
        return path.read_bytes()


def _writable(text: str) -> str:
    said = UNPRINTABLE.sub("", text.replace("\r\n", "\n"))
    if len(said) > LONGEST_CELL:
        raise TextTooLong(start=said[:20], length=len(said))
    return said


def _cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    cell = xl.cell.WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # openpyxl would make a formula of “=…”
    cell.number_format, cell.alignment = AS_TEXT, TOP
    if text.startswith(RISKY):
        cell.quotePrefix = True
    if bold:
        cell.font = xl.styles.Font(bold=True)
    return cell


def _width(texts: Sequence[str]) -> int:
    longest = max((width(line) for text in texts for line in text.split("\n")), default=0)
    return min(max(longest + 2, NARROWEST), WIDEST)


@contextmanager
def in_place_of(path: Path) -> Iterator[Path]:
    """A path beside this one to write to; it takes this one's place at the end, or goes away if anything failed."""
    beside = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
