"""The guide's desk by its doors: a number for somebody, those who booked, and a booking by phone."""

from collections.abc import AsyncIterator
from urllib.parse import unquote

import pytest

from hall.appointments import by_staff
from hall.appointments.model import Appointment
from hall.queue import service as queue
from hall.queue.model import Privilege, State
from hall.staff.model import Role
from kit.clock import day_of
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_matter, book, slots_on
from tests.handlers.staff import Seen, Visitor, open_staff

PART = {"HX_Request": "true"}


@pytest.fixture
async def visitor(sqlite_db: Database) -> AsyncIterator[Visitor]:
    async with open_staff(sqlite_db) as found:
        yield found


async def an_appointment(tx: Tx) -> Appointment:
    group = await a_group(tx, "A")
    matter = await a_matter(tx, group)
    slots = await slots_on(tx, group, 23)
    return await book(tx, await a_citizen(tx), slots[3].id, matter, "王小明", "13800001234", MONDAY)


def said(answer: Seen) -> str:
    return unquote(answer.headers.get("Set-Cookie", ""))


@pytest.mark.parametrize("how", ["number", "tail"])
async def test_who_booked_is_checked_in_by_number_or_by_the_end_of_their_phone(visitor: Visitor, how: str) -> None:
    held = await visitor.db.transact(an_appointment)
    guide = await visitor.as_role(Role.GUIDE)
    page = (await guide.get("/floor")).text
    assert ("王小明" in page, "13800001234" in page, held.number in page) == (False, False, True)
    form = {"key": "one", "number": held.number if how == "number" else "1234"}
    for _ in range(2):  # the second is the same press sent again
        assert (await guide.post("/floor/check-in", form, **PART)).status == 204
    ticket = await visitor.db.consult(queue.of_appointment, held.id)
    assert ticket is not None
    assert (ticket.number, ticket.privilege) == ("A001", Privilege.APPOINTMENT)
    assert (await guide.post("/floor/check-in", {"key": "two", "number": "9999"}, **PART)).status == 404


async def test_a_number_is_taken_for_somebody_who_leaves_again(visitor: Visitor) -> None:
    held = await visitor.db.transact(an_appointment)
    guide = await visitor.as_role(Role.GUIDE)
    form = {"key": "one", "group": held.group_id, "privilege": "elderly"}
    for _ in range(2):
        await guide.post("/floor/tickets", form, **PART)
    forged = await guide.post("/floor/tickets", form | {"key": "x", "privilege": "transferred"}, **PART)
    assert forged.status == 422
    assert await visitor.db.consult(queue.find, HALL.id, "A002", day_of(MONDAY)) is None
    assert (await guide.post("/floor/tickets/A001/leave", {"key": "two"}, **PART)).status == 204
    ticket = await visitor.db.consult(queue.find, HALL.id, "A001", day_of(MONDAY))
    assert ticket is not None
    assert (ticket.privilege, ticket.state) == (Privilege.ELDERLY, State.LEFT)
    assert (await guide.post("/floor/tickets/A001/back", {"key": "three"}, **PART)).status == 409


async def test_somebody_on_the_phone_is_booked_once(visitor: Visitor) -> None:
    await visitor.db.transact(an_appointment)
    guide = await visitor.as_role(Role.GUIDE)
    page = (await guide.get("/floor/book?matter=licence&on=2026-11-23")).text
    assert "11:00，还有" in page
    slots = await visitor.db.consult(by_staff.free_on, HALL.id, 1, day_of(MONDAY), MONDAY)
    form = {"key": "one", "matter": "licence", "slot": slots[-1].id, "name": "李大爷", "phone": "13900005678"}
    first, again = [await guide.post("/floor/book", form, **PART) for _ in range(2)]
    assert (first.status, said(first)) == (204, said(again))
    today = await visitor.db.consult(by_staff.on_day, HALL.id, day_of(MONDAY))
    assert [one.booked_by is not None for one in today] == [False, True]
