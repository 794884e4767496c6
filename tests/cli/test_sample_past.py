"""What the demo's figures are of."""

from datetime import date, timedelta

from sqlalchemy import func, select

from cli import sample, sample_past
from hall.cases import progress
from hall.cases.tables import cases
from hall.matters import service as matters
from hall.performance import service as performance
from hall.performance.model import By, Figure
from hall.performance.spans import When
from hall.queue import service as queue
from hall.queue.tables import tickets
from kit.db import Database
from tests.hall.builders import MONDAY
from tests.hall.counted_days import LEAD

HALL = "shuangta"


async def test_whoever_goes_back_to_a_day_of_the_demos_past_gets_a_number_too(db: Database) -> None:
    await sample.fill(db, MONDAY)
    await db.transact(sample_past.fill, HALL, MONDAY)
    friday = MONDAY - timedelta(days=3)
    async with db.read() as tx:
        groups = await matters.groups(tx, HALL)
    taken = [await db.transact(queue.take, HALL, group, None, friday) for group in groups]
    assert [ticket.number[0] for ticket in taken] == [group.letter for group in groups]


async def test_the_demos_past_is_there_once_belongs_to_nobody_and_fills_every_figure(db: Database) -> None:
    await sample.fill(db, MONDAY)
    said = [await db.transact(sample_past.fill, HALL, MONDAY) for _ in range(2)]
    assert ["15个工作日" in said[0], "已经有了" in said[1]] == [True, True]
    days = (date(2026, 11, 1), date(2026, 11, 22))
    asked = await db.consult(performance.wanted, HALL, When.FREE, By.COUNTER, MONDAY, *days)
    report = await db.consult(performance.report, asked, MONDAY)
    assert [figure for figure in Figure if report.values[figure].amount is None] == []
    assert len(report.groups) > 12
    async with db.read() as tx:
        of_somebody = select(func.count()).select_from(tickets).where(tickets.c.citizen_id.is_not(None))
        assert await tx.value(of_somebody) == 0
        number = await tx.value(select(cases.c.number).where(cases.c.applicant.is_(None)).limit(1))
    told = await db.consult(progress.progress, number, MONDAY, staff=LEAD)
    assert {fact.note for fact in told.history} == {"示例"}
