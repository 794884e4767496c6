"""What was said, added up by counter, matter or day: for everybody at work here, without giving anybody away.

A clerk who watched a sum move would know what the person who has just left said of them. So a clerk sees whole months
that are over, and of each month only groups of a handful or more: smaller ones are added together, with the smallest
shown group if they still are too few, so that nobody can subtract them. A lead, who reads the ratings anyway, sees all.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from hall.places import service as places
from hall.ratings.model import HANDFUL, Level, MonthNotOver
from hall.ratings.replies import LEADS
from hall.ratings.tables import ratings
from hall.staff.model import StaffMember
from kit.clock import day_of
from kit.db import Tx


class By(StrEnum):
    COUNTER = "counter"
    MATTER = "matter"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Sum:
    """`name` is None for the groups too small to be shown alone. `levels`: how many of each, the best first."""

    name: str | None
    levels: tuple[int, ...]

    @property
    def count(self) -> int:
        return sum(self.levels)

    @property
    def content(self) -> float:
        """Share of those at least fairly content."""
        return sum(self.levels[:3]) / self.count


NAMES: dict[By, Callable[[Any], str]] = {
    By.COUNTER: lambda row: "没有窗口的（办件）" if row.counter is None else f"{row.counter}号窗口",
    By.MATTER: lambda row: row.matter_name or "没有说办什么事",
    By.DAY: lambda row: row.on.isoformat(),
}
COLUMNS = {By.COUNTER: ratings.c.counter, By.MATTER: ratings.c.matter_name, By.DAY: ratings.c.on}


def month_of(day: date) -> tuple[date, date]:
    """The first of a day's month, and of the next."""
    first = day.replace(day=1)
    return first, first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)


def month_before(first: date) -> date:
    """The first of the month before."""
    return (first - timedelta(days=1)).replace(day=1)


async def sums(tx: Tx, hall_id: str, month: date, by: By, staff: StaffMember, now: datetime) -> tuple[Sum, ...]:
    """The ratings given in a month. Empty where they are too few to be shown. Raises HallNotFound, MonthNotOver."""
    first, after = month_of(month)
    is_lead = staff.may(LEADS, hall_id)
    if not is_lead and day_of(now) < after:
        raise MonthNotOver(month=f"{first.year}年{first.month}月")
    await places.hall(tx, hall_id)
    here = (ratings.c.hall_id == hall_id, ratings.c.on >= first, ratings.c.on < after)
    counted = select(COLUMNS[by], ratings.c.level, func.count().label("count")).where(*here)
    groups: dict[str, Counter[int]] = {}
    for row in await tx.all(counted.group_by(COLUMNS[by], ratings.c.level)):
        groups.setdefault(NAMES[by](row), Counter())[row.level] += row.count
    found = [Sum(name, _levels(counts)) for name, counts in groups.items()]
    shown = found if is_lead else discreet(found)
    return tuple(
        sorted(shown, key=lambda one: (one.name is None, -one.count if by is not By.DAY else 0, one.name or ""))
    )


def discreet(found: Iterable[Sum]) -> list[Sum]:
    """Only groups of a handful or more, the others added together so that nobody can reckon them out."""
    by_size = sorted(found, key=lambda one: one.count)
    hidden = [one for one in by_size if one.count < HANDFUL]
    shown = by_size[len(hidden) :]
    while hidden and shown and sum(one.count for one in hidden) < HANDFUL:
        hidden.append(shown.pop(0))
    if not hidden:
        return shown
    rest = Sum(None, tuple(sum(column) for column in zip(*(one.levels for one in hidden), strict=True)))
    return [*shown, rest] if rest.count >= HANDFUL else []


def _levels(counts: Counter[int]) -> tuple[int, ...]:
    return tuple(counts[level] for level in sorted(Level, reverse=True))
