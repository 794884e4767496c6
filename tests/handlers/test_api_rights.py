"""Rights, route by route: what is somebody's is answered to everybody else like what does not exist.

Every route with a name in its path stands in one of the two tables below; a new one fails here until it does.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from hall.appointments.model import Slot
from hall.citizens import service as citizens
from kit.db import Database, Tx
from tests.hall import case_builders
from tests.hall.builders import MONDAY, a_group, a_hall, a_matter, slots_on
from tests.handlers.api import Answer, Caller, Clock, open_api

# Nobody's: the hall's own, for everyone to see.
EVERYBODYS = {
    "GET /api/v1/matters/{matter_id}",
    "GET /api/v1/files/{file_id}",
    "GET /api/v1/boards/{hall_id}",
    "GET /api/v1/boards/{hall_id}/stream",
}


@dataclass(frozen=True)
class Hall:
    api: Caller
    wang: Caller
    slots: tuple[Slot, ...]
    db: Database


async def an_appointment(hall: Hall) -> str:
    number: str = (await hall.wang.book(hall.slots[0].id)).body["number"]
    return number


async def a_ticket(hall: Hall) -> str:
    number: str = (await hall.wang.take(hall="test", group="A")).body["number"]
    return number


async def a_case(hall: Hall) -> str:
    wang = await hall.db.transact(citizens.meet, "try_wang", MONDAY)
    return (await case_builders.a_case(hall.db, wang.id))[0].number


@dataclass(frozen=True)
class Door:
    """How Wang comes to one, what is sent, and a number of nobody's."""

    method: str
    path: str
    made: Callable[[Hall], Awaitable[str]]
    nobodys: str
    query: str = ""
    body: Any = None
    is_for_anyone: bool = False  # without a token it is asked for a code

    async def ask(self, caller: Caller, number: str, hall: Hall) -> Answer:
        body = self.body(hall) if callable(self.body) else self.body
        return await caller(self.method, re.sub(r"\{\w+\}", number, self.path) + self.query, body)

    @property
    def name(self) -> str:
        return f"{self.method} /api/v1{self.path}"


def to_another_slot(hall: Hall) -> dict[str, int]:
    return {"slot_id": hall.slots[3].id}


SOMEBODYS = [
    Door("GET", "/appointments/{number}", an_appointment, "Y261123AAAAAA2"),
    Door("GET", "/appointments/{number}/code", an_appointment, "Y261123AAAAAA2"),
    Door("DELETE", "/appointments/{number}", an_appointment, "Y261123AAAAAA2"),
    Door("POST", "/appointments/{number}/reschedule", an_appointment, "Y261123AAAAAA2", body=to_another_slot),
    Door("GET", "/tickets/{number}", a_ticket, "A777", "?hall=test"),
    Door("DELETE", "/tickets/{number}", a_ticket, "A777", "?hall=test"),
    Door("GET", "/cases/{number}", a_case, "ST20261123000007", is_for_anyone=True),
]


async def a_place(tx: Tx) -> tuple[Slot, ...]:
    await a_hall(tx)
    group = await a_group(tx)
    await a_matter(tx, group)
    return await slots_on(tx, group, 24)


@pytest.fixture
async def hall(sqlite_db: Database) -> AsyncIterator[Hall]:
    slots = await sqlite_db.transact(a_place)
    async with open_api(sqlite_db, Clock()) as api:
        yield Hall(api, await api.as_citizen("wang"), slots, sqlite_db)


def without(answer: Answer, number: str) -> tuple[int, str]:
    """What was answered, the number that was asked for taken out of the sentence."""
    return answer.status, repr(answer.body).replace(number, "…")


@pytest.mark.parametrize("door", SOMEBODYS, ids=lambda door: door.name)
async def test_what_is_somebodys_is_to_others_as_if_it_did_not_exist(hall: Hall, door: Door) -> None:
    li = await hall.api.as_citizen("li")
    number = await door.made(hall)
    others, nobodys = await door.ask(li, number, hall), await door.ask(li, door.nobodys, hall)
    assert others.status == 404
    assert without(others, number) == without(nobodys, door.nobodys)
    unsigned = await door.ask(hall.api, number, hall)
    if door.is_for_anyone:
        assert without(unsigned, number) == without(nobodys, door.nobodys)
    else:
        assert (unsigned.status, unsigned.code) == (401, "not_signed_in")
    assert (await door.ask(hall.wang, number, hall)).status == 200  # the control, and nothing had happened to it


async def test_every_route_with_a_name_in_its_path_is_in_a_table(hall: Hall) -> None:
    assert hall.api.told is not None
    named = {f"{method.upper()} {path}" for path, methods in hall.api.told.document["paths"].items()
             if "{" in path for method in methods}  # fmt: skip
    assert named == EVERYBODYS | {door.name for door in SOMEBODYS}


async def test_every_door_of_a_citizen_wants_a_token_that_is_in_force(hall: Hall) -> None:
    """Without one, with one of nobody, and with one that is over."""
    assert hall.api.told is not None
    over = await hall.api.as_citizen("li")
    await over("DELETE", "/session")
    for path, methods in hall.api.told.document["paths"].items():
        for method, operation in methods.items():
            if operation["security"] != [{"token": []}]:
                continue
            for headers in ({}, {"Authorization": "Bearer " + "x" * 43}, {"Authorization": f"Bearer {over.token}"}):
                address = re.sub(r"\{\w+\}", "A001", path).removeprefix("/api/v1")
                answer = await hall.api(method.upper(), address, None, **headers)
                assert (answer.status, answer.code) == (401, "not_signed_in"), (method, path)
                assert answer.headers["WWW-Authenticate"] == "Bearer"
