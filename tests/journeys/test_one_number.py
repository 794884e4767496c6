"""From the first question to the rating on one chain of numbers, over the API, and read back at every other door."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from bot import following
from bot.desk import Desk
from cli import sample
from hall.cases import service as cases
from hall.cases import supplements
from hall.cases.model import Missing
from hall.matters import service as matters
from hall.places import service as places
from hall.places.model import Counter
from hall.queue import calling
from hall.staff import service as staff
from hall.staff.model import StaffMember
from kit.db import Database
from kit.settings import Settings
from kit.wechat import WeChatApi
from knowledge.library import Library
from tests.bot.conftest import Chat
from tests.cli.conftest import Run, run  # noqa: F401 (a fixture)
from tests.handlers.api import Answer, Caller, Clock, open_api
from tests.servers import APP_ID, APP_SECRET, fake_wechat

pytestmark = pytest.mark.server
HALL, MATTER, PHONE = Settings().hall.id, "food-business-licence", "13800138000"


@dataclass
class Morning:
    """One citizen's telephone, and a clerk at a counter that serves what they come for."""

    db: Database
    clock: Clock
    wang: Caller
    anyone: Caller
    desk: Desk
    clerk: StaffMember
    counter: Counter

    async def press(self, verb: Any, *args: Any, **more: Any) -> Any:
        """A clerk's press, a minute after the last."""
        self.clock.at += timedelta(minutes=1)
        return await self.db.transact(verb, *args, **more)

    async def told(self, path: str) -> dict[str, Any]:
        answer = await self.wang("GET", path)
        assert answer.status == 200, answer
        body: dict[str, Any] = answer.body
        return body

    async def does(self, path: str, **body: Any) -> Answer:
        return await self.wang("POST", path, body, Idempotency_Key=uuid4().hex)


@asynccontextmanager
async def a_morning(db: Database, now: datetime) -> AsyncIterator[Morning]:
    clock = Clock(now)
    await sample.fill(db, now)
    desk = Desk.with_library(db, Settings(), Library.load())
    await desk.reload_hall()
    await db.transact(staff.add, "李窗口", "clerk", now)
    clerk = await db.consult(staff.known, "李窗口")
    matter = await db.consult(matters.matter, HALL, MATTER)
    letter = (await db.consult(matters.group, matter.group_id)).letter
    counter = next(one for one in await db.consult(places.counters, HALL) if letter in one.groups)
    with fake_wechat() as platform:
        program = WeChatApi(APP_ID, APP_SECRET, platform.base)
        await program.open()
        doors = {"login": program.openid_of, "phone_of": program.phone_of, "demo": False, "hall_id": HALL}
        async with open_api(db, clock, desk=desk, **doors) as anyone:
            begun = await anyone("POST", "/session", {"code": f"wang-{uuid4().hex}"})
            wang = replace(anyone, token=begun.body["token"])
            assert clerk is not None
            yield Morning(db, clock, wang, anyone, desk, clerk, counter)
        await program.close()


async def test_one_number_leads_from_the_first_question_to_the_rating(
    db: Database, database_url: str, now: datetime, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_morning(db, now) as here:
        await asks_and_finds(here)
        appointment = await books(here)
        ticket = await comes_and_is_called(here, appointment)
        case, code = await hands_in(here, ticket)
        await supplements_and_is_done(here, case)
        rated = await here.does("/ratings", number=case, level=5, reasons=[])
        assert (rated.status, rated.body["level"]) == (201, 5)
        chain = {"appointment": appointment, "ticket": ticket, "case": case, "rating": 5}

        own = await here.wang("POST", "/progress", {"number": case})
        assert own.body["chain"] == chain
        at_the_kiosk = await here.anyone("POST", "/progress", {"number": case, "code": code})
        assert (at_the_kiosk.status, at_the_kiosk.body["chain"]["case"]) == (200, case)
        stranger = await here.anyone("POST", "/progress", {"number": case, "code": "222222"})
        assert (stranger.status, case in str(stranger.body)) == (404, False)
        chat = Chat(here.desk, "o-somebody-with-the-receipt", here.clock.at)
        in_chat = await chat.say(f"进度 {case} {code}")
    monkeypatch.setenv("BANGBAN_DATABASE__URL", database_url)
    terminal: Run = request.getfixturevalue("run")
    at_the_terminal = await asyncio.to_thread(terminal, "progress", case, "--code", code)
    for said in (at_the_kiosk.body["said"], in_chat, at_the_terminal.out):
        assert all(part in said for part in (case, "食品经营许可", "办结", "准予许可")), said


async def asks_and_finds(here: Morning) -> None:
    given = await here.does("/me/phone", code=f"{PHONE}-{uuid4().hex}")
    assert (given.status, given.body["phone"]) == (200, "138****8000")
    answer = await here.told(f"/ask?q={quote('小规模纳税人一个月卖多少钱不用交增值税')}")
    assert (answer["kind"], bool(answer["doc_nos"])) == ("answer", True)
    found = await here.told(f"/matters?q={quote('食品经营许可证')}")
    assert MATTER in [one["id"] for one in found["matters"]]
    assert (await here.told(f"/matters/{MATTER}"))["materials"]


async def books(here: Morning) -> str:
    tomorrow = (here.clock.at + timedelta(days=1)).date().isoformat()
    slot = (await here.told(f"/slots?hall={HALL}&matter={MATTER}&on={tomorrow}"))["slots"][1]
    booked = await here.does("/appointments", slot_id=slot["id"], matter_id=MATTER, name="王小明", phone=PHONE)
    assert booked.status == 201, booked
    here.clock.at = datetime.fromisoformat(slot["starts_at"]) - timedelta(minutes=5)
    return str(booked.body["number"])


async def comes_and_is_called(here: Morning, appointment: str) -> str:
    taken = await here.does("/tickets", appointment=appointment)
    number = taken.body["number"]
    assert (taken.status, taken.body["state"]) == (201, "waiting")
    at_counter = (here.counter, here.clerk)
    await here.press(calling.open_post, *at_counter, here.clock.at)
    called = await here.press(calling.call_next, *at_counter, here.clock.at)
    assert called.number == number
    assert (await here.told(f"/tickets/{number}?hall={HALL}"))["state"] == "called"
    await here.press(calling.serve, *at_counter, here.clock.at)
    return str(number)


async def hands_in(here: Morning, ticket: str) -> tuple[str, str]:
    """Out of the ticket, with the last of the materials lacking; accepted all the same is what is then supplemented."""
    matter = await here.db.consult(matters.matter, HALL, MATTER)
    came = await here.db.consult(following.visit, HALL, here.clock.at, ticket=ticket, appointment=None)
    facts = {"staff": here.clerk, "citizen_id": came.citizen_id, "applicant": came.applicant, "came": came.came}
    case, code = await here.press(cases.open, matter, here.clock.at, **facts)
    assert (await here.told(f"/cases/{case.number}"))["state"] == "received"
    await here.press(calling.finish, here.counter, here.clerk, here.clock.at)
    missing = [Missing(len(matter.materials), matter.materials[-1].name)]
    await here.press(supplements.ask_to_supplement, case.number, here.clerk, missing, here.clock.at)
    return str(case.number), str(code)


async def supplements_and_is_done(here: Morning, number: str) -> None:
    waiting = await here.told(f"/cases/{number}")
    assert (waiting["state_name"], waiting["waits_for_person"]) == ("补正", True)
    assert [one["is_brought"] for one in waiting["missing"]] == [False]
    await here.press(supplements.take_supplement, number, here.clerk, here.clock.at)
    await here.press(cases.accept, number, here.clerk, here.clock.at)
    accepted = await here.told(f"/cases/{number}")
    assert (accepted["state_name"], accepted["light"]) == ("受理", "green")
    assert accepted["due_on"] or accepted["legal_due_on"]
    await here.press(cases.conclude, number, here.clerk, "准予许可", here.clock.at)
    assert [one["number"] for one in (await here.told("/ratings"))["waiting"]][:1] == [number]
