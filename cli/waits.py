"""`bangban waits`: how long people wait now, and how true what they were told became."""

import argparse
import asyncio
import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from cli import reading
from cli.opening import opened
from hall.matters import service as matters
from hall.places import service as places
from hall.places.calendar import Calendar
from hall.places.model import Hall, YearNotPublished
from hall.queue import estimates
from hall.queue.estimates import Accuracy
from hall.queue.pace import Estimate
from kit import clock
from kit.db import Tx
from kit.settings import Settings

DAYS = 10
MOST_BACK = 40  # calendar days in which ten workdays are looked for: the longest holidays are shorter

Told = tuple[str, dict[str, Any]]  # for people, for programs


def add(commands: Any) -> None:
    command = commands.add_parser("waits", help="等候时间：现在大约要等多久，说过的准不准")
    command.add_argument("--on", type=reading.day, metavar="YYYY-MM-DD", help="看哪一天的准确度，默认今天")
    command.add_argument("--hall", metavar="ID", help="哪个大厅，默认是设置里的")
    command.add_argument("--json", action="store_true", help="给程序读")
    command.set_defaults(run=run)


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    text, facts = asyncio.run(_open_and_look(settings, arguments))
    print(json.dumps(facts, ensure_ascii=False) if arguments.json else text)


async def _open_and_look(settings: Settings, arguments: argparse.Namespace) -> Told:
    async with opened(settings) as db:
        now = clock.now()
        hall_id = arguments.hall or settings.hall.id
        return await db.consult(look, hall_id, arguments.on or clock.day_of(now), now)


async def look(tx: Tx, hall_id: str, on: date, now: datetime) -> Told:
    """The accuracy of a day and of the ten workdays until then; today also the wait now. Raises HallNotFound."""
    hall = await places.hall(tx, hall_id)
    days = last_workdays(await places.calendar(tx, hall_id), hall, on, DAYS)
    that_day = await estimates.accuracy(tx, hall_id, on, on)
    ten_days = await estimates.accuracy(tx, hall_id, days[0], on)
    lines = [hall.name]
    facts: dict[str, Any] = {
        "hall": hall_id,
        "on": on.isoformat(),
        "day": asdict(that_day),
        "ten_days": asdict(ten_days),
    }
    if on == clock.day_of(now):
        told = await estimates.by_group(tx, hall_id, now)
        groups = {group.id: group for group in await matters.groups(tx, hall_id)}
        lines += [f"{groups[one].letter} {groups[one].name}：{_say(estimate)}" for one, estimate in told.items()]
        facts["now"] = {groups[one].letter: asdict(estimate) for one, estimate in told.items()}
    lines += [f"{clock.say_day(on)}：{_how_true(that_day)}", f"到这天为止的{DAYS}个工作日：{_how_true(ten_days)}"]
    return "\n".join(lines), facts


def last_workdays(calendar: Calendar, hall: Hall, until: date, n: int) -> list[date]:
    """The last `n` workdays until a day, itself among them if it is one; weekdays where no calendar is published."""
    every = [date.fromordinal(until.toordinal() - back) for back in range(MOST_BACK)]
    return [day for day in every if _works(calendar, hall, day)][:n][::-1] or [until]


def _works(calendar: Calendar, hall: Hall, day: date) -> bool:
    try:
        return bool(calendar.hours(day, hall))
    except YearNotPublished:
        return day.weekday() < 5


def _say(told: Estimate) -> str:
    if told.low is None:
        return f"{told.ahead}人在等，现在没有窗口在办"
    guess = "（还没有可以参照的办理速度，是粗估）" if told.is_guess else ""
    return f"前面{told.ahead}人，大约等{told.low}到{told.high}分钟{guess}"


def _how_true(found: Accuracy) -> str:
    if found.inside is None:
        return "还没有可以核对的票号"
    return (
        f"{found.tickets}个票号，{found.inside:.0%}落在说的范围里，误差中位数{found.error:.0%}，"
        f"范围平均宽{found.width:.1f}分钟，平均等了{found.waited:.1f}分钟"
    )
