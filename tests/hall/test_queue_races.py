"""Every counter at once. Each race has a control without the lock, which must fail: or the race proves nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from hall.places.model import Counter
from hall.queue import calling, lines, rules
from hall.queue import service as queue
from hall.queue.model import NobodyWaits, NotWaiting, Privilege, State, StillServing, Ticket, What
from hall.queue.rules import Flow, Rules
from hall.queue.tables import posts, tickets
from kit.db import Database, Duplicate, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_hall, at_once
from tests.hall.lines import CLERK, PRIVILEGES, TODAY, a_counter, a_line, an_open_counter, called_numbers, clerk

COUNTERS, PEOPLE, RUSH = 16, 400, 1783

CallOne = Callable[[int], Awaitable[bool]]  # by the counter of this number; False: nobody waits


def a_mix(n: int) -> list[Privilege | None]:
    """Every fourth is privileged, a dozen of them in a bunch."""
    return [PRIVILEGES[1 + k % 3] if k % 4 == 3 or 200 <= k < 212 else None for k in range(n)]


async def a_full_hall(tx: Tx, privileges: Sequence[Privilege | None]) -> tuple[list[Counter], tuple[Ticket, ...]]:
    await a_hall(tx)
    group = await a_group(tx)
    counters = [await a_counter(tx, n) for n in range(1, COUNTERS + 1)]
    for n, counter in enumerate(counters, 1):
        await calling.open_post(tx, counter, clerk(n), MONDAY)
    return counters, await a_line(tx, group, privileges)


async def drain(call_one: CallOne, db: Database) -> None:
    async def one(n: int) -> None:
        while await call_one(n):
            pass

    ended = await at_once(db, *(one(n) for n in range(1, COUNTERS + 1)))
    assert ended == [None] * COUNTERS


async def test_sixteen_counters_drain_four_hundred_tickets_in_the_order_of_the_rule(db: Database) -> None:
    counters, line = await db.transact(a_full_hall, a_mix(PEOPLE))

    async def done(tx: Tx, counter: Counter, n: int) -> None:
        await calling.serve(tx, counter, clerk(n), MONDAY)
        await calling.finish(tx, counter, clerk(n), MONDAY)

    async def call_one(n: int) -> bool:
        try:
            await db.transact(calling.call_next, counters[n - 1], clerk(n), MONDAY)
        except NobodyWaits:
            return False
        await db.transact(done, counters[n - 1], n)
        return True

    await drain(call_one, db)
    assert await called_numbers(db) == replayed(line)
    async with db.read() as tx:
        served = (tickets.c.state == State.SERVED, tickets.c.calls == 1)
        assert await tx.value(select(func.count()).select_from(tickets).where(*served)) == PEOPLE


def replayed(line: Sequence[Ticket]) -> list[str]:
    """The calls as the pure rule makes them, one after the other."""
    left, run, calls, early, numbers = list(line), 0, 0, 0, []
    while left:
        flow = Flow(run, [MONDAY] * calls, [MONDAY] * early)
        following = rules.order(left, Rules(), flow, MONDAY)[0]
        left.remove(following)
        run = rules.run_after(following, left, Rules(), run, MONDAY)
        calls += 1
        early += rules.is_privileged(following, Rules(), MONDAY) and rules.is_before_its_turn(
            following, left, Rules(), MONDAY
        )
        numbers.append(following.number)
    return numbers


async def test_control_reading_without_the_lock_calls_people_twice(db: Database) -> None:
    _, line = await db.transact(a_full_hall, [None] * 40)

    async def call_one(n: int) -> bool:
        async with db.read() as tx:
            first = await tx.one(lines.select_tickets.where(tickets.c.state == State.WAITING).limit(1))
        if first is None:
            return False
        async with db.tx() as tx:
            await lines.change(tx, first.id, state=State.CALLED)
            await lines.write(tx, HALL.id, What.CALLED, MONDAY, "", first.id, n)
        return True

    await drain(call_one, db)
    called = await called_numbers(db)
    assert len(called) > len(set(called)) == len(line)


async def test_control_skipping_locked_rows_overtakes(db: Database) -> None:
    """Each ticket is called once, and still people see others called before them."""
    if db.kind == "sqlite":
        pytest.skip("one writer at a time: there are no rows to skip")
    await db.transact(a_full_hall, [None] * PEOPLE)
    head = select(tickets.c.id).where(tickets.c.state == State.WAITING).order_by(tickets.c.id).limit(1)

    async def call_one(n: int) -> bool:
        async with db.tx() as tx:
            first = await tx.value(head.with_for_update(skip_locked=True))
            await asyncio.sleep(0.002 * (n % 4))  # no two counters are as far from the database
            if first is not None:
                await lines.change(tx, first, state=State.CALLED)
                await lines.write(tx, HALL.id, What.CALLED, MONDAY, "", first, n)
        return first is not None

    await drain(call_one, db)
    called = await called_numbers(db)
    assert len(called) == len(set(called)) == PEOPLE
    overtaken = sum(number < max(called[:place]) for place, number in enumerate(called) if place)
    assert overtaken > PEOPLE // 100


# ------------------------------------------------------------------------------------------------ numbers


async def test_a_morning_of_tickets_at_once_has_no_gap_and_no_double(database_url: str, db: Database) -> None:
    here = await db.transact(an_open_counter)
    patient = await Database(database_url, pool_size=20, wait_seconds=90).open()
    try:
        ended = await at_once(
            patient, *(patient.transact(queue.take, HALL.id, here.a, None, MONDAY) for _ in range(RUSH))
        )
    finally:
        await patient.close()
    taken = sorted((one for one in ended if isinstance(one, Ticket)), key=lambda ticket: ticket.id)
    assert [ticket.number for ticket in taken] == [f"A{n:03d}" for n in range(1, RUSH + 1)]


async def test_control_counting_rows_gives_doubles(db: Database) -> None:
    here = await db.transact(an_open_counter)

    async def counted() -> None:
        async with db.read() as tx:
            count = 1 + await tx.value(select(func.count()).select_from(tickets))
        row = {"hall_id": HALL.id, "group_id": here.a.id, "on": TODAY, "state": "waiting", "calls": 0}
        async with db.tx() as tx:
            await tx.insert(insert(tickets).values(number=f"A{count:03d}", taken_at=MONDAY, queued_at=MONDAY, **row))

    ended = await at_once(db, *(counted() for _ in range(300)))
    assert sum(isinstance(one, Duplicate) for one in ended) > 30


async def test_transaction_that_dies_halfway_leaves_no_gap(db: Database) -> None:
    here = await db.transact(an_open_counter)

    async def dying(holds: asyncio.Event) -> None:
        async with db.tx() as tx:
            assert (await queue.take(tx, HALL.id, here.a, None, MONDAY)).number == "A001"
            holds.set()
            await asyncio.sleep(30)

    holds = asyncio.Event()
    task = asyncio.create_task(dying(holds))
    await holds.wait()
    waits = asyncio.create_task(db.transact(queue.take, HALL.id, here.a, None, MONDAY))
    await asyncio.sleep(0.05)
    task.cancel()
    assert (await waits).number == "A001"
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_later_number_never_has_the_earlier_turn(db: Database) -> None:
    """Who pressed first may reach the counter row last: the number decides, and the turn goes with it."""
    here = await db.transact(an_open_counter)
    first = await db.transact(queue.take, HALL.id, here.a, None, MONDAY)
    late = await db.transact(queue.take, HALL.id, here.a, None, MONDAY - timedelta(seconds=2))
    assert (late.number, late.queued_at) == ("A002", first.queued_at)
    assert [one.number for one in await db.consult(queue.order, HALL.id, here.a.id, MONDAY)] == ["A001", "A002"]


# ------------------------------------------------------------------------------------------------ one counter, one person


async def test_pressing_next_ten_times_at_once_calls_one_person(db: Database) -> None:
    here = await db.transact(an_open_counter)
    await db.transact(a_line, here.a, [None] * 10)
    ended = await at_once(db, *(db.transact(calling.call_next, here.counter, CLERK, MONDAY) for _ in range(10)))
    assert sum(isinstance(one, Ticket) for one in ended) == 1
    assert sum(isinstance(one, StillServing) for one in ended) == 9
    assert await called_numbers(db) == ["A001"]


async def test_control_without_the_lock_on_the_post_calls_several(db: Database) -> None:
    here = await db.transact(an_open_counter)
    line = await db.transact(a_line, here.a, [None] * 10)

    async def unlocked(ticket: Ticket) -> bool:
        async with db.read() as tx:
            if await tx.value(select(posts.c.ticket_id)) is not None:
                return False
        async with db.tx() as tx:
            await lines.change(tx, ticket.id, state=State.CALLED)
            await tx.run(update(posts).values(ticket_id=ticket.id))
        return True

    assert (await at_once(db, *(unlocked(ticket) for ticket in line))).count(True) > 1


async def test_transfers_and_calls_at_once_lose_nobody_and_double_nobody(db: Database) -> None:
    here = await db.transact(an_open_counter)
    senders = [here.counter, *[await db.transact(a_counter, n, "A") for n in range(2, 9)]]
    callers = [await db.transact(a_counter, n, "AB") for n in range(11, 19)]
    people = await db.transact(a_line, here.a, [None] * 8)
    for counter in (*senders[1:], *callers):
        await db.transact(calling.open_post, counter, CLERK, MONDAY)
    for counter in senders:
        await db.transact(calling.call_next, counter, CLERK, MONDAY)
    ended = await at_once(
        db,
        *(db.transact(calling.transfer, counter, CLERK, "B", "走错了", MONDAY) for counter in senders),
        *(db.transact(calling.call_next, counter, CLERK, MONDAY) for counter in callers),
    )
    assert not [one for one in ended if not isinstance(one, Ticket | NobodyWaits)]
    assert sum(isinstance(one, Ticket) for one in ended[:8]) == 8
    called = [one.id for one in ended[8:] if isinstance(one, Ticket)]
    async with db.read() as tx:
        at_posts = [row.ticket_id for row in await tx.all(select(posts.c.ticket_id)) if row.ticket_id]
        in_b = select(tickets.c.id).where(tickets.c.group_id == here.b.id)
        assert sorted(row.id for row in await tx.all(in_b)) == [ticket.id for ticket in people]
    assert sorted(at_posts) == sorted(called)
    assert len(set(called)) == len(called)
    waiting = await db.consult(queue.waiting, HALL.id, [here.b.id], TODAY)
    assert sorted([*called, *(ticket.id for ticket in waiting)]) == [ticket.id for ticket in people]


async def test_leaving_and_being_called_at_once_leaves_no_counter_with_nobody(db: Database) -> None:
    counters, line = await db.transact(a_full_hall, [None] * COUNTERS)
    ended = await at_once(
        db,
        *(db.transact(calling.call_next, counter, clerk(n), MONDAY) for n, counter in enumerate(counters, 1)),
        *(db.transact(queue.leave, ticket, "citizen", MONDAY) for ticket in line),
    )
    assert not [one for one in ended if not isinstance(one, Ticket | NobodyWaits | NotWaiting)]
    async with db.read() as tx:
        assert not [row for row in await tx.all(select(posts.c.ticket_id)) if row.ticket_id]
        left = select(func.count()).select_from(tickets).where(tickets.c.state == State.LEFT)
        assert await tx.value(left) == COUNTERS


async def test_asking_twenty_times_after_a_miss_comes_back_once(db: Database) -> None:
    here = await db.transact(an_open_counter)
    citizen = await db.transact(a_citizen)
    held = await db.transact(queue.take, HALL.id, here.a, citizen.id, MONDAY)
    await db.transact(calling.call_next, here.counter, CLERK, MONDAY)
    for _ in range(2):
        await db.transact(calling.recall, here.counter, CLERK, MONDAY)
    await db.transact(calling.missed, here.counter, CLERK, MONDAY)
    ended = await at_once(db, *(db.transact(queue.take, HALL.id, here.a, citizen.id, MONDAY) for _ in range(20)))
    assert {one.number for one in ended if isinstance(one, Ticket)} == {"A001"}
    assert [fact.what for fact in await db.consult(queue.facts, held)].count(What.BACK) == 1
