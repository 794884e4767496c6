"""Cases by the doors of the counter desk: taken in, its code told once, and every step to the end."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, select

from hall.audit import service as audit
from hall.audit.model import Wanted
from hall.cases import progress
from hall.cases.tables import cases
from hall.staff.model import Role
from kit.db import Database, Tx
from tests.hall.builders import HALL, a_group, a_matter
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


async def handed(clerk: Visitor, brought: list[int], key: str = "one") -> Seen:
    form: dict[str, Any] = {"matter": "licence", "ticket": "A001", "key": key, "brought": [str(one) for one in brought]}
    return await clerk.post("/cases", form | {"applicant": "王小明"}, **PART)


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
    for answer in (await elsewhere.get(f"/cases/{number}"), await step(elsewhere, number, "accept")):
        assert answer.status in (403, 404)
        assert "食品" not in answer.text
    assert HALL.id != OTHER.id
