"""Figures of the queue: tickets as they stand, and how long people waited and were served, from the facts.

A ticket belongs to the day it was taken, a wait to the counter that made the first call, a service to the counter where
it was: what one counter began and another went on with is two.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, func, select, type_coerce

from hall.performance.model import Asked, By, Figure, Piles, Rows, Wanted
from hall.performance.reading import COUNTED, counter, instants, of_group, page, second, yes
from hall.performance.spans import Span
from hall.places.tables import counters
from hall.queue.model import JOB, State, What
from hall.queue.tables import ticket_facts, tickets
from kit.db import Tx

WAITS = (Figure.WAIT, Figure.LONG_WAIT)
ENDINGS = {Figure.SERVED: State.SERVED, Figure.MISSED: State.MISSED, Figure.LEFT: State.LEFT}
OVER = tuple(ENDINGS.values())
MINUTE_MS = 60_000
KEYS: dict[By, ColumnElement[Any]] = {
    By.COUNTER: counters.c.number,
    By.MATTER: tickets.c.matter_id,
    By.DAY: tickets.c.on,
}
TICKET_HEADERS = ("票号", "事项", "窗口", "取号", "最后一次叫号", "开始办理", "结束", "现在")
STEP_HEADERS = ("票号", "事项", "窗口", "从", "到", "分钟")


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
    columns = (KEYS[wanted.by].label("grouped"), STEPS.is_wait.label("is_wait"), STEPS.minutes.label("minutes"))
    counted = STEPS.of(select(*columns, func.count().label("count")), wanted, span)
    for row in await tx.all(counted.where(STEPS.is_wait | STEPS.is_service).group_by(*columns)):
        for figure in WAITS if row.is_wait else (Figure.SERVICE,):
            piles.add(figure, row.grouped, _at_least_one(row.minutes), row.count)


def _tickets(statement: Select[Any], wanted: Wanted, span: Span) -> Select[Any]:
    joined = tickets.outerjoin(counters, counters.c.id == tickets.c.counter_id)
    here = (tickets.c.hall_id == wanted.hall_id, tickets.c.on >= span.first, tickets.c.on <= span.last)
    return statement.select_from(joined).where(*here)


@dataclass(frozen=True, slots=True)
class _Steps:
    """What ended a wait or a service (`ends`), beside the fact of the same ticket before it (`begins`)."""

    ends: Any
    begins: Any

    @property
    def is_wait(self) -> Any:
        """The first call after the ticket was taken."""
        return (self.ends.c.what == What.CALLED) & (self.begins.c.what == What.TAKEN)

    @property
    def is_service(self) -> Any:
        """How long it took, nobody knows of what a job has ended."""
        is_over = self.ends.c.what.in_([What.SERVED, What.TRANSFERRED]) & (self.ends.c.by != JOB)
        return is_over & (self.begins.c.what == What.SERVING)

    @property
    def minutes(self) -> Any:
        """A minute that has begun counts."""
        took = type_coerce(self.ends.c.at, BigInteger) - type_coerce(self.begins.c.at, BigInteger)
        return (took + (MINUTE_MS - 1)) // MINUTE_MS

    def of(self, statement: Select[Any], wanted: Wanted, span: Span) -> Select[Any]:
        """The statement, over the steps of a span with their tickets and counters.

        As `queue.model.times` walks them; the fact before is looked up for what ends something only, which takes half
        of what a window over all facts does.
        """
        ends, begins, earlier = self.ends, self.begins, ticket_facts.alias("earlier")
        since, until = instants(span)
        tells = (earlier.c.ticket_id == ends.c.ticket_id, earlier.c.id < ends.c.id)
        before = select(func.max(earlier.c.id)).where(*tells, earlier.c.what.not_in([What.RECALLED, What.SOON]))
        joined = ends.join(begins, begins.c.id == before.scalar_subquery())
        joined = joined.join(tickets, tickets.c.id == ends.c.ticket_id)
        joined = joined.outerjoin(counters, counters.c.id == ends.c.counter_id)
        here = (ends.c.hall_id == wanted.hall_id, ends.c.what.in_([What.CALLED, What.SERVED, What.TRANSFERRED]))
        return statement.select_from(joined).where(*here, ends.c.at >= since, ends.c.at < until)


STEPS = _Steps(ticket_facts.alias("ends"), ticket_facts.alias("begins"))


def _at_least_one(minutes: Any) -> int:
    return max(1, int(minutes))  # MariaDB divides to a decimal


# ------------------------------------------------------------------------------------------------ the rows behind


async def rows(tx: Tx, asked: Asked) -> Rows:
    """The tickets, calls or services behind one of these figures."""
    if asked.figure in (*WAITS, Figure.SERVICE):
        return await _step_rows(tx, asked)
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


async def _step_rows(tx: Tx, asked: Asked) -> Rows:
    ends, begins = STEPS.ends.c, STEPS.begins.c
    told = (tickets.c.number, tickets.c.matter_id, counters.c.number.label("counter"))
    columns = (ends.id, *told, begins.at.label("since"), ends.at, STEPS.minutes.label("minutes"))
    is_of_figure = STEPS.is_service if asked.figure is Figure.SERVICE else STEPS.is_wait
    chosen = STEPS.of(select(*columns), asked.wanted, asked.wanted.span)
    chosen = chosen.where(is_of_figure, *of_group(KEYS[asked.wanted.by], asked))

    def line(row: Any) -> tuple[str, ...]:
        what = (row.number, asked.names.matter(row.matter_id), counter(row.counter))
        return (*what, second(row.since), second(row.at), str(_at_least_one(row.minutes)))

    return await page(tx, chosen, ends.id, asked, STEP_HEADERS, line)
