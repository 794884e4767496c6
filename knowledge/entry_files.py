"""Entries and policies in files that people edit: .xlsx with a column for each field, or .toml as in data/."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from kit import excel, toml
from kit.errors import Problem
from knowledge.columns import COLUMNS, DAY, NAMES, OF_STAGE, Column
from knowledge.content import Content, Kind, problems, tidy

ENTRIES, STAGES, POLICIES, HELP, ID, STATE = "知识条目", "分期口径", "政策", "说明", "编号", "状态"
SHEETS: dict[str, Kind] = {ENTRIES: "entry", POLICIES: "policy"}
TABLES: dict[str, Kind] = {"policy": "policy", "entry": "entry", "topic": "entry"}
STATES = {"draft": "草稿", "reviewed": "已审核", "published": "已发布", "retired": "已停用"}
PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx; .xls, or .xlsx with a password
DAYS = {column.field for columns in (*COLUMNS.values(), OF_STAGE) for column in columns if column.shape is DAY}
AN_ID = re.compile(r"[^\s、，,；;]{1,96}")  # ids stand in lists, apart by these
ID_WIDTH, STATE_WIDTH = 24, 10  # half-width characters
HELP_FOR_ID = "每条一个，不能重复，用字母、数字和短横。新写的可以空着，导入时自动编"
HELP_FOR_STAGE = "是“知识条目”表里哪一条的：填那一条的编号，没有编号的填标准问。一段时间一行"
HELP_FOR_STATE = f"可选：{'、'.join(STATES.values())}；空着就是没说"

Item: TypeAlias = tuple[Kind, str, str, Mapping[str, Any]]  # kind, id, state or "", content
Key: TypeAlias = tuple[Kind, str]


class NotReadable(Problem):
    status = 415
    code = "not_readable"
    sentence = (
        "{why}。可以导入的是：Excel 表格（.xlsx，里面有“知识条目”或“政策”这样的表），"
        "或者 TOML 文件（.toml，里面有 [[entry]]、[[topic]] 或 [[policy]]）。可以先导出一份，照着样子改。"
    )


@dataclass(frozen=True, slots=True)
class Offered:
    """A row of a file. `content` is None where `reasons` say why it cannot be taken; `state` is "" where not said."""

    where: str
    kind: Kind
    id: str
    content: Content | None
    reasons: tuple[str, ...] = ()
    state: str = ""


def read_file(path: Path) -> list[Offered]:
    """What a file says, in its order; a row with a mistake is refused alone.

    Raises NotReadable, excel.NotASheet, excel.TooLarge.
    """
    try:
        with path.open("rb") as file:
            is_packed = file.read(4) in PACKED
    except OSError as error:
        raise NotReadable(why=f"找不到或者打不开文件“{path.name}”") from error
    if is_packed or path.suffix.lower() == ".xlsx":
        found = list(_of_sheets(excel.read(path)))
    elif path.suffix.lower() == ".toml":
        found = list(_of_toml(path))
    else:
        raise NotReadable(why="这种文件导入不了")
    return list(_each_once(found))


def _each_once(found: Sequence[Offered]) -> Iterator[Offered]:
    first: dict[Key, str] = {}
    for each in found:
        before = first.setdefault((each.kind, each.id), each.where)
        if before != each.where and each.id:
            again = f"编号“{each.id}”在这个文件里已经有了（{before}），请换一个编号，或者删掉一条"
            each = replace(each, content=None, reasons=(*each.reasons, again))
        yield each


def _offered(where: str, kind: Kind, said_id: str, state: str, row: Content, wrong: Sequence[str]) -> Offered:
    """`wrong` is what the row's cells have against it already; the rest is looked for here."""
    content: Content = {}
    reasons = list(wrong)
    if not reasons and not _are_stages(row.get("stages", [])):
        reasons = [f"“{STAGES}”的写法不对，请照导出的文件写"]
    if not reasons:
        content = tidy(row)
        reasons = list(_misfits(kind, content)) or problems(kind, content)
    item_id = said_id.strip() or new_id(content)
    if item_id and not AN_ID.fullmatch(item_id):
        reasons.append(f"编号“{item_id}”不能用：请用字母、数字和短横，中间不留空，96个字以内")
    key = next((key for key, name in STATES.items() if state.strip() in (key, name)), "")
    if state.strip() and not key:
        reasons.append(f"状态“{state}”不认识，{HELP_FOR_STATE}")
    return Offered(where, kind, item_id, None if reasons else content, tuple(reasons), key)


def new_id(content: Content) -> str:
    """The same for the same words, so that bringing in a file twice adds nothing twice."""
    words = content.get("question") or content.get("title") or ""
    return f"x-{hashlib.sha256(words.encode()).hexdigest()[:8]}" if words and isinstance(words, str) else ""


def _are_stages(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(stage, dict) for stage in value)


def _misfits(kind: Kind, content: Content) -> Iterator[str]:
    """Values of another shape than their field's, which nothing further on could read."""
    for columns, values in ((COLUMNS[kind], content), *((OF_STAGE, stage) for stage in content.get("stages", []))):
        for column in columns:
            if column.field in values and not column.shape.fits(values[column.field]):
                yield f"“{column.header}”（{column.field}）的写法不对，请照导出的文件写"


def _of_sheets(sheets: Mapping[str, Sequence[excel.Row]]) -> Iterator[Offered]:
    rows: dict[str, list[tuple[str, excel.Row]]] = {}
    for name, given in sheets.items():
        rows.setdefault(_meant(name, given), []).extend((f"{name} 第{row.number}行", row) for row in given)
    if not rows.keys() & {ENTRIES, STAGES, POLICIES}:
        raise NotReadable(why="这个表格里没有“知识条目”表，也没有“政策”表")
    stages: dict[str, list[tuple[Content, list[str]]]] = {}  # by the id or the question of the entry
    for where, row in rows.get(STAGES, ()):
        stage, reasons = _cells(row, OF_STAGE)
        stages.setdefault(row.cells.get(ID, ""), []).append((stage, [f"{where}：{each}" for each in reasons]))
    owned = set()
    for sheet, kind in SHEETS.items():
        for where, row in rows.get(sheet, ()):
            content, reasons = _cells(row, COLUMNS[kind])
            said_id = row.cells.get(ID, "")
            for owner in dict.fromkeys((said_id, row.cells.get("标准问", ""))) if kind == "entry" else ():
                if owner and owner in stages:
                    owned.add(owner)
                    content.setdefault("stages", []).extend(stage for stage, _ in stages[owner])
                    reasons.extend(reason for _, wrong in stages[owner] for reason in wrong)
            found = _offered(where, kind, said_id, row.cells.get(STATE, ""), content, reasons)
            yield replace(found, reasons=tuple(_in_headers(reason) for reason in found.reasons))
    for where, row in rows.get(STAGES, ()):
        named = row.cells.get(ID, "")
        if named not in owned:
            lost = f"“{ENTRIES}”表里没有编号或标准问是“{named}”的条目" if named else "没有写编号，不知道是哪一条的"
            yield Offered(where, "entry", "", None, (lost,))


def _meant(name: str, rows: Sequence[excel.Row]) -> str:
    """Which of our sheets it is: by its name, else by its headers, since many people leave “Sheet1” as it is."""
    if name in (ENTRIES, STAGES, POLICIES):
        return name
    headers = rows[0].cells if rows and name != HELP else {}
    marks = {ENTRIES: "标准问", STAGES: "结论", POLICIES: "文件名称"}
    return next((sheet for sheet, mark in marks.items() if mark in headers), "")


def _cells(row: excel.Row, columns: Sequence[Column]) -> tuple[Content, list[str]]:
    by_header = {column.header: column for column in columns}
    content: Content = {}
    reasons: list[str] = []
    for header, text in row.cells.items():
        column = by_header.get(header)
        if header in (ID, STATE) or not text:
            continue
        try:
            content[column.field if column else header] = column.shape.read(text) if column else text
        except ValueError as wrong:
            reasons.append(f"“{header}”：{wrong}")
    return content, reasons


def _in_headers(reason: str) -> str:
    """A sentence about fields as one about columns, for who has a spreadsheet before them."""
    return re.sub(r"(?<=[“：、])[a-z_]+(?=[”、]|$)", lambda said: NAMES.get(said[0], said[0]), reason)


def _of_toml(path: Path) -> Iterator[Offered]:
    if path.stat().st_size > excel.MOST_BYTES:
        raise excel.TooLarge()
    try:
        tables = tomllib.loads(path.read_text("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise NotReadable(why="这个文件不是 UTF-8 编码") from error
    except tomllib.TOMLDecodeError as error:
        raise NotReadable(why=toml.fault(error)) from error
    if not TABLES.keys() & tables.keys():
        raise NotReadable(why="这个文件里没有 [[entry]]、[[topic]]，也没有 [[policy]]")
    for table, rows in tables.items():
        if table == "meta":
            continue
        kind = TABLES.get(table, "entry")
        for position, row in enumerate(rows if isinstance(rows, list) else [rows], start=1):
            where = f"[[{table}]] 第{position}个"
            if table not in TABLES or not isinstance(row, dict):
                yield Offered(where, kind, "", None, (f"不认识“{table}”，请写成 [[entry]]、[[topic]] 或 [[policy]]",))
                continue
            renamed = {"stage": "stages", "say": "answer"} if kind == "entry" else {}
            content = {renamed.get(str(key), str(key)): value for key, value in row.items()}
            said_id, state = str(content.pop("id", "")), str(content.pop("state", ""))
            yield _offered(where, kind, said_id, state, content, ())


def write_file(path: Path, items: Sequence[Item]) -> None:
    """Writes .xlsx or .toml, as the name says; the file is there whole or not at all. Raises NotReadable for others."""
    if path.suffix.lower() == ".xlsx":
        _write_sheets(path, items)
    elif path.suffix.lower() == ".toml":
        with excel.in_place_of(path) as beside:
            beside.write_text("\n".join(_as_toml(*item) for item in items), "utf-8")
    else:
        raise NotReadable(why="这种文件导出不了")


def _write_sheets(path: Path, items: Sequence[Item]) -> None:
    sheets: dict[str, list[dict[str, str]]] = {ENTRIES: [], STAGES: [], POLICIES: [], HELP: []}
    for kind, item_id, state, content in items:
        cells = {ID: item_id, **_shown(content, COLUMNS[kind]), STATE: STATES.get(state, "")}
        sheets[ENTRIES if kind == "entry" else POLICIES].append(cells)
        sheets[STAGES].extend({ID: item_id, **_shown(stage, OF_STAGE)} for stage in content.get("stages", ()))
    headers, widths = {}, {ID: ID_WIDTH, STATE: STATE_WIDTH, "怎么填": 80}
    for sheet, columns in ((ENTRIES, COLUMNS["entry"]), (STAGES, OF_STAGE), (POLICIES, COLUMNS["policy"])):
        told = [(ID, HELP_FOR_STAGE if sheet == STAGES else HELP_FOR_ID)]
        told += [(column.header, column.says) for column in columns]
        told += [] if sheet == STAGES else [(STATE, HELP_FOR_STATE)]
        headers[sheet] = [header for header, _ in told]
        widths |= {column.header: column.width for column in columns}
        sheets[HELP].extend({"表": sheet, "栏": header, "怎么填": says} for header, says in told)
    excel.write(path, sheets, headers=headers, widths=widths)


def _shown(values: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, str]:
    return {column.header: column.shape.show(values[column.field]) for column in columns if column.field in values}


def _as_toml(kind: Kind, item_id: str, state: str, content: Mapping[str, Any]) -> str:
    said = {"id": item_id, **({"state": state} if state else {}), **content}
    lines = [f"[[{kind}]]", *(_pair(key, value) for key, value in said.items() if key != "stages")]
    for stage in content.get("stages", ()):
        lines += [f"[[{kind}.stage]]", *(_pair(key, value) for key, value in stage.items())]
    return "\n".join(lines) + "\n"


def _pair(key: str, value: Any) -> str:
    if key == "variants":
        return f'variants = """\n{toml.escaped(chr(10).join(value))}\n"""'
    return f"{key} = {value if key in DAYS and _is_day(value) else toml.written(value)}"


def _is_day(value: Any) -> bool:
    with suppress(ValueError):
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    return False
