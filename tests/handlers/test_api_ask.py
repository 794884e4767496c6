"""The chat's answer as data, and the policies that are for whom one is."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select

from bot import dialogue
from bot.desk import Desk
from cli import sample
from handlers.api import visitors
from kit.db import Database
from kit.settings import Settings
from knowledge.library import Library
from knowledge.policies import categories
from knowledge.tables import questions
from tests.handlers.api import Caller, Clock, open_api

HALL_ID = Settings().hall.id
THRESHOLD = "小规模纳税人一个月卖多少钱不用交增值税"


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load()


@dataclass(frozen=True)
class Hall:
    api: Caller
    desk: Desk
    db: Database

    async def ask(self, q: str, **more: str) -> dict[str, Any]:
        query = "&".join(f"{name}={quote(value)}" for name, value in {"q": q, **more}.items())
        answer = await self.api("GET", f"/ask?{query}")
        assert answer.status == 200, answer
        body: dict[str, Any] = answer.body
        return body

    async def policies(self, caller: Caller, query: str = "") -> list[dict[str, Any]]:
        answer = await caller("GET", f"/policies{query}")
        assert answer.status == 200, answer
        found: list[dict[str, Any]] = answer.body["policies"]
        return found


@pytest.fixture
async def hall(sqlite_db: Database, library: Library) -> AsyncIterator[Hall]:
    clock = Clock()
    await sample.fill(sqlite_db, clock())
    desk = Desk.with_library(sqlite_db, Settings(), library)
    await desk.reload_hall()
    async with open_api(sqlite_db, clock, desk=desk) as api:
        yield Hall(api, desk, sqlite_db)


async def test_answer_is_the_chats_with_what_it_stands_on(hall: Hall) -> None:
    told = await hall.ask(THRESHOLD)
    said = dialogue.answer_only(hall.desk, THRESHOLD, date(2026, 11, 23))
    assert told["text"] in said.text  # without the hint to write back
    assert (told["kind"], told["intent"], told["entry_id"]) == ("answer", "question", said.why.entry_id)
    assert "财政部 税务总局公告2026年第10号" in told["doc_nos"]
    assert told["valid"] == {"first_on": "2026-01-01", "last_on": "2027-12-31"}
    assert told["on"] == "2026-11-23"
    assert told["confidence"] > 0.5


async def test_day_asked_for_is_the_day_answered_for(hall: Hall) -> None:
    told = await hall.ask(THRESHOLD, on="2024-05-01")
    assert told["on"] == "2024-05-01"
    assert "财政部 税务总局公告2026年第10号" not in told["doc_nos"]


async def test_matter_is_named_so_that_its_guide_can_be_opened(hall: Hall) -> None:
    told = await hall.ask("个体户营业执照要带什么材料")
    assert told["matter"] == "individual-registration"
    assert (await hall.api("GET", f"/matters/{told['matter']}?hall={HALL_ID}")).status == 200
    assert "回复“预约" not in told["text"]


async def test_suggestion_is_picked_by_its_id(hall: Hall) -> None:
    told = await hall.ask("社保")
    assert told["kind"] == "suggest" and len(told["suggestions"]) > 1
    picked = told["suggestions"][0]
    answered = await hall.ask("社保", entry=picked["id"])
    assert (answered["kind"], answered["entry_id"].startswith(picked["id"].rpartition("/")[0])) == ("answer", True)


@pytest.mark.parametrize("entry", ["nonsense", "doc:nothing", "matter/no/such", "person"])
async def test_suggestion_that_was_made_up_leads_to_a_person(hall: Hall, entry: str) -> None:
    assert (await hall.ask("社保", entry=entry))["kind"] == "unknown"


async def test_errand_is_named_and_not_begun(hall: Hall) -> None:
    told = await hall.ask("我要预约")
    assert (told["kind"], told["intent"], told["matter"]) == ("command", "book", None)


async def test_who_has_buttons_is_told_which_and_no_command_of_ours(hall: Hall) -> None:
    told = [await hall.ask(q) for q in ("我要预约", "取消预约", "我的进度", "取号", "转人工", "评价", "候补", "2")]
    assert [one["text"] for one in told if "bangban" in one["text"] or "对话" in one["text"]] == []
    assert "预约办事" in told[0]["text"]


async def test_opening_hours_are_told_here_too(hall: Hall) -> None:
    told = await hall.ask("周六上班吗")
    assert "11月28日（周六）大厅休息" in told["text"] and "09:00—12:00" in told["text"] and "现在" not in told["text"]


async def test_question_is_kept_without_whose_it_was(hall: Hall) -> None:
    await hall.ask(f"{THRESHOLD}，我电话13800000001")
    assert await hall.desk.notebook.write(hall.db) == 1
    async with hall.db.read() as tx:
        (kept,) = await tx.all(select(questions.c.text, questions.c.person, questions.c.kind))
    assert (kept.person or "", kept.kind) == ("", "answer")
    assert "13800000001" not in kept.text


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20", f"?q={'长' * 501}", "?q=a&on=2026-13-01"])
async def test_question_that_is_none_is_refused(hall: Hall, query: str) -> None:
    assert (await hall.api("GET", f"/ask{query}")).code == "bad_form"


async def test_address_that_asks_and_asks_is_slowed_and_a_citizen_is_not(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitors, "address_of", lambda _request: "203.0.113.5")
    wang = await hall.api.as_citizen("wang")
    answers = [await hall.api("GET", "/ask?q=1") for _ in range(130)]
    slowed = [answer for answer in answers if answer.status == 429]
    assert slowed and slowed[0].code == "too_fast" and int(slowed[0].headers["Retry-After"]) >= 1
    assert (await wang("GET", "/ask?q=1")).status == 200


# ------------------------------------------------------------------------------------------------ policies


async def test_categories_are_those_policies_speak_of(hall: Hall) -> None:
    told = (await hall.api("GET", "/categories")).body["categories"]
    assert {"id": "small_scale_vat", "name": "增值税小规模纳税人"} in told
    assert [one["name"] for one in told if "（" in one["name"]] == []
    used = {category for policy in hall.desk.library.shelf.policies.by_id.values() for category in policy.taxpayers}
    assert used <= set(categories())


async def test_policies_of_a_category_are_in_force_that_day_and_say_why(hall: Hall) -> None:
    found = await hall.policies(hall.api, "?category=car_buyer")
    assert found
    for one in found:
        assert (one["valid_from"] or "") <= "2026-11-23" <= (one["valid_to"] or "9999")
        assert one["why"] == "文件写明适用于购车单位和个人，您选了这一类。"
        assert one["doc_no"] and one["issuers"] and one["title"]
    then = await hall.policies(hall.api, "?category=car_buyer&on=2023-06-01")
    assert {one["id"] for one in then} != {one["id"] for one in found}


async def test_citizen_gets_those_for_what_they_said_they_are(hall: Hall) -> None:
    wang = await hall.api.as_citizen("wang")
    assert len(await hall.policies(wang)) == len(await hall.policies(hall.api))
    await wang("PUT", "/me/categories", {"categories": ["car_buyer", "parent"]})
    theirs = await hall.policies(wang)
    both = await hall.policies(hall.api, "?category=car_buyer") + await hall.policies(hall.api, "?category=parent")
    assert {one["id"] for one in theirs} == {one["id"] for one in both}
    assert (await wang("GET", "/policies")).body["categories"] == ["car_buyer", "parent"]


async def test_relief_of_a_text_nobody_has_checked_is_not_told(hall: Hall) -> None:
    known = hall.desk.library.shelf.policies
    for one in await hall.policies(hall.api):
        policy = known[one["id"]]
        assert (one["relief"] is None) is (not policy.body_read or policy.confidence != "verified")


async def test_category_that_is_none_is_refused(hall: Hall) -> None:
    assert set((await hall.api("GET", "/policies?category=rich")).fields) == {"category"}


# ------------------------------------------------------------------------------------------------ waits


async def test_waits_tell_who_thinks_of_coming_what_to_expect(hall: Hall) -> None:
    wang = await hall.api.as_citizen("wang")
    assert (await wang.take(hall=HALL_ID, group="A")).status == 201
    told = (await hall.api("GET", f"/waits?hall={HALL_ID}")).body
    assert told["hall"]["id"] == HALL_ID
    assert (told["doors"]["is_open"], told["doors"]["sentence"]) == (True, "上午办到 12:00")
    (first, *_) = told["groups"]
    assert (first["letter"], first["waiting"], first["open_counters"]) == ("A", 1, 0)
    assert (await hall.api("GET", "/waits?hall=nowhere")).code == "hall_not_found"


async def test_own_tickets_of_today_are_listed(hall: Hall) -> None:
    wang, li = await hall.api.as_citizen("wang"), await hall.api.as_citizen("li")
    taken = [(await wang.take(hall=HALL_ID, group=group)).body["number"] for group in "AC"]
    await li.take(hall=HALL_ID, group="A")
    assert [one["number"] for one in (await wang("GET", "/tickets")).body["tickets"]] == taken
    assert (await (await hall.api.as_citizen("zhao"))("GET", "/tickets")).body == {"tickets": []}
