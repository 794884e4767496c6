from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select, update

from hall.cases import progress, rows
from hall.cases import service as cases
from hall.cases.model import (
    NEXT,
    STATE_NAMES,
    Case,
    CaseNotFound,
    MoveNotAllowed,
    State,
    StillMissing,
    What,
    WordsNeeded,
)
from hall.cases.tables import case_facts
from hall.cases.tables import cases as table
from hall.matters import service as matters
from hall.matters.tables import matters as matter_table
from hall.places import service as places
from hall.places.model import EVERY_HALL
from hall.staff.model import NotYourRole
from kit.db import Database
from kit.ids import has_good_check
from kit.secrets import READABLE
from tests.hall.builders import MONDAY, a_citizen, at, at_once
from tests.hall.case_builders import a_case, a_member

NOT_FOUND = "没有查到这个办件，或者查询码不对。请核对受理回执上的办件编号和6位查询码，也可以到窗口请工作人员帮您查。"


async def test_opened_case_is_received_and_gives_a_code_that_is_kept_nowhere(db: Database) -> None:
    case, code = await a_case(db)
    assert (case.state, case.received_on, case.accepted_on) == (State.RECEIVED, date(2026, 11, 23), None)
    assert case.number[:10] == "ST20261123" and has_good_check(case.number)
    assert len(code) == 6 and set(code) <= set(READABLE)
    async with db.read() as tx:
        row = await tx.one(select(*table.c))
    assert row is not None
    assert code not in [value for value in row if isinstance(value, str)]
    assert "王小明" not in repr(case)


async def limits(db: Database, case: Case, now: datetime) -> tuple[date | None, date | None]:
    async with db.read() as tx:
        clock = (await progress.told(tx, [case], now))[0].clock
    return clock.due_on, clock.legal_due_on


async def test_acceptance_starts_both_clocks_in_workdays(db: Database) -> None:
    case, _ = await a_case(db)
    accepted = await db.transact(cases.accept, case.number, None, at(24, 9))
    assert accepted.accepted_on == date(2026, 11, 24)
    assert await limits(db, accepted, at(24, 9)) == (date(2026, 12, 3), date(2026, 12, 8))


async def test_limits_are_those_of_the_day_of_acceptance(db: Database) -> None:
    case, _ = await a_case(db)
    accepted = await db.transact(cases.accept, case.number, None, at(24, 9))
    async with db.tx() as tx:
        await tx.run(update(matter_table).values(promised_days=1, legal_days=1))
    assert await limits(db, accepted, at(25, 9)) == (date(2026, 12, 3), date(2026, 12, 8))


async def test_clock_stops_on_days_off_for_all_halls_and_not_on_one_halls_own(db: Database) -> None:
    case, _ = await a_case(db)
    await db.transact(places.set_day, EVERY_HALL, date(2026, 11, 27), (), "台风", "张三", MONDAY)
    await db.transact(places.set_day, case.hall_id, date(2026, 11, 26), (), "停电检修", "张三", MONDAY)
    accepted = await db.transact(cases.accept, case.number, None, at(24, 9))
    due_on, _ = await limits(db, accepted, at(24, 9))
    assert due_on == date(2026, 12, 4)  # 25, 26, 30 November, 1 to 4 December


async def test_last_day_moves_the_moment_the_calendar_does(db: Database) -> None:
    case, _ = await a_case(db)
    accepted = await db.transact(cases.accept, case.number, None, at(24, 9))
    await db.transact(places.set_day, EVERY_HALL, date(2026, 12, 1), (), "台风", "张三", MONDAY)
    assert await limits(db, accepted, at(24, 9)) == (date(2026, 12, 4), date(2026, 12, 9))


async def test_progress_tells_the_owner_the_whole_story(db: Database) -> None:
    citizen = await db.transact(a_citizen)
    case, _ = await a_case(db, citizen.id)
    await db.transact(cases.accept, case.number, None, at(24, 9), "等消息就行")
    told = await db.consult(progress.progress, case.number, at(25, 9), citizen_id=citizen.id)
    assert (told.state, told.since, told.case.next_step) == (State.ACCEPTED, at(24, 9), "等消息就行")
    assert [(fact.at, fact.state, fact.note) for fact in told.history] == [
        (MONDAY, State.RECEIVED, "已收到您的材料"),
        (at(24, 9), State.ACCEPTED, "材料齐全，已经受理"),
    ]
    assert (told.clock.used, told.clock.stopped, told.waits_for_person) == (1, 0, False)


async def test_progress_opens_to_the_code_however_it_is_typed(db: Database) -> None:
    case, code = await a_case(db)
    full_width = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    for typed in (code, code.lower(), f" {code[:3]} {code[3:]} ", full_width):
        told = await db.consult(progress.progress, case.number.lower(), MONDAY, code=typed)
        assert told.number == case.number


@pytest.mark.parametrize("role", ["clerk", "guide", "lead", "admin"])
async def test_progress_opens_to_staff(db: Database, role: str) -> None:
    case, _ = await a_case(db)
    member = await a_member(db, role)
    assert (await db.consult(progress.progress, case.number, MONDAY, staff=member)).number == case.number


async def test_who_keeps_the_knowledge_reads_no_cases(db: Database) -> None:
    case, _ = await a_case(db)
    editor = await a_member(db, "editor", "李编辑")
    with pytest.raises(NotYourRole, match="李编辑在这个大厅是知识维护"):
        await db.consult(progress.progress, case.number, MONDAY, staff=editor)


async def test_progress_says_the_same_to_everyone_not_entitled(db: Database) -> None:
    owner = await db.transact(a_citizen)
    stranger = await db.transact(a_citizen, "o-li")
    case, code = await a_case(db, owner.id)
    other = case.number[:-1] + ("1" if case.number[-1] != "1" else "2")
    said = set()
    entitlements: list[dict[str, Any]] = [{}, {"citizen_id": stranger.id}, {"staff": None}]
    entitlements += [{"code": guess} for guess in ("AAAAAA", "", "王")]
    for number, entitlement in product((case.number, other, "", "'; DROP TABLE cases"), entitlements):
        with pytest.raises(CaseNotFound) as refused:
            await db.consult(progress.progress, number, MONDAY, **entitlement)
        said.add((refused.value.message, refused.value.status, str(refused.value.details)))
    assert said == {(NOT_FOUND, 404, "{}")}
    with pytest.raises(CaseNotFound):
        await db.consult(progress.progress, other, MONDAY, code=code)


async def test_case_without_an_owner_belongs_to_nobody(db: Database) -> None:
    case, _ = await a_case(db)
    with pytest.raises(CaseNotFound):
        await db.consult(progress.progress, case.number, MONDAY, citizen_id=None)


async def test_code_of_one_case_does_not_open_another(db: Database) -> None:
    first, code = await a_case(db)
    matter = await db.consult(matters.matter, first.hall_id, first.matter_id)
    second, _ = await db.transact(cases.open, matter, MONDAY, code="AAAAAA")
    with pytest.raises(CaseNotFound):
        await db.consult(progress.progress, second.number, MONDAY, code=code)


EVERY_WAY = {
    State.RECEIVED: {"受理", "补正", "不予受理"},
    State.SUPPLEMENT: {"收件", "不予受理", "退件"},
    State.ACCEPTED: {"补正", "审核", "特别程序", "中止", "办结", "退件"},
    State.REVIEW: {"补正", "特别程序", "中止", "办结", "退件"},
    State.SPECIAL: {"受理", "审核", "退件"},
    State.SUSPENDED: {"受理", "审核", "退件"},
    State.REFUSED: set(),
    State.CONCLUDED: set(),
    State.DECLINED: set(),
}


def test_states_go_the_ways_a_hall_knows_and_three_are_final() -> None:
    assert {state: {way.chinese for way in NEXT[state]} for state in State} == EVERY_WAY
    assert [state.chinese for state in State if state.is_final] == ["不予受理", "办结", "退件"]
    assert set(STATE_NAMES) == set(State)


async def test_way_that_is_not_allowed_changes_nothing_and_says_which_are(db: Database) -> None:
    case, code = await a_case(db)
    with pytest.raises(MoveNotAllowed) as refused:
        await db.transact(cases.conclude, case.number, None, "办好了", MONDAY)
    assert refused.value.message == ("这个办件现在是“收件”，不能改成“办结”。接下来可以是：受理、补正、不予受理。")
    assert len((await db.consult(progress.progress, case.number, MONDAY, code=code)).history) == 1


async def test_finished_case_goes_nowhere(db: Database) -> None:
    case, _ = await a_case(db)
    await db.transact(cases.refuse, case.number, None, "不属于本厅", MONDAY)
    with pytest.raises(MoveNotAllowed) as refused:
        await db.transact(cases.accept, case.number, None, MONDAY)
    assert refused.value.message == "这个办件现在是“不予受理”，不能改成“受理”。它已经办完，需要再办请重新收件。"


async def test_who_moved_a_case_and_when_is_noted_to_the_millisecond(db: Database) -> None:
    case, _ = await a_case(db)
    member = await a_member(db, "clerk")
    moment = MONDAY + timedelta(milliseconds=123)
    await db.transact(cases.accept, case.number, member, moment)
    async with db.read() as tx:
        noted = await tx.all(
            select(case_facts.c.by_staff, case_facts.c.at, case_facts.c.what).order_by(case_facts.c.id)
        )
    assert [tuple(row) for row in noted] == [(None, MONDAY, "opened"), (member.id, moment, "accepted")]


@pytest.mark.parametrize("role", ["guide", "editor"])
async def test_case_is_moved_by_clerks_and_leads_only(db: Database, role: str) -> None:
    case, _ = await a_case(db)
    member = await a_member(db, role)
    with pytest.raises(NotYourRole, match="这件事要窗口人员、带班领导、系统管理员来做"):
        await db.transact(cases.accept, case.number, member, MONDAY)


async def test_case_that_lacks_a_material_is_not_accepted(db: Database) -> None:
    case, _ = await a_case(db, lacking=[2])
    with pytest.raises(StillMissing, match="还缺：申请书。"):
        await db.transact(cases.accept, case.number, None, MONDAY)


async def test_case_ends_with_words_for_the_applicant(db: Database) -> None:
    case, code = await a_case(db)
    await db.transact(cases.accept, case.number, None, MONDAY)
    with pytest.raises(WordsNeeded, match="请写明办理结果"):
        await db.transact(cases.conclude, case.number, None, "  ", at(25, 9))
    await db.transact(cases.review, case.number, None, at(24, 9))
    await db.transact(cases.conclude, case.number, None, "准予许可", at(25, 9), "到3号窗口领证")
    told = await db.consult(progress.progress, case.number, at(30, 9), code=code)
    assert (told.state, told.history[-1].note, told.case.next_step) == (State.CONCLUDED, "准予许可", "到3号窗口领证")
    assert (told.case.ended_at, told.clock.used) == (at(25, 9), 2)  # the clock stands where it ended


async def test_own_cases_come_newest_first(db: Database) -> None:
    citizen = await db.transact(a_citizen)
    first, _ = await a_case(db, citizen.id)
    matter = await db.consult(matters.matter, first.hall_id, first.matter_id)
    second, _ = await db.transact(cases.open, matter, MONDAY + timedelta(days=1), citizen_id=citizen.id)
    await db.transact(cases.open, matter, MONDAY)
    assert await db.consult(progress.own, citizen.id) == (second, first)
    assert await db.consult(progress.own, citizen.id, before_id=second.id, n=1) == (first,)
    await db.transact(cases.refuse, second.number, None, "不属于本厅", MONDAY)
    assert [case.number for case in await db.consult(progress.own, citizen.id, include_past=False)] == [first.number]


async def test_of_two_clerks_at_once_one_moves_the_case(db: Database) -> None:
    case, code = await a_case(db)
    await db.transact(cases.accept, case.number, None, MONDAY)
    tries = [db.transact(end, case.number, None, "说明", at(24, 9)) for end in (cases.conclude, cases.decline)]
    ended = await at_once(db, *tries)
    assert [type(one) for one in ended].count(MoveNotAllowed) == 1
    told = await db.consult(progress.progress, case.number, at(24, 9), code=code)
    assert [fact.what for fact in told.history][:2] == ["opened", "accepted"] and len(told.history) == 3


async def test_control_without_the_lock_both_would(db: Database) -> None:
    """Both look before either writes: what `rows.hold` keeps from happening."""
    case, code = await a_case(db)
    held = await db.transact(cases.accept, case.number, None, MONDAY)
    for what, state in ((What.CONCLUDED, State.CONCLUDED), (What.DECLINED, State.DECLINED)):
        await db.transact(rows.change, held, what, "说明", at(24, 9), None, state=state)
    assert len((await db.consult(progress.progress, case.number, at(24, 9), code=code)).history) == 4
