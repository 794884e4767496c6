"""Ways beside the straight one: missed and back, sent on, gone."""

import pytest

from hall.queue import calling
from hall.queue import service as queue
from hall.queue.model import (
    GroupNotFound,
    Privilege,
    ReasonNeeded,
    SameGroup,
    State,
    Times,
    What,
)
from kit.db import Database
from kit.errors import Problem
from tests.hall.builders import HALL, MONDAY, a_citizen
from tests.hall.lines import (
    CLERK,
    OTHER,
    a_counter,
    a_hall_with,
    after,
    an_open_counter,
    call_all,
    miss,
    now_as,
)

E = Privilege.ELDERLY


# ------------------------------------------------------------------------------------------------ missed and back


async def test_missed_person_comes_back_behind_the_next_three(db: Database) -> None:
    here, line = await a_hall_with(db, E, None, None, None, None)
    gone = await miss(db, here.counter)
    assert (await now_as(db, gone)).state is State.MISSED
    back = await db.transact(queue.come_back, gone, "王芳", after(3))
    assert (back.state, back.privilege, back.calls) == (State.WAITING, None, 0)
    assert await db.consult(queue.ahead, back, after(3)) == 3
    assert await call_all(db, here.counter, 4) == ["A001", "A002", "A003", "A004", "A001", "A005"]
    assert (await db.consult(queue.spent, line[0])).way == 0  # the call nobody followed is no way


async def test_missed_person_asking_for_a_ticket_is_back_with_the_same(db: Database) -> None:
    here = await db.transact(an_open_counter)
    citizen = await db.transact(a_citizen)
    first = await db.transact(queue.take, HALL.id, here.a, citizen.id, MONDAY)
    await miss(db, here.counter)
    again = await db.transact(queue.take, HALL.id, here.a, citizen.id, after(5))
    assert (again.number, again.state) == (first.number, State.WAITING)
    assert [fact.what for fact in await db.consult(queue.facts, first)][-1] is What.BACK


async def test_only_a_missed_ticket_comes_back(db: Database) -> None:
    _, (waits,) = await a_hall_with(db, None)
    with pytest.raises(Problem, match="A001现在是等候中，没有过号，不用重新排。"):
        await db.transact(queue.come_back, waits, "王芳", MONDAY)


# ------------------------------------------------------------------------------------------------ transfer, leaving


async def test_transfer_keeps_number_and_turn_and_says_why(db: Database) -> None:
    here, (first, _) = await a_hall_with(db, None, None)
    other = await db.transact(a_counter, 2, "B")
    await db.transact(calling.open_post, other, OTHER, MONDAY)
    await db.transact(queue.take, HALL.id, here.b, None, MONDAY)
    await db.transact(calling.call_next, here.counter, CLERK, MONDAY)
    await db.transact(calling.serve, here.counter, CLERK, after(1))
    sent = await db.transact(calling.transfer, here.counter, CLERK, "b", " 材料要在 综合窗口 核验 ", after(3))
    assert (sent.number, sent.group_id, sent.state, sent.queued_at) == ("A001", here.b.id, "waiting", first.queued_at)
    assert (await db.consult(queue.facts, first))[-1].note == "材料要在 综合窗口 核验"
    assert (await db.transact(calling.call_next, other, OTHER, after(4))).number == "A001"  # it came before B001
    assert (await db.transact(calling.call_next, here.counter, CLERK, after(4))).number == "A002"
    assert await db.consult(queue.spent, first) == Times(60_000, 60_000, 120_000)


async def test_transfer_may_go_first_where_the_rule_says_so(db: Database) -> None:
    here, _ = await a_hall_with(db, None)
    await db.transact(queue.set_rules, HALL.id, {"privileged": ["transferred"]}, CLERK, MONDAY)
    await db.transact(calling.call_next, here.counter, CLERK, MONDAY)
    sent = await db.transact(calling.transfer, here.counter, CLERK, "B", "走错了", MONDAY)
    assert sent.privilege is Privilege.TRANSFERRED


async def test_transfer_without_reason_or_to_nowhere_is_refused(db: Database) -> None:
    here, (first,) = await a_hall_with(db, None)
    await db.transact(calling.call_next, here.counter, CLERK, MONDAY)
    for letter, why, refusal in (
        ("B", " ", ReasonNeeded),
        ("B", "长" * 61, ReasonNeeded),
        ("C", "走错了", GroupNotFound),
        ("A", "走错了", SameGroup),
    ):
        with pytest.raises(refusal):
            await db.transact(calling.transfer, here.counter, CLERK, letter, why, MONDAY)
    assert (await now_as(db, first)).state is State.CALLED


async def test_transferred_person_asking_for_a_ticket_there_gets_the_same(db: Database) -> None:
    here = await db.transact(an_open_counter)
    citizen = await db.transact(a_citizen)
    first = await db.transact(queue.take, HALL.id, here.a, citizen.id, MONDAY)
    await db.transact(calling.call_next, here.counter, CLERK, MONDAY)
    await db.transact(calling.transfer, here.counter, CLERK, "B", "走错了", MONDAY)
    assert (await db.transact(queue.take, HALL.id, here.b, citizen.id, after(1))).id == first.id


async def test_transfer_to_where_one_holds_another_ticket_keeps_both(db: Database) -> None:
    here = await db.transact(an_open_counter)
    citizen = await db.transact(a_citizen)
    await db.transact(queue.take, HALL.id, here.a, citizen.id, MONDAY)
    second = await db.transact(queue.take, HALL.id, here.b, citizen.id, MONDAY)
    await db.transact(calling.call_next, here.counter, CLERK, MONDAY)
    await db.transact(calling.transfer, here.counter, CLERK, "B", "走错了", MONDAY)
    assert [ticket.number for ticket in await db.consult(queue.waiting, HALL.id, [here.b.id], second.on)] == [
        "A001",
        "B001",
    ]


async def test_person_who_leaves_frees_place_counter_and_the_next_ticket(db: Database) -> None:
    here = await db.transact(an_open_counter)
    citizen = await db.transact(a_citizen)
    first = await db.transact(queue.take, HALL.id, here.a, citizen.id, MONDAY)
    await db.transact(calling.call_next, here.counter, CLERK, MONDAY)
    await db.transact(queue.leave, first, "citizen", after(1))
    second = await db.transact(queue.take, HALL.id, here.a, citizen.id, after(2))
    assert second.number == "A002"
    assert (await db.transact(calling.call_next, here.counter, CLERK, after(3))).number == "A002"
    await db.transact(calling.serve, here.counter, CLERK, after(4))
    with pytest.raises(Problem, match="A002现在是办理中，不能再改了。"):
        await db.transact(queue.leave, second, "citizen", after(5))
