"""`bangban calendar`: which days are worked, and the days and years that staff have entered themselves."""

import argparse
import asyncio
import tomllib
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from cli import reading
from cli.opening import acting, named_by_staff, opened
from cli.places import in_lines
from hall.appointments import open_days
from hall.places import service as places
from hall.places.calendar import Calendar, SetDay, say_spans
from hall.places.model import EVERY_HALL, BadHours, Hall, Spans
from hall.places.notice import Notice
from hall.staff import service as staff
from hall.staff.model import NotYourRole, Role, StaffMember
from kit import clock
from kit.clock import day_of, local, say_day
from kit.db import Tx
from kit.errors import Problem
from kit.settings import Settings

SATURDAY = 5
FORM = """文件要像这样（TOML）：
notice = "国务院办公厅关于2027年部分节假日安排的通知"
makeup_workdays = [2027-02-20]
[holidays]
"元旦" = [2027-01-01, 2027-01-03]"""


class OneHallOnly(Problem):
    status = 403
    code = "one_hall_only"
    sentence = "不写 --hall 改的是所有大厅，{name}只管一个大厅。改自己的大厅请加上 --hall {hall}。"


class BadYearFile(Problem):
    code = "bad_year_file"
    sentence = "{path} 读不了：{reason}。\n" + FORM


def add(commands: Any) -> None:
    family = commands.add_parser("calendar", help="工作日：哪天上班，几点开门").add_subparsers(
        required=True, metavar="命令"
    )
    showing = family.add_parser("show", help="看一年或一个月的安排，和单独改过的日子")
    which = showing.add_mutually_exclusive_group()
    which.add_argument("--year", type=reading.whole(2000, 2099), metavar="YYYY", help="看这一年（默认今年）")
    which.add_argument("--month", type=reading.month, metavar="YYYY-MM", help="看这个月，一天一行")
    showing.add_argument("--hall", help="哪个大厅（默认见 settings.toml）")
    showing.set_defaults(run=run_show)
    setting = _on_day(family, "set", "单独改一天：休息、改时间，或者照常上班")
    how = setting.add_mutually_exclusive_group(required=True)
    how.add_argument("--closed", action="store_true", help="全天休息")
    how.add_argument("--hours", metavar="09:00-12:00,13:00-16:30", help="只在这些时间开门")
    how.add_argument("--usual", action="store_true", help="照平常的时间上班，周末也行")
    setting.add_argument("--note", required=True, help="原因，群众问起那天会看到")
    setting.set_defaults(run=run_set)
    _on_day(family, "unset", "撤掉单独改的一天，回到公布的安排").set_defaults(run=run_unset)
    entering = family.add_parser("enter-year", help="照国务院办公厅的通知录入一年的放假安排")
    entering.add_argument("year", type=reading.whole(2000, 2099), metavar="YEAR")
    entering.add_argument("file", type=Path, metavar="FILE")
    named_by_staff(entering, Role.LEAD, Role.ADMIN)
    entering.set_defaults(run=run_enter)


def _on_day(family: Any, name: str, help_: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = family.add_parser(name, help=help_)
    command.add_argument("day", type=reading.day, metavar="YYYY-MM-DD")
    command.add_argument("--hall", help="只改这个大厅（不写是所有大厅）")
    named_by_staff(command, Role.LEAD, Role.ADMIN)
    return command


def spans(text: str) -> Spans:
    """09:00-12:00,13:00-16:30. Raises BadHours."""
    try:
        pairs = [part.split("-") for part in text.replace("，", ",").replace("：", ":").split(",")]
        return tuple((time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())) for opens, closes in pairs)
    except ValueError:
        raise BadHours() from None


# ------------------------------------------------------------------------------------------------ show


def run_show(settings: Settings, given: argparse.Namespace) -> None:
    print(asyncio.run(_show(settings, given)))


async def _show(settings: Settings, given: argparse.Namespace) -> str:
    async with opened(settings) as db, db.read() as tx:
        hall = await places.hall(tx, given.hall or settings.hall.id)
        calendar = await places.calendar(tx, hall.id)
        if given.month:
            return month_text(hall, calendar, given.month)
        return year_text(hall, calendar, given.year or day_of(clock.now()).year)


def month_text(hall: Hall, calendar: Calendar, first: date) -> str:
    """A line a day."""
    lines = [_day_line(hall, calendar, day) for day in _days(first, 31) if day.month == first.month]
    return "\n".join([f"{hall.name} {first.year}年{first.month}月", *lines])


def _day_line(hall: Hall, calendar: Calendar, day: date) -> str:
    own = calendar.days.get(day)
    if own is None and not calendar.knows(day.year):
        return f"  {say_day(day)} 还没有公布"
    hours = calendar.hours(day, hall)
    why = _who(own) if own else calendar.closed_for(day)
    return f"  {say_day(day)} {say_spans(hours) if hours else '休息'}" + (f"　{why}" if why else "")


def year_text(hall: Hall, calendar: Calendar, year: int) -> str:
    """Where it is from, what differs from plain weeks, and what staff have set."""
    own = [day for day in calendar.days.values() if day.on.year == year]
    lines = [f"{hall.name} {year}年：{_source(calendar, year)}"]
    if calendar.knows(year):
        plain = [day for day in _days(date(year, 1, 1), 366) if day.year == year]
        off = [day for day in plain if day.weekday() < SATURDAY and not calendar.is_workday(day)]
        worked = [day for day in plain if day.weekday() >= SATURDAY and calendar.is_workday(day)]
        lines += [f"  工作日里休息：{'、'.join(map(_short, off)) or '没有'}"]
        lines += [f"  周末上班：{'、'.join(map(_short, worked)) or '没有'}"]
    lines += [f"  {say_day(day.on)} {day.say()}　{_who(day)}" for day in sorted(own, key=lambda day: day.on)]
    return "\n".join(lines)


def _source(calendar: Calendar, year: int) -> str:
    if year in calendar.years:
        entered = calendar.years[year]
        return f"{entered.entered_by} {local(entered.entered_at):%Y-%m-%d} 照“{entered.notice}”录入"
    if calendar.knows(year):
        return "国务院办公厅公布的安排（chinesecalendar）"
    return "还没有公布，也没有录入。公布后用 bangban calendar enter-year 录入，或升级 chinesecalendar"


def _days(first: date, n: int) -> Iterator[date]:
    return (first + timedelta(days=later) for later in range(n))


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _who(day: SetDay) -> str:
    whose = "所有大厅" if day.hall_id == EVERY_HALL else "只这个大厅"
    return f"{day.note}（{whose}，{day.set_by} {local(day.set_at):%Y-%m-%d} 改）"


# ------------------------------------------------------------------------------------------------ edit


def run_set(settings: Settings, given: argparse.Namespace) -> None:
    hours = () if given.closed else None if given.hours is None else spans(given.hours)
    print(asyncio.run(_set(settings, given, hours)))


async def _set(settings: Settings, given: argparse.Namespace, hours: Spans | None) -> str:
    hall_id = given.hall or EVERY_HALL

    async def act(tx: Tx) -> list[str]:
        by = (await _acting(tx, given, hall_id)).name
        made = await places.set_day(tx, hall_id, given.day, hours, given.note, by, clock.now())
        said = f"{_whose(hall_id)}{say_day(made.on)}：{made.say()}，{made.note}。"
        return [said, *await _slots_in_line(tx, settings, hall_id)]

    async with opened(settings) as db:
        return "\n".join(await db.transact(act))


async def _slots_in_line(tx: Tx, settings: Settings, hall_id: str) -> list[str]:
    """In the same transaction: nobody books meanwhile what has just been closed."""
    said: list[str] = []
    for done in await open_days.all_in_line(tx, hall_id, settings.appointments.days_ahead, clock.now()):
        said += [f"{done.hall.name}的号源：", *in_lines(done)]
    return said


def run_unset(settings: Settings, given: argparse.Namespace) -> None:
    print(asyncio.run(_unset(settings, given)))


async def _unset(settings: Settings, given: argparse.Namespace) -> str:
    hall_id = given.hall or EVERY_HALL

    async def act(tx: Tx) -> list[str]:
        await _acting(tx, given, hall_id)
        await places.unset_day(tx, hall_id, given.day, clock.now())
        said = f"{_whose(hall_id)}{say_day(given.day)}：单独的改动撤掉了，回到公布的安排。"
        return [said, *await _slots_in_line(tx, settings, hall_id)]

    async with opened(settings) as db:
        return "\n".join(await db.transact(act))


async def _acting(tx: Tx, given: argparse.Namespace, hall_id: str) -> StaffMember:
    """Raises OneHallOnly where somebody of one hall left out which."""
    try:
        return await acting(tx, given, hall_id, clock.now())
    except NotYourRole as refused:
        if hall_id != EVERY_HALL:
            raise
        member = await staff.named(tx, given.staff, given.roles)  # at some hall, or refused as before
        where = next(grant.hall_id for grant in member.grants if grant.role in given.roles)
        raise OneHallOnly(name=member.name, hall=where) from refused


def _whose(hall_id: str) -> str:
    return "所有大厅" if hall_id == EVERY_HALL else f"大厅 {hall_id} "


def run_enter(settings: Settings, given: argparse.Namespace) -> None:
    print(asyncio.run(_enter(settings, given)))


async def _enter(settings: Settings, given: argparse.Namespace) -> str:
    notice = read_year(given.file, given.year)

    async def act(tx: Tx) -> list[str]:
        by = (await acting(tx, given, EVERY_HALL, clock.now())).name
        await places.enter_year(tx, notice, by, clock.now())
        said = f"{given.year}年录好了：放假{len(notice.holidays)}天，调休上班{len(notice.makeup_workdays)}天。"
        return [said, *await _slots_in_line(tx, settings, EVERY_HALL)]

    async with opened(settings) as db:
        return "\n".join(await db.transact(act))


def read_year(path: Path, year: int) -> Notice:
    """The notice for a year as a file has it. Raises BadYearFile."""
    try:
        written = tomllib.loads(path.read_text("utf-8"))
        holidays = {day: name for name, days in written["holidays"].items() for day in _reach(days)}
        makeup_workdays = [_day(day) for day in written["makeup_workdays"]]
        return Notice(year, str(written["notice"]), holidays, makeup_workdays)
    except OSError as error:
        raise BadYearFile(path=path, reason=error.strerror or "打不开") from error
    except KeyError as error:
        raise BadYearFile(path=path, reason=f"少了 {error.args[0]}") from error
    except (ValueError, TypeError, AttributeError) as error:  # tomllib's own is a ValueError
        raise BadYearFile(path=path, reason=str(error)) from error


def _reach(days: Any) -> Iterator[date]:
    """One day, or all from the first of two to the second."""
    first, last = (_day(days[0]), _day(days[-1])) if isinstance(days, list) and days else (_day(days), _day(days))
    if last < first or (isinstance(days, list) and len(days) > 2):
        raise ValueError("假期写头尾两天，先头后尾")
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _day(written: Any) -> date:
    if type(written) is not date:
        raise ValueError(f"{written} 不是日期，要像 2027-01-01，不加引号")
    return written
