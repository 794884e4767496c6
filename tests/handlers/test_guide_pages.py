"""Appointments, closures and the waiting list on the guide's pages: what is seen, done, told, and kept from others."""

import re
from collections.abc import AsyncIterator

import pytest

from hall.appointments import by_staff, closures, lists, waiting_list
from hall.appointments import service as appointments
from hall.appointments import slots as slot_rows
from hall.appointments.model import Appointment, Slot, State
from hall.audit import service as audit
from hall.audit.model import Wanted
from hall.matters import service as matters
from hall.notices import service as notices
from hall.notices.model import Kind
from hall.queue import service as queue
from hall.staff.model import Role
from kit.clock import day_of
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_matter, at, book, slots_on
from tests.handlers.staff import OTHER, Seen, Visitor, open_staff
from tests.handlers.test_counter_desk_floor import PART, said

Hall = tuple[Visitor, Appointment, tuple[Slot, ...]]


async def a_booked_hall(tx: Tx) -> tuple[Appointment, tuple[Slot, ...]]:
    """王小明 is booked for Tuesday at nine, one place a slot, until Wednesday."""
    matter = await a_matter(tx, group := await a_group(tx))
    slots = await slots_on(tx, group, 23, 24, 25, capacity=1)
    nine = next(slot for slot in slots if slot.starts_at == at(24, 9))
    return await book(tx, await a_citizen(tx), nine.id, matter, "王小明", "13800001234", MONDAY), slots


@pytest.fixture
async def hall(sqlite_db: Database) -> AsyncIterator[Hall]:
    async with open_staff(sqlite_db) as visitor:
        yield visitor, *await sqlite_db.transact(a_booked_hall)


async def trail(db: Database, *, saw: bool = False) -> list[tuple[str, str]]:
    found = await db.consult(audit.trail, Wanted(HALL.id, saw=saw), 50)
    return [(one.deed, one.number) for one in reversed(found)]


def masked(answer: Seen) -> bool:
    return "王*明" in answer.text and "王小明" not in answer.text and "13800001234" not in answer.text


async def test_an_appointment_is_found_by_day_number_and_phone_and_nobody_is_shown_unmasked(hall: Hall) -> None:
    visitor, held, _ = hall
    clerk = await visitor.as_role(Role.CLERK)
    day = await clerk.get("/appointments?on=2026-11-24&matter=licence&state=booked&half=am")
    assert masked(day)
    assert held.number in day.text
    assert held.number not in (await clerk.get("/appointments?on=2026-11-24&half=pm")).text
    by_number = await clerk.post("/appointments/find", {"what": held.number.lower()}, **PART)
    assert by_number.headers["HX-Redirect"] == f"/staff/appointments/{held.number}"
    by_phone = await clerk.post("/appointments/find", {"what": "138 0000 1234"}, **PART)
    assert (masked(by_phone), held.number in by_phone.text) == (True, True)
    nobody = await clerk.post("/appointments/find", {"what": "13900000000"}, **PART)
    assert (nobody.status, "没有这个预约" in nobody.text) == (404, True)
    one = await clerk.get(f"/appointments/{held.number}")
    assert (masked(one), "取消这个预约" in one.text) == (True, False)  # a clerk may look
    seen = [("saw", f"{HALL.id} 2026-11-24"), ("saw", held.number), ("saw", held.number)]
    assert await trail(visitor.db, saw=True) == seen


async def test_a_guide_moves_and_cancels_once_and_the_person_is_told(hall: Hall) -> None:
    visitor, held, slots = hall
    guide = await visitor.as_role(Role.GUIDE)
    page = (await guide.get(f"/appointments/{held.number}?on=2026-11-25")).text
    ten = next(slot for slot in slots if slot.starts_at == at(25, 10))
    assert f'value="{ten.id}"' in page
    move = {"key": "m", "slot": ten.id}
    answers = [await guide.post(f"/appointments/{held.number}/move", move, **PART) for _ in range(2)]
    assert [one.status for one in answers] == [204, 204]
    assert ["已经告诉本人" in said(one) for one in answers] == [True, False]
    silent = await guide.post(f"/appointments/{held.number}/cancel", {"key": "c", "whose": "hall"}, **PART)
    assert (silent.status, "写明是什么原因" in silent.text) == (422, True)
    why = {"key": "c", "whose": "hall", "why": "窗口检修"}
    assert (await guide.post(f"/appointments/{held.number}/cancel", why, **PART)).status == 204
    told = await visitor.db.consult(notices.untold, held.citizen_id, MONDAY)
    assert [(one.kind, one.facts.get("reason")) for one in told] == [
        (Kind.MOVED_FOR, None),
        (Kind.CANCELLED, "窗口检修"),
    ]
    assert await trail(visitor.db) == [("appointment.move", held.number), ("appointment.cancel", held.number)]
    (moved, gone) = reversed(await visitor.db.consult(audit.trail, Wanted(HALL.id, saw=False), 9))
    assert (moved.before["时间"], moved.after["时间"]) == ("11月24日（周二）09:00", "11月25日（周三）10:00")
    assert (gone.before["状态"], gone.after["状态"]) == ("已预约", "已取消")


async def test_the_whole_phone_is_shown_to_who_calls_and_that_is_written_down(hall: Hall) -> None:
    visitor, held, _ = hall
    guide = await visitor.as_role(Role.GUIDE)
    shown = await guide.post(f"/appointments/{held.number}/phone", **PART)
    assert "13800001234" in shown.text
    assert await trail(visitor.db) == [("appointment.phone", held.number)]


async def test_a_missed_appointment_is_excused_by_a_lead_only(hall: Hall) -> None:
    visitor, held, _ = hall
    await visitor.db.transact(appointments.cancel, held.citizen_id, held.number, MONDAY)
    guide, lead = await visitor.as_role(Role.GUIDE), await visitor.as_role(Role.LEAD)
    path, form = f"/appointments/{held.number}", {"key": "e", "why": "住院"}
    assert "请带班领导" in (await guide.get(path)).text
    assert (await guide.post(f"{path}/excuse", form, **PART)).status == 403
    assert "为什么不算" in (await lead.get(path)).text
    assert (await lead.post(f"{path}/excuse", form, **PART)).status == 204
    assert "这次不算，" in (await lead.get(path)).text


async def test_what_belongs_to_another_hall_is_not_there(hall: Hall) -> None:
    visitor, held, _ = hall
    day = (at(24, 0), at(25, 0))
    closure = await visitor.db.transact(closures.shut, HALL.id, None, *day, "停电", "王主任", MONDAY)
    elsewhere = await visitor.as_role(Role.LEAD, OTHER.id)
    assert (await elsewhere.get(f"/appointments/{held.number}")).status == 404
    assert (await elsewhere.get(f"/closures/{closure.id}")).status == 404
    assert (await elsewhere.post("/appointments/find", {"what": held.number}, **PART)).status == 404
    form = {"key": "x", "slot": held.slot_id, "why": "x", "number": held.number, "whose": "person", "name": "x"}
    for path in (
        *(f"/appointments/{held.number}/{what}" for what in ("move", "cancel", "excuse", "phone")),
        *(f"/closures/{closure.id}/{what}" for what in ("go-on", "called", "reopen")),
    ):
        assert (await elsewhere.post(path, form, **PART)).status == 404, path
    assert (await elsewhere.post("/floor/check-in", {"key": "y", "number": held.number}, **PART)).status == 404
    still = await visitor.db.consult(lists.at_hall, HALL.id, held.number)
    assert (still.state, await trail(visitor.db)) == (State.BOOKED, [])


async def test_a_lead_sees_what_a_closure_would_do_then_does_it_once(hall: Hall) -> None:
    visitor, held, _ = hall
    lead = await visitor.as_role(Role.LEAD)
    span = {"what": "hall", "from_on": "2026-11-24", "from_at": "08:00", "to_on": "2026-11-24", "reason": "停电检修"}
    query = "&".join(f"{name}={value}" for name, value in span.items())
    seen = await lead.get(f"/closures/new?{query}", **PART)
    assert (masked(seen), "挪到 11-25 09:00" in seen.text) == (True, True)
    assert await visitor.db.consult(closures.ahead, HALL.id, MONDAY) == ()
    answers = [await lead.post("/closures", span | {"key": "k", "how": "move"}, **PART) for _ in range(2)]
    assert [(one.status, "挪走1个，取消0个" in said(one)) for one in answers] == [(204, True), (204, False)]
    (closure,) = await visitor.db.consult(closures.ahead, HALL.id, MONDAY)
    page = (await lead.get(f"/closures/{closure.id}")).text
    assert ("微信还没送到" in page, "王*明" in page, "恢复放号" in page) == (True, True, True)
    assert "停电检修" in (await lead.get("/closures")).text
    guide = await visitor.as_role(Role.GUIDE)
    assert "恢复放号" not in (await guide.get(f"/closures/{closure.id}")).text
    assert (await guide.post("/closures", span | {"key": "g"}, **PART)).status == 403
    assert (await lead.post(f"/closures/{closure.id}/reopen", {"key": "r"}, **PART)).status == 204
    assert await trail(visitor.db) == [("closure.new", str(closure.id)), ("closure.end", str(closure.id))]
    moved = await visitor.db.consult(lists.at_hall, HALL.id, held.number)
    assert moved.starts_at == at(25, 9)


async def test_one_matter_is_closed_while_its_group_goes_on(hall: Hall) -> None:
    visitor, held, slots = hall
    lead = await visitor.as_role(Role.LEAD)
    assert 'value="mlicence"' in (await lead.get("/closures")).text
    span = {"what": "mlicence", "from_on": "2026-11-24", "to_on": "2026-11-24", "reason": "系统升级"}
    seen = await lead.get("/closures/new?" + "&".join(f"{name}={value}" for name, value in span.items()), **PART)
    assert ("停办：食品经营许可证核发" in seen.text, "同一组的别的事项照常约" in seen.text) == (True, True)
    done = await lead.post("/closures", span | {"key": "k", "how": "move"}, **PART)
    page = await lead.get(done.headers["HX-Redirect"].removeprefix("/staff"))
    assert ("食品经营许可证核发停办" in page.text, masked(page)) == (True, True)
    assert "食品经营许可证核发停办：系统升级" in (await lead.get("/floor")).text
    form = {"key": "b", "matter": held.matter_id, "slot": held.slot_id, "name": "李大爷", "phone": "13900005678"}
    refused = await lead.post("/floor/book", form, **PART)
    assert (refused.status, "停办（系统升级），这段时间约不了" in refused.text) == (409, True)
    assert await visitor.db.consult(slots_given_out, [one.id for one in slots if one.on == at(24, 9).date()]) == 13


async def slots_given_out(tx: Tx, ids: list[int]) -> int:
    """How many of these slots are not shut."""
    found = [await slot_rows.slot(tx, one) for one in ids]
    return sum(one is not None and one.closure_id is None for one in found)


async def test_who_cannot_be_told_on_wechat_is_called_and_ticked_off(hall: Hall) -> None:
    visitor, held, slots = hall
    matter_slot = next(slot for slot in slots if slot.starts_at == at(24, 14))
    guide, lead = await visitor.as_role(Role.GUIDE), await visitor.as_role(Role.LEAD)
    form = {"key": "b", "matter": held.matter_id, "slot": matter_slot.id, "name": "李大爷", "phone": "13900005678"}
    number = (await guide.post("/floor/book", form, **PART)).headers["HX-Redirect"].rsplit("/", 1)[1]
    span = {"what": f"g{held.group_id}", "from_on": "2026-11-24", "to_on": "2026-11-24", "reason": "停电", "key": "k"}
    gone = await lead.post("/closures", span | {"how": "cancel"}, **PART)
    path = gone.headers["HX-Redirect"].removeprefix("/staff")
    assert "没有微信，要打电话" in (await guide.get(path)).text
    assert (await guide.post(f"{path}/called", {"key": "c", "number": number}, **PART)).status == 204
    page = (await guide.get(path)).text
    assert ("打过电话了" in page, "要打电话" in page) == (True, False)
    for wrong, status in (({"what": "c9"}, 404), ({"what": "g999"}, 422), ({"to_on": "2026-11-23"}, 422)):
        assert (await lead.post("/closures", span | wrong | {"key": "w"}, **PART)).status == status, wrong


async def test_a_caller_is_put_on_the_waiting_list_and_taken_off(hall: Hall) -> None:
    visitor, held, _ = hall
    guide = await visitor.as_role(Role.GUIDE)
    days = {"from_on": "2026-11-24", "to_on": "2026-11-24"}
    form = {"key": "w", "matter": held.matter_id, "phone": "13900005678", **days}
    free = await guide.post("/waiting", form, **PART)
    assert (free.status, "现在就有空号" in free.text) == (409, True)
    await visitor.db.transact(fill, held)
    for _ in range(2):
        assert (await guide.post("/waiting", form, **PART)).status == 204
    (wait,) = await visitor.db.consult(waiting_list.listed, HALL.id, 9)
    page = (await guide.get("/waiting")).text
    assert ("139****5678" in page, "13900005678" in page) == (True, False)
    assert "13900005678" in (await guide.post(f"/waiting/{wait.wait.id}/phone", **PART)).text
    assert (await guide.post(f"/waiting/{wait.wait.id}/book", {"key": "b", "name": "李"}, **PART)).status == 404
    assert (await guide.post(f"/waiting/{wait.wait.id}/off", {"key": "o"}, **PART)).status == 204
    assert await visitor.db.consult(waiting_list.listed, HALL.id, 9) == ()
    assert [deed for deed, _ in await trail(visitor.db)] == ["wait.join", "wait.phone", "wait.off"]


async def fill(tx: Tx, held: Appointment) -> None:
    matter = await matters.matter(tx, held.hall_id, held.matter_id)
    for n, slot in enumerate(await by_staff.free_on(tx, HALL.id, held.group_id, held.on, MONDAY)):
        who = await a_citizen(tx, f"o-full-{n}")
        await book(tx, who, slot.id, matter, "赵四", f"1370000{n:04d}", MONDAY)


async def test_a_letter_in_the_box_takes_a_number_and_its_slip_is_ready(hall: Hall) -> None:
    visitor, _, _ = hall
    guide = await visitor.as_role(Role.GUIDE)
    for _ in range(2):  # the second is the same press sent again
        answer = await guide.post("/floor/check-in", {"key": "one", "number": "a"}, **PART)
        assert answer.headers["HX-Redirect"] == "/staff/floor?ticket=A001"
    assert await visitor.db.consult(queue.find, HALL.id, "A002", day_of(MONDAY)) is None
    page = (await guide.get("/floor?ticket=A001")).text
    assert ('class="slip-number">A001' in page, "<svg" in page, "打印小票" in page) == (True, True, True)
    wrong = await guide.post("/floor/check-in", {"key": "two", "number": "Q"}, **PART)
    assert (wrong.status, "没有Q类" in wrong.text) == (404, True)


async def test_the_lists_ask_by_themselves_and_are_silent_until_something_moves(hall: Hall) -> None:
    visitor, held, _ = hall
    guide = await visitor.as_role(Role.GUIDE)

    async def mark() -> str:
        page = (await guide.get("/floor")).text
        return "&".join(f"{n}={v}" for n, v in re.findall(r'name="(people|mark)" value="(\w+)"', page))

    known = await mark()
    assert (await guide.get(f"/floor/lists?{known}", **PART)).status == 204
    await guide.post("/floor/check-in", {"key": "one", "number": "A"}, **PART)
    news = await guide.get(f"/floor/lists?{known}", **PART)
    assert (news.status, "A001" in news.text) == (200, True)
    visitor.clock.at = at(24, 8)
    today = await (await visitor.as_role(Role.GUIDE)).get(f"/floor/lists?{known}", **PART)
    assert held.number in today.text
    assert await trail(visitor.db, saw=True) == [("saw", f"{HALL.id} 2026-11-24")]
