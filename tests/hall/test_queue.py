import asyncio
from datetime import datetime

import pytest
from sqlalchemy import func, insert, select, update

from hall.appointments import service as appointments
from hall.appointments.model import Appointment, Slot
from hall.appointments.model import State as AppointmentState
from hall.appointments.refusals import AlreadyCancelled, NotToday
from hall.citizens.model import Citizen
from hall.matters.model import Group, Matter
from hall.places import service as places
from hall.queue import service as queue
from hall.queue.model import HallClosed, State, Ticket
from hall.queue.tables import tickets
from kit.clock import SHANGHAI, day_of
from kit.db import Database, Duplicate, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_hall, a_matter, at, at_once, book, slots_on

TODAY = day_of(MONDAY)


async def a_queue(tx: Tx) -> tuple[Group, Group, Citizen]:
    await a_hall(tx)
    return await a_group(tx, "A"), await a_group(tx, "B"), await a_citizen(tx)


async def an_appointment(tx: Tx, group: Group, citizen: Citizen, day: int) -> Appointment:
    matter: Matter = await a_matter(tx, group)
    slots: tuple[Slot, ...] = await slots_on(tx, group, day)
    return await book(tx, citizen, slots[-1].id, matter, "王小明", "13800000001", at(20, 10))


async def test_numbers_count_up_in_each_group_of_its_own(db: Database) -> None:
    a, b, _ = await db.transact(a_queue)
    taken = [await db.transact(queue.take, HALL.id, group, None, MONDAY) for group in (a, a, b, a)]
    assert [ticket.number for ticket in taken] == ["A001", "A002", "B001", "A003"]
    assert [await db.consult(queue.ahead, ticket, MONDAY) for ticket in taken] == [0, 1, 0, 2]


async def test_no_number_is_given_out_on_a_day_that_staff_have_closed(db: Database) -> None:
    a, _, _ = await db.transact(a_queue)
    await db.transact(places.set_day, HALL.id, TODAY, (), "停电检修", "张三", MONDAY)
    with pytest.raises(HallClosed) as refused:
        await db.transact(queue.take, HALL.id, a, None, MONDAY)
    assert "11月24日（周二）09:00开门" in refused.value.message
    await db.transact(places.set_day, HALL.id, TODAY, None, "来电了", "张三", MONDAY)
    assert (await db.transact(queue.take, HALL.id, a, None, MONDAY)).number == "A001"


async def test_numbers_begin_anew_each_day(db: Database) -> None:
    a, _, citizen = await db.transact(a_queue)
    for day in (23, 24):
        assert (await db.transact(queue.take, HALL.id, a, citizen.id, at(day, 9, 30))).number == "A001"


async def test_asking_again_gives_the_ticket_one_holds(db: Database) -> None:
    a, b, citizen = await db.transact(a_queue)
    first = await db.transact(queue.take, HALL.id, a, citizen.id, MONDAY)
    assert await db.transact(queue.take, HALL.id, a, citizen.id, at(23, 15)) == first
    other = await db.transact(queue.take, HALL.id, b, citizen.id, MONDAY)
    assert await db.consult(queue.own, citizen.id, TODAY) == (first, other)
    assert await db.consult(queue.find, HALL.id, " a001 ", TODAY) == first
    assert await db.consult(queue.find, HALL.id, "A002", TODAY) is None


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (at(23, 12, 30), "大厅现在不在上班时间，取不了号。11月23日（周一）13:00开门，到时候再来取就行。"),
        (at(28, 10), "大厅现在不在上班时间，取不了号。11月30日（周一）09:00开门，到时候再来取就行。"),
        (
            datetime(2026, 12, 31, 20, 0, tzinfo=SHANGHAI),
            "大厅现在不在上班时间，取不了号。下次开门的时间还没有公布，请留意大厅通知。",
        ),
    ],
)
async def test_closed_hall_says_when_it_opens(db: Database, now: datetime, sentence: str) -> None:
    a, _, citizen = await db.transact(a_queue)
    with pytest.raises(HallClosed) as refused:
        await db.transact(queue.take, HALL.id, a, citizen.id, now)
    assert refused.value.message == sentence


async def test_arriving_for_an_appointment_takes_a_ticket_and_marks_it(db: Database) -> None:
    a, _, citizen = await db.transact(a_queue)
    held = await db.transact(an_appointment, a, citizen, 23)
    ticket = await db.transact(queue.take, HALL.id, a, citizen.id, MONDAY, held)
    assert (ticket.number, ticket.appointment_id, ticket.state) == ("A001", held.id, State.WAITING)
    found = await db.consult(appointments.find, held.number)
    assert found is not None and found.state is AppointmentState.ARRIVED
    assert await db.transact(queue.take, HALL.id, a, citizen.id, MONDAY, held) == ticket


async def test_walk_in_ticket_serves_the_appointment_too(db: Database) -> None:
    a, _, citizen = await db.transact(a_queue)
    walk_in = await db.transact(queue.take, HALL.id, a, citizen.id, MONDAY)
    held = await db.transact(an_appointment, a, citizen, 23)
    ticket = await db.transact(queue.take, HALL.id, a, citizen.id, MONDAY, held)
    assert (ticket.number, ticket.appointment_id) == (walk_in.number, held.id)


async def test_appointment_of_another_day_or_cancelled_takes_no_ticket(db: Database) -> None:
    a, _, citizen = await db.transact(a_queue)
    held = await db.transact(an_appointment, a, citizen, 24)
    with pytest.raises(NotToday):
        await db.transact(queue.take, HALL.id, a, citizen.id, MONDAY, held)
    await db.transact(appointments.cancel, citizen.id, held.number, MONDAY)
    with pytest.raises(AlreadyCancelled):
        await db.transact(queue.take, HALL.id, a, citizen.id, at(24, 9), held)
    assert (await db.transact(queue.take, HALL.id, a, None, at(24, 9))).number == "A001"


async def test_two_hundred_tickets_at_once_have_no_gap_and_no_double(db: Database) -> None:
    a, _, _ = await db.transact(a_queue)
    taken = await at_once(db, *(db.transact(queue.take, HALL.id, a, None, MONDAY) for _ in range(200)))
    assert sorted(ticket.number for ticket in taken if isinstance(ticket, Ticket)) == [
        f"A{n:03d}" for n in range(1, 201)
    ]


async def test_control_counting_rows_gives_doubles(db: Database) -> None:
    a, _, _ = await db.transact(a_queue)

    async def counted() -> None:
        async with db.read() as tx:
            number = 1 + await tx.value(select(func.count()).select_from(tickets))
        await asyncio.sleep(0.01)
        facts = {"hall_id": HALL.id, "group_id": a.id, "on": TODAY, "state": "waiting", "taken_at": MONDAY}
        async with db.tx() as tx:
            await tx.insert(insert(tickets).values(number=f"A{number:03d}", **facts))

    ended = await at_once(db, *(counted() for _ in range(50)))
    assert any(isinstance(one, Duplicate) for one in ended)


async def test_one_person_asking_twenty_times_at_once_holds_one_ticket(db: Database) -> None:
    a, _, citizen = await db.transact(a_queue)
    taken = await at_once(db, *(db.transact(queue.take, HALL.id, a, citizen.id, MONDAY) for _ in range(20)))
    assert taken == list(await db.consult(queue.own, citizen.id, TODAY)) * 20
    assert (await db.transact(queue.take, HALL.id, a, None, MONDAY)).number == "A002"


async def test_who_is_no_longer_waiting_is_not_ahead(db: Database) -> None:
    a, _, _ = await db.transact(a_queue)
    taken = [await db.transact(queue.take, HALL.id, a, None, MONDAY) for _ in range(3)]
    async with db.tx() as tx:
        await tx.run(update(tickets).where(tickets.c.id == taken[0].id).values(state=State.SERVED))
    assert await db.consult(queue.ahead, taken[2], MONDAY) == 1
