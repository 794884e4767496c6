from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select

from hall.cases import service as cases
from hall.cases.model import NEXT, STATE_NAMES, Case, CaseNotFound, MoveNotAllowed, State, due_day
from hall.cases.tables import case_facts
from hall.cases.tables import cases as table
from hall.matters import service as matters
from hall.matters.model import Matter
from hall.places import service as places
from hall.places.model import EVERY_HALL, YearNotPublished
from hall.staff import service as staff
from kit.clock import SHANGHAI
from kit.db import Database, Tx
from kit.ids import has_good_check
from kit.secrets import READABLE
from tests.hall.builders import MONDAY, a_citizen, a_group, a_hall, a_matter, at

NOT_FOUND = "没有查到这个办件，或者查询码不对。请核对受理回执上的办件编号和6位查询码，也可以到窗口请工作人员帮您查。"


async def a_desk(tx: Tx) -> Matter:
    await a_hall(tx)
    return await a_matter(tx, await a_group(tx))


async def a_case(db: Database, citizen_id: int | None = None, now: datetime = MONDAY) -> tuple[Case, str]:
    matter = await db.transact(a_desk)
    return await db.transact(cases.open, matter, now, citizen_id=citizen_id, applicant="王小明")


async def test_opened_case_is_received_and_gives_a_code_that_is_kept_nowhere(db: Database) -> None:
    case, code = await a_case(db)
    assert (case.state, case.received_on, case.due_on) == (State.RECEIVED, date(2026, 11, 23), None)
    assert case.number[:10] == "ST20261123" and has_good_check(case.number)
    assert len(code) == 6 and set(code) <= set(READABLE)
    async with db.read() as tx:
        row = await tx.one(select(*table.c))
    assert row is not None
    assert code not in [value for value in row if isinstance(value, str)]
    assert "王小明" not in repr(case)


async def test_acceptance_starts_both_clocks_in_workdays(db: Database) -> None:
    case, _ = await a_case(db)
    accepted = await db.transact(cases.move, case.number, State.ACCEPTED, "已受理", at(24, 9))
    assert (accepted.due_on, accepted.legal_due_on) == (date(2026, 12, 3), date(2026, 12, 8))


async def test_clock_stops_on_days_off_for_all_halls_and_not_on_one_halls_own(db: Database) -> None:
    case, _ = await a_case(db)
    await db.transact(places.set_day, EVERY_HALL, date(2026, 11, 27), (), "台风", "张三", MONDAY)
    await db.transact(places.set_day, case.hall_id, date(2026, 11, 26), (), "停电检修", "张三", MONDAY)
    accepted = await db.transact(cases.move, case.number, State.ACCEPTED, "已受理", at(24, 9))
    assert accepted.due_on == date(2026, 12, 4)  # 25, 26, 30 November, 1 to 4 December


async def test_time_limit_past_the_published_calendar_is_left_open(db: Database) -> None:
    received = datetime(2026, 12, 28, 9, 0, tzinfo=SHANGHAI)
    case, _ = await a_case(db, now=received)
    accepted = await db.transact(cases.move, case.number, State.ACCEPTED, "已受理", received)
    assert (accepted.due_on, accepted.legal_due_on) == (None, None)


@pytest.mark.parametrize(
    ("days", "unit", "due"),
    [
        (1, "工作日", date(2026, 11, 30)),  # accepted on a Friday
        (1, "日", date(2026, 11, 28)),
        (30, "日", date(2026, 12, 27)),
        (None, "工作日", None),
        (3, None, None),
    ],
)
def test_due_day_counts_from_the_day_after_acceptance(days: int | None, unit: str | None, due: date | None) -> None:
    assert due_day(date(2026, 11, 27), days, unit) == due


def test_due_day_is_not_guessed_past_the_calendar() -> None:
    with pytest.raises(YearNotPublished):
        due_day(date(2026, 12, 30), 5, "工作日")


async def test_progress_tells_the_owner_the_whole_story(db: Database) -> None:
    citizen = await db.transact(a_citizen)
    case, _ = await a_case(db, citizen.id)
    await db.transact(
        cases.move, case.number, State.SUPPLEMENT, "还缺申请书", at(24, 9), next_step="请补交申请书原件。"
    )
    told = await db.consult(cases.progress, case.number, citizen_id=citizen.id)
    assert (told.state, told.since, told.next_step) == (State.SUPPLEMENT, at(24, 9), "请补交申请书原件。")
    assert [(fact.at, fact.state, fact.note) for fact in told.history] == [
        (MONDAY, State.RECEIVED, "已收到您的材料"),
        (at(24, 9), State.SUPPLEMENT, "还缺申请书"),
    ]
    assert told.waits_for_person is True
    await db.transact(cases.move, case.number, State.ACCEPTED, "补齐了，已受理", at(25, 9))
    told = await db.consult(cases.progress, case.number, citizen_id=citizen.id)
    assert (told.state, told.next_step, told.waits_for_person) == (State.ACCEPTED, None, False)


async def test_progress_opens_to_the_code_however_it_is_typed(db: Database) -> None:
    case, code = await a_case(db)
    full_width = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    for typed in (code, code.lower(), f" {code[:3]} {code[3:]} ", full_width):
        told = await db.consult(cases.progress, case.number.lower(), code=typed)
        assert told.number == case.number


async def test_progress_opens_to_staff(db: Database) -> None:
    case, _ = await a_case(db)
    await db.transact(staff.add, "张三", "clerk", MONDAY)
    member = await db.consult(staff.known, "张三")
    assert (await db.consult(cases.progress, case.number, staff=member)).number == case.number


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
            await db.consult(cases.progress, number, **entitlement)
        said.add((refused.value.message, refused.value.status, str(refused.value.details)))
    assert said == {(NOT_FOUND, 404, "{}")}
    with pytest.raises(CaseNotFound):
        await db.consult(cases.progress, other, code=code)


async def test_case_without_an_owner_belongs_to_nobody(db: Database) -> None:
    case, _ = await a_case(db)
    with pytest.raises(CaseNotFound):
        await db.consult(cases.progress, case.number, citizen_id=None)


async def test_code_of_one_case_does_not_open_another(db: Database) -> None:
    first, code = await a_case(db)
    matter = await db.consult(matters.matter, first.hall_id, first.matter_id)
    second, _ = await db.transact(cases.open, matter, MONDAY, code="AAAAAA")
    with pytest.raises(CaseNotFound):
        await db.consult(cases.progress, second.number, code=code)


EVERY_WAY = {
    State.RECEIVED: {"受理", "补正", "不予受理"},
    State.SUPPLEMENT: {"受理", "不予受理", "退件"},
    State.ACCEPTED: {"审核", "特别程序", "办结", "退件"},
    State.REVIEW: {"特别程序", "办结", "退件"},
    State.SUSPENDED: {"审核", "退件"},
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
        await db.transact(cases.move, case.number, State.CONCLUDED, "办好了", MONDAY)
    assert refused.value.message == ("这个办件现在是“收件”，不能改成“办结”。接下来可以是：受理、补正、不予受理。")
    assert len((await db.consult(cases.progress, case.number, code=code)).history) == 1


async def test_finished_case_goes_nowhere(db: Database) -> None:
    case, _ = await a_case(db)
    await db.transact(cases.move, case.number, State.REFUSED, "不属于本厅", MONDAY)
    with pytest.raises(MoveNotAllowed) as refused:
        await db.transact(cases.move, case.number, State.ACCEPTED, "受理", MONDAY)
    assert refused.value.message == "这个办件现在是“不予受理”，不能改成“受理”。它已经办完，需要再办请重新收件。"


async def test_who_moved_a_case_is_noted(db: Database) -> None:
    case, _ = await a_case(db)
    await db.transact(staff.add, "张三", "clerk", MONDAY)
    member = await db.consult(staff.known, "张三")
    assert member is not None
    await db.transact(cases.move, case.number, State.ACCEPTED, "已受理", MONDAY, member)
    async with db.read() as tx:
        noted = [row.by_staff for row in await tx.all(select(case_facts.c.by_staff).order_by(case_facts.c.id))]
    assert noted == [None, member.id]


async def test_own_cases_come_newest_first(db: Database) -> None:
    citizen = await db.transact(a_citizen)
    first, _ = await a_case(db, citizen.id)
    matter = await db.consult(matters.matter, first.hall_id, first.matter_id)
    second, _ = await db.transact(cases.open, matter, MONDAY + timedelta(days=1), citizen_id=citizen.id)
    await db.transact(cases.open, matter, MONDAY)
    assert await db.consult(cases.own, citizen.id) == (second, first)
