"""补正, 特别程序, 中止: what stops the clock, who must approve, and what goes on by itself."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from hall.cases import by_the_clock, concerns, stops, supplements
from hall.cases import service as cases
from hall.cases.clocks import DAYS, WORKDAYS, Light, Limit
from hall.cases.concerns import Concern
from hall.cases.model import (
    ApprovalNeeded,
    BadLimit,
    Case,
    ListGivenBefore,
    Missing,
    MoveNotAllowed,
    NoSuchMaterial,
    NothingMissing,
    NothingToTake,
    State,
    WordsNeeded,
)
from hall.cases.tables import case_facts
from hall.notices import service as notices
from hall.notices.model import Kind
from hall.places import service as places
from hall.places.notice import Notice, statutory
from hall.staff.model import NotYourRole
from kit.clock import SHANGHAI
from kit.db import Database
from tests.hall.builders import HALL, MONDAY, a_citizen, at, at_once
from tests.hall.case_builders import a_case, a_member, seen

FIVE = Limit(5, WORKDAYS)


async def told_of(db: Database, citizen_id: int) -> list[tuple[Kind, str | None]]:
    """What the owner will be told: kind, and the day named in it."""
    found = await db.consult(notices.untold, citizen_id, MONDAY + timedelta(days=60))
    return [(one.kind, one.facts["due_on"]) for one in found]


# ------------------------------------------------------------------------------------------------ supplements


async def test_what_is_missing_is_told_once_and_in_full(db: Database) -> None:
    citizen = await db.transact(a_citizen)
    case, _ = await a_case(db, citizen.id, lacking=[2])
    missing = [Missing(2, ""), Missing(1, "", "没有盖章"), Missing(None, "租房合同")]
    await db.transact(supplements.ask_to_supplement, case.number, None, missing, at(24, 9))
    told = await seen(db, case.number, at(24, 10))
    assert [(one.name, one.lack, one.is_brought) for one in told.missing] == [
        ("营业执照", "没有盖章", False),
        ("申请书", None, False),
        ("租房合同", None, False),
    ]
    assert (told.state, told.waits_for_person, told.case.lists) == (State.SUPPLEMENT, True, 1)
    assert told.case.next_step == "请把缺的材料一次补齐：申请书、营业执照（没有盖章）、租房合同。"
    assert await told_of(db, citizen.id) == [(Kind.CASE_SUPPLEMENT, None)]


async def test_supplement_is_ticked_off_and_with_the_last_of_it_five_days_begin_anew(db: Database) -> None:
    case, _ = await a_case(db, lacking=[2])
    assert (await seen(db, case.number, MONDAY)).tell_by_on == date(2026, 11, 30)
    await db.transact(supplements.ask_to_supplement, case.number, None, [Missing(1, ""), Missing(2, "")], at(24, 9))
    await db.transact(supplements.take_supplement, case.number, None, at(25, 9), [2])
    told = await seen(db, case.number, at(25, 9))
    assert [(one.name, one.is_brought) for one in told.missing] == [("营业执照", False), ("申请书", True)]
    assert (told.state, told.since, told.case.next_step) == (
        State.SUPPLEMENT,
        at(24, 9),
        "请把缺的材料一次补齐：营业执照。",
    )
    await db.transact(supplements.take_supplement, case.number, None, at(26, 9))
    told = await seen(db, case.number, at(26, 9))
    assert (told.state, told.case.supplemented_on, told.tell_by_on) == (
        State.RECEIVED,
        date(2026, 11, 26),
        date(2026, 12, 3),  # 27 | 30 1 2 3
    )
    assert (await db.transact(cases.accept, case.number, None, at(26, 10))).accepted_on == date(2026, 11, 26)


async def test_second_list_wants_a_reason_and_a_lead(db: Database) -> None:
    case, _ = await a_case(db)
    clerk, lead = await a_member(db, "clerk"), await a_member(db, "lead", "赵主任")
    first, again = [Missing(1, "")], (case.number, clerk, [Missing(2, "")], at(26, 9))
    await db.transact(supplements.ask_to_supplement, case.number, clerk, first, at(24, 9))
    await db.transact(supplements.take_supplement, case.number, clerk, at(25, 9))
    for given in ({}, {"why": "漏看了"}, {"approver": lead}):
        with pytest.raises(ListGivenBefore, match="补正要一次告知"):
            await db.transact(supplements.ask_to_supplement, *again, **given)
    with pytest.raises(ApprovalNeeded):
        await db.transact(supplements.ask_to_supplement, *again, why="漏看了", approver=clerk)
    asked = await db.transact(supplements.ask_to_supplement, *again, why="漏看了", approver=lead)
    assert asked.lists == 2
    async with db.read() as tx:
        rows = await tx.all(select(case_facts.c.what, case_facts.c.by_staff, case_facts.c.approved_by))
    assert tuple(rows[-1]) == ("asked", clerk.id, lead.id)


async def test_supplement_after_acceptance_stops_the_clock_and_is_a_lead_s_to_approve(db: Database) -> None:
    case, _ = await a_case(db)
    clerk, lead = await a_member(db, "clerk"), await a_member(db, "lead", "赵主任")
    await db.transact(cases.accept, case.number, clerk, MONDAY)
    asked = (case.number, clerk, [Missing(None, "情况说明")], at(24, 9))
    with pytest.raises(BadLimit):
        await db.transact(supplements.ask_to_supplement, *asked, why="现场不符", approver=lead)
    with pytest.raises(ApprovalNeeded):
        await db.transact(supplements.ask_to_supplement, *asked, why="现场不符", limit=FIVE)
    await db.transact(supplements.ask_to_supplement, *asked, why="现场不符", approver=lead, limit=FIVE)
    with pytest.raises(MoveNotAllowed, match="接下来可以是：受理、审核、退件"):
        await db.transact(cases.refuse, case.number, clerk, "太晚了", at(24, 10))
    await db.transact(supplements.take_supplement, case.number, clerk, at(26, 9))
    told = await seen(db, case.number, at(27, 9))
    # accepted 23, seven workdays: 24 [25 26] 27 | 30 1 2 3 4
    assert (told.state, told.clock.due_on, told.clock.used, told.clock.stopped) == (
        State.ACCEPTED,
        date(2026, 12, 4),
        2,
        2,
    )


@pytest.mark.parametrize("missing", [[Missing(0, "")], [Missing(3, "")], [Missing(-1, "")]])
async def test_material_that_is_not_on_the_list_cannot_be_missing(db: Database, missing: list[Missing]) -> None:
    case, _ = await a_case(db)
    with pytest.raises(NoSuchMaterial, match="一共2样"):
        await db.transact(supplements.ask_to_supplement, case.number, None, missing, MONDAY)
    assert (await seen(db, case.number, MONDAY)).state is State.RECEIVED


async def test_empty_list_is_none(db: Database) -> None:
    case, _ = await a_case(db)
    with pytest.raises(NothingMissing):
        await db.transact(supplements.ask_to_supplement, case.number, None, [], MONDAY)
    with pytest.raises(NothingToTake):
        await db.transact(supplements.take_supplement, case.number, None, MONDAY)


# ------------------------------------------------------------------------------------------------ stops


@pytest.mark.parametrize(("verb", "state"), [(stops.begin_special, State.SPECIAL), (stops.suspend, State.SUSPENDED)])
async def test_stop_has_reason_approver_and_limit_and_the_case_goes_back_where_it_was(
    db: Database, verb: object, state: State
) -> None:
    citizen = await db.transact(a_citizen)
    case, _ = await a_case(db, citizen.id)
    clerk, lead = await a_member(db, "clerk"), await a_member(db, "lead", "赵主任")
    await db.transact(cases.accept, case.number, clerk, MONDAY)
    await db.transact(cases.review, case.number, clerk, at(24, 9))
    for approver in (None, clerk, await a_member(db, "guide", "孙导办")):
        with pytest.raises(ApprovalNeeded):
            await db.transact(verb, case.number, clerk, approver, "现场检查", FIVE, at(25, 9))
    for limit in (Limit(0, WORKDAYS), Limit(366, DAYS), Limit(5, "周")):
        with pytest.raises(BadLimit):
            await db.transact(verb, case.number, clerk, lead, "现场检查", limit, at(25, 9))
    with pytest.raises(WordsNeeded):
        await db.transact(verb, case.number, clerk, lead, "", FIVE, at(25, 9))
    await db.transact(verb, case.number, clerk, lead, "现场检查", FIVE, at(25, 9))
    told = await seen(db, case.number, at(26, 9))
    assert told.stop is not None
    assert (told.state, told.stop.reason, told.until_on) == (state, "现场检查", date(2026, 12, 2))
    # 24 25 [26 27 | 30 1 2] 3 4 | 7 8 9: by the limit; resumed on the 27th it is 30 1 2 3 4
    assert told.clock.due_on == date(2026, 12, 9)
    back = await db.transact(stops.resume, case.number, clerk, at(27, 9))
    assert back.state is State.REVIEW
    assert (await seen(db, case.number, at(27, 9))).clock.due_on == date(2026, 12, 4)
    assert await told_of(db, citizen.id) == [
        (Kind.CASE_ACCEPTED, "2026-12-02"),
        (Kind.CASE_STOPPED, "2026-12-09"),
        (Kind.CASE_RESUMED, "2026-12-04"),
    ]


async def test_lead_does_not_approve_their_own(db: Database) -> None:
    case, _ = await a_case(db)
    lead = await a_member(db, "lead", "赵主任")
    await db.transact(cases.accept, case.number, lead, MONDAY)
    with pytest.raises(ApprovalNeeded, match="不能自己批自己"):
        await db.transact(stops.suspend, case.number, lead, lead, "等回函", FIVE, MONDAY)


async def test_clock_does_not_stop_before_acceptance(db: Database) -> None:
    case, _ = await a_case(db)
    with pytest.raises(MoveNotAllowed):
        await db.transact(stops.suspend, case.number, None, None, "等回函", FIVE, MONDAY)


async def test_declining_ends_the_stop_too(db: Database) -> None:
    case, _ = await a_case(db)
    await db.transact(cases.accept, case.number, None, MONDAY)
    await db.transact(stops.begin_special, case.number, None, None, "现场检查", FIVE, at(24, 9))
    await db.transact(cases.decline, case.number, None, "检查没有通过", at(26, 9))
    told = await seen(db, case.number, at(30, 9))
    assert (told.stop, told.clock.used, told.clock.stopped) == (None, 1, 2)


# ------------------------------------------------------------------------------------------------ by the clock


async def test_five_days_of_silence_accept_as_of_receipt_once(db: Database) -> None:
    citizen = await db.transact(a_citizen)
    case, _ = await a_case(db, citizen.id, lacking=[2])
    last, after = at(30, 23), datetime(2026, 12, 1, 0, 10, tzinfo=SHANGHAI)  # 24 25 26 27 | 30
    for number in await db.consult(by_the_clock.left_unanswered, last):
        assert await db.transact(by_the_clock.accept_by_silence, number, last) is None
    assert await db.consult(by_the_clock.left_unanswered, after) == (case.number,)
    done = await at_once(db, *(db.transact(by_the_clock.accept_by_silence, case.number, after) for _ in range(2)))
    deemed = [one for one in done if isinstance(one, Case)]
    assert [(one.state, one.accepted_on, one.is_deemed) for one in deemed] == [
        (State.ACCEPTED, date(2026, 11, 23), True)
    ]
    told = await seen(db, case.number, after)
    assert [fact.what for fact in told.history] == ["opened", "deemed"]
    assert (told.clock.due_on, told.clock.used) == (date(2026, 12, 2), 6)
    assert await told_of(db, citizen.id) == [(Kind.CASE_ACCEPTED, "2026-12-02")]


@pytest.mark.parametrize("said", ["accepted", "asked", "refused"])
async def test_whoever_was_told_in_time_is_not_accepted_by_silence(db: Database, said: str) -> None:
    case, _ = await a_case(db)
    if said == "accepted":
        await db.transact(cases.accept, case.number, None, at(30, 9))
    elif said == "asked":
        await db.transact(supplements.ask_to_supplement, case.number, None, [Missing(1, "")], at(30, 9))
    else:
        await db.transact(cases.refuse, case.number, None, "不属于本厅", at(30, 9))
    later = datetime(2026, 12, 20, 9, tzinfo=SHANGHAI)
    assert await db.consult(by_the_clock.left_unanswered, later) == ()
    assert await db.transact(by_the_clock.accept_by_silence, case.number, later) is None


async def test_last_day_in_an_unpublished_year_is_told_when_the_year_is_entered(db: Database) -> None:
    citizen = await db.transact(a_citizen)
    received = datetime(2026, 12, 28, 9, 0, tzinfo=SHANGHAI)
    case, _ = await a_case(db, citizen.id, received)
    await db.transact(cases.accept, case.number, None, received)
    told = await seen(db, case.number, received)
    assert (told.clock.due_on, told.clock.unknown_year, told.clock.light) == (None, 2027, Light.NONE)
    assert await db.consult(by_the_clock.without_last_day, received) == (case.number,)
    assert await db.transact(by_the_clock.say_last_day, case.number, received) is None
    holidays = {day: name for name, days in statutory(2027).items() for day in days} | {date(2027, 4, 5): "清明节"}
    entered = received + timedelta(days=1)
    await db.transact(places.enter_year, Notice(2027, "示例通知", holidays, []), "张三", entered)
    # 29 30 31 | Fri 1 off | 4 5 6 7 Jan: known at once, and told by the job, once
    assert (await seen(db, case.number, entered)).clock.due_on == date(2027, 1, 7)
    for _ in range(2):
        for number in await db.consult(by_the_clock.without_last_day, entered):
            await db.transact(by_the_clock.say_last_day, number, entered)
    assert await told_of(db, citizen.id) == [(Kind.CASE_ACCEPTED, None), (Kind.CASE_DUE_KNOWN, "2027-01-07")]


async def test_staff_see_what_is_late_or_nearly_so_the_gravest_first(db: Database) -> None:
    lead = await a_member(db, "lead", "赵主任")
    accepted = {}
    for day in (2, 10, 19, 23):  # seven and ten workdays each
        case, _ = await a_case(db, now=at(day, 9))
        accepted[day] = case.number
        await db.transact(cases.accept, case.number, None, at(day, 9))
    case, _ = await a_case(db, now=at(23, 9))
    await db.transact(stops.suspend, accepted[23], None, None, "等回函", Limit(2, WORKDAYS), at(24, 9))
    found = await db.consult(concerns.due, HALL.id, lead, at(27, 9))
    # from the 2nd: legal 16; the 10th: promised 19, legal 24; the 19th: promised 30; the stop ran out on the 26th
    assert [(one.progress.number, one.concerns, one.by_on) for one in found] == [
        (accepted[2], (Concern.LEGAL_OVER,), date(2026, 11, 16)),
        (accepted[10], (Concern.LEGAL_OVER,), date(2026, 11, 24)),
        (accepted[23], (Concern.STOP_OVER,), date(2026, 11, 26)),
        (accepted[19], (Concern.PROMISED_NEAR,), date(2026, 11, 30)),
        (case.number, (Concern.TELL_NEAR,), date(2026, 11, 30)),
    ]
    with pytest.raises(NotYourRole):
        await db.consult(concerns.due, HALL.id, await a_member(db, "editor", "李编辑"), at(27, 9))
