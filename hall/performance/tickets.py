"""Figures of the queue: tickets as they stand, and how long people waited and were served, from the facts.

A ticket belongs to the day it was taken, a wait to the counter that made the first call, a service to the counter where
it was: what one counter began and another went on with is two.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, func, select, type_coerce

from hall.performance.model import Asked, By, Figure, Piles, Rows, Wanted
from hall.performance.reading import COUNTED, counter, instants, of_group, page, second, yes
from hall.performance.spans import Span
from hall.places.tables import counters
from hall.queue.model import JOB, State, What
from hall.queue.tables import ticket_facts, tickets
from kit.db import Tx

ENDINGS = {Figure.SERVED: State.SERVED, Figure.MISSED: State.MISSED, Figure.LEFT: State.LEFT}
OVER = tuple(ENDINGS.values())
MINUTE_MS = 60_000
KEYS: dict[By, ColumnElement[Any]] = {
    By.COUNTER: counters.c.number,
    By.MATTER: tickets.c.matter_id,
    By.DAY: tickets.c.on,
}
TICKET_HEADERS = ("票号", "事项", "窗口", "取号", "最后一次叫号", "开始办理", "结束", "现在")
SPELL_HEADERS = ("票号", "事项", "窗口", "从", "到", "分钟")


async def add(tx: Tx, wanted: Wanted, span: Span, piles: Piles) -> None:
    """Adds the figures of the queue to the piles, by group."""
    key = KEYS[wanted.by].label("grouped")
    counted = _tickets(select(key, tickets.c.state, func.count().label("count")), wanted, span)
    for row in await tx.all(counted.group_by(key, tickets.c.state)):
        piles.add(Figure.TAKEN, row.grouped, 1, row.count)
        if row.state == State.SERVED:
            piles.add(Figure.SERVED, row.grouped, 1, row.count)
        if row.state in OVER:
            for figure in (Figure.MISSED, Figure.LEFT):
                piles.add(figure, row.grouped, int(row.state == ENDINGS[figure]), row.count)
    await _add_times(tx, wanted, span, piles)


async def _add_times(tx: Tx, wanted: Wanted, span: Span, piles: Piles) -> None:
    for spell in (WAIT, SERVICE):
        columns = (KEYS[wanted.by].label("grouped"), spell.minutes.label("minutes"))
        counted = spell.of(select(*columns, func.count().label("count")), wanted, span).group_by(*columns)
        for row in await tx.all(counted):
            for figure in [each for each, its in SPELLS.items() if its is spell]:
                piles.add(figure, row.grouped, _at_least_one(row.minutes), row.count)


def _tickets(statement: Select[Any], wanted: Wanted, span: Span) -> Select[Any]:
    joined = tickets.outerjoin(counters, counters.c.id == tickets.c.counter_id)
    here = (tickets.c.hall_id == wanted.hall_id, tickets.c.on >= span.first, tickets.c.on <= span.last)
    return statement.select_from(joined).where(*here)


ENDS, BEGINS = ticket_facts.alias("ends"), ticket_facts.alias("begins")


@dataclass(frozen=True, slots=True)
class _Spell:
    """A stretch of a ticket's time as `queue.model.times` has it, from `since` to the fact that ends it (`ENDS`)."""

    since: Any
    of: Callable[[Select[Any], Wanted, Span], Select[Any]]  # the statement, over those of a span

    @property
    def minutes(self) -> Any:
        """A minute that has begun counts."""
        took = type_coerce(ENDS.c.at, BigInteger) - type_coerce(self.since, BigInteger)
        return (took + (MINUTE_MS - 1)) // MINUTE_MS


def _of_span(facts: Any, wanted: Wanted, span: Span, *what: What) -> tuple[Any, ...]:
    begins, ends = instants(span)
    return facts.c.hall_id == wanted.hall_id, facts.c.what.in_(what), facts.c.at >= begins, facts.c.at < ends


def _waits(statement: Select[Any], wanted: Wanted, span: Span) -> Select[Any]:
    """The first call of each ticket; none is called on another day than it was taken."""
    called = select(func.min(ticket_facts.c.id).label("id")).where(*_of_span(ticket_facts, wanted, span, What.CALLED))
    first = called.group_by(ticket_facts.c.ticket_id).subquery("first_calls")
    joined = first.join(ENDS, ENDS.c.id == first.c.id).join(tickets, tickets.c.id == ENDS.c.ticket_id)
    return statement.select_from(joined.outerjoin(counters, counters.c.id == ENDS.c.counter_id))


def _services(statement: Select[Any], wanted: Wanted, span: Span) -> Select[Any]:
    """The ticket still tells when its last service began; of one it was sent on from, only the fact before does."""
    earlier = ticket_facts.alias("earlier")
    tells = (earlier.c.ticket_id == ENDS.c.ticket_id, earlier.c.id < ENDS.c.id)
    before = select(func.max(earlier.c.id)).where(*tells, earlier.c.what.not_in([What.RECALLED, What.SOON]))
    is_before = BEGINS.c.id == case((ENDS.c.what == What.TRANSFERRED, before.scalar_subquery()))
    joined = ENDS.join(tickets, tickets.c.id == ENDS.c.ticket_id)
    joined = joined.outerjoin(BEGINS, is_before & (BEGINS.c.what == What.SERVING))
    joined = joined.outerjoin(counters, counters.c.id == ENDS.c.counter_id)
    over = (*_of_span(ENDS, wanted, span, What.SERVED, What.TRANSFERRED), ENDS.c.by != JOB)
    return statement.select_from(joined).where(*over, SERVICE.since.is_not(None))


WAIT = _Spell(tickets.c.taken_at, _waits)
SERVICE = _Spell(case((ENDS.c.what == What.SERVED, tickets.c.serving_at), else_=BEGINS.c.at), _services)
SPELLS = {Figure.WAIT: WAIT, Figure.LONG_WAIT: WAIT, Figure.SERVICE: SERVICE}


def _at_least_one(minutes: Any) -> int:
    return max(1, int(minutes))  # MariaDB divides to a decimal


# ------------------------------------------------------------------------------------------------ the rows behind


async def rows(tx: Tx, asked: Asked) -> Rows:
    """The tickets, calls or services behind one of these figures."""
    if (spell := SPELLS.get(asked.figure)) is not None:
        return await _spell_rows(tx, asked, spell)
    shown = (*(c for c in tickets.c if c.name in TICKET_COLUMNS), counters.c.number.label("counter"))
    chosen = _tickets(select(*shown), asked.wanted, asked.wanted.span)
    chosen = chosen.where(*of_group(KEYS[asked.wanted.by], asked))
    is_share = asked.figure in (Figure.MISSED, Figure.LEFT)
    if asked.figure is not Figure.TAKEN:
        chosen = chosen.where(tickets.c.state.in_(OVER if is_share else [State.SERVED]))

    def line(row: Any) -> tuple[str, ...]:
        times = (second(row.taken_at), second(row.called_at), second(row.serving_at), second(row.ended_at))
        what = (row.number, asked.names.matter(row.matter_id), counter(row.counter))
        told = (*what, *times, State(row.state).chinese)
        return (*told, yes(row.state == ENDINGS[asked.figure])) if is_share else told

    headers = (*TICKET_HEADERS, COUNTED) if is_share else TICKET_HEADERS
    return await page(tx, chosen, tickets.c.id, asked, headers, line)


TICKET_COLUMNS = ("id", "number", "matter_id", "state", "taken_at", "called_at", "serving_at", "ended_at")


async def _spell_rows(tx: Tx, asked: Asked, spell: _Spell) -> Rows:
    told = (tickets.c.number, tickets.c.matter_id, counters.c.number.label("counter"))
    columns = (ENDS.c.id, *told, spell.since.label("since"), ENDS.c.at, spell.minutes.label("minutes"))
    chosen = spell.of(select(*columns), asked.wanted, asked.wanted.span)
    chosen = chosen.where(*of_group(KEYS[asked.wanted.by], asked))

    def line(row: Any) -> tuple[str, ...]:
        what = (row.number, asked.names.matter(row.matter_id), counter(row.counter))
        return (*what, second(row.since), second(row.at), str(_at_least_one(row.minutes)))

    return await page(tx, chosen, ENDS.c.id, asked, SPELL_HEADERS, line)
