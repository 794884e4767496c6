"""`bangban matters …`: the hall's own list of matters, agencies and life events, and the forms that belong to it."""

import argparse
import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from cli.opening import acting, named_by_staff, opened
from hall.matters import agencies, columns, entering, files, life_events, list_files, listing
from hall.matters import service as matters
from hall.matters.life_events import matters_of
from hall.matters.model import Agency, Attached, Matter, Use
from hall.places import service as places
from hall.staff.model import Role
from kit import clock
from kit.db import Tx
from kit.errors import NotFound
from kit.settings import Settings

PATIENCE = 120.0  # seconds a large file may take; a citizen's turn may take eight
WHOLE = "-"  # in place of a material: the matter as a whole
UNKNOWN = "没有登记"
USES = {"blank": Use.BLANK, "sample": Use.SAMPLE}


class NoSuchFile(NotFound):
    code = "no_such_file"
    sentence = "读不了文件 {file}：请核对名字。"


def add(commands: Any) -> None:
    verbs = commands.add_parser("matters", help="办事指南：事项、部门、一件事、空白表").add_subparsers(
        required=True, metavar="命令"
    )
    listed = _verb(verbs, "list", "有哪些事项，一行一个；* 还没照本厅清单核对，× 本厅不办", _list)
    listed.add_argument("--theme", metavar="THEME", help="只看这个主题")
    shown = _verb(verbs, "show", "一个事项的全部，没有登记的也说出来", _show)
    shown.add_argument("id", metavar="ID")
    withdrawing = _verb(
        verbs, "withdraw", "本厅不办的事项：指南、预约、聊天里都不再有；已经约了、收了件的照办", _withdraw
    )
    withdrawing.add_argument("id", metavar="ID")
    withdrawing.add_argument("--back", action="store_true", help="又办了，放回来")
    named_by_staff(withdrawing)
    taking = _verb(verbs, "import", "导入本厅清单（.xlsx 或 .toml），逐行报告", _import)
    taking.add_argument("file", metavar="FILE", type=Path)
    named_by_staff(taking, Role.LEAD, Role.ADMIN)
    giving = _verb(verbs, "export", "导出成 .xlsx 或 .toml，改好再导回来", _export)
    giving.add_argument("file", metavar="FILE", type=Path)
    attaching = _file_verb(verbs, "attach", "给一份材料挂上空白表或样表；材料写 - 是整个事项的清单", _attach)
    attaching.add_argument("file", metavar="FILE", type=Path)
    _file_verb(verbs, "detach", "撤下空白表、样表或清单", _detach)
    _verb(verbs, "agencies", "有哪些部门，地址电话登记了没有", _agencies)
    agency = _verb(verbs, "agency", "新登记一个部门，或改它的地址电话；空的引号是不知道", _agency)
    agency.add_argument("id", metavar="ID")
    for name, help_ in (("name", "名称"), ("address", "地址"), ("phone", "电话"), ("hours", "09:00-12:00,13:00-16:30")):
        agency.add_argument(f"--{name}", help=help_)
    named_by_staff(agency, Role.LEAD, Role.ADMIN)
    _verb(verbs, "events", "有哪些“一件事”，各要办什么", _events)


def _verb(verbs: Any, name: str, help_: str, act: Any) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = verbs.add_parser(name, help=help_)
    command.add_argument("--hall", help="哪个大厅（默认见 settings.toml）")
    command.set_defaults(run=lambda settings, given: _run(settings, given, act))
    return command


def _file_verb(verbs: Any, name: str, help_: str, act: Any) -> argparse.ArgumentParser:
    command = _verb(verbs, name, help_, act)
    command.add_argument("id", metavar="ID")
    command.add_argument("material", metavar="MATERIAL")
    command.add_argument("--use", choices=tuple(USES), default="blank", help="空白表（默认）还是填好的样表")
    return named_by_staff(command, Role.LEAD, Role.ADMIN)


def _run(settings: Settings, given: argparse.Namespace, act: Any) -> int:
    """What staff do is told to `act` once it is known who they are. 1 where something was refused."""

    async def whole() -> tuple[str, bool]:
        patient = replace(settings, database=replace(settings.database, wait_seconds=PATIENCE))
        async with opened(patient) as db:
            return await db.transact(known)

    async def known(tx: Tx) -> tuple[str, bool]:
        if "staff" in given:
            await acting(tx, given, given.hall or settings.hall.id, clock.now())
        hall = await places.hall(tx, given.hall or settings.hall.id)
        said = await act(tx, hall.id, given)
        return said if isinstance(said, tuple) else (said, True)

    text, is_fine = asyncio.run(whole())
    print(text)
    return 0 if is_fine else 1


# ------------------------------------------------------------------------------------------------ looking


async def _list(tx: Tx, hall_id: str, given: argparse.Namespace) -> str:
    here = await _every(tx, hall_id)
    shown = [matter for matter in here if given.theme in (None, matter.theme)]
    done = [matter for matter in shown if not matter.is_withdrawn]
    typical = sum(matter.is_typical for matter in done)
    lines = [f"  {_mark(m)} {m.id}　{m.name}　{m.theme}　{m.department}" for m in shown]
    return "\n".join([f"{len(done)}个事项，其中{typical}个还是通用值（*），没有照本厅实施清单核对。", *lines])


def _mark(matter: Matter) -> str:
    return "×" if matter.is_withdrawn else "*" if matter.is_typical else " "


async def _show(tx: Tx, hall_id: str, given: argparse.Namespace) -> str:
    matter = await matters.matter(tx, hall_id, given.id)
    letters = {group.id: group.letter for group in await matters.groups(tx, hall_id)}
    attached = [file for file in await files.files(tx, hall_id) if file.matter_id == matter.id]
    row = listing.matter_row(matter, letters)
    lines = [f"{column.header}：{column.shape.cell(row[column.key]) or UNKNOWN}" for column in columns.MATTER]
    lines += ["材料：", *(_material_line(each) for each in row["materials"])]
    lines += ["常见问题：", *(f"  {q['question']}　{q['answer'] or '还没有写答案'}" for q in row["faq"])]
    if row["places"]:
        lines += ["不在本厅办，在：", *(f"  {'　'.join(filter(None, each.values()))}" for each in row["places"])]
    return "\n".join([*lines, "文件：", *(_file_line(file, matter) for file in attached)])


def _material_line(row: Mapping[str, Any]) -> str:
    said = {column.header: column.shape.cell(row[column.key]) for column in columns.MATERIAL}
    said["来源渠道"] = said["来源渠道"] or UNKNOWN
    return "  · " + "，".join(f"{header}{text}" for header, text in said.items() if text)


def _file_line(file: Attached, matter: Matter) -> str:
    named = {material.name for material in matter.materials}
    lost = "　这份材料已经不在清单里了" if file.material and file.material not in named else ""
    return f"  {file.use.chinese}　{file.material or '整个事项'}　{file.name}　{file.size}字节{lost}"


async def _agencies(tx: Tx, hall_id: str, _: argparse.Namespace) -> str:
    there = await agencies.agencies(tx, hall_id)
    return "\n".join([f"{len(there)}个部门", *(f"  {_agency_line(agency)}" for agency in there)])


def _agency_line(agency: Agency) -> str:
    facts = (("地址", agency.address), ("电话", agency.phone), ("时间", columns.say_hours(agency.hours)))
    return f"{agency.id}　{agency.name}　" + "　".join(f"{what}：{said or UNKNOWN}" for what, said in facts)


async def _events(tx: Tx, hall_id: str, _: argparse.Namespace) -> str:
    here = await matters.catalogue(tx, hall_id)
    lines = []
    for event in await life_events.events(tx, hall_id):
        lines.append(f"  {event.id}　{event.name}（{event.audience.chinese}）")
        lines += [f"    {number} {m.id}　{m.name}" for number, m in enumerate(matters_of(event, here), 1)]
        lines += [f"    提醒：{event.note}"] if event.note else []
    return "\n".join(lines) or "还没有“一件事”。"


# ------------------------------------------------------------------------------------------------ changing


async def _import(tx: Tx, hall_id: str, given: argparse.Namespace) -> tuple[str, bool]:
    report = await entering.bring_in(tx, hall_id, list_files.read_file(given.file))
    return report.text(), report.is_whole


async def _every(tx: Tx, hall_id: str) -> tuple[Matter, ...]:
    return await matters.catalogue(tx, hall_id, with_withdrawn=True)


async def _export(tx: Tx, hall_id: str, given: argparse.Namespace) -> str:
    rows = await entering.everything(tx, hall_id)
    list_files.write_file(given.file, rows)
    counts = (len(rows["matter"]), len(rows["agency"]), len(rows["life_event"]))
    told = "导出了{}个事项、{}个部门、{}件“一件事”到 ".format(*counts)
    return f"{told}{given.file}。改好以后用 bangban matters import 导回来。"


async def _withdraw(tx: Tx, hall_id: str, given: argparse.Namespace) -> str:
    matter = await matters.withdraw(tx, hall_id, given.id, is_back=given.back)
    return f"{matter.name}：{'放回来了。' if given.back else '指南里不再有了；已经约了的人照常来办。'}"


def _of_what(given: argparse.Namespace) -> tuple[str | None, Use]:
    return (None, Use.LIST) if given.material == WHOLE else (given.material, USES[given.use])


async def _attach(tx: Tx, hall_id: str, given: argparse.Namespace) -> str:
    try:
        body = given.file.read_bytes()
    except OSError as error:
        raise NoSuchFile(file=str(given.file)) from error
    what = _of_what(given)
    made = await files.attach(tx, hall_id, given.id, *what, given.file.name, body, given.staff, clock.now())
    return f"挂好了：{made.name}（{made.use.chinese}），地址 /api/v1/files/{made.id}"


async def _detach(tx: Tx, hall_id: str, given: argparse.Namespace) -> str:
    await files.detach(tx, hall_id, given.id, *_of_what(given))
    return "撤下了。"


async def _agency(tx: Tx, hall_id: str, given: argparse.Namespace) -> str:
    there = {agency.id: agency for agency in await agencies.agencies(tx, hall_id)}
    facts: dict[str, Any] = {
        name: said.strip() or None
        for name in ("name", "address", "phone")
        if (said := getattr(given, name)) is not None
    }
    if given.hours is not None:
        facts["hours"] = columns.opening_hours(given.hours)
    before = there.get(given.id) or Agency(given.id, hall_id, "", ())
    made = replace(before, **facts)
    await agencies.set_agency(tx, made)
    return f"存好了：{_agency_line(made)}"
