"""Figures of the cases: accepted, concluded, and in how many days.

A case belongs to the counter that called the ticket it was opened at. What was concluded is read case by case: its last
day is reckoned by the clocks of hall/cases, stops and all, as it is wherever somebody looks at the case.
"""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from hall.cases.clocks import Limit, Spell, reckon
from hall.cases.model import State
from hall.cases.tables import case_stops, cases
from hall.performance.model import Asked, By, Figure, Key, Piles, Rows, Wanted
from hall.performance.reading import COUNTED, NOT_YET, counter, instants, of_group, page, second, yes
from hall.performance.spans import Span
from hall.places import service as places
from hall.places.calendar import Calendar
from hall.places.model import YearNotPublished
from hall.places.tables import counters
from hall.queue.tables import tickets
from kit.clock import day_of
from kit.db import Tx

HEADERS = ("办件编号", "事项", "窗口", "受理日", "结束", "现在")
DUE_HEADERS = ("承诺最晚", "从受理到办结（工作日）")
NOBODY_KNOWS = "说不准"

_columns = (
    cases.c.id,
    cases.c.number,
    cases.c.matter_id,
    cases.c.accepted_on,
    cases.c.promised,
    cases.c.unit,
    cases.c.ended_at,
    cases.c.state,
    counters.c.number.label("counter"),
)
_opened_at = cases.outerjoin(tickets, tickets.c.id == cases.c.ticket_id).outerjoin(
    counters, counters.c.id == tickets.c.counter_id
)
_keys: dict[By, ColumnElement[Any]] = {
    By.COUNTER: counters.c.number,
    By.MATTER: cases.c.matter_id,
    By.DAY: cases.c.accepted_on,
}


async def add(tx: Tx, wanted: Wanted, span: Span, piles: Piles) -> None:
    """Adds the figures of the cases to the piles, by group."""
    key = _keys[wanted.by].label("grouped")
    counted = select(key, cases.c.state, func.count().label("count")).select_from(_opened_at)
    for row in await tx.all(counted.where(*_accepted(wanted, span)).group_by(key, cases.c.state)):
        piles.add(Figure.ACCEPTED, row.grouped, 1, row.count)
        if row.state != State.DECLINED:
            piles.add(Figure.CONCLUDED_SHARE, row.grouped, int(row.state == State.CONCLUDED), row.count)
    found = await tx.all(select(*_columns).select_from(_opened_at).where(*_concluded(wanted, span)))
    days = await _days(tx, _concluded(wanted, span))
    for row in found:
        group = _group_of(row, wanted.by)
        piles.add(Figure.CONCLUDED, group, 1)
        if (due_on := days.due_on(row)) is not None:
            piles.add(Figure.ON_TIME, group, int(day_of(row.ended_at) <= due_on))
        if (taken := days.taken(row)) is not None:
            piles.add(Figure.CASE_DAYS, group, taken)


def _accepted(wanted: Wanted, span: Span) -> tuple[ColumnElement[bool], ...]:
    on = cases.c.accepted_on
    return cases.c.hall_id == wanted.hall_id, on >= span.first, on <= span.last


def _concluded(wanted: Wanted, span: Span) -> tuple[ColumnElement[bool], ...]:
    begins, ends = instants(span)
    at = cases.c.ended_at
    return cases.c.hall_id == wanted.hall_id, at >= begins, at < ends, cases.c.state == State.CONCLUDED


def _group_of(row: Any, by: By) -> Key:
    keys: dict[By, Key] = {By.COUNTER: row.counter, By.MATTER: row.matter_id, By.DAY: day_of(row.ended_at)}
    return keys[by]


# ------------------------------------------------------------------------------------------------ days


class _Days:
    """Last days and days taken, of cases that have ended."""

    def __init__(self, calendar: Calendar, spells: dict[int, list[Spell]]) -> None:
        self._spells, self._calendar = spells, calendar
        self._due = cache(self._reckoned)
        self._between = cache(self._counted)

    def due_on(self, row: Any) -> date | None:
        """The last day promised, its stops taken out; None where none was promised or nobody can say."""
        if row.promised is None:
            return None
        return self._due(row.accepted_on, row.promised, row.unit, tuple(self._spells.get(row.id, ())))

    def taken(self, row: Any) -> int | None:
        """Workdays from acceptance to the end, stops and all."""
        return self._between(row.accepted_on, day_of(row.ended_at))

    def _reckoned(self, accepted_on: date, promised: int, unit: str, spells: tuple[Spell, ...]) -> date | None:
        return reckon(accepted_on, promised, None, unit, spells, accepted_on, self._calendar).due_on

    def _counted(self, accepted_on: date, ended_on: date) -> int | None:
        try:
            return self._calendar.workdays_between(accepted_on, ended_on)
        except YearNotPublished:
            return None


async def _days(tx: Tx, conditions: Iterable[ColumnElement[bool]]) -> _Days:
    """For the cases that fulfil these conditions."""
    columns = (case_stops.c.case_id, case_stops.c.from_on, case_stops.c.days, case_stops.c.unit, case_stops.c.ended_on)
    joined = select(*columns).join(cases, cases.c.id == case_stops.c.case_id)
    stops = joined.where(*conditions, case_stops.c.days.is_not(None)).order_by(case_stops.c.id)
    spells: dict[int, list[Spell]] = {}
    for row in await tx.all(stops):
        spells.setdefault(row.case_id, []).append(Spell(row.from_on, Limit(row.days, row.unit), row.ended_on))
    return _Days(await places.calendar(tx), spells)  # a hall's own closed day stops no legal clock


# ------------------------------------------------------------------------------------------------ the rows behind


async def rows(tx: Tx, asked: Asked) -> Rows:
    """The cases behind one of these figures."""
    is_of_accepted = asked.figure in (Figure.ACCEPTED, Figure.CONCLUDED_SHARE)
    conditions = (_accepted if is_of_accepted else _concluded)(asked.wanted, asked.wanted.span)
    if asked.wanted.by is By.DAY and not is_of_accepted and asked.is_one and isinstance(asked.key, date):
        conditions = _concluded(asked.wanted, Span(asked.key, asked.key))
    else:
        conditions = (*conditions, *of_group(_keys[asked.wanted.by], asked))
    chosen: Select[Any] = select(*_columns).select_from(_opened_at).where(*conditions)
    if asked.figure is Figure.CONCLUDED_SHARE:
        chosen = chosen.where(cases.c.state != State.DECLINED)
    if asked.figure is Figure.ON_TIME:
        chosen = chosen.where(cases.c.promised.is_not(None))
    days = await _days(tx, conditions)
    headers, more = _more(asked.figure, days)

    def line(row: Any) -> tuple[str, ...]:
        what = (row.number, asked.names.matter(row.matter_id), counter(row.counter))
        return (*what, row.accepted_on.isoformat(), second(row.ended_at), State(row.state).chinese, *more(row))

    return await page(tx, chosen, cases.c.id, asked, (*HEADERS, *headers), line)


def _more(figure: Figure, days: _Days) -> tuple[tuple[str, ...], Callable[[Any], tuple[str, ...]]]:
    """What the rows of a figure tell beside the case: under which headers, and how."""
    if figure is Figure.CONCLUDED_SHARE:
        return (COUNTED,), lambda row: (yes(row.state == State.CONCLUDED),)
    if figure is Figure.ON_TIME:
        return (*DUE_HEADERS[:1], COUNTED), lambda row: _told(row, days.due_on(row))
    if figure is Figure.CASE_DAYS:
        return DUE_HEADERS[1:], lambda row: (NOBODY_KNOWS if (n := days.taken(row)) is None else str(n),)
    return (), lambda row: ()


def _told(row: Any, due_on: date | None) -> tuple[str, ...]:
    if due_on is None:
        return NOBODY_KNOWS, NOT_YET
    return due_on.isoformat(), yes(day_of(row.ended_at) <= due_on)
