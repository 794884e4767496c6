"""A hall's list in files that staff edit: .xlsx with a sheet for each kind of row, or .toml as in matters.toml."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hall.matters import columns
from hall.matters.columns import Column
from hall.matters.listing import Row
from kit import excel, toml
from kit.errors import Problem

MATTERS, AGENCIES, EVENTS, HELP = "事项", "机构", "一件事", "说明"
MATERIALS, QUESTIONS, PLACES, OF = "材料", "常见问题", "办理地点", "事项编号"
SHEETS: Mapping[str, tuple[str, tuple[Column, ...]]] = {  # the sheet, as which table, its columns
    MATTERS: ("matter", columns.MATTER),
    AGENCIES: ("agency", columns.AGENCY),
    EVENTS: ("life_event", columns.EVENT),
}
NESTED: Mapping[str, tuple[str, tuple[Column, ...]]] = {
    MATERIALS: ("materials", columns.MATERIAL),
    QUESTIONS: ("faq", columns.QUESTION),
    PLACES: ("places", columns.PLACE),
}
TABLES = tuple(table for table, _ in SHEETS.values())
HELP_FOR_LISTS = "一行一条，写上“事项”表里的编号；一个事项在这里有行，就整个换成这里写的"


class NotAList(Problem):
    status = 415
    code = "not_a_list"
    sentence = (
        "{why}。可以导入的是：Excel 表格（.xlsx，里面有“事项”“机构”或“一件事”表），"
        "或者 TOML 文件（.toml，里面有 [[matter]]、[[agency]] 或 [[life_event]]）。可以先导出一份，照着样子改。"
    )


@dataclass(frozen=True, slots=True)
class Given:
    """One row of a file: which table it belongs to, and where it stands, for who has to mend it."""

    table: str  # matter, agency, life_event
    where: str
    row: Row


def read_file(path: Path) -> list[Given]:
    """The rows of a file, in its order. Raises NotAList, excel.NotASheet, excel.TooLarge."""
    suffix = path.suffix.lower()
    if not path.is_file():
        raise NotAList(why=f"找不到文件“{path.name}”")
    if suffix == ".xlsx":
        return list(_of_sheets(excel.read(path)))
    if suffix == ".toml":
        return list(_of_toml(path))
    raise NotAList(why="这种文件导入不了")


def _of_toml(path: Path) -> Iterator[Given]:
    if path.stat().st_size > excel.MOST_BYTES:
        raise excel.TooLarge()
    try:
        tables = tomllib.loads(path.read_text("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise NotAList(why="这个文件不是 UTF-8 编码") from error
    except tomllib.TOMLDecodeError as error:
        raise NotAList(why=toml.fault(error)) from error
    yield from of_tables(tables)


def of_tables(tables: Mapping[str, Any]) -> Iterator[Given]:
    """The rows of a TOML file that has been read. Raises NotAList."""
    if not set(TABLES) & set(tables):
        raise NotAList(why="这个文件里没有事项，没有机构，也没有一件事")
    for table in TABLES:
        rows = tables.get(table, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise NotAList(why=f"“{table}”要写成 [[{table}]]")
        for number, row in enumerate(rows, start=1):
            yield Given(table, f"[[{table}]] 第{number}个", row)


def _of_sheets(sheets: Mapping[str, Sequence[excel.Row]]) -> Iterator[Given]:
    if not set(SHEETS) & set(sheets):
        raise NotAList(why="这个表格里没有“事项”表，没有“机构”表，也没有“一件事”表")
    nested = {key: _by_matter(sheets.get(sheet, ()), known) for sheet, (key, known) in NESTED.items()}
    for sheet, (table, known) in SHEETS.items():
        for row in sheets.get(sheet, ()):
            read = _keyed(row, known)
            if table == "matter":
                read |= {key: rows[read["id"]] for key, rows in nested.items() if read.get("id") in rows}
            yield Given(table, f"{sheet} 第{row.number}行", read)


def _by_matter(rows: Iterable[excel.Row], known: Sequence[Column]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.cells.get(OF, ""), []).append(_keyed(row, known))
    return found


def _keyed(row: excel.Row, known: Sequence[Column]) -> dict[str, Any]:
    return {column.key: row.cells[column.header] for column in known if column.header in row.cells}


# ------------------------------------------------------------------------------------------------ writing


def write_file(path: Path, rows: Mapping[str, Sequence[Row]]) -> None:
    """Writes rows by table, as .xlsx or .toml, whole or not at all. Raises NotAList for other kinds."""
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        _write_sheets(path, rows)
    elif suffix == ".toml":
        with excel.in_place_of(path) as beside:
            beside.write_text("\n".join(_as_toml(table, row) for table in TABLES for row in rows[table]), "utf-8")
    else:
        raise NotAList(why="这种文件导出不了")


def _as_toml(table: str, row: Row) -> str:
    by_key = {column.key: column for name, known in SHEETS.values() if name == table for column in known}
    said = {}
    for key, value in row.items():
        if key == "hours" and value is not None:
            value = by_key[key].shape.cell(value)
        if value not in (None, (), []):
            said[key] = [_known_only(each) for each in value] if key in ("materials", "faq", "places") else value
    return toml.table(table, said)


def _known_only(row: Row) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}


def _write_sheets(path: Path, rows: Mapping[str, Sequence[Row]]) -> None:
    sheets = {sheet: [_shown(row, known) for row in rows[table]] for sheet, (table, known) in SHEETS.items()}
    for sheet, (key, known) in NESTED.items():
        sheets[sheet] = [{OF: row["id"], **_shown(each, known)} for row in rows["matter"] for each in row[key]]
    headers = {sheet: [column.header for column in known] for sheet, (_, known) in SHEETS.items()}
    headers |= {sheet: [OF, *(column.header for column in known)] for sheet, (_, known) in NESTED.items()}
    told = [(sheet, OF, HELP_FOR_LISTS) for sheet in NESTED]
    told += [(sheet, c.header, c.says) for sheet, (_, known) in {**SHEETS, **NESTED}.items() for c in known if c.says]
    sheets[HELP] = [{"表": sheet, "栏": header, "怎么填": says} for sheet, header, says in told]
    excel.write(path, sheets, headers=headers)


def _shown(row: Row, known: Sequence[Column]) -> dict[str, str]:
    return {column.header: column.shape.cell(row[column.key]) for column in known}
