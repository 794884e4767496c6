"""Booking, looking, moving and cancelling over HTTP; to everyone else an appointment does not exist."""

import asyncio
import logging
from base64 import b64decode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select

from hall.appointments.model import Slot
from hall.appointments.tables import appointments as table
from kit import qr
from kit.db import Database, Tx
from tests.hall.builders import a_group, a_hall, a_matter, at, slots_on
from tests.handlers.api import FORM, Answer, Caller, Clock, open_api


async def a_place(tx: Tx) -> tuple[Slot, ...]:
    await a_hall(tx)
    group = await a_group(tx)
    await a_matter(tx, group)
    await a_matter(tx, group, "card", name="社会保障卡申领")
    await a_matter(tx, await a_group(tx, "B"), "car", name="车辆购置税申报")
    return await slots_on(tx, group, 24, 25, capacity=2)


@dataclass(frozen=True)
class Hall:
    api: Caller
    wang: Caller
    slots: tuple[Slot, ...]
    clock: Clock
    db: Database

    async def count(self) -> int:
        async with self.db.read() as tx:
            found: int = await tx.value(select(func.count()).select_from(table))
            return found


@pytest.fixture
async def hall(sqlite_db: Database) -> AsyncIterator[Hall]:
    slots = await sqlite_db.transact(a_place)
    clock = Clock()
    async with open_api(sqlite_db, clock) as api:
        yield Hall(api, await api.as_citizen("wang"), slots, clock, sqlite_db)


async def test_the_number_is_a_picture_for_the_guides_scanner_and_for_its_owner_only(hall: Hall) -> None:
    number = (await hall.wang.book(hall.slots[0].id)).body["number"]
    answer = await hall.wang("GET", f"/appointments/{number}/code")
    drawn = b64decode(answer.body["image"].removeprefix("data:image/png;base64,"))
    assert (answer.status, drawn[:8]) == (200, b"\x89PNG\r\n\x1a\n")
    assert answer.body["image"] == qr.png_address(number)
    stranger = await hall.api.as_citizen("li")
    assert (await stranger("GET", f"/appointments/{number}/code")).status == 404


async def test_booking_answers_all_a_page_needs(hall: Hall) -> None:
    answer = await hall.wang.book(hall.slots[0].id)
    assert answer.status == 201
    number = answer.body.pop("number")
    assert number.startswith("Y261123")
    assert answer.body == {
        "state": "booked",
        "state_name": "已预约",
        "hall": {"id": "test", "name": "测试大厅"},
        "matter": {"id": "licence", "name": "食品经营许可证核发"},
        "slot_id": hall.slots[0].id,
        "starts_at": "2026-11-24T09:00:00+08:00",
        "ends_at": "2026-11-24T09:30:00+08:00",
        "name": "王*明",
        "phone": "138****0001",
        "relation": "self",
        "company": None,
        "may_change": True,
    }
    assert (await hall.wang("GET", f"/appointments/{number}")).body == {"number": number, **answer.body}


async def test_booking_for_a_company_and_for_family_says_who_comes(hall: Hall) -> None:
    company = {"relation": "company", "company": "双塔豆腐坊", "credit_code": "91110000600037341L"}
    answer = await hall.wang.book(hall.slots[0].id, **company)
    assert (answer.status, answer.body["relation"], answer.body["company"]) == (201, "company", "双塔豆腐坊")
    mother = {"relation": "family", "name": "李秀英", "id_number": "11010519491231002X"}
    answer = await hall.wang.book(hall.slots[1].id, **mother)
    assert (answer.status, answer.body["relation"], answer.body["name"]) == (201, "family", "李*英")
    assert "11010519491231002X" not in str(answer.body)


async def test_every_wrong_number_on_a_form_is_said_at_once(hall: Hall) -> None:
    wrong = {
        "name": "王1",
        "phone": "12345",
        "id_number": "110105194912310021",
        "credit_code": "9111",
        "relation": "pet",
    }
    assert set((await hall.wang.book(hall.slots[0].id, **wrong)).fields) == set(wrong)


async def test_same_key_gets_the_same_answer_and_books_once(hall: Hall) -> None:
    answers = await asyncio.gather(*(hall.wang.book(hall.slots[0].id, key="k1") for _ in range(10)))
    assert {answer.status for answer in answers} == {201}
    assert all(answer.body == answers[0].body for answer in answers)
    assert await hall.count() == 1


async def test_same_key_for_something_else_is_refused(hall: Hall) -> None:
    await hall.wang.book(hall.slots[0].id, key="k1")
    for changes in ({"slot_id": hall.slots[1].id}, {"name": "李四"}):
        answer = await hall.wang.book(**{"slot_id": hall.slots[0].id, "key": "k1", **changes})
        assert (answer.status, answer.code) == (409, "idempotency_mismatch")
    assert await hall.count() == 1


async def test_keys_are_each_citizens_own(hall: Hall) -> None:
    li = await hall.api.as_citizen("li")
    answers = [await caller.book(hall.slots[0].id, key="k1") for caller in (hall.wang, li)]
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].body["number"] != answers[1].body["number"]


async def test_key_of_a_refused_booking_may_be_used_again(hall: Hall) -> None:
    others = [await hall.api.as_citizen(name) for name in ("li", "zhao")]
    held = [await other.book(hall.slots[0].id) for other in others]
    refused = await hall.wang.book(hall.slots[0].id, key="k1")
    assert (refused.status, refused.code) == (409, "slot_full")
    assert {"id", "starts_at", "ends_at", "capacity", "left"} == set(refused.body["error"]["details"]["near"][0])
    await others[0]("DELETE", f"/appointments/{held[0].body['number']}")
    assert (await hall.wang.book(hall.slots[0].id, key="k1")).status == 201


@pytest.mark.parametrize("key", [None, "", " ", "x" * 65, "编号"])
async def test_booking_without_a_good_key_is_refused(hall: Hall, key: str | None) -> None:
    headers = {} if key is None else {"Idempotency_Key": key}
    body = {"slot_id": hall.slots[0].id, "matter_id": "licence", **FORM}
    answer = await hall.wang("POST", "/appointments", body, **headers)
    assert (answer.status, answer.code) == (400, "idempotency_key_missing")
    assert await hall.count() == 0


async def test_bad_form_says_every_field_at_once(hall: Hall) -> None:
    answer = await hall.wang.book("first", name="", phone="12345", matter_id=5, colour="red")  # type: ignore[arg-type]
    assert set(answer.fields) == {"slot_id", "name", "phone", "matter_id", "colour"}
    assert "12345" not in str(answer.body)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"matter_id": "none"}, 404, "matter_not_found"),
        ({"matter_id": "car"}, 409, "slot_not_for_matter"),
        ({"slot_id": 999_999_999}, 409, "slot_gone"),
    ],
)
async def test_refusal_is_a_sentence_in_the_one_shape(
    hall: Hall, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = await hall.wang.book(**{"slot_id": hall.slots[0].id, **changes})
    assert (answer.status, answer.code) == (status, code)


async def test_slot_that_has_begun_is_gone(hall: Hall) -> None:
    hall.clock.at = at(24, 9, 1)
    assert (await hall.wang.book(hall.slots[0].id)).code == "slot_gone"


async def test_second_booking_of_the_same_matter_and_day_is_refused(hall: Hall) -> None:
    first = await hall.wang.book(hall.slots[0].id)
    again = await hall.wang.book(hall.slots[1].id)
    assert (again.status, again.code) == (409, "already_booked")
    assert first.body["number"] in again.body["error"]["message"]


async def test_own_appointments_are_listed_and_past_ones_on_request(hall: Hall) -> None:
    kept = (await hall.wang.book(hall.slots[0].id)).body
    gone = (await hall.wang.book(hall.slots[1].id, matter_id="card")).body
    await hall.wang("DELETE", f"/appointments/{gone['number']}")
    listed = await hall.wang("GET", "/appointments")
    assert (listed.status, listed.body) == (200, {"appointments": [kept], "next": None})
    everything = (await hall.wang("GET", "/appointments?past=1")).body["appointments"]
    assert [(one["state"], one["may_change"]) for one in everything] == [("booked", True), ("cancelled", False)]
    hall.clock.at = at(26, 9)
    assert (await hall.wang("GET", "/appointments")).body == {"appointments": [], "next": None}
    assert set((await hall.wang("GET", "/appointments?past=yes")).fields) == {"past"}


async def test_cancelling_answers_what_it_now_is_and_frees_the_place_once(hall: Hall) -> None:
    number = (await hall.wang.book(hall.slots[0].id)).body["number"]
    gone = await hall.wang("DELETE", f"/appointments/{number}")
    assert (gone.status, gone.body["state_name"], gone.body["may_change"]) == (200, "已取消", False)
    again = await hall.wang("DELETE", f"/appointments/{number}")
    assert (again.status, again.code) == (409, "already_cancelled")


async def test_moving_keeps_the_number(hall: Hall) -> None:
    number = (await hall.wang.book(hall.slots[0].id)).body["number"]
    moved = await hall.wang("POST", f"/appointments/{number}/reschedule", {"slot_id": hall.slots[3].id})
    assert (moved.status, moved.body["number"], moved.body["slot_id"]) == (200, number, hall.slots[3].id)
    assert (await hall.wang("GET", f"/appointments/{number}")).body == moved.body


async def test_moving_with_a_key_answers_alike_even_after_another_move(hall: Hall) -> None:
    path = f"/appointments/{(await hall.wang.book(hall.slots[0].id)).body['number']}/reschedule"
    first = await hall.wang("POST", path, {"slot_id": hall.slots[3].id}, Idempotency_Key="m1")
    await hall.wang("POST", path, {"slot_id": hall.slots[4].id}, Idempotency_Key="m2")
    again = await hall.wang("POST", path, {"slot_id": hall.slots[3].id}, Idempotency_Key="m1")
    assert (again.status, again.body) == (200, first.body)
    other = await hall.wang("POST", path, {"slot_id": hall.slots[5].id}, Idempotency_Key="m1")
    assert (other.status, other.code) == (409, "idempotency_mismatch")


async def test_moving_to_a_full_slot_keeps_the_old_place(hall: Hall) -> None:
    for name in ("li", "zhao"):
        await (await hall.api.as_citizen(name)).book(hall.slots[1].id)
    mine = (await hall.wang.book(hall.slots[0].id)).body
    refused = await hall.wang("POST", f"/appointments/{mine['number']}/reschedule", {"slot_id": hall.slots[1].id})
    assert (refused.status, refused.code) == (409, "slot_full")
    assert (await hall.wang("GET", f"/appointments/{mine['number']}")).body == mine


WAYS = [("GET", ""), ("DELETE", ""), ("POST", "/reschedule")]


@pytest.mark.parametrize(("method", "tail"), WAYS)
async def test_another_citizens_number_is_answered_exactly_like_an_unknown_one(
    hall: Hall, method: str, tail: str
) -> None:
    mine = (await hall.wang.book(hall.slots[0].id)).body
    li = await hall.api.as_citizen("li")

    async def ask(number: str) -> Answer:
        return await li(method, f"/appointments/{number}{tail}", {"slot_id": hall.slots[1].id} if tail else None)

    foreign, unknown = await ask(mine["number"]), await ask("Y261123ABCDE99")
    assert (foreign.status, foreign.code) == (404, "appointment_not_found")
    assert (foreign.status, foreign.body) == (unknown.status, unknown.body)
    assert (await hall.wang("GET", f"/appointments/{mine['number']}")).body == mine


@pytest.mark.parametrize("number", ["%00", "%E2%80%AE", "..%2F..", "x" * 3000, "Y%20261123"])
async def test_odd_number_is_simply_not_found(hall: Hall, number: str) -> None:
    assert (await hall.wang("GET", f"/appointments/{number}")).status == 404


async def test_neither_names_nor_phones_nor_tokens_are_logged(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await hall.wang.book(hall.slots[0].id, key="k1")
        await hall.wang.book(hall.slots[0].id, key="k2")
        await hall.wang.book(hall.slots[0].id, phone="1380000000")
        await hall.wang("GET", "/appointments?past=1")
    told = " ".join(
        f"{record.getMessage()} {vars(record)}" for record in caplog.records if "aiohttp" not in record.name
    )
    for secret in (FORM["name"], FORM["phone"], "1380000000", hall.wang.token or ""):
        assert secret not in told


async def test_long_list_comes_a_page_at_a_time(hall: Hall) -> None:
    for slot, matter in ((hall.slots[0], "licence"), (hall.slots[0], "card"), (hall.slots[-1], "card")):
        assert (await hall.wang.book(slot.id, matter_id=matter)).status == 201
    every = (await hall.wang("GET", "/appointments")).body
    assert every["next"] is None
    first = (await hall.wang("GET", "/appointments?limit=2")).body
    rest = (await hall.wang("GET", f"/appointments?limit=2&after={first['next']}")).body
    assert first["appointments"] + rest["appointments"] == every["appointments"]
    assert (len(first["appointments"]), rest["next"]) == (2, None)


@pytest.mark.parametrize("cursor", ["x", "MQ==", "MTc2NC8x", "OTk5OTk5OTk5OTk5OTkvMQ==", "4pyT", "%00", "é"])
async def test_cursor_that_was_made_up_is_refused(hall: Hall, cursor: str) -> None:
    assert set((await hall.wang("GET", f"/appointments?after={cursor}")).fields) == {"after"}


async def test_page_is_never_longer_than_a_hundred(hall: Hall) -> None:
    assert set((await hall.wang("GET", "/appointments?limit=101")).fields) == {"limit"}
