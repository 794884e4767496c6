"""`bangban performance`: the figures of 效能 by one command, for a report by the clock or another program."""

import argparse
import asyncio
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from cli.opening import opened
from cli.reading import day
from hall.performance import service as performance
from hall.performance.model import FIGURES_BY, By, Figure, Group, Report, Value
from hall.performance.spans import When
from hall.places import service as places
from kit import clock
from kit.clock import local
from kit.columns import lined_up
from kit.db import Tx
from kit.settings import Settings

NOTHING = "这些天还没有数字：没有人取号，没有办件，也没有评价。换几天看：--since 写头一天，--until 写最后一天。"
NO_GROUPS = "没有可以分开看的。"


def add(commands: Any) -> None:
    command = commands.add_parser("performance", help="效能：取号、等候、办结、按时、满意，和怎么算的")
    command.add_argument("--since", type=day, metavar="YYYY-MM-DD", help="从哪天（不写就只看一天）")
    command.add_argument("--until", type=day, metavar="YYYY-MM-DD", help="到哪天（不写是今天）")
    command.add_argument("--by", type=By, choices=list(By), help="再按窗口、事项还是日子分开")
    command.add_argument("--define", action="store_true", help="写明每个数字怎么算的")
    command.add_argument("--hall", metavar="ID", help="哪个大厅（默认见 settings.toml）")
    command.add_argument("--json", action="store_true", help="给程序读")
    command.set_defaults(run=run)


def run(settings: Settings, given: argparse.Namespace) -> None:
    hall, report = asyncio.run(_open_and_reckon(settings, given))
    if given.json:
        print(json.dumps(as_json(report, given.by, given.define), ensure_ascii=False))
    else:
        print(as_text(hall, report, given.by, given.define))


async def _open_and_reckon(settings: Settings, given: argparse.Namespace) -> tuple[str, Report]:
    """The hall's name and its figures."""

    async def reckon(tx: Tx, now: datetime) -> tuple[str, Report]:
        hall = await places.hall(tx, given.hall or settings.hall.id)
        when = When.FREE if given.since or given.until else When.TODAY
        asked = (hall.id, when, given.by or By.COUNTER, now, given.since, given.until)
        return hall.name, await performance.report(tx, await performance.wanted(tx, *asked), now)

    async with opened(settings) as db:
        return await db.consult(reckon, clock.now())


# ------------------------------------------------------------------------------------------------ for people


def as_text(hall: str, report: Report, by: By | None, is_defined: bool) -> str:
    lines = [f"{hall}　{report.wanted.span.text}", *_whole(report)]
    if by is not None:
        lines += ["", *(_groups(report) if report.groups else [NO_GROUPS])]
    if is_defined:
        lines += [line for one in Figure for line in ("", *_definition(one))]
    return "\n".join(lines)


def _whole(report: Report) -> list[str]:
    if report.is_empty:
        return [NOTHING]
    head = ("", "", "", f"对比 {report.wanted.earlier.text}")
    rows = [(one.told.name, report.values[one].text, report.values[one].behind, report.before[one].text)
            for one in Figure]  # fmt: skip
    return lined_up([head, *rows])


def _groups(report: Report) -> list[str]:
    by = report.wanted.by
    head = [by.chinese, *(one.told.name for one in FIGURES_BY[by])]
    return lined_up([head, *([group.name, *(group.values[one].text for one in FIGURES_BY[by])]
                             for group in report.groups)])  # fmt: skip


def _definition(one: Figure) -> list[str]:
    return [f"{one.told.name}：{one.told.about}", *(f"  {name}：{said}" for name, said in one.told.lines)]


# ------------------------------------------------------------------------------------------------ for programs


def as_json(report: Report, by: By | None, is_defined: bool) -> dict[str, Any]:
    """`figures` and `before` by the figure's name; `groups` where they were asked for, `definitions` as well."""
    wanted = report.wanted
    told: dict[str, Any] = {
        "hall": wanted.hall_id,
        "since": wanted.span.first.isoformat(),
        "until": wanted.span.last.isoformat(),
        "at": local(report.at).isoformat(),
        "figures": _figures(report.values),
        "compared_with": {"since": wanted.earlier.first.isoformat(), "until": wanted.earlier.last.isoformat()},
        "before": _figures(report.before),
    }
    if by is not None:
        told |= {"by": by, "groups": [_group(group) for group in report.groups]}
    if is_defined:
        told["definitions"] = {one: _defined(one) for one in Figure}
    return told


def _group(group: Group) -> dict[str, Any]:
    """`key`: a counter's number, a matter's id, a day; null for what has none."""
    key = group.key.isoformat() if isinstance(group.key, date) else group.key
    return {"key": key, "name": group.name, "figures": _figures(group.values)}


def _figures(values: Mapping[Figure, Value]) -> dict[str, Any]:
    """`amount` is null where there is nothing to reckon from, or too few ratings; of a share it lies within 0 and 1."""
    return {one: {"amount": value.amount, "whole": value.whole, "text": value.text} for one, value in values.items()}


def _defined(one: Figure) -> dict[str, str]:
    told = one.told
    counted = {"part": told.part, "whole": told.whole, "left_out": told.left_out}
    return {"name": told.name, "unit": told.unit, "about": told.about, **counted}
