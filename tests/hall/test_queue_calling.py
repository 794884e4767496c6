"""What a clerk does at a counter, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hall.notices import service as notices
from hall.notices.model import Kind
from hall.places.model import Counter
from hall.queue import calling
from hall.queue import service as queue
from hall.queue.model import (
    AlreadyHere,
    CallAgain,
    CounterNotFound,
    InLine,
    NobodyCalled,
    NobodyWaits,
    NotHereYet,
    PostNotOpen,
    PostPaused,
    PostState,
    PostTaken,
    Privilege,
    State,
    StillServing,
    Ticket,
    Times,
    What,
)
from hall.queue.tables import ticket_facts
from kit.db import Database, Tx
from kit.errors import Problem
from kit.live import versions
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_hall, a_matter, at, book, slots_on
from tests.hall.lines import (
    CLERK,
    OTHER,
    a_counter,
    a_hall_with,
    a_line,
    after,
    an_open_counter,
    call_all,
    miss,
    now_as,
)

E = Privilege.ELDERLY


async def facts_of_counter(db: Database) -> list[tuple[str, str]]:
    asked = select(ticket_facts.c.what, ticket_facts.c.by).where(ticket_facts.c.ticket_id.is_(None))
    async with db.read() as tx:
        return [(row.what, row.by) for row in await tx.all(asked.order_by(ticket_facts.c.id))]


async def version(db: Database) -> int:
    async with db.read() as tx:
        return await tx.value(select(versions.c.number).where(versions.c.name == f"board:{HALL.id}")) or 0


# ------------------------------------------------------------------------------------------------ the post


async def test_post_opens_pauses_resumes_and_closes_each_with_a_fact(db: Database) -> None:
    here = await db.transact(an_open_counter)
    for verb, state in (
        (calling.open_post, PostState.OPEN),  # again: nothing changes
        (calling.pause, PostState.PAUSED),
        (calling.pause, PostState.PAUSED),
        (calling.resume, PostState.OPEN),
        (calling.close_post, PostState.CLOSED),
    ):
        assert (await db.transact(verb, here.counter, CLERK, after(1))).state is state
    assert [what for what, _ in await facts_of_counter(db)] == ["opened", "paused", "resumed", "closed"]
    again = await db.transact(calling.open_post, here.counter, OTHER, after(2))
    assert (again.by, again.state, again.since) == ("李强", PostState.OPEN, after(2))


async def test_closed_post_calls_nobody_and_a_paused_one_neither(db: Database) -> None:
    here, _ = await a_hall_with(db, None)
    await db.transact(calling.pause, here.counter, CLERK, MONDAY)
    with pytest.raises(PostPaused, match="1号窗口现在是暂离，请先恢复。"):
        await db.transact(calling.call_next, here.counter, CLERK, MONDAY)
    await db.transact(calling.close_post, here.counter, CLERK, MONDAY)
    for verb in (calling.call_next, calling.recall, calling.serve, calling.finish, calling.pause, calling.close_post):
        with pytest.raises(PostNotOpen):
            await db.transact(verb, here.counter, CLERK, MONDAY)


async def test_post_belongs_to_whoever_sits_there(db: Database) -> None:
    here, _ = await a_hall_with(db, None)
    for verb in (calling.open_post, calling.call_next, calling.pause, calling.close_post):
        with pytest.raises(PostTaken, match="1号窗口现在由王芳在值"):
            await db.transact(verb, here.counter, OTHER, MONDAY)


async def test_post_left_open_yesterday_is_closed_today(db: Database) -> None:
    here = await db.transact(an_open_counter)
    with pytest.raises(PostNotOpen):
        await db.transact(calling.call_next, here.counter, CLERK, at(24, 9))
    assert (await db.transact(calling.open_post, here.counter, OTHER, at(24, 9))).by == "李强"


async def test_unknown_counter_is_refused(db: Database) -> None:
    await db.transact(a_hall)
    nowhere = Counter(hall_id=HALL.id, number=9, name="9号窗口", groups=("A",))
    with pytest.raises(CounterNotFound, match="这个大厅没有9号窗口"):
        await db.transact(calling.open_post, nowhere, CLERK, MONDAY)


# ------------------------------------------------------------------------------------------------ one person


async def test_person_is_called_served_and_done_with_each_time_kept_apart(db: Database) -> None:
    here, (first,) = await a_hall_with(db, None)
    called = await db.transact(calling.call_next, here.counter, CLERK, after(5))
    assert (called.number, called.state, called.calls, called.called_at) == ("A001", State.CALLED, 1, after(5))
    await db.transact(calling.recall, here.counter, CLERK, after(6))
    await db.transact(calling.serve, here.counter, CLERK, after(7))
    done = await db.transact(calling.finish, here.counter, CLERK, after(19.5))
    assert done == await now_as(db, first)
    assert (done.state, done.calls, done.serving_at, done.ended_at) == (State.SERVED, 2, after(7), after(19.5))
    whats = [fact.what for fact in await db.consult(queue.facts, first)]
    assert whats == [What.CALLED, What.RECALLED, What.SERVING, What.SERVED]  # a_line writes no TAKEN
    assert (await db.consult(queue.spent, first)) == Times(None, 120_000, 750_000)
    assert await db.transact(calling.called, here.counter, after(20)) is None


async def test_facts_say_who_which_counter_and_when_to_the_millisecond(db: Database) -> None:
    here = await db.transact(an_open_counter)
    ticket = await db.transact(queue.take, HALL.id, here.a, None, MONDAY)
    at_once = MONDAY + timedelta(milliseconds=1234)
    called = await db.transact(calling.call_next, here.counter, CLERK, at_once)
    taken, call = await db.consult(queue.facts, ticket)
    assert (taken.what, taken.by, taken.counter_id, taken.at) == (What.TAKEN, "citizen", None, MONDAY)
    assert (call.what, call.by, call.counter_id, call.at) == (What.CALLED, "王芳", called.counter_id, at_once)
    assert (await db.consult(queue.spent, ticket)).waited == 1234


async def test_every_press_moves_the_board(db: Database) -> None:
    here, _ = await a_hall_with(db, None, None)
    seen = [await version(db)]
    for verb in (calling.call_next, calling.recall, calling.serve, calling.finish, calling.pause):
        await db.transact(verb, here.counter, CLERK, MONDAY)
        seen.append(await version(db))
    ticket = await db.transact(queue.take, HALL.id, here.a, None, MONDAY)
    seen.append(await version(db))
    await db.transact(queue.leave, ticket, "citizen", MONDAY)
    seen.append(await version(db))
    assert seen == list(range(seen[0], seen[0] + len(seen)))


async def test_refusals_say_what_to_press_instead(db: Database) -> None:
    here, _ = await a_hall_with(db, None, None)
    press: dict[str, Any] = {"counter": here.counter, "staff": CLERK, "now": MONDAY}
    for verb in (calling.recall, calling.serve, calling.finish, calling.missed):
        with pytest.raises(NobodyCalled):
            await db.transact(verb, **press)
    await db.transact(calling.call_next, **press)
    for verb in (calling.call_next, calling.pause, calling.close_post):
        with pytest.raises(StillServing, match="1号窗口的A001还没有结束，请先办完、过号或转窗。"):
            await db.transact(verb, **press)
    with pytest.raises(NotHereYet):
        await db.transact(calling.finish, **press)
    with pytest.raises(CallAgain, match="A001才叫了1次，叫满3次没有人来才能过号，请再叫一次。"):
        await db.transact(calling.missed, **press)
    await db.transact(calling.serve, **press)
    for verb in (calling.recall, calling.serve, calling.missed):
        with pytest.raises(AlreadyHere):
            await db.transact(verb, **press)


async def test_nobody_waits_is_said(db: Database) -> None:
    here = await db.transact(an_open_counter)
    await db.transact(a_line, here.b, [None])
    with pytest.raises(NobodyWaits, match="现在没有人在等1号窗口能办的事，可以歇一歇。"):
        await db.transact(calling.call_next, here.counter, CLERK, MONDAY)


# ------------------------------------------------------------------------------------------------ in whose turn


async def test_calls_follow_the_rule_and_the_order_foretold(db: Database) -> None:
    here, _ = await a_hall_with(db, None, None, E, E, E, None)
    foretold = [ticket.number for ticket in await db.consult(queue.order, HALL.id, here.a.id, MONDAY)]
    assert await call_all(db, here.counter) == foretold == ["A003", "A004", "A001", "A005", "A002", "A006"]


async def test_ahead_counts_who_will_really_be_called_before(db: Database) -> None:
    _, line = await a_hall_with(db, None, None, E, E, E, None)
    assert [await db.consult(queue.ahead, ticket, MONDAY) for ticket in line] == [2, 4, 0, 1, 3, 5]


async def test_hall_may_set_another_rule_at_once(db: Database) -> None:
    here, line = await a_hall_with(db, None, None, E, E, E)
    await db.transact(queue.set_rules, HALL.id, {"most_in_row": 1}, CLERK, MONDAY)
    assert (await db.consult(queue.rules, HALL.id)).most_in_row == 1
    assert await db.consult(queue.ahead, line[0], MONDAY) == 1
    await db.transact(queue.set_rules, HALL.id, {"most_in_row": 0}, CLERK, MONDAY)
    assert await call_all(db, here.counter) == ["A001", "A002", "A003", "A004", "A005"]


async def test_nobody_gives_more_minutes_than_the_rule_says(db: Database) -> None:
    here, line = await a_hall_with(db, None, None, None, None)
    await db.transact(queue.set_rules, HALL.id, {"most_in_row": 20, "most_minutes": 10}, CLERK, MONDAY)
    order = []
    for minute in range(12):  # an elderly person comes every two minutes
        ticket = await db.transact(queue.take, HALL.id, here.a, None, after(2 * minute), privilege=E)
        order.append((await db.transact(calling.call_next, here.counter, CLERK, after(2 * minute))).number)
        await db.transact(calling.serve, here.counter, CLERK, after(2 * minute))
        await db.transact(calling.finish, here.counter, CLERK, after(2 * minute))
    assert order[:5] == ["A005", "A006", "A007", "A008", "A009"]  # all of its wait was given: 1:20, 3:20, … 9:20
    assert order[5] == line[0].number
    assert ticket.number not in order


async def test_counter_serves_its_groups_as_one_line(db: Database) -> None:
    here = await db.transact(an_open_counter)
    both = await db.transact(a_counter, 2, "AB")
    await db.transact(calling.open_post, both, CLERK, MONDAY)
    for minute, (group, kind) in enumerate([(here.a, None), (here.b, None), (here.b, E), (here.a, E), (here.b, E)]):
        await db.transact(queue.take, HALL.id, group, None, after(minute), privilege=kind)
    assert await call_all(db, both, 5) == ["B002", "A002", "A001", "B003", "B001"]


async def test_counter_of_certain_matters_calls_only_those_and_the_unsaid(db: Database) -> None:
    here = await db.transact(an_open_counter)
    special = await db.transact(a_counter, 2, "A", ["licence"])
    await db.transact(calling.open_post, special, CLERK, MONDAY)
    for matter in ("passport", None, "licence"):
        await db.transact(queue.take, HALL.id, here.a, None, MONDAY, matter_id=matter)
    assert await call_all(db, special) == ["A002", "A003"]
    assert [one.number for one in await db.consult(calling.in_line, here.counter, MONDAY)] == ["A001"]


# ------------------------------------------------------------------------------------------------ what is seen


async def an_arrival(tx: Tx) -> tuple[Counter, Ticket]:
    await a_hall(tx)
    group, citizen = await a_group(tx), await a_citizen(tx)
    matter = await a_matter(tx, group)
    slot = (await slots_on(tx, group, 23))[3]  # 10:30
    held = await book(tx, citizen, slot.id, matter, "王小明", "13800000001", at(20, 10))
    counter = await a_counter(tx)
    await calling.open_post(tx, counter, CLERK, MONDAY)
    return counter, await queue.take(tx, HALL.id, group, citizen.id, at(23, 10, 20), held)


async def test_identity_is_hidden_until_the_call_and_masked_after(db: Database) -> None:
    counter, ticket = await db.transact(an_arrival)
    assert (ticket.privilege, ticket.matter_id, ticket.starts_at) == (Privilege.APPOINTMENT, "licence", at(23, 10, 30))
    assert await db.consult(calling.in_line, counter, at(23, 10, 27)) == (InLine("A001", "预约", 7),)
    assert await db.consult(calling.called, counter, at(23, 10, 27)) is None
    await db.transact(calling.call_next, counter, CLERK, at(23, 10, 27))
    seen = await db.consult(calling.called, counter, at(23, 10, 27))
    assert seen is not None
    assert (seen.ticket.number, seen.counter, seen.matter) == ("A001", 1, "食品经营许可证核发")
    assert (seen.name, seen.phone) == ("王*明", "138****0001")
    assert "王*明" not in repr(seen)


async def told(db: Database, citizen_id: int) -> list[tuple[Kind, dict[str, Any]]]:
    return [(one.kind, one.facts) for one in await db.consult(notices.untold, citizen_id, after(60))]


async def test_people_are_told_when_near_when_called_and_when_missed(db: Database) -> None:
    here, _ = await a_hall_with(db, *[None] * 5)
    citizen = await db.transact(a_citizen)
    await db.transact(queue.take, HALL.id, here.a, citizen.id, MONDAY)
    for _ in range(5):
        await db.transact(calling.call_next, here.counter, CLERK, MONDAY)
        await db.transact(calling.serve, here.counter, CLERK, MONDAY)
        await db.transact(calling.finish, here.counter, CLERK, MONDAY)
    [(kind, near)] = await told(db, citizen.id)  # once, with three ahead
    assert (kind, near["ticket"], near["ahead"]) == (Kind.SOON, "A006", 3)
    assert 0 <= near["low"] < near["high"]
    await miss(db, here.counter)
    call = (Kind.CALLED, {"ticket": "A006", "counter": 1})
    assert await told(db, citizen.id) == [
        (Kind.SOON, near),
        call,
        call,
        call,
        (Kind.MISSED, {"ticket": "A006", "back": 3}),
    ]


# ------------------------------------------------------------------------------------------------ the day's end


async def test_day_ends_with_nobody_waiting_and_every_counter_closed(db: Database) -> None:
    here = await db.transact(an_open_counter)
    other = await db.transact(a_counter, 2, "A")
    await db.transact(calling.open_post, other, OTHER, MONDAY)
    citizen = await db.transact(a_citizen)
    taken = [await db.transact(queue.take, HALL.id, here.a, who, MONDAY) for who in (None, None, citizen.id)]
    await db.transact(calling.call_next, here.counter, CLERK, MONDAY)
    await db.transact(calling.serve, here.counter, CLERK, MONDAY)
    await db.transact(calling.call_next, other, OTHER, MONDAY)
    evening = at(23, 17)
    assert await db.transact(queue.end_day, HALL.id, MONDAY.date(), evening) == 3
    states = [await now_as(db, ticket) for ticket in taken]
    assert [ticket.state for ticket in states] == [State.SERVED, State.MISSED, State.LEFT]
    assert [ticket.ended_at for ticket in states] == [evening] * 3
    last = (await db.consult(queue.facts, taken[2]))[-1]
    assert (last.what, last.by) == (What.LEFT, "job")
    assert (await db.consult(queue.spent, taken[0])).served is None  # how long it took nobody knows
    assert (await facts_of_counter(db))[-2:] == [("closed", "job")] * 2
    moved = await version(db)
    assert await db.transact(queue.end_day, HALL.id, MONDAY.date(), at(23, 18)) == 0
    assert await version(db) == moved
    assert (await db.transact(queue.take, HALL.id, here.a, citizen.id, at(24, 9))).number == "A001"
    with pytest.raises(Problem, match="A002现在是已过号，不能再改了。"):
        await db.transact(queue.come_back, taken[1], "王芳", evening)


async def test_days_before_today_are_ended_by_the_clock_and_today_goes_on(db: Database) -> None:
    here = await db.transact(an_open_counter)
    friday = await db.transact(queue.take, HALL.id, here.a, None, MONDAY - timedelta(days=3))
    today = await db.transact(queue.take, HALL.id, here.a, None, MONDAY)
    assert await db.transact(queue.end_past_days, HALL.id, MONDAY) == 1
    assert (await now_as(db, friday)).state is State.LEFT
    assert (await now_as(db, today)).state is State.WAITING
    assert (await db.transact(calling.call_next, here.counter, CLERK, MONDAY)).number == today.number
    assert await db.transact(queue.end_past_days, HALL.id, at(24, 7)) == 1
    assert (await facts_of_counter(db))[-1] == ("closed", "job")
