"""One's own page: masked, changed in place, and deleted so that nothing of the person is left in any table."""

import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from bot import conversation
from bot.conversation import Conversation
from hall.appointments.model import Slot
from hall.appointments.tables import appointments, slots
from hall.citizens import service as citizens
from hall.hand_overs import service as hand_overs
from hall.notices import service as notices
from hall.notices.model import Kind
from kit.db import Database, Tx, metadata
from kit.secrets import fingerprint
from kit.wechat import Phone, WeChatApi
from tests.hall.builders import MONDAY, a_group, a_hall, a_matter, slots_on
from tests.handlers.api import FORM, Caller, Clock, open_api
from tests.servers import APP_ID, APP_SECRET, FakeWeChat, fake_wechat

SEEN = {"name": None, "phone": None, "categories": [],
        "notices": {"off": [], "kinds": [{"id": "soon", "name": "快轮到您了"}, {"id": "wait_over", "name": "候补结束了"},
                    {"id": "rate", "name": "请您评价"}]}}  # fmt: skip


async def a_place(tx: Tx) -> tuple[Slot, ...]:
    await a_hall(tx)
    group = await a_group(tx)
    await a_matter(tx, group)
    return await slots_on(tx, group, 24, 25)


@dataclass(frozen=True)
class Hall:
    api: Caller
    wang: Caller
    slots: tuple[Slot, ...]
    db: Database


@pytest.fixture
async def hall(sqlite_db: Database) -> AsyncIterator[Hall]:
    slots = await sqlite_db.transact(a_place)
    async with open_api(sqlite_db, Clock()) as api:
        yield Hall(api, await api.as_citizen("wang"), slots, sqlite_db)


async def test_new_citizen_is_nobody_yet(hall: Hall) -> None:
    answer = await hall.wang("GET", "/me")
    assert (answer.status, answer.body) == (200, SEEN)


async def remember(tx: Tx, openid: str) -> None:
    """As the chat does after a booking."""
    await citizens.remember(tx, (await citizens.meet(tx, openid, MONDAY)).id, FORM["name"], FORM["phone"])


async def test_name_and_phone_of_the_last_booking_are_masked(hall: Hall) -> None:
    await hall.db.transact(remember, "try_wang")
    seen = (await hall.wang("GET", "/me")).body
    assert (seen["name"], seen["phone"]) == ("王*明", "138****0001")


async def test_categories_are_chosen_and_taken_back(hall: Hall) -> None:
    chosen = {"categories": ["small_scale_vat", "individual_business", "small_scale_vat"]}
    answer = await hall.wang("PUT", "/me/categories", chosen)
    assert (answer.status, answer.body["categories"]) == (200, ["small_scale_vat", "individual_business"])
    assert (await hall.wang("GET", "/me")).body["categories"] == ["small_scale_vat", "individual_business"]
    li = await hall.api.as_citizen("li")
    assert (await li("GET", "/me")).body["categories"] == []
    assert (await hall.wang("PUT", "/me/categories", {"categories": []})).body["categories"] == []


@pytest.mark.parametrize("wrong", [["rich"], "small_scale_vat", [1], [["a"]], ["x" * 50], {"a": 1}, ["a"] * 21])
async def test_category_we_do_not_know_is_refused(hall: Hall, wrong: Any) -> None:
    assert set((await hall.wang("PUT", "/me/categories", {"categories": wrong})).fields) == {"categories"}


async def test_only_what_need_not_be_told_can_be_turned_off(hall: Hall) -> None:
    answer = await hall.wang("PUT", "/me/notices", {"off": ["soon"]})
    assert (answer.status, answer.body["notices"]["off"]) == (200, ["soon"])
    for kind in ("called", "moved", "cancelled", "nonsense"):
        refused = await hall.wang("PUT", "/me/notices", {"off": ["soon", kind]})
        assert "不能关" in refused.fields["off"]
    assert (await hall.wang("GET", "/me")).body["notices"]["off"] == ["soon"]


# ------------------------------------------------------------------------------------------------ phone


@pytest.fixture(scope="module")
def platform() -> Iterator[FakeWeChat]:
    with fake_wechat() as fake:
        yield fake


@dataclass(frozen=True)
class Program:
    api: Caller
    wang: Caller
    platform: FakeWeChat


@pytest.fixture
async def program(sqlite_db: Database, platform: FakeWeChat) -> AsyncIterator[Program]:
    platform.forget()
    account = WeChatApi(APP_ID, APP_SECRET, platform.base)
    await account.open()
    async with open_api(sqlite_db, Clock(), account.openid_of, demo=False, phone_of=account.phone_of) as api:
        begun = await api("POST", "/session", {"code": f"wang-{uuid4().hex}"})
        yield Program(api, replace(api, token=begun.body["token"]), platform)
    await account.close()


async def test_phone_comes_from_wechat_and_is_shown_masked(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    code = f"13912345678-{uuid4().hex}"
    with caplog.at_level(logging.DEBUG):
        answer = await program.wang("POST", "/me/phone", {"code": code})
    assert (answer.status, answer.body["phone"]) == (200, "139****5678")
    assert (await program.wang("GET", "/me")).body["phone"] == "139****5678"
    assert "13912345678" not in caplog.text and code not in caplog.text


async def test_code_serves_once(program: Program) -> None:
    code = f"13912345678-{uuid4().hex}"
    assert (await program.wang("POST", "/me/phone", {"code": code})).status == 200
    again = await program.wang("POST", "/me/phone", {"code": code})
    assert (again.status, again.code) == (422, "bad_phone_code")


PHONE = "/wxa/business/getuserphonenumber"


@pytest.mark.parametrize(("errcode", "status", "code"), [
    (45011, 429, "phone_too_often"), (-1, 503, "phone_unavailable"), (40013, 503, "phone_unavailable"),
])  # fmt: skip
async def test_what_wechat_refuses_is_told_by_what_to_do(
    program: Program, errcode: int, status: int, code: str
) -> None:
    program.platform.fault(path=PHONE, kind="errcode", value=errcode)
    answer = await program.wang("POST", "/me/phone", {"code": f"13912345678-{uuid4().hex}"})
    assert (answer.status, answer.code) == (status, code)
    assert (await program.wang("GET", "/me")).body["phone"] is None


async def test_phone_from_abroad_is_refused(sqlite_db: Database) -> None:
    async def abroad(_code: str) -> Phone:
        return Phone("5551234567", "1")

    async with open_api(sqlite_db, Clock(), phone_of=abroad) as api:
        wang = await api.as_citizen("wang")
        assert (await wang("POST", "/me/phone", {"code": "x"})).code == "bad_phone"


# ------------------------------------------------------------------------------------------------ deleting


async def everything(db: Database) -> dict[str, str]:
    """All that stands in every table, sealed columns opened."""
    async with db.read() as tx:
        return {name: repr(await tx.all(select(table))) for name, table in metadata.tables.items()}


async def leave_traces(hall: Hall) -> dict[str, str]:
    """Wang does all that is kept of a person; returns what would give them away, by what it is."""
    openid = "try_wang"
    mother = {"relation": "family", "name": "王秀英", "phone": "13800000009", "id_number": "11010519491231002X"}
    assert (await hall.wang.book(hall.slots[0].id)).status == 201
    assert (await hall.wang.book(hall.slots[1].id, **mother)).status == 201
    assert (await hall.wang.take(hall="test", group="A")).status == 201
    await hall.wang("PUT", "/me/categories", {"categories": ["small_scale_vat"]})

    async def talk(tx: Tx) -> None:
        await remember(tx, openid)
        who = await citizens.known(tx, openid)
        assert who is not None
        await hand_overs.ask(tx, who.id, "我是王小明，帮我看看", MONDAY)
        await notices.tell(tx, who.id, Kind.SOON, {"ticket": "A001"}, "soon:wang", MONDAY)
        await conversation.hold(tx, openid, MONDAY)
        await conversation.save(tx, openid, Conversation(doing="book", topic="licence"), MONDAY, 30)

    await hall.db.transact(talk)
    await hall.wang("POST", "/me/phone", {"code": "try-13700000007"})
    phones = {f"phone {number}": number for number in (FORM["phone"], "13800000009", "13700000007")}
    marks = {f"mark of {number}": fingerprint(number) for number in [*phones.values(), openid, mother["id_number"]]}
    return {"openid": openid, "name": FORM["name"], "mother": "王秀英", "category": "small_scale_vat"} | phones | marks


async def test_deleting_leaves_nothing_of_the_person_in_any_table(hall: Hall) -> None:
    traces = await leave_traces(hall)
    before = await everything(hall.db)
    unseen = [what for what, trace in traces.items() if not any(trace in rows for rows in before.values())]
    assert unseen == [f"mark of {traces['openid']}"] or unseen == []  # the control: they do stand there
    answer = await hall.wang("DELETE", "/me?confirm=true")
    assert answer.status == 200
    assert (len(answer.body["cancelled"]), answer.body["left"]) == (2, ["A001"])
    found = {(table, what) for table, rows in (await everything(hall.db)).items()
             for what, trace in traces.items() if trace in rows}  # fmt: skip
    # locks that people's bookings are counted under: fingerprints of nobody in particular
    assert {(table, what) for table, what in found if table != "booking_keys"} == set()


async def test_deleting_needs_a_yes_and_says_what_is_given_up(hall: Hall) -> None:
    number = (await hall.wang.book(hall.slots[0].id)).body["number"]
    await hall.wang.take(hall="test", group="A")
    answer = await hall.wang("DELETE", "/me")
    assert (answer.status, answer.code) == (409, "confirm_needed")
    assert answer.body["error"]["details"] == {"appointments": [number], "tickets": ["A001"], "waits": 0}
    assert (await hall.wang("GET", f"/appointments/{number}")).body["state"] == "booked"


async def test_deleting_ends_every_session_and_frees_the_places(hall: Hall) -> None:
    elsewhere = await hall.api.as_citizen("wang")
    await hall.wang.book(hall.slots[0].id)
    li = await hall.api.as_citizen("li")
    await li.book(hall.slots[0].id)
    assert (await hall.wang("DELETE", "/me?confirm=1")).status == 200
    for session in (hall.wang, elsewhere):
        assert (await session("GET", "/me")).code == "not_signed_in"
    async with hall.db.read() as tx:
        assert await tx.value(select(slots.c.booked).where(slots.c.id == hall.slots[0].id)) == 1
    assert len((await li("GET", "/appointments")).body["appointments"]) == 1


async def test_who_comes_back_is_somebody_new(hall: Hall) -> None:
    await hall.wang.book(hall.slots[0].id)
    await hall.wang("DELETE", "/me?confirm=true")
    again = await hall.api.as_citizen("wang")
    assert (await again("GET", "/me")).body == SEEN
    assert (await again("GET", "/appointments?past=1")).body["appointments"] == []


async def test_what_was_missed_still_counts_by_a_fingerprint(hall: Hall) -> None:
    """Nobody is rid of a pause by deleting their data: the phone cannot be read, but is known again."""
    number = (await hall.wang.book(hall.slots[0].id)).body["number"]
    await hall.wang("DELETE", f"/appointments/{number}")
    await hall.wang.book(hall.slots[1].id)
    await hall.wang("DELETE", "/me?confirm=true")
    mark = fingerprint(FORM["phone"])
    async with hall.db.read() as tx:
        counted = select(func.count()).select_from(appointments).where(appointments.c.phone_mark == mark)
        assert await tx.value(counted) == 1
        assert await tx.value(counted.where(appointments.c.phone.is_not(None))) == 0
