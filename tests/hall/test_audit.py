"""The trail: what a deed changed, nothing personal, both or neither."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from hall.audit import service as audit
from hall.audit.model import By, Deed, Wanted
from hall.staff import service as staff
from hall.staff.model import Role
from hall.staff.tables import staff_roles
from kit.db import Database, Tx
from tests.hall.builders import MONDAY

ROLES = Deed("staff.roles", "改角色", "staff", staff.plain)
NEW = Deed("closure.new", "停办", "closure", key_of=str)


async def by_a_lead(db: Database) -> By:
    await db.transact(staff.add, "赵主任", "lead", MONDAY, "h1")
    return By(await db.consult(staff.named, "赵主任"), "h1", MONDAY)


async def test_a_deed_is_kept_with_what_it_changed(db: Database) -> None:
    by = await by_a_lead(db)
    await db.transact(staff.add, "王芳", "clerk", MONDAY, "h1")
    await db.transact(staff.add, "管理", "admin", MONDAY)
    wang = await db.consult(staff.named, "王芳")
    roles = [Role.CLERK, Role.GUIDE]
    await db.transact(audit.done, by, ROLES, "王芳", staff.set_roles, wang.id, "h1", roles)
    (line,) = await db.consult(audit.trail, Wanted(), 10)
    assert (line.at, line.by, line.hall_id, line.deed, line.kind, line.number) == (
        MONDAY, "赵主任", "h1", "staff.roles", "staff", "王芳",
    )  # fmt: skip
    assert (line.before, line.after) == ({"角色": ["窗口人员（h1）"]}, {"角色": ["窗口人员（h1）", "导办（h1）"]})


async def test_a_deed_that_fails_leaves_no_line_and_a_line_that_fails_no_deed(db: Database) -> None:
    by = await by_a_lead(db)

    async def drop(tx: Tx) -> None:
        await tx.run(delete(staff_roles))

    async def fail(tx: Tx) -> None:
        await drop(tx)
        raise ValueError

    with pytest.raises(ValueError):
        await db.transact(audit.done, by, NEW, None, fail)
    unwritable = Deed("x", "x", None)  # type: ignore[arg-type]
    with pytest.raises(Exception):  # noqa: B017 (each database has its own)
        await db.transact(audit.done, by, unwritable, "1", drop)
    assert await db.consult(audit.trail, Wanted(), 10) == []
    assert (await db.consult(staff.named, "赵主任")).grants != ()


async def test_no_number_of_a_person_gets_into_the_trail(db: Database) -> None:
    by = await by_a_lead(db)

    async def book(tx: Tx) -> str:
        return "13800000001"

    async def state(tx: Tx, key: object) -> dict[str, object]:
        return {"手机号": "13800000001", "note": "电话13800000001，证件11010519491231002X", "places": 3}

    await db.transact(audit.done, by, Deed("a", "a", "appointment", state, key_of=str), None, book)
    (line,) = await db.consult(audit.trail, Wanted(), 10)
    kept = {"手机号": "（已隐去）", "note": "电话（已隐去），证件（已隐去）", "places": 3}
    assert (line.number, line.before, line.after) == ("（已隐去）", {}, kept)


async def test_the_trail_is_read_newest_first_in_pages_and_by_what_is_wanted(db: Database) -> None:
    by = await by_a_lead(db)
    for n in range(5):
        await db.transact(audit.saw, By(by.member, "h1", MONDAY + timedelta(days=n)), "case", f"ST{n}")
    first = await db.consult(audit.trail, Wanted(), 3)
    rest = await db.consult(audit.trail, Wanted(), 3, first[-1].id)
    assert [line.number for line in (*first, *rest)] == ["ST4", "ST3", "ST2", "ST1", "ST0"]
    day = Wanted(from_at=MONDAY + timedelta(days=1), until_at=MONDAY + timedelta(days=2))
    assert [line.number for line in await db.consult(audit.trail, day, 9)] == ["ST1"]
    assert [line.number for line in await db.consult(audit.trail, Wanted(number="ST3", saw=True), 9)] == ["ST3"]
    assert await db.consult(audit.trail, Wanted(by="王芳"), 9) == []
    assert await db.consult(audit.trail, Wanted(saw=False), 9) == []
    assert await db.transact(audit.sweep, MONDAY + timedelta(days=3)) == 3
