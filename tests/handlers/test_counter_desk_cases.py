"""Cases by the doors of the counter desk: taken in, its code told once, and every step to the end."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from hall.appointments import service as appointments
from hall.appointments.model import Appointment
from hall.appointments.model import State as Booked
from hall.audit import service as audit
from hall.audit.model import Wanted
from hall.cases import progress
from hall.cases import service as taking_in
from hall.cases.model import State
from hall.cases.tables import cases
from hall.matters import service as matters
from hall.staff.model import Role
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_matter, at, book, slots_on
from tests.hall.lines import a_line
from tests.handlers.staff import OTHER, Seen, Visitor, a_member, open_staff

PART = {"HX_Request": "true"}


@pytest.fixture
async def visitor(sqlite_db: Database) -> AsyncIterator[Visitor]:
    async with open_staff(sqlite_db) as found:
        yield found


async def a_visit(tx: Tx) -> int:
    """A ticket of somebody at the one matter; how many materials it wants."""
    group = await a_group(tx, "A")
    matter = await a_matter(tx, group)
    await a_line(tx, group, [None])
    return len(matter.materials)


async def a_booking(tx: Tx) -> Appointment:
    """For half past ten on Monday, of the one matter."""
    group = await a_group(tx, "A")
    slot = (await slots_on(tx, group, 23))[3]
    return await book(tx, await a_citizen(tx), slot.id, await a_matter(tx, group), "王小明", "13800000001", MONDAY)


async def handed(clerk: Visitor, brought: list[int], key: str = "one", **more: str) -> Seen:
    form: dict[str, Any] = {"matter": "licence", "ticket": "A001", "key": key, "brought": [str(one) for one in brought]}
    return await clerk.post("/cases", form | {"applicant": "王小明"} | more, **PART)


def told(answer: Seen) -> tuple[str, str]:
    """Number and query code of a receipt."""
    found = re.search(r"办件编号：(\S+)\s+查询码：(\w{6})", answer.text)
    assert found is not None, answer.text
    return found[1], found[2]


async def step(clerk: Visitor, number: str, name: str, key: str = "", **form: Any) -> Seen:
    return await clerk.post(f"/cases/{number}/{name}", {"key": key or name} | form, **PART)


async def test_what_is_brought_is_taken_in_and_the_receipt_tells_the_code_once(visitor: Visitor) -> None:
    count = await visitor.db.transact(a_visit)
    clerk = await visitor.as_role(Role.CLERK)
    asked = await clerk.get("/cases/new?ticket=A001&matter=licence")
    assert asked.text.count('name="brought"') == count
    number, code = told(await handed(clerk, list(range(1, count + 1))))
    assert await visitor.db.consult(progress.by_code, number, code) is not None
    assert code not in (await clerk.get(f"/cases/{number}")).text
    assert "王小明" not in (await clerk.get(f"/cases/{number}")).text
    trail = await visitor.db.consult(audit.trail, Wanted(kind="case", saw=False), 5)
    assert [(line.called, line.number, code in str(line)) for line in trail] == [("收件", number, False)]


async def test_a_receipt_whose_answer_was_lost_is_the_same_receipt_again(visitor: Visitor) -> None:
    await visitor.db.transact(a_visit)
    clerk = await visitor.as_role(Role.CLERK)
    assert told(await handed(clerk, [1])) == told(await handed(clerk, [1]))
    async with visitor.db.read() as tx:
        assert await tx.value(select(func.count()).select_from(cases)) == 1


async def test_what_is_missing_is_told_once_then_taken_accepted_and_concluded(visitor: Visitor) -> None:
    count = await visitor.db.transact(a_visit)
    clerk = await visitor.as_role(Role.CLERK)
    number, _ = told(await handed(clerk, list(range(2, count + 1))))
    assert (await step(clerk, number, "accept")).status == 409  # the first is not there
    assert "补正" in (await step(clerk, number, "ask", places="1")).text
    assert "收件" in (await step(clerk, number, "take", places="1")).text
    assert "受理通知" in (await step(clerk, number, "accept")).text
    assert "承诺7个工作日" in (await clerk.get(f"/cases/{number}/notice")).text
    assert "审核" in (await step(clerk, number, "review")).text
    assert (await step(clerk, number, "conclude")).status == 422  # a result is said in words
    assert "这件已经结束" in (await step(clerk, number, "conclude", words="予以许可")).text
    again = await step(clerk, number, "conclude", words="予以许可")
    assert again.status == 200  # the same press: done once
    trail = await visitor.db.consult(audit.trail, Wanted(number=number, saw=False), 20)
    assert [line.called for line in reversed(trail)] == [
        "收件", "一次性告知补正", "收到补的材料", "受理", "转审核", "办结",
    ]  # fmt: skip


async def test_a_stop_wants_a_lead_and_a_limit(visitor: Visitor) -> None:
    count = await visitor.db.transact(a_visit)
    clerk = await visitor.as_role(Role.CLERK)
    lead = await a_member(visitor.db, "带班甲", Role.LEAD)
    number, _ = told(await handed(clerk, list(range(1, count + 1))))
    await step(clerk, number, "accept")
    assert (await step(clerk, number, "special", words="现场勘验", days="10")).status == 403
    assert (await step(clerk, number, "special", words="现场勘验", approver=lead.name)).status == 422
    stopped = await step(clerk, number, "special", words="现场勘验", approver=lead.name, days="10")
    assert "现场勘验，最多到" in stopped.text
    assert "接着办" in stopped.text
    assert "受理" in (await step(clerk, number, "resume")).text


async def test_a_case_of_another_hall_is_not_found(visitor: Visitor) -> None:
    await visitor.db.transact(a_visit)
    number, _ = told(await handed(await visitor.as_role(Role.CLERK), [1]))
    member = await a_member(visitor.db, "两边的人", Role.CLERK, OTHER.id)
    elsewhere = await visitor.as_member(member, OTHER.id)
    nobodys = await elsewhere.get("/cases/ST20201117000316")
    assert (nobodys.status, "没有查到这个办件" in nobodys.text) == (404, True)
    for answer in (await elsewhere.get(f"/cases/{number}"), await step(elsewhere, number, "accept")):
        assert answer.status == 404
    assert (await elsewhere.get(f"/cases/{number}")).text == nobodys.text


# ------------------------------------------------------------------------------------------------ in one press, 容缺


async def test_what_is_whole_is_taken_in_and_accepted_with_one_press(visitor: Visitor) -> None:
    await visitor.db.transact(a_visit)
    clerk = await visitor.as_role(Role.CLERK)
    answer = await handed(clerk, [1, 2], then="accept")
    number, code = told(answer)
    assert "承诺7个工作日，最晚：12月2日（周三）" in answer.text
    case = await visitor.db.consult(progress.by_code, number, code)
    assert case is not None and case.state is State.ACCEPTED
    refused = await handed(clerk, [1], "two", then="accept")  # one is missing and nothing is promised
    assert (refused.status, "还缺：申请书" in refused.text) == (409, True)
    async with visitor.db.read() as tx:
        assert await tx.value(select(func.count()).select_from(cases)) == 1  # nothing half done


async def test_what_is_missing_is_promised_shown_everywhere_and_ticked_off(visitor: Visitor) -> None:
    await visitor.db.transact(a_visit)
    clerk = await visitor.as_role(Role.CLERK)
    unsaid = await handed(clerk, [1], then="accept", days="3")
    assert (unsaid.status, "为什么可以容缺" in unsaid.text) == (422, True)
    answer = await handed(clerk, [1], then="accept", days="3", why="主要材料都齐了")
    number, _ = told(answer)
    assert "容缺受理，还要补：申请书。请在11月26日（周四）前交到受理窗口" in answer.text
    visitor.clock.at = at(27, 9)  # a day too late
    clerk = await visitor.as_role(Role.CLERK)
    late = (await clerk.get(f"/cases/{number}")).text
    assert ("过了2026-11-26还没交" in late, "可以一次性告知补正" in late) == (True, True)
    assert "容缺的材料过了日子还没交" in (await clerk.get("/cases")).text
    assert (await step(clerk, number, "conclude", words="予以许可")).status == 409
    assert "容缺，过了" not in (await step(clerk, number, "take", places="2")).text
    trail = await visitor.db.consult(audit.trail, Wanted(number=number, saw=False), 5)
    assert trail[0].before == {"容缺": "申请书（2026-11-26前）"}


async def test_what_was_merely_taken_in_is_accepted_with_a_promise_later(visitor: Visitor) -> None:
    await visitor.db.transact(a_visit)
    clerk = await visitor.as_role(Role.CLERK)
    number, _ = told(await handed(clerk, [1]))
    assert "为什么可以容缺" in (await clerk.get(f"/cases/{number}")).text
    promised = await step(clerk, number, "promise", days="2", unit="日", words="当场核验过")
    assert "容缺，2026-11-25前补" in promised.text


async def test_the_last_receipt_stays_at_hand_for_its_clerk_until_the_next_one_or_half_an_hour(
    visitor: Visitor,
) -> None:
    await visitor.db.transact(a_visit)
    clerk, other = [await visitor.as_role(Role.CLERK) for _ in range(2)]
    number, code = told(await handed(clerk, [1, 2]))
    assert code in (await clerk.get(f"/cases/{number}/receipt", **PART)).text
    assert (await other.get(f"/cases/{number}/receipt", **PART)).status == 404
    second, _ = told(await handed(clerk, [1, 2], "two"))
    assert (await clerk.get(f"/cases/{number}/receipt", **PART)).status == 404
    visitor.clock.at += timedelta(minutes=31)
    assert (await clerk.get(f"/cases/{second}/receipt", **PART)).status == 404


# ------------------------------------------------------------------------------------------------ found, chosen, due


async def test_cases_are_listed_by_state_by_whose_they_are_and_by_part_of_a_number(visitor: Visitor) -> None:
    await visitor.db.transact(a_visit)
    clerk, other = [await visitor.as_role(Role.CLERK) for _ in range(2)]
    first, _ = told(await handed(clerk, [1, 2], then="accept"))
    second, _ = told(await handed(other, [1], "two"))

    async def shown(query: str) -> list[str]:
        found = (await clerk.get(f"/cases?{query}")).text
        return [one for one in (second, first) if f">{one}<" in found]

    assert await shown("which=all") == [second, first]
    assert await shown("which=all&whose=mine") == [first]
    assert await shown("which=all&state=received") == [second]
    assert await shown(f"number={first[-8:]}") == [first]
    assert await shown("which=all&whose=counter") == []
    assert "您还没有在窗口坐下" in (await clerk.get("/cases?which=all&whose=counter")).text
    assert await shown("") == []
    visitor.clock.at = at(30, 9)  # the last day to say what is missing
    clerk = await visitor.as_role(Role.CLERK)
    assert await shown("") == [second]
    assert "全大厅 <b>1</b> 件" in (await clerk.get("/cases/due")).text
    assert (await clerk.get(f"/cases?number={first}")).status == 303


async def test_a_long_list_is_paged(visitor: Visitor) -> None:
    await visitor.db.transact(a_visit)
    clerk = await visitor.as_role(Role.CLERK)
    matter = await visitor.db.consult(matters.matter, HALL.id, "licence")
    for _ in range(23):
        await visitor.db.transact(taking_in.open, matter, MONDAY)
    first = (await clerk.get("/cases?which=all")).text
    older = re.search(r'href="/staff(/cases\?[^"]*)" rel="next"', first)
    assert older is not None
    assert [text.count(">ST") for text in (first, (await clerk.get(older[1].replace("&amp;", "&"))).text)] == [20, 3]


async def test_what_is_wanted_is_chosen_with_a_digit_or_said_as_people_call_it(visitor: Visitor) -> None:
    await visitor.db.transact(a_visit)
    clerk = await visitor.as_role(Role.CLERK)
    asked = (await clerk.get("/cases/new?ticket=A001", **PART)).text
    assert 'data-hotkey="1"' in asked and "食品经营许可证核发" in asked
    assert 'name="brought"' in (await clerk.get("/cases/new?ticket=A001&said=食品证", **PART)).text
    assert "没有找到" in (await clerk.get("/cases/new?said=火箭", **PART)).text


async def test_an_appointment_without_a_ticket_has_come_when_its_papers_are_taken_in(visitor: Visitor) -> None:
    held = await visitor.db.transact(a_booking)
    clerk = await visitor.as_role(Role.CLERK)
    form = {"matter": "licence", "appointment": held.number, "key": "one", "brought": ["1", "2"]}
    number, _ = told(await clerk.post("/cases", form, **PART))
    case = await visitor.db.consult(progress.of_visit, appointment_id=held.id)
    assert case is not None and (case.number, case.citizen_id) == (number, held.citizen_id)
    found = await visitor.db.consult(appointments.find, held.number)
    assert found is not None and found.state is Booked.ARRIVED
    assert (await clerk.post("/cases", form | {"appointment": "Y261123AAAAA11", "key": "two"}, **PART)).status == 404
