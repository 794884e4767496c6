"""What each ticket was told, kept and compared with what became true."""

from datetime import datetime, timedelta
from datetime import time as wall

from sqlalchemy import delete, select, update

from hall.matters.model import Group
from hall.places import service as places
from hall.places.model import Counter
from hall.queue import calling, estimates
from hall.queue import service as queue
from hall.queue.model import Privilege, Ticket
from hall.queue.pace import UNKNOWN, Estimate
from hall.queue.tables import estimates as kept
from hall.queue.tables import posts, tickets
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY
from tests.hall.lines import CLERK, TODAY, Here, a_counter, a_line, after, an_open_counter, clerk

FIVE = 5.0


async def serve_one(tx: Tx, here: Here, now: datetime) -> None:
    await calling.call_next(tx, here.counter, CLERK, now)
    await calling.serve(tx, here.counter, CLERK, now)
    await calling.finish(tx, here.counter, CLERK, now + timedelta(minutes=FIVE))


async def a_busy_counter(db: Database, calls: int = 12, waiting: int = 6) -> tuple[Here, datetime]:
    """A counter that takes five minutes a person, has just called one, and has so many more waiting."""
    here = await db.transact(an_open_counter)
    await db.transact(a_line, here.a, [None] * (calls + 1 + waiting))
    for n in range(calls):
        await db.transact(serve_one, here, MONDAY + timedelta(minutes=FIVE * n))
    now = MONDAY + timedelta(minutes=FIVE * calls)
    await db.transact(calling.call_next, here.counter, CLERK, now)
    return here, now


async def the_kept(db: Database, ticket: Ticket) -> tuple[int, int, int, float | None]:
    columns = (kept.c.ahead, kept.c.low_minutes, kept.c.high_minutes, kept.c.waited_minutes)
    async with db.read() as tx:
        row = await tx.one(select(*columns).where(kept.c.ticket_id == ticket.id))
    assert row is not None
    return tuple(row)


async def test_ticket_is_told_a_range_around_the_days_own_pace(db: Database) -> None:
    here, now = await a_busy_counter(db)
    ticket = await db.transact(queue.take, HALL.id, here.a, None, now)
    told = await db.consult(estimates.for_ticket, ticket, now)
    assert told.ahead == 6
    assert told.low is not None and told.high is not None and told.likely is not None
    assert told.low <= 35 <= told.high
    assert abs(told.likely - 35) < 7
    assert await the_kept(db, ticket) == (6, told.low, told.high, None)


async def test_wait_across_noon_is_told_with_the_break(db: Database) -> None:
    here, now = await a_busy_counter(db, waiting=30)  # eleven o'clock, and two and a half hours of work in line
    async with db.tx() as tx:
        opens, closes = wall(9), wall(12)
        await places.set_day(tx, HALL.id, TODAY, ((opens, closes), (wall(13, 30), wall(17))), "照常", "王主任", now)
    ticket = await db.transact(queue.take, HALL.id, here.a, None, now)
    told = await db.consult(estimates.for_ticket, ticket, now)
    assert told.likely is not None and abs(told.likely - (31 * FIVE + 90)) < 25
    at_noon = await db.consult(estimates.for_ticket, ticket, now + timedelta(minutes=80))
    assert at_noon.likely is not None and at_noon.likely > told.likely - 80 + 10  # nobody has been called since
    await db.transact(calling.serve, here.counter, CLERK, now)
    await db.transact(calling.finish, here.counter, CLERK, now + timedelta(minutes=79))
    await db.transact(calling.call_next, here.counter, CLERK, now + timedelta(minutes=79))
    served_on = await db.consult(estimates.for_ticket, ticket, now + timedelta(minutes=80))
    assert served_on.likely is not None and served_on.likely < at_noon.likely - 60  # they call through the break


async def test_true_wait_is_kept_at_the_first_call_only(db: Database) -> None:
    here, now = await a_busy_counter(db, 6, 0)
    ticket = await db.transact(queue.take, HALL.id, here.a, None, now)
    await db.transact(calling.serve, here.counter, CLERK, now)
    await db.transact(calling.finish, here.counter, CLERK, now + timedelta(minutes=4))
    called = await db.transact(calling.call_next, here.counter, CLERK, now + timedelta(minutes=4.5))
    assert called.id == ticket.id
    await db.transact(calling.recall, here.counter, CLERK, now + timedelta(minutes=6))
    assert (await the_kept(db, ticket))[3] == 4.5
    await db.transact(estimates.settle, called, now + timedelta(minutes=9))
    assert (await the_kept(db, ticket))[3] == 4.5


async def test_called_ticket_has_nothing_left_to_wait(db: Database) -> None:
    _, now = await a_busy_counter(db, 1, 1)
    called = await db.consult(queue.find, HALL.id, "A002", TODAY)
    assert called is not None
    assert await db.consult(estimates.for_ticket, called, now) == estimates.OVER


async def test_with_no_counter_open_nobody_can_say_and_nothing_is_kept(db: Database) -> None:
    here = await db.transact(an_open_counter)
    taken = [await db.transact(queue.take, HALL.id, here.b, None, MONDAY) for _ in range(2)]
    assert await db.consult(estimates.for_ticket, taken[1], MONDAY) == Estimate(1, None, None, None)
    assert await db.consult(estimates.for_someone, HALL.id, here.b.id, MONDAY) == Estimate(2, None, None, None)
    async with db.read() as tx:
        assert await tx.all(select(kept.c.ticket_id)) == []


async def test_paused_counter_still_counts_and_a_closed_one_does_not(db: Database) -> None:
    here = await db.transact(an_open_counter)
    await db.transact(calling.pause, here.counter, CLERK, MONDAY)
    assert (await db.consult(estimates.for_someone, HALL.id, here.a.id, after(1))).low is not None
    await db.transact(calling.close_post, here.counter, CLERK, after(2))
    assert (await db.consult(estimates.for_someone, HALL.id, here.a.id, after(3))).low is None


async def test_first_of_a_new_hall_is_told_a_guess_as_a_guess(db: Database) -> None:
    here = await db.transact(an_open_counter)
    await db.transact(a_line, here.a, [None] * 3)
    told = await db.consult(estimates.for_someone, HALL.id, here.a.id, MONDAY)
    assert told.is_guess and told.likely == 3 * UNKNOWN / 60
    assert told.low is not None and told.high is not None and told.high - told.low >= 8


async def test_yesterdays_pace_stands_behind_the_first_hour(db: Database) -> None:
    here, now = await a_busy_counter(db, 12, 0)
    tomorrow = MONDAY + timedelta(days=1)
    await db.transact(queue.end_day, HALL.id, TODAY, now)
    await db.transact(calling.open_post, here.counter, CLERK, tomorrow)
    for _ in range(3):
        await db.transact(queue.take, HALL.id, here.a, None, tomorrow)
    told = await db.consult(estimates.for_someone, HALL.id, here.a.id, tomorrow)
    assert not told.is_guess and told.likely is not None and abs(told.likely - 15) < 0.1


async def test_second_counter_halves_the_wait_and_another_groups_counter_does_not(db: Database) -> None:
    here, now = await a_busy_counter(db)
    alone = await db.consult(estimates.for_someone, HALL.id, here.a.id, now)

    async def open_another(tx: Tx, number: int, letters: str) -> Counter:
        counter = await a_counter(tx, number, letters)
        await calling.open_post(tx, counter, clerk(number), now)
        return counter

    await db.transact(open_another, 2, "B")
    assert await db.consult(estimates.for_someone, HALL.id, here.a.id, now) == alone
    await db.transact(open_another, 3, "AB")
    helped = await db.consult(estimates.for_someone, HALL.id, here.a.id, now)
    assert helped.likely is not None and alone.likely is not None and helped.likely < 0.6 * alone.likely


async def test_counter_of_certain_matters_helps_only_those(db: Database) -> None:
    here, now = await a_busy_counter(db)

    async def open_special(tx: Tx) -> None:
        await tx.run(update(tickets).values(matter_id="tax"))
        await calling.open_post(tx, await a_counter(tx, 2, "A", only=["licence"]), clerk(2), now)

    await db.transact(open_special)
    usual = await db.transact(queue.take, HALL.id, here.a, None, now, matter_id="tax")
    special = await db.transact(queue.take, HALL.id, here.a, None, now, matter_id="licence")
    slow, fast = await db.consult(estimates.for_tickets, HALL.id, [usual, special], now)
    assert slow.low is not None and slow.low > 20
    assert (fast.low, fast.high) == (0, 1)


async def test_privileged_are_told_less_and_lengthen_the_wait_of_others(db: Database) -> None:
    here, now = await a_busy_counter(db)
    before = await db.consult(estimates.for_someone, HALL.id, here.a.id, now)
    old = await db.transact(queue.take, HALL.id, here.a, None, now, privilege=Privilege.ELDERLY)
    told = await db.consult(estimates.for_ticket, old, now)
    since = await db.consult(estimates.for_someone, HALL.id, here.a.id, now)
    assert told.ahead == 0 and told.likely is not None and told.likely <= FIVE
    assert since.ahead == before.ahead + 1
    assert since.likely is not None and before.likely is not None and since.likely > before.likely


async def told_and_true(tx: Tx, group: Group, rows: list[tuple[int, int, float, float | None]]) -> None:
    for (low, high, likely, waited), ticket in zip(rows, await a_line(tx, group, [None] * len(rows)), strict=True):
        values = {"low_minutes": low, "high_minutes": high, "likely_minutes": likely, "waited_minutes": waited}
        row = {"ticket_id": ticket.id, "hall_id": HALL.id, "group_id": group.id, "on": TODAY, "ahead": 1}
        await tx.run(kept.insert().values(**row, **values))


async def test_accuracy_counts_what_was_told_and_called(db: Database) -> None:
    here = await db.transact(an_open_counter)
    rows = [(8, 12, 10.0, 10.0), (8, 12, 10.0, 20.0), (0, 4, 2.0, 2.5), (5, 9, 7.0, None)]
    await db.transact(told_and_true, here.a, rows)
    found = await db.consult(estimates.accuracy, HALL.id, TODAY, TODAY)
    assert (found.tickets, found.inside, found.width) == (3, 2 / 3, 4.0)
    assert found.error is not None and abs(found.error - 0.2) < 1e-9
    yesterday = TODAY - timedelta(days=1)
    assert (await db.consult(estimates.accuracy, HALL.id, yesterday, yesterday)).inside is None


async def test_line_is_told_alike_one_by_one_and_as_a_crowd(db: Database) -> None:
    """Whoever comes reads how many wait, whoever waits reads each of them: with few in line there is no difference."""
    here, now = await a_busy_counter(db, 6, 20)
    coming = await db.consult(estimates.for_someone, HALL.id, here.a.id, now)
    ticket = await db.transact(queue.take, HALL.id, here.a, None, now)
    assert await db.consult(estimates.for_ticket, ticket, now) == coming
    assert await db.consult(queue.first_wait, ticket, now) == coming


async def test_long_line_is_told_well_enough_as_a_crowd(db: Database) -> None:
    here = await db.transact(an_open_counter)
    await db.transact(a_line, here.a, [None, None, Privilege.ELDERLY] * 500)
    someone = await db.consult(estimates.for_someone, HALL.id, here.a.id, MONDAY)
    assert someone.ahead == 1500
    assert someone.likely is not None and abs(someone.likely - 1500 * UNKNOWN / 60) < 0.01 * someone.likely


async def test_asking_again_is_told_the_range_as_it_is_now(db: Database) -> None:
    here, now = await a_busy_counter(db)
    ticket = await db.transact(queue.take, HALL.id, here.a, None, now)
    later = now + timedelta(minutes=5)
    await db.transact(calling.serve, here.counter, CLERK, now)
    await db.transact(calling.finish, here.counter, CLERK, later)
    for n in range(5):
        await db.transact(serve_one, here, later + timedelta(minutes=n * FIVE))
    told = await db.consult(queue.first_wait, ticket, later + timedelta(minutes=5 * FIVE))
    assert told.ahead == 1 and told.high is not None and told.high <= 15


async def test_every_group_is_told_for_who_thinks_of_coming(db: Database) -> None:
    here, now = await a_busy_counter(db)
    found = await db.consult(estimates.by_group, HALL.id, now)
    assert {group: told.low is None for group, told in found.items()} == {here.a.id: False, here.b.id: True}


async def test_look_reads_what_nobody_closed_yesterday_as_closed(db: Database) -> None:
    here = await db.transact(an_open_counter)
    assert (await db.consult(estimates.for_someone, HALL.id, here.a.id, MONDAY + timedelta(days=1))).low is None
    async with db.tx() as tx:
        await tx.run(delete(posts))
    assert await db.consult(estimates.before_taking, HALL.id, MONDAY) is None
