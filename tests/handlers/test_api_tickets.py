"""Taking a ticket over HTTP, as a walk-in or arriving for an appointment, and seeing how many are ahead."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select

from hall.appointments.model import Slot
from hall.queue import calling
from hall.queue.tables import tickets as table
from kit.db import Database, Tx
from tests.hall.builders import MONDAY, a_group, a_hall, a_matter, at, slots_on
from tests.hall.lines import CLERK, a_counter
from tests.handlers.api import Caller, Clock, open_api


async def a_place(tx: Tx) -> tuple[Slot, ...]:
    await a_hall(tx)
    group = await a_group(tx)
    await a_matter(tx, group)
    await a_group(tx, "B")
    return await slots_on(tx, group, 23, capacity=5)


@dataclass(frozen=True)
class Hall:
    api: Caller
    wang: Caller
    slots: tuple[Slot, ...]
    clock: Clock
    db: Database


@pytest.fixture
async def hall(sqlite_db: Database) -> AsyncIterator[Hall]:
    slots = await sqlite_db.transact(a_place)
    clock = Clock()
    async with open_api(sqlite_db, clock) as api:
        yield Hall(api, await api.as_citizen("wang"), slots, clock, sqlite_db)


async def test_walk_in_takes_a_ticket_by_matter_or_by_group(hall: Hall) -> None:
    answer = await hall.wang.take(hall="test", matter="licence")
    assert answer.status == 201
    assert answer.body == {
        "number": "A001",
        "state": "waiting",
        "state_name": "等候中",
        "hall": {"id": "test", "name": "测试大厅"},
        "group": {"letter": "A", "name": "A类"},
        "on": "2026-11-23",
        "taken_at": "2026-11-23T10:00:00+08:00",
        "ahead": 0,
        "wait_low_minutes": None,
        "wait_high_minutes": None,
        "privilege": None,
        "counter": None,
        "calls": 0,
        "called_at": None,
    }
    li = await hall.api.as_citizen("li")
    second = await li.take(hall="test", group="a")
    assert (second.body["number"], second.body["ahead"]) == ("A002", 1)
    assert (await li("GET", "/tickets/A002?hall=test")).body == second.body
    assert (await hall.wang.take(hall="test", group="B")).body["number"] == "B001"


async def test_called_ticket_says_to_which_counter(hall: Hall) -> None:
    taken = (await hall.wang.take(hall="test", group="A")).body
    counter = await hall.db.transact(a_counter, 7)
    for press in (calling.open_post, calling.call_next):
        await hall.db.transact(press, counter, CLERK, MONDAY)
    called = (await hall.wang("GET", f"/tickets/{taken['number']}?hall=test")).body
    assert (called["state"], called["counter"]) == ("called", 7)
    assert (await hall.wang("GET", "/tickets")).body["tickets"] == [called]


async def test_same_key_gets_the_same_ticket(hall: Hall) -> None:
    answers = await asyncio.gather(*(hall.wang.take("t1", hall="test", group="A") for _ in range(10)))
    assert {(answer.status, answer.body["number"]) for answer in answers} == {(201, "A001")}
    async with hall.db.read() as tx:
        assert await tx.value(select(func.count()).select_from(table)) == 1
    other = await hall.wang.take("t1", hall="test", group="B")
    assert (other.status, other.code) == (409, "idempotency_mismatch")


async def test_ticket_needs_a_key(hall: Hall) -> None:
    answer = await hall.wang("POST", "/tickets", {"hall": "test", "group": "A"})
    assert (answer.status, answer.code) == (400, "idempotency_key_missing")


async def test_arriving_for_an_appointment_needs_only_its_number(hall: Hall) -> None:
    hall.clock.at = at(23, 8)
    booked = (await hall.wang.book(next(slot for slot in hall.slots if slot.starts_at == at(23, 10)).id)).body
    hall.clock.at = at(23, 9, 55)
    taken = await hall.wang.take(appointment=booked["number"])
    assert (taken.status, taken.body["number"], taken.body["group"]["letter"]) == (201, "A001", "A")
    assert (await hall.wang("GET", f"/appointments/{booked['number']}")).body["state"] == "arrived"


async def test_nobody_arrives_for_another_citizen(hall: Hall) -> None:
    hall.clock.at = at(23, 8)
    booked = (await hall.wang.book(hall.slots[2].id)).body
    hall.clock.at = at(23, 9, 55)
    li = await hall.api.as_citizen("li")
    foreign, unknown = [await li.take(appointment=number) for number in (booked["number"], "Y261123ABCDE99")]
    assert (foreign.status, foreign.code) == (404, "appointment_not_found")
    assert (foreign.status, foreign.body) == (unknown.status, unknown.body)


async def test_closed_hall_says_when_it_opens(hall: Hall) -> None:
    hall.clock.at = at(23, 7)
    answer = await hall.wang.take(hall="test", group="A")
    assert (answer.status, answer.code) == (409, "hall_closed")
    assert answer.body["error"]["details"]["opens_at"] == "2026-11-23T09:00:00+08:00"


@pytest.mark.parametrize(
    ("body", "fields"),
    [({}, {"hall", "matter"}), ({"hall": "test"}, {"matter"}), ({"group": "AB", "hall": 3}, {"group", "hall"})],
)
async def test_ticket_for_nothing_says_what_is_missing(hall: Hall, body: dict[str, Any], fields: set[str]) -> None:
    assert set((await hall.wang.take(**body)).fields) == fields


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"hall": "none", "group": "A"}, "hall_not_found"),
        ({"hall": "test", "group": "Z"}, "matter_not_found"),
        ({"hall": "test", "matter": "none"}, "matter_not_found"),
    ],
)
async def test_ticket_for_what_is_not_there_is_not_found(hall: Hall, body: dict[str, Any], code: str) -> None:
    answer = await hall.wang.take(**body)
    assert (answer.status, answer.code) == (404, code)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_another_citizens_ticket_is_answered_exactly_like_an_unknown_one(hall: Hall, method: str) -> None:
    mine = (await hall.wang.take(hall="test", group="A")).body
    li = await hall.api.as_citizen("li")
    foreign, unknown = [await li(method, f"/tickets/{number}?hall=test") for number in ("A001", "A099")]
    assert (foreign.status, foreign.code) == (404, "ticket_not_found")
    assert (foreign.status, str(foreign.body).replace("A001", "A099")) == (unknown.status, str(unknown.body))
    assert (await hall.wang("GET", "/tickets/A001?hall=test")).body == mine


async def test_leaving_the_queue_lets_the_others_move_up_and_is_done_once(hall: Hall) -> None:
    li = await hall.api.as_citizen("li")
    await hall.wang.take(hall="test", group="A")
    assert (await li.take(hall="test", group="A")).body["ahead"] == 1
    gone = await hall.wang("DELETE", "/tickets/A001?hall=test")
    assert (gone.status, gone.body["state"], gone.body["state_name"]) == (200, "left", "已离开")
    assert (await li("GET", "/tickets/A002?hall=test")).body["ahead"] == 0
    again = await hall.wang("DELETE", "/tickets/A001?hall=test")
    assert (again.status, again.code) == (409, "not_waiting")


async def test_who_asks_to_be_called_earlier_says_why(hall: Hall) -> None:
    assert (await hall.wang.take(hall="test", group="A", privilege="elderly")).body["privilege"] == "elderly"
    li = await hall.api.as_citizen("li")
    assert set((await li.take(hall="test", group="A", privilege="appointment")).fields) == {"privilege"}


async def test_yesterdays_ticket_is_over(hall: Hall) -> None:
    await hall.wang.take(hall="test", group="A")
    hall.clock.at = at(24, 10)
    assert (await hall.wang("GET", "/tickets/A001?hall=test")).code == "ticket_not_found"


async def test_ticket_that_has_not_changed_is_not_sent_again(hall: Hall) -> None:
    """A phone asks every few seconds."""
    await hall.wang.take(hall="test", group="A")
    for path in ("/tickets", "/tickets/A001?hall=test"):
        first = await hall.wang("GET", path)
        again = await hall.wang("GET", path, If_None_Match=first.headers["Etag"])
        assert (again.status, again.body) == (304, None)
    await hall.wang("DELETE", "/tickets/A001?hall=test")
    assert (await hall.wang("GET", path, If_None_Match=first.headers["Etag"])).body["state"] == "left"
