"""好差评 through the API: by one's own token, or by number and code."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from hall.citizens import service as citizens
from hall.ratings import dealings
from hall.ratings import service as ratings
from hall.ratings.model import Kind
from kit.db import Database
from tests.hall.builders import HALL
from tests.hall.opinions import Counted, a_hall_at_work, serve_one
from tests.handlers.api import Answer, Caller, Clock, open_api

UNKNOWN = "没有找到可以评价的办理记录，或者查询码不对。请核对票号或办件编号和查询码，也可以在窗口的评价器上评。"


@pytest.fixture
async def hall(sqlite_db: Database) -> Counted:
    return await sqlite_db.transact(a_hall_at_work)


@pytest.fixture
async def nobody(sqlite_db: Database) -> AsyncIterator[Caller]:
    async with open_api(sqlite_db, Clock()) as caller:
        yield caller


async def say_it(caller: Caller, key: str | None = None, **body: Any) -> Answer:
    return await caller("POST", "/ratings", body, Idempotency_Key=key or uuid4().hex)


async def test_guessing_at_a_code_is_slowed_here_too(hall: Counted, nobody: Caller) -> None:
    guesses = [await say_it(nobody, number="A001", code="AAAAAA", level=5) for _ in range(7)]
    assert [answer.status for answer in guesses] == [404] * 6 + [429]
    assert guesses[-1].code == "too_many_guesses"


async def served(db: Database, hall: Counted) -> str:
    """A ticket of wang's, served; its number."""
    wang = await db.consult(citizens.known, "try_wang")
    assert wang is not None, "he has signed in"
    return (await db.transact(serve_one, hall, citizen_id=wang.id)).number


async def test_levels_are_told_to_everybody_and_the_rest_to_whose_it_is(
    sqlite_db: Database, hall: Counted, nobody: Caller
) -> None:
    wang = await nobody.as_citizen("wang")
    number = await served(sqlite_db, hall)
    told = (await nobody("GET", "/ratings")).body
    assert [(one["level"], one["name"]) for one in told["levels"]] == [
        (5, "非常满意"),
        (4, "满意"),
        (3, "基本满意"),
        (2, "不满意"),
        (1, "非常不满意"),
    ]
    assert {"id": "slow", "name": "办事效率低"} in told["levels"][4]["reasons"]
    assert (told["waiting"], told["given"]) == ([], [])
    mine = (await wang("GET", "/ratings")).body
    assert [(one["number"], one["kind"]) for one in mine["waiting"]] == [(number, "ticket")]


async def test_rating_is_kept_once(sqlite_db: Database, hall: Counted, nobody: Caller) -> None:
    wang = await nobody.as_citizen("wang")
    number = await served(sqlite_db, hall)
    body = {"number": number, "level": 2, "reasons": ["slow", "slow"], "note": "等了两小时"}
    first = await say_it(wang, "one", **body)
    assert (first.status, first.body["level_name"], first.body["state_name"]) == (201, "不满意", "待答复")
    assert first.body["reasons"] == [{"id": "slow", "name": "办事效率低"}]
    again = await say_it(wang, "one", **body)
    assert (again.status, again.body) == (201, first.body)
    other = await say_it(wang, "two", **(body | {"level": 5, "reasons": []}))
    assert (other.status, other.code) == (409, "already_rated")
    mine = (await wang("GET", "/ratings")).body
    assert (mine["waiting"], mine["given"]) == ([], [first.body])


async def test_without_a_token_number_and_code_open_it(sqlite_db: Database, hall: Counted, nobody: Caller) -> None:
    ticket = await sqlite_db.transact(serve_one, hall)
    wrong = await say_it(nobody, number=ticket.number, level=5, code="AAAAAA", hall=HALL.id)
    assert (wrong.status, wrong.code) == (404, "nothing_to_rate")
    code = dealings.ticket_code(ticket.id)
    done = await say_it(nobody, number=ticket.number.lower(), level=5, code=code, hall=HALL.id)
    assert done.status == 201
    kept = await sqlite_db.consult(ratings.of_dealing, Kind.TICKET, ticket.id)
    assert kept is not None and (kept.channel, kept.citizen_id) == ("kiosk", None)


async def test_who_is_not_entitled_learns_nothing(sqlite_db: Database, hall: Counted, nobody: Caller) -> None:
    await nobody.as_citizen("wang")
    li = await nobody.as_citizen("li")
    number = await served(sqlite_db, hall)
    for caller, body in (
        (li, {"number": number}),
        (li, {"number": "A999"}),
        (li, {"number": number, "code": "AAAAAA"}),
        (nobody, {"number": "ST20261123000100", "code": "AAAAAA"}),
    ):
        answer = await say_it(caller, level=5, **body)
        assert (answer.status, answer.body["error"]["message"]) == (404, UNKNOWN)
    assert (await say_it(nobody, number=number, level=5)).code == "not_signed_in"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"level": 6}, "level"),
        ({"level": 0}, "level"),
        ({}, "level"),
        ({"level": 5, "reasons": "quick"}, "reasons"),
        ({"level": 5, "reasons": [1]}, "reasons"),
        ({"level": 5, "reasons": ["quick"] * 9}, "reasons"),
        ({"level": 5, "note": "好" * 501}, "note"),
    ],
)
async def test_form_says_what_is_wrong_with_it(hall: Counted, nobody: Caller, body: dict[str, Any], field: str) -> None:
    wang = await nobody.as_citizen("wang")
    assert set((await say_it(wang, number="A001", **body)).fields) == {field}


async def test_call_wants_a_phone_and_no_reason_of_another_level(
    sqlite_db: Database, hall: Counted, nobody: Caller
) -> None:
    wang = await nobody.as_citizen("wang")
    number = await served(sqlite_db, hall)
    assert (await say_it(wang, number=number, level=1, wants_call=True)).code == "phone_needed"
    assert (await say_it(wang, number=number, level=5, reasons=["slow"])).code == "no_such_reason"
    done = await say_it(wang, number=number, level=1, wants_call=True, phone="13912345678")
    assert done.status == 201 and "1391" not in str(done.body)
