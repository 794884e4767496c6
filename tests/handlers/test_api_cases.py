"""Cases over HTTP: one's own, by number and code, and nobody else's; guessing is slowed, others are not."""

import logging
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot import following
from hall.appointments import service as appointments
from hall.appointments.model import Appointment, Form, Request
from hall.cases import service as cases
from hall.cases.model import Came, Case
from hall.citizens import service as citizens
from hall.queue import service as queue
from hall.queue.model import Ticket
from kit import guesses, metrics
from kit.db import Database, Tx
from kit.errors import Problem
from tests.hall.builders import MONDAY, a_group, a_hall, a_matter, at, slots_on
from tests.handlers.api import Caller, Clock, open_api

NOT_FOUND = (
    "case_not_found",
    "没有查到这个办件，或者查询码不对。请核对受理回执上的办件编号和6位查询码，也可以到窗口请工作人员帮您查。",
)


@dataclass(frozen=True)
class Here:
    """Wang's appointment, the ticket it was kept with, and the case that came of it; another case is nobody's."""

    api: Caller
    wang: Caller
    li: Caller
    clock: Clock
    db: Database
    held: Appointment
    ticket: Ticket
    case: Case
    code: str
    other: Case
    other_code: str


async def a_visit(tx: Tx) -> tuple[Appointment, Ticket, Case, str, Case, str]:
    await a_hall(tx)
    matter = await a_matter(tx, group := await a_group(tx))
    wang = await citizens.meet(tx, "try_wang", MONDAY)
    slot = next(one for one in await slots_on(tx, group, 23) if one.starts_at >= MONDAY)
    form = Form("王小明", "13800004321")
    held = await appointments.book(tx, Request(wang.id, slot.id, matter, form), at(20, 9))
    ticket = await queue.take(tx, held.hall_id, group, wang.id, MONDAY, held)
    came = await following.visit(tx, held.hall_id, MONDAY, ticket=ticket.number, appointment=None)
    assert came.came == Came(held.id, ticket.id)
    case, code = await cases.open(
        tx, matter, MONDAY, citizen_id=came.citizen_id, applicant=came.applicant, came=came.came
    )
    other, other_code = await cases.open(tx, matter, MONDAY)
    return held, ticket, case, code, other, other_code


@pytest.fixture
async def here(sqlite_db: Database) -> AsyncIterator[Here]:
    made = await sqlite_db.transact(a_visit)
    clock = Clock()
    async with open_api(sqlite_db, clock) as api:
        yield Here(api, await api.as_citizen("wang"), await api.as_citizen("li"), clock, sqlite_db, *made)


async def test_owner_sees_the_case_in_full_and_no_name(here: Here) -> None:
    await here.db.transact(cases.accept, here.case.number, None, MONDAY)
    here.clock.at = at(24, 9)
    body = (await here.wang("GET", f"/cases/{here.case.number}")).body
    said = body.pop("said")
    assert said.startswith(f"食品经营许可证核发（{here.case.number}）\n现在：受理——材料齐了，已经正式办理")
    assert body == {
        "number": here.case.number,
        "matter": {"id": "licence", "name": "食品经营许可证核发"},
        "hall": {"id": "test", "name": "测试大厅"},
        "state": "accepted",
        "state_name": "受理",
        "since": "2026-11-23T10:00:00+08:00",
        "light": "green",
        "received_on": "2026-11-23",
        "accepted_on": "2026-11-23",
        "is_deemed": False,
        "tell_by_on": None,
        "due_on": "2026-12-02",
        "legal_due_on": "2026-12-07",
        "unknown_year": None,
        "unit": "工作日",
        "days_used": 1,
        "days_stopped": 0,
        "stopped": None,
        "next_step": None,
        "waits_for_person": False,
        "missing": [],
        "owed": [],
        "history": [
            {"at": "2026-11-23T10:00:00+08:00", "state": "received", "state_name": "收件", "note": "已收到您的材料"},
            {
                "at": "2026-11-23T10:00:00+08:00",
                "state": "accepted",
                "state_name": "受理",
                "note": "材料齐全，已经受理",
            },
        ],
    }


async def test_own_cases_come_by_the_page_those_under_way_first_asked_for(here: Here) -> None:
    matter_of = await here.db.consult(cases.matters.matter, "test", "licence")
    more = [
        (await here.db.transact(cases.open, matter_of, MONDAY, citizen_id=here.case.citizen_id))[0].number
        for _ in range(2)
    ]
    await here.db.transact(cases.refuse, more[0], None, "不属于本厅", MONDAY)
    listed = (await here.wang("GET", "/cases")).body
    assert ([one["number"] for one in listed["cases"]], listed["next"]) == ([more[1], here.case.number], None)
    first = (await here.wang("GET", "/cases?past=1&limit=2")).body
    assert [one["number"] for one in first["cases"]] == [more[1], more[0]]
    last = (await here.wang("GET", f"/cases?past=1&limit=2&after={first['next']}")).body
    assert ([one["number"] for one in last["cases"]], last["next"]) == ([here.case.number], None)
    assert (await here.li("GET", "/cases")).body == {"cases": [], "next": None}
    assert (await here.wang("GET", "/cases?after=eA==")).fields.keys() == {"after"}
    assert (await here.api("GET", "/cases")).status == 401


@pytest.mark.parametrize("by", ["GET", "POST"])
async def test_stranger_gets_the_same_answer_for_a_known_and_an_unknown_number(here: Here, by: str) -> None:
    async def ask(caller: Caller, number: str, code: str | None) -> tuple[int, str, str]:
        if by == "GET":
            query = f"?code={code}" if code else ""
            answer = await caller("GET", f"/cases/{number}{query}")
        else:
            answer = await caller("POST", "/progress", {"number": number, "code": code})
        return answer.status, answer.code, answer.body["error"]["message"]

    for caller in (here.api, here.li):
        for number in (here.case.number, "ST20200101000135", "whatever"):
            for code in (None, "AAAAAA"):
                assert await ask(caller, number, code) == (404, *NOT_FOUND)
    here.clock.at += timedelta(minutes=1)
    assert await ask(here.li, here.other.number, here.code) == (404, *NOT_FOUND)


async def test_whoever_has_the_code_on_the_receipt_sees_the_case(here: Here) -> None:
    spaced = f"{here.other_code[:3]} {here.other_code[3:].lower()}"
    found = await here.api("POST", "/progress", {"number": here.other.number.lower(), "code": spaced})
    assert (found.status, found.body["kind"], found.body["case"]["state"]) == (200, "case", "received")
    assert found.body["said"] == found.body["case"]["said"]
    assert (await here.api("GET", f"/cases/{here.other.number}?code={here.other_code}")).status == 200


async def test_one_number_leads_to_all_others(here: Here) -> None:
    whole = {
        "appointment": here.held.number,
        "ticket": here.ticket.number,
        "case": here.case.number,
        "rating": None,
    }
    for number in (here.held.number, here.ticket.number, here.case.number):
        found = await here.wang("POST", "/progress", {"number": number})
        assert (found.status, found.body["chain"]) == (200, whole), number
        line = f"同一件事的号：预约 {here.held.number}，票号 A001，办件 {here.case.number}。"
        assert found.body["said"].splitlines()[-1] == line
    await here.db.transact(cases.refuse, here.case.number, None, "不属于本厅", MONDAY)
    rated = await here.wang("POST", "/ratings", {"number": here.case.number, "level": 4}, Idempotency_Key="r")
    assert rated.status == 201, rated
    for number in (here.held.number, here.ticket.number, here.case.number):
        found = await here.wang("POST", "/progress", {"number": number})
        assert found.body["chain"] == whole | {"rating": 4}


async def test_what_is_public_of_a_ticket_leads_nowhere(here: Here) -> None:
    for caller in (here.api, here.li):
        found = await caller("POST", "/progress", {"number": here.ticket.number})
        assert found.body["ticket"]["state"] == "waiting"
        assert found.body["chain"] == {"appointment": None, "ticket": "A001", "case": None, "rating": None}


async def test_appointment_opens_to_the_end_of_its_phone_and_shows_no_case(here: Here) -> None:
    wrong = await here.api("POST", "/progress", {"number": here.held.number, "code": "4322"})
    none = await here.api("POST", "/progress", {"number": "Y261125ABCD12", "code": "4321"})
    assert (wrong.status, wrong.body) == (404, none.body)
    found = await here.api("POST", "/progress", {"number": here.held.number, "code": "4321"})
    assert found.body["appointment"]["state"] == "arrived"
    assert (found.body["chain"]["ticket"], found.body["chain"]["case"]) == ("A001", None)
    assert "王" not in str(found.body)


# ------------------------------------------------------------------------------------------------ guessing


async def test_ten_thousand_guesses_from_one_source_are_slowed_and_tell_nothing_and_slow_nobody_else(
    here: Here, caplog: pytest.LogCaptureFixture
) -> None:
    """The verb itself, as every door calls it; one guess a second for almost three hours, five hundred in a transaction."""
    caplog.set_level(logging.WARNING)
    begun = metrics.registry.get_sample_value("bangban_guesses_total", {"outcome": "slowed"}) or 0

    async def guess(tx: Tx, first: int) -> list[str]:
        told = []
        for n in range(first, first + 500):
            code, now = f"GUES{n % 90 + 10}", MONDAY + timedelta(seconds=n)
            asking = following.Asking("test", now, code=code, sources=("address 203.0.113.9",))
            told.append(await following.follow(tx, here.other.number, asking))
        return [one.code for one in told if isinstance(one, Problem)]

    refusals = Counter([code for n in range(0, 10_000, 500) for code in await here.db.transact(guess, n)])
    looked_at = refusals["case_not_found"]
    assert looked_at < 25
    assert refusals == {"case_not_found": looked_at, "too_many_guesses": 10_000 - looked_at}
    slowed = metrics.registry.get_sample_value("bangban_guesses_total", {"outcome": "slowed"}) or 0
    assert slowed - begun == 10_000 - looked_at
    lines = [record for record in caplog.records if "guesses" in record.message]
    assert 0 < len(lines) < 25
    assert not any(here.other.number in str(vars(record)) or "203.0.113.9" in str(vars(record)) for record in lines)
    # somebody else, with the code of that very number
    for source in ("address 198.51.100.7", "citizen 99"):
        now = MONDAY + timedelta(seconds=10_000)
        asking = following.Asking("test", now, code=here.other_code, sources=(source,))
        assert isinstance(await here.db.transact(following.follow, here.other.number, asking), following.Followed)


async def test_guesser_is_told_how_long_to_wait_and_the_owner_is_not(here: Here) -> None:
    guess = {"number": here.case.number, "code": "AAAAAA"}
    answers = [await here.api("POST", "/progress", guess, X_Forwarded_For="203.0.113.9") for _ in range(7)]
    assert [answer.status for answer in answers] == [404] * 6 + [429]
    assert (answers[-1].code, answers[-1].headers["Retry-After"]) == ("too_many_guesses", "1")
    right = guess | {"code": here.code}
    assert (await here.api("POST", "/progress", right, X_Forwarded_For="203.0.113.9")).status == 429
    assert (await here.api("POST", "/progress", right, X_Forwarded_For="203.0.113.10")).status == 200
    assert (await here.wang("GET", f"/cases/{here.case.number}", X_Forwarded_For="203.0.113.9")).status == 200
    here.clock.at += timedelta(seconds=2)
    assert (await here.api("POST", "/progress", right, X_Forwarded_For="203.0.113.9")).status == 200


async def test_many_sources_at_one_number_are_slowed_too(here: Here) -> None:
    async def guess(n: int) -> str:
        asking = following.Asking("test", MONDAY, code="AAAAAA", sources=(f"address 203.0.113.{n}",))
        told = await here.db.transact(following.follow, here.case.number, asking)
        assert isinstance(told, Problem)
        return told.code

    told = [await guess(n) for n in range(30)]
    assert told == ["case_not_found"] * 21 + ["too_many_guesses"] * 9
    assert (await here.wang("GET", f"/cases/{here.case.number}")).status == 200


async def test_what_was_wrong_is_forgiven_by_and_by_and_then_forgotten(here: Here) -> None:
    tries = [guesses.Try(guesses.SOURCE, "address 203.0.113.9")]

    async def wrong(tx: Tx, n: int) -> None:
        for _ in range(n):
            await guesses.hold(tx, tries, MONDAY)
            await guesses.count(tx, tries, MONDAY)

    await here.db.transact(wrong, 9)
    later = MONDAY + timedelta(minutes=50)
    assert await here.db.transact(guesses.hold, tries, later) is None
    await here.db.transact(guesses.count, tries, later)  # nine less five is four, and this is the fifth
    assert await here.db.transact(guesses.hold, tries, later) is None
    assert await here.db.transact(guesses.sweep, later + timedelta(days=3)) == 1
    assert await here.db.consult(_count) == 0


async def _count(tx: Tx) -> int:
    counted: int = await tx.value(select(func.count()).select_from(guesses.guesses))
    return counted


@pytest.mark.parametrize("wrong", [0, 5, 6, 7, 18, 19, 400])
def test_waits_double_up_to_an_hour(wrong: int) -> None:
    waits = {0: 0, 5: 0, 6: 1, 7: 2, 18: 3600, 19: 3600, 400: 3600}
    assert guesses.wait_seconds(guesses.SOURCE, wrong) == waits[wrong]
