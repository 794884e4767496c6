"""The counter desk by its doors: who is called, what is shown of them, and a press that is sent twice."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from hall.audit import service as audit
from hall.audit.model import Wanted
from hall.matters import service as matters
from hall.queue import seats
from hall.queue import service as queue
from hall.queue.model import Ticket
from hall.staff.model import Role
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_matter, book, slots_on
from tests.hall.lines import a_counter, a_line, called_numbers
from tests.handlers.staff import Seen, Visitor, open_staff

PART = {"HX_Request": "true"}


@pytest.fixture
async def visitor(sqlite_db: Database) -> AsyncIterator[Visitor]:
    async with open_staff(sqlite_db) as found:
        yield found


async def press(clerk: Visitor, what: str, key: str = "", counter: int = 1, **more: Any) -> Seen:
    form = {"press": what, "counter": counter, "key": key or f"{what}-{counter}"} | more
    return await clerk.post("/desk", form, **PART)


async def two_counters(tx: Tx) -> tuple[Ticket, ...]:
    """Both for A; two people wait."""
    group = await a_group(tx, "A")
    await a_group(tx, "B")
    await a_counter(tx, 1)
    await a_counter(tx, 2)
    return await a_line(tx, group, [None, None])


async def test_a_clerk_sits_down_and_serves_with_one_press_each(visitor: Visitor) -> None:
    await visitor.db.transact(two_counters)
    clerk = await visitor.as_role(Role.CLERK)
    assert "在1号窗口坐下" in (await clerk.get("/desk")).text
    assert (await press(clerk, "open")).headers["HX-Redirect"] == "/staff/desk"
    assert "下一位是 A001" in (await clerk.get("/desk")).text
    assert "A001" in (await press(clerk, "next")).text
    assert "办理中" in (await press(clerk, "serve")).text
    after = (await press(clerk, "finish-next")).text
    assert ("A002" in after, "正在叫号" in after) == (True, True)
    await press(clerk, "serve", "s2")
    assert "空着" in (await press(clerk, "finish-next", "f2")).text
    trail = await visitor.db.consult(audit.trail, Wanted(kind="counter"), 10)
    assert [line.called for line in reversed(trail)] == [
        "开窗", "叫下一位", "开始办理", "办完，叫下一位", "开始办理", "办完，叫下一位",
    ]  # fmt: skip


async def test_a_press_sent_twice_is_done_once(visitor: Visitor) -> None:
    """Its answer was lost, so the browser sends it again: at once, and at the same time."""
    await visitor.db.transact(two_counters)
    clerk = await visitor.as_role(Role.CLERK)
    await press(clerk, "open")
    answers = await asyncio.gather(*(press(clerk, "next", "one") for _ in range(4)))
    answers.append(await press(clerk, "next", "one"))
    assert {("A001" in one.text, one.status) for one in answers} == {(True, 200)}
    assert await called_numbers(visitor.db) == ["A001"]
    trail = await visitor.db.consult(audit.trail, Wanted(kind="counter"), 10)
    assert [line.called for line in trail] == ["叫下一位", "开窗"]
    another = await press(clerk, "next", "another")  # without the key it would be a second press
    assert (another.status, "还没有结束" in another.text) == (409, True)


async def test_what_was_refused_may_be_pressed_again_with_the_same_key(visitor: Visitor) -> None:
    await visitor.db.transact(two_counters)
    clerk = await visitor.as_role(Role.CLERK)
    await press(clerk, "open")
    await press(clerk, "next")
    assert (await press(clerk, "missed", "m")).status == 409  # called once only
    await press(clerk, "recall", "r1")
    await press(clerk, "recall", "r2")
    assert "空着" in (await press(clerk, "missed", "m")).text
    assert "A001" in (await clerk.get("/desk/line")).text
    assert (await press(clerk, "back", number="A001")).status == 200


async def test_two_clerks_at_once_never_get_the_same_person(visitor: Visitor) -> None:
    await visitor.db.transact(two_counters)
    clerks = [await visitor.as_role(Role.CLERK) for _ in range(2)]
    for n, clerk in enumerate(clerks, 1):
        await press(clerk, "open", counter=n)
    await asyncio.gather(*(press(clerk, "next", counter=n) for n, clerk in enumerate(clerks, 1)))
    assert sorted(await called_numbers(visitor.db)) == ["A001", "A002"]


async def test_a_name_is_masked_shown_after_the_call_only_and_noted(visitor: Visitor) -> None:
    async def booked(tx: Tx) -> None:
        group = await a_group(tx, "A")
        matter = await a_matter(tx, group)
        await a_counter(tx, 1)
        citizen = await a_citizen(tx)
        slot = (await slots_on(tx, group, 23))[3]
        held = await book(tx, citizen, slot.id, matter, "王小明", "13800000001", MONDAY)
        await queue.take(tx, HALL.id, group, citizen.id, MONDAY, held)

    await visitor.db.transact(booked)
    clerk = await visitor.as_role(Role.CLERK)
    await press(clerk, "open")
    before = (await clerk.get("/desk")).text
    after = (await press(clerk, "next")).text
    named = re.search(r"<dt>谁</dt><dd>([^<]*)</dd>", after)
    assert named is not None
    assert "*" in named[1]
    assert named[1].split("，")[0] not in before
    seen = await visitor.db.consult(audit.trail, Wanted(kind="ticket", saw=True), 5)
    assert [line.number for line in seen] == ["A001"]


async def test_transfer_wants_a_reason_and_keeps_the_number(visitor: Visitor) -> None:
    await visitor.db.transact(two_counters)
    clerk = await visitor.as_role(Role.CLERK)
    await press(clerk, "open")
    await press(clerk, "next")
    assert (await press(clerk, "transfer", "t", letter="B")).status == 422
    assert "空着" in (await press(clerk, "transfer", "t", letter="B", why="要先办社保")).text


async def test_the_lines_say_when_somebody_else_changed_who_is_here(visitor: Visitor) -> None:
    await visitor.db.transact(two_counters)
    clerk = await visitor.as_role(Role.CLERK)
    await press(clerk, "open")
    shown = re.search(r'id="mark" name="mark" value="([^"]*)"', (await clerk.get("/desk")).text)
    assert shown is not None
    assert "HX-Trigger" not in (await clerk.get(f"/desk/line?mark={shown[1]}")).headers
    await press(clerk, "next")
    assert (await clerk.get(f"/desk/line?mark={shown[1]}")).headers["HX-Trigger"] == "desk-changed"


async def test_a_page_that_asks_by_itself_keeps_no_session_alive(visitor: Visitor) -> None:
    await visitor.db.transact(two_counters)
    clerk = await visitor.as_role(Role.CLERK)
    await press(clerk, "open")
    for _ in range(4):
        visitor.clock.at += timedelta(minutes=20)
        last = await clerk.get("/desk/line", X_Quiet="1", **PART)
    assert last.status == 401


async def test_who_sits_where_is_told(visitor: Visitor) -> None:
    await visitor.db.transact(two_counters)
    clerk, other = [await visitor.as_role(Role.CLERK) for _ in range(2)]
    await press(clerk, "open")
    assert "在值。要换人" in (await other.get("/desk")).text
    assert [one.by is None for one in await visitor.db.consult(seats.seats, HALL.id, MONDAY)] == [False, True]


async def test_who_has_no_number_gets_one_and_is_served_while_nobody_waits(visitor: Visitor) -> None:
    async def a_quiet_hall(tx: Tx) -> str:
        group = await a_group(tx, "A")
        await a_counter(tx, 1)
        slot = (await slots_on(tx, group, 23))[3]
        held = await book(tx, await a_citizen(tx), slot.id, await a_matter(tx, group), "王小明", "13800000001", MONDAY)
        return held.number

    number = await visitor.db.transact(a_quiet_hall)
    clerk = await visitor.as_role(Role.CLERK)
    await press(clerk, "open")
    asked = (await clerk.get("/desk/walk-up", **PART)).text
    assert (number in asked, "王*明" in asked, "王小明" in asked) == (True, True, False)
    answers = await asyncio.gather(*(press(clerk, "walk-up", "one", letter="A") for _ in range(3)))
    assert {("A001" in one.text, "办理中" in one.text) for one in answers} == {(True, True)}
    await press(clerk, "finish")
    assert "食品经营许可证核发" in (await press(clerk, "walk-up", "two", appointment=number)).text
    await press(clerk, "finish", "f2")
    again = await press(clerk, "walk-up", "three", appointment=number)
    assert (again.status, "不能再改" in again.text) == (409, True)
    await visitor.db.transact(queue.take, HALL.id, (await visitor.db.consult(matters.groups, HALL.id))[0], None, MONDAY)
    refused = await press(clerk, "walk-up", "four", letter="A")
    assert (refused.status, "有1位在等" in refused.text) == (409, True)
