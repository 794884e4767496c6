"""What is offered is what can be booked: a day the rules do not open yet gives no slots, and says from when."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from hall.appointments import rule_book
from hall.appointments.tables import slots
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_group, a_hall, a_matter, slots_on
from tests.handlers.api import Caller, Clock, open_api

THREE_DAYS = {"window": {"first": 1, "last": 3, "release": "08:00"}}


async def a_place(tx: Tx, rules: dict[str, Any]) -> None:
    await a_hall(tx)
    group = await a_group(tx)
    await a_matter(tx, group)
    await slots_on(tx, group, 23, 24, 26, 27)
    await rule_book.set_rules(tx, HALL.id, rules, "测试", MONDAY)


@pytest.fixture
async def wang(sqlite_db: Database) -> AsyncIterator[Caller]:
    await sqlite_db.transact(a_place, THREE_DAYS)
    async with open_api(sqlite_db, Clock()) as api:
        yield await api.as_citizen("wang")


async def offered(wang: Caller, day: int) -> dict[str, Any]:
    answer = await wang("GET", f"/slots?hall=test&matter=licence&on=2026-11-{day}")
    assert answer.status == 200
    body: dict[str, Any] = answer.body
    return body


async def test_open_day_gives_its_slots_and_the_window(wang: Caller) -> None:
    told = await offered(wang, 24)
    assert len(told["slots"]) == 13
    assert told["window"] == {
        "rule": "要提前1到3个工作日预约，最后一天的号08:00放",
        "first_on": "2026-11-24",
        "last_on": "2026-11-26",
        "said": None,
        "opens_at": None,
    }


async def test_day_not_open_yet_gives_none_and_says_from_when(wang: Caller) -> None:
    told = await offered(wang, 27)
    assert told["slots"] == []
    assert told["window"]["opens_at"] == "2026-11-24T08:00:00+08:00"
    assert "从11月24日（周二）08:00起可以约" in told["window"]["said"]


async def test_day_too_near_gives_none(wang: Caller) -> None:
    told = await offered(wang, 23)
    assert (told["slots"], told["window"]["opens_at"]) == ([], None)
    assert told["window"]["said"]


async def test_every_day_is_offered_as_booking_decides(wang: Caller, sqlite_db: Database) -> None:
    """Not one slot is offered that is then refused for its day, and none left out that would be had."""
    async with sqlite_db.read() as tx:
        rows = await tx.all(select(slots.c.id, slots.c.on).order_by(slots.c.starts_at.desc()))
    last_of = {row.on.day: row.id for row in reversed(rows)}
    for day, slot_id in last_of.items():
        is_offered = any(one["id"] == slot_id for one in (await offered(wang, day))["slots"])
        answer = await (await wang.as_citizen(f"day{day}")).book(slot_id)
        assert (answer.status == 201) is is_offered, (day, answer)


async def test_year_not_published_offers_nothing_and_says_so(wang: Caller) -> None:
    answer = await wang("GET", "/slots?hall=test&matter=licence&on=2031-03-03")
    assert (answer.status, answer.body["slots"]) == (200, [])
    assert "2031" in answer.body["window"]["said"]
