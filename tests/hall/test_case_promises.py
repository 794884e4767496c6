"""容缺受理: accepted without a material, against a promise; reminded of, ticked off, and what follows when it passes."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from bot.phrases import case_notices, receipts
from bot.phrases import progress as words
from hall.cases import by_the_clock, concerns, progress, promises, supplements
from hall.cases import service as cases
from hall.cases.clocks import DAYS, WORKDAYS, Limit
from hall.cases.concerns import Concern
from hall.cases.model import (
    BadPromise,
    Case,
    Missing,
    MoveNotAllowed,
    NothingOwed,
    NothingToTake,
    State,
    StillOwed,
    WordsNeeded,
)
from hall.cases.tables import case_materials
from hall.notices import service as notices
from hall.notices.model import Kind, Notice
from hall.places import service as places
from hall.places.model import YearNotPublished
from kit.db import Database
from tests.hall.builders import HALL, MONDAY, a_citizen, at, at_once
from tests.hall.case_builders import a_case, a_member, seen

THREE = Limit(3, WORKDAYS)  # from Monday the 23rd: Thursday the 26th
WHY = "主要材料都齐了"


async def owing(db: Database, citizen_id: int | None = None) -> Case:
    """Accepted on Monday the 23rd without 申请书, which is promised by Thursday."""
    case, _ = await a_case(db, citizen_id, lacking=[2])
    return await db.transact(promises.accept_with_missing, case.number, None, THREE, MONDAY, why=WHY)


async def untold(db: Database, citizen_id: int) -> tuple[Notice, ...]:
    return await db.consult(notices.untold, citizen_id, MONDAY + timedelta(days=60))


async def test_case_is_accepted_without_a_material_that_is_promised_by_a_day(db: Database) -> None:
    citizen = await db.transact(a_citizen)
    case = await owing(db, citizen.id)
    told = await seen(db, case.number, at(24, 9))
    assert (case.state, case.accepted_on, told.clock.due_on) == (State.ACCEPTED, date(2026, 11, 23), date(2026, 12, 2))
    assert [(one.name, one.owed_on) for one in told.owed] == [("申请书", date(2026, 11, 26))]
    assert told.history[-1].note == "容缺受理，还要补：申请书，最晚11月26日（周四）。主要材料都齐了"
    assert "还要您补：申请书，最晚11月26日（周四）交到受理窗口" in words.progress(told)
    assert not told.waits_for_person  # the work goes on
    hall = await db.consult(places.hall, HALL.id)
    assert "容缺受理，还要补：申请书。请在11月26日（周四）前交到受理窗口" in receipts.accepted(hall, told)
    assert "2 申请书（原件，1份）容缺，11月26日（周四）前补" in receipts.accepted(hall, told)
    (notice,) = await untold(db, citizen.id)
    said = case_notices.WORDINGS[notice.kind].say(notice.facts)
    assert "先受理了，还要补：申请书。\n请在11月26日（周四）前交到受理窗口。\n最晚12月2日（周三）办完。" in said


async def test_what_may_follow_by_the_matter_s_list_wants_no_reason_and_anything_else_does(db: Database) -> None:
    case, _ = await a_case(db, lacking=[2])
    with pytest.raises(WordsNeeded, match="请写明为什么可以容缺"):
        await db.transact(promises.accept_with_missing, case.number, None, THREE, MONDAY)
    async with db.tx() as tx:
        await tx.run(update(case_materials).where(case_materials.c.place == 2).values(may_follow=True))
    await db.transact(promises.accept_with_missing, case.number, None, THREE, MONDAY)


async def test_promise_is_refused_where_nothing_is_missing_or_no_day_can_be_named(db: Database) -> None:
    whole, _ = await a_case(db)
    with pytest.raises(NothingOwed):
        await db.transact(promises.accept_with_missing, whole.number, None, THREE, MONDAY, why=WHY)
    case, _ = await a_case(db, lacking=[2])
    for limit in (Limit(0, WORKDAYS), Limit(366, DAYS), Limit(3, "周")):
        with pytest.raises(BadPromise):
            await db.transact(promises.accept_with_missing, case.number, None, limit, MONDAY, why=WHY)
    with pytest.raises(YearNotPublished):
        await db.transact(promises.accept_with_missing, case.number, None, Limit(60, WORKDAYS), MONDAY, why=WHY)
    await db.transact(promises.accept_with_missing, case.number, None, Limit(60, DAYS), MONDAY, why=WHY)
    with pytest.raises(MoveNotAllowed):
        await db.transact(promises.accept_with_missing, case.number, None, THREE, MONDAY, why=WHY)


async def test_promised_material_is_ticked_off_and_only_then_the_case_concluded(db: Database) -> None:
    case = await owing(db)
    with pytest.raises(StillOwed, match="还没有交：申请书"):
        await db.transact(cases.conclude, case.number, None, "准予许可", at(24, 9))
    await db.transact(cases.review, case.number, None, at(24, 9))
    took = await db.transact(supplements.take_supplement, case.number, None, at(25, 9))
    assert took.state is State.REVIEW
    told = await seen(db, case.number, at(25, 9))
    assert (told.owed, told.owed_on, told.history[-1].note) == ((), None, "缺的材料收到了：申请书")
    with pytest.raises(NothingToTake):
        await db.transact(supplements.take_supplement, case.number, None, at(25, 9))
    assert (await db.transact(cases.conclude, case.number, None, "准予许可", at(25, 9))).state is State.CONCLUDED


async def test_person_is_reminded_once_on_the_workday_before(db: Database) -> None:
    citizen = await db.transact(a_citizen)
    case = await owing(db, citizen.id)
    assert await db.consult(by_the_clock.owing, MONDAY) == (case.number,)
    assert await db.transact(promises.remind, case.number, at(24, 9)) is None  # too early
    tries = [db.transact(promises.remind, case.number, at(25, 9)) for _ in range(2)]
    assert sum(one is not None for one in await at_once(db, *tries)) == 1
    reminder = (await untold(db, citizen.id))[-1]
    assert reminder.kind is Kind.CASE_OWED_SOON
    said = case_notices.WORDINGS[reminder.kind].say(reminder.facts)
    assert "还差您答应后补的：申请书。\n最晚11月26日（周四），请交到受理窗口。" in said
    await db.transact(supplements.take_supplement, case.number, None, at(25, 10))
    assert await db.consult(by_the_clock.owing, at(25, 10)) == ()


async def test_promise_that_passes_is_said_so_and_leads_to_the_law_of_supplements(db: Database) -> None:
    case = await owing(db)
    clerk, lead = await a_member(db, "clerk"), await a_member(db, "lead", "赵主任")
    assert [one.concerns for one in await db.consult(concerns.due, HALL.id, lead, at(24, 9))] == []
    assert (await db.consult(concerns.due, HALL.id, lead, at(26, 9)))[0].concerns == (Concern.OWED_NEAR,)
    (late,) = await db.consult(concerns.due, HALL.id, lead, at(27, 9))
    assert (late.concerns, late.by_on) == ((Concern.OWED_OVER,), date(2026, 11, 26))
    assert "说好11月26日（周四）前补交的还没有收到：申请书。" in words.progress(await seen(db, case.number, at(27, 9)))
    asked = (case.number, clerk, [Missing(2, "")], at(27, 9))
    stop = {"why": "容缺的材料过期没交", "approver": lead, "limit": Limit(5, WORKDAYS)}
    await db.transact(supplements.ask_to_supplement, *asked, **stop)
    told = await seen(db, case.number, at(27, 10))
    assert (told.state, told.owed, [one.name for one in told.missing]) == (State.SUPPLEMENT, (), ["申请书"])
    went_on = await db.transact(supplements.take_supplement, case.number, clerk, at(30, 9))
    assert went_on.state is State.ACCEPTED


async def test_what_is_owed_may_come_while_another_is_asked_for(db: Database) -> None:
    case = await owing(db)
    stop = {"why": "现场不符", "approver": None, "limit": Limit(5, WORKDAYS)}
    await db.transact(supplements.ask_to_supplement, case.number, None, [Missing(1, "")], at(24, 9), **stop)
    part = await db.transact(supplements.take_supplement, case.number, None, at(25, 9), [2])
    assert (part.state, part.next_step) == (State.SUPPLEMENT, "请把缺的材料一次补齐：营业执照。")
    whole = await db.transact(supplements.take_supplement, case.number, None, at(25, 9), [1])
    assert whole.state is State.ACCEPTED


async def test_trail_of_staff_tells_what_was_promised(db: Database) -> None:
    case = await owing(db)
    assert await db.consult(progress.plain, case.number) == {
        "状态": "受理", "下一步": "", "容缺": "申请书（2026-11-26前）",
    }  # fmt: skip
